//! What suggestions need of a finished index, gathered before it goes live and kept beside its segments.
//!
//! Reads the articles of the index and nothing of the run that made it: however the index came about, the same articles
//! give the same suggestions.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tantivy::schema::Value;
use tantivy::{DocId, Index, SegmentReader, TantivyDocument};

use crate::engine::embedded::copies::ids;
use crate::engine::embedded::schema::IndexSchema;
use crate::engine::suggestions::gathering::{Head, KeptCommon, READ_ARTICLES_MAX, Titles, read, reading_order, share};
use crate::engine::suggestions::phrases::{Reading, common};

/// Documents that are read at a time.
const BATCH_DOCUMENTS: u32 = 1024;

/// What a generation keeps for suggestions. Documents are told by the place of their segment in `segments`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The segments, by id.
    pub(super) segments: Vec<String>,
    /// Titles, those of most articles first, then those of the latest.
    pub(super) titles: Vec<String>,
    /// For each segment the title of each document, 0 for none, else its place in `titles` from 1.
    pub(super) title_of: Vec<Vec<u32>>,
    /// The articles whose words were read: segment and document.
    pub(super) read: Vec<(u32, DocId)>,
    /// Words and phrases, those of most articles first.
    pub(super) common: Vec<KeptCommon>,
}

/// A document on the way into the lists.
struct Gathered {
    doc: DocId,
    head: Head,
    reading: Option<Reading>,
}

/// Gathers what suggestions need from a finished index.
pub fn gather(index: &Index, schema: &IndexSchema) -> tantivy::Result<Kept> {
    let searcher = index.reader()?.searcher();
    let mut hashes = Vec::new();
    for (segment, reader) in (0_u32..).zip(searcher.segment_readers()) {
        hashes.extend(ids(reader)?.into_iter().map(|(doc, id)| (reading_order(&id), segment, doc)));
    }
    hashes.sort_unstable();
    hashes.truncate(READ_ARTICLES_MAX);
    let share = share(hashes.len());
    let mut read: Vec<(u32, DocId)> = hashes.into_iter().map(|(_, segment, doc)| (segment, doc)).collect();
    read.sort_unstable();
    let mut kept = Kept { read, ..Kept::default() };
    let mut readings = Vec::new();
    let mut titles = Titles::default();
    for (segment, reader) in (0_u32..).zip(searcher.segment_readers()) {
        kept.segments.push(reader.segment_id().uuid_string());
        kept.title_of.push(vec![0; reader.max_doc() as usize]);
        let batches: Vec<u32> = (0..reader.max_doc()).step_by(BATCH_DOCUMENTS as usize).collect();
        let gathered: Vec<tantivy::Result<Vec<Gathered>>> = batches
            .into_par_iter()
            .map(|start| {
                let is_read = |doc| kept.read.binary_search(&(segment, doc)).is_ok();
                let documents = start..(start + BATCH_DOCUMENTS).min(reader.max_doc());
                gather_batch(reader, schema, documents, share, is_read)
            })
            .collect();
        for batch in gathered {
            for one in batch? {
                titles.add(one.head, (segment, one.doc));
                readings.extend(one.reading);
            }
        }
    }
    for (place, (title, documents)) in (1..).zip(titles.sorted()) {
        kept.titles.push(title);
        for (segment, doc) in documents {
            kept.title_of[segment as usize][doc as usize] = place;
        }
    }
    kept.common = common(&readings).into_iter().map(KeptCommon::from).collect();
    Ok(kept)
}

/// Reads the heads of documents, and the words of those that are chosen.
fn gather_batch(
    reader: &SegmentReader,
    schema: &IndexSchema,
    documents: std::ops::Range<DocId>,
    share: usize,
    is_read: impl Fn(DocId) -> bool,
) -> tantivy::Result<Vec<Gathered>> {
    let store = reader.get_store_reader(1)?;
    let mut gathered = Vec::new();
    for doc in documents.filter(|doc| !reader.is_deleted(*doc)) {
        let row: TantivyDocument = store.get(doc)?;
        let text = |field| row.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
        let head: Head = serde_json::from_str(text(schema.stored)).map_err(|error| {
            tantivy::TantivyError::InternalError(format!("a stored article is unreadable: {error}"))
        })?;
        let reading = is_read(doc).then(|| read(&head.title, text(schema.stored_body), share));
        gathered.push(Gathered { doc, head, reading });
    }
    Ok(gathered)
}
