//! The parameters of a search: read from name and value pairs, whoever typed them.
//!
//! Every problem is found before anything is searched, and names the parameter, the reason and a way out.

pub mod catalogue;

use crate::engine::Searcher;
use crate::model::date::{DateRange, PartialDate};
use crate::model::facet::NONE;
use crate::model::query::{FacetChoice, Filters, Fuzzy, Interval, MatchMode, Sort};
use crate::model::{FACET_VALUES_DEFAULT, FILTER_VALUES_MAX, PAGE_DEPTH_MAX, PAGE_SIZE_DEFAULT};
use crate::query::expansion::resolve;
use crate::search::facet_names;
use crate::search::parameters::catalogue::{
    Accepted, FACET_ORDERS, FUZZY, INTERVALS, Kind, MATCHES, ON_OFF, SEARCH, SIMILAR, SORTS, YES_NO, definition,
};
use crate::taxonomy::Resolution;

/// What is asked for, all values checked and resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// Query text.
    pub text: String,
    /// Filters.
    pub filters: Filters,
    /// Order.
    pub sort: Sort,
    /// How words join.
    pub match_mode: MatchMode,
    /// Whether nobody said how words join.
    pub lenient: bool,
    /// Whether a name stands for the other names of what it names.
    pub variants: bool,
    /// Names that may not stand for another.
    pub dropped_variants: Vec<String>,
    /// How far words may be misspelt.
    pub fuzzy: Fuzzy,
    /// Whether a group of copies is one hit.
    pub collapse: bool,
    /// Page, from 1.
    pub page: usize,
    /// The cursor as typed, which stands in place of the page; `search::cursor` reads it.
    pub cursor: Option<String>,
    /// Hits to skip, where a cursor says so; else the page does.
    pub skip: Option<usize>,
    /// Hits on a page.
    pub size: usize,
    /// Dimensions to count; `None` for all.
    pub facets: Option<Vec<String>>,
    /// Values shown at each level of a facet.
    pub facet_size: usize,
    /// Only facet values whose names hold this.
    pub facet_query: Option<String>,
    /// Whether facet values stand by their labels; else by their counts.
    pub facets_by_name: bool,
    /// Width of the histogram's bars.
    pub interval: Interval,
    /// Half-life in days of what recency adds to a score.
    pub recency: Option<u32>,
    /// Whether to say what each score is made of.
    pub explain: bool,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            text: String::new(),
            filters: Filters::default(),
            sort: Sort::default(),
            match_mode: MatchMode::default(),
            lenient: true,
            variants: true,
            dropped_variants: Vec::new(),
            fuzzy: Fuzzy::default(),
            collapse: true,
            page: 1,
            cursor: None,
            skip: None,
            size: PAGE_SIZE_DEFAULT,
            facets: None,
            facet_size: FACET_VALUES_DEFAULT,
            facet_query: None,
            facets_by_name: false,
            interval: Interval::default(),
            recency: None,
            explain: false,
        }
    }
}

/// Why a parameter cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "ParameterProblem")]
pub struct Problem {
    /// Its name.
    pub parameter: String,
    /// What is wrong.
    pub reason: String,
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl Problem {
    pub(super) fn new(parameter: &str, reason: String) -> Self {
        Self { parameter: parameter.to_owned(), reason, suggestion: None }
    }

    pub(super) fn suggesting(self, suggestion: impl Into<String>) -> Self {
        Self { suggestion: Some(suggestion.into()), ..self }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.parameter, self.reason)?;
        self.suggestion.as_ref().map_or(Ok(()), |suggestion| write!(f, "; {suggestion}"))
    }
}

/// Whether a name means something else than a dimension.
pub fn is_reserved(name: &str) -> bool {
    catalogue::is_taken(name) || name.starts_with("not.")
}

impl Parameters {
    /// What the address of an article says of the search that led there: its text and what its words stand for. The
    /// rest, and what makes no sense, is passed over.
    pub fn of_article(pairs: &[(String, String)]) -> Self {
        let mut parameters = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "q" => value.trim().clone_into(&mut parameters.text),
                "variants" => parameters.variants = value != "off",
                "no_variant" => parameters.dropped_variants.push(value.clone()),
                "fuzzy" => parameters.fuzzy = fuzzy(value).unwrap_or_default(),
                _ => {}
            }
        }
        parameters
    }

    /// Hits before the first one that is wanted.
    pub fn offset(&self) -> usize {
        self.skip.unwrap_or((self.page - 1) * self.size)
    }

    /// The parameters of a search for a text, everything else as when nobody says.
    pub fn of_text(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// Reads pairs. Empty values are as if they were not there; of a name that takes one value the last counts.
    pub fn read(searcher: &dyn Searcher, pairs: &[(String, String)]) -> Result<Self, Vec<Problem>> {
        Self::read_those(searcher, &SEARCH, pairs)
    }

    /// Reads pairs whose names are among those of an address.
    pub fn read_those(
        searcher: &dyn Searcher,
        accepted: &Accepted,
        pairs: &[(String, String)],
    ) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader {
            searcher,
            accepted,
            dimensions: facet_names(searcher),
            parameters: Self::default(),
            dates: DateRange::default(),
            values: 0,
            is_paged: false,
        };
        let mut problems: Vec<Problem> =
            pairs.iter().filter_map(|(name, value)| reader.take(name, value.trim()).err()).collect();
        let parameters = reader.finish(&mut problems);
        if problems.is_empty() { Ok(parameters) } else { Err(problems) }
    }
}

/// What the neighbours of an article are narrowed by, and how many are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarParameters {
    /// Filters.
    pub filters: Filters,
    /// Most neighbours.
    pub size: usize,
}

impl SimilarParameters {
    /// Reads pairs as `Parameters::read` does; what else a search may be told is refused.
    pub fn read(searcher: &dyn Searcher, pairs: &[(String, String)]) -> Result<Self, Vec<Problem>> {
        let Parameters { filters, size, .. } = Parameters::read_those(searcher, &SIMILAR, pairs)?;
        Ok(Self { filters, size })
    }
}

/// The pairs whose names an address does not take, each as a problem with the nearest name that it does take.
/// `dimensions` are those of the live index.
pub fn refused(accepted: &Accepted, dimensions: &[String], pairs: &[(String, String)]) -> Vec<Problem> {
    pairs.iter().filter_map(|(name, _)| refuse(accepted, dimensions, name)).collect()
}

fn refuse(accepted: &Accepted, dimensions: &[String], name: &str) -> Option<Problem> {
    let filter = name.strip_prefix("not.").unwrap_or(name);
    let own = || accepted.own.iter().map(|definition| definition.name);
    let is_known = accepted.names.contains(&name)
        || own().any(|known| known == name)
        || accepted.filters && dimensions.iter().any(|known| known == filter);
    if is_known || accepted.others {
        return None;
    }
    let mut known: Vec<String> = accepted.names.iter().copied().chain(own()).map(str::to_owned).collect();
    if accepted.filters {
        known.extend(dimensions.iter().cloned());
    }
    let problem = Problem::new(name, "there is no such parameter here".into());
    // `not.` is the same everywhere, and would make any two names alike.
    let near = match name.strip_prefix("not.").filter(|_| accepted.filters) {
        Some(rest) => nearest(rest, dimensions.iter().map(String::as_str)).map(|near| format!("not.{near}")),
        None => nearest(name, known.iter().map(String::as_str)).map(str::to_owned),
    };
    Some(match near {
        Some(near) => problem.suggesting(format!("did you mean `{near}`?")),
        None if known.is_empty() => problem.suggesting("leave it out: this address takes no parameters"),
        None if accepted.filters => {
            problem.suggesting(format!("the parameters are {} and not.DIMENSION", known.join(", ")))
        }
        None => problem.suggesting(format!("the parameters are {}", known.join(", "))),
    })
}

struct Reader<'a> {
    searcher: &'a dyn Searcher,
    accepted: &'a Accepted,
    dimensions: Vec<String>,
    parameters: Parameters,
    dates: DateRange,
    values: usize,
    is_paged: bool,
}

impl Reader<'_> {
    fn take(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        if let Some(problem) = refuse(self.accepted, &self.dimensions, name) {
            return Err(problem);
        }
        let kind = definition(name).map(|definition| definition.kind);
        if value.is_empty() && kind != Some(Kind::Switch) {
            return Ok(());
        }
        let to = &mut self.parameters;
        match name {
            // Nothing that is typed holds a NUL; what would read the text in C takes it for the end.
            "q" => to.text = value.replace('\0', " "),
            "from" => self.dates.from = Some(date(name, value)?),
            "to" => self.dates.to = Some(date(name, value)?),
            "undated" => to.filters.undated = switch(name, value)?,
            "sort" => to.sort = one_of(name, value, &SORTS)?,
            "match" => {
                to.match_mode = one_of(name, value, &MATCHES)?;
                to.lenient = false;
            }
            "variants" => to.variants = one_of(name, value, &ON_OFF)?,
            "no_variant" => {
                if to.dropped_variants.len() >= FILTER_VALUES_MAX {
                    return Err(Problem::new(name, format!("more than {FILTER_VALUES_MAX} names in one search")));
                }
                if !to.dropped_variants.iter().any(|dropped| dropped == value) {
                    to.dropped_variants.push(value.to_owned());
                }
            }
            "fuzzy" => to.fuzzy = one_of(name, value, &FUZZY)?,
            "collapse" => to.collapse = one_of(name, value, &ON_OFF)?,
            "interval" => to.interval = one_of(name, value, &INTERVALS)?,
            "recency" => to.recency = u32::try_from(whole(name, value)?).ok(),
            "explain" => to.explain = switch(name, value)?,
            "cursor" => to.cursor = Some(value.to_owned()),
            "page" => {
                to.page = whole(name, value)?;
                self.is_paged = true;
            }
            "size" => to.size = whole(name, value)?,
            "facet_size" => to.facet_size = whole(name, value)?,
            "facet_query" => to.facet_query = Some(value.to_owned()),
            "facet_order" => to.facets_by_name = one_of(name, value, &FACET_ORDERS)?,
            "facets" => self.facets(value)?,
            _ => match name.strip_prefix("not.") {
                Some(dimension) => self.choice(name, dimension, value, true)?,
                None => self.choice(name, name, value, false)?,
            },
        }
        Ok(())
    }

    fn facets(&mut self, value: &str) -> Result<(), Problem> {
        let list = self.parameters.facets.get_or_insert_default();
        for name in value.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "none") {
            if !self.dimensions.iter().any(|known| known == name) {
                let problem = Problem::new("facets", format!("there is no dimension `{name}`"));
                return Err(problem.suggesting(format!("the dimensions are {}", self.dimensions.join(", "))));
            }
            if !list.iter().any(|listed| listed == name) {
                list.push(name.to_owned());
            }
        }
        Ok(())
    }

    fn choice(&mut self, name: &str, dimension: &str, value: &str, exclude: bool) -> Result<(), Problem> {
        self.values += 1;
        if self.values > FILTER_VALUES_MAX {
            return Err(Problem::new(name, format!("more than {FILTER_VALUES_MAX} filter values in one search")));
        }
        let choice = match resolve(self.searcher.taxonomy(), &self.searcher.values(dimension), dimension, value) {
            Resolution::Path(path) if path == NONE => FacetChoice::Missing,
            Resolution::Path(path) => FacetChoice::Path(path),
            Resolution::Ambiguous(paths) => {
                let problem = Problem::new(name, format!("`{value}` stands for several values"));
                return Err(problem.suggesting(format!("write one of: {}", paths.join("; "))));
            }
            Resolution::Unknown { near } => {
                let problem = Problem::new(name, format!("there is no value `{value}`"));
                return Err(match near.as_slice() {
                    [] => {
                        problem.suggesting(format!("see `/api/v1/facets/{dimension}` or `dossier facets {dimension}`"))
                    }
                    near => problem.suggesting(format!("did you mean {}?", near.join(" or "))),
                });
            }
        };
        let filters = &mut self.parameters.filters;
        let side = if exclude { &mut filters.exclude } else { &mut filters.include };
        let choices = side.entry(dimension.to_owned()).or_default();
        if !choices.contains(&choice) {
            choices.push(choice);
        }
        Ok(())
    }

    fn finish(mut self, problems: &mut Vec<Problem>) -> Parameters {
        if let DateRange { from: Some(from), to: Some(to) } = self.dates
            && from.first_day() > to.last_day()
        {
            problems.push(Problem::new("from", format!("{from} lies after {to}")).suggesting("swap `from` and `to`"));
        }
        if self.dates != DateRange::default() {
            self.parameters.filters.dates = Some(self.dates);
        }
        let Parameters { page, size, .. } = self.parameters;
        if self.parameters.cursor.is_some() && self.is_paged {
            let problem = Problem::new("cursor", "it stands in place of `page`".into());
            problems.push(problem.suggesting("leave one of the two out"));
        }
        if self.parameters.cursor.is_some() && size == 0 {
            let problem = Problem::new("cursor", "with `size=0` it would never come to an end".into());
            problems.push(problem.suggesting("write a size from 1 on"));
        }
        if page * size > PAGE_DEPTH_MAX {
            let problem = Problem::new("page", format!("paging ends at hit {PAGE_DEPTH_MAX}"));
            problems.push(problem.suggesting("narrow the search by a filter or a date"));
        }
        self.parameters
    }
}

pub(super) fn date(name: &str, value: &str) -> Result<PartialDate, Problem> {
    value.parse().map_err(|error: crate::model::date::DateError| {
        Problem::new(name, error.to_string()).suggesting("write 2024, 2024-03 or 2024-03-26")
    })
}

fn fuzzy(value: &str) -> Option<Fuzzy> {
    FUZZY.iter().find(|(name, _)| *name == value).map(|(_, meant)| *meant)
}

/// Yes or no; the name alone is yes.
pub fn switch(name: &str, value: &str) -> Result<bool, Problem> {
    if value.is_empty() {
        return Ok(true);
    }
    one_of(name, value, &YES_NO).map_err(|_| {
        Problem::new(name, format!("`{value}` is neither true nor false")).suggesting("write true or false")
    })
}

pub(super) fn one_of<T: std::marker::Copy>(name: &str, value: &str, choices: &[(&str, T)]) -> Result<T, Problem> {
    choices.iter().find(|(choice, _)| *choice == value).map(|(_, meant)| *meant).ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|(choice, _)| *choice).collect();
        Problem::new(name, format!("`{value}` is no choice")).suggesting(format!("write {}", names.join(", ")))
    })
}

/// A number within the bounds of its definition.
fn whole(name: &str, value: &str) -> Result<usize, Problem> {
    match definition(name).map(|definition| definition.kind) {
        Some(Kind::Number(least, most)) => number(name, value, least, most),
        _ => number(name, value, 0, usize::MAX),
    }
}

pub(super) fn number(name: &str, value: &str, least: usize, most: usize) -> Result<usize, Problem> {
    let digits = Some(value).filter(|value| value.bytes().all(|byte| byte.is_ascii_digit()));
    digits
        .and_then(|digits| digits.parse().ok())
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| Problem::new(name, format!("`{value}` is no whole number from {least} to {most}")))
}

pub(super) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    known
        .map(|candidate| (strsim::jaro_winkler(candidate, name), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
