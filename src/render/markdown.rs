//! An article as a file for the corpus: YAML front matter and its text, ready to be put under `articles/`.
//!
//! Writes every value as a JSON string, which is YAML too, so that no text can break out of its place.

use crate::model::document::Document;

/// The file's text. Labels are written as tags, the curator's and the found ones alike. Fails only where a value has
/// no JSON, which ours all have.
pub fn article(document: &Document) -> Result<String, serde_json::Error> {
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
    for dimension in document.labels.keys() {
        let tags: Vec<&str> = document.tags(dimension).collect();
        put(dimension, serde_json::to_string(&tags)?);
    }
    for (key, value) in document.extra.iter().filter(|(key, _)| !document.labels.contains_key(*key)) {
        put(&serde_json::to_string(key)?, serde_json::to_string(value)?);
    }
    lines.push("---".to_owned());
    lines.push(document.body.clone());
    Ok(lines.join("\n") + "\n")
}
