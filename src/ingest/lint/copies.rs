//! Articles with one text.

use std::collections::BTreeMap;

use crate::ingest::lint::{Article, Finding, Kind};
use crate::model::document::Place;

/// Articles by the fingerprint of their text, in the order of their places.
#[derive(Debug, Default)]
pub(super) struct Copies {
    by_fingerprint: BTreeMap<String, Vec<(String, Place)>>,
}

impl Copies {
    /// Notes an article, unless a person wrote that it is meant as a copy.
    pub(super) fn take(&mut self, article: &Article<'_>) {
        if !article.is_reviewed("copy") {
            let document = article.document;
            let same = self.by_fingerprint.entry(document.fingerprint.clone()).or_default();
            same.push((document.id.clone(), document.place.clone()));
        }
    }

    /// A finding for every text that stands more than once, at the first article that has it.
    pub(super) fn findings(self) -> impl Iterator<Item = Finding> {
        self.by_fingerprint.into_values().filter(|same| same.len() > 1).map(|same| {
            let others: Vec<String> = same[1..].iter().map(|(id, place)| format!("{id} ({place})")).collect();
            let (first, place) = &same[0];
            let message = format!(
                "`{first}` has the same text as {}; keep one, or write `reviewed: [copy]` in a reprint",
                others.join(", ")
            );
            Finding { place: place.clone(), kind: Kind::Copy, message }
        })
    }
}
