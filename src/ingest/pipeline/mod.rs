//! The flow of a corpus into an engine: which files changed, what they hold, what leaves.
//!
//! Files are taken in the order of their paths, so that of two articles with one id the first by path stays, whatever
//! changed. Reads and analyses only what the ledger of the last run does not know; an incremental run gives the same
//! documents as a full one. Knows the engines' contract only; never reads a clock.

pub mod document;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::engine::{EngineError, Indexer};
use crate::ingest::corpus::{CorpusError, CorpusFile, scan};
use crate::ingest::dates::is_after;
use crate::ingest::duplicates::IdTaken;
use crate::ingest::duplicates::groups::groups;
use crate::ingest::formats::{self, Reading, SourceFile};
use crate::ingest::identity::document_id;
use crate::ingest::pipeline::document::DocumentMaker;
use crate::model::date::PartialDate;
use crate::model::document::{Document, Place, RawArticle};
use crate::model::report::{IngestReport, Ledger, LedgerFile, LedgerRecord, Quarantined, Warning};

/// Changes whenever the same files would give other documents: an index made with another one is rebuilt.
pub const PIPELINE_FINGERPRINT: &str = "ingest-1";
/// Files read at once, and articles analysed at once.
const BATCH: usize = 256;

/// Why a corpus could not be taken in at all.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The folder cannot be read.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Somebody asked to stop.
    #[error("stopped before the end; the index is as it was")]
    Interrupted,
}

/// Follows a run, and may stop it.
pub trait Observer: Sync {
    /// So many of so many files are done.
    fn files_done(&self, done: usize, all: usize);

    /// Set when the run should stop.
    fn stop(&self) -> &AtomicBool;
}

/// Takes a corpus into an engine, up to but without its commit: gives the new ledger and the report.
pub fn run(
    corpus: &Path,
    maker: &DocumentMaker,
    indexer: &mut dyn Indexer,
    today: Option<PartialDate>,
    observer: &dyn Observer,
) -> Result<(Ledger, IngestReport), PipelineError> {
    let scan = scan(corpus)?;
    let before = indexer.baseline().ledger.clone();
    let mut intake = Intake {
        maker,
        before: indexed_records(&before),
        indexer,
        taken: HashMap::new(),
        ledger: Ledger::default(),
        report: IngestReport { files: scan.files.len() + scan.quarantined.len(), ..IngestReport::default() },
    };
    let mut done = 0;
    for files in scan.files.chunks(BATCH) {
        let read: Vec<FileState> = files.par_iter().map(|file| FileState::read(file, &before)).collect();
        let mut articles = Vec::new();
        for (file, state) in files.iter().zip(read) {
            intake.open(file, state, &mut articles);
        }
        let mut articles = articles.into_iter();
        while articles.len() > 0 {
            if observer.stop().load(Ordering::Relaxed) {
                return Err(PipelineError::Interrupted);
            }
            intake.take(articles.by_ref().take(BATCH).collect())?;
        }
        done += files.len();
        observer.files_done(done, scan.files.len());
    }
    let removed: Vec<String> = intake.before.keys().filter(|id| !intake.taken.contains_key(*id)).cloned().collect();
    for id in &removed {
        intake.indexer.remove(id)?;
    }
    intake.report.removed = removed.len();
    let Intake { ledger, mut report, taken, indexer, .. } = intake;
    let copies_before = indexer.baseline().copies;
    (report.copy_groups, report.copies) = match indexer.imprints()? {
        Some(imprints) => {
            let groups = groups(&imprints);
            let counts = (groups.len(), groups.iter().map(Vec::len).sum());
            indexer.group(groups);
            counts
        }
        None => copies_before,
    };
    finish_report(&mut report, &ledger, &taken, today);
    report.quarantined.extend(scan.quarantined);
    report.warnings.extend(scan.warnings);
    report.quarantined.sort();
    report.warnings.sort();
    Ok((ledger, report))
}

/// The records that stand in the live generation, by id.
fn indexed_records(ledger: &Ledger) -> BTreeMap<String, LedgerRecord> {
    let records = ledger.files.values().flat_map(|file| &file.records).filter(|record| record.indexed);
    records.map(|record| (record.id.clone(), record.clone())).collect()
}

/// A file as this run found it.
enum FileState {
    /// As the ledger knows it.
    Known(LedgerFile),
    /// New or changed.
    Changed(String, Reading),
    /// Could not be read.
    Unreadable(Quarantined),
}

impl FileState {
    fn read(file: &CorpusFile, before: &Ledger) -> Self {
        match file.read() {
            Err(quarantined) => Self::Unreadable(quarantined),
            Ok(source) => match before.files.get(&file.path) {
                Some(known) if known.hash == source.hash => Self::Known(known.clone()),
                _ => Self::parse(&source),
            },
        }
    }

    fn parse(source: &SourceFile) -> Self {
        Self::Changed(source.hash.clone(), formats::read(source))
    }
}

/// One record on its way into the ledger.
enum Taking {
    /// A record of an unchanged file, or of a changed one that is as it was.
    Kept(LedgerRecord),
    /// An article to be made a document.
    Article(Box<RawArticle>),
}

/// What became of an article.
enum Made {
    /// It is in the index as it stands.
    Kept(LedgerRecord),
    /// It is new or changed.
    Document(LedgerRecord, Box<Document>),
    /// No document can be made of it.
    Refused(Quarantined),
}

struct Intake<'a> {
    maker: &'a DocumentMaker,
    indexer: &'a mut dyn Indexer,
    /// The records in the live generation, by id.
    before: BTreeMap<String, LedgerRecord>,
    /// Who keeps each id in this run.
    taken: HashMap<String, Place>,
    ledger: Ledger,
    report: IngestReport,
}

impl Intake<'_> {
    /// Opens a file's page in the ledger and lines up its records, in their order.
    fn open(&mut self, file: &CorpusFile, state: FileState, waiting: &mut Vec<(String, Taking)>) {
        let (hash, quarantined) = match state {
            FileState::Unreadable(quarantined) => {
                self.report.quarantined.push(quarantined);
                return;
            }
            // A record that lost its id to another file may keep it now: its text is needed again.
            FileState::Known(known) if known.records.iter().any(|record| !record.indexed) => match file.read() {
                Ok(source) => return self.open(file, FileState::parse(&source), waiting),
                Err(quarantined) => return self.open(file, FileState::Unreadable(quarantined), waiting),
            },
            FileState::Known(known) => {
                waiting.extend(known.records.into_iter().map(|record| (file.path.clone(), Taking::Kept(record))));
                (known.hash, known.quarantined)
            }
            FileState::Changed(hash, reading) => {
                let articles = reading.articles.into_iter();
                waiting.extend(articles.map(|article| (file.path.clone(), Taking::Article(Box::new(article)))));
                (hash, reading.quarantined)
            }
        };
        self.ledger.files.insert(file.path.clone(), LedgerFile { hash, records: Vec::new(), quarantined });
    }

    /// Makes documents of what waits, all cores at once, then gives out the ids in order and hands the documents on.
    fn take(&mut self, waiting: Vec<(String, Taking)>) -> Result<(), PipelineError> {
        let (maker, before) = (self.maker, &self.before);
        let made: Vec<(String, Made)> = waiting
            .into_par_iter()
            .map(|(file, taking)| {
                let made = match taking {
                    Taking::Kept(record) => Made::Kept(record),
                    Taking::Article(article) => make(maker, before, &article),
                };
                (file, made)
            })
            .collect();
        let mut documents = Vec::new();
        for (file, made) in made {
            let Some(page) = self.ledger.files.get_mut(&file) else { continue };
            let (mut record, document) = match made {
                Made::Refused(quarantined) => {
                    page.quarantined.push(quarantined);
                    continue;
                }
                Made::Kept(record) => (record, None),
                Made::Document(record, document) => (record, Some(*document)),
            };
            record.indexed = !self.taken.contains_key(&record.id);
            if record.indexed {
                self.taken.insert(record.id.clone(), Place { file, line: record.line });
                match (&document, self.before.contains_key(&record.id)) {
                    (None, _) => self.report.unchanged += 1,
                    (Some(_), true) => self.report.updated += 1,
                    (Some(_), false) => self.report.added += 1,
                }
                self.report.analysed += usize::from(document.is_some());
                documents.extend(document);
            }
            page.records.push(record);
        }
        if !documents.is_empty() {
            self.indexer.add(documents)?;
        }
        Ok(())
    }
}

/// Makes a document of an article, unless the live generation holds it as it is.
fn make(maker: &DocumentMaker, before: &BTreeMap<String, LedgerRecord>, article: &RawArticle) -> Made {
    let place = article.place.clone();
    let refused = |reason: String| Made::Refused(Quarantined { place: place.clone(), reason });
    let id = match document_id(article.id.as_deref(), &place.file, place.line) {
        Ok(id) => id,
        Err(problem) => return refused(problem.to_string()),
    };
    let hash = hash_of(article);
    if let Some(record) = before.get(&id).filter(|record| record.hash == hash) {
        return Made::Kept(record.clone());
    }
    match maker.make(&id, article) {
        Ok((document, warnings)) => {
            let record = LedgerRecord { id, line: place.line, hash, indexed: false, date: document.date, warnings };
            Made::Document(record, Box::new(document))
        }
        Err(reason) => refused(reason),
    }
}

/// The hash of all that a document is made from.
fn hash_of(article: &RawArticle) -> String {
    // The debug form names every field with its value; it is compared with itself only.
    blake3::hash(format!("{article:?}").as_bytes()).to_hex()[..32].to_owned()
}

/// Draws from the ledger what the report says of all articles, read in this run or not.
fn finish_report(
    report: &mut IngestReport,
    ledger: &Ledger,
    taken: &HashMap<String, Place>,
    today: Option<PartialDate>,
) {
    for (path, file) in &ledger.files {
        report.quarantined.extend(file.quarantined.iter().cloned());
        for record in &file.records {
            let place = Place { file: path.clone(), line: record.line };
            if record.indexed {
                report.documents += 1;
                report.undated += usize::from(record.date.is_none());
                let late = today.zip(record.date).filter(|(today, date)| is_after(*date, *today));
                report.future.extend(late.map(|(_, date)| Warning {
                    place: place.clone(),
                    message: format!("the date {date} lies in the future; correct it if it is wrong"),
                }));
                let messages = record.warnings.iter().cloned();
                report.warnings.extend(messages.map(|message| Warning { place: place.clone(), message }));
            } else if let Some(keeper) = taken.get(&record.id) {
                let reason = IdTaken { id: record.id.clone(), keeper: keeper.clone() }.to_string();
                report.quarantined.push(Quarantined { place, reason });
            }
        }
    }
}
