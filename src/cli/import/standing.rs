//! The drafts that stand already, in the folder of the drafts and all over the corpus that it lies in, each with the
//! original that it names.
//!
//! Only reads. A draft goes to one article of a run and to no second one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::ingest::corpus::{CorpusFile, scan};
use crate::ingest::draft::{Origin, origin, origin_of};
use crate::ingest::formats::{self, Format};

/// A draft that stands already.
pub(super) struct Standing {
    /// Where it lies.
    pub(super) location: PathBuf,
    /// The same as people see it.
    pub(super) shown: String,
    /// Where it came from, as it says.
    pub(super) origin: Origin,
    /// The original that this means.
    pub(super) original: PathBuf,
    /// The id that it has.
    pub(super) id: Option<String>,
    /// Its title and its date, as they are written.
    pub(super) title: Option<String>,
    pub(super) date: Option<String>,
}

/// All drafts that stand already, found by what they came from.
#[derive(Default)]
pub(super) struct Drafts {
    all: Vec<Standing>,
    by_original: BTreeMap<PathBuf, Vec<usize>>,
    /// Those whose original is gone, by the hash of it.
    orphans: BTreeMap<String, Vec<usize>>,
    claimed: BTreeSet<usize>,
}

impl Drafts {
    /// Reads the drafts below folders, each folder with what people call it. Paths in drafts are seen from `to`.
    pub(super) fn read(to: &Path, folders: &[(&Path, &Path)]) -> anyhow::Result<Self> {
        let (mut drafts, mut seen) = (Self::default(), BTreeSet::new());
        for (folder, shown) in folders.iter().filter(|(folder, _)| folder.is_dir()) {
            for file in scan(folder)?.files.iter().filter(|file| file.format() == Format::Markdown) {
                if seen.insert(file.location().to_owned()) {
                    drafts.note(to, file, shown);
                }
            }
        }
        Ok(drafts)
    }

    fn note(&mut self, to: &Path, file: &CorpusFile, shown: &Path) {
        // A link is a file of somebody else, wherever it leads.
        let is_file = fs::symlink_metadata(file.location()).is_ok_and(|metadata| metadata.is_file());
        let Some(source) = file.read().ok().filter(|_| is_file) else { return };
        let text = String::from_utf8_lossy(&source.bytes);
        if !text.contains("imported_from") {
            return;
        }
        let article = formats::read(&source).articles.pop();
        let value = article.as_ref().and_then(|article| article.extra.get("imported_from"));
        let Some(origin) = origin(&text).or_else(|| origin_of(value?)) else { return };
        let original = original_of(to, file.location(), &origin.path);
        let number = self.all.len();
        if !original.exists() {
            self.orphans.entry(origin.hash.clone()).or_default().push(number);
        }
        self.by_original.entry(original.clone()).or_default().push(number);
        let (id, title, date) =
            article.map_or((None, None, None), |it| (it.id, it.title, it.date.map(|(written, _)| written)));
        let shown = shown.join(&file.path).display().to_string();
        let location = file.location().to_owned();
        self.all.push(Standing { location, shown, origin, original, id, title, date });
    }

    /// A draft by its number.
    pub(super) fn get(&self, number: usize) -> &Standing {
        &self.all[number]
    }

    /// The drafts of an original that no article has yet.
    pub(super) fn of(&self, original: &Path) -> Vec<usize> {
        self.unclaimed(self.by_original.get(original)).collect()
    }

    /// A draft whose original is gone and was the same.
    pub(super) fn orphan(&self, hash: &str, record: Option<&str>) -> Option<usize> {
        // A single file never takes the draft of a record, which may be another part of what it says.
        let of_kind = |number: &usize| self.get(*number).origin.record.is_some() == record.is_some();
        let mut of_hash: Vec<usize> = self.unclaimed(self.orphans.get(hash)).filter(of_kind).collect();
        of_hash.sort_by_key(|&number| self.get(number).origin.record.as_deref() != record);
        of_hash.first().copied()
    }

    /// Whether an article has a draft.
    pub(super) fn is_claimed(&self, number: usize) -> bool {
        self.claimed.contains(&number)
    }

    /// Gives a draft to an article.
    pub(super) fn claim(&mut self, number: usize) {
        self.claimed.insert(number);
    }

    fn unclaimed<'a>(&'a self, numbers: Option<&'a Vec<usize>>) -> impl Iterator<Item = usize> + 'a {
        numbers.into_iter().flatten().copied().filter(|number| !self.claimed.contains(number))
    }
}

/// The original that a draft means: its path is seen from the folder that the draft was written into. That may be `to`
/// or the folder in which the draft lies; for a draft in `to` the first comes first, for one elsewhere the second.
fn original_of(to: &Path, draft: &Path, path: &str) -> PathBuf {
    let from_to = plain(&to.join(path));
    let beside = plain(&draft.parent().unwrap_or(to).join(path));
    let (first, second) = if draft.starts_with(to) { (&from_to, &beside) } else { (&beside, &from_to) };
    [first, second].into_iter().find(|file| file.exists()).unwrap_or(&from_to).clone()
}

/// A path without `..`, as it was written: of folders whose links are resolved.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                plain.pop();
            }
            component => plain.push(component),
        }
    }
    plain
}
