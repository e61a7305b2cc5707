//! Generations on a cluster: what stands beside the articles of one, as a searcher has it at hand.

use serde::{Deserialize, Serialize};

use crate::engine::facets::FacetDictionary;
use crate::engine::manifest::Manifest;
use crate::engine::opensearch::lexicon::Lexicon;
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
}
