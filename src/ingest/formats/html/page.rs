//! A parsed page: the one place that knows the outside crate for HTML. Gives plain values, never the crate's types.
//!
//! Walks trees with a stack of its own, so that nesting cannot exhaust the thread's.

use std::collections::{BTreeMap, HashSet};

use dom_query::{NodeId, NodeRef};
use dom_smoothie::{Config, Readability, TextMode};

use crate::model::HTML_ELEMENTS_MAX;

/// Names of sites where pages are shared and their makers followed.
const SHARING_SITES: &[&str] = &[
    "facebook",
    "twitter",
    "x",
    "instagram",
    "linkedin",
    "pinterest",
    "whatsapp",
    "telegram",
    "t",
    "reddit",
    "youtube",
    "flipboard",
    "tumblr",
    "google",
    "apple",
    "tiktok",
    "threads",
    "bsky",
    "weibo",
    "vk",
];

/// Most elements of one sort that are looked at for whether they are the article's: each may be nested deep.
const ASKED_ELEMENTS_MAX: usize = 500;
/// Most elements of one sort that are asked what they say of the article; each may hold the whole page.
const OWN_ELEMENTS_MAX: usize = 20;

/// Parts of names of elements that tell of other articles, or in which others speak,
const FOREIGN_NAMES: &[&str] =
    &["comment", "disqus", "related", "recommend", "recirc", "also-like", "outbrain", "taboola"];
/// and beginnings of such names that also stand inside the names of whole pages (`with-sidebar`).
const FOREIGN_BEGINNINGS: &[&str] =
    &["sidebar", "teaser", "popular", "trending", "most-", "latest", "more-", "read-next", "promo", "newsletter"];

/// A page.
pub(super) struct Page(Readability);

/// One step on the way through a tree of elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// An element opens.
    Open(Element),
    /// The element of this name closes.
    Close(String),
    /// Text, and whether it belongs to what was chosen as the main text.
    Text {
        /// The text as it stands in the source.
        text: String,
        /// Whether it was chosen.
        chosen: bool,
    },
}

/// An element as far as a reader of text cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    /// Its name in small letters.
    pub(super) name: String,
    /// Whether a browser shows nothing of it.
    pub(super) hidden: bool,
    /// Whether it says of itself that it shows only to a pointer.
    pub(super) tooltip: bool,
    /// Its classes and its id in small letters, one blank apart: what the makers of the page call it.
    pub(super) names: String,
    /// Whether it is a link to another site, those where pages are shared left aside.
    pub(super) leads_away: bool,
}

/// What was found as the main text, and what was found with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MainText {
    /// The way through the whole page, with the text of the main text marked as chosen.
    pub(super) steps: Vec<Step>,
    /// Title of the page.
    pub(super) title: Option<String>,
    /// Author, as a line of the page says it.
    pub(super) byline: Option<String>,
}

impl Page {
    /// Parses a page. Any text is a page.
    pub(super) fn parse(html: &str) -> Self {
        let config = Config {
            max_elements_to_parse: HTML_ELEMENTS_MAX,
            disable_json_ld: true,
            text_mode: TextMode::Raw,
            keep_classes: true,
            ..Config::default()
        };
        let mut readability = Readability::from(html);
        readability.config = config;
        Self(readability)
    }

    /// How deep its elements are nested.
    pub(super) fn depth(&self) -> usize {
        let mut deepest = 0;
        let mut stack = vec![(self.0.doc.root(), 0)];
        while let Some((node, depth)) = stack.pop() {
            deepest = deepest.max(depth);
            stack.extend(node.children_it(false).map(|child| (child, depth + 1)));
        }
        deepest
    }

    /// An attribute of all elements that a CSS selector finds, where they have it and it is not empty.
    pub(super) fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let found = self.0.doc.select(selector);
        let values = found.nodes().iter().filter_map(|node| node.attr(name));
        values.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
    }

    /// The text of all elements that a CSS selector finds, where it is not empty.
    pub(super) fn texts(&self, selector: &str) -> Vec<String> {
        let found = self.0.doc.select(selector);
        let texts = found.nodes().iter().map(|node| node.text().trim().to_owned());
        texts.filter(|text| !text.is_empty()).collect()
    }

    /// The same for elements of the article itself: none in comments, related articles and bars at the side.
    pub(super) fn own_attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let found = self.0.doc.select(selector);
        let own = found.nodes().iter().take(ASKED_ELEMENTS_MAX).filter(|node| is_own(node)).take(OWN_ELEMENTS_MAX);
        let values = own.filter_map(|node| node.attr(name));
        values.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
    }

    /// The texts of elements of the article itself, where they are not empty.
    pub(super) fn own_texts(&self, selector: &str) -> Vec<String> {
        let found = self.0.doc.select(selector);
        let own = found.nodes().iter().take(ASKED_ELEMENTS_MAX).filter(|node| is_own(node)).take(OWN_ELEMENTS_MAX);
        let texts = own.map(|node| node.text().trim().to_owned());
        texts.filter(|text| !text.is_empty()).collect()
    }

    /// The meta elements: name (or property, or itemprop) in small letters, and content, where it is not empty.
    pub(super) fn metas(&self) -> Vec<(String, String)> {
        let mut metas = Vec::new();
        let found = self.0.doc.select("meta[content]");
        for node in found.nodes() {
            let content = node.attr_or("content", "").trim().to_owned();
            for name in ["name", "property", "itemprop"] {
                if let Some(name) = node.attr(name).filter(|_| !content.is_empty()) {
                    metas.push((name.trim().to_ascii_lowercase(), content.clone()));
                }
            }
        }
        metas
    }

    /// The way through the body of the page; nothing in it is chosen yet.
    pub(super) fn steps(&self) -> Vec<Step> {
        self.walk().0
    }

    /// The way through the body, and the identities of its texts in the same order.
    fn walk(&self) -> (Vec<Step>, Vec<NodeId>) {
        let (mut steps, mut texts) = (Vec::new(), Vec::new());
        let own_site = self.site();
        let found = self.0.doc.select_single("body");
        let mut stack: Vec<_> = found.nodes().iter().map(|&node| (node, false)).collect();
        while let Some((node, closes)) = stack.pop() {
            if node.is_text() {
                steps.push(Step::Text { text: node.text().to_string(), chosen: false });
                texts.push(node.id);
            }
            let Some(name) = node.node_name().filter(|_| node.is_element()) else { continue };
            if closes {
                steps.push(Step::Close(name.to_string()));
                continue;
            }
            let attribute = |name: &str| node.attr(name).map(|value| value.trim().to_ascii_lowercase());
            let names = ["class", "id"].iter().filter_map(|name| attribute(name)).collect::<Vec<_>>().join(" ");
            let hidden = node.has_attr("hidden")
                || attribute("aria-hidden").is_some_and(|value| value == "true")
                || attribute("style").is_some_and(|style| style.replace(' ', "").contains("display:none"));
            let tooltip = attribute("role").is_some_and(|role| role == "tooltip");
            let site =
                node.attr("href").filter(|_| &*name == "a").as_deref().and_then(site_of_address).map(str::to_owned);
            let leads_away = site.is_some_and(|site| {
                own_site.as_ref().is_some_and(|own| *own != site) && !SHARING_SITES.contains(&&*site)
            });
            steps.push(Step::Open(Element { name: name.to_string(), hidden, tooltip, names, leads_away }));
            stack.push((node, true));
            stack.extend(node.children_it(true).map(|child| (child, false)));
        }
        (steps, texts)
    }

    /// The name of the site that the page is from, as far as it says so or its links agree.
    pub(super) fn site(&self) -> Option<String> {
        let said = self
            .attributes("link[rel~=canonical]", "href")
            .into_iter()
            .chain(self.attributes("meta[property='og:url']", "content"));
        if let Some(site) = said.filter_map(|url| site_of_address(&url).map(str::to_owned)).next() {
            return Some(site);
        }
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for url in self.attributes("a", "href") {
            if let Some(site) = site_of_address(&url) {
                *counts.entry(site.to_owned()).or_default() += 1;
            }
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(site, _)| site)
    }

    /// Finds the main text; `None` if there is none, or the page is too large to look for it. Uses the page up.
    ///
    /// The outside crate cuts and rebuilds a copy of the tree; the texts in it keep their identity, and by that they
    /// are found again in the page as it was.
    pub(super) fn main_text(mut self) -> Option<MainText> {
        let (mut steps, in_order) = self.walk();
        let article = self.0.parse().ok()?;
        let root = self.0.doc.select_single("#readability-page-1");
        let chosen: HashSet<NodeId> = root
            .nodes()
            .iter()
            .flat_map(|node| node.descendants_it())
            .filter(|node| node.is_text())
            .map(|node| node.id)
            .collect();
        let texts = steps.iter_mut().filter_map(|step| match step {
            Step::Text { chosen, .. } => Some(chosen),
            Step::Open(_) | Step::Close(_) => None,
        });
        for (is_chosen, id) in texts.zip(in_order) {
            *is_chosen = chosen.contains(&id);
        }
        let title = Some(article.title.trim().to_owned()).filter(|title| !title.is_empty());
        Some(MainText { steps, title, byline: article.byline })
    }
}

/// Whether neither an element nor one around it is named as a part of the page that tells of other articles, or in
/// which others speak.
fn is_own(node: &NodeRef) -> bool {
    let foreign = |node: &NodeRef| {
        let names = ["class", "id", "itemprop"].map(|name| node.attr_or(name, "").to_ascii_lowercase());
        // The body carries the names of what it may show.
        let body = node.node_name().is_some_and(|name| matches!(&*name, "body" | "html"));
        let element = node.node_name().is_some_and(|name| matches!(&*name, "aside" | "footer" | "nav"));
        let named = |name: &str| {
            FOREIGN_NAMES.iter().any(|part| name.contains(part))
                || FOREIGN_BEGINNINGS.iter().any(|part| name.starts_with(part))
        };
        element || (!body && names.iter().any(|names| names.split_whitespace().any(named)))
    };
    !foreign(node) && !node.ancestors_it(None).any(|node| foreign(&node))
}

/// The name of the site in a whole address, without what countries and kinds of sites add: `example` of
/// `https://www.example.co.uk/a`. Enough to tell one site's sections from another site.
fn site_of_address(url: &str) -> Option<&str> {
    let rest = url.split_once("://").filter(|(scheme, _)| scheme.starts_with("http")).map(|(_, rest)| rest);
    let host = rest.or_else(|| url.strip_prefix("//"))?.split(['/', '?', '#', ':']).next()?;
    let parts: Vec<&str> = host.split('.').filter(|part| !part.is_empty()).collect();
    let short = |part: &&&str| part.len() > 3 && **part != "info";
    parts.iter().rev().skip(1).find(short).or(parts.iter().rev().nth(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_walked_in_order() {
        let page = Page::parse("<body><p hidden>a<b>c</b></p><!-- x --><i style='display: none'>d</i></body>");
        let walk: Vec<String> = page
            .steps()
            .into_iter()
            .map(|step| match step {
                Step::Open(element) => format!("<{}{}", element.name, if element.hidden { " hidden" } else { "" }),
                Step::Close(name) => format!("/{name}"),
                Step::Text { text, .. } => text,
            })
            .collect();
        assert_eq!(walk, ["<body", "<p hidden", "a", "<b", "c", "/b", "/p", "<i hidden", "d", "/i", "/body"]);
        assert_eq!(page.depth(), 5);
        assert_eq!(page.texts("b, q"), ["c"]);
        assert_eq!(page.attributes("i", "style"), ["display: none"]);
    }
}
