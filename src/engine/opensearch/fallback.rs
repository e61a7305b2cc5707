//! The fallback on a cluster: articles with most of the words, for a query whose words no article has all of, and for a question
//! whose words few have. What "most" means is decided by
//! `engine::fallback`, for every engine alike.

use serde_json::{Map, Value, json};

use crate::engine::EngineError;
use crate::engine::fallback::{COVERAGE_POINTS, WORDS_MAX, WordsHad, is_question};
use crate::engine::opensearch::query_builder::{QueryBuilder, constant, filtered};
use crate::engine::opensearch::searching::search;
use crate::engine::opensearch::transport::Cluster;
use crate::engine::plan::{Leaf, Plan};
use crate::model::query::SearchRequest;

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
    let leaves: Vec<Leaf> = plan.soft_words().into_iter().take(WORDS_MAX).cloned().collect();
    let words: Vec<Value> = leaves.iter().map(|leaf| builder.plan(&Plan::Leaf(leaf.clone()))).collect();
    let having = |least: u32| {
        if least == 0 {
            json!({"match_all": {}})
        } else {
            json!({"bool": {"should": words, "minimum_should_match": least}})
        }
    };
    let allowed = filtered(builder.firm(plan), &request.filters, true);
    // An article scores as many points as it has words; beside it, how many have at least so many.
    let mut counts = Map::new();
    if is_question(leaves.len(), request.lenient) {
        let levels = 2..=WordsHad::most(leaves.len());
        counts.extend(levels.map(|least| (least.to_string(), json!({"filter": having(least)}))));
    }
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
    let passing = found.hits.total.map_or(0, |total| total.value);
    let best = found.hits.hits.first().and_then(|hit| hit.score).unwrap_or(0.0).round() as u32;
    let by_best = if best == 0 { 0 } else { had_by_best(cluster, index, &allowed, &words, best, request)? };
    let so_many = |least: u32| found.aggregations[least.to_string()]["doc_count"].as_u64().unwrap_or(0);
    let had = WordsHad::counted(leaves.len(), passing, (best, by_best), so_many);
    let Some(enough) = had.enough(plan, request.lenient) else { return Ok(None) };
    let missing = had.missing(&leaves);
    let further: Vec<Value> = (enough + 1..=best).map(|words| constant(having(words), COVERAGE_POINTS)).collect();
    let query = json!({"bool": {
        "must": [builder.most(plan, having(enough))], "should": further, "minimum_should_match": 0,
    }});
    Ok(Some(Fallback { query, missing }))
}

/// The words that all of the articles with most words have, a bit each.
fn had_by_best(
    cluster: &Cluster,
    index: &str,
    allowed: &Value,
    words: &[Value],
    best: u32,
    request: &SearchRequest,
) -> Result<u128, EngineError> {
    let counts: Map<String, Value> =
        words.iter().enumerate().map(|(n, word)| (n.to_string(), json!({"filter": word}))).collect();
    let best_ones = json!({"bool": {"should": words, "minimum_should_match": best, "filter": [allowed]}});
    let body = json!({"query": best_ones, "size": 0, "track_total_hits": true, "aggs": counts});
    let found = search(cluster, index, body, request.deadline)?;
    let all = found.hits.total.map_or(0, |total| total.value);
    let has_all = |n: &usize| found.aggregations[n.to_string()]["doc_count"].as_u64() == Some(all);
    Ok((0..words.len()).filter(has_all).fold(0, |mask, n| mask | 1 << n))
}
