//! Indexes of other versions of the program: told apart, named with the command that rebuilds, and rebuilt by it.
//!
//! `tests/fixtures/index-format-5` was written by the program as it was before format 6; it holds one article.

use std::fs;
use std::path::{Path, PathBuf};

use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::embedded::schema::SCHEMA_VERSION;
use dossier::engine::{EngineError, Engines};
use serde_json::Value;

use crate::harness::{Desk, project};

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (from, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

/// A desk with an article, and an index that was made by an earlier version.
fn old_desk() -> Desk {
    let desk = Desk::new();
    desk.article("turn", "title: Turn\ndate: 2024-03-26", "The text of today.");
    copy(&project().join("tests/fixtures/index-format-5"), &desk.index());
    desk
}

fn live(desk: &Desk) -> PathBuf {
    desk.index().join(fs::read_to_string(desk.index().join("CURRENT")).unwrap().trim())
}

/// Makes a generation one of a version to come, whose manifest and seal say other things than ours.
fn make_newer(generation: &Path) {
    let path = generation.join("manifest.json");
    let manifest: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let newer = serde_json::json!({
        "schema_version": SCHEMA_VERSION + 1,
        "analyzer_version": manifest["analyzer_version"],
        "generation": {"name": manifest["generation"]},
    });
    fs::write(path, newer.to_string()).unwrap();
    fs::write(generation.join("seal.json"), "{\"sealed\": \"in another way\"}").unwrap();
}

#[test]
fn an_index_of_an_earlier_version_is_told_with_the_command_that_rebuilds_and_is_rebuilt_by_it() {
    let desk = old_desk();
    let before = live(&desk);
    let ours = format!("index format 5, where this version has {SCHEMA_VERSION}");
    for command in [&["search", "text"][..], &["status"], &["facets"], &["serve", "--listen", "127.0.0.1:0"]] {
        let told = desk.run(command).ended(2);
        assert!(told.err.contains(&ours) && told.err.contains("dossier index"), "{command:?}: {told:?}");
        assert!(!told.err.contains("damaged") && told.out.is_empty(), "{command:?}: {told:?}");
    }
    let check = desk.run(&["check", "--verify-index", "--only", "index"]).ended(1);
    assert_eq!(check.out.matches("dossier index --full").count(), 1, "{}", check.out);
    assert_eq!(live(&desk), before, "nobody but the writer touches it");

    desk.run(&["index"]).ended(0);
    assert_eq!(desk.ids(&["today"]), ["turn"]);
    desk.run(&["check", "--verify-index", "--only", "index"]).ended(0);
    // What this version cannot read, it cannot go back to.
    let now = live(&desk);
    desk.run(&["rollback"]).ended(2);
    assert_eq!(live(&desk), now);
}

#[test]
fn a_server_says_that_the_index_is_of_another_version_and_names_no_path() {
    let desk = old_desk();
    for path in ["/api/v1/search?q=text", "/api/v1/status"] {
        let reply = desk.get(path);
        assert_eq!((reply.status, reply.json()["type"].as_str()), (503, Some("/problems/version")), "{}", reply.body);
        assert!(reply.headers.contains_key("retry-after") && reply.body.contains("dossier index"), "{}", reply.body);
        assert!(!reply.body.contains(desk.folder().to_str().unwrap()), "{}", reply.body);
    }
    desk.run(&["index"]).ended(0);
    assert_eq!(desk.get("/api/v1/search?q=text").json()["total"]["value"], 1);
}

#[test]
fn an_index_of_a_later_version_is_no_damaged_one_and_is_left_as_it_is_until_somebody_rebuilds() {
    let desk = Desk::new();
    desk.article("turn", "title: Turn\ndate: 2024-03-26", "The text of today.");
    desk.indexed();
    let engines = EmbeddedEngines::new(desk.index());
    let open = engines.searcher().unwrap();
    let (now, later) = (live(&desk), desk.index().join("00000000000000ff"));
    copy(&now, &later);
    make_newer(&later);
    fs::write(desk.index().join("CURRENT"), "00000000000000ff\n").unwrap();

    let told = desk.run(&["search", "text"]).ended(2);
    let theirs = format!("newer version of this program (index format {}", SCHEMA_VERSION + 1);
    assert!(told.err.contains(&theirs) && told.err.contains("dossier index"), "{told:?}");
    assert!(!told.err.contains("damaged"), "{told:?}");
    // A server that is running goes on with what it has.
    assert!(matches!(engines.reopen(&|_| ()), Err(EngineError::Newer { .. })));
    assert_eq!(engines.searcher().unwrap().generation(), open.generation());

    desk.run(&["index"]).ended(0);
    assert_eq!(desk.ids(&["today"]), ["turn"]);
}
