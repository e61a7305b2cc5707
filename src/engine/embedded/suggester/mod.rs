//! Suggestions of one generation: what is kept for them beside the segments, and the answer under filters.
//!
//! May not rank: how an entry continues what was typed, and which kinds are mixed, is `engine::suggestions`'.

mod allowed;
pub mod gathering;

use std::sync::{Arc, Mutex, PoisonError};

use tantivy::{DocId, Searcher};

use crate::engine::embedded::columns::Columns;
use crate::engine::embedded::query_builder::QueryBuilder;
use crate::engine::embedded::suggester::allowed::Allowed;
use crate::engine::embedded::suggester::gathering::Kept;
use crate::engine::facets::FacetDictionary;
use crate::engine::suggestions::choice::{Candidate, choose};
use crate::engine::suggestions::lexicon::{Lexicon, Match};
use crate::engine::suggestions::typed::Typed;
use crate::model::facet::leaf;
use crate::model::query::{Filters, SuggestRequest};
use crate::model::results::{Continues, NamedNode, Suggestion, SuggestionKind};
use crate::taxonomy::{Taxonomy, without_star};

/// Sets of filters whose articles are remembered.
const REMEMBERED_FILTERS_MAX: usize = 16;
/// Suggestions that are few: then typos are looked for, too.
const FEW: usize = 4;
/// Other names of a node that are tried where the one that was met finds nothing, the label first: a search for a name
/// mostly finds the others too.
const OTHER_NAMES_MAX: usize = 2;
/// Names of one node among which the best is looked for.
const NAMES_OF_A_NODE: usize = 8;

/// Suggests from one generation.
pub struct Suggester {
    names: Vec<NamedNode>,
    names_lexicon: Lexicon,
    common: Vec<(String, SuggestionKind)>,
    common_lexicon: Lexicon,
    /// The articles of each word and phrase, of those that were read.
    common_articles: Vec<Vec<(u32, DocId)>>,
    titles: Vec<String>,
    titles_lexicon: Lexicon,
    /// The articles of each title.
    title_articles: Vec<Vec<(u32, DocId)>>,
    remembered: Mutex<Vec<(Filters, Arc<Allowed>)>>,
}

/// What a suggester reads of its generation.
pub struct Place<'a> {
    /// Builds queries.
    pub builder: QueryBuilder<'a>,
    /// The segments.
    pub searcher: &'a Searcher,
    /// The facet columns.
    pub columns: &'a Columns,
    /// The facet values.
    pub dictionary: &'a FacetDictionary,
    /// The taxonomy.
    pub taxonomy: &'a Taxonomy,
    /// The ids of documents.
    pub id_of: &'a dyn Fn(u32, DocId) -> tantivy::Result<String>,
}

impl Suggester {
    /// Makes ready what was kept. Takes about a microsecond for each title and phrase.
    pub fn new(kept: Kept, searcher: &Searcher, taxonomy: &Taxonomy, dictionary: &FacetDictionary) -> Self {
        let ids: Vec<String> =
            searcher.segment_readers().iter().map(|reader| reader.segment_id().uuid_string()).collect();
        let place_of = |segment: &String| ids.iter().position(|id| id == segment).map(|place| place as u32);
        let segments: Vec<Option<u32>> = kept.segments.iter().map(place_of).collect();
        let segment = |number: u32| segments.get(number as usize).copied().flatten();
        let mut title_articles = vec![Vec::new(); kept.titles.len()];
        for (number, documents) in (0..).zip(&kept.title_of) {
            let Some(segment) = segment(number) else { continue };
            for (doc, title) in (0..).zip(documents) {
                let place = (*title as usize).checked_sub(1);
                if let Some(articles) = place.and_then(|place| title_articles.get_mut(place)) {
                    articles.push((segment, doc));
                }
            }
        }
        let (mut common, mut common_articles) = (Vec::new(), Vec::new());
        for one in kept.common {
            let mut at = 0;
            let mut articles = Vec::with_capacity(one.articles.len());
            for step in one.articles {
                at += step as usize;
                let article = kept.read.get(at).and_then(|(number, doc)| Some((segment(*number)?, *doc)));
                articles.extend(article);
            }
            let kind = if one.words > 1 { SuggestionKind::Phrase } else { SuggestionKind::Word };
            common.push((one.text, kind));
            common_articles.push(articles);
        }
        let names = names(taxonomy, dictionary);
        Self {
            names_lexicon: Lexicon::new(names.iter().map(|node| node.name.as_str())),
            names,
            common_lexicon: Lexicon::new(common.iter().map(|(text, _)| text.as_str())),
            common,
            common_articles,
            titles_lexicon: Lexicon::new(kept.titles.iter().map(String::as_str)),
            titles: kept.titles,
            title_articles,
            remembered: Mutex::default(),
        }
    }

    /// What continues a text, best first.
    pub fn suggest(&self, place: &Place<'_>, request: &SuggestRequest) -> tantivy::Result<Vec<Suggestion>> {
        let Some(typed) = Typed::read(&request.text) else { return Ok(Vec::new()) };
        let allowed = self.allowed(place, &request.filters)?;
        if typed.is_empty() {
            return self.commonest_names(place, &allowed, request);
        }
        let mut found = self.candidates(&allowed, &typed, request, false);
        if found.len() < FEW.min(request.size) {
            found.extend(self.candidates(&allowed, &typed, request, true));
        }
        choose(found, request.size, |one| self.settle(place, &allowed, &typed, request, one))
    }

    /// The articles under filters: those of the last sets of filters are remembered.
    fn allowed(&self, place: &Place<'_>, filters: &Filters) -> tantivy::Result<Arc<Allowed>> {
        let remembered = || self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, allowed)) = remembered().iter().find(|(known, _)| known == filters) {
            return Ok(Arc::clone(allowed));
        }
        let allowed = Arc::new(Allowed::new(place, filters, &self.names)?);
        let mut list = remembered();
        if list.len() >= REMEMBERED_FILTERS_MAX {
            list.remove(0);
        }
        list.push((filters.clone(), Arc::clone(&allowed)));
        Ok(allowed)
    }

    fn commonest_names(
        &self,
        place: &Place<'_>,
        allowed: &Allowed,
        request: &SuggestRequest,
    ) -> tantivy::Result<Vec<Suggestion>> {
        let size = request.size;
        let is_label = |at: &usize| {
            let node = &self.names[*at];
            allowed.names[*at] > 0 && node.name == node.label && is_asked_for(node, request)
        };
        let mut order: Vec<usize> = (0..self.names.len()).filter(is_label).collect();
        order.sort_by_key(|at| std::cmp::Reverse(allowed.names[*at]));
        order.truncate(size);
        let found = |at: usize| Match { continues: Continues::Start, entry: at as u32 };
        let names = order.into_iter().map(|at| self.named(allowed, found(at))).collect();
        let typed = Typed { words: Vec::new() };
        choose(names, size, |one| self.settle(place, allowed, &typed, request, one))
    }

    /// What continues what was typed, with counts as far as they are at hand.
    fn candidates(&self, allowed: &Allowed, typed: &Typed, request: &SuggestRequest, misspelt: bool) -> Vec<Candidate> {
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
            &mut |name: u32| allowed.names[name as usize] > 0 && is_asked_for(&self.names[name as usize], request);
        for found in find(&self.names_lexicon, size * NAMES_OF_A_NODE, is_welcome) {
            let node = &self.names[found.entry as usize];
            if !nodes.contains(&(&node.dimension, &node.path)) {
                nodes.push((&node.dimension, &node.path));
                list.push(self.named(allowed, found));
            }
        }
        if request.dimension.is_some() {
            return list;
        }
        for kind in [SuggestionKind::Phrase, SuggestionKind::Word] {
            let is_welcome = &mut |entry: u32| {
                let entry = entry as usize;
                self.common[entry].1 == kind && allowed.has_any(&self.common_articles[entry])
            };
            for found in find(&self.common_lexicon, size, is_welcome) {
                let count = allowed.count(&self.common_articles[found.entry as usize]);
                list.push(candidate(&self.common[found.entry as usize].0, kind, found, count));
            }
        }
        let is_welcome = &mut |title: u32| allowed.has_any(&self.title_articles[title as usize]);
        for found in find(&self.titles_lexicon, size, is_welcome) {
            let count = allowed.count(&self.title_articles[found.entry as usize]);
            list.push(candidate(&self.titles[found.entry as usize], SuggestionKind::Title, found, count));
        }
        list
    }

    fn named(&self, allowed: &Allowed, found: Match) -> Candidate {
        let node = &self.names[found.entry as usize];
        let mut named = candidate(&node.name, SuggestionKind::Name, found, allowed.names[found.entry as usize]);
        named.suggestion.node = Some(node.clone());
        named
    }

    /// Completes a suggestion; gives whether it finds anything under the filters.
    fn settle(
        &self,
        place: &Place<'_>,
        allowed: &Allowed,
        typed: &Typed,
        request: &SuggestRequest,
        candidate: &mut Candidate,
    ) -> tantivy::Result<bool> {
        let Candidate { suggestion: one, entry } = candidate;
        one.shown = typed.marked(&one.text, one.continues == Continues::Typo);
        match one.kind {
            SuggestionKind::Name if request.dimension.is_some() => {}
            SuggestionKind::Name => return self.settle_name(place, allowed, one),
            SuggestionKind::Phrase | SuggestionKind::Word => one.count = allowed.found(place, &one.text)?,
            SuggestionKind::Title => {
                let articles = &self.title_articles[*entry as usize];
                let first = articles.iter().find(|(segment, doc)| allowed.has(*segment, *doc));
                one.id = first.map(|(segment, doc)| (place.id_of)(*segment, *doc)).transpose()?;
            }
        }
        Ok(one.count > 0)
    }

    /// The text of a name is one that a search finds something by: itself, else another name of its node.
    fn settle_name(&self, place: &Place<'_>, allowed: &Allowed, one: &mut Suggestion) -> tantivy::Result<bool> {
        if allowed.found(place, &one.text)? > 0 {
            return Ok(true);
        }
        let Some(node) = &one.node else { return Ok(false) };
        let others = self.names.iter().filter(|other| other.path == node.path && other.dimension == node.dimension);
        for other in others.take(OTHER_NAMES_MAX) {
            if allowed.found(place, &other.name)? > 0 {
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
fn names(taxonomy: &Taxonomy, dictionary: &FacetDictionary) -> Vec<NamedNode> {
    let mut list = Vec::new();
    for dimension in taxonomy.dimensions() {
        for path in dictionary.paths(&dimension.name).iter().skip(1) {
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
