//! A node that does as it is told, request by request: it answers like OpenSearch, or wrongly, slowly, in part, never; or it stands
//! before a real node, passes requests on, and spoils what comes back.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Between two bytes of an answer that trickles.
const TRICKLE: Duration = Duration::from_millis(100);
/// What an endless answer sends before it gives up: far more than anybody should read.
const ENDLESS_BYTES: usize = 1 << 30;

/// What a node was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// With the leading slash and the parameters.
    pub(crate) path: String,
    /// Header lines as they came.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    pub(crate) at: Instant,
}

/// How JSON is changed on its way.
pub(crate) type Change = fn(&mut Value);

/// What a node does with a request.
#[derive(Clone)]
pub(crate) enum Act {
    /// Answers with a status, further header lines (each with its line break), and a body.
    Answer(u16, &'static str, String),
    /// Sends these bytes as they are and closes.
    Raw(Vec<u8>),
    /// Closes without a word.
    BreakOff,
    /// Says that the answer is this long, sends half of it and closes.
    Half(String),
    /// Sends one byte at a time, for ever.
    Trickle,
    /// Sends a head without a length, and then bytes without an end.
    Endless,
    /// Answers never, and keeps the connection.
    Hang,
    /// Waits, and then does this.
    After(Duration, Box<Act>),
    /// Passes it on to the node at this address, and its answer back.
    Pass(String),
    /// Passes it on, and loses half of the answer: what was asked for is done.
    PassAndLose(String),
    /// Passes it on, and changes the answer.
    PassChanged(String, Change),
}

impl Act {
    /// What a sound node says of itself.
    pub(crate) fn fine() -> Self {
        let version = json!({"distribution": "opensearch", "number": "2.19.1"});
        Self::json(&json!({"name": "fake", "cluster_name": "fake", "version": version}))
    }

    /// An answer of 200.
    pub(crate) fn json(body: &Value) -> Self {
        Self::Answer(200, "", body.to_string())
    }

    /// An error as OpenSearch words it.
    pub(crate) fn error(status: u16, kind: &str, reason: &str) -> Self {
        Self::refusal(status, "", kind, reason)
    }

    /// The same, with further header lines.
    pub(crate) fn refusal(status: u16, headers: &'static str, kind: &str, reason: &str) -> Self {
        let cause = json!({"type": kind, "reason": reason});
        let error = json!({"root_cause": [cause], "type": kind, "reason": reason});
        Self::Answer(status, headers, json!({"error": error, "status": status}).to_string())
    }
}

type Rule = dyn Fn(usize, &Asked) -> Act + Send + Sync;

/// A node on a socket of its own. It ends with the test.
pub(crate) struct FakeNode {
    port: u16,
    state: Arc<State>,
    /// `None` while nobody listens.
    listening: Mutex<Option<JoinHandle<()>>>,
}

struct State {
    rule: Box<Rule>,
    asked: Mutex<Vec<Asked>>,
    connections: Mutex<Vec<TcpStream>>,
    over: AtomicBool,
}

impl FakeNode {
    /// A node that does what the rule says of the number of a request, from 0 on, and the request.
    pub(crate) fn start(rule: impl Fn(usize, &Asked) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let state = State {
            rule: Box::new(rule),
            asked: Mutex::default(),
            connections: Mutex::default(),
            over: AtomicBool::new(false),
        };
        let node =
            Self { port: listener.local_addr().unwrap().port(), state: Arc::new(state), listening: Mutex::new(None) };
        node.listen(listener);
        node
    }

    /// A node that always does the same.
    pub(crate) fn always(act: Act) -> Self {
        Self::start(move |_, _| act.clone())
    }

    /// A node that does these in turn, and then answers as a sound one.
    pub(crate) fn at_first(acts: Vec<Act>) -> Self {
        Self::start(move |number, _| acts.get(number).cloned().unwrap_or_else(Act::fine))
    }

    fn listen(&self, listener: TcpListener) {
        let state = self.state.clone();
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                if state.over.load(Ordering::SeqCst) {
                    break;
                }
                state.connections.lock().unwrap().push(stream.try_clone().unwrap());
                let state = state.clone();
                std::thread::spawn(move || serve(&state, stream));
            }
        });
        *self.listening.lock().unwrap() = Some(thread);
    }

    /// Host and port.
    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().unwrap().clone()
    }

    /// Ends it: connections break off, new ones are refused.
    pub(crate) fn stop(&self) {
        let Some(thread) = self.listening.lock().unwrap().take() else { return };
        self.state.over.store(true, Ordering::SeqCst);
        // The one that is waited for.
        let _ = TcpStream::connect(self.host());
        thread.join().unwrap();
        for stream in self.state.connections.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Listens again at the same port.
    pub(crate) fn restart(&self) {
        self.state.over.store(false, Ordering::SeqCst);
        self.listen(TcpListener::bind(self.host()).unwrap());
    }
}

impl Drop for FakeNode {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The `--engine` of an index on these nodes.
pub(crate) fn address(nodes: &[&FakeNode], name: &str) -> String {
    let hosts: Vec<String> = nodes.iter().map(|node| node.host()).collect();
    format!("http://{}/{name}", hosts.join(","))
}

/// Serves one connection, request after request, until an act ends it.
fn serve(state: &State, stream: TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    while let Some(asked) = request_on(&mut reader) {
        let number = {
            let mut all = state.asked.lock().unwrap();
            all.push(asked.clone());
            all.len() - 1
        };
        let stays = perform(state, &mut stream, &asked, (state.rule)(number, &asked)).unwrap_or(false);
        if !stays || state.over.load(Ordering::SeqCst) {
            let _ = stream.shutdown(Shutdown::Both);
            return;
        }
    }
}

/// The next request on a connection; `None` at its end, and for who only knocks.
fn request_on(reader: &mut BufReader<TcpStream>) -> Option<Asked> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (first, head) = head.split_once("\r\n")?;
    let mut parts = first.split(' ').map(str::to_owned);
    Some(Asked { method: parts.next()?, path: parts.next()?, head: head.to_owned(), body, at: Instant::now() })
}

/// Does something with a request; gives whether the connection may go on.
fn perform(state: &State, stream: &mut TcpStream, asked: &Asked, act: Act) -> std::io::Result<bool> {
    let json = "content-type: application/json\r\n";
    match act {
        Act::Answer(status, headers, body) => {
            let length = body.len();
            write!(stream, "HTTP/1.1 {status} X\r\n{json}{headers}content-length: {length}\r\n\r\n{body}")?;
            Ok(true)
        }
        Act::Raw(bytes) => stream.write_all(&bytes).map(|()| false),
        Act::BreakOff => Ok(false),
        Act::Half(body) => {
            let half = &body.as_bytes()[..body.len() / 2];
            write!(stream, "HTTP/1.1 200 OK\r\n{json}content-length: {}\r\n\r\n", body.len())?;
            stream.write_all(half).map(|()| false)
        }
        Act::Trickle => {
            write!(stream, "HTTP/1.1 200 OK\r\n{json}content-length: 1000000\r\n\r\n")?;
            while !state.over.load(Ordering::SeqCst) {
                stream.write_all(b" ")?;
                std::thread::sleep(TRICKLE);
            }
            Ok(false)
        }
        Act::Endless => {
            write!(stream, "HTTP/1.1 200 OK\r\n{json}connection: close\r\n\r\n[")?;
            let piece = b"0,".repeat(1 << 15);
            (0..ENDLESS_BYTES / piece.len()).try_for_each(|_| stream.write_all(&piece)).map(|()| false)
        }
        Act::Hang => {
            // Until the other side has enough, or the node ends.
            let mut byte = [0];
            let _ = stream.read(&mut byte);
            Ok(false)
        }
        Act::After(time, act) => {
            std::thread::sleep(time);
            perform(state, stream, asked, *act)
        }
        Act::Pass(address) => stream.write_all(&passed(&address, asked)?).map(|()| false),
        Act::PassAndLose(address) => {
            let answer = passed(&address, asked)?;
            stream.write_all(&answer[..answer.len() / 2]).map(|()| false)
        }
        Act::PassChanged(address, change) => {
            let answer = passed(&address, asked)?;
            let answer = String::from_utf8_lossy(&answer);
            let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
            let mut body: Value = serde_json::from_str(body).unwrap_or(Value::Null);
            change(&mut body);
            let status = head.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(500);
            perform(state, stream, asked, Act::Answer(status, "", body.to_string()))
        }
    }
}

/// What the node at an address answers to a request, byte by byte.
fn passed(address: &str, asked: &Asked) -> std::io::Result<Vec<u8>> {
    let mut node = TcpStream::connect(address)?;
    write!(node, "{} {} HTTP/1.1\r\nconnection: close\r\n", asked.method, asked.path)?;
    for line in asked.head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:")) {
        write!(node, "{line}\r\n")?;
    }
    node.write_all(b"\r\n")?;
    node.write_all(&asked.body)?;
    let mut answer = Vec::new();
    node.read_to_end(&mut answer)?;
    Ok(answer)
}
