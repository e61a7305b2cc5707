//! The article page: text with numbered marks, labels with their reasons, sources, what is like it, how to cite it.
//!
//! May not read Markdown: the body arrives as blocks.

mod labels;
mod text;

use askama::Template;
use serde_json::Value;

use crate::model::document::SourceReference;
use crate::model::results::Neighbour;
use crate::model::standing::Beside;
use crate::render::Dimension;
use crate::render::address::{article_citation, article_json, article_page};
use crate::render::citation::{Citation, CitationForm, metadata, plain};
use crate::render::html::article::labels::LabelGroup;
use crate::render::html::article::text::{Form as MarkedForm, Part, Text};
use crate::render::html::{ArticlePage, CopiesView, Form, Link, Marks, language, search_path};
use crate::render::names::Names;
use crate::render::wording::{
    grouped, more, publishers_line, publishers_of, publishers_shown, shared_parts, web_address,
};

/// Words and values of a dimension that are named of those that a similar article shares.
const SHARED_MAX: usize = 3;
/// More marks than these are folded away until somebody asks for their numbers.
const MARKS_SHOWN_MAX: usize = 20;

#[derive(Template)]
#[template(path = "article.html")]
pub(super) struct Page<'a> {
    form: Form,
    plain_title: &'a str,
    lang: &'a str,
    canonical: String,
    json: String,
    meta: Vec<(&'static str, String)>,
    coins: String,
    back: Option<String>,
    standing: Option<StandingView<'a>>,
    title: Marks<'a>,
    date: String,
    date_source: String,
    publishers: String,
    /// How many more publishers the list of sources names; empty for none.
    publishers_more: String,
    author: &'a str,
    dateline: &'a str,
    original: Option<&'a str>,
    marks: usize,
    /// The marks by what is marked, with the numbers that are linked.
    forms: Vec<MarkedForm<'a>>,
    forms_open: bool,
    forms_cut: bool,
    parts: Vec<Part<'a>>,
    labels: Vec<LabelGroup>,
    sources: Vec<Source<'a>>,
    copies: Option<CopiesView>,
    similar: Vec<SimilarView<'a>>,
    citation: String,
    citation_forms: Vec<Link>,
    extra: Vec<(&'a str, String)>,
    file: String,
}

/// The place in the search that led here.
struct StandingView<'a> {
    position: String,
    previous: Option<BesideView<'a>>,
    next: Option<BesideView<'a>>,
}

struct BesideView<'a> {
    title: &'a str,
    href: String,
}

/// An article that is like this one.
struct SimilarView<'a> {
    title: &'a str,
    lang: &'a str,
    href: String,
    /// Date and publishers.
    facts: String,
    /// What both have, each part for itself: their scripts may run in different directions.
    shares: Vec<String>,
}

struct Source<'a> {
    publisher: &'a str,
    url: &'a str,
    /// Whether the address may be a link.
    web: bool,
    published: &'a str,
}

impl<'a> Page<'a> {
    /// All that the template shows, settled.
    pub(super) fn new(view: &ArticlePage<'a>) -> Self {
        let document = &view.article.document;
        let text = Text::new(view.article);
        let names = Names::new(view.dimensions, &[]);
        let (publishers, others) = publishers_of(document);
        let labels = view.dimensions.iter();
        let labels = labels.filter_map(|dimension| labels::group(dimension, &document.labels, &names, &text)).collect();
        let canonical = view.public.absolute(&article_page(&document.id));
        let cited = Citation { document, page: Some(&canonical), accessed: view.accessed };
        Self {
            form: Form { query: view.address.get("q").unwrap_or_default().to_owned(), ..Form::default() },
            plain_title: &document.title,
            lang: language(document),
            meta: metadata::meta(&cited),
            coins: metadata::coins(&cited),
            citation: plain::line(&cited),
            citation_forms: citation_forms(&cited),
            json: article_json(&document.id),
            back: back(view),
            standing: standing(view),
            forms_open: text.marks <= MARKS_SHOWN_MAX,
            forms_cut: text.linked() < text.marks,
            marks: text.marks,
            forms: text.forms,
            title: text.title,
            parts: text.parts,
            labels,
            date: document.date.map(|date| date.to_string()).unwrap_or_default(),
            date_source: document.date_source.map(|source| source.name().replace('-', " ")).unwrap_or_default(),
            publishers: publishers.join(", "),
            publishers_more: more(others),
            author: document.author.as_deref().unwrap_or_default(),
            dateline: document.dateline.as_deref().unwrap_or_default(),
            original: document.url.as_deref().and_then(web_address),
            sources: document.sources.iter().map(source).collect(),
            copies: CopiesView::new(&view.article.copies, &view.address.link()),
            similar: view.similar.iter().map(|neighbour| similar(neighbour, view.dimensions)).collect(),
            canonical,
            extra: document.extra.iter().map(|(key, value)| (key.as_str(), readable(value))).collect(),
            file: document.place.to_string(),
        }
    }
}

/// The search that led here, at the hit that this article is.
fn back(view: &ArticlePage<'_>) -> Option<String> {
    let place = view.standing.map(|standing| format!("#result-{}", standing.on_page)).unwrap_or_default();
    (!view.address.is_empty()).then(|| search_path(view.address) + &place)
}

fn standing<'a>(view: &ArticlePage<'a>) -> Option<StandingView<'a>> {
    let standing = view.standing?;
    let landing = if view.address.get("q").is_some() { "#hit-1" } else { "" };
    let beside = |beside: &'a Beside| BesideView {
        title: &beside.title,
        href: article_page(&beside.id) + &view.address.page(beside.page).link() + landing,
    };
    Some(StandingView {
        position: grouped(standing.position as u64),
        previous: standing.previous.as_ref().map(beside),
        next: standing.next.as_ref().map(beside),
    })
}

fn similar<'a>(neighbour: &'a Neighbour, dimensions: &[Dimension]) -> SimilarView<'a> {
    let document = &neighbour.hit.document;
    let date = document.date.map_or_else(|| "undated".to_owned(), |date| date.to_string());
    let facts = [date, publishers_line(publishers_shown(&document.source))];
    SimilarView {
        title: &document.title,
        lang: language(document),
        href: article_page(&document.id),
        facts: facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(", "),
        shares: shared_parts(neighbour, dimensions, SHARED_MAX),
    }
}

/// The citation in the forms that programs read.
fn citation_forms(cited: &Citation<'_>) -> Vec<Link> {
    let link = |form: &CitationForm| {
        let text = match form {
            CitationForm::Bibtex => "BibTeX",
            CitationForm::Ris => "RIS",
            CitationForm::CslJson => "CSL-JSON",
            CitationForm::Text => "plain text",
        };
        Link { text: text.into(), href: article_citation(&cited.document.id, form.name(), cited.accessed) }
    };
    CitationForm::ALL.iter().map(link).collect()
}

fn source(source: &SourceReference) -> Source<'_> {
    let url = source.url.as_deref().unwrap_or_default();
    Source {
        publisher: source.publisher.as_deref().unwrap_or_default(),
        url,
        web: web_address(url).is_some(),
        published: source.published.as_deref().unwrap_or_default(),
    }
}

/// A value of the front matter in words: lists with commas, anything deeper as JSON.
fn readable(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(readable).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::standing::Standing;
    use crate::render::address::Address;
    use crate::render::{html, samples};

    fn page(address: &Address) -> String {
        let beside = |id: &str, page| Some(Beside { id: id.into(), title: format!("Title of {id}"), page });
        let standing = Standing { position: 10, on_page: 10, previous: beside("a", 1), next: beside("b", 2) };
        html::article_page(&ArticlePage {
            article: &samples::article(),
            dimensions: &samples::dimensions(),
            address,
            standing: (!address.is_empty()).then_some(&standing),
            similar: &[],
            public: &"https://desk.example".parse().unwrap(),
            accessed: "2026-11-22".parse().ok(),
        })
    }

    #[test]
    fn an_article_lands_on_its_marks_and_leads_back() {
        let pairs = [("q", "strike"), ("region", "North")];
        let address = Address::new(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let page = page(&address);
        for part in [
            "<mark id=\"hit-1\">Strike</mark> closes the docks",
            "The dock <mark id=\"hit-2\">strike</mark> began at dawn.",
            "2 passages marked",
            "href=\"#hit-2\"",
            "<h2 dir=\"auto\">Background</h2>",
            "href=\"/?q=strike&#38;region=North#result-10\"",
            "href=\"/articles/b?q=strike&#38;region=North&#38;page=2#hit-1\"",
            "<link rel=\"canonical\" href=\"https://desk.example/articles/dock-strike-2024\">",
            "<meta name=\"citation_title\" content=\"Strike closes the docks\">",
            "(accessed 22 November 2026).",
            "href=\"https://tide.example/x\" rel=\"noopener noreferrer\"",
            "by the classifier: matched “strike” in the title",
            "by the curator",
            "<dt>confidence</dt>",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert_eq!(page.matches("<ul dir=\"auto\">").count(), 1);
    }

    #[test]
    fn without_a_search_there_is_nothing_to_go_back_to() {
        assert!(!page(&Address::default()).contains("Back to results"));
    }

    #[test]
    fn extra_metadata_is_put_in_words() {
        for (value, words) in [
            (serde_json::json!("a"), "a"),
            (serde_json::json!(["a", 2]), "a, 2"),
            (serde_json::json!({"a": 1}), "{\"a\":1}"),
        ] {
            assert_eq!(readable(&value), words);
        }
    }
}
