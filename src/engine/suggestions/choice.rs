//! Which suggestions are given: kinds mixed, no two that fold alike.
//!
//! Looks at texts, kinds and counts alone.

use std::collections::HashSet;

use crate::engine::suggestions::typed::folded_words;
use crate::model::results::{Suggestion, SuggestionKind};

/// The places of ten that a kind may take while others still have suggestions.
fn share(kind: SuggestionKind) -> usize {
    match kind {
        SuggestionKind::Name | SuggestionKind::Title => 4,
        SuggestionKind::Phrase => 3,
        SuggestionKind::Word => 2,
    }
}

/// Chooses at most `size` of the suggestions, and puts them in order: those that continue best first, then names (labels
/// before aliases), phrases and words, titles, then those with most articles.
pub fn choose(mut suggestions: Vec<Suggestion>, size: usize) -> Vec<Suggestion> {
    suggestions.sort_by(|a, b| {
        let rank = |one: &Suggestion| (one.continues, group(one), std::cmp::Reverse(one.count));
        rank(a).cmp(&rank(b)).then_with(|| a.text.cmp(&b.text))
    });
    let mut seen = HashSet::new();
    suggestions.retain(|one| seen.insert(folded_words(&one.text).collect::<Vec<_>>()));
    let mut taken = [0; 4];
    let mut chosen = vec![false; suggestions.len()];
    let mut left = size;
    for round in 0..2 {
        for (place, one) in suggestions.iter().enumerate() {
            let most = (size * share(one.kind)).div_ceil(10);
            let count = &mut taken[one.kind as usize];
            if left > 0 && !chosen[place] && (round == 1 || *count < most) {
                *count += 1;
                left -= 1;
                chosen[place] = true;
            }
        }
    }
    let mut chosen = chosen.into_iter();
    suggestions.retain(|_| chosen.next() == Some(true));
    suggestions
}

/// Words and phrases stand side by side.
fn group(one: &Suggestion) -> u8 {
    match (&one.node, one.kind) {
        (Some(node), _) => u8::from(node.name != node.label),
        (None, SuggestionKind::Title) => 3,
        (None, _) => 2,
    }
}
