//! Where an index is kept: a folder or a cluster, by flag or by environment, and who we are to the cluster. No cluster is asked here.

use std::sync::Arc;

use dossier::server::{Guard, Settings, routes};

use crate::harness::{Desk, PUBLIC_URL, Run, opensearch};

/// Nobody listens here.
const NOBODY: &str = "http://127.0.0.1:1/desk";
/// Commands that read or write an index, as short as each can be.
const COMMANDS: [&[&str]; 12] = [
    &["index"],
    &["search", "quay"],
    &["show", "quay"],
    &["similar", "quay"],
    &["suggest", "quay"],
    &["facets"],
    &["batch", "names.txt"],
    &["export", "quay", "--format", "csv"],
    &["check", "--verify-index"],
    &["serve", "--listen", "127.0.0.1:0"],
    &["rollback"],
    &["status"],
];

/// A run with variables of the environment, `None` for one that is taken out.
fn run(desk: &Desk, arguments: &[&str], variables: &[(&str, Option<&str>)]) -> Run {
    let mut command = desk.command(arguments);
    for (name, value) in variables {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let done = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: done.status.code().unwrap_or(-1), out: text(done.stdout), err: text(done.stderr) }
}

#[test]
fn every_command_asks_the_cluster_that_is_named_and_says_so_when_nobody_answers() {
    let desk = Desk::new();
    desk.article("quay", "title: Quay", "Nothing happened at the quay.");
    std::fs::write(desk.folder().join("names.txt"), "quay\n").unwrap();
    for command in COMMANDS {
        let told = desk.run(&[command, &["--engine", NOBODY]].concat()).ended(2).err;
        assert!(told.contains("127.0.0.1:1"), "{command:?}: {told}");
    }
    assert!(!desk.index().exists(), "no folder is made beside a cluster");
}

#[test]
fn of_two_places_the_flag_wins_and_two_in_the_same_way_are_wrong_use() {
    let desk = Desk::new();
    desk.article("quay", "title: Quay", "Nothing happened at the quay.");
    desk.indexed();
    let index = desk.index().display().to_string();
    let found = |arguments: &[&str], variables: &[(&str, Option<&str>)]| {
        let run = run(&desk, &[&["search", "quay", "--format", "ids"], arguments].concat(), variables);
        match run.code {
            0 => "folder",
            2 if run.err.contains("keep one of them") => "refused",
            2 if run.err.contains("127.0.0.1:1") => "cluster",
            _ => panic!("{run:?}"),
        }
    };
    let engine = ("DOSSIER_ENGINE", Some(NOBODY));
    let no_folder = ("DOSSIER_INDEX", None);
    assert_eq!(found(&[], &[]), "folder");
    assert_eq!(found(&[], &[no_folder]), "folder", "./index is where it is when nobody says");
    assert_eq!(found(&["--engine", NOBODY], &[]), "cluster", "the flag wins over DOSSIER_INDEX");
    assert_eq!(found(&[], &[engine, no_folder]), "cluster");
    assert_eq!(found(&["--index", &index], &[engine, no_folder]), "folder", "the flag wins over DOSSIER_ENGINE");
    assert_eq!(found(&["--index", &index, "--engine", NOBODY], &[]), "refused");
    assert_eq!(found(&[], &[engine]), "refused");
    assert_eq!(found(&[], &[("DOSSIER_ENGINE", Some(""))]), "folder", "an empty variable says that there is none");
}

#[test]
fn a_password_stands_in_no_address_and_is_never_repeated() {
    let desk = Desk::new();
    let told = desk.run(&["search", "quay", "--engine", "https://me:secret@host:9200/desk"]).ended(2).err;
    assert!(told.contains("environment or a file") && !told.contains("secret"), "{told}");
    let help = desk.run(&["search", "--help"]).ended(0).out;
    assert!(help.contains("DOSSIER_ENGINE_PASSWORD_FILE") && !help.contains("--engine-password"), "{help}");
    // With the address in the environment, help shows it: nothing that must not be seen may stand in it.
    let signed = [("DOSSIER_ENGINE_USER", Some("desk")), ("DOSSIER_ENGINE_PASSWORD", Some("secret"))];
    let run = run(&desk, &["search", "quay", "--engine", NOBODY], &signed).ended(2);
    assert!(run.err.contains("sent in clear") && !run.err.contains("secret"), "{run:?}");
}

#[test]
fn credentials_that_are_half_there_are_wrong_use() {
    let desk = Desk::new();
    for (variables, told) in [
        (&[("DOSSIER_ENGINE_USER", Some("desk"))][..], "without a password"),
        (&[("DOSSIER_ENGINE_PASSWORD", Some("secret"))], "without a user"),
        (&[("DOSSIER_ENGINE_USER", Some("desk")), ("DOSSIER_ENGINE_PASSWORD_FILE", Some("nowhere"))], "nowhere"),
        (&[("DOSSIER_ENGINE_CA_FILE", Some("nowhere"))], "nowhere"),
    ] {
        let run = run(&desk, &["status", "--engine", NOBODY], variables).ended(2);
        assert!(run.err.contains(told) && !run.err.contains("secret"), "{variables:?}: {run:?}");
    }
}

#[test]
fn a_server_whose_cluster_cannot_be_reached_lives_but_is_not_ready_and_tells_nobody_where_it_is() {
    let settings = Settings::new(PUBLIC_URL.parse().unwrap());
    let routes = routes(Arc::new(opensearch(NOBODY)), Guard::new(1), settings);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ask = |path: &str| {
        let reply = runtime.block_on(warp::test::request().path(path).reply(&routes));
        let retry = reply.headers().contains_key("retry-after");
        (reply.status().as_u16(), retry, String::from_utf8_lossy(reply.body()).into_owned())
    };
    for path in ["/readyz", "/api/v1/search?q=quay", "/api/v1/status"] {
        let (status, retry, body) = ask(path);
        assert_eq!((status, retry), (503, true), "{path}: {body}");
        assert!(body.contains("/problems/cluster") && !body.contains("127.0.0.1"), "{path}: {body}");
    }
    for path in ["/healthz", "/metrics", "/robots.txt"] {
        assert_eq!(ask(path).0, 200, "{path}");
    }
}
