//! A request as it came, and from whom.
//!
//! May not judge it.

use std::net::IpAddr;

use warp::http::Method;
use warp::http::header::{AsHeaderName, HeaderMap};

use crate::server::request_id::RequestId;

/// Where a request came from: put among the extensions of a request by `server::connections`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// A request as it came, without its body.
#[derive(Debug)]
pub(super) struct Asked {
    /// The name that it came with, or one of ours.
    pub(super) id: RequestId,
    pub(super) method: Method,
    /// The path, encoded.
    pub(super) path: String,
    /// What stands after the question mark, encoded; may be empty.
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    /// The other end of the connection. Unknown where there is no socket.
    pub(super) peer: Option<Peer>,
}

impl Asked {
    /// The first header of a name, if it is text.
    pub(super) fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether it is for programs by its address alone.
    pub(super) fn is_of_api(&self) -> bool {
        self.path.starts_with("/api/")
    }
}
