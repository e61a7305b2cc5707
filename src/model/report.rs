//! What reading a corpus did: the report for people and scripts, and the ledger that makes the next run cheap.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::date::PartialDate;
use crate::model::document::Place;

/// Something that was kept out of the index, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Quarantined {
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// What is wrong, and what to do.
    pub reason: String,
}

/// Something in an indexed article that a curator should look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Warning {
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// What was noticed, and what to do.
    pub message: String,
}

/// What a run of `index` did.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct IngestReport {
    /// Files looked at.
    pub files: usize,
    /// Articles read and analysed in this run.
    pub analysed: usize,
    /// Articles new in the index.
    pub added: usize,
    /// Articles whose text or labels changed.
    pub updated: usize,
    /// Articles taken over as they were.
    pub unchanged: usize,
    /// Articles that left.
    pub removed: usize,
    /// Articles in the index afterwards.
    pub documents: usize,
    /// Articles without a date.
    pub undated: usize,
    /// Groups of copies among them.
    #[serde(default)]
    pub copy_groups: usize,
    /// Articles in those groups.
    #[serde(default)]
    pub copies: usize,
    /// What was kept out.
    pub quarantined: Vec<Quarantined>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
    /// Articles dated after the day of the run. Apart from the warnings, which do not change with the calendar.
    #[serde(default)]
    pub future: Vec<Warning>,
}

impl IngestReport {
    /// All that a curator should look at, in the order of places.
    pub fn noticed(&self) -> Vec<&Warning> {
        let mut noticed: Vec<&Warning> = self.warnings.iter().chain(&self.future).collect();
        noticed.sort();
        noticed
    }
}

/// One record of a file as the last run left it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRecord {
    /// The document's id.
    pub id: String,
    /// Line in the file, for files of several records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Hash of all that the document is made from.
    pub hash: String,
    /// Whether it stands in the index (a record whose id an earlier file has does not).
    pub indexed: bool,
    /// The document's date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// What was noticed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// One file as the last run left it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerFile {
    /// Hash of the file's bytes and its sidecar's.
    pub hash: String,
    /// Its records.
    pub records: Vec<LedgerRecord>,
    /// What of it was kept out for what it is (not for an id that another file has).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quarantined: Vec<Quarantined>,
}

/// All files of a corpus as the last run left them, by path.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ledger {
    /// Files by path inside the corpus.
    pub files: BTreeMap<String, LedgerFile>,
}
