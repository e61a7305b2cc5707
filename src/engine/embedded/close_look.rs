//! The close look: the first hits of a query, ordered by more than the words that they hold.
//!
//! Reads of the hits in the window what `engine::ranking` asks for: where the query's words stand, and the heads of the
//! best. Finds no hit and loses none; what it adds is never negative, so that hits in the window stay before all others.

use std::collections::BTreeMap;

use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, SegmentReader, Term};

use crate::engine::embedded::collector::{Candidate, Rank};
use crate::engine::embedded::positions::PositionReader;
use crate::engine::embedded::query_builder::QueryBuilder;
use crate::engine::plan::{Leaf, Part, Plan};
use crate::engine::ranking::feedback::{self, Feedback, Head};
use crate::engine::ranking::nearness::{Nearness, Place, Sought, nearness};
use crate::engine::ranking::{CLOSE_WORDS_MAX, repeated, saturated};
use crate::model::query::TextField;

/// Where a body's positions begin when title and body are read as one; farther than any title is long.
const BODY_START: u32 = 100_000;

/// A hit of the window with what its score is made of.
#[derive(Debug, Clone)]
pub struct Looked {
    /// The hit, with its whole score.
    pub candidate: Candidate,
    /// What the words gave.
    pub words: f32,
    /// What words near each other gave.
    pub nearness: Nearness,
    /// What the words gave that the best articles share.
    pub feedback: f32,
}

/// A word of the query that is looked for closely.
struct Word {
    sought: Sought,
    /// Its terms in the titles.
    title: Vec<Term>,
    /// Its terms in the bodies.
    body: Vec<Term>,
}

/// The words of a query, ready to be looked for.
pub struct CloseLook<'a> {
    builder: &'a QueryBuilder<'a>,
    words: Vec<Word>,
    /// Neighbours in the query.
    pairs: Vec<(usize, usize)>,
    /// Average length of an article, in words.
    average_length: f32,
}

impl<'a> CloseLook<'a> {
    /// The close look for a plan; `None` where the plan has too few words for it to find anything.
    pub fn new(builder: &'a QueryBuilder<'a>, plan: &Plan) -> tantivy::Result<Option<Self>> {
        let mut found: BTreeMap<&str, usize> = BTreeMap::new();
        let mut list: Vec<(&Leaf, &Part, usize)> = Vec::new();
        let mut sequence = Vec::new();
        for leaf in plan.leaves() {
            for (_, part) in &leaf.parts {
                let form = match part {
                    Part::Stem { stems, folded } => stems.first().unwrap_or(folded),
                    Part::Folded(form) => form,
                    _ => continue,
                };
                let word = *found.entry(form).or_insert_with(|| {
                    list.push((leaf, part, 0));
                    list.len() - 1
                });
                list[word].2 += 1;
                sequence.push(word);
            }
        }
        if list.len() < feedback::QUERY_WORDS_MIN {
            return Ok(None);
        }
        let mut words = Vec::new();
        for (leaf, part, times) in list {
            let in_field = |field| {
                if leaf.field.is_some_and(|wanted| wanted != field) {
                    return Ok(Vec::new());
                }
                let mut terms = builder.terms(part, field)?;
                for other in leaf.alternatives.iter().filter(|other| other.parts.len() == 1 && other.leaves == 1) {
                    terms.append(&mut builder.terms(&other.parts[0].1, field)?);
                }
                tantivy::Result::Ok(terms)
            };
            let rarity = builder.rarity(&builder.terms(part, TextField::Body)?)?;
            let sought = Sought { rarity, weight: repeated(times) };
            words.push(Word { sought, title: in_field(TextField::Title)?, body: in_field(TextField::Body)? });
        }
        let mut pairs: Vec<_> = sequence.windows(2).map(|pair| (pair[0], pair[1])).filter(|(a, b)| a != b).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut look = Self { builder, words, pairs, average_length: builder.average_length()? };
        look.keep_rarest();
        Ok(Some(look))
    }

    /// Leaves of very many words the rarest.
    fn keep_rarest(&mut self) {
        if self.words.len() <= CLOSE_WORDS_MAX {
            return;
        }
        let mut order: Vec<usize> = (0..self.words.len()).collect();
        order.sort_by(|&a, &b| self.words[b].sought.rarity.total_cmp(&self.words[a].sought.rarity).then(a.cmp(&b)));
        order.truncate(CLOSE_WORDS_MAX);
        order.sort_unstable();
        let place = |word: usize| order.binary_search(&word).ok();
        self.pairs = self.pairs.iter().filter_map(|&(a, b)| place(a).zip(place(b))).collect();
        let mut at = 0;
        self.words.retain(|_| {
            at += 1;
            order.binary_search(&(at - 1)).is_ok()
        });
    }

    /// Looks at the hits of the window and gives them in their order. `head` reads the head of an article.
    pub fn order(
        &self,
        window: Vec<Candidate>,
        head: impl Fn(DocAddress) -> tantivy::Result<Head>,
    ) -> tantivy::Result<Vec<Looked>> {
        let mut looked: Vec<Looked> = window
            .into_iter()
            .map(|candidate| Looked {
                candidate,
                words: candidate.score(),
                nearness: Nearness::default(),
                feedback: 0.0,
            })
            .collect();
        looked.sort_unstable_by_key(|hit| (hit.candidate.segment, hit.candidate.doc));
        let mut lengths = Vec::with_capacity(looked.len());
        for hits in looked.chunk_by_mut(|a, b| a.candidate.segment == b.candidate.segment) {
            let reader = self.builder.searcher.segment_reader(hits[0].candidate.segment as u32);
            let norms = reader.get_fieldnorms_reader(self.builder.schema.article)?;
            let from = lengths.len();
            lengths.extend(hits.iter().map(|hit| norms.fieldnorm(hit.candidate.doc) as f32 / self.average_length));
            self.add_nearness(reader, hits, &lengths[from..])?;
        }
        self.add_feedback(&mut looked, &lengths, head)?;
        looked.sort_unstable_by_key(|hit| std::cmp::Reverse(hit.candidate));
        Ok(looked)
    }

    /// Adds what words near each other give to hits of one segment.
    fn add_nearness(&self, reader: &SegmentReader, hits: &mut [Looked], lengths: &[f32]) -> tantivy::Result<()> {
        let mut places: Vec<Vec<Place>> = vec![Vec::new(); hits.len()];
        for (word, terms) in self.words.iter().enumerate() {
            for (terms, start) in [(&terms.title, 0), (&terms.body, BODY_START)] {
                let mut positions = PositionReader::new(reader, terms)?;
                for (hit, places) in hits.iter().zip(&mut places) {
                    let found = positions.positions(hit.candidate.doc).into_iter();
                    places.extend(found.map(|at| Place { position: start + at, word }));
                }
            }
        }
        let words: Vec<Sought> = self.words.iter().map(|word| word.sought).collect();
        for ((hit, mut places), length) in hits.iter_mut().zip(places).zip(lengths) {
            places.sort_unstable();
            hit.nearness = nearness(&words, &self.pairs, &places, *length);
            raise(&mut hit.candidate, hit.nearness.pairs + hit.nearness.passage);
        }
        Ok(())
    }

    /// Adds what the words give that the best hits share. Hits come by segment and document, with their lengths.
    fn add_feedback(
        &self,
        hits: &mut [Looked],
        lengths: &[f32],
        head: impl Fn(DocAddress) -> tantivy::Result<Head>,
    ) -> tantivy::Result<()> {
        let mut best: Vec<Candidate> = hits.iter().map(|hit| hit.candidate).collect();
        best.sort_unstable_by_key(|candidate| std::cmp::Reverse(*candidate));
        best.truncate(feedback::ARTICLES);
        let mut heads = Vec::with_capacity(best.len());
        for candidate in &best {
            heads.push(head(DocAddress::new(candidate.segment as u32, candidate.doc))?);
        }
        let (searcher, article) = (self.builder.searcher, self.builder.schema.article);
        let having = |stem: &str| searcher.doc_freq(&Term::from_field_text(article, stem));
        let feedback = Feedback::of(&heads, searcher.num_docs(), having)?;
        let mut terms = Vec::with_capacity(feedback.terms.len());
        for (stem, weight) in &feedback.terms {
            let term = Term::from_field_text(article, stem);
            let rarity = self.builder.rarity(std::slice::from_ref(&term))?;
            terms.push((term, weight * rarity));
        }
        let mut points = vec![0.0_f32; hits.len()];
        let mut from = 0;
        for segment in hits.chunk_by(|a, b| a.candidate.segment == b.candidate.segment) {
            let reader = searcher.segment_reader(segment[0].candidate.segment as u32);
            let inverted = reader.inverted_index(article)?;
            for (term, weight) in &terms {
                let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::WithFreqs)? else { continue };
                for (at, hit) in (from..).zip(segment) {
                    if postings.doc() < hit.candidate.doc {
                        postings.seek(hit.candidate.doc);
                    }
                    if postings.doc() == hit.candidate.doc {
                        points[at] += weight * saturated(postings.term_freq() as f32, lengths[at]);
                    }
                }
            }
            from += segment.len();
        }
        let most = points.iter().copied().fold(0.0, f32::max);
        let best = best.first().map_or(0.0, |candidate| candidate.score());
        if most > 0.0 {
            for (hit, points) in hits.iter_mut().zip(points) {
                hit.feedback = feedback.share * best * points / most;
                raise(&mut hit.candidate, hit.feedback);
            }
        }
        Ok(())
    }
}

fn raise(candidate: &mut Candidate, points: f32) {
    candidate.rank = Rank::Score(candidate.score() + points);
}
