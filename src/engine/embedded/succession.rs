//! Which generation of an index is live, and how the next takes its place: the pointer, the right to write, the swap, the way
//! back, and what is swept away.
//!
//! `CURRENT` names the folder of the live generation and is only ever replaced whole, by a rename. A process that dies at any
//! point leaves the pointer at a whole generation, and things that the next run knows for litter by their names. May
//! not read what a generation holds.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::engine::EngineError;
use crate::engine::embedded::disk::{BUILDING, is_damage, read, refused, sync_folder, write};
use crate::engine::embedded::generations::{Generation, other_version, refuse_damage};
use crate::engine::embedded::seal::{Finding, NOTE, SEAL, Seal};
use crate::engine::embedded::segments::SEGMENTS;
use crate::engine::keeper::Damage;

/// The pointer file.
const CURRENT: &str = "CURRENT";
/// The writer's lock. A lock of a dead process does not hold: the system lets go of it.
const LOCK: &str = ".lock";
/// Files in an index folder that are not ours and do no harm.
const GUESTS: [&str; 3] = ["README.md", ".gitignore", ".gitkeep"];

/// Opens the live generation of an index, and with it what `open_more` makes of it.
pub fn open_live<T>(index: &Path, open_more: impl Fn(Generation) -> Result<T, EngineError>) -> Result<T, EngineError> {
    // The writer may take a generation away between the reading of its name and its opening; the name has then
    // changed, and the next try finds the new one.
    let mut tries = 0;
    loop {
        let name = live_name(index)?.ok_or_else(|| missing_or_foreign(index))?;
        match Generation::open(&index.join(&name)).and_then(&open_more) {
            Err(_) if tries < 3 && live_name(index)?.is_some_and(|now| now != name) => tries += 1,
            Err(EngineError::Damaged { path, what, .. }) => {
                let kept = sound_other(index, &name);
                return Err(EngineError::Damaged { path, what, kept });
            }
            opened => return opened,
        }
    }
}

/// Compares every file of all generations kept, and the pointer, with what was written; gives what differs, by paths.
pub fn verify_all(index: &Path) -> Result<Vec<Damage>, EngineError> {
    let damage = |path: PathBuf, what: String| Damage { place: path.display().to_string(), what };
    let live = match live_name(index) {
        Ok(None) => return Err(missing_or_foreign(index)),
        Ok(Some(name)) => Ok(name),
        Err(EngineError::Damaged { what, .. }) => Err(damage(index.join(CURRENT), what)),
        Err(error) => return Err(error),
    };
    let mut wrong = Vec::new();
    let mut folders: Vec<PathBuf> = generation_folders(index).collect();
    match live {
        Err(pointer) => wrong.push(pointer),
        Ok(name) => {
            let path = index.join(name);
            if !folders.contains(&path) {
                folders.push(path.clone());
            }
            if let Err(EngineError::Outdated { what, .. } | EngineError::Newer { what, .. }) = Generation::open(&path) {
                wrong.push(damage(path, format!("was made with {what}")));
            }
        }
    }
    for folder in folders {
        match Seal::read(&folder) {
            Ok(Some(seal)) => {
                let found = seal.compare(&folder)?.into_iter();
                wrong.extend(found.map(|Finding { file, what }| damage(folder.join(file), what)));
            }
            // What another version made is not held against our seal.
            Ok(None) | Err(EngineError::Damaged { .. }) if other_version(&folder).is_some() => {}
            Ok(None) => wrong.push(damage(folder.join(SEAL), "is missing".into())),
            Err(EngineError::Damaged { what, .. }) => wrong.push(damage(folder, what)),
            Err(error) => return Err(error),
        }
    }
    wrong.sort();
    Ok(wrong)
}

/// The name of a generation in the folder besides the named one that is sound to the last byte.
pub(super) fn sound_other(index: &Path, named: &str) -> Option<String> {
    let mut others = generation_folders(index).filter(|folder| folder.file_name().is_some_and(|name| name != named));
    let found = others.find_map(|folder| Generation::open(&folder).ok().filter(Generation::is_sound))?;
    Some(found.folder_name())
}

/// The folder that `CURRENT` names; `None` when there is no such file.
pub fn live_name(index: &Path) -> Result<Option<String>, EngineError> {
    let path = index.join(CURRENT);
    match read(&path) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            let name = text.trim();
            if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
                return Err(EngineError::damaged(index, "CURRENT names no folder"));
            }
            Ok(Some(name.to_owned()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound || error.kind() == ErrorKind::NotADirectory => Ok(None),
        Err(error) if is_damage(&error) => Err(EngineError::damaged(index, format!("CURRENT: {error}"))),
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
            || name.starts_with(NOTE)
            || is_generation(&entry.path()))
    })
}

/// A folder that we made: its name is a hash (and a number, where it was made twice), and it holds what only ours do.
/// Whatever else lies in an index folder is never removed.
fn is_generation(folder: &Path) -> bool {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let holds = |name: &str| fs::symlink_metadata(folder.join(name)).is_ok();
    is_generation_name(&name) && ["manifest.json", SEAL, SEGMENTS].into_iter().any(holds)
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
    fs::create_dir_all(index).map_err(refused("create the folder", index))?;
    // A file `CURRENT` may be another program's: ours names a generation.
    let ours = matches!(live_name(index), Ok(Some(name)) if is_generation_name(&name));
    if !ours && holds_foreign_files(index) {
        return Err(EngineError::Foreign(index.to_owned()));
    }
    let path = index.join(LOCK);
    clear_the_way(&path);
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(refused("write", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(WriterLock { _file: file }),
        Err(fs::TryLockError::WouldBlock) => Err(EngineError::Locked(index.to_owned())),
        Err(fs::TryLockError::Error(source)) => Err(EngineError::Disk { action: "lock", path, source }),
    }
}

/// Takes away what stands where a file of ours belongs and is none: a folder would not let itself be replaced.
fn clear_the_way(path: &Path) {
    if fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        remove(path);
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

/// Seals a finished folder and makes it the live generation, keeps the previous one, takes others away.
pub fn make_live(
    index: &Path,
    folder: tempfile::TempDir,
    name: &str,
    previous: Option<&str>,
) -> Result<(), EngineError> {
    let mut taken = name.to_owned();
    let mut attempt = 1;
    while index.join(&taken).exists() {
        attempt += 1;
        taken = format!("{name}-{attempt}");
    }
    let place = index.join(&taken);
    Seal::make(folder.path())?;
    sync_folder(&folder.path().join(SEGMENTS))?;
    sync_folder(folder.path())?;
    fs::rename(folder.path(), &place).map_err(|source| EngineError::Disk {
        action: "rename the new generation to",
        path: place.clone(),
        source,
    })?;
    // The folder has its place: what the guard would remove is gone under its old name.
    let _ = folder.keep();
    sync_folder(index)?;
    // All its bytes were just hashed and compared with what the segments say of themselves.
    if let Some(seal) = Seal::read(&place)? {
        seal.note_as_whole(&place);
    }
    clear_the_way(&index.join(CURRENT));
    write(index, CURRENT, format!("{taken}\n").as_bytes())?;
    sync_folder(index)?;
    remove_old(index, &[Some(&taken), previous]);
    Ok(())
}

/// Makes the generation before the live one live again, once all its files agree with their checksums. Gives the names of
/// the generation left and of the one that is live now. The one left stays on disk until the next is made.
pub fn roll_back(index: &Path) -> Result<(String, String), EngineError> {
    live_name(index)?.ok_or_else(|| missing_or_foreign(index))?;
    let _lock = lock(index)?;
    // Once more: another writer may have been at work until now.
    let live = live_name(index)?.ok_or_else(|| missing_or_foreign(index))?;
    // What a sound generation names as the one before it; from a damaged one, back to any other.
    let named = match Generation::open(&index.join(&live)) {
        Ok(generation) => generation.manifest.previous,
        Err(_) => generation_folders(index)
            .filter_map(|folder| folder.file_name()?.to_str().map(str::to_owned))
            .find(|name| *name != live),
    };
    let kept = named.filter(|name| is_generation(&index.join(name)));
    let folder = kept.ok_or_else(|| EngineError::NoPrevious(index.to_owned()))?;
    let previous = Generation::open(&index.join(&folder))?;
    refuse_damage(&previous)?;
    write(index, CURRENT, format!("{folder}\n").as_bytes())?;
    sync_folder(index)?;
    Ok((generation_of(&live).to_owned(), previous.name().to_owned()))
}

/// The generation that a folder is named after.
fn generation_of(folder: &str) -> &str {
    folder.split_once('-').map_or(folder, |(generation, _)| generation)
}

/// The folders of all generations in an index, whole or not.
fn generation_folders(index: &Path) -> impl Iterator<Item = PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(index)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|folder| is_generation(folder))
        .collect();
    folders.sort();
    folders.into_iter()
}

/// Takes away what a run left that was killed between the swap and its end: generations but the live one and the one
/// before it, where there are more than these two.
pub(super) fn sweep(index: &Path, live: &Generation) {
    let kept = [Some(live.folder_name()), live.manifest.previous.clone()];
    if generation_folders(index).count() > kept.len() {
        remove_old(index, &[kept[0].as_deref(), kept[1].as_deref()]);
    }
}

/// Takes away what runs left that did not come to their end: half-made generations and files, notes of generations gone.
pub(super) fn sweep_building(index: &Path) {
    for entry in fs::read_dir(index).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let idle = name.strip_prefix(NOTE).is_some_and(|noted| !index.join(noted).exists());
        if idle || name.starts_with(BUILDING) {
            remove(&entry.path());
        }
    }
}

/// Removes generations but the named ones, and what broken runs left. Files that a reader has open stay readable.
fn remove_old(index: &Path, kept: &[Option<&str>]) {
    for entry in fs::read_dir(index).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let noted = name.strip_prefix(NOTE);
        if kept.iter().flatten().any(|keep| *keep == noted.unwrap_or(&name)) {
            continue;
        }
        if name.starts_with(BUILDING) || noted.is_some() {
            remove(&entry.path());
        } else if is_generation(&entry.path()) {
            // Under another name first: it goes at once for all readers, and what a killed run leaves is known as such.
            let aside = index.join(format!("{BUILDING}{name}"));
            let renamed = fs::rename(entry.path(), &aside).is_ok();
            remove(&if renamed { aside } else { entry.path() });
        }
    }
}

/// Removes a file or folder; what cannot be removed now is tried again by the next run.
fn remove(path: &Path) {
    let is_folder = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
    let removed = if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    if let Err(error) = removed {
        tracing::warn!(path = %path.display(), %error, "what an old run left could not be removed");
    }
}
