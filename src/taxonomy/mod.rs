//! The taxonomy: dimensions, their nodes, names and rules, read from a curator's TOML file.
//!
//! Layer 1. Reads text, not disk; knows nothing of any subject: every name in it comes from the file. Says what
//! names and rules there are; applying them to a text is the classifier's.

mod check;
mod naming;
mod parse;
mod resolve;

use std::collections::BTreeSet;

use crate::model::document::Place;
use crate::model::facet::leaf;
use crate::model::report::Warning;
use crate::text::normalise::fold;

pub use naming::{Called, Name};
pub use resolve::Resolution;

/// The file format that this program reads: the key `version`.
pub const FORMAT_VERSION: i64 = 1;

/// How far a rule looks for the words that a name needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// The sentence that the name stands in.
    Sentence,
    /// The whole document, its title included.
    Document,
}

/// A condition on one name of a node. All that is said in it must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The name as the rule writes it.
    pub name: String,
    /// Whether the name must stand letter for letter; `None` leaves it to `is_case_sensitive_by_nature`.
    pub case_sensitive: Option<bool>,
    /// At least one of these must be found, if there are any.
    pub needs: Vec<String>,
    /// Where `needs` are sought.
    pub needs_in: Reach,
    /// Any of these in the same sentence blocks the name.
    pub not_when: Vec<String>,
    /// Any of these anywhere in the document blocks the name.
    pub not_in_document: Vec<String>,
    /// Line in the file, from 1.
    pub line: u32,
}

/// One value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Full path.
    pub path: String,
    /// What people read.
    pub label: String,
    /// Other names, in any script; a `*` at the end stands for any ending of the last word.
    pub aliases: Vec<String>,
    /// Words that give the node away as surely as a name, but are none: its leader, its fighters. Labels are found by
    /// them; a question that asks for the node is not.
    pub signs: Vec<String>,
    /// Codes such as `PK-BA`: for filters, never sought in text.
    pub codes: Vec<String>,
    /// Names that only count as a passing mention.
    pub weak: Vec<String>,
    /// Whether the last segment of the path is itself a name to look for.
    pub match_label: bool,
    /// Conditions on names.
    pub rules: Vec<Rule>,
    /// Line in the file, from 1.
    pub line: u32,
}

impl Node {
    /// What is sought in text and is enough for a tag: the last segment (unless `match_label` is off), the aliases,
    /// the signs.
    pub fn strong_names(&self) -> impl Iterator<Item = &str> {
        let own = self.match_label.then(|| leaf(&self.path));
        own.into_iter().chain(self.aliases.iter().chain(&self.signs).map(String::as_str))
    }

    /// The names by which people call the node, each written out: label and last segment (unless `match_label` is
    /// off), then the aliases without a star.
    pub fn written_names(&self) -> impl Iterator<Item = &str> {
        let own = if self.match_label { [Some(self.label.as_str()), Some(leaf(&self.path))] } else { [None, None] };
        let written = self.aliases.iter().map(String::as_str).filter(|alias| !alias.ends_with('*'));
        own.into_iter().flatten().chain(written)
    }

    /// The rules on a name, compared by `key`.
    pub fn rules_on(&self, name: &str) -> impl Iterator<Item = &Rule> {
        let name = name_key(name);
        self.rules.iter().filter(move |rule| name_key(&rule.name) == name)
    }
}

/// A facet of the corpus: region, actor, threat, or whatever the file declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Name in filters, addresses and front matter.
    pub name: String,
    /// What people read.
    pub label: String,
    /// Whether only the listed nodes are values.
    pub closed: bool,
    /// From 0 to 100: branches of the tree that a text names less than this share of what it names its leading branch
    /// are faded by the classifier. 0 for none.
    pub focus_percent: u8,
    /// Whether one sentence that names a value is enough for a tag, however long the text.
    pub one_sentence: bool,
    /// Whether a name in a question stands for the node's other names too.
    pub variants: bool,
    /// The listed nodes, in file order.
    pub nodes: Vec<Node>,
    index: resolve::NameIndex,
}

impl Dimension {
    /// The node at a path, spelt exactly.
    pub fn node(&self, path: &str) -> Option<&Node> {
        self.index.exact.get(path).map(|&at| &self.nodes[at])
    }
}

/// All dimensions with their nodes, and the text they were read from.
#[derive(Debug, Clone, Default)]
pub struct Taxonomy {
    corpus: Option<String>,
    dimensions: Vec<Dimension>,
    callers: naming::Callers,
    source_text: String,
    warnings: Vec<Warning>,
}

/// Everything that is wrong with a taxonomy file, in the order of lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.describe())]
pub struct TaxonomyError {
    /// One entry a problem; never empty.
    pub problems: Vec<Problem>,
}

/// One thing wrong with a taxonomy file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// File and line.
    pub place: Place,
    /// What is wrong, and what to do.
    pub message: String,
}

impl TaxonomyError {
    fn describe(&self) -> String {
        let lines = self.problems.iter().map(|problem| format!("{}: {}", problem.place, problem.message));
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Taxonomy {
    /// No dimensions at all: nothing is labelled, and nothing can be filtered by label.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads a taxonomy from the text of its file.
    ///
    /// `name` is the file's name in messages.
    ///
    /// # Errors
    /// All problems found, each with its line; a file whose TOML cannot be read gives only the problems of TOML.
    pub fn parse(text: &str, name: &str) -> Result<Self, TaxonomyError> {
        let mut findings = check::Findings::new(text, name);
        let (corpus, dimensions) = parse::read(text, &mut findings);
        check::check(&dimensions, &mut findings);
        let (problems, warnings) = findings.into_parts();
        if !problems.is_empty() {
            return Err(TaxonomyError { problems });
        }
        let indexed = dimensions.into_iter().map(|mut dimension| {
            dimension.index = resolve::NameIndex::new(&dimension);
            dimension
        });
        let dimensions: Vec<_> = indexed.collect();
        let callers = naming::Callers::new(&dimensions);
        Ok(Self { corpus, dimensions, callers, source_text: text.to_owned(), warnings })
    }

    /// The name of the corpus; empty where the file gives none. Ids that leave the house are made of it.
    pub fn corpus(&self) -> &str {
        self.corpus.as_deref().unwrap_or_default()
    }

    /// The dimensions, in file order.
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// The dimension of this name.
    pub fn dimension(&self, name: &str) -> Option<&Dimension> {
        self.dimensions.iter().find(|dimension| dimension.name == name)
    }

    /// The text it was read from; empty for `none`.
    pub fn source_text(&self) -> &str {
        &self.source_text
    }

    /// What a curator should look at, in the order of lines.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// What people read for a path: the node's label, else the last segment.
    pub fn label<'a>(&'a self, dimension: &str, path: &'a str) -> &'a str {
        let node = self.dimension(dimension).and_then(|dimension| dimension.node(path));
        node.map_or_else(|| leaf(path), |node| &node.label)
    }

    /// All names of a path, each once: label, last segment, aliases, weak names and codes. A path that is not listed
    /// has its last segment as its only name.
    pub fn names<'a>(&'a self, dimension: &str, path: &'a str) -> Vec<&'a str> {
        let Some(node) = self.dimension(dimension).and_then(|dimension| dimension.node(path)) else {
            return vec![leaf(path)];
        };
        let listed = node.aliases.iter().chain(&node.weak).chain(&node.codes).map(String::as_str);
        let mut seen = BTreeSet::new();
        [node.label.as_str(), leaf(&node.path)]
            .into_iter()
            .chain(listed)
            .map(without_star)
            .filter(|name| seen.insert(*name))
            .collect()
    }

    /// A hash of all that the file says, in hexadecimal: comments, layout and the order of keys do not change it.
    pub fn fingerprint(&self) -> String {
        let mut hasher = Canonical(blake3::Hasher::new());
        hasher.number(FORMAT_VERSION.unsigned_abs());
        hasher.list(&self.dimensions, |hasher, dimension| {
            hasher.text(&dimension.name);
            hasher.text(&dimension.label);
            hasher.number(dimension.closed.into());
            hasher.number(dimension.focus_percent.into());
            hasher.number(dimension.one_sentence.into());
            hasher.number(dimension.variants.into());
            hasher.list(&dimension.nodes, |hasher, node| {
                hasher.text(&node.path);
                hasher.text(&node.label);
                for texts in [&node.aliases, &node.signs, &node.codes, &node.weak] {
                    hasher.list(texts, |hasher, text| hasher.text(text));
                }
                hasher.number(node.match_label.into());
                hasher.list(&node.rules, |hasher, rule| {
                    hasher.text(&rule.name);
                    hasher.number(rule.case_sensitive.map_or(2, u64::from));
                    hasher.number((rule.needs_in == Reach::Document).into());
                    for texts in [&rule.needs, &rule.not_when, &rule.not_in_document] {
                        hasher.list(texts, |hasher, text| hasher.text(text));
                    }
                });
            });
        });
        if let Some(corpus) = &self.corpus {
            hasher.text(corpus);
        }
        hasher.0.finalize().to_hex().to_string()
    }
}

/// A hash over texts and numbers with their lengths, so that no two different lists run into the same bytes.
struct Canonical(blake3::Hasher);

impl Canonical {
    fn number(&mut self, number: u64) {
        self.0.update(&number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text.as_bytes());
    }

    fn list<T>(&mut self, items: &[T], each: impl Fn(&mut Self, &T)) {
        self.number(items.len() as u64);
        for item in items {
            each(self, item);
        }
    }
}

/// The form in which names and values are compared: letters folded, everything between letters and digits one space.
pub fn key(text: &str) -> String {
    let folded = fold(text);
    let mut key = String::with_capacity(folded.len());
    for run in folded.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()) {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(run);
    }
    key
}

/// The key of a name that is sought in text: a star at its end makes it another name.
fn name_key(name: &str) -> String {
    let star = if name.ends_with('*') { "*" } else { "" };
    key(name) + star
}

/// A name without the star that stands for any ending.
pub fn without_star(name: &str) -> &str {
    name.strip_suffix('*').unwrap_or(name)
}

/// Whether a name is an acronym of up to four letters, all capitals, and so must stand letter for letter in a text
/// unless a rule says otherwise: `AA`, `FC`, `TF-88`. Shorter words in small letters are too often other words.
pub fn is_case_sensitive_by_nature(name: &str) -> bool {
    let mut letters = name.chars().filter(|c| c.is_alphabetic());
    let count = letters.clone().count();
    (1..=4).contains(&count) && letters.all(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
version = 1
[[dimension]]
name = "place"
label = "Place"
[[place]]
path = "North"
[[place]]
path = "North/East Bay"
label = "The East Bay"
aliases = ["Eastbay", "harbour*"]
codes = ["N-EB"]
weak = ["the bay"]
"#;

    #[test]
    fn keys_forget_case_accents_and_punctuation() {
        for (a, b) in
            [("Gilgit–Baltistan", "gilgit baltistan"), ("Qa'ida ", "QAIDA"), ("AJ&K", "aj-k"), ("瓜达尔", "瓜达尔")]
        {
            assert_eq!(key(a), key(b), "{a} {b}");
        }
        assert_eq!(key(" -- "), "");
    }

    #[test]
    fn short_capitals_are_read_letter_for_letter() {
        for (name, expected) in [("FC", true), ("TF-88", true), ("J&K", true), ("ISPR", true), ("PQEPC", false)] {
            assert_eq!(is_case_sensitive_by_nature(name), expected, "{name}");
        }
        for name in ["Hub", "حب", "34", "瓜达尔"] {
            assert!(!is_case_sensitive_by_nature(name), "{name}");
        }
    }

    #[test]
    fn labels_and_names_are_those_of_the_file() {
        let taxonomy = Taxonomy::parse(SMALL, "t.toml").unwrap();
        assert_eq!(taxonomy.label("place", "North/East Bay"), "The East Bay");
        assert_eq!(taxonomy.label("place", "North"), "North");
        assert_eq!(taxonomy.label("else", "a/b"), "b");
        assert_eq!(
            taxonomy.names("place", "North/East Bay"),
            ["The East Bay", "East Bay", "Eastbay", "harbour", "the bay", "N-EB"]
        );
        assert_eq!(taxonomy.source_text(), SMALL);
        assert_eq!(taxonomy.corpus(), "");
        let named = SMALL.replace("version = 1", "version = 1\ncorpus = \"bays\"");
        assert_eq!(Taxonomy::parse(&named, "t.toml").unwrap().corpus(), "bays");
        assert!(Taxonomy::none().dimensions().is_empty());
    }

    #[test]
    fn the_fingerprint_is_of_the_content_and_not_of_its_layout() {
        let fingerprint = |text: &str| Taxonomy::parse(text, "t.toml").unwrap().fingerprint();
        let commented =
            SMALL.replace("codes", "# a comment\ncodes").replace("weak = [\"the bay\"]", "weak=['the bay',]");
        assert_eq!(fingerprint(SMALL), fingerprint(&commented));
        for (from, to, same) in [
            ("Eastbay", "Eastbai", false),
            ("\"Place\"", "\"Places\"", false),
            ("version = 1", "version = 1\ncorpus = \"bays\"", false),
            ("[[place]]", "# A node\n[[place]]", true),
        ] {
            assert_eq!(fingerprint(&SMALL.replace(from, to)) == fingerprint(SMALL), same, "{from}");
        }
        let moved =
            SMALL.replace("\"Eastbay\", \"harbour*\"]", "\"Eastbay\"]").replace("[\"the bay\"]", "[\"harbour*\"]");
        assert_ne!(fingerprint(&moved), fingerprint(SMALL));
    }
}
