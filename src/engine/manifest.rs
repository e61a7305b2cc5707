//! The manifest of a generation: what it was made from and with, and the name that is made from its contents.
//!
//! Knows no folder and no cluster: where a manifest is kept is the engine's.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::engine::EngineError;
use crate::engine::analyzer::ANALYZER_VERSION;
use crate::model::report::{IngestReport, Ledger};
use crate::taxonomy::Taxonomy;

/// What a generation was made from and with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name made from the contents.
    pub generation: String,
    /// Version of the engine's index format, of the maker.
    pub schema_version: u32,
    /// `ANALYZER_VERSION` of the maker.
    pub analyzer_version: u32,
    /// Fingerprint of the ingest pipeline: another one may make other documents of the same files.
    pub pipeline: String,
    /// Fingerprint of the taxonomy.
    pub taxonomy: String,
    /// When it was made, RFC 3339, UTC.
    pub built_at: String,
    /// Where the generation before is, kept for going back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// What the run that made it reported.
    pub report: IngestReport,
}

impl Manifest {
    /// Why what a run would make of the same files is not what this generation holds, for people; `None` if it is.
    pub fn changed_since(&self, pipeline: &str, taxonomy: &Taxonomy) -> Option<&'static str> {
        if self.pipeline != pipeline {
            return Some("the reading of articles changed");
        }
        (self.taxonomy != taxonomy.fingerprint()).then_some("the taxonomy changed")
    }
}

/// What a manifest of any version says of itself.
#[derive(Debug, Deserialize)]
pub struct Versions {
    schema_version: u32,
    analyzer_version: u32,
}

impl Versions {
    /// Why this version of the program cannot read a generation in `place`, if it cannot; `schema_version` is that of the
    /// index format that it makes.
    pub fn refusal(&self, place: &Path, schema_version: u32) -> Option<EngineError> {
        let kinds = [
            ("index format", self.schema_version, schema_version),
            ("text analysis", self.analyzer_version, ANALYZER_VERSION),
        ];
        let (kind, theirs, ours) = kinds.into_iter().find(|(_, theirs, ours)| theirs != ours)?;
        let (path, what) = (place.to_owned(), format!("{kind} {theirs}, where this version has {ours}"));
        Some(if theirs > ours { EngineError::Newer { path, what } } else { EngineError::Outdated { path, what } })
    }
}

/// The name of a generation, 16 hexadecimal digits made of all that it holds: what was kept out of it and warned of, too.
pub fn generation_name(
    schema_version: u32,
    pipeline: &str,
    taxonomy: &Taxonomy,
    ledger: &Ledger,
    report: &IngestReport,
) -> String {
    let mut hash = blake3::Hasher::new();
    let parts = [
        schema_version.to_string(),
        ANALYZER_VERSION.to_string(),
        pipeline.to_owned(),
        taxonomy.fingerprint(),
        serde_json::to_string(ledger).unwrap_or_default(),
        serde_json::to_string(&(&report.quarantined, &report.warnings)).unwrap_or_default(),
    ];
    for part in parts {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().to_hex()[..16].to_owned()
}
