//! What a draft remembers of itself: the original that it came from, and a hash of the draft as it was written, so that
//! a changed draft is known for one.
//!
//! All of it stands in the draft, in one line of its front matter: it goes with the file through renames and git.

use serde_json::Value;

/// The key of the front matter.
const KEY: &str = "imported_from";
/// Hexadecimal digits of a hash.
const HASH_DIGITS: usize = 32;

/// Where a draft came from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The original file, seen from the folder that the draft was written into by the import, with `/`.
    pub path: String,
    /// Which record of the file: its id, or its address, or a `#` with a hash of what it says; no other record of the
    /// file has the same.
    pub record: Option<String>,
    /// Hash of what the article was read from.
    pub hash: String,
}

/// The line for a front matter, its hash of the draft still to be filled in by `seal`.
pub(super) fn line(origin: &Origin) -> String {
    let mut fields = serde_json::Map::new();
    fields.insert("path".to_owned(), origin.path.as_str().into());
    if let Some(record) = &origin.record {
        fields.insert("record".to_owned(), record.as_str().into());
    }
    fields.insert("hash".to_owned(), origin.hash.as_str().into());
    fields.insert("draft".to_owned(), "".into());
    format!("{KEY}: {}", super::yaml::flow(&Value::Object(fields)))
}

/// Fills in the hash of a draft that was just written.
pub(super) fn seal(draft: &str) -> String {
    match open_line(draft) {
        Some((line, value)) => draft.replacen(line, &sealed_line(&value, &hash_of(draft)), 1),
        None => draft.to_owned(),
    }
}

/// The origin that a file names, if it is a draft of ours; also where a person broke the rest of its front matter.
pub fn origin(text: &str) -> Option<Origin> {
    let text = text.replace("\r\n", "\n");
    origin_of(&open_line(&text)?.1)
}

/// The origin in the value of the key, however a person rewrote it.
pub fn origin_of(value: &Value) -> Option<Origin> {
    let field = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(Origin { path: field("path")?, record: field("record"), hash: field("hash")? })
}

/// Whether a draft stands as it was written, line ends of other systems aside.
pub fn is_untouched(text: &str) -> bool {
    let text = text.replace("\r\n", "\n");
    let Some((line, value)) = open_line(&text) else { return false };
    let unsealed = text.replacen(line, &sealed_line(&value, ""), 1);
    value.get("draft").and_then(Value::as_str).is_some_and(|hash| hash == hash_of(&unsealed))
}

/// The line with the key, and its value; only in the front matter.
fn open_line(draft: &str) -> Option<(&str, Value)> {
    let front_matter = draft.strip_prefix("---\n")?.lines().take_while(|line| *line != "---");
    let mut lines = front_matter.filter_map(|line| Some((line, line.strip_prefix(KEY)?.strip_prefix(':')?)));
    lines.find_map(|(line, value)| Some((line, serde_json::from_str(value.trim()).ok()?)))
}

fn sealed_line(value: &Value, hash: &str) -> String {
    let mut value = value.clone();
    if let Some(fields) = value.as_object_mut() {
        fields.insert("draft".to_owned(), hash.into());
    }
    format!("{KEY}: {}", super::yaml::flow(&value))
}

/// Hash of a text, as it stands in drafts.
pub fn hash_of(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..HASH_DIGITS].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> (Origin, String) {
        let origin = Origin { path: "../a \"b\".html".to_owned(), record: None, hash: "0f".to_owned() };
        let text = seal(&format!("---\ntitle: \"x\"\n{}\n---\nText.\n", line(&origin)));
        (origin, text)
    }

    #[test]
    fn a_draft_knows_its_origin_and_whether_it_was_touched() {
        let (origin, text) = draft();
        assert_eq!(super::origin(&text), Some(origin.clone()));
        assert!(is_untouched(&text) && is_untouched(&text.replace('\n', "\r\n")), "{text}");
        for touched in [
            text.replace("Text", "Test"),
            text.replace("\"x\"", "\"y\""),
            text.replace("0f", "0e"),
            format!("{text}\n"),
            text.replace("../a", "../b"),
        ] {
            assert!(!is_untouched(&touched), "{touched}");
        }
        let broken = text.replace("title: \"x\"", "title: \"x");
        assert_eq!(super::origin(&broken), Some(origin));
        assert!(!is_untouched(&broken));
    }

    #[test]
    fn what_is_no_draft_has_no_origin() {
        for text in ["", "Text", "---\ntitle: x\n---\nimported_from: {\"path\": \"a\", \"hash\": \"b\"}\n"] {
            assert_eq!(origin(text), None);
            assert!(!is_untouched(text));
        }
        let block = serde_json::json!({"path": "a", "record": "7", "hash": "b", "draft": "c"});
        let expected = Origin { path: "a".into(), record: Some("7".into()), hash: "b".into() };
        assert_eq!(origin_of(&block), Some(expected));
    }
}
