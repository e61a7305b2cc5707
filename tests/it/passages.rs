//! Passages of real articles are shown again when they are asked for by a few of their words.
//!
//! A sentence is drawn from each of several hundred long articles, a query made of some of its words in another form,
//! and the snippets of that article are read: is the sentence there? Prints a table and holds floors; the data is only
//! read.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::ops::Range;

use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::{Engines, Searcher};
use dossier::model::results::Fragment;
use dossier::search::answer;
use dossier::search::parameters::Parameters;
use dossier::text::normalise::fold;
use dossier::text::sentences::sentences;
use dossier::text::words::words;
use serde_json::Value;

use crate::harness::{Desk, shared_data};

/// Long articles taken of each collection, spread over it.
const ARTICLES: usize = 300;
/// Fewest sentences of an article that is asked about.
const SENTENCES_MIN: usize = 10;
/// Articles that are joined to one long report.
const JOINED: usize = 12;
/// Shares of the sentences that are shown, by kind of query: a little under what is measured.
const FLOORS: [(&str, f64); 4] =
    [("rarer words", 0.98), ("two words elsewhere", 0.90), ("commonest words", 0.93), ("neighbours", 0.85)];

struct Record {
    body: String,
}

/// Long articles of a collection: every so many-th, so that all of it is there.
fn records(file: &str) -> Option<Vec<Record>> {
    let packed = std::fs::read(shared_data(file)?).unwrap();
    let mut lines = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut lines).unwrap();
    let mut long: Vec<Record> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|record| Record { body: record["body"].as_str().unwrap().to_owned() })
        .filter(|record| sentences(&record.body).len() >= SENTENCES_MIN)
        .collect();
    let step = long.len().div_ceil(ARTICLES);
    let mut n = 0;
    long.retain(|_| {
        n += 1;
        n % step == 0
    });
    Some(long)
}

/// The words of a text that a query may be made of: folded, of letters only, none short.
fn content(text: &str) -> BTreeSet<String> {
    let words = words(text).map(|word| fold(word.text));
    words.filter(|word| word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_lowercase())).collect()
}

/// The same word in another form.
fn inflected(word: &str) -> String {
    word.strip_suffix('s').map_or_else(|| format!("{word}s"), str::to_owned)
}

/// The queries about one sentence, by kind.
fn queries(body: &str, sentence: Range<usize>, articles: &BTreeMap<String, usize>) -> Vec<(&'static str, Vec<String>)> {
    let inside = content(&body[sentence.clone()]);
    let outside = content(&format!("{}\n{}", &body[..sentence.start], &body[sentence.end..]));
    let mut by_rarity: Vec<&String> = inside.iter().collect();
    by_rarity.sort_by_key(|word| articles[*word]);
    let rare: Vec<String> = by_rarity.iter().skip(1).step_by(2).take(3).map(|word| inflected(word)).collect();
    let mut stray: Vec<&String> = outside.iter().filter(|word| !inside.contains(*word)).collect();
    stray.sort_by_key(|word| articles[*word].abs_diff(articles[by_rarity[2]]));
    let mixed = [rare[0].clone(), stray[0].clone(), rare[1].clone(), stray[1].clone()];
    let common = by_rarity.iter().rev().filter(|word| outside.contains(**word)).take(4).map(|word| inflected(word));
    let in_order: Vec<String> =
        words(&body[sentence]).map(|word| fold(word.text)).filter(|w| inside.contains(w)).collect();
    // The three neighbours that are found most often.
    let row = in_order.windows(3).max_by_key(|row| row.iter().map(|word| articles[word]).sum::<usize>());
    vec![
        (FLOORS[0].0, rare),
        (FLOORS[1].0, mixed.to_vec()),
        (FLOORS[2].0, common.collect()),
        (FLOORS[3].0, row.unwrap_or_default().to_vec()),
    ]
}

/// Whether the snippets of an article show a sentence, or most of it where it is longer than a snippet.
fn shown(searcher: &dyn Searcher, id: &str, query: &[String], sentence: &str) -> (bool, usize) {
    let parameters = Parameters {
        text: format!("id:{id} {}", query.join(" ")),
        match_mode: dossier::model::query::MatchMode::Any,
        ..Parameters::default()
    };
    let hits = answer(searcher, &parameters).unwrap().results.hits;
    assert_eq!(hits.len(), 1, "{id} {query:?}");
    let wanted: Vec<&str> = sentence.split_whitespace().collect();
    let wanted = wanted[..wanted.len() * 4 / 5].join(" ");
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = |fragments: &[Fragment]| fragments.iter().map(|fragment| fragment.text.as_str()).collect::<String>();
    let texts: Vec<String> = hits[0].snippets.iter().map(|snippet| plain(&text(&snippet.fragments))).collect();
    (texts.iter().any(|text| text.contains(&wanted)), texts.iter().map(|text| text.chars().count()).sum())
}

#[test]
fn a_sentence_asked_for_by_some_of_its_words_is_shown() {
    let (Some(wire), Some(reports)) = (records("reuters.jsonl.gz"), records("muc4/docs.jsonl.gz")) else {
        return;
    };
    let desk = Desk::new();
    let mut articles: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines = String::new();
    let all: Vec<Record> = wire.into_iter().chain(reports).collect();
    for (n, joined) in all.chunks(JOINED).enumerate() {
        joined.iter().flat_map(|record| content(&record.body)).for_each(|word| *articles.entry(word).or_default() += 1);
        let body: Vec<&str> = joined.iter().map(|record| record.body.as_str()).collect();
        let line = serde_json::json!({ "id": id(n), "title": id(n), "body": body.join("\n\n"), "lang": "en" });
        lines.push_str(&format!("{line}\n"));
    }
    desk.write("articles.jsonl", lines);
    desk.indexed();
    let searcher = EmbeddedEngines::new(desk.index()).searcher().unwrap();
    let mut counts = [[0_usize; 3]; FLOORS.len()];
    for n in 0..all.len().div_ceil(JOINED) {
        let article = dossier::search::article(&*searcher, &id(n), &Parameters::default()).unwrap().unwrap();
        let body = &article.document.body;
        let fit = |range: &Range<usize>| {
            let content = content(&body[range.clone()]);
            (60..260).contains(&range.len()) && content.len() >= 7 && content.iter().all(|w| articles.contains_key(w))
        };
        let fit: Vec<_> = sentences(body).into_iter().filter(fit).collect();
        // Any rule that draws some will do, if it always draws the same ones.
        for drawn in 0..JOINED {
            let sentence = fit[(n * 7919 + drawn * 104_729) % fit.len()].clone();
            for (kind, (_, query)) in queries(body, sentence.clone(), &articles).into_iter().enumerate() {
                let (found, chars) = shown(&*searcher, &id(n), &query, &body[sentence.clone()]);
                counts[kind][0] += 1;
                counts[kind][1] += usize::from(found);
                counts[kind][2] += chars;
            }
        }
    }
    for ((kind, _), [asked, found, chars]) in FLOORS.iter().zip(counts) {
        let share = 100.0 * found as f64 / asked as f64;
        eprintln!("{kind:<22}{asked:>6} sentences{share:>8.1} % shown{:>6} letters a hit", chars / asked);
    }
    for ((kind, floor), [asked, found, _]) in FLOORS.iter().zip(counts) {
        assert!(found as f64 >= floor * asked as f64, "{kind}: {found} of {asked} under {floor}");
    }
}

fn id(number: usize) -> String {
    format!("report-{number}")
}
