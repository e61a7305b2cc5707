//! Stored articles, fetched from a cluster by their ids.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::engine::EngineError;
use crate::engine::opensearch::transport::{Cluster, Request, Verb};
use crate::model::document::Document;
use crate::model::query::Deadline;

/// Articles fetched at once.
const ARTICLES_AT_ONCE: usize = 200;

/// How often articles are asked for of which one could not be read, in all.
const ROUNDS_MAX: u32 = 8;
/// How long to wait before they are asked for again; longer each time.
const PAUSE: Duration = Duration::from_millis(150);

#[derive(Deserialize)]
struct Many {
    docs: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    #[serde(rename = "_id", default)]
    id: String,
    #[serde(default)]
    found: bool,
    #[serde(default)]
    fields: Fields,
    #[serde(default)]
    error: Option<serde_json::Value>,
}

#[derive(Default, Deserialize)]
struct Fields {
    #[serde(default)]
    document: Vec<String>,
    #[serde(default)]
    stored_body: Vec<String>,
}

/// Articles by their ids, in the order of the ids; `None` for one that is not there.
pub fn documents(
    cluster: &Cluster,
    index: &str,
    ids: &[String],
    deadline: Deadline,
) -> Result<Vec<Option<Document>>, EngineError> {
    let mut documents = Vec::with_capacity(ids.len());
    for ids in ids.chunks(ARTICLES_AT_ONCE) {
        let path = format!("{index}/_mget?stored_fields=document,stored_body&realtime=false&_source=false");
        let request = Request::new(Verb::Post, path, ACTION).json(&json!({"ids": ids})).until(deadline);
        let mut many: Many = cluster.read(&request)?;
        for round in 1..ROUNDS_MAX {
            // An article whose node went while it was asked for is read from another one.
            if many.docs.iter().all(|one| one.error.is_none()) {
                break;
            }
            std::thread::sleep(PAUSE * round);
            many = cluster.read(&request)?;
        }
        if many.docs.len() != ids.len() {
            let reason = format!("{} came where {} were asked for", many.docs.len(), ids.len());
            return Err(cluster.address().failed(ACTION, reason));
        }
        for (one, id) in many.docs.into_iter().zip(ids) {
            documents.push(read(cluster, one, id)?);
        }
    }
    Ok(documents)
}

/// What is done here, for messages.
const ACTION: &str = "read articles";

fn read(cluster: &Cluster, one: One, id: &str) -> Result<Option<Document>, EngineError> {
    if let Some(error) = one.error {
        return Err(cluster.address().failed(ACTION, format!("{id}: {error}")));
    }
    if one.id != id {
        return Err(cluster.address().failed(ACTION, format!("`{}` came in the place of `{id}`", one.id)));
    }
    if !one.found {
        return Ok(None);
    }
    let text = one.fields.document.first().map_or("", String::as_str);
    let document: Result<Document, _> = serde_json::from_str(text);
    let mut document = document
        .map_err(|error| cluster.address().failed(ACTION, format!("the stored article {id} is unreadable: {error}")))?;
    // An empty text is not stored.
    document.body = one.fields.stored_body.into_iter().next().unwrap_or_default();
    Ok(Some(document))
}
