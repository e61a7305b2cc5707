//! Stems: the form that articles of a language keep a word by, and all forms that a typed word may be kept by.
//!
//! An article knows its language, a query does not: its words are sought by the stems of every language of their script.
//! A stem of another language than English is marked with it, so that a Spanish stem never finds an English word that
//! looks the same. The stemmers are Snowball's (`frostem`), and our own for Arabic.

use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};

use crate::engine::analyzer::{Stemming, arabic, inflections};

/// Stands between a stem and the language that it is marked with. No word holds it: it is a control character.
const MARK: char = '\u{3}';
/// Most forms that one typed word is sought by.
pub(super) const SOUGHT_STEMS_MAX: usize = 24;
/// Times that Russian's stemmer is applied at most: it takes one ending off, and what is left may end like the plain
/// word, whose ending it takes off as well (Пакистане, Пакистан). In other languages this makes one of too many words.
const RUSSIAN_ROUNDS_MAX: usize = 3;
/// Letters that a word has at least to be stemmed.
const STEMMED_MIN: usize = 3;

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::new(Algorithm::English));
static RUSSIAN: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::new(Algorithm::Russian));
/// A language: mark, stemmer, and plurals that the stemmer leaves apart from the singular.
type Language = (Stemming, &'static str, Stemmer, &'static [Plural]);

/// The other languages in Latin letters.
static LATIN: LazyLock<[Language; 5]> = LazyLock::new(|| {
    [
        (Stemming::Spanish, "es", Stemmer::new(Algorithm::Spanish), SPANISH_PLURALS),
        (Stemming::Portuguese, "pt", Stemmer::new(Algorithm::Portuguese), PORTUGUESE_PLURALS),
        (Stemming::Italian, "it", Stemmer::new(Algorithm::Italian), &[]),
        (Stemming::French, "fr", Stemmer::new(Algorithm::French), &[]),
        (Stemming::German, "de", Stemmer::new(Algorithm::German), &[]),
    ]
});

/// An ending of plurals, folded, and that of their singulars.
type Plural = (&'static str, &'static str);

/// Letters that stand before such an ending at least.
const BEFORE_PLURAL_MIN: usize = 2;
const SPANISH_PLURALS: &[Plural] =
    &[("res", "r"), ("nes", "n"), ("les", "l"), ("des", "d"), ("jes", "j"), ("ces", "z")];
const PORTUGUESE_PLURALS: &[Plural] = &[
    ("oes", "ao"),
    ("aes", "ao"),
    ("ais", "al"),
    ("eis", "el"),
    ("ois", "ol"),
    ("ns", "m"),
    ("res", "r"),
    ("zes", "z"),
];

/// The scripts that stems are made in.
enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Devanagari,
}

/// The script of a folded word whose letters are all of one.
fn script(folded: &str) -> Option<Script> {
    let all = |within: fn(char) -> bool| folded.chars().all(within);
    match folded.chars().next()? {
        'a'..='z' => folded.bytes().all(|byte| byte.is_ascii_lowercase()).then_some(Script::Latin),
        '\u{0400}'..='\u{04FF}' => all(|c| matches!(c, '\u{0400}'..='\u{04FF}')).then_some(Script::Cyrillic),
        '\u{0600}'..='\u{06FF}' => all(|c| matches!(c, '\u{0600}'..='\u{06FF}')).then_some(Script::Arabic),
        '\u{0900}'..='\u{097F}' => all(|c| matches!(c, '\u{0900}'..='\u{097F}')).then_some(Script::Devanagari),
        _ => None,
    }
}

/// The stem that an article keeps a folded word by, where it is not the word itself.
pub(super) fn stem(folded: &str, stemming: Stemming) -> Option<String> {
    let stem = match (script(folded)?, stemming) {
        (Script::Latin, Stemming::English) => english(folded)?,
        (Script::Latin, stemming) => latin(folded, stemming)?,
        (Script::Cyrillic, _) => russian(folded),
        (Script::Arabic, Stemming::Arabic) => marked(&arabic::stem(folded), "ar"),
        _ => return None,
    };
    (stem != folded).then_some(stem)
}

/// All forms that articles may keep a folded word of a query by, whatever their language: at least one, none twice, the
/// likeliest first.
pub fn sought(folded: &str) -> Vec<String> {
    let mut forms = Vec::new();
    match script(folded) {
        Some(Script::Latin) => {
            forms.extend(english(folded));
            forms.push(folded.to_owned());
            forms.extend(LATIN.iter().filter_map(|(stemming, ..)| latin(folded, *stemming)));
        }
        Some(Script::Cyrillic) => forms.push(russian(folded)),
        Some(Script::Arabic) => {
            forms.push(folded.to_owned());
            forms.extend(inflections::arabic_script(folded));
            forms.extend(arabic::sought(folded).iter().map(|stem| marked(stem, "ar")));
        }
        Some(Script::Devanagari) => {
            forms.push(folded.to_owned());
            forms.extend(inflections::devanagari(folded));
        }
        None => forms.push(folded.to_owned()),
    }
    let mut seen = Vec::with_capacity(forms.len());
    for form in forms {
        if seen.len() < SOUGHT_STEMS_MAX && !seen.contains(&form) {
            seen.push(form);
        }
    }
    seen
}

fn english(folded: &str) -> Option<String> {
    (folded.len() >= STEMMED_MIN).then(|| ENGLISH.stem(folded).into())
}

/// The marked stem of a word in Latin letters; none where the language has no stemmer.
fn latin(folded: &str, stemming: Stemming) -> Option<String> {
    let (_, mark, stemmer, plurals) = LATIN.iter().find(|(of, ..)| *of == stemming)?;
    if folded.len() < STEMMED_MIN {
        return Some(marked(folded, mark));
    }
    let singular = plurals.iter().find_map(|(plural, singular)| {
        let stem = folded.strip_suffix(plural).filter(|stem| stem.len() >= BEFORE_PLURAL_MIN)?;
        Some(format!("{stem}{singular}"))
    });
    Some(marked(&stemmer.stem(singular.as_deref().unwrap_or(folded)), mark))
}

fn russian(folded: &str) -> String {
    let mut stem = folded.to_owned();
    for _ in 0..RUSSIAN_ROUNDS_MAX {
        let next = RUSSIAN.stem(&stem);
        if stem.chars().count() < STEMMED_MIN || next == stem || next.is_empty() {
            break;
        }
        stem = next.into();
    }
    stem
}

/// What the words that are kept by a form begin with: the form without its mark, at least two letters of it, or one of
/// some other beginnings.
pub fn beginnings(form: &str) -> (&str, &'static [&'static str]) {
    match form.split_once(MARK) {
        Some((stem, "ar")) => (stem, &arabic::LETTERS_BEFORE),
        // The stem is written with the plain vowel where the word has it with an `e` for the umlaut.
        Some((stem, "de")) => (
            stem,
            match stem.bytes().next() {
                Some(b'a') => &["ae"],
                Some(b'o') => &["oe"],
                Some(b'u') => &["ue"],
                _ => &[],
            },
        ),
        Some((stem, _)) => (stem, &[]),
        None => (form, &[]),
    }
}

fn marked(stem: &str, mark: &str) -> String {
    format!("{stem}{MARK}{mark}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::fold;

    const ALL: [(Stemming, &[&str]); 6] = [
        (
            Stemming::Spanish,
            &[
                "acción acciones",
                "militar militares",
                "líder líderes",
                "ciudad ciudades",
                "ataque ataques",
                "embajada embajadas",
                "país países",
                "explosión explosiones",
                "voz voces",
                "padre padres",
            ],
        ),
        (
            Stemming::Portuguese,
            &["ataque ataques", "militar militares", "jornal jornais", "eleição eleições", "homem homens"],
        ),
        (Stemming::French, &["attaque attaques", "général généraux", "élection élections", "chinois chinoise"]),
        (Stemming::Italian, &["attacco attacchi", "esplosione esplosioni", "soldato soldati", "banca banche"]),
        (Stemming::German, &["Anschlag Anschläge", "Angriff Angriffen", "Stadt Städte", "Regierung Regierungen"]),
        (
            Stemming::Plain,
            &[
                "взрыв взрыва взрывы взрывов взрывами",
                "Пакистан Пакистана Пакистане Пакистаном",
                "генерал генерала генералы генералов",
                "визит визита визиты",
                "китайский китайская китайских",
                "ещё еще",
            ],
        ),
    ];

    #[test]
    fn forms_of_one_word_are_kept_by_one_stem_and_sought_by_it() {
        for (stemming, groups) in ALL {
            for group in groups {
                let folded: Vec<String> = group.split(' ').map(fold).collect();
                let kept = |word: &String| stem(word, stemming).unwrap_or_else(|| word.clone());
                for word in &folded {
                    assert_eq!(kept(word), kept(&folded[0]), "{group}");
                    assert!(sought(word).contains(&kept(word)), "{group}");
                }
            }
        }
    }

    #[test]
    fn stems_of_one_language_are_none_of_another() {
        assert_eq!(stem("pine", Stemming::Spanish).unwrap(), "pin\u{3}es");
        assert_eq!(stem("pines", Stemming::English).unwrap(), "pine");
        assert_eq!(sought("bombing")[..2], ["bomb", "bombing"]);
        assert_eq!(sought("jf17"), ["jf17"]);
        assert_eq!(stem("لڑکی", Stemming::Plain), None);
    }

    proptest::proptest! {
        #[test]
        fn what_is_kept_is_sought(word in "([a-z]{1,14}|[а-я]{1,14}|[ء-يٹڈگچپہیےں]{1,10}|[क-हा-ौं]{1,10}|\\PC{1,8})") {
            let folded = fold(&word);
            let sought = sought(&folded);
            proptest::prop_assert!(!sought.is_empty() && sought.len() <= SOUGHT_STEMS_MAX);
            for stemming in Stemming::ALL {
                let kept = stem(&folded, stemming).unwrap_or_else(|| folded.clone());
                proptest::prop_assert!(sought.contains(&kept), "{kept:?} in {sought:?}");
                let (beginning, before) = beginnings(&kept);
                let first: String = beginning.chars().take(1).collect();
                proptest::prop_assert!(folded.starts_with(&first) || before.iter().any(|letter| folded.starts_with(letter)), "{folded}: {kept:?}");
            }
        }
    }
}
