//! `dossier evaluate`: the ranking, or anybody's run, measured by judgments; what it means is `crate::evaluate`'s.

mod report;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, bail, ensure};

use crate::cli::args::evaluate::EvaluateCommand;
use crate::cli::args::{Common, ReportFormat};
use crate::cli::evaluate::report::{Report, Side};
use crate::cli::search::{open, read};
use crate::cli::{DONE, output};
use crate::evaluate::judgments::{Judgments, Topic, read_topics};
use crate::evaluate::measures::{Evaluation, Measure};
use crate::evaluate::runs::Run;
use crate::model::JUDGED_FILE_BYTES_MAX;
use crate::search::ranking;

/// What a run of ours is signed with, in the last column.
const TAG: &str = "dossier";

pub(super) fn run(common: &Common, command: &EvaluateCommand) -> anyhow::Result<u8> {
    let judgments = Judgments::read(&name(&command.judgments), &contents(&command.judgments)?)?;
    let topics = match &command.queries {
        Some(file) => Some(read_topics(&name(file), &contents(file)?)?),
        None => None,
    };
    let counted: Vec<&str> = match &topics {
        Some(topics) => topics.iter().map(|topic| topic.id.as_str()).filter(|id| judgments.of(id).is_some()).collect(),
        None => judgments.topics().collect(),
    };
    ensure!(!counted.is_empty(), "none of the queries is judged in {}: do their ids differ?", name(&command.judgments));
    // Everything that may be wrong with the files is said before a search that may take long.
    let compared = command.compare.as_deref().map(read_run).transpose()?;
    let (called, found) = match &command.judge {
        Some(file) => (label(file, command.compare.as_deref()), read_run(file)?),
        None => (TAG.to_owned(), search(common, command, topics.as_deref().unwrap_or_default(), &judgments)?),
    };
    let side = |label: String, run: &Run| Side {
        label,
        evaluation: Evaluation::of(run, &judgments, counted.iter().copied()),
        empty: counted.iter().filter(|topic| run.ranking(topic).is_empty()).count(),
    };
    let report = Report {
        measured: side(called, &found),
        compared: command
            .compare
            .as_deref()
            .zip(compared.as_ref())
            .map(|(file, run)| side(label(file, command.judge.as_deref()), run)),
        unjudged: topics.as_ref().map_or(0, |topics| topics.len() - counted.len()),
        unasked: judgments.topics().count() - counted.len(),
        without_relevant: counted.iter().filter(|topic| !judgments.has_relevant(topic)).count(),
        per_query: command.per_query,
    };
    match command.format {
        ReportFormat::Text => output::write_report(&report.text())?,
        ReportFormat::Json => output::write_json(&report.json())?,
    }
    if Measure::ALL.iter().all(|measure| report.measured.evaluation.mean(*measure) == 0.0) {
        let judged = name(&command.judgments);
        output::complain(&format!(
            "nothing relevant was found: are the articles in {judged} those of the index, by id?"
        ));
    }
    Ok(DONE)
}

/// Searches every judged query; all of them where the run is kept, for judges to come.
fn search(common: &Common, command: &EvaluateCommand, topics: &[Topic], judgments: &Judgments) -> anyhow::Result<Run> {
    if let Some(file) = &command.run {
        refuse_foreign_run(file)?;
    }
    let searcher = open(common)?;
    let pairs = [
        ("match", &command.match_mode),
        ("variants", &command.variants),
        ("fuzzy", &command.fuzzy),
        ("collapse", &command.collapse),
    ];
    let parameters = read(&*searcher, &pairs.map(|(name, value)| (name.to_owned(), value.clone())))?;
    let depth = usize::try_from(command.depth)?;
    let mut run = Run::default();
    for topic in topics.iter().filter(|topic| command.run.is_some() || judgments.of(&topic.id).is_some()) {
        run.add(&topic.id, ranking(&*searcher, &parameters, &topic.text, depth)?);
    }
    if let Some(file) = &command.run {
        let text = run.written(topics.iter().map(|topic| topic.id.as_str()), TAG);
        std::fs::write(file, text).with_context(|| format!("cannot write the run {}", name(file)))?;
    }
    Ok(run)
}

/// A file that is there already is written over only if it is a run of ours: `--run` may be meant as `--judge`.
fn refuse_foreign_run(file: &Path) -> anyhow::Result<()> {
    if !file.is_file() {
        return Ok(());
    }
    let mut first = Vec::new();
    let opened = File::open(file).with_context(|| format!("cannot read {}", name(file)))?;
    BufReader::new(opened.take(JUDGED_FILE_BYTES_MAX)).read_until(b'\n', &mut first)?;
    let first = String::from_utf8_lossy(&first);
    if !first.trim().is_empty() && first.split_whitespace().nth(5) != Some(TAG) {
        bail!(
            "{} is there already and is no run of ours, so it is not written over; to measure it, write --judge {0}",
            name(file)
        );
    }
    Ok(())
}

fn read_run(file: &Path) -> anyhow::Result<Run> {
    Ok(Run::read(&name(file), &contents(file)?)?)
}

/// What a run is called in a table: its file without the folder, unless another has the same name.
fn label(file: &Path, other: Option<&Path>) -> String {
    match file.file_name() {
        Some(short) if other.and_then(Path::file_name) != Some(short) => short.to_string_lossy().into_owned(),
        _ => name(file),
    }
}

fn name(file: &Path) -> String {
    file.display().to_string()
}

fn contents(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let opened = File::open(file).with_context(|| format!("cannot read {}", name(file)))?;
    let read = opened.take(JUDGED_FILE_BYTES_MAX + 1).read_to_end(&mut bytes);
    read.with_context(|| format!("cannot read {}", name(file)))?;
    let too_large = bytes.len() as u64 > JUDGED_FILE_BYTES_MAX;
    ensure!(!too_large, "{} has more than {JUDGED_FILE_BYTES_MAX} bytes: that is no judged collection", name(file));
    Ok(bytes)
}
