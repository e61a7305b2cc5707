//! Sentences of a text: where snippets may be cut, and what `SAME` means.
//!
//! A sentence never crosses a line break: a body's lines are paragraphs, headings and list items.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Words that end in a full stop without ending a sentence: of English, Spanish, French, German, Russian and Hindi.
const ABBREVIATIONS: [&str; 61] = [
    "mr",
    "mrs",
    "ms",
    "dr",
    "prof",
    "gen",
    "maj",
    "col",
    "lt",
    "brig",
    "capt",
    "sgt",
    "cmdr",
    "adm",
    "sen",
    "rep",
    "gov",
    "st",
    "vs",
    "no",
    "nos",
    "vol",
    "fig",
    "approx",
    "inc",
    "ltd",
    "co",
    "corp",
    "rs",
    "jr",
    "sr",
    "etc",
    "cf",
    "art",
    "sra",
    "dra",
    "cnel",
    "gral",
    "ee.uu",
    "mme",
    "mlle",
    "mgr",
    "bzw",
    "nr",
    "mio",
    "mrd",
    "гг",
    "им",
    "ул",
    "стр",
    "тыс",
    "млн",
    "млрд",
    "руб",
    "долл",
    "т.е",
    "т.д",
    "डॉ",
    "पं",
    "प्रो",
    "रु",
];

/// The sentences of a text, in order, trimmed, each within one line; empty ones are left out.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut line_start = 0;
    for line in text.split('\n') {
        let mut open: Option<Range<usize>> = None;
        for piece_range in pieces(line) {
            let (at, piece) = (piece_range.start, &line[piece_range]);
            let end = line_start + at + piece.len();
            let start = open.as_ref().map_or(line_start + at, |o| o.start);
            open = Some(start..end);
            // A sentence does not begin with a small letter: `"Why?" he asked.` is one. Urdu's full stop parts figures too.
            let behind = &line[at + piece.len()..];
            let goes_on = behind.starts_with(char::is_lowercase)
                || behind.starts_with(char::is_numeric) && is_point_of_number(piece);
            if !goes_on && !ends_in_abbreviation(piece) {
                found.extend(open.take().and_then(|range| trimmed(text, range)));
            }
        }
        found.extend(open.and_then(|range| trimmed(text, range)));
        line_start += line.len() + 1;
    }
    found
}

/// The pieces of a line between sentence bounds, by Unicode's rules (UAX 29).
fn pieces(line: &str) -> Vec<Range<usize>> {
    if line.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
        return plain_pieces(line.as_bytes());
    }
    line.split_sentence_bound_indices().map(|(at, piece)| at..at + piece.len()).collect()
}

/// The same for printed ASCII, where the rules look at full stops, question and exclamation marks alone: the tables of
/// all letters took 7 % of the samples of a bench.
fn plain_pieces(line: &[u8]) -> Vec<Range<usize>> {
    let is_end = |byte: u8| matches!(byte, b'.' | b'!' | b'?');
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < line.len() {
        let sign = line[at];
        let before = at.checked_sub(1).map(|before| line[before]);
        at += 1;
        if !is_end(sign) {
            continue;
        }
        let behind = line.get(at).copied();
        // SB6 and SB7: `2.5`, `U.S`.
        let joins = |next: u8| {
            next.is_ascii_digit() || next.is_ascii_uppercase() && before.is_some_and(|c| c.is_ascii_alphabetic())
        };
        if sign == b'.' && behind.is_some_and(joins) {
            continue;
        }
        while line.get(at).is_some_and(|c| matches!(c, b'"' | b'\'' | b'(' | b')' | b'[' | b']' | b'{' | b'}')) {
            at += 1;
        }
        while line.get(at).is_some_and(|c| matches!(c, b' ' | b'\t')) {
            at += 1;
        }
        // SB8: the next letter is a small one. SB8a: a comma, or another end.
        let next_letter = line[at..].iter().find(|&&c| c.is_ascii_alphabetic() || is_end(c));
        let goes_on = sign == b'.' && next_letter.is_some_and(u8::is_ascii_lowercase);
        let continued = line.get(at).is_some_and(|&c| matches!(c, b',' | b'-' | b':' | b';') || is_end(c));
        if !goes_on && !continued {
            found.push(start..at);
            start = at;
        }
    }
    if start < line.len() {
        found.push(start..line.len());
    }
    found
}

fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    let end = start + piece.trim().len();
    (start < end).then_some(start..end)
}

/// Whether a piece ends in a figure with Urdu's full stop right behind it (`۲۔۵`).
fn is_point_of_number(piece: &str) -> bool {
    piece.strip_suffix('۔').is_some_and(|before| before.ends_with(char::is_numeric))
}

fn ends_in_abbreviation(piece: &str) -> bool {
    let Some(piece) = piece.trim_end().strip_suffix('.') else { return false };
    let word =
        piece.rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '\u{94D}'))).next().unwrap_or_default();
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
        for (text, parts) in [
            ("کیا وہ آئے؟ ہاں۔ خرچ ۲۔۵ ارب ہے۔", ["کیا وہ آئے؟", "ہاں۔", "خرچ ۲۔۵ ارب ہے۔"].as_slice()),
            ("قال؛ ثم ذهب. هل عاد؟ نعم!", &["قال؛ ثم ذهب.", "هل عاد؟", "نعم!"]),
            ("डॉ. सिंह आए। क्या हुआ? वे गए॥ फिर प्रो. राव बोले।", &["डॉ. सिंह आए।", "क्या हुआ?", "वे गए॥", "फिर प्रो. राव बोले।"]),
            ("他问：“谁？”她答：“我。”后来走了！真的？", &["他问：“谁？”", "她答：“我。”", "后来走了！", "真的？"]),
            (
                "В 2024 г. Иванов уехал. «Кто это?» — спросил он. Это 5 млн. Дорого.",
                &["В 2024 г. Иванов уехал.", "«Кто это?» — спросил он.", "Это 5 млн. Дорого."],
            ),
            (
                "Habló el Gral. Ruiz. ¿Quién? «Nadie.» Siguió.",
                &["Habló el Gral. Ruiz.", "¿Quién?", "«Nadie.»", "Siguió."],
            ),
        ] {
            assert_eq!(list(text), parts);
        }
    }

    proptest::proptest! {
        #[test]
        fn printed_ascii_is_parted_by_the_same_rules(line in "([ -~\t]|[.!? a-zA-Z0-9,;:\"')(-]){0,40}") {
            let by_tables: Vec<_> =
                line.split_sentence_bound_indices().map(|(at, piece)| at..at + piece.len()).collect();
            proptest::prop_assert_eq!(plain_pieces(line.as_bytes()), by_tables, "{:?}", line);
        }
    }
}
