//! Engines that do as the real ones do, but for what a test has them do otherwise.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::{EngineError, Engines, Indexer, Searcher, Writing};
use dossier::model::crosstab::{AxisRequest, Crosstab};
use dossier::model::document::Document;
use dossier::model::query::{Filters, Fuzzy, Query, SearchRequest, SuggestRequest};
use dossier::model::report::IngestReport;
use dossier::model::results::{Article, Copies, Neighbours, Ranked, SearchResults, Stats, Suggestion};
use dossier::taxonomy::Taxonomy;

use crate::harness::Desk;

/// Articles as an engine hands them over.
type Articles = Vec<(Document, Copies)>;

/// What is done otherwise.
pub(crate) struct Acts {
    /// Runs before each search.
    pub(crate) before_search: Box<dyn Fn() + Send + Sync>,
    /// Takes each batch of articles, counted from 0, before it is handed over.
    pub(crate) documents: Box<dyn Fn(usize, Articles) -> Result<Articles, EngineError> + Send + Sync>,
}

impl Default for Acts {
    fn default() -> Self {
        Self { before_search: Box::new(|| ()), documents: Box::new(|_, articles| Ok(articles)) }
    }
}

/// Engines whose searchers do so.
pub(crate) struct StandIn {
    engines: EmbeddedEngines,
    acts: Arc<Acts>,
}

impl StandIn {
    /// Over the index of a desk.
    pub(crate) fn new(desk: &Desk, acts: Acts) -> Self {
        Self { engines: EmbeddedEngines::new(desk.index()), acts: Arc::new(acts) }
    }
}

impl Engines for StandIn {
    fn searcher(&self) -> Result<Arc<dyn Searcher>, EngineError> {
        let (searcher, acts) = (self.engines.searcher()?, Arc::clone(&self.acts));
        Ok(Arc::new(StandInSearcher { searcher, acts, batches: AtomicUsize::new(0) }))
    }

    fn reopen(&self, _: &dyn Fn(&dyn Searcher)) -> Result<bool, EngineError> {
        Ok(false)
    }

    fn indexer(&self, taxonomy: Taxonomy, pipeline: &str, writing: Writing) -> Result<Box<dyn Indexer>, EngineError> {
        self.engines.indexer(taxonomy, pipeline, writing)
    }
}

struct StandInSearcher {
    searcher: Arc<dyn Searcher>,
    acts: Arc<Acts>,
    batches: AtomicUsize,
}

impl Searcher for StandInSearcher {
    fn documents(&self, ids: &[String]) -> Result<Articles, EngineError> {
        (self.acts.documents)(self.batches.fetch_add(1, Ordering::Relaxed), self.searcher.documents(ids)?)
    }

    fn search(&self, request: &SearchRequest) -> Result<SearchResults, EngineError> {
        (self.acts.before_search)();
        self.searcher.search(request)
    }

    fn rank(&self, request: &SearchRequest) -> Result<Vec<Ranked>, EngineError> {
        self.searcher.rank(request)
    }

    fn crosstab(
        &self,
        request: &SearchRequest,
        rows: &AxisRequest,
        columns: &AxisRequest,
    ) -> Result<Crosstab, EngineError> {
        self.searcher.crosstab(request, rows, columns)
    }

    fn article(&self, id: &str, query: &Query, fuzzy: Fuzzy) -> Result<Option<Article>, EngineError> {
        self.searcher.article(id, query, fuzzy)
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
