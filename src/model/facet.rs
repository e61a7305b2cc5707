//! Facets: the dimensions' paths, and the labels that tie a document to them.
//!
//! A path is written `Parent/Child/Leaf`; a document that carries a leaf counts for every ancestor. May not decide
//! which path a text deserves: that is the classifier's and the curator's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of the bucket of documents that have no value in a dimension.
pub const NONE: &str = "_none";

/// The path itself and all its ancestors, longest last: `a/b/c` gives `a`, `a/b`, `a/b/c`.
pub fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).chain(std::iter::once(path))
}

/// The path without its last segment; `None` at the top.
pub fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(parent, _)| parent)
}

/// The last segment of a path.
pub fn leaf(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, leaf)| leaf)
}

/// Who gave a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LabelledBy {
    /// Written in the article's file or its sidecar.
    Curator,
    /// Found in the text by the classifier.
    Classifier,
}

/// How much a label says about its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LabelKind {
    /// The document is about it: it counts in facets.
    Tag,
    /// The document names it in passing: kept with its evidence, not counted.
    Mention,
}

/// A label: a path in a dimension, who gave it, how sure, and the words that led to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// The full path.
    pub path: String,
    /// Who gave it.
    pub by: LabelledBy,
    /// Tag or mention.
    pub kind: LabelKind,
    /// From 0 to 1; a curator's label weighs 1. See `ingest::classifier` for the formula.
    pub weight: f32,
    /// The words found, best first, at most `EVIDENCE_MAX`. Empty for a curator's label.
    pub evidence: Vec<Evidence>,
}

/// Words in a text that led to a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The words as they stand in the text.
    pub text: String,
    /// Where they stand.
    #[serde(rename = "where")]
    pub place: EvidencePlace,
    /// Offset of the words in the title or the body, in bytes.
    pub offset: usize,
    /// Whether their sentence doubts, denies or threatens, or tells of years long past, so that they weigh less.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubted: bool,
}

/// The part of a document that evidence stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EvidencePlace {
    /// The title.
    Title,
    /// The first paragraph or so of the body.
    Lead,
    /// The rest of the body.
    Body,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_knows_its_line() {
        assert_eq!(ancestors("a/b/c").collect::<Vec<_>>(), ["a", "a/b", "a/b/c"]);
        assert_eq!(ancestors("a").collect::<Vec<_>>(), ["a"]);
        assert_eq!((parent("a/b"), parent("a"), leaf("a/b"), leaf("a")), (Some("a"), None, "b", "a"));
    }
}
