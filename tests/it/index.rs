//! Indexing: what did not change is left alone, and an incremental run gives what a full one gives.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::{Engines, Searcher};
use dossier::model::query::{Filters, Fuzzy, Query};
use dossier::search::answer;
use dossier::search::parameters::Parameters;
use dossier::search::suggestion::suggest;
use proptest::prelude::*;
use serde_json::Value;

use crate::harness::{Desk, TAXONOMY};

/// Five articles in four formats.
fn small_corpus() -> Desk {
    let desk = Desk::new();
    desk.article("ferry", "title: Ferry late\ndate: 2024-03-26", "The ferry to Westmoor was late.");
    desk.article("raid", "title: Raid at sea\nregion: [Sudia]", "Pirates boarded a boat off Eastport.");
    desk.write("plain.txt", "A plain headline\n\nThe market in Westmoor opened at nine, and nobody came.\n");
    desk.write("records.jsonl", "{\"id\":\"one\",\"title\":\"One\",\"body\":\"Ransomware stopped the port.\"}\n");
    desk.write(
        "page.html",
        "<html><title>A page</title><body><article><h1>A page</h1><p>The harbour master of Norland \
        spoke for an hour about tides, ropes and the price of fish.</p></article></body></html>",
    );
    desk
}

/// Every file below a folder with its contents and when it was written.
fn tree(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let written = entry.metadata().unwrap().modified().unwrap();
                files.insert(path.clone(), (fs::read(&path).unwrap(), written));
            }
        }
    }
    files
}

/// The folders of generations, and of those in the making.
fn generations(desk: &Desk) -> Vec<String> {
    let entries = fs::read_dir(desk.index()).unwrap().flatten().filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn live(desk: &Desk) -> String {
    fs::read_to_string(desk.index().join("CURRENT")).unwrap().trim().to_owned()
}

/// The numbers of a report by name.
fn counts(report: &Value, names: &[&str]) -> Vec<u64> {
    names.iter().map(|name| report[name].as_u64().unwrap_or_else(|| panic!("{name} in {report}"))).collect()
}

/// What differs from run to run by its nature, taken out.
fn without_times(mut value: Value) -> Value {
    for name in ["took_ms", "built_at"] {
        if let Some(object) = value.as_object_mut() {
            object.remove(name);
        }
    }
    // Folders have names of their own.
    if let Some(upkeep) = value.get_mut("upkeep").and_then(Value::as_object_mut) {
        upkeep.retain(|name, _| name != "folder" && name != "corpus");
    }
    value
}

#[test]
fn an_unchanged_corpus_is_scanned_and_nothing_is_written() {
    let desk = small_corpus();
    let first = desk.indexed();
    assert_eq!(counts(&first, &["files", "analysed", "added", "documents", "unchanged"]), [5, 5, 5, 5, 0], "{first}");
    assert_eq!(first["changed"], true);
    let before = tree(&desk.index());
    let second = desk.indexed();
    assert_eq!(counts(&second, &["files", "analysed", "added", "documents", "unchanged"]), [5, 0, 0, 5, 5], "{second}");
    assert_eq!((&second["changed"], &second["generation"]), (&Value::Bool(false), &first["generation"]));
    assert!(tree(&desk.index()) == before, "a run without changes wrote to the index");
    let run = desk.run(&["index"]).ended(0);
    assert!(run.out.contains(&format!("nothing changed; generation {} stays live", live(&desk))), "{}", run.out);
}

#[test]
fn one_changed_file_is_one_article_analysed() {
    let desk = small_corpus();
    // Neither clashes inside a file nor articles of which nothing can be made are read again and again.
    desk.write(
        "clash.jsonl",
        "{\"id\":\"c\",\"title\":\"C\",\"body\":\"x\"}\n{\"id\":\"c\",\"title\":\"D\",\"body\":\"y\"}\n",
    );
    desk.write("junk.txt", "Share this\nRead more\nLeave a comment\nReply\n");
    desk.write("lost.md", "---\nid: ferry\ntitle: Another ferry\n---\nText.\n");
    desk.indexed();
    type Change = fn(&Desk);
    let changes: [(&str, Change, [u64; 5]); 8] = [
        // analysed, added, updated, removed, documents
        ("nothing", |_| {}, [0, 0, 0, 0, 6]),
        ("a new article", |desk| desk.article("new", "title: New", "Something new."), [1, 1, 0, 0, 7]),
        ("an edit", |desk| desk.article("new", "title: New", "Something else."), [1, 0, 1, 0, 7]),
        ("a sidecar", |desk| desk.write("plain.txt.meta.toml", "date = 2024-05-01\n"), [1, 0, 1, 0, 7]),
        ("the same bytes again", |desk| desk.article("new", "title: New", "Something else."), [0, 0, 0, 0, 7]),
        (
            "a second record",
            |desk| {
                let one = "{\"id\":\"one\",\"title\":\"One\",\"body\":\"Ransomware stopped the port.\"}\n";
                desk.write(
                    "records.jsonl",
                    format!("{one}{{\"id\":\"two\",\"title\":\"Two\",\"body\":\"A second.\"}}\n"),
                );
            },
            [1, 1, 0, 0, 8],
        ),
        (
            "another name",
            |desk| fs::rename(desk.corpus().join("new.md"), desk.corpus().join("newer.md")).unwrap(),
            [1, 1, 0, 1, 8],
        ),
        ("a file that goes", |desk| fs::remove_file(desk.corpus().join("newer.md")).unwrap(), [0, 0, 0, 1, 7]),
    ];
    for (name, change, expected) in changes {
        change(&desk);
        let report = desk.indexed();
        let found = counts(&report, &["analysed", "added", "updated", "removed", "documents"]);
        assert_eq!(found, expected, "{name}: {report}");
    }
    assert_eq!(desk.ids(&["Westmoor"]), ["ferry", "plain"]);
    assert!(desk.ids(&["else"]).is_empty());
}

#[test]
fn a_full_run_reads_everything_anew_and_comes_to_the_same_generation() {
    let desk = small_corpus();
    let first = desk.indexed();
    let full = desk.run(&["index", "--full", "--format", "json"]).ended(0).json();
    assert_eq!(counts(&full, &["analysed", "documents"]), [5, 5]);
    assert_eq!(full["generation"], first["generation"]);
    assert_eq!(full["changed"], true);
    assert_eq!(desk.ids(&["pirates"]), ["raid"]);
    let status = desk.run(&["status", "--format", "json"]).ended(0).json();
    assert_eq!((&status["generation"], &status["documents"]), (&first["generation"], &Value::from(5)));
}

#[test]
fn the_generation_before_is_kept_and_older_ones_go() {
    let desk = small_corpus();
    let mut names = Vec::new();
    for n in 0..4 {
        desk.article("turn", "title: Turn", &format!("Turn number {n}."));
        desk.indexed();
        names.push(live(&desk));
        let mut kept = names[names.len().saturating_sub(2)..].to_vec();
        kept.sort();
        assert_eq!(generations(&desk), kept);
    }
    let manifest = fs::read_to_string(desk.index().join(live(&desk)).join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["previous"], Value::from(names[2].as_str()));
    // Back to a text that is still there as the generation before: its folder is not written to.
    desk.article("turn", "title: Turn", "Turn number 2.");
    let report = desk.indexed();
    assert_eq!(report["generation"], Value::from(names[2].as_str()));
    assert_eq!(desk.ids(&["title:turn"]), ["turn"]);
    assert_eq!(generations(&desk).len(), 2);
}

#[test]
fn what_a_broken_run_left_is_swept_away_by_the_next() {
    let desk = small_corpus();
    fs::create_dir_all(desk.index().join(".building-dead/tantivy")).unwrap();
    fs::write(desk.index().join(".building-file"), "half a pointer").unwrap();
    desk.indexed();
    let left: Vec<String> =
        fs::read_dir(desk.index()).unwrap().flatten().map(|e| e.file_name().into_string().unwrap()).collect();
    assert!(left.iter().all(|name| !name.starts_with(".building-")), "{left:?}");
    assert_eq!(desk.ids(&["pirates"]), ["raid"]);
}

#[test]
fn a_changed_taxonomy_labels_everything_anew_and_a_changed_comment_does_not() {
    let desk = small_corpus();
    let first = desk.indexed();
    desk.write("taxonomy.toml", format!("# A remark.\n{TAXONOMY}"));
    let remark = desk.indexed();
    assert_eq!((&remark["changed"], &remark["generation"]), (&Value::Bool(false), &first["generation"]));

    desk.write("taxonomy.toml", format!("{TAXONOMY}\n[[actor]]\npath = \"Harbour Master\"\n"));
    let changed = desk.indexed();
    assert_eq!(counts(&changed, &["analysed", "documents"]), [5, 5]);
    assert_ne!(changed["generation"], first["generation"]);
    assert_eq!(desk.ids(&["--actor", "Harbour Master"]), ["page"]);

    let none = desk.run(&["index", "--taxonomy", "none", "--format", "json"]).ended(0).json();
    assert_eq!(counts(&none, &["analysed", "documents"]), [5, 5]);
    assert_eq!(desk.run(&["facets", "--format", "json"]).ended(0).json().as_object().unwrap().len(), 2);
}

#[test]
fn a_dry_run_reports_and_writes_nothing() {
    let desk = small_corpus();
    desk.write("broken.md", "---\ntitle: x\n");
    let run = desk.run(&["index", "--dry-run"]).ended(3);
    assert!(run.out.contains("dry run: nothing was written") && run.out.contains("broken.md:1:"), "{}", run.out);
    assert!(!desk.index().exists());
    desk.indexed();
    desk.article("new", "title: New", "Something new.");
    let before = tree(&desk.index());
    let report = desk.run(&["index", "--dry-run", "--format", "json"]).ended(3).json();
    assert_eq!(counts(&report, &["documents"]), [6]);
    assert_eq!((&report["generation"], &report["changed"]), (&Value::Null, &Value::Bool(false)));
    assert!(tree(&desk.index()) == before, "a dry run wrote to the index");
}

#[test]
fn what_was_kept_out_is_told_as_it_is_now_even_if_no_article_changed() {
    let desk = small_corpus();
    desk.indexed();
    let quarantined = |desk: &Desk| {
        let status = desk.run(&["status", "--format", "json"]).ended(0).json();
        let files =
            status["quarantined"].as_array().unwrap().iter().map(|entry| entry["file"].as_str().unwrap().to_owned());
        files.collect::<Vec<_>>()
    };
    desk.write("empty.md", "");
    desk.indexed();
    assert_eq!(quarantined(&desk), ["empty.md"]);
    fs::remove_file(desk.corpus().join("empty.md")).unwrap();
    desk.indexed();
    assert!(quarantined(&desk).is_empty());
}

#[test]
fn an_article_of_which_nothing_can_be_made_leaves_its_id_to_the_next() {
    let desk = Desk::new();
    let junk = "Share this\nRead more\nLeave a comment\nReply\n";
    desk.write("a.txt", junk);
    desk.write("a.txt.meta.toml", "id = \"claimed\"\n");
    desk.write("b.md", "---\nid: claimed\ntitle: The good one\n---\nPirates at dawn.\n");
    desk.write("c.md", "---\nid: claimed\ntitle: The late one\n---\nPirates at dusk.\n");
    let report = desk.indexed();
    let reasons: Vec<(&str, &str)> = report["quarantined"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["file"].as_str().unwrap(), entry["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(desk.ids(&["dawn"]), ["claimed"], "{report}");
    assert!(reasons.len() == 2 && reasons[0].0 == "a.txt" && reasons[1].0 == "c.md", "{reasons:?}");
    assert!(reasons[1].1.contains("already used by b.md"), "{reasons:?}");
    // The first one mended takes the id back, and gives it up again.
    desk.write("a.txt", "Fog at noon\n\nFog lay over the harbour until noon and the pilots stayed at home.\n");
    desk.indexed();
    assert_eq!(desk.ids(&["fog"]), ["claimed"]);
    assert!(desk.ids(&["dawn"]).is_empty());
    desk.write("a.txt", junk);
    assert_eq!(desk.indexed()["generation"], report["generation"]);
    assert_eq!(desk.ids(&["dawn"]), ["claimed"]);
}

#[test]
fn two_runs_give_the_same_bytes_but_for_times() {
    let (one, other) = (small_corpus(), small_corpus());
    for desk in [&one, &other] {
        desk.article(
            "wrong",
            "title: Wrong\ndate: 2024-02-30\nregion: [Nowhere]",
            "Pirates and ransomware in Norland.",
        );
        desk.write("empty.md", "");
    }
    let mut compared = 0;
    for arguments in [
        &["index", "--format", "json"][..],
        &["index", "--format", "json"],
        &["search", "--format", "json"],
        &["search", "pirates", "OR", "harbour", "--format", "json"],
        &["search", "pirates", "--format", "jsonl"],
        &["search", "pirates", "--format", "csv"],
        &["search", "norland", "--format", "ids"],
        &["show", "wrong"],
        &["show", "wrong", "--format", "json"],
        &["show", "page", "--format", "markdown"],
        &["facets"],
        &["facets", "region", "--format", "json"],
        &["check"],
        &["check", "--format", "json"],
        &["status", "--format", "json"],
    ] {
        let [first, second] = [&one, &other].map(|desk| desk.run(arguments));
        assert_eq!(first.code, second.code);
        let json = arguments.ends_with(&["json"]);
        if json {
            assert_eq!(without_times(first.json()), without_times(second.json()), "{arguments:?}");
        } else {
            assert_eq!(first.out, second.out, "{arguments:?}");
        }
        assert_eq!(first.err, second.err, "{arguments:?}");
        compared += first.out.len();
    }
    assert!(compared > 10_000);
}

#[test]
fn a_reader_of_an_old_generation_goes_on_answering() {
    let desk = small_corpus();
    desk.indexed();
    let engines = EmbeddedEngines::new(desk.index());
    let old = engines.searcher().unwrap();
    let found = |searcher: &dyn Searcher, text: &str| {
        let parameters = Parameters { text: text.to_owned(), ..Parameters::default() };
        answer(searcher, &parameters).unwrap().results.total
    };
    let first = live(&desk);
    for n in 0..3 {
        desk.article("raid", "title: Raid at sea", &format!("Smugglers landed {n} times."));
        desk.indexed();
    }
    assert!(!desk.index().join(first).exists(), "the old folder is gone");
    let suggested = suggest(&*old, &Parameters { text: "pira".to_owned(), ..Parameters::default() }).unwrap();
    assert!(!suggested.suggestions.is_empty(), "what is read at the first suggestion");
    assert!(old.stats().unwrap().bytes > 0);
    let raid = old.article("raid", &Query::Everything, Fuzzy::Within(0)).unwrap().unwrap();
    assert!(raid.document.body.contains("Pirates"));
    assert!(old.similar("raid", &Filters::default(), 5).unwrap().is_some());
    assert_eq!(old.documents(&["raid".to_owned()]).unwrap().len(), 1);
    assert_eq!((found(&*old, "pirates"), found(&*old, "smugglers"), found(&*old, "")), (1, 0, 5));
    assert_eq!(engines.searcher().unwrap().generation(), old.generation(), "nothing changes under a reader");
    assert!(engines.reopen(&|_| {}).unwrap());
    let new = engines.searcher().unwrap();
    assert_eq!((found(&*new, "pirates"), found(&*new, "smugglers"), found(&*new, "")), (0, 1, 5));
    assert!(!engines.reopen(&|_| {}).unwrap());
}

#[test]
fn a_corpus_whose_articles_all_go_empties_the_index_only_if_that_is_allowed() {
    let desk = Desk::new();
    desk.article("a", "title: A", "Text.");
    desk.indexed();
    fs::remove_file(desk.corpus().join("a.md")).unwrap();
    // An unmounted disk looks the same.
    for arguments in [&["index"][..], &["index", "--full"], &["index", "--if-needed"]] {
        let refused = desk.run(arguments).ended(2);
        assert!(refused.err.contains("--allow-empty") && refused.out.is_empty(), "{refused:?}");
    }
    assert_eq!(desk.ids(&["text"]), ["a"]);
    let report = desk.run(&["index", "--allow-empty", "--format", "json"]).ended(0).json();
    assert_eq!(counts(&report, &["removed", "documents"]), [1, 0]);
    desk.run(&["search", "text"]).ended(1);
    desk.run(&["index"]).ended(0);
    assert_eq!(desk.run(&["status", "--format", "json"]).ended(0).json()["documents"], 0);
    desk.run(&["facets"]).ended(0);
}

#[test]
fn if_needed_says_that_nothing_is_to_be_done_and_asks_for_no_right_to_write() {
    let desk = small_corpus();
    desk.write("broken.jsonl", "no JSON\n");
    // Without an index, it is needed: an ordinary run with an ordinary exit code.
    let first = desk.run(&["index", "--if-needed", "--format", "json"]).ended(3).json();
    let before = tree(&desk.index());
    let lock = fs::File::options().write(true).open(desk.index().join(".lock")).unwrap();
    lock.lock().unwrap();
    // What stands in quarantine was told by the run that put it there.
    let told = desk.run(&["index", "--if-needed"]).ended(0);
    let generation = first["generation"].as_str().unwrap();
    assert_eq!((told.out, told.err), (format!("up to date: generation {generation}\n"), String::new()));
    let told = desk.run(&["index", "--if-needed", "--format", "json"]).ended(0).json();
    assert_eq!((&told["changed"], &told["generation"]), (&Value::from(false), &first["generation"]));
    assert_eq!(tree(&desk.index()), before, "nothing was touched");
    // What needs doing while another process writes is that one's work.
    desk.article("more", "title: More", "Another text.");
    let told = desk.run(&["index", "--if-needed"]).ended(0);
    assert!(told.out.contains("another process is writing"), "{told:?}");
    assert_eq!(tree(&desk.index()), before);
    drop(lock);
    let told = desk.run(&["index", "--if-needed", "--format", "json"]).ended(3).json();
    assert_eq!(counts(&told, &["added"]), [1]);
    for change in ["remove", "taxonomy", "quarantine"] {
        match change {
            "remove" => fs::remove_file(desk.corpus().join("more.md")).unwrap(),
            "taxonomy" => desk.write("taxonomy.toml", TAXONOMY.replace("East Harbour", "The East Harbour")),
            _ => desk.write("empty.md", ""),
        }
        let told = desk.run(&["index", "--if-needed", "--format", "json"]).ended(3).json();
        assert_eq!(told["changed"], true, "{change}");
        desk.run(&["index", "--if-needed"]).ended(0);
    }
    desk.run(&["index", "--if-needed", "--full"]).ended(2);
}

/// One thing that a curator may do to a corpus.
#[derive(Debug, Clone)]
enum Change {
    Write { file: usize, id: Option<usize>, text: usize, region: usize },
    Records { file: usize, ids: Vec<Option<usize>>, text: usize },
    Sidecar { file: usize, id: usize },
    Break { file: usize, how: usize },
    Remove { file: usize },
    Rename { from: usize, to: usize },
}

const FILES: [&str; 8] = ["a.md", "b/b.md", "b.txt", "c.jsonl", "c.md", "d/e.jsonl", "page.html", "z.md"];
const IDS: [&str; 3] = ["shared", "other", "z"];
const TEXTS: [&str; 4] = [
    "Pirates boarded a boat off Eastport, and the Harbour Guard watched from the coast.",
    "The Free Norland Front claimed the ransomware attack. FNF men were seen in Westmoor.",
    "گودی میں ہڑتال ہوئی اور ایسٹ پورٹ بند رہا۔",
    "Nothing of note happened on 3 March 2024, said the mayor of Sudia in a long speech about fish.",
];
const REGIONS: [&str; 4] =
    ["", "region: [Sudia]\n", "region: []\ndate: 2024-02-31\n", "region: [Atlantis, Old Quay]\ndate: 2023\n"];
const BROKEN: [&str; 4] =
    ["", "---\ntitle: x\n", "---\ntitle: [\n---\n", "Share this\nRead more\nLeave a comment\nReply\n"];

impl Change {
    fn any() -> impl Strategy<Value = Self> {
        let file = 0..FILES.len();
        let id = proptest::option::of(0..IDS.len());
        prop_oneof![
            5 => (file.clone(), id.clone(), 0..TEXTS.len(), 0..REGIONS.len())
                .prop_map(|(file, id, text, region)| Self::Write { file, id, text, region }),
            3 => (proptest::sample::select(vec![3_usize, 5]), proptest::collection::vec(id, 0..4), 0..TEXTS.len())
                .prop_map(|(file, ids, text)| Self::Records { file, ids, text }),
            1 => (file.clone(), 0..IDS.len()).prop_map(|(file, id)| Self::Sidecar { file, id }),
            2 => (file.clone(), 0..BROKEN.len()).prop_map(|(file, how)| Self::Break { file, how }),
            2 => file.clone().prop_map(|file| Self::Remove { file }),
            2 => (file.clone(), file).prop_map(|(from, to)| Self::Rename { from, to }),
        ]
    }

    fn apply(&self, desk: &Desk) {
        match self {
            Self::Write { file, id, text, region } => {
                let id = id.map(|id| format!("id: {}\n", IDS[id])).unwrap_or_default();
                let contents = match FILES[*file] {
                    name if name.ends_with(".md") => {
                        format!("---\n{id}title: Title {text}\n{}---\n{}\n", REGIONS[*region], TEXTS[*text])
                    }
                    name if name.ends_with(".html") => {
                        format!("<title>Title</title><article><h1>Title {region}</h1><p>{}</p></article>", TEXTS[*text])
                    }
                    name if name.ends_with(".jsonl") => {
                        serde_json::json!({"title": "Title", "body": TEXTS[*text]}).to_string()
                    }
                    _ => format!("Title {region}\n\n{}\n", TEXTS[*text]),
                };
                desk.write(FILES[*file], contents);
            }
            Self::Records { file, ids, text } => {
                let record = |(n, id): (usize, &Option<usize>)| {
                    let mut record = serde_json::json!({"title": format!("Record {n}"), "body": TEXTS[(text + n) % 4]});
                    if let Some(id) = id {
                        record["id"] = IDS[*id].into();
                    }
                    format!("{record}\n")
                };
                desk.write(FILES[*file], ids.iter().enumerate().map(record).collect::<String>());
            }
            Self::Sidecar { file, id } => {
                desk.write(&format!("{}.meta.toml", FILES[*file]), format!("id = \"{}\"\n", IDS[*id]));
            }
            Self::Break { file, how } => desk.write(FILES[*file], BROKEN[*how]),
            Self::Remove { file } => {
                // What is not there cannot be taken away.
                let _ = fs::remove_file(desk.corpus().join(FILES[*file]));
                let _ = fs::remove_file(desk.corpus().join(format!("{}.meta.toml", FILES[*file])));
            }
            Self::Rename { from, to } => {
                let (from, to) = (desk.corpus().join(FILES[*from]), desk.corpus().join(FILES[*to]));
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                let _ = fs::rename(from, to);
            }
        }
    }
}

/// Each case runs the binary several times: few, unless PROPTEST_CASES asks for more.
fn few_cases() -> ProptestConfig {
    let asked = ProptestConfig { max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() { asked } else { ProptestConfig { cases: 12, ..asked } }
}

proptest! {
    #![proptest_config(few_cases())]

    #[test]
    fn an_incremental_run_gives_what_a_full_run_gives(
        visits in proptest::collection::vec(proptest::collection::vec(Change::any(), 1..6), 2..5)
    ) {
        let desk = Desk::new();
        let mut report = Value::Null;
        for visit in &visits {
            visit.iter().for_each(|change| change.apply(&desk));
            // Some visits leave nothing.
            report = desk.run(&["index", "--allow-empty", "--format", "json"]).json();
        }
        let full = Desk::of(desk.corpus());
        let fresh = full.indexed();
        for name in ["generation", "documents", "undated", "quarantined", "warnings", "files"] {
            prop_assert_eq!(&report[name], &fresh[name], "{}", name);
        }
        let mut paths = vec!["/api/v1/search?size=100".to_owned(), "/api/v1/search?q=pirates&sort=oldest".to_owned(),
            "/api/v1/search?q=title&match=any&region=Norland&size=100".to_owned()];
        let all = full.get(&paths[0]).json();
        for hit in all["hits"].as_array().unwrap() {
            paths.push(format!("/api/v1/articles/{}?q=eastport", hit["id"].as_str().unwrap()));
        }
        prop_assert_eq!(&all["total"]["value"], &fresh["documents"]);
        for path in paths {
            let [mut grown, mut made] = [&desk, &full].map(|desk| without_times(desk.get(&path).json()));
            for value in [&mut grown, &mut made] {
                value.as_object_mut().unwrap().retain(|name, _| name != "took_ms");
            }
            prop_assert_eq!(grown, made, "{}", path);
        }
    }
}
