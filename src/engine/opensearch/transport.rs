//! Requests to a cluster: which node is asked, how long, how often again, and what its answers mean.
//!
//! The only room that names the client crate, tokio and a network. Knows paths and bytes, no field and no article. Whatever is sent
//! may be sent twice: what is written has its id and its whole contents with it.

mod exchange;
mod nodes;
mod patience;
mod verdict;

pub use patience::Patience;
pub use verdict::{Told, may_pass, refusal, told_in};

use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::sleep;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde::de::DeserializeOwned;
use tokio::runtime::{Builder, Runtime};

use crate::engine::EngineError;
use crate::engine::opensearch::address::Address;
use crate::engine::opensearch::transport::exchange::{Node, Sent, Tried};
use crate::engine::opensearch::transport::nodes::Nodes;
use crate::engine::opensearch::transport::patience::{Until, wait_before};
use crate::engine::opensearch::transport::verdict::parsed;
use crate::model::query::Deadline;

/// How long a node that was gone may take to say that it is back.
const LOOK_TIME: Duration = Duration::from_secs(5);

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
    /// How long and how often it is tried, within the deadline.
    pub patience: Patience,
    /// What it is for, for messages: "search", "write articles".
    pub action: &'static str,
}

impl Request {
    /// A request without a body, as patient as a reader.
    pub fn new(verb: Verb, path: impl Into<String>, action: &'static str) -> Self {
        Self {
            verb,
            path: path.into(),
            body: Vec::new(),
            lines: false,
            accepted: &[],
            deadline: Deadline::default(),
            patience: Patience::READER,
            action,
        }
    }

    /// With a body of JSON.
    pub fn json(mut self, body: &serde_json::Value) -> Self {
        self.body = body.to_string().into_bytes();
        self
    }

    /// With a body of one JSON a line.
    pub fn lines(mut self, body: Vec<u8>) -> Self {
        (self.body, self.lines) = (body, true);
        self
    }

    /// With statuses besides 2xx that are an answer.
    pub fn accepting(mut self, statuses: &'static [u16]) -> Self {
        self.accepted = statuses;
        self
    }

    /// Tried so long and so often.
    pub fn patient(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Given up when nobody waits any longer.
    pub fn until(mut self, deadline: Deadline) -> Self {
        self.deadline = deadline;
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
    clients: Vec<Node>,
    nodes: Nodes,
    /// Always there but while it is dropped.
    runtime: Option<Runtime>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Nothing is under way any more; to wait for its threads is not allowed where a server's own tasks run.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// What the tries of one request have seen so far.
#[derive(Default)]
struct Tries {
    count: u32,
    nodes: Vec<usize>,
    /// The last answer that may pass.
    answer: Option<Answer>,
    /// Why there was no answer the last time.
    reason: Option<String>,
}

impl Cluster {
    /// Makes ready to ask; nothing is asked yet.
    pub fn new(address: Address) -> Result<Self, EngineError> {
        let failed = |reason: String| address.failed("be prepared for", reason);
        let clients: Result<Vec<Node>, String> =
            address.nodes.iter().map(|url| Node::new(url, &address.credentials)).collect();
        let clients = clients.map_err(&failed)?;
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().thread_name("cluster").build();
        let runtime = runtime.map_err(|error| failed(error.to_string()))?;
        let nodes = Nodes::new(clients.len());
        Ok(Self { inner: Arc::new(Inner { address, clients, nodes, runtime: Some(runtime) }) })
    }

    /// Where the cluster is.
    pub fn address(&self) -> &Address {
        &self.inner.address
    }

    /// Sends a request and waits for the answer, asking other nodes and again where that may help.
    ///
    /// A status that is neither 2xx nor accepted is an error; so is a deadline that passed (`EngineError::TooSlow`). Never waits
    /// longer than the request's deadline and patience say. May be called from any thread, by many at once.
    pub fn ask(&self, request: &Request) -> Result<Answer, EngineError> {
        let sent = Sent {
            verb: request.verb,
            path: format!("/{}", request.path),
            body: (!request.body.is_empty()).then(|| Bytes::copy_from_slice(&request.body)),
            lines: request.lines,
        };
        let until = Until::new(request.patience, request.deadline);
        let mut tries = Tries::default();
        self.look_for_returned();
        loop {
            let admitted = match self.inner.nodes.admit(&tries.nodes, Instant::now()) {
                Ok(admitted) => admitted,
                // Only a run waits for a node to be tried again: a reader is told at once.
                Err(wait) if request.patience == Patience::WRITER && wait < until.left() => {
                    sleep(wait);
                    continue;
                }
                Err(_) => return Err(self.given_up(request, &until, tries)),
            };
            tries.count += 1;
            tries.nodes.push(admitted.node);
            let mut asked = None;
            match self.try_once(&sent, admitted.node, admitted.known, self.time_of_try(request, &until, &tries)) {
                Tried::Answered(answer, _) if is_accepted(request, answer.status) => {
                    self.inner.nodes.answered(admitted.node, Instant::now());
                    return Ok(answer);
                }
                Tried::Answered(answer, wait) => {
                    self.inner.nodes.answered(admitted.node, Instant::now());
                    if !may_pass(answer.status) {
                        return Err(refusal(self.address(), request.action, &answer));
                    }
                    (asked, tries.answer, tries.reason) = (wait, Some(answer), None);
                }
                Tried::Broken(reason) => {
                    // That the asker's time was short says nothing of the node.
                    if until.nobody_waits() {
                        return Err(EngineError::TooSlow);
                    }
                    self.inner.nodes.failed(admitted.node, Instant::now());
                    tries.reason = Some(reason);
                }
                Tried::Useless(reason) => return Err(self.unreachable(request, reason)),
            }
            let elsewhere = tries.reason.is_some() && self.inner.nodes.has_other(&tries.nodes);
            let wait = if elsewhere { Duration::ZERO } else { wait_before(tries.count, asked, chance()) };
            if tries.count >= request.patience.tries || wait >= until.left() {
                return Err(self.given_up(request, &until, tries));
            }
            sleep(wait);
        }
    }

    /// Tries a node that was left alone, beside the request: nobody who searches waits for one that may still be gone.
    fn look_for_returned(&self) {
        let (Some(node), Some(runtime)) = (self.inner.nodes.due(Instant::now()), &self.inner.runtime) else { return };
        let Some(client) = self.inner.clients.get(node).cloned() else { return };
        let sent = Sent { verb: Verb::Get, path: "/".to_owned(), body: None, lines: false };
        let inner = self.inner.clone();
        runtime.spawn(async move {
            match client.send(sent, false, LOOK_TIME).await {
                Tried::Answered(..) => inner.nodes.answered(node, Instant::now()),
                Tried::Broken(_) | Tried::Useless(_) => inner.nodes.failed(node, Instant::now()),
            }
        });
    }

    /// How long the next try may take: all that is left, or half of it where another node could do better than a node that hangs.
    fn time_of_try(&self, request: &Request, until: &Until, tries: &Tries) -> Duration {
        let last = tries.count >= request.patience.tries || !self.inner.nodes.has_other(&tries.nodes);
        if last { until.left() } else { until.left() / 2 }
    }

    /// Why there is no answer after all tries that were allowed.
    fn given_up(&self, request: &Request, until: &Until, tries: Tries) -> EngineError {
        match (tries.answer, tries.reason) {
            _ if until.nobody_waits() => EngineError::TooSlow,
            (_, Some(reason)) if tries.count > 1 => {
                self.unreachable(request, format!("{reason}; tried {} times", tries.count))
            }
            (_, Some(reason)) => self.unreachable(request, reason),
            (Some(answer), None) => refusal(self.address(), request.action, &answer),
            (None, None) => {
                let reason = "no node answered a moment ago; they are asked again in some seconds";
                self.unreachable(request, reason.to_owned())
            }
        }
    }

    fn unreachable(&self, request: &Request, reason: String) -> EngineError {
        EngineError::Unreachable { address: self.address().to_string(), action: request.action, reason }
    }

    /// One try, made by the runtime, because a thread of the caller's own runtime must not enter another.
    fn try_once(&self, sent: &Sent, node: usize, known: bool, time: Duration) -> Tried {
        let gone = || Tried::Useless("requests are sent no longer".to_owned());
        let (Some(client), Some(runtime)) = (self.inner.clients.get(node).cloned(), &self.inner.runtime) else {
            return gone();
        };
        let (sender, receiver) = sync_channel(1);
        let sent = sent.clone();
        runtime.spawn(async move {
            let tried = client.send(sent, known, time).await;
            // Whoever asked waits below.
            let _ = sender.send(tried);
        });
        receiver.recv().unwrap_or_else(|_| gone())
    }

    /// Sends a request and reads the answer as JSON. What is none, or has another shape, is an error that quotes its beginning.
    pub fn read<T: DeserializeOwned>(&self, request: &Request) -> Result<T, EngineError> {
        parsed(self.address(), request.action, &self.ask(request)?.body)
    }
}

/// How long to wait before what may pass by itself is tried once more, `tried` times having been in vain.
pub fn pause_before(tried: u32) -> Duration {
    wait_before(tried, None, chance())
}

/// Whether a status is what a request asks for.
fn is_accepted(request: &Request, status: u16) -> bool {
    (200..300).contains(&status) || request.accepted.contains(&status)
}

/// A number by chance, so that many who wait do not come back at once. Without a source of chance they do.
fn chance() -> u32 {
    getrandom::u32().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Mutex;

    use super::*;
    use crate::engine::opensearch::address::Credentials;

    /// What a node of ours does with one request.
    #[derive(Clone)]
    enum Act {
        Answer(u16, &'static str),
        Raw(&'static str),
        BreakOff,
        Hang,
    }

    /// A node that does as it is told, request by request, and its last act for ever; gives its port and what it was asked.
    fn node(acts: Vec<Act>) -> (u16, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = asked.clone();
        std::thread::spawn(move || {
            let mut held = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                // A connection without a word is only somebody who knocks.
                let Some(request) = request_on(&mut stream) else { continue };
                let place = seen.lock().unwrap().len().min(acts.len() - 1);
                seen.lock().unwrap().push(request);
                match acts[place].clone() {
                    Act::Answer(status, body) => {
                        let length = body.len();
                        write!(
                            stream,
                            "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                        )
                        .unwrap();
                    }
                    Act::Raw(text) => stream.write_all(text.as_bytes()).unwrap(),
                    Act::BreakOff => {}
                    Act::Hang => held.push(stream),
                }
            }
        });
        (port, asked)
    }

    fn request_on(stream: &mut TcpStream) -> Option<String> {
        let mut reader = BufReader::new(stream);
        let (mut text, mut bytes) = (String::new(), 0);
        while !text.ends_with("\r\n\r\n") {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let length = line.to_ascii_lowercase();
            if let Some(length) = length.strip_prefix("content-length:") {
                bytes = length.trim().parse().unwrap();
            }
            text.push_str(&line);
        }
        let mut body = vec![0; bytes];
        reader.read_exact(&mut body).ok()?;
        text.push_str(&String::from_utf8_lossy(&body));
        Some(text)
    }

    fn cluster(ports: &[u16]) -> Cluster {
        let hosts: Vec<String> = ports.iter().map(|port| format!("127.0.0.1:{port}")).collect();
        let user = Some(("ann".to_owned(), "secret".to_owned()));
        let credentials = Credentials { user, authority: None };
        Cluster::new(Address::parse(&format!("http://{}/name", hosts.join(",")), credentials).unwrap()).unwrap()
    }

    fn closed_port() -> u16 {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
    }

    fn look() -> Request {
        Request::new(Verb::Get, "name/_count", "count articles")
    }

    #[test]
    fn what_may_pass_is_asked_again_and_who_we_are_is_said() {
        let acts =
            vec![Act::Answer(503, ""), Act::BreakOff, Act::Answer(429, "{}"), Act::Answer(200, r#"{"count":7}"#)];
        let (port, asked) = node(acts);
        let answer: serde_json::Value = cluster(&[port]).read(&look()).unwrap();
        assert_eq!(answer["count"], 7);
        let asked = asked.lock().unwrap();
        assert_eq!(asked.len(), 4);
        assert!(asked[0].starts_with("GET /name/_count HTTP/1.1"), "{}", asked[0]);
        assert!(asked[0].contains("Basic YW5uOnNlY3JldA=="), "{}", asked[0]);
    }

    #[test]
    fn what_cannot_pass_is_asked_once() {
        for status in [400, 401, 404, 409, 500] {
            let (port, asked) = node(vec![Act::Answer(status, "{}")]);
            cluster(&[port]).ask(&look()).unwrap_err();
            assert_eq!(asked.lock().unwrap().len(), 1, "{status}");
        }
        let (port, _) = node(vec![Act::Answer(404, "{}")]);
        assert_eq!(cluster(&[port]).ask(&look().accepting(&[404])).unwrap().status, 404);
    }

    #[test]
    fn tries_have_an_end_and_the_last_answer_is_told() {
        let (port, asked) = node(vec![Act::Answer(429, "slow down")]);
        let error = cluster(&[port]).ask(&look()).unwrap_err();
        assert!(matches!(error, EngineError::Overloaded { .. }) && error.to_string().contains("slow down"), "{error}");
        assert_eq!(asked.lock().unwrap().len(), Patience::READER.tries as usize);
    }

    #[test]
    fn another_node_answers_for_one_that_is_gone_or_hangs() {
        let (sound, _) = node(vec![Act::Answer(200, "{}")]);
        let (hanging, _) = node(vec![Act::Hang]);
        let cluster = cluster(&[closed_port(), hanging, sound]);
        let patience = Patience { time: Duration::from_secs(4), tries: 4 };
        for _ in 0..4 {
            assert_eq!(cluster.ask(&look().patient(patience)).unwrap().status, 200);
        }
    }

    #[test]
    fn a_cluster_that_is_gone_is_told_and_then_left_alone_for_a_moment() {
        let cluster = cluster(&[closed_port()]);
        let error = cluster.ask(&look()).unwrap_err();
        assert!(matches!(error, EngineError::Unreachable { .. }) && error.to_string().contains("refused"), "{error}");
        assert!(matches!(cluster.ask(&look()), Err(EngineError::Unreachable { .. })));
    }

    #[test]
    fn nobody_waits_past_the_deadline() {
        let (port, _) = node(vec![Act::Hang]);
        let deadline = Deadline::within(Duration::from_millis(300));
        let error = cluster(&[port]).ask(&look().until(deadline)).unwrap_err();
        assert!(matches!(error, EngineError::TooSlow), "{error}");
        let patience = Patience { time: Duration::from_millis(300), tries: 2 };
        let error = cluster(&[port]).ask(&look().patient(patience)).unwrap_err();
        assert!(matches!(error, EngineError::Unreachable { .. }), "{error}");
    }

    #[test]
    fn garbage_is_an_error_and_never_a_panic() {
        for raw in [
            "HTTP/1.1 200 OK\r\ncontent-length: 13\r\nconnection: close\r\n\r\n<html></html>",
            "HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\nx",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 50\r\nconnection: close\r\n\r\nshort",
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 7\r\n\r\n{}",
            "HTTP/1.1 204 OK\r\n\r\n",
            "SSH-2.0-OpenSSH_9.6\r\n",
            "\u{0}\u{1}\u{2}",
            "HTTP/9.9 9999\r\n\r\n",
        ] {
            let (port, _) = node(vec![Act::Raw(raw)]);
            let patience = Patience { time: Duration::from_secs(2), tries: 2 };
            let read = cluster(&[port]).read::<serde_json::Value>(&look().patient(patience));
            let error = read.unwrap_err().to_string();
            assert!(error.len() < 600, "{raw:?}: {error}");
        }
    }

    #[test]
    fn a_cluster_may_be_let_go_within_a_runtime() {
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(async { drop(cluster(&[closed_port()])) });
    }
}
