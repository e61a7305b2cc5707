//! The sides of `SAME` multiplied out: a sentence holds one word of each side, so that brackets become alternatives.
//!
//! Never makes more leaves than it is told. May not look at what stands around the sides.

use crate::model::QUERY_LEAVES_MAX;
use crate::model::query::Query;

/// Alternatives, each of leaves that stand in one sentence.
pub(super) type Combinations = Vec<Vec<Query>>;

/// Why a `SAME` is read as `AND`: its sides are something else.
pub(super) const SAME_JOINS: &str = "`SAME` joins words and phrases; read as AND";
/// Why a `SAME` is read as `AND`: a limit.
const SAME_TOO_MANY: &str = "too many words when these brackets are multiplied out; `SAME` is read as AND";

/// What a side of `SAME` comes to; the error says why it cannot be one.
pub(super) fn combinations(query: &Query) -> Result<Combinations, &'static str> {
    match query {
        leaf if leaf.is_text_leaf() => Ok(vec![vec![leaf.clone()]]),
        Query::Same(sides) => Ok(vec![sides.clone()]),
        Query::Any(sides) => {
            let sides: Result<Vec<Combinations>, _> = sides.iter().map(combinations).collect();
            sides.map(|sides| sides.concat())
        }
        Query::All(clauses) => clauses.iter().try_fold(vec![Vec::new()], |found, clause| {
            product(&found, &combinations(&clause.query)?, QUERY_LEAVES_MAX)
        }),
        _ => Err(SAME_JOINS),
    }
}

/// How many leaves a side of `SAME` was typed with.
pub(super) fn leaves(query: &Query) -> usize {
    match query {
        Query::Same(sides) | Query::Any(sides) => sides.iter().map(leaves).sum(),
        Query::All(clauses) => clauses.iter().map(|clause| leaves(&clause.query)).sum(),
        _ => 1,
    }
}

/// Each of the one with each of the other, unless that makes more than `leaves_max` leaves.
pub(super) fn product(
    left: &Combinations,
    right: &Combinations,
    leaves_max: usize,
) -> Result<Combinations, &'static str> {
    let leaves = |side: &Combinations| side.iter().map(Vec::len).sum::<usize>();
    if leaves(left) * right.len() + leaves(right) * left.len() > leaves_max {
        return Err(SAME_TOO_MANY);
    }
    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| [a.as_slice(), b.as_slice()].concat()));
    Ok(pairs.collect())
}
