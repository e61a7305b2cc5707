//! Damage anywhere in an index: the right answer, or a clear refusal with the remedy; never another answer, never a panic.
//!
//! `DOSSIER_LONG=1` makes 200 damaged indexes of it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::faults::{EVERYTHING, copy, files, runs, write_state};
use crate::harness::{Desk, Run};
use crate::live::Server;
use crate::wreckage::Random;

/// What is asked of every damaged index.
const QUESTIONS: [&[&str]; 6] = [
    &EVERYTHING,
    &["search", "--format", "json", "\"ferry was\" pirat* eastprot"],
    &["show", "art-05", "--format", "json"],
    &["suggest", "com", "--format", "json"],
    &["facets", "--format", "json"],
    &["status", "--format", "json"],
];

/// An answer without what differs from run to run: a mended index holds the same and was made by another run.
fn timeless(run: &Run) -> Value {
    let mut answer = run.json();
    if let Some(object) = answer.as_object_mut() {
        ["took_ms", "built_at", "generation", "bytes", "report", "upkeep"]
            .into_iter()
            .for_each(|name| drop(object.remove(name)));
    }
    answer
}

/// A way to damage the file at a path; others may be drawn into it. `false` where it changes nothing.
type Damage = (&'static str, fn(&mut Random, &Path, &[PathBuf]) -> bool);

const DAMAGES: &[Damage] = &[
    ("a flipped bit", |random, path, _| {
        let mut bytes = fs::read(path).unwrap();
        if bytes.is_empty() {
            return false;
        }
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
        fs::write(path, bytes).is_ok()
    }),
    ("a changed byte", |random, path, _| {
        let mut bytes = fs::read(path).unwrap();
        if bytes.is_empty() {
            return false;
        }
        let at = random.below(bytes.len());
        bytes[at] = bytes[at].wrapping_add(1 + random.below(255) as u8);
        fs::write(path, bytes).is_ok()
    }),
    ("cut short", |random, path, _| {
        let length = fs::metadata(path).unwrap().len() as usize;
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_len(random.below(length) as u64).unwrap();
        length > 0
    }),
    ("made longer", |random, path, _| {
        let mut bytes = fs::read(path).unwrap();
        bytes.extend((0..=random.below(5000)).map(|_| random.below(256) as u8));
        fs::write(path, bytes).is_ok()
    }),
    ("taken away", |_, path, _| fs::remove_file(path).is_ok()),
    ("all zero", |_, path, _| {
        let length = fs::metadata(path).unwrap().len() as usize;
        fs::write(path, vec![0; length]).is_ok() && length > 0
    }),
    ("a block of zeros", |random, path, _| {
        let mut bytes = fs::read(path).unwrap();
        let at = random.below(bytes.len());
        let end = (at + 4096).min(bytes.len());
        let before = bytes.clone();
        bytes[at..end].fill(0);
        fs::write(path, &bytes).is_ok() && bytes != before
    }),
    ("another file's bytes", |random, path, others| {
        let other = random.pick(others);
        let differ = fs::read(path).unwrap() != fs::read(other).unwrap();
        fs::copy(other, path).is_ok() && differ
    }),
    ("two files swapped", |random, path, others| {
        let other = random.pick(others);
        let differ = fs::read(path).unwrap() != fs::read(other).unwrap();
        let aside = path.with_extension("aside");
        fs::rename(path, &aside).unwrap();
        if other != path {
            fs::rename(other, path).unwrap();
        }
        fs::rename(&aside, other).is_ok() && differ
    }),
    ("a folder in its place", |_, path, _| fs::remove_file(path).is_ok() && fs::create_dir(path).is_ok()),
    #[cfg(unix)]
    ("a link to nothing", |_, path, _| {
        fs::remove_file(path).is_ok() && std::os::unix::fs::symlink("/nowhere/at/all", path).is_ok()
    }),
    #[cfg(unix)]
    ("a link to itself", |_, path, _| fs::remove_file(path).is_ok() && std::os::unix::fs::symlink(path, path).is_ok()),
    #[cfg(unix)]
    ("a link to a device", |_, path, _| {
        fs::remove_file(path).is_ok() && std::os::unix::fs::symlink("/dev/zero", path).is_ok()
    }),
];

/// A desk with two generations, whose index is copied for every damage.
struct Master {
    desk: Desk,
    sound: Vec<Value>,
}

impl Master {
    fn new() -> Self {
        let desk = Desk::new();
        for number in 0..2 {
            write_state(&desk, number);
            desk.indexed();
        }
        let sound = QUESTIONS.iter().map(|question| timeless(&desk.run(question))).collect();
        Self { desk, sound }
    }

    /// The copy of the index in a folder of its own.
    fn copied(&self, number: usize) -> PathBuf {
        let place = self.desk.folder().join(format!("copy-{number}"));
        copy(&self.desk.index(), &place);
        place
    }

    fn run(&self, index: &Path, arguments: &[&str]) -> Run {
        let run = self.desk.run(&[arguments, &["--index", index.to_str().unwrap()]].concat());
        assert!(!run.err.contains("panicked") && run.code >= 0, "{arguments:?}: {run:?}");
        run
    }

    /// Whether all questions are answered rightly; each that is not must be refused with the folder and the remedy.
    fn answers(&self, index: &Path, when: &str) -> bool {
        let mut refused = 0;
        for (question, sound) in QUESTIONS.iter().zip(&self.sound) {
            let run = self.run(index, question);
            if run.code == 2 {
                let place = index.to_str().unwrap();
                assert!(run.err.contains(place) && run.err.contains("dossier index"), "{when}: {question:?}: {run:?}");
                assert!(run.out.is_empty() && run.err.len() < 900, "{when}: {run:?}");
                refused += 1;
            } else {
                assert_eq!(timeless(&run), *sound, "{when}: another answer to {question:?}");
            }
        }
        assert!(refused == 0 || refused == QUESTIONS.len(), "{when}: {refused} questions are refused");
        refused == 0
    }
}

#[test]
fn damage_anywhere_gives_the_right_answer_or_a_refusal_that_names_the_remedy() {
    let master = Master::new();
    let mut random = Random::new(41);
    let count = runs(26, 200);
    let (mut refused, mut mended, mut found) = (0, 0, 0);
    for number in 0..count {
        let index = master.copied(number);
        // A copy is compared and noted, as the one that it is of was.
        assert!(master.answers(&index, "a sound copy"));
        let all = files(&index);
        let live = fs::read_to_string(index.join("CURRENT")).unwrap();
        // Half of the damages where it hurts, each kind of file in turn.
        let of_live: Vec<_> = all.iter().filter(|path| path.starts_with(index.join(live.trim()))).collect();
        let target = if number % 2 == 0 { of_live[number / 2 % of_live.len()] } else { random.pick(&all) };
        let (name, damage) = DAMAGES[number % DAMAGES.len()];
        let when = format!("{number}: {}: {name}", target.strip_prefix(&index).unwrap().display());
        let changed = damage(&mut random, target, &all);
        let sealed = target.parent() != Some(&*index);

        let answered = master.answers(&index, &when);
        refused += usize::from(!answered);
        let check = master.run(&index, &["check", "--verify-index", "--corpus", "nowhere"]);
        match check.code {
            0 => assert!(answered && !(sealed && changed), "{when}: not found by check: {check:?}"),
            1 => {
                found += 1;
                assert!(
                    check.out.contains("index: ") && check.out.contains(index.to_str().unwrap()),
                    "{when}: {check:?}"
                );
            }
            _ => assert!(!answered && check.err.contains("dossier index"), "{when}: {check:?}"),
        }
        serve(&master, &index, answered, &when);

        let run = master.run(&index, &["index"]);
        if run.code != 0 {
            assert!(run.code == 2 && run.err.contains("dossier index --full"), "{when}: {run:?}");
            master.run(&index, &["index", "--full"]).ended(0);
        } else {
            mended += usize::from(!answered);
        }
        assert!(master.answers(&index, &format!("{when}, mended")));
        // The generation before may be the damaged one; a full run leaves it behind.
        if master.run(&index, &["check", "--verify-index", "--corpus", "nowhere"]).code != 0 {
            master.run(&index, &["index", "--full"]).ended(0);
            master.run(&index, &["check", "--verify-index", "--corpus", "nowhere"]).ended(0);
        }
        fs::remove_dir_all(&index).unwrap();
    }
    println!(
        "{count} damaged indexes: {found} found by check, {refused} refused, {mended} of them mended by the next run"
    );
}

/// A server starts over an index that answers, and otherwise says why it does not; it may build one that is missing.
fn serve(master: &Master, index: &Path, answers: bool, when: &str) {
    let mut command = master.desk.command(&["serve", "--listen", "127.0.0.1:0", "--index", index.to_str().unwrap()]);
    match Server::of(&mut command) {
        Ok(server) => {
            let found = server.json("/api/v1/search?q=common&size=100");
            assert_eq!(found["total"], master.sound[0]["total"], "{when}");
            assert!(answers || index.join("CURRENT").is_file(), "{when}");
        }
        Err(run) => {
            assert!(!answers && run.code == 2 && !run.err.contains("panicked"), "{when}: {run:?}");
            assert!(run.err.contains("dossier index") && run.err.contains(index.to_str().unwrap()), "{when}: {run:?}");
        }
    }
}

#[test]
fn both_remedies_are_named_where_the_generation_before_is_sound() {
    let master = Master::new();
    let index = master.copied(0);
    let live = index.join(fs::read_to_string(index.join("CURRENT")).unwrap().trim());
    let mut bytes = fs::read(live.join("ledger.json")).unwrap();
    bytes[20] ^= 4;
    fs::write(live.join("ledger.json"), bytes).unwrap();
    let run = master.run(&index, &["search", "common"]).ended(2);
    for word in ["ledger.json has another checksum", "`dossier index --full`", "`dossier rollback`", "which is sound"] {
        assert!(run.err.contains(word), "{word}: {}", run.err);
    }
    // A server that has it open goes on, one that starts refuses to guess, and rollback does what it says.
    master.run(&index, &["rollback"]).ended(0);
    let run = master.run(&index, &["search", "--format", "json", "common"]).ended(0);
    assert!(run.json()["total"]["value"].as_u64().unwrap() > 0);
    // Both damaged: nobody is sent back.
    for file in files(&index).iter().filter(|file| file.ends_with("facets.json")) {
        fs::write(file, "{}").unwrap();
    }
    let run = master.run(&index, &["search", "common"]).ended(2);
    assert!(run.err.contains("dossier index --full") && !run.err.contains("rollback"), "{}", run.err);
    let run = master.run(&index, &["rollback"]).ended(2);
    assert!(run.err.contains("damaged"), "{}", run.err);
    master.run(&index, &["index"]).ended(0);
    assert!(master.answers(&index, "after both were damaged"));
    master.run(&index, &["check", "--verify-index", "--corpus", "nowhere"]).ended(0);
}

#[test]
fn a_copied_index_is_compared_once_and_its_note_is_no_more_than_a_note() {
    let master = Master::new();
    let index = master.copied(0);
    let live = fs::read_to_string(index.join("CURRENT")).unwrap();
    let note = index.join(format!(".verified-{}", live.trim()));
    let copied = fs::read(&note).unwrap();
    assert!(master.answers(&index, "copied"));
    let own = fs::read(&note).unwrap();
    assert_ne!(own, copied, "the stamps of the copy are noted");
    for broken in [&b""[..], b"{}", b"\xff\xfe", &copied] {
        fs::write(&note, broken).unwrap();
        assert!(master.answers(&index, "a broken note"));
        assert_eq!(fs::read(&note).unwrap(), own);
    }
    master.run(&index, &["check", "--verify-index", "--corpus", "nowhere"]).ended(0);
}

#[test]
fn a_running_server_goes_on_when_the_next_generation_is_damaged() {
    let desk = Desk::new();
    write_state(&desk, 0);
    desk.indexed();
    let server = Server::start(&desk);
    let before = server.json("/api/v1/search?q=common")["total"].clone();
    // A generation that is damaged when it goes live: made aside, moved in.
    let aside = Desk::of(desk.corpus());
    write_state(&desk, 1);
    aside.indexed();
    let live = fs::read_to_string(aside.index().join("CURRENT")).unwrap();
    copy(&aside.index().join(live.trim()), &desk.index().join(live.trim()));
    let broken = desk.index().join(live.trim()).join("copies.json");
    fs::write(&broken, "[[]]").unwrap();
    fs::write(desk.index().join("CURRENT.new"), &live).unwrap();
    fs::rename(desk.index().join("CURRENT.new"), desk.index().join("CURRENT")).unwrap();
    let began = std::time::Instant::now();
    while began.elapsed() < std::time::Duration::from_secs(2) {
        assert_eq!(server.json("/api/v1/search?q=common")["total"], before);
    }
    // Mended, it follows again.
    desk.run(&["index"]).ended(0);
    let began = std::time::Instant::now();
    loop {
        if server.json("/api/v1/search?q=common")["generation"] == live.trim() {
            break;
        }
        assert!(began.elapsed() < std::time::Duration::from_secs(60), "the server does not follow");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}
