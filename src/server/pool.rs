//! Threads that search, and the queue before them: a bounded one, from which whoever went away is dropped.
//!
//! As many threads as searches may run at once, because more of them would only take turns on the same cores and make every
//! answer late. May not know what the work is.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Why work did not run to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Too many wait already.
    Busy,
    /// It ended in a panic; the message is in the log.
    Failed,
}

/// Threads and their queue. The threads end with it, after the work that they are at.
#[derive(Debug)]
pub(super) struct Pool {
    queue: Arc<Queue>,
    threads: usize,
}

#[derive(Debug)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    waiting_max: usize,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Box<dyn Job>>,
    /// Threads with nothing to do.
    idle: usize,
    closed: bool,
}

/// Work with somebody who waits for it.
trait Job: Send + std::fmt::Debug {
    /// Whether anybody still does.
    fn is_wanted(&self) -> bool;
    fn run(self: Box<Self>);
}

struct Task<T, F> {
    work: F,
    done: oneshot::Sender<T>,
}

impl<T, F> std::fmt::Debug for Task<T, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Task")
    }
}

impl<T: Send, F: FnOnce() -> T + Send> Job for Task<T, F> {
    fn is_wanted(&self) -> bool {
        !self.done.is_closed()
    }

    fn run(self: Box<Self>) {
        let Self { work, done } = *self;
        // A panic has written its message already. The sender falls, which tells whoever waits.
        if let Ok(answer) = catch_unwind(AssertUnwindSafe(work)) {
            // Nobody may be left to take it.
            let _ = done.send(answer);
        }
    }
}

impl Pool {
    /// So many threads, before which so many requests may wait.
    pub(super) fn new(threads: usize, waiting_max: usize) -> Self {
        let queue = Arc::new(Queue { state: Mutex::default(), changed: Condvar::new(), waiting_max });
        let start = |number: usize| {
            let queue = Arc::clone(&queue);
            let started = std::thread::Builder::new().name(format!("search-{number}")).spawn(move || queue.work());
            started.inspect_err(|error| tracing::error!(%error, "a thread for searches could not be started")).is_ok()
        };
        let threads = (1..=threads).filter(|number| start(*number)).count();
        Self { queue, threads }
    }

    /// Runs work when its turn comes. Dropped while it waits, the work is not done.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, Refused>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        if self.threads == 0 {
            return Err(Refused::Failed);
        }
        let (done, answer) = oneshot::channel();
        self.queue.push(Box::new(Task { work, done }))?;
        answer.await.map_err(|_| Refused::Failed)
    }

    /// Requests that wait, those included that nobody wants any more.
    #[cfg(test)]
    fn waiting(&self) -> usize {
        self.queue.lock().waiting.len()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.lock().closed = true;
        self.queue.changed.notify_all();
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, job: Box<dyn Job>) -> Result<(), Refused> {
        let mut state = self.lock();
        // A thread that has nothing to do takes the first of the queue, which is then no one who waits.
        if state.waiting.len() >= self.waiting_max + state.idle {
            state.waiting.retain(|job| job.is_wanted());
        }
        if state.waiting.len() >= self.waiting_max + state.idle {
            return Err(Refused::Busy);
        }
        state.waiting.push_back(job);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// What each thread does until the end.
    fn work(&self) {
        while let Some(job) = self.next() {
            if job.is_wanted() {
                job.run();
            }
        }
    }

    fn next(&self) -> Option<Box<dyn Job>> {
        let mut state = self.lock();
        state.idle += 1;
        let next = loop {
            if state.closed {
                break None;
            }
            if let Some(job) = state.waiting.pop_front() {
                break Some(job);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        state.idle -= 1;
        next
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
    }

    /// Work that says that it began, and goes on until it is told.
    fn held() -> (impl FnOnce() -> usize + Send + 'static, mpsc::Receiver<()>, mpsc::Sender<()>) {
        let (begin, began) = mpsc::channel();
        let (go, on) = mpsc::channel::<()>();
        let work = move || {
            begin.send(()).unwrap();
            let _ = on.recv();
            7
        };
        (work, began, go)
    }

    async fn until(mut is_so: impl FnMut() -> bool) {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[test]
    fn a_full_queue_refuses_and_who_waits_gets_a_turn() {
        runtime().block_on(async {
            let pool = Arc::new(Pool::new(1, 1));
            let (work, began, go) = held();
            let spawned = |work| {
                tokio::spawn({
                    let pool = Arc::clone(&pool);
                    async move { pool.run(work).await }
                })
            };
            let first = spawned(Box::new(work) as Box<dyn FnOnce() -> usize + Send>);
            began.recv().unwrap();
            let second = spawned(Box::new(|| 8));
            until(|| pool.waiting() == 1).await;
            assert_eq!(pool.run(|| 9).await, Err(Refused::Busy));
            drop(go);
            assert_eq!((first.await.unwrap(), second.await.unwrap()), (Ok(7), Ok(8)));
            assert_eq!(pool.run(|| 9).await, Ok(9));
        });
    }

    #[test]
    fn work_is_not_done_for_a_client_that_went_away_nor_does_it_keep_others_out() {
        runtime().block_on(async {
            let pool = Arc::new(Pool::new(1, 1));
            let (work, began, go) = held();
            let first = tokio::spawn({
                let pool = Arc::clone(&pool);
                async move { pool.run(work).await }
            });
            began.recv().unwrap();
            let (done, gone) = mpsc::channel();
            let second = tokio::spawn({
                let pool = Arc::clone(&pool);
                async move { pool.run(move || done.send(()).unwrap()).await }
            });
            until(|| pool.waiting() == 1).await;
            second.abort();
            assert!(second.await.unwrap_err().is_cancelled());
            let third = tokio::spawn({
                let pool = Arc::clone(&pool);
                async move { pool.run(|| 3).await }
            });
            until(|| gone.try_recv() == Err(mpsc::TryRecvError::Disconnected)).await;
            drop(go);
            assert_eq!((first.await.unwrap(), third.await.unwrap()), (Ok(7), Ok(3)));
        });
    }

    #[test]
    fn a_panic_is_told_and_the_thread_goes_on() {
        runtime().block_on(async {
            let pool = Pool::new(1, 1);
            for _ in 0..3 {
                assert_eq!(pool.run(|| panic!("a fault that a test makes")).await, Err::<(), _>(Refused::Failed));
            }
            assert_eq!(pool.run(|| 1).await, Ok(1));
        });
    }

    #[test]
    fn threads_end_with_the_pool() {
        let (alive, gone) = mpsc::channel::<()>();
        let pool = Pool::new(2, 4);
        runtime().block_on(pool.run(move || drop(alive))).unwrap();
        let queue = Arc::downgrade(&pool.queue);
        drop(pool);
        assert!(gone.recv().is_err());
        while queue.upgrade().is_some() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
