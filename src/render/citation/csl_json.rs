//! CSL-JSON: an article as an item that pandoc, citeproc and Zotero read.
//!
//! Keys and shapes are those of the schema `csl-data.json`; nothing else is written, because the schema allows nothing
//! else.

use serde::Serialize;

use crate::render::citation::authors::{Author, authors};
use crate::render::citation::{Citation, date_parts};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Item<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Name>,
    #[serde(skip_serializing_if = "String::is_empty")]
    container_title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<Day>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accessed: Option<Day>,
    #[serde(rename = "URL", skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Name {
    Person { family: String, given: String },
    Literal { literal: String },
}

/// One date: a list of one list of year, month, day, as far as they are known.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Day {
    date_parts: [Vec<i16>; 1],
}

/// The item as one JSON object on one line, without a line break at its end.
pub fn item(cited: &Citation<'_>) -> String {
    let document = cited.document;
    let publishers = cited.publishers();
    let name = |author| match author {
        Author::Person { given, family } => Name::Person { family, given },
        Author::Literal(literal) => Name::Literal { literal },
    };
    let day = |date| Day { date_parts: [date_parts(date)] };
    let item = Item {
        id: &document.id,
        kind: if publishers.is_empty() { "webpage" } else { "article-newspaper" },
        title: cited.title(),
        author: authors(document.author.as_deref().unwrap_or_default()).into_iter().map(name).collect(),
        container_title: publishers.join("; "),
        issued: document.date.map(day),
        accessed: cited.accessed.map(day),
        url: cited.url(),
        language: cited.language(),
        note: cited.remarks().join(". "),
    };
    // Texts and numbers under text keys always have a JSON form.
    serde_json::to_string(&item).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::render::samples;

    fn read(cited: &Citation<'_>) -> serde_json::Value {
        serde_json::from_str(&item(cited)).unwrap()
    }

    #[test]
    fn an_item_has_the_keys_of_the_schema() {
        let document = samples::document();
        let page = Some("https://desk.example/articles/dock-strike-2024");
        let cited = Citation { document: &document, page, accessed: "2026-11-22".parse().ok() };
        let expected = json!({
            "id": "dock-strike-2024",
            "type": "article-newspaper",
            "title": "Strike closes the docks",
            "author": [{"family": "Writer", "given": "A."}],
            "container-title": "Harbour Post; Tide",
            "issued": {"date-parts": [[2024, 3, 26]]},
            "accessed": {"date-parts": [[2026, 11, 22]]},
            "URL": "https://harbour.example/a?b=1&c=2",
            "language": "en",
            "note": "Rests on: Tide, 2024-03, https://tide.example/x. \
                Read at https://desk.example/articles/dock-strike-2024",
        });
        assert_eq!(read(&cited), expected);
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let mut document = samples::document();
        document.source.clear();
        document.sources.clear();
        document.author = Some("Staff Reporter".into());
        document.url = None;
        document.lang = "und".into();
        for (date, parts) in
            [(Some("2024-03"), json!([[2024, 3]])), (Some("2024"), json!([[2024]])), (None, json!(null))]
        {
            document.date = date.and_then(|date| date.parse().ok());
            let read = read(&Citation { document: &document, page: None, accessed: None });
            assert_eq!(read["issued"]["date-parts"], parts);
            let keys: Vec<&String> = read.as_object().unwrap().keys().filter(|key| *key != "issued").collect();
            assert_eq!(keys, ["id", "type", "title", "author"]);
            assert_eq!((&read["type"], &read["author"]), (&json!("webpage"), &json!([{"literal": "Staff Reporter"}])));
        }
    }
}
