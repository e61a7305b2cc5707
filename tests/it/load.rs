//! Under load: while others send rubbish, hold connections, drop answers and ask for as much as they may, the server goes on
//! answering those who mean well, refuses the rest with its reasons, and keeps neither memory nor files of it.
//!
//! A run of seconds by default. `DOSSIER_LONG=1` sends 500,000 requests or as many as go in ten minutes, over Reuters where the data is at hand, and
//! also holds honest answers to twice the time that they take without the others; `TESTED_BINARY` names the build that is tried.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::harness::{Desk, shared_data};
use crate::hostile_queries::text;
use crate::live::{Server, connect, get, status};
use crate::wreckage::Random;

/// How much is done.
struct Size {
    /// Requests in all, hostile and honest.
    requests: usize,
    /// Longest time that they are sent for.
    time: Duration,
    /// Honest requests from which the calm times are taken, before and after.
    calm: usize,
    /// Honest requests a second of each honest client.
    pace: Duration,
    /// Pause of each hostile client after each request.
    pause: Duration,
    /// Connections that are held open and fed a byte now and then.
    held: usize,
}

const SHORT: Size = Size {
    requests: 4000,
    time: Duration::from_secs(60),
    calm: 200,
    pace: Duration::from_millis(10),
    pause: Duration::from_millis(2),
    held: 40,
};
const LONG: Size = Size {
    requests: 500_000,
    time: Duration::from_secs(600),
    calm: 4000,
    pace: Duration::from_millis(25),
    pause: Duration::from_millis(4),
    held: 200,
};

/// Clients that mean well, each with an address of its own.
const HONEST: usize = 4;
/// Clients that do not.
const HOSTILE: usize = 8;
/// Share of the load that comes before memory and files are looked at first: the server has then met all of it.
const WARM_UP: f64 = 0.2;

/// Statuses that somebody who sends rubbish may get. 503 says of itself that it is a refusal; 0 is a connection that was closed.
const REFUSALS: [u16; 14] = [0, 200, 304, 400, 403, 404, 405, 408, 410, 413, 414, 421, 429, 431];

/// What all clients share.
struct Load {
    address: String,
    honest_paths: Vec<String>,
    sent: AtomicUsize,
    stopping: AtomicBool,
    /// How often each status came, 0 for a connection that was closed without one.
    statuses: Mutex<BTreeMap<u16, usize>>,
    wrong: Mutex<Vec<String>>,
}

impl Load {
    fn goes_on(&self, until: Until) -> bool {
        let is_over = self.sent.load(Ordering::Relaxed) >= until.requests || Instant::now() >= until.end;
        !is_over && !self.stopping.load(Ordering::Relaxed)
    }

    /// Counts an answer; one that must not come ends the run.
    fn judge(&self, asked: &str, answer: &str) {
        let status = status(answer);
        self.sent.fetch_add(1, Ordering::Relaxed);
        *self.statuses.lock().unwrap().entry(status).or_default() += 1;
        let is_refusal = status == 503 && (answer.contains("/problems/busy") || answer.contains("text/html"));
        if !is_refusal && !REFUSALS.contains(&status) {
            self.wrong.lock().unwrap().push(format!("{status} to {asked:.200}: {answer:.400}"));
            self.stopping.store(true, Ordering::Relaxed);
        }
    }
}

/// Until when load goes on: so many requests in all, or a time.
#[derive(Debug, Clone, Copy)]
struct Until {
    requests: usize,
    end: Instant,
}

/// What the operating system says of a process.
#[derive(Debug, Clone, Copy)]
struct Held {
    memory_kib: usize,
    files: usize,
    threads: usize,
}

impl Held {
    /// Nothing where the system does not say.
    fn of(server: &Server) -> Option<Self> {
        let folder = std::path::Path::new("/proc").join(server.child.id().to_string());
        let status = std::fs::read_to_string(folder.join("status")).ok()?;
        let number = |name: &str| {
            status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
        };
        let files = std::fs::read_dir(folder.join("fd")).ok()?.count();
        Some(Self { memory_kib: number("VmRSS:")?, files, threads: number("Threads:")? })
    }

    /// What is held when there are no more sockets than there were before anybody came. Whatever a client left open closes by a
    /// limit of time.
    fn at_rest(server: &Server, sockets_alone: usize) -> Option<Self> {
        let end = Instant::now() + Duration::from_secs(40);
        while sockets(server) > sockets_alone && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(200));
        }
        Self::of(server)
    }
}

/// Sockets that the server has open.
fn sockets(server: &Server) -> usize {
    let folder = format!("/proc/{}/fd", server.child.id());
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_socket = |target: &std::path::Path| target.to_string_lossy().starts_with("socket:");
    files.filter(|file| std::fs::read_link(file.path()).is_ok_and(|target| is_socket(&target))).count()
}

#[test]
fn whoever_means_well_is_answered_while_others_do_their_worst() {
    let is_long = std::env::var_os("DOSSIER_LONG").is_some_and(|value| value == "1");
    let size = if is_long { LONG } else { SHORT };
    let binary = std::env::var_os("TESTED_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_dossier").into());
    let reuters = if is_long { shared_data("reuters.jsonl.gz") } else { None };
    let own;
    let desk = match &reuters {
        Some(articles) => {
            own = Desk::new();
            std::fs::copy(articles, own.corpus().join("records.jsonl.gz")).unwrap();
            let built = own.command_of(&binary, &["index"]).output().unwrap();
            assert!(matches!(built.status.code(), Some(0 | 3)), "{built:?}");
            &own
        }
        None => Desk::fixture(),
    };
    let folder = tempfile::tempdir().unwrap();
    let errors = folder.path().join("errors");
    let flags = ["serve", "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1", "--rate-limit", "20"];
    let server = Server::of(desk.command_of(&binary, &flags), Stdio::from(File::create(&errors).unwrap()));
    let sockets_alone = sockets(&server);
    let load = Load {
        honest_paths: honest_paths(&server.address),
        address: server.address.clone(),
        sent: AtomicUsize::new(0),
        stopping: AtomicBool::new(false),
        statuses: Mutex::default(),
        wrong: Mutex::default(),
    };
    let until = |share: f64| Until {
        requests: (size.requests as f64 * share) as usize,
        end: Instant::now() + size.time.mul_f64(share),
    };
    mixed(&load, &size, until(WARM_UP), 1);
    let warm = Held::at_rest(&server, sockets_alone);
    let calm = honest_alone(&load, &size);
    let started = Instant::now();
    let loaded = mixed(&load, &size, until(1.0), 2);
    let took = started.elapsed();
    let after = honest_alone(&load, &size);
    let end = Held::at_rest(&server, sockets_alone);

    let statuses = load.statuses.lock().unwrap();
    let calm = [&calm, &after].map(|times| (quantile(times, 50), quantile(times, 99)));
    let busy = (quantile(&loaded, 50), quantile(&loaded, 99));
    eprintln!("{} requests, the last part in {took:.0?}; statuses {statuses:?}", load.sent.load(Ordering::Relaxed));
    eprintln!(
        "{} honest answers under load; median and p99: {busy:.1?}; calm before and after: {calm:.1?}",
        loaded.len()
    );
    eprintln!("held when warm: {warm:?}; at the end: {end:?}");
    assert_eq!(*load.wrong.lock().unwrap(), Vec::<String>::new());
    let said = std::fs::read_to_string(&errors).unwrap();
    assert!(!said.contains("panicked"), "{said}");
    assert_eq!(status(&get(&server.address, "/readyz", "")), 200, "it goes on");
    if let (Some(warm), Some(end)) = (warm, end) {
        assert!(end.files <= warm.files + 4, "open files: {warm:?}, {end:?}");
        assert!(end.memory_kib <= warm.memory_kib + warm.memory_kib / 4 + 32 * 1024, "memory: {warm:?}, {end:?}");
        assert!(end.threads <= warm.threads + 4, "threads: {warm:?}, {end:?}");
    }
    if is_long {
        let calm = calm[0].1.max(calm[1].1);
        assert!(busy.1 <= 2 * calm, "p99 of honest answers: {:?} under load, {calm:?} calm", busy.1);
    }
}

/// What people ask: searches of words that the articles hold, with what they click on.
fn honest_paths(address: &str) -> Vec<String> {
    let answer = get(address, "/api/v1/suggest?q=&size=40", "");
    let found = regex::Regex::new("\"text\":\"([A-Za-z ]+)\"").unwrap();
    let mut words: Vec<String> = found.captures_iter(&answer).map(|c| c[1].replace(' ', "+").to_lowercase()).collect();
    words.extend(["oil+prices", "grain+exports", "bank+rate", "boat", "navy", "treaty+talks"].map(str::to_owned));
    let paths = words.iter().flat_map(|q| {
        [
            format!("/api/v1/search?q={q}"),
            format!("/?q={q}"),
            format!("/api/v1/suggest?q={q:.4}"),
            format!("/feed.atom?q={q}"),
        ]
    });
    paths.chain(["/help".to_owned(), "/".to_owned()]).collect()
}

/// Everybody at once; the times of honest answers.
fn mixed(load: &Load, size: &Size, until: Until, seed: u64) -> Vec<Duration> {
    std::thread::scope(|scope| {
        for client in 0..HOSTILE {
            scope.spawn(move || {
                let mut random = Random::new(seed * 1000 + client as u64);
                while load.goes_on(until) {
                    misbehave(load, &mut random, client);
                    std::thread::sleep(size.pause);
                }
            });
        }
        scope.spawn(move || hold(load, size, until));
        let clients = (0..HONEST).map(|client| {
            scope.spawn(move || {
                let mut times = Vec::new();
                let mut random = Random::new(seed * 7777 + client as u64);
                while load.goes_on(until) {
                    times.push(behave(load, &mut random, client, size.pace));
                }
                times
            })
        });
        let clients: Vec<_> = clients.collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    })
}

/// Those who mean well, alone.
fn honest_alone(load: &Load, size: &Size) -> Vec<Duration> {
    std::thread::scope(|scope| {
        let clients = (0..HONEST).map(|client| {
            scope.spawn(move || {
                let mut random = Random::new(client as u64);
                (0..size.calm / HONEST).map(|_| behave(load, &mut random, client, size.pace)).collect::<Vec<_>>()
            })
        });
        let clients: Vec<_> = clients.collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    })
}

/// One honest request, from one of so many addresses that none of them asks too often; gives how long its answer took.
fn behave(load: &Load, random: &mut Random, client: usize, pace: Duration) -> Duration {
    let path = random.pick(&load.honest_paths);
    let from = format!("X-Forwarded-For: 198.51.{client}.{}\r\n", random.below(200));
    let started = Instant::now();
    let answer = get(&load.address, path, &from);
    let took = started.elapsed();
    load.judge(path, &answer);
    if status(&answer) != 200 {
        load.wrong.lock().unwrap().push(format!("an honest client got {answer:.300} to {path}"));
        load.stopping.store(true, Ordering::Relaxed);
    }
    std::thread::sleep(pace.saturating_sub(took));
    took
}

/// Connections that are opened and left, or fed a byte now and then; whatever is closed is opened again.
fn hold(load: &Load, size: &Size, until: Until) {
    let mut held: Vec<TcpStream> = Vec::new();
    while load.goes_on(until) {
        while held.len() < size.held {
            let Ok(mut stream) = TcpStream::connect(&load.address) else { break };
            stream.set_nonblocking(true).unwrap();
            if held.len() % 3 > 0 {
                let _ = stream.write(b"GET / HTTP/1.1\r\nX-A: ");
            }
            load.sent.fetch_add(1, Ordering::Relaxed);
            held.push(stream);
        }
        std::thread::sleep(Duration::from_millis(200));
        held.retain_mut(|stream| {
            let _ = stream.write(b"a");
            is_open(stream)
        });
    }
}

fn is_open(stream: &TcpStream) -> bool {
    matches!(stream.peek(&mut [0; 1]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}

/// A text as it stands in an address.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// One request of somebody who means no good.
fn misbehave(load: &Load, random: &mut Random, client: usize) {
    let host = &load.address;
    let from = format!("X-Forwarded-For: 203.0.113.{client}\r\n");
    let ask = |path: String| {
        let answer = get(host, &path, &from);
        load.judge(&path, &answer);
    };
    let send = |bytes: &[u8]| {
        let answer = crate::live::sent(host, bytes);
        load.judge(&String::from_utf8_lossy(&bytes[..bytes.len().min(200)]), &answer);
    };
    let number = random.below(100_000);
    let head = format!("HTTP/1.1\r\nHost: {host}\r\n{from}Connection: close\r\n");
    match random.below(18) {
        0 => ask(format!("/api/v1/search?q={}", encoded(&"(".repeat(4000)))),
        1 => ask(format!("/api/v1/search?match=any&fuzzy=2&q={}", encoded(&wildcards()))),
        2 => ask(format!("/api/v1/search?q=a&colour{number}={number}")),
        3 => {
            let sort = random.pick(&["newest", "oldest", "worst"]);
            ask(format!("/api/v1/search?page={}&size=100&sort={sort}", 1 + number % 99));
        }
        4 => ask(format!("/?q={:.6000}", encoded(&text(random)))),
        5 => ask(format!("/api/v1/search?q={:.12000}&facet_size=1000", encoded(&text(random)))),
        6 => ask(format!("/overview?q=a{number}")),
        7 => ask(format!("/api/v1/crosstab?rows=lang&columns=day&q={}", random.pick(&["a", "the", "oil"]))),
        8 => {
            let paths = ["/..%2f..%2fetc/passwd", "/articles/%00", "/%", "//evil.example/", "/assets/../x"];
            ask((*random.pick(&paths)).to_owned());
        }
        9 => ask(format!("/{}", "x".repeat(number))),
        10 => {
            let rubbish = (0..number % 3000).map(|_| random.below(256) as u8);
            send(&rubbish.chain(*b"\r\n\r\n").collect::<Vec<_>>());
        }
        11 => send(format!("GET / {head}Cookie: {}\r\n\r\n", "x".repeat(number)).as_bytes()),
        12 => {
            let method = random.pick(&["GET", "POST", "BREW", "\u{e9}"]);
            send(format!("{method} / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").as_bytes());
        }
        13 => {
            let body = "x".repeat(number);
            send(format!("POST /api/v1/search {head}Content-Length: {number}\r\n\r\n{body}").as_bytes());
        }
        14 => send(format!("POST / {head}Transfer-Encoding: chunked\r\n\r\n{number}zz\r\nzz\r\n0\r\n\r\n").as_bytes()),
        15 => {
            let form = random.pick(&["jsonl", "csv", "ris", "bibtex"]);
            drop_midway(load, &format!("/api/v1/export?format={form}"), &from);
        }
        16 => drop_midway(load, &format!("/?q=boat{number}"), &from),
        _ => pipeline(load, &from, random.below(6) + 1),
    }
}

/// As many words with a star as a query may have.
fn wildcards() -> String {
    let letter = |n: u8| char::from(b'a' + n % 26);
    (0..128).map(|n| format!("{}{}* ", letter(n), letter(n / 26))).collect()
}

/// Reads a little of an answer, or nothing, and goes.
fn drop_midway(load: &Load, path: &str, from: &str) {
    let mut stream = connect(&load.address);
    let _ = write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\n{from}\r\n", load.address);
    let mut first = [0; 4096];
    if path.starts_with("/api/") {
        let read = stream.read(&mut first).unwrap_or(0);
        load.judge(path, &String::from_utf8_lossy(&first[..read]));
    } else {
        load.sent.fetch_add(1, Ordering::Relaxed);
    }
}

/// Several requests at once on one connection, the last one half; the first answer is judged.
fn pipeline(load: &Load, from: &str, count: usize) {
    let one = format!("GET /api/v1/search?q=boat HTTP/1.1\r\nHost: {}\r\n{from}\r\n", load.address);
    let mut stream = connect(&load.address);
    let _ = stream.write_all(format!("{}GET / HT", one.repeat(count)).as_bytes());
    let mut first = [0; 4096];
    let read = stream.read(&mut first).unwrap_or(0);
    load.judge(&one, &String::from_utf8_lossy(&first[..read]));
}

fn quantile(times: &[Duration], percent: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() * percent / 100).or(times.last()).copied().unwrap_or_default()
}
