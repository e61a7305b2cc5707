//! Dossier beside its peers in one run: bare tantivy (the floor), SQLite's FTS5, and ripgrep for the command line.
//!
//! `cargo bench --bench peers -- reuters 130k 1m` takes the corpora named, Reuters-21578 alone without a name: its articles,
//! 130,000 short ones cut from it, a million drawn from it (the same in every run). `PEERS_FOLDER=DIR` keeps corpora and indexes
//! there and takes those that are there. Prints tables; decides nothing. `docs/benchmarks.md` keeps the results.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints")]

mod articles;
#[path = "peers/bare.rs"]
mod bare;
#[path = "peers/fts5.rs"]
mod fts5;
mod measured;
#[path = "peers/questions.rs"]
mod questions;
#[path = "peers/served.rs"]
mod served;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::{Engines, Searcher};
use dossier::render::json;
use dossier::search::parameters::Parameters;
use dossier::search::suggestion::suggest;
use dossier::search::{answer, dimensions};

use bare::Bare;
use fts5::Fts5;
use measured::{bytes_below, median, percentile, processor_seconds, run, timed};
use questions::{KINDS, Question};
use served::{Server, dossier};

/// Measured rounds over all queries; one more, unmeasured, warms all sides.
const ROUNDS: usize = 3;
/// Articles from which on FTS5 answers one query of `SLOW_SHARE`, because it would take hours.
const SLOW_FROM: usize = 500_000;
/// Which share of the queries a slow side answers.
const SLOW_SHARE: usize = 10;
/// Clients at once.
const CLIENTS: usize = 8;
/// For how long clients ask.
const LOAD_FOR: Duration = Duration::from_secs(8);
/// Queries that the command line is asked.
const TYPED: usize = 40;
/// The names under which this program runs itself as another side that indexes.
const SIDES: [&str; 2] = ["bare tantivy", "SQLite FTS5"];

/// The one of the binary, for all sides of this process.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [side, corpus, place] = arguments.as_slice() {
        match SIDES.iter().position(|name| name == side) {
            Some(0) => return Bare::index(Path::new(corpus), Path::new(place)),
            Some(_) => return Fts5::index(Path::new(corpus), Path::new(place)),
            None => {}
        }
    }
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let (articles, queries) = (data.join("reuters.jsonl.gz"), data.join("reuters-queries.json"));
    if !articles.exists() || !queries.exists() {
        eprintln!("SKIPPED: the shared data is absent ({})", data.display());
        return Ok(());
    }
    let names = if arguments.is_empty() { vec!["reuters".to_owned()] } else { arguments };
    let questions = Question::list(&queries)?;
    let scratch = tempfile::tempdir()?;
    let folder = std::env::var_os("PEERS_FOLDER").map_or_else(|| scratch.path().to_owned(), PathBuf::from);
    for name in &names {
        let place = Place::prepare(name, &folder, &articles)?;
        place.index_all()?;
        place.compare(&questions)?;
    }
    Ok(())
}

/// Where a corpus and its indexes lie.
struct Place {
    name: String,
    corpus: PathBuf,
    documents: usize,
    ours: PathBuf,
    bare: PathBuf,
    fts5: PathBuf,
    files: PathBuf,
}

impl Place {
    fn prepare(name: &str, folder: &Path, articles: &Path) -> anyhow::Result<Self> {
        let folder = folder.join(name);
        let (corpus, files) = (folder.join("corpus"), folder.join("files"));
        let counted = folder.join("articles");
        if !counted.exists() {
            let records = articles::reuters(articles)?;
            let documents = match name {
                "reuters" => articles::write(&corpus, records.iter().cloned())?,
                "130k" => articles::write(&corpus, articles::short(&records).into_iter())?,
                "1m" => articles::write(&corpus, articles::drawn(&records, 1_000_000))?,
                _ => bail!("there is no corpus `{name}`; there are reuters, 130k and 1m"),
            };
            if name == "reuters" {
                fs::create_dir_all(&files)?;
                for record in &records {
                    let text = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
                    fs::write(files.join(text("id") + ".txt"), text("title") + "\n\n" + &text("body"))?;
                }
            }
            fs::write(&counted, documents.to_string())?;
        }
        let documents = fs::read_to_string(&counted)?.parse()?;
        let [ours, bare, fts5] = ["dossier", "bare", "fts5.sqlite"].map(|part| folder.join(part));
        Ok(Self { name: name.to_owned(), corpus, documents, ours, bare, fts5, files })
    }

    /// Indexes on every side that has no index yet, each in a process of its own.
    fn index_all(&self) -> anyhow::Result<()> {
        println!(
            "\n| {}: indexing | articles | seconds | processor seconds | articles a second | peak MB | index MB |",
            self.name
        );
        println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        let mut ours = dossier(&self.ours);
        ours.args(["index", "--full", "--format", "json"]).arg("--corpus").arg(&self.corpus);
        ours.arg("--taxonomy").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/reuters-taxonomy.toml"));
        let side = |name: &str, index: &Path| -> anyhow::Result<Command> {
            let mut command = Command::new(std::env::current_exe()?);
            command.arg(name).arg(&self.corpus).arg(index);
            Ok(command)
        };
        let sides = [
            ("dossier, the whole pipeline", &self.ours, ours),
            (SIDES[0], &self.bare, side(SIDES[0], &self.bare)?),
            (SIDES[1], &self.fts5, side(SIDES[1], &self.fts5)?),
        ];
        for (name, index, command) in sides {
            if index.exists() {
                println!("| {name} | {} | | | | | (kept from an earlier run) |", self.documents);
                continue;
            }
            // One record of Reuters is empty and stands in quarantine.
            let cost = run(command, &[0, 3])?;
            let bytes = if index.is_dir() { bytes_below(index)? } else { fs::metadata(index)?.len() };
            println!(
                "| {name} | {} | {:.1} | {:.1} | {:.0} | {:.0} | {:.1} |",
                self.documents,
                cost.seconds,
                cost.processor,
                self.documents as f64 / cost.seconds,
                cost.peak_megabytes,
                bytes as f64 / 1e6
            );
        }
        Ok(())
    }

    fn compare(&self, questions: &[Question]) -> anyhow::Result<()> {
        let engines = EmbeddedEngines::new(self.ours.clone());
        let searcher = engines.searcher()?;
        let sides = Sides { ours: &*searcher, bare: Bare::open(&self.bare)?, fts5: Fts5::open(&self.fts5)? };
        let share = if self.documents >= SLOW_FROM { SLOW_SHARE } else { 1 };
        let times = sides.measure(questions, share)?;
        print_queries(&self.name, questions, &times);
        self.print_suggestions(&*searcher, questions)?;
        let written = self.written(&*searcher, questions)?;
        let in_process = self.print_cores(&*searcher, questions)?;
        drop(sides);
        self.print_served(questions, &written, in_process)?;
        self.print_typed(questions)
    }

    fn print_suggestions(&self, searcher: &dyn Searcher, questions: &[Question]) -> anyhow::Result<()> {
        let mut times = Vec::new();
        for round in 0..2 {
            for question in questions {
                for letters in 1..=question.text.chars().count().min(12) {
                    let typed: String = question.text.chars().take(letters).collect();
                    let (took, found) = timed(|| suggest(searcher, &Parameters::of_text(&typed)));
                    black_box(found?);
                    if round > 0 {
                        times.push(took);
                    }
                }
            }
        }
        println!(
            "\n{}: suggestions, {} asked: median {:.2} ms, p99 {:.2} ms",
            self.name,
            times.len(),
            percentile(times.clone(), 0.5),
            percentile(times, 0.99)
        );
        Ok(())
    }

    /// Milliseconds of each answer written as JSON in this process, on one thread: what HTTP is held against.
    fn written(&self, searcher: &dyn Searcher, questions: &[Question]) -> anyhow::Result<Vec<f64>> {
        let dimensions = dimensions(searcher);
        let mut all = Vec::new();
        for question in questions {
            all.push((question.parameters(searcher)?, Vec::new()));
        }
        for round in 0..=ROUNDS {
            for (parameters, times) in &mut all {
                let (took, done) = timed(|| {
                    answer(searcher, parameters).map(|answer| serde_json::to_vec(&json::search(&answer, &dimensions)))
                });
                black_box(done??);
                if round > 0 {
                    times.push(took);
                }
            }
        }
        Ok(all.into_iter().map(|(_, times)| median(times.into_iter())).collect())
    }

    /// What all cores do in this process: answers a second, written as JSON. Also the times of each under that load.
    fn print_cores(&self, searcher: &dyn Searcher, questions: &[Question]) -> anyhow::Result<f64> {
        let parameters =
            questions.iter().map(|question| question.parameters(searcher)).collect::<Result<Vec<_>, _>>()?;
        let dimensions = dimensions(searcher);
        let cores = std::thread::available_parallelism()?.get();
        let next = AtomicUsize::new(0);
        let started = Instant::now();
        let times = std::thread::scope(|scope| {
            let work = || -> anyhow::Result<Vec<f64>> {
                let mut times = Vec::new();
                while started.elapsed() < LOAD_FOR {
                    let asked = &parameters[next.fetch_add(1, Ordering::Relaxed) % parameters.len()];
                    let (took, done) = timed(|| {
                        answer(searcher, asked).map(|answer| serde_json::to_vec(&json::search(&answer, &dimensions)))
                    });
                    black_box(done??);
                    times.push(took);
                }
                Ok(times)
            };
            let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread ended in a panic"))?)
                .collect::<anyhow::Result<Vec<_>>>()
        })?;
        let times = times.concat();
        let rate = times.len() as f64 / started.elapsed().as_secs_f64();
        println!(
            "\n{}: {cores} threads in process: {rate:.0} answers a second, median {:.2} ms, p99 {:.2} ms, longest {:.2} ms",
            self.name,
            percentile(times.clone(), 0.5),
            percentile(times.clone(), 0.99),
            percentile(times, 1.0)
        );
        Ok(rate)
    }

    fn print_served(&self, questions: &[Question], written: &[f64], in_process: f64) -> anyhow::Result<()> {
        let server = Server::start(&self.ours)?;
        let addresses: Vec<String> = questions.iter().map(Question::address).collect();
        let mut client = server.client()?;
        let mut times = vec![Vec::new(); addresses.len()];
        for round in 0..=ROUNDS {
            for (address, times) in addresses.iter().zip(&mut times) {
                let (took, done) = timed(|| client.ask(address));
                done?;
                if round > 0 {
                    times.push(took);
                }
            }
        }
        let times: Vec<f64> = times.into_iter().map(|times| median(times.into_iter())).collect();
        let here = percentile(written.to_vec(), 0.5);
        let added = percentile(times.clone(), 0.5) - here;
        println!("\n| {}: over HTTP | median ms | p99 ms | a second |", self.name);
        println!("| --- | ---: | ---: | ---: |");
        println!(
            "| one client, a kept connection (in process {here:.2} ms: HTTP adds {added:.2}) | {:.2} | {:.2} | |",
            percentile(times.clone(), 0.5),
            percentile(times, 0.99)
        );
        let own = PathBuf::from("/proc/self");
        let (started, before) = (Instant::now(), processor_seconds(&own).unwrap_or(f64::NAN));
        let next = AtomicUsize::new(0);
        let times = std::thread::scope(|scope| {
            let work = || -> anyhow::Result<Vec<f64>> {
                let mut client = server.client()?;
                let mut times = Vec::new();
                while started.elapsed() < LOAD_FOR {
                    let address = &addresses[next.fetch_add(1, Ordering::Relaxed) % addresses.len()];
                    let (took, done) = timed(|| client.ask(address));
                    done?;
                    times.push(took);
                }
                Ok(times)
            };
            let threads: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(work)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().map_err(|_| anyhow::anyhow!("a client ended in a panic"))?)
                .collect::<anyhow::Result<Vec<_>>>()
        })?;
        let times = times.concat();
        let seconds = started.elapsed().as_secs_f64();
        let rate = times.len() as f64 / seconds;
        let cores = std::thread::available_parallelism()?.get() as f64;
        let client = (processor_seconds(&own).unwrap_or(f64::NAN) - before) / (cores * seconds);
        let alone = rate / (1.0 - client);
        println!(
            "| {CLIENTS} clients; the clients take {:.0} % of the cores, without them {alone:.0} a second: {:.0} % of all cores in process | {:.2} | {:.2} | {rate:.0} |",
            client * 100.0,
            alone / in_process * 100.0,
            percentile(times.clone(), 0.5),
            percentile(times, 0.99)
        );
        let status = fs::read_to_string(format!("/proc/{}/status", server.process.id()))?;
        let resident =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default().trim().to_owned();
        println!("\n{}: memory of the server after it: {resident}", self.name);
        Ok(())
    }

    /// The command line from the start of the process to its end, beside ripgrep over the same articles as files.
    fn print_typed(&self, questions: &[Question]) -> anyhow::Result<()> {
        let words: Vec<&Question> = questions
            .iter()
            .filter(|question| question.kind == "term" || question.kind == "multi")
            .take(TYPED)
            .collect();
        let ripgrep = self.files.exists() && Command::new("rg").arg("--version").stdout(Stdio::null()).status().is_ok();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for question in &words {
            let mut command = dossier(&self.ours);
            command.args(["search", "--match", "any", "--"]).arg(&question.text).stdout(Stdio::null());
            let (took, status) = timed(|| command.status());
            anyhow::ensure!(status?.code().is_some_and(|code| code <= 1), "the search failed");
            ours.push(took);
            if ripgrep {
                let mut command = Command::new("rg");
                let pattern =
                    question.text.split_whitespace().map(|word| format!("\\b{word}\\b")).collect::<Vec<_>>().join("|");
                command.args(["--ignore-case", "--count", "--", &pattern]).arg(&self.files).stdout(Stdio::null());
                let (took, status) = timed(|| command.status());
                status.context("rg")?;
                theirs.push(took);
            }
        }
        println!("\n| {}: command line, start to end | median ms | p99 ms |\n| --- | ---: | ---: |", self.name);
        println!("| dossier search | {:.1} | {:.1} |", percentile(ours.clone(), 0.5), percentile(ours, 0.99));
        if ripgrep {
            println!(
                "| ripgrep, which files and how often, unranked | {:.1} | {:.1} |",
                percentile(theirs.clone(), 0.5),
                percentile(theirs, 0.99)
            );
        } else if self.files.exists() {
            println!("| ripgrep is not installed | | |");
        }
        Ok(())
    }
}

/// The sides that answer in this process.
struct Sides<'a> {
    ours: &'a dyn Searcher,
    bare: Bare,
    fts5: Fts5,
}

/// Milliseconds of each query on each side; NaN where it was not asked.
struct Times {
    ours: Vec<f64>,
    bare: Vec<f64>,
    fts5: Vec<f64>,
}

impl Sides<'_> {
    /// On one thread, after a round to warm up: ours and bare tantivy answer each query in turn, then FTS5 answers them all, so that
    /// what it reads does not push the others' data out of the caches between two queries. Of each query the median of the rounds.
    fn measure(&self, questions: &[Question], share: usize) -> anyhow::Result<Times> {
        let parameters =
            questions.iter().map(|question| question.parameters(self.ours)).collect::<Result<Vec<_>, _>>()?;
        let mut times = vec![[const { Vec::new() }; 3]; questions.len()];
        for round in 0..=ROUNDS {
            for (number, (question, parameters)) in questions.iter().zip(&parameters).enumerate() {
                // The sides take turns in going first.
                for turn in 0..2 {
                    let side = (turn + round + number) % 2;
                    let took = if side == 0 {
                        let (took, done) = timed(|| answer(self.ours, parameters));
                        black_box(done?);
                        took
                    } else {
                        let (took, done) = timed(|| self.bare.top_ten(question));
                        black_box(done?);
                        took
                    };
                    if round > 0 {
                        times[number][side].push(took);
                    }
                }
            }
            // One round is enough for what takes minutes.
            if share > 1 && round > 1 {
                continue;
            }
            for (question, times) in questions.iter().zip(&mut times).step_by(share) {
                let (took, done) = timed(|| self.fts5.answer(question));
                if black_box(done?).is_some() && round > 0 {
                    times[2].push(took);
                }
            }
        }
        let mut medians = times.into_iter().map(|sides| sides.map(|times| median(times.into_iter())));
        let mut times = Times { ours: Vec::new(), bare: Vec::new(), fts5: Vec::new() };
        for [ours, bare, fts5] in &mut medians {
            times.ours.push(ours);
            times.bare.push(bare);
            times.fts5.push(fts5);
        }
        Ok(times)
    }
}

fn print_queries(name: &str, questions: &[Question], times: &Times) {
    println!(
        "\n| {name}: queries | n | dossier p50 ms | p99 | mean | bare tantivy p50 | p99 | ratio p50 | p99 | FTS5 p50 | p99 | mean | FTS5 mean / ours |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for kind in std::iter::once("all").chain(KINDS) {
        let of_kind = |list: &[f64]| -> Vec<f64> {
            let chosen = questions.iter().zip(list).filter(|(question, _)| kind == "all" || question.kind == kind);
            chosen.map(|(_, &time)| time).filter(|time| !time.is_nan()).collect()
        };
        let (ours, bare, fts5) = (of_kind(&times.ours), of_kind(&times.bare), of_kind(&times.fts5));
        // Held against each other on the queries that both answered.
        let both = times.ours.iter().zip(&times.fts5).zip(questions);
        let both = both.filter(|((_, theirs), question)| !theirs.is_nan() && (kind == "all" || question.kind == kind));
        let (mine, theirs) = both.fold((0.0, 0.0), |(mine, theirs), ((our, their), _)| (mine + our, theirs + their));
        let p = |list: &[f64], share| percentile(list.to_vec(), share);
        let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len() as f64;
        println!(
            "| {kind} | {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.1} | {:.1} | {:.2} | {:.2} | {:.2} | {:.1} |",
            ours.len(),
            p(&ours, 0.5),
            p(&ours, 0.99),
            mean(&ours),
            p(&bare, 0.5),
            p(&bare, 0.99),
            p(&ours, 0.5) / p(&bare, 0.5),
            p(&ours, 0.99) / p(&bare, 0.99),
            p(&fts5, 0.5),
            p(&fts5, 0.99),
            mean(&fts5),
            theirs / mine
        );
    }
}
