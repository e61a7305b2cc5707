//! Tables of two axes in the embedded index, counted by ordinals and days.
//!
//! Two passes over the documents that the search finds: one counts the lines of both axes, so that those with room are
//! known, the other the cells. Which lines a filter leaves and why is written in the engines' contract.

use std::collections::HashMap;

use tantivy::query::Weight;
use tantivy::{DocId, SegmentReader};

use crate::engine::Searcher;
use crate::engine::crosstab::{Key, Measure, periods};
use crate::engine::embedded::columns::{Ordinals, SegmentColumns};
use crate::engine::embedded::searcher::EmbeddedSearcher;
use crate::model::crosstab::{AxisRequest, Crosstab};
use crate::model::query::{Interval, SearchRequest};

/// What tells the lines that a document of one segment stands in.
enum Reading<'a> {
    Facet(Option<&'a Ordinals>, &'a [bool]),
    Period { interval: Interval, touched: (Key, Key), days: &'a [i32], last_days: &'a [i32] },
}

/// What tells the lines of one segment's documents.
fn reading<'r>(
    measure: &'r Measure<'_>,
    reader: &SegmentReader,
    columns: &'r SegmentColumns,
) -> tantivy::Result<Reading<'r>> {
    Ok(match measure {
        Measure::Facet { dimension, open, .. } => Reading::Facet(columns.ordinals(reader, dimension)?, open),
        Measure::Period { interval, touched } => Reading::Period {
            interval: *interval,
            touched: *touched,
            days: columns.dates(reader)?,
            last_days: columns.last_days(reader)?,
        },
    })
}

impl Reading<'_> {
    /// Hands each line that a document stands in to `take`.
    fn each(&self, doc: DocId, mut take: impl FnMut(Key)) {
        match self {
            Self::Facet(ordinals, open) => {
                let ordinals = ordinals.map_or(&[][..], |list| list.of(doc));
                ordinals.iter().filter(|&&ordinal| open[ordinal as usize]).for_each(|&ordinal| take(ordinal as Key));
            }
            Self::Period { interval, touched, days, last_days } => {
                let (from, to) = (days[doc as usize], last_days[doc as usize]);
                periods(*interval, *touched, (from, to)).for_each(take);
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
        let measures = [rows, columns].map(|line| Measure::new(&line.axis, &request.filters, self.dictionary()));
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
            let readings = [reading(&measures[0], reader, columns)?, reading(&measures[1], reader, columns)?];
            found.for_each_no_score(reader, &mut |docs| {
                docs.iter().filter(|&&doc| !reader.is_deleted(doc)).for_each(|&doc| take(doc, &readings));
            })?;
        }
        Ok(())
    }
}
