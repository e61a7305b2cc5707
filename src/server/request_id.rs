//! The name of one request, by which a reader, a proxy and the log mean the same one.
//!
//! May not hold anything that could break out of a header or a line of the log.

use uuid::Uuid;

/// The header that it comes in and goes out with.
pub(super) const HEADER: &str = "x-request-id";
/// Longest id that is taken over from a client or a proxy, in bytes.
const BYTES_MAX: usize = 64;

/// The name of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RequestId(String);

impl RequestId {
    /// The id that came with the request, if it is harmless; otherwise one of our own.
    pub(super) fn of(given: Option<&str>) -> Self {
        match given.filter(|given| is_sane(given)) {
            Some(given) => Self(given.to_owned()),
            None => Self(Uuid::new_v4().to_string()),
        }
    }

    /// The id as text: letters, digits and `-_.:+/=` only.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What proxies make: UUIDs, hexadecimal and base64 numbers, ids of traces.
fn is_sane(given: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:+/=".contains(&byte);
    (1..=BYTES_MAX).contains(&given.len()) && given.bytes().all(fine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_came_is_kept_if_it_is_harmless_and_replaced_if_it_is_not() {
        let long = "a".repeat(BYTES_MAX + 1);
        for (given, kept) in [
            (Some("7f9c-2_a.b:c+d/e=="), true),
            (Some(&long[1..]), true),
            (Some(long.as_str()), false),
            (Some(""), false),
            (Some("a b"), false),
            (Some("a\r\nset-cookie: x"), false),
            (Some("<b>"), false),
            (Some("\"quoted\""), false),
            (Some("é"), false),
            (None, false),
        ] {
            let id = RequestId::of(given);
            assert_eq!(Some(id.as_str()) == given, kept, "{given:?}");
            assert!(is_sane(id.as_str()), "{id:?}");
        }
        assert_ne!(RequestId::of(None), RequestId::of(None));
    }
}
