//! Where keys are written: the lines of a file's front matter and of its sidecar, so that a message can name them.
//!
//! Reads no value but whether there is one. A file that cannot be read has no keys here: its reader says why.

use serde_json::Value;

use super::keys::Entry;
use super::{Format, SourceFile, encoding, front_matter};

/// A key as it stands in a file or its sidecar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenKey {
    /// The key.
    pub key: String,
    /// Its line in the file or the sidecar, from 1.
    pub line: u32,
    /// Whether it stands in the sidecar.
    pub in_sidecar: bool,
    /// Whether nothing is written behind it.
    pub blank: bool,
}

/// The keys written for the one article of a file, in the order of the file and then of its sidecar. Pages, texts and
/// records have only those of the sidecar.
pub fn written_keys(source: &SourceFile) -> Vec<WrittenKey> {
    let mut written = Vec::new();
    if source.format == Format::Markdown
        && let Ok(decoded) = encoding::decode(&source.bytes, None)
        && let Ok(parted) = front_matter::part(&decoded.text)
    {
        written.extend(parted.entries.into_iter().filter_map(|entry| written_key(entry, false)));
    }
    if let Some(sidecar) = &source.sidecar
        && let Ok(decoded) = encoding::decode(sidecar, None)
        && let Ok(entries) = front_matter::toml_entries(&decoded.text)
    {
        written.extend(entries.into_iter().filter_map(|entry| written_key(entry, true)));
    }
    written
}

fn written_key(entry: Entry, in_sidecar: bool) -> Option<WrittenKey> {
    let blank = match &entry.value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    };
    Some(WrittenKey { key: entry.key, line: entry.line?, in_sidecar, blank })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(path: &str, text: &str, sidecar: Option<&str>) -> Vec<(String, u32, bool, bool)> {
        let source = SourceFile {
            path: path.to_owned(),
            format: Format::of(path).unwrap(),
            bytes: text.as_bytes().to_vec(),
            sidecar: sidecar.map(|text| text.as_bytes().to_vec()),
            hash: String::new(),
        };
        let written = written_keys(&source);
        written.into_iter().map(|key| (key.key, key.line, key.in_sidecar, key.blank)).collect()
    }

    #[test]
    fn keys_have_the_lines_of_the_file_that_they_stand_in() {
        let text = "---\n# a comment\ntitle: x\ndate:\nregion: []\n---\nText.\n";
        let found = keys("a.md", text, Some("\nauthor = \"\"\n"));
        let expected = [("title", 3, false, false), ("date", 4, false, true), ("region", 5, false, false)];
        let expected = expected.into_iter().chain([("author", 2, true, true)]);
        assert_eq!(
            found,
            expected.map(|(key, line, side, blank)| (key.to_owned(), line, side, blank)).collect::<Vec<_>>()
        );
        assert_eq!(keys("a.txt", "---\ntitle: x\n---\n", None), []);
        assert_eq!(keys("a.md", "---\ntitle: x\n", Some("= x")), [], "what cannot be read has none");
    }
}
