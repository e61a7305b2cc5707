//! Counting: the articles found by facet value and by date, in one pass over them.
//!
//! Disjunctive ("drill sideways"): a document that fails the choice of exactly one dimension still counts in that dimension.
//! Reads ordinals only.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};
use tantivy::fastfield::AliveBitSet;
use tantivy::query::{Scorer, Weight};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, SegmentReader};

use crate::engine::embedded::columns::{Ordinals, SegmentColumns, Together};
use crate::engine::embedded::copies::{CopyGroups, NONE as NO_GROUP};
use crate::engine::embedded::query_builder::in_time;
use crate::engine::facets::FacetDictionary;
use crate::model::query::Deadline;

/// What to count.
pub struct Counting<'a> {
    /// The dictionary of the generation.
    pub dictionary: &'a FacetDictionary,
    /// The chosen ordinals of each dimension that has a choice, by dimension.
    pub chosen: Vec<(&'a str, Vec<u32>)>,
    /// The dimensions to count.
    pub counted: Vec<&'a str>,
    /// Whether to count days.
    pub histogram: bool,
    /// The groups of copies.
    pub copies: &'a CopyGroups,
    /// When to give up.
    pub deadline: Deadline,
}

/// The raw counts of all segments.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// Documents that pass every choice.
    pub total: u64,
    /// Of these, those that stand in a group of copies.
    grouped: u64,
    /// The groups of which one was counted, a bit each.
    groups: Vec<u64>,
    /// Documents by ordinal, for each counted dimension.
    pub facets: Vec<Vec<u64>>,
    /// Documents by first and last day.
    pub days: HashMap<(i32, i32), u64>,
}

impl Counts {
    /// Documents that pass every choice, of each group of copies one.
    pub fn collapsed(&self) -> u64 {
        let groups: u32 = self.groups.iter().map(|bits| bits.count_ones()).sum();
        self.total - self.grouped + u64::from(groups)
    }
}

/// Documents from which on a segment is counted in parts, on several cores at once: below, sharing costs more than it saves. Builds for
/// tests part small segments too, so that every count that is held against another one was made so.
const PARTED_FROM: u32 = if cfg!(debug_assertions) { 4 } else { 100_000 };
/// Blocks of documents between two looks at the clock.
const LOOK_AT_CLOCK_EVERY: usize = 128;
/// Documents of a part at least.
const PART_DOCUMENTS_MIN: u32 = PARTED_FROM / 2;

/// The threads that count parts. Not those that index: a question must not wait for a corpus.
static COUNTERS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    // Without threads everything is counted by whoever asks.
    ThreadPoolBuilder::new().thread_name(|n| format!("count-{n}")).build().ok()
});

/// What is read while the documents of a segment are counted.
struct Reading<'r> {
    /// For each dimension with a choice: its ordinals, whether each is chosen, its place among the counted.
    choices: Vec<(Option<&'r Ordinals>, Vec<bool>, Option<usize>)>,
    together: Option<&'r Together>,
    /// Where not everything is counted together.
    counted: Vec<Option<&'r Ordinals>>,
    groups: Option<&'r [u32]>,
    alive: Option<&'r AliveBitSet>,
}

/// Counts of a part of a segment.
struct Part {
    counts: Counts,
    tally: Vec<u32>,
}

impl Reading<'_> {
    /// Counts documents that the query finds.
    fn take(&self, docs: &[DocId], part: &mut Part) {
        if self.choices.is_empty() && self.alive.is_none() {
            return self.count(docs, part);
        }
        let mut passing = [0; COLLECT_BLOCK_BUFFER_LEN];
        let mut length = 0;
        for &doc in docs.iter().filter(|doc| self.alive.is_none_or(|alive| alive.is_alive(**doc))) {
            let mut failed = self.choices.iter().filter(|(ordinals, wanted, _)| {
                !ordinals.is_some_and(|list| list.of(doc).iter().any(|&ordinal| wanted[ordinal as usize]))
            });
            match (failed.next(), failed.next()) {
                (None, _) => {
                    passing[length] = doc;
                    length += 1;
                }
                (Some((ordinals, _, Some(place))), None) => add(*ordinals, doc, &mut part.counts.facets[*place]),
                _ => {}
            }
        }
        self.count(&passing[..length], part);
    }

    /// Counts documents that pass every choice.
    fn count(&self, docs: &[DocId], part: &mut Part) {
        let Part { counts, tally } = part;
        counts.total += docs.len() as u64;
        if let Some(groups) = self.groups {
            for group in docs.iter().map(|doc| groups[*doc as usize]).filter(|group| *group != NO_GROUP) {
                counts.grouped += 1;
                counts.groups[group as usize / 64] |= 1 << (group % 64);
            }
        }
        if let Some(together) = self.together {
            together.tally(docs, tally);
        }
        for (ordinals, count) in self.counted.iter().zip(&mut counts.facets) {
            docs.iter().for_each(|doc| add(*ordinals, *doc, count));
        }
    }

    /// Counts what a query finds among documents that follow each other.
    fn range(
        &self,
        scorer: &mut dyn Scorer,
        range: Range<DocId>,
        deadline: Deadline,
        part: &mut Part,
    ) -> tantivy::Result<()> {
        let mut docs = [0; COLLECT_BLOCK_BUFFER_LEN];
        if range.start > scorer.doc() {
            scorer.seek(range.start);
        }
        for block in 0_usize.. {
            if block % LOOK_AT_CLOCK_EVERY == 0 {
                in_time(deadline)?;
            }
            let length = scorer.fill_buffer(&mut docs);
            let inside = docs[..length].partition_point(|doc| *doc < range.end);
            self.take(&docs[..inside], part);
            if inside < COLLECT_BLOCK_BUFFER_LEN {
                break;
            }
        }
        Ok(())
    }
}

impl Counting<'_> {
    /// Zero counts to add segments to.
    pub fn start(&self) -> Counts {
        let facets = self.counted.iter().map(|name| vec![0; self.dictionary.len(name)]).collect();
        Counts { facets, groups: vec![0; self.copies.len().div_ceil(64)], ..Counts::default() }
    }

    /// Counts the documents of a segment (with its place in the searcher) that `weight` (the query without the dimensions' choices) finds.
    pub fn segment(
        &self,
        (ordinal, reader): (usize, &SegmentReader),
        columns: &SegmentColumns,
        weight: &dyn Weight,
        counts: &mut Counts,
    ) -> tantivy::Result<()> {
        let reading = self.reading(ordinal, reader, columns)?;
        let width = reading.together.map_or(0, Together::width);
        let count = |range: Range<DocId>| -> tantivy::Result<Part> {
            let mut part = Part { counts: self.start(), tally: vec![0; width] };
            reading.range(&mut *weight.scorer(reader, 1.0)?, range, self.deadline, &mut part)?;
            Ok(part)
        };
        let all = reader.max_doc();
        let counters = COUNTERS.as_ref().filter(|_| all >= PARTED_FROM);
        let parts = match counters {
            Some(counters) => {
                let number = (all / PART_DOCUMENTS_MIN).clamp(1, counters.current_num_threads() as u32);
                let bound = |n: u32| (u64::from(all) * u64::from(n) / u64::from(number)) as DocId;
                let ranges: Vec<_> = (0..number).map(|n| bound(n)..bound(n + 1)).collect();
                counters.install(|| ranges.into_par_iter().map(count).collect::<tantivy::Result<Vec<_>>>())?
            }
            None => vec![count(0..all)?],
        };
        for part in parts {
            self.add(part, reading.together, counts);
        }
        Ok(())
    }

    fn reading<'r>(
        &self,
        ordinal: usize,
        reader: &'r SegmentReader,
        columns: &'r SegmentColumns,
    ) -> tantivy::Result<Reading<'r>>
    where
        Self: 'r,
    {
        let mut choices = Vec::new();
        for (dimension, ordinals) in &self.chosen {
            let counted = self.counted.iter().position(|name| name == dimension);
            let mut wanted = vec![false; self.dictionary.len(dimension)];
            ordinals.iter().for_each(|&ordinal| wanted[ordinal as usize] = true);
            choices.push((columns.ordinals(reader, dimension)?, wanted, counted));
        }
        // A search counts everything; whoever asks for a dimension or two need not have the rest made ready.
        let together =
            if self.histogram { Some(columns.together(reader, |name| self.dictionary.len(name))?) } else { None };
        let mut counted = Vec::new();
        for dimension in self.counted.iter().filter(|_| together.is_none()) {
            counted.push(columns.ordinals(reader, dimension)?);
        }
        let groups = self.copies.of_segment(ordinal);
        Ok(Reading { choices, together, counted, groups, alive: reader.alive_bitset() })
    }

    fn add(&self, part: Part, together: Option<&Together>, counts: &mut Counts) {
        let Part { counts: more, tally } = part;
        counts.total += more.total;
        counts.grouped += more.grouped;
        counts.groups.iter_mut().zip(more.groups).for_each(|(bits, more)| *bits |= more);
        for (counts, more) in counts.facets.iter_mut().zip(more.facets) {
            counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
        }
        if let Some(together) = together {
            for (dimension, counts) in self.counted.iter().zip(&mut counts.facets) {
                let of_dimension = together.of_dimension(&tally, dimension);
                counts.iter_mut().zip(of_dimension).for_each(|(count, more)| *count += u64::from(*more));
            }
            for (span, count) in together.days(&tally) {
                *counts.days.entry(span).or_default() += u64::from(count);
            }
        }
    }
}

fn add(ordinals: Option<&Ordinals>, doc: DocId, counts: &mut [u64]) {
    for &ordinal in ordinals.map_or(&[][..], |list| list.of(doc)) {
        counts[ordinal as usize] += 1;
    }
}
