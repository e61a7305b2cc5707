//! Headers of every answer, errors included: what keeps a browser from doing more with it than a page needs.
//!
//! No `Strict-Transport-Security`: whoever ends TLS, a proxy in front, knows whether it may be said. Nothing names the
//! program or its version.

use warp::http::HeaderMap;
use warp::http::header::{self, HeaderName, HeaderValue};

/// The headers. Pages load nothing but our own style sheet and scripts, send their form nowhere else, sit in no frame, and
/// share no window with other sites; no other site may load what is answered. An answer may say otherwise of its keeping.
pub(super) fn headers() -> HeaderMap {
    let list: [(HeaderName, &str); 8] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // For browsers that do not know `frame-ancestors`.
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        // The clipboard is not among them: a button copies the search as a command.
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    list.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
}
