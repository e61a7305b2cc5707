//! Searches sent to a cluster, several at once, and their answers read. A part of an answer is never taken for the whole.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::engine::EngineError;
use crate::engine::opensearch::transport::{Cluster, Request, Verb};
use crate::model::query::Deadline;

/// What is left out of answers: lists that were only made to be counted, and what nobody reads.
const LEFT_OUT: &str = "-responses.aggregations.**.groups*.buckets,-responses.hits.hits._index";

/// A hit as it comes over the wire.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct FoundHit {
    /// Id of the article.
    #[serde(rename = "_id")]
    pub id: String,
    /// Its score, where it was asked for.
    #[serde(rename = "_score", default)]
    pub score: Option<f32>,
    /// What was asked for of it, by field.
    #[serde(default)]
    pub fields: HashMap<String, Vec<Value>>,
    /// What it is sorted by.
    #[serde(default)]
    pub sort: Vec<Value>,
    /// The named queries that it matches, with what each gave.
    #[serde(default)]
    pub matched_queries: Option<HashMap<String, f32>>,
}

impl FoundHit {
    /// The texts of a field, in their order.
    pub fn texts(&self, field: &str) -> impl Iterator<Item = &str> {
        self.fields.get(field).into_iter().flatten().filter_map(Value::as_str)
    }

    /// The number of a field.
    pub fn number(&self, field: &str) -> Option<i64> {
        self.fields.get(field)?.first()?.as_i64()
    }
}

/// The answer to one search.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Found {
    /// The hits.
    pub hits: Hits,
    /// What was counted, by the names in the request.
    #[serde(default)]
    pub aggregations: Value,
}

/// The hits of an answer.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Hits {
    /// How many there are in all, where that was asked for.
    #[serde(default)]
    pub total: Option<Total>,
    /// Those of the page.
    #[serde(default)]
    pub hits: Vec<FoundHit>,
}

/// A number of hits.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Total {
    /// The number.
    pub value: u64,
    /// `eq` where it is exact.
    pub relation: String,
}

/// One answer among several, before it is known to be whole.
#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    error: Option<Value>,
    #[serde(default)]
    timed_out: bool,
    #[serde(default)]
    terminated_early: bool,
    #[serde(rename = "_shards", default)]
    shards: Shards,
    #[serde(flatten)]
    found: Found,
}

#[derive(Default, Deserialize)]
struct Shards {
    #[serde(default)]
    total: u64,
    #[serde(default)]
    successful: u64,
    #[serde(default)]
    failed: u64,
}

#[derive(Deserialize)]
struct Parts {
    responses: Vec<Part>,
    #[serde(default, rename = "took")]
    _took: IgnoredAny,
}

/// Asks an index all the `searches` in one request. Statistics of words are those of the whole index, so that a score does
/// not depend on how it is cut into shards.
pub fn search_all(
    cluster: &Cluster,
    index: &str,
    searches: &[Value],
    deadline: Deadline,
) -> Result<Vec<Found>, EngineError> {
    let head = json!({
        "index": index, "search_type": "dfs_query_then_fetch", "allow_partial_search_results": false,
    });
    let mut body = Vec::new();
    for search in searches {
        body.extend(head.to_string().into_bytes());
        body.push(b'\n');
        body.extend(search.to_string().into_bytes());
        body.push(b'\n');
    }
    let path = format!("_msearch?filter_path={LEFT_OUT}");
    let request = Request { body, lines: true, deadline, ..Request::new(Verb::Post, path, "search") };
    let parts: Parts = cluster.read(&request)?;
    if parts.responses.len() != searches.len() {
        let reason = format!("{} answers came to {} searches", parts.responses.len(), searches.len());
        return Err(cluster.address().failed("search", reason));
    }
    parts.responses.into_iter().map(|part| whole(cluster, part)).collect()
}

/// Asks an index one search.
pub fn search(cluster: &Cluster, index: &str, search: Value, deadline: Deadline) -> Result<Found, EngineError> {
    let mut found = search_all(cluster, index, &[search], deadline)?;
    found.pop().ok_or_else(|| cluster.address().failed("search", "no answer came"))
}

/// The answer, if nothing is missing in it.
fn whole(cluster: &Cluster, part: Part) -> Result<Found, EngineError> {
    let failed = |reason: String| Err(cluster.address().failed("search", reason));
    if let Some(error) = part.error {
        return failed(told(&error));
    }
    if part.timed_out || part.terminated_early {
        return Err(EngineError::TooSlow);
    }
    if part.shards.failed > 0 || part.shards.successful < part.shards.total {
        return failed(format!("{} of {} shards did not answer", part.shards.failed.max(1), part.shards.total));
    }
    Ok(part.found)
}

/// What an error of OpenSearch says: the first cause, in words.
fn told(error: &Value) -> String {
    let cause = &error["root_cause"][0];
    let of = |key: &str| cause[key].as_str().or(error[key].as_str()).unwrap_or("unknown").to_owned();
    format!("{}: {}", of("type"), of("reason"))
}
