//! Readers that may hang, crash or eat memory, held in processes of their own: this is the end that waits.
//!
//! Parsers of PDF, and of HTML where a page is large, meet files that were made to break them. Such a file is handed to
//! a child process of our own program, which answers with the reading; past its time it is ended, and whatever becomes
//! of it becomes an entry of quarantine. Every other reader is guarded against panics. May not look into a file.

pub mod child;
pub mod guard;

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::ingest::formats::{self, Format, Reading, SourceFile};
use crate::model::document::Place;
use crate::model::report::Quarantined;
use crate::model::{FILE_BYTES_MAX, ISOLATED_PAGE_BYTES_MIN, READING_MEMORY_BYTES_MAX, READING_SECONDS_MAX};
use guard::guarded;

/// Longest answer of a child, in bytes: a text at its limit, escaped as JSON.
const ANSWER_BYTES_MAX: u64 = 8 * FILE_BYTES_MAX;
/// The setting of the binary's allocator (mimalloc) for how much address space it takes at once, in KiB, and its value
/// in a child: what is reserved before the limit of memory is laid on comes on top of that limit.
const ARENA_RESERVE: &str = "MIMALLOC_ARENA_RESERVE";
const ARENA_RESERVE_KIBIBYTES: &str = "32768";
/// Longest that a child is given to end after its answer.
const ENDING: Duration = Duration::from_secs(1);

/// How files are read so that none can stop a run.
#[derive(Debug, Clone)]
pub struct Isolation {
    /// Our own program.
    program: Option<PathBuf>,
    seconds_max: Duration,
}

/// Why a child gave no reading.
enum Fault {
    /// It could not be started: nothing is known of the file.
    NotStarted(io::Error),
    /// It was ended for its time.
    TooLong,
    /// It ended by itself, without an answer.
    Crashed(Option<ExitStatus>),
}

impl Isolation {
    /// Files that need it are read by `program read-file`.
    pub fn in_processes_of(program: PathBuf) -> Self {
        Self { program: Some(program), seconds_max: Duration::from_secs(READING_SECONDS_MAX) }
    }

    /// All files are read in this process, guarded against panics only.
    pub fn none() -> Self {
        Self { program: None, seconds_max: Duration::ZERO }
    }

    /// Reads a file and lays its sidecar over it. An error is a file that could not be tried: the next run tries again.
    pub fn read(&self, source: &SourceFile) -> Result<Reading, Quarantined> {
        let mut not_started = None;
        let reading = formats::with_sidecar(source, || match &self.program {
            Some(program) if needs_process(source) => match self.ask(program, source) {
                Ok(reading) => reading,
                Err(Fault::NotStarted(error)) => {
                    not_started = Some(error);
                    Reading::default()
                }
                Err(fault) => Reading::quarantined(&source.path, None, self.told(&fault)),
            },
            _ => guarded(|| formats::read_bytes(source.format, &source.path, &source.bytes))
                .unwrap_or_else(|failure| Reading::quarantined(&source.path, None, failure.to_string())),
        });
        match not_started {
            None => Ok(reading),
            Some(error) => Err(Quarantined {
                place: Place { file: source.path.clone(), line: None },
                reason: format!("no process could be started to read it: {error}; run the command again"),
            }),
        }
    }

    /// Hands a file to a child and waits for its reading.
    fn ask(&self, program: &PathBuf, source: &SourceFile) -> Result<Reading, Fault> {
        let deadline = Instant::now() + self.seconds_max;
        let mut command = Command::new(program);
        command.arg("read-file").arg("--").arg(&source.path);
        command.env(ARENA_RESERVE, ARENA_RESERVE_KIBIBYTES);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        #[cfg(unix)]
        {
            // Apart from the terminal's Ctrl-C: an interrupted run must not take its readers' end for broken files.
            std::os::unix::process::CommandExt::process_group(&mut command, 0);
        }
        let mut child = command.spawn().map_err(Fault::NotStarted)?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (answered, answers) = mpsc::channel();
        let (answer, ended) = thread::scope(|scope| {
            scope.spawn(move || {
                // A child that does not read to the end is judged by its answer.
                let _ = stdin.map(|mut stdin| stdin.write_all(&source.bytes));
            });
            scope.spawn(move || {
                let mut answer = Vec::new();
                let read = stdout.map(|stdout| stdout.take(ANSWER_BYTES_MAX).read_to_end(&mut answer));
                // Nobody listens any more when the time was over.
                let _ = answered.send(matches!(read, Some(Ok(_))).then_some(answer));
            });
            let answer = answers.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            if answer.is_err() {
                let _ = child.kill();
            }
            // The end of the child closes the pipes that the two threads may still wait at.
            let ended = wait(&mut child, Instant::now() + ENDING);
            (answer, ended)
        });
        let Ok(answer) = answer else { return Err(Fault::TooLong) };
        match ended {
            Some(status) if status.success() => {
                answer.and_then(|json| serde_json::from_slice(&json).ok()).ok_or(Fault::Crashed(ended))
            }
            _ => Err(Fault::Crashed(ended)),
        }
    }

    /// Words for the report.
    fn told(&self, fault: &Fault) -> String {
        let seconds = self.seconds_max.as_secs();
        let remedy = "open it and save it anew, or write its text as a Markdown article";
        match fault {
            Fault::TooLong => format!(
                "took longer than {seconds} seconds to read and was given up; {remedy} (if the machine was only busy, \
                 `dossier index --full` tries again)"
            ),
            Fault::Crashed(status) => {
                let how = status.map(|status| format!(" ({status})")).unwrap_or_default();
                let memory = READING_MEMORY_BYTES_MAX / (1024 * 1024);
                format!("its reader broke down{how}, or needed more than {memory} MiB of memory; {remedy}")
            }
            Fault::NotStarted(error) => format!("no process could be started to read it: {error}"),
        }
    }
}

/// Whether a file is of a kind that has broken its parser before.
fn needs_process(source: &SourceFile) -> bool {
    match source.format {
        Format::Pdf => true,
        Format::Html | Format::Mhtml => source.bytes.len() >= ISOLATED_PAGE_BYTES_MIN,
        Format::Markdown | Format::Text | Format::Records | Format::PackedRecords => false,
    }
}

/// Waits for the end of a child, and ends it at the deadline.
fn wait(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    let mut pause = Duration::from_micros(200);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < deadline => {
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(20));
            }
            _ => {
                let _ = child.kill();
                return child.wait().ok();
            }
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn source(path: &str, bytes: &[u8]) -> SourceFile {
        let format = Format::of(path).unwrap();
        SourceFile { path: path.to_owned(), format, bytes: bytes.to_vec(), sidecar: None, hash: String::new() }
    }

    /// The reading of a PDF by a program that is this shell script.
    fn read_by(script: &str) -> Result<Reading, Quarantined> {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");
        // Written under another name: a file that is open for writing anywhere cannot be started.
        fs::write(folder.path().join("draft"), format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(folder.path().join("draft"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(folder.path().join("draft"), &program).unwrap();
        let isolation = Isolation { program: Some(program), seconds_max: Duration::from_secs(1) };
        isolation.read(&source("a/b.pdf", &[b'x'; 200_000]))
    }

    #[test]
    fn whatever_becomes_of_a_child_becomes_an_entry_of_quarantine() {
        for (script, words) in [
            ("exec sleep 60", "took longer than 1 seconds"),
            ("cat > /dev/null; exec sleep 60 > /dev/null", "broke down"),
            ("exit 3", "broke down (exit status: 3)"),
            ("kill -9 $$", "broke down (signal: 9"),
            ("cat > /dev/null; echo '{\"articles\": 3}'", "broke down"),
            ("cat", "broke down"),
            ("exec yes", "broke down"),
            ("exec sleep 60 > /dev/null", "broke down"),
        ] {
            let started = Instant::now();
            let reading = read_by(script).unwrap();
            assert!(reading.articles.is_empty() && reading.quarantined.len() == 1, "{script}");
            let entry = &reading.quarantined[0];
            assert_eq!(entry.place.file, "a/b.pdf");
            assert!(entry.reason.contains(words) && entry.reason.contains("Markdown"), "{script}: {}", entry.reason);
            assert!(started.elapsed() < Duration::from_secs(30), "{script}");
        }
    }

    #[test]
    fn an_answer_is_taken_whether_or_not_the_child_read_all_its_input() {
        let answer = serde_json::to_string(&Reading::quarantined("a/b.pdf", None, "has no text layer")).unwrap();
        for script in [format!("echo '{answer}'"), format!("cat > /dev/null; echo '{answer}'")] {
            assert_eq!(read_by(&script).unwrap().quarantined[0].reason, "has no text layer");
        }
    }

    #[test]
    fn a_child_that_cannot_be_started_is_no_fault_of_the_file() {
        let isolation = Isolation::in_processes_of(PathBuf::from("/no/such/program"));
        let entry = isolation.read(&source("a.pdf", b"%PDF-")).unwrap_err();
        assert!(entry.reason.contains("run the command again"), "{}", entry.reason);
        let text = isolation.read(&source("a.txt", b"Read without one.")).unwrap();
        assert_eq!(text.articles.len(), 1);
    }
}
