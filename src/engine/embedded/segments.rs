//! The segments of a generation opened for reading, and what the library says when it cannot.
//!
//! A generation never changes, so its readers take no locks: the library's own lock is a file that a reader would have to
//! write, which a read-only folder or another user's forbids. May not write anything.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};
use tantivy::{Index, TantivyError};

use crate::engine::EngineError;
use crate::engine::embedded::disk::is_damage;

/// The folder of a generation that holds its segments.
pub(super) const SEGMENTS: &str = "tantivy";
/// Longest message of the library that is passed on, in characters.
const ERROR_CHARS_MAX: usize = 200;

/// Opens the segments of the generation in `folder`.
pub(super) fn open_segments(folder: &Path) -> tantivy::Result<Index> {
    Index::open(Finished(MmapDirectory::open(folder.join(SEGMENTS))?))
}

/// A folder that nobody writes to any more.
#[derive(Debug, Clone)]
struct Finished(MmapDirectory);

impl Directory for Finished {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.0.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError { io_error: Arc::new(finished()), filepath: path.to_owned() })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.0.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(finished(), path.to_owned()))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.0.atomic_read(path)
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(finished())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

fn finished() -> io::Error {
    io::Error::new(io::ErrorKind::ReadOnlyFilesystem, "a finished generation is never written to")
}

/// Why the segments of the generation in `folder` could not be read: damaged, or out of reach for this process.
pub(super) fn unreadable_segments(folder: &Path, error: &TantivyError) -> EngineError {
    match system_error(error) {
        Some((path, source)) if !is_damage(&source) => {
            let path = path.map_or_else(|| folder.join(SEGMENTS), |path| folder.join(SEGMENTS).join(path));
            EngineError::Disk { action: "read", path, source }
        }
        _ => EngineError::damaged(folder, brief(error)),
    }
}

/// Why a generation could not be made in `folder`.
pub(super) fn unwritable(action: &'static str, folder: &Path) -> impl Fn(TantivyError) -> EngineError + use<> {
    let folder = folder.to_owned();
    move |error| match system_error(&error) {
        Some((_, source)) => EngineError::Disk { action, path: folder.clone(), source },
        // A thread of the library died, most often because the disk is full; it does not say.
        None => EngineError::Unmade { action, path: folder.clone(), reason: brief(&error) },
    }
}

/// What the system said, and of which file, if an error of the library goes back to that.
fn system_error(error: &TantivyError) -> Option<(Option<PathBuf>, io::Error)> {
    let (path, source) = match error {
        TantivyError::IoError(source) | TantivyError::LockFailure(LockError::IoError(source), _) => (None, source),
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath }) => (Some(filepath), io_error),
        TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, filepath }) => (Some(filepath), io_error),
        TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. }) => (None, io_error),
        _ => return None,
    };
    let copied = match source.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(source.kind(), source.to_string()),
    };
    Some((path.cloned(), copied))
}

/// What the library says, cut short: of a broken file it quotes the whole contents.
pub(super) fn brief(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    match text.char_indices().nth(ERROR_CHARS_MAX) {
        Some((cut, _)) => format!("{} …", &text[..cut]),
        None => text,
    }
}
