//! Suggestions of one generation on a cluster: what is kept for them as a companion, and the answer under filters.
//!
//! May not rank: that is `engine::suggestions`'. What is not known here is at first taken to be welcome; all that an answer
//! rests on is then asked for at once, and the answer made anew, so that a suggestion costs a request or two the first time
//! and none the next. A generation never changes, so what was counted stays true.

mod allowed;
pub mod gathering;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::engine::EngineError;
use crate::engine::facets::FacetDictionary;
use crate::engine::opensearch::query_builder::QueryBuilder;
use crate::engine::opensearch::suggester::allowed::{Allowed, Passes};
use crate::engine::opensearch::suggester::gathering::Kept;
use crate::engine::opensearch::transport::Cluster;
use crate::engine::plan::Plan;
use crate::engine::suggestions::suggester::{List, Lists, Welcome, all_words, names};
use crate::model::query::{Filters, MatchMode, SuggestRequest};
use crate::model::results::Suggestion;
use crate::query::variants::with_variants;
use crate::taxonomy::Taxonomy;

/// Sets of filters whose articles are remembered.
const REMEMBERED_FILTERS_MAX: usize = 64;
/// Rounds of asking for what an answer rests on; what is unknown behind the last is no longer taken to be welcome.
const ROUNDS_MAX: usize = 6;
/// How many times more suggestions are looked at with each round behind the first, and how many at most.
const AHEAD: usize = 4;
const CHOSEN_AHEAD_MAX: usize = 200;
/// Titles that are looked at ahead under filters that most of them fail, of each way to continue, and their articles.
const TITLES_AHEAD: usize = 1000;
const ARTICLES_AHEAD: usize = 8000;

/// Suggests from one generation.
pub struct Suggester {
    lists: Lists,
    /// Ids of the articles that the lists speak of, sorted.
    articles: Vec<String>,
    /// The articles whose words were read.
    read: Vec<u32>,
    /// The articles of each word and phrase, of those that were read.
    common_articles: Vec<Vec<u32>>,
    /// The articles of each title.
    title_articles: Vec<Vec<u32>>,
    remembered: Mutex<Vec<(Filters, Arc<Allowed>)>>,
}

/// What a suggester asks its generation by.
pub struct Place<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Name of the index of articles.
    pub index: &'a str,
    /// Builds queries.
    pub builder: QueryBuilder<'a>,
    /// The facet values.
    pub dictionary: &'a FacetDictionary,
    /// The taxonomy.
    pub taxonomy: &'a Taxonomy,
}

impl Suggester {
    /// Makes ready what was kept. Takes about a microsecond for each title and phrase.
    pub fn new(kept: Kept, taxonomy: &Taxonomy, dictionary: &FacetDictionary) -> Self {
        let in_bounds = |article: &u32| (*article as usize) < kept.articles.len();
        let read: Vec<u32> = kept.read.into_iter().filter(in_bounds).collect();
        let (mut common, mut common_articles) = (Vec::new(), Vec::new());
        for one in kept.common {
            common_articles.push(one.articles().filter_map(|at| read.get(at).copied()).collect());
            let kind = one.kind();
            common.push((one.text, kind));
        }
        let (mut titles, mut title_articles) = (Vec::new(), Vec::new());
        for title in kept.titles {
            titles.push(title.text);
            title_articles.push(title.articles.into_iter().filter(in_bounds).collect());
        }
        Self {
            lists: Lists::new(names(taxonomy, dictionary), common, titles),
            articles: kept.articles,
            read,
            common_articles,
            title_articles,
            remembered: Mutex::default(),
        }
    }

    /// What continues a text, best first.
    pub fn suggest(&self, place: &Place<'_>, request: &SuggestRequest) -> Result<Vec<Suggestion>, EngineError> {
        let allowed = self.allowed(place, &request.filters)?;
        let mut round = 0;
        loop {
            round += 1;
            let is_last = round == ROUNDS_MAX;
            let under = Under { suggester: self, allowed: &allowed, is_last, lacking: RefCell::default() };
            let suggestions = match self.lists.suggest(&under, request) {
                Ok(suggestions) => suggestions,
                Err(never) => match never {},
            };
            // Where the first choice did not last, those that may come next are asked for as well.
            if round > 1 && under.lacks() {
                let size = (request.size * AHEAD.pow(round as u32 - 1)).clamp(request.size, CHOSEN_AHEAD_MAX);
                match self.lists.suggest(&under, &SuggestRequest { size, ..request.clone() }) {
                    Ok(_) => {}
                    Err(never) => match never {},
                }
            }
            let Lacking { texts, articles } = under.lacking.into_inner();
            if is_last || (texts.is_empty() && articles.is_empty()) {
                return Ok(suggestions);
            }
            if !articles.is_empty() {
                self.learn(place, &allowed, request, articles)?;
            }
            let texts: Vec<String> = texts.into_iter().collect();
            let queries = texts.iter().map(|text| query(place, text)).collect();
            allowed.count(place, &request.filters, texts, queries)?;
        }
    }

    /// The articles under filters: those of the last sets of filters are remembered.
    fn allowed(&self, place: &Place<'_>, filters: &Filters) -> Result<Arc<Allowed>, EngineError> {
        let remembered = || self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, allowed)) = remembered().iter().find(|(known, _)| known == filters) {
            return Ok(Arc::clone(allowed));
        }
        let allowed = Arc::new(Allowed::new(place, filters, self.lists.names(), &self.articles, &self.read)?);
        let mut list = remembered();
        if list.len() >= REMEMBERED_FILTERS_MAX {
            list.remove(0);
        }
        list.push((filters.clone(), Arc::clone(&allowed)));
        Ok(allowed)
    }

    /// Asks whether some articles pass, and those of the titles that would come next if they do not.
    fn learn(
        &self,
        place: &Place<'_>,
        allowed: &Allowed,
        request: &SuggestRequest,
        articles: BTreeSet<u32>,
    ) -> Result<(), EngineError> {
        let mut asked = articles;
        let is_welcome = &mut |title: u32| {
            let mut may = false;
            allowed.of(&self.title_articles[title as usize], |_, passes| {
                may = passes != Passes::No;
                !may
            });
            may
        };
        for title in self.lists.titles(&request.text, TITLES_AHEAD, is_welcome) {
            if asked.len() >= ARTICLES_AHEAD {
                break;
            }
            asked.extend(&self.title_articles[title as usize]);
        }
        allowed.learn(place, &request.filters, &self.articles, &Vec::from_iter(asked))
    }

    /// The articles of an entry, as far as they were read.
    fn of(&self, list: List, entry: usize) -> &[u32] {
        match list {
            List::Common => &self.common_articles[entry],
            List::Titles => &self.title_articles[entry],
        }
    }
}

/// What finds the articles with all words of a text, names in any of their forms.
fn query(place: &Place<'_>, text: &str) -> Value {
    place.builder.plan(&Plan::of(&with_variants(all_words(text), place.taxonomy, &[])).joined(MatchMode::All))
}

/// What an answer rests on that is not known.
#[derive(Default)]
struct Lacking {
    /// Texts whose articles were not counted.
    texts: BTreeSet<String>,
    /// Articles of which nobody asked whether they pass.
    articles: BTreeSet<u32>,
}

/// The articles under the filters of a request, as far as they are known: the unknown are taken to be among them, and noted.
struct Under<'a> {
    suggester: &'a Suggester,
    allowed: &'a Allowed,
    /// Whether nothing will be asked for any more: then the unknown are not among them.
    is_last: bool,
    lacking: RefCell<Lacking>,
}

impl Under<'_> {
    fn lacks(&self) -> bool {
        let lacking = self.lacking.borrow();
        !lacking.texts.is_empty() || !lacking.articles.is_empty()
    }
}

impl Welcome for Under<'_> {
    type Error = Infallible;

    fn labelled(&self, name: usize) -> u64 {
        self.allowed.labelled[name]
    }

    fn has(&self, list: List, entry: usize) -> bool {
        let mut unknown = Vec::new();
        let mut has = false;
        self.allowed.of(self.suggester.of(list, entry), |article, passes| {
            has = passes == Passes::Yes;
            if passes == Passes::Unknown {
                unknown.push(article);
            }
            !has
        });
        if has || self.is_last || unknown.is_empty() {
            return has;
        }
        self.lacking.borrow_mut().articles.extend(unknown);
        true
    }

    fn count(&self, list: List, entry: usize) -> u64 {
        let mut count = 0;
        self.allowed.of(self.suggester.of(list, entry), |article, passes| {
            if passes == Passes::Unknown && !self.is_last {
                self.lacking.borrow_mut().articles.insert(article);
            }
            count += u64::from(passes == Passes::Yes || passes == Passes::Unknown && !self.is_last);
            true
        });
        count
    }

    fn bearer(&self, title: usize) -> Result<Option<String>, Infallible> {
        let mut bearer = None;
        self.allowed.of(self.suggester.of(List::Titles, title), |article, passes| {
            if passes == Passes::Yes {
                bearer = Some(self.suggester.articles[article as usize].clone());
            }
            bearer.is_none()
        });
        Ok(bearer)
    }

    fn found(&self, text: &str) -> Result<u64, Infallible> {
        let counted = self.allowed.counted(text);
        if counted.is_none() && !self.is_last {
            self.lacking.borrow_mut().texts.insert(text.to_owned());
        }
        Ok(counted.unwrap_or(u64::from(!self.is_last)))
    }
}
