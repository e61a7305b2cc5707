//! The commonest values of each dimension, each a link with its count and a bar.

use crate::model::facet::NONE;
use crate::model::results::{Answer, FacetCounts, FacetValue};
use crate::render::address::Address;
use crate::render::html::search_path;
use crate::render::names::Names;
use crate::render::wording::{articles, grouped};

/// Values that are drawn of each dimension.
const VALUES_SHOWN: usize = 8;

/// One dimension.
pub(super) struct Group {
    pub(super) label: String,
    pub(super) lines: Vec<Line>,
}

/// One value.
pub(super) struct Line {
    pub(super) label: String,
    pub(super) href: String,
    /// "Gwadar, 12 articles".
    pub(super) name: String,
    pub(super) count: String,
    /// Length of the bar, of 100.
    pub(super) share: u64,
    /// How many values above it are shown.
    pub(super) depth: usize,
}

/// The dimensions that have values, in the order of the answer.
pub(super) fn groups(answer: &Answer, search: &Address, names: &Names<'_>) -> Vec<Group> {
    let groups = answer.results.facets.iter().map(|facet| group(facet, search, names));
    groups.filter(|group| !group.lines.is_empty()).collect()
}

fn group(facet: &FacetCounts, search: &Address, names: &Names<'_>) -> Group {
    let mut counts = Vec::new();
    collect(&facet.values, &mut counts);
    counts.sort_unstable_by(|a, b| b.cmp(a));
    // Of values with equal counts at the edge none is shown unless all have room.
    let least = counts.get(VALUES_SHOWN).map_or(1, |next| next + 1).min(counts.first().copied().unwrap_or(1));
    let highest = counts.first().copied().unwrap_or(1).max(facet.missing).max(1);
    let dimension = facet.dimension.as_str();
    let line = |label: String, value: &str, count: u64, depth: usize| Line {
        href: search_path(&search.set(dimension, value)),
        name: format!("{label}, {}", articles(count)),
        label,
        count: grouped(count),
        share: (count * 100).div_ceil(highest),
        depth,
    };
    let mut lines = Vec::new();
    shown(&facet.values, least, 0, &mut |value: &FacetValue, depth| {
        lines.push(line(names.value(dimension, &value.path).to_owned(), &value.path, value.count, depth));
    });
    lines.truncate(2 * VALUES_SHOWN);
    if facet.missing > 0 {
        lines.push(line(names.missing(dimension), NONE, facet.missing, 0));
    }
    Group { label: names.dimension(dimension).to_owned(), lines }
}

fn collect(values: &[FacetValue], counts: &mut Vec<u64>) {
    for value in values.iter().filter(|value| value.count > 0) {
        counts.push(value.count);
        collect(&value.children, counts);
    }
}

fn shown(values: &[FacetValue], least: u64, depth: usize, take: &mut impl FnMut(&FacetValue, usize)) {
    for value in values.iter().filter(|value| value.count >= least) {
        take(value, depth);
        shown(&value.children, least, depth + 1, take);
    }
}
