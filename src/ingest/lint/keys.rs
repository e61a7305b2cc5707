//! Keys of a front matter, a sidecar or a record: blank ones, and those that look misspelt.
//!
//! A key of the curator's own is welcome; one that is nearly a key that is read is looked at, unless it is in use.

use std::collections::BTreeMap;

use crate::ingest::formats::KNOWN_KEYS;
use crate::ingest::lint::{Article, Finding, Kind};
use crate::model::document::{HOUSEKEEPING_KEYS, Place};
use crate::taxonomy::Taxonomy;

/// Likeness (Jaro-Winkler) from which on a key may be meant as another one.
const LIKENESS_MIN: f64 = 0.88;
/// Articles from which on a key is in use and no slip of the pen.
const IN_USE_MIN: usize = 3;
/// What may be named in `reviewed` beside the dimensions.
const REVIEWED: [&str; 4] = ["date", "lang", "source", "copy"];

/// Keys that are not read, with how often each stands and where first.
#[derive(Debug, Default)]
pub(super) struct KeyUse {
    /// Number of articles, and the first one's finding, if the key may be misspelt.
    unread: BTreeMap<String, (usize, Vec<Finding>)>,
}

impl KeyUse {
    fn note(&mut self, key: &str, finding: Option<Finding>) {
        let (count, findings) = self.unread.entry(key.to_owned()).or_default();
        *count += 1;
        if *count < IN_USE_MIN {
            findings.extend(finding);
        }
    }

    /// The findings on keys that are not in use.
    pub(super) fn findings(self) -> impl Iterator<Item = Finding> {
        self.unread.into_values().filter(|(count, _)| *count < IN_USE_MIN).flat_map(|(_, findings)| findings)
    }
}

/// The findings on the keys of an article, and what is only good to know.
pub(super) fn findings(
    article: &Article<'_>,
    taxonomy: &Taxonomy,
    key_use: &mut KeyUse,
) -> (Vec<Finding>, Vec<Finding>) {
    let (mut findings, mut notes) = (Vec::new(), Vec::new());
    let dimensions: Vec<&str> = taxonomy.dimensions().iter().map(|dimension| dimension.name.as_str()).collect();
    // A blank date is told as a missing one.
    for written in article.keys.iter().filter(|written| written.blank && written.key != "date") {
        let (key, place) = (&written.key, article.place_of_written(written));
        if dimensions.contains(&key.as_str()) {
            let message = format!(
                "`{key}` is blank, so the text alone decides; write its labels, or `{key}: []` if there are none"
            );
            notes.push(Finding { place, kind: Kind::BlankKey, message });
        } else {
            let message = format!("`{key}` has nothing behind it; write its value, or remove the line");
            findings.push(Finding { place, kind: Kind::BlankKey, message });
        }
    }
    for key in article.raw.extra.keys() {
        let known =
            dimensions.contains(&key.as_str()) || HOUSEKEEPING_KEYS.contains(&key.as_str()) || key == "dateline";
        if known {
            continue;
        }
        let near = nearest(key, &dimensions);
        let message = |near| format!("`{key}` is not read; write `{near}` if you mean that");
        key_use.note(key, near.map(|near| article.finding(Kind::UnknownKey, key, message(near))));
        let written = article.keys.iter().find(|written| written.in_sidecar && written.key == *key);
        if let (Some(written), None) = (written, near) {
            let place: Place = article.place_of_written(written);
            let message = format!("`{key}` is no key that is read; it is kept as it is");
            notes.push(Finding { place, kind: Kind::UnknownKey, message });
        }
    }
    findings.extend(unknown_reviewed(article, &dimensions));
    (findings, notes)
}

/// The key that is read and that another one is most like.
fn nearest<'k>(key: &str, dimensions: &[&'k str]) -> Option<&'k str> {
    let lower = key.to_lowercase();
    let known = KNOWN_KEYS.iter().copied().chain(dimensions.iter().copied()).chain(HOUSEKEEPING_KEYS);
    let alike = known.map(|known| (strsim::jaro_winkler(&lower, known), known));
    let (likeness, known) = alike.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (likeness >= LIKENESS_MIN && known != key).then_some(known)
}

/// A word in `reviewed` that nothing answers to.
fn unknown_reviewed(article: &Article<'_>, dimensions: &[&str]) -> Vec<Finding> {
    let words = match article.raw.extra.get("reviewed") {
        None | Some(serde_json::Value::Null | serde_json::Value::Bool(_)) => Vec::new(),
        Some(serde_json::Value::Array(list)) => list.iter().map(|word| word.as_str().unwrap_or("?")).collect(),
        Some(value) => vec![value.as_str().unwrap_or("?")],
    };
    let unknown = words.into_iter().filter(|word| !dimensions.contains(word) && !REVIEWED.contains(word));
    let finding = |word: &str| {
        let choices = [dimensions, &REVIEWED].concat().join(", ");
        let message = format!("`reviewed` cannot name `{word}`; write `true`, or some of {choices}");
        article.finding(Kind::UnknownKey, "reviewed", message)
    };
    unknown.map(finding).collect()
}
