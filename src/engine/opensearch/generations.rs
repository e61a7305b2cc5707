//! Generations on a cluster: what stands beside the articles of one, as a searcher has it at hand.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::engine::EngineError;
use crate::engine::facets::FacetDictionary;
use crate::engine::manifest::Manifest;
use crate::engine::opensearch::foundation::Foundation;
use crate::engine::opensearch::lexicon::Lexicon;
use crate::engine::opensearch::succession::{address_as_place, live_index};
use crate::engine::opensearch::suggester::gathering::Kept;
use crate::engine::opensearch::transport::{Cluster, Request, Verb};
use crate::model::document::Document;
use crate::model::results::Copy;
use crate::taxonomy::Taxonomy;

/// An article of a group of copies, as the group knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupedArticle {
    /// Its id.
    pub id: String,
    /// Its publishers.
    pub source: Vec<String>,
    /// Its date as written in JSON; `None` is undated.
    pub date: Option<String>,
}

impl From<&GroupedArticle> for Copy {
    fn from(article: &GroupedArticle) -> Self {
        Self { id: article.id.clone(), source: article.source.clone(), date: article.date.clone() }
    }
}

impl From<&Document> for GroupedArticle {
    fn from(article: &Document) -> Self {
        let date = article.date.map(|date| date.to_string());
        Self { id: article.id.clone(), source: article.source.clone(), date }
    }
}

/// An opened generation.
pub struct Generation {
    /// The index that holds its articles.
    pub index: String,
    /// What it was made from and with.
    pub manifest: Manifest,
    /// Its facet values.
    pub facets: FacetDictionary,
    /// Its groups of copies: articles by date, then id.
    pub copies: Vec<Vec<GroupedArticle>>,
    /// Its taxonomy.
    pub taxonomy: Taxonomy,
    /// Its terms.
    pub lexicon: Lexicon,
    foundation: Foundation,
}

impl Generation {
    /// Opens the live generation. Whoever is between two of them opens the later one.
    pub fn open_live(cluster: &Cluster) -> Result<Self, EngineError> {
        let mut tries = 0;
        loop {
            let index = live_index(cluster)?.ok_or_else(|| EngineError::Missing(address_as_place(cluster)))?;
            match Foundation::open(cluster, &index).and_then(Self::on) {
                Err(_) if tries < 3 && live_index(cluster)?.is_some_and(|now| now != index) => tries += 1,
                opened => return opened,
            }
        }
    }

    /// The generation with all that a searcher has at hand.
    fn on(foundation: Foundation) -> Result<Self, EngineError> {
        let lexicon = foundation.lexicon()?;
        let Foundation { index, manifest, facets, copies, taxonomy, .. } = foundation.clone();
        Ok(Self { index, manifest, facets, copies, taxonomy, lexicon, foundation })
    }

    /// What it keeps for suggestions.
    pub fn suggestions(&self) -> Result<Kept, EngineError> {
        self.foundation.suggestions()
    }
}

/// The size of an index of articles on its primary shards, in bytes, and its segments.
pub fn size(cluster: &Cluster, index: &str) -> Result<(u64, usize), EngineError> {
    let action = "see how large the index is";
    let path = format!("{index}/_stats/store,segments?filter_path=_all.primaries.store,_all.primaries.segments");
    let stats: Value = cluster.read(&Request::new(Verb::Get, path, action))?;
    let primaries = &stats["_all"]["primaries"];
    let number = |value: &Value| value.as_u64();
    let size = number(&primaries["store"]["size_in_bytes"]).zip(number(&primaries["segments"]["count"]));
    let (bytes, segments) = size.ok_or_else(|| cluster.address().failed(action, "its answer lacks the size"))?;
    Ok((bytes, segments as usize))
}
