//! Bad input: every mistake is told with its place and the remedy, and costs nothing else.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{Desk, Run, TAXONOMY};

/// A desk with two good articles, indexed.
fn good_desk() -> Desk {
    let desk = Desk::new();
    desk.article("good", "title: Pirates at sea\nregion: [Eastport]", "Pirates boarded a boat off Eastport.");
    desk.article("other", "title: Quiet day", "Nothing happened in Westmoor.");
    desk.run(&["index"]).ended(0);
    desk
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// Fails the test unless the run failed with an error that says all of this.
#[track_caller]
fn refused(run: Run, words: &[&str]) {
    let run = run.ended(2);
    assert!(run.err.starts_with("error: ") && run.out.is_empty(), "{run:?}");
    for word in words {
        assert!(run.err.contains(word), "`{word}` is not in: {}", run.err);
    }
    assert!(!run.err.contains("panicked"), "{}", run.err);
}

fn live_folder(desk: &Desk) -> PathBuf {
    desk.index().join(fs::read_to_string(desk.index().join("CURRENT")).unwrap().trim())
}

#[test]
fn what_cannot_be_read_as_an_article_is_told_with_its_place_and_the_rest_is_indexed() {
    let record = |id: &str| format!("{{\"id\":\"{id}\",\"title\":\"Record {id}\",\"body\":\"A good record.\"}}\n");
    let long: String = (0..400).map(|n| record(&format!("long-{n}"))).collect();
    let cut = packed(&long);
    let cases: [(&str, Vec<u8>, Option<u64>, &str); 17] = [
        ("empty.md", b"".to_vec(), None, "is empty; write its text, or remove it"),
        ("binary.md", b"\x7fELF\0\0\x01\x02\xff".to_vec(), None, "; remove it, or save its text"),
        ("blank.txt", b" \n\n ".to_vec(), None, "holds no text"),
        ("half.md", b"---\ntitle: Cut off\nreg".to_vec(), Some(1), "is not closed by a line `---`"),
        ("yaml.md", b"---\ntitle: Two: colons\n---\nText.\n".to_vec(), Some(2), "no valid YAML"),
        ("twice.md", b"---\ntitle: A\nlang: en\ntitle: B\n---\nText.\n".to_vec(), Some(4), "`title` stands twice"),
        ("types.md", b"---\nid: types\ntitle: [a, b]\n---\nText.\n".to_vec(), Some(3), "`title` must be a text"),
        ("toml.md", b"+++\ntitle = \"A\"\ndate = = 3\n+++\nText.\n".to_vec(), Some(3), "no valid TOML"),
        ("name.md", b"---\nid: Not An Id\ntitle: A\n---\nText.\n".to_vec(), None, "made of a-z, 0-9"),
        ("zz-clash.md", b"---\nid: good\ntitle: A\n---\nText.\n".to_vec(), None, "already used by good.md; give this"),
        (
            "lines.jsonl",
            (record("line-1") + "{\"id\":\n" + &record("line-3")).into_bytes(),
            Some(2),
            "no valid JSON record",
        ),
        ("half.jsonl", (record("half-1") + "{\"id\":\"half-2\",\"tit").into_bytes(), Some(2), "no valid JSON record"),
        ("list.jsonl", b"[1, 2]\n".to_vec(), Some(1), "a JSON object"),
        ("cut.jsonl.gz", cut[..cut.len() / 2].to_vec(), None, "cannot be unpacked from here on"),
        ("picture.png", b"\x89PNG".to_vec(), None, "none of the endings that are read: .md"),
        ("sidecar.txt", b"A headline\n\nA text that is long enough.\n".to_vec(), None, "sidecar, line 2"),
        ("huge.md", Vec::new(), None, "is larger than 8388608 bytes; split it"),
    ];
    let desk = good_desk();
    for (file, bytes, ..) in &cases {
        desk.write(file, bytes);
    }
    File::create(desk.corpus().join("huge.md")).unwrap().set_len(8 * 1024 * 1024 + 1).unwrap();
    desk.write("sidecar.txt.meta.toml", "title = \"A\"\ndate = = 3\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere.md", desk.corpus().join("dangling.md")).unwrap();

    let text = desk.run(&["index"]).ended(3);
    let report = desk.run(&["index", "--format", "json"]).ended(3).json();
    let listed = report["quarantined"].as_array().unwrap();
    for (file, _, line, words) in &cases {
        let found = listed.iter().find(|entry| entry["file"] == *file).unwrap_or_else(|| panic!("{file} in {report}"));
        let reason = found["reason"].as_str().unwrap();
        assert!(reason.contains(words), "{file}: {reason}");
        if let Some(line) = line {
            assert_eq!(found["line"], *line, "{file}: {reason}");
        }
        let place = line.map(|line| format!("{file}:{line}")).unwrap_or_else(|| (*file).to_owned());
        assert!(text.out.contains(&format!("quarantined: {place}")), "{place} in {}", text.out);
    }
    let files: std::collections::BTreeSet<&str> = listed.iter().map(|entry| entry["file"].as_str().unwrap()).collect();
    assert_eq!(files.len(), cases.len() + usize::from(cfg!(unix)), "{files:?}");

    assert_eq!(desk.ids(&["pirates"]), ["good"]);
    assert_eq!(desk.ids(&["id:line-1", "OR", "id:line-3", "OR", "id:half-1"]).len(), 3);
    assert_eq!(desk.run(&["show", "long-0"]).code, 0, "what could be unpacked is there");
    let status = desk.run(&["status", "--format", "json"]).ended(0).json();
    assert_eq!(status["quarantined"], report["quarantined"]);
    desk.run(&["check"]).ended(1);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_told_and_the_rest_is_indexed() {
    use std::os::unix::fs::PermissionsExt;
    let desk = good_desk();
    desk.write("secret.md", "---\ntitle: Secret\n---\nText.\n");
    let path = desk.corpus().join("secret.md");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(&path).is_ok() {
        // Nothing is closed to root; a link into itself is what even root cannot read.
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("secret.md", &path).unwrap();
    }
    let run = desk.run(&["index"]).ended(3);
    assert!(run.out.contains("quarantined: secret.md: "), "{}", run.out);
    assert_eq!(desk.ids(&[]).len(), 2);
}

#[test]
fn a_wrong_date_or_label_is_warned_of_and_the_article_is_there() {
    let cases = [
        ("date: 2024-02-30", "2024-02-30 does not exist"),
        ("date: 2023-13", "`2023-13`"),
        ("date: soon", "`soon`"),
        ("region: [Nowhereland]", "the taxonomy has no region `Nowhereland`"),
        ("region: [Westmor]", "(near: Norland/Westmoor); correct it, or add it to the taxonomy"),
        ("threat: [piracies, cyber]", "the taxonomy has no threat `piracies`"),
        ("lang: klingonese", "no language code"),
    ];
    let desk = good_desk();
    for (n, (line, _)) in cases.iter().enumerate() {
        desk.article(&format!("odd-{n}"), &format!("title: Odd {n}\n{line}"), "An odd article about ropes.");
    }
    let report = desk.run(&["index", "--format", "json"]).ended(0).json();
    let warnings = report["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), cases.len(), "{warnings:#?}");
    for (n, (line, words)) in cases.iter().enumerate() {
        let file = format!("odd-{n}.md");
        let warning = warnings.iter().find(|warning| warning["file"] == file.as_str()).unwrap();
        assert!(warning["message"].as_str().unwrap().contains(words), "{line}: {warning}");
        assert_eq!(desk.run(&["show", &format!("odd-{n}"), "--format", "json"]).ended(0).json()["date"], Value::Null);
    }
    assert_eq!(desk.ids(&["odd", "ropes"]).len(), cases.len());
    // What the taxonomy lacks is nowhere counted and nowhere lost.
    let shown = desk.run(&["show", "odd-5", "--format", "json"]).ended(0).json();
    assert_eq!(shown["extra"]["threat"], serde_json::json!(["piracies"]));
    assert_eq!(shown["facets"]["threat"][0]["path"], "cyber");
    let check = desk.run(&["check", "--except", "missing-date"]).ended(1);
    assert!(check.out.contains("odd-date: odd-0.md:3: ") && check.out.contains("8 findings"), "{}", check.out);
}

#[test]
fn a_broken_taxonomy_tells_all_its_problems_with_their_lines_and_the_old_index_stays() {
    let desk = good_desk();
    let before = live_folder(&desk);
    let broken = format!("{TAXONOMY}\n[[actor]]\npath = \"A/B\"\n[[actor]]\npaths = \"C\"\n[[thread]]\npath = \"x\"\n");
    let lines = TAXONOMY.lines().count() + 1;
    desk.write("taxonomy.toml", &broken);
    for command in [&["index"][..], &["index", "--full"], &["index", "--dry-run"], &["check"]] {
        let problems = ["unknown parent \"A\"", "did you mean `path`?", "did you mean `threat`?"];
        refused(desk.run(command), &problems);
        let places = [1, 4, 5].map(|line| format!("taxonomy.toml:{}: ", lines + line));
        refused(desk.run(command), &places.each_ref().map(String::as_str));
    }
    desk.write("taxonomy.toml", "version = 1\n[[dimension]\n");
    refused(desk.run(&["index"]), &["taxonomy.toml:2: not valid TOML"]);
    desk.write("taxonomy.toml", "version = 7\n");
    refused(desk.run(&["index"]), &["taxonomy.toml:1: `version` must be 1"]);
    refused(desk.run(&["index", "--taxonomy", "nowhere.toml"]), &["nowhere.toml", "--taxonomy", "`none`"]);
    assert_eq!(live_folder(&desk), before);
    assert_eq!(desk.ids(&["pirates", "--region", "Eastport"]), ["good"]);
}

#[test]
fn a_missing_or_foreign_index_is_told_with_the_remedy() {
    let desk = Desk::new();
    desk.article("a", "title: A", "Text.");
    let commands: [&[&str]; 5] =
        [&["search", "x"], &["show", "a"], &["facets"], &["status"], &["check", "--verify-index"]];
    for command in commands {
        refused(desk.run(command), &["there is no index in", "index", "run `dossier index`"]);
    }
    assert!(!desk.index().exists(), "asking makes no index");

    let foreign = desk.index().parent().unwrap().join("photographs");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("holiday.jpg"), "x").unwrap();
    let foreign = foreign.to_str().unwrap();
    for command in commands.into_iter().chain([&["index"][..], &["index", "--full"]]) {
        refused(desk.run(&[command, &["--index", foreign]].concat()), &["photographs", "no index of ours", "--index"]);
    }
    assert_eq!(fs::read_dir(foreign).unwrap().count(), 1, "nothing was added to the folder of somebody else");

    let no_corpus = desk.run(&["index", "--corpus", "nowhere"]);
    refused_after_notes(no_corpus, &["no corpus folder `nowhere`", "--corpus"]);
    let file = desk.corpus().join("a.md");
    refused_after_notes(desk.run(&["index", "--corpus", file.to_str().unwrap()]), &["is not a folder", "--corpus"]);
}

/// As `refused`, where something is noted before.
#[track_caller]
fn refused_after_notes(mut run: Run, words: &[&str]) {
    run.err = run.err.lines().filter(|line| !line.starts_with("note: ")).collect::<Vec<_>>().join("\n");
    refused(run, words);
}

#[test]
fn a_damaged_index_is_told_with_the_remedy_and_the_remedy_works() {
    type Damage = fn(&Path, &Path);
    fn halve(path: &Path) {
        let file = File::options().write(true).open(path).unwrap();
        file.set_len(file.metadata().unwrap().len() / 2).unwrap();
    }
    fn segment(generation: &Path, ending: &str) -> PathBuf {
        let entries = fs::read_dir(generation.join("tantivy")).unwrap().flatten();
        entries.map(|entry| entry.path()).find(|path| path.to_str().unwrap().ends_with(ending)).unwrap()
    }
    let cases: [(&str, Damage, bool); 14] = [
        // Whether a search still answers.
        ("an empty pointer", |index, _| fs::write(index.join("CURRENT"), "").unwrap(), false),
        ("a pointer that is no text", |index, _| fs::write(index.join("CURRENT"), b"\xff\xfe\0").unwrap(), false),
        ("a pointer out of the folder", |index, _| fs::write(index.join("CURRENT"), "../x\n").unwrap(), false),
        ("a pointer to nothing", |index, _| fs::write(index.join("CURRENT"), "gone\n").unwrap(), false),
        ("a manifest of garbage", |_, live| fs::write(live.join("manifest.json"), "{]").unwrap(), false),
        ("half a manifest", |_, live| halve(&live.join("manifest.json")), false),
        ("no facets", |_, live| fs::remove_file(live.join("facets.json")).unwrap(), false),
        ("half a taxonomy", |_, live| halve(&live.join("taxonomy.toml")), false),
        ("half a ledger", |_, live| halve(&live.join("ledger.json")), false),
        ("half a meta file", |_, live| halve(&live.join("tantivy/meta.json")), false),
        ("half of the stored texts", |_, live| halve(&segment(live, ".store")), false),
        ("half of the words", |_, live| halve(&segment(live, ".term")), false),
        ("no positions", |_, live| fs::remove_file(segment(live, ".pos")).unwrap(), false),
        ("no segments at all", |_, live| fs::remove_dir_all(live.join("tantivy")).unwrap(), false),
    ];
    let mut refusals = 0;
    for (name, damage, answers) in cases {
        for changed in [false, true] {
            let desk = good_desk();
            damage(&desk.index(), &live_folder(&desk));
            if changed {
                desk.article("new", "title: New", "A third article.");
            }
            let asked = desk.run(&["search", "pirates"]);
            if answers {
                asked.ended(0);
            } else {
                assert!(asked.err.len() < 600, "{name}: a message is not a dump: {}", asked.err);
                refused(asked, &["damaged", "dossier index --full", desk.index().to_str().unwrap()]);
            }
            // An ordinary run rebuilds, or refuses to build on what is broken; the run that the message names helps.
            let mut run = desk.run(if changed { &["index"] } else { &["index", "--full"] });
            if changed && run.code != 0 {
                refused(run, &["damaged", "dossier index --full"]);
                refusals += 1;
                run = desk.run(&["index", "--full"]);
            }
            assert_eq!(run.code, 0, "{name}: {run:?}");
            assert_eq!(desk.ids(&["pirates"]), ["good"], "{name}");
            assert_eq!(desk.ids(&[]).len(), 2 + usize::from(changed), "{name}");
            desk.run(&["check", "--verify-index", "--only", "index"]).ended(0);
        }
    }
    assert!(refusals <= 1, "most damage is seen at once and mended by the next run");
}

#[test]
fn a_byte_that_turned_is_found_by_check_and_never_carried_into_a_new_generation() {
    let desk = good_desk();
    let live = live_folder(&desk);
    let files = fs::read_dir(live.join("tantivy")).unwrap().flatten().map(|entry| entry.path());
    let store = files.into_iter().find(|path| path.to_str().unwrap().ends_with(".store")).unwrap();
    let written = fs::metadata(&store).unwrap().modified().unwrap();
    let mut bytes = fs::read(&store).unwrap();
    bytes[10] ^= 0x55;
    fs::write(&store, bytes).unwrap();
    let check = desk.run(&["check", "--verify-index"]).ended(1);
    assert!(check.out.contains("index: ") && check.out.contains(".store: has another checksum"), "{}", check.out);
    assert!(check.out.contains("dossier index --full"), "{}", check.out);
    refused(desk.run(&["search", "pirates"]), &["damaged", ".store has another checksum", "dossier index --full"]);
    // One that turned on the disk itself leaves no trace in the file's stamps. Opening does not see it, check does.
    let file = File::options().write(true).open(&store).unwrap();
    file.set_modified(written).unwrap();
    desk.run(&["check", "--verify-index"]).ended(1);
    desk.article("new", "title: New", "A third article.");
    refused(desk.run(&["index"]), &["damaged", ".store has another checksum", "dossier index --full"]);
    assert_eq!(live_folder(&desk), live);
    desk.run(&["index", "--full"]).ended(0);
    desk.run(&["check", "--verify-index", "--only", "index"]).ended(0);
    assert_eq!(desk.ids(&[]).len(), 3);
}

#[test]
fn an_index_of_another_version_names_the_command_that_rebuilds() {
    for sealed in [false, true] {
        let desk = good_desk();
        let key = "schema_version";
        let path = live_folder(&desk).join("manifest.json");
        let mut manifest: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        manifest[key] = 9999.into();
        fs::write(&path, manifest.to_string()).unwrap();
        // The formats before the seal had none; a manifest under a seal that does not know it is damage.
        if sealed {
            refused(desk.run(&["search", "x"]), &["manifest.json has another checksum", "`dossier index --full`"]);
        } else {
            fs::remove_file(path.with_file_name("seal.json")).unwrap();
            refused(desk.run(&["search", "x"]), &["newer version", "9999", "`dossier index --full` to rebuild"]);
        }
        desk.run(&["index"]).ended(0);
        assert_eq!(desk.ids(&["pirates"]), ["good"]);
    }
}

#[test]
fn a_second_writer_is_refused_and_readers_are_not() {
    let desk = good_desk();
    let lock = File::options().write(true).open(desk.index().join(".lock")).unwrap();
    lock.lock().unwrap();
    desk.article("new", "title: New", "A third article.");
    for command in [&["index"][..], &["index", "--full"]] {
        refused(desk.run(command), &["another process is writing", "wait for it to end", "--index"]);
    }
    assert_eq!(desk.ids(&[]).len(), 2);
    desk.run(&["index", "--dry-run"]).ended(0);
    desk.run(&["check", "--verify-index", "--only", "index"]).ended(0);
    drop(lock);
    desk.run(&["index"]).ended(0);
    assert_eq!(desk.ids(&[]).len(), 3);
}

#[test]
fn a_folder_that_cannot_be_written_is_told_with_the_remedy() {
    let desk = good_desk();
    let below_a_file = desk.corpus().join("good.md").join("index");
    let mut places =
        vec![below_a_file.to_str().unwrap().to_owned(), desk.corpus().join("good.md").to_str().unwrap().to_owned()];
    if cfg!(target_os = "linux") {
        places.push("/proc/dossier-index".to_owned());
    }
    for place in &places {
        let run = desk.run(&["index", "--index", place]);
        assert_eq!(run.err.matches("os error").count(), 1, "said once: {}", run.err);
        refused(run, &["cannot create the folder", place, "name another folder with --index"]);
    }
    assert_eq!(desk.ids(&["pirates"]), ["good"]);
}

#[test]
fn what_nobody_knows_is_refused_with_the_nearest_thing_that_is_known() {
    let desk = good_desk();
    let cases: [(&[&str], i32, &[&str]); 24] = [
        (&["serach", "x"], 2, &["'serach'", "'search'"]),
        (&["search", "x", "--regoin", "Norland"], 2, &["'--regoin'", "'--region'"]),
        (&["index", "--ful"], 2, &["'--ful'", "'--full'"]),
        (
            &["search", "x", "--format", "jsonn"],
            2,
            &["'jsonn'", "possible values: text, json, jsonl, csv, ids", "'json'"],
        ),
        (&["search", "x", "--sort", "newst"], 2, &["sort: `newst`", "relevance, newest, oldest"]),
        (&["search", "x", "--match", "some"], 2, &["match: `some`", "all, any"]),
        (&["search", "x", "--interval", "week"], 2, &["interval: `week`", "year, month, day"]),
        (&["search", "x", "--size", "101"], 2, &["size: `101`", "0 to 100"]),
        (&["search", "x", "--size", "many"], 2, &["size: `many`"]),
        (&["search", "x", "--page", "0"], 2, &["page: `0`"]),
        (&["search", "x", "--page", "9999"], 2, &["page: paging ends at hit 10000", "narrow"]),
        (&["search", "x", "--from", "2024-13"], 2, &["from: ", "`2024-13`", "write 2024, 2024-03 or 2024-03-26"]),
        (&["search", "x", "--to", "2023-02-29"], 2, &["to: ", "`2023-02-29`"]),
        (&["search", "x", "--from", "2025", "--to", "2024"], 2, &["from: 2025 lies after 2024", "swap"]),
        (&["search", "x", "--region", "Norlnd"], 2, &["region: there is no value `Norlnd`", "did you mean Norland"]),
        (&["search", "x", "--actor", "Qqq"], 2, &["actor: there is no value `Qqq`", "dossier facets actor"]),
        (
            &["search", "x", "--filter", "regin=Sudia"],
            2,
            &["regin: there is no such parameter", "did you mean `region`?"],
        ),
        (&["search", "x", "--filter", "lang"], 2, &["--filter `lang` has no `=`", "DIMENSION=VALUE"]),
        (&["search", "x", "--not", "lang"], 2, &["--not `lang` has no `=`", "DIMENSION=VALUE"]),
        (&["search", "x", "--sort", "up", "--size", "-1"], 2, &["'-1'"]),
        (&["facets", "regin"], 2, &["there is no dimension `regin`", "region, actor, threat, topic, lang, source"]),
        (&["facets", "--facet-size", "0"], 2, &["facet_size: `0`"]),
        (&["show", "godo"], 1, &["there is no article `godo`", "dossier search --format ids"]),
        (&["completions", "fsh"], 2, &["'fsh'", "'fish'"]),
    ];
    for (arguments, code, words) in cases {
        let run = desk.run(arguments).ended(code);
        assert!(run.out.is_empty(), "{run:?}");
        for word in words {
            assert!(run.err.contains(word), "{arguments:?}: `{word}` is not in: {}", run.err);
        }
    }
    // Two mistakes are told in one go.
    let run = desk.run(&["search", "x", "--sort", "up", "--from", "never"]).ended(2);
    assert!(run.err.contains("sort: ") && run.err.contains("from: "), "{}", run.err);
}

#[test]
fn a_value_that_may_be_several_lists_them() {
    let desk = good_desk();
    desk.write("taxonomy.toml", format!("{TAXONOMY}\n[[region]]\npath = \"Sudia/Westmoor\"\n"));
    desk.article("which", "title: Which\nregion: [Westmoor]", "Somewhere.");
    desk.article("exact", "title: Exact\nregion: [Norland/Westmoor]", "Somewhere.");
    let report = desk.indexed();
    let message = report["warnings"][0]["message"].as_str().unwrap();
    assert!(message.contains("may be Norland/Westmoor or Sudia/Westmoor: write the full path"), "{message}");
    refused(desk.run(&["search", "--region", "westmoor"]), &["Norland/Westmoor; Sudia/Westmoor", "write one of"]);
    assert_eq!(desk.ids(&["--region", "Norland/Westmoor"]), ["exact"]);
}

/// Articles enough for a run that takes a while.
fn write_many(desk: &Desk, count: usize, word: &str) {
    for n in 0..count {
        let body =
            format!("The {word} number {n} of Norland was seen off Eastport by the Harbour Guard on the coast. ")
                .repeat(4);
        desk.article(&format!("many-{n}"), &format!("title: Of {word} {n}\ndate: 2024-03-26"), &body);
    }
}

/// The folder of the generation in the making.
fn building(desk: &Desk) -> Option<PathBuf> {
    let mut entries = fs::read_dir(desk.index()).ok()?.flatten().map(|entry| entry.path());
    entries.find(|path| path.is_dir() && path.file_name().unwrap().to_string_lossy().starts_with(".building-"))
}

fn holds(folder: &Path, ending: &str) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.file_name().to_string_lossy().ends_with(ending))
}

/// Waits until something is so; `false` if the child ended before.
fn wait(child: &mut Child, until: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        if until() {
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        assert!(Instant::now() < deadline, "the indexer did not get there in two minutes");
        std::thread::sleep(Duration::from_micros(200));
    }
}

#[test]
fn a_killed_indexer_leaves_the_old_generation_answering_and_the_next_run_succeeds() {
    const COUNT: usize = 300;
    type Moment = fn(&Desk) -> bool;
    let moments: [(&str, Moment); 6] = [
        ("at once", |_| true),
        ("when it begins a generation", |desk| building(desk).is_some()),
        ("when it takes over segments", |desk| {
            building(desk).is_some_and(|folder| holds(&folder.join("tantivy"), ".store"))
        }),
        ("when it has written its facets", |desk| building(desk).is_some_and(|folder| holds(&folder, "facets.json"))),
        ("when it has written its manifest", |desk| {
            building(desk).is_some_and(|folder| holds(&folder, "manifest.json"))
        }),
        ("when the folder has its name", |desk| {
            let entries = fs::read_dir(desk.index()).unwrap().flatten();
            entries.filter(|entry| entry.path().join("manifest.json").exists()).count() > 2
        }),
    ];
    let desk = good_desk();
    desk.article("other", "title: Quiet day", "Nothing at all happened in Westmoor.");
    desk.run(&["index"]).ended(0);
    let mut killed = 0;
    for (n, (moment, until)) in moments.iter().enumerate() {
        let (before, word) = (desk.ids(&["pirates", "OR", "westmoor"]), format!("vessel{n}"));
        write_many(&desk, COUNT, &word);
        let mut child = desk.command(&["index"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        wait(&mut child, || until(&desk));
        child.kill().unwrap();
        killed += usize::from(child.wait().unwrap().code().is_none());

        assert_eq!(desk.ids(&["pirates", "OR", "westmoor"]), before, "{moment}");
        let seen = desk.run(&["search", &word, "--format", "json"]).json()["total"]["value"].as_u64().unwrap();
        assert!(seen == 0 || seen == COUNT as u64, "{moment}: all or nothing, not {seen}");
        desk.run(&["check", "--verify-index", "--only", "index"]).ended(0);

        desk.run(&["index"]).ended(0);
        let seen = desk.run(&["search", &word, "--format", "json"]).ended(0).json();
        assert_eq!(seen["total"]["value"], COUNT, "{moment}");
        assert_eq!(desk.ids(&["pirates", "OR", "westmoor"]), before, "{moment}");
    }
    assert!(killed >= 3, "only {killed} runs were killed before their end");
    desk.article("other", "title: Quiet day", "Nothing much happened in Westmoor.");
    desk.run(&["index"]).ended(0);
    assert!(building(&desk).is_none(), "what the killed runs left is gone");
    let folders = fs::read_dir(desk.index()).unwrap().flatten().filter(|entry| entry.path().is_dir()).count();
    assert_eq!(folders, 2);
}

#[cfg(unix)]
#[test]
fn an_interrupted_indexer_ends_with_130_and_leaves_the_index_as_it_was() {
    let desk = good_desk();
    let before = live_folder(&desk);
    write_many(&desk, 1500, "vessel");
    let child = desk.command(&["index"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.unwrap();
    assert!(wait(&mut child, || building(&desk).is_some()), "the run ended before it could be interrupted");
    let signal = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(signal.success());
    let done = child.wait_with_output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(130), "{said}");
    assert!(said.contains("the index is as it was"), "{said}");
    assert_eq!(live_folder(&desk), before);
    assert!(building(&desk).is_none());
    assert_eq!(desk.ids(&[]).len(), 2);
}

#[test]
fn what_another_program_keeps_in_the_index_folder_is_never_touched() {
    let desk = Desk::new();
    desk.article("one", "title: One", "A ship sank.");
    // A data base of another program that has a file `CURRENT` of its own.
    let index = desk.index();
    std::fs::create_dir_all(&index).unwrap();
    std::fs::write(index.join("CURRENT"), "MANIFEST-000004\n").unwrap();
    std::fs::write(index.join("000003.log"), "theirs").unwrap();
    let refused = desk.run(&["index"]).ended(2);
    assert!(refused.err.contains("no index of ours"), "{}", refused.err);
    assert_eq!(std::fs::read_to_string(index.join("CURRENT")).unwrap(), "MANIFEST-000004\n");

    // A folder beside the generations that only looks like one.
    std::fs::remove_dir_all(&index).unwrap();
    desk.run(&["index"]).ended(0);
    let kept = index.join("extension");
    std::fs::create_dir(&kept).unwrap();
    std::fs::write(kept.join("manifest.json"), "{}").unwrap();
    for text in ["A ship sailed.", "A ship came back."] {
        desk.article("one", "title: One", text);
        desk.run(&["index"]).ended(0);
    }
    assert!(kept.join("manifest.json").is_file(), "only generations are removed");
}

#[test]
fn a_key_left_blank_is_not_written_and_an_address_that_cannot_be_followed_is_told() {
    let desk = Desk::new();
    desk.article(
        "blank",
        "title: Fire at the Old Quay\nregion:",
        "The Old Quay in Eastport burned. Old Quay was closed.",
    );
    desk.article("none", "title: Fire at the Old Quay\nregion: []", "The Old Quay in Eastport burned once more.");
    desk.article("odd", "title: A letter\nurl: \"javascript:alert(1)\"", "Nothing of note.");
    let report = desk.run(&["index"]).ended(0);
    assert!(report.out.contains("odd.md: `javascript:alert(1)` is no address of the web"), "{}", report.out);
    assert_eq!(desk.ids(&["--region", "Old Quay"]), ["blank"]);
    assert!(desk.run(&["show", "odd", "--format", "json"]).ended(0).json()["url"].is_null());
}

#[test]
fn words_are_not_blamed_for_what_a_phrase_or_a_filter_shuts_out() {
    let desk = Desk::new();
    desk.article("one", "title: One", "A ship sank off the coast.");
    desk.run(&["index"]).ended(0);
    let answer = desk.run(&["search", "--format", "json", "ship \"coast guard\""]).ended(1).json();
    assert_eq!(answer["query"]["missing"], serde_json::json!([]), "{answer}");
    let signs = desk.run(&["search", "--format", "json", "!!!"]).ended(1).json();
    assert_eq!(signs["query"]["diagnostics"][0]["message"], "there is no word in this query, only signs");
}
