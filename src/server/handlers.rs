//! What each address answers: plain functions from a searcher and parameters to a reply. They block.

use std::sync::Arc;

use crate::engine::{EngineError, Engines, Searcher};
use crate::model::results::SuggestAnswer;
use crate::render::address::Address;
use crate::render::html::{ArticlePage, SearchPage};
use crate::render::{html, json};
use crate::search::parameters::{Parameters, SimilarParameters};
use crate::search::suggestion::suggest;
use crate::search::{answer, article, dimensions, facet, facet_names, similar};
use crate::server::problem::Problem;

/// Parameters of an address, in their order.
pub(super) type Pairs = Vec<(String, String)>;

/// An answer before it is put on the wire.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) body: String,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Reply {
    pub(super) fn new(content_type: &'static str, body: String) -> Self {
        Self { status: 200, content_type, body, headers: Vec::new() }
    }

    fn json(value: &impl serde::Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_string(value).map_err(|error| {
            Problem::engine(&EngineError::Failed { action: "write the answer", reason: error.to_string() })
        })?;
        Ok(Self::new("application/json", body))
    }

    fn page(body: String) -> Self {
        Self::new("text/html; charset=utf-8", body)
    }
}

type Outcome = Result<Reply, Problem>;

fn open(engines: &Arc<dyn Engines>) -> Result<Arc<dyn Searcher>, Problem> {
    engines.searcher().map_err(|error| Problem::engine(&error))
}

fn read(searcher: &dyn Searcher, pairs: &Pairs) -> Result<Parameters, Problem> {
    Parameters::read(searcher, pairs).map_err(Problem::parameters)
}

/// `GET /`
pub(super) fn search_page(engines: &Arc<dyn Engines>, pairs: &Pairs) -> Outcome {
    let searcher = open(engines)?;
    let parameters = read(&*searcher, pairs)?;
    let answer = answer(&*searcher, &parameters).map_err(|error| Problem::engine(&error))?;
    Ok(Reply::page(html::search_page(&SearchPage { answer: &answer, dimensions: &dimensions(&*searcher) })))
}

/// `GET /articles/{id}`
pub(super) fn article_page(engines: &Arc<dyn Engines>, id: &str, pairs: &Pairs) -> Outcome {
    let searcher = open(engines)?;
    let address = Address::new(pairs.iter().cloned());
    let found = article(&*searcher, id, &Parameters::of_article(address.pairs()));
    let Some(article) = found.map_err(|error| Problem::engine(&error))? else { return Err(Problem::no_article(id)) };
    let page = ArticlePage { article: &article, dimensions: &dimensions(&*searcher), address: &address };
    Ok(Reply::page(html::article_page(&page)))
}

/// `GET /help`
pub(super) fn help_page(engines: &Arc<dyn Engines>) -> Outcome {
    let searcher = open(engines)?;
    Ok(Reply::page(html::help_page(&dimensions(&*searcher))))
}

/// `GET /api/v1/search`
pub(super) fn search(engines: &Arc<dyn Engines>, pairs: &Pairs) -> Outcome {
    let searcher = open(engines)?;
    let parameters = read(&*searcher, pairs)?;
    let answer = answer(&*searcher, &parameters).map_err(|error| Problem::engine(&error))?;
    Reply::json(&json::search(&answer, &dimensions(&*searcher)))
}

/// `GET /api/v1/articles/{id}`
pub(super) fn article_json(engines: &Arc<dyn Engines>, id: &str, pairs: &Pairs) -> Outcome {
    let searcher = open(engines)?;
    let mut query = "";
    for (name, value) in pairs {
        match name.as_str() {
            "q" => query = value,
            _ => {
                return Err(Problem::parameters(vec![crate::search::parameters::Problem {
                    parameter: name.clone(),
                    reason: "there is no such parameter".into(),
                    suggestion: Some("the only parameter is `q`".into()),
                }]));
            }
        }
    }
    let found = article(&*searcher, id, &Parameters::of_text(query)).map_err(|error| Problem::engine(&error))?;
    let Some(article) = found else { return Err(Problem::no_article(id)) };
    Reply::json(&json::article(&article, query, &dimensions(&*searcher)))
}

/// `GET /api/v1/articles/{id}/similar`
pub(super) fn similar_json(engines: &Arc<dyn Engines>, id: &str, pairs: &Pairs) -> Outcome {
    let searcher = open(engines)?;
    let parameters = SimilarParameters::read(&*searcher, pairs).map_err(Problem::parameters)?;
    let found = similar(&*searcher, id, &parameters).map_err(|error| Problem::engine(&error))?;
    let Some(answer) = found else { return Err(Problem::no_article(id)) };
    Reply::json(&json::similar(&answer, &dimensions(&*searcher)))
}

/// `GET /api/v1/facets/{dimension}`
pub(super) fn facet_json(engines: &Arc<dyn Engines>, dimension: &str, pairs: &Pairs) -> Outcome {
    let searcher = open(engines)?;
    let known = facet_names(&*searcher);
    if !known.iter().any(|name| name == dimension) {
        return Err(Problem::no_dimension(dimension, &known));
    }
    let parameters = read(&*searcher, pairs)?;
    let counted = facet(&*searcher, &parameters, dimension).map_err(|error| Problem::engine(&error))?;
    Reply::json(&counted.as_ref().map(json::named_facet))
}

fn suggested(engines: &Arc<dyn Engines>, pairs: &Pairs) -> Result<SuggestAnswer, Problem> {
    let searcher = open(engines)?;
    let parameters = read(&*searcher, pairs)?;
    suggest(&*searcher, &parameters).map_err(|error| Problem::engine(&error))
}

/// `GET /api/v1/suggest`
pub(super) fn suggest_json(engines: &Arc<dyn Engines>, pairs: &Pairs) -> Outcome {
    Reply::json(&json::suggestions::suggestions(&suggested(engines, pairs)?))
}

/// `GET /suggest.json`
pub(super) fn suggest_for_browsers(engines: &Arc<dyn Engines>, pairs: &Pairs) -> Outcome {
    let reply = Reply::json(&json::suggestions::for_browsers(&suggested(engines, pairs)?))?;
    Ok(Reply { content_type: "application/x-suggestions+json", ..reply })
}

/// `GET /api/v1/status`
pub(super) fn status(engines: &Arc<dyn Engines>) -> Outcome {
    let searcher = open(engines)?;
    let stats = searcher.stats().map_err(|error| Problem::engine(&error))?;
    Reply::json(&json::status(&stats, searcher.report()))
}

/// `GET /readyz`
pub(super) fn ready(engines: &Arc<dyn Engines>) -> Outcome {
    open(engines)?;
    Ok(Reply::new("text/plain; charset=utf-8", "ready\n".into()))
}
