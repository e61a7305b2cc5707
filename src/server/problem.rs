//! Errors as data: `application/problem+json` (RFC 9457) for programs, a page for people, one table for both.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::EngineError;
use crate::render::html;
use crate::search::cursor::CursorError;
use crate::search::export::parameters::Refusal;
use crate::search::parameters;
use crate::server::pool::Refused;
use crate::server::reply::{HTML, Reply};
use crate::server::request_id::RequestId;
use crate::server::token::Denied;

/// What an error is, and what to do about it (RFC 9457).
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Problem {
    /// The stable name of the kind of error: what a program decides by.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The kind of error, for people.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// What happened here, and what to do.
    detail: String,
    /// Each parameter that cannot be used; there where parameters are at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<parameters::Problem>,
    /// The name of the request, as the header `X-Request-Id` has it: whoever runs the server finds it in the log by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<Box<str>>,
    /// What only the operator may read: it goes into the log.
    #[serde(skip)]
    reason: Option<Box<str>>,
    #[serde(skip)]
    retry_after_seconds: Option<u32>,
    /// Headers that belong to it.
    #[serde(skip)]
    headers: Vec<(&'static str, String)>,
}

impl Problem {
    fn new(status: u16, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        let (request_id, reason, retry_after_seconds, headers) = (None, None, None, Vec::new());
        let (detail, errors) = (detail.into(), Vec::new());
        Self { kind, title, status, detail, errors, request_id, reason, retry_after_seconds, headers }
    }

    /// Parameters that cannot be taken.
    pub(super) fn parameters(errors: Vec<parameters::Problem>) -> Self {
        let detail = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        Self { errors, ..Self::new(400, "/problems/parameter", "A parameter cannot be used", detail) }
    }

    /// A cursor that leads nowhere.
    pub(super) fn cursor(error: CursorError) -> Self {
        let problem = parameters::Problem::from(error.clone());
        match error {
            CursorError::Foreign => Self::parameters(vec![problem]),
            CursorError::Gone => {
                let detail = problem.to_string();
                Self { errors: vec![problem], ..Self::new(410, "/problems/cursor", "The index has changed", detail) }
            }
        }
    }

    /// No such article.
    pub(super) fn no_article(id: &str) -> Self {
        Self::new(404, "/problems/article", "There is no such article", format!("no article has the id `{id}`"))
    }

    /// No such dimension.
    pub(super) fn no_dimension(name: &str, known: &[String]) -> Self {
        let detail = format!("there is no dimension `{name}`; the dimensions are {}", known.join(", "));
        Self::new(404, "/problems/dimension", "There is no such dimension", detail)
    }

    /// An export that cannot be made.
    pub(super) fn export(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Parameters(errors) => Self::parameters(errors),
            Refusal::Generation { wanted, live } => {
                let detail = format!(
                    "the generation `{wanted}` was asked for, and `{live}` is live; start again without `generation`"
                );
                Self::new(409, "/problems/generation", "The index has changed", detail)
            }
        }
    }

    /// No such address.
    pub(super) fn no_route(path: &str) -> Self {
        let detail = format!("nothing is at {path}; searches are at / and /api/v1/search");
        Self::new(404, "/problems/address", "There is nothing here", detail)
    }

    /// An address that does not answer this method, but `methods`.
    pub(super) fn method(path: &str, methods: &[&str]) -> Self {
        let detail = format!("{path} answers {} only", methods.join(" and "));
        let problem = Self::new(405, "/problems/method", "This method is not allowed here", detail);
        Self { headers: vec![("allow", methods.join(", "))], ..problem }
    }

    /// A request under a name that is none of this server's.
    pub(super) fn foreign_host(host: &str) -> Self {
        let detail = format!(
            "this server listens on its own machine only and does not answer to the name `{host}`; ask for localhost, or start it \
             with --public-url and the name that people reach it by"
        );
        Self::new(421, "/problems/host", "This is not the server of that name", detail)
    }

    /// A request that does not say which server it is for.
    pub(super) fn no_host() -> Self {
        let detail =
            "the header Host names no host, or stands more than once; write it once, as in Host: localhost:7171";
        Self::new(400, "/problems/host", "The header Host cannot be used", detail)
    }

    /// A change that a page of another site asks for.
    pub(super) fn foreign_origin() -> Self {
        let detail =
            "a page of another site may change nothing here; ask without a browser, or from a page of this server";
        Self::new(403, "/problems/origin", "Another site may not do this", detail)
    }

    /// An address asks too often; it may again in so many seconds.
    pub(super) fn too_often(seconds: u32) -> Self {
        let detail =
            format!("too many requests come from your address; ask again in {seconds} s, and then more slowly");
        let problem = Self::new(429, "/problems/rate", "Too many requests", detail);
        Self { retry_after_seconds: Some(seconds), ..problem }
    }

    /// An address with parameters that is too long.
    pub(super) fn long_address(bytes: usize) -> Self {
        let detail = format!("the address and its parameters are longer than {bytes} bytes; ask for less at once");
        Self::new(414, "/problems/length", "The address is too long", detail)
    }

    /// Headers that are too long.
    pub(super) fn long_headers(bytes: usize) -> Self {
        let detail = format!("the headers are longer than {bytes} bytes together; send fewer, cookies above all");
        Self::new(431, "/problems/headers", "The headers are too long", detail)
    }

    /// A body that is too long.
    pub(super) fn body_too_long(bytes: usize) -> Self {
        let detail = format!("the body is longer than {bytes} bytes; parameters belong into the address");
        Self::new(413, "/problems/body", "The body is too long", detail)
    }

    /// A body that does not come.
    pub(super) fn body_too_slow(time: Duration) -> Self {
        let detail = format!("the body did not come within {} s; parameters belong into the address", time.as_secs());
        Self::new(408, "/problems/slow", "The request took too long", detail)
    }

    /// A body that breaks off.
    pub(super) fn body_broken() -> Self {
        Self::new(400, "/problems/body", "The body is broken", "it broke off, or its pieces are not as HTTP has them")
    }

    /// The engine cannot answer.
    pub(super) fn engine(error: &EngineError) -> Self {
        let problem = match error {
            EngineError::Missing(_) => Self {
                retry_after_seconds: Some(5),
                // No path of the machine goes out.
                ..Self::new(503, "/problems/starting", "There is no index yet", "the index is not built yet; try again")
            },
            // It says what to do, and nothing of this machine.
            EngineError::TooSlow => {
                Self::new(503, "/problems/search-time", "The search took too long", error.to_string())
            }
            EngineError::Damaged { .. } => Self::new(
                503,
                "/problems/index",
                "The index is damaged",
                "whoever runs the server finds what is damaged, and the remedy, in its log",
            ),
            EngineError::Outdated { .. } | EngineError::Newer { .. } => Self {
                retry_after_seconds: Some(60),
                ..Self::new(
                    503,
                    "/problems/version",
                    "The index is of another version",
                    "another version of the program made the index; `dossier index` on the server makes it anew",
                )
            },
            // Of the cluster's names and addresses nothing goes out.
            EngineError::Unreachable { .. } | EngineError::Denied { .. } => Self {
                retry_after_seconds: Some(5),
                ..Self::new(
                    503,
                    "/problems/cluster",
                    "The index cannot be reached",
                    "the machines that keep the index do not answer this server; the reason is in its log",
                )
            },
            EngineError::Overloaded { .. } => Self {
                retry_after_seconds: Some(2),
                ..Self::new(
                    503,
                    "/problems/busy",
                    "Too many requests at once",
                    "the machines that keep the index have too much to do; try again in a moment",
                )
            },
            EngineError::Cluster { .. } => {
                Self::new(502, "/problems/engine", "The search failed", "the reason is in the server's log")
            }
            _ => Self::new(500, "/problems/engine", "The search failed", "the reason is in the server's log"),
        };
        Self { reason: Some(error.to_string().into()), ..problem }
    }

    /// Nobody is let in by a token here, because the server was started without one.
    pub(super) fn reindexing_off() -> Self {
        let detail = "this server was started without a token; start it with --token-file FILE to reindex over HTTP";
        Self::new(403, "/problems/reindex-off", "Reindexing over HTTP is off", detail)
    }

    /// The token does not let in.
    pub(super) fn denied(denied: Denied) -> Self {
        let challenge = |challenge: &str, detail: &str| Self {
            headers: vec![("www-authenticate", challenge.to_owned())],
            ..Self::new(401, "/problems/token", "This needs the operator's token", detail)
        };
        match denied {
            Denied::Missing => {
                challenge("Bearer realm=\"dossier\"", "send it as `Authorization: Bearer TOKEN`, never in the address")
            }
            // RFC 6750 names the error only to who tried.
            Denied::Wrong => challenge(
                "Bearer realm=\"dossier\", error=\"invalid_token\"",
                "this is not the token; after some wrong ones an address has to wait",
            ),
            Denied::Waiting(seconds) => Self {
                retry_after_seconds: Some(seconds),
                ..Self::new(
                    429,
                    "/problems/too-many",
                    "Too many wrong tokens",
                    format!("too many wrong tokens came from this address; try again in {seconds} seconds"),
                )
            },
        }
    }

    /// A reindex is under way in this server.
    pub(super) fn reindexing(address: &str) -> Self {
        let detail = format!("one runs already: follow it at {address}, and ask again when it has ended");
        let problem = Self::new(409, "/problems/reindexing", "A reindex is under way", detail);
        Self { headers: vec![("location", address.to_owned())], ..problem }
    }

    /// Another process writes to the index.
    pub(super) fn writing() -> Self {
        let detail =
            "another process is writing to this index, `dossier index` perhaps; this server follows when it is done";
        Self::new(409, "/problems/writing", "Another process is writing", detail)
    }

    /// No such task.
    pub(super) fn no_task(id: &str) -> Self {
        let detail =
            format!("no task `{id}` is known; the last ones are at /api/v1/tasks, until the server is started anew");
        Self::new(404, "/problems/task", "There is no such task", detail)
    }

    /// What should work and did not.
    pub(super) fn failed(title: &'static str) -> Self {
        Self::new(500, "/problems/engine", title, "the reason is in the server's log")
    }

    /// Too busy, or broken.
    pub(super) fn refused(refused: Refused) -> Self {
        match refused {
            Refused::Busy => Self {
                retry_after_seconds: Some(1),
                ..Self::new(
                    503,
                    "/problems/busy",
                    "Too many requests at once",
                    "others wait already; try again in a moment",
                )
            },
            Refused::Failed => {
                let problem =
                    Self::new(500, "/problems/engine", "The search failed", "the reason is in the server's log");
                // The panic's own message carries the name of the request.
                Self { reason: Some("it ended in a panic".into()), ..problem }
            }
        }
    }

    /// The server is about to end.
    pub(super) fn stopping() -> Self {
        Self::new(503, "/problems/stopping", "The server is stopping", "what was asked before is still answered")
    }

    /// The error of a request that has this name.
    pub(super) fn of_request(self, id: &RequestId) -> Self {
        Self { request_id: Some(id.as_str().into()), ..self }
    }

    /// The error as an answer to a program.
    pub(super) fn to_json(&self) -> Reply {
        // Plain data with text keys always has a JSON form.
        let body = serde_json::to_vec(self).unwrap_or_default();
        self.finish(Reply::new("application/problem+json", body))
    }

    /// The error as an answer to a person.
    pub(super) fn to_page(&self) -> Reply {
        self.finish(Reply::new(
            HTML,
            html::error_page(self.status, self.title, &self.detail, self.request_id.as_deref()),
        ))
    }

    fn finish(&self, mut reply: Reply) -> Reply {
        reply.status = self.status;
        reply.problem = self.kind.rsplit('/').next();
        reply.reason = self.reason.as_deref().map(str::to_owned);
        reply.headers.extend(self.headers.iter().cloned());
        reply.headers.extend(self.retry_after_seconds.map(|seconds| ("retry-after", seconds.to_string())));
        reply
    }
}
