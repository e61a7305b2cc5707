//! Sentences of a text: where snippets may be cut, and what `SAME` means.
//!
//! A sentence never crosses a line break: a body's lines are paragraphs, headings and list items.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Words that end in a full stop without ending a sentence.
const ABBREVIATIONS: [&str; 34] = [
    "mr", "mrs", "ms", "dr", "prof", "gen", "maj", "col", "lt", "brig", "capt", "sgt", "cmdr", "adm", "sen", "rep",
    "gov", "st", "vs", "no", "nos", "vol", "fig", "approx", "inc", "ltd", "co", "corp", "rs", "jr", "sr", "etc", "cf",
    "art",
];

/// The sentences of a text, in order, trimmed, each within one line; empty ones are left out.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut line_start = 0;
    for line in text.split('\n') {
        let mut open: Option<Range<usize>> = None;
        for (at, piece) in line.split_sentence_bound_indices() {
            let end = line_start + at + piece.len();
            let start = open.as_ref().map_or(line_start + at, |o| o.start);
            open = Some(start..end);
            // A sentence does not begin with a small letter: `"Why?" he asked.` is one.
            let goes_on = line[at + piece.len()..].starts_with(char::is_lowercase);
            if !goes_on && !ends_in_abbreviation(piece) {
                found.extend(open.take().and_then(|range| trimmed(text, range)));
            }
        }
        found.extend(open.and_then(|range| trimmed(text, range)));
        line_start += line.len() + 1;
    }
    found
}

fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    let end = start + piece.trim().len();
    (start < end).then_some(start..end)
}

fn ends_in_abbreviation(piece: &str) -> bool {
    let Some(piece) = piece.trim_end().strip_suffix('.') else { return false };
    let word = piece.rsplit(|c: char| !(c.is_alphanumeric() || c == '.')).next().unwrap_or_default();
    // An initial ("J. Smith") or letters between full stops ("U.S."): more often inside a sentence than at its end.
    let initials = !word.is_empty()
        && word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic));
    initials || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn sentences_end_where_readers_end_them() {
        assert_eq!(
            list("Maj. Gen. Abid Rafique led it. It was new.\n\n- An item"),
            ["Maj. Gen. Abid Rafique led it.", "It was new.", "- An item"]
        );
        assert_eq!(
            list("The U.S. State Department spoke. \"Why?\" he asked."),
            ["The U.S. State Department spoke.", "\"Why?\" he asked."]
        );
        assert_eq!(list("حملہ ہوا۔ کوئی زخمی نہیں ہوا۔"), ["حملہ ہوا۔", "کوئی زخمی نہیں ہوا۔"]);
        assert_eq!(list("袭击发生。五人死亡！"), ["袭击发生。", "五人死亡！"]);
        assert_eq!(list("It cost Rs4.96 billion."), ["It cost Rs4.96 billion."]);
    }
}
