//! TOML to entries, for front matter between `+++` lines and for sidecars.
//!
//! Nesting is limited by the parser itself.

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{as_written, line_of};
use crate::ingest::formats::blocks::on_one_line;
use crate::ingest::formats::keys::Entry;

/// Why a text is no TOML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ingest::formats) struct TomlError {
    /// Line of the block, from 1.
    pub(in crate::ingest::formats) line: u32,
    /// The parser's words on one line, and what to do.
    pub(in crate::ingest::formats) words: String,
}

/// The entries of a TOML text in the order they are written, with its lines.
pub(in crate::ingest::formats) fn entries(block: &str) -> Result<Vec<Entry>, TomlError> {
    let table = DeTable::parse(block).map_err(|error| {
        let mut words = on_one_line(error.message());
        words.push_str(match words.contains("invalid date") {
            true => "; put a partial date in quotation marks",
            false => "; correct this line",
        });
        TomlError { line: error.span().map_or(1, |span| line_of(block, span.start)), words }
    })?;
    let mut pairs: Vec<_> = table.get_ref().iter().collect();
    pairs.sort_by_key(|(key, _)| key.span().start);
    Ok(pairs
        .into_iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            line: Some(line_of(block, key.span().start)),
            value: to_json(value, block),
        })
        .collect())
}

fn to_json(value: &Spanned<DeValue<'_>>, block: &str) -> Value {
    let written = block.get(value.span()).unwrap_or_default().trim();
    match value.get_ref() {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Boolean(truth) => (*truth).into(),
        DeValue::Datetime(_) => Value::String(written.to_owned()),
        DeValue::Integer(integer) => {
            as_written(integer.as_str().parse::<i64>().map_or(Value::Null, Value::from), written)
        }
        DeValue::Float(float) => as_written(float.as_str().parse::<f64>().map_or(Value::Null, Value::from), written),
        DeValue::Array(values) => values.iter().map(|value| to_json(value, block)).collect(),
        DeValue::Table(table) => {
            let mut pairs: Vec<_> = table.iter().collect();
            pairs.sort_by_key(|(key, _)| key.span().start);
            let pairs = pairs.into_iter().map(|(key, value)| (key.get_ref().to_string(), to_json(value, block)));
            Value::Object(pairs.collect())
        }
    }
}
