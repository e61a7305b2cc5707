//! Text as people scrape it: cleaning, and all that reads a text below it.

use dossier::engine::analyzer::{Stemming, sentence_positions, tokens, units};
use dossier::ingest::cleaning::clean;
use dossier::ingest::language::detect_code;
use dossier::model::document::{BodyKind, Place, RawArticle};
use dossier::text::normalise::{fold, resolve_presentation, tidy};
use dossier::text::sentences::sentences;
use dossier::text::words::words;

use super::article::hold_article;

/// Longest text that is cleaned, in bytes: more of the same says nothing new and takes time.
const TEXT_BYTES_MAX: usize = 64 * 1024;

/// The first byte says what kind of body the rest is, and whether its first line is the title that the file gives.
pub fn hold(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(&rest[..rest.len().min(TEXT_BYTES_MAX)]).into_owned();
    hold_text(&text);
    let body_kind = [BodyKind::Scraped, BodyKind::Extracted, BodyKind::Curated][usize::from(first % 3)];
    let (title, body) = match text.split_once('\n') {
        Some((title, body)) if first & 0x80 != 0 => (Some(title.to_owned()), body.to_owned()),
        _ => (None, text),
    };
    let raw = raw(title, body, body_kind);
    let cleaned = clean(&raw);
    if let Some(title) = &cleaned.title {
        assert!(!title.is_empty() && !title.contains(['\n', '\r']), "a title of one line: {title:?}");
    }
    assert_eq!(tidy(&cleaned.body), cleaned.body, "white space is in order");
    if body_kind == BodyKind::Scraped && raw.title.is_none() {
        let whole = format!("{}\n\n{}", cleaned.title.as_deref().unwrap_or_default(), cleaned.body);
        let again = clean(&self::raw(None, whole, BodyKind::Scraped));
        assert_eq!(
            (&again.title, &again.body),
            (&cleaned.title, &cleaned.body),
            "cleaning the cleaned changes nothing"
        );
    }
    hold_article(&raw);
}

fn raw(title: Option<String>, body: String, body_kind: BodyKind) -> RawArticle {
    RawArticle {
        place: Place { file: "a.txt".to_owned(), line: None },
        id: None,
        title,
        body,
        body_kind,
        surroundings: None,
        date: None,
        url: None,
        source: Vec::new(),
        sources: Vec::new(),
        author: None,
        lang: None,
        extra: std::collections::BTreeMap::new(),
        warnings: Vec::new(),
    }
}

/// What holds of any text: what takes it apart gives parts of it in their order, what puts it in order does so once.
fn hold_text(text: &str) {
    for (name, once) in [("fold", fold as fn(&str) -> String), ("tidy", tidy), ("presentation", resolve_presentation)] {
        let done = once(text);
        assert_eq!(once(&done), done, "{name}: once is enough");
    }
    let mut end = 0;
    for sentence in sentences(text) {
        assert!(end <= sentence.start && sentence.start < sentence.end, "{sentence:?} behind {end}");
        assert!(text.get(sentence.clone()).is_some(), "{sentence:?} cuts a character");
        end = sentence.end;
    }
    let mut end = 0;
    for word in words(text) {
        assert!(end <= word.start && text.get(word.start..word.end()) == Some(word.text), "{word:?} behind {end}");
        end = word.end();
    }
    for unit in units(text) {
        assert!(!unit.folded().is_empty(), "a unit that is found by nothing");
    }
    let lang = detect_code(text);
    let tokens = tokens(text, Stemming::of(lang));
    for token in &tokens {
        assert!(text.get(token.span.clone()).is_some_and(|form| !form.is_empty()), "{token:?} cuts a character");
    }
    assert!(tokens.is_sorted_by_key(|token| token.position), "tokens in the order of the text");
    assert!(sentence_positions(text, &tokens).is_sorted(), "sentences in the order of the text");
}
