//! Facet counts and the date histogram, in one pass over the documents found.
//!
//! The dictionary gives every facet path an ordinal, for the life of a generation and those built on it; documents
//! carry the ordinals of their paths and of all ancestors. Counting is disjunctive ("drill sideways"): a document
//! that fails the choice of exactly one dimension still counts in that dimension. Reads ordinals only; labels and
//! trees are put on at the end, for the values shown.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use tantivy::query::Weight;
use tantivy::{DocId, SegmentReader};

use crate::engine::embedded::copies::{CopyGroups, NONE as NO_GROUP};
use crate::engine::embedded::periods::{period_at, place_of};
use crate::engine::embedded::schema::facet_column;
use crate::model::date::{DateRange, PartialDate};
use crate::model::facet::{NONE, ancestors, parent};
use crate::model::query::{FacetChoice, FacetRequest, Interval};
use crate::model::results::{Bucket, FacetCounts, FacetValue, Histogram};
use crate::taxonomy::Taxonomy;
use crate::text::normalise::fold;

/// The ordinal of documents that have no value in a dimension.
pub const MISSING: u32 = 0;

/// The paths of all dimensions by ordinal. Only ever grows while segments are taken over from one generation to
/// the next, so that their ordinals stay true.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, Vec<String>>", into = "BTreeMap<String, Vec<String>>")]
pub struct FacetDictionary {
    paths: BTreeMap<String, Vec<String>>,
    ordinals: HashMap<String, HashMap<String, u32>>,
}

impl From<BTreeMap<String, Vec<String>>> for FacetDictionary {
    fn from(paths: BTreeMap<String, Vec<String>>) -> Self {
        let ordinals = paths
            .iter()
            .map(|(dimension, list)| {
                (dimension.clone(), list.iter().zip(0..).map(|(path, n)| (path.clone(), n)).collect())
            })
            .collect();
        Self { paths, ordinals }
    }
}

impl From<FacetDictionary> for BTreeMap<String, Vec<String>> {
    fn from(dictionary: FacetDictionary) -> Self {
        dictionary.paths
    }
}

impl FacetDictionary {
    /// The ordinal of a path, if the dictionary has it.
    pub fn ordinal(&self, dimension: &str, path: &str) -> Option<u32> {
        self.ordinals.get(dimension)?.get(path).copied()
    }

    /// Makes sure that a path (not its ancestors) has an ordinal.
    pub fn insert(&mut self, dimension: &str, path: &str) {
        let paths = self.paths.entry(dimension.to_owned()).or_insert_with(|| vec![NONE.to_owned()]);
        let ordinals =
            self.ordinals.entry(dimension.to_owned()).or_insert_with(|| HashMap::from([(NONE.to_owned(), MISSING)]));
        if !ordinals.contains_key(path) {
            ordinals.insert(path.to_owned(), paths.len() as u32);
            paths.push(path.to_owned());
        }
    }

    /// The paths of a dimension by ordinal; the first is `_none`.
    pub fn paths(&self, dimension: &str) -> &[String] {
        self.paths.get(dimension).map_or(&[], Vec::as_slice)
    }

    /// The ordinals that a filter's choices stand for.
    pub fn chosen(&self, dimension: &str, choices: &[FacetChoice]) -> Vec<u32> {
        choices
            .iter()
            .filter_map(|choice| match choice {
                FacetChoice::Missing => Some(MISSING),
                FacetChoice::Path(path) => self.ordinal(dimension, path),
            })
            .collect()
    }
}

/// The facet ordinals and dates of one segment in memory, each read at its first use.
#[derive(Debug, Default)]
pub struct SegmentColumns {
    facets: HashMap<String, OnceLock<Ordinals>>,
    dates: OnceLock<Vec<i32>>,
    last_days: OnceLock<Vec<i32>>,
}

/// Ordinals of all documents of a segment: those of document `d` are `values[starts[d]..starts[d + 1]]`.
#[derive(Debug, Default)]
pub struct Ordinals {
    starts: Vec<u32>,
    values: Vec<u32>,
}

impl Ordinals {
    /// Those of one document.
    pub fn of(&self, doc: DocId) -> &[u32] {
        let doc = doc as usize;
        &self.values[self.starts[doc] as usize..self.starts[doc + 1] as usize]
    }
}

/// The day that stands for "undated".
pub const UNDATED: i32 = i32::MIN;

impl SegmentColumns {
    /// Columns for these dimensions, nothing read yet.
    pub fn new<'d>(dimensions: impl IntoIterator<Item = &'d str>) -> Self {
        Self {
            facets: dimensions.into_iter().map(|name| (name.to_owned(), OnceLock::new())).collect(),
            dates: OnceLock::new(),
            last_days: OnceLock::new(),
        }
    }

    /// The ordinals of a dimension; `None` for a dimension that the index lacks.
    pub fn ordinals(&self, reader: &SegmentReader, dimension: &str) -> tantivy::Result<Option<&Ordinals>> {
        let Some(cell) = self.facets.get(dimension) else { return Ok(None) };
        if let Some(read) = cell.get() {
            return Ok(Some(read));
        }
        let column = reader.fast_fields().u64(&facet_column(dimension))?;
        let mut read = Ordinals { starts: vec![0], values: Vec::new() };
        for doc in 0..reader.max_doc() {
            read.values.extend(column.values_for_doc(doc).map(|ordinal| ordinal as u32));
            read.starts.push(read.values.len() as u32);
        }
        Ok(Some(cell.get_or_init(|| read)))
    }

    /// The first day of each document's date, `UNDATED` without one.
    pub fn dates(&self, reader: &SegmentReader) -> tantivy::Result<&[i32]> {
        days(&self.dates, reader, "date_first")
    }

    /// The last day of each document's date, `UNDATED` without one.
    pub fn last_days(&self, reader: &SegmentReader) -> tantivy::Result<&[i32]> {
        days(&self.last_days, reader, "date_last")
    }
}

/// The days of a column, read at the first use.
fn days<'c>(cell: &'c OnceLock<Vec<i32>>, reader: &SegmentReader, name: &str) -> tantivy::Result<&'c [i32]> {
    if let Some(read) = cell.get() {
        return Ok(read);
    }
    let column = reader.fast_fields().i64(name)?;
    let days = (0..reader.max_doc()).map(|doc| column.first(doc).map_or(UNDATED, |day| day as i32)).collect();
    Ok(cell.get_or_init(|| days))
}

/// What to count.
pub struct Counting<'a> {
    /// The dictionary of the generation.
    pub dictionary: &'a FacetDictionary,
    /// The chosen ordinals of each dimension that has a choice, by dimension.
    pub chosen: Vec<(&'a str, Vec<u32>)>,
    /// The dimensions to count.
    pub counted: Vec<&'a str>,
    /// Whether to count days.
    pub histogram: bool,
    /// The groups of copies.
    pub copies: &'a CopyGroups,
}

/// The raw counts of all segments.
#[derive(Debug, Default)]
pub struct Counts {
    /// Documents that pass every choice.
    pub total: u64,
    /// Of these, those of whose group another was counted before.
    pub repeated: u64,
    /// The groups of which one was counted.
    pub groups: Vec<bool>,
    /// Documents by ordinal, for each counted dimension.
    pub facets: Vec<Vec<u64>>,
    /// Documents by first and last day.
    pub days: HashMap<(i32, i32), u64>,
}

impl Counts {
    /// Documents that pass every choice, of each group of copies one.
    pub fn collapsed(&self) -> u64 {
        self.total - self.repeated
    }
}

impl Counting<'_> {
    /// Zero counts to add segments to.
    pub fn start(&self) -> Counts {
        let facets = self.counted.iter().map(|name| vec![0; self.dictionary.paths(name).len().max(1)]).collect();
        Counts { facets, groups: vec![false; self.copies.len()], ..Counts::default() }
    }

    /// Counts the documents of a segment (with its place in the searcher) that `weight` (the query without the dimensions' choices) finds.
    pub fn segment(
        &self,
        (ordinal, reader): (usize, &SegmentReader),
        columns: &SegmentColumns,
        weight: &dyn Weight,
        counts: &mut Counts,
    ) -> tantivy::Result<()> {
        let mut choices = Vec::new();
        for (dimension, ordinals) in &self.chosen {
            let counted = self.counted.iter().position(|name| name == dimension);
            let mut wanted = vec![false; self.dictionary.paths(dimension).len().max(1)];
            ordinals.iter().for_each(|&ordinal| wanted[ordinal as usize] = true);
            choices.push((columns.ordinals(reader, dimension)?, wanted, counted));
        }
        let mut counted = Vec::new();
        for dimension in &self.counted {
            counted.push(columns.ordinals(reader, dimension)?);
        }
        let dates = if self.histogram { Some((columns.dates(reader)?, columns.last_days(reader)?)) } else { None };
        let groups = self.copies.of_segment(ordinal);
        let alive = reader.alive_bitset();
        weight.for_each_no_score(reader, &mut |docs| {
            for &doc in docs {
                if alive.is_some_and(|alive| !alive.is_alive(doc)) {
                    continue;
                }
                let mut failed = choices.iter().filter(|(ordinals, wanted, _)| {
                    !ordinals.is_some_and(|list| list.of(doc).iter().any(|&ordinal| wanted[ordinal as usize]))
                });
                match (failed.next(), failed.next()) {
                    (None, _) => {
                        counts.total += 1;
                        if let Some(group) =
                            groups.map(|groups| groups[doc as usize]).filter(|group| *group != NO_GROUP)
                        {
                            counts.repeated += u64::from(std::mem::replace(&mut counts.groups[group as usize], true));
                        }
                        for (ordinals, count) in counted.iter().zip(&mut counts.facets) {
                            add(ordinals, doc, count);
                        }
                        if let Some((first, last)) = dates {
                            *counts.days.entry((first[doc as usize], last[doc as usize])).or_default() += 1;
                        }
                    }
                    (Some((ordinals, _, Some(place))), None) => add(ordinals, doc, &mut counts.facets[*place]),
                    _ => {}
                }
            }
        })
    }
}

fn add(ordinals: &Option<&Ordinals>, doc: DocId, counts: &mut [u64]) {
    for &ordinal in ordinals.map_or(&[][..], |list| list.of(doc)) {
        counts[ordinal as usize] += 1;
    }
}

/// The paths that a choice cannot be shown without: its own and those above it.
fn above(choice: &FacetChoice) -> impl Iterator<Item = &str> {
    let path = match choice {
        FacetChoice::Path(path) => Some(path.as_str()),
        FacetChoice::Missing => None,
    };
    path.into_iter().flat_map(ancestors)
}

/// The shown tree of a dimension made of its raw counts: values with a count, the chosen ones always.
pub fn tree(
    request: &FacetRequest,
    counts: &[u64],
    dictionary: &FacetDictionary,
    chosen: &[FacetChoice],
    taxonomy: &Taxonomy,
) -> FacetCounts {
    let dimension = request.dimension.as_str();
    let paths = dictionary.paths(dimension);
    let is_chosen = |path: &str| chosen.iter().any(|choice| matches!(choice, FacetChoice::Path(p) if p == path));
    let wanted = request.contains.as_deref().map(fold);
    let named = |path: &str| {
        wanted.as_deref().is_none_or(|wanted| {
            std::iter::once(path).chain(taxonomy.names(dimension, path)).any(|name| fold(name).contains(wanted))
        })
    };
    let mut shown: HashMap<Option<&str>, Vec<FacetValue>> = HashMap::new();
    // Children stand behind their parents' names in byte order only by chance, so depth decides: deepest first.
    let leads_to_chosen: HashSet<&str> = chosen.iter().flat_map(above).collect();
    let mut order: Vec<usize> =
        (1..paths.len()).filter(|&n| counts[n] > 0 || leads_to_chosen.contains(paths[n].as_str())).collect();
    order.sort_by_cached_key(|&n| (std::cmp::Reverse(paths[n].matches('/').count()), &paths[n]));
    let mut other = 0;
    for n in order {
        let path = paths[n].as_str();
        let mut children = shown.remove(&Some(path)).unwrap_or_default();
        cut(&mut children, request.size);
        if children.is_empty() && !named(path) && !is_chosen(path) {
            continue;
        }
        let value = FacetValue {
            path: path.to_owned(),
            label: taxonomy.label(dimension, path).to_owned(),
            count: counts[n],
            selected: is_chosen(path),
            children,
        };
        shown.entry(parent(path)).or_default().push(value);
    }
    let mut values = shown.remove(&None).unwrap_or_default();
    for value in cut(&mut values, request.size) {
        other += value.count;
    }
    FacetCounts {
        dimension: dimension.to_owned(),
        values,
        missing: counts.first().copied().unwrap_or(0),
        missing_selected: chosen.contains(&FacetChoice::Missing),
        other,
    }
}

/// Orders values by count, then path, and takes off what is past `size`; chosen values, and those with a chosen
/// value below, stay.
fn cut(values: &mut Vec<FacetValue>, size: usize) -> Vec<FacetValue> {
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.path.cmp(&b.path)));
    let mut rest = values.split_off(values.len().min(size));
    let kept = rest.extract_if(.., |value| holds_chosen(value));
    values.extend(kept);
    rest
}

fn holds_chosen(value: &FacetValue) -> bool {
    value.selected || value.children.iter().any(holds_chosen)
}

/// The histogram made of counts by first and last day. A date that is known by its month or year alone counts in every
/// period that it may lie in, so that each bar has as many articles as a filter by its period finds; `range` is the one asked
/// for, and what lies outside of it has no bar.
pub fn histogram(days: &HashMap<(i32, i32), u64>, interval: Interval, range: &DateRange) -> Histogram {
    let mut places: BTreeMap<i32, u64> = BTreeMap::new();
    let mut undated = 0;
    let earliest = range.from.map_or(i32::MIN, PartialDate::first_day);
    let latest = range.to.map_or(i32::MAX, PartialDate::last_day);
    for (&(first, last), &count) in days {
        if first == UNDATED {
            undated += count;
            continue;
        }
        let (first, last) = (place_of(interval, first.max(earliest)), place_of(interval, last.min(latest)));
        (first..=last).for_each(|place| *places.entry(place).or_default() += count);
    }
    let bucket = |(place, count)| Some(Bucket { key: period_at(interval, place)?.to_string(), count });
    Histogram { interval, buckets: places.into_iter().filter_map(bucket).collect(), undated }
}

/// Shared columns of the segments of a generation, in the order of the searcher's segments.
pub type Columns = Arc<Vec<SegmentColumns>>;
