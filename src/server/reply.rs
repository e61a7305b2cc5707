//! Replies before they are put on the wire: whole ones, and ones that are made while they are sent.
//!
//! May not know what is answered, only how: status, type, headers, a body.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use serde::Serialize;
use tokio::sync::mpsc;
use warp::http::header::{self, HeaderName, HeaderValue};
use warp::http::{HeaderMap, StatusCode};

use crate::engine::EngineError;
use crate::server::guard::Place;
use crate::server::headers::headers;
use crate::server::problem::Problem;

/// Pieces of a stream that may wait for a slow reader; whoever makes them waits then.
const PIECES_WAITING_MAX: usize = 4;

/// The type of a page.
pub(super) const HTML: &str = "text/html; charset=utf-8";
/// The type of plain text.
pub(super) const TEXT: &str = "text/plain; charset=utf-8";
/// The type of data for programs.
pub(super) const JSON: &str = "application/json";

/// An answer before it is put on the wire.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) body: Body,
    pub(super) headers: Vec<(&'static str, String)>,
    /// How many articles a search found; of what is no search, nothing.
    pub(super) found: Option<u64>,
    /// The generation that it was made from.
    pub(super) generation: Option<String>,
    /// Of an error, the last word of its name.
    pub(super) problem: Option<&'static str>,
    /// Of an error, what only the operator may read.
    pub(super) reason: Option<String>,
}

/// What an answer holds.
pub(super) enum Body {
    /// All of it.
    Whole(Vec<u8>),
    /// Work that makes it piece by piece, on a thread of its own, with the place that it keeps until it is done.
    Stream(Producer, Option<Place>),
}

/// Makes a body: hands over each piece, and stops when one is not taken, because nobody listens any more. An error breaks
/// the connection off, so that what was sent cannot be taken for the whole.
pub(super) type Producer = Box<dyn FnOnce(&mut dyn FnMut(Vec<u8>) -> bool) -> Result<(), EngineError> + Send>;

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Stream(..) => write!(f, "a stream"),
        }
    }
}

impl Reply {
    /// A whole answer, status 200.
    pub(super) fn new(content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self::of(content_type, Body::Whole(body.into()))
    }

    /// An answer that is made while it is sent.
    pub(super) fn stream(content_type: &'static str, producer: Producer) -> Self {
        Self::of(content_type, Body::Stream(producer, None))
    }

    fn of(content_type: &'static str, body: Body) -> Self {
        let (found, generation, problem, reason) = (None, None, None, None);
        Self { status: 200, content_type, body, headers: Vec::new(), found, generation, problem, reason }
    }

    /// Data for programs.
    pub(super) fn json(value: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(value).map_err(|error| {
            Problem::engine(&EngineError::Failed { action: "write the answer", reason: error.to_string() })
        })?;
        Ok(Self::new(JSON, body))
    }

    /// A page for people.
    pub(super) fn page(body: String) -> Self {
        Self::new(HTML, body)
    }

    /// The answer of a search that found so many articles.
    pub(super) fn of_search(self, found: u64) -> Self {
        Self { found: Some(found), ..self }
    }

    /// With a header; a value that is no header value is left out.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The answer as warp sends it.
    pub(super) fn into_response(self) -> warp::reply::Response {
        let mut response = match self.body {
            Body::Whole(bytes) => warp::reply::Response::new(bytes.into()),
            Body::Stream(producer, place) => warp::Reply::into_response(warp::reply::stream(pieces(producer, place))),
        };
        // Statuses are written in this wing, all of them valid.
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let sent = response.headers_mut();
        sent.extend(headers());
        if self.status != 304 {
            sent.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        }
        insert(sent, self.headers);
        response
    }
}

fn insert(sent: &mut HeaderMap, headers: Vec<(&'static str, String)>) {
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            sent.insert(HeaderName::from_static(name), value);
        }
    }
}

/// The pieces that a producer makes on a thread of its own, in the time that its place allows.
fn pieces(producer: Producer, place: Option<Place>) -> Pieces {
    let (sender, receiver) = mpsc::channel(PIECES_WAITING_MAX);
    tokio::task::spawn_blocking(move || {
        let end = place.as_ref().and_then(|place| Instant::now().checked_add(place.time));
        let mut is_late = false;
        // A producer that panics must not look like one that is done.
        let make = || {
            producer(&mut |piece| {
                is_late = end.is_some_and(|end| Instant::now() > end);
                !is_late && sender.blocking_send(Ok(piece)).is_ok()
            })
        };
        let reason = match std::panic::catch_unwind(std::panic::AssertUnwindSafe(make)) {
            Ok(Ok(())) if is_late => {
                tracing::warn!("an answer was cut off, because its reader took too long");
                "its reader took too long".to_owned()
            }
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it ended in a panic".to_owned(),
        };
        // Nobody listens any more: then nobody is misled either.
        let _ = sender.blocking_send(Err(std::io::Error::other(reason)));
    });
    Pieces(receiver)
}

/// Pieces of a body on their way.
struct Pieces(mpsc::Receiver<std::io::Result<Vec<u8>>>);

impl warp::Stream for Pieces {
    type Item = std::io::Result<Vec<u8>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}
