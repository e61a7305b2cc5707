//! A server under load while its corpus is rebuilt over and over: no failed, empty or mixed answer, and afterwards it holds no
//! more memory and no more open files than before.
//!
//! Round N writes `roundN` into every article, and as many articles as only round N has. So every answer tells its round by what it
//! says, and total, counts, hits and texts must all be of that one. Eight rounds; `DOSSIER_LONG=1` makes fifty.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::cluster::Cluster;
use crate::harness::Desk;
use crate::live::Server;
use crate::reindex::{TOKEN, ask, reindexed, server};

/// Articles that every round has.
const ARTICLES: usize = 60;
/// Articles that come and go: round N has N modulo this of them beside the others.
const GUESTS: usize = 7;
/// Clients, each with questions of its own kind.
const CLIENTS: usize = 4;

/// Writes the articles of a round and removes those that it has not.
fn write_round(desk: &Desk, round: usize) {
    for number in 0..ARTICLES + GUESTS {
        let id = format!("port-{number:02}");
        if number >= ARTICLES + round % GUESTS {
            let _ = std::fs::remove_file(desk.corpus().join(format!("{id}.md")));
            continue;
        }
        let day = number % 28 + 1;
        let labels = "region: [Norland/Eastport]\nthreat: [piracy]";
        let head = format!(
            "title: Harbour news {number} of round{round}\ndate: 2024-03-{day:02}\nsource: round{round}\n{labels}"
        );
        let body =
            format!("The harbour of round{round} saw ship number {number}. The crew spoke of round{round} all day.");
        desk.article(&id, &head, &body);
    }
}

/// The articles that a round has.
fn articles(round: usize) -> u64 {
    (ARTICLES + round % GUESTS) as u64
}

/// All rounds that a text speaks of.
fn rounds(text: &str) -> Vec<usize> {
    let mut rounds: Vec<usize> = text
        .split("round")
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok())
        .collect();
    rounds.sort_unstable();
    rounds.dedup();
    rounds
}

/// What the clients found.
#[derive(Default)]
struct Seen {
    /// The round of each generation that answered.
    rounds: Mutex<BTreeMap<String, usize>>,
    answers: AtomicUsize,
    wrong: Mutex<Vec<String>>,
}

impl Seen {
    fn blame(&self, what: String) {
        self.wrong.lock().unwrap().push(what);
    }

    /// Holds one answer: it speaks of one round, has as many articles as that, and its generation always had that round.
    fn hold(&self, path: &str, generation: Option<&str>, text: &str, total: Option<u64>) {
        self.answers.fetch_add(1, Ordering::Relaxed);
        let [round] = rounds(text)[..] else {
            return self.blame(format!("{path}: of rounds {:?}: {text}", rounds(text)));
        };
        if let Some(total) = total.filter(|total| *total != articles(round)) {
            self.blame(format!("{path}: {total} articles in round {round}: {text}"));
        }
        if let Some(generation) = generation {
            let known = *self.rounds.lock().unwrap().entry(generation.to_owned()).or_insert(round);
            if known != round {
                self.blame(format!("{path}: generation {generation} was of round {known} and is of {round}"));
            }
        }
    }
}

/// Asks one question and holds its answer. `turn` chooses among the client's questions.
fn question(server: &Server, seen: &Seen, client: usize, turn: usize) {
    let path = match client {
        0 => "/api/v1/search?q=harbour&size=100&collapse=off&facets=source,region".to_owned(),
        1 if turn.is_multiple_of(2) => format!("/api/v1/articles/port-{:02}?q=harbour", turn % ARTICLES),
        1 => "/?q=harbour".to_owned(),
        2 if turn.is_multiple_of(2) => "/api/v1/facets/source".to_owned(),
        2 => "/api/v1/suggest?q=roun".to_owned(),
        _ => "/api/v1/export?format=jsonl&collapse=off".to_owned(),
    };
    let (head, body) = server.ask("GET", &path);
    if !head.starts_with("HTTP/1.1 200") {
        return seen.blame(format!("{path}: {head}\n{body}"));
    }
    if client == 3 {
        // Chunks have their lengths between them; what is counted are the lines that begin an article.
        let generation = head.lines().find_map(|line| line.strip_prefix("dossier-generation: "));
        return seen.hold(&path, generation, &body, Some(body.matches("{\"id\":\"port-").count() as u64));
    }
    if path.starts_with("/?") {
        return seen.hold(&path, None, &body, None);
    }
    let Ok(json) = serde_json::from_str::<Value>(&body) else { return seen.blame(format!("{path}: {body}")) };
    let count = |value: &Value| value["count"].as_u64();
    match client {
        0 => {
            let region = count(&json["facets"]["region"]["values"][0]);
            let source = count(&json["facets"]["source"]["values"][0]);
            let total = json["total"]["value"].as_u64();
            let listed = json["hits"].as_array().map(|hits| hits.len() as u64);
            if region != total || source != total || listed != total {
                seen.blame(format!(
                    "{path}: {total:?} in all, {region:?} and {source:?} counted, {listed:?} listed: {body}"
                ));
            }
            seen.hold(&path, json["generation"].as_str(), &body, total);
        }
        2 if path.contains("facets") => seen.hold(&path, None, &body, count(&json["values"][0])),
        _ => seen.hold(&path, json["generation"].as_str(), &body, None),
    }
}

/// Open files and memory (kB) of a process; `None` where the system does not tell.
fn held(process: u32) -> Option<(usize, u64)> {
    let files = std::fs::read_dir(format!("/proc/{process}/fd")).ok()?.count();
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some((files, memory.trim().trim_end_matches("kB").trim().parse().ok()?))
}

/// Waits until the server answers from a generation.
fn answers_from(server: &Server, generation: &str) {
    let end = Instant::now() + Duration::from_secs(60);
    while server.json("/api/v1/search?size=1&facets=none")["generation"] != generation {
        assert!(Instant::now() < end, "{generation} is not live after a minute");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Searches by all clients while the corpus is rebuilt `all` times; gives open files and memory of the server by round.
fn rebuild_under_load(desk: &Desk, server: &Server, all: usize) -> Vec<(usize, u64)> {
    let (seen, over) = (Seen::default(), AtomicBool::new(false));
    let mut levels = Vec::new();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (seen, over) = (&seen, &over);
            scope.spawn(move || {
                let mut turn = 0;
                while !over.load(Ordering::Relaxed) {
                    question(server, seen, client, turn);
                    turn += 1;
                }
            });
        }
        let rebuilt = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for round in 1..=all {
                write_round(desk, round);
                match round % 4 {
                    // Another process writes, and the server follows.
                    0 => answers_from(server, desk.indexed()["generation"].as_str().unwrap()),
                    1 => assert_eq!(reindexed(server, "/api/v1/reindex")["state"], "done"),
                    2 => assert_eq!(reindexed(server, "/api/v1/reindex?full=true")["state"], "done"),
                    _ => {
                        let task = reindexed(server, "/api/v1/reindex");
                        let back = desk.run(&["rollback", "--format", "json"]).ended(0).json();
                        assert_eq!(back["left"], task["generation"]);
                        answers_from(server, back["generation"].as_str().unwrap());
                    }
                }
                levels.extend(held(server.child.id()));
            }
        }));
        over.store(true, Ordering::Relaxed);
        if let Err(panic) = rebuilt {
            let wrong = seen.wrong.lock().unwrap();
            eprintln!("{} answers were wrong so far, the first: {:?}", wrong.len(), wrong.first());
            std::panic::resume_unwind(panic);
        }
    });
    let (answers, wrong) = (seen.answers.into_inner(), seen.wrong.into_inner().unwrap());
    assert!(wrong.is_empty(), "{} of {answers} answers are wrong, the first: {}", wrong.len(), wrong[0]);
    let generations = seen.rounds.into_inner().unwrap().len();
    eprintln!("{all} rebuilds, {answers} answers of {generations} generations; open files and kB by round: {levels:?}");
    assert!(answers > all && generations > all / 2, "{answers} answers of {generations} generations");
    levels
}

/// How many rebuilds there are: so many, or in a long run fifty.
fn rounds_of(short: usize) -> usize {
    if std::env::var_os("DOSSIER_LONG").is_some() { 50 } else { short }
}

#[test]
fn nobody_who_searches_notices_a_rebuild() {
    let all = rounds_of(8);
    let desk = Desk::new();
    write_round(&desk, 0);
    desk.indexed();
    let server = server(&desk);
    let levels = rebuild_under_load(&desk, &server, all);
    // The first rounds fill what is kept; from then on files and memory stay.
    if let (Some(early), Some(late)) = (levels.get(all / 4), levels.last()) {
        assert!(late.0 <= early.0 + 40, "open files: {levels:?}");
        assert!(late.1 <= early.1 * 2, "memory: {levels:?}");
    }
    let (_, _, list) = ask(&server, "GET", "/api/v1/tasks", TOKEN);
    assert!(list["tasks"].as_array().unwrap().len() <= 32, "tasks are not remembered for ever");
    let folders = std::fs::read_dir(desk.index()).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir());
    assert!(folders.count() <= 3, "old generations went");
}

#[test]
fn nobody_who_searches_notices_a_rebuild_on_a_cluster() {
    let Some(cluster) = Cluster::shared() else { return };
    let place = cluster.place("rebuilds");
    let desk = Desk::new().on(&place.address);
    write_round(&desk, 0);
    desk.indexed();
    let server = server(&desk);
    rebuild_under_load(&desk, &server, rounds_of(5));
    let indexes = cluster.get(&format!("_cat/indices/{}-*?format=json&expand_wildcards=all", place.name));
    // Articles and companions of three generations, and the right to write.
    assert!(indexes.as_array().unwrap().len() <= 7, "old generations went: {indexes}");
}
