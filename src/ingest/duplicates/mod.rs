//! Copies: articles that are prints of one text, and ids that two articles claim.
//!
//! Pure. May not drop an article: the pipeline acts.

pub mod groups;
pub mod sketch;

use crate::model::document::Place;

/// A claim to an id that does not stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the id `{id}` is already used by {keeper}; give this article another id")]
pub struct IdTaken {
    /// The id.
    pub id: String,
    /// The article that keeps it.
    pub keeper: Place,
}
