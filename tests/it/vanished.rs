//! A corpus that is not there, or not all the time: the index stays as it was, and the message says why.

use std::fs;

use crate::harness::{Desk, TAXONOMY};

fn desk() -> Desk {
    let desk = Desk::new();
    desk.article("ferry", "title: Ferry late", "The ferry to Westmoor was late.");
    desk.article("raid", "title: Raid at sea", "Pirates boarded a boat off Eastport.");
    desk.indexed();
    desk
}

/// What a corpus may look like whose disk is not mounted.
type Loss = (&'static str, fn(&Desk), &'static [&'static str]);

#[test]
fn a_vanished_corpus_never_empties_the_index() {
    let losses: [Loss; 4] = [
        ("no folder", |desk| fs::remove_dir_all(desk.corpus()).unwrap(), &["there is no corpus folder", "--corpus"]),
        (
            "an empty folder",
            |desk| {
                fs::remove_dir_all(desk.corpus()).unwrap();
                fs::create_dir(desk.corpus()).unwrap();
            },
            &["no article", "is mounted", "--allow-empty"],
        ),
        (
            "a taxonomy alone",
            |desk| {
                fs::remove_dir_all(desk.corpus()).unwrap();
                desk.write("taxonomy.toml", TAXONOMY);
            },
            &["no article", "is mounted", "--allow-empty"],
        ),
        (
            "files of nothing",
            |desk| ["ferry.md", "raid.md"].into_iter().for_each(|file| desk.write(file, "")),
            &["no article", "is mounted", "--allow-empty"],
        ),
    ];
    for (name, lose, words) in losses {
        let desk = desk();
        lose(&desk);
        let live = fs::read_to_string(desk.index().join("CURRENT")).unwrap();
        for command in [&["index"][..], &["index", "--full"]] {
            let run = desk.run(command).ended(2);
            assert!(words.iter().all(|word| run.err.contains(word)) && run.out.is_empty(), "{name}: {run:?}");
        }
        assert_eq!(fs::read_to_string(desk.index().join("CURRENT")).unwrap(), live, "{name}");
        assert_eq!(desk.ids(&["pirates", "OR", "ferry"]).len(), 2, "{name}");
        // Back again, it is the corpus that it was.
        desk.article("ferry", "title: Ferry late", "The ferry to Westmoor was late.");
        desk.article("raid", "title: Raid at sea", "Pirates boarded a boat off Eastport.");
        desk.write("taxonomy.toml", TAXONOMY);
        assert_eq!(desk.indexed()["changed"], false, "{name}");
    }
}

#[test]
fn a_first_index_may_be_empty_and_a_dry_run_only_tells() {
    let desk = Desk::new();
    assert_eq!(desk.indexed()["documents"], 0);
    desk.article("raid", "title: Raid at sea", "Pirates boarded a boat off Eastport.");
    desk.indexed();
    fs::remove_file(desk.corpus().join("raid.md")).unwrap();
    assert_eq!(desk.run(&["index", "--dry-run", "--format", "json"]).ended(0).json()["documents"], 0);
    let allowed = desk.command(&["index", "--format", "json"]).env("DOSSIER_ALLOW_EMPTY", "1").output().unwrap();
    assert!(allowed.status.success() && desk.ids(&[]).is_empty());
    // Nothing in the place of nothing needs no leave.
    assert_eq!(desk.indexed()["changed"], false);
}

#[test]
fn a_damaged_index_is_not_replaced_by_a_vanished_corpus() {
    let desk = desk();
    let live = fs::read_to_string(desk.index().join("CURRENT")).unwrap();
    fs::write(desk.index().join(live.trim()).join("manifest.json"), "no JSON").unwrap();
    fs::remove_dir_all(desk.corpus()).unwrap();
    fs::create_dir(desk.corpus()).unwrap();
    let run = desk.run(&["index"]).ended(2);
    assert!(run.err.contains("--allow-empty"), "{run:?}");
}

#[test]
fn what_changed_is_seen_whatever_the_clock_says() {
    let desk = desk();
    let far = std::time::Duration::from_secs(40 * 365 * 86_400);
    let now = std::time::SystemTime::now();
    let stamps = [now - far, now + far, std::time::UNIX_EPOCH, now];
    for (number, stamp) in stamps.into_iter().enumerate() {
        // The same length and the same stamp as before: only the bytes tell.
        let word = ["alpha", "bravo", "delta", "gamma"][number];
        desk.article("ferry", "title: Ferry late", &format!("The ferry to Westmoor was {word}."));
        let file = fs::File::options().write(true).open(desk.corpus().join("ferry.md")).unwrap();
        file.set_modified(stamp).unwrap();
        assert_eq!(desk.indexed()["updated"], 1, "{word}");
        assert_eq!(desk.ids(&[word]), ["ferry"]);
        // An index from the future, or from the past, is an index.
        for entry in fs::read_dir(desk.index()).unwrap().flatten() {
            fs::File::open(entry.path()).unwrap().set_modified(stamp).unwrap();
        }
        assert_eq!(desk.indexed()["changed"], false, "{word}");
        assert_eq!(desk.ids(&[]).len(), 2);
    }
}
