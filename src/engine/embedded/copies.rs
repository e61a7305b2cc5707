//! Groups of copies in the index: the sketches that they are found by, and the group of every article.
//!
//! May not decide what a copy is: the groups come from the pipeline, and are kept beside the segments.

use std::collections::{HashMap, HashSet};

use tantivy::{DocAddress, DocId, Searcher, SegmentReader};

use crate::model::document::Imprint;

/// The group of an article that has no copies.
pub const NONE: u32 = u32::MAX;

/// The groups of a generation by document.
#[derive(Debug, Default)]
pub struct CopyGroups {
    /// The group of each document, by segment; empty where there are no groups at all.
    of_document: Vec<Vec<u32>>,
    /// The articles of each group in the order of the side file; those that are not there are left out.
    members: Vec<Vec<DocAddress>>,
}

impl CopyGroups {
    /// Finds the documents of groups of ids.
    pub fn new(searcher: &Searcher, groups: &[Vec<String>]) -> tantivy::Result<Self> {
        if groups.is_empty() {
            return Ok(Self::default());
        }
        let mut places: HashMap<&str, (usize, usize)> = HashMap::new();
        for (group, ids) in groups.iter().enumerate() {
            places.extend(ids.iter().enumerate().map(|(place, id)| (id.as_str(), (group, place))));
        }
        let mut found: Vec<Vec<Option<DocAddress>>> = groups.iter().map(|ids| vec![None; ids.len()]).collect();
        let mut of_document = Vec::new();
        for (segment, reader) in (0..).zip(searcher.segment_readers()) {
            let mut of_segment = vec![NONE; reader.max_doc() as usize];
            for (doc, id) in ids(reader)? {
                if let Some(&(group, place)) = places.get(id.as_str()) {
                    of_segment[doc as usize] = group as u32;
                    found[group][place] = Some(DocAddress::new(segment, doc));
                }
            }
            of_document.push(of_segment);
        }
        Ok(Self {
            of_document,
            members: found.into_iter().map(|group| group.into_iter().flatten().collect()).collect(),
        })
    }

    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The groups of a segment's documents, `NONE` for those without copies; `None` where there are no groups at all.
    pub fn of_segment(&self, segment: usize) -> Option<&[u32]> {
        self.of_document.get(segment).map(Vec::as_slice)
    }

    /// The articles of the group that a document is in, itself among them; none for one without copies.
    pub fn of(&self, address: DocAddress) -> &[DocAddress] {
        let group =
            self.of_segment(address.segment_ord as usize).and_then(|groups| groups.get(address.doc_id as usize));
        group.and_then(|group| self.members.get(*group as usize)).map_or(&[], Vec::as_slice)
    }
}

/// The ids of a segment's documents, those that were taken out left aside, in the order of the documents.
pub(super) fn ids(reader: &SegmentReader) -> tantivy::Result<Vec<(DocId, String)>> {
    let Some(column) = reader.fast_fields().str("id")? else { return Ok(Vec::new()) };
    let mut names = Vec::with_capacity(column.num_terms());
    let ordinals: Vec<u64> = (0..column.num_terms() as u64).collect();
    column.dictionary().sorted_ords_to_term_cb(&ordinals, |bytes| {
        names.push(String::from_utf8_lossy(bytes).into_owned());
    })?;
    let of = |doc| Some((doc, std::mem::take(names.get_mut(column.ords().first(doc)? as usize)?)));
    Ok(reader.doc_ids_alive().filter_map(of).collect())
}

/// What is kept to find copies of all articles but those of some ids.
pub fn imprints(searcher: &Searcher, but: &HashSet<&str>) -> tantivy::Result<Vec<Imprint>> {
    let mut imprints = Vec::new();
    for reader in searcher.segment_readers() {
        let days = reader.fast_fields().i64("date_first")?;
        let Some(column) = reader.fast_fields().bytes("sketch")? else { continue };
        // Articles with one text and one title have one sketch, so several may share an ordinal.
        let mut sketches = Vec::with_capacity(column.num_terms());
        let ordinals: Vec<u64> = (0..column.num_terms() as u64).collect();
        column.dictionary().sorted_ords_to_term_cb(&ordinals, |bytes| sketches.push(bytes.to_vec()))?;
        for (doc, id) in ids(reader)?.into_iter().filter(|(_, id)| !but.contains(id.as_str())) {
            let sketch = column.ords().first(doc).and_then(|ordinal| sketches.get(ordinal as usize));
            let day = days.first(doc).map(|day| day as i32);
            imprints.push(Imprint { id, day, sketch: sketch.cloned().unwrap_or_default() });
        }
    }
    Ok(imprints)
}
