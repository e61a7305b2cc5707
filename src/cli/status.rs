//! `dossier status`.

use crate::cli::args::{Common, ReportFormat, StatusCommand};
use crate::cli::search::open;
use crate::cli::{DONE, output};
use crate::render::{json, terminal};
use crate::search::coverage::coverage;

pub(super) fn run(common: &Common, command: &StatusCommand) -> anyhow::Result<u8> {
    let searcher = open(common)?;
    match command.format {
        ReportFormat::Text => output::write_report(&terminal::status(&searcher.stats()?, searcher.report()))?,
        ReportFormat::Json => output::write_json(&json::status(&coverage(&*searcher)?, searcher.report()))?,
    }
    Ok(DONE)
}
