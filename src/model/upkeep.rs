//! What whoever keeps an index should know of it, besides what stands in its live generation.

use serde::Serialize;

/// Where an index is kept, and how it stands to the corpus and to this program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Upkeep {
    /// The folder of the index, or the address of the cluster that keeps it.
    pub folder: String,
    /// Size of all that is kept there, in bytes: the live generation, the one before, and what is being made.
    pub disk_bytes: u64,
    /// The dimensions of the taxonomy that the live generation was made with.
    pub dimensions: Vec<String>,
    /// The generation before the live one; none where there is no going back.
    pub previous: Option<Previous>,
    /// Whether the next run reads everything anew, because this program makes other documents of the same files.
    pub reads_anew: bool,
    /// The folder of the corpus.
    pub corpus: String,
    /// How the corpus stands to the live generation; none where it cannot be looked at, which searching does not need.
    pub changes: Option<Changes>,
}

/// The generation before the live one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Previous {
    /// Its name.
    pub generation: String,
    /// When it was built, RFC 3339, UTC.
    pub built_at: String,
    /// Articles in it.
    pub documents: usize,
}

/// How a corpus stands to a generation by the names and the stamps of its files, which are not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Files that the generation does not know.
    pub new: usize,
    /// Files that were written since it was built.
    pub written: usize,
    /// Files that it knows and that are gone.
    pub gone: usize,
    /// Whether the taxonomy says something else.
    pub taxonomy: bool,
}

impl Changes {
    /// Whether nothing seems to have changed.
    pub fn is_none(&self) -> bool {
        *self == Self { new: 0, written: 0, gone: 0, taxonomy: false }
    }
}
