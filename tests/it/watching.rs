//! The watch: what changes in corpus and taxonomy is in the index soon after, whatever way it was written, and nothing that goes
//! wrong meanwhile ends the watch or the index.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::{Desk, TAXONOMY};
use crate::live::Server;

/// `dossier index --watch` over a desk, ended with the test.
struct Watching {
    child: Child,
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for what must come, but not for ever.
#[track_caller]
fn wait_until(what: &str, mut there: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !there() {
        assert!(Instant::now() < end, "not in a minute: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

impl Watching {
    /// Starts one; what it says goes to the files `out` and `err` of the desk.
    fn start(desk: &Desk, flags: &[&str]) -> Self {
        let file = |name: &str| fs::File::create(desk.folder().join(name)).unwrap();
        let mut command = desk.command(&[&["index", "--watch"], flags].concat());
        let child = command.stdout(file("out")).stderr(file("err")).spawn().unwrap();
        let watching = Self { child };
        wait_until("the watch begins", || said(desk, "err").contains("watching"));
        watching
    }

    /// Tells it to stop as a service is told, and gives its exit code.
    fn stopped(mut self) -> Option<i32> {
        terminate(&self.child);
        self.child.wait().unwrap().code()
    }
}

fn terminate(child: &Child) {
    assert!(Command::new("kill").arg(child.id().to_string()).stdin(Stdio::null()).status().unwrap().success());
}

/// What a watch said so far.
fn said(desk: &Desk, name: &str) -> String {
    fs::read_to_string(desk.folder().join(name)).unwrap()
}

/// A desk with one article.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.article("turn", "title: Turn\ndate: 2024-03-26", "The first text.");
    desk
}

/// Writes as editors do: aside, then renamed into its place.
fn write_by_rename(desk: &Desk, name: &str, text: &str) {
    let aside = desk.corpus().join(format!(".{name}.swp"));
    fs::write(&aside, text).unwrap();
    fs::rename(aside, desk.corpus().join(name)).unwrap();
}

#[test]
fn what_changes_is_found_soon_after_and_what_is_wrong_is_told_and_ends_nothing() {
    let desk = desk();
    let watching = Watching::start(&desk, &["--format", "json"]);
    assert_eq!(desk.ids(&["first"]), ["turn"], "the first run is made before the watch");
    write_by_rename(&desk, "turn.md", "---\ntitle: Turn\n---\nThe second text.\n");
    wait_until("a file renamed into its place", || desk.ids(&["second"]) == ["turn"]);
    // Many at once, in new folders, as a checkout does.
    for number in 0..120 {
        desk.article(&format!("folder-{}/deep/many-{number}", number % 7), "title: Many", "One of many texts.");
    }
    wait_until("many files", || desk.run(&["search", "many", "--format", "json"]).json()["total"]["value"] == 120);
    let runs = said(&desk, "out").lines().count();
    assert!((3..10).contains(&runs), "{runs} runs for three changes");
    // A mistake in the taxonomy is told with its line, and put right it is the next change.
    desk.write("taxonomy.toml", format!("{TAXONOMY}\n[[dimension]]\nname = 7\n"));
    wait_until("a broken taxonomy is told", || said(&desk, "err").contains("taxonomy.toml:"));
    assert_eq!(desk.ids(&["second"]), ["turn"]);
    fs::remove_file(desk.corpus().join("taxonomy.toml")).unwrap();
    wait_until("a lost taxonomy is told", || said(&desk, "err").contains("taxonomy.toml is gone"));
    write_by_rename(&desk, "turn.md", "---\ntitle: Turn\n---\nThe third text.\n");
    desk.write("taxonomy.toml", TAXONOMY);
    wait_until("it goes on with the taxonomy put right", || desk.ids(&["third"]) == ["turn"]);
    // The folder goes and comes again, as a disk does.
    let aside = desk.folder().join("aside");
    fs::rename(desk.corpus(), &aside).unwrap();
    wait_until("a lost corpus is told", || said(&desk, "err").contains("there is no corpus folder"));
    desk.write("taxonomy.toml", TAXONOMY);
    wait_until("an empty corpus is told", || said(&desk, "err").contains("no article that can be read"));
    assert_eq!(desk.ids(&["third"]), ["turn"]);
    fs::remove_dir_all(desk.corpus()).unwrap();
    fs::rename(&aside, desk.corpus()).unwrap();
    desk.article("again", "title: Again", "The fourth text.");
    wait_until("a folder that came again", || desk.ids(&["fourth"]) == ["again"]);
    desk.article("again", "title: Again", "The fifth text.");
    wait_until("changes in a folder that came again", || desk.ids(&["fifth"]) == ["again"]);
    assert_eq!(watching.stopped(), Some(0), "{}", said(&desk, "err"));
}

#[test]
fn a_taxonomy_elsewhere_is_followed_and_what_a_run_writes_is_no_change() {
    let desk = desk();
    let taxonomy = desk.folder().join("labels.toml");
    fs::write(&taxonomy, TAXONOMY).unwrap();
    // The index may lie inside the corpus.
    let index = desk.corpus().join("kept");
    let flags = ["--taxonomy", taxonomy.to_str().unwrap(), "--index", index.to_str().unwrap(), "--format", "json"];
    let watching = Watching::start(&desk, &flags);
    let aside = desk.folder().join("labels.new");
    fs::write(&aside, TAXONOMY.replace("East Harbour", "First Harbour")).unwrap();
    fs::rename(aside, &taxonomy).unwrap();
    wait_until("the taxonomy is taken in", || said(&desk, "out").lines().count() == 2);
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(said(&desk, "out").lines().count(), 2, "{}", said(&desk, "out"));
    assert_eq!(watching.stopped(), Some(0));
}

#[test]
fn a_first_run_that_fails_ends_the_watch() {
    let desk = desk();
    desk.write("taxonomy.toml", "[[dimension]]\nname = 7\n");
    assert!(desk.run(&["index", "--watch"]).ended(2).err.contains("taxonomy.toml:"));
    assert!(
        desk.run(&["index", "--watch", "--corpus", "nowhere", "--taxonomy", "none"]).ended(2).err.contains("nowhere")
    );
    for other in ["--dry-run", "--if-needed"] {
        desk.run(&["index", "--watch", other]).ended(2);
    }
}

#[test]
fn a_server_that_watches_follows_the_corpus_and_waits_for_other_writers() {
    let desk = desk();
    desk.indexed();
    desk.article("turn", "title: Turn", "The second text.");
    let mut server = Server::start_with(&desk, &["--watch"]);
    let found = |query: &str| server.json(&format!("/api/v1/search?q={query}"))["total"]["value"].clone();
    wait_until("what changed before the start", || found("second") == 1);
    let lock = fs::File::options().write(true).open(desk.index().join(".lock")).unwrap();
    lock.lock().unwrap();
    desk.article("turn", "title: Turn", "The third text.");
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(found("second"), 1);
    drop(lock);
    wait_until("what changed while another wrote", || found("third") == 1);
    terminate(&server.child);
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}
