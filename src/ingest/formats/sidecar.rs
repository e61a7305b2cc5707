//! Sidecars: `NAME.meta.toml` beside a file gives keys, or corrects those that were found inside.
//!
//! What a sidecar says wins. A broken one is never passed over: it keeps its file out until it is mended.

use super::encoding;
use super::front_matter;
use super::keys::{self, Entry};
use super::{Reading, Refusal, bare_article};
use crate::model::FRONT_MATTER_BYTES_MAX;
use crate::model::document::{BodyKind, DateSource, Place, RawArticle};

/// What the name of a sidecar ends in.
pub const ENDING: &str = ".meta.toml";

/// The keys of a sidecar.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sidecar {
    entries: Vec<Entry>,
}

/// Reads the text of a sidecar; errors with words for the report.
pub(super) fn parse(bytes: &[u8]) -> Result<Sidecar, String> {
    if bytes.len() > FRONT_MATTER_BYTES_MAX {
        return Err(format!("its sidecar is larger than {FRONT_MATTER_BYTES_MAX} bytes"));
    }
    let decoded = encoding::decode(bytes, None).map_err(|reason| format!("its sidecar cannot be read: {reason}"))?;
    let entries = front_matter::toml_entries(&decoded.text)
        .map_err(|error| format!("its sidecar, line {}: no valid TOML: {}", error.line, error.words))?;
    Ok(Sidecar { entries })
}

/// Lays a sidecar over the one article of a file.
pub(super) fn lay_over(sidecar: Option<Sidecar>, mut article: RawArticle) -> Result<RawArticle, Refusal> {
    if let Some(sidecar) = sidecar {
        keys::apply(&mut article, sidecar.entries, DateSource::Sidecar).map_err(|refusal| wrong_type(&refusal))?;
    }
    Ok(article)
}

/// What a sidecar says of every record of a file.
#[derive(Debug, Clone, Default)]
pub struct RecordsSidecar {
    entries: Vec<Entry>,
    /// What it says that cannot hold for all records, in words for the report.
    pub warnings: Vec<String>,
}

impl RecordsSidecar {
    /// Reads the sidecar of a file of records. An id or a title cannot hold for all of them: those are left out and
    /// warned of. Errors with words for the report.
    pub fn read(bytes: Option<&[u8]>) -> Result<Self, String> {
        Ok(bytes
            .map(parse)
            .transpose()?
            .map(Self::of)
            .transpose()
            .map_err(|refusal| refusal.reason)?
            .unwrap_or_default())
    }

    fn of(sidecar: Sidecar) -> Result<Self, Refusal> {
        let (refused, entries): (Vec<_>, Vec<_>) =
            sidecar.entries.into_iter().partition(|entry| entry.key == "id" || entry.key == "title");
        let refused = refused.into_iter().map(|entry| entry.key);
        let warnings = refused.map(|key| format!("`{key}` of the sidecar cannot hold for all records of a file"));
        let read = Self { entries, warnings: warnings.collect() };
        // Whether a value has the right type does not depend on the record.
        let nowhere = Place { file: String::new(), line: None };
        read.lay_over(bare_article(nowhere, String::new(), BodyKind::Curated))?;
        Ok(read)
    }

    /// Lays it over one record.
    pub(super) fn lay_over(&self, mut article: RawArticle) -> Result<RawArticle, Refusal> {
        keys::apply(&mut article, self.entries.clone(), DateSource::Sidecar).map_err(|refusal| wrong_type(&refusal))?;
        Ok(article)
    }
}

/// Lays a sidecar over all records of a file; the first record carries the warnings.
pub(super) fn lay_over_records(sidecar: Option<Sidecar>, mut reading: Reading, path: &str) -> Reading {
    let Some(sidecar) = sidecar else { return reading };
    let laid = RecordsSidecar::of(sidecar).and_then(|sidecar| {
        let articles = std::mem::take(&mut reading.articles).into_iter();
        let mut articles = articles.map(|article| sidecar.lay_over(article)).collect::<Result<Vec<_>, _>>()?;
        if let Some(first) = articles.first_mut() {
            first.warnings.extend(sidecar.warnings);
        }
        Ok(articles)
    });
    match laid {
        Ok(articles) => Reading { articles, ..reading },
        Err(refusal) => Reading::quarantined(path, None, refusal.reason),
    }
}

/// The line of the refusal is one of the sidecar, so it belongs into the words and not to the article's place.
fn wrong_type(refusal: &Refusal) -> Refusal {
    let line = refusal.line.map(|line| format!(", line {line}")).unwrap_or_default();
    Refusal::new(None, format!("its sidecar{line}: {}", refusal.reason))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn article(line: Option<u32>) -> RawArticle {
        let mut article = bare_article(Place { file: "a".to_owned(), line }, "Text.".to_owned(), BodyKind::Curated);
        article.title = Some("Found".to_owned());
        article.author = Some("Found".to_owned());
        article
    }

    #[test]
    fn its_keys_win_and_empty_ones_take_away() {
        let sidecar = parse(b"date = \"2024-03\"\nauthor = \"\"\nregion = [\"A/B\"]\n[more]\nx = 1\n").unwrap();
        let article = lay_over(Some(sidecar), article(None)).unwrap();
        assert_eq!(article.date, Some(("2024-03".to_owned(), DateSource::Sidecar)));
        assert_eq!((article.title.as_deref(), article.author), (Some("Found"), None));
        assert_eq!(article.extra["region"], json!(["A/B"]));
        assert_eq!(article.extra["more"], json!({"x": 1}));
    }

    #[test]
    fn a_broken_one_is_told_with_its_line() {
        assert_eq!(parse(b"a = 1\nb\n").unwrap_err().split(": ").next(), Some("its sidecar, line 2"));
        let sidecar = parse(b"\ntitle = [1]\n").unwrap();
        let refusal = lay_over(Some(sidecar), article(None)).unwrap_err();
        assert_eq!(refusal, Refusal::new(None, "its sidecar, line 2: `title` must be a text, not a list"));
        assert!(parse(b"date = 2024-03\n").unwrap_err().ends_with("put a partial date in quotation marks"));
        assert!(parse(b"\x89PNG").is_err());
    }

    #[test]
    fn for_records_it_holds_for_all_but_gives_no_id_or_title() {
        let reading = Reading { articles: vec![article(Some(1)), article(Some(2))], quarantined: vec![] };
        let sidecar = parse(b"title = \"One\"\nsource = \"Dawn\"\n").unwrap();
        let reading = lay_over_records(Some(sidecar), reading, "a");
        for article in &reading.articles {
            assert_eq!((article.title.as_deref(), &article.source[..]), (Some("Found"), &["Dawn".to_owned()][..]));
        }
        assert_eq!((reading.articles[0].warnings.len(), reading.articles[1].warnings.len()), (1, 0));
    }
}
