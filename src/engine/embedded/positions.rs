//! Queries that read positions: sloppy phrases, phrases of words with several forms, and words of one sentence; and
//! queries whose documents are known before they are asked for.
//!
//! Evaluated segment by segment into a set of documents by `engine::proximity`, the same rule that marks them.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::index::SegmentId;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{BitSet, DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use crate::engine::embedded::query_builder::in_time;
use crate::engine::proximity::occurrences;
use crate::model::query::Deadline;

/// Documents between two looks at the clock.
const LOOK_AT_CLOCK_EVERY: usize = 256;

/// A phrase: for each word the terms that will do and the word's offset.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// Terms of one field, and offsets.
    pub words: Vec<(u32, Vec<Term>)>,
    /// Terms that stand for the whole phrase at one position.
    pub whole: Vec<Term>,
    /// Slop; 0 stands as typed.
    pub slop: u32,
}

/// Finds documents by positions; scores each match the same.
#[derive(Debug, Clone)]
pub struct PositionsQuery {
    /// The sides, each of phrases of which any will do, all of one field.
    sides: Arc<Vec<Vec<Phrase>>>,
    /// With a mark: all sides must occur between two marks. Without: there is one side.
    sentence_mark: Option<Term>,
    score: Score,
    /// What was found in each segment: counting, ranking and explaining ask for the same.
    found: Arc<Mutex<HashMap<SegmentId, BitSet>>>,
    deadline: Deadline,
}

impl PositionsQuery {
    /// Documents that hold the phrase.
    pub fn phrase(phrase: Phrase, score: Score, deadline: Deadline) -> Self {
        Self { sides: Arc::new(vec![vec![phrase]]), sentence_mark: None, score, found: Arc::default(), deadline }
    }

    /// Documents that hold a phrase of each side in one sentence; `mark` stands where a sentence begins.
    pub fn same_sentence(sides: Vec<Vec<Phrase>>, mark: Term, score: Score, deadline: Deadline) -> Self {
        Self { sides: Arc::new(sides), sentence_mark: Some(mark), score, found: Arc::default(), deadline }
    }

    /// The documents of a segment that match, looked for once. Whoever asks meanwhile waits for it.
    fn matches(&self, reader: &SegmentReader) -> tantivy::Result<BitSet> {
        // What stands in it is whole, whoever held the lock last.
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(set) = found.get(&reader.segment_id()) {
            return Ok(set.clone());
        }
        let set = self.look(reader)?;
        found.insert(reader.segment_id(), set.clone());
        Ok(set)
    }

    fn look(&self, reader: &SegmentReader) -> tantivy::Result<BitSet> {
        let mut found = BitSet::with_max_value(reader.max_doc());
        let mut candidates: Option<Vec<DocId>> = None;
        for side in self.sides.iter() {
            let mut of_side = Vec::new();
            for phrase in side {
                of_side.append(&mut holding_all(reader, &phrase.words)?);
                of_side.append(&mut documents(reader, &phrase.whole)?);
            }
            of_side.sort_unstable();
            of_side.dedup();
            candidates = Some(common(candidates, of_side));
        }
        let candidates = candidates.unwrap_or_default();
        if candidates.is_empty() {
            return Ok(found);
        }
        let mut sides: Vec<Vec<PhraseReader>> = Vec::new();
        for side in self.sides.iter() {
            sides.push(side.iter().map(|phrase| PhraseReader::new(reader, phrase)).collect::<Result<_, _>>()?);
        }
        let mut marks = match &self.sentence_mark {
            Some(mark) => Some(PositionReader::new(reader, std::slice::from_ref(mark))?),
            None => None,
        };
        for (number, doc) in candidates.into_iter().enumerate() {
            if number % LOOK_AT_CLOCK_EVERY == 0 {
                in_time(self.deadline)?;
            }
            sides.iter_mut().flatten().for_each(|phrase| phrase.go_to(doc));
            let all_in =
                |range: Range<u32>| sides.iter().all(|side| side.iter().any(|phrase| phrase.occurs_in(range.clone())));
            let together = match &mut marks {
                None => all_in(0..u32::MAX),
                Some(marks) => sentences(&marks.positions(doc)).any(all_in),
            };
            if together {
                found.insert(doc);
            }
        }
        Ok(found)
    }
}

/// The sentences that begin at the marks, as positions.
fn sentences(marks: &[u32]) -> impl Iterator<Item = Range<u32>> + '_ {
    let ends = marks.iter().skip(1).copied().chain([u32::MAX]);
    marks.iter().copied().zip(ends).map(|(start, end)| start..end)
}

/// What of `docs` was there before; both sorted.
fn common(before: Option<Vec<DocId>>, docs: Vec<DocId>) -> Vec<DocId> {
    match before {
        None => docs,
        Some(before) => before.into_iter().filter(|doc| docs.binary_search(doc).is_ok()).collect(),
    }
}

/// The documents that hold every word, sorted: those of the rarest, narrowed by the others.
fn holding_all(reader: &SegmentReader, words: &[(u32, Vec<Term>)]) -> tantivy::Result<Vec<DocId>> {
    let mut lists = Vec::new();
    for (_, terms) in words {
        lists.push(postings(reader, terms, IndexRecordOption::Basic)?);
    }
    lists.sort_by_key(|postings| postings.iter().map(DocSet::size_hint).sum::<u32>());
    let mut lists = lists.into_iter();
    let mut docs = lists.next().map(any_of).unwrap_or_default();
    for mut postings in lists {
        docs.retain(|&doc| {
            postings.iter_mut().any(|postings| {
                if postings.doc() < doc {
                    postings.seek(doc);
                }
                postings.doc() == doc
            })
        });
    }
    Ok(docs)
}

/// The postings of the terms that the segment has.
fn postings(
    reader: &SegmentReader,
    terms: &[Term],
    option: IndexRecordOption,
) -> tantivy::Result<Vec<SegmentPostings>> {
    let mut found = Vec::new();
    for term in terms {
        found.extend(reader.inverted_index(term.field())?.read_postings(term, option)?);
    }
    Ok(found)
}

/// The documents of any of the postings, sorted.
fn any_of(postings: Vec<SegmentPostings>) -> Vec<DocId> {
    let lists = postings.len();
    let mut docs = Vec::new();
    for mut postings in postings {
        while postings.doc() != TERMINATED {
            docs.push(postings.doc());
            postings.advance();
        }
    }
    if lists > 1 {
        docs.sort_unstable();
        docs.dedup();
    }
    docs
}

/// The documents that hold any of the terms, sorted.
fn documents(reader: &SegmentReader, terms: &[Term]) -> tantivy::Result<Vec<DocId>> {
    Ok(any_of(postings(reader, terms, IndexRecordOption::Basic)?))
}

/// Reads where a phrase stands, document after document in rising order.
struct PhraseReader {
    words: Vec<PositionReader>,
    offsets: Vec<u32>,
    whole: PositionReader,
    slop: u32,
    /// Positions of each word in the present document.
    positions: Vec<Vec<u32>>,
    /// Positions of the whole in one.
    whole_positions: Vec<u32>,
}

impl PhraseReader {
    fn new(reader: &SegmentReader, phrase: &Phrase) -> tantivy::Result<Self> {
        let mut words = Vec::new();
        for (_, terms) in &phrase.words {
            words.push(PositionReader::new(reader, terms)?);
        }
        Ok(Self {
            words,
            offsets: phrase.words.iter().map(|(offset, _)| *offset).collect(),
            whole: PositionReader::new(reader, &phrase.whole)?,
            slop: phrase.slop,
            positions: vec![Vec::new(); phrase.words.len()],
            whole_positions: Vec::new(),
        })
    }

    fn go_to(&mut self, doc: DocId) {
        self.words.iter_mut().zip(&mut self.positions).for_each(|(word, positions)| word.read(doc, positions));
        self.whole.read(doc, &mut self.whole_positions);
    }

    /// Whether the phrase stands within a range of the present document.
    fn occurs_in(&self, range: Range<u32>) -> bool {
        let inside =
            |list: &[u32]| list.partition_point(|at| *at < range.start)..list.partition_point(|at| *at < range.end);
        if !inside(&self.whole_positions).is_empty() {
            return true;
        }
        if self.positions.iter().any(|list| inside(list).is_empty()) {
            return false;
        }
        if range == (0..u32::MAX) {
            return !occurrences(&self.positions, &self.offsets, self.slop, true).is_empty();
        }
        let positions: Vec<Vec<u32>> = self.positions.iter().map(|list| list[inside(list)].to_vec()).collect();
        !occurrences(&positions, &self.offsets, self.slop, true).is_empty()
    }
}

/// Reads the positions of a word's forms, document after document in rising order.
pub(super) struct PositionReader {
    postings: Vec<SegmentPostings>,
    buffer: Vec<u32>,
}

impl PositionReader {
    pub(super) fn new(reader: &SegmentReader, terms: &[Term]) -> tantivy::Result<Self> {
        let postings = postings(reader, terms, IndexRecordOption::WithFreqsAndPositions)?;
        Ok(Self { postings, buffer: Vec::new() })
    }

    pub(super) fn positions(&mut self, doc: DocId) -> Vec<u32> {
        let mut all = Vec::new();
        self.read(doc, &mut all);
        all
    }

    /// Puts the positions in the place of what stands in `all`.
    fn read(&mut self, doc: DocId, all: &mut Vec<u32>) {
        all.clear();
        let mut forms = 0;
        for postings in &mut self.postings {
            if postings.doc() < doc {
                postings.seek(doc);
            }
            if postings.doc() == doc {
                postings.positions(&mut self.buffer);
                all.append(&mut self.buffer);
                forms += 1;
            }
        }
        if forms > 1 {
            all.sort_unstable();
            all.dedup();
        }
    }
}

impl Query for PositionsQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for PositionsQuery {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(self.matches(reader)?), self.score * boost)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        explain_constant(&self.matches(reader)?, doc, self.score)
    }
}

/// The explanation of a match whose score does not depend on the document.
fn explain_constant(found: &BitSet, doc: DocId, score: Score) -> tantivy::Result<Explanation> {
    if found.contains(doc) {
        Ok(Explanation::new("constant score of a match by positions", score))
    } else {
        Err(TantivyError::InvalidArgument(format!("document {doc} does not match")))
    }
}

/// A set of documents found before, by segment.
#[derive(Debug, Clone)]
pub struct SetQuery {
    sets: Arc<Vec<(tantivy::index::SegmentId, BitSet)>>,
}

impl SetQuery {
    /// A query for the given documents; it adds nothing to a score.
    pub fn new(sets: Vec<(tantivy::index::SegmentId, BitSet)>) -> Self {
        Self { sets: Arc::new(sets) }
    }

    fn set(&self, reader: &SegmentReader) -> BitSet {
        let own = self.sets.iter().find(|(segment, _)| *segment == reader.segment_id());
        own.map_or_else(|| BitSet::with_max_value(reader.max_doc()), |(_, set)| set.clone())
    }
}

impl Query for SetQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for SetQuery {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(self.set(reader)), 0.0)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        explain_constant(&self.set(reader), doc, 0.0)
    }
}

/// A query whose documents are all gathered before the first is asked for; it adds nothing to a score.
#[derive(Debug)]
pub struct GatheredQuery {
    query: Box<dyn Query>,
}

impl GatheredQuery {
    /// Gathers what `query` finds.
    pub fn new(query: Box<dyn Query>) -> Self {
        Self { query }
    }
}

impl Clone for GatheredQuery {
    fn clone(&self) -> Self {
        Self::new(self.query.box_clone())
    }
}

impl Query for GatheredQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let scoring = match scoring {
            EnableScoring::Enabled { searcher, .. } => EnableScoring::disabled_from_searcher(searcher),
            disabled => disabled,
        };
        Ok(Box::new(GatheredWeight { weight: self.query.weight(scoring)? }))
    }
}

struct GatheredWeight {
    weight: Box<dyn Weight>,
}

impl GatheredWeight {
    fn gather(&self, reader: &SegmentReader) -> tantivy::Result<BitSet> {
        let mut found = BitSet::with_max_value(reader.max_doc());
        self.weight.for_each_no_score(reader, &mut |docs| docs.iter().for_each(|&doc| _ = found.insert(doc)))?;
        Ok(found)
    }
}

impl Weight for GatheredWeight {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(self.gather(reader)?), 0.0)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        explain_constant(&self.gather(reader)?, doc, 0.0)
    }
}
