//! The labels of an article page: who gave each, and the words that led to it with links to where they stand.

use std::collections::BTreeMap;

use crate::model::facet::{Label, LabelKind, LabelledBy};
use crate::render::Dimension;
use crate::render::address::Address;
use crate::render::html::article::text::Text;
use crate::render::html::search_path;
use crate::render::names::Names;
use crate::render::wording::reason;

/// The labels of one dimension.
pub(super) struct LabelGroup {
    pub(super) dimension: String,
    pub(super) tags: Vec<LabelView>,
    pub(super) mentions: Vec<LabelView>,
}

/// A label as it is shown.
pub(super) struct LabelView {
    pub(super) text: String,
    pub(super) path: String,
    pub(super) href: String,
    pub(super) reason: String,
    pub(super) places: Vec<PlaceLink>,
}

/// A link to words that led to a label.
pub(super) struct PlaceLink {
    pub(super) number: usize,
    pub(super) href: String,
    pub(super) words: String,
}

/// The labels of a dimension; `None` where there are none.
pub(super) fn group(
    dimension: &Dimension,
    labels: &BTreeMap<String, Vec<Label>>,
    names: &Names<'_>,
    text: &Text<'_>,
) -> Option<LabelGroup> {
    let labels = labels.get(&dimension.name)?;
    let views = |kind| {
        let of_kind = labels.iter().filter(move |label| label.kind == kind);
        let view = |label: &Label| LabelView {
            text: names.value(&dimension.name, &label.path).to_owned(),
            path: label.path.clone(),
            href: search_path(&Address::new([(dimension.name.clone(), label.path.clone())])),
            reason: given(label),
            places: places(label, text),
        };
        of_kind.map(view).collect::<Vec<_>>()
    };
    let group = LabelGroup {
        dimension: names.dimension(&dimension.name).to_owned(),
        tags: views(LabelKind::Tag),
        mentions: views(LabelKind::Mention),
    };
    (!labels.is_empty()).then_some(group)
}

/// Who gave a label, and why: "by the classifier: matched “Gwadar” in the title".
fn given(label: &Label) -> String {
    match label.by {
        LabelledBy::Classifier if !label.evidence.is_empty() => format!("by the classifier: {}", reason(label)),
        _ => reason(label),
    }
}

/// Links to the words of a label, in the order of the evidence, each place once.
fn places(label: &Label, text: &Text<'_>) -> Vec<PlaceLink> {
    let mut places: Vec<PlaceLink> = Vec::new();
    for evidence in &label.evidence {
        let Some(href) = text.link(evidence) else { continue };
        if places.iter().all(|known| known.href != href) {
            places.push(PlaceLink { number: places.len() + 1, href, words: evidence.text.clone() });
        }
    }
    places
}
