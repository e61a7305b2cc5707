//! JSON Lines: one record a line, plain or packed with gzip.
//!
//! A broken line is quarantined by its number and the rest goes on. Sizes are checked while unpacking, so that a small
//! file cannot fill the memory. May not form ids: a record without one has its line, and the pipeline makes the name.

mod lines;

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::fmt;
use std::io::Read;

use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::read::MultiGzDecoder;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::keys::{self, Entry};
use super::{Format, Reading, bare_article, encoding, line_number};
use crate::model::document::{BodyKind, DateSource, Place, RawArticle};
use crate::model::report::{Quarantined, on_one_line};
use crate::model::{BROKEN_RECORDS_MAX, FILE_BYTES_MAX, RECORDS_FILE_BYTES_MAX, RECORDS_MAX};
use lines::{Line, Lines};

/// The keys that may hold the text, best first; those that are not taken are extra.
const BODY_KEYS: [&str; 3] = ["body", "text", "content"];

/// Reads a file of records whole.
pub(super) fn read(path: &str, format: Format, bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    let mut tally = Tally::default();
    for line in lines(path, format, bytes) {
        match line.and_then(|line| record(&line)) {
            Ok(article) => {
                tally.seen += 1;
                reading.articles.push(article);
            }
            Err(quarantined) => tally.refuse(quarantined, &mut reading.quarantined),
        }
    }
    tally.finish(path, &mut reading.quarantined);
    reading
}

/// A line that should hold a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLine {
    /// File and line.
    pub place: Place,
    /// The line.
    pub bytes: Vec<u8>,
}

/// The lines of a file of records that are not blank, unpacked where it is packed, in UTF-8 where it is UTF-16 with a
/// byte-order mark. Holds one line in memory. An error names a line that cannot be read; after the last one nothing
/// more comes.
pub fn lines<'r, R: Read + Send + 'r>(
    path: &str,
    format: Format,
    reader: R,
) -> impl Iterator<Item = Result<RecordLine, Quarantined>> + Send + use<'r, R> {
    let unpacked: Box<dyn Read + Send + 'r> =
        if format == Format::PackedRecords { Box::new(MultiGzDecoder::new(reader)) } else { Box::new(reader) };
    let decoded = DecodeReaderBytesBuilder::new().utf8_passthru(true).strip_bom(true).build(unpacked);
    let mut lines = Lines::new(decoded, FILE_BYTES_MAX, RECORDS_FILE_BYTES_MAX);
    let path = path.to_owned();
    let (mut number, mut read, mut ended) = (0, 0_usize, false);
    std::iter::from_fn(move || {
        while !ended {
            number += 1;
            let place = Place { file: path.clone(), line: Some(line_number(number)) };
            let (reason, last) = match lines.next() {
                Line::End => return None,
                Line::Text(line) if line.trim_ascii().is_empty() => continue,
                Line::Text(_) if read >= RECORDS_MAX => {
                    (format!("more than {RECORDS_MAX} records; the rest is not read: split the file"), true)
                }
                Line::Text(line) => {
                    read += 1;
                    return Some(Ok(RecordLine { place, bytes: line.to_vec() }));
                }
                Line::TooLong => (format!("the record is longer than {FILE_BYTES_MAX} bytes; split it"), false),
                Line::PastLimit => (
                    format!(
                        "the file is larger than {RECORDS_FILE_BYTES_MAX} bytes unpacked; the rest is not read: split it"
                    ),
                    true,
                ),
                Line::Broken(error) => {
                    (format!("cannot be unpacked from here on, the rest is lost: {error}; pack it anew"), true)
                }
            };
            ended = last;
            return Some(Err(Quarantined { place, reason }));
        }
        None
    })
}

/// Counts the records of one file, and keeps its broken ones from filling the report.
#[derive(Debug, Default)]
pub struct Tally {
    /// Records seen, good and broken.
    pub seen: usize,
    broken: usize,
}

impl Tally {
    /// Counts a broken record, and lists it unless there were too many before.
    pub fn refuse(&mut self, quarantined: Quarantined, list: &mut Vec<Quarantined>) {
        self.seen += 1;
        self.broken += 1;
        if self.broken <= BROKEN_RECORDS_MAX {
            list.push(quarantined);
        }
    }

    /// Closes the list, at the end of the file. Gives the number of broken records that are not listed one by one.
    pub fn finish(&mut self, path: &str, list: &mut Vec<Quarantined>) -> usize {
        let place = Place { file: path.to_owned(), line: None };
        if self.seen == 0 {
            self.seen = 1;
            list.push(Quarantined { place, reason: "holds no records; remove it, or add some".to_owned() });
            return 0;
        }
        let unlisted = self.broken.saturating_sub(BROKEN_RECORDS_MAX);
        if unlisted > 0 {
            let broken = self.broken;
            let reason = format!(
                "{broken} lines are no records; the first {BROKEN_RECORDS_MAX} are listed: correct or remove them"
            );
            list.push(Quarantined { place, reason });
        }
        unlisted
    }
}

/// Reads one record.
pub fn record(line: &RecordLine) -> Result<RawArticle, Quarantined> {
    let refused = |reason: String| Quarantined { place: line.place.clone(), reason: on_one_line(&reason) };
    article(line.place.clone(), &line.bytes).map_err(refused)
}

fn article(place: Place, line: &[u8]) -> Result<RawArticle, String> {
    let decoded = encoding::decode(line, None)?;
    let Pairs(mut pairs) = serde_json::from_str(decoded.text.trim()).map_err(|error| no_json(&error))?;
    let mut article = bare_article(place, String::new(), BodyKind::Curated);
    article.warnings = decoded.warnings;
    drop_repeated(&mut pairs, &mut article.warnings);
    let at = BODY_KEYS.iter().find_map(|name| pairs.iter().position(|(key, value)| key == name && !value.is_null()));
    if let Some(at) = at {
        let (key, value) = pairs.remove(at);
        article.body = body(&key, &value)?;
    }
    let entries = pairs.into_iter().map(|(key, value)| Entry { key, value, line: None }).collect();
    keys::apply(&mut article, entries, DateSource::Record).map_err(|refusal| refusal.reason)?;
    if article.title.is_none() && article.body.trim().is_empty() {
        return Err("the record has neither a title nor a text; write them, or remove it".to_owned());
    }
    Ok(article)
}

/// A text, or a list of paragraphs.
fn body(key: &str, value: &Value) -> Result<String, String> {
    let wrong = || format!("`{key}` must be a text, not {}", keys::kind(value));
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Array(values) => {
            let paragraphs: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            Ok(paragraphs.ok_or_else(wrong)?.join("\n\n"))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Err(wrong()),
    }
}

/// Of a key that stands twice the last value counts, as JSON readers do it; the curator is told.
fn drop_repeated(pairs: &mut Vec<(String, Value)>, warnings: &mut Vec<String>) {
    let mut seen: HashMap<String, bool> = HashMap::with_capacity(pairs.len());
    let mut kept: Vec<(String, Value)> = Vec::with_capacity(pairs.len());
    for (key, value) in pairs.drain(..).rev() {
        match seen.entry(key) {
            Slot::Vacant(slot) => {
                kept.push((slot.key().clone(), value));
                slot.insert(false);
            }
            Slot::Occupied(mut slot) if !slot.get() => {
                warnings.push(format!("`{}` stands twice in the record; the last one counts", slot.key()));
                slot.insert(true);
            }
            Slot::Occupied(_) => {}
        }
    }
    kept.reverse();
    *pairs = kept;
}

/// The parser's words, without its line number: a record is one line.
fn no_json(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words);
    format!("no valid JSON record (one JSON object a line), column {}: {words}; correct or remove it", error.column())
}

/// The pairs of a JSON object in order, repeated keys included.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Pairs, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = object.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use serde_json::json;

    use super::*;

    fn packed(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn read_plain(bytes: &[u8]) -> Reading {
        read("a.jsonl", Format::Records, bytes)
    }

    fn read_zipped(bytes: &[u8]) -> Reading {
        read("a.jsonl.gz", Format::PackedRecords, bytes)
    }

    fn lines_and_reasons(reading: &Reading) -> Vec<(u32, &str)> {
        reading.quarantined.iter().map(|entry| (entry.place.line.unwrap_or(0), entry.reason.as_str())).collect()
    }

    #[test]
    fn a_record_is_an_article() {
        let line = r#"{"id": 12, "title": "T", "body": "B", "text": "x", "date": "2024-03", "source": ["A", "B"],
            "author": "W", "language": "ur", "region": "X/Y", "n": 3}"#
            .replace('\n', "");
        let reading = read_plain(line.as_bytes());
        let article = &reading.articles[0];
        assert_eq!((article.id.as_deref(), article.title.as_deref(), &*article.body), (Some("12"), Some("T"), "B"));
        assert_eq!(article.date, Some(("2024-03".to_owned(), DateSource::Record)));
        assert_eq!((article.source.len(), article.lang.as_deref(), article.place.line), (2, Some("ur"), Some(1)));
        assert_eq!(json!(article.extra), json!({"n": 3, "region": "X/Y", "text": "x"}));
        assert_eq!(article.body_kind, BodyKind::Curated);
        for (line, body) in [(r#"{"text":"t"}"#, "t"), (r#"{"body":null,"content":["a","b"]}"#, "a\n\nb")] {
            assert_eq!(read_plain(line.as_bytes()).articles[0].body, body);
        }
    }

    #[test]
    fn a_broken_line_is_told_and_the_rest_goes_on() {
        let text = "\u{FEFF}{\"title\":\"one\"}\n\n{\"title\": oops}\n[1]\n\
            {\"id\":\"x\",\"body\":\" \"}\n{\"title\":{}}\n\
            {\"body\":7}\n{\"title\":\"a\",\"title\":\"two\"}\r\n{\"title\":\"cut";
        let reading = read_plain(text.as_bytes());
        let titles: Vec<_> = reading.articles.iter().filter_map(|article| article.title.as_deref()).collect();
        assert_eq!(titles, ["one", "two"]);
        assert_eq!((reading.articles[1].place.line, reading.articles[1].warnings.len()), (Some(8), 1));
        let told = lines_and_reasons(&reading);
        assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4, 5, 6, 7, 9]);
        assert!(told[0].1.contains("column 11"), "{}", told[0].1);
        assert!(told[1].1.contains("expected a JSON object"), "{}", told[1].1);
        assert!(told[2].1.contains("neither"));
        assert_eq!(lines_and_reasons(&read_plain(b"\n \n")), [(0, "holds no records; remove it, or add some")]);
    }

    #[test]
    fn packed_files_are_read_member_by_member_and_a_cut_one_as_far_as_it_goes() {
        let mut bytes = packed("{\"title\":\"one\"}\n");
        bytes.extend(packed("{\"title\":\"two\"}\n"));
        assert_eq!(read_zipped(&bytes).articles.len(), 2);
        let many: String = (0..2000).map(|n| format!("{{\"title\":\"{}\"}}\n", n * 7919 % 104_729)).collect();
        let bytes = packed(&many);
        let reading = read_zipped(&bytes[..bytes.len() / 2]);
        assert!(reading.articles.len() > 100 && reading.articles.len() < 2000);
        assert!(reading.quarantined[0].reason.contains("unpacked"), "{}", reading.quarantined[0].reason);
        assert_eq!(read_zipped(b"no gzip").quarantined.len(), 1);
    }

    #[test]
    fn a_file_of_broken_lines_does_not_fill_the_report() {
        let reading = read_plain("x\n".repeat(BROKEN_RECORDS_MAX + 50).as_bytes());
        assert_eq!(reading.quarantined.len(), BROKEN_RECORDS_MAX + 1);
        assert!(
            reading.quarantined[BROKEN_RECORDS_MAX].reason.starts_with(&format!("{} lines", BROKEN_RECORDS_MAX + 50))
        );
    }

    #[test]
    fn a_record_in_another_encoding_is_read() {
        let reading =
            read_plain(&"{\"title\":\"déjà vu à côté\"}\n".encode_utf16().fold(vec![0xFF, 0xFE], |mut bytes, unit| {
                bytes.extend(unit.to_le_bytes());
                bytes
            }));
        assert_eq!(reading.articles[0].title.as_deref(), Some("déjà vu à côté"));
    }
}
