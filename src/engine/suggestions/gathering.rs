//! What is gathered of articles for suggestions: which are read, what is read of them, and the order of titles.
//!
//! Reads no index. Depends on the articles alone and not on how an index came about: the same articles give the same
//! suggestions.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::engine::suggestions::phrases::{Common, Reading};
use crate::model::results::SuggestionKind;

/// Articles whose words and phrases are read: all of a corpus of so many, of a larger one those with the smallest hashes
/// of their ids, so that the choice hangs on the articles alone and not on how the index came about.
pub const READ_ARTICLES_MAX: usize = 8000;
/// Text that is read of all of them together, in bytes, shared out evenly.
const READ_BYTES_MAX: usize = 8_000_000;

/// The place of an article in the order in which articles are read.
pub fn reading_order(id: &str) -> u64 {
    u64::from_le_bytes(blake3::hash(id.as_bytes()).as_bytes()[..8].try_into().unwrap_or_default())
}

/// Bytes that are read of the text of each of so many articles.
pub fn share(articles: usize) -> usize {
    READ_BYTES_MAX / articles.max(1)
}

/// The words of an article, `share` bytes of its text.
pub fn read(title: &str, body: &str, share: usize) -> Reading {
    Reading::new(format!("{title}\n{}", &body[..body.floor_char_boundary(share)]))
}

/// What a stored article is read for.
#[derive(Debug, Deserialize)]
pub struct Head {
    /// Its title.
    pub title: String,
    /// Its date, as it is written.
    pub date: Option<String>,
}

/// Titles with the articles that bear them, however an engine tells its articles.
#[derive(Debug)]
pub struct Titles<A> {
    borne: HashMap<String, Borne<A>>,
}

/// The articles that bear a title.
#[derive(Debug)]
struct Borne<A> {
    last_date: String,
    articles: Vec<A>,
}

impl<A> Default for Titles<A> {
    fn default() -> Self {
        Self { borne: HashMap::new() }
    }
}

impl<A> Titles<A> {
    /// Notes the title of an article.
    pub fn add(&mut self, head: Head, article: A) {
        let borne =
            self.borne.entry(head.title).or_insert_with(|| Borne { last_date: String::new(), articles: Vec::new() });
        borne.last_date = std::mem::take(&mut borne.last_date).max(head.date.unwrap_or_default());
        borne.articles.push(article);
    }

    /// The titles with words, those of most articles first, then those of the latest.
    pub fn sorted(self) -> Vec<(String, Vec<A>)> {
        let mut titles: Vec<_> = self.borne.into_iter().filter(|(title, _)| !title.trim().is_empty()).collect();
        titles.sort_unstable_by(|(a, a_borne), (b, b_borne)| {
            let count = b_borne.articles.len().cmp(&a_borne.articles.len());
            count.then_with(|| b_borne.last_date.cmp(&a_borne.last_date)).then_with(|| a.cmp(b))
        });
        titles.into_iter().map(|(title, borne)| (title, borne.articles)).collect()
    }
}

/// A word or phrase with the articles that have it, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptCommon {
    /// As it is mostly written.
    #[serde(rename = "t")]
    pub text: String,
    /// How many words it has.
    #[serde(rename = "w")]
    words: usize,
    /// Places among the articles that were read, each as the step from the one before it.
    #[serde(rename = "a")]
    articles: Vec<u32>,
}

impl KeptCommon {
    /// What it is suggested as.
    pub fn kind(&self) -> SuggestionKind {
        if self.words > 1 { SuggestionKind::Phrase } else { SuggestionKind::Word }
    }

    /// Places of its articles among those that were read.
    pub fn articles(&self) -> impl Iterator<Item = usize> {
        self.articles.iter().scan(0, |at, step| {
            *at += *step as usize;
            Some(*at)
        })
    }
}

impl From<Common> for KeptCommon {
    fn from(common: Common) -> Self {
        let mut before = 0;
        let articles = common.texts.into_iter().map(|text| {
            let step = text - before;
            before = text;
            step
        });
        Self { text: common.text, words: common.words, articles: articles.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_most_articles_go_first_then_the_latest() {
        let mut titles = Titles::default();
        for (article, (title, date)) in
            [("A", "2020"), ("B", "2024-03"), ("C", "2021"), ("A", "2019"), (" ", "2024"), ("D", "2021")]
                .into_iter()
                .enumerate()
        {
            titles.add(Head { title: title.to_owned(), date: Some(date.to_owned()) }, article);
        }
        titles.add(Head { title: "E".to_owned(), date: None }, 9);
        let sorted: Vec<(String, Vec<usize>)> = titles.sorted();
        let expected = [("A", vec![0, 3]), ("B", vec![1]), ("C", vec![2]), ("D", vec![5]), ("E", vec![9])];
        assert_eq!(sorted, expected.map(|(title, articles)| (title.to_owned(), articles)));
    }

    #[test]
    fn what_is_kept_of_a_phrase_gives_its_articles_again() {
        let kept = KeptCommon::from(Common { text: "deep sea".into(), words: 2, texts: vec![0, 3, 4, 900] });
        assert_eq!(kept.articles().collect::<Vec<_>>(), [0, 3, 4, 900]);
        assert_eq!(serde_json::to_string(&kept).unwrap(), r#"{"t":"deep sea","w":2,"a":[0,3,1,896]}"#);
    }

    #[test]
    fn a_text_is_read_as_far_as_its_share_goes() {
        assert_eq!(share(0), READ_BYTES_MAX);
        assert_eq!(share(READ_ARTICLES_MAX), 1000);
        // The share may end inside a letter.
        read("Title", "東京東京", 4);
    }
}
