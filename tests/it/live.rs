//! The binary as a server on a socket of its own, for tests of what only a socket shows.

use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use regex::Regex;
use serde_json::Value;

use crate::harness::{Desk, Run};

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
        Self::of(&mut desk.command(&["serve", "--listen", "127.0.0.1:0"])).unwrap_or_else(|run| panic!("{run:?}"))
    }

    /// Starts one by a command of one's own and waits for its address, or for its end.
    pub(crate) fn of(command: &mut Command) -> Result<Self, Run> {
        let mut errors = tempfile::tempfile().unwrap();
        let told = errors.try_clone().unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(told).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            let code = child.wait().unwrap().code().unwrap_or(-1);
            let mut err = String::new();
            errors.rewind().unwrap();
            errors.read_to_string(&mut err).unwrap();
            return Err(Run { code, out: line, err });
        }
        let address = Regex::new("http://([0-9.:]+)/").unwrap().captures(&line).map(|found| found[1].to_owned());
        let mut server = Self { child, address: String::new() };
        server.address = address.unwrap_or_else(|| panic!("no address in `{line}`"));
        Ok(server)
    }

    /// An open connection.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// Head and body of an answer.
    pub(crate) fn ask(&self, method: &str, path: &str) -> (String, String) {
        let mut stream = self.connect();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).unwrap();
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
