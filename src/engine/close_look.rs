//! The close look: the first hits of a query, ordered by more than the words that they hold.
//!
//! Asks the engine of the hits in the window what `engine::ranking` needs: where the query's words stand, and the heads of
//! the best. Finds no hit and loses none; what it adds is never negative, so that hits in the window stay before all others.

use std::collections::BTreeMap;

use crate::engine::plan::{Leaf, Part, Plan};
use crate::engine::ranking::feedback::{self, Feedback, Head};
use crate::engine::ranking::nearness::{Nearness, Place, Sought, nearness, parted};
use crate::engine::ranking::{CLOSE_WORDS_MAX, LABEL_WEIGHT, rarity, repeated, saturated};
use crate::model::query::TextField;
use crate::taxonomy::Taxonomy;
use crate::text::normalise::is_han;

/// Where a body's positions begin when title and body are read as one; farther than any title is long.
const BODY_START: u32 = 100_000;
/// Words shared by the best articles that an explanation names.
const SHARED_SHOWN: usize = 3;

/// A hit on its way to the page. The greater of two goes first: by score, then by id.
pub trait Scored: Ord + Clone {
    /// Its score so far.
    fn score(&self) -> f32;

    /// Adds to its score.
    fn raise(&mut self, points: f32);
}

/// What an engine tells of its index and of the hits in the window. Questions come for all of them at once, and the hits
/// always in the order in which the engine gave them.
pub trait Source {
    /// A hit.
    type Hit: Scored;
    /// A term of the index.
    type Term;
    /// Why it could not be told.
    type Error;

    /// Articles in the index.
    fn articles(&self) -> u64;

    /// Articles that hold a stem in title or body.
    fn articles_with(&self, stem: &str) -> Result<u64, Self::Error>;

    /// The terms that a part stands for in a field.
    fn terms(&self, part: &Part, field: TextField) -> Result<Vec<Self::Term>, Self::Error>;

    /// How much a part says by the bodies that hold it (`ranking::rarity`).
    fn rarity(&self, part: &Part) -> Result<f32, Self::Error>;

    /// For each hit, its length divided by the average, the title counted as often as it scores.
    fn relative_lengths(&self, hits: &[Looked<Self::Hit>]) -> Result<Vec<f32>, Self::Error>;

    /// Hands to `take` the place of each hit that holds one of the terms in a field, with the positions where one stands.
    fn positions(
        &self,
        hits: &[Looked<Self::Hit>],
        terms: &[Self::Term],
        field: TextField,
        take: &mut dyn FnMut(usize, &[u32]),
    ) -> Result<(), Self::Error>;

    /// Hands to `take` the place of each hit that is tagged with what is named, or with something below it.
    fn tagged(&self, hits: &[Looked<Self::Hit>], named: &Named, take: &mut dyn FnMut(usize))
    -> Result<(), Self::Error>;

    /// Hands to `take` the place of each hit that holds one of some stems in title or body, the place of the stem, and how
    /// often it stands there, the title counted as often as it scores. For one hit the stems come in their order.
    fn counts(
        &self,
        hits: &[Looked<Self::Hit>],
        stems: &[&str],
        take: &mut dyn FnMut(usize, usize, u32),
    ) -> Result<(), Self::Error>;

    /// The heads of some hits, in their order.
    fn heads(&self, hits: &[Self::Hit]) -> Result<Vec<Head>, Self::Error>;
}

/// A hit of the window with what its score is made of.
#[derive(Debug, Clone)]
pub struct Looked<H> {
    /// The hit, with its whole score.
    pub hit: H,
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

impl<H: Scored> Looked<H> {
    /// A hit that was not looked at.
    pub fn unseen(hit: H) -> Self {
        Self {
            words: hit.score(),
            hit,
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
    /// The path.
    pub path: String,
    /// What people read for it.
    pub label: String,
    /// What it gives to articles that are tagged with it.
    pub points: f32,
}

/// A word of the query that is looked for closely.
struct Word<T> {
    sought: Sought,
    /// Its terms in the titles.
    title: Vec<T>,
    /// Its terms in the bodies.
    body: Vec<T>,
}

/// The words of a query, ready to be looked for.
pub struct CloseLook<T> {
    words: Vec<Word<T>>,
    /// Neighbours in the query.
    pairs: Vec<(usize, usize)>,
    /// Words of the query that are joined by hyphens.
    joined: Vec<Vec<usize>>,
    /// What the query names.
    named: Vec<Named>,
    /// Whether somebody asks why.
    explain: bool,
}

impl<T> CloseLook<T> {
    /// The close look for a plan; `None` where the plan has too few words for it to find anything. With `explain` hits
    /// remember what they owe to which words.
    pub fn new<S: Source<Term = T>>(
        source: &S,
        plan: &Plan,
        taxonomy: &Taxonomy,
        explain: bool,
    ) -> Result<Option<Self>, S::Error> {
        let Listed { list, sequence, joined } = listed(plan);
        let named = named(source, plan, taxonomy)?;
        if list.len() < feedback::QUERY_WORDS_MIN && named.is_empty() {
            return Ok(None);
        }
        let mut words = Vec::with_capacity(list.len());
        for (leaf, part, times) in list {
            let in_field = |field| {
                if leaf.field.is_some_and(|wanted| wanted != field) {
                    return Ok(Vec::new());
                }
                let mut terms = source.terms(part, field)?;
                for other in leaf.alternatives.iter().filter(|other| other.parts.len() == 1 && other.leaves == 1) {
                    terms.append(&mut source.terms(&other.parts[0].1, field)?);
                }
                Ok(terms)
            };
            let sought = Sought { rarity: source.rarity(part)?, weight: repeated(times) };
            words.push(Word { sought, title: in_field(TextField::Title)?, body: in_field(TextField::Body)? });
        }
        let mut pairs: Vec<_> = sequence.windows(2).map(|pair| (pair[0], pair[1])).filter(|(a, b)| a != b).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut look = Self { words, pairs, joined, named, explain };
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

    /// Looks at the hits of the window and gives them in their order.
    pub fn order<S: Source<Term = T>>(&self, source: &S, window: Vec<S::Hit>) -> Result<Vec<Looked<S::Hit>>, S::Error> {
        let mut looked: Vec<Looked<S::Hit>> = window.into_iter().map(Looked::unseen).collect();
        let lengths = source.relative_lengths(&looked)?;
        if self.words.len() > 1 {
            self.add_nearness(source, &mut looked, &lengths)?;
        }
        let mut labels = vec![0.0; looked.len()];
        for named in &self.named {
            source.tagged(&looked, named, &mut |at| labels[at] += named.points)?;
        }
        for (looked, labels) in looked.iter_mut().zip(labels) {
            looked.labels = labels;
            looked.hit.raise(labels);
        }
        if self.words.len() >= feedback::QUERY_WORDS_MIN {
            self.add_feedback(source, &mut looked, &lengths)?;
        }
        looked.sort_unstable_by(|a, b| b.hit.cmp(&a.hit));
        Ok(looked)
    }

    /// What the query names that a hit is tagged with.
    pub fn labels<S: Source<Term = T>>(&self, source: &S, hit: &Looked<S::Hit>) -> Result<Vec<&Named>, S::Error> {
        let mut tagged = Vec::new();
        for named in &self.named {
            source.tagged(std::slice::from_ref(hit), named, &mut |_| tagged.push(named))?;
        }
        Ok(tagged)
    }

    /// Adds what words near each other give.
    fn add_nearness<S: Source<Term = T>>(
        &self,
        source: &S,
        hits: &mut [Looked<S::Hit>],
        lengths: &[f32],
    ) -> Result<(), S::Error> {
        let mut places: Vec<Vec<Place>> = vec![Vec::new(); hits.len()];
        for (word, of_word) in self.words.iter().enumerate() {
            let fields = [(TextField::Title, &of_word.title, 0), (TextField::Body, &of_word.body, BODY_START)];
            for (field, terms, start) in fields {
                source.positions(hits, terms, field, &mut |hit, found| {
                    places[hit].extend(found.iter().map(|at| Place { position: start + at, word }));
                })?;
            }
        }
        let words: Vec<Sought> = self.words.iter().map(|word| word.sought).collect();
        for ((hit, mut places), length) in hits.iter_mut().zip(places).zip(lengths) {
            places.sort_unstable();
            hit.nearness = nearness(&words, &self.pairs, &places, *length);
            hit.parted = self.joined.iter().map(|joined| parted(&words, joined, &places, *length)).sum();
            hit.hit.raise(hit.nearness.pairs + hit.nearness.passage + hit.parted);
        }
        Ok(())
    }

    /// Adds what the words give that the best hits share.
    fn add_feedback<S: Source<Term = T>>(
        &self,
        source: &S,
        hits: &mut [Looked<S::Hit>],
        lengths: &[f32],
    ) -> Result<(), S::Error> {
        let mut best: Vec<&S::Hit> = hits.iter().map(|hit| &hit.hit).collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.truncate(feedback::articles(self.words.len()));
        let best: Vec<S::Hit> = best.into_iter().cloned().collect();
        let heads = source.heads(&best)?;
        let articles = source.articles();
        let feedback = Feedback::of(&heads, articles, |stem| source.articles_with(stem))?;
        let mut points = vec![0.0_f32; hits.len()];
        // Which words gave how much to each hit, where somebody asks.
        let mut owed: Vec<Vec<(f32, usize)>> = vec![Vec::new(); hits.len()];
        let stems: Vec<&str> = feedback.terms.iter().map(|shared| shared.stem.as_str()).collect();
        let mut weights = Vec::with_capacity(stems.len());
        for shared in &feedback.terms {
            weights.push(shared.weight * rarity(articles, source.articles_with(&shared.stem)?));
        }
        source.counts(hits, &stems, &mut |at, stem, count| {
            let given = weights[stem] * saturated(count as f32, lengths[at]);
            points[at] += given;
            if self.explain {
                owed[at].push((given, stem));
            }
        })?;
        let most = points.iter().copied().fold(0.0, f32::max);
        let best = best.first().map_or(0.0, Scored::score);
        if most > 0.0 {
            for ((hit, points), mut owed) in hits.iter_mut().zip(points).zip(owed) {
                hit.feedback = feedback.share * best * points / most;
                hit.hit.raise(hit.feedback);
                owed.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                hit.shared = owed.iter().take(SHARED_SHOWN).map(|(_, n)| feedback.terms[*n].word.clone()).collect();
            }
        }
        Ok(())
    }
}

/// The words of a plan that are looked for closely.
struct Listed<'p> {
    /// Each word once, with its leaf and how often the query has it.
    list: Vec<(&'p Leaf, &'p Part, usize)>,
    /// The words as they follow each other in the query.
    sequence: Vec<usize>,
    /// Those that are joined by hyphens.
    joined: Vec<Vec<usize>>,
}

fn listed(plan: &Plan) -> Listed<'_> {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    let mut listed = Listed { list: Vec::new(), sequence: Vec::new(), joined: Vec::new() };
    for leaf in plan.leaves() {
        let before = listed.sequence.len();
        for (_, part) in &leaf.parts {
            let form = match part {
                Part::Stem { stems, folded } => stems.first().unwrap_or(folded),
                Part::Folded(form) => form,
                _ => continue,
            };
            let word = *found.entry(form).or_insert_with(|| {
                listed.list.push((leaf, part, 0));
                listed.list.len() - 1
            });
            listed.list[word].2 += 1;
            listed.sequence.push(word);
        }
        // Characters of a Chinese word say nothing apart.
        let is_joined = leaf.whole.is_some() && leaf.slop == 0 && !leaf.term.contains(is_han);
        if is_joined && listed.sequence.len() > before {
            listed.joined.push(listed.sequence[before..].to_vec());
        }
    }
    listed
}

/// What runs of plain words in the query name: of runs that overlap the longest, from the left.
fn named<S: Source>(source: &S, plan: &Plan, taxonomy: &Taxonomy) -> Result<Vec<Named>, S::Error> {
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
            said += source.rarity(part)?;
        }
        for called in called {
            let (dimension, path) = (called.dimension, &called.node.path);
            if !found.iter().any(|named| named.dimension == dimension && named.path == *path) {
                found.push(Named {
                    dimension: dimension.to_owned(),
                    path: path.clone(),
                    label: taxonomy.label(dimension, path).to_owned(),
                    points: LABEL_WEIGHT * said,
                });
            }
        }
        at += length;
    }
    Ok(found)
}
