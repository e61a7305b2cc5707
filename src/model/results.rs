//! An answer: hits, snippets as fragments, facet counts, histogram, statistics.
//!
//! Holds no markup: a snippet is fragments with a match flag, and `render` makes HTML of it last.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::document::Document;
use crate::model::query::{Diagnostic, Filters, Fuzzy, Interval, MatchMode, Sort};

/// A run of text in a snippet or a title, matched or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fragment {
    /// The text.
    pub text: String,
    /// Whether the query matched it.
    #[serde(rename = "match")]
    pub matched: bool,
}

/// A passage that answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// `title` or `body`.
    pub field: &'static str,
    /// The passage.
    pub fragments: Vec<Fragment>,
    /// Offset of the passage in the field, in bytes.
    pub offset: usize,
    /// The nearest heading above it, or the one that it is.
    pub heading: Option<String>,
    /// Which paragraph or list item of the text it stands in, from 1, headings not counted; `None` in a heading.
    pub paragraph: Option<usize>,
    /// How many there are.
    pub paragraphs: usize,
    /// Which mark of the whole text its first one is, from 1; `None` for a passage without a mark.
    pub first_mark: Option<usize>,
}

/// How a form in the text came to match a term of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// The same word (case, accents and letter forms aside).
    Typed,
    /// Another form of the same word.
    Stem,
    /// Another name of what the term names.
    Variant,
    /// The word begins with the typed prefix.
    Prefix,
    /// Within the allowed edit distance.
    Fuzzy,
}

/// Why a hit is one: a term of the query and the form found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Matched {
    /// As typed.
    pub term: String,
    /// As it stands in the text.
    pub form: String,
    /// How the one leads to the other.
    pub via: Via,
}

/// Another print of an article's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Copy {
    /// Its id.
    pub id: String,
    /// Its publishers.
    pub source: Vec<String>,
    /// Its date as written in JSON.
    pub date: Option<String>,
}

/// The other prints of an article's text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Copies {
    /// How many there are.
    pub total: usize,
    /// The first of them, at most `COPIES_MAX`, by date (the undated last), then id.
    pub list: Vec<Copy>,
    /// Whether the article itself goes before them all.
    pub leads: bool,
}

/// One article found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The article; its body is left empty, `snippets` show what matters of it.
    pub document: Document,
    /// Score under the present sort; not comparable between queries.
    pub score: f32,
    /// The title, cut into matched and other runs.
    pub title: Vec<Fragment>,
    /// Up to `SNIPPETS_MAX` passages, in the order of the text.
    pub snippets: Vec<Snippet>,
    /// The forms found.
    pub matched: Vec<Matched>,
    /// The other prints of its text, found by this search or not.
    pub copies: Copies,
    /// What the score is made of, if that was asked for; the points sum up to it.
    pub explanation: Option<Vec<ScorePart>>,
}

/// A part of a score.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ScorePart {
    /// What earned it, in words.
    pub what: String,
    /// What it earned.
    pub points: f32,
}

/// An article found, by its id alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Id of the article.
    pub id: String,
    /// Score under the present sort; not comparable between queries.
    pub score: f32,
}

/// What the words of the query did in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MatchUsed {
    /// Every hit has all words.
    All,
    /// No document (for a question: few) has all: hits have most of them.
    Most,
    /// The union was asked for.
    Any,
}

impl MatchUsed {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Most => "most",
            Self::Any => "any",
        }
    }
}

/// A value of a facet with its count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FacetValue {
    /// Full path.
    pub path: String,
    /// What people read.
    pub label: String,
    /// Articles under it, each counted once.
    pub count: u64,
    /// Whether the request chose it.
    pub selected: bool,
    /// Values below, by count.
    pub children: Vec<FacetValue>,
}

/// The counts of one dimension.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FacetCounts {
    /// Name of the dimension.
    #[serde(skip)]
    pub dimension: String,
    /// Values at the top, by count, then path.
    pub values: Vec<FacetValue>,
    /// Articles with no value.
    pub missing: u64,
    /// Whether the bucket of articles with no value is chosen.
    pub missing_selected: bool,
    /// Articles counted under top values that were cut off, summed.
    pub other: u64,
}

/// A bar of the histogram.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bucket {
    /// `2024`, `2024-03` or `2024-03-26`.
    pub key: String,
    /// Articles in it.
    pub count: u64,
}

/// Articles by date, under all filters. A date that is known by its month or year alone counts in every period of the range that
/// it may lie in, so that a bar has as many articles as a filter by its period finds; the bars of years add up to the dated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Histogram {
    /// Width of the bars.
    pub interval: Interval,
    /// Bars that are not empty, in order of time.
    pub buckets: Vec<Bucket>,
    /// Articles without a date.
    pub undated: u64,
}

/// An engine's answer to a request.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchResults {
    /// Articles found, all pages.
    pub total: u64,
    /// Of these, of each group of copies one: as many as a list has in which copies are joined.
    pub collapsed: u64,
    /// Hits of this page.
    pub hits: Vec<Hit>,
    /// What the words did.
    pub match_used: MatchUsed,
    /// Words that not all of the best-matching articles have; empty unless `match_used` is `Most`.
    pub missing: Vec<String>,
    /// Names that stood for a name of the query, those that were found, commonest first.
    pub variants: Vec<OtherForms>,
    /// Words that stood for a misspelt one, likeliest first.
    pub corrections: Vec<OtherForms>,
    /// A query text that finds more, where a word is misspelt.
    pub did_you_mean: Option<String>,
    /// Counts in the order asked for.
    pub facets: Vec<FacetCounts>,
    /// Histogram, if asked for.
    pub histogram: Option<Histogram>,
}

/// Other forms that stood for a term of the query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OtherForms {
    /// The term as typed.
    pub term: String,
    /// The forms.
    pub forms: Vec<FormCount>,
}

/// A form, and how many of the articles found have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FormCount {
    /// As people write it.
    pub form: String,
    /// Articles.
    pub count: u64,
}

/// An article that is like another, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// The article; its marks and snippets are those of the words that it shares.
    pub hit: Hit,
    /// The words that both have, as the other article writes them, weightiest first.
    pub words: Vec<String>,
    /// The values that both have, by dimension: of a path and one below it the lower.
    pub labels: BTreeMap<String, Vec<String>>,
}

/// The articles that are like one.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbours {
    /// Title of the article that they are like.
    pub title: String,
    /// How many there are.
    pub total: u64,
    /// Of these, of each group of copies one.
    pub collapsed: u64,
    /// The first of them, best first; of each group of copies one.
    pub list: Vec<Neighbour>,
}

/// A whole answer to the question what an article is like.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarAnswer {
    /// Id of the article.
    pub id: String,
    /// What is like it.
    pub neighbours: Neighbours,
    /// Time that the engine took, in milliseconds.
    pub took_ms: f64,
    /// Name of the generation that answered.
    pub generation: String,
}

/// What stands in an index.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stats {
    /// Name of the generation.
    pub generation: String,
    /// Articles.
    pub documents: u64,
    /// Segments.
    pub segments: usize,
    /// Size of the files, in bytes.
    pub bytes: u64,
    /// When it was built, RFC 3339, UTC.
    pub built_at: String,
}

/// A whole answer: what was asked, how it was read, and what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The query text as typed.
    pub text: String,
    /// The query as it was read, as query text.
    pub parsed: String,
    /// How words were asked to join.
    pub match_mode: MatchMode,
    /// Whether nobody said so: a question may then be answered by articles with most of its words.
    pub lenient: bool,
    /// What was read otherwise than typed.
    pub diagnostics: Vec<Diagnostic>,
    /// The filters, resolved.
    pub filters: Filters,
    /// The order.
    pub sort: Sort,
    /// Whether a name stands for the other names of what it names.
    pub variants: bool,
    /// Names that may not stand for another, as they were typed.
    pub dropped_variants: Vec<String>,
    /// How far words may be misspelt.
    pub fuzzy: Fuzzy,
    /// Whether a group of copies is one hit.
    pub collapse: bool,
    /// Half-life in days of what recency added to scores.
    pub recency: Option<u32>,
    /// Whether each score is explained.
    pub explain: bool,
    /// Page, from 1.
    pub page: usize,
    /// Hits on a page.
    pub size: usize,
    /// Time that the engine took, in milliseconds.
    pub took_ms: f64,
    /// Name of the generation that answered.
    pub generation: String,
    /// What was found.
    pub results: SearchResults,
}

impl Answer {
    /// Hits on all pages: groups of copies where they are joined, else articles.
    pub fn hits_total(&self) -> u64 {
        if self.collapse { self.results.collapsed } else { self.results.total }
    }
}

/// What would give a search articles again that found none, each by the count of the search that it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WaysOut {
    /// One filter dropped, for each filter: its parameter, its value, and what is found without it.
    pub filters: Vec<(String, String, u64)>,
    /// All filters dropped; `None` where fewer than two are set.
    pub without_filters: Option<u64>,
    /// Any word instead of all; `None` where that is no other search.
    pub any_word: Option<u64>,
    /// The parts of the query that had to stand together, as query text, each searched for alone.
    pub parts: Vec<FormCount>,
}

/// What stands between two cells in a row of a table.
pub const CELLS_PARTED_BY: &str = " | ";

/// What a line of an article's body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading with its level, 1 to 6.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// An item of a list.
    Item,
    /// A row of a table, its cells parted by `CELLS_PARTED_BY`.
    Row,
}

/// One line of an article's body, its matches marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Offset of its text in the body, in bytes.
    pub offset: usize,
    /// Its text, without the marks of headings and lists.
    pub fragments: Vec<Fragment>,
}

/// A whole article as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    /// The article.
    pub document: Document,
    /// Its title, matches marked.
    pub title: Vec<Fragment>,
    /// Its body, matches marked.
    pub blocks: Vec<Block>,
    /// How many passages are marked in title and body.
    pub matches: usize,
    /// The other prints of its text.
    pub copies: Copies,
}

/// What a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SuggestionKind {
    /// A name of a node of the taxonomy.
    Name,
    /// Two to five words that often stand together.
    Phrase,
    /// One word.
    Word,
    /// The title of an article.
    Title,
}

/// How a suggestion continues what was typed; better ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Continues {
    /// It begins with what was typed.
    Start,
    /// What was typed stands inside of it, at the start of a word.
    Inner,
    /// It has the words that were typed, but not side by side.
    Words,
    /// One typed word is an edit away.
    Typo,
}

/// The node of the taxonomy that a suggested name belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NamedNode {
    /// The dimension.
    pub dimension: String,
    /// The full path.
    pub path: String,
    /// What people read for it.
    pub label: String,
    /// The name that what was typed continues to: the label, or an alias in any script.
    pub name: String,
}

/// Something to search for that continues what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What goes into the search box: it finds at least one article under the filters.
    pub text: String,
    /// What it is.
    pub kind: SuggestionKind,
    /// How it continues what was typed.
    pub continues: Continues,
    /// Articles under the filters: for a name those that carry its label, for a title those that bear it, else those that a search
    /// for all words of the text finds.
    pub count: u64,
    /// What is shown for it, the typed part marked: the name, the title, the phrase or the word.
    pub shown: Vec<Fragment>,
    /// For a name, its node.
    pub node: Option<NamedNode>,
    /// For a title, the id of an article that bears it.
    pub id: Option<String>,
}

/// Suggestions with what they continue.
#[derive(Debug, Clone, PartialEq)]
pub struct SuggestAnswer {
    /// As typed.
    pub text: String,
    /// The filters, resolved.
    pub filters: Filters,
    /// Best first.
    pub suggestions: Vec<Suggestion>,
    /// Time that it took, in milliseconds.
    pub took_ms: f64,
    /// Name of the generation that answered.
    pub generation: String,
}
