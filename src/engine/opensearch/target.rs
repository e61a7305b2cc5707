//! A generation in the making: its index, filled aside from the live one, and gone again unless it is made live.
//!
//! Knows no corpus and no taxonomy; what is written comes as ready rows.

use serde_json::{Value, json};

use crate::engine::EngineError;
use crate::engine::opensearch::bulk::{Bulk, Item};
use crate::engine::opensearch::foundation::count;
use crate::engine::opensearch::mapping::Layout;
use crate::engine::opensearch::succession::{
    Copied, clone_index, close, delete_generation, make_index, new_index, refresh, seal, swap, wait_until_copied,
    writing_alias,
};
use crate::engine::opensearch::transport::{Cluster, Patience, Request, Verb};

/// A shard with so many articles at most is written anew as one segment; of a larger one, segments that lost a tenth.
const REWRITE_DOCUMENTS_MAX: usize = 100_000;
/// How patient the writing anew is: it lasts as long as the disks need.
const REWRITE: Patience = Patience { time: std::time::Duration::from_secs(3600), tries: 5 };

/// A generation in the making.
pub struct Target {
    cluster: Cluster,
    index: String,
    /// Indexes that were made on the way and go when this is dropped.
    passing: Vec<String>,
    shards: u32,
    bulk: Option<Bulk>,
}

impl Target {
    /// An empty index, of a body as the mapping makes it.
    pub fn empty(cluster: &Cluster, shards: u32, mut body: Value) -> Result<Self, EngineError> {
        let target = Self::named(cluster, shards)?;
        body["aliases"] = json!({ writing_alias(&target.index): {} });
        make_index(cluster, &target.index, &body)?;
        Ok(target)
    }

    /// An index that holds what the live one holds, whose files it shares where that can be done.
    pub fn built_on(cluster: &Cluster, live: &str, replicas: u32) -> Result<Self, EngineError> {
        let target = Self::named(cluster, shards_of(cluster, live)?)?;
        clone_index(cluster, live, &target.index, &body_of_clone(&target.index, replicas))?;
        Ok(target)
    }

    /// One that is not made yet: if the making fails half-way, it goes as well.
    fn named(cluster: &Cluster, shards: u32) -> Result<Self, EngineError> {
        let index = new_index(cluster)?;
        let bulk = Some(Bulk::new(cluster, &writing_alias(&index)));
        Ok(Self { cluster: cluster.clone(), passing: vec![index.clone()], index, shards, bulk })
    }

    /// Its index of articles.
    pub fn index(&self) -> &str {
        &self.index
    }

    /// Hands an article over to be written, or an id to be taken out.
    pub fn push(&mut self, item: Item) -> Result<(), EngineError> {
        self.bulk.as_mut().map_or(Ok(()), |bulk| bulk.push(item))
    }

    /// Waits until all that was handed over is written and can be found.
    pub fn settle(&mut self) -> Result<(), EngineError> {
        self.bulk.as_mut().map_or(Ok(()), Bulk::drain)?;
        refresh(&self.cluster, &self.index)
    }

    /// Ends the writing: all of it is there, counted, written anew where that helps, closed to writers, and copied.
    pub fn finish(&mut self, documents: usize, layout: Layout) -> Result<(), EngineError> {
        self.settle()?;
        self.bulk = None;
        let found = count(&self.cluster, &self.index)?.unwrap_or_default();
        if found != documents as u64 {
            let reason = format!("it holds {found} articles instead of {documents}");
            return Err(self.cluster.address().failed("verify the new generation", reason));
        }
        if has_removed(&self.cluster, &self.index)? {
            self.leave_removed_behind()?;
        }
        let small = documents / self.shards.max(1) as usize <= REWRITE_DOCUMENTS_MAX;
        let how = if small { "max_num_segments=1" } else { "only_expunge_deletes=true" };
        let request =
            Request::new(Verb::Post, format!("{}/_forcemerge?{how}", self.index), "put the articles together");
        self.cluster.ask(&request.patient(REWRITE))?;
        seal(&self.cluster, &self.index, layout.replicas)?;
        let (index, replicas) = (&self.index, layout.replicas);
        match wait_until_copied(&self.cluster, index, replicas)? {
            Copied::Whole => {}
            Copied::NoPlace => tracing::warn!(
                index,
                replicas,
                "the cluster has too few nodes for the copies: a node that is lost takes parts of the index with it"
            ),
            Copied::Late => {
                tracing::warn!(index, replicas, "the copies are not whole yet; the cluster goes on making them")
            }
        }
        Ok(())
    }

    /// Goes on with a clone. What was written over or taken out is kept for copies that may have to catch up, and counts in the
    /// statistics of words until then; a clone has nothing to catch up with, so that it goes when its segments are written anew. Its
    /// copies come after that, as copies of the files: made before, they would keep what was taken out, and score otherwise.
    fn leave_removed_behind(&mut self) -> Result<(), EngineError> {
        let next = new_index(&self.cluster)?;
        self.passing.push(next.clone());
        close(&self.cluster, &self.index)?;
        clone_index(&self.cluster, &self.index, &next, &body_of_clone(&next, 0))?;
        self.index = next;
        Ok(())
    }

    /// Makes it live in the place of `from`, all at once.
    pub fn make_live(mut self, from: Option<&str>) -> Result<String, EngineError> {
        swap(&self.cluster, from, &self.index, true)?;
        self.passing.retain(|index| *index != self.index);
        Ok(self.index.clone())
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        // Its threads end before the index goes.
        self.bulk = None;
        for index in &self.passing {
            if let Err(error) = delete_generation(&self.cluster, index) {
                tracing::warn!(%error, index, "a generation in the making could not be removed; the next run does it");
            }
        }
    }
}

/// The body of a request that clones an index to be written. It has its copies from the start: a node that is lost meanwhile
/// takes nothing with it.
fn body_of_clone(to: &str, replicas: u32) -> Value {
    json!({
        "settings": {"index": {"number_of_replicas": replicas, "refresh_interval": "-1", "blocks": {"write": null}}},
        "aliases": { writing_alias(to): {} },
    })
}

/// Whether an index still holds rows that were written over or taken out.
fn has_removed(cluster: &Cluster, index: &str) -> Result<bool, EngineError> {
    let action = "count what was taken out";
    let path = format!("{index}/_stats/docs?filter_path=_all.primaries.docs.deleted");
    let stats: Value = cluster.read(&Request::new(Verb::Get, path, action).patient(Patience::WRITER))?;
    let removed = stats["_all"]["primaries"]["docs"]["deleted"].as_u64();
    removed.map(|removed| removed > 0).ok_or_else(|| cluster.address().failed(action, "the number is missing"))
}

/// Of how many shards an index is made.
fn shards_of(cluster: &Cluster, index: &str) -> Result<u32, EngineError> {
    let action = "read the settings of the live generation";
    let path = format!("{index}/_settings/index.number_of_shards?flat_settings=true");
    let settings: Value = cluster.read(&Request::new(Verb::Get, path, action))?;
    let shards = settings[index]["settings"]["index.number_of_shards"].as_str().and_then(|shards| shards.parse().ok());
    shards.ok_or_else(|| cluster.address().failed(action, "its number of shards is missing"))
}
