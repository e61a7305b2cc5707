//! Searches sent to a cluster, several at once, and their answers read. A part of an answer is never taken for the whole.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::engine::EngineError;
use crate::engine::opensearch::transport::{Answer, Cluster, Request, Verb, may_pass, refusal};
use crate::model::query::Deadline;

/// What is left out of answers: lists that were only made to be counted, and what nobody reads.
const LEFT_OUT: &str = "-responses.aggregations.**.groups*.buckets,-responses.hits.hits._index";

/// How often what may pass by itself is asked for, in all.
const ROUNDS_MAX: u32 = 8;
/// How long to wait before it is asked for again; longer each time.
const PAUSE: Duration = Duration::from_millis(150);
/// What is done here, for messages.
const ACTION: &str = "search";

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
    /// The names of the named queries that it matches.
    #[serde(default)]
    pub matched_queries: Vec<String>,
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
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// The hits.
    pub hits: Hits,
    /// What was counted, by the names in the request.
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
    status: Option<u16>,
    #[serde(default)]
    error: Option<Value>,
    #[serde(default)]
    timed_out: Option<bool>,
    #[serde(default)]
    terminated_early: bool,
    #[serde(rename = "_shards", default)]
    shards: Option<Shards>,
    #[serde(default)]
    hits: Option<Hits>,
    #[serde(default)]
    aggregations: Value,
}

#[derive(Deserialize)]
struct Shards {
    total: u64,
    successful: u64,
    failed: u64,
}

#[derive(Deserialize)]
struct Parts {
    responses: Vec<Part>,
}

/// Asks an index all the `searches` in one request. Statistics of words are those of the whole index, so that a score does
/// not depend on how it is cut into shards.
pub fn search_all(
    cluster: &Cluster,
    index: &str,
    searches: &[Value],
    deadline: Deadline,
) -> Result<Vec<Found>, EngineError> {
    let mut answers: Vec<Option<Part>> = searches.iter().map(|_| None).collect();
    for round in 1..=ROUNDS_MAX {
        let left: Vec<usize> = (0..searches.len()).filter(|place| answers[*place].is_none()).collect();
        let mut body = Vec::new();
        for search in left.iter().map(|place| &searches[*place]) {
            for line in [&head(index, search), search] {
                body.extend(line.to_string().into_bytes());
                body.push(b'\n');
            }
        }
        let path = format!("_msearch?filter_path={LEFT_OUT}");
        let parts: Parts = cluster.read(&Request::new(Verb::Post, path, ACTION).lines(body).until(deadline))?;
        if parts.responses.len() != left.len() {
            let reason = format!("{} answers came to {} searches", parts.responses.len(), left.len());
            return Err(cluster.address().failed(ACTION, reason));
        }
        for (place, part) in left.into_iter().zip(parts.responses) {
            // What has to do with a node that is gone or busy may be answered by another a moment later.
            if round == ROUNDS_MAX || !part.may_pass() {
                answers[place] = Some(part);
            }
        }
        if answers.iter().all(Option::is_some) {
            break;
        }
        std::thread::sleep(PAUSE * round);
    }
    answers.into_iter().flatten().map(|part| whole(cluster, part)).collect()
}

/// The line before a search.
///
/// The same query is answered by the same copies of the index, whichever page is asked for: two copies may still count articles that
/// one of them has forgotten, by which their scores differ in the last place and pages would not join. Other queries go to other
/// copies.
fn head(index: &str, search: &Value) -> Value {
    let query = blake3::hash(search["query"].to_string().as_bytes()).to_hex();
    json!({
        "index": index, "search_type": "dfs_query_then_fetch", "allow_partial_search_results": false,
        "preference": &query[..16],
    })
}

impl Part {
    /// Whether it may be answered a moment later: somebody is busy, or a node went while it was asked (which OpenSearch calls
    /// an error of its own, 500).
    fn may_pass(&self) -> bool {
        self.status.is_some_and(|status| may_pass(status) || status >= 500)
            || self.shards.as_ref().is_some_and(|shards| shards.failed > 0)
    }
}

/// Asks an index one search.
pub fn search(cluster: &Cluster, index: &str, search: Value, deadline: Deadline) -> Result<Found, EngineError> {
    let mut found = search_all(cluster, index, &[search], deadline)?;
    found.pop().ok_or_else(|| cluster.address().failed("search", "no answer came"))
}

/// The answer, if nothing is missing in it.
fn whole(cluster: &Cluster, part: Part) -> Result<Found, EngineError> {
    let failed = |reason: String| Err(cluster.address().failed(ACTION, reason));
    if let Some(error) = part.error {
        let answer =
            Answer { status: part.status.unwrap_or(500), body: json!({"error": error}).to_string().into_bytes() };
        return Err(refusal(cluster.address(), ACTION, &answer));
    }
    // What does not say that it is whole is not.
    let (Some(timed_out), Some(shards), Some(hits)) = (part.timed_out, part.shards, part.hits) else {
        return failed("its answer is none of a search".to_owned());
    };
    if timed_out || part.terminated_early {
        return Err(EngineError::TooSlow);
    }
    if shards.failed > 0 || shards.successful < shards.total || shards.total == 0 {
        return failed(format!("{} of {} shards did not answer", shards.failed.max(1), shards.total));
    }
    Ok(Found { hits, aggregations: part.aggregations })
}
