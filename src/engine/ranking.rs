//! The model that orders hits: what each sign in an article adds to its score, and why. Names no engine, reads no index.
//!
//! A score is a sum of parts, none of them negative, each of which can be told in words:
//!
//! * **words**: BM25 (Robertson and Walker 1994; k1 and b as everywhere) over title and body as one text, in which the
//!   title stands twice (a field weight inside one length, as BM25F by Robertson, Zaragoza and Taylor 2004 has it, and
//!   not a sum of scores, by which short titles outweigh all they should);
//! * **words near each other** (`nearness`): neighbours of the query that are neighbours in the text, after Metzler and
//!   Croft's sequential dependence (2005), and the passage of `PASSAGE_WORDS` words that holds most of the query;
//! * **words that the best articles share** (`feedback`): relevance feedback without anyone's judgement, held back where
//!   it is known to lead astray;
//! * **labels** that the query names, and **recency** where it is asked for.
//!
//! The words find and order all hits. The rest is looked at for the first `WINDOW` hits only, which bounds its cost;
//! because no part is negative, those stay before all others, and pages join whatever their size.
//!
//! Nothing here was fitted: the values are round, were chosen by what helps on all collections and query lengths that
//! were tried, and lie on plateaus (`docs/benchmarks.md`, Ranking).

pub mod feedback;
pub mod nearness;

/// How soon a repeated word counts no more (BM25's k1; the value of the engines' own BM25, which orders the window).
pub const SATURATION: f32 = 1.2;
/// How far long texts are held back (BM25's b).
pub const LENGTH_WEIGHT: f32 = 0.75;
/// How soon a word that the query repeats counts no more: Okapi's k3, 7 or 8 in TREC's runs (Robertson et al. 1995).
/// People who describe at length what they need repeat its subject.
pub const REPETITION: f32 = 8.0;
/// How often the title stands in the text that words score by. A title is chosen to say what an article is about.
pub const TITLE_TIMES: usize = 2;
/// Hits whose order is looked at closely. Twice as many change nothing that was measured; half as many hardly.
pub const WINDOW: usize = 100;
/// Most words of a query that are looked for near each other, the rarest; bounds the work of very long questions.
pub const CLOSE_WORDS_MAX: usize = 32;

/// What an article gains that is tagged with what the query names, as a share of what the name's words say. A tag says
/// that the article is about it, the words only that it is spoken of.
pub const LABEL_WEIGHT: f32 = 0.3;
/// Most that recency adds where it is asked for, as a share of what the words give: the newest article counts twice.
pub const RECENCY_SHARE: f32 = 1.0;

/// How much an article of `age` days gains by recency, as a share of what its words give: half as much with every
/// `half_life` days. Counted from the newest article, never from a clock, so that an answer does not change by itself.
pub fn recency(age: i32, half_life: u32) -> f32 {
    RECENCY_SHARE * (-(age.max(0) as f32) / half_life.max(1) as f32).exp2()
}

/// The day and the half-life that recency is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recency {
    /// The day of the newest article, in days since 1970.
    pub newest: i32,
    /// Days after which what it adds is halved.
    pub half_life: u32,
}

impl Recency {
    /// What it adds to an article of a day, as a share of the score of its words; nothing to the undated.
    pub fn share(self, day: Option<i32>) -> f32 {
        day.map_or(0.0, |day| recency(self.newest.saturating_sub(day), self.half_life))
    }
}

/// How much a word says that stands in `having` of `documents` articles: BM25's idf, never negative.
pub fn rarity(documents: u64, having: u64) -> f32 {
    let (all, having) = (documents as f32, having.min(documents) as f32);
    (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
}

/// How much an occurrence count says: BM25's saturation, from 0 to `SATURATION` + 1. `relative_length` is the length of
/// the text divided by the average; 1 where length is of no account.
pub fn saturated(count: f32, relative_length: f32) -> f32 {
    let slowness = SATURATION * (1.0 - LENGTH_WEIGHT + LENGTH_WEIGHT * relative_length);
    if count > 0.0 { count * (SATURATION + 1.0) / (count + slowness) } else { 0.0 }
}

/// How much a word weighs that stands `times` times in the query.
pub fn repeated(times: usize) -> f32 {
    let times = times as f32;
    (REPETITION + 1.0) * times / (REPETITION + times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_say_more_and_no_word_says_less_than_nothing() {
        assert!(rarity(1000, 1) > rarity(1000, 10));
        assert!(rarity(1000, 1000) > 0.0 && rarity(1000, 2000) > 0.0 && rarity(0, 0) > 0.0);
    }

    #[test]
    fn recency_halves_with_each_half_life() {
        assert_eq!((recency(0, 30), recency(30, 30), recency(60, 30)), (1.0, 0.5, 0.25));
        assert_eq!(recency(-5, 30), 1.0);
        assert!(recency(i32::MAX, 1) >= 0.0);
    }

    #[test]
    fn repetition_counts_less_each_time_and_short_texts_more() {
        let gains: Vec<f32> = (0..5).map(|n| saturated(n as f32 + 1.0, 1.0) - saturated(n as f32, 1.0)).collect();
        assert!(gains.windows(2).all(|pair| pair[0] > pair[1] && pair[1] > 0.0), "{gains:?}");
        assert!(saturated(2.0, 0.5) > saturated(2.0, 2.0));
        assert_eq!((saturated(0.0, 0.0), repeated(1)), (0.0, 1.0));
        assert!(repeated(2) < 2.0 && repeated(3) > repeated(2));
    }
}
