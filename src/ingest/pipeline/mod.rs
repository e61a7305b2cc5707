//! The flow of a corpus into an engine: which files changed, what they hold, what leaves.
//!
//! Files are taken in the order of their paths, so that of two articles with one id the first by path stays, whatever
//! changed. Reads and analyses only what the ledger of the last run does not know; an incremental run gives the same
//! documents as a full one. Holds a batch of articles in memory at a time, whatever the size of the corpus or of one
//! file of records; what stays of an article is its line in the ledger. Knows the engines' contract only; never reads
//! a clock.

pub mod articles;
pub mod document;
mod making;
mod tally;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rayon::prelude::*;

use crate::engine::{EngineError, Indexer};
use crate::ingest::corpus::{CorpusError, CorpusFile, RecordsFile, scan};
use crate::ingest::duplicates::groups::groups;
use crate::ingest::formats::jsonl::{RecordLine, Tally, lines};
use crate::ingest::formats::sidecar::RecordsSidecar;
use crate::ingest::pipeline::making::{Known, Made, Opened};
use crate::model::date::PartialDate;
use crate::model::document::{Document, Place};
use crate::model::report::{IngestReport, Ledger, LedgerFile, LedgerRecord, Quarantined};
use crate::model::task::Phase;

pub use making::Station;

/// Changes whenever the same files would give other documents: an index made with another one is rebuilt.
pub const PIPELINE_FINGERPRINT: &str = "ingest-4";
/// Files read at once, at most.
const BATCH_FILES: usize = 256;
/// Bytes of files read at once; a larger file is read alone.
const BATCH_FILE_BYTES: u64 = 32 * 1024 * 1024;
/// Records read at once, at most.
const BATCH_RECORDS: usize = 512;
/// Bytes of records read at once; a larger one closes its batch.
const BATCH_RECORD_BYTES: usize = 8 * 1024 * 1024;
/// Batches of records that may wait while one is being made.
const BATCHES_WAITING: usize = 2;

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
    /// The corpus holds no article, and the index does: what a folder whose disk is not mounted looks like.
    #[error(
        "the corpus `{}` holds no article that can be read, but the index has articles, so it stays as it was; \
        see whether the folder is the right one and its disk is mounted, or say --allow-empty if all articles are to go",
        .0.display()
    )]
    Vanished(PathBuf),
    /// The corpus was another folder at the end of the run than at its beginning.
    #[error(
        "the corpus `{}` went away while it was read, so the index stays as it was; \
        run `dossier index` again when the folder is back",
        .0.display()
    )]
    Replaced(PathBuf),
}

/// What is taken in.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The folder of the corpus.
    pub folder: &'a Path,
    /// Whether a corpus without articles may take the place of an index that has some.
    pub may_be_empty: bool,
}

/// A corpus that may not take everything out of an index.
impl<'a> From<&'a Path> for Source<'a> {
    fn from(folder: &'a Path) -> Self {
        Self { folder, may_be_empty: false }
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes of the corpus that are done.
    pub bytes: u64,
    /// Bytes of the corpus.
    pub bytes_all: u64,
    /// Articles that are done, unchanged ones included.
    pub articles: usize,
}

/// Follows a run, and may stop it.
pub trait Observer: Sync {
    /// So much is done; called after every batch.
    fn progress(&self, progress: Progress);

    /// Something else begins; who shows nothing but a bar need not care.
    fn phase(&self, _phase: Phase) {}

    /// Set when the run should stop.
    fn stop(&self) -> &AtomicBool;
}

/// Takes a corpus into an engine, up to but without its commit: gives the new ledger and the report.
pub fn run<'a>(
    source: impl Into<Source<'a>>,
    station: Station<'_>,
    indexer: &mut dyn Indexer,
    today: Option<PartialDate>,
    observer: &dyn Observer,
) -> Result<(Ledger, IngestReport), PipelineError> {
    let source = source.into();
    let place = place_of(source.folder);
    observer.phase(Phase::Reading);
    let scan = scan(source.folder)?;
    let before = Arc::clone(&indexer.baseline().ledger);
    let mut intake = Intake {
        known: Known::of(&before),
        station,
        indexer,
        observer,
        paths: scan.files.iter().map(|file| file.path.as_str()).collect(),
        taken: HashMap::new(),
        ledger: Ledger::default(),
        report: IngestReport::default(),
        progress: Progress { bytes_all: scan.files.iter().map(|file| file.bytes).sum(), ..Progress::default() },
    };
    let mut number = 0;
    while let Some(file) = scan.files.get(number) {
        if file.holds_records() {
            intake.take_records(number, file)?;
            number += 1;
        } else {
            let batch = batch_of(&scan.files[number..]);
            intake.take_files(number, batch)?;
            number += batch.len();
        }
    }
    // Before anything is taken out: what is not there may only be out of reach.
    if place_of(source.folder) != place {
        return Err(PipelineError::Replaced(source.folder.to_owned()));
    }
    if intake.taken.is_empty() && intake.indexer.baseline().replaces_articles && !source.may_be_empty {
        return Err(PipelineError::Vanished(source.folder.to_owned()));
    }
    intake.remove_gone()?;
    let Intake { ledger, mut report, taken, indexer, .. } = intake;
    observer.phase(Phase::Comparing);
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
    report.files = scan.files.len() + scan.quarantined.len();
    let keeper = |id: &str| {
        taken.get(&id_key(id)).map(|keeper| Place { file: scan.files[keeper.file].path.clone(), line: keeper.line })
    };
    tally::draw(&mut report, &ledger, keeper, station.maker.taxonomy(), today);
    report.totals.seen += scan.quarantined.len() + scan.skipped.len();
    report.totals.quarantined += scan.quarantined.len();
    report.totals.skipped = scan.skipped.len();
    report.quarantined.extend(scan.quarantined);
    report.warnings.extend(scan.warnings);
    report.skipped = scan.skipped;
    report.quarantined.sort();
    report.warnings.sort();
    Ok((ledger, report))
}

/// What a folder is known by for as long as it is there: where another one was mounted over it, it is another.
fn place_of(folder: &Path) -> Option<(u64, u64)> {
    let metadata = std::fs::metadata(folder).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    Some((0, u64::from(metadata.is_dir())))
}

/// The files at the head of a list that are read at once: no file of records, not too many, not too large.
fn batch_of(files: &[CorpusFile]) -> &[CorpusFile] {
    let mut bytes = 0;
    let fits = |file: &&CorpusFile| {
        bytes += file.bytes;
        !file.holds_records() && bytes <= BATCH_FILE_BYTES
    };
    let length = files.iter().take(BATCH_FILES).take_while(fits).count();
    &files[..length.max(1)]
}

/// An id where millions of them are held: its hash.
type IdKey = [u8; 16];

fn id_key(id: &str) -> IdKey {
    let mut key = IdKey::default();
    key.copy_from_slice(&blake3::hash(id.as_bytes()).as_bytes()[..16]);
    key
}

/// The article that keeps an id.
struct Keeper {
    /// Number of its file.
    file: usize,
    line: Option<u32>,
}

struct Intake<'a> {
    station: Station<'a>,
    indexer: &'a mut dyn Indexer,
    observer: &'a dyn Observer,
    /// What the live generation holds.
    known: Known<'a>,
    /// Paths of the files by their numbers.
    paths: Vec<&'a str>,
    /// Who keeps each id in this run.
    taken: HashMap<IdKey, Keeper>,
    ledger: Ledger,
    report: IngestReport,
    progress: Progress,
}

impl Intake<'_> {
    /// Takes files of one article each; `first` is the number of the first one.
    fn take_files(&mut self, first: usize, files: &[CorpusFile]) -> Result<(), PipelineError> {
        self.go_on()?;
        let (station, known) = (self.station, &self.known);
        let opened: Vec<Opened> = files.par_iter().map(|file| station.open(file, known)).collect();
        let mut documents = Vec::new();
        for (number, (file, opened)) in (first..).zip(files.iter().zip(opened)) {
            self.report.totals.seen += 1;
            self.progress.bytes += file.bytes;
            match opened {
                Opened::Unreadable(quarantined) => self.refuse_file(quarantined),
                Opened::Known(page) => self.keep(number, &page),
                Opened::Read { hash, quarantined, made } => {
                    let mut page = LedgerFile { hash, quarantined, ..LedgerFile::default() };
                    for made in made {
                        match made {
                            Made::Refused(quarantined) => page.quarantined.push(quarantined),
                            Made::Record(record, document) => {
                                self.settle(number, record, document, &mut page, &mut documents);
                            }
                        }
                    }
                    self.ledger.files.insert(file.path.clone(), page);
                }
            }
        }
        self.hand_on(documents)
    }

    /// Takes a file of records, a batch of them at a time.
    fn take_records(&mut self, number: usize, file: &CorpusFile) -> Result<(), PipelineError> {
        self.go_on()?;
        let bytes_before = self.progress.bytes;
        match file.records() {
            Err(quarantined) => {
                self.report.totals.seen += 1;
                self.refuse_file(quarantined);
            }
            Ok(records) => match self.known.page(&file.path, &records.hash) {
                Some(page) => {
                    self.report.totals.seen += page.seen();
                    self.keep(number, &page.clone());
                }
                None => self.read_records(number, records)?,
            },
        }
        self.progress.bytes = bytes_before + file.bytes;
        self.observer.progress(self.progress);
        Ok(())
    }

    fn read_records(&mut self, number: usize, records: RecordsFile) -> Result<(), PipelineError> {
        let RecordsFile { path, format, sidecar, hash, file } = records;
        let mut page = LedgerFile { hash, ..LedgerFile::default() };
        let sidecar = match RecordsSidecar::read(sidecar.as_deref()) {
            Ok(sidecar) => sidecar,
            Err(reason) => {
                self.report.totals.seen += 1;
                page.quarantined.push(Quarantined { place: Place { file: path.clone(), line: None }, reason });
                self.ledger.files.insert(path, page);
                return Ok(());
            }
        };
        page.warnings.clone_from(&sidecar.warnings);
        let mut tally = Tally::default();
        let bytes_before = self.progress.bytes;
        let read = AtomicU64::new(0);
        let counted = Counted { file, read: &read };
        let done: Result<(), PipelineError> = std::thread::scope(|scope| {
            let (sender, batches) = sync_channel(BATCHES_WAITING);
            let lines = lines(&path, format, counted);
            // Unpacking goes on while a batch is being made. The thread ends when nobody takes its batches.
            scope.spawn(move || send_batches(lines, &sender));
            self.take_batches(number, &batches, &sidecar, &mut page, &mut tally, &|progress| {
                progress.bytes = bytes_before + read.load(Ordering::Relaxed);
            })
        });
        done?;
        page.unlisted = tally.finish(&path, &mut page.quarantined);
        self.report.totals.seen += tally.seen;
        self.ledger.files.insert(path, page);
        Ok(())
    }

    fn take_batches(
        &mut self,
        number: usize,
        batches: &Receiver<Vec<Result<RecordLine, Quarantined>>>,
        sidecar: &RecordsSidecar,
        page: &mut LedgerFile,
        tally: &mut Tally,
        update: &dyn Fn(&mut Progress),
    ) -> Result<(), PipelineError> {
        for batch in batches {
            self.go_on()?;
            let (station, known) = (self.station, &self.known);
            let make = |line: Result<RecordLine, Quarantined>| match line {
                Ok(line) => station.make_of_record(&line, sidecar, known),
                Err(quarantined) => Made::Refused(quarantined),
            };
            let made: Vec<Made> = batch.into_par_iter().map(make).collect();
            let mut documents = Vec::new();
            for made in made {
                match made {
                    Made::Refused(quarantined) => tally.refuse(quarantined, &mut page.quarantined),
                    Made::Record(record, document) => {
                        tally.seen += 1;
                        self.settle(number, record, document, page, &mut documents);
                    }
                }
            }
            update(&mut self.progress);
            self.hand_on(documents)?;
        }
        Ok(())
    }

    /// Notes a file that cannot be read; the ledger does not know it, so that it is tried again.
    fn refuse_file(&mut self, quarantined: Quarantined) {
        self.report.totals.quarantined += 1;
        self.report.quarantined.push(quarantined);
    }

    /// Keeps all records of an unchanged file.
    fn keep(&mut self, number: usize, known: &LedgerFile) {
        let mut page = known.without_records();
        for record in &known.records {
            self.settle(number, record.clone(), None, &mut page, &mut Vec::new());
        }
        self.ledger.files.insert(self.paths[number].to_owned(), page);
    }

    /// Gives a record its id, unless it is taken, and its line in the ledger.
    fn settle(
        &mut self,
        file: usize,
        mut record: LedgerRecord,
        document: Option<Box<Document>>,
        page: &mut LedgerFile,
        documents: &mut Vec<Document>,
    ) {
        let key = id_key(&record.id);
        record.indexed = !self.taken.contains_key(&key);
        if record.indexed {
            self.taken.insert(key, Keeper { file, line: record.line });
            self.progress.articles += 1;
            match (&document, self.known.holds(&record.id)) {
                (None, _) => self.report.unchanged += 1,
                (Some(_), true) => self.report.updated += 1,
                (Some(_), false) => self.report.added += 1,
            }
            self.report.analysed += usize::from(document.is_some());
            documents.extend(document.map(|document| *document));
        }
        page.records.push(record);
    }

    fn hand_on(&mut self, documents: Vec<Document>) -> Result<(), PipelineError> {
        if !documents.is_empty() {
            self.indexer.add(documents)?;
        }
        self.observer.progress(self.progress);
        Ok(())
    }

    fn go_on(&self) -> Result<(), PipelineError> {
        if self.observer.stop().load(Ordering::Relaxed) { Err(PipelineError::Interrupted) } else { Ok(()) }
    }

    /// Takes out the articles whose ids nobody claimed.
    fn remove_gone(&mut self) -> Result<(), PipelineError> {
        for id in self.known.ids() {
            if !self.taken.contains_key(&id_key(id)) {
                self.indexer.remove(id)?;
                self.report.removed += 1;
            }
        }
        Ok(())
    }
}

/// Gathers lines into batches and sends them until they end or nobody takes them.
fn send_batches(
    lines: impl Iterator<Item = Result<RecordLine, Quarantined>>,
    sender: &SyncSender<Vec<Result<RecordLine, Quarantined>>>,
) {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    for line in lines {
        bytes += line.as_ref().map_or(0, |line| line.bytes.len());
        batch.push(line);
        if batch.len() >= BATCH_RECORDS || bytes >= BATCH_RECORD_BYTES {
            bytes = 0;
            if sender.send(std::mem::take(&mut batch)).is_err() {
                return;
            }
        }
    }
    if !batch.is_empty() {
        // Nobody takes it after an interrupt, and then nobody misses it.
        let _ = sender.send(batch);
    }
}

/// A file that counts the bytes read of it.
struct Counted<'a> {
    file: File,
    read: &'a AtomicU64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}
