//! Ways out of a search that found nothing: what it would find with less in it, as numbers.
//!
//! Asks the engine to count, at most `WAYS_OUT_MAX` times; changes nothing of the answer. May only be asked where nothing was
//! found: a search that finds something pays for none of this.

use crate::engine::{EngineError, Searcher};
use crate::model::WAYS_OUT_MAX;
use crate::model::facet::NONE;
use crate::model::query::{FacetChoice, Filters, MatchMode, Query};
use crate::model::results::{FormCount, WaysOut};
use crate::search::parameters::Parameters;
use crate::search::{read_query, request};

/// Filters that are tried without; of a search with more the first.
const FILTERS_TRIED_MAX: usize = WAYS_OUT_MAX - PARTS_TRIED_MAX - 2;
/// Parts of a query that are tried alone.
const PARTS_TRIED_MAX: usize = 8;

/// What the search would find without each of its filters, without all of them, and by each part of its query alone.
pub fn ways_out(searcher: &dyn Searcher, parameters: &Parameters) -> Result<WaysOut, EngineError> {
    let count = |changed: &Parameters| Ok(searcher.search(&request(searcher, changed))?.total);
    let mut ways = WaysOut::default();
    let dropped = without_each(&parameters.filters);
    for (name, value, filters) in dropped.iter().take(FILTERS_TRIED_MAX) {
        let found = count(&Parameters { filters: filters.clone(), ..parameters.clone() })?;
        ways.filters.push((name.clone(), value.clone(), found));
    }
    if dropped.len() > 1 {
        ways.without_filters = Some(count(&Parameters { filters: Filters::default(), ..parameters.clone() })?);
    }
    let parts = parts(&read_query(searcher, &parameters.text).query);
    if parts.len() > 1 && parameters.match_mode == MatchMode::All {
        let any = Parameters { match_mode: MatchMode::Any, lenient: false, ..parameters.clone() };
        ways.any_word = Some(count(&any)?);
    }
    if parts.len() > 1 {
        for part in parts.into_iter().take(PARTS_TRIED_MAX) {
            let found = count(&Parameters { text: part.clone(), ..parameters.clone() })?;
            ways.parts.push(FormCount { form: part, count: found });
        }
    }
    Ok(ways)
}

/// The filters without each of them in turn, with the parameter and the value that went.
fn without_each(filters: &Filters) -> Vec<(String, String, Filters)> {
    let mut all = Vec::new();
    for (not, side) in [(false, &filters.include), (true, &filters.exclude)] {
        for (dimension, choice) in side.iter().flat_map(|(name, choices)| choices.iter().map(move |it| (name, it))) {
            let mut rest = filters.clone();
            let side = if not { &mut rest.exclude } else { &mut rest.include };
            side.entry(dimension.clone()).or_default().retain(|kept| kept != choice);
            side.retain(|_, choices| !choices.is_empty());
            let value = match choice {
                FacetChoice::Path(path) => path.clone(),
                FacetChoice::Missing => NONE.to_owned(),
            };
            all.push((if not { format!("not.{dimension}") } else { dimension.clone() }, value, rest));
        }
    }
    if let Some(dates) = filters.dates {
        for (name, date) in [("from", dates.from), ("to", dates.to)] {
            let Some(date) = date else { continue };
            let mut rest = filters.clone();
            let left = if name == "from" { dates.to.is_some() } else { dates.from.is_some() };
            rest.dates = left.then_some(dates).map(|mut dates| {
                *(if name == "from" { &mut dates.from } else { &mut dates.to }) = None;
                dates
            });
            // Undated articles were asked for besides a period: without one they are among all the others.
            rest.undated &= left;
            all.push((name.to_owned(), date.to_string(), rest));
        }
    }
    if filters.undated {
        all.push(("undated".to_owned(), "true".to_owned(), Filters { undated: false, ..filters.clone() }));
    }
    all
}

/// What a query asks to stand together, each as query text; what it shuts out is no part.
fn parts(query: &Query) -> Vec<String> {
    match query {
        Query::All(clauses) => {
            let sought = clauses.iter().filter(|clause| !matches!(clause.query, Query::Not(_)));
            let mut parts: Vec<String> = sought.map(|clause| clause.query.to_string()).collect();
            let mut seen = std::collections::HashSet::new();
            parts.retain(|part| seen.insert(part.clone()));
            parts
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::date::DateRange;
    use crate::query::parser::parse;

    #[test]
    fn each_filter_is_left_out_once_and_the_last_date_takes_the_undated_with_it() {
        let mut filters = Filters::default();
        let both = vec![FacetChoice::Path("A/B".into()), FacetChoice::Missing];
        filters.include.insert("region".into(), both);
        filters.exclude.insert("lang".into(), vec![FacetChoice::Path("en".into())]);
        filters.dates = Some(DateRange { from: "2023".parse().ok(), to: None });
        filters.undated = true;
        let without = without_each(&filters);
        let dropped: Vec<_> = without.iter().map(|(name, value, _)| (name.as_str(), value.as_str())).collect();
        let expected =
            [("region", "A/B"), ("region", "_none"), ("not.lang", "en"), ("from", "2023"), ("undated", "true")];
        assert_eq!(dropped, expected);
        assert_eq!(without[0].2.include["region"], [FacetChoice::Missing]);
        assert!(without[2].2.exclude.is_empty() && without[2].2.include == filters.include);
        assert_eq!((without[3].2.dates, without[3].2.undated), (None, false));
        assert_eq!((without[4].2.dates, without[4].2.undated), (filters.dates, false));
    }

    #[test]
    fn the_parts_of_a_query_are_what_must_stand_together() {
        for (text, expected) in [
            ("port AND strike", vec!["port", "strike"]),
            ("port \"dock strike\" (a OR b) -c port", vec!["port", "\"dock strike\"", "a OR b"]),
            ("port OR strike", vec![]),
            ("port", vec![]),
        ] {
            assert_eq!(parts(&parse(text, &[]).query), expected, "{text}");
        }
    }
}
