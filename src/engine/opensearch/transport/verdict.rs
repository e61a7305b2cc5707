//! What an answer of a cluster means: whether it is one, whether to ask again, and what to tell people. Sends nothing.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::engine::EngineError;
use crate::engine::opensearch::address::Address;
use crate::engine::opensearch::transport::Answer;

/// Longest piece of an answer that is quoted, in characters.
const QUOTE_CHARS_MAX: usize = 200;

/// Whether a status may pass by itself: too many requests, or somebody on the way or behind is not there.
pub fn may_pass(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

/// What is wrong with an answer whose status is neither 2xx nor accepted.
pub fn refusal(address: &Address, action: &'static str, answer: &Answer) -> EngineError {
    let told = told_in(&answer.body);
    let address_text = address.to_string();
    let reason = match &told {
        Some(told) => format!("status {}, {}: {}", answer.status, told.kind, told.reason),
        None => format!("status {}: {}", answer.status, quoted(&answer.body)),
    };
    match answer.status {
        429 => EngineError::Overloaded { address: address_text, action, reason },
        502..=504 => EngineError::Unreachable { address: address_text, action, reason },
        // What may not be written is refused with 403 as well, and says so.
        401 => EngineError::Denied { address: address_text, action, reason },
        403 if told.is_none_or(|told| told.kind == "security_exception") => {
            EngineError::Denied { address: address_text, action, reason }
        }
        _ => address.failed(action, reason),
    }
}

/// What an error of OpenSearch says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its type, such as `mapper_parsing_exception`.
    pub kind: String,
    /// Its reason, with that of its root where that says more, shortened.
    pub reason: String,
}

impl Told {
    /// Reads the value of `error` in an answer or in an item of one.
    pub fn read(error: &Value) -> Self {
        let text = |value: &Value, key: &str| value[key].as_str().map(str::to_owned);
        if let Some(reason) = error.as_str() {
            return Self { kind: "error".to_owned(), reason: shortened(reason) };
        }
        let kind = text(error, "type").unwrap_or_else(|| "error".to_owned());
        let mut reason = text(error, "reason").unwrap_or_else(|| error.to_string());
        let causes = [&error["caused_by"], &error["root_cause"][0], &error["failed_shards"][0]["reason"]];
        let deeper = causes.into_iter().filter_map(|cause| text(cause, "reason"));
        if let Some(deeper) = deeper.into_iter().find(|deeper| !reason.contains(deeper.as_str())) {
            reason = format!("{reason} ({deeper})");
        }
        Self { kind, reason: shortened(&reason) }
    }
}

/// The error that the body of an answer tells of, if it is one of OpenSearch.
pub fn told_in(body: &[u8]) -> Option<Told> {
    let value: Value = serde_json::from_slice(body).ok()?;
    value.get("error").filter(|error| !error.is_null()).map(Told::read)
}

/// Reads a body as JSON of a shape, or says what stands there instead.
pub(super) fn parsed<T: DeserializeOwned>(
    address: &Address,
    action: &'static str,
    body: &[u8],
) -> Result<T, EngineError> {
    serde_json::from_slice(body).map_err(|error| {
        let what = if error.is_data() { "its answer has another shape" } else { "its answer is no JSON" };
        address.failed(action, format!("{what} ({error}): {}", quoted(body)))
    })
}

/// The beginning of an answer, as a message may quote it.
pub(super) fn quoted(body: &[u8]) -> String {
    if body.is_empty() {
        return "the answer is empty".to_owned();
    }
    // Four bytes a character at most.
    let start = &body[..body.len().min(QUOTE_CHARS_MAX * 4 + 4)];
    format!("it begins with `{}`", shortened(&String::from_utf8_lossy(start)))
}

/// A text on one line, not longer than it may be quoted.
fn shortened(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.char_indices().nth(QUOTE_CHARS_MAX) {
        Some((cut, _)) => format!("{} …", &line[..cut]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::opensearch::address::Credentials;

    fn refused(status: u16, body: &str) -> EngineError {
        let address = Address::parse("http://host:9200/name", Credentials::default()).unwrap();
        refusal(&address, "search", &Answer { status, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn an_error_is_told_by_its_type_and_its_reason() {
        let body = r#"{"error":{"type":"search_phase_execution_exception","reason":"all shards failed","failed_shards":
            [{"reason":{"type":"query_shard_exception","reason":"no such field"}}]},"status":400}"#;
        let error = refused(400, body).to_string();
        let whole = "the cluster at http://host:9200/name could not search: status 400, search_phase_execution_exception: \
            all shards failed (no such field)";
        assert_eq!(error, whole);
    }

    #[test]
    fn statuses_are_told_apart() {
        let written = r#"{"error":{"type":"cluster_block_exception","reason":"index write (api)"},"status":403}"#;
        assert!(matches!(refused(403, written), EngineError::Cluster { .. }));
        let security = r#"{"error":{"type":"security_exception","reason":"no permissions"},"status":403}"#;
        assert!(matches!(refused(403, security), EngineError::Denied { .. }));
        assert!(matches!(refused(403, "Forbidden"), EngineError::Denied { .. }));
        let denied = refused(401, "Unauthorized").to_string();
        for variable in ["DOSSIER_ENGINE_USER", "DOSSIER_ENGINE_PASSWORD", "DOSSIER_ENGINE_PASSWORD_FILE"] {
            assert!(denied.contains(variable), "{denied}");
        }
        assert!(matches!(refused(429, ""), EngineError::Overloaded { .. }));
        assert!(matches!(refused(503, "{}"), EngineError::Unreachable { .. }));
        assert!(matches!(refused(500, "{}"), EngineError::Cluster { .. }));
    }

    #[test]
    fn what_is_no_json_is_quoted_and_cut() {
        let address = Address::parse("http://host:9200/name", Credentials::default()).unwrap();
        let page = format!("<html>\u{1b}[31m\n{}", "é".repeat(5000));
        let error = parsed::<Value>(&address, "search", page.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("`<html> [31m é") && error.chars().count() < 400, "{error}");
        let error = parsed::<u32>(&address, "search", b"{}").unwrap_err().to_string();
        assert!(error.contains("another shape"), "{error}");
        let error = parsed::<u32>(&address, "search", b"").unwrap_err().to_string();
        assert!(error.contains("the answer is empty"), "{error}");
    }
}
