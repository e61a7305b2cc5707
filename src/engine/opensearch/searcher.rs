//! Searching one generation on a cluster: hits and counts in one request, then the articles of the page.
//!
//! Marks, snippets, the close look, trees of facets and histograms are made here, by the code that all engines share; the
//! cluster finds, scores and counts.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::{Value, json};

use crate::engine::close_look::{CloseLook, Looked, Named};
use crate::engine::facets::{histogram, tree};
use crate::engine::fallback::is_needed;
use crate::engine::highlight::{Highlighter, fragments, reasons};
use crate::engine::likeness::Shared;
use crate::engine::opensearch::counting::{Counting, Counts};
use crate::engine::opensearch::fallback::fallback;
use crate::engine::opensearch::generations::{Generation, size};
use crate::engine::opensearch::mapping::HITS_AT_ONCE_MAX;
use crate::engine::opensearch::neighbours;
use crate::engine::opensearch::query_builder::{QueryBuilder, filtered};
use crate::engine::opensearch::reading::documents;
use crate::engine::opensearch::searching::{Found, FoundHit, search, search_all};
use crate::engine::opensearch::suggester::{self, Suggester};
use crate::engine::opensearch::transport::Cluster;
use crate::engine::opensearch::window::{Candidate, Window, WindowTerm, fields};
use crate::engine::other_forms::FormsFound;
use crate::engine::plan::{Alternative, Plan};
use crate::engine::ranking::WINDOW;
use crate::engine::ranking::feedback::Head;
use crate::engine::snippets::snippets;
use crate::engine::spelling::{Spelling, correct};
use crate::engine::{EngineError, Searcher};
use crate::model::COPIES_MAX;
use crate::model::crosstab::{AxisRequest, Crosstab};
use crate::model::document::Document;
use crate::model::query::{
    Deadline, FacetChoice, Filters, Fuzzy, MatchMode, Query, SearchRequest, Sort, SuggestRequest, TextField,
};
use crate::model::report::IngestReport;
use crate::model::results::{
    Article, Copies, Copy, Hit, MatchUsed, Neighbours, OtherForms, Ranked, SearchResults, Stats, Suggestion,
};
use crate::taxonomy::Taxonomy;

/// A searcher of one generation.
pub struct OpenSearchSearcher {
    pub(super) cluster: Cluster,
    pub(super) generation: Generation,
    /// The group of copies that an article is in, by its id.
    groups: HashMap<String, usize>,
    /// The words that misspelt ones are held against.
    spelling: OnceLock<Spelling>,
    /// Made ready at the first suggestion.
    suggester: OnceLock<Suggester>,
    /// The first day of the newest article, once it was asked for.
    newest: OnceLock<Option<i32>>,
}

/// What a request comes down to in this generation.
pub(super) struct Prepared {
    /// The analysed query.
    pub(super) plan: Plan,
    /// What finds and scores.
    pub(super) query: Value,
    match_used: MatchUsed,
    missing: Vec<String>,
    pub(super) counts: Counts,
    /// The hits that came with the counts; in the order asked for, as many as `first_size` says.
    hits: Vec<FoundHit>,
}

impl OpenSearchSearcher {
    /// A searcher of an opened generation.
    pub fn new(cluster: Cluster, generation: Generation) -> Self {
        let mut groups = HashMap::new();
        for (group, articles) in generation.copies.iter().enumerate() {
            groups.extend(articles.iter().map(|article| (article.id.clone(), group)));
        }
        Self {
            cluster,
            generation,
            groups,
            spelling: OnceLock::new(),
            suggester: OnceLock::new(),
            newest: OnceLock::new(),
        }
    }

    /// Builds queries for the generation.
    pub(super) fn builder(&self) -> QueryBuilder<'_> {
        QueryBuilder { lexicon: &self.generation.lexicon }
    }

    /// Asks the generation's articles one search.
    pub(super) fn ask(&self, body: Value, deadline: Deadline) -> Result<Found, EngineError> {
        search(&self.cluster, &self.generation.index, body, deadline)
    }

    /// The plan of a query, with what its misspelt words may stand for.
    pub(super) fn spelt(&self, query: &Query, fuzzy: Fuzzy) -> Result<Plan, EngineError> {
        let mut plan = Plan::of(query);
        let lexicon = &self.generation.lexicon;
        correct(&mut plan, fuzzy, lexicon, || match self.spelling.get() {
            Some(spelling) => Ok(spelling),
            None => {
                let spelling = Spelling::new(lexicon, &self.generation.taxonomy)?;
                Ok(self.spelling.get_or_init(|| spelling))
            }
        })
        .map_err(|never: Infallible| match never {})?;
        Ok(plan)
    }

    /// Finds and counts, by the fallback where the query's words ask too much.
    pub(super) fn prepare(&self, request: &SearchRequest) -> Result<Prepared, EngineError> {
        let full = self.spelt(&request.query, request.fuzzy)?;
        let words = full.soft_words().len();
        let plan = full.joined(request.match_mode);
        let query = self.builder().plan(&plan);
        let (counts, hits) = self.find(&plan, &query, request)?;
        let match_used = match request.match_mode {
            MatchMode::All => MatchUsed::All,
            MatchMode::Any => MatchUsed::Any,
        };
        let as_asked = Prepared { plan, query, match_used, missing: Vec::new(), counts, hits };
        if !is_needed(as_asked.counts.total, words, request.match_mode, request.lenient) {
            return Ok(as_asked);
        }
        let index = &self.generation.index;
        let Some(most) = fallback(&self.cluster, index, self.builder(), &as_asked.plan, request)? else {
            return Ok(as_asked);
        };
        let plan = as_asked.plan;
        let (counts, hits) = self.find(&plan, &most.query, request)?;
        let match_used = MatchUsed::Most;
        Ok(Prepared { plan, query: most.query, match_used, missing: most.missing, counts, hits })
    }

    /// The counts of a query, and its first hits, asked for together.
    fn find(
        &self,
        plan: &Plan,
        query: &Value,
        request: &SearchRequest,
    ) -> Result<(Counts, Vec<FoundHit>), EngineError> {
        let counting = Counting { dictionary: &self.generation.facets, groups: self.generation.copies.len(), request };
        let builder = self.builder();
        let others: Vec<Value> = others(plan).map(|(field, other)| builder.alternative(other, field)).collect();
        let counts = json!({
            "query": filtered(query.clone(), &request.filters, false),
            "size": 0, "track_total_hits": false, "aggs": counting.aggregations(&others),
        });
        let mut searches = vec![counts];
        if request.size > 0 {
            searches.push(self.first_search(plan, query, request)?);
        }
        let mut found = search_all(&self.cluster, &self.generation.index, &searches, request.deadline)?.into_iter();
        let counted = found.next().unwrap_or_default();
        let hits = found.next().unwrap_or_default().hits.hits;
        Ok((counting.read(&self.cluster, &counted.aggregations)?, hits))
    }

    /// The search for the first hits: the window with what the close look reads, or the hits up to the end of the page.
    fn first_search(&self, plan: &Plan, query: &Value, request: &SearchRequest) -> Result<Value, EngineError> {
        if plan.order(request.sort) != Sort::Relevance {
            let end = (request.offset + request.size).min(HITS_AT_ONCE_MAX);
            return self.hits_search(plan, query, request, end, request.collapse);
        }
        let mut body = self.hits_search(plan, query, request, WINDOW, false)?;
        let dimensions: Vec<&str> = self.generation.taxonomy.dimensions().iter().map(|d| d.name.as_str()).collect();
        let (stored, columns) = fields(plan, &dimensions);
        body["stored_fields"] = json!(stored);
        body["docvalue_fields"] = json!(columns);
        Ok(body)
    }

    /// A search for the first hits of a query under all filters, in the request's order.
    fn hits_search(
        &self,
        plan: &Plan,
        query: &Value,
        request: &SearchRequest,
        size: usize,
        collapse: bool,
    ) -> Result<Value, EngineError> {
        let order = plan.order(request.sort);
        let mut query = filtered(query.clone(), &request.filters, true);
        if let (Sort::Relevance, Some(half_life)) = (order, request.recency)
            && let Some(newest) = self.newest()?
        {
            query = recent(query, newest, half_life);
        }
        let by_day = |direction: &str| json!([{"date_first": {"order": direction, "missing": "_last"}}, {"id": "asc"}]);
        let sort = match order {
            Sort::Relevance => json!([{"_score": "desc"}, {"id": "asc"}]),
            Sort::Newest => by_day("desc"),
            Sort::Oldest => by_day("asc"),
        };
        let mut body = json!({
            "query": query, "size": size, "track_total_hits": false, "sort": sort, "_source": false,
            "stored_fields": [], "docvalue_fields": ["lead"],
        });
        if collapse {
            body["collapse"] = json!({"field": "lead"});
        }
        Ok(body)
    }

    /// The first hits of a query, however many: more than a cluster gives at once are walked to.
    fn first(&self, prepared: &Prepared, request: &SearchRequest, limit: usize) -> Result<Vec<Candidate>, EngineError> {
        let walks = limit > HITS_AT_ONCE_MAX;
        let size = limit.min(HITS_AT_ONCE_MAX);
        let collapse = request.collapse && !walks;
        let mut body = self.hits_search(&prepared.plan, &prepared.query, request, size, collapse)?;
        let (mut found, mut leads) = (Vec::new(), HashSet::new());
        loop {
            let hits = self.ask(body.clone(), request.deadline)?.hits.hits;
            let (came, last) = (hits.len(), hits.last().map(|hit| hit.sort.clone()));
            for hit in hits {
                let candidate = Candidate::of(found.len(), &hit);
                if !request.collapse || leads.insert(candidate.lead.clone()) {
                    found.push(candidate);
                }
            }
            let Some(last) = last.filter(|_| walks && came == size && found.len() < limit) else { break };
            body["search_after"] = json!(last);
        }
        found.truncate(limit);
        Ok(found)
    }

    /// The first day of the newest article.
    pub(super) fn newest(&self) -> Result<Option<i32>, EngineError> {
        if let Some(newest) = self.newest.get() {
            return Ok(*newest);
        }
        let body = json!({"size": 0, "track_total_hits": false, "aggs": {"newest": {"max": {"field": "date_first"}}}});
        let found = self.ask(body, Deadline::default())?;
        let newest = found.aggregations["newest"]["value"].as_f64().map(|day| day as i32);
        Ok(*self.newest.get_or_init(|| newest))
    }

    /// The hits of the page, in their order.
    fn top(&self, prepared: &mut Prepared, request: &SearchRequest) -> Result<Page, EngineError> {
        let end = request.offset + request.size;
        let total = if request.collapse { prepared.counts.collapsed } else { prepared.counts.total } as usize;
        let fetched = Mutex::new(HashMap::new());
        let heads = |ids: &[String]| self.heads(ids, &fetched, request.deadline);
        let window = Window::new(self.builder(), heads);
        if request.size == 0 || total <= request.offset {
            return Ok(Page::default());
        }
        let hits = std::mem::take(&mut prepared.hits);
        let mut candidates: Vec<Candidate> = hits.iter().enumerate().map(|(at, hit)| Candidate::of(at, hit)).collect();
        if prepared.plan.order(request.sort) != Sort::Relevance {
            let is_enough = end.min(total) <= candidates.len();
            let all = if is_enough { candidates } else { self.first(prepared, request, end.min(total))? };
            let list = all.into_iter().take(end).skip(request.offset).map(Looked::unseen).collect();
            return Ok(Page { list, labels: Vec::new(), fetched: into_inner(fetched) });
        }
        let look: Option<CloseLook<WindowTerm>> =
            CloseLook::new(&window, &prepared.plan, &self.generation.taxonomy, request.explain)?;
        let inside: HashSet<String> = candidates.iter().map(|candidate| candidate.id.clone()).collect();
        window.take(hits);
        if request.recency.is_none() {
            window.settle(&prepared.plan, &mut candidates)?;
        }
        let mut top = match &look {
            Some(look) => look.order(&window, candidates)?,
            None => candidates.into_iter().map(Looked::unseen).collect(),
        };
        // The groups of copies that the window stands for: its best article of each leads, whatever comes later.
        let mut leads = HashSet::new();
        if request.collapse {
            top.retain(|looked| leads.insert(looked.hit.lead.clone()));
        }
        if end.min(total) > top.len() {
            let rest = self.first(prepared, request, end.min(total))?.into_iter();
            let outside = rest.filter(|candidate| !inside.contains(&candidate.id) && !leads.contains(&candidate.lead));
            top.extend(outside.map(Looked::unseen));
        }
        let list: Vec<Looked<Candidate>> = top.into_iter().take(end).skip(request.offset).collect();
        let mut labels = Vec::new();
        for looked in list.iter().filter(|_| request.explain) {
            // A hit behind the window is not in it to be asked about.
            let is_seen = looked.labels > 0.0;
            let named = match &look {
                Some(look) if is_seen => look.labels(&window, looked)?,
                _ => Vec::new(),
            };
            labels.push(named.into_iter().cloned().collect());
        }
        Ok(Page { list, labels, fetched: into_inner(fetched) })
    }

    /// The heads of some articles. What was fetched for them is kept: most of the best are on the page.
    fn heads(
        &self,
        ids: &[String],
        fetched: &Mutex<HashMap<String, Document>>,
        deadline: Deadline,
    ) -> Result<Vec<Head>, EngineError> {
        let documents = self.stored(ids, deadline)?;
        let heads =
            documents.iter().map(|document| Head::of(&document.title, &document.body, &document.lang)).collect();
        let mut fetched = fetched.lock().unwrap_or_else(PoisonError::into_inner);
        fetched.extend(documents.into_iter().map(|document| (document.id.clone(), document)));
        Ok(heads)
    }

    /// Stored articles that are known to be there, in the order of their ids.
    pub(super) fn stored(&self, ids: &[String], deadline: Deadline) -> Result<Vec<Document>, EngineError> {
        let found = documents(&self.cluster, &self.generation.index, ids, deadline)?;
        found.into_iter().zip(ids).map(|(document, id)| document.ok_or_else(|| EngineError::lost(id))).collect()
    }

    /// The other prints of an article's text.
    pub(super) fn copies(&self, document: &Document) -> Copies {
        let Some(group) = self.groups.get(&document.id).map(|group| &self.generation.copies[*group]) else {
            return Copies::default();
        };
        let others = group.iter().filter(|other| other.id != document.id).take(COPIES_MAX);
        let leads = document.date.is_some() && group.first().is_some_and(|first| first.id == document.id);
        Copies { total: group.len().saturating_sub(1), list: others.map(Copy::from).collect(), leads }
    }

    /// A hit made of its stored article.
    pub(super) fn hit(
        &self,
        mut document: Document,
        score: f32,
        highlighter: &Highlighter,
        weights: &[f32],
        cut_snippets: bool,
    ) -> Hit {
        let body = std::mem::take(&mut document.body);
        let title_marks = highlighter.marks(&document.title, &document.lang, TextField::Title);
        let (snippets, matched) = if cut_snippets {
            let marks = highlighter.marks(&body, &document.lang, TextField::Body);
            let texts = [(document.title.as_str(), title_marks.as_slice()), (body.as_str(), marks.as_slice())];
            (snippets(&document.title, &body, &marks, weights), reasons(highlighter, texts))
        } else {
            (Vec::new(), Vec::new())
        };
        Hit {
            title: fragments(&document.title, 0..document.title.len(), &title_marks),
            score,
            snippets,
            matched,
            copies: self.copies(&document),
            document,
            explanation: None,
        }
    }

    fn results(&self, request: &SearchRequest) -> Result<SearchResults, EngineError> {
        let mut prepared = self.prepare(request)?;
        let Page { list, labels, mut fetched } = self.top(&mut prepared, request)?;
        let missing: Vec<String> =
            list.iter().map(|looked| &looked.hit.id).filter(|id| !fetched.contains_key(*id)).cloned().collect();
        fetched
            .extend(self.stored(&missing, request.deadline)?.into_iter().map(|article| (article.id.clone(), article)));
        let highlighter = Highlighter::new(&prepared.plan);
        let weights = self.builder().leaf_weights(&prepared.plan);
        let mut hits = Vec::with_capacity(list.len());
        for looked in &list {
            let document = fetched.remove(&looked.hit.id).ok_or_else(|| EngineError::lost(&looked.hit.id))?;
            hits.push(self.hit(document, looked.hit.score, &highlighter, &weights, request.snippets));
        }
        if request.explain && prepared.plan.order(request.sort) == Sort::Relevance {
            self.explain(&prepared.plan, request, &list, &labels, &mut hits)?;
        }
        let (variants, corrections) = other_forms(&prepared);
        let none: Vec<FacetChoice> = Vec::new();
        let Generation { facets: dictionary, taxonomy, .. } = &self.generation;
        let facets = request.facets.iter().zip(&prepared.counts.facets).map(|(facet, counts)| {
            let chosen = request.filters.include.get(&facet.dimension).unwrap_or(&none);
            tree(facet, counts, dictionary, chosen, taxonomy)
        });
        let dates = request.filters.dates.unwrap_or_default();
        Ok(SearchResults {
            total: prepared.counts.total,
            collapsed: prepared.counts.collapsed,
            hits,
            match_used: prepared.match_used,
            missing: prepared.missing,
            variants,
            corrections,
            did_you_mean: None,
            facets: facets.collect(),
            histogram: request.interval.map(|interval| histogram(&prepared.counts.days, interval, &dates)),
        })
    }
}

/// The hits of a page, and what was fetched of articles on the way to it.
#[derive(Default)]
struct Page {
    list: Vec<Looked<Candidate>>,
    /// What the query names that each hit is tagged with, where somebody asks why.
    labels: Vec<Vec<Named>>,
    fetched: HashMap<String, Document>,
}

fn into_inner(fetched: Mutex<HashMap<String, Document>>) -> HashMap<String, Document> {
    fetched.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// A query with recency added to its scores; nothing to the undated.
fn recent(query: Value, newest: i32, half_life: u32) -> Value {
    let decay = json!({"date_first": {"origin": newest, "scale": half_life.max(1), "decay": 0.5}});
    json!({"function_score": {
        "query": query,
        "functions": [{"weight": 1.0}, {"filter": {"exists": {"field": "date_first"}}, "exp": decay}],
        "score_mode": "sum",
        "boost_mode": "multiply",
    }})
}

/// The other forms of a plan that are counted.
fn others(plan: &Plan) -> impl Iterator<Item = (Option<TextField>, &Alternative)> {
    plan.alternatives().into_iter().filter(|(_, other)| other.is_one_form())
}

/// The other forms that were found, with the articles of the answer that have each: names, then words.
fn other_forms(prepared: &Prepared) -> (Vec<OtherForms>, Vec<OtherForms>) {
    let mut found = FormsFound::default();
    for ((_, other), &count) in others(&prepared.plan).zip(&prepared.counts.matching) {
        found.add(other, count);
    }
    found.into_lists()
}

impl Searcher for OpenSearchSearcher {
    fn search(&self, request: &SearchRequest) -> Result<SearchResults, EngineError> {
        self.results(request)
    }

    fn rank(&self, request: &SearchRequest) -> Result<Vec<Ranked>, EngineError> {
        let mut prepared = self.prepare(request)?;
        let page = self.top(&mut prepared, request)?;
        Ok(page.list.into_iter().map(|looked| Ranked { id: looked.hit.id, score: looked.hit.score }).collect())
    }

    fn crosstab(
        &self,
        request: &SearchRequest,
        rows: &AxisRequest,
        columns: &AxisRequest,
    ) -> Result<Crosstab, EngineError> {
        self.table(request, rows, columns)
    }

    fn article(&self, id: &str, query: &Query, fuzzy: Fuzzy) -> Result<Option<Article>, EngineError> {
        let found = documents(&self.cluster, &self.generation.index, &[id.to_owned()], Deadline::default())?;
        let Some(document) = found.into_iter().next().flatten() else { return Ok(None) };
        let plan = self.spelt(query, fuzzy)?;
        let copies = self.copies(&document);
        Ok(Some(crate::engine::article::mark(document, copies, &plan)))
    }

    fn documents(&self, ids: &[String]) -> Result<Vec<(Document, Copies)>, EngineError> {
        let documents = self.stored(ids, Deadline::default())?.into_iter();
        Ok(documents
            .map(|document| {
                let copies = self.copies(&document);
                (document, copies)
            })
            .collect())
    }

    fn suggest(&self, request: &SuggestRequest) -> Result<Vec<Suggestion>, EngineError> {
        let Generation { facets, taxonomy, index, .. } = &self.generation;
        let suggester = match self.suggester.get() {
            Some(suggester) => suggester,
            None => {
                let suggester = Suggester::new(self.generation.suggestions()?, taxonomy, facets);
                self.suggester.get_or_init(|| suggester)
            }
        };
        let place =
            suggester::Place { cluster: &self.cluster, index, builder: self.builder(), dictionary: facets, taxonomy };
        suggester.suggest(&place, request)
    }

    fn similar(&self, id: &str, filters: &Filters, size: usize) -> Result<Option<Neighbours>, EngineError> {
        let Generation { taxonomy, index, copies, .. } = &self.generation;
        let place = neighbours::Place {
            cluster: &self.cluster,
            index,
            lexicon: &self.generation.lexicon,
            taxonomy,
            groups: copies.len(),
        };
        let Some(alike) = place.alike(id, filters, size)? else { return Ok(None) };
        let ids: Vec<String> = alike.list.iter().map(|(id, ..)| id.clone()).collect();
        let documents = self.stored(&ids, Deadline::default())?;
        let highlighter = Highlighter::new(&alike.profile.plan());
        let weights: Vec<f32> = alike.profile.words.iter().map(|word| word.weight).collect();
        let hit = |(document, (_, score, _)): (Document, &(String, f32, Shared))| {
            self.hit(document, *score, &highlighter, &weights, true)
        };
        let hits = documents.into_iter().zip(&alike.list).map(hit).collect();
        Ok(Some(alike.neighbours(hits)))
    }

    fn stats(&self) -> Result<Stats, EngineError> {
        let manifest = &self.generation.manifest;
        let (bytes, segments) = size(&self.cluster, &self.generation.index)?;
        Ok(Stats {
            generation: manifest.generation.clone(),
            documents: manifest.report.documents as u64,
            segments,
            bytes,
            built_at: manifest.built_at.clone(),
        })
    }

    fn report(&self) -> &IngestReport {
        &self.generation.manifest.report
    }

    fn taxonomy(&self) -> &Taxonomy {
        &self.generation.taxonomy
    }

    fn values(&self, dimension: &str) -> Vec<String> {
        self.generation.facets.paths(dimension).iter().skip(1).cloned().collect()
    }

    fn generation(&self) -> &str {
        &self.generation.manifest.generation
    }
}
