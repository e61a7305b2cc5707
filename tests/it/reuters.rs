//! Faceted queries on the 21,578 articles of Reuters: every count is what a plain scan of the records gives.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value;

use crate::harness::{Desk, shared_data};

const DIMENSIONS: [&str; 4] = ["places", "people", "orgs", "topics"];
const TAXONOMY: &str = include_str!("../fixtures/reuters-taxonomy.toml");

/// A record as the oracle reads it.
pub(crate) struct Record {
    pub(crate) text: String,
    date: String,
    labels: BTreeMap<&'static str, BTreeSet<String>>,
}

/// The articles indexed once for all tests of this file, and their records; `None` without the data.
pub(crate) fn reuters() -> Option<&'static (Desk, Vec<Record>)> {
    static REUTERS: OnceLock<Option<(Desk, Vec<Record>)>> = OnceLock::new();
    let made = REUTERS.get_or_init(|| {
        let packed = std::fs::read(shared_data("reuters.jsonl.gz")?).unwrap();
        let desk = Desk::new();
        desk.write("taxonomy.toml", TAXONOMY);
        desk.write("reuters.jsonl.gz", &packed);
        let report = desk.indexed();
        assert_eq!((&report["documents"], &report["undated"]), (&21_577.into(), &0.into()), "{report}");
        let quarantined = report["quarantined"].as_array().unwrap();
        assert_eq!(quarantined.len(), 1, "the one record without title and text: {quarantined:?}");
        let mut lines = String::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut lines).unwrap();
        let records: Vec<Record> = lines.lines().filter_map(record).collect();
        assert_eq!(records.len(), 21_577);
        Some((desk, records))
    });
    made.as_ref()
}

fn record(line: &str) -> Option<Record> {
    let record: Value = serde_json::from_str(line).unwrap();
    let text = format!("{}\n{}", record["title"].as_str().unwrap(), record["body"].as_str().unwrap());
    let values = |name: &str| {
        let list = record[name].as_array().unwrap().iter();
        list.map(|value| value.as_str().unwrap().to_owned()).collect()
    };
    let labels = DIMENSIONS.map(|name| (name, values(name))).into();
    let date = record["date"].as_str().unwrap().to_owned();
    (text.trim() != "").then_some(Record { text, date, labels })
}

/// A question as parameters of the address, and what the oracle makes of them.
struct Question {
    /// A word, with the pattern of all its forms.
    word: Option<(&'static str, &'static str)>,
    /// Parameters other than the word.
    pairs: &'static [(&'static str, &'static str)],
}

impl Question {
    fn address(&self) -> String {
        let mut address = "/api/v1/search?size=0&interval=month&facet_size=1000".to_owned();
        for (name, value) in self.pairs.iter().copied().chain(self.word.map(|(word, _)| ("q", word))) {
            address.push_str(&format!("&{name}={value}"));
        }
        address
    }

    fn named(&self, name: &str) -> Vec<&'static str> {
        self.pairs.iter().filter(|(n, _)| *n == name).map(|(_, value)| *value).collect()
    }

    /// Whether a record meets the question, `but` for the choice of one dimension.
    fn holds(&self, record: &Record, pattern: Option<&Regex>, but: Option<&str>) -> bool {
        let has = |labels: &BTreeSet<String>, wanted: &[&str]| {
            wanted.iter().any(|value| if *value == "_none" { labels.is_empty() } else { labels.contains(*value) })
        };
        let dated = |name: &str, holds: &dyn Fn(&str) -> bool| self.named(name).into_iter().all(holds);
        record.labels.iter().all(|(name, labels)| {
            let chosen = self.named(name);
            (chosen.is_empty() || but == Some(*name) || has(labels, &chosen))
                && !has(labels, &self.named(&format!("not.{name}")))
        }) && dated("from", &|from| record.date.as_str() >= from)
            && dated("to", &|to| record.date.as_str() <= to)
            && pattern.is_none_or(|pattern| pattern.is_match(&record.text))
    }
}

const QUESTIONS: [Question; 9] = [
    Question { word: None, pairs: &[] },
    Question { word: None, pairs: &[("places", "usa")] },
    Question { word: None, pairs: &[("places", "usa"), ("places", "japan"), ("topics", "trade")] },
    Question { word: None, pairs: &[("topics", "_none"), ("topics", "earn"), ("not.places", "usa")] },
    Question { word: None, pairs: &[("orgs", "opec"), ("from", "1987-03-01"), ("to", "1987-03-31")] },
    Question { word: Some(("cocoa", r"cocoas?('s)?")), pairs: &[] },
    Question { word: Some(("soybeans", r"soybeans?('s)?")), pairs: &[("places", "brazil"), ("places", "usa")] },
    Question { word: Some(("tanker", r"tankers?('s)?")), pairs: &[("topics", "ship"), ("from", "1987-06-01")] },
    Question { word: Some(("volcker", r"volckers?('s)?")), pairs: &[("people", "_none"), ("not.orgs", "_none")] },
];

#[test]
fn every_count_is_that_of_a_plain_scan_and_a_dimension_does_not_narrow_itself() {
    let Some((desk, records)) = reuters() else { return };
    for question in &QUESTIONS {
        let address = question.address();
        let pattern = question.word.map(|(_, forms)| Regex::new(&format!(r"(?i)\b{forms}\b")).unwrap());
        let found = |but: Option<&'static str>| {
            let pattern = pattern.as_ref();
            records.iter().filter(move |record| question.holds(record, pattern, but))
        };
        let answer = desk.get(&address).json();
        assert_eq!(answer["total"]["value"], found(None).count(), "{address}");
        for name in DIMENSIONS {
            let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
            found(Some(name)).flat_map(|record| &record.labels[name]).for_each(|v| *counts.entry(v).or_default() += 1);
            let mut shown = BTreeMap::new();
            for value in answer["facets"][name]["values"].as_array().unwrap() {
                // A chosen value is shown even where it counts nothing.
                if value["count"] != 0 {
                    shown.insert(value["path"].as_str().unwrap(), value["count"].as_u64().unwrap());
                }
            }
            assert_eq!(shown, counts, "{name} of {address}");
            let missing = found(Some(name)).filter(|record| record.labels[name].is_empty()).count();
            assert_eq!(answer["facets"][name]["missing"], missing, "{name} of {address}");
        }
        let mut months: BTreeMap<&str, u64> = BTreeMap::new();
        found(None).for_each(|record| *months.entry(&record.date[..7]).or_default() += 1);
        let buckets = answer["histogram"]["buckets"].as_array().unwrap().iter();
        let shown = buckets.map(|b| (b["key"].as_str().unwrap(), b["count"].as_u64().unwrap())).collect();
        assert_eq!(months, shown, "{address}");
    }
}

#[test]
fn the_fifty_questions_with_a_place_and_dates_count_alike_whichever_way_they_are_asked() {
    let Some((desk, _)) = reuters() else { return };
    let Some(file) = shared_data("reuters-queries.json") else { return };
    let list: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().replace(' ', "+");
    let mut asked = 0;
    for entry in list.as_array().unwrap().iter().filter(|entry| entry["kind"] == "filter") {
        let (words, place) = (text(entry, "q"), text(entry, "place"));
        let wide = format!(
            "/api/v1/search?match=any&size=0&facet_size=1000&q={words}&from={}&to={}",
            text(entry, "lo"),
            text(entry, "hi")
        );
        let narrow = format!("{wide}&places={place}");
        let (wide, narrow) = (desk.get(&wide).json(), desk.get(&narrow).json());
        let of_place = |answer: &Value| {
            let values = answer["facets"]["places"]["values"].as_array().unwrap().clone();
            values.iter().find(|value| value["path"] == *place).map_or(0, |value| value["count"].as_u64().unwrap())
        };
        assert_eq!(narrow["total"]["value"], of_place(&wide), "{entry}");
        assert_eq!(of_place(&narrow), of_place(&wide), "{entry}");
        asked += 1;
    }
    assert_eq!(asked, 50);
}

#[test]
fn pages_of_a_faceted_search_join_without_gap_or_overlap() {
    let Some((desk, records)) = reuters() else { return };
    let pattern = Regex::new(r"(?i)\btankers?('s)?\b").unwrap();
    let in_usa = |record: &&Record| record.labels["places"].contains("usa") && pattern.is_match(&record.text);
    let all = records.iter().filter(in_usa).count();
    assert!(all > 50, "several pages, of {all} hits");
    let total = desk.get("/api/v1/search?q=tanker&places=usa&size=0&facets=none").json()["total"].clone();
    let different = total["collapsed"].as_u64().unwrap() as usize;
    assert!(total["value"] == all && different < all, "some are copies: {total}");
    let orders = ["relevance", "newest", "oldest"];
    for (sort, collapse, all) in orders.iter().flat_map(|sort| [(sort, "off", all), (sort, "on", different)]) {
        let mut seen = Vec::new();
        for page in 1..=all.div_ceil(20) {
            let address = format!(
                "/api/v1/search?q=tanker&places=usa&size=20&page={page}&sort={sort}&collapse={collapse}&facets=none"
            );
            let answer = desk.get(&address).json();
            seen.extend(answer["hits"].as_array().unwrap().iter().map(|hit| {
                assert!(!hit["matched"].as_array().unwrap().is_empty(), "{hit}");
                hit["id"].as_str().unwrap().to_owned()
            }));
        }
        assert_eq!(seen.len(), all, "{sort}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), all, "{sort}");
    }
}
