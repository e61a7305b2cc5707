//! From typed parameters to an answer: the one way in for the command line, the API and the page.
//!
//! Layer 3. The same names serve all three. Knows the engines' contract only, never an engine.

pub mod batch;
pub mod citing;
pub mod correction;
pub mod coverage;
pub mod crosstab;
pub mod cursor;
pub mod export;
pub mod parameters;
pub mod parity;
pub mod standing;
pub mod suggestion;
pub mod ways_out;

use std::time::Instant;

use crate::engine::analyzer::{Stemming, tokens};
use crate::engine::plan::Plan;
use crate::engine::{EngineError, Searcher};
use crate::model::facet::leaf;
use crate::model::query::{Deadline, Diagnostic, FacetRequest, ParsedQuery, Query, SearchRequest};
use crate::model::results::{Answer, Article, FacetCounts, FacetValue, Ranked, SimilarAnswer};
use crate::query::expansion::resolve_labels;
use crate::query::parser::parse;
use crate::query::plain::plain_words;
use crate::query::variants::with_variants;
use crate::render::Dimension;
use crate::search::correction::did_you_mean;
use crate::search::parameters::{Parameters, SimilarParameters};
use crate::text::normalise::fold;

/// The code of the one language whose words are parted by a dictionary.
const CHINESE: &str = "zh";

/// The names of the dimensions that a facet may be asked of, in the order in which they are shown: those of the
/// taxonomy, then language and publisher.
pub fn facet_names(searcher: &dyn Searcher) -> Vec<String> {
    let declared = searcher.taxonomy().dimensions().iter().map(|dimension| dimension.name.clone());
    declared.chain(["lang", "source"].map(str::to_owned)).collect()
}

/// The taxonomy's dimensions as they are shown.
pub fn dimensions(searcher: &dyn Searcher) -> Vec<Dimension> {
    let shown = |dimension: &crate::taxonomy::Dimension| Dimension {
        name: dimension.name.clone(),
        label: dimension.label.clone(),
        values: dimension
            .nodes
            .iter()
            .map(|node| (node.path.as_str(), searcher.taxonomy().label(&dimension.name, &node.path)))
            .filter(|(path, label)| leaf(path) != *label)
            .map(|(path, label)| (path.to_owned(), label.to_owned()))
            .collect(),
    };
    searcher.taxonomy().dimensions().iter().map(shown).collect()
}

/// Reads a query text and resolves its labels.
pub fn read_query(searcher: &dyn Searcher, text: &str) -> ParsedQuery {
    let taxonomy = searcher.taxonomy();
    let names: Vec<&str> = taxonomy.dimensions().iter().map(|dimension| dimension.name.as_str()).collect();
    let mut parsed = resolve_labels(parse(text, &names), text, taxonomy, &|dimension| searcher.values(dimension));
    if Plan::of(&parsed.query) == Plan::Nothing {
        let message = "there is no word in this query, only signs".to_owned();
        parsed.diagnostics.push(Diagnostic { message, start: 0, end: text.len() });
    }
    parsed
}

/// The tree of a search: labels resolved and, if they are wanted, names given their other names.
fn query(searcher: &dyn Searcher, query: &Query, parameters: &Parameters) -> Query {
    if parameters.variants {
        with_variants(query.clone(), searcher.taxonomy(), &parameters.dropped_variants)
    } else {
        query.clone()
    }
}

/// What every engine is asked for a search with these parameters; hits, counts and snippets are for the asker to add.
fn bare(query: Query, parameters: &Parameters) -> SearchRequest {
    SearchRequest {
        query,
        filters: parameters.filters.clone(),
        sort: parameters.sort,
        match_mode: parameters.match_mode,
        fuzzy: parameters.fuzzy,
        lenient: parameters.lenient,
        collapse: parameters.collapse,
        offset: 0,
        size: 0,
        facets: Vec::new(),
        interval: None,
        snippets: false,
        recency: parameters.recency,
        explain: false,
        deadline: Deadline::default(),
    }
}

/// The request of a search without hits and facets, which only counts what is found.
fn request(searcher: &dyn Searcher, parameters: &Parameters) -> SearchRequest {
    bare(query(searcher, &read_query(searcher, &parameters.text).query, parameters), parameters)
}

/// Answers a search.
pub fn answer(searcher: &dyn Searcher, parameters: &Parameters) -> Result<Answer, EngineError> {
    let started = Instant::now();
    let parsed = read_query(searcher, &parameters.text);
    let facets = match &parameters.facets {
        Some(named) => named.clone(),
        None => facet_names(searcher),
    };
    let facet =
        |dimension| FacetRequest { dimension, size: parameters.facet_size, contains: parameters.facet_query.clone() };
    let request = SearchRequest {
        offset: parameters.offset(),
        size: parameters.size,
        facets: facets.into_iter().map(facet).collect(),
        interval: Some(parameters.interval),
        snippets: true,
        explain: parameters.explain,
        ..bare(query(searcher, &parsed.query, parameters), parameters)
    };
    let mut results = searcher.search(&request)?;
    results.did_you_mean = did_you_mean(searcher, parameters, &results)?;
    if parameters.facets_by_name {
        results.facets.iter_mut().for_each(|counts| by_name(&mut counts.values));
    }
    Ok(Answer {
        text: parameters.text.clone(),
        parsed: parsed.query.to_string(),
        match_mode: parameters.match_mode,
        lenient: parameters.lenient,
        diagnostics: parsed.diagnostics,
        filters: parameters.filters.clone(),
        sort: parameters.sort,
        variants: parameters.variants,
        dropped_variants: parameters.dropped_variants.clone(),
        fuzzy: parameters.fuzzy,
        collapse: parameters.collapse,
        recency: parameters.recency,
        explain: parameters.explain,
        page: parameters.page,
        size: parameters.size,
        took_ms: started.elapsed().as_secs_f64() * 1000.0,
        generation: searcher.generation().to_owned(),
        results,
    })
}

/// The first `depth` articles for a text that is read as plain words, whatever signs of the query language are in it;
/// a text without words finds nothing. Of `parameters`, the text, the page and the facets mean nothing here.
pub fn ranking(
    searcher: &dyn Searcher,
    parameters: &Parameters,
    text: &str,
    depth: usize,
) -> Result<Vec<Ranked>, EngineError> {
    let words = plain_words(text);
    if Plan::of(&words).leaves().is_empty() {
        return Ok(Vec::new());
    }
    searcher.rank(&SearchRequest { size: depth, ..bare(query(searcher, &words, parameters), parameters) })
}

/// All articles that a search finds, in its order, by their ids alone; with `collapse` of each group of copies one.
pub fn everything_found(searcher: &dyn Searcher, parameters: &Parameters) -> Result<Vec<Ranked>, EngineError> {
    let size = usize::try_from(searcher.stats()?.documents).unwrap_or(usize::MAX);
    searcher.rank(&SearchRequest { size, ..request(searcher, parameters) })
}

/// The articles most like one; `None` where there is no such article.
pub fn similar(
    searcher: &dyn Searcher,
    id: &str,
    parameters: &SimilarParameters,
) -> Result<Option<SimilarAnswer>, EngineError> {
    let started = Instant::now();
    let found = searcher.similar(id, &parameters.filters, parameters.size)?;
    Ok(found.map(|neighbours| SimilarAnswer {
        id: id.to_owned(),
        neighbours,
        took_ms: started.elapsed().as_secs_f64() * 1000.0,
        generation: searcher.generation().to_owned(),
    }))
}

/// Counts one dimension under a search; `contains` keeps the values one of whose names holds it.
pub fn facet(
    searcher: &dyn Searcher,
    parameters: &Parameters,
    dimension: &str,
) -> Result<Option<FacetCounts>, EngineError> {
    let facet = FacetRequest {
        dimension: dimension.to_owned(),
        size: parameters.facet_size,
        contains: parameters.facet_query.clone(),
    };
    let request = SearchRequest { facets: vec![facet], collapse: false, ..request(searcher, parameters) };
    let mut counts = searcher.search(&request)?.facets.into_iter().next();
    if let Some(counts) = counts.as_mut().filter(|_| parameters.facets_by_name) {
        by_name(&mut counts.values);
    }
    Ok(counts)
}

/// Puts the values that are shown in the order of their labels, at each level.
fn by_name(values: &mut [FacetValue]) {
    values.sort_by_cached_key(|value| (fold(&value.label), value.path.clone()));
    values.iter_mut().for_each(|value| by_name(&mut value.children));
}

/// Makes ready what the first question would otherwise wait for: the lists that suggestions come from and, where articles are
/// in Chinese, the dictionary that parts its words. What fails here is told in the log, and fails again where it is asked for.
pub fn make_ready(searcher: &dyn Searcher) {
    if let Err(error) = suggestion::suggest(searcher, &Parameters::of_text("a")) {
        tracing::warn!(%error, "the index could not be made ready ahead of the first question");
    }
    if searcher.values("lang").iter().any(|lang| lang == CHINESE) {
        tokens("中文", Stemming::of(CHINESE));
    }
}

/// One article with the matches of a query text marked, as the search with these parameters finds them.
pub fn article(searcher: &dyn Searcher, id: &str, parameters: &Parameters) -> Result<Option<Article>, EngineError> {
    let parsed = read_query(searcher, &parameters.text);
    searcher.article(id, &query(searcher, &parsed.query, parameters), parameters.fuzzy)
}
