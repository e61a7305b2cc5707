//! Searching: the page, its data, and the counts of one dimension as a page and as data.

use crate::engine::Searcher;
use crate::model::FACET_VALUES_MAX;
use crate::model::results::Answer;
use crate::render::html::{FacetPage, SearchPage};
use crate::render::{html, json};
use crate::search::cursor::{cursor, skipped};
use crate::search::parameters::Parameters;
use crate::search::parameters::catalogue::PROGRAM_SEARCH;
use crate::search::ways_out::ways_out;
use crate::search::{answer, dimensions, facet as count, facet_names};
use crate::server::handlers::{Outcome, open, read};
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::{Context, Request};

/// `GET /`
pub(in crate::server) fn page(context: &Context, request: &Request) -> Outcome {
    let searcher = open(context)?;
    let parameters = read(&*searcher, &request.pairs)?;
    let answer = answer(&*searcher, &parameters).map_err(|error| Problem::engine(&error))?;
    let ways_out = match answer.results.total {
        0 => Some(ways_out(&*searcher, &parameters).map_err(|error| Problem::engine(&error))?),
        _ => None,
    };
    let dimensions = dimensions(&*searcher);
    let page = html::search_page(&SearchPage {
        answer: &answer,
        dimensions: &dimensions,
        ways_out: ways_out.as_ref(),
        public_url: &context.settings.public_url,
    });
    Ok(Reply::page(page).of_search(answer.results.total))
}

/// `GET /facets/{dimension}`
pub(in crate::server) fn facet_page(context: &Context, request: &Request) -> Outcome {
    let searcher = open(context)?;
    let dimension = known_dimension(&*searcher, request)?;
    let asked = read(&*searcher, &request.pairs)?;
    let counted =
        Parameters { facets: Some(vec![dimension]), facet_size: FACET_VALUES_MAX, size: 0, page: 1, ..asked.clone() };
    let answer = answer(&*searcher, &counted).map_err(|error| Problem::engine(&error))?;
    // The page leads back to the search as it was asked.
    let answer = Answer { size: asked.size, ..answer };
    Ok(Reply::page(html::facet_page(&FacetPage {
        answer: &answer,
        dimensions: &dimensions(&*searcher),
        contains: asked.facet_query.as_deref().unwrap_or_default(),
        by_name: asked.facets_by_name,
    })))
}

/// The dimension that the address names.
fn known_dimension(searcher: &dyn Searcher, request: &Request) -> Result<String, Problem> {
    let known = facet_names(searcher);
    let named = request.value();
    known.iter().find(|name| *name == named).cloned().ok_or_else(|| Problem::no_dimension(named, &known))
}

/// `GET /api/v1/search`
pub(in crate::server) fn json(context: &Context, request: &Request) -> Outcome {
    let searcher = open(context)?;
    let read = Parameters::read_those(&*searcher, &PROGRAM_SEARCH, &request.pairs);
    let mut parameters = read.map_err(Problem::parameters)?;
    if let Some(typed) = &parameters.cursor {
        parameters.skip = Some(skipped(searcher.generation(), &parameters, typed).map_err(Problem::cursor)?);
    }
    let answer = answer(&*searcher, &parameters).map_err(|error| Problem::engine(&error))?;
    let dimensions = dimensions(&*searcher);
    let mut wire = json::search(&answer, &dimensions);
    if parameters.cursor.is_some() {
        let reached = parameters.offset() + answer.results.hits.len();
        let is_end = answer.results.hits.is_empty() || reached as u64 >= answer.hits_total();
        wire.next = Some((!is_end).then(|| cursor(searcher.generation(), &parameters, reached)));
    }
    Ok(Reply::json(&wire)?.of_search(answer.results.total))
}

/// `GET /api/v1/facets/{dimension}`
pub(in crate::server) fn facet(context: &Context, request: &Request) -> Outcome {
    let searcher = open(context)?;
    let dimension = known_dimension(&*searcher, request)?;
    let parameters = read(&*searcher, &request.pairs)?;
    let counted = count(&*searcher, &parameters, &dimension).map_err(|error| Problem::engine(&error))?;
    Reply::json(&counted.as_ref().map(json::named_facet))
}
