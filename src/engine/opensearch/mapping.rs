//! The fields of an index on a cluster: settings and mapping, made from our analyzer's description and the taxonomy.
//!
//! Nothing is left to a server's default: every field, its analysis and its scoring are written out, and what is not named
//! here is refused (`dynamic: strict`). The only analysis is to part tokens that come ready made: at blanks, and where
//! `STACK` joins tokens of one position.

use serde_json::{Value, json};

use crate::engine::analyzer::PARAGRAPH_GAP;
use crate::engine::ranking::{LENGTH_WEIGHT, SATURATION};
use crate::model::PAGE_DEPTH_MAX;
use crate::model::query::{Interval, TextField};

/// Changes whenever the fields or their contents do: an index with another version must be rebuilt.
pub const MAPPING_VERSION: u32 = 3;
/// Joins the tokens of one position. No token holds it: it is a control character.
pub const STACK: char = '\u{4}';
/// Stands where a sentence begins, in the fields of sentences.
pub const SENTENCE_BEGIN: &str = "b";
/// Stands where a sentence ends.
pub const SENTENCE_END: &str = "e";
/// Stands where a sentence of one word is.
pub const SENTENCE_WHOLE: &str = "w";
/// Stands at all other positions on the way to the index, which leaves it out.
pub const SENTENCE_INSIDE: &str = "i";
/// Longest token in bytes that an index takes (Lucene's bound).
const TOKEN_BYTES_MAX: usize = 32_766;
/// Terms of one `terms` query at most: all written forms of the words that a prefix or a typo stands for.
const TERMS_MAX: usize = 65_536;
/// Hits that may be asked for at once; more are walked to.
pub const HITS_AT_ONCE_MAX: usize = PAGE_DEPTH_MAX + 1000;

/// How an index is spread over the nodes of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Parts that it is cut into; cannot be changed without a full run.
    pub shards: u32,
    /// Further copies of each part.
    pub replicas: u32,
}

impl Default for Layout {
    fn default() -> Self {
        Self { shards: 3, replicas: 1 }
    }
}

/// The field of stems of a text.
pub fn stem_field(field: TextField) -> &'static str {
    match field {
        TextField::Title => "title",
        TextField::Body => "body",
    }
}

/// The field of words of a text, folded and as they are written (`engine::forms`).
pub fn word_field(field: TextField) -> &'static str {
    match field {
        TextField::Title => "title_word",
        TextField::Body => "body_word",
    }
}

/// The field of marks where sentences of a text begin and end.
pub fn sentence_field(field: TextField) -> &'static str {
    match field {
        TextField::Title => "title_sentence",
        TextField::Body => "body_sentence",
    }
}

/// The field of a dimension's values.
pub fn facet_field(dimension: &str) -> String {
    format!("facet_{dimension}")
}

/// The field of the period that a date lies in: the date, cut to at most that precision.
pub fn period_field(interval: Interval) -> &'static str {
    match interval {
        Interval::Year => "period_year",
        Interval::Month => "period_month",
        Interval::Day => "period_day",
    }
}

/// The body of the request that makes an index of articles with the given dimensions (our own among them). It has its
/// copies from the start, so that a node that is lost while it is filled takes nothing with it; it is not refreshed until it is full.
pub fn index_body<'d>(layout: Layout, dimensions: impl IntoIterator<Item = &'d str>) -> Value {
    let text = || {
        json!({
            "type": "text", "analyzer": "ready", "search_analyzer": "ready", "similarity": "words", "store": true,
            "position_increment_gap": PARAGRAPH_GAP, "index_options": "positions", "norms": true,
        })
    };
    let keyword = || json!({"type": "keyword", "doc_values": true, "index": true});
    let kept = || json!({"type": "keyword", "index": false, "doc_values": false, "store": true});
    let mut properties = serde_json::Map::new();
    for field in ["title", "body", "title_word", "body_word"] {
        properties.insert(field.into(), text());
    }
    for field in ["title_sentence", "body_sentence"] {
        properties.insert(
            field.into(),
            json!({
                "type": "text", "analyzer": "marks", "search_analyzer": "marks",
                "position_increment_gap": PARAGRAPH_GAP, "index_options": "positions", "norms": false,
            }),
        );
    }
    properties.insert(
        "article".into(),
        json!({
            "type": "text", "analyzer": "ready", "search_analyzer": "ready", "similarity": "words",
            "index_options": "freqs", "norms": true,
        }),
    );
    for field in ["id", "lang", "source_name", "author", "lead", "group", "period_year", "period_month", "period_day"] {
        properties.insert(field.into(), keyword());
    }
    for dimension in dimensions {
        properties.insert(facet_field(dimension), keyword());
    }
    for field in ["date_first", "date_last"] {
        properties.insert(field.into(), json!({"type": "integer", "index": true, "doc_values": true}));
    }
    for field in ["length", "body_length"] {
        properties.insert(field.into(), json!({"type": "integer", "index": false, "doc_values": true}));
    }
    properties.insert("sketch".into(), json!({"type": "binary", "doc_values": true}));
    for field in ["document", "stored_body"] {
        properties.insert(field.into(), kept());
    }
    json!({
        "settings": {
            "index": {
                "number_of_shards": layout.shards,
                "number_of_replicas": layout.replicas,
                "refresh_interval": "-1",
                "max_result_window": HITS_AT_ONCE_MAX,
                "max_terms_count": TERMS_MAX,
                "similarity": {
                    "words": {"type": "BM25", "k1": SATURATION, "b": LENGTH_WEIGHT, "discount_overlaps": false},
                },
            },
            "analysis": {
                "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": TOKEN_BYTES_MAX}},
                "filter": {
                    "marked": {"type": "stop", "stopwords": [SENTENCE_INSIDE]},
                    "stacked": {
                        "type": "pattern_capture", "preserve_original": false, "patterns": [format!("([^{STACK}]+)")],
                    },
                },
                "analyzer": {
                    "ready": {"type": "custom", "tokenizer": "blanks", "filter": ["stacked"]},
                    "marks": {"type": "custom", "tokenizer": "blanks", "filter": ["marked"]},
                },
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"enabled": false},
            "_meta": {"mapping_version": MAPPING_VERSION},
            "properties": properties,
        },
    })
}
