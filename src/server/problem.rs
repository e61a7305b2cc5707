//! Errors as data: `application/problem+json` (RFC 9457) for programs, a page for people, one table for both.

use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::EngineError;
use crate::render::html;
use crate::search::cursor::CursorError;
use crate::search::export::parameters::Refusal;
use crate::search::parameters;
use crate::server::guard::Refused;
use crate::server::reply::{HTML, Reply};

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
    #[serde(skip)]
    retry_after_seconds: Option<u32>,
    /// The methods that do answer.
    #[serde(skip)]
    allow: Option<String>,
}

impl Problem {
    fn new(status: u16, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { kind, title, status, detail: detail.into(), errors: Vec::new(), retry_after_seconds: None, allow: None }
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
        Self { allow: Some(methods.join(", ")), ..problem }
    }

    /// The engine cannot answer.
    pub(super) fn engine(error: &EngineError) -> Self {
        tracing::error!(%error, "the engine failed");
        match error {
            EngineError::Missing(_) => Self {
                retry_after_seconds: Some(5),
                // No path of the machine goes out.
                ..Self::new(503, "/problems/starting", "There is no index yet", "the index is not built yet; try again")
            },
            EngineError::Outdated { .. } | EngineError::Newer { .. } => Self {
                retry_after_seconds: Some(60),
                ..Self::new(
                    503,
                    "/problems/version",
                    "The index is of another version",
                    "another version of the program made the index; `dossier index` on the server makes it anew",
                )
            },
            _ => Self::new(500, "/problems/engine", "The search failed", "the reason is in the server's log"),
        }
    }

    /// Too busy, or broken.
    pub(super) fn refused(refused: Refused) -> Self {
        match refused {
            Refused::Busy => Self {
                retry_after_seconds: Some(1),
                ..Self::new(503, "/problems/busy", "Too many searches at once", "try again in a moment")
            },
            Refused::Failed => {
                Self::new(500, "/problems/engine", "The search failed", "the reason is in the server's log")
            }
        }
    }

    /// The error as an answer to a program.
    pub(super) fn to_json(&self) -> Reply {
        // Plain data with text keys always has a JSON form.
        let body = serde_json::to_vec(self).unwrap_or_default();
        self.finish(Reply::new("application/problem+json", body))
    }

    /// The error as an answer to a person.
    pub(super) fn to_page(&self) -> Reply {
        self.finish(Reply::new(HTML, html::error_page(self.status, self.title, &self.detail)))
    }

    fn finish(&self, mut reply: Reply) -> Reply {
        reply.status = self.status;
        reply.headers.extend(self.allow.clone().map(|methods| ("allow", methods)));
        reply.headers.extend(self.retry_after_seconds.map(|seconds| ("retry-after", seconds.to_string())));
        reply
    }
}
