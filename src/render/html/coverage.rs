//! The coverage page: what the articles are of, and what became of everything that the last run saw.
//!
//! May not name a place outside the corpus: files are told by their path in it.

use askama::Template;

use crate::model::coverage::Gap;
use crate::model::report::{IngestReport, Quarantined, Totals};
use crate::render::address::Address;
use crate::render::html::overview::time::{Calendar, undated};
use crate::render::html::overview::values::{Group, group};
use crate::render::html::{CoveragePage, Form, Link, search_path};
use crate::render::names::Names;
use crate::render::wording::{articles, day_in_words, grouped};

/// Publishers, and languages, that are drawn.
const VALUES_SHOWN: usize = 30;
/// Stretches without an article that are named, the latest.
const GAPS_SHOWN: usize = 60;
/// Files of one list that are named; the rest is counted.
const FILES_SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "coverage.html")]
pub(super) struct Page<'a> {
    form: Form,
    articles: Link,
    built_at: &'a str,
    generation: &'a str,
    /// Seen, indexed, in quarantine, skipped.
    totals: [String; 4],
    calendar: Calendar,
    undated: Option<Link>,
    gaps: Vec<String>,
    /// Stretches that are not named.
    earlier_gaps: usize,
    groups: Vec<Group>,
    /// Where dates were found, each with how many.
    date_sources: Vec<(String, String)>,
    lists: Vec<Files<'a>>,
}

/// Files and records that are no articles.
struct Files<'a> {
    id: &'static str,
    title: String,
    /// Where each stands, and why it is none.
    lines: Vec<(String, &'a str)>,
    /// Those that are not named.
    more: usize,
}

impl<'a> Page<'a> {
    /// All that the template shows, settled.
    pub(super) fn new(view: &CoveragePage<'a>) -> Self {
        let (coverage, report) = (view.coverage, view.report);
        let everything = Address::default();
        let names = Names::new(&[], &[]);
        let gaps = coverage.gaps();
        let Totals { seen, indexed, quarantined, skipped } = report.totals;
        Self {
            form: Form::default(),
            articles: Link { text: articles(coverage.stats.documents), href: search_path(&everything) },
            built_at: &coverage.stats.built_at,
            generation: &coverage.stats.generation,
            totals: [seen, indexed, quarantined, skipped].map(|count| grouped(count as u64)),
            calendar: Calendar::new(&coverage.time, &everything, None),
            undated: undated(&coverage.time, &everything),
            gaps: gaps.iter().rev().take(GAPS_SHOWN).map(stretch).collect(),
            earlier_gaps: gaps.len().saturating_sub(GAPS_SHOWN),
            groups: [&coverage.sources, &coverage.languages]
                .map(|facet| group(facet, &everything, &names, VALUES_SHOWN))
                .into(),
            date_sources: date_sources(report),
            lists: vec![
                files("quarantined", "In quarantine", quarantined, &report.quarantined),
                files("skipped", "Skipped", skipped, &report.skipped),
            ],
        }
    }
}

/// "March 2024 to May 2024 (3 months)".
fn stretch(gap: &Gap) -> String {
    let [from, to] = [gap.from, gap.to].map(|month| day_in_words(&month.to_string()));
    if gap.months == 1 { from } else { format!("{from} to {to} ({} months)", gap.months) }
}

/// Where dates were found, commonest first.
fn date_sources(report: &IngestReport) -> Vec<(String, String)> {
    let mut found: Vec<_> = report.date_sources.iter().collect();
    found.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    found.into_iter().map(|(name, count)| (name.replace('-', " "), grouped(*count as u64))).collect()
}

fn files<'a>(id: &'static str, title: &str, count: usize, listed: &'a [Quarantined]) -> Files<'a> {
    let lines: Vec<_> =
        listed.iter().take(FILES_SHOWN).map(|file| (file.place.to_string(), file.reason.as_str())).collect();
    Files { id, title: format!("{title}: {}", grouped(count as u64)), more: count.saturating_sub(lines.len()), lines }
}
