//! The fallback: how many words of a query an article may lack, where no article has all of them, or few do.
//!
//! Decides by counts alone: an engine says how many articles hold how many of the words.

use crate::engine::plan::{Leaf, Plan};
use crate::model::QUESTION_WORDS_MIN;
use crate::model::query::MatchMode;

/// Articles that a question is given, if there are so many with some of its words.
const QUESTION_HITS_MIN: u64 = 10;
/// What each further word of the query that a document has adds to its score in the fallback, so that a long article with
/// all words does not drown among short ones that repeat two of them. Anything from .5 to 3 ranks the questions of
/// `tests/relevance` alike; with 5 rare words count too little (a twentieth worse there, a tenth on judged collections).
pub const COVERAGE_POINTS: f32 = 1.0;
/// Words of a query that are told apart; those behind them count for nothing in the choice.
pub const WORDS_MAX: usize = u128::BITS as usize;

/// Whether a search falls back that has so many soft words and finds `total` articles: no article has all words, or they
/// are a question (`lenient`, as in `SearchRequest`) that few have.
pub fn is_needed(total: u64, words: usize, mode: MatchMode, lenient: bool) -> bool {
    let enough = if is_question(words, lenient) { QUESTION_HITS_MIN } else { 1 };
    total < enough && mode == MatchMode::All && words > 0
}

/// Whether so many words are a question, which fewer of them may answer.
pub fn is_question(words: usize, lenient: bool) -> bool {
    lenient && words >= QUESTION_WORDS_MIN
}

/// Most words that an article must have, of so many: more than half of them.
pub fn most_of(words: usize) -> u32 {
    words as u32 / 2 + 1
}

/// How many of the soft words of a plan are enough, where the best article has `best` of them: as many as it has, or more
/// than half of them, whichever is less. For a question fewer will do, down to two, until there are `QUESTION_HITS_MIN`
/// articles; `having` says how many have at least so many words.
pub fn enough(plan: &Plan, words: usize, best: u32, lenient: bool, having: impl Fn(u32) -> u64) -> u32 {
    // Where something else than plain words is sought, a phrase say, an article may do without any of them.
    let least = u32::from(!plan.seeks_more_than_words());
    let mut enough = best.min(most_of(words)).max(least);
    while is_question(words, lenient) && enough > 2 && having(enough) < QUESTION_HITS_MIN {
        enough -= 1;
    }
    enough
}

/// The words that articles hold, of those that may pass: a word is a bit of a mask, in the order of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordsHad {
    /// Articles by the number of words that they have, from none.
    having: Vec<u64>,
    /// Most words that an article has.
    best: u32,
    /// The words that all articles with most words have.
    by_best: u128,
}

impl WordsHad {
    /// Nothing known yet of so many words.
    pub fn new(words: usize) -> Self {
        Self { having: vec![0; words + 1], best: 0, by_best: u128::MAX }
    }

    /// Adds `articles` that have the words of a mask.
    pub fn add(&mut self, mask: u128, articles: u64) {
        let words = mask.count_ones();
        if articles == 0 || words as usize >= self.having.len() {
            return;
        }
        self.having[words as usize] += articles;
        if words > self.best {
            (self.best, self.by_best) = (words, mask);
        } else if words == self.best {
            self.by_best &= mask;
        }
    }

    /// What an engine knows that counts articles by how many words they have at least: `at_least` gives those with so many, for
    /// the numbers from two to half of the words and one (asked only for a question), and `passing` are all; `best` is the most
    /// words that an article has, `by_best` a mask of those that all such articles have.
    pub fn counted(words: usize, passing: u64, (best, by_best): (u32, u128), at_least: impl Fn(u32) -> u64) -> Self {
        let mut having = vec![0; words + 1];
        let most = best.min(Self::most(words));
        let mut more = 0;
        for level in (2..=most).rev() {
            let all = at_least(level).max(more);
            having[if level == most { best } else { level } as usize] += all - more;
            more = all;
        }
        having[0] += passing.saturating_sub(more);
        Self { having, best, by_best }
    }

    /// More than half of so many words.
    pub fn most(words: usize) -> u32 {
        words as u32 / 2 + 1
    }

    /// Most words that an article has.
    pub fn best(&self) -> u32 {
        self.best
    }

    /// How many words are enough (`enough`). `None` when no article passes the rest of the query and the filters: then the
    /// words are not to blame.
    pub fn enough(&self, plan: &Plan, lenient: bool) -> Option<u32> {
        if self.having.iter().all(|&articles| articles == 0) {
            return None;
        }
        let words = self.having.len() - 1;
        // Where something else than plain words is sought, a phrase say, an article may do without any of them.
        let least = u32::from(!plan.seeks_more_than_words());
        let mut enough = self.best.min(Self::most(words)).max(least);
        if is_question(words, lenient) {
            while enough > 2 && self.having[enough as usize..].iter().sum::<u64>() < QUESTION_HITS_MIN {
                enough -= 1;
            }
        }
        Some(enough)
    }

    /// The words as typed that not all of the best articles have.
    pub fn missing(&self, words: &[Leaf]) -> Vec<String> {
        let lacks = |n: usize| self.best == 0 || self.by_best & (1 << n) == 0;
        words.iter().enumerate().filter(|(n, _)| lacks(*n)).map(|(_, leaf)| leaf.term.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::query::{Clause, Query};

    fn plan(words: &[&str]) -> Plan {
        let word = |text: &&str| Query::Word { text: (*text).into(), exact: false };
        Plan::of(&Query::All(words.iter().map(|text| Clause { query: word(text), required: false }).collect()))
    }

    fn had(words: usize, list: &[(u128, u64)]) -> WordsHad {
        let mut had = WordsHad::new(words);
        list.iter().for_each(|&(mask, articles)| had.add(mask, articles));
        had
    }

    #[test]
    fn enough_words_are_those_of_the_best_article_or_more_than_half() {
        let plan = plan(&["port", "dam", "rail", "road"]);
        for (list, enough) in [
            (&[(0b0011, 1), (0b0001, 5)][..], Some(2)),
            (&[(0b1111, 1), (0b0011, 5)], Some(3)),
            (&[(0b0001, 1)], Some(1)),
            (&[(0, 7)], Some(1)),
            (&[], None),
        ] {
            assert_eq!(had(4, list).enough(&plan, false), enough, "{list:?}");
        }
    }

    #[test]
    fn a_question_is_given_articles_with_fewer_words_until_there_are_ten() {
        let words = ["port", "dam", "rail", "road", "bridge", "tunnel", "airport", "pipeline"];
        assert!(words.len() >= QUESTION_WORDS_MIN);
        let plan = plan(&words);
        let list = [(0b1111_1111, 1), (0b1111, 4), (0b111, 6), (0b11, 90)];
        assert_eq!(had(8, &list).enough(&plan, true), Some(3));
        assert_eq!(had(8, &list).enough(&plan, false), Some(5));
        assert_eq!(had(8, &[(0b1, 5), (0b11, 1)]).enough(&plan, true), Some(2));
    }

    #[test]
    fn the_words_are_missing_that_not_all_best_articles_have() {
        let plan = plan(&["port", "dam", "rail"]);
        let leaves: Vec<Leaf> = plan.soft_words().into_iter().cloned().collect();
        assert_eq!(had(3, &[(0b011, 2), (0b110, 1), (0b100, 9)]).missing(&leaves), ["port", "rail"]);
        assert_eq!(had(3, &[(0, 9), (0b011, 2)]).missing(&leaves), ["rail"]);
        assert_eq!(had(3, &[(0, 9)]).missing(&leaves), ["port", "dam", "rail"]);
    }

    #[test]
    fn what_is_found_is_not_looked_for_again() {
        let (all, any) = (MatchMode::All, MatchMode::Any);
        for (total, words, mode, needed) in [
            (0, 1, all, true),
            (1, 1, all, false),
            (9, QUESTION_WORDS_MIN, all, true),
            (10, QUESTION_WORDS_MIN, all, false),
            (0, 0, all, false),
            (0, 3, any, false),
        ] {
            assert_eq!(is_needed(total, words, mode, true), needed, "{total} {words}");
        }
        assert!(!is_needed(9, QUESTION_WORDS_MIN, all, false));
    }
}
