//! The parameters of an export: those of a search that say what is found and in which order, and the form.
//!
//! What a search may be told about its page (how many hits, which counts) is refused, so that nobody takes an export for
//! a page.

use crate::engine::Searcher;
use crate::model::date::PartialDate;
use crate::render::export::ExportForm;
use crate::search::facet_names;
use crate::search::parameters::{Parameters, Problem, date, one_of};

/// What is to be exported, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportParameters {
    /// The form.
    pub form: ExportForm,
    /// The search; its page, facets and histogram mean nothing here.
    pub search: Parameters,
    /// The day of access that citations name.
    pub accessed: Option<PartialDate>,
}

/// Why an export cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Parameters that cannot be taken.
    Parameters(Vec<Problem>),
    /// The generation that was asked for is not the live one.
    Generation {
        /// The one asked for.
        wanted: String,
        /// The live one.
        live: String,
    },
}

/// Parameters of a search that say how a page of it looks.
const OF_PAGES: [&str; 9] =
    ["page", "size", "cursor", "facets", "facet_size", "facet_query", "facet_order", "interval", "explain"];

impl ExportParameters {
    /// Reads pairs as `Parameters::read` does, and `format` (which must be given), `accessed` and `generation`.
    pub fn read(searcher: &dyn Searcher, pairs: &[(String, String)]) -> Result<Self, Refusal> {
        let mut problems = Vec::new();
        let mut search = Vec::new();
        let (mut form, mut accessed, mut generation) = (None, None, None);
        for (name, value) in pairs {
            let value = value.trim();
            match name.as_str() {
                "format" | "accessed" | "generation" if value.is_empty() => {}
                "format" => match one_of(name, value, &ExportForm::ALL.map(|form| (form.name(), form))) {
                    Ok(known) => form = Some(known),
                    Err(problem) => problems.push(problem),
                },
                "accessed" => match date(name, value) {
                    Ok(day) => accessed = Some(day),
                    Err(problem) => problems.push(problem),
                },
                "generation" => generation = Some(value.to_owned()),
                page if OF_PAGES.contains(&page) => problems.push(of_pages(searcher, page)),
                _ => search.push((name.clone(), value.to_owned())),
            }
        }
        if form.is_none() && !problems.iter().any(|problem| problem.parameter == "format") {
            let names = ExportForm::ALL.map(ExportForm::name).join(", ");
            problems.push(Problem::new("format", "it is missing".into()).suggesting(format!("write {names}")));
        }
        let search = Parameters::read(searcher, &search).map_err(|found| problems.extend(found)).ok();
        let (Some(form), Some(search), true) = (form, search, problems.is_empty()) else {
            return Err(Refusal::Parameters(problems));
        };
        match generation {
            Some(wanted) if wanted != searcher.generation() => {
                Err(Refusal::Generation { wanted, live: searcher.generation().to_owned() })
            }
            _ => Ok(Self { form, search, accessed }),
        }
    }
}

fn of_pages(searcher: &dyn Searcher, name: &str) -> Problem {
    let known = facet_names(searcher).join(", ");
    let problem = Problem::new(name, "an export has all hits and no page of them".into());
    problem.suggesting(format!(
        "leave it out; besides format, accessed and generation an export takes q, {known}, not.DIMENSION, from, to, undated, \
         sort, match, variants, no_variant, fuzzy, collapse and recency"
    ))
}
