//! Generations on disk: what each was made from and with, and how it is opened.
//!
//! A generation's folder holds `tantivy/`, `manifest.json`, `ledger.json`, `facets.json`, `copies.json`, `suggestions.json`,
//! `taxonomy.toml` and the seal over all of these, and is never written to once it has its name. Its name comes from
//! its contents.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;

use crate::engine::EngineError;
use crate::engine::embedded::disk::{compact_json, json, read, unreadable, write};
use crate::engine::embedded::schema::SCHEMA_VERSION;
use crate::engine::embedded::seal::{SEAL, Seal};
use crate::engine::embedded::suggester::gathering::Kept;
use crate::engine::facets::FacetDictionary;
use crate::engine::manifest::{Manifest, Versions};
use crate::model::report::Ledger;
use crate::taxonomy::Taxonomy;

/// What is kept for suggestions, read at the first of them.
const SUGGESTIONS: &str = "suggestions.json";
/// The facet values.
const FACETS: &str = "facets.json";
/// The groups of copies.
const COPIES: &str = "copies.json";
/// The taxonomy.
const TAXONOMY: &str = "taxonomy.toml";
/// The files and records, for the next run.
const LEDGER: &str = "ledger.json";
/// What a generation was made from and with.
const MANIFEST: &str = "manifest.json";

/// An opened generation.
#[derive(Debug)]
pub struct Generation {
    /// Its folder.
    pub folder: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
    /// Its facet values.
    pub facets: FacetDictionary,
    /// Its groups of copies: ids by date, then id.
    pub copies: Vec<Vec<String>>,
    /// Its taxonomy.
    pub taxonomy: Taxonomy,
    /// Its files.
    pub(super) seal: Seal,
    /// What it keeps for suggestions: opened with the rest, because the folder may be gone when they are asked for.
    suggestions: Mutex<File>,
}

impl Generation {
    /// Opens the generation in a folder, once its files are known to be as they were written.
    pub fn open(folder: &Path) -> Result<Self, EngineError> {
        let damaged = |what: String| EngineError::damaged(folder, what);
        let seal = match Seal::read(folder) {
            Ok(Some(seal)) => seal,
            // Earlier formats had no seal, and later ones may have another.
            Ok(None) => return Err(other_version(folder).unwrap_or_else(|| damaged(format!("{SEAL} is missing")))),
            Err(error) => return Err(other_version(folder).unwrap_or(error)),
        };
        let text = read_of(folder, MANIFEST, &seal)?;
        let versions: Versions = from_json(folder, MANIFEST, &text)?;
        if let Some(error) = versions.refusal(folder, SCHEMA_VERSION) {
            return Err(error);
        }
        let manifest: Manifest = from_json(folder, MANIFEST, &text)?;
        let own = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&manifest.generation));
        if !own {
            return Err(damaged(format!("it holds the generation {}", manifest.generation)));
        }
        seal.hold(folder)?;
        let facets = from_json(folder, FACETS, &read_of(folder, FACETS, &seal)?)?;
        let copies = from_json(folder, COPIES, &read_of(folder, COPIES, &seal)?)?;
        let text = read_of(folder, TAXONOMY, &seal)?;
        let taxonomy = if text.is_empty() {
            Taxonomy::none()
        } else {
            Taxonomy::parse(&text, TAXONOMY).map_err(|error| damaged(format!("its taxonomy: {error}")))?
        };
        if taxonomy.fingerprint() != manifest.taxonomy {
            return Err(damaged("its taxonomy was changed".into()));
        }
        let suggestions = File::open(folder.join(SUGGESTIONS));
        let suggestions = Mutex::new(suggestions.map_err(|error| unreadable(folder, SUGGESTIONS, error))?);
        Ok(Self { folder: folder.to_owned(), manifest, facets, copies, taxonomy, seal, suggestions })
    }

    /// The name made from its contents.
    pub fn name(&self) -> &str {
        &self.manifest.generation
    }

    /// The name of its folder.
    pub fn folder_name(&self) -> String {
        self.folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// The files and records it was made from.
    pub fn ledger(&self) -> Result<Ledger, EngineError> {
        from_json(&self.folder, LEDGER, &read_of(&self.folder, LEDGER, &self.seal)?)
    }

    /// What it keeps for suggestions.
    pub fn suggestions(&self) -> Result<Kept, EngineError> {
        let mut text = String::new();
        // A poisoned lock guards a file all the same, and it is read from its beginning.
        let mut file = self.suggestions.lock().unwrap_or_else(PoisonError::into_inner);
        let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
        read.map_err(|error| unreadable(&self.folder, SUGGESTIONS, error))?;
        from_json(&self.folder, SUGGESTIONS, held(&self.folder, SUGGESTIONS, &self.seal, &text)?)
    }

    /// Whether every file is what was written, to the last byte.
    pub(super) fn is_sound(&self) -> bool {
        self.seal.compare(&self.folder).is_ok_and(|wrong| wrong.is_empty())
    }

    /// The size of its files, in bytes.
    pub fn bytes(&self) -> u64 {
        self.seal.bytes()
    }
}

/// Why this version of the program cannot read a generation whose manifest, sealed or not, names another one; `None` where
/// it names none or ours.
pub(super) fn other_version(folder: &Path) -> Option<EngineError> {
    let versions: Versions = serde_json::from_slice(&read(&folder.join(MANIFEST)).ok()?).ok()?;
    versions.refusal(folder, SCHEMA_VERSION)
}

/// Writes the side files of a generation in the making.
pub fn write_side_files(
    folder: &Path,
    manifest: &Manifest,
    ledger: &Ledger,
    facets: &FacetDictionary,
    copies: &[Vec<String>],
    suggestions: &Kept,
    taxonomy: &Taxonomy,
) -> Result<(), EngineError> {
    let files = [
        (TAXONOMY, taxonomy.source_text().as_bytes().to_vec()),
        (FACETS, json(facets)),
        (COPIES, compact_json(&copies)),
        (SUGGESTIONS, compact_json(suggestions)),
        (LEDGER, compact_json(ledger)),
    ];
    for (name, bytes) in &files {
        write(folder, name, bytes)?;
    }
    write(folder, MANIFEST, &json(manifest))
}

/// Compares all files of a generation with its seal.
pub(super) fn refuse_damage(generation: &Generation) -> Result<(), EngineError> {
    match generation.seal.compare(&generation.folder)?.into_iter().next() {
        Some(finding) => Err(EngineError::damaged(&generation.folder, finding.to_string())),
        None => Ok(()),
    }
}

/// Reads a file of a sealed generation.
fn read_of(folder: &Path, name: &str, seal: &Seal) -> Result<String, EngineError> {
    let text = read(&folder.join(name)).and_then(|bytes| {
        String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is no text"))
    });
    let text = text.map_err(|error| unreadable(folder, name, error))?;
    held(folder, name, seal, &text)?;
    Ok(text)
}

/// The text of a file, if it is what was sealed.
fn held<'t>(folder: &Path, name: &str, seal: &Seal, text: &'t str) -> Result<&'t str, EngineError> {
    if seal.holds(name, text.as_bytes()) {
        return Ok(text);
    }
    Err(EngineError::damaged(folder, format!("{name} has another checksum")))
}

fn from_json<T: for<'de> Deserialize<'de>>(folder: &Path, name: &str, text: &str) -> Result<T, EngineError> {
    serde_json::from_str(text).map_err(|error| EngineError::damaged(folder, format!("{name}: {error}")))
}
