//! `dossier index --watch`: a run now, and one after each change of the corpus or the taxonomy, until it is told to stop.

use std::sync::atomic::Ordering;

use crate::cli::args::ReportFormat;
use crate::cli::index::{STOPPED, TerminalObserver, build, text, wire};
use crate::cli::{DONE, INTERRUPTED, output, told};
use crate::engine::{Committed, Engines};
use crate::model::report::IngestReport;
use crate::reindex::watch::{AGAIN_AFTER, Watch};
use crate::reindex::{Order, ReindexError};
use crate::settings::Settings;

/// Runs until Ctrl-C or SIGTERM: 0 between two runs, 130 when that stopped a run. The first run must succeed.
pub(super) fn run(
    settings: &Settings,
    order: Order,
    format: ReportFormat,
    engines: &dyn Engines,
) -> anyhow::Result<u8> {
    // Takes hold of Ctrl-C also between the runs.
    drop(TerminalObserver::new());
    listen_for_the_end()?;
    let (mut watch, note) = Watch::begin(settings);
    if let Some(note) = note {
        output::complain(&note);
    }
    let mut first = true;
    loop {
        let order = if first { order } else { Order { allow_empty: order.allow_empty, ..Order::update(false) } };
        let started = std::time::Instant::now();
        let done = watch.check(settings).and_then(|()| build_when_free(settings, order, engines));
        match done {
            Ok((report, committed)) => {
                if first || committed.changed {
                    tell(format, &report, &committed, started.elapsed().as_secs_f64())?;
                }
                if first {
                    output::complain(&format!("watching {} (Ctrl-C stops)", settings.corpus.display()));
                }
            }
            Err(error) if error.is_interrupt() => return Ok(INTERRUPTED),
            Err(error) if first => return Err(error.into()),
            Err(error) => output::complain(&format!(
                "error: {}\nthe index stays as it is; the next change is tried again",
                told(&error.into())
            )),
        }
        first = false;
        if !watch.wait(&STOPPED) {
            return Ok(DONE);
        }
    }
}

/// A run, once no other process writes.
fn build_when_free(
    settings: &Settings,
    order: Order,
    engines: &dyn Engines,
) -> Result<(IngestReport, Committed), ReindexError> {
    let mut waiting = false;
    loop {
        match build(settings, order, engines) {
            Err(error) if error.is_locked() && !STOPPED.load(Ordering::Relaxed) => {
                if !std::mem::replace(&mut waiting, true) {
                    output::complain("another process is writing to the index; waiting for it to end");
                }
                std::thread::sleep(AGAIN_AFTER);
            }
            done => return done,
        }
    }
}

/// For people as ever; for programs a line a run.
fn tell(format: ReportFormat, report: &IngestReport, committed: &Committed, seconds: f64) -> anyhow::Result<()> {
    match format {
        ReportFormat::Json => output::write(&wire(report, Some(committed)).to_string()),
        ReportFormat::Text => output::write(&text(report, Some(committed), seconds)),
    }
}

/// SIGTERM ends a watch as Ctrl-C does: it is how services and containers are told to stop.
fn listen_for_the_end() -> anyhow::Result<()> {
    #[cfg(unix)]
    signal_hook::flag::register(signal_hook::consts::SIGTERM, std::sync::Arc::clone(&STOPPED))?;
    Ok(())
}
