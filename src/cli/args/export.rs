//! What can be typed behind `dossier export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::{FilterFlags, MatchFlags};
use crate::render::export::ExportForm;
use crate::render::public_url::PublicUrl;

/// `dossier export`.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:\n  \
        dossier export --format csv --output all.csv                        everything, for a spreadsheet\n  \
        dossier export ransomware --threat cyber --format bibtex --output cyber.bib\n  \
        dossier export --from 2015 --to 2024 --format jsonl --manifest all.json | gzip >all.jsonl.gz",
    after_help = "All hits are written, whatever their number, in the order of a search: csv a row an article, jsonl whole articles\n\
        with text and labels, bibtex, ris and csl-json citations. The manifest says what was asked, of which generation,\n\
        how many articles came, and the SHA-256 of the export. A file takes its name only when it is whole.\n\
        Exit code 1: nothing found (the export is empty). Exit code 2: what was written is not whole."
)]
pub struct ExportCommand {
    /// What to look for; nothing exports all articles, newest first
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Filters.
    #[command(flatten)]
    pub filters: FilterFlags,
    /// Order: relevance, newest or oldest
    #[arg(long, env = "DOSSIER_SORT", value_name = "ORDER")]
    pub sort: Option<String>,
    /// How words match.
    #[command(flatten)]
    pub matching: MatchFlags,
    /// Whether of the copies of one text one is exported, or each
    #[arg(long, env = "DOSSIER_COLLAPSE", value_name = "on|off")]
    pub collapse: Option<String>,
    /// Newer articles first among equals: half as much for every so many days before the newest article
    #[arg(long, env = "DOSSIER_RECENCY", value_name = "DAYS")]
    pub recency: Option<String>,
    /// Day of access that citations name
    #[arg(long, env = "DOSSIER_ACCESSED", value_name = "DATE")]
    pub accessed: Option<String>,
    /// Where readers reach the pages of articles, for citations
    #[arg(long, env = "DOSSIER_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,
    /// Form of the export
    #[arg(long, env = "DOSSIER_FORMAT", value_name = "FORMAT")]
    pub format: ExportFormat,
    /// File to write, with its manifest beside it as FILE.manifest.json; without it standard output
    #[arg(long, env = "DOSSIER_OUTPUT", value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// File for the manifest
    #[arg(long, env = "DOSSIER_MANIFEST", value_name = "FILE")]
    pub manifest: Option<PathBuf>,
}

/// Form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// A row an article, for spreadsheets.
    Csv,
    /// A JSON object an article, with its text.
    Jsonl,
    /// Citations for LaTeX and reference managers.
    Bibtex,
    /// Citations for reference managers.
    Ris,
    /// Citations for pandoc, Zotero and citeproc.
    CslJson,
}

impl ExportFormat {
    /// The form that it names.
    pub fn form(self) -> ExportForm {
        match self {
            Self::Csv => ExportForm::Csv,
            Self::Jsonl => ExportForm::Jsonl,
            Self::Bibtex => ExportForm::Bibtex,
            Self::Ris => ExportForm::Ris,
            Self::CslJson => ExportForm::CslJson,
        }
    }
}
