//! The documents say what is: every command of the README runs, every flag and route in it exists, links lead somewhere.

use regex::Regex;

use crate::harness::{Desk, project};

fn readme() -> String {
    std::fs::read_to_string(project().join("README.md")).unwrap()
}

/// Lines of the README's shell blocks, comments taken off.
fn commands() -> Vec<String> {
    let text = readme();
    let blocks = Regex::new(r"(?s)```sh\n(.*?)```").unwrap();
    let comment = Regex::new(r"\s{2,}#.*$").unwrap();
    blocks
        .captures_iter(&text)
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
