//! The bench of long documents: one hit with its snippets, for bodies of 10 KB to 7 MB in several scripts and shapes.
//!
//! Each body is an index of one article, made of words of our own by a fixed rule. A search is timed whole, by the
//! clock, warm and on one thread; the marks and snippets of the same body
//! alone are timed beside it, and the taking apart of the whole body into words that marks once began with. Prints a table;
//! decides nothing. `docs/benchmarks.md` keeps the results.

#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::fmt::Write;
use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use anyhow::Context;
use dossier::engine::analyzer::{Stemming, tokens};
use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::embedded::indexer::EmbeddedIndexer;
use dossier::engine::highlight::Highlighter;
use dossier::engine::plan::Plan;
use dossier::engine::snippets::snippets;
use dossier::engine::{Engines, Writing};
use dossier::ingest::isolation::Isolation;
use dossier::ingest::pipeline::document::DocumentMaker;
use dossier::ingest::pipeline::{Observer, PIPELINE_FINGERPRINT, Progress, Station, run};
use dossier::model::query::TextField;
use dossier::search::answer;
use dossier::search::parameters::Parameters;
use dossier::taxonomy::Taxonomy;

/// Sizes of the bodies, in bytes: the largest is a little under the largest file that is read.
const SIZES: [usize; 4] = [10_000, 100_000, 1_000_000, 7_500_000];
/// Searches for each row; the first few warm.
const ROUNDS: usize = 60;

/// What a body is made of.
struct Shape {
    name: &'static str,
    lang: &'static str,
    words: &'static [&'static str],
    /// The words asked for; each stands once in some hundred words.
    query: &'static str,
    rare: [&'static str; 2],
    blank: &'static str,
    stop: &'static str,
    paragraphs: bool,
}

const ENGLISH: [&str; 24] = [
    "the", "of", "harbour", "council", "said", "that", "ships", "were", "loaded", "under", "guard", "while", "prices",
    "rose", "and", "workers", "waited", "for", "news", "from", "district", "offices", "a", "report",
];
const URDU: [&str; 12] = ["بندرگاہ", "کے", "مزدور", "نے", "کہا", "کہ", "جہاز", "پر", "سامان", "اور", "حکومت", "کا"];
const CHINESE: [&str; 12] = ["港口", "的", "工人", "说", "货船", "在", "夜里", "装货", "政府", "和", "价格", "上涨"];

const SHAPES: [Shape; 6] = [
    Shape {
        name: "English, paragraphs",
        lang: "en",
        words: &ENGLISH,
        query: "pilot dredger",
        rare: ["pilots", "dredger"],
        blank: " ",
        stop: ". ",
        paragraphs: true,
    },
    Shape {
        name: "English, frequent words",
        lang: "en",
        words: &ENGLISH,
        query: "harbour council workers",
        rare: ["pilots", "dredger"],
        blank: " ",
        stop: ". ",
        paragraphs: true,
    },
    Shape {
        name: "English, one line",
        lang: "en",
        words: &ENGLISH,
        query: "\"pilot dredger\" guards",
        rare: ["pilots", "dredger"],
        blank: " ",
        stop: ". ",
        paragraphs: false,
    },
    Shape {
        name: "no blanks",
        lang: "en",
        words: &ENGLISH,
        query: "pilot dredger",
        rare: ["/pilots/", "/dredger/"],
        blank: "",
        stop: "+",
        paragraphs: false,
    },
    Shape {
        name: "Urdu, one line",
        lang: "ur",
        words: &URDU,
        query: "کشتی طوفان",
        rare: ["کشتی", "طوفان"],
        blank: " ",
        stop: "۔ ",
        paragraphs: false,
    },
    Shape {
        name: "Chinese, one line",
        lang: "zh",
        words: &CHINESE,
        query: "台风 渔船",
        rare: ["台风", "渔船"],
        blank: "",
        stop: "。",
        paragraphs: false,
    },
];

/// A text by a fixed rule; about every 300th word is one of the rare ones, and so are the last two.
fn body(shape: &Shape, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 100);
    let mut state: u64 = 42;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut words = 0;
    while text.len() < bytes {
        let word = match next(300) {
            0 => shape.rare[next(2) as usize],
            _ => shape.words[next(shape.words.len() as u64) as usize],
        };
        text.push_str(word);
        words += 1;
        let end = next(14) == 0;
        text.push_str(if end { shape.stop } else { shape.blank });
        if end && shape.paragraphs && words > 60 {
            text.push_str("\n\n");
            words = 0;
        }
    }
    // The shortest text holds every query too.
    text.push_str(&shape.rare.join(shape.blank));
    text
}

/// Nobody stops a bench.
struct Onward(AtomicBool);

impl Observer for Onward {
    fn progress(&self, _: Progress) {}

    fn stop(&self) -> &AtomicBool {
        &self.0
    }
}

fn main() -> anyhow::Result<()> {
    println!("| body | size | search p50 | search p99 | marks p50 | snippets p50 | all words p50 | marks |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for shape in &SHAPES {
        for size in SIZES {
            row(shape, size)?;
        }
    }
    Ok(())
}

fn row(shape: &Shape, size: usize) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (corpus, index) = (folder.path().join("corpus"), folder.path().join("index"));
    std::fs::create_dir(&corpus)?;
    let body = body(shape, size);
    let record = serde_json::json!({ "id": "long", "title": "A report", "lang": shape.lang, "body": body });
    std::fs::write(corpus.join("long.jsonl"), format!("{record}\n"))?;
    let taxonomy = Taxonomy::none();
    let mut indexer = EmbeddedIndexer::begin(&index, taxonomy.clone(), PIPELINE_FINGERPRINT, Writing::Changes)?;
    let maker = DocumentMaker::new(taxonomy);
    let isolation = Isolation::none();
    let station = Station { maker: &maker, isolation: &isolation };
    let (ledger, report) = run(corpus.as_path(), station, &mut indexer, None, &Onward(AtomicBool::new(false)))?;
    dossier::engine::Indexer::commit(Box::new(indexer), ledger, &report)?;

    let searcher = EmbeddedEngines::new(index).searcher()?;
    let parameters = Parameters { text: shape.query.to_owned(), ..Parameters::default() };
    let mut whole = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let found = answer(&*searcher, &parameters)?;
        whole.push(started.elapsed());
        anyhow::ensure!(found.results.hits.len() == 1, "{} of {size}: {} hits", shape.name, found.results.hits.len());
    }
    let article =
        dossier::search::article(&*searcher, "long", &Parameters::default())?.context("the article is gone")?;
    let body = article.document.body.as_str();
    let query = dossier::query::parser::parse(shape.query, &[]).query;
    let highlighter = Highlighter::new(&Plan::of(&query));
    let weights = vec![1.0; highlighter.leaf_count()];
    let (mut marking, mut cutting, mut reading, mut marked) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let marks = highlighter.marks(body, shape.lang, TextField::Body);
        marking.push(started.elapsed());
        let started = Instant::now();
        black_box(snippets("", body, &marks, &weights));
        cutting.push(started.elapsed());
        marked = marks.len();
    }
    for _ in 0..ROUNDS / 10 {
        let started = Instant::now();
        black_box(tokens(body, Stemming::of(shape.lang)));
        reading.push(started.elapsed());
    }
    let mut line = format!("| {} | {} KB |", shape.name, size / 1000);
    let p99 = &mut whole.clone();
    for (times, share) in
        [(&mut whole, 0.5), (p99, 0.99), (&mut marking, 0.5), (&mut cutting, 0.5), (&mut reading, 0.5)]
    {
        write!(line, " {:.2} ms |", milliseconds(times, share))?;
    }
    println!("{line} {marked} |");
    Ok(())
}

fn milliseconds(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    times[((times.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1000.0
}
