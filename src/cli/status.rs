//! `dossier status`.

use crate::cli::args::{Common, ReportFormat, StatusCommand};
use crate::cli::search::open;
use crate::cli::{DONE, output};
use crate::render::{json, terminal};

pub(super) fn run(common: &Common, command: &StatusCommand) -> anyhow::Result<u8> {
    let searcher = open(common)?;
    let stats = searcher.stats()?;
    match command.format {
        ReportFormat::Text => output::write(&terminal::status(&stats, searcher.report()))?,
        ReportFormat::Json => output::write_json(&json::status(&stats, searcher.report()))?,
    }
    Ok(DONE)
}
