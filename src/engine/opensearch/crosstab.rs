//! Tables of two axes on a cluster: a first search counts the lines of both axes, others the cells of those with room.
//!
//! The cluster counts by values: paths, and dates cut to the precision of the axis. Which lines a value stands for is found
//! here, because a date that is known by its year alone lies in twelve months. Exact: a list that is not whole is asked for
//! again page by page.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::engine::crosstab::{Key, Measure, NO_VALUE, periods};
use crate::engine::opensearch::mapping::{facet_field, period_field};
use crate::engine::opensearch::query_builder::filtered;
use crate::engine::opensearch::searcher::OpenSearchSearcher;
use crate::engine::opensearch::searching::search_all;
use crate::engine::periods::UNDATED;
use crate::engine::{EngineError, Searcher};
use crate::model::crosstab::{AxisRequest, Crosstab};
use crate::model::date::PartialDate;
use crate::model::facet::NONE;
use crate::model::query::{Deadline, SearchRequest};

/// Values of a list that is asked for at once.
const VALUES_AT_ONCE: usize = 20_000;
/// Values of a page, where there are more.
const PAGE_VALUES: usize = 10_000;
/// Cells that one search counts at most; a cluster refuses answers of more than 65,535.
const CELLS_AT_ONCE: usize = 20_000;
/// What is done here, for messages.
const ACTION: &str = "count a table";

/// An axis and what the cluster counts it by.
struct Counted<'a> {
    measure: Measure<'a>,
    field: String,
    /// Articles by value; without a date under `None`.
    values: HashMap<Option<String>, u64>,
}

/// The values of an axis that the table has lines of, each with the places of these lines.
struct Kept {
    values: Vec<(String, Vec<usize>)>,
    /// The place of the undated.
    undated: Option<usize>,
}

impl<'a> Counted<'a> {
    fn new(measure: Measure<'a>) -> Self {
        let field = match &measure {
            Measure::Facet { dimension, .. } => facet_field(dimension),
            Measure::Period { interval, .. } => period_field(*interval).to_owned(),
        };
        Self { measure, field, values: HashMap::new() }
    }

    /// The aggregations that count the axis, and their names: values, and where articles may lack one, those that do.
    fn aggregations(&self, name: &str, values: Value, below: Option<&Value>) -> Map<String, Value> {
        let mut counted = Map::from_iter([(name.to_owned(), values)]);
        if matches!(self.measure, Measure::Period { .. }) {
            counted.insert(without(name), json!({"missing": {"field": self.field}}));
        }
        if let Some(below) = below {
            counted.values_mut().for_each(|list| list["aggs"] = below.clone());
        }
        counted
    }

    /// The lines that a value stands for.
    fn keys(&self, value: Option<&str>) -> Vec<Key> {
        match (&self.measure, value) {
            (Measure::Facet { dimension, dictionary, open }, Some(value)) => {
                let ordinal = dictionary.ordinal(dimension, value).map(|ordinal| ordinal as Key);
                let key = if value == NONE { Some(NO_VALUE) } else { ordinal };
                key.filter(|&key| open.get(key as usize).copied().unwrap_or(false)).into_iter().collect()
            }
            (Measure::Facet { .. }, None) => Vec::new(),
            (Measure::Period { interval, touched }, value) => {
                let date = value.map(str::parse::<PartialDate>).transpose();
                let span = date.map(|date| date.map_or((UNDATED, UNDATED), |date| (date.first_day(), date.last_day())));
                span.map_or_else(|_| Vec::new(), |span| periods(*interval, *touched, span).collect())
            }
        }
    }

    /// Articles by line.
    fn counts(&self) -> HashMap<Key, u64> {
        let mut counts = HashMap::new();
        for (value, articles) in &self.values {
            self.keys(value.as_deref()).into_iter().for_each(|key| *counts.entry(key).or_default() += articles);
        }
        counts
    }

    /// The values that stand for lines of the table.
    fn kept(&self, places: &HashMap<Key, usize>) -> Kept {
        let mut kept = Kept { values: Vec::new(), undated: None };
        for value in self.values.keys() {
            let lines: Vec<usize> =
                self.keys(value.as_deref()).into_iter().filter_map(|key| places.get(&key).copied()).collect();
            match value {
                Some(value) if !lines.is_empty() => kept.values.push((value.clone(), lines)),
                Some(_) => {}
                None => kept.undated = lines.first().copied(),
            }
        }
        kept.values.sort_unstable();
        kept
    }
}

/// Name of the count of articles that lack a value.
fn without(name: &str) -> String {
    format!("{name}_without")
}

/// A list of values of a field.
fn list_of(field: &str, size: usize) -> Value {
    json!({"terms": {"field": field, "size": size}})
}

/// A list of certain values of a field.
fn list_of_these(field: &str, values: &[(String, Vec<usize>)]) -> Value {
    let include: Vec<&str> = values.iter().map(|(value, _)| value.as_str()).collect();
    json!({"terms": {"field": field, "size": include.len().max(1), "include": include}})
}

/// The values of a list with what was counted of each; `None` where the list is not whole.
fn whole<'l>(list: &'l Value) -> Option<Vec<(&'l str, u64, &'l Value)>> {
    let exact = ["sum_other_doc_count", "doc_count_error_upper_bound"].iter().all(|key| list[*key].as_u64() == Some(0));
    // An answer of which parts are left out has no lists without values.
    let buckets = list["buckets"].as_array().map_or(&[][..], Vec::as_slice);
    let read = |bucket: &'l Value| Some((bucket["key"].as_str()?, bucket["doc_count"].as_u64()?, bucket));
    if exact { buckets.iter().map(read).collect() } else { None }
}

impl OpenSearchSearcher {
    /// The table of what a search finds.
    pub(super) fn table(
        &self,
        request: &SearchRequest,
        rows: &AxisRequest,
        columns: &AxisRequest,
    ) -> Result<Crosstab, EngineError> {
        let bare = SearchRequest { facets: Vec::new(), interval: None, size: 0, ..request.clone() };
        let prepared = self.prepare(&bare)?;
        let query = filtered(prepared.query, &request.filters, true);
        let mut counted = [rows, columns]
            .map(|line| Counted::new(Measure::new(&line.axis, &request.filters, &self.generation.facets)));
        self.count_lines(&query, &mut counted, request.deadline)?;
        let (rows, row_places) = counted[0].measure.side(rows, &counted[0].counts(), self.taxonomy());
        let (columns, column_places) = counted[1].measure.side(columns, &counted[1].counts(), self.taxonomy());
        let mut cells = vec![vec![0; columns.headings.len()]; rows.headings.len()];
        let kept = [counted[0].kept(&row_places), counted[1].kept(&column_places)];
        if !row_places.is_empty() && !column_places.is_empty() {
            self.count_cells(&query, &counted, &kept, request.deadline, &mut cells)?;
        }
        Ok(Crosstab { total: prepared.counts.total, rows, columns, cells })
    }

    /// Counts the values of both axes.
    fn count_lines(&self, query: &Value, axes: &mut [Counted<'_>; 2], deadline: Deadline) -> Result<(), EngineError> {
        let mut lists = Map::new();
        for (axis, name) in axes.iter().zip(["rows", "columns"]) {
            lists.extend(axis.aggregations(name, list_of(&axis.field, VALUES_AT_ONCE), None));
        }
        let body = json!({"query": query, "size": 0, "track_total_hits": false, "aggs": lists});
        let found = self.ask(body, deadline)?.aggregations;
        for (axis, name) in axes.iter_mut().zip(["rows", "columns"]) {
            axis.values = match whole(&found[name]) {
                Some(list) => list.into_iter().map(|(value, count, _)| (Some(value.to_owned()), count)).collect(),
                None => self.all_values(query, &axis.field, deadline)?,
            };
            let lacking = found[without(name)]["doc_count"].as_u64().filter(|articles| *articles > 0);
            axis.values.extend(lacking.map(|articles| (None, articles)));
        }
        Ok(())
    }

    /// All values of a field, page by page.
    fn all_values(
        &self,
        query: &Value,
        field: &str,
        deadline: Deadline,
    ) -> Result<HashMap<Option<String>, u64>, EngineError> {
        let mut values = HashMap::new();
        let mut pages = json!({"size": PAGE_VALUES, "sources": [{"value": {"terms": {"field": field}}}]});
        loop {
            let aggregations = json!({"pages": {"composite": pages}});
            let body = json!({"query": query, "size": 0, "track_total_hits": false, "aggs": aggregations});
            let found = self.ask(body, deadline)?.aggregations;
            let buckets = found["pages"]["buckets"].as_array();
            let buckets =
                buckets.ok_or_else(|| self.cluster.address().failed(ACTION, "a page of values is missing"))?;
            for bucket in buckets {
                let counted = bucket["key"]["value"].as_str().zip(bucket["doc_count"].as_u64());
                values.extend(counted.map(|(value, count)| (Some(value.to_owned()), count)));
            }
            let after = &found["pages"]["after_key"];
            if after.is_null() {
                return Ok(values);
            }
            pages["after"] = after.clone();
        }
    }

    /// Counts the cells of the lines that there is room for.
    fn count_cells(
        &self,
        query: &Value,
        [rows, columns]: &[Counted<'_>; 2],
        [row_values, column_values]: &[Kept; 2],
        deadline: Deadline,
        cells: &mut [Vec<u64>],
    ) -> Result<(), EngineError> {
        let across = list_of_these(&columns.field, &column_values.values);
        let across = Value::Object(columns.aggregations("columns", across, None));
        let rows_at_once = (CELLS_AT_ONCE / (column_values.values.len() + 1)).max(1);
        let mut parts: Vec<&[(String, Vec<usize>)]> = row_values.values.chunks(rows_at_once).collect();
        if parts.is_empty() {
            // There may be the undated alone.
            parts.push(&[]);
        }
        let search = |part: &&[(String, Vec<usize>)]| {
            let lists = rows.aggregations("rows", list_of_these(&rows.field, part), Some(&across));
            json!({"query": query, "size": 0, "track_total_hits": false, "aggs": lists})
        };
        let searches: Vec<Value> = parts.iter().map(search).collect();
        let found = search_all(&self.cluster, &self.generation.index, &searches, deadline)?;
        let left_out =
            || self.cluster.address().failed(ACTION, "it left values out of a list that was asked for whole");
        let places = |kept: &Kept| -> HashMap<String, Vec<usize>> { kept.values.iter().cloned().collect() };
        let (down, along) = (places(row_values), places(column_values));
        let mut add = |down: &[usize], row: &Value| -> Result<(), EngineError> {
            for (value, count, _) in whole(&row["columns"]).ok_or_else(left_out)? {
                let across = along.get(value).map_or(&[][..], Vec::as_slice);
                down.iter().for_each(|&row| across.iter().for_each(|&column| cells[row][column] += count));
            }
            if let Some(column) = column_values.undated {
                let count = row[without("columns")]["doc_count"].as_u64().ok_or_else(left_out)?;
                down.iter().for_each(|&row| cells[row][column] += count);
            }
            Ok(())
        };
        for (number, answer) in found.iter().enumerate() {
            for (value, _, row) in whole(&answer.aggregations["rows"]).ok_or_else(left_out)? {
                add(down.get(value).map_or(&[][..], Vec::as_slice), row)?;
            }
            // Each part counts the undated, too; they are taken once.
            if let Some(row) = row_values.undated.filter(|_| number == 0) {
                add(&[row], &answer.aggregations[without("rows")])?;
            }
        }
        Ok(())
    }
}
