//! Text cut into the lines of a terminal, matches marked.
//!
//! May let nothing of a document steer the terminal: control characters and marks that turn the direction of text
//! are dropped before anything is written.

use anstyle::{AnsiColor, Style};
use unicode_segmentation::UnicodeSegmentation;

use crate::model::results::Fragment;

/// How matched text is shown where colour is allowed.
const MARK: Style = AnsiColor::Red.on_default().bold();
/// Closing punctuation of Chinese that never opens a line.
const CLOSING: &str = "，。、；：？！」』）》”’…";

/// A text without what steers a terminal: line breaks and tabs become spaces; other control characters (escape
/// sequences need one) and the invisible overrides of direction are dropped.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

/// One visible letter and whether it is part of a match.
#[derive(Clone, Copy)]
struct Letter<'a> {
    text: &'a str,
    matched: bool,
}

/// Letters that stay together on one line, and the space before them.
#[derive(Default)]
struct Unit<'a> {
    space: Option<Letter<'a>>,
    letters: Vec<Letter<'a>>,
    columns: usize,
}

/// Fragments as lines of at most `width` columns. Matches are coloured, or without `colour` stand between asterisks.
/// Chinese breaks anywhere but before closing punctuation; words too long for a line are cut.
pub(super) fn wrap(fragments: &[Fragment], width: usize, colour: bool) -> Vec<String> {
    let runs: Vec<(String, bool)> = fragments
        .iter()
        .map(|fragment| (printable(&fragment.text), fragment.matched))
        .map(|(text, matched)| if matched && !colour { (starred(&text), false) } else { (text, matched) })
        .collect();
    let mut lines: Vec<Vec<Letter<'_>>> = vec![Vec::new()];
    let mut used = 0;
    for unit in units(&runs, width) {
        let space = usize::from(unit.space.is_some() && used > 0);
        if used > 0 && used + space + unit.columns > width {
            lines.push(Vec::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            line.extend(unit.space.filter(|_| used > 0));
            used += if used > 0 { space } else { 0 } + unit.columns;
            line.extend(unit.letters);
        }
    }
    lines.iter().map(|line| painted(line)).collect()
}

/// A match without colour: the text between asterisks, spaces at its ends outside.
fn starred(text: &str) -> String {
    let inner = text.trim();
    if inner.is_empty() {
        return text.to_owned();
    }
    let start = text.len() - text.trim_start().len();
    format!("{}*{inner}*{}", &text[..start], &text[start + inner.len()..])
}

fn units(runs: &[(String, bool)], width: usize) -> Vec<Unit<'_>> {
    let mut units = Vec::new();
    let mut unit = Unit::default();
    for (text, matched) in runs {
        for letter in text.graphemes(true).map(|text| Letter { text, matched: *matched }) {
            let columns = columns(letter.text);
            if letter.text == " " {
                finish(&mut units, &mut unit);
                unit.space = Some(letter);
                continue;
            }
            let closes = CLOSING.contains(letter.text);
            let parts = (columns == 2 && !closes) || unit.letters.last().is_some_and(|last| breaks_after(last.text));
            if !unit.letters.is_empty() && ((parts && !closes) || unit.columns + columns > width) {
                finish(&mut units, &mut unit);
            }
            unit.letters.push(letter);
            unit.columns += columns;
        }
    }
    finish(&mut units, &mut unit);
    units
}

fn finish<'a>(units: &mut Vec<Unit<'a>>, unit: &mut Unit<'a>) {
    let done = std::mem::take(unit);
    if done.letters.is_empty() {
        unit.space = done.space;
    } else {
        units.push(done);
    }
}

/// Whether a line may end behind this letter without a space: behind Chinese and its punctuation.
fn breaks_after(letter: &str) -> bool {
    columns(letter) == 2
}

/// Columns that a letter takes: two for the wide scripts of East Asia and for pictures, else one. Ranges after
/// Unicode's East Asian Width, in blocks.
fn columns(letter: &str) -> usize {
    let wide = |c: char| {
        matches!(
            c as u32,
            0x1100..=0x115F
                | 0x2E80..=0xA4CF
                | 0xAC00..=0xD7A3
                | 0xF900..=0xFAFF
                | 0xFE30..=0xFE6F
                | 0xFF00..=0xFF60
                | 0xFFE0..=0xFFE6
                | 0x1_F300..=0x1_FAFF
                | 0x2_0000..=0x3_FFFD
        )
    };
    if letter.chars().next().is_some_and(wide) { 2 } else { 1 }
}

fn painted(line: &[Letter<'_>]) -> String {
    let mut text = String::new();
    let mut open = false;
    for letter in line {
        if letter.matched != open {
            let change = if open { MARK.render_reset().to_string() } else { MARK.render().to_string() };
            text.push_str(&change);
            open = letter.matched;
        }
        text.push_str(letter.text);
    }
    if open {
        text.push_str(&MARK.render_reset().to_string());
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::render::samples::fragments;

    #[test]
    fn lines_break_at_spaces_and_between_chinese_characters() {
        for (text, width, lines) in [
            ("one two three", 7, vec!["one two", "three"]),
            ("a [b c] d", 80, vec!["a *b c* d"]),
            ("one [two three] four", 9, vec!["one *two", "three*", "four"]),
            ("incomprehensible", 6, vec!["incomp", "rehens", "ible"]),
            ("瓜达尔港，巴基斯坦", 8, vec!["瓜达尔", "港，巴基", "斯坦"]),
            ("گودی میں ہڑتال", 9, vec!["گودی میں", "ہڑتال"]),
            ("", 9, vec![""]),
        ] {
            assert_eq!(wrap(&fragments(text), width, false), lines, "{text}");
        }
    }

    #[test]
    fn colour_is_closed_at_the_end_of_each_line() {
        let lines = wrap(&fragments("one [two three]"), 7, true);
        assert_eq!(lines, ["one \u{1b}[1m\u{1b}[31mtwo\u{1b}[0m", "\u{1b}[1m\u{1b}[31mthree\u{1b}[0m"]);
    }

    #[test]
    fn nothing_in_a_text_steers_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\u{9b}2Jc\u{7}\u{202e}d\ne\tf\u{7f}"), "a[31mb2Jcd e f");
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_letter_is_lost(text in "[a-z \u{1b}\u{4e00}-\u{4e20}，é]{0,80}", width in 4usize..30) {
            let lines = wrap(&[Fragment { text: text.clone(), matched: false }], width, true);
            for line in &lines {
                prop_assert!(line.graphemes(true).map(columns).sum::<usize>() <= width);
                prop_assert!(!line.contains('\u{1b}'), "an escape came through");
            }
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
