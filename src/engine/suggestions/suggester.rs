//! Suggestions of one generation: the lists that are looked through, and which entries of them are given under filters.
//!
//! May not rank: how an entry continues what was typed, and which kinds are mixed, is said elsewhere in this wing. Counts
//! nothing: what stands in articles under the filters is asked of the engine (`Welcome`).

use std::cmp::Reverse;

use crate::engine::facets::FacetDictionary;
use crate::engine::suggestions::choice::{Candidate, choose};
use crate::engine::suggestions::lexicon::{Lexicon, Match};
use crate::engine::suggestions::typed::Typed;
use crate::model::facet::leaf;
use crate::model::query::{Clause, Query, SuggestRequest};
use crate::model::results::{Continues, NamedNode, Suggestion, SuggestionKind};
use crate::taxonomy::{Taxonomy, without_star};

/// Suggestions that are few: then typos are looked for, too.
const FEW: usize = 4;
/// Other names of a node that are tried where the one that was met finds nothing, the label first: a search for a name
/// mostly finds the others too.
const OTHER_NAMES_MAX: usize = 2;
/// Names of one node among which the best is looked for.
const NAMES_OF_A_NODE: usize = 8;

/// A list whose entries stand in articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum List {
    /// Words and phrases: of the articles that were read, those which have the entry.
    Common,
    /// Titles: the articles that bear the entry.
    Titles,
}

/// What an engine tells of the articles under a set of filters. Entries are told by their place in their list.
pub trait Welcome {
    /// Why it cannot tell.
    type Error;

    /// Articles with the label of a name.
    fn labelled(&self, name: usize) -> u64;

    /// Whether any of an entry's articles is among them.
    fn has(&self, list: List, entry: usize) -> bool;

    /// How many of an entry's articles are among them.
    fn count(&self, list: List, entry: usize) -> u64;

    /// The id of an article among them that bears a title.
    fn bearer(&self, title: usize) -> Result<Option<String>, Self::Error>;

    /// Articles among them that have all words of a text, names in any of their forms (`all_words`).
    fn found(&self, text: &str) -> Result<u64, Self::Error>;
}

/// The query for all words of a text, which stands for a suggestion. Whoever makes a plan of it gives names their variants.
pub fn all_words(text: &str) -> Query {
    let word = |word: &str| Clause { query: Query::Word { text: word.to_owned(), exact: false }, required: false };
    Query::All(text.split_whitespace().map(word).collect())
}

/// The lists of one generation.
#[derive(Debug)]
pub struct Lists {
    names: Vec<NamedNode>,
    names_lexicon: Lexicon,
    common: Vec<(String, SuggestionKind)>,
    common_lexicon: Lexicon,
    titles: Vec<String>,
    titles_lexicon: Lexicon,
}

impl Lists {
    /// Makes lists ready to be looked through. Takes about a microsecond for each title and phrase.
    pub fn new(names: Vec<NamedNode>, common: Vec<(String, SuggestionKind)>, titles: Vec<String>) -> Self {
        Self {
            names_lexicon: Lexicon::new(names.iter().map(|node| node.name.as_str())),
            names,
            common_lexicon: Lexicon::new(common.iter().map(|(text, _)| text.as_str())),
            common,
            titles_lexicon: Lexicon::new(titles.iter().map(String::as_str)),
            titles,
        }
    }

    /// The names, by place.
    pub fn names(&self) -> &[NamedNode] {
        &self.names
    }

    /// The best welcome titles that continue a text, misspelt or not; at most `size` of each way to continue.
    pub fn titles(&self, text: &str, size: usize, is_welcome: &mut dyn FnMut(u32) -> bool) -> Vec<u32> {
        let Some(typed) = Typed::read(text) else { return Vec::new() };
        let mut found = self.titles_lexicon.find(&typed, size, is_welcome);
        found.extend(self.titles_lexicon.find_misspelt(&typed, size, is_welcome));
        found.into_iter().map(|found| found.entry).collect()
    }

    /// What continues a text, best first.
    pub fn suggest<W: Welcome>(&self, welcome: &W, request: &SuggestRequest) -> Result<Vec<Suggestion>, W::Error> {
        let Some(typed) = Typed::read(&request.text) else { return Ok(Vec::new()) };
        if typed.is_empty() {
            return self.commonest_names(welcome, request);
        }
        let mut found = self.candidates(welcome, &typed, request, false);
        if found.len() < FEW.min(request.size) {
            found.extend(self.candidates(welcome, &typed, request, true));
        }
        choose(found, request.size, |one| self.settle(welcome, &typed, request, one))
    }

    fn commonest_names<W: Welcome>(&self, welcome: &W, request: &SuggestRequest) -> Result<Vec<Suggestion>, W::Error> {
        let size = request.size;
        let is_label = |at: &usize| {
            let node = &self.names[*at];
            welcome.labelled(*at) > 0 && node.name == node.label && is_asked_for(node, request)
        };
        let mut order: Vec<usize> = (0..self.names.len()).filter(is_label).collect();
        let rank = |at: &usize| (Reverse(welcome.labelled(*at)), &self.names[*at].name);
        order.sort_by(|a, b| rank(a).cmp(&rank(b)));
        order.truncate(size);
        let found = |at: usize| Match { continues: Continues::Start, entry: at as u32 };
        let names = order.into_iter().map(|at| self.named(welcome, found(at))).collect();
        let typed = Typed { words: Vec::new() };
        choose(names, size, |one| self.settle(welcome, &typed, request, one))
    }

    /// What continues what was typed, with counts as far as they are at hand.
    fn candidates<W: Welcome>(
        &self,
        welcome: &W,
        typed: &Typed,
        request: &SuggestRequest,
        misspelt: bool,
    ) -> Vec<Candidate> {
        let size = request.size;
        let find = |lexicon: &Lexicon, size: usize, is_welcome: &mut dyn FnMut(u32) -> bool| {
            if misspelt {
                lexicon.find_misspelt(typed, size, is_welcome)
            } else {
                lexicon.find(typed, size, is_welcome)
            }
        };
        let mut list = Vec::new();
        let mut nodes: Vec<(&str, &str)> = Vec::new();
        let is_welcome =
            &mut |name: u32| welcome.labelled(name as usize) > 0 && is_asked_for(&self.names[name as usize], request);
        for found in find(&self.names_lexicon, size * NAMES_OF_A_NODE, is_welcome) {
            let node = &self.names[found.entry as usize];
            if !nodes.contains(&(&node.dimension, &node.path)) {
                nodes.push((&node.dimension, &node.path));
                list.push(self.named(welcome, found));
            }
        }
        if request.dimension.is_some() {
            return list;
        }
        for kind in [SuggestionKind::Phrase, SuggestionKind::Word] {
            let is_welcome = &mut |entry: u32| {
                let entry = entry as usize;
                self.common[entry].1 == kind && welcome.has(List::Common, entry)
            };
            for found in find(&self.common_lexicon, size, is_welcome) {
                let count = welcome.count(List::Common, found.entry as usize);
                list.push(candidate(&self.common[found.entry as usize].0, kind, found, count));
            }
        }
        let is_welcome = &mut |title: u32| welcome.has(List::Titles, title as usize);
        for found in find(&self.titles_lexicon, size, is_welcome) {
            let count = welcome.count(List::Titles, found.entry as usize);
            list.push(candidate(&self.titles[found.entry as usize], SuggestionKind::Title, found, count));
        }
        list
    }

    fn named<W: Welcome>(&self, welcome: &W, found: Match) -> Candidate {
        let node = &self.names[found.entry as usize];
        let mut named = candidate(&node.name, SuggestionKind::Name, found, welcome.labelled(found.entry as usize));
        named.suggestion.node = Some(node.clone());
        named
    }

    /// Completes a suggestion; gives whether it finds anything under the filters.
    fn settle<W: Welcome>(
        &self,
        welcome: &W,
        typed: &Typed,
        request: &SuggestRequest,
        candidate: &mut Candidate,
    ) -> Result<bool, W::Error> {
        let Candidate { suggestion: one, entry } = candidate;
        one.shown = typed.marked(&one.text, one.continues == Continues::Typo);
        match one.kind {
            SuggestionKind::Name if request.dimension.is_some() => {}
            SuggestionKind::Name => return self.settle_name(welcome, one),
            SuggestionKind::Phrase | SuggestionKind::Word => one.count = welcome.found(&one.text)?,
            SuggestionKind::Title => one.id = welcome.bearer(*entry as usize)?,
        }
        Ok(one.count > 0)
    }

    /// The text of a name is one that a search finds something by: itself, else another name of its node.
    fn settle_name<W: Welcome>(&self, welcome: &W, one: &mut Suggestion) -> Result<bool, W::Error> {
        if welcome.found(&one.text)? > 0 {
            return Ok(true);
        }
        let Some(node) = &one.node else { return Ok(false) };
        let others = self.names.iter().filter(|other| other.path == node.path && other.dimension == node.dimension);
        for other in others.take(OTHER_NAMES_MAX) {
            if welcome.found(&other.name)? > 0 {
                one.text.clone_from(&other.name);
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn is_asked_for(node: &NamedNode, request: &SuggestRequest) -> bool {
    request.dimension.as_ref().is_none_or(|dimension| *dimension == node.dimension)
}

fn candidate(text: &str, kind: SuggestionKind, found: Match, count: u64) -> Candidate {
    let Match { continues, entry } = found;
    let suggestion =
        Suggestion { text: text.to_owned(), kind, continues, count, shown: Vec::new(), node: None, id: None };
    Candidate { suggestion, entry }
}

/// All names that the taxonomy has for the paths of a generation, the label of each first.
pub fn names(taxonomy: &Taxonomy, dictionary: &FacetDictionary) -> Vec<NamedNode> {
    let mut list = Vec::new();
    for dimension in taxonomy.dimensions() {
        // In the order of letters, not in that in which articles came.
        let mut paths: Vec<&String> = dictionary.paths(&dimension.name).iter().skip(1).collect();
        paths.sort_unstable();
        for path in paths {
            let label = taxonomy.label(&dimension.name, path);
            let node = dimension.node(path);
            let aliases = node.into_iter().flat_map(|node| node.aliases.iter().map(|alias| without_star(alias)));
            let mut seen: Vec<&str> = Vec::new();
            for name in [label, leaf(path)].into_iter().chain(aliases) {
                if !seen.contains(&name) {
                    seen.push(name);
                    list.push(NamedNode {
                        dimension: dimension.name.clone(),
                        path: path.clone(),
                        label: label.to_owned(),
                        name: name.to_owned(),
                    });
                }
            }
        }
    }
    list
}
