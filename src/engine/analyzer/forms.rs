//! The forms of one word: folded, clipped, stemmed; and the memory of them.
//!
//! Knows no text and no positions. What it remembers changes nothing but the time.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};

use crate::engine::analyzer::Stemming;
use crate::text::normalise::fold;

/// Longest form that is indexed, in bytes; longer "words" are addresses or encoded data, found by their first bytes.
const FORM_BYTES_MAX: usize = 120;
static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::new(Algorithm::English));

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

/// The folded form of a word and its English stem.
type Forms = (Box<str>, Option<Box<str>>);

thread_local! {
    /// The forms of the last words: a text says most of its words more than once, and all texts say the same ones.
    static FORMS: RefCell<HashMap<Box<str>, Forms>> = RefCell::default();
}

/// The folded form of a word, and its stem where that differs.
pub(super) fn forms(written: &str, stemming: Stemming) -> (String, Option<String>) {
    let made = || {
        let folded = folded_form(written);
        let stemmed = stem(&folded, Stemming::English);
        (folded.into_boxed_str(), stemmed.map(String::into_boxed_str))
    };
    let chosen = |(folded, stemmed): &Forms| {
        let stemmed = stemmed.as_deref().filter(|_| stemming == Stemming::English);
        (String::from(&**folded), stemmed.map(str::to_owned))
    };
    if written.len() > REMEMBERED_BYTES_MAX {
        return chosen(&made());
    }
    FORMS.with_borrow_mut(|remembered| {
        if let Some(forms) = remembered.get(written) {
            return chosen(forms);
        }
        if remembered.len() >= REMEMBERED_WORDS_MAX {
            remembered.clear();
        }
        chosen(remembered.entry(written.into()).or_insert_with(made))
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

/// The English stem of a folded word; the word itself where it has no other.
pub fn stemmed(folded: &str) -> String {
    stem(folded, Stemming::English).unwrap_or_else(|| folded.to_owned())
}

pub(super) fn clipped(mut form: String) -> String {
    if form.len() > FORM_BYTES_MAX {
        form.truncate(form.floor_char_boundary(FORM_BYTES_MAX));
    }
    form
}

pub(super) fn stem(folded: &str, stemming: Stemming) -> Option<String> {
    if stemming == Stemming::Plain || folded.len() < 3 || !folded.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let stem = STEMMER.stem(folded);
    (stem != folded).then(|| stem.into())
}
