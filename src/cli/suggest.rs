//! `dossier suggest`.

use crate::cli::args::{Common, ReportFormat, SuggestCommand};
use crate::cli::search::{open, read};
use crate::cli::{DONE, output};
use crate::render::{json, terminal};
use crate::search::dimensions;
use crate::search::suggestion::suggest;

pub(super) fn run(common: &Common, command: &SuggestCommand) -> anyhow::Result<u8> {
    let searcher = open(common)?;
    let mut pairs = command.filters.pairs()?;
    pairs.push(("q".into(), command.prefix.join(" ")));
    pairs.extend(command.size.iter().map(|size| ("size".to_owned(), size.clone())));
    let answer = suggest(&*searcher, &read(&*searcher, &pairs)?)?;
    match command.format {
        ReportFormat::Text => {
            let lines = terminal::suggestions::suggestions(&answer, &dimensions(&*searcher), output::style(common));
            output::write(&lines)?;
        }
        ReportFormat::Json => output::write_json(&json::suggestions::suggestions(&answer))?,
    }
    Ok(DONE)
}
