//! An index that was prepared elsewhere and may not be written to: searched, served and verified all the same; a writer is told.
//!
//! A read-only mount in a space of mounts of one's own, which stops root too; and another user's index, read by nobody in
//! particular.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use crate::faults::{EVERYTHING, files, found, private_mounts, state, write_state};
use crate::harness::{Desk, Run, binary};
use crate::live::Server;

const QUESTIONS: [&[&str]; 6] = [
    &EVERYTHING,
    &["show", "art-05"],
    &["suggest", "com"],
    &["facets"],
    &["status"],
    &["check", "--verify-index", "--corpus", "nowhere"],
];

/// Runs a command that is the binary in other circumstances.
fn run(mut command: Command, desk: &Desk, arguments: &[&str]) -> Run {
    command.args(arguments).env("DOSSIER_CORPUS", desk.corpus()).env("DOSSIER_INDEX", desk.index());
    let done = command.current_dir("/").stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: done.status.code().unwrap_or(-1), out: text(done.stdout), err: text(done.stderr) }
}

const MOUNT: &str = r#"mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; shift; exec "$@""#;

fn behind_a_read_only_mount(desk: &Desk) -> Option<Command> {
    let mut shell = private_mounts(MOUNT)?;
    shell.arg("sh").arg(desk.index()).arg(binary());
    Some(shell)
}

#[test]
fn a_read_only_index_answers_everything_and_refuses_a_writer() {
    let desk = Desk::new();
    write_state(&desk, 0);
    desk.indexed();
    // As it comes from elsewhere: nobody noted its stamps here.
    for note in files(&desk.index()).iter().filter(|file| file.to_string_lossy().contains(".verified-")) {
        fs::remove_file(note).unwrap();
    }
    let before = files(&desk.index());
    for question in QUESTIONS {
        let Some(command) = behind_a_read_only_mount(&desk) else { return };
        let answered = run(command, &desk, question).ended(0);
        assert!(answered.err.lines().all(|line| line.starts_with("note: ")), "{answered:?}");
        if question == EVERYTHING {
            assert_eq!(found(&answered), state(0));
        }
    }
    write_state(&desk, 1);
    for arguments in [&["index"][..], &["index", "--full"], &["rollback"]] {
        let refused = run(behind_a_read_only_mount(&desk).unwrap(), &desk, arguments).ended(2);
        assert!(refused.err.contains("Read-only file system"), "{refused:?}");
        assert!(refused.err.contains("can be written to with --index"), "{refused:?}");
    }
    let mut command = behind_a_read_only_mount(&desk).unwrap();
    command.args(["serve", "--listen", "127.0.0.1:0"]).env("DOSSIER_INDEX", desk.index());
    let server = Server::of(&mut command).unwrap_or_else(|run| panic!("{run:?}"));
    assert_eq!(server.json("/api/v1/search?q=common&size=100")["total"]["value"], state(0).len());
    assert!(server.json("/api/v1/suggest?q=com").to_string().contains("ommon"));
    drop(server);
    assert_eq!(files(&desk.index()), before, "nothing was written");
}

/// The binary as a user who owns nothing here. Whoever is no user of power already is such a one.
fn as_nobody() -> Command {
    let powerful = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !powerful {
        return Command::new(binary());
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(binary());
    command
}

#[test]
fn another_users_index_is_searched_without_privileges_and_not_written_to() {
    let desk = Desk::new();
    write_state(&desk, 0);
    desk.indexed();
    let mode = |mode: u32| fs::Permissions::from_mode(mode);
    fs::set_permissions(desk.folder(), mode(0o755)).unwrap();
    let reached = as_nobody().arg("--version").output().is_ok_and(|done| done.status.success());
    if !reached {
        assert!(std::env::var_os("CI").is_none(), "CI has to let another user run the binary");
        eprintln!("SKIPPED: nobody may not run {} here; this test did not run", binary().display());
        return;
    }
    // Where the tests run without power, the folder is one that may not be written to.
    fs::set_permissions(desk.index(), mode(0o555)).unwrap();
    for question in QUESTIONS {
        run(as_nobody(), &desk, question).ended(0);
    }
    let refused = run(as_nobody(), &desk, &["index", "--full"]).ended(2);
    assert!(refused.err.contains("Permission denied") && refused.err.contains("--index"), "{refused:?}");
    // A file that may not be read is no damage, and nothing is built in its place.
    let live = fs::read_to_string(desk.index().join("CURRENT")).unwrap();
    let manifest = desk.index().join(live.trim()).join("facets.json");
    fs::set_permissions(&manifest, mode(0o000)).unwrap();
    let refused = run(as_nobody(), &desk, &EVERYTHING).ended(2);
    assert!(refused.err.contains("facets.json") && refused.err.contains("check the permissions"), "{refused:?}");
    assert!(!refused.err.contains("damaged"), "{refused:?}");
    fs::set_permissions(&manifest, mode(0o644)).unwrap();
    fs::set_permissions(desk.index(), mode(0o755)).unwrap();
    assert_eq!(found(&desk.run(&EVERYTHING).ended(0)), state(0));
}
