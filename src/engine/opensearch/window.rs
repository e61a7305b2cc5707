//! The first hits of a query as the close look asks for them: their tokens, lengths and labels, read from what the search itself
//! brought, and the heads of the best, fetched.
//!
//! One search brings the tokens of a hundred hits; each list of sought terms is looked for in one pass over them.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use crate::engine::EngineError;
use crate::engine::analyzer::PARAGRAPH_GAP;
use crate::engine::close_look::{Looked, Named, Scored, Source};
use crate::engine::opensearch::lexicon::{Lexicon, Terms};
use crate::engine::opensearch::mapping::{STACK, facet_field, stem_field, word_field};
use crate::engine::opensearch::query_builder::QueryBuilder;
use crate::engine::opensearch::rows::ready;
use crate::engine::opensearch::searching::FoundHit;
use crate::engine::plan::{Part, Plan, distinct};
use crate::engine::ranking::feedback::Head;
use crate::engine::ranking::{TITLE_TIMES, rarity, repeated, saturated};
use crate::model::query::TextField;

/// A hit on its way to the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Id of the article; the lower goes first where scores are equal.
    pub id: String,
    /// Its score; 0 where the order is by date.
    pub score: f32,
    /// Id of the first of its group of copies, its own if it is in none.
    pub lead: String,
    /// Its place among the hits that the search brought.
    pub place: usize,
}

impl Candidate {
    /// A hit as it came, at its place.
    pub fn of(place: usize, hit: &FoundHit) -> Self {
        let lead = hit.texts("lead").next().unwrap_or(&hit.id).to_owned();
        Self { id: hit.id.clone(), score: hit.score.unwrap_or(0.0), lead, place }
    }
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.score.total_cmp(&other.score).then_with(|| other.id.cmp(&self.id))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Scored for Candidate {
    fn score(&self) -> f32 {
        self.score
    }

    fn raise(&mut self, points: f32) {
        self.score += points;
    }
}

/// A term that is looked for in the hits: as it was sent to the index, and whether it is a stem.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WindowTerm {
    term: Rc<str>,
    is_stem: bool,
}

/// Where terms stand in a field of a hit: the positions of each, in their order.
type Places = HashMap<Rc<str>, Vec<u32>>;

/// The hits of a window.
pub struct Window<'a, H> {
    builder: QueryBuilder<'a>,
    hits: RefCell<Vec<FoundHit>>,
    /// All terms that were handed out, stems and words apart; they are looked for together.
    sought: RefCell<[HashSet<Rc<str>>; 2]>,
    /// Where they stand, by hit: stems and words of the title, then of the body. Made at the first question.
    found: RefCell<Option<Vec<[Places; 4]>>>,
    heads: H,
}

impl<'a, H> Window<'a, H>
where
    H: Fn(&[String]) -> Result<Vec<Head>, EngineError>,
{
    /// A window; `heads` fetches the heads of some articles.
    pub fn new(builder: QueryBuilder<'a>, heads: H) -> Self {
        Self { builder, hits: RefCell::default(), sought: RefCell::default(), found: RefCell::default(), heads }
    }

    /// Takes what the search brought, asked for by `fields`.
    pub fn take(&self, hits: Vec<FoundHit>) {
        *self.hits.borrow_mut() = hits;
    }

    /// Brings the scores of plain words in line with the embedded engine's, to the last bit that matters: it takes the average
    /// length from lengths as they are kept with each article, in a byte, and the cluster from the tokens themselves. That is less
    /// than a hundredth, but enough to put other articles among the best, which feedback listens to.
    pub fn settle(&self, plan: &Plan, candidates: &mut [Candidate]) -> Result<(), EngineError> {
        let mut weights = BTreeMap::new();
        plain_stems(self.builder.lexicon, plan, 1.0, &mut weights);
        let totals = self.builder.lexicon.totals();
        let average = |tokens: u64| (tokens as f32 / totals.documents.max(1) as f32).max(1.0);
        let (ours, theirs) = (average(totals.article_length), average(totals.article_tokens));
        let stems: Vec<&str> = weights.keys().map(String::as_str).collect();
        let said: Vec<f32> = weights
            .iter()
            .map(|(stem, weight)| {
                weight * rarity(totals.documents, self.builder.lexicon.documents(Terms::Article, stem))
            })
            .collect();
        let all = self.hits.borrow();
        let looked: Vec<Looked<Candidate>> = candidates.iter().cloned().map(Looked::unseen).collect();
        self.counts(&looked, &stems, &mut |at, stem, count| {
            let length = all.get(candidates[at].place).and_then(|hit| hit.number("length")).unwrap_or(0) as f32;
            let gives = |average: f32| said[stem] * saturated(count as f32, length / average);
            candidates[at].score += gives(ours) - gives(theirs);
        })?;
        candidates.sort_by(|a, b| b.cmp(a));
        Ok(())
    }

    /// Looks for all that was handed out, in one pass over the tokens of the hits.
    fn look(&self) {
        if self.found.borrow().is_some() {
            return;
        }
        let sought = self.sought.borrow();
        let fields = [TextField::Title, TextField::Body];
        let of_hit = |hit: &FoundHit| {
            let mut all: [Places; 4] = Default::default();
            for (field, at) in fields.into_iter().zip([0, 2]) {
                for (kind, name) in [stem_field(field), word_field(field)].into_iter().enumerate() {
                    if !sought[kind].is_empty() {
                        all[at + kind] = places(hit.texts(name), &sought[kind]);
                    }
                }
            }
            all
        };
        *self.found.borrow_mut() = Some(self.hits.borrow().iter().map(of_hit).collect());
    }
}

/// The stems by which plain words of a plan score, with what each weighs in the query. An article that holds the word as typed
/// owes its score to that, whatever else would do.
fn plain_stems(lexicon: &Lexicon, plan: &Plan, times: f32, stems: &mut BTreeMap<String, f32>) {
    match plan {
        Plan::Leaf(leaf) if leaf.field.is_none() && leaf.parts.len() == 1 => {
            for part in leaf.whole.iter().chain(leaf.parts.iter().map(|(_, part)| part)) {
                for stem in lexicon.stems(part, Terms::Article) {
                    *stems.entry(stem).or_default() += times;
                }
            }
        }
        Plan::All(clauses) => {
            distinct(clauses).for_each(|(clause, n)| plain_stems(lexicon, &clause.plan, times * repeated(n), stems));
        }
        Plan::Any(sides) => {
            let words = distinct(sides).filter(|(side, _)| matches!(side, Plan::Leaf(_)));
            words.for_each(|(side, n)| plain_stems(lexicon, side, times * repeated(n), stems));
        }
        _ => {}
    }
}

/// Where some terms stand in a field, given its paragraphs.
fn places<'t>(paragraphs: impl Iterator<Item = &'t str>, sought: &HashSet<Rc<str>>) -> Places {
    let mut found = Places::new();
    let mut position = 0;
    for paragraph in paragraphs {
        for stack in paragraph.split(' ') {
            for term in stack.split(STACK) {
                if let Some(term) = sought.get(term) {
                    found.entry(Rc::clone(term)).or_default().push(position);
                }
            }
            position += 1;
        }
        position += PARAGRAPH_GAP;
    }
    found
}

/// What a search for a window must bring of its hits: stored fields, then columns. Words as they are written only where the
/// plan looks for them.
pub fn fields(plan: &Plan, dimensions: &[&str]) -> (Vec<&'static str>, Vec<String>) {
    let is_word = |part: &Part| !matches!(part, Part::Stem { .. });
    let leaves = plan.leaves();
    let parts = leaves.iter().flat_map(|leaf| {
        leaf.parts.iter().chain(leaf.alternatives.iter().flat_map(|other| &other.parts)).map(|(_, part)| part)
    });
    let mut stored = vec![stem_field(TextField::Title), stem_field(TextField::Body)];
    if parts.into_iter().any(is_word) {
        stored.extend([word_field(TextField::Title), word_field(TextField::Body)]);
    }
    let columns = ["length".to_owned(), "lead".to_owned()].into_iter();
    (stored, columns.chain(dimensions.iter().map(|dimension| facet_field(dimension))).collect())
}

impl<H> Source for Window<'_, H>
where
    H: Fn(&[String]) -> Result<Vec<Head>, EngineError>,
{
    type Hit = Candidate;
    type Term = WindowTerm;
    type Error = EngineError;

    fn articles(&self) -> u64 {
        self.builder.lexicon.totals().documents
    }

    fn articles_with(&self, stem: &str) -> Result<u64, EngineError> {
        Ok(self.builder.lexicon.documents(Terms::Article, stem))
    }

    fn terms(&self, part: &Part, field: TextField) -> Result<Vec<WindowTerm>, EngineError> {
        let is_stem = matches!(Lexicon::terms_of(part, field), Terms::Title | Terms::Body);
        let mut sought = self.sought.borrow_mut();
        let kind = usize::from(!is_stem);
        let terms = self.builder.lexicon.terms(part, field).into_iter().map(|term| {
            let term: Rc<str> = Rc::from(&*ready(&term));
            sought[kind].insert(Rc::clone(&term));
            WindowTerm { term, is_stem }
        });
        Ok(terms.collect())
    }

    fn rarity(&self, part: &Part) -> Result<f32, EngineError> {
        Ok(self.builder.part_rarity(part))
    }

    fn relative_lengths(&self, hits: &[Looked<Candidate>]) -> Result<Vec<f32>, EngineError> {
        let totals = self.builder.lexicon.totals();
        let average = (totals.article_length as f32 / totals.documents.max(1) as f32).max(1.0);
        let all = self.hits.borrow();
        let length = |hit: &Looked<Candidate>| all.get(hit.hit.place).and_then(|hit| hit.number("length")).unwrap_or(0);
        Ok(hits.iter().map(|hit| length(hit) as f32 / average).collect())
    }

    fn positions(
        &self,
        hits: &[Looked<Candidate>],
        terms: &[WindowTerm],
        field: TextField,
        take: &mut dyn FnMut(usize, &[u32]),
    ) -> Result<(), EngineError> {
        self.look();
        let found = self.found.borrow();
        let Some(found) = found.as_ref() else { return Ok(()) };
        let of_field = match field {
            TextField::Title => 0,
            TextField::Body => 2,
        };
        let mut positions = Vec::new();
        for (at, hit) in hits.iter().enumerate() {
            let Some(places) = found.get(hit.hit.place) else { continue };
            positions.clear();
            for term in terms {
                let places = &places[of_field + usize::from(!term.is_stem)];
                positions.extend(places.get(&term.term).into_iter().flatten().copied());
            }
            positions.sort_unstable();
            positions.dedup();
            if !positions.is_empty() {
                take(at, &positions);
            }
        }
        Ok(())
    }

    fn tagged(
        &self,
        hits: &[Looked<Candidate>],
        named: &Named,
        take: &mut dyn FnMut(usize),
    ) -> Result<(), EngineError> {
        let field = facet_field(&named.dimension);
        let all = self.hits.borrow();
        for (at, hit) in hits.iter().enumerate() {
            if all.get(hit.hit.place).is_some_and(|hit| hit.texts(&field).any(|path| path == named.path)) {
                take(at);
            }
        }
        Ok(())
    }

    fn counts(
        &self,
        hits: &[Looked<Candidate>],
        stems: &[&str],
        take: &mut dyn FnMut(usize, usize, u32),
    ) -> Result<(), EngineError> {
        let sought: HashSet<Rc<str>> = stems.iter().map(|stem| Rc::from(&*ready(stem))).collect();
        let all = self.hits.borrow();
        for (at, hit) in hits.iter().enumerate() {
            let Some(hit) = all.get(hit.hit.place) else { continue };
            let title = places(hit.texts(stem_field(TextField::Title)), &sought);
            let body = places(hit.texts(stem_field(TextField::Body)), &sought);
            for (place, stem) in stems.iter().enumerate() {
                let stem = ready(stem);
                let of = |places: &Places| places.get(&*stem).map_or(0, Vec::len);
                let count = of(&title) * TITLE_TIMES + of(&body);
                if count > 0 {
                    take(at, place, count as u32);
                }
            }
        }
        Ok(())
    }

    fn heads(&self, hits: &[Candidate]) -> Result<Vec<Head>, EngineError> {
        let ids: Vec<String> = hits.iter().map(|hit| hit.id.clone()).collect();
        (self.heads)(&ids)
    }
}
