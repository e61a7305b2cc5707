//! What does not search: help, style sheet and scripts, the state of the server.

use std::sync::atomic::Ordering;

use crate::engine::EngineError;
use crate::model::query::Sort;
use crate::render::{html, json};
use crate::search::coverage::coverage;
use crate::search::parameters::Parameters;
use crate::search::{answer, dimensions};
use crate::server::handlers::{Outcome, open};
use crate::server::metrics;
use crate::server::openapi::{Live, LiveDimension, document};
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

/// `GET /api/v1/openapi.json`: its examples are of the live index.
pub(in crate::server) fn openapi(context: &Context, _: &Request) -> Outcome {
    let searcher = open(context)?;
    let newest = Parameters { size: 1, facet_size: 1, sort: Sort::Newest, ..Parameters::default() };
    let found = answer(&*searcher, &newest).map_err(|error| Problem::engine(&error))?;
    let taxonomy = searcher.taxonomy();
    let label = |name: &str| taxonomy.dimension(name).map_or(name, |dimension| dimension.label.as_str()).to_owned();
    let dimensions = found.results.facets.iter().map(|counts| LiveDimension {
        name: counts.dimension.clone(),
        label: label(&counts.dimension),
        example: counts.values.first().map(|value| value.path.clone()),
    });
    let live = Live {
        dimensions: dimensions.collect(),
        id: found.results.hits.first().map(|hit| hit.document.id.clone()),
        generation: searcher.generation().to_owned(),
    };
    Reply::json(&document(&context.settings.public_url, &live))
}

/// `GET /healthz`: alive as long as it answers at all.
pub(in crate::server) fn health(_: &Context, _: &Request) -> Outcome {
    Ok(Reply::new(TEXT, "ok\n"))
}

/// `GET /readyz`: whether questions may be sent here. The reason why not is told as a search's would be.
pub(in crate::server) fn ready(context: &Context, _: &Request) -> Outcome {
    if context.stopping.load(Ordering::Relaxed) {
        return Err(Problem::stopping());
    }
    context.engines.ready().map_err(|error| Problem::engine(&error))?;
    Ok(Reply::new(TEXT, "ready\n"))
}

/// `GET /metrics`
pub(in crate::server) fn metrics(context: &Context, _: &Request) -> Outcome {
    let text = context.journal.metrics.text().map_err(|error| {
        Problem::engine(&EngineError::Failed { action: "write the metrics", reason: error.to_string() })
    })?;
    Ok(Reply::new(metrics::CONTENT_TYPE, text))
}
