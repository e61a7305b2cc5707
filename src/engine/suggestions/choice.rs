//! Which suggestions are given: kinds mixed, no two that fold alike.
//!
//! Looks at texts, kinds and counts alone; whether a text finds anything is asked of the caller, for those chosen only.

use std::cmp::{Ordering, Reverse};
use std::collections::HashSet;

use crate::engine::suggestions::typed::folded_words;
use crate::model::results::{Suggestion, SuggestionKind};

/// A suggestion that may be chosen, and the place in its list that it comes from.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The suggestion, its count as far as it is known.
    pub suggestion: Suggestion,
    /// Its rank there.
    pub entry: u32,
}

/// The places of ten that a kind may take while others still have suggestions.
fn share(kind: SuggestionKind) -> usize {
    match kind {
        SuggestionKind::Name | SuggestionKind::Title => 4,
        SuggestionKind::Phrase => 3,
        SuggestionKind::Word => 2,
    }
}

/// Chooses at most `size` of the suggestions, and puts them in order: those that continue best first, then names (labels
/// before aliases), phrases and words, titles, then those with most articles. `settle` completes a chosen one, and
/// says whether it is to be kept.
pub fn choose<E>(
    mut candidates: Vec<Candidate>,
    size: usize,
    mut settle: impl FnMut(&mut Candidate) -> Result<bool, E>,
) -> Result<Vec<Suggestion>, E> {
    candidates.sort_by(|a, b| order(&a.suggestion, &b.suggestion));
    let mut waiting: Vec<Option<Candidate>> = candidates.into_iter().map(Some).collect();
    let mut seen = HashSet::new();
    let mut taken = [0; 4];
    let mut chosen = Vec::new();
    // In the first round each kind keeps to its share.
    for keeps_share in [true, false] {
        for place in &mut waiting {
            if chosen.len() == size {
                break;
            }
            let most = |kind| (size * share(kind)).div_ceil(10);
            let may = |one: &Suggestion| !keeps_share || taken[one.kind as usize] < most(one.kind);
            let Some(mut candidate) = place.take_if(|candidate| may(&candidate.suggestion)) else { continue };
            let settled = settle(&mut candidate)?;
            let one = candidate.suggestion;
            if settled && seen.insert(folded_words(&one.text).collect::<Vec<_>>()) {
                taken[one.kind as usize] += 1;
                chosen.push(one);
            }
        }
    }
    chosen.sort_by(order);
    Ok(chosen)
}

fn order(a: &Suggestion, b: &Suggestion) -> Ordering {
    let rank = |one: &Suggestion| (one.continues, group(one), Reverse(one.count));
    rank(a).cmp(&rank(b)).then_with(|| a.text.cmp(&b.text))
}

/// Words and phrases stand side by side.
fn group(one: &Suggestion) -> u8 {
    match (&one.node, one.kind) {
        (Some(node), _) => u8::from(node.name != node.label),
        (None, SuggestionKind::Title) => 3,
        (None, _) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::results::Continues;

    fn candidate(text: &str, kind: SuggestionKind, continues: Continues, count: u64) -> Candidate {
        let shown = Vec::new();
        let suggestion = Suggestion { text: text.into(), kind, continues, count, shown, node: None, id: None };
        Candidate { suggestion, entry: 0 }
    }

    fn chosen(list: &[(&str, SuggestionKind, Continues, u64)], size: usize) -> Vec<String> {
        let list = list.iter().map(|&(text, kind, continues, count)| candidate(text, kind, continues, count));
        let keep = |one: &mut Candidate| Ok::<_, ()>(one.suggestion.count > 0);
        choose(list.collect(), size, keep).unwrap().into_iter().map(|one| one.text).collect()
    }

    #[test]
    fn kinds_are_mixed_and_no_two_fold_alike() {
        use Continues::{Inner, Start, Typo};
        use SuggestionKind::{Phrase, Title, Word};
        let list = [
            ("port", Word, Start, 90),
            ("ports", Word, Start, 40),
            ("portal", Word, Start, 30),
            ("Porto", Word, Start, 5),
            ("Port Authority", Phrase, Start, 20),
            ("port authority", Title, Start, 1),
            ("Port of call", Title, Start, 1),
            ("deep sea port", Phrase, Inner, 70),
            ("Poort", Word, Typo, 99),
            ("portfolio", Word, Start, 0),
        ];
        let mixed = ["port", "ports", "Port Authority", "Port of call", "deep sea port"];
        assert_eq!(chosen(&list, 5), mixed);
        let all = ["port", "ports", "portal", "Port Authority", "Porto", "Port of call", "deep sea port", "Poort"];
        assert_eq!(chosen(&list, 10), all);
        assert_eq!(chosen(&list[..4], 3), ["port", "ports", "portal"], "free places go to whoever has more");
        assert_eq!(chosen(&[], 5), [""; 0]);
    }
}
