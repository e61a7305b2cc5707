//! A second voice for paragraphs whose language our own words do not know: whatlang's trigrams.
//!
//! The only room that names whatlang. Brings in languages that have no profile here, and no other: where a profile
//! found none of its words, trigrams of names and tables must not stand in for them.

use super::codes::code_of;
use super::profiles::profiles;
use super::scripts::SCRIPTS;

/// Letters below which trigrams are not asked.
const LETTERS_MIN: usize = 80;
/// Bytes of a text that trigrams are asked about.
const SAMPLE_BYTES: usize = 400;
/// Least confidence of whatlang.
const CONFIDENCE_MIN: f64 = 0.9;
/// What its voice is worth beside that of words.
const WEIGHT: f64 = 0.5;

/// The language of a text in a script by its trigrams, if it is one that has no profile, and what the voice is worth.
pub(super) fn second_voice(script: usize, text: &str) -> Option<(&'static str, f64)> {
    let profiles = profiles(SCRIPTS[script].name);
    // In a script without profiles nothing is told apart.
    if profiles.is_empty() || text.chars().filter(|c| c.is_alphabetic()).count() < LETTERS_MIN {
        return None;
    }
    let sample = &text[..text.floor_char_boundary(SAMPLE_BYTES)];
    let found = whatlang::detect(sample).filter(|found| found.is_reliable() && found.confidence() >= CONFIDENCE_MIN)?;
    let code = code_of(found.lang().code())?;
    let is_known = profiles.iter().any(|profile| profile.code == code);
    (found.script().name() == SCRIPTS[script].name && !is_known).then_some((code, WEIGHT))
}

#[cfg(test)]
mod tests {
    use super::super::detect_code;

    #[test]
    fn a_language_without_words_of_its_own_here_is_told_by_its_trigrams() {
        for (text, code) in [
            (
                "Naves in portu diu manserunt, quia mare asperum erat, neque nautae frumentum exponere potuerunt quo \
                 oppidum per hiemem egebat.",
                "la",
            ),
            (
                "Abantu basemzini bathi umfula ugcwele izolo ebusuku, futhi izingane azikwazanga ukuya esikoleni ngoba \
                 ibhuloho laliphukile, kodwa manje amanzi asehlile.",
                "zu",
            ),
            ("Lorem ipsum sed.", "und"),
        ] {
            assert_eq!(detect_code(text), code, "{text}");
        }
    }
}
