//! Similar articles: what is found and in which order, what is left out, what every neighbour says of itself; and how
//! often neighbours share a topic on Reuters.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io::Read;
use std::sync::OnceLock;
use std::time::Instant;

use dossier::engine::Engines;
use dossier::engine::embedded::EmbeddedEngines;
use dossier::model::query::{Filters, MatchMode};
use dossier::search::parameters::Parameters;
use dossier::search::ranking;
use serde_json::Value;

use crate::harness::{Desk, Run, shared_data};

/// Invented news: three raids on ships with a copy of one, two articles in other languages on the first raid, and
/// articles about other things.
const ARTICLES: [(&str, &str, &str); 11] = [
    (
        "raid-1",
        "title: Pirates board the Blue Heron off Old Quay\ndate: 2024-03-02\nlang: en\nregion: Norland/Eastport/Old Quay\nactor: Free Norland Front\nthreat: piracy",
        "Pirates in two skiffs boarded the freighter Blue Heron off Old Quay at dawn. The crew locked themselves into the \
         citadel until the coast guard cutter came. The pirates took the safe and a lifeboat.",
    ),
    (
        "raid-2",
        "title: Second freighter boarded near Old Quay\ndate: 2024-04-11\nlang: en\nregion: Norland/Eastport/Old Quay\nactor: Free Norland Front\nthreat: piracy",
        "Skiffs met the freighter Grey Gull at night. The crew fled into the citadel; pirates left when the coast guard \
         cutter fired a flare. Owners recall the Blue Heron.",
    ),
    (
        "raid-3",
        "title: Tanker fires on skiffs in the bay\ndate: 2023-01-20\nlang: en\nregion: Sudia/Eastport Bay\nthreat: piracy",
        "Guards on a tanker fired at skiffs that followed it through the bay. The pirates turned away. Nobody was hurt, and \
         the crew of the tanker sailed on.",
    ),
    (
        "raid-urdu",
        "title: پرانی گودی کے قریب جہاز پر حملہ\ndate: 2024-03-03\nlang: ur\nregion: Norland/Eastport/Old Quay\nactor: Free Norland Front\nthreat: piracy",
        "قزاقوں نے صبح کے وقت ایک مال بردار جہاز پر دھاوا بولا اور عملہ ایک کمرے میں بند ہو گیا۔",
    ),
    (
        "raid-chinese",
        "title: 旧码头附近货船遭海盗登船\ndate: 2024-03-03\nlang: zh\nregion: Norland/Eastport/Old Quay\nactor: Free Norland Front\nthreat: piracy",
        "海盗乘两艘小艇在黎明登上一艘货船，船员躲进安全舱，直到海岸警卫队赶到。",
    ),
    (
        "lock",
        "title: Ransomware locks the harbour office\ndate: 2024-05-05\nlang: en\nregion: Norland/Eastport\nthreat: cyber/ransomware",
        "A ransomware gang encrypted the servers of the harbour office in Eastport. Clerks wrote bills of lading by hand, and \
         the gang asked for coins.",
    ),
    (
        "lock-2",
        "title: Hospital servers encrypted by the same gang\ndate: 2024-06-05\nlang: en\nregion: Norland/Westmoor\nthreat: cyber/ransomware",
        "The ransomware gang that hit the harbour office encrypted the servers of a hospital in Westmoor. Clerks wrote files by \
         hand, and the gang asked for coins again.",
    ),
    (
        "budget",
        "title: Westmoor passes its budget\ndate: 2024-02-01\nlang: en\nregion: Norland/Westmoor",
        "Councillors in Westmoor voted for more teachers and a lower tax on barns. The mayor thanked the treasurer.",
    ),
    (
        "cheese",
        "title: A prize for blue cheese\ndate: 2024-02-03\nlang: en\nregion: Sudia",
        "Jurors tasted forty wheels and gave the ribbon to a dairy on the hill. The maker credits damp caves and patience.",
    ),
    (
        "choir",
        "title: Choir sings at midnight\ndate: 2024-02-09\nlang: en",
        "Sopranos outnumbered basses by three to one, yet the cantata moved its listeners to tears beneath candles.",
    ),
    (
        "garden",
        "title: How to prune roses\nlang: en",
        "Cut above an outward bud with clean shears, and burn whatever looks diseased.",
    ),
];

fn desk() -> &'static Desk {
    static DESK: OnceLock<Desk> = OnceLock::new();
    DESK.get_or_init(|| {
        let desk = Desk::new();
        for (id, head, body) in ARTICLES {
            desk.article(id, head, body);
        }
        // Another paper prints the first two raids.
        for (id, original, date) in [("copy-1", 0, "2024-03-04"), ("copy-2", 1, "2024-04-12")] {
            let (_, head, body) = ARTICLES[original];
            let day = head.lines().find(|line| line.starts_with("date: ")).unwrap();
            desk.article(id, &head.replace(day, &format!("date: {date}\nsource: Tide")), body);
        }
        assert_eq!(desk.indexed()["copy_groups"], 2);
        desk
    })
}

fn similar(arguments: &[&str]) -> Run {
    desk().run(&[&["similar"], arguments].concat())
}

fn ids(arguments: &[&str]) -> Vec<String> {
    let run = similar(&[arguments, &["--format", "ids"]].concat());
    assert!(run.code <= 1, "{run:?}");
    run.out.lines().map(str::to_owned).collect()
}

#[test]
fn the_nearest_comes_first_across_languages_and_its_own_copies_never() {
    let found = ids(&["raid-1"]);
    // Of a group of copies the best is found; these two are as good, and the id decides.
    assert_eq!(found[0], "copy-2", "{found:?}");
    assert!(["raid-urdu", "raid-chinese"].iter().all(|id| found.contains(&(*id).to_owned())), "{found:?}");
    for absent in ["raid-1", "copy-1", "raid-2", "budget", "cheese", "choir", "lock"] {
        assert!(!found.contains(&absent.to_owned()), "{absent} in {found:?}");
    }
    assert_eq!(ids(&["lock"]), ["lock-2"]);
    for id in ["raid-urdu", "raid-chinese"] {
        let found = ids(&[id]);
        assert!(found.iter().any(|id| id.starts_with("raid-1") || id.starts_with("copy-1")), "{id}: {found:?}");
        assert!(found.iter().all(|id| id.starts_with("raid") || id.starts_with("copy")), "{id}: {found:?}");
    }
}

#[test]
fn an_article_about_something_else_finds_nothing_rather_than_noise() {
    for id in ["budget", "cheese", "choir", "garden"] {
        let run = similar(&[id]).ended(1);
        assert!(run.out.starts_with("No article is like "), "{run:?}");
        let reply = desk().get(&format!("/api/v1/articles/{id}/similar"));
        assert_eq!((reply.status, &reply.json()["hits"]), (200, &serde_json::json!([])));
    }
}

#[test]
fn every_neighbour_says_what_it_shares() {
    let answer = similar(&["raid-1", "--format", "json"]).ended(0).json();
    let first = &answer["hits"][0];
    let words: Vec<&str> = first["shared"]["words"].as_array().unwrap().iter().map(|w| w.as_str().unwrap()).collect();
    for expected in ["Blue Heron", "skiffs", "citadel"] {
        assert!(words.contains(&expected), "{words:?}");
    }
    assert!(words.len() <= 8 && !words.contains(&"the"), "{words:?}");
    let labels = serde_json::json!({
        "region": ["Norland/Eastport/Old Quay"], "actor": ["Free Norland Front"], "threat": ["piracy"], "topic": []
    });
    assert_eq!(first["shared"]["labels"], labels);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&answer), ["generation", "hits", "id", "took_ms", "total"].map(str::to_owned).into());
    let search = desk().run(&["search", "freighter", "--format", "json"]).ended(0).json();
    let mut of_a_hit = keys(&search["hits"][0]);
    of_a_hit.insert("shared".to_owned());
    assert_eq!(keys(first), of_a_hit);
    let shown: String = first["snippets"].as_array().unwrap().iter().map(|s| s["html"].as_str().unwrap()).collect();
    assert!(shown.contains("<mark>citadel</mark>"), "{shown}");
    let text = similar(&["raid-1"]).ended(0).out;
    let line = text.lines().find(|line| line.trim_start().starts_with("Shares: ")).unwrap();
    assert!(line.contains("citadel"), "{text}");
    assert!(text.contains("region Old Quay · actor Free Norland Front · threat piracy"), "{text}");
    let lines = similar(&["raid-1", "--format", "jsonl"]).ended(0).out;
    assert_eq!(lines.lines().count(), answer["hits"].as_array().unwrap().len());
    assert_eq!(serde_json::from_str::<Value>(lines.lines().next().unwrap()).unwrap(), *first);
    let rows = similar(&["raid-1", "--format", "csv"]).ended(0).out;
    assert!(rows.starts_with("id,date,title,") && rows.contains("\ncopy-2,2024-04-12,"), "{rows}");
}

#[test]
fn filters_and_size_narrow() {
    let cases: [(&[&str], &[&str]); 6] = [
        (&["--lang", "ur"], &["raid-urdu"]),
        (&["--lang", "zh", "--lang", "ur"], &["raid-chinese", "raid-urdu"]),
        (&["--region", "Sudia"], &["raid-3"]),
        (&["--to", "2023"], &["raid-3"]),
        // The copy stands for its group where the first print does not pass.
        (&["--lang", "en", "--source", "Tide"], &["copy-2"]),
        (&["--undated"], &[]),
    ];
    for (filters, expected) in cases {
        let mut found = ids(&[&["raid-1"], filters].concat());
        found.sort();
        assert_eq!(found, expected, "{filters:?}");
    }
    assert_eq!(ids(&["raid-1", "--size", "1"]), ["copy-2"]);
    let answer = desk().get("/api/v1/articles/raid-1/similar?size=1&not.lang=ur").json();
    assert_eq!(answer["hits"].as_array().unwrap().len(), 1);
    let total = answer["total"]["value"].as_u64().unwrap();
    assert_eq!(total, answer["total"]["collapsed"].as_u64().unwrap() + 1, "one is a copy: {answer}");
}

#[test]
fn what_cannot_be_answered_is_told() {
    let run = similar(&["nobody"]).ended(1);
    assert!(run.out.is_empty() && run.err.contains("there is no article `nobody`"), "{run:?}");
    assert!(similar(&[]).ended(2).err.contains("<ID>"));
    assert!(similar(&["raid-1", "--size", "many"]).ended(2).err.contains("size"));
    assert!(similar(&["raid-1", "--region", "Nowhere"]).ended(2).err.contains("there is no value `Nowhere`"));
    for (path, status, kind) in [
        ("nobody/similar", 404, "/problems/article"),
        ("raid-1/similar?q=boat", 400, "/problems/parameter"),
        ("raid-1/similar?sort=newest", 400, "/problems/parameter"),
        ("raid-1/similar?page=2", 400, "/problems/parameter"),
        ("raid-1/similar?nonsense=1", 400, "/problems/parameter"),
        ("raid-1/similar?size=1000", 400, "/problems/parameter"),
        ("raid-1/similar?from=2024-13", 400, "/problems/parameter"),
        ("raid-1/similar/more", 404, "/problems/address"),
    ] {
        let reply = desk().get(&format!("/api/v1/articles/{path}"));
        assert_eq!((reply.status, reply.content_type.as_str()), (status, "application/problem+json"), "{path}");
        assert_eq!(reply.json()["type"], kind, "{path}");
    }
    assert_eq!(desk().request("POST", "/api/v1/articles/raid-1/similar").status, 405);
}

#[test]
fn on_the_shipped_corpus_no_neighbour_is_itself_or_a_copy_filters_hold_and_bytes_are_stable() {
    let desk = Desk::shipped();
    let engines = EmbeddedEngines::new(desk.index());
    let searcher = engines.searcher().unwrap();
    let all = desk.ids(&[]);
    let mut found_any = 0;
    for (n, id) in all.iter().enumerate().filter(|(n, _)| n % 3 == 0) {
        let found = searcher.similar(id, &Filters::default(), 10).unwrap().unwrap();
        let again = EmbeddedEngines::new(desk.index()).searcher().unwrap();
        assert_eq!(again.similar(id, &Filters::default(), 10).unwrap().unwrap(), found);
        let copies = desk.get(&format!("/api/v1/articles/{id}")).json()["copies"].clone();
        let copies: Vec<&str> = copies.as_array().unwrap().iter().map(|copy| copy["id"].as_str().unwrap()).collect();
        found_any += usize::from(!found.list.is_empty());
        for pair in found.list.windows(2) {
            let (a, b) = (&pair[0].hit, &pair[1].hit);
            assert!(a.score > b.score || (a.score == b.score && a.document.id < b.document.id), "{id}");
        }
        for neighbour in &found.list {
            let other = &neighbour.hit.document.id;
            assert!(other != id && !copies.contains(&other.as_str()), "{id} finds {other}");
            assert!(!neighbour.words.is_empty() || !neighbour.labels.is_empty(), "{id} finds {other} for no reason");
        }
        let lang = ["en", "ur", "zh"][n % 3];
        let narrowed = desk.get(&format!("/api/v1/articles/{id}/similar?lang={lang}&from=2020&size=100")).json();
        for hit in narrowed["hits"].as_array().unwrap() {
            assert!(hit["lang"] == lang && hit["date"].as_str().unwrap() >= "2020", "{hit}");
        }
    }
    assert!(found_any > 25, "of {} articles {found_any} have neighbours", all.len().div_ceil(3));
}

#[test]
fn articles_in_urdu_and_chinese_find_the_english_ones_on_the_same_event() {
    for (id, expected) in [
        ("ur-2022-haq-do", "soc-2022-haq-do"),
        ("ur-2024-nadra", "cyb-2024-nadra"),
        ("ur-2021-dasu", "att-2021-dasu"),
        ("zh-2019-gwadar-pc-hotel", "att-2019-gwadar-pc-hotel"),
        ("zh-2024-karachi-airport", "att-2024-karachi-airport"),
        ("zh-2022-karachi-university", "att-2022-karachi-university"),
    ] {
        for (from, to, lang) in [(id, expected, "en"), (expected, id, &id[..2])] {
            let run =
                Desk::shipped().run(&["similar", from, "--lang", lang, "--size", "3", "--format", "ids"]).ended(0);
            assert!(run.out.lines().any(|found| found == to), "{from}: {}", run.out);
        }
    }
}

/// A taxonomy without the topics, so that what is measured gives nothing away.
const PLACES: &str = include_str!("../fixtures/reuters-taxonomy.toml");

/// The records of Reuters by id: title and topics.
type Records = BTreeMap<String, (String, BTreeSet<String>)>;

/// The first `of` articles of Reuters with an index without their topics, and their records; `None` without the data.
fn reuters(of: usize) -> Option<(Desk, Records)> {
    let packed = std::fs::read(shared_data("reuters.jsonl.gz")?).unwrap();
    let mut lines = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut lines).unwrap();
    let desk = Desk::new();
    let mut records = Records::new();
    let mut kept = String::new();
    for line in lines.lines().take(of) {
        let mut record: Value = serde_json::from_str(line).unwrap();
        let topics = record.as_object_mut().unwrap().remove("topics").unwrap();
        let topics = topics.as_array().unwrap().iter().map(|topic| topic.as_str().unwrap().to_owned()).collect();
        let text = |key: &str| record[key].as_str().unwrap().to_owned();
        records.insert(text("id"), (text("title"), topics));
        writeln!(kept, "{record}").unwrap();
    }
    desk.write("taxonomy.toml", PLACES);
    desk.write("reuters.jsonl", kept);
    desk.indexed();
    Some((desk, records))
}

/// How many articles are found for each of some articles, of five, and the share of these that have a topic in common
/// with it.
fn with_topic(records: &Records, sample: &[&String], found: impl Fn(&str) -> Vec<String>) -> (f64, f64) {
    let (mut all, mut alike) = (0, 0);
    for id in sample {
        let topics = &records[*id].1;
        let found = found(id);
        let first = found.iter().take(5);
        all += first.len();
        alike += first.filter(|other| !records[*other].1.is_disjoint(topics)).count();
    }
    (all as f64 / sample.len() as f64, alike as f64 / all.max(1) as f64)
}

#[test]
fn on_reuters_neighbours_share_a_topic_more_often_than_what_the_title_finds() {
    let whole = !cfg!(debug_assertions) || std::env::var_os("DOSSIER_WHOLE").is_some();
    let Some((desk, records)) = reuters(if whole { usize::MAX } else { 3000 }) else { return };
    let engines = EmbeddedEngines::new(desk.index());
    let searcher = engines.searcher().unwrap();
    let with_topics: Vec<&String> = records
        .iter()
        .filter(|(_, (title, topics))| !title.is_empty() && !topics.is_empty())
        .map(|(id, _)| id)
        .collect();
    let sampled = if whole { 300 } else { 60 };
    let sample: Vec<&String> = with_topics.iter().step_by(with_topics.len() / sampled).take(sampled).copied().collect();
    let copies = |id: &str| -> BTreeSet<String> {
        let article = desk.get(&format!("/api/v1/articles/{id}")).json();
        article["copies"].as_array().unwrap().iter().map(|copy| copy["id"].as_str().unwrap().to_owned()).collect()
    };
    let mut milliseconds = std::cell::RefCell::new(Vec::new());
    let (found, neighbours) = with_topic(&records, &sample, |id| {
        let started = Instant::now();
        let found = searcher.similar(id, &Filters::default(), 10).unwrap().unwrap();
        milliseconds.borrow_mut().push(started.elapsed().as_secs_f64() * 1000.0);
        found.list.into_iter().map(|neighbour| neighbour.hit.document.id).collect()
    });
    let (_, by_title) = with_topic(&records, &sample, |id| {
        let parameters = Parameters { match_mode: MatchMode::Any, lenient: false, ..Parameters::default() };
        let copies = copies(id);
        let found = ranking(&*searcher, &parameters, &records[id].0, 30).unwrap();
        found.into_iter().map(|found| found.id).filter(|found| found != id && !copies.contains(found)).collect()
    });
    let times = milliseconds.get_mut();
    times.sort_by(f64::total_cmp);
    let (median, slow) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    eprintln!(
        "similar on {} articles of Reuters, {} asked: {found:.2} of five found, {:.1} % of them share a topic; by the \
         title as query {:.1} %; median {median:.1} ms, p99 {slow:.1} ms",
        records.len(),
        sample.len(),
        neighbours * 100.0,
        by_title * 100.0
    );
    assert!(neighbours > by_title + 0.02 && neighbours > 0.6, "{neighbours} against {by_title}");
}
