//! Which address leads to which handler: one table, read by the one filter that warp is given.
//!
//! Every error is made by a handler or by this room, so no rejection ever leaves it.

use std::convert::Infallible;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use warp::Filter;
use warp::filters::BoxedFilter;
use warp::http::Method;
use warp::http::header::{self, HeaderMap};
use warp::path::FullPath;

use crate::calendar::today;
use crate::engine::{EngineError, Engines};
use crate::search::parameters::{catalogue, refused};
use crate::server::Settings;
use crate::server::caching::{entity_tag, has_any, has_it, packed, takes_gzip};
use crate::server::guard::Guard;
use crate::server::handlers;
use crate::server::operation::{self, Operation};
use crate::server::problem::Problem;
use crate::server::reply::{HTML, Reply};

/// Parameters of an address, in their order.
pub(super) type Pairs = Vec<(String, String)>;

/// What a handler answers by.
#[derive(Clone)]
pub(super) struct Context {
    /// The index.
    pub(super) engines: Arc<dyn Engines>,
    /// What the operator set.
    pub(super) settings: Arc<Settings>,
}

/// What a client asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Request {
    /// What stands in the braces of the route, decoded.
    pub(super) values: Vec<String>,
    /// The parameters.
    pub(super) pairs: Pairs,
}

impl Request {
    /// What stands in the first braces.
    pub(super) fn value(&self) -> &str {
        self.values.first().map(String::as_str).unwrap_or_default()
    }
}

/// From a request to an answer. Blocks.
pub(super) type Handler = fn(&Context, &Request) -> Result<Reply, Problem>;

/// Whether errors go out as data or as a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    Programs,
    People,
}

/// For how long an answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lasting {
    /// As long as its generation: it has an entity tag, and is not made again for a client that has it.
    Generation,
    /// The same, and no longer than the day: it says on which one it was looked at.
    Day,
    /// Its handler says, or nobody knows.
    Unsaid,
}

/// An address, and what answers it.
pub(super) struct Route {
    /// The path; `{name}` stands for one segment.
    pub(super) path: &'static str,
    pub(super) audience: Audience,
    pub(super) lasting: Lasting,
    pub(super) handler: Handler,
    /// What it promises.
    pub(super) operation: &'static Operation,
}

const fn page(path: &'static str, handler: Handler, operation: &'static Operation) -> Route {
    Route { path, audience: Audience::People, lasting: Lasting::Generation, handler, operation }
}

const fn data(path: &'static str, handler: Handler, operation: &'static Operation) -> Route {
    Route { path, audience: Audience::Programs, lasting: Lasting::Generation, handler, operation }
}

const fn always(path: &'static str, handler: Handler, operation: &'static Operation) -> Route {
    Route { path, audience: Audience::Programs, lasting: Lasting::Unsaid, handler, operation }
}

/// All addresses. They answer GET and HEAD.
pub(super) const ROUTES: &[Route] = &[
    page("/", handlers::search::page, &operation::SEARCH_PAGE),
    Route { lasting: Lasting::Day, ..page("/articles/{id}", handlers::article::page, &operation::ARTICLE_AS_PAGE) },
    page("/coverage", handlers::overview::coverage, &operation::COVERAGE),
    page("/facets/{dimension}", handlers::search::facet_page, &operation::FACET_PAGE),
    page("/overview", handlers::overview::page, &operation::OVERVIEW_PAGE),
    page("/help", handlers::operations::help, &operation::HELP),
    Route {
        lasting: Lasting::Unsaid,
        ..page("/assets/{version}/{name}", handlers::operations::asset, &operation::ASSET)
    },
    data("/api/v1/search", handlers::search::json, &operation::FIND),
    data("/api/v1/articles/{id}", handlers::article::json, &operation::ARTICLE_AS_DATA),
    data("/api/v1/articles/{id}/similar", handlers::article::similar, &operation::SIMILAR_ARTICLES),
    data("/api/v1/articles/{id}/citation", handlers::citation::citation, &operation::CITE),
    data("/api/v1/export", handlers::export::export, &operation::EXPORT_ALL),
    data("/api/v1/export/manifest", handlers::export::manifest, &operation::EXPORT_MANIFEST),
    data("/api/v1/facets/{dimension}", handlers::search::facet, &operation::COUNT_FACET),
    data("/api/v1/crosstab", handlers::overview::table, &operation::COUNT_TABLE),
    data("/api/v1/suggest", handlers::suggest::json, &operation::SUGGEST),
    data("/api/v1/status", handlers::operations::status, &operation::STATUS),
    data("/api/v1/openapi.json", handlers::operations::openapi, &operation::DOCUMENT),
    data("/suggest.json", handlers::suggest::browsers, &operation::BROWSERS),
    page("/feed.atom", handlers::following::feed, &operation::FEED),
    page("/opensearch.xml", handlers::following::opensearch, &operation::OPENSEARCH),
    always("/robots.txt", handlers::following::robots, &operation::ROBOTS),
    always("/healthz", handlers::operations::health, &operation::HEALTH),
    always("/readyz", handlers::operations::ready, &operation::READY),
];

/// All routes over an index.
pub fn routes(engines: Arc<dyn Engines>, guard: Guard, settings: Settings) -> BoxedFilter<(warp::reply::Response,)> {
    let context = Context { engines, settings: Arc::new(settings) };
    // An address without a question mark has no query string, which is no error.
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    warp::method()
        .and(warp::path::full())
        .and(query)
        .and(warp::header::headers_cloned())
        .and_then(move |method: Method, path: FullPath, query: String, headers: HeaderMap| {
            let asked = Asked { method, path: path.as_str().to_owned(), query, headers };
            answer(context.clone(), guard.clone(), asked)
        })
        .boxed()
}

/// A request as it came.
struct Asked {
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
}

impl Asked {
    fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

async fn answer(context: Context, guard: Guard, asked: Asked) -> Result<warp::reply::Response, Infallible> {
    let gzip = takes_gzip(asked.header(header::ACCEPT_ENCODING));
    let Some((route, values)) = route(&asked.path) else {
        let audience = if asked.path.starts_with("/api/") { Audience::Programs } else { Audience::People };
        return Ok(told(&Problem::no_route(&asked.path), audience).into_response());
    };
    let audience = route.audience;
    if asked.method != Method::GET && asked.method != Method::HEAD {
        return Ok(told(&Problem::only_get(&asked.path), audience).into_response());
    }
    let work = move || {
        let reply = reply(&context, route, values, &asked);
        packed(reply.unwrap_or_else(|problem| told(&problem, audience)), gzip)
    };
    // Alive as long as it answers at all, also while searches wait for each other.
    let done = if route.path == "/healthz" { Ok(work()) } else { guard.run(work).await };
    Ok(done.unwrap_or_else(|refused| told(&Problem::refused(refused), audience)).into_response())
}

fn told(problem: &Problem, audience: Audience) -> Reply {
    if audience == Audience::Programs { problem.to_json() } else { problem.to_page() }
}

fn reply(context: &Context, route: &Route, values: Vec<String>, asked: &Asked) -> Result<Reply, Problem> {
    let pairs = form_urlencoded::parse(asked.query.as_bytes()).into_owned().collect();
    let request = Request { values, pairs };
    if route.operation.takes == &catalogue::NOTHING && !request.pairs.is_empty() {
        return Err(Problem::parameters(refused(route.operation.takes, &[], &request.pairs)));
    }
    if route.lasting == Lasting::Unsaid {
        return (route.handler)(context, &request);
    }
    let searcher = context.engines.searcher().map_err(|error: EngineError| Problem::engine(&error))?;
    let public = context.settings.public_url.to_string();
    let day = today().filter(|_| route.lasting == Lasting::Day).map(|day| day.to_string()).unwrap_or_default();
    let tag = entity_tag(&[searcher.generation(), &public, &day, &asked.path, &asked.query]);
    drop(searcher);
    let known = asked.header(header::IF_NONE_MATCH);
    let not_modified = || Reply { status: 304, ..Reply::new(HTML, "") };
    // The tag of an answer is given with an answer only, so whoever has it asked what can be answered.
    let reply = if has_it(known, &tag) { not_modified() } else { (route.handler)(context, &request)? };
    let reply = if has_any(known) { not_modified() } else { reply };
    Ok(reply.with("etag", tag))
}

/// The route of a path, with what stands in its braces. An empty segment is no value.
fn route(path: &str) -> Option<(&'static Route, Vec<String>)> {
    ROUTES.iter().find_map(|route| {
        let mut values = Vec::new();
        let (mut wanted, mut given) = (route.path.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return Some((route, values)),
                (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => {
                    values.push(percent_decode_str(given).decode_utf8_lossy().into_owned());
                }
                (Some(wanted), Some(given)) if wanted == given => {}
                _ => return None,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_route_with_its_values() {
        for (path, expected) in [
            ("/", Some(("/", vec![]))),
            ("/articles/a%2Fb", Some(("/articles/{id}", vec!["a/b"]))),
            ("/api/v1/articles/x/similar", Some(("/api/v1/articles/{id}/similar", vec!["x"]))),
            ("/articles/", None),
            ("/articles", None),
            ("/articles/a/b", None),
            ("", None),
            ("/api/v1/search/", None),
        ] {
            let found = route(path).map(|(route, values)| (route.path, values));
            let expected = expected.map(|(path, values)| (path, values.into_iter().map(str::to_owned).collect()));
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn no_address_has_two_routes() {
        let mut shapes: Vec<_> = ROUTES.iter().map(|route| route.path).collect();
        shapes.sort_unstable();
        assert!(shapes.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
