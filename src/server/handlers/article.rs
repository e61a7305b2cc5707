//! One article: its page, its data, its neighbours.

use crate::render::address::Address;
use crate::render::html::ArticlePage;
use crate::render::{html, json};
use crate::search::parameters::catalogue::ARTICLE;
use crate::search::parameters::{Parameters, SimilarParameters};
use crate::search::{article, dimensions, similar as neighbours};
use crate::server::handlers::{Outcome, open};
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::{Context, Request};

/// `GET /articles/{id}`
pub(in crate::server) fn page(context: &Context, request: &Request) -> Outcome {
    let searcher = open(context)?;
    let address = Address::new(request.pairs.iter().cloned());
    let id = request.value();
    let found = article(&*searcher, id, &Parameters::of_article(address.pairs()));
    let Some(article) = found.map_err(|error| Problem::engine(&error))? else { return Err(Problem::no_article(id)) };
    let page = ArticlePage { article: &article, dimensions: &dimensions(&*searcher), address: &address };
    Ok(Reply::page(html::article_page(&page)))
}

/// `GET /api/v1/articles/{id}`
pub(in crate::server) fn json(context: &Context, request: &Request) -> Outcome {
    let searcher = open(context)?;
    let id = request.value();
    let Parameters { text, .. } =
        Parameters::read_those(&*searcher, &ARTICLE, &request.pairs).map_err(Problem::parameters)?;
    let found = article(&*searcher, id, &Parameters::of_text(&text)).map_err(|error| Problem::engine(&error))?;
    let Some(article) = found else { return Err(Problem::no_article(id)) };
    Reply::json(&json::article(&article, &text, &dimensions(&*searcher)))
}

/// `GET /api/v1/articles/{id}/similar`
pub(in crate::server) fn similar(context: &Context, request: &Request) -> Outcome {
    let searcher = open(context)?;
    let id = request.value();
    let parameters = SimilarParameters::read(&*searcher, &request.pairs).map_err(Problem::parameters)?;
    let found = neighbours(&*searcher, id, &parameters).map_err(|error| Problem::engine(&error))?;
    let Some(answer) = found else { return Err(Problem::no_article(id)) };
    Reply::json(&json::similar(&answer, &dimensions(&*searcher)))
}
