//! Requests to a cluster: which node is asked, how long, how often again, and what its answers mean.
//!
//! The only room that names the client crate, tokio and a network. Knows paths and bytes, no field and no article.

use std::sync::Arc;

use opensearch::OpenSearch;
use opensearch::http::Method;
use opensearch::http::headers::{CONTENT_TYPE, HeaderMap, HeaderValue};
use opensearch::http::transport::{SingleNodeConnectionPool, TransportBuilder};
use serde::de::DeserializeOwned;
use tokio::runtime::{Builder, Runtime};

use crate::engine::EngineError;
use crate::engine::opensearch::address::Address;
use crate::model::query::Deadline;

/// What is done to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Asks with a body, or adds.
    Post,
    /// Makes.
    Put,
    /// Takes away.
    Delete,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is done.
    pub verb: Verb,
    /// Path with its query, without the leading slash.
    pub path: String,
    /// The body: JSON, or one JSON a line where `lines` is set; empty for none.
    pub body: Vec<u8>,
    /// Whether the body is one JSON a line.
    pub lines: bool,
    /// Statuses besides 2xx that are an answer and no failure, 404 where something may be missing.
    pub accepted: &'static [u16],
    /// When nobody waits for the answer any longer.
    pub deadline: Deadline,
    /// What it is for, for messages: "search", "write articles".
    pub action: &'static str,
}

impl Request {
    /// A request without a body.
    pub fn new(verb: Verb, path: impl Into<String>, action: &'static str) -> Self {
        let path = path.into();
        Self { verb, path, body: Vec::new(), lines: false, accepted: &[], deadline: Deadline::default(), action }
    }

    /// With a body of JSON.
    pub fn json(mut self, body: &serde_json::Value) -> Self {
        self.body = body.to_string().into_bytes();
        self
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// The nodes of a cluster and what is known of them. A clone is the same.
#[derive(Clone)]
pub struct Cluster {
    inner: Arc<Inner>,
}

struct Inner {
    address: Address,
    nodes: Vec<OpenSearch>,
    runtime: Runtime,
}

impl Cluster {
    /// Makes ready to ask; nothing is asked yet.
    pub fn new(address: Address) -> Result<Self, EngineError> {
        let failed = |reason: String| address.failed("prepare requests", reason);
        let mut nodes = Vec::new();
        for url in &address.nodes {
            let transport = TransportBuilder::new(SingleNodeConnectionPool::new(url.clone())).build();
            nodes.push(OpenSearch::new(transport.map_err(|error| failed(error.to_string()))?));
        }
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().thread_name("cluster").build();
        let runtime = runtime.map_err(|error| failed(error.to_string()))?;
        Ok(Self { inner: Arc::new(Inner { address, nodes, runtime }) })
    }

    /// Where the cluster is.
    pub fn address(&self) -> &Address {
        &self.inner.address
    }

    /// Sends a request and waits for the answer. A status that is neither 2xx nor accepted is an error.
    pub fn ask(&self, request: &Request) -> Result<Answer, EngineError> {
        let method = match request.verb {
            Verb::Get => Method::Get,
            Verb::Post => Method::Post,
            Verb::Put => Method::Put,
            Verb::Delete => Method::Delete,
        };
        let mut headers = HeaderMap::new();
        let kind = if request.lines { "application/x-ndjson" } else { "application/json" };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        let body = (!request.body.is_empty()).then(|| request.body.clone());
        let (client, path) = (self.inner.nodes[0].clone(), format!("/{}", request.path));
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        self.inner.runtime.spawn(async move {
            let answer = async {
                let response = client.send(method, &path, headers, None::<&()>, body, None).await?;
                let status = response.status_code().as_u16();
                Ok::<_, opensearch::Error>(Answer { status, body: response.bytes().await?.to_vec() })
            };
            let _ = sender.send(answer.await);
        });
        let failed = |reason: String| self.address().failed(request.action, reason);
        let answer = receiver.recv().map_err(|error| failed(error.to_string()))?;
        let answer = answer.map_err(|error| failed(error.to_string()))?;
        if !(200..300).contains(&answer.status) && !request.accepted.contains(&answer.status) {
            return Err(failed(format!("status {}: {}", answer.status, String::from_utf8_lossy(&answer.body))));
        }
        Ok(answer)
    }

    /// Sends a request and reads the answer as JSON. What is none, or has another shape, is an error that says so.
    pub fn read<T: DeserializeOwned>(&self, request: &Request) -> Result<T, EngineError> {
        let answer = self.ask(request)?;
        serde_json::from_slice(&answer.body)
            .map_err(|error| self.address().failed(request.action, format!("its answer is unreadable: {error}")))
    }
}
