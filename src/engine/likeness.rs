//! Likeness: which words and labels say what an article is about, and how much of them another must share to be like it.
//!
//! Pure choice and weighing, the same for every engine: how many articles hold a word or a label is told by whoever
//! reads the index. Names no engine, cuts no snippets.

mod names;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::engine::analyzer::{OtherStopWords, Stemming, Token, TokenKind, is_stop_word, sought_stems, tokens};
use crate::engine::plan::{Leaf, Part, Plan};
use crate::model::facet::ancestors;
use crate::model::results::{Hit, Neighbour};
use crate::text::normalise::is_han;

/// Most distinct words of an article that are looked up, the most frequent ones: what a long text says once is not what
/// it is about.
pub const WORDS_READ_MAX: usize = 500;
/// Most words whose holders are counted exactly, by a first estimate of their weight.
pub const WORDS_COUNTED_MAX: usize = 50;
/// Most words that a neighbour may be found by. More of them add articles that share small talk.
pub const WORDS_MAX: usize = 25;
/// Most values of all dimensions that a neighbour may be found by, the rarest.
pub const LABELS_MAX: usize = 64;
/// Occurrences in the text that one in the title counts for: a title is chosen to say what an article is about.
pub const TITLE_OCCURRENCES: f32 = 3.0;
/// Occurrences at which a word counts half of what it ever can.
const OCCURRENCES_HALF: f32 = 2.0;
/// The same on the side of the neighbour; the usual value of BM25.
pub const NEIGHBOUR_HALF: f32 = 1.2;
/// How much the length of a neighbour tells (BM25's b).
pub const NEIGHBOUR_LENGTH: f32 = 0.5;
/// Articles that are added to every count of articles, so that in a small index, or in a language with few articles,
/// a word in two of them is neither very rare nor very common.
const ARTICLES_ADDED: f32 = 10.0;
/// Share of the articles (of all, and of those in the article's language) from which on a word or label says nothing.
const COMMON_SHARE: f32 = 1.0 / 3.0;
/// Labels that are shared weigh at least as much as one that this share of all articles has, where words do not tell.
const RARE_SHARE: f32 = 0.05;
/// How much more a shared label counts where the neighbour is written in another language, so that words cannot be shared.
const OTHER_LANGUAGE_WEIGHT: f32 = 1.5;
/// Words that a neighbour shares at least, where its labels do not tell.
const SHARED_WORDS_MIN: u32 = 3;
/// Their least share of the weight of all the article's words.
const SHARED_WEIGHT_MIN: f32 = 0.2;
/// The same beside shared labels, and their own least share of the weight of all the article's labels for that.
const SHARED_WEIGHT_BESIDE_MIN: f32 = 0.12;
const BESIDE_LABELS_MIN: f32 = 0.2;
/// Least share of the weight of the article's labels that a neighbour has in common with it where words do not tell.
const SHARED_LABELS_MIN: f32 = 0.4;

/// A word of an article, in all its forms.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// As the article writes it, most often.
    pub written: String,
    /// What articles are indexed by for it: its stem first, then what articles in other languages may have.
    pub stems: Vec<String>,
    /// Folded.
    pub folded: String,
    /// The folded words that stand right behind it, each with the sign between.
    pub followed_by: BTreeSet<(String, char)>,
    /// How much the article says it, from 0 to 1.
    pub said: f32,
}

/// How many articles there are, or hold something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Articles {
    /// In any language.
    pub all: u64,
    /// In the language of the article that others are held against.
    pub in_language: u64,
}

/// A word or label with what it weighs.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed<T> {
    /// The word or label.
    pub of: T,
    /// Its weight.
    pub weight: f32,
}

/// A value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Name of the dimension.
    pub dimension: String,
    /// Full path.
    pub path: String,
}

impl Value {
    /// Whether another value lies below it: of `Norland` and `Norland/Eastport` the second.
    fn is_above(&self, other: &Self) -> bool {
        self.dimension == other.dimension
            && other.path.strip_prefix(&self.path).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// What an article is about: what others are held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its words, weightiest first.
    pub words: Vec<Weighed<Word>>,
    /// Its labels with those above them, weightiest first.
    pub labels: Vec<Weighed<Value>>,
    words_weight: f32,
    labels_weight: f32,
}

/// What another article has in common with it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Shared {
    /// Which words, by their places in the profile.
    pub words: u32,
    /// What they add up to, each by how much the other says it.
    pub words_weight: f32,
    /// Which labels, by their places in the profile.
    pub labels: u64,
    /// Whether the other is written in another language.
    pub other_language: bool,
}

/// What a neighbour must share at least with one article.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Words, where it is found by words.
    pub words: u32,
    /// What these weigh together.
    pub weight: f32,
    /// The same, beside labels.
    pub weight_beside: f32,
    /// What the labels weigh for that.
    pub labels_beside: f32,
    /// What they weigh where it is found by labels.
    pub labels: f32,
    /// How much more they count where the neighbour is written in another language.
    pub other_language: f32,
}

/// The words of an article that may tell what it is about, most said first, then as they come. No stop words, no
/// figures, and of Chinese its words, not its characters.
pub fn words(title: &str, body: &str, lang: &str) -> Vec<Word> {
    let mut found: HashMap<String, Counted> = HashMap::new();
    for (text, worth, in_title) in [(title, TITLE_OCCURRENCES, true), (body, 1.0, false)] {
        let mut before: Option<Token> = None;
        for token in told(text, lang) {
            let stem = token.stem().to_owned();
            if let Some(last) = before.take()
                && let Some(joint) = joint(&text[last.span.end..token.span.start])
                && let Some(counted) = found.get_mut(last.stem())
            {
                counted.followed_by.insert((token.folded.clone(), joint));
            }
            let place = found.len();
            let counted = found.entry(stem.clone()).or_insert_with(|| Counted::new(stem, token.folded.clone(), place));
            counted.worth += worth;
            // Titles may be all capitals: how a word is written, the text tells better.
            *counted.written.entry((!in_title, text[token.span.clone()].to_owned())).or_default() += 1;
            before = Some(token);
        }
    }
    let mut found: Vec<Counted> = found.into_values().collect();
    found.sort_by(|a, b| b.worth.total_cmp(&a.worth).then(a.place.cmp(&b.place)));
    found.truncate(WORDS_READ_MAX);
    found.into_iter().map(Counted::word).collect()
}

/// The tokens of a text that may tell what it is about, in its order.
fn told(text: &str, lang: &str) -> Vec<Token> {
    let mut covered = 0;
    let mut tokens = tokens(text, Stemming::of(lang));
    // Of Chinese words that lie in each other the longest counts: the segmenter gives `解放` and `解放军` for one place.
    tokens.sort_by_key(|token| (token.span.start, std::cmp::Reverse(token.span.end)));
    tokens.retain(|token| {
        let is_chinese = text[token.span.clone()].chars().all(is_han);
        // What is joined of parts is told by its parts, Chinese by its joined characters.
        let counts = (token.kind == TokenKind::Compound) == is_chinese && token.span.end > covered;
        if counts {
            covered = token.span.end;
        }
        counts
    });
    // In English `war` is none, in German it is.
    let stop_words = match lang {
        "en" | "und" => OtherStopWords::default(),
        _ => OtherStopWords::of(tokens.iter().map(|token| token.folded.as_str())),
    };
    tokens.retain(|token| may_tell(&token.folded) && !stop_words.contains(&token.folded));
    tokens
}

/// What stands between two words of one name; `None` where they are not.
fn joint(between: &str) -> Option<char> {
    matches!(between, " " | "-").then(|| between.chars().next()).flatten()
}

/// A word while its occurrences are counted.
struct Counted {
    stem: String,
    folded: String,
    place: usize,
    worth: f32,
    /// How often it is written how, in the text (`true`) or the title.
    written: HashMap<(bool, String), u32>,
    followed_by: BTreeSet<(String, char)>,
}

impl Counted {
    fn new(stem: String, folded: String, place: usize) -> Self {
        Self { stem, folded, place, worth: 0.0, written: HashMap::new(), followed_by: BTreeSet::new() }
    }

    fn word(self) -> Word {
        let commonest = self.written.into_iter().max_by(|((a_body, a), a_times), ((b_body, b), b_times)| {
            // The later in the alphabet of two: small letters go before capitals.
            (a_body, a_times, a).cmp(&(b_body, b_times, b))
        });
        let mut stems = vec![self.stem];
        stems.extend(sought_stems(&self.folded).into_iter().take(1));
        stems.push(self.folded.clone());
        let mut seen = BTreeSet::new();
        stems.retain(|stem| seen.insert(stem.clone()));
        Word {
            written: commonest.map(|((_, written), _)| written).unwrap_or_default(),
            stems,
            folded: self.folded,
            followed_by: self.followed_by,
            said: self.worth / (self.worth + OCCURRENCES_HALF),
        }
    }
}

/// Whether a folded word can tell what an article is about at all.
fn may_tell(folded: &str) -> bool {
    let mut letters = folded.chars().filter(|c| c.is_alphabetic());
    letters.next().is_some() && letters.next().is_some() && !is_stop_word(folded)
}

/// How much it says that an article holds something that so many hold; `None` for what too many hold.
pub fn rarity(holders: Articles, articles: Articles) -> Option<f32> {
    let share = |holders: u64, articles: u64| (holders as f32 + 0.5) / (articles as f32 + ARTICLES_ADDED);
    let share = share(holders.all, articles.all).max(share(holders.in_language, articles.in_language));
    (share <= COMMON_SHARE).then(|| -share.ln())
}

/// Takes the words that weigh most by a first estimate: those whose holders are worth being counted. `holders` tells how many
/// articles hold the commonest form of a word.
pub fn worth_counting<E>(
    words: Vec<Word>,
    articles: Articles,
    holders: impl Fn(&Word) -> Result<u64, E>,
) -> Result<Vec<Word>, E> {
    let mut weighed = Vec::new();
    for of in words {
        let held = Articles { all: holders(&of)?.max(2), in_language: 0 };
        weighed.extend(rarity(held, articles).map(|rarity| Weighed { weight: of.said * rarity, of }));
    }
    weighed.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    Ok(weighed.into_iter().take(WORDS_COUNTED_MAX).map(|word| word.of).collect())
}

/// The values that an article has in a dimension, with those above them, each once.
pub fn paths<'p>(tags: impl Iterator<Item = &'p str>) -> Vec<&'p str> {
    let mut paths: Vec<&str> = tags.flat_map(ancestors).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

impl Profile {
    /// Weighs the words and the values of an article by how many articles hold each, itself among them.
    pub fn new(words: Vec<(Word, Articles)>, values: Vec<(String, String, u64)>, articles: Articles) -> Self {
        let mut weighed = Vec::new();
        let mut alone = Vec::new();
        for (word, holders) in words {
            // What the article alone holds finds no other, but is a part of what it is about.
            let two = Articles { all: holders.all.max(2), in_language: holders.in_language.max(1) };
            let Some(rarity) = rarity(two, articles) else { continue };
            let weight = word.said * rarity;
            if holders.all < 2 { alone.push(weight) } else { weighed.push(Weighed { of: word, weight }) }
        }
        // The words come most said first, and the sort keeps the order of equals.
        weighed.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        weighed.truncate(WORDS_MAX);
        alone.extend(weighed.iter().map(|word| word.weight));
        alone.sort_by(|a, b| b.total_cmp(a));
        let words_weight = alone.iter().take(WORDS_MAX).sum();
        let mut labels: Vec<Weighed<Value>> = values
            .into_iter()
            .filter_map(|(dimension, path, holders)| {
                // A label means the same in every language.
                let of_all = |holders| Articles { all: holders, in_language: holders };
                let weight = rarity(of_all(holders.max(2)), of_all(articles.all))?;
                Some(Weighed { of: Value { dimension, path }, weight })
            })
            .collect();
        labels.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        labels.truncate(LABELS_MAX);
        let mut profile = Self { words: weighed, labels, words_weight, labels_weight: 0.0 };
        profile.labels_weight = profile.labels_weight(u64::MAX);
        profile
    }

    /// The plan that finds and marks the words of the profile: a leaf for each, in their order.
    pub fn plan(&self) -> Plan {
        let leaf = |word: &Word| {
            Plan::Leaf(Leaf {
                term: word.written.clone(),
                field: None,
                parts: vec![(0, Part::Stem { stems: word.stems.clone(), folded: word.folded.clone() })],
                slop: 0,
                whole: None,
                alternatives: Vec::new(),
                is_plain: false,
            })
        };
        Plan::Any(self.words.iter().map(|word| leaf(&word.of)).collect())
    }

    /// The labels of a neighbour for people, by dimension, rarest first.
    pub fn shared_labels(&self, shared: &Shared) -> BTreeMap<String, Vec<String>> {
        let mut labels: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for label in self.deepest(shared.labels) {
            labels.entry(label.of.dimension.clone()).or_default().push(label.of.path.clone());
        }
        labels
    }

    /// The labels of a set that have no other of the set below them: of `Norland` and `Norland/Eastport` the second.
    pub fn deepest(&self, labels: u64) -> Vec<&Weighed<Value>> {
        let held: Vec<_> =
            self.labels.iter().enumerate().filter(|(n, _)| labels & (1 << n) != 0).map(|(_, l)| l).collect();
        held.iter().filter(|label| !held.iter().any(|other| label.of.is_above(&other.of))).copied().collect()
    }

    /// What a set of labels weighs together. In each dimension the weightiest counts in full, the second half, and so
    /// on: a chronicle with twenty places is not like every article on one of them.
    pub fn labels_weight(&self, labels: u64) -> f32 {
        let mut places: HashMap<&str, u16> = HashMap::new();
        let mut weight = 0.0;
        for label in self.deepest(labels) {
            let place = places.entry(&label.of.dimension).or_default();
            *place += 1;
            weight += label.weight / f32::from(*place);
        }
        weight
    }

    /// For each label the set of those below it.
    pub fn below(&self) -> Vec<u64> {
        let below = |label: &Weighed<Value>| {
            let others = self.labels.iter().enumerate().filter(|(_, other)| label.of.is_above(&other.of));
            others.fold(0, |set, (n, _)| set | 1 << n)
        };
        self.labels.iter().map(below).collect()
    }

    /// What a neighbour must share at least.
    pub fn thresholds(&self) -> Thresholds {
        Thresholds {
            words: SHARED_WORDS_MIN,
            weight: SHARED_WEIGHT_MIN * self.words_weight,
            weight_beside: SHARED_WEIGHT_BESIDE_MIN * self.words_weight,
            labels_beside: BESIDE_LABELS_MIN * self.labels_weight,
            labels: (SHARED_LABELS_MIN * self.labels_weight).max(-RARE_SHARE.ln()),
            other_language: OTHER_LANGUAGE_WEIGHT,
        }
    }

    /// How like the article another is; `None` where it shares too little to be shown. `labels_weight` is that of the
    /// shared labels.
    pub fn likeness(&self, shared: &Shared, labels_weight: f32) -> Option<f32> {
        let least = self.thresholds();
        let has = |n: usize| shared.words & (1 << n) != 0;
        let weight: f32 = self.words.iter().enumerate().filter(|(n, _)| has(*n)).map(|(_, word)| word.weight).sum();
        let beside_labels = labels_weight > 0.0 && labels_weight >= least.labels_beside;
        let least_weight = if beside_labels { least.weight_beside } else { least.weight };
        let by_words = shared.words.count_ones() >= least.words && weight >= least_weight;
        let by_labels = (shared.words != 0 || shared.other_language) && labels_weight >= least.labels;
        let factor = if shared.other_language { least.other_language } else { 1.0 };
        (by_words || by_labels).then_some(shared.words_weight + labels_weight * factor)
    }

    /// A hit as a neighbour, with what it shares.
    pub fn neighbour(&self, shared: &Shared, hit: Hit) -> Neighbour {
        let passages = hit.snippets.iter().map(|snippet| snippet.fragments.as_slice());
        let words = self.shared_words(shared, [hit.title.as_slice()].into_iter().chain(passages));
        Neighbour { words, labels: self.shared_labels(shared), hit }
    }
}

/// How much an article says a word that it has so often, in a text of so many times the usual length; from 0 to about 2.
pub fn saying(in_title: u32, in_body: u32, length: f32) -> f32 {
    let times = in_title as f32 * TITLE_OCCURRENCES + in_body as f32;
    let half = NEIGHBOUR_HALF * (1.0 - NEIGHBOUR_LENGTH + NEIGHBOUR_LENGTH * length);
    times * (NEIGHBOUR_HALF + 1.0) / (times + half)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(title: &str, body: &str, lang: &str) -> Vec<String> {
        words(title, body, lang).into_iter().map(|word| word.written).collect()
    }

    #[test]
    fn the_words_of_an_article_are_those_that_can_tell_what_it_is_about() {
        let found =
            written("PORT FENCED", "The port of Gwadar is fenced. Fences cost 3,325 rupees, a port says.", "en");
        assert_eq!(found, ["port", "fenced", "Gwadar", "cost", "rupees", "says"]);
        assert_eq!(written("", "瓜达尔港的解放军", "zh"), ["瓜达尔", "解放军"]);
        assert!(written("17", "2024 a 的", "en").is_empty());
    }

    #[test]
    fn rarity_falls_with_the_holders_in_the_index_and_in_the_language() {
        let of = |all, in_language| rarity(Articles { all, in_language }, Articles { all: 1000, in_language: 30 });
        assert!(of(2, 2) > of(200, 2) && of(2, 2) > of(12, 12) && of(340, 0).is_none());
        // Every article in a rare language has it: it says nothing, however few those are.
        assert_eq!(of(30, 30), None);
        // In an index of six, what two hold says something, what all hold does not.
        let small = |all| rarity(Articles { all, in_language: all }, Articles { all: 6, in_language: 6 });
        assert!(small(2).is_some() && small(6).is_none());
    }

    fn profile() -> Profile {
        let articles = Articles { all: 1000, in_language: 1000 };
        let held = |word| (word, Articles { all: 5, in_language: 5 });
        let words = words("", "Alpha beta gamma delta epsilon zeta eta theta iota kappa.", "en");
        let value = |dimension: &str, path: &str, holders| (dimension.to_owned(), path.to_owned(), holders);
        let values = vec![
            value("region", "North", 300),
            value("region", "North/Bay", 20),
            value("region", "South", 200),
            value("actor", "Navy", 400),
            value("actor", "Pirates", 10),
        ];
        Profile::new(words.into_iter().map(held).collect(), values, articles)
    }

    #[test]
    fn the_deepest_label_counts_and_a_common_one_not_at_all() {
        let profile = profile();
        let shared = profile.shared_labels(&Shared { labels: u64::MAX, ..Shared::default() });
        assert_eq!(shared["region"], ["North/Bay", "South"]);
        assert_eq!(shared["actor"], ["Pirates"]);
        let weight = |path: &str| {
            let place = profile.labels.iter().position(|label| label.of.path == path).unwrap();
            profile.labels_weight(1 << place)
        };
        assert!(weight("North/Bay") > 2.0 * weight("North") && weight("Pirates") > weight("North/Bay"));
        assert!(profile.labels_weight(u64::MAX) < weight("North/Bay") + weight("South") + weight("Pirates"));
    }

    #[test]
    fn what_is_shared_must_be_enough() {
        let profile = profile();
        let place = |path: &str| 1 << profile.labels.iter().position(|label| label.of.path == path).unwrap();
        let (bay, north, pirates) = (place("North/Bay"), place("North"), place("Pirates"));
        for (words, labels, other_language, expected) in [
            (0b1, 0, false, false),
            (0b11, 0, false, false),
            (0b111, 0, false, true),
            (0, north, false, false),
            (0b1, north, false, false),
            (0, bay | north | pirates, false, false),
            (0b1, bay | north | pirates, false, true),
            (0, bay | north | pirates, true, true),
            (0, north, true, false),
        ] {
            let shared = Shared { words, words_weight: 1.0, labels, other_language };
            let found = profile.likeness(&shared, profile.labels_weight(labels)).is_some();
            assert_eq!(found, expected, "{shared:?}");
        }
    }

    #[test]
    fn a_short_text_that_says_a_word_in_its_title_says_it_most() {
        assert!(saying(1, 1, 1.0) > saying(0, 2, 1.0) && saying(0, 2, 1.0) > saying(0, 1, 1.0));
        assert!(saying(0, 1, 0.5) > saying(0, 1, 4.0) && saying(100, 1000, 1.0) < 2.3);
    }
}
