//! The shipped corpus: every record of facts is an article that keeps what the record says of labels, date and sources;
//! there are overviews and articles in Urdu and Chinese; nothing is copied; the curators' guide is true.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::sync::OnceLock;

use dossier::taxonomy::{Resolution, Taxonomy};
use dossier::text::words::words;
use serde::Deserialize;
use serde_json::Value;

use crate::harness::{Desk, project, shared_data};

/// Words of an article that retells one record. Of Chinese, two characters are counted as a word.
const RECORD_WORDS: std::ops::RangeInclusive<usize> = 50..=250;
const OVERVIEWS_MIN: usize = 10;
const URDU_MIN: usize = 8;
const CHINESE_MIN: usize = 8;
/// So many words of a scraped page in a row, found in a file of ours, are a copied sentence.
const COPIED_WORDS_MIN: usize = 8;
/// Articles dated later than their record, because the record's own text goes on to that day.
const LATER_THAN_RECORD: [(&str, &str); 3] =
    [("reg-2019-kazakhstan", "2019-09-23"), ("att-2025-nokundi", "2025-12-01"), ("cyb-2025-blue-locker", "2025-08-10")];

/// A record of facts.
#[derive(Deserialize)]
struct Record {
    id: String,
    /// A day, a month or a year; of a period both ends with `/` between.
    date: String,
    region: Vec<String>,
    actor: Vec<String>,
    threat: Vec<String>,
    #[serde(default)]
    response: Vec<String>,
    sources: Vec<RecordSource>,
}

#[derive(Deserialize)]
struct RecordSource {
    url: String,
    published: Option<String>,
}

/// The records; `None` where the shared data is absent.
fn records() -> Option<Vec<Record>> {
    let text = std::fs::read_to_string(shared_data("../facts/facts.jsonl")?).unwrap();
    let records: Vec<Record> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(records.len() >= 89, "only {} records", records.len());
    Some(records)
}

/// Every article of the shipped corpus by its id, as the API gives it.
fn articles() -> &'static BTreeMap<String, Value> {
    static ARTICLES: OnceLock<BTreeMap<String, Value>> = OnceLock::new();
    ARTICLES.get_or_init(|| {
        let desk = Desk::shipped();
        let listed = desk.run(&["search", "--format", "ids", "--size", "100"]).ended(0).out;
        let rest = desk.run(&["search", "--format", "ids", "--size", "100", "--page", "2"]).ended(0).out;
        let ids = listed.lines().chain(rest.lines()).map(str::to_owned);
        ids.map(|id| {
            let reply = desk.get(&format!("/api/v1/articles/{id}"));
            assert_eq!(reply.status, 200, "{id}: {}", reply.body);
            let article = reply.json();
            (id, article)
        })
        .collect()
    })
}

fn text<'a>(article: &'a Value, key: &str) -> &'a str {
    article[key].as_str().unwrap_or_else(|| panic!("no {key} in {}", article["id"]))
}

/// The paths that an article is about in a dimension, as its curator wrote them.
fn tags<'a>(article: &'a Value, dimension: &str) -> Vec<&'a str> {
    let labels = article["facets"][dimension].as_array().map_or(&[][..], Vec::as_slice);
    let curated = labels.iter().filter(|label| label["kind"] == "tag" && label["by"] == "curator");
    curated.map(|label| label["path"].as_str().unwrap()).collect()
}

fn is_overview(article: &Value) -> bool {
    article["extra"]["kind"] == "overview"
}

fn shipped_taxonomy() -> Taxonomy {
    let text = std::fs::read_to_string(project().join("corpus/taxonomy.toml")).unwrap();
    Taxonomy::parse(&text, "taxonomy.toml").unwrap()
}

#[test]
fn indexing_warns_of_nothing_and_keeps_nothing_out_and_check_has_no_findings() {
    let desk = Desk::of(&project().join("corpus"));
    let run = desk.run(&["index", "--format", "json"]).ended(0);
    let report = run.json();
    assert_eq!((&report["warnings"], &report["quarantined"]), (&Value::from(Vec::<Value>::new()), &report["warnings"]));
    assert_eq!(run.err, "");
    let checked = desk.run(&["check", "--format", "json", "--verify-index"]).ended(0).json();
    assert_eq!(checked["findings"], Value::from(Vec::<Value>::new()));
    assert_eq!(checked["articles"], report["documents"]);
    assert_eq!(articles().len() as u64, report["documents"].as_u64().unwrap());
    assert_eq!(report["undated"], 0);
}

#[test]
fn every_record_is_an_article_whose_curator_kept_its_labels() {
    let Some(records) = records() else { return };
    let taxonomy = shipped_taxonomy();
    let mut wrong = Vec::new();
    for record in &records {
        let Some(article) = articles().get(&record.id) else {
            wrong.push(format!("{}: no such article", record.id));
            continue;
        };
        let dimensions = [
            ("region", &record.region),
            ("actor", &record.actor),
            ("threat", &record.threat),
            ("response", &record.response),
        ];
        for (dimension, values) in dimensions {
            let kept = tags(article, dimension);
            for value in values {
                let value = value.strip_prefix("response/").unwrap_or(value);
                match taxonomy.resolve(dimension, value) {
                    Resolution::Path(path) if kept.contains(&path.as_str()) => {}
                    other => wrong.push(format!("{}: {dimension} `{value}`, {other:?}, is not in {kept:?}", record.id)),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_record_is_dated_on_its_last_day_as_exactly_as_it_is_known() {
    let Some(records) = records() else { return };
    for record in &records {
        let article = &articles()[&record.id];
        let last = record.date.rsplit('/').next().unwrap();
        let later = LATER_THAN_RECORD.iter().find(|(id, _)| *id == record.id).map(|(_, date)| *date);
        assert_eq!(text(article, "date"), later.unwrap_or(last), "{}", record.id);
        assert!(later.is_none_or(|later| later > last), "{}: {later:?} is not later than {last}", record.id);
        assert_eq!(text(article, "date_source"), "front-matter", "{}", record.id);
    }
}

#[test]
fn every_record_keeps_the_address_and_day_of_all_its_sources() {
    let Some(records) = records() else { return };
    let mut wrong = Vec::new();
    for record in &records {
        let article = &articles()[&record.id];
        let sources = article["sources"].as_array().unwrap();
        for known in &record.sources {
            let Some(source) = sources.iter().find(|source| source["url"] == known.url.as_str()) else {
                wrong.push(format!("{}: {} is not among its sources", record.id, known.url));
                continue;
            };
            if source["published"].as_str() != known.published.as_deref() {
                wrong.push(format!("{}: {source} was published {:?}", record.id, known.published));
            }
            if !article["source"].as_array().unwrap().contains(&source["publisher"]) {
                wrong.push(format!("{}: {} is not in `source`", record.id, source["publisher"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_article_on_one_record_has_50_to_250_words_and_an_overview_more_records_than_one() {
    let mut overviews = 0;
    for (id, article) in articles() {
        let body = text(article, "body");
        if is_overview(article) {
            overviews += 1;
            let records = article["extra"]["records"].as_array().unwrap();
            assert!(records.len() > 1, "{id} ties {} records together", records.len());
            for record in records {
                assert!(articles().contains_key(record.as_str().unwrap()), "{id} names the record {record}");
            }
            assert!(words(body).count() > *RECORD_WORDS.start(), "{id}");
            continue;
        }
        let count = match text(article, "lang") {
            "zh" => body.chars().filter(|c| c.is_alphanumeric() && !c.is_ascii()).count() / 2,
            _ => words(body).count(),
        };
        assert!(RECORD_WORDS.contains(&count), "{id} has {count} words");
    }
    assert!(overviews >= OVERVIEWS_MIN, "{overviews} overviews");
}

#[test]
fn some_articles_are_in_urdu_and_chinese_and_are_found_in_their_script() {
    let desk = Desk::shipped();
    for (lang, least) in [("ur", URDU_MIN), ("zh", CHINESE_MIN)] {
        let written: Vec<_> = articles().iter().filter(|(_, article)| text(article, "lang") == lang).collect();
        assert!(written.len() >= least, "{} articles in {lang}", written.len());
        for (id, article) in written {
            let title = text(article, "title");
            assert!(title.chars().filter(|c| c.is_alphabetic()).any(|c| !c.is_ascii()), "{id}: {title}");
            assert_eq!(desk.ids(&["--", title]).first(), Some(id), "`{title}`");
        }
    }
}

#[test]
fn every_article_is_labelled_names_its_sources_and_has_no_markup_left() {
    for (id, article) in articles() {
        assert!(!tags(article, "region").is_empty(), "{id} has no region");
        let about = ["actor", "threat", "response"].map(|dimension| tags(article, dimension).len());
        assert!(about.iter().sum::<usize>() > 0, "{id} has neither actor nor threat nor response");
        let sources = article["sources"].as_array().unwrap();
        assert!(!sources.is_empty(), "{id} has no sources");
        for source in sources {
            let url = text(source, "url");
            assert!(url.starts_with("http://") || url.starts_with("https://"), "{id}: {url}");
            assert!(!text(source, "publisher").is_empty(), "{id}: {url}");
        }
        let body = text(article, "body");
        for sign in ["](", "**", "<", "```"] {
            assert!(!body.contains(sign), "{id}: {sign} in {body}");
        }
    }
}

/// The words of a text in small letters, with nothing but letters and digits.
fn plain_words(text: &str) -> Vec<String> {
    let plain = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    text.split_whitespace().map(plain).filter(|word| !word.is_empty()).collect()
}

fn gather(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            if !path.ends_with("node_modules") {
                gather(&path, files);
            }
        } else {
            files.push(path);
        }
    }
}

#[test]
fn no_sentence_of_the_scraped_pages_stands_in_the_repository() {
    let Some(seeds) = shared_data("seeds") else { return };
    let mut runs: HashSet<Vec<String>> = HashSet::new();
    let mut pages = Vec::new();
    gather(&seeds, &mut pages);
    for page in &pages {
        let page = std::fs::read_to_string(page).unwrap();
        runs.extend(plain_words(&page).windows(COPIED_WORDS_MIN).map(<[String]>::to_vec));
    }
    assert!(runs.len() > 500, "{} runs of {COPIED_WORDS_MIN} words in {pages:?}", runs.len());
    let mut files = vec![project().join("README.md"), project().join("CHANGELOG.md")];
    for folder in ["corpus", "src", "tests", "docs", "benches", "fuzz"] {
        gather(&project().join(folder), &mut files);
    }
    assert!(files.len() > 200, "{}", files.len());
    for file in files {
        // What is no text holds no sentence.
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let words = plain_words(&text);
        let copied = words.windows(COPIED_WORDS_MIN).find(|run| runs.contains(*run));
        assert!(copied.is_none(), "{}: {}", file.display(), copied.unwrap().join(" "));
    }
}

fn guide() -> String {
    std::fs::read_to_string(project().join("corpus/README.md")).unwrap()
}

/// The names in backticks in a text.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn the_guide_names_the_keys_that_the_program_reads_and_no_other() {
    let guide = guide();
    let rows =
        guide.lines().skip_while(|line| !line.starts_with("| key |")).skip(2).take_while(|line| line.starts_with('|'));
    let taxonomy = shipped_taxonomy();
    let dimensions: BTreeSet<&str> = taxonomy.dimensions().iter().map(|dimension| dimension.name.as_str()).collect();
    let mut explained: BTreeSet<&str> = rows.flat_map(|row| quoted(row.split('|').nth(1).unwrap())).collect();
    for dimension in dimensions {
        assert!(explained.remove(dimension), "the guide does not explain `{dimension}`");
    }
    assert!(guide.contains("`language` is read too"));
    explained.insert("language");
    let code = std::fs::read_to_string(project().join("src/ingest/formats/keys.rs")).unwrap();
    let list = code.split("const KNOWN: &[&str] = &[").nth(1).unwrap().split(']').next().unwrap();
    let read: BTreeSet<&str> = list.split('"').skip(1).step_by(2).collect();
    assert_eq!(explained, read);
    // Each is more than a name: what stands under it comes out again, and nothing falls among the unknown keys.
    let desk = Desk::new();
    desk.article(
        "a",
        "id: other\ntitle: T\ndate: 2024-03\nsource: [S]\nurl: https://example.org/1\nauthor: A\nlanguage: ur\nsources:\n  \
         - {publisher: P, url: \"https://example.org/2\", published: 2024}\nregion: [Norland]\nmine: 1",
        "A body.",
    );
    desk.indexed();
    let shown = desk.run(&["show", "other", "--format", "json"]).ended(0).json();
    for (key, value) in [
        ("title", serde_json::json!("T")),
        ("date", serde_json::json!("2024-03")),
        ("source", serde_json::json!(["S"])),
        ("url", serde_json::json!("https://example.org/1")),
        ("author", serde_json::json!("A")),
        ("lang", serde_json::json!("ur")),
        ("sources", serde_json::json!([{"publisher": "P", "url": "https://example.org/2", "published": "2024"}])),
        ("extra", serde_json::json!({"mine": 1})),
    ] {
        assert_eq!(shown[key], value, "{key}");
    }
}

#[test]
fn the_article_in_the_guide_is_one_that_the_program_takes_without_a_warning() {
    let guide = guide();
    let example = guide.split("```\n---").nth(1).unwrap().split("\n```").next().unwrap();
    // What a hash says to the reader is a comment of YAML too.
    let desk = Desk::new();
    desk.write("taxonomy.toml", std::fs::read(project().join("corpus/taxonomy.toml")).unwrap());
    desk.write("example.md", format!("---{example}\n"));
    let report = desk.indexed();
    assert_eq!((&report["documents"], &report["warnings"]), (&Value::from(1), &Value::from(Vec::<Value>::new())));
    let shown = desk.run(&["show", "example", "--format", "json"]).ended(0).json();
    assert_eq!(tags(&shown, "region"), ["Pakistan/Balochistan/Gwadar"]);
    assert_eq!(shown["sources"].as_array().unwrap().len(), 2);
}

#[test]
fn every_key_that_our_articles_use_is_explained_in_the_guide() {
    let guide = guide();
    let named: BTreeSet<&str> = quoted(&guide).collect();
    for (id, article) in articles() {
        for key in article["extra"].as_object().unwrap().keys() {
            let explained =
                named.contains(key.as_str()) || named.iter().any(|name| name.starts_with(&format!("{key}:")));
            assert!(explained, "{id} has the key `{key}`, which corpus/README.md does not explain");
        }
    }
}
