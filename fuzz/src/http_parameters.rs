//! The part of an address behind `?`: names and values of a search, a table, an export, a citation.

use std::sync::{Arc, LazyLock};

use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::{Engines, Searcher};
use dossier::model::{PAGE_DEPTH_MAX, PAGE_SIZE_MAX, SNIPPETS_MAX, SUGGESTIONS_MAX};
use dossier::render::address::Address;
use dossier::search::citing::CitationParameters;
use dossier::search::crosstab::{TableParameters, crosstab, overview};
use dossier::search::parameters::{Parameters, Problem, SimilarParameters};
use dossier::search::suggestion::suggest;
use dossier::search::{answer, article, similar};

use super::desk;

/// Longest address that is tried, in bytes; a server refuses longer ones before it reads them.
const ADDRESS_BYTES_MAX: usize = 8 * 1024;

static SEARCHER: LazyLock<Arc<dyn Searcher>> = LazyLock::new(|| {
    let folder = desk::indexed();
    let searcher = EmbeddedEngines::new(folder.path().join("index")).searcher().expect("the index was just made");
    // What is read late is read now: the folder goes, and what is open stays readable.
    dossier::search::make_ready(&*searcher);
    searcher
});

/// Names and values are taken, or refused with the name and a reason; what is taken is answered, and the address of the
/// answer asks for the same articles again.
pub fn hold(bytes: &[u8]) {
    let searcher = &**SEARCHER;
    let bytes = &bytes[..bytes.len().min(ADDRESS_BYTES_MAX)];
    let pairs: Vec<(String, String)> = form_urlencoded::parse(bytes).into_owned().collect();
    if let Some(parameters) = taken(&pairs, Parameters::read(searcher, &pairs)) {
        hold_search(searcher, &parameters);
    }
    if let Some(parameters) = taken(&pairs, SimilarParameters::read(searcher, &pairs)) {
        let found = similar(searcher, "quay-bombing", &parameters).expect("within the limits").expect("an article");
        assert!(found.neighbours.list.len() <= parameters.size);
    }
    if let Some(parameters) = taken(&pairs, TableParameters::of_table(searcher, &pairs)) {
        crosstab(searcher, &parameters).expect("within the limits");
    }
    if let Some(parameters) = taken(&pairs, TableParameters::of_overview(searcher, &pairs)) {
        overview(searcher, &parameters).expect("within the limits");
    }
    taken(&pairs, CitationParameters::read(&pairs));
    let marked = article(searcher, "quay-bombing", &Parameters::of_article(&pairs));
    assert!(marked.expect("within the limits").is_some());
}

/// What was read; a refusal names parameters that were given and says why.
fn taken<T>(pairs: &[(String, String)], read: Result<T, Vec<Problem>>) -> Option<T> {
    match read {
        Ok(parameters) => Some(parameters),
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason");
            for problem in problems {
                assert!(!problem.reason.is_empty());
                let given = pairs.iter().any(|(name, _)| *name == problem.parameter);
                // A range of dates may be wrong by its other end, a page by its size.
                assert!(given || ["from", "page"].contains(&problem.parameter.as_str()), "{problem} was not given");
            }
            None
        }
    }
}

/// A search within the limits is answered within the limits.
fn hold_search(searcher: &dyn Searcher, parameters: &Parameters) {
    assert!(parameters.size <= PAGE_SIZE_MAX && parameters.page * parameters.size <= PAGE_DEPTH_MAX);
    let first = answer(searcher, parameters).expect("a query text within the limits never fails");
    let results = &first.results;
    assert!(results.hits.len() <= parameters.size && results.collapsed <= results.total);
    for hit in &results.hits {
        assert!(hit.score.is_finite() && hit.snippets.len() <= SNIPPETS_MAX);
        let title: String = hit.title.iter().map(|fragment| fragment.text.as_str()).collect();
        assert_eq!(title, hit.document.title, "a title is cut into its own parts");
    }
    for counts in &results.facets {
        assert!(counts.values.iter().all(|value| value.count <= first.results.total.max(value.count)));
    }
    let address = Address::of(&first);
    let again = Parameters::read(searcher, address.pairs()).expect("our own address");
    assert_eq!(again.filters, parameters.filters, "{}", address.link());
    let second = answer(searcher, &again).expect("our own address");
    let found = (second.results.total, second.results.collapsed);
    assert_eq!(found, (results.total, results.collapsed), "{} finds what was found", address.link());
    let suggested = suggest(searcher, parameters).expect("within the limits");
    assert!(suggested.suggestions.len() <= SUGGESTIONS_MAX);
}
