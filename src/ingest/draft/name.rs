//! The file name of a draft: the day and the words of the title, in the title's own script.
//!
//! The same article gets the same name at every run. Knows no folder: whether a name is taken is the caller's to see.

use crate::ingest::identity::document_id;
use crate::model::date::PartialDate;
use crate::text::normalise::{fold, is_han};
use crate::text::words::words;

/// Longest part of a name that comes from a title, in bytes.
const SLUG_BYTES_MAX: usize = 72;
/// Hexadecimal digits that part two articles of one name.
const HASH_DIGITS: usize = 6;

/// The name of a draft without its ending: `2024-03-26-bus-struck-near-besham`. `original` (its path) and `line` stand
/// in for a title without a letter or digit.
pub fn stem(date: Option<PartialDate>, title: &str, original: &str, line: Option<u32>) -> String {
    let slug = slug(title);
    let parts: Vec<String> = date.map(|date| date.to_string()).into_iter().chain([slug]).collect();
    let stem = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let says_something = stem.chars().any(|c| c.is_alphabetic());
    // A file of this name is no article of a corpus.
    if says_something && stem != "readme" {
        return stem;
    }
    let name = document_id(None, original, line).unwrap_or_default();
    if stem.is_empty() || stem == "readme" { format!("article-{name}") } else { format!("{stem}-{name}") }
}

/// A name for an article whose `stem` another one has: `key` is what tells the two apart.
pub fn stem_apart(stem: &str, key: &str) -> String {
    format!("{stem}-{}", &blake3::hash(key.as_bytes()).to_hex()[..HASH_DIGITS])
}

/// The id of a draft by its name without ending: the name itself, or where it has letters that no id has, one made of
/// what is left and a hash.
pub fn id_of(stem: &str) -> String {
    document_id(None, &format!("{stem}.md"), None).unwrap_or_default()
}

/// The words of a title in small letters with hyphens between; whole words up to the limit.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for word in words(title) {
        // Folded where that gives plain letters; other scripts keep their spelling.
        let folded = fold(word.text);
        let word = if folded.is_ascii() { folded } else { word.text.to_lowercase() };
        let word: String = word.chars().filter(|&c| is_name_character(c)).collect();
        let joined = word.starts_with(is_han) && slug.ends_with(is_han);
        let hyphen = usize::from(!slug.is_empty() && !joined);
        if word.is_empty() {
            continue;
        }
        if slug.len() + hyphen + word.len() > SLUG_BYTES_MAX {
            break;
        }
        slug.push_str(if hyphen == 1 { "-" } else { "" });
        slug.push_str(&word);
    }
    slug
}

/// Letters, digits and the vowel signs that words of some scripts need; nothing that a shell or a disk might refuse.
fn is_name_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c as u32, 0x0900..=0x109F)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(date: &str, title: &str) -> String {
        stem(date.parse().ok(), title, "pages/Page 7.html", None)
    }

    #[test]
    fn a_name_is_the_day_and_the_words_of_the_title() {
        for (date, title, name, id) in [
            ("2024-03-26", "Bus “struck” near Besham: 5 dead!", "2024-03-26-bus-struck-near-besham-5-dead", None),
            ("2024-03", "São Paulo's U.S. envoy", "2024-03-sao-paulos-us-envoy", None),
            ("", "A note", "a-note", None),
            ("", "README", "article-page-7", None),
            ("2024", "?!", "2024-page-7", None),
            ("", "…", "article-page-7", None),
            ("2024-03-26", "../../etc/passwd", "2024-03-26-etc-passwd", None),
            ("2024-03-26", "گوادر میں دھماکا", "2024-03-26-گوادر-میں-دھماکا", Some("2024-03-26-")),
            ("2024-03-26", "瓜达尔港 爆炸", "2024-03-26-瓜达尔港爆炸", Some("2024-03-26-")),
        ] {
            let found = of(date, title);
            assert_eq!(found, name, "{title}");
            match id {
                None => assert_eq!(id_of(&found), name),
                Some(id) => assert!(id_of(&found).starts_with(id) && id_of(&found).is_ascii(), "{}", id_of(&found)),
            }
        }
        assert!(of("2024", &"long words ".repeat(50)).len() <= SLUG_BYTES_MAX + 5);
        assert_ne!(stem_apart("a", "x"), stem_apart("a", "y"));
    }

    proptest::proptest! {
        #[test]
        fn every_title_gives_a_name_that_is_one(title in "\\PC{0,60}") {
            let name = of("2024-03-26", &title);
            proptest::prop_assert!(!name.contains(['/', '\\', '.', ' ', '\0']) && name.len() < 200, "{}", name);
            proptest::prop_assert!(!id_of(&name).is_empty());
        }
    }
}
