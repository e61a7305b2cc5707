//! Folding: the form in which words and names are compared, whatever case, accent, width or letter form they have.
//!
//! Folds letters only; what a word is, and which words are one, is not decided here. `fold` is idempotent.

use std::iter::once;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::text::{devanagari, han};

/// The folded form of a text: compatibility forms and full width resolved, lower case, accents and vowel marks
/// dropped, Arabic-script letters that are typed one for the other made one, apostrophes and joiners dropped,
/// traditional Chinese characters made simplified, the spellings of Devanagari made one.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Appends the folded form of a text; for many short texts in a row, without a string for each.
pub fn fold_into(text: &str, folded: &mut String) {
    if text.is_ascii() {
        let start = folded.len();
        text.split('\'').for_each(|part| folded.push_str(part));
        folded[start..].make_ascii_lowercase();
        return;
    }
    // NFKD twice over lower-casing: some capitals decompose only once they are small (`İ`), and some compatibility
    // forms hold capitals (`Ⅳ`).
    for c in text.nfkd().flat_map(char::to_lowercase).nfkd() {
        if let Some(c) = fold_char(c) {
            match c {
                // Russian's short i is a letter of its own, and NFKD parts it.
                BREVE if folded.ends_with('и') => {
                    folded.pop();
                    folded.push('й');
                }
                BREVE => {}
                c if devanagari::is_letter(c) => devanagari::push(folded, c),
                'ß' => folded.push_str("ss"),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                'þ' => folded.push_str("th"),
                c => folded.push(c),
            }
        }
    }
}

/// The combining breve.
const BREVE: char = '\u{306}';

/// One decomposed, lower-case letter in its folded form; `None` for what is dropped.
fn fold_char(c: char) -> Option<char> {
    Some(match c {
        // Apostrophes, also the letters that stand for one in names (Qa'ida, Qaʿida, O’Brien).
        '\'' | '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '\u{02BB}' | '\u{02BE}' | '\u{02BF}'
        | '\u{FF07}' | '`' | '\u{00B4}' => return None,
        // Soft hyphen, zero-width spaces and joiners, direction marks, byte-order mark, tatweel, small letters of the
        // Quran.
        '\u{00AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}'
        | '\u{FEFF}'
        | '\u{0640}'
        | '\u{06E5}'
        | '\u{06E6}' => return None,
        // Latin letters that have no decomposition.
        'ø' => 'o',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        'ħ' => 'h',
        'ı' => 'i',
        'ς' => 'σ',
        // Arabic script: yeh, alef maksura, kaf, the hehs and teh marbuta, alefs, hamza carriers; Pashto's letters for
        // Urdu's sounds. NFKD has already taken hamza and madda off as marks. Urdu's `ے` is no `ی`: it makes plurals
        // (لڑکی is a girl, لڑکے are boys).
        'ي' | 'ى' | 'ې' | 'ۍ' | 'ێ' => 'ی',
        'ۓ' => 'ے',
        'ك' | 'ڪ' => 'ک',
        'ګ' => 'گ',
        'ټ' => 'ٹ',
        'ډ' => 'ڈ',
        'ړ' => 'ڑ',
        'ه' | 'ة' | 'ۀ' | 'ۃ' | 'ھ' | 'ە' | 'ۂ' => 'ہ',
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ؤ' => 'و',
        'ئ' => 'ی',
        'ء' => return None,
        // Digits of the Arabic script, both rows, and of Devanagari.
        '\u{0660}'..='\u{0669}' => digit(c, 0x0660),
        '\u{06F0}'..='\u{06F9}' => digit(c, 0x06F0),
        '\u{0966}'..='\u{096F}' => digit(c, 0x0966),
        BREVE => BREVE,
        c if is_combining_mark(c) && !is_vowel_sign(c) => return None,
        c => han::folded(c),
    })
}

fn digit(c: char, zero: u32) -> char {
    char::from_digit(c as u32 - zero, 10).unwrap_or(c)
}

/// Marks that are letters in their own right: the vowel signs and virama of the scripts of South and South-East
/// Asia, and the sound marks of kana.
fn is_vowel_sign(c: char) -> bool {
    // The nuktas are not among them, nor the accents of the Vedas: names are written with and without them.
    let left_out = matches!(c as u32, 0x093C | 0x09BC | 0x0A3C | 0x0ABC | 0x0B3C | 0x0951..=0x0954);
    matches!(c as u32, 0x0900..=0x0DFF if !left_out)
        || matches!(c as u32, 0x0E00..=0x0FFF | 0x1000..=0x109F | 0x3099..=0x309A)
}

/// Adds the characters of a line: printed ones, and one space for a run of blanks inside of it.
fn add_tidied(tidied: &mut String, line: impl Iterator<Item = char>) {
    let start = tidied.len();
    let mut blank = false;
    for c in line {
        if c.is_whitespace() {
            blank = true;
        } else if is_printed(c) {
            if std::mem::take(&mut blank) && tidied.len() > start {
                tidied.push(' ');
            }
            tidied.push(c);
        }
    }
}

/// White space put in order: lines trimmed, runs of blanks made one space, control and invisible characters
/// dropped, line ends made `\n`, at most one empty line in a row. Characters composed (NFC).
pub fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty_lines = 0;
    for line in text.split(['\n', '\r', '\u{0B}', '\u{0C}', '\u{85}', '\u{2028}', '\u{2029}']) {
        let start = tidied.len();
        if line.is_ascii() {
            add_tidied(&mut tidied, line.chars());
        } else {
            // What is dropped may stand between a letter and its mark: first it goes, then they are one.
            add_tidied(&mut tidied, line.chars().filter(|c| c.is_whitespace() || is_printed(*c)).nfc());
        }
        if tidied.len() == start {
            empty_lines += 1;
        } else {
            if start > 0 {
                let breaks = if empty_lines > 0 { "\n\n" } else { "\n" };
                tidied.insert_str(start, breaks);
            }
            empty_lines = 0;
        }
    }
    tidied
}

/// Whether a character belongs in a stored text. Joiners stay: Urdu and Persian spell with them.
fn is_printed(c: char) -> bool {
    !(c.is_control() || matches!(c, '\u{00AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'))
}

/// Radicals that have a number of their own and no compatibility form, with the ideograph that looks the same
/// (Unicode's property Equivalent_Unified_Ideograph, those that are ideographs in use).
const RADICALS: &[(char, char)] = &[
    ('\u{2E81}', '厂'),
    ('\u{2E9F}', '母'),
    ('\u{2EA0}', '民'),
    ('\u{2EAE}', '竹'),
    ('\u{2EC1}', '虎'),
    ('\u{2EC4}', '西'),
    ('\u{2EC5}', '见'),
    ('\u{2EC6}', '角'),
    ('\u{2EC9}', '贝'),
    ('\u{2ECB}', '车'),
    ('\u{2ED1}', '長'),
    ('\u{2ED3}', '长'),
    ('\u{2ED4}', '门'),
    ('\u{2ED8}', '青'),
    ('\u{2ED9}', '韦'),
    ('\u{2EDA}', '页'),
    ('\u{2EDB}', '风'),
    ('\u{2EDC}', '飞'),
    ('\u{2EDD}', '食'),
    ('\u{2EE2}', '马'),
    ('\u{2EE3}', '骨'),
    ('\u{2EE4}', '鬼'),
    ('\u{2EE5}', '鱼'),
    ('\u{2EE6}', '鸟'),
    ('\u{2EE7}', '卤'),
    ('\u{2EE8}', '麦'),
    ('\u{2EE9}', '黄'),
    ('\u{2EEB}', '斉'),
    ('\u{2EEC}', '齐'),
    ('\u{2EED}', '歯'),
    ('\u{2EEE}', '齿'),
    ('\u{2EEF}', '竜'),
    ('\u{2EF0}', '龙'),
    ('\u{2EF1}', '龜'),
    ('\u{2EF2}', '亀'),
    ('\u{2EF3}', '龟'),
];

/// Shapes of letters made the letters: joined Latin ones (`fi`), the positional forms of Arabic script, radicals that stand
/// for ideographs. Print is full of them; everything else stays as it is.
pub fn resolve_presentation(text: &str) -> String {
    let mut resolved = String::with_capacity(text.len());
    for c in text.chars() {
        match c as u32 {
            0x2E80..=0x2EFF => match RADICALS.iter().find(|(radical, _)| *radical == c) {
                Some((_, ideograph)) => resolved.push(*ideograph),
                None => resolved.push(c),
            },
            0x2F00..=0x2FDF | 0xF900..=0xFAFF | 0xFB00..=0xFDFF | 0xFE70..=0xFEFC => resolved.extend(once(c).nfkc()),
            _ => resolved.push(c),
        }
    }
    resolved
}

/// Whether a character is a Chinese ideograph.
pub fn is_han(c: char) -> bool {
    matches!(c as u32, 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF | 0x3005 | 0x3007)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_letters_are_made_letters_and_the_rest_stays() {
        for (shapes, letters) in [
            ("ﬁre oﬃce", "fire office"),
            ("\u{FED4}\u{FEE6}", "\u{0641}\u{0646}"),
            ("⽇本", "日本"),
            ("大学⻔口的⻋", "大学门口的车"),
            ("½ of a m² – “so”", "½ of a m² – “so”"),
        ] {
            assert_eq!(resolve_presentation(shapes), letters);
        }
    }

    #[test]
    fn letters_that_readers_take_for_one_are_one() {
        for (a, b) in [
            ("Qa'ida", "Qaida"),
            ("Qa’ida", "qaida"),
            ("São", "sao"),
            ("İstanbul", "istanbul"),
            ("ＣＰＥＣ", "cpec"),
            ("كراچي", "کراچی"),
            ("پاكستان", "پاکستان"),
            ("مُلتان", "ملتان"),
            ("می\u{200c}رود", "میرود"),
            ("۲۰۲۴", "2024"),
            ("Łódź", "lodz"),
            ("Straße", "strasse"),
            ("آزاد", "ازاد"),
            ("اَلْحَمْدُ", "الحمد"),
            ("كـتـاب", "کتاب"),
            ("مدرسة", "مدرسه"),
            ("ګوادر", "گوادر"),
            ("ټانک", "ٹانک"),
            ("ёлка", "елка"),
            ("ПОРТО\u{301}ВЫЙ", "портовый"),
            ("й", "и\u{306}"),
            ("ὈΔΥΣΣΕΎΣ", "οδυσσευς"),
            ("５Ｇ网络", "5g网络"),
            ("臺灣與後勤", "台湾与后勤"),
            ("ফ\u{9BC}", "ফ"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        for (a, b) in [("हिंदी", "हद"), ("лай", "лаи"), ("لڑکی", "لڑکے"), ("بات", "باٹ"), ("中", "国")]
        {
            assert_ne!(fold(a), fold(b), "{a} {b}");
        }
    }

    #[test]
    fn tidy_keeps_lines_and_one_empty_line() {
        assert_eq!(tidy("  a\t b \r\n\r\n\r\n\u{FEFF}c\u{0007}\nd  "), "a b\n\nc\nd");
        assert_eq!(tidy("\n\n"), "");
    }

    #[test]
    fn tidy_composes_a_letter_and_its_mark_whatever_invisible_stood_between() {
        for between in ["", "\u{0}", "\u{AD}", "\u{200B}\u{FEFF}"] {
            assert_eq!(tidy(&format!("e{between}\u{301}t")), "\u{E9}t", "{between:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = fold(&text);
            proptest::prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn tidying_twice_is_tidying_once(text in "[\\PC\\n\\r\\t\u{0}\u{ad}\u{301} e]{0,60}") {
            let once = tidy(&text);
            proptest::prop_assert_eq!(tidy(&once), once);
        }
    }
}
