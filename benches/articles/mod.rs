//! The articles that benches measure: Reuters-21578, short ones cut from it, and as many as are wanted drawn from it.

#![allow(dead_code, reason = "each bench takes some of it")]

use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

/// Articles of the second corpus.
const SHORT_ARTICLES: usize = 130_000;

/// The records of Reuters-21578.
pub(crate) fn reuters(file: &Path) -> anyhow::Result<Vec<Value>> {
    let mut records = Vec::new();
    for line in BufReader::new(flate2::read::GzDecoder::new(fs::File::open(file)?)).lines() {
        records.push(serde_json::from_str::<Value>(&line?)?);
    }
    Ok(records)
}

/// Pieces of the articles' texts as articles of their own, with the title and the date of the whole.
pub(crate) fn short(records: &[Value]) -> Vec<Value> {
    let mut short = Vec::new();
    for words_a_piece in [20, 30, 40] {
        for record in records {
            let body = record["body"].as_str().unwrap_or_default();
            let words: Vec<&str> = body.split_whitespace().collect();
            for (number, piece) in words.chunks(words_a_piece).enumerate() {
                short.push(json!({
                    "id": format!("{}-{words_a_piece}-{number}", record["id"].as_str().unwrap_or_default()),
                    "title": record["title"], "date": record["date"], "body": piece.join(" "),
                }));
                if short.len() == SHORT_ARTICLES {
                    return short;
                }
            }
        }
    }
    short
}

/// Words of a drawn article that come from one article; a sentence of another follows.
const DRAWN_WORDS: usize = 40;
/// Where the drawing starts, so that every run draws the same.
const SEED: u64 = 0x5EED_1987;

/// As many articles as are wanted, the same in every run: each has the title, date and labels of an article that is drawn,
/// the sentences that follow one of its sentences, and a sentence of another article.
pub(crate) fn drawn(records: &[Value], count: usize) -> impl Iterator<Item = Value> {
    let sentences = |record: &Value| -> Vec<String> {
        let body = record["body"].as_str().unwrap_or_default();
        body.split_inclusive(". ").flat_map(|part| part.split('\n')).map(|part| part.trim().to_owned()).collect()
    };
    let parts: Vec<(&Value, Vec<String>)> = records.iter().map(|record| (record, sentences(record))).collect();
    let mut state = SEED;
    // SplitMix64 (Steele, Lea, Flood 2014): three lines, and the same on every machine.
    let mut below = move |bound: usize| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound.max(1) as u64) as usize
    };
    (0..count).map(move |number| {
        let (record, own) = &parts[below(parts.len())];
        let (_, other) = &parts[below(parts.len())];
        let mut body = Vec::new();
        let mut words = 0;
        for sentence in own.iter().skip(below(own.len())) {
            body.push(sentence.as_str());
            words += sentence.split_whitespace().count();
            if words >= DRAWN_WORDS {
                break;
            }
        }
        body.push(other.get(below(other.len())).map_or("", String::as_str));
        let mut article = (*record).clone();
        article["id"] = format!("drawn-{number}").into();
        article["body"] = body.join(" ").into();
        article
    })
}

/// Articles a file of a corpus.
const FILE_ARTICLES: usize = 50_000;

/// Writes a corpus of JSON Lines and gives the number of its articles.
pub(crate) fn write(corpus: &Path, records: impl Iterator<Item = Value>) -> anyhow::Result<usize> {
    fs::create_dir_all(corpus)?;
    let mut file = None;
    let mut count = 0;
    for record in records {
        if count % FILE_ARTICLES == 0 {
            let path = corpus.join(format!("part-{:02}.jsonl", count / FILE_ARTICLES));
            file = Some(BufWriter::new(fs::File::create(path)?));
        }
        if let Some(file) = &mut file {
            writeln!(file, "{record}")?;
        }
        count += 1;
    }
    Ok(count)
}

/// The records of a corpus that `write` made, in its order.
pub(crate) fn records(corpus: &Path) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Value>>> {
    let files = fs::read_dir(corpus)?.map(|entry| entry.map(|entry| entry.path()));
    let mut files = files.collect::<Result<Vec<_>, _>>()?;
    files.sort_unstable();
    let lines = files.into_iter().flat_map(|path| match fs::File::open(path) {
        Ok(file) => Box::new(BufReader::new(file).lines()) as Box<dyn Iterator<Item = std::io::Result<String>>>,
        Err(error) => Box::new(std::iter::once(Err(error))),
    });
    Ok(lines.map(|line| Ok(serde_json::from_str(&line?)?)))
}
