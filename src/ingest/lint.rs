//! What a curator should look at in a corpus: findings of a stable kind, with the place and the remedy.
//!
//! Pure: is handed articles one by one and keeps of each only what must be compared with others. May not correct
//! anything, and does not argue with a person who wrote `reviewed`.

mod copies;
mod dates;
mod keys;
mod kinds;
mod labels;
mod taxonomy;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::ingest::corpus::Scan;
use crate::ingest::duplicates::IdTaken;
use crate::ingest::formats::WrittenKey;
use crate::ingest::formats::sidecar::ENDING;
use crate::ingest::language::{canonical, detect_code};
use crate::ingest::lint::copies::Copies;
use crate::ingest::lint::keys::KeyUse;
use crate::model::date::PartialDate;
use crate::model::document::{Document, Place, RawArticle};
use crate::model::facet::Label;
use crate::model::report::{Notice, NoticeKind, Quarantined};
use crate::taxonomy::Taxonomy;

pub use kinds::Kind;

/// Articles from which on it is odd that one names no source when nearly all others do.
const SOURCED_MIN: usize = 20;
/// Share of the articles without a source, in percent, up to which each of them is a finding.
const UNSOURCED_PERCENT_MAX: usize = 5;
/// Letters of a text from which on its language is held against the one written.
const LANGUAGE_LETTERS_MIN: usize = 200;

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// What sort of thing.
    pub kind: Kind,
    /// What it is, and what to do.
    pub message: String,
}

/// An article as the linter looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Article<'a> {
    /// As it was read.
    pub raw: &'a RawArticle,
    /// What was made of it.
    pub document: &'a Document,
    /// What was noticed on the way.
    pub notices: &'a [Notice],
    /// What the classifier finds in it, whatever the curator wrote.
    pub found: &'a BTreeMap<String, Vec<Label>>,
    /// Where its keys are written.
    pub keys: &'a [WrittenKey],
    /// Path of its sidecar.
    pub sidecar: Option<&'a str>,
}

impl Article<'_> {
    /// The place of a key; of the article where the key is not written in a line of its own.
    fn place_of(&self, key: &str) -> Place {
        // What stands in the sidecar wins, and is written last.
        match self.keys.iter().rev().find(|written| written.key == key) {
            Some(written) => self.place_of_written(written),
            None => self.raw.place.clone(),
        }
    }

    fn place_of_written(&self, written: &WrittenKey) -> Place {
        let file = self.sidecar.filter(|_| written.in_sidecar).unwrap_or(&self.raw.place.file);
        Place { file: file.to_owned(), line: Some(written.line) }
    }

    /// Whether a person wrote that this is meant as it stands: `reviewed: true`, or a list that names it.
    fn is_reviewed(&self, what: &str) -> bool {
        match self.raw.extra.get("reviewed") {
            Some(Value::Bool(all)) => *all,
            Some(Value::String(one)) => one == what,
            Some(Value::Array(list)) => list.iter().any(|one| one == what),
            _ => false,
        }
    }

    fn finding(&self, kind: Kind, key: &str, message: impl Into<String>) -> Finding {
        Finding { place: self.place_of(key), kind, message: message.into() }
    }
}

/// What was found in a whole corpus.
#[derive(Debug, Default)]
pub struct Lint {
    /// What a curator should mend or confirm, in the order of places.
    pub findings: Vec<Finding>,
    /// What is good to know and needs no mending, in the order of places.
    pub notes: Vec<Finding>,
    /// Articles that stand.
    pub articles: usize,
    /// Those without a date.
    pub undated: usize,
}

/// Looks at the articles of a corpus, one after the other in the order of their paths.
pub struct Linter<'t> {
    taxonomy: &'t Taxonomy,
    /// The taxonomy's file as people see it.
    taxonomy_file: String,
    today: Option<PartialDate>,
    lint: Lint,
    ids: BTreeMap<String, Place>,
    copies: Copies,
    key_use: KeyUse,
    /// Paths in use, by dimension, their ancestors included.
    used: BTreeSet<(String, String)>,
    unsourced: Vec<Place>,
}

impl<'t> Linter<'t> {
    /// A linter for articles under a taxonomy; `today` is what dates may not lie after.
    pub fn new(taxonomy: &'t Taxonomy, taxonomy_file: &str, today: Option<PartialDate>) -> Self {
        Self {
            taxonomy,
            taxonomy_file: taxonomy_file.to_owned(),
            today,
            lint: Lint::default(),
            ids: BTreeMap::new(),
            copies: Copies::default(),
            key_use: KeyUse::default(),
            used: BTreeSet::new(),
            unsourced: Vec::new(),
        }
    }

    /// Looks at what the walk through the folder told.
    pub fn take_scan(&mut self, scan: &Scan) {
        scan.quarantined.iter().for_each(|entry| self.take_quarantined(entry));
        for warning in &scan.warnings {
            let kind = if warning.place.file.ends_with(ENDING) { Kind::LonelySidecar } else { Kind::Link };
            let message = match kind {
                Kind::LonelySidecar => format!("{}; rename or remove it", warning.message),
                _ => format!("{}; remove it, or put what it leads to into the corpus", warning.message),
            };
            self.lint.findings.push(Finding { place: warning.place.clone(), kind, message });
        }
    }

    /// Notes something that cannot be an article.
    pub fn take_quarantined(&mut self, entry: &Quarantined) {
        let Quarantined { place, reason } = entry.clone();
        self.lint.findings.push(Finding { place, kind: Kind::Quarantined, message: reason });
    }

    /// Looks at an article. One whose id another has is told and not looked at further: it is in no index.
    pub fn take(&mut self, article: Article<'_>) {
        let document = article.document;
        if let Some(keeper) = self.ids.get(&document.id) {
            let message = IdTaken { id: document.id.clone(), keeper: keeper.clone() }.to_string();
            self.lint.findings.push(article.finding(Kind::DuplicateId, "id", message));
            return;
        }
        self.ids.insert(document.id.clone(), document.place.clone());
        self.lint.articles += 1;
        self.lint.undated += usize::from(document.date.is_none());
        self.take_notices(&article);
        self.lint.findings.extend(dates::findings(&article, self.today));
        self.lint.findings.extend(labels::findings(&article, self.taxonomy));
        self.lint.findings.extend(language(&article));
        let (findings, notes) = keys::findings(&article, self.taxonomy, &mut self.key_use);
        self.lint.findings.extend(findings);
        self.lint.notes.extend(notes);
        let sourced = !document.source.is_empty() || !document.sources.is_empty() || document.url.is_some();
        if !sourced && !article.is_reviewed("source") {
            self.unsourced.push(document.place.clone());
        }
        self.copies.take(&article);
        for dimension in self.taxonomy.dimensions() {
            let paths = document.tags(&dimension.name).flat_map(crate::model::facet::ancestors);
            self.used.extend(paths.map(|path| (dimension.name.clone(), path.to_owned())));
        }
    }

    fn take_notices(&mut self, article: &Article<'_>) {
        let date_is_meant = article.document.date.is_some() && article.is_reviewed("date");
        for notice in article.notices {
            // A doubt about a date that stands can be answered; a date that cannot be read is an error.
            if notice.kind == NoticeKind::Date && date_is_meant {
                continue;
            }
            let kind = match notice.kind {
                NoticeKind::Date => Kind::OddDate,
                NoticeKind::Label => Kind::UnknownLabel,
                NoticeKind::Language => Kind::Language,
                NoticeKind::Address => Kind::Address,
                NoticeKind::Other => Kind::Warning,
            };
            let key = match notice.key.as_deref() {
                // Either name of the key may stand there.
                Some("lang") if article.keys.iter().all(|written| written.key != "lang") => "language",
                key => key.unwrap_or_default(),
            };
            self.lint.findings.push(article.finding(kind, key, notice.message.clone()));
        }
    }

    /// What was found, all articles seen.
    pub fn finish(mut self) -> Lint {
        let mut lint = std::mem::take(&mut self.lint);
        let articles = lint.articles;
        lint.findings.extend(self.copies.findings());
        lint.findings.extend(self.key_use.findings());
        lint.findings.extend(taxonomy::findings(self.taxonomy, &self.taxonomy_file));
        lint.notes.extend(taxonomy::unused(self.taxonomy, &self.taxonomy_file, &self.used));
        if articles >= SOURCED_MIN && self.unsourced.len() * 100 <= articles * UNSOURCED_PERCENT_MAX {
            let message = "names neither `source` nor `url`, as nearly all other articles do; add them, or write \
                           `reviewed: [source]` if there is none";
            let finding = |place| Finding { place, kind: Kind::MissingSource, message: message.to_owned() };
            lint.findings.extend(self.unsourced.into_iter().map(finding));
        }
        lint.findings.sort();
        lint.notes.sort();
        lint
    }
}

/// The language written against the one that the text is in.
fn language(article: &Article<'_>) -> Option<Finding> {
    let written = canonical(article.raw.lang.as_ref()?)?;
    let document = article.document;
    let letters = document.body.chars().filter(|c| c.is_alphabetic()).count();
    if letters < LANGUAGE_LETTERS_MIN || article.is_reviewed("lang") {
        return None;
    }
    let found = detect_code(&format!("{}\n{}", document.title, document.body));
    let primary = written.split('-').next().unwrap_or_default();
    (found != "und" && found != primary).then(|| {
        let message = format!(
            "the language is written as `{written}`, but the text reads as `{found}`; correct it, or write \
             `reviewed: [lang]` if it is meant"
        );
        let key = if article.keys.iter().any(|written| written.key == "lang") { "lang" } else { "language" };
        article.finding(Kind::Language, key, message)
    })
}
