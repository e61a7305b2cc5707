//! The commonest values of each dimension, each a link with its count and a bar.

use crate::model::facet::NONE;
use crate::model::results::{Answer, FacetCounts, FacetValue};
use crate::render::address::{Address, facet_path};
use crate::render::html::search_path;
use crate::render::names::Names;
use crate::render::wording::{articles, grouped};

/// Values that the overview draws of each dimension.
const VALUES_SHOWN: usize = 8;

/// One dimension.
pub(in crate::render::html) struct Group {
    pub(in crate::render::html) label: String,
    pub(in crate::render::html) lines: Vec<Line>,
    /// All values, where some are not shown.
    pub(in crate::render::html) all: Option<String>,
}

/// One value.
pub(in crate::render::html) struct Line {
    pub(in crate::render::html) label: String,
    pub(in crate::render::html) href: String,
    /// "Gwadar, 12 articles".
    pub(in crate::render::html) name: String,
    pub(in crate::render::html) count: String,
    /// Length of the bar, of 100.
    pub(in crate::render::html) share: u64,
    /// How many values above it are shown.
    pub(in crate::render::html) depth: usize,
}

/// The dimensions that have values, in the order of the answer.
pub(in crate::render::html) fn groups(answer: &Answer, search: &Address, names: &Names<'_>) -> Vec<Group> {
    let groups = answer.results.facets.iter().map(|facet| group(facet, search, names, VALUES_SHOWN));
    groups.filter(|group| !group.lines.is_empty()).collect()
}

/// The values of one dimension with most articles, about as many as `wanted`, and those without one.
pub(in crate::render::html) fn group(facet: &FacetCounts, search: &Address, names: &Names<'_>, wanted: usize) -> Group {
    let mut counts = Vec::new();
    collect(&facet.values, &mut counts);
    counts.sort_unstable_by(|a, b| b.cmp(a));
    // Of values with equal counts at the edge none is shown unless all have room.
    let least = counts.get(wanted).map_or(1, |next| next + 1).min(counts.first().copied().unwrap_or(1));
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
    lines.truncate(2 * wanted);
    let drawn = lines.len();
    if facet.missing > 0 {
        lines.push(line(names.missing(dimension), NONE, facet.missing, 0));
    }
    let is_all = counts.len() == drawn && facet.other == 0;
    Group { label: names.dimension(dimension).to_owned(), lines, all: (!is_all).then(|| facet_path(dimension, search)) }
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
