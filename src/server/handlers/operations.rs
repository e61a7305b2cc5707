//! What does not search: help, style sheet and scripts, the state of the server.

use crate::render::{html, json};
use crate::search::coverage::coverage;
use crate::search::dimensions;
use crate::server::handlers::{Outcome, open};
use crate::server::problem::Problem;
use crate::server::reply::{Reply, TEXT};
use crate::server::routes::{Context, Request};

/// For how long a browser keeps what it asked for by the version that it has: a year, the longest that is meant.
const KEPT: &str = "public, max-age=31536000, immutable";

/// `GET /help`
pub(in crate::server) fn help(context: &Context, _: &Request) -> Outcome {
    let searcher = open(context)?;
    Ok(Reply::page(html::help_page(&dimensions(&*searcher))))
}

/// `GET /assets/{version}/{name}`: of another version, from a page that is older than this server, it is not kept.
pub(in crate::server) fn asset(_: &Context, request: &Request) -> Outcome {
    let [version, name] = request.values.as_slice() else { return Err(Problem::no_route("/assets/")) };
    let found = html::ASSETS.iter().find(|asset| asset.name == name);
    let asset = found.ok_or_else(|| Problem::no_route(&format!("/assets/{version}/{name}")))?;
    let reply = Reply::new(asset.content_type, asset.contents);
    Ok(if version == html::look_version() { reply.with("cache-control", KEPT) } else { reply })
}

/// `GET /api/v1/status`
pub(in crate::server) fn status(context: &Context, _: &Request) -> Outcome {
    let searcher = open(context)?;
    let coverage = coverage(&*searcher).map_err(|error| Problem::engine(&error))?;
    Reply::json(&json::status(&coverage, searcher.report()))
}

/// `GET /healthz`: alive as long as it answers at all.
pub(in crate::server) fn health(_: &Context, _: &Request) -> Outcome {
    Ok(Reply::new(TEXT, "ok\n"))
}

/// `GET /readyz`
pub(in crate::server) fn ready(context: &Context, _: &Request) -> Outcome {
    open(context)?;
    Ok(Reply::new(TEXT, "ready\n"))
}
