//! The engine on OpenSearch: the same articles, words and answers, kept by a cluster instead of a local folder.
//!
//! The only room that names the client. Analysis is ours (`engine::analyzer`): the cluster is sent ready tokens and never
//! takes a text apart. What a cluster cannot tell without a way of its own, such as the words that a corpus holds, is kept
//! beside the index as companions of its generation, written once and never changed.

pub mod address;
pub mod bulk;
pub mod companions;
pub mod counting;
pub mod fallback;
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

use std::sync::Arc;

use crate::engine::opensearch::address::Address;
use crate::engine::opensearch::indexer::OpenSearchIndexer;
use crate::engine::opensearch::mapping::Layout;
use crate::engine::opensearch::readiness::Readiness;
use crate::engine::opensearch::transport::Cluster;
use crate::engine::{EngineError, Engines, Indexer, Searcher, Writing};
use crate::taxonomy::Taxonomy;

/// The index of a name on a cluster: the live generation as last opened, and the way to write the next.
pub struct OpenSearchEngines {
    cluster: Cluster,
    layout: Layout,
    readiness: Readiness,
}

impl OpenSearchEngines {
    /// The index at an address; those that are written are spread as `layout` says. Nothing is asked of the cluster yet.
    pub fn new(address: Address, layout: Layout) -> Result<Self, EngineError> {
        Ok(Self { cluster: Cluster::new(address)?, layout, readiness: Readiness::default() })
    }

    fn cluster(&self) -> &Cluster {
        &self.cluster
    }
}

impl Engines for OpenSearchEngines {
    fn searcher(&self) -> Result<Arc<dyn Searcher>, EngineError> {
        Err(self.cluster.address().failed("open the index", "there is no searcher yet"))
    }

    fn reopen(&self, _: &dyn Fn(&dyn Searcher)) -> Result<bool, EngineError> {
        Err(self.cluster.address().failed("open the index", "there is no searcher yet"))
    }

    fn ready(&self) -> Result<(), EngineError> {
        self.readiness.of(&self.cluster)
    }

    fn indexer(&self, taxonomy: Taxonomy, pipeline: &str, writing: Writing) -> Result<Box<dyn Indexer>, EngineError> {
        Ok(Box::new(OpenSearchIndexer::begin(&self.cluster, self.layout, taxonomy, pipeline, writing)?))
    }
}
