//! An article as a draft for a curator: Markdown with front matter, every finding with its evidence in a comment.
//!
//! Pure: writes no file and reads no clock. The draft reads back as the same document: title, text, date and labels.
//! May not decide for the curator: what is not sure stands behind a `#`.

mod body;
mod name;
mod origin;
mod yaml;

use serde_json::Value;

use crate::ingest::language::detect_code;
use crate::model::document::{DateSource, Document, HOUSEKEEPING_KEYS, RawArticle};
use crate::model::facet::{Evidence, EvidencePlace, Label, LabelKind, LabelledBy};
use crate::model::report::{Notice, NoticeKind};

pub use name::{id_of, stem, stem_apart};
pub use origin::{Origin, hash_of, is_untouched, origin, origin_of};

/// Words of evidence that a comment shows.
const EVIDENCE_SHOWN: usize = 3;
/// Longest key that is taken over, in bytes; YAML reads no longer ones.
const KEY_BYTES_MAX: usize = 200;

/// All that a draft is made from.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The id that the article shall have.
    pub id: &'a str,
    /// What was made of the article.
    pub document: &'a Document,
    /// The article as it was read.
    pub raw: &'a RawArticle,
    /// What was noticed on the way.
    pub notices: &'a [Notice],
    /// Names of the taxonomy's dimensions, in its order.
    pub dimensions: &'a [&'a str],
    /// Where it came from.
    pub origin: &'a Origin,
}

impl Draft<'_> {
    /// The draft's text, with the hash of itself.
    pub fn write(&self) -> String {
        let mut lines = vec!["---".to_owned()];
        lines.push(
            "# A draft by `dossier import`: read it against the original, correct it, then run `dossier check`.".into(),
        );
        let others = self.notices.iter().filter(|notice| notice.kind == NoticeKind::Other);
        lines.extend(others.map(|notice| format!("# noticed: {}", yaml::comment(&notice.message))));
        self.write_facts(&mut lines);
        for dimension in self.dimensions {
            self.write_dimension(dimension, &mut lines);
        }
        self.write_extra(&mut lines);
        lines.push(origin::line(self.origin));
        lines.push("---".to_owned());
        let body = body::markdown(&self.document.body, &self.document.title);
        origin::seal(&format!("{}\n{body}\n", lines.join("\n")))
    }

    fn write_facts(&self, lines: &mut Vec<String>) {
        let document = self.document;
        lines.push(format!("id: {}", yaml::text(self.id)));
        lines.push(format!("title: {}", yaml::quoted(&document.title)));
        lines.push(self.date_line());
        if !document.source.is_empty() {
            let names: Vec<String> = document.source.iter().map(|name| yaml::quoted(name)).collect();
            lines.push(format!("source: [{}]", names.join(", ")));
        }
        for (key, value) in [("url", &document.url), ("author", &document.author), ("dateline", &document.dateline)] {
            lines.extend(value.iter().map(|value| format!("{key}: {}", yaml::quoted(value))));
        }
        if !document.sources.is_empty() {
            lines.push("sources:".to_owned());
            for source in &document.sources {
                let fields = [("publisher", &source.publisher), ("url", &source.url), ("published", &source.published)];
                let fields = fields
                    .iter()
                    .filter_map(|(key, value)| value.as_ref().map(|value| format!("{key}: {}", yaml::quoted(value))));
                lines.push(format!("  - {{{}}}", fields.collect::<Vec<_>>().join(", ")));
            }
        }
        lines.push(self.language_line());
        lines.extend(self.remarks(NoticeKind::Address, "url"));
    }

    /// The date with where it was found; without one, what to write.
    fn date_line(&self) -> String {
        let Some((date, source)) = self.document.date.zip(self.document.date_source) else {
            let said = self.remarks(NoticeKind::Date, "date").next();
            return said.unwrap_or_else(|| {
                "# date: none was found; write 2024-03-26, 2024-03 or 2024, or `undated: true` if there is none".into()
            });
        };
        let written = self.raw.date.as_ref().map(|(written, _)| written.as_str());
        let as_written = written.filter(|written| *written != date.to_string());
        let as_written = as_written.map(|written| format!(": {}", yaml::comment(written))).unwrap_or_default();
        let place = match source {
            DateSource::FrontMatter => "its front matter",
            DateSource::Sidecar => "its sidecar",
            DateSource::Record => "the record",
            DateSource::JsonLd => "json-ld, what the page tells search engines",
            DateSource::Meta => "meta, what the page says of itself",
            DateSource::Address => "the address",
            DateSource::Dateline => "the dateline",
            DateSource::Text => "a line of the text",
        };
        let said = self.remarks(NoticeKind::Date, "date").next().map(|said| format!("\n{said}")).unwrap_or_default();
        format!("date: {date}  # from {place}{as_written}{said}")
    }

    fn language_line(&self) -> String {
        if self.document.lang == "und" {
            return "# lang: not clear from the text; write a code such as en, ur or zh".to_owned();
        }
        let found = self.raw.lang.is_none() || self.remarks(NoticeKind::Language, "lang").next().is_some();
        let how = match detect_code(&format!("{}\n{}", self.document.title, self.document.body)) {
            _ if found => "detected from the text".to_owned(),
            // Many pages name the language of their template and not of their text.
            read if read != "und" && !self.document.lang.starts_with(read) => {
                format!("as the original says, but the text reads as {read}")
            }
            _ => "as the original says".to_owned(),
        };
        format!("lang: {}  # {how}", yaml::text(&self.document.lang))
    }

    /// What was noticed of a kind, as comments.
    fn remarks(&self, kind: NoticeKind, key: &str) -> impl Iterator<Item = String> {
        let notices =
            self.notices.iter().filter(move |notice| notice.kind == kind && notice.key.as_deref() == Some(key));
        notices.map(|notice| {
            let key = notice.key.as_deref().unwrap_or_default();
            format!("# {}: {}", yaml::comment(key), yaml::comment(&notice.message))
        })
    }

    /// A dimension: its tags one a line with their evidence, its mentions behind a `#`.
    fn write_dimension(&self, dimension: &str, lines: &mut Vec<String>) {
        let labels = self.document.labels.get(dimension).map_or(&[][..], Vec::as_slice);
        let (tags, mentions): (Vec<&Label>, Vec<&Label>) =
            labels.iter().partition(|label| label.kind == LabelKind::Tag);
        let remarks: Vec<String> = self.remarks(NoticeKind::Label, dimension).collect();
        // A blank key is a value to be written; an empty list says that there is none.
        let blank = tags.is_empty() && !mentions.is_empty();
        lines.push(match (tags.is_empty(), blank) {
            (false, _) => format!("{dimension}:"),
            (true, true) => format!("{dimension}:  # only named in passing: delete the `#` of those that it is about"),
            (true, false) => format!("{dimension}: []  # nothing was found in the text"),
        });
        lines.extend(tags.iter().map(|label| format!("  - {}  # {}", yaml::text(&label.path), reason(label))));
        lines.extend(mentions.iter().map(|label| format!("  #- {}  # {}", yaml::text(&label.path), reason(label))));
        lines.extend(remarks.iter().map(|remark| format!("  {remark}")));
    }

    /// The keys that are no facts of ours; what stands for a label that the taxonomy lacks is said beside the labels.
    fn write_extra(&self, lines: &mut Vec<String>) {
        let ours = |key: &str| HOUSEKEEPING_KEYS.contains(&key) || self.dimensions.contains(&key) || key == "dateline";
        for (key, value) in self.document.extra.iter().filter(|(key, _)| !ours(key)) {
            if key.len() > KEY_BYTES_MAX || key.trim().is_empty() {
                lines.push(format!("# left out: the key {}", yaml::comment(key)));
                continue;
            }
            let written = value.as_str().map_or_else(|| yaml::flow(value), yaml::text);
            lines.push(format!("{}: {written}", yaml::text(key)));
        }
    }
}

/// How sure a label is, and by which words.
fn reason(label: &Label) -> String {
    if label.by == LabelledBy::Curator {
        return "as the original says".to_owned();
    }
    let mut shown: Vec<String> = Vec::new();
    for evidence in &label.evidence {
        let words = in_words(evidence);
        if !shown.contains(&words) && shown.len() < EVIDENCE_SHOWN {
            shown.push(words);
        }
    }
    format!("{:.2}: {}", label.weight, yaml::comment(&shown.join(", ")))
}

fn in_words(evidence: &Evidence) -> String {
    let place = match evidence.place {
        EvidencePlace::Title => "the title",
        EvidencePlace::Lead => "the lead",
        EvidencePlace::Body => "the body",
    };
    format!("{} in {place}", Value::String(evidence.text.clone()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::ingest::formats::{self, Format, SourceFile};
    use crate::ingest::pipeline::document::DocumentMaker;
    use crate::model::document::{BodyKind, Place, SourceReference};
    use crate::taxonomy::Taxonomy;
    use crate::text::normalise::fold;

    const TAXONOMY: &str = r#"
version = 1
[[dimension]]
name = "place"
[[dimension]]
name = "topic"
closed = false
[[place]]
path = "Landia"
[[place]]
path = "Landia/Old Port"
aliases = ["بندرگاہ"]
weak = ["the port"]
[[place]]
path = "No"
[[place]]
path = "Sudia"
match_label = false
weak = ["Sudian"]
"#;

    fn maker() -> DocumentMaker {
        DocumentMaker::new(Taxonomy::parse(TAXONOMY, "t.toml").unwrap())
    }

    fn raw(kind: BodyKind, title: &str, body: &str) -> RawArticle {
        RawArticle {
            place: Place { file: "a.html".to_owned(), line: None },
            id: None,
            title: Some(title.to_owned()).filter(|title| !title.is_empty()),
            body: body.to_owned(),
            body_kind: kind,
            surroundings: None,
            date: None,
            url: None,
            source: Vec::new(),
            sources: Vec::new(),
            author: None,
            lang: None,
            extra: BTreeMap::new(),
            warnings: Vec::new(),
        }
    }

    fn draft_of(document: &Document, raw: &RawArticle, notices: &[Notice]) -> String {
        let origin = Origin { path: "../a.html".to_owned(), record: None, hash: hash_of("x") };
        Draft { id: &document.id, document, raw, notices, dimensions: &["place", "topic"], origin: &origin }.write()
    }

    /// The document that our own reader makes of a draft.
    fn read(draft: &str) -> Result<Document, String> {
        let source = SourceFile {
            path: "d.md".to_owned(),
            format: Format::Markdown,
            bytes: draft.as_bytes().to_vec(),
            sidecar: None,
            hash: String::new(),
        };
        let mut reading = formats::read(&source);
        let Some(raw) = reading.articles.pop() else { return Err(reading.quarantined[0].reason.clone()) };
        Ok(maker().make(raw.id.as_deref().unwrap_or("none"), &raw)?.0)
    }

    fn tags(document: &Document) -> Vec<String> {
        let mut tags: Vec<String> =
            ["place", "topic"].iter().flat_map(|name| document.tags(name)).map(str::to_owned).collect();
        tags.sort();
        tags
    }

    #[test]
    fn a_draft_says_what_was_found_and_by_which_words() {
        let mut page = raw(BodyKind::Extracted, "Storm at Old Port: \"two\" boats lost", "");
        page.body = format!("{} A Sudian ship waits.", "Boats went out and did not come home to the quay. ".repeat(9));
        page.date = Some(("2024-03-26T10:00:00Z".to_owned(), DateSource::JsonLd));
        page.url = Some("https://example.org/x".to_owned());
        page.source = vec!["Tide".to_owned()];
        page.extra.insert("kind".to_owned(), serde_json::json!("report"));
        page.warnings.push("something\nodd".to_owned());
        let (document, notices) = maker().make("storm", &page).unwrap();
        let draft = draft_of(&document, &page, &notices);
        let (head, body) = draft.split_once("\n---\n").unwrap();
        let expected = [
            "---",
            "# A draft by `dossier import`: read it against the original, correct it, then run `dossier check`.",
            "# noticed: something odd",
            "id: storm",
            "title: \"Storm at Old Port: \\\"two\\\" boats lost\"",
            "date: 2024-03-26  # from json-ld, what the page tells search engines: 2024-03-26T10:00:00Z",
            "source: [\"Tide\"]",
            "url: \"https://example.org/x\"",
            "lang: en  # detected from the text",
            "place:",
            "  - Landia/Old Port  # 0.67: \"Old Port\" in the title",
            "  #- Sudia  # ",
            "topic: []  # nothing was found in the text",
            "kind: report",
        ];
        for (line, expected) in head.lines().zip(expected) {
            // What a name in a body weighs is the classifier's to say.
            let mention = line.starts_with("  #- Sudia  # 0.") && line.ends_with(": \"Sudian\" in the body");
            assert!(line == expected || (mention && line.starts_with(expected)), "{line}\n{expected}\n{draft}");
        }
        assert!(head.lines().last().unwrap().starts_with("imported_from: {\"path\": \"../a.html\", "), "{head}");
        assert!(body.starts_with("Boats went out") && is_untouched(&draft), "{draft}");
        let taken = read(&draft.replacen("  #- ", "  - ", 1)).unwrap();
        assert_eq!(tags(&taken), ["Landia/Old Port", "Sudia"], "a mention is taken by deleting the `#`");
    }

    #[test]
    fn what_was_not_found_is_said_with_what_to_write() {
        let mut page = raw(BodyKind::Curated, "No date", "Words: 12.");
        page.extra.insert("place".to_owned(), serde_json::json!(["Landya", "Landia"]));
        let (document, notices) = maker().make("x", &page).unwrap();
        let draft = draft_of(&document, &page, &notices);
        for line in [
            "# date: none was found; write 2024-03-26, 2024-03 or 2024, or `undated: true` if there is none",
            "# lang: not clear from the text; write a code such as en, ur or zh",
            "  - Landia  # as the original says",
            "  # place: the taxonomy has no place `Landya` (near: Landia, Landia/Old Port); correct it, or add it to the taxonomy",
        ] {
            assert!(draft.lines().any(|found| found == line), "{line} in {draft}");
        }
        page.date = Some(("03/04/2024".to_owned(), DateSource::Meta));
        let (document, notices) = maker().make("x", &page).unwrap();
        let draft = draft_of(&document, &page, &notices);
        assert!(draft.contains("\n# date: `03/04/2024` may be 2024-04-03 or 2024-03-04; write"), "{draft}");
    }

    #[test]
    fn text_that_looks_like_marks_reads_back_as_text() {
        for body in [
            "1. one\n2) two\n10. ten",
            "1) one\n\n- 01. two\n- 2. three\n- 2) four",
            "a *b* _c_ **d** `e` ~~f~~ [g](h) ![i](j) <b>k</b> &amp; l\\*m [^1] [n]: o",
            "[a]: b\n\n[^1]: c\n\n[x] d\n\n- [ ] e\n- - f\n- # g\n- > h",
            "> quoted\n\n+ plus\n\n- item\n\n-- dashes\n\n---\n\n===\n\ntext\n===\n\n#\n\n#tag\n\n####### seven",
            "## Head ##\n\n### C#\n\n# #",
            "a | b\n---|---\nc | d",
            "```\ncode\n```\n\n~~~\n\n<div>\n\n<!-- x -->",
            "line\\\nnext\\",
            "First line of a poem\nsecond one\n\nhttps://x.org/a_b_c?d=e&f=g and a_b and 5 * 6 < 7 & 8",
        ] {
            let page = raw(BodyKind::Curated, "Title", body);
            let (document, notices) = maker().make("x", &page).unwrap();
            let draft = draft_of(&document, &page, &notices);
            let back = read(&draft).unwrap();
            let words = |body: &str| body.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(words(&back.body), words(&document.body), "{draft}");
        }
        let wrapped = "Boats went out in the morning, though a storm\nwas coming, and did not come home to the quay\nbefore dark.";
        let page = raw(BodyKind::Curated, "Title", wrapped);
        let (document, notices) = maker().make("x", &page).unwrap();
        let back = read(&draft_of(&document, &page, &notices)).unwrap();
        assert_eq!(back.body, wrapped.replace('\n', " "), "lines that end with the page are joined");
    }

    /// Pieces that YAML, Markdown or a reader of either might trip over.
    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            3 => "[A-Z][a-z]{2,9}( [a-z]{2,9}){3,12}\\.",
            3 => proptest::sample::select(vec![
                "\n", "\n\n", "- ", "# ", "## ", "1. ", "2) ", "> ", "+ ", "* ", "*", "_", "`", "~", "[", "](", ")", "]: ",
                "[^1]", "![", "<b>", "</p>", "<!--", "&amp;", "&", "\\", "|", "---", "===", "```", "a | b", ":", " #", "'",
                "\"", "{", "}", "%", "@", "!", "Landia", "Old Port", "the port", "بندرگاہ", "港口，", "No", "null", "~~~",
                "\u{200F}", "\u{202E}", "\u{2028}", "\u{FEFF}", "\u{A0}", "\u{7F}", "é", "e\u{301}",
            ]).prop_map(str::to_owned),
            1 => "\\PC{0,8}",
        ]
    }

    fn text(pieces: std::ops::Range<usize>) -> impl Strategy<Value = String> {
        proptest::collection::vec(piece(), pieces).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn a_draft_reads_back_as_the_same_document(
            kind in proptest::sample::select(vec![BodyKind::Curated, BodyKind::Extracted, BodyKind::Scraped]),
            title in text(0..5),
            body in text(0..30),
            names in proptest::collection::vec(text(1..3), 0..3),
            date in proptest::option::of("(19|20)[0-9]{2}(-(0[1-9]|1[0-2])(-[012][0-9])?)?"),
            labels in proptest::option::of(proptest::collection::vec(text(1..3), 0..3)),
            key in text(1..3),
            value in text(0..4),
        ) {
            let mut page = raw(kind, &title, &body);
            page.author = names.first().cloned();
            page.sources = names.iter().map(|name| SourceReference {
                publisher: Some(name.clone()), url: None, published: Some("2024".to_owned()),
            }).collect();
            page.source = names;
            page.date = date.map(|date| (date, DateSource::Record));
            if let Some(labels) = labels {
                page.extra.insert("topic".to_owned(), serde_json::json!(labels));
            }
            page.extra.insert(key, serde_json::json!({"a": [value]}));
            let Ok((document, notices)) = maker().make("x", &page) else { return Ok(()) };
            let draft = draft_of(&document, &page, &notices);
            prop_assert!(is_untouched(&draft) && origin(&draft).is_some());
            let back = read(&draft).map_err(|reason| TestCaseError::fail(format!("{reason} in {draft}")))?;
            prop_assert_eq!(&back.title, &document.title);
            prop_assert_eq!(back.date, document.date);
            // Lines that are joined may turn the language of a text that is hardly in one.
            prop_assert!(back.lang == document.lang || back.body != document.body, "{}", draft);
            prop_assert_eq!(tags(&back), tags(&document), "{}", draft);
            // A heading that repeats the title is said once.
            let first = document.body.lines().next().unwrap_or_default();
            let repeated = first.strip_prefix("# ").is_some_and(|text| fold(text.trim()) == fold(&document.title));
            let expected = if repeated { document.body[first.len()..].trim_start() } else { &document.body };
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(words(&back.body), words(expected), "{}", draft);
            if kind != BodyKind::Curated {
                prop_assert_eq!(&back.body, expected, "{}", draft);
            }
        }
    }
}
