//! One request and its answer: what every request goes through, whatever its address, in the order in which it goes through it.
//!
//! The one filter that warp is given. Every error is made by a handler or by this room, so no rejection ever leaves it.
//! May not know what an address answers.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

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
use crate::server::problem::Problem;
use crate::server::reply::{HTML, Reply};
use crate::server::routes::{Access, Audience, Context, Found, Lasting, Request, Route, route};

/// Where a request came from: put among the extensions of a request by `server::connections`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// All routes over an index.
pub fn routes(engines: Arc<dyn Engines>, guard: Guard, settings: Settings) -> BoxedFilter<(warp::reply::Response,)> {
    let context = Context { engines, pinned: None, settings: Arc::new(settings) };
    // An address without a question mark has no query string, which is no error.
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    warp::method()
        .and(warp::path::full())
        .and(query)
        .and(warp::header::headers_cloned())
        .and(warp::ext::optional::<Peer>())
        .and_then(move |method: Method, path: FullPath, query: String, headers: HeaderMap, peer: Option<Peer>| {
            let asked = Asked { method, path: path.as_str().to_owned(), query, headers, peer };
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
    /// Unknown where there is no socket.
    peer: Option<Peer>,
}

impl Asked {
    fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

async fn answer(context: Context, guard: Guard, asked: Asked) -> Result<warp::reply::Response, Infallible> {
    let gzip = takes_gzip(asked.header(header::ACCEPT_ENCODING));
    let stranger = if asked.path.starts_with("/api/") { Audience::Programs } else { Audience::People };
    let (route, values) = match route(&asked.method, &asked.path) {
        Found::Route(route, values) => (route, values),
        Found::Methods(methods) => return Ok(told(&Problem::method(&asked.path, &methods), stranger).into_response()),
        Found::Nothing => return Ok(told(&Problem::no_route(&asked.path), stranger).into_response()),
    };
    let audience = route.audience;
    tracing::debug!(method = %asked.method, path = %asked.path, peer = ?asked.peer, "asked");
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
    if route.access == Access::Operator {
        let reindexing = context.settings.reindexing.as_ref().ok_or_else(Problem::reindexing_off)?;
        let peer = asked.peer.map(|Peer(address)| address);
        reindexing.token.admit(asked.header(header::AUTHORIZATION), peer).map_err(Problem::denied)?;
    }
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
    // The generation of the tag is the one of the answer, also when another one goes live in between.
    let context = &Context { pinned: Some(searcher), ..context.clone() };
    let known = asked.header(header::IF_NONE_MATCH);
    let not_modified = || Reply { status: 304, ..Reply::new(HTML, "") };
    // The tag of an answer is given with an answer only, so whoever has it asked what can be answered.
    let reply = if has_it(known, &tag) { not_modified() } else { (route.handler)(context, &request)? };
    let reply = if has_any(known) { not_modified() } else { reply };
    Ok(reply.with("etag", tag))
}
