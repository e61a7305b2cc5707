//! The block of keys at the head of a Markdown file: YAML between `---` lines, or TOML between `+++` lines.
//!
//! Finds the block and turns it into entries with the lines they stand on. Scalars written without quotes come as they
//! were written; sizes, nesting and aliases are limited. Knows no key by name.

mod toml_entries;
mod yaml_entries;

use super::keys::Entry;
use super::{Refusal, line_number};
use crate::model::FRONT_MATTER_BYTES_MAX;

pub(super) use toml_entries::entries as toml_entries;

/// A file parted into its front matter and its body.
#[derive(Debug, PartialEq)]
pub(super) struct Parted<'t> {
    /// The keys; empty without front matter.
    pub(super) entries: Vec<Entry>,
    /// The text behind the block.
    pub(super) body: &'t str,
}

/// Parts a text (line ends `\n`) into front matter and body. A text without front matter is all body.
pub(super) fn part(text: &str) -> Result<Parted<'_>, Refusal> {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let fence = first.trim_end();
    if fence != "---" && fence != "+++" {
        return Ok(Parted { entries: Vec::new(), body: text });
    }
    let Some((block, body)) = up_to_fence(rest, fence) else {
        return Err(Refusal::new(
            1,
            format!("the front matter opened by `{fence}` is not closed by a line `{fence}`; write that line"),
        ));
    };
    if block.len() > FRONT_MATTER_BYTES_MAX {
        return Err(Refusal::new(
            1,
            format!("the front matter is larger than {FRONT_MATTER_BYTES_MAX} bytes; shorten it"),
        ));
    }
    // Lines of the block are counted from 1; the fence before it is a line of the file too.
    let in_file = |refusal: Refusal| Refusal { line: refusal.line.map(|line| line.saturating_add(1)), ..refusal };
    let mut entries = match fence {
        "---" => yaml_entries::entries(block).map_err(in_file)?,
        _ => toml_entries::entries(block).map_err(|error| {
            in_file(Refusal::new(error.line, format!("the front matter is no valid TOML: {}", error.words)))
        })?,
    };
    for entry in &mut entries {
        entry.line = entry.line.map(|line| line.saturating_add(1));
    }
    Ok(Parted { entries, body })
}

/// The lines before the closing fence, and the text behind it. YAML may also be closed by `...`.
fn up_to_fence<'t>(rest: &'t str, fence: &str) -> Option<(&'t str, &'t str)> {
    let mut start = 0;
    for line in rest.split_inclusive('\n') {
        let closing = line.trim_end();
        if closing == fence || (fence == "---" && closing == "...") {
            return Some((&rest[..start], &rest[start + line.len()..]));
        }
        start += line.len();
    }
    None
}

/// The line, from 1, on which a byte of a text stands.
fn line_of(text: &str, offset: usize) -> u32 {
    line_number(text.as_bytes().iter().take(offset).filter(|&&byte| byte == b'\n').count() + 1)
}

/// A number or truth value, if it reads back exactly as it was written; else its text.
fn as_written(value: serde_json::Value, written: &str) -> serde_json::Value {
    let read_back = value.to_string();
    if read_back == written { value } else { serde_json::Value::String(written.to_owned()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keys(text: &str) -> Vec<(String, serde_json::Value, u32)> {
        let parted = part(text).unwrap();
        parted.entries.into_iter().map(|entry| (entry.key, entry.value, entry.line.unwrap())).collect()
    }

    #[test]
    fn a_text_without_front_matter_is_all_body() {
        for text in ["", "# Head\n", "--- \ntitle: x\n---", "----\n", " ---\na: 1\n---\n"] {
            let parted = part(text);
            if text.starts_with("--- ") {
                assert_eq!(parted.unwrap().body, "", "blanks behind a fence do not matter");
            } else {
                assert_eq!(parted.unwrap(), Parted { entries: vec![], body: text });
            }
        }
    }

    #[test]
    fn yaml_scalars_come_as_they_were_written() {
        let text = "---\n# a comment\ndate: 2024-03-26\nyear: 2024\nversion: 1.10\nzip: 0755\n\
            at: 2024-03-26T10:00:00Z\n\
            lang: no\nyes: true\nTrue: True\nlist: [1, 2.50, 'x: y', ~]\n\
            places:\n  - {publisher: A, published: 2024-03}\n\
            empty:\nurdu: کراچی\nlong: >-\n  one\n  two\nbig: 12345678901234567890123\nodd: .nan\n5: five\n---\nBody\n";
        assert_eq!(part(text).unwrap().body, "Body\n");
        let expected = json!({
            "date": "2024-03-26", "year": 2024, "version": "1.10", "zip": "0755", "at": "2024-03-26T10:00:00Z",
            "lang": "no", "yes": true, "True": "True", "list": [1, "2.50", "x: y", null],
            "places": [{"publisher": "A", "published": "2024-03"}], "empty": null, "urdu": "کراچی", "long": "one two",
            "big": "12345678901234567890123", "odd": ".nan", "5": "five",
        });
        let found: serde_json::Map<_, _> = keys(text).into_iter().map(|(key, value, _)| (key, value)).collect();
        assert_eq!(serde_json::Value::Object(found), expected);
        assert_eq!(keys(text)[0].2, 3, "lines are those of the file");
    }

    #[test]
    fn toml_scalars_come_as_they_were_written() {
        let text = "+++\ntitle = \"A: b\"\ndate = 2024-03-26\nyear = 2024\nversion = 1.10\n\
            open = true\n\n[extra]\nx = [1]\n+++\nBody";
        let found: Vec<_> = keys(text);
        assert_eq!(found[0], ("title".to_owned(), json!("A: b"), 2));
        assert_eq!(found[1], ("date".to_owned(), json!("2024-03-26"), 3));
        assert_eq!((&found[2].1, &found[3].1, &found[4].1), (&json!(2024), &json!("1.10"), &json!(true)));
        assert_eq!(found[5], ("extra".to_owned(), json!({"x": [1]}), 8));
        assert_eq!(part(text).unwrap().body, "Body");
    }

    #[test]
    fn what_is_broken_is_told_with_its_line_in_the_file() {
        for (text, line, words) in [
            ("---\ntitle: x\n", 1, "not closed"),
            ("---\ntitle: Attack: two dead\n---\n", 2, "mapping values"),
            ("---\na: 1\nb: 2\na: 3\n---\n", 4, "`a` stands twice"),
            ("---\nx:\n  a: 1\n  a: 3\n---\n", 4, "`a` stands twice"),
            ("---\n- a\n- b\n---\n", 2, "a list, not a mapping"),
            ("---\nplain words\n---\n", 2, "a text, not a mapping"),
            ("---\na: \"open\nb: 1\n---\n", 3, "YAML"),
            ("---\na: &x [*x]\n---\n", 2, "YAML"),
            ("+++\na = 1\nb = \n+++\n", 3, "TOML"),
            ("+++\na = 1\na = 2\n+++\n", 3, "duplicate key"),
        ] {
            let refusal = part(text).unwrap_err();
            assert_eq!(refusal.line, Some(line), "{text} {}", refusal.reason);
            assert!(refusal.reason.contains(words) && !refusal.reason.contains('\n'), "{text} {}", refusal.reason);
        }
    }

    #[test]
    fn a_block_that_grows_when_it_is_read_is_refused() {
        let mut bomb = "---\na0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..8 {
            let alias = vec![format!("*a{}", level - 1); 9].join(",");
            bomb.push_str(&format!("a{level}: &a{level} [{alias}]\n"));
        }
        bomb.push_str("---\n");
        assert!(part(&bomb).is_err());
        assert!(part(&format!("---\na: {}\n---\n", "[".repeat(5000))).is_err());
        assert!(part(&format!("---\na: {}{}\n---\n", "[".repeat(100), "]".repeat(100))).is_err());
        assert!(part(&format!("+++\na = {}\n+++\n", "[".repeat(5000))).is_err());
        assert!(part(&format!("---\na: {}\n---\n", "x".repeat(FRONT_MATTER_BYTES_MAX))).is_err());
    }
}
