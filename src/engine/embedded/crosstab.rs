//! Tables of two axes, counted by ordinals and days.
//!
//! Two passes over the documents that the search finds: one counts the lines of both axes, so that those with room are
//! known, the other the cells. Which lines a filter leaves and why is written in the engines' contract.

use std::cmp::Reverse;
use std::collections::HashMap;

use tantivy::query::Weight;
use tantivy::{DocId, SegmentReader};

use crate::engine::Searcher;
use crate::engine::embedded::columns::{Ordinals, SegmentColumns};
use crate::engine::embedded::searcher::EmbeddedSearcher;
use crate::engine::facets::{FacetDictionary, MISSING};
use crate::engine::periods::{UNDATED, period_at, place_of};
use crate::model::crosstab::{Axis, AxisRequest, AxisValue, Crosstab, Heading, Side};
use crate::model::date::DateRange;
use crate::model::facet::{ancestors, parent};
use crate::model::query::{FacetChoice, Filters, Interval, SearchRequest};
use crate::taxonomy::Taxonomy;

/// The number of a line: a facet's ordinal, a period's place in time, or `UNDATED`.
type Key = i32;

/// The line of documents without a value.
const NO_VALUE: Key = MISSING as Key;

/// An axis under the filters of a search.
enum Measure<'a> {
    Facet {
        dimension: &'a str,
        dictionary: &'a FacetDictionary,
        /// Which ordinals have a line.
        open: Vec<bool>,
    },
    Period {
        interval: Interval,
        /// The first and the last period that the dates asked for touch.
        first: Key,
        last: Key,
    },
}

/// What tells the lines that a document of one segment stands in.
enum Reading<'a> {
    Facet(Option<&'a Ordinals>, &'a [bool]),
    Period { interval: Interval, first: Key, last: Key, days: &'a [i32], last_days: &'a [i32] },
}

impl<'a> Measure<'a> {
    fn new(axis: &'a Axis, filters: &Filters, searcher: &'a EmbeddedSearcher) -> Self {
        match axis {
            Axis::Facet(dimension) => {
                let dictionary = searcher.dictionary();
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
                Self::Period { interval: *interval, first, last }
            }
        }
    }

    fn reading<'r>(&'r self, reader: &SegmentReader, columns: &'r SegmentColumns) -> tantivy::Result<Reading<'r>> {
        Ok(match self {
            Self::Facet { dimension, open, .. } => Reading::Facet(columns.ordinals(reader, dimension)?, open),
            Self::Period { interval, first, last } => Reading::Period {
                interval: *interval,
                first: *first,
                last: *last,
                days: columns.dates(reader)?,
                last_days: columns.last_days(reader)?,
            },
        })
    }

    /// The lines made of their counts, and the place of each in the table by its key.
    fn side(
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

impl Reading<'_> {
    /// Hands each line that a document stands in to `take`.
    fn each(&self, doc: DocId, mut take: impl FnMut(Key)) {
        match self {
            Self::Facet(ordinals, open) => {
                let ordinals = ordinals.map_or(&[][..], |list| list.of(doc));
                ordinals.iter().filter(|&&ordinal| open[ordinal as usize]).for_each(|&ordinal| take(ordinal as Key));
            }
            Self::Period { interval, first, last, days, last_days } => {
                let (from, to) = (days[doc as usize], last_days[doc as usize]);
                if from == UNDATED {
                    return take(UNDATED);
                }
                let begins = place_of(*interval, from);
                let ends = if to == from { begins } else { place_of(*interval, to) };
                (begins.max(*first)..=ends.min(*last)).for_each(take);
            }
        }
    }
}

impl EmbeddedSearcher {
    /// The table of what a search finds.
    pub(super) fn table(
        &self,
        request: &SearchRequest,
        rows: &AxisRequest,
        columns: &AxisRequest,
    ) -> tantivy::Result<Crosstab> {
        let bare = SearchRequest { facets: Vec::new(), interval: None, ..request.clone() };
        let prepared = self.prepare(&bare)?;
        let builder = self.builder_until(request.deadline);
        let found = builder.weight(&*builder.filtered(prepared.query, &request.filters, true), false)?;
        let measures = [rows, columns].map(|line| Measure::new(&line.axis, &request.filters, self));
        let mut counts: [HashMap<Key, u64>; 2] = Default::default();
        self.pass(&*found, &measures, |doc, readings| {
            for (reading, counts) in readings.iter().zip(&mut counts) {
                reading.each(doc, |key| *counts.entry(key).or_default() += 1);
            }
        })?;
        let (rows, row_places) = measures[0].side(rows, &counts[0], self.taxonomy());
        let (columns, column_places) = measures[1].side(columns, &counts[1], self.taxonomy());
        let mut cells = vec![vec![0; columns.headings.len()]; rows.headings.len()];
        let mut across = Vec::new();
        self.pass(&*found, &measures, |doc, [by_row, by_column]| {
            across.clear();
            by_column.each(doc, |key| across.extend(column_places.get(&key)));
            by_row.each(doc, |key| {
                if let Some(row) = row_places.get(&key) {
                    across.iter().for_each(|&column: &usize| cells[*row][column] += 1);
                }
            });
        })?;
        Ok(Crosstab { total: prepared.counts.total, rows, columns, cells })
    }

    /// Hands each living document that is found to `take`, with what tells its lines.
    fn pass(
        &self,
        found: &dyn Weight,
        measures: &[Measure<'_>; 2],
        mut take: impl FnMut(DocId, &[Reading<'_>; 2]),
    ) -> tantivy::Result<()> {
        for (reader, columns) in self.segments() {
            let readings = [measures[0].reading(reader, columns)?, measures[1].reading(reader, columns)?];
            found.for_each_no_score(reader, &mut |docs| {
                docs.iter().filter(|&&doc| !reader.is_deleted(doc)).for_each(|&doc| take(doc, &readings));
            })?;
        }
        Ok(())
    }
}
