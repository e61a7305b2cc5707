//! Generations on disk: which one is live, what each was made from, how the next takes its place.
//!
//! `CURRENT` names the folder of the live generation and is only ever replaced whole, by a rename. A generation's
//! folder holds `tantivy/`, `manifest.json`, `ledger.json`, `facets.json`, `copies.json`, `suggestions.json` and
//! `taxonomy.toml`, and is never written to once it is named there. Its name comes from its contents.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::engine::EngineError;
use crate::engine::analyzer::ANALYZER_VERSION;
use crate::engine::embedded::facets::FacetDictionary;
use crate::engine::embedded::schema::SCHEMA_VERSION;
use crate::engine::embedded::suggester::gathering::Kept;
use crate::model::report::{IngestReport, Ledger};
use crate::taxonomy::Taxonomy;

/// The pointer file.
const CURRENT: &str = "CURRENT";
/// What is kept for suggestions, read at the first of them.
const SUGGESTIONS: &str = "suggestions.json";
/// The writer's lock. A lock of a dead process does not hold: the system lets go of it.
const LOCK: &str = ".lock";
/// Folders of generations in the making begin so, and files that are not yet whole.
const BUILDING: &str = ".building-";
/// Longest message of the library that is passed on, in characters.
const ERROR_CHARS_MAX: usize = 200;
/// Files in an index folder that are not ours and do no harm.
const GUESTS: [&str; 3] = ["README.md", ".gitignore", ".gitkeep"];

/// What a generation was made from and with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name made from the contents.
    pub generation: String,
    /// `SCHEMA_VERSION` of the maker.
    pub schema_version: u32,
    /// `ANALYZER_VERSION` of the maker.
    pub analyzer_version: u32,
    /// Fingerprint of the ingest pipeline: another one may make other documents of the same files.
    pub pipeline: String,
    /// Fingerprint of the taxonomy.
    pub taxonomy: String,
    /// When it was made, RFC 3339, UTC.
    pub built_at: String,
    /// Hashes of the files beside it, by name.
    pub side_files: std::collections::BTreeMap<String, String>,
    /// Folder of the generation before, kept for going back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// What the run that made it reported.
    pub report: IngestReport,
}

/// What is known of a generation whatever else its manifest says: other versions of the program may say it otherwise.
#[derive(Deserialize)]
struct Versions {
    schema_version: u32,
    analyzer_version: u32,
}

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
}

impl Generation {
    /// Opens the live generation of an index.
    pub fn open_live(index: &Path) -> Result<Self, EngineError> {
        // The writer may take a generation away between the reading of its name and its opening; the name has then
        // changed, and the next try finds the new one.
        let mut tries = 0;
        loop {
            let name = live_name(index)?.ok_or_else(|| missing_or_foreign(index))?;
            match Self::open(&index.join(&name)) {
                Err(_) if tries < 3 && live_name(index)?.is_some_and(|now| now != name) => tries += 1,
                opened => return opened,
            }
        }
    }

    /// Opens the generation in a folder.
    pub fn open(folder: &Path) -> Result<Self, EngineError> {
        let manifest = read_manifest(folder)?;
        if !manifest.side_files.contains_key(SUGGESTIONS) {
            return Err(EngineError::Outdated { path: folder.to_owned(), what: "no suggestions".into() });
        }
        let facets = read_json_of(folder, "facets.json", &manifest)?;
        let copies = read_json_of(folder, "copies.json", &manifest)?;
        let text = read_of(folder, "taxonomy.toml", &manifest)?;
        let damaged = |what: String| EngineError::Damaged { path: folder.to_owned(), what };
        let taxonomy = if text.is_empty() {
            Taxonomy::none()
        } else {
            Taxonomy::parse(&text, "taxonomy.toml").map_err(|error| damaged(format!("its taxonomy: {error}")))?
        };
        if taxonomy.fingerprint() != manifest.taxonomy {
            return Err(damaged("its taxonomy was changed".into()));
        }
        Ok(Self { folder: folder.to_owned(), manifest, facets, copies, taxonomy })
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
        read_json_of(&self.folder, "ledger.json", &self.manifest)
    }

    /// What it keeps for suggestions.
    pub fn suggestions(&self) -> Result<Kept, EngineError> {
        read_json_of(&self.folder, SUGGESTIONS, &self.manifest)
    }

    /// The size of its files, in bytes.
    pub fn bytes(&self) -> u64 {
        let sizes = |folder: &Path| -> u64 {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            entries.filter_map(|entry| entry.metadata().ok()).filter(fs::Metadata::is_file).map(|file| file.len()).sum()
        };
        sizes(&self.folder) + sizes(&self.folder.join("tantivy"))
    }
}

/// Reads the manifest of a generation that this version of the program can read.
fn read_manifest(folder: &Path) -> Result<Manifest, EngineError> {
    let text = read(folder, "manifest.json")?;
    let Versions { schema_version, analyzer_version } = from_json(folder, "manifest.json", &text)?;
    let kinds =
        [("index format", schema_version, SCHEMA_VERSION), ("text analysis", analyzer_version, ANALYZER_VERSION)];
    for (kind, theirs, ours) in kinds {
        let path = folder.to_owned();
        let what = format!("{kind} {theirs}, where this version has {ours}");
        if theirs > ours {
            return Err(EngineError::Newer { path, what });
        } else if theirs < ours {
            return Err(EngineError::Outdated { path, what });
        }
    }
    from_json(folder, "manifest.json", &text)
}

/// Compares every file of the live generation with its checksum; gives what is wrong.
pub fn verify_live(index: &Path) -> Result<Vec<String>, EngineError> {
    Ok(damage(&Generation::open_live(index)?))
}

/// Compares every file of a generation's segments with its checksum; gives what is wrong.
pub(super) fn damage(generation: &Generation) -> Vec<String> {
    let checked =
        tantivy::Index::open_in_dir(generation.folder.join("tantivy")).and_then(|index| index.validate_checksum());
    let mut wrong: Vec<String> = match checked {
        Ok(files) => files.iter().map(|file| format!("{} has another checksum", file.display())).collect(),
        Err(error) => vec![brief(&error)],
    };
    wrong.extend(generation.ledger().err().map(|error| error.to_string()));
    wrong.extend(generation.suggestions().err().map(|error| error.to_string()));
    wrong.sort();
    wrong
}

/// What the library says, cut short: of a broken file it quotes the whole contents.
pub(super) fn brief(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    match text.char_indices().nth(ERROR_CHARS_MAX) {
        Some((cut, _)) => format!("{} …", &text[..cut]),
        None => text,
    }
}

/// As `live_name`, but a pointer that names nothing is as if it were not there: for the writer, who replaces it.
pub(super) fn sound_live_name(index: &Path) -> Result<Option<String>, EngineError> {
    match live_name(index) {
        Err(EngineError::Damaged { .. }) => Ok(None),
        name => name,
    }
}

/// The folder that `CURRENT` names; `None` when there is no such file.
pub fn live_name(index: &Path) -> Result<Option<String>, EngineError> {
    let path = index.join(CURRENT);
    match fs::read_to_string(&path) {
        Ok(text) => {
            let name = text.trim();
            if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
                return Err(EngineError::Damaged { path: index.to_owned(), what: "CURRENT names no folder".into() });
            }
            Ok(Some(name.to_owned()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound || error.kind() == ErrorKind::NotADirectory => Ok(None),
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            Err(EngineError::Damaged { path: index.to_owned(), what: "CURRENT is no text".into() })
        }
        Err(source) => Err(EngineError::Disk { action: "read", path, source }),
    }
}

pub(super) fn missing_or_foreign(index: &Path) -> EngineError {
    if holds_foreign_files(index) {
        EngineError::Foreign(index.to_owned())
    } else {
        EngineError::Missing(index.to_owned())
    }
}

/// Whether a folder without `CURRENT` holds what an index would not.
pub fn holds_foreign_files(index: &Path) -> bool {
    let entries = fs::read_dir(index).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        !(GUESTS.contains(&&*name)
            || name == LOCK
            || name == CURRENT
            || name.starts_with(BUILDING)
            || is_generation(&entry.path()))
    })
}

/// A folder that we made: its name is a hash (and a number, where it was made twice), and it holds a manifest of ours.
/// Whatever else lies in an index folder is never removed.
fn is_generation(folder: &Path) -> bool {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    is_generation_name(&name) && folder.join("manifest.json").is_file()
}

fn is_generation_name(name: &str) -> bool {
    let (hash, number) = name.split_once('-').unwrap_or((name, "2"));
    hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) && number.bytes().all(|b| b.is_ascii_digit())
}

/// The right to write, held until dropped.
#[derive(Debug)]
pub struct WriterLock {
    _file: File,
}

/// Takes the right to write to an index, whose folder is made if need be.
pub fn lock(index: &Path) -> Result<WriterLock, EngineError> {
    let disk = |action, path: &Path| {
        let path = path.to_owned();
        move |source| EngineError::Disk { action, path, source }
    };
    fs::create_dir_all(index).map_err(disk("create the folder", index))?;
    // A file `CURRENT` may be another program's: ours names a generation.
    let ours = matches!(live_name(index), Ok(Some(name)) if is_generation_name(&name));
    if !ours && holds_foreign_files(index) {
        return Err(EngineError::Foreign(index.to_owned()));
    }
    let path = index.join(LOCK);
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(disk("write", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(WriterLock { _file: file }),
        Err(fs::TryLockError::WouldBlock) => Err(EngineError::Locked(index.to_owned())),
        Err(fs::TryLockError::Error(source)) => Err(EngineError::Disk { action: "lock", path, source }),
    }
}

/// A new folder for a generation in the making, removed when dropped unless it was made live.
pub fn building_folder(index: &Path) -> Result<tempfile::TempDir, EngineError> {
    tempfile::Builder::new().prefix(BUILDING).tempdir_in(index).map_err(|source| EngineError::Disk {
        action: "create a folder in",
        path: index.to_owned(),
        source,
    })
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
        ("taxonomy.toml", taxonomy.source_text().as_bytes().to_vec()),
        ("facets.json", json(facets)),
        ("copies.json", compact_json(&copies)),
        (SUGGESTIONS, compact_json(suggestions)),
        ("ledger.json", compact_json(ledger)),
    ];
    let mut manifest = manifest.clone();
    for (name, bytes) in &files {
        write(folder, name, bytes)?;
        manifest.side_files.insert((*name).to_owned(), blake3::hash(bytes).to_hex().to_string());
    }
    write(folder, "manifest.json", &json(&manifest))
}

/// Makes a finished folder the live generation, keeps the one before it, takes older ones away.
pub fn make_live(index: &Path, folder: tempfile::TempDir, name: &str) -> Result<(), EngineError> {
    let previous = sound_live_name(index)?;
    let mut taken = name.to_owned();
    let mut attempt = 1;
    while index.join(&taken).exists() {
        attempt += 1;
        taken = format!("{name}-{attempt}");
    }
    let place = index.join(&taken);
    sync_folder(folder.path())?;
    fs::rename(folder.path(), &place).map_err(|source| EngineError::Disk {
        action: "rename the new generation to",
        path: place.clone(),
        source,
    })?;
    // The folder has its place: what the guard would remove is gone under its old name.
    let _ = folder.keep();
    sync_folder(index)?;
    write(index, CURRENT, format!("{taken}\n").as_bytes())?;
    sync_folder(index)?;
    remove_old(index, &[Some(taken), previous]);
    Ok(())
}

/// Makes the generation before the live one live again, once all its files agree with their checksums. Gives the names of
/// the generation left and of the one that is live now. The one left stays on disk until the next is made.
pub fn roll_back(index: &Path) -> Result<(String, String), EngineError> {
    let live = live_name(index)?.ok_or_else(|| missing_or_foreign(index))?;
    let _lock = lock(index)?;
    let manifest: Result<Manifest, _> = read_json(&index.join(&live), "manifest.json");
    // A live generation whose manifest cannot be read is just what one goes back from: then it is the other one.
    let named = match &manifest {
        Ok(manifest) => manifest.previous.clone(),
        Err(_) => other_generation(index, &live),
    };
    let kept = named.filter(|name| is_generation(&index.join(name)));
    let folder = kept.ok_or_else(|| EngineError::NoPrevious(index.to_owned()))?;
    let previous = Generation::open(&index.join(&folder))?;
    if let Some(what) = damage(&previous).into_iter().next() {
        return Err(EngineError::Damaged { path: previous.folder, what });
    }
    write(index, CURRENT, format!("{folder}\n").as_bytes())?;
    sync_folder(index)?;
    Ok((manifest.map_or(live, |manifest| manifest.generation), previous.name().to_owned()))
}

/// A generation in the folder besides the named one.
fn other_generation(index: &Path, live: &str) -> Option<String> {
    let entries = fs::read_dir(index).into_iter().flatten().flatten();
    let others = entries.filter(|entry| is_generation(&entry.path()));
    others.map(|entry| entry.file_name().to_string_lossy().into_owned()).find(|name| name != live)
}

/// Removes generations but the named ones, and what broken runs left. Files that a reader has open stay readable.
fn remove_old(index: &Path, kept: &[Option<String>]) {
    for entry in fs::read_dir(index).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = name.starts_with(BUILDING) || is_generation(&entry.path());
        if ours && !kept.iter().flatten().any(|keep| *keep == name) {
            // What cannot be removed now is tried again by the next run.
            let path = entry.path();
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            if let Err(error) = removed {
                tracing::warn!(folder = %path.display(), %error, "an old generation could not be removed");
            }
        }
    }
}

/// Writes a file whole or not at all: aside, flushed, renamed.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), EngineError> {
    let path = folder.join(name);
    let disk = |source| EngineError::Disk { action: "write", path: path.clone(), source };
    let mut aside = tempfile::Builder::new().prefix(BUILDING).tempfile_in(folder).map_err(disk)?;
    aside.write_all(bytes).map_err(disk)?;
    aside.as_file().sync_all().map_err(disk)?;
    // A private mode is right for a temporary file, not for an index that a server under another user reads.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        aside.as_file().set_permissions(fs::Permissions::from_mode(0o644)).map_err(disk)?;
    }
    aside.persist(&path).map_err(|error| disk(error.error))?;
    Ok(())
}

fn sync_folder(folder: &Path) -> Result<(), EngineError> {
    let sync = File::open(folder).and_then(|folder| folder.sync_all());
    sync.map_err(|source| EngineError::Disk { action: "flush", path: folder.to_owned(), source })
}

/// For what grows with the corpus and is read at every run.
fn compact_json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn json<T: Serialize>(value: &T) -> Vec<u8> {
    // Plain data with text keys always has a JSON form.
    serde_json::to_vec_pretty(value).unwrap_or_default()
}

fn read(folder: &Path, name: &str) -> Result<String, EngineError> {
    let path = folder.join(name);
    fs::read_to_string(&path).map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::InvalidData => {
            EngineError::Damaged { path: folder.to_owned(), what: format!("{name}: {error}") }
        }
        _ => EngineError::Disk { action: "read", path, source: error },
    })
}

/// Reads a file beside the manifest, which knows its hash.
fn read_of(folder: &Path, name: &str, manifest: &Manifest) -> Result<String, EngineError> {
    let text = read(folder, name)?;
    let hash = blake3::hash(text.as_bytes()).to_hex();
    if manifest.side_files.get(name).is_some_and(|known| known.as_str() == hash.as_str()) {
        return Ok(text);
    }
    Err(EngineError::Damaged { path: folder.to_owned(), what: format!("{name} has another checksum") })
}

fn read_json_of<T: for<'de> Deserialize<'de>>(
    folder: &Path,
    name: &str,
    manifest: &Manifest,
) -> Result<T, EngineError> {
    from_json(folder, name, &read_of(folder, name, manifest)?)
}

fn read_json<T: for<'de> Deserialize<'de>>(folder: &Path, name: &str) -> Result<T, EngineError> {
    from_json(folder, name, &read(folder, name)?)
}

fn from_json<T: for<'de> Deserialize<'de>>(folder: &Path, name: &str, text: &str) -> Result<T, EngineError> {
    serde_json::from_str(text)
        .map_err(|error| EngineError::Damaged { path: folder.to_owned(), what: format!("{name}: {error}") })
}
