//! Facet values: the ordinals that stand for their paths, and the trees and histograms that are shown of raw counts.
//!
//! What a document counts under is said here, for every engine. The dictionary gives every facet path an ordinal, for the
//! life of a generation and those built on it; in an index that keeps columns documents carry the ordinals of their paths
//! and of all ancestors. Labels and texts are put on at the end, for the values shown.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::engine::periods::{UNDATED, period_at, place_of};
use crate::model::date::{DateRange, PartialDate};
use crate::model::document::Document;
use crate::model::facet::{NONE, ancestors, parent};
use crate::model::query::{FacetChoice, FacetRequest, Interval};
use crate::model::results::{Bucket, FacetCounts, FacetValue, Histogram};
use crate::taxonomy::Taxonomy;
use crate::text::normalise::fold;

/// The dimensions that every index has besides those of its taxonomy.
pub const OWN_DIMENSIONS: [&str; 2] = ["lang", "source"];
/// The ordinal of documents that have no value in a dimension.
pub const MISSING: u32 = 0;

/// The paths that a document counts under in a dimension, without their ancestors.
pub fn facet_values(document: &Document, dimension: &str) -> Vec<String> {
    match dimension {
        "lang" => vec![document.lang.clone()],
        // A publisher's name may hold a slash; it is no path.
        "source" => document.source.iter().map(|name| source_path(name)).collect(),
        dimension => document.tags(dimension).map(str::to_owned).collect(),
    }
}

/// The facet path of a publisher's name, one level deep whatever signs it holds.
pub fn source_path(name: &str) -> String {
    name.replace('/', "\u{2215}")
}

/// The paths of all dimensions by ordinal. Only ever grows while segments are taken over from one generation to
/// the next, so that their ordinals stay true.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, Vec<String>>", into = "BTreeMap<String, Vec<String>>")]
pub struct FacetDictionary {
    paths: BTreeMap<String, Vec<String>>,
    ordinals: HashMap<String, HashMap<String, u32>>,
}

impl From<BTreeMap<String, Vec<String>>> for FacetDictionary {
    fn from(paths: BTreeMap<String, Vec<String>>) -> Self {
        let ordinals = paths
            .iter()
            .map(|(dimension, list)| {
                (dimension.clone(), list.iter().zip(0..).map(|(path, n)| (path.clone(), n)).collect())
            })
            .collect();
        Self { paths, ordinals }
    }
}

impl From<FacetDictionary> for BTreeMap<String, Vec<String>> {
    fn from(dictionary: FacetDictionary) -> Self {
        dictionary.paths
    }
}

impl FacetDictionary {
    /// The ordinal of a path, if the dictionary has it.
    pub fn ordinal(&self, dimension: &str, path: &str) -> Option<u32> {
        self.ordinals.get(dimension)?.get(path).copied()
    }

    /// Makes sure that a path (not its ancestors) has an ordinal.
    pub fn insert(&mut self, dimension: &str, path: &str) {
        let paths = self.paths.entry(dimension.to_owned()).or_insert_with(|| vec![NONE.to_owned()]);
        let ordinals =
            self.ordinals.entry(dimension.to_owned()).or_insert_with(|| HashMap::from([(NONE.to_owned(), MISSING)]));
        if !ordinals.contains_key(path) {
            ordinals.insert(path.to_owned(), paths.len() as u32);
            paths.push(path.to_owned());
        }
    }

    /// Gives every node of a taxonomy its ordinal, in the order of the file.
    pub fn insert_taxonomy(&mut self, taxonomy: &Taxonomy) {
        for dimension in taxonomy.dimensions() {
            dimension.nodes.iter().for_each(|node| self.insert(&dimension.name, &node.path));
        }
    }

    /// Makes sure that all paths that a document counts under in these dimensions have an ordinal.
    pub fn insert_document<'d>(&mut self, document: &Document, dimensions: impl IntoIterator<Item = &'d str>) {
        for dimension in dimensions {
            for path in facet_values(document, dimension) {
                ancestors(&path).for_each(|ancestor| self.insert(dimension, ancestor));
            }
        }
    }

    /// The paths of a dimension by ordinal; the first is `_none`.
    pub fn paths(&self, dimension: &str) -> &[String] {
        self.paths.get(dimension).map_or(&[], Vec::as_slice)
    }

    /// How many ordinals a dimension has: at least that of documents without a value.
    pub fn len(&self, dimension: &str) -> usize {
        self.paths(dimension).len().max(1)
    }

    /// The ordinals that a filter's choices stand for.
    pub fn chosen(&self, dimension: &str, choices: &[FacetChoice]) -> Vec<u32> {
        choices
            .iter()
            .filter_map(|choice| match choice {
                FacetChoice::Missing => Some(MISSING),
                FacetChoice::Path(path) => self.ordinal(dimension, path),
            })
            .collect()
    }
}

/// The paths that a choice cannot be shown without: its own and those above it.
fn above(choice: &FacetChoice) -> impl Iterator<Item = &str> {
    let path = match choice {
        FacetChoice::Path(path) => Some(path.as_str()),
        FacetChoice::Missing => None,
    };
    path.into_iter().flat_map(ancestors)
}

/// A value on its way into the tree: its ordinal, and the values below it that are shown.
struct Node {
    ordinal: usize,
    children: Vec<Node>,
}

/// What a tree is made of.
struct Growth<'a> {
    counts: &'a [u64],
    paths: &'a [String],
    dimension: &'a str,
    chosen: &'a [FacetChoice],
    taxonomy: &'a Taxonomy,
    size: usize,
}

impl Growth<'_> {
    fn is_chosen(&self, node: &Node) -> bool {
        let path = &self.paths[node.ordinal];
        self.chosen.iter().any(|choice| matches!(choice, FacetChoice::Path(chosen) if chosen == path))
    }

    fn holds_chosen(&self, node: &Node) -> bool {
        self.is_chosen(node) || node.children.iter().any(|child| self.holds_chosen(child))
    }

    /// Orders values by count, then path, and takes off what is past the size; chosen values, and those with a chosen
    /// value below, stay.
    fn cut(&self, nodes: &mut Vec<Node>) -> Vec<Node> {
        let before = |a: &Node, b: &Node| {
            let counts = self.counts[b.ordinal].cmp(&self.counts[a.ordinal]);
            counts.then_with(|| self.paths[a.ordinal].cmp(&self.paths[b.ordinal]))
        };
        let mut rest = Vec::new();
        if nodes.len() > self.size {
            // Of many values few are shown: only those are put in order.
            if self.size > 0 {
                nodes.select_nth_unstable_by(self.size - 1, before);
            }
            rest = nodes.split_off(self.size);
            if !self.chosen.is_empty() {
                let mut kept: Vec<Node> = rest.extract_if(.., |node| self.holds_chosen(node)).collect();
                kept.sort_unstable_by(before);
                nodes.sort_unstable_by(before);
                nodes.append(&mut kept);
                return rest;
            }
        }
        nodes.sort_unstable_by(before);
        rest
    }

    fn value(&self, node: Node) -> FacetValue {
        let path = self.paths[node.ordinal].as_str();
        FacetValue {
            path: path.to_owned(),
            label: self.taxonomy.label(self.dimension, path).to_owned(),
            count: self.counts[node.ordinal],
            selected: self.is_chosen(&node),
            children: node.children.into_iter().map(|child| self.value(child)).collect(),
        }
    }
}

/// The shown tree of a dimension made of its raw counts: values with a count, the chosen ones always.
pub fn tree(
    request: &FacetRequest,
    counts: &[u64],
    dictionary: &FacetDictionary,
    chosen: &[FacetChoice],
    taxonomy: &Taxonomy,
) -> FacetCounts {
    let dimension = request.dimension.as_str();
    let paths = dictionary.paths(dimension);
    let growth = Growth { counts, paths, dimension, chosen, taxonomy, size: request.size };
    let wanted = request.contains.as_deref().map(fold);
    let named = |path: &str| {
        wanted.as_deref().is_none_or(|wanted| {
            std::iter::once(path).chain(taxonomy.names(dimension, path)).any(|name| fold(name).contains(wanted))
        })
    };
    let leads_to_chosen: HashSet<&str> = chosen.iter().flat_map(above).collect();
    let shown = |n: &usize| counts[*n] > 0 || leads_to_chosen.contains(paths[*n].as_str());
    let depth = |n: &usize| paths[*n].bytes().filter(|byte| *byte == b'/').count();
    let mut order: Vec<(usize, usize)> = (1..paths.len()).filter(shown).map(|n| (depth(&n), n)).collect();
    // Children stand behind their parents' names in byte order only by chance, so depth decides: deepest first.
    order.sort_unstable_by_key(|(depth, _)| std::cmp::Reverse(*depth));
    let mut below: HashMap<&str, Vec<Node>> = HashMap::new();
    let mut top = Vec::new();
    for (_, ordinal) in order {
        let path = paths[ordinal].as_str();
        let mut children = if below.is_empty() { Vec::new() } else { below.remove(path).unwrap_or_default() };
        growth.cut(&mut children);
        let node = Node { ordinal, children };
        if node.children.is_empty() && !named(path) && !growth.is_chosen(&node) {
            continue;
        }
        match parent(path) {
            Some(parent) => below.entry(parent).or_default().push(node),
            None => top.push(node),
        }
    }
    let other = growth.cut(&mut top).iter().map(|node| counts[node.ordinal]).sum();
    FacetCounts {
        dimension: dimension.to_owned(),
        values: top.into_iter().map(|node| growth.value(node)).collect(),
        missing: counts.first().copied().unwrap_or(0),
        missing_selected: chosen.contains(&FacetChoice::Missing),
        other,
    }
}

/// The histogram made of counts by first and last day. A date that is known by its month or year alone counts in every
/// period that it may lie in, so that each bar has as many articles as a filter by its period finds; `range` is the one asked
/// for, and what lies outside of it has no bar.
pub fn histogram(days: &HashMap<(i32, i32), u64>, interval: Interval, range: &DateRange) -> Histogram {
    let mut places: BTreeMap<i32, u64> = BTreeMap::new();
    let mut undated = 0;
    let earliest = range.from.map_or(i32::MIN, PartialDate::first_day);
    let latest = range.to.map_or(i32::MAX, PartialDate::last_day);
    for (&(first, last), &count) in days {
        if first == UNDATED {
            undated += count;
            continue;
        }
        let (first, last) = (place_of(interval, first.max(earliest)), place_of(interval, last.min(latest)));
        (first..=last).for_each(|place| *places.entry(place).or_default() += count);
    }
    let bucket = |(place, count)| Some(Bucket { key: period_at(interval, place)?.to_string(), count });
    Histogram { interval, buckets: places.into_iter().filter_map(bucket).collect(), undated }
}
