//! The engines: the contract that every engine keeps, and what all of them share.
//!
//! The contract, which the scenario files under `tests/scenarios` hold every engine to:
//! * the set of hits, totals, facet counts and the histogram are exact and the same on every engine;
//! * the order is total: score (or date), then id; pages join without gap or overlap;
//! * joined copies stand as one hit, the first of their group in that order; counts stay those of articles;
//! * a dimension's own choice does not narrow its own counts, every other filter does;
//! * a cell of a table counts what the search finds with both its values as filters, an article once for each ancestor;
//! * only tags count in facets, a document once for each ancestor of its paths;
//! * an article's neighbours are never itself nor its copies; each says the words and labels that it shares;
//! * scores are comparable within one answer only;
//! * a search that its deadline overtakes ends soon, with an error and never with a part of the answer.
//!
//! Calls block; the server makes them off its async threads. This file names no engine.

pub mod analyzer;
pub mod article;
pub mod bounded;
pub mod close_look;
pub mod crosstab;
pub mod embedded;
pub mod explanation;
pub mod facets;
pub mod fallback;
pub mod forms;
pub mod highlight;
pub mod keeper;
pub mod likeness;
pub mod manifest;
pub mod opensearch;
pub mod other_forms;
pub mod periods;
pub mod plan;
pub mod proximity;
pub mod ranking;
pub mod snippets;
pub mod speller;
pub mod spelling;
pub mod suggestions;

use std::path::PathBuf;
use std::sync::Arc;

use crate::model::crosstab::{AxisRequest, Crosstab};
use crate::model::document::{Document, Imprint};
use crate::model::report::{IngestReport, Ledger};
use crate::model::results::{Article, Copies, Neighbours, Ranked, SearchResults, Stats, Suggestion};
use crate::taxonomy::Taxonomy;

/// Why an engine could not do what it was asked. Every message names the place and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// There is no index.
    #[error("there is no index in {0}: run `dossier index` (or `dossier serve`, which builds it first)")]
    Missing(PathBuf),
    /// Something else lies where the index should be.
    #[error("{0} holds files that are no index of ours; name an empty or new folder with --index")]
    Foreign(PathBuf),
    /// The index was made by an earlier version of the program.
    #[error("the index in {path} was made with {what}; run `dossier index --full` to rebuild it")]
    Outdated {
        /// The folder.
        path: PathBuf,
        /// What differs.
        what: String,
    },
    /// The index was made by a later version of the program.
    #[error(
        "the index in {path} was made by a newer version of this program ({what}); use that version, or run \
        `dossier index --full` to rebuild it with this one"
    )]
    Newer {
        /// The folder.
        path: PathBuf,
        /// What differs.
        what: String,
    },
    /// Files of the index are damaged.
    #[error(
        "the index in {path} is damaged ({what}); run `dossier index --full` to rebuild it{}",
        kept.as_ref().map_or_else(String::new, |kept| format!(
            ", or `dossier rollback` to go back to the generation before, {kept}, which is sound"
        ))
    )]
    Damaged {
        /// The folder.
        path: PathBuf,
        /// What was found.
        what: String,
        /// The generation before, if it is kept and sound.
        kept: Option<String>,
    },
    /// There is no generation before the live one.
    #[error("no earlier generation is kept in {0}: there is nothing to go back to")]
    NoPrevious(PathBuf),
    /// Another process is writing.
    #[error("another process is writing to the index in {0}; wait for it to end, or name another folder with --index")]
    Locked(PathBuf),
    /// Nobody waits any longer for the answer.
    #[error(
        "the search took too long and was given up; ask for fewer prefixes, typos and alternatives, or narrow it by filters"
    )]
    TooSlow,
    /// The disk refused.
    #[error("cannot {action} {path}: {source}; {}", remedy(source))]
    Disk {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The live generation is not what the corpus would give; said to those who write nothing (`Writing::Nothing`).
    #[error("the index is not up to date ({0})")]
    Behind(String),
    /// A generation could not be made, and the library does not say why.
    #[error(
        "cannot {action} {path}: {reason}; see whether its disk is full, and run `dossier index` again; what was live \
        before stays live"
    )]
    Unmade {
        /// What was tried.
        action: &'static str,
        /// In which folder.
        path: PathBuf,
        /// What the library said.
        reason: String,
    },
    /// No node of a cluster could be asked, or none was able to answer.
    #[error(
        "the cluster at {address} could not {action}: {reason}; see whether its nodes run and can be reached from here"
    )]
    Unreachable {
        /// Its nodes and the name of the index.
        address: String,
        /// What was tried.
        action: &'static str,
        /// What came instead of an answer.
        reason: String,
    },
    /// A cluster has too much to do.
    #[error("the cluster at {address} could not {action} because it has too much to do: {reason}; try again later")]
    Overloaded {
        /// Its nodes and the name of the index.
        address: String,
        /// What was tried.
        action: &'static str,
        /// What it said.
        reason: String,
    },
    /// A cluster does not let us in, or not do this.
    #[error(
        "the cluster at {address} refused to {action}: {reason}; check DOSSIER_ENGINE_USER, DOSSIER_ENGINE_PASSWORD or \
        DOSSIER_ENGINE_PASSWORD_FILE, and what this user may do there"
    )]
    Denied {
        /// Its nodes and the name of the index.
        address: String,
        /// What was tried.
        action: &'static str,
        /// What it said.
        reason: String,
    },
    /// A cluster did not do what it was asked.
    #[error("the cluster at {address} could not {action}: {reason}")]
    Cluster {
        /// Its nodes and the name of the index.
        address: String,
        /// What was tried.
        action: &'static str,
        /// What it said, or what was waited for.
        reason: String,
    },
    /// The engine's library refused.
    #[error("the search engine failed while it tried to {action}: {reason}")]
    Failed {
        /// What was tried.
        action: &'static str,
        /// What the library said.
        reason: String,
    },
}

/// What to do about what the system said.
fn remedy(source: &std::io::Error) -> &'static str {
    use std::io::ErrorKind;
    /// Too many files open, in the process (EMFILE) or on the machine (ENFILE).
    const HANDLES: [i32; 2] = [24, 23];
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "free some space there, or name another folder with --index; what was live before stays live"
        }
        ErrorKind::ReadOnlyFilesystem => "name a folder that can be written to with --index",
        ErrorKind::PermissionDenied => "check the permissions, or name another folder with --index",
        _ if source.raw_os_error().is_some_and(|code| HANDLES.contains(&code)) => {
            "let the process have more files open (`ulimit -n`), and try again"
        }
        _ => "check the permissions and the free space, or name another folder with --index",
    }
}

impl EngineError {
    /// Files of a generation, or of the index, that are not what was written.
    pub fn damaged(path: &std::path::Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.into(), kept: None }
    }

    /// An article was found a moment ago and is not there to be read.
    pub fn lost(id: &str) -> Self {
        Self::Failed { action: "read an article", reason: format!("there is none with the id `{id}`") }
    }
}

/// Answers questions on one generation, which never changes under it.
pub trait Searcher: Send + Sync {
    /// Finds, counts and cuts snippets. A request within the stated limits never fails for what it asks.
    fn search(&self, request: &crate::model::query::SearchRequest) -> Result<SearchResults, EngineError>;

    /// The articles that `search` gives as hits, in the same order, by their ids alone: for those who ask for a thousand
    /// and show none. An engine that can do so without reading the articles has a way of its own.
    fn rank(&self, request: &crate::model::query::SearchRequest) -> Result<Vec<Ranked>, EngineError> {
        let hits = self.search(request)?.hits.into_iter();
        Ok(hits.map(|hit| Ranked { id: hit.document.id, score: hit.score }).collect())
    }

    /// A table of the articles that a search finds, by two axes. Of the request, the hits and facets mean nothing here.
    ///
    /// * Every filter of the search narrows the table, also those of the axes' own dimensions.
    /// * A cell counts the articles that have its row's value and its column's: as many as the search finds when both
    ///   are *put in the place* of what it chose in these dimensions or dates. The same holds of the count of a row, with the
    ///   columns' filter as it was, and the other way round. None of them is a sum: an article may have several values,
    ///   and counts once under each and under each ancestor.
    /// * So that both are true at once, where a dimension is filtered its lines are the chosen values and those below
    ///   them: an article with such a value passes the choice by having it. A sibling or a parent of a chosen value has
    ///   no line, because putting it in the choice's place would find articles that the table does not count.
    ///   Likewise periods are those that touch the range of dates; put in its place is what period and range have in
    ///   common. An article known by year or month alone counts in every period that it may lie in, as the filter has
    ///   it: three stretches of time of which each two meet have a day in common.
    /// * Of a dimension the values with most articles are kept, so that none stands without those above it; of periods
    ///   the latest. What is left out is counted in the side's `other`.
    /// * Which articles answer a question depends on how many there are, so ask with `lenient` off. Otherwise what a query
    ///   falls back to, a narrower one falls back to as well, as long as it finds one of the same articles: so a count of
    ///   nothing says nothing of its search, which may do with fewer words.
    fn crosstab(
        &self,
        request: &crate::model::query::SearchRequest,
        rows: &AxisRequest,
        columns: &AxisRequest,
    ) -> Result<Crosstab, EngineError>;

    /// One article by its id, with the passages marked that `query` matches, misspelt words as `fuzzy` says.
    fn article(
        &self,
        id: &str,
        query: &crate::model::query::Query,
        fuzzy: crate::model::query::Fuzzy,
    ) -> Result<Option<Article>, EngineError>;

    /// Articles by their ids, in the order of the ids, each with the other prints of its text, for those who take many and
    /// mark nothing. An id that the generation lacks is an error: whoever asks has it from this generation. An engine that can
    /// fetch several at once has a way of its own.
    fn documents(&self, ids: &[String]) -> Result<Vec<(Document, Copies)>, EngineError> {
        let nothing = crate::model::query::Query::Everything;
        let found = |id: &String| {
            let article = self.article(id, &nothing, crate::model::query::Fuzzy::Within(0))?;
            article.map(|article| (article.document, article.copies)).ok_or_else(|| EngineError::lost(id))
        };
        ids.iter().map(found).collect()
    }

    /// What continues a text that is being typed, best first: each finds an article under the filters, and no two fold
    /// alike. Nothing typed gives the commonest names.
    fn suggest(&self, request: &crate::model::query::SuggestRequest) -> Result<Vec<Suggestion>, EngineError>;

    /// The articles most like one, by weighty words and labels in common: at most `size` of them, all that is alike
    /// counted. `None` where there is no such article.
    fn similar(
        &self,
        id: &str,
        filters: &crate::model::query::Filters,
        size: usize,
    ) -> Result<Option<Neighbours>, EngineError>;

    /// What stands in the generation.
    fn stats(&self) -> Result<Stats, EngineError>;

    /// What the run that made the generation reported.
    fn report(&self) -> &IngestReport;

    /// The taxonomy that the generation was made with.
    fn taxonomy(&self) -> &Taxonomy;

    /// The paths of a dimension that articles of the generation may have, `lang` and `source` among the dimensions.
    fn values(&self, dimension: &str) -> Vec<String>;

    /// The generation's name, made from its contents.
    fn generation(&self) -> &str;
}

/// What a writer may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// Build on the live generation where that can be done: only what changed is made anew.
    Changes,
    /// Make everything anew.
    Everything,
    /// Compare only: no right to write is taken, and the first thing that would have to be written is refused with
    /// `EngineError::Behind`. A commit then says that nothing changed.
    Nothing,
}

/// What a writer starts from: what the live generation holds, if it can be built on.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    /// The files and records of the live generation; empty when everything must be read anew.
    pub ledger: Arc<Ledger>,
    /// Groups of copies in the live generation, and articles in them.
    pub copies: (usize, usize),
    /// Why everything must be read anew, for people; `None` when the ledger can be built on.
    pub rebuild_because: Option<String>,
    /// Whether the live generation holds articles, or is too damaged to say: not to be replaced by nothing unasked.
    pub replaces_articles: bool,
}

/// Writes one generation, aside from the live one. Dropped without `commit`, it leaves nothing behind.
pub trait Indexer {
    /// What can be built on.
    fn baseline(&self) -> &Baseline;

    /// Adds articles, each in the place of the one with its id if there is one.
    fn add(&mut self, documents: Vec<Document>) -> Result<(), EngineError>;

    /// Takes an article out.
    fn remove(&mut self, id: &str) -> Result<(), EngineError>;

    /// What is kept to find copies of all articles that the new generation holds so far; `None` when nothing was added
    /// or taken out, so that the groups are what they were.
    fn imprints(&mut self) -> Result<Option<Vec<Imprint>>, EngineError>;

    /// Sets the groups of copies: ids by date, then id. Without it they stay those of the live generation.
    fn group(&mut self, groups: Vec<Vec<String>>);

    /// Makes the new generation live, all at once, and gives its name. When nothing changed, nothing is written.
    fn commit(self: Box<Self>, ledger: Ledger, report: &IngestReport) -> Result<Committed, EngineError>;
}

/// What a commit did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Name of the live generation.
    pub generation: String,
    /// Whether it is a new one.
    pub changed: bool,
}

/// An index to search and to write, whichever engine keeps it. The server holds this and cannot name an engine.
pub trait Engines: Send + Sync {
    /// The searcher of the live generation as last opened.
    fn searcher(&self) -> Result<Arc<dyn Searcher>, EngineError>;

    /// Opens the live generation anew if it changed; gives whether it did. The new one answers once `ready` has returned, so
    /// that no question waits for what only the first one needs; the old one answers until then. Waits for a reopening that
    /// is under way.
    fn reopen(&self, ready: &dyn Fn(&dyn Searcher)) -> Result<bool, EngineError>;

    /// Whether a question could be answered now; the reason where not. Asked often, by whoever sends questions here or
    /// elsewhere: short and cheap, and no older than a second or two where it is kept.
    fn ready(&self) -> Result<(), EngineError> {
        self.searcher().map(drop)
    }

    /// Begins the next generation. `pipeline` is the fingerprint of what makes documents of files.
    fn indexer(&self, taxonomy: Taxonomy, pipeline: &str, writing: Writing) -> Result<Box<dyn Indexer>, EngineError>;
}
