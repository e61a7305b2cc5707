//! One run from the corpus to a live generation, the same for all who start one: a command, a server, a watch, a request.
//!
//! Knows the engines' contract only. Prints nothing and ends no process: what is to be said goes to whoever follows the run.

pub mod tasks;
pub mod watch;

use std::path::{Path, PathBuf};

use crate::calendar::today;
use crate::engine::{Committed, EngineError, Engines, Indexer, Writing};
use crate::ingest::isolation::Isolation;
use crate::ingest::pipeline::document::DocumentMaker;
use crate::ingest::pipeline::{self, Observer, PIPELINE_FINGERPRINT, PipelineError, Source, Station};
use crate::model::report::{IngestReport, Ledger};
use crate::model::task::Phase;
use crate::settings::{Settings, SettingsError};
use crate::taxonomy::Taxonomy;

/// Follows a run, and may stop it.
pub trait Follower: Observer {
    /// Something that people should know of the run; told as soon as it is known.
    fn note(&self, note: &str);
}

/// What a run is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// What may be written.
    pub writing: Writing,
    /// Whether an index with articles may become one without any.
    pub allow_empty: bool,
}

impl Order {
    /// Brings the index up to date; `full` reads everything anew.
    pub fn update(full: bool) -> Self {
        Self { writing: if full { Writing::Everything } else { Writing::Changes }, allow_empty: false }
    }
}

/// Why a run made no generation. The one before is live.
#[derive(Debug, thiserror::Error)]
pub enum ReindexError {
    /// The taxonomy cannot be read.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The taxonomy has mistakes: their lines.
    #[error("the taxonomy cannot be used; correct these lines:\n{0}")]
    Taxonomy(String),
    /// A watched corpus lost its own taxonomy.
    #[error(
        "{} is gone, and the built-in taxonomy would label everything anew: the index stays as it is. Put it back, or start the \
         watch again if that is meant", .0.display()
    )]
    TaxonomyGone(PathBuf),
    /// The corpus cannot be taken in.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
}

impl From<EngineError> for ReindexError {
    fn from(error: EngineError) -> Self {
        Self::Pipeline(error.into())
    }
}

impl ReindexError {
    /// Whether the run was stopped by whoever followed it.
    pub fn is_interrupt(&self) -> bool {
        matches!(self, Self::Pipeline(PipelineError::Interrupted))
    }

    /// Whether the index is not what the corpus would give, which is said to those who write nothing.
    pub fn is_behind(&self) -> bool {
        matches!(self, Self::Pipeline(PipelineError::Engine(EngineError::Behind(_))))
    }

    /// Whether another process writes.
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Pipeline(PipelineError::Engine(EngineError::Locked(_))))
    }
}

/// Reads the corpus into a new generation and makes it live. Blocks.
pub fn run(
    settings: &Settings,
    order: Order,
    engines: &dyn Engines,
    follower: &dyn Follower,
) -> Result<(IngestReport, Committed), ReindexError> {
    let note = |note: &str| follower.note(note);
    let taxonomy = taxonomy(settings, &note)?;
    for warning in taxonomy.warnings() {
        note(&format!("warning: {}: {}", warning.place, warning.message));
    }
    let mut indexer = engines.indexer(taxonomy.clone(), PIPELINE_FINGERPRINT, order.writing)?;
    if let Some(reason) = &indexer.baseline().rebuild_because {
        tracing::info!(%reason, "everything is read anew");
    }
    let source = Source { folder: &settings.corpus, may_be_empty: order.allow_empty };
    let (ledger, report) = take_in(source, taxonomy, &mut *indexer, follower)?;
    if follower.stop().load(std::sync::atomic::Ordering::Relaxed) {
        return Err(PipelineError::Interrupted.into());
    }
    follower.phase(Phase::Writing);
    let committed = indexer.commit(ledger, &report)?;
    tracing::info!(
        generation = committed.generation,
        changed = committed.changed,
        documents = report.documents,
        quarantined = report.totals.quarantined,
        "a run of index is done"
    );
    Ok((report, committed))
}

/// Reads the corpus into an indexer, up to but without its commit.
pub fn take_in(
    source: Source<'_>,
    taxonomy: Taxonomy,
    indexer: &mut dyn Indexer,
    follower: &dyn Follower,
) -> Result<(Ledger, IngestReport), PipelineError> {
    let maker = DocumentMaker::new(taxonomy);
    let isolation = isolation(&|note| follower.note(note));
    let station = Station { maker: &maker, isolation: &isolation };
    pipeline::run(source, station, indexer, today(), follower)
}

/// The taxonomy of a run; notes when the built-in one stands in.
pub fn taxonomy(settings: &Settings, note: &dyn Fn(&str)) -> Result<Taxonomy, ReindexError> {
    let source = settings.taxonomy_text()?;
    if source.built_in {
        note("note: the corpus has no taxonomy.toml; the built-in taxonomy is used");
    }
    if source.text.is_empty() && source.name == "none" {
        return Ok(Taxonomy::none());
    }
    Taxonomy::parse(&source.text, &source.name).map_err(|error| ReindexError::Taxonomy(error.to_string()))
}

/// Readers that may fail run in processes of this very program.
pub fn isolation(note: &dyn Fn(&str)) -> Isolation {
    match own_program() {
        Some(program) => Isolation::in_processes_of(program),
        None => {
            note("note: the program cannot find itself; PDFs and large pages are read without protection");
            Isolation::none()
        }
    }
}

/// The running program; on Linux by a name that holds even when the file was replaced meanwhile.
fn own_program() -> Option<PathBuf> {
    let running = Path::new("/proc/self/exe");
    if running.exists() { Some(running.to_owned()) } else { std::env::current_exe().ok() }
}
