//! Following a search: its feed, the description for a browser's own search bar, and what robots may read.

use crate::model::FEED_ENTRIES_DEFAULT;
use crate::model::query::Sort;
use crate::render::{atom, open_search};
use crate::search::{answer, dimensions};
use crate::server::handlers::{Outcome, open, read};
use crate::server::problem::Problem;
use crate::server::reply::{Reply, TEXT};
use crate::server::routes::{Context, Request};

/// What robots may read. Articles may be found by others; searches may not: there is no end of them, each costs us one,
/// and they hold nothing but articles. Of two rules that fit, the longer one counts (RFC 9309, 2.2.2).
const ROBOTS: &str = "\
# Articles may be indexed. Searches have no end, and hold nothing that the articles do not.
User-agent: *
Disallow: /*?
Disallow: /api/
Disallow: /feed.atom
Disallow: /suggest.json
Disallow: /metrics
Allow: /assets/
";

/// `GET /feed.atom`: the newest articles of a search, whatever its order and page.
pub(in crate::server) fn feed(context: &Context, request: &Request) -> Outcome {
    let searcher = open(context)?;
    let mut parameters = read(&*searcher, &request.pairs)?;
    if !request.pairs.iter().any(|(name, value)| name == "size" && !value.trim().is_empty()) {
        parameters.size = FEED_ENTRIES_DEFAULT;
    }
    (parameters.sort, parameters.page, parameters.facets) = (Sort::Newest, 1, Some(Vec::new()));
    (parameters.recency, parameters.explain) = (None, false);
    let answer = answer(&*searcher, &parameters).map_err(|error| Problem::engine(&error))?;
    let feed = atom::Feed {
        answer: &answer,
        dimensions: &dimensions(&*searcher),
        public: &context.settings.public_url,
        corpus: searcher.taxonomy().corpus(),
    };
    Ok(Reply::new(atom::CONTENT_TYPE, atom::feed(&feed)))
}

/// `GET /opensearch.xml`
pub(in crate::server) fn opensearch(context: &Context, _: &Request) -> Outcome {
    Ok(Reply::new(open_search::CONTENT_TYPE, open_search::description(&context.settings.public_url)))
}

/// `GET /robots.txt`
pub(in crate::server) fn robots(_: &Context, _: &Request) -> Outcome {
    Ok(Reply::new(TEXT, ROBOTS))
}
