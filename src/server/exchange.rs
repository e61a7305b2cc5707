//! One request and its answer: what every request goes through, whatever its address, in the order in which it goes through it.
//!
//! The one filter that warp is given. Every error is made by a handler or by this room, so no rejection ever leaves it.
//! May not know what an address answers.

use std::convert::Infallible;
use std::sync::Arc;

use warp::filters::BoxedFilter;
use warp::http::Method;
use warp::http::header::{self, HeaderMap};
use warp::path::FullPath;
use warp::{Buf, Filter, Stream};

use crate::calendar::today;
use crate::engine::{EngineError, Engines, Searcher};
use crate::search::parameters::{catalogue, refused};
use crate::server::asked::{Asked, Peer};
use crate::server::caching::{entity_tag, has_any, has_it, packed, takes_gzip};
use crate::server::cors::Cors;
use crate::server::guard::Guard;
use crate::server::journal::{Came, UNMATCHED};
use crate::server::problem::Problem;
use crate::server::rate::Rates;
use crate::server::reply::{Body, HTML, Reply};
use crate::server::request_id::{self, RequestId};
use crate::server::routes::{Audience, Context, Cost, Found, Lasting, Request, Right, Route, route};
use crate::server::{Settings, body};

/// All routes over an index.
pub fn routes(engines: Arc<dyn Engines>, guard: Guard, settings: Settings) -> BoxedFilter<(warp::reply::Response,)> {
    routes_in(Context::new(engines, settings), guard)
}

/// All routes over what a server shares with them.
pub(super) fn routes_in(context: Context, guard: Guard) -> BoxedFilter<(warp::reply::Response,)> {
    let access = &context.settings.access;
    let (rates, cors) = (access.rate.map(Rates::new), Cors::new(&access.origins));
    let exchange = Arc::new(Exchange { rates, cors, guard, context });
    // An address without a question mark has no query string, which is no error.
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    warp::method()
        .and(warp::path::full())
        .and(query)
        .and(warp::header::headers_cloned())
        .and(warp::ext::optional::<Peer>())
        .and(warp::body::stream())
        .and_then(move |method: Method, path: FullPath, query: String, headers: HeaderMap, peer: Option<Peer>, body| {
            let id = RequestId::of(headers.get(request_id::HEADER).and_then(|id| id.to_str().ok()));
            let asked = Arc::new(Asked { id, method, path: path.as_str().to_owned(), query, headers, peer });
            let exchange = Arc::clone(&exchange);
            async move { Ok::<_, Infallible>(exchange.answer(asked, body).await) }
        })
        .boxed()
}

/// What all requests share.
struct Exchange {
    context: Context,
    guard: Guard,
    /// None where anybody may ask as often as he likes.
    rates: Option<Rates>,
    cors: Cors,
}

impl Exchange {
    async fn answer<B: Buf, E>(
        &self,
        asked: Arc<Asked>,
        body: impl Stream<Item = Result<B, E>>,
    ) -> warp::reply::Response {
        let found = route(&asked.method, &asked.path);
        let entry = self.context.journal.enter(&Came {
            id: &asked.id,
            route: if let Found::Route(route, _) = &found { route.path } else { UNMATCHED },
            method: asked.method.as_str(),
            path: &asked.path,
            query: &asked.query,
            peer: self.context.settings.access.client(&asked),
        });
        let reply = self.reply(&asked, found, body, entry.span()).await;
        let mut response = entry.close(reply).into_response();
        self.cors.mark(&asked, response.headers_mut());
        response
    }

    /// What is logged by the work belongs to `span`.
    async fn reply<B: Buf, E>(
        &self,
        asked: &Arc<Asked>,
        found: Found,
        body: impl Stream<Item = Result<B, E>>,
        span: tracing::Span,
    ) -> Reply {
        let audience = match &found {
            Found::Route(route, _) => route.audience,
            _ if asked.is_of_api() => Audience::Programs,
            _ => Audience::People,
        };
        let cost = if let Found::Route(route, _) = &found { route.cost } else { Cost::Nothing };
        if let Err(problem) = self.admit(asked, cost) {
            return told(problem, audience, asked);
        }
        if self.cors.is_preflight(asked) && !matches!(found, Found::Nothing) {
            return Cors::preflight();
        }
        if let Err(problem) = body::pass_over(body, &self.context.settings.limits).await {
            return told(problem, audience, asked);
        }
        match found {
            Found::Route(route, values) => self.handled(route, values, asked, span).await,
            Found::Methods(methods) => told(Problem::method(&asked.path, &methods), audience, asked),
            Found::Nothing => told(Problem::no_route(&asked.path), audience, asked),
        }
    }

    /// Refuses what is too long, comes under a foreign name or too often. The cheapest question comes first.
    fn admit(&self, asked: &Asked, cost: Cost) -> Result<(), Problem> {
        let Settings { limits, access, public_url, .. } = &*self.context.settings;
        if asked.path.len() + asked.query.len() > limits.target_bytes {
            return Err(Problem::long_address(limits.target_bytes));
        }
        let bytes: usize = asked.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if bytes > limits.header_bytes {
            return Err(Problem::long_headers(limits.header_bytes));
        }
        access.judge(asked, public_url)?;
        if cost != Cost::Nothing
            && let (Some(rates), Some(client)) = (&self.rates, access.client(asked))
        {
            rates.count(client).map_err(Problem::too_often)?;
        }
        Ok(())
    }

    async fn handled(
        &self,
        route: &'static Route,
        values: Vec<String>,
        asked: &Arc<Asked>,
        span: tracing::Span,
    ) -> Reply {
        let refused = |refused| told(Problem::refused(refused), route.audience, asked);
        // Who has the answer already is told so before he is let wait.
        if route.cost != Cost::Nothing && asked.headers.contains_key(header::IF_NONE_MATCH) {
            let (context, asked) = (self.context.clone(), Arc::clone(asked));
            match self.guard.beside(move || tag(&context, route, &asked).ok().filter(|tag| has(&asked, tag))).await {
                Ok(Some(tag)) => return not_modified().with("etag", tag),
                Ok(None) => {}
                Err(reason) => return refused(reason),
            }
        }
        let place = match route.cost {
            Cost::Export => match self.guard.export() {
                Ok(place) => Some(place),
                Err(reason) => return refused(reason),
            },
            Cost::Nothing | Cost::Search => None,
        };
        let (context, asking) = (self.context.clone(), Arc::clone(asked));
        let work = move || {
            let _span = span.entered();
            let asked = asking;
            let gzip = takes_gzip(asked.header(header::ACCEPT_ENCODING));
            let reply = reply(&context, route, values, &asked);
            let mut reply = packed(reply.unwrap_or_else(|problem| told(problem, route.audience, &asked)), gzip);
            if let (Body::Stream(_, places), Some(place)) = (&mut reply.body, place) {
                *places = Some(place);
            }
            reply
        };
        let done = match route.cost {
            Cost::Nothing => self.guard.beside(work).await,
            Cost::Search | Cost::Export => self.guard.search(work).await,
        };
        done.unwrap_or_else(refused)
    }
}

fn told(problem: Problem, audience: Audience, asked: &Asked) -> Reply {
    let problem = problem.of_request(&asked.id);
    if audience == Audience::Programs { problem.to_json() } else { problem.to_page() }
}

fn not_modified() -> Reply {
    Reply { status: 304, ..Reply::new(HTML, "") }
}

/// Whether the client has the answer of this tag.
fn has(asked: &Asked, tag: &str) -> bool {
    has_it(asked.header(header::IF_NONE_MATCH), tag)
}

/// What the context says is live, and the live generation where it says nothing.
fn live(context: &Context) -> Result<Arc<dyn Searcher>, Problem> {
    let pinned = context.pinned.as_ref().map(|pinned| Ok(Arc::clone(pinned)));
    pinned.unwrap_or_else(|| context.engines.searcher()).map_err(|error: EngineError| Problem::engine(&error))
}

/// The tag of the answer that a route gives now. One that lasts for no generation has none, which is empty.
fn tag(context: &Context, route: &Route, asked: &Asked) -> Result<String, Problem> {
    if route.lasting == Lasting::Unsaid {
        return Ok(String::new());
    }
    let searcher = live(context)?;
    let public = context.settings.public_url.to_string();
    let day = today().filter(|_| route.lasting == Lasting::Day).map(|day| day.to_string()).unwrap_or_default();
    Ok(entity_tag(&[searcher.generation(), &public, &day, &asked.path, &asked.query]))
}

/// Blocks, as handlers do.
fn reply(context: &Context, route: &Route, values: Vec<String>, asked: &Asked) -> Result<Reply, Problem> {
    if route.right == Right::Operator {
        let reindexing = context.settings.reindexing.as_ref().ok_or_else(Problem::reindexing_off)?;
        let client = context.settings.access.client(asked);
        reindexing.token.admit(asked.header(header::AUTHORIZATION), client).map_err(Problem::denied)?;
    }
    let pairs = form_urlencoded::parse(asked.query.as_bytes()).into_owned().collect();
    let request = Request { values, pairs };
    if route.operation.takes == &catalogue::NOTHING && !request.pairs.is_empty() {
        return Err(Problem::parameters(refused(route.operation.takes, &[], &request.pairs)));
    }
    if route.lasting == Lasting::Unsaid {
        return (route.handler)(context, &request);
    }
    // The generation of the tag is the one of the answer, also when another one goes live in between.
    let searcher = live(context)?;
    let generation = Some(searcher.generation().to_owned());
    let context = &Context { pinned: Some(searcher), ..context.clone() };
    let tag = tag(context, route, asked)?;
    // The tag of an answer is given with an answer only, so whoever has it asked what can be answered.
    let reply = if has(asked, &tag) { not_modified() } else { (route.handler)(context, &request)? };
    let reply = if has_any(asked.header(header::IF_NONE_MATCH)) { not_modified() } else { reply };
    Ok(Reply { generation, ..reply }.with("etag", tag))
}
