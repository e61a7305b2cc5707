//! Who may ask: by the name that the server was asked under, by the site that a script came from, and as which address a client
//! counts behind a proxy.
//!
//! Judges headers alone. May not know what is asked.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;
use warp::http::header;
use warp::http::uri::Authority;

use crate::render::public_url::PublicUrl;
use crate::server::asked::Asked;
use crate::server::cors::Origin;
use crate::server::problem::Problem;
use crate::server::rate::Rate;

/// Most hops of an `X-Forwarded-For` that are looked at, the last ones.
const HOPS_MAX: usize = 32;

/// Who may ask.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    /// Whether the server listens on this machine alone: then it answers only to names of this machine and to its public one,
    /// so that no page of another site reaches it by a name that leads here (DNS rebinding).
    pub only_local: bool,
    /// How often one address may ask; `None` is as often as it likes.
    pub rate: Option<Rate>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Sites whose scripts may read the API.
    pub origins: Vec<Origin>,
}

/// One address, or all that begin alike (`10.0.0.0/8`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

/// Why a text names no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no address; write it as in 10.0.0.7, 10.0.0.0/8 or fd00::/8")]
pub struct NetworkError(String);

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let one = || text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
        text.parse::<IpNet>().or_else(|_| one()).map(Self).map_err(|_| NetworkError(text.to_owned()))
    }
}

impl Access {
    /// The address that a request counts for: the other end of its connection, or if that is a trusted proxy, the last address
    /// on the way that is none. What stands before that was written by the client, who may write what he likes.
    pub(super) fn client(&self, asked: &Asked) -> Option<IpAddr> {
        let mut client = asked.peer?.0.to_canonical();
        if self.trusted_proxies.is_empty() {
            return Some(client);
        }
        let lines = asked.headers.get_all("x-forwarded-for").into_iter().rev();
        // A header that is no text ends the way, as a word that is no address does.
        let hops = lines.flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
        for hop in hops.take(HOPS_MAX) {
            let Some(before) = self.is_trusted(client).then(|| address(hop.trim())).flatten() else { break };
            client = before;
        }
        Some(client)
    }

    /// Whether an address is that of a trusted proxy.
    pub(super) fn is_trusted(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.0.contains(&address.to_canonical()))
    }

    /// Refuses a name that is none of ours, and a change that another site's page asks for.
    pub(super) fn judge(&self, asked: &Asked, public: &PublicUrl) -> Result<(), Problem> {
        let host = host(asked)?;
        if self.only_local
            && let Some(host) = &host
            && !is_local(host.host())
            && !host.host().eq_ignore_ascii_case(public.host())
        {
            return Err(Problem::foreign_host(host.host()));
        }
        if !asked.method.is_safe() && !is_of_this_site(asked, host.as_ref(), public) {
            return Err(Problem::foreign_origin());
        }
        Ok(())
    }
}

/// What a request calls the server. No browser leaves it out; a program of the time before HTTP/1.1 may.
fn host(asked: &Asked) -> Result<Option<Authority>, Problem> {
    let mut all = asked.headers.get_all(header::HOST).into_iter();
    let (host, more) = (all.next(), all.next());
    let Some(host) = host.filter(|host| !host.is_empty()) else { return Ok(None) };
    let read = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
    match read.filter(|host| more.is_none() && !host.as_str().contains('@')) {
        Some(host) => Ok(Some(host)),
        None => Err(Problem::no_host()),
    }
}

/// Whether a name is one of this machine, whatever a name service says (RFC 6761, 6.3).
fn is_local(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let literal = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(&name);
    let is_loopback = literal.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    is_loopback || name == "localhost" || name.ends_with(".localhost")
}

/// Whether a page of this site asks, or no page at all. Browsers send at least one of both headers with what changes something.
fn is_of_this_site(asked: &Asked, host: Option<&Authority>, public: &PublicUrl) -> bool {
    if asked.headers.contains_key("sec-fetch-site")
        && !matches!(asked.header("sec-fetch-site"), Some("same-origin" | "none"))
    {
        return false;
    }
    if !asked.headers.contains_key(header::ORIGIN) {
        return true;
    }
    let Some(origin) = asked.header(header::ORIGIN) else { return false };
    let here =
        |host: &Authority| origin.split_once("://").is_some_and(|(_, name)| name.eq_ignore_ascii_case(host.as_str()));
    host.is_some_and(here) || origin.eq_ignore_ascii_case(public.origin())
}

/// An address as proxies write it: bare, with a port, in brackets.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim_matches('"');
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse::<IpAddr>().ok().or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()))?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use warp::http::{HeaderMap, HeaderName, HeaderValue, Method};

    use super::*;
    use crate::server::asked::Peer;
    use crate::server::request_id::RequestId;

    fn asked(method: &str, peer: &str, headers: &[(&str, &str)]) -> Asked {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            map.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let peer = Some(Peer(peer.parse().unwrap()));
        Asked { id: RequestId::of(None), method, path: "/".into(), query: String::new(), headers: map, peer }
    }

    fn access(only_local: bool, trusted: &[&str]) -> Access {
        let trusted_proxies = trusted.iter().map(|text| text.parse().unwrap()).collect();
        Access { only_local, trusted_proxies, ..Access::default() }
    }

    #[test]
    fn only_what_a_trusted_proxy_added_is_believed() {
        let cases: [(&[&str], &str, &[&str], &str); 13] = [
            (&[], "192.0.2.1", &["203.0.113.9"], "192.0.2.1"),
            (&["10.0.0.1"], "192.0.2.1", &["203.0.113.9"], "192.0.2.1"),
            (&["10.0.0.1"], "10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            (&["10.0.0.1"], "::ffff:10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            // What a client wrote himself stands to the left.
            (&["10.0.0.1"], "10.0.0.1", &["1.1.1.1, 10.0.0.1, 203.0.113.9"], "203.0.113.9"),
            (&["10.0.0.0/8"], "10.0.0.1", &["1.1.1.1, 203.0.113.9, 10.9.9.9"], "203.0.113.9"),
            (&["10.0.0.0/8"], "10.0.0.1", &["1.1.1.1", "203.0.113.9, 10.9.9.9"], "203.0.113.9"),
            (&["10.0.0.1"], "10.0.0.1", &["203.0.113.9:4711"], "203.0.113.9"),
            (&["10.0.0.1"], "10.0.0.1", &["\"[2001:db8::1]:4711\""], "2001:db8::1"),
            (&["fd00::/8"], "fd00::1", &["[2001:db8::1]"], "2001:db8::1"),
            // What is no address ends the way.
            (&["10.0.0.0/8"], "10.0.0.1", &["203.0.113.9, unknown, 10.0.0.2"], "10.0.0.2"),
            (&["10.0.0.0/8"], "10.0.0.1", &["203.0.113.9, \u{e9}"], "10.0.0.1"),
            (&["10.0.0.0/8"], "10.0.0.1", &[], "10.0.0.1"),
        ];
        for (trusted, peer, forwarded, client) in cases {
            let headers: Vec<_> = forwarded.iter().map(|line| ("x-forwarded-for", *line)).collect();
            let found = access(false, trusted).client(&asked("GET", peer, &headers));
            assert_eq!(found, Some(client.parse().unwrap()), "{trusted:?} {peer} {forwarded:?}");
        }
        let long = vec!["10.0.0.2"; 10_000].join(",");
        let found = access(false, &["10.0.0.0/8"]).client(&asked("GET", "10.0.0.1", &[("x-forwarded-for", &long)]));
        assert_eq!(found, Some("10.0.0.2".parse().unwrap()));
    }

    #[test]
    fn a_server_of_this_machine_answers_to_its_own_names_alone() {
        let public: PublicUrl = "https://desk.example/dossier".parse().unwrap();
        for (host, taken) in [
            ("127.0.0.1:7171", true),
            ("127.9.9.9", true),
            ("[::1]:7171", true),
            ("localhost", true),
            ("LOCALHOST.:80", true),
            ("dossier.localhost:7171", true),
            ("desk.example", true),
            ("Desk.Example:443", true),
            ("", true),
            ("evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("localhost.evil.example", false),
            ("evillocalhost", false),
            ("192.0.2.1", false),
            ("0.0.0.0:7171", false),
            ("localhost@evil.example", false),
            ("evil.example@localhost", false),
            ("local host", false),
            ("localhost/x", false),
            ("localhost, evil.example", false),
        ] {
            let asked = asked("GET", "127.0.0.1", &[("host", host)]);
            assert_eq!(access(true, &[]).judge(&asked, &public).is_ok(), taken, "{host}");
        }
        let twice = asked("GET", "127.0.0.1", &[("host", "localhost"), ("host", "evil.example")]);
        assert!(access(true, &[]).judge(&twice, &public).is_err());
        let elsewhere = asked("GET", "192.0.2.1", &[("host", "anything.example")]);
        assert!(access(false, &[]).judge(&elsewhere, &public).is_ok());
    }

    #[test]
    fn no_other_site_changes_anything() {
        let public: PublicUrl = "https://desk.example/dossier".parse().unwrap();
        let host = ("host", "localhost:7171");
        let cases: [(&[(&str, &str)], bool); 10] = [
            (&[], true),
            (&[("origin", "http://localhost:7171")], true),
            (&[("origin", "https://desk.example")], true),
            (&[("sec-fetch-site", "same-origin"), ("origin", "http://localhost:7171")], true),
            (&[("origin", "http://localhost:8080")], false),
            (&[("origin", "https://evil.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", "\u{e9}")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site"), ("origin", "http://localhost:7171")], false),
        ];
        for (headers, taken) in cases {
            let headers = [&[host], headers].concat();
            for method in ["POST", "DELETE", "PUT", "PATCH"] {
                let judged = access(true, &[]).judge(&asked(method, "127.0.0.1", &headers), &public);
                assert_eq!(judged.is_ok(), taken, "{method} {headers:?}");
            }
            assert!(access(true, &[]).judge(&asked("GET", "127.0.0.1", &headers), &public).is_ok(), "{headers:?}");
        }
    }
}
