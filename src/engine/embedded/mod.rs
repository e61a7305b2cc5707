//! The embedded engine: a tantivy index on the local disk, in generations that never change once they are live.
//!
//! The only room that names tantivy.

pub mod close_look;
pub mod collector;
pub mod columns;
pub mod copies;
pub mod counting;
mod crosstab;
mod disk;
pub mod explanation;
pub mod generations;
pub mod indexer;
mod keeper;
pub mod lengths;
mod neighbours;
pub mod positions;
pub mod query_builder;
pub mod recency;
pub mod schema;
pub mod seal;
pub mod searcher;
mod segments;
pub mod succession;
pub mod suggester;
pub mod tokens;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::engine::embedded::indexer::EmbeddedIndexer;
use crate::engine::embedded::searcher::EmbeddedSearcher;
use crate::engine::embedded::succession::{live_name, missing_or_foreign, open_live};
use crate::engine::{EngineError, Engines, Indexer, Searcher, Writing};
use crate::taxonomy::Taxonomy;

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
        let (name, searcher) = open_live(&self.folder, |generation| {
            let name = generation.folder_name();
            Ok((name, Arc::new(EmbeddedSearcher::open(generation)?)))
        })?;
        ready(&*searcher);
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some((name, searcher));
        Ok(true)
    }

    fn indexer(&self, taxonomy: Taxonomy, pipeline: &str, writing: Writing) -> Result<Box<dyn Indexer>, EngineError> {
        Ok(Box::new(EmbeddedIndexer::begin(&self.folder, taxonomy, pipeline, writing)?))
    }
}
