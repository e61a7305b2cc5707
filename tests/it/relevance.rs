//! Questions with known answers find them: the article first or nearly so, and the passage in its snippets.
//!
//! `tests/relevance/README.md` says what the sets are; nothing is tuned to the held-out one. The floors may only rise.

use std::collections::BTreeMap;
use std::fmt::Write;

use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::{Engines, Searcher};
use dossier::search::answer;
use dossier::search::parameters::Parameters;
use serde::Deserialize;
use unicode_segmentation::UnicodeSegmentation;

use crate::harness::{Desk, project};

/// What the project promises of any such set.
const PROMISED: Shares = Shares { first: 0.85, among_five: 0.97, passage: 0.80 };
/// A little under what is measured on `questions.jsonl`.
const QUESTIONS_FLOOR: Shares = Shares { first: 0.95, among_five: 0.98, passage: 0.92 };
/// A little under what is measured on `held-out.jsonl`.
const HELD_OUT_FLOOR: Shares = Shares { first: 0.95, among_five: 0.98, passage: 0.90 };
/// Fewest questions of the set to work with.
const QUESTIONS_MIN: usize = 60;

/// A little under what is measured on `names.jsonl`.
const NAMES_FLOOR: Shares = Shares { first: 0.96, among_five: 0.98, passage: 0.96 };
/// Questions of each kind in `names.jsonl`.
const NAMES_OF_A_KIND_MIN: usize = 12;
/// Fewest questions without an answer.
const UNANSWERABLE_MIN: usize = 20;

/// The set that is never tuned to.
const HELD_OUT: &str = "held-out.jsonl";
/// The set of names spelt otherwise and of whole sentences.
const NAMES: &str = "names.jsonl";
/// The set of questions that no article answers.
const UNANSWERABLE: &str = "unanswerable.jsonl";
/// The kinds of `names.jsonl`.
const KINDS_OF_NAMES: [&str; 5] = ["alias", "transliteration", "script", "typo", "verbose"];

/// Shares of the questions of a set, from 0 to 1.
#[derive(Debug, Clone, Copy)]
struct Shares {
    /// The right article comes first.
    first: f64,
    /// The right article is among the first five.
    among_five: f64,
    /// The snippets of the right article show the passage.
    passage: f64,
}

impl Shares {
    /// The names of the shares that lie under those of a floor.
    fn under(&self, floor: &Shares) -> Vec<&'static str> {
        let pairs = [
            ("article first", self.first, floor.first),
            ("article among the first five", self.among_five, floor.among_five),
            ("passage shown", self.passage, floor.passage),
        ];
        pairs.into_iter().filter(|(_, measured, least)| measured < least).map(|(name, _, _)| name).collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    question: String,
    article: String,
    also: Vec<String>,
    passage: String,
    kind: String,
}

/// A question that no article of the corpus answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unanswerable {
    question: String,
    /// Words of the question, at least one of which stands in no article.
    absent: Vec<String>,
    kind: String,
}

fn set<Entry: serde::de::DeserializeOwned>(name: &str) -> Vec<Entry> {
    let text = std::fs::read_to_string(project().join("tests/relevance").join(name)).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}: {error}: {line}")))
        .collect()
}

fn searcher() -> std::sync::Arc<dyn Searcher> {
    EmbeddedEngines::new(Desk::shipped().index()).searcher().unwrap()
}

/// What came of one question.
struct Outcome {
    /// Place of the article, from 1; `None` is not among the first ten.
    rank: Option<usize>,
    /// Whether its snippets show the passage.
    passage: bool,
    /// The article that came first, if any.
    first: String,
}

fn ask(searcher: &dyn Searcher, question: &Question) -> Outcome {
    let parameters = Parameters { text: question.question.clone(), ..Parameters::default() };
    let hits = answer(searcher, &parameters).unwrap().results.hits;
    let rank = hits.iter().position(|hit| hit.document.id == question.article);
    let passage = rank.is_some_and(|at| {
        hits[at].snippets.iter().any(|snippet| {
            let text: String = snippet.fragments.iter().map(|fragment| fragment.text.as_str()).collect();
            plain(&text).contains(&plain(&question.passage))
        })
    });
    let first = hits.first().map_or_else(|| "nothing".to_owned(), |hit| hit.document.id.clone());
    Outcome { rank: rank.map(|at| at + 1), passage, first }
}

/// A text with its white space put in order: a snippet may join lines.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Asks a set; gives its shares and the score sheet. The misses of the held-out set are left out: who reads them tunes.
fn measure(name: &str) -> (Shares, String) {
    let searcher = searcher();
    let questions: Vec<Question> = set(name);
    let mut by_kind: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let mut misses = String::new();
    for question in &questions {
        let outcome = ask(&*searcher, question);
        let row = by_kind.entry(&question.kind).or_default();
        row[0] += 1;
        row[1] += usize::from(outcome.rank == Some(1));
        row[2] += usize::from(outcome.rank.is_some_and(|rank| rank <= 5));
        row[3] += usize::from(outcome.passage);
        if outcome.rank != Some(1) {
            let place = outcome.rank.map_or("not found".to_owned(), |rank| format!("place {rank}"));
            let too = if question.also.contains(&outcome.first) { ", which answers too" } else { "" };
            let (article, text, first) = (&question.article, &question.question, &outcome.first);
            writeln!(misses, "  {place}: {article} | {text} | first is {first}{too}").unwrap();
        } else if !outcome.passage {
            writeln!(misses, "  no passage: {} | {}", question.article, question.question).unwrap();
        }
    }
    let all = by_kind.values().fold([0; 4], |sum, row| std::array::from_fn(|at| sum[at] + row[at]));
    let mut sheet = format!("{name}\n  {:<16}{:>6}", "kind", "asked");
    for column in ["first", "in five", "passage"] {
        write!(sheet, "{column:>10}").unwrap();
    }
    for (kind, row) in by_kind.into_iter().chain([("all", all)]) {
        write!(sheet, "\n  {kind:<16}{:>6}", row[0]).unwrap();
        for count in &row[1..] {
            write!(sheet, "{:>8.1} %", 100.0 * *count as f64 / row[0] as f64).unwrap();
        }
    }
    let share = |count: usize| count as f64 / all[0] as f64;
    let shares = Shares { first: share(all[1]), among_five: share(all[2]), passage: share(all[3]) };
    let misses = if name == HELD_OUT { "  (its misses are not listed)\n" } else { &misses };
    (shares, format!("{sheet}\n{misses}"))
}

#[track_caller]
fn hold(name: &str, floors: &[Shares]) {
    let (measured, sheet) = measure(name);
    eprintln!("{sheet}");
    for least in floors {
        let under = measured.under(least);
        assert!(under.is_empty(), "{name}: {under:?} under the floor {least:?}: {measured:?}\n{sheet}");
    }
}

#[test]
fn the_questions_to_work_with_find_their_article_and_show_their_passage() {
    hold("questions.jsonl", &[QUESTIONS_FLOOR, PROMISED]);
}

#[test]
fn the_held_out_questions_find_their_article_and_show_their_passage() {
    hold(HELD_OUT, &[HELD_OUT_FLOOR, PROMISED]);
}

#[test]
fn names_spelt_otherwise_and_whole_sentences_find_their_article() {
    hold(NAMES, &[NAMES_FLOOR, PROMISED]);
}

/// Whether the answer to a question owns up: it has no hits, or names a word that no article holds.
fn owns_up(searcher: &dyn Searcher, question: &Unanswerable) -> Result<(), String> {
    let parameters = Parameters { text: question.question.clone(), ..Parameters::default() };
    let results = answer(searcher, &parameters).unwrap().results;
    let told = |word: &String| results.missing.iter().any(|missing| missing.to_lowercase() == word.to_lowercase());
    if results.total == 0 || question.absent.iter().any(told) {
        return Ok(());
    }
    let (text, missing, total) = (&question.question, &results.missing, results.total);
    let first = results.hits.first().map_or("nothing", |hit| &hit.document.id);
    Err(format!("  {text} | {total} hits, first is {first}, missing {missing:?}"))
}

#[test]
fn a_question_without_an_answer_has_no_hits_or_is_told_which_word_is_missing() {
    let searcher = searcher();
    let questions: Vec<Unanswerable> = set(UNANSWERABLE);
    let silent: Vec<String> = questions.iter().filter_map(|question| owns_up(&*searcher, question).err()).collect();
    let asked = questions.len();
    eprintln!("{UNANSWERABLE}\n  {} of {asked} own up", asked - silent.len());
    assert!(silent.is_empty(), "{UNANSWERABLE}:\n{}", silent.join("\n"));
}

#[test]
fn every_question_without_an_answer_has_a_word_that_no_article_holds() {
    let corpus = Desk::shipped().corpus().join("articles");
    let files =
        walkdir::WalkDir::new(corpus).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let articles: String = files.map(|entry| std::fs::read_to_string(entry.path()).unwrap().to_lowercase()).collect();
    let held: std::collections::BTreeSet<&str> = articles.unicode_words().collect();
    let questions: Vec<Unanswerable> = set(UNANSWERABLE);
    assert!(questions.len() >= UNANSWERABLE_MIN, "{} questions", questions.len());
    for Unanswerable { question, absent, kind } in questions {
        assert_eq!(kind, "unanswerable", "{question}");
        for word in &absent {
            assert!(question.contains(word), "{question}: has no {word}");
        }
        // Chinese has no spaces between words: there a word counts as held wherever its characters stand.
        let lacking = |word: &&String| {
            let word = word.to_lowercase();
            if word.chars().any(|letter| letter >= '\u{4e00}') {
                !articles.contains(&word)
            } else {
                !held.contains(&*word)
            }
        };
        assert!(absent.iter().any(|word| lacking(&word)), "{question}: articles hold all of {absent:?}");
    }
}

#[test]
fn no_floor_lies_under_what_the_project_promises() {
    for floor in [QUESTIONS_FLOOR, HELD_OUT_FLOOR, NAMES_FLOOR] {
        assert!(floor.under(&PROMISED).is_empty(), "{floor:?}");
    }
}

#[test]
fn every_question_names_an_article_of_the_corpus_and_a_passage_that_stands_in_it() {
    let desk = Desk::shipped();
    let searcher = searcher();
    let mut asked = std::collections::BTreeSet::new();
    let mut total = 0;
    for (name, least) in
        [("questions.jsonl", QUESTIONS_MIN), (NAMES, NAMES_OF_A_KIND_MIN * KINDS_OF_NAMES.len()), (HELD_OUT, 1)]
    {
        let questions: Vec<Question> = set(name);
        total += questions.len();
        assert!(questions.len() >= least, "{name} has {} questions", questions.len());
        for question in questions {
            for id in question.also.iter().chain([&question.article]) {
                let known = dossier::search::article(&*searcher, id, &Parameters::default()).unwrap();
                assert!(
                    known.is_some(),
                    "{name}: {}: no article {id} in {}",
                    question.question,
                    desk.corpus().display()
                );
            }
            let article = dossier::search::article(&*searcher, &question.article, &Parameters::default())
                .unwrap()
                .unwrap()
                .document;
            let text = plain(&format!("{}\n{}", article.title, article.body));
            assert!(text.contains(&plain(&question.passage)), "{name}: not in {}: {}", article.id, question.passage);
            let kinds =
                if name == NAMES { KINDS_OF_NAMES } else { ["question", "keywords", "name", "urdu", "chinese"] };
            assert!(kinds.contains(&question.kind.as_str()), "{name}: kind {}", question.kind);
            let langs: &[&str] = match question.kind.as_str() {
                "urdu" => &["ur"],
                "chinese" => &["zh"],
                "script" => &["en", "ur", "zh"],
                _ => &["en"],
            };
            assert!(langs.contains(&article.lang.as_str()), "{name}: {}: {}", question.question, article.lang);
            asked.insert((name, question.question));
        }
    }
    assert_eq!(asked.len(), total, "a question stands twice in a set");
}
