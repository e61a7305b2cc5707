//! Words of a text with their places, by Unicode's rules (UAX 29).
//!
//! A Chinese character is a word of its own here; grouping characters into words is the analyzer's. Hyphens part
//! words, apostrophes inside a word do not. Gives slices of the text, never a changed word.

use unicode_segmentation::UnicodeSegmentation;

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
pub fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    text.unicode_word_indices()
        .filter(|&(start, word)| !is_lone_genitive(text, start, word))
        .flat_map(|(start, word)| split_joined(word, start))
}

/// The `s` that UAX 29 parts from a number: `17's`.
fn is_lone_genitive(text: &str, start: usize, word: &str) -> bool {
    word == "s" && text[..start].ends_with(['\'', '\u{2019}'])
}

/// UAX 29 joins what search must part: words around a full stop or an underscore (`end.Next`, `a_b`), though not
/// numbers (`2.5`) and initials (`U.S`).
fn split_joined(word: &str, start: usize) -> impl Iterator<Item = Word<'_>> {
    let parted = word.contains(['.', ':', '_', '\u{00B7}']) && !is_number(word) && !is_initials(word);
    let mut at = 0;
    let mut done = false;
    std::iter::from_fn(move || {
        while !done {
            let rest = &word[at..];
            let length = if parted { rest.find(['.', ':', '_', '\u{00B7}']) } else { None };
            let part = &rest[..length.unwrap_or(rest.len())];
            let part_start = at;
            match length {
                Some(length) => at += length + rest[length..].chars().next().map_or(1, char::len_utf8),
                None => done = true,
            }
            // A lone vowel sign takes the blank before it along.
            let trimmed = part.trim_start();
            if !trimmed.is_empty() {
                return Some(Word { text: trimmed, start: start + part_start + part.len() - trimmed.len() });
            }
        }
        None
    })
}

/// `2.5`, `3,325.6`, `Rs1.9`, `10:30`: each stop in it stands before a digit.
fn is_number(word: &str) -> bool {
    word.char_indices().all(|(at, c)| match c {
        '.' | ':' => word[at + 1..].starts_with(|c: char| c.is_ascii_digit()),
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
        assert_eq!(list("中国公民 a_b"), ["中", "国", "公", "民", "a", "b"]);
        assert_eq!(list("گوادر میں، دھماکہ۔"), ["گوادر", "میں", "دھماکہ"]);
        for word in words("x  yé ÿ") {
            assert_eq!(&"x  yé ÿ"[word.start..word.end()], word.text);
        }
    }
}
