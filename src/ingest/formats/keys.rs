//! The keys that an article may carry, wherever they are written: front matter, sidecar or record.
//!
//! Sorts values into the fields of an article and checks their types. May not parse dates, and does not know which of
//! the other keys are dimensions: those are kept as they are.

use serde_json::Value;

use super::Refusal;
use crate::model::document::{DateSource, RawArticle, SourceReference};

/// The keys that are fields of an article; every other key is extra.
pub const KNOWN: &[&str] = &["id", "title", "date", "source", "url", "sources", "author", "lang", "language"];

/// A key with its value, and the line that it stands on where that is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) value: Value,
    pub(super) line: Option<u32>,
}

/// Lays entries over an article: each key given replaces what the article had, also when its value is empty.
///
/// Refuses a value of the wrong type for a known key.
pub(super) fn apply(article: &mut RawArticle, entries: Vec<Entry>, date_source: DateSource) -> Result<(), Refusal> {
    let has_lang = entries.iter().any(|entry| entry.key == "lang");
    for Entry { key, value, line } in entries {
        let refuse = |reason: String| Refusal { line, reason };
        match key.as_str() {
            "id" => article.id = text(&key, &value).map_err(refuse)?,
            "title" => article.title = text(&key, &value).map_err(refuse)?,
            "date" => article.date = text(&key, &value).map_err(refuse)?.map(|date| (date, date_source)),
            "url" => article.url = text(&key, &value).map_err(refuse)?,
            "source" => article.source = texts(&key, &value).map_err(refuse)?,
            "sources" => article.sources = references(&value, &mut article.warnings).map_err(refuse)?,
            "author" => {
                let authors = texts(&key, &value).map_err(refuse)?;
                article.author = (!authors.is_empty()).then(|| authors.join(", "));
            }
            "language" if has_lang => {
                article.warnings.push("`language` is not read beside `lang`".to_owned());
            }
            "lang" | "language" => article.lang = text(&key, &value).map_err(refuse)?,
            _ => {
                let lower = key.to_ascii_lowercase();
                if KNOWN.contains(&lower.as_str()) {
                    article.warnings.push(format!("`{key}` is kept as an extra key; write `{lower}` if you mean that"));
                }
                article.extra.insert(key, value);
            }
        }
    }
    Ok(())
}

/// What a value is, in words.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

/// A single text; numbers and truth values as they are written, a mapping by its `name`. `None` when it is empty.
pub(super) fn text(key: &str, value: &Value) -> Result<Option<String>, String> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Object(fields) if fields.get("name").is_some_and(Value::is_string) => return text(key, &fields["name"]),
        Value::Array(_) | Value::Object(_) => return Err(format!("`{key}` must be a text, not {}", kind(value))),
    };
    Ok((!text.is_empty()).then_some(text))
}

/// A text or a list of texts.
fn texts(key: &str, value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::Array(values) => {
            let texts = values.iter().map(|value| text(key, value)).collect::<Result<Vec<_>, _>>();
            Ok(texts.map_err(|_| format!("`{key}` must be a text or a list of texts"))?.into_iter().flatten().collect())
        }
        Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(text(key, value)
            .map_err(|_| format!("`{key}` must be a text or a list of texts"))?
            .into_iter()
            .collect()),
    }
}

/// The publications of `sources`: mappings, or texts that are an address or a name.
fn references(value: &Value, warnings: &mut Vec<String>) -> Result<Vec<SourceReference>, String> {
    match value {
        Value::Array(values) => values.iter().filter_map(|value| reference(value, warnings).transpose()).collect(),
        value => Ok(reference(value, warnings)?.into_iter().collect()),
    }
}

fn reference(value: &Value, warnings: &mut Vec<String>) -> Result<Option<SourceReference>, String> {
    let Value::Object(fields) = value else {
        let wrong = || "`sources` must be a list of mappings with `publisher`, `url`, `published`".to_owned();
        let text = text("sources", value).map_err(|_| wrong())?;
        return Ok(text.map(|text| match is_address(&text) {
            true => SourceReference { url: Some(text), ..SourceReference::default() },
            false => SourceReference { publisher: Some(text), ..SourceReference::default() },
        }));
    };
    let mut reference = SourceReference::default();
    for (key, value) in fields {
        match key.as_str() {
            "publisher" => reference.publisher = text("publisher", value)?,
            "url" => reference.url = text("url", value)?,
            "published" => reference.published = text("published", value)?,
            _ => {
                warnings.push(format!("`{key}` in `sources` is not read; its keys are `publisher`, `url`, `published`"))
            }
        }
    }
    Ok((reference != SourceReference::default()).then_some(reference))
}

/// Whether a text is an address of the web.
pub(super) fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::bare_article;
    use super::*;
    use crate::model::document::{BodyKind, Place};

    fn applied(value: Value) -> Result<RawArticle, Refusal> {
        let Value::Object(fields) = value else { panic!("a mapping") };
        let entries = fields.into_iter().map(|(key, value)| Entry { key, value, line: Some(4) }).collect();
        let mut article = bare_article(Place { file: "a".to_owned(), line: None }, String::new(), BodyKind::Curated);
        apply(&mut article, entries, DateSource::FrontMatter).map(|()| article)
    }

    #[test]
    fn known_keys_are_fields_and_the_rest_is_extra() {
        let article = applied(json!({
            "id": 7, "title": " T ", "date": 2024, "source": "Dawn", "author": ["A", {"name": "B"}], "language": "ur",
            "url": "", "sources": ["Dawn", "https://example.org/1", {"publisher": "BBC", "published": 2024}, {}],
            "region": ["X/Y"], "Lang": "en", "empty": null,
        }))
        .unwrap();
        assert_eq!((article.id.as_deref(), article.title.as_deref(), article.url), (Some("7"), Some("T"), None));
        assert_eq!(article.date, Some(("2024".to_owned(), DateSource::FrontMatter)));
        assert_eq!((article.author.as_deref(), article.lang.as_deref()), (Some("A, B"), Some("ur")));
        let publishers: Vec<_> = article.sources.iter().map(|source| source.publisher.as_deref()).collect();
        assert_eq!(publishers, [Some("Dawn"), None, Some("BBC")]);
        assert_eq!(article.sources[1].url.as_deref(), Some("https://example.org/1"));
        assert_eq!(article.extra.keys().collect::<Vec<_>>(), ["Lang", "empty", "region"]);
        assert!(article.warnings[0].contains("write `lang`"));
    }

    #[test]
    fn a_wrong_type_is_refused_with_its_line() {
        for (value, words) in [
            (json!({"title": ["a"]}), "`title` must be a text, not a list"),
            (json!({"id": {}}), "`id` must be a text, not a mapping"),
            (json!({"source": [["a"]]}), "`source` must be a text or a list of texts"),
            (json!({"author": {"x": 1}}), "`author` must be a text or a list of texts"),
            (json!({"sources": [[1]]}), "`sources` must be a list of mappings"),
        ] {
            let refusal = applied(value).unwrap_err();
            assert_eq!(refusal.line, Some(4));
            assert!(refusal.reason.starts_with(words), "{}", refusal.reason);
        }
    }
}
