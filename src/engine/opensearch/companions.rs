//! The companions of a generation: what is kept beside its articles and is none, such as the ledger and the lexicon.
//!
//! An index of one shard that nothing is sought in. A part is cut into chunks, each a document, and the document `contents`, written
//! last, says of every part how many chunks and bytes it has and what their hash is. Knows no part by its meaning.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::engine::EngineError;
use crate::engine::opensearch::bulk::{Item, write_items};
use crate::engine::opensearch::succession::{make_index, place, seal, wait_until_copied};
use crate::engine::opensearch::transport::{Cluster, Request, Verb};

/// Bytes of a part in one document.
const CHUNK_BYTES: usize = 3 * 1024 * 1024;
/// The document that lists the parts.
const CONTENTS: &str = "contents";
/// What it is for, in messages.
const READ: &str = "read what is kept beside the index";

/// One part, as `contents` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    chunks: usize,
    bytes: u64,
    /// blake3 over the whole, in hexadecimal digits.
    hash: String,
}

/// A document that holds a chunk.
#[derive(Deserialize)]
struct Chunk {
    data: String,
}

/// What the cluster answers for one document.
#[derive(Deserialize)]
struct Got<T> {
    #[serde(rename = "_source")]
    source: Option<T>,
}

/// The companions of one generation, with the list of their parts read.
#[derive(Clone)]
pub struct Companions {
    cluster: Cluster,
    index: String,
    parts: BTreeMap<String, Part>,
}

/// The index of the companions of an index of articles.
pub fn companions_of(articles: &str) -> String {
    format!("{articles}-companions")
}

/// Writes the companions of an index of articles, `replicas` times besides the first, and closes them to writers.
pub fn write_companions(
    cluster: &Cluster,
    articles: &str,
    replicas: u32,
    parts: Vec<(&str, Vec<u8>)>,
) -> Result<(), EngineError> {
    let index = companions_of(articles);
    // Nothing in it is sought, so nothing is taken apart: a document is kept as it comes.
    let body = json!({
        "settings": {"index": {"number_of_shards": 1, "number_of_replicas": replicas, "refresh_interval": "-1"}},
        "mappings": {"enabled": false},
    });
    make_index(cluster, &index, &body)?;
    let mut contents = BTreeMap::new();
    for (name, bytes) in parts {
        let mut chunks = 0;
        for chunk in bytes.chunks(CHUNK_BYTES) {
            let source = json!({ "data": BASE64.encode(chunk) }).to_string().into_bytes();
            write_items(cluster, &index, vec![Item { id: chunk_id(name, chunks), source: Some(source) }])?;
            chunks += 1;
        }
        let hash = blake3::hash(&bytes).to_hex().to_string();
        contents.insert(name, Part { chunks, bytes: bytes.len() as u64, hash });
    }
    // Last: companions without it are known for half-made ones.
    let source = json!({ "parts": contents }).to_string().into_bytes();
    write_items(cluster, &index, vec![Item { id: CONTENTS.to_owned(), source: Some(source) }])?;
    seal(cluster, &index, replicas)?;
    wait_until_copied(cluster, &index, replicas).map(|_| ())
}

fn chunk_id(part: &str, chunk: usize) -> String {
    format!("{part}-{chunk}")
}

impl Companions {
    /// Opens the companions of an index of articles; `None` where there are none, or half-made ones.
    pub fn open(cluster: &Cluster, articles: &str) -> Result<Option<Self>, EngineError> {
        #[derive(Deserialize)]
        struct Contents {
            parts: BTreeMap<String, Part>,
        }
        let index = companions_of(articles);
        let path = format!("{index}/_doc/{CONTENTS}");
        let got: Got<Contents> = cluster.read(&Request::new(Verb::Get, path, READ).accepting(&[404]))?;
        Ok(got.source.map(|contents| Self { cluster: cluster.clone(), index, parts: contents.parts }))
    }

    /// The bytes of a part, once they are known to be what was written.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, EngineError> {
        let damaged = |what: String| EngineError::damaged(&place(&self.cluster, &self.index), what);
        let part = self.parts.get(name).ok_or_else(|| damaged(format!("{name} is missing")))?;
        let mut bytes =
            Vec::with_capacity(usize::try_from(part.bytes).unwrap_or_default().min(part.chunks * CHUNK_BYTES));
        for chunk in 0..part.chunks {
            let path = format!("{}/_doc/{}", self.index, chunk_id(name, chunk));
            let got: Got<Chunk> = self.cluster.read(&Request::new(Verb::Get, path, READ).accepting(&[404]))?;
            let chunk = got.source.ok_or_else(|| damaged(format!("a piece of {name} is missing")))?;
            let chunk = BASE64.decode(chunk.data).map_err(|error| damaged(format!("{name}: {error}")))?;
            bytes.extend(chunk);
        }
        if bytes.len() as u64 != part.bytes || blake3::hash(&bytes).to_hex().as_str() != part.hash {
            return Err(damaged(format!("{name} has another checksum")));
        }
        Ok(bytes)
    }

    /// A part that is text.
    pub fn text(&self, name: &str) -> Result<String, EngineError> {
        let text = String::from_utf8(self.read(name)?);
        text.map_err(|_| EngineError::damaged(&place(&self.cluster, &self.index), format!("{name} is no text")))
    }

    /// A part that is JSON.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, EngineError> {
        let damaged = |what: String| EngineError::damaged(&place(&self.cluster, &self.index), what);
        serde_json::from_slice(&self.read(name)?).map_err(|error| damaged(format!("{name}: {error}")))
    }

    /// The names of all parts.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str)
    }
}

/// A value as a part.
pub fn json_part<T: Serialize>(value: &T) -> Vec<u8> {
    // Plain data with text keys always has a JSON form.
    serde_json::to_vec(value).unwrap_or_else(|_| Value::Null.to_string().into_bytes())
}
