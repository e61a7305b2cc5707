//! Articles read back from an index for the next run: whole ones, and what their copies are known by. Answers no search.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use serde_json::{Value, json};

use crate::engine::EngineError;
use crate::engine::opensearch::searching::{FoundHit, search};
use crate::engine::opensearch::transport::Cluster;
use crate::model::document::{Document, Imprint};
use crate::model::query::Deadline;

/// Articles of one request.
pub const ARTICLES_AT_ONCE: usize = 200;
/// Imprints of one request.
const IMPRINTS_AT_ONCE: usize = 5000;

/// The articles of some ids, in no order; ids that the index lacks are left out. At most `ARTICLES_AT_ONCE` ids.
pub fn articles(cluster: &Cluster, index: &str, ids: &[String]) -> Result<Vec<Document>, EngineError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let request = json!({
        "size": ids.len(), "query": {"terms": {"id": ids}}, "sort": ["_doc"], "track_total_hits": false,
        "_source": false, "stored_fields": ["document", "stored_body"], "docvalue_fields": ["sketch"],
    });
    let found = search(cluster, index, request, Deadline::default())?;
    found.hits.hits.iter().map(|hit| article(cluster, hit)).collect()
}

fn article(cluster: &Cluster, hit: &FoundHit) -> Result<Document, EngineError> {
    let failed = |what: String| cluster.address().failed("read an article", format!("`{}`: {what}", hit.id));
    let text = |field: &str| hit.texts(field).next().ok_or_else(|| failed(format!("{field} is missing")));
    let mut document: Document = serde_json::from_str(text("document")?).map_err(|error| failed(error.to_string()))?;
    document.body = text("stored_body")?.to_owned();
    document.sketch = sketch(cluster, hit)?;
    Ok(document)
}

/// What copies of all articles of an index are known by, but those of some ids, by id.
pub fn imprints(cluster: &Cluster, index: &str, but: &HashSet<&str>) -> Result<Vec<Imprint>, EngineError> {
    let mut imprints = Vec::new();
    let mut after: Option<Vec<Value>> = None;
    loop {
        let mut request = json!({
            "size": IMPRINTS_AT_ONCE, "query": {"match_all": {}}, "sort": [{"id": "asc"}], "track_total_hits": false,
            "_source": false, "docvalue_fields": ["sketch", "date_first"],
        });
        if let Some(after) = after {
            request["search_after"] = after.into();
        }
        let hits = search(cluster, index, request, Deadline::default())?.hits.hits;
        for hit in hits.iter().filter(|hit| !but.contains(hit.id.as_str())) {
            let day = hit.number("date_first").and_then(|day| i32::try_from(day).ok());
            imprints.push(Imprint { id: hit.id.clone(), day, sketch: sketch(cluster, hit)? });
        }
        match hits.last() {
            Some(last) if hits.len() == IMPRINTS_AT_ONCE => after = Some(last.sort.clone()),
            _ => return Ok(imprints),
        }
    }
}

fn sketch(cluster: &Cluster, hit: &FoundHit) -> Result<Vec<u8>, EngineError> {
    let text = hit.texts("sketch").next().unwrap_or_default();
    let failed = |error: base64::DecodeError| {
        cluster.address().failed("read an article", format!("`{}`: its sketch: {error}", hit.id))
    };
    BASE64.decode(text).map_err(failed)
}
