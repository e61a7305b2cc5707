//! Files into documents without an engine, for `check` and `import`: each file with all that was made of it.
//!
//! Keeps nothing: every file is handed on in its order and forgotten, a file of records in parts. Gives out no ids: two
//! articles with one id are the caller's to find.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use crate::ingest::corpus::{CorpusFile, RecordsFile};
use crate::ingest::formats::SourceFile;
use crate::ingest::formats::jsonl::{RecordLine, Tally, lines};
use crate::ingest::formats::sidecar::RecordsSidecar;
use crate::ingest::identity::document_id;
use crate::ingest::isolation::guard::guarded;
use crate::ingest::pipeline::document::DocumentMaker;
use crate::ingest::pipeline::making::Station;
use crate::ingest::pipeline::{Observer, PipelineError, Progress};
use crate::model::document::{Document, Place, RawArticle};
use crate::model::facet::Label;
use crate::model::report::{Notice, Quarantined};

/// Files read at once.
const BATCH_FILES: usize = 64;
/// Records read at once.
const BATCH_RECORDS: usize = 512;

/// What is done with a written id that cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrittenIds {
    /// The article is quarantined: links rest on an id.
    Kept,
    /// It is left out with a notice: the article is new here, and gets another one.
    Mended,
}

/// An article as it was read, and the document that was made of it.
pub struct ReadArticle {
    /// As it was read.
    pub raw: RawArticle,
    /// What was made of it.
    pub document: Document,
    /// What was noticed on the way.
    pub notices: Vec<Notice>,
    /// What the classifier finds in the text, by dimension; empty where the curator wrote no dimension at all.
    pub found: BTreeMap<String, Vec<Label>>,
}

/// A file with all that was made of it, or a part of a file of records.
pub struct ReadFile<'f> {
    /// Its number among the files that were to be read.
    pub number: usize,
    /// The file.
    pub file: &'f CorpusFile,
    /// Its bytes, left empty for a file of records; `None` if it could not be read.
    pub source: Option<SourceFile>,
    /// Its articles, in their order.
    pub articles: Vec<ReadArticle>,
    /// What of it cannot be an article.
    pub quarantined: Vec<Quarantined>,
}

/// Reads files on all cores and hands them on in their order, a file of records in parts. Errors only when the observer
/// asks to stop.
pub fn read_files(
    files: &[CorpusFile],
    station: Station<'_>,
    ids: WrittenIds,
    observer: &dyn Observer,
    take: &mut dyn FnMut(ReadFile<'_>),
) -> Result<(), PipelineError> {
    let mut progress = Progress { bytes_all: files.iter().map(|file| file.bytes).sum(), ..Progress::default() };
    let mut number = 0;
    while let Some(file) = files.get(number) {
        let single = files[number..].iter().take(BATCH_FILES).take_while(|file| !file.holds_records()).count();
        if single == 0 {
            read_records(number, file, station, ids, &mut |part| {
                progress.articles += part.articles.len();
                observer.progress(progress);
                take(part);
                !observer.stop().load(Ordering::Relaxed)
            });
            progress.bytes += file.bytes;
            number += 1;
        } else {
            let chunk = &files[number..number + single];
            let read: Vec<ReadFile<'_>> =
                chunk.par_iter().enumerate().map(|(n, file)| read_file(number + n, file, station, ids)).collect();
            progress.articles += read.iter().map(|file| file.articles.len()).sum::<usize>();
            progress.bytes += chunk.iter().map(|file| file.bytes).sum::<u64>();
            read.into_iter().for_each(&mut *take);
            number += single;
        }
        if observer.stop().load(Ordering::Relaxed) {
            return Err(PipelineError::Interrupted);
        }
        observer.progress(progress);
    }
    Ok(())
}

fn read_file<'f>(number: usize, file: &'f CorpusFile, station: Station<'_>, ids: WrittenIds) -> ReadFile<'f> {
    let source = match file.read() {
        Ok(source) => source,
        Err(entry) => return ReadFile { number, file, source: None, articles: Vec::new(), quarantined: vec![entry] },
    };
    let reading = match station.isolation.read(&source) {
        Ok(reading) => reading,
        Err(entry) => return ReadFile { number, file, source: None, articles: Vec::new(), quarantined: vec![entry] },
    };
    let mut quarantined = reading.quarantined;
    let mut articles = Vec::new();
    for raw in reading.articles {
        match made(raw, station.maker, ids) {
            Ok(article) => articles.push(article),
            Err(entry) => quarantined.push(entry),
        }
    }
    ReadFile { number, file, source: Some(source), articles, quarantined }
}

/// Reads a file of records in parts, until it ends or `take` wants no more.
fn read_records<'f>(
    number: usize,
    file: &'f CorpusFile,
    station: Station<'_>,
    ids: WrittenIds,
    take: &mut dyn FnMut(ReadFile<'f>) -> bool,
) {
    let part = |source, articles, quarantined| ReadFile { number, file, source, articles, quarantined };
    let opened = file.records().and_then(|records| {
        let refused = |reason| Quarantined { place: Place { file: file.path.clone(), line: None }, reason };
        let sidecar = RecordsSidecar::read(records.sidecar.as_deref()).map_err(refused)?;
        Ok((records, sidecar))
    });
    let (RecordsFile { path, format, sidecar: bytes, hash, file: opened }, sidecar) = match opened {
        Ok(opened) => opened,
        Err(entry) => {
            take(part(None, Vec::new(), vec![entry]));
            return;
        }
    };
    let source = SourceFile { path, format, bytes: Vec::new(), sidecar: bytes, hash };
    let mut lines = lines(&source.path, format, opened);
    let mut tally = Tally::default();
    let mut warnings = sidecar.warnings.clone();
    loop {
        let batch: Vec<_> = lines.by_ref().take(BATCH_RECORDS).collect();
        if batch.is_empty() {
            break;
        }
        let read = |line: Result<RecordLine, Quarantined>| {
            station.read_record(&line?, &sidecar).and_then(|raw| made(raw, station.maker, ids))
        };
        let read: Vec<_> = batch.into_par_iter().map(read).collect();
        let (mut articles, mut quarantined) = (Vec::new(), Vec::new());
        for article in read {
            match article {
                Ok(mut article) => {
                    tally.seen += 1;
                    // What cannot hold for all records is said once.
                    article.notices.extend(std::mem::take(&mut warnings).into_iter().map(Notice::from));
                    articles.push(article);
                }
                Err(entry) => tally.refuse(entry, &mut quarantined),
            }
        }
        if !take(part(Some(source.clone()), articles, quarantined)) {
            return;
        }
    }
    let mut quarantined = Vec::new();
    tally.finish(&source.path, &mut quarantined);
    if !quarantined.is_empty() {
        take(part(Some(source), Vec::new(), quarantined));
    }
}

fn made(mut raw: RawArticle, maker: &DocumentMaker, ids: WrittenIds) -> Result<ReadArticle, Quarantined> {
    let Place { file, line } = raw.place.clone();
    let mut id = document_id(raw.id.as_deref(), &file, line);
    if let (WrittenIds::Mended, Err(problem)) = (ids, &id) {
        raw.warnings.push(format!("{problem}; another one was made"));
        raw.id = None;
        id = document_id(None, &file, line);
    }
    let made = id
        .map_err(|problem| problem.to_string())
        .and_then(|id| guarded(|| maker.make(&id, &raw)).unwrap_or_else(|failure| Err(failure.to_string())));
    let (document, notices) = made.map_err(|reason| Quarantined { place: raw.place.clone(), reason })?;
    let written = |name: &str| raw.extra.get(name).is_some_and(|value| !value.is_null());
    let curated = maker.taxonomy().dimensions().iter().any(|dimension| written(&dimension.name));
    let found = if curated { maker.found(&document) } else { BTreeMap::new() };
    Ok(ReadArticle { raw, document, notices, found })
}
