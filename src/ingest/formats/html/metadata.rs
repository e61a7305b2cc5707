//! What a page says about itself: JSON-LD, meta elements, `time`, the canonical address.
//!
//! Gives dates as text, of a timestamp its day; whether a date exists is for the station of dates to say.

use std::sync::LazyLock;

use super::linked_data::LinkedData;
use super::page::Page;
use crate::ingest::formats::blocks::on_one_line;
use crate::ingest::formats::keys::is_address;
use crate::model::TITLE_CHARS_MAX;
use crate::model::document::DateSource;
use regex::Regex;

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
/// Elements that name an author where no key does.
const AUTHOR_ELEMENTS: &[&str] = &["[itemprop=author] [itemprop=name]", "[itemprop=author]", "[rel=author]"];
/// Elements that hold a line on who wrote it, by short names that pages give these; only a line that says `by` is one.
const BYLINE_ELEMENTS: &str = "p.by, div.by, span.by, .by-line, .written-by, .posted-by";
/// Elements that hold the day of publication where no key does, with the attribute; without one it is their text.
const DATE_ELEMENTS: &[(&str, Option<&str>)] = &[
    ("[itemprop=datePublished]", Some("datetime")),
    ("[itemprop=datePublished]", Some("content")),
    ("time[pubdate]", Some("datetime")),
    ("time.published, time.entry-date", Some("datetime")),
    ("article time, main time", Some("datetime")),
    ("[itemprop=datePublished]", None),
];
/// Names that programs give to authors who gave none.
const NOBODY: &[&str] =
    &["admin", "administrator", "webmaster", "root", "user", "anonymous", "unknown", "null", "none"];
/// Longest name of an author or publisher, in characters: what is longer is a text.
const NAME_CHARS_MAX: usize = 120;
/// Fewest digits of a text that names a day: `5 März 2024`, `5/3/24`.
const DATE_DIGITS_MIN: usize = 4;

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
    /// The heading of the article on the page.
    pub(super) heading: Option<String>,
    /// The text of the article in JSON-LD, which may hold markup.
    pub(super) body: Option<String>,
    /// The authors, joined.
    pub(super) author: Option<String>,
    /// The publisher or site.
    pub(super) publisher: Option<String>,
    /// What the site calls itself in its address.
    pub(super) site: Option<String>,
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
    let metas = page.metas();
    let meta = |names: &[&str]| {
        let found = names.iter().find_map(|name| metas.iter().find(|(other, _)| other == name));
        found.map(|(_, content)| on_one_line(content))
    };
    let page_title = page.texts("title").into_iter().next().map(|title| on_one_line(&title));
    let heading = heading(page);
    let titles: Vec<String> = [meta(TITLE_METAS), page_title.clone(), heading.clone()].into_iter().flatten().collect();
    let url = address(page, &metas);
    let linked = LinkedData::of(page, url.as_deref(), &titles);
    let linked_date = ["datePublished", "dateCreated"]
        .iter()
        .find_map(|key| linked.text(key))
        .or_else(|| linked.text_of_page("datePublished"));
    Metadata {
        headline: linked
            .text("headline")
            .map(plain)
            .filter(|title| !title.is_empty())
            .map(|title| whole(title, &titles)),
        title: meta(TITLE_METAS).or(page_title),
        heading,
        body: linked.text("articleBody").map(str::to_owned),
        site: page.site(),
        author: linked
            .names("author")
            .or_else(|| meta(AUTHOR_METAS).as_deref().and_then(person))
            .or_else(|| named(page, AUTHOR_ELEMENTS))
            .or_else(|| byline(page)),
        publisher: linked.names("publisher").or_else(|| meta(PUBLISHER_METAS).as_deref().and_then(person)),
        date: linked_date
            .and_then(day)
            .map(|date| (date, DateSource::JsonLd))
            .or_else(|| meta(DATE_METAS).as_deref().and_then(day).map(|date| (date, DateSource::Meta)))
            .or_else(|| time_element(page).as_deref().and_then(day).map(|date| (date, DateSource::Meta))),
        url,
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

/// A name without what stands around it; an address or an account is no name.
pub(super) fn person(text: &str) -> Option<String> {
    let name = plain(text);
    // `Ann Archer | The Paper`: the person comes first.
    let name = name.split(" | ").next().unwrap_or_default();
    let heads = ["posted by ", "written by ", "by "];
    let head = heads.iter().find(|head| name.get(..head.len()).is_some_and(|found| found.eq_ignore_ascii_case(head)));
    let name = name[head.map_or(0, |head| head.len())..].trim();
    let nobody = NOBODY.contains(&name.to_lowercase().as_str()) || name.chars().count() > NAME_CHARS_MAX;
    (!name.is_empty() && !nobody && !is_address(name) && !name.starts_with('@')).then(|| name.to_owned())
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

/// The heading of the article: what microdata names so, else the only heading of the first level.
fn heading(page: &Page) -> Option<String> {
    let said = page.own_texts("h1[itemprop=headline], [itemprop=headline]").into_iter().next();
    let only = || Some(page.own_texts("h1")).filter(|found| found.len() == 1).and_then(|mut found| found.pop());
    said.or_else(only).map(|text| on_one_line(&text)).filter(|text| text.chars().count() <= TITLE_CHARS_MAX)
}

/// A title that was cut with dots, as another place has it whole.
fn whole(title: String, titles: &[String]) -> String {
    let Some(head) = title.strip_suffix('…').or_else(|| title.strip_suffix("...")) else { return title };
    titles
        .iter()
        .find(|other| other.starts_with(head.trim_end()) && !other.ends_with(['…', '.']))
        .cloned()
        .unwrap_or(title)
}

/// The names in the first of certain elements that holds any.
fn named(page: &Page, selectors: &[&str]) -> Option<String> {
    selectors.iter().find_map(|selector| {
        let mut names: Vec<String> = Vec::new();
        for name in page.own_texts(selector).iter().filter_map(|text| author_of_byline(text)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        (!names.is_empty()).then(|| names.join(", "))
    })
}

/// The name in the first line of the page that says by whom it is.
fn byline(page: &Page) -> Option<String> {
    let lines = page.own_texts(BYLINE_ELEMENTS);
    lines
        .iter()
        .find(|line| line.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("by ")))
        .and_then(|line| author_of_byline(line))
}

/// The first time of the article; of a page without such a part only if all its times are one day.
fn time_element(page: &Page) -> Option<String> {
    for (selector, name) in DATE_ELEMENTS {
        let found = match name {
            Some(name) => page.own_attributes(selector, name),
            None => page.own_texts(selector),
        };
        // Texts such as `two hours ago` name no day.
        let dated = |text: &String| text.bytes().filter(u8::is_ascii_digit).count() >= DATE_DIGITS_MIN;
        if let Some(found) = found.into_iter().find(dated) {
            return Some(found);
        }
    }
    let mut days: Vec<String> = page.own_attributes("time", "datetime").iter().filter_map(|time| day(time)).collect();
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
    fn of_several_articles_the_page_s_own_is_taken() {
        let script = |nodes: &str| format!("<script type='application/ld+json'>[{nodes}]</script>");
        let other = r#"{"@type":"NewsArticle","headline":"Fares rise","datePublished":"2020-01-01","author":"C D"}"#;
        let own =
            r#"{"@type":"NewsArticle","headline":"The pier is closed","datePublished":"2024-03-26","author":"A B"}"#;
        let by_address = own.replace("The pier is closed", "Closed").replace("{", r#"{"url":"http://x.org/pier/","#);
        let head = "<link rel=canonical href=https://x.org/pier><meta property=og:title content='The pier is closed'>";
        for nodes in [format!("{other},{own}"), format!("{own},{other}"), format!("{other},{by_address}")] {
            let found = of(&format!("{head}{}", script(&nodes)));
            assert_eq!(
                (found.author.as_deref(), found.date.unwrap().0.as_str()),
                (Some("A B"), "2024-03-26"),
                "{nodes}"
            );
        }
    }

    #[test]
    fn microdata_and_links_to_authors_stand_in() {
        let found = of("<article itemscope><h1 itemprop=headline>The pier is closed</h1>
            <span itemprop=author itemscope><a href=/ann><span itemprop=name>Ann Archer</span></a></span>
            <span itemprop=datePublished>26 March 2024</span></article>
            <div class=comments><span itemprop=author>A Reader</span><time datetime=2025-01-01>x</time></div>");
        assert_eq!(found.heading.as_deref(), Some("The pier is closed"));
        assert_eq!(found.author.as_deref(), Some("Ann Archer"));
        assert_eq!(found.date, Some(("26 March 2024".to_owned(), DateSource::Meta)));
        let found = of("<h1>Head</h1><a rel=author href=/b>Bob Miller</a><h2>x</h2>");
        assert_eq!((found.author.as_deref(), found.heading.as_deref()), (Some("Bob Miller"), Some("Head")));
        assert_eq!(of("<h1>Site</h1><h1>Head</h1>").heading, None);
        assert_eq!(of("<p class=by>By Ann Archer</p>").author.as_deref(), Some("Ann Archer"));
        assert_eq!(of("<p class=by>Stand by for more</p>").author, None);
    }

    #[test]
    fn nothing_is_taken_from_comments_related_articles_and_programs() {
        for foreign in [
            "<div class='comment-list'><article><time datetime=2025-01-01>x</time></article></div>",
            "<aside><a rel=author href=/a>Bob Miller</a><time datetime=2025-01-01></aside>",
            "<section class=related-posts><article itemscope><h1 itemprop=headline>Fares rise</h1>\
             <time itemprop=datePublished datetime=2025-01-01><span itemprop=author>Bob</span></article></section>",
            "<span itemprop=datePublished>2 hours ago</span><meta name=author content=admin>",
            "<meta name=author content=@harbour><meta name=author content='https://x.org/ann'>",
        ] {
            let found = of(foreign);
            assert_eq!((found.author, found.date, found.heading), (None, None, None), "{foreign}");
        }
        let page = "<div class='with-sidebar'><article><time datetime=2024-03-26>x</time></article></div>";
        assert_eq!(of(page).date.map(|date| date.0).as_deref(), Some("2024-03-26"));
    }

    #[test]
    fn a_cut_title_is_taken_whole_where_it_stands_whole() {
        let found = of(r#"<title>The pier is closed for good, says the board</title>
            <script type="application/ld+json">{"@type":"Article","headline":"The pier is closed for…"}</script>"#);
        assert_eq!(found.headline.as_deref(), Some("The pier is closed for good, says the board"));
        assert_eq!(person("By Ann Archer | The Harbour Paper").as_deref(), Some("Ann Archer"));
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
