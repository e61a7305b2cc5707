//! BibTeX: an article as an `@online` entry, which biblatex, Zotero and JabRef know and BibTeX takes for `@misc`.
//!
//! Texts stay UTF-8; signs that TeX reads are written as commands, braces too, because BibTeX counts even escaped ones.
//! Both `date` (biblatex) and `year` (BibTeX) are given, as precise as the date is known and no more.

use crate::render::citation::Citation;
use crate::render::citation::authors::{Author, authors};

/// The entry, with a line break at its end. Its key is the article's id.
pub fn entry(cited: &Citation<'_>) -> String {
    let document = cited.document;
    let mut fields: Vec<(&str, String)> = Vec::new();
    // Double braces keep the letters of names from being made small by a style.
    fields.push(("title", format!("{{{}}}", text(&cited.title()))));
    let names: Vec<String> = authors(document.author.as_deref().unwrap_or_default()).iter().map(name).collect();
    fields.push(("author", names.join(" and ")));
    let publishers: Vec<String> =
        cited.publishers().iter().map(|publisher| format!("{{{}}}", text(publisher))).collect();
    fields.push(("organization", publishers.join(" and ")));
    if let Some(date) = document.date {
        fields.push(("date", date.to_string()));
        fields.push(("year", format!("{:04}", date.year())));
    }
    fields.push(("url", cited.url().unwrap_or_default()));
    fields.push(("urldate", cited.accessed.map(|day| day.to_string()).unwrap_or_default()));
    fields.push(("language", text(cited.language().unwrap_or_default())));
    let undated = document.date.is_none().then(|| "undated".to_owned());
    let remarks: Vec<String> = undated.into_iter().chain(cited.remarks()).map(|remark| text(&remark)).collect();
    fields.push(("note", remarks.join(". ")));
    let mut entry = format!("@online{{{}", key(&document.id));
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        entry.push_str(&format!(",\n  {name} = {{{value}}}"));
    }
    entry.push_str("\n}\n");
    entry
}

/// The key of an id: the id itself, for ids are of letters that keys may have; anything else byte by byte as `:XX`, so
/// that two ids never share a key.
fn key(id: &str) -> String {
    let mut key = String::new();
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => key.push(byte.into()),
            other => key.push_str(&format!(":{other:02X}")),
        }
    }
    key
}

/// A name as BibTeX reads it: a person's in its parts, anything else in braces as one.
fn name(author: &Author) -> String {
    match author {
        Author::Person { given, family } => format!("{}, {}", text(family), text(given)),
        Author::Literal(name) => format!("{{{}}}", text(name)),
    }
}

/// A text in which nothing is left that TeX or BibTeX would read as a sign of its own.
fn text(plain: &str) -> String {
    let mut escaped = String::with_capacity(plain.len());
    let mut before = ' ';
    for c in plain.chars() {
        // TeX draws some pairs of signs as one other: two hyphens as a dash.
        if (c == before && "-'`,<>".contains(c)) || (c == '`' && "?!".contains(before)) {
            escaped.push_str("{}");
        }
        before = c;
        match c {
            '{' => escaped.push_str("\\textbraceleft{}"),
            '}' => escaped.push_str("\\textbraceright{}"),
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '&' | '%' | '$' | '#' | '_' => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use biblatex::{Bibliography, ChunksExt};
    use proptest::prelude::*;

    use super::*;
    use crate::render::samples;

    #[test]
    fn an_entry_says_what_is_known_and_no_more() {
        let document = samples::document();
        let page = Some("https://desk.example/articles/dock-strike-2024");
        let cited = Citation { document: &document, page, accessed: "2026-11-22".parse().ok() };
        let expected = "@online{dock-strike-2024,\n  title = {{Strike closes the docks}},\n  author = {Writer, A.},\n  \
            organization = {{Harbour Post} and {Tide}},\n  date = {2024-03-26},\n  year = {2024},\n  \
            url = {https://harbour.example/a?b=1&c=2},\n  urldate = {2026-11-22},\n  language = {en},\n  \
            note = {Rests on: Tide, 2024-03, https://tide.example/x. Read at \
            https://desk.example/articles/dock-strike-2024}\n}\n";
        assert_eq!(entry(&cited), expected);
    }

    #[test]
    fn dates_are_as_precise_as_they_are_known_and_never_made_up() {
        let mut document = samples::document();
        document.sources.clear();
        for (date, lines) in [
            (Some("2024-03-26"), "  date = {2024-03-26},\n  year = {2024},\n"),
            (Some("2024-03"), "  date = {2024-03},\n  year = {2024},\n"),
            (Some("2024"), "  date = {2024},\n  year = {2024},\n"),
            (None, ""),
        ] {
            document.date = date.and_then(|date| date.parse().ok());
            let entry = entry(&Citation { document: &document, page: None, accessed: None });
            assert!(entry.contains(&format!("and {{Tide}}}},\n{lines}  url")), "{entry}");
            assert_eq!(entry.contains("note = {undated}"), date.is_none(), "{entry}");
        }
    }

    #[test]
    fn keys_are_ids_and_what_keys_cannot_hold_is_told_apart() {
        for (id, expected) in [("att-2024.b_1", "att-2024.b_1"), ("a b", "a:20b"), ("a,b", "a:2Cb"), ("é", ":C3:A9")] {
            assert_eq!(key(id), expected);
        }
    }

    proptest! {
        #[test]
        fn whatever_a_text_holds_a_reader_of_another_house_reads_it_back(
            title in "[ -~\\n\\táéßآب中文“”«»]{0,40}",
            publisher in "([ -~中]{0,20}|[{}\\\\%&#$~^_\" ,@=]{0,12})",
            author in "([a-zA-Z .,;&{}\\\\%]{0,24})",
            host in "[a-z]{1,8}",
            path in "[!-~]{0,24}",
        ) {
            let mut document = samples::document();
            document.title = title;
            document.source = vec![publisher, "Tide".into()];
            document.author = Some(author);
            // This reader draws hyphens in addresses together as in texts, which biblatex does not.
            document.url = Some(format!("https://{host}.example/{}", path.replace('-', "_")));
            let cited = Citation { document: &document, page: None, accessed: "2026-11".parse().ok() };
            let written = entry(&cited);
            // Two entries: the first must end where it ends.
            let list = Bibliography::parse(&format!("{written}\n{written}").replacen("dock-strike", "first", 1));
            let list = list.map_err(|error| TestCaseError::fail(format!("{error}: {written}")))?;
            prop_assert_eq!(list.len(), 2, "{}", written);
            for read in list.iter() {
                prop_assert_eq!(read.title().unwrap().format_verbatim(), cited.title(), "{}", &written);
                prop_assert_eq!(read.url().unwrap(), cited.url().unwrap(), "{}", &written);
                let publishers: Vec<String> =
                    read.organization().unwrap().iter().map(|chunks| chunks.format_verbatim()).collect();
                prop_assert_eq!(publishers, cited.publishers(), "{}", &written);
                let names: Vec<String> = authors(document.author.as_deref().unwrap()).iter().map(Author::name).collect();
                prop_assert_eq!(read.author().unwrap_or_default().len(), names.len(), "{}", &written);
            }
        }
    }
}
