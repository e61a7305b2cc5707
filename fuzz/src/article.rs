//! What must hold of whatever a reader takes out of a file, and of the document that is made of it.

use std::sync::LazyLock;

use dossier::ingest::formats::{Format, Reading, SourceFile, read, written_keys};
use dossier::ingest::pipeline::document::DocumentMaker;
use dossier::model::document::{Document, RawArticle};
use dossier::model::facet::EvidencePlace;
use dossier::model::{EVIDENCE_MAX, TITLE_CHARS_MAX};
use dossier::taxonomy::Taxonomy;
use dossier::text::normalise::tidy;

use super::hold_message;

static MAKER: LazyLock<DocumentMaker> = LazyLock::new(|| {
    DocumentMaker::new(Taxonomy::parse(super::TAXONOMY, "taxonomy.toml").expect("the fixture is sound"))
});

/// A file of one article: it is an article or it is in quarantine, whatever lies in it and beside it.
pub fn hold_file(path: &str, bytes: &[u8], sidecar: Option<&[u8]>) {
    let format = Format::of(path).expect("a name that is read");
    let sidecar = sidecar.map(<[u8]>::to_vec);
    let source = SourceFile { path: path.to_owned(), format, bytes: bytes.to_vec(), sidecar, hash: String::new() };
    let reading = read(&source);
    assert_eq!(reading.articles.len() + reading.quarantined.len(), 1, "an article, or a reason why not");
    hold_reading(path, &reading);
    let lines =
        |bytes: &[u8]| u32::try_from(bytes.iter().filter(|byte| **byte == b'\n').count() + 1).unwrap_or(u32::MAX);
    // In UTF-16 a line end is one of two bytes, and a lone CR ends a line too: this is a bound, not a count.
    let bound =
        |bytes: &[u8]| lines(bytes) + u32::try_from(bytes.iter().filter(|byte| **byte == b'\r').count()).unwrap_or(0);
    for key in written_keys(&source) {
        let of = if key.in_sidecar { source.sidecar.as_deref().unwrap_or_default() } else { bytes };
        assert!((1..=bound(of)).contains(&key.line), "{key:?} stands behind the end of its file");
    }
}

/// What was read names the file that it was read from, and every article makes a document or says why not.
pub fn hold_reading(path: &str, reading: &Reading) {
    for kept_out in &reading.quarantined {
        assert_eq!(kept_out.place.file, path);
        assert_ne!(kept_out.place.line, Some(0), "lines are counted from 1");
        hold_message(&kept_out.reason);
    }
    for article in &reading.articles {
        assert_eq!(article.place.file, path);
        hold_article(article);
    }
}

/// An article on its way in makes a document that keeps the promises of `Document`, the same one every time.
pub fn hold_article(raw: &RawArticle) {
    match MAKER.make("a", raw) {
        Err(reason) => hold_message(&reason),
        Ok((document, notices)) => {
            hold_document(&document, &MAKER);
            notices.iter().for_each(|notice| hold_message(&notice.message));
            let again = MAKER.make("a", raw).map(|(document, _)| document);
            assert_eq!(again.as_ref(), Ok(&document), "the same article makes the same document");
        }
    }
}

/// The promises of a document that `maker` made.
pub fn hold_document(document: &Document, maker: &DocumentMaker) {
    let Document { title, body, lang, date, date_source, labels, .. } = document;
    assert!(!title.trim().is_empty() && !title.contains(['\n', '\r']), "a title of one line: {title:?}");
    assert!(title.chars().count() <= TITLE_CHARS_MAX + 2, "a title of {} characters", title.chars().count());
    assert_eq!(&tidy(body), body, "white space is in order");
    assert!(lang == "und" || (2..=3).contains(&lang.len()) && lang.bytes().all(|byte| byte.is_ascii_lowercase()));
    assert_eq!(date.is_some(), date_source.is_some(), "a date has its source");
    for (dimension, list) in labels {
        let dimension = maker.taxonomy().dimension(dimension).expect("a label of a dimension that is declared");
        for label in list {
            assert!(!dimension.closed || dimension.node(&label.path).is_some(), "an invented path: {}", label.path);
            assert!((0.0..=1.0).contains(&label.weight), "a weight of {}", label.weight);
            assert!(label.evidence.len() <= EVIDENCE_MAX);
            for evidence in &label.evidence {
                let text = if evidence.place == EvidencePlace::Title { title } else { body };
                let found = text.get(evidence.offset..evidence.offset + evidence.text.len());
                assert_eq!(found, Some(evidence.text.as_str()), "evidence stands where it says");
            }
        }
    }
}
