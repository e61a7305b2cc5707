//! What goes to the terminal: results to standard output, complaints to standard error. The only place that prints.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{IsTerminal, Write};
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::args::{ColorChoice, Common};
use crate::render::terminal::{Style, plain};

/// Width of lines where no terminal tells, in characters.
const WIDTH: usize = 100;

/// Writes results. A closed pipe comes back as an error that `report` knows for no failure.
pub(super) fn write(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.is_empty() && !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Writes a report for people, without colours; what it quotes of files steers no terminal.
pub(super) fn write_report(text: &str) -> anyhow::Result<()> {
    write(&plain(text))
}

/// Writes one JSON object in full width.
pub(super) fn write_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    write(&serde_json::to_string_pretty(value)?)
}

/// Whether standard error holds JSON alone.
static COMPLAINTS_ARE_LOGGED: AtomicBool = AtomicBool::new(false);

/// From now on complaints go through the log, whose reader expects nothing else on standard error.
pub(super) fn complain_in_the_log(wanted: bool) {
    COMPLAINTS_ARE_LOGGED.store(wanted, Ordering::Relaxed);
}

/// Writes a line to standard error; what it quotes steers no terminal. Nobody is left to be told when that fails.
pub(super) fn complain(line: &str) {
    if COMPLAINTS_ARE_LOGGED.load(Ordering::Relaxed) {
        tracing::warn!("{line}");
    } else {
        let _ = writeln!(std::io::stderr().lock(), "{}", plain(line));
    }
}

/// Writes a line to standard error that says what goes on.
pub(super) fn note(line: &str) {
    if COMPLAINTS_ARE_LOGGED.load(Ordering::Relaxed) {
        tracing::info!("{line}");
    } else {
        complain(line);
    }
}

/// Writes why the program ends without having done its work.
pub(super) fn complain_of_failure(line: &str) {
    if COMPLAINTS_ARE_LOGGED.load(Ordering::Relaxed) {
        tracing::error!("{line}");
    } else {
        complain(&format!("error: {line}"));
    }
}

/// Logs a panic, with the trace where `RUST_BACKTRACE` asks for one.
pub(super) fn log_panic(panic: &PanicHookInfo<'_>) {
    let reason = panic.payload_as_str().unwrap_or("a panic without words");
    let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
    let trace = Backtrace::capture();
    let trace = (trace.status() == BacktraceStatus::Captured).then(|| trace.to_string());
    tracing::error!(reason, place, trace, "the program made a mistake (a panic); report it with this line");
}

/// Whether to colour what goes to `stream`.
pub(super) fn colours(choice: ColorChoice, stream: &impl IsTerminal) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            stream.is_terminal() && !refused && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

/// How results are written for people.
pub(super) fn style(common: &Common) -> Style {
    let out = std::io::stdout();
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    Style { colour: colours(common.color, &out), width: columns.unwrap_or(WIDTH).clamp(40, 200) }
}
