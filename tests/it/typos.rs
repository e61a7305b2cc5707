//! Misspelt words: what the speller makes of two public lists of misspellings, with the words of Reuters-21578.
//!
//! A pair counts if the articles hold the right word and not the misspelling, both folded. The floors are a little
//! below what was measured (`docs/benchmarks.md`, Typos).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "the figures are what the test is read for")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use dossier::engine::analyzer::folded_form;
use dossier::engine::speller::{Case, Vocabulary, Word, corrections};
use serde_json::Value;

use crate::harness::{Desk, shared_data};
use crate::reuters::reuters;

/// What the articles hold: for each folded word its documents, those that write it small, and those that write it
/// with a capital.
type Words = BTreeMap<String, (u32, u32, u32)>;

fn reuters_words() -> Option<&'static Words> {
    static WORDS: OnceLock<Option<Words>> = OnceLock::new();
    let gathered = WORDS.get_or_init(|| {
        let (_, records) = reuters()?;
        let mut folded: HashMap<&str, String> = HashMap::new();
        let mut words = Words::new();
        for record in records {
            let mut forms: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
            for word in dossier::text::words::words(&record.text) {
                let written = word.text.strip_suffix("'s").unwrap_or(word.text);
                let mut letters = written.chars();
                let capital = letters.next().is_some_and(char::is_uppercase);
                let (small, name) = forms.entry(written).or_default();
                *small |= !capital;
                *name |= capital && letters.next().is_some_and(char::is_lowercase);
            }
            let mut counts: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
            for written in forms.keys() {
                folded.entry(*written).or_insert_with(|| folded_form(written));
            }
            for (written, (small, name)) in &forms {
                let count = counts.entry(&folded[written]).or_default();
                *count = (count.0 | small, count.1 | name);
            }
            for (word, (small, name)) in counts {
                let counts = match words.get_mut(word) {
                    Some(counts) => counts,
                    None => words.entry(word.to_owned()).or_default(),
                };
                *counts = (counts.0 + 1, counts.1 + u32::from(small), counts.2 + u32::from(name));
            }
        }
        Some(words)
    });
    gathered.as_ref()
}

fn vocabulary<'w>(words: impl Iterator<Item = (&'w String, &'w (u32, u32, u32))>) -> Vocabulary {
    let word = |(text, &(documents, small, name)): (&'w String, &(u32, u32, u32))| Word {
        text,
        documents,
        is_written_small: small > name,
    };
    Vocabulary::new(words.map(word))
}

/// Of a list the pairs that count: misspelling and right word, folded.
fn pairs(list: &str, words: &Words) -> Option<Vec<(String, String)>> {
    let text = std::fs::read_to_string(shared_data("typos")?.join(list)).unwrap();
    let pairs = text.lines().filter_map(|line| {
        let mut columns = line.split('\t');
        let (typed, right) = (folded_form(columns.next()?), folded_form(columns.next()?));
        (words.contains_key(&right) && !words.contains_key(&typed)).then_some((typed, right))
    });
    Some(pairs.collect())
}

#[test]
fn the_right_word_comes_first_or_among_five_on_two_lists_of_misspellings() {
    let Some(words) = reuters_words() else { return };
    let vocabulary = vocabulary(words.iter());
    // In the dev profile a part of the pairs has to do.
    let is_whole = std::env::var_os("DOSSIER_ALL_TYPOS").is_some();
    eprintln!("{} words\n{:<16} {:>6} {:>7} {:>7} {:>7}", vocabulary.len(), "list", "pairs", "first", "five", "none");
    for (list, step, first_min, five_min) in [("wikipedia.tsv", 4, 86.0, 97.0), ("aspell.tsv", 1, 69.0, 87.0)] {
        let Some(pairs) = pairs(list, words) else { return };
        let (mut first, mut five, mut none) = (0, 0, 0);
        let pairs: Vec<_> = pairs.into_iter().step_by(if is_whole { 1 } else { step }).collect();
        for (typed, right) in &pairs {
            let corrections = corrections(&vocabulary, typed, Case::Small);
            let place = corrections.iter().position(|correction| correction.word == *right);
            first += usize::from(place == Some(0));
            five += usize::from(place.is_some());
            none += usize::from(corrections.is_empty());
        }
        let percent = |count: usize| 100.0 * count as f64 / pairs.len() as f64;
        let (first, five, none) = (percent(first), percent(five), percent(none));
        eprintln!("{list:<16} {:>6} {first:>6.1}% {five:>6.1}% {none:>6.1}%", pairs.len());
        assert!(first >= first_min && five >= five_min, "{list}: {first:.1} % first, {five:.1} % among five");
    }
}

/// Names that many articles hold, taken out of the vocabulary: written with a capital, none may become a word that the
/// articles write small; typed small, few may.
#[test]
fn names_that_no_article_holds_are_not_taken_for_common_words() {
    let Some(words) = reuters_words() else { return };
    let is_small = |word: &str| words.get(word).is_some_and(|(_, small, name)| small > name);
    let is_name = |(word, (documents, small, name)): &(&String, &(u32, u32, u32))| {
        word.len() >= 4 && word.chars().all(|c| c.is_ascii_lowercase()) && *documents >= 5 && *small == 0 && *name >= 5
    };
    let names: Vec<&String> = words.iter().filter(is_name).map(|(word, _)| word).collect();
    let taken: BTreeSet<&String> = names.iter().copied().step_by(names.len().div_ceil(300)).collect();
    let vocabulary = vocabulary(words.iter().filter(|(word, _)| !taken.contains(word)));
    let mut swapped = Vec::new();
    for name in &taken {
        let as_name = corrections(&vocabulary, name, Case::Name);
        assert!(!as_name.iter().any(|correction| is_small(&correction.word)), "{name}: {as_name:?}");
        let best = corrections(&vocabulary, name, Case::Small).into_iter().next();
        if let Some(best) = best.filter(|best| best.confidence > 0.5 && is_small(&best.word)) {
            swapped.push(format!("{name}: {}", best.word));
        }
    }
    eprintln!("{} names typed small, {} of them taken for a common word: {swapped:?}", taken.len(), swapped.len());
    assert!(swapped.len() * 4 <= taken.len());
}

fn asked(desk: &Desk, parameters: &str) -> Value {
    desk.get(&format!("/api/v1/search?facets=none&{parameters}")).json()
}

/// The corrections of an answer: each misspelt word with its forms.
fn corrected(answer: &Value) -> BTreeMap<String, Vec<String>> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let forms = |term: &Value| term["forms"].as_array().unwrap().iter().map(|form| text(&form["form"])).collect();
    let terms = answer["query"]["corrections"].as_array().unwrap().iter();
    terms.map(|term| (text(&term["term"]), forms(term))).collect()
}

#[test]
fn the_intended_word_is_in_one_of_ten_hits_for_forty_eight_of_fifty_misspelt_questions() {
    let Some((desk, _)) = reuters() else { return };
    let Some(file) = shared_data("reuters-queries.json") else { return };
    let list: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let (mut asked_for, mut found, mut lost) = (0, 0, Vec::new());
    for entry in list.as_array().unwrap().iter().filter(|entry| entry["kind"] == "typo") {
        let (typed, want) = (entry["q"].as_str().unwrap(), entry["want"].as_str().unwrap());
        let answer = asked(desk, &format!("size=10&q={}", typed.replace(' ', "+")));
        let holds = |hit: &Value| {
            let article = desk.get(&format!("/api/v1/articles/{}", hit["id"].as_str().unwrap())).json();
            let text = format!("{}\n{}", article["title"].as_str().unwrap(), article["body"].as_str().unwrap());
            dossier::text::words::words(&text).any(|word| folded_form(word.text) == want)
        };
        asked_for += 1;
        if answer["hits"].as_array().unwrap().iter().any(holds) {
            found += 1;
        } else {
            lost.push(format!("{typed}: {want}, not {:?}", corrected(&answer)));
        }
    }
    eprintln!("{found} of {asked_for} misspelt questions find the intended word in ten hits; not {lost:?}");
    assert!(asked_for == 50 && found >= 48, "{found} of {asked_for}: {lost:?}");
}

#[test]
fn no_word_that_an_article_holds_is_corrected_however_rare() {
    let Some((desk, _)) = reuters() else { return };
    let Some(words) = reuters_words() else { return };
    let is_rare = |(word, (documents, ..)): &(&String, &(u32, u32, u32))| {
        word.len() >= 4 && *documents <= 2 && word.chars().all(char::is_alphabetic)
    };
    let rare: Vec<&String> = words.iter().filter(is_rare).map(|(word, _)| word).collect();
    for word in rare.iter().step_by(rare.len().div_ceil(300)) {
        let answer = asked(desk, &format!("size=1&q={word}"));
        assert!(
            corrected(&answer).is_empty() && answer["query"]["did_you_mean"].is_null(),
            "{word}: {}",
            answer["query"]
        );
        assert!(answer["total"]["value"].as_u64().unwrap() > 0, "{word}");
    }
}

/// A desk on which ships, ports and one strait are written of.
fn harbour() -> Desk {
    let desk = Desk::new();
    desk.article(
        "port",
        "title: The port of Gwadar\ndate: 2024-01-01",
        "Gwadar has a deep harbour. Ships wait outside.",
    );
    desk.article("strait", "title: A strait\ndate: 2024-01-02", "The harbour pilots know the strait near Ormara.");
    desk.article("brain", "title: On the brain\ndate: 2024-01-03", "A brain needs sleep, the harbour pilot said.");
    desk.indexed();
    desk
}

#[test]
fn a_word_that_no_article_has_stands_for_its_likeliest_corrections_and_the_answer_says_so() {
    let desk = harbour();
    let answer = asked(&desk, "q=gwader+harbor");
    assert_eq!(answer["hits"][0]["id"], "port");
    let expected =
        BTreeMap::from([("gwader".into(), vec!["gwadar".into()]), ("harbor".into(), vec!["harbour".into()])]);
    assert_eq!(corrected(&answer), expected);
    assert_eq!(answer["query"]["did_you_mean"], "gwadar harbour");
    let snippets = answer["hits"][0]["snippets"].to_string();
    assert!(snippets.contains("<mark>Gwadar</mark>") && snippets.contains("<mark>harbour</mark>"), "{snippets}");
    let matched = answer["hits"][0]["matched"].to_string();
    assert!(matched.contains(r#""term":"gwader","form":"Gwadar","via":"fuzzy""#), "{matched}");
    let article = desk.get("/articles/port?q=gwader").body;
    assert!(article.contains(">Gwadar</mark>"), "{article}");
}

#[test]
fn words_typed_exactly_in_phrases_as_prefixes_and_with_fuzzy_off_are_left_alone() {
    let desk = harbour();
    for parameters in [
        "q=gwader&fuzzy=0",
        "q=%3Dgwader",
        "q=%22gwader+port%22",
        "q=gwade*x",
        "q=gwaderr*",
        "q=port+-gwader",
        "q=source:gwader",
        "q=gwd",
        "q=%E7%93%9C%E8%BE%BE",
        "q=ship",
    ] {
        let answer = asked(&desk, parameters);
        assert!(corrected(&answer).is_empty(), "{parameters}: {answer}");
        assert!(answer["query"]["did_you_mean"].is_null(), "{parameters}: {answer}");
    }
    assert_eq!(asked(&desk, "q=gwader&fuzzy=0")["total"]["value"], 0);
    assert_eq!(asked(&desk, "q=gwader~1&fuzzy=0")["total"]["value"], 1);
}

#[test]
fn names_are_not_swapped_for_common_words() {
    let desk = harbour();
    for name in ["brazil", "Brazil", "Brian", "Ormar+Brian", "straits+Harbor"] {
        let forms = corrected(&asked(&desk, &format!("match=any&q={name}")));
        let forms: Vec<&String> = forms.values().flatten().collect();
        assert!(!forms.iter().any(|form| *form == "brain" || *form == "harbour"), "{name}: {forms:?}");
    }
}

#[test]
fn with_edits_given_every_plain_word_finds_the_words_within_them() {
    let desk = harbour();
    for (parameters, total) in [
        ("q=brian&fuzzy=1", 1),
        ("q=bryian&fuzzy=1", 0),
        ("q=bryian&fuzzy=2", 1),
        ("q=pork&fuzzy=1", 1),
        ("q=%3Dpork&fuzzy=1", 0),
        ("q=%22pork%22&fuzzy=2", 0),
        // A word that articles have finds its neighbours too, and goes ahead.
        ("q=strait&fuzzy=1", 1),
    ] {
        assert_eq!(asked(&desk, parameters)["total"]["value"], total, "{parameters}");
    }
}

proptest::proptest! {
    #[test]
    fn corrections_are_ordered_and_within_their_bounds(
        words in proptest::collection::btree_map("[a-dйا]{2,9}", 1_u32..50, 0..30),
        typed in "[a-dйا]{0,9}|[\\PC]{0,6}",
    ) {
        let word = |(text, documents): (&'_ String, &u32)| (text.clone(), *documents);
        let words: Vec<(String, u32)> = words.iter().map(word).collect();
        let listed = words.iter().map(|(text, documents)| Word { text, documents: *documents, is_written_small: true });
        let vocabulary = Vocabulary::new(listed);
        for case in [Case::Small, Case::Unclear, Case::Name] {
            let found = corrections(&vocabulary, &typed, case);
            proptest::prop_assert_eq!(&found, &corrections(&vocabulary, &typed, case));
            proptest::prop_assert!(found.len() <= dossier::engine::speller::CORRECTIONS_MAX);
            proptest::prop_assert!(found.is_sorted_by(|a, b| a.confidence >= b.confidence));
            proptest::prop_assert!(found.iter().map(|c| c.confidence).sum::<f32>() <= 1.001);
            proptest::prop_assert!(case != Case::Name || found.is_empty());
            for correction in found {
                proptest::prop_assert!(words.contains(&(correction.word.clone(), correction.documents)));
                proptest::prop_assert!(correction.edits == strsim::osa_distance(&typed, &correction.word));
                proptest::prop_assert!(correction.edits <= 4 && correction.edits < typed.chars().count());
            }
        }
    }
}
