//! The articles that pass a set of filters, as far as they are known here, and what was counted among them.
//!
//! Where few pass, all of them are asked for at once. Where many pass, those whose words were read are, and the bearers of
//! titles when they come up.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};

use crate::engine::EngineError;
use crate::engine::opensearch::counting::{each_bucket, lists};
use crate::engine::opensearch::mapping::facet_field;
use crate::engine::opensearch::query_builder::filtered;
use crate::engine::opensearch::searching::{FoundHit, search};
use crate::engine::opensearch::suggester::Place;
use crate::model::query::{Deadline, Filters};
use crate::model::results::NamedNode;

/// Articles that are asked for whole: where more pass the filters, only those that matter are asked for.
const WHOLE_MAX: usize = 10_000;
/// Counts that are remembered for a set of filters; then they are forgotten.
const REMEMBERED_COUNTS_MAX: usize = 20_000;

/// Whether an article passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passes {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// Nobody asked.
    Unknown,
}

/// The articles that pass a set of filters.
pub(super) struct Allowed {
    /// By place among those that the lists speak of; `None` when nothing is filtered.
    passes: Option<Mutex<Vec<Passes>>>,
    /// Articles of each name's label.
    pub(super) labelled: Vec<u64>,
    /// Articles that a search for a text finds, as far as they were counted.
    counts: Mutex<HashMap<String, u64>>,
}

impl Allowed {
    /// Finds the articles: `articles` are the ids that the lists speak of, sorted, `read` the places of those whose words were
    /// read, `names` those whose labels are counted. A request, and a second one where many articles pass.
    pub(super) fn new(
        place: &Place<'_>,
        filters: &Filters,
        names: &[NamedNode],
        articles: &[String],
        read: &[u32],
    ) -> Result<Self, EngineError> {
        let is_filtered = *filters != Filters::default();
        let query = filtered(json!({"match_all": {}}), filters, true);
        let mut dimensions: Vec<&str> = names.iter().map(|node| node.dimension.as_str()).collect();
        dimensions.dedup();
        let mut aggregations = Map::new();
        for (number, dimension) in dimensions.iter().enumerate() {
            let prefix = format!("labels{number}_");
            aggregations.extend(lists(&prefix, &facet_field(dimension), place.dictionary.len(dimension)));
        }
        let mut body = json!({
            "query": query, "size": if is_filtered { WHOLE_MAX } else { 0 }, "_source": false,
            "track_total_hits": true, "aggs": aggregations,
        });
        if is_filtered {
            body["sort"] = json!(["_doc"]);
        }
        let found = search(place.cluster, place.index, body, Deadline::default())?;
        let mut by_label: HashMap<(&str, String), u64> = HashMap::new();
        for (number, dimension) in dimensions.iter().enumerate() {
            each_bucket(place.cluster, &found.aggregations, &format!("labels{number}_"), |path, count| {
                *by_label.entry((dimension, path.to_owned())).or_default() += count;
            })?;
        }
        let count = |node: &NamedNode| by_label.get(&(node.dimension.as_str(), node.path.clone())).copied();
        let labelled = names.iter().map(|node| count(node).unwrap_or(0)).collect();
        let mut allowed = Self { passes: None, labelled, counts: Mutex::default() };
        if is_filtered {
            let is_whole = found.hits.total.is_some_and(|total| total.value <= WHOLE_MAX as u64);
            let mut passes = vec![if is_whole { Passes::No } else { Passes::Unknown }; articles.len()];
            note(&mut passes, articles, &found.hits.hits);
            allowed.passes = Some(Mutex::new(passes));
            allowed.learn(place, filters, articles, read)?;
        }
        Ok(allowed)
    }

    /// Whether each of some articles passes, by their places.
    pub(super) fn of(&self, articles: &[u32], mut tell: impl FnMut(u32, Passes) -> bool) {
        let passes = self.passes.as_ref().map(|passes| passes.lock().unwrap_or_else(PoisonError::into_inner));
        for &article in articles {
            let passes = passes.as_ref().map_or(Passes::Yes, |passes| passes[article as usize]);
            if !tell(article, passes) {
                break;
            }
        }
    }

    /// Asks for those of some articles that nobody asked for: a request for each `WHOLE_MAX` of them.
    pub(super) fn learn(
        &self,
        place: &Place<'_>,
        filters: &Filters,
        articles: &[String],
        of: &[u32],
    ) -> Result<(), EngineError> {
        let mut unknown = Vec::new();
        self.of(of, |article, passes| {
            if passes == Passes::Unknown {
                unknown.push(article);
            }
            true
        });
        let Some(passes) = self.passes.as_ref().filter(|_| !unknown.is_empty()) else { return Ok(()) };
        for unknown in unknown.chunks(WHOLE_MAX) {
            let ids: Vec<&str> = unknown.iter().map(|article| articles[*article as usize].as_str()).collect();
            let body = json!({
                "query": filtered(json!({"bool": {"filter": [{"terms": {"id": ids}}]}}), filters, true),
                "size": ids.len(), "_source": false, "sort": ["_doc"], "track_total_hits": false,
            });
            let found = search(place.cluster, place.index, body, Deadline::default())?;
            let mut passes = passes.lock().unwrap_or_else(PoisonError::into_inner);
            unknown.iter().for_each(|article| passes[*article as usize] = Passes::No);
            note(&mut passes, articles, &found.hits.hits);
        }
        Ok(())
    }

    /// Articles that a search for a text finds, if they were counted.
    pub(super) fn counted(&self, text: &str) -> Option<u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).get(text).copied()
    }

    /// Counts the articles that searches for some texts find; `queries` are those of the texts. One request.
    pub(super) fn count(
        &self,
        place: &Place<'_>,
        filters: &Filters,
        texts: Vec<String>,
        queries: Vec<Value>,
    ) -> Result<(), EngineError> {
        if texts.is_empty() {
            return Ok(());
        }
        let by_place: Map<String, Value> =
            queries.into_iter().enumerate().map(|(n, query)| (n.to_string(), query)).collect();
        let body = json!({
            "query": filtered(json!({"match_all": {}}), filters, true), "size": 0, "track_total_hits": false,
            "aggs": {"texts": {"filters": {"filters": by_place}}},
        });
        let found = search(place.cluster, place.index, body, Deadline::default())?;
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= REMEMBERED_COUNTS_MAX {
            counts.clear();
        }
        for (n, text) in texts.into_iter().enumerate() {
            let count = found.aggregations["texts"]["buckets"][n.to_string()]["doc_count"].as_u64();
            let lacking = || place.cluster.address().failed("count articles", "its answer lacks a count");
            counts.insert(text, count.ok_or_else(lacking)?);
        }
        Ok(())
    }
}

/// Notes the articles that were found; what the lists do not speak of is passed over.
fn note(passes: &mut [Passes], articles: &[String], hits: &[FoundHit]) {
    for hit in hits {
        if let Ok(article) = articles.binary_search(&hit.id) {
            passes[article] = Passes::Yes;
        }
    }
}
