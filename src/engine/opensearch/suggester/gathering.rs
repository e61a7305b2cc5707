//! What suggestions need of a finished index, gathered before it goes live and kept as a companion of its generation.
//!
//! Reads the articles of the index and nothing of the run that made it: however the index came about, the same articles
//! give the same suggestions. Of a large corpus the titles of the latest articles are kept, and no others.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::engine::EngineError;
use crate::engine::opensearch::searching::{FoundHit, search};
use crate::engine::opensearch::transport::Cluster;
use crate::engine::suggestions::gathering::{Head, KeptCommon, READ_ARTICLES_MAX, Titles, read, reading_order, share};
use crate::engine::suggestions::phrases::common;
use crate::model::query::Deadline;

/// Articles whose titles are kept: the latest, the undated after them.
const TITLED_ARTICLES_MAX: usize = 200_000;
/// Articles that bear a title at most: what more of them bear is the heading of a column and leads to none of them.
const TITLE_ARTICLES_MAX: usize = 1000;
/// Titles that are read at a time, and texts.
const TITLES_AT_ONCE: usize = 5000;
const TEXTS_AT_ONCE: usize = 100;

/// What a generation keeps for suggestions. Articles are told by their places in `articles`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Ids of the articles that the lists speak of, in the order of letters.
    pub(super) articles: Vec<String>,
    /// Titles, those of most articles first, then those of the latest.
    pub(super) titles: Vec<KeptTitle>,
    /// The articles whose words were read.
    pub(super) read: Vec<u32>,
    /// Words and phrases, those of most articles first.
    pub(super) common: Vec<KeptCommon>,
}

/// A title with the articles that bear it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptTitle {
    #[serde(rename = "t")]
    pub(super) text: String,
    #[serde(rename = "a")]
    pub(super) articles: Vec<u32>,
}

/// Gathers what suggestions need from a finished index, refreshed and no longer written to; `ids` are those of all its
/// articles. Costs a request for each `TITLES_AT_ONCE` articles of the latest `TITLED_ARTICLES_MAX`, and one for each
/// `TEXTS_AT_ONCE` of `READ_ARTICLES_MAX`.
pub fn gather<'i>(cluster: &Cluster, index: &str, ids: impl IntoIterator<Item = &'i str>) -> Result<Kept, EngineError> {
    let titles = titles(cluster, index)?;
    let mut chosen: Vec<(u64, &str)> = ids.into_iter().map(|id| (reading_order(id), id)).collect();
    chosen.sort_unstable();
    chosen.truncate(READ_ARTICLES_MAX);
    let mut chosen: Vec<&str> = chosen.into_iter().map(|(_, id)| id).collect();
    chosen.sort_unstable();
    let common = common_of(cluster, index, &chosen)?;
    let ids: BTreeSet<&str> =
        titles.iter().flat_map(|(_, ids)| ids).map(String::as_str).chain(chosen.iter().copied()).collect();
    let articles: Vec<String> = ids.into_iter().map(str::to_owned).collect();
    // Every id is there: the list was made of them.
    let place = |id: &str| articles.binary_search_by(|known| known.as_str().cmp(id)).unwrap_or_default() as u32;
    let kept_title = |(text, ids): (String, Vec<String>)| {
        let mut articles: Vec<u32> = ids.iter().map(|id| place(id)).collect();
        articles.sort_unstable();
        KeptTitle { text, articles }
    };
    Ok(Kept {
        titles: titles.into_iter().map(kept_title).collect(),
        read: chosen.iter().map(|id| place(id)).collect(),
        common,
        articles,
    })
}

/// The titles of the latest articles with the ids of those that bear them.
fn titles(cluster: &Cluster, index: &str) -> Result<Vec<(String, Vec<String>)>, EngineError> {
    let mut titles = Titles::default();
    let mut after: Option<Vec<Value>> = None;
    let mut seen = 0;
    while seen < TITLED_ARTICLES_MAX {
        let size = TITLES_AT_ONCE.min(TITLED_ARTICLES_MAX - seen);
        let mut body = json!({
            "query": {"match_all": {}},
            "sort": [{"date_last": {"order": "desc", "missing": "_last"}}, {"id": "asc"}],
            "size": size,
            "track_total_hits": false,
            "stored_fields": ["document"],
        });
        if let Some(after) = after.take() {
            body["search_after"] = after.into();
        }
        let hits = search(cluster, index, body, Deadline::default())?.hits.hits;
        let is_last = hits.len() < size;
        seen += hits.len();
        after = hits.last().map(|hit| hit.sort.clone());
        for hit in hits {
            titles.add(head(cluster, &hit)?, hit.id);
        }
        if is_last {
            break;
        }
    }
    let mut titles = titles.sorted();
    titles.retain(|(_, articles)| articles.len() <= TITLE_ARTICLES_MAX);
    Ok(titles)
}

/// The words and phrases of the articles that are read, told by their places among these.
fn common_of(cluster: &Cluster, index: &str, chosen: &[&str]) -> Result<Vec<KeptCommon>, EngineError> {
    let share = share(chosen.len());
    let mut readings = Vec::with_capacity(chosen.len());
    for ids in chosen.chunks(TEXTS_AT_ONCE) {
        let body = json!({
            "query": {"terms": {"id": ids}},
            "sort": [{"id": "asc"}],
            "size": ids.len(),
            "track_total_hits": false,
            "stored_fields": ["document", "stored_body"],
        });
        let hits = search(cluster, index, body, Deadline::default())?.hits.hits;
        if let Some(lost) = ids.iter().enumerate().find(|(n, id)| hits.get(*n).is_none_or(|hit| hit.id != **id)) {
            return Err(EngineError::lost(lost.1));
        }
        for hit in &hits {
            readings.push(read(&head(cluster, hit)?.title, hit.texts("stored_body").next().unwrap_or_default(), share));
        }
    }
    Ok(common(&readings).into_iter().map(KeptCommon::from).collect())
}

/// What is read of a stored article.
fn head(cluster: &Cluster, hit: &FoundHit) -> Result<Head, EngineError> {
    let document = hit.texts("document").next().unwrap_or_default();
    serde_json::from_str(document).map_err(|error| {
        cluster.address().failed("gather what suggestions need", format!("article `{}` is unreadable: {error}", hit.id))
    })
}
