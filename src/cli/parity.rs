//! `dossier check --parity FILE`: the same questions asked of the index in the folder and of the one on the cluster, and what differs.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, ensure};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::cli::args::{Common, ReportFormat};
use crate::cli::engines::both;
use crate::cli::{DONE, FAILED, NOTHING, output};
use crate::engine::keeper::{Keeper, Standing};
use crate::model::report::Ledger;
use crate::model::results::Stats;
use crate::search::parity::order::{CLEARLY, TOP};
use crate::search::parity::questions::{Question, questions};
use crate::search::parity::{Comparison, Difference, compare};

/// Largest file of questions, in bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Ids of a side that the text lists; JSON has more.
const IDS_SHOWN: usize = 5;

/// What is said of two indexes that cannot be equal.
const OTHER_CORPUS: &str =
    "note: the two were not made from the same files; run `dossier index` for both, then compare again";

/// One of the two indexes.
struct Side {
    place: String,
    stats: Stats,
    /// The files and records that it was made from.
    ledger: Ledger,
}

/// All that is to be told.
struct Report {
    sides: [Side; 2],
    /// The questions with what became of them.
    asked: Vec<(Question, Comparison)>,
}

/// 0 when all answers are equal, 1 when some differ, 2 when questions were refused.
pub(super) fn run(common: &Common, file: &Path, format: ReportFormat) -> anyhow::Result<u8> {
    let questions = questions(&contents(file)?).with_context(|| format!("cannot use {}", file.display()))?;
    let engines = both(common)?;
    let [first, second] = [engines[0].searcher()?, engines[1].searcher()?];
    let side = |engines: &dyn Keeper, stats| {
        let Standing { place, ledger, .. } = engines.standing()?;
        anyhow::Ok(Side { place, stats, ledger })
    };
    let sides = [side(&*engines[0], first.stats()?)?, side(&*engines[1], second.stats()?)?];
    let bar = ProgressBar::new(questions.len() as u64);
    let mut asked = Vec::new();
    for question in questions {
        let comparison = compare(&*first, &*second, &question);
        let comparison = comparison.with_context(|| format!("line {} of {}", question.line, file.display()))?;
        asked.push((question, comparison));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let report = Report { sides, asked };
    match format {
        ReportFormat::Json => output::write_json(&report.json())?,
        ReportFormat::Text => output::write_report(&report.text())?,
    }
    Ok(match (report.different(), report.refused()) {
        (0, 0) => DONE,
        (0, _) => FAILED,
        _ => NOTHING,
    })
}

fn contents(file: &Path) -> anyhow::Result<Vec<u8>> {
    let failed = || format!("cannot read {}", file.display());
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).with_context(failed)?;
    opened.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).with_context(failed)?;
    ensure!(bytes.len() as u64 <= FILE_BYTES_MAX, "{} has more than {FILE_BYTES_MAX} bytes", file.display());
    Ok(bytes)
}

/// How the order was compared, for people.
fn measure() -> String {
    format!(
        "order: of each two neighbours among the first {TOP} hits that both engines score more than {} % of the best score apart",
        CLEARLY * 100.0
    )
}

impl Report {
    fn different(&self) -> usize {
        let differs = |comparison: &Comparison| matches!(comparison, Comparison::Answered { differences, .. } if !differences.is_empty());
        self.asked.iter().filter(|(_, comparison)| differs(comparison)).count()
    }

    fn refused(&self) -> usize {
        self.asked.iter().filter(|(_, comparison)| matches!(comparison, Comparison::Refused(_))).count()
    }

    fn pairs(&self) -> usize {
        let pairs =
            |comparison: &Comparison| if let Comparison::Answered { pairs, .. } = comparison { *pairs } else { 0 };
        self.asked.iter().map(|(_, comparison)| pairs(comparison)).sum()
    }

    /// Whether both were made from the same files. Their names differ in any case: an engine's own version is in them.
    fn of_one_corpus(&self) -> bool {
        self.sides[0].ledger == self.sides[1].ledger
    }

    fn json(&self) -> Value {
        let [first, second] = &self.sides;
        let side = |side: &Side| json!({ "place": side.place, "generation": side.stats.generation, "documents": side.stats.documents });
        let mut differing = Vec::new();
        let mut refused = Vec::new();
        for (question, comparison) in &self.asked {
            let told = |key: &str, value: Value| json!({ "line": question.line, "id": question.id, "query": question.text, key: value });
            match comparison {
                Comparison::Refused(reasons) => refused.push(told("reasons", json!(reasons))),
                Comparison::Answered { differences, .. } if !differences.is_empty() => {
                    differing.push(told("differences", json!(differences)));
                }
                Comparison::Answered { .. } => {}
            }
        }
        json!({
            "first": side(first),
            "second": side(second),
            "same_corpus": self.of_one_corpus(),
            "asked": self.asked.len(),
            "equal": self.asked.len() - differing.len() - refused.len(),
            "order": { "measure": measure(), "top": TOP, "clearly": CLEARLY, "pairs": self.pairs() },
            "different": differing,
            "refused": refused,
        })
    }

    /// A head a question that differs and a line a difference, then how many there are.
    fn text(&self) -> String {
        let mut lines = Vec::new();
        for (question, comparison) in &self.asked {
            let head = |what: &str| match &question.id {
                Some(id) => format!("line {}, {id}, {what}: {}", question.line, question.text),
                None => format!("line {}, {what}: {}", question.line, question.text),
            };
            match comparison {
                Comparison::Refused(reasons) => {
                    lines.push(head("refused"));
                    lines.extend(reasons.iter().map(|reason| format!("  {reason}")));
                }
                Comparison::Answered { differences, .. } if !differences.is_empty() => {
                    lines.push(head("differs"));
                    lines.extend(differences.iter().map(told));
                }
                Comparison::Answered { .. } => {}
            }
        }
        for (name, Side { place, stats, .. }) in ["first", "second"].iter().zip(&self.sides) {
            lines.push(format!("{name}: {place}, generation {}, {} articles", stats.generation, stats.documents));
        }
        if !self.of_one_corpus() {
            lines.push(OTHER_CORPUS.into());
        }
        lines.push(format!("{}: {} pairs", measure(), self.pairs()));
        let (different, refused) = (self.different(), self.refused());
        let equal = self.asked.len() - different - refused;
        lines.push(format!("{} questions: {equal} equal, {different} different, {refused} refused", self.asked.len()));
        lines.join("\n")
    }
}

fn told(difference: &Difference) -> String {
    let Difference { what, of, first, second, only_first, only_second } = difference;
    let of = if of.is_empty() { String::new() } else { format!(" ({of})") };
    let mut line = format!("  {what}{of}: first {first}, second {second}");
    for (side, ids) in [("first", only_first), ("second", only_second)] {
        if !ids.is_empty() {
            let more = if ids.len() > IDS_SHOWN { ", ..." } else { "" };
            line += &format!("; only the {side}: {}{more}", ids[..ids.len().min(IDS_SHOWN)].join(", "));
        }
    }
    line
}
