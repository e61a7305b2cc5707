//! The parameters of a search: read from name and value pairs, whoever typed them.
//!
//! Every problem is found before anything is searched, and names the parameter, the reason and a way out.

use crate::engine::Searcher;
use crate::model::date::{DateRange, PartialDate};
use crate::model::facet::NONE;
use crate::model::query::{FacetChoice, Filters, Fuzzy, Interval, MatchMode, Sort};
use crate::model::{
    FACET_VALUES_DEFAULT, FACET_VALUES_MAX, FILTER_VALUES_MAX, FUZZY_EDITS_MAX, PAGE_DEPTH_MAX, PAGE_SIZE_DEFAULT,
    PAGE_SIZE_MAX, RECENCY_DAYS_MAX,
};
use crate::query::expansion::resolve;
use crate::search::{crosstab, facet_names};
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
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
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

/// The names of a search besides the dimensions.
const NAMES: [&str; 19] = [
    "q",
    "from",
    "to",
    "undated",
    "sort",
    "page",
    "size",
    "match",
    "variants",
    "no_variant",
    "fuzzy",
    "collapse",
    "facets",
    "facet_size",
    "facet_query",
    "facet_order",
    "interval",
    "recency",
    "explain",
];

/// Whether a name means something else than a dimension.
pub fn is_reserved(name: &str) -> bool {
    NAMES.contains(&name) || crosstab::NAMES.contains(&name) || name.starts_with("not.")
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

    /// The parameters of a search for a text, everything else as when nobody says.
    pub fn of_text(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// Reads pairs. Empty values are as if they were not there; of a name that takes one value the last counts.
    pub fn read(searcher: &dyn Searcher, pairs: &[(String, String)]) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader {
            searcher,
            dimensions: facet_names(searcher),
            parameters: Self::default(),
            dates: DateRange::default(),
            values: 0,
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

/// The names that neighbours have in common with a search, besides the dimensions.
const SIMILAR_NAMES: [&str; 4] = ["from", "to", "undated", "size"];

impl SimilarParameters {
    /// Reads pairs as `Parameters::read` does; what else a search may be told is refused.
    pub fn read(searcher: &dyn Searcher, pairs: &[(String, String)]) -> Result<Self, Vec<Problem>> {
        let is_ours = |name: &str| SIMILAR_NAMES.contains(&name) || !NAMES.contains(&name);
        let (ours, others): (Vec<_>, Vec<_>) = pairs.iter().cloned().partition(|(name, _)| is_ours(name));
        let refused = others.iter().map(|(name, _)| {
            let known = facet_names(searcher).join(", ");
            let problem = Problem::new(name, "there is no such parameter of similar articles".into());
            problem.suggesting(format!("the parameters are {}, {known} and not.DIMENSION", SIMILAR_NAMES.join(", ")))
        });
        let mut problems: Vec<Problem> = refused.collect();
        match Parameters::read(searcher, &ours) {
            Ok(Parameters { filters, size, .. }) if problems.is_empty() => Ok(Self { filters, size }),
            Ok(_) => Err(problems),
            Err(found) => {
                problems.extend(found);
                Err(problems)
            }
        }
    }
}

struct Reader<'a> {
    searcher: &'a dyn Searcher,
    dimensions: Vec<String>,
    parameters: Parameters,
    dates: DateRange,
    values: usize,
}

impl Reader<'_> {
    fn take(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        if value.is_empty() && name != "undated" && name != "explain" && self.is_known(name) {
            return Ok(());
        }
        let to = &mut self.parameters;
        match name {
            "q" => to.text = value.to_owned(),
            "from" => self.dates.from = Some(date(name, value)?),
            "to" => self.dates.to = Some(date(name, value)?),
            "undated" => to.filters.undated = switch(name, value)?,
            "sort" => {
                to.sort = one_of(
                    name,
                    value,
                    &[("relevance", Sort::Relevance), ("newest", Sort::Newest), ("oldest", Sort::Oldest)],
                )?;
            }
            "match" => {
                to.match_mode = one_of(name, value, &[("all", MatchMode::All), ("any", MatchMode::Any)])?;
                to.lenient = false;
            }
            "variants" => to.variants = one_of(name, value, &[("on", true), ("off", false)])?,
            "no_variant" => {
                if to.dropped_variants.len() >= FILTER_VALUES_MAX {
                    return Err(Problem::new(name, format!("more than {FILTER_VALUES_MAX} names in one search")));
                }
                if !to.dropped_variants.iter().any(|dropped| dropped == value) {
                    to.dropped_variants.push(value.to_owned());
                }
            }
            "fuzzy" => to.fuzzy = one_of(name, value, &FUZZY)?,
            "collapse" => to.collapse = one_of(name, value, &[("on", true), ("off", false)])?,
            "interval" => {
                let widths = [("year", Interval::Year), ("month", Interval::Month), ("day", Interval::Day)];
                to.interval = one_of(name, value, &widths)?;
            }
            "recency" => to.recency = Some(number(name, value, 1, RECENCY_DAYS_MAX)? as u32),
            "explain" => to.explain = switch(name, value)?,
            "page" => to.page = number(name, value, 1, PAGE_DEPTH_MAX)?,
            "size" => to.size = number(name, value, 0, PAGE_SIZE_MAX)?,
            "facet_size" => to.facet_size = number(name, value, 1, FACET_VALUES_MAX)?,
            "facet_query" => to.facet_query = Some(value.to_owned()),
            "facet_order" => to.facets_by_name = one_of(name, value, &[("count", false), ("name", true)])?,
            "facets" => self.facets(value)?,
            _ => match name.strip_prefix("not.") {
                Some(dimension) => self.choice(name, dimension, value, true)?,
                None => self.choice(name, name, value, false)?,
            },
        }
        Ok(())
    }

    fn is_known(&self, name: &str) -> bool {
        let dimension = name.strip_prefix("not.").unwrap_or(name);
        NAMES.contains(&name) || self.dimensions.iter().any(|known| known == dimension)
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
        if !self.dimensions.iter().any(|known| known == dimension) {
            let known = NAMES.iter().copied().chain(self.dimensions.iter().map(String::as_str));
            let problem = Problem::new(name, "there is no such parameter".into());
            return Err(match nearest(name, known.clone()) {
                Some(near) => problem.suggesting(format!("did you mean `{near}`?")),
                None => problem.suggesting(format!("the parameters are {}", known.collect::<Vec<_>>().join(", "))),
            });
        }
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

const FUZZY: [(&str, Fuzzy); 4] =
    [("auto", Fuzzy::Auto), ("0", Fuzzy::Within(0)), ("1", Fuzzy::Within(1)), ("2", Fuzzy::Within(FUZZY_EDITS_MAX))];

fn fuzzy(value: &str) -> Option<Fuzzy> {
    FUZZY.iter().find(|(name, _)| *name == value).map(|(_, meant)| *meant)
}

fn switch(name: &str, value: &str) -> Result<bool, Problem> {
    match value {
        "" | "1" | "true" | "on" | "yes" => Ok(true),
        "0" | "false" | "off" | "no" => Ok(false),
        _ => Err(Problem::new(name, format!("`{value}` is neither true nor false")).suggesting("write true or false")),
    }
}

pub(super) fn one_of<T: std::marker::Copy>(name: &str, value: &str, choices: &[(&str, T)]) -> Result<T, Problem> {
    choices.iter().find(|(choice, _)| *choice == value).map(|(_, meant)| *meant).ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|(choice, _)| *choice).collect();
        Problem::new(name, format!("`{value}` is no choice")).suggesting(format!("write {}", names.join(", ")))
    })
}

pub(super) fn number(name: &str, value: &str, least: usize, most: usize) -> Result<usize, Problem> {
    value
        .parse()
        .ok()
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
