//! What is kept of each request: its name, its part in the metrics, and one line in the log.
//!
//! Nothing that a reader looked for or looked at goes into the log unless the operator asked for it: lines say the pattern of a
//! route, never the address. Requests that are turned away come in one line a second, so that whoever sends too many of
//! them cannot fill a disk. May not know what is answered.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::server::metrics::{Metrics, Present};
use crate::server::reply::{Body, Producer, Reply};
use crate::server::request_id::{HEADER, RequestId};

/// What the operator wants to read of each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    /// Whether lines carry the path and the query as they came.
    pub queries: bool,
    /// Whether lines carry the address that the request came from.
    pub addresses: bool,
    /// From what time on a request is told of as slow.
    pub slow: Duration,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { queries: false, addresses: false, slow: Duration::from_secs(1) }
    }
}

/// The route of a request that has none.
pub(super) const UNMATCHED: &str = "unmatched";
/// The method whose answers are sent without their bodies.
const HEAD: &str = "HEAD";
/// Statuses of requests that were not even looked at: foreign, too large, too slow, too many.
const REFUSALS: [u16; 8] = [403, 408, 413, 414, 421, 429, 431, 503];
/// How often requests that were turned away are told of.
const REFUSALS_EVERY: Duration = Duration::from_secs(1);

/// Where all requests are entered.
#[derive(Debug)]
pub(super) struct Journal {
    pub(super) metrics: Metrics,
    settings: LogSettings,
    refusals: Mutex<Refusals>,
}

/// What was turned away since it was last told of.
#[derive(Debug, Default)]
struct Refusals {
    told_at: Option<Instant>,
    reasons: BTreeMap<&'static str, u64>,
}

/// What is known of a request when it comes.
#[derive(Debug)]
pub(super) struct Came<'a> {
    /// The pattern of its route, or `UNMATCHED`.
    pub(super) route: &'static str,
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    /// Unknown where there is no socket.
    pub(super) peer: Option<IpAddr>,
    pub(super) id: &'a RequestId,
}

impl Journal {
    /// A journal with nothing in it.
    pub(super) fn new(metrics: Metrics, settings: LogSettings) -> Self {
        Self { metrics, settings, refusals: Mutex::default() }
    }

    /// Begins the entry of a request.
    pub(super) fn enter(self: &Arc<Self>, came: &Came<'_>) -> Entry {
        let id = came.id.clone();
        let settings = &self.settings;
        Entry {
            span: tracing::error_span!("request", request_id = id.as_str()),
            id,
            route: came.route,
            method: method(came.method),
            path: settings.queries.then(|| came.path.to_owned()),
            query: settings.queries.then(|| came.query.to_owned()),
            peer: came.peer.filter(|_| settings.addresses).map(|peer| peer.to_string()),
            started: Instant::now(),
            _present: self.metrics.request(),
            journal: Arc::clone(self),
            closed: false,
        }
    }

    /// Tells what was turned away, if it is time. A server calls it now and then, so that nothing stays untold.
    pub(super) fn tell_refusals(&self) {
        self.refusals(|_| {});
    }

    /// Tells what was turned away and not told yet; the server ends.
    pub(super) fn tell_last_refusals(&self) {
        self.refusals(|refusals| refusals.told_at = None);
    }

    fn refusals(&self, change: impl FnOnce(&mut Refusals)) {
        // Counts are whole whoever held the lock last.
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut refusals);
        let is_time = refusals.told_at.is_none_or(|told_at| told_at.elapsed() >= REFUSALS_EVERY);
        if refusals.reasons.is_empty() || !is_time {
            return;
        }
        let count: u64 = refusals.reasons.values().sum();
        let reasons: Vec<_> = refusals.reasons.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
        *refusals = Refusals { told_at: Some(Instant::now()), reasons: BTreeMap::new() };
        drop(refusals);
        tracing::warn!(count, reasons = reasons.join(", "), "requests were turned away");
    }
}

/// The entry of one request. Dropped without `close`, its client went away.
#[derive(Debug)]
pub(super) struct Entry {
    id: RequestId,
    /// What is logged inside it carries the id of the request.
    span: tracing::Span,
    route: &'static str,
    method: &'static str,
    path: Option<String>,
    query: Option<String>,
    peer: Option<String>,
    started: Instant,
    _present: Present,
    journal: Arc<Journal>,
    closed: bool,
}

/// What became of a request.
struct Outcome {
    status: u16,
    bytes: u64,
    found: Option<u64>,
    generation: Option<String>,
    /// The last word of the problem's name, where there is one.
    problem: Option<&'static str>,
    /// What only the operator may read.
    reason: Option<String>,
}

impl Entry {
    /// The span that messages belong to.
    pub(super) fn span(&self) -> tracing::Span {
        self.span.clone()
    }

    /// Ends the entry with the answer, which then carries the id. An answer that is made while it is sent is entered when
    /// its last piece was taken.
    pub(super) fn close(mut self, reply: Reply) -> Reply {
        let reply = reply.with(HEADER, self.id.as_str());
        let (found, problem) = (reply.found, reply.problem);
        let (generation, reason) = (reply.generation.clone(), reply.reason.clone());
        let mut outcome = Outcome { status: reply.status, bytes: 0, found, generation, problem, reason };
        match reply.body {
            Body::Whole(bytes) => {
                outcome.bytes = if self.method == HEAD { 0 } else { bytes.len() as u64 };
                self.write(&outcome);
                Reply { body: Body::Whole(bytes), ..reply }
            }
            Body::Stream(producer, place) => {
                let body = Body::Stream(self.following(producer, outcome), place);
                Reply { body, ..reply }
            }
        }
    }

    /// The same pieces, entered when they have been sent.
    fn following(mut self, producer: Producer, mut outcome: Outcome) -> Producer {
        Box::new(move |send| {
            let _span = self.span().entered();
            let mut listening = true;
            let done = producer(&mut |piece| {
                let length = piece.len() as u64;
                listening = send(piece);
                outcome.bytes += if listening { length } else { 0 };
                listening
            });
            match &done {
                Ok(()) if listening || self.method == HEAD => self.write(&outcome),
                // Nobody listens any more: `drop` tells.
                Ok(()) => {}
                Err(error) => {
                    (outcome.status, outcome.reason) = (500, Some(format!("the answer was broken off: {error}")));
                    self.write(&outcome);
                }
            }
            done
        })
    }

    fn write(&mut self, outcome: &Outcome) {
        self.closed = true;
        let took = self.started.elapsed();
        let metrics = &self.journal.metrics;
        metrics.answered(self.route, self.method, outcome.status, took, outcome.bytes);
        if let Some(found) = outcome.found {
            metrics.searched(found);
        }
        let slow = took >= self.journal.settings.slow;
        if slow {
            metrics.slow(outcome.found.is_some());
        }
        match outcome.status {
            status if REFUSALS.contains(&status) => {
                let reason = outcome.problem.unwrap_or("other");
                metrics.refused(reason);
                self.log(tracing::Level::DEBUG, "turned away", took, outcome);
                self.journal.refusals(|refusals| *refusals.reasons.entry(reason).or_default() += 1);
            }
            500.. => self.log(tracing::Level::ERROR, "failed", took, outcome),
            _ if slow => self.log(tracing::Level::WARN, "slow", took, outcome),
            _ => self.log(tracing::Level::INFO, "answered", took, outcome),
        }
    }

    fn log(&self, level: tracing::Level, message: &'static str, took: Duration, outcome: &Outcome) {
        // The level of an event is a constant of the place where it stands.
        macro_rules! log {
            ($log:ident) => {
                tracing::$log!(
                    request_id = self.id.as_str(),
                    method = self.method,
                    route = self.route,
                    path = self.path,
                    query = self.query,
                    status = outcome.status,
                    ms = (took.as_micros() as f64) / 1000.0,
                    bytes = outcome.bytes,
                    found = outcome.found,
                    generation = outcome.generation,
                    problem = outcome.problem,
                    reason = outcome.reason,
                    peer = self.peer,
                    "{message}"
                )
            };
        }
        match level {
            tracing::Level::ERROR => log!(error),
            tracing::Level::WARN => log!(warn),
            tracing::Level::INFO => log!(info),
            _ => log!(debug),
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if self.closed {
            return;
        }
        let mut outcome = Outcome { status: 499, bytes: 0, found: None, generation: None, problem: None, reason: None };
        if std::thread::panicking() {
            (outcome.status, outcome.reason) = (500, Some("the answer was broken off by a panic".to_owned()));
            self.write(&outcome);
        } else {
            self.journal.metrics.abandoned();
            self.log(tracing::Level::INFO, "abandoned", self.started.elapsed(), &outcome);
        }
    }
}

/// The method as a word of ours.
fn method(name: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.iter().find(|known| **known == name).copied().unwrap_or("other")
}
