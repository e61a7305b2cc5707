//! Ranking through the public interface: scores that explain themselves, recency on request, and signs besides words.

use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::{Engines, Searcher};
use dossier::model::results::Hit;
use dossier::search::answer;
use dossier::search::parameters::Parameters;

use crate::harness::Desk;

fn hits(searcher: &dyn Searcher, parameters: &[(&str, &str)]) -> Vec<Hit> {
    let pairs: Vec<_> = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    answer(searcher, &Parameters::read(searcher, &pairs).unwrap()).unwrap().results.hits
}

fn ids(hits: &[Hit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.document.id.as_str()).collect()
}

/// A desk with articles `(id, date, title, body)`; an empty date is none.
fn desk(articles: &[(&str, &str, &str, &str)]) -> Desk {
    let desk = Desk::new();
    for (id, date, title, body) in articles {
        let dated = if date.is_empty() { "undated: true".to_owned() } else { format!("date: {date}") };
        desk.write(&format!("articles/{id}.md"), format!("---\ntitle: {title}\n{dated}\n---\n{body}\n"));
    }
    desk.run(&["index"]).ended(0);
    desk
}

fn open(desk: &Desk) -> std::sync::Arc<dyn Searcher> {
    EmbeddedEngines::new(desk.index()).searcher().unwrap()
}

#[test]
fn the_parts_of_a_score_sum_up_to_it_and_say_what_they_are() {
    let searcher = open(Desk::shipped());
    for text in [
        "Gwadar",
        "Gwadar port security",
        "BLA attacks on Chinese engineers in Balochistan",
        "How much compensation did Pakistan approve for the Chinese nationals hit by the Dasu bus bombing?",
        "\"Gwadar port\" navy OR ship* port port",
        "title:Dasu bus",
        "navy SAME Gwadar",
        "گوادر",
        "=Gwadar port~1",
    ] {
        for more in [&[][..], &[("match", "any")], &[("recency", "300"), ("match", "any")]] {
            let asked = [&[("q", text), ("explain", "true"), ("size", "100"), ("collapse", "off")], more].concat();
            let found = hits(&*searcher, &asked);
            assert!(!found.is_empty(), "{text}");
            for hit in found {
                let parts = hit.explanation.unwrap();
                let sum: f32 = parts.iter().map(|part| part.points).sum();
                assert!(
                    (sum - hit.score).abs() < 0.005 + hit.score * 0.001,
                    "{text} {more:?}: {} is not {sum}: {parts:?}",
                    hit.score
                );
                assert!(parts.iter().all(|part| part.points > 0.0 && !part.what.is_empty()), "{text}: {parts:?}");
            }
        }
    }
    let best = &hits(&*searcher, &[("q", "Gwadar port"), ("explain", "1")])[0];
    let told: Vec<&str> = best.explanation.iter().flatten().map(|part| part.what.as_str()).collect();
    for expected in ["`Gwadar` stands", "stand together", "one passage", "shares words with the best articles"] {
        assert!(told.iter().any(|what| what.contains(expected)), "{expected}: {told:?}");
    }
    let tagged = hits(&*searcher, &[("q", "Gwadar"), ("explain", "1")]);
    let told = tagged.iter().flat_map(|hit| hit.explanation.iter().flatten());
    assert!(told.into_iter().any(|part| part.what == "it is tagged region: Gwadar"));
    assert_eq!(hits(&*searcher, &[("q", "Gwadar"), ("sort", "newest"), ("explain", "1")])[0].explanation, None);
    assert_eq!(hits(&*searcher, &[("q", "Gwadar")])[0].explanation, None);
}

#[test]
fn a_score_is_explained_in_the_terminal_and_in_json() {
    let desk = Desk::shipped();
    let shown = desk.run(&["search", "Gwadar port", "--explain", "--size", "1"]).ended(0).out;
    assert!(shown.contains("score ") && shown.contains("`Gwadar` stands"), "{shown}");
    let answer = desk.run(&["search", "Gwadar port", "--explain", "--format", "json"]).ended(0).json();
    let parts = answer["hits"][0]["explanation"].as_array().unwrap();
    assert!(parts.iter().all(|part| part["what"].is_string() && part["points"].is_number()), "{parts:?}");
    let plain = desk.run(&["search", "Gwadar port", "--format", "json"]).ended(0).json();
    assert!(plain["hits"][0].get("explanation").is_none());
}

#[test]
fn recency_is_off_until_asked_for_and_counts_from_the_newest_article() {
    let body = "The harbour was dredged again this year and the pilots came back.";
    let desk = desk(&[
        ("old", "2010-01-01", "Harbour dredged", "The harbour, the harbour: it was dredged and the pilots came back."),
        ("new", "2020-01-01", "Pilots return", body),
        ("none", "", "Pilots return too", &format!("{body} So they said.")),
    ]);
    let searcher = open(&desk);
    assert_eq!(ids(&hits(&*searcher, &[("q", "harbour")]))[0], "old");
    let recent = hits(&*searcher, &[("q", "harbour"), ("recency", "1500"), ("explain", "true")]);
    assert_eq!(ids(&recent)[0], "new");
    let of = |id: &str| recent.iter().find(|hit| hit.document.id == id).unwrap();
    let has_part = |id: &str| of(id).explanation.iter().flatten().any(|part| part.what == "it is recent");
    assert!(has_part("new") && has_part("old") && !has_part("none"));
    // With a half-life of centuries ten years are nothing.
    assert_eq!(ids(&hits(&*searcher, &[("q", "harbour"), ("recency", "36500")]))[0], "old");
    let refused = desk.run(&["search", "harbour", "--recency", "soon"]);
    assert!(refused.ended(2).err.contains("recency: `soon` is no whole number"));
}

#[test]
fn words_that_stand_together_outrank_words_that_stand_apart() {
    let filler = "Nobody wrote of it for many weeks, and then everybody did, in every paper of the coast.";
    let desk = desk(&[
        ("apart", "2020-01-01", "Coast", &format!("A tunnel was closed. {filler} {filler} The toll rose.")),
        ("together", "2019-01-01", "Weeks", &format!("The tunnel toll rose. {filler} It was closed. {filler}")),
    ]);
    assert_eq!(ids(&hits(&*open(&desk), &[("q", "tunnel toll"), ("collapse", "off")])), ["together", "apart"]);
}

#[test]
fn every_page_size_gives_the_same_order_beyond_the_window_too() {
    let searcher = open(Desk::shipped());
    let text = "Chinese nationals Pakistan attack";
    let asked = |size: &str, page: usize| {
        let page = page.to_string();
        let found = hits(&*searcher, &[("q", text), ("match", "any"), ("size", size), ("page", &page)]);
        found.iter().map(|hit| (hit.document.id.clone(), hit.score)).collect::<Vec<_>>()
    };
    let wide: Vec<_> = (1..=3).flat_map(|page| asked("60", page)).collect();
    let narrow: Vec<_> = (1..=26).flat_map(|page| asked("7", page)).take(wide.len()).collect();
    assert!(wide.len() > 100, "{text}: {}", wide.len());
    assert_eq!(wide, narrow, "{text}");
    assert!(wide.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{text}: scores fall");
}
