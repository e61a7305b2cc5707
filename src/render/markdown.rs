//! An article as a file for the corpus: YAML front matter and its text, ready to be put under `articles/`.
//!
//! Writes every value as a JSON string, which is YAML too, so that no text can break out of its place.

use serde_json::Value;

use crate::model::document::Document;
use crate::render::Dimension;

/// The file's text. Labels are written as tags, the curator's and the found ones alike; `dimensions` are those of the
/// taxonomy. Fails only where a value has no JSON, which ours all have.
pub fn article(document: &Document, dimensions: &[Dimension]) -> Result<String, serde_json::Error> {
    let mut lines = vec!["---".to_owned()];
    let mut put = |key: &str, value: String| lines.push(format!("{key}: {value}"));
    put("id", serde_json::to_string(&document.id)?);
    put("title", serde_json::to_string(&document.title)?);
    if let Some(date) = document.date {
        put("date", serde_json::to_string(&date)?);
    }
    if !document.source.is_empty() {
        put("source", serde_json::to_string(&document.source)?);
    }
    for (key, value) in [("url", &document.url), ("author", &document.author)] {
        if let Some(value) = value {
            put(key, serde_json::to_string(value)?);
        }
    }
    if !document.sources.is_empty() {
        put("sources", serde_json::to_string(&document.sources)?);
    }
    put("lang", serde_json::to_string(&document.lang)?);
    // An empty list too: where the key is absent, labels are sought again.
    for dimension in dimensions {
        let tags = document.tags(&dimension.name).map(|path| Value::String(path.to_owned()));
        let unresolved = document.extra.get(&dimension.name).and_then(Value::as_array).into_iter().flatten().cloned();
        put(&dimension.name, Value::Array(tags.chain(unresolved).collect()).to_string());
    }
    let is_dimension = |key: &str| dimensions.iter().any(|dimension| dimension.name == key);
    for (key, value) in document.extra.iter().filter(|(key, _)| !is_dimension(key)) {
        put(&serde_json::to_string(key)?, serde_json::to_string(value)?);
    }
    lines.push("---".to_owned());
    lines.push(document.body.clone());
    Ok(lines.join("\n") + "\n")
}
