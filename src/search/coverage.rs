//! What the whole index covers: counts under no query and no filter.

use crate::engine::{EngineError, Searcher};
use crate::model::FACET_VALUES_MAX;
use crate::model::coverage::Coverage;
use crate::model::crosstab::{Axis, AxisRequest};
use crate::model::query::Interval;
use crate::search::parameters::Parameters;
use crate::search::{facet, request};

/// Most years and months that coverage is told by: two hundred years.
const YEARS_MAX: usize = 200;

/// Counts what the index covers.
pub fn coverage(searcher: &dyn Searcher) -> Result<Coverage, EngineError> {
    let everything = Parameters { facet_size: FACET_VALUES_MAX, ..Parameters::default() };
    let period = |interval, size| AxisRequest { axis: Axis::Period(interval), size };
    let (years, months) = (period(Interval::Year, YEARS_MAX), period(Interval::Month, YEARS_MAX * 12));
    let counted = |dimension| facet(searcher, &everything, dimension).map(Option::unwrap_or_default);
    Ok(Coverage {
        stats: searcher.stats()?,
        sources: counted("source")?,
        languages: counted("lang")?,
        time: searcher.crosstab(&request(searcher, &everything), &years, &months)?,
    })
}
