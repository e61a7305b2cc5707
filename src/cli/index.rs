//! `dossier index`: the corpus into a new generation.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

use crate::calendar::today;
use crate::cli::args::{Common, IndexCommand, ReportFormat};
use crate::cli::{DONE, IN_PART, output};
use crate::engine::embedded::indexer::EmbeddedIndexer;
use crate::engine::{Baseline, Committed, EngineError, Indexer};
use crate::ingest::isolation::Isolation;
use crate::ingest::pipeline::document::DocumentMaker;
use crate::ingest::pipeline::{Observer, PIPELINE_FINGERPRINT, Progress, Source, Station, run as run_pipeline};
use crate::model::document::{Document, Imprint};
use crate::model::report::{IngestReport, Ledger};
use crate::render::terminal::LISTED_MAX;
use crate::render::{json, terminal};
use crate::settings::Settings;
use crate::taxonomy::Taxonomy;

pub(super) fn run(common: &Common, command: &IndexCommand) -> anyhow::Result<u8> {
    let settings = common.settings(command.taxonomy.as_ref());
    let started = std::time::Instant::now();
    let (report, committed) = if command.dry_run {
        let mut indexer = DryIndexer::default();
        let (_, report) = take_in(&settings, taxonomy(&settings)?, true, &mut indexer)?;
        (report, None)
    } else {
        let (report, committed) = build(&settings, command.full, command.allow_empty)?;
        (report, Some(committed))
    };
    match command.format {
        ReportFormat::Json => output::write_json(&wire(&report, committed.as_ref()))?,
        ReportFormat::Text => {
            output::write_report(&text(&report, committed.as_ref(), started.elapsed().as_secs_f64()))?
        }
    }
    Ok(if report.quarantined.is_empty() { DONE } else { IN_PART })
}

/// Reads the corpus into a new generation and makes it live.
pub(super) fn build(settings: &Settings, full: bool, allow_empty: bool) -> anyhow::Result<(IngestReport, Committed)> {
    let taxonomy = taxonomy(settings)?;
    let mut indexer = EmbeddedIndexer::begin(&settings.index, taxonomy.clone(), PIPELINE_FINGERPRINT, full)?;
    if let Some(reason) = &indexer.baseline().rebuild_because {
        tracing::info!(%reason, "everything is read anew");
    }
    let (ledger, report) = take_in(settings, taxonomy, allow_empty, &mut indexer)?;
    let committed = Box::new(indexer).commit(ledger, &report)?;
    tracing::info!(
        generation = committed.generation,
        changed = committed.changed,
        documents = report.documents,
        quarantined = report.totals.quarantined,
        "a run of index is done"
    );
    Ok((report, committed))
}

fn take_in(
    settings: &Settings,
    taxonomy: Taxonomy,
    may_be_empty: bool,
    indexer: &mut dyn Indexer,
) -> anyhow::Result<(Ledger, IngestReport)> {
    let maker = DocumentMaker::new(taxonomy);
    let isolation = isolation();
    let station = Station { maker: &maker, isolation: &isolation };
    let observer = TerminalObserver::new();
    let done = run_pipeline(Source { folder: &settings.corpus, may_be_empty }, station, indexer, today(), &observer);
    observer.bar.finish_and_clear();
    Ok(done?)
}

/// The taxonomy of a run, with its warnings said.
pub(super) fn taxonomy(settings: &Settings) -> anyhow::Result<Taxonomy> {
    let taxonomy = taxonomy_of(settings)?;
    for warning in taxonomy.warnings() {
        output::complain(&format!("warning: {}: {}", warning.place, warning.message));
    }
    Ok(taxonomy)
}

/// The taxonomy of a run; says so when the built-in one stands in.
pub(super) fn taxonomy_of(settings: &Settings) -> anyhow::Result<Taxonomy> {
    let source = settings.taxonomy_text()?;
    if source.built_in {
        output::complain("note: the corpus has no taxonomy.toml; the built-in taxonomy is used");
    }
    if source.text.is_empty() && source.name == "none" {
        return Ok(Taxonomy::none());
    }
    Taxonomy::parse(&source.text, &source.name)
        .map_err(|error| anyhow::anyhow!("the taxonomy cannot be used; correct these lines:\n{error}"))
}

/// Readers that may fail run in processes of this very program.
pub(super) fn isolation() -> Isolation {
    match own_program() {
        Some(program) => Isolation::in_processes_of(program),
        None => {
            output::complain("note: the program cannot find itself; PDFs and large pages are read without protection");
            Isolation::none()
        }
    }
}

/// The running program; on Linux by a name that holds even when the file was replaced meanwhile.
fn own_program() -> Option<PathBuf> {
    let running = Path::new("/proc/self/exe");
    if running.exists() { Some(running.to_owned()) } else { std::env::current_exe().ok() }
}

/// Takes in a corpus and forgets it, for `--dry-run`.
#[derive(Default)]
struct DryIndexer {
    baseline: Baseline,
    imprints: Vec<Imprint>,
}

impl Indexer for DryIndexer {
    fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    fn add(&mut self, documents: Vec<Document>) -> Result<(), EngineError> {
        self.imprints.extend(documents.iter().map(Document::imprint));
        Ok(())
    }

    fn remove(&mut self, _: &str) -> Result<(), EngineError> {
        Ok(())
    }

    fn imprints(&mut self) -> Result<Option<Vec<Imprint>>, EngineError> {
        Ok(Some(std::mem::take(&mut self.imprints)))
    }

    fn group(&mut self, _: Vec<Vec<String>>) {}

    fn commit(self: Box<Self>, _: Ledger, _: &IngestReport) -> Result<Committed, EngineError> {
        Ok(Committed { generation: String::new(), changed: false })
    }
}

/// Shows the progress on a terminal and listens for Ctrl-C.
pub(super) struct TerminalObserver {
    pub(super) bar: ProgressBar,
    stop: Arc<AtomicBool>,
}

impl TerminalObserver {
    pub(super) fn new() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        // A second handler in one process (tests) is refused; the first one still stands.
        let _ = ctrlc::set_handler(move || {
            if asked.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        });
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:32} {percent:>3} %  {msg}, {eta} left") {
            bar.set_style(style);
        }
        Self { bar, stop }
    }
}

impl Observer for TerminalObserver {
    fn progress(&self, progress: Progress) {
        let Progress { bytes, bytes_all, articles } = progress;
        let rate = articles as f64 / self.bar.elapsed().as_secs_f64().max(0.001);
        self.bar.set_length(bytes_all);
        self.bar.set_position(bytes);
        self.bar.set_message(format!("{articles} articles, {rate:.0} a second"));
    }

    fn stop(&self) -> &AtomicBool {
        &self.stop
    }
}

fn wire(report: &IngestReport, committed: Option<&Committed>) -> serde_json::Value {
    let mut value = json::report_of(report);
    value["generation"] = committed.map(|committed| committed.generation.clone()).into();
    value["changed"] = committed.is_some_and(|committed| committed.changed).into();
    value
}

fn text(report: &IngestReport, committed: Option<&Committed>, seconds: f64) -> String {
    let mut lines = Vec::new();
    let noticed = report.noticed();
    for warning in noticed.iter().take(LISTED_MAX) {
        lines.push(format!("warning: {}: {}", warning.place, warning.message));
    }
    if noticed.len() > LISTED_MAX {
        lines.push(format!("... and {} more warnings (--format json lists all)", noticed.len() - LISTED_MAX));
    }
    for entry in report.quarantined.iter().take(LISTED_MAX) {
        lines.push(format!("quarantined: {}: {}", entry.place, entry.reason));
    }
    if report.quarantined.len() > LISTED_MAX {
        let more = report.quarantined.len() - LISTED_MAX;
        lines.push(format!("... and {more} more in quarantine (--format json lists all)"));
    }
    lines.push(terminal::report_lines(report));
    let rate = report.analysed as f64 / seconds.max(0.001);
    lines.push(format!("{} articles read anew in {seconds:.1} s ({rate:.0} a second)", report.analysed));
    lines.push(match committed {
        None => "dry run: nothing was written".to_owned(),
        Some(Committed { generation, changed: true }) => format!("generation {generation} is live"),
        Some(Committed { generation, changed: false }) => {
            format!("nothing changed; generation {generation} stays live")
        }
    });
    lines.join("\n")
}
