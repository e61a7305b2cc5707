//! What can be typed behind `dossier evaluate`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::ReportFormat;
use crate::model::PAGE_DEPTH_MAX;

/// What says how to search, and so means nothing where a run is judged.
const SEARCHING: [&str; 6] = ["run", "depth", "match_mode", "variants", "fuzzy", "collapse"];

/// `dossier evaluate`.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:\n  \
        dossier evaluate --queries queries.tsv --judgments judgments.qrels                   search and measure\n  \
        dossier evaluate --queries queries.tsv --judgments judgments.qrels --run ours.run    and keep what was found\n  \
        dossier evaluate --judge ours.run --judgments judgments.qrels --compare theirs.run   two runs, without an index",
    after_help = "Queries are lines `id TAB text`, judgments TREC's qrels (`query 0 article grade`), runs TREC's\n\
        (`query Q0 article rank score tag`). A query is searched as plain words: no operator in it is read.\n\
        Means are over the judged queries of the file; one that finds nothing, or of which nothing is relevant, counts 0."
)]
pub struct EvaluateCommand {
    /// File of the queries; with --judge it only chooses among those judged
    #[arg(long, env = "DOSSIER_QUERIES", value_name = "FILE", required_unless_present = "judge")]
    pub queries: Option<PathBuf>,
    /// File of the judgments; a grade above 0 is relevant
    #[arg(long, env = "DOSSIER_JUDGMENTS", value_name = "FILE")]
    pub judgments: PathBuf,
    /// Write what was found to this file
    #[arg(long, env = "DOSSIER_RUN", value_name = "FILE")]
    pub run: Option<PathBuf>,
    /// Measure this run of any system instead of searching; needs no index
    #[arg(long, env = "DOSSIER_JUDGE", value_name = "FILE", conflicts_with_all = SEARCHING)]
    pub judge: Option<PathBuf>,
    /// Compare with this run, query by query, and test the differences
    #[arg(long, env = "DOSSIER_COMPARE", value_name = "FILE")]
    pub compare: Option<PathBuf>,
    /// Articles to find for each query, 10000 at most
    #[arg(
        long,
        env = "DOSSIER_DEPTH",
        value_name = "N",
        default_value = "1000",
        value_parser = clap::value_parser!(u64).range(1..=PAGE_DEPTH_MAX as u64)
    )]
    pub depth: u64,
    /// Whether all words must match, or any
    #[arg(long = "match", env = "DOSSIER_MATCH", value_name = "all|any", default_value = "any")]
    pub match_mode: String,
    /// Whether a name (BLA) also finds the other names of what it names
    #[arg(long, env = "DOSSIER_VARIANTS", value_name = "on|off", default_value = "on")]
    pub variants: String,
    /// How far words may be misspelt, as for `dossier search`
    #[arg(long, env = "DOSSIER_FUZZY", value_name = "auto|0|1|2", default_value = "auto")]
    pub fuzzy: String,
    /// Whether the copies of one text are one hit, or each a hit of its own
    #[arg(long, env = "DOSSIER_COLLAPSE", value_name = "on|off", default_value = "off")]
    pub collapse: String,
    /// Also print the figures of every query
    #[arg(long, env = "DOSSIER_PER_QUERY", value_parser = clap::builder::FalseyValueParser::new())]
    pub per_query: bool,
    /// Form of the output
    #[arg(long, env = "DOSSIER_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub format: ReportFormat,
}
