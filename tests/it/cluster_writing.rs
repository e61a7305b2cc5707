//! Writing an index on a cluster: the first run and those after it, the way back, broken runs, two writers, and damage that is found.

use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cluster::{Cluster, Place};
use crate::harness::{Desk, Run};

/// Longest that a run may take to get anywhere.
const PATIENCE: Duration = Duration::from_secs(120);

/// A desk whose index is on a cluster.
struct Remote<'cluster> {
    cluster: &'cluster Cluster,
    place: Place<'cluster>,
    desk: Desk,
}

impl<'cluster> Remote<'cluster> {
    fn new(cluster: &'cluster Cluster, test: &str) -> Self {
        Self { cluster, place: cluster.place(test), desk: Desk::new() }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.desk.run(&[arguments, &["--engine", &self.place.address]].concat())
    }

    fn indexed(&self) -> Value {
        let run = self.run(&["index", "--format", "json"]);
        assert!(run.code == 0 || run.code == 3, "{run:?}");
        run.json()
    }

    fn ids(&self, query: &str) -> Vec<String> {
        let run = self.run(&["search", "--format", "ids", "--size", "100", query]);
        assert!(run.code <= 1, "{run:?}");
        run.out.lines().map(str::to_owned).collect()
    }

    /// The indexes of the place, by name.
    fn indexes(&self) -> Vec<String> {
        let listed = self.cluster.get(&format!("_cat/indices/{}-*?format=json&h=index&s=index", self.place.name));
        listed.as_array().unwrap().iter().map(|index| index["index"].as_str().unwrap().to_owned()).collect()
    }

    /// The index that is live.
    fn live(&self) -> String {
        let behind = self.cluster.get(&format!("_alias/{}", self.place.name));
        let mut indexes = behind.as_object().unwrap().keys();
        let live = indexes.next().unwrap().clone();
        assert!(indexes.next().is_none(), "{behind}");
        live
    }

    /// The hashes of what stands beside the live articles, by part.
    fn hashes(&self) -> Value {
        let contents = self.cluster.get(&format!("{}-companions/_doc/contents", self.live()));
        let parts = contents["_source"]["parts"].as_object().unwrap();
        parts.iter().map(|(part, told)| (part.clone(), told["hash"].clone())).collect()
    }
}

/// Three articles of which two are copies, then two changed, one gone and one new.
fn write_both_states(first: &Desk, then: impl FnOnce()) {
    let text = "The port of Eastport was closed on Monday after the harbour master found a broken crane. Ships waited outside.";
    first.article("one", "title: Crane\ndate: 2024-03-26\nsource: Dawn", text);
    first.article("two", "title: Crane\ndate: 2024-03-27\nsource: Dusk", text);
    first.article("three", "title: Road\ndate: 2024-04", "The road to the north is open again.");
    then();
    first.article("two", "title: Bridge\ndate: 2024-03-28\nsource: Dusk", "A bridge was built over the river.");
    first.article("four", "title: Road\ndate: 2024-04", "The road to the north is open again.");
    std::fs::remove_file(first.corpus().join("three.md")).unwrap();
}

#[test]
fn runs_that_build_on_each_other_leave_what_one_run_from_scratch_does() {
    let Some(cluster) = Cluster::shared() else { return };
    let remote = Remote::new(cluster, "writing-twice");
    assert!(remote.run(&["search", "road"]).ended(2).err.contains("there is no index in http://"));
    write_both_states(&remote.desk, || {
        let first = remote.indexed();
        assert_eq!((&first["changed"], remote.ids("road")), (&json!(true), vec!["three".to_owned()]));
        assert_eq!(remote.ids("crane"), ["one"], "copies stand as one");
        let again = remote.indexed();
        assert_eq!((&again["changed"], &again["generation"]), (&json!(false), &first["generation"]));
    });
    let built_on = remote.indexed();
    assert_eq!((remote.ids("road"), remote.ids("bridge")), (vec!["four".to_owned()], vec!["two".to_owned()]));
    assert_eq!(remote.ids("monday"), ["one"]);
    let hashes = remote.hashes();
    assert_eq!(remote.run(&["check", "--verify-index", "--format", "json"]).code, 0);
    let removed = cluster.get(&format!("{}/_stats/docs", remote.live()));
    assert_eq!(removed["_all"]["primaries"]["docs"], json!({"count": 3, "deleted": 0}));
    cluster.await_green(&remote.place.name);

    let fresh = Remote { cluster, place: cluster.place("writing-once"), desk: remote.desk };
    assert_eq!(fresh.indexed()["generation"], built_on["generation"]);
    for part in ["ledger", "lexicon", "copies", "suggestions", "taxonomy"] {
        assert_eq!(fresh.hashes()[part], hashes[part], "{part}");
    }
}

#[test]
fn the_way_back_leads_to_the_generation_before_and_older_ones_go() {
    let Some(cluster) = Cluster::shared() else { return };
    let remote = Remote::new(cluster, "writing-back");
    remote.desk.article("turn", "title: Turn\ndate: 2024-03-26", "The first text.");
    let first = remote.indexed()["generation"].clone();
    assert!(remote.run(&["rollback"]).ended(2).err.contains("nothing to go back to"));
    remote.desk.article("turn", "title: Turn\ndate: 2024-03-26", "The second text.");
    let second = remote.indexed()["generation"].clone();
    let done = remote.run(&["rollback", "--format", "json"]).ended(0).json();
    assert_eq!((&done["generation"], &done["left"]), (&first, &second));
    assert_eq!((remote.ids("first"), remote.ids("second")), (vec!["turn".to_owned()], vec![]));
    for text in ["The third text.", "The fourth text."] {
        remote.desk.article("turn", "title: Turn\ndate: 2024-03-26", text);
        remote.indexed();
        assert_eq!(remote.indexes().len(), 5, "two generations with what stands beside them, and the lock");
    }
    assert_eq!(remote.ids("fourth"), ["turn"]);
}

#[test]
fn damage_is_found_is_not_gone_back_to_and_is_rebuilt() {
    let Some(cluster) = Cluster::shared() else { return };
    let remote = Remote::new(cluster, "writing-damage");
    remote.desk.article("one", "title: One\ndate: 2024-03-26", "The first text.");
    remote.indexed();
    let first = remote.live();
    remote.desk.article("two", "title: Two\ndate: 2024-03-26", "The second text.");
    remote.indexed();
    let live = remote.live();
    let open = |index: &str| {
        cluster.put(&format!("{index}/_settings"), &json!({"index.blocks.write": false}));
    };
    // A lexicon that is another one, and an article that is gone.
    open(&format!("{first}-companions"));
    cluster.put(&format!("{first}-companions/_doc/lexicon-0?refresh=true"), &json!({"data": "AAAA"}));
    open(&live);
    cluster.delete(&format!("{live}/_doc/one?refresh=true"));
    let found = remote.run(&["check", "--verify-index", "--format", "json"]).ended(1).out;
    for part in ["lexicon has another checksum", "1 articles where 2 articles were written"] {
        assert!(found.contains(part), "{part}: {found}");
    }
    assert!(remote.run(&["rollback"]).ended(2).err.contains("damaged"));
    let rebuilt = remote.run(&["index", "--format", "json"]).ended(0).json();
    assert_eq!(rebuilt["changed"], true);
    assert_eq!(remote.run(&["check", "--verify-index", "--format", "json"]).ended(0).code, 0);
    assert_eq!(remote.ids("text").len(), 2);
}

#[test]
fn a_killed_run_leaves_what_was_live_and_the_next_one_tidies_up() {
    let Some(cluster) = Cluster::shared() else { return };
    let remote = Remote::new(cluster, "writing-killed");
    let write_state = |state: &str| {
        for number in 0..20 {
            let body = format!("This is article number {number} of the {state} state.");
            remote.desk.article(&format!("a{number}"), "title: Number\ndate: 2024-03-26", &body);
        }
    };
    write_state("first");
    remote.indexed();
    write_state("second");
    let live = remote.live();
    // Once its new index is there, and a little later each time.
    for later in [0, 900] {
        let mut child = remote.desk.command(&["index", "--engine", &remote.place.address]);
        let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let (began, known) = (Instant::now(), remote.indexes());
        while remote.indexes().iter().all(|index| known.contains(index)) && child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < PATIENCE, "the run made no index");
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(later));
        let _ = child.kill();
        child.wait().unwrap();
        let state = if remote.live() == live { "first" } else { "second" };
        assert_eq!(remote.ids(state).len(), 20, "killed {later} ms later");
    }
    remote.indexed();
    assert_eq!((remote.ids("first").len(), remote.ids("second").len()), (0, 20));
    assert_eq!(remote.indexes().len(), 5, "{:?}", remote.indexes());
}

#[test]
fn one_writes_at_a_time_and_a_dead_writer_is_not_waited_for_long() {
    let Some(cluster) = Cluster::shared() else { return };
    let remote = Remote::new(cluster, "writing-lock");
    remote.desk.article("one", "title: One\ndate: 2024-03-26", "The first text.");
    remote.indexed();
    remote.desk.article("one", "title: One\ndate: 2024-03-26", "The second text.");
    let lock = format!("{}-lock/_doc/writer", remote.place.name);
    let sign = |beat: u32| {
        cluster.put(&lock, &json!({"owner": "another", "beat": beat, "since": "2024-03-26T00:00:00Z"}));
    };
    sign(0);
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for beat in 1.. {
                if ended.load(Ordering::Relaxed) {
                    break;
                }
                sign(beat);
                std::thread::sleep(Duration::from_millis(300));
            }
        });
        let refused = remote.run(&["index"]);
        ended.store(true, Ordering::Relaxed);
        assert!(refused.code == 2 && refused.err.contains("another process is writing"), "{refused:?}");
    });
    // Now it gives no sign any more.
    remote.indexed();
    assert_eq!(remote.ids("second"), ["one"]);
    assert_eq!(cluster.try_ask("GET", &lock, "").unwrap().0, 404, "given back");
}

#[test]
fn an_index_that_is_none_of_ours_is_left_alone() {
    let Some(cluster) = Cluster::shared() else { return };
    let remote = Remote::new(cluster, "writing-foreign");
    cluster.put(&remote.place.name, &json!({}));
    cluster.put(&format!("{}/_doc/one?refresh=true", remote.place.name), &json!({"what": "another's"}));
    remote.desk.article("one", "title: One\ndate: 2024-03-26", "The first text.");
    let refused = remote.run(&["index"]).ended(2);
    assert!(refused.err.contains("none of ours"), "{refused:?}");
    assert_eq!(cluster.get(&format!("{}/_count", remote.place.name))["count"], 1);
}
