//! The classes of slips: which letters and pieces of words are taken for each other, and what each class costs.
//!
//! Costs are in nats (natural logarithm of odds), so that they can be held against the logarithm of a frequency. Only
//! classes stand here, from what is generally known of English spelling and of the keyboard; no single misspelling.

/// One vowel for another.
pub(super) const VOWEL_FOR_VOWEL: f32 = 3.6;
/// A letter for one of a like sound: `c` and `k`, `d` and `t`.
pub(super) const LIKE_SOUND: f32 = 3.7;
/// A letter for its neighbour on the keyboard.
pub(super) const NEIGHBOURING_KEY: f32 = 4.5;
/// Any other letter for another.
pub(super) const OTHER_LETTER: f32 = 5.6;
/// One letter of two alike left out.
pub(super) const UNDOUBLED: f32 = 0.8;
/// A vowel left out.
pub(super) const MISSING_VOWEL: f32 = 1.4;
/// A letter left out that is not heard: `h`, the `k` of `kn`.
pub(super) const MISSING_SILENT: f32 = 1.5;
/// Any other letter left out.
pub(super) const MISSING_OTHER: f32 = 2.2;
/// A letter put twice.
pub(super) const DOUBLED: f32 = 2.0;
/// A vowel too many.
pub(super) const EXTRA_VOWEL: f32 = 4.2;
/// A letter too many whose neighbour on the keyboard stands beside it, or one that is not heard.
pub(super) const EXTRA_KEY: f32 = 5.0;
/// Any other letter too many.
pub(super) const EXTRA_OTHER: f32 = 4.2;
/// Two neighbours swapped.
pub(super) const SWAPPED: f32 = 1.9;
/// Two vowels swapped: `ie` and `ei`.
pub(super) const SWAPPED_VOWELS: f32 = 1.0;
/// A piece of a word for another that sounds alike: `f` and `ph`.
pub(super) const SAME_SOUND: f32 = 2.9;
/// An ending for another: `-tion` and `-sion`.
pub(super) const SAME_ENDING: f32 = 2.3;
/// What a slip costs more at the first letter.
pub(super) const FIRST_LETTER: f32 = 1.7;
/// What a slip costs more at the last letter.
pub(super) const LAST_LETTER: f32 = 0.6;

/// Letters of like sounds.
const LIKE: &[(char, char)] = &[
    ('b', 'p'),
    ('b', 'v'),
    ('c', 'k'),
    ('c', 'q'),
    ('c', 's'),
    ('c', 't'),
    ('c', 'x'),
    ('c', 'z'),
    ('d', 't'),
    ('f', 'v'),
    ('g', 'j'),
    ('g', 'k'),
    ('i', 'j'),
    ('j', 'y'),
    ('k', 'q'),
    ('l', 'r'),
    ('m', 'n'),
    ('s', 't'),
    ('s', 'x'),
    ('s', 'z'),
    ('u', 'w'),
    ('v', 'w'),
];

/// Spellings of one sound anywhere in a word.
#[rustfmt::skip]
pub(super) const PIECES: &[(&str, &str)] = &[
    ("f", "ph"), ("f", "gh"), ("f", "ugh"), ("ff", "gh"), ("k", "ch"), ("k", "ck"), ("c", "ck"), ("k", "qu"), ("kw", "qu"),
    ("cu", "qu"), ("k", "cqu"), ("qu", "cqu"), ("x", "cs"), ("x", "ks"), ("x", "cc"), ("s", "sc"), ("s", "ch"), ("s", "ps"),
    ("s", "st"), ("sk", "sch"), ("sh", "ci"), ("sh", "ti"), ("sh", "si"), ("sh", "ch"), ("ch", "tch"), ("t", "ch"),
    ("t", "th"), ("d", "th"), ("n", "kn"), ("n", "gn"), ("n", "pn"), ("r", "wr"), ("r", "rh"), ("g", "gh"), ("w", "wh"),
    ("j", "dg"), ("g", "dg"), ("m", "mb"), ("m", "mn"), ("z", "ts"), ("tz", "ts"), ("l", "al"),
    ("ei", "ie"), ("ea", "ie"), ("ie", "ee"), ("e", "ie"), ("e", "ei"), ("e", "ea"), ("e", "ee"), ("e", "ai"), ("e", "ae"),
    ("a", "ei"), ("a", "ai"), ("a", "au"), ("a", "ay"), ("ai", "ei"), ("ei", "ay"), ("i", "ai"), ("i", "ay"), ("i", "igh"),
    ("o", "oa"), ("o", "ow"), ("o", "au"), ("o", "ough"), ("o", "eau"), ("ow", "ou"), ("oo", "u"), ("ew", "u"), ("ew", "eu"),
    ("u", "ou"), ("u", "eau"), ("u", "io"), ("u", "eo"), ("y", "ie"), ("ie", "ey"),
    ("or", "our"), ("or", "oor"), ("ure", "or"), ("er", "re"), ("er", "eur"), ("er", "our"),
];

/// Endings that are taken for each other.
#[rustfmt::skip]
pub(super) const ENDINGS: &[(&str, &str)] = &[
    ("tion", "sion"), ("tion", "ssion"), ("tion", "cion"), ("tion", "cian"), ("tion", "tian"), ("tion", "ction"),
    ("tion", "tation"), ("shun", "tion"), ("shun", "sion"), ("sion", "ssion"), ("xion", "ction"),
    ("cal", "cle"), ("el", "le"), ("al", "le"), ("il", "le"), ("er", "or"), ("er", "ar"), ("or", "ar"),
    ("able", "ible"), ("able", "eable"), ("ance", "ence"), ("ant", "ent"), ("ense", "ence"), ("anse", "ance"), ("ense", "ance"),
    ("aly", "ally"), ("ly", "lly"), ("ly", "ally"), ("ily", "ly"), ("cly", "cally"), ("ful", "full"), ("fuly", "fully"),
    ("cial", "tial"), ("shal", "tial"), ("shal", "cial"), ("tious", "cious"), ("cous", "cious"), ("shus", "cious"),
    ("shus", "tious"), ("us", "ous"), ("ious", "eous"), ("ous", "ious"),
    ("ary", "ery"), ("ary", "ory"), ("ry", "ary"), ("ry", "ery"), ("ize", "ise"), ("ice", "ise"), ("yse", "yze"),
    ("d", "ed"), ("t", "ed"), ("ys", "ies"), ("s", "es"), ("eing", "ing"), ("ment", "ement"), ("y", "ey"), ("ie", "y"),
    ("cher", "ture"), ("chure", "ture"), ("sher", "sure"),
];

/// The rows of a keyboard, each half a key to the right of the one above.
const KEYS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// Whether a letter is a vowel, in Latin, Cyrillic, Arabic script or Devanagari.
pub(super) fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
        || matches!(letter, 'а' | 'е' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я' | 'і')
        || matches!(letter, 'ا' | 'و' | 'ی')
        || matches!(letter, '\u{0904}'..='\u{0914}' | '\u{093E}'..='\u{094C}')
}

/// Whether a letter is often not heard where it stands: after and before these letters.
pub(super) fn is_silent(before: Option<char>, letter: char, after: Option<char>) -> bool {
    match letter {
        'h' | 'w' => true,
        'g' | 'k' => after == Some('n'),
        'c' => before == Some('s') || matches!(after, Some('k' | 'q')),
        'd' => after == Some('g'),
        't' => after == Some('c'),
        _ => false,
    }
}

/// What it costs to have put one letter for another.
pub(super) fn substitution(typed: char, meant: char) -> f32 {
    if is_vowel(typed) && is_vowel(meant) {
        VOWEL_FOR_VOWEL
    } else if LIKE.contains(&(typed.min(meant), typed.max(meant))) {
        LIKE_SOUND
    } else if are_neighbours(typed, meant) {
        NEIGHBOURING_KEY
    } else {
        OTHER_LETTER
    }
}

/// Whether two letters lie side by side on the keyboard.
pub(super) fn are_neighbours(left: char, right: char) -> bool {
    let place =
        |letter: char| KEYS.iter().enumerate().find_map(|(row, keys)| keys.find(letter).map(|column| (row, column)));
    let (Some(left), Some(right)) = (place(left), place(right)) else { return false };
    let ((upper, u), (lower, l)) = if left <= right { (left, right) } else { (right, left) };
    match lower - upper {
        0 => l - u == 1,
        1 => u == l || u == l + 1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_lie_beside_and_below() {
        for (left, right, beside) in [
            ('a', 's', true),
            ('a', 'q', true),
            ('s', 'w', true),
            ('s', 'e', true),
            ('s', 'r', false),
            ('q', 'z', false),
            ('z', 's', true),
            ('g', 'g', false),
            ('я', 'a', false),
        ] {
            assert_eq!((are_neighbours(left, right), are_neighbours(right, left)), (beside, beside), "{left}{right}");
        }
    }

    #[test]
    fn like_letters_are_listed_in_order() {
        assert!(LIKE.iter().all(|(left, right)| left < right));
    }
}
