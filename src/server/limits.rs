//! How much of everything the server takes from its clients, each bound with its unit. `docs/operations.md` explains them.
//!
//! May not enforce any: the rooms that do name this one.

use std::time::Duration;

/// Requests that may wait for a turn, for each search that runs.
const WAITING_PER_SEARCH: usize = 32;
/// Searches at once where the number of cores cannot be learned.
const SEARCHES_DEFAULT: usize = 2;

/// What one server takes. `Default` is what a server that people reach by a proxy can bear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at once; the next one waits to be taken.
    pub connections: usize,
    /// Connections that one address may have open at once; 0 is as many as it likes. Not for this machine itself, nor for
    /// trusted proxies, which bring many clients.
    pub connections_per_address: usize,
    /// For how long a client may take over the head of a request, and a kept connection may stay silent.
    pub head_time: Duration,
    /// Longest address of a request with its parameters, in bytes.
    pub target_bytes: usize,
    /// All header lines of a request together, in bytes.
    pub header_bytes: usize,
    /// Longest body of a request, in bytes.
    pub body_bytes: usize,
    /// For how long a client may take over the body of a request.
    pub body_time: Duration,
    /// For how long a client may take none of an answer.
    pub stalled_time: Duration,
    /// Searches that run at once, each on a thread of its own.
    pub searches: usize,
    /// Requests that may wait until a search has ended.
    pub waiting: usize,
    /// Exports that are sent at once, each on a thread of its own.
    pub exports: usize,
    /// For how long one export may be sent.
    pub export_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            connections_per_address: 64,
            head_time: Duration::from_secs(10),
            target_bytes: 16 * 1024,
            header_bytes: 16 * 1024,
            body_bytes: 16 * 1024,
            body_time: Duration::from_secs(10),
            stalled_time: Duration::from_secs(30),
            exports: 8,
            export_time: Duration::from_hours(1),
            searches: 0,
            waiting: 0,
        }
        .searching(std::thread::available_parallelism().map_or(SEARCHES_DEFAULT, usize::from))
    }
}

impl Limits {
    /// With so many searches at once, and as many more waiting as they can work off in good time.
    pub fn searching(self, searches: usize) -> Self {
        Self { searches, waiting: searches * WAITING_PER_SEARCH, ..self }
    }

    /// The largest head of a request that is read at all, in bytes: what is larger is not even told apart. It holds an address and
    /// headers of the longest, and the line breaks between them.
    pub(super) fn head_bytes(&self) -> usize {
        self.target_bytes + self.header_bytes + 16 * 1024
    }
}
