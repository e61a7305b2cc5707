//! The folder of the drafts: which names are free in it, and how a draft is written.
//!
//! Never writes over a file that is not an untouched draft of ours, and never through a link. A file is there whole or
//! not at all.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use anyhow::Context;

use crate::ingest::draft::is_untouched;

/// The folder and what lies in it.
pub(super) struct Folder {
    root: PathBuf,
    typed: PathBuf,
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
    /// Reads which names are taken; the folder itself is made when the first draft is written.
    pub(super) fn open(typed: &Path) -> anyhow::Result<Self> {
        let shown = typed.display();
        let root = resolved(typed)?;
        let there = root.ancestors().find(|ancestor| ancestor.exists());
        anyhow::ensure!(
            there.is_none_or(Path::is_dir),
            "`{shown}` is not a folder, nor can it be one; name one for the drafts with --to"
        );
        let mut taken = BTreeSet::new();
        if root.exists() {
            for entry in fs::read_dir(&root).with_context(|| format!("cannot read the folder `{shown}`"))? {
                taken.insert(entry?.file_name().to_string_lossy().to_lowercase());
            }
        }
        Ok(Self { root, typed: typed.to_owned(), taken })
    }

    /// The folder, all links resolved.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder as it was typed.
    pub(super) fn typed(&self) -> &Path {
        &self.typed
    }

    /// A path inside the folder as people see it.
    pub(super) fn shown(&self, path: &str) -> String {
        self.typed.join(path).display().to_string()
    }

    /// Takes a name for a new draft; `false` if something has it.
    pub(super) fn take(&mut self, name: &str) -> bool {
        self.taken.insert(name.to_lowercase())
    }

    /// Writes a new draft; an error if something has come to stand there.
    pub(super) fn write_new(&self, name: &str, text: &str) -> anyhow::Result<()> {
        fs::create_dir_all(&self.root).with_context(|| {
            format!("cannot make the folder `{}` for the drafts; name another one with --to", self.typed.display())
        })?;
        let shown = self.shown(name);
        let file = temporary(&self.root, &shown, text, None)?;
        file.persist_noclobber(self.root.join(name)).map_err(|error| failed(&shown, &error.error))?;
        Ok(())
    }
}

/// Writes a draft over the one that stands at `target`, if nobody touched that; says what became of it.
pub(super) fn replace(target: &Path, shown: &str, text: &str, dry_run: bool) -> anyhow::Result<Replaced> {
    // Read now and not at the beginning: somebody may be writing at it.
    let standing = fs::read_to_string(target).map_err(|error| failed(shown, &error))?;
    if !is_untouched(&standing) {
        return Ok(Replaced::Edited);
    }
    if standing.replace("\r\n", "\n") == text {
        return Ok(Replaced::Same);
    }
    if !dry_run {
        let permissions = fs::metadata(target)?.permissions();
        let file = temporary(target.parent().unwrap_or(target), shown, text, Some(permissions))?;
        file.persist(target).map_err(|error| failed(shown, &error.error))?;
    }
    Ok(Replaced::Written)
}

/// A file under a hidden name that is no article until it gets its own.
fn temporary(
    folder: &Path,
    shown: &str,
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
    let mut file = builder.tempfile_in(folder).map_err(|error| failed(shown, &error))?;
    file.write_all(text.as_bytes()).map_err(|error| failed(shown, &error))?;
    Ok(file)
}

fn failed(shown: &str, error: &std::io::Error) -> anyhow::Error {
    anyhow::anyhow!("cannot write the draft `{shown}`: {error}")
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
