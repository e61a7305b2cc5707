//! Searching: the page, its data, and the counts of one dimension.

use crate::render::html::SearchPage;
use crate::render::{html, json};
use crate::search::cursor::{cursor, skipped};
use crate::search::parameters::Parameters;
use crate::search::parameters::catalogue::PROGRAM_SEARCH;
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
    Ok(Reply::page(html::search_page(&SearchPage { answer: &answer, dimensions: &dimensions(&*searcher) })))
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
    Reply::json(&wire)
}

/// `GET /api/v1/facets/{dimension}`
pub(in crate::server) fn facet(context: &Context, request: &Request) -> Outcome {
    let searcher = open(context)?;
    let known = facet_names(&*searcher);
    let dimension = request.value();
    if !known.iter().any(|name| name == dimension) {
        return Err(Problem::no_dimension(dimension, &known));
    }
    let parameters = read(&*searcher, &request.pairs)?;
    let counted = count(&*searcher, &parameters, dimension).map_err(|error| Problem::engine(&error))?;
    Reply::json(&counted.as_ref().map(json::named_facet))
}
