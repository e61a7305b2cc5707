//! The noisy channel: what it costs to have meant one word and typed another.
//!
//! The cheapest way through a table of letters, each step a letter kept or a slip of `speller::slips`. May not know
//! any vocabulary.

use std::sync::LazyLock;

use crate::engine::speller::slips::{
    DOUBLED, ENDINGS, EXTRA_KEY, EXTRA_OTHER, EXTRA_VOWEL, FIRST_LETTER, LAST_LETTER, MISSING_OTHER, MISSING_SILENT,
    MISSING_VOWEL, PIECES, SAME_ENDING, SAME_SOUND, SWAPPED, SWAPPED_VOWELS, UNDOUBLED, are_neighbours, is_silent,
    is_vowel, substitution,
};

/// A piece of a word that is written for another.
struct Piece {
    typed: Vec<char>,
    meant: Vec<char>,
    cost: f32,
    /// Only at the end of a word.
    is_ending: bool,
}

/// All pieces, both ways.
static ALL_PIECES: LazyLock<Vec<Piece>> = LazyLock::new(|| {
    let pieces = PIECES.iter().map(|pair| (pair, SAME_SOUND, false));
    let endings = ENDINGS.iter().map(|pair| (pair, SAME_ENDING, true));
    let piece = |((left, right), cost, is_ending): (&(&str, &str), f32, bool)| {
        [(left, right), (right, left)].map(|(typed, meant)| Piece {
            typed: typed.chars().collect(),
            meant: meant.chars().collect(),
            cost,
            is_ending,
        })
    };
    pieces.chain(endings).flat_map(piece).collect()
});

/// A typed word, ready to be held against words that may have been meant.
pub(super) struct Channel<'w> {
    typed: &'w [char],
    /// For each place the pieces that end before it.
    pieces: Vec<Vec<&'static Piece>>,
}

impl<'w> Channel<'w> {
    /// Looks the pieces up that the typed word holds.
    pub(super) fn new(typed: &'w [char]) -> Self {
        let ending_at = |place: usize| {
            let ends =
                |piece: &&Piece| (!piece.is_ending || place == typed.len()) && typed[..place].ends_with(&piece.typed);
            ALL_PIECES.iter().filter(ends).collect()
        };
        Self { typed, pieces: (0..=typed.len()).map(ending_at).collect() }
    }

    /// What it costs to have meant a word, in nats; 0 for the same word.
    pub(super) fn cost(&self, meant: &[char]) -> f32 {
        let width = meant.len() + 1;
        let mut table = vec![f32::INFINITY; (self.typed.len() + 1) * width];
        table[0] = 0.0;
        for i in 0..=self.typed.len() {
            for j in 0..width {
                let before = |typed: usize, meant: usize| table[(i - typed) * width + j - meant];
                let mut best = table[i * width + j];
                if i > 0 {
                    best = best.min(before(1, 0) + self.extra(i, j, meant));
                }
                if j > 0 {
                    best = best.min(before(0, 1) + self.missing(i, j, meant));
                }
                if i > 0 && j > 0 {
                    best = best.min(before(1, 1) + self.other(i, j, meant));
                    if i > 1 && j > 1 {
                        best = best.min(before(2, 2) + self.swapped(i, j, meant));
                    }
                    for piece in &self.pieces[i] {
                        if meant[..j].ends_with(&piece.meant) && (!piece.is_ending || j == meant.len()) {
                            let (p, q) = (piece.typed.len(), piece.meant.len());
                            let first = piece.typed[0] != piece.meant[0] && (i == p || j == q);
                            best = best.min(before(p, q) + piece.cost + if first { FIRST_LETTER } else { 0.0 });
                        }
                    }
                }
                table[i * width + j] = best;
            }
        }
        table[table.len() - 1]
    }

    /// The typed letter before place `i` is the meant one before `j`, or stands for it.
    fn other(&self, i: usize, j: usize, meant: &[char]) -> f32 {
        if self.typed[i - 1] == meant[j - 1] {
            return 0.0;
        }
        let last = i == self.typed.len() && j == meant.len();
        substitution(self.typed[i - 1], meant[j - 1]) + at_edge(i == 1 || j == 1, last)
    }

    /// The typed letter before place `i` is one too many.
    fn extra(&self, i: usize, j: usize, meant: &[char]) -> f32 {
        let letter = self.typed[i - 1];
        let beside = [i.checked_sub(2), Some(i)].map(|place| place.and_then(|place| self.typed.get(place)).copied());
        let cost = if beside[0] == Some(letter) && j > 0 && meant[j - 1] == letter {
            DOUBLED
        } else if is_vowel(letter) {
            EXTRA_VOWEL
        } else if matches!(letter, 'h' | 'w') || beside.into_iter().flatten().any(|other| are_neighbours(letter, other))
        {
            EXTRA_KEY
        } else {
            EXTRA_OTHER
        };
        cost + at_edge(i == 1, i == self.typed.len())
    }

    /// The meant letter before place `j` was left out.
    fn missing(&self, i: usize, j: usize, meant: &[char]) -> f32 {
        let letter = meant[j - 1];
        let before = j.checked_sub(2).map(|place| meant[place]);
        let cost = if before == Some(letter) && i > 0 && self.typed[i - 1] == letter {
            UNDOUBLED
        } else if is_vowel(letter) {
            MISSING_VOWEL
        } else if is_silent(before, letter, meant.get(j).copied()) {
            MISSING_SILENT
        } else {
            MISSING_OTHER
        };
        cost + at_edge(j == 1, j == meant.len())
    }

    /// The two letters before places `i` and `j` are swapped; infinite if they are not.
    fn swapped(&self, i: usize, j: usize, meant: &[char]) -> f32 {
        let (first, second) = (self.typed[i - 2], self.typed[i - 1]);
        if first == second || (second, first) != (meant[j - 2], meant[j - 1]) {
            return f32::INFINITY;
        }
        let cost = if is_vowel(first) && is_vowel(second) { SWAPPED_VOWELS } else { SWAPPED };
        // The first letter is kept, only late.
        cost + at_edge(i == 2 || j == 2, false) / 2.0
    }
}

/// What a slip costs more at the edges of a word.
fn at_edge(first: bool, last: bool) -> f32 {
    (if first { FIRST_LETTER } else { 0.0 }) + if last { LAST_LETTER } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(typed: &str, meant: &str) -> f32 {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        Channel::new(&letters(typed)).cost(&letters(meant))
    }

    #[test]
    fn slips_that_people_make_cost_less_than_others() {
        for (typed, meant, other) in [
            ("recieve", "receive", "relieve"),
            ("foto", "photo", "auto"),
            ("comision", "commission", "collision"),
            ("teh", "the", "tea"),
            ("gwader", "gwadar", "gwaker"),
            ("minster", "minister", "monster"),
            ("attension", "attention", "extension"),
        ] {
            assert!(cost(typed, meant) < cost(typed, other), "{typed}: {meant}, not {other}");
        }
    }

    #[test]
    fn the_first_letter_is_kept() {
        assert!(cost("oister", "oyster") < cost("oister", "mister"));
    }

    proptest::proptest! {
        #[test]
        fn a_cost_is_none_for_the_same_word_and_finite_and_positive_for_others(
            typed in "[a-eя]{0,10}",
            meant in "[a-eя]{0,10}",
        ) {
            let cost = cost(&typed, &meant);
            proptest::prop_assert!(cost.is_finite());
            proptest::prop_assert_eq!(cost == 0.0, typed == meant);
        }
    }
}
