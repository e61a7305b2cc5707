//! The house as `docs/ARCHITECTURE.md` draws it: layers, wings, and which outside crate may be named where.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use regex::Regex;

use crate::harness::project;

/// Rooms and their layers; the longest matching name counts. A room may name rooms of lower layers and itself.
const LAYERS: &[(&str, u8)] = &[
    ("model", 0),
    ("text", 0),
    ("settings", 1),
    ("calendar", 1),
    ("taxonomy", 1),
    ("query", 1),
    ("query::expansion", 2),
    ("query::variants", 2),
    ("engine::analyzer", 1),
    ("ingest::corpus", 2),
    ("ingest::formats", 1),
    ("ingest::cleaning", 1),
    ("ingest::language", 1),
    ("ingest::dates", 1),
    ("ingest::duplicates", 1),
    ("ingest::identity", 1),
    ("ingest::isolation", 2),
    ("ingest::classifier", 2),
    ("ingest::draft", 3),
    ("ingest::lint", 3),
    ("engine", 2),
    ("render", 2),
    ("evaluate", 2),
    ("engine::embedded", 3),
    ("engine::opensearch", 3),
    ("ingest::pipeline", 3),
    ("search", 3),
];
const UPPER: [(&str, u8); 3] = [("reindex", 4), ("server", 5), ("cli", 6)];

/// Outside crates and the rooms that may name them.
const CRATES: &[(&str, &[&str])] = &[
    ("tantivy", &["engine::embedded"]),
    ("tantivy_fst", &["engine::embedded", "engine::forms", "engine::opensearch::lexicon"]),
    // The binary itself, which is the room without a name.
    ("mimalloc", &[""]),
    ("warp", &["server"]),
    ("hyper", &["server::connections"]),
    ("hyper_util", &["server::connections"]),
    ("tokio_io_timeout", &["server::connections"]),
    ("governor", &["server::rate"]),
    ("ipnet", &["server::access"]),
    ("opensearch", &["engine::opensearch::transport"]),
    ("base64", &["engine::opensearch"]),
    ("levenshtein_automata", &["engine::opensearch::lexicon"]),
    ("bytes", &["engine::opensearch::transport"]),
    ("url", &["engine::opensearch::address", "engine::opensearch::transport"]),
    ("tokio", &["server", "cli::serve", "engine::opensearch::transport"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("ctrlc", &["cli"]),
    ("anyhow", &["cli"]),
    ("tracing_subscriber", &["cli"]),
    ("askama", &["render::html"]),
    ("csv", &["render::csv", "render::export", "render::batch", "cli::search"]),
    ("quick_xml", &["render::xml"]),
    ("anstyle", &["render::terminal"]),
    ("dom_smoothie", &["ingest::formats"]),
    ("dom_query", &["ingest::formats"]),
    ("pulldown_cmark", &["ingest::formats"]),
    ("serde_saphyr", &["ingest::formats"]),
    ("flate2", &["ingest::formats", "server::caching"]),
    ("encoding_rs", &["ingest::formats"]),
    ("encoding_rs_io", &["ingest::formats"]),
    ("mail_parser", &["ingest::formats::mhtml"]),
    ("hayro_interpret", &["ingest::formats::pdf"]),
    ("rlimit", &["ingest::isolation", "cli::serve"]),
    ("chardetng", &["ingest::formats"]),
    ("walkdir", &["ingest::corpus", "reindex::watch"]),
    ("whatlang", &["ingest::language"]),
    ("jiff", &["calendar", "model::date", "ingest::dates"]),
    ("prometheus_client", &["server::metrics"]),
    ("uuid", &["server::request_id"]),
    ("sketchir", &["ingest::duplicates"]),
    ("regex", &["ingest"]),
    ("aho_corasick", &["ingest::classifier", "ingest::cleaning", "ingest::formats"]),
    ("frostem", &["engine::analyzer"]),
    ("hanconv", &["text::han"]),
    ("jieba_rs", &["engine::analyzer"]),
    ("rayon", &["engine::embedded", "engine::opensearch", "ingest::duplicates", "ingest::pipeline", "reindex"]),
    ("getrandom", &["reindex::tasks", "engine::opensearch"]),
    ("notify", &["reindex::watch"]),
    ("signal_hook", &["cli::watch"]),
    ("tempfile", &["engine::embedded", "cli::import", "cli::export"]),
    // Hashes for people who check a file by other programs; hashes of our own are blake3.
    ("sha2", &["search::export"]),
    ("toml", &["taxonomy", "ingest::formats"]),
    ("unicode_normalization", &["text"]),
    ("unicode_segmentation", &["text", "render::terminal", "engine::snippets"]),
    ("form_urlencoded", &["render::address", "render::citation", "search::parity::questions", "server"]),
    ("percent_encoding", &["render::address", "server"]),
    // What goes over the wire says what it looks like.
    ("schemars", &["model", "render::json", "search", "server"]),
    ("strsim", &["taxonomy", "ingest::lint", "query::expansion", "search", "engine::highlight"]),
];

/// A source file by the room it is, with its code: comments, strings' contents and tests taken out.
fn rooms() -> BTreeMap<String, String> {
    let mut rooms = BTreeMap::new();
    collect(&project().join("src"), &mut Vec::new(), &mut rooms);
    rooms
}

fn collect(folder: &Path, path: &mut Vec<String>, rooms: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap().path();
        let name = entry.file_stem().unwrap().to_str().unwrap().to_owned();
        if entry.is_dir() {
            path.push(name);
            collect(&entry, path, rooms);
            path.pop();
        } else if entry.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&entry).unwrap();
            assert!(text.starts_with("//! "), "{}: opens with what it is", entry.display());
            let mut room = path.clone();
            if !matches!(name.as_str(), "mod" | "lib" | "main") {
                room.push(name);
            }
            let code: String = text
                .split("#[cfg(test)]")
                .next()
                .unwrap()
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .map(|line| format!("{line}\n"))
                .collect();
            rooms.entry(room.join("::")).or_default().push_str(&code);
        }
    }
}

fn layer(room: &str) -> Option<(&'static str, u8)> {
    LAYERS
        .iter()
        .chain(&UPPER)
        .copied()
        .filter(|(name, _)| room == *name || room.starts_with(&format!("{name}::")))
        .max_by_key(|(name, _)| name.len())
}

#[test]
fn rooms_name_only_what_lies_below_them() {
    let named = Regex::new(r"crate::([a-z_]+(?:::[a-z_]+)*)").unwrap();
    let grouped = Regex::new(r"crate::([a-z_]+)::\{([^}]*)\}").unwrap();
    let mut wrong = BTreeSet::new();
    for (room, code) in rooms() {
        let Some((own, height)) = layer(&room) else { continue };
        let plain = named.captures_iter(&code).map(|c| c[1].to_owned());
        let groups = grouped.captures_iter(&code).flat_map(|c| {
            let parent = c[1].to_owned();
            c[2].split(',').map(|name| format!("{parent}::{}", name.trim())).collect::<Vec<_>>()
        });
        for target in plain.chain(groups).collect::<BTreeSet<_>>() {
            let Some((other, depth)) = layer(&target) else { continue };
            let same = other == own || (own.starts_with("engine") && height == 2 && other == "engine");
            if !same && depth >= height {
                wrong.insert(format!("{room} (layer {height}) names {target} (layer {depth})"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_wings_know_nothing_of_each_other_and_nobody_but_cli_knows_an_engine() {
    let rules: [(&str, &[&str]); 7] = [
        (
            "ingest",
            &[
                "crate::query",
                "crate::search",
                "crate::engine::embedded",
                "crate::engine::opensearch",
                "crate::calendar",
            ],
        ),
        ("query", &["crate::ingest"]),
        ("search", &["crate::ingest", "crate::engine::embedded", "crate::engine::opensearch"]),
        ("reindex", &["crate::engine::embedded", "crate::engine::opensearch", "crate::render"]),
        (
            "server",
            &["crate::ingest", "crate::engine::embedded", "crate::engine::opensearch", "embedded::", "opensearch::"],
        ),
        ("engine", &["crate::ingest"]),
        ("render", &["crate::engine", "crate::search", "crate::ingest"]),
    ];
    for (room, code) in rooms() {
        for (wing, forbidden) in rules {
            if room == wing || room.starts_with(&format!("{wing}::")) {
                for name in forbidden {
                    let own = room.starts_with(name.trim_start_matches("crate::"));
                    assert!(own || !code.contains(name), "{room} names {name}");
                }
            }
        }
    }
}

#[test]
fn outside_crates_are_named_in_their_rooms_only() {
    for (room, code) in rooms() {
        for (name, allowed) in CRATES {
            let uses = Regex::new(&format!(r"(^|[^a-z_:.])({name})::")).unwrap();
            let at_home = allowed.iter().any(|home| room == *home || room.starts_with(&format!("{home}::")));
            assert!(at_home || !uses.is_match(&code), "{room} names the crate {name}");
        }
    }
}

#[test]
fn every_dependency_has_its_rooms() {
    let manifest = std::fs::read_to_string(project().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let anywhere = ["serde", "serde_json", "thiserror", "tracing", "blake3"];
    for name in manifest["dependencies"].as_table().unwrap().keys() {
        let name = name.replace('-', "_");
        let known = CRATES.iter().any(|(known, _)| *known == name) || anywhere.contains(&name.as_str());
        assert!(known, "say in tests/it/architecture.rs where the crate {name} may be named");
        let used = rooms().values().any(|code| code.contains(&format!("{name}::")));
        assert!(used, "the crate {name} is not used");
    }
}

#[test]
fn the_map_names_every_room_and_no_other() {
    let map = std::fs::read_to_string(project().join("docs/ARCHITECTURE.md")).unwrap();
    let drawn: BTreeSet<String> =
        Regex::new(r"(?m)^\| `([a-z_:]+)` \|").unwrap().captures_iter(&map).map(|c| c[1].to_owned()).collect();
    let built: BTreeSet<String> = rooms().into_keys().filter(|room| !room.is_empty()).collect();
    let missing: Vec<_> = built.difference(&drawn).collect();
    let gone: Vec<_> = drawn.difference(&built).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not on the map: {missing:?}; only on the map: {gone:?}");
}

/// The packages of `Cargo.lock`, those of every platform and of the fuzz targets among them.
fn metadata() -> serde_json::Value {
    // What another platform needs is fetched where it is not there yet; nothing is asked of the network after that.
    let run = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(project())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

#[test]
fn every_licence_in_the_tree_is_one_that_we_accept() {
    let accepted = [
        "MIT",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Zlib",
        "0BSD",
        "Unicode-3.0",
        "Unlicense",
        "CC0-1.0",
        "BSL-1.0",
        "MPL-2.0",
        "MIT-0",
        // Of the list of authorities that a platform without one of its own is given: data, to be passed on freely.
        "CDLA-Permissive-2.0",
    ];
    // The engine of the fuzz targets, which is in no binary that anybody is given.
    let of_tests = [("libfuzzer-sys", "NCSA")];
    for package in metadata()["packages"].as_array().unwrap() {
        let licence = package["license"].as_str().unwrap_or_default().replace('/', " OR ").replace(['(', ')'], "");
        // Of alternatives one must do; of what is joined by AND, each.
        let is_accepted = |one: &str| {
            accepted.contains(&one)
                || of_tests.iter().any(|(name, licence)| package["name"] == *name && *licence == one)
        };
        let fine = licence.split(" AND ").all(|part| part.split(" OR ").any(|one| is_accepted(one.trim())));
        assert!(fine, "{} has the licence `{licence}`", package["name"]);
    }
}

/// `docs/third-party.md` as it should be: what is in the binary on Linux and macOS, with its licence.
fn third_party() -> String {
    let run = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--package", "dossier", "--edges", "normal,no-proc-macro", "--prefix", "none"])
        .args(["--no-dedupe", "--format", "{p}|{l}"])
        .args(["--target", "x86_64-unknown-linux-gnu", "--target", "aarch64-apple-darwin"])
        .current_dir(project())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let listed = String::from_utf8(run.stdout).unwrap();
    // Without versions, so that an update changes nothing.
    let libraries: BTreeSet<(&str, &str)> = listed
        .lines()
        .filter_map(|line| line.split_once('|'))
        .map(|(package, licence)| (package.split(' ').next().unwrap_or_default(), licence))
        .filter(|(name, _)| *name != "dossier")
        .collect();
    let rows: String = libraries.iter().map(|(name, licence)| format!("| {name} | {licence} |\n")).collect();
    format!(
        "# Libraries in the binary\n\nMade and held by a test (`tests/it/architecture.rs`); `docs/operations.md` says what \
         to do with it.\n\n| library | licence |\n|---|---|\n{rows}"
    )
}

#[test]
fn the_list_of_libraries_is_whole() {
    let (path, should) = (project().join("docs/third-party.md"), third_party());
    if std::env::var_os("DOSSIER_TEST_WRITE").is_some() {
        std::fs::write(&path, &should).unwrap();
    }
    let told = "docs/third-party.md is not up to date; run DOSSIER_TEST_WRITE=1 cargo test --test it list_of_libraries";
    assert!(std::fs::read_to_string(path).unwrap_or_default() == should, "{told}");
}
