//! A parsed page: the one place that knows the outside crate for HTML. Gives plain values, never the crate's types.
//!
//! Walks trees with a stack of its own, so that nesting cannot exhaust the thread's.

use dom_smoothie::{Config, Readability, TextMode};

use crate::model::HTML_ELEMENTS_MAX;

/// Parts of class names that mark what stands beside the text.
const BESIDE_CLASSES: &[&str] = &["caption", "breadcrumb"];
/// Longest text that stands beside another, in characters: templates put such names on whole articles, and some
/// frameworks put whole pages in a form.
const BESIDE_CHARS_MAX: usize = 1000;

/// A page.
pub(super) struct Page(Readability);

/// One step on the way through a tree of elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// An element opens.
    Open(Element),
    /// The element of this name closes.
    Close(String),
    /// Text.
    Text(String),
}

/// An element as far as a reader of text cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    /// Its name in small letters.
    pub(super) name: String,
    /// Whether a browser shows nothing of it.
    pub(super) hidden: bool,
    /// Whether it stands beside the text: a form, and what its class calls a caption or a trail of links, unless it is
    /// long.
    pub(super) beside: bool,
}

/// What was found as the main text, and what was found with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MainText {
    /// The elements of the main text.
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

    /// The way through the first element that a CSS selector finds.
    pub(super) fn steps(&self, selector: &str) -> Vec<Step> {
        let mut steps = Vec::new();
        let found = self.0.doc.select_single(selector);
        let mut stack: Vec<_> = found.nodes().iter().map(|&node| (node, false)).collect();
        while let Some((node, closes)) = stack.pop() {
            if node.is_text() {
                steps.push(Step::Text(node.text().to_string()));
            }
            let Some(name) = node.node_name().filter(|_| node.is_element()) else { continue };
            if closes {
                steps.push(Step::Close(name.to_string()));
                continue;
            }
            let class = node.attr("class").map(|class| class.to_ascii_lowercase());
            let named = class.is_some_and(|class| BESIDE_CLASSES.iter().any(|part| class.contains(part)));
            let beside = (named || &*name == "form") && node.text().chars().count() <= BESIDE_CHARS_MAX;
            let style = node.attr("style").map(|style| style.to_ascii_lowercase().replace(' ', ""));
            let hidden = node.has_attr("hidden")
                || node.attr("aria-hidden").is_some_and(|value| value.eq_ignore_ascii_case("true"))
                || style.is_some_and(|style| style.contains("display:none"));
            steps.push(Step::Open(Element { name: name.to_string(), hidden, beside }));
            stack.push((node, true));
            stack.extend(node.children_it(true).map(|child| (child, false)));
        }
        steps
    }

    /// Finds the main text; `None` if there is none, or the page is too large to look for it. Uses the page up.
    pub(super) fn main_text(mut self) -> Option<MainText> {
        let article = self.0.parse().ok()?;
        let steps = self.steps("#readability-page-1");
        let title = Some(article.title.trim().to_owned()).filter(|title| !title.is_empty());
        Some(MainText { steps, title, byline: article.byline })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_walked_in_order() {
        let page = Page::parse("<body><p hidden>a<b>c</b></p><!-- x --><i style='display: none'>d</i></body>");
        let walk: Vec<String> = page
            .steps("body")
            .into_iter()
            .map(|step| match step {
                Step::Open(element) => format!("<{}{}", element.name, if element.hidden { " hidden" } else { "" }),
                Step::Close(name) => format!("/{name}"),
                Step::Text(text) => text,
            })
            .collect();
        assert_eq!(walk, ["<body", "<p hidden", "a", "<b", "c", "/b", "/p", "<i hidden", "d", "/i", "/body"]);
        assert_eq!(page.depth(), 5);
        assert_eq!(page.texts("b, q"), ["c"]);
        assert_eq!(page.attributes("i", "style"), ["display: none"]);
    }
}
