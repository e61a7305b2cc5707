//! The index in a folder for whoever keeps it: how it stands, whether its files are what was written, and the way back.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use crate::engine::EngineError;
use crate::engine::embedded::EmbeddedEngines;
use crate::engine::embedded::generations::Generation;
use crate::engine::embedded::succession::{open_live, roll_back, verify_all};
use crate::engine::keeper::{Damage, Keeper, Standing, WayBack};
use crate::model::upkeep::Previous;

impl Keeper for EmbeddedEngines {
    fn standing(&self) -> Result<Standing, EngineError> {
        let live = open_live(&self.folder, Ok)?;
        let before = live.manifest.previous.as_ref().map(|name| Generation::open(&self.folder.join(name)));
        // One that cannot be opened is none to go back to.
        let previous = before.and_then(Result::ok).map(|before| Previous {
            generation: before.manifest.generation,
            built_at: before.manifest.built_at,
            documents: before.manifest.report.documents,
        });
        Ok(Standing {
            place: self.folder.display().to_string(),
            bytes: bytes_in(&self.folder),
            previous,
            ledger: live.ledger()?,
            pipeline: live.manifest.pipeline,
        })
    }

    fn verify(&self) -> Result<Vec<Damage>, EngineError> {
        verify_all(&self.folder)
    }

    fn roll_back(&self) -> Result<WayBack, EngineError> {
        let (left, live) = roll_back(&self.folder)?;
        Ok(WayBack { left, live })
    }
}

/// The size of all files below a folder, in bytes. A segment that two generations share is linked, and counts once.
fn bytes_in(folder: &Path) -> u64 {
    let mut seen = HashSet::new();
    let mut folders = vec![folder.to_owned()];
    let mut bytes = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_dir() {
                folders.push(entry.path());
            } else if seen.insert(identity(&metadata).unwrap_or_else(|| entry.path().display().to_string())) {
                bytes += metadata.len();
            }
        }
    }
    bytes
}

/// What links to one file have in common.
#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    Some(format!("{}:{}", metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(_: &fs::Metadata) -> Option<String> {
    None
}
