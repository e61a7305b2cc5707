//! The documents say what is: every command of the README runs, every flag and route in it exists, links lead somewhere.

use std::path::Path;

use regex::Regex;

use crate::cluster::Cluster;
use crate::harness::{Desk, project};
use crate::live::Server;

fn readme() -> String {
    std::fs::read_to_string(project().join("README.md")).unwrap()
}

/// Lines of the README's shell blocks, comments taken off.
fn commands() -> Vec<String> {
    commands_in(&readme())
}

/// Lines of a document's shell blocks, comments taken off.
fn commands_in(text: &str) -> Vec<String> {
    let blocks = Regex::new(r"(?s)```sh\n(.*?)```").unwrap();
    let comment = Regex::new(r"\s{2,}#.*$").unwrap();
    blocks
        .captures_iter(text)
        .flat_map(|block| block[1].lines().map(|line| comment.replace(line, "").trim().to_owned()).collect::<Vec<_>>())
        .filter(|line| !line.is_empty())
        .collect()
}

/// Splits a line as a shell does, for the quotes that the README uses.
fn words(line: &str) -> Vec<String> {
    let word = Regex::new(r#"'([^']*)'|"([^"]*)"|(\S+)"#).unwrap();
    word.captures_iter(line).map(|c| c.get(1).or(c.get(2)).or(c.get(3)).unwrap().as_str().to_owned()).collect()
}

#[test]
fn every_command_of_the_readme_runs() {
    let commands = commands();
    assert!(commands.iter().any(|line| line == "tests/run"), "the test command");
    assert!(commands.iter().any(|line| line == "cargo run --release -- serve"), "the main command");
    assert!(project().join("tests/run").is_file());
    let desk = Desk::shipped();
    let own = desk.folder().join("my-articles");
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join("note.md"), "---\ntitle: A note\n---\nOf my own.\n").unwrap();
    let saved = desk.folder().join("saved-pages");
    std::fs::create_dir(&saved).unwrap();
    let page = "<title>A saved page</title><p>Of somebody else, with a sentence or two about nothing much at all.</p>";
    std::fs::write(saved.join("page.html"), page).unwrap();
    for (file, text) in [
        ("queries.tsv", "1\twho protects Chinese engineers\n"),
        ("judgments.qrels", "1 0 att-2024-besham 1\n"),
        ("theirs.run", "1 Q0 att-2024-besham 1 2.5 theirs\n"),
        ("names.txt", "Majeed Brigade\nKhalid Mahsud\n"),
    ] {
        std::fs::write(desk.folder().join(file), text).unwrap();
    }
    let mut run = 0;
    for line in commands.iter().filter_map(|line| line.strip_prefix("dossier ")) {
        let mut arguments = words(line);
        if arguments[0] == "serve" {
            // A server does not end by itself: the HTTP tests start one.
            arguments = vec!["serve".into(), "--help".into()];
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        // Neither the note nor the page has a date, and that is a finding.
        let findings = line == "check --corpus my-articles";
        let done = desk.run(&arguments).ended(i32::from(findings));
        assert!(!done.out.trim().is_empty(), "{line} prints nothing");
        run += 1;
    }
    assert!(run >= 16, "only {run} commands were found");
}

/// The shipped corpus on a desk that may be written to.
fn shipped_anew() -> Desk {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let (path, place) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
            if path.is_dir() { copy(&path, &place) } else { std::fs::copy(&path, &place).map(drop).unwrap() }
        }
    }
    let desk = Desk::new();
    copy(&project().join("corpus"), desk.corpus());
    desk
}

#[test]
fn every_command_on_moving_to_a_cluster_runs() {
    let Some(cluster) = Cluster::shared() else { return };
    let place = cluster.place("moving");
    let desk = shipped_anew();
    for (file, text) in [
        ("queries.txt", "ransomware port\n2\t\"Majeed Brigade\"\n?q=attack&region=Gwadar&sort=newest\n"),
        ("queries.tsv", "1\twho protects Chinese engineers\n"),
        ("judgments.qrels", "1 0 att-2024-besham 1\n"),
    ] {
        std::fs::write(desk.folder().join(file), text).unwrap();
    }
    let guide = std::fs::read_to_string(project().join("docs/opensearch.md")).unwrap();
    let (mut engine, mut run) = (None, 0);
    for line in commands_in(&guide) {
        if line.starts_with("export DOSSIER_ENGINE=https://") {
            engine = Some(&place.address);
            continue;
        }
        let line = line.strip_prefix("dossier ").unwrap_or_else(|| panic!("`{line}` is no command of ours"));
        if line == "index" {
            // So that there is a generation to go back to.
            desk.write(
                "articles/of-today.md",
                "---\ntitle: Of today\ndate: 2026-01-01\nsource: Desk\n---\nSomething new.\n",
            );
        }
        let arguments = words(line);
        let mut command = desk.command(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        command.env_remove("DOSSIER_INDEX").env("DOSSIER_ENGINE", engine.expect("the address is said first"));
        let out = if arguments[0] == "serve" {
            let server = Server::of(command.args(["--listen", "127.0.0.1:0"])).unwrap_or_else(|run| panic!("{run:?}"));
            server.json("/api/v1/search?q=besham")["total"]["value"].to_string()
        } else {
            let done = command.output().unwrap();
            let told = String::from_utf8(done.stderr).unwrap();
            assert!(done.status.success(), "{line}: {:?}\n{told}", done.status);
            String::from_utf8(done.stdout).unwrap()
        };
        assert!(!out.trim().is_empty() && out.trim() != "0", "{line} prints nothing");
        run += 1;
    }
    assert!(run >= 12, "only {run} commands were found");
}

#[test]
fn every_flag_of_the_readme_exists_and_every_flag_of_a_search_is_in_it() {
    let text = readme();
    let flags = Regex::new(r"`[^`]*?(--[a-z][a-z-]*)").unwrap();
    let desk = Desk::new();
    let help: String = [
        "index", "search", "show", "similar", "suggest", "facets", "batch", "export", "import", "check", "evaluate",
        "serve", "rollback", "status",
    ]
    .iter()
    .map(|command| desk.run(&[command, "--help"]).ended(0).out)
    .collect();
    for flag in flags.captures_iter(&text).map(|c| c[1].to_owned()) {
        let known = help.contains(&flag) || ["--release", "--path", "--locked"].contains(&flag.as_str());
        assert!(known, "the README names {flag}, which no command has");
    }
    let search = desk.run(&["search", "--help"]).out;
    let own = Regex::new(r"(?m)^\s+(?:-\w, )?(--[a-z-]+)").unwrap();
    for flag in own.captures_iter(&search).map(|c| c[1].to_owned()) {
        let global = ["--corpus", "--index", "--engine", "--log", "--log-format", "--color", "--help", "--version"];
        assert!(global.contains(&flag.as_str()) || text.contains(&flag), "the README leaves out {flag}");
    }
}

#[test]
fn every_route_of_the_readme_answers() {
    let desk = Desk::shipped();
    for (path, status) in [
        ("/", 200),
        ("/articles/att-2024-besham", 200),
        ("/facets/region?facet_order=name", 200),
        ("/overview?q=attack", 200),
        ("/coverage", 200),
        ("/help", 200),
        ("/api/v1/search?q=gwadar&facets=region,actor&facet_size=5", 200),
        ("/api/v1/search?facets=none", 200),
        ("/api/v1/articles/att-2024-besham", 200),
        ("/api/v1/articles/att-2024-besham/similar?size=3", 200),
        ("/api/v1/articles/att-2024-besham/citation?format=ris", 200),
        ("/api/v1/export?format=csv&q=besham", 200),
        ("/api/v1/export/manifest?format=csv&q=besham", 200),
        ("/api/v1/facets/region?facet_query=gwa", 200),
        ("/api/v1/crosstab?rows=actor&columns=year", 200),
        ("/api/v1/suggest?q=gwa", 200),
        ("/suggest.json?q=gwa", 200),
        ("/feed.atom", 200),
        ("/opensearch.xml", 200),
        ("/robots.txt", 200),
        ("/api/v1/status", 200),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/metrics", 200),
    ] {
        let known = path
            .split('?')
            .next()
            .unwrap()
            .replace("att-2024-besham", "{id}")
            .replace("facets/region", "facets/{dimension}");
        assert!(readme().contains(&format!("`{known}`")), "the README leaves out {known}");
        assert_eq!(desk.get(path).status, status, "{path}");
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)#:]+)\)").unwrap();
    for document in [
        "README.md",
        "CHANGELOG.md",
        "docs/ARCHITECTURE.md",
        "docs/api.md",
        "docs/operations.md",
        "docs/opensearch.md",
        "corpus/README.md",
        "tests/README.md",
    ] {
        let place = project().join(document);
        let text = std::fs::read_to_string(&place).unwrap_or_else(|error| panic!("{document}: {error}"));
        for target in link.captures_iter(&text).map(|c| c[1].to_owned()) {
            assert!(place.parent().unwrap().join(&target).exists(), "{document} links to {target}");
        }
    }
}
