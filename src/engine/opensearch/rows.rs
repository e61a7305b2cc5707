//! Articles as rows of an index on a cluster: their tokens, labels and dates, ready to be sent.
//!
//! Decides nothing about words: tokens come from `engine::analyzer`.

use std::borrow::Cow;
use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};

use crate::engine::analyzer::{PARAGRAPH_GAP, Stemming, Token, sentence_positions, tokens};
use crate::engine::facets::facet_values;
use crate::engine::forms::form;
use crate::engine::opensearch::mapping::{
    SENTENCE_BEGIN, SENTENCE_END, SENTENCE_INSIDE, SENTENCE_WHOLE, STACK, facet_field, period_field, sentence_field,
    stem_field, word_field,
};
use crate::engine::ranking::TITLE_TIMES;
use crate::model::date::PartialDate;
use crate::model::document::Document;
use crate::model::facet::{NONE, ancestors};
use crate::model::query::{Interval, TextField};
use crate::text::normalise::fold;
use crate::text::words::words;

/// What stands for a blank in a term.
const BLANK: &str = "\u{5}";

/// The terms that one article holds, each once by field, and how long its texts are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// Stems of the title.
    pub title: BTreeSet<String>,
    /// Stems of the body.
    pub body: BTreeSet<String>,
    /// Words of the title.
    pub title_word: BTreeSet<String>,
    /// Words of the body.
    pub body_word: BTreeSet<String>,
    /// Length of title and body as they score together, in tokens, as the index keeps it (`kept_length`).
    pub article_length: u64,
    /// Length of the body in tokens, as the index keeps it.
    pub body_length: u64,
}

/// One article, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Its fields as JSON.
    pub source: Vec<u8>,
    /// Its terms.
    pub held: Held,
}

impl Row {
    /// The row of an article in an index with the given dimensions (our own among them); `group` is the id of the first
    /// of the copies that it belongs to.
    pub fn of<'d>(mut document: Document, dimensions: impl IntoIterator<Item = &'d str>, group: Option<&str>) -> Self {
        let stemming = Stemming::of(&document.lang);
        let mut fields = Map::new();
        fields.insert("id".into(), document.id.clone().into());
        let title = add_text(&mut fields, TextField::Title, &document.title, stemming);
        let body = add_text(&mut fields, TextField::Body, &document.body, stemming);
        let both = std::iter::repeat_n(&title, TITLE_TIMES).chain([&body]).flatten();
        let stems: Vec<Cow<'_, str>> = both.map(|token| ready(token.stem())).collect();
        let length = kept_length(stems.len() as u64);
        fields.insert("length".into(), length.into());
        fields.insert("article".into(), stems.join(" ").into());
        let author = document.author.iter().flat_map(|author| words(author)).map(|word| fold(word.text));
        fields.insert("author".into(), author.collect::<Vec<String>>().into());
        fields.insert("source_name".into(), document.source.iter().map(|name| fold(name)).collect::<Vec<_>>().into());
        fields.insert("lang".into(), document.lang.clone().into());
        fields.insert("sketch".into(), BASE64.encode(&document.sketch).into());
        fields.insert("lead".into(), group.unwrap_or(&document.id).into());
        if let Some(group) = group {
            fields.insert("group".into(), group.into());
        }
        if let Some(date) = document.date {
            fields.insert("date_first".into(), date.first_day().into());
            fields.insert("date_last".into(), date.last_day().into());
            for interval in [Interval::Year, Interval::Month, Interval::Day] {
                fields.insert(period_field(interval).into(), cut(date, interval).to_string().into());
            }
        }
        for dimension in dimensions {
            let values = facet_values(&document, dimension);
            let mut paths: BTreeSet<&str> = values.iter().flat_map(|path| ancestors(path)).collect();
            if paths.is_empty() {
                paths.insert(NONE);
            }
            fields.insert(facet_field(dimension), json!(paths));
        }
        let held = Held {
            title: title.iter().map(|token| token.stem().to_owned()).collect(),
            body: body.iter().map(|token| token.stem().to_owned()).collect(),
            title_word: title.iter().map(|token| form(token, &document.title).into_owned()).collect(),
            body_word: body.iter().map(|token| form(token, &document.body).into_owned()).collect(),
            article_length: length,
            body_length: kept_length(body.len() as u64),
        };
        fields.insert("body_length".into(), held.body_length.into());
        fields.insert("stored_body".into(), std::mem::take(&mut document.body).into());
        // A document is plain data with text keys: it always has a JSON form.
        fields.insert("document".into(), serde_json::to_string(&document).unwrap_or_default().into());
        Self { id: document.id, source: Value::Object(fields).to_string().into_bytes(), held }
    }
}

/// The date, as far as bars of an interval know it.
fn cut(date: PartialDate, interval: Interval) -> PartialDate {
    let (month, day) = match interval {
        Interval::Year => (None, None),
        Interval::Month => (date.month(), None),
        Interval::Day => (date.month(), date.day()),
    };
    PartialDate::new(date.year(), month, day).unwrap_or(date)
}

/// Adds the fields of a text and gives its tokens.
fn add_text(fields: &mut Map<String, Value>, field: TextField, text: &str, stemming: Stemming) -> Vec<Token> {
    let tokens = tokens(text, stemming);
    let begins = sentence_positions(text, &tokens);
    let stems =
        paragraphs(&tokens, |stack, _, line| write_stack(stack, line, |token| ready(token.stem()).into_owned()));
    let words = paragraphs(&tokens, |stack, _, line| {
        write_stack(stack, line, |token| ready(&form(token, text)).into_owned());
    });
    let sentences = paragraphs(&tokens, |stack, next, line| {
        let begins_at = |position: u32| begins.binary_search(&position).is_ok();
        line.push_str(match (begins_at(stack[0].position), next.is_none_or(begins_at)) {
            (true, true) => SENTENCE_WHOLE,
            (true, false) => SENTENCE_BEGIN,
            (false, true) => SENTENCE_END,
            (false, false) => SENTENCE_INSIDE,
        });
    });
    fields.insert(stem_field(field).into(), stems.into());
    fields.insert(word_field(field).into(), words.into());
    fields.insert(sentence_field(field).into(), sentences.into());
    tokens
}

/// Writes the tokens of one position.
fn write_stack(stack: &[Token], line: &mut String, term: impl Fn(&Token) -> String) {
    for (n, token) in stack.iter().enumerate() {
        if n > 0 {
            line.push(STACK);
        }
        line.push_str(&term(token));
    }
}

/// Tokens as texts of an index, one for each paragraph, the positions parted by blanks. `write` adds what stands at a position,
/// given its tokens and the next position at which there are any.
fn paragraphs(tokens: &[Token], mut write: impl FnMut(&[Token], Option<u32>, &mut String)) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut before: Option<u32> = None;
    let mut stacks = tokens.chunk_by(|a, b| a.position == b.position).peekable();
    while let Some(stack) = stacks.next() {
        let position = stack[0].position;
        if before.is_none_or(|before| position - before > PARAGRAPH_GAP) {
            lines.push(String::new());
        }
        let Some(line) = lines.last_mut() else { continue };
        if !line.is_empty() {
            line.push(' ');
        }
        before = Some(position);
        write(stack, stacks.peek().map(|next| next[0].position), line);
    }
    lines
}

/// A term as the index is sent it: without the blanks that few folded letters hold (a vowel sign that is written alone), which
/// would part it, and without `STACK`.
pub fn ready(term: &str) -> Cow<'_, str> {
    // Blanks as Rust and as Java have them.
    let parts = |c: char| c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}') || c == STACK;
    if term.contains(parts) { Cow::Owned(term.replace(parts, BLANK)) } else { Cow::Borrowed(term) }
}

/// A length as an index keeps it with each article, in a byte: exact up to 39, then with four significant bits (Lucene's
/// `SmallFloat`, and tantivy's norms alike).
pub fn kept_length(length: u64) -> u64 {
    const EXACT: u64 = 24;
    if length < EXACT {
        return length;
    }
    let rest = length - EXACT;
    let shift = (u64::BITS - rest.leading_zeros()).saturating_sub(4);
    EXACT + (rest >> shift << shift)
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;
    use crate::model::document::Place;

    /// An English article with nothing but a title and a text.
    pub(in crate::engine::opensearch) fn document(title: &str, body: &str) -> Document {
        let place = Place { file: "a.md".into(), line: None };
        serde_json::from_value(json!({
            "id": "a", "title": title, "body": body, "lang": "en", "place": place, "fingerprint": "",
        }))
        .unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::samples::document;
    use super::*;

    fn fields(title: &str, body: &str) -> Value {
        serde_json::from_slice(&Row::of(document(title, body), ["lang", "region"], None).source).unwrap()
    }

    #[test]
    fn tokens_of_one_position_are_joined_and_paragraphs_parted() {
        let fields = fields("The JF-17", "One two. Three\n\nFour");
        assert_eq!(fields["title"], json!(["the jf\u{4}jf17 17"]));
        assert_eq!(fields["body"], json!(["one two three", "four"]));
        assert_eq!(fields["body_word"], json!(["one\u{1}One two three\u{1}Three", "four\u{1}Four"]));
        assert_eq!(fields["body_sentence"], json!(["b e w", "w"]));
        assert_eq!(fields["facet_region"], json!([NONE]));
        assert_eq!(fields["facet_lang"], json!(["en"]));
        assert_eq!(fields["length"], 3 * 2 + 2 + 4);
    }

    #[test]
    fn lengths_are_kept_in_a_byte() {
        let kept = [0, 23, 24, 39, 40, 41, 55, 56, 59, 1000].map(kept_length);
        assert_eq!(kept, [0, 23, 24, 39, 40, 40, 54, 56, 56, 984]);
    }

    proptest::proptest! {
        #[test]
        fn a_token_stands_where_the_index_will_count_it(body in "[\\PC\\n]{0,120}") {
            let tokens = tokens(&body, Stemming::English);
            let fields = fields("", &body);
            let mut position = 0;
            let mut stands = Vec::new();
            for paragraph in fields["body"].as_array().unwrap() {
                for stack in paragraph.as_str().unwrap().split_whitespace() {
                    stands.extend(stack.split(STACK).map(|stem| (position, stem.to_owned())));
                    position += 1;
                }
                position += PARAGRAPH_GAP;
            }
            let expected: Vec<_> = tokens.iter().map(|token| (token.position, ready(token.stem()).into_owned())).collect();
            proptest::prop_assert_eq!(stands, expected);
        }
    }
}
