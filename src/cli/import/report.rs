//! What an import did, for people and for scripts, with the next step.

use std::path::Path;

use serde::Serialize;

use crate::cli::import::folder::{Folder, resolved};
use crate::model::date::PartialDate;
use crate::model::document::{DateSource, Document, Place};
use crate::model::report::{Quarantined, Warning};

/// Drafts and problems listed for people; JSON has them all.
const LISTED_MAX: usize = 50;

/// What became of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// It is new.
    Written,
    /// It was untouched, and its original or its reading changed.
    Updated,
    /// A person changed it, so it stays as it is.
    Kept,
    /// It already says what would be written.
    Unchanged,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Updated => "updated",
            Self::Kept => "kept",
            Self::Unchanged => "unchanged",
        }
    }
}

/// An article and its draft.
#[derive(Debug, Serialize)]
pub(super) struct Imported {
    state: State,
    /// The draft.
    draft: String,
    /// The original, with the line of a record.
    from: String,
    id: String,
    title: String,
    date: Option<PartialDate>,
    date_source: Option<DateSource>,
    lang: String,
    /// Tags by dimension.
    labels: serde_json::Map<String, serde_json::Value>,
    /// What should be looked at.
    pub(super) notes: Vec<String>,
}

impl Imported {
    pub(super) fn new(state: State, draft: String, from: &Place, document: &Document, notes: Vec<String>) -> Self {
        let labels = document.labels.keys().map(|dimension| {
            let tags: Vec<&str> = document.tags(dimension).collect();
            (dimension.clone(), tags.into())
        });
        Self {
            state,
            draft,
            from: from.to_string(),
            id: document.id.clone(),
            title: document.title.clone(),
            date: document.date,
            date_source: document.date_source,
            lang: document.lang.clone(),
            labels: labels.collect(),
            notes,
        }
    }
}

/// What an import did.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) imported: Vec<Imported>,
    pub(super) quarantined: Vec<Quarantined>,
    warnings: Vec<Warning>,
    page_parts: usize,
    dry_run: bool,
    folder: String,
    /// What to do next.
    next: Vec<String>,
}

impl Report {
    pub(super) fn new(quarantined: Vec<Quarantined>, warnings: Vec<Warning>, page_parts: usize) -> Self {
        Self { quarantined, warnings, page_parts, ..Self::default() }
    }

    /// Puts the report in order and says what comes next.
    pub(super) fn finish(&mut self, dry_run: bool, folder: &Folder, corpus: &Path, originals_inside: usize) {
        self.quarantined.sort();
        self.warnings.sort();
        self.dry_run = dry_run;
        self.folder = folder.shown("").trim_end_matches('/').to_owned();
        if dry_run {
            self.next.push("dry run: nothing was written".to_owned());
            return;
        }
        if originals_inside > 0 {
            self.next.push(format!(
                "note: {} in the corpus folder and would be indexed beside the drafts; move them out of {}",
                many(originals_inside, "of the originals lies", "of the originals lie"),
                corpus.display()
            ));
        }
        if self.imported.is_empty() {
            return;
        }
        let inside = resolved(corpus).is_ok_and(|corpus| folder.root().starts_with(corpus));
        let of = if inside { String::new() } else { format!(" --corpus {}", self.folder) };
        self.next.push(format!(
            "next: read the drafts in {}, correct them, then `dossier check{of}` and `dossier index{of}`",
            self.folder
        ));
    }

    fn count(&self, state: State) -> usize {
        self.imported.iter().filter(|imported| imported.state == state).count()
    }

    fn undated(&self) -> usize {
        self.imported.iter().filter(|imported| imported.date.is_none()).count()
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "to": self.folder,
            "dry_run": self.dry_run,
            "counts": {
                "written": self.count(State::Written),
                "updated": self.count(State::Updated),
                "kept": self.count(State::Kept),
                "unchanged": self.count(State::Unchanged),
                "quarantined": self.quarantined.len(),
                "undated": self.undated(),
                "page_parts": self.page_parts,
            },
            "drafts": self.imported,
            "quarantined": self.quarantined,
            "warnings": self.warnings,
        })
    }

    pub(super) fn text(&self) -> String {
        let mut lines = Vec::new();
        let told: Vec<&Imported> = self.imported.iter().filter(|imported| imported.state != State::Unchanged).collect();
        for imported in told.iter().take(LISTED_MAX) {
            let edited = if imported.state == State::Kept { ", edited by hand" } else { "" };
            lines.push(format!("{}{edited}: {} (from {})", imported.state.name(), imported.draft, imported.from));
            if imported.state == State::Kept {
                continue;
            }
            if imported.date.is_none() {
                lines.push("    no date was found".to_owned());
            }
            lines.extend(imported.notes.iter().map(|note| format!("    {note}")));
        }
        if told.len() > LISTED_MAX {
            lines.push(format!("... and {} more (--format json lists all)", told.len() - LISTED_MAX));
        }
        lines.extend(self.warnings.iter().map(|warning| format!("warning: {}: {}", warning.place, warning.message)));
        for entry in self.quarantined.iter().take(LISTED_MAX) {
            lines.push(format!("quarantined: {}: {}", entry.place, entry.reason));
        }
        if self.quarantined.len() > LISTED_MAX {
            let more = self.quarantined.len() - LISTED_MAX;
            lines.push(format!("... and {more} more in quarantine (--format json lists all)"));
        }
        if self.page_parts > 0 {
            lines.push(format!("{} of saved pages left aside", many(self.page_parts, "part", "parts")));
        }
        lines.push(format!(
            "{}: {} written, {} updated, {} kept as edited by hand, {} unchanged; {} undated; {} in quarantine",
            many(self.imported.len(), "article", "articles"),
            self.count(State::Written),
            self.count(State::Updated),
            self.count(State::Kept),
            self.count(State::Unchanged),
            self.undated(),
            self.quarantined.len()
        ));
        lines.extend(self.next.iter().cloned());
        lines.join("\n")
    }
}

/// A number with its noun.
fn many(number: usize, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}
