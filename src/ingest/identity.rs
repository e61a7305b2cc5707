//! The id of an article: as written, or made of the name of its file.
//!
//! May not mend an id that a curator wrote: links rest on it, so a wrong one is a problem to be told. Whether an id is
//! used twice is not known here (`duplicates`).

use crate::model::ID_BYTES_MAX;
use crate::text::normalise::fold;

/// Endings that say what a file is, and no more.
const ENDINGS: [&str; 14] =
    ["md", "markdown", "txt", "text", "html", "htm", "xhtml", "mhtml", "mht", "pdf", "jsonl", "ndjson", "json", "gz"];
/// Hexadecimal digits of the hash that stands for letters an id cannot hold.
const HASH_DIGITS: usize = 8;
/// Characters of a wrong id that a message quotes.
const QUOTED_CHARS_MAX: usize = 60;

/// Why a written id cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdProblem {
    /// Nothing between the quotes.
    #[error("the id is empty; write one of a-z, 0-9, `.`, `_` and `-`, or leave the key out")]
    Empty,
    /// A character that ids do not have.
    #[error("the id `{id}` has the character {character:?} in it; an id is made of a-z, 0-9, `.`, `_` and `-`")]
    Character {
        /// The id, shortened.
        id: String,
        /// The first such character.
        character: char,
    },
    /// More than `ID_BYTES_MAX`.
    #[error("the id `{id}...` is {length} characters long; an id may have {ID_BYTES_MAX}")]
    Long {
        /// The id, shortened.
        id: String,
        /// Its length.
        length: usize,
    },
    /// A name that means a folder in addresses and paths.
    #[error("the id `{0}` means a folder in addresses; give the article another one")]
    Folder(String),
}

/// The id of an article: `raw_id` if it is written, else one made of the file's name (path in the corpus, with `/`)
/// and, for a record, its line. The same file and line always give the same id.
pub fn document_id(raw_id: Option<&str>, file: &str, line: Option<u32>) -> Result<String, IdProblem> {
    match raw_id {
        Some(id) => checked(id),
        None => Ok(made_of_name(file, line)),
    }
}

fn checked(id: &str) -> Result<String, IdProblem> {
    let shortened = || id.chars().take(QUOTED_CHARS_MAX).collect::<String>();
    if id.is_empty() {
        return Err(IdProblem::Empty);
    }
    if let Some(character) = id.chars().find(|&c| !is_id_character(c)) {
        return Err(IdProblem::Character { id: shortened(), character });
    }
    if id.len() > ID_BYTES_MAX {
        return Err(IdProblem::Long { id: shortened(), length: id.len() });
    }
    if matches!(id, "." | "..") {
        return Err(IdProblem::Folder(id.to_owned()));
    }
    Ok(id.to_owned())
}

fn is_id_character(c: char) -> bool {
    matches!(c, 'a'..='z' | '0'..='9' | '.' | '_' | '-')
}

fn made_of_name(file: &str, line: Option<u32>) -> String {
    let name = without_endings(file.rsplit('/').next().unwrap_or_default());
    let folded = fold(name);
    let mut id = String::new();
    for c in folded.chars() {
        match c {
            c if is_id_character(c) && c != '-' => id.push(c),
            _ if !id.is_empty() && !id.ends_with('-') => id.push('-'),
            _ => {}
        }
    }
    id.truncate(id.trim_end_matches('-').len());
    let line = line.map(|line| format!("-{line}")).unwrap_or_default();
    let room = ID_BYTES_MAX - HASH_DIGITS - 1 - line.len();
    let hash = blake3::hash(file.as_bytes()).to_hex();
    if id.chars().all(|c| c == '.') {
        id = hash.as_str().chars().take(2 * HASH_DIGITS).collect();
    } else if id.len() > room || folded.chars().any(|c| c.is_alphanumeric() && !c.is_ascii()) {
        // Letters are lost: without the hash, all Urdu names of one year would be one id.
        id.truncate(room);
        id.push('-');
        id.extend(hash.as_str().chars().take(HASH_DIGITS));
    }
    id + &line
}

/// The name of a file without its endings: of `a.jsonl.gz` it is `a`, of `notes.v2.md` it is `notes.v2`.
fn without_endings(name: &str) -> &str {
    let shorter = |name: &str| {
        let (stem, ending) = name.rsplit_once('.')?;
        let known = !stem.is_empty() && ENDINGS.contains(&ending.to_ascii_lowercase().as_str());
        known.then_some(stem.len())
    };
    let end = shorter(name).unwrap_or(name.len());
    let packed = name[end..].eq_ignore_ascii_case(".gz");
    let end = if packed { shorter(&name[..end]).unwrap_or(end) } else { end };
    &name[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_id_is_kept_or_refused_with_the_reason() {
        for id in ["besham-2024-03-26", "a", "0.x_y-z", "..."] {
            assert_eq!(document_id(Some(id), "x.md", Some(3)).as_deref(), Ok(id));
        }
        for (id, reason) in [
            ("", "is empty"),
            ("Besham", "'B'"),
            ("a b", "' '"),
            ("a/b", "'/'"),
            ("گوادر", "'گ'"),
            ("a\n", "'\\n'"),
            ("..", "folder"),
            (".", "folder"),
        ] {
            let message = document_id(Some(id), "x.md", None).unwrap_err().to_string();
            assert!(message.contains(reason), "{message}");
        }
        let message = document_id(Some(&"a".repeat(201)), "x.md", None).unwrap_err().to_string();
        assert!(message.ends_with("a...` is 201 characters long; an id may have 200"), "{message}");
    }

    #[test]
    fn without_one_the_name_of_the_file_makes_it() {
        for (file, line, id) in [
            ("security/besham-2024-03-26.md", None, "besham-2024-03-26"),
            ("Gwadar Port (final).TXT", None, "gwadar-port-final"),
            ("São Paulo — Côte d'Ivoire.html", None, "sao-paulo-cote-divoire"),
            ("a/b/report.v2.md", None, "report.v2"),
            ("records.jsonl", Some(12), "records-12"),
            ("Records 2024.JSONL.GZ", Some(1), "records-2024-1"),
            ("page.html.md", None, "page.html"),
            ("_x_.md", None, "_x_"),
            ("-- a --.md", None, "a"),
            ("no ending", None, "no-ending"),
        ] {
            assert_eq!(document_id(None, file, line).as_deref(), Ok(id), "{file}");
        }
    }

    #[test]
    fn names_in_other_scripts_keep_apart() {
        let id = |file: &str| document_id(None, file, None).unwrap();
        assert_eq!(id("گوادر.md").len(), 16);
        assert_ne!(id("گوادر.md"), id("بشام.md"));
        assert_ne!(id("a/گوادر.md"), id("b/گوادر.md"));
        assert_ne!(id("2024 گوادر.md"), id("2024 بشام.md"));
        assert!(id("2024 گوادر.md").starts_with("2024-"));
        assert_ne!(id("...md"), "..");
        let (long, longer) = (format!("{}1.md", "a".repeat(240)), format!("{}2.md", "a".repeat(240)));
        assert_ne!(id(&long), id(&longer));
    }

    proptest::proptest! {
        #[test]
        fn what_is_made_of_any_name_is_an_id(file in "\\PC{0,300}", line in proptest::option::of(0_u32..)) {
            let id = document_id(None, &file, line).unwrap();
            proptest::prop_assert_eq!(document_id(Some(&id), "x", None), Ok(id));
        }

        #[test]
        fn any_written_id_is_kept_as_it_is_or_refused(id in "\\PC{0,20}") {
            if let Ok(kept) = document_id(Some(&id), "x", None) {
                proptest::prop_assert_eq!(kept, id);
            }
        }
    }
}
