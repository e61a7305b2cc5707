//! Suggestions of one generation: what is kept for them beside the segments, and the answer under filters.
//!
//! May not rank: how an entry continues what was typed, and which kinds are mixed, is `engine::suggestions`'.

mod allowed;
pub mod gathering;

use std::sync::{Arc, Mutex, PoisonError};

use tantivy::{DocId, Searcher, TantivyError};

use crate::engine::embedded::columns::Columns;
use crate::engine::embedded::query_builder::QueryBuilder;
use crate::engine::embedded::suggester::allowed::Allowed;
use crate::engine::embedded::suggester::gathering::Kept;
use crate::engine::facets::FacetDictionary;
use crate::engine::suggestions::suggester::{List, Lists, Welcome, names};
use crate::model::query::{Filters, SuggestRequest};
use crate::model::results::Suggestion;
use crate::taxonomy::Taxonomy;

/// Sets of filters whose articles are remembered.
const REMEMBERED_FILTERS_MAX: usize = 16;
/// Suggests from one generation.
pub struct Suggester {
    lists: Lists,
    /// The articles of each word and phrase, of those that were read.
    common_articles: Vec<Vec<(u32, DocId)>>,
    /// The articles of each title.
    title_articles: Vec<Vec<(u32, DocId)>>,
    remembered: Mutex<Vec<(Filters, Arc<Allowed>)>>,
}

/// What a suggester reads of its generation.
pub struct Place<'a> {
    /// Builds queries.
    pub builder: QueryBuilder<'a>,
    /// The segments.
    pub searcher: &'a Searcher,
    /// The facet columns.
    pub columns: &'a Columns,
    /// The facet values.
    pub dictionary: &'a FacetDictionary,
    /// The taxonomy.
    pub taxonomy: &'a Taxonomy,
    /// The ids of documents.
    pub id_of: &'a dyn Fn(u32, DocId) -> tantivy::Result<String>,
}

impl Suggester {
    /// Makes ready what was kept. Takes about a microsecond for each title and phrase.
    pub fn new(kept: Kept, searcher: &Searcher, taxonomy: &Taxonomy, dictionary: &FacetDictionary) -> Self {
        let ids: Vec<String> =
            searcher.segment_readers().iter().map(|reader| reader.segment_id().uuid_string()).collect();
        let place_of = |segment: &String| ids.iter().position(|id| id == segment).map(|place| place as u32);
        let segments: Vec<Option<u32>> = kept.segments.iter().map(place_of).collect();
        let segment = |number: u32| segments.get(number as usize).copied().flatten();
        let mut title_articles = vec![Vec::new(); kept.titles.len()];
        for (number, documents) in (0..).zip(&kept.title_of) {
            let Some(segment) = segment(number) else { continue };
            for (doc, title) in (0..).zip(documents) {
                let place = (*title as usize).checked_sub(1);
                if let Some(articles) = place.and_then(|place| title_articles.get_mut(place)) {
                    articles.push((segment, doc));
                }
            }
        }
        let (mut common, mut common_articles) = (Vec::new(), Vec::new());
        for one in kept.common {
            let articles = one.articles().filter_map(|at| {
                let (number, doc) = kept.read.get(at)?;
                Some((segment(*number)?, *doc))
            });
            common_articles.push(articles.collect());
            let kind = one.kind();
            common.push((one.text, kind));
        }
        let lists = Lists::new(names(taxonomy, dictionary), common, kept.titles);
        Self { lists, common_articles, title_articles, remembered: Mutex::default() }
    }

    /// What continues a text, best first.
    pub fn suggest(&self, place: &Place<'_>, request: &SuggestRequest) -> tantivy::Result<Vec<Suggestion>> {
        let allowed = self.allowed(place, &request.filters)?;
        self.lists.suggest(&Under { suggester: self, place, allowed: &allowed }, request)
    }

    /// The articles under filters: those of the last sets of filters are remembered.
    fn allowed(&self, place: &Place<'_>, filters: &Filters) -> tantivy::Result<Arc<Allowed>> {
        let remembered = || self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, allowed)) = remembered().iter().find(|(known, _)| known == filters) {
            return Ok(Arc::clone(allowed));
        }
        let allowed = Arc::new(Allowed::new(place, filters, self.lists.names())?);
        let mut list = remembered();
        if list.len() >= REMEMBERED_FILTERS_MAX {
            list.remove(0);
        }
        list.push((filters.clone(), Arc::clone(&allowed)));
        Ok(allowed)
    }

    /// The articles of an entry, as far as they were read.
    fn articles(&self, list: List, entry: usize) -> &[(u32, DocId)] {
        match list {
            List::Common => &self.common_articles[entry],
            List::Titles => &self.title_articles[entry],
        }
    }
}

/// The articles under the filters of a request.
struct Under<'a> {
    suggester: &'a Suggester,
    place: &'a Place<'a>,
    allowed: &'a Allowed,
}

impl Welcome for Under<'_> {
    type Error = TantivyError;

    fn labelled(&self, name: usize) -> u64 {
        self.allowed.names[name]
    }

    fn has(&self, list: List, entry: usize) -> bool {
        self.allowed.has_any(self.suggester.articles(list, entry))
    }

    fn count(&self, list: List, entry: usize) -> u64 {
        self.allowed.count(self.suggester.articles(list, entry))
    }

    fn bearer(&self, title: usize) -> tantivy::Result<Option<String>> {
        let mut articles = self.suggester.articles(List::Titles, title).iter();
        let first = articles.find(|(segment, doc)| self.allowed.has(*segment, *doc));
        first.map(|(segment, doc)| (self.place.id_of)(*segment, *doc)).transpose()
    }

    fn found(&self, text: &str) -> tantivy::Result<u64> {
        self.allowed.found(self.place, text)
    }
}
