//! The article out of a page: 91 real news pages, as HTML and as their whole visible text, against the article's text
//! as people marked it. The reader and the cleaning are those of the pipeline, in its order.
//!
//! The measure is that of the public benchmark the pages are from: shingles of four words, counted as often as they
//! occur, words as written; precision and recall are means over pages, F1 is the harmonic mean of the two means.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use dossier::ingest::cleaning::{Cleaned, clean};
use dossier::ingest::formats::{Format, SourceFile, read};
use dossier::model::document::RawArticle;
use regex::Regex;
use serde_json::Value;

use crate::harness::{project, shared_data};

/// Words in a shingle.
const SHINGLE_WORDS: usize = 4;
/// Least F1 of pages read as HTML.
const HTML_F1_MIN: f64 = 0.98;
/// Least F1 of pages read as their visible text.
const TEXT_F1_MIN: f64 = 0.95;
/// Longest that one page may take, in milliseconds, in an unoptimised build on a busy machine.
const PAGE_MILLISECONDS_MAX: u128 = 20_000;
/// Worst pages that are named.
const WORST: usize = 10;

/// What a page gave.
struct Page {
    name: String,
    precision: f64,
    recall: f64,
    time: Duration,
}

impl Page {
    /// The rules were chosen on this half of the pages and looked at on the other as a total only.
    fn is_tuned(&self) -> bool {
        self.name.as_bytes()[0] < b'8'
    }

    fn f1(&self) -> f64 {
        harmonic_mean(self.precision, self.recall)
    }
}

fn harmonic_mean(precision: f64, recall: f64) -> f64 {
    if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
}

/// Mean precision, mean recall and their harmonic mean.
fn means<'p>(pages: impl Iterator<Item = &'p Page> + Clone) -> (f64, f64, f64) {
    let count = pages.clone().count().max(1) as f64;
    let precision = pages.clone().map(|page| page.precision).sum::<f64>() / count;
    let recall = pages.map(|page| page.recall).sum::<f64>() / count;
    (precision, recall, harmonic_mean(precision, recall))
}

fn shingles<'t>(text: &'t str, word: &Regex) -> HashMap<Vec<&'t str>, usize> {
    let words: Vec<&str> = word.find_iter(text).map(|found| found.as_str()).collect();
    let mut counts = HashMap::new();
    for shingle in words.windows(SHINGLE_WORDS.min(words.len().max(1))) {
        *counts.entry(shingle.to_vec()).or_insert(0) += 1;
    }
    counts
}

/// Precision and recall of a text against the true one.
fn compare(found: &str, truth: &str, word: &Regex) -> (f64, f64) {
    let (found, truth) = (shingles(found, word), shingles(truth, word));
    let common: usize = found.iter().map(|(key, count)| truth.get(key).copied().unwrap_or(0).min(*count)).sum();
    let share = |counts: &HashMap<Vec<&str>, usize>| match counts.values().sum::<usize>() {
        0 => 0.0,
        all => common as f64 / all as f64,
    };
    (share(&found), share(&truth))
}

/// Reads one file as the pipeline does and gives the text of its article, with the time that took.
fn article(name: &str, format: Format, packed: &Path) -> (String, Duration) {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(packed).unwrap()).read_to_end(&mut bytes).unwrap();
    let source = SourceFile { path: name.to_owned(), format, bytes, sidecar: None, hash: String::new() };
    let start = Instant::now();
    let reading = read(&source);
    let text = reading.articles.first().map(|article| clean(article).body).unwrap_or_default();
    (text, start.elapsed())
}

/// Measures all pages of a folder and prints the table; `None` where the data is absent.
fn measure(folder: &str, ending: &str, format: Format) -> Option<f64> {
    let truth = shared_data("extraction/ground-truth.json")?;
    let truth: BTreeMap<String, Value> = serde_json::from_str(&std::fs::read_to_string(truth).unwrap()).unwrap();
    let folder = shared_data(&format!("extraction/{folder}"))?;
    let word = Regex::new(r"\w+").unwrap();
    let mut pages: Vec<Page> = Vec::new();
    for (name, wanted) in &truth {
        let (found, time) = article(&format!("{name}.{ending}"), format, &folder.join(format!("{name}.{ending}.gz")));
        let (precision, recall) = compare(&found, wanted["articleBody"].as_str().unwrap(), &word);
        pages.push(Page { name: name.clone(), precision, recall, time });
    }
    let (.., f1) = means(pages.iter());
    eprintln!("{}", table(ending, &mut pages));
    let slowest = pages.iter().max_by_key(|page| page.time).unwrap();
    assert!(slowest.time.as_millis() < PAGE_MILLISECONDS_MAX, "{} took {:?}", slowest.name, slowest.time);
    Some(f1)
}

fn table(ending: &str, pages: &mut [Page]) -> String {
    let profile = if cfg!(debug_assertions) { "dev profile" } else { "release profile" };
    let mut times: Vec<f64> = pages.iter().map(|page| page.time.as_secs_f64() * 1000.0).collect();
    times.sort_by(f64::total_cmp);
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    let mut text = format!("\n| .{ending} | pages | precision | recall | F1 |\n| --- | ---: | ---: | ---: | ---: |\n");
    let mut row = |name: &str, chosen: &dyn Fn(&&Page) -> bool| {
        let (precision, recall, f1) = means(pages.iter().filter(|page| chosen(page)));
        let count = pages.iter().filter(|page| chosen(page)).count();
        writeln!(text, "| {name} | {count} | {precision:.3} | {recall:.3} | {f1:.3} |").unwrap();
    };
    row("all", &|_| true);
    row("half tuned to", &|page| page.is_tuned());
    row("other half", &|page| !page.is_tuned());
    let (median, most) = (times[times.len() / 2], times[times.len() - 1]);
    writeln!(text, "{mean:.1} ms a page on the mean, median {median:.1}, most {most:.1} ({profile})").unwrap();
    pages.sort_by(|a, b| a.f1().total_cmp(&b.f1()));
    for page in pages.iter().take(WORST) {
        writeln!(text, "  {}  P {:.3}  R {:.3}", &page.name[..12], page.precision, page.recall).unwrap();
    }
    text
}

#[test]
fn saved_pages_give_their_article() {
    let Some(f1) = measure("html", "html", Format::Html) else { return };
    assert!(f1 >= HTML_F1_MIN, "F1 of HTML is {f1:.4}");
}

#[test]
fn the_visible_text_of_pages_gives_their_article() {
    let Some(f1) = measure("text", "txt", Format::Text) else { return };
    assert!(f1 >= TEXT_F1_MIN, "F1 of text is {f1:.4}");
}

/// A fixture page as the pipeline reads it, with its title, text and dateline.
fn fixture(name: &str, format: Format) -> (RawArticle, Cleaned) {
    let path = project().join("tests/fixtures/pages").join(name);
    let bytes = std::fs::read(&path).unwrap();
    let source = SourceFile { path: name.to_owned(), format, bytes, sidecar: None, hash: String::new() };
    let article = read(&source).articles.remove(0);
    let cleaned = clean(&article);
    (article, cleaned)
}

#[test]
fn pages_in_english_urdu_and_chinese_give_the_same_article_from_html_and_from_their_text() {
    for language in ["english", "urdu", "chinese"] {
        let expected = project().join(format!("tests/fixtures/pages/{language}.expected"));
        let expected = std::fs::read_to_string(expected).unwrap();
        for (ending, format) in [("html", Format::Html), ("txt", Format::Text)] {
            let (_, cleaned) = fixture(&format!("{language}.{ending}"), format);
            let found = format!("{}\n\n{}\n", cleaned.title.unwrap_or_default(), cleaned.body);
            assert_eq!(found, expected, "{language}.{ending}");
            assert!(cleaned.dateline.is_some(), "{language}.{ending}");
        }
    }
}

#[test]
fn a_page_says_who_wrote_it_when_and_where_and_nothing_of_it_is_a_reader_s_or_another_article_s() {
    for (page, author, date, source, lang) in [
        ("english.html", "Ann Archer", "2024-03-05", "Coast Daily", Some("en-GB")),
        // The template of the page says that it is English.
        ("urdu.html", "احمد ساحلی", "5 مارچ 2024", "روزنامہ ساحل", None),
        ("chinese.html", "李明", "2024-03-05", "滨城新闻网", Some("zh-CN")),
    ] {
        let (article, _) = fixture(page, Format::Html);
        assert_eq!(article.author.as_deref(), Some(author));
        assert_eq!(article.date.map(|(date, _)| date).as_deref(), Some(date));
        assert_eq!((article.source, article.lang.as_deref()), (vec![source.to_owned()], lang));
        assert!(article.url.unwrap().starts_with("https://"));
    }
}

#[test]
fn the_measure_is_that_of_the_benchmark() {
    let word = Regex::new(r"\w+").unwrap();
    assert_eq!(compare("a b c d", "a b c d", &word), (1.0, 1.0));
    // Four shingles found, two of them wanted; of three wanted two found.
    assert_eq!(compare("a b c d e x y", "a b c d e f", &word), (0.5, 2.0 / 3.0));
    assert_eq!(compare("a b c d a b c d", "a b c d", &word), (0.2, 1.0), "a repetition counts as often as it stands");
    assert_eq!(compare("a b", "a b", &word), (1.0, 1.0), "a text shorter than a shingle is one");
    assert_eq!(compare("", "a b c d", &word), (0.0, 0.0));
}
