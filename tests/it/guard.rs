//! The guard: what is too long, too slow, too often or from elsewhere is refused with its reason, over a real socket, and costs
//! nobody else anything.

use std::io::{Read, Write};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use dossier::server::{Access, Limits, Settings};
use serde_json::Value;

use crate::harness::{Desk, PUBLIC_URL, project};
use crate::live::{Server, Within, connect, get, rest, sent, status};
use crate::stand_in::{Acts, StandIn};

/// Longest that a state is waited for.
const WAIT: Duration = Duration::from_secs(30);
/// A limit of time that a test waits out.
const SOON: Duration = Duration::from_millis(300);

fn settings(limits: Limits) -> Settings {
    Settings { limits, ..Settings::new(PUBLIC_URL.parse().unwrap()) }
}

/// A server with these limits over the fixture corpus.
fn limited(limits: Limits) -> Within {
    Within::start(StandIn::new(Desk::fixture(), Acts::default()), settings(limits))
}

/// The `type` of the problem that an answer tells, with its status.
#[track_caller]
fn problem(answer: &str) -> (u16, String) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer}"));
    assert!(head.contains("content-type: application/problem+json"), "{head}");
    assert!(head.contains("content-security-policy: ") && head.contains("x-content-type-options: nosniff"), "{head}");
    let body: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} in {body}"));
    assert_eq!(body["status"], status(answer));
    (status(answer), body["type"].as_str().unwrap().to_owned())
}

/// A header of an answer.
fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + WAIT;
    while !is_so() {
        assert!(Instant::now() < end, "{what}: not within {WAIT:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A gate that searches wait at, and how many have come to it.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
    came: AtomicUsize,
}

impl Gate {
    fn pass(&self) {
        self.came.fetch_add(1, Ordering::SeqCst);
        let _open = self.opened.wait_while(self.open.lock().unwrap(), |open| !*open).unwrap();
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

/// A server whose searches wait at a gate.
fn gated(limits: Limits) -> (Within, Arc<Gate>) {
    let gate = Arc::new(Gate::default());
    let held = Arc::clone(&gate);
    let acts = Acts { before_search: Box::new(move || held.pass()), ..Acts::default() };
    (Within::start(StandIn::new(Desk::fixture(), acts), settings(limits)), gate)
}

#[test]
fn what_is_too_long_is_refused_and_the_server_goes_on() {
    let server = limited(Limits::default());
    let address = &server.address;
    let long = "x".repeat(20_000);
    let length = problem(&get(address, &format!("/api/v1/search?q={long}"), ""));
    assert_eq!(length, (414, "/problems/length".into()));
    let headers = problem(&get(address, "/api/v1/search", &format!("Cookie: {long}\r\n")));
    assert_eq!(headers, (431, "/problems/headers".into()));
    // What is larger still is not told apart, but answered, and the connection closed.
    let huge = get(address, "/", &format!("Cookie: {}\r\n", "x".repeat(200_000)));
    assert!(matches!(status(&huge), 431 | 0), "{huge}");
    let many: String = (0..500).map(|n| format!("X-{n}: y\r\n")).collect();
    assert_eq!(status(&get(address, "/", &many)), 431);

    let post = |headers: &str, body: &str| {
        sent(address, format!("POST /api/v1/search HTTP/1.1\r\nHost: {address}\r\n{headers}\r\n{body}").as_bytes())
    };
    let said = problem(&post("Content-Length: 20000\r\n", &long));
    assert_eq!(said, (413, "/problems/body".into()));
    let piece = format!("{:x}\r\n{long}\r\n0\r\n\r\n", long.len());
    let unsaid = problem(&post("Transfer-Encoding: chunked\r\n", &piece));
    assert_eq!(unsaid, (413, "/problems/body".into()));
    // A body that is short is passed over, and the next request of the connection is found behind it.
    let next = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    for body in ["Content-Length: 6\r\n\r\nq=boat", "Transfer-Encoding: chunked\r\n\r\n6\r\nq=boat\r\n0\r\n\r\n"] {
        let first = format!("POST /api/v1/search HTTP/1.1\r\nHost: {address}\r\n{body}");
        let both = sent(address, format!("{first}{next}").as_bytes());
        assert_eq!((status(&both), both.ends_with("\r\n\r\nok\n")), (405, true), "{both}");
    }
    assert_eq!(status(&get(address, "/", "")), 200);
}

#[test]
fn a_client_that_is_slow_is_not_waited_for() {
    let limits = Limits { head_time: SOON, body_time: SOON, ..Limits::default() };
    let server = limited(limits);
    let address = &server.address;
    // Nothing at all, half a line, half a head: closed without an answer, because nothing was asked yet.
    for half in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b"] {
        assert_eq!(sent(address, half.as_bytes()), "", "{half}");
    }
    // One that is kept open after an answer, and silent.
    let kept = sent(address, format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes());
    assert!(kept.ends_with("\r\n\r\nok\n"), "{kept}");
    for body in ["Content-Length: 9\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n9\r\nhalf"] {
        let slow = sent(address, format!("POST /api/v1/search HTTP/1.1\r\nHost: {address}\r\n{body}").as_bytes());
        assert_eq!(problem(&slow), (408, "/problems/slow".into()));
    }
    let broken = "POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n";
    assert_eq!(problem(&sent(address, broken.as_bytes())), (400, "/problems/body".into()));
}

#[test]
fn a_full_queue_is_said_and_nobody_else_waits_for_it() {
    let (server, gate) = gated(Limits { searches: 1, waiting: 1, ..Limits::default() });
    let address = &server.address;
    let tag = {
        // It asks the engine for nothing that waits.
        let answer = get(address, "/help", "");
        (status(&answer), header(&answer, "etag").unwrap_or_default().to_owned())
    };
    assert_eq!(tag.0, 200);
    let ask = |stream: &mut std::net::TcpStream, q: &str| {
        let head = format!("Host: {address}\r\nConnection: close");
        write!(stream, "GET /api/v1/search?q={q} HTTP/1.1\r\n{head}\r\n\r\n").unwrap();
    };
    let mut running = connect(address);
    ask(&mut running, "boat");
    wait_until("the first search runs", || gate.came.load(Ordering::SeqCst) == 1);
    // Of two more one finds a place; which one, the server's threads decide.
    let mut both = ["navy", "treaty"].map(|q| {
        let mut stream = connect(address);
        ask(&mut stream, q);
        stream.set_nonblocking(true).unwrap();
        stream
    });
    let mut refused = None;
    wait_until("one is refused", || {
        refused = both.iter().position(|stream| stream.peek(&mut [0; 1]).is_ok());
        refused.is_some()
    });
    both.iter().for_each(|stream| stream.set_nonblocking(false).unwrap());
    let [first, second] = &mut both;
    let (refused, waiting) = if refused == Some(0) { (first, second) } else { (second, first) };
    let refused = rest(refused);
    assert_eq!(problem(&refused), (503, "/problems/busy".into()));
    assert_eq!(header(&refused, "retry-after"), Some("1"), "{refused}");
    for path in ["/healthz", "/readyz", "/robots.txt", "/assets/any/style.css"] {
        assert_eq!(status(&get(address, path, "")), 200, "{path}");
    }
    let known = get(address, "/help", &format!("If-None-Match: {}\r\n", tag.1));
    assert_eq!(status(&known), 304);
    gate.open();
    assert_eq!((status(&rest(&mut running)), status(&rest(waiting))), (200, 200));
}

#[test]
fn nothing_is_searched_for_a_client_that_went_away() {
    let (server, gate) = gated(Limits { searches: 1, waiting: 100, ..Limits::default() });
    let address = &server.address;
    let asked = |q: usize| {
        let mut stream = connect(address);
        write!(stream, "GET /api/v1/search?q=boat{q} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
            .unwrap();
        stream
    };
    let mut first = asked(0);
    wait_until("the first search runs", || gate.came.load(Ordering::SeqCst) == 1);
    let gone: Vec<_> = (1..=20).map(asked).collect();
    drop(gone);
    // The server hears of it in its own time; a request that is answered shows that it turned to its connections since.
    for _ in 0..20 {
        assert_eq!(status(&get(address, "/healthz", "")), 200);
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut last = asked(99);
    gate.open();
    assert_eq!((status(&rest(&mut first)), status(&rest(&mut last))), (200, 200));
    // One search may be made of several by the engine's users, but of those that went away none was.
    let came = gate.came.load(Ordering::SeqCst);
    assert!(came < 10, "{came} searches");
}

#[test]
fn an_export_that_nobody_reads_gives_its_place_back() {
    let big = Acts {
        documents: Box::new(|_, mut articles| {
            // Far more than the buffers of a connection hold.
            articles.iter_mut().for_each(|(document, _)| document.body = "long ".repeat(1 << 20));
            Ok(articles)
        }),
        ..Acts::default()
    };
    let limits = Limits { exports: 1, stalled_time: SOON, ..Limits::default() };
    let server = Within::start(StandIn::new(Desk::fixture(), big), settings(limits));
    let address = &server.address;
    let path = "/api/v1/export?format=jsonl";
    let mut slow = connect(address);
    write!(slow, "GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    let mut first = [0; 2048];
    let read = slow.read(&mut first).unwrap();
    assert_eq!(status(&String::from_utf8_lossy(&first[..read])), 200);
    assert_eq!(problem(&get(address, path, "")), (503, "/problems/busy".into()));
    // It goes on with other things meanwhile.
    assert_eq!(status(&get(address, "/api/v1/search?q=boat", "")), 200);
    wait_until("the place is free again", || {
        let mut next = connect(address);
        write!(next, "GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
        let mut first = [0; 2048];
        let read = next.read(&mut first).unwrap();
        status(&String::from_utf8_lossy(&first[..read])) == 200
    });
    assert!(!rest(&mut slow).ends_with("\r\n0\r\n\r\n"), "what was cut must not look whole");
}

#[test]
fn an_export_that_takes_too_long_is_broken_off() {
    let limits = Limits { export_time: Duration::ZERO, ..Limits::default() };
    let long = Acts {
        documents: Box::new(|_, mut articles| {
            articles.iter_mut().for_each(|(document, _)| document.body = "long ".repeat(10_000));
            Ok(articles)
        }),
        ..Acts::default()
    };
    let server = Within::start(StandIn::new(Desk::fixture(), long), settings(limits));
    let answer = get(&server.address, "/api/v1/export?format=jsonl", "");
    assert_eq!((status(&answer), answer.ends_with("\r\n0\r\n\r\n")), (200, false));
}

#[test]
fn a_search_that_panics_is_an_answer_and_the_next_one_is_made() {
    let broken = Arc::new(AtomicBool::new(true));
    let breaks = Arc::clone(&broken);
    let before_search = Box::new(move || assert!(!breaks.load(Ordering::SeqCst), "a fault that a test makes"));
    let engines = StandIn::new(Desk::fixture(), Acts { before_search, ..Acts::default() });
    let server = Within::start(engines, settings(Limits { searches: 1, ..Limits::default() }));
    for _ in 0..3 {
        let answer = get(&server.address, "/api/v1/search?q=boat", "");
        assert_eq!(problem(&answer), (500, "/problems/engine".into()));
        assert!(!answer.contains("a fault that a test makes"), "{answer}");
    }
    broken.store(false, Ordering::SeqCst);
    assert_eq!(status(&get(&server.address, "/api/v1/search?q=boat", "")), 200);
}

#[test]
fn no_more_connections_are_taken_than_there_is_room_for_and_a_place_that_is_given_up_is_taken() {
    let server = limited(Limits { connections: 3, ..Limits::default() });
    let held: Vec<_> = (0..3).map(|_| connect(&server.address)).collect();
    let mut fourth = connect(&server.address);
    fourth.set_read_timeout(Some(SOON)).unwrap();
    write!(fourth, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    assert!(fourth.read(&mut [0; 16]).is_err(), "an answer came though there was no place");
    drop(held);
    fourth.set_read_timeout(Some(WAIT)).unwrap();
    assert_eq!(status(&rest(&mut fourth)), 200);
}

#[cfg(unix)]
#[test]
fn where_file_handles_are_few_fewer_connections_are_taken_and_the_server_lives() {
    let desk = Desk::fixture();
    let mut shell = std::process::Command::new("sh");
    let limited = "ulimit -n 100 && exec \"$0\" \"$@\"";
    shell.arg("-c").arg(limited).arg(env!("CARGO_BIN_EXE_dossier")).args(["serve", "--listen", "127.0.0.1:0"]);
    shell.env("DOSSIER_INDEX", desk.index()).env("DOSSIER_CORPUS", desk.corpus()).current_dir(desk.folder());
    let server = Server::of(&mut shell).unwrap_or_else(|run| panic!("{run:?}"));
    // More than there are file handles, but no more than wait to be taken.
    let held: Vec<_> = (0..120).map(|_| connect(&server.address)).collect();
    drop(held);
    assert_eq!(status(&get(&server.address, "/api/v1/search?q=boat", "")), 200);
}

#[test]
fn whoever_asks_too_often_is_told_when_to_ask_again() {
    let server = Server::start_with(Desk::fixture(), &["--rate-limit", "1", "--rate-burst", "5"]);
    let ask = || get(&server.address, "/api/v1/suggest?q=bo", "");
    let taken = (0..5).filter(|_| status(&ask()) == 200).count();
    assert_eq!(taken, 5);
    let refused = (0..20).map(|_| ask()).find(|answer| status(answer) == 429).expect("five at once, and one a second");
    assert_eq!(problem(&refused), (429, "/problems/rate".into()));
    let wait: u64 = header(&refused, "retry-after").unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    // What costs nothing is not counted; a page is told as a page.
    assert_eq!(status(&get(&server.address, "/healthz", "")), 200);
    let page = (0..20).map(|_| get(&server.address, "/", "")).find(|answer| status(answer) == 429).unwrap();
    assert!(header(&page, "content-type").unwrap().starts_with("text/html"), "{page}");
    wait_until("the bucket fills again", || status(&ask()) == 200);
    // Whoever says that he is somebody else is not believed.
    let forged = |n: usize| get(&server.address, "/api/v1/suggest?q=bo", &format!("X-Forwarded-For: 192.0.2.{n}\r\n"));
    assert!((0..20).any(|n| status(&forged(n)) == 429));
}

#[test]
fn behind_a_trusted_proxy_each_client_is_counted_by_itself() {
    let flags = ["--rate-limit", "1", "--rate-burst", "2", "--trusted-proxy", "127.0.0.1,10.0.0.0/8"];
    let server = Server::start_with(Desk::fixture(), &flags);
    let ask = |forwarded: &str| {
        status(&get(&server.address, "/api/v1/suggest?q=bo", &format!("X-Forwarded-For: {forwarded}\r\n")))
    };
    for n in 0..20 {
        assert_eq!(ask(&format!("192.0.2.{n}, 10.1.1.1")), 200, "{n}");
    }
    assert!(
        (0..20).any(|n| ask(&format!("192.0.2.{n}, 198.51.100.7")) == 429),
        "what a client writes himself is passed over"
    );
    let run = Desk::fixture().run(&["serve", "--trusted-proxy", "proxy.example"]).ended(2);
    assert!(run.err.contains("proxy.example") && run.err.contains("10.0.0.0/8"), "{}", run.err);
}

#[test]
fn nobody_is_limited_on_his_own_machine_who_did_not_ask_for_it() {
    let server = Server::start(Desk::fixture());
    for n in 0..200 {
        assert_eq!(status(&get(&server.address, "/api/v1/suggest?q=bo", "")), 200, "{n}");
    }
}

#[test]
fn a_server_of_this_machine_does_not_answer_to_the_name_of_another_site() {
    let server = Server::start_with(Desk::fixture(), &["--public-url", "https://desk.example/dossier"]);
    let ask = |method: &str, host: &str, more: &str| {
        sent(
            &server.address,
            format!("{method} /api/v1/search HTTP/1.1\r\n{host}Connection: close\r\n{more}\r\n").as_bytes(),
        )
    };
    for own in ["Host: localhost:7171\r\n", "Host: [::1]\r\n", "Host: desk.example\r\n", ""] {
        assert_eq!(status(&ask("GET", own, "")), 200, "{own}");
    }
    for method in ["GET", "POST", "DELETE", "OPTIONS"] {
        assert_eq!(problem(&ask(method, "Host: evil.example\r\n", "")), (421, "/problems/host".into()), "{method}");
    }
    assert_eq!(problem(&ask("GET", "Host: a@b\r\n", "")), (400, "/problems/host".into()));
    assert_eq!(problem(&ask("GET", "Host: localhost\r\nHost: evil.example\r\n", "")), (400, "/problems/host".into()));
    for method in ["POST", "DELETE"] {
        let foreign = ask(method, "Host: localhost\r\n", "Origin: https://evil.example\r\n");
        assert_eq!(problem(&foreign), (403, "/problems/origin".into()), "{method}");
        assert_eq!(status(&ask(method, "Host: localhost\r\n", "Origin: http://localhost\r\n")), 405, "{method}");
    }
    // Nobody is refused a page because of where he read the link.
    assert_eq!(status(&ask("GET", "Host: localhost\r\n", "Sec-Fetch-Site: cross-site\r\n")), 200);
}

#[test]
fn other_sites_read_the_api_only_if_they_are_named() {
    let ask = |server: &Server, method: &str, path: &str, headers: &str| {
        let host = &server.address;
        sent(host, format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n").as_bytes())
    };
    let site = "Origin: https://desk.example\r\n";
    let asks_first = format!("{site}Access-Control-Request-Method: GET\r\n");
    let allowed = |answer: &str| header(answer, "access-control-allow-origin").map(str::to_owned);

    let closed = Server::start(Desk::fixture());
    let answer = ask(&closed, "GET", "/api/v1/search", site);
    assert_eq!((status(&answer), allowed(&answer)), (200, None));
    assert_eq!(status(&ask(&closed, "OPTIONS", "/api/v1/search", &asks_first)), 405);

    let named =
        Server::start_with(Desk::fixture(), &["--cors", "https://desk.example", "--cors", "http://localhost:8080"]);
    for path in ["/api/v1/search", "/api/v1/nothing", "/api/v1/search?page=0", "/api/v1/export?format=csv"] {
        let answer = ask(&named, "GET", path, site);
        assert_eq!(allowed(&answer).as_deref(), Some("https://desk.example"), "{path}");
        let vary: Vec<_> = answer.lines().filter_map(|line| line.strip_prefix("vary: ")).collect();
        assert!(vary.contains(&"origin"), "{path}: {vary:?}");
        let exposed = header(&answer, "access-control-expose-headers").unwrap();
        for name in ["etag", "dossier-articles", "link", "retry-after"] {
            assert!(exposed.contains(name), "{exposed}");
        }
    }
    let first = ask(&named, "OPTIONS", "/api/v1/search", &asks_first);
    assert_eq!((status(&first), allowed(&first).as_deref()), (204, Some("https://desk.example")));
    assert_eq!(header(&first, "access-control-allow-methods"), Some("GET, HEAD"));
    for (path, headers) in [
        ("/api/v1/search", "Origin: https://evil.example\r\n"),
        ("/api/v1/search", "Origin: https://desk.example.evil.example\r\n"),
        ("/api/v1/search", "Origin: null\r\n"),
        ("/", site),
        ("/feed.atom", site),
    ] {
        let answer = ask(&named, "GET", path, headers);
        assert_eq!((status(&answer), allowed(&answer)), (200, None), "{path} {headers}");
        let first = ask(&named, "OPTIONS", path, &format!("{headers}Access-Control-Request-Method: GET\r\n"));
        assert_eq!((status(&first), allowed(&first)), (405, None), "{path} {headers}");
    }
    let open = Server::start_with(Desk::fixture(), &["--cors", "*"]);
    assert_eq!(allowed(&ask(&open, "GET", "/api/v1/search", site)).as_deref(), Some("*"));
    let write = ask(&open, "POST", "/api/v1/search", site);
    assert_eq!(problem(&write), (403, "/problems/origin".into()), "reading is allowed, nothing else");
    let run = Desk::fixture().run(&["serve", "--cors", "desk.example"]).ended(2);
    assert!(run.err.contains("desk.example") && run.err.contains("https://host"), "{}", run.err);
}

#[test]
fn what_other_machines_can_reach_is_said() {
    for (listen, told) in [("0.0.0.0:0", true), ("127.0.0.1:0", false)] {
        let mut command = Desk::fixture().command(&["serve", "--listen", listen]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (mut out, mut first) = (child.stdout.take().unwrap(), [0; 1]);
        out.read_exact(&mut first).unwrap();
        // Whatever it says comes before it serves.
        let mut line = Vec::new();
        let mut byte = [0; 1];
        while out.read(&mut byte).unwrap() == 1 && byte[0] != b'\n' {
            line.push(byte[0]);
        }
        let address = String::from_utf8(line).unwrap();
        let port = address.rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
        assert_eq!(status(&get(&format!("127.0.0.1:{port}"), "/healthz", "")), 200);
        child.kill().unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        child.wait().unwrap();
        assert_eq!(said.contains("no TLS and no login"), told, "{listen}: {said}");
    }
}

#[test]
fn every_refusal_carries_the_headers_that_keep_a_browser_at_bay() {
    let access = Access { only_local: true, ..Access::default() };
    let server = Within::start(
        StandIn::new(Desk::fixture(), Acts::default()),
        Settings { access, ..settings(Limits { exports: 0, ..Limits::default() }) },
    );
    let address = &server.address;
    let foreign = "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".to_owned();
    let long = format!("GET /?q={} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n", "x".repeat(20_000));
    let method = format!("PUT / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let busy = format!("GET /api/v1/export?format=csv HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let nothing = format!("GET /nothing HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    for (request, expected) in [(foreign, 421), (long, 414), (method, 405), (busy, 503), (nothing, 404)] {
        let answer = sent(address, request.as_bytes());
        assert_eq!(status(&answer), expected, "{answer}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-cache"),
        ] {
            assert_eq!(header(&answer, name), Some(value), "{expected} {name}");
        }
        let policy = header(&answer, "content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(header(&answer, "permissions-policy").unwrap().contains("camera=()"), "{expected}");
        for name in ["server", "x-powered-by", "via"] {
            assert_eq!(header(&answer, name), None, "{expected} {name}");
        }
    }
}

#[test]
fn the_table_of_limits_is_what_is_built() {
    let table = std::fs::read_to_string(project().join("docs/operations.md")).unwrap();
    let limits = Limits::default();
    let seconds = |time: Duration| format!("{} s", time.as_secs());
    let kibibytes = |bytes: usize| format!("{} KiB", bytes / 1024);
    for (name, value) in [
        ("connections", limits.connections.to_string()),
        ("connections of one address", limits.connections_per_address.to_string()),
        ("head of a request", seconds(limits.head_time)),
        ("address with its parameters", kibibytes(limits.target_bytes)),
        ("headers", kibibytes(limits.header_bytes)),
        ("body", kibibytes(limits.body_bytes)),
        ("time for a body", seconds(limits.body_time)),
        ("answer that is not taken", seconds(limits.stalled_time)),
        ("exports", limits.exports.to_string()),
        ("time for an export", seconds(limits.export_time)),
        ("query text", kibibytes(dossier::model::QUERY_BYTES_MAX)),
        ("words of a query", dossier::model::QUERY_LEAVES_MAX.to_string()),
        ("brackets of a query", dossier::model::QUERY_DEPTH_MAX.to_string()),
        ("words that a prefix or typo stands for", dossier::model::EXPANSION_TERMS_MAX.to_string()),
        ("hits on a page", dossier::model::PAGE_SIZE_MAX.to_string()),
        ("deepest hit by pages", dossier::model::PAGE_DEPTH_MAX.to_string()),
        ("filter values", dossier::model::FILTER_VALUES_MAX.to_string()),
        ("facet values", dossier::model::FACET_VALUES_MAX.to_string()),
        ("suggestions", dossier::model::SUGGESTIONS_MAX.to_string()),
    ] {
        assert!(table.contains(&format!("| {name} | {value} |")), "docs/operations.md leaves out: {name}, {value}");
    }
}
