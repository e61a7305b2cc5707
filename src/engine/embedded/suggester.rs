//! Suggestions of one generation: what is kept for them beside the segments, and the answer under filters.
//!
//! May not rank: how an entry continues what was typed, and which kinds are mixed, is `engine::suggestions`'.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tantivy::schema::Value;
use tantivy::{BitSet, DocId, Index, Searcher, SegmentReader, TantivyDocument};

use crate::engine::embedded::copies::ids;
use crate::engine::embedded::facets::{Columns, FacetDictionary};
use crate::engine::embedded::query_builder::QueryBuilder;
use crate::engine::embedded::schema::IndexSchema;
use crate::engine::plan::Plan;
use crate::engine::suggestions::choice::choose;
use crate::engine::suggestions::lexicon::{Lexicon, Match};
use crate::engine::suggestions::phrases::{Common, Reading, common};
use crate::engine::suggestions::typed::Typed;
use crate::model::facet::leaf;
use crate::model::query::{Clause, Filters, MatchMode, Query, SuggestRequest};
use crate::model::results::{Continues, NamedNode, Suggestion, SuggestionKind};
use crate::taxonomy::{Taxonomy, without_star};

/// Articles whose words and phrases are read: all of a corpus of so many, of a larger one those with the smallest hashes
/// of their ids, so that the choice hangs on the articles alone and not on how the index came about.
const READ_ARTICLES_MAX: usize = 8000;
/// Text that is read of all of them together, in bytes, shared out evenly.
const READ_BYTES_MAX: usize = 8_000_000;
/// Documents that are read at a time.
const BATCH_DOCUMENTS: u32 = 1024;
/// Sets of filters whose articles are remembered.
const REMEMBERED_FILTERS_MAX: usize = 16;
/// Suggestions that are few: then typos are looked for, too.
const FEW: usize = 4;
/// Names of one node among which the best is looked for.
const NAMES_OF_A_NODE: usize = 8;
/// Counts that are remembered for a set of filters; then they are forgotten.
const REMEMBERED_COUNTS_MAX: usize = 20_000;

/// What a generation keeps for suggestions. Documents are told by the place of their segment in `segments`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The segments, by id.
    segments: Vec<String>,
    /// Titles, those of most articles first, then those of the latest.
    titles: Vec<String>,
    /// For each segment the title of each document, 0 for none, else its place in `titles` from 1.
    title_of: Vec<Vec<u32>>,
    /// The articles whose words were read: segment and document.
    read: Vec<(u32, DocId)>,
    /// Words and phrases, those of most articles first.
    common: Vec<KeptCommon>,
}

/// A word or phrase with the articles that have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct KeptCommon {
    #[serde(rename = "t")]
    text: String,
    #[serde(rename = "w")]
    words: usize,
    /// Places in `read`, each as the step from the one before it.
    #[serde(rename = "a")]
    articles: Vec<u32>,
}

/// What is read of a stored article.
#[derive(Deserialize)]
struct Head {
    title: String,
    date: Option<String>,
}

/// A document on the way into the lists.
struct Gathered {
    doc: DocId,
    title: String,
    date: String,
    reading: Option<Reading>,
}

/// The articles that bear a title.
#[derive(Default)]
struct Borne {
    last_date: String,
    documents: Vec<(u32, DocId)>,
}

/// Gathers what suggestions need from a finished index.
pub fn gather(index: &Index, schema: &IndexSchema) -> tantivy::Result<Kept> {
    let searcher = index.reader()?.searcher();
    let mut hashes = Vec::new();
    for (segment, reader) in (0_u32..).zip(searcher.segment_readers()) {
        let hash =
            |id: &str| u64::from_le_bytes(blake3::hash(id.as_bytes()).as_bytes()[..8].try_into().unwrap_or_default());
        hashes.extend(ids(reader)?.into_iter().map(|(doc, id)| (hash(&id), segment, doc)));
    }
    hashes.sort_unstable();
    hashes.truncate(READ_ARTICLES_MAX);
    let share = READ_BYTES_MAX / hashes.len().max(1);
    let mut read: Vec<(u32, DocId)> = hashes.into_iter().map(|(_, segment, doc)| (segment, doc)).collect();
    read.sort_unstable();
    let mut kept = Kept { read, ..Kept::default() };
    let mut readings = Vec::new();
    let mut titles: HashMap<String, Borne> = HashMap::new();
    for (segment, reader) in (0_u32..).zip(searcher.segment_readers()) {
        kept.segments.push(reader.segment_id().uuid_string());
        kept.title_of.push(vec![0; reader.max_doc() as usize]);
        let batches: Vec<u32> = (0..reader.max_doc()).step_by(BATCH_DOCUMENTS as usize).collect();
        let gathered: Vec<tantivy::Result<Vec<Gathered>>> = batches
            .into_par_iter()
            .map(|start| {
                let is_read = |doc| kept.read.binary_search(&(segment, doc)).is_ok();
                let documents = start..(start + BATCH_DOCUMENTS).min(reader.max_doc());
                gather_batch(reader, schema, documents, share, is_read)
            })
            .collect();
        for batch in gathered {
            for one in batch? {
                let title = titles.entry(one.title).or_default();
                title.last_date = std::mem::take(&mut title.last_date).max(one.date);
                title.documents.push((segment, one.doc));
                readings.extend(one.reading);
            }
        }
    }
    let mut titles: Vec<_> = titles.into_iter().filter(|(title, _)| !title.trim().is_empty()).collect();
    titles.sort_unstable_by(|(a, a_borne), (b, b_borne)| {
        let rank = |borne: &Borne| (borne.documents.len(), borne.last_date.clone());
        rank(b_borne).cmp(&rank(a_borne)).then_with(|| a.cmp(b))
    });
    for (place, (title, borne)) in (1..).zip(titles) {
        kept.titles.push(title);
        for (segment, doc) in borne.documents {
            kept.title_of[segment as usize][doc as usize] = place;
        }
    }
    kept.common = common(&readings).into_iter().map(KeptCommon::from).collect();
    Ok(kept)
}

/// Reads the heads of documents, and the words of those that are chosen.
fn gather_batch(
    reader: &SegmentReader,
    schema: &IndexSchema,
    documents: std::ops::Range<DocId>,
    share: usize,
    is_read: impl Fn(DocId) -> bool,
) -> tantivy::Result<Vec<Gathered>> {
    let store = reader.get_store_reader(1)?;
    let mut gathered = Vec::new();
    for doc in documents.filter(|doc| !reader.is_deleted(*doc)) {
        let row: TantivyDocument = store.get(doc)?;
        let text = |field| row.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
        let head: Head = serde_json::from_str(text(schema.stored)).map_err(|error| {
            tantivy::TantivyError::InternalError(format!("a stored article is unreadable: {error}"))
        })?;
        let reading = is_read(doc).then(|| {
            let body = text(schema.stored_body);
            Reading::new(format!("{}\n{}", head.title, &body[..body.floor_char_boundary(share)]))
        });
        gathered.push(Gathered { doc, title: head.title, date: head.date.unwrap_or_default(), reading });
    }
    Ok(gathered)
}

impl From<Common> for KeptCommon {
    fn from(common: Common) -> Self {
        let mut before = 0;
        let articles = common.texts.into_iter().map(|text| {
            let step = text - before;
            before = text;
            step
        });
        Self { text: common.text, words: common.words, articles: articles.collect() }
    }
}

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

/// The articles that pass a set of filters.
struct Allowed {
    /// By segment; `None` when nothing is filtered.
    sets: Option<Vec<BitSet>>,
    /// Articles of each name's label.
    names: Vec<u64>,
    /// Articles that a search for a text finds, as far as they were counted.
    counts: Mutex<HashMap<String, u64>>,
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
    /// The ids of documents.
    pub id_of: &'a dyn Fn(u32, DocId) -> tantivy::Result<String>,
}

impl Allowed {
    fn new(place: &Place<'_>, filters: &Filters, names: &[NamedNode]) -> tantivy::Result<Self> {
        let mut sets = None;
        if *filters != Filters::default() {
            let query = place.builder.filtered(Box::new(tantivy::query::AllQuery), filters, true);
            let weight = place.builder.weight(&*query, false)?;
            let mut list = Vec::new();
            for reader in place.searcher.segment_readers() {
                let mut set = BitSet::with_max_value(reader.max_doc());
                weight.for_each_no_score(reader, &mut |docs| {
                    for doc in docs.iter().filter(|doc| !reader.is_deleted(**doc)) {
                        set.insert(*doc);
                    }
                })?;
                list.push(set);
            }
            sets = Some(list);
        }
        let mut allowed = Self { sets, names: Vec::new(), counts: Mutex::default() };
        let mut by_dimension: HashMap<&str, Vec<u64>> = HashMap::new();
        for node in names {
            if !by_dimension.contains_key(node.dimension.as_str()) {
                by_dimension.insert(&node.dimension, allowed.labels(place, &node.dimension)?);
            }
        }
        let count = |node: &NamedNode| {
            let ordinal = place.dictionary.ordinal(&node.dimension, &node.path)?;
            by_dimension.get(node.dimension.as_str())?.get(ordinal as usize).copied()
        };
        allowed.names = names.iter().map(|node| count(node).unwrap_or(0)).collect();
        Ok(allowed)
    }

    /// Articles by ordinal of a dimension.
    fn labels(&self, place: &Place<'_>, dimension: &str) -> tantivy::Result<Vec<u64>> {
        let mut counts = vec![0; place.dictionary.paths(dimension).len().max(1)];
        for (segment, reader) in place.searcher.segment_readers().iter().enumerate() {
            let Some(ordinals) = place.columns[segment].ordinals(reader, dimension)? else { continue };
            for doc in reader.doc_ids_alive().filter(|doc| self.has(segment as u32, *doc)) {
                ordinals.of(doc).iter().for_each(|ordinal| counts[*ordinal as usize] += 1);
            }
        }
        Ok(counts)
    }

    fn has(&self, segment: u32, doc: DocId) -> bool {
        self.sets.as_ref().is_none_or(|sets| sets[segment as usize].contains(doc))
    }

    fn has_any(&self, articles: &[(u32, DocId)]) -> bool {
        articles.iter().any(|(segment, doc)| self.has(*segment, *doc))
    }

    fn count(&self, articles: &[(u32, DocId)]) -> u64 {
        articles.iter().filter(|(segment, doc)| self.has(*segment, *doc)).count() as u64
    }

    /// Articles that have all words of a text.
    fn found(&self, place: &Place<'_>, text: &str) -> tantivy::Result<u64> {
        if let Some(count) = self.counts.lock().unwrap_or_else(PoisonError::into_inner).get(text) {
            return Ok(*count);
        }
        let word = |word: &str| Clause { query: Query::Word { text: word.to_owned(), exact: false }, required: false };
        let plan = Plan::of(&Query::All(text.split_whitespace().map(word).collect())).joined(MatchMode::All);
        let weight = place.builder.weight(&*place.builder.plan(&plan)?, false)?;
        let mut count = 0;
        for (segment, reader) in (0_u32..).zip(place.searcher.segment_readers()) {
            weight.for_each_no_score(reader, &mut |docs| {
                let counts = |doc: &&DocId| !reader.is_deleted(**doc) && self.has(segment, **doc);
                count += docs.iter().filter(counts).count() as u64;
            })?;
        }
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= REMEMBERED_COUNTS_MAX {
            counts.clear();
        }
        counts.insert(text.to_owned(), count);
        Ok(count)
    }
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
            return self.commonest_names(place, &allowed, request.size);
        }
        let mut found = self.candidates(place, &allowed, &typed, request.size, false)?;
        if found.len() < FEW.min(request.size) {
            found.extend(self.candidates(place, &allowed, &typed, request.size, true)?);
        }
        let mut chosen = choose(found, request.size);
        for one in &mut chosen {
            if matches!(one.kind, SuggestionKind::Phrase | SuggestionKind::Word) {
                one.count = allowed.found(place, &one.text)?;
            }
        }
        Ok(choose(chosen, request.size))
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

    fn commonest_names(&self, place: &Place<'_>, allowed: &Allowed, size: usize) -> tantivy::Result<Vec<Suggestion>> {
        let mut order: Vec<usize> = (0..self.names.len())
            .filter(|at| allowed.names[*at] > 0 && self.names[*at].name == self.names[*at].label)
            .collect();
        order.sort_by_key(|at| std::cmp::Reverse(allowed.names[*at]));
        let typed = Typed { words: Vec::new() };
        let mut list = Vec::new();
        for at in order {
            if list.len() == size {
                break;
            }
            list.extend(self.name(place, allowed, &typed, Match { continues: Continues::Start, entry: at as u32 })?);
        }
        Ok(list)
    }

    fn candidates(
        &self,
        place: &Place<'_>,
        allowed: &Allowed,
        typed: &Typed,
        size: usize,
        misspelt: bool,
    ) -> tantivy::Result<Vec<Suggestion>> {
        let find = |lexicon: &Lexicon, size: usize, is_welcome: &mut dyn FnMut(u32) -> bool| {
            if misspelt {
                lexicon.find_misspelt(typed, size, is_welcome)
            } else {
                lexicon.find(typed, size, is_welcome)
            }
        };
        let mut list = Vec::new();
        let mut nodes: Vec<(&str, &str)> = Vec::new();
        let names = find(&self.names_lexicon, size * NAMES_OF_A_NODE, &mut |name| allowed.names[name as usize] > 0);
        for found in names {
            let node = &self.names[found.entry as usize];
            if nodes.len() < size && !nodes.contains(&(&node.dimension, &node.path)) {
                nodes.push((&node.dimension, &node.path));
                list.extend(self.name(place, allowed, typed, found)?);
            }
        }
        for kind in [SuggestionKind::Phrase, SuggestionKind::Word] {
            let is_welcome = &mut |entry: u32| {
                let entry = entry as usize;
                self.common[entry].1 == kind && allowed.has_any(&self.common_articles[entry])
            };
            for found in find(&self.common_lexicon, size, is_welcome) {
                let (text, kind) = &self.common[found.entry as usize];
                let count = allowed.count(&self.common_articles[found.entry as usize]);
                list.push(suggestion(typed, text.clone(), *kind, found.continues, count));
            }
        }
        let is_welcome = &mut |title: u32| allowed.has_any(&self.title_articles[title as usize]);
        for found in find(&self.titles_lexicon, size, is_welcome) {
            let articles = &self.title_articles[found.entry as usize];
            let text = self.titles[found.entry as usize].clone();
            let mut title = suggestion(typed, text, SuggestionKind::Title, found.continues, allowed.count(articles));
            let first = articles.iter().find(|(segment, doc)| allowed.has(*segment, *doc));
            title.id = first.map(|(segment, doc)| (place.id_of)(*segment, *doc)).transpose()?;
            list.push(title);
        }
        Ok(list)
    }

    /// A name that a search finds something by under the filters: itself, else another name of its node.
    fn name(
        &self,
        place: &Place<'_>,
        allowed: &Allowed,
        typed: &Typed,
        found: Match,
    ) -> tantivy::Result<Option<Suggestion>> {
        let node = &self.names[found.entry as usize];
        let count = allowed.names[found.entry as usize];
        let others = self.names.iter().filter(|other| other.path == node.path && other.dimension == node.dimension);
        for name in std::iter::once(node).chain(others) {
            if allowed.found(place, &name.name)? > 0 {
                let mut shown = suggestion(typed, node.name.clone(), SuggestionKind::Name, found.continues, count);
                shown.text = name.name.clone();
                shown.node = Some(node.clone());
                return Ok(Some(shown));
            }
        }
        Ok(None)
    }
}

fn suggestion(typed: &Typed, text: String, kind: SuggestionKind, continues: Continues, count: u64) -> Suggestion {
    let shown = typed.marked(&text, continues == Continues::Typo);
    Suggestion { text, kind, continues, count, shown, node: None, id: None }
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
