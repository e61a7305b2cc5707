//! JSON Lines: one record a line, plain or packed with gzip.
//!
//! A broken line is quarantined by its number and the rest goes on. Sizes are checked while unpacking, so that a small
//! file cannot fill the memory. May not form ids: a record without one has its line, and the pipeline makes the name.

mod lines;

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::fmt;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::keys::{self, Entry};
use super::{Reading, bare_article, encoding, line_number};
use crate::model::document::{BodyKind, DateSource, Place, RawArticle};
use crate::model::report::Quarantined;
use crate::model::{BROKEN_RECORDS_MAX, FILE_BYTES_MAX, RECORDS_FILE_BYTES_MAX, RECORDS_MAX};
use lines::{Line, Lines};

/// The keys that may hold the text, best first; those that are not taken are extra.
const BODY_KEYS: [&str; 3] = ["body", "text", "content"];

/// Reads a file of records.
pub(super) fn read(path: &str, bytes: &[u8]) -> Reading {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return match encoding::decode(bytes, None) {
            Ok(decoded) => records(path, decoded.text.as_bytes()),
            Err(reason) => Reading::quarantined(path, None, reason),
        };
    }
    records(path, bytes)
}

/// Reads a packed file of records.
pub(super) fn read_packed(path: &str, bytes: &[u8]) -> Reading {
    records(path, MultiGzDecoder::new(bytes))
}

fn records(path: &str, reader: impl Read) -> Reading {
    let mut lines = Lines::new(reader, FILE_BYTES_MAX, RECORDS_FILE_BYTES_MAX);
    let mut reading = Reading::default();
    let mut broken = 0_usize;
    for number in 1.. {
        let place = Place { file: path.to_owned(), line: Some(line_number(number)) };
        let (reason, last) = match lines.next() {
            Line::End => break,
            Line::Text(line) if line.trim_ascii().is_empty() => continue,
            Line::Text(_) if reading.articles.len() >= RECORDS_MAX => {
                (format!("more than {RECORDS_MAX} records; the rest is not read: split the file"), true)
            }
            Line::Text(line) => match record(place.clone(), line) {
                Ok(article) => {
                    reading.articles.push(article);
                    continue;
                }
                Err(reason) => (reason, false),
            },
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
        broken += 1;
        if last || broken <= BROKEN_RECORDS_MAX {
            reading.quarantined.push(Quarantined { place, reason });
        }
        if last {
            break;
        }
    }
    if broken > reading.quarantined.len() {
        let reason =
            format!("{broken} lines are no records; the first {BROKEN_RECORDS_MAX} are listed: correct or remove them");
        reading.quarantined.push(Quarantined { place: Place { file: path.to_owned(), line: None }, reason });
    }
    if reading.articles.is_empty() && reading.quarantined.is_empty() {
        return Reading::quarantined(path, None, "holds no records");
    }
    reading
}

fn record(place: Place, line: &[u8]) -> Result<RawArticle, String> {
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

    fn lines_and_reasons(reading: &Reading) -> Vec<(u32, &str)> {
        reading.quarantined.iter().map(|entry| (entry.place.line.unwrap_or(0), entry.reason.as_str())).collect()
    }

    #[test]
    fn a_record_is_an_article() {
        let line = r#"{"id": 12, "title": "T", "body": "B", "text": "x", "date": "2024-03", "source": ["A", "B"],
            "author": "W", "language": "ur", "region": "X/Y", "n": 3}"#
            .replace('\n', "");
        let reading = read("a.jsonl", line.as_bytes());
        let article = &reading.articles[0];
        assert_eq!((article.id.as_deref(), article.title.as_deref(), &*article.body), (Some("12"), Some("T"), "B"));
        assert_eq!(article.date, Some(("2024-03".to_owned(), DateSource::Record)));
        assert_eq!((article.source.len(), article.lang.as_deref(), article.place.line), (2, Some("ur"), Some(1)));
        assert_eq!(json!(article.extra), json!({"n": 3, "region": "X/Y", "text": "x"}));
        assert_eq!(article.body_kind, BodyKind::Curated);
        for (line, body) in [(r#"{"text":"t"}"#, "t"), (r#"{"body":null,"content":["a","b"]}"#, "a\n\nb")] {
            assert_eq!(read("a.jsonl", line.as_bytes()).articles[0].body, body);
        }
    }

    #[test]
    fn a_broken_line_is_told_and_the_rest_goes_on() {
        let text = "\u{FEFF}{\"title\":\"one\"}\n\n{\"title\": oops}\n[1]\n\
            {\"id\":\"x\",\"body\":\" \"}\n{\"title\":{}}\n\
            {\"body\":7}\n{\"title\":\"a\",\"title\":\"two\"}\r\n{\"title\":\"cut";
        let reading = read("a.jsonl", text.as_bytes());
        let titles: Vec<_> = reading.articles.iter().filter_map(|article| article.title.as_deref()).collect();
        assert_eq!(titles, ["one", "two"]);
        assert_eq!((reading.articles[1].place.line, reading.articles[1].warnings.len()), (Some(8), 1));
        let told = lines_and_reasons(&reading);
        assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4, 5, 6, 7, 9]);
        assert!(told[0].1.contains("column 11"), "{}", told[0].1);
        assert!(told[1].1.contains("expected a JSON object"), "{}", told[1].1);
        assert!(told[2].1.contains("neither"));
        assert_eq!(lines_and_reasons(&read("a.jsonl", b"\n \n")), [(0, "holds no records")]);
    }

    #[test]
    fn packed_files_are_read_member_by_member_and_a_cut_one_as_far_as_it_goes() {
        let mut bytes = packed("{\"title\":\"one\"}\n");
        bytes.extend(packed("{\"title\":\"two\"}\n"));
        assert_eq!(read_packed("a.jsonl.gz", &bytes).articles.len(), 2);
        let many: String = (0..2000).map(|n| format!("{{\"title\":\"{}\"}}\n", n * 7919 % 104_729)).collect();
        let bytes = packed(&many);
        let reading = read_packed("a.jsonl.gz", &bytes[..bytes.len() / 2]);
        assert!(reading.articles.len() > 100 && reading.articles.len() < 2000);
        assert!(reading.quarantined[0].reason.contains("unpacked"), "{}", reading.quarantined[0].reason);
        assert_eq!(read_packed("a.jsonl.gz", b"no gzip").quarantined.len(), 1);
    }

    #[test]
    fn a_file_of_broken_lines_does_not_fill_the_report() {
        let reading = read("a.jsonl", "x\n".repeat(BROKEN_RECORDS_MAX + 50).as_bytes());
        assert_eq!(reading.quarantined.len(), BROKEN_RECORDS_MAX + 1);
        assert!(
            reading.quarantined[BROKEN_RECORDS_MAX].reason.starts_with(&format!("{} lines", BROKEN_RECORDS_MAX + 50))
        );
    }

    #[test]
    fn a_record_in_another_encoding_is_read() {
        let reading = read(
            "a.jsonl",
            &"{\"title\":\"déjà vu à côté\"}\n".encode_utf16().fold(vec![0xFF, 0xFE], |mut bytes, unit| {
                bytes.extend(unit.to_le_bytes());
                bytes
            }),
        );
        assert_eq!(reading.articles[0].title.as_deref(), Some("déjà vu à côté"));
    }
}
