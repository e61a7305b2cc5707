//! Reading the API from pages of other sites: allowed to none but those that the operator names, and never more than reading.

use std::str::FromStr;

use warp::http::header::{self, HeaderMap, HeaderValue};
use warp::http::uri::Authority;

use crate::server::asked::Asked;
use crate::server::reply::{Reply, TEXT};

/// What a script may read of an answer beside its body.
const EXPOSED: &str =
    "content-disposition, dossier-articles, dossier-generation, etag, link, retry-after, x-request-id";
/// What a script may ask with beside what every page may.
const ALLOWED: &str = "if-none-match";
/// How long a browser remembers what it was allowed, in seconds.
const REMEMBERED: &str = "3600";

/// A site: `https://host`, `http://host:8080`, or `*` for every site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// Why a text names no site.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no site; write it as browsers do, as in https://host or http://host:8080, without a slash at its end, or `*`"
)]
pub struct OriginError(String);

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let site = text.to_ascii_lowercase();
        let is_site = || {
            let (scheme, host) = site.split_once("://")?;
            let host = host.parse::<Authority>().ok().filter(|host| !host.host().is_empty())?;
            let is_plain = host.as_str().chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c));
            Some(matches!(scheme, "http" | "https") && is_plain)
        };
        if site == "*" || is_site() == Some(true) {
            return Ok(Self(site));
        }
        Err(OriginError(text.to_owned()))
    }
}

/// The sites that may read.
#[derive(Debug, Clone)]
pub(super) struct Cors(Vec<Origin>);

impl Cors {
    pub(super) fn new(origins: &[Origin]) -> Self {
        Self(origins.to_vec())
    }

    /// Whether a browser asks beforehand if a page of an allowed site may ask.
    pub(super) fn is_preflight(&self, asked: &Asked) -> bool {
        asked.method == "OPTIONS"
            && asked.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
            && self.allowed(asked).is_some()
    }

    /// The answer to that: reading is allowed, whatever was asked for.
    pub(super) fn preflight() -> Reply {
        Reply { status: 204, ..Reply::new(TEXT, "") }
            .with("access-control-allow-methods", "GET, HEAD")
            .with("access-control-allow-headers", ALLOWED)
            .with("access-control-max-age", REMEMBERED)
    }

    /// Adds to an answer what lets pages of allowed sites read it.
    pub(super) fn mark(&self, asked: &Asked, sent: &mut HeaderMap) {
        if self.0.is_empty() || !asked.is_of_api() {
            return;
        }
        if !self.is_open() {
            // Also for those who may not: a cache must not hand them the answer to one who may.
            sent.append(header::VARY, HeaderValue::from_static("origin"));
        }
        if let Some(origin) = self.allowed(asked) {
            sent.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            sent.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
        }
    }

    fn is_open(&self) -> bool {
        self.0.iter().any(|origin| origin.0 == "*")
    }

    /// What an allowed site is to be told.
    fn allowed(&self, asked: &Asked) -> Option<HeaderValue> {
        let origin = asked.headers.get(header::ORIGIN).filter(|_| asked.is_of_api())?;
        if self.is_open() {
            return Some(HeaderValue::from_static("*"));
        }
        self.0.iter().any(|known| known.0.as_bytes() == origin.as_bytes()).then(|| origin.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_written_as_browsers_write_it() {
        for good in ["*", "https://host", "http://host:8080", "http://[::1]:8080", "HTTPS://Host.Example"] {
            assert_eq!(good.parse::<Origin>(), Ok(Origin(good.to_ascii_lowercase())));
        }
        for bad in [
            "",
            "null",
            "host",
            "https://",
            "https://host/",
            "https://host/a",
            "ftp://host",
            "https://a@b",
            "https://*",
            "https://a b",
        ] {
            assert_eq!(bad.parse::<Origin>(), Err(OriginError(bad.to_owned())), "{bad}");
        }
    }
}
