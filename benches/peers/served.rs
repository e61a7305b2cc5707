//! The real binary as a server, and clients that keep their connections.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};

/// Longest wait for a server's answer.
const WAIT: Duration = Duration::from_secs(60);

/// A server, ended when dropped.
pub(crate) struct Server {
    pub(crate) process: Child,
    /// Host and port.
    pub(crate) address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// Starts one over an index.
    pub(crate) fn start(index: &Path) -> anyhow::Result<Self> {
        let mut command = dossier(index);
        command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let output = process.stdout.take().context("no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let address = address.with_context(|| format!("no address in `{line}`"))?.to_owned();
        Ok(Self { process, address })
    }

    /// A client with a connection of its own.
    pub(crate) fn client(&self) -> anyhow::Result<Client> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(WAIT))?;
        stream.set_nodelay(true)?;
        Ok(Client { stream, buffer: vec![0; 256 * 1024], host: self.address.clone() })
    }
}

/// A client that keeps its connection, and does as little as a client can.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    host: String,
}

impl Client {
    /// Asks an address that answers 200 with a length, and gives the length of the body.
    pub(crate) fn ask(&mut self, path: &str) -> anyhow::Result<usize> {
        self.stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host).as_bytes())?;
        let mut have = 0;
        let end = loop {
            have += self.read_at(have)?;
            let from = 0;
            if let Some(place) = self.buffer[from..have].windows(4).position(|four| four == b"\r\n\r\n") {
                break place + 4;
            }
        };
        let head = std::str::from_utf8(&self.buffer[..end])?.to_ascii_lowercase();
        ensure!(head.starts_with("http/1.1 200"), "{path}: {head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.context("no length")?.trim().parse()?;
        let mut left = (end + length).saturating_sub(have);
        while left > 0 {
            left = left.saturating_sub(self.read_at(0)?);
        }
        Ok(length)
    }

    fn read_at(&mut self, place: usize) -> anyhow::Result<usize> {
        let read = self.stream.read(&mut self.buffer[place..])?;
        ensure!(read > 0, "the server closed the connection");
        Ok(read)
    }
}

/// The real binary over an index, whatever settings of another one the environment holds.
pub(crate) fn dossier(index: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dossier"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DOSSIER_")) {
        command.env_remove(name);
    }
    command.arg("--index").arg(index).stdin(Stdio::null());
    command
}
