//! From the plan of a query to tantivy's queries. May not parse text: words come analysed, labels resolved.
//!
//! Scoring, as `engine::ranking` has it: every word scores by BM25 (k1 1.2, b 0.75, as tantivy has them) in title and
//! body as one text; the sum over words is the score. A word sought in several forms is their union; one that the query
//! repeats counts less each time. Phrases, exact words and words of one field score in the title, times `TITLE_BOOST`,
//! and in the body; prefixes, misspelt words and `SAME` score each match alike, by how rare the matches are.

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::OnceLock;

use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, EnableScoring,
    FuzzyTermQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::termdict::TermDictionary;
use tantivy::{Score, Searcher, TantivyError, Term};

use crate::engine::analyzer::{SENTENCE_MARK, sought_stems};
use crate::engine::embedded::lengths::{Lengths, Statistics};
use crate::engine::embedded::positions::{GatheredQuery, Phrase, PositionsQuery};
use crate::engine::embedded::schema::IndexSchema;
use crate::engine::facets::FacetDictionary;
use crate::engine::forms::{FoldedAutomaton, behind_forms, exact_form, folded_of, prefix_end, written_of};
use crate::engine::plan::{Alternative, Leaf, Need, Part, Plan, distinct};
use crate::engine::ranking::{rarity, repeated};
use crate::engine::spelling::{HeldWord, WordsHeld};
use crate::model::EXPANSION_TERMS_MAX;
use crate::model::date::DateRange;
use crate::model::query::{Deadline, FacetChoice, Filters, KeywordField, TextField};
use crate::text::normalise::{fold, is_han};
use crate::text::words::words;

/// How much a phrase in the title outweighs one in the body: a title is chosen to say what an article is about.
const TITLE_BOOST: Score = 2.0;

/// Builds queries for one generation.
pub struct QueryBuilder<'a> {
    /// The fields.
    pub schema: &'a IndexSchema,
    /// The searcher, for term dictionaries and statistics.
    pub searcher: &'a Searcher,
    /// The facet values.
    pub dictionary: &'a FacetDictionary,
    /// Where the lengths of texts are kept once they are counted.
    pub counted: &'a OnceLock<Lengths>,
    /// When to give up.
    pub deadline: Deadline,
}

/// An error once the deadline has passed. The error says nothing: whoever gave the deadline knows.
pub(super) fn in_time(deadline: Deadline) -> tantivy::Result<()> {
    if deadline.has_passed() { Err(TantivyError::InternalError("the deadline has passed".to_owned())) } else { Ok(()) }
}

type Built = tantivy::Result<Box<dyn Query>>;

/// A word or phrase without the field that it is sought in.
struct Sought<'a> {
    parts: &'a [(u32, Part)],
    whole: Option<&'a Part>,
    slop: u32,
}

impl QueryBuilder<'_> {
    /// The query of a plan.
    pub fn plan(&self, plan: &Plan) -> Built {
        match plan {
            Plan::Everything => Ok(Box::new(AllQuery)),
            Plan::Nothing => Ok(Box::new(EmptyQuery)),
            Plan::Leaf(leaf) => self.leaf(leaf),
            Plan::Same(leaves) => self.same(leaves),
            Plan::Keyword(field, value) => Ok(unscored(self.keyword(*field, value))),
            Plan::Date(range) => Ok(unscored(self.dates(range))),
            Plan::Label { dimension, path } => Ok(self.choices(dimension, &[FacetChoice::Path(path.clone())])),
            Plan::Not(plan) => Ok(Box::new(BooleanQuery::new(vec![
                (Occur::Must, unscored(Box::new(AllQuery))),
                without(self.plan(plan)?),
            ]))),
            Plan::All(clauses) => {
                let mut built = Vec::new();
                for (clause, times) in distinct(clauses) {
                    match &clause.plan {
                        Plan::Not(plan) => built.push(without(self.plan(plan)?)),
                        plan => built.push((Occur::Must, weighed(self.plan(plan)?, times))),
                    }
                }
                Ok(conjunction(built))
            }
            Plan::Any(sides) => {
                let built = distinct(sides).map(|(side, times)| Ok(weighed(self.plan(side)?, times)));
                Ok(union(built.collect::<tantivy::Result<Vec<_>>>()?))
            }
        }
    }

    /// The query of a conjunction whose soft words need not all match: the others must, these add to the score.
    pub fn most(&self, plan: &Plan, matching: Box<dyn Query>) -> Built {
        let mut built = vec![(Occur::Must, matching)];
        if let Plan::All(clauses) = plan {
            for (clause, times) in distinct(clauses) {
                match (&clause.plan, clause.need) {
                    (Plan::Not(plan), _) => built.push(without(self.plan(plan)?)),
                    (plan, Need::Soft) => built.push((Occur::Should, weighed(self.plan(plan)?, times))),
                    (plan, _) => built.push((Occur::Must, self.plan(plan)?)),
                }
            }
        }
        Ok(Box::new(BooleanQuery::new(built)))
    }

    /// The plan without its soft words: what a document of the fallback must match in any case.
    pub fn firm(&self, plan: &Plan) -> Built {
        let Plan::All(clauses) = plan else { return self.plan(plan) };
        let firm = clauses.iter().filter(|clause| clause.need != Need::Soft).cloned().collect::<Vec<_>>();
        if firm.is_empty() { Ok(Box::new(AllQuery)) } else { self.plan(&Plan::All(firm)) }
    }

    /// A query together with filters; the dimensions' choices only with `choices`. Filters add nothing to a score.
    pub fn filtered(&self, query: Box<dyn Query>, filters: &Filters, choices: bool) -> Box<dyn Query> {
        let mut built = vec![(Occur::Must, query)];
        if choices {
            for (dimension, list) in &filters.include {
                built.push((Occur::Must, self.choices(dimension, list)));
            }
        }
        for (dimension, list) in &filters.exclude {
            built.push((Occur::MustNot, self.choices(dimension, list)));
        }
        match (&filters.dates, filters.undated) {
            (None, false) => {}
            (Some(range), false) => built.push((Occur::Must, unscored(self.dates(range)))),
            (None, true) => built.push(without(self.dated())),
            (Some(range), true) => {
                let undated = BooleanQuery::new(vec![(Occur::Must, Box::new(AllQuery) as _), without(self.dated())]);
                built.push((Occur::Must, unscored(union(vec![self.dates(range), Box::new(undated)]))));
            }
        }
        conjunction(built)
    }

    fn choices(&self, dimension: &str, choices: &[FacetChoice]) -> Box<dyn Query> {
        let Some(&field) = self.schema.facets.get(dimension) else { return Box::new(EmptyQuery) };
        let ordinals = self.dictionary.chosen(dimension, choices).into_iter();
        let terms = ordinals.map(|ordinal| basic(Term::from_field_u64(field, ordinal.into()))).collect();
        unscored(union(terms))
    }

    fn dates(&self, range: &DateRange) -> Box<dyn Query> {
        let day = |field, days: i32| Term::from_field_i64(field, days.into());
        let (first, last) = (self.schema.date_first, self.schema.date_last);
        let mut built: Vec<Box<dyn Query>> = vec![self.dated()];
        if let Some(from) = range.from {
            let ends_late = RangeQuery::new(Bound::Included(day(last, from.first_day())), Bound::Unbounded);
            built.push(Box::new(ends_late));
        }
        if let Some(to) = range.to {
            let starts_early = RangeQuery::new(Bound::Unbounded, Bound::Included(day(first, to.last_day())));
            built.push(Box::new(starts_early));
        }
        conjunction(built.into_iter().map(|query| (Occur::Must, query)).collect())
    }

    fn dated(&self) -> Box<dyn Query> {
        let field = self.schema.date_first;
        let from = Bound::Included(Term::from_field_i64(field, i64::MIN));
        Box::new(RangeQuery::new(from, Bound::Unbounded))
    }

    fn keyword(&self, field: KeywordField, value: &str) -> Box<dyn Query> {
        let term = |field: Field, text: &str| basic(Term::from_field_text(field, text));
        match field {
            KeywordField::Id => term(self.schema.id, value),
            KeywordField::Lang => term(self.schema.lang, &value.to_lowercase()),
            KeywordField::Source => term(self.schema.source, &fold(value)),
            KeywordField::Author => {
                let words: Vec<_> =
                    words(value).map(|word| (Occur::Must, term(self.schema.author, &fold(word.text)))).collect();
                if words.is_empty() { Box::new(EmptyQuery) } else { conjunction(words) }
            }
        }
    }

    fn leaf(&self, leaf: &Leaf) -> Built {
        let typed = Sought { parts: &leaf.parts, whole: leaf.whole.as_ref(), slop: leaf.slop };
        let query = self.sought(&typed, leaf.field)?;
        if leaf.alternatives.is_empty() {
            return Ok(query);
        }
        let mut others = Vec::new();
        for other in &leaf.alternatives {
            others.extend(self.parts_rarity(&other.parts)?.map(|rarity| (other, rarity)));
        }
        // What is called by several names says no more by the rarest of them. Where nobody writes the name as it was
        // typed, the commonest of the others stands for it; each of its words then counts its share.
        let commonest =
            others.iter().map(|(other, rarity)| rarity / other.leaves as Score).fold(Score::MAX, Score::min);
        let said = self.parts_rarity(&leaf.parts)?.unwrap_or(commonest);
        let mut built = vec![query];
        for (other, rarity) in others {
            let query = self.alternative(other, leaf.field)?;
            let share = if rarity > 0.0 { (said / rarity).min(1.0) } else { 1.0 };
            built.push(Box::new(BoostQuery::new(query, other.weight * share)));
        }
        Ok(Box::new(DisjunctionMaxQuery::new(built)))
    }

    /// The query of another form of a leaf.
    pub fn alternative(&self, other: &Alternative, field: Option<TextField>) -> Built {
        self.sought(&Sought { parts: &other.parts, whole: None, slop: 0 }, field)
    }

    fn sought(&self, sought: &Sought<'_>, field: Option<TextField>) -> Built {
        let mut built = Vec::new();
        if field.is_none() {
            let single = match sought.parts {
                [(_, part)] => Some(part),
                _ => None,
            };
            for part in sought.whole.into_iter().chain(single) {
                built.extend(self.stems(part, self.schema.article)?.into_iter().map(scored));
            }
            match single {
                Some(Part::Stem { .. }) => return Ok(union(built)),
                Some(part @ Part::Folded(folded)) => {
                    let mut terms = self.terms(part, TextField::Title)?;
                    terms.append(&mut self.terms(part, TextField::Body)?);
                    return Ok(self.folded(folded, terms, self.schema.article));
                }
                _ => {}
            }
        }
        if let (None, Some(whole)) = (field, sought.whole)
            && sought.slop == 0
            && !is_chinese(whole)
        {
            return self.joined(sought, whole);
        }
        let whole = sought.whole.filter(|_| field.is_some());
        for field in fields(field) {
            let query = self.sought_in(&Sought { whole, ..*sought }, field)?;
            built.push(match field {
                TextField::Title => Box::new(BoostQuery::new(query, TITLE_BOOST)),
                TextField::Body => query,
            });
        }
        Ok(union(built))
    }

    fn sought_in(&self, sought: &Sought<'_>, field: TextField) -> Built {
        let mut built: Vec<Box<dyn Query>> = Vec::new();
        if let Some(whole) = sought.whole {
            built.extend(self.terms(whole, field)?.into_iter().map(scored));
        }
        match sought.parts {
            [(_, part @ (Part::Stem { .. } | Part::Exact(_)))] => {
                built.extend(self.terms(part, field)?.into_iter().map(scored));
            }
            [(_, part @ Part::Folded(folded))] => {
                let stem = self.schema.text(field).stem;
                built.push(self.folded(folded, self.terms(part, field)?, stem));
            }
            [(_, part @ (Part::Prefix(_) | Part::Fuzzy { .. }))] => {
                let terms = self.terms(part, field)?;
                let score = self.rarity(&terms)?;
                built.push(Box::new(ConstScoreQuery::new(union(terms.into_iter().map(basic).collect()), score)));
            }
            _ => built.push(self.phrase(sought, field)?),
        }
        Ok(union(built))
    }

    /// Words joined by hyphens: found side by side or as one word, and scored as the words that they are, so that one that
    /// the text writes apart ranks alike (`ranking::nearness::parted`).
    fn joined(&self, sought: &Sought<'_>, whole: &Part) -> Built {
        let article = self.schema.article;
        let whole = self.stems(whole, article)?;
        let mut found: Vec<Box<dyn Query>> = whole.iter().cloned().map(basic).collect();
        for field in [TextField::Title, TextField::Body] {
            found.push(self.sought_in(&Sought { whole: None, ..*sought }, field)?);
        }
        let mut built = vec![(Occur::Must, unscored(union(found)))];
        for part in sought.parts.iter().map(|(_, part)| part) {
            built.extend(self.stems(part, article)?.into_iter().map(|term| (Occur::Should, scored(term))));
        }
        built.extend(whole.into_iter().map(|term| (Occur::Should, scored(term))));
        Ok(Box::new(BooleanQuery::new(built)))
    }

    /// A word in one form only, found by its written forms and scored, in a field of stems, as the word that it is.
    fn folded(&self, folded: &str, terms: Vec<Term>, stem: Field) -> Box<dyn Query> {
        if terms.is_empty() {
            return Box::new(EmptyQuery);
        }
        let found = unscored(union(terms.into_iter().map(basic).collect()));
        let mut built = vec![(Occur::Must, found)];
        let stems = sought_stems(folded).into_iter();
        built.extend(stems.map(|form| (Occur::Should, scored(Term::from_field_text(stem, &form)))));
        conjunction(built)
    }

    /// How much the words of a leaf say together, by the body, or by the titles for what stands only there; `None` if
    /// one of them stands nowhere.
    fn parts_rarity(&self, parts: &[(u32, Part)]) -> tantivy::Result<Option<Score>> {
        let mut said = 0.0;
        for (_, part) in parts {
            let mut terms = self.terms(part, TextField::Body)?;
            if !self.is_held(&terms)? {
                terms = self.terms(part, TextField::Title)?;
                if !self.is_held(&terms)? {
                    return Ok(None);
                }
            }
            said += self.rarity(&terms)?;
        }
        Ok(Some(said))
    }

    /// Whether any document holds any of the terms.
    fn is_held(&self, terms: &[Term]) -> tantivy::Result<bool> {
        for term in terms {
            if self.searcher.doc_freq(term)? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A phrase of several words: tantivy's where each word has one form, else ours.
    fn phrase(&self, sought: &Sought<'_>, field: TextField) -> Built {
        let phrase = Phrase { words: self.words(sought.parts, field)?, whole: Vec::new(), slop: sought.slop };
        if phrase.words.iter().any(|(_, terms)| terms.is_empty()) {
            return Ok(Box::new(EmptyQuery));
        }
        if phrase.slop == 0 && phrase.words.iter().all(|(_, terms)| terms.len() == 1) {
            let terms = phrase
                .words
                .into_iter()
                .flat_map(|(offset, terms)| terms.into_iter().map(move |term| (offset as usize, term)));
            return Ok(Box::new(PhraseQuery::new_with_offset(terms.collect())));
        }
        let mut score = 0.0;
        for (_, terms) in &phrase.words {
            score += self.rarity(terms)?;
        }
        Ok(Box::new(PositionsQuery::phrase(phrase, score, self.deadline)))
    }

    fn words(&self, parts: &[(u32, Part)], field: TextField) -> tantivy::Result<Vec<(u32, Vec<Term>)>> {
        let mut words = Vec::new();
        for (offset, part) in parts {
            words.push((*offset, self.terms(part, field)?));
        }
        Ok(words)
    }

    fn same(&self, leaves: &[Leaf]) -> Built {
        let mut built: Vec<Box<dyn Query>> = Vec::new();
        for field in [TextField::Title, TextField::Body] {
            if leaves.iter().any(|leaf| leaf.field.is_some_and(|wanted| wanted != field)) {
                continue;
            }
            let mut sides = Vec::new();
            let mut score = 0.0;
            for leaf in leaves {
                let words = self.words(&leaf.parts, field)?;
                for (_, terms) in &words {
                    score += self.rarity(terms)?;
                }
                let whole = match &leaf.whole {
                    Some(whole) => self.terms(whole, field)?,
                    None => Vec::new(),
                };
                let mut side = vec![Phrase { words, whole, slop: leaf.slop }];
                for other in &leaf.alternatives {
                    side.push(Phrase { words: self.words(&other.parts, field)?, whole: Vec::new(), slop: 0 });
                }
                sides.push(side);
            }
            let mark = Term::from_field_text(self.schema.text(field).sentence, SENTENCE_MARK);
            built.push(Box::new(PositionsQuery::same_sentence(sides, mark, score, self.deadline)));
        }
        Ok(union(built))
    }

    /// The terms that a word stands for in a field of stems; none for what is no plain word.
    pub fn stems(&self, part: &Part, field: Field) -> tantivy::Result<Vec<Term>> {
        let Part::Stem { stems, .. } = part else { return Ok(Vec::new()) };
        let mut terms = Vec::new();
        for (n, stem) in stems.iter().enumerate() {
            let term = Term::from_field_text(field, stem);
            // A form that the index lacks is left out, so that a plain phrase stays one of single terms.
            if n + 1 == stems.len() && terms.is_empty() || self.searcher.doc_freq(&term)? > 0 {
                terms.push(term);
            }
        }
        Ok(terms)
    }

    /// Average length of a field in words.
    pub fn average_of(&self, field: Field) -> tantivy::Result<f32> {
        Ok(self.lengths()?.average(self.searcher, field))
    }

    /// Average length of an article in words, the title counted as often as it scores.
    pub fn average_length(&self) -> tantivy::Result<f32> {
        self.average_of(self.schema.article)
    }

    /// The terms of the index that a part stands for, in one field.
    pub fn terms(&self, part: &Part, field: TextField) -> tantivy::Result<Vec<Term>> {
        in_time(self.deadline)?;
        let fields = self.schema.text(field);
        Ok(match part {
            Part::Stem { .. } => self.stems(part, fields.stem)?,
            Part::Folded(folded) => self.commonest(fields.word, |dictionary, found| {
                let mut stream = dictionary.range().ge(folded.as_bytes()).lt(behind_forms(folded)).into_stream()?;
                while stream.advance() {
                    found(stream.key(), stream.value().doc_freq);
                }
                Ok(())
            })?,
            Part::Exact(exact) => vec![Term::from_field_text(fields.word, &exact_form(exact))],
            Part::Prefix(prefix) => self.commonest(fields.word, |dictionary, found| {
                let mut range = dictionary.range().ge(prefix.as_bytes());
                if let Some(end) = prefix_end(prefix) {
                    range = range.lt(end);
                }
                let mut stream = range.into_stream()?;
                while stream.advance() {
                    found(stream.key(), stream.value().doc_freq);
                }
                Ok(())
            })?,
            Part::Fuzzy { folded, distance } => {
                let term = Term::from_field_text(fields.word, folded);
                let automaton = FoldedAutomaton(FuzzyTermQuery::new(term, *distance, true).automaton()?);
                self.commonest(fields.word, |dictionary, found| {
                    let mut stream = dictionary.search(&automaton).into_stream()?;
                    while stream.advance() {
                        found(stream.key(), stream.value().doc_freq);
                    }
                    Ok(())
                })?
            }
        })
    }

    /// The terms of the commonest folded forms that `list` finds in the segments' dictionaries.
    fn commonest(
        &self,
        field: Field,
        list: impl Fn(&TermDictionary, &mut dyn FnMut(&[u8], u32)) -> tantivy::Result<()>,
    ) -> tantivy::Result<Vec<Term>> {
        let mut found: HashMap<Vec<u8>, (u32, BTreeSet<Vec<u8>>)> = HashMap::new();
        for reader in self.searcher.segment_readers() {
            list(reader.inverted_index(field)?.terms(), &mut |form, documents| {
                let (all, forms) = found.entry(folded_of(form).to_vec()).or_default();
                *all += documents;
                forms.insert(form.to_vec());
            })?;
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_unstable_by(|(a, (a_documents, _)), (b, (b_documents, _))| {
            b_documents.cmp(a_documents).then_with(|| a.cmp(b))
        });
        found.truncate(EXPANSION_TERMS_MAX);
        let forms = found.into_iter().flat_map(|(_, (_, forms))| forms);
        Ok(forms.filter_map(|form| Some(Term::from_field_text(field, std::str::from_utf8(&form).ok()?))).collect())
    }

    /// How much a match of any of the terms says: BM25's idf of their documents taken together.
    pub fn rarity(&self, terms: &[Term]) -> tantivy::Result<Score> {
        let mut documents = 0;
        for term in terms {
            documents += self.searcher.doc_freq(term)?;
        }
        Ok(rarity(self.searcher.num_docs(), documents))
    }

    /// How much each leaf of a plan says, for the choice of snippets.
    pub fn leaf_weights(&self, plan: &Plan) -> tantivy::Result<Vec<f32>> {
        plan.leaves()
            .into_iter()
            .map(|leaf| {
                let mut weight = 0.0;
                for (_, part) in &leaf.parts {
                    weight += self.rarity(&self.terms(part, TextField::Body)?)?;
                }
                Ok(weight)
            })
            .collect()
    }

    /// Compiles a query into the weight that finds its documents, scoring or not.
    pub fn weight(&self, query: &dyn Query, scoring: bool) -> tantivy::Result<Box<dyn tantivy::query::Weight>> {
        if !scoring {
            return query.weight(EnableScoring::disabled_from_searcher(self.searcher));
        }
        let statistics = Statistics { searcher: self.searcher, lengths: self.lengths()? };
        query.weight(EnableScoring::enabled_from_statistics_provider(&statistics, self.searcher))
    }

    /// The lengths of the fields that are scored: counted at the first question.
    fn lengths(&self) -> tantivy::Result<&Lengths> {
        if let Some(lengths) = self.counted.get() {
            return Ok(lengths);
        }
        let IndexSchema { article, title, body, .. } = self.schema;
        let lengths = Lengths::new(self.searcher, [*article, title.stem, title.word, body.stem, body.word])?;
        Ok(self.counted.get_or_init(|| lengths))
    }
}

impl WordsHeld for QueryBuilder<'_> {
    type Error = TantivyError;

    fn documents_with(&self, part: &Part) -> tantivy::Result<u64> {
        let mut most = 0;
        for field in [TextField::Title, TextField::Body] {
            let mut documents = 0;
            for term in self.terms(part, field)? {
                documents += self.searcher.doc_freq(&term)?;
            }
            most = most.max(documents);
        }
        Ok(most)
    }

    fn written(&self, folded: &str) -> tantivy::Result<String> {
        let mut commonest = (0, folded.to_owned());
        for term in self.terms(&Part::Folded(folded.to_owned()), TextField::Body)? {
            let documents = self.searcher.doc_freq(&term)?;
            if let Some(written) = term.value().as_str().map(written_of)
                && documents > commonest.0
                && !written.is_empty()
            {
                commonest = (documents, written.to_owned());
            }
        }
        Ok(commonest.1)
    }

    fn tell_words(&self, tell: &mut dyn FnMut(HeldWord<'_>)) -> tantivy::Result<()> {
        for reader in self.searcher.segment_readers() {
            for field in [TextField::Title, TextField::Body] {
                let index = reader.inverted_index(self.schema.text(field).word)?;
                let mut terms = index.terms().stream()?;
                while terms.advance() {
                    let Ok(term) = std::str::from_utf8(terms.key()) else { continue };
                    let folded = &term[..folded_of(term.as_bytes()).len()];
                    tell(HeldWord { folded, written: written_of(term), field, documents: terms.value().doc_freq });
                }
            }
        }
        Ok(())
    }
}

fn fields(field: Option<TextField>) -> Vec<TextField> {
    field.map_or_else(|| vec![TextField::Title, TextField::Body], |field| vec![field])
}

/// What a conjunction shuts out. tantivy asks such a query for documents that lie before its first one, which its
/// phrases and ranges do not bear (in a debug build they panic); a gathered set does.
fn without(query: Box<dyn Query>) -> (Occur, Box<dyn Query>) {
    (Occur::MustNot, Box::new(GatheredQuery::new(query)))
}

fn scored(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

fn basic(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

/// Whether a form is one of Chinese characters, whose parts say nothing apart.
fn is_chinese(part: &Part) -> bool {
    matches!(part, Part::Stem { folded, .. } if folded.contains(is_han))
}

/// A query that the question repeats so many times.
fn weighed(query: Box<dyn Query>, times: usize) -> Box<dyn Query> {
    if times == 1 { query } else { Box::new(BoostQuery::new(query, repeated(times))) }
}

fn unscored(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn union(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}

/// A conjunction; one of nothing but negations means all documents but those.
fn conjunction(mut queries: Vec<(Occur, Box<dyn Query>)>) -> Box<dyn Query> {
    if queries.iter().all(|(occur, _)| *occur == Occur::MustNot) {
        queries.push((Occur::Must, unscored(Box::new(AllQuery))));
    }
    if queries.len() == 1 { queries.remove(0).1 } else { Box::new(BooleanQuery::new(queries)) }
}
