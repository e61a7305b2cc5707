//! Misspelt words: what the speller makes of two public lists of misspellings, with the words of Reuters-21578.
//!
//! A pair counts if the articles hold the right word and not the misspelling, both folded. The floors are a little
//! below what was measured (`docs/benchmarks.md`, Typos).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "the figures are what the test is read for")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::OnceLock;

use dossier::engine::analyzer::{Stemming, folded_form, tokens};
use dossier::engine::speller::{Case, Vocabulary, Word, corrections};
use serde_json::Value;

use crate::harness::shared_data;

/// What the articles hold: for each folded word its documents, those that write it small, and those that write it
/// with a capital.
type Words = BTreeMap<String, (u32, u32, u32)>;

fn reuters_words() -> Option<&'static Words> {
    static WORDS: OnceLock<Option<Words>> = OnceLock::new();
    let gathered = WORDS.get_or_init(|| {
        let packed = std::fs::read(shared_data("reuters.jsonl.gz")?).unwrap();
        let mut lines = String::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut lines).unwrap();
        let mut words = Words::new();
        for line in lines.lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            let text = format!("{}\n{}", record["title"].as_str().unwrap(), record["body"].as_str().unwrap());
            let mut forms: BTreeMap<String, (bool, bool)> = BTreeMap::new();
            for token in tokens(&text, Stemming::Plain) {
                let mut letters = text[token.span].chars();
                let capital = letters.next().is_some_and(char::is_uppercase);
                let small_after = letters.next().is_some_and(char::is_lowercase);
                let (small, name) = forms.entry(token.folded).or_default();
                *small |= !capital;
                *name |= capital && small_after;
            }
            for (word, (small, name)) in forms {
                let counts = words.entry(word).or_default();
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
    eprintln!("{} words\n{:<16} {:>6} {:>7} {:>7} {:>7}", vocabulary.len(), "list", "pairs", "first", "five", "none");
    for (list, pairs_min, first_min, five_min) in
        [("wikipedia.tsv", 1_500, 88.0, 97.0), ("aspell.tsv", 300, 69.0, 87.0)]
    {
        let Some(pairs) = pairs(list, words) else { return };
        let (mut first, mut five, mut none) = (0, 0, 0);
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
        assert!(pairs.len() >= pairs_min, "{list}: {} pairs", pairs.len());
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
