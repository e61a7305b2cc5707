//! The fields of the embedded index, and how a document becomes one of its rows.
//!
//! Every text field gets its tokens from `engine::analyzer`, ready made: tantivy's own tokenizers are not used, so
//! that the same words are found whichever engine keeps them.

use std::collections::BTreeMap;

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{TantivyDocument, Term};

use crate::engine::analyzer::{SENTENCE_MARK, Stemming, Token, sentence_positions, tokens};
use crate::engine::embedded::tokens::{ANALYSED, TokenText};
use crate::engine::facets::{FacetDictionary, MISSING, OWN_DIMENSIONS, facet_values};
use crate::engine::forms::form;
use crate::engine::ranking::TITLE_TIMES;
use crate::model::document::Document;
use crate::model::facet::ancestors;
use crate::model::query::TextField;
use crate::text::normalise::fold;
use crate::text::words::words;

/// Changes whenever the fields or their contents do: an index with another version must be rebuilt.
pub const SCHEMA_VERSION: u32 = 7;

/// The fields that hold one text.
#[derive(Debug, Clone, Copy)]
pub struct TextFields {
    /// Stems (and Chinese characters and words), with positions.
    pub stem: Field,
    /// Words folded and as they are written (see `forms`), with positions, for prefixes, typos and exact words.
    pub word: Field,
    /// A mark at each position where a sentence begins.
    pub sentence: Field,
}

/// The schema with its fields by name.
#[derive(Debug, Clone)]
pub struct IndexSchema {
    /// For tantivy.
    pub schema: Schema,
    /// Document id.
    pub id: Field,
    /// Title.
    pub title: TextFields,
    /// Body.
    pub body: TextFields,
    /// Stems of title and body as one text, those of the title `TITLE_TIMES` times, without positions: what plain words
    /// are found and scored by.
    pub article: Field,
    /// Words of the author's name, folded.
    pub author: Field,
    /// Publisher, folded whole.
    pub source: Field,
    /// Language code.
    pub lang: Field,
    /// What copies are known by.
    pub sketch: Field,
    /// First day of the date, in days since 1970; absent when undated.
    pub date_first: Field,
    /// Last day of the date.
    pub date_last: Field,
    /// Ordinals of a dimension's values with their ancestors, by dimension.
    pub facets: BTreeMap<String, Field>,
    /// The document without its body, as JSON.
    pub stored: Field,
    /// The body.
    pub stored_body: Field,
}

impl IndexSchema {
    /// The schema for a taxonomy's dimensions.
    pub fn new<'d>(dimensions: impl IntoIterator<Item = &'d str>) -> Self {
        let mut builder = Schema::builder();
        let scored = |option| {
            let indexing =
                TextFieldIndexing::default().set_tokenizer(ANALYSED).set_index_option(option).set_fieldnorms(true);
            TextOptions::default().set_indexing_options(indexing)
        };
        let positions = scored(IndexRecordOption::WithFreqsAndPositions);
        let plain = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(ANALYSED)
                .set_index_option(IndexRecordOption::Basic)
                .set_fieldnorms(false),
        );
        let mut text = |name: &str| TextFields {
            stem: builder.add_text_field(name, positions.clone()),
            word: builder.add_text_field(&format!("{name}_word"), positions.clone()),
            sentence: builder.add_text_field(&format!("{name}_sentence"), positions.clone()),
        };
        let (title, body) = (text("title"), text("body"));
        let article = builder.add_text_field("article", scored(IndexRecordOption::WithFreqs));
        let id = builder.add_text_field("id", STRING | FAST);
        let author = builder.add_text_field("author", plain.clone());
        let source = builder.add_text_field("source_name", plain.clone());
        let lang = builder.add_text_field("lang_code", plain);
        let sketch = builder.add_bytes_field("sketch", FAST);
        let date_first = builder.add_i64_field("date_first", INDEXED | FAST);
        let date_last = builder.add_i64_field("date_last", INDEXED | FAST);
        let ordinals = NumericOptions::default().set_indexed().set_fast();
        let facets = dimensions
            .into_iter()
            .chain(OWN_DIMENSIONS)
            .map(|name| (name.to_owned(), builder.add_u64_field(&facet_column(name), ordinals.clone())))
            .collect();
        let stored = builder.add_text_field("stored", STORED);
        let stored_body = builder.add_text_field("stored_body", STORED);
        let schema = builder.build();
        Self {
            schema,
            id,
            title,
            body,
            article,
            author,
            source,
            lang,
            sketch,
            date_first,
            date_last,
            facets,
            stored,
            stored_body,
        }
    }

    /// The fields of a text.
    pub fn text(&self, field: TextField) -> &TextFields {
        match field {
            TextField::Title => &self.title,
            TextField::Body => &self.body,
        }
    }

    /// The term of a document's id.
    pub fn id_term(&self, id: &str) -> Term {
        Term::from_field_text(self.id, id)
    }

    /// The row of a document whose facet values have their ordinals.
    pub fn row(&self, mut document: Document, facets: &FacetDictionary) -> TantivyDocument {
        let mut row = TantivyDocument::default();
        row.add_text(self.id, &document.id);
        let stemming = Stemming::of(&document.lang);
        let title = add_text(&mut row, &self.title, &document.title, stemming);
        let body = add_text(&mut row, &self.body, &document.body, stemming);
        let both = std::iter::repeat_n(&title, TITLE_TIMES).chain([&body]).flatten();
        row.add_text(self.article, TokenText::of(both.map(|token| (0, token.stem()))));
        if let Some(author) = &document.author {
            for word in words(author) {
                row.add_text(self.author, one(&fold(word.text)));
            }
        }
        for source in &document.source {
            row.add_text(self.source, one(&fold(source)));
        }
        row.add_text(self.lang, one(&document.lang));
        row.add_bytes(self.sketch, &document.sketch);
        if let Some(date) = document.date {
            row.add_i64(self.date_first, date.first_day().into());
            row.add_i64(self.date_last, date.last_day().into());
        }
        for (dimension, &field) in &self.facets {
            let mut ordinals: Vec<u64> = facet_values(&document, dimension)
                .iter()
                .flat_map(|path| ancestors(path))
                .filter_map(|path| facets.ordinal(dimension, path))
                .map(u64::from)
                .collect();
            ordinals.sort_unstable();
            ordinals.dedup();
            if ordinals.is_empty() {
                ordinals.push(MISSING.into());
            }
            ordinals.into_iter().for_each(|ordinal| row.add_u64(field, ordinal));
        }
        row.add_text(self.stored_body, std::mem::take(&mut document.body));
        // A document is plain data with text keys: it always has a JSON form.
        row.add_text(self.stored, serde_json::to_string(&document).unwrap_or_default());
        row
    }
}

/// Name of the column of a dimension's ordinals.
pub fn facet_column(dimension: &str) -> String {
    format!("facet_{dimension}")
}

/// Adds the fields of a text and gives its tokens.
fn add_text(row: &mut TantivyDocument, fields: &TextFields, text: &str, stemming: Stemming) -> Vec<Token> {
    let tokens = tokens(text, stemming);
    row.add_text(fields.stem, TokenText::of(tokens.iter().map(|token| (token.position, token.stem()))));
    row.add_text(fields.word, TokenText::of(tokens.iter().map(|token| (token.position, form(token, text)))));
    let marks = sentence_positions(text, &tokens).into_iter();
    row.add_text(fields.sentence, TokenText::of(marks.map(|at| (at, SENTENCE_MARK))));
    tokens
}

/// A value that is one token whole.
fn one(value: &str) -> String {
    TokenText::of([(0, value)])
}
