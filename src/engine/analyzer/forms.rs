//! The forms of one word: folded, clipped, stemmed; and the memory of them.
//!
//! Knows no text and no positions. What it remembers changes nothing but the time.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::engine::analyzer::Stemming;
use crate::engine::analyzer::stems::stem;
use crate::text::normalise::fold;

/// Longest form that is indexed, in bytes; longer "words" are addresses or encoded data, found by their first bytes.
const FORM_BYTES_MAX: usize = 120;

/// `Pakistan's` and `Pakistan’s` are sought as `Pakistan`.
pub(super) fn without_genitive(word: &str) -> &str {
    ["'s", "’s", "'S", "’S"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .filter(|w| !w.is_empty())
        .unwrap_or(word)
}

/// Words of which a thread remembers the forms; then it forgets them all.
const REMEMBERED_WORDS_MAX: usize = 50_000;
/// Longest word that is remembered, in bytes.
const REMEMBERED_BYTES_MAX: usize = 32;

/// The folded form of a word and its stem, where that differs.
type Forms = (Box<str>, Option<Box<str>>);

thread_local! {
    /// The forms of the last words in each stemming: a text says most of its words more than once, and all texts of a
    /// language say the same ones.
    static FORMS: RefCell<[HashMap<Box<str>, Forms>; Stemming::ALL.len()]> = RefCell::default();
}

/// The folded form of a word, and its stem where that differs.
pub(super) fn forms(written: &str, stemming: Stemming) -> (String, Option<String>) {
    let made = || {
        let folded = folded_form(written);
        let stemmed = stem(&folded, stemming);
        (folded.into_boxed_str(), stemmed.map(String::into_boxed_str))
    };
    let copied = |(folded, stemmed): &Forms| (String::from(&**folded), stemmed.as_deref().map(str::to_owned));
    if written.len() > REMEMBERED_BYTES_MAX {
        return copied(&made());
    }
    FORMS.with_borrow_mut(|remembered| {
        let remembered = &mut remembered[stemming as usize];
        if let Some(forms) = remembered.get(written) {
            return copied(forms);
        }
        if remembered.len() >= REMEMBERED_WORDS_MAX {
            remembered.clear();
        }
        copied(remembered.entry(written.into()).or_insert_with(made))
    })
}

/// The folded form of a word as it is written.
pub fn folded_form(written: &str) -> String {
    clipped(fold_word(written))
}

/// Folds a word; stops and commas inside it go where it is initials (`U.S`) or a number (`3,325.6` keeps its point).
fn fold_word(word: &str) -> String {
    let mut folded = fold(word);
    // The Arabic signs begin with the byte 0xD9.
    let may_hold_signs = folded.bytes().any(|byte| matches!(byte, b'.' | b',' | 0xD9));
    if may_hold_signs && folded.contains(['.', ',', '٬', '٫']) {
        let number = folded.bytes().any(|b| b.is_ascii_digit());
        folded.retain(|c| !matches!(c, ',' | '٬') && (number || c != '.'));
    }
    folded
}

pub(super) fn clipped(mut form: String) -> String {
    if form.len() > FORM_BYTES_MAX {
        form.truncate(form.floor_char_boundary(FORM_BYTES_MAX));
    }
    form
}
