//! Searches on a cluster beside a bare client that sends the very same requests, one after the other, and reads the answers as JSON.
//!
//! What a search asks is written down on the way by a forwarder between the engine and the cluster; the measured searches go
//! straight to it. Ours ends with the whole answer: plan, close look, marks, passages, facet trees.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, ensure};
use dossier::engine::opensearch::OpenSearchEngines;
use dossier::engine::opensearch::address::{Address, Credentials};
use dossier::engine::opensearch::mapping::Layout;
use dossier::engine::{Engines, Searcher};
use dossier::search::answer;
use dossier::search::parameters::Parameters;
use opensearch::http::Method;
use opensearch::http::headers::{CONTENT_TYPE, HeaderMap, HeaderValue};
use opensearch::http::transport::Transport;
use serde_json::Value;

/// Questions that are asked.
const QUESTIONS: usize = 200;
/// Rounds that are measured, after one that warms both sides up.
const ROUNDS: usize = 5;

/// A request as it went over the wire.
#[derive(Clone)]
struct Sent {
    method: String,
    path: String,
    kind: String,
    body: Vec<u8>,
}

type Written = Arc<Mutex<Vec<Sent>>>;

/// Measures the searches of an index that stands on a cluster.
pub(crate) fn measure(address: &Address, bare: &Transport, titles: &[String]) -> anyhow::Result<()> {
    let node = address.nodes[0].clone();
    let upstream = (node.host_str().context("no host")?, node.port_or_known_default().context("no port")?)
        .to_socket_addrs()?
        .next()
        .context("the host has no address")?;
    let written = Written::default();
    let port = forward(upstream, Arc::clone(&written))?;
    let text = format!("http://127.0.0.1:{port}/{}", address.name);
    let watched = OpenSearchEngines::new(Address::parse(&text, Credentials::default())?, Layout::default())?;
    let watched = watched.searcher()?;
    let straight = OpenSearchEngines::new(address.clone(), Layout::default())?.searcher()?;
    let every = (titles.len() / QUESTIONS).max(1);
    let words = |title: &String| title.split_whitespace().take(3).collect::<Vec<_>>().join(" ").to_lowercase();
    let questions: Vec<String> = titles.iter().step_by(every).take(QUESTIONS).map(words).collect();
    let mut requests = Vec::new();
    for question in &questions {
        written.lock().unwrap_or_else(PoisonError::into_inner).clear();
        ask(&*watched, question)?;
        requests.push(written.lock().unwrap_or_else(PoisonError::into_inner).clone());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        for (number, (question, requests)) in questions.iter().zip(&requests).enumerate() {
            // Who goes first changes.
            for side in [(round + number) % 2, (round + number + 1) % 2] {
                let began = Instant::now();
                match side {
                    0 => ask(&*straight, question)?,
                    _ => runtime.block_on(replay(bare, requests))?,
                }
                let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
                if round > 0 {
                    if side == 0 { &mut ours } else { &mut theirs }.push(milliseconds);
                }
            }
        }
    }
    let asked: usize = requests.iter().map(Vec::len).sum();
    println!("\n{} searches, {asked} requests, {ROUNDS} rounds\n", questions.len());
    println!("| side | ms, median | p99 | mean |\n| --- | ---: | ---: | ---: |");
    for (side, list) in [("ours, the whole answer", &mut ours), ("bare client", &mut theirs)] {
        list.sort_by(f64::total_cmp);
        let mean = list.iter().sum::<f64>() / list.len() as f64;
        println!("| {side} | {:.2} | {:.2} | {mean:.2} |", list[list.len() / 2], list[list.len() * 99 / 100]);
    }
    Ok(())
}

fn ask(searcher: &dyn Searcher, question: &str) -> anyhow::Result<()> {
    let parameters = Parameters::of_text(question);
    answer(searcher, &parameters)?;
    Ok(())
}

async fn replay(bare: &Transport, requests: &[Sent]) -> anyhow::Result<()> {
    for request in requests {
        let method = if request.method == "GET" { Method::Get } else { Method::Post };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_str(&request.kind)?);
        let body = (!request.body.is_empty()).then(|| request.body.clone());
        let response = bare.send(method, &request.path, headers, None::<&()>, body, None).await?;
        ensure!(response.status_code().is_success(), "a request was refused");
        let _: Value = serde_json::from_slice(&response.bytes().await?)?;
    }
    Ok(())
}

/// Starts a forwarder that writes requests down; gives its port. Its threads end with the program.
fn forward(upstream: SocketAddr, written: Written) -> anyhow::Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let written = Arc::clone(&written);
            std::thread::spawn(move || {
                // A connection that ends ends its thread.
                let _ = serve(client, upstream, &written);
            });
        }
    });
    Ok(port)
}

fn serve(client: TcpStream, upstream: SocketAddr, written: &Written) -> std::io::Result<()> {
    let mut node = TcpStream::connect(upstream)?;
    let mut from_node = BufReader::new(node.try_clone()?);
    let mut to_client = client.try_clone()?;
    let mut from_client = BufReader::new(client);
    loop {
        let (head, body) = message(&mut from_client)?;
        let mut first = head.split_whitespace();
        let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
        let sent =
            Sent { method: method.into(), path: path.into(), kind: header(&head, "content-type"), body: body.clone() };
        written.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
        node.write_all(head.as_bytes())?;
        node.write_all(&body)?;
        let (head, body) = message(&mut from_node)?;
        to_client.write_all(head.as_bytes())?;
        to_client.write_all(&body)?;
    }
}

/// The head of an HTTP message and as much body as it says.
fn message(from: &mut impl BufRead) -> std::io::Result<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if from.read_line(&mut head)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    let mut body = vec![0; header(&head, "content-length").parse().unwrap_or(0)];
    from.read_exact(&mut body)?;
    Ok((head, body))
}

fn header(head: &str, name: &str) -> String {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let mut found = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned());
    found.next().unwrap_or_default()
}
