//! Feedback: words that the best articles share, taken for words that the query means.
//!
//! After Rocchio (1971), with RM3's habit of keeping the query's own words in front. Plain feedback helps questions about
//! a subject and harms the search for one certain article, so it is held back in five ways: the first article speaks
//! loudest and the twelfth hardly; a word must stand in several of them; only their heads are read; short texts, whose
//! words are chance, have little say; and all feedback words together may add at most `SHARE_MAX` of the best score, so
//! that an article that leads clearly is never overtaken. Knows no index: how rare a word is, it asks.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::analyzer::{Stemming, TokenKind, is_stop_word, tokens};
use crate::engine::ranking::rarity;

/// Articles that are listened to. With weights by place, 10 to 20 rank alike.
pub const ARTICLES: usize = 12;
/// Words that are taken from them. 10 to 40 rank alike.
pub const TERMS: usize = 25;
/// Words at the head of an article (title, lead) that are read; they say what it is about as well as the whole, and
/// bound the cost.
const HEAD_WORDS: usize = 200;
/// Bytes in which those words are looked for.
const HEAD_BYTES: usize = 1600;
/// Articles that must share a word.
const SHARED_MIN: usize = 2;
/// A word that stands in more than this share of all articles says nothing.
const COMMON_SHARE: f32 = 0.5;
/// Content words that the heads must have on average for feedback to have its full say.
const WORDS_FULL: f32 = 40.0;
/// Most that feedback adds to a score, as a share of the best score. From .2 to .5 what it wins rises slowly and what it
/// loses, on the search for one certain article by its title, stays under a hundredth.
const SHARE_MAX: f32 = 0.4;
/// Least words of a query for which feedback is asked: one word is a name or a subject that speaks for itself.
pub const QUERY_WORDS_MIN: usize = 2;
/// Candidates whose rarity is asked for: the weightiest before that is known.
const CANDIDATES: usize = 150;

/// The words of an article's head.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Head {
    /// How often each stem stands in it, stop words and figures left out.
    counts: BTreeMap<String, u32>,
    /// Words counted.
    words: u32,
}

impl Head {
    /// Reads the head of an article.
    pub fn of(title: &str, body: &str, lang: &str) -> Self {
        let mut head = Self::default();
        let stemming = Stemming::of(lang);
        let mut left = HEAD_WORDS;
        for text in [title, body] {
            let end = text.floor_char_boundary(HEAD_BYTES);
            for token in tokens(&text[..end], stemming) {
                if left == 0 {
                    return head;
                }
                left -= usize::from(token.kind == TokenKind::Word);
                if speaks(&token.folded) {
                    *head.counts.entry(token.stemmed.unwrap_or(token.folded)).or_default() += 1;
                    head.words += 1;
                }
            }
        }
        head
    }
}

/// Whether a word may say what an article is about: no stop word, no figure, no single letter or sign.
fn speaks(folded: &str) -> bool {
    folded.chars().nth(1).is_some() && !folded.contains(|c: char| c.is_numeric()) && !is_stop_word(folded)
}

/// The words that the best articles share.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Feedback {
    /// Stems with their weights, the weightiest first; the weights sum to 1.
    pub terms: Vec<(String, f32)>,
    /// How much feedback may add to a score, as a share of the best one.
    pub share: f32,
}

impl Feedback {
    /// What the heads of the best articles, in their order, have in common. `having` gives the number of articles that
    /// hold a stem, of `documents`.
    pub fn of<E>(heads: &[Head], documents: u64, mut having: impl FnMut(&str) -> Result<u64, E>) -> Result<Self, E> {
        let mut weights: BTreeMap<&str, (f32, usize)> = BTreeMap::new();
        for (place, head) in heads.iter().enumerate() {
            let say = 1.0 / (place + 1) as f32 / head.words.max(1) as f32;
            for (stem, count) in &head.counts {
                let (weight, shared) = weights.entry(stem).or_default();
                *weight += say * *count as f32;
                *shared += 1;
            }
        }
        let shared = weights.into_iter().filter(|(_, (_, shared))| *shared >= SHARED_MIN);
        let mut candidates: Vec<_> = shared.map(|(stem, (weight, _))| (stem, weight)).collect();
        let order = |a: &(&str, f32), b: &(&str, f32)| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0));
        candidates.sort_unstable_by(order);
        candidates.truncate(CANDIDATES);
        let mut terms = Vec::new();
        for (stem, weight) in candidates {
            let having = having(stem)?;
            if having as f32 <= COMMON_SHARE * documents as f32 {
                terms.push((stem, weight * rarity(documents, having)));
            }
        }
        terms.sort_unstable_by(order);
        terms.truncate(TERMS);
        let sum: f32 = terms.iter().map(|(_, weight)| weight).sum();
        let words = heads.iter().map(|head| head.words as f32).sum::<f32>() / heads.len().max(1) as f32;
        Ok(Self {
            terms: terms.into_iter().map(|(stem, weight)| (stem.to_owned(), weight / sum)).collect(),
            share: SHARE_MAX * (words / WORDS_FULL).min(1.0),
        })
    }

    /// The stems among `held` that weigh most, for people.
    pub fn telling<'t>(&'t self, held: &BTreeSet<&str>) -> impl Iterator<Item = &'t str> {
        let held: BTreeSet<String> = held.iter().map(|stem| (*stem).to_owned()).collect();
        self.terms.iter().map(|(stem, _)| stem.as_str()).filter(move |stem| held.contains(*stem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feedback(texts: &[&str]) -> Feedback {
        let heads: Vec<Head> = texts.iter().map(|text| Head::of("", text, "en")).collect();
        let having = |stem: &str| Ok::<_, std::convert::Infallible>(if stem == "peopl" { 90 } else { 3 });
        Feedback::of(&heads, 100, having).unwrap()
    }

    #[test]
    fn words_that_several_articles_share_are_taken_and_common_ones_are_not() {
        let found = feedback(&["The port is deep, people say 1987", "Deep ports for people since 1987", "Whales"]);
        let stems: Vec<&str> = found.terms.iter().map(|(stem, _)| stem.as_str()).collect();
        assert_eq!(stems, ["deep", "port"]);
        assert!((found.terms.iter().map(|term| term.1).sum::<f32>() - 1.0).abs() < 1e-6);
        assert_eq!(feedback(&["one", "two"]).terms, []);
        assert_eq!(feedback(&[]).terms, []);
    }

    #[test]
    fn the_first_article_speaks_loudest_and_short_texts_have_little_say() {
        let found = feedback(&["navy harbour", "navy harbour", "customs duty", "customs duty"]);
        let weight = |stem: &str| found.terms.iter().find(|term| term.0 == stem).unwrap().1;
        assert!(weight("navi") > weight("duti"));
        assert!(found.share < 0.1, "{}", found.share);
        let long = "harbour navy customs duty ship crane dock quay ".repeat(8);
        assert_eq!(feedback(&[&long, &long]).share, SHARE_MAX);
    }

    #[test]
    fn only_the_head_is_read() {
        let text = format!("{}tail", "harbour ".repeat(HEAD_WORDS));
        assert_eq!(Head::of("", &text, "en").counts.into_keys().collect::<Vec<_>>(), ["harbour"]);
    }
}
