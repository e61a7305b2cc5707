//! Writing systems: which one a letter belongs to, and which of them betray the language at once.
//!
//! Ranges are those of Unicode's blocks. Decides nothing about a text; `language` weighs.

/// A writing system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Script {
    /// Its name in Unicode.
    pub(super) name: &'static str,
    /// The language, where in practice only one is written so.
    pub(super) sole_language: Option<&'static str>,
    /// How many letters of an alphabet one sign is worth. An ideograph stands for about half a word, a syllable
    /// sign for two letters; without the weight, one Latin acronym would outvote a Chinese headline.
    pub(super) sign_weight: u32,
    ranges: &'static [(u32, u32)],
}

const fn alphabet(name: &'static str, sole_language: Option<&'static str>, ranges: &'static [(u32, u32)]) -> Script {
    Script { name, sole_language, sign_weight: 1, ranges }
}

/// Place of the Latin script in `SCRIPTS`.
pub(super) const LATIN: usize = 0;
/// Place of the Chinese ideographs in `SCRIPTS`.
pub(super) const HAN: usize = 4;
/// Place of the Japanese syllabaries in `SCRIPTS`.
pub(super) const KANA: usize = 5;
/// How many scripts are known.
pub(super) const SCRIPT_COUNT: usize = 30;

/// All scripts that are told apart, the commonest in such a corpus first.
pub(super) static SCRIPTS: [Script; SCRIPT_COUNT] = [
    alphabet("Latin", None, &[(0x41, 0x2AF), (0x1E00, 0x1EFF), (0xFB00, 0xFB06), (0xFF21, 0xFF5A)]),
    alphabet("Arabic", None, &[(0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFEFC)]),
    alphabet("Devanagari", None, &[(0x0900, 0x097F), (0xA8E0, 0xA8FF)]),
    alphabet("Cyrillic", None, &[(0x0400, 0x052F), (0x1C80, 0x1C8F)]),
    Script {
        name: "Han",
        sole_language: Some("zh"),
        sign_weight: 3,
        ranges: &[(0x3005, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x2_0000, 0x3_FFFF)],
    },
    Script {
        name: "Japanese",
        sole_language: Some("ja"),
        sign_weight: 2,
        ranges: &[(0x3041, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F)],
    },
    Script {
        name: "Hangul",
        sole_language: Some("ko"),
        sign_weight: 2,
        ranges: &[(0xAC00, 0xD7AF), (0x1100, 0x11FF), (0x3131, 0x318E)],
    },
    alphabet("Bengali", None, &[(0x0980, 0x09FF)]),
    alphabet("Hebrew", None, &[(0x0590, 0x05FF), (0xFB1D, 0xFB4F)]),
    alphabet("Greek", Some("el"), &[(0x0370, 0x03FF), (0x1F00, 0x1FFF)]),
    alphabet("Gurmukhi", Some("pa"), &[(0x0A00, 0x0A7F)]),
    alphabet("Gujarati", Some("gu"), &[(0x0A80, 0x0AFF)]),
    alphabet("Oriya", Some("or"), &[(0x0B00, 0x0B7F)]),
    alphabet("Tamil", Some("ta"), &[(0x0B80, 0x0BFF)]),
    alphabet("Telugu", Some("te"), &[(0x0C00, 0x0C7F)]),
    alphabet("Kannada", Some("kn"), &[(0x0C80, 0x0CFF)]),
    alphabet("Malayalam", Some("ml"), &[(0x0D00, 0x0D7F)]),
    alphabet("Sinhala", Some("si"), &[(0x0D80, 0x0DFF)]),
    alphabet("Thai", Some("th"), &[(0x0E00, 0x0E7F)]),
    alphabet("Lao", Some("lo"), &[(0x0E80, 0x0EFF)]),
    alphabet("Tibetan", Some("bo"), &[(0x0F00, 0x0FFF)]),
    alphabet("Myanmar", Some("my"), &[(0x1000, 0x109F)]),
    alphabet("Georgian", Some("ka"), &[(0x10A0, 0x10FF), (0x1C90, 0x1CBF)]),
    alphabet("Armenian", Some("hy"), &[(0x0530, 0x058F)]),
    alphabet("Ethiopic", Some("am"), &[(0x1200, 0x139F)]),
    alphabet("Khmer", Some("km"), &[(0x1780, 0x17FF)]),
    alphabet("Thaana", Some("dv"), &[(0x0780, 0x07BF)]),
    alphabet("Mongolian", Some("mn"), &[(0x1800, 0x18AF)]),
    // Named so that such a text is not taken for one in another script; their languages have no two-letter code.
    alphabet("Syriac", None, &[(0x0700, 0x074F)]),
    alphabet("Cherokee", None, &[(0x13A0, 0x13FF)]),
];

/// The place in `SCRIPTS` of the script of a letter; `None` for what is no letter or of no script listed.
pub(super) fn script_of(c: char) -> Option<usize> {
    if c.is_ascii() {
        return c.is_ascii_alphabetic().then_some(LATIN);
    }
    if !c.is_alphabetic() {
        return None;
    }
    let code = c as u32;
    SCRIPTS.iter().position(|script| script.ranges.iter().any(|&(from, to)| (from..=to).contains(&code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_places_hold_the_scripts_that_they_name() {
        assert_eq!((SCRIPTS[LATIN].name, SCRIPTS[HAN].name, SCRIPTS[KANA].name), ("Latin", "Han", "Japanese"));
    }

    #[test]
    fn a_letter_knows_its_script_and_other_signs_have_none() {
        for (c, name) in [
            ('a', "Latin"),
            ('ß', "Latin"),
            ('ế', "Latin"),
            ('ж', "Cyrillic"),
            ('گ', "Arabic"),
            ('ह', "Devanagari"),
            ('国', "Han"),
            ('の', "Japanese"),
            ('ー', "Japanese"),
            ('한', "Hangul"),
            ('ক', "Bengali"),
            ('ཀ', "Tibetan"),
        ] {
            assert_eq!(script_of(c).map(|at| SCRIPTS[at].name), Some(name), "{c}");
        }
        for c in ['1', ' ', '۔', '۴', '。', '!', '\u{0301}', '😀'] {
            assert_eq!(script_of(c), None, "{c:?}");
        }
    }
}
