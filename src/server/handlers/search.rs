//! Searching: the page, its data, and the counts of one dimension.

use crate::render::html::SearchPage;
use crate::render::{html, json};
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
    let parameters = read(&*searcher, &request.pairs)?;
    let answer = answer(&*searcher, &parameters).map_err(|error| Problem::engine(&error))?;
    Reply::json(&json::search(&answer, &dimensions(&*searcher)))
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
