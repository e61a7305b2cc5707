//! Many who want to write at once, and processes that have too few file handles.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::faults::{EVERYTHING, assert_tidy, found, runs, state, write_state};
use crate::harness::{Desk, binary};
use crate::live::Server;

#[test]
fn of_many_writers_at_once_one_writes_and_the_others_say_so() {
    let desk = Desk::new();
    write_state(&desk, 0);
    desk.indexed();
    let (mut wrote, mut refused) = (0, 0);
    for round in 1..=runs(2, 20) {
        write_state(&desk, round);
        let start = |full: bool| -> Child {
            let arguments: &[&str] = if full { &["index", "--full"] } else { &["index"] };
            desk.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let writers: Vec<Child> = (0..6).map(|number| start(number % 2 == 0)).collect();
        let mut succeeded = 0;
        for writer in writers {
            let done = writer.wait_with_output().unwrap();
            let said = String::from_utf8(done.stderr).unwrap();
            match done.status.code() {
                Some(0) => succeeded += 1,
                Some(2) => {
                    assert!(said.contains("another process is writing") && said.contains("--index"), "{said}");
                    refused += 1;
                }
                code => panic!("{code:?}: {said}"),
            }
        }
        assert!(succeeded >= 1);
        wrote += succeeded;
        assert_eq!(found(&desk.run(&EVERYTHING).ended(0)), state(round));
        desk.run(&["check", "--verify-index", "--corpus", "nowhere"]).ended(0);
        assert_tidy(&desk.index(), "after many writers");
    }
    println!("{wrote} runs wrote, {refused} were refused");
    assert!(refused > 0);
}

/// The binary with so many file handles.
fn with_handles(desk: &Desk, handles: u32, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n $1; shift; exec \"$@\"", "sh", &handles.to_string()]).arg(binary()).args(arguments);
    command.env("DOSSIER_CORPUS", desk.corpus()).env("DOSSIER_INDEX", desk.index()).current_dir(desk.folder());
    command
}

#[test]
fn a_command_with_too_few_file_handles_succeeds_or_says_so() {
    let desk = Desk::new();
    write_state(&desk, 0);
    desk.indexed();
    write_state(&desk, 1);
    let mut indexed = false;
    for handles in [4, 6, 8, 10, 12, 14, 16, 20, 24, 32, 64] {
        for arguments in [&EVERYTHING[..], &["index"]] {
            let done = with_handles(&desk, handles, arguments).output().unwrap();
            let said = String::from_utf8(done.stderr).unwrap();
            assert!(!said.contains("panicked"), "{handles}, {arguments:?}: {said}");
            match done.status.code() {
                Some(0) => indexed |= arguments == ["index"],
                // So few that the system cannot load the program.
                Some(127) if handles < 8 => {}
                Some(2) => assert!(
                    said.contains("ulimit -n") || said.contains("disk is full") || said.contains("(os error 24)"),
                    "{handles}, {arguments:?}: {said}"
                ),
                code => panic!("{handles}, {arguments:?}: {code:?}: {said}"),
            }
        }
        let titles = found(&desk.run(&EVERYTHING).ended(0));
        assert!(titles == state(usize::from(indexed)), "{handles}: never an index of what could not be read");
    }
    assert!(indexed, "64 handles are enough");
    desk.run(&["check", "--verify-index", "--corpus", "nowhere"]).ended(0);
    assert_tidy(&desk.index(), "after runs with few handles");
}

/// Processor time that a process has used.
#[cfg(target_os = "linux")]
fn processor_time(process: u32) -> Duration {
    let line = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let after_name: Vec<&str> = line.rsplit(") ").next().unwrap().split(' ').collect();
    let ticks: u64 = after_name[11].parse::<u64>().unwrap() + after_name[12].parse::<u64>().unwrap();
    // A hundred ticks a second on every Linux that is around.
    Duration::from_millis(ticks * 10)
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_out_of_file_handles_waits_and_answers_again() {
    let desk = Desk::new();
    write_state(&desk, 0);
    desk.indexed();
    let mut command = with_handles(&desk, 40, &["serve", "--listen", "127.0.0.1:0"]);
    let mut server = Server::of(&mut command).unwrap_or_else(|run| panic!("{run:?}"));
    let expected = server.json("/api/v1/search?q=common")["total"].clone();
    // More than it can have; those that it cannot take wait in the system's queue.
    let held: Vec<_> = (0..100).map(|_| server.connect()).collect();
    std::thread::sleep(Duration::from_millis(300));
    let (before, began) = (processor_time(server.child.id()), Instant::now());
    std::thread::sleep(Duration::from_secs(2));
    let spent = processor_time(server.child.id()) - before;
    assert!(spent < began.elapsed() / 2, "it spins while it waits: {spent:?} of {:?}", began.elapsed());
    assert!(server.child.try_wait().unwrap().is_none(), "it lives");
    // A new generation meanwhile is looked for again later.
    write_state(&desk, 1);
    desk.indexed();
    drop(held);
    assert_eq!(server.json("/api/v1/search?q=common&page=1")["total"]["relation"], expected["relation"]);
    let began = Instant::now();
    while server.json("/api/v1/search?q=common&size=100")["total"]["value"] != state(1).len()
        || !server.json("/api/v1/articles/art-01").to_string().contains(&state(1)["art-01"])
    {
        assert!(began.elapsed() < Duration::from_secs(60), "the server does not follow");
        std::thread::sleep(Duration::from_millis(50));
    }
}
