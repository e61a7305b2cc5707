//! The address under which readers reach the server, and whole addresses made of it for feeds and browsers.
//!
//! May not guess: behind a proxy nothing but a setting knows the name that people type.

use std::fmt;
use std::str::FromStr;

/// `https://host`, `http://host:7171` or `https://host/prefix`: never with a slash at its end, a query or a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

/// Why a text cannot be the public address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlError {
    /// Neither http nor https.
    #[error("`{0}` does not begin with http:// or https://; write it as in https://host or https://host/dossier")]
    Scheme(String),
    /// No host, a user's name, or a port that is no number.
    #[error("`{0}` names no host; write it as in https://host, https://host:8443 or https://host/dossier")]
    Host(String),
    /// A query or a fragment.
    #[error("`{0}` has a `?` or a `#`; leave away what stands from there on")]
    Query(String),
    /// A blank or a sign that no address may have.
    #[error("`{0}` has a blank or a sign that no address may have; write it in percent escapes")]
    Sign(String),
}

impl PublicUrl {
    /// A whole address: `path` begins with a slash, and may have a query.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// Scheme, host and port, as browsers name a site: `https://host:8443`.
    pub fn origin(&self) -> &str {
        let from = self.0.find("://").map_or(0, |at| at + 3);
        let end = self.0[from..].find('/').map_or(self.0.len(), |at| from + at);
        &self.0[..end]
    }

    /// The host without its port; an address of IPv6 in its brackets.
    pub fn host(&self) -> &str {
        let authority = self.origin().split_once("://").map_or("", |(_, authority)| authority);
        match authority.rfind(':') {
            Some(at) if !authority[at..].contains(']') => &authority[..at],
            _ => authority,
        }
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let wrong = |kind: fn(String) -> PublicUrlError| kind(text.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(|| wrong(PublicUrlError::Scheme))?;
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(scheme.as_str(), "http" | "https") {
            return Err(wrong(PublicUrlError::Scheme));
        }
        if rest.contains(['?', '#']) {
            return Err(wrong(PublicUrlError::Query));
        }
        if !rest.chars().all(|c| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c)) {
            return Err(wrong(PublicUrlError::Sign));
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if !is_authority(authority) {
            return Err(wrong(PublicUrlError::Host));
        }
        Ok(Self(format!("{scheme}://{authority}{}", path.trim_end_matches('/'))))
    }
}

/// A host with or without a port; an address of IPv6 stands in brackets (RFC 3986, 3.2).
fn is_authority(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').map(|inside| inside.split_once(']')) {
        Some(Some((host, port))) => (host, port),
        Some(None) => return false,
        None => text.find(':').map_or((text, ""), |at| text.split_at(at)),
    };
    let port_is_fine = port.is_empty() || port.strip_prefix(':').is_some_and(|digits| digits.parse::<u16>().is_ok());
    !host.is_empty() && !host.contains(['@', '[', ']']) && port_is_fine
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_at_the_end_go_and_a_prefix_stays() {
        for (typed, made) in [
            ("https://host", "https://host/feed.atom"),
            ("https://host/", "https://host/feed.atom"),
            ("HTTP://host:7171//", "http://host:7171/feed.atom"),
            ("https://host/dossier/", "https://host/dossier/feed.atom"),
            ("http://[::1]:7171", "http://[::1]:7171/feed.atom"),
            ("http://127.0.0.1:7171", "http://127.0.0.1:7171/feed.atom"),
        ] {
            assert_eq!(typed.parse::<PublicUrl>().unwrap().absolute("/feed.atom"), made, "{typed}");
        }
    }

    #[test]
    fn site_and_host_are_parts_of_it() {
        for (typed, origin, host) in [
            ("https://host", "https://host", "host"),
            ("https://host:8443/a/b", "https://host:8443", "host"),
            ("http://[::1]:7171/a", "http://[::1]:7171", "[::1]"),
            ("http://[::1]", "http://[::1]", "[::1]"),
        ] {
            let url: PublicUrl = typed.parse().unwrap();
            assert_eq!((url.origin(), url.host()), (origin, host), "{typed}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_server_says_what_is_wrong() {
        type Kind = fn(String) -> PublicUrlError;
        let cases: [(&str, Kind); 14] = [
            ("", PublicUrlError::Scheme),
            ("host", PublicUrlError::Scheme),
            ("ftp://host", PublicUrlError::Scheme),
            ("javascript://host", PublicUrlError::Scheme),
            ("https://", PublicUrlError::Host),
            ("https:///dossier", PublicUrlError::Host),
            ("https://user@host", PublicUrlError::Host),
            ("https://host:port", PublicUrlError::Host),
            ("https://:80", PublicUrlError::Host),
            ("http://[::1", PublicUrlError::Host),
            ("https://host?a=b", PublicUrlError::Query),
            ("https://host/#top", PublicUrlError::Query),
            ("https://ho st", PublicUrlError::Sign),
            ("https://host/<script>", PublicUrlError::Sign),
        ];
        for (typed, kind) in cases {
            assert_eq!(typed.parse::<PublicUrl>(), Err(kind(typed.to_owned())), "{typed}");
        }
    }
}
