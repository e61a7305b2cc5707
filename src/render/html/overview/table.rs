//! A table of two dimensions as it is shown: heads, cells that are links, shades in four steps.

use crate::model::crosstab::{Axis, AxisValue, Crosstab, Heading, Part, Side};
use crate::model::date::DateRange;
use crate::model::query::Interval;
use crate::render::address::{Address, narrowing};
use crate::render::html::overview::overview_path;
use crate::render::html::overview::time::closer;
use crate::render::html::search_path;
use crate::render::names::Names;
use crate::render::wording::{articles, grouped};

/// Shades of cells; the style sheet has a class for each.
const STEPS: f64 = 4.0;

/// A table.
pub(super) struct Table {
    /// Of its heading, for whoever names the table.
    pub(super) id: String,
    /// "Actor by region".
    pub(super) title: String,
    /// "Actor".
    pub(super) rows_label: String,
    /// "region".
    pub(super) columns_label: String,
    pub(super) columns: Vec<Head>,
    pub(super) rows: Vec<Row>,
    /// All articles of the table.
    pub(super) total: Cell,
    /// What there was no room for.
    pub(super) left_out: Vec<String>,
}

/// The head of a column.
pub(super) struct Head {
    pub(super) label: String,
    /// The overview of these articles alone.
    pub(super) href: String,
    /// Articles of the whole column.
    pub(super) count: Cell,
}

/// A row.
pub(super) struct Row {
    pub(super) label: String,
    pub(super) href: String,
    /// How far its head is set in: 0 to 3.
    pub(super) depth: usize,
    /// Articles of the whole row.
    pub(super) count: Cell,
    pub(super) cells: Vec<Cell>,
}

/// A number with its articles.
pub(super) struct Cell {
    pub(super) count: String,
    /// Empty for none.
    pub(super) href: String,
    /// "Gwadar, 2024: 3 articles".
    pub(super) name: String,
    /// From 0 to `STEPS`.
    pub(super) step: u64,
}

/// What all tables of a page are made with.
struct Maker<'a> {
    search: &'a Address,
    here: &'a Address,
    dates: Option<DateRange>,
    names: &'a Names<'a>,
}

impl Table {
    /// The table of the whole search.
    pub(super) fn whole(
        table: &Crosstab,
        search: &Address,
        here: &Address,
        dates: Option<DateRange>,
        names: &Names<'_>,
    ) -> Self {
        let maker = Maker { search, here, dates, names };
        let (rows, columns) = (names.axis(&table.rows.axis), names.axis(&table.columns.axis));
        maker.table(table, "table".to_owned(), format!("{rows} by {}", columns.to_lowercase()))
    }

    /// The table of one year.
    pub(super) fn part(
        part: &Part,
        search: &Address,
        here: &Address,
        dates: Option<DateRange>,
        names: &Names<'_>,
    ) -> Self {
        let year = Axis::Period(Interval::Year);
        let changes = narrowing(&year, &part.heading.value, dates);
        let (search, here) = (search.replaced(&changes), here.replaced(&changes).set("split", ""));
        let within = match part.heading.value {
            AxisValue::Period(period) => Some(dates.unwrap_or_default().within(period)),
            _ => dates,
        };
        let maker = Maker { search: &search, here: &here, dates: within, names };
        maker.table(&part.table, format!("table-{}", part.heading.label), part.heading.label.clone())
    }
}

impl Maker<'_> {
    fn table(&self, table: &Crosstab, id: String, title: String) -> Table {
        let (rows, columns) = (&table.rows, &table.columns);
        let highest = table.cells.iter().flatten().copied().max().unwrap_or(0);
        Table {
            id,
            title,
            rows_label: self.names.axis(&rows.axis).to_owned(),
            columns_label: self.names.axis(&columns.axis).to_lowercase(),
            columns: columns.headings.iter().map(|heading| self.head(columns, heading)).collect(),
            rows: rows
                .headings
                .iter()
                .zip(&table.cells)
                .map(|(heading, cells)| Row {
                    label: self.names.heading(&rows.axis, heading),
                    href: overview_path(&self.here.replaced(&narrowing(&rows.axis, &heading.value, self.dates))),
                    depth: heading.depth.min(3),
                    count: self.cell(heading.count, &[(rows, heading)], 0),
                    cells: columns
                        .headings
                        .iter()
                        .zip(cells)
                        .map(|(column, count)| self.cell(*count, &[(rows, heading), (columns, column)], highest))
                        .collect(),
                })
                .collect(),
            total: Cell {
                count: grouped(table.total),
                href: search_path(self.search),
                name: articles(table.total),
                step: 0,
            },
            left_out: [rows, columns].into_iter().filter_map(|side| self.left_out(side)).collect(),
        }
    }

    fn head(&self, side: &Side, heading: &Heading) -> Head {
        Head {
            label: self.names.heading(&side.axis, heading),
            href: overview_path(&self.here.replaced(&narrowing(&side.axis, &heading.value, self.dates))),
            count: self.cell(heading.count, &[(side, heading)], 0),
        }
    }

    /// A number whose link has these values in the place of the search's own; `highest` is what shades are measured by.
    fn cell(&self, count: u64, lines: &[(&Side, &Heading)], highest: u64) -> Cell {
        let names: Vec<String> = lines.iter().map(|(side, line)| self.names.heading(&side.axis, line)).collect();
        let narrowed = |address: Address, (side, line): &(&Side, &Heading)| {
            let address = address.replaced(&narrowing(&side.axis, &line.value, self.dates));
            match closer(&side.axis, &line.value) {
                Some(width) => address.set("interval", width),
                None => address,
            }
        };
        let href = search_path(&lines.iter().fold(self.search.clone(), narrowed));
        // By the root of the share, so that small numbers differ too.
        let step = if highest == 0 { 0.0 } else { (STEPS * (count as f64 / highest as f64).sqrt()).ceil() };
        Cell {
            count: grouped(count),
            href: if count > 0 { href } else { String::new() },
            name: format!("{}: {}", names.join(", "), articles(count)),
            step: step as u64,
        }
    }

    /// What is said of the values for which there was no room.
    fn left_out(&self, side: &Side) -> Option<String> {
        let is_value = |heading: &&Heading| matches!(heading.value, AxisValue::Path(_) | AxisValue::Period(_));
        let shown = side.headings.iter().filter(is_value).count();
        let kind = if matches!(side.axis, Axis::Period(_)) { "latest" } else { "commonest" };
        let (label, more) = (self.names.axis(&side.axis), grouped(side.left_out as u64));
        let other = articles(side.other);
        let text = format!(
            "{label}: the {kind} {shown} are shown; {more} more, with {other} under none of these, are left out"
        );
        (side.left_out > 0).then_some(text)
    }
}
