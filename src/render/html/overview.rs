//! The overview page put together: articles by time, the commonest values, a table of two dimensions.
//!
//! May not count anything: every number is one that an engine gave, and every link finds as many articles as it says.

mod table;
pub(super) mod time;
pub(super) mod values;

use askama::Template;

use crate::model::crosstab::{Axis, OverviewAnswer, Side};
use crate::render::address::Address;
use crate::render::html::filters::{self, Chip};
use crate::render::html::overview::table::Table;
use crate::render::html::overview::time::{Calendar, Chart};
use crate::render::html::overview::values::Group;
use crate::render::html::{Form, Link, OverviewPage, search_path};
use crate::render::names::Names;
use crate::render::wording::found_articles;

#[derive(Template)]
#[template(path = "overview.html")]
pub(super) struct Page<'a> {
    form: Form,
    title: String,
    count: String,
    found: bool,
    search: String,
    chips: Vec<Chip>,
    cleared: String,
    charts: Vec<Chart>,
    calendar: Calendar,
    undated: Option<Link>,
    /// Whether months add up to more than years, because of articles dated by their year alone.
    is_vague: bool,
    groups: Vec<Group>,
    controls: Controls,
    tables: Vec<Table>,
    csv: String,
    generation: &'a str,
}

/// The form that chooses the table.
struct Controls {
    kept: Vec<(String, String)>,
    rows: Vec<Item>,
    columns: Vec<Item>,
    split: bool,
}

/// What can be chosen.
struct Item {
    value: String,
    text: String,
    chosen: bool,
}

impl<'a> Page<'a> {
    /// All that the template shows, settled.
    pub(super) fn new(view: &OverviewPage<'a>) -> Self {
        let OverviewAnswer { answer, time, table, parts, .. } = view.overview;
        let names = Names::new(view.dimensions, &answer.results.facets);
        let search = Address::of(answer).page(1);
        let here = Address::of_table(answer, table, view.overview.sizes);
        let here = if view.overview.split { here.set("split", "year") } else { here };
        let count = if table.total == 0 { "No articles found".to_owned() } else { found_articles(&answer.results) };
        let whole = Table::whole(table, &search, &here, answer.filters.dates, &names);
        let of_years = parts.iter().map(|part| Table::part(part, &search, &here, answer.filters.dates, &names));
        let axes = [&table.rows.axis, &table.columns.axis].map(Axis::name);
        let cleared = filters::cleared(&here).set("rows", axes[0]).set("columns", axes[1]);
        let chips = filters::chips(answer, &here, &names);
        let sum = |side: &Side| side.headings.iter().map(|heading| heading.count).sum::<u64>();
        Self {
            form: Form {
                query: answer.text.clone(),
                kept: search.pairs().iter().filter(|(name, _)| name != "q").cloned().collect(),
                autofocus: false,
            },
            title: if answer.text.is_empty() { "Overview".to_owned() } else { format!("Overview: {}", answer.text) },
            count,
            found: table.total > 0,
            search: search_path(&search),
            chips: chips.into_iter().map(|chip| Chip { href: at_overview(&chip.href), ..chip }).collect(),
            cleared: overview_path(&cleared),
            charts: time::charts(time, &search, answer.filters.dates),
            calendar: Calendar::new(time, &search, answer.filters.dates),
            undated: time::undated(time, &search),
            is_vague: time.columns.left_out == 0 && sum(&time.columns) > sum(&time.rows),
            groups: values::groups(answer, &search, &names),
            controls: controls(view.overview, &search, &names),
            csv: format!("/api/v1/crosstab{}", here.set("split", "").with("format", "csv").link()),
            tables: std::iter::once(whole).chain(of_years).collect(),
            generation: &answer.generation,
        }
    }
}

/// The overview instead of the search page, with the same parameters.
fn at_overview(search: &str) -> String {
    format!("/overview{}", search.trim_start_matches('/'))
}

/// The overview with these parameters.
fn overview_path(address: &Address) -> String {
    at_overview(&search_path(address))
}

fn controls(overview: &OverviewAnswer, search: &Address, names: &Names<'_>) -> Controls {
    let options = |chosen: &Axis| {
        let option = |name: &String| Item {
            value: name.clone(),
            text: match name.as_str() {
                "year" | "month" | "day" => capital(name),
                dimension => names.dimension(dimension).to_owned(),
            },
            chosen: chosen.name() == name,
        };
        overview.axes.iter().map(option).collect()
    };
    let sizes = overview.sizes.map(|(rows, columns)| [("row_size", rows), ("column_size", columns)]);
    let sizes = sizes.into_iter().flatten().map(|(name, size)| (name.to_owned(), size.to_string()));
    Controls {
        kept: search.pairs().iter().cloned().chain(sizes).collect(),
        rows: options(&overview.table.rows.axis),
        columns: options(&overview.table.columns.axis),
        split: overview.split,
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
