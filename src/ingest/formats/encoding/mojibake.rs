//! Text that was decoded wrongly before it came to us: found by its signs, and mended where that is certain.
//!
//! UTF-8 bytes once read as Windows-1252 and saved again look like `Ã©` and `â€™`. Turned back into bytes they are
//! valid UTF-8, which words of no language are by chance; only then is anything changed.

use encoding_rs::WINDOWS_1252;

/// Share of the runs of non-ASCII letters that must turn back into UTF-8 before a text counts as encoded twice.
const ROUND_TRIP_SHARE_MIN: f64 = 0.8;
/// Fewest signs of wrong decoding that are worth a warning.
const SIGNS_MIN: usize = 3;
/// Signs that no writer types: a capital that opens a UTF-8 sequence, and a letter or mark that goes on with it.
const SIGNS: &[&str] = &[
    "â€™",
    "â€œ",
    "â€\u{9d}",
    "â€“",
    "â€”",
    "â€¦",
    "â€˜",
    "Ã©",
    "Ã¨",
    "Ã¡",
    "Ã³",
    "Ã±",
    "Ã¼",
    "Ã¶",
    "Ã¤",
    "Ã§",
    "Ãª",
    "Ã¢",
    "Â£",
    "Â°",
    "Â»",
    "Â«",
    "Â\u{a0}",
    "Ø§",
    "Ù„",
    "Ù…",
    "Ù†",
    "Û\u{8c}",
    "ï¿½",
    "ä¸",
    "çš„",
];

/// A control character of the upper range (U+0080 to U+009F), which Windows-1252 uses for letters and marks.
pub(super) fn is_c1(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9F}')
}

/// Upper control characters read as the Windows-1252 marks that they were: text once taken for ISO 8859-1.
pub(super) fn mend_controls(text: String) -> String {
    if !text.contains(is_c1) {
        return text;
    }
    // The five that Windows-1252 does not use stay as they are: text encoded twice holds them.
    text.chars()
        .map(|c| match u8::try_from(c) {
            Ok(byte) if is_c1(c) => WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// Turns a text back that was encoded twice; warns of signs that cannot be mended.
pub(super) fn mend(text: String, warnings: &mut Vec<String>) -> String {
    let (runs, mended, sound) = runs_turned_back(&text);
    let has_signs = || SIGNS.iter().any(|sign| text.contains(sign));
    let certain = sound > 1 || (sound == 1 && (text.chars().count() > mended.chars().count() + 2 || has_signs()));
    if certain && sound as f64 >= runs as f64 * ROUND_TRIP_SHARE_MIN {
        warnings.push("was encoded twice (UTF-8 read as Windows-1252); mended".to_owned());
        return mended;
    }
    let signs: usize = SIGNS.iter().map(|sign| text.matches(sign).count()).sum();
    if signs >= SIGNS_MIN {
        warnings.push(format!("{signs} places look wrongly decoded (such as `Ã©` or `â€™`); save it anew as UTF-8"));
    }
    text
}

/// The number of runs of non-ASCII letters, the text with those turned back that are UTF-8, and how many those are.
fn runs_turned_back(text: &str) -> (usize, String, usize) {
    let mut mended = String::with_capacity(text.len());
    let (mut runs, mut sound) = (0, 0);
    let mut rest = text;
    while !rest.is_empty() {
        let plain = rest.find(|c: char| !c.is_ascii()).unwrap_or(rest.len());
        mended.push_str(&rest[..plain]);
        rest = &rest[plain..];
        let length = rest.find(|c: char| c.is_ascii()).unwrap_or(rest.len());
        if length == 0 {
            continue;
        }
        runs += 1;
        match turned_back(&rest[..length]) {
            Some(letters) => {
                sound += 1;
                mended.push_str(&letters);
            }
            None => mended.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    (runs, mended, sound)
}

/// A run as the bytes of Windows-1252, if those are UTF-8.
fn turned_back(run: &str) -> Option<String> {
    let (bytes, _, lossy) = WINDOWS_1252.encode(run);
    if lossy { None } else { String::from_utf8(bytes.into_owned()).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twice(text: &str) -> String {
        WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn what_was_encoded_twice_is_mended() {
        for text in [
            "The group’s claim – “all dead”.",
            "été à la façade",
            "گوادر میں دھماکہ",
            "中国 公民",
            "中国公民",
            "it’s",
            "für",
        ] {
            let mut warnings = Vec::new();
            assert_eq!(mend(mend_controls(twice(text)), &mut warnings), text);
            assert_eq!(warnings.len(), 1, "{text}");
        }
    }

    #[test]
    fn what_was_not_stays() {
        for text in ["été à la façade", "« là »", "plain", "گوادر میں", "ÃO", "À la carte – “ok”", "Ångström Å“"]
        {
            let mut warnings = Vec::new();
            assert_eq!(mend(text.to_owned(), &mut warnings), text);
            assert!(warnings.is_empty(), "{text} {warnings:?}");
        }
    }

    #[test]
    fn a_mixture_is_only_warned_of() {
        let mixture = "Ã© Ã© Ã© été déjà vu à côté";
        let mut warnings = Vec::new();
        assert_eq!(mend(mixture.to_owned(), &mut warnings), mixture);
        assert!(warnings[0].contains("3 places"), "{warnings:?}");
    }

    #[test]
    fn upper_control_characters_are_the_marks_they_were() {
        assert_eq!(mend(mend_controls("it\u{e2}\u{80}\u{99}s".to_owned()), &mut Vec::new()), "it’s");
        assert_eq!(mend_controls("don\u{92}t \u{93}x\u{94}".to_owned()), "don’t “x”");
    }
}
