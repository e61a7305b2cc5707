//! Lengths of texts: what scores need to know of all of them together.
//!
//! Counted from the articles that are there. The segments keep totals too, but of a merged segment only an estimate, by
//! which a score would depend on how the index came about.

use std::collections::HashMap;

use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

/// The words of each text field, over all articles of a generation.
#[derive(Debug, Default)]
pub struct Lengths {
    words: HashMap<Field, u64>,
}

impl Lengths {
    /// Adds up the lengths that are kept with each article: one pass over a byte an article and field.
    pub fn new(searcher: &Searcher, fields: impl IntoIterator<Item = Field>) -> tantivy::Result<Self> {
        let mut lengths = Self::default();
        for field in fields {
            let mut words = 0;
            for reader in searcher.segment_readers() {
                let norms = reader.get_fieldnorms_reader(field)?;
                words += reader.doc_ids_alive().map(|doc| u64::from(norms.fieldnorm(doc))).sum::<u64>();
            }
            lengths.words.insert(field, words);
        }
        Ok(lengths)
    }

    /// The words of a field in all articles; 0 for a field whose lengths are not kept.
    pub fn words(&self, field: Field) -> u64 {
        self.words.get(&field).copied().unwrap_or(0)
    }

    /// Average length of a field, in words, at least 1.
    pub fn average(&self, searcher: &Searcher, field: Field) -> f32 {
        (self.words(field) as f32 / searcher.num_docs().max(1) as f32).max(1.0)
    }
}

/// What BM25 asks of an index.
pub struct Statistics<'a> {
    /// The index.
    pub searcher: &'a Searcher,
    /// Its lengths.
    pub lengths: &'a Lengths,
}

impl Bm25StatisticsProvider for Statistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        Ok(self.lengths.words(field))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        self.searcher.total_num_docs()
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.searcher.doc_freq(term)
    }
}
