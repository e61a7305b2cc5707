//! Copies: texts that are one but for their print, and ids that two articles claim.
//!
//! Pure. May not drop an article: the pipeline acts.

use crate::model::document::Place;
use crate::text::normalise::fold;
use crate::text::words::words;

/// Words (Chinese characters) below which the title takes part in the fingerprint: "Five dead." stands under many
/// a headline.
const FINGERPRINT_WORDS_MIN: usize = 20;

/// The fingerprint of an article, 16 hexadecimal digits: the same for texts whose folded words are the same, whatever
/// their white space, case, accents, punctuation and title. A text of fewer than 20 words shares it only with those
/// that have the same title, too.
pub fn fingerprint(title: &str, body: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    if add_words(&mut hasher, body) < FINGERPRINT_WORDS_MIN {
        // Parts the title from the body; no word holds a line break.
        hasher.update(b"\n");
        add_words(&mut hasher, title);
    }
    hasher.finalize().to_hex().as_str().chars().take(16).collect()
}

/// Hashes the folded words of a text; returns their number.
fn add_words(hasher: &mut blake3::Hasher, text: &str) -> usize {
    let folded = fold(text);
    // Between blanks, so that no rule of word boundaries sees how many there are.
    folded.split_whitespace().flat_map(words).fold(0, |count, word| {
        hasher.update(word.text.as_bytes());
        hasher.update(b" ");
        count + 1
    })
}

/// A claim to an id that does not stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the id `{id}` is already used by {keeper}; give this article another id")]
pub struct IdTaken {
    /// The id.
    pub id: String,
    /// The article that keeps it.
    pub keeper: Place,
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "Police said on Tuesday that two engineers of the company were hurt when a bomb went off near \
        the gate of the port, and that no group had claimed the attack.";

    #[test]
    fn a_reprint_has_the_fingerprint_of_its_original() {
        let original = fingerprint("Blast near port", STORY);
        assert_eq!(original.len(), 16);
        for (title, body) in [
            ("Two hurt in blast", STORY.to_owned()),
            ("Blast near port", STORY.to_uppercase()),
            ("", STORY.replace(' ', "\n\n")),
            ("", STORY.replace(", ", " — ").replace("Police", "“Police”")),
            ("", format!("# {STORY}")),
        ] {
            assert_eq!(fingerprint(title, &body), original, "{body}");
        }
        assert_ne!(fingerprint("Blast near port", &STORY.replace("two", "three")), original);
        assert_ne!(fingerprint("Blast near port", &STORY.replace("no group", "nogroup")), original, "words are kept");
    }

    #[test]
    fn a_short_text_needs_the_same_title() {
        assert_ne!(fingerprint("Gwadar", "Five dead."), fingerprint("Besham", "Five dead."));
        assert_eq!(fingerprint("Gwadar", "Five dead."), fingerprint("GWADAR!", "five  dead"));
        assert_ne!(fingerprint("dead", "five"), fingerprint("", "five dead"));
        let chinese = "港口附近发生爆炸，两名工程师受伤，目前没有组织承认制造了爆炸。";
        assert_eq!(fingerprint("一", chinese), fingerprint("二", &chinese.replace('，', " ")));
    }

    proptest::proptest! {
        #[test]
        fn white_space_does_not_change_a_fingerprint(title in "\\PC{0,20}", body in "[\\PC ]{0,200}") {
            let print = fingerprint(&title, &body);
            proptest::prop_assert_eq!(print.len(), 16);
            proptest::prop_assert_eq!(fingerprint(&title, &body.replace(' ', " \n ")), print);
        }
    }
}
