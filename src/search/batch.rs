//! One query of a batch: searched as a search with the same parameters is, and told in a row.

use crate::engine::plan::Plan;
use crate::engine::{EngineError, Searcher};
use crate::model::QUERY_BYTES_MAX;
use crate::model::batch::{BatchFound, BatchRow, TopValue};
use crate::model::date::PartialDate;
use crate::model::query::{SearchRequest, Sort};
use crate::model::results::FacetValue;
use crate::search::parameters::Parameters;
use crate::search::{answer, read_query, request};

/// The row of a query. `parameters` hold filters and how words match. Fails only where the engine does: what is wrong with
/// the text itself stands in the row.
pub fn batch_row(
    searcher: &dyn Searcher,
    parameters: &Parameters,
    line: usize,
    text: &str,
) -> Result<BatchRow, EngineError> {
    let row = |outcome| BatchRow { line, query: text.to_owned(), outcome };
    if text.len() > QUERY_BYTES_MAX {
        let reason = format!("the query is {} bytes long; it may have {QUERY_BYTES_MAX}", text.len());
        return Ok(row(Err(reason)));
    }
    let parsed = read_query(searcher, text);
    // Nothing typed means everything; signs alone do not, in a list of names.
    let is_empty = parsed.query.is_everything() && text != "*";
    if is_empty || Plan::of(&parsed.query) == Plan::Nothing {
        return Ok(row(Err("there is no word in this query, only signs".into())));
    }
    let dimensions = searcher.taxonomy().dimensions().iter().map(|dimension| dimension.name.clone());
    let parameters = Parameters {
        text: text.to_owned(),
        page: 1,
        size: 0,
        facets: Some(dimensions.collect()),
        facet_size: 1,
        ..parameters.clone()
    };
    let answer = answer(searcher, &parameters)?;
    let results = answer.results;
    let top = results.facets.iter().map(|counts| (counts.dimension.clone(), top_value(&counts.values))).collect();
    let end = |sort| {
        let of_end = Parameters { sort, ..parameters.clone() };
        let first = SearchRequest { size: 1, ..request(searcher, &of_end) };
        end_date(searcher, searcher.rank(&first)?.into_iter().map(|ranked| ranked.id).collect())
    };
    Ok(row(Ok(BatchFound {
        total: results.total,
        collapsed: results.collapsed,
        first: end(Sort::Oldest)?,
        last: end(Sort::Newest)?,
        top,
        match_used: results.match_used,
        missing: results.missing,
        corrections: results.corrections,
        diagnostics: answer.diagnostics,
    })))
}

/// The date of the article at one end. The undated stand last, so an undated one there means that none has a date.
fn end_date(searcher: &dyn Searcher, ids: Vec<String>) -> Result<Option<PartialDate>, EngineError> {
    Ok(searcher.documents(&ids)?.into_iter().next().and_then(|(document, _)| document.date))
}

/// Down from the commonest value at the top, as long as a value below has more than half of the articles.
fn top_value(values: &[FacetValue]) -> Option<TopValue> {
    let mut value = values.iter().max_by_key(|value| value.count).filter(|value| value.count > 0)?;
    while let Some(child) = value.children.iter().find(|child| child.count * 2 > value.count) {
        value = child;
    }
    Some(TopValue { path: value.path.clone(), label: value.label.clone(), count: value.count })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(path: &str, count: u64, children: Vec<FacetValue>) -> FacetValue {
        FacetValue { path: path.into(), label: path.into(), count, selected: false, children }
    }

    #[test]
    fn the_top_value_is_as_deep_as_more_than_half_of_its_articles_go() {
        let quay = value("N/E/Quay", 5, Vec::new());
        for (values, expected) in [
            (vec![], None),
            (vec![value("S", 0, Vec::new())], None),
            (vec![value("N", 10, vec![value("N/E", 6, vec![quay.clone()])])], Some(("N/E/Quay", 5))),
            (vec![value("N", 10, vec![value("N/E", 10, vec![quay.clone()])])], Some(("N/E", 10))),
            (vec![value("S", 3, Vec::new()), value("N", 10, vec![value("N/E", 5, vec![quay])])], Some(("N", 10))),
        ] {
            let top = top_value(&values);
            assert_eq!(top.as_ref().map(|top| (top.path.as_str(), top.count)), expected);
        }
    }
}
