//! Writing a generation: aside from the live one, from its unchanged segments and the articles that changed.
//!
//! May not overwrite a live generation, and leaves nothing behind when it is dropped before its commit.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use tantivy::indexer::NoMergePolicy;
use tantivy::{Index, IndexWriter, TantivyDocument};

use crate::engine::analyzer::ANALYZER_VERSION;
use crate::engine::embedded::copies::imprints;
use crate::engine::embedded::disk::refused;
use crate::engine::embedded::generations::{Generation, refuse_damage, write_side_files};
use crate::engine::embedded::schema::{IndexSchema, SCHEMA_VERSION};
use crate::engine::embedded::segments::{SEGMENTS, brief, open_segments, unreadable_segments, unwritable};
use crate::engine::embedded::succession::{
    WriterLock, building_folder, live_name, lock, make_live, sound_other, sweep, sweep_building,
};
use crate::engine::embedded::suggester::gathering::gather;
use crate::engine::embedded::tokens::{ANALYSED, AnalysedTokenizer};
use crate::engine::facets::FacetDictionary;
use crate::engine::manifest::{Manifest, generation_name};
use crate::engine::{Baseline, Committed, EngineError, Indexer, Writing};
use crate::model::document::{Document, Imprint};
use crate::model::report::{IngestReport, Ledger};
use crate::taxonomy::Taxonomy;

/// Memory for postings in the making, in bytes; a fuller writer starts another segment.
const WRITER_BYTES: usize = 400_000_000;
/// A segment with removed articles is written anew when it has at most so many, or when a tenth of it is gone.
const REWRITE_DOCUMENTS_MAX: u32 = 100_000;

/// Writes one generation.
pub struct EmbeddedIndexer {
    index_folder: PathBuf,
    taxonomy: Taxonomy,
    pipeline: String,
    schema: IndexSchema,
    facets: FacetDictionary,
    baseline: Baseline,
    live: Option<Generation>,
    /// Folder of the generation that one can go back to once the new one is live.
    previous: Option<String>,
    /// Opened at the first change.
    target: Option<Target>,
    /// What copies of the articles added are known by.
    added: Vec<Imprint>,
    /// Ids of the articles taken out.
    removed: Vec<String>,
    /// The groups of copies, once they are set anew.
    copies: Option<Vec<Vec<String>>>,
    /// Nobody who writes nothing needs it.
    lock: Option<WriterLock>,
}

/// A generation in the making. Dropped in this order: the writer's threads end before the folder that they write to
/// goes, else a file that they make meanwhile would keep it.
struct Target {
    writer: IndexWriter,
    index: Index,
    folder: tempfile::TempDir,
}

impl EmbeddedIndexer {
    /// Takes the right to write to the index in `index_folder`, unless nothing is to be written. `pipeline` is the
    /// fingerprint of what makes documents of files.
    pub fn begin(
        index_folder: &Path,
        taxonomy: Taxonomy,
        pipeline: &str,
        writing: Writing,
    ) -> Result<Self, EngineError> {
        let full = writing == Writing::Everything;
        let lock = if writing == Writing::Nothing { None } else { Some(lock(index_folder)?) };
        if lock.is_some() {
            sweep_building(index_folder);
        }
        let named = match live_name(index_folder) {
            Err(error @ EngineError::Damaged { .. }) => Some(Err(error)),
            name => name?.map(Ok),
        };
        let live = named.as_ref().map(|named| match named {
            Ok(name) => open_sound(&index_folder.join(name)),
            Err(error) => Err(EngineError::damaged(index_folder, error.to_string())),
        });
        // Whoever asks for a full run may do so because bytes turned that no stamp tells of.
        let live = match live {
            Some(Ok(generation)) if full => Some(refuse_damage(&generation).map(|()| generation)),
            live => live,
        };
        let previous = match (&live, &named) {
            // Nobody should go back to what is damaged. A pointer may be lost, too, and the generations still be there.
            (Some(Err(EngineError::Damaged { .. })) | None, named) => {
                let name = named.as_ref().and_then(|named| named.as_ref().ok());
                sound_other(index_folder, name.map_or("", String::as_str))
            }
            (_, Some(Ok(name))) => Some(name.clone()),
            _ => None,
        };
        // That this process may not read it now says nothing of what it holds.
        let live = match live {
            Some(Err(error @ EngineError::Disk { .. })) if !full => return Err(error),
            live => live,
        };
        let reason = match &live {
            _ if full => Some("it was asked for".to_owned()),
            None => Some("there is no index yet".to_owned()),
            Some(Err(error)) => Some(error.to_string()),
            Some(Ok(live)) => live.manifest.changed_since(pipeline, &taxonomy).map(str::to_owned),
        };
        if let (Writing::Nothing, Some(reason)) = (writing, &reason) {
            return Err(EngineError::Behind(reason.clone()));
        }
        let holds_articles =
            |live: &Result<Generation, _>| !matches!(live, Ok(live) if live.manifest.report.documents == 0);
        let replaces_articles = live.as_ref().is_some_and(holds_articles);
        let live = live.and_then(Result::ok);
        let (ledger, facets, reason) = match (&live, reason) {
            (Some(live), None) => match live.ledger() {
                Ok(ledger) => (ledger, live.facets.clone(), None),
                Err(error) => (Ledger::default(), FacetDictionary::default(), Some(error.to_string())),
            },
            (_, reason) => (Ledger::default(), FacetDictionary::default(), reason),
        };
        let copies = live.as_ref().map(|live| (live.manifest.report.copy_groups, live.manifest.report.copies));
        let copies = copies.filter(|_| reason.is_none()).unwrap_or_default();
        let mut indexer = Self {
            index_folder: index_folder.to_owned(),
            schema: IndexSchema::new(taxonomy.dimensions().iter().map(|dimension| dimension.name.as_str())),
            pipeline: pipeline.to_owned(),
            taxonomy,
            facets,
            baseline: Baseline { ledger: Arc::new(ledger), copies, rebuild_because: reason, replaces_articles },
            live,
            previous,
            target: None,
            added: Vec::new(),
            removed: Vec::new(),
            copies: None,
            lock,
        };
        indexer.facets.insert_taxonomy(&indexer.taxonomy);
        Ok(indexer)
    }

    fn target(&mut self) -> Result<&mut Target, EngineError> {
        if self.lock.is_none() {
            return Err(EngineError::Behind("the corpus changed".into()));
        }
        if self.target.is_none() {
            let folder = building_folder(&self.index_folder)?;
            let place = folder.path().join(SEGMENTS);
            let disk = |source| EngineError::Disk { action: "create", path: place.clone(), source };
            fs::create_dir(&place).map_err(disk)?;
            let index = match &self.live {
                Some(live) if self.baseline.rebuild_because.is_none() => {
                    // A damaged segment that is merged has a right checksum again, and is wrong for ever.
                    refuse_damage(live)?;
                    link_segments(live, &place)?;
                    Index::open_in_dir(&place)
                }
                _ => Index::create_in_dir(&place, self.schema.schema.clone()),
            };
            let index = index.map_err(unwritable("create the new generation in", &self.index_folder))?;
            index.tokenizers().register(ANALYSED, AnalysedTokenizer::default());
            // One thread: documents are analysed on all cores before they come here, and one segment is the fastest
            // to search and the same at every run.
            let writer: IndexWriter = index
                .writer_with_num_threads(1, WRITER_BYTES)
                .map_err(unwritable("write the new generation in", &self.index_folder))?;
            writer.set_merge_policy(Box::new(NoMergePolicy));
            self.target = Some(Target { folder, index, writer });
        }
        self.target.as_mut().ok_or_else(|| EngineError::Failed {
            action: "open the new generation",
            reason: "it was just made and is gone".into(),
        })
    }
}

impl Indexer for EmbeddedIndexer {
    fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    fn add(&mut self, documents: Vec<Document>) -> Result<(), EngineError> {
        for document in &documents {
            self.facets.insert_document(document, self.schema.facets.keys().map(String::as_str));
            self.added.push(document.imprint());
        }
        let rows: Vec<(tantivy::Term, TantivyDocument)> = documents
            .into_par_iter()
            .map(|document| (self.schema.id_term(&document.id), self.schema.row(document, &self.facets)))
            .collect();
        let fresh = self.baseline.rebuild_because.is_some();
        let failed = unwritable("write the new generation in", &self.index_folder);
        let target = self.target()?;
        for (id, row) in rows {
            if !fresh {
                target.writer.delete_term(id);
            }
            target.writer.add_document(row).map_err(&failed)?;
        }
        Ok(())
    }

    fn remove(&mut self, id: &str) -> Result<(), EngineError> {
        let term = self.schema.id_term(id);
        self.target()?.writer.delete_term(term);
        self.removed.push(id.to_owned());
        Ok(())
    }

    fn imprints(&mut self) -> Result<Option<Vec<Imprint>>, EngineError> {
        let rebuilt = self.baseline.rebuild_because.is_some();
        if self.added.is_empty() && self.removed.is_empty() && !rebuilt {
            return Ok(None);
        }
        let mut imprints = match &self.live {
            Some(live) if !rebuilt => {
                let gone = self.added.iter().map(|imprint| &imprint.id).chain(&self.removed).map(String::as_str);
                let reader = open_segments(&live.folder).and_then(|index| index.reader());
                let kept = reader.and_then(|reader| imprints(&reader.searcher(), &gone.collect()));
                kept.map_err(|error| unreadable_segments(&live.folder, &error))?
            }
            _ => Vec::new(),
        };
        imprints.append(&mut self.added);
        Ok(Some(imprints))
    }

    fn group(&mut self, groups: Vec<Vec<String>>) {
        self.copies = Some(groups);
    }

    fn commit(mut self: Box<Self>, ledger: Ledger, report: &IngestReport) -> Result<Committed, EngineError> {
        let generation = generation_name(SCHEMA_VERSION, &self.pipeline, &self.taxonomy, &ledger, report);
        let rebuilt = self.baseline.rebuild_because.is_some();
        if let Some(live) = &self.live
            && !rebuilt
            && self.target.is_none()
            && live.manifest.generation == generation
        {
            sweep(&self.index_folder, live);
            return Ok(Committed { generation, changed: false });
        }
        self.target()?;
        let Some(Target { folder, index, mut writer }) = self.target.take() else {
            return Err(EngineError::Failed { action: "commit", reason: "there is nothing to commit to".into() });
        };
        let failed_to_write = unwritable("write the new generation in", &self.index_folder);
        writer.commit().map_err(&failed_to_write)?;
        rewrite_segments(&index, &mut writer).map_err(&failed_to_write)?;
        writer.wait_merging_threads().map_err(&failed_to_write)?;
        verify(&index, report.documents)?;
        let suggestions = gather(&index, &self.schema).map_err(failed("gather what suggestions need"))?;
        let manifest = Manifest {
            generation: generation.clone(),
            schema_version: SCHEMA_VERSION,
            analyzer_version: ANALYZER_VERSION,
            pipeline: self.pipeline.clone(),
            taxonomy: self.taxonomy.fingerprint(),
            built_at: now(),
            previous: self.previous.clone(),
            report: report.clone(),
        };
        let copies = match (self.copies.take(), self.live.take()) {
            (Some(copies), _) => copies,
            (None, Some(live)) if !rebuilt => live.copies,
            (None, _) => Vec::new(),
        };
        write_side_files(folder.path(), &manifest, &ledger, &self.facets, &copies, &suggestions, &self.taxonomy)?;
        make_live(&self.index_folder, folder, &generation, self.previous.as_deref())?;
        Ok(Committed { generation, changed: true })
    }
}

/// The time of writing, for people; nothing is decided by it.
fn now() -> String {
    humantime_seconds(std::time::SystemTime::now())
}

fn humantime_seconds(time: std::time::SystemTime) -> String {
    let since = time.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let stamp = tantivy::DateTime::from_timestamp_secs(since.as_secs() as i64);
    stamp.into_utc().format(&tantivy::time::format_description::well_known::Rfc3339).unwrap_or_default()
}

/// Opens a generation to build on: its segments too, so that what is cut short is rebuilt and not carried on.
fn open_sound(folder: &Path) -> Result<Generation, EngineError> {
    let generation = Generation::open(folder)?;
    let opened = open_segments(folder).and_then(|index| index.reader());
    opened.map_err(|error| unreadable_segments(folder, &error))?;
    Ok(generation)
}

/// Links the files of a generation's segments into a new folder; they never change, so both may have them. The two
/// files that tantivy rewrites are copied.
fn link_segments(from: &Generation, to: &Path) -> Result<(), EngineError> {
    for name in from.seal.segment_files() {
        let (path, target) = (from.folder.join(SEGMENTS).join(name), to.join(name));
        let rewritten = name == "meta.json" || name == ".managed.json";
        // Some file systems have no links; a copy does as well.
        if rewritten || fs::hard_link(&path, &target).is_err() {
            fs::copy(&path, &target).map_err(refused("take over", &path))?;
        }
    }
    Ok(())
}

/// Merges segments that are small or have lost articles, so that counts and scores are those of a fresh index.
fn rewrite_segments(index: &Index, writer: &mut IndexWriter) -> tantivy::Result<()> {
    let metas = index.searchable_segment_metas()?;
    let worth = |meta: &tantivy::index::SegmentMeta| {
        let small = meta.max_doc() <= REWRITE_DOCUMENTS_MAX;
        small || meta.num_deleted_docs() * 10 > meta.max_doc()
    };
    let chosen: Vec<_> = metas.iter().filter(|meta| worth(meta)).collect();
    let needed = chosen.len() > 1 || chosen.iter().any(|meta| meta.has_deletes());
    if needed {
        let ids: Vec<_> = chosen.iter().map(|meta| meta.id()).collect();
        writer.merge(&ids).wait()?;
        writer.garbage_collect_files().wait()?;
    }
    Ok(())
}

/// Opens what was written, counts it, and compares every file with its checksum.
fn verify(index: &Index, documents: usize) -> Result<(), EngineError> {
    let action = "verify the new generation";
    let reader = index.reader().map_err(failed(action))?;
    let found = reader.searcher().num_docs();
    if found != documents as u64 {
        return Err(EngineError::Failed {
            action,
            reason: format!("it holds {found} articles instead of {documents}"),
        });
    }
    let wrong = index.validate_checksum().map_err(failed(action))?;
    if let Some(file) = wrong.iter().next() {
        return Err(EngineError::Failed { action, reason: format!("{} has another checksum", file.display()) });
    }
    Ok(())
}

fn failed<E: std::fmt::Display>(action: &'static str) -> impl Fn(E) -> EngineError {
    move |error| EngineError::Failed { action, reason: brief(&error) }
}
