//! Suggestions while somebody types: for our page and programs, and in the short form that browsers ask for.

use crate::model::results::SuggestAnswer;
use crate::render::json::suggestions;
use crate::search::suggestion::suggest;
use crate::server::handlers::{Outcome, open, read};
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::{Context, Request};

fn suggested(context: &Context, request: &Request) -> Result<SuggestAnswer, Problem> {
    let searcher = open(context)?;
    let parameters = read(&*searcher, &request.pairs)?;
    suggest(&*searcher, &parameters).map_err(|error| Problem::engine(&error))
}

/// `GET /api/v1/suggest`
pub(in crate::server) fn json(context: &Context, request: &Request) -> Outcome {
    Reply::json(&suggestions::suggestions(&suggested(context, request)?))
}

/// `GET /suggest.json`
pub(in crate::server) fn browsers(context: &Context, request: &Request) -> Outcome {
    let reply = Reply::json(&suggestions::for_browsers(&suggested(context, request)?))?;
    Ok(Reply { content_type: "application/x-suggestions+json", ..reply })
}
