//! Answers and articles as JSON: the types on the wire, in the order of the contract.
//!
//! May be changed by adding only; scripts lean on these names. The leaves that `model` declares in their wire form
//! (fragments, diagnostics, counts of a value, bars) are taken over as they are; the literals in the tests below
//! hold them. Markup comes from `html`: escaped text with `<mark>` as its only tag.

pub mod crosstab;
mod neighbours;
mod status;
pub mod suggestions;
pub mod task;

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::model::date::PartialDate;
use crate::model::document::{DateSource, Document, SourceReference};
use crate::model::facet::{EvidencePlace, LabelKind, LabelledBy};
use crate::model::query::{Diagnostic, MatchMode};
use crate::model::report::IngestReport;
use crate::model::results::{
    Answer, Article, Copies, Copy, FacetCounts, FacetValue, Fragment, Histogram, Hit, MatchUsed, Matched, OtherForms,
    ScorePart,
};
use crate::render::address::{Address, article_json, article_page};
use crate::render::{Dimension, html};

pub use neighbours::{SimilarWire, similar, similar_ids, similar_lines};
pub use status::{StatusWire, status};

/// An object whose keys keep the order that they were given in.
#[derive(Debug)]
pub struct Ordered<'a, T>(pub Vec<(&'a str, T)>);

impl<T: Serialize> Serialize for Ordered<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Ordered<'_, T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("By_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let value = generator.subschema_for::<T>();
        schemars::json_schema!({ "type": "object", "additionalProperties": value })
    }
}

/// The answer to a search.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Search")]
pub struct SearchWire<'a> {
    /// What was asked and how it was read.
    pub query: QueryWire<'a>,
    /// How many articles were found.
    pub total: TotalWire,
    /// Page, from 1.
    pub page: usize,
    /// Hits on a page.
    pub size: usize,
    /// Time that the engine took, in milliseconds, to a hundredth.
    pub took_ms: f64,
    /// The generation that answered.
    pub generation: &'a str,
    /// The hits of this page.
    pub hits: Vec<HitWire<'a>>,
    /// Counts by dimension, in the order asked for.
    pub facets: Ordered<'a, FacetWire<'a>>,
    /// Articles by date; null where nobody asked.
    pub histogram: Option<&'a Histogram>,
    /// The cursor of the hits that follow, null at the end; there where a cursor was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Option<String>>,
}

/// What was asked and how it was read.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Query")]
pub struct QueryWire<'a> {
    /// As typed.
    pub text: &'a str,
    /// As read.
    pub parsed: &'a str,
    /// How words were asked to join.
    #[serde(rename = "match")]
    pub match_mode: MatchMode,
    /// What they did.
    pub match_used: MatchUsed,
    /// Words that not all hits have.
    pub missing: &'a [String],
    /// Names that stood for a name of the query, with the articles found that have each.
    pub variants: &'a [OtherForms],
    /// Words that stood for a misspelt one, likewise; likeliest first.
    pub corrections: &'a [OtherForms],
    /// A query text that finds more, where a word is misspelt.
    pub did_you_mean: Option<&'a str>,
    /// What was read otherwise than typed.
    pub diagnostics: &'a [Diagnostic],
}

/// How many articles were found.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Total")]
pub struct TotalWire {
    /// The number.
    pub value: u64,
    /// Always `eq`: the number is exact.
    pub relation: &'static str,
    /// The number where of each group of copies one counts, whether they are joined in this answer or not.
    pub collapsed: u64,
}

/// A hit.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Hit")]
pub struct HitWire<'a> {
    /// Id of the article.
    pub id: &'a str,
    /// Title, plain.
    pub title: &'a str,
    /// Title, escaped, matches in `<mark>`.
    pub title_html: String,
    /// Address of the original.
    pub url: Option<&'a str>,
    /// Publishers.
    pub source: &'a [String],
    /// Author.
    pub author: Option<&'a str>,
    /// Date as precise as it is known; null for the undated.
    pub date: Option<PartialDate>,
    /// Where the date was found.
    pub date_source: Option<DateSource>,
    /// Language code.
    pub lang: &'a str,
    /// Score; not comparable between queries.
    pub score: f32,
    /// Passages that answer.
    pub snippets: Vec<SnippetWire<'a>>,
    /// Which forms matched which terms, and how.
    pub matched: &'a [Matched],
    /// What the score is made of; there where that was asked for, unless hits are ordered by date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<&'a [ScorePart]>,
    /// Paths of its tags; every dimension is there.
    pub facets: Ordered<'a, Vec<&'a str>>,
    /// The other prints of its text by date, at most `COPIES_MAX`.
    pub copies: &'a [Copy],
    /// How many of those there are in all.
    pub copies_total: usize,
    /// Where to go on.
    pub links: LinksWire,
}

/// A passage that answers.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Snippet")]
pub struct SnippetWire<'a> {
    /// `title` or `body`.
    pub field: &'static str,
    /// Escaped, matches in `<mark>`.
    pub html: String,
    /// The same as runs of text, for clients that trust no markup.
    pub fragments: &'a [Fragment],
    /// Where it begins in the text of the field, in bytes.
    pub offset: usize,
    /// The nearest heading above it; null above the first.
    pub heading: Option<&'a str>,
    /// Which paragraph or list item of the text it stands in, from 1, headings not counted; null in a heading.
    pub paragraph: Option<usize>,
    /// How many there are.
    pub paragraphs: usize,
}

/// The counts of a dimension.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Facet")]
pub struct FacetWire<'a> {
    /// Values at the top, each with those below.
    pub values: &'a [FacetValue],
    /// Articles with no value.
    pub missing: u64,
    /// Articles under top values that are not shown.
    pub other: u64,
}

/// Addresses of an article, without scheme and host.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Links")]
pub struct LinksWire {
    /// Its JSON.
    #[serde(rename = "self")]
    pub this: String,
    /// Its page, with the query whose hits it marks and what its words stand for.
    pub page: String,
}

/// An article.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Article")]
pub struct ArticleWire<'a> {
    /// Id.
    pub id: &'a str,
    /// Title, plain.
    pub title: &'a str,
    /// Cleaned text in small Markdown.
    pub body: &'a str,
    /// Address of the original.
    pub url: Option<&'a str>,
    /// Publishers.
    pub source: &'a [String],
    /// Publications that it rests on.
    pub sources: &'a [SourceReference],
    /// Author.
    pub author: Option<&'a str>,
    /// Date as precise as it is known; null for the undated.
    pub date: Option<PartialDate>,
    /// Where the date was found.
    pub date_source: Option<DateSource>,
    /// Language code.
    pub lang: &'a str,
    /// Place and agency that a wire story opens with.
    pub dateline: Option<&'a str>,
    /// File in the corpus.
    pub file: &'a str,
    /// Line of its record, in files of several.
    pub line: Option<u32>,
    /// Labels by dimension, mentions too; every dimension is there.
    pub facets: Ordered<'a, Vec<LabelWire<'a>>>,
    /// Keys of the front matter that mean nothing to us.
    pub extra: &'a BTreeMap<String, serde_json::Value>,
    /// The other prints of its text by date, at most `COPIES_MAX`.
    pub copies: &'a [Copy],
    /// How many of those there are in all.
    pub copies_total: usize,
    /// Where to go on.
    pub links: LinksWire,
}

/// A label of an article.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Label")]
pub struct LabelWire<'a> {
    /// Full path.
    pub path: &'a str,
    /// Who gave it.
    pub by: LabelledBy,
    /// Tag (counts in facets) or mention.
    pub kind: LabelKind,
    /// From 0 to 1.
    pub weight: f32,
    /// Words that led to it.
    pub evidence: Vec<EvidenceWire<'a>>,
}

/// Words that led to a label.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Evidence")]
pub struct EvidenceWire<'a> {
    /// As they stand in the text.
    pub text: &'a str,
    /// Where.
    #[serde(rename = "where")]
    pub place: EvidencePlace,
    /// Whether their sentence doubts, denies or tells of the past; said only where it does.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub doubted: bool,
}

/// An answer on the wire. `dimensions` are those of the taxonomy, in its order.
pub fn search<'a>(answer: &'a Answer, dimensions: &'a [Dimension]) -> SearchWire<'a> {
    let results = &answer.results;
    let marks = Address::of(answer).of_marks();
    SearchWire {
        query: query_wire(answer),
        total: TotalWire { value: results.total, relation: "eq", collapsed: results.collapsed },
        page: answer.page,
        size: answer.size,
        took_ms: (answer.took_ms * 100.0).round() / 100.0,
        generation: &answer.generation,
        hits: results.hits.iter().map(|hit| hit_wire(hit, &marks, dimensions)).collect(),
        facets: Ordered(results.facets.iter().map(|counts| (counts.dimension.as_str(), facet(counts))).collect()),
        histogram: results.histogram.as_ref(),
        next: None,
    }
}

/// What was asked and how it was read, on the wire.
pub fn query_wire(answer: &Answer) -> QueryWire<'_> {
    let results = &answer.results;
    QueryWire {
        text: &answer.text,
        parsed: &answer.parsed,
        match_mode: answer.match_mode,
        match_used: results.match_used,
        missing: &results.missing,
        variants: &results.variants,
        corrections: &results.corrections,
        did_you_mean: results.did_you_mean.as_deref(),
        diagnostics: &answer.diagnostics,
    }
}

/// The hits of an answer, one JSON object a line. Fails only where a number or key has no JSON, which ours all have.
pub fn lines(answer: &Answer, dimensions: &[Dimension]) -> Result<String, serde_json::Error> {
    let marks = Address::of(answer).of_marks();
    let mut lines = String::new();
    for hit in &answer.results.hits {
        lines.push_str(&serde_json::to_string(&hit_wire(hit, &marks, dimensions))?);
        lines.push('\n');
    }
    Ok(lines)
}

/// The ids of the hits of an answer, one a line.
pub fn ids(answer: &Answer) -> String {
    answer.results.hits.iter().map(|hit| format!("{}\n", hit.document.id)).collect()
}

/// An article on the wire. `query` is the query text whose hits its page marks, or empty; `dimensions` are those of
/// the taxonomy, in its order.
pub fn article<'a>(article: &'a Article, query: &str, dimensions: &'a [Dimension]) -> ArticleWire<'a> {
    whole(&article.document, &article.copies, query, dimensions)
}

/// An article as one line of JSON, without a line break: what `article` gives, for archives. `dimensions` are those of
/// the taxonomy, in its order. Fails only where a number or key has no JSON, which ours all have.
pub fn article_line(
    document: &Document,
    copies: &Copies,
    dimensions: &[Dimension],
) -> Result<String, serde_json::Error> {
    serde_json::to_string(&whole(document, copies, "", dimensions))
}

fn whole<'a>(document: &'a Document, copies: &'a Copies, query: &str, dimensions: &'a [Dimension]) -> ArticleWire<'a> {
    ArticleWire {
        id: &document.id,
        title: &document.title,
        body: &document.body,
        url: document.url.as_deref(),
        source: &document.source,
        sources: &document.sources,
        author: document.author.as_deref(),
        date: document.date,
        date_source: document.date_source,
        lang: &document.lang,
        dateline: document.dateline.as_deref(),
        file: &document.place.file,
        line: document.place.line,
        facets: Ordered(dimensions.iter().map(|dimension| labels(document, &dimension.name)).collect()),
        extra: &document.extra,
        copies: &copies.list,
        copies_total: copies.total,
        links: links(&document.id, &Address::new([("q".to_owned(), query.to_owned())])),
    }
}

/// The counts of one dimension with its name.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "NamedFacet")]
pub struct NamedFacetWire<'a> {
    /// Name of the dimension.
    pub dimension: &'a str,
    /// Its counts.
    #[serde(flatten)]
    pub counts: FacetWire<'a>,
}

/// The counts of one dimension, asked for alone.
pub fn named_facet(counts: &FacetCounts) -> NamedFacetWire<'_> {
    NamedFacetWire { dimension: &counts.dimension, counts: facet(counts) }
}

/// The counts of several dimensions on the wire, by name.
pub fn facets(counted: &[FacetCounts]) -> impl serde::Serialize + '_ {
    Ordered(counted.iter().map(|counts| (counts.dimension.as_str(), facet(counts))).collect())
}

/// What a run of `index` did, as scripts read it: one list of warnings, since they need not know why the model keeps
/// those that change with the calendar apart.
pub fn report_of(report: &IngestReport) -> serde_json::Value {
    let mut value = serde_json::json!(report);
    value["warnings"] = serde_json::json!(report.noticed());
    if let Some(fields) = value.as_object_mut() {
        fields.remove("future");
    }
    value
}

/// The counts of one dimension on the wire.
pub fn facet(counts: &FacetCounts) -> FacetWire<'_> {
    FacetWire { values: &counts.values, missing: counts.missing, other: counts.other }
}

fn hit_wire<'a>(hit: &'a Hit, marks: &Address, dimensions: &'a [Dimension]) -> HitWire<'a> {
    let document = &hit.document;
    let tags = |dimension: &'a Dimension| (dimension.name.as_str(), document.tags(&dimension.name).collect());
    let snippets = hit.snippets.iter().map(|snippet| SnippetWire {
        field: snippet.field,
        html: html::marked(&snippet.fragments),
        fragments: &snippet.fragments,
        offset: snippet.offset,
        heading: snippet.heading.as_deref(),
        paragraph: snippet.paragraph,
        paragraphs: snippet.paragraphs,
    });
    HitWire {
        id: &document.id,
        title: &document.title,
        title_html: html::marked(&hit.title),
        url: document.url.as_deref(),
        source: &document.source,
        author: document.author.as_deref(),
        date: document.date,
        date_source: document.date_source,
        lang: &document.lang,
        score: hit.score,
        snippets: snippets.collect(),
        matched: &hit.matched,
        explanation: hit.explanation.as_deref(),
        facets: Ordered(dimensions.iter().map(tags).collect()),
        copies: &hit.copies.list,
        copies_total: hit.copies.total,
        links: links(&document.id, marks),
    }
}

fn labels<'a>(document: &'a Document, dimension: &'a str) -> (&'a str, Vec<LabelWire<'a>>) {
    let labels = document.labels.get(dimension).into_iter().flatten().map(|label| LabelWire {
        path: &label.path,
        by: label.by,
        kind: label.kind,
        weight: label.weight,
        evidence: label
            .evidence
            .iter()
            .map(|it| EvidenceWire { text: &it.text, place: it.place, doubted: it.doubted })
            .collect(),
    });
    (dimension, labels.collect())
}

fn links(id: &str, marks: &Address) -> LinksWire {
    LinksWire { this: article_json(id), page: article_page(id) + &marks.link() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    /// The second hit of the sample, and so its line.
    const UNDATED: &str = concat!(
        r#"{"id":"undated-ur","title":"گودی میں ہڑتال","title_html":"گودی میں <mark>ہڑتال</mark>","url":null,"#,
        r#""source":[],"author":null,"date":null,"date_source":null,"lang":"ur","score":2.0,"snippets":[],"#,
        r#""matched":[],"facets":{"region":[],"theme":[]},"copies":[],"copies_total":0,"#,
        r#""links":{"self":"/api/v1/articles/undated-ur","page":"/articles/undated-ur?q=dock+strike"}}"#
    );

    #[test]
    fn an_answer_has_the_shape_that_scripts_lean_on() {
        let hit = concat!(
            r#"{"id":"dock-strike-2024","title":"Strike closes the docks","#,
            r#""title_html":"<mark>Strike</mark> closes the <mark>docks</mark>","#,
            r#""url":"https://harbour.example/a?b=1&c=2","source":["Harbour Post","Tide"],"author":"A. Writer","#,
            r#""date":"2024-03-26","date_source":"json-ld","lang":"en","score":7.25,"#,
            r#""snippets":[{"field":"body","html":"The <mark>dock strike</mark> began at dawn.","fragments":["#,
            r#"{"text":"The ","match":false},{"text":"dock strike","match":true},"#,
            r#"{"text":" began at dawn.","match":false}],"offset":0,"heading":null,"paragraph":1,"paragraphs":2},"#,
            r#"{"field":"body","html":"&#34;No,&#34; said the union.","fragments":["#,
            r#"{"text":"\"No,\" said the union.","match":false}],"offset":90,"heading":"Talks","paragraph":2,"#,
            r#""paragraphs":2}],"#,
            r#""matched":[{"term":"dock","form":"docks","via":"stem"}],"#,
            r#""explanation":[{"what":"`dock` stands once in the title and twice in the text","points":6.5},"#,
            r#"{"what":"it is tagged theme: Strike","points":0.75}],"#,
            r#""facets":{"region":["North/Harbour/East Quay"],"theme":["unrest/strike"]},"#,
            r#""copies":[{"id":"dock-2","source":["Tide"],"date":"2024-03-27"}],"copies_total":1,"#,
            r#""links":{"self":"/api/v1/articles/dock-strike-2024","#,
            r#""page":"/articles/dock-strike-2024?q=dock+strike"}}"#
        );
        let head = concat!(
            r#"{"query":{"text":"dock strike","parsed":"dock strike","match":"all","match_used":"most","#,
            r#""missing":["strike"],"variants":[{"term":"dock","forms":[{"form":"Quay & Dock","count":4}]}],"#,
            r#""corrections":[{"term":"strike","forms":[{"form":"striker","count":1}]}],"#,
            r#""did_you_mean":"dock striker","diagnostics":[{"message":"`AND` has nothing before it","start":0,"end":4}]},"#,
            r#""total":{"value":12,"relation":"eq","collapsed":11},"page":2,"size":10,"took_ms":0.81,"generation":"g-1","hits":["#
        );
        let tail = concat!(
            r#"],"facets":{"region":{"values":[{"path":"North","label":"North","count":10,"selected":false,"#,
            r#""children":[{"path":"North/Harbour","label":"Harbour","count":9,"selected":true,"children":["#,
            r#"{"path":"North/Harbour/East Quay","label":"East Quay","count":2,"selected":false,"children":[]}]}]},"#,
            r#"{"path":"South","label":"South","count":2,"selected":false,"children":[]}],"missing":1,"other":3},"#,
            r#""theme":{"values":[{"path":"unrest","label":"Unrest","count":4,"selected":false,"children":[]}],"#,
            r#""missing":8,"other":0},"#,
            r#""lang":{"values":[{"path":"en","label":"English","count":11,"selected":false,"children":[]},"#,
            r#"{"path":"ur","label":"Urdu","count":1,"selected":false,"children":[]}],"missing":0,"other":0}},"#,
            r#""histogram":{"interval":"year","buckets":[{"key":"2023","count":3},{"key":"2025","count":8}],"#,
            r#""undated":1}}"#
        );
        let (answer, dimensions) = (samples::answer(), samples::dimensions());
        let json = serde_json::to_string(&search(&answer, &dimensions)).unwrap();
        assert_eq!(json, format!("{head}{hit},{UNDATED}{tail}"));
        assert_eq!(lines(&answer, &dimensions).unwrap(), format!("{hit}\n{UNDATED}\n"));
        assert_eq!(ids(&answer), "dock-strike-2024\nundated-ur\n");
    }

    #[test]
    fn an_article_has_the_shape_that_scripts_lean_on() {
        let expected = concat!(
            r#"{"id":"dock-strike-2024","title":"Strike closes the docks","#,
            r##""body":"The dock strike began at dawn.\n\n# Background\n\n- pay\n- hours","##,
            r#""url":"https://harbour.example/a?b=1&c=2","source":["Harbour Post","Tide"],"#,
            r#""sources":[{"publisher":"Tide","url":"https://tide.example/x","published":"2024-03"}],"#,
            r#""author":"A. Writer","date":"2024-03-26","date_source":"json-ld","lang":"en","dateline":null,"#,
            r#""file":"strikes/dock.md","line":null,"#,
            r#""facets":{"region":[{"path":"North/Harbour/East Quay","by":"curator","kind":"tag","weight":1.0,"#,
            r#""evidence":[]},{"path":"South","by":"classifier","kind":"mention","weight":1.0,"#,
            r#""evidence":[{"text":"the south","where":"body"}]}],"#,
            r#""theme":[{"path":"unrest/strike","by":"classifier","kind":"tag","weight":1.0,"#,
            r#""evidence":[{"text":"strike","where":"title"},{"text":"walk-out","where":"lead"}]}]},"#,
            r#""extra":{"confidence":"confirmed"},"copies":[{"id":"dock-2","source":["Tide"],"date":null}],"copies_total":1,"#,
            r#""links":{"self":"/api/v1/articles/dock-strike-2024","page":"/articles/dock-strike-2024"}}"#
        );
        let dimensions = samples::dimensions();
        let json = serde_json::to_string(&article(&samples::article(), "", &dimensions)).unwrap();
        assert_eq!(json, expected);
    }
}
