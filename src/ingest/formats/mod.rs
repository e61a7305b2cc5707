//! Readers: the bytes of a file become raw articles, each format in its own room.
//!
//! May not touch the disk, and may not judge or clean: what a date means, whether a title is required and which key is
//! a dimension is decided elsewhere. Reading never fails and never panics: what cannot be read is quarantined.

mod blocks;
pub mod encoding;
mod front_matter;
pub mod html;
pub mod jsonl;
mod keys;
pub mod markdown;
pub mod mhtml;
pub mod pdf;
pub mod sidecar;
pub mod text;
mod written_keys;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ingest::formats::jsonl::RecordLine;
use crate::ingest::formats::sidecar::RecordsSidecar;
use crate::model::document::{BodyKind, Place, RawArticle};
use crate::model::report::{Quarantined, on_one_line};
use crate::model::{FILE_BYTES_MAX, MHTML_BYTES_MAX, PDF_BYTES_MAX, RECORDS_FILE_BYTES_MAX};

pub use keys::KNOWN as KNOWN_KEYS;
pub use written_keys::{WrittenKey, written_keys};

/// The endings of file names that are read, for messages.
pub const ENDINGS: &str = ".md, .markdown, .txt, .text, .html, .htm, .xhtml, .mhtml, .mht, .pdf, .jsonl, .ndjson, \
    .jsonl.gz, .ndjson.gz";

/// How a file is read, by the ending of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Markdown, with or without front matter.
    Markdown,
    /// Plain text as scraped.
    Text,
    /// A saved page.
    Html,
    /// A page saved with all its parts in one file.
    Mhtml,
    /// A PDF with a text layer.
    Pdf,
    /// One JSON record a line.
    Records,
    /// The same, packed with gzip.
    PackedRecords,
}

impl Format {
    /// The format of a file name or path, whatever the case of its ending; `None` for an ending that is not read.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let (stem, ending) = name.rsplit_once('.')?;
        match ending {
            "md" | "markdown" => Some(Self::Markdown),
            "txt" | "text" => Some(Self::Text),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "mhtml" | "mht" => Some(Self::Mhtml),
            "pdf" => Some(Self::Pdf),
            "jsonl" | "ndjson" => Some(Self::Records),
            "gz" if stem.ends_with(".jsonl") || stem.ends_with(".ndjson") => Some(Self::PackedRecords),
            _ => None,
        }
    }

    /// Whether a file of this format holds many records, each of them an article.
    pub fn holds_records(self) -> bool {
        matches!(self, Self::Records | Self::PackedRecords)
    }

    /// Largest file of this format that is read, in bytes.
    pub fn bytes_max(self) -> u64 {
        match self {
            Self::Markdown | Self::Text | Self::Html => FILE_BYTES_MAX,
            Self::Mhtml => MHTML_BYTES_MAX,
            Self::Pdf => PDF_BYTES_MAX,
            Self::Records | Self::PackedRecords => RECORDS_FILE_BYTES_MAX,
        }
    }
}

/// A file of the corpus with all that its articles are made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path inside the corpus folder, with `/`.
    pub path: String,
    /// How it is read.
    pub format: Format,
    /// Its bytes, as they lie on the disk.
    pub bytes: Vec<u8>,
    /// The bytes of its sidecar, if it has one.
    pub sidecar: Option<Vec<u8>>,
    /// Hash of its bytes and its sidecar's.
    pub hash: String,
}

/// What a file gave.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reading {
    /// Articles, in the order of the file.
    pub articles: Vec<RawArticle>,
    /// What was kept out, with the reason.
    pub quarantined: Vec<Quarantined>,
}

impl Reading {
    fn article(article: RawArticle) -> Self {
        Self { articles: vec![article], quarantined: Vec::new() }
    }

    /// Nothing but an entry of quarantine: the file, a line where one can be named, and the reason.
    pub fn quarantined(path: &str, line: Option<u32>, reason: impl Into<String>) -> Self {
        let place = Place { file: path.to_owned(), line };
        Self { articles: Vec::new(), quarantined: vec![Quarantined { place, reason: on_one_line(&reason.into()) }] }
    }
}

/// Why an article cannot be read: the line where one can be named, and words for the report.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    line: Option<u32>,
    reason: String,
}

impl Refusal {
    fn new(line: impl Into<Option<u32>>, reason: impl Into<String>) -> Self {
        Self { line: line.into(), reason: reason.into() }
    }
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self { line: None, reason }
    }
}

/// Reads a file by its format, and lays its sidecar over what was found inside.
pub fn read(source: &SourceFile) -> Reading {
    with_sidecar(source, || read_bytes(source.format, &source.path, &source.bytes))
}

/// Lays the sidecar of a file over what `reading` finds inside; a broken sidecar keeps the file out unread.
pub fn with_sidecar(source: &SourceFile, reading: impl FnOnce() -> Reading) -> Reading {
    let overlay = match source.sidecar.as_deref().map(sidecar::parse).transpose() {
        Ok(overlay) => overlay,
        Err(reason) => return Reading::quarantined(&source.path, None, reason),
    };
    let mut reading = reading();
    if source.format.holds_records() {
        return sidecar::lay_over_records(overlay, reading, &source.path);
    }
    match reading.articles.pop().map(|article| sidecar::lay_over(overlay, article)) {
        Some(Ok(article)) => Reading::article(article),
        Some(Err(refusal)) => Reading::quarantined(&source.path, refusal.line, refusal.reason),
        None => reading,
    }
}

/// Reads the bytes of a file by its format, without a sidecar. `path` is its place in the corpus, for messages.
pub fn read_bytes(format: Format, path: &str, bytes: &[u8]) -> Reading {
    let article = match format {
        Format::Markdown => markdown::read(path, bytes),
        Format::Text => text::read(path, bytes),
        Format::Html => html::read(path, bytes),
        Format::Mhtml => mhtml::read(path, bytes),
        Format::Pdf => pdf::read(path, bytes),
        Format::Records | Format::PackedRecords => return jsonl::read(path, format, bytes),
    };
    match article {
        Ok(article) => Reading::article(article),
        Err(refusal) => Reading::quarantined(path, refusal.line, refusal.reason),
    }
}

/// Reads one record of a file of records, and lays the file's sidecar over it.
pub fn read_record(line: &RecordLine, sidecar: &RecordsSidecar) -> Result<RawArticle, Quarantined> {
    let refused = |refusal: Refusal| Quarantined { place: line.place.clone(), reason: on_one_line(&refusal.reason) };
    jsonl::record(line).and_then(|article| sidecar.lay_over(article).map_err(refused))
}

/// An article of which nothing is known but its place and text.
fn bare_article(place: Place, body: String, body_kind: BodyKind) -> RawArticle {
    RawArticle {
        place,
        id: None,
        title: None,
        body,
        body_kind,
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

/// A number of lines as places count them.
fn line_number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, bytes: &[u8], sidecar: Option<&str>) -> SourceFile {
        SourceFile {
            path: path.to_owned(),
            format: Format::of(path).unwrap(),
            bytes: bytes.to_vec(),
            sidecar: sidecar.map(|text| text.as_bytes().to_vec()),
            hash: String::new(),
        }
    }

    #[test]
    fn the_ending_says_how_a_file_is_read() {
        for (path, format) in [
            ("a/b.md", Some(Format::Markdown)),
            ("B.MARKDOWN", Some(Format::Markdown)),
            ("a.Txt", Some(Format::Text)),
            ("a.text", Some(Format::Text)),
            ("a.html", Some(Format::Html)),
            ("a.xhtml", Some(Format::Html)),
            ("x.y.jsonl", Some(Format::Records)),
            ("x.JSONL.GZ", Some(Format::PackedRecords)),
            ("x.ndjson.gz", Some(Format::PackedRecords)),
            ("x.txt.gz", None),
            ("a.d/file", None),
            ("md", None),
            ("a.PDF", Some(Format::Pdf)),
            ("a.mht", Some(Format::Mhtml)),
            ("a.mhtml", Some(Format::Mhtml)),
            ("a.docx", None),
        ] {
            assert_eq!(Format::of(path), format, "{path}");
        }
    }

    #[test]
    fn every_ending_of_the_list_is_read() {
        for ending in ENDINGS.split(", ") {
            assert!(Format::of(&format!("name{ending}")).is_some(), "{ending}");
        }
    }

    #[test]
    fn a_sidecar_wins_and_a_broken_one_keeps_the_article_out() {
        let text = b"A headline\n\nThe text of it.";
        let reading = read(&source("a.txt", text, Some("title = \"Other\"\ndate = 2024-03-26\n")));
        assert_eq!(reading.articles[0].title.as_deref(), Some("Other"));
        let reading = read(&source("a.txt", text, Some("title = \"Other\"\ndate = = 3\n")));
        assert!(reading.articles.is_empty());
        assert!(reading.quarantined[0].reason.contains("sidecar, line 2"), "{}", reading.quarantined[0].reason);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_reading_panic(
            bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400),
            sidecar in proptest::option::of("\\PC{0,40}"),
        ) {
            for ending in ENDINGS.split(", ") {
                let reading = read(&source(&format!("a{ending}"), &bytes, sidecar.as_deref()));
                proptest::prop_assert!(
                    bytes.is_empty() || ending.contains("json") || !reading.articles.is_empty()
                        || !reading.quarantined.is_empty()
                );
            }
        }

        #[test]
        fn no_text_made_of_markup_makes_reading_panic(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "---\n", "+++\n", "title: x\n", "a: [", "&a ", "*a", "\n", "\n\n", "# ", "- ", "1. ",
                    "> ", "|a|b|\n",
                    "|-|-|\n", "```\n", "[x](y)", "![i](j)", "<p>", "</p>", "<table>", "<tr>", "<td>", "</td>", "<li>",
                    "<ul>", "<br>", "<br>", "<b>", "<a href=x>", "</a>", "<script>", "</script>", "<article>", "</div>",
                    "<div>", "<svg>", "<title>t</title>", "<html lang=ur>", "<meta charset=big5>", "&nbsp;", "&#0;",
                    "<noscript><img src=a.jpg></noscript>", "<img src=b.png>", "<!--", "-->", "<template>", "<select>",
                    "<script type=application/ld+json>{\"@type\":\"Article\",\"author\":[{}]}</script>",
                    "{\"title\":1}",
                    "{\"body\":[\"x\"]}", "words of a sentence, long enough to count as text, and more, of it. ",
                    "ایک جملہ", "â€™", "\u{0}", "\u{FFFD}", "<frameset>", "<math>", "<h1>x</h1>", "<form>", "<caption>",
                ]),
                0..60,
            ),
        ) {
            let bytes = parts.concat().into_bytes();
            for path in ["a.md", "a.txt", "a.html", "a.jsonl"] {
                read(&source(path, &bytes, None));
            }
        }
    }
}
