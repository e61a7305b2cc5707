//! The close look: the first hits of a query, ordered by more than the words that they hold.
//!
//! Reads of the hits in the window what `engine::ranking` asks for: where the query's words stand, and the heads of the
//! best. Finds no hit and loses none; what it adds is never negative, so that hits in the window stay before all others.

use std::collections::BTreeMap;

use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, SegmentReader, Term};

use crate::engine::embedded::collector::{Candidate, Rank};
use crate::engine::embedded::columns::Columns;
use crate::engine::embedded::positions::PositionReader;
use crate::engine::embedded::query_builder::QueryBuilder;
use crate::engine::plan::{Leaf, Part, Plan};
use crate::engine::ranking::feedback::{self, Feedback, Head};
use crate::engine::ranking::nearness::{Nearness, Place, Sought, nearness, parted};
use crate::engine::ranking::{CLOSE_WORDS_MAX, LABEL_WEIGHT, repeated, saturated};
use crate::model::query::TextField;
use crate::taxonomy::Taxonomy;
use crate::text::normalise::is_han;

/// Where a body's positions begin when title and body are read as one; farther than any title is long.
const BODY_START: u32 = 100_000;
/// Words shared by the best articles that an explanation names.
const SHARED_SHOWN: usize = 3;

/// A hit of the window with what its score is made of.
#[derive(Debug, Clone)]
pub struct Looked {
    /// The hit, with its whole score.
    pub candidate: Candidate,
    /// What the words gave.
    pub words: f32,
    /// What words near each other gave.
    pub nearness: Nearness,
    /// What parts of joined words gave that stand by themselves.
    pub parted: f32,
    /// What the words gave that the best articles share.
    pub feedback: f32,
    /// Those of them that gave most, in that order; none where nobody asks why.
    pub shared: Vec<String>,
    /// What the labels gave that the query names.
    pub labels: f32,
}

impl Looked {
    /// A hit that was not looked at.
    pub fn unseen(candidate: Candidate) -> Self {
        Self {
            candidate,
            words: candidate.score(),
            nearness: Nearness::default(),
            parted: 0.0,
            feedback: 0.0,
            shared: Vec::new(),
            labels: 0.0,
        }
    }
}

/// What the query names of the taxonomy.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The dimension.
    pub dimension: String,
    /// The ordinal of its path.
    pub ordinal: u32,
    /// What people read for it.
    pub label: String,
    /// What it gives to articles that are tagged with it.
    pub points: f32,
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
    /// Words of the query that are joined by hyphens.
    joined: Vec<Vec<usize>>,
    /// What the query names.
    named: Vec<Named>,
    /// Average length of an article, in words.
    average_length: f32,
    /// Whether somebody asks why.
    explain: bool,
}

impl<'a> CloseLook<'a> {
    /// The close look for a plan; `None` where the plan has too few words for it to find anything. With `explain` hits
    /// remember what they owe to which words.
    pub fn new(
        builder: &'a QueryBuilder<'a>,
        plan: &Plan,
        taxonomy: &Taxonomy,
        explain: bool,
    ) -> tantivy::Result<Option<Self>> {
        let mut found: BTreeMap<&str, usize> = BTreeMap::new();
        let mut list: Vec<(&Leaf, &Part, usize)> = Vec::new();
        let mut sequence = Vec::new();
        let mut joined = Vec::new();
        for leaf in plan.leaves() {
            let before = sequence.len();
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
            // Characters of a Chinese word say nothing apart.
            if leaf.whole.is_some() && leaf.slop == 0 && !leaf.term.contains(is_han) && sequence.len() > before {
                joined.push(sequence[before..].to_vec());
            }
        }
        let named = named(builder, plan, taxonomy)?;
        if list.len() < feedback::QUERY_WORDS_MIN && named.is_empty() {
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
        let average_length = builder.average_length()?;
        let mut look = Self { builder, words, pairs, joined, named, average_length, explain };
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
        self.joined = self.joined.iter().filter_map(|list| list.iter().map(|&word| place(word)).collect()).collect();
        let mut at = 0;
        self.words.retain(|_| {
            at += 1;
            order.binary_search(&(at - 1)).is_ok()
        });
    }

    /// Looks at the hits of the window and gives them in their order. `columns` are those of the segments; `head` reads
    /// the head of an article.
    pub fn order(
        &self,
        window: Vec<Candidate>,
        columns: &Columns,
        head: impl Fn(DocAddress) -> tantivy::Result<Head>,
    ) -> tantivy::Result<Vec<Looked>> {
        let mut looked: Vec<Looked> = window.into_iter().map(Looked::unseen).collect();
        looked.sort_unstable_by_key(|hit| (hit.candidate.segment, hit.candidate.doc));
        let mut lengths = Vec::with_capacity(looked.len());
        for hits in looked.chunk_by_mut(|a, b| a.candidate.segment == b.candidate.segment) {
            let reader = self.builder.searcher.segment_reader(hits[0].candidate.segment as u32);
            let norms = reader.get_fieldnorms_reader(self.builder.schema.article)?;
            let from = lengths.len();
            lengths.extend(hits.iter().map(|hit| norms.fieldnorm(hit.candidate.doc) as f32 / self.average_length));
            if self.words.len() > 1 {
                self.add_nearness(reader, hits, &lengths[from..])?;
            }
            for hit in hits {
                hit.labels = self.labels(hit.candidate, columns)?.map(|named| named.points).sum();
                raise(&mut hit.candidate, hit.labels);
            }
        }
        if self.words.len() >= feedback::QUERY_WORDS_MIN {
            self.add_feedback(&mut looked, &lengths, head)?;
        }
        looked.sort_unstable_by_key(|hit| std::cmp::Reverse(hit.candidate));
        Ok(looked)
    }

    /// What the query names that a hit is tagged with.
    pub fn labels(&self, hit: Candidate, columns: &Columns) -> tantivy::Result<impl Iterator<Item = &Named>> {
        let reader = self.builder.searcher.segment_reader(hit.segment as u32);
        let mut tagged = Vec::new();
        for named in &self.named {
            let ordinals = columns[hit.segment].ordinals(reader, &named.dimension)?;
            if ordinals.is_some_and(|list| list.of(hit.doc).contains(&named.ordinal)) {
                tagged.push(named);
            }
        }
        Ok(tagged.into_iter())
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
            hit.parted = self.joined.iter().map(|joined| parted(&words, joined, &places, *length)).sum();
            raise(&mut hit.candidate, hit.nearness.pairs + hit.nearness.passage + hit.parted);
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
        best.truncate(feedback::articles(self.words.len()));
        let mut heads = Vec::with_capacity(best.len());
        for candidate in &best {
            heads.push(head(DocAddress::new(candidate.segment as u32, candidate.doc))?);
        }
        let (searcher, article) = (self.builder.searcher, self.builder.schema.article);
        let having = |stem: &str| searcher.doc_freq(&Term::from_field_text(article, stem));
        let feedback = Feedback::of(&heads, searcher.num_docs(), having)?;
        let mut terms = Vec::with_capacity(feedback.terms.len());
        for shared in &feedback.terms {
            let term = Term::from_field_text(article, &shared.stem);
            let rarity = self.builder.rarity(std::slice::from_ref(&term))?;
            terms.push((term, shared.weight * rarity));
        }
        let mut points = vec![0.0_f32; hits.len()];
        // Which words gave how much to each hit, where somebody asks.
        let mut owed: Vec<Vec<(f32, usize)>> = vec![Vec::new(); hits.len()];
        let mut from = 0;
        for segment in hits.chunk_by(|a, b| a.candidate.segment == b.candidate.segment) {
            let reader = searcher.segment_reader(segment[0].candidate.segment as u32);
            let inverted = reader.inverted_index(article)?;
            for (n, (term, weight)) in terms.iter().enumerate() {
                let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::WithFreqs)? else { continue };
                for (at, hit) in (from..).zip(segment) {
                    if postings.doc() < hit.candidate.doc {
                        postings.seek(hit.candidate.doc);
                    }
                    if postings.doc() == hit.candidate.doc {
                        let given = weight * saturated(postings.term_freq() as f32, lengths[at]);
                        points[at] += given;
                        if self.explain {
                            owed[at].push((given, n));
                        }
                    }
                }
            }
            from += segment.len();
        }
        let most = points.iter().copied().fold(0.0, f32::max);
        let best = best.first().map_or(0.0, |candidate| candidate.score());
        if most > 0.0 {
            for ((hit, points), mut owed) in hits.iter_mut().zip(points).zip(owed) {
                hit.feedback = feedback.share * best * points / most;
                raise(&mut hit.candidate, hit.feedback);
                owed.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                hit.shared = owed.iter().take(SHARED_SHOWN).map(|(_, n)| feedback.terms[*n].word.clone()).collect();
            }
        }
        Ok(())
    }
}

/// What runs of plain words in the query name: of runs that overlap the longest, from the left.
fn named(builder: &QueryBuilder<'_>, plan: &Plan, taxonomy: &Taxonomy) -> tantivy::Result<Vec<Named>> {
    let leaves: Vec<&Leaf> = plan.leaves().into_iter().filter(|leaf| leaf.field.is_none()).collect();
    let mut found: Vec<Named> = Vec::new();
    let mut at = 0;
    while at < leaves.len() {
        let longest = taxonomy.name_words_max().min(leaves.len() - at);
        let run = (1..=longest).rev().find_map(|length| {
            let typed: Vec<&str> = leaves[at..at + length].iter().map(|leaf| leaf.term.as_str()).collect();
            let called = taxonomy.called(&typed.join(" "));
            (!called.is_empty()).then_some((length, called))
        });
        let Some((length, called)) = run else {
            at += 1;
            continue;
        };
        let mut said = 0.0;
        for (_, part) in leaves[at..at + length].iter().flat_map(|leaf| &leaf.parts) {
            said += builder.rarity(&builder.terms(part, TextField::Body)?)?;
        }
        for called in called {
            let (dimension, path) = (called.dimension, &called.node.path);
            let Some(ordinal) = builder.dictionary.ordinal(dimension, path) else { continue };
            if !found.iter().any(|named| named.dimension == dimension && named.ordinal == ordinal) {
                let label = taxonomy.label(dimension, path).to_owned();
                found.push(Named { dimension: dimension.to_owned(), ordinal, label, points: LABEL_WEIGHT * said });
            }
        }
        at += length;
    }
    Ok(found)
}

fn raise(candidate: &mut Candidate, points: f32) {
    candidate.rank = Rank::Score(candidate.score() + points);
}
