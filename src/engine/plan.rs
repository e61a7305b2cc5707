//! The plan: a query with its words analysed, ready for any engine and for the highlighter.
//!
//! Decides once what a typed word asks for, which words no document must have, and which clauses a fallback may
//! drop; so that what is found and what is marked can never differ. Parses no text and names no engine.

use crate::engine::analyzer::{Stemming, Token, TokenKind, Unit, is_stop_word, tokens, units};
use crate::model::date::DateRange;
use crate::model::query::{Clause, KeywordField, MatchMode, Query, TextField};
use crate::text::normalise::is_han;

/// What one position of a pattern asks of a token.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A word in any of its forms.
    Stem {
        /// English stem.
        stem: String,
        /// The word folded: what documents in other languages are indexed by.
        folded: String,
    },
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
    /// The parts written as one word: found too, in any of its forms.
    pub whole: Option<Part>,
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
                (&a.field, &a.parts, a.slop, &a.whole) == (&b.field, &b.parts, b.slop, &b.whole)
            }
            (a, b) => a == b,
        }
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

impl std::borrow::Borrow<Plan> for PlanClause {
    fn borrow(&self) -> &Plan {
        &self.plan
    }
}

/// A plain word as a clause. In a field it is as firm as any other field.
fn word(leaf: Leaf, required: bool) -> PlanClause {
    let need = if required || leaf.field.is_some() { Need::Firm } else { Need::Soft };
    PlanClause { plan: Plan::Leaf(leaf), need }
}

fn all(clauses: &[Clause], field: Option<TextField>) -> Plan {
    let mut planned = Vec::new();
    for clause in clauses {
        match &clause.query {
            Query::Word { text, exact: false } => {
                let leaves = word_leaves(text, field).into_iter();
                planned.extend(leaves.map(|leaf| word(leaf, clause.required)));
            }
            query => {
                let need = match query {
                    Query::Prefix(_) | Query::Fuzzy { .. } if !clause.required => Need::Soft,
                    Query::Phrase { .. } | Query::Word { .. } | Query::Any(_) | Query::All(_) | Query::Same(_)
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

/// Drops the stop words unless nothing else is sought.
fn conjunction(mut clauses: Vec<PlanClause>) -> Plan {
    let is_stop = |clause: &PlanClause| match (&clause.plan, clause.need) {
        (Plan::Leaf(leaf), need) => (need == Need::Soft || leaf.field.is_some()) && leaf.is_stop_word(),
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
        Self::Stem { stem: token.stem().to_owned(), folded: token.folded }
    }

    fn is_stop_word(&self) -> bool {
        matches!(self, Self::Stem { folded, .. } if is_stop_word(folded))
    }
}

impl Leaf {
    fn is_stop_word(&self) -> bool {
        self.slop == 0 && self.parts.iter().all(|(_, part)| part.is_stop_word())
            || self.whole.as_ref().is_some_and(Part::is_stop_word)
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
    Plan::Leaf(Leaf { term: text.to_owned(), field, parts, slop, whole })
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
    Plan::Leaf(Leaf { term: text.to_owned(), field, parts: vec![(0, part(folded))], slop: 0, whole: None })
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
        let whole = Part::Stem { stem: "hidayaturrehman".into(), folded: "hidayaturrehman".into() };
        assert_eq!((leaf.parts.len(), leaf.whole), (3, Some(whole)));
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
