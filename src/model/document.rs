//! Articles on their way in (`RawArticle`) and as they are kept and found (`Document`).
//!
//! May not hold markup: a body is a small Markdown of paragraphs, `#` headings and `-` lists, nothing else.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::date::PartialDate;
use crate::model::facet::{Label, LabelKind};

/// Where something stands in the corpus, for messages: a file, and a line where one can be named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Path inside the corpus folder, with `/`.
    pub file: String,
    /// Line in the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u32>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A file may be called anything; a line break in its name must not look like the end of the line.
        let file = self.file.replace(char::is_control, "\u{FFFD}");
        match self.line {
            Some(line) => write!(f, "{file}:{line}"),
            None => f.write_str(&file),
        }
    }
}

/// Keys of an article's file that are for the curator's work and no part of the article: where a draft was imported
/// from, what a person looked at and means as it stands, and that there is no date to be found.
pub const HOUSEKEEPING_KEYS: [&str; 3] = ["imported_from", "reviewed", "undated"];

/// How much cleaning a raw body still needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BodyKind {
    /// Written or reviewed by a person: kept as it is, only its white space is put in order.
    Curated,
    /// All the visible text of a page, menus and comments included: wants the whole cleaning.
    Scraped,
    /// Main text that an extractor already took out of a page: wants a light second cleaning.
    Extracted,
}

/// Where a date was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DateSource {
    /// The article's own front matter.
    FrontMatter,
    /// The sidecar file.
    Sidecar,
    /// A key of a JSON Lines record.
    Record,
    /// JSON-LD in a page.
    JsonLd,
    /// A meta or time element of a page.
    Meta,
    /// The address.
    Address,
    /// The dateline at the head of the text.
    Dateline,
    /// A line of the text.
    Text,
}

impl DateSource {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::FrontMatter => "front-matter",
            Self::Sidecar => "sidecar",
            Self::Record => "record",
            Self::JsonLd => "json-ld",
            Self::Meta => "meta",
            Self::Address => "address",
            Self::Dateline => "dateline",
            Self::Text => "text",
        }
    }
}

/// A publication that an article rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SourceReference {
    /// Name of the publisher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Day of publication as written; partial dates are fine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
}

/// What a reader took out of a file: nothing judged, nothing cleaned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RawArticle {
    /// The file, and the line of a record in it.
    pub place: Place,
    /// The id that the file itself gives, if any.
    pub id: Option<String>,
    /// The title that the file itself gives, if any.
    pub title: Option<String>,
    /// The text.
    pub body: String,
    /// What the text still needs.
    pub body_kind: BodyKind,
    /// The visible text around an extracted body, where nothing else says when the page was published: a line of it may.
    pub surroundings: Option<String>,
    /// The date as written, and where; not yet parsed, so that a wrong one can be reported.
    pub date: Option<(String, DateSource)>,
    /// Address of the article.
    pub url: Option<String>,
    /// Publishers.
    pub source: Vec<String>,
    /// Publications it rests on.
    pub sources: Vec<SourceReference>,
    /// Author.
    pub author: Option<String>,
    /// Language code as written.
    pub lang: Option<String>,
    /// Every other key: dimensions of the taxonomy among them (the pipeline knows which), the rest is kept as it is.
    pub extra: BTreeMap<String, serde_json::Value>,
    /// Things a curator should know that did not keep the article out.
    pub warnings: Vec<String>,
}

/// The text and the rest of an article after cleaning, reading of its date and language, and labelling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Unique in the corpus: `a-z`, `0-9`, `.`, `_`, `-`.
    pub id: String,
    /// Title, one line.
    pub title: String,
    /// Cleaned text in small Markdown.
    pub body: String,
    /// Address of the article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Publishers.
    #[serde(default)]
    pub source: Vec<String>,
    /// Publications it rests on.
    #[serde(default)]
    pub sources: Vec<SourceReference>,
    /// Author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Date; `None` is undated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// Where the date was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_source: Option<DateSource>,
    /// ISO 639-1 code, or `und`.
    pub lang: String,
    /// The place and agency line that a wire story opens with, if the cleaning found one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dateline: Option<String>,
    /// The file it came from, with the line of its record.
    pub place: Place,
    /// The same for articles with one text, word for word: a hash of its words. See `ingest::duplicates`.
    pub fingerprint: String,
    /// What its copies are known by. See `ingest::duplicates::sketch`.
    #[serde(skip)]
    pub sketch: Vec<u8>,
    /// Labels by dimension; a dimension without a label may be absent.
    #[serde(default)]
    pub labels: BTreeMap<String, Vec<Label>>,
    /// Unknown keys of the front matter.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, serde_json::Value>,
}

impl Document {
    /// What is kept in memory of the article to find its copies.
    pub fn imprint(&self) -> Imprint {
        let day = self.date.map(PartialDate::first_day);
        Imprint { id: self.id.clone(), day, sketch: self.sketch.clone() }
    }

    /// The paths that count in facets of a dimension, in the order of weight.
    pub fn tags(&self, dimension: &str) -> impl Iterator<Item = &str> {
        self.labels
            .get(dimension)
            .into_iter()
            .flatten()
            .filter(|label| label.kind == LabelKind::Tag)
            .map(|label| label.path.as_str())
    }
}

/// What is kept of an article to find its copies: about 200 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    /// Id of the article.
    pub id: String,
    /// First day of its date, in days since 1970; `None` is undated.
    pub day: Option<i32>,
    /// Its sketch; see `ingest::duplicates::sketch`.
    pub sketch: Vec<u8>,
}
