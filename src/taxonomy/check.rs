//! What must hold between the entries of a taxonomy: names, paths, parents, rules. Gathers errors and warnings with
//! their lines.
//!
//! Changes nothing. An error keeps the taxonomy from being used; a warning is for the curator to look at.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::FACET_DEPTH_MAX;
use crate::model::document::Place;
use crate::model::facet::{NONE, leaf, parent};
use crate::model::report::Warning;
use crate::taxonomy::{Dimension, Node, Problem, key, name_key, without_star};

/// Names that mean something else in an address, a query, a record or the taxonomy file itself.
const RESERVED_NAMES: &str = "version dimension \
    id title body url author date dateline date_source lang language source sources publisher published \
    q query from to dates undated interval page size sort cursor not filter match variants no_variant fuzzy collapse recency explain \
    facet facets facet_size facet_query facet_order format highlight total hits histogram labels extra copies links \
    rows columns row_size column_size split accessed generation";
/// Most dimensions of a taxonomy: the ledger remembers in one number which of them an article has labels in.
const DIMENSIONS_MAX: usize = 64;
/// Longest name of a dimension, in characters: it is part of addresses and of field names in the index.
const DIMENSION_NAME_CHARS_MAX: usize = 40;
/// Shortest beginning of a word that a star may follow, in characters: `is*` would match half a page.
const STEM_CHARS_MIN: usize = 3;

/// Errors and warnings on their way to becoming messages with a place.
pub(super) struct Findings {
    file: String,
    line_starts: Vec<usize>,
    dimension_lines: BTreeMap<String, Vec<u32>>,
    problems: Vec<Problem>,
    warnings: Vec<Warning>,
}

impl Findings {
    pub(super) fn new(text: &str, file: &str) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let (problems, warnings, dimension_lines) = Default::default();
        Self { file: file.to_owned(), line_starts, dimension_lines, problems, warnings }
    }

    /// The line, from 1, of an offset in the file.
    pub(super) fn line_of(&self, offset: usize) -> u32 {
        u32::try_from(self.line_starts.partition_point(|&start| start <= offset)).unwrap_or(u32::MAX)
    }

    /// Notes an error at an offset in the file.
    pub(super) fn error(&mut self, offset: usize, message: String) {
        self.error_on(self.line_of(offset), message);
    }

    /// Remembers where a dimension is declared.
    pub(super) fn note_dimension(&mut self, name: &str, offset: usize) {
        let line = self.line_of(offset);
        self.dimension_lines.entry(name.to_owned()).or_default().push(line);
    }

    fn error_on(&mut self, line: u32, message: String) {
        self.problems.push(Problem { place: self.place(line), message });
    }

    fn warn_on(&mut self, line: u32, message: String) {
        self.warnings.push(Warning { place: self.place(line), message });
    }

    fn place(&self, line: u32) -> Place {
        Place { file: self.file.clone(), line: Some(line) }
    }

    /// Errors and warnings in the order of lines.
    pub(super) fn into_parts(mut self) -> (Vec<Problem>, Vec<Warning>) {
        self.problems.sort();
        self.warnings.sort();
        (self.problems, self.warnings)
    }
}

/// Checks all dimensions.
pub(super) fn check(dimensions: &[Dimension], findings: &mut Findings) {
    check_dimension_names(findings);
    if let Some(extra) = dimensions.get(DIMENSIONS_MAX) {
        let line = findings.dimension_lines.get(&extra.name).and_then(|lines| lines.first().copied()).unwrap_or(1);
        findings.error_on(line, format!("a taxonomy may have {DIMENSIONS_MAX} dimensions; leave some out"));
    }
    for dimension in dimensions {
        check_paths(dimension, findings);
        for node in &dimension.nodes {
            check_names(node, findings);
            check_rules(node, findings);
        }
        warn_of_shared_names(dimension, findings);
    }
}

fn check_dimension_names(findings: &mut Findings) {
    for (name, lines) in findings.dimension_lines.clone() {
        let well_formed = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            && name.len() <= DIMENSION_NAME_CHARS_MAX;
        if !well_formed {
            let message = format!(
                "\"{name}\" cannot be a dimension's name: use up to {DIMENSION_NAME_CHARS_MAX} small letters a-z, \
                 digits and _, beginning with a letter"
            );
            findings.error_on(lines[0], message);
        } else if RESERVED_NAMES.split_whitespace().any(|reserved| reserved == name) {
            findings.error_on(lines[0], format!("\"{name}\" is reserved and cannot be a dimension's name"));
        }
        for &line in &lines[1..] {
            findings.error_on(line, format!("the dimension \"{name}\" is declared twice (first in line {})", lines[0]));
        }
    }
}

fn check_paths(dimension: &Dimension, findings: &mut Findings) {
    let exact: BTreeSet<&str> = dimension.nodes.iter().map(|node| node.path.as_str()).collect();
    let mut first_lines: BTreeMap<String, u32> = BTreeMap::new();
    for node in &dimension.nodes {
        if let Some(fault) = path_fault(&node.path) {
            findings.error_on(node.line, format!("bad path \"{}\": {fault}", node.path));
            continue;
        }
        let folded = node.path.split('/').map(key).collect::<Vec<_>>().join("/");
        if let Some(first) = first_lines.get(&folded) {
            let message = format!("duplicate path \"{}\" (first in line {first})", node.path);
            findings.error_on(node.line, message);
        } else {
            first_lines.insert(folded, node.line);
        }
        if let Some(parent) = parent(&node.path)
            && dimension.closed
            && !exact.contains(parent)
        {
            let message = format!("unknown parent \"{parent}\" of \"{}\": add a node for it", node.path);
            findings.error_on(node.line, message);
        }
    }
}

/// What is wrong with a path, in words; `None` if nothing is.
pub(super) fn path_fault(path: &str) -> Option<String> {
    if path.split('/').count() > FACET_DEPTH_MAX {
        return Some(format!("more than {FACET_DEPTH_MAX} segments"));
    }
    path.split('/').find_map(|segment| {
        if segment.is_empty() {
            Some("an empty segment".to_owned())
        } else if segment.trim() != segment {
            Some(format!("blanks around the segment \"{segment}\""))
        } else if segment == NONE {
            Some(format!("`{NONE}` is reserved for documents without a value"))
        } else if segment.chars().any(char::is_control) {
            Some("a control character".to_owned())
        } else if key(segment).is_empty() {
            Some(format!("the segment \"{segment}\" has no letter or digit"))
        } else {
            None
        }
    })
}

fn check_names(node: &Node, findings: &mut Findings) {
    let strong: BTreeSet<String> = node.strong_names().map(name_key).collect();
    for name in node.strong_names().chain(node.weak.iter().map(String::as_str)) {
        if let Some(fault) = name_fault(name) {
            let own = leaf(&node.path) == name;
            let hint = if own { "; set `match_label = false` if it is not to be sought" } else { "" };
            findings.error_on(node.line, format!("the name \"{name}\" of \"{}\" {fault}{hint}", node.path));
        }
    }
    for name in node.weak.iter().filter(|name| strong.contains(&name_key(name))) {
        let message = format!("\"{name}\" of \"{}\" is weak and a full name at once: drop one", node.path);
        findings.error_on(node.line, message);
    }
}

/// Why a name cannot be sought in text; `None` if it can.
fn name_fault(name: &str) -> Option<&'static str> {
    if letters_of(name) < 2 { Some("is one character or none: too short to be sought") } else { phrase_fault(name) }
}

/// Why a phrase of a rule cannot be sought in text; `None` if it can. One Chinese character may be a neighbour, though
/// never a name.
fn phrase_fault(phrase: &str) -> Option<&'static str> {
    let stem = without_star(phrase);
    if stem.contains('*') {
        Some("has a star that is not its last character")
    } else if letters_of(stem) == 0 {
        Some("has no letter or digit")
    } else if stem != phrase && letters_of(stem) < STEM_CHARS_MIN {
        Some("has a star behind less than three characters")
    } else if stem.ends_with(char::is_whitespace) {
        Some("has a blank before its star")
    } else {
        None
    }
}

fn letters_of(name: &str) -> usize {
    key(without_star(name)).chars().filter(|c| *c != ' ').count()
}

fn check_rules(node: &Node, findings: &mut Findings) {
    let names: BTreeSet<String> =
        node.strong_names().chain(node.weak.iter().map(String::as_str)).map(name_key).collect();
    for rule in &node.rules {
        if !names.contains(&name_key(&rule.name)) {
            let message = format!("a rule on \"{}\", which is not a name of \"{}\"", rule.name, node.path);
            findings.error_on(rule.line, message);
        }
        for phrase in rule.needs.iter().chain(&rule.not_when).chain(&rule.not_in_document) {
            if let Some(fault) = phrase_fault(phrase) {
                let message = format!("\"{phrase}\" in the rule on \"{}\" of \"{}\" {fault}", rule.name, node.path);
                findings.error_on(rule.line, message);
            }
        }
    }
}

fn warn_of_shared_names(dimension: &Dimension, findings: &mut Findings) {
    let mut owners: BTreeMap<String, Vec<(&Node, &str)>> = BTreeMap::new();
    for node in &dimension.nodes {
        let mut seen = BTreeSet::new();
        for name in node.strong_names().chain(node.weak.iter().map(String::as_str)) {
            if seen.insert(name_key(name)) {
                owners.entry(name_key(name)).or_default().push((node, name));
            }
        }
    }
    for nodes in owners.values().filter(|nodes| nodes.len() > 1) {
        let Some((without, name)) = nodes.iter().find(|(node, name)| node.rules_on(name).next().is_none()) else {
            continue;
        };
        let others: Vec<&str> =
            nodes.iter().map(|(node, _)| node.path.as_str()).filter(|path| *path != without.path).collect();
        let message = format!(
            "\"{name}\" of \"{}\" is also a name of \"{}\": without a rule on each, only other names in a text tell them apart",
            without.path,
            others.join("\", \"")
        );
        findings.warn_on(without.line, message);
    }
}

#[cfg(test)]
mod tests {
    use crate::taxonomy::Taxonomy;

    const HEAD: &str = "version = 1\n[[dimension]]\nname = \"place\"\n";

    fn problems(nodes: &str) -> Vec<String> {
        match Taxonomy::parse(&format!("{HEAD}{nodes}"), "t.toml") {
            Ok(_) => Vec::new(),
            Err(error) => error.to_string().lines().map(str::to_owned).collect(),
        }
    }

    #[test]
    fn nodes_that_cannot_be_are_refused_with_their_line() {
        for (nodes, line, expected) in [
            ("[[place]]\npath = \"Aa/Bb\"", 4, "unknown parent \"Aa\""),
            ("[[place]]\npath = \"Aa\"\n[[place]]\npath = \"AA\"", 6, "duplicate path \"AA\" (first in line 4)"),
            ("[[place]]\npath = \"Aa//Bb\"", 4, "an empty segment"),
            ("[[place]]\npath = \"a1/a2/a3/a4/a5/a6/a7/a8/a9\"", 4, "more than 8 segments"),
            ("[[place]]\npath = \"_none\"", 4, "reserved"),
            ("[[place]]\npath = \"Aa\"\naliases = [\"x\"]", 4, "the name \"x\" of \"Aa\" is one character"),
            ("[[place]]\npath = \"Aa\"\naliases = [\"巴\"]", 4, "one character"),
            ("[[place]]\npath = \"Aa\"\naliases = [\"is*\"]", 4, "star behind less than three"),
            ("[[place]]\npath = \"Aa\"\naliases = [\"a* bb\"]", 4, "star that is not its last"),
            ("[[place]]\npath = \"A\"", 4, "set `match_label = false`"),
            ("[[place]]\npath = \"Aa\"\nweak = [\"aa\"]", 4, "weak and a full name"),
            ("[[place]]\npath = \"Aa\"\n[[place.rule]]\nname = \"Bb\"\nneeds = [\"cc\"]", 6, "a rule on \"Bb\""),
            (
                "[[place]]\npath = \"Aa\"\nmatch_label = false\n[[place.rule]]\nname = \"Aa\"\nneeds = [\"cc\"]",
                7,
                "not a name",
            ),
            (
                "[[place]]\npath = \"Aa\"\n[[place.rule]]\nname = \"Aa\"\nneeds = [\"in* the*\"]",
                6,
                "star that is not its last",
            ),
            ("[[dimension]]\nname = \"page\"", 4, "reserved"),
            ("[[dimension]]\nname = \"place\"", 4, "declared twice (first in line 2)"),
            ("[[dimension]]\nname = \"My Place\"", 4, "cannot be a dimension's name"),
        ] {
            let found = problems(nodes);
            assert_eq!(found.len(), 1, "{nodes}: {found:?}");
            assert!(found[0].starts_with(&format!("t.toml:{line}: ")) && found[0].contains(expected), "{found:?}");
        }
    }

    #[test]
    fn an_open_dimension_needs_no_parents() {
        let text = "version = 1\n[[dimension]]\nname = \"topic\"\nclosed = false\n[[topic]]\npath = \"Aa/Bb\"\n";
        assert!(Taxonomy::parse(text, "t.toml").is_ok());
    }

    #[test]
    fn a_name_of_two_nodes_is_warned_of_unless_rules_part_them() {
        let rule = "[[place.rule]]\nname = \"FC\"\nneeds = [\"corps\"]\n";
        let nodes = |first: &str, second: &str| {
            let text = format!(
                "{HEAD}[[place]]\npath = \"Corps\"\naliases = [\"FC\"]\n{first}\
                 [[place]]\npath = \"Constabulary\"\naliases = [\"FC\"]\n{second}"
            );
            Taxonomy::parse(&text, "t.toml").unwrap()
        };
        assert!(nodes(rule, rule).warnings().is_empty());
        let taxonomy = nodes(rule, "");
        let [warning] = taxonomy.warnings() else { panic!("{:?}", taxonomy.warnings()) };
        assert_eq!(warning.place.line, Some(10));
        assert!(warning.message.starts_with("\"FC\" of \"Constabulary\" is also a name of \"Corps\""));
    }
}
