//! What reading a corpus did: the report for people and scripts, and the ledger that makes the next run cheap.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::date::PartialDate;
use crate::model::document::{DateSource, Place};

/// Longest message on an article or a file, in characters: messages quote what they are about, whoever wrote it.
const MESSAGE_CHARS_MAX: usize = 1000;

/// A message as lists of messages show it: on one line, and not longer than such a message may be.
pub fn on_one_line(message: &str) -> String {
    let parts = message.split(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    let line = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MESSAGE_CHARS_MAX) {
        Some((cut, _)) => format!("{} …", &line[..cut]),
        None => line,
    }
}

/// Something that was kept out of the index, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Quarantined {
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// What is wrong, and what to do.
    pub reason: String,
}

/// Something in an indexed article that a curator should look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// What was noticed, and what to do.
    pub message: String,
}

/// What a notice is about, so that `check` can name it and find its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// A date that cannot be right or cannot be read.
    Date,
    /// A label that the taxonomy lacks, or that it has twice.
    Label,
    /// A language that nobody knows.
    Language,
    /// An address that cannot be followed.
    Address,
    /// Something else, in the words of whoever noticed it.
    Other,
}

/// Something noticed while an article was read or made into a document; it did not keep the article out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// The key of the article that it is about, if it is about one.
    pub key: Option<String>,
    /// What was noticed, and what to do.
    pub message: String,
}

impl Notice {
    /// A notice about the value of a key.
    pub fn new(kind: NoticeKind, key: &str, message: impl Into<String>) -> Self {
        Self { kind, key: Some(key.to_owned()), message: on_one_line(&message.into()) }
    }
}

impl From<String> for Notice {
    fn from(message: String) -> Self {
        Self { kind: NoticeKind::Other, key: None, message: on_one_line(&message) }
    }
}

/// What became of everything that was seen: `indexed + quarantined + skipped = seen`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Files and records seen: a file of records counts by its records, every other file as one. Sidecars belong to
    /// their files; a hidden folder counts as one.
    pub seen: usize,
    /// Articles in the index.
    pub indexed: usize,
    /// What was kept out, also what is not listed one by one.
    pub quarantined: usize,
    /// What is no article by its name, or lies behind a link that is not followed.
    pub skipped: usize,
}

/// What a run of `index` did.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct IngestReport {
    /// Files looked at.
    pub files: usize,
    /// What became of everything that was seen.
    #[serde(default)]
    pub totals: Totals,
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
    /// Articles without a label in any dimension.
    #[serde(default)]
    pub unlabelled: usize,
    /// Articles without a label, by dimension.
    #[serde(default)]
    pub missing_labels: BTreeMap<String, usize>,
    /// Articles by language; `und` where it could not be told.
    #[serde(default)]
    pub languages: BTreeMap<String, usize>,
    /// Dated articles by where the date was found.
    #[serde(default)]
    pub date_sources: BTreeMap<String, usize>,
    /// Groups of copies among them.
    #[serde(default)]
    pub copy_groups: usize,
    /// Articles in those groups.
    #[serde(default)]
    pub copies: usize,
    /// What was kept out.
    pub quarantined: Vec<Quarantined>,
    /// What was passed over by its name: no article, no mistake.
    #[serde(default)]
    pub skipped: Vec<Quarantined>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
    /// Articles dated after the day of the run. Apart from the warnings, which do not change with the calendar.
    #[serde(default)]
    #[schemars(skip)]
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
    /// Where the date was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_source: Option<DateSource>,
    /// The document's language.
    pub lang: String,
    /// The dimensions in which the document has a label: bit N is the taxonomy's Nth dimension. A changed taxonomy
    /// makes every record anew.
    pub labelled: u64,
    /// What was noticed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// One file as the last run left it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LedgerFile {
    /// Hash of the file's bytes and its sidecar's.
    pub hash: String,
    /// Its records.
    pub records: Vec<LedgerRecord>,
    /// What of it was kept out for what it is (not for an id that another file has).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quarantined: Vec<Quarantined>,
    /// Broken records beyond those that are listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unlisted: usize,
    /// What was noticed of the file as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl LedgerFile {
    /// What of it was kept out, whether it is listed or not. Where some is not, the last entry of the list says so and
    /// is none itself.
    pub fn quarantined_all(&self) -> usize {
        self.quarantined.len() + self.unlisted - usize::from(self.unlisted > 0)
    }

    /// The records seen in it.
    pub fn seen(&self) -> usize {
        self.records.len() + self.quarantined_all()
    }

    /// The same page without its records.
    pub fn without_records(&self) -> Self {
        Self {
            hash: self.hash.clone(),
            records: Vec::new(),
            quarantined: self.quarantined.clone(),
            unlisted: self.unlisted,
            warnings: self.warnings.clone(),
        }
    }
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// All files of a corpus as the last run left them, by path.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ledger {
    /// Files by path inside the corpus.
    pub files: BTreeMap<String, LedgerFile>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_keeps_to_one_line_of_bounded_length_whatever_it_quotes() {
        assert_eq!(on_one_line("no topic `a\r\nb\u{1B}[2J\u{2028}c`"), "no topic `a b [2J c`");
        assert_eq!(on_one_line("as it was"), "as it was");
        let long = on_one_line(&"東".repeat(MESSAGE_CHARS_MAX + 1));
        assert_eq!(long.chars().count(), MESSAGE_CHARS_MAX + 2);
        let notice = Notice::new(NoticeKind::Label, "topic", "no topic `a\nb`");
        assert_eq!((notice.message, Notice::from("c\nd".to_owned()).message), ("no topic `a b`".into(), "c d".into()));
    }
}
