//! Reindexing over HTTP: who may start it, what a task tells, how it is stopped, and what stands after each end of it.

use std::fs::File;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::Desk;
use crate::live::Server;

/// A token as an operator would make one.
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// A desk with one article, indexed.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.article("turn", "title: Turn\ndate: 2024-03-26", "The first text.");
    desk.indexed();
    desk
}

/// A server that reindexes for whoever brings the token.
pub(crate) fn server(desk: &Desk) -> Server {
    let file = desk.folder().join("token");
    std::fs::write(&file, format!("{TOKEN}\n")).unwrap();
    Server::start_with(desk, &["--token-file", file.to_str().unwrap()])
}

/// Status, head and JSON of an answer to whoever brings `token`.
pub(crate) fn ask(server: &Server, method: &str, path: &str, token: &str) -> (u16, String, Value) {
    let (head, body) = server.ask_with(method, path, &[("Authorization", &format!("Bearer {token}"))]);
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head, serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error} in: {body}")))
}

/// The value of a header.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().filter_map(|line| line.split_once(": ")).find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|it| it.1)
}

/// Follows a task to its end.
fn ended(server: &Server, address: &str) -> Value {
    let end = Instant::now() + Duration::from_secs(120);
    loop {
        let (status, _, task) = ask(server, "GET", address, TOKEN);
        assert_eq!(status, 200, "{task}");
        if task["state"] != "running" {
            return task;
        }
        assert!(Instant::now() < end, "{task}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Starts a reindex and follows it to its end.
pub(crate) fn reindexed(server: &Server, path: &str) -> Value {
    let (status, head, task) = ask(server, "POST", path, TOKEN);
    assert_eq!(status, 202, "{task}");
    let address = header(&head, "location").unwrap();
    assert_eq!(address, format!("/api/v1/tasks/{}", task["id"].as_str().unwrap()));
    ended(server, address)
}

fn found(server: &Server, query: &str) -> u64 {
    server.json(&format!("/api/v1/search?q={query}"))["total"]["value"].as_u64().unwrap()
}

#[test]
fn a_task_makes_what_changed_live_and_tells_what_it_found() {
    let desk = desk();
    let server = server(&desk);
    desk.article("turn", "title: Turn\ndate: 2024-03-26", "The second text.");
    desk.write("broken.jsonl", "no JSON\n");
    let task = reindexed(&server, "/api/v1/reindex");
    assert_eq!(
        (&task["state"], &task["changed"], &task["full"]),
        (&"done".into(), &true.into(), &false.into()),
        "{task}"
    );
    assert_eq!((&task["report"]["updated"], &task["asked_by"]), (&1.into(), &"request".into()), "{task}");
    assert_eq!(task["report"]["quarantined"][0]["file"], "broken.jsonl", "{task}");
    assert_eq!(task["progress"]["bytes"], task["progress"]["bytes_all"], "{task}");
    // Whoever knows that it is done finds what it made.
    assert_eq!((found(&server, "second"), found(&server, "first")), (1, 0));
    assert_eq!(server.json("/api/v1/search")["generation"], task["generation"]);
    let again = reindexed(&server, "/api/v1/reindex");
    assert_eq!((&again["changed"], &again["generation"]), (&false.into(), &task["generation"]), "{again}");
    let full = reindexed(&server, "/api/v1/reindex?full=true");
    assert_eq!((&full["report"]["analysed"], &full["generation"]), (&1.into(), &task["generation"]), "{full}");
    let (_, _, list) = ask(&server, "GET", "/api/v1/tasks", TOKEN);
    let ids: Vec<&Value> = list["tasks"].as_array().unwrap().iter().map(|task| &task["id"]).collect();
    assert_eq!(ids, [&full["id"], &again["id"], &task["id"]]);
}

#[test]
fn nobody_is_let_in_without_the_token() {
    let desk = desk();
    let server = server(&desk);
    for (method, path) in [
        ("POST", "/api/v1/reindex"),
        ("POST", "/api/v1/reindex?full=perhaps"),
        ("GET", "/api/v1/tasks"),
        ("GET", "/api/v1/tasks/x"),
        ("DELETE", "/api/v1/tasks/x"),
    ] {
        let (head, body) = server.ask(method, path);
        assert!(
            head.starts_with("HTTP/1.1 401 ") && body.contains("/problems/token"),
            "{method} {path}: {head}\n{body}"
        );
        assert!(header(&head, "www-authenticate").unwrap().starts_with("Bearer "), "{head}");
    }
    // A token in the address is none, and is not repeated in the answer.
    let (head, body) = server.ask("POST", &format!("/api/v1/reindex?token={TOKEN}&access_token={TOKEN}"));
    assert!(head.starts_with("HTTP/1.1 401 ") && !body.contains(TOKEN), "{head}\n{body}");
    for _ in 0..5 {
        assert_eq!(ask(&server, "POST", "/api/v1/reindex", "another-token-of-some-length").0, 401);
    }
    let (status, head, problem) = ask(&server, "POST", "/api/v1/reindex", TOKEN);
    assert_eq!((status, &problem["type"]), (429, &"/problems/too-many".into()), "{problem}");
    assert!(header(&head, "retry-after").unwrap().parse::<u64>().unwrap() <= 61, "{head}");
    assert_eq!(found(&server, "first"), 1, "whoever searches notices nothing");
}

#[test]
fn without_a_token_set_reindexing_is_off_and_the_answer_says_how_to_turn_it_on() {
    let desk = desk();
    for (method, path) in [
        ("POST", "/api/v1/reindex"),
        ("GET", "/api/v1/tasks"),
        ("GET", "/api/v1/tasks/x"),
        ("DELETE", "/api/v1/tasks/x"),
    ] {
        let refused = desk.request(method, path);
        assert_eq!(refused.status, 403, "{method} {path}");
        assert!(
            refused.body.contains("/problems/reindex-off") && refused.body.contains("--token-file"),
            "{}",
            refused.body
        );
    }
    for (method, path, allow) in [
        ("GET", "/api/v1/reindex", "POST"),
        ("DELETE", "/api/v1/reindex", "POST"),
        ("POST", "/api/v1/tasks/x", "GET, HEAD, DELETE"),
        ("DELETE", "/api/v1/tasks", "GET, HEAD"),
    ] {
        let refused = desk.request(method, path);
        assert_eq!((refused.status, &refused.headers["allow"]), (405, &allow.parse().unwrap()), "{method} {path}");
    }
}

#[test]
fn a_token_that_is_none_stops_the_server_before_it_starts() {
    let desk = desk();
    for (name, text, told) in
        [("short", "0123456789", "16 to 1024"), ("empty", "", "16 to 1024"), ("two", "0123456789abcdef x", "without")]
    {
        desk.write(name, text);
        let file = desk.corpus().join(name);
        let run = desk.run(&["serve", "--listen", "127.0.0.1:0", "--token-file", file.to_str().unwrap()]).ended(2);
        assert!(run.err.contains(told) && (text.is_empty() || !run.err.contains(text)), "{run:?}");
    }
    let run = desk.run(&["serve", "--listen", "127.0.0.1:0", "--token-file", "nowhere"]).ended(2);
    assert!(run.err.contains("cannot read the token in nowhere"), "{run:?}");
}

#[test]
fn what_cannot_be_done_is_told_and_the_old_index_stays() {
    let desk = desk();
    let server = server(&desk);
    for (path, parameter) in [("/api/v1/reindex?full=perhaps", "full"), ("/api/v1/reindex?ful=true", "ful")] {
        let (status, _, problem) = ask(&server, "POST", path, TOKEN);
        assert_eq!((status, &problem["errors"][0]["parameter"]), (400, &parameter.into()), "{problem}");
    }
    let (status, _, problem) = ask(&server, "GET", "/api/v1/tasks/000000000000", TOKEN);
    assert_eq!((status, &problem["type"]), (404, &"/problems/task".into()));
    // Another process writes.
    let lock = File::options().write(true).open(desk.index().join(".lock")).unwrap();
    lock.lock().unwrap();
    let (status, _, problem) = ask(&server, "POST", "/api/v1/reindex", TOKEN);
    assert_eq!((status, &problem["type"]), (409, &"/problems/writing".into()), "{problem}");
    drop(lock);
    // A taxonomy with a mistake: the task fails and says the line.
    let good = std::fs::read_to_string(desk.corpus().join("taxonomy.toml")).unwrap();
    desk.write("taxonomy.toml", format!("{good}\n[[dimension]]\nname = 7\n"));
    let task = reindexed(&server, "/api/v1/reindex");
    assert_eq!(task["state"], "failed", "{task}");
    assert!(task["error"].as_str().unwrap().contains("taxonomy.toml:"), "{task}");
    desk.write("taxonomy.toml", good);
    // A corpus that is gone, and one that is there and empty.
    let aside = desk.folder().join("aside");
    std::fs::rename(desk.corpus(), &aside).unwrap();
    let task = reindexed(&server, "/api/v1/reindex");
    assert!(task["error"].as_str().unwrap().contains("there is no corpus folder"), "{task}");
    std::fs::create_dir(desk.corpus()).unwrap();
    let task = reindexed(&server, "/api/v1/reindex?full=true");
    assert!(task["error"].as_str().unwrap().contains("no article that can be read"), "{task}");
    assert_eq!(found(&server, "first"), 1);
    std::fs::remove_dir(desk.corpus()).unwrap();
    std::fs::rename(&aside, desk.corpus()).unwrap();
    assert_eq!(reindexed(&server, "/api/v1/reindex")["state"], "done");
}

#[test]
fn one_task_runs_at_a_time_and_a_cancelled_one_leaves_the_old_index() {
    let desk = desk();
    let server = server(&desk);
    // Enough to read for a while, in several batches.
    let line = |n: usize| {
        format!("{{\"id\":\"r{n}\",\"title\":\"Record {n}\",\"body\":\"{}\"}}\n", "Words of it. ".repeat(40))
    };
    desk.write("records.jsonl", (0..8000).map(line).collect::<String>());
    let (status, head, task) = ask(&server, "POST", "/api/v1/reindex", TOKEN);
    assert_eq!((status, &task["state"]), (202, &"running".into()), "{task}");
    let address = header(&head, "location").unwrap().to_owned();
    let (status, head, problem) = ask(&server, "POST", "/api/v1/reindex", TOKEN);
    assert_eq!((status, &problem["type"]), (409, &"/problems/reindexing".into()), "{problem}");
    assert_eq!(header(&head, "location"), Some(address.as_str()));
    assert!(desk.run(&["index"]).ended(2).err.contains("another process is writing"));
    assert_eq!(found(&server, "first"), 1, "searches go on");
    let (status, _, task) = ask(&server, "DELETE", &address, TOKEN);
    assert_eq!(status, 202, "{task}");
    let task = ended(&server, &address);
    assert_eq!((&task["state"], &task["generation"]), (&"cancelled".into(), &Value::Null), "{task}");
    assert_eq!(ask(&server, "DELETE", &address, TOKEN).0, 200, "it had ended");
    assert_eq!(server.json("/api/v1/search")["total"]["value"], 1);
    let parts: Vec<_> = std::fs::read_dir(desk.index()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!parts.iter().any(|name| name.to_string_lossy().starts_with(".building-")), "{parts:?}");
}
