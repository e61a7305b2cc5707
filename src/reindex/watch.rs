//! The watch over a corpus and its taxonomy: says when something changed and the writing has come to rest.
//!
//! The system tells of changes. It does not for network drives and when too much happens at once, so names, sizes and times of all
//! files are looked at now and then as well, and often where the system tells nothing at all. Reads no file, runs nothing.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant, SystemTime};

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use walkdir::WalkDir;

use crate::model::task::AskedBy;
use crate::reindex::ReindexError;
use crate::reindex::tasks::{Refusal, Tasks};
use crate::settings::Settings;

/// The writing has come to rest when nothing changed for so long.
const SETTLED_AFTER: Duration = Duration::from_millis(700);
/// Where it never comes to rest, a run begins after so long all the same.
const SETTLED_AT_LAST: Duration = Duration::from_secs(5);
/// How often the folder itself, the taxonomy and the wish to stop are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How often all files are looked at, beside what the system tells.
const SURVEY_EVERY: Duration = Duration::from_secs(60);
/// How often they are where the system tells nothing.
const SURVEY_ALONE_EVERY: Duration = Duration::from_secs(5);
/// After how long a run is tried again that another process stood in the way of.
pub const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Watches over what a run would read.
pub struct Watch {
    corpus: PathBuf,
    /// Never looked at, even inside the corpus: what a run writes is no reason for the next.
    index: PathBuf,
    taxonomy: Option<PathBuf>,
    built_in: bool,
    events: Receiver<notify::Result<Event>>,
    sender: Sender<notify::Result<Event>>,
    watcher: Option<RecommendedWatcher>,
    /// The corpus folder and the taxonomy as last seen.
    seen: [Option<Stamp>; 2],
    /// All files as last seen, as one hash.
    survey: blake3::Hash,
    surveyed: Instant,
}

/// What tells a file or folder from another, and from what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    /// The number of the file in its file system, where there are such numbers: a renamed file in the place of another.
    number: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(metadata);
        #[cfg(not(unix))]
        let number = 0;
        Self { length: metadata.len(), modified: metadata.modified().ok(), number }
    }

    fn at(path: &Path) -> Option<Self> {
        std::fs::metadata(path).ok().map(|metadata| Self::of(&metadata))
    }

    /// Of a folder: which one it is. What lies in it is not asked here.
    fn of_folder(path: &Path) -> Option<Self> {
        Self::at(path).map(|stamp| Self { length: 0, modified: None, ..stamp })
    }
}

impl Watch {
    /// Begins to watch. Gives also what people should know, where the system does not tell of changes.
    pub fn begin(settings: &Settings) -> (Self, Option<String>) {
        let (sender, events) = channel();
        let whole = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
        let mut watch = Self {
            corpus: settings.corpus.clone(),
            index: whole(&settings.index).unwrap_or_else(|_| settings.index.clone()),
            taxonomy: settings.taxonomy.clone().filter(|path| path.as_os_str() != "none"),
            built_in: settings.taxonomy_text().is_ok_and(|text| text.built_in),
            events,
            sender,
            watcher: None,
            seen: [None, None],
            survey: blake3::hash(b""),
            surveyed: Instant::now(),
        };
        watch.seen = watch.look();
        let note = watch.listen().err().map(|error| {
            let seconds = SURVEY_ALONE_EVERY.as_secs();
            format!("note: the system does not tell of changes ({error}); the corpus is looked through every {seconds} seconds")
        });
        watch.take_survey();
        (watch, note)
    }

    /// Waits until something changed and the writing has come to rest; `false` when it is to stop.
    pub fn wait(&mut self, stop: &AtomicBool) -> bool {
        let (mut first, mut last): (Option<Instant>, Option<Instant>) = (None, None);
        while !stop.load(Ordering::Relaxed) {
            let changed = self.changed_within(LOOK_EVERY);
            let now = Instant::now();
            if changed {
                first.get_or_insert(now);
                last = Some(now);
            }
            let (Some(first), Some(last)) = (first, last) else { continue };
            if now.duration_since(last) >= SETTLED_AFTER || now.duration_since(first) >= SETTLED_AT_LAST {
                // What the run is about to read need not be noticed a second time.
                self.take_survey();
                return true;
            }
        }
        false
    }

    /// Refuses a run that would put the built-in taxonomy in the place of the corpus' own, because that is away just now.
    pub fn check(&self, settings: &Settings) -> Result<(), ReindexError> {
        if !self.built_in && self.corpus.is_dir() && settings.taxonomy_text().is_ok_and(|text| text.built_in) {
            return Err(ReindexError::TaxonomyGone(settings.corpus.join("taxonomy.toml")));
        }
        Ok(())
    }

    /// Whether something changes within a time, or did since the last call.
    fn changed_within(&mut self, patience: Duration) -> bool {
        let end = Instant::now() + patience;
        let mut changed = false;
        let mut lost = false;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            match self.events.recv_timeout(left) {
                Ok(Ok(event)) => {
                    lost |= event.need_rescan();
                    changed |= event.need_rescan() || self.matters(&event);
                }
                Ok(Err(error)) => {
                    tracing::debug!(%error, "the watch over the corpus lost something");
                    (changed, lost) = (true, true);
                }
                // Its other end lives in this very struct.
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        let seen = self.look();
        if seen != self.seen {
            // Another folder in the place of the one that is watched, or none, or one again.
            lost |= seen[0] != self.seen[0];
            self.seen = seen;
            changed = true;
        }
        if lost && let Err(error) = self.listen() {
            tracing::debug!(%error, "the system does not tell of changes");
        }
        changed || self.surveyed.elapsed() >= self.survey_every() && self.take_survey()
    }

    fn look(&self) -> [Option<Stamp>; 2] {
        [Stamp::of_folder(&self.corpus), self.taxonomy.as_deref().and_then(Stamp::at)]
    }

    /// Asks the system to tell of changes.
    fn listen(&mut self) -> notify::Result<()> {
        self.watcher = None;
        let mut watcher = notify::recommended_watcher(self.sender.clone())?;
        let corpus = self.corpus.canonicalize().map_err(notify::Error::io)?;
        watcher.watch(&corpus, RecursiveMode::Recursive)?;
        self.watcher = Some(watcher);
        Ok(())
    }

    fn survey_every(&self) -> Duration {
        if self.watcher.is_some() { SURVEY_EVERY } else { SURVEY_ALONE_EVERY }
    }

    /// Whether an event is of something that a run would read.
    fn matters(&self, event: &Event) -> bool {
        let read_only = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
            EventKind::Access(_) => true,
            _ => false,
        };
        let corpus = self.corpus.canonicalize().unwrap_or_else(|_| self.corpus.clone());
        let read = |path: &PathBuf| {
            let inside = path.strip_prefix(&corpus).unwrap_or(path);
            let hidden = inside.iter().any(|part| part.to_string_lossy().starts_with('.'));
            !hidden && !path.starts_with(&self.index)
        };
        !read_only && event.paths.iter().any(read)
    }

    /// Looks at all files; gives whether any is another than before.
    fn take_survey(&mut self) -> bool {
        let mut hash = blake3::Hasher::new();
        let corpus = self.corpus.canonicalize().unwrap_or_else(|_| self.corpus.clone());
        let walk = WalkDir::new(&corpus).sort_by_file_name().into_iter();
        let visible = |entry: &walkdir::DirEntry| {
            let hidden = entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
            !hidden && !entry.path().starts_with(&self.index)
        };
        for entry in walk.filter_entry(visible).flatten().filter(|entry| !entry.file_type().is_dir()) {
            let stamp = entry.metadata().ok().map(|metadata| Stamp::of(&metadata));
            hash.update(format!("{}\0{stamp:?}\0", entry.path().display()).as_bytes());
        }
        let survey = hash.finalize();
        self.surveyed = Instant::now();
        std::mem::replace(&mut self.survey, survey) != survey
    }
}

/// Keeps an index up to date by the tasks of a server, from now on until it is to stop.
pub fn keep_up(tasks: &Tasks, settings: &Settings, stop: &AtomicBool) {
    let (mut watch, note) = Watch::begin(settings);
    if let Some(note) = note {
        tracing::warn!("{note}");
    }
    loop {
        match watch.check(settings) {
            Ok(()) => update(tasks, stop),
            Err(error) => tracing::error!(%error, "no reindex was begun"),
        }
        if !watch.wait(stop) {
            return;
        }
    }
}

/// One run to its end, after whatever runs already: that may have read what changed before it changed.
fn update(tasks: &Tasks, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        match tasks.start(false, AskedBy::Watch) {
            Ok(task) => {
                tasks.ended(&task.id);
                return;
            }
            Err(Refusal::Running(task)) => {
                tasks.ended(&task.id);
            }
            Err(Refusal::Locked) => std::thread::sleep(AGAIN_AFTER),
            Err(Refusal::Failed(reason)) => {
                tracing::error!(reason, "no reindex could be started");
                return;
            }
        }
    }
}
