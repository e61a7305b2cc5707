//! JSON-LD of a page: the object that is the article, and names out of it.
//!
//! Broken scripts are passed over. Says what is written, and does not judge whether it is true.

use serde_json::Value;

use super::metadata::person;
use super::page::Page;
use crate::text::normalise::fold;

/// Types of JSON-LD that are an article though their name does not end so.
const ARTICLE_TYPES: &[&str] = &["BlogPosting", "LiveBlogPosting", "Report", "SocialMediaPosting"];
/// Deepest nesting in JSON-LD that is looked into for an article.
const LINKED_DATA_DEPTH_MAX: usize = 8;

/// All that the JSON-LD of a page says.
#[derive(Debug, Clone, Default)]
pub(super) struct LinkedData {
    nodes: Vec<Value>,
    /// The place of the article among the nodes.
    article: Option<usize>,
}

impl LinkedData {
    /// Reads the JSON-LD of a page. Of several articles, that is taken which has the page's own address or title; with
    /// neither the first, because lists of related articles come behind.
    pub(super) fn of(page: &Page, address: Option<&str>, titles: &[String]) -> Self {
        let nodes = nodes(page);
        let articles: Vec<usize> = (0..nodes.len()).filter(|&at| is_article(&nodes[at])).collect();
        let own = articles.iter().find(|&&at| {
            let said = ["url", "@id", "mainEntityOfPage"]
                .iter()
                .filter_map(|key| nodes[at][*key].as_str().or_else(|| nodes[at][*key]["@id"].as_str()));
            let addressed = address.is_some_and(|own| said.clone().any(|url| same_address(url, own)));
            let headline = nodes[at]["headline"].as_str().map(bare).filter(|headline| !headline.is_empty());
            addressed || headline.is_some_and(|headline| titles.iter().any(|title| bare(title).starts_with(&headline)))
        });
        let article = own.or(articles.first()).copied();
        Self { nodes, article }
    }

    /// A text of the article.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.nodes[self.article?][key].as_str()
    }

    /// A text of the page that the article stands on.
    pub(super) fn text_of_page(&self, key: &str) -> Option<&str> {
        self.nodes.iter().find(|node| node["@type"] == "WebPage")?[key].as_str()
    }

    /// The names of the persons or organisations under a key of the article, joined.
    pub(super) fn names(&self, key: &str) -> Option<String> {
        names(&self.nodes[self.article?][key], &self.nodes)
    }
}

fn same_address(one: &str, other: &str) -> bool {
    let bare = |url: &str| {
        let url = url.split_once("://").map_or(url, |(_, rest)| rest);
        url.split(['#', '?']).next().unwrap_or(url).trim_end_matches('/').to_ascii_lowercase()
    };
    bare(one) == bare(other)
}

fn bare(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The objects of all JSON-LD of a page: those at the top, in lists, in `@graph` and under `mainEntity`.
fn nodes(page: &Page) -> Vec<Value> {
    let mut nodes = Vec::new();
    for script in page.texts("script[type*='ld+json']") {
        // Line breaks inside texts are no JSON, yet common; outside of them a blank is as good.
        let script: String = script.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let script = script.trim().trim_start_matches("<![CDATA[").trim_end_matches("]]>");
        let Ok(value) = serde_json::from_str::<Value>(script) else { continue };
        let mut stack = vec![(value, 0)];
        while let Some((value, depth)) = stack.pop() {
            match value {
                Value::Array(values) if depth < LINKED_DATA_DEPTH_MAX => {
                    stack.extend(values.into_iter().rev().map(|value| (value, depth + 1)));
                }
                Value::Object(mut fields) => {
                    for key in ["mainEntity", "@graph"] {
                        if depth < LINKED_DATA_DEPTH_MAX
                            && let Some(inner) = fields.remove(key)
                        {
                            stack.push((inner, depth + 1));
                        }
                    }
                    nodes.push(Value::Object(fields));
                }
                _ => {}
            }
        }
    }
    nodes
}

fn is_article(node: &Value) -> bool {
    let named =
        |value: &Value| value.as_str().is_some_and(|name| name.ends_with("Article") || ARTICLE_TYPES.contains(&name));
    match &node["@type"] {
        Value::Array(types) => types.iter().any(named),
        name => named(name),
    }
}

/// The names of persons or organisations: texts, objects with a name, or references to such objects.
fn names(value: &Value, nodes: &[Value]) -> Option<String> {
    let values = match value {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    };
    let mut found: Vec<String> = Vec::new();
    for value in values {
        let id = value["@id"].as_str();
        let referred = id.and_then(|id| nodes.iter().find(|node| node["@id"].as_str() == Some(id)));
        let name =
            value.as_str().or(value["name"].as_str()).or_else(|| referred.and_then(|node| node["name"].as_str()));
        if let Some(name) = name.and_then(person)
            && !found.contains(&name)
        {
            found.push(name);
        }
    }
    (!found.is_empty()).then(|| found.join(", "))
}
