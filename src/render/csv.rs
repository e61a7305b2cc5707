//! Articles and tables as comma-separated values, for spreadsheets.
//!
//! A text cell that a spreadsheet would run as a formula (it starts with `=`, `+`, `-`, `@`, a tab or a line break) gets
//! an apostrophe in front, which spreadsheets hide; a program that reads the file takes it off again.

use std::borrow::Cow;
use std::io::Write;

use csv::Writer;

use crate::model::crosstab::{Crosstab, Side};
use crate::model::document::{DateSource, Document};
use crate::model::results::{Copies, Hit};
use crate::render::names::value_name;
use crate::render::{Dimension, plain_text};

/// What stands between several values in one cell.
const SEPARATOR: &str = "; ";

/// What a formula may start with: also a line feed, and the signs in full width, which spreadsheets of East Asia take
/// for the plain ones.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

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

/// What a table in a file opens with: without it Excel takes UTF-8 for the code page of its country, and no Urdu or Chinese
/// survives that.
pub const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The columns of an export besides the dimensions: those before them and those after.
const EXPORTED: (&[&str], &[&str]) =
    (&["id", "title", "date", "date_source", "source", "author", "lang"], &["url", "copies", "score"]);

/// The header of an export, with its line break, behind a byte order mark.
pub fn export_header(dimensions: &[Dimension]) -> Result<Vec<u8>, csv::Error> {
    let names = dimensions.iter().map(|dimension| dimension.name.as_str());
    let columns = EXPORTED.0.iter().copied().chain(names).chain(EXPORTED.1.iter().copied());
    Ok([BYTE_ORDER_MARK.to_vec(), row(columns)?].concat())
}

/// An article of an export as a row, with its line break.
pub fn export_row(
    document: &Document,
    copies: &Copies,
    score: f32,
    dimensions: &[Dimension],
) -> Result<Vec<u8>, csv::Error> {
    let mut cells = vec![
        document.id.clone(),
        document.title.clone(),
        document.date.map(|date| date.to_string()).unwrap_or_default(),
        document.date_source.map(DateSource::name).unwrap_or_default().to_owned(),
        document.source.join(SEPARATOR),
        document.author.clone().unwrap_or_default(),
        document.lang.clone(),
    ];
    cells.extend(dimensions.iter().map(|dimension| document.tags(&dimension.name).collect::<Vec<_>>().join(SEPARATOR)));
    cells.push(document.url.clone().unwrap_or_default());
    cells.push(copies.list.iter().map(|copy| copy.id.as_str()).collect::<Vec<_>>().join(SEPARATOR));
    cells.push(score.to_string());
    row(cells.iter().map(|cell| guard(cell)))
}

/// Cells as one line. Every cell is quoted: a line break or a quotation mark in it then stays in it in every reader.
pub fn row(cells: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Vec<u8>, csv::Error> {
    let mut line = Vec::new();
    let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(&mut line);
    for cell in cells {
        writer.write_field(cell.as_ref())?;
    }
    writer.write_record(None::<&[u8]>)?;
    writer.flush()?;
    drop(writer);
    Ok(line)
}

/// A cell that no spreadsheet runs.
pub fn guard(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(FORMULA_STARTS) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
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
    fn a_table_says_its_totals_and_what_is_left_out() {
        let mut lines = Vec::new();
        write_table(&samples::crosstab(), &mut lines).unwrap();
        let expected = "region,2023,2025,_total\nNorth,3,7,10\nNorth/Harbour,2,7,9\n_none,0,1,1\n_total,3,8,12\n\
            _other rows,,,3\n_other columns,,,3\n";
        assert_eq!(String::from_utf8(lines).unwrap(), expected);
    }

    #[test]
    fn a_cell_never_starts_a_formula() {
        for (cell, guarded) in [
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("-a", "'-a"),
            ("@b", "'@b"),
            ("\t=1", "'\t=1"),
            ("\n=1", "'\n=1"),
            ("＝1", "'＝1"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(guard(cell), guarded);
        }
    }
}
