//! kill -9 at any moment of indexing, of the swap and of serving: the old generation answers or the new one, whole, and the next
//! run carries on and tidies up.
//!
//! `DOSSIER_LONG=1` makes 500 kills of it.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::faults::{EVERYTHING, assert_tidy, found, runs, state, write_state};
use crate::harness::Desk;
use crate::live::Server;
use crate::wreckage::Random;

/// Longest time that a run may take to get anywhere.
const PATIENCE: Duration = Duration::from_secs(120);

/// How a run is ended, and when.
#[derive(Debug, Clone, Copy)]
enum End {
    /// So long after its start.
    After(Duration),
    /// So long after its new generation is whole, before or while it takes its place.
    AtSwap(Duration),
    /// So long after the pointer names its new generation, while it tidies up.
    AfterSwap(Duration),
    /// By Ctrl-C, so long after its start.
    Interrupt(Duration),
}

fn swapped(index: &Path, current: &str) -> bool {
    fs::read_to_string(index.join("CURRENT")).is_ok_and(|now| now != current)
}

fn sealed_or_swapped(index: &Path, current: &str) -> bool {
    let entries = fs::read_dir(index).into_iter().flatten().flatten();
    let sealed = |folder: &Path| folder.join("manifest.json").exists();
    let mut building = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(".building-"));
    building.any(|entry| sealed(&entry.path())) || swapped(index, current)
}

/// Ends a run as told; gives its exit code, `None` if it was killed.
fn end(child: &mut Child, how: End, desk: &Desk, current: &str) -> Option<i32> {
    match how {
        End::After(time) => std::thread::sleep(time),
        End::Interrupt(time) => {
            std::thread::sleep(time);
            // It may have ended by itself.
            let _ = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).output();
            return child.wait().unwrap().code();
        }
        End::AtSwap(time) | End::AfterSwap(time) => {
            let began = Instant::now();
            let reached = if matches!(how, End::AtSwap(_)) { sealed_or_swapped } else { swapped };
            while !reached(&desk.index(), current) && child.try_wait().unwrap().is_none() {
                assert!(began.elapsed() < PATIENCE, "the run did not get to its swap");
                std::thread::sleep(Duration::from_micros(100));
            }
            std::thread::sleep(time);
        }
    }
    let _ = child.kill();
    child.wait().unwrap().code()
}

#[test]
fn a_killed_run_leaves_the_old_index_or_the_new_one_whole() {
    let mut random = Random::new(20_261_122);
    let desk = Desk::new();
    write_state(&desk, 0);
    desk.indexed();
    let began = Instant::now();
    write_state(&desk, 1);
    desk.indexed();
    let mut whole_run = began.elapsed();
    let mut shown = 1;
    let (mut killed, mut swapped, mut interrupted) = (0, 0, 0);
    let count = runs(12, 500);
    for number in 0..count {
        let next = number + 2;
        write_state(&desk, next);
        let within = |random: &mut Random, time: Duration| time.mul_f64(random.below(1000) as f64 / 1000.0);
        let how = match number % 4 {
            0 => End::AtSwap(within(&mut random, Duration::from_millis(if number % 8 == 0 { 3 } else { 40 }))),
            1 => End::AfterSwap(within(&mut random, Duration::from_micros(500))),
            2 => End::After(within(&mut random, whole_run.mul_f64(1.2))),
            _ if number % 8 == 3 => End::Interrupt(within(&mut random, whole_run)),
            _ => End::After(within(&mut random, whole_run.mul_f64(1.2))),
        };
        let full = random.below(3) == 0;
        let when = format!("run {number}, {how:?}, full {full}");
        let current = fs::read_to_string(desk.index().join("CURRENT")).unwrap();
        let arguments: &[&str] = if full { &["index", "--full"] } else { &["index"] };
        let mut child = desk.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let code = end(&mut child, how, &desk, &current);
        match (code, how) {
            (None, _) => killed += 1,
            (Some(130), End::Interrupt(_)) => interrupted += 1,
            (Some(0), _) => {}
            (code, _) => panic!("{when}: ended with {code:?}"),
        }

        let answered = desk.run(&EVERYTHING);
        assert!(!answered.err.contains("panicked"), "{when}: {answered:?}");
        let titles = found(&answered.ended(0));
        let (old, new) = (state(shown), state(next));
        assert!(titles == old || titles == new, "{when}: neither the old index nor the new one: {titles:?}");
        swapped += usize::from(code.is_none() && titles == new);
        desk.run(&["check", "--verify-index", "--corpus", "nowhere"]).ended(0);

        let again = Instant::now();
        desk.run(&["index"]).ended(0);
        whole_run = (whole_run * 3 + again.elapsed()) / 4;
        assert_eq!(found(&desk.run(&EVERYTHING).ended(0)), new, "{when}");
        assert_tidy(&desk.index(), &when);
        shown = next;
    }
    println!("{count} runs: {killed} killed, {swapped} of them after the swap, {interrupted} interrupted");
    assert!(killed * 3 >= count, "only {killed} of {count} runs were killed before their end");
}

#[test]
fn a_server_killed_under_load_leaves_the_index_as_it_was() {
    let desk = Desk::new();
    write_state(&desk, 0);
    desk.indexed();
    let mut random = Random::new(7);
    for _ in 0..runs(2, 20) {
        let mut server = Server::start(&desk);
        let (stop, answers) = (AtomicBool::new(false), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let body = server_answer(&server.address);
                        answers.fetch_add(usize::from(body.contains("\"hits\"")), Ordering::Relaxed);
                    }
                });
            }
            let began = Instant::now();
            while answers.load(Ordering::Relaxed) < 8 {
                assert!(began.elapsed() < PATIENCE, "the server does not answer");
                std::thread::sleep(Duration::from_millis(5));
            }
            std::thread::sleep(Duration::from_millis(random.below(100) as u64));
            let _ = std::process::Command::new("kill").args(["-KILL", &server.child.id().to_string()]).status();
            stop.store(true, Ordering::Relaxed);
        });
        server.child.wait().unwrap();
        desk.run(&["check", "--verify-index", "--corpus", "nowhere"]).ended(0);
        assert_eq!(found(&desk.run(&EVERYTHING).ended(0)), state(0));
        assert_tidy(&desk.index(), "after the server");
    }
}

/// What a server answers, nothing where it is gone.
fn server_answer(address: &str) -> String {
    use std::io::{Read, Write};
    let mut body = String::new();
    if let Ok(mut stream) = std::net::TcpStream::connect(address) {
        let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
        let _ = write!(stream, "GET /api/v1/search?q=common HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        let _ = stream.read_to_string(&mut body);
    }
    body
}
