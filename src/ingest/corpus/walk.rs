//! The walk through the corpus folder: every file is taken, left aside by rule, or reported.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::{CorpusError, CorpusFile, Scan, kind_of};
use crate::ingest::formats::{ENDINGS, Format, sidecar};
use crate::model::document::Place;
use crate::model::report::{Quarantined, Warning};

/// What the names of backup and temporary files end in.
const LEFTOVER_ENDINGS: &[&str] = &["~", ".swp", ".bak", ".orig", ".tmp"];

const LEFTOVER: &str = "is a backup or a temporary file by its name";

/// Finds every file below a folder, links that lead out of it and hidden names aside.
///
/// Errors when there is no such folder; all else is told in the result.
pub fn scan(root: &Path) -> Result<Scan, CorpusError> {
    let unreadable = |error: io::Error| CorpusError::Unreadable { path: root.to_owned(), error };
    let metadata = fs::metadata(root).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => CorpusError::Missing(root.to_owned()),
        _ => unreadable(error),
    })?;
    if !metadata.is_dir() {
        return Err(CorpusError::NoFolder(root.to_owned()));
    }
    fs::read_dir(root).map_err(unreadable)?;
    let mut walk = Walk { root: fs::canonicalize(root).map_err(unreadable)?, ..Walk::default() };
    walk.run();
    Ok(walk.finish())
}

/// A file that a person named, with the sidecar that lies beside it; whatever its name begins with, and also when the
/// path is a link. `None` if its ending is none that is read.
pub fn single_file(file: &Path) -> Option<CorpusFile> {
    let path = file.file_name()?.to_string_lossy().into_owned();
    let format = Format::of(&path)?;
    let beside = |name: &str| Some(file.with_file_name(format!("{name}{}", sidecar::ENDING))).filter(|at| at.is_file());
    let stem = without_ending(&path);
    let is_like = |name: &str| Format::of(name).is_some() && without_ending(name) == stem;
    let alone = || {
        let names = fs::read_dir(file.parent()?).ok()?.flatten().map(|entry| entry.file_name());
        Some(names.filter(|name| name.to_str().is_some_and(is_like)).count() == 1)
    };
    let sidecar = beside(&path).or_else(|| beside(stem).filter(|_| alone() == Some(true)));
    let bytes = file.metadata().map_or(0, |metadata| metadata.len());
    Some(CorpusFile { path, bytes, format, file: file.to_owned(), sidecar })
}

#[derive(Default)]
struct Walk {
    /// The folder, all links resolved.
    root: PathBuf,
    scan: Scan,
    /// Ordinary files that no rule leaves aside, by path; sidecars apart.
    found: BTreeMap<String, (PathBuf, u64)>,
    sidecars: BTreeMap<String, PathBuf>,
    /// The linked folder that the walk is in: links inside of it are not followed, so that links that cross each other
    /// cannot multiply the corpus.
    linked_folder: Option<PathBuf>,
}

impl Walk {
    fn run(&mut self) {
        let mut entries = WalkDir::new(&self.root).follow_links(true).min_depth(1).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            match entry {
                Ok(entry) => {
                    let is_folder = entry.file_type().is_dir();
                    if !self.take(&entry) && is_folder {
                        entries.skip_current_dir();
                    }
                }
                Err(error) => self.take_error(&error),
            }
        }
    }

    /// Notes an entry; `false` if it is left aside with all below it.
    fn take(&mut self, entry: &DirEntry) -> bool {
        let name = entry.file_name();
        let path = self.inside(entry.path());
        if name.as_encoded_bytes().starts_with(b".") {
            self.skip(path, "is hidden");
            return false;
        }
        let Some(name) = name.to_str() else {
            self.quarantine(path, "its name is not UTF-8; rename it");
            return false;
        };
        if is_leftover(name) {
            self.skip(path, LEFTOVER);
            return false;
        }
        if entry.path_is_symlink() && !self.may_follow(entry, &path) {
            return false;
        }
        if entry.file_type().is_dir() {
            return true;
        }
        if name.eq_ignore_ascii_case("README.md") || name == "taxonomy.toml" {
            self.skip(path, "is about the corpus, and no article");
            return false;
        }
        match entry.metadata() {
            Ok(metadata) if !metadata.is_file() => {
                self.quarantine(path, format!("is {}, not an ordinary file; remove it", kind_of(&metadata)));
            }
            Ok(metadata) => match path.strip_suffix(sidecar::ENDING) {
                Some(article) if !article.is_empty() && !article.ends_with('/') => {
                    self.sidecars.insert(article.to_owned(), entry.path().to_owned());
                }
                _ => {
                    self.found.insert(path, (entry.path().to_owned(), metadata.len()));
                }
            },
            Err(error) => {
                self.quarantine(path, format!("cannot be read: {error}; correct its permissions, or remove it"))
            }
        }
        true
    }

    /// Whether a link leads to a place inside the corpus, and is not itself reached through a link.
    fn may_follow(&mut self, entry: &DirEntry, path: &str) -> bool {
        if self.linked_folder.as_deref().is_some_and(|folder| entry.path().starts_with(folder)) {
            self.pass_by(path, "is a link inside a linked folder and was not followed");
            return false;
        }
        match fs::canonicalize(entry.path()) {
            Ok(target) if target.starts_with(&self.root) => {
                if entry.file_type().is_dir() {
                    self.linked_folder = Some(entry.path().to_owned());
                }
                true
            }
            Ok(_) => {
                self.pass_by(path, "is a link that leaves the corpus folder and was not followed");
                false
            }
            Err(error) => {
                self.quarantine(path.to_owned(), format!("is a link that cannot be followed: {error}; remove it"));
                false
            }
        }
    }

    fn take_error(&mut self, error: &walkdir::Error) {
        let Some(path) = error.path().map(Path::to_owned) else { return };
        let inside = self.inside(&path);
        let name = path.file_name().unwrap_or_default();
        if name.as_encoded_bytes().starts_with(b".") {
            return self.skip(inside, "is hidden");
        }
        if name.to_str().is_some_and(is_leftover) {
            return self.skip(inside, LEFTOVER);
        }
        if error.loop_ancestor().is_some() {
            self.pass_by(&inside, "is a link to a folder that it lies in and was not followed");
            return;
        }
        let reason = error.io_error().map_or_else(|| error.to_string(), io::Error::to_string);
        if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink()) {
            self.quarantine(inside, format!("is a link to nothing that can be read: {reason}; remove it"));
        } else {
            self.quarantine(inside, format!("cannot be read: {reason}; correct its permissions, or remove it"));
        }
    }

    /// The path inside the corpus, with `/`; what is not UTF-8 in it is replaced.
    fn inside(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        inside.iter().map(OsStr::to_string_lossy).collect::<Vec<_>>().join("/")
    }

    fn quarantine(&mut self, file: String, reason: impl Into<String>) {
        self.scan.quarantined.push(Quarantined { place: Place { file, line: None }, reason: reason.into() });
    }

    fn warn(&mut self, file: &str, message: impl Into<String>) {
        let place = Place { file: file.to_owned(), line: None };
        self.scan.warnings.push(Warning { place, message: message.into() });
    }

    fn skip(&mut self, file: String, reason: impl Into<String>) {
        self.scan.skipped.push(Quarantined { place: Place { file, line: None }, reason: reason.into() });
    }

    /// Skips something that a curator may have meant to be read.
    fn pass_by(&mut self, file: &str, message: &str) {
        self.warn(file, message);
        self.skip(file.to_owned(), message);
    }

    /// The name under which a file has a sidecar: its own (`page.html.meta.toml`), or where no other article has the
    /// same, its name without the ending (`page.meta.toml`).
    fn sidecar_name(&self, path: &str, found: &BTreeMap<String, (PathBuf, u64)>) -> Option<String> {
        if self.sidecars.contains_key(path) {
            return Some(path.to_owned());
        }
        let stem = without_ending(path);
        let alone =
            || found.keys().filter(|other| Format::of(other).is_some() && without_ending(other) == stem).count() == 1;
        (self.sidecars.contains_key(stem) && alone()).then(|| stem.to_owned())
    }

    /// Sidecars are laid to their files, and the rest of the files sorted by their endings.
    fn finish(mut self) -> Scan {
        let mut lonely: BTreeSet<String> = self.sidecars.keys().cloned().collect();
        let found = std::mem::take(&mut self.found);
        for (path, (file, bytes)) in found.clone() {
            match Format::of(&path) {
                Some(format) => {
                    let name = self.sidecar_name(&path, &found);
                    let sidecar = name.and_then(|name| {
                        lonely.remove(&name);
                        self.sidecars.get(&name).cloned()
                    });
                    self.scan.files.push(CorpusFile { path, bytes, format, file, sidecar });
                }
                None => self.quarantine(path, format!("its name has none of the endings that are read: {ENDINGS}")),
            }
        }
        for article in lonely {
            let file = format!("{article}{}", sidecar::ENDING);
            self.pass_by(
                &file,
                &format!("is the sidecar of `{article}`, which is not there, or stands for several files"),
            );
        }
        self.scan.quarantined.sort();
        self.scan.warnings.sort();
        self.scan.skipped.sort();
        self.scan
    }
}

/// A path without the ending that tells its format.
fn without_ending(path: &str) -> &str {
    let packed = path.strip_suffix(".gz").unwrap_or(path);
    match packed.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() && !stem.ends_with('/') => stem,
        _ => packed,
    }
}

fn is_leftover(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    LEFTOVER_ENDINGS.iter().any(|ending| name.ends_with(ending))
        || (name.len() > 1 && name.starts_with('#') && name.ends_with('#'))
}
