//! The articles that benches measure: Reuters-21578, and short ones cut from it.

use std::fs;
use std::io::{BufRead, BufReader};
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
