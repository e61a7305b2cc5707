//! A task: a run that somebody asked a server for and follows from afar.

use schemars::JsonSchema;
use serde::Serialize;

/// What a task has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TaskState {
    /// It is under way.
    Running,
    /// The generation that it made is live, or nothing had changed.
    Done,
    /// It stopped at an error; the generation before is live.
    Failed,
    /// It was stopped; the generation before is live.
    Cancelled,
}

/// What a run is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// The taxonomy is read, and the right to write is taken.
    Starting,
    /// The files of the corpus are read; only this phase has a length.
    Reading,
    /// Copies of one text are looked for among all articles.
    Comparing,
    /// The new generation is written and verified. It is too late to cancel.
    Writing,
    /// The new generation is live on the disk, and is made ready to answer.
    Opening,
    /// Nothing is left to do.
    Ended,
}

/// Who asked for a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AskedBy {
    /// A request.
    Request,
    /// The watch over the corpus.
    Watch,
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TaskProgress {
    /// What it is at.
    pub phase: Phase,
    /// Bytes of the corpus that are read.
    pub bytes: u64,
    /// Bytes of the corpus.
    pub bytes_all: u64,
    /// Articles so far, unchanged ones included.
    pub articles: usize,
}

/// A run that somebody asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Its name, which cannot be guessed.
    pub id: String,
    /// What it has come to.
    pub state: TaskState,
    /// Who asked for it.
    pub asked_by: AskedBy,
    /// Whether everything is read anew.
    pub full: bool,
    /// When it was started, RFC 3339, UTC.
    pub started: String,
    /// When it ended.
    pub ended: Option<String>,
    /// How far it is.
    pub progress: TaskProgress,
    /// The generation that is live since it ended well, and whether it is a new one.
    pub generation: Option<(String, bool)>,
    /// What it found; there once it ended well.
    pub report: Option<crate::model::report::IngestReport>,
    /// Why it failed, and what to do.
    pub error: Option<String>,
}
