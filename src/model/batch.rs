//! A batch: many queries at once, and what is told of each.

use crate::model::date::PartialDate;
use crate::model::query::Diagnostic;
use crate::model::results::{MatchUsed, OtherForms};

/// Longest line of a batch that is kept in memory, in bytes; a longer one is refused. More than the longest query, so that
/// a query that is too long is told from a file that is no list of queries.
pub const BATCH_LINE_BYTES_MAX: usize = 64 * 1024;

/// One line of a batch with what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchRow {
    /// Number of the line, from 1; blank lines and comments count.
    pub line: usize,
    /// The query, as far as it could be read.
    pub query: String,
    /// What it finds, or why it was refused.
    pub outcome: Result<BatchFound, String>,
}

/// What a query of a batch finds.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchFound {
    /// Articles.
    pub total: u64,
    /// Of each group of copies one.
    pub collapsed: u64,
    /// The earliest date; `None` where no article has one.
    pub first: Option<PartialDate>,
    /// The latest date.
    pub last: Option<PartialDate>,
    /// The value that says most about the articles, by dimension, in the order of the taxonomy.
    pub top: Vec<(String, Option<TopValue>)>,
    /// What the words did.
    pub match_used: MatchUsed,
    /// Words that not all articles have.
    pub missing: Vec<String>,
    /// Words that stood for a misspelt one.
    pub corrections: Vec<OtherForms>,
    /// What was read otherwise than typed.
    pub diagnostics: Vec<Diagnostic>,
}

/// The commonest value of a dimension, as deep as more than half of the articles under each step go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopValue {
    /// Full path.
    pub path: String,
    /// What people read.
    pub label: String,
    /// Articles that have it.
    pub count: u64,
}
