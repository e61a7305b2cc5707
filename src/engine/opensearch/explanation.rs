//! What the words of a query gave to the hits of a page on a cluster, for their explanations.
//!
//! Each word, phrase or sentence is asked for by itself among these hits, so that the cluster scores it as it did in the whole.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::engine::EngineError;
use crate::engine::close_look::{Looked, Named, Source};
use crate::engine::explanation::{Given, Scorings, parts};
use crate::engine::opensearch::query_builder::unscored;
use crate::engine::opensearch::searcher::OpenSearchSearcher;
use crate::engine::opensearch::searching::{Found, FoundHit, search_all};
use crate::engine::opensearch::window::{Candidate, Window, WindowTerm, fields};
use crate::engine::plan::{Leaf, Plan};
use crate::engine::ranking::Recency;
use crate::model::query::{SearchRequest, TextField};
use crate::model::results::Hit;

/// How often each word stands in the title and the body of a hit, by the place of the word.
type Counts = Vec<[usize; 2]>;

impl OpenSearchSearcher {
    /// Puts the parts of their scores to the hits of a page; `looked` are the same hits, `labels` what the query names that
    /// each is tagged with. The points of a hit sum up to its score.
    pub(super) fn explain(
        &self,
        plan: &Plan,
        request: &SearchRequest,
        looked: &[Looked<Candidate>],
        labels: &[Vec<Named>],
        hits: &mut [Hit],
    ) -> Result<(), EngineError> {
        if looked.is_empty() {
            return Ok(());
        }
        let scorings = Scorings::of(plan);
        let ids: Vec<&str> = looked.iter().map(|looked| looked.hit.id.as_str()).collect();
        let among = |query: Value| {
            json!({
                "query": {"bool": {"must": [query], "filter": [{"ids": {"values": ids}}]}},
                "size": ids.len(), "track_total_hits": false, "_source": false,
            })
        };
        let builder = self.builder();
        let mut searches: Vec<Value> = scorings.list.iter().map(|one| among(builder.plan(one.plan))).collect();
        searches.extend(scorings.sides.iter().map(|side| among(unscored(builder.plan(side)))));
        let mut texts = among(json!({"match_all": {}}));
        let (stored, columns) = fields(plan, &[]);
        texts["stored_fields"] = json!(stored);
        texts["docvalue_fields"] = json!(columns);
        searches.push(texts);
        let mut found = search_all(&self.cluster, &self.generation.index, &searches, request.deadline)?;
        let texts = found.pop().unwrap_or_default().hits.hits;
        let mut scores: Vec<HashMap<String, f32>> = found.into_iter().map(scores).collect();
        if request.recency.is_none() {
            for (scores, one) in scores.iter_mut().zip(&scorings.list) {
                *scores = self.settled(one.plan, &texts, scores)?;
            }
        }
        let (scores, sides) = scores.split_at(scorings.list.len().min(scores.len()));
        let words: Vec<Option<&Leaf>> = scorings.list.iter().map(|one| one.word).collect();
        let counts = self.counts(&words, texts)?;
        let recency = match request.recency {
            Some(half_life) => self.newest()?.map(|newest| Recency { newest, half_life }),
            None => None,
        };
        for (place, (hit, looked)) in hits.iter_mut().zip(looked).enumerate() {
            let id = looked.hit.id.as_str();
            let given = scorings.list.iter().zip(scores).enumerate().filter_map(|(number, (one, scores))| {
                let reached = one.sides.iter().all(|&side| sides.get(side).is_some_and(|side| side.contains_key(id)));
                let points = scores.get(id).filter(|_| reached)? * one.times;
                let counts = counts.get(id).map_or([0, 0], |counts| counts[number]);
                Some(Given { term: &one.term, points, counts })
            });
            let recent = recency.map_or(0.0, |recency| recency.share(hit.document.date.map(|date| date.first_day())));
            let labels: Vec<&Named> = labels.get(place).into_iter().flatten().collect();
            hit.explanation = Some(parts(looked, recent, given, &labels));
        }
        Ok(())
    }

    /// The scores of one word among hits that came with their tokens, as the hits themselves are scored.
    fn settled(
        &self,
        plan: &Plan,
        texts: &[FoundHit],
        scores: &HashMap<String, f32>,
    ) -> Result<HashMap<String, f32>, EngineError> {
        let window = Window::new(self.builder(), |_: &[String]| Ok(Vec::new()));
        window.take(texts.to_vec());
        let all = texts.iter().enumerate().map(|(place, hit)| Candidate::of(place, hit));
        let scored = all.filter_map(|hit| Some(Candidate { score: *scores.get(&hit.id)?, ..hit }));
        let mut scored: Vec<Candidate> = scored.collect();
        window.settle(plan, &mut scored)?;
        Ok(scored.into_iter().map(|hit| (hit.id, hit.score)).collect())
    }

    /// How often some words stand in hits that came with their tokens, by id.
    fn counts(&self, words: &[Option<&Leaf>], texts: Vec<FoundHit>) -> Result<HashMap<String, Counts>, EngineError> {
        let window = Window::new(self.builder(), |_: &[String]| Ok(Vec::new()));
        let mut sought: Vec<[Vec<WindowTerm>; 2]> = Vec::with_capacity(words.len());
        for leaf in words {
            let mut terms = [Vec::new(), Vec::new()];
            for (terms, field) in terms.iter_mut().zip([TextField::Title, TextField::Body]) {
                for (_, part) in leaf.iter().flat_map(|leaf| &leaf.parts) {
                    if leaf.and_then(|leaf| leaf.field).is_none_or(|wanted| wanted == field) {
                        terms.append(&mut window.terms(part, field)?);
                    }
                }
            }
            sought.push(terms);
        }
        let looked: Vec<Looked<Candidate>> =
            texts.iter().enumerate().map(|(place, hit)| Looked::unseen(Candidate::of(place, hit))).collect();
        window.take(texts);
        let mut counts: Vec<Counts> = vec![vec![[0, 0]; words.len()]; looked.len()];
        for (word, terms) in sought.iter().enumerate() {
            for (field, (terms, text)) in terms.iter().zip([TextField::Title, TextField::Body]).enumerate() {
                window.positions(&looked, terms, text, &mut |hit, at| counts[hit][word][field] = at.len())?;
            }
        }
        Ok(looked.into_iter().map(|looked| looked.hit.id).zip(counts).collect())
    }
}

/// The scores of what was found, by id.
fn scores(found: Found) -> HashMap<String, f32> {
    found.hits.hits.into_iter().map(|hit| (hit.id, hit.score.unwrap_or(0.0))).collect()
}
