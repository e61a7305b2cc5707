//! What the tests of faults share: how many runs, a corpus that tells which of its states it is in, and a space of mounts of
//! one's own.
//!
//! `killed`, `damage`, `full_disk`, `read_only` and `writers` prove what becomes of an index; `tests/it/main.rs` lists this
//! apart because it proves nothing itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Desk, Run};

/// How many runs of a fault: some in the ordinary tests, many with `DOSSIER_LONG=1`.
pub(crate) fn runs(short: usize, long: usize) -> usize {
    if std::env::var_os("DOSSIER_LONG").is_some() { long } else { short }
}

/// Articles that a corpus of states has at most.
const ARTICLES: usize = 60;

/// The titles of the articles by their ids, in a state. From one to the next some articles are changed, some come, some go.
pub(crate) fn state(number: usize) -> BTreeMap<String, String> {
    let present = (0..ARTICLES).filter(|article| !(article + number).is_multiple_of(7));
    let version = |article: usize| (number + article % 3) / 3;
    present
        .map(|article| (format!("art-{article:02}"), format!("Common title {} of {article}", version(article))))
        .collect()
}

/// Brings a corpus into a state.
pub(crate) fn write_state(desk: &Desk, number: usize) {
    let articles = state(number);
    for article in 0..ARTICLES {
        let id = format!("art-{article:02}");
        match articles.get(&id) {
            Some(title) => desk.article(
                &id,
                &format!("title: {title}\ndate: 2024-03-{:02}\nregion: [Sudia]", 1 + article % 28),
                &format!("Pirates boarded a boat off Eastport, as {id} has it. {}", "A ferry was late. ".repeat(20)),
            ),
            None => {
                // Most were not there before either.
                let _ = fs::remove_file(desk.corpus().join(format!("{id}.md")));
            }
        }
    }
}

/// The titles by ids that a search over everything gives.
pub(crate) fn found(run: &Run) -> BTreeMap<String, String> {
    let answer = run.json();
    let hits = answer["hits"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let titles: BTreeMap<_, _> = hits.map(|hit| (text(&hit["id"]), text(&hit["title"]))).collect();
    assert_eq!(answer["total"]["value"], titles.len(), "counted and listed agree");
    titles
}

/// What finds all articles of a state.
pub(crate) const EVERYTHING: [&str; 6] = ["search", "--format", "json", "--size", "100", "common"];

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Every ordinary file below a folder, in the order of paths.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort();
    found
}

/// What lies in an index that no finished run leaves: more than two generations, their notes, the pointer and the lock.
#[track_caller]
pub(crate) fn assert_tidy(index: &Path, when: &str) {
    let mut names: Vec<String> =
        fs::read_dir(index).unwrap().flatten().map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    let notes = names.iter().filter(|name| name.starts_with(".verified-")).count();
    let others: Vec<_> = names.iter().filter(|name| !name.starts_with(".verified-")).collect();
    let generations = others.iter().filter(|name| !name.starts_with('.') && **name != "CURRENT").count();
    assert!(others.len() == generations + 2 && generations <= 2 && notes <= 2, "{when}: {names:?}");
}

/// A shell in a space of mounts of its own, which go with it. `None`, said loudly, where the system does not allow that; CI must.
pub(crate) fn private_mounts(script: &str) -> Option<Command> {
    let allowed = Command::new("unshare").args(["-rm", "true"]).output().is_ok_and(|done| done.status.success());
    if !allowed {
        assert!(std::env::var_os("CI").is_none(), "CI has to allow namespaces (unshare -rm)");
        eprintln!("SKIPPED: no namespaces here (unshare -rm is refused); this test did not run");
        return None;
    }
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-euc", script]);
    Some(command)
}
