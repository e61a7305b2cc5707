//! Judging a ranking: the figures are those of the standard tools, runs are read and written in TREC's form, and what
//! is wrong with a file is said with its line.

use std::fs;
use std::path::PathBuf;

use dossier::engine::Engines;
use dossier::engine::embedded::EmbeddedEngines;
use dossier::model::query::{Deadline, MatchMode, SearchRequest, Sort};
use dossier::query::plain::plain_words;
use dossier::query::variants::with_variants;
use dossier::search::parameters::Parameters;
use dossier::search::ranking;
use serde_json::Value;

use crate::harness::{Desk, Run, project, shared_data};

const MEASURES: [&str; 5] = ["nDCG@10", "MAP", "P@10", "MRR", "R@100"];

/// A file of the judged runs of our own making; `known.json` is what the standard tools say of them.
fn fixture(name: &str) -> String {
    project().join("tests/fixtures/evaluate").join(name).to_str().unwrap().to_owned()
}

#[track_caller]
fn assert_near(left: &Value, right: &Value, about: &str) {
    let (left, right) = (left.as_f64().unwrap(), right.as_f64().unwrap());
    assert!((left - right).abs() < 1e-7, "{about}: {left} where {right} is known");
}

#[test]
fn every_figure_is_that_of_the_standard_tools() {
    let known: Value = serde_json::from_str(&fs::read_to_string(fixture("known.json")).unwrap()).unwrap();
    let desk = Desk::new();
    let (judgments, second) = (fixture("judgments.qrels"), fixture("second.run"));
    for run in ["first.run", "second.run"] {
        let judged = fixture(run);
        let arguments = ["evaluate", "--judge", &judged, "--judgments", &judgments, "--per-query", "--format", "json"];
        let found = desk.run(&arguments).ended(0).json();
        assert_eq!(found["queries"]["counted"], 7);
        assert_eq!(found["queries"]["without_relevant"], 1);
        for measure in MEASURES {
            assert_near(&found["mean"][measure], &known[run]["mean"][measure], &format!("{run}, {measure}"));
            for query in found["per_query"].as_array().unwrap() {
                let id = query["query"].as_str().unwrap();
                let about = format!("{run}, {measure} of {id}");
                assert_near(&query["figures"][measure], &known[run]["queries"][id][measure], &about);
            }
        }
        assert_eq!(found["per_query"].as_array().unwrap().len(), 7);
    }
    let first = fixture("first.run");
    let arguments =
        ["evaluate", "--judge", &first, "--judgments", &judgments, "--compare", &second, "--format", "json"];
    let found = desk.run(&arguments).ended(0).json();
    for measure in MEASURES {
        let (test, known) = (&found["compared"]["tests"][measure], &known["tests"][measure]);
        assert_eq!((&test["better"], &test["worse"]), (&known["better"], &known["worse"]), "{measure}");
        for p in ["p_t_test", "p_randomisation"] {
            assert_near(&test[p], &known[p], &format!("{measure}, {p}"));
        }
    }
}

#[test]
fn a_table_says_what_the_means_are_over() {
    let desk = Desk::new();
    let [queries, judgments, first, second] =
        ["queries.tsv", "judgments.qrels", "first.run", "second.run"].map(fixture);
    let arguments =
        ["evaluate", "--queries", &queries, "--judgments", &judgments, "--judge", &first, "--compare", &second];
    let table = desk.run(&arguments).ended(0).out;
    let expected = "\
mean     first.run  second.run  difference  better  level  worse  p, t test  p, randomisation
nDCG@10     0.3151      0.5685     -0.2534       0      1      6     0.0101            0.0312
MAP         0.2515      0.4340     -0.1825       1      1      5     0.0397            0.0625
P@10        0.2000      0.2000     +0.0000       1      5      1     1.0000            1.0000
MRR         0.2857      0.7143     -0.4286       0      1      6     0.0041            0.0312
R@100       0.6434      0.5481     +0.0952       3      3      1     0.4758            0.6250

queries: 7
without a relevant article, counted as 0: 1
without a hit of first.run, counted as 0: 1
left out, as nobody judged them: 1
";
    assert_eq!(table, expected);
}

/// A desk with articles on a harbour, and queries on them with judgments.
fn harbour() -> (Desk, String, String) {
    let desk = Desk::new();
    desk.article("strike", "title: Dockers walk out", "A strike over wages closed the harbour. Dockers want more.");
    desk.article("lamps", "title: Lamps for the quay", "The council will pay for lamps along the harbour.");
    desk.article("copy-a", "title: Fish prices", "Fish is dear this year, said the traders of the market at noon.");
    desk.article("tariff", "title: Harbour dues", "Dues rise. The port says that ships bring fewer goods.");
    desk.indexed();
    let queries = desk.folder().join("queries.tsv");
    let text =
        "s\t\"harbour strike\" NOT wages -dockers\nf\ttitle:fish~1 prices*\nq\t??? -- !\nn\tzeppelins\nu\tlamps\n";
    fs::write(&queries, text).unwrap();
    let judgments = desk.folder().join("judgments.qrels");
    fs::write(
        &judgments,
        "s 0 strike 2\ns 0 tariff 1\ns 0 lamps 0\nf 0 copy-a 1\nq 0 lamps 1\nn 0 lamps 1\nz 0 lamps 1\n",
    )
    .unwrap();
    let path = |place: PathBuf| place.to_str().unwrap().to_owned();
    let (queries, judgments) = (path(queries), path(judgments));
    (desk, queries, judgments)
}

#[test]
fn queries_are_searched_as_plain_words_with_any_of_them() {
    let (desk, queries, judgments) = harbour();
    let judge = |more: &[&str]| -> Run {
        let arguments =
            ["evaluate", "--queries", &queries, "--judgments", &judgments, "--format", "json", "--per-query"];
        desk.run(&[&arguments, more].concat()).ended(0)
    };
    let found = judge(&[]).json();
    let queries = &found["queries"];
    assert_eq!((&queries["counted"], &queries["without_hits"]), (&4.into(), &2.into()));
    assert_eq!((&queries["unjudged"], &queries["unasked"]), (&1.into(), &1.into()));
    let figure = |found: &Value, at: usize, measure: &str| found["per_query"][at]["figures"][measure].as_f64().unwrap();
    // `NOT wages` would shut the best article out; one word of the title is enough for `tariff`.
    assert_eq!((figure(&found, 0, "MRR"), figure(&found, 0, "R@100")), (1.0, 1.0));
    assert_eq!(figure(&found, 1, "MAP"), 1.0);
    let all = judge(&["--match", "all"]).json();
    assert_eq!((figure(&all, 0, "MRR"), figure(&all, 0, "R@100")), (1.0, 0.5));
    assert_eq!(judge(&["--depth", "1"]).json()["per_query"][0]["figures"]["R@100"], 0.5);
}

#[test]
fn a_run_is_written_in_trecs_form_and_judged_alike_when_read_back() {
    let (desk, queries, judgments) = harbour();
    let search = ["evaluate", "--queries", &queries, "--judgments", &judgments, "--run", "ours.run"];
    let searched = desk.run(&[&search[..], &["--format", "json"]].concat()).ended(0).json();
    let run = fs::read_to_string(desk.folder().join("ours.run")).unwrap();
    let lines: Vec<Vec<&str>> = run.lines().map(|line| line.split(' ').collect()).collect();
    assert!(lines.iter().all(|columns| columns.len() == 6 && columns[1] == "Q0" && columns[5] == "dossier"), "{run}");
    assert_eq!(&lines[0][..4], ["s", "Q0", "strike", "1"]);
    assert!(lines.iter().any(|columns| columns[0] == "u"), "queries that nobody judged yet are in the run: {run}");
    let judge =
        ["evaluate", "--queries", &queries, "--judgments", &judgments, "--judge", "ours.run", "--format", "json"];
    assert_eq!(desk.run(&judge).ended(0).json(), searched);
    // Once more, and the same bytes; but what is no run of ours is left alone.
    desk.run(&search).ended(0);
    assert_eq!(fs::read_to_string(desk.folder().join("ours.run")).unwrap(), run);
    fs::copy(fixture("first.run"), desk.folder().join("ours.run")).unwrap();
    let refused = desk.run(&search).ended(2);
    assert!(refused.err.contains("ours.run is there already and is no run of ours"), "{}", refused.err);
    assert!(refused.err.contains("--judge"), "{}", refused.err);
    assert_eq!(fs::read(desk.folder().join("ours.run")).unwrap(), fs::read(fixture("first.run")).unwrap());
}

#[test]
fn copies_are_joined_only_where_that_is_asked_for() {
    let desk = Desk::new();
    let story = "Pirates boarded a boat before dawn and left with the engine, the police said. The crew of four was not \
        hurt. A guard saw two men run towards the fish market, where a van was waiting with its lights off. The owner \
        has asked the council for lamps along the quay, and a decision is expected in the autumn of next year.";
    desk.article("a", "title: Raid on a boat\nsource: Dawn", story);
    desk.article("b", "title: Raid on a boat\nsource: Dusk", story);
    desk.indexed();
    fs::write(desk.folder().join("q.tsv"), "1\tpirates\n").unwrap();
    fs::write(desk.folder().join("j.qrels"), "1 0 a 1\n1 0 b 1\n").unwrap();
    let recall = |more: &[&str]| {
        let arguments = ["evaluate", "--queries", "q.tsv", "--judgments", "j.qrels", "--format", "json"];
        desk.run(&[&arguments, more].concat()).ended(0).json()["mean"]["R@100"].clone()
    };
    assert_eq!((recall(&[]), recall(&["--collapse", "on"])), (1.0.into(), 0.5.into()));
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_the_way_out() {
    let (desk, queries, judgments) = harbour();
    let write = |name: &str, text: &str| fs::write(desk.folder().join(name), text).unwrap();
    write("bad.tsv", "1\tone\n2 two\n");
    write("bad.qrels", "\u{FEFF}1 0 a 1\r\n1 0 b one\r\n");
    write("bad.run", "1 Q0 a 1 2.0 t\n1 Q0 a 2 1.0 t\n");
    write("other.qrels", "777 0 a 1\n");
    let (queries, judgments) = (queries.as_str(), judgments.as_str());
    let refused = [
        (vec!["--queries", "bad.tsv", "--judgments", judgments], "bad.tsv:2: there is no tab in this line"),
        (vec!["--queries", queries, "--judgments", "bad.qrels"], "bad.qrels:2: the grade `one` is no whole number"),
        (vec!["--judge", "bad.run", "--judgments", judgments], "bad.run:2: document a stands twice"),
        (vec!["--queries", queries, "--judgments", judgments, "--compare", "bad.run"], "bad.run:2: "),
        (vec!["--queries", queries, "--judgments", "absent.qrels"], "cannot read absent.qrels"),
        (vec!["--queries", queries, "--judgments", "other.qrels"], "none of the queries is judged in other.qrels"),
        (vec!["--judgments", judgments], "--queries"),
        (vec!["--queries", queries], "--judgments"),
        (vec!["--queries", queries, "--judgments", judgments, "--depth", "0"], "0 is not in 1..=10000"),
        (vec!["--queries", queries, "--judgments", judgments, "--match", "most"], "match: "),
        (vec!["--judge", "bad.run", "--run", "new.run", "--judgments", judgments], "cannot be used with"),
    ];
    for (arguments, message) in refused {
        let done = desk.run(&[&["evaluate"], arguments.as_slice()].concat()).ended(2);
        assert!(done.out.is_empty() && done.err.contains(message), "{arguments:?}: {}", done.err);
    }
    // Ids of another corpus are not wrong, but a likely slip.
    write("foreign.qrels", "s 0 unknown-article 1\n");
    let done = desk.run(&["evaluate", "--queries", queries, "--judgments", "foreign.qrels"]).ended(0);
    assert!(done.err.contains("nothing relevant was found"), "{}", done.err);
}

#[test]
fn the_light_way_ranks_as_a_search_does() {
    let searcher = EmbeddedEngines::new(Desk::shipped().index()).searcher().unwrap();
    let texts = ["Chinese engineers", "who attacked the port of Gwadar", "گوادر", "zeppelins", "the"];
    for text in texts {
        for (match_mode, collapse, sort) in [
            (MatchMode::Any, false, Sort::Relevance),
            (MatchMode::Any, true, Sort::Newest),
            (MatchMode::All, true, Sort::Relevance),
        ] {
            let parameters = Parameters { match_mode, collapse, sort, ..Parameters::default() };
            let request = SearchRequest {
                query: with_variants(plain_words(text), searcher.taxonomy(), &[]),
                filters: parameters.filters.clone(),
                sort,
                match_mode,
                fuzzy: parameters.fuzzy,
                lenient: parameters.lenient,
                collapse,
                offset: 0,
                size: 30,
                facets: Vec::new(),
                interval: None,
                snippets: false,
                recency: None,
                explain: false,
                deadline: Deadline::default(),
            };
            let hits = searcher.search(&request).unwrap().hits;
            let hits: Vec<_> = hits.iter().map(|hit| (hit.document.id.as_str(), hit.score)).collect();
            let ranked = ranking(&*searcher, &parameters, text, 30).unwrap();
            let ranked: Vec<_> = ranked.iter().map(|ranked| (ranked.id.as_str(), ranked.score)).collect();
            assert_eq!(ranked, hits, "{text}");
        }
    }
}

/// Floors of nDCG@10, a little under what is measured; they may only rise. `cargo bench --bench judged` sets the same
/// figures beside plain BM25.
const FLOORS: [(&str, f64); 3] = [("time", 0.75), ("cran", 0.55), ("cisi", 0.41)];

#[test]
fn judged_collections_stay_above_their_floors() {
    for (name, floor) in FLOORS {
        let Some(place) = shared_data(&format!("judged/{name}")) else { return };
        let desk = Desk::new();
        fs::remove_file(desk.corpus().join("taxonomy.toml")).unwrap();
        desk.write("docs.jsonl.gz", fs::read(place.join("docs.jsonl.gz")).unwrap());
        desk.indexed();
        let file = |file: &str| place.join(file).to_str().unwrap().to_owned();
        let (queries, judgments) = (file("queries.tsv"), file("qrels.txt"));
        let arguments = ["evaluate", "--queries", &queries, "--judgments", &judgments, "--format", "json"];
        let found = desk.run(&arguments).ended(0).json();
        let figures = MEASURES.map(|measure| format!("{measure} {:.4}", found["mean"][measure].as_f64().unwrap()));
        eprintln!("{name}, {} queries: {}", found["queries"]["counted"], figures.join(", "));
        let measured = found["mean"]["nDCG@10"].as_f64().unwrap();
        assert!(measured >= floor, "{name}: nDCG@10 is {measured:.4}, under its floor of {floor}");
    }
}
