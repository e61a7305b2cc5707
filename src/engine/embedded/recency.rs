//! Recency: a query whose matches score the more the newer they are. Finds what it wraps finds, and nothing else.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader};

use crate::engine::ranking::Recency;

/// A query with recency added to its scores.
#[derive(Debug)]
pub struct RecentQuery {
    query: Box<dyn Query>,
    recency: Recency,
}

impl RecentQuery {
    /// Adds recency to the scores of a query.
    pub fn new(query: Box<dyn Query>, recency: Recency) -> Self {
        Self { query, recency }
    }
}

impl Clone for RecentQuery {
    fn clone(&self) -> Self {
        Self::new(self.query.box_clone(), self.recency)
    }
}

impl Query for RecentQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(RecentWeight { weight: self.query.weight(scoring)?, recency: self.recency }))
    }
}

struct RecentWeight {
    weight: Box<dyn Weight>,
    recency: Recency,
}

impl Weight for RecentWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let days = reader.fast_fields().i64("date_first")?;
        Ok(Box::new(RecentScorer { scorer: self.weight.scorer(reader, boost)?, days, recency: self.recency }))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.weight.explain(reader, doc)
    }
}

struct RecentScorer {
    scorer: Box<dyn Scorer>,
    days: tantivy::columnar::Column<i64>,
    recency: Recency,
}

impl DocSet for RecentScorer {
    fn advance(&mut self) -> DocId {
        self.scorer.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.scorer.seek(target)
    }

    fn doc(&self) -> DocId {
        self.scorer.doc()
    }

    fn size_hint(&self) -> u32 {
        self.scorer.size_hint()
    }
}

impl Scorer for RecentScorer {
    fn score(&mut self) -> Score {
        let day = self.days.first(self.scorer.doc()).map(|day| day as i32);
        self.scorer.score() * (1.0 + self.recency.share(day))
    }
}
