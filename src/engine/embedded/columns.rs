//! Columns: the facet ordinals and dates of a segment's documents, in memory, where counting and filters read them.
//!
//! Read from the index at their first use. Knows numbers only, no path and no label.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use tantivy::{DocId, SegmentReader};

use crate::engine::embedded::schema::facet_column;
use crate::engine::periods::UNDATED;

/// The facet ordinals and dates of one segment in memory, each read at its first use.
#[derive(Debug, Default)]
pub struct SegmentColumns {
    facets: HashMap<String, OnceLock<Ordinals>>,
    together: OnceLock<Together>,
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

/// Numbers in as little memory as they need: half of it is read in half the time.
#[derive(Debug)]
enum Numbers {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

/// Everything that a search counts of a document, of all dimensions and its date, in one list of numbers below `len`: so a
/// document is counted in one go, wherever its values lie.
#[derive(Debug)]
pub struct Together {
    /// Those of document `d` are `numbers[starts[d]..starts[d + 1]]`.
    starts: Vec<u32>,
    numbers: Numbers,
    /// Where the ordinals of each dimension begin, in the order of their numbers.
    bases: Vec<(String, u32)>,
    /// First and last day of the dates; they are numbered behind all dimensions.
    spans: Vec<(i32, i32)>,
    spans_from: u32,
}

impl Together {
    /// Adds the numbers of documents to a tally by number.
    pub fn tally(&self, docs: &[DocId], tally: &mut [u32]) {
        match &self.numbers {
            Numbers::Narrow(numbers) => add(&self.starts, numbers, docs, tally),
            Numbers::Wide(numbers) => add(&self.starts, numbers, docs, tally),
        }
    }

    /// All numbers are below it.
    pub fn width(&self) -> usize {
        self.spans_from as usize + self.spans.len()
    }

    /// Of a tally by number, the part of a dimension, by ordinal.
    pub fn of_dimension<'t>(&self, tally: &'t [u32], dimension: &str) -> &'t [u32] {
        let Some(place) = self.bases.iter().position(|(name, _)| name == dimension) else { return &[] };
        let end = self.bases.get(place + 1).map_or(self.spans_from, |(_, base)| *base);
        &tally[self.bases[place].1 as usize..end as usize]
    }

    /// Of a tally by number, the dates that were counted, by first and last day.
    pub fn days<'t>(&'t self, tally: &'t [u32]) -> impl Iterator<Item = ((i32, i32), u32)> + 't {
        let counts = tally[self.spans_from as usize..].iter().copied();
        self.spans.iter().copied().zip(counts).filter(|(_, count)| *count > 0)
    }
}

fn add<N: Copy + Into<u32>>(starts: &[u32], numbers: &[N], docs: &[DocId], tally: &mut [u32]) {
    for &doc in docs {
        let doc = doc as usize;
        for &number in &numbers[starts[doc] as usize..starts[doc + 1] as usize] {
            tally[number.into() as usize] += 1;
        }
    }
}

impl SegmentColumns {
    /// Columns for these dimensions, nothing read yet.
    pub fn new<'d>(dimensions: impl IntoIterator<Item = &'d str>) -> Self {
        Self {
            facets: dimensions.into_iter().map(|name| (name.to_owned(), OnceLock::new())).collect(),
            together: OnceLock::new(),
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

    /// All that a search counts, read at its first use; `ordinals` says how many a dimension has.
    pub fn together(&self, reader: &SegmentReader, ordinals: impl Fn(&str) -> usize) -> tantivy::Result<&Together> {
        if let Some(read) = self.together.get() {
            return Ok(read);
        }
        let mut bases = Vec::new();
        let mut columns = Vec::new();
        let mut from = 0;
        for name in self.facets.keys() {
            bases.push((name.clone(), from));
            columns.extend(self.ordinals(reader, name)?.map(|ordinals| (ordinals, from)));
            from += ordinals(name) as u32;
        }
        let dates = || {
            self.dates(reader).and_then(|first| Ok(first.iter().copied().zip(self.last_days(reader)?.iter().copied())))
        };
        let mut spans: Vec<(i32, i32)> = dates()?.collect();
        spans.sort_unstable();
        spans.dedup();
        let places: HashMap<(i32, i32), u32> = spans.iter().copied().zip(from..).collect();
        let width = from as usize + spans.len();
        let mut starts = vec![0];
        let mut numbers = Vec::new();
        for (doc, span) in (0..).zip(dates()?) {
            for (ordinals, base) in &columns {
                numbers.extend(ordinals.of(doc).iter().map(|ordinal| base + ordinal));
            }
            numbers.extend(places.get(&span));
            starts.push(numbers.len() as u32);
        }
        let numbers = if width <= usize::from(u16::MAX) {
            Numbers::Narrow(numbers.into_iter().map(|number| number as u16).collect())
        } else {
            Numbers::Wide(numbers)
        };
        Ok(self.together.get_or_init(|| Together { starts, numbers, bases, spans, spans_from: from }))
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

/// Shared columns of the segments of a generation, in the order of the searcher's segments.
pub type Columns = Arc<Vec<SegmentColumns>>;
