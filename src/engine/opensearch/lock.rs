//! The right to write to an index on a cluster: one document that one writer has at a time and keeps alive.
//!
//! Nobody's clock is trusted. Whoever wants the right watches the document: while its owner is alive it changes every few seconds, and
//! once it has not changed for a whole lease it is taken over. Every change names the one before, so two never both succeed. A writer
//! that was taken for dead finds out at its next change, and its index is gone before that.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::calendar::now;
use crate::engine::EngineError;
use crate::engine::opensearch::succession::{address_as_place, new_run};
use crate::engine::opensearch::transport::{Cluster, Request, Verb};

/// How often the owner shows that it is alive.
const BEAT: Duration = Duration::from_secs(2);
/// Without a sign for so long an owner is taken for dead.
const LEASE: Duration = Duration::from_secs(15);
/// How often whoever wants the right looks at it.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// The document.
const DOCUMENT: &str = "writer";
/// What it is for, in messages.
const ACTION: &str = "take the right to write";

/// What stands in the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Owner {
    /// A name by chance.
    owner: String,
    /// Grows with every sign of life.
    beat: u64,
    /// When the right was taken, for people.
    since: String,
}

/// Which change of the document is the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
struct Change {
    #[serde(rename = "_seq_no")]
    number: u64,
    #[serde(rename = "_primary_term")]
    term: u64,
}

/// The document as it is found.
#[derive(Deserialize)]
struct Found {
    #[serde(flatten)]
    change: Change,
    #[serde(rename = "_source")]
    owner: Owner,
}

/// The right to write, held until dropped.
pub struct Lock {
    held: Arc<Held>,
    stop: Sender<()>,
    beating: Option<JoinHandle<()>>,
}

struct Held {
    cluster: Cluster,
    /// The last change, and what it wrote.
    last: Mutex<(Change, Owner)>,
    /// Whether another writer has the right now.
    lost: AtomicBool,
}

impl Lock {
    /// Takes the right to write, waiting for a lease where its owner seems to be dead. One that is alive is
    /// `EngineError::Locked`.
    pub fn take(cluster: &Cluster) -> Result<Self, EngineError> {
        make_index(cluster)?;
        let mine = Owner { owner: new_run()?, beat: 0, since: now() };
        let mut seen: Option<(Change, Instant)> = None;
        let change = loop {
            let Some(found) = look(cluster)? else {
                match write(cluster, &mine, None)? {
                    Some(change) => break change,
                    None => continue,
                }
            };
            match seen {
                // A try of ours whose answer was lost.
                _ if found.owner.owner == mine.owner => break found.change,
                Some((change, _)) if change != found.change => {
                    return Err(EngineError::Locked(address_as_place(cluster)));
                }
                Some((change, since)) if since.elapsed() >= LEASE => {
                    if let Some(change) = write(cluster, &mine, Some(change))? {
                        break change;
                    }
                    return Err(EngineError::Locked(address_as_place(cluster)));
                }
                Some(_) => {}
                None => seen = Some((found.change, Instant::now())),
            }
            sleep(LOOK_EVERY);
        };
        let held = Held { cluster: cluster.clone(), last: Mutex::new((change, mine)), lost: AtomicBool::new(false) };
        let held = Arc::new(held);
        let (stop, stopped) = channel();
        let beater = Arc::clone(&held);
        let beating = std::thread::spawn(move || {
            while stopped.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                // A cluster that does not answer now may do so at the next beat; nobody else can write there meanwhile.
                if let Err(EngineError::Locked(_)) = beater.beat() {
                    return;
                }
            }
        });
        Ok(Self { held, stop, beating: Some(beating) })
    }

    /// Makes sure that the right is held still: asks the cluster.
    pub fn confirm(&self) -> Result<(), EngineError> {
        self.held.beat()
    }

    /// Whether another writer took the right over, as far as is known here.
    pub fn refuse_loss(&self) -> Result<(), EngineError> {
        if self.held.lost.load(Ordering::Relaxed) {
            return Err(EngineError::Locked(address_as_place(&self.held.cluster)));
        }
        Ok(())
    }
}

impl Held {
    /// Shows that the owner is alive; `EngineError::Locked` if it is the owner no longer.
    fn beat(&self) -> Result<(), EngineError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let next = Owner { beat: last.1.beat + 1, ..last.1.clone() };
        let change = match write(&self.cluster, &next, Some(last.0))? {
            Some(change) => Some(change),
            // A try of ours may have been done and its answer lost.
            None => look(&self.cluster)?.filter(|found| found.owner.owner == next.owner).map(|found| found.change),
        };
        let Some(change) = change else {
            self.lost.store(true, Ordering::Relaxed);
            return Err(EngineError::Locked(address_as_place(&self.cluster)));
        };
        *last = (change, next);
        Ok(())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The thread may have ended by itself.
        let _ = self.stop.send(());
        if let Some(beating) = self.beating.take() {
            let _ = beating.join();
        }
        let (change, _) = self.held.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let cluster = &self.held.cluster;
        let request = Request::new(Verb::Delete, path(cluster, Some(change)), "give back the right to write");
        // Another owner's document is another change, and stays.
        if let Err(error) = cluster.ask(&request.accepting(&[404, 409])) {
            tracing::warn!(%error, "the right to write was not given back; the next writer waits for it a little");
        }
    }
}

fn index(cluster: &Cluster) -> String {
    format!("{}-lock", cluster.address().name)
}

fn path(cluster: &Cluster, after: Option<Change>) -> String {
    let index = index(cluster);
    match after {
        Some(Change { number, term }) => format!("{index}/_doc/{DOCUMENT}?if_seq_no={number}&if_primary_term={term}"),
        None => format!("{index}/_doc/{DOCUMENT}?op_type=create"),
    }
}

/// Makes the index of the document, which stays.
fn make_index(cluster: &Cluster) -> Result<(), EngineError> {
    let index = index(cluster);
    let found = cluster.ask(&Request::new(Verb::Get, format!("{index}/_settings"), ACTION).accepting(&[404]))?;
    if found.status != 404 {
        return Ok(());
    }
    let body = json!({
        "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-2"}},
        "mappings": {"enabled": false},
    });
    crate::engine::opensearch::succession::make_index(cluster, &index, &body)
}

fn look(cluster: &Cluster) -> Result<Option<Found>, EngineError> {
    #[derive(Deserialize)]
    struct Looked {
        #[serde(flatten)]
        found: Option<Found>,
    }
    let path = format!("{}/_doc/{DOCUMENT}", index(cluster));
    let looked: Looked = cluster.read(&Request::new(Verb::Get, path, ACTION).accepting(&[404]))?;
    Ok(looked.found)
}

/// Writes the document after a change, or where there is none; `None` if somebody else was faster.
fn write(cluster: &Cluster, owner: &Owner, after: Option<Change>) -> Result<Option<Change>, EngineError> {
    let request = Request::new(Verb::Put, path(cluster, after), ACTION).json(&json!(owner)).accepting(&[404, 409]);
    let answer = cluster.ask(&request)?;
    if matches!(answer.status, 404 | 409) {
        return Ok(None);
    }
    let unreadable = |error: serde_json::Error| cluster.address().failed(ACTION, error.to_string());
    serde_json::from_slice(&answer.body).map(Some).map_err(unreadable)
}
