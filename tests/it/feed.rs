//! Following a search: its feed by the rules of RFC 4287, over a corpus that changes; the description for a browser's search
//! bar; what robots may read; and the public address that all of them carry.

use std::collections::BTreeSet;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use regex::Regex;

use crate::harness::{Desk, PUBLIC_URL, Reply};

const ATOM: &str = "http://www.w3.org/2005/Atom";

/// An element as it was written.
#[derive(Debug, Default, Clone, PartialEq)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The only child of a name.
    #[track_caller]
    fn one<'a>(&'a self, name: &'a str) -> &'a Element {
        let all: Vec<_> = self.all(name).collect();
        assert_eq!(all.len(), 1, "{name} in {self:?}");
        all[0]
    }

    #[track_caller]
    fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    fn link(&self, rel: &str) -> &str {
        let links: Vec<_> = self.all("link").filter(|link| link.attribute("rel") == rel).collect();
        assert_eq!(links.len(), 1, "{rel} in {self:?}");
        links[0].attribute("href")
    }
}

/// Reads a document; whatever is not well formed fails the test.
fn xml(text: &str) -> Element {
    let begun = |start: &BytesStart<'_>| {
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap().into_owned();
            (attribute.key.as_ref().to_owned(), value)
        });
        Element {
            attributes: attributes.map(|(key, value)| (String::from_utf8(key.into()).unwrap(), value)).collect(),
            name: String::from_utf8(start.name().as_ref().into()).unwrap(),
            ..Element::default()
        }
    };
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error} in {text}")) {
            Event::Start(start) => open.push(begun(&start)),
            Event::Empty(start) => open.last_mut().unwrap().children.push(begun(&start)),
            Event::Text(run) => open.last_mut().unwrap().text.push_str(&run),
            Event::GeneralRef(reference) => {
                let name = reference.to_string();
                let sign = match reference.resolve_char_ref().unwrap() {
                    Some(sign) => sign.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&name).unwrap().to_owned(),
                };
                open.last_mut().unwrap().text.push_str(&sign);
            }
            Event::End(_) => {
                let done = open.pop().unwrap();
                open.last_mut().unwrap().children.push(done);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open.len(), 1, "an element is not closed in {text}");
    open.remove(0).children.remove(0)
}

/// The rules of RFC 4287 on a feed and its entries, as far as they bear on what we write.
fn follows_the_rules(feed: &Element) {
    let moment = Regex::new(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$").unwrap();
    let known = |element: &Element, names: &[&str]| {
        for child in &element.children {
            assert!(names.contains(&child.name.as_str()), "{} in {}", child.name, element.name);
        }
    };
    assert_eq!((feed.name.as_str(), feed.attribute("xmlns")), ("feed", ATOM));
    known(feed, &["id", "title", "subtitle", "updated", "link", "author", "generator", "icon", "entry"]);
    let (_, _) = (feed.one("subtitle"), feed.one("author").one("name"));
    let mut ids = BTreeSet::new();
    for element in std::iter::once(feed).chain(feed.all("entry")) {
        for name in ["id", "title", "updated"] {
            assert!(!element.one(name).text.trim().is_empty(), "{name} of {element:?}");
        }
        assert!(moment.is_match(&element.one("updated").text), "{element:?}");
        assert!(element.one("id").text.starts_with("urn:uuid:"));
        assert!(ids.insert(element.one("id").text.clone()), "an id stands twice: {element:?}");
        for link in element.all("link") {
            let href = link.attribute("href");
            assert!(href.starts_with("http") && !href.contains([' ', '<', '>', '"']), "{href}");
        }
        element.link("alternate");
        for role in ["author", "contributor"] {
            assert!(element.all(role).all(|person| !person.one("name").text.is_empty()));
        }
    }
    for entry in feed.all("entry") {
        known(entry, &["id", "title", "updated", "published", "link", "author", "contributor", "category", "summary"]);
        assert!(entry.all("published").count() <= 1);
        assert!(entry.all("category").all(|category| !category.attribute("term").is_empty()));
        entry.one("summary");
    }
    let newest = feed.all("entry").map(|entry| entry.one("updated").text.clone()).max();
    assert!(newest.is_none_or(|newest| newest == feed.one("updated").text));
}

fn feed_of(desk: &Desk, parameters: &str) -> Element {
    let reply = desk.get(&format!("/feed.atom{parameters}"));
    assert_eq!((reply.status, reply.content_type.as_str()), (200, "application/atom+xml"), "{}", reply.body);
    let feed = xml(&reply.body);
    follows_the_rules(&feed);
    feed
}

/// What a feed reader knows an entry by, and what it shows of it.
fn entries(feed: &Element) -> Vec<(String, String, String)> {
    let entry = |entry: &Element| ["id", "title", "updated"].map(|name| entry.one(name).text.clone()).into();
    feed.all("entry").map(entry).collect()
}

fn titles(feed: &Element) -> Vec<String> {
    entries(feed).into_iter().map(|(_, title, _)| title).collect()
}

/// Three articles, one of them undated and one with only some of the words.
fn harbour() -> Desk {
    let desk = Desk::new();
    desk.article(
        "strike",
        "title: Dock strike\ndate: 2024-03-26\nsource: Tide\nauthor: A. Writer",
        "The dock strike began.",
    );
    desk.article("talks", "title: Strike talks <b>&amp; pay\ndate: 2023-05", "Talks about the dock strike go on.");
    desk.article("letter", "title: A letter", "On the dock strike, by nobody knows whom, nobody knows when.");
    desk.article("ferry", "title: Ferry\ndate: 2024-04-01", "The ferry leaves from another dock.");
    desk.run(&["index"]).ended(0);
    desk
}

#[test]
fn a_feed_has_the_articles_of_its_search_newest_first() {
    let desk = harbour();
    let feed = feed_of(&desk, "?q=dock+strike&sort=oldest&page=2");
    assert_eq!(titles(&feed), ["Dock strike", "Strike talks <b>&amp; pay", "A letter"]);
    let first = feed.all("entry").next().unwrap();
    assert_eq!(first.one("published").text, "2024-03-26T00:00:00Z");
    assert_eq!(first.one("author").one("name").text, "A. Writer");
    assert_eq!(first.link("alternate"), format!("{PUBLIC_URL}/articles/strike?q=dock+strike"));
    assert_eq!(feed.link("self"), format!("{PUBLIC_URL}/feed.atom?q=dock+strike"));
    assert_eq!(feed.link("alternate"), format!("{PUBLIC_URL}/?q=dock+strike&sort=newest"));
    let dates: Vec<_> = entries(&feed).into_iter().map(|(_, _, updated)| updated).collect();
    assert_eq!(dates, ["2024-03-26T00:00:00Z", "2023-05-01T00:00:00Z", "1970-01-01T00:00:00Z"]);
    let undated = feed.all("entry").last().unwrap();
    assert!(undated.all("published").next().is_none() && undated.one("summary").text.starts_with("Undated. "));
    assert_eq!(titles(&feed_of(&desk, "?q=dock+strike&to=2023")), ["Strike talks <b>&amp; pay"]);
}

#[test]
fn a_cut_is_told_and_a_wrong_parameter_refused() {
    let desk = harbour();
    let feed = feed_of(&desk, "?size=2");
    assert_eq!(titles(&feed), ["Ferry", "Dock strike"]);
    assert_eq!(feed.one("subtitle").text, "The newest 2 of 4 articles; the undated come last");
    assert_eq!(feed_of(&desk, "").one("subtitle").text, "4 articles");
    assert_eq!(desk.get("/feed.atom?size=1000").status, 400);
    assert_eq!(desk.get("/feed.atom?colour=red").status, 400);
}

#[test]
fn what_has_only_some_of_the_words_is_in_no_feed_until_an_article_has_all() {
    let desk = harbour();
    assert!(!desk.ids(&["dock", "walrus"]).is_empty(), "the search itself falls back");
    let before = feed_of(&desk, "?q=dock+walrus&fuzzy=0");
    assert!(entries(&before).is_empty());
    desk.article("walrus", "title: Walrus\ndate: 2020", "A walrus at the dock.");
    let later = Desk::of(desk.corpus());
    later.run(&["index"]).ended(0);
    let after = feed_of(&later, "?q=dock+walrus&fuzzy=0");
    assert_eq!(titles(&after), ["Walrus"]);
    assert_eq!(before.one("id"), after.one("id"));
}

#[test]
fn a_new_article_comes_once_and_an_edited_one_does_not_come_again() {
    let desk = harbour();
    let first = entries(&feed_of(&desk, "?q=strike"));
    desk.article(
        "strike",
        "title: The strike at the docks\ndate: 2024-03-26\nsource: Tide",
        "The dock strike began at dawn.",
    );
    desk.article("pay", "title: Pay\ndate: 2024-05-02", "After the strike there is more pay.");
    // Another folder for the index, made from nothing: neither the run nor the machine may be in the ids.
    let later = Desk::of(desk.corpus());
    later.run(&["index"]).ended(0);
    let second = entries(&feed_of(&later, "?q=strike"));
    let seen: BTreeSet<_> = first.iter().map(|(id, _, updated)| (id, updated)).collect();
    let news: Vec<_> = second.iter().filter(|(id, _, updated)| !seen.contains(&(id, updated))).collect();
    assert_eq!(news.len(), 1, "{news:?}");
    assert_eq!(news[0].1, "Pay");
    assert_eq!(second.len(), first.len() + 1);
    assert!(second.iter().any(|(_, title, _)| title == "The strike at the docks"));
}

#[test]
fn a_reprint_that_comes_later_is_no_news() {
    let desk = Desk::new();
    let text = "The ferry between the Old Quay and the island will run all night from July, the company said. Tickets cost \
                the same. Dogs travel free, and so do children under six when they sit on a lap.";
    desk.article("first", "title: Ferry to run all night\ndate: 2024-07-01\nsource: Tide", text);
    desk.run(&["index"]).ended(0);
    let before = entries(&feed_of(&desk, "?q=ferry"));
    desk.article("again", "title: All-night ferry\ndate: 2024-07-09\nsource: Post", text);
    let later = Desk::of(desk.corpus());
    later.run(&["index"]).ended(0);
    let feed = feed_of(&later, "?q=ferry");
    let after = entries(&feed);
    assert_eq!((before.len(), after.len()), (1, 1));
    assert_eq!((&before[0].0, &before[0].2), (&after[0].0, &after[0].2));
    let summary = &feed.one("entry").one("summary").text;
    assert!(summary.ends_with("(+1 copy, first: Tide, 1 July 2024)"), "{summary}");
    assert_eq!(feed_of(&later, "?q=ferry&collapse=off").all("entry").count(), 2);
}

#[test]
fn ids_are_those_of_a_corpus_by_its_name() {
    let desk = harbour();
    let unnamed = entries(&feed_of(&desk, ""));
    let taxonomy = std::fs::read_to_string(desk.corpus().join("taxonomy.toml")).unwrap();
    desk.write("taxonomy.toml", taxonomy.replacen("version = 1", "version = 1\ncorpus = \"harbours\"", 1));
    let named = Desk::of(desk.corpus());
    named.run(&["index"]).ended(0);
    let named = entries(&feed_of(&named, ""));
    let of = |list: &[(String, String, String)]| list.iter().map(|(id, _, _)| id.clone()).collect::<BTreeSet<_>>();
    assert!(of(&unnamed).is_disjoint(&of(&named)));
}

#[test]
fn a_client_that_has_the_feed_is_not_sent_it_again() {
    let desk = harbour();
    let Reply { headers, .. } = desk.get("/feed.atom?q=strike");
    let tag = headers.get("etag").unwrap().to_str().unwrap();
    let again = desk.asked("GET", "/feed.atom?q=strike", &[("if-none-match", tag)]);
    assert_eq!((again.status, again.body.as_str()), (304, ""));
}

#[test]
fn a_browser_learns_how_to_search_here() {
    let desk = harbour();
    let reply = desk.get("/opensearch.xml");
    assert_eq!(reply.content_type, "application/opensearchdescription+xml");
    let description = xml(&reply.body);
    assert_eq!(description.attribute("xmlns"), "http://a9.com/-/spec/opensearch/1.1/");
    assert!((1..=16).contains(&description.one("ShortName").text.chars().count()));
    assert!((1..=1024).contains(&description.one("Description").text.chars().count()));
    let kinds: Vec<_> = description.all("Url").map(|url| url.attribute("type")).collect();
    for kind in ["text/html", "application/atom+xml", "application/x-suggestions+json"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    for url in description.all("Url").chain(description.all("Image")) {
        let address = if url.name == "Image" { &url.text } else { url.attribute("template") };
        let path = address.strip_prefix(PUBLIC_URL).unwrap_or_else(|| panic!("{address} is not whole"));
        let filled = desk.get(&path.replace("{searchTerms}", "dock"));
        assert_eq!(filled.status, 200, "{path}");
        let kind = filled.content_type.split(';').next().unwrap().to_owned();
        assert_eq!(kind, url.attribute("type"), "{path}");
    }
    for page in ["/", "/help", "/articles/strike"] {
        let link = "<link rel=\"search\" type=\"application/opensearchdescription+xml\" title=\"Dossier\" href=\"/opensearch.xml\">";
        assert!(desk.get(page).body.contains(link), "{page}");
    }
}

#[test]
fn the_search_page_names_the_feed_of_its_search() {
    let desk = harbour();
    for (search, feed) in [
        ("/", "/feed.atom"),
        ("/?q=dock+strike&from=2023&sort=oldest&size=1&page=2", "/feed.atom?q=dock+strike&#38;from=2023"),
    ] {
        let page = desk.get(search).body;
        let link = "<link rel=\"alternate\" type=\"application/atom+xml\"";
        assert!(page.contains(link) && page.contains(&format!("href=\"{feed}\"")), "{search}: {page}");
        assert_eq!(desk.get(&feed.replace("&#38;", "&")).status, 200);
    }
}

#[test]
fn robots_may_read_articles_and_leave_searches_alone() {
    let reply = harbour().get("/robots.txt");
    assert_eq!((reply.status, reply.content_type.as_str()), (200, "text/plain; charset=utf-8"));
    let rules = reply.body;
    assert!(rules.contains("User-agent: *\n"));
    // Of the rules that fit a path, the longest counts (RFC 9309); a star stands for anything.
    let may_read = |path: &str| {
        let rule = Regex::new(r"(?m)^(Allow|Disallow): (.+)$").unwrap();
        let fits = |pattern: &str| {
            let pattern = regex::escape(pattern).replace(r"\*", ".*");
            Regex::new(&format!("^{pattern}")).unwrap().is_match(path)
        };
        let fitting = rule.captures_iter(&rules).filter(|rule| fits(&rule[2]));
        fitting.max_by_key(|rule| rule[2].len()).is_none_or(|rule| &rule[1] == "Allow")
    };
    for path in ["/", "/articles/strike", "/help", "/assets/0/style.css"] {
        assert!(may_read(path), "{path}");
    }
    for path in ["/?q=strike", "/articles/strike?q=dock", "/api/v1/search?q=a", "/feed.atom", "/suggest.json?q=a"] {
        assert!(!may_read(path), "{path}");
    }
}

#[test]
fn a_public_address_that_is_none_is_refused_before_anything_is_done() {
    let desk = Desk::new();
    for (url, complaint) in [("desk.example", "http://"), ("https://desk.example/?a=b", "`?`")] {
        let run = desk.run(&["serve", "--public-url", url, "--listen", "127.0.0.1:0"]).ended(2);
        assert!(run.err.contains(complaint), "{}", run.err);
    }
}
