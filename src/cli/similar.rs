//! `dossier similar`.

use crate::cli::args::{Common, SearchFormat, SimilarCommand};
use crate::cli::search::{open, problems, write_rows};
use crate::cli::{DONE, NOTHING, output};
use crate::render::{json, terminal};
use crate::search::parameters::SimilarParameters;
use crate::search::{dimensions, similar};

pub(super) fn run(common: &Common, command: &SimilarCommand) -> anyhow::Result<u8> {
    let searcher = open(common)?;
    let mut pairs = command.filters.pairs()?;
    pairs.extend(command.size.iter().map(|size| ("size".to_owned(), size.clone())));
    let parameters = SimilarParameters::read(&*searcher, &pairs).map_err(|found| problems(&found))?;
    let Some(answer) = similar(&*searcher, &command.id, &parameters)? else {
        output::complain(&format!("there is no article `{}`; `dossier search --format ids` lists the ids", command.id));
        return Ok(NOTHING);
    };
    let dimensions = dimensions(&*searcher);
    match command.format {
        SearchFormat::Text => output::write(&terminal::similar(&answer, &dimensions, output::style(common)))?,
        SearchFormat::Json => output::write_json(&json::similar(&answer, &dimensions))?,
        SearchFormat::Jsonl => output::write(&json::similar_lines(&answer, &dimensions)?)?,
        SearchFormat::Csv => write_rows(answer.neighbours.list.iter().map(|neighbour| &neighbour.hit), &dimensions)?,
        SearchFormat::Ids => output::write(&json::similar_ids(&answer))?,
    }
    Ok(if answer.neighbours.total == 0 { NOTHING } else { DONE })
}
