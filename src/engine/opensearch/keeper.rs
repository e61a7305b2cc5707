//! The index on a cluster for whoever keeps it: how it stands, whether everything is what was written, and the way back.

use serde::Deserialize;
use serde_json::Value;

use crate::engine::EngineError;
use crate::engine::facets::OWN_DIMENSIONS;
use crate::engine::keeper::{Damage, Keeper, Standing, WayBack};
use crate::engine::opensearch::OpenSearchEngines;
use crate::engine::opensearch::companions::Companions;
use crate::engine::opensearch::foundation::Foundation;
use crate::engine::opensearch::lock::Lock;
use crate::engine::opensearch::mapping::{Layout, index_body};
use crate::engine::opensearch::succession::{address_as_place, generations, health, live_index, place, swap};
use crate::engine::opensearch::transport::{Cluster, Request, Verb};
use crate::model::upkeep::Previous;

impl Keeper for OpenSearchEngines {
    fn standing(&self) -> Result<Standing, EngineError> {
        let cluster = &self.cluster;
        let live = live_index(cluster)?.ok_or_else(|| EngineError::Missing(address_as_place(cluster)))?;
        let live = Foundation::open(cluster, &live)?;
        let before = live.manifest.previous.as_ref().map(|index| Foundation::open(cluster, index));
        // One that cannot be opened is none to go back to.
        let previous = before.and_then(Result::ok).map(|before| Previous {
            generation: before.manifest.generation,
            built_at: before.manifest.built_at,
            documents: before.manifest.report.documents,
        });
        Ok(Standing {
            place: cluster.address().to_string(),
            bytes: bytes_of(cluster)?,
            previous,
            ledger: live.ledger()?,
            pipeline: live.manifest.pipeline,
        })
    }

    fn verify(&self) -> Result<Vec<Damage>, EngineError> {
        let cluster = &self.cluster;
        let mut wrong = Vec::new();
        let live = match live_index(cluster) {
            Ok(None) => return Err(EngineError::Missing(address_as_place(cluster))),
            Ok(Some(index)) => Some(index),
            Err(EngineError::Damaged { path, what, .. }) => {
                wrong.push(Damage { place: path.display().to_string(), what });
                None
            }
            Err(error) => return Err(error),
        };
        let mut kept = generations(cluster)?;
        kept.extend(live.clone().filter(|live| !kept.contains(live)));
        for index in kept {
            // What a run that is under way, or was broken off, has not finished is no generation yet.
            if live.as_ref() == Some(&index) || Companions::open(cluster, &index)?.is_some() {
                verify_one(cluster, &index, live.as_ref() == Some(&index), &mut wrong)?;
            }
        }
        wrong.sort();
        Ok(wrong)
    }

    fn roll_back(&self) -> Result<WayBack, EngineError> {
        let cluster = &self.cluster;
        live_index(cluster)?.ok_or_else(|| EngineError::Missing(address_as_place(cluster)))?;
        let lock = Lock::take(cluster)?;
        // Once more: another writer may have been at work until now.
        let live = live_index(cluster)?.ok_or_else(|| EngineError::Missing(address_as_place(cluster)))?;
        // What a sound generation names as the one before it; from a damaged one, back to any other.
        let (left, before) = match Foundation::open(cluster, &live) {
            Ok(generation) => (generation.manifest.generation, generation.manifest.previous),
            Err(EngineError::Damaged { .. } | EngineError::Outdated { .. } | EngineError::Newer { .. }) => {
                let mut others = generations(cluster)?.into_iter().filter(|index| *index != live);
                (live.clone(), others.find(|index| Foundation::open(cluster, index).is_ok()))
            }
            Err(error) => return Err(error),
        };
        let kept = generations(cluster)?;
        let before = before.filter(|index| kept.contains(index));
        let before = before.ok_or_else(|| EngineError::NoPrevious(address_as_place(cluster)))?;
        let previous = Foundation::open(cluster, &before)?;
        previous.refuse_damage()?;
        lock.confirm()?;
        swap(cluster, Some(&live), &before, false)?;
        Ok(WayBack { left, live: previous.manifest.generation })
    }
}

/// Compares one generation with what was written.
fn verify_one(cluster: &Cluster, index: &str, is_live: bool, wrong: &mut Vec<Damage>) -> Result<(), EngineError> {
    let whole = place(cluster, index).display().to_string();
    let mut note = |error: EngineError| match error {
        EngineError::Damaged { path, what, .. } => {
            wrong.push(Damage { place: path.display().to_string(), what });
            Ok(())
        }
        // What another version made is not held against our fields; that it is live is worth saying.
        EngineError::Outdated { path, what } | EngineError::Newer { path, what } => {
            if is_live {
                wrong.push(Damage { place: path.display().to_string(), what: format!("was made with {what}") });
            }
            Ok(())
        }
        error => Err(error),
    };
    let generation = match Foundation::open(cluster, index) {
        Ok(generation) => generation,
        Err(error) => return note(error),
    };
    if let Err(error) = generation.refuse_damage() {
        note(error)?;
    }
    let state = health(cluster, index)?;
    if state.status == "red" {
        wrong.push(Damage { place: whole.clone(), what: "parts of it are on no node (its health is red)".to_owned() });
    }
    let dimensions = generation.taxonomy.dimensions().iter().map(|dimension| dimension.name.as_str());
    let ours = index_body(Layout::default(), dimensions.chain(OWN_DIMENSIONS));
    for what in differences(&ours["mappings"], &mapping_of(cluster, index)?) {
        wrong.push(Damage { place: whole.clone(), what });
    }
    Ok(())
}

/// In what the fields of an index are not those that we make.
fn differences(ours: &Value, theirs: &Value) -> Vec<String> {
    let empty = serde_json::Map::new();
    let fields = |mapping: &Value| mapping["properties"].as_object().cloned().unwrap_or_else(|| empty.clone());
    let (ours_of, theirs_of) = (fields(ours), fields(theirs));
    let mut found = Vec::new();
    for (field, made) in &ours_of {
        match theirs_of.get(field) {
            None => found.push(format!("its field {field} is missing")),
            Some(there) if there["type"] != made["type"] => found.push(format!("its field {field} is of another type")),
            Some(_) => {}
        }
    }
    let more = theirs_of.keys().filter(|field| !ours_of.contains_key(*field));
    found.extend(more.map(|field| format!("its field {field} is none of ours")));
    if ours["dynamic"] != theirs["dynamic"] {
        found.push("it takes fields that are none of ours".to_owned());
    }
    found
}

fn mapping_of(cluster: &Cluster, index: &str) -> Result<Value, EngineError> {
    let mut mapping: Value =
        cluster.read(&Request::new(Verb::Get, format!("{index}/_mapping"), "read the fields of the index"))?;
    Ok(mapping[index]["mappings"].take())
}

/// The size of all that is kept of the index on all nodes, in bytes; files that two generations share count twice.
fn bytes_of(cluster: &Cluster) -> Result<u64, EngineError> {
    #[derive(Deserialize)]
    struct Listed {
        #[serde(rename = "store.size")]
        size: Option<String>,
    }
    let name = &cluster.address().name;
    let mut bytes = 0;
    for index in generations(cluster)? {
        let path =
            format!("_cat/indices/{index},{index}-companions?format=json&bytes=b&h=store.size&expand_wildcards=all");
        let request = Request::new(Verb::Get, path, "see how large the index is").accepting(&[404]);
        let listed: Vec<Listed> = serde_json::from_slice(&cluster.ask(&request)?.body).unwrap_or_default();
        let sizes = listed.into_iter().filter_map(|listed| listed.size?.parse::<u64>().ok());
        bytes += sizes.sum::<u64>();
    }
    tracing::debug!(name, bytes, "size of the index");
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_that_are_not_ours_are_named() {
        let ours = index_body(Layout::default(), ["actor"])["mappings"].clone();
        assert_eq!(differences(&ours, &ours), Vec::<String>::new());
        let mut theirs = ours.clone();
        theirs["dynamic"] = "true".into();
        theirs["properties"]["more"] = json!({"type": "text"});
        theirs["properties"]["group"]["type"] = "text".into();
        theirs["properties"].as_object_mut().map(|fields| fields.remove("facet_actor"));
        let found = differences(&ours, &theirs).join("; ");
        for part in ["group is of another type", "facet_actor is missing", "more is none of ours", "takes fields"] {
            assert!(found.contains(part), "{found}");
        }
    }
}
