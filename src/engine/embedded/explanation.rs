//! Why a hit stands where it stands: its score taken apart, each part in words. Adds nothing and changes nothing.

use std::sync::Arc;

use tantivy::query::{Scorer, Weight};
use tantivy::{DocId, Term};

use crate::engine::close_look::{Looked, Named};
use crate::engine::embedded::collector::Candidate;
use crate::engine::embedded::columns::Columns;
use crate::engine::embedded::positions::PositionReader;
use crate::engine::embedded::query_builder::QueryBuilder;
use crate::engine::embedded::recency::Recency;
use crate::engine::periods::UNDATED;
use crate::engine::plan::{Leaf, Plan, distinct};
use crate::engine::ranking::repeated;
use crate::model::query::TextField;
use crate::model::results::ScorePart;

/// Parts of a score that are smaller are not worth a line.
const POINTS_MIN: f32 = 0.0005;

/// A word, phrase or sentence of the query that scores by itself.
struct Scoring {
    weight: Box<dyn Weight>,
    /// How often the query has it, as it counts.
    times: f32,
    /// The sides of an `OR` that it is a part of: it scores only where they match.
    sides: Vec<Arc<dyn Weight>>,
    term: String,
    /// Its terms in the titles and in the bodies, where it is one plain word.
    terms: Option<[Vec<Term>; 2]>,
}

/// Takes the scores of a query's hits apart.
pub struct Explainer<'a> {
    builder: &'a QueryBuilder<'a>,
    recency: Option<Recency>,
    columns: &'a Columns,
    scoring: Vec<Scoring>,
}

impl<'a> Explainer<'a> {
    /// Makes ready for the hits of a plan.
    pub fn new(
        builder: &'a QueryBuilder<'a>,
        plan: &Plan,
        recency: Option<Recency>,
        columns: &'a Columns,
    ) -> tantivy::Result<Self> {
        let mut explainer = Self { builder, recency, columns, scoring: Vec::new() };
        explainer.gather(plan, 1.0, &[])?;
        Ok(explainer)
    }

    fn gather(&mut self, plan: &Plan, times: f32, sides: &[Arc<dyn Weight>]) -> tantivy::Result<()> {
        match plan {
            Plan::Leaf(leaf) => self.scoring.push(Scoring {
                weight: self.builder.weight(&*self.builder.plan(plan)?, true)?,
                times,
                sides: sides.to_vec(),
                term: leaf.term.clone(),
                terms: self.terms(leaf)?,
            }),
            Plan::Same(leaves) => {
                let terms: Vec<&str> = leaves.iter().map(|leaf| leaf.term.as_str()).collect();
                self.scoring.push(Scoring {
                    weight: self.builder.weight(&*self.builder.plan(plan)?, true)?,
                    times,
                    sides: sides.to_vec(),
                    term: terms.join(" SAME "),
                    terms: None,
                });
            }
            Plan::All(clauses) => {
                for (clause, repetitions) in distinct(clauses) {
                    self.gather(&clause.plan, times * repeated(repetitions), sides)?;
                }
            }
            Plan::Any(all) => {
                for (side, repetitions) in distinct(all) {
                    let mut sides = sides.to_vec();
                    if matches!(side, Plan::All(_)) {
                        sides.push(Arc::from(self.builder.weight(&*self.builder.plan(side)?, false)?));
                    }
                    self.gather(side, times * repeated(repetitions), &sides)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn terms(&self, leaf: &Leaf) -> tantivy::Result<Option<[Vec<Term>; 2]>> {
        let [(_, part)] = leaf.parts.as_slice() else { return Ok(None) };
        let mut terms = [Vec::new(), Vec::new()];
        for (terms, field) in terms.iter_mut().zip([TextField::Title, TextField::Body]) {
            if leaf.field.is_none_or(|wanted| wanted == field) {
                *terms = self.builder.terms(part, field)?;
            }
        }
        Ok(Some(terms))
    }

    /// The parts of a hit's score, `labels` being those that the query names; their points sum up to it.
    pub fn explain(&self, hit: &Looked<Candidate>, labels: &[&Named]) -> tantivy::Result<Vec<ScorePart>> {
        let (segment, doc) = (hit.hit.segment, hit.hit.doc);
        let reader = self.builder.searcher.segment_reader(segment as u32);
        let mut parts = Vec::new();
        let mut add = |what: String, points: f32| {
            if points >= POINTS_MIN {
                parts.push(ScorePart { what, points });
            }
        };
        let recent = match self.recency {
            Some(recency) => {
                let day = Some(self.columns[segment].dates(reader)?[doc as usize]).filter(|day| *day != UNDATED);
                hit.words - hit.words / (1.0 + recency.share(day))
            }
            None => 0.0,
        };
        let mut rest = hit.words - recent;
        for scoring in &self.scoring {
            let mut matches = true;
            for side in &scoring.sides {
                matches &= reaches(&mut *side.scorer(reader, 1.0)?, doc);
            }
            let mut scorer = scoring.weight.scorer(reader, scoring.times)?;
            if !matches || !reaches(&mut *scorer, doc) {
                continue;
            }
            let points = scorer.score();
            rest -= points;
            let mut counts = [0, 0];
            for (count, terms) in counts.iter_mut().zip(scoring.terms.iter().flatten()) {
                *count = PositionReader::new(reader, terms)?.positions(doc).len();
            }
            add(stands(&scoring.term, counts), points);
        }
        add("it has more of the words than others".into(), rest);
        add("neighbours in the query stand together in the article".into(), hit.nearness.pairs);
        add("one passage holds much of the query".into(), hit.nearness.passage);
        add("parts of a joined word stand by themselves".into(), hit.parted);
        add(format!("it shares words with the best articles: {}", hit.shared.join(", ")), hit.feedback);
        for named in labels {
            add(format!("it is tagged {}: {}", named.dimension, named.label), named.points);
        }
        add("it is recent".into(), recent);
        Ok(parts)
    }
}

/// Whether a document is among those found.
fn reaches(found: &mut dyn Scorer, doc: DocId) -> bool {
    let at = if found.doc() < doc { found.seek(doc) } else { found.doc() };
    at == doc
}

/// How a term of the query stands in an article, by its occurrences in the title and in the body; 0 and 0 is a phrase.
fn stands(term: &str, counts: [usize; 2]) -> String {
    let times = |count: usize| match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    };
    match counts {
        [0, 0] => format!("`{term}` is found"),
        [title, 0] => format!("`{term}` stands {} in the title", times(title)),
        [0, body] => format!("`{term}` stands {} in the text", times(body)),
        [title, body] => format!("`{term}` stands {} in the title and {} in the text", times(title), times(body)),
    }
}
