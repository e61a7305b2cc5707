//! What the close look asks of the embedded index: places of words, lengths, tags and heads of the hits in its window.
//!
//! Reads segment by segment, each list of postings once for all hits of a segment. Weighs nothing.

use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, SegmentReader, Term};

use crate::engine::close_look::{Looked, Named, Scored, Source};
use crate::engine::embedded::collector::{Candidate, Rank};
use crate::engine::embedded::columns::Columns;
use crate::engine::embedded::positions::PositionReader;
use crate::engine::embedded::query_builder::QueryBuilder;
use crate::engine::plan::Part;
use crate::engine::ranking::feedback::Head;
use crate::model::query::TextField;

impl Scored for Candidate {
    fn score(&self) -> f32 {
        Self::score(self)
    }

    fn raise(&mut self, points: f32) {
        self.rank = Rank::Score(Self::score(self) + points);
    }
}

/// The index as the close look reads it. Hits must come by segment, then document (`in_order_of_reading`).
pub struct IndexSource<'a, H> {
    /// For terms and their rarity.
    pub builder: &'a QueryBuilder<'a>,
    /// The columns of the segments.
    pub columns: &'a Columns,
    /// Reads the head of an article.
    pub head: H,
}

/// Puts hits in the order in which the index is read.
pub fn in_order_of_reading(hits: &mut [Candidate]) {
    hits.sort_unstable_by_key(|hit| (hit.segment, hit.doc));
}

impl<H> IndexSource<'_, H> {
    /// Hands the hits of each segment to `take`, with the segment, its reader and the place of the first of them.
    fn by_segment(
        &self,
        hits: &[Looked<Candidate>],
        mut take: impl FnMut(usize, &SegmentReader, usize, &[Looked<Candidate>]) -> tantivy::Result<()>,
    ) -> tantivy::Result<()> {
        let mut from = 0;
        for of_segment in hits.chunk_by(|a, b| a.hit.segment == b.hit.segment) {
            let segment = of_segment[0].hit.segment;
            take(segment, self.builder.searcher.segment_reader(segment as u32), from, of_segment)?;
            from += of_segment.len();
        }
        Ok(())
    }

    fn article_term(&self, stem: &str) -> Term {
        Term::from_field_text(self.builder.schema.article, stem)
    }
}

impl<H: Fn(DocAddress) -> tantivy::Result<Head>> Source for IndexSource<'_, H> {
    type Hit = Candidate;
    type Term = Term;
    type Error = tantivy::TantivyError;

    fn articles(&self) -> u64 {
        self.builder.searcher.num_docs()
    }

    fn articles_with(&self, stem: &str) -> tantivy::Result<u64> {
        self.builder.searcher.doc_freq(&self.article_term(stem))
    }

    fn terms(&self, part: &Part, field: TextField) -> tantivy::Result<Vec<Term>> {
        self.builder.terms(part, field)
    }

    fn rarity(&self, part: &Part) -> tantivy::Result<f32> {
        self.builder.rarity(&self.builder.terms(part, TextField::Body)?)
    }

    fn relative_lengths(&self, hits: &[Looked<Candidate>]) -> tantivy::Result<Vec<f32>> {
        let average = self.builder.average_length()?;
        let mut lengths = Vec::with_capacity(hits.len());
        self.by_segment(hits, |_, reader, _, hits| {
            let norms = reader.get_fieldnorms_reader(self.builder.schema.article)?;
            lengths.extend(hits.iter().map(|looked| norms.fieldnorm(looked.hit.doc) as f32 / average));
            Ok(())
        })?;
        Ok(lengths)
    }

    fn positions(
        &self,
        hits: &[Looked<Candidate>],
        terms: &[Term],
        _: TextField,
        take: &mut dyn FnMut(usize, &[u32]),
    ) -> tantivy::Result<()> {
        self.by_segment(hits, |_, reader, from, hits| {
            let mut positions = PositionReader::new(reader, terms)?;
            for (at, looked) in (from..).zip(hits) {
                take(at, &positions.positions(looked.hit.doc));
            }
            Ok(())
        })
    }

    fn tagged(&self, hits: &[Looked<Candidate>], named: &Named, take: &mut dyn FnMut(usize)) -> tantivy::Result<()> {
        let Some(ordinal) = self.builder.dictionary.ordinal(&named.dimension, &named.path) else { return Ok(()) };
        self.by_segment(hits, |segment, reader, from, hits| {
            let Some(ordinals) = self.columns[segment].ordinals(reader, &named.dimension)? else { return Ok(()) };
            let tagged = (from..).zip(hits).filter(|(_, looked)| ordinals.of(looked.hit.doc).contains(&ordinal));
            tagged.for_each(|(at, _)| take(at));
            Ok(())
        })
    }

    fn counts(
        &self,
        hits: &[Looked<Candidate>],
        stems: &[&str],
        take: &mut dyn FnMut(usize, usize, u32),
    ) -> tantivy::Result<()> {
        let terms: Vec<Term> = stems.iter().map(|stem| self.article_term(stem)).collect();
        self.by_segment(hits, |_, reader, from, hits| {
            let inverted = reader.inverted_index(self.builder.schema.article)?;
            for (stem, term) in terms.iter().enumerate() {
                let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::WithFreqs)? else { continue };
                for (at, looked) in (from..).zip(hits) {
                    if postings.doc() < looked.hit.doc {
                        postings.seek(looked.hit.doc);
                    }
                    if postings.doc() == looked.hit.doc {
                        take(at, stem, postings.term_freq());
                    }
                }
            }
            Ok(())
        })
    }

    fn heads(&self, hits: &[Candidate]) -> tantivy::Result<Vec<Head>> {
        hits.iter().map(|hit| (self.head)(DocAddress::new(hit.segment as u32, hit.doc))).collect()
    }
}
