//! One word or quotation as a leaf of the tree: its marks (`=`, `*`, `~1`), the value of a field, a date.
//!
//! A mark that makes no sense leaves the whole run a word as typed, so that it means the same when it is read again.
//! May not look at neighbours.

use crate::model::date::{DateError, DateRange, PartialDate};
use crate::model::query::{Query, TextField};
use crate::model::{FUZZY_EDITS_MAX, PREFIX_CHARS_MIN};
use crate::query::diagnostics::{Diagnostics, Span};
use crate::query::lexer::{Field, Value, trimmed};

/// Punctuation that may stand behind a word's marks or a value without being meant: `Baloch*, Sindh`.
const TRAILING: [char; 6] = [',', '.', ';', ':', '!', '?'];

/// The leaf that a value makes in a field, or in the text where there is none.
pub(super) fn leaf(field: Option<Field<'_>>, value: Value<'_>, span: Span, diagnostics: &mut Diagnostics) -> Query {
    match field {
        None => text_leaf(value, span, diagnostics),
        Some(Field::Text(field)) => within(field, text_leaf(value, span, diagnostics)),
        Some(Field::Keyword(field)) => Query::Keyword(field, keyword(value, span, diagnostics)),
        Some(Field::Label(name)) => {
            Query::Label { dimension: name.to_owned(), value: keyword(value, span, diagnostics) }
        }
        Some(Field::Date) => date(value, span, diagnostics),
    }
}

/// The query, sought in that field only. Everything is everything in any field.
pub(super) fn within(field: TextField, query: Query) -> Query {
    if query.is_everything() { query } else { Query::Within(field, Box::new(query)) }
}

fn text_leaf(value: Value<'_>, span: Span, diagnostics: &mut Diagnostics) -> Query {
    match value {
        Value::Quoted { text, exact, slop } => Query::Phrase { text: text.to_owned(), exact, slop },
        Value::Bare(run) => match run.strip_prefix('=') {
            Some(rest) => exact_word(run, rest, span, diagnostics),
            None => marked_word(run, span, diagnostics),
        },
    }
}

/// `=word`: the marks of other words mean nothing here and end it.
fn exact_word(run: &str, rest: &str, span: Span, diagnostics: &mut Diagnostics) -> Query {
    let text = trimmed(&rest[..rest.find(['*', '~']).unwrap_or(rest.len())]);
    if !text.contains(char::is_alphanumeric) {
        return word(run);
    }
    if rest.contains(['*', '~']) {
        diagnostics.report(span, format!("a word behind `=` takes no `*` and no `~`; read as ={text}"));
    }
    Query::Word { text: text.to_owned(), exact: true }
}

/// A word with or without `*` or `~1`.
fn marked_word(run: &str, span: Span, diagnostics: &mut Diagnostics) -> Query {
    let core = run.trim_end_matches(TRAILING);
    let prefix = core.trim_end_matches('*');
    if prefix.is_empty() && !core.is_empty() {
        return Query::Everything;
    }
    if prefix.contains('*') || (prefix != core && prefix.contains('~')) || (prefix == core && run.contains('*')) {
        diagnostics.report(span, "`*` stands for letters only at the end of a plain word; read as a word");
        return word(run);
    }
    if prefix != core {
        if prefix.chars().filter(|c| c.is_alphanumeric()).count() < PREFIX_CHARS_MIN {
            let message = format!("at least {PREFIX_CHARS_MIN} letters must stand before `*`; read as a word");
            diagnostics.report(span, message);
            return word(run);
        }
        return Query::Prefix(prefix.to_owned());
    }
    fuzzy_word(core, span, diagnostics).unwrap_or_else(|| word(run))
}

/// `word~1`; `None` where the tilde means something else (`~5`, `/~name`).
fn fuzzy_word(core: &str, span: Span, diagnostics: &mut Diagnostics) -> Option<Query> {
    let (text, digits) = core.rsplit_once('~')?;
    let text = trimmed(text.trim_end_matches('~'));
    if !digits.bytes().all(|b| b.is_ascii_digit()) || text.contains('~') || !text.contains(char::is_alphanumeric) {
        return None;
    }
    // Only a number that is too large fails to parse.
    let distance = if digits.is_empty() { 1 } else { digits.parse().unwrap_or(u8::MAX) };
    if distance == 0 {
        return Some(word(text));
    }
    if distance > FUZZY_EDITS_MAX {
        diagnostics.report(span, format!("at most {FUZZY_EDITS_MAX} letters may differ; read as ~{FUZZY_EDITS_MAX}"));
    }
    Some(Query::Fuzzy { text: text.to_owned(), distance: distance.min(FUZZY_EDITS_MAX) })
}

/// A plain word. An operator that is read as one is written small, or it would be an operator when read again.
pub(super) fn word(text: &str) -> Query {
    let operator = matches!(text, "AND" | "OR" | "NOT" | "SAME");
    Query::Word { text: if operator { text.to_lowercase() } else { text.to_owned() }, exact: false }
}

/// The value of a field that is compared as a whole.
fn keyword(value: Value<'_>, span: Span, diagnostics: &mut Diagnostics) -> String {
    let text = match value {
        Value::Quoted { text, .. } => return text.to_owned(),
        Value::Bare(run) => run,
    };
    let plain = text.trim_start_matches('=').trim_end_matches(TRAILING);
    if plain.contains('*') {
        diagnostics.report(span, "`*` means nothing in the value of this field; compared as typed");
    }
    let plain = trimmed(plain);
    if plain.is_empty() { text.to_owned() } else { plain.to_owned() }
}

fn date(value: Value<'_>, span: Span, diagnostics: &mut Diagnostics) -> Query {
    let text = match value {
        Value::Quoted { text, .. } => text,
        // No full stop among the trailing punctuation: `2024..` is a range.
        Value::Bare(run) => run.trim_start_matches('=').trim_end_matches([',', ';', ':', '!', '?']),
    };
    let error = match date_range(text) {
        Ok(DateRange { from: Some(from), to: Some(to) }) if from.first_day() > to.last_day() => {
            diagnostics.report(span, format!("{from} is after {to}; read the other way round"));
            return Query::Date(DateRange { from: Some(to), to: Some(from) });
        }
        Ok(range) => return Query::Date(range),
        Err(error) => error,
    };
    match value {
        Value::Quoted { text, exact, slop } => {
            diagnostics.report(span, format!("{error}; read as a phrase"));
            Query::Phrase { text: text.to_owned(), exact, slop }
        }
        Value::Bare(run) => {
            diagnostics.report(span, format!("{error}; read as a word"));
            word(&format!("date:{run}"))
        }
    }
}

/// `2024-03`, `A..B`, `A..`, `..B`, `>=A`, `<=B`.
fn date_range(text: &str) -> Result<DateRange, DateError> {
    let side = |text: &str| match text.trim() {
        "" => Ok(None),
        text => text.parse::<PartialDate>().map(Some),
    };
    let range = if let Some(from) = text.strip_prefix(">=") {
        DateRange { from: side(from)?, to: None }
    } else if let Some(to) = text.strip_prefix("<=") {
        DateRange { from: None, to: side(to)? }
    } else if let Some((from, to)) = text.split_once("..") {
        DateRange { from: side(from)?, to: side(to)? }
    } else {
        let date = side(text)?;
        DateRange { from: date, to: date }
    };
    if range == DateRange::default() { Err(DateError::Form(text.to_owned())) } else { Ok(range) }
}
