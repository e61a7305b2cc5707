//! `dossier search`.

use std::sync::Arc;

use crate::cli::args::{Common, SearchCommand, SearchFormat};
use crate::cli::engines::engines;
use crate::cli::{DONE, NOTHING, output};
use crate::engine::Searcher;
use crate::model::results::Hit;
use crate::render::{Dimension, csv, json, terminal};
use crate::search::parameters::{Parameters, Problem};
use crate::search::{answer, dimensions};

pub(super) fn run(common: &Common, command: &SearchCommand) -> anyhow::Result<u8> {
    let searcher = open(common)?;
    let mut pairs = command.filters.pairs()?;
    pairs.push(("q".into(), command.query.join(" ")));
    let single = [
        ("sort", &command.sort),
        ("size", &command.size),
        ("page", &command.page),
        ("collapse", &command.collapse),
        ("recency", &command.recency),
        ("interval", &command.interval),
    ];
    for (name, value) in single {
        pairs.extend(value.iter().map(|value| (name.to_owned(), value.clone())));
    }
    pairs.extend(command.matching.pairs());
    if command.explain {
        pairs.push(("explain".into(), "true".into()));
    }
    let parameters = read(&*searcher, &pairs)?;
    let answer = answer(&*searcher, &parameters)?;
    let dimensions = dimensions(&*searcher);
    match command.format {
        SearchFormat::Text => output::write(&terminal::search(&answer, &dimensions, output::style(common)))?,
        SearchFormat::Json => output::write_json(&json::search(&answer, &dimensions))?,
        SearchFormat::Jsonl => output::write(&json::lines(&answer, &dimensions)?)?,
        SearchFormat::Csv => write_rows(&answer.results.hits, &dimensions)?,
        SearchFormat::Ids => output::write(&json::ids(&answer))?,
    }
    Ok(if answer.results.total == 0 { NOTHING } else { DONE })
}

/// The searcher of the live generation.
pub(super) fn open(common: &Common) -> anyhow::Result<Arc<dyn Searcher>> {
    Ok(engines(common)?.searcher()?)
}

/// Parameters of typed pairs; every problem in one error, in the words of the command line.
pub(super) fn read(searcher: &dyn Searcher, pairs: &[(String, String)]) -> anyhow::Result<Parameters> {
    Parameters::read(searcher, pairs).map_err(|found| problems(&found))
}

/// Every problem in one error.
pub(super) fn problems(found: &[Problem]) -> anyhow::Error {
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    anyhow::anyhow!("{}", lines.join("\n"))
}

/// Writes hits as rows.
pub(super) fn write_rows<'a>(hits: impl IntoIterator<Item = &'a Hit>, dimensions: &[Dimension]) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    csv::write(hits, dimensions, &mut rows)?;
    output::write(&String::from_utf8(rows)?)
}
