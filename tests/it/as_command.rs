//! "As a command": the lines for `curl` and `dossier search` find what the page's own search finds, run by a real shell,
//! whatever stands in the query.

use std::path::Path;
use std::process::{Command, Stdio};

use dossier::render::address::Address;
use dossier::render::commands;
use serde_json::Value;

use crate::harness::Desk;
use crate::live::Server;

fn desk() -> &'static Desk {
    Desk::fixture()
}

/// Searches as pairs of parameters.
const SEARCHES: &[&[(&str, &str)]] = &[
    &[],
    &[("q", "bombing")],
    &[("q", "-bombing treaty")],
    &[("q", "--help")],
    &[("q", "\"Old Quay\" OR 'treaty'")],
    &[("q", "it's $HOME `id` $(touch broken) \\ ; touch broken & touch broken | touch broken")],
    &[("q", "'; touch broken; echo '")],
    &[("q", "first\nport\r\nharbour\ttreaty\u{15}\u{3}touch broken\n")],
    &[("q", "!! !bombing #port ~ * ? [a] {b,c} < > 100% %0A +plus a=b @file")],
    &[("q", "بندرگاه OR 港口 OR 🛥")],
    &[("q", "port"), ("match", "any"), ("size", "3"), ("page", "2")],
    &[("q", "tanker treaty navy"), ("match", "all")],
    &[("region", "Norland/Eastport"), ("not.lang", "fr"), ("not.source", "Norland Gazette")],
    &[("region", "_none")],
    &[("actor", "Free Norland Front"), ("threat", "cyber"), ("threat", "piracy"), ("actor", "_none")],
    &[("topic", "diplomacy"), ("lang", "en"), ("lang", "zh")],
    &[("source", "Tidewater Post"), ("sort", "newest"), ("from", "2023"), ("to", "2024-07"), ("undated", "true")],
    &[("q", "bombng"), ("fuzzy", "0"), ("collapse", "off"), ("sort", "oldest"), ("interval", "month")],
    &[("q", "FNF"), ("variants", "off")],
    &[("q", "FNF treaty"), ("no_variant", "FNF"), ("no_variant", "-x 'y'"), ("match", "any"), ("recency", "90")],
    &[("q", "treaty"), ("explain", "true")],
];

fn address(pairs: &[(&str, &str)]) -> Address {
    Address::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

/// The ids that the page's search finds.
fn expected(address: &Address) -> Vec<String> {
    let reply = desk().get(&format!("/api/v1/search{}", address.link()));
    assert_eq!(reply.status, 200, "{}", reply.body);
    ids(&reply.json())
}

fn ids(answer: &Value) -> Vec<String> {
    answer["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect()
}

/// What a shell prints for a line, and with which code it ends; the binary is on its path. Nothing but the line may happen.
fn run_by_shell(line: &str) -> (String, i32) {
    let folder = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_dossier")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DOSSIER_") || name.contains("proxy")) {
        command.env_remove(name);
    }
    command.env("PATH", path).env("DOSSIER_INDEX", desk().index()).env("DOSSIER_FORMAT", "json");
    let done = command.args(["-c", line]).current_dir(folder.path()).stdin(Stdio::null()).output().unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{line}");
    assert!(done.stderr.is_empty(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
    (String::from_utf8(done.stdout).unwrap(), done.status.code().unwrap())
}

#[test]
fn a_line_of_the_command_line_finds_what_the_page_finds() {
    for pairs in SEARCHES {
        let address = address(pairs);
        let line = commands::dossier(&address);
        assert!(!line.contains(char::is_control), "{line:?}");
        let (printed, code) = run_by_shell(&line);
        let answer: Value = serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {line}: {printed}"));
        let found = expected(&address);
        assert_eq!(ids(&answer), found, "{line}");
        assert_eq!(code, i32::from(answer["total"]["value"] == 0), "{line}");
    }
}

#[test]
fn a_line_of_curl_finds_what_the_page_finds() {
    if Command::new("curl").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "curl is absent in CI");
        eprintln!("SKIPPED: there is no curl on the path");
        return;
    }
    let server = Server::start(desk());
    for pairs in SEARCHES {
        let address = address(pairs);
        let line = commands::curl(&address, &format!("http://{}", server.address).parse().unwrap());
        assert!(!line.contains(char::is_control), "{line:?}");
        let (printed, code) = run_by_shell(&line);
        assert_eq!(code, 0, "{line}");
        let answer: Value = serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {line}: {printed}"));
        assert_eq!(ids(&answer), expected(&address), "{line}");
    }
}
