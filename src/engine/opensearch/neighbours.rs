//! Neighbours of an article on a cluster: holders are counted by one request, and one more adds up, ranks and counts what is alike.
//!
//! Decides nothing about what makes articles alike: the script that runs beside the index (`likeness.painless`) follows
//! `engine::likeness` step by step, so that all that is alike is counted and ranked where it lies, however much it is. Only
//! articles that share three words or a label with the profile are looked at by it.

use serde_json::{Map, Value, json};

use crate::engine::EngineError;
use crate::engine::likeness::{
    Articles, NEIGHBOUR_HALF, NEIGHBOUR_LENGTH, Profile, Shared, TITLE_OCCURRENCES, Value as Label, Word, paths, words,
    worth_counting,
};
use crate::engine::opensearch::counting::{collapsed, group_lists};
use crate::engine::opensearch::lexicon::{Lexicon, Terms};
use crate::engine::opensearch::mapping::facet_field;
use crate::engine::opensearch::query_builder::{filtered, union};
use crate::engine::opensearch::rows::ready;
use crate::engine::opensearch::searching::{FoundHit, search};
use crate::engine::opensearch::transport::Cluster;
use crate::model::document::Document;
use crate::model::query::{Deadline, Filters};
use crate::model::results::{Hit, Neighbours};
use crate::taxonomy::Taxonomy;

/// The script that scores.
const LIKENESS: &str = include_str!("likeness.painless");
/// Words of which a score tells which are shared: a bit each, as many as a number of 32 bits keeps exactly.
const WORDS_TOLD: usize = 24;
/// Least score: the script gives 0 to what is not alike.
const SCORE_MIN: f32 = 1e-9;
/// What is done here, for messages.
const ACTION: &str = "find similar articles";

/// What is asked of a generation.
pub struct Place<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Name of the index of articles.
    pub index: &'a str,
    /// Its terms.
    pub lexicon: &'a Lexicon,
    /// Its taxonomy.
    pub taxonomy: &'a Taxonomy,
    /// How many groups of copies it has.
    pub groups: usize,
}

/// What is like an article, before hits are made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Alike {
    /// What the article is about.
    pub profile: Profile,
    /// Its title.
    pub title: String,
    /// Articles that are like it.
    pub total: u64,
    /// Of these, of each group of copies one.
    pub collapsed: u64,
    /// The first of them, best first, of each group of copies one: id, score, and what is shared.
    pub list: Vec<(String, f32, Shared)>,
}

impl Alike {
    /// The answer; `hits` are those of `list`, in its order, marked by the plan of the profile.
    pub fn neighbours(self, hits: Vec<Hit>) -> Neighbours {
        let Self { profile, title, total, collapsed, list } = self;
        let list = list.iter().zip(hits).map(|((_, _, shared), hit)| profile.neighbour(shared, hit)).collect();
        Neighbours { title, total, collapsed, list }
    }
}

impl Place<'_> {
    /// What is like the article with an id, `size` of it, its copies left out; `None` where there is no such article.
    pub fn alike(&self, id: &str, filters: &Filters, size: usize) -> Result<Option<Alike>, EngineError> {
        let Some((document, lead)) = self.article(id)? else { return Ok(None) };
        let profile = self.profile(&document)?;
        let mut alike = Alike { profile, title: document.title, total: 0, collapsed: 0, list: Vec::new() };
        if alike.profile.words.is_empty() && alike.profile.labels.is_empty() {
            return Ok(Some(alike));
        }
        let others = json!({"bool": {"must": [self.sharing(&alike.profile, &document.lang)], "must_not": [{"term": {"lead": lead}}]}});
        let fields: Vec<String> = alike.profile.labels.iter().map(|label| facet_field(&label.of.dimension)).collect();
        let body = json!({
            "query": {"script_score": {
                "query": filtered(others, filters, true),
                "script": {"lang": "painless", "source": LIKENESS, "params": self.parameters(&alike.profile, &document.lang)},
                "min_score": SCORE_MIN,
            }},
            "size": size, "_source": false, "docvalue_fields": fields.iter().chain([&"lang".to_owned()]).collect::<Vec<_>>(),
            "sort": [{"_score": "desc"}, {"id": "asc"}], "collapse": {"field": "lead"},
            "track_total_hits": true, "aggs": group_lists(self.groups),
        });
        let found = search(self.cluster, self.index, body, Deadline::default())?;
        let lacking = |what: &str| self.cluster.address().failed(ACTION, format!("its answer lacks {what}"));
        alike.total = found.hits.total.ok_or_else(|| lacking("the total"))?.value;
        alike.collapsed = collapsed(self.cluster, &found.aggregations, alike.total)?;
        for hit in found.hits.hits {
            let score = hit.score.ok_or_else(|| lacking("a score"))?;
            let shared = shared(&alike.profile, &hit, &document.lang);
            alike.list.push((hit.id, score, shared));
        }
        Ok(Some(alike))
    }

    /// An article, and the id of the first of its group of copies.
    fn article(&self, id: &str) -> Result<Option<(Document, String)>, EngineError> {
        let body = json!({
            "query": {"bool": {"filter": [{"term": {"id": id}}]}}, "size": 1, "track_total_hits": false,
            "stored_fields": ["document", "stored_body"], "docvalue_fields": ["lead"],
        });
        let Some(hit) = search(self.cluster, self.index, body, Deadline::default())?.hits.hits.pop() else {
            return Ok(None);
        };
        let text = |field| hit.texts(field).next().unwrap_or_default();
        let mut document: Document = serde_json::from_str(text("document")).map_err(|error| {
            self.cluster.address().failed("read an article", format!("article `{id}` is unreadable: {error}"))
        })?;
        document.body = text("stored_body").to_owned();
        Ok(Some((document, text("lead").to_owned())))
    }

    /// What an article is about.
    fn profile(&self, document: &Document) -> Result<Profile, EngineError> {
        let all = self.lexicon.totals().documents;
        let read = words(&document.title, &document.body, &document.lang);
        let labels: Vec<Label> = self
            .taxonomy
            .dimensions()
            .iter()
            .flat_map(|dimension| {
                let paths = paths(document.tags(&dimension.name)).into_iter();
                paths.map(|path| Label { dimension: dimension.name.clone(), path: path.to_owned() })
            })
            .collect();
        let language = json!({"term": {"lang": document.lang}});
        let articles = Articles { all, in_language: self.count(&language)? };
        let estimated = worth_counting(read, articles, |word| {
            let most = |terms| word.stems.iter().map(|stem| self.lexicon.documents(terms, stem)).max();
            Ok::<u64, EngineError>(most(Terms::Title).max(most(Terms::Body)).unwrap_or(0))
        })?;
        let by_place = |queries: Vec<Value>| -> Map<String, Value> {
            queries.into_iter().enumerate().map(|(n, query)| (n.to_string(), query)).collect()
        };
        let mut aggregations = Map::new();
        if !estimated.is_empty() {
            let holders = by_place(estimated.iter().map(holding).collect());
            let inside = json!({"language": {"filter": language}});
            aggregations.insert("words".into(), json!({"filters": {"filters": holders}, "aggs": inside}));
        }
        if !labels.is_empty() {
            let holders = by_place(labels.iter().map(bearing).collect());
            aggregations.insert("labels".into(), json!({"filters": {"filters": holders}}));
        }
        let body = json!({"query": {"match_all": {}}, "size": 0, "track_total_hits": false, "aggs": aggregations});
        let counted = search(self.cluster, self.index, body, Deadline::default())?.aggregations;
        let count = |of: &Value| {
            let lacking = || self.cluster.address().failed(ACTION, "its answer lacks a count");
            of["doc_count"].as_u64().ok_or_else(lacking)
        };
        let mut held = Vec::new();
        for (n, word) in estimated.into_iter().enumerate() {
            let of = &counted["words"]["buckets"][n.to_string()];
            held.push((word, Articles { all: count(of)?, in_language: count(&of["language"])? }));
        }
        let mut values = Vec::new();
        for (n, Label { dimension, path }) in labels.into_iter().enumerate() {
            values.push((dimension, path, count(&counted["labels"]["buckets"][n.to_string()])?));
        }
        Ok(Profile::new(held, values, articles))
    }

    /// How many articles a query finds.
    fn count(&self, query: &Value) -> Result<u64, EngineError> {
        let body = json!({"query": query, "size": 0, "track_total_hits": true});
        let found = search(self.cluster, self.index, body, Deadline::default())?;
        let lacking = || self.cluster.address().failed(ACTION, "its answer lacks the total");
        Ok(found.hits.total.ok_or_else(lacking)?.value)
    }

    /// What finds the articles that may share enough with a profile; its score says which words are shared, a bit each.
    fn sharing(&self, profile: &Profile, lang: &str) -> Value {
        let all: Vec<Value> = profile.words.iter().map(|word| holding(&word.of)).collect();
        let told = all.iter().enumerate().map(|(n, query)| {
            let bit = if n < WORDS_TOLD { (1_u32 << n) as f32 } else { 0.0 };
            json!({"constant_score": {"filter": query, "boost": bit, "_name": n.to_string()}})
        });
        let told: Vec<Value> = told.collect();
        let least = profile.thresholds().words;
        let mut enough = vec![json!({"bool": {"should": all, "minimum_should_match": least}})];
        if !profile.labels.is_empty() {
            let labels = union(profile.labels.iter().map(|label| bearing(&label.of)).collect());
            let mut beside = vec![json!({"bool": {"must_not": [{"term": {"lang": lang}}]}})];
            beside.extend(all);
            enough.push(json!({"bool": {"filter": [labels, union(beside)]}}));
        }
        json!({"bool": {"filter": [union(enough)], "should": told, "minimum_should_match": 0}})
    }

    /// What the script reads of a profile.
    fn parameters(&self, profile: &Profile, lang: &str) -> Value {
        let held = |terms: Terms, word: &Word| -> Vec<String> {
            let held = word.stems.iter().filter(|stem| self.lexicon.documents(terms, stem) > 0);
            held.map(|stem| ready(stem).into_owned()).collect()
        };
        let words: Vec<Value> = profile
            .words
            .iter()
            .map(|word| {
                json!({"weight": word.weight, "title": held(Terms::Title, &word.of), "body": held(Terms::Body, &word.of)})
            })
            .collect();
        let mut labels: Map<String, Value> = Map::new();
        let mut dimensions: Vec<&str> = Vec::new();
        let mut dimension_of = Vec::new();
        for (n, label) in profile.labels.iter().enumerate() {
            let dimension = label.of.dimension.as_str();
            let place = dimensions.iter().position(|known| *known == dimension).unwrap_or(dimensions.len());
            if place == dimensions.len() {
                dimensions.push(dimension);
            }
            dimension_of.push(place);
            labels.entry(facet_field(dimension)).or_insert_with(|| json!({}))[label.of.path.as_str()] = n.into();
        }
        let least = profile.thresholds();
        let totals = self.lexicon.totals();
        let mean = (totals.body_length as f32 / totals.documents.max(1) as f32).max(1.0);
        // Sets go over the wire as signed numbers, bit for bit.
        let below: Vec<i64> = profile.below().into_iter().map(u64::cast_signed).collect();
        json!({
            "words": words, "told": WORDS_TOLD, "labels": labels, "dimensions": dimensions.len(), "dimension_of": dimension_of,
            "weights": profile.labels.iter().map(|label| label.weight).collect::<Vec<_>>(), "below": below, "lang": lang,
            "words_min": least.words, "weight": least.weight, "weight_beside": least.weight_beside,
            "labels_beside": least.labels_beside, "labels_min": least.labels, "other_language": least.other_language,
            "mean": mean, "half": NEIGHBOUR_HALF, "length": NEIGHBOUR_LENGTH, "title": TITLE_OCCURRENCES,
        })
    }
}

/// What finds the articles that hold a word.
fn holding(word: &Word) -> Value {
    let stems: Vec<_> = word.stems.iter().map(|stem| ready(stem)).collect();
    json!({"terms": {"article": stems}})
}

/// What finds the articles with a label.
fn bearing(label: &Label) -> Value {
    json!({"term": {facet_field(&label.dimension): label.path}})
}

/// What a hit shares with a profile; how much it says the words is in its score alone.
fn shared(profile: &Profile, hit: &FoundHit, lang: &str) -> Shared {
    let mut shared = Shared::default();
    for place in hit.matched_queries.iter().filter_map(|name| name.parse::<u32>().ok()) {
        shared.words |= 1 << place;
    }
    for (n, label) in profile.labels.iter().enumerate() {
        if hit.texts(&facet_field(&label.of.dimension)).any(|path| path == label.of.path) {
            shared.labels |= 1 << n;
        }
    }
    shared.other_language = hit.texts("lang").next() != Some(lang);
    shared
}
