//! The command line as scripts and people rely on it: commands, flags, forms, exit codes, environment, pipes.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use regex::Regex;
use serde_json::{Value, json};

use crate::harness::{Desk, Run};

const COMMANDS: &[&str] = &[
    "index",
    "search",
    "show",
    "suggest",
    "facets",
    "batch",
    "export",
    "import",
    "check",
    "evaluate",
    "serve",
    "rollback",
    "status",
    "completions",
    "man",
];
const FILTERS: [&str; 10] =
    ["--region", "--actor", "--threat", "--filter", "--not", "--lang", "--source", "--from", "--to", "--undated"];

/// Environment variables and their values.
type Variables<'a> = &'a [(&'a str, &'a str)];
/// Paths and how many articles have them.
type Counts<'a> = &'a [(&'a str, u64)];

/// Six articles: dated, dated by month, undated; three languages; labels by hand and none.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.article(
        "raid",
        "title: Raid off Eastport\ndate: 2024-03-26\nsource: [Harbour Post, Tide]\nauthor: A. Writer\n\
         url: https://harbour.example/raid\nregion: [Norland/Eastport/Old Quay]\nactor: [Free Norland Front]\nreviewed: true\n\
         threat: [piracy]\ntopic: [ships]",
        "Pirates boarded a boat at dawn. The crew was not hurt.\n\n# What followed\n\n- a search\n- a report",
    );
    desk.article(
        "lock",
        "title: Port locked by ransomware\nreviewed: region\ndate: 2023-11-02\nsource: Tide\nregion: [Norland/Eastport]\n\
         actor: []\nthreat: [cyber/ransomware]\ntopic: [ships, computers]",
        "Ransomware closed the port for a day. A boat waited outside.",
    );
    desk.article(
        "march",
        "title: Quiet month\nreviewed: [region]\ndate: 2024-03\nregion: [Norland/Westmoor]\nactor: []\nthreat: []",
        "In the whole month no boat was seen.",
    );
    desk.article(
        "undated",
        "title: Old story\nundated: true\nlang: en\nregion: []\nactor: []\nthreat: []",
        "A boat sank, nobody knows when.",
    );
    desk.article(
        "urdu",
        "title: گودی میں ہڑتال\ndate: 2025-01-15\nlang: ur\nregion: [Sudia]\nactor: []\nthreat: []",
        "مزدوروں نے کام بند کر دیا۔",
    );
    desk.article(
        "chinese",
        "title: 港口罢工\ndate: 2024-12-31\nlang: zh\nregion: [Sudia/Eastport Bay]\nactor: []\nthreat: []",
        "工人停止工作。",
    );
    desk.run(&["index"]).ended(0);
    desk
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

/// The long flags that a help text lists, with the environment variable of each.
fn flags(help: &str) -> BTreeMap<String, Option<String>> {
    let start = Regex::new(r"(?m)^\s+(?:-\w, )?(--[a-z][a-z-]*)").unwrap();
    let variable = Regex::new(r"\[env: (DOSSIER_[A-Z_]+)=").unwrap();
    let starts: Vec<_> = start.captures_iter(help).map(|found| found.get(1).unwrap()).collect();
    let ends = starts.iter().skip(1).map(|next| next.start()).chain([help.len()]);
    let parts = starts.iter().zip(ends).map(|(flag, end)| (flag.as_str(), &help[flag.end()..end]));
    parts.map(|(flag, text)| (flag.to_owned(), variable.captures(text).map(|found| found[1].to_owned()))).collect()
}

#[test]
fn every_command_has_its_flags_and_every_flag_its_environment_variable() {
    let desk = Desk::new();
    let filters = FILTERS.to_vec();
    let search = [
        &["--sort", "--size", "--page", "--match", "--variants", "--no-variant", "--fuzzy"][..],
        &["--collapse", "--recency", "--explain", "--interval", "--format"],
        FILTERS.as_slice(),
    ]
    .concat();
    let evaluate = [
        &["--queries", "--judgments", "--run", "--judge", "--compare", "--depth", "--match"][..],
        &["--variants", "--fuzzy", "--collapse", "--per-query", "--format"],
    ]
    .concat();
    let suggest = [&["--size", "--format"], FILTERS.as_slice()].concat();
    let matching = ["--match", "--variants", "--no-variant", "--fuzzy"];
    let export = [
        &["--sort", "--collapse", "--recency", "--accessed", "--public-url", "--format", "--output", "--manifest"][..],
        &matching,
        &FILTERS,
    ]
    .concat();
    let batch = [&["--format"][..], &matching, &FILTERS].concat();
    let expected: Vec<(&str, Vec<&str>)> = vec![
        ("batch", batch),
        ("export", export),
        (
            "index",
            vec![
                "--taxonomy",
                "--full",
                "--if-needed",
                "--watch",
                "--allow-empty",
                "--dry-run",
                "--engine-shards",
                "--engine-replicas",
                "--format",
            ],
        ),
        ("search", search),
        ("show", vec!["--highlight", "--accessed", "--public-url", "--format"]),
        ("suggest", suggest),
        ("facets", [filters, vec!["--query", "--facet-query", "--facet-size", "--format"]].concat()),
        ("import", vec!["--to", "--taxonomy", "--dry-run", "--format"]),
        ("check", vec!["--taxonomy", "--only", "--except", "--verify-index", "--parity", "--format"]),
        ("evaluate", evaluate),
        (
            "serve",
            vec![
                "--listen",
                "--public-url",
                "--rate-limit",
                "--rate-burst",
                "--connections-per-address",
                "--trusted-proxy",
                "--cors",
                "--taxonomy",
                "--token-file",
                "--watch",
                "--log-queries",
                "--log-addresses",
                "--log-slow",
                "--engine-shards",
                "--engine-replicas",
            ],
        ),
        ("rollback", vec!["--format"]),
        ("status", vec!["--format"]),
        ("completions", vec![]),
        ("man", vec![]),
    ];
    for (command, own) in expected {
        let help = desk.run(&[command, "--help"]).ended(0).out;
        let listed = flags(&help);
        let everywhere = ["--corpus", "--index", "--engine", "--log", "--log-format", "--color"];
        for flag in everywhere.iter().chain(&own) {
            let name = format!("DOSSIER_{}", flag.trim_start_matches('-').replace('-', "_").to_uppercase());
            assert_eq!(listed.get(*flag), Some(&Some(name)), "{command} {flag}: {help}");
        }
        for flag in listed.keys().filter(|flag| *flag != "--help") {
            let known = everywhere.contains(&flag.as_str()) || own.contains(&flag.as_str());
            assert!(known, "{command} has {flag}, which no promise names");
        }
    }
}

#[test]
fn help_leads_with_examples_and_no_command_at_all_is_wrong_use() {
    let desk = Desk::new();
    let help = desk.run(&["--help"]).ended(0);
    assert!(help.out.starts_with("Examples:") && help.err.is_empty(), "{help:?}");
    for command in COMMANDS {
        assert!(Regex::new(&format!(r"(?m)^  {command} ")).unwrap().is_match(&help.out), "{command}");
    }
    for command in ["search", "suggest", "facets", "batch", "export", "evaluate"] {
        assert!(desk.run(&[command, "--help"]).ended(0).out.starts_with("Examples:"), "{command}");
    }
    let nothing = desk.run(&[]).ended(2);
    assert!(nothing.out.is_empty() && nothing.err.contains("Usage: dossier"), "{nothing:?}");
    let version = desk.run(&["--version"]).ended(0).out;
    let format = dossier::engine::embedded::schema::SCHEMA_VERSION;
    assert_eq!(version, format!("dossier {} (index format {format})\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_filter_narrows_as_it_says() {
    let desk = desk();
    let cases: [(&[&str], &[&str]); 36] = [
        (&[], &["chinese", "lock", "march", "raid", "undated", "urdu"]),
        (&["boat"], &["lock", "march", "raid", "undated"]),
        (&["boat", "crew"], &["raid"]),
        (&["boat", "crew", "--match", "any"], &["lock", "march", "raid", "undated"]),
        // A place is its full path, its last part, another name or a code; it holds what lies below it.
        (&["--region", "Norland"], &["lock", "march", "raid"]),
        (&["--region", "Norland/Eastport/Old Quay"], &["raid"]),
        (&["--region", "old quay"], &["raid"]),
        (&["--region", "East Harbour"], &["lock", "raid"]),
        (&["--region", "东港"], &["lock", "raid"]),
        (&["--region", "NO-L"], &["lock", "march", "raid"]),
        // One flag twice is or, two flags are and.
        (&["--region", "Westmoor", "--region", "Old Quay"], &["march", "raid"]),
        (&["--region", "Norland", "--threat", "cyber"], &["lock"]),
        (&["--actor", "FNF"], &["raid"]),
        (&["--threat", "piracy", "--threat", "ransomware"], &["lock", "raid"]),
        (&["--filter", "topic=ships"], &["lock", "raid"]),
        (&["--filter", "topic=ships", "--filter", "topic=computers"], &["lock", "raid"]),
        (&["--filter", "region=Sudia", "--filter", "lang=ur"], &["urdu"]),
        (&["--not", "region=Norland"], &["chinese", "undated", "urdu"]),
        (&["--not", "threat=_none"], &["lock", "raid"]),
        (&["--region", "Norland", "--not", "region=Old Quay"], &["lock", "march"]),
        (&["--region", "_none"], &["undated"]),
        (&["--region", "_none", "--region", "Westmoor"], &["march", "undated"]),
        (&["--filter", "topic=_none", "--lang", "en"], &["march", "undated"]),
        (&["--lang", "ur", "--lang", "zh"], &["chinese", "urdu"]),
        (&["--source", "Tide"], &["lock", "raid"]),
        (&["--source", "harbour post"], &["raid"]),
        // Dates are inclusive and may be partial; a month is found wherever it overlaps.
        (&["--from", "2024", "--to", "2024"], &["chinese", "march", "raid"]),
        (&["--from", "2024-03-10", "--to", "2024-03-12"], &["march"]),
        (&["--from", "2024-03-26", "--to", "2024-03-26"], &["march", "raid"]),
        (&["--to", "2023-11-02"], &["lock"]),
        (&["--to", "2023-11-01"], &[]),
        (&["--from", "2024-12-31"], &["chinese", "urdu"]),
        (&["--from", "2025", "--undated"], &["undated", "urdu"]),
        (&["--undated"], &["undated"]),
        (&["boat", "--region", ""], &["lock", "march", "raid", "undated"]),
        (&["region:Westmoor", "OR", "crew"], &["march", "raid"]),
    ];
    for (arguments, expected) in cases {
        assert_eq!(sorted(desk.ids(arguments)), expected, "{arguments:?}");
    }
}

#[test]
fn hits_come_in_the_order_and_the_pages_that_were_asked_for() {
    let desk = desk();
    let newest = ["urdu", "chinese", "raid", "march", "lock", "undated"];
    assert_eq!(desk.ids(&[]), newest, "without a query the newest come first");
    assert_eq!(desk.ids(&["--sort", "newest"]), newest);
    assert_eq!(desk.ids(&["--sort", "oldest"]), ["lock", "march", "raid", "chinese", "urdu", "undated"]);
    assert_eq!(desk.ids(&["title:raid", "OR", "boat", "--sort", "relevance"])[0], "raid");
    for (n, id) in newest.iter().enumerate() {
        let page = (n + 1).to_string();
        let run = desk.run(&["search", "--format", "ids", "--size", "1", "--page", &page]).ended(0);
        assert_eq!(run.out, format!("{id}\n"));
    }
    let past = desk.run(&["search", "--format", "ids", "--size", "1", "--page", "7"]).ended(0);
    assert_eq!(past.out, "", "a page past the last has no hits, yet there are articles");
    // An article of March 2024 may be of any day of it.
    let widths = [("year", "2024", 3), ("month", "2024-03", 2), ("day", "2024-03-26", 2)];
    for (width, key, count) in widths {
        let found = desk.run(&["search", "--interval", width, "--format", "json"]).ended(0).json();
        let bucket = json!({"key": key, "count": count});
        assert!(found["histogram"]["buckets"].as_array().unwrap().contains(&bucket), "{}", found["histogram"]);
        assert_eq!((&found["histogram"]["interval"], &found["histogram"]["undated"]), (&json!(width), &json!(1)));
    }
}

#[test]
fn a_search_has_one_answer_in_five_forms() {
    let desk = desk();
    let ids = sorted(desk.ids(&["boat"]));
    let run = |form: &str| desk.run(&["search", "boat", "--format", form]).ended(0);

    let json = run("json").json();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    let expected = ["query", "total", "page", "size", "took_ms", "generation", "hits", "facets", "histogram"];
    assert_eq!(keys, expected);
    assert_eq!((&json["total"]["value"], &json["total"]["relation"]), (&json!(4), &json!("eq")));
    assert_eq!((&json["query"]["text"], &json["query"]["match_used"]), (&json!("boat"), &json!("all")));
    let hits = json["hits"].as_array().unwrap();
    let found = hits.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(sorted(found), ids);
    assert!(hits.iter().all(|hit| hit["snippets"][0]["html"].as_str().unwrap().contains("<mark>boat</mark>")));
    let facets: Vec<&String> = json["facets"].as_object().unwrap().keys().collect();
    assert_eq!(facets, ["region", "actor", "threat", "topic", "lang", "source"]);

    let lines: Vec<Value> = run("jsonl").out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(&lines, hits, "a line is a hit as the whole answer has it");

    let table = run("csv").out;
    let mut rows = table.lines();
    assert_eq!(rows.next(), Some("id,date,title,source,url,lang,score,region,actor,threat,topic,snippet"));
    assert_eq!(sorted(rows.map(|row| row.split(',').next().unwrap().to_owned()).collect()), ids);
    assert!(table.contains("\nraid,2024-03-26,Raid off Eastport,Harbour Post; Tide,https://harbour.example/raid,en,"));

    let text = run("text").out;
    for words in [
        "4 articles",
        "Raid off Eastport",
        "2024-03-26 · Harbour Post, Tide · Norland/…/Old Quay",
        "*boat*",
        "Region",
        "undated 1",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert_eq!(run("text").out.lines().skip(1).collect::<Vec<_>>(), text.lines().skip(1).collect::<Vec<_>>());

    for form in ["json", "jsonl", "csv", "ids", "text"] {
        let none = desk.run(&["search", "zeppelin", "--format", form]).ended(1);
        assert!(none.err.is_empty(), "{form}: {none:?}");
        match form {
            "json" => assert_eq!(none.json()["total"]["value"], 0),
            "csv" => assert_eq!(none.out.lines().count(), 1),
            "text" => assert!(none.out.starts_with("No article found"), "{}", none.out),
            _ => assert!(none.out.is_empty(), "{form}: {}", none.out),
        }
    }
}

#[test]
fn words_that_no_article_has_together_are_told_and_so_is_what_was_read_otherwise() {
    let desk = desk();
    let most = desk.run(&["search", "crew", "zeppelin"]).ended(0);
    assert!(most.out.contains("Missing: zeppelin"), "{}", most.out);
    let json = desk.run(&["search", "crew", "zeppelin", "--format", "json"]).ended(0).json();
    assert_eq!((&json["query"]["match_used"], &json["query"]["missing"]), (&json!("most"), &json!(["zeppelin"])));
    let odd = desk.run(&["search", "boat", "AND"]).ended(0);
    assert!(odd.out.contains("Note: ") && odd.out.contains("(at 6)"), "{}", odd.out);
}

#[test]
fn what_follows_two_hyphens_is_the_query() {
    let desk = desk();
    assert_eq!(sorted(desk.ids(&["--", "-boat"])), ["chinese", "urdu"]);
    assert_eq!(desk.ids(&["--lang", "en", "--", "boat", "-crew", "-month", "-port"]), ["undated"]);
    desk.run(&["search", "-boat"]).ended(2);
    let flag = desk.run(&["search", "--format", "json", "--", "--region", "Sudia"]).json();
    assert_eq!(flag["query"]["text"], "--region Sudia");
    assert_eq!(desk.ids(&["boat at", "dawn"]), ["raid"], "arguments are joined");
    assert_eq!(desk.ids(&["\"boat at dawn\""]), ["raid"]);
    assert!(desk.ids(&["\"dawn at boat\""]).is_empty());
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_default() {
    let desk = desk();
    let with = |variables: &[(&str, &str)], arguments: &[&str]| {
        let done = desk.command(arguments).envs(variables.iter().copied()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { code: done.status.code().unwrap(), out: text(done.stdout), err: text(done.stderr) }
    };
    let ids = ("DOSSIER_FORMAT", "ids");
    let cases: [(Variables<'_>, &[&str], &str); 13] = [
        (&[ids], &["search", "crew"], "raid\n"),
        (&[ids, ("DOSSIER_SIZE", "1")], &["search"], "urdu\n"),
        (&[ids, ("DOSSIER_SIZE", "1")], &["search", "--size", "2"], "urdu\nchinese\n"),
        (&[ids, ("DOSSIER_SIZE", "1"), ("DOSSIER_PAGE", "2")], &["search"], "chinese\n"),
        (&[ids, ("DOSSIER_SORT", "oldest"), ("DOSSIER_SIZE", "1")], &["search"], "lock\n"),
        (&[ids, ("DOSSIER_REGION", "Westmoor")], &["search"], "march\n"),
        (&[ids, ("DOSSIER_REGION", "Westmoor")], &["search", "--region", "Old Quay"], "raid\n"),
        (&[ids, ("DOSSIER_FILTER", "lang=ur")], &["search"], "urdu\n"),
        (&[ids, ("DOSSIER_NOT", "lang=en"), ("DOSSIER_TO", "2024")], &["search"], "chinese\n"),
        (&[ids, ("DOSSIER_UNDATED", "true")], &["search"], "undated\n"),
        (&[ids, ("DOSSIER_UNDATED", "false"), ("DOSSIER_FROM", "2025")], &["search"], "urdu\n"),
        (&[ids, ("DOSSIER_SOURCE", "Tide"), ("DOSSIER_THREAT", "cyber")], &["search"], "lock\n"),
        (&[("DOSSIER_FORMAT", "json")], &["search", "crew", "--format", "ids"], "raid\n"),
    ];
    for (variables, arguments, expected) in cases {
        let run = with(variables, arguments).ended(0);
        assert_eq!(run.out, expected, "{variables:?} {arguments:?}");
    }
    let wrong = with(&[("DOSSIER_FORMAT", "jsonn")], &["search"]).ended(2);
    assert!(wrong.err.contains("jsonn"), "{}", wrong.err);
    let wrong = with(&[("DOSSIER_SORT", "newst")], &["search"]).ended(2);
    assert!(wrong.err.contains("newst"), "{}", wrong.err);

    // The desk names its folders by the environment; flags win, wherever they stand.
    let other = Desk::new();
    other.article("elsewhere", "title: Elsewhere", "Text.");
    let (corpus, index) = (other.corpus().to_str().unwrap(), other.index());
    let index = index.to_str().unwrap();
    desk.run(&["--corpus", corpus, "index", "--index", index]).ended(0);
    assert_eq!(desk.ids(&["--index", index]), ["elsewhere"]);
    assert_eq!(desk.ids(&[]).len(), 6);
    // Without either, the folders are `corpus` and `index` where one stands.
    let mut bare = Command::new(env!("CARGO_BIN_EXE_dossier"));
    let bare = bare.args(["status", "--format", "json"]).env_clear().current_dir(desk.index().parent().unwrap());
    let status: Value = serde_json::from_slice(&bare.output().unwrap().stdout).unwrap();
    assert_eq!(status["documents"], 6);
}

#[test]
fn the_taxonomy_is_the_one_named_else_that_of_the_corpus_else_the_built_in_one_which_is_said() {
    let desk = Desk::new();
    desk.article("a", "title: A", "Pirates in Atlantis.");
    let dimensions = |desk: &Desk| -> Vec<String> {
        desk.run(&["facets", "--format", "json"]).ended(0).json().as_object().unwrap().keys().cloned().collect()
    };
    desk.run(&["index"]).ended(0);
    assert_eq!(dimensions(&desk), ["region", "actor", "threat", "topic", "lang", "source"]);

    let own = "version = 1\n[[dimension]]\nname = \"mood\"\n[[mood]]\npath = \"Atlantis\"\n";
    let file = desk.index().parent().unwrap().join("moods.toml");
    std::fs::write(&file, own).unwrap();
    let file = file.to_str().unwrap();
    assert!(desk.run(&["index", "--taxonomy", file]).ended(0).err.is_empty());
    assert_eq!(dimensions(&desk), ["mood", "lang", "source"]);
    assert_eq!(desk.ids(&["--filter", "mood=atlantis"]), ["a"]);

    desk.run(&["index"]).ended(0);
    let named = desk.command(&["index"]).env("DOSSIER_TAXONOMY", "none").output().unwrap();
    assert_eq!(named.status.code(), Some(0));
    assert_eq!(dimensions(&desk), ["lang", "source"]);
    desk.run(&["search", "--region", "Norland"]).ended(2);

    std::fs::remove_file(desk.corpus().join("taxonomy.toml")).unwrap();
    let said = desk.run(&["index"]).ended(0);
    assert!(said.err.contains("note: ") && said.err.contains("the built-in taxonomy is used"), "{}", said.err);
    assert!(dimensions(&desk).len() > 2);
}

#[test]
fn colour_is_there_when_asked_for_and_never_in_a_pipe() {
    let desk = desk();
    let cases: [(&[&str], Variables<'_>, bool); 9] = [
        (&[], &[], false),
        (&["--color", "auto"], &[], false),
        (&["--color", "always"], &[], true),
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
        (&["--color", "never"], &[], false),
        (&[], &[("DOSSIER_COLOR", "always")], true),
        (&["--color", "never"], &[("DOSSIER_COLOR", "always")], false),
        (&["--color", "always", "--format", "json"], &[], false),
        (&["--color", "always", "--format", "csv"], &[], false),
    ];
    for (flags, variables, coloured) in cases {
        for command in [&["search", "boat"][..], &["show", "raid", "--highlight", "boat"]] {
            if command[0] == "show" && flags.contains(&"csv") {
                continue;
            }
            let mut run = desk.command(&[command, flags].concat());
            let done = run.env_remove("NO_COLOR").envs(variables.iter().copied()).output().unwrap();
            let text = String::from_utf8(done.stdout).unwrap();
            assert_eq!(text.contains('\u{1b}'), coloured, "{command:?} {flags:?} {variables:?}");
            // Where nothing is coloured, marks are shown in another way.
            assert!(text.contains("boat"), "{text}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_colour_comes_by_itself_unless_somebody_minds() {
    let desk = desk();
    for (variable, value, coloured) in
        [("LANG", "C", true), ("NO_COLOR", "1", false), ("NO_COLOR", "", true), ("TERM", "dumb", false)]
    {
        let mut run = desk.command(&[]);
        let line = format!("{} search boat", env!("CARGO_BIN_EXE_dossier"));
        let mut terminal = Command::new("script");
        terminal.args(["-qec", &line, "/dev/null"]).current_dir(run.current_dir("/").get_current_dir().unwrap());
        for (name, value) in run.get_envs() {
            match value {
                Some(value) => terminal.env(name, value),
                None => terminal.env_remove(name),
            };
        }
        terminal.env_remove("NO_COLOR").env("TERM", "xterm").env(variable, value).stdin(Stdio::null());
        let Ok(done) = terminal.output() else {
            assert!(std::env::var_os("CI").is_none(), "`script` is needed to try a terminal");
            return;
        };
        let text = String::from_utf8(done.stdout).unwrap();
        assert!(text.contains("4 articles"), "{text}");
        assert_eq!(text.contains('\u{1b}'), coloured, "{variable}={value}: {text}");
    }
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let desk = desk();
    for arguments in [
        &["search", "boat"][..],
        &["search", "boat", "--format", "json"],
        &["search", "boat", "--format", "jsonl"],
        &["search", "boat", "--format", "csv"],
        &["search", "boat", "--format", "ids"],
        &["show", "raid"],
        &["show", "raid", "--format", "json"],
        &["show", "raid", "--format", "markdown"],
        &["facets"],
        &["status"],
        &["check"],
        &["index"],
        &["index", "--full", "--format", "json"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
        &["search", "--help"],
        &["--version"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let done = desk.command(arguments).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!((done.status.code(), said.as_str()), (Some(0), ""), "{arguments:?}");
    }
    // Nobody to complain to is no reason to fall over.
    for (arguments, code) in [(&["show", "nobody"][..], 1), (&["search", "--sort", "up"], 2), (&["serach"], 2)] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let done = desk.command(arguments).stderr(writer).output().unwrap();
        assert_eq!(done.status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn an_article_is_shown_with_its_labels_and_marks() {
    let desk = desk();
    let text = desk.run(&["show", "raid", "--highlight", "boarding boats"]).ended(0).out;
    for words in [
        "Raid off Eastport\n",
        "2024-03-26 (front-matter) · Harbour Post, Tide · en · raid",
        "A. Writer",
        "https://harbour.example/raid",
        "Old Quay · by the curator",
        "Pirates *boarded* a *boat* at dawn.",
        "What followed",
        "- a search",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let json = desk.run(&["show", "raid", "--format", "json"]).ended(0).json();
    let keys: BTreeSet<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    let promised = "id title body url source sources author date date_source lang dateline file facets copies links";
    for key in promised.split(' ') {
        assert!(keys.contains(key), "{key} in {keys:?}");
    }
    assert_eq!(
        json["body"],
        "Pirates boarded a boat at dawn. The crew was not hurt.\n\n# What followed\n\n- a search\n- a report"
    );
    let label =
        json!({"path": "Norland/Eastport/Old Quay", "by": "curator", "kind": "tag", "weight": 1.0, "evidence": []});
    assert_eq!(json["facets"]["region"], json!([label]));
    assert_eq!(json["file"], "raid.md");
    let missing = desk.run(&["show", "nobody", "--format", "json"]).ended(1);
    assert!(missing.out.is_empty() && missing.err.contains("there is no article `nobody`"), "{missing:?}");
}

#[test]
fn the_markdown_form_is_a_file_for_the_corpus_that_gives_the_same_article() {
    let desk = desk();
    desk.article(
        "awkward",
        "title: \"Quotes \\\"here\\\": # no comment, 'and' [brackets] \\\\ & more\"\ndate: 2024\n\
         author: \"O'Neil: the \\\"second\\\"\"\nsource: ['A: b', \"- c\"]\n\
         sources:\n  - {publisher: Tide, url: \"https://tide.example/?a=b&c=#d\", published: 2024-03}\n\
         region: [Atlantis, Sudia]\nthreat: []\nconfidence: {level: 3, by: [x, 'y: z']}\n\"odd key: \": yes",
        "Ransomware was not the theme.\n\n---\n\ntitle: not a key\n\n# A heading\n\n- one\n- two: three",
    );
    // Labels that the classifier finds, and a text as it was scraped.
    desk.write("found.txt", "A headline of one line\n\nPirates were seen off Westmoor. The Harbour Guard looked for them along the coast of Norland for a day.\n");
    desk.write(
        "record.jsonl",
        "{\"title\":\"رپورٹ\",\"body\":\"ایسٹ پورٹ میں ہڑتال\\n\\nدوسرا پیراگراف\",\"date\":\"2024-05\"}\n",
    );
    desk.run(&["index"]).ended(0);
    let copy = Desk::new();
    let ids = desk.ids(&[]);
    assert_eq!(ids.len(), 9);
    for id in &ids {
        copy.write(
            &format!("a file of another name {id}.md"),
            desk.run(&["show", id, "--format", "markdown"]).ended(0).out,
        );
    }
    let report = copy.indexed();
    assert_eq!(report["documents"], 9, "{report}");
    assert_eq!(sorted(copy.ids(&[])), sorted(ids.clone()));
    for id in &ids {
        let [mut original, mut again] =
            [&desk, &copy].map(|desk| desk.run(&["show", id, "--format", "json"]).ended(0).json());
        for article in [&mut original, &mut again] {
            let article = article.as_object_mut().unwrap();
            // Where it stands, and that somebody has now written down what was found.
            for key in ["file", "line", "date_source"] {
                article.remove(key);
            }
            let facets = article["facets"].as_object_mut().unwrap();
            for labels in facets.values_mut() {
                let tags = labels.as_array().unwrap().iter().filter(|label| label["kind"] == "tag");
                *labels = tags.map(|label| label["path"].clone()).collect();
            }
        }
        assert_eq!(original, again, "{id}");
        let [first, second] = [&desk, &copy].map(|desk| desk.run(&["show", id, "--format", "markdown"]).out);
        assert_eq!(first, second, "{id}");
    }
}

#[test]
fn facets_are_counted_under_the_same_filters_as_a_search() {
    let desk = desk();
    let counted = |arguments: &[&str]| -> BTreeMap<String, u64> {
        fn flatten(values: &Value, into: &mut BTreeMap<String, u64>) {
            for value in values.as_array().unwrap() {
                into.insert(value["path"].as_str().unwrap().to_owned(), value["count"].as_u64().unwrap());
                flatten(&value["children"], into);
            }
        }
        let facet = desk.run(&[&["facets"], arguments, &["--format", "json"]].concat()).ended(0).json();
        let mut into = BTreeMap::from([("_none".to_owned(), facet["missing"].as_u64().unwrap())]);
        flatten(&facet["values"], &mut into);
        into.retain(|_, count| *count > 0);
        into
    };
    let expected = |pairs: &[(&str, u64)]| pairs.iter().map(|(path, count)| ((*path).to_owned(), *count)).collect();
    let all: BTreeMap<String, u64> = expected(&[
        ("Norland", 3),
        ("Norland/Eastport", 2),
        ("Norland/Eastport/Old Quay", 1),
        ("Norland/Westmoor", 1),
        ("Sudia", 2),
        ("Sudia/Eastport Bay", 1),
        ("_none", 1),
    ]);
    assert_eq!(counted(&["region"]), all);
    assert_eq!(counted(&["region", "--region", "Sudia"]), all, "its own choice does not narrow a dimension");
    let cases: [(&[&str], Counts<'_>); 6] = [
        (&["region", "--lang", "ur"], &[("Sudia", 1)]),
        (&["threat", "--query", "boat"], &[("piracy", 1), ("cyber", 1), ("cyber/ransomware", 1), ("_none", 2)]),
        (&["lang", "--from", "2024-12"], &[("ur", 1), ("zh", 1)]),
        (&["topic", "--source", "Tide"], &[("ships", 2), ("computers", 1)]),
        (&["source", "--not", "threat=piracy", "--query", "boat"], &[("Tide", 1), ("_none", 2)]),
        (&["actor", "--undated"], &[("_none", 1)]),
    ];
    for (arguments, pairs) in cases {
        assert_eq!(counted(arguments), expected(pairs), "{arguments:?}");
    }
    // A value is found by any part of any of its names.
    let found = counted(&["region", "--facet-query", "harb"]);
    assert!(found.contains_key("Norland/Eastport") && !found.contains_key("Norland/Westmoor"), "{found:?}");
    let one = desk.run(&["facets", "region", "--facet-size", "1", "--format", "json"]).ended(0).json();
    assert_eq!(
        (one["values"].as_array().unwrap().len(), &one["dimension"], &one["other"]),
        (1, &json!("region"), &json!(2))
    );

    let text = desk.run(&["facets"]).ended(0).out;
    for words in [
        "Region\n  Norland  3\n    Eastport  2\n      Old Quay  1\n",
        "No region  1",
        "Threat\n",
        "Source\n  Tide  2\n",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let only = desk.run(&["facets", "lang"]).ended(0).out;
    assert!(only.starts_with("Language\n") && !only.contains("Region"), "{only}");
    let searched = desk.run(&["search", "--format", "json"]).ended(0).json();
    assert_eq!(desk.run(&["facets", "--format", "json"]).ended(0).json(), searched["facets"]);
}

#[test]
fn check_finds_what_a_curator_should_mend_and_touches_nothing() {
    let desk = desk();
    let clean = desk.run(&["check"]).ended(0);
    assert!(clean.out.contains("6 articles in 6 files, 1 undated: no findings"), "{}", clean.out);
    assert_eq!(desk.run(&["check", "--format", "json"]).ended(0).json()["findings"], json!([]));

    let story = "Police said on Tuesday that two sailors were hurt when a crane fell near the gate of the port, and \
                 that nobody else had been standing on the quay.";
    desk.article("one", "title: A crane falls\ndate: 2024", story);
    desk.article("two", "title: Two hurt in port\ndate: 2024", &story.to_uppercase());
    desk.article("bad-date", "title: Bad date\ndate: 2024-06-31", "Text of it.");
    desk.article("future", "title: Future\ndate: 2999-01-01", "Text of that.");
    desk.article("bad-label", "title: Bad label\ndate: 2024\nregion: [Westmoore]", "Some text.");
    desk.write("bad-id.md", "---\nid: raid\ntitle: Another\n---\nText.\n");
    desk.write("gone.txt.meta.toml", "title = \"Nothing\"\n");
    desk.write("cut.md", "---\ntitle: x\n");
    let report = desk.run(&["check", "--format", "json"]).ended(1).json();
    let findings = report["findings"].as_array().unwrap();
    let expected = [
        ("copy", "one.md", "`one` has the same text as two (two.md)"),
        ("odd-date", "bad-date.md:3", "2024-06-31"),
        ("future-date", "future.md:3", "lies in the future"),
        ("unknown-label", "bad-label.md:4", "(near: Norland/Westmoor)"),
        ("duplicate-id", "raid.md", "already used by bad-id.md"),
        ("missing-date", "bad-id.md", "undated: true"),
        ("lonely-sidecar", "gone.txt.meta.toml", "which is not there"),
        ("quarantined", "cut.md:1", "is not closed"),
    ];
    for (kind, place, words) in expected {
        let found = findings.iter().any(|finding| {
            finding["kind"] == kind && finding["place"] == place && finding["message"].as_str().unwrap().contains(words)
        });
        assert!(found, "{kind} {place} {words} in {report:#}");
    }
    assert_eq!(findings.len(), expected.len(), "{report:#}");
    let text = desk.run(&["check"]).ended(1).out;
    assert!(text.contains("copy: one.md: ") && text.contains("8 findings"), "{text}");
    assert_eq!(desk.ids(&[]).len(), 6, "the index is as it was");
    desk.run(&["check", "--verify-index"]).ended(1);

    let none = Desk::new();
    none.article("a", "title: A\nundated: true", "Text.");
    none.run(&["check"]).ended(0);
    assert!(!none.index().exists(), "check needs no index and makes none");
}

#[test]
fn status_says_what_stands_in_the_index() {
    let desk = desk();
    desk.write("cut.md", "---\ntitle: x\n");
    desk.article("bad-date", "title: Bad date\ndate: 2024-06-31", "Text of it.");
    let report = desk.indexed();
    let json = desk.run(&["status", "--format", "json"]).ended(0).json();
    for (key, expected) in [
        ("documents", json!(7)),
        ("undated", json!(2)),
        ("files", json!(8)),
        ("segments", json!(1)),
        ("generation", report["generation"].clone()),
    ] {
        assert_eq!(json[key], expected, "{key} in {json}");
    }
    assert!(json["bytes"].as_u64().unwrap() > 1000);
    assert!(Regex::new(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$").unwrap().is_match(json["built_at"].as_str().unwrap()));
    let text = desk.run(&["status"]).ended(0).out;
    let generation = format!("generation {}", report["generation"].as_str().unwrap());
    for words in
        ["7 articles, 2 undated", &generation, "1 in quarantine:\n   cut.md:1: ", "1 warned of:\n   bad-date.md: "]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn a_report_is_for_people_or_for_programs() {
    let desk = desk();
    let text = desk.run(&["index"]).ended(0);
    assert!(
        text.out.contains("indexed 6: 0 added, 0 updated, 6 unchanged; 0 removed\n")
            && text.out.contains("seen 7: 6 indexed, 0 in quarantine, 1 skipped\n")
            && text.out.contains("undated 1, "),
        "{}",
        text.out
    );
    assert!(text.err.is_empty(), "no progress but on a terminal: {}", text.err);
    let json = desk.run(&["index", "--format", "json"]).ended(0).json();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    let expected = [
        "files",
        "totals",
        "analysed",
        "added",
        "updated",
        "unchanged",
        "removed",
        "documents",
        "undated",
        "unlabelled",
        "missing_labels",
        "languages",
        "date_sources",
        "copy_groups",
        "copies",
        "quarantined",
        "skipped",
        "warnings",
        "generation",
        "changed",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn the_log_goes_to_standard_error_in_the_form_asked_for() {
    let desk = desk();
    let quiet = desk.run(&["index", "--full", "--format", "json"]).ended(0);
    assert!(quiet.err.is_empty(), "{}", quiet.err);
    let text = desk.run(&["index", "--full", "--format", "json", "--log", "info"]).ended(0);
    assert!(text.err.contains("INFO") && text.err.contains("everything is read anew"), "{}", text.err);
    assert_eq!(text.json()["documents"], 6, "results stay apart from the log");
    let json = desk.run(&["index", "--full", "--log", "info", "--log-format", "json"]).ended(0);
    let line: Value = serde_json::from_str(json.err.lines().next().unwrap()).unwrap();
    assert_eq!((&line["level"], &line["message"]), (&json!("INFO"), &json!("everything is read anew")));
    desk.run(&["index", "--log", "loud"]).ended(2);
}

#[test]
fn completions_for_each_shell_know_every_command_and_flag() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = desk.run(&["completions", shell]).ended(0).out;
        let words = COMMANDS.iter().copied().chain(FILTERS.map(|flag| flag.trim_start_matches('-')));
        for word in words.chain(["verify-index", "dry-run", "highlight"]) {
            assert!(script.contains(word), "{word} in the completions of {shell}");
        }
        // The other two have no completions for values.
        let values = matches!(shell, "bash" | "zsh" | "fish");
        assert_eq!(script.contains("jsonl"), values, "{shell}");
        if values {
            let file = desk.corpus().join(shell);
            std::fs::write(&file, &script).unwrap();
            // Only where the shell is there can it judge its script.
            if let Ok(read) = Command::new(shell).arg("-n").arg(&file).output() {
                assert!(read.status.success(), "{shell}: {}", String::from_utf8_lossy(&read.stderr));
            }
        }
    }
}

#[test]
fn the_manual_names_every_command_and_every_flag() {
    let desk = Desk::new();
    let page = desk.run(&["man"]).ended(0).out;
    assert!(page.contains(".TH dossier 1"), "{page}");
    let plain = page.replace("\\-", "-");
    for command in COMMANDS {
        assert!(plain.contains(&format!(".TH dossier-{command} 1")), "{command}");
        for (flag, variable) in flags(&desk.run(&[command, "--help"]).ended(0).out) {
            assert!(plain.contains(&flag), "{command} {flag}");
            assert!(variable.is_none_or(|name| plain.contains(&name)), "{command} {flag}");
        }
    }
    for words in ["Query language", "Exit code 1"] {
        assert!(plain.contains(words), "{words}");
    }
}

#[test]
fn a_taken_port_is_told_before_anything_is_built() {
    let desk = Desk::new();
    desk.article("a", "title: A", "Text.");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = desk.run(&["serve", "--listen", &address]).ended(2);
    assert!(run.err.contains(&address) && run.err.contains("--listen"), "{}", run.err);
    assert!(!desk.index().exists());
    desk.run(&["serve", "--listen", "everywhere"]).ended(2);
}
