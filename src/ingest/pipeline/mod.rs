//! The flow of a corpus into an engine: which files changed, what they hold, what leaves.
//!
//! Files are taken in the order of their paths, so that of two articles with one id the first by path stays, whatever
//! changed. Reads and analyses only what the ledger of the last run does not know; an incremental run gives the same
//! documents as a full one. Knows the engines' contract only; never reads a clock.

pub mod document;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::engine::{EngineError, Indexer};
use crate::ingest::corpus::{CorpusError, CorpusFile, scan};
use crate::ingest::dates::is_after;
use crate::ingest::duplicates::IdTaken;
use crate::ingest::formats;
use crate::ingest::identity::document_id;
use crate::ingest::pipeline::document::DocumentMaker;
use crate::model::date::PartialDate;
use crate::model::document::{Place, RawArticle};
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
        indexed_before: before
            .files
            .values()
            .flat_map(|file| &file.records)
            .filter(|record| record.indexed)
            .map(|record| (record.id.clone(), record.hash.clone()))
            .collect(),
        indexer,
        taken: HashMap::new(),
        ledger: Ledger::default(),
        report: IngestReport { files: scan.files.len() + scan.quarantined.len(), ..IngestReport::default() },
        waiting: Vec::new(),
    };
    let mut done = 0;
    for files in scan.files.chunks(BATCH) {
        let read: Vec<FileState> = files.par_iter().map(|file| FileState::read(file, &before)).collect();
        for (file, state) in files.iter().zip(read) {
            if observer.stop().load(Ordering::Relaxed) {
                return Err(PipelineError::Interrupted);
            }
            intake.take(file, state)?;
            done += 1;
            observer.files_done(done, scan.files.len());
        }
    }
    intake.analyse()?;
    let removed: Vec<String> =
        intake.indexed_before.keys().filter(|id| !intake.taken.contains_key(*id)).cloned().collect();
    for id in &removed {
        intake.indexer.remove(id)?;
    }
    intake.report.removed = removed.len();
    let Intake { ledger, mut report, taken, .. } = intake;
    finish_report(&mut report, &ledger, &taken, today);
    report.quarantined.extend(scan.quarantined);
    report.warnings.extend(scan.warnings);
    report.quarantined.sort();
    report.warnings.sort();
    Ok((ledger, report))
}

/// A file as this run found it.
enum FileState {
    /// As the ledger knows it.
    Known(LedgerFile),
    /// New or changed: its hash, its articles, what of it was kept out.
    Changed(String, Vec<RawArticle>, Vec<Quarantined>),
    /// Could not be read.
    Unreadable(Quarantined),
}

impl FileState {
    fn read(file: &CorpusFile, before: &Ledger) -> Self {
        let source = match file.read() {
            Ok(source) => source,
            Err(quarantined) => return Self::Unreadable(quarantined),
        };
        match before.files.get(&file.path) {
            Some(known) if known.hash == source.hash => Self::Known(known.clone()),
            _ => {
                let reading = formats::read(&source);
                Self::Changed(source.hash, reading.articles, reading.quarantined)
            }
        }
    }
}

struct Intake<'a> {
    maker: &'a DocumentMaker,
    indexer: &'a mut dyn Indexer,
    /// Hashes of the records in the live generation, by id.
    indexed_before: BTreeMap<String, String>,
    /// Who keeps each id in this run.
    taken: HashMap<String, Place>,
    ledger: Ledger,
    report: IngestReport,
    /// Articles to analyse: id, article, and where its record stands in the ledger.
    waiting: Vec<(String, RawArticle, usize)>,
}

impl Intake<'_> {
    fn take(&mut self, file: &CorpusFile, state: FileState) -> Result<(), PipelineError> {
        match state {
            FileState::Unreadable(quarantined) => self.report.quarantined.push(quarantined),
            FileState::Known(known) => {
                // A record that lost its id to another file may keep it now, or the other way round.
                let settled = known.records.iter().all(|record| {
                    let place = Place { file: file.path.clone(), line: record.line };
                    let free = !self.taken.contains_key(&record.id);
                    (free && record.indexed) || (!free && !record.indexed && place.file == file.path)
                });
                if settled {
                    self.keep(file, known);
                } else {
                    let source = match file.read() {
                        Ok(source) => source,
                        Err(quarantined) => {
                            self.report.quarantined.push(quarantined);
                            return Ok(());
                        }
                    };
                    let reading = formats::read(&source);
                    self.take_articles(file, source.hash, reading.articles, reading.quarantined)?;
                }
            }
            FileState::Changed(hash, articles, quarantined) => {
                self.take_articles(file, hash, articles, quarantined)?;
            }
        }
        Ok(())
    }

    /// Takes a file over as the last run left it.
    fn keep(&mut self, file: &CorpusFile, known: LedgerFile) {
        for record in known.records.iter().filter(|record| record.indexed) {
            self.taken.insert(record.id.clone(), Place { file: file.path.clone(), line: record.line });
            self.report.unchanged += 1;
        }
        self.ledger.files.insert(file.path.clone(), known);
    }

    fn take_articles(
        &mut self,
        file: &CorpusFile,
        hash: String,
        articles: Vec<RawArticle>,
        mut quarantined: Vec<Quarantined>,
    ) -> Result<(), PipelineError> {
        let mut records = Vec::new();
        let mut waiting = Vec::new();
        for article in articles {
            let place = article.place.clone();
            let id = match document_id(article.id.as_deref(), &place.file, place.line) {
                Ok(id) => id,
                Err(problem) => {
                    quarantined.push(Quarantined { place, reason: problem.to_string() });
                    continue;
                }
            };
            let record_hash = hash_of(&article);
            let indexed = !self.taken.contains_key(&id);
            if indexed {
                self.taken.insert(id.clone(), place.clone());
                waiting.push((id.clone(), article, records.len()));
            }
            let record =
                LedgerRecord { id, line: place.line, hash: record_hash, indexed, date: None, warnings: Vec::new() };
            records.push(record);
        }
        self.ledger.files.insert(file.path.clone(), LedgerFile { hash, records, quarantined });
        for (id, article, record) in waiting {
            self.waiting.push((id, article, record));
            if self.waiting.len() >= BATCH {
                self.analyse()?;
            }
        }
        Ok(())
    }

    /// Makes documents of the waiting articles and gives them to the engine.
    fn analyse(&mut self) -> Result<(), PipelineError> {
        let waiting = std::mem::take(&mut self.waiting);
        let maker = self.maker;
        let made: Vec<_> = waiting
            .into_par_iter()
            .map(|(id, article, record)| (maker.make(&id, &article), article.place, record))
            .collect();
        let mut documents = Vec::new();
        for (made, place, record) in made {
            let Some(file) = self.ledger.files.get_mut(&place.file) else { continue };
            let record = &mut file.records[record];
            self.report.analysed += 1;
            match made {
                Ok((document, warnings)) => {
                    record.date = document.date;
                    record.warnings = warnings;
                    match self.indexed_before.get(&record.id) {
                        None => self.report.added += 1,
                        Some(hash) if *hash == record.hash => {
                            self.report.unchanged += 1;
                            continue;
                        }
                        Some(_) => self.report.updated += 1,
                    }
                    documents.push(document);
                }
                Err(reason) => {
                    // Nothing can be made of it: its id is free again for nobody, since files come in order.
                    self.taken.remove(&record.id);
                    record.indexed = false;
                    file.quarantined.push(Quarantined { place, reason });
                }
            }
        }
        if !documents.is_empty() {
            self.indexer.add(documents)?;
        }
        Ok(())
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
        let reported: BTreeSet<&Place> = file.quarantined.iter().map(|entry| &entry.place).collect();
        for record in &file.records {
            let place = Place { file: path.clone(), line: record.line };
            if record.indexed {
                report.documents += 1;
                report.undated += usize::from(record.date.is_none());
                let late = today.zip(record.date).filter(|(today, date)| is_after(*date, *today));
                let future =
                    late.map(|(_, date)| format!("the date {date} lies in the future; correct it if it is wrong"));
                let messages = record.warnings.iter().cloned().chain(future);
                report.warnings.extend(messages.map(|message| Warning { place: place.clone(), message }));
            } else if let Some(keeper) = taken.get(&record.id).filter(|_| !reported.contains(&place)) {
                let reason = IdTaken { id: record.id.clone(), keeper: keeper.clone() }.to_string();
                report.quarantined.push(Quarantined { place, reason });
            }
        }
    }
}
