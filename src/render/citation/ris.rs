//! RIS: an article as a record of tagged lines, `NEWS` where a publisher is known, else `ELEC`.
//!
//! Lines end with CRLF, as the format asks. No value holds a line break, so none can begin a tag of its own.

use crate::model::date::PartialDate;
use crate::render::citation::Citation;
use crate::render::citation::authors::{Author, authors};

/// The record, from `TY` to `ER`.
pub fn record(cited: &Citation<'_>) -> String {
    let document = cited.document;
    let publishers = cited.publishers();
    let mut lines: Vec<(&str, String)> = Vec::new();
    lines.push(("TY", if publishers.is_empty() { "ELEC" } else { "NEWS" }.to_owned()));
    lines.push(("ID", document.id.clone()));
    lines.push(("TI", cited.title()));
    let names = authors(document.author.as_deref().unwrap_or_default());
    lines.extend(names.iter().map(|author| ("AU", name(author))));
    lines.push(("T2", publishers.join("; ")));
    if let Some(date) = document.date {
        lines.push(("PY", format!("{:04}", date.year())));
        lines.push(("DA", slashed(date)));
    }
    lines.push(("UR", cited.url().unwrap_or_default()));
    lines.push(("Y2", cited.accessed.map(slashed).unwrap_or_default()));
    lines.push(("LA", cited.language().unwrap_or_default().to_owned()));
    let undated = document.date.is_none().then(|| "undated".to_owned());
    lines.extend(undated.into_iter().chain(cited.remarks()).map(|remark| ("N1", remark)));
    let mut record = String::new();
    for (tag, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        record.push_str(&format!("{tag}  - {value}\r\n"));
    }
    record.push_str("ER  - \r\n");
    record
}

/// `Family, Given` for a person; a name of one part has no comma, which is how readers know it.
fn name(author: &Author) -> String {
    match author {
        Author::Person { given, family } => format!("{family}, {given}"),
        Author::Literal(name) => name.clone(),
    }
}

/// A date as `YYYY/MM/DD/`; parts that are not known are empty.
fn slashed(date: PartialDate) -> String {
    let part = |part: Option<i8>| part.map(|part| format!("{part:02}")).unwrap_or_default();
    format!("{:04}/{}/{}/", date.year(), part(date.month()), part(date.day()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::render::samples;

    /// What some reader takes for the end of a line.
    const LINE_ENDS: [char; 7] = ['\r', '\n', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];

    #[test]
    fn a_record_is_tagged_lines_with_the_line_ends_of_the_format() {
        let document = samples::document();
        let page = Some("https://desk.example/articles/dock-strike-2024");
        let cited = Citation { document: &document, page, accessed: "2026-11-22".parse().ok() };
        let expected = [
            "TY  - NEWS",
            "ID  - dock-strike-2024",
            "TI  - Strike closes the docks",
            "AU  - Writer, A.",
            "T2  - Harbour Post; Tide",
            "PY  - 2024",
            "DA  - 2024/03/26/",
            "UR  - https://harbour.example/a?b=1&c=2",
            "Y2  - 2026/11/22/",
            "LA  - en",
            "N1  - Rests on: Tide, 2024-03, https://tide.example/x",
            "N1  - Read at https://desk.example/articles/dock-strike-2024",
            "ER  - ",
            "",
        ];
        assert_eq!(record(&cited), expected.join("\r\n"));
    }

    #[test]
    fn parts_of_a_date_that_are_not_known_are_empty_and_the_undated_are_called_so() {
        let mut document = samples::document();
        document.source.clear();
        for (date, lines) in [
            (Some("2024-03"), "PY  - 2024\r\nDA  - 2024/03//\r\n"),
            (Some("2024"), "PY  - 2024\r\nDA  - 2024///\r\n"),
            (None, "N1  - undated\r\n"),
        ] {
            document.date = date.and_then(|date| date.parse().ok());
            let record = record(&Citation { document: &document, page: None, accessed: None });
            assert!(record.starts_with("TY  - ELEC\r\n") && record.contains(lines), "{record}");
            assert_eq!(record.contains("PY  - "), date.is_some());
        }
    }

    proptest! {
        #[test]
        fn no_value_begins_a_line_of_its_own(
            title in "(\\PC|[\\r\\n\\t\u{85}\u{2028}\u{2029}\u{b}\u{c}]|TY  - |\\nER  - ){0,20}",
            publisher in "(\\PC|\\r\\nER  - |\\n){0,8}",
            author in "([A-Za-z,;. ]|\\nUR  - ){0,12}",
        ) {
            let mut document = samples::document();
            document.title = title;
            document.source = vec![publisher];
            document.author = Some(author);
            let cited = Citation { document: &document, page: None, accessed: None };
            let record = record(&cited);
            let lines: Vec<&str> = record.split_terminator("\r\n").collect();
            let value = |tag: &str| lines.iter().find_map(|line| line.strip_prefix(&format!("{tag}  - ")));
            let is_whole = |line: &&str| !line.contains(LINE_ENDS);
            prop_assert!(lines.iter().all(is_whole), "{}", &record);
            prop_assert!(lines.iter().all(|line| line.get(2..6) == Some("  - ")), "{}", &record);
            let title = cited.title();
            prop_assert_eq!(value("TI"), Some(title.as_str()));
            prop_assert_eq!(lines.iter().filter(|line| line.starts_with("ER  - ")).count(), 1);
        }
    }
}
