//! The overview of a search, tables of two dimensions, and what the corpus covers.

use crate::engine::EngineError;
use crate::render::csv::write_table;
use crate::render::html;
use crate::render::html::{CoveragePage, OverviewPage};
use crate::render::json::crosstab as wire;
use crate::search::coverage::coverage as count;
use crate::search::crosstab::{TableFormat, TableParameters, crosstab, overview};
use crate::search::dimensions;
use crate::server::handlers::{Outcome, open};
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::{Context, Request};

/// `GET /overview`
pub(in crate::server) fn page(context: &Context, request: &Request) -> Outcome {
    let searcher = open(context)?;
    let parameters = TableParameters::of_overview(&*searcher, &request.pairs).map_err(Problem::parameters)?;
    let overview = overview(&*searcher, &parameters).map_err(|error| Problem::engine(&error))?;
    Ok(Reply::page(html::overview_page(&OverviewPage { overview: &overview, dimensions: &dimensions(&*searcher) })))
}

/// `GET /coverage`
pub(in crate::server) fn coverage(context: &Context, _: &Request) -> Outcome {
    let searcher = open(context)?;
    let counted = count(&*searcher).map_err(|error| Problem::engine(&error))?;
    Ok(Reply::page(html::coverage_page(&CoveragePage { coverage: &counted, report: searcher.report() })))
}

/// `GET /api/v1/crosstab`
pub(in crate::server) fn table(context: &Context, request: &Request) -> Outcome {
    let searcher = open(context)?;
    let parameters = TableParameters::of_table(&*searcher, &request.pairs).map_err(Problem::parameters)?;
    let answer = crosstab(&*searcher, &parameters).map_err(|error| Problem::engine(&error))?;
    match parameters.format {
        TableFormat::Json => Reply::json(&wire::crosstab(&answer, &dimensions(&*searcher), parameters.sizes())),
        TableFormat::Csv => {
            let mut lines = Vec::new();
            write_table(&answer.table, &mut lines).map_err(|error| {
                Problem::engine(&EngineError::Failed { action: "write the table", reason: error.to_string() })
            })?;
            Ok(Reply::new("text/csv; charset=utf-8", lines))
        }
    }
}
