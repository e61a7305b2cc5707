//! `dossier status`: what stands in the index, how it stands to corpus and program, and what to do next.

use std::collections::HashSet;
use std::fs;

use crate::calendar::seconds_of;
use crate::cli::args::{Common, ReportFormat, StatusCommand};
use crate::cli::engines::engines;
use crate::cli::{DONE, output};
use crate::engine::Searcher;
use crate::engine::keeper::Standing;
use crate::ingest::corpus::scan;
use crate::ingest::pipeline::PIPELINE_FINGERPRINT;
use crate::model::upkeep::{Changes, Upkeep};
use crate::render::{json, terminal};
use crate::search::coverage::coverage;
use crate::taxonomy::Taxonomy;

pub(super) fn run(common: &Common, command: &StatusCommand) -> anyhow::Result<u8> {
    let engines = engines(common)?;
    let searcher = engines.searcher()?;
    let upkeep = upkeep(common, &*searcher, engines.standing()?)?;
    match command.format {
        ReportFormat::Text => output::write_report(&terminal::status(&searcher.stats()?, searcher.report(), &upkeep))?,
        ReportFormat::Json => {
            let coverage = coverage(&*searcher)?;
            let mut status = serde_json::to_value(json::status(&coverage, searcher.report()))?;
            status["upkeep"] = serde_json::to_value(&upkeep)?;
            output::write_json(&status)?;
        }
    }
    Ok(DONE)
}

fn upkeep(common: &Common, live: &dyn Searcher, standing: Standing) -> anyhow::Result<Upkeep> {
    Ok(Upkeep {
        changes: changes(common, live, &standing)?,
        folder: standing.place,
        disk_bytes: standing.bytes,
        dimensions: live.taxonomy().dimensions().iter().map(|dimension| dimension.name.clone()).collect(),
        previous: standing.previous,
        reads_anew: standing.pipeline != PIPELINE_FINGERPRINT,
        corpus: common.corpus.display().to_string(),
    })
}

/// What changed in the corpus since the generation was made, by names and stamps: cheap, and no more than a hint.
fn changes(common: &Common, live: &dyn Searcher, standing: &Standing) -> anyhow::Result<Option<Changes>> {
    let Ok(found) = scan(&common.corpus) else { return Ok(None) };
    let known = &standing.ledger.files;
    let built_at = seconds_of(&live.stats()?.built_at).unwrap_or(i64::MAX);
    // What was kept out was seen all the same.
    let kept_out: HashSet<&str> = live.report().quarantined.iter().map(|entry| entry.place.file.as_str()).collect();
    let is_old = |file: &&str| known.contains_key(*file) || kept_out.contains(*file);
    let paths: Vec<&str> = found.files.iter().map(|file| file.path.as_str()).collect();
    let kept = paths.iter().filter(|path| known.contains_key(**path)).count();
    let written = found.files.iter().filter(|file| {
        let sidecar = file.sidecar_path();
        let each = [Some(file.path.as_str()), sidecar.as_deref()];
        is_old(&file.path.as_str()) && each.into_iter().flatten().any(|path| written_at(common, path) > built_at)
    });
    Ok(Some(Changes {
        new: paths.iter().filter(|path| !is_old(path)).count(),
        written: written.count(),
        gone: known.len() - kept,
        taxonomy: written_at(common, "taxonomy.toml") > built_at
            && fingerprint(common) != live.taxonomy().fingerprint(),
    }))
}

/// The fingerprint of the corpus' own taxonomy; of one that cannot be read, nothing.
fn fingerprint(common: &Common) -> String {
    let source = common.settings(None).taxonomy_text().ok();
    let taxonomy = source.and_then(|source| Taxonomy::parse(&source.text, &source.name).ok());
    taxonomy.map(|taxonomy| taxonomy.fingerprint()).unwrap_or_default()
}

/// When a file of the corpus was last written, in seconds since 1970; a file that cannot be looked at was not.
fn written_at(common: &Common, path: &str) -> i64 {
    let written = fs::metadata(common.corpus.join(path)).and_then(|file| file.modified()).ok();
    let since = written.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}
