//! The state of an index as JSON: what stands in it, what its articles cover, and what the run reported that made it.

use std::collections::BTreeMap;

use crate::model::coverage::{Coverage, Gap};
use crate::model::date::PartialDate;
use crate::model::report::{IngestReport, Quarantined, Warning};
use crate::render::json::{FacetWire, facet, report_of};

/// What stands in an index, what its articles cover, and what the run that made it reported.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Status")]
pub struct StatusWire<'a> {
    /// Name of the generation.
    pub generation: &'a str,
    /// When it was built, RFC 3339, UTC.
    pub built_at: &'a str,
    /// Articles.
    pub documents: u64,
    /// Segments.
    pub segments: usize,
    /// Size of the files, in bytes.
    pub bytes: u64,
    /// What the run did that made it.
    #[schemars(with = "IngestReport")]
    pub report: serde_json::Value,
    /// Articles without a date.
    pub undated: usize,
    /// Files looked at.
    pub files: usize,
    /// What was kept out.
    pub quarantined: &'a [Quarantined],
    /// What a curator should look at.
    pub warnings: Vec<&'a Warning>,
    /// What the articles cover.
    pub coverage: CoverageWire<'a>,
}

/// What the articles of an index cover.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Coverage")]
pub struct CoverageWire<'a> {
    /// Articles by publisher.
    pub source: FacetWire<'a>,
    /// Articles by language.
    pub lang: FacetWire<'a>,
    /// Dated articles by where the date was found.
    pub date_source: &'a BTreeMap<String, usize>,
    /// Articles by month; one that is dated by its year alone counts in each of its months.
    pub months: Vec<MonthWire>,
    /// The stretches without an article between the first month and the last.
    pub gaps: Vec<Gap>,
}

/// A month with its articles.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Month")]
pub struct MonthWire {
    /// The month.
    pub key: PartialDate,
    /// Articles in it.
    pub count: u64,
}

/// What stands in an index, what its articles cover, and what the run that made it reported.
pub fn status<'a>(coverage: &'a Coverage, report: &'a IngestReport) -> StatusWire<'a> {
    let stats = &coverage.stats;
    StatusWire {
        generation: &stats.generation,
        built_at: &stats.built_at,
        documents: stats.documents,
        segments: stats.segments,
        bytes: stats.bytes,
        report: report_of(report),
        undated: report.undated,
        files: report.files,
        quarantined: &report.quarantined,
        warnings: report.noticed(),
        coverage: CoverageWire {
            source: facet(&coverage.sources),
            lang: facet(&coverage.languages),
            date_source: &report.date_sources,
            months: coverage.months().map(|(key, count)| MonthWire { key, count }).collect(),
            gaps: coverage.gaps(),
        },
    }
}
