//! From a value that a person typed to a path: full paths, last segments, labels, aliases, codes.
//!
//! Compares keys, not letters. Never guesses: a value with several meanings gives them all.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::facet::leaf;
use crate::taxonomy::check::path_fault;
use crate::taxonomy::{Dimension, Node, Taxonomy, key, without_star};

/// Most paths offered for an unknown value.
const NEAR_MAX: usize = 3;
/// Least likeness (Jaro-Winkler) of an offered name to the unknown value.
const NEAR_LIKENESS_MIN: f64 = 0.8;

/// What a typed value means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// This path.
    Path(String),
    /// One of these paths, in file order: the value must be made longer.
    Ambiguous(Vec<String>),
    /// Nothing.
    Unknown {
        /// Paths with a name much like the value, likest first, at most three.
        near: Vec<String>,
    },
}

/// The names of a dimension's nodes by how strongly they name: each tier is asked only if those before it are silent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct NameIndex {
    /// Nodes by path as spelt.
    pub(super) exact: HashMap<String, usize>,
    paths: Tier,
    labels: Tier,
    aliases: Tier,
    weak: Tier,
}

/// Nodes by key, in file order.
type Tier = BTreeMap<String, Vec<usize>>;

impl NameIndex {
    pub(super) fn new(dimension: &Dimension) -> Self {
        let mut index = Self::default();
        for (at, node) in dimension.nodes.iter().enumerate() {
            index.exact.insert(node.path.clone(), at);
            let path = path_key(&node.path);
            insert(&mut index.labels, key(&node.label), at);
            for (cut, _) in path.match_indices('/') {
                insert(&mut index.labels, path[cut + 1..].to_owned(), at);
            }
            insert(&mut index.paths, path, at);
            for alias in node.aliases.iter().chain(&node.codes) {
                insert(&mut index.aliases, key(without_star(alias)), at);
            }
            for name in node.weak.iter().chain(&node.signs) {
                insert(&mut index.weak, key(without_star(name)), at);
            }
        }
        index
    }

    /// The nodes that a key means; empty if it means none.
    fn find(&self, value: &str) -> &[usize] {
        let tiers = [&self.paths, &self.labels, &self.aliases, &self.weak];
        tiers.into_iter().find_map(|tier| tier.get(value)).map_or(&[], Vec::as_slice)
    }
}

fn insert(tier: &mut Tier, key: String, at: usize) {
    let nodes = tier.entry(key).or_default();
    if nodes.last() != Some(&at) {
        nodes.push(at);
    }
}

/// The key of each segment, joined again; segments without a letter or digit are left out.
fn path_key(path: &str) -> String {
    path.split('/').map(key).filter(|segment| !segment.is_empty()).collect::<Vec<_>>().join("/")
}

impl Taxonomy {
    /// What a typed value means in a dimension.
    ///
    /// A full path wins (with or without the dimension's name before it), then labels and the last segments of
    /// paths, then aliases and codes, then weak names and signs; case, accents and punctuation do not matter. In an open
    /// dimension a value that names no node is a path as typed. In an unknown dimension nothing is known.
    pub fn resolve(&self, dimension: &str, value: &str) -> Resolution {
        let Some(dimension) = self.dimension(dimension) else { return Resolution::Unknown { near: Vec::new() } };
        if let Some(node) = dimension.node(value) {
            return Resolution::Path(node.path.clone());
        }
        let typed = path_key(value);
        let mut found = dimension.index.find(&typed);
        let without_dimension = typed.split_once('/').filter(|(first, _)| *first == key(&dimension.name));
        if let (true, Some((_, rest))) = (found.is_empty(), without_dimension) {
            found = dimension.index.find(rest);
        }
        match found {
            [at] => Resolution::Path(dimension.nodes[*at].path.clone()),
            [] if !dimension.closed => path_as_typed(value),
            [] => Resolution::Unknown { near: near(dimension, &typed) },
            many => Resolution::Ambiguous(many.iter().map(|&at| dimension.nodes[at].path.clone()).collect()),
        }
    }
}

/// A value of an open dimension as a path: blanks around segments and empty segments dropped.
fn path_as_typed(value: &str) -> Resolution {
    let segments: Vec<&str> = value.split('/').map(str::trim).filter(|segment| !segment.is_empty()).collect();
    let path = segments.join("/");
    if path.is_empty() || path_fault(&path).is_some() {
        return Resolution::Unknown { near: Vec::new() };
    }
    Resolution::Path(path)
}

/// The nodes with the names likest to a key.
fn near(dimension: &Dimension, typed: &str) -> Vec<String> {
    let last = leaf(typed);
    if last.is_empty() {
        return Vec::new();
    }
    let likeness = |node: &Node| {
        let names = [node.label.as_str(), leaf(&node.path)];
        let listed = node.aliases.iter().chain(&node.codes).map(|name| without_star(name));
        let of_names = names.into_iter().chain(listed).map(|name| strsim::jaro_winkler(&key(name), last));
        of_names.fold(strsim::jaro_winkler(&path_key(&node.path), typed), f64::max)
    };
    let mut ranked: Vec<(f64, &str)> = dimension
        .nodes
        .iter()
        .map(|node| (likeness(node), node.path.as_str()))
        .filter(|(likeness, _)| *likeness > NEAR_LIKENESS_MIN)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let mut seen = BTreeSet::new();
    ranked
        .into_iter()
        .map(|(_, path)| path.to_owned())
        .filter(|path| seen.insert(path.clone()))
        .take(NEAR_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
version = 1
[[dimension]]
name = "region"
[[dimension]]
name = "response"
closed = false
[[region]]
path = "Landia"
codes = ["LA"]
weak = ["Landian"]
[[region]]
path = "Landia/Five Rivers"
aliases = ["Old Harbour"]
[[region]]
path = "Landia/Harbour-Town"
label = "The Harbour"
aliases = ["Hárbor", "گھاٹ"]
[[region]]
path = "Otherland"
[[region]]
path = "Otherland/Five Rivers"
[[region]]
path = "Otherland/Old Harbour"
[[response]]
path = "force-protection"
label = "Force protection"
"#;

    #[test]
    fn a_value_is_a_path_a_segment_a_label_an_alias_or_a_code() {
        let taxonomy = Taxonomy::parse(TEXT, "t.toml").unwrap();
        for (dimension, value, expected) in [
            ("region", "Landia/Harbour-Town", "Landia/Harbour-Town"),
            ("region", " landia / harbour town", "Landia/Harbour-Town"),
            ("region", "region/landia/harbour town", "Landia/Harbour-Town"),
            ("region", "harbour town", "Landia/Harbour-Town"),
            ("region", "the HARBOUR", "Landia/Harbour-Town"),
            ("region", "harbor", "Landia/Harbour-Town"),
            ("region", "گهاٹ", "Landia/Harbour-Town"),
            ("region", "la", "Landia"),
            ("region", "Landian", "Landia"),
            ("region", "otherland/five-rivers", "Otherland/Five Rivers"),
            // A last segment wins over another node's alias.
            ("region", "Old Harbour", "Otherland/Old Harbour"),
            ("response", "response/force-protection", "force-protection"),
            ("response", "force protection", "force-protection"),
            ("response", "new / thing", "new/thing"),
        ] {
            assert_eq!(taxonomy.resolve(dimension, value), Resolution::Path(expected.to_owned()), "{value}");
        }
    }

    #[test]
    fn a_value_with_several_meanings_gives_them_all_and_an_unknown_one_its_neighbours() {
        let taxonomy = Taxonomy::parse(TEXT, "t.toml").unwrap();
        let both = vec!["Landia/Five Rivers".to_owned(), "Otherland/Five Rivers".to_owned()];
        assert_eq!(taxonomy.resolve("region", "five rivers"), Resolution::Ambiguous(both));
        let near = vec!["Landia/Harbour-Town".to_owned()];
        assert_eq!(taxonomy.resolve("region", "harbur town"), Resolution::Unknown { near });
        for (dimension, value) in
            [("region", "***"), ("region", ""), ("region", "zzz"), ("none", "Landia"), ("response", "_none")]
        {
            assert_eq!(taxonomy.resolve(dimension, value), Resolution::Unknown { near: Vec::new() }, "{value}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_value_has_a_meaning_or_none_but_no_panic(value in "\\PC{0,20}") {
            let taxonomy = Taxonomy::parse(TEXT, "t.toml").unwrap();
            for dimension in ["region", "response"] {
                if let Resolution::Path(path) = taxonomy.resolve(dimension, &value) {
                    proptest::prop_assert_eq!(taxonomy.resolve(dimension, &path), Resolution::Path(path.clone()));
                }
            }
        }
    }
}
