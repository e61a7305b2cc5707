//! Files of an index: written whole or not at all, read with errors that tell damage from a disk that refuses.
//!
//! May not know what stands in a file.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use serde::Serialize;

use crate::engine::EngineError;

/// Folders of generations in the making begin so, and files that are not yet whole.
pub(super) const BUILDING: &str = ".building-";
/// What a disk says of a sector that it can no longer read (EIO).
const UNREADABLE: i32 = 5;

/// An error of the system as one of the engine.
pub(super) fn refused(action: &'static str, path: &Path) -> impl Fn(io::Error) -> EngineError + use<> {
    let path = path.to_owned();
    move |source| EngineError::Disk { action, path: path.clone(), source }
}

/// Whether an error says that a file is not what was written, and not that this process may not have it now.
pub(super) fn is_damage(error: &io::Error) -> bool {
    let kinds = [
        ErrorKind::NotFound,
        ErrorKind::NotADirectory,
        ErrorKind::IsADirectory,
        ErrorKind::UnexpectedEof,
        ErrorKind::InvalidData,
        ErrorKind::InvalidInput,
    ];
    // A link that leads to itself has no stable kind; ELOOP is 40 on Linux and 62 on macOS.
    let looping = if cfg!(target_os = "linux") { 40 } else { 62 };
    kinds.contains(&error.kind()) || error.raw_os_error().is_some_and(|code| code == UNREADABLE || code == looping)
}

/// The error of reading a file of a generation: damage where it is that, what the system said otherwise.
pub(super) fn unreadable(folder: &Path, name: &str, error: io::Error) -> EngineError {
    if is_damage(&error) {
        EngineError::damaged(folder, format!("{name}: {error}"))
    } else {
        EngineError::Disk { action: "read", path: folder.join(name), source: error }
    }
}

/// Writes a file whole or not at all: aside, flushed, renamed.
pub(super) fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), EngineError> {
    let path = folder.join(name);
    let disk = refused("write", &path);
    let mut aside = tempfile::Builder::new().prefix(BUILDING).tempfile_in(folder).map_err(&disk)?;
    aside.write_all(bytes).map_err(&disk)?;
    aside.as_file().sync_all().map_err(&disk)?;
    // A private mode is right for a temporary file, not for an index that a server under another user reads.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        aside.as_file().set_permissions(fs::Permissions::from_mode(0o644)).map_err(&disk)?;
    }
    aside.persist(&path).map_err(|error| disk(error.error))?;
    Ok(())
}

/// Waits until the names in a folder are on the disk.
pub(super) fn sync_folder(folder: &Path) -> Result<(), EngineError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(refused("flush", folder))
}

/// For what grows with the corpus and is read at every run.
pub(super) fn compact_json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// For what people may want to read.
pub(super) fn json<T: Serialize>(value: &T) -> Vec<u8> {
    // Plain data with text keys always has a JSON form.
    serde_json::to_vec_pretty(value).unwrap_or_default()
}
