//! Parity: the cluster gives the answers of the embedded engine, and `dossier check --parity` finds every difference where it does
//! not. On the fixture corpus by the scenarios, on Reuters by questions made by rule.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::Read;

use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::harness::{Desk, project, shared_data};
use crate::parity::{fixture, scenarios};

/// Articles and questions of Reuters in a plain run.
const SHORT: (usize, usize) = (1500, 100);
/// All of them, and as many questions as were promised.
const LONG: (usize, usize) = (usize::MAX, 500);

/// Asks both engines by the command.
fn parity(desk: &Desk, address: &str, file: &str, code: i32) -> Value {
    std::fs::write(desk.folder().join("questions"), file).unwrap();
    desk.run(&["check", "--parity", "questions", "--engine", address, "--format", "json"]).ended(code).json()
}

#[test]
fn the_command_finds_nothing_on_a_cluster_that_holds_the_same_and_lists_what_differs() {
    let Some(cluster) = Cluster::shared() else { return };
    let place = cluster.place("parity");
    let desk = fixture(|_, text| Some(text));
    desk.indexed();
    desk.run(&["index", "--engine", &place.address]).ended(0);
    let report = parity(&desk, &place.address, &scenarios(), 0);
    assert_eq!((&report["different"], &report["refused"]), (&json!([]), &json!([])), "{report:#}");
    assert_eq!(report["equal"], report["asked"]);
    assert_eq!(report["same_corpus"], true);
    assert!(report["order"]["pairs"].as_u64() > Some(20), "{}", report["order"]);
    assert!(report["second"]["place"].as_str().unwrap().contains(&place.name), "{}", report["second"]);

    let refused = parity(&desk, &place.address, "ferry\n?region=nowhere-at-all\n", 2);
    assert_eq!((&refused["equal"], &refused["refused"][0]["line"]), (&json!(1), &json!(2)), "{refused:#}");

    std::fs::remove_file(desk.corpus().join("ferry-copy-a.md")).unwrap();
    desk.indexed();
    let report = parity(&desk, &place.address, "f-1\tferry\nturnips\n", 1);
    assert_eq!(report["same_corpus"], false);
    assert_eq!((&report["equal"], &report["different"][0]["id"]), (&json!(1), &json!("f-1")), "{report:#}");
    let differences = report["different"][0]["differences"].as_array().unwrap();
    let ids = differences.iter().find(|difference| difference["what"] == "ids").unwrap();
    assert_eq!(ids["only_second"], json!(["ferry-copy-a"]), "{report:#}");
    let text = desk.run(&["check", "--parity", "questions", "--engine", &place.address]).ended(1).out;
    for told in
        ["line 1, f-1, differs: ferry", "only the second: ferry-copy-a", "1 equal, 1 different, 0 refused", "1 %"]
    {
        assert!(text.contains(told), "{told} in {text}");
    }
}

/// An article of Reuters as questions are made from it.
struct Record {
    words: Vec<String>,
    date: String,
    labels: BTreeMap<&'static str, Vec<String>>,
}

impl Record {
    fn of(line: &str) -> Self {
        let record: Value = serde_json::from_str(line).unwrap();
        let text = format!("{} {}", record["title"].as_str().unwrap(), record["body"].as_str().unwrap());
        let words = text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
        let words = words.filter(|word| word.len() > 2 && word.chars().all(|c| c.is_ascii_alphabetic()));
        let values = |name: &str| {
            let list = record[name].as_array().unwrap().iter();
            list.map(|value| value.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        Self {
            words: words.map(str::to_lowercase).collect(),
            date: record["date"].as_str().unwrap().to_owned(),
            labels: ["places", "people", "orgs", "topics"].map(|name| (name, values(name))).into(),
        }
    }

    /// A filter by a value that the article has, or by having none.
    fn filter(&self, name: &'static str) -> String {
        let value = self.labels[name].first().map_or("_none", String::as_str);
        let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        format!("{name}={value}")
    }
}

/// Questions by rule, the same in every run: each kind in turn, made of the words, labels and dates of articles far apart.
fn made(records: &[Record], count: usize) -> String {
    let usable: Vec<&Record> = records.iter().filter(|record| record.words.len() > 40).collect();
    let mut lines = String::new();
    for n in 0..count {
        let article = usable[n * 7919 % usable.len()];
        let other = usable[(n * 104_729 + 13) % usable.len()];
        let at = |turn: usize| (n / 12 * 5 + turn * 7) % (article.words.len() - 6);
        let word = |turn: usize| article.words[at(turn)].as_str();
        let elsewhere = other.words[n % other.words.len()].as_str();
        let (a, b, c) = (word(0), word(1), word(2));
        let next = article.words[at(1) + 1].as_str();
        let question = article.words[at(0)..at(0) + 6].join(" ");
        let start = &a[..a.len().min(3)];
        let month = &article.date[..7];
        let typed = match n % 12 {
            0 => a.to_owned(),
            1 => format!("{a} {b}"),
            2 => format!("\"{b} {next}\""),
            3 => format!("({a} OR {elsewhere}) AND {b} -{c}"),
            4 => format!("{start}* {b}"),
            5 => format!("{a}~1 {}", &b[1..]),
            6 => format!("?q={a}&{}&{}", article.filter("places"), other.filter("topics")),
            7 => format!("?{}&not.{}&{}", article.filter("topics"), other.filter("places"), other.filter("orgs")),
            8 => format!("?q={a}+OR+{b}&from={month}&to={}&interval=day&sort=newest", article.date),
            9 => format!("\"{b} {}\"~4 OR ({a} SAME {c})", article.words[at(1) + 3]),
            10 => question,
            _ => format!("?q=title:{a}+OR+%3D{b}&match=any&sort={}", ["oldest", "relevance"][n / 12 % 2]),
        };
        writeln!(lines, "q{n}\t{typed}").unwrap();
    }
    lines
}

#[test]
fn questions_made_by_rule_on_reuters_have_equal_answers_on_the_cluster() {
    let Some(packed) = shared_data("reuters.jsonl.gz") else { return };
    let Some(cluster) = Cluster::shared() else { return };
    let (articles, count) = if std::env::var_os("DOSSIER_LONG").is_some() { LONG } else { SHORT };
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(packed).unwrap()).read_to_string(&mut text).unwrap();
    let lines: Vec<&str> = text.lines().take(articles).collect();
    let records: Vec<Record> = lines.iter().map(|line| Record::of(line)).collect();
    let desk = Desk::new();
    desk.write("taxonomy.toml", include_str!("../fixtures/reuters-taxonomy.toml"));
    desk.write("reuters.jsonl", lines.join("\n"));
    desk.indexed();
    let place = cluster.place("reuters");
    let run = desk.run(&["index", "--engine", &place.address, "--format", "json"]);
    assert!(run.code == 0 || run.code == 3, "{run:?}");
    let file = made(&records, count);
    std::fs::write(desk.folder().join("questions"), &file).unwrap();
    let run = desk.run(&["check", "--parity", "questions", "--engine", &place.address, "--format", "json"]);
    let report = run.json();
    eprintln!("{} questions, {} equal, {}", report["asked"], report["equal"], report["order"]);
    assert_eq!(report["different"], json!([]), "{:#}", report["different"]);
    assert_eq!((run.code, &report["asked"], &report["equal"]), (0, &json!(count), &json!(count)), "{report:#}");
}

/// Largest difference of two engines' mean nDCG@10, as a part of the embedded engine's.
const NDCG_APART_MAX: f64 = 0.05;

/// Mean nDCG@10 of a collection that lies in the desk's folder, on the engine that the flags name.
fn ndcg(desk: &Desk, flags: &[&str]) -> f64 {
    let judged = ["evaluate", "--queries", "queries.tsv", "--judgments", "qrels.txt", "--format", "json"];
    desk.run(&[&judged, flags].concat()).ended(0).json()["mean"]["nDCG@10"].as_f64().unwrap()
}

#[test]
fn the_ranking_of_judged_collections_is_as_good_on_the_cluster() {
    let Some(cluster) = Cluster::shared() else { return };
    // The smallest of them by default: the others have three times as many articles, and more questions.
    let names: &[&str] = if std::env::var_os("DOSSIER_LONG").is_some() { &["time", "cran", "cisi"] } else { &["time"] };
    for name in names {
        let Some(folder) = shared_data(&format!("judged/{name}")) else { return };
        let place = cluster.place("judged");
        let desk = Desk::new();
        std::fs::remove_file(desk.corpus().join("taxonomy.toml")).unwrap();
        desk.write("docs.jsonl.gz", std::fs::read(folder.join("docs.jsonl.gz")).unwrap());
        for file in ["queries.tsv", "qrels.txt"] {
            std::fs::copy(folder.join(file), desk.folder().join(file)).unwrap();
        }
        compare_ndcg(name, &desk, &place.address);
    }
}

#[test]
fn the_ranking_of_the_shipped_corpus_is_as_good_on_the_cluster() {
    let Some(cluster) = Cluster::shared() else { return };
    let place = cluster.place("shipped");
    let desk = Desk::of(&project().join("corpus"));
    let (mut queries, mut judgments) = (String::new(), String::new());
    let sets = ["questions", "held-out", "names"];
    let text = |set| std::fs::read_to_string(project().join(format!("tests/relevance/{set}.jsonl"))).unwrap();
    for (n, line) in sets.map(text).iter().flat_map(|text| text.lines()).enumerate() {
        let question: Value = serde_json::from_str(line).unwrap();
        writeln!(queries, "{n}\t{}", question["question"].as_str().unwrap()).unwrap();
        writeln!(judgments, "{n} 0 {} 2", question["article"].as_str().unwrap()).unwrap();
        for also in question["also"].as_array().unwrap() {
            writeln!(judgments, "{n} 0 {} 1", also.as_str().unwrap()).unwrap();
        }
    }
    std::fs::write(desk.folder().join("queries.tsv"), queries).unwrap();
    std::fs::write(desk.folder().join("qrels.txt"), judgments).unwrap();
    compare_ndcg("the shipped corpus", &desk, &place.address);
}

fn compare_ndcg(name: &str, desk: &Desk, address: &str) {
    for flags in [&[][..], &["--engine", address]] {
        let run = desk.run(&[&["index"], flags].concat());
        assert!(run.code == 0 || run.code == 3, "{name}: {run:?}");
    }
    let (embedded, remote) = (ndcg(desk, &[]), ndcg(desk, &["--engine", address]));
    eprintln!("{name}: nDCG@10 {embedded:.4} embedded, {remote:.4} on the cluster");
    assert!(embedded > 0.4, "{name}: {embedded}");
    assert!((embedded - remote).abs() <= NDCG_APART_MAX * embedded, "{name}: {embedded} and {remote}");
}

#[test]
fn a_generation_is_spread_as_the_flags_say() {
    let Some(cluster) = Cluster::shared() else { return };
    let place = cluster.place("layout");
    let desk = fixture(|_, text| Some(text));
    let spread = || {
        let settings = cluster.get(&format!("{}/_settings", place.name));
        let index = &settings.as_object().unwrap().values().next().unwrap()["settings"]["index"];
        ["number_of_shards", "number_of_replicas"].map(|name| index[name].as_str().unwrap().to_owned())
    };
    desk.run(&["index", "--engine", &place.address]).ended(0);
    assert_eq!(spread(), ["3", "1"], "as it is when nobody says");
    let flags = ["--full", "--engine-shards", "2", "--engine-replicas", "0"];
    desk.article("more", "title: One more", "So that there is something to write.");
    desk.run(&[&["index", "--engine", &place.address], &flags[..]].concat()).ended(0);
    assert_eq!(spread(), ["2", "0"]);
    for (flag, value) in [("--engine-shards", "0"), ("--engine-shards", "x"), ("--engine-replicas", "-1")] {
        desk.run(&["index", "--engine", &place.address, &format!("{flag}={value}")]).ended(2);
    }
}
