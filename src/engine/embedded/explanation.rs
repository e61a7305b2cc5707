//! What the words of a query gave to a hit in the embedded index, for its explanation.

use std::sync::Arc;

use tantivy::query::{Scorer, Weight};
use tantivy::{DocId, Term};

use crate::engine::close_look::{Looked, Named};
use crate::engine::embedded::collector::Candidate;
use crate::engine::embedded::columns::Columns;
use crate::engine::embedded::positions::PositionReader;
use crate::engine::embedded::query_builder::QueryBuilder;
use crate::engine::explanation::{Given, Scorings, parts};
use crate::engine::periods::UNDATED;
use crate::engine::plan::{Leaf, Plan};
use crate::engine::ranking::Recency;
use crate::model::query::TextField;
use crate::model::results::ScorePart;

/// A word, phrase or sentence of the query that scores by itself.
struct Scoring {
    weight: Box<dyn Weight>,
    times: f32,
    sides: Vec<Arc<dyn Weight>>,
    term: String,
    /// Its terms in the titles and in the bodies, where it is one plain word.
    terms: [Vec<Term>; 2],
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
        let scorings = Scorings::of(plan);
        let mut sides: Vec<Arc<dyn Weight>> = Vec::new();
        for side in scorings.sides {
            sides.push(Arc::from(builder.weight(&*builder.plan(side)?, false)?));
        }
        let mut scoring = Vec::new();
        for one in scorings.list {
            scoring.push(Scoring {
                weight: builder.weight(&*builder.plan(one.plan)?, true)?,
                times: one.times,
                sides: one.sides.iter().map(|&side| sides[side].clone()).collect(),
                term: one.term,
                terms: one.word.map(|leaf| terms(builder, leaf)).transpose()?.unwrap_or_default(),
            });
        }
        Ok(Self { builder, recency, columns, scoring })
    }

    /// The parts of a hit's score, `labels` being those that the query names; their points sum up to it.
    pub fn explain(&self, hit: &Looked<Candidate>, labels: &[&Named]) -> tantivy::Result<Vec<ScorePart>> {
        let (segment, doc) = (hit.hit.segment, hit.hit.doc);
        let reader = self.builder.searcher.segment_reader(segment as u32);
        let recent = match self.recency {
            Some(recency) => {
                let day = Some(self.columns[segment].dates(reader)?[doc as usize]).filter(|day| *day != UNDATED);
                recency.share(day)
            }
            None => 0.0,
        };
        let mut given = Vec::new();
        for scoring in &self.scoring {
            let mut matches = true;
            for side in &scoring.sides {
                matches &= reaches(&mut *side.scorer(reader, 1.0)?, doc);
            }
            let mut scorer = scoring.weight.scorer(reader, scoring.times)?;
            if !matches || !reaches(&mut *scorer, doc) {
                continue;
            }
            let mut counts = [0, 0];
            for (count, terms) in counts.iter_mut().zip(&scoring.terms) {
                *count = PositionReader::new(reader, terms)?.positions(doc).len();
            }
            given.push(Given { term: &scoring.term, points: scorer.score(), counts });
        }
        Ok(parts(hit, recent, given, labels))
    }
}

/// The terms of a plain word in the titles and in the bodies.
fn terms(builder: &QueryBuilder<'_>, leaf: &Leaf) -> tantivy::Result<[Vec<Term>; 2]> {
    let mut terms = [Vec::new(), Vec::new()];
    for (terms, field) in terms.iter_mut().zip([TextField::Title, TextField::Body]) {
        if leaf.field.is_none_or(|wanted| wanted == field) {
            for (_, part) in &leaf.parts {
                terms.append(&mut builder.terms(part, field)?);
            }
        }
    }
    Ok(terms)
}

/// Whether a document is among those found.
fn reaches(found: &mut dyn Scorer, doc: DocId) -> bool {
    let at = if found.doc() < doc { found.seek(doc) } else { found.doc() };
    at == doc
}
