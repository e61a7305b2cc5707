//! From a file or a record to a document with its line in the ledger, on any thread.
//!
//! Decides nothing about ids that two articles claim: that depends on the order of files, which the intake keeps.

use std::collections::HashMap;

use crate::ingest::corpus::CorpusFile;
use crate::ingest::formats::jsonl::RecordLine;
use crate::ingest::formats::read_record;
use crate::ingest::formats::sidecar::RecordsSidecar;
use crate::ingest::identity::document_id;
use crate::ingest::isolation::Isolation;
use crate::ingest::isolation::guard::guarded;
use crate::ingest::pipeline::document::DocumentMaker;
use crate::model::document::{Document, RawArticle};
use crate::model::report::{Ledger, LedgerFile, LedgerRecord, Quarantined};

/// What the live generation holds.
pub(super) struct Known<'a> {
    files: &'a Ledger,
    /// The records that stand in it, by id.
    records: HashMap<&'a str, &'a LedgerRecord>,
}

impl<'a> Known<'a> {
    pub(super) fn of(ledger: &'a Ledger) -> Self {
        let records = ledger.files.values().flat_map(|file| &file.records).filter(|record| record.indexed);
        Self { files: ledger, records: records.map(|record| (record.id.as_str(), record)).collect() }
    }

    /// Whether an article with this id stands in the generation.
    pub(super) fn holds(&self, id: &str) -> bool {
        self.records.contains_key(id)
    }

    /// The ids in the order of their letters.
    pub(super) fn ids(&self) -> Vec<&'a str> {
        let mut ids: Vec<&str> = self.records.keys().copied().collect();
        ids.sort_unstable();
        ids
    }

    /// A file's page, if the file has not changed. A record that lost its id to another file may keep it now, and its
    /// text is needed again: then there is none.
    pub(super) fn page(&self, path: &str, hash: &str) -> Option<&'a LedgerFile> {
        let page = self.files.files.get(path)?;
        (page.hash == hash && page.records.iter().all(|record| record.indexed)).then_some(page)
    }
}

/// What became of an article.
pub(super) enum Made {
    /// It has a line in the ledger, and a document if it is new or changed.
    Record(LedgerRecord, Option<Box<Document>>),
    /// No document can be made of it.
    Refused(Quarantined),
}

/// A file of one article as this run found it.
pub(super) enum Opened {
    /// As the ledger knows it.
    Known(LedgerFile),
    /// New or changed.
    Read {
        /// Hash of the file and its sidecar.
        hash: String,
        /// What of it was kept out.
        quarantined: Vec<Quarantined>,
        /// What became of its articles.
        made: Vec<Made>,
    },
    /// Could not be read.
    Unreadable(Quarantined),
}

/// What files and records are made into documents with.
#[derive(Clone, Copy)]
pub struct Station<'a> {
    /// Makes the documents.
    pub maker: &'a DocumentMaker,
    /// Reads the files.
    pub isolation: &'a Isolation,
}

impl Station<'_> {
    /// Reads a file and makes its documents.
    pub(super) fn open(self, file: &CorpusFile, known: &Known<'_>) -> Opened {
        let source = match file.read() {
            Ok(source) => source,
            Err(quarantined) => return Opened::Unreadable(quarantined),
        };
        if let Some(page) = known.page(&source.path, &source.hash) {
            return Opened::Known(page.clone());
        }
        match self.isolation.read(&source) {
            Ok(reading) => {
                let made = reading.articles.iter().map(|article| self.make(article, known)).collect();
                Opened::Read { hash: source.hash, quarantined: reading.quarantined, made }
            }
            Err(quarantined) => Opened::Unreadable(quarantined),
        }
    }

    /// Reads a record.
    pub(super) fn read_record(self, line: &RecordLine, sidecar: &RecordsSidecar) -> Result<RawArticle, Quarantined> {
        let failed = |reason: String| Quarantined { place: line.place.clone(), reason };
        guarded(|| read_record(line, sidecar)).unwrap_or_else(|failure| Err(failed(failure.to_string())))
    }

    /// Makes a document of a record.
    pub(super) fn make_of_record(self, line: &RecordLine, sidecar: &RecordsSidecar, known: &Known<'_>) -> Made {
        let read = guarded(|| read_record(line, sidecar));
        match read.unwrap_or_else(|failure| Err(Quarantined { place: line.place.clone(), reason: failure.to_string() }))
        {
            Ok(article) => self.make(&article, known),
            Err(quarantined) => Made::Refused(quarantined),
        }
    }

    /// Makes a document of an article, unless the live generation holds it as it is.
    fn make(self, article: &RawArticle, known: &Known<'_>) -> Made {
        let place = &article.place;
        let refused = |reason: String| Made::Refused(Quarantined { place: place.clone(), reason });
        let id = match document_id(article.id.as_deref(), &place.file, place.line) {
            Ok(id) => id,
            Err(problem) => return refused(problem.to_string()),
        };
        let hash = hash_of(article);
        if let Some(record) = known.records.get(id.as_str()).filter(|record| record.hash == hash) {
            return Made::Record((*record).clone(), None);
        }
        match guarded(|| self.maker.make(&id, article)).unwrap_or_else(|failure| Err(failure.to_string())) {
            Ok((document, notices)) => {
                let warnings = notices.into_iter().map(|notice| notice.message).collect();
                let record = LedgerRecord {
                    id,
                    line: place.line,
                    hash,
                    indexed: false,
                    date: document.date,
                    date_source: document.date_source,
                    lang: document.lang.clone(),
                    labelled: self.maker.labelled(&document),
                    warnings,
                };
                Made::Record(record, Some(Box::new(document)))
            }
            Err(reason) => refused(reason),
        }
    }
}

/// The hash of all that a document is made from.
fn hash_of(article: &RawArticle) -> String {
    // Taken apart by name, so that nothing new can be left out of it.
    let RawArticle {
        place,
        id,
        title,
        body,
        body_kind,
        date,
        url,
        source,
        sources,
        author,
        lang,
        extra,
        warnings,
        surroundings,
    } = article;
    let rest = (place, id, title, body_kind, date, url, source, sources, author, lang, extra, warnings, surroundings);
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(body.len() as u64).to_le_bytes());
    hasher.update(body.as_bytes());
    // Plain data with text keys always has a JSON form.
    hasher.update(&serde_json::to_vec(&rest).unwrap_or_default());
    hasher.finalize().to_hex()[..32].to_owned()
}
