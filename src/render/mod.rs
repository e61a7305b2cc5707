//! Answers and articles as people and programs read them: terminal, JSON, CSV, HTML.
//!
//! Layer 2. Reads `model` and nothing that decides: what is found, counted or labelled was settled before. May not
//! search, read a taxonomy, or name a server; the template engine is named in `html` only.

pub mod address;
pub mod atom;
pub mod batch;
pub mod citation;
pub mod commands;
pub mod csv;
pub mod export;
pub mod html;
pub mod json;
pub mod markdown;
mod names;
pub mod open_search;
pub mod public_url;
pub mod terminal;
mod wording;
mod xml;

use std::collections::BTreeMap;

use crate::model::results::Fragment;

/// A dimension of the taxonomy as it is shown. `lang` and `source` are not among them: every article has them apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dimension {
    /// Its name on the wire and in addresses.
    pub name: String,
    /// What people read.
    pub label: String,
    /// What people read for its values, by full path. A path that is absent is shown by its last segment.
    pub values: BTreeMap<String, String>,
}

/// The text of fragments, marks left out.
fn plain_text(fragments: &[Fragment]) -> String {
    fragments.iter().map(|fragment| fragment.text.as_str()).collect()
}

/// Answers of our own making, for the tests of every form.
#[cfg(test)]
mod samples;
