//! Tasks: runs that are asked of a server, one at a time, each on a thread of its own, followed and stopped by its name.
//!
//! Kept in memory: a server that is started again knows none of them, and the index says itself what is live.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::calendar::now;
use crate::engine::{Committed, Engines};
use crate::ingest::pipeline::{Observer, Progress};
use crate::model::report::IngestReport;
use crate::model::task::{AskedBy, Phase, Task, TaskProgress, TaskState};
use crate::reindex::{Follower, Order, ReindexError, run};
use crate::search;
use crate::settings::Settings;

/// Tasks that are remembered, the running one among them.
const TASKS_KEPT: usize = 32;
/// Random bytes in the name of a task.
const ID_BYTES: usize = 12;

/// The tasks of a server.
#[derive(Clone)]
pub struct Tasks {
    shared: Arc<Shared>,
}

struct Shared {
    settings: Settings,
    engines: Arc<dyn Engines>,
    /// The oldest first; at most one runs, and it is the last.
    entries: Mutex<VecDeque<Entry>>,
    /// Told of every change of an entry's phase or state.
    changed: Condvar,
}

struct Entry {
    task: Task,
    stop: Arc<AtomicBool>,
    /// Another process had the right to write, so that nothing was begun.
    locked: bool,
}

/// Why no task was started.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// One is running: this.
    Running(Box<Task>),
    /// Another process writes to the index.
    Locked,
    /// The system refused: its words.
    Failed(String),
}

impl Tasks {
    /// No tasks yet, for the corpus and the index of `settings`.
    pub fn new(settings: Settings, engines: Arc<dyn Engines>) -> Self {
        let entries = Mutex::default();
        Self { shared: Arc::new(Shared { settings, engines, entries, changed: Condvar::new() }) }
    }

    /// Starts a run, and waits until it has the right to write or has failed to get so far.
    pub fn start(&self, full: bool, asked_by: AskedBy) -> Result<Task, Refusal> {
        let stop = Arc::new(AtomicBool::new(false));
        let id = new_id().map_err(|error| Refusal::Failed(error.to_string()))?;
        {
            let mut entries = self.shared.entries();
            if let Some(running) = entries.back().filter(|entry| entry.task.state == TaskState::Running) {
                return Err(Refusal::Running(Box::new(running.task.clone())));
            }
            while entries.len() >= TASKS_KEPT {
                entries.pop_front();
            }
            let task = new_task(id.clone(), full, asked_by);
            entries.push_back(Entry { task, stop: Arc::clone(&stop), locked: false });
        }
        let following = Following { shared: Arc::clone(&self.shared), id: id.clone(), stop };
        let thread = std::thread::Builder::new().name("reindex".into()).spawn(move || following.run(full));
        if let Err(error) = thread {
            self.shared.forget(&id);
            return Err(Refusal::Failed(error.to_string()));
        }
        let begun = self.shared.wait(None, |entries| {
            let entry = entries.iter().find(|entry| entry.task.id == id)?;
            (entry.task.progress.phase != Phase::Starting).then(|| (entry.task.clone(), entry.locked))
        });
        match begun {
            Some((task, false)) => Ok(task),
            _ => {
                self.shared.forget(&id);
                Err(Refusal::Locked)
            }
        }
    }

    /// A task by its name.
    pub fn task(&self, id: &str) -> Option<Task> {
        self.shared.entries().iter().find(|entry| entry.task.id == id).map(|entry| entry.task.clone())
    }

    /// All tasks that are remembered, the newest first.
    pub fn all(&self) -> Vec<Task> {
        self.shared.entries().iter().rev().map(|entry| entry.task.clone()).collect()
    }

    /// Asks a task to stop, and gives it as it is; `None` where there is none. It stops at its next step, and not once it
    /// has begun to write.
    pub fn cancel(&self, id: &str) -> Option<Task> {
        let entries = self.shared.entries();
        let entry = entries.iter().find(|entry| entry.task.id == id)?;
        entry.stop.store(true, Ordering::Relaxed);
        Some(entry.task.clone())
    }

    /// Waits until the task has ended; gives what it came to, or `None` when it is not known (any more).
    pub fn ended(&self, id: &str) -> Option<Task> {
        self.shared.wait(None, |entries| match entries.iter().find(|entry| entry.task.id == id) {
            Some(entry) => (entry.task.state != TaskState::Running).then(|| Some(entry.task.clone())),
            None => Some(None),
        })?
    }

    /// Stops what is running and waits for its end, but no longer than `patience`.
    pub fn end(&self, patience: Duration) {
        for entry in self.shared.entries().iter() {
            entry.stop.store(true, Ordering::Relaxed);
        }
        let idle = |entries: &VecDeque<Entry>| {
            entries.iter().all(|entry| entry.task.state != TaskState::Running).then_some(())
        };
        if self.shared.wait(Some(patience), idle).is_none() {
            tracing::warn!("a reindex was still writing; the index stays as it is, and the next run sweeps up");
        }
    }
}

impl Shared {
    fn entries(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        // Entries are changed field by field with nothing that could fail in between.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a task, and tells those who wait for that.
    fn change(&self, id: &str, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.entries().iter_mut().find(|entry| entry.task.id == id) {
            change(entry);
        }
        self.changed.notify_all();
    }

    fn forget(&self, id: &str) {
        self.entries().retain(|entry| entry.task.id != id);
    }

    /// Waits until `look` finds what it looks for; `None` when that takes longer than `patience`.
    fn wait<T>(&self, patience: Option<Duration>, look: impl Fn(&VecDeque<Entry>) -> Option<T>) -> Option<T> {
        let end = patience.map(|patience| Instant::now() + patience);
        let mut entries = self.entries();
        loop {
            if let Some(found) = look(&entries) {
                return Some(found);
            }
            let Some(end) = end else {
                entries = self.changed.wait(entries).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = end.checked_duration_since(Instant::now())?;
            entries = self.changed.wait_timeout(entries, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// One run on its way.
struct Following {
    shared: Arc<Shared>,
    id: String,
    stop: Arc<AtomicBool>,
}

impl Following {
    fn run(self, full: bool) {
        let done = catch_unwind(AssertUnwindSafe(|| self.make(full)));
        self.shared.change(&self.id, |entry| {
            let task = &mut entry.task;
            task.ended = Some(now());
            task.state = TaskState::Failed;
            match done {
                Ok(Ok((report, committed))) => {
                    task.state = TaskState::Done;
                    task.generation = Some((committed.generation, committed.changed));
                    task.report = Some(report);
                }
                Ok(Err(error)) if error.is_interrupt() => task.state = TaskState::Cancelled,
                Ok(Err(error)) => {
                    entry.locked = error.is_locked() && task.progress.phase == Phase::Starting;
                    task.error = Some(error.to_string());
                }
                Err(_) => task.error = Some("the run ended in a panic; its words are in the server's log".into()),
            }
            task.progress.phase = Phase::Ended;
        });
        if let Some(task) = self.shared.entries().iter().find(|entry| entry.task.id == self.id) {
            tell(&task.task);
        }
    }

    /// The run, on half of the cores: the other half is for those who search meanwhile.
    fn make(&self, full: bool) -> Result<(IngestReport, Committed), ReindexError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let order = Order::update(full);
        let Shared { settings, engines, .. } = &*self.shared;
        let pool = rayon::ThreadPoolBuilder::new().num_threads((cores / 2).max(1)).build();
        let (report, committed) = match pool {
            Ok(pool) => pool.install(|| run(settings, order, &**engines, self))?,
            // No threads to be had: those of the process do as well.
            Err(_) => run(settings, order, &**engines, self)?,
        };
        self.phase(Phase::Opening);
        engines.reopen(&search::make_ready)?;
        Ok((report, committed))
    }
}

impl Observer for Following {
    fn progress(&self, progress: Progress) {
        let Progress { bytes, bytes_all, articles } = progress;
        self.shared.change(&self.id, |entry| {
            let phase = entry.task.progress.phase;
            entry.task.progress = TaskProgress { phase, bytes, bytes_all, articles };
        });
    }

    fn phase(&self, phase: Phase) {
        self.shared.change(&self.id, |entry| entry.task.progress.phase = phase);
    }

    fn stop(&self) -> &AtomicBool {
        &self.stop
    }
}

impl Follower for Following {
    fn note(&self, note: &str) {
        tracing::warn!(task = self.id, "{note}");
    }
}

/// The outcome for the log.
fn tell(task: &Task) {
    let (generation, changed) = task.generation.clone().unwrap_or_default();
    match &task.error {
        Some(error) => tracing::error!(task = task.id, %error, "a reindex failed; the old index stays"),
        None => tracing::info!(task = task.id, state = ?task.state, generation, changed, "a reindex ended"),
    }
}

fn new_task(id: String, full: bool, asked_by: AskedBy) -> Task {
    Task {
        id,
        state: TaskState::Running,
        asked_by,
        full,
        started: now(),
        ended: None,
        progress: TaskProgress { phase: Phase::Starting, bytes: 0, bytes_all: 0, articles: 0 },
        generation: None,
        report: None,
        error: None,
    }
}

/// A name that nobody can guess.
fn new_id() -> Result<String, getrandom::Error> {
    let mut bytes = [0; ID_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
