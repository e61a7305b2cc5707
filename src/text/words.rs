//! Words of a text with their places, by Unicode's rules (UAX 29).
//!
//! A Chinese character is a word of its own here; grouping characters into words is the analyzer's. Hyphens part
//! words, apostrophes inside a word do not. Gives slices of the text, never a changed word.

use unicode_segmentation::{UnicodeSegmentation, UnicodeWordIndices};

use crate::text::normalise::is_han;

/// A word and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'t> {
    /// The word as it stands.
    pub text: &'t str,
    /// Offset of its first byte.
    pub start: usize,
}

impl Word<'_> {
    /// Offset behind its last byte.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is one Chinese character.
    pub fn is_han(&self) -> bool {
        self.text.chars().next().is_some_and(is_han)
    }
}

/// The words of a text, in order: every run that holds a letter or a digit.
pub fn words(text: &str) -> Words<'_> {
    Words { text, whole: text.unicode_word_indices(), parts: None }
}

/// The words of a text; made by `words`.
#[derive(Debug)]
pub struct Words<'t> {
    text: &'t str,
    whole: UnicodeWordIndices<'t>,
    /// What is left of a word that search must part, and where that begins.
    parts: Option<(&'t str, usize)>,
}

impl<'t> Iterator for Words<'t> {
    type Item = Word<'t>;

    fn next(&mut self) -> Option<Word<'t>> {
        loop {
            let (part, start) = match self.parts.take() {
                Some((rest, start)) => match rest.char_indices().find(|(_, c)| JOINTS.contains(c)) {
                    Some((length, joint)) => {
                        let behind = length + joint.len_utf8();
                        self.parts = Some((&rest[behind..], start + behind));
                        (&rest[..length], start)
                    }
                    None => (rest, start),
                },
                None => {
                    let (start, word) = self.whole.next()?;
                    if is_lone_genitive(self.text, start, word) {
                        continue;
                    }
                    if is_joined(word) {
                        self.parts = Some((word, start));
                        continue;
                    }
                    (word, start)
                }
            };
            // A lone vowel sign takes the blank before it along.
            let trimmed = part.trim_start();
            if !trimmed.is_empty() {
                return Some(Word { text: trimmed, start: start + part.len() - trimmed.len() });
            }
        }
    }
}

/// UAX 29 joins by these what search must part.
const JOINTS: [char; 4] = ['.', ':', '_', '\u{00B7}'];

/// The `s` that UAX 29 parts from a number: `17's`.
fn is_lone_genitive(text: &str, start: usize, word: &str) -> bool {
    word == "s" && text[..start].ends_with(['\'', '\u{2019}'])
}

/// Whether a word is two around a full stop or an underscore (`end.Next`, `a_b`), though not a number (`2.5`) or
/// initials (`U.S`).
fn is_joined(word: &str) -> bool {
    // The first byte of a middle dot stands for it: most words hold none of these.
    let may_be = word.bytes().any(|byte| matches!(byte, b'.' | b':' | b'_' | 0xC2));
    may_be && word.contains(JOINTS) && !is_number(word) && !is_initials(word)
}

/// `2.5`, `3,325.6`, `Rs1.9`, `10:30`: each stop in it stands before a digit.
fn is_number(word: &str) -> bool {
    word.char_indices().all(|(at, c)| match c {
        '.' | ':' => word[at + 1..].starts_with(char::is_numeric),
        c => c != '_' && c != '\u{00B7}',
    })
}

/// `U.S`, `e.g`: single letters between full stops.
fn is_initials(word: &str) -> bool {
    word.split('.').all(|part| part.chars().count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<&str> {
        words(text).map(|word| word.text).collect()
    }

    #[test]
    fn words_are_what_readers_take_for_words() {
        assert_eq!(
            list("The JF-17's end.Next one: Rs3,325.6 (U.S.)"),
            ["The", "JF", "17", "end", "Next", "one", "Rs3,325.6", "U.S"]
        );
        assert_eq!(list("涨３.５ و ۳.۵"), ["涨", "３.５", "و", "۳.۵"]);
        assert_eq!(list("中国公民 a_b"), ["中", "国", "公", "民", "a", "b"]);
        assert_eq!(list("گوادر میں، دھماکہ۔"), ["گوادر", "میں", "دھماکہ"]);
        for word in words("x  yé ÿ") {
            assert_eq!(&"x  yé ÿ"[word.start..word.end()], word.text);
        }
    }
}
