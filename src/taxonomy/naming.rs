//! Names in questions: which nodes a typed name calls, and by what other names they are called.
//!
//! Only written names count (`Node::written_names`): signs, weak names, codes and names with a star do not. A name that
//! two nodes of a dimension share calls neither, and is nobody's other name: what is not certain is not guessed.

use std::collections::{BTreeSet, HashMap};

use crate::taxonomy::{Dimension, Node, Taxonomy, is_case_sensitive_by_nature, key};

/// Fewest letters of an acronym that is known in small letters too: `bla`, but not `fc`.
const SMALL_ACRONYM_LETTERS_MIN: usize = 3;

/// The nodes of each name, by the name's key: (dimension, node).
#[derive(Debug, Clone, Default)]
pub(super) struct Callers {
    by_key: HashMap<String, Vec<(usize, usize)>>,
    words_max: usize,
}

impl Callers {
    pub(super) fn new(dimensions: &[Dimension]) -> Self {
        let mut callers = Self::default();
        for (at, dimension) in dimensions.iter().enumerate().filter(|(_, dimension)| dimension.variants) {
            for (number, node) in dimension.nodes.iter().enumerate() {
                for name in node.written_names().map(key).filter(|name| !name.is_empty()) {
                    callers.words_max = callers.words_max.max(name.split(' ').count());
                    let nodes = callers.by_key.entry(name).or_default();
                    if nodes.last() != Some(&(at, number)) {
                        nodes.push((at, number));
                    }
                }
            }
        }
        callers
    }

    /// The nodes that a key calls; of each dimension none or one.
    fn nodes(&self, key: &str) -> Vec<(usize, usize)> {
        let all = self.by_key.get(key).map_or(&[][..], Vec::as_slice);
        let alone = |place: &&(usize, usize)| all.iter().filter(|other| other.0 == place.0).count() == 1;
        all.iter().filter(alone).copied().collect()
    }
}

/// A name of a node, as a question may ask for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name as people write it.
    pub form: String,
    /// Whether it must stand letter for letter.
    pub case_sensitive: bool,
}

/// A node that a typed name calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Called<'t> {
    /// The name of its dimension.
    pub dimension: &'t str,
    /// The node.
    pub node: &'t Node,
}

impl Taxonomy {
    /// Words of the longest name that a question may ask for.
    pub fn name_words_max(&self) -> usize {
        self.callers.words_max
    }

    /// The nodes that a typed name calls, in the order of dimensions; of each dimension none or one.
    pub fn called(&self, typed: &str) -> Vec<Called<'_>> {
        let typed_key = key(typed);
        let nodes = self.callers.nodes(&typed_key).into_iter();
        nodes
            .map(|(dimension, node)| Called {
                dimension: &self.dimensions[dimension].name,
                node: &self.dimensions[dimension].nodes[node],
            })
            .filter(|called| {
                let mut same = called.node.written_names().filter(|name| key(name) == typed_key);
                same.any(|name| may_be_typed(called.node, name, typed))
            })
            .collect()
    }

    /// The other names of what a typed name calls: each once, in file order, without those that hold the typed name or
    /// another of them (whoever has the longer one has the shorter) and those that are another node's too.
    pub fn other_names(&self, typed: &str) -> Vec<Name> {
        let typed_key = key(typed);
        let mut seen = BTreeSet::new();
        let mut names: Vec<(String, Name)> = Vec::new();
        for called in self.called(typed) {
            for form in called.node.written_names() {
                let name = key(form);
                let shared = self.callers.nodes(&name).is_empty();
                if !shared && !holds(&name, &typed_key) && seen.insert(name.clone()) {
                    let case_sensitive = is_case_sensitive(called.node, form);
                    names.push((name, Name { form: form.to_owned(), case_sensitive }));
                }
            }
        }
        let is_longer = |name: &str| seen.iter().any(|other| other != name && holds(name, other));
        names.retain(|(name, _)| !is_longer(name));
        names.into_iter().map(|(_, name)| name).collect()
    }
}

/// Whether the words of a key stand side by side in another; of Chinese, its characters.
fn holds(long: &str, short: &str) -> bool {
    if short.chars().all(crate::text::normalise::is_han) {
        return long.contains(short);
    }
    format!(" {long} ").contains(&format!(" {short} "))
}

fn is_case_sensitive(node: &Node, name: &str) -> bool {
    let said = node.rules_on(name).find_map(|rule| rule.case_sensitive);
    said.unwrap_or_else(|| is_case_sensitive_by_nature(name))
}

/// Whether a typed text with the key of a name may mean it. Who types an acronym in small letters means it; who types
/// a word in small letters that a rule wants with a capital (`hub`) does not.
fn may_be_typed(node: &Node, name: &str, typed: &str) -> bool {
    match node.rules_on(name).find_map(|rule| rule.case_sensitive) {
        Some(true) => typed.contains(name),
        Some(false) => true,
        None if is_case_sensitive_by_nature(name) => {
            typed.contains(name) || name.chars().filter(|c| c.is_alphabetic()).count() >= SMALL_ACRONYM_LETTERS_MIN
        }
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
version = 1
[[dimension]]
name = "region"
[[dimension]]
name = "actor"
[[dimension]]
name = "threat"
variants = false
[[region]]
path = "North"
aliases = ["Nordland", "Northern Province", "North Province", "شمال", "北方省", "north*"]
signs = ["Lake Alma"]
weak = ["Northern"]
codes = ["NO"]
[[region]]
path = "Hub"
aliases = ["Mill Town"]
  [[region.rule]]
  name = "Hub"
  case_sensitive = true
[[actor]]
path = "Northern Front"
aliases = ["NFT", "FC", "NFX"]
[[actor]]
path = "Free Corps"
aliases = ["FC"]
[[threat]]
path = "raid"
aliases = ["foray"]
"#;

    fn others(typed: &str) -> Vec<String> {
        let taxonomy = Taxonomy::parse(TEXT, "t.toml").unwrap();
        taxonomy.other_names(typed).into_iter().map(|name| name.form).collect()
    }

    #[test]
    fn a_name_calls_the_other_written_names_of_its_node() {
        assert_eq!(others("nordland"), ["North", "Northern Province", "شمال", "北方省"]);
        assert_eq!(others("北方省"), ["North", "Nordland", "Northern Province", "شمال"]);
        // Names that hold the typed one find nothing more.
        assert_eq!(others("North"), ["Nordland", "Northern Province", "شمال", "北方省"]);
        for none in ["Northern", "NO", "Lake Alma", "northwest", "foray", "raid", "", "Nord land"] {
            assert!(others(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn capitals_count_where_a_rule_says_so_and_shared_names_call_nobody() {
        assert_eq!(others("Hub"), ["Mill Town"]);
        assert!(others("hub").is_empty());
        assert_eq!(others("nft"), ["Northern Front", "NFX"]);
        assert!(others("FC").is_empty());
        assert_eq!(others("Northern Front"), ["NFT", "NFX"], "FC may be the others");
        let taxonomy = Taxonomy::parse(TEXT, "t.toml").unwrap();
        assert!(taxonomy.other_names("Northern Front").iter().all(|name| name.case_sensitive));
        assert!(!taxonomy.other_names("North")[0].case_sensitive);
    }
}
