//! Pages for the browser: search, article, help and error, whole without a script.
//!
//! The only room that makes markup, and the only one that names the template engine. Templates escape whatever they
//! are given; the one exception are types here that are templates themselves. May not put a style or a script into
//! a page (the server forbids both), nor make a link of an address that is not http or https.

mod article;
mod coverage;
mod facet;
mod filters;
mod help;
mod histogram;
mod hits;
mod options;
mod overview;
mod search;
mod ways_out;

use std::sync::LazyLock;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::model::coverage::Coverage;
use crate::model::crosstab::OverviewAnswer;
use crate::model::date::PartialDate;
use crate::model::document::Document;
use crate::model::report::IngestReport;
use crate::model::results::{Answer, Article, Copies, Copy, Fragment, Neighbour, WaysOut};
use crate::model::standing::Standing;
use crate::render::Dimension;
use crate::render::address::{Address, article_page as article_path};
use crate::render::public_url::PublicUrl;
use crate::render::wording::{copies_parts, more};

/// A file that pages load from `/assets/`.
#[derive(Debug)]
pub struct Asset {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub content_type: &'static str,
    /// What it holds.
    pub contents: &'static str,
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// All files that pages load.
pub const ASSETS: &[Asset] = &[
    Asset { name: "style.css", content_type: "text/css; charset=utf-8", contents: include_str!("assets/style.css") },
    Asset { name: "icon.svg", content_type: "image/svg+xml", contents: include_str!("assets/icon.svg") },
    Asset { name: "app.js", content_type: SCRIPT, contents: include_str!("assets/app.js") },
    Asset { name: "article.js", content_type: SCRIPT, contents: include_str!("assets/article.js") },
    Asset { name: "copy.js", content_type: SCRIPT, contents: include_str!("assets/copy.js") },
    Asset { name: "facets.js", content_type: SCRIPT, contents: include_str!("assets/facets.js") },
    Asset { name: "keys.js", content_type: SCRIPT, contents: include_str!("assets/keys.js") },
    Asset { name: "print.js", content_type: SCRIPT, contents: include_str!("assets/print.js") },
    Asset { name: "results.js", content_type: SCRIPT, contents: include_str!("assets/results.js") },
    Asset { name: "say.js", content_type: SCRIPT, contents: include_str!("assets/say.js") },
    Asset { name: "suggest.js", content_type: SCRIPT, contents: include_str!("assets/suggest.js") },
    Asset { name: "swap.js", content_type: SCRIPT, contents: include_str!("assets/swap.js") },
];

/// A short name for the look of this build: the same as long as style sheet and scripts are. Pages ask for their
/// files by it, so that a browser may keep those for good.
pub fn look_version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let mut hasher = blake3::Hasher::new();
        for asset in ASSETS {
            hasher.update(asset.contents.as_bytes());
        }
        hasher.finalize().to_hex()[..12].to_owned()
    });
    &VERSION
}

/// The address of a file that pages load, without the host.
pub fn asset_path(name: &str) -> String {
    format!("/assets/{}/{name}", look_version())
}

/// What the search page shows.
#[derive(Debug, Clone, Copy)]
pub struct SearchPage<'a> {
    /// The answer; its facets are shown in their order.
    pub answer: &'a Answer,
    /// Dimensions of the taxonomy, in its order.
    pub dimensions: &'a [Dimension],
    /// What would give more, where nothing was found.
    pub ways_out: Option<&'a WaysOut>,
    /// Where people reach the server: for commands, and for the addresses of a printed list.
    pub public_url: &'a PublicUrl,
}

/// What the page of one dimension shows.
#[derive(Debug, Clone, Copy)]
pub struct FacetPage<'a> {
    /// The answer, with the counts of this dimension alone.
    pub answer: &'a Answer,
    /// Dimensions of the taxonomy, in its order.
    pub dimensions: &'a [Dimension],
    /// Only values that have this in a name; empty for all.
    pub contains: &'a str,
    /// Whether values stand by name; else by count.
    pub by_name: bool,
}

/// What the article page shows.
#[derive(Debug, Clone, Copy)]
pub struct ArticlePage<'a> {
    /// The article, marked for the query of `address`.
    pub article: &'a Article,
    /// Dimensions of the taxonomy, in its order.
    pub dimensions: &'a [Dimension],
    /// The search that led here; empty for none.
    pub address: &'a Address,
    /// Where the article stands in that search, if it does.
    pub standing: Option<&'a Standing>,
    /// The articles most like it, best first.
    pub similar: &'a [Neighbour],
    /// Where readers reach the server.
    pub public: &'a PublicUrl,
    /// The day on which the page is looked at, for its citation.
    pub accessed: Option<PartialDate>,
}

/// What the overview page shows.
#[derive(Debug, Clone, Copy)]
pub struct OverviewPage<'a> {
    /// The counts.
    pub overview: &'a OverviewAnswer,
    /// Dimensions of the taxonomy, in its order.
    pub dimensions: &'a [Dimension],
}

/// The overview of a search: articles by time, the commonest values of each dimension, a table of two dimensions.
pub fn overview_page(view: &OverviewPage<'_>) -> String {
    finish(&overview::Page::new(view))
}

/// What the coverage page shows.
#[derive(Debug, Clone, Copy)]
pub struct CoveragePage<'a> {
    /// The counts.
    pub coverage: &'a Coverage,
    /// What the run that made the index reported.
    pub report: &'a IngestReport,
}

/// What the corpus covers, and what became of everything that the last run saw.
pub fn coverage_page(view: &CoveragePage<'_>) -> String {
    finish(&coverage::Page::new(view))
}

/// The search page: form, filters, histogram, hits, paging.
pub fn search_page(view: &SearchPage<'_>) -> String {
    finish(&search::Page::new(view))
}

/// All values of one dimension under a search, each a link back to the search with it chosen or dropped. An answer
/// without counts gives a page without values.
pub fn facet_page(view: &FacetPage<'_>) -> String {
    finish(&facet::Page::new(view))
}

/// The page of one article: text with numbered marks (`#hit-1` is the first), labels with their reasons, sources.
pub fn article_page(view: &ArticlePage<'_>) -> String {
    finish(&article::Page::new(view))
}

/// The page for a request that could not be answered: HTTP status, what is wrong in a few words, what to do, and the name of
/// the request for whoever runs the server.
pub fn error_page(status: u16, title: &str, detail: &str, request_id: Option<&str>) -> String {
    finish(&ErrorPage { form: Form::default(), status, title, detail, request_id })
}

/// The query language with examples that can be followed. `dimensions` are those of the taxonomy.
pub fn help_page(dimensions: &[Dimension]) -> String {
    finish(&help::Page::new(dimensions))
}

/// Fragments as markup: text escaped, matches in `<mark>`, no other tag.
pub fn marked(fragments: &[Fragment]) -> String {
    finish(&Marks::new(fragments))
}

/// Writing a template fails only where a value cannot be written, and ours are texts and numbers.
fn finish(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    form: Form,
    status: u16,
    title: &'a str,
    detail: &'a str,
    request_id: Option<&'a str>,
}

/// The search box at the head of every page.
#[derive(Default)]
struct Form {
    query: String,
    /// Parameters without a control of their own that a new search keeps.
    kept: Vec<(String, String)>,
    /// Whether the cursor goes into the box: only where nobody has searched yet.
    autofocus: bool,
}

impl Form {
    /// The address of a file that pages load. Its version is a part of the path, so that scripts name each other by it too.
    fn asset(&self, name: &str) -> String {
        asset_path(name)
    }
}

/// Fragments as a template: the one place where `<mark>` is written.
#[derive(Template)]
#[template(path = "marks.html")]
struct Marks<'a> {
    runs: Vec<Run<'a>>,
}

struct Run<'a> {
    text: &'a str,
    matched: bool,
    /// The name that a link leads to; `None` for a run that has none.
    name: Option<String>,
}

impl HtmlSafe for Marks<'_> {}

impl<'a> Marks<'a> {
    fn new(fragments: &'a [Fragment]) -> Self {
        let run = |fragment: &'a Fragment| Run { text: &fragment.text, matched: fragment.matched, name: None };
        Self { runs: fragments.iter().map(run).collect() }
    }
}

/// A link and what people read.
struct Link {
    text: String,
    href: String,
}

/// One of several settings, as a link.
struct Choice {
    text: String,
    href: String,
    current: bool,
}

/// The search page with these parameters.
fn search_path(address: &Address) -> String {
    format!("/{}", address.link())
}

/// The language for the `lang` attribute; empty, which says "unknown", where nobody could tell.
fn language(document: &Document) -> &str {
    if document.lang == "und" { "" } else { &document.lang }
}

/// The other prints of an article's text.
struct CopiesView {
    /// "+4 copies, first: ", the publisher's name, ", 14 May 2024".
    count: String,
    publisher: String,
    date: String,
    links: Vec<CopyLink>,
    /// "+ 5 more", where not all are named.
    more: String,
}

impl CopiesView {
    /// `None` where there are none. `parameters` are those of the search, for the links.
    fn new(copies: &Copies, parameters: &str) -> Option<Self> {
        let (count, publisher, date) = copies_parts(copies);
        let links = copy_links(&copies.list, parameters);
        let more = more(copies.total.saturating_sub(links.len()));
        (copies.total > 0).then(|| Self { count, publisher: publisher.to_owned(), date, links, more })
    }
}

/// A link to a copy. Name and date stand apart: in a name that runs from right to left a date would be turned round.
struct CopyLink {
    /// Its publishers, or its id where it has none.
    name: String,
    /// Empty for the undated.
    date: String,
    href: String,
}

/// Links to copies, by publisher and date.
fn copy_links(copies: &[Copy], parameters: &str) -> Vec<CopyLink> {
    let link = |copy: &Copy| CopyLink {
        name: if copy.source.is_empty() { copy.id.clone() } else { copy.source.join(", ") },
        date: copy.date.clone().unwrap_or_default(),
        href: article_path(&copy.id) + parameters,
    };
    copies.iter().map(link).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    /// Text that would run if it came through as markup.
    const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>";

    /// A page without its one script element, which is empty and names a file of ours.
    fn without_our_script(page: &str) -> String {
        let ours = format!("<script type=\"module\" src=\"/assets/{}/app.js\"></script>", look_version());
        assert_eq!(page.matches(&ours).count(), 1, "{page}");
        page.replace(&ours, "")
    }

    fn is_tame(page: &str) {
        let page = without_our_script(page);
        assert!(page.contains("&#60;script&#62;"), "the text was lost");
        for markup in ["<script", "<img", "onerror='", "style="] {
            assert!(!page.contains(markup), "{markup} in the page");
        }
    }

    #[test]
    fn a_hostile_answer_is_only_text() {
        let mut answer = samples::answer();
        answer.text = HOSTILE.into();
        answer.diagnostics[0].message = HOSTILE.into();
        answer.results.missing = vec![HOSTILE.into()];
        answer.results.facets[0].values[0].label = HOSTILE.into();
        answer.results.facets[0].values[0].path = HOSTILE.into();
        let hit = &mut answer.results.hits[0];
        hit.title = vec![Fragment { text: HOSTILE.into(), matched: true }];
        hit.snippets[0].fragments = hit.title.clone();
        hit.snippets[0].heading = Some(HOSTILE.into());
        hit.document.id = HOSTILE.into();
        hit.document.source = vec![HOSTILE.into()];
        hit.copies.list[0].source = vec![HOSTILE.into()];
        hit.document.lang = HOSTILE.into();
        let mut dimensions = samples::dimensions();
        dimensions[0].label = HOSTILE.into();
        is_tame(&search_page(&SearchPage {
            answer: &answer,
            dimensions: &dimensions,
            ways_out: None,
            public_url: &samples::public_url(),
        }));
        answer.results.hits.clear();
        answer.results.total = 0;
        is_tame(&search_page(&SearchPage {
            answer: &answer,
            dimensions: &dimensions,
            ways_out: None,
            public_url: &samples::public_url(),
        }));
    }

    #[test]
    fn a_hostile_corpus_is_only_text_in_overview_and_coverage() {
        let mut overview = samples::overview();
        overview.answer.text = HOSTILE.into();
        overview.answer.results.facets[1].values[0].path = HOSTILE.into();
        overview.answer.results.facets[1].values[0].label = HOSTILE.into();
        overview.table.rows.headings[0].value = crate::model::crosstab::AxisValue::Path(HOSTILE.into());
        overview.axes.push(HOSTILE.into());
        let mut dimensions = samples::dimensions();
        dimensions[0].label = HOSTILE.into();
        is_tame(&overview_page(&OverviewPage { overview: &overview, dimensions: &dimensions }));
        let coverage = samples::coverage();
        let mut report = IngestReport::default();
        let place = crate::model::document::Place { file: HOSTILE.into(), line: Some(3) };
        report.quarantined = vec![crate::model::report::Quarantined { place, reason: HOSTILE.into() }];
        report.date_sources.insert(HOSTILE.into(), 1);
        is_tame(&coverage_page(&CoveragePage { coverage: &coverage, report: &report }));
    }

    #[test]
    fn a_hostile_article_is_only_text() {
        let mut article = samples::article();
        article.title = vec![Fragment { text: HOSTILE.into(), matched: false }];
        article.blocks[0].fragments = article.title.clone();
        let document = &mut article.document;
        document.title = HOSTILE.into();
        document.url = Some("javascript:alert(1)".into());
        document.sources[0].url = Some("JavaScript://%0aalert(1)".into());
        document.author = Some(HOSTILE.into());
        document.extra.insert(HOSTILE.into(), serde_json::json!({ "a": HOSTILE }));
        if let Some(labels) = document.labels.get_mut("theme") {
            labels[0].evidence[0].text = HOSTILE.into();
        }
        let address = Address::new([("q".to_owned(), HOSTILE.to_owned())]);
        let page = article_page(&ArticlePage {
            article: &article,
            dimensions: &samples::dimensions(),
            address: &address,
            standing: None,
            similar: &[],
            public: &"https://desk.example".parse().unwrap(),
            accessed: None,
        });
        is_tame(&page);
        assert!(!page.to_lowercase().contains("href=\"javascript"));
        is_tame(&error_page(404, HOSTILE, HOSTILE, Some(HOSTILE)));
    }

    #[test]
    fn marks_are_the_only_markup_of_a_snippet() {
        let fragments = samples::fragments("a < [b & c] \"d\"");
        assert_eq!(marked(&fragments), "a &#60; <mark>b &#38; c</mark> &#34;d&#34;");
    }

    #[test]
    fn each_passage_leads_to_its_own_mark_on_the_article_page() {
        let answer = samples::answer();
        let page = search_page(&SearchPage {
            answer: &answer,
            dimensions: &samples::dimensions(),
            ways_out: None,
            public_url: &samples::public_url(),
        });
        // The title has two marks, which the article page counts first.
        assert!(page.contains("#hit-3\" lang=\"en\" dir=\"ltr\" title=\"paragraph 1\">¶1</a></p>"), "{page}");
        assert!(page.contains("title=\"Talks, paragraph 2\">¶2</a></p>"), "{page}");
    }

    #[test]
    fn every_script_is_small_and_names_scripts_that_are_there() {
        let scripts: Vec<_> = ASSETS.iter().filter(|asset| asset.content_type == SCRIPT).collect();
        for script in &scripts {
            assert!(script.contents.len() <= 6 * 1024, "{} has {} bytes", script.name, script.contents.len());
            for named in script.contents.split("from \"./").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(scripts.iter().any(|other| other.name == named), "{} names {named}", script.name);
            }
        }
    }

    #[test]
    fn the_style_sheet_stays_small_and_pages_hold_neither_style_nor_inline_script() {
        assert!(include_str!("assets/style.css").len() <= 20 * 1024);
        let answer = samples::answer();
        let dimensions = samples::dimensions();
        for page in [
            search_page(&SearchPage {
                answer: &answer,
                dimensions: &dimensions,
                ways_out: None,
                public_url: &samples::public_url(),
            }),
            help_page(&dimensions),
        ] {
            let page = without_our_script(&page);
            assert!(!page.contains("<script") && !page.contains("style=\"") && !page.contains("<style"));
        }
    }
}
