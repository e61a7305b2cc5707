//! Where the time goes on Reuters-21578: the stations of indexing one by one, and the dearest query texts that we could think of.
//!
//! The same work beside other programs is `benches/peers.rs`. Prints tables; decides nothing. `docs/benchmarks.md` keeps the results.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints")]

mod measured;

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use dossier::engine::analyzer::{Stemming, sentence_positions, tokens};
use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::embedded::indexer::EmbeddedIndexer;
use dossier::engine::{Engines, Searcher, Writing};
use dossier::ingest::classifier::Classifier;
use dossier::ingest::cleaning::clean;
use dossier::ingest::corpus::scan;
use dossier::ingest::duplicates::sketch::sketch;
use dossier::ingest::formats;
use dossier::ingest::isolation::Isolation;
use dossier::ingest::language::detect_code;
use dossier::ingest::pipeline::document::DocumentMaker;
use dossier::ingest::pipeline::{Observer, PIPELINE_FINGERPRINT, Progress, Station, run};
use dossier::model::query::{Fuzzy, MatchMode};
use dossier::search::answer;
use dossier::search::parameters::Parameters;
use dossier::taxonomy::Taxonomy;

use measured::{bytes_below, median, processor_seconds};

fn main() -> anyhow::Result<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let articles = data.join("reuters.jsonl.gz");
    if !articles.exists() {
        eprintln!("SKIPPED: the shared data is absent ({})", data.display());
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let corpus = folder.path().join("corpus");
    fs::create_dir(&corpus)?;
    fs::copy(&articles, corpus.join("reuters.jsonl.gz"))?;
    let taxonomy_text =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/reuters-taxonomy.toml"))?;
    let taxonomy = Taxonomy::parse(&taxonomy_text, "reuters-taxonomy.toml")?;

    let index = folder.path().join("index");
    let ours = index_ours(&corpus, &index, &taxonomy)?;
    print_indexing(&ours);
    print_stations(&corpus, &taxonomy, &ours)?;

    let engines = EmbeddedEngines::new(index);
    let searcher = engines.searcher()?;
    print_worst(&*searcher)?;
    Ok(())
}

/// What indexing took.
struct Indexing {
    documents: usize,
    whole: Duration,
    /// Seconds of processor time, all threads; `NaN` where the system does not tell.
    processor: f64,
    commit: Duration,
    bytes: u64,
}

fn own_seconds() -> f64 {
    processor_seconds(Path::new("/proc/self")).unwrap_or(f64::NAN)
}

/// Nobody stops a bench.
struct Onward(AtomicBool);

impl Observer for Onward {
    fn progress(&self, _: Progress) {}

    fn stop(&self) -> &AtomicBool {
        &self.0
    }
}

fn index_ours(corpus: &Path, index: &Path, taxonomy: &Taxonomy) -> anyhow::Result<Indexing> {
    let (started, processor) = (Instant::now(), own_seconds());
    let mut indexer = EmbeddedIndexer::begin(index, taxonomy.clone(), PIPELINE_FINGERPRINT, Writing::Changes)?;
    let maker = DocumentMaker::new(taxonomy.clone());
    let isolation = Isolation::none();
    let station = Station { maker: &maker, isolation: &isolation };
    let (ledger, report) = run(corpus, station, &mut indexer, None, &Onward(AtomicBool::new(false)))?;
    let read = started.elapsed();
    dossier::engine::Indexer::commit(Box::new(indexer), ledger, &report)?;
    let (whole, processor) = (started.elapsed(), own_seconds() - processor);
    Ok(Indexing { documents: report.documents, whole, processor, commit: whole - read, bytes: bytes_below(index)? })
}

fn print_indexing(ours: &Indexing) {
    println!("\n| indexing | documents | seconds | of it commit | processor seconds | documents a second | index MB |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    let Indexing { documents, whole, processor, commit, bytes } = ours;
    let (whole, commit) = (whole.as_secs_f64(), commit.as_secs_f64());
    let (rate, megabytes) = (*documents as f64 / whole, *bytes as f64 / 1e6);
    println!(
        "| whole pipeline | {documents} | {whole:.2} | {commit:.2} | {processor:.2} | {rate:.0} | {megabytes:.1} |"
    );
}

/// Every station once more over all articles, one after the other on one thread.
fn print_stations(corpus: &Path, taxonomy: &Taxonomy, ours: &Indexing) -> anyhow::Result<()> {
    let scan = scan(corpus)?;
    let mut clock = Stations(Vec::new());
    let articles = clock.time("read (gzip, JSON)", || {
        let files = scan.files.iter().filter_map(|file| file.read().ok());
        files.flat_map(|source| formats::read(&source).articles).collect::<Vec<_>>()
    });
    let cleaned: Vec<(String, String)> = clock.time("cleaning", || {
        articles.iter().map(clean).map(|cleaned| (cleaned.title.unwrap_or_default(), cleaned.body)).collect()
    });
    clock.time("language", || {
        cleaned.iter().for_each(|(title, body)| {
            black_box(detect_code(&format!("{title}\n{body}")));
        });
    });
    let classifier = Classifier::new(taxonomy);
    clock.time("labels (classifier)", || {
        cleaned.iter().for_each(|(title, body)| {
            black_box(classifier.classify(title, body));
        });
    });
    clock.time("sketch of copies", || {
        cleaned.iter().for_each(|(title, body)| {
            black_box(sketch(title, body));
        });
    });
    let analysed: Vec<_> =
        clock.time("analysis: tokens", || cleaned.iter().map(|(_, body)| tokens(body, Stemming::English)).collect());
    clock.time("analysis: sentences", || {
        cleaned.iter().zip(&analysed).for_each(|((_, body), tokens)| {
            black_box(sentence_positions(body, tokens));
        });
    });
    println!("\n| station, one thread | seconds | documents a second |");
    println!("| --- | ---: | ---: |");
    for (name, seconds) in clock.0 {
        println!("| {name} | {seconds:.2} | {:.0} |", ours.documents as f64 / seconds);
    }
    Ok(())
}

struct Stations(Vec<(&'static str, f64)>);

impl Stations {
    fn time<T>(&mut self, name: &'static str, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let done = work();
        self.0.push((name, started.elapsed().as_secs_f64()));
        done
    }
}

/// The dearest query texts that we could think of, each asked for by all and by any of its words.
fn worst() -> Vec<(&'static str, String)> {
    let letters = || (b'a'..=b'z').map(char::from);
    let pairs: Vec<String> = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}"))).collect();
    let joined = |ending: &str, count: usize| -> String {
        pairs.iter().take(count).map(|pair| format!("{pair}{ending} ")).collect()
    };
    let common = "the of said to in and mln a for it on dlrs is pct from by at with be was lt year that as have has";
    let unknown =
        |n: usize| format!("qu{}xv{}t", letters().nth(n % 26).unwrap_or('q'), letters().nth(n / 26).unwrap_or('v'));
    vec![
        ("one common word", "said".to_owned()),
        ("128 prefixes of two letters", joined("*", 128)),
        ("128 prefixes of one letter (read as words)", letters().cycle().take(128).map(|c| format!("{c}* ")).collect()),
        ("128 words two edits wide", joined("rt~2", 128)),
        ("1,000 words", (0..1000).map(|n| format!("{} ", common.split(' ').nth(n % 26).unwrap_or("x"))).collect()),
        ("128 words that no article has", (0..128).map(|n| unknown(n) + " ").collect()),
        ("2,000 brackets", "(".repeat(1000) + "said" + &")".repeat(1000)),
        ("2,000 times NOT", "NOT ".repeat(1000) + "said"),
        ("100 alternatives", pairs.iter().take(100).map(|pair| format!("{pair}s OR ")).collect::<String>() + "said"),
        ("a phrase of common words", format!("\"{common}\"")),
        ("a loose phrase of common words", "\"of the to in and said a for\"~50".to_owned()),
        (
            "eight common words in one sentence",
            "of SAME the SAME to SAME in SAME and SAME said SAME a SAME for".to_owned(),
        ),
        ("one letter 4,000 times", "a".repeat(4000)),
        ("4,000 signs", "\"~*=-".repeat(800)),
    ]
}

/// What the dearest texts take, each the median of three; the limits of `model/mod.rs` bound them.
fn print_worst(searcher: &dyn Searcher) -> anyhow::Result<()> {
    println!("\n| dearest query texts | bytes | all of the words: ms | any of the words: ms | fuzzy 2: ms |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    for (name, text) in worst() {
        let time = |match_mode, fuzzy| -> anyhow::Result<f64> {
            let parameters = Parameters { text: text.clone(), match_mode, fuzzy, ..Parameters::default() };
            let mut times = Vec::new();
            for _ in 0..3 {
                let started = Instant::now();
                black_box(answer(searcher, &parameters)?);
                times.push(started.elapsed().as_secs_f64() * 1000.0);
            }
            Ok(median(times.into_iter()))
        };
        let all = time(MatchMode::All, Fuzzy::Auto)?;
        let any = time(MatchMode::Any, Fuzzy::Auto)?;
        let wide = time(MatchMode::Any, Fuzzy::Within(2))?;
        println!("| {name} | {} | {all:.1} | {any:.1} | {wide:.1} |", text.len());
    }
    Ok(())
}
