//! The comparison of two indexes finds every difference, and none where there is none.

use std::fmt::Write;

use dossier::engine::Engines;
use dossier::engine::embedded::EmbeddedEngines;
use dossier::search::parity::questions::{Question, questions};
use dossier::search::parity::{Comparison, compare};

use crate::harness::{Desk, project};

/// The fixture corpus on a desk of its own, but for what `but` does to each article's text; `None` leaves the article out.
pub(crate) fn fixture(but: impl Fn(&str, String) -> Option<String>) -> Desk {
    let desk = Desk::new();
    for file in std::fs::read_dir(project().join("tests/fixtures/corpus")).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        if let Some(text) = but(&name, std::fs::read_to_string(&file).unwrap()) {
            desk.write(&name, text);
        }
    }
    desk
}

/// The requests of all scenarios as questions, but for those that are refused.
pub(crate) fn scenarios() -> String {
    let mut lines = String::new();
    for file in std::fs::read_dir(project().join("tests/scenarios")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let scenarios: toml::Table = text.parse().unwrap();
        for scenario in scenarios["scenario"].as_array().unwrap() {
            if scenario.get("problem").is_none() {
                writeln!(lines, "?{}", scenario["request"].as_str().unwrap()).unwrap();
            }
        }
    }
    lines
}

fn asked(first: &Desk, second: &Desk, questions: &[Question]) -> Vec<Comparison> {
    let [first, second] = [first, second].map(|desk| EmbeddedEngines::new(desk.index()).searcher().unwrap());
    questions.iter().map(|question| compare(&*first, &*second, question).unwrap()).collect()
}

/// What differs, each once.
fn kinds(comparison: &Comparison) -> Vec<&'static str> {
    let Comparison::Answered { differences, .. } = comparison else { panic!("{comparison:?}") };
    let mut kinds: Vec<_> = differences.iter().map(|difference| difference.what).collect();
    kinds.dedup();
    kinds
}

#[test]
fn two_indexes_of_one_corpus_differ_in_nothing() {
    let (fresh, grown) = (fixture(|_, text| Some(text)), fixture(|name, text| (name < "h").then_some(text)));
    fresh.indexed();
    grown.indexed();
    let rest = fixture(|_, text| Some(text));
    for file in std::fs::read_dir(rest.corpus()).unwrap() {
        let file = file.unwrap().path();
        grown.write(file.file_name().unwrap().to_str().unwrap(), std::fs::read(&file).unwrap());
    }
    grown.indexed();
    let mut compared = 0;
    for (comparison, question) in asked(&fresh, &grown, &questions(scenarios().as_bytes()).unwrap()).iter().zip(1..) {
        let Comparison::Answered { pairs, differences, .. } = comparison else { panic!("{question}: {comparison:?}") };
        assert!(differences.is_empty(), "line {question}: {differences:?}");
        compared += pairs;
    }
    assert!(compared > 20, "only {compared} pairs were told apart by scores");
}

#[test]
fn every_difference_is_told() {
    let whole = fixture(|_, text| Some(text));
    let other = fixture(|name, text| match name {
        "ferry-copy-a.md" | "ferry-copy-b.md" => None,
        "quay-bombing.md" => Some(text.replace("ticket", "biscuit").replace("date: 20", "date: 19")),
        _ => Some(text),
    });
    whole.indexed();
    other.indexed();
    let file = "ferry\n?lang=en&sort=newest\nturnips\n?q=tickets&sort=newest\n?region=nowhere-at-all\n";
    let found = asked(&whole, &other, &questions(file.as_bytes()).unwrap());
    let ferry = kinds(&found[0]);
    for what in ["total", "ids", "facets", "histogram"] {
        assert!(ferry.contains(&what), "{what}: {ferry:?}");
    }
    let Comparison::Answered { differences, .. } = &found[0] else { unreachable!() };
    let ids = differences.iter().find(|difference| difference.what == "ids").unwrap();
    assert_eq!(
        (&ids.only_first[..], &ids.only_second[..]),
        (&["ferry-copy-a", "ferry-copy-b"].map(String::from)[..], &[][..])
    );
    assert!(kinds(&found[1]).contains(&"order"), "{:?}", found[1]);
    assert!(kinds(&found[2]).is_empty(), "{:?}", found[2]);
    assert!(kinds(&found[3]).contains(&"total"), "{:?}", found[3]);
    let Comparison::Refused(reasons) = &found[4] else { panic!("{:?}", found[4]) };
    assert!(reasons[0].contains("nowhere-at-all"), "{reasons:?}");
}

#[test]
fn the_command_needs_two_engines_and_questions_that_can_be_read() {
    let desk = fixture(|_, text| Some(text));
    desk.indexed();
    std::fs::write(desk.folder().join("questions"), "ferry\n").unwrap();
    std::fs::write(desk.folder().join("none"), "# nothing\n").unwrap();
    let engine = ["--engine", "http://127.0.0.1:1/desk"];
    for (arguments, told) in [
        (&["check", "--parity", "questions"][..], "name the cluster with --engine"),
        (&["check", "--parity", "nowhere", engine[0], engine[1]], "cannot read nowhere"),
        (&["check", "--parity", "none", engine[0], engine[1]], "there is no question"),
        (&["check", "--parity", "questions", engine[0], engine[1]], "127.0.0.1:1"),
        (&["check", "--parity", "questions", "--verify-index", engine[0], engine[1]], "cannot be used with"),
    ] {
        let run = desk.run(arguments).ended(2);
        assert!(run.err.contains(told), "{arguments:?}: {}", run.err);
    }
}
