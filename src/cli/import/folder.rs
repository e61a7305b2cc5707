//! The folder of the drafts: which drafts lie in it, which names are free, and how a draft is written.
//!
//! Never writes over a file that is not an untouched draft of ours, and never through a link. A file is there whole or
//! not at all.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use anyhow::Context;

use crate::ingest::corpus::scan;
use crate::ingest::draft::{Origin, is_untouched, origin, origin_of};
use crate::ingest::formats::{self, Format};

/// A draft that lies in the folder.
pub(super) struct Standing {
    /// Its path inside the folder, with `/`.
    pub(super) path: String,
    /// Where it came from.
    pub(super) origin: Origin,
    /// The id that it has.
    pub(super) id: Option<String>,
}

/// The folder and what lies in it.
pub(super) struct Folder {
    root: PathBuf,
    typed: PathBuf,
    standing: Vec<Standing>,
    /// Names in the folder itself, in small letters: some disks do not tell capitals apart.
    taken: BTreeSet<String>,
}

/// How writing a draft over another ended.
pub(super) enum Replaced {
    /// It is as it was, for it already says the same.
    Same,
    /// It was written anew.
    Written,
    /// A person changed it.
    Edited,
}

impl Folder {
    /// Reads the folder; makes it first, unless nothing may be written.
    pub(super) fn open(typed: &Path, dry_run: bool) -> anyhow::Result<Self> {
        let shown = typed.display();
        if !dry_run {
            fs::create_dir_all(typed).with_context(|| {
                format!("cannot make the folder `{shown}` for the drafts; name another one with --to")
            })?;
        }
        let root = resolved(typed)?;
        let mut folder = Self { root, typed: typed.to_owned(), standing: Vec::new(), taken: BTreeSet::new() };
        if !folder.root.exists() {
            return Ok(folder);
        }
        anyhow::ensure!(folder.root.is_dir(), "`{shown}` is not a folder; name one for the drafts with --to");
        for entry in fs::read_dir(&folder.root).with_context(|| format!("cannot read the folder `{shown}`"))? {
            folder.taken.insert(entry?.file_name().to_string_lossy().to_lowercase());
        }
        for file in scan(&folder.root)?.files.iter().filter(|file| file.format() == Format::Markdown) {
            let is_file = fs::symlink_metadata(file.location()).is_ok_and(|metadata| metadata.is_file());
            let Some(source) = file.read().ok().filter(|_| is_file) else { continue };
            let text = String::from_utf8_lossy(&source.bytes);
            if !text.contains("imported_from") {
                continue;
            }
            let article = formats::read(&source).articles.pop();
            let value = article.as_ref().and_then(|article| article.extra.get("imported_from"));
            if let Some(origin) = origin(&text).or_else(|| origin_of(value?)) {
                let id = article.and_then(|article| article.id);
                folder.standing.push(Standing { path: file.path.clone(), origin, id });
            }
        }
        Ok(folder)
    }

    /// The folder, all links resolved.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside the folder as people see it.
    pub(super) fn shown(&self, path: &str) -> String {
        self.typed.join(path).display().to_string()
    }

    /// The draft of an article: the one that names its original; else one whose original is gone and was the same.
    pub(super) fn draft_of(&self, wanted: &Origin) -> Option<&Standing> {
        let same = |origin: &Origin| origin.path == wanted.path && origin.record == wanted.record;
        let moved = |origin: &Origin| {
            origin.hash == wanted.hash && origin.record == wanted.record && !self.root.join(&origin.path).exists()
        };
        self.standing
            .iter()
            .find(|standing| same(&standing.origin))
            .or_else(|| self.standing.iter().find(|standing| moved(&standing.origin)))
    }

    /// Takes a name for a new draft; `false` if something has it.
    pub(super) fn take(&mut self, name: &str) -> bool {
        self.taken.insert(name.to_lowercase())
    }

    /// Writes a new draft; an error if something has come to stand there.
    pub(super) fn write_new(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let target = self.root.join(name);
        let file = self.temporary(&self.root, text, None)?;
        file.persist_noclobber(&target).map_err(|error| self.failed(name, &error.error))?;
        Ok(())
    }

    /// Writes a draft over the one that stands there, if nobody touched that; says what became of it.
    pub(super) fn replace(&self, path: &str, text: &str, dry_run: bool) -> anyhow::Result<Replaced> {
        let target = self.root.join(path);
        // Read now and not when the folder was opened: somebody may be writing at it.
        let standing = fs::read_to_string(&target).map_err(|error| self.failed(path, &error))?;
        if !is_untouched(&standing) {
            return Ok(Replaced::Edited);
        }
        if standing.replace("\r\n", "\n") == text {
            return Ok(Replaced::Same);
        }
        if !dry_run {
            let permissions = fs::metadata(&target)?.permissions();
            let beside = target.parent().unwrap_or(&self.root);
            let file = self.temporary(beside, text, Some(permissions))?;
            file.persist(&target).map_err(|error| self.failed(path, &error.error))?;
        }
        Ok(Replaced::Written)
    }

    /// A file under a hidden name that is no article until it gets its own.
    fn temporary(
        &self,
        folder: &Path,
        text: &str,
        permissions: Option<fs::Permissions>,
    ) -> anyhow::Result<tempfile::NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".dossier-").suffix(".tmp");
        #[cfg(unix)]
        let permissions = {
            use std::os::unix::fs::PermissionsExt;
            // Readable for all whom the umask allows, as other programs write files.
            permissions.or_else(|| Some(fs::Permissions::from_mode(0o666)))
        };
        if let Some(permissions) = permissions.clone() {
            builder.permissions(permissions);
        }
        let shown = self.typed.display();
        let mut file =
            builder.tempfile_in(folder).with_context(|| format!("cannot write into the folder `{shown}`"))?;
        file.write_all(text.as_bytes()).with_context(|| format!("cannot write into the folder `{shown}`"))?;
        Ok(file)
    }

    fn failed(&self, path: &str, error: &std::io::Error) -> anyhow::Error {
        anyhow::anyhow!("cannot write the draft `{}`: {error}", self.shown(path))
    }
}

/// A path with all links resolved, as far as it is there.
pub(super) fn resolved(path: &Path) -> anyhow::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let mut missing = Vec::new();
    let mut there = absolute.as_path();
    loop {
        match (fs::canonicalize(there), there.file_name(), there.parent()) {
            (Ok(mut found), _, _) => {
                found.extend(missing.iter().rev());
                return Ok(found);
            }
            (Err(_), Some(name), Some(parent)) => {
                missing.push(name.to_owned());
                there = parent;
            }
            (Err(error), _, _) => return Err(error.into()),
        }
    }
}

/// The way from a folder to a file, both resolved, with `/`: `../pages/a.html`.
pub(super) fn relative(folder: &Path, file: &Path) -> String {
    let from: Vec<Component<'_>> = folder.components().collect();
    let to: Vec<Component<'_>> = file.components().collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    let down = to[shared..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_from_the_drafts_to_an_original_is_relative() {
        for (folder, file, way) in [
            ("/a/corpus/articles", "/a/pages/x.html", "../../pages/x.html"),
            ("/a", "/a/x.html", "x.html"),
            ("/a/b", "/c", "../../c"),
        ] {
            assert_eq!(relative(Path::new(folder), Path::new(file)), way);
        }
    }
}
