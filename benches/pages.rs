//! How long the pages take over a real socket on the articles of Reuters-21578, and how many bytes they are.
//!
//! The real binary indexes and serves; a plain client asks on loopback, one connection a request, with gzip. The first
//! answer of a fresh server is told beside the later ones. Prints tables; decides nothing. `docs/benchmarks.md` keeps the
//! results.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::Value;

/// Queries of the collection that are asked.
const QUERIES: usize = 200;
/// Longest that a server may take for an answer.
const WAIT: Duration = Duration::from_secs(60);

/// A running server, stopped when dropped.
struct Server {
    process: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An answer as it came.
struct Reply {
    took: Duration,
    /// Bytes of the body on the wire.
    bytes: usize,
    body: String,
}

fn main() -> anyhow::Result<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let (articles, queries) = (data.join("reuters.jsonl.gz"), data.join("reuters-queries.json"));
    if !articles.exists() {
        eprintln!("SKIPPED: the shared data is absent ({})", articles.display());
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let (corpus, index) = (folder.path().join("corpus"), folder.path().join("index"));
    fs::create_dir(&corpus)?;
    fs::copy(&articles, corpus.join("records.jsonl.gz"))?;
    let built = dossier(&["index"], &corpus, &index).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    // One record is empty and stands in quarantine.
    ensure!(matches!(built.code(), Some(0 | 3)), "the binary ended with {built}");
    let queries: Vec<Value> = serde_json::from_str(&fs::read_to_string(queries)?)?;
    let queries: Vec<String> =
        queries.iter().filter_map(|query| query["q"].as_str()).take(QUERIES).map(encoded).collect();
    let first = &queries[0];
    let id = {
        let server = serve(&corpus, &index)?;
        let found: Value = serde_json::from_str(&ask(&server, &format!("/api/v1/search?q={first}&size=1"))?.body)?;
        found["hits"][0]["id"].as_str().context("the first query finds nothing")?.to_owned()
    };
    println!(
        "| address | first answer of a fresh server, ms | later median, ms | p99, ms | bytes on the wire, median |"
    );
    println!("| --- | ---: | ---: | ---: | ---: |");
    for (name, path) in [
        ("start page", "/".to_owned()),
        ("search page", "/?q=".to_owned()),
        ("overview", "/overview?q=".to_owned()),
        ("article page", format!("/articles/{id}?q=")),
        ("search as JSON", "/api/v1/search?q=".to_owned()),
        ("feed", "/feed.atom?q=".to_owned()),
    ] {
        let server = serve(&corpus, &index)?;
        let address = |query: &str| if path.ends_with('=') { format!("{path}{query}") } else { path.clone() };
        let cold = ask(&server, &address(first))?;
        let mut replies = Vec::new();
        for query in &queries {
            replies.push(ask(&server, &address(query))?);
        }
        let mut took: Vec<Duration> = replies.iter().map(|reply| reply.took).collect();
        let mut bytes: Vec<usize> = replies.iter().map(|reply| reply.bytes).collect();
        took.sort_unstable();
        bytes.sort_unstable();
        let (median, late) = (took[took.len() / 2], took[took.len() * 99 / 100]);
        let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
        println!(
            "| {name} | {:.1} | {:.1} | {:.1} | {} |",
            milliseconds(cold.took),
            milliseconds(median),
            milliseconds(late),
            bytes[bytes.len() / 2]
        );
    }
    files(&serve(&corpus, &index)?, first)
}

/// The whole search page: itself and all files that it loads.
fn files(server: &Server, query: &str) -> anyhow::Result<()> {
    println!("\n| the whole search page | bytes on the wire |\n| --- | ---: |");
    let page = ask(server, &format!("/?q={query}"))?;
    println!("| page | {} |", page.bytes);
    let mut all = page.bytes;
    let mut waiting = loaded(&page.body);
    let mut asked = Vec::new();
    while let Some(path) = waiting.pop() {
        if asked.contains(&path) {
            continue;
        }
        let reply = ask(server, &path)?;
        println!("| {} | {} |", path.rsplit('/').next().unwrap_or(&path), reply.bytes);
        all += reply.bytes;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        waiting.extend(imported(&reply.body).into_iter().map(|name| format!("{folder}/{name}")));
        asked.push(path);
    }
    println!("| all | {all} |");
    Ok(())
}

/// The files that a page names.
fn loaded(page: &str) -> Vec<String> {
    let parts = page.split(['"', ' ']).filter(|part| part.starts_with("/assets/"));
    parts.map(str::to_owned).collect()
}

/// The scripts beside it that a script imports.
fn imported(script: &str) -> Vec<String> {
    script.split('"').filter_map(|part| part.strip_prefix("./")).map(str::to_owned).collect()
}

fn dossier(arguments: &[&str], corpus: &Path, index: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dossier"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DOSSIER_")) {
        command.env_remove(name);
    }
    command.args(arguments).env("DOSSIER_CORPUS", corpus).env("DOSSIER_INDEX", index);
    command.arg("--taxonomy").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/taxonomy.toml"));
    command.stdin(Stdio::null());
    command
}

fn serve(corpus: &Path, index: &Path) -> anyhow::Result<Server> {
    let mut process = dossier(&["serve", "--listen", "127.0.0.1:0"], corpus, index).stdout(Stdio::piped()).spawn()?;
    let output = process.stdout.take().context("no output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
    let address = address.with_context(|| format!("no address in `{line}`"))?.to_owned();
    Ok(Server { process, address })
}

fn ask(server: &Server, path: &str) -> anyhow::Result<Reply> {
    let started = Instant::now();
    let mut stream = TcpStream::connect(&server.address)?;
    stream.set_read_timeout(Some(WAIT))?;
    // HTTP/1.0 is answered without pieces.
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {}\r\nAccept-Encoding: gzip\r\n\r\n", server.address)?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all)?;
    let took = started.elapsed();
    let end = all.windows(4).position(|four| four == b"\r\n\r\n").context("no end of the head")?;
    let (head, body) = (String::from_utf8_lossy(&all[..end]).to_ascii_lowercase(), &all[end + 4..]);
    ensure!(head.contains(" 200 "), "{path}: {head}");
    let mut text = String::new();
    if head.contains("content-encoding: gzip") {
        flate2::read::GzDecoder::new(body).read_to_string(&mut text)?;
    } else {
        text = String::from_utf8_lossy(body).into_owned();
    }
    Ok(Reply { took, bytes: body.len(), body: text })
}

/// A text as it stands in an address.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
