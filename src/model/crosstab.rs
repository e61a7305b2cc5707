//! A table of two axes: how many articles have a value of one and a value of the other.
//!
//! Holds counts and what they are counts of; how a search is narrowed to a cell is `render::address`'s.

use crate::model::date::PartialDate;
use crate::model::query::Interval;
use crate::model::results::Answer;

/// What the lines of a table run through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Axis {
    /// The values of a dimension, at every depth.
    Facet(String),
    /// Years, months or days.
    Period(Interval),
}

impl Axis {
    /// Its name in addresses and on the wire: that of the dimension, or `year`, `month`, `day`.
    pub fn name(&self) -> &str {
        match self {
            Self::Facet(dimension) => dimension,
            Self::Period(Interval::Year) => "year",
            Self::Period(Interval::Month) => "month",
            Self::Period(Interval::Day) => "day",
        }
    }
}

/// An axis, and how many of its lines are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AxisRequest {
    /// The axis.
    pub axis: Axis,
    /// Most lines, those of articles without a value or a date apart.
    pub size: usize,
}

/// What one line of a table counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AxisValue {
    /// Articles under this path.
    Path(String),
    /// Articles without a value.
    Missing,
    /// Articles whose date lies in this period, or may lie in it.
    Period(PartialDate),
    /// Articles without a date.
    Undated,
}

/// One line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// What it counts.
    pub value: AxisValue,
    /// What people read for it; empty for articles without a value and without a date.
    pub label: String,
    /// How many values above it stand in the table too.
    pub depth: usize,
    /// Articles of the whole line.
    pub count: u64,
}

/// One axis of a table as it was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The axis.
    pub axis: Axis,
    /// Its lines: values as a tree, each level by count, then path; periods in order of time; last those without a
    /// value or a date. None is empty.
    pub headings: Vec<Heading>,
    /// Values or periods for which there was no room: those with the fewest articles, or the earliest.
    pub left_out: usize,
    /// Articles under those of them that lie under no value of the table, summed up.
    pub other: u64,
}

/// A table of two axes under a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crosstab {
    /// Articles that the search finds.
    pub total: u64,
    /// The rows.
    pub rows: Side,
    /// The columns.
    pub columns: Side,
    /// Articles by row, then column.
    pub cells: Vec<Vec<u64>>,
}

/// A table with the search that it is of.
#[derive(Debug, Clone, PartialEq)]
pub struct CrosstabAnswer {
    /// The answer to the search, without hits.
    pub answer: Answer,
    /// The table.
    pub table: Crosstab,
}

/// One of several tables: the articles of one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The period.
    pub heading: Heading,
    /// Its table.
    pub table: Crosstab,
}

/// What the overview of a search is drawn from.
#[derive(Debug, Clone, PartialEq)]
pub struct OverviewAnswer {
    /// The answer to the search, without hits.
    pub answer: Answer,
    /// Years by months.
    pub time: Crosstab,
    /// The table that was asked for.
    pub table: Crosstab,
    /// The same table year by year, the latest first; empty where nobody asked.
    pub parts: Vec<Part>,
    /// What a table may be made of, in the order in which it is offered.
    pub axes: Vec<String>,
    /// Most rows and columns of a table, where somebody said so.
    pub sizes: Option<(usize, usize)>,
    /// Whether the table was asked for year by year.
    pub split: bool,
}
