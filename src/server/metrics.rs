//! What the server counts of itself, as OpenMetrics text that Prometheus reads.
//!
//! Labels are words of ours (routes, methods, classes of statuses, reasons), never what a client sent, so that nobody can
//! make them grow. Every name stands in `docs/operations.md`. May not log, and may not know how a request is answered.

mod index;
mod process;
mod reindexing;

use std::fmt::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::engine::Engines;
use crate::reindex::tasks::Tasks;
use crate::server::metrics::index::IndexCollector;
use crate::server::metrics::process::ProcessCollector;
use crate::server::metrics::reindexing::ReindexingCollector;

/// The type of the text (OpenMetrics 1.0).
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Upper bounds of the classes of latency, in seconds: from what a page out of memory takes to what nobody waits for.
const LATENCY_SECONDS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// A request as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    method: &'static str,
    status: &'static str,
}

/// A label of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByRoute {
    route: &'static str,
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByReason {
    reason: &'static str,
}

/// All that is counted. Cheap to clone; clones count into one. Whatever is counted besides has a field here, its name in one
/// of the two lists below, and a row in `docs/operations.md`.
#[derive(Debug, Clone)]
pub(super) struct Metrics {
    requests: Family<Answered, Counter>,
    latency: Family<ByRoute, Histogram, fn() -> Histogram>,
    bytes: Family<ByRoute, Counter>,
    in_flight: Gauge,
    refused: Family<ByReason, Counter>,
    abandoned: Counter,
    slow: Counter,
    searches: Counter,
    empty: Counter,
    slow_searches: Counter,
    connections: Gauge,
    connections_all: Counter,
    connections_failed: Family<ByReason, Counter>,
    following: Arc<Following>,
    registry: Arc<Registry>,
}

/// How it went to follow the index.
#[derive(Debug, Default)]
struct Following {
    opened_at: AtomicI64,
    failures: AtomicU64,
}

/// Counts one of something for as long as it lives.
#[derive(Debug)]
pub(super) struct Present(Gauge);

impl Present {
    fn enter(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// Nothing counted yet; what is told of the index and of its making is asked of `engines` and `tasks` whenever the text is made.
    pub(super) fn new(engines: Arc<dyn Engines>, tasks: Option<Tasks>) -> Self {
        let mut metrics = Self {
            requests: Family::default(),
            latency: Family::new_with_constructor(|| Histogram::new(LATENCY_SECONDS)),
            bytes: Family::default(),
            in_flight: Gauge::default(),
            refused: Family::default(),
            abandoned: Counter::default(),
            slow: Counter::default(),
            searches: Counter::default(),
            empty: Counter::default(),
            slow_searches: Counter::default(),
            connections: Gauge::default(),
            connections_all: Counter::default(),
            connections_failed: Family::default(),
            following: Arc::default(),
            registry: Arc::default(),
        };
        let mut registry = Registry::default();
        metrics.name_requests(registry.sub_registry_with_prefix("dossier_http"));
        metrics.name_the_rest(registry.sub_registry_with_prefix("dossier"));
        let following = Arc::clone(&metrics.following);
        registry.register_collector(Box::new(IndexCollector { engines, following }));
        registry.register_collector(Box::new(ProcessCollector));
        if let Some(tasks) = tasks {
            registry.register_collector(Box::new(ReindexingCollector(tasks)));
        }
        metrics.registry = Arc::new(registry);
        metrics
    }

    fn name_requests(&self, http: &mut Registry) {
        http.register("requests", "Requests answered, by route, method and class of status", self.requests.clone());
        let help = "Time from the head of a request to the end of its answer, by route";
        http.register_with_unit("request_duration", help, Unit::Seconds, self.latency.clone());
        let help = "Bodies of answers as they were sent, packed ones packed, by route";
        http.register_with_unit("response", help, Unit::Bytes, self.bytes.clone());
        http.register("requests_in_flight", "Requests that are being answered", self.in_flight.clone());
        http.register("requests_refused", "Requests turned away, by reason", self.refused.clone());
        let help = "Requests whose client went away before the end of the answer";
        http.register("requests_abandoned", help, self.abandoned.clone());
        http.register("requests_slow", "Requests that took longer than --log-slow says", self.slow.clone());
        http.register("connections_open", "Open connections", self.connections.clone());
        http.register("connections", "Connections taken", self.connections_all.clone());
        let help = "Connections that ended in a failure, by reason";
        http.register("connections_failed", help, self.connections_failed.clone());
    }

    fn name_the_rest(&self, ours: &mut Registry) {
        ours.register("searches", "Searches made for pages and programs", self.searches.clone());
        ours.register("searches_without_hits", "Searches that found nothing", self.empty.clone());
        ours.register("searches_slow", "Searches that took longer than --log-slow says", self.slow_searches.clone());
        ours.register("build", "The program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
    }

    /// A request is being answered, as long as this is kept.
    pub(super) fn request(&self) -> Present {
        Present::enter(&self.in_flight)
    }

    /// A request was answered: pattern of its route, method, status, time and bytes of the body.
    pub(super) fn answered(&self, route: &'static str, method: &'static str, status: u16, took: Duration, bytes: u64) {
        self.requests.get_or_create(&Answered { route, method, status: class(status) }).inc();
        self.latency.get_or_create(&ByRoute { route }).observe(took.as_secs_f64());
        self.bytes.get_or_create(&ByRoute { route }).inc_by(bytes);
    }

    /// A request was turned away.
    pub(super) fn refused(&self, reason: &'static str) {
        self.refused.get_or_create(&ByReason { reason }).inc();
    }

    /// A client went away.
    pub(super) fn abandoned(&self) {
        self.abandoned.inc();
    }

    /// A request took long.
    pub(super) fn slow(&self, searched: bool) {
        self.slow.inc();
        if searched {
            self.slow_searches.inc();
        }
    }

    /// A search was made and found so much.
    pub(super) fn searched(&self, found: u64) {
        self.searches.inc();
        if found == 0 {
            self.empty.inc();
        }
    }

    /// A connection is open, as long as this is kept.
    pub(super) fn connection(&self) -> Present {
        self.connections_all.inc();
        Present::enter(&self.connections)
    }

    /// A connection ended in a failure.
    pub(super) fn connection_failed(&self, reason: &'static str) {
        self.connections_failed.get_or_create(&ByReason { reason }).inc();
    }

    /// A generation was opened.
    pub(super) fn opened(&self) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        self.following.opened_at.store(i64::try_from(now).unwrap_or_default(), Ordering::Relaxed);
    }

    /// The live generation could not be opened.
    pub(super) fn not_opened(&self) {
        self.following.failures.fetch_add(1, Ordering::Relaxed);
    }

    /// All of it as text. Reads the sizes of the index's files and, on Linux, `/proc`: a millisecond or so.
    pub(super) fn text(&self) -> Result<String, Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// The class of a status.
fn class(status: u16) -> &'static str {
    match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}
