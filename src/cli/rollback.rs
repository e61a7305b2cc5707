//! `dossier rollback`: the generation before the live one made live again.

use crate::cli::args::{Common, ReportFormat, RollbackCommand};
use crate::cli::engines::engines;
use crate::cli::{DONE, output};
use crate::engine::keeper::WayBack;

pub(super) fn run(common: &Common, command: &RollbackCommand) -> anyhow::Result<u8> {
    let WayBack { left, live } = engines(common)?.roll_back()?;
    match command.format {
        ReportFormat::Json => output::write_json(&serde_json::json!({ "generation": live, "left": left }))?,
        ReportFormat::Text => output::write_report(&format!(
            "generation {live} is live again instead of {left}; `dossier index` goes on from it"
        ))?,
    }
    Ok(DONE)
}
