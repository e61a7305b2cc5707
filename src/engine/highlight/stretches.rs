//! Stretches of a text that may hold a sought word: what lies outside of them need not be taken apart into words.
//!
//! Looks at how words begin, and where it is in doubt says yes. Knows no plan and no token.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::text::normalise::{fold, is_han};

/// What the sought words look like from afar.
#[derive(Debug, Clone)]
pub(super) struct Sought {
    /// By the first letter or digit: the second ones that may follow, a bit for each class of `CLASSES`.
    seconds: [u64; 128],
    /// First letters that are not ASCII, a bit for each character of the basic plane.
    others: Vec<u64>,
    /// Whether some word begins beyond the basic plane.
    beyond: bool,
    /// Words with typos.
    typos: Vec<Typo>,
    /// Words that the words of a phrase may lie apart.
    reach: usize,
}

#[derive(Debug, Clone)]
struct Typo {
    letters: u64,
    length: usize,
    distance: u32,
}

/// Any second letter, and none.
const ANY: u64 = u64::MAX;
/// The word ends behind its first letter.
const NONE: u64 = 1;
/// Classes of ASCII letters and digits, from 1; 0 is for all other bytes. `y` is in the class of `i`: the stem of `dying`
/// is `die`, and no other rule of the stemmer reaches the second letter.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'y' | b'Y' => b'i' - b'a' + 1,
            b @ b'a'..=b'z' => b - b'a' + 1,
            b @ b'A'..=b'Z' => b - b'A' + 1,
            b @ b'0'..=b'9' => b - b'0' + 27,
            _ => 0,
        };
        byte += 1;
    }
    classes
};
/// ASCII signs that part words whatever stands around them (UAX 29 has them in no class that joins).
const PARTING: [bool; 256] = {
    let signs = b" \t/+=()<>|?!*%@[]{}#~^\\";
    let mut parting = [false; 256];
    let mut at = 0;
    while at < signs.len() {
        parting[signs[at] as usize] = true;
        at += 1;
    }
    parting
};

impl Sought {
    /// Nothing sought; words of a phrase lie at most `reach` words apart.
    pub(super) fn new(reach: usize) -> Self {
        Self { seconds: [0; 128], others: Vec::new(), beyond: false, typos: Vec::new(), reach }
    }

    /// Adds a form of a word, folded; `open` where words may go on behind it. Gives `false` for a form that cannot be seen
    /// from afar.
    pub(super) fn add(&mut self, form: &str, open: bool) -> bool {
        let mut rest = form.chars();
        let Some(first) = rest.next() else { return false };
        if !first.is_ascii() {
            self.add_other(first);
            return true;
        }
        if CLASSES[first as usize] == 0 {
            return false;
        }
        let second = rest.find(|c| !c.is_ascii() || CLASSES[*c as usize] > 0);
        self.seconds[first.to_ascii_lowercase() as usize] |= match second {
            Some(c) if c.is_ascii() => bit(c as u8),
            Some(_) => ANY,
            None if open => ANY,
            None => NONE,
        };
        true
    }

    fn add_other(&mut self, first: char) {
        let at = first as usize;
        if at > 0xFFFF {
            self.beyond = true;
            return;
        }
        self.others.resize(0x1_0000 / 64, 0);
        self.others[at / 64] |= 1 << (at % 64);
    }

    /// Adds a folded word that may be misspelt. Gives `false` where it cannot be seen from afar.
    pub(super) fn add_typo(&mut self, folded: &str, distance: u8) -> bool {
        let plain = folded.bytes().all(|byte| byte.is_ascii_alphanumeric()) && folded.len() > usize::from(distance);
        if plain {
            let letters = folded.bytes().fold(0, |letters, byte| letters | bit(byte));
            self.typos.push(Typo { letters, length: folded.len(), distance: distance.into() });
        }
        plain
    }

    /// The stretches, in order and apart. Every match lies in one of them, each within a line and cut between words.
    pub(super) fn stretches(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let bytes = text.as_bytes();
        let (mut start, mut ascii) = (0, true);
        for at in 1..=bytes.len() {
            ascii &= bytes[at - 1].is_ascii();
            if at < bytes.len() && !is_cut(text, at) {
                continue;
            }
            let may_hold = if ascii { self.may_hold_plain(&bytes[start..at]) } else { self.may_hold(&text[start..at]) };
            if may_hold {
                let stretch = self.widened(text, start..at);
                match found.last_mut() {
                    Some(last) if stretch.start <= last.end => last.end = stretch.end.max(last.end),
                    _ => found.push(stretch),
                }
            }
            (start, ascii) = (at, true);
        }
        found
    }

    /// A stretch with as many words before and behind as a phrase may reach, within its line.
    fn widened(&self, text: &str, stretch: Range<usize>) -> Range<usize> {
        let (mut start, mut end) = (stretch.start, stretch.end);
        if text.as_bytes()[start] == b'\n' {
            start += 1;
        }
        let mut words = 0;
        let is_line_start = |at: usize| at == 0 || text.as_bytes()[at - 1] == b'\n';
        while words < self.reach && !is_line_start(start) {
            let before = (0..start).rev().find(|&at| at == 0 || is_cut(text, at)).unwrap_or(0);
            let before = if text.as_bytes()[before] == b'\n' { before + 1 } else { before };
            words += words_at_least(&text[before..start]);
            start = before;
        }
        let mut words = 0;
        while words < self.reach && end < text.len() && text.as_bytes()[end] != b'\n' {
            let behind = (end + 1..text.len()).find(|&at| is_cut(text, at)).unwrap_or(text.len());
            words += words_at_least(&text[end..behind]);
            end = behind;
        }
        start..end
    }

    /// Whether a stretch of ASCII may hold a sought word.
    fn may_hold_plain(&self, stretch: &[u8]) -> bool {
        let mut inside = false;
        for (at, &byte) in stretch.iter().enumerate() {
            let letter = CLASSES[byte as usize] > 0;
            if letter && !inside {
                let seconds = self.seconds[byte.to_ascii_lowercase() as usize];
                if seconds != 0 && goes_on(&stretch[at + 1..], seconds) {
                    return true;
                }
            }
            inside = letter;
        }
        !self.typos.is_empty() && self.may_hold_typo(stretch)
    }

    fn may_hold_typo(&self, stretch: &[u8]) -> bool {
        let is_sign = |byte: &u8| CLASSES[*byte as usize] == 0;
        let mut words = stretch.split(is_sign).filter(|word| !word.is_empty());
        // Two runs of letters may be one word (`don't`) or parts of one (`JF-17`).
        let (Some(word), None) = (words.next(), words.next()) else { return stretch.iter().any(|b| !is_sign(b)) };
        let letters = word.iter().fold(0, |letters, &byte| letters | bit(byte));
        self.typos.iter().any(|typo| {
            // Each edit brings one letter at most and takes one at most.
            word.len().abs_diff(typo.length) <= typo.distance as usize
                && (letters & !typo.letters).count_ones() <= typo.distance
                && (typo.letters & !letters).count_ones() <= typo.distance
        })
    }

    /// Whether a stretch with other letters may hold a sought word.
    fn may_hold(&self, stretch: &str) -> bool {
        let mut may_begin = true;
        for c in stretch.chars() {
            let first = if c.is_ascii() { Some(c.to_ascii_lowercase()) } else { first_folded(c) };
            // What is dropped may have parted words, as an apostrophe does at the end of one.
            let Some(first) = first else {
                may_begin = true;
                continue;
            };
            let letter = c.is_alphanumeric();
            if first.is_ascii_alphanumeric() && !self.typos.is_empty() {
                return true;
            }
            // Beyond the letters of Europe, the Near East and India, each character may be a word.
            if (may_begin || (c as u32) >= 0x0E00 || !c.is_alphabetic()) && self.may_begin(first) {
                return true;
            }
            // A vowel sign of India that stands alone is no word with what follows.
            let sign = may_begin && (0x0900..0x0E00).contains(&(c as u32));
            may_begin = !letter || (c as u32) >= 0x0E00 || !c.is_alphabetic() && !c.is_ascii() || sign;
        }
        false
    }

    fn may_begin(&self, first: char) -> bool {
        let at = first as usize;
        match at {
            0..0x80 => self.seconds[at] != 0,
            0x80..0x1_0000 => self.others.get(at / 64).is_some_and(|bits| bits & (1 << (at % 64)) != 0),
            _ => self.beyond,
        }
    }
}

fn bit(byte: u8) -> u64 {
    1 << CLASSES[byte as usize]
}

/// Whether behind a first letter there stands one of the second ones.
fn goes_on(rest: &[u8], seconds: u64) -> bool {
    match rest.first() {
        Some(&next) if CLASSES[next as usize] > 0 => seconds & bit(next) != 0,
        // The word ends here, or a sign in it is passed over (`U.S.`, `e-mail`).
        _ => {
            let next = rest.iter().find(|byte| CLASSES[**byte as usize] > 0);
            seconds & NONE != 0 || next.is_some_and(|&next| seconds & bit(next) != 0)
        }
    }
}

/// Whether a text may be cut before this byte: no word and no joined name reaches across.
fn is_cut(text: &str, at: usize) -> bool {
    match text.as_bytes()[at] {
        b'\n' | b' ' => true,
        // A vowel sign makes a word even of a sign that it stands on.
        byte if byte.is_ascii() => PARTING[byte as usize] && text.as_bytes().get(at + 1).is_none_or(u8::is_ascii),
        0xE3 | 0xEF => {
            let parts = |c: char| {
                matches!(c, '。' | '、' | '，' | '；' | '：' | '？' | '！' | '「' | '」' | '《' | '》' | '（' | '）')
            };
            text[at..].starts_with(parts) && text[..at].ends_with(is_han)
        }
        _ => false,
    }
}

/// How many words a stretch has at least.
fn words_at_least(stretch: &str) -> usize {
    let han = stretch.chars().filter(|&c| is_han(c)).count();
    let letter = |c: char| c.is_alphanumeric() && (c.is_ascii() || first_folded(c).is_some());
    if han > 0 { han } else { usize::from(stretch.chars().any(letter)) }
}

/// The first letter of the folded form of a character; `None` where folding drops it. Folding one character takes a
/// hundred times as long as reading it, so each is folded once.
fn first_folded(c: char) -> Option<char> {
    const UNKNOWN: u32 = 0;
    const DROPPED: u32 = 1;
    static FIRST: [AtomicU32; 0x1_0000] = [const { AtomicU32::new(UNKNOWN) }; 0x1_0000];
    let fold_now = || fold(c.encode_utf8(&mut [0; 4])).chars().next();
    let Some(kept) = FIRST.get(c as usize) else { return fold_now() };
    match kept.load(Ordering::Relaxed) {
        UNKNOWN => {
            let first = fold_now();
            kept.store(first.map_or(DROPPED, u32::from), Ordering::Relaxed);
            first
        }
        DROPPED => None,
        first => char::from_u32(first),
    }
}
