//! The other forms of a typed word of Urdu, Persian or Hindi: singular, plural and oblique of its class.
//!
//! Those languages write few forms of a noun, and leave short vowels or whole words between two stems: cut to stems, an
//! attack (حملہ) and a pregnancy (حمل) would be one. So a query is widened by the forms that its word may have, and
//! articles keep their words. A word leads to its own forms alone, never on to forms of those.

use crate::text::normalise::fold;

/// What a word that ends so may end in too.
struct Class {
    ending: &'static str,
    /// Letters and vowel signs that stand before the ending at least.
    stem_min: usize,
    others: &'static [&'static str],
}

const fn class(ending: &'static str, stem_min: usize, others: &'static [&'static str]) -> Class {
    Class { ending, stem_min, others }
}

/// Urdu, folded: masculine nouns in `ہ` and `ا`, feminine ones in `ی`, those that end in consonants, Arabic plurals.
const URDU: &[Class] = &[
    class("یاں", 2, &["ی", "یوں"]),
    class("یوں", 2, &["ی", "یاں"]),
    class("اوں", 2, &["ا", "اییں"]),
    class("اییں", 2, &["ا", "اوں"]),
    class("ہ", 2, &["ے", "وں", "ا", "ات"]),
    class("ا", 2, &["ے", "وں", "ہ", "اوں", "اییں"]),
    class("ے", 2, &["ہ", "ا", "وں"]),
    class("ی", 2, &["یاں", "یوں"]),
    class("وں", 2, &["", "یں", "ہ", "ا", "ے"]),
    class("یں", 2, &["", "وں"]),
    class("ات", 3, &["", "ہ"]),
    class("ین", 3, &[""]),
    class("ین", 4, &["", "ہ"]),
    class("اں", 2, &["ان"]),
    class("ان", 2, &["اں", "انوں"]),
];
/// What follows a consonant in Urdu; the last two only longer words (انتخابات, مجاہدین).
const URDU_CONSONANT: &[&str] = &["وں", "یں", "ات", "ین"];
const URDU_LONG_MIN: usize = 4;

/// Persian, folded: the plural and what is bound to it, the ezafe behind a vowel.
const PERSIAN: &[Class] = &[
    class("ہایشان", 2, &["", "ہا"]),
    class("ہایش", 2, &["", "ہا"]),
    class("ہایی", 2, &["", "ہا", "ہای"]),
    class("ہای", 2, &["", "ہا", "ہایی"]),
    class("ہا", 2, &["", "ہای", "ہایی"]),
    class("ای", 2, &["ا"]),
    class("وی", 2, &["و"]),
    class("ا", 2, &["ای", "اہا", "اہای"]),
    class("و", 2, &["وی", "وہا", "وہای"]),
    class("", 3, &["ہا", "ہای"]),
];

/// Hindi, folded.
const HINDI: &[Class] = &[
    class("ियां", 1, &["ी", "ि", "ियों"]),
    class("ियों", 1, &["ी", "ि", "ियां"]),
    class("ाओं", 1, &["ा", "ाएं"]),
    class("ाएं", 1, &["ा", "ाओं"]),
    class("ुओं", 1, &["ु", "ू"]),
    class("ों", 2, &["", "ें", "ा", "े"]),
    class("ें", 2, &["", "ों"]),
    class("ा", 2, &["े", "ों", "ाएं", "ाओं"]),
    class("े", 2, &["ा", "ों"]),
    class("ी", 2, &["ियां", "ियों"]),
    class("ि", 2, &["ियां", "ियों"]),
    class("ू", 2, &["ुओं"]),
    class("ु", 2, &["ुओं"]),
    class("ए", 2, &["या", "यों"]),
];
/// What follows a consonant in Hindi.
const HINDI_CONSONANT: &[&str] = &["ों", "ें"];

/// The other forms of a folded word in Arabic script, by Urdu's rules and by Persian's: a query tells no language.
pub(super) fn arabic_script(folded: &str) -> Vec<String> {
    let mut forms = of_class(folded, URDU);
    let letters = folded.chars().count();
    if letters >= 2 && !folded.ends_with(['ا', 'ہ', 'ی', 'ے', 'ں', 'و']) {
        let endings = if letters >= URDU_LONG_MIN { URDU_CONSONANT } else { &URDU_CONSONANT[..2] };
        forms.extend(endings.iter().map(|ending| format!("{folded}{ending}")));
    }
    forms.extend(of_class(folded, PERSIAN));
    forms
}

/// The other forms of a folded word in Devanagari.
pub(super) fn devanagari(folded: &str) -> Vec<String> {
    let mut forms = of_class(folded, HINDI);
    if folded.chars().count() >= 2 && folded.ends_with(|c| matches!(c, 'क'..='ह')) {
        forms.extend(HINDI_CONSONANT.iter().map(|ending| format!("{folded}{ending}")));
    }
    forms
}

/// The forms of the longest ending that a word has; of two alike, those of the last.
fn of_class(folded: &str, classes: &[Class]) -> Vec<String> {
    let fits =
        |class: &&Class| folded.strip_suffix(class.ending).is_some_and(|stem| stem.chars().count() >= class.stem_min);
    let Some(class) = classes.iter().filter(fits).max_by_key(|class| class.ending.len()) else { return Vec::new() };
    let stem = &folded[..folded.len() - class.ending.len()];
    class.others.iter().map(|ending| fold(&format!("{stem}{ending}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms_of(word: &str) -> Vec<String> {
        let folded = fold(word);
        if folded.starts_with(|c| matches!(c, '\u{900}'..='\u{97F}')) {
            devanagari(&folded)
        } else {
            arabic_script(&folded)
        }
    }

    #[test]
    fn a_word_leads_to_its_own_forms() {
        for (word, forms) in [
            ("حملہ", ["حملے", "حملوں"].as_slice()),
            ("حملے", &["حملہ", "حملوں"]),
            ("حملوں", &["حملہ", "حملے"]),
            ("دھماکہ", &["دھماکا", "دھماکے", "دھماکوں"]),
            ("دھماکوں", &["دھماکہ", "دھماکا"]),
            ("کتاب", &["کتابوں", "کتابیں", "کتاب\u{200C}ها", "کتاب\u{200C}های"]),
            ("کتابیں", &["کتاب", "کتابوں"]),
            ("گاڑی", &["گاڑیاں", "گاڑیوں"]),
            ("گاڑیوں", &["گاڑی"]),
            ("چینی", &["چینیوں"]),
            ("چینیوں", &["چینی"]),
            ("دریا", &["دریاؤں"]),
            ("دریاؤں", &["دریا"]),
            ("انتخابات", &["انتخاب"]),
            ("انتخاب", &["انتخابات"]),
            ("واقعہ", &["واقعات"]),
            ("مجاہدین", &["مجاہد"]),
            ("مسلماں", &["مسلمان"]),
            ("کتاب\u{200C}های", &["کتاب"]),
            ("خانه", &["خانه\u{200C}ها"]),
            ("دنیای", &["دنیا"]),
            ("हमला", &["हमले", "हमलों"]),
            ("हमलों", &["हमला", "हमले"]),
            ("धमाके", &["धमाका", "धमाकों"]),
            ("गाड़ी", &["गाड़ियाँ", "गाड़ियों"]),
            ("गाड़ियों", &["गाड़ी"]),
            ("चीनी", &["चीनियों"]),
            ("सैनिक", &["सैनिकों"]),
            ("सैनिकों", &["सैनिक"]),
            ("महिलाओं", &["महिला", "महिलाएँ"]),
            ("शक्तियों", &["शक्ति"]),
            ("रुपये", &["रुपया", "रुपयों"]),
        ] {
            for form in forms {
                assert!(forms_of(word).contains(&fold(form)), "{word} {form}: {:?}", forms_of(word));
            }
        }
    }

    #[test]
    fn a_word_does_not_lead_to_other_words() {
        for (word, other) in [
            ("حملہ", "حمل"),
            ("لڑکی", "لڑکے"),
            ("چین", "چینی"),
            ("ملک", "ملکہ"),
            ("پایین", "پایہ"),
            ("بر", "برہا"),
            ("चीन", "चीनी"),
            ("बात", "बाती"),
            ("طالب", "طالبان"),
        ] {
            assert!(!forms_of(word).contains(&fold(other)), "{word} {other}");
        }
    }

    #[test]
    fn the_forms_of_a_word_are_few() {
        for word in ["حملہ", "دریا", "دھماکوں", "دنیای", "گاڑیوں", "हमलों", "गाड़ियों", "सैनिक"]
        {
            assert!(forms_of(word).len() <= 10, "{word}");
        }
    }
}
