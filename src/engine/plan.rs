//! The plan: a query with its words analysed, ready for any engine and for the highlighter.
//!
//! Decides once what a typed word asks for, which words no document must have, and which clauses a fallback may
//! drop; so that what is found and what is marked can never differ. Parses no text and names no engine.

use std::borrow::Borrow;
use std::collections::HashSet;

use crate::engine::analyzer::{
    OtherStopWords, Stemming, Token, TokenKind, Unit, folded_form, is_stop_word, sought_stems, tokens, units,
};
use crate::model::date::DateRange;
use crate::model::query::{Clause, KeywordField, MatchMode, OtherName, Query, Sort, TextField};
use crate::model::results::Via;
use crate::text::normalise::is_han;

/// How much of its score another name of the same thing counts: what was typed goes ahead where all else is equal.
const VARIANT_WEIGHT: f32 = 0.9;

/// The same for words within some edits of a word that articles have.
const NEAR_WEIGHT: f32 = 0.5;

/// What one position of a pattern asks of a token.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A word in any of its forms.
    Stem {
        /// What documents may be indexed by for it, whatever their language; the likeliest first, at least one.
        stems: Vec<String>,
        /// The word as typed, folded.
        folded: String,
    },
    /// The word as it is, folded: no other form of it.
    Folded(String),
    /// Letter for letter.
    Exact(String),
    /// Words that begin so (folded).
    Prefix(String),
    /// Words within an edit distance (folded; a swap of neighbours is one edit).
    Fuzzy {
        /// The word as typed, folded.
        folded: String,
        /// Edits allowed.
        distance: u8,
    },
}

/// A word or phrase to seek.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// As typed.
    pub term: String,
    /// Where; `None` is title or body.
    pub field: Option<TextField>,
    /// The words, each with its position in the phrase.
    pub parts: Vec<(u32, Part)>,
    /// Words that may be moved or stand between.
    pub slop: u32,
    /// The parts written as one word, or one part without its article: found too, in any of its forms.
    pub whole: Option<Part>,
    /// Other words and phrases that will do.
    pub alternatives: Vec<Alternative>,
    /// Whether it is a plain word as typed, no phrase and no part of a name: it may be misspelt.
    pub is_plain: bool,
}

/// A word or phrase that will do for what was typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// What was typed.
    pub term: String,
    /// The form as people write it.
    pub form: String,
    /// How the one leads to the other.
    pub via: Via,
    /// The words, each with its position.
    pub parts: Vec<(u32, Part)>,
    /// How much of its score counts, from 0 to 1.
    pub weight: f32,
    /// How many leaves side by side it stands for together; each of them has it.
    pub leaves: usize,
    /// Which of them this is, from 0.
    pub place: usize,
}

/// A clause of a conjunction.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanClause {
    /// What is sought.
    pub plan: Plan,
    /// What the clause may be spared.
    pub need: Need,
}

/// How firmly a clause of a conjunction is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Always: joined by `AND`, a negation, a field or a filter.
    Firm,
    /// Unless any word will do: a phrase.
    Usual,
    /// Unless any word will do, or no document has all words: a plain word.
    Soft,
}

/// The analysed tree.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// All documents.
    Everything,
    /// No document: a phrase of nothing but signs, say.
    Nothing,
    /// A word or phrase.
    Leaf(Leaf),
    /// All in one sentence of the title or the body.
    Same(Vec<Leaf>),
    /// A keyword.
    Keyword(KeywordField, String),
    /// A date range.
    Date(DateRange),
    /// A value of a dimension, resolved.
    Label {
        /// The dimension.
        dimension: String,
        /// The full path.
        path: String,
    },
    /// Not.
    Not(Box<Plan>),
    /// Conjunction.
    All(Vec<PlanClause>),
    /// Disjunction.
    Any(Vec<Plan>),
}

impl Plan {
    /// Makes the plan of a query. Labels must have been resolved.
    pub fn of(query: &Query) -> Self {
        Self::within(query, None)
    }

    fn within(query: &Query, field: Option<TextField>) -> Self {
        match query {
            Query::Everything => Self::Everything,
            Query::Word { text, exact: false } => {
                let leaves: Vec<_> = word_leaves(text, field).into_iter().map(|leaf| word(leaf, false)).collect();
                // Signs alone ask for nothing; beside words they are passed over.
                if leaves.is_empty() { Self::Nothing } else { conjunction(leaves) }
            }
            Query::Word { text, exact: true } => phrase(text, true, 0, field),
            Query::Name { typed, others } => {
                let leaves = named(typed, others, field);
                if leaves.is_empty() {
                    return Self::Nothing;
                }
                let need = if matches!(**typed, Query::Phrase { .. }) { Need::Usual } else { Need::Soft };
                conjunction(leaves.into_iter().map(|leaf| clause_of(leaf, need)).collect())
            }
            Query::Phrase { text, exact, slop } => phrase(text, *exact, *slop, field),
            Query::Prefix(text) => variable(text, field, Part::Prefix),
            Query::Fuzzy { text, distance } => {
                let distance = *distance;
                variable(text, field, |folded| Part::Fuzzy { folded, distance })
            }
            Query::Same(sides) => same(sides, field),
            Query::Within(field, query) => Self::within(query, Some(*field)),
            Query::Keyword(field, value) => Self::Keyword(*field, value.clone()),
            Query::Date(range) => Self::Date(*range),
            Query::Label { dimension, value } => Self::Label { dimension: dimension.clone(), path: value.clone() },
            Query::Not(query) => Self::Not(Box::new(Self::within(query, field))),
            Query::All(clauses) => all(clauses, field),
            Query::Any(sides) => Self::Any(sides.iter().map(|side| Self::within(side, field)).collect()),
        }
    }

    /// Every word and phrase that a document may be found by, in the order of the query; negated ones are not.
    pub fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Self::Leaf(leaf) => vec![leaf],
            Self::Same(leaves) => leaves.iter().collect(),
            Self::All(clauses) => clauses.iter().flat_map(|clause| clause.plan.leaves()).collect(),
            Self::Any(sides) => sides.iter().flat_map(Self::leaves).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether a word or phrase asks for the same as another, however each is typed.
    pub fn asks_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Leaf(a), Self::Leaf(b)) => {
                let asked = |leaf: &Leaf| Leaf { term: String::new(), ..leaf.clone() };
                (&a.field, &a.parts) == (&b.field, &b.parts) && asked(a) == asked(b)
            }
            (a, b) => a == b,
        }
    }

    /// The forms besides the typed ones that a document may be found by, each once, with the field that they are
    /// sought in.
    pub fn alternatives(&self) -> Vec<(Option<TextField>, &Alternative)> {
        let mut seen = HashSet::new();
        let all = self.leaves().into_iter().flat_map(|leaf| leaf.alternatives.iter().map(|other| (leaf.field, other)));
        all.filter(|(field, other)| seen.insert((*field, &other.term, &other.form))).collect()
    }

    /// The plain words that may be misspelt, in the order of the query; negated ones and those of names are not.
    pub fn plain_words(&mut self) -> Vec<&mut Leaf> {
        let leaves: Vec<&mut Leaf> = match self {
            Self::Leaf(leaf) => vec![leaf],
            Self::Same(leaves) => leaves.iter_mut().collect(),
            Self::All(clauses) => clauses.iter_mut().flat_map(|clause| clause.plan.plain_words()).collect(),
            Self::Any(sides) => sides.iter_mut().flat_map(Self::plain_words).collect(),
            _ => Vec::new(),
        };
        leaves.into_iter().filter(|leaf| leaf.plain_word().is_some()).collect()
    }

    /// The plain words of the top level that a fallback may drop.
    pub fn soft_words(&self) -> Vec<&Leaf> {
        match self {
            Self::All(clauses) => clauses
                .iter()
                .filter(|clause| clause.need == Need::Soft)
                .filter_map(|clause| match &clause.plan {
                    Self::Leaf(leaf) => Some(leaf),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Whether a conjunction seeks a word or phrase besides the plain words that a fallback may drop.
    pub fn seeks_more_than_words(&self) -> bool {
        match self {
            Self::All(clauses) => {
                clauses.iter().any(|clause| clause.need != Need::Soft && !clause.plan.leaves().is_empty())
            }
            plan => !plan.leaves().is_empty(),
        }
    }

    /// The order of a search's hits that asks for `sort`. Without words there is nothing to score: newest first is what people
    /// expect of a list.
    pub fn order(&self, sort: Sort) -> Sort {
        if sort == Sort::Relevance && self.leaves().is_empty() { Sort::Newest } else { sort }
    }

    /// The plan with the clauses that `mode` spares made optional: `Any` turns them into alternatives.
    pub fn joined(self, mode: MatchMode) -> Self {
        let Self::All(clauses) = self else { return self };
        if mode == MatchMode::All {
            return Self::All(clauses);
        }
        let (firm, optional): (Vec<_>, Vec<_>) = clauses.into_iter().partition(|clause| clause.need == Need::Firm);
        let mut joined = firm;
        if !optional.is_empty() {
            let sides = optional.into_iter().map(|clause| clause.plan).collect();
            joined.push(PlanClause { plan: Self::Any(sides), need: Need::Firm });
        }
        Self::All(joined)
    }
}

impl Borrow<Plan> for PlanClause {
    fn borrow(&self) -> &Plan {
        &self.plan
    }
}

/// The different ones among parts of a plan, in their order, with how often each stands there.
pub fn distinct<P: Borrow<Plan>>(parts: &[P]) -> impl Iterator<Item = (&P, usize)> {
    let mut found: Vec<(&P, usize)> = Vec::with_capacity(parts.len());
    for part in parts {
        match found.iter_mut().find(|(known, _)| (*known).borrow().asks_as(part.borrow())) {
            Some((_, times)) => *times += 1,
            None => found.push((part, 1)),
        }
    }
    found.into_iter()
}

/// A plain word as a clause. In a field it is as firm as any other field.
fn word(leaf: Leaf, required: bool) -> PlanClause {
    clause_of(leaf, if required { Need::Firm } else { Need::Soft })
}

fn clause_of(leaf: Leaf, need: Need) -> PlanClause {
    let need = if leaf.field.is_some() { Need::Firm } else { need };
    PlanClause { plan: Plan::Leaf(leaf), need }
}

/// The leaves of a name as typed. Any other name will do for all of them at once: a document with one has them all.
fn named(typed: &Query, others: &[OtherName], field: Option<TextField>) -> Vec<Leaf> {
    let mut leaves = match typed {
        Query::Word { text, .. } => word_leaves(text, field),
        Query::Phrase { text, exact, slop } => match phrase(text, *exact, *slop, field) {
            Plan::Leaf(leaf) => vec![leaf],
            _ => Vec::new(),
        },
        Query::All(clauses) => clauses.iter().flat_map(|clause| named(&clause.query, &[], field)).collect(),
        _ => Vec::new(),
    };
    // A stop word in a name asks for nothing by itself: `Bank of the Coast`.
    let other = other_stop_words(leaves.iter());
    let sought: Vec<usize> = (0..leaves.len()).filter(|&n| !leaves[n].is_stop_word(other)).collect();
    let sought = if sought.is_empty() { (0..leaves.len()).collect() } else { sought };
    let term = match typed {
        Query::Phrase { text, .. } => text.clone(),
        typed => typed.to_string(),
    };
    for (place, &leaf) in sought.iter().enumerate() {
        let alternatives = others.iter().filter_map(|other| {
            let parts = name_parts(other);
            (!parts.is_empty()).then(|| Alternative {
                term: term.clone(),
                form: other.form.clone(),
                via: Via::Variant,
                parts,
                weight: VARIANT_WEIGHT,
                leaves: sought.len(),
                place,
            })
        });
        leaves[leaf].alternatives.extend(alternatives);
        leaves[leaf].is_plain = false;
    }
    leaves
}

/// The words of another name. No form of them will do but the written one: a stem may be somebody else's name.
fn name_parts(name: &OtherName) -> Vec<(u32, Part)> {
    let line = name.form.replace('\n', " ");
    if line.chars().all(is_han) {
        // Characters as they follow each other; to take them apart into words would load the dictionary for nothing.
        let characters = line.chars().map(|c| Part::Folded(folded_form(c.encode_utf8(&mut [0; 4]))));
        return (0..).zip(characters).collect();
    }
    let words = tokens(&line, Stemming::Plain).into_iter().filter(|token| token.kind == TokenKind::Word);
    words
        .map(|token| {
            let exact = name.case_sensitive.then(|| Part::Exact(line[token.span.clone()].to_owned()));
            (token.position, exact.unwrap_or(Part::Folded(token.folded)))
        })
        .collect()
}

fn all(clauses: &[Clause], field: Option<TextField>) -> Plan {
    let mut planned = Vec::new();
    for clause in clauses {
        match &clause.query {
            Query::Word { text, exact: false } => {
                let leaves = word_leaves(text, field).into_iter();
                planned.extend(leaves.map(|leaf| word(leaf, clause.required)));
            }
            Query::Name { typed, others } if !matches!(**typed, Query::Phrase { .. }) => {
                let leaves = named(typed, others, field).into_iter();
                planned.extend(leaves.map(|leaf| word(leaf, clause.required)));
            }
            query => {
                let need = match query {
                    Query::Prefix(_) | Query::Fuzzy { .. } if !clause.required => Need::Soft,
                    Query::Phrase { .. }
                    | Query::Word { .. }
                    | Query::Name { .. }
                    | Query::Any(_)
                    | Query::All(_)
                    | Query::Same(_)
                        if !clause.required =>
                    {
                        Need::Usual
                    }
                    _ => Need::Firm,
                };
                let plan = match Plan::within(query, field) {
                    // A prefix or typo of signs only asks for nothing.
                    Plan::Nothing if need == Need::Soft => continue,
                    plan => plan,
                };
                planned.push(PlanClause { plan, need });
            }
        }
    }
    conjunction(planned)
}

/// The stop words of the language that the plain words among some leaves are in, where it is not English.
fn other_stop_words<'l>(leaves: impl Iterator<Item = &'l Leaf> + Clone) -> OtherStopWords {
    OtherStopWords::of(leaves.filter_map(|leaf| match leaf.parts.as_slice() {
        [(_, Part::Stem { folded, .. })] => Some(folded.as_str()),
        _ => None,
    }))
}

/// Drops the stop words unless nothing else is sought.
fn conjunction(mut clauses: Vec<PlanClause>) -> Plan {
    let other = other_stop_words(clauses.iter().filter_map(|clause| match &clause.plan {
        Plan::Leaf(leaf) => Some(leaf),
        _ => None,
    }));
    let is_stop = |clause: &PlanClause| match (&clause.plan, clause.need) {
        (Plan::Leaf(leaf), need) => (need == Need::Soft || leaf.field.is_some()) && leaf.is_stop_word(other),
        _ => false,
    };
    let sought = |clause: &PlanClause| !matches!(clause.plan, Plan::Not(_)) && !is_stop(clause);
    if clauses.iter().any(sought) {
        clauses.retain(|clause| !is_stop(clause));
    }
    match clauses.len() {
        0 => Plan::Everything,
        1 if clauses[0].need != Need::Soft => clauses.remove(0).plan,
        _ => Plan::All(clauses),
    }
}

impl Part {
    fn stem(token: Token) -> Self {
        Self::Stem { stems: sought_stems(&token.folded), folded: token.folded }
    }

    /// A folded word in any of its forms.
    pub fn any_form(folded: String) -> Self {
        Self::Stem { stems: sought_stems(&folded), folded }
    }

    fn is_stop_word(&self, other: OtherStopWords) -> bool {
        matches!(self, Self::Stem { folded, .. } if is_stop_word(folded) || other.contains(folded))
    }
}

impl Alternative {
    /// A word that was probably meant; `weight` says how probably, `part` what is found of it.
    pub fn correction(term: &str, form: String, part: Part, weight: f32) -> Self {
        Self { term: term.to_owned(), form, via: Via::Fuzzy, parts: vec![(0, part)], weight, leaves: 1, place: 0 }
    }

    /// All words within so many edits.
    pub fn within(term: &str, folded: String, distance: u8) -> Self {
        let form = format!("{folded}~{distance}");
        let part = Part::Fuzzy { folded, distance };
        let (term, parts) = (term.to_owned(), vec![(0, part)]);
        Self { term, form, via: Via::Fuzzy, parts, weight: NEAR_WEIGHT, leaves: 1, place: 0 }
    }

    /// Whether it is one form, and no pattern of many.
    pub fn is_one_form(&self) -> bool {
        !self.parts.iter().any(|(_, part)| matches!(part, Part::Fuzzy { .. } | Part::Prefix(_)))
    }
}

impl Leaf {
    /// The folded word, if the leaf is a plain word that may be misspelt: not hyphenated, not of Chinese characters.
    pub fn plain_word(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [(_, Part::Stem { folded, .. })]
                if self.is_plain && self.whole.is_none() && !folded.chars().all(is_han) =>
            {
                Some(folded)
            }
            _ => None,
        }
    }

    fn is_stop_word(&self, other: OtherStopWords) -> bool {
        if !self.alternatives.is_empty() {
            return false;
        }
        self.slop == 0 && self.parts.iter().all(|(_, part)| part.is_stop_word(other))
            || self.parts.len() > 1 && self.whole.as_ref().is_some_and(|whole| whole.is_stop_word(other))
    }
}

fn word_leaves(text: &str, field: Option<TextField>) -> Vec<Leaf> {
    units(text).into_iter().map(|unit| unit_leaf(text, unit, field)).collect()
}

fn unit_leaf(text: &str, unit: Unit, field: Option<TextField>) -> Leaf {
    Leaf {
        term: text[unit.span.clone()].to_owned(),
        field,
        parts: unit.parts.into_iter().map(|token| (token.position, Part::stem(token))).collect(),
        slop: 0,
        whole: unit.whole.map(Part::stem),
        alternatives: Vec::new(),
        is_plain: true,
    }
}

fn phrase(text: &str, exact: bool, slop: u32, field: Option<TextField>) -> Plan {
    // One line: a typed phrase has no paragraphs.
    let line = text.replace('\n', " ");
    let stemming = if exact { Stemming::Plain } else { Stemming::English };
    let parts: Vec<_> = tokens(&line, stemming)
        .into_iter()
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| {
            let position = token.position;
            let part = if exact { Part::Exact(line[token.span].to_owned()) } else { Part::stem(token) };
            (position, part)
        })
        .collect();
    if parts.is_empty() {
        return Plan::Nothing;
    }
    // `"JF-17"` in quotes may also stand as one word in the text; `="JF-17"` may not.
    let whole = match units(&line).as_mut_slice() {
        [unit] if !exact && slop == 0 => unit.whole.take().map(Part::stem),
        _ => None,
    };
    Plan::Leaf(Leaf { term: text.to_owned(), field, parts, slop, whole, alternatives: Vec::new(), is_plain: false })
}

/// A prefix or a misspelt word. Of a hyphenated one (`Sino-Pak*`) the form written as one is meant, which is indexed
/// beside its parts; of Chinese characters, the run of them.
fn variable(text: &str, field: Option<TextField>, part: impl Fn(String) -> Part) -> Plan {
    let units = units(text);
    let folded: String = units.iter().map(Unit::folded).collect();
    if folded.is_empty() {
        return Plan::Nothing;
    }
    if folded.chars().all(is_han) {
        return phrase(text, false, 0, field);
    }
    let parts = vec![(0, part(folded))];
    Plan::Leaf(Leaf {
        term: text.to_owned(),
        field,
        parts,
        slop: 0,
        whole: None,
        alternatives: Vec::new(),
        is_plain: false,
    })
}

fn same(sides: &[Query], field: Option<TextField>) -> Plan {
    let mut leaves = Vec::new();
    for side in sides {
        match Plan::within(side, field) {
            Plan::Leaf(leaf) => leaves.push(leaf),
            // `中国公民 SAME 袭击`: every word of a side must stand in the sentence.
            Plan::All(clauses) => leaves.extend(clauses.into_iter().filter_map(|clause| match clause.plan {
                Plan::Leaf(leaf) => Some(leaf),
                _ => None,
            })),
            _ => return Plan::Nothing,
        }
    }
    Plan::Same(leaves)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Clause {
        Clause { query: Query::Word { text: text.into(), exact: false }, required: false }
    }

    fn terms(plan: &Plan) -> Vec<&str> {
        plan.leaves().into_iter().map(|leaf| leaf.term.as_str()).collect()
    }

    #[test]
    fn stop_words_are_dropped_unless_nothing_else_is_sought() {
        let plan = Plan::of(&Query::All(vec![word("who"), word("guards"), word("the"), word("port?")]));
        assert_eq!(terms(&plan), ["guards", "port"]);
        assert_eq!(terms(&Plan::of(&Query::All(vec![word("the"), word("who")]))), ["the", "who"]);
        let quoted = Query::Phrase { text: "the who".into(), exact: false, slop: 0 };
        assert_eq!(Plan::of(&quoted).leaves()[0].parts.len(), 2);
    }

    #[test]
    fn a_hyphenated_name_is_a_phrase_or_one_word_and_chinese_is_several_words() {
        let plan = Plan::of(&Query::Word { text: "Hidayat-ur-Rehman".into(), exact: false });
        let leaf = plan.leaves()[0].clone();
        let Some(Part::Stem { folded, .. }) = &leaf.whole else { panic!("{leaf:?}") };
        assert_eq!((leaf.parts.len(), folded.as_str()), (3, "hidayaturrehman"));
        assert_eq!(terms(&Plan::of(&Query::Word { text: "中国公民".into(), exact: false })), ["中国", "公民"]);
    }

    #[test]
    fn any_makes_alternatives_of_all_but_the_firm() {
        let clauses =
            vec![word("a1"), Clause { query: Query::Not(Box::new(word("b1").query)), required: false }, word("c1")];
        let Plan::All(joined) = Plan::of(&Query::All(clauses)).joined(MatchMode::Any) else { panic!() };
        assert!(matches!(joined[0].plan, Plan::Not(_)));
        assert!(matches!(&joined[1].plan, Plan::Any(sides) if sides.len() == 2));
    }
}
