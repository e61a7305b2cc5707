//! `dossier facets`.

use crate::cli::args::{Common, FacetsCommand, ReportFormat};
use crate::cli::search::{open, read};
use crate::cli::{DONE, output};
use crate::render::{json, terminal};
use crate::search::{dimensions, facet, facet_names};

pub(super) fn run(common: &Common, command: &FacetsCommand) -> anyhow::Result<u8> {
    let searcher = open(common)?;
    let mut pairs = command.filters.pairs()?;
    pairs.push(("q".into(), command.query.clone()));
    pairs.push(("facet_query".into(), command.facet_query.clone().unwrap_or_default()));
    pairs.push(("facet_size".into(), command.facet_size.clone().unwrap_or_default()));
    let parameters = read(&*searcher, &pairs)?;
    let all = facet_names(&*searcher);
    let chosen = match &command.dimension {
        None => all,
        Some(name) if all.contains(name) => vec![name.clone()],
        Some(name) => anyhow::bail!("there is no dimension `{name}`; the dimensions are {}", all.join(", ")),
    };
    let mut counted = Vec::new();
    for name in &chosen {
        counted.extend(facet(&*searcher, &parameters, name)?);
    }
    match command.format {
        ReportFormat::Text => {
            output::write(&terminal::facets(&counted, &dimensions(&*searcher), output::style(common)))?
        }
        ReportFormat::Json => match counted.as_slice() {
            [one] if command.dimension.is_some() => output::write_json(&json::named_facet(one))?,
            all => output::write_json(&json::facets(all))?,
        },
    }
    Ok(DONE)
}
