//! Hits and tables as comma-separated values, for spreadsheets.
//!
//! A text cell that a spreadsheet would run as a formula (it starts with `=`, `+`, `-`, `@`, a tab or a carriage
//! return) gets an apostrophe in front, which spreadsheets hide; a program that reads the file takes it off again.

use std::borrow::Cow;
use std::io::Write;

use csv::Writer;

use crate::model::crosstab::{Crosstab, Side};
use crate::model::results::Hit;
use crate::render::names::value_name;
use crate::render::{Dimension, plain_text};

/// What stands between several values in one cell.
const SEPARATOR: &str = "; ";

/// Writes a header and a line for each hit: id, date, title, source, url, lang, score, the paths of each dimension
/// by its name, and the snippets without marks. Fails only where writing does.
pub fn write<'a>(
    hits: impl IntoIterator<Item = &'a Hit>,
    dimensions: &[Dimension],
    out: impl Write,
) -> Result<(), csv::Error> {
    let mut writer = Writer::from_writer(out);
    let names = dimensions.iter().map(|dimension| dimension.name.as_str());
    let fixed = ["id", "date", "title", "source", "url", "lang", "score"];
    writer.write_record(fixed.into_iter().chain(names).chain(["snippet"]))?;
    for hit in hits {
        writer.write_record(record(hit, dimensions))?;
    }
    Ok(writer.flush()?)
}

fn record(hit: &Hit, dimensions: &[Dimension]) -> Vec<String> {
    let document = &hit.document;
    let date = document.date.map(|date| date.to_string()).unwrap_or_default();
    let mut cells = vec![
        guard(&document.id).into_owned(),
        date,
        guard(&document.title).into_owned(),
        guard(&document.source.join(SEPARATOR)).into_owned(),
        guard(document.url.as_deref().unwrap_or_default()).into_owned(),
        guard(&document.lang).into_owned(),
        hit.score.to_string(),
    ];
    for dimension in dimensions {
        let paths: Vec<_> = document.tags(&dimension.name).collect();
        cells.push(guard(&paths.join(SEPARATOR)).into_owned());
    }
    let snippets: Vec<_> = hit.snippets.iter().map(|snippet| plain_text(&snippet.fragments)).collect();
    cells.push(guard(&snippets.join(" … ")).into_owned());
    cells
}

/// Writes a table of two axes: the axes' names and the columns at the head, then a line for each row, its count at the
/// end, and last the counts of the columns. Values are full paths and periods, `_none` for articles without one; where
/// values had to be left out, a line for `_other rows` and one for `_other columns` sums what lies under none of those shown. Fails only where writing does.
pub fn write_table(table: &Crosstab, out: impl Write) -> Result<(), csv::Error> {
    let mut writer = Writer::from_writer(out);
    let other = |side: &Side| (side.left_out > 0).then(|| side.other.to_string());
    let (rows, columns) = (&table.rows, &table.columns);
    let mut head = vec![guard(rows.axis.name()).into_owned()];
    head.extend(columns.headings.iter().map(|heading| guard(value_name(&heading.value).as_ref()).into_owned()));
    head.push("_total".to_owned());
    let width = head.len();
    writer.write_record(&head)?;
    for (heading, cells) in rows.headings.iter().zip(&table.cells) {
        let mut record = vec![guard(value_name(&heading.value).as_ref()).into_owned()];
        record.extend(cells.iter().map(u64::to_string));
        record.push(heading.count.to_string());
        writer.write_record(&record)?;
    }
    let mut last = vec!["_total".to_owned()];
    last.extend(columns.headings.iter().map(|heading| heading.count.to_string()));
    last.push(table.total.to_string());
    writer.write_record(&last)?;
    for (name, other) in [("_other rows", other(rows)), ("_other columns", other(columns))] {
        if let Some(count) = other {
            let mut record = vec![name.to_owned()];
            record.resize(width - 1, String::new());
            record.push(count);
            writer.write_record(&record)?;
        }
    }
    Ok(writer.flush()?)
}

fn guard(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn hits_are_a_table_with_a_column_for_each_dimension() {
        let mut table = Vec::new();
        write(&samples::answer().results.hits, &samples::dimensions(), &mut table).unwrap();
        let expected = "id,date,title,source,url,lang,score,region,theme,snippet\n\
            dock-strike-2024,2024-03-26,Strike closes the docks,Harbour Post; Tide,https://harbour.example/a?b=1&c=2,\
            en,7.25,North/Harbour/East Quay,unrest/strike,\"The dock strike began at dawn. … \"\"No,\"\" said the union.\"\n\
            undated-ur,,گودی میں ہڑتال,,,ur,2,,,\n";
        assert_eq!(String::from_utf8(table).unwrap(), expected);
    }

    #[test]
    fn a_cell_never_starts_a_formula() {
        for (cell, guarded) in [
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("-a", "'-a"),
            ("@b", "'@b"),
            ("\t=1", "'\t=1"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(guard(cell), guarded);
        }
    }
}
