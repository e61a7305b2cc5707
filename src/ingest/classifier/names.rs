//! All names and rule phrases of a taxonomy in one automaton, and the names that a text holds under their rules.
//!
//! Finds names; what they weigh is `weight`'s. Passes over the text once, whatever the number of names.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use crate::ingest::classifier::reading::{Reading, fold_name};
use crate::model::facet::ancestors;
use crate::taxonomy::{Dimension, Node, Reach, Rule, Taxonomy, is_case_sensitive_by_nature, without_star};
use crate::text::normalise::is_han;

/// A name of a node, ready to be checked where the automaton found its words.
struct Name {
    dimension: usize,
    node: usize,
    /// Whether it is only ever a passing mention.
    weak: bool,
    /// Whether it is the name of somebody or something, rather than a term: it then hides what other dimensions see
    /// inside it. "Punjab National Bank" says nothing of Punjab; "naval base attack" is still at a naval base.
    proper: bool,
    /// The words letter for letter, if case matters.
    letters: Option<Vec<String>>,
    /// Bytes of the folded name: of names at the same words, `kidnapping` is longer than `kidnap*`.
    length: usize,
    rules: Vec<CompiledRule>,
}

/// A rule whose phrases are numbers.
struct CompiledRule {
    needs: Vec<usize>,
    needs_in: Reach,
    not_when: Vec<usize>,
    not_in_document: Vec<usize>,
}

/// A phrase of a rule.
#[derive(PartialEq, Eq, Hash)]
struct Phrase {
    pattern: usize,
    letters: Option<Vec<String>>,
}

/// What a pattern of the automaton stands for.
#[derive(Default)]
struct Uses {
    names: Vec<usize>,
    phrases: Vec<usize>,
}

/// The names of a taxonomy, ready for texts.
pub(super) struct Names {
    automaton: Option<AhoCorasick>,
    uses: Vec<Uses>,
    names: Vec<Name>,
    phrases: Vec<Phrase>,
    /// For each dimension, for each node the numbers of its ancestors and itself, topmost first.
    lines: Vec<Vec<Vec<usize>>>,
}

/// A name in a text that stands for one node and is hidden by no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sighting {
    /// Number of the dimension.
    pub(super) dimension: usize,
    /// Number of the node in its dimension.
    pub(super) node: usize,
    /// Number of the first word.
    pub(super) first: usize,
    /// Number of the last word.
    pub(super) last: usize,
    /// Whether it is only a passing mention.
    pub(super) weak: bool,
    /// Whether it is the name of somebody or something, rather than a term.
    pub(super) proper: bool,
}

/// Patterns and phrases while the automaton is being made.
#[derive(Default)]
struct Builder {
    patterns: HashMap<String, usize>,
    uses: Vec<Uses>,
    names: Vec<Name>,
    phrases: HashMap<Phrase, usize>,
}

impl Builder {
    /// The number of a name's pattern; `None` if the name holds no word.
    fn pattern(&mut self, name: &str) -> Option<usize> {
        let (mut folded, words) = fold_name(without_star(name));
        words.first()?;
        if folded[1..].starts_with(is_han) {
            folded.remove(0);
        }
        if name.ends_with('*') {
            folded.truncate(folded.trim_end().len());
        }
        let next = self.uses.len();
        let number = *self.patterns.entry(folded).or_insert(next);
        if number == next {
            self.uses.push(Uses::default());
        }
        Some(number)
    }

    fn phrases(&mut self, texts: &[String]) -> Vec<usize> {
        let mut numbers = Vec::with_capacity(texts.len());
        for text in texts {
            let Some(pattern) = self.pattern(text) else { continue };
            let next = self.phrases.len();
            let phrase = Phrase { pattern, letters: is_case_sensitive_by_nature(text).then(|| letters(text)) };
            let number = *self.phrases.entry(phrase).or_insert(next);
            if number == next {
                self.uses[pattern].phrases.push(number);
            }
            numbers.push(number);
        }
        numbers
    }

    fn rule(&mut self, rule: &Rule) -> CompiledRule {
        CompiledRule {
            needs: self.phrases(&rule.needs),
            needs_in: rule.needs_in,
            not_when: self.phrases(&rule.not_when),
            not_in_document: self.phrases(&rule.not_in_document),
        }
    }

    fn node(&mut self, node: &Node, place: (usize, usize), of_proper_names: bool) {
        let strong = node.strong_names().map(|name| (name, false));
        for (name, weak) in strong.chain(node.weak.iter().map(|name| (name.as_str(), true))) {
            let Some(pattern) = self.pattern(name) else { continue };
            let said = node.rules_on(name).find_map(|rule| rule.case_sensitive);
            let case_sensitive = said.unwrap_or_else(|| is_case_sensitive_by_nature(name));
            let rules: Vec<CompiledRule> = node.rules_on(name).map(|rule| self.rule(rule)).collect();
            self.uses[pattern].names.push(self.names.len());
            self.names.push(Name {
                dimension: place.0,
                node: place.1,
                weak,
                proper: is_proper(name, of_proper_names),
                letters: case_sensitive.then(|| letters(name)),
                length: fold_name(without_star(name)).0.trim().len(),
                rules,
            });
        }
    }
}

/// The words of a name as it is written.
fn letters(name: &str) -> Vec<String> {
    fold_name(without_star(name)).1.into_iter().map(str::to_owned).collect()
}

/// Whether a name is a proper one: written with a capital; in a script without capitals, if most names of its
/// dimension are.
fn is_proper(name: &str, of_proper_names: bool) -> bool {
    match name.chars().find(|c| c.is_alphabetic()) {
        Some(letter) if letter.is_uppercase() => !name.ends_with('*'),
        Some(letter) if letter.is_lowercase() => false,
        _ => of_proper_names,
    }
}

/// Whether more than half of a dimension's names that have a case begin with a capital.
fn has_proper_names(dimension: &Dimension) -> bool {
    let names = dimension.nodes.iter().flat_map(Node::strong_names);
    let letters = names.filter_map(|name| name.chars().find(|c| c.is_alphabetic()));
    let balance: i64 = letters.map(|letter| i64::from(letter.is_uppercase()) - i64::from(letter.is_lowercase())).sum();
    balance > 0
}

/// For each node of a dimension the numbers of its ancestors and itself, topmost first.
fn lines_of(dimension: &Dimension) -> Vec<Vec<usize>> {
    let numbers: HashMap<&str, usize> =
        dimension.nodes.iter().enumerate().map(|(number, node)| (node.path.as_str(), number)).collect();
    let line = |node: &Node| ancestors(&node.path).filter_map(|path| numbers.get(path).copied()).collect();
    dimension.nodes.iter().map(line).collect()
}

impl Names {
    pub(super) fn new(taxonomy: &Taxonomy) -> Self {
        let mut builder = Builder::default();
        for (at, dimension) in taxonomy.dimensions().iter().enumerate() {
            let of_proper_names = has_proper_names(dimension);
            for (number, node) in dimension.nodes.iter().enumerate() {
                builder.node(node, (at, number), of_proper_names);
            }
        }
        let mut patterns: Vec<(String, usize)> = builder.patterns.into_iter().collect();
        patterns.sort_by_key(|(_, number)| *number);
        let mut phrases: Vec<(Phrase, usize)> = builder.phrases.into_iter().collect();
        phrases.sort_by_key(|(_, number)| *number);
        Self {
            // Fails only beyond 2^31 states, which a taxonomy under `TAXONOMY_BYTES_MAX` cannot reach.
            automaton: AhoCorasick::new(patterns.iter().map(|(pattern, _)| pattern)).ok(),
            uses: builder.uses,
            names: builder.names,
            phrases: phrases.into_iter().map(|(phrase, _)| phrase).collect(),
            lines: taxonomy.dimensions().iter().map(lines_of).collect(),
        }
    }

    /// Whether there is nothing to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names that a text holds, in the order of the text.
    ///
    /// A name whose rules fail is not there, and hides nothing. Of those that are there, a dimension takes the longest
    /// first and each word once; a name of several nodes labels none, though it still hides what lies inside it.
    pub(super) fn find(&self, reading: &Reading<'_>) -> Vec<Sighting> {
        let scan = self.scan(reading);
        let valid: Vec<Spotted> =
            scan.spotted.iter().filter(|spotted| self.holds(spotted, &scan, reading)).copied().collect();
        let mut fields: Vec<Field> = self.lines.iter().map(|_| Field::default()).collect();
        for (number, field) in fields.iter_mut().enumerate() {
            let of_dimension = valid.iter().filter(|spotted| self.names[spotted.name].dimension == number);
            field.fill(of_dimension.copied().collect(), &self.names, reading.words.len());
            field.decide(&self.lines[number]);
        }
        let mut sightings = Vec::new();
        for (number, field) in fields.iter().enumerate() {
            for claim in field.claims.iter().filter(|claim| claim.others.is_empty()) {
                let hidden = fields.iter().enumerate().any(|(other, field)| other != number && field.hides(claim));
                if !hidden {
                    let Claim { first, last, node, weak, proper, .. } = *claim;
                    sightings.push(Sighting { dimension: number, node, first, last, weak, proper });
                }
            }
        }
        sightings.sort_by_key(|sighting| (sighting.first, sighting.last, sighting.dimension));
        sightings
    }

    /// One pass over the text: names and phrases wherever their words stand.
    fn scan(&self, reading: &Reading<'_>) -> Scan {
        let mut scan = Scan { spotted: Vec::new(), sentences_of: vec![Vec::new(); self.phrases.len()] };
        let Some(automaton) = &self.automaton else { return scan };
        for found in automaton.find_overlapping_iter(&reading.folded) {
            let uses = &self.uses[found.pattern().as_usize()];
            let text = &reading.folded[found.range()];
            let start = found.start() + (text.len() - text.trim_start().len());
            let end = found.end() - (text.len() - text.trim_end().len());
            let Some((first, last)) = reading.words_at(start..end) else { continue };
            for &phrase in &uses.phrases {
                if agrees(self.phrases[phrase].letters.as_deref(), reading, first, last) {
                    let sentences = &mut scan.sentences_of[phrase];
                    let sentence = reading.words[first].sentence;
                    if sentences.last() != Some(&sentence) {
                        sentences.push(sentence);
                    }
                }
            }
            for &name in &uses.names {
                if agrees(self.names[name].letters.as_deref(), reading, first, last) {
                    scan.spotted.push(Spotted { name, first, last });
                }
            }
        }
        scan
    }

    /// Whether all rules on a name hold where it was spotted.
    fn holds(&self, spotted: &Spotted, scan: &Scan, reading: &Reading<'_>) -> bool {
        let sentence = reading.words[spotted.first].sentence;
        // Sentences come in order, so that each phrase's list is sorted.
        let in_sentence = |phrase: &usize| scan.sentences_of[*phrase].binary_search(&sentence).is_ok();
        let in_document = |phrase: &usize| !scan.sentences_of[*phrase].is_empty();
        self.names[spotted.name].rules.iter().all(|rule| {
            let mut needs = rule.needs.iter();
            let has_need = match rule.needs_in {
                _ if rule.needs.is_empty() => true,
                Reach::Sentence => needs.any(in_sentence),
                Reach::Document => needs.any(in_document),
            };
            has_need && !rule.not_when.iter().any(in_sentence) && !rule.not_in_document.iter().any(in_document)
        })
    }
}

/// Whether words stand letter for letter as a name asks. In a text all in capitals letters tell nothing.
fn agrees(letters: Option<&[String]>, reading: &Reading<'_>, first: usize, last: usize) -> bool {
    let Some(letters) = letters else { return true };
    reading.is_in_capitals(first) || reading.original_words(first, last).eq(letters.iter().map(String::as_str))
}

/// What a pass over a text brought.
struct Scan {
    spotted: Vec<Spotted>,
    /// For each phrase the sentences that hold it, in order.
    sentences_of: Vec<Vec<u32>>,
}

/// A name whose words stand in the text.
#[derive(Debug, Clone, Copy)]
struct Spotted {
    name: usize,
    first: usize,
    last: usize,
}

/// Words of the text that one dimension has taken for a name.
struct Claim {
    first: usize,
    last: usize,
    length: usize,
    node: usize,
    weak: bool,
    proper: bool,
    /// The other nodes that the name stands for.
    others: Vec<usize>,
}

/// One dimension's view of the text: longest names first, each word taken once.
#[derive(Default)]
struct Field {
    claims: Vec<Claim>,
    /// For each word the number of its claim, from 1; 0 is free.
    taken: Vec<u32>,
}

impl Field {
    fn fill(&mut self, mut spotted: Vec<Spotted>, names: &[Name], words: usize) {
        self.taken = vec![0; words];
        let span = |spotted: &Spotted| spotted.last - spotted.first;
        spotted.sort_by_key(|s| (std::cmp::Reverse((span(s), names[s.name].length)), s.first, s.name));
        for Spotted { name, first, last } in spotted {
            let Name { node, weak, proper, length, .. } = names[name];
            let own = &mut self.taken[first..=last];
            let owner = own[0];
            if own.iter().any(|&other| other != owner) {
                continue;
            }
            if owner == 0 {
                self.claims.push(Claim { first, last, length, node, weak, proper, others: Vec::new() });
                own.fill(u32::try_from(self.claims.len()).unwrap_or(u32::MAX));
                continue;
            }
            let claim = &mut self.claims[owner as usize - 1];
            if (claim.first, claim.last, claim.length) == (first, last, length) {
                if claim.node != node && !claim.others.contains(&node) {
                    claim.others.push(node);
                }
                claim.proper |= proper;
            }
        }
    }

    /// Gives each name of several nodes to the one whose line - the node itself, those above it and those beside it -
    /// the clear names of the text speak for most: in a report from a province, a town of that province. Where two
    /// are spoken for alike, or none is, nobody has it.
    fn decide(&mut self, lines: &[Vec<usize>]) {
        if self.claims.iter().all(|claim| claim.others.is_empty()) {
            return;
        }
        let mut spoken: HashMap<usize, usize> = HashMap::new();
        for claim in self.claims.iter().filter(|claim| claim.others.is_empty()) {
            for &node in &lines[claim.node] {
                *spoken.entry(node).or_default() += 1;
            }
        }
        let support =
            |node: usize| lines[node].iter().map(|above| spoken.get(above).copied().unwrap_or(0)).sum::<usize>();
        for claim in self.claims.iter_mut().filter(|claim| !claim.others.is_empty()) {
            let nodes = || std::iter::once(claim.node).chain(claim.others.iter().copied());
            let best = nodes().map(support).max().unwrap_or(0);
            let mut winners = nodes().filter(|&node| support(node) == best);
            if let (Some(winner), None, true) = (winners.next(), winners.next(), best > 0) {
                claim.node = winner;
                claim.others.clear();
            }
        }
    }

    /// Whether a claim of another dimension lies inside a longer proper name here.
    fn hides(&self, inner: &Claim) -> bool {
        let Some(outer) = (self.taken[inner.first] as usize).checked_sub(1).map(|at| &self.claims[at]) else {
            return false;
        };
        let inside = outer.first <= inner.first && inner.last <= outer.last;
        outer.proper && inside && outer.last - outer.first > inner.last - inner.first
    }
}
