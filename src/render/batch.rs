//! The rows of a batch: as text for people, as a table for spreadsheets, as JSON for programs, each as it comes.

use serde_json::{Map, Value, json};

use crate::model::batch::{BatchFound, BatchRow};
use crate::model::results::OtherForms;
use crate::render::Dimension;
use crate::render::csv::{BYTE_ORDER_MARK, guard, row};
use crate::render::wording::{articles, grouped};

/// Columns of a table before those of the dimensions, and behind them.
const COLUMNS: (&[&str], &[&str]) = (
    &["line", "query", "articles", "different", "first", "last"],
    &["match", "missing", "corrections", "notes", "error"],
);

/// A row for people: the query, and below it what was found.
pub fn text(row: &BatchRow) -> String {
    let mut text = format!("{}: {}\n", row.line, row.query);
    match &row.outcome {
        Err(reason) => text.push_str(&format!("  refused: {reason}\n")),
        Ok(found) => {
            text.push_str(&format!("  {}\n", findings(found).join(" · ")));
            for (name, words) in [("missing", found.missing.join(", ")), ("read as", corrections(&found.corrections))] {
                if !words.is_empty() {
                    text.push_str(&format!("  {name}: {words}\n"));
                }
            }
            for diagnostic in &found.diagnostics {
                text.push_str(&format!("  note: {} (at {})\n", diagnostic.message, diagnostic.start + 1));
            }
        }
    }
    text
}

fn findings(found: &BatchFound) -> Vec<String> {
    let mut parts = vec![articles(found.total)];
    if found.collapsed != found.total {
        parts.push(format!("{} different", grouped(found.collapsed)));
    }
    match (found.first, found.last) {
        (Some(first), Some(last)) if first == last => parts.push(first.to_string()),
        (Some(first), Some(last)) => parts.push(format!("{first} to {last}")),
        _ if found.total > 0 => parts.push("undated".to_owned()),
        _ => {}
    }
    let top = found.top.iter().filter_map(|(dimension, top)| Some((dimension, top.as_ref()?)));
    parts.extend(top.map(|(dimension, top)| format!("{dimension} {} ({})", top.label, grouped(top.count))));
    parts
}

/// "gwader: Gwadar; attak: attack".
fn corrections(list: &[OtherForms]) -> String {
    let forms = |other: &OtherForms| other.forms.iter().map(|form| form.form.clone()).collect::<Vec<_>>().join(", ");
    list.iter().map(|other| format!("{}: {}", other.term, forms(other))).collect::<Vec<_>>().join("; ")
}

/// The header of a table: two columns a dimension, its commonest value and how many articles have it. Fails only where
/// writing into memory does.
pub fn csv_header(dimensions: &[Dimension]) -> Result<Vec<u8>, csv::Error> {
    let names =
        dimensions.iter().flat_map(|dimension| [dimension.name.clone(), format!("{}_articles", dimension.name)]);
    let fixed = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let columns = fixed(COLUMNS.0).into_iter().chain(names).chain(fixed(COLUMNS.1));
    Ok([BYTE_ORDER_MARK.to_vec(), row(columns)?].concat())
}

/// A row of a table; `dimensions` are those of the header.
pub fn csv_row(batch: &BatchRow, dimensions: &[Dimension]) -> Result<Vec<u8>, csv::Error> {
    let mut cells = vec![batch.line.to_string(), batch.query.clone()];
    match &batch.outcome {
        Err(reason) => {
            let empty = COLUMNS.0.len() - 2 + 2 * dimensions.len() + COLUMNS.1.len() - 1;
            cells.extend(std::iter::repeat_n(String::new(), empty));
            cells.push(reason.clone());
        }
        Ok(found) => {
            let date =
                |date: Option<crate::model::date::PartialDate>| date.map(|date| date.to_string()).unwrap_or_default();
            cells.extend([found.total.to_string(), found.collapsed.to_string(), date(found.first), date(found.last)]);
            for dimension in dimensions {
                let top = found.top.iter().find(|(name, _)| *name == dimension.name).and_then(|(_, top)| top.as_ref());
                cells.push(top.map(|top| top.path.clone()).unwrap_or_default());
                cells.push(top.map(|top| top.count.to_string()).unwrap_or_default());
            }
            let notes = found.diagnostics.iter().map(|note| note.message.as_str()).collect::<Vec<_>>().join("; ");
            let missing = found.missing.join("; ");
            cells.extend([found.match_used.name().to_owned(), missing, corrections(&found.corrections), notes]);
            cells.push(String::new());
        }
    }
    row(cells.iter().map(|cell| guard(cell)))
}

/// A row as JSON on one line, without a line break.
pub fn json(row: &BatchRow) -> String {
    let mut object = Map::new();
    object.insert("line".into(), row.line.into());
    object.insert("query".into(), row.query.clone().into());
    match &row.outcome {
        Err(reason) => _ = object.insert("error".into(), reason.clone().into()),
        Ok(found) => {
            let total = json!({"value": found.total, "relation": "eq", "collapsed": found.collapsed});
            let top = found.top.iter().map(|(dimension, top)| {
                let value = top.as_ref().map(|top| json!({"path": top.path, "label": top.label, "count": top.count}));
                (dimension.clone(), value.unwrap_or(Value::Null))
            });
            object.insert("total".into(), total);
            object.insert("first".into(), json!(found.first));
            object.insert("last".into(), json!(found.last));
            object.insert("top".into(), Value::Object(top.collect()));
            object.insert("match_used".into(), json!(found.match_used));
            object.insert("missing".into(), json!(found.missing));
            object.insert("corrections".into(), json!(found.corrections));
            object.insert("diagnostics".into(), json!(found.diagnostics));
            object.insert("error".into(), Value::Null);
        }
    }
    Value::Object(object).to_string()
}
