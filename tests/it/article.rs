//! The article page through its address: its place in the search that led there, links that lead somewhere, labels with the words
//! that led to them, what is like it, and how to cite it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value;

use crate::harness::{Desk, PUBLIC_URL};

/// Seven articles on ferries, two of them prints of one text, and one on something else.
fn desk() -> &'static Desk {
    static DESK: OnceLock<Desk> = OnceLock::new();
    DESK.get_or_init(|| {
        let desk = Desk::new();
        for number in 1..=5 {
            let front = format!("title: Ferry number {number}\ndate: 2024-0{number}-01\nsource: Tide");
            desk.article(&format!("ferry-{number}"), &front, &format!("The ferry of day {number} was late. {}", "So it was. ".repeat(number)));
        }
        let text = "A ferry ran aground on the bar at low water with nobody hurt, and the harbour master said that the buoys had been \
                    moved by the storm of the week before, which nobody had told him.";
        desk.article("aground", "title: Ferry aground\ndate: 2023-01-01\nsource: Tide", text);
        desk.article("aground-again", "title: Ferry runs aground\ndate: 2023-01-02\nsource: Post", text);
        let text = "Sudia counted nine pirate raids this year. In Sudia the ransomware gangs stole more than the pirates did.";
        desk.article("raids", "title: Pirates and ransomware trouble Sudia\ndate: 2022", text);
        let text = "# By port\n\n- one\n- two\n\n| Port | Tons |\n| --- | --- |\n| Long Pier | 7 |\n| Bay | 9 |";
        desk.article("figures", "title: Figures\ndate: 2021", text);
        desk.article("fish", "title: Fish\ndate: 2024-02-01", "Fish is cheap.");
        desk.run(&["index"]).ended(0);
        desk
    })
}

fn page(path: &str) -> String {
    let reply = desk().get(path);
    assert_eq!(reply.status, 200, "{path}");
    reply.body
}

/// The first capture of a pattern in a page, as it stands in an address.
fn found(page: &str, pattern: &str) -> Option<String> {
    Regex::new(pattern).unwrap().captures(page).map(|found| found[1].replace("&#38;", "&"))
}

fn ids(answer: &Value) -> Vec<String> {
    answer["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn next_leads_through_all_results_in_their_order_and_previous_back() {
    for (parameters, count) in [
        ("q=ferry&sort=newest", 6),
        ("q=ferry", 6),
        ("q=ferry&sort=oldest&collapse=off&source=Tide", 6),
        ("from=2024", 6),
    ] {
        let all = ids(&desk().get(&format!("/api/v1/search?{parameters}&size=100")).json());
        assert_eq!(all.len(), count, "{parameters}");
        let landing = if parameters.starts_with('q') { "#hit-1" } else { "" };
        let mut address = format!("/articles/{}?{parameters}&size=2", all[0]);
        let mut previous: Option<String> = None;
        for (at, id) in all.iter().enumerate() {
            assert!(address.starts_with(&format!("/articles/{id}?")), "{parameters}: {address} instead of {id}");
            let page = page(address.split('#').next().unwrap());
            let position = at + 1;
            assert!(page.contains(&format!("Result {position}</span>")), "{parameters}: {position}");
            let back = found(&page, "<a href=\"(/\\?[^\"]+)\"><span aria-hidden=\"true\">←").unwrap();
            assert!(back.ends_with(&format!("#result-{}", at % 2 + 1)), "{back}");
            let list = desk().get(back.split('#').next().unwrap()).body;
            let there = format!("<li id=\"result-{}\">", at % 2 + 1);
            let hit = list.split(&there).nth(1).unwrap();
            assert_eq!(found(hit, "<a href=\"/articles/([^?\"]+)").unwrap(), *id);
            let before = found(&page, "rel=\"prev\" href=\"([^\"]+)\"");
            assert_eq!(before, previous.map(|address| address + landing), "{parameters}: {position}");
            previous = Some(address.split('#').next().unwrap().to_owned()).map(|address| canonical(&address));
            match found(&page, "rel=\"next\" href=\"([^\"]+)\"") {
                Some(next) => address = next,
                None => assert_eq!(position, count, "{parameters} ends early"),
            }
        }
    }
}

/// An address of an article in the order in which the server writes its parameters.
fn canonical(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap();
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    format!("{path}{}", dossier::render::address::Address::new(pairs).link())
}

#[test]
fn who_comes_from_no_search_or_from_elsewhere_stands_nowhere() {
    for path in [
        "/articles/ferry-1",
        "/articles/fish?q=ferry",
        "/articles/ferry-1?q=ferry&page=3",
        "/articles/ferry-1?utm_source=letter",
        "/articles/ferry-1?q=ferry&region=nowhere",
        "/articles/ferry-1?q=ferry&size=0",
        "/articles/ferry-1?page=0",
    ] {
        let page = page(path);
        assert!(!page.contains("class=\"standing\"") && !page.contains("rel=\"next\""), "{path}");
    }
}

#[test]
fn a_page_says_how_to_cite_it_and_where_it_stands() {
    let page = page("/articles/ferry-3?q=ferry");
    let address = format!("{PUBLIC_URL}/articles/ferry-3");
    for part in [
        format!("<link rel=\"canonical\" href=\"{address}\">"),
        "<meta name=\"citation_title\" content=\"Ferry number 3\">".to_owned(),
        "<meta name=\"citation_publication_date\" content=\"2024/03/01\">".to_owned(),
        "<span class=\"Z3988\" title=\"ctx_ver=Z39.88-2004&#38;".to_owned(),
        format!("“Ferry number 3.” Tide, 1 March 2024. {address} (accessed "),
    ] {
        assert!(page.contains(&part), "{part} is not in {page}");
    }
    let forms = Regex::new("href=\"(/api/v1/articles/ferry-3/citation[^\"]+)\"").unwrap();
    let mut told = BTreeSet::new();
    for form in forms.captures_iter(&page) {
        let form = form[1].replace("&#38;", "&");
        let reply = desk().get(&form);
        assert!(reply.status == 200 && reply.body.contains("Ferry number 3"), "{form}: {}", reply.body);
        told.insert(reply.content_type);
    }
    assert_eq!(told.len(), 4);
}

#[test]
fn similar_articles_are_those_of_the_api_and_the_page_names_five_at_most() {
    let desk = Desk::shipped();
    let link = Regex::new("<li><a href=\"/articles/([^\"]+)\"").unwrap();
    for id in ["att-2024-besham", "ur-2025-jaffar-express"] {
        let page = desk.get(&format!("/articles/{id}")).body;
        let section = page.split("id=\"similar\"").nth(1).unwrap().split("</section>").next().unwrap();
        let named: Vec<_> = link.captures_iter(section).map(|found| found[1].to_owned()).collect();
        assert_eq!(named, ids(&desk.get(&format!("/api/v1/articles/{id}/similar?size=5")).json()));
        assert_eq!(named.len(), 5);
        assert!(section.matches(". Shares <bdi>").count() == 5, "{section}");
    }
}

#[test]
fn every_link_inside_of_a_page_leads_to_one_place() {
    let desk = Desk::shipped();
    let listed =
        ["1", "2"].map(|page| ids(&desk.get(&format!("/api/v1/search?size=100&facets=none&page={page}")).json()));
    let (link, name) = (Regex::new("href=\"#([^\"]+)\"").unwrap(), Regex::new(" id=\"([^\"]+)\"").unwrap());
    let mut evidence = 0;
    for id in listed.iter().flatten() {
        let page = desk.get(&format!("/articles/{id}?q=Gwadar+attack+OR+China")).body;
        let names: Vec<_> = name.captures_iter(&page).map(|found| found[1].to_owned()).collect();
        let once: BTreeSet<_> = names.iter().collect();
        assert_eq!(once.len(), names.len(), "{id}: a name stands twice");
        for target in link.captures_iter(&page).map(|found| found[1].to_owned()) {
            assert!(once.contains(&target), "{id}: #{target} leads nowhere");
            evidence += usize::from(target.starts_with("why-"));
        }
    }
    // Most labels of the shipped corpus are its curators', who need no evidence.
    assert!(evidence > 10, "only {evidence} links to evidence");
}

#[test]
fn the_words_that_led_to_a_label_are_those_at_its_link() {
    let link = Regex::new("href=\"#([a-z]+-[0-9]+)\" aria-label=\"[^\"]*, place [0-9]+: ([^\"]*)\"").unwrap();
    // With a search for one of the words, its evidence is led to the marks.
    for (query, at_marks) in [("", false), ("?q=pirates", true)] {
        let page = page(&format!("/articles/raids{query}"));
        assert!(page.contains("by the classifier: matched “Sudia” in the title"), "{page}");
        let mut told = BTreeSet::new();
        for found in link.captures_iter(&page) {
            let there = page.split(&format!(" id=\"{}\">", &found[1])).nth(1).unwrap().split('<').next().unwrap();
            assert_eq!(there, &found[2], "{query}: {}", &found[1]);
            told.insert((there.to_owned(), found[1].starts_with("hit-")));
        }
        let words: BTreeSet<_> = told.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, BTreeSet::from(["Pirates", "Sudia", "pirate", "pirates", "ransomware"]));
        for (word, at_mark) in &told {
            assert_eq!(*at_mark, at_marks && word.to_lowercase().starts_with("pirate"), "{query}: {word}");
        }
    }
}

#[test]
fn the_text_reads_as_the_article_was_written() {
    let page = page("/articles/figures");
    for part in [
        "<h2 dir=\"auto\">By port</h2>",
        "<li>one</li>",
        "<tr><td dir=\"auto\">Port</td><td dir=\"auto\">Tons</td></tr>",
        "<tr><td dir=\"auto\">Long Pier</td><td dir=\"auto\">7</td></tr>",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
}
