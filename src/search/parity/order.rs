//! Whether two rankings of the same articles agree where their scores differ clearly. Knows ids and scores alone.

use std::collections::HashMap;

use crate::model::results::Ranked;

/// Of so many hits at the top, neighbours are compared.
pub const TOP: usize = 10;
/// Scores differ clearly by more than this part of the best score of the same answer.
pub const CLEARLY: f32 = 0.01;

/// Two articles that stand in one order here and in the other there, though both rankings tell them clearly apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Swap {
    /// The one that the first ranking has before.
    pub before: String,
    /// The one that the second ranking has before.
    pub behind: String,
}

/// What the comparison of two rankings gave.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Agreement {
    /// Pairs that both rankings tell clearly apart.
    pub pairs: usize,
    /// Of these, those in another order.
    pub swaps: Vec<Swap>,
}

/// Compares each two neighbours among the first `TOP` of either ranking. A pair counts if its scores differ by more than `CLEARLY`
/// of the best score in both rankings; it must then stand in the same order. An article that only one of them has is passed over.
pub fn agreement(first: &[Ranked], second: &[Ranked]) -> Agreement {
    let mut agreement = Agreement::default();
    let scores = |ranking: &[Ranked]| -> HashMap<String, f32> {
        ranking.iter().map(|ranked| (ranked.id.clone(), ranked.score)).collect()
    };
    let best = |ranking: &[Ranked]| ranking.iter().map(|ranked| ranked.score).fold(0.0, f32::max);
    let (first_scores, second_scores) = (scores(first), scores(second));
    let (first_step, second_step) = (CLEARLY * best(first), CLEARLY * best(second));
    let mut seen = Vec::new();
    for ranking in [first, second] {
        for pair in ranking[..ranking.len().min(TOP)].windows(2) {
            let (a, b) = (&pair[0].id, &pair[1].id);
            if seen.contains(&(b, a)) || seen.contains(&(a, b)) {
                continue;
            }
            seen.push((a, b));
            let gap = |scores: &HashMap<String, f32>| Some(scores.get(a)? - scores.get(b)?);
            let (Some(here), Some(there)) = (gap(&first_scores), gap(&second_scores)) else { continue };
            if here.abs() <= first_step || there.abs() <= second_step {
                continue;
            }
            agreement.pairs += 1;
            if (here > 0.0) != (there > 0.0) {
                let (before, behind) = if here > 0.0 { (a, b) } else { (b, a) };
                agreement.swaps.push(Swap { before: before.clone(), behind: behind.clone() });
            }
        }
    }
    agreement
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranking(scores: &[(&str, f32)]) -> Vec<Ranked> {
        scores.iter().map(|(id, score)| Ranked { id: (*id).to_owned(), score: *score }).collect()
    }

    #[test]
    fn neighbours_that_both_tell_apart_must_stand_alike() {
        let first = ranking(&[("a", 100.0), ("b", 90.0), ("c", 89.5), ("d", 50.0)]);
        // Another scale; b and c are swapped, but the first hardly tells them apart.
        let second = ranking(&[("a", 10.0), ("c", 9.0), ("b", 8.0), ("d", 5.0)]);
        assert_eq!(agreement(&first, &second), Agreement { pairs: 4, swaps: Vec::new() });
        let third = ranking(&[("b", 10.0), ("a", 9.0), ("c", 8.0), ("d", 7.0)]);
        let told = agreement(&first, &third);
        assert_eq!(told.swaps, [Swap { before: "a".into(), behind: "b".into() }]);
        assert_eq!(agreement(&third, &first).swaps, [Swap { before: "b".into(), behind: "a".into() }]);
    }

    #[test]
    fn what_only_one_has_and_what_is_equal_are_no_swap() {
        let first = ranking(&[("a", 1.0), ("b", 1.0), ("c", 0.5)]);
        let second = ranking(&[("b", 1.0), ("a", 1.0), ("x", 0.2)]);
        assert_eq!(agreement(&first, &second), Agreement::default());
        assert_eq!(agreement(&[], &second), Agreement::default());
    }
}
