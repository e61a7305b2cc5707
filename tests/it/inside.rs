//! What an operator sees of a server: names of requests, the log, health and readiness, the state of the index.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;

use clap::Parser;
use dossier::cli::args::Arguments;
use dossier::engine::{EngineError, Engines, Indexer, Searcher, Writing};
use dossier::server::{Guard, Settings, routes};
use dossier::taxonomy::Taxonomy;
use regex::Regex;
use serde_json::{Value, json};

use crate::harness::{Desk, PUBLIC_URL};
use crate::live::Server;

/// A word that stands in no message of ours.
const MARKER: &str = "zebrafinch";

/// A desk of a test's own, so that what it counts is its own.
pub(crate) fn desk() -> Desk {
    let desk = Desk::new();
    desk.article("quay", "title: Bombing at the quay\ndate: 2024-05-01", "A bombing at the quay of the harbour.");
    desk.article("road", "title: The road\ndate: 2024-06-01", "The road to the harbour is open again.");
    desk.run(&["index"]).ended(0);
    desk
}

/// A server that logs into a file.
struct Logged {
    server: Server,
    log: std::path::PathBuf,
}

impl Logged {
    fn start(desk: &Desk, flags: &[&str]) -> Self {
        let log = desk.folder().join("server.log");
        let mut command = desk.command(&[&["serve", "--listen", "127.0.0.1:0"], flags].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(fs::File::create(&log).unwrap()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = Regex::new("http://([0-9.:]+)/").unwrap().captures(&line).unwrap()[1].to_owned();
        Self { server: Server { child, address }, log }
    }

    /// The status of an answer to these bytes, which end their connection.
    fn send(&self, request: &str) -> u16 {
        let mut stream = self.server.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{answer}"))
    }

    fn get(&self, path: &str) -> u16 {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.server.address))
    }

    fn stop(&self) {
        let pid = self.server.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// What was logged, once the server has ended.
    fn ended(mut self) -> String {
        self.stop();
        assert_eq!(self.server.child.wait().unwrap().code(), Some(0));
        fs::read_to_string(&self.log).unwrap()
    }

    fn wait_for(&self, words: &str) {
        for _ in 0..400 {
            if fs::read_to_string(&self.log).unwrap().contains(words) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("the log never said `{words}`: {}", fs::read_to_string(&self.log).unwrap());
    }
}

/// Every line as JSON.
fn lines(log: &str) -> Vec<Value> {
    log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in `{line}`"))).collect()
}

#[test]
fn every_answer_has_a_name_that_an_error_tells_and_a_harmless_one_is_kept() {
    let desk = desk();
    for path in ["/", "/api/v1/search", "/healthz", "/metrics", "/robots.txt", "/nothing", "/api/v1/search?page=0"] {
        let given = desk.asked("GET", path, &[("x-request-id", "proxy-17/a.b:c+d==")]);
        assert_eq!(given.headers["x-request-id"], "proxy-17/a.b:c+d==", "{path}");
        let made = [None, Some("two words"), Some("<script>"), Some("x".repeat(65).as_str())].map(|bad| {
            let headers: Vec<_> = bad.iter().map(|bad| ("x-request-id", *bad)).collect();
            let id = desk.asked("GET", path, &headers).headers["x-request-id"].to_str().unwrap().to_owned();
            assert!(id.len() == 36 && Some(id.as_str()) != bad, "{path}: {id}");
            id
        });
        assert!(made.windows(2).all(|pair| pair[0] != pair[1]));
    }
    let (program, person) = (desk.get("/api/v1/search?page=0"), desk.get("/?page=0"));
    let id = |reply: &crate::harness::Reply| reply.headers["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(program.json()["request_id"], Value::from(id(&program)));
    assert!(person.body.contains(&id(&person)), "{}", person.body);
}

#[test]
fn a_line_for_each_answer_says_what_was_done_and_nothing_of_what_was_looked_for() {
    let desk = desk();
    let server = Logged::start(&desk, &["--log", "info", "--log-format", "json"]);
    let asked = [
        (format!("/api/v1/search?q=quay+{MARKER}&match=any"), 200, "/api/v1/search", "answered"),
        (format!("/?q={MARKER}"), 200, "/", "answered"),
        ("/articles/quay".to_owned(), 200, "/articles/{id}", "answered"),
        (format!("/articles/{MARKER}"), 404, "/articles/{id}", "answered"),
        (format!("/{MARKER}?{MARKER}={MARKER}"), 404, "unmatched", "answered"),
        (format!("/api/v1/search?{MARKER}={MARKER}"), 400, "/api/v1/search", "answered"),
        ("/api/v1/export?format=jsonl".to_owned(), 200, "/api/v1/export", "answered"),
        ("/healthz".to_owned(), 200, "/healthz", "answered"),
    ];
    for (path, status, ..) in &asked {
        assert_eq!(server.get(path), *status, "{path}");
    }
    let log = server.ended();
    assert!(!log.contains(MARKER) && !log.contains("127.0.0.1") && !log.contains("quay"), "{log}");
    let lines = lines(&log);
    let answered: Vec<_> = lines.iter().filter(|line| line["method"] == "GET").collect();
    assert_eq!(answered.len(), asked.len(), "{log}");
    for (_, status, route, message) in &asked {
        let line = answered
            .iter()
            .find(|line| line["status"] == json!(status) && line["route"] == *route)
            .unwrap_or_else(|| panic!("no line for {route} {status}: {log}"));
        assert_eq!((&line["message"], &line["level"]), (&json!(message), &json!("INFO")), "{line}");
        assert_eq!(line["request_id"].as_str().unwrap().len(), 36, "{line}");
        assert!(line["ms"].as_f64().unwrap() > 0.0 && line["bytes"].as_u64().unwrap() > 0, "{line}");
        assert!(line.get("path").is_none() && line.get("query").is_none() && line.get("peer").is_none(), "{line}");
    }
    let search = answered.iter().find(|line| line["route"] == "/api/v1/search" && line["status"] == 200).unwrap();
    let generation = desk.run(&["status", "--format", "json"]).json()["generation"].clone();
    assert_eq!((&search["found"], &search["generation"]), (&json!(1), &generation));
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert!(messages.ends_with(&["stopping", "stopped"]), "{messages:?}");
}

#[test]
fn queries_addresses_and_what_is_slow_are_told_to_those_who_ask() {
    let desk = desk();
    let flags = ["--log", "warn", "--log-queries", "--log-addresses", "--log-slow", "0"];
    let server = Logged::start(&desk, &[&flags[..], &["--log-format", "json"]].concat());
    assert_eq!(server.get(&format!("/api/v1/search?q={MARKER}%0A%1b%5B31m")), 200);
    let log = server.ended();
    let [line] = lines(&log).try_into().unwrap_or_else(|lines| panic!("{lines:?}"));
    for (field, expected) in [
        ("level", json!("WARN")),
        ("message", json!("slow")),
        ("path", json!("/api/v1/search")),
        ("query", json!(format!("q={MARKER}%0A%1b%5B31m"))),
        ("peer", json!("127.0.0.1")),
        ("found", json!(0)),
    ] {
        assert_eq!(line[field], expected, "{field} of {line}");
    }
    // Nothing above `info` happened on this one.
    let server = Logged::start(&desk, &[]);
    assert_eq!(server.get("/api/v1/search?q=quay"), 200);
    assert_eq!(server.ended(), "");
}

#[test]
fn nothing_that_a_client_sends_makes_a_line_of_its_own() {
    let desk = desk();
    let time = Regex::new(r#"^(\{"timestamp":")?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z"#).unwrap();
    for form in ["text", "json"] {
        let flags = ["--log", "trace", "--log-queries", "--log-addresses", "--log-format", form];
        let server = Logged::start(&desk, &flags);
        for (request, answered) in [
            ("GET /a%0d%0aFORGED%0a?q=%0d%0aFORGED HTTP/1.1\r\n", 404),
            ("GET /articles/x%0aFORGED%1b[31m HTTP/1.1\r\n", 404),
            ("GET /?q=\u{2028}FORGED\u{85} HTTP/1.1\r\n", 200),
            ("FORGED /?q=x HTTP/1.1\r\n", 405),
            ("GET /healthz HTTP/1.1\r\nX-Request-Id: a\tFORGED\r\n", 200),
            ("GET /api/v1/articles/%00%0aFORGED HTTP/1.1\r\nX-Request-Id: {\"level\":\"FORGED\"}\r\n", 404),
        ] {
            let status = server.send(&format!("{request}Host: {}\r\nConnection: close\r\n\r\n", server.server.address));
            assert!(status == answered || status == 400, "{request}: {status}");
        }
        let log = server.ended();
        assert!(!log.contains('\u{1b}') && !log.contains('\r'), "{log:?}");
        for line in log.lines() {
            assert!(!line.starts_with("FORGED"), "{log}");
            assert!(form == "text" || serde_json::from_str::<Value>(line).is_ok_and(|it| it.is_object()), "{line}");
            assert!(time.is_match(line), "{line}");
        }
    }
}

#[test]
fn a_stopping_server_is_not_ready_and_answers_what_was_begun() {
    let desk = desk();
    let server = Logged::start(&desk, &["--log", "info"]);
    assert_eq!((server.get("/readyz"), server.get("/healthz")), (200, 200));
    // A request of which the head is not whole yet, when the server is told to stop.
    let begin = |path: &str| {
        let mut stream = server.server.connect();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\n", server.server.address).unwrap();
        stream
    };
    let (mut probe, mut search) = (begin("/readyz"), begin("/api/v1/search?q=quay"));
    // So that both connections have been taken.
    assert_eq!(server.get("/healthz"), 200);
    server.stop();
    server.wait_for("stopping");
    let end = |stream: &mut std::net::TcpStream| {
        let _ = write!(stream, "Connection: close\r\n\r\n");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let (probed, found) = (end(&mut probe), end(&mut search));
    assert!(probed.starts_with("HTTP/1.1 503") && probed.contains("/problems/stopping"), "{probed}");
    assert!(found.starts_with("HTTP/1.1 200") && found.contains("\"id\":\"quay\""), "{found}");
}

#[test]
fn requests_that_are_turned_away_are_all_counted_and_fill_no_disk() {
    let desk = desk();
    let flags = ["--rate-limit", "1", "--rate-burst", "5", "--log", "info", "--log-format", "json"];
    let server = Logged::start(&desk, &flags);
    let refused = (0..300).filter(|_| server.get("/api/v1/suggest?q=q") == 429).count() as f64;
    assert!(refused > 100.0, "{refused}");
    let (_, metrics) = server.server.ask("GET", "/metrics");
    assert!(
        metrics.contains(&format!("dossier_http_requests_refused_total{{reason=\"rate\"}} {refused}\n")),
        "{metrics}"
    );
    let lines = lines(&server.ended());
    let told: Vec<_> = lines.iter().filter(|line| line["message"] == "requests were turned away").collect();
    assert_eq!(told.iter().map(|line| line["count"].as_f64().unwrap()).sum::<f64>(), refused, "{told:?}");
    assert!(told.iter().all(|line| line["level"] == "WARN" && line["reasons"].as_str().unwrap().starts_with("rate ")));
    // One a second at most; nothing else is told of any of them.
    assert!(lines.iter().all(|line| line["status"] != 429), "{lines:?}");
    assert!((told.len() as f64) < refused / 4.0, "{} lines", told.len());
}

/// Engines that panic as soon as they are asked.
struct Panicking;

impl Engines for Panicking {
    fn searcher(&self) -> Result<Arc<dyn Searcher>, EngineError> {
        panic!("a mistake\nFORGED")
    }

    fn reopen(&self, _: &dyn Fn(&dyn Searcher)) -> Result<bool, EngineError> {
        Ok(false)
    }

    fn indexer(&self, _: Taxonomy, _: &str, _: Writing) -> Result<Box<dyn Indexer>, EngineError> {
        panic!("nobody writes here")
    }
}

#[test]
#[ignore = "run by the next test, in a process of its own"]
fn panics() {
    Arguments::try_parse_from(["dossier", "--log-format", "json", "status"]).unwrap().common.start_log();
    let routes = routes(Arc::new(Panicking), Guard::new(1), Settings::new(PUBLIC_URL.parse().unwrap()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let request = warp::test::request().path("/api/v1/search?q=quay").header("x-request-id", "panic-1");
    let reply = runtime.block_on(request.reply(&routes));
    assert_eq!((reply.status().as_u16(), &reply.headers()["x-request-id"]), (500, &"panic-1".parse().unwrap()));
    let problem: Value = serde_json::from_slice(reply.body()).unwrap();
    assert_eq!(problem["request_id"], "panic-1");
    assert!(!problem.to_string().contains("mistake"), "the reader is told no more than he needs: {problem}");
}

#[test]
fn a_panic_is_a_line_of_the_log_with_the_name_of_its_request() {
    let this = std::env::current_exe().unwrap();
    let run = Command::new(this)
        .args(["inside::panics", "--exact", "--ignored", "--test-threads", "1"])
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{out}\n{err}");
    let lines = lines(&err);
    let [panic, failed] = lines.as_slice() else { panic!("{err}") };
    assert_eq!((&panic["span"]["request_id"], &panic["reason"]), (&json!("panic-1"), &json!("a mistake\nFORGED")));
    assert!(panic["place"].as_str().unwrap().contains("inside.rs:"), "{panic}");
    assert_eq!((&failed["message"], &failed["request_id"]), (&json!("failed"), &json!("panic-1")));
    assert_eq!((&failed["status"], &failed["level"]), (&json!(500), &json!("ERROR")));
}

#[test]
fn with_a_log_in_json_standard_error_holds_nothing_else() {
    let desk = desk();
    fs::remove_file(desk.corpus().join("taxonomy.toml")).unwrap();
    let json = ["--log-format", "json"];
    for (arguments, code, words) in [
        (vec!["index", "--full"], 0, "built-in taxonomy"),
        (vec!["show", "nobody"], 1, "no article `nobody`"),
        (vec!["status", "--index", "nowhere"], 2, "there is no index in nowhere: run `dossier index`"),
    ] {
        let run = desk.run(&[&arguments[..], &json].concat()).ended(code);
        let lines = lines(&run.err);
        let told = |line: &Value| line["message"].as_str().is_some_and(|message| message.contains(words));
        assert!(lines.iter().any(told), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn status_tells_a_stranger_how_the_index_stands_to_the_corpus_and_what_to_do_next() {
    let desk = desk();
    let upkeep = || desk.run(&["status", "--format", "json"]).ended(0).json()["upkeep"].clone();
    let now = upkeep();
    assert_eq!(now["changes"], json!({ "new": 0, "written": 0, "gone": 0, "taxonomy": false }));
    assert_eq!((&now["previous"], &now["reads_anew"]), (&Value::Null, &json!(false)));
    let text = desk.run(&["status"]).ended(0).out;
    assert!(text.contains("no going back") && text.contains("has not changed since"), "{text}");
    let first = desk.run(&["status", "--format", "json"]).json()["generation"].clone();

    desk.article("new", "title: New", "A new one.");
    fs::remove_file(desk.corpus().join("road.md")).unwrap();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(100);
    desk.write("taxonomy.toml", "");
    for file in ["quay.md", "taxonomy.toml"] {
        fs::File::options().append(true).open(desk.corpus().join(file)).unwrap().set_modified(later).unwrap();
    }
    assert_eq!(upkeep()["changes"], json!({ "new": 1, "written": 1, "gone": 1, "taxonomy": true }));
    let text = desk.run(&["status"]).ended(0).out;
    let words = "has changed since (files: 1 new, 1 written since, 1 gone, another taxonomy): run `dossier index`";
    assert!(text.contains(words), "{text}");

    desk.write("taxonomy.toml", crate::harness::TAXONOMY);
    desk.write("cut.md", "---\ntitle: x\n");
    desk.indexed();
    let now = upkeep();
    assert_eq!((&now["previous"]["generation"], &now["previous"]["documents"]), (&first, &json!(2)));
    assert!(now["disk_bytes"].as_u64() > Some(1000));
    let text = desk.run(&["status"]).ended(0).out;
    assert!(text.contains("`dossier rollback` makes that live again") && text.contains("next: mend"), "{text}");
    let away = desk.run(&["status", "--corpus", "nowhere"]).ended(0).out;
    assert!(away.contains("the corpus nowhere cannot be looked at"), "{away}");
}

#[test]
fn status_of_an_index_that_cannot_be_used_names_the_remedy() {
    let desk = Desk::new();
    let missing = desk.run(&["status"]).ended(2);
    assert!(missing.err.contains("there is no index") && missing.err.contains("dossier index"), "{missing:?}");
    desk.article("a", "title: A", "A text.");
    let live = desk.index().join(desk.indexed()["generation"].as_str().unwrap()).join("manifest.json");
    fs::write(&live, "{").unwrap();
    let run = desk.run(&["status"]).ended(2);
    assert!(run.out.is_empty() && run.err.contains("is damaged") && run.err.contains("--full"), "{run:?}");
}
