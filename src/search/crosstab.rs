//! Tables of two axes, and the overview of a search: which axes and sizes are asked for, and the counts.
//!
//! The words of a question are searched as if all of them had been asked for: which articles answer a question depends on
//! how many there are, so that a narrower search would not find what the table counted.

use crate::engine::plan::Plan;
use crate::engine::{EngineError, Searcher};
use crate::model::crosstab::{Axis, AxisRequest, AxisValue, Crosstab, CrosstabAnswer, OverviewAnswer, Part};
use crate::model::date::DateRange;
use crate::model::query::{Interval, SearchRequest};
use crate::model::results::Answer;
use crate::model::{CROSSTAB_LINES_DEFAULT, CROSSTAB_LINES_MAX, QUESTION_WORDS_MIN};
use crate::search::parameters::{Parameters, Problem, nearest, number, one_of};
use crate::search::{answer, facet_names, query, read_query, request};

/// The names of tables and overviews besides those of a search.
const NAMES: [&str; 6] = ["rows", "columns", "row_size", "column_size", "split", "format"];
/// Periods that an axis may run through.
const PERIODS: [(&str, Interval); 3] = [("year", Interval::Year), ("month", Interval::Month), ("day", Interval::Day)];
/// Months that the overview draws: ten years of them.
const MONTHS_MAX: usize = 120;
/// Years that the overview draws.
const YEARS_MAX: usize = 60;
/// Tables, one a year, that a split overview shows.
const PARTS_MAX: usize = 12;

/// How a table goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TableFormat {
    /// As one JSON object.
    #[default]
    Json,
    /// As comma-separated values.
    Csv,
}

/// What is asked for, all values checked.
#[derive(Debug, Clone, PartialEq)]
pub struct TableParameters {
    /// The search that the table is of.
    pub search: Parameters,
    /// The rows.
    pub rows: AxisRequest,
    /// The columns.
    pub columns: AxisRequest,
    /// Whether there is a table for each year.
    pub split: bool,
    /// How it goes out.
    pub format: TableFormat,
}

/// What a table may be made of, in the order in which it is offered: the dimensions, language, publisher, and periods.
pub fn axis_names(searcher: &dyn Searcher) -> Vec<String> {
    let mut names = facet_names(searcher);
    names.extend(PERIODS.iter().map(|(name, _)| (*name).to_owned()));
    names
}

impl TableParameters {
    /// Reads the parameters of a table that goes out as data.
    pub fn of_table(searcher: &dyn Searcher, pairs: &[(String, String)]) -> Result<Self, Vec<Problem>> {
        Self::read(searcher, pairs, "split")
    }

    /// Reads the parameters of an overview.
    pub fn of_overview(searcher: &dyn Searcher, pairs: &[(String, String)]) -> Result<Self, Vec<Problem>> {
        Self::read(searcher, pairs, "format")
    }

    /// Reads pairs as `Parameters::read` does, all our names but one. Where nobody says, the columns are the taxonomy's
    /// first dimension and the rows its second.
    fn read(searcher: &dyn Searcher, pairs: &[(String, String)], but: &str) -> Result<Self, Vec<Problem>> {
        let (ours, others): (Vec<_>, Vec<_>) =
            pairs.iter().cloned().partition(|(name, _)| name != but && NAMES.contains(&name.as_str()));
        let known = axis_names(searcher);
        let mut problems = Vec::new();
        let (mut rows, mut columns) = (None, None);
        let mut sizes = (CROSSTAB_LINES_DEFAULT, CROSSTAB_LINES_DEFAULT);
        let (mut split, mut format) = (false, TableFormat::default());
        for (name, value) in ours.iter().map(|(name, value)| (name.as_str(), value.trim())) {
            let size = || number(name, value, 1, CROSSTAB_LINES_MAX);
            let taken = match name {
                _ if value.is_empty() => Ok(()),
                "rows" => axis(name, value, &known).map(|axis| rows = Some(axis)),
                "columns" => axis(name, value, &known).map(|axis| columns = Some(axis)),
                "row_size" => size().map(|size| sizes.0 = size),
                "column_size" => size().map(|size| sizes.1 = size),
                "split" => one_of(name, value, &[("year", true), ("none", false)]).map(|wanted| split = wanted),
                _ => one_of(name, value, &[("json", TableFormat::Json), ("csv", TableFormat::Csv)])
                    .map(|wanted| format = wanted),
            };
            problems.extend(taken.err());
        }
        let taken = [rows.as_ref(), columns.as_ref()].map(|axis| axis.map(Axis::name).unwrap_or_default().to_owned());
        let free = |order: [usize; 2], taken: &str| {
            let name = order.iter().filter_map(|n| known.get(*n)).find(|name| *name != taken);
            Axis::Facet(name.cloned().unwrap_or_default())
        };
        let rows = rows.unwrap_or_else(|| free([1, 0], &taken[1]));
        let columns = columns.unwrap_or_else(|| free([0, 1], rows.name()));
        problems.extend(clash(&rows, &columns, split));
        match Parameters::read(searcher, &others) {
            Ok(search) if problems.is_empty() => Ok(Self {
                search,
                rows: AxisRequest { axis: rows, size: sizes.0 },
                columns: AxisRequest { axis: columns, size: sizes.1 },
                split,
                format,
            }),
            Ok(_) => Err(problems),
            Err(found) => {
                problems.extend(found.into_iter().map(|problem| ours_if_near(problem, &others, but)));
                Err(problems)
            }
        }
    }
}

impl TableParameters {
    /// Most rows and columns, where somebody said so.
    pub fn sizes(&self) -> Option<(usize, usize)> {
        let sizes = (self.rows.size, self.columns.size);
        (sizes != (CROSSTAB_LINES_DEFAULT, CROSSTAB_LINES_DEFAULT)).then_some(sizes)
    }
}

/// A problem with a name that is much like one of ours says so.
fn ours_if_near(problem: Problem, pairs: &[(String, String)], but: &str) -> Problem {
    let is_unknown =
        problem.reason.contains("no such parameter") && pairs.iter().any(|(name, _)| *name == problem.parameter);
    match nearest(&problem.parameter, NAMES.into_iter().filter(|name| *name != but)) {
        Some(near) if is_unknown => problem.suggesting(format!("did you mean `{near}`?")),
        _ => problem,
    }
}

/// An axis by its name. A dimension that is called like a period goes before it.
fn axis(name: &str, value: &str, known: &[String]) -> Result<Axis, Problem> {
    let facets = known.len() - PERIODS.len();
    if known[..facets].iter().any(|dimension| dimension == value) {
        return Ok(Axis::Facet(value.to_owned()));
    }
    let period = PERIODS.iter().find(|(period, _)| *period == value);
    period.map(|(_, interval)| Axis::Period(*interval)).ok_or_else(|| {
        let problem = Problem::new(name, format!("a table cannot run through `{value}`"));
        match nearest(value, known.iter().map(String::as_str)) {
            Some(near) => problem.suggesting(format!("did you mean `{near}`?")),
            None => problem.suggesting(format!("write one of {}", known.join(", "))),
        }
    })
}

/// Why two axes make no table.
fn clash(rows: &Axis, columns: &Axis, split: bool) -> Option<Problem> {
    let is_period = |axis: &Axis| matches!(axis, Axis::Period(_));
    let year = Axis::Period(Interval::Year);
    if rows == columns || is_period(rows) && is_period(columns) {
        let reason = format!("rows are `{}` already, and one search cannot ask for both", rows.name());
        return Some(Problem::new("columns", reason).suggesting("choose another dimension for rows or columns"));
    }
    let has_years = split && (*rows == year || *columns == year);
    has_years.then(|| {
        Problem::new("split", "the table runs through years already".into())
            .suggesting("leave `split` out, or choose other rows and columns")
    })
}

/// The search of a table: its words as they are found whatever its filters.
fn settled(searcher: &dyn Searcher, parameters: &Parameters) -> Parameters {
    let tree = query(searcher, &read_query(searcher, &parameters.text).query, parameters);
    let is_question = Plan::of(&tree).soft_words().len() >= QUESTION_WORDS_MIN;
    Parameters { lenient: parameters.lenient && !is_question, page: 1, ..parameters.clone() }
}

/// The answer without hits; what its address says of pages stays.
fn without_hits(searcher: &dyn Searcher, parameters: &Parameters) -> Result<Answer, EngineError> {
    let answer = answer(searcher, &Parameters { size: 0, ..parameters.clone() })?;
    Ok(Answer { size: parameters.size, ..answer })
}

/// Counts a table.
pub fn crosstab(searcher: &dyn Searcher, parameters: &TableParameters) -> Result<CrosstabAnswer, EngineError> {
    let search = Parameters { facets: Some(Vec::new()), ..settled(searcher, &parameters.search) };
    let table = searcher.crosstab(&request(searcher, &search), &parameters.rows, &parameters.columns)?;
    Ok(CrosstabAnswer { answer: without_hits(searcher, &search)?, table })
}

/// Counts all that the overview of a search shows.
pub fn overview(searcher: &dyn Searcher, parameters: &TableParameters) -> Result<OverviewAnswer, EngineError> {
    let TableParameters { rows, columns, split, .. } = parameters;
    let search = Parameters { facets: None, ..settled(searcher, &parameters.search) };
    let asked = request(searcher, &search);
    let period = |interval, size| AxisRequest { axis: Axis::Period(interval), size };
    let (years, months) = (period(Interval::Year, YEARS_MAX), period(Interval::Month, MONTHS_MAX));
    let time = searcher.crosstab(&asked, &years, &months)?;
    Ok(OverviewAnswer {
        answer: without_hits(searcher, &search)?,
        table: searcher.crosstab(&asked, rows, columns)?,
        parts: if *split { parts(searcher, &asked, &time, [rows, columns])? } else { Vec::new() },
        time,
        axes: axis_names(searcher),
        sizes: parameters.sizes(),
        split: *split,
    })
}

/// The table year by year, the latest first.
fn parts(
    searcher: &dyn Searcher,
    request: &SearchRequest,
    time: &Crosstab,
    [rows, columns]: [&AxisRequest; 2],
) -> Result<Vec<Part>, EngineError> {
    let mut parts = Vec::new();
    for heading in time.rows.headings.iter().rev() {
        let AxisValue::Period(year) = heading.value else { continue };
        if parts.len() == PARTS_MAX {
            break;
        }
        let mut narrowed = request.clone();
        narrowed.filters.dates = Some(DateRange::within(&request.filters.dates.unwrap_or_default(), year));
        narrowed.filters.undated = false;
        parts.push(Part { heading: heading.clone(), table: searcher.crosstab(&narrowed, rows, columns)? });
    }
    Ok(parts)
}
