//! What in a taxonomy never works: names that two nodes share and no rule parts, rules that can never hold; and nodes
//! that are on no article.

use std::collections::{BTreeMap, BTreeSet};

use crate::ingest::lint::{Finding, Kind};
use crate::model::document::Place;
use crate::taxonomy::{Dimension, Node, Reach, Rule, Taxonomy, key};

/// The findings on a taxonomy; `file` is its name for people.
pub(super) fn findings(taxonomy: &Taxonomy, file: &str) -> Vec<Finding> {
    let place = |line: Option<u32>| Place { file: file.to_owned(), line };
    let finding = |line, message| Finding { place: place(line), kind: Kind::AliasCollision, message };
    let mut findings: Vec<Finding> =
        taxonomy.warnings().iter().map(|warning| finding(warning.place.line, warning.message.clone())).collect();
    for dimension in taxonomy.dimensions() {
        findings.extend(not_parted(dimension).into_iter().map(|(line, message)| finding(Some(line), message)));
        for node in &dimension.nodes {
            for rule in node.rules.iter().filter(|rule| never_holds(rule)) {
                let message = format!(
                    "the rule on \"{}\" of \"{}\" forbids all that it needs, so the name is never found; correct one \
                     of the lists",
                    rule.name, node.path
                );
                findings.push(finding(Some(rule.line), message));
            }
        }
    }
    findings
}

/// Whether everything that a rule needs is forbidden by it.
fn never_holds(rule: &Rule) -> bool {
    let forbidden: BTreeSet<String> = match rule.needs_in {
        Reach::Sentence => rule.not_when.iter().chain(&rule.not_in_document).map(|phrase| key(phrase)).collect(),
        Reach::Document => rule.not_in_document.iter().map(|phrase| key(phrase)).collect(),
    };
    !rule.needs.is_empty() && rule.needs.iter().all(|phrase| forbidden.contains(&key(phrase)))
}

/// Names of two nodes whose rules say the same: what holds for one holds for both, and neither is ever given.
fn not_parted(dimension: &Dimension) -> Vec<(u32, String)> {
    let mut ruled: BTreeMap<String, Vec<(&Node, &Rule)>> = BTreeMap::new();
    for node in &dimension.nodes {
        for rule in &node.rules {
            ruled.entry(key(&rule.name)).or_default().push((node, rule));
        }
    }
    let mut same = Vec::new();
    for rules in ruled.values() {
        for (at, (node, rule)) in rules.iter().enumerate() {
            let twin = rules[..at].iter().find(|(other, twin)| other.path != node.path && says_the_same(rule, twin));
            same.extend(twin.map(|(other, _)| {
                let message = format!(
                    "\"{}\" is a name of \"{}\" and of \"{}\", and the rules on both say the same: neither is ever \
                     labelled by it; make them differ",
                    rule.name, other.path, node.path
                );
                (rule.line, message)
            }));
        }
    }
    same
}

fn says_the_same(a: &Rule, b: &Rule) -> bool {
    let set = |phrases: &[String]| phrases.iter().map(|phrase| key(phrase)).collect::<BTreeSet<_>>();
    a.case_sensitive == b.case_sensitive
        && a.needs_in == b.needs_in
        && set(&a.needs) == set(&b.needs)
        && set(&a.not_when) == set(&b.not_when)
        && set(&a.not_in_document) == set(&b.not_in_document)
}

/// Notes of the nodes that are on no article.
pub(super) fn unused(taxonomy: &Taxonomy, file: &str, used: &BTreeSet<(String, String)>) -> Vec<Finding> {
    let nodes =
        taxonomy.dimensions().iter().flat_map(|dimension| dimension.nodes.iter().map(move |node| (dimension, node)));
    nodes
        .filter(|(dimension, node)| !used.contains(&(dimension.name.clone(), node.path.clone())))
        .map(|(dimension, node)| Finding {
            place: Place { file: file.to_owned(), line: Some(node.line) },
            kind: Kind::UnusedNode,
            message: format!("{} `{}` is on no article", dimension.name, node.path),
        })
        .collect()
}
