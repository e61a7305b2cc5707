//! The article page: text with numbered marks, labels with their reasons, sources.
//!
//! May not read Markdown: the body arrives as blocks.

use askama::Template;
use serde_json::Value;

use crate::model::facet::{Label, LabelKind};
use crate::model::results::{Block, BlockKind};
use crate::render::Dimension;
use crate::render::address::{Address, article_json, article_page};
use crate::render::html::{ArticlePage, CopiesView, Form, Marks, language, search_path};
use crate::render::names::Names;
use crate::render::wording::{more, publishers_of, reason, web_address};

/// Marks that are linked from the head of the page by their numbers.
const MARK_LINKS_MAX: usize = 20;

#[derive(Template)]
#[template(path = "article.html")]
pub(super) struct Page<'a> {
    form: Form,
    plain_title: &'a str,
    lang: &'a str,
    canonical: String,
    json: String,
    back: Option<String>,
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
    mark_links: Vec<usize>,
    parts: Vec<Part<'a>>,
    labels: Vec<LabelGroup>,
    sources: Vec<Source<'a>>,
    copies: Option<CopiesView>,
    extra: Vec<(&'a str, String)>,
    file: String,
}

/// A part of the text.
enum Part<'a> {
    Heading(u8, Marks<'a>),
    Paragraph(Marks<'a>),
    List(Vec<Marks<'a>>),
}

struct LabelGroup {
    dimension: String,
    tags: Vec<LabelView>,
    mentions: Vec<LabelView>,
}

struct LabelView {
    text: String,
    path: String,
    href: String,
    reason: String,
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
        let mut last = 0;
        let title = Marks::numbered(&view.article.title, &mut last);
        let parts = parts(&view.article.blocks, &mut last);
        let names = Names::new(view.dimensions, &[]);
        let (publishers, others) = publishers_of(document);
        let group = |dimension| label_group(dimension, &document.labels, &names);
        Self {
            form: Form { query: view.address.get("q").unwrap_or_default().to_owned(), ..Form::default() },
            plain_title: &document.title,
            lang: language(document),
            canonical: article_page(&document.id),
            json: article_json(&document.id),
            back: (!view.address.is_empty()).then(|| search_path(view.address)),
            title,
            date: document.date.map(|date| date.to_string()).unwrap_or_default(),
            date_source: document.date_source.map(|source| source.name().replace('-', " ")).unwrap_or_default(),
            publishers: publishers.join(", "),
            publishers_more: more(others),
            author: document.author.as_deref().unwrap_or_default(),
            dateline: document.dateline.as_deref().unwrap_or_default(),
            original: document.url.as_deref().and_then(web_address),
            marks: last,
            mark_links: (1..=last.min(MARK_LINKS_MAX)).collect(),
            parts,
            labels: view.dimensions.iter().filter_map(group).collect(),
            sources: document.sources.iter().map(source).collect(),
            copies: CopiesView::new(&view.article.copies, &view.address.link()),
            extra: document.extra.iter().map(|(key, value)| (key.as_str(), readable(value))).collect(),
            file: document.place.to_string(),
        }
    }
}

/// Blocks with the items of a list together. The title is the only `h1`: the highest headings of the text are `h2`
/// whatever their level was, and none is more than one level below the heading before it.
fn parts<'a>(blocks: &'a [Block], last: &mut usize) -> Vec<Part<'a>> {
    let mut parts: Vec<Part<'a>> = Vec::new();
    let level = |block: &Block| if let BlockKind::Heading(level) = block.kind { Some(level) } else { None };
    let highest = blocks.iter().filter_map(level).min().unwrap_or(1);
    let mut above = 1;
    for block in blocks {
        let marks = Marks::numbered(&block.fragments, last);
        match (block.kind, parts.last_mut()) {
            (BlockKind::Item, Some(Part::List(items))) => items.push(marks),
            (BlockKind::Item, _) => parts.push(Part::List(vec![marks])),
            (BlockKind::Heading(level), _) => {
                above = (level - highest).saturating_add(2).min(above + 1).min(6);
                parts.push(Part::Heading(above, marks));
            }
            (BlockKind::Paragraph, _) => parts.push(Part::Paragraph(marks)),
        }
    }
    parts
}

fn label_group(
    dimension: &Dimension,
    labels: &std::collections::BTreeMap<String, Vec<Label>>,
    names: &Names<'_>,
) -> Option<LabelGroup> {
    let labels = labels.get(&dimension.name)?;
    let views = |kind| {
        let of_kind = labels.iter().filter(move |label| label.kind == kind);
        let view = |label: &Label| LabelView {
            text: names.value(&dimension.name, &label.path).to_owned(),
            path: label.path.clone(),
            href: search_path(&Address::new([(dimension.name.clone(), label.path.clone())])),
            reason: reason(label),
        };
        of_kind.map(view).collect::<Vec<_>>()
    };
    let group = LabelGroup {
        dimension: names.dimension(&dimension.name).to_owned(),
        tags: views(LabelKind::Tag),
        mentions: views(LabelKind::Mention),
    };
    (!labels.is_empty()).then_some(group)
}

fn source(source: &crate::model::document::SourceReference) -> Source<'_> {
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
    use crate::render::{html, samples};

    fn page(address: &Address) -> String {
        html::article_page(&ArticlePage { article: &samples::article(), dimensions: &samples::dimensions(), address })
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
            "href=\"/?q=strike&#38;region=North\"",
            "href=\"https://tide.example/x\" rel=\"noopener noreferrer\"",
            "“strike” in the title",
            "by the curator",
            "<dt>confidence</dt>",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert_eq!(page.matches("<ul dir=\"auto\">").count(), 1);
    }

    #[test]
    fn headings_start_below_the_title_and_skip_no_level() {
        for (levels, expected) in [
            (vec![1, 2], vec![2, 3]),
            (vec![2, 2, 3, 2], vec![2, 2, 3, 2]),
            (vec![3, 1, 6, 6, 2], vec![2, 2, 3, 4, 3]),
            (vec![1, 2, 3, 4, 5, 6], vec![2, 3, 4, 5, 6, 6]),
        ] {
            let block = |level: &u8| Block { kind: BlockKind::Heading(*level), fragments: Vec::new() };
            let blocks: Vec<_> = levels.iter().map(block).collect();
            let made = parts(&blocks, &mut 0);
            let made: Vec<_> = made
                .iter()
                .map(|part| match part {
                    Part::Heading(level, _) => *level,
                    Part::Paragraph(_) | Part::List(_) => 0,
                })
                .collect();
            assert_eq!(made, expected, "{levels:?}");
        }
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
