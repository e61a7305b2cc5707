//! What can be typed: commands, flags, their help and their environment variables. Reading a flag does nothing.

pub mod batch;
pub mod evaluate;
pub mod export;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::cli::args::batch::BatchCommand;
use crate::cli::args::evaluate::EvaluateCommand;
use crate::cli::args::export::ExportCommand;
use crate::cli::output;
use crate::engine::embedded::schema::SCHEMA_VERSION;
use crate::engine::opensearch::mapping::Layout;
use crate::ingest::lint::Kind;
use crate::model::date::PartialDate;
use crate::render::public_url::PublicUrl;
use crate::server::{LogSettings, Network, Origin};
use crate::settings::Settings;

/// Most parts of an index on a cluster: what OpenSearch allows one index.
const SHARDS_MAX: i64 = 1024;
/// Most further copies of each: more than any cluster has nodes for.
const REPLICAS_MAX: i64 = 100;

/// The version of the program, and that of the indexes that it writes and reads.
fn version() -> String {
    format!("{} (index format {SCHEMA_VERSION})", env!("CARGO_PKG_VERSION"))
}

/// Full-text search for a curated corpus of articles.
#[derive(Debug, Parser)]
#[command(
    name = "dossier",
    version = version(),
    about,
    before_help = "Examples:\n  \
        dossier index                                   read ./corpus into ./index\n  \
        dossier search ransomware port                  both words, best first\n  \
        dossier search '\"Majeed Brigade\"' --region Gwadar --from 2023\n  \
        dossier show att-2024-besham                    one article\n  \
        dossier serve                                   the search page on http://127.0.0.1:7171/",
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub struct Arguments {
    /// Flags of every command.
    #[command(flatten)]
    pub common: Common,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Debug, Args)]
pub struct Common {
    /// Folder of the articles
    #[arg(
        long,
        global = true,
        help_heading = "Everywhere",
        env = "DOSSIER_CORPUS",
        value_name = "DIR",
        default_value = "corpus"
    )]
    pub corpus: PathBuf,
    /// Folder of the index
    #[arg(
        long,
        global = true,
        help_heading = "Everywhere",
        env = "DOSSIER_INDEX",
        value_name = "DIR",
        default_value = "index"
    )]
    pub index: PathBuf,
    /// Cluster of OpenSearch that keeps the index instead of a folder, as `https://HOST:9200[,HOST:9200]/NAME`; name, password and
    /// certificates by DOSSIER_ENGINE_USER, DOSSIER_ENGINE_PASSWORD_FILE (or _PASSWORD) and DOSSIER_ENGINE_CA_FILE
    #[arg(long, global = true, help_heading = "Everywhere", env = "DOSSIER_ENGINE", value_name = "URL")]
    pub engine: Option<String>,
    /// How the two places for an index were given.
    #[arg(skip)]
    pub given: Places,
    /// Least important messages that are logged to standard error
    #[arg(
        long,
        global = true,
        help_heading = "Everywhere",
        env = "DOSSIER_LOG",
        value_name = "LEVEL",
        default_value = "warn"
    )]
    pub log: LogLevel,
    /// Form of the log
    #[arg(
        long,
        global = true,
        help_heading = "Everywhere",
        env = "DOSSIER_LOG_FORMAT",
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub log_format: LogFormat,
    /// Colour in the output; `auto` is on a terminal, unless NO_COLOR is set
    #[arg(
        long,
        global = true,
        help_heading = "Everywhere",
        env = "DOSSIER_COLOR",
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub color: ColorChoice,
}

/// How a new generation is spread over a cluster.
#[derive(Debug, Clone, Copy, Args)]
pub struct LayoutFlags {
    /// Parts that a new generation is cut into, on the cluster of --engine (an incremental run keeps those of the live one)
    #[arg(long, env = "DOSSIER_ENGINE_SHARDS", value_name = "N", default_value_t = Layout::default().shards,
        value_parser = clap::value_parser!(u32).range(1..=SHARDS_MAX))]
    pub engine_shards: u32,
    /// Further copies of each part, on the cluster of --engine; 0 survives the loss of no node
    #[arg(long, env = "DOSSIER_ENGINE_REPLICAS", value_name = "N", default_value_t = Layout::default().replicas,
        value_parser = clap::value_parser!(u32).range(0..=REPLICAS_MAX))]
    pub engine_replicas: u32,
}

impl LayoutFlags {
    /// As the engine has it.
    pub fn layout(self) -> Layout {
        Layout { shards: self.engine_shards, replicas: self.engine_replicas }
    }
}

/// How something was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Given {
    /// By nobody.
    #[default]
    Not,
    /// By a variable of the environment.
    Environment,
    /// By a flag.
    Flag,
}

/// How the two places for an index were given: of a folder and a cluster, only one is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Places {
    /// The folder.
    pub index: Given,
    /// The cluster.
    pub engine: Given,
}

impl Arguments {
    /// Reads what was typed; the first argument is the program's name.
    pub fn read(typed: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let found = Self::command().try_get_matches_from(typed)?;
        let mut arguments = Self::from_arg_matches(&found)?;
        // A flag of every command is known to the command that it stood behind.
        let known = found.subcommand().map_or(&found, |(_, found)| found);
        let given = |name: &str| match known.value_source(name) {
            Some(ValueSource::CommandLine) => Given::Flag,
            Some(ValueSource::EnvVariable) => Given::Environment,
            _ => Given::Not,
        };
        arguments.common.given = Places { index: given("index"), engine: given("engine") };
        // A variable that is left empty says that there is none.
        arguments.common.engine = arguments.common.engine.filter(|address| !address.is_empty());
        Ok(arguments)
    }
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// Failures.
    Error,
    /// And what should be looked at.
    Warn,
    /// And what happens.
    Info,
    /// And how.
    Debug,
    /// And everything.
    Trace,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Common {
    /// The folders of the run with the taxonomy that was asked for.
    pub fn settings(&self, taxonomy: Option<&PathBuf>) -> Settings {
        Settings { corpus: self.corpus.clone(), index: self.index.clone(), taxonomy: taxonomy.cloned() }
    }

    /// Starts logging to standard error. A panic is a line of the log like any other.
    pub fn start_log(&self) {
        use tracing_subscriber::filter::LevelFilter;
        let level = match self.log {
            LogLevel::Off => LevelFilter::OFF,
            LogLevel::Error => LevelFilter::ERROR,
            LogLevel::Warn => LevelFilter::WARN,
            LogLevel::Info => LevelFilter::INFO,
            LogLevel::Debug => LevelFilter::DEBUG,
            LogLevel::Trace => LevelFilter::TRACE,
        };
        // Our own messages only: what libraries log at these levels is not for operators.
        let filter = tracing_subscriber::EnvFilter::new(format!("dossier={level}"));
        let log = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(output::colours(self.color, &std::io::stderr()));
        // A second start in one process (tests) keeps the first log.
        let started = match self.log_format {
            LogFormat::Text => log.with_target(false).try_init(),
            LogFormat::Json => log.json().flatten_event(true).with_span_list(false).try_init(),
        };
        if started.is_ok() && self.log != LogLevel::Off {
            std::panic::set_hook(Box::new(output::log_panic));
        }
        output::complain_in_the_log(self.log_format == LogFormat::Json);
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read the corpus and bring the index up to date
    Index(IndexCommand),
    /// Search the articles
    Search(SearchCommand),
    /// Show one article
    Show(ShowCommand),
    /// Find articles like one
    Similar(SimilarCommand),
    /// Suggest what to search for: names, phrases and titles that continue what is typed
    Suggest(SuggestCommand),
    /// Count the articles by region, actor, threat, ...
    Facets(FacetsCommand),
    /// Search for every line of a file: a row a query
    Batch(BatchCommand),
    /// Write all hits of a search to a file, as a table, whole articles or citations
    Export(ExportCommand),
    /// Make a draft for the corpus of every article in files and folders
    Import(ImportCommand),
    /// Look for mistakes in the corpus: dates, ids, labels, copies
    Check(CheckCommand),
    /// Measure the ranking on queries with known relevant articles (TREC's formats)
    Evaluate(EvaluateCommand),
    /// Serve the search page and the HTTP API
    Serve(ServeCommand),
    /// Make the generation before the present one live again
    Rollback(RollbackCommand),
    /// Say what stands in the index
    Status(StatusCommand),
    /// Print the completions of a shell
    Completions(CompletionsCommand),
    /// Print the manual page
    Man,
    /// Read one file from standard input and print what was found; `dossier index` starts this for PDFs and large pages
    #[command(hide = true)]
    ReadFile(ReadFileCommand),
}

/// `dossier index`.
#[derive(Debug, Args)]
#[command(
    after_help = "Only files that changed are read and analysed. The old index answers until the new one is whole.\n\
        Exit code 3: done, but files stand in quarantine (they are listed).\n\
        With --if-needed the exit code is 0, and nothing is listed, where there is nothing to be done.\n\
        A watch ends with 0, with 130 when it was stopped during a run, and with 2 when its first run fails."
)]
pub struct IndexCommand {
    /// Taxonomy file instead of the corpus' taxonomy.toml; `none` for no labels
    #[arg(long, env = "DOSSIER_TAXONOMY", value_name = "FILE")]
    pub taxonomy: Option<PathBuf>,
    /// Read and analyse everything anew
    #[arg(long, env = "DOSSIER_FULL", value_parser = clap::builder::FalseyValueParser::new())]
    pub full: bool,
    /// For timers and the start of containers: do nothing, and need no right to write, where the index is up to date or
    /// another process is bringing it so
    #[arg(long, env = "DOSSIER_IF_NEEDED", value_parser = clap::builder::FalseyValueParser::new(),
        conflicts_with_all = ["full", "dry_run"])]
    pub if_needed: bool,
    /// Go on: a run after each change of the corpus or the taxonomy, until Ctrl-C or SIGTERM
    #[arg(long, env = "DOSSIER_WATCH", value_parser = clap::builder::FalseyValueParser::new(),
        conflicts_with_all = ["if_needed", "dry_run"])]
    pub watch: bool,
    /// Let a corpus without articles empty the index; otherwise such a corpus is taken for one whose disk is not mounted
    #[arg(long, env = "DOSSIER_ALLOW_EMPTY", value_parser = clap::builder::FalseyValueParser::new())]
    pub allow_empty: bool,
    /// Read everything and report, but write nothing
    #[arg(long, env = "DOSSIER_DRY_RUN", value_parser = clap::builder::FalseyValueParser::new())]
    pub dry_run: bool,
    /// How a new generation is spread over a cluster.
    #[command(flatten)]
    pub layout: LayoutFlags,
    /// Form of the report
    #[arg(long, env = "DOSSIER_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub format: ReportFormat,
}

/// Form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// `dossier search`.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:\n  \
        dossier search who protects Chinese engineers\n  \
        dossier search '\"inner posts\" OR checkpoint' --from 2025 --sort newest\n  \
        dossier search --threat cyber --not lang=en --format json\n  \
        dossier search -- -karachi attack               a query that starts with a minus follows --",
    after_help = "Query language: words; \"a phrase\"; AND OR NOT, -word, ( ); prefix*; word~1; \"a b\"~5; a SAME b;\n\
        =Exact; title:word; date:2024-01..2024-06; region:Gwadar. All words must match; if no article has them all,\n\
        those with most are shown and the missing words named.\n\
        Exit code 1: nothing found."
)]
pub struct SearchCommand {
    /// What to look for; nothing lists all articles, newest first
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Filters.
    #[command(flatten)]
    pub filters: FilterFlags,
    /// Order: relevance, newest or oldest
    #[arg(long, env = "DOSSIER_SORT", value_name = "ORDER")]
    pub sort: Option<String>,
    /// Hits on a page
    #[arg(long, env = "DOSSIER_SIZE", value_name = "N")]
    pub size: Option<String>,
    /// Page, from 1
    #[arg(long, env = "DOSSIER_PAGE", value_name = "N")]
    pub page: Option<String>,
    /// How words match.
    #[command(flatten)]
    pub matching: MatchFlags,
    /// Whether the copies of one text are one hit, or each a hit of its own
    #[arg(long, env = "DOSSIER_COLLAPSE", value_name = "on|off")]
    pub collapse: Option<String>,
    /// Newer articles first among equals: half as much for every so many days before the newest article
    #[arg(long, env = "DOSSIER_RECENCY", value_name = "DAYS")]
    pub recency: Option<String>,
    /// Say what each score is made of
    #[arg(long, env = "DOSSIER_EXPLAIN")]
    pub explain: bool,
    /// Width of the bars of the date histogram: year, month or day
    #[arg(long, env = "DOSSIER_INTERVAL", value_name = "WIDTH")]
    pub interval: Option<String>,
    /// Form of the output
    #[arg(long, env = "DOSSIER_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub format: SearchFormat,
}

/// How words match, the same for every command that takes queries.
#[derive(Debug, Args, Default)]
pub struct MatchFlags {
    /// Whether all words must match, or any
    #[arg(long = "match", env = "DOSSIER_MATCH", value_name = "all|any")]
    pub match_mode: Option<String>,
    /// Whether a name (BLA) also finds the other names of what it names
    #[arg(long, env = "DOSSIER_VARIANTS", value_name = "on|off")]
    pub variants: Option<String>,
    /// A name that is not to stand for another; may be given several times
    #[arg(long, env = "DOSSIER_NO_VARIANT", value_name = "NAME")]
    pub no_variant: Vec<String>,
    /// How far words may be misspelt: `auto` mends words that no article has, 1 and 2 let every word differ by so many letters
    #[arg(long, env = "DOSSIER_FUZZY", value_name = "auto|0|1|2")]
    pub fuzzy: Option<String>,
}

impl MatchFlags {
    /// The flags as the pairs that an address would have.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let single = [("match", &self.match_mode), ("variants", &self.variants), ("fuzzy", &self.fuzzy)];
        let mut pairs: Vec<_> = single
            .into_iter()
            .flat_map(|(name, value)| value.iter().map(move |value| (name.to_owned(), value.clone())))
            .collect();
        pairs.extend(self.no_variant.iter().map(|name| ("no_variant".to_owned(), name.clone())));
        pairs
    }
}

/// Form of search results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SearchFormat {
    /// For people.
    Text,
    /// One JSON object, as the API gives it.
    Json,
    /// A JSON object a hit.
    Jsonl,
    /// A row a hit.
    Csv,
    /// An id a line.
    Ids,
}

/// Filters, the same for every command that searches.
#[derive(Debug, Args, Default)]
pub struct FilterFlags {
    /// Region: a full path, its last part, another name, or a code; `_none` for articles without one
    #[arg(long, help_heading = "Filters", env = "DOSSIER_REGION", value_name = "PLACE")]
    pub region: Vec<String>,
    /// Actor
    #[arg(long, help_heading = "Filters", env = "DOSSIER_ACTOR", value_name = "NAME")]
    pub actor: Vec<String>,
    /// Threat type
    #[arg(long, help_heading = "Filters", env = "DOSSIER_THREAT", value_name = "TYPE")]
    pub threat: Vec<String>,
    /// Any dimension of the taxonomy
    #[arg(long, help_heading = "Filters", env = "DOSSIER_FILTER", value_name = "DIMENSION=VALUE")]
    pub filter: Vec<String>,
    /// Leave out a value of any dimension
    #[arg(long, help_heading = "Filters", env = "DOSSIER_NOT", value_name = "DIMENSION=VALUE")]
    pub not: Vec<String>,
    /// Language code
    #[arg(long, help_heading = "Filters", env = "DOSSIER_LANG", value_name = "CODE")]
    pub lang: Vec<String>,
    /// Publisher
    #[arg(long, help_heading = "Filters", env = "DOSSIER_SOURCE", value_name = "NAME")]
    pub source: Vec<String>,
    /// From this day, month or year (2024, 2024-03, 2024-03-26), inclusive
    #[arg(long, help_heading = "Filters", env = "DOSSIER_FROM", value_name = "DATE")]
    pub from: Option<String>,
    /// To this day, month or year, inclusive
    #[arg(long, help_heading = "Filters", env = "DOSSIER_TO", value_name = "DATE")]
    pub to: Option<String>,
    /// With a date range: the undated too; alone: only the undated
    #[arg(long, help_heading = "Filters", env = "DOSSIER_UNDATED", value_parser = clap::builder::FalseyValueParser::new())]
    pub undated: bool,
}

impl FilterFlags {
    /// The flags as the pairs that an address would have; an error for a filter without `=`.
    pub fn pairs(&self) -> anyhow::Result<Vec<(String, String)>> {
        let mut pairs = Vec::new();
        let lists = [
            ("region", &self.region),
            ("actor", &self.actor),
            ("threat", &self.threat),
            ("lang", &self.lang),
            ("source", &self.source),
        ];
        for (name, values) in lists {
            pairs.extend(values.iter().map(|value| (name.to_owned(), value.clone())));
        }
        for (flag, prefix, values) in [("--filter", "", &self.filter), ("--not", "not.", &self.not)] {
            for value in values {
                let Some((dimension, value)) = value.split_once('=') else {
                    anyhow::bail!("{flag} `{value}` has no `=`; write {flag} DIMENSION=VALUE, such as {flag} lang=ur");
                };
                if crate::search::parameters::is_reserved(dimension) {
                    anyhow::bail!("{flag} takes a dimension, and `{dimension}` is none; see `dossier facets`");
                }
                pairs.push((format!("{prefix}{dimension}"), value.to_owned()));
            }
        }
        for (name, value) in [("from", &self.from), ("to", &self.to)] {
            pairs.extend(value.iter().map(|value| (name.to_owned(), value.clone())));
        }
        if self.undated {
            pairs.push(("undated".into(), "true".into()));
        }
        Ok(pairs)
    }
}

/// `dossier show`.
#[derive(Debug, Args)]
#[command(after_help = "Exit code 1: there is no such article.")]
pub struct ShowCommand {
    /// The article's id, as `dossier search --format ids` gives it
    #[arg(value_name = "ID")]
    pub id: String,
    /// Mark what this query matches
    #[arg(long, env = "DOSSIER_HIGHLIGHT", value_name = "QUERY", default_value = "", hide_default_value = true)]
    pub highlight: String,
    /// Day of access that a citation names
    #[arg(long, env = "DOSSIER_ACCESSED", value_name = "DATE")]
    pub accessed: Option<PartialDate>,
    /// Where readers reach the pages of articles, for citations
    #[arg(long, env = "DOSSIER_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,
    /// Form of the output
    #[arg(long, env = "DOSSIER_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub format: ShowFormat,
}

/// Form of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShowFormat {
    /// For people.
    Text,
    /// One JSON object, as the API gives it.
    Json,
    /// A file for the corpus: front matter and text.
    Markdown,
    /// How to cite it, as BibTeX.
    Bibtex,
    /// How to cite it, as RIS.
    Ris,
    /// How to cite it, as CSL-JSON.
    CslJson,
}

/// `dossier similar`.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:\n  \
        dossier similar att-2024-besham                 articles like it, best first, each with what it shares\n  \
        dossier similar att-2024-besham --lang zh       those in Chinese\n  \
        dossier similar att-2024-besham --from 2025 --format ids",
    after_help = "Alike are articles with weighty words or labels in common; labels reach across languages. The copies of\n\
        the article itself are left out.\n\
        Exit code 1: no article is alike, or there is no such article."
)]
pub struct SimilarCommand {
    /// Id of the article
    #[arg(value_name = "ID")]
    pub id: String,
    /// Filters.
    #[command(flatten)]
    pub filters: FilterFlags,
    /// Most articles
    #[arg(long, env = "DOSSIER_SIZE", value_name = "N")]
    pub size: Option<String>,
    /// Form of the output
    #[arg(long, env = "DOSSIER_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub format: SearchFormat,
}

/// `dossier suggest`.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:\n  \
        dossier suggest gwad                            names, phrases, words and titles with a word that begins so\n  \
        dossier suggest deep sea po                     the last word may go on, those before it are whole\n  \
        dossier suggest --region Gwadar                 the commonest names of articles on Gwadar",
    after_help = "A typo is looked for from four letters on, and only where there is little without one."
)]
pub struct SuggestCommand {
    /// What is typed so far; nothing gives the commonest names
    #[arg(value_name = "PREFIX")]
    pub prefix: Vec<String>,
    /// Filters.
    #[command(flatten)]
    pub filters: FilterFlags,
    /// Most suggestions, at most 50
    #[arg(long, env = "DOSSIER_SIZE", value_name = "N")]
    pub size: Option<String>,
    /// Form of the output
    #[arg(long, env = "DOSSIER_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub format: ReportFormat,
}

/// `dossier facets`.
#[derive(Debug, Args)]
#[command(before_help = "Examples:\n  \
        dossier facets                                  all dimensions\n  \
        dossier facets actor --query ransomware         actors in articles on ransomware\n  \
        dossier facets region --facet-query gwa         values that a name with `gwa` leads to")]
pub struct FacetsCommand {
    /// The dimension; without one all are counted
    #[arg(value_name = "DIMENSION")]
    pub dimension: Option<String>,
    /// Count the articles that this query finds
    #[arg(long, env = "DOSSIER_QUERY", value_name = "QUERY", default_value = "", hide_default_value = true)]
    pub query: String,
    /// Filters.
    #[command(flatten)]
    pub filters: FilterFlags,
    /// Only values one of whose names holds this text
    #[arg(long, env = "DOSSIER_FACET_QUERY", value_name = "TEXT")]
    pub facet_query: Option<String>,
    /// Most values at each level
    #[arg(long, env = "DOSSIER_FACET_SIZE", value_name = "N")]
    pub facet_size: Option<String>,
    /// Form of the output
    #[arg(long, env = "DOSSIER_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub format: ReportFormat,
}

/// `dossier import`.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:\n  \
        dossier import ~/saved-pages --to corpus/articles           a draft for every page\n  \
        dossier import page.html notes.txt --to corpus/articles     for two files\n  \
        dossier import records.jsonl --to drafts --dry-run          what would be written",
    after_help = "A draft is Markdown with the labels that were found and the words that led to them, for you to correct.\n\
        A draft that you changed is never written over, nor any other file. Then: dossier check, dossier index.\n\
        Exit code 3: done, but some files or records are no articles (they are listed)."
)]
pub struct ImportCommand {
    /// Files and folders to read; a folder is read with all below it
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Folder for the drafts, made if there is none; best one inside the corpus
    #[arg(long, env = "DOSSIER_TO", value_name = "DIR")]
    pub to: PathBuf,
    /// Taxonomy file instead of the corpus' taxonomy.toml; `none` for no labels
    #[arg(long, env = "DOSSIER_TAXONOMY", value_name = "FILE")]
    pub taxonomy: Option<PathBuf>,
    /// Report what would be done, but write nothing
    #[arg(long, env = "DOSSIER_DRY_RUN", value_parser = clap::builder::FalseyValueParser::new())]
    pub dry_run: bool,
    /// Form of the report
    #[arg(long, env = "DOSSIER_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub format: ReportFormat,
}

/// `dossier check`.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:\n  \
        dossier check                                   every finding with file and line, then how many of each kind\n  \
        dossier check --only missing-date               one kind\n  \
        dossier check --except near-copy --format json  for scripts\n  \
        dossier check --parity queries.txt --engine URL the same questions on two engines",
    after_help = "Reads the whole corpus and writes nothing. What you mean as it stands is said in the article:\n\
        `undated: true`, `reviewed: [region, date, lang, source, copy]` or `reviewed: true` (corpus/README.md).\n\
        Exit code 1: there are findings; notes do not count.\n\n\
        A line of --parity is a query, or `?` and parameters of the API (?q=port&region=Gwadar&sort=newest), either behind an id and a\n\
        tab. Equal must be: totals, ids of all hits, counts, histogram, what became of the words, the first page's articles and\n\
        passages; the order of neighbours among the first 10 hits that both engines score more than 1 % of the best score apart.\n\
        Exit code 1: answers differ; 2: an engine failed, or lines were refused."
)]
pub struct CheckCommand {
    /// Taxonomy file instead of the corpus' taxonomy.toml; `none` for no labels
    #[arg(long, env = "DOSSIER_TAXONOMY", value_name = "FILE")]
    pub taxonomy: Option<PathBuf>,
    /// Only findings of this kind
    #[arg(long, env = "DOSSIER_ONLY", value_name = "KIND", value_parser = kinds())]
    pub only: Vec<String>,
    /// No findings of this kind
    #[arg(long, env = "DOSSIER_EXCEPT", value_name = "KIND", value_parser = kinds())]
    pub except: Vec<String>,
    /// Also compare every file of the index with its checksum
    #[arg(long, env = "DOSSIER_VERIFY_INDEX", value_parser = clap::builder::FalseyValueParser::new())]
    pub verify_index: bool,
    /// Instead of that: ask the questions of this file, one a line, of the index in --index and of the one on --engine, and list what
    /// differs
    #[arg(long, env = "DOSSIER_PARITY", value_name = "FILE", conflicts_with_all = ["only", "except", "verify_index"])]
    pub parity: Option<PathBuf>,
    /// Form of the report
    #[arg(long, env = "DOSSIER_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub format: ReportFormat,
}

/// The kinds of findings that can be named.
fn kinds() -> clap::builder::PossibleValuesParser {
    Kind::ALL.map(Kind::name).into()
}

/// `dossier serve`.
#[derive(Debug, Args)]
#[command(after_help = "Builds the index first if there is none. A running server follows a new index by itself.")]
pub struct ServeCommand {
    /// Address and port
    #[arg(long, env = "DOSSIER_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:7171")]
    pub listen: std::net::SocketAddr,
    /// Where people reach the server, for addresses that leave it, as in feeds: the name that a proxy listens on, with
    /// its prefix if it has one (default: http:// and the address it listens on)
    #[arg(long, env = "DOSSIER_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,
    /// Requests a second that one address may make in the long run; 0 is as many as it likes (default: 20, and without a limit
    /// for this machine itself, which is limited only when this is given)
    #[arg(long, env = "DOSSIER_RATE_LIMIT", value_name = "N")]
    pub rate_limit: Option<u32>,
    /// Requests that one address may make at once after a pause (default: five seconds' worth)
    #[arg(long, env = "DOSSIER_RATE_BURST", value_name = "N")]
    pub rate_burst: Option<std::num::NonZeroU32>,
    /// Connections that one address may have open; 0 is as many as it likes. Not for this machine itself, nor for trusted proxies
    #[arg(long, env = "DOSSIER_CONNECTIONS_PER_ADDRESS", value_name = "N", default_value = "64")]
    pub connections_per_address: usize,
    /// Proxy whose X-Forwarded-For says who asks, as an address or a network (10.0.0.0/8); may be given several times
    #[arg(long, env = "DOSSIER_TRUSTED_PROXY", value_name = "ADDRESS", value_delimiter = ',')]
    pub trusted_proxy: Vec<Network>,
    /// Site whose scripts may read the API (https://host), or `*` for every site; may be given several times
    #[arg(long, env = "DOSSIER_CORS", value_name = "ORIGIN", value_delimiter = ',')]
    pub cors: Vec<Origin>,
    /// Taxonomy file for the runs that it makes instead of the corpus' taxonomy.toml; `none` for no labels
    #[arg(long, env = "DOSSIER_TAXONOMY", value_name = "FILE")]
    pub taxonomy: Option<PathBuf>,
    /// How the generations that it makes are spread over a cluster.
    #[command(flatten)]
    pub layout: LayoutFlags,
    /// File with the token that lets programs start a reindex; without one nobody can
    #[arg(long, env = "DOSSIER_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Reindex by itself when the corpus or the taxonomy changes
    #[arg(long, env = "DOSSIER_WATCH", value_parser = clap::builder::FalseyValueParser::new())]
    pub watch: bool,
    /// Log the path and the query of each request, with which it can be read who looked for what
    #[arg(long, env = "DOSSIER_LOG_QUERIES", value_parser = clap::builder::FalseyValueParser::new())]
    pub log_queries: bool,
    /// Log the address that each request came from
    #[arg(long, env = "DOSSIER_LOG_ADDRESSES", value_parser = clap::builder::FalseyValueParser::new())]
    pub log_addresses: bool,
    /// Log a request as slow, at level warn, from so many milliseconds on
    #[arg(long, env = "DOSSIER_LOG_SLOW", value_name = "MS", default_value_t = 1000)]
    pub log_slow: u64,
}

impl ServeCommand {
    /// What is logged of requests.
    pub fn log(&self) -> LogSettings {
        LogSettings {
            queries: self.log_queries,
            addresses: self.log_addresses,
            slow: std::time::Duration::from_millis(self.log_slow),
        }
    }
}

/// `dossier rollback`.
#[derive(Debug, Args)]
#[command(
    after_help = "One generation before the live one is kept. Its files are compared with their checksums first; a running\n\
    server follows. The corpus is not touched, so the next `dossier index` makes what it holds live again."
)]
pub struct RollbackCommand {
    /// Form of the output
    #[arg(long, env = "DOSSIER_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub format: ReportFormat,
}

/// `dossier status`.
#[derive(Debug, Args)]
pub struct StatusCommand {
    /// Form of the output
    #[arg(long, env = "DOSSIER_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub format: ReportFormat,
}

/// `dossier completions`.
#[derive(Debug, Args)]
pub struct CompletionsCommand {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// `dossier read-file`.
#[derive(Debug, Args)]
pub struct ReadFileCommand {
    /// Path of the file in the corpus; its ending says the format
    #[arg(value_name = "PATH")]
    pub path: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn it_is_known_how_the_places_for_an_index_were_given() {
        let given = |typed: &str| Arguments::read(typed.split(' ').map(OsString::from)).unwrap().common.given;
        let (no, flag) = (Given::Not, Given::Flag);
        for (typed, index, engine) in [
            ("dossier status", no, no),
            ("dossier status --index a", flag, no),
            ("dossier --index a status", flag, no),
            ("dossier --engine http://h/n search x --index a", flag, flag),
            ("dossier search x --engine http://h/n", no, flag),
        ] {
            assert_eq!(given(typed), Places { index, engine }, "{typed}");
        }
    }
}
