//! Threads that search, and the queue before them: a bounded one, fair to each client, from which whoever went away is dropped.
//!
//! Clients take turns: who has one request waiting is served before another's second one, so that nobody who asks for much at once
//! keeps the others waiting, and where the queue is full, the last request of whoever has most is refused (start-time fair queueing,
//! Goyal, Vin and Cheng 1996, with all requests of one length). Whoever has used much time of late leaves a thread to the others. As many threads as searches may run at once, because more of them would only take turns on the same cores and make every
//! answer late. May not know what the work is.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// Time of searches that a client may use up before he counts as heavy.
const HEAVY_AFTER: Duration = Duration::from_secs(1);
/// Seconds after which one second of that is forgotten.
const FORGOTTEN_AFTER: u32 = 10;
/// Most clients of whom it is remembered what they used; beyond it those go who are at nought again.
const REMEMBERED_MAX: usize = 4096;

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
    /// Most threads that work for heavy clients at once.
    heavy_max: usize,
}

#[derive(Debug, Default)]
struct State {
    /// By turns.
    waiting: VecDeque<Waiting>,
    /// The turn that was served last.
    turn: u64,
    /// What each client used of late, and when that was reckoned.
    used: HashMap<IpAddr, (Duration, Instant)>,
    /// Threads that work for heavy clients.
    heavy: usize,
    /// Threads with nothing to do.
    idle: usize,
    closed: bool,
}

#[derive(Debug)]
struct Waiting {
    /// Who is to be treated as one; whoever is unknown is one too.
    client: Option<IpAddr>,
    /// The turn that its client had when it came, and one more for each request of his before it.
    turn: u64,
    job: Box<dyn Job>,
}

/// Work with somebody who waits for it.
trait Job: Send + std::fmt::Debug {
    /// Whether anybody still does.
    fn is_wanted(&self) -> bool;
    fn run(self: Box<Self>);
    /// Tells whoever waits that it is not done.
    fn refuse(self: Box<Self>);
}

struct Task<T, F> {
    work: F,
    done: oneshot::Sender<Result<T, Refused>>,
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
            let _ = done.send(Ok(answer));
        }
    }

    fn refuse(self: Box<Self>) {
        let _ = self.done.send(Err(Refused::Busy));
    }
}

impl Pool {
    /// So many threads, before which so many requests may wait.
    pub(super) fn new(threads: usize, waiting_max: usize) -> Self {
        let heavy_max = threads.saturating_sub(1).max(1);
        let queue = Arc::new(Queue { state: Mutex::default(), changed: Condvar::new(), waiting_max, heavy_max });
        let start = |number: usize| {
            let queue = Arc::clone(&queue);
            let started = std::thread::Builder::new().name(format!("search-{number}")).spawn(move || queue.work());
            started.inspect_err(|error| tracing::error!(%error, "a thread for searches could not be started")).is_ok()
        };
        let threads = (1..=threads).filter(|number| start(*number)).count();
        Self { queue, threads }
    }

    /// Runs work of a client when its turn comes. Dropped while it waits, the work is not done.
    pub(super) async fn run<T, F>(&self, client: Option<IpAddr>, work: F) -> Result<T, Refused>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        if self.threads == 0 {
            return Err(Refused::Failed);
        }
        let (done, answer) = oneshot::channel();
        self.queue.push(client, Box::new(Task { work, done }));
        answer.await.unwrap_or(Err(Refused::Failed))
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

    fn push(&self, client: Option<IpAddr>, job: Box<dyn Job>) {
        let mut state = self.lock();
        let before = state.waiting.iter().filter(|other| other.client == client).map(|other| other.turn + 1);
        let turn = before.max().unwrap_or(state.turn);
        let place = state.waiting.partition_point(|other| other.turn <= turn);
        state.waiting.insert(place, Waiting { client, turn, job });
        // A thread that has nothing to do takes the first of the queue, which is then no one who waits.
        let most = self.waiting_max + state.idle;
        if state.waiting.len() > most {
            state.waiting.retain(|waiting| waiting.job.is_wanted());
        }
        let refused = if state.waiting.len() > most { state.waiting.pop_back() } else { None };
        drop(state);
        if let Some(refused) = refused {
            refused.job.refuse();
        }
        self.changed.notify_one();
    }

    /// What each thread does until the end.
    fn work(&self) {
        while let Some((next, is_heavy)) = self.next() {
            let started = Instant::now();
            if next.job.is_wanted() {
                next.job.run();
            }
            let mut state = self.lock();
            state.charge(next.client, started.elapsed());
            state.heavy -= usize::from(is_heavy);
        }
    }

    /// The first who may have a turn, and whether he is heavy.
    fn next(&self) -> Option<(Waiting, bool)> {
        let mut state = self.lock();
        state.idle += 1;
        let next = loop {
            if state.closed {
                break None;
            }
            if let Some(next) = state.take(self.heavy_max) {
                break Some(next);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        state.idle -= 1;
        next
    }
}

impl State {
    fn take(&mut self, heavy_max: usize) -> Option<(Waiting, bool)> {
        let may = |waiting: &Waiting| self.heavy < heavy_max || !self.is_heavy(waiting.client);
        let place = self.waiting.iter().position(may)?;
        let is_heavy = self.is_heavy(self.waiting.get(place)?.client);
        let next = self.waiting.remove(place)?;
        self.turn = self.turn.max(next.turn);
        self.heavy += usize::from(is_heavy);
        Some((next, is_heavy))
    }

    fn is_heavy(&self, client: Option<IpAddr>) -> bool {
        client.and_then(|client| self.used.get(&client)).is_some_and(|used| left(*used) > HEAVY_AFTER)
    }

    /// Adds to what a client used. Whoever is unknown, or is on this machine, uses what is his own.
    fn charge(&mut self, client: Option<IpAddr>, time: Duration) {
        let Some(client) = client.filter(|client| !client.is_loopback()) else { return };
        if self.used.len() >= REMEMBERED_MAX {
            self.used.retain(|_, used| left(*used) > Duration::ZERO);
        }
        if self.used.len() < REMEMBERED_MAX || self.used.contains_key(&client) {
            let before = self.used.get(&client).map_or(Duration::ZERO, |used| left(*used));
            self.used.insert(client, (before + time, Instant::now()));
        }
    }
}

/// What of the time that was used is not forgotten yet.
fn left((used, at): (Duration, Instant)) -> Duration {
    used.saturating_sub(at.elapsed() / FORGOTTEN_AFTER)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

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
                    async move { pool.run(None, work).await }
                })
            };
            let first = spawned(Box::new(work) as Box<dyn FnOnce() -> usize + Send>);
            began.recv().unwrap();
            let second = spawned(Box::new(|| 8));
            until(|| pool.waiting() == 1).await;
            assert_eq!(pool.run(None, || 9).await, Err(Refused::Busy));
            drop(go);
            assert_eq!((first.await.unwrap(), second.await.unwrap()), (Ok(7), Ok(8)));
            assert_eq!(pool.run(None, || 9).await, Ok(9));
        });
    }

    #[test]
    fn work_is_not_done_for_a_client_that_went_away_nor_does_it_keep_others_out() {
        runtime().block_on(async {
            let pool = Arc::new(Pool::new(1, 1));
            let (work, began, go) = held();
            let first = tokio::spawn({
                let pool = Arc::clone(&pool);
                async move { pool.run(None, work).await }
            });
            began.recv().unwrap();
            let (done, gone) = mpsc::channel();
            let second = tokio::spawn({
                let pool = Arc::clone(&pool);
                async move { pool.run(None, move || done.send(()).unwrap()).await }
            });
            until(|| pool.waiting() == 1).await;
            second.abort();
            assert!(second.await.unwrap_err().is_cancelled());
            let third = tokio::spawn({
                let pool = Arc::clone(&pool);
                async move { pool.run(None, || 3).await }
            });
            until(|| gone.try_recv() == Err(mpsc::TryRecvError::Disconnected)).await;
            drop(go);
            assert_eq!((first.await.unwrap(), third.await.unwrap()), (Ok(7), Ok(3)));
        });
    }

    #[test]
    fn clients_take_turns_and_a_full_queue_refuses_whoever_has_most_in_it() {
        runtime().block_on(async {
            let pool = Arc::new(Pool::new(1, 6));
            let (work, began, go) = held();
            let first = tokio::spawn({
                let pool = Arc::clone(&pool);
                async move { pool.run(None, work).await }
            });
            began.recv().unwrap();
            let (say, said) = mpsc::channel();
            let mut asked = Vec::new();
            for (count, name) in ["a1", "a2", "a3", "a4", "b1", "c1", "b2"].into_iter().enumerate() {
                let (waits, say) = (Arc::clone(&pool), say.clone());
                let pool = Arc::clone(&pool);
                let client = Some(IpAddr::from([192, 0, 2, name.as_bytes()[0]]));
                asked.push(tokio::spawn(async move { pool.run(client, move || say.send(name).unwrap()).await }));
                until(|| waits.waiting() >= (count + 1).min(6)).await;
            }
            // The seventh had no room; the last of the client with four gave way.
            assert_eq!(asked.remove(3).await.unwrap(), Err(Refused::Busy));
            drop(go);
            for request in asked {
                assert_eq!(request.await.unwrap(), Ok(()));
            }
            assert_eq!(first.await.unwrap(), Ok(7));
            drop(say);
            assert_eq!(said.iter().collect::<Vec<_>>(), ["a1", "b1", "c1", "a2", "b2", "a3"]);
        });
    }

    #[test]
    fn whoever_used_much_leaves_a_thread_to_others_until_it_is_forgotten() {
        let [heavy, light, own] =
            [[192, 0, 2, 1], [192, 0, 2, 2], [127, 0, 0, 1]].map(|address| Some(IpAddr::from(address)));
        let mut state = State::default();
        for client in [heavy, own, None] {
            state.charge(client, HEAVY_AFTER * 3);
        }
        state.charge(light, HEAVY_AFTER / 2);
        assert_eq!([heavy, light, own, None].map(|client| state.is_heavy(client)), [true, false, false, false]);
        let (done, _answer) = oneshot::channel();
        let mut done = Some(done);
        for client in [heavy, heavy, light] {
            let done = done.take().unwrap_or_else(|| oneshot::channel().0);
            state.waiting.push_back(Waiting { client, turn: 0, job: Box::new(Task { work: || (), done }) });
        }
        let taken: Vec<_> =
            std::iter::from_fn(|| state.take(1)).map(|(next, is_heavy)| (next.client, is_heavy)).collect();
        assert_eq!(taken, [(heavy, true), (light, false)], "the second waits for the first");
        state.heavy = 0;
        assert_eq!(state.take(1).map(|(next, _)| next.client), Some(heavy));
        let long_ago = Instant::now().checked_sub(HEAVY_AFTER * 20).unwrap();
        assert!((HEAVY_AFTER / 2..=HEAVY_AFTER).contains(&left((HEAVY_AFTER * 3, long_ago))));
        for n in 0..REMEMBERED_MAX as u32 + 10 {
            state.charge(Some(IpAddr::from((n + (10 << 24)).to_be_bytes())), HEAVY_AFTER);
        }
        assert!(state.used.len() <= REMEMBERED_MAX);
    }

    #[test]
    fn a_panic_is_told_and_the_thread_goes_on() {
        runtime().block_on(async {
            let pool = Pool::new(1, 1);
            for _ in 0..3 {
                assert_eq!(pool.run(None, || panic!("a fault that a test makes")).await, Err::<(), _>(Refused::Failed));
            }
            assert_eq!(pool.run(None, || 1).await, Ok(1));
        });
    }

    #[test]
    fn threads_end_with_the_pool() {
        let (alive, gone) = mpsc::channel::<()>();
        let pool = Pool::new(2, 4);
        runtime().block_on(pool.run(None, move || drop(alive))).unwrap();
        let queue = Arc::downgrade(&pool.queue);
        drop(pool);
        assert!(gone.recv().is_err());
        while queue.upgrade().is_some() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
