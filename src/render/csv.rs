//! Hits as comma-separated values, for spreadsheets.
//!
//! A text cell that a spreadsheet would run as a formula (it starts with `=`, `+`, `-`, `@`, a tab or a carriage
//! return) gets an apostrophe in front, which spreadsheets hide; a program that reads the file takes it off again.

use std::borrow::Cow;
use std::io::Write;

use csv::Writer;

use crate::model::results::Hit;
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
