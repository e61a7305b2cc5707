//! `dossier check`: what a curator should look at, found without writing anything.

use serde::Serialize;

use crate::cli::args::{CheckCommand, Common, ReportFormat};
use crate::cli::{DONE, NOTHING, index, output};
use crate::engine::EngineError;
use crate::engine::embedded::generations::verify_live;

/// One thing to look at.
#[derive(Debug, Serialize)]
struct Finding {
    /// Stable name of the kind.
    kind: &'static str,
    /// File and line, or the index.
    place: String,
    message: String,
}

pub(super) fn run(common: &Common, command: &CheckCommand) -> anyhow::Result<u8> {
    let settings = common.settings(command.taxonomy.as_ref());
    let (report, indexer) = index::rehearse(&settings)?;
    let mut findings = Vec::new();
    for entry in &report.quarantined {
        findings.push(Finding { kind: "quarantined", place: entry.place.to_string(), message: entry.reason.clone() });
    }
    for warning in report.noticed() {
        findings.push(Finding { kind: "warning", place: warning.place.to_string(), message: warning.message.clone() });
    }
    for copies in &indexer.groups {
        let Some((first, others)) = copies.split_first() else { continue };
        let Some(place) = indexer.places.get(first) else { continue };
        let message = format!("`{first}` has copies: {}; keep one, or leave them as reprints", others.join(", "));
        findings.push(Finding { kind: "copy", place: place.to_string(), message });
    }
    if command.verify_index {
        let wrong = match verify_live(&settings.index) {
            // What cannot be opened at all is a finding like the others, not the end of the report.
            Err(error @ (EngineError::Damaged { .. } | EngineError::Outdated { .. })) => vec![error.to_string()],
            wrong => wrong?,
        };
        for what in wrong {
            let message = format!("{what}; run `dossier index --full` to rebuild the index");
            findings.push(Finding { kind: "index", place: settings.index.display().to_string(), message });
        }
    }
    match command.format {
        ReportFormat::Json => {
            let wire = serde_json::json!({
                "files": report.files, "articles": report.documents, "undated": report.undated, "findings": findings,
            });
            output::write_json(&wire)?;
        }
        ReportFormat::Text => {
            let mut lines: Vec<String> = findings
                .iter()
                .map(|finding| format!("{}: {}: {}", finding.kind, finding.place, finding.message))
                .collect();
            lines.push(format!(
                "{} articles in {} files, {} undated: {}",
                report.documents,
                report.files,
                report.undated,
                match findings.len() {
                    0 => "no findings".to_owned(),
                    1 => "1 finding".to_owned(),
                    many => format!("{many} findings"),
                }
            ));
            output::write(&lines.join("\n"))?;
        }
    }
    Ok(if findings.is_empty() { DONE } else { NOTHING })
}
