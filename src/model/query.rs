//! A question: the parsed query, the filters, and how the answer is to be cut.
//!
//! Holds words as typed; what an engine makes of them (tokens, stems) is the analyzer's. May not name an engine.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::date::{DateRange, PartialDate};

/// A part of the text that a word may be sought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextField {
    /// The title.
    Title,
    /// The body.
    Body,
}

/// A keyword field: compared as a whole, case and accents folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeywordField {
    /// Publisher.
    Source,
    /// Author: every word of the value must stand in the author's name.
    Author,
    /// Language code.
    Lang,
    /// Document id.
    Id,
}

/// The tree that a query text is read into. Its `Display` is query text that parses to an equal tree.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// Every document: the empty query, or `*`.
    Everything,
    /// One word; `exact` for `=word`.
    Word {
        /// As typed.
        text: String,
        /// Letter for letter: case, accents, no stemming.
        exact: bool,
    },
    /// `"a phrase"`, `="a phrase"`, `"a b"~5`.
    Phrase {
        /// As typed, without the quotes.
        text: String,
        /// Letter for letter.
        exact: bool,
        /// How many words may stand between or be moved; 0 is a plain phrase.
        slop: u32,
    },
    /// A word, words side by side or a phrase that are a name, with the other names of what they name. Parsing never
    /// gives one: `query::expansion` does.
    Name {
        /// As typed.
        typed: Box<Query>,
        /// The other names.
        others: Vec<OtherName>,
    },
    /// `prefix*`.
    Prefix(String),
    /// `word~1`.
    Fuzzy {
        /// As typed.
        text: String,
        /// Edits allowed, 1 or 2.
        distance: u8,
    },
    /// `a SAME b`: both in one sentence. The sides are words, phrases, prefixes or fuzzy words.
    Same(Vec<Query>),
    /// `title:...`, `body:...`: text leaves below are sought in that field only.
    Within(TextField, Box<Query>),
    /// `source:`, `author:`, `lang:`, `id:`.
    Keyword(KeywordField, String),
    /// `date:2024-01..2024-06`.
    Date(DateRange),
    /// `region:Gwadar`: a value of a dimension, as typed; `query::expansion` resolves it to full paths.
    Label {
        /// Name of the dimension.
        dimension: String,
        /// The value as typed, or once resolved the full path.
        value: String,
    },
    /// `NOT a`, `-a`.
    Not(Box<Query>),
    /// Clauses side by side or joined by `AND`.
    All(Vec<Clause>),
    /// `a OR b`.
    Any(Vec<Query>),
}

/// Another name of what a name in a query names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherName {
    /// The name as people write it.
    pub form: String,
    /// Whether it must stand letter for letter, as acronyms must.
    pub case_sensitive: bool,
}

/// One clause of `Query::All`.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// What is sought.
    pub query: Query,
    /// Joined by a written `AND`: never dropped by the fallback or by `match=any`.
    pub required: bool,
}

impl Query {
    /// Whether the query asks for no words at all.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::Everything)
    }

    /// Whether it is a word, a phrase, a prefix or a fuzzy word.
    pub fn is_text_leaf(&self) -> bool {
        match self {
            Self::Word { .. } | Self::Phrase { .. } | Self::Prefix(_) | Self::Fuzzy { .. } => true,
            Self::Name { typed, .. } => typed.is_text_leaf(),
            _ => false,
        }
    }
}

/// The quotation marks of the query language, by family: the mark that is written first, the one that is written
/// last, and all marks of the family. A quotation ends at the next mark of its own family, so its text holds none.
pub const QUOTES: [(char, char, &str); 4] =
    [('"', '"', "\"“”„‟＂"), ('«', '»', "«»"), ('「', '」', "「」｢｣"), ('『', '』', "『』")];

impl fmt::Display for Query {
    /// Writes no bracket that the precedence makes needless: what was parsed within the depth limit stays in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("*"),
            Self::Word { text, exact } => write!(f, "{}{text}", if *exact { "=" } else { "" }),
            Self::Phrase { text, exact, slop } => {
                f.write_str(if *exact { "=" } else { "" })?;
                write_quoted(f, text)?;
                if *slop > 0 { write!(f, "~{slop}") } else { Ok(()) }
            }
            Self::Name { typed, .. } => write!(f, "{typed}"),
            Self::Prefix(text) => write!(f, "{text}*"),
            Self::Fuzzy { text, distance } => write!(f, "{text}~{distance}"),
            Self::Same(sides) => write_joined(f, sides, " SAME ", |side| !side.is_text_leaf()),
            Self::Within(field, query) => {
                let name = match field {
                    TextField::Title => "title",
                    TextField::Body => "body",
                };
                write!(f, "{name}:")?;
                write_bracketed(f, query, !query.is_text_leaf())
            }
            Self::Keyword(field, value) => {
                let name = match field {
                    KeywordField::Source => "source",
                    KeywordField::Author => "author",
                    KeywordField::Lang => "lang",
                    KeywordField::Id => "id",
                };
                write!(f, "{name}:")?;
                write_quoted(f, value)
            }
            Self::Date(DateRange { from, to }) => match (from, to) {
                (Some(from), Some(to)) if from == to => write!(f, "date:{from}"),
                _ => {
                    let side = |date: &Option<PartialDate>| date.map(|d| d.to_string()).unwrap_or_default();
                    write!(f, "date:{}..{}", side(from), side(to))
                }
            },
            Self::Label { dimension, value } => {
                write!(f, "{dimension}:")?;
                write_quoted(f, value)
            }
            Self::Not(query) => {
                f.write_str("NOT ")?;
                write_bracketed(f, query, matches!(**query, Self::All(_) | Self::Any(_)))
            }
            Self::All(clauses) => {
                for (n, Clause { query, required }) in clauses.iter().enumerate() {
                    if n > 0 {
                        f.write_str(if *required && clauses[n - 1].required { " AND " } else { " " })?;
                    }
                    write_bracketed(f, query, matches!(query, Self::All(_) | Self::Any(_)))?;
                }
                Ok(())
            }
            Self::Any(sides) => write_joined(f, sides, " OR ", |side| matches!(side, Self::Any(_))),
        }
    }
}

fn write_joined(
    f: &mut fmt::Formatter<'_>,
    sides: &[Query],
    operator: &str,
    in_brackets: fn(&Query) -> bool,
) -> fmt::Result {
    for (n, side) in sides.iter().enumerate() {
        f.write_str(if n > 0 { operator } else { "" })?;
        write_bracketed(f, side, in_brackets(side))?;
    }
    Ok(())
}

fn write_bracketed(f: &mut fmt::Formatter<'_>, query: &Query, in_brackets: bool) -> fmt::Result {
    if in_brackets { write!(f, "({query})") } else { write!(f, "{query}") }
}

/// Writes a text in marks of the first family that it holds none of.
fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let family = QUOTES.iter().find(|(_, _, marks)| !text.contains(|c| marks.contains(c)));
    let (first, last, _) = family.unwrap_or(&QUOTES[0]);
    write!(f, "{first}{text}{last}")
}

/// Something in a query text that was read otherwise than it may have been meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Diagnostic {
    /// What happened, in a sentence.
    pub message: String,
    /// Offset of the first byte concerned in the query text.
    pub start: usize,
    /// Offset behind the last byte concerned.
    pub end: usize,
}

/// A query text after parsing. Parsing never fails.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedQuery {
    /// The tree.
    pub query: Query,
    /// What was read otherwise than typed.
    pub diagnostics: Vec<Diagnostic>,
}

/// A chosen value of a facet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FacetChoice {
    /// Documents under this path.
    Path(String),
    /// Documents with no value.
    Missing,
}

/// Filters: values of one dimension are alternatives, dimensions narrow each other. `lang` and `source` are
/// dimensions like those of the taxonomy, one level deep.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    /// Values asked for, by dimension.
    pub include: BTreeMap<String, Vec<FacetChoice>>,
    /// Values shut out, by dimension.
    pub exclude: BTreeMap<String, Vec<FacetChoice>>,
    /// Days asked for.
    pub dates: Option<DateRange>,
    /// With a date range: the undated too. Without: only the undated.
    pub undated: bool,
}

/// The order of hits. Ties are broken by id, so that the order is total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Best score first; with an empty query newest first.
    #[default]
    Relevance,
    /// Latest first, the undated last.
    Newest,
    /// Earliest first, the undated last.
    Oldest,
}

/// What the words of a query must do together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MatchMode {
    /// All must stand in the document; if no document has them all, those with most are shown.
    #[default]
    All,
    /// Any may.
    Any,
}

/// How far words may be misspelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Fuzzy {
    /// A word that no article has stands for the words most like it.
    #[default]
    Auto,
    /// Every plain word stands for all words within so many edits, up to `FUZZY_EDITS_MAX`; 0 for itself alone.
    Within(u8),
}

/// Width of the bars of the date histogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Interval {
    /// A bar a year.
    #[default]
    Year,
    /// A bar a month.
    Month,
    /// A bar a day.
    Day,
}

/// A facet whose counts are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetRequest {
    /// Name of the dimension.
    pub dimension: String,
    /// Most values at each level; the rest is summed up as `other`.
    pub size: usize,
    /// Only values one of whose names contains this text (folded), with their ancestors.
    pub contains: Option<String>,
}

/// All that an engine needs for one answer.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest {
    /// What is sought.
    pub query: Query,
    /// Filters, resolved to full paths.
    pub filters: Filters,
    /// Order.
    pub sort: Sort,
    /// How words join.
    pub match_mode: MatchMode,
    /// How far words may be misspelt.
    pub fuzzy: Fuzzy,
    /// Nobody asked for all words in so many words: a long question may be answered by articles with most of them.
    pub lenient: bool,
    /// Whether a group of copies is one hit: the best of its articles that are found. Counts stay those of articles.
    pub collapse: bool,
    /// Hits to skip.
    pub offset: usize,
    /// Hits to return; 0 gives counts only.
    pub size: usize,
    /// Facets to count.
    pub facets: Vec<FacetRequest>,
    /// Histogram to count; `None` for none.
    pub interval: Option<Interval>,
    /// Whether to cut snippets.
    pub snippets: bool,
    /// Half-life in days of what recency adds to a score; `None` adds nothing.
    pub recency: Option<u32>,
    /// Whether to say what each score is made of.
    pub explain: bool,
    /// When to give up.
    pub deadline: Deadline,
}

/// Until when somebody waits for an answer; nobody says when there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// So long from now.
    pub fn within(time: Duration) -> Self {
        Self(Instant::now().checked_add(time))
    }

    /// How long there is until then; `None` where nobody says when.
    pub fn left(self) -> Option<Duration> {
        self.0.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Whether it is over.
    pub fn has_passed(self) -> bool {
        self.0.is_some_and(|deadline| Instant::now() > deadline)
    }
}

/// What is typed so far, and how many suggestions to give for it.
#[derive(Debug, Clone, PartialEq)]
pub struct SuggestRequest {
    /// As typed; nothing gives the commonest names.
    pub text: String,
    /// Only names of this dimension; they need not stand in any text.
    pub dimension: Option<String>,
    /// Filters, resolved to full paths.
    pub filters: Filters,
    /// Most suggestions to give.
    pub size: usize,
}
