//! A table of two axes as JSON: the axes with their lines, and the counts by row, then column.

use crate::model::crosstab::{CrosstabAnswer, Side};
use crate::model::date::DateRange;
use crate::render::Dimension;
use crate::render::address::{Address, narrowing};
use crate::render::json::{Ordered, QueryWire, TotalWire, query_wire};
use crate::render::names::{Names, value_name};

/// A table on the wire.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Crosstab")]
pub struct CrosstabWire<'a> {
    /// What was asked and how it was read.
    pub query: QueryWire<'a>,
    /// How many articles the search found.
    pub total: TotalWire,
    /// Time that the engine took for the answer to the search, in milliseconds, to a hundredth.
    pub took_ms: f64,
    /// The generation that answered.
    pub generation: &'a str,
    /// The rows.
    pub rows: SideWire<'a>,
    /// The columns.
    pub columns: SideWire<'a>,
    /// Articles by row, then column: as many as the search finds with the `parameters` of both in the place of its own.
    pub cells: &'a [Vec<u64>],
    /// Where to go on.
    pub links: TableLinks,
}

/// One axis of a table.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "TableAxis")]
pub struct SideWire<'a> {
    /// A dimension, `lang`, `source`, `year`, `month` or `day`.
    pub axis: &'a str,
    /// What people read for it.
    pub label: String,
    /// Its lines: values as a tree, periods in order of time, last the articles without a value or a date.
    pub values: Vec<LineWire<'a>>,
    /// Values or periods for which there was no room.
    pub left_out: usize,
    /// Articles under those of them that lie under no value of the table, summed up.
    pub other: u64,
}

/// One line of a table.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "TableLine")]
pub struct LineWire<'a> {
    /// Full path or period; `_none` for articles without one.
    pub value: String,
    /// What people read for it.
    pub label: String,
    /// How many values above it stand in the table too.
    pub depth: usize,
    /// Articles of the whole line.
    pub count: u64,
    /// What finds them: parameters to put in the place of those of the search; an empty value drops the parameter.
    pub parameters: Ordered<'a, String>,
}

/// Addresses of a table, without scheme and host.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "TableLinks")]
pub struct TableLinks {
    /// The search that the table is of, as JSON.
    pub search: String,
    /// The overview with this table.
    pub page: String,
    /// The table as comma-separated values.
    pub csv: String,
}

/// A table on the wire. `sizes` are the most rows and columns, where somebody said so.
pub fn crosstab<'a>(
    answer: &'a CrosstabAnswer,
    dimensions: &'a [Dimension],
    sizes: Option<(usize, usize)>,
) -> CrosstabWire<'a> {
    let CrosstabAnswer { answer, table } = answer;
    let names = Names::new(dimensions, &[]);
    let link = Address::of_table(answer, table, sizes);
    let side = |side: &'a Side| side_wire(side, &names, answer.filters.dates);
    CrosstabWire {
        query: query_wire(answer),
        total: TotalWire { value: table.total, relation: "eq", collapsed: answer.results.collapsed },
        took_ms: (answer.took_ms * 100.0).round() / 100.0,
        generation: &answer.generation,
        rows: side(&table.rows),
        columns: side(&table.columns),
        cells: &table.cells,
        links: TableLinks {
            search: format!("/api/v1/search{}", Address::of(answer).page(1).link()),
            page: format!("/overview{}", link.link()),
            csv: format!("/api/v1/crosstab{}", link.with("format", "csv").link()),
        },
    }
}

fn side_wire<'a>(side: &'a Side, names: &Names<'_>, dates: Option<DateRange>) -> SideWire<'a> {
    let lines = side.headings.iter().map(|heading| LineWire {
        value: value_name(&heading.value).into_owned(),
        label: names.heading(&side.axis, heading),
        depth: heading.depth,
        count: heading.count,
        parameters: Ordered(narrowing(&side.axis, &heading.value, dates)),
    });
    SideWire {
        axis: side.axis.name(),
        label: names.axis(&side.axis).to_owned(),
        values: lines.collect(),
        left_out: side.left_out,
        other: side.other,
    }
}
