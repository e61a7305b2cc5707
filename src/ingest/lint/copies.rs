//! Articles that are prints of one text.

use std::collections::BTreeMap;

use crate::ingest::duplicates::groups::groups;
use crate::ingest::lint::{Article, Finding, Kind};
use crate::model::document::{Imprint, Place};

/// What copies are known by, of every article seen.
#[derive(Debug, Default)]
pub(super) struct Copies {
    imprints: Vec<Imprint>,
    /// Where each article stands, and its fingerprint.
    places: BTreeMap<String, (Place, String)>,
}

impl Copies {
    /// Notes an article, unless a person wrote that it is meant as a copy.
    pub(super) fn take(&mut self, article: &Article<'_>) {
        if !article.is_reviewed("copy") {
            let document = article.document;
            self.imprints.push(document.imprint());
            self.places.insert(document.id.clone(), (document.place.clone(), document.fingerprint.clone()));
        }
    }

    /// A finding for every group of copies, at the earliest of them.
    pub(super) fn findings(self) -> impl Iterator<Item = Finding> {
        let groups = groups(&self.imprints);
        groups.into_iter().filter_map(move |ids| {
            let (first, others) = ids.split_first()?;
            let (place, text) = self.places.get(first)?;
            let same = others.iter().all(|id| self.places.get(id).is_some_and(|(_, other)| other == text));
            let others = others.iter().filter_map(|id| Some(format!("{id} ({})", self.places.get(id)?.0)));
            let (kind, how) = if same { (Kind::Copy, "the same") } else { (Kind::NearCopy, "nearly the same") };
            let message = format!(
                "`{first}` has {how} text as {}; keep one, or write `reviewed: [copy]` in a reprint",
                others.collect::<Vec<_>>().join(", ")
            );
            Some(Finding { place: place.clone(), kind, message })
        })
    }
}
