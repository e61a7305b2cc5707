//! The binary as a server on a socket of its own, for tests of what only a socket shows.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use dossier::engine::Engines;
use dossier::server::Settings;
use regex::Regex;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::harness::Desk;

/// Longest that an answer is waited for.
const WAIT: Duration = Duration::from_secs(20);

/// A server on a socket of its own, ended with the test.
pub(crate) struct Server {
    /// The process.
    pub(crate) child: Child,
    /// Host and port.
    pub(crate) address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts one over the desk's index and waits for its address.
    pub(crate) fn start(desk: &Desk) -> Self {
        Self::start_with(desk, &[])
    }

    /// Starts one with further flags.
    pub(crate) fn start_with(desk: &Desk, flags: &[&str]) -> Self {
        Self::of(desk.command(&[&["serve", "--listen", "127.0.0.1:0"], flags].concat()), Stdio::null())
    }

    /// Starts what is ready to run, and waits for its address.
    pub(crate) fn of(mut command: Command, errors: Stdio) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = Regex::new("http://([0-9.:]+)/").unwrap().captures(&line).map(|found| found[1].to_owned());
        let mut server = Self { child, address: String::new() };
        server.address = address.unwrap_or_else(|| panic!("no address in `{line}`"));
        server
    }

    /// An open connection.
    pub(crate) fn connect(&self) -> TcpStream {
        connect(&self.address)
    }

    /// Head and body of an answer.
    pub(crate) fn ask(&self, method: &str, path: &str) -> (String, String) {
        self.ask_with(method, path, &[])
    }

    /// The same, with headers of one's own.
    pub(crate) fn ask_with(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> (String, String) {
        let mut stream = self.connect();
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n{headers}Connection: close\r\n\r\n", self.address);
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    /// The JSON at an address that answers 200.
    pub(crate) fn json(&self, path: &str) -> Value {
        let (head, body) = self.ask("GET", path);
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        serde_json::from_str(&body).unwrap()
    }
}

/// An open connection.
pub(crate) fn connect(address: &str) -> TcpStream {
    let end = Instant::now() + WAIT;
    let stream = loop {
        match TcpStream::connect(address) {
            Ok(stream) => break stream,
            // A machine may be short of ports for a moment.
            Err(error) => assert!(Instant::now() < end, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    stream.set_read_timeout(Some(WAIT)).unwrap();
    stream.set_write_timeout(Some(WAIT)).unwrap();
    stream
}

/// Sends bytes as they are on a connection of their own, and gives all that comes until the server closes it.
pub(crate) fn sent(address: &str, bytes: &[u8]) -> String {
    let mut stream = connect(address);
    // A server may answer and close before it has taken all of it.
    let _ = stream.write_all(bytes);
    rest(&mut stream)
}

/// All that still comes until the server closes the connection.
pub(crate) fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
        Err(error) => panic!("{error} after {}", String::from_utf8_lossy(&answer)),
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// A GET that ends its connection, with further header lines (each with its line break).
pub(crate) fn get(address: &str, path: &str, headers: &str) -> String {
    sent(address, format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\r\n").as_bytes())
}

/// The status of an answer; 0 if there is none.
pub(crate) fn status(answer: &str) -> u16 {
    answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok()).unwrap_or(0)
}

/// A server within the test's own process, for limits and engines that no flag sets. It ends with the test.
pub(crate) struct Within {
    /// Host and port.
    pub(crate) address: String,
    runtime: Option<Runtime>,
}

impl Within {
    /// Starts one.
    pub(crate) fn start(engines: impl Engines + 'static, settings: Settings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.spawn(dossier::server::serve(listener, Arc::new(engines), settings, std::future::pending()));
        Self { address, runtime: Some(runtime) }
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}
