//! The command line: the only room that knows clap, and which engine was built. One file a command.
//!
//! Results go to standard output, everything else to standard error. Exit codes are the contract: 0 done or found,
//! 1 nothing found or findings, 2 error or wrong use, 3 done in part, 130 interrupted.

pub mod args;
mod batch;
mod check;
mod credentials;
mod engines;
mod evaluate;
mod export;
mod facets;
mod import;
mod index;
mod manual;
mod output;
mod parity;
mod read_file;
mod rollback;
mod search;
mod serve;
mod show;
mod similar;
mod status;
mod suggest;
mod watch;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use crate::cli::args::{Arguments, Command};

/// Done, or found.
const DONE: u8 = 0;
/// Nothing found, or findings.
const NOTHING: u8 = 1;
/// An error, or wrong use.
const FAILED: u8 = 2;
/// Done, but files stand in quarantine.
const IN_PART: u8 = 3;
/// Interrupted.
const INTERRUPTED: u8 = 130;

/// Runs one command; the first argument is the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::read(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { FAILED } else { DONE };
            // A closed pipe is no failure of `--help`.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    arguments.common.start_log();
    // A panic has told of itself; the exit code is that of an error all the same, and a damaged file is a likely reason.
    let done = catch_unwind(AssertUnwindSafe(|| execute(&arguments))).unwrap_or_else(|_| {
        Err(anyhow::anyhow!(
            "the program made a mistake and gave up; `dossier check --verify-index` tells whether a file of the index is damaged"
        ))
    });
    ExitCode::from(done.unwrap_or_else(|error| report(&error)))
}

fn execute(arguments: &Arguments) -> anyhow::Result<u8> {
    match &arguments.command {
        Command::Index(command) => index::run(&arguments.common, command),
        Command::Search(command) => search::run(&arguments.common, command),
        Command::Show(command) => show::run(&arguments.common, command),
        Command::Similar(command) => similar::run(&arguments.common, command),
        Command::Suggest(command) => suggest::run(&arguments.common, command),
        Command::Facets(command) => facets::run(&arguments.common, command),
        Command::Batch(command) => batch::run(&arguments.common, command),
        Command::Export(command) => export::run(&arguments.common, command),
        Command::Import(command) => import::run(&arguments.common, command),
        Command::Check(command) => check::run(&arguments.common, command),
        Command::Evaluate(command) => evaluate::run(&arguments.common, command),
        Command::Serve(command) => serve::run(&arguments.common, command),
        Command::Rollback(command) => rollback::run(&arguments.common, command),
        Command::Status(command) => status::run(&arguments.common, command),
        Command::Completions(command) => manual::completions(command),
        Command::Man => manual::man(),
        Command::ReadFile(command) => read_file::run(command),
    }
}

/// Prints an error with its causes and gives its exit code.
fn report(error: &anyhow::Error) -> u8 {
    if let Some(io) = error.downcast_ref::<std::io::Error>()
        && io.kind() == std::io::ErrorKind::BrokenPipe
    {
        return DONE;
    }
    output::complain_of_failure(&told(error));
    let reindexing = error.downcast_ref().is_some_and(crate::reindex::ReindexError::is_interrupt);
    if reindexing || matches!(error.downcast_ref(), Some(crate::ingest::pipeline::PipelineError::Interrupted)) {
        return INTERRUPTED;
    }
    FAILED
}

/// An error and its causes, those left out that the message before already quotes.
fn told(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}
