//! What can be typed behind `dossier batch`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::{FilterFlags, MatchFlags};

/// `dossier batch`.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:\n  \
        dossier batch names.txt --format csv                    a row a name: articles, first and last date, commonest actor\n  \
        dossier batch names.txt --from 2024 --region Gwadar     the same under filters\n  \
        printf '%s\\n' gwadar karachi | dossier batch - --format json",
    after_help = "One query a line, in the query language. Blank lines, and lines that are `#` or begin with `# `, are left out.\n\
        A line that is no query (not UTF-8, too long, nothing but signs) gets a row that says so, and the rest goes on.\n\
        Exit code 1: there is no query. Exit code 3: lines were refused."
)]
pub struct BatchCommand {
    /// File of queries; `-` for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Filters.
    #[command(flatten)]
    pub filters: FilterFlags,
    /// How words match.
    #[command(flatten)]
    pub matching: MatchFlags,
    /// Form of the output
    #[arg(long, env = "DOSSIER_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub format: BatchFormat,
}

/// Form of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BatchFormat {
    /// For people.
    Text,
    /// One JSON object with a row a line.
    Json,
    /// A table for spreadsheets.
    Csv,
}
