//! Which address leads to which handler. Filters only tell addresses apart: every error is made by a handler, and the
//! last route answers what no other does, so no rejection ever leaves this room.

use std::convert::Infallible;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use warp::Filter;
use warp::filters::BoxedFilter;
use warp::http::{Response, StatusCode, header};
use warp::path::FullPath;

use crate::engine::Engines;
use crate::server::guard::{Guard, headers};
use crate::server::handlers::{self, Pairs, Reply};
use crate::server::problem::Problem;

/// What pages load: name, content type, contents.
const ASSETS: [(&str, &str, &str); 2] = [
    ("style.css", "text/css; charset=utf-8", include_str!("assets/style.css")),
    ("icon.svg", "image/svg+xml", include_str!("assets/icon.svg")),
];
/// For how long a browser may keep them, in seconds.
const ASSET_SECONDS_MAX: &str = "public, max-age=300";

type Answer = Response<String>;

/// What all handlers share.
#[derive(Clone)]
struct State {
    engines: Arc<dyn Engines>,
    guard: Guard,
}

/// A handler's work, ready to run off the async threads.
type Work = Box<dyn FnOnce(&Arc<dyn Engines>) -> Result<Reply, Problem> + Send>;

/// Whether errors go out as data or as a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Audience {
    Programs,
    People,
}

impl State {
    async fn answer(self, audience: Audience, work: Work) -> Result<Answer, Infallible> {
        let engines = Arc::clone(&self.engines);
        let outcome =
            self.guard.run(move || work(&engines)).await.unwrap_or_else(|refused| Err(Problem::refused(refused)));
        Ok(finish(match (outcome, audience) {
            (Ok(reply), _) => reply,
            (Err(problem), Audience::Programs) => problem.to_json(),
            (Err(problem), Audience::People) => problem.to_page(),
        }))
    }
}

/// All routes over an index.
pub fn routes(engines: Arc<dyn Engines>, guard: Guard) -> BoxedFilter<(Answer,)> {
    let state = State { engines, guard };
    let pages = search_page(&state).or(article_page(&state)).unify().or(help_page(&state)).unify().boxed();
    let api = search(&state)
        .or(article(&state))
        .unify()
        .or(similar(&state))
        .unify()
        .or(facet(&state))
        .unify()
        .or(suggest(&state))
        .unify()
        .or(suggest_for_browsers(&state))
        .unify()
        .or(plain(&state, &["api", "v1", "status"], Audience::Programs, handlers::status))
        .unify()
        .boxed();
    let assets = ASSETS.map(asset).into_iter().reduce(|all, one| all.or(one).unify().boxed());
    let operations = plain(&state, &["readyz"], Audience::Programs, handlers::ready).or(health()).unify().boxed();
    let operations = assets.into_iter().fold(operations, |all, one| all.or(one).unify().boxed());
    pages.or(api).unify().or(operations).unify().or(anything_else()).unify().boxed()
}

fn reading() -> BoxedFilter<()> {
    warp::get().or(warp::head()).unify().boxed()
}

/// The parameters of the address; none without a question mark.
fn pairs() -> BoxedFilter<(Pairs,)> {
    let read = |raw: String| form_urlencoded::parse(raw.as_bytes()).into_owned().collect::<Pairs>();
    warp::query::raw().map(read).or(warp::any().map(Pairs::new)).unify().boxed()
}

fn with(state: &State) -> BoxedFilter<(State,)> {
    let state = state.clone();
    warp::any().map(move || state.clone()).boxed()
}

fn search_page(state: &State) -> BoxedFilter<(Answer,)> {
    warp::path::end()
        .and(reading())
        .and(pairs())
        .and(with(state))
        .and_then(|pairs, state: State| {
            state.answer(Audience::People, Box::new(move |engines| handlers::search_page(engines, &pairs)))
        })
        .boxed()
}

fn article_page(state: &State) -> BoxedFilter<(Answer,)> {
    warp::path!("articles" / String)
        .and(reading())
        .and(pairs())
        .and(with(state))
        .and_then(|id: String, pairs, state: State| {
            let id = decoded(&id);
            state.answer(Audience::People, Box::new(move |engines| handlers::article_page(engines, &id, &pairs)))
        })
        .boxed()
}

fn help_page(state: &State) -> BoxedFilter<(Answer,)> {
    plain(state, &["help"], Audience::People, handlers::help_page)
}

fn search(state: &State) -> BoxedFilter<(Answer,)> {
    warp::path!("api" / "v1" / "search")
        .and(reading())
        .and(pairs())
        .and(with(state))
        .and_then(|pairs, state: State| {
            state.answer(Audience::Programs, Box::new(move |engines| handlers::search(engines, &pairs)))
        })
        .boxed()
}

fn article(state: &State) -> BoxedFilter<(Answer,)> {
    warp::path!("api" / "v1" / "articles" / String)
        .and(reading())
        .and(pairs())
        .and(with(state))
        .and_then(|id: String, pairs, state: State| {
            let id = decoded(&id);
            state.answer(Audience::Programs, Box::new(move |engines| handlers::article_json(engines, &id, &pairs)))
        })
        .boxed()
}

fn similar(state: &State) -> BoxedFilter<(Answer,)> {
    warp::path!("api" / "v1" / "articles" / String / "similar")
        .and(reading())
        .and(pairs())
        .and(with(state))
        .and_then(|id: String, pairs, state: State| {
            let id = decoded(&id);
            state.answer(Audience::Programs, Box::new(move |engines| handlers::similar_json(engines, &id, &pairs)))
        })
        .boxed()
}

fn facet(state: &State) -> BoxedFilter<(Answer,)> {
    warp::path!("api" / "v1" / "facets" / String)
        .and(reading())
        .and(pairs())
        .and(with(state))
        .and_then(|name: String, pairs, state: State| {
            let name = decoded(&name);
            state.answer(Audience::Programs, Box::new(move |engines| handlers::facet_json(engines, &name, &pairs)))
        })
        .boxed()
}

fn suggest(state: &State) -> BoxedFilter<(Answer,)> {
    warp::path!("api" / "v1" / "suggest")
        .and(reading())
        .and(pairs())
        .and(with(state))
        .and_then(|pairs, state: State| {
            state.answer(Audience::Programs, Box::new(move |engines| handlers::suggest_json(engines, &pairs)))
        })
        .boxed()
}

fn suggest_for_browsers(state: &State) -> BoxedFilter<(Answer,)> {
    warp::path!("suggest.json")
        .and(reading())
        .and(pairs())
        .and(with(state))
        .and_then(|pairs, state: State| {
            state.answer(Audience::Programs, Box::new(move |engines| handlers::suggest_for_browsers(engines, &pairs)))
        })
        .boxed()
}

/// A route without parameters.
fn plain(
    state: &State,
    segments: &'static [&'static str],
    audience: Audience,
    handler: fn(&Arc<dyn Engines>) -> Result<Reply, Problem>,
) -> BoxedFilter<(Answer,)> {
    let mut path = warp::any().boxed();
    for segment in segments {
        path = path.and(warp::path(*segment)).boxed();
    }
    path.and(warp::path::end())
        .and(reading())
        .and(with(state))
        .and_then(move |state: State| state.answer(audience, Box::new(handler)))
        .boxed()
}

/// Alive as long as it answers at all.
fn health() -> BoxedFilter<(Answer,)> {
    warp::path!("healthz").and(reading()).map(|| finish(Reply::new("text/plain; charset=utf-8", "ok\n".into()))).boxed()
}

fn asset((name, content_type, contents): (&'static str, &'static str, &'static str)) -> BoxedFilter<(Answer,)> {
    warp::path("assets")
        .and(warp::path(name))
        .and(warp::path::end())
        .and(reading())
        .map(move || {
            let mut reply = Reply::new(content_type, contents.into());
            reply.headers.push(("cache-control", ASSET_SECONDS_MAX.into()));
            finish(reply)
        })
        .boxed()
}

/// What no other route answered: another method on a known address, or an unknown address.
fn anything_else() -> BoxedFilter<(Answer,)> {
    warp::any()
        .and(warp::path::full())
        .map(|path: FullPath| {
            let path = path.as_str();
            let problem = if is_known(path) { Problem::only_get(path) } else { Problem::no_route(path) };
            finish(if path.starts_with("/api/") { problem.to_json() } else { problem.to_page() })
        })
        .boxed()
}

fn is_known(path: &str) -> bool {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    // Only the root has an empty segment: `/articles/` names no article.
    (path == "/" || !segments.contains(&""))
        && matches!(
            segments.as_slice(),
            [""] | ["help" | "readyz" | "healthz" | "suggest.json"]
                | ["articles", _]
                | ["assets", "style.css" | "icon.svg"]
                | ["api", "v1", "search" | "status" | "suggest"]
                | ["api", "v1", "articles" | "facets", _]
                | ["api", "v1", "articles", _, "similar"]
        )
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

fn finish(reply: Reply) -> Answer {
    let mut response = Response::new(reply.body);
    // Statuses are written in this room and `problem`, all of them valid.
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let sent = response.headers_mut();
    sent.extend(headers());
    sent.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(reply.content_type));
    for (name, value) in reply.headers {
        if let Ok(value) = header::HeaderValue::from_str(&value) {
            sent.insert(name, value);
        }
    }
    response
}
