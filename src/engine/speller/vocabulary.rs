//! The words of a corpus, kept small and ready to be looked through: by length, each with the set of its letters.
//!
//! May not weigh anything. Numbers, words with digits or signs and Chinese are left out: nothing is corrected to them.

use std::ops::Range;

use crate::engine::speller::is_correctable;

/// Longest word that is kept, in letters.
const WORD_LETTERS_MAX: usize = 48;

/// A word of a corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'t> {
    /// Folded.
    pub text: &'t str,
    /// Documents that hold it.
    pub documents: u32,
    /// Whether the corpus mostly writes it small: such a word is no name.
    pub is_written_small: bool,
}

/// The words of a corpus.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// All words, one behind the other: by their number of letters, then by the alphabet.
    text: String,
    /// Where each word ends in `text`.
    ends: Vec<u32>,
    /// For each word its documents, twice, and one more if it is written small.
    documents: Vec<u32>,
    /// For each word the set of its letters.
    letters: Vec<u32>,
    /// Where the words of each number of letters begin, and a last entry for the end.
    lengths: Vec<usize>,
}

impl Vocabulary {
    /// Gathers words, each named once, in any order.
    pub fn new<'t>(words: impl IntoIterator<Item = Word<'t>>) -> Self {
        let mut sorted: Vec<(usize, Word)> = words
            .into_iter()
            .filter(|word| word.documents > 0 && word.text.chars().all(is_correctable))
            .map(|word| (word.text.chars().count(), word))
            .filter(|(letters, _)| (2..=WORD_LETTERS_MAX).contains(letters))
            .collect();
        sorted.sort_unstable_by(|(a, a_word), (b, b_word)| a.cmp(b).then_with(|| a_word.text.cmp(b_word.text)));
        let mut vocabulary = Self { lengths: vec![0], ..Self::default() };
        for (letters, word) in sorted {
            // Offsets are of 32 bits: a vocabulary of more than 4 GB would lose its longest words.
            let Ok(end) = u32::try_from(vocabulary.text.len() + word.text.len()) else { break };
            vocabulary.lengths.resize(letters + 1, vocabulary.ends.len());
            vocabulary.text.push_str(word.text);
            vocabulary.ends.push(end);
            vocabulary.documents.push(word.documents.min(u32::MAX / 2) * 2 + u32::from(word.is_written_small));
            vocabulary.letters.push(word.text.chars().fold(0, |set, letter| set | bit(letter)));
        }
        vocabulary.lengths.push(vocabulary.ends.len());
        vocabulary
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Documents that hold a word; 0 for a word that is not kept here.
    pub fn documents(&self, word: &str) -> u32 {
        let mut range = self.of_length(word.chars().count());
        while !range.is_empty() {
            let middle = range.start + range.len() / 2;
            match self.word(middle) {
                found if found.text == word => return found.documents,
                found if found.text < word => range.start = middle + 1,
                _ => range.end = middle,
            }
        }
        0
    }

    /// Calls for every word that may lie within so many edits of a typed one, by its length and its letters.
    pub fn near(&self, typed: &[char], edits: usize, mut found: impl FnMut(Word)) {
        let set = typed.iter().fold(0, |set, &letter| set | bit(letter));
        for length in typed.len().saturating_sub(edits)..=typed.len() + edits {
            for word in self.of_length(length) {
                let other = self.letters[word];
                // An edit puts at most one letter into a word, and takes at most one out.
                if (set & !other).count_ones().max((other & !set).count_ones()) as usize <= edits {
                    found(self.word(word));
                }
            }
        }
    }

    fn of_length(&self, letters: usize) -> Range<usize> {
        match (self.lengths.get(letters), self.lengths.get(letters + 1)) {
            (Some(&start), Some(&end)) => start..end,
            _ => 0..0,
        }
    }

    fn word(&self, number: usize) -> Word<'_> {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        let documents = self.documents[number];
        let text = &self.text[start..self.ends[number] as usize];
        Word { text, documents: documents / 2, is_written_small: documents % 2 == 1 }
    }
}

/// The place of a letter in a set of letters: one each for `a` to `z`, six for all others together.
fn bit(letter: char) -> u32 {
    match letter {
        'a'..='z' => 1 << (letter as u32 - 'a' as u32),
        other => 1 << (26 + other as u32 % 6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::speller::distance::Pattern;

    fn word(text: &str, documents: u32) -> Word<'_> {
        Word { text, documents, is_written_small: true }
    }

    #[test]
    fn words_are_found_again_and_numbers_are_left_out() {
        let vocabulary =
            Vocabulary::new([word("port", 7), word("گوادر", 2), word("gwadar", 3), word("jf17", 5), word("港口", 4)]);
        assert_eq!(vocabulary.len(), 3);
        for (text, documents) in [("port", 7), ("گوادر", 2), ("gwadar", 3), ("jf17", 0), ("ports", 0), ("", 0)] {
            assert_eq!(vocabulary.documents(text), documents, "{text}");
        }
        assert!(Vocabulary::default().is_empty());
        assert_eq!(Vocabulary::default().documents("port"), 0);
    }

    proptest::proptest! {
        #[test]
        fn no_word_within_the_edits_is_passed_over(
            words in proptest::collection::btree_set("[a-cxя]{2,7}", 0..40),
            typed in "[a-cxя]{1,7}",
            edits in 0_usize..4,
        ) {
            let letters: Vec<char> = typed.chars().collect();
            let pattern = Pattern::new(&letters);
            let vocabulary = Vocabulary::new(words.iter().map(|text| word(text, 1)));
            let mut found = std::collections::BTreeSet::new();
            vocabulary.near(&letters, edits, |word| {
                found.insert(word.text.to_owned());
            });
            for word in words {
                if pattern.distance(&word.chars().collect::<Vec<_>>()) <= edits {
                    proptest::prop_assert!(found.contains(&word), "{word}");
                }
            }
        }
    }
}
