//! A node that is lost while articles are searched and while they are written, and one that comes back: no failed answer, nothing lost,
//! nothing twice. Everything is compared with an index in a folder of the same corpus.

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cluster::{Cluster, NODES, Place};
use crate::harness::Desk;
use crate::live::Server;

/// Articles of the corpus: enough for a run that can be caught at work.
const ARTICLES: usize = 3000;
/// Longest that a run, or a change of state, is waited for.
const PATIENCE: Duration = Duration::from_secs(150);
/// What is asked again and again: words, a phrase, a filter, a fallback.
const QUESTIONS: [&str; 4] = [
    "q=harbour&facets=region,threat",
    "q=%22crew+spoke%22&size=3",
    "q=harbour&region=Norland&interval=month",
    "q=harbour+xylophone",
];

/// Writes the corpus; `text` stands in every article.
fn write(desk: &Desk, text: &str) {
    let line = |number: usize| {
        let (day, month) = (number % 28 + 1, number % 12 + 1);
        let record = json!({
            "id": format!("port-{number:04}"), "title": format!("Harbour news {number}"), "lang": "en",
            "date": format!("2024-{month:02}-{day:02}"), "region": ["Norland/Eastport"],
            "body": format!(
                "The harbour saw ship number {number}. The crew spoke of {text} all day. {}",
                format!("Word{} was heard at pier {}. ", number % 97, number % 13).repeat(8)
            ),
        });
        format!("{record}\n")
    };
    desk.write("ports.jsonl", (0..ARTICLES).map(line).collect::<String>());
}

/// Every article as it is exported, by its id; fails the test where one comes twice.
fn articles(desk: &Desk) -> BTreeMap<String, Value> {
    let run = desk.run(&["export", "--format", "jsonl", "--collapse", "off"]).ended(0);
    let mut articles = BTreeMap::new();
    for line in run.out.lines() {
        let article: Value = serde_json::from_str(line).unwrap();
        let id = article["id"].as_str().unwrap().to_owned();
        assert!(articles.insert(id.clone(), article).is_none(), "{id} is there twice");
    }
    articles
}

/// The ids that the nodes hold, asked of them and not of us.
fn held(cluster: &Cluster, name: &str) -> Vec<String> {
    let found = cluster.post(
        &format!("{name}/_search"),
        &json!({"size": 10_000, "_source": false, "stored_fields": ["_none_"], "docvalue_fields": ["id"]}),
    );
    assert_eq!((&found["timed_out"], &found["_shards"]["failed"]), (&json!(false), &json!(0)), "{found}");
    let id = |hit: &Value| hit["fields"]["id"][0].as_str().unwrap().to_owned();
    let mut ids: Vec<String> = found["hits"]["hits"].as_array().unwrap().iter().map(id).collect();
    ids.sort();
    ids
}

/// What an answer counts, without what differs from run to run. What a dimension without any value counts is for other tests.
fn counted(answer: &Value) -> Value {
    json!([answer["total"], answer["facets"]["region"], answer["histogram"], answer["query"]["match_used"]])
}

/// Asserts that both desks hold the same articles and count the same.
fn assert_same(place: &Place<'_>, cluster: &Desk, folder: &Desk) {
    let theirs = articles(folder);
    assert_eq!(held(place.cluster, &place.name), theirs.keys().cloned().collect::<Vec<_>>());
    let ours = articles(cluster);
    let missing: Vec<&String> = theirs.keys().filter(|id| !ours.contains_key(*id)).collect();
    let more: Vec<&String> = ours.keys().filter(|id| !theirs.contains_key(*id)).collect();
    assert!(missing.is_empty() && more.is_empty(), "lost: {missing:?}; too many: {more:?}");
    for (id, article) in &theirs {
        assert_eq!(&ours[id], article, "{id}");
    }
    let search = ["search", "--format", "json", "--size", "1", "harbour"];
    assert_eq!(counted(&cluster.run(&search).ended(0).json()), counted(&folder.run(&search).ended(0).json()));
}

/// Starts a run of indexing and waits until the cluster has taken articles of it.
fn caught_at_work(desk: &Desk, cluster: &Cluster, name: &str) -> Child {
    let taken = || {
        let (_, stats) = cluster.try_ask("GET", &format!("{name}-*/_stats/indexing?expand_wildcards=all"), "").unwrap();
        stats["_all"]["primaries"]["indexing"]["index_total"].as_u64().unwrap_or_default()
    };
    let before = taken();
    let mut run = desk.command(&["index"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let end = Instant::now() + PATIENCE;
    // Some hundred besides those of the run before, and the lock.
    while taken() < before + 300 {
        assert!(run.try_wait().unwrap().is_none(), "the run ended before it could be caught");
        assert!(Instant::now() < end, "the run does not begin");
        std::thread::sleep(Duration::from_millis(20));
    }
    run
}

/// Waits for the end of a run; its exit code and what it said.
fn ended(mut run: Child) -> (i32, String) {
    let end = Instant::now() + PATIENCE;
    while run.try_wait().unwrap().is_none() {
        if Instant::now() > end {
            run.kill().unwrap();
            panic!("the run does not end: {}", String::from_utf8_lossy(&run.wait_with_output().unwrap().stderr));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let done = run.wait_with_output().unwrap();
    (done.status.code().unwrap_or(-1), String::from_utf8_lossy(&done.stderr).into_owned())
}

#[test]
fn a_node_lost_while_articles_are_written_costs_none_and_doubles_none() {
    let Some(cluster) = Cluster::own(&[]) else { return };
    let place = cluster.place("written");
    let (there, here) = (Desk::new().on(&place.address), Desk::new());
    for desk in [&there, &here] {
        write(desk, "fog");
    }
    here.indexed();
    let run = caught_at_work(&there, &cluster, &place.name);
    cluster.kill(0);
    cluster.start(0);
    let (code, told) = ended(run);
    assert_eq!(code, 0, "{told}");
    assert_same(&place, &there, &here);
    // And one that does not come back while the next run is at work.
    cluster.await_nodes(NODES);
    cluster.await_green(&place.name);
    for desk in [&there, &here] {
        write(desk, "snow");
    }
    here.indexed();
    let run = caught_at_work(&there, &cluster, &place.name);
    cluster.kill(1);
    let (code, told) = ended(run);
    assert_eq!(code, 0, "{told}");
    assert_same(&place, &there, &here);
    cluster.start(1);
    cluster.await_nodes(NODES);
    cluster.await_green(&place.name);
    assert_same(&place, &there, &here);
}

#[test]
fn a_node_lost_while_articles_are_searched_costs_no_answer() {
    let Some(cluster) = Cluster::own(&[]) else { return };
    let place = cluster.place("searched");
    let desk = Desk::new().on(&place.address);
    write(&desk, "fog");
    desk.indexed();
    cluster.await_green(&place.name);
    let server = Server::start(&desk);
    let whole: Vec<Value> =
        QUESTIONS.iter().map(|question| counted(&server.json(&format!("/api/v1/search?{question}")))).collect();
    let (over, answers, wrong) = (AtomicBool::new(false), AtomicUsize::new(0), Mutex::new(Vec::new()));
    let more = |count: usize| {
        let end = Instant::now() + PATIENCE;
        let before = answers.load(Ordering::Relaxed);
        while answers.load(Ordering::Relaxed) < before + count {
            assert!(Instant::now() < end, "answers come no longer");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    std::thread::scope(|scope| {
        for client in 0..4 {
            let (server, whole, over, answers, wrong) = (&server, &whole, &over, &answers, &wrong);
            scope.spawn(move || {
                let mut turn = client;
                while !over.load(Ordering::Relaxed) {
                    let question = turn % QUESTIONS.len();
                    let (head, body) = server.ask("GET", &format!("/api/v1/search?{}", QUESTIONS[question]));
                    let right = head.starts_with("HTTP/1.1 200")
                        && serde_json::from_str(&body).is_ok_and(|answer: Value| counted(&answer) == whole[question]);
                    if !right {
                        wrong.lock().unwrap().push(format!("{}: {head}\n{body}", QUESTIONS[question]));
                    }
                    answers.fetch_add(1, Ordering::Relaxed);
                    turn += 1;
                }
            });
        }
        let lost = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for number in 0..NODES {
                more(20);
                cluster.kill(number);
                more(40);
                cluster.await_nodes(NODES - 1);
                more(20);
                cluster.start(number);
                cluster.await_nodes(NODES);
                cluster.await_green(&place.name);
            }
            more(20);
        }));
        over.store(true, Ordering::Relaxed);
        if let Err(panic) = lost {
            std::panic::resume_unwind(panic);
        }
    });
    let (answers, wrong) = (answers.into_inner(), wrong.into_inner().unwrap());
    assert!(wrong.is_empty(), "{} of {answers} answers are wrong, the first: {}", wrong.len(), wrong[0]);
    eprintln!("{answers} answers while each of three nodes was lost and came back");
}

#[test]
fn a_server_tells_whether_its_cluster_answers() {
    let Some(cluster) = Cluster::own(&[]) else { return };
    let place = cluster.place("ready");
    let desk = Desk::new().on(&place.address);
    desk.article("turn", "title: Turn\ndate: 2024-03-26", "The harbour was calm.");
    desk.indexed();
    let server = Server::start(&desk);
    let awaited = |status: u16| {
        let end = Instant::now() + PATIENCE;
        loop {
            let (head, body) = server.ask("GET", "/readyz");
            if head.starts_with(&format!("HTTP/1.1 {status} ")) {
                return (head, body);
            }
            assert!(Instant::now() < end, "not {status} but {head}\n{body}");
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    awaited(200);
    (0..NODES).for_each(|number| cluster.kill(number));
    let (head, body) = awaited(503);
    assert!(head.to_ascii_lowercase().contains("retry-after"), "{head}");
    let (head, told) = server.ask("GET", "/api/v1/search?q=harbour");
    assert!(head.starts_with("HTTP/1.1 503 ") && told.contains("/problems/cluster"), "{head}\n{told}");
    for text in [&body, &told] {
        assert!(!text.contains(&cluster.node(0)), "addresses of the cluster go to nobody: {text}");
    }
    assert!(server.ask("GET", "/healthz").0.starts_with("HTTP/1.1 200 "), "the server itself is well");
    let run = desk.run(&["search", "harbour"]).ended(2);
    assert!(run.err.contains(&cluster.node(0)), "who types the command is told which cluster: {}", run.err);
    (0..NODES).for_each(|number| cluster.start(number));
    awaited(200);
    assert_eq!(server.json("/api/v1/search?q=harbour")["total"]["value"], 1);
}
