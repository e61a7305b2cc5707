//! The whole pipeline beside bare tantivy: documents a second, processor seconds, peak memory, and what a run over an
//! unchanged corpus costs.
//!
//! Ours is the real binary: `dossier index` reads, cleans, detects language and date, labels by the shipped taxonomy,
//! sketches, indexes, verifies. Bare tantivy reads the same records and indexes title and body as one text, once with its
//! own `default` analysis and once with English stems, as its `en_stem` makes them. Every side
//! runs in a process of its own, one after the other in turns; what is printed is the median over the rounds.
//! Corpora: Reuters-21578, and 130,000 short articles cut from it. Prints a table; decides nothing.
//! `docs/benchmarks.md` keeps the results.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints")]

mod articles;
mod measured;

use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::Command;

use anyhow::Context;
use serde_json::Value;
use tantivy::schema::{IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{
    LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, Token, TokenFilter, TokenStream, Tokenizer,
};
use tantivy::{Index, IndexWriter, TantivyDocument};

use measured::{Cost, bytes_below, median, run};

/// Rounds, of which the median counts.
const ROUNDS: usize = 3;
/// Memory of bare tantivy's writer, in bytes.
const WRITER_BYTES: usize = 200_000_000;
/// The analysis with English stems.
const STEMS: &str = "stems";
/// The name under which this program runs itself as bare tantivy.
const BARE: &str = "bare-tantivy";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, role, analysis, records, folder] = arguments.as_slice()
        && role == BARE
    {
        return index_bare(analysis, Path::new(records), Path::new(folder));
    }
    let articles = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/reuters.jsonl.gz");
    if !articles.exists() {
        eprintln!("SKIPPED: the shared data is absent ({})", articles.display());
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let records = articles::reuters(&articles)?;
    println!("| corpus | side | documents | seconds | processor seconds | documents a second | peak MB | index MB |");
    println!("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (name, records) in [("Reuters", records.clone()), ("short articles", articles::short(&records))] {
        let corpus = folder.path().join(name).join("corpus");
        fs::create_dir_all(&corpus)?;
        let file = corpus.join("records.jsonl");
        let mut writer = BufWriter::new(fs::File::create(&file)?);
        for record in &records {
            writeln!(writer, "{record}")?;
        }
        writer.flush()?;
        compare(name, records.len(), &corpus, &file, folder.path())?;
    }
    Ok(())
}

fn compare(name: &str, documents: usize, corpus: &Path, records: &Path, folder: &Path) -> anyhow::Result<()> {
    let index = folder.join(name).join("index");
    let bare = folder.join(name).join("bare");
    let ours = |full: bool| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dossier"));
        command.args(["index", "--format", "json"]).args(full.then_some("--full"));
        command.arg("--corpus").arg(corpus).arg("--index").arg(&index);
        command.arg("--taxonomy").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/taxonomy.toml"));
        command
    };
    let theirs = |analysis: &str| -> anyhow::Result<Command> {
        if bare.exists() {
            fs::remove_dir_all(&bare)?;
        }
        let mut command = Command::new(std::env::current_exe()?);
        command.args([BARE, analysis]).arg(records).arg(&bare);
        Ok(command)
    };
    let mut costs: [Vec<Cost>; 4] = Default::default();
    let mut bytes = [0; 4];
    for _ in 0..ROUNDS {
        costs[0].push(run(ours(true), &[0, 3])?);
        bytes[0] = bytes_below(&index)?;
        costs[1].push(run(ours(false), &[0, 3])?);
        bytes[1] = bytes[0];
        for (place, analysis) in [(2, "default"), (3, STEMS)] {
            costs[place].push(run(theirs(analysis)?, &[0])?);
            bytes[place] = bytes_below(&bare)?;
        }
    }
    let sides = ["dossier, all of it", "dossier, nothing changed", "bare tantivy", "bare tantivy, English stems"];
    let cost = costs.map(|list| Cost {
        seconds: median(list.iter().map(|cost| cost.seconds)),
        processor: median(list.iter().map(|cost| cost.processor)),
        peak_megabytes: median(list.iter().map(|cost| cost.peak_megabytes)),
    });
    for ((side, cost), bytes) in sides.iter().zip(&cost).zip(bytes) {
        let Cost { seconds, processor, peak_megabytes } = cost;
        let (rate, megabytes) = (documents as f64 / seconds, bytes as f64 / 1e6);
        println!(
            "| {name} | {side} | {documents} | {seconds:.2} | {processor:.2} | {rate:.0} | {peak_megabytes:.0} | \
             {megabytes:.1} |"
        );
    }
    for (place, side) in [(2, "bare tantivy's"), (3, "that with stems")] {
        println!(
            "| {name} | share of {side} rate | | {:.2} | {:.2} | | | |",
            cost[place].seconds / cost[0].seconds,
            cost[place].processor / cost[0].processor,
        );
    }
    println!(
        "| {name} | unchanged, share of the full time | | {:.1} % | | | | |",
        100.0 * cost[1].seconds / cost[0].seconds
    );
    Ok(())
}

/// Indexes records as a program does that does nothing else: all cores, positions, stored
/// texts.
fn index_bare(analysis: &str, records: &Path, folder: &Path) -> anyhow::Result<()> {
    let mut schema = Schema::builder();
    let id = schema.add_text_field("id", STRING | STORED);
    let indexing =
        TextFieldIndexing::default().set_tokenizer(analysis).set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing).set_stored());
    let date = schema.add_text_field("date", STRING | STORED);
    fs::create_dir(folder)?;
    let index = Index::create_in_dir(folder, schema.build())?;
    let stems = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(40))
        .filter(LowerCaser)
        .filter(StemFilter)
        .build();
    index.tokenizers().register(STEMS, stems);
    let threads = std::thread::available_parallelism()?.get().min(8);
    let mut writer: IndexWriter = index.writer_with_num_threads(threads, WRITER_BYTES)?;
    for line in BufReader::new(fs::File::open(records)?).lines() {
        let record: Value = serde_json::from_str(&line?)?;
        let string = |key: &str| record[key].as_str().unwrap_or_default();
        let mut document = TantivyDocument::default();
        document.add_text(id, string("id"));
        document.add_text(text, format!("{}\n{}", string("title"), string("body")));
        document.add_text(date, string("date"));
        writer.add_document(document)?;
    }
    writer.commit().context("bare tantivy")?;
    writer.wait_merging_threads()?;
    Ok(())
}

/// English stems by the same stemmer as tantivy's own filter, which is behind a feature that we do not need.
#[derive(Clone)]
struct StemFilter;

impl TokenFilter for StemFilter {
    type Tokenizer<T: Tokenizer> = Stemming<T>;

    fn transform<T: Tokenizer>(self, inner: T) -> Stemming<T> {
        Stemming { inner, stemmer: frostem::Stemmer::new(frostem::Algorithm::English) }
    }
}

#[derive(Clone)]
struct Stemming<T> {
    inner: T,
    stemmer: frostem::Stemmer,
}

impl<T: Tokenizer> Tokenizer for Stemming<T> {
    type TokenStream<'a> = StemmedStream<'a, T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        StemmedStream { inner: self.inner.token_stream(text), stemmer: &self.stemmer }
    }
}

struct StemmedStream<'a, S> {
    inner: S,
    stemmer: &'a frostem::Stemmer,
}

impl<S: TokenStream> TokenStream for StemmedStream<'_, S> {
    fn advance(&mut self) -> bool {
        if !self.inner.advance() {
            return false;
        }
        let stem = self.stemmer.stem(&self.inner.token().text).into_owned();
        self.inner.token_mut().text = stem;
        true
    }

    fn token(&self) -> &Token {
        self.inner.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.inner.token_mut()
    }
}
