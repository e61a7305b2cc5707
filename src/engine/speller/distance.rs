//! Plain edit distance, for a first choice among very many words.
//!
//! Counts letters left out, added, put for others, and swapped with their neighbours, by the bit-parallel method of
//! Hyyrö (2003), "A bit-vector algorithm for computing Levenshtein and Damerau edit distances". May not weigh slips.

use std::collections::HashMap;

/// Letters that one machine word holds.
pub(super) const PATTERN_LETTERS_MAX: usize = 64;

/// A word, ready to be held against others.
pub(super) struct Pattern {
    letters: usize,
    /// For each letter below 128 the places where it stands.
    ascii: [u64; 128],
    /// The same for other letters.
    other: HashMap<char, u64>,
}

impl Pattern {
    /// Takes the first `PATTERN_LETTERS_MAX` letters of a word.
    pub(super) fn new(word: &[char]) -> Self {
        let letters = word.len().min(PATTERN_LETTERS_MAX);
        let mut pattern = Self { letters, ascii: [0; 128], other: HashMap::new() };
        for (place, &letter) in word[..letters].iter().enumerate() {
            match pattern.ascii.get_mut(letter as usize) {
                Some(places) => *places |= 1 << place,
                None => *pattern.other.entry(letter).or_default() |= 1 << place,
            }
        }
        pattern
    }

    /// Edits between the pattern and a word.
    pub(super) fn distance(&self, word: &[char]) -> usize {
        let Some(last) = self.letters.checked_sub(1) else { return word.len() };
        let places = |letter: char| match self.ascii.get(letter as usize) {
            Some(places) => *places,
            None => self.other.get(&letter).copied().unwrap_or(0),
        };
        let (mut rises, mut falls, mut diagonal, mut before) = (u64::MAX, 0_u64, 0_u64, 0_u64);
        let mut distance = self.letters;
        for &letter in word {
            let equal = places(letter);
            let swapped = ((!diagonal & equal) << 1) & before;
            diagonal = (((equal & rises).wrapping_add(rises)) ^ rises) | equal | falls | swapped;
            let up = falls | !(diagonal | rises);
            let down = rises & diagonal;
            distance += usize::from(up >> last & 1 == 1);
            distance -= usize::from(down >> last & 1 == 1);
            let up = up << 1 | 1;
            rises = down << 1 | !(diagonal | up);
            falls = up & diagonal;
            before = equal;
        }
        distance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(left: &str, right: &str) -> usize {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        Pattern::new(&letters(left)).distance(&letters(right))
    }

    #[test]
    fn edits_are_counted_and_a_swap_is_one() {
        for (left, right, edits) in [
            ("", "", 0),
            ("", "port", 4),
            ("port", "", 4),
            ("port", "prot", 1),
            ("gwadar", "gwader", 1),
            ("necesary", "necessary", 1),
            ("kitten", "sitting", 3),
            ("گوادر", "گودار", 1),
            ("гвадар", "гвадур", 1),
        ] {
            assert_eq!(between(left, right), edits, "{left} {right}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_distance_is_that_of_a_plain_table(left in "[a-dя]{0,12}", right in "[a-dя]{0,12}") {
            proptest::prop_assert_eq!(between(&left, &right), strsim::osa_distance(&left, &right));
        }
    }
}
