//! The report of a run: everything that was seen is indexed, in quarantine or skipped, and `status` still says so later.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::harness::Desk;

/// Good and bad of every kind. Returns how many files and records a person would count, sidecars aside.
fn mixed(desk: &Desk) -> usize {
    desk.article("ferry", "title: Ferry late\ndate: 2024-03-26\nregion: [Sudia]\nlang: en", "The ferry was late.");
    desk.article("later/ferry", "id: ferry\ntitle: Ferry late again", "The ferry was late for the second time.");
    desk.article("cut", "title: [", "The front matter is broken.");
    desk.write("plain.txt", "Ein Titel\n\nDer Hafen blieb am Montag geschlossen, und niemand wusste weshalb.\n");
    desk.write("plain.txt.meta.toml", "date = 2024-03-27\n");
    desk.write("gone.txt.meta.toml", "date = 2024-03-27\n");
    desk.write("empty.html", "");
    desk.write("picture.png", "x");
    desk.write("README.md", "About this corpus.");
    desk.write("draft.md~", "An older one.");
    desk.write(".hidden.md", "title");
    desk.write("empty.jsonl", "\n\n");
    let mut lines = String::new();
    for n in 0..1200 {
        writeln!(lines, "{{\"id\":\"good-{n}\",\"title\":\"Tide {n}\",\"body\":\"Water rose to {n} feet.\"}}").unwrap();
        writeln!(lines, "{{\"id\":\"bad-{n}\",").unwrap();
    }
    desk.write("records.jsonl", &lines);
    desk.write("records.jsonl.meta.toml", "title = \"no title for all\"\nlang = \"en\"\n");
    // Three articles (one under a taken id), a text, a lonely sidecar, four files that are none or hidden with the
    // taxonomy, an empty page, a picture, an empty and a full file of records.
    3 + 1 + 1 + 4 + 1 + 1 + 1 + 2400
}

fn totals(report: &Value) -> [usize; 4] {
    ["seen", "indexed", "quarantined", "skipped"].map(|key| report["totals"][key].as_u64().unwrap() as usize)
}

#[test]
fn all_that_was_seen_is_indexed_or_in_quarantine_or_skipped() {
    let desk = Desk::new();
    let seen = mixed(&desk);
    let report = desk.run(&["index", "--format", "json"]).ended(3).json();
    // In quarantine: the taken id, the broken front matter, the empty page, the picture, the empty file of records.
    assert_eq!(totals(&report), [seen, 1202, 1200 + 5, 5], "{}", report["totals"]);
    assert_eq!(report["documents"], 1202);
    assert_eq!(report["languages"], json!({"de": 1, "en": 1201}));
    assert_eq!((&report["undated"], &report["unlabelled"]), (&json!(1200), &json!(1201)));
    assert_eq!(report["missing_labels"]["region"], 1201);
    let listed = report["quarantined"].as_array().unwrap();
    assert_eq!(listed.len(), 5 + 1001, "the first thousand broken records are listed, and that there are more");
    let skipped: Vec<_> = report["skipped"].as_array().unwrap().iter().map(|entry| entry["file"].clone()).collect();
    assert_eq!(skipped, [".hidden.md", "README.md", "draft.md~", "gone.txt.meta.toml", "taxonomy.toml"]);
    assert!(report["skipped"].as_array().unwrap().iter().all(|entry| !entry["reason"].as_str().unwrap().is_empty()));
    let warned = report["warnings"].to_string();
    assert!(warned.contains("`title` of the sidecar cannot hold for all records"), "{warned}");

    // A second run reads nothing anew and says the same of everything.
    let again = desk.run(&["index", "--format", "json"]).ended(3).json();
    for key in ["totals", "languages", "unlabelled", "missing_labels", "undated", "quarantined", "skipped", "warnings"]
    {
        assert_eq!(again[key], report[key], "{key}");
    }
    // The file with the article under a taken id is read anew each time: the id may have become free.
    assert_eq!((&again["unchanged"], &again["analysed"], &again["changed"]), (&json!(1202), &json!(0), &json!(false)));
}

#[test]
fn the_report_is_kept_with_the_generation() {
    let desk = Desk::new();
    let seen = mixed(&desk);
    let report = desk.run(&["index", "--format", "json"]).ended(3).json();
    let kept = desk.run(&["status", "--format", "json"]).ended(0).json();
    for key in ["totals", "languages", "unlabelled", "missing_labels", "quarantined", "skipped", "added"] {
        assert_eq!(kept["report"][key], report[key], "{key}");
    }
    let text = desk.run(&["status"]).ended(0).out;
    let shown = |number: usize| format!("{},{:03}", number / 1000, number % 1000);
    for line in [
        &format!("seen {}: 1,202 indexed, 1,205 in quarantine, 5 skipped", shown(seen)),
        "languages: en 1,201, de 1",
        "undated 1,200, unlabelled 1,201 (without ",
        "region 1,201",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert_eq!(desk.get("/api/v1/status").json()["report"]["totals"], report["totals"]);
}

#[test]
fn records_added_to_a_file_are_read_alone() {
    let desk = Desk::new();
    let record =
        |n: usize| format!("{{\"id\":\"r{n}\",\"title\":\"Tide {n}\",\"body\":\"Water rose to {n} feet.\"}}\n");
    let lines: String = (0..1500).map(record).collect();
    desk.write("records.jsonl", &lines);
    assert_eq!(desk.indexed()["added"], 1500);
    desk.write("records.jsonl", format!("{lines}{}", record(1500)));
    let report = desk.indexed();
    assert_eq!((&report["added"], &report["unchanged"]), (&json!(1), &json!(1500)));
    desk.write(
        "records.jsonl",
        lines.replace("\"id\":\"r7\",\"title\":\"Tide 7\"", "\"id\":\"r7\",\"title\":\"Ebb 7\""),
    );
    let report = desk.indexed();
    assert_eq!((&report["updated"], &report["removed"], &report["unchanged"]), (&json!(1), &json!(1), &json!(1499)));
    assert_eq!(desk.ids(&["ebb"]), ["r7"]);
}
