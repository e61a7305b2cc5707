//! The date of an article and where it was found: invented articles of every kind, and real pages.
//!
//! The real pages are not in the repository; they are read from the shared data.

use std::io::Read;
use std::sync::LazyLock;

use dossier::ingest::formats::{Format, SourceFile, read};
use dossier::ingest::pipeline::document::DocumentMaker;
use dossier::taxonomy::Taxonomy;
use regex::Regex;

use crate::harness::{TAXONOMY, shared_data};

/// Days that a page says it was published on, in its JSON-LD or its meta elements, by a plain search of its source.
static SAID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?i)"datePublished"\s*:\s*"(\d{4}-\d{2}-\d{2})|"#,
        r#"published_time["'][^>]*content=["'](\d{4}-\d{2}-\d{2})|"#,
        r#"itemprop=["']datePublished["'][^>]*(?:content|datetime)=["'](\d{4}-\d{2}-\d{2})"#,
    ))
    .unwrap()
});

/// What the whole pipeline makes of one file: the date with its source, or the warnings.
fn dated(maker: &DocumentMaker, path: &str, bytes: &[u8]) -> Result<(String, &'static str), Vec<String>> {
    let format = Format::of(path).unwrap();
    let source =
        SourceFile { path: path.to_owned(), format, bytes: bytes.to_vec(), sidecar: None, hash: String::new() };
    let raw = read(&source).articles.pop().ok_or_else(Vec::new)?;
    let (document, warnings) = maker.make("a", &raw).map_err(|reason| vec![reason])?;
    let date = document.date.zip(document.date_source);
    date.map(|(date, source)| (date.to_string(), source.name())).ok_or(warnings)
}

fn unpacked(path: &std::path::Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn real_pages_are_dated_as_they_say_and_their_text_alone_is_not_dated_wrongly() {
    let Some(folder) = shared_data("extraction/html") else { return };
    let maker = DocumentMaker::new(Taxonomy::parse(TAXONOMY, "taxonomy.toml").unwrap());
    let mut pages: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    for page in &pages {
        let name = page.file_name().unwrap().to_str().unwrap().trim_end_matches(".html.gz").to_owned();
        let html = unpacked(page);
        let source = String::from_utf8_lossy(&html).into_owned();
        let mut said: Vec<&str> = SAID
            .captures_iter(&source)
            .filter_map(|found| found.iter().skip(1).flatten().next().map(|day| day.as_str()))
            .collect();
        said.sort_unstable();
        said.dedup();
        let text = unpacked(&page.with_file_name(format!("../text/{name}.txt.gz")));
        let by_html = dated(&maker, "a.html", &html);
        let by_text = dated(&maker, "a.txt", &text);
        eprintln!("{} said {said:?} html {by_html:?} text {by_text:?}", &name[..8]);
    }
}
