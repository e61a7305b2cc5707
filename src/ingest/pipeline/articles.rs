//! Files into documents without an engine, for `check` and `import`: each file with all that was made of it.
//!
//! Keeps nothing: every file is handed on in its order and forgotten. Gives out no ids: two articles with one id are
//! the caller's to find.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use crate::ingest::corpus::CorpusFile;
use crate::ingest::formats::{self, SourceFile};
use crate::ingest::identity::document_id;
use crate::ingest::pipeline::document::DocumentMaker;
use crate::ingest::pipeline::{Observer, PipelineError, Progress};
use crate::model::document::{Document, RawArticle};
use crate::model::facet::Label;
use crate::model::report::{Notice, Quarantined};

/// Files read at once.
const BATCH: usize = 64;

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

/// A file with all that was made of it.
pub struct ReadFile<'f> {
    /// The file.
    pub file: &'f CorpusFile,
    /// Its bytes; `None` if it could not be read.
    pub source: Option<SourceFile>,
    /// Its articles, in their order.
    pub articles: Vec<ReadArticle>,
    /// What of it cannot be an article.
    pub quarantined: Vec<Quarantined>,
}

/// Reads files on all cores and hands them on in their order. Errors only when the observer asks to stop.
pub fn read_files(
    files: &[CorpusFile],
    maker: &DocumentMaker,
    observer: &dyn Observer,
    take: &mut dyn FnMut(ReadFile<'_>),
) -> Result<(), PipelineError> {
    let mut progress = Progress { bytes_all: files.iter().map(|file| file.bytes).sum(), ..Progress::default() };
    for chunk in files.chunks(BATCH) {
        if observer.stop().load(Ordering::Relaxed) {
            return Err(PipelineError::Interrupted);
        }
        let read: Vec<ReadFile<'_>> = chunk.par_iter().map(|file| read_file(file, maker)).collect();
        progress.articles += read.iter().map(|file| file.articles.len()).sum::<usize>();
        read.into_iter().for_each(&mut *take);
        progress.bytes += chunk.iter().map(|file| file.bytes).sum::<u64>();
        observer.progress(progress);
    }
    Ok(())
}

fn read_file<'f>(file: &'f CorpusFile, maker: &DocumentMaker) -> ReadFile<'f> {
    let source = match file.read() {
        Ok(source) => source,
        Err(entry) => return ReadFile { file, source: None, articles: Vec::new(), quarantined: vec![entry] },
    };
    let reading = formats::read(&source);
    let mut quarantined = reading.quarantined;
    let made: Vec<_> = reading.articles.into_par_iter().map(|raw| made(raw, maker)).collect();
    let mut articles = Vec::with_capacity(made.len());
    for article in made {
        match article {
            Ok(article) => articles.push(article),
            Err(entry) => quarantined.push(entry),
        }
    }
    ReadFile { file, source: Some(source), articles, quarantined }
}

fn made(raw: RawArticle, maker: &DocumentMaker) -> Result<ReadArticle, Quarantined> {
    let made = document_id(raw.id.as_deref(), &raw.place.file, raw.place.line)
        .map_err(|problem| problem.to_string())
        .and_then(|id| maker.make(&id, &raw));
    let (document, notices) = made.map_err(|reason| Quarantined { place: raw.place.clone(), reason })?;
    let written = |name: &str| raw.extra.get(name).is_some_and(|value| !value.is_null());
    let curated = maker.taxonomy().dimensions().iter().any(|dimension| written(&dimension.name));
    let found = if curated { maker.found(&document) } else { BTreeMap::new() };
    Ok(ReadArticle { raw, document, notices, found })
}
