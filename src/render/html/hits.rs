//! The hits of the search page.
//!
//! May not choose which passages are shown: they were cut by the engine's room.

use crate::model::document::DateSource;
use crate::model::results::{Answer, Hit, Matched, ScorePart, Snippet};
use crate::render::Dimension;
use crate::render::address::{Address, article_page};
use crate::render::html::{CopiesView, Link, Marks, language, search_path};
use crate::render::names::Names;
use crate::render::wording::{more, publishers_shown, via, web_address};

/// Labels of one dimension shown with a hit; the article page has them all.
const LABELS_SHOWN: usize = 4;

/// Forms of words named as the reason of a hit; more would be no reason any more.
const FORMS_SHOWN: usize = 12;

/// A hit as it is shown.
pub(super) struct HitView<'a> {
    pub(super) href: String,
    /// The path of its page, without the search.
    pub(super) path: String,
    /// Where it was published; empty where nobody said, or it is no web address.
    pub(super) original: &'a str,
    pub(super) lang: &'a str,
    pub(super) title: Marks<'a>,
    /// Empty for the undated.
    pub(super) date: String,
    /// Where the date was found, in words; empty where a person wrote it down, which needs no caution.
    pub(super) date_source: String,
    pub(super) sources: Vec<Link>,
    /// The others, with a link to where the article page lists them all.
    pub(super) sources_more: Option<Link>,
    /// The language with the link that filters by it.
    pub(super) language: Link,
    pub(super) labels: Vec<LabelGroup>,
    pub(super) snippets: Vec<SnippetView<'a>>,
    pub(super) copies: Option<CopiesView>,
    pub(super) why: Option<Why>,
}

/// Why an article is found.
pub(super) struct Why {
    /// Name of the element in the page.
    pub(super) id: String,
    pub(super) forms: Vec<Form>,
    /// How many more forms there are.
    pub(super) more: String,
    /// What the score is made of, with its points; empty unless that was asked for.
    pub(super) parts: Vec<(String, String)>,
}

/// A form found in the text, the word of the query that it stands for, and how the one leads to the other.
pub(super) struct Form {
    pub(super) form: String,
    pub(super) term: String,
    pub(super) how: &'static str,
}

/// A passage with the link to where it stands.
pub(super) struct SnippetView<'a> {
    pub(super) text: Marks<'a>,
    pub(super) href: String,
    pub(super) heading: &'a str,
    /// Number of its paragraph; 0 for a heading.
    pub(super) paragraph: usize,
}

/// The labels of one dimension.
pub(super) struct LabelGroup {
    pub(super) dimension: String,
    pub(super) labels: Vec<Link>,
    /// How many more there are.
    pub(super) more: usize,
}

/// The hits of an answer.
pub(super) fn hits<'a>(
    answer: &'a Answer,
    dimensions: &[Dimension],
    address: &Address,
    names: &Names<'_>,
) -> Vec<HitView<'a>> {
    answer.results.hits.iter().map(|hit| view(hit, dimensions, address, names)).collect()
}

fn view<'a>(hit: &'a Hit, dimensions: &[Dimension], address: &Address, names: &Names<'_>) -> HitView<'a> {
    let document = &hit.document;
    let filter = |dimension: &str, path: &str| Link {
        text: names.value(dimension, path).to_owned(),
        href: search_path(&address.with(dimension, path)),
    };
    let group = |dimension: &Dimension| {
        let tags: Vec<_> = document.tags(&dimension.name).collect();
        LabelGroup {
            dimension: names.dimension(&dimension.name).to_owned(),
            labels: tags.iter().take(LABELS_SHOWN).map(|path| filter(&dimension.name, path)).collect(),
            more: tags.len().saturating_sub(LABELS_SHOWN),
        }
    };
    let page = article_page(&document.id) + &address.link();
    // A title leads to the first match in the text; a browser that finds no such mark stays at the top.
    let href = if address.get("q").is_some() { format!("{page}#hit-1") } else { page.clone() };
    let title_marks = hit.title.iter().filter(|fragment| fragment.matched).count();
    let (publishers, others) = publishers_shown(&document.source);
    let sources_more = (others > 0).then(|| Link { text: more(others), href: format!("{page}#sources") });
    HitView {
        href,
        path: article_page(&document.id),
        original: document.url.as_deref().and_then(web_address).unwrap_or_default(),
        lang: language(document),
        title: Marks::new(&hit.title),
        date: document.date.map(|date| date.to_string()).unwrap_or_default(),
        date_source: document.date_source.filter(found_by_us).map(|it| it.name().replace('-', " ")).unwrap_or_default(),
        sources: publishers.iter().map(|source| filter("source", source)).collect(),
        sources_more,
        language: filter("lang", &document.lang),
        labels: dimensions.iter().map(group).filter(|group| !group.labels.is_empty()).collect(),
        snippets: hit.snippets.iter().map(|it| snippet(it, &page, title_marks)).collect(),
        copies: CopiesView::new(&hit.copies, &address.link()),
        why: why(hit),
    }
}

fn why(hit: &Hit) -> Option<Why> {
    let points = |part: &ScorePart| (part.what.clone(), format!("{:+.2}", part.points));
    let parts: Vec<_> = hit.explanation.iter().flatten().map(points).collect();
    let form = |it: &Matched| Form { form: it.form.clone(), term: it.term.clone(), how: via(it.via) };
    let forms: Vec<Form> = hit.matched.iter().take(FORMS_SHOWN).map(form).collect();
    let more = more(hit.matched.len().saturating_sub(forms.len()));
    let id = format!("why.{}", hit.document.id);
    (!forms.is_empty() || !parts.is_empty()).then_some(Why { id, forms, more, parts })
}

/// The page numbers the marks of the title and the text through.
fn snippet<'a>(snippet: &'a Snippet, page: &str, title_marks: usize) -> SnippetView<'a> {
    SnippetView {
        text: Marks::new(&snippet.fragments),
        href: snippet.first_mark.map_or_else(|| page.to_owned(), |mark| format!("{page}#hit-{}", title_marks + mark)),
        heading: snippet.heading.as_deref().unwrap_or_default(),
        paragraph: snippet.paragraph.unwrap_or_default(),
    }
}

/// Whether a date was read off the text or the page, rather than written down by a curator.
fn found_by_us(source: &DateSource) -> bool {
    !matches!(source, DateSource::FrontMatter | DateSource::Sidecar)
}
