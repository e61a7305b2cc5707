//! The engine on OpenSearch: the same articles, words and answers, kept by a cluster instead of a local folder.
//!
//! The only room that names the client. Analysis is ours (`engine::analyzer`): the cluster is sent ready tokens and never
//! takes a text apart. What a cluster cannot tell without a way of its own, such as the words that a corpus holds, is kept
//! beside the index as companions of its generation, written once and never changed.

pub mod address;
pub mod bulk;
pub mod companions;
pub mod counting;
mod crosstab;
mod explanation;
pub mod fallback;
pub mod foundation;
pub mod generations;
pub mod indexer;
mod keeper;
pub mod lexicon;
pub mod lock;
pub mod mapping;
pub mod neighbours;
pub mod query_builder;
pub mod readiness;
pub mod reading;
pub mod rows;
pub mod searcher;
pub mod searching;
pub mod stored;
pub mod succession;
pub mod suggester;
pub mod target;
pub mod transport;
pub mod window;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::engine::opensearch::address::Address;
use crate::engine::opensearch::generations::Generation;
use crate::engine::opensearch::indexer::OpenSearchIndexer;
use crate::engine::opensearch::mapping::Layout;
use crate::engine::opensearch::readiness::Readiness;
use crate::engine::opensearch::searcher::OpenSearchSearcher;
use crate::engine::opensearch::succession::{address_as_place, live_index};
use crate::engine::opensearch::transport::Cluster;
use crate::engine::{EngineError, Engines, Indexer, Searcher, Writing};
use crate::taxonomy::Taxonomy;

/// The index of a name on a cluster: the live generation as last opened, and the way to write the next.
pub struct OpenSearchEngines {
    cluster: Cluster,
    layout: Layout,
    readiness: Readiness,
    /// The index of the live generation as last opened, with its searcher.
    open: RwLock<Option<(String, Arc<OpenSearchSearcher>)>>,
    /// Held by whoever opens a generation.
    opening: Mutex<()>,
}

impl OpenSearchEngines {
    /// The index at an address; those that are written are spread as `layout` says. Nothing is asked of the cluster yet.
    pub fn new(address: Address, layout: Layout) -> Result<Self, EngineError> {
        let (cluster, readiness) = (Cluster::new(address)?, Readiness::default());
        Ok(Self { cluster, layout, readiness, open: RwLock::new(None), opening: Mutex::new(()) })
    }

    fn current(&self) -> Option<(String, Arc<OpenSearchSearcher>)> {
        // A poisoned lock holds a whole value all the same: it is replaced in one go.
        self.open.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Engines for OpenSearchEngines {
    fn searcher(&self) -> Result<Arc<dyn Searcher>, EngineError> {
        if let Some((_, searcher)) = self.current() {
            return Ok(searcher);
        }
        self.reopen(&|_| {})?;
        let (_, searcher) = self.current().ok_or_else(|| EngineError::Missing(address_as_place(&self.cluster)))?;
        Ok(searcher)
    }

    fn reopen(&self, ready: &dyn Fn(&dyn Searcher)) -> Result<bool, EngineError> {
        let _opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        let live = live_index(&self.cluster)?.ok_or_else(|| EngineError::Missing(address_as_place(&self.cluster)))?;
        if self.current().is_some_and(|(index, _)| index == live) {
            return Ok(false);
        }
        let generation = Generation::open_live(&self.cluster)?;
        let index = generation.index.clone();
        let searcher = Arc::new(OpenSearchSearcher::new(self.cluster.clone(), generation));
        ready(&*searcher);
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some((index, searcher));
        Ok(true)
    }

    fn ready(&self) -> Result<(), EngineError> {
        self.readiness.of(&self.cluster)
    }

    fn indexer(&self, taxonomy: Taxonomy, pipeline: &str, writing: Writing) -> Result<Box<dyn Indexer>, EngineError> {
        Ok(Box::new(OpenSearchIndexer::begin(&self.cluster, self.layout, taxonomy, pipeline, writing)?))
    }
}
