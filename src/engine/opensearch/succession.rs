//! Which generation of an index on a cluster is live, and how the next takes its place: names, the alias, the swap, and what is
//! swept away.
//!
//! A generation is an index `NAME-RUN` of articles with its companions, `RUN` being the run that made it: its own name, made of
//! its contents, is known only when it is whole. The alias `NAME` stands for the live one and is moved by one request. May not read
//! what a generation holds.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::engine::EngineError;
use crate::engine::opensearch::companions::companions_of;
use crate::engine::opensearch::transport::{Cluster, Patience, Request, Verb, told_in};

/// Bytes by chance in the name of a run.
const RUN_BYTES: usize = 8;
/// How long the copies of an index may take to come about before it goes live without them.
const COPY_TIME: Duration = Duration::from_secs(600);
/// How long the parts of a new index may take to be there at all.
const START_TIME: Duration = Duration::from_secs(120);
/// How often is looked whether something has come about.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A new name of an index of articles, which no other run has.
pub fn new_index(cluster: &Cluster) -> Result<String, EngineError> {
    Ok(format!("{}-{}", cluster.address().name, new_run()?))
}

/// A name by chance, in hexadecimal digits.
pub fn new_run() -> Result<String, EngineError> {
    let mut bytes = [0; RUN_BYTES];
    let failed = |error: getrandom::Error| EngineError::Failed { action: "name a run", reason: error.to_string() };
    getrandom::fill(&mut bytes).map_err(failed)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The alias that stands for an index while it is written, and for nothing once that is gone.
pub fn writing_alias(index: &str) -> String {
    format!("{index}-writing")
}

/// Where an index is, as messages have it.
pub fn place(cluster: &Cluster, index: &str) -> PathBuf {
    let address = cluster.address();
    let whole = address.to_string();
    PathBuf::from(format!("{}{index}", whole.strip_suffix(&address.name).unwrap_or(&whole)))
}

/// Where the whole is, as messages have it.
pub fn address_as_place(cluster: &Cluster) -> PathBuf {
    PathBuf::from(cluster.address().to_string())
}

/// Whether an index is one of articles of ours, by its name.
fn is_generation(cluster: &Cluster, index: &str) -> bool {
    let run = index.strip_prefix(&cluster.address().name).and_then(|rest| rest.strip_prefix('-'));
    run.is_some_and(|run| run.len() == RUN_BYTES * 2 && run.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
}

/// The index of articles that is live; `None` where there is none.
pub fn live_index(cluster: &Cluster) -> Result<Option<String>, EngineError> {
    let name = &cluster.address().name;
    let request = Request::new(Verb::Get, format!("_alias/{name}"), "find the live generation").accepting(&[404]);
    let answer = cluster.ask(&request)?;
    if answer.status == 404 {
        return Ok(None);
    }
    let behind: BTreeMap<String, Value> = cluster.read(&request)?;
    let damaged = |what: String| Err(EngineError::damaged(&address_as_place(cluster), what));
    let mut indexes = behind.into_keys();
    match (indexes.next(), indexes.next()) {
        (Some(index), None) if is_generation(cluster, &index) => Ok(Some(index)),
        (Some(index), None) => damaged(format!("the alias stands for {index}, which is no index of ours")),
        (Some(index), Some(other)) => damaged(format!("the alias stands for {index} and {other}")),
        (None, _) => Ok(None),
    }
}

/// All indexes of articles of ours, whole or not, and companions without articles under the name of those, by name.
pub fn generations(cluster: &Cluster) -> Result<Vec<String>, EngineError> {
    #[derive(Deserialize)]
    struct Listed {
        index: String,
    }
    let name = &cluster.address().name;
    let path = format!("_cat/indices/{name}-*?format=json&h=index&expand_wildcards=all");
    let listed: Vec<Listed> = cluster.read(&Request::new(Verb::Get, path, "list what is kept"))?;
    let articles = |index: String| index.strip_suffix("-companions").map(str::to_owned).unwrap_or(index);
    let mut indexes: Vec<String> =
        listed.into_iter().map(|listed| articles(listed.index)).filter(|index| is_generation(cluster, index)).collect();
    indexes.sort();
    indexes.dedup();
    Ok(indexes)
}

/// Refuses a name that an index has which is not ours: an alias cannot have it, too.
pub fn refuse_foreign(cluster: &Cluster) -> Result<(), EngineError> {
    let name = &cluster.address().name;
    let path = format!("{name}?filter_path=*.aliases");
    let found = cluster.ask(&Request::new(Verb::Get, path, "look at the name").accepting(&[404]))?;
    let found: BTreeMap<String, Value> = serde_json::from_slice(&found.body).unwrap_or_default();
    if found.contains_key(name) {
        let reason = "an index has this name already, and is none of ours; give another name at the end of the address";
        return Err(cluster.address().failed("keep an index under this name", reason));
    }
    Ok(())
}

/// Makes an index. That there is one already is no error: only this run knows its name, and may have asked twice.
pub fn make_index(cluster: &Cluster, index: &str, body: &Value) -> Result<(), EngineError> {
    let request = Request::new(Verb::Put, index, "make an index").json(body).accepting(&[400]);
    made(cluster, index, &request.patient(Patience::WRITER))
}

/// Makes an index of what another one holds, which must be closed to writers.
pub fn clone_index(cluster: &Cluster, from: &str, to: &str, body: &Value) -> Result<(), EngineError> {
    let request = Request::new(Verb::Put, format!("{from}/_clone/{to}"), "take over the live generation");
    made(cluster, to, &request.json(body).accepting(&[400]).patient(Patience::WRITER))
}

fn made(cluster: &Cluster, index: &str, request: &Request) -> Result<(), EngineError> {
    let answer = cluster.ask(request)?;
    if answer.status == 400 {
        let told = told_in(&answer.body);
        if told.as_ref().is_none_or(|told| told.kind != "resource_already_exists_exception") {
            let reason = told.map_or_else(String::new, |told| format!("{}: {}", told.kind, told.reason));
            return Err(cluster.address().failed(request.action, reason));
        }
    }
    if wait_for(cluster, index, START_TIME, |health| health.status != "red")?.is_none() {
        let reason = format!("the parts of {index} have not found their nodes in {} s", START_TIME.as_secs());
        return Err(cluster.address().failed(request.action, reason));
    }
    Ok(())
}

/// How an index or a cluster is.
#[derive(Debug, Clone, Deserialize)]
pub struct Health {
    /// `green`, `yellow` or `red`.
    pub status: String,
    /// Nodes that hold data.
    pub number_of_data_nodes: u32,
}

/// How an index is now.
pub fn health(cluster: &Cluster, index: &str) -> Result<Health, EngineError> {
    // With a status in the request it would wait, and an index that is not there is 408.
    let path = format!("_cluster/health/{index}?timeout=1s");
    cluster.read(&Request::new(Verb::Get, path, "see how the index is").accepting(&[408]).patient(Patience::WRITER))
}

/// Waits until an index is as it should be; `None` if it is not in time.
fn wait_for(
    cluster: &Cluster,
    index: &str,
    time: Duration,
    is_right: impl Fn(&Health) -> bool,
) -> Result<Option<Health>, EngineError> {
    let began = Instant::now();
    loop {
        let health = health(cluster, index)?;
        if is_right(&health) {
            return Ok(Some(health));
        }
        if began.elapsed() > time {
            return Ok(None);
        }
        sleep(LOOK_EVERY);
    }
}

/// Makes what was written to an index searchable and closes it to writers; it gets its copies.
pub fn seal(cluster: &Cluster, index: &str, replicas: u32) -> Result<(), EngineError> {
    refresh(cluster, index)?;
    change_settings(cluster, index, &json!({"index": {"number_of_replicas": replicas, "blocks": {"write": true}}}))
}

/// Closes an index to writers.
pub fn close(cluster: &Cluster, index: &str) -> Result<(), EngineError> {
    change_settings(cluster, index, &json!({"index": {"blocks": {"write": true}}}))
}

fn change_settings(cluster: &Cluster, index: &str, settings: &Value) -> Result<(), EngineError> {
    let request = Request::new(Verb::Put, format!("{index}/_settings"), "close the new generation to writers");
    cluster.ask(&request.json(settings).patient(Patience::WRITER)).map(|_| ())
}

/// Makes what was written to an index searchable, in all its shards.
pub fn refresh(cluster: &Cluster, index: &str) -> Result<(), EngineError> {
    #[derive(Deserialize)]
    struct Refreshed {
        #[serde(rename = "_shards")]
        shards: Shards,
    }
    #[derive(Deserialize)]
    struct Shards {
        failed: u32,
    }
    let request = Request::new(Verb::Post, format!("{index}/_refresh"), "make the articles searchable");
    let refreshed: Refreshed = cluster.read(&request.patient(Patience::WRITER))?;
    if refreshed.shards.failed > 0 {
        let reason = format!("{} shards of {index} did not", refreshed.shards.failed);
        return Err(cluster.address().failed("make the articles searchable", reason));
    }
    Ok(())
}

/// Whether an index has the copies that it should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// All of them.
    Whole,
    /// There are too few nodes for them.
    NoPlace,
    /// The cluster is still making them.
    Late,
}

/// Waits until every shard of an index has its copies, where there are nodes for them. A cluster that takes too long over them goes
/// on making them.
pub fn wait_until_copied(cluster: &Cluster, index: &str, replicas: u32) -> Result<Copied, EngineError> {
    let has_places = |health: &Health| health.number_of_data_nodes > replicas;
    let is_right = |health: &Health| health.status == "green" || (health.status == "yellow" && !has_places(health));
    Ok(match wait_for(cluster, index, COPY_TIME, is_right)? {
        Some(health) if health.status == "green" => Copied::Whole,
        Some(_) => Copied::NoPlace,
        None => Copied::Late,
    })
}

/// Makes `index` live in the place of `from`, all at once. `written` says that it was just written, and is written no more.
pub fn swap(cluster: &Cluster, from: Option<&str>, index: &str, written: bool) -> Result<(), EngineError> {
    let name = &cluster.address().name;
    let mut actions = Vec::new();
    if written {
        // Fails where another writer took the index away: then nothing is swapped.
        let alias = writing_alias(index);
        actions.push(json!({"remove": {"index": index, "alias": alias, "must_exist": true}}));
    }
    if let Some(from) = from.filter(|from| *from != index) {
        actions.push(json!({"remove": {"index": from, "alias": name}}));
    }
    actions.push(json!({"add": {"index": index, "alias": name}}));
    let request =
        Request::new(Verb::Post, "_aliases", "make the new generation live").json(&json!({"actions": actions}));
    let swapped = cluster.ask(&request.patient(Patience::WRITER)).map(|_| ());
    // It may have been done and the answer lost, and the next try have found nothing to do.
    swapped.or_else(|error| match live_index(cluster) {
        Ok(Some(live)) if live == index => Ok(()),
        _ => Err(error),
    })
}

/// Takes a generation away, whole or not. One that is not there is no error.
pub fn delete_generation(cluster: &Cluster, index: &str) -> Result<(), EngineError> {
    for index in [index.to_owned(), companions_of(index)] {
        let request = Request::new(Verb::Delete, index, "take an old generation away").accepting(&[404]);
        cluster.ask(&request.patient(Patience::WRITER))?;
    }
    Ok(())
}

/// Takes away all generations but the kept ones. What cannot be taken away now is tried again by the next run.
pub fn sweep(cluster: &Cluster, kept: &[&str]) {
    let swept = generations(cluster).and_then(|found| {
        found
            .iter()
            .filter(|index| !kept.contains(&index.as_str()))
            .try_for_each(|index| delete_generation(cluster, index))
    });
    if let Err(error) = swept {
        tracing::warn!(%error, "what an old run left could not be removed");
    }
}
