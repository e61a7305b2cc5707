//! One try of one request at one node: the client crate, the network, and the limits of an answer. Decides nothing about a next try.

use std::error::Error as _;
use std::time::Duration;

use bytes::Bytes;
use opensearch::auth::Credentials as Authentication;
use opensearch::cert::{Certificate, CertificateValidation};
use opensearch::http::Method;
use opensearch::http::headers::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use opensearch::http::transport::{SingleNodeConnectionPool, Transport, TransportBuilder};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::engine::opensearch::address::Credentials;
use crate::engine::opensearch::transport::patience::retry_after;
use crate::engine::opensearch::transport::{Answer, Verb};

/// How long a connection to a node may take to come about.
const CONNECT_TIME: Duration = Duration::from_secs(3);
/// Largest answer that is read, in bytes.
pub(super) const ANSWER_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// One node, with the connections that it keeps.
#[derive(Clone)]
pub(super) struct Node {
    transport: Transport,
    host: String,
    port: u16,
}

/// What one try sends.
#[derive(Clone)]
pub(super) struct Sent {
    pub(super) verb: Verb,
    /// With the leading slash.
    pub(super) path: String,
    pub(super) body: Option<Bytes>,
    /// Whether the body is one JSON a line.
    pub(super) lines: bool,
}

/// What came of one try.
pub(super) enum Tried {
    /// An answer, whatever its status, and how long the node asked to wait.
    Answered(Answer, Option<Duration>),
    /// No answer: not reached, broken off, or too slow. Another try may do better.
    Broken(String),
    /// No answer that could be used, and another try gives none either.
    Useless(String),
}

impl Node {
    /// Makes ready to ask the node at `url`; nothing is asked yet.
    pub(super) fn new(url: &url::Url, credentials: &Credentials) -> Result<Self, String> {
        // The cluster is asked itself: what the environment names as a proxy is meant for the world outside.
        let mut builder = TransportBuilder::new(SingleNodeConnectionPool::new(url.clone())).disable_proxy();
        if let Some((user, password)) = &credentials.user {
            builder = builder.auth(Authentication::Basic(user.clone(), password.clone()));
        }
        if let Some(pem) = &credentials.authority {
            let unreadable = |reason: String| format!("the certificates of DOSSIER_ENGINE_CA_FILE: {reason}");
            let authorities = Certificate::from_pem(pem).map_err(|error| unreadable(error.to_string()))?;
            builder = builder.cert_validation(CertificateValidation::Full(authorities));
        }
        let transport = builder.build().map_err(|error| error.to_string())?;
        Ok(Self { transport, host: host_of(url), port: url.port_or_known_default().unwrap_or(9200) })
    }

    /// Sends something and reads the answer, all within `time`. Whether somebody is there at all is tried first where `known` is
    /// off, because the client crate waits for a connection as long as for an answer.
    pub(super) async fn send(&self, sent: Sent, known: bool, time: Duration) -> Tried {
        let whole = async {
            if !known {
                match timeout(CONNECT_TIME, TcpStream::connect((self.host.as_str(), self.port))).await {
                    Ok(Ok(_)) => {}
                    Ok(Err(error)) => return Tried::Broken(self.told(&error.to_string())),
                    Err(_) => {
                        let reason = format!("no connection within {} s", CONNECT_TIME.as_secs());
                        return Tried::Broken(self.told(&reason));
                    }
                }
            }
            self.exchange(sent, time).await
        };
        let late = || Tried::Broken(self.told(&format!("no answer within {:.1} s", time.as_secs_f32())));
        timeout(time, whole).await.unwrap_or_else(|_| late())
    }

    async fn exchange(&self, sent: Sent, time: Duration) -> Tried {
        let method = match sent.verb {
            Verb::Get => Method::Get,
            Verb::Post => Method::Post,
            Verb::Put => Method::Put,
            Verb::Delete => Method::Delete,
        };
        let mut headers = HeaderMap::new();
        let kind = if sent.lines { "application/x-ndjson" } else { "application/json" };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        // A packed answer would not say how long it is, and between machines of one place packing costs more than it saves.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        // The client's own limit closes the connection; ours alone would leave it to finish for nobody.
        let response = self.transport.send(method, &sent.path, headers, None::<&()>, sent.body, Some(time)).await;
        let response = match response {
            Ok(response) => response,
            Err(error) => return self.broken(&error),
        };
        // The client crate goes where it is sent to. What answers there is no node that we were told of.
        let url = response.url();
        if host_of(url) != self.host || url.port_or_known_default() != Some(self.port) {
            let reason = format!("it sends us on to {url}; name the nodes themselves");
            return Tried::Useless(self.told(&reason));
        }
        let status = response.status_code().as_u16();
        let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let wait = retry_after(wait);
        // The client crate gives bodies whole. One that does not say how long it is could be endless.
        match response.content_length() {
            Some(bytes) if bytes <= ANSWER_BYTES_MAX => {}
            Some(bytes) => {
                return Tried::Useless(self.told(&format!("its answer has {bytes} bytes, which is too long")));
            }
            None => {
                let reason = format!(
                    "its answer (status {status}) does not say how long it is; OpenSearch does, so see what \
                    stands between"
                );
                return Tried::Useless(self.told(&reason));
            }
        }
        match response.bytes().await {
            Ok(body) => Tried::Answered(Answer { status, body: body.into() }, wait),
            Err(error) => self.broken(&error),
        }
    }

    /// What the network or the client crate did not like.
    fn broken(&self, error: &opensearch::Error) -> Tried {
        let mut reason = error.to_string();
        let mut source = error.source();
        while let Some(deeper) = source {
            reason = deeper.to_string();
            source = deeper.source();
        }
        let reason = self.told(&reason);
        // Who shows a wrong certificate shows it again.
        if reason.contains("certificate") { Tried::Useless(reason) } else { Tried::Broken(reason) }
    }

    fn told(&self, reason: &str) -> String {
        format!("{}:{}: {reason}", self.host, self.port)
    }
}

/// The host as a connection takes it.
fn host_of(url: &url::Url) -> String {
    url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned()
}
