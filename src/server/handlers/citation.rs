//! How to cite one article, in the forms that reference managers and people take.

use crate::render::address::article_page;
use crate::render::citation::{Citation, CitationForm, citation as write};
use crate::search::citing::CitationParameters;
use crate::server::handlers::{Outcome, named, open};
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::{Context, Request};

/// `GET /api/v1/articles/{id}/citation`
pub(in crate::server) fn citation(context: &Context, request: &Request) -> Outcome {
    let searcher = open(context)?;
    let id = request.value();
    let CitationParameters { form, accessed } =
        CitationParameters::read(&request.pairs).map_err(Problem::parameters)?;
    let nothing = crate::search::parameters::Parameters::default();
    let found = crate::search::article(&*searcher, id, &nothing).map_err(|error| Problem::engine(&error))?;
    let Some(article) = found else { return Err(Problem::no_article(id)) };
    let page = context.settings.public_url.absolute(&article_page(id));
    let cited = Citation { document: &article.document, page: Some(&page), accessed };
    let reply = Reply::new(form.media_type(), write(&cited, form));
    // A line for people is read where it comes, everything else is kept.
    let how = if form == CitationForm::Text { "inline" } else { "attachment" };
    Ok(named(reply, how, id, form.file_ending()))
}
