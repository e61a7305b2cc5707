//! The curator's loop by the real binary: messy files become drafts with their evidence, what a person wrote is never
//! lost, and `check` names what is left to do with file and line.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

use crate::harness::{Desk, Run};

const STORY: &str = "Pirates boarded a boat at Old Quay before dawn on Tuesday and left with the engine, the police of \
    Eastport said. The crew of four was not hurt, and nobody has claimed the attack. A guard at the gate saw two men \
    run towards the fish market, where a van was waiting with its lights off.\n\nThe owner of the boat, who has worked \
    the bay for thirty years, asked the council for lamps along the quay. A decision is expected in the autumn.";

/// A saved page of our own making.
fn page(title: &str, date: &str, paragraphs: &str) -> String {
    let paragraphs: String = paragraphs.split("\n\n").map(|text| format!("<p>{text}</p>\n")).collect();
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>{title} | Harbour Post</title>\
         <link rel=\"canonical\" href=\"https://post.example/news/raid\">\
         <script type=\"application/ld+json\">{{\"@type\": \"NewsArticle\", \"headline\": \"{title}\", \
         \"datePublished\": \"{date}\", \"author\": {{\"name\": \"Ann Archer\"}}, \
         \"publisher\": {{\"name\": \"Harbour Post\"}}}}</script></head>\
         <body><nav><a href=\"/\">Home</a> <a href=\"/news\">News</a></nav><article><h1>{title}</h1>\n{paragraphs}\
         </article><footer>Contact us</footer></body></html>"
    )
}

/// A desk with a folder of saved things outside of its corpus.
fn desk() -> Desk {
    let desk = Desk::new();
    fs::create_dir_all(desk.folder().join("saved")).unwrap();
    desk
}

fn save(desk: &Desk, path: &str, contents: impl AsRef<[u8]>) {
    let path = desk.folder().join("saved").join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, contents).unwrap();
}

fn import(desk: &Desk) -> Run {
    desk.run(&["import", "saved", "--to", "corpus/articles"])
}

fn import_json(desk: &Desk, code: i32) -> Value {
    desk.run(&["import", "saved", "--to", "corpus/articles", "--format", "json"]).ended(code).json()
}

/// The states of the drafts by the names of their originals.
fn states(report: &Value) -> Vec<(String, String)> {
    let drafts = report["drafts"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    drafts.map(|draft| (text(&draft["from"]), text(&draft["state"]))).collect()
}

fn read(desk: &Desk, draft: &str) -> String {
    fs::read_to_string(desk.corpus().join("articles").join(draft)).unwrap()
}

fn write(desk: &Desk, draft: &str, text: &str) {
    fs::write(desk.corpus().join("articles").join(draft), text).unwrap();
}

const RAID: &str = "2024-03-26-pirates-at-old-quay-two-men-sought.md";

#[test]
fn a_page_becomes_a_draft_and_a_corrected_draft_an_article() {
    let desk = desk();
    save(&desk, "raid.html", page("Pirates at Old Quay: two men sought", "2024-03-26T07:00:00Z", STORY));
    let run = import(&desk).ended(0);
    assert!(run.out.contains(&format!("written: corpus/articles/{RAID} (from saved/raid.html)")), "{}", run.out);
    assert!(run.out.ends_with("correct them, then `dossier check` and `dossier index`\n"), "{}", run.out);
    let draft = read(&desk, RAID);
    for line in [
        "id: \"2024-03-26-pirates-at-old-quay-two-men-sought\"",
        "title: \"Pirates at Old Quay: two men sought\"",
        "source: [\"Harbour Post\"]",
        "url: \"https://post.example/news/raid\"",
        "author: \"Ann Archer\"",
        "actor: []  # nothing was found in the text",
    ] {
        assert!(draft.lines().any(|found| found == line), "{line} in {draft}");
    }
    assert!(draft.contains("\ndate: 2024-03-26  # from json-ld"), "{draft}");
    assert!(draft.contains("\n  - Norland/Eastport/Old Quay  # 0."), "{draft}");
    assert!(draft.contains("\"Old Quay\" in the title, \"Old Quay\" in the lead\n"), "{draft}");
    assert!(draft.contains("imported_from: {\"path\": \"../../saved/raid.html\", \"hash\": "), "{draft}");
    assert!(!draft.contains("Home") && !draft.contains("Contact us"), "{draft}");

    // The curator adds an actor, then the article is checked and indexed.
    write(&desk, RAID, &draft.replace("actor: []  # nothing was found in the text", "actor: [Harbour Guards]"));
    let check = desk.run(&["check"]).ended(1);
    let line = draft.lines().position(|line| line.starts_with("actor:")).unwrap() + 1;
    let place = format!("unknown-label: articles/{RAID}:{line}: the taxonomy has no actor `Harbour Guards`");
    assert!(check.out.contains(&place) && check.out.contains("(near: Harbour Guard)"), "{}", check.out);
    let mended = draft.replace("actor: []", "reviewed: [actor]\nactor: [Harbour Guard]");
    write(&desk, RAID, &mended);
    desk.run(&["check"]).ended(0);
    desk.indexed();
    let shown = desk.run(&["show", &RAID[..RAID.len() - 3], "--format", "json"]).ended(0).json();
    assert_eq!((&shown["date"], &shown["facets"]["actor"][0]["path"]), (&json!("2024-03-26"), &json!("Harbour Guard")));
    assert_eq!(shown["facets"]["region"][0]["path"], "Norland/Eastport/Old Quay");
    assert_eq!(shown["extra"], json!({}), "housekeeping is no part of the article");
}

#[test]
fn a_second_import_writes_what_changed_and_never_over_a_person() {
    let desk = desk();
    for name in ["left", "source", "edited", "both"] {
        let title = format!("Pirates of the {name} bank");
        save(&desk, &format!("{name}.html"), page(&title, "2024-03-26", &STORY.replace("four", name)));
    }
    let first = import_json(&desk, 0);
    assert_eq!(first["counts"]["written"], 4);
    let again = import_json(&desk, 0);
    assert_eq!((&again["counts"]["unchanged"], &again["counts"]["written"]), (&json!(4), &json!(0)), "{again:#}");

    let draft = |name: &str| format!("2024-03-26-pirates-of-the-{name}-bank.md");
    for name in ["edited", "both"] {
        write(&desk, &draft(name), &read(&desk, &draft(name)).replace("A decision is expected", "A vote is expected"));
    }
    for name in ["source", "both"] {
        let title = format!("Pirates of the {name} bank");
        save(&desk, &format!("{name}.html"), page(&title, "2024-03-27", &STORY.replace("four", name)));
    }
    let edited = [read(&desk, &draft("edited")), read(&desk, &draft("both"))];
    let dry =
        desk.run(&["import", "saved", "--to", "corpus/articles", "--dry-run", "--format", "json"]).ended(0).json();
    let before = read(&desk, &draft("source"));
    let third = import_json(&desk, 0);
    assert_eq!(states(&dry), states(&third), "a dry run tells what would be done");
    let expected = [("both", "kept"), ("edited", "kept"), ("left", "unchanged"), ("source", "updated")];
    let expected = expected.map(|(name, state)| (format!("saved/{name}.html"), state.to_owned()));
    assert_eq!(states(&third), expected);
    assert_eq!([read(&desk, &draft("edited")), read(&desk, &draft("both"))], edited);
    assert!(before.contains("\ndate: 2024-03-26 "), "the dry run wrote nothing: {before}");
    // The draft keeps its name and id, which may be cited already.
    let updated = read(&desk, &draft("source"));
    assert!(updated.contains("\ndate: 2024-03-27 ") && updated.contains("\nid: \"2024-03-26-pirates"), "{updated}");
    let text = import(&desk).ended(0).out;
    assert!(text.contains("kept, edited by hand: corpus/articles/2024-03-26-pirates-of-the-both-bank.md"), "{text}");

    // Renamed, moved, written with other line ends, broken by a slip of the pen: it is still that draft.
    let folder = desk.corpus().join("articles");
    fs::create_dir(folder.join("bank")).unwrap();
    fs::rename(folder.join(draft("left")), folder.join("bank/renamed.md")).unwrap();
    write(&desk, &draft("source"), &updated.replace('\n', "\r\n"));
    write(&desk, &draft("both"), &edited[1].replace("title: \"", "title: \" \"x"));
    let fourth = import_json(&desk, 0);
    let expected = [("both", "kept"), ("edited", "kept"), ("left", "unchanged"), ("source", "unchanged")];
    let expected = expected.map(|(name, state)| (format!("saved/{name}.html"), state.to_owned()));
    assert_eq!(states(&fourth), expected);
    // An original that was moved is known by its content.
    fs::rename(desk.folder().join("saved/left.html"), desk.folder().join("saved/other.html")).unwrap();
    let fifth = import_json(&desk, 0);
    assert!(states(&fifth).contains(&("saved/other.html".into(), "updated".into())), "{fifth:#}");
    assert_eq!(fifth["counts"]["written"], 0);
}

#[test]
fn no_file_but_an_untouched_draft_is_written_over() {
    let desk = desk();
    save(&desk, "raid.html", page("Pirates at Old Quay: two men sought", "2024-03-26", STORY));
    desk.write(&format!("articles/{RAID}"), "My own notes.\n");
    let report = import_json(&desk, 0);
    assert_eq!(read(&desk, RAID), "My own notes.\n");
    let draft = report["drafts"][0]["draft"].as_str().unwrap();
    assert!(draft.starts_with("corpus/articles/2024-03-26-pirates-at-old-quay-two-men-sought-"), "{draft}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let mode = fs::metadata(desk.folder().join(draft)).unwrap().permissions().mode();
        assert_eq!(mode & 0o700, 0o600, "readable and not executable: {mode:o}");
        assert_ne!(mode & 0o044, 0, "others may read it as the umask allows: {mode:o}");
        // A link at the place of a draft is a file of somebody else, wherever it leads.
        let outside = desk.folder().join("outside.md");
        fs::rename(desk.folder().join(draft), &outside).unwrap();
        symlink(&outside, desk.folder().join(draft)).unwrap();
        let before = fs::read_to_string(&outside).unwrap();
        save(
            &desk,
            "raid.html",
            page("Pirates at Old Quay: two men sought", "2024-03-26", &STORY.replace("four", "six")),
        );
        import(&desk).ended(0);
        assert_eq!(fs::read_to_string(&outside).unwrap(), before);
    }
    let left: Vec<_> = fs::read_dir(desk.corpus().join("articles")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".tmp")), "{left:?}");
}

#[test]
fn every_format_is_imported_and_what_is_no_article_is_told() {
    let desk = desk();
    save(&desk, "raid.html", page("Pirates at Old Quay: two men sought", "2024-03-26", STORY));
    save(&desk, "raid_files/frame.html", "<p>An advertisement.</p>");
    save(&desk, "raid_files/picture.png", "x");
    save(
        &desk,
        "notes.txt",
        format!("A walk along the bay\n\n{}", STORY.replace("boat", "ship").replace("quay", "pier")),
    );
    save(&desk, "notes.txt.meta.toml", "date = \"2023-05\"\nregion = [\"Westmoor\"]\n");
    save(
        &desk,
        "records.jsonl",
        "{\"id\": \"one\", \"title\": \"گودی میں ہڑتال\", \"body\": \"مزدوروں نے آج کام بند کر دیا۔\", \"date\": \"2025-01-15\", \
         \"lang\": \"ur\"}\n{\"id\": \"No 7\", \"title\": \"港口罢工\", \"body\": \"工人停止工作。\", \"date\": \"2024-12-31\", \"region\": \"Nowhere\"}\n{oops\n",
    );
    save(&desk, "empty.html", "");
    save(&desk, "page.docx", "x");
    let report = import_json(&desk, 3);
    let names: Vec<&str> =
        report["drafts"].as_array().unwrap().iter().map(|draft| draft["draft"].as_str().unwrap()).collect();
    let expected = [
        "corpus/articles/2023-05-a-walk-along-the-bay.md",
        &format!("corpus/articles/{RAID}"),
        "corpus/articles/2025-01-15-گودی-میں-ہڑتال.md",
        "corpus/articles/2024-12-31-港口罢工.md",
    ];
    assert_eq!(names, expected, "{report:#}");
    let quarantined: Vec<String> = report["quarantined"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| format!("{}:{}", entry["file"].as_str().unwrap(), entry["line"]))
        .collect();
    assert_eq!(quarantined, ["saved/empty.html:null", "saved/page.docx:null", "saved/records.jsonl:3"]);
    assert_eq!(report["counts"]["page_parts"], 2, "what belongs to a saved page is no article");
    let urdu = read(&desk, "2025-01-15-گودی-میں-ہڑتال.md");
    assert!(urdu.contains("\nid: one\n") && urdu.contains("\nlang: ur  # as the original says\n"), "{urdu}");
    assert!(urdu.contains("\"record\": \"one\""), "{urdu}");
    let walk = read(&desk, "2023-05-a-walk-along-the-bay.md");
    assert!(walk.contains("\ndate: 2023-05  # from its sidecar\n"), "{walk}");
    assert!(walk.contains("\nregion:\n  - Norland/Westmoor  # as the original says\n"), "{walk}");
    let chinese = read(&desk, "2024-12-31-港口罢工.md");
    assert!(
        chinese.contains("\nregion: []") && chinese.contains("  # region: the taxonomy has no region `Nowhere`"),
        "{chinese}"
    );
    assert!(chinese.contains("# noticed: the id `No 7` has the character 'N' in it"), "{chinese}");
    // All of them are articles for the index, and the same ones.
    assert_eq!(desk.indexed()["documents"], 4);
    assert_eq!(import_json(&desk, 3)["counts"]["unchanged"], 4);
}

#[test]
fn copies_are_said_within_an_import_and_of_what_stands_in_the_corpus() {
    let desk = desk();
    desk.article("standing", "title: Standing\ndate: 2024-03-26", STORY);
    save(&desk, "a.html", page("Pirates at Old Quay: two men sought", "2024-03-26", STORY));
    save(&desk, "b.html", page("Boat raided at the quay", "2024-03-27", &STORY.replace("in the autumn", "in autumn")));
    let run = import(&desk).ended(0);
    assert!(
        run.out.contains("/corpus/standing.md), `2024-03-27-boat-raided-at-the-quay` (corpus/articles/2024-03-27-"),
        "{}",
        run.out
    );
    assert_eq!(run.out.matches("has the same text, or nearly").count(), 2, "{}", run.out);
    let check = desk.run(&["check", "--only", "near-copy", "--only", "copy"]).ended(1);
    assert!(check.out.starts_with("near-copy: "), "{}", check.out);
    // Originals that lie in the corpus would be indexed beside their drafts.
    desk.write("saved/c.txt", STORY.replace("Pirates", "Robbers"));
    let run = desk.run(&["import", "corpus/saved", "--to", "corpus/articles"]).ended(0);
    assert!(run.out.contains("note: 1 of the originals lies in the corpus folder"), "{}", run.out);
}

/// A record as a line of a file.
fn line(fields: &[(&str, &str)]) -> String {
    let fields: serde_json::Map<String, Value> =
        fields.iter().map(|&(key, value)| (key.into(), value.into())).collect();
    format!("{}\n", Value::Object(fields))
}

/// All drafts below the corpus by their paths.
fn drafts(desk: &Desk) -> BTreeMap<String, String> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![desk.corpus().to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|ending| ending == "md") {
                let name = entry.strip_prefix(desk.corpus()).unwrap().to_string_lossy().into_owned();
                found.insert(name, fs::read_to_string(&entry).unwrap());
            }
        }
    }
    found
}

/// How many drafts were written, updated, kept and left unchanged.
fn counts(report: &Value) -> [u64; 4] {
    ["written", "updated", "kept", "unchanged"].map(|state| report["counts"][state].as_u64().unwrap())
}

const PORT: &str = "Boats lay in the port for a week, as the pilots asked for better pay and longer rest.";
const BANK: &str = "A vault of the savings house was found empty on Monday, and the keys are missing too.";
const ROAD: &str = "The road over the pass is open again after the snow, but heavy lorries have to wait.";

#[test]
fn records_of_one_id_get_a_draft_each_and_never_swap() {
    let desk = desk();
    let port = line(&[("id", "x"), ("title", "The port"), ("body", PORT)]);
    let bank = line(&[("id", "x"), ("title", "The bank"), ("body", BANK)]);
    let road = line(&[("id", "x"), ("title", "The road"), ("body", ROAD)]);
    save(&desk, "wire.jsonl", format!("{port}{bank}{bank}"));
    let first = import(&desk).ended(0);
    assert!(
        first.out.contains("    the id `x` is that of another article; this one has `the-bank`\n"),
        "{}",
        first.out
    );
    let written = drafts(&desk);
    assert_eq!(written.len(), 3, "{written:#?}");
    assert!(written["articles/the-port.md"].contains("\nid: x\n"), "the first keeps the id: {written:#?}");
    let mended = &written["articles/the-bank.md"];
    assert!(
        mended.contains("# noticed: the id `x` is that of another") && mended.contains("\nid: the-bank\n"),
        "{mended}"
    );
    let keys: BTreeSet<&str> = written.values().map(|draft| draft.split("\"record\": ").nth(1).unwrap()).collect();
    assert_eq!(keys.len(), 3, "each knows its record");
    assert_eq!(desk.indexed()["documents"], 3);
    for _ in 0..2 {
        assert_eq!(counts(&import_json(&desk, 0)), [0, 0, 0, 3]);
    }
    // In another order, and with one more before them, each keeps its own draft.
    save(&desk, "wire.jsonl", format!("{road}{bank}{port}{bank}"));
    assert_eq!(counts(&import_json(&desk, 0)), [1, 0, 0, 3]);
    assert!(written.iter().all(|(name, draft)| drafts(&desk)[name] == *draft));
    // Corrected, it is known by its title; the id alone says nothing here.
    let port = line(&[("id", "x"), ("title", "The port"), ("body", &PORT.replace("week", "month"))]);
    save(&desk, "wire.jsonl", format!("{port}{road}{bank}{bank}"));
    assert_eq!(counts(&import_json(&desk, 0)), [0, 1, 0, 3]);
    assert!(read(&desk, "the-port.md").contains("for a month") && read(&desk, "the-port.md").contains("\nid: x\n"));
    // Nor does it when only one of them is left.
    save(&desk, "wire.jsonl", line(&[("id", "x"), ("title", "The mill"), ("body", &ROAD.replace("road", "mill"))]));
    assert_eq!(counts(&import_json(&desk, 0)), [1, 0, 0, 0]);
}

#[test]
fn an_id_that_one_record_has_follows_it_through_all_changes() {
    let desk = desk();
    save(&desk, "wire.jsonl", line(&[("id", "x"), ("title", "The port"), ("body", PORT)]));
    assert_eq!(counts(&import_json(&desk, 0)), [1, 0, 0, 0]);
    save(
        &desk,
        "wire.jsonl",
        line(&[("id", "x"), ("title", "Port at rest"), ("body", &PORT.replace("week", "month"))]),
    );
    assert_eq!(counts(&import_json(&desk, 0)), [0, 1, 0, 0]);
    assert!(read(&desk, "the-port.md").contains("title: \"Port at rest\""));
}

#[test]
fn records_without_an_id_are_known_by_what_they_say_and_not_by_their_line() {
    let desk = desk();
    let port = line(&[("title", "The port"), ("body", PORT), ("date", "2024-03-26")]);
    let bank = line(&[("title", "The bank"), ("body", BANK)]);
    let road = line(&[("title", "The road"), ("body", ROAD), ("url", "https://post.example/road")]);
    save(&desk, "feed.jsonl", format!("{port}{bank}{road}"));
    assert_eq!(counts(&import_json(&desk, 0)), [3, 0, 0, 0]);
    let written = drafts(&desk);
    write(&desk, "the-bank.md", &read(&desk, "the-bank.md").replace("missing too", "missing still"));

    // Newest first: all lines move on.
    let mill = line(&[("title", "The mill"), ("body", &ROAD.replace("road", "mill"))]);
    save(&desk, "feed.jsonl", format!("{mill}{road}{port}{bank}"));
    let moved = import_json(&desk, 0);
    assert_eq!(counts(&moved), [1, 0, 1, 2], "{moved:#}");
    assert_eq!(import_json(&desk, 0)["counts"]["written"], 0);

    // Corrected: known by the address, and by the title on a day. Without either, a draft of its own.
    let port = line(&[("title", "The port"), ("body", &PORT.replace("week", "month")), ("date", "2024-03-26")]);
    let bank = line(&[("title", "The bank"), ("body", &BANK.replace("empty", "open"))]);
    let road = line(&[("title", "The pass"), ("body", ROAD), ("url", "https://post.example/road")]);
    save(&desk, "feed.jsonl", format!("{road}{bank}{port}"));
    let corrected = import_json(&desk, 0);
    assert_eq!(counts(&corrected), [1, 2, 0, 0], "{corrected:#}");
    assert!(read(&desk, "2024-03-26-the-port.md").contains("for a month"));
    assert!(read(&desk, "the-road.md").contains("title: \"The pass\""));
    assert!(read(&desk, "the-bank.md").contains("found empty on Monday, and the keys are missing still"));
    assert_eq!(drafts(&desk).len(), written.len() + 2);
    let settled = import_json(&desk, 0);
    assert_eq!(counts(&settled), [0, 0, 0, 3], "{settled:#}");
}

#[test]
fn a_draft_is_known_wherever_in_the_corpus_it_was_moved() {
    let desk = desk();
    let names = ["aside", "deeper", "up", "left"];
    for name in names {
        let title = format!("Pirates of the {name} bank");
        save(&desk, &format!("{name}.html"), page(&title, "2024-03-26", &STORY.replace("four", name)));
    }
    let to = |folder: &str| desk.run(&["import", "saved", "--to", folder, "--format", "json"]).ended(0).json();
    assert_eq!(counts(&to("corpus/articles/drafts")), [4, 0, 0, 0]);
    let draft = |name: &str| format!("2024-03-26-pirates-of-the-{name}-bank.md");
    let drafted = |name: &str| desk.corpus().join("articles/drafts").join(draft(name));
    fs::create_dir_all(desk.corpus().join("articles/attacks/sea")).unwrap();
    let aside = fs::read_to_string(drafted("aside")).unwrap().replace("in the autumn", "in spring");
    fs::write(desk.corpus().join("articles/attacks/aside.md"), &aside).unwrap();
    fs::remove_file(drafted("aside")).unwrap();
    fs::rename(drafted("deeper"), desk.corpus().join("articles/attacks/sea").join(draft("deeper"))).unwrap();
    fs::rename(drafted("up"), desk.corpus().join(draft("up"))).unwrap();
    let again = to("corpus/articles/drafts");
    assert_eq!(counts(&again), [0, 0, 1, 3], "{again:#}");
    assert_eq!(fs::read_to_string(desk.corpus().join("articles/attacks/aside.md")).unwrap(), aside);
    // What changed is written where the draft lies now, and said so.
    save(&desk, "up.html", page("Pirates of the up bank", "2024-03-27", &STORY.replace("four", "up")));
    let changed = to("corpus/articles/drafts");
    assert_eq!(counts(&changed), [0, 1, 1, 2], "{changed:#}");
    let shown: Vec<&str> =
        changed["drafts"].as_array().unwrap().iter().map(|draft| draft["draft"].as_str().unwrap()).collect();
    assert!(shown.iter().any(|shown| shown.ends_with(&format!("/corpus/{}", draft("up")))), "{shown:?}");
    assert!(fs::read_to_string(desk.corpus().join(draft("up"))).unwrap().contains("\ndate: 2024-03-27 "));
    // Another folder of the same corpus knows them too.
    assert_eq!(to("corpus/articles")["counts"]["written"], 0);
    assert_eq!(to("corpus/articles/other/new")["counts"]["written"], 0);
    assert!(!desk.corpus().join("articles/other").exists(), "a folder is made for the first draft in it");
    let settled = to("corpus/articles/drafts");
    assert_eq!(counts(&settled)[0], 0, "{settled:#}");
    assert_eq!(drafts(&desk).len(), 4);
    // A folder elsewhere is a desk of its own.
    assert_eq!(counts(&to("elsewhere")), [4, 0, 0, 0]);
}

#[test]
fn an_import_that_cannot_be_is_refused_before_anything_is_written() {
    let desk = desk();
    save(&desk, "raid.html", page("Pirates", "2024-03-26", STORY));
    desk.write("file", "x");
    for (arguments, words) in [
        (&["import", "nowhere", "--to", "corpus/articles"][..], "cannot read `nowhere`; name files or folders"),
        (&["import", "saved"], "--to"),
        (&["import", "--to", "corpus/articles"], "PATH"),
        (&["import", "saved", "--to", "corpus/file"], "corpus/file"),
        (&["import", "saved", "--to", "corpus/file/drafts"], "corpus/file/drafts"),
        (&["import", "saved", "--to", "corpus/articles", "--taxonomy", "none.toml"], "none.toml"),
    ] {
        let run = desk.run(arguments).ended(2);
        assert!(run.out.is_empty() && run.err.contains(words), "{words} in {run:?}");
    }
    assert!(!desk.corpus().join("articles").exists(), "no folder stays behind");
    fs::create_dir(desk.folder().join("bare")).unwrap();
    desk.run(&["import", "bare", "--to", "out"]).ended(0);
    assert!(!desk.folder().join("out").exists(), "a folder is made for the first draft in it");
    // Without the corpus that a taxonomy would come from, the one built in stands in, and that is said.
    let run = desk.run(&["import", "saved", "--to", "drafts", "--corpus", "not-yet"]).ended(0);
    assert!(run.err.contains("the built-in taxonomy is used"), "{}", run.err);
    assert!(
        run.out.contains("then `dossier check --corpus drafts` and `dossier index --corpus drafts`"),
        "{}",
        run.out
    );
}

/// The findings of a check as `kind place`.
fn findings(desk: &Desk, arguments: &[&str]) -> Vec<String> {
    let run = desk.run(&[&["check", "--format", "json"], arguments].concat());
    let report = run.json();
    let found: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| format!("{} {}", finding["kind"].as_str().unwrap(), finding["place"].as_str().unwrap()))
        .collect();
    assert_eq!(run.code, i32::from(!found.is_empty()), "{}", run.out);
    found
}

#[test]
fn check_names_each_slip_with_file_and_line_and_reviewed_silences_what_is_meant() {
    let body = "Pirates boarded a boat at Old Quay in Eastport, and the police of Norland looked for two men who had been seen \
                there on the day before with a ladder and a rope. Nobody was hurt, and the boat was found at noon in the reeds \
                behind the old mill, without its engine but otherwise whole.";
    let cases: [(&str, &[&str]); 19] = [
        ("title: T", &["missing-date a.md"]),
        ("title: T\ndate:", &["missing-date a.md:3"]),
        ("title: T\nundated: true", &[]),
        ("title: T\nundated: true\ndate: 2024", &["odd-date a.md:3"]),
        ("title: T\ndate: 2999-01-01", &["future-date a.md:3"]),
        ("title: T\ndate: 03/04/2024", &["odd-date a.md:3"]),
        ("title: T\ndate: 1824-03-26", &["odd-date a.md:3"]),
        ("title: T\nurl: https://x.org/2024/03/20/raid\ndate: 2024-03-26", &["odd-date a.md:4"]),
        ("title: T\nurl: https://x.org/2024/03/20/raid\ndate: 2024-03-26\nreviewed: [date]", &[]),
        ("title: T\nurl: https://x.org/2024/03/28/raid\ndate: 2024-03-26", &[]),
        ("title: T\ndate: 2024-03-26\nsources:\n  - {publisher: P, published: 2024-03-01}", &["odd-date a.md:3"]),
        ("title: T\ndate: 2024-03-26\nlang: ur", &["language a.md:4"]),
        ("title: T\ndate: 2024-03-26\nlanguage: ur\nreviewed: [lang]", &[]),
        ("title: T\ndate: 2024-03-26\nregion: [Sudia]", &["unsupported-label a.md:4", "missing-label a.md:4"]),
        ("title: T\ndate: 2024-03-26\nregion: [Sudia]\nreviewed: [region]", &[]),
        ("title: T\ndate: 2024-03-26\nthreat: []\nreviewed: true", &[]),
        ("title: T\ndate: 2024-03-26\ntitel: U\nauthor:", &["unknown-key a.md:4", "blank-key a.md:5"]),
        ("title: T\ndate: 2024-03-26\nreviewed: [regions]", &["unknown-key a.md:4"]),
        ("title: T\ndate: 2024-03-26\nurl: example.org/1\nregion: [Eastport]", &["address a.md:4"]),
    ];
    for (front_matter, expected) in cases {
        let desk = Desk::new();
        desk.article("a", &front_matter.replace("title: T", "title: Pirates at Old Quay"), body);
        assert_eq!(findings(&desk, &[]), expected, "{front_matter}");
    }
    // A day in the name is held against the date; a month that holds it is not.
    let desk = Desk::new();
    desk.article("raid-2024-03-26", "title: Raid\ndate: 2024-03-25", body);
    desk.article("raid-2024-03-27", "title: Raid again\ndate: 2024-03\nreviewed: copy", body);
    assert_eq!(findings(&desk, &[]), ["odd-date raid-2024-03-26.md:3"]);
    assert_eq!(findings(&desk, &["--except", "odd-date"]), [""; 0]);
    assert_eq!(findings(&desk, &["--only", "copy"]), [""; 0]);
    let wrong = desk.run(&["check", "--only", "copies"]).ended(2);
    assert!(wrong.err.contains("[possible values: quarantined, duplicate-id"), "{}", wrong.err);
}

#[test]
fn check_looks_at_sidecars_records_and_the_taxonomy_too() {
    let desk = Desk::new();
    desk.write("page.txt", format!("A raid at night\n\n{STORY}"));
    desk.write("page.txt.meta.toml", "date = \"2024-03-26\"\nreigon = [\"Eastport\"]\nmine = 1\nauthor = \"\"\n");
    desk.write("gone.txt.meta.toml", "date = \"2024\"\n");
    desk.write(
        "wire.jsonl",
        "{\"title\": \"One\", \"body\": \"Text.\", \"date\": \"2024\"}\n{\"title\": \"Two\", \"body\": \"More.\"}\n",
    );
    let taxonomy = crate::harness::TAXONOMY;
    let more = "\n[[region]]\npath = \"Northland\"\naliases = [\"East Harbour\"]\n\n[[actor]]\npath = \"Coast Watch\"\naliases = [\"CW\"]\n  \
                [[actor.rule]]\n  name = \"CW\"\n  needs = [\"coast\"]\n  not_when = [\"Coast\"]\n";
    desk.write("taxonomy.toml", format!("{taxonomy}{more}"));
    let end = taxonomy.lines().count();
    let east = taxonomy.lines().position(|line| line.contains("\"Norland/Eastport\"")).unwrap();
    let expected = [
        "lonely-sidecar gone.txt.meta.toml".to_owned(),
        "unknown-key page.txt.meta.toml:2".to_owned(),
        "blank-key page.txt.meta.toml:4".to_owned(),
        format!("alias-collision taxonomy.toml:{east}"),
        format!("alias-collision taxonomy.toml:{}", end + 9),
        "missing-date wire.jsonl:2".to_owned(),
    ];
    assert_eq!(findings(&desk, &[]), expected);
    let report = desk.run(&["check", "--format", "json"]).ended(1).json();
    assert_eq!(report["counts"]["alias-collision"], 2);
    assert_eq!((&report["files"], &report["articles"], &report["undated"]), (&json!(2), &json!(3), &json!(1)));
    assert_eq!(
        (&report["findings"][1]["file"], &report["findings"][1]["line"]),
        (&json!("page.txt.meta.toml"), &json!(2))
    );
    assert!(report["notes"].as_array().unwrap().iter().any(|note| note["kind"] == "unknown-key" && note["line"] == 3));
    // Notes do not count, and are listed where somebody asks for them.
    let notes = desk.run(&["check", "--only", "unused-node"]).ended(0).out;
    assert!(
        notes.contains("note: unused-node: taxonomy.toml:") && notes.contains("`Sudia` is on no article"),
        "{notes}"
    );
    let text = desk.run(&["check"]).ended(1).out;
    assert!(text.contains("    2  alias-collision  names in the taxonomy that are never found"), "{text}");
}

#[test]
fn an_article_without_a_source_is_told_only_where_nearly_all_name_one() {
    let desk = Desk::new();
    for n in 0..24 {
        let source = if n == 7 { "" } else { "\nsource: Tide" };
        desk.article(&format!("a{n}"), &format!("title: T{n}\ndate: 2024{source}"), &format!("Number {n} of many."));
    }
    assert_eq!(findings(&desk, &[]), ["missing-source a7.md"]);
    for n in 8..10 {
        desk.article(&format!("a{n}"), &format!("title: T{n}\ndate: 2024"), &format!("Number {n} of many."));
    }
    assert_eq!(findings(&desk, &[]), [""; 0]);
}
