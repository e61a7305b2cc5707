//! Words that are written as one: joined by hyphens, by joiners inside a word, or with an elided article before them.
//!
//! Says what belongs together; makes no forms and counts no positions.

use crate::text::normalise::fold;
use crate::text::words::Word;

/// A word as it stands in a group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'t> {
    /// The word whole.
    pub word: Word<'t>,
    /// What it is sought by too: the word without an elided article (`l'attaque`) or affixes behind joiners.
    pub core: Option<Word<'t>>,
}

/// What is written before an apostrophe in front of a word, in French, Italian, Catalan and Portuguese.
const ELIDED: [&str; 27] = [
    "l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "dell", "all", "nell", "sull",
    "dall", "un", "quest", "quell", "sant", "gl", "dov", "com", "cent", "anch",
];
/// Letters that a word behind an elided article has at least.
const BEHIND_ARTICLE_MIN: usize = 3;

const JOINER: char = '\u{200C}';
/// What Persian writes before and behind a joiner without making another word of it, folded.
const PREFIXES: [&str; 2] = ["می", "نمی"];
const SUFFIXES: [&str; 23] = [
    "ہا",
    "ہای",
    "ہایی",
    "ہایش",
    "ہایشان",
    "ہایم",
    "ہایمان",
    "ہایت",
    "ای",
    "ام",
    "ات",
    "اش",
    "اند",
    "اید",
    "ایم",
    "تر",
    "ترین",
    "تری",
    "شان",
    "مان",
    "تان",
    "ی",
    "یی",
];

/// Whether what stands between two words joins them.
pub(super) fn is_hyphen(between: &str) -> bool {
    matches!(between, "-" | "\u{2010}" | "\u{2011}" | "\u{2013}" | "\u{2212}" | "\u{FE63}" | "\u{FF0D}" | "&")
}

/// Adds a word to its group: as one piece, or as several where joiners part it into words.
pub(super) fn add<'t>(group: &mut Vec<Piece<'t>>, word: Word<'t>) {
    // An apostrophe, or the first byte of `’` and of the joiner: most words hold none.
    if !word.text.bytes().any(|byte| matches!(byte, b'\'' | 0xE2)) {
        group.push(Piece { word, core: None });
    } else if word.text.contains(JOINER) {
        add_joined(group, word);
    } else {
        group.push(Piece { word, core: behind_article(word) });
    }
}

fn part(word: Word, from: usize, to: usize) -> Word {
    Word { text: &word.text[from..to], start: word.start + from }
}

fn behind_article(word: Word) -> Option<Word> {
    let (article, rest) = word.text.split_once(['\'', '\u{2019}'])?;
    let long = rest.chars().filter(|c| c.is_alphabetic()).count() >= BEHIND_ARTICLE_MIN;
    let elided = long && ELIDED.iter().any(|elided| elided.eq_ignore_ascii_case(article));
    elided.then(|| part(word, word.text.len() - rest.len(), word.text.len()))
}

/// Parts a word at its joiners. Affixes stay with the word beside them; joiners between letters of other scripts than
/// the Arabic one only shape them.
fn add_joined<'t>(group: &mut Vec<Piece<'t>>, word: Word<'t>) {
    let mut parts = Vec::new();
    let mut from = 0;
    for text in word.text.split(JOINER) {
        parts.push((from, from + text.len()));
        from += text.len() + JOINER.len_utf8();
    }
    parts.retain(|(from, to)| from < to);
    if !parts.iter().all(|&(from, to)| word.text[from..to].starts_with(is_arabic)) {
        group.push(Piece { word, core: None });
        return;
    }
    let is_one_of = |(from, to): (usize, usize), affixes: &[&str]| {
        let folded = fold(&word.text[from..to]);
        affixes.contains(&folded.as_str())
    };
    let mut cores = parts.as_slice();
    while let [first, rest @ ..] = cores
        && !rest.is_empty()
        && is_one_of(*first, &PREFIXES)
    {
        cores = rest;
    }
    while let [rest @ .., last] = cores
        && !rest.is_empty()
        && is_one_of(*last, &SUFFIXES)
    {
        cores = rest;
    }
    for (n, &(from, to)) in cores.iter().enumerate() {
        let whole_from = if n == 0 { 0 } else { from };
        let whole_to = if n + 1 == cores.len() { word.text.len() } else { to };
        let core = ((whole_from, whole_to) != (from, to)).then(|| part(word, from, to));
        group.push(Piece { word: part(word, whole_from, whole_to), core });
    }
}

fn is_arabic(c: char) -> bool {
    matches!(c as u32, 0x0600..=0x06FF | 0x0750..=0x077F | 0x08A0..=0x08FF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<(String, Option<String>)> {
        let mut group = Vec::new();
        add(&mut group, Word { text, start: 0 });
        for piece in &group {
            assert_eq!(&text[piece.word.start..piece.word.end()], piece.word.text);
        }
        group.iter().map(|piece| (piece.word.text.to_owned(), piece.core.map(|core| core.text.to_owned()))).collect()
    }

    #[test]
    fn elided_articles_and_affixes_leave_the_word() {
        for (text, core) in [
            ("l'attaque", Some("attaque")),
            ("L’Aquila", Some("Aquila")),
            ("qu'elle", Some("elle")),
            ("dell'esercito", Some("esercito")),
            ("O'Brien", None),
            ("Qa'ida", None),
            ("Pakistan's", None),
            ("don't", None),
            ("l'a", None),
            ("می\u{200C}رود", Some("رود")),
            ("نمی\u{200C}شود", Some("شود")),
            ("کتاب\u{200C}های", Some("کتاب")),
            ("क्\u{200C}ष", None),
        ] {
            assert_eq!(pieces(text), [(text.to_owned(), core.map(str::to_owned))]);
        }
    }

    #[test]
    fn words_between_joiners_are_words() {
        let names = |text| pieces(text).into_iter().map(|(word, core)| core.unwrap_or(word)).collect::<Vec<_>>();
        assert_eq!(names("گوادر\u{200C}پورٹ"), ["گوادر", "پورٹ"]);
        assert_eq!(names("نخست\u{200C}وزیر\u{200C}ها"), ["نخست", "وزیر"]);
        assert_eq!(names("ها\u{200C}ی"), ["ها"]);
    }
}
