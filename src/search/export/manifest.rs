//! The manifest of an export: what was asked, of which generation, how much came, and the hash that tells whether the
//! file is still the one that was made.
//!
//! Holds no time: the same export has the same manifest.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::query::Sort;
use crate::render::address::Address;
use crate::render::json::{QueryWire, query_wire};
use crate::search::export::Export;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
}

/// The manifest on the wire. May be changed by adding only.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Manifest<'a> {
    /// The program.
    pub program: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The command or the address that makes the same export again.
    pub made_by: &'a str,
    /// The generation that it was made from.
    pub generation: &'a str,
    /// The query.
    pub query: QueryWire<'a>,
    /// Filters by name, as full paths; values of one name are alternatives, `not.` leaves out.
    pub filters: BTreeMap<String, Vec<String>>,
    /// Every other parameter that differs from what holds when nobody says.
    pub parameters: BTreeMap<String, Vec<String>>,
    /// The order.
    pub sort: Sort,
    /// Whether of each group of copies one article stands for all.
    pub collapsed: bool,
    /// Articles in the export.
    pub articles: usize,
    /// Articles that the search finds.
    pub total: TotalManifest,
    /// The form.
    pub format: &'static str,
    /// Length of the export in bytes.
    pub bytes: u64,
    /// SHA-256 of the export, in hexadecimal.
    pub sha256: &'a str,
}

/// How many articles a search finds.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct TotalManifest {
    /// All of them.
    pub value: u64,
    /// Of each group of copies one.
    pub collapsed: u64,
}

/// Parameters that say how, not what; all others narrow what is found.
const HOW: [&str; 8] = ["sort", "match", "variants", "no_variant", "fuzzy", "collapse", "recency", "accessed"];

impl Export {
    /// The parameters in their fixed order, defaults left out: those of the search, `format` and `accessed`.
    pub fn address(&self) -> Address {
        let search = Address::of(&self.answer).set("size", "").set("interval", "");
        let accessed = self.parameters.accessed.map(|day| day.to_string()).unwrap_or_default();
        search.set("accessed", &accessed).set("format", self.parameters.form.name())
    }

    /// The manifest; `made_by` is the command or the address that makes the same export again.
    pub fn manifest<'a>(&'a self, written: &'a Written, made_by: &'a str) -> Manifest<'a> {
        let (answer, results) = (&self.answer, &self.answer.results);
        let mut filters: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in self.address().pairs().iter().filter(|(name, _)| name != "q" && name != "format") {
            let list = if HOW.contains(&name.as_str()) { &mut parameters } else { &mut filters };
            list.entry(name.clone()).or_default().push(value.clone());
        }
        Manifest {
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            made_by,
            generation: self.generation(),
            query: query_wire(answer),
            filters,
            parameters,
            sort: answer.sort,
            collapsed: answer.collapse,
            articles: self.articles(),
            total: TotalManifest { value: results.total, collapsed: results.collapsed },
            format: self.parameters.form.name(),
            bytes: written.bytes,
            sha256: &written.sha256,
        }
    }
}
