//! `dossier check`: what a curator should look at, found without writing anything.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::calendar::today;
use crate::cli::args::{CheckCommand, Common, ReportFormat};
use crate::cli::engines::engines;
use crate::cli::index::{TerminalObserver, isolation, taxonomy_of};
use crate::cli::{DONE, NOTHING, output, parity};
use crate::engine::keeper::Damage;
use crate::ingest::corpus::scan;
use crate::ingest::formats::written_keys;
use crate::ingest::lint::{Article, Finding, Kind, Lint, Linter};
use crate::ingest::pipeline::Station;
use crate::ingest::pipeline::articles::{WrittenIds, read_files};
use crate::ingest::pipeline::document::DocumentMaker;
use crate::model::document::Place;
use crate::settings::Settings;

/// A finding on the wire.
#[derive(Debug, Serialize)]
struct Wire<'a> {
    /// Stable name of the kind.
    kind: &'static str,
    file: &'a str,
    line: Option<u32>,
    /// File and line in one, or the index.
    place: String,
    message: &'a str,
}

pub(super) fn run(common: &Common, command: &CheckCommand) -> anyhow::Result<u8> {
    if let Some(file) = &command.parity {
        return parity::run(common, file, command.format);
    }
    let settings = common.settings(command.taxonomy.as_ref());
    // An index goes places where its corpus is not.
    let (files, mut lint) = if command.verify_index && !settings.corpus.exists() {
        output::complain(&format!(
            "note: there is no corpus folder `{}`; only the index is looked at",
            settings.corpus.display()
        ));
        (0, Lint::default())
    } else {
        look(&settings)?
    };
    if command.verify_index {
        lint.findings.extend(damage(common)?);
    }
    let asked = |finding: &Finding| {
        let named = |kinds: &[String]| kinds.iter().any(|kind| kind == finding.kind.name());
        (command.only.is_empty() || named(&command.only)) && !named(&command.except)
    };
    lint.findings.retain(asked);
    lint.notes.retain(asked);
    match command.format {
        ReportFormat::Json => output::write_json(&json(files, &lint))?,
        ReportFormat::Text => output::write_report(&text(files, &lint, !command.only.is_empty()))?,
    }
    Ok(if lint.findings.is_empty() { DONE } else { NOTHING })
}

/// Reads the whole corpus; gives the number of its files with what was found.
fn look(settings: &Settings) -> anyhow::Result<(usize, Lint)> {
    let taxonomy = taxonomy_of(settings)?;
    // Its warnings are findings here, with the place inside the corpus where it lies there.
    let own = settings.taxonomy.is_none().then(|| "taxonomy.toml".to_owned());
    let file = own.or_else(|| settings.taxonomy.as_ref().map(|path| path.display().to_string())).unwrap_or_default();
    let found = scan(&settings.corpus)?;
    let maker = DocumentMaker::new(taxonomy);
    let mut linter = Linter::new(maker.taxonomy(), &file, today());
    linter.take_scan(&found);
    let observer = TerminalObserver::new();
    let isolation = isolation();
    let station = Station { maker: &maker, isolation: &isolation };
    let done = read_files(&found.files, station, WrittenIds::Kept, &observer, &mut |read| {
        read.quarantined.iter().for_each(|entry| linter.take_quarantined(entry));
        let keys = read.source.as_ref().map(written_keys).unwrap_or_default();
        let sidecar = read.file.sidecar_path();
        for article in &read.articles {
            let (raw, document, notices, found) = (&article.raw, &article.document, &article.notices, &article.found);
            linter.take(Article { raw, document, notices, found, keys: &keys, sidecar: sidecar.as_deref() });
        }
    });
    observer.bar.finish_and_clear();
    done?;
    Ok((found.files.len() + found.quarantined.len(), linter.finish()))
}

/// What of the index is not as it was written.
fn damage(common: &Common) -> anyhow::Result<Vec<Finding>> {
    let finding = |Damage { place, what }: Damage| Finding {
        place: Place { file: place, line: None },
        kind: Kind::Index,
        message: format!("{what}; run `dossier index --full` to rebuild the index"),
    };
    Ok(engines(common)?.verify()?.into_iter().map(finding).collect())
}

fn wire(findings: &[Finding]) -> Vec<Wire<'_>> {
    let wire = findings.iter().map(|Finding { place, kind, message }| Wire {
        kind: kind.name(),
        file: &place.file,
        line: place.line,
        place: place.to_string(),
        message,
    });
    wire.collect()
}

fn counts(findings: &[Finding]) -> BTreeMap<Kind, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.kind).or_default() += 1;
    }
    counts
}

fn json(files: usize, lint: &Lint) -> serde_json::Value {
    let counts: serde_json::Map<String, serde_json::Value> =
        counts(&lint.findings).into_iter().map(|(kind, count)| (kind.name().to_owned(), count.into())).collect();
    serde_json::json!({
        "files": files,
        "articles": lint.articles,
        "undated": lint.undated,
        "findings": wire(&lint.findings),
        "counts": counts,
        "notes": wire(&lint.notes),
    })
}

/// The findings in the order of places, then how many there are of each kind. Notes are listed only where their kind
/// was asked for: a taxonomy has many nodes that wait for their first article.
fn text(files: usize, lint: &Lint, list_notes: bool) -> String {
    let line = |finding: &Finding| format!("{}: {}: {}", finding.kind.name(), finding.place, finding.message);
    let mut lines: Vec<String> = lint.findings.iter().map(line).collect();
    if list_notes {
        lines.extend(lint.notes.iter().map(|note| format!("note: {}", line(note))));
    }
    let counts = counts(&lint.findings);
    if !counts.is_empty() {
        lines.push(String::new());
        let width = counts.keys().map(|kind| kind.name().len()).max().unwrap_or(0);
        let rows = counts.iter().map(|(kind, count)| format!("{count:>5}  {:width$}  {}", kind.name(), kind.meaning()));
        lines.extend(rows);
    }
    if !list_notes {
        for (kind, count) in self::counts(&lint.notes) {
            let name = kind.name();
            lines.push(format!("note: {name} {count}: {}; `dossier check --only {name}` lists them", kind.meaning()));
        }
    }
    lines.push(format!(
        "{} articles in {files} files, {} undated: {}",
        lint.articles,
        lint.undated,
        match lint.findings.len() {
            0 => "no findings".to_owned(),
            1 => "1 finding".to_owned(),
            many => format!("{many} findings"),
        }
    ));
    lines.join("\n")
}
