//! Tables of two axes, made of counts: which lines a table has, in which order, and what they are called.
//!
//! An engine counts articles by the keys of lines; which lines a filter leaves and why is written in the engines' contract.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::RangeInclusive;

use crate::engine::facets::{FacetDictionary, MISSING};
use crate::engine::periods::{UNDATED, period_at, place_of};
use crate::model::crosstab::{Axis, AxisRequest, AxisValue, Heading, Side};
use crate::model::date::DateRange;
use crate::model::facet::{ancestors, parent};
use crate::model::query::{FacetChoice, Filters, Interval};
use crate::taxonomy::Taxonomy;

/// The number of a line: a facet's ordinal, a period's place in time, or `UNDATED`.
pub type Key = i32;

/// The line of articles without a value.
pub const NO_VALUE: Key = MISSING as Key;

/// An axis under the filters of a search.
pub enum Measure<'a> {
    /// The values of a dimension.
    Facet {
        /// The dimension.
        dimension: &'a str,
        /// The paths by ordinal.
        dictionary: &'a FacetDictionary,
        /// Which ordinals have a line.
        open: Vec<bool>,
    },
    /// Periods.
    Period {
        /// How long they are.
        interval: Interval,
        /// The first and the last period that the dates asked for touch.
        touched: (Key, Key),
    },
}

impl<'a> Measure<'a> {
    /// An axis of a search with these filters.
    pub fn new(axis: &'a Axis, filters: &Filters, dictionary: &'a FacetDictionary) -> Self {
        match axis {
            Axis::Facet(dimension) => {
                let choices = filters.include.get(dimension);
                let open = |path: &String| {
                    choices.is_none_or(|choices| {
                        let chosen = |above: &str| choices.contains(&FacetChoice::Path(above.to_owned()));
                        ancestors(path).any(chosen)
                    })
                };
                let missing = choices.is_none_or(|choices| choices.contains(&FacetChoice::Missing));
                let paths = dictionary.paths(dimension).iter().skip(1);
                let open = std::iter::once(missing).chain(paths.map(open)).collect();
                Self::Facet { dimension, dictionary, open }
            }
            Axis::Period(interval) => {
                let DateRange { from, to } = filters.dates.unwrap_or_default();
                let first = from.map_or(Key::MIN, |from| place_of(*interval, from.first_day()));
                let last = to.map_or(Key::MAX, |to| place_of(*interval, to.last_day()));
                Self::Period { interval: *interval, touched: (first, last) }
            }
        }
    }

    /// The lines made of their counts, and the place of each in the table by its key.
    pub fn side(
        &self,
        request: &AxisRequest,
        counts: &HashMap<Key, u64>,
        taxonomy: &Taxonomy,
    ) -> (Side, HashMap<Key, usize>) {
        let lines = match self {
            Self::Facet { dimension, dictionary, open } => tree(dimension, dictionary, open, counts, request.size),
            Self::Period { .. } => latest(counts, request.size),
        };
        let mut headings = Vec::new();
        let mut places = HashMap::new();
        for (key, depth) in lines.kept {
            let (value, label) = self.named(key, taxonomy);
            places.insert(key, headings.len());
            headings.push(Heading { value, label, depth, count: counts[&key] });
        }
        (Side { axis: request.axis.clone(), headings, left_out: lines.left_out, other: lines.other }, places)
    }

    fn named(&self, key: Key, taxonomy: &Taxonomy) -> (AxisValue, String) {
        match self {
            Self::Facet { dimension, dictionary, .. } => match dictionary.paths(dimension).get(key as usize) {
                Some(path) if key != NO_VALUE => {
                    (AxisValue::Path(path.clone()), taxonomy.label(dimension, path).to_owned())
                }
                _ => (AxisValue::Missing, String::new()),
            },
            Self::Period { interval, .. } => match period_at(*interval, key) {
                Some(period) if key != UNDATED => (AxisValue::Period(period), period.to_string()),
                _ => (AxisValue::Undated, String::new()),
            },
        }
    }
}

/// The periods that an article counts under by the first and last day of its date: all that it may lie in, of those that the
/// dates asked for touch (`touched`, first and last). `UNDATED` is one of its own.
pub fn periods(interval: Interval, touched: (Key, Key), (from, to): (i32, i32)) -> RangeInclusive<Key> {
    if from == UNDATED {
        return UNDATED..=UNDATED;
    }
    let begins = place_of(interval, from);
    let ends = if to == from { begins } else { place_of(interval, to) };
    begins.max(touched.0)..=ends.min(touched.1)
}

/// The lines that there is room for.
struct Lines {
    /// Each with its depth, in their order.
    kept: Vec<(Key, usize)>,
    left_out: usize,
    other: u64,
}

/// The values with most articles as a tree, and last those without one.
fn tree(
    dimension: &str,
    dictionary: &FacetDictionary,
    open: &[bool],
    counts: &HashMap<Key, u64>,
    size: usize,
) -> Lines {
    let path = |key: Key| dictionary.paths(dimension)[key as usize].as_str();
    let mut kept: Vec<Key> = counts.keys().copied().filter(|key| *key != NO_VALUE).collect();
    // What lies above a value has as many articles and a shorter path, so it goes before.
    kept.sort_by_key(|key| (Reverse(counts[key]), path(*key)));
    let rest = kept.split_off(kept.len().min(size));
    let known: HashMap<&str, u64> = kept.iter().map(|key| (path(*key), counts[key])).collect();
    let mut lines: Vec<(Vec<_>, Key)> = kept
        .iter()
        .map(|key| {
            let above = ancestors(path(*key));
            (above.filter_map(|path| known.get(path).map(|count| (Reverse(*count), path))).collect(), *key)
        })
        .collect();
    lines.sort();
    let lies_below = |key: &&Key| {
        let above = parent(path(**key)).and_then(|above| dictionary.ordinal(dimension, above));
        above.is_some_and(|above| open[above as usize])
    };
    let missing = counts.get(&NO_VALUE).map(|_| (NO_VALUE, 0));
    Lines {
        kept: lines.into_iter().map(|(line, key)| (key, line.len() - 1)).chain(missing).collect(),
        left_out: rest.len(),
        other: rest.iter().filter(|key| !lies_below(key)).map(|key| counts[key]).sum(),
    }
}

/// The latest periods in order of time, and last the undated.
fn latest(counts: &HashMap<Key, u64>, size: usize) -> Lines {
    let mut rest: Vec<Key> = counts.keys().copied().filter(|key| *key != UNDATED).collect();
    rest.sort_unstable();
    let kept = rest.split_off(rest.len().saturating_sub(size));
    let undated = counts.get(&UNDATED).map(|_| UNDATED);
    Lines {
        kept: kept.into_iter().chain(undated).map(|key| (key, 0)).collect(),
        left_out: rest.len(),
        other: rest.iter().map(|key| counts[key]).sum(),
    }
}
