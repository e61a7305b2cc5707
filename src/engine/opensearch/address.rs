//! Where a cluster is and what the index there is called: `https://one:9200,two:9200/name`. Holds no secret.

use std::fmt;

use url::Url;

use crate::engine::EngineError;

/// Longest name of an index, in bytes: room is left for what a generation adds, of the 255 that OpenSearch allows.
const NAME_BYTES_MAX: usize = 100;

/// Who we are to the cluster. Taken from the environment or a file, never from a flag, and never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// Name and password; `None` where the cluster asks for none.
    pub user: Option<(String, String)>,
    /// Certificates in PEM that are trusted besides those of the system.
    pub authority: Option<Vec<u8>>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Credentials")
    }
}

/// The nodes of a cluster that may be asked, and the name of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The nodes, each `http` or `https` with host and port; at least one.
    pub nodes: Vec<Url>,
    /// Name of the index: the alias that stands for the live generation.
    pub name: String,
    /// Who we are.
    pub credentials: Credentials,
}

/// Why a text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no address of an engine: {reason}; write `https://host:9200/name`")]
pub struct NoAddress {
    /// What was given, without a password that stood in it.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl Address {
    /// Reads `SCHEME://HOST:PORT[,HOST:PORT...]/NAME`.
    pub fn parse(text: &str, credentials: Credentials) -> Result<Self, NoAddress> {
        let refused = |text: &str, reason| NoAddress { text: text.to_owned(), reason };
        let Some((scheme, rest)) = text.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))
        else {
            return Err(refused(text, "it does not begin with http:// or https://"));
        };
        if rest.contains('@') {
            return Err(refused(scheme, "names and passwords stand in the environment or a file"));
        }
        let Some((hosts, name)) = rest.split_once('/') else {
            return Err(refused(text, "the name of the index is missing"));
        };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        if !starts || !name.chars().all(plain) || name.len() > NAME_BYTES_MAX {
            return Err(refused(text, "a name has a-z, 0-9, `-` and `_`, and begins with a letter or figure"));
        }
        let mut nodes = Vec::new();
        for host in hosts.split(',') {
            match Url::parse(&format!("{scheme}://{host}")) {
                Ok(url) if url.has_host() && !host.is_empty() && url.path() == "/" => nodes.push(url),
                _ => return Err(refused(text, "a host is missing or unreadable")),
            }
        }
        Ok(Self { nodes, name: name.to_owned(), credentials })
    }

    /// An error of the cluster at this address.
    pub fn failed(&self, action: &'static str, reason: impl Into<String>) -> EngineError {
        EngineError::Cluster { address: self.to_string(), action, reason: reason.into() }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<&str> = self.nodes.iter().map(|node| node.as_str().trim_end_matches('/')).collect();
        write!(formatter, "{}/{}", hosts.join(","), self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_nodes_and_an_index() {
        let address = Address::parse("http://127.0.0.1:9200,[::1]:9201/cpec-desk", Credentials::default()).unwrap();
        assert_eq!((address.nodes.len(), address.name.as_str()), (2, "cpec-desk"));
        assert_eq!(address.nodes[1].port(), Some(9201));
    }

    #[test]
    fn what_is_no_address_is_refused_and_no_password_is_repeated() {
        for text in [
            "",
            "host:9200/name",
            "ftp://host/name",
            "https://host:9200",
            "https:///name",
            "https://host/Name",
            "https://host/na/me",
            "https://host/_name",
            "https://host,/name",
            "https://ho st/name",
        ] {
            assert!(Address::parse(text, Credentials::default()).is_err(), "{text}");
        }
        let error = Address::parse("https://me:secret@host/name", Credentials::default()).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
