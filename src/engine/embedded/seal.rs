//! The seal of a generation: its files with their sizes and hashes, written last, and held against the disk when it is opened.
//!
//! To read every byte at every start would cost more than a search. So whoever has compared all files with the seal notes
//! their stamps (size, file number, time of writing) beside the generation, in `.verified-NAME`; as long as the stamps are
//! those, the files are taken for whole. An index that was copied or moved has other stamps: it is compared once, and
//! noted where the folder may be written. A note that is lost, old or broken costs a comparison and nothing else.
//!
//! May not mend anything, and never writes into a generation but when it is made.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::engine::EngineError;
use crate::engine::embedded::disk::{is_damage, json, refused, unreadable, write};
use crate::engine::embedded::segments::SEGMENTS;

/// The file of the seal.
pub(super) const SEAL: &str = "seal.json";
/// Notes of verified stamps begin so, the name of the generation's folder follows.
pub(super) const NOTE: &str = ".verified-";

/// The files of a generation, all but the seal itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seal {
    /// By their paths in the generation's folder, with `/`.
    files: BTreeMap<String, Sealed>,
    /// BLAKE3 of the list above as JSON, so that the seal itself cannot turn unseen.
    checksum: String,
}

/// A file as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Sealed {
    /// Its size.
    bytes: u64,
    /// BLAKE3 of its bytes, in hex.
    hash: String,
}

/// What of a generation is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path in the generation's folder, with `/`.
    pub file: String,
    /// What is wrong with it, for people.
    pub what: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.file, self.what)
    }
}

/// What a file is known by as long as nobody wrote to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    bytes: u64,
    /// Number of the file on its disk; 0 where there are none.
    number: u64,
    /// When it was last written to: nanoseconds since 1970, negative before.
    written: i128,
}

/// The stamps that the files of a generation had when they were last compared with its seal.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    /// The seal's own checksum.
    seal: String,
    stamps: BTreeMap<String, Stamp>,
}

impl Seal {
    /// Seals the generation in the making in `folder`, whose files are all written.
    pub(super) fn make(folder: &Path) -> Result<(), EngineError> {
        let mut names = Vec::new();
        for (prefix, place) in [("", folder.to_owned()), ("tantivy/", folder.join(SEGMENTS))] {
            for entry in fs::read_dir(&place).map_err(refused("list", &place))? {
                let entry = entry.map_err(refused("list", &place))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.ends_with(".lock") {
                    // Left by the writer, of no use to anybody now.
                    fs::remove_file(entry.path()).map_err(refused("remove", &entry.path()))?;
                } else if entry.path().is_file() {
                    names.push(format!("{prefix}{name}"));
                }
            }
        }
        let sealed = |name: String| -> Result<(String, Sealed), EngineError> {
            let path = folder.join(&name);
            let (bytes, hash) = hash_of(&path).map_err(refused("read", &path))?;
            Ok((name, Sealed { bytes, hash }))
        };
        let files: BTreeMap<String, Sealed> = names.into_par_iter().map(sealed).collect::<Result<_, _>>()?;
        let checksum = checksum(&files);
        write(folder, SEAL, &json(&Self { files, checksum }))
    }

    /// Reads the seal of the generation in `folder`; `None` where there is none.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, EngineError> {
        let bytes = match fs::read(folder.join(SEAL)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(folder, SEAL, error)),
        };
        match serde_json::from_slice::<Self>(&bytes) {
            // To the byte: whatever turned in it is seen.
            Ok(seal) if seal.checksum == checksum(&seal.files) && json(&seal) == bytes => Ok(Some(seal)),
            _ => Err(EngineError::damaged(folder, format!("{SEAL} has another checksum"))),
        }
    }

    /// The names of the files of the segments.
    pub(super) fn segment_files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().filter_map(|name| name.strip_prefix("tantivy/"))
    }

    /// Whether bytes are those of a file when it was sealed.
    pub(super) fn holds(&self, name: &str, bytes: &[u8]) -> bool {
        self.files.get(name).is_some_and(|file| file.hash == blake3::hash(bytes).to_hex().as_str())
    }

    /// Compares all files with the seal. An error is a file that this process cannot have now, which says nothing of it.
    pub(super) fn compare(&self, folder: &Path) -> Result<Vec<Finding>, EngineError> {
        let compared = |(name, sealed): (&String, &Sealed)| -> Result<Option<Finding>, EngineError> {
            let finding = |what: String| Ok(Some(Finding { file: name.clone(), what }));
            match hash_of(&folder.join(name)) {
                Ok((bytes, _)) if bytes != sealed.bytes => {
                    finding(format!("has {bytes} bytes where {} were written", sealed.bytes))
                }
                Ok((_, hash)) if hash != sealed.hash => finding("has another checksum".to_owned()),
                Ok(_) => Ok(None),
                Err(error) if error.kind() == io::ErrorKind::NotFound => finding("is missing".to_owned()),
                Err(error) if is_damage(&error) => finding(format!("cannot be read: {error}")),
                Err(error) => Err(unreadable(folder, name, error)),
            }
        };
        let found: Result<Vec<_>, _> = self.files.par_iter().map(compared).collect();
        Ok(found?.into_iter().flatten().collect())
    }

    /// Makes sure that the files of the generation in `folder` are as they were sealed: by their stamps if these were noted, by
    /// all their bytes otherwise.
    pub(super) fn hold(&self, folder: &Path) -> Result<(), EngineError> {
        let stamps = self.stamps(folder);
        if stamps.is_some() && stamps == self.noted(folder) {
            return Ok(());
        }
        if let Some(finding) = self.compare(folder)?.into_iter().next() {
            return Err(EngineError::damaged(folder, finding.to_string()));
        }
        // The stamps from before the comparison: what is written meanwhile has others.
        if let Some(stamps) = stamps {
            self.note(folder, stamps);
        }
        Ok(())
    }

    /// Notes that the generation in `folder` is as it was sealed. Where nothing may be written it goes without.
    pub(super) fn note_as_whole(&self, folder: &Path) {
        if let Some(stamps) = self.stamps(folder) {
            self.note(folder, stamps);
        }
    }

    fn note(&self, folder: &Path, stamps: BTreeMap<String, Stamp>) {
        let (Some(index), Some(name)) = (folder.parent(), note_name(folder)) else { return };
        let note = Note { seal: self.checksum.clone(), stamps };
        if let Err(error) = write(index, &name, &serde_json::to_vec(&note).unwrap_or_default()) {
            tracing::debug!(%error, "the generation is compared with its checksums at every start");
        }
    }

    fn noted(&self, folder: &Path) -> Option<BTreeMap<String, Stamp>> {
        let bytes = fs::read(folder.parent()?.join(note_name(folder)?)).ok()?;
        let note: Note = serde_json::from_slice(&bytes).ok()?;
        (note.seal == self.checksum).then_some(note.stamps)
    }

    /// The stamps of all files; `None` where one has none.
    fn stamps(&self, folder: &Path) -> Option<BTreeMap<String, Stamp>> {
        let stamps = self.files.keys().map(|name| Some((name.clone(), stamp(&folder.join(name))?)));
        stamps.collect()
    }
}

fn note_name(folder: &Path) -> Option<String> {
    Some(format!("{NOTE}{}", folder.file_name()?.to_str()?))
}

fn checksum(files: &BTreeMap<String, Sealed>) -> String {
    blake3::hash(&serde_json::to_vec(files).unwrap_or_default()).to_hex().to_string()
}

/// Size and BLAKE3 of a file.
fn hash_of(path: &Path) -> io::Result<(u64, String)> {
    // Anything else may wait for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is no ordinary file"));
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok((hasher.count(), hasher.finalize().to_hex().to_string()))
}

/// The stamp of an ordinary file; of a link its own, not that of where it leads.
fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::symlink_metadata(path).ok()?;
    let modified = metadata.modified().ok()?;
    let written = match modified.duration_since(UNIX_EPOCH) {
        Ok(since) => i128::try_from(since.as_nanos()).ok()?,
        Err(before) => -i128::try_from(before.duration().as_nanos()).ok()?,
    };
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let number = 0;
    Some(Stamp { bytes: metadata.len(), number, written })
}
