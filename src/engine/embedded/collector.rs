//! The top hits of a query in a total order: score or date, then id.
//!
//! Keeps a heap of the hits wanted; documents that cannot reach it are skipped where the query allows it.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use tantivy::query::Weight;
use tantivy::{DocId, Score, SegmentReader};

/// What hits are ordered by, better first under `Ord`'s greater.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rank {
    /// By score.
    Score(Score),
    /// By day: the later the better, or with a negated day the earlier.
    Day(i64),
}

/// A document on its way to the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Score or day.
    pub rank: Rank,
    /// Place of the id among all ids; the lower goes first where ranks are equal.
    pub id_rank: u32,
    /// Segment, by its place in the searcher.
    pub segment: usize,
    /// Document in the segment.
    pub doc: DocId,
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        let rank = match (self.rank, other.rank) {
            (Rank::Score(a), Rank::Score(b)) => a.total_cmp(&b),
            (Rank::Day(a), Rank::Day(b)) => a.cmp(&b),
            // One request has one order.
            (Rank::Score(_), Rank::Day(_)) | (Rank::Day(_), Rank::Score(_)) => Ordering::Equal,
        };
        rank.then_with(|| other.id_rank.cmp(&self.id_rank))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The best `limit` candidates seen so far.
pub struct TopHits {
    limit: usize,
    heap: BinaryHeap<Reverse<Candidate>>,
}

impl TopHits {
    /// Keeps at most `limit` hits, at least 1.
    pub fn new(limit: usize) -> Self {
        Self { limit, heap: BinaryHeap::with_capacity(limit + 1) }
    }

    fn push(&mut self, candidate: Candidate) {
        if self.heap.len() < self.limit {
            self.heap.push(Reverse(candidate));
        } else if self.heap.peek().is_some_and(|worst| candidate > worst.0) {
            self.heap.pop();
            self.heap.push(Reverse(candidate));
        }
    }

    /// The score that a document must not stay under. A document that equals the worst hit may still go before it
    /// by its id, so the bound lies a hair below.
    fn threshold(&self) -> Score {
        match self.heap.peek() {
            Some(Reverse(Candidate { rank: Rank::Score(score), .. })) if self.heap.len() == self.limit => {
                score.next_down()
            }
            _ => Score::MIN,
        }
    }

    /// Takes in the documents of a segment by score; `id_ranks` holds the place of each document's id.
    pub fn by_score(
        &mut self,
        segment: usize,
        reader: &SegmentReader,
        weight: &dyn Weight,
        id_ranks: &[u32],
    ) -> tantivy::Result<()> {
        let alive = reader.alive_bitset();
        let threshold = self.threshold();
        weight.for_each_pruning(threshold, reader, &mut |doc, score| {
            if alive.is_none_or(|alive| alive.is_alive(doc)) {
                self.push(Candidate { rank: Rank::Score(score), id_rank: id_ranks[doc as usize], segment, doc });
            }
            self.threshold()
        })
    }

    /// Takes in the documents of a segment by the day that `day_of` gives.
    pub fn by_day(
        &mut self,
        segment: usize,
        reader: &SegmentReader,
        weight: &dyn Weight,
        id_ranks: &[u32],
        day_of: impl Fn(DocId) -> i64,
    ) -> tantivy::Result<()> {
        let alive = reader.alive_bitset();
        weight.for_each_no_score(reader, &mut |docs| {
            for &doc in docs {
                if alive.is_none_or(|alive| alive.is_alive(doc)) {
                    let id_rank = id_ranks[doc as usize];
                    self.push(Candidate { rank: Rank::Day(day_of(doc)), id_rank, segment, doc });
                }
            }
        })
    }

    /// The hits, best first.
    pub fn into_sorted(self) -> Vec<Candidate> {
        self.heap.into_sorted_vec().into_iter().map(|Reverse(candidate)| candidate).collect()
    }
}
