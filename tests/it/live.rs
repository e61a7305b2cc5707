//! The binary as a server on a socket of its own, for tests of what only a socket shows.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use regex::Regex;
use serde_json::Value;

use crate::harness::Desk;

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

    /// Starts one with more flags.
    pub(crate) fn start_with(desk: &Desk, flags: &[&str]) -> Self {
        let mut command = desk.command(&[&["serve", "--listen", "127.0.0.1:0"], flags].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = Regex::new("http://([0-9.:]+)/").unwrap().captures(&line).map(|found| found[1].to_owned());
        let mut server = Self { child, address: String::new() };
        server.address = address.unwrap_or_else(|| panic!("no address in `{line}`"));
        server
    }

    /// An open connection.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
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
