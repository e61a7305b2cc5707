//! Suggestions while typing: what continues a text, under the filters, by the binary and by the routes.

use std::sync::OnceLock;

use dossier::engine::Engines;
use dossier::engine::analyzer::folded_form;
use dossier::engine::embedded::EmbeddedEngines;
use dossier::model::results::{Continues, SuggestionKind};
use dossier::search::parameters::Parameters;
use dossier::search::suggestion::suggest;
use dossier::text::words::words;
use proptest::prelude::*;
use serde_json::Value;

use crate::harness::Desk;

/// Nine articles on two ports, in three languages.
fn desk() -> &'static Desk {
    static DESK: OnceLock<Desk> = OnceLock::new();
    DESK.get_or_init(|| {
        let desk = Desk::new();
        let article = |id: &str, title: &str, region: &str, lang: &str, body: &str| {
            let head = format!(
                "title: '{title}'\ndate: 2024-03-26\nlang: {lang}\nregion: [{region}]\nactor: []\nthreat: []\nreviewed: true"
            );
            desk.article(id, &head, body);
        };
        article("quay", "The old quay", "Norland/Eastport", "en", "Eastport wants a deep sea port. Jane Austen said so.");
        article("sea", "Who pays for the deep sea port", "Norland/Eastport", "en", "A deep-sea port in Eastport costs.");
        article("guard", "Harbour Guard on strike", "Norland/Eastport", "en", "The Harbour Guard rests. Deep sea port shut.");
        article("west", "Austen bridge opens", "Norland/Westmoor", "en", "Jane Austen has a bridge in Westmoor.");
        article("rain", "Rain in Westmoor OR hail", "Norland/Westmoor", "en", "The rain stays; Westmoor is wet.");
        article("said", "\"Not us,\" said region: north", "Norland/Westmoor", "en", "Nobody in Westmoor believes it.");
        article("bay", "Eastport Bay empties", "Sudia/Eastport Bay", "en", "Boats left Eastport Bay.");
        article("urdu", "گودی میں ہڑتال", "Norland/Eastport", "ur", "ایسٹ پورٹ میں مزدوروں نے کام بند کر دیا۔");
        article("chinese", "东港罢工", "Norland/Eastport", "zh", "东港工人停止工作。");
        desk.run(&["index"]).ended(0);
        desk
    })
}

/// The suggestions for a text, with flags.
fn suggested(desk: &Desk, text: &str, flags: &[&str]) -> Vec<Value> {
    let run = desk.run(&[&["suggest", "--format", "json"], flags, &["--", text]].concat()).ended(0);
    run.json()["suggestions"].as_array().unwrap().clone()
}

fn texts(suggestions: &[Value]) -> Vec<&str> {
    suggestions.iter().map(|one| one["text"].as_str().unwrap()).collect()
}

#[test]
fn what_is_typed_is_continued_from_the_start_and_from_an_inner_word() {
    for (typed, expected) in [
        ("Austen", &["Jane Austen", "Austen bridge opens"][..]),
        ("deep se", &["deep sea port"]),
        ("sea po", &["deep sea port"]),
        ("eastp", &["Eastport", "Eastport Bay"]),
        ("EASTPÓ", &["Eastport"]),
        ("old q", &["The old quay"]),
        ("harbour strike", &["Harbour Guard on strike"]),
        ("港罢", &["东港罢工"]),
        ("ہڑت", &["گودی میں ہڑتال"]),
    ] {
        let found = suggested(desk(), typed, &[]);
        for text in expected {
            assert!(texts(&found).contains(text), "{typed}: {text} in {found:#?}");
        }
    }
    assert_eq!(texts(&suggested(desk(), "zzz", &[])), [""; 0], "nothing found is no failure");
}

#[test]
fn every_name_of_a_node_leads_to_it() {
    for (typed, name) in [("East H", "East Harbour"), ("ایسٹ", "ایسٹ پورٹ"), ("东", "东港"), ("eastpo", "Eastport")]
    {
        let found = suggested(desk(), typed, &[]);
        let one =
            found.iter().find(|one| one["path"] == "Norland/Eastport").unwrap_or_else(|| panic!("{typed}: {found:#?}"));
        assert_eq!((&one["kind"], &one["name"], &one["label"]), (&"name".into(), &name.into(), &"Eastport".into()));
        assert_eq!(one["count"], 5, "articles with the label");
    }
    let names = suggested(desk(), "", &[]);
    assert_eq!(texts(&names)[..2], ["Eastport", "Westmoor"], "nothing typed gives the commonest names: {names:#?}");
}

#[test]
fn a_typo_is_forgiven_where_there_is_nothing_without() {
    for (typed, expected) in [
        ("Astenn", None),
        ("Austne", Some("Jane Austen")),
        ("eastprot", Some("Eastport")),
        ("jane astn", None),
        ("jnae", Some("Jane Austen")),
        ("aus", Some("Jane Austen")),
    ] {
        let found = suggested(desk(), typed, &[]);
        match expected {
            Some(text) => assert!(texts(&found).contains(&text), "{typed}: {found:#?}"),
            None => assert!(found.is_empty(), "{typed}: {found:#?}"),
        }
    }
    let exact = suggested(desk(), "east", &[]);
    assert!(exact.iter().all(|one| one["match"] != "typo"), "{exact:#?}");
}

#[test]
fn filters_are_kept() {
    let west = suggested(desk(), "aus", &["--region", "Westmoor"]);
    assert_eq!(texts(&west), ["Austen", "Austen bridge opens", "Jane Austen"], "{west:#?}");
    assert!(west.iter().all(|one| one["count"] == 1), "{west:#?}");
    let east = suggested(desk(), "aus", &["--region", "Eastport"]);
    assert_eq!(texts(&east), ["Austen", "Jane Austen"], "{east:#?}");
    assert!(suggested(desk(), "aus", &["--from", "2025"]).is_empty());
    assert_eq!(
        texts(&suggested(desk(), "eastport", &["--not", "region=Norland"])),
        ["Eastport Bay", "Eastport", "Eastport Bay empties"]
    );
    assert_eq!(suggested(desk(), "e", &["--size", "1"]).len(), 1);
}

#[test]
fn what_goes_into_the_search_box_is_read_as_words() {
    for (typed, expected) in [("not us", "Not us said region north"), ("rain in", "Rain in Westmoor or hail")] {
        let found = suggested(desk(), typed, &[]);
        assert!(texts(&found).contains(&expected), "{typed}: {found:#?}");
    }
    for hostile in ["\"aus", "-aus", "aus*", "(aus", "region:aus", "=aus\u{7}"] {
        let found = suggested(desk(), hostile, &[]);
        assert_eq!(found.is_empty(), hostile.contains(':'), "{hostile:?}");
    }
    let long = "austen ".repeat(600);
    assert!(suggested(desk(), &long, &[]).is_empty());
    assert!(suggested(desk(), &"a".repeat(4096), &[]).is_empty());
}

#[test]
fn a_label_is_completed_to_a_value_of_its_dimension() {
    for (typed, expected) in [
        ("region:eastp", "region:Eastport"),
        ("quay region:\"east h", "quay region:\"East Harbour\""),
        ("(region:东", "(region:东港"),
        ("-region:west", "-region:Westmoor"),
    ] {
        let found = suggested(desk(), typed, &[]);
        assert_eq!(texts(&found)[0], expected, "{typed}: {found:#?}");
        assert!(found.iter().all(|one| one["dimension"] == "region"), "{typed}: {found:#?}");
    }
    assert_eq!(desk().ids(&[texts(&suggested(desk(), "region:\"eastport b", &[]))[0]]), ["bay"]);
    assert!(suggested(desk(), "actor:eastp", &[]).is_empty());
}

#[test]
fn the_routes_give_what_the_command_line_gives() {
    let reply = desk().get("/api/v1/suggest?q=aus&region=Westmoor");
    assert_eq!((reply.status, reply.content_type.as_str()), (200, "application/json"));
    let answer = reply.json();
    assert_eq!(answer["query"], "aus");
    assert_eq!(answer["suggestions"].as_array().unwrap(), &suggested(desk(), "aus", &["--region", "Westmoor"]));
    let title = &answer["suggestions"][1];
    assert_eq!(title["links"]["page"], "/articles/west");
    assert_eq!(title["html"], "<mark>Aus</mark>ten bridge opens");
    let reply = desk().get("/suggest.json?q=aus&size=2");
    assert_eq!((reply.status, reply.content_type.as_str()), (200, "application/x-suggestions+json"));
    assert_eq!(reply.body, r#"["aus",["Austen","Austen bridge opens"]]"#);
    assert_eq!(desk().get("/api/v1/suggest?q=a&regoin=x").status, 400);
    assert_eq!(desk().request("POST", "/suggest.json").status, 405);
}

#[test]
fn an_incremental_run_suggests_what_a_full_one_does() {
    let desk = Desk::new();
    let write = |id: &str, body: &str| desk.article(id, &format!("title: On {id}\nregion: []\nreviewed: true"), body);
    write("one", "The copper mine closed. Trains stood still.");
    write("two", "The copper mine opened. Trains ran.");
    desk.indexed();
    write("two", "A silver mine opened. Trains ran.");
    write("three", "The silver mine pays.");
    desk.indexed();
    let typed = ["c", "s", "mine", "silver m", "tra", "on"];
    let incremental: Vec<_> = typed.iter().map(|typed| suggested(&desk, typed, &[])).collect();
    desk.run(&["index", "--full"]).ended(0);
    let full: Vec<_> = typed.iter().map(|typed| suggested(&desk, typed, &[])).collect();
    assert_eq!(incremental, full);
    assert!(texts(&full[3]).contains(&"silver mine") && !texts(&full[0]).contains(&"copper mine"), "{full:#?}");
}

/// The small desk and the shipped corpus, opened once.
fn searchers() -> &'static [EmbeddedEngines; 2] {
    static OPEN: OnceLock<[EmbeddedEngines; 2]> = OnceLock::new();
    OPEN.get_or_init(|| [desk(), Desk::shipped()].map(|desk| EmbeddedEngines::new(desk.index())))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    /// Over two corpora: what is given continues what was typed, and finds something under the same filters.
    #[test]
    fn every_suggestion_continues_and_finds(
        typed in "([a-zA-Z]{1,3}|gwad|chin|balo|sec|deep s|东|中国|بل|گ|[ -~]{0,6}|\\PC{0,4})( [a-z]{1,2})?",
        shipped in any::<bool>(),
        filter in prop::sample::select(vec!["", "lang=en", "lang=zh", "region=_none", "from=2024", "not.lang=en"]),
    ) {
        let searcher = searchers()[usize::from(shipped)].searcher().unwrap();
        let mut pairs = vec![("q".to_owned(), typed.clone())];
        pairs.extend(filter.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())));
        let parameters = Parameters::read(&*searcher, &pairs).unwrap();
        let answer = suggest(&*searcher, &parameters).unwrap();
        let folded = |text: &str| words(text).map(|word| folded_form(word.text)).collect::<Vec<_>>();
        for one in &answer.suggestions {
            let shown: String = one.shown.iter().map(|run| run.text.as_str()).collect();
            let has = folded(&shown);
            for word in folded(&typed) {
                let met = has.iter().any(|other| other.starts_with(&word));
                let operator = ["and", "or", "not", "same"].contains(&word.as_str());
                prop_assert!(met || operator || one.continues == Continues::Typo, "{typed:?}: {one:?}");
            }
            pairs[0].1 = one.text.clone();
            let found = dossier::search::answer(&*searcher, &Parameters::read(&*searcher, &pairs).unwrap()).unwrap();
            prop_assert!(found.results.total > 0, "{typed:?} {filter}: {one:?} finds nothing");
            prop_assert!(one.count > 0);
            if matches!(one.kind, SuggestionKind::Word | SuggestionKind::Phrase) {
                pairs.push(("match".into(), "all".into()));
                let found = dossier::search::answer(&*searcher, &Parameters::read(&*searcher, &pairs).unwrap()).unwrap();
                pairs.pop();
                prop_assert_eq!(one.count, found.results.total, "{:?} {}: {:?}", typed, filter, one);
            }
        }
        let mut different: Vec<_> = answer.suggestions.iter().map(|one| folded(&one.text)).collect();
        different.sort();
        different.dedup();
        prop_assert_eq!(different.len(), answer.suggestions.len(), "{:?}", answer.suggestions);
    }
}
