//! Whether the live index on a cluster can be searched now: one short question, kept for a second, asked by one at a time.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::engine::EngineError;
use crate::engine::opensearch::transport::Patience;
use crate::engine::opensearch::transport::{Cluster, Request, Verb};

/// How long an answer is given again: whoever asks more often asks the cluster no more.
const KEPT: Duration = Duration::from_secs(1);
/// How long the cluster may take, with a second node if the first is gone.
const PATIENCE: Patience = Patience { time: Duration::from_secs(3), tries: 2 };
/// What is done, for messages.
const ACTION: &str = "say whether its index can be searched";

/// The last answer.
#[derive(Debug, Default)]
pub struct Readiness {
    kept: Mutex<Option<(Instant, Result<(), EngineError>)>>,
}

/// Of an answer, what tells whether all parts of the index are there.
#[derive(Debug, Deserialize)]
struct Found {
    timed_out: bool,
    #[serde(rename = "_shards")]
    shards: Shards,
}

#[derive(Debug, Deserialize)]
struct Shards {
    total: usize,
    successful: usize,
}

impl Readiness {
    /// Whether a search of the live index would be answered whole.
    pub fn of(&self, cluster: &Cluster) -> Result<(), EngineError> {
        self.kept_or(Instant::now, || asked(cluster))
    }

    fn kept_or(
        &self,
        now: impl Fn() -> Instant,
        ask: impl FnOnce() -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Who waited for another's question takes its answer.
        if kept.as_ref().is_none_or(|(at, _)| now().saturating_duration_since(*at) >= KEPT) {
            let answer = ask();
            *kept = Some((now(), answer));
        }
        match kept.as_ref() {
            Some((_, Err(error))) => Err(again(error)),
            _ => Ok(()),
        }
    }
}

/// Searches every part for nothing in particular.
fn asked(cluster: &Cluster) -> Result<(), EngineError> {
    let address = cluster.address();
    let path = format!("{}/_search?allow_partial_search_results=false", address.name);
    let request = Request::new(Verb::Post, path, ACTION)
        .json(&serde_json::json!({ "size": 0, "track_total_hits": false, "timeout": "2s" }))
        .accepting(&[404])
        .patient(PATIENCE);
    let answer = cluster.ask(&request)?;
    if answer.status == 404 {
        return Err(EngineError::Missing(address.to_string().into()));
    }
    let found: Option<Found> = serde_json::from_slice(&answer.body).ok();
    match found {
        Some(Found { timed_out: false, shards }) if shards.successful == shards.total => Ok(()),
        Some(_) => Err(EngineError::Unreachable {
            address: address.to_string(),
            action: ACTION,
            reason: "parts of the index did not answer".to_owned(),
        }),
        None => Err(address.failed(ACTION, "its answer has another shape")),
    }
}

/// The same error once more, for the next who asks.
fn again(error: &EngineError) -> EngineError {
    match error {
        EngineError::Missing(place) => EngineError::Missing(place.clone()),
        EngineError::Unreachable { address, action, reason } => {
            EngineError::Unreachable { address: address.clone(), action, reason: reason.clone() }
        }
        EngineError::Overloaded { address, action, reason } => {
            EngineError::Overloaded { address: address.clone(), action, reason: reason.clone() }
        }
        EngineError::Denied { address, action, reason } => {
            EngineError::Denied { address: address.clone(), action, reason: reason.clone() }
        }
        EngineError::Cluster { address, action, reason } => {
            EngineError::Cluster { address: address.clone(), action, reason: reason.clone() }
        }
        other => EngineError::Failed { action: ACTION, reason: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn an_answer_is_kept_for_a_second_whether_good_or_bad() {
        let (begin, passed, asked) = (Instant::now(), Cell::new(0), Cell::new(0));
        let readiness = Readiness::default();
        let ask = |after_ms: u64, missing: bool| {
            passed.set(after_ms);
            let answer = readiness.kept_or(
                || begin + Duration::from_millis(passed.get()),
                || {
                    asked.set(asked.get() + 1);
                    if missing { Err(EngineError::Missing("http://h/n".into())) } else { Ok(()) }
                },
            );
            (answer.is_ok(), asked.get())
        };
        assert_eq!(ask(0, true), (false, 1));
        assert_eq!(ask(900, false), (false, 1), "kept");
        assert_eq!(ask(1000, false), (true, 2));
        assert_eq!(ask(1999, true), (true, 2), "kept");
        assert_eq!(ask(2000, true), (false, 3));
    }
}
