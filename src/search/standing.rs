//! Where an article stands in the search that led to it: the search is run again, by ids alone, and no further than its page.

use crate::engine::{EngineError, Searcher};
use crate::model::query::{Fuzzy, Query, SearchRequest};
use crate::model::results::Ranked;
use crate::model::standing::{Beside, Standing};
use crate::search::parameters::Parameters;
use crate::search::request;

/// The place of the article with this id among the hits on the page that `parameters` ask for, and one to either side.
/// `None` where it is none of them: nobody came from there, or the index changed since.
pub fn standing(searcher: &dyn Searcher, parameters: &Parameters, id: &str) -> Result<Option<Standing>, EngineError> {
    let start = (parameters.page - 1) * parameters.size;
    // One hit before the page, if there is any, and one behind it.
    let offset = start.saturating_sub(1);
    let hits = hits(searcher, parameters, offset, start - offset + parameters.size + 1)?;
    let on_page = start - offset..(start - offset + parameters.size).min(hits.len());
    let Some(at) = on_page.clone().find(|&at| hits[at].id == id) else { return Ok(None) };
    let beside = |at: Option<usize>| match at.and_then(|at| Some((at, hits.get(at)?))) {
        Some((at, hit)) => beside(searcher, hit, (offset + at) / parameters.size + 1),
        None => Ok(None),
    };
    Ok(Some(Standing {
        position: offset + at + 1,
        on_page: at - on_page.start + 1,
        previous: beside(at.checked_sub(1))?,
        next: beside(Some(at + 1))?,
    }))
}

fn hits(
    searcher: &dyn Searcher,
    parameters: &Parameters,
    offset: usize,
    size: usize,
) -> Result<Vec<Ranked>, EngineError> {
    searcher.rank(&SearchRequest { offset, size, ..request(searcher, parameters) })
}

fn beside(searcher: &dyn Searcher, hit: &Ranked, page: usize) -> Result<Option<Beside>, EngineError> {
    let article = searcher.article(&hit.id, &Query::Everything, Fuzzy::Within(0))?;
    Ok(article.map(|article| Beside { id: article.document.id, title: article.document.title, page }))
}
