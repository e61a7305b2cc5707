//! A searcher whose searches end in time, whatever is asked: it gives each request a deadline and changes nothing else.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::{EngineError, Searcher};
use crate::model::crosstab::{AxisRequest, Crosstab};
use crate::model::document::Document;
use crate::model::query::{Deadline, Filters, Fuzzy, Query, SearchRequest, SuggestRequest};
use crate::model::report::IngestReport;
use crate::model::results::{Article, Copies, Neighbours, Ranked, SearchResults, Stats, Suggestion};
use crate::taxonomy::Taxonomy;

/// See the room. One question may come down to several searches, a misspelt one say: all of them share the time.
pub struct Bounded {
    searcher: Arc<dyn Searcher>,
    deadline: Deadline,
}

impl Bounded {
    /// The searcher for one question that may take so long, from now on.
    pub fn new(searcher: Arc<dyn Searcher>, time: Duration) -> Self {
        Self { searcher, deadline: Deadline::within(time) }
    }

    fn request(&self, request: &SearchRequest) -> SearchRequest {
        SearchRequest { deadline: self.deadline, ..request.clone() }
    }
}

impl Searcher for Bounded {
    fn search(&self, request: &SearchRequest) -> Result<SearchResults, EngineError> {
        self.searcher.search(&self.request(request))
    }

    fn rank(&self, request: &SearchRequest) -> Result<Vec<Ranked>, EngineError> {
        self.searcher.rank(&self.request(request))
    }

    fn crosstab(
        &self,
        request: &SearchRequest,
        rows: &AxisRequest,
        columns: &AxisRequest,
    ) -> Result<Crosstab, EngineError> {
        self.searcher.crosstab(&self.request(request), rows, columns)
    }

    fn article(&self, id: &str, query: &Query, fuzzy: Fuzzy) -> Result<Option<Article>, EngineError> {
        self.searcher.article(id, query, fuzzy)
    }

    fn documents(&self, ids: &[String]) -> Result<Vec<(Document, Copies)>, EngineError> {
        self.searcher.documents(ids)
    }

    fn suggest(&self, request: &SuggestRequest) -> Result<Vec<Suggestion>, EngineError> {
        self.searcher.suggest(request)
    }

    fn similar(&self, id: &str, filters: &Filters, size: usize) -> Result<Option<Neighbours>, EngineError> {
        self.searcher.similar(id, filters, size)
    }

    fn stats(&self) -> Result<Stats, EngineError> {
        self.searcher.stats()
    }

    fn report(&self) -> &IngestReport {
        self.searcher.report()
    }

    fn taxonomy(&self) -> &Taxonomy {
        self.searcher.taxonomy()
    }

    fn values(&self, dimension: &str) -> Vec<String> {
        self.searcher.values(dimension)
    }

    fn generation(&self) -> &str {
        self.searcher.generation()
    }
}
