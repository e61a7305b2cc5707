//! What is typed so far: whole words, and one that may go on.
//!
//! Reads words and no query language: quotation marks and other signs part words and are nothing more.

use crate::engine::analyzer::folded_form;
use crate::engine::suggestions::lexicon::is_an_edit_away;
use crate::model::SUGGESTION_WORDS_MAX;
use crate::model::results::Fragment;
use crate::text::normalise::is_han;
use crate::text::words::{Word, words};

/// Shortest word in which an edit is allowed, in letters.
const TYPO_LETTERS_MIN: usize = 4;
/// Operators of the query language, which are no words of what is sought.
const OPERATORS: [&str; 4] = ["AND", "OR", "NOT", "SAME"];

/// The words of a text as suggestions compare them: folded, the genitive kept.
pub fn folded_words(text: &str) -> impl Iterator<Item = String> {
    words(text).map(|word| folded_form(word.text)).filter(|word| !word.is_empty())
}

/// What is typed so far, in folded words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The words; the last may go on, those before it are whole.
    pub words: Vec<String>,
}

impl Typed {
    /// Reads a text; `None` where it has more words than are continued.
    pub fn read(text: &str) -> Option<Self> {
        let mut list = Vec::new();
        let mut rest = words(text).peekable();
        while let Some(word) = rest.next() {
            // An operator at the end may be the start of a word.
            let folded = folded_form(word.text);
            if folded.is_empty() || (OPERATORS.contains(&word.text) && rest.peek().is_some()) {
                continue;
            }
            if list.len() == SUGGESTION_WORDS_MAX {
                return None;
            }
            list.push(folded);
        }
        Some(Self { words: list })
    }

    /// Whether no word is typed.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether the words must stand side by side: characters of a Chinese name say nothing in another order.
    pub fn is_one_run(&self) -> bool {
        self.words.iter().any(|word| word.chars().all(is_han))
    }

    /// Whether an edit is allowed in a word: it is long enough, and written in letters of an alphabet.
    pub fn may_be_misspelt(word: &str) -> bool {
        word.chars().count() >= TYPO_LETTERS_MIN && !word.chars().any(|c| is_han(c) || c.is_numeric())
    }

    /// A text with what was typed of it marked: where words stand side by side there, else where each first stands.
    /// With `misspelt`, a word that is an edit away is marked whole.
    pub fn marked(&self, text: &str, misspelt: bool) -> Vec<Fragment> {
        let all: Vec<(Word<'_>, String)> = words(text).map(|word| (word, folded_form(word.text))).collect();
        let last = self.words.len().saturating_sub(1);
        let letters: Vec<Vec<char>> = self.words.iter().map(|word| word.chars().collect()).collect();
        let end_of = |place: usize, (word, folded): &(Word<'_>, String)| {
            let typed = &self.words[place];
            if folded == typed || (place == last && folded.starts_with(typed.as_str())) {
                return Some(word.start + typed_end(word.text, typed));
            }
            (misspelt && is_an_edit_away(&letters[place], folded, place == last)).then(|| word.end())
        };
        let places = 0..self.words.len();
        let run = all.windows(self.words.len().max(1)).find_map(|run| {
            let ends = places.clone().zip(run).map(|(place, word)| Some((word.0.start, end_of(place, word)?)));
            ends.collect::<Option<Vec<_>>>()
        });
        let mut marks = run.unwrap_or_else(|| {
            let first = |place| all.iter().find_map(|word| Some((word.0.start, end_of(place, word)?)));
            places.filter_map(first).collect()
        });
        marks.sort_unstable();
        fragments(text, &marks)
    }
}

/// The end of the shortest start of a word that folds to all of what was typed of it.
fn typed_end(word: &str, typed: &str) -> usize {
    let mut ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.find(|end| folded_form(&word[..*end]).len() >= typed.len()).unwrap_or(word.len())
}

fn fragments(text: &str, marks: &[(usize, usize)]) -> Vec<Fragment> {
    let mut list: Vec<Fragment> = Vec::new();
    let mut push = |part: &str, matched| match list.last_mut() {
        _ if part.is_empty() => {}
        Some(last) if last.matched == matched => last.text.push_str(part),
        _ => list.push(Fragment { text: part.to_owned(), matched }),
    };
    let mut at = 0;
    for &(start, end) in marks.iter().filter(|(start, end)| start < end) {
        if start < at {
            continue;
        }
        push(&text[at..start], false);
        push(&text[start..end], true);
        at = end;
    }
    push(&text[at..], false);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(typed: &str, text: &str, misspelt: bool) -> String {
        let list = Typed::read(typed).unwrap().marked(text, misspelt);
        list.iter().map(|run| if run.matched { format!("[{}]", run.text) } else { run.text.clone() }).collect()
    }

    #[test]
    fn words_are_read_and_signs_and_operators_are_not() {
        for (text, expected) in [
            ("\"Majeed Bri", &["majeed", "bri"][..]),
            ("port AND gwa", &["port", "gwa"]),
            ("port AN", &["port", "an"]),
            ("OR", &["or"]),
            (" -(x*", &["x"]),
            ("ＣＰＥＣ 中国", &["cpec", "中", "国"]),
            ("كرا\u{7}", &["کرا"]),
            ("\0\u{7}**", &[]),
        ] {
            assert_eq!(Typed::read(text).unwrap().words, expected, "{text}");
        }
        assert_eq!(Typed::read(&"a ".repeat(SUGGESTION_WORDS_MAX + 1)), None);
    }

    #[test]
    fn what_was_typed_is_marked() {
        for (typed, text, expected) in [
            ("gwa", "The Gwadar port", "The [Gwa]dar port"),
            ("port gw", "port of call, port Gwadar", "port of call, [port] [Gw]adar"),
            ("gwadar po", "Port of Gwadar", "[Po]rt of [Gwadar]"),
            ("eca", "École", "École"),
            ("eco", "École", "[Éco]le"),
            ("us", "The U.S. said", "The [U.S]. said"),
            ("支省", "俾路支省", "俾路[支省]"),
            ("strasse", "Straße 1", "[Straße] 1"),
        ] {
            assert_eq!(marked(typed, text, false), expected, "{typed}");
        }
        assert_eq!(marked("gwdar po", "the Gwadar port", true), "the [Gwadar] [po]rt");
    }

    proptest::proptest! {
        #[test]
        fn marks_leave_the_text_as_it_is(typed in "\\PC{0,12}", text in "\\PC{0,30}", misspelt in proptest::bool::ANY) {
            if let Some(read) = Typed::read(&typed) {
                let whole: String = read.marked(&text, misspelt).into_iter().map(|run| run.text).collect();
                proptest::prop_assert_eq!(whole, text);
            }
        }
    }
}
