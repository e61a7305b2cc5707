//! The top hits of a query in a total order: score or date, then id.
//!
//! Keeps a heap of the hits wanted; documents that cannot reach it are skipped where the query allows it. Where copies
//! are joined, the heap holds one hit of each group: the best so far.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};

use tantivy::query::Weight;
use tantivy::{DocId, Score, SegmentReader};

use crate::engine::embedded::copies::NONE;
use crate::engine::embedded::query_builder::in_time;
use crate::model::query::Deadline;

/// Documents between two looks at the clock.
const LOOK_AT_CLOCK_EVERY: u32 = 1024;

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
    /// The group of copies that it stands for; `NONE` where it stands for itself.
    pub group: u32,
}

impl Candidate {
    /// The score; 0 where the order is by date.
    pub fn score(&self) -> Score {
        match self.rank {
            Rank::Score(score) => score,
            Rank::Day(_) => 0.0,
        }
    }
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

/// A segment whose documents are taken in.
#[derive(Clone, Copy)]
pub struct Segment<'s> {
    /// Its place in the searcher.
    pub ordinal: usize,
    /// Its reader.
    pub reader: &'s SegmentReader,
    /// The place of each document's id among all ids.
    pub id_ranks: &'s [u32],
    /// The group of copies of each document, where copies are joined.
    pub groups: Option<&'s [u32]>,
}

impl Segment<'_> {
    fn candidate(&self, doc: DocId, rank: Rank) -> Candidate {
        let group = self.groups.map_or(NONE, |groups| groups[doc as usize]);
        Candidate { rank, id_rank: self.id_ranks[doc as usize], segment: self.ordinal, doc, group }
    }
}

/// The best `limit` candidates seen so far.
pub struct TopHits {
    limit: usize,
    heap: BinaryHeap<Reverse<Candidate>>,
    /// The best hit of each group in the heap; others of the group that the heap still holds are stale.
    leaders: HashMap<u32, Candidate>,
    stale: usize,
}

impl TopHits {
    /// Keeps at most `limit` hits, at least 1.
    pub fn new(limit: usize) -> Self {
        Self { limit, heap: BinaryHeap::with_capacity(limit + 1), leaders: HashMap::new(), stale: 0 }
    }

    fn push(&mut self, candidate: Candidate) {
        if self.is_full() && self.heap.peek().is_some_and(|worst| candidate <= worst.0) {
            return;
        }
        if candidate.group != NONE {
            match self.leaders.get_mut(&candidate.group) {
                Some(leader) if candidate <= *leader => return,
                Some(leader) => {
                    *leader = candidate;
                    self.heap.push(Reverse(candidate));
                    self.stale += 1;
                    self.drop_stale();
                    return;
                }
                None => _ = self.leaders.insert(candidate.group, candidate),
            }
        }
        self.heap.push(Reverse(candidate));
        if self.heap.len() - self.stale > self.limit {
            if let Some(Reverse(worst)) = self.heap.pop() {
                self.leaders.remove(&worst.group);
            }
            self.drop_stale();
        }
    }

    /// Whether the heap holds as many hits as are wanted.
    fn is_full(&self) -> bool {
        self.heap.len() - self.stale >= self.limit
    }

    /// Takes stale hits off the top, so that the worst hit there is one that counts.
    fn drop_stale(&mut self) {
        while self.stale > 0 && self.heap.peek().is_some_and(|worst| self.is_stale(&worst.0)) {
            self.heap.pop();
            self.stale -= 1;
        }
    }

    fn is_stale(&self, candidate: &Candidate) -> bool {
        candidate.group != NONE && self.leaders.get(&candidate.group) != Some(candidate)
    }

    /// The score that a document must not stay under. A document that equals the worst hit may still go before it
    /// by its id, so the bound lies a hair below.
    fn threshold(&self) -> Score {
        match self.heap.peek() {
            Some(Reverse(Candidate { rank: Rank::Score(score), .. })) if self.is_full() => score.next_down(),
            _ => Score::MIN,
        }
    }

    /// Takes in the documents of a segment by score.
    pub fn by_score(&mut self, segment: Segment<'_>, weight: &dyn Weight, deadline: Deadline) -> tantivy::Result<()> {
        let alive = segment.reader.alive_bitset();
        let threshold = self.threshold();
        let (mut seen, mut late) = (0_u32, false);
        weight.for_each_pruning(threshold, segment.reader, &mut |doc, score| {
            seen = seen.wrapping_add(1);
            late = late || (seen % LOOK_AT_CLOCK_EVERY == 0 && deadline.has_passed());
            if late {
                // Nothing reaches it, so that most of the rest is skipped.
                return Score::MAX;
            }
            if alive.is_none_or(|alive| alive.is_alive(doc)) {
                self.push(segment.candidate(doc, Rank::Score(score)));
            }
            self.threshold()
        })?;
        in_time(deadline)
    }

    /// Takes in the documents of a segment by the day that `day_of` gives.
    pub fn by_day(
        &mut self,
        segment: Segment<'_>,
        weight: &dyn Weight,
        day_of: impl Fn(DocId) -> i64,
    ) -> tantivy::Result<()> {
        let alive = segment.reader.alive_bitset();
        weight.for_each_no_score(segment.reader, &mut |docs| {
            for &doc in docs {
                if alive.is_none_or(|alive| alive.is_alive(doc)) {
                    self.push(segment.candidate(doc, Rank::Day(day_of(doc))));
                }
            }
        })
    }

    /// The hits, best first.
    pub fn into_sorted(mut self) -> Vec<Candidate> {
        let heap = std::mem::take(&mut self.heap);
        let all = heap.into_sorted_vec().into_iter().map(|Reverse(candidate)| candidate);
        all.filter(|candidate| !self.is_stale(candidate)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a heap should hold: of each group the best, and of those the best so many.
    fn plain(all: &[Candidate], limit: usize) -> Vec<Candidate> {
        let mut sorted = all.to_vec();
        sorted.sort_by(|a, b| b.cmp(a));
        let mut seen = std::collections::HashSet::new();
        sorted.retain(|candidate| candidate.group == NONE || seen.insert(candidate.group));
        sorted.truncate(limit);
        sorted
    }

    proptest::proptest! {
        #[test]
        fn the_heap_holds_the_best_of_each_group(
            all in proptest::collection::vec((0_u8..12, 0_u32..8), 0..60),
            limit in 1_usize..12,
        ) {
            let candidates: Vec<Candidate> = (0..)
                .zip(&all)
                .map(|(doc, (score, group))| {
                    let group = if *group < 5 { *group } else { NONE };
                    Candidate { rank: Rank::Score(f32::from(*score)), id_rank: doc * 7 % 61, segment: 0, doc, group }
                })
                .collect();
            let mut top = TopHits::new(limit);
            for (n, candidate) in candidates.iter().enumerate() {
                // What lies under the threshold may be skipped, and must change nothing.
                let Rank::Score(score) = candidate.rank else { continue };
                let skipped = score < top.threshold();
                let held = plain(&candidates[..n], limit);
                top.push(*candidate);
                proptest::prop_assert!(!skipped || plain(&candidates[..=n], limit) == held);
            }
            proptest::prop_assert_eq!(top.into_sorted(), plain(&candidates, limit));
        }
    }
}
