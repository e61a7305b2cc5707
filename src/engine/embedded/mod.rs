//! The embedded engine: a tantivy index on the local disk, in generations that never change once they are live.
//!
//! The only room that names tantivy.

pub mod close_look;
pub mod collector;
pub mod copies;
mod crosstab;
pub mod explanation;
pub mod facets;
pub mod forms;
pub mod generations;
pub mod indexer;
pub mod lengths;
mod neighbours;
mod periods;
pub mod positions;
pub mod query_builder;
pub mod recency;
pub mod schema;
pub mod searcher;
pub mod spelling;
pub mod suggester;
pub mod tokens;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::engine::embedded::generations::{Generation, live_name, missing_or_foreign};
use crate::engine::embedded::indexer::EmbeddedIndexer;
use crate::engine::embedded::searcher::EmbeddedSearcher;
use crate::engine::{EngineError, Engines, Indexer, Searcher, Writing};
use crate::taxonomy::Taxonomy;

/// Openings of a generation that the writer takes away meanwhile, before it is an error.
const OPENINGS_MAX: usize = 4;

/// The index in a folder: the live generation as last opened, and the way to write the next.
pub struct EmbeddedEngines {
    folder: PathBuf,
    open: RwLock<Option<(String, Arc<EmbeddedSearcher>)>>,
    /// Held by whoever opens a generation.
    opening: Mutex<()>,
}

impl EmbeddedEngines {
    /// The index in `folder`; nothing is opened yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, open: RwLock::new(None), opening: Mutex::new(()) }
    }

    fn current(&self) -> Option<(String, Arc<EmbeddedSearcher>)> {
        // A poisoned lock holds a whole value all the same: it is replaced in one go.
        self.open.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens the live generation, again if a writer took it away before it was open to its last file.
    fn open_live(&self) -> Result<(String, EmbeddedSearcher), EngineError> {
        let mut openings = 1;
        loop {
            let live = live_name(&self.folder)?.ok_or_else(|| missing_or_foreign(&self.folder))?;
            let opened = Generation::open(&self.folder.join(&live)).and_then(EmbeddedSearcher::open);
            match opened {
                Err(_) if openings < OPENINGS_MAX && live_name(&self.folder)?.is_some_and(|now| now != live) => {
                    openings += 1;
                }
                opened => return opened.map(|searcher| (live, searcher)),
            }
        }
    }
}

impl Engines for EmbeddedEngines {
    fn searcher(&self) -> Result<Arc<dyn Searcher>, EngineError> {
        if let Some((_, searcher)) = self.current() {
            return Ok(searcher);
        }
        self.reopen(&|_| {})?;
        let (_, searcher) = self.current().ok_or_else(|| EngineError::Missing(self.folder.clone()))?;
        Ok(searcher)
    }

    fn reopen(&self, ready: &dyn Fn(&dyn Searcher)) -> Result<bool, EngineError> {
        let _opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        let live = live_name(&self.folder)?.ok_or_else(|| missing_or_foreign(&self.folder))?;
        if self.current().is_some_and(|(name, _)| name == live) {
            return Ok(false);
        }
        let (name, searcher) = self.open_live()?;
        ready(&searcher);
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some((name, Arc::new(searcher)));
        Ok(true)
    }

    fn indexer(&self, taxonomy: Taxonomy, pipeline: &str, writing: Writing) -> Result<Box<dyn Indexer>, EngineError> {
        Ok(Box::new(EmbeddedIndexer::begin(&self.folder, taxonomy, pipeline, writing)?))
    }
}
