//! The files that an import reads: those named, and those in the folders named.
//!
//! Only looks; what a file holds is `ingest::formats`' to say.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::cli::import::folder::{Folder, relative};
use crate::ingest::corpus::{CorpusFile, scan, single_file};
use crate::ingest::formats::{ENDINGS, Format};
use crate::model::document::Place;
use crate::model::report::{Quarantined, Warning};

/// What browsers add to a page's name for the folder of its pictures and scripts.
const PAGE_FOLDER_ENDINGS: [&str; 2] = ["_files", ".files"];

/// A file to be imported.
pub(super) struct Original {
    /// The file.
    pub(super) file: CorpusFile,
    /// Its path as it was typed.
    pub(super) shown: String,
    /// Its path from the folder of the drafts.
    pub(super) origin: String,
    /// Where it lies, all links resolved.
    pub(super) location: PathBuf,
}

/// All files to be imported, each once, in the order of the paths named.
#[derive(Default)]
pub(super) struct Originals {
    pub(super) files: Vec<Original>,
    /// What cannot be an article by its name or kind.
    pub(super) quarantined: Vec<Quarantined>,
    /// What was passed over and may be a mistake.
    pub(super) warnings: Vec<Warning>,
    /// Files that belong to a saved page: its pictures, scripts and frames.
    pub(super) page_parts: usize,
    seen: BTreeSet<PathBuf>,
}

impl Originals {
    /// Finds them. Errors when a path is not there.
    pub(super) fn gather(paths: &[PathBuf], folder: &Folder) -> anyhow::Result<Self> {
        let mut originals = Self::default();
        for path in paths {
            let metadata = std::fs::metadata(path)
                .with_context(|| format!("cannot read `{}`; name files or folders that are there", path.display()))?;
            if metadata.is_dir() {
                originals.take_folder(path, folder)?;
            } else {
                originals.take_file(path, folder)?;
            }
        }
        Ok(originals)
    }

    fn take_file(&mut self, path: &Path, folder: &Folder) -> anyhow::Result<()> {
        let location = std::fs::canonicalize(path)?;
        match single_file(path) {
            Some(file) => self.push(file, &location, path.display().to_string(), folder),
            None => {
                let place = Place { file: path.display().to_string(), line: None };
                let reason = format!("its name has none of the endings that are read: {ENDINGS}");
                self.quarantined.push(Quarantined { place, reason });
            }
        }
        Ok(())
    }

    fn take_folder(&mut self, path: &Path, folder: &Folder) -> anyhow::Result<()> {
        let found = scan(path)?;
        let shown = |inside: &str| path.join(inside).display().to_string();
        let root = std::fs::canonicalize(path)?;
        let is_part = |inside: &str| is_page_part(&root, inside);
        for file in found.files {
            let location = file.location().to_owned();
            // In the folder of the drafts, what is Markdown already is a draft or an article, not an original.
            if file.format() == Format::Markdown && location.starts_with(folder.root()) {
                continue;
            }
            if is_part(&file.path) {
                self.page_parts += 1;
                continue;
            }
            let shown = shown(&file.path);
            self.push(file, &location, shown, folder);
        }
        for mut entry in found.quarantined {
            if is_part(&entry.place.file) {
                self.page_parts += 1;
                continue;
            }
            entry.place.file = shown(&entry.place.file);
            self.quarantined.push(entry);
        }
        for mut warning in found.warnings {
            warning.place.file = shown(&warning.place.file);
            self.warnings.push(warning);
        }
        Ok(())
    }

    fn push(&mut self, file: CorpusFile, location: &Path, shown: String, folder: &Folder) {
        if self.seen.insert(location.to_owned()) {
            self.files.push(Original {
                file,
                shown,
                origin: relative(folder.root(), location),
                location: location.to_owned(),
            });
        }
    }
}

/// Whether a path lies in the folder that a browser made beside a saved page.
fn is_page_part(root: &Path, inside: &str) -> bool {
    let folders = inside.match_indices('/').map(|(at, _)| &inside[..at]);
    folders.into_iter().any(|folder| {
        let page = PAGE_FOLDER_ENDINGS.iter().find_map(|ending| folder.strip_suffix(ending));
        page.is_some_and(|page| ["html", "htm", "xhtml"].iter().any(|e| root.join(format!("{page}.{e}")).is_file()))
    })
}
