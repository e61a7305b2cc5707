//! A cluster that is down, slow, full, or answers garbage: clear errors, no wait past the limit, another node is asked, and a node
//! that failed is left alone and tried again.

use std::time::{Duration, Instant};

use dossier::engine::EngineError;
use dossier::engine::opensearch::address::{Address, Credentials};
use dossier::engine::opensearch::searching;
use dossier::engine::opensearch::transport::{Cluster, Patience, Request, Verb};
use dossier::model::query::Deadline;
use serde_json::{Value, json};

use crate::cluster::Cluster as Shared;
use crate::fake_cluster::{Act, FakeNode, address};

/// Limit of a request in these tests.
const LIMIT: Duration = Duration::from_secs(2);
/// When a request that has a limit must be over, also on a machine with much else to do.
const SURELY: Duration = Duration::from_secs(30);

fn cluster(nodes: &[&FakeNode]) -> Cluster {
    Cluster::new(Address::parse(&address(nodes, "desk"), Credentials::default()).unwrap()).unwrap()
}

fn request() -> Request {
    Request::new(Verb::Post, "desk/_search", "search").json(&json!({"query": {"match_all": {}}}))
}

fn patient(time: Duration, tries: u32) -> Request {
    request().patient(Patience { time, tries })
}

/// The error of a request, which must name the address and what was tried; and how long it took.
#[track_caller]
fn refused(cluster: &Cluster, request: &Request) -> (EngineError, Duration) {
    let began = Instant::now();
    let error = cluster.read::<Value>(request).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, EngineError::TooSlow) || text.contains(&cluster.address().to_string()), "{text}");
    assert!(matches!(error, EngineError::TooSlow) || text.contains(request.action), "{text}");
    (error, began.elapsed())
}

#[test]
fn whatever_a_node_does_instead_of_answering_ends_within_the_limit() {
    let page = "HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n<html></html>";
    let acts = [
        ("breaks off", Act::BreakOff),
        ("half an answer", Act::Half(json!({"hits": {"hits": []}}).to_string())),
        ("half a head", Act::Raw(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec())),
        ("a byte at a time", Act::Trickle),
        ("no end", Act::Endless),
        ("never", Act::Hang),
        ("later than anybody waits", Act::After(SURELY, Box::new(Act::fine()))),
        ("another protocol", Act::Raw(b"220 mail.example ESMTP\r\n".to_vec())),
        ("bytes", Act::Raw((0..=255).cycle().take(100_000).collect())),
        ("a page", Act::Raw(page.as_bytes().to_vec())),
        ("cut JSON", Act::Answer(200, "", "{\"hits\":{\"hits\":[".to_owned())),
        ("nothing", Act::Answer(200, "", String::new())),
        ("no content", Act::Raw(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec())),
        ("no text", Act::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n\xff\xfe\x00\x01".to_vec())),
        (
            "a length that no machine has",
            Act::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 9999999999999\r\n\r\n{".to_vec()),
        ),
        ("a length that is none", Act::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n{}".to_vec())),
        ("too many headers", Act::Raw(format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(9999)).into_bytes())),
        ("an unknown status", Act::Answer(799, "", "{}".to_owned())),
    ];
    std::thread::scope(|scope| {
        for (what, act) in &acts {
            scope.spawn(move || {
                let node = FakeNode::always(act.clone());
                let (error, took) = refused(&cluster(&[&node]), &patient(LIMIT, 3));
                assert!(took < SURELY, "{what}: {error} after {took:?}");
                assert!((1..=3).contains(&node.asked().len()), "{what}: asked {} times", node.asked().len());
            });
        }
    });
}

#[test]
fn who_waits_no_longer_is_told_so_and_not_that_the_cluster_is_down() {
    for act in [Act::Hang, Act::Trickle, Act::error(429, "rejected", "full")] {
        let node = FakeNode::always(act);
        let began = Instant::now();
        let asked = Request { patience: Patience::WRITER, ..request() }.until(Deadline::within(Duration::from_secs(1)));
        let (error, _) = refused(&cluster(&[&node]), &asked);
        assert!(matches!(error, EngineError::TooSlow | EngineError::Overloaded { .. }), "{error:?}");
        assert!(began.elapsed() < SURELY, "{:?}", began.elapsed());
    }
}

#[test]
fn a_cluster_that_is_full_is_asked_again_after_the_wait_that_it_asks_for() {
    let full = || Act::refusal(429, "retry-after: 1\r\n", "es_rejected_execution_exception", "queue is full");
    let node = FakeNode::at_first(vec![full(), full()]);
    let answer: Value = cluster(&[&node]).read(&patient(SURELY, 4)).unwrap();
    assert_eq!(answer["name"], "fake");
    let asked = node.asked();
    assert_eq!(asked.len(), 3);
    for pair in asked.windows(2) {
        assert!(pair[1].at - pair[0].at >= Duration::from_secs(1), "asked again too early");
        assert_eq!((&pair[0].path, &pair[0].body), (&pair[1].path, &pair[1].body));
    }
}

#[test]
fn a_cluster_that_stays_full_is_given_up_with_its_own_words() {
    for (status, kind) in [(429, "circuit_breaking_exception"), (503, "cluster_manager_not_discovered_exception")] {
        let node = FakeNode::always(Act::error(status, kind, "data too large"));
        let (error, _) = refused(&cluster(&[&node]), &patient(SURELY, 3));
        assert_eq!(node.asked().len(), 3, "tries are counted");
        let text = error.to_string();
        assert!(text.contains(kind) && text.contains("data too large") && text.contains(&status.to_string()), "{text}");
        let fits = matches!(error, EngineError::Overloaded { .. }) == (status == 429);
        assert!(fits && (status == 429 || matches!(error, EngineError::Unreachable { .. })), "{error:?}");
    }
}

#[test]
fn what_another_try_cannot_mend_is_asked_once() {
    for status in [400, 401, 403, 404, 409, 413, 500] {
        let node = FakeNode::always(Act::error(status, "some_exception", "it is so"));
        let (error, _) = refused(&cluster(&[&node]), &patient(SURELY, 5));
        assert!(error.to_string().contains("it is so"), "{error}");
        assert_eq!(node.asked().len(), 1, "status {status}");
    }
}

#[test]
fn what_answers_at_another_address_is_no_node_and_learns_no_password() {
    let other = FakeNode::always(Act::fine());
    let credentials = Credentials { user: Some(("ann".to_owned(), "hush".to_owned())), authority: None };
    for status in [301, 302, 307, 308] {
        let to: &'static str = format!("location: http://{}/\r\n", other.host()).leak();
        let node = FakeNode::always(Act::Answer(status, to, "{}".to_owned()));
        let address = Address::parse(&address(&[&node], "desk"), credentials.clone()).unwrap();
        let (error, _) = refused(&Cluster::new(address).unwrap(), &patient(SURELY, 3));
        assert!(error.to_string().contains(&other.host()), "{error}");
        assert_eq!(node.asked().len(), 1, "another try gives no other answer");
    }
    for asked in other.asked() {
        assert!(!asked.head.to_ascii_lowercase().contains("authorization"), "{asked:?}");
    }
}

#[test]
fn while_one_node_lives_every_request_is_answered() {
    let lives = FakeNode::always(Act::fine());
    let gone = FakeNode::always(Act::fine());
    gone.stop();
    for act in
        [Act::BreakOff, Act::Hang, Act::Half("{\"name\": \"fake\"}".to_owned()), Act::error(503, "down", "starting")]
    {
        let ill = FakeNode::always(act);
        let cluster = cluster(&[&gone, &ill, &lives]);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let began = Instant::now();
                        cluster.read::<Value>(&patient(Duration::from_secs(20), 4)).unwrap();
                        assert!(began.elapsed() < SURELY, "{:?}", began.elapsed());
                    }
                });
            }
        });
    }
}

#[test]
fn a_node_that_is_gone_is_left_alone_and_asked_again_when_it_is_back() {
    let (one, two) = (FakeNode::always(Act::fine()), FakeNode::always(Act::fine()));
    let cluster = cluster(&[&one, &two]);
    let ask = || cluster.read::<Value>(&patient(SURELY, 4)).unwrap();
    one.stop();
    for _ in 0..20 {
        ask();
    }
    assert_eq!((one.asked().len(), two.asked().len()), (0, 20));
    one.restart();
    let end = Instant::now() + SURELY;
    while one.asked().is_empty() {
        assert!(Instant::now() < end, "it is back and nobody asks it");
        std::thread::sleep(Duration::from_millis(50));
        ask();
    }
    let before = one.asked().len();
    for _ in 0..10 {
        ask();
    }
    assert_eq!(one.asked().len() - before, 5, "it has its turns again");
}

#[test]
fn when_all_nodes_are_gone_the_answer_comes_at_once_and_names_them() {
    let nodes = [FakeNode::always(Act::fine()), FakeNode::always(Act::fine())];
    let cluster = cluster(&[&nodes[0], &nodes[1]]);
    nodes.iter().for_each(FakeNode::stop);
    for _ in 0..5 {
        let (error, took) = refused(&cluster, &request());
        assert!(matches!(error, EngineError::Unreachable { .. }), "{error:?}");
        assert!(took < SURELY, "{took:?}");
    }
    nodes.iter().for_each(FakeNode::restart);
    let end = Instant::now() + SURELY;
    while let Err(error) = cluster.read::<Value>(&request()) {
        assert!(Instant::now() < end, "all nodes are back: {error}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_writer_outlives_nodes_that_are_away_for_a_while() {
    let node = FakeNode::always(Act::fine());
    node.stop();
    let cluster = cluster(&[&node]);
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| cluster.read::<Value>(&request().patient(Patience::WRITER)));
        std::thread::sleep(Duration::from_secs(3));
        node.restart();
        writing.join().unwrap().unwrap();
    });
}

/// An answer to one search in company, with some keys changed; `null` takes one out.
fn answers(changed: Value) -> Act {
    let mut answer = json!({
        "took": 1, "timed_out": false, "_shards": {"total": 3, "successful": 3, "skipped": 0, "failed": 0},
        "hits": {"total": {"value": 0, "relation": "eq"}, "max_score": null, "hits": []}, "status": 200,
    });
    let answer_keys = answer.as_object_mut().unwrap();
    for (key, value) in changed.as_object().unwrap() {
        answer_keys.insert(key.clone(), value.clone());
    }
    answer_keys.retain(|_, value| !value.is_null());
    Act::json(&json!({"took": 1, "responses": [answer]}))
}

#[test]
fn a_part_of_an_answer_is_never_taken_for_the_whole() {
    let search = |acts: Vec<Act>| {
        let node = FakeNode::start(move |number, _| acts[number.min(acts.len() - 1)].clone());
        searching::search(&cluster(&[&node]), "desk", json!({"size": 0}), Deadline::default())
    };
    let shards = |total: u64, successful: u64, failed: u64| json!({"_shards": {"total": total, "successful": successful, "failed": failed}});
    search(vec![answers(json!({}))]).unwrap();
    let broken = [
        json!({"timed_out": true}),
        json!({"terminated_early": true}),
        shards(3, 2, 1),
        shards(3, 2, 0),
        shards(0, 0, 0),
        json!({"timed_out": null}),
        json!({"_shards": null}),
        json!({"hits": null}),
        json!({"hits": "many"}),
        json!({"status": 400, "error": {"type": "parsing_exception", "reason": "no"}, "hits": null}),
        json!({"status": 503, "error": {"type": "search_phase_execution_exception", "reason": "all shards failed"}}),
    ];
    for changed in broken {
        let error = search(vec![answers(changed.clone())]).map(|_| changed).unwrap_err();
        assert!(!error.to_string().is_empty(), "{error:?}");
    }
    for body in
        [json!({}), json!([]), json!({"responses": []}), json!({"responses": [{}]}), json!({"responses": [null]})]
    {
        let error = search(vec![Act::json(&body)]).map(|_| body).unwrap_err();
        assert!(error.to_string().contains("127.0.0.1"), "{error:?}");
    }
    let full = answers(json!({"status": 429, "error": {"type": "rejected", "reason": "queue is full"}}));
    search(vec![full.clone(), full.clone(), answers(json!({}))]).unwrap();
    assert!(matches!(search(vec![full]), Err(EngineError::Overloaded { .. })));
}

/// Documents `from` to `to`, written by their ids.
fn bulk(index: &str, from: usize, to: usize) -> Request {
    let lines =
        (from..to).map(|id| format!("{}\n{}\n", json!({"index": {"_id": id.to_string()}}), json!({"number": id})));
    let request = Request::new(Verb::Post, format!("{index}/_bulk"), "write articles");
    request.lines(lines.collect::<String>().into_bytes()).patient(Patience::WRITER)
}

#[test]
fn nothing_is_lost_or_doubled_on_a_way_that_loses_answers() {
    let Some(real) = Shared::shared() else { return };
    let place = real.place("lossy");
    real.put(&place.name, &json!({"settings": {"number_of_shards": 3, "number_of_replicas": 1}}));
    let to = real.node(0);
    let lossy = FakeNode::start(move |number, _| match number % 3 {
        0 => Act::PassAndLose(to.clone()),
        1 => Act::error(503, "unavailable", "not now"),
        _ => Act::Pass(to.clone()),
    });
    let cluster = cluster(&[&lossy]);
    for from in (0..100).step_by(10) {
        let answer: Value = cluster.read(&bulk(&place.name, from, from + 10)).unwrap();
        assert_eq!((&answer["errors"], answer["items"].as_array().unwrap().len()), (&json!(false), 10), "{answer}");
    }
    real.post(&format!("{}/_refresh", place.name), &Value::Null);
    assert_eq!(real.get(&format!("{}/_count", place.name))["count"], 100);
    let to = real.node(1);
    let partly = FakeNode::start(move |number, _| match number {
        0 => Act::Pass(to.clone()),
        _ => Act::PassChanged(to.clone(), |answer| answer["responses"][0]["_shards"]["failed"] = json!(1)),
    });
    let cluster = self::cluster(&[&partly]);
    let search = || searching::search(&cluster, &place.name, json!({"track_total_hits": true}), Deadline::default());
    assert_eq!(search().unwrap().hits.total.unwrap().value, 100);
    assert!(search().unwrap_err().to_string().contains("1 of 3 shards"));
}

#[test]
fn a_name_and_a_password_stand_in_no_message() {
    let user = Some(("ann".to_owned(), "hush-hush".to_owned()));
    let node = FakeNode::start(|number, _| match number {
        0 => Act::error(401, "security_exception", "no"),
        _ => Act::BreakOff,
    });
    let address = Address::parse(&address(&[&node], "desk"), Credentials { user, authority: None }).unwrap();
    let cluster = Cluster::new(address).unwrap();
    for _ in 0..2 {
        let (error, _) = refused(&cluster, &patient(LIMIT, 1));
        assert!(!error.to_string().contains("hush") && !format!("{error:?}").contains("hush"), "{error:?}");
    }
    assert!(node.asked()[0].head.to_ascii_lowercase().contains("authorization: basic"), "but the node was told");
}
