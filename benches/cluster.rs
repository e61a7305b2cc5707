//! Bulk indexing and searches on a cluster beside a bare client that sends the very same requests.
//!
//! The rows of Reuters-21578 are made once and packed into requests as the indexer packs them. Ours hands them over item by item
//! to what the indexer writes through, which reads every item's own answer; the bare client is the official crate, sending the
//! packed bodies as they are, as many at once, and reading nothing but the status. Each side fills an index of its own, in turns;
//! what is printed is the median over the rounds, and
//! the fastest, which other work on the machine disturbs least. `DOSSIER_BENCH_ENGINE` says where the cluster is (`http://host:9200/name`);
//! what begins with that name and `-bench` is deleted; searches are asked of the index of that name, if it stands there. Prints tables;
//! decides nothing. `docs/benchmarks.md` keeps the results.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints")]

mod articles;
#[path = "cluster/searches.rs"]
mod searches;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, ensure};
use dossier::engine::facets::OWN_DIMENSIONS;
use dossier::engine::opensearch::address::{Address, Credentials};
use dossier::engine::opensearch::bulk::{Bulk, Item, REQUEST_BYTES, REQUEST_ITEMS_MAX, REQUESTS_AT_ONCE, body_of};
use dossier::engine::opensearch::foundation::count;
use dossier::engine::opensearch::mapping::{Layout, index_body};
use dossier::engine::opensearch::rows::Row;
use dossier::engine::opensearch::succession::{make_index, refresh};
use dossier::engine::opensearch::transport::{Cluster, Request, Verb};
use opensearch::http::Method;
use opensearch::http::headers::{CONTENT_TYPE, HeaderMap, HeaderValue};
use opensearch::http::transport::{SingleNodeConnectionPool, Transport, TransportBuilder};
use rayon::prelude::*;
use serde_json::{Value, json};

/// Rounds; the first warms both sides up and does not count.
const ROUNDS: usize = 6;

fn main() -> anyhow::Result<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/reuters.jsonl.gz");
    let Some(engine) = std::env::var("DOSSIER_BENCH_ENGINE").ok().filter(|_| data.exists()) else {
        eprintln!("SKIPPED: DOSSIER_BENCH_ENGINE names no cluster, or the shared data is absent ({})", data.display());
        return Ok(());
    };
    let address = Address::parse(&engine, Credentials::default())?;
    let (url, name) = (address.nodes[0].clone(), format!("{}-bench", address.name));
    let (place, cluster) = (address.clone(), Cluster::new(address)?);
    let records = articles::reuters(&data)?;
    let titles: Vec<String> = records.iter().filter_map(|record| record["title"].as_str().map(str::to_owned)).collect();
    let items = items(&records)?;
    let bodies = packed(&items);
    let bytes: usize = bodies.iter().map(Vec::len).sum();
    println!("{} articles in {} requests, {} MB", items.len(), bodies.len(), bytes / 1_000_000);
    let bare = TransportBuilder::new(SingleNodeConnectionPool::new(url)).disable_proxy().build()?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // Who goes first changes.
        for side in [round % 2, (round + 1) % 2] {
            let index = format!("{name}-{side}");
            fresh(&cluster, &index)?;
            let began = Instant::now();
            match side {
                0 => send_ours(&cluster, &index, &items)?,
                _ => send_bare(&bare, &index, bodies.clone())?,
            }
            let seconds = began.elapsed().as_secs_f64();
            refresh(&cluster, &index)?;
            ensure!(count(&cluster, &index)? == Some(items.len() as u64), "articles are missing");
            delete(&cluster, &index)?;
            eprintln!("round {round}, {}: {seconds:.2} s", if side == 0 { "ours" } else { "bare" });
            if round > 0 {
                if side == 0 { &mut ours } else { &mut theirs }.push(seconds);
            }
        }
    }
    println!("| side | seconds, median | fastest | articles a second in the fastest |");
    println!("| --- | ---: | ---: | ---: |");
    for (side, mut seconds) in [("ours", ours), ("bare client", theirs)] {
        seconds.sort_by(f64::total_cmp);
        let (median, fastest) = (seconds[seconds.len() / 2], seconds[0]);
        println!("| {side} | {median:.2} | {fastest:.2} | {:.0} |", items.len() as f64 / fastest);
    }
    if count(&cluster, &place.name)?.is_some() {
        searches::measure(&place, &bare, &titles)?;
    } else {
        eprintln!("SKIPPED: searches are measured where an index of that name stands (`dossier index --engine`)");
    }
    Ok(())
}

/// The rows of articles, ready to be sent.
fn items(records: &[Value]) -> anyhow::Result<Vec<Item>> {
    let text = |record: &Value, key: &str| record[key].as_str().unwrap_or_default().to_owned();
    let item = |record: &Value| {
        let document = json!({
            "id": text(record, "id"), "title": text(record, "title"), "body": text(record, "body"), "lang": "en",
            "place": {"file": "records.jsonl"}, "fingerprint": "",
        });
        let document = serde_json::from_value(document).context("a record is no article")?;
        let Row { id, source, .. } = Row::of(document, OWN_DIMENSIONS, None);
        Ok(Item { id, source: Some(source) })
    };
    records.par_iter().map(item).collect()
}

/// Items packed into requests as `Bulk` does.
fn packed(items: &[Item]) -> Vec<Vec<u8>> {
    let (mut bodies, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (at, item) in items.iter().enumerate() {
        bytes += item.id.len() + item.source.as_ref().map_or(0, Vec::len);
        if bytes >= REQUEST_BYTES || at + 1 - start >= REQUEST_ITEMS_MAX || at + 1 == items.len() {
            bodies.push(body_of(&items[start..=at]));
            (start, bytes) = (at + 1, 0);
        }
    }
    bodies
}

fn send_ours(cluster: &Cluster, index: &str, items: &[Item]) -> anyhow::Result<()> {
    let mut bulk = Bulk::new(cluster, &format!("{index}-alias"));
    for item in items {
        bulk.push(item.clone())?;
    }
    Ok(bulk.drain()?)
}

fn send_bare(transport: &Transport, index: &str, bodies: Vec<Vec<u8>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let places = Arc::new(tokio::sync::Semaphore::new(REQUESTS_AT_ONCE));
    runtime.block_on(async {
        let mut sent = Vec::new();
        for body in bodies {
            let place = Arc::clone(&places).acquire_owned().await?;
            let (transport, path) = (transport.clone(), format!("/{index}/_bulk"));
            sent.push(tokio::spawn(async move {
                let mut headers = HeaderMap::new();
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
                let body = Some(body);
                let response = transport.send(Method::Post, &path, headers, None::<&()>, body, None).await?;
                let status = response.status_code().as_u16();
                response.bytes().await?;
                drop(place);
                Ok::<u16, opensearch::Error>(status)
            }));
        }
        for one in sent {
            ensure!(one.await?? == 200, "a request was refused");
        }
        Ok(())
    })
}

fn fresh(cluster: &Cluster, index: &str) -> anyhow::Result<()> {
    delete(cluster, index)?;
    let mut body = index_body(Layout { shards: 3, replicas: 0 }, OWN_DIMENSIONS);
    body["aliases"] = json!({ format!("{index}-alias"): {} });
    Ok(make_index(cluster, index, &body)?)
}

fn delete(cluster: &Cluster, index: &str) -> anyhow::Result<()> {
    cluster.ask(&Request::new(Verb::Delete, index, "delete an index").accepting(&[404]))?;
    Ok(())
}
