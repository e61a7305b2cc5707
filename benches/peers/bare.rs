//! Bare tantivy: one text field of title and body, the labels, the date, its own `default` analysis; a query gives the top ten
//! by score with their stored fields, nothing else. The floor under everything that is built on it.

use std::path::Path;

use anyhow::anyhow;
use serde_json::Value;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, ConstScoreQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery};
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TEXT};
use tantivy::tokenizer::TokenStream;
use tantivy::{Index, IndexWriter, Searcher, TantivyDocument, Term};

use crate::articles::records;
use crate::questions::Question;

/// The four kinds of labels.
const LABELS: [&str; 4] = ["places", "people", "orgs", "topics"];
/// Memory of the writer, the same as ours.
const WRITER_BYTES: usize = 400_000_000;

/// An index of bare tantivy, and its one searcher.
pub(crate) struct Bare {
    index: Index,
    searcher: Searcher,
    text: Field,
    places: Field,
    date: Field,
}

fn schema() -> Schema {
    let mut schema = Schema::builder();
    schema.add_text_field("id", STRING | STORED);
    schema.add_text_field("text", TEXT | STORED);
    schema.add_i64_field("date", INDEXED | FAST | STORED);
    for name in LABELS {
        schema.add_text_field(name, STRING | STORED);
    }
    schema.build()
}

impl Bare {
    /// Reads the articles of a corpus and indexes them, with one writer as ours.
    pub(crate) fn index(corpus: &Path, folder: &Path) -> anyhow::Result<()> {
        std::fs::create_dir(folder)?;
        let index = Index::create_in_dir(folder, schema())?;
        let schema = index.schema();
        let field = |name: &str| schema.get_field(name);
        let (id, text, date) = (field("id")?, field("text")?, field("date")?);
        let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
        for record in records(corpus)? {
            let record = record?;
            let string = |key: &str| record[key].as_str().unwrap_or_default();
            let mut document = TantivyDocument::default();
            document.add_text(id, string("id"));
            document.add_text(text, format!("{}\n{}", string("title"), string("body")));
            document.add_i64(date, day(string("date"))?);
            for name in LABELS {
                let values = record[name].as_array().into_iter().flatten().filter_map(Value::as_str);
                values.for_each(|value| document.add_text(field(name).unwrap_or(text), value));
            }
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        Ok(())
    }

    /// Opens what was indexed.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        let index = Index::open_in_dir(folder)?;
        let schema = index.schema();
        let searcher = index.reader()?.searcher();
        let (text, places, date) = (schema.get_field("text")?, schema.get_field("places")?, schema.get_field("date")?);
        Ok(Self { index, searcher, text, places, date })
    }

    /// The top ten by score with their stored fields.
    pub(crate) fn top_ten(&self, question: &Question) -> anyhow::Result<Vec<(f32, TantivyDocument)>> {
        let query = self.query(question)?;
        let top = self.searcher.search(&*query, &TopDocs::with_limit(10).order_by_score())?;
        top.into_iter().map(|(score, address)| Ok((score, self.searcher.doc(address)?))).collect()
    }

    fn query(&self, question: &Question) -> anyhow::Result<Box<dyn Query>> {
        let mut terms = Vec::new();
        let mut tokenizer = self.index.tokenizer_for_field(self.text)?;
        tokenizer
            .token_stream(&question.text)
            .process(&mut |token| terms.push(Term::from_field_text(self.text, &token.text)));
        let scored = |term| Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Box<dyn Query>;
        let query: Box<dyn Query> = match (question.kind.as_str(), terms.len()) {
            (_, 0) => return Err(anyhow!("{:?} has no word", question.text)),
            ("typo", 1) => Box::new(FuzzyTermQuery::new(terms.remove(0), 1, true)),
            (_, 1) => scored(terms.remove(0)),
            ("phrase", _) => Box::new(PhraseQuery::new(terms)),
            _ => Box::new(BooleanQuery::union(terms.into_iter().map(scored).collect())),
        };
        let mut filters: Vec<Box<dyn Query>> = Vec::new();
        if let Some(place) = &question.place {
            filters.push(Box::new(TermQuery::new(Term::from_field_text(self.places, place), IndexRecordOption::Basic)));
        }
        if let Some((from, to)) = &question.dates {
            let bound = |date| Ok::<_, anyhow::Error>(Term::from_field_i64(self.date, day(date)?));
            filters.push(Box::new(RangeQuery::new(
                std::ops::Bound::Included(bound(from)?),
                std::ops::Bound::Included(bound(to)?),
            )));
        }
        if filters.is_empty() {
            return Ok(query);
        }
        let filters = filters.into_iter().map(|query| Box::new(ConstScoreQuery::new(query, 0.0)) as Box<dyn Query>);
        let clauses = std::iter::once(query).chain(filters).map(|query| (Occur::Must, query)).collect();
        Ok(Box::new(BooleanQuery::new(clauses)))
    }
}

/// `1987-02-26` as the number 19870226.
fn day(date: &str) -> anyhow::Result<i64> {
    Ok(date.replace('-', "").parse()?)
}
