//! Articles on their way into an index: many in one request, a few requests at once, and every item's own answer read.
//!
//! Whoever adds waits while the requests under way are as many as may be: a cluster that is slow slows the run, and no memory
//! fills. What may pass by itself is sent again, item by item and not for ever; whatever else goes wrong ends the run with the id.
//! Knows no field.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::thread::sleep;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::engine::EngineError;
use crate::engine::opensearch::transport::{Cluster, Patience, Request, Told, Verb, may_pass, pause_before};

/// Bytes of one request, a last item that goes over it not counted.
pub const REQUEST_BYTES: usize = 4 * 1024 * 1024;
/// Items of one request.
pub const REQUEST_ITEMS_MAX: usize = 1000;
/// Requests under way at once.
pub const REQUESTS_AT_ONCE: usize = 3;
/// How often an item is sent that the cluster could not take for the moment; with growing waits, about a minute.
const ITEM_TRIES_MAX: u32 = 16;
/// What of the answer is needed.
const FILTER: &str = "filter_path=items.*._id,items.*.status,items.*.error";
/// What it is for, in messages.
const WRITE: &str = "write articles";

/// What is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// Its fields as JSON on one line; `None` takes it out.
    pub source: Option<Vec<u8>>,
}

/// What the cluster answers for the items of a request.
#[derive(Deserialize)]
struct Written {
    items: Vec<Value>,
}

/// Sends articles to an index beside the work of whoever makes them.
pub struct Bulk {
    sender: Option<SyncSender<Vec<Item>>>,
    workers: Vec<JoinHandle<()>>,
    shared: Arc<Shared>,
    pending: Vec<Item>,
    pending_bytes: usize,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Requests that were handed over and have not ended.
    under_way: usize,
    /// The first thing that went wrong.
    failure: Option<EngineError>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Two plain values, whole at every moment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ended(&self, outcome: Result<(), EngineError>) {
        let mut state = self.state();
        state.under_way = state.under_way.saturating_sub(1);
        if let (Err(error), None) = (outcome, &state.failure) {
            state.failure = Some(error);
        }
        drop(state);
        self.changed.notify_all();
    }
}

impl Bulk {
    /// Makes ready to write to `alias`, which stands for the index in the making and for nothing once that is gone.
    pub fn new(cluster: &Cluster, alias: &str) -> Self {
        let (sender, receiver) = sync_channel::<Vec<Item>>(0);
        let (receiver, shared) = (Arc::new(Mutex::new(receiver)), Arc::new(Shared::default()));
        let worker = |_| {
            let (cluster, alias) = (cluster.clone(), alias.to_owned());
            let (receiver, shared) = (Arc::clone(&receiver), Arc::clone(&shared));
            std::thread::spawn(move || work(&cluster, &alias, &receiver, &shared))
        };
        let workers = (0..REQUESTS_AT_ONCE).map(worker).collect();
        Self { sender: Some(sender), workers, shared, pending: Vec::new(), pending_bytes: 0 }
    }

    /// Hands an item over; waits while enough is under way. Gives what went wrong with earlier ones, too.
    pub fn push(&mut self, item: Item) -> Result<(), EngineError> {
        self.pending_bytes += item.source.as_ref().map_or(0, Vec::len) + item.id.len();
        self.pending.push(item);
        if self.pending_bytes >= REQUEST_BYTES || self.pending.len() >= REQUEST_ITEMS_MAX {
            self.send()
        } else {
            Ok(())
        }
    }

    fn send(&mut self) -> Result<(), EngineError> {
        self.pending_bytes = 0;
        let items = std::mem::take(&mut self.pending);
        {
            let mut state = self.shared.state();
            if let Some(error) = state.failure.take() {
                return Err(error);
            }
            state.under_way += 1;
        }
        let sent = self.sender.as_ref().is_some_and(|sender| sender.send(items).is_ok());
        if sent {
            return Ok(());
        }
        self.shared.ended(Ok(()));
        Err(EngineError::Failed { action: WRITE, reason: "its threads have ended".into() })
    }

    /// Waits until all that was handed over is written.
    pub fn drain(&mut self) -> Result<(), EngineError> {
        if !self.pending.is_empty() {
            self.send()?;
        }
        let state = self.shared.state();
        let waited = self.shared.changed.wait_while(state, |state| state.under_way > 0);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        state.failure.take().map_or(Ok(()), Err)
    }
}

impl Drop for Bulk {
    fn drop(&mut self) {
        // The workers end when nobody hands them anything any more.
        self.sender = None;
        for worker in self.workers.drain(..) {
            // Its panic was counted as the end of its request by the guard below.
            let _ = worker.join();
        }
    }
}

/// Ends a request in the count even if its worker panics.
struct UnderWay<'a> {
    shared: &'a Shared,
    outcome: Option<Result<(), EngineError>>,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let panicked = || Err(EngineError::Failed { action: WRITE, reason: "a thread of it panicked".into() });
        self.shared.ended(self.outcome.take().unwrap_or_else(panicked));
    }
}

fn work(cluster: &Cluster, alias: &str, receiver: &Mutex<Receiver<Vec<Item>>>, shared: &Shared) {
    loop {
        // Held while it waits: the others wait for it instead of for the items.
        let received = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(items) = received else { return };
        let mut under_way = UnderWay { shared, outcome: None };
        under_way.outcome = Some(write_to(cluster, &format!("{alias}/_bulk?require_alias=true&{FILTER}"), items));
    }
}

/// Writes items to an index of that name, in one request, and waits until they are written.
pub fn write_items(cluster: &Cluster, index: &str, items: Vec<Item>) -> Result<(), EngineError> {
    write_to(cluster, &format!("{index}/_bulk?{FILTER}"), items)
}

/// The body of a request that writes items.
pub fn body_of(items: &[Item]) -> Vec<u8> {
    let bytes = items.iter().map(|item| item.id.len() + item.source.as_ref().map_or(0, Vec::len) + 40).sum();
    let mut body = Vec::with_capacity(bytes);
    for item in items {
        let action = if item.source.is_some() { "index" } else { "delete" };
        body.extend(json!({ action: { "_id": item.id } }).to_string().into_bytes());
        body.push(b'\n');
        if let Some(source) = &item.source {
            body.extend(source);
            body.push(b'\n');
        }
    }
    body
}

fn write_to(cluster: &Cluster, path: &str, mut items: Vec<Item>) -> Result<(), EngineError> {
    for tried in 1..=ITEM_TRIES_MAX {
        let request = Request::new(Verb::Post, path, WRITE).lines(body_of(&items)).patient(Patience::WRITER);
        let written: Written = cluster.read(&request)?;
        let told;
        (items, told) = left_over(cluster, items, written)?;
        match told {
            None => return Ok(()),
            Some(told) if tried == ITEM_TRIES_MAX => {
                let id = items.first().map_or("", |item| &item.id);
                let reason = format!("article `{id}` was sent {tried} times: {}: {}", told.kind, told.reason);
                return Err(EngineError::Overloaded { address: cluster.address().to_string(), action: WRITE, reason });
            }
            Some(_) => sleep(pause_before(tried)),
        }
    }
    Ok(())
}

/// The items that should be sent again, with what was said of one of them; anything worse is an error that names the item.
fn left_over(cluster: &Cluster, items: Vec<Item>, written: Written) -> Result<(Vec<Item>, Option<Told>), EngineError> {
    let failed = |reason: String| cluster.address().failed(WRITE, reason);
    if written.items.len() != items.len() {
        return Err(failed(format!("{} answers came to {} articles", written.items.len(), items.len())));
    }
    let (mut again, mut said) = (Vec::new(), None);
    for (item, answer) in items.into_iter().zip(written.items) {
        let action = if item.source.is_some() { "index" } else { "delete" };
        let answer = &answer[action];
        if answer["_id"] != item.id.as_str() {
            return Err(failed(format!("the answer for article `{}` is missing", item.id)));
        }
        match answer["status"].as_u64() {
            Some(200..300) => {}
            // To take out what is not there is done.
            Some(404) if item.source.is_none() && answer["error"].is_null() => {}
            Some(status) if u16::try_from(status).is_ok_and(may_pass) => {
                said = Some(Told::read(&answer["error"]));
                again.push(item);
            }
            status => {
                let Told { kind, reason } = Told::read(&answer["error"]);
                let status = status.unwrap_or_default();
                return Err(failed(format!("article `{}` was refused (status {status}, {kind}: {reason})", item.id)));
            }
        }
    }
    Ok((again, said))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::opensearch::address::{Address, Credentials};

    fn cluster() -> Cluster {
        Cluster::new(Address::parse("http://127.0.0.1:9/name", Credentials::default()).unwrap()).unwrap()
    }

    fn item(id: &str, source: Option<&str>) -> Item {
        Item { id: id.to_owned(), source: source.map(|source| source.as_bytes().to_vec()) }
    }

    fn left(answers: Value, items: Vec<Item>) -> Result<(Vec<String>, bool), String> {
        let written: Written = serde_json::from_value(json!({ "items": answers })).unwrap();
        left_over(&cluster(), items, written)
            .map(|(items, told)| (items.into_iter().map(|item| item.id).collect(), told.is_some()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_request_has_a_line_for_what_is_done_and_one_for_the_fields() {
        let body = body_of(&[item("a\"b", Some("{}")), item("c", None)]);
        assert_eq!(
            String::from_utf8(body).unwrap(),
            "{\"index\":{\"_id\":\"a\\\"b\"}}\n{}\n{\"delete\":{\"_id\":\"c\"}}\n"
        );
    }

    #[test]
    fn every_item_is_read_by_itself() {
        let both = || vec![item("a", Some("{}")), item("b", None)];
        let ok = json!([{"index": {"_id": "a", "status": 201}}, {"delete": {"_id": "b", "status": 404}}]);
        assert_eq!(left(ok, both()), Ok((vec![], false)));
        let busy = json!([{"index": {"_id": "a", "status": 429, "error": {"type": "t", "reason": "r"}}},
            {"delete": {"_id": "b", "status": 200}}]);
        assert_eq!(left(busy, both()), Ok((vec!["a".to_owned()], true)));
        let refused = json!([{"index": {"_id": "a", "status": 400, "error": {"type": "mapper_parsing_exception",
            "reason": "failed to parse"}}}, {"delete": {"_id": "b", "status": 200}}]);
        let error = left(refused, both()).unwrap_err();
        assert!(
            error.contains("article `a`") && error.contains("mapper_parsing_exception: failed to parse"),
            "{error}"
        );
        let gone = json!([{"index": {"_id": "a", "status": 201}},
            {"delete": {"_id": "b", "status": 404, "error": {"type": "index_not_found_exception", "reason": "no such index"}}}]);
        assert!(left(gone, both()).is_err());
        assert!(left(json!([{"index": {"_id": "a", "status": 201}}]), both()).is_err());
        assert!(left(json!([{"index": {"_id": "x", "status": 201}}, {}]), both()).is_err());
    }

    #[test]
    fn what_goes_wrong_comes_back_to_whoever_adds() {
        let mut bulk = Bulk::new(&cluster(), "name-writing");
        bulk.push(item("a", Some("{}"))).unwrap();
        bulk.sender = None;
        assert!(bulk.drain().is_err());
        assert!(bulk.drain().is_ok(), "an error is told once");
    }
}
