//! The articles that pass a set of filters, and what was counted among them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tantivy::query::AllQuery;
use tantivy::{BitSet, DocId};

use crate::engine::embedded::suggester::Place;
use crate::engine::plan::Plan;
use crate::engine::suggestions::suggester::all_words;
use crate::model::query::{Filters, MatchMode};
use crate::model::results::NamedNode;
use crate::query::variants::with_variants;

/// Counts that are remembered for a set of filters; then they are forgotten.
const REMEMBERED_COUNTS_MAX: usize = 20_000;

/// The articles that pass a set of filters.
pub(super) struct Allowed {
    /// By segment; `None` when nothing is filtered.
    sets: Option<Vec<BitSet>>,
    /// Articles of each name's label.
    pub(super) names: Vec<u64>,
    /// Articles that a search for a text finds, as far as they were counted.
    counts: Mutex<HashMap<String, u64>>,
}

impl Allowed {
    /// Finds the articles; `names` are those whose labels are counted.
    pub(super) fn new(place: &Place<'_>, filters: &Filters, names: &[NamedNode]) -> tantivy::Result<Self> {
        let mut sets = None;
        if *filters != Filters::default() {
            let query = place.builder.filtered(Box::new(AllQuery), filters, true);
            let weight = place.builder.weight(&*query, false)?;
            let mut list = Vec::new();
            for reader in place.searcher.segment_readers() {
                let mut set = BitSet::with_max_value(reader.max_doc());
                weight.for_each_no_score(reader, &mut |docs| {
                    for doc in docs.iter().filter(|doc| !reader.is_deleted(**doc)) {
                        set.insert(*doc);
                    }
                })?;
                list.push(set);
            }
            sets = Some(list);
        }
        let mut allowed = Self { sets, names: Vec::new(), counts: Mutex::default() };
        let mut by_dimension: HashMap<&str, Vec<u64>> = HashMap::new();
        for node in names {
            if !by_dimension.contains_key(node.dimension.as_str()) {
                by_dimension.insert(&node.dimension, allowed.labels(place, &node.dimension)?);
            }
        }
        let count = |node: &NamedNode| {
            let ordinal = place.dictionary.ordinal(&node.dimension, &node.path)?;
            by_dimension.get(node.dimension.as_str())?.get(ordinal as usize).copied()
        };
        allowed.names = names.iter().map(|node| count(node).unwrap_or(0)).collect();
        Ok(allowed)
    }

    /// Articles by ordinal of a dimension.
    fn labels(&self, place: &Place<'_>, dimension: &str) -> tantivy::Result<Vec<u64>> {
        let mut counts = vec![0; place.dictionary.paths(dimension).len().max(1)];
        for (segment, reader) in place.searcher.segment_readers().iter().enumerate() {
            let Some(ordinals) = place.columns[segment].ordinals(reader, dimension)? else { continue };
            for doc in reader.doc_ids_alive().filter(|doc| self.has(segment as u32, *doc)) {
                ordinals.of(doc).iter().for_each(|ordinal| counts[*ordinal as usize] += 1);
            }
        }
        Ok(counts)
    }

    pub(super) fn has(&self, segment: u32, doc: DocId) -> bool {
        self.sets.as_ref().is_none_or(|sets| sets[segment as usize].contains(doc))
    }

    pub(super) fn has_any(&self, articles: &[(u32, DocId)]) -> bool {
        articles.iter().any(|(segment, doc)| self.has(*segment, *doc))
    }

    pub(super) fn count(&self, articles: &[(u32, DocId)]) -> u64 {
        articles.iter().filter(|(segment, doc)| self.has(*segment, *doc)).count() as u64
    }

    /// Articles that have all words of a text, names in any of their forms.
    pub(super) fn found(&self, place: &Place<'_>, text: &str) -> tantivy::Result<u64> {
        if let Some(count) = self.counts.lock().unwrap_or_else(PoisonError::into_inner).get(text) {
            return Ok(*count);
        }
        let plan = Plan::of(&with_variants(all_words(text), place.taxonomy, &[])).joined(MatchMode::All);
        let weight = place.builder.weight(&*place.builder.plan(&plan)?, false)?;
        let mut count = 0;
        for (segment, reader) in (0_u32..).zip(place.searcher.segment_readers()) {
            weight.for_each_no_score(reader, &mut |docs| {
                let counts = |doc: &&DocId| !reader.is_deleted(**doc) && self.has(segment, **doc);
                count += docs.iter().filter(counts).count() as u64;
            })?;
        }
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= REMEMBERED_COUNTS_MAX {
            counts.clear();
        }
        counts.insert(text.to_owned(), count);
        Ok(count)
    }
}
