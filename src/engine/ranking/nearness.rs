//! Words near each other: what an article gains where words of the query stand together in it.
//!
//! Works on positions only; knows no token and no text.

use crate::engine::ranking::saturated;

/// What neighbours of the query gain that are neighbours in the text, as a share of what a word gains. From .1 to .3 it
/// helps where one article is sought by a sentence or a name, and does no harm elsewhere; beyond, common pairs drown
/// rare words.
const PAIR_WEIGHT: f32 = 0.2;
/// How far apart neighbours may stand in the text, in words: next to each other, or with one word between them, because
/// the query's own stop words are not looked for ("port of Gwadar").
const PAIR_WORDS: u32 = 2;
/// What the best passage gains, as a share of what its words would score as an article of their own. A long article may
/// treat a subject in one place; one that scatters the words treats it nowhere.
const PASSAGE_WEIGHT: f32 = 0.2;
/// Length of a passage in words, about two sentences. 30 to 100 rank alike.
pub const PASSAGE_WORDS: u32 = 40;

/// A word of the query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sought {
    /// How much it says (`rarity`).
    pub rarity: f32,
    /// How much it weighs in the query (`repeated`).
    pub weight: f32,
}

/// Where a word of the query stands in an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Position in the article; title and paragraphs lie far apart.
    pub position: u32,
    /// Which word.
    pub word: usize,
}

/// What an article gains by words near each other.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Nearness {
    /// By neighbours of the query.
    pub pairs: f32,
    /// By its best passage.
    pub passage: f32,
}

/// What the places of the query's words in an article are worth. `pairs` are the neighbours in the query; places come
/// in the order of positions.
pub fn nearness(words: &[Sought], pairs: &[(usize, usize)], places: &[Place], relative_length: f32) -> Nearness {
    let pair = |&(first, second): &(usize, usize)| {
        let rarity = words[first].rarity.min(words[second].rarity);
        rarity * saturated(neighbours(places, first, second) as f32, relative_length)
    };
    Nearness {
        pairs: PAIR_WEIGHT * pairs.iter().map(pair).sum::<f32>(),
        passage: PASSAGE_WEIGHT * best_passage(words, places),
    }
}

/// What an article gains by the parts of a word joined by hyphens (`high-speed`), as if they had been typed apart, where it
/// does not hold them side by side: what holds them so is found by the joined word itself.
pub fn parted(words: &[Sought], joined: &[usize], places: &[Place], relative_length: f32) -> f32 {
    let side_by_side = |start: &Place| {
        joined
            .iter()
            .zip(start.position..)
            .all(|(&word, position)| places.binary_search(&Place { position, word }).is_ok())
    };
    if places.iter().any(|place| place.word == joined[0] && side_by_side(place)) {
        return 0.0;
    }
    let count = |word: usize| places.iter().filter(|place| place.word == word).count() as f32;
    let value = |&word: &usize| words[word].rarity * saturated(count(word), relative_length);
    joined.iter().map(value).sum()
}

/// How often `second` follows `first` closely.
fn neighbours(places: &[Place], first: usize, second: usize) -> usize {
    let follows = |(at, place): (usize, &Place)| {
        place.word == first
            && places[at + 1..]
                .iter()
                .take_while(|next| next.position <= place.position + PAIR_WORDS)
                .any(|next| next.word == second && next.position > place.position)
    };
    places.iter().enumerate().filter(|&found| follows(found)).count()
}

/// The score of the best passage, length being of no account.
fn best_passage(words: &[Sought], places: &[Place]) -> f32 {
    let value = |word: usize, count: u32| words[word].weight * words[word].rarity * saturated(count as f32, 1.0);
    let mut counts = vec![0_u32; words.len()];
    let (mut best, mut score, mut start) = (0.0_f32, 0.0_f32, 0);
    for place in places {
        let count = &mut counts[place.word];
        score += value(place.word, *count + 1) - value(place.word, *count);
        *count += 1;
        while place.position - places[start].position >= PASSAGE_WORDS {
            let gone = places[start].word;
            score += value(gone, counts[gone] - 1) - value(gone, counts[gone]);
            counts[gone] -= 1;
            start += 1;
        }
        best = best.max(score);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(places: &[(u32, usize)]) -> Vec<Place> {
        places.iter().map(|&(position, word)| Place { position, word }).collect()
    }

    const WORDS: [Sought; 2] = [Sought { rarity: 2.0, weight: 1.0 }, Sought { rarity: 1.0, weight: 1.0 }];

    #[test]
    fn neighbours_stand_in_the_order_of_the_query_with_at_most_one_word_between() {
        for (places, expected) in [
            (at(&[(3, 0), (4, 1)]), 1),
            (at(&[(3, 0), (5, 1)]), 1),
            (at(&[(3, 0), (6, 1)]), 0),
            (at(&[(3, 1), (4, 0)]), 0),
            (at(&[(3, 0), (3, 1)]), 0),
            (at(&[(3, 0), (4, 1), (90, 0), (91, 1)]), 2),
        ] {
            assert_eq!(neighbours(&places, 0, 1), expected, "{places:?}");
        }
    }

    #[test]
    fn the_best_passage_holds_more_than_scattered_words() {
        let together = nearness(&WORDS, &[(0, 1)], &at(&[(10, 0), (30, 1)]), 1.0);
        let apart = nearness(&WORDS, &[(0, 1)], &at(&[(10, 0), (300, 1)]), 1.0);
        assert!(together.passage > apart.passage && apart.passage > 0.0);
        assert_eq!(nearness(&WORDS, &[(0, 1)], &[], 1.0), Nearness::default());
    }

    #[test]
    fn parts_of_a_joined_word_count_where_they_stand_apart() {
        assert_eq!(parted(&WORDS, &[0, 1], &at(&[(3, 0), (4, 1)]), 1.0), 0.0);
        assert_eq!(parted(&WORDS, &[0, 1], &at(&[(3, 0), (9, 1)]), 1.0), 3.0);
        assert_eq!(parted(&WORDS, &[0, 1], &at(&[(9, 1)]), 1.0), 1.0);
        assert_eq!(parted(&WORDS, &[0, 1], &[], 1.0), 0.0);
    }

    proptest::proptest! {
        #[test]
        fn the_sliding_window_finds_what_trying_all_passages_finds(
            mut list in proptest::collection::vec((0_u32..150, 0_usize..2), 0..20),
        ) {
            list.sort_unstable();
            let places = at(&list);
            let value = |start: u32| {
                (0..2).map(|word| {
                    let count = list.iter().filter(|&&(p, w)| w == word && p >= start && p < start + PASSAGE_WORDS).count();
                    WORDS[word].rarity * saturated(count as f32, 1.0)
                }).sum::<f32>()
            };
            let best = (0..150).map(value).fold(0.0, f32::max);
            proptest::prop_assert!((best_passage(&WORDS, &places) - best).abs() < 1e-4);
        }
    }
}
