//! The fallback on a cluster: articles with most of the words, for a query whose words no article has all of, and for a question
//! whose words few have. What "most" means is told in the embedded engine's words, and is the same here.

use serde_json::{Map, Value, json};

use crate::engine::EngineError;
use crate::engine::opensearch::query_builder::{QueryBuilder, constant, filtered};
use crate::engine::opensearch::searching::search;
use crate::engine::opensearch::transport::Cluster;
use crate::engine::plan::{Leaf, Plan};
use crate::model::QUESTION_WORDS_MIN;
use crate::model::query::SearchRequest;

/// Articles that a question is given, if there are so many with some of its words.
pub const QUESTION_HITS_MIN: u64 = 10;
/// What each further word of the query that a document has adds to its score.
const COVERAGE_POINTS: f32 = 1.0;
/// Most words that are counted.
const WORDS_MAX: usize = u128::BITS as usize;

/// What stands in for the query.
pub struct Fallback {
    /// What finds and scores.
    pub query: Value,
    /// Words that not all of the best articles have.
    pub missing: Vec<String>,
}

/// The fallback of a plan. `None` when no article passes the rest of the query and the filters: then the words are not to
/// blame.
pub fn fallback(
    cluster: &Cluster,
    index: &str,
    builder: QueryBuilder<'_>,
    plan: &Plan,
    request: &SearchRequest,
) -> Result<Option<Fallback>, EngineError> {
    let leaves: Vec<&Leaf> = plan.soft_words().into_iter().take(WORDS_MAX).collect();
    let words: Vec<Value> = leaves.iter().map(|leaf| builder.plan(&Plan::Leaf((*leaf).clone()))).collect();
    let having = |least: u32| {
        if least == 0 {
            json!({"match_all": {}})
        } else {
            json!({"bool": {"should": words, "minimum_should_match": least}})
        }
    };
    let allowed = filtered(builder.firm(plan), &request.filters, true);
    let is_question = request.lenient && leaves.len() >= QUESTION_WORDS_MIN;
    // An article scores as many points as it has words; beside it, how many have at least so many.
    let most = leaves.len() as u32 / 2 + 1;
    let levels = if is_question { 2..=most } else { 1..=0 };
    let counts: Map<String, Value> =
        levels.map(|least| (least.to_string(), json!({"filter": having(least)}))).collect();
    let points: Vec<Value> = words.iter().map(|word| constant(word.clone(), 1.0)).collect();
    let found = search(
        cluster,
        index,
        json!({
            "query": {"bool": {"filter": [allowed], "should": points, "minimum_should_match": 0}},
            "size": 1, "track_total_hits": true, "_source": false, "aggs": counts,
        }),
        request.deadline,
    )?;
    if found.hits.total.as_ref().is_none_or(|total| total.value == 0) {
        return Ok(None);
    }
    let best = found.hits.hits.first().and_then(|hit| hit.score).unwrap_or(0.0).round() as u32;
    // Where something else than plain words is sought, a phrase say, an article may do without any of them.
    let least = u32::from(!plan.seeks_more_than_words());
    let mut enough = best.min(most).max(least);
    let so_many = |least: u32| found.aggregations[least.to_string()]["doc_count"].as_u64().unwrap_or(0);
    while is_question && enough > 2 && so_many(enough) < QUESTION_HITS_MIN {
        enough -= 1;
    }
    let missing = missing(cluster, index, &allowed, &leaves, &words, best, request)?;
    let further: Vec<Value> = (enough + 1..=best).map(|words| constant(having(words), COVERAGE_POINTS)).collect();
    let query = json!({"bool": {
        "must": [builder.most(plan, having(enough))], "should": further, "minimum_should_match": 0,
    }});
    Ok(Some(Fallback { query, missing }))
}

/// The words that not all of the articles with most words have.
fn missing(
    cluster: &Cluster,
    index: &str,
    allowed: &Value,
    leaves: &[&Leaf],
    words: &[Value],
    best: u32,
    request: &SearchRequest,
) -> Result<Vec<String>, EngineError> {
    if best == 0 {
        return Ok(leaves.iter().map(|leaf| leaf.term.clone()).collect());
    }
    let counts: Map<String, Value> =
        words.iter().enumerate().map(|(n, word)| (n.to_string(), json!({"filter": word}))).collect();
    let best_ones = json!({"bool": {"should": words, "minimum_should_match": best, "filter": [allowed]}});
    let body = json!({"query": best_ones, "size": 0, "track_total_hits": true, "aggs": counts});
    let found = search(cluster, index, body, request.deadline)?;
    let all = found.hits.total.map_or(0, |total| total.value);
    let has_all = |n: usize| found.aggregations[n.to_string()]["doc_count"].as_u64() == Some(all);
    Ok(leaves.iter().enumerate().filter(|(n, _)| !has_all(*n)).map(|(_, leaf)| leaf.term.clone()).collect())
}
