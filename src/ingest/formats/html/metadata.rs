//! What a page says about itself: JSON-LD, meta elements, `time`, the canonical address.
//!
//! Gives dates as text, of a timestamp its day; whether a date exists is for the station of dates to say.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::page::Page;
use crate::ingest::formats::blocks::on_one_line;
use crate::ingest::formats::keys::is_address;
use crate::model::document::DateSource;

/// Meta elements that hold the day of publication, best first.
const DATE_METAS: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dc.date.created",
    "dcterms.date",
    "dcterms.created",
    "parsely-pub-date",
    "sailthru.date",
    "publication_date",
    "publish-date",
    "publishdate",
    "pubdate",
    "date",
];
/// Meta elements that hold the title, best first.
const TITLE_METAS: &[&str] = &["og:title", "citation_title", "dc.title", "twitter:title"];
/// Meta elements that hold an author, best first.
const AUTHOR_METAS: &[&str] = &["author", "citation_author", "dc.creator", "parsely-author", "sailthru.author"];
/// Meta elements that hold the publisher, best first.
const PUBLISHER_METAS: &[&str] = &["og:site_name", "citation_journal_title", "dc.publisher", "application-name"];
/// Types of JSON-LD that are an article though their name does not end so.
const ARTICLE_TYPES: &[&str] = &["BlogPosting", "LiveBlogPosting", "Report", "SocialMediaPosting"];
/// Deepest nesting in JSON-LD that is looked into for an article.
const LINKED_DATA_DEPTH_MAX: usize = 8;

/// A day at the head of a timestamp: `2024-03-26T10:00`, `2024/03/26`, `20240326`.
static DAY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:$|[T\s+Z])").expect("constant pattern"));

/// What a page says about itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Metadata {
    /// The headline in JSON-LD.
    pub(super) headline: Option<String>,
    /// The title in a meta element or the page's own, which may carry the site's name.
    pub(super) title: Option<String>,
    /// The authors, joined.
    pub(super) author: Option<String>,
    /// The publisher or site.
    pub(super) publisher: Option<String>,
    /// The date as written, or its day, and where it was found.
    pub(super) date: Option<(String, DateSource)>,
    /// The address.
    pub(super) url: Option<String>,
    /// The language of the page.
    pub(super) lang: Option<String>,
}

impl Metadata {
    /// Whether the page gives its date in a form that needs no second look at its text.
    pub(super) fn is_dated(&self) -> bool {
        self.date.as_ref().is_some_and(|(date, _)| DAY.is_match(date))
    }
}

/// Gathers what a page says about itself.
pub(super) fn metadata(page: &Page) -> Metadata {
    let nodes = linked_data(page);
    let metas = page.metas();
    let article = own_article(page, &metas, &nodes).unwrap_or(&Value::Null);
    let meta = |names: &[&str]| {
        let found = names.iter().find_map(|name| metas.iter().find(|(other, _)| other == name));
        found.map(|(_, content)| on_one_line(content))
    };
    let page_node = nodes.iter().find(|node| node["@type"] == "WebPage").unwrap_or(&Value::Null);
    let dated = [&article["datePublished"], &article["dateCreated"], &page_node["datePublished"]];
    let linked_date = dated.iter().find_map(|value| value.as_str());
    let page_title = page.texts("title").into_iter().next().map(|title| on_one_line(&title));
    Metadata {
        headline: article["headline"].as_str().map(plain).filter(|title| !title.is_empty()),
        title: meta(TITLE_METAS).or(page_title),
        author: names(&article["author"], &nodes).or_else(|| meta(AUTHOR_METAS).as_deref().and_then(person)),
        publisher: names(&article["publisher"], &nodes).or_else(|| meta(PUBLISHER_METAS).as_deref().and_then(person)),
        date: linked_date
            .and_then(day)
            .map(|date| (date, DateSource::JsonLd))
            .or_else(|| meta(DATE_METAS).as_deref().and_then(day).map(|date| (date, DateSource::Meta)))
            .or_else(|| time_element(page).as_deref().and_then(day).map(|date| (date, DateSource::Meta))),
        url: address(page, &metas),
        lang: locale(page.attributes("html", "lang").into_iter().next(), meta(&["og:locale"])),
    }
}

/// The language of a page, with its country where the page names one anywhere.
fn locale(lang: Option<String>, shared: Option<String>) -> Option<String> {
    match (lang, shared) {
        (Some(lang), Some(shared)) if shared.get(..lang.len()).is_some_and(|head| head.eq_ignore_ascii_case(&lang)) => {
            Some(shared.replace('_', "-"))
        }
        (lang, _) => lang,
    }
}

/// The objects of all JSON-LD of a page: those at the top, in lists, in `@graph` and under `mainEntity`.
fn linked_data(page: &Page) -> Vec<Value> {
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

/// The article of the page among those that its JSON-LD tells of, which may be related ones: the one with the page's
/// address, else the one whose headline is in the page's title, else the first.
fn own_article<'n>(page: &Page, metas: &[(String, String)], nodes: &'n [Value]) -> Option<&'n Value> {
    let articles: Vec<&Value> = nodes.iter().filter(|node| is_article(node)).collect();
    let addressed = |node: &&&Value| {
        let entity = &node["mainEntityOfPage"];
        let named = [&node["url"], &node["@id"], entity, &entity["@id"]];
        let url = address(page, metas);
        url.is_some_and(|url| named.iter().any(|name| name.as_str() == Some(url.as_str())))
    };
    let titles = page.texts("title, h1").join("\n");
    let titled = |node: &&&Value| node["headline"].as_str().is_some_and(|headline| titles.contains(&plain(headline)));
    if articles.len() < 2 {
        return articles.first().copied();
    }
    articles.iter().find(addressed).or_else(|| articles.iter().find(titled)).or(articles.first()).copied()
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

/// A name without what stands around it; an address or an account is no name.
fn person(text: &str) -> Option<String> {
    let name = plain(text);
    let heads = ["posted by ", "written by ", "by "];
    let head = heads.iter().find(|head| name.get(..head.len()).is_some_and(|found| found.eq_ignore_ascii_case(head)));
    let name = name[head.map_or(0, |head| head.len())..].trim();
    (!name.is_empty() && !is_address(name) && !name.starts_with('@')).then(|| name.to_owned())
}

/// The name in a byline of the page; lines with figures hold a date or a label besides, and are not believed.
pub(super) fn author_of_byline(byline: &str) -> Option<String> {
    person(byline).filter(|name| !name.contains(|c: char| c.is_numeric() || c == '('))
}

/// A text of JSON-LD or an attribute: on one line, entities and tags resolved.
fn plain(text: &str) -> String {
    if text.contains(['&', '<']) {
        return on_one_line(&Page::parse(text).texts("body").concat());
    }
    on_one_line(text)
}

/// The day of a timestamp as `YYYY-MM-DD`; a text of another form as it is. `0001-01-01` and the first
/// day of 1970 are how templates say nothing.
fn day(text: &str) -> Option<String> {
    let text = on_one_line(text);
    match DAY.captures(&text) {
        Some(parts) if parts[1].starts_with('0') => None,
        Some(parts) if (&parts[1], &parts[2], &parts[3]) == ("1970", "01", "01") => None,
        Some(parts) => Some(format!("{}-{}-{}", &parts[1], &parts[2], &parts[3])),
        None => (!text.is_empty()).then_some(text),
    }
}

/// The first `time` of the article; of a page without such a part only if all its times are one day.
fn time_element(page: &Page) -> Option<String> {
    for (selector, name) in [
        ("[itemprop=datePublished]", "datetime"),
        ("[itemprop=datePublished]", "content"),
        ("time[pubdate]", "datetime"),
        ("article time, main time", "datetime"),
    ] {
        if let Some(found) = page.attributes(selector, name).into_iter().next() {
            return Some(found);
        }
    }
    if let Some(found) = page.texts("[itemprop=datePublished]").into_iter().next() {
        return Some(found);
    }
    let mut days: Vec<String> = page.attributes("time", "datetime").iter().filter_map(|time| day(time)).collect();
    days.dedup();
    if days.len() == 1 { days.pop() } else { None }
}

/// The canonical address; the front page of a site is none, whatever a template says.
fn address(page: &Page, metas: &[(String, String)]) -> Option<String> {
    let canonical = page.attributes("link[rel~=canonical]", "href");
    let shared = metas.iter().filter(|(name, _)| name == "og:url").map(|(_, content)| content.clone());
    canonical.into_iter().chain(shared).find(|url| {
        is_address(url)
            && url.splitn(4, '/').nth(3).is_some_and(|path| !path.is_empty())
            && !url.contains(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(html: &str) -> Metadata {
        metadata(&Page::parse(html))
    }

    #[test]
    fn json_ld_comes_first() {
        let found = of(r##"<html lang="en-GB"><title>T | Site</title><meta property="og:site_name" content="Site">
            <meta property="article:published_time" content="2024-01-01T00:00:00Z">
            <script type="application/ld+json">{"@graph": [{"@type": "WebPage", "datePublished": "2020-01-01"},
              {"@type": ["Thing", "NewsArticle"], "headline": "It&#8217;s  here",
               "datePublished": "2024-03-26T23:00:00+05:00",
               "author": [{"@id": "#a"}, {"name": "By B"}, "https://x.org/c"], "publisher": {"name": "Dawn"}},
              {"@id": "#a", "@type": "Person", "name": "A"}]}</script>"##);
        assert_eq!(found.headline.as_deref(), Some("It’s here"));
        assert_eq!(found.date, Some(("2024-03-26".to_owned(), DateSource::JsonLd)));
        assert_eq!((found.author.as_deref(), found.publisher.as_deref()), (Some("A, B"), Some("Dawn")));
        assert_eq!((found.title.as_deref(), found.lang.as_deref()), (Some("T | Site"), Some("en-GB")));
    }

    #[test]
    fn a_related_article_in_json_ld_is_not_the_page_s_own() {
        let own = r#"{"@type":"NewsArticle","headline":"Own","datePublished":"2024-03-26","url":"https://x.org/own"}"#;
        let other =
            r#"{"@type":"NewsArticle","headline":"Other","datePublished":"2023-01-01","url":"https://x.org/o"}"#;
        let both = format!("<script type=application/ld+json>[{other},{own}]</script>");
        for (head, date) in [
            ("<link rel=canonical href=https://x.org/own>", "2024-03-26"),
            ("<title>Own | Site</title>", "2024-03-26"),
            ("<title>Site</title>", "2023-01-01"),
        ] {
            assert_eq!(of(&format!("{head}{both}")).date, Some((date.to_owned(), DateSource::JsonLd)), "{head}");
        }
    }

    #[test]
    fn meta_and_time_elements_stand_in() {
        for (html, date) in [
            ("<meta name='DC.date' content='2024-03-26'>", Some("2024-03-26")),
            ("<meta name=citation_date content='2024/03/26'>", Some("2024-03-26")),
            ("<meta itemprop=datePublished content='20240326T1000'>", Some("2024-03-26")),
            ("<meta name=pubdate content='26 March 2024'>", Some("26 March 2024")),
            (
                "<article><time datetime='2024-03-26 10:00'>x</time><time datetime=2023></time></article>",
                Some("2024-03-26"),
            ),
            ("<time datetime=2024-03-26>x</time><time datetime=2024-03-26T09:00>", Some("2024-03-26")),
            ("<time datetime=2024-03-26>x</time><time datetime=2024-03-27>", None),
            ("<meta name=date content='0001-01-01T00:00'><time datetime=2024-03-26>", Some("2024-03-26")),
            ("<script type=application/ld+json>{broken</script>", None),
            ("", None),
        ] {
            assert_eq!(of(html).date, date.map(|date| (date.to_owned(), DateSource::Meta)), "{html}");
        }
        assert_eq!(author_of_byline("Posted by C D").as_deref(), Some("C D"));
        assert_eq!(author_of_byline("C D, 26 March 2024"), None);
        let found = of("<meta name=author content='by A B'><meta property=og:title content=' T  t '>");
        assert_eq!((found.author.as_deref(), found.title.as_deref()), (Some("A B"), Some("T t")));
    }

    #[test]
    fn the_address_is_canonical_and_of_an_article() {
        for (html, url) in [
            ("<link rel=canonical href=https://x.org/a>", Some("https://x.org/a")),
            (
                "<link rel=canonical href=https://x.org/><meta property=og:url content=https://x.org/b>",
                Some("https://x.org/b"),
            ),
            ("<link rel=canonical href=/a>", None),
            ("<link rel=canonical href='javascript:x'>", None),
        ] {
            assert_eq!(of(html).url.as_deref(), url, "{html}");
        }
    }
}
