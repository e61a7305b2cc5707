//! The bench of relevance: judged collections, ours beside plain BM25, and the questions of the shipped corpus, in one
//! run.
//!
//! A collection is a folder with `docs.jsonl.gz`, `queries.tsv` and `qrels.txt`: those below `../shared/data/judged`, or
//! below the folder that `JUDGED` names. Ours is what a user has: the real binary indexes the file, every query is
//! searched as plain words with any of them, without joining copies. Plain BM25 is bare tantivy (k1 1.2, b 0.75) with
//! title and body as one text, words by Unicode's rules in lower case without a closing 's, 33 stop words, Porter2
//! stems, repeated query words kept, OR. Both give 1,000 documents a query. Prints tables; decides nothing.
//! `docs/benchmarks.md` keeps the results.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, ensure};
use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::{Engines, Searcher};
use dossier::evaluate::comparison::compare;
use dossier::evaluate::judgments::{Judgments, Topic, read_topics};
use dossier::evaluate::measures::{Evaluation, Measure};
use dossier::evaluate::runs::Run;
use dossier::model::query::MatchMode;
use dossier::search::parameters::Parameters;
use dossier::search::{answer, ranking};
use serde_json::Value;

/// Documents that each side gives for a query.
const DEPTH: usize = 1000;
/// The project's folder.
const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

fn main() -> anyhow::Result<()> {
    let below =
        std::env::var_os("JUDGED").map_or_else(|| Path::new(PROJECT).join("../shared/data/judged"), PathBuf::from);
    let folder = tempfile::tempdir()?;
    if below.is_dir() {
        let mut places = Vec::new();
        for entry in fs::read_dir(&below)? {
            places.push(entry?.path());
        }
        places.sort();
        let mut judged = Vec::new();
        for place in places.iter().filter(|place| place.join("qrels.txt").is_file()) {
            judged.push(Judged::new(place, folder.path())?);
        }
        print_measures(&judged);
        print_comparisons(&judged);
    } else {
        eprintln!("SKIPPED: there are no judged collections ({})", below.display());
    }
    print_shipped(folder.path())
}

/// Both sides of one collection.
struct Judged {
    name: String,
    documents: u64,
    ours: Evaluation,
    plain: Evaluation,
    /// Mean time of our side for a query, in milliseconds.
    milliseconds: f64,
}

impl Judged {
    fn new(place: &Path, folder: &Path) -> anyhow::Result<Self> {
        let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let read = |file: &str| fs::read(place.join(file)).with_context(|| place.join(file).display().to_string());
        let topics = read_topics("queries.tsv", &read("queries.tsv")?)?;
        let judgments = Judgments::read("qrels.txt", &read("qrels.txt")?)?;
        let topics: Vec<Topic> = topics.into_iter().filter(|topic| judgments.of(&topic.id).is_some()).collect();
        let ids = || topics.iter().map(|topic| topic.id.as_str());

        let corpus = folder.join(&name).join("corpus");
        fs::create_dir_all(&corpus)?;
        let records = corpus.join("docs.jsonl.gz");
        fs::copy(place.join("docs.jsonl.gz"), &records)?;
        let searcher = indexed(&corpus, &folder.join(&name).join("index"))?;
        let parameters =
            Parameters { match_mode: MatchMode::Any, lenient: false, collapse: false, ..Parameters::default() };
        let started = Instant::now();
        let mut run = Run::default();
        for topic in &topics {
            run.add(&topic.id, ranking(&*searcher, &parameters, &topic.text, DEPTH)?);
        }
        let milliseconds = started.elapsed().as_secs_f64() * 1000.0 / topics.len() as f64;
        let plain = plain::run(&records, &topics)?;
        Ok(Self {
            name,
            documents: searcher.stats()?.documents,
            ours: Evaluation::of(&run, &judgments, ids()),
            plain: Evaluation::of(&plain, &judgments, ids()),
            milliseconds,
        })
    }
}

/// Indexes a corpus by the real binary.
fn indexed(corpus: &Path, index: &Path) -> anyhow::Result<Arc<dyn Searcher>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dossier"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DOSSIER_")) {
        command.env_remove(name);
    }
    command.arg("index").arg("--corpus").arg(corpus).arg("--index").arg(index);
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    // 3: an empty document stands in quarantine.
    ensure!(matches!(status.code(), Some(0 | 3)), "indexing {} ended with {status}", corpus.display());
    Ok(EmbeddedEngines::new(index.to_owned()).searcher()?)
}

fn print_measures(judged: &[Judged]) {
    let names: Vec<&str> = Measure::ALL.iter().map(|measure| measure.name()).collect();
    println!("| collection | side | documents | queries | {} | ms a query |", names.join(" | "));
    println!("| --- | --- | ---: | ---: |{} ---: |", " ---: |".repeat(names.len()));
    let row = |collection: &str, side: &str, counts: &str, means: [f64; Measure::ALL.len()], time: &str| {
        let means = means.map(|mean| format!("{mean:.4}"));
        println!("| {collection} | {side} | {counts} | {} | {time} |", means.join(" | "));
    };
    for one in judged {
        let counts = format!("{} | {}", one.documents, one.ours.topics.len());
        let time = format!("{:.1}", one.milliseconds);
        row(&one.name, "dossier", &counts, Measure::ALL.map(|measure| one.ours.mean(measure)), &time);
        row(&one.name, "plain BM25", &counts, Measure::ALL.map(|measure| one.plain.mean(measure)), "");
    }
    type Side = fn(&Judged) -> &Evaluation;
    let sides: [(&str, Side); 2] = [("dossier", |one| &one.ours), ("plain BM25", |one| &one.plain)];
    for (name, side) in sides {
        row("mean", name, " | ", Measure::ALL.map(|measure| mean(judged, |one| side(one).mean(measure))), "");
    }
}

fn mean(judged: &[Judged], figure: impl Fn(&Judged) -> f64) -> f64 {
    judged.iter().map(figure).sum::<f64>() / judged.len().max(1) as f64
}

fn print_comparisons(judged: &[Judged]) {
    println!(
        "\n| collection | measure | dossier | plain BM25 | ratio | better, level, worse | p, t test | p, randomisation |"
    );
    println!("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for one in judged {
        for measure in Measure::ALL {
            let found = compare(&one.ours.column(measure), &one.plain.column(measure));
            let (ours, plain) = (one.ours.mean(measure), one.plain.mean(measure));
            let p = |p: Option<f64>| p.map_or_else(String::new, |p| format!("{p:.4}"));
            println!(
                "| {} | {} | {ours:.4} | {plain:.4} | {:.3} | {}, {}, {} | {} | {} |",
                one.name,
                measure.name(),
                ours / plain,
                found.wins,
                found.ties,
                found.losses,
                p(found.t_test),
                p(found.randomisation),
            );
        }
    }
    for measure in Measure::ALL {
        let (ours, plain) = (mean(judged, |one| one.ours.mean(measure)), mean(judged, |one| one.plain.mean(measure)));
        println!("| mean | {} | {ours:.4} | {plain:.4} | {:.3} | | | |", measure.name(), ours / plain);
    }
}

/// How the questions on the shipped corpus fare, set by set: those that name the article that answers them.
fn print_shipped(folder: &Path) -> anyhow::Result<()> {
    let searcher = indexed(&Path::new(PROJECT).join("corpus"), &folder.join("shipped"))?;
    println!("\n| shipped corpus | questions | article first | among the first five | passage shown |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    let mut sets = Vec::new();
    let mut unanswerable = Unanswerable::default();
    for entry in fs::read_dir(Path::new(PROJECT).join("tests/relevance"))? {
        sets.push(entry?.path());
    }
    sets.sort();
    for set in sets.iter().filter(|set| set.extension().is_some_and(|ending| ending == "jsonl")) {
        let mut counts = [0_u32; 4];
        for line in fs::read_to_string(set)?.lines() {
            let question: Value = serde_json::from_str(line)?;
            if let Some(absent) = question["absent"].as_array() {
                unanswerable.take(&*searcher, &question, absent)?;
                continue;
            }
            let named = |key: &str| question[key].as_str();
            let (Some(text), Some(article), Some(passage)) = (named("question"), named("article"), named("passage"))
            else {
                continue;
            };
            let hits = answer(&*searcher, &Parameters { text: text.to_owned(), ..Parameters::default() })?.results.hits;
            let rank = hits.iter().position(|hit| hit.document.id == article);
            let shown = rank.is_some_and(|at| {
                hits[at].snippets.iter().any(|snippet| {
                    let text: String = snippet.fragments.iter().map(|fragment| fragment.text.as_str()).collect();
                    on_one_line(&text).contains(&on_one_line(passage))
                })
            });
            let marks = [true, rank == Some(0), rank.is_some_and(|rank| rank < 5), shown];
            counts.iter_mut().zip(marks).for_each(|(count, mark)| *count += u32::from(mark));
        }
        let [all, first, five, shown] = counts.map(f64::from);
        let name = set.file_stem().unwrap_or_default().to_string_lossy();
        if all > 0.0 {
            println!("| {name} | {all} | {:.3} | {:.3} | {:.3} |", first / all, five / all, shown / all);
        }
    }
    let Unanswerable { asked, told } = unanswerable;
    println!("\nOf {asked} questions without an answer, {told} are told so: no hits, or the word that is missing.");
    Ok(())
}

/// Questions that no article answers.
#[derive(Default)]
struct Unanswerable {
    asked: usize,
    told: usize,
}

impl Unanswerable {
    fn take(&mut self, searcher: &dyn Searcher, question: &Value, absent: &[Value]) -> anyhow::Result<()> {
        let text = question["question"].as_str().unwrap_or_default().to_owned();
        let results = answer(searcher, &Parameters { text, ..Parameters::default() })?.results;
        let is_told = |word: &Value| {
            let word = word.as_str().unwrap_or_default().to_lowercase();
            results.missing.iter().any(|missing| missing.to_lowercase() == word)
        };
        self.asked += 1;
        self.told += usize::from(results.total == 0 || absent.iter().any(is_told));
        Ok(())
    }
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Plain BM25, as any library gives it.
mod plain {
    use std::fs::File;
    use std::io::{BufRead, BufReader};
    use std::path::Path;

    use dossier::evaluate::judgments::Topic;
    use dossier::evaluate::runs::Run;
    use dossier::model::results::Ranked;
    use frostem::{Algorithm, Stemmer};
    use serde_json::Value;
    use tantivy::collector::TopDocs;
    use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
    use tantivy::schema::{IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value as _};
    use tantivy::tokenizer::{TextAnalyzer, WhitespaceTokenizer};
    use tantivy::{Index, IndexWriter, TantivyDocument, Term};
    use unicode_segmentation::UnicodeSegmentation;

    /// Lucene's stop words for English.
    const STOP_WORDS: [&str; 33] = [
        "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not",
        "of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was",
        "will", "with",
    ];
    /// Memory of the writer, in bytes.
    const WRITER_BYTES: usize = 50_000_000;

    /// Indexes the records and searches every topic.
    pub(super) fn run(records: &Path, topics: &[Topic]) -> anyhow::Result<Run> {
        let stemmer = Stemmer::new(Algorithm::English);
        let mut schema = Schema::builder();
        let id = schema.add_text_field("id", STRING | STORED);
        let indexing =
            TextFieldIndexing::default().set_tokenizer("blanks").set_index_option(IndexRecordOption::WithFreqs);
        let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let index = Index::create_in_ram(schema.build());
        index.tokenizers().register("blanks", TextAnalyzer::builder(WhitespaceTokenizer::default()).build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
        for line in BufReader::new(flate2::read::GzDecoder::new(File::open(records)?)).lines() {
            let record: Value = serde_json::from_str(&line?)?;
            let string = |key: &str| record[key].as_str().unwrap_or_default();
            let mut document = TantivyDocument::default();
            document.add_text(id, string("id"));
            document.add_text(text, terms(&stemmer, &format!("{}\n{}", string("title"), string("body"))).join(" "));
            writer.add_document(document)?;
        }
        writer.commit()?;
        let searcher = index.reader()?.searcher();
        let mut run = Run::default();
        for topic in topics {
            let clause = |term: &String| -> (Occur, Box<dyn Query>) {
                let term = Term::from_field_text(text, term);
                (Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)))
            };
            let query = BooleanQuery::new(terms(&stemmer, &topic.text).iter().map(clause).collect());
            let mut ranking = Vec::new();
            for (score, address) in searcher.search(&query, &TopDocs::with_limit(super::DEPTH).order_by_score())? {
                let row: TantivyDocument = searcher.doc(address)?;
                let id = row.get_first(id).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
                ranking.push(Ranked { id, score });
            }
            run.add(&topic.id, ranking);
        }
        Ok(run)
    }

    fn terms(stemmer: &Stemmer, text: &str) -> Vec<String> {
        let words = text.unicode_words().map(str::to_lowercase);
        let words =
            words.map(|word| word.strip_suffix("'s").or(word.strip_suffix("’s")).map_or(word.clone(), str::to_owned));
        words.filter(|word| !STOP_WORDS.contains(&word.as_str())).map(|word| stemmer.stem(&word).into_owned()).collect()
    }
}
