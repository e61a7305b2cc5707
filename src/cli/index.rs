//! `dossier index`: the corpus into a new generation.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::args::{Common, IndexCommand, ReportFormat};
use crate::cli::engines::engines_laid_out;
use crate::cli::{DONE, IN_PART, output, watch};
use crate::engine::{Baseline, Committed, EngineError, Engines, Indexer, Writing};
use crate::ingest::isolation::Isolation;
use crate::ingest::pipeline::{Observer, Progress, Source};
use crate::model::document::{Document, Imprint};
use crate::model::report::{IngestReport, Ledger};
use crate::reindex::{self, Follower, Order, ReindexError};
use crate::render::terminal::LISTED_MAX;
use crate::render::{json, terminal};
use crate::settings::Settings;
use crate::taxonomy::Taxonomy;

pub(super) fn run(common: &Common, command: &IndexCommand) -> anyhow::Result<u8> {
    let settings = common.settings(command.taxonomy.as_ref());
    let started = std::time::Instant::now();
    let engines = engines_laid_out(common, command.layout.layout())?;
    let order = Order { allow_empty: command.allow_empty, ..Order::update(command.full) };
    if command.watch {
        return watch::run(&settings, order, command.format, &*engines);
    }
    if command.if_needed
        && let Some((report, committed)) = up_to_date(&settings, &*engines)?
    {
        return tell_of_nothing(command.format, &report, &committed);
    }
    let (report, committed) = if command.dry_run {
        (look_through(&settings)?, None)
    } else {
        match build(&settings, order, &*engines) {
            // Whoever writes now takes in what is to be done, or the next run does.
            Err(error) if command.if_needed && error.is_locked() && engines.searcher().is_ok() => {
                output::write(&format!("nothing done: {error}"))?;
                return Ok(DONE);
            }
            done => done.map(|(report, committed)| (report, Some(committed)))?,
        }
    };
    match command.format {
        ReportFormat::Json => output::write_json(&wire(&report, committed.as_ref()))?,
        ReportFormat::Text => {
            output::write_report(&text(&report, committed.as_ref(), started.elapsed().as_secs_f64()))?
        }
    }
    Ok(if report.quarantined.is_empty() { DONE } else { IN_PART })
}

/// Reads the corpus into a new generation and makes it live, with its progress on the terminal.
pub(super) fn build(
    settings: &Settings,
    order: Order,
    engines: &dyn Engines,
) -> Result<(IngestReport, Committed), ReindexError> {
    let observer = TerminalObserver::new();
    let done = reindex::run(settings, order, engines, &observer);
    observer.bar.finish_and_clear();
    done
}

/// What a run would find that has nothing to do; `None` when there is something. Writes nothing and says nothing.
fn up_to_date(settings: &Settings, engines: &dyn Engines) -> Result<Option<(IngestReport, Committed)>, ReindexError> {
    let order = Order { writing: Writing::Nothing, allow_empty: false };
    match reindex::run(settings, order, engines, &Quiet(TerminalObserver::new())) {
        Err(error) if error.is_behind() => Ok(None),
        done => done.map(Some),
    }
}

fn tell_of_nothing(format: ReportFormat, report: &IngestReport, committed: &Committed) -> anyhow::Result<u8> {
    match format {
        ReportFormat::Json => output::write_json(&wire(report, Some(committed)))?,
        ReportFormat::Text => output::write(&format!("up to date: generation {}", committed.generation))?,
    }
    Ok(DONE)
}

/// Reads everything and writes nothing.
fn look_through(settings: &Settings) -> Result<IngestReport, ReindexError> {
    let observer = TerminalObserver::new();
    let taxonomy = taxonomy(settings)?;
    let source = Source { folder: &settings.corpus, may_be_empty: true };
    let done = reindex::take_in(source, taxonomy, &mut DryIndexer::default(), &observer);
    observer.bar.finish_and_clear();
    Ok(done?.1)
}

/// The taxonomy of a run, with its warnings said.
pub(super) fn taxonomy(settings: &Settings) -> Result<Taxonomy, ReindexError> {
    let taxonomy = taxonomy_of(settings)?;
    for warning in taxonomy.warnings() {
        output::complain(&format!("warning: {}: {}", warning.place, warning.message));
    }
    Ok(taxonomy)
}

/// The taxonomy of a run; says so when the built-in one stands in.
pub(super) fn taxonomy_of(settings: &Settings) -> Result<Taxonomy, ReindexError> {
    reindex::taxonomy(settings, &output::complain)
}

/// Readers that may fail run in processes of this very program.
pub(super) fn isolation() -> Isolation {
    reindex::isolation(&output::complain)
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
}

/// Whether Ctrl-C was pressed: the process has one handler, whatever number of runs it makes.
pub(super) static STOPPED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

impl TerminalObserver {
    pub(super) fn new() -> Self {
        // A second handler in one process is refused; the first one does the same.
        let _ = ctrlc::set_handler(|| {
            if STOPPED.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        });
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:32} {percent:>3} %  {msg}, {eta} left") {
            bar.set_style(style);
        }
        Self { bar }
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
        &STOPPED
    }
}

impl Follower for TerminalObserver {
    fn note(&self, note: &str) {
        self.bar.suspend(|| output::complain(note));
    }
}

/// Listens for Ctrl-C and shows nothing.
struct Quiet(TerminalObserver);

impl Observer for Quiet {
    fn progress(&self, _: Progress) {}

    fn stop(&self) -> &AtomicBool {
        self.0.stop()
    }
}

impl Follower for Quiet {
    fn note(&self, _: &str) {}
}

pub(super) fn wire(report: &IngestReport, committed: Option<&Committed>) -> serde_json::Value {
    let mut value = json::report_of(report);
    value["generation"] = committed.map(|committed| committed.generation.clone()).into();
    value["changed"] = committed.is_some_and(|committed| committed.changed).into();
    value
}

pub(super) fn text(report: &IngestReport, committed: Option<&Committed>, seconds: f64) -> String {
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
