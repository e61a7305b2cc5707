//! One article: its page, its data, its neighbours.

use crate::calendar::today;
use crate::engine::Searcher;
use crate::model::query::Filters;
use crate::model::standing::Standing;
use crate::render::address::Address;
use crate::render::html::ArticlePage;
use crate::render::{html, json};
use crate::search::parameters::catalogue::ARTICLE;
use crate::search::parameters::{Parameters, SimilarParameters};
use crate::search::standing::standing;
use crate::search::{article, dimensions, similar as neighbours};
use crate::server::handlers::{Outcome, open};
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::{Context, Request};

/// Neighbours that the page names; the API has more of them.
const SIMILAR_SHOWN: usize = 5;

/// `GET /articles/{id}`
pub(in crate::server) fn page(context: &Context, request: &Request) -> Outcome {
    let searcher = open(context)?;
    let address = Address::new(request.pairs.iter().cloned());
    let id = request.value();
    let found = article(&*searcher, id, &Parameters::of_article(address.pairs()));
    let Some(article) = found.map_err(|error| Problem::engine(&error))? else { return Err(Problem::no_article(id)) };
    let near = SimilarParameters { filters: Filters::default(), size: SIMILAR_SHOWN };
    let near = neighbours(&*searcher, id, &near).map_err(|error| Problem::engine(&error))?;
    let dimensions = dimensions(&*searcher);
    let standing = standing_of(&*searcher, &address, id)?;
    let page = ArticlePage {
        article: &article,
        dimensions: &dimensions,
        address: &address,
        standing: standing.as_ref(),
        similar: near.as_ref().map(|answer| answer.neighbours.list.as_slice()).unwrap_or_default(),
        public: &context.settings.public_url,
        accessed: today(),
    };
    Ok(Reply::page(html::article_page(&page)))
}

/// The article's place in the search of its address. Parameters that no search has, such as those of a mailing list, make no
/// error of a page that can be shown.
fn standing_of(searcher: &dyn Searcher, address: &Address, id: &str) -> Result<Option<Standing>, Problem> {
    match Parameters::read(searcher, address.pairs()) {
        Ok(search) if !address.is_empty() && search.size > 0 => {
            standing(searcher, &search, id).map_err(|error| Problem::engine(&error))
        }
        _ => Ok(None),
    }
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
