//! The texts and their answer keys, as the data has them. Judges nothing.

use std::collections::BTreeSet;
use std::io::Read;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::harness::shared_data;

/// Texts before this one, in file order, are for making the taxonomy; the rest are held out.
pub(crate) const BUILT_FROM: usize = 1300;

/// One text.
#[derive(Deserialize)]
pub(crate) struct Text {
    pub(crate) id: String,
    pub(crate) body: String,
    /// The day of the dateline.
    pub(crate) date: Option<String>,
    dateline: String,
}

impl Text {
    /// The text as the wire printed it: behind its dateline.
    pub(crate) fn printed(&self) -> String {
        format!("{} -- {}", self.dateline, self.body)
    }
}

/// What readers found in a text.
#[derive(Deserialize)]
pub(crate) struct Key {
    id: String,
    pub(crate) relevant: bool,
    #[serde(rename = "incident_types")]
    pub(crate) types: BTreeSet<String>,
    pub(crate) countries: BTreeSet<String>,
    pub(crate) locations: BTreeSet<String>,
    pub(crate) incidents: Vec<Incident>,
}

/// What readers found of one incident.
#[derive(Deserialize)]
pub(crate) struct Incident {
    /// Organisations said to have done it; each with all names that the text gives it.
    pub(crate) perp_orgs: Vec<Vec<String>>,
}

/// A text with its key.
pub(crate) struct Case {
    pub(crate) text: Text,
    pub(crate) key: Key,
}

/// All cases in file order; `None` without the data.
pub(crate) fn cases() -> Option<Vec<Case>> {
    let texts: Vec<Text> = lines("muc4/docs.jsonl.gz")?;
    let keys: Vec<Key> = lines("muc4/keys.jsonl.gz")?;
    assert_eq!((texts.len(), keys.len()), (1500, 1500));
    let cases = texts.into_iter().zip(keys).map(|(mut text, key)| {
        assert_eq!(text.id, key.id);
        // Ids of a corpus are written in small letters.
        text.id = text.id.to_lowercase();
        Case { text, key }
    });
    Some(cases.collect())
}

fn lines<T: DeserializeOwned>(path: &str) -> Option<Vec<T>> {
    let packed = std::fs::read(shared_data(path)?).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}
