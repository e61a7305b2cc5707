//! The bench on Reuters-21578: indexing, and 500 queries with `match=any`, beside bare tantivy in the same run.
//!
//! Ours is the full work: the whole pipeline into an index; for a query its parsing, the top ten with snippets, all
//! facet counts and the histogram by month. Bare tantivy gets the same text with its own `default` tokenizer, and
//! for a query gives the top ten by score with their stored fields, nothing else. Both sides answer each query in
//! turn, warm and on one thread; a query's time is its median over the rounds, percentiles are over the queries.
//! Prints tables; decides nothing. `docs/benchmarks.md` keeps the results.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints")]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use serde_json::Value;

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

/// Measured rounds over all queries; one more, unmeasured, warms both sides.
const ROUNDS: usize = 3;
/// The kinds of queries, in the order of the table.
const KINDS: [&str; 5] = ["term", "multi", "phrase", "filter", "typo"];

fn main() -> anyhow::Result<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let (articles, queries) = (data.join("reuters.jsonl.gz"), data.join("reuters-queries.json"));
    if !articles.exists() || !queries.exists() {
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
    let questions = Question::list(&queries)?;

    let index = folder.path().join("index");
    let ours = index_ours(&corpus, &index, &taxonomy)?;
    let (bare, theirs) = bare::Bare::index(&articles, &folder.path().join("bare"))?;
    print_indexing(&ours, &theirs);
    print_stations(&corpus, &taxonomy, &ours)?;

    let engines = EmbeddedEngines::new(index);
    let searcher = engines.searcher()?;
    print_queries(&questions, &measure(&questions, &*searcher, &bare)?);
    print_worst(&*searcher)?;
    Ok(())
}

/// A query of the list.
struct Question {
    kind: String,
    text: String,
    place: Option<String>,
    dates: Option<(String, String)>,
}

impl Question {
    fn list(file: &Path) -> anyhow::Result<Vec<Self>> {
        let list: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
        let text = |entry: &Value, key: &str| entry[key].as_str().map(str::to_owned);
        let question = |entry: &Value| {
            Some(Self {
                kind: text(entry, "kind")?,
                text: text(entry, "q")?,
                place: text(entry, "place"),
                dates: text(entry, "lo").zip(text(entry, "hi")),
            })
        };
        let list = list.as_array().and_then(|list| list.iter().map(question).collect::<Option<Vec<_>>>());
        list.with_context(|| format!("{} is no list of queries", file.display()))
    }

    /// The search as it is asked of us.
    fn parameters(&self, searcher: &dyn Searcher) -> anyhow::Result<Parameters> {
        let text = match self.kind.as_str() {
            "phrase" => format!("\"{}\"", self.text),
            "typo" => format!("{}~1", self.text),
            _ => self.text.clone(),
        };
        let mut pairs = vec![("q", text), ("match", "any".into()), ("interval", "month".into())];
        pairs.extend(self.place.clone().map(|place| ("places", place)));
        if let Some((from, to)) = self.dates.clone() {
            pairs.extend([("from", from), ("to", to)]);
        }
        let pairs: Vec<_> = pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Parameters::read(searcher, &pairs).map_err(|problems| anyhow!("{:?}: {}", self.text, problems[0]))
    }
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

/// Nobody stops a bench.
struct Onward(AtomicBool);

impl Observer for Onward {
    fn progress(&self, _: Progress) {}

    fn stop(&self) -> &AtomicBool {
        &self.0
    }
}

fn index_ours(corpus: &Path, index: &Path, taxonomy: &Taxonomy) -> anyhow::Result<Indexing> {
    let (started, processor) = (Instant::now(), processor_seconds());
    let mut indexer = EmbeddedIndexer::begin(index, taxonomy.clone(), PIPELINE_FINGERPRINT, Writing::Changes)?;
    let maker = DocumentMaker::new(taxonomy.clone());
    let isolation = Isolation::none();
    let station = Station { maker: &maker, isolation: &isolation };
    let (ledger, report) = run(corpus, station, &mut indexer, None, &Onward(AtomicBool::new(false)))?;
    let read = started.elapsed();
    dossier::engine::Indexer::commit(Box::new(indexer), ledger, &report)?;
    let (whole, processor) = (started.elapsed(), processor_seconds() - processor);
    Ok(Indexing { documents: report.documents, whole, processor, commit: whole - read, bytes: bytes_below(index)? })
}

/// Processor time of this process so far, as Linux counts it in hundredths of a second.
fn processor_seconds() -> f64 {
    let Ok(line) = fs::read_to_string("/proc/self/stat") else { return f64::NAN };
    // The name in brackets may hold blanks; user and system time are the 12th and 13th words behind it.
    let words = line.rsplit(')').next().unwrap_or_default().split_whitespace();
    words.skip(11).take(2).filter_map(|word| word.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn bytes_below(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { bytes_below(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}

fn print_indexing(ours: &Indexing, bare: &Indexing) {
    println!("\n| indexing | documents | seconds | of it commit | processor seconds | documents a second | index MB |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (name, side) in [("dossier, whole pipeline", ours), ("bare tantivy", bare)] {
        let Indexing { documents, whole, processor, commit, bytes } = side;
        let (whole, commit) = (whole.as_secs_f64(), commit.as_secs_f64());
        let (rate, megabytes) = (*documents as f64 / whole, *bytes as f64 / 1e6);
        println!("| {name} | {documents} | {whole:.2} | {commit:.2} | {processor:.2} | {rate:.0} | {megabytes:.1} |");
    }
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

/// Milliseconds of each query on both sides.
struct Times {
    ours: Vec<f64>,
    bare: Vec<f64>,
}

fn measure(questions: &[Question], searcher: &dyn Searcher, bare: &bare::Bare) -> anyhow::Result<Times> {
    let mut asked = Vec::new();
    for question in questions {
        asked.push((question.parameters(searcher)?, Vec::new(), Vec::new()));
    }
    for round in 0..=ROUNDS {
        for (question, (parameters, ours, theirs)) in questions.iter().zip(&mut asked) {
            let ask_us = || -> anyhow::Result<f64> {
                let started = Instant::now();
                black_box(answer(searcher, parameters)?);
                Ok(started.elapsed().as_secs_f64() * 1000.0)
            };
            let ask_bare = || -> anyhow::Result<f64> {
                let started = Instant::now();
                black_box(bare.top_ten(question)?);
                Ok(started.elapsed().as_secs_f64() * 1000.0)
            };
            // The sides take turns in going first.
            let (our_time, bare_time) = if round % 2 == 0 {
                (ask_us()?, ask_bare()?)
            } else {
                let bare_time = ask_bare()?;
                (ask_us()?, bare_time)
            };
            if round > 0 {
                ours.push(our_time);
                theirs.push(bare_time);
            }
        }
    }
    let mut times = Times { ours: Vec::new(), bare: Vec::new() };
    for (_, mut ours, mut theirs) in asked {
        times.ours.push(percentile(&mut ours, 0.5));
        times.bare.push(percentile(&mut theirs, 0.5));
    }
    Ok(times)
}

/// The smallest value that at least this share of the values does not exceed.
fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() as f64 * share).ceil() as usize;
    values.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

fn print_queries(questions: &[Question], times: &Times) {
    println!("\n| queries | n | dossier p50 ms | p99 | bare tantivy p50 ms | p99 | ratio of medians |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for kind in std::iter::once("all").chain(KINDS) {
        let of_kind = |list: &[f64]| -> Vec<f64> {
            let chosen = questions.iter().zip(list).filter(|(question, _)| kind == "all" || question.kind == kind);
            chosen.map(|(_, &time)| time).collect()
        };
        let (mut ours, mut bare) = (of_kind(&times.ours), of_kind(&times.bare));
        let (our_median, bare_median) = (percentile(&mut ours, 0.5), percentile(&mut bare, 0.5));
        println!(
            "| {kind} | {} | {our_median:.2} | {:.2} | {bare_median:.2} | {:.2} | {:.1} |",
            ours.len(),
            percentile(&mut ours, 0.99),
            percentile(&mut bare, 0.99),
            our_median / bare_median
        );
    }
}

/// tantivy as it comes: one text field of title and body, the labels, the date.
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
            Ok(percentile(&mut times, 0.5))
        };
        let all = time(MatchMode::All, Fuzzy::Auto)?;
        let any = time(MatchMode::Any, Fuzzy::Auto)?;
        let wide = time(MatchMode::Any, Fuzzy::Within(2))?;
        println!("| {name} | {} | {all:.1} | {any:.1} | {wide:.1} |", text.len());
    }
    Ok(())
}

mod bare {
    use std::io::{BufRead, BufReader};

    use tantivy::collector::TopDocs;
    use tantivy::query::{
        BooleanQuery, ConstScoreQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery,
    };
    use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TEXT};
    use tantivy::tokenizer::TokenStream;
    use tantivy::{Index, IndexWriter, Searcher, TantivyDocument, Term};

    use super::{Indexing, Instant, Path, Question, Value, anyhow, bytes_below, fs, processor_seconds};

    /// The four kinds of labels.
    const LABELS: [&str; 4] = ["places", "people", "orgs", "topics"];
    /// Memory of the writer, the same as ours.
    const WRITER_BYTES: usize = 400_000_000;

    /// An index of bare tantivy, and its one searcher.
    pub(super) struct Bare {
        index: Index,
        searcher: Searcher,
        text: Field,
        places: Field,
        date: Field,
    }

    impl Bare {
        /// Reads the articles and indexes them, with one writer as ours.
        pub(super) fn index(articles: &Path, folder: &Path) -> anyhow::Result<(Self, Indexing)> {
            let (started, processor) = (Instant::now(), processor_seconds());
            let mut schema = Schema::builder();
            let id = schema.add_text_field("id", STRING | STORED);
            let text = schema.add_text_field("text", TEXT | STORED);
            let date = schema.add_i64_field("date", INDEXED | FAST | STORED);
            let labels = LABELS.map(|name| schema.add_text_field(name, STRING | STORED));
            fs::create_dir(folder)?;
            let index = Index::create_in_dir(folder, schema.build())?;
            let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
            let mut documents = 0;
            for line in BufReader::new(flate2::read::GzDecoder::new(fs::File::open(articles)?)).lines() {
                let record: Value = serde_json::from_str(&line?)?;
                let string = |key: &str| record[key].as_str().unwrap_or_default();
                let mut document = TantivyDocument::default();
                document.add_text(id, string("id"));
                document.add_text(text, format!("{}\n{}", string("title"), string("body")));
                document.add_i64(date, day(string("date"))?);
                for (name, field) in LABELS.iter().zip(labels) {
                    let values = record[*name].as_array().into_iter().flatten().filter_map(Value::as_str);
                    values.for_each(|value| document.add_text(field, value));
                }
                writer.add_document(document)?;
                documents += 1;
            }
            let read = started.elapsed();
            writer.commit()?;
            writer.wait_merging_threads()?;
            let (whole, processor) = (started.elapsed(), processor_seconds() - processor);
            let searcher = index.reader()?.searcher();
            anyhow::ensure!(searcher.num_docs() == documents as u64, "bare tantivy lost articles");
            let indexing = Indexing { documents, whole, processor, commit: whole - read, bytes: bytes_below(folder)? };
            Ok((Self { index, searcher, text, places: labels[0], date }, indexing))
        }

        /// The top ten by score with their stored fields.
        pub(super) fn top_ten(&self, question: &Question) -> anyhow::Result<Vec<(f32, TantivyDocument)>> {
            let query = self.query(question)?;
            let top = self.searcher.search(&*query, &TopDocs::with_limit(10).order_by_score())?;
            top.into_iter().map(|(score, address)| Ok((score, self.searcher.doc(address)?))).collect()
        }

        fn query(&self, question: &Question) -> anyhow::Result<Box<dyn Query>> {
            let mut terms = Vec::new();
            let mut tokenizer = self.index.tokenizer_for_field(self.text)?;
            tokenizer
                .token_stream(&question.text)
                .process(&mut |token| terms.push(Term::from_field_text(self.text, &token.text)));
            let scored = |term| Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Box<dyn Query>;
            let query: Box<dyn Query> = match (question.kind.as_str(), terms.len()) {
                (_, 0) => return Err(anyhow!("{:?} has no word", question.text)),
                ("typo", 1) => Box::new(FuzzyTermQuery::new(terms.remove(0), 1, true)),
                (_, 1) => scored(terms.remove(0)),
                ("phrase", _) => Box::new(PhraseQuery::new(terms)),
                _ => Box::new(BooleanQuery::union(terms.into_iter().map(scored).collect())),
            };
            let mut filters: Vec<Box<dyn Query>> = Vec::new();
            if let Some(place) = &question.place {
                filters.push(Box::new(TermQuery::new(
                    Term::from_field_text(self.places, place),
                    IndexRecordOption::Basic,
                )));
            }
            if let Some((from, to)) = &question.dates {
                let bound = |date| Ok::<_, anyhow::Error>(Term::from_field_i64(self.date, day(date)?));
                filters.push(Box::new(RangeQuery::new(
                    std::ops::Bound::Included(bound(from)?),
                    std::ops::Bound::Included(bound(to)?),
                )));
            }
            if filters.is_empty() {
                return Ok(query);
            }
            let filters = filters.into_iter().map(|query| Box::new(ConstScoreQuery::new(query, 0.0)) as Box<dyn Query>);
            let clauses = std::iter::once(query).chain(filters).map(|query| (Occur::Must, query)).collect();
            Ok(Box::new(BooleanQuery::new(clauses)))
        }
    }

    /// `1987-02-26` as the number 19870226.
    fn day(date: &str) -> anyhow::Result<i64> {
        Ok(date.replace('-', "").parse()?)
    }
}
