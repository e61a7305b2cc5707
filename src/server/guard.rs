//! What stands between the network and a search: how many run at once, how many may wait, and the headers that keep
//! a browser from doing more than a page needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;
use warp::http::header::{HeaderName, HeaderValue};
use warp::http::{HeaderMap, header};

/// Requests that may wait for a turn, for each that runs.
const WAITING_PER_RUNNING: usize = 32;

/// Lets so many searches run at once, so many more wait, and turns the rest away.
#[derive(Debug, Clone)]
pub struct Guard {
    turns: Arc<Semaphore>,
    present: Arc<AtomicUsize>,
    present_max: usize,
}

impl Default for Guard {
    fn default() -> Self {
        Self::new(std::thread::available_parallelism().map_or(2, usize::from))
    }
}

/// Why a search did not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Too many wait already.
    Busy,
    /// The search ended in a panic; the message is in the log.
    Failed,
}

impl Guard {
    /// A guard for `running` searches at once.
    pub fn new(running: usize) -> Self {
        let present_max = running * (1 + WAITING_PER_RUNNING);
        Self { turns: Arc::new(Semaphore::new(running)), present: Arc::default(), present_max }
    }

    /// Runs blocking work that is soon done, whoever else is waiting.
    pub(super) async fn run_at_once<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refused> {
        tokio::task::spawn_blocking(work).await.map_err(|_| Refused::Failed)
    }

    /// Runs blocking work when its turn comes.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refused> {
        let _present = Present::enter(&self.present, self.present_max).ok_or(Refused::Busy)?;
        // The semaphore is never closed; if it were, nobody could run.
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Refused::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.map_err(|_| Refused::Failed)
    }
}

/// A place among those who run or wait, given up when dropped (also by a client that went away).
struct Present(Arc<AtomicUsize>);

impl Present {
    fn enter(count: &Arc<AtomicUsize>, most: usize) -> Option<Self> {
        if count.fetch_add(1, Ordering::Relaxed) >= most {
            count.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(Self(Arc::clone(count)))
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Headers of every answer: pages load nothing but our own style sheet and scripts, and sit in no frame.
pub(super) fn headers() -> HeaderMap {
    let list: [(HeaderName, &str); 4] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    list.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
}
