//! One article into one document: every station in turn, and what a curator should know of it.
//!
//! What the curator wrote wins; what nobody wrote is found with its evidence or left out. Never guesses in silence.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use crate::ingest::classifier::Classifier;
use crate::ingest::cleaning::clean;
use crate::ingest::dates::{DateEvidence, Dating, date_article};
use crate::ingest::duplicates::sketch::sketch;
use crate::ingest::language::{canonical, detect_code};
use crate::model::TITLE_CHARS_MAX;
use crate::model::date::PartialDate;
use crate::model::document::{Document, HOUSEKEEPING_KEYS, RawArticle};
use crate::model::facet::{Label, LabelKind, LabelledBy};
use crate::model::report::{Notice, NoticeKind};
use crate::taxonomy::{Resolution, Taxonomy};
use crate::text::normalise::fold;
use crate::text::sentences::sentences;
use crate::text::words::words;

/// Makes documents by one taxonomy.
pub struct DocumentMaker {
    taxonomy: Taxonomy,
    /// Made at the first article: a run that finds nothing new needs none.
    classifier: OnceLock<Classifier>,
}

impl DocumentMaker {
    /// A maker for a taxonomy.
    pub fn new(taxonomy: Taxonomy) -> Self {
        Self { classifier: OnceLock::new(), taxonomy }
    }

    /// The taxonomy that labels come from.
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    /// The dimensions in which a document has a label that counts, one bit each in the taxonomy's order.
    pub fn labelled(&self, document: &Document) -> u64 {
        let dimensions = self.taxonomy.dimensions().iter();
        let bits = dimensions.enumerate().map(|(bit, dimension)| match document.tags(&dimension.name).next() {
            Some(_) => 1 << bit,
            None => 0,
        });
        bits.fold(0, |all, bit| all | bit)
    }

    /// The document of an article, with what was noticed; or why it cannot be one.
    pub fn make(&self, id: &str, raw: &RawArticle) -> Result<(Document, Vec<Notice>), String> {
        let mut warnings: Vec<Notice> = raw.warnings.iter().cloned().map(Notice::from).collect();
        let cleaned = clean(raw);
        let has_title = cleaned.title.is_some();
        let Some(title) = cleaned.title.or_else(|| first_sentence(&cleaned.body)) else {
            return Err("nothing is left of its text after cleaning; write a title or a text".into());
        };
        let title = shortened(title);
        let lang = language(raw, &title, &cleaned.body, &mut warnings);
        // A curator who says that there is no date means it.
        let meant = raw.date.is_none() && raw.extra.get("undated") == Some(&Value::Bool(true));
        let evidence = DateEvidence {
            written: raw.date.as_ref().map(|(written, source)| (written.as_str(), *source)),
            url: raw.url.as_deref(),
            locale: raw.lang.as_deref(),
            dateline: cleaned.dateline.as_deref(),
            title: Some(&title),
            opening: Some(&cleaned.body),
            text: raw.surroundings.as_deref().unwrap_or(&raw.body),
        };
        let dating = if meant { Dating::default() } else { date_article(&evidence) };
        warnings.extend(dating.notes.into_iter().map(|note| Notice::new(NoticeKind::Date, "date", note)));
        let (date, date_source) = dating.date.unzip();
        let mut extra = raw.extra.clone();
        extra.retain(|key, _| !HOUSEKEEPING_KEYS.contains(&key.as_str()));
        let dateline = cleaned.dateline.or_else(|| written_dateline(&mut extra));
        let (fingerprint, sketch) = sketch(&title, &cleaned.body);
        // A sentence that stands in for a title is read where it stands, and not twice.
        let title_read = if has_title { title.as_str() } else { "" };
        let found = self.classifier().classify_of_year(title_read, &cleaned.body, year_of(date));
        let labels = self.labels(found, &mut extra, &mut warnings);
        let document = Document {
            id: id.to_owned(),
            sketch,
            fingerprint,
            title,
            body: cleaned.body,
            url: raw.url.clone().filter(|url| is_web_address(url, &mut warnings)),
            source: publishers(raw),
            sources: raw.sources.clone(),
            author: raw.author.clone(),
            date,
            date_source,
            lang,
            dateline,
            place: raw.place.clone(),
            labels,
            extra,
        };
        Ok((document, warnings))
    }

    /// The labels that the classifier finds in a document's text, whatever its curator wrote.
    pub fn found(&self, document: &Document) -> BTreeMap<String, Vec<Label>> {
        self.classifier().classify_of_year(&document.title, &document.body, year_of(document.date))
    }

    fn classifier(&self) -> &Classifier {
        self.classifier.get_or_init(|| Classifier::new(&self.taxonomy))
    }

    /// Labels of every dimension: those that the curator wrote, where the key is there at all, else those found.
    fn labels(
        &self,
        mut labels: BTreeMap<String, Vec<Label>>,
        extra: &mut BTreeMap<String, Value>,
        warnings: &mut Vec<Notice>,
    ) -> BTreeMap<String, Vec<Label>> {
        for dimension in self.taxonomy.dimensions() {
            let name = &dimension.name;
            // A key left blank is not written; an empty list is, and means none.
            let Some(written) = extra.remove(name).filter(|written| !written.is_null()) else { continue };
            let mut unresolved = Vec::new();
            let mut curated: Vec<Label> = Vec::new();
            for value in listed(&written) {
                match self.taxonomy.resolve(name, &value) {
                    Resolution::Path(path) if curated.iter().all(|label| label.path != path) => {
                        let (by, kind) = (LabelledBy::Curator, LabelKind::Tag);
                        curated.push(Label { path, by, kind, weight: 1.0, evidence: Vec::new() });
                    }
                    Resolution::Path(_) => {}
                    Resolution::Ambiguous(paths) => {
                        let paths = paths.join(" or ");
                        let message = format!("{name} `{value}` may be {paths}: write the full path");
                        warnings.push(Notice::new(NoticeKind::Label, name, message));
                        unresolved.push(Value::String(value));
                    }
                    Resolution::Unknown { near } => {
                        let hint =
                            if near.is_empty() { String::new() } else { format!(" (near: {})", near.join(", ")) };
                        let message = format!(
                            "the taxonomy has no {name} `{value}`{hint}; correct it, or add it to the taxonomy"
                        );
                        warnings.push(Notice::new(NoticeKind::Label, name, message));
                        unresolved.push(Value::String(value));
                    }
                }
            }
            // A label that stands for nothing is kept where people can see it, and counts nowhere.
            if !unresolved.is_empty() {
                extra.insert(name.clone(), Value::Array(unresolved));
            }
            labels.insert(name.clone(), curated);
        }
        labels.retain(|_, list| !list.is_empty());
        labels
    }
}

fn year_of(date: Option<PartialDate>) -> Option<u16> {
    date.and_then(|date| u16::try_from(date.year()).ok())
}

/// Whether an address can be followed; says so where it cannot, since programs that read our answers may try.
fn is_web_address(url: &str, warnings: &mut Vec<Notice>) -> bool {
    let known = ["http://", "https://"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)));
    if !known {
        let message = format!("`{url}` is no address of the web (http or https); it was left out");
        warnings.push(Notice::new(NoticeKind::Address, "url", message));
    }
    known
}

/// The publishers: those written, else those of the publications that the article rests on.
fn publishers(raw: &RawArticle) -> Vec<String> {
    if !raw.source.is_empty() {
        return raw.source.clone();
    }
    let mut named: Vec<String> = Vec::new();
    for publisher in raw.sources.iter().filter_map(|source| source.publisher.as_ref()) {
        if !named.contains(publisher) {
            named.push(publisher.clone());
        }
    }
    named
}

/// A string, a number or a list of them as texts.
fn listed(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match value {
        Value::Array(list) => list.iter().filter_map(text).collect(),
        value => text(value).into_iter().collect(),
    }
}

fn language(raw: &RawArticle, title: &str, body: &str, warnings: &mut Vec<Notice>) -> String {
    if let Some(written) = &raw.lang {
        match canonical(written) {
            Some(code) => return code,
            None => {
                let message = format!("`{written}` is no language code such as en, ur or zh; it was detected instead");
                warnings.push(Notice::new(NoticeKind::Language, "lang", message));
            }
        }
    }
    // A title that says what the text says anyway would count twice: in a short text that makes a language of a name.
    if says_again(title, body) {
        return detect_code(body).to_owned();
    }
    if says_again(body, title) {
        return detect_code(title).to_owned();
    }
    detect_code(&format!("{title}\n{body}")).to_owned()
}

/// Whether a text begins with the words of another, whatever their case and signs.
fn says_again(text: &str, in_text: &str) -> bool {
    let mut found = words(in_text);
    words(text).all(|word| found.next().is_some_and(|other| fold(other.text) == fold(word.text)))
}

/// The dateline that a draft keeps as a key, since it no longer stands in the text.
fn written_dateline(extra: &mut BTreeMap<String, Value>) -> Option<String> {
    let written = extra.get("dateline")?.as_str()?.trim().to_owned();
    extra.remove("dateline");
    (!written.is_empty()).then_some(written)
}

/// What stands in for a title: the first sentence of the text.
fn first_sentence(body: &str) -> Option<String> {
    let first = sentences(body).into_iter().next()?;
    Some(body[first].trim_start_matches(['#', '-', ' ']).to_owned()).filter(|title| !title.is_empty())
}

fn shortened(title: String) -> String {
    let Some((cut, _)) = title.char_indices().nth(TITLE_CHARS_MAX) else { return title };
    let end = title[..cut].rfind(char::is_whitespace).unwrap_or(cut);
    format!("{} …", title[..end].trim_end())
}
