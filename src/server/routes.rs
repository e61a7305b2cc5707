//! Which address leads to which handler: one table.
//!
//! May not answer a request: `server::exchange` does that by this table.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use percent_encoding::percent_decode_str;
use warp::http::Method;

use crate::engine::{Engines, Searcher};
use crate::server::Settings;
use crate::server::handlers;
use crate::server::journal::Journal;
use crate::server::metrics::Metrics;
use crate::server::operation::{self, Operation};
use crate::server::problem::Problem;
use crate::server::reply::Reply;

/// Parameters of an address, in their order.
pub(super) type Pairs = Vec<(String, String)>;

/// What a handler answers by.
#[derive(Clone)]
pub(super) struct Context {
    /// The index.
    pub(super) engines: Arc<dyn Engines>,
    /// The generation that the answer is made from; of an address that says nothing of how long it stands, the live one.
    pub(super) pinned: Option<Arc<dyn Searcher>>,
    /// What the operator set.
    pub(super) settings: Arc<Settings>,
    /// Where requests are entered and counted.
    pub(super) journal: Arc<Journal>,
    /// Whether the server was told to stop.
    pub(super) stopping: Arc<AtomicBool>,
}

impl Context {
    /// A context in which nothing has been asked yet.
    pub(super) fn new(engines: Arc<dyn Engines>, settings: Settings) -> Self {
        let metrics = Metrics::new(Arc::clone(&engines));
        let journal = Arc::new(Journal::new(metrics, settings.log.clone()));
        Self { engines, pinned: None, settings: Arc::new(settings), journal, stopping: Arc::default() }
    }
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

/// What is done to what stands at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// Looked at: GET, and HEAD, which leaves the body out.
    Get,
    /// Something is begun: POST.
    Begin,
    /// What stands there is to end: DELETE.
    End,
}

impl Verb {
    /// The methods that ask for it.
    pub(super) fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Get => &["GET", "HEAD"],
            Self::Begin => &["POST"],
            Self::End => &["DELETE"],
        }
    }

    /// The method by which it is described.
    pub(super) fn described(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Begin => "post",
            Self::End => "delete",
        }
    }
}

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

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    Anybody,
    /// Who brings the operator's token.
    Operator,
}

/// What an answer costs, and so where it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cost {
    /// Next to nothing: it waits for no search, and is not counted against the rate of its client.
    Nothing,
    /// A search, or as much as one.
    Search,
    /// A search, and then a thread for as long as the client reads.
    Export,
}

/// An address, and what answers it.
pub(super) struct Route {
    /// What is done to what stands there. GET is HEAD as well.
    pub(super) verb: Verb,
    /// The path; `{name}` stands for one segment.
    pub(super) path: &'static str,
    pub(super) audience: Audience,
    pub(super) lasting: Lasting,
    pub(super) right: Right,
    pub(super) cost: Cost,
    pub(super) handler: Handler,
    /// What it promises.
    pub(super) operation: &'static Operation,
}

const fn page(path: &'static str, handler: Handler, operation: &'static Operation) -> Route {
    Route { audience: Audience::People, ..data(path, handler, operation) }
}

const fn data(path: &'static str, handler: Handler, operation: &'static Operation) -> Route {
    Route { lasting: Lasting::Generation, cost: Cost::Search, ..always(path, handler, operation) }
}

const fn always(path: &'static str, handler: Handler, operation: &'static Operation) -> Route {
    Route {
        verb: Verb::Get,
        path,
        audience: Audience::Programs,
        lasting: Lasting::Unsaid,
        right: Right::Anybody,
        cost: Cost::Nothing,
        handler,
        operation,
    }
}

const fn guarded(verb: Verb, path: &'static str, handler: Handler, operation: &'static Operation) -> Route {
    Route { verb, right: Right::Operator, ..always(path, handler, operation) }
}

/// All addresses.
pub(super) const ROUTES: &[Route] = &[
    page("/", handlers::search::page, &operation::SEARCH_PAGE),
    Route { lasting: Lasting::Day, ..page("/articles/{id}", handlers::article::page, &operation::ARTICLE_AS_PAGE) },
    page("/coverage", handlers::overview::coverage, &operation::COVERAGE),
    page("/facets/{dimension}", handlers::search::facet_page, &operation::FACET_PAGE),
    page("/overview", handlers::overview::page, &operation::OVERVIEW_PAGE),
    page("/help", handlers::operations::help, &operation::HELP),
    Route {
        lasting: Lasting::Unsaid,
        cost: Cost::Nothing,
        ..page("/assets/{version}/{name}", handlers::operations::asset, &operation::ASSET)
    },
    data("/api/v1/search", handlers::search::json, &operation::FIND),
    data("/api/v1/articles/{id}", handlers::article::json, &operation::ARTICLE_AS_DATA),
    data("/api/v1/articles/{id}/similar", handlers::article::similar, &operation::SIMILAR_ARTICLES),
    data("/api/v1/articles/{id}/citation", handlers::citation::citation, &operation::CITE),
    Route { cost: Cost::Export, ..data("/api/v1/export", handlers::export::export, &operation::EXPORT_ALL) },
    data("/api/v1/export/manifest", handlers::export::manifest, &operation::EXPORT_MANIFEST),
    data("/api/v1/facets/{dimension}", handlers::search::facet, &operation::COUNT_FACET),
    data("/api/v1/crosstab", handlers::overview::table, &operation::COUNT_TABLE),
    data("/api/v1/suggest", handlers::suggest::json, &operation::SUGGEST),
    data("/api/v1/status", handlers::operations::status, &operation::STATUS),
    data("/api/v1/openapi.json", handlers::operations::openapi, &operation::DOCUMENT),
    guarded(Verb::Begin, "/api/v1/reindex", handlers::tasks::start, &operation::START_REINDEX),
    guarded(Verb::Get, "/api/v1/tasks", handlers::tasks::list, &operation::LIST_TASKS),
    guarded(Verb::Get, "/api/v1/tasks/{task}", handlers::tasks::follow, &operation::FOLLOW_TASK),
    guarded(Verb::End, "/api/v1/tasks/{task}", handlers::tasks::cancel, &operation::CANCEL_TASK),
    data("/suggest.json", handlers::suggest::browsers, &operation::BROWSERS),
    page("/feed.atom", handlers::following::feed, &operation::FEED),
    Route { cost: Cost::Nothing, ..page("/opensearch.xml", handlers::following::opensearch, &operation::OPENSEARCH) },
    always("/robots.txt", handlers::following::robots, &operation::ROBOTS),
    always("/healthz", handlers::operations::health, &operation::HEALTH),
    always("/readyz", handlers::operations::ready, &operation::READY),
    always("/metrics", handlers::operations::metrics, &operation::METRICS),
];

/// What stands at a path.
pub(super) enum Found {
    /// A route, with what stands in its braces.
    Route(&'static Route, Vec<String>),
    /// Routes for other methods, which are these.
    Methods(Vec<&'static str>),
    /// Nothing.
    Nothing,
}

/// Looks a path up.
pub(super) fn route(method: &Method, path: &str) -> Found {
    let here: Vec<_> = ROUTES.iter().filter_map(|route| Some((route, values(route.path, path)?))).collect();
    let methods: Vec<_> = here.iter().flat_map(|(route, _)| route.verb.methods()).copied().collect();
    match here.into_iter().find(|(route, _)| route.verb.methods().contains(&method.as_str())) {
        Some((route, values)) => Found::Route(route, values),
        None if methods.is_empty() => Found::Nothing,
        None => Found::Methods(methods),
    }
}

/// What stands in the braces of a pattern that a path fits. An empty segment is no value.
fn values(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(values),
            (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => {
                values.push(percent_decode_str(given).decode_utf8_lossy().into_owned());
            }
            (Some(wanted), Some(given)) if wanted == given => {}
            _ => return None,
        }
    }
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
            let found = match route(&Method::GET, path) {
                Found::Route(route, values) => Some((route.path, values)),
                _ => None,
            };
            let expected = expected.map(|(path, values)| (path, values.into_iter().map(str::to_owned).collect()));
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn no_address_has_two_routes() {
        let mut shapes: Vec<_> = ROUTES.iter().map(|route| (route.path, route.verb.methods())).collect();
        shapes.sort_unstable();
        assert!(shapes.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
