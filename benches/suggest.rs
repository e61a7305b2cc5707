//! How long suggestions take on 130,000 articles: every length of what is typed, with filters and without, with typos.
//!
//! The articles are those of `benches/pipeline.rs`, indexed by the real binary with the shipped taxonomy. Every question is
//! asked once, so that nothing but counts that different questions share is remembered; each is timed from parameters to
//! answer, on one thread. Prints tables; decides nothing. `docs/benchmarks.md` keeps the results.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints")]

mod articles;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::ensure;
use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::embedded::schema::IndexSchema;
use dossier::engine::embedded::suggester::gathering::gather;
use dossier::engine::{Engines, Searcher};
use dossier::search::parameters::Parameters;
use dossier::search::suggestion::suggest;
use serde_json::Value;

/// Titles whose starts and words are typed.
const TITLES: usize = 150;
/// Longest text that is typed, in characters.
const TYPED_CHARS_MAX: usize = 14;
/// Sets of filters, as in an address.
const FILTERS: [&[(&str, &str)]; 7] = [
    &[],
    &[("from", "1987-03"), ("to", "1987-03")],
    &[("from", "1987-03-09"), ("to", "1987-03-09")],
    &[("region", "China")],
    &[("region", "Pakistan")],
    &[("not.region", "_none")],
    &[("lang", "en"), ("from", "1987-04")],
];

fn main() -> anyhow::Result<()> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/reuters.jsonl.gz");
    if !file.exists() {
        eprintln!("SKIPPED: the shared data is absent ({})", file.display());
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let corpus = folder.path().join("corpus");
    fs::create_dir(&corpus)?;
    let records = articles::short(&articles::reuters(&file)?);
    let mut writer = BufWriter::new(fs::File::create(corpus.join("records.jsonl"))?);
    for record in &records {
        writeln!(writer, "{record}")?;
    }
    writer.flush()?;
    let index = folder.path().join("index");
    index_all(&corpus, &index)?;
    let engines = EmbeddedEngines::new(index.clone());
    let searcher = engines.searcher()?;
    let live = index.join(fs::read_to_string(index.join("CURRENT"))?.trim());
    let started = Instant::now();
    let dimensions = searcher.taxonomy().dimensions().iter().map(|dimension| dimension.name.as_str());
    gather(&tantivy::Index::open_in_dir(live.join("tantivy"))?, &IndexSchema::new(dimensions))?;
    println!("gathered while indexing, seconds: {:.2}", started.elapsed().as_secs_f64());
    println!("kept for suggestions, MB: {:.1}", fs::metadata(live.join("suggestions.json"))?.len() as f64 / 1e6);
    let started = Instant::now();
    ask(&*searcher, "a", &[])?;
    println!("the first suggestion, which makes the lists ready, seconds: {:.2}", started.elapsed().as_secs_f64());
    measure(&*searcher, &records)
}

fn index_all(corpus: &Path, index: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dossier"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DOSSIER_")) {
        command.env_remove(name);
    }
    command.args(["index", "--corpus"]).arg(corpus).arg("--index").arg(index);
    command.arg("--taxonomy").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/taxonomy.toml"));
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    ensure!(matches!(status.code(), Some(0 | 3)), "indexing ended with {status}");
    Ok(())
}

/// What one question took, in milliseconds.
#[derive(Debug, Clone, Copy)]
struct Cost {
    by_the_clock: f64,
    /// Without the time in which other programs had the processor.
    undisturbed: f64,
}

/// For how long this thread has waited for a processor so far, in milliseconds.
fn waited() -> anyhow::Result<f64> {
    let line = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = line.split_whitespace().nth(1).unwrap_or_default().parse()?;
    Ok(nanoseconds / 1e6)
}

/// Asks once and gives what it took and the number of suggestions.
fn ask(searcher: &dyn Searcher, typed: &str, filters: &[(&str, &str)]) -> anyhow::Result<(Cost, usize)> {
    let mut pairs = vec![("q".to_owned(), typed.to_owned())];
    pairs.extend(filters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let (waited_before, started) = (waited()?, Instant::now());
    let parameters = Parameters::read(searcher, &pairs).map_err(|problems| anyhow::anyhow!("{typed}: {problems:?}"))?;
    let answer = suggest(searcher, &parameters)?;
    let by_the_clock = started.elapsed().as_secs_f64() * 1000.0;
    let cost = Cost { by_the_clock, undisturbed: by_the_clock - (waited()? - waited_before) };
    Ok((cost, answer.suggestions.len()))
}

/// What is typed: starts of titles, of inner words of titles, of names; and the same with two letters swapped.
fn typed(searcher: &dyn Searcher, records: &[Value]) -> BTreeSet<(String, bool)> {
    let titles: BTreeSet<&str> = records.iter().filter_map(|record| record["title"].as_str()).collect();
    let mut texts: Vec<String> = Vec::new();
    for title in titles.iter().step_by(titles.len() / TITLES) {
        texts.push((*title).to_owned());
        let words: Vec<&str> = title.split_whitespace().collect();
        texts.extend(words.get(words.len() / 2).map(|word| (*word).to_owned()));
        texts.extend(words.get(words.len() / 2..).map(|rest| rest.join(" ")));
    }
    for dimension in searcher.taxonomy().dimensions() {
        texts.extend(dimension.nodes.iter().step_by(10).map(|node| node.label.clone()));
    }
    let mut typed = BTreeSet::new();
    for text in texts {
        let letters: Vec<char> = text.to_lowercase().chars().collect();
        for length in 1..=letters.len().min(TYPED_CHARS_MAX) {
            typed.insert((letters[..length].iter().collect(), false));
            if length >= 5 && letters[length - 3] != letters[length - 2] {
                let mut swapped = letters[..length].to_vec();
                swapped.swap(length - 3, length - 2);
                typed.insert((swapped.into_iter().collect(), true));
            }
        }
    }
    typed
}

fn measure(searcher: &dyn Searcher, records: &[Value]) -> anyhow::Result<()> {
    let mut groups: BTreeMap<String, (Vec<Cost>, usize)> = BTreeMap::new();
    let all = typed(searcher, records);
    // By a mixed order: people do not type in the order of letters, and neighbours would share what is remembered.
    let mut order: Vec<&(String, bool)> = all.iter().collect();
    order.sort_by_key(|(text, _)| *blake3::hash(text.as_bytes()).as_bytes());
    for filters in FILTERS {
        for (text, swapped) in &order {
            let (cost, suggestions) = ask(searcher, text, filters)?;
            let length = match text.chars().count() {
                length @ 1..=4 => format!("{length}"),
                5..=8 => "5 to 8".to_owned(),
                _ => "9 to 14".to_owned(),
            };
            let shown: Vec<String> = filters.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let shown = if shown.is_empty() { "none".to_owned() } else { format!("`{}`", shown.join("&")) };
            let kind = if *swapped { "with two letters swapped".to_owned() } else { format!("letters: {length}") };
            for group in ["all".to_owned(), kind, format!("filters: {shown}")] {
                let (times, found) = groups.entry(group).or_default();
                times.push(cost);
                *found += usize::from(suggestions > 0);
            }
        }
    }
    println!("| typed | n | with suggestions | p50 ms | p99 ms | most ms | undisturbed p50 ms | p99 ms | most ms |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (group, (costs, found)) in groups {
        let sorted = |time: fn(&Cost) -> f64| {
            let mut times: Vec<f64> = costs.iter().map(time).collect();
            times.sort_by(f64::total_cmp);
            times
        };
        let (clock, undisturbed) = (sorted(|cost| cost.by_the_clock), sorted(|cost| cost.undisturbed));
        let at = |times: &[f64], percent: usize| times[(times.len() - 1) * percent / 100];
        println!(
            "| {group} | {} | {:.0} % | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} |",
            costs.len(),
            100.0 * found as f64 / costs.len() as f64,
            at(&clock, 50),
            at(&clock, 99),
            at(&clock, 100),
            at(&undisturbed, 50),
            at(&undisturbed, 99),
            at(&undisturbed, 100),
        );
    }
    Ok(())
}
