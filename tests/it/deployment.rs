//! The files for those who run it: unit files, the container file, and what the binary asks of a system.
//!
//! What they say is held against the command line, against each other and, where it is at hand, against systemd.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use clap::{CommandFactory, Parser};
use dossier::cli::args::Arguments;
use regex::Regex;

use crate::harness::{Desk, project};

/// Where the documents put the program.
const PROGRAM: &str = "/usr/local/bin/dossier";
/// The units that start the program.
const SERVICES: [&str; 2] = ["dossier.service", "dossier-index.service"];

fn document(name: &str) -> String {
    fs::read_to_string(project().join("docs").join(name)).unwrap()
}

/// The values of a key of a unit file, in order.
fn values<'u>(unit: &'u str, key: &str) -> Vec<&'u str> {
    unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).collect()
}

/// Every environment variable that a command knows.
fn variables(command: &str) -> BTreeSet<String> {
    let mut root = Arguments::command();
    root.build();
    let command = root.find_subcommand(command).unwrap();
    command.get_arguments().filter_map(|flag| Some(flag.get_env()?.to_str().unwrap().to_owned())).collect()
}

/// Fails unless the words are a command of ours with flags of its own, and the variables are known to it.
#[track_caller]
fn hold_command(words: &[&str], set: &[(&str, &str)]) {
    assert_eq!(words[0], PROGRAM);
    if let Err(error) = Arguments::try_parse_from(words) {
        panic!("{words:?}: {error}");
    }
    let known = variables(words[1]);
    for (name, value) in set {
        assert!(known.contains(*name), "`dossier {}` knows no {name}", words[1]);
        let flag = format!("--{}={value}", name.strip_prefix("DOSSIER_").unwrap().to_lowercase().replace('_', "-"));
        if let Err(error) = Arguments::try_parse_from([words, &[&flag]].concat()) {
            panic!("{name}={value}: {error}");
        }
    }
}

#[test]
fn units_start_commands_that_exist_with_variables_that_they_know() {
    for name in SERVICES {
        let unit = document(name);
        let set: Vec<(&str, &str)> =
            values(&unit, "Environment").into_iter().map(|pair| pair.split_once('=').unwrap()).collect();
        let [started] = values(&unit, "ExecStart")[..] else { panic!("{name}: one command") };
        hold_command(&started.split(' ').collect::<Vec<_>>(), &set);
        let of = |wanted: &str| set.iter().find(|(name, _)| *name == wanted).unwrap().1;
        // It may write below its own folder alone, and reads the corpus.
        let [state] = values(&unit, "StateDirectory")[..] else { panic!("{name}: one folder") };
        assert!(of("DOSSIER_INDEX").starts_with(&format!("/var/lib/{state}/")), "{name}");
        assert_eq!(values(&unit, "ReadOnlyPaths"), [of("DOSSIER_CORPUS")], "{name}");
        for key in ["NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "DynamicUser=yes", "MemoryMax="] {
            assert!(unit.contains(key), "{name}: {key}");
        }
    }
    let [one, other] = SERVICES.map(document);
    for key in ["User", "StateDirectory", "Environment", "ReadOnlyPaths"] {
        let same = |unit| values(unit, key).into_iter().filter(|value| !value.contains("LISTEN")).collect::<Vec<_>>();
        assert_eq!(same(&one), same(&other), "{key}: both work on one index");
    }
    assert!(document("dossier-index.timer").contains("OnCalendar="));
}

#[test]
fn systemd_takes_the_units_and_calls_them_well_locked_up() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        eprintln!("SKIPPED: systemd-analyze is not at hand; units were held against the command line only");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    for name in [SERVICES[0], SERVICES[1], "dossier-index.timer"] {
        // It looks whether the program is there.
        fs::write(place(name), document(name).replace(PROGRAM, env!("CARGO_BIN_EXE_dossier"))).unwrap();
    }
    let units = [SERVICES[0], SERVICES[1], "dossier-index.timer"].map(place);
    let verified = Command::new("systemd-analyze").args(["verify", "--man=no"]).args(&units).output().unwrap();
    let told = String::from_utf8_lossy(&verified.stderr).into_owned();
    assert!(verified.status.success() && !told.contains("dossier"), "{told}");
    // Exposure in tenths of a point: systemd itself calls everything below 2.0 OK. Versions before 250 cannot tell.
    let judged = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--threshold=20", "--no-pager"])
        .args(&units[..2])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&judged.stderr).into_owned();
    assert!(judged.status.success() || told.contains("unrecognized option"), "{told}");
}

#[test]
fn the_container_file_builds_and_starts_what_exists_as_nobody() {
    let text = document("Containerfile").replace("\\\n", " ");
    let lines: Vec<(&str, &str)> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .collect();
    let all = |name: &str| lines.iter().filter(|(word, _)| *word == name).map(|(_, rest)| *rest).collect::<Vec<_>>();
    let one = |name: &str| match all(name)[..] {
        [rest] => rest,
        _ => panic!("one {name}"),
    };
    let list = |text: &str| -> Vec<String> { serde_json::from_str(text).unwrap() };
    let manifest: toml::Table = fs::read_to_string(project().join("Cargo.toml")).unwrap().parse().unwrap();
    let rust = manifest["package"]["rust-version"].as_str().unwrap();
    let [build, last] = all("FROM")[..] else { panic!("two stages") };
    assert!(build.starts_with(&format!("rust:{rust}-")) && last == "scratch", "{build}, {last}");

    let set: Vec<(&str, &str)> = one("ENV").split(' ').map(|pair| pair.split_once('=').unwrap()).collect();
    let (entry, command) = (list(one("ENTRYPOINT")), list(one("CMD")));
    let words: Vec<&str> = entry.iter().chain(&command).map(String::as_str).collect();
    hold_command(&words, &set);
    let (_, health) = one("HEALTHCHECK").split_once(" CMD ").unwrap();
    let health = list(health);
    hold_command(&health.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
    let index = Regex::new(r"dossier (index [^&]*)").unwrap();
    let runs = all("RUN").join("\n");
    let made = index.captures(&runs).unwrap()[1].trim().to_owned();
    hold_command(&std::iter::once(PROGRAM).chain(made.split_whitespace()).collect::<Vec<_>>(), &[]);

    let user: u32 = one("USER").split(':').next().unwrap().parse().unwrap();
    assert!(user > 0, "not as root");
    for copied in all("COPY").into_iter().filter_map(|line| line.strip_prefix("--from=build ")) {
        let (from, to) = copied.split_once(' ').unwrap();
        assert!(from == to && runs.contains(from), "{copied}: a path that the first stage makes");
        assert!(to == PROGRAM || ("DOSSIER_INDEX", to) == set[0], "{copied}: a path that is used");
    }
    assert!(set.iter().any(|(name, value)| *name == "DOSSIER_LISTEN" && value.ends_with(one("EXPOSE"))));
}

#[cfg(target_os = "linux")]
#[test]
fn the_binary_asks_a_system_for_the_c_library_alone() {
    let Ok(listed) = Command::new("ldd").arg(env!("CARGO_BIN_EXE_dossier")).output() else {
        eprintln!("SKIPPED: ldd is not at hand");
        return;
    };
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let parts = ["linux-vdso.so", "libc.so", "libm.so", "libgcc_s.so", "libdl.so", "libpthread.so", "librt.so", "ld-"];
    let named: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(!named.is_empty(), "{listed}");
    for library in named.into_iter().filter(|name| !listed.contains("statically linked") || name.contains(".so")) {
        let file = library.rsplit('/').next().unwrap();
        assert!(parts.iter().any(|part| file.starts_with(part)), "{library} must be installed: {listed}");
    }
}

#[test]
fn the_documents_install_to_the_places_that_the_units_name() {
    let guide = document("operations.md");
    for name in [PROGRAM, "/srv/dossier/corpus", "/etc/dossier.env", "dossier-index.timer", "docs/Containerfile"] {
        assert!(guide.contains(name), "docs/operations.md says nothing of {name}");
    }
    // Every line that starts the program starts what exists.
    let blocks = Regex::new(r"(?s)```sh\n(.*?)```").unwrap();
    let comment = Regex::new(r"\s+#.*$").unwrap();
    let desk = Desk::new();
    let mut held = 0;
    for block in blocks.captures_iter(&guide) {
        for line in block[1].lines() {
            let line = comment.replace(line, "");
            let Some((_, words)) = line.split_once("dossier ").filter(|(before, _)| before.trim().is_empty()) else {
                continue;
            };
            let words: Vec<&str> = words.split('>').next().unwrap().split_whitespace().collect();
            let run = desk.run(&[&words[..], &["--help"]].concat());
            assert_eq!(run.code, 0, "{line}: {}", run.err);
            held += 1;
        }
    }
    assert!(held >= 3, "only {held} commands were found");
}
