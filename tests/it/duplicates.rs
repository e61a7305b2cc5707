//! Copies: how many reprints are found, what else is taken for one, and that a search joins what was grouped.
//!
//! Thresholds were chosen on the even half of Reuters (by blocks of 2,000 records); the table is of the odd one. A
//! debug build measures a part of it; `DOSSIER_WHOLE=1`, or a release build, all.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;

use dossier::ingest::duplicates::groups::groups;
use dossier::ingest::duplicates::sketch::sketch;
use dossier::model::date::PartialDate;
use dossier::model::document::Imprint;
use serde_json::Value;

use crate::harness::{Desk, shared_data};

#[derive(Clone)]
struct Record {
    id: String,
    title: String,
    body: String,
    date: String,
}

impl Record {
    fn imprint(&self) -> Imprint {
        let day = self.date.parse::<PartialDate>().ok().map(PartialDate::first_day);
        Imprint { id: self.id.clone(), day, sketch: sketch(&self.title, &self.body).1 }
    }

    fn words(&self) -> usize {
        self.body.split_whitespace().count()
    }
}

/// The records of Reuters; `None` without the data.
fn reuters() -> Option<Vec<Record>> {
    let packed = std::fs::read(shared_data("reuters.jsonl.gz")?).unwrap();
    let mut lines = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut lines).unwrap();
    let record = |line: &str| {
        let record: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| record[key].as_str().unwrap().to_owned();
        Record { id: text("id"), title: text("title"), body: text("body"), date: text("date") }
    };
    Some(lines.lines().map(record).collect())
}

/// Whether all is measured, or in a debug build a part.
fn whole() -> bool {
    !cfg!(debug_assertions) || std::env::var_os("DOSSIER_WHOLE").is_some()
}

/// Groups of records, by id.
fn grouped(records: &[Record]) -> HashMap<String, usize> {
    let found = groups(&records.iter().map(Record::imprint).collect::<Vec<_>>());
    let number = |(n, ids): (usize, Vec<String>)| ids.into_iter().map(move |id| (id, n));
    found.into_iter().enumerate().flat_map(number).collect()
}

/// Numbers that only seem to be random, the same in every run (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) % end as u64) as usize
    }
}

#[test]
fn every_exact_repeat_of_reuters_is_found() {
    let Some(mut records) = reuters() else { return };
    let mut first: HashMap<(String, String), String> = HashMap::new();
    let mut repeats: Vec<(String, String)> = Vec::new();
    for record in &records {
        match first.get(&(record.title.clone(), record.body.clone())) {
            Some(id) => repeats.push((id.clone(), record.id.clone())),
            None => _ = first.insert((record.title.clone(), record.body.clone()), record.id.clone()),
        }
    }
    assert_eq!(repeats.len(), 307);
    let needed: HashSet<&str> = repeats.iter().flat_map(|(a, b)| [a.as_str(), b.as_str()]).collect();
    let every = if whole() { 1 } else { 12 };
    let mut n = 0;
    records.retain(|record| {
        n += 1;
        n % every == 0 || needed.contains(record.id.as_str())
    });
    let group = grouped(&records);
    let lost: Vec<_> = repeats.iter().filter(|(a, b)| !group.contains_key(a) || group.get(a) != group.get(b)).collect();
    eprintln!("exact repeats: {} of {} found among {} articles", repeats.len() - lost.len(), repeats.len(), n);
    assert!(lost.is_empty(), "{lost:?}");
}

/// The five kinds that must be found, then others that nothing was tuned for.
const KINDS: [&str; 9] = [
    "another dateline",
    "another headline",
    "tail cut by 20 to 50 %",
    "a changed paragraph",
    "a mixture, with an agency line",
    "a paragraph moved",
    "one word in 15 changed",
    "a notice of 46 words added",
    "tail cut by 60 %",
];
const DATELINES: [&str; 4] = [
    "KARACHI, May 14 (AFP) - ",
    "LONDON: ",
    "From our correspondent in Islamabad, 15 May 2024 — ",
    "BEIJING (Xinhua) -- ",
];
const AGENCY_LINE: &str =
    "\n(Reporting by our staff writers; additional input from news agencies. Editing by the night desk.)";
const NOTICE: &str = "\nThis material may not be published, broadcast, rewritten or redistributed without permission. \
    All rights are reserved by the agency and its partners, and readers may write to the editors at the address on the \
    front page of this paper for any correction or complaint.";

fn cut(body: &str, share: f64) -> String {
    let words: Vec<&str> = body.split_inclusive(char::is_whitespace).collect();
    words[..(words.len() as f64 * share) as usize].concat()
}

/// Makes a reprint of a kind. `strange` are paragraphs of other articles.
fn reprint(kind: usize, original: &Record, strange: &[&str], numbers: &mut Numbers) -> Record {
    let mut made = original.clone();
    let mut paragraphs: Vec<&str> = original.body.lines().collect();
    let other = strange[numbers.below(strange.len())];
    let at = numbers.below(paragraphs.len());
    let dateline = DATELINES[numbers.below(DATELINES.len())];
    let share = numbers.below(1000) as f64 / 1000.0 * 0.3;
    if matches!(kind, 1 | 4) {
        made.title = other.split_whitespace().take(8).collect::<Vec<_>>().join(" ");
    }
    made.body = match kind {
        0 => format!("{dateline}{}", original.body),
        1 => original.body.clone(),
        2 => cut(&original.body, 0.5 + share),
        3 => {
            paragraphs[at] = other;
            paragraphs.join("\n")
        }
        4 if share < 0.15 => format!("{dateline}{}{AGENCY_LINE}", cut(&original.body, 0.7 + share)),
        4 => {
            paragraphs[at] = other;
            format!("{dateline}{}{AGENCY_LINE}", paragraphs.join("\n"))
        }
        5 => {
            let moved = paragraphs.remove(at);
            paragraphs.insert(numbers.below(paragraphs.len() + 1), moved);
            paragraphs.join("\n")
        }
        6 => {
            let word = |word| if numbers.below(15) == 0 { "moreover" } else { word };
            original.body.split(' ').map(word).collect::<Vec<_>>().join(" ")
        }
        7 => format!("{}{NOTICE}", original.body),
        _ => cut(&original.body, 0.4),
    };
    made
}

/// What became of the reprints of one kind.
#[derive(Default)]
struct Score {
    made: usize,
    found: usize,
    /// Articles in the groups of the reprints that are the original or repeat it word for word.
    right: usize,
    /// Those that were in its group before: other prints or updates of its story in Reuters itself.
    neighbours: usize,
    wrong: usize,
}

impl Score {
    fn recall(&self) -> f64 {
        self.found as f64 / self.made as f64
    }

    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong) as f64
    }

    fn add(&mut self, other: &Self) {
        self.made += other.made;
        self.found += other.found;
        self.right += other.right;
        self.neighbours += other.neighbours;
        self.wrong += other.wrong;
    }

    fn row(&self, name: &str) -> String {
        let Self { made, found, right, neighbours, wrong } = self;
        format!(
            "| {name} | {made} | {found} | {:.3} | {right} | {neighbours} | {wrong} | {:.3} |",
            self.recall(),
            self.precision()
        )
    }
}

/// Makes reprints of articles of so many words and more, with paragraphs of `others` in them where one is changed, and
/// says what became of them by kind.
fn measure(records: &[Record], others: &[Record], words_min: usize, each: usize) -> Vec<Score> {
    let pool: Vec<&Record> = records.iter().filter(|record| record.words() >= words_min).collect();
    let long = |line: &&str| line.split_whitespace().count() >= 12;
    let strange: Vec<&str> = others.iter().flat_map(|record| record.body.lines()).filter(long).collect();
    let mut numbers = Numbers(19_870_407);
    let mut all = records.to_vec();
    let mut made: Vec<(usize, &Record, String)> = Vec::new();
    for n in 0..each * KINDS.len() {
        let kind = n % KINDS.len();
        let original = loop {
            let one = pool[numbers.below(pool.len())];
            // A text of one paragraph that is changed is another text.
            if !matches!(kind, 3..=5) || one.body.lines().count() >= 3 {
                break one;
            }
        };
        let id = format!("made-{n}");
        all.push(Record { id: id.clone(), ..reprint(kind, original, &strange, &mut numbers) });
        made.push((kind, original, id));
    }
    let (before, after) = (grouped(records), grouped(&all));
    let text: HashMap<&str, &str> = records.iter().map(|record| (record.id.as_str(), record.body.as_str())).collect();
    let original: HashMap<&str, &Record> = made.iter().map(|(_, original, id)| (id.as_str(), *original)).collect();
    let mut members: HashMap<usize, Vec<&str>> = HashMap::new();
    after.iter().for_each(|(id, group)| members.entry(*group).or_default().push(id));
    let mut scores: Vec<Score> = KINDS.iter().map(|_| Score::default()).collect();
    for (kind, source, id) in &made {
        let score = &mut scores[*kind];
        score.made += 1;
        let Some(group) = after.get(id) else { continue };
        score.found += usize::from(after.get(&source.id) == Some(group));
        for other in members[group].iter().filter(|other| **other != id) {
            let root = original.get(other).map_or(*other, |record| record.id.as_str());
            if text[root] == source.body {
                score.right += 1;
            } else if before.contains_key(root) && before.get(root) == before.get(&source.id) {
                score.neighbours += 1;
            } else {
                score.wrong += 1;
            }
        }
    }
    scores
}

#[test]
fn made_reprints_are_found_and_little_else_is_taken_for_one() {
    let Some(records) = reuters() else { return };
    let every = if whole() { 1 } else { 5 };
    let (odd, even): (Vec<_>, Vec<_>) =
        records.into_iter().enumerate().step_by(every).partition(|(n, _)| (n / 2000) % 2 == 1);
    let [records, others] = [odd, even].map(|half| half.into_iter().map(|(_, record)| record).collect::<Vec<_>>());
    let each = if whole() { 200 } else { 50 };
    eprintln!("reprints made of {} articles, in their midst", records.len());
    for (words_min, recall_min) in [(50, 0.95), (20, 0.92)] {
        eprintln!(
            "\n| of {words_min} words and more | made | found | recall | right | neighbours | wrong | precision |"
        );
        eprintln!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        let scores = measure(&records, &others, words_min, each);
        let mut five = Score::default();
        for (n, (kind, score)) in KINDS.iter().zip(&scores).enumerate() {
            if n < 5 {
                five.add(score);
            }
            eprintln!("{}", score.row(kind));
            if n == 4 {
                eprintln!("{}", five.row("all five"));
            }
        }
        assert!(five.recall() >= recall_min, "recall {:.3}", five.recall());
        assert!(five.precision() >= 0.99, "precision {:.3}", five.precision());
    }
}

/// A story of so many sentences, different for each number.
fn story(number: usize, sentences: usize) -> String {
    const WORDS: [&str; 12] =
        ["harbour", "pilot", "crane", "night", "cargo", "strike", "union", "tide", "guard", "ferry", "court", "island"];
    let word = |n: usize| format!("{}{}", WORDS[n * 31 % WORDS.len()], n * (number + 7) % 89);
    let sentence = |n: usize| (n * 12..n * 12 + 12).map(word).collect::<Vec<_>>().join(" ") + ".";
    (0..sentences).map(sentence).collect::<Vec<_>>().join("\n\n")
}

/// A desk with six stories, most of them printed several times; `extra` is printed, too.
fn desk(extra: &[(&str, String)]) -> Desk {
    let desk = Desk::new();
    for number in 0..6 {
        let text = story(number, 12);
        for print in 0..number {
            let body = match print {
                0 => text.clone(),
                1 => story(number, 8),
                2 => format!("KARACHI, May 14 (AFP) - {text}"),
                _ => format!("{text}\n\nReporting by the night desk number {print}."),
            };
            let front =
                format!("title: Story {number} harbour\nsource: Paper {print}\ndate: 2024-05-{:02}", 20 - print);
            desk.article(&format!("s{number}-{print}"), &front, &body);
        }
    }
    for (id, body) in extra {
        desk.article(id, "title: Another harbour", body);
    }
    desk
}

/// The groups that an index has, as a search shows them.
fn shown(desk: &Desk) -> BTreeMap<String, Vec<String>> {
    let hits = desk.run(&["search", "--collapse", "off", "--size", "100", "--format", "json"]).ended(0).json();
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let hit = |hit: &Value| (id(hit), hit["copies"].as_array().unwrap().iter().map(id).collect());
    hits["hits"].as_array().unwrap().iter().map(hit).collect()
}

#[test]
fn an_incremental_run_groups_as_a_full_one() {
    let grown = desk(&[("gone", story(3, 12)), ("other", story(9, 12))]);
    let report = grown.indexed();
    assert_eq!((&report["copy_groups"], &report["copies"]), (&4.into(), &15.into()), "{report}");
    std::fs::remove_file(grown.corpus().join("gone.md")).unwrap();
    grown.article("other", "title: Another harbour", &story(1, 12));
    grown.article("new", "title: Another harbour", &story(4, 10));
    let report = grown.indexed();
    assert_eq!((&report["added"], &report["updated"], &report["removed"]), (&1.into(), &1.into(), &1.into()));
    assert_eq!((&report["copy_groups"], &report["copies"]), (&5.into(), &17.into()), "{report}");
    let fresh = desk(&[("other", story(1, 12)), ("new", story(4, 10))]);
    fresh.indexed();
    assert_eq!(shown(&grown), shown(&fresh));
    assert_eq!(shown(&grown)["s1-0"], ["other"], "the undated goes last, and behind the dated");
    // A run that changes nothing keeps the groups and their counts; so does one that only moves a file.
    let again = grown.indexed();
    assert_eq!((&again["copies"], &again["changed"]), (&17.into(), &false.into()));
    std::fs::create_dir(grown.corpus().join("sub")).unwrap();
    std::fs::rename(grown.corpus().join("new.md"), grown.corpus().join("sub/new.md")).unwrap();
    assert_eq!(grown.indexed()["copies"], 17);
    assert_eq!(shown(&grown), shown(&fresh));
}

#[test]
fn a_search_joins_copies_in_every_order_and_says_both_numbers() {
    let desk = desk(&[]);
    desk.indexed();
    let group = |id: &str| id.split('-').next().unwrap().to_owned();
    for arguments in [&["harbour"][..], &["harbour", "--sort", "oldest"], &[], &["harbour", "--source", "Paper 2"]] {
        let each = desk.ids(&[arguments, &["--collapse", "off"]].concat());
        let mut seen = HashSet::new();
        let mut expected = each.clone();
        expected.retain(|id| seen.insert(group(id)));
        assert_eq!(desk.ids(arguments), expected, "{arguments:?}");
        let answer = desk.run(&[&["search", "--size", "2", "--format", "json"], arguments].concat()).ended(0).json();
        assert_eq!(answer["total"]["value"], each.len(), "{arguments:?}");
        assert_eq!(answer["total"]["collapsed"], expected.len(), "{arguments:?}");
        let mut joined = Vec::new();
        for page in 1..=expected.len().div_ceil(2) {
            let cut = ["--size", "2", "--page", &page.to_string()];
            joined.extend(
                desk.run(&[&["search", "--format", "ids"], arguments, &cut].concat()).out.lines().map(str::to_owned),
            );
        }
        assert_eq!(joined, expected, "{arguments:?}");
    }
    let text = desk.run(&["search", "harbour", "--sort", "oldest"]).ended(0).out;
    assert!(text.starts_with("15 articles, 5 different · "), "{text}");
    assert!(text.contains("+4 copies, this is the first"), "{text}");
    let text = desk.run(&["search", "harbour", "--sort", "newest"]).ended(0).out;
    assert!(text.contains("+4 copies, first: Paper 4, 16 May 2024"), "{text}");
    let text = desk.run(&["show", "s5-0"]).ended(0).out;
    assert!(text.contains("+4 copies, first: Paper 4, 16 May 2024\n   s5-4 (Paper 4, 2024-05-16)\n"), "{text}");
    let page = desk.get("/?q=harbour").body;
    assert!(page.contains("15 articles, 5 different") && page.contains("collapse=off"), "{page}");
    assert!(page.contains("<summary>+4 copies, first: <bdi>Paper 4</bdi>, 16 May 2024</summary>"), "{page}");
    let each = desk.get("/?q=harbour&collapse=off&size=20").body;
    assert_eq!(each.matches("<details class=\"copies\">").count(), 14, "all but the one that has none");
}
