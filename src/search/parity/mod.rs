//! Parity: the same questions asked of two indexes, and every difference between their answers. Knows no engine.
//!
//! What must be equal: totals, the ids of all hits, counts of every dimension, the histogram, what became of the words, and the
//! articles and passages of the first page. The order must be the same where both engines' scores differ clearly
//! (`order`), and wherever it does not come from scores.

pub mod order;
pub mod questions;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::engine::plan::Plan;
use crate::engine::{EngineError, Searcher};
use crate::model::query::Sort;
use crate::model::results::{Answer, FacetCounts, FacetValue, Histogram, Hit, Ranked};
use crate::model::{FACET_VALUES_MAX, PAGE_SIZE_MAX};
use crate::search::parameters::{Parameters, Problem};
use crate::search::parity::order::agreement;
use crate::search::parity::questions::Question;
use crate::search::{answer, everything_found, read_query};

/// Most ids, values and bars that a difference lists.
const LISTED_MAX: usize = 100;

/// One thing in which two answers differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What differs: `parameters`, `total`, `words`, `ids`, `pages`, `facets`, `histogram`, `articles`, `passages` or `order`.
    pub what: &'static str,
    /// Where in it, or which of it; empty where that says nothing.
    pub of: String,
    /// What the first says.
    pub first: String,
    /// What the second says.
    pub second: String,
    /// Ids that only the first has, at most 100.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only_first: Vec<String>,
    /// Ids that only the second has, at most 100.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only_second: Vec<String>,
}

impl Difference {
    fn new(what: &'static str, of: impl Into<String>, first: impl ToString, second: impl ToString) -> Self {
        let (first, second) = (first.to_string(), second.to_string());
        Self { what, of: of.into(), first, second, only_first: Vec::new(), only_second: Vec::new() }
    }
}

/// What two indexes made of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// Both answered.
    Answered {
        /// Articles that the first found.
        total: u64,
        /// Pairs of neighbours whose order was compared by scores.
        pairs: usize,
        /// In what the answers differ; empty where they are equal.
        differences: Vec<Difference>,
    },
    /// Both refused the parameters, for these reasons.
    Refused(Vec<String>),
}

/// Asks both. Fails where an engine does, which says nothing of their parity.
pub fn compare(first: &dyn Searcher, second: &dyn Searcher, question: &Question) -> Result<Comparison, EngineError> {
    let read = |searcher| Parameters::read(searcher, &question.pairs);
    let (ours, theirs) = match (read(first), read(second)) {
        (Ok(ours), Ok(theirs)) => (whole(ours, question), whole(theirs, question)),
        (Err(ours), Err(theirs)) if ours == theirs => return Ok(Comparison::Refused(told(&ours))),
        (ours, theirs) => {
            let reasons = |read: Result<_, Vec<Problem>>| {
                read.map_or_else(|problems| told(&problems).join("; "), |_| "taken".into())
            };
            let difference = Difference::new("parameters", "", reasons(ours), reasons(theirs));
            return Ok(Comparison::Answered { total: 0, pairs: 0, differences: vec![difference] });
        }
    };
    let (here, there) = (answer(first, &ours)?, answer(second, &theirs)?);
    let (all_here, all_there) = (all(first, &ours)?, all(second, &theirs)?);
    let mut differences = Vec::new();
    counts(&here, &there, &mut differences);
    ids(&all_here, &all_there, &mut differences);
    pages(&here, &there, [&all_here, &all_there], &mut differences);
    let mut pairs = 0;
    if by_scores(first, &ours) {
        let agreement = agreement(&all_here, &all_there);
        pairs = agreement.pairs;
        differences.extend(agreement.swaps.into_iter().map(|swap| {
            Difference::new("order", "", format!("{} before {}", swap.before, swap.behind), "the other way round")
        }));
    } else {
        dates(&all_here, &all_there, &mut differences);
    }
    Ok(Comparison::Answered { total: here.results.total, pairs, differences })
}

/// The parameters with the first page as long, and the lists of values as whole, as they may be.
fn whole(parameters: Parameters, question: &Question) -> Parameters {
    let cut = question.pairs.iter().any(|(name, _)| name == "facet_size");
    let facet_size = if cut { parameters.facet_size } else { FACET_VALUES_MAX };
    Parameters { page: 1, skip: None, cursor: None, size: PAGE_SIZE_MAX, facet_size, ..parameters }
}

fn told(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

/// All articles found, each copy for itself: which of several leads its group is a matter of scores.
fn all(searcher: &dyn Searcher, parameters: &Parameters) -> Result<Vec<Ranked>, EngineError> {
    everything_found(searcher, &Parameters { collapse: false, ..parameters.clone() })
}

/// Whether the order comes from scores: else from dates and ids, which are the same everywhere.
fn by_scores(searcher: &dyn Searcher, parameters: &Parameters) -> bool {
    let query = read_query(searcher, &parameters.text).query;
    parameters.sort == Sort::Relevance && !Plan::of(&query).leaves().is_empty()
}

/// Totals, words, facets and the histogram.
fn counts(here: &Answer, there: &Answer, differences: &mut Vec<Difference>) {
    let (ours, theirs) = (&here.results, &there.results);
    if ours.total != theirs.total {
        differences.push(Difference::new("total", "", ours.total, theirs.total));
    }
    if ours.collapsed != theirs.collapsed {
        differences.push(Difference::new("total", "collapsed", ours.collapsed, theirs.collapsed));
    }
    let words = [
        ("parsed", here.parsed.clone(), there.parsed.clone()),
        ("match", ours.match_used.name().to_owned(), theirs.match_used.name().to_owned()),
        ("missing", ours.missing.join(", "), theirs.missing.join(", ")),
        ("variants", format!("{:?}", ours.variants), format!("{:?}", theirs.variants)),
        ("corrections", format!("{:?}", ours.corrections), format!("{:?}", theirs.corrections)),
        ("did_you_mean", format!("{:?}", ours.did_you_mean), format!("{:?}", theirs.did_you_mean)),
    ];
    let differing = words.into_iter().filter(|(_, ours, theirs)| ours != theirs);
    differences.extend(differing.map(|(of, ours, theirs)| Difference::new("words", of, ours, theirs)));
    for counts in &ours.facets {
        let other = theirs.facets.iter().find(|other| other.dimension == counts.dimension).cloned().unwrap_or_default();
        tables("facets", &counts.dimension, &values(counts), &values(&other), differences);
    }
    tables("histogram", "", &bars(ours.histogram.as_ref()), &bars(theirs.histogram.as_ref()), differences);
}

/// The lines in which two tables of numbers differ.
fn tables(
    what: &'static str,
    of: &str,
    ours: &BTreeMap<String, u64>,
    theirs: &BTreeMap<String, u64>,
    differences: &mut Vec<Difference>,
) {
    let keys: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let count = |table: &BTreeMap<String, u64>, key: &str| table.get(key).copied().unwrap_or_default();
    let differing = keys.into_iter().filter(|key| ours.get(*key) != theirs.get(*key));
    differences.extend(differing.take(LISTED_MAX).map(|key| {
        let place = if of.is_empty() { key.clone() } else { format!("{of}: {key}") };
        Difference::new(what, place, count(ours, key), count(theirs, key))
    }));
}

/// A tree of counts as a table, with what was cut off and what has no value.
fn values(counts: &FacetCounts) -> BTreeMap<String, u64> {
    fn add(values: &[FacetValue], table: &mut BTreeMap<String, u64>) {
        for value in values {
            table.insert(value.path.clone(), value.count);
            add(&value.children, table);
        }
    }
    let mut table = BTreeMap::from([("_none".to_owned(), counts.missing), ("_other".to_owned(), counts.other)]);
    add(&counts.values, &mut table);
    table
}

fn bars(histogram: Option<&Histogram>) -> BTreeMap<String, u64> {
    let Some(histogram) = histogram else { return BTreeMap::new() };
    let undated = ("undated".to_owned(), histogram.undated);
    histogram.buckets.iter().map(|bar| (bar.key.clone(), bar.count)).chain([undated]).collect()
}

/// The sets of all hits; a hit that comes twice is a difference too.
fn ids(here: &[Ranked], there: &[Ranked], differences: &mut Vec<Difference>) {
    let set = |ranking: &'_ [Ranked]| -> BTreeSet<String> { ranking.iter().map(|ranked| ranked.id.clone()).collect() };
    let (ours, theirs) = (set(here), set(there));
    let twice = |ranking: &[Ranked], set: &BTreeSet<String>| ranking.len() - set.len();
    if (twice(here, &ours), twice(there, &theirs)) != (0, 0) {
        differences.push(Difference::new("ids", "listed twice", twice(here, &ours), twice(there, &theirs)));
    }
    if ours != theirs {
        let only = |ours: &BTreeSet<String>, theirs: &BTreeSet<String>| {
            ours.difference(theirs).take(LISTED_MAX).cloned().collect::<Vec<_>>()
        };
        let only_first = only(&ours, &theirs);
        let only_second = only(&theirs, &ours);
        differences.push(Difference {
            only_first,
            only_second,
            ..Difference::new("ids", "", format!("{} articles", ours.len()), format!("{} articles", theirs.len()))
        });
    }
}

/// The first page of each: as its own list of all hits has it, and each article and passage as the other shows it.
fn pages(here: &Answer, there: &Answer, all: [&[Ranked]; 2], differences: &mut Vec<Difference>) {
    for (answer, all) in [here, there].into_iter().zip(all) {
        let listed: BTreeSet<&str> = all.iter().map(|ranked| ranked.id.as_str()).collect();
        let lost: Vec<String> = answer
            .results
            .hits
            .iter()
            .map(|hit| &hit.document.id)
            .filter(|id| !listed.contains(id.as_str()))
            .cloned()
            .collect();
        if !lost.is_empty() {
            let mut difference = Difference::new("pages", "hits that the list of all hits lacks", lost.len(), 0);
            difference.only_first = lost;
            differences.push(difference);
        }
    }
    let theirs: BTreeMap<&str, &Hit> = there.results.hits.iter().map(|hit| (hit.document.id.as_str(), hit)).collect();
    let mut differing = [("articles", Vec::new()), ("passages", Vec::new())];
    for hit in &here.results.hits {
        let id = hit.document.id.as_str();
        let Some(other) = theirs.get(id) else { continue };
        let same = [
            hit.document == other.document && hit.copies == other.copies,
            (&hit.title, &hit.snippets, &hit.matched) == (&other.title, &other.snippets, &other.matched),
        ];
        for ((_, ids), same) in differing.iter_mut().zip(same) {
            if !same {
                ids.push(id);
            }
        }
    }
    differences.extend(differing.into_iter().filter(|(_, ids)| !ids.is_empty()).map(|(what, ids)| {
        let listed = ids[..ids.len().min(LISTED_MAX)].join(", ");
        Difference::new(what, listed, format!("{} hits", ids.len()), "shown otherwise")
    }));
}

/// The first place at which two lists differ that no score ordered.
fn dates(here: &[Ranked], there: &[Ranked], differences: &mut Vec<Difference>) {
    let differs = here.iter().zip(there).position(|(ours, theirs)| ours.id != theirs.id);
    if let Some(place) = differs {
        let of = format!("hit {}", place + 1);
        differences.push(Difference::new("order", of, &here[place].id, &there[place].id));
    }
}
