//! Likeness: which words and labels say what an article is about, and how much of them another must share to be like it.
//!
//! Pure choice and weighing, the same for every engine: how many articles hold a word or a label is told by whoever
//! reads the index. Names no engine, cuts no snippets.

use std::collections::{BTreeMap, HashMap};

use crate::engine::analyzer::{Stemming, TokenKind, is_stop_word, stemmed, tokens};
use crate::engine::plan::{Leaf, Part, Plan};
use crate::model::facet::ancestors;
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
/// Most shared words that are named with a neighbour.
const WORDS_SHOWN_MAX: usize = 8;
/// Occurrences in the text that one in the title counts for: a title is chosen to say what an article is about.
const TITLE_OCCURRENCES: f32 = 3.0;
/// Occurrences at which a word counts half of what it ever can.
const OCCURRENCES_HALF: f32 = 2.0;
/// The same on the side of the neighbour, and how much its length tells; the usual values of BM25.
const NEIGHBOUR_HALF: f32 = 1.2;
const NEIGHBOUR_LENGTH: f32 = 0.5;
/// Articles that are added to every count of articles, so that in a small index, or in a language with few articles,
/// a word in two of them is neither very rare nor very common.
const ARTICLES_ADDED: f32 = 10.0;
/// Share of the articles (of all, and of those in the article's language) from which on a word or label says nothing.
const COMMON_SHARE: f32 = 1.0 / 3.0;
/// Share of all articles up to which a label is a rare one, that two articles do not share by chance.
const RARE_SHARE: f32 = 0.05;
/// Articles up to which it is one in a small index.
const RARE_ARTICLES: u64 = 3;
/// How much a shared label counts beside a shared word of the same rarity that the article repeats.
const LABEL_WEIGHT: f32 = 1.0;
/// How much more it counts where the neighbour is written in another language, so that words cannot be shared.
const OTHER_LANGUAGE_WEIGHT: f32 = 1.5;
/// Words that a neighbour shares at least, where it shares no rare label.
const SHARED_WORDS_MIN: u32 = 3;
/// Their least share of the weight of all the article's words.
const SHARED_WEIGHT_MIN: f32 = 0.12;
/// Least share of the weight of the article's labels that a neighbour has in common with it where words do not tell.
const SHARED_LABELS_MIN: f32 = 0.4;

/// A word of an article, in all its forms.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// As the article writes it, most often.
    pub written: String,
    /// English stem.
    pub stem: String,
    /// Folded: what articles in other languages are indexed by.
    pub folded: String,
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
    /// Whether few articles have it.
    pub rare: bool,
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

/// The words of an article that may tell what it is about, most said first, then as they come. No stop words, no figures, and of
/// Chinese its words, not its characters.
pub fn words(title: &str, body: &str, lang: &str) -> Vec<Word> {
    let mut found: HashMap<String, Counted> = HashMap::new();
    for (text, worth, in_title) in [(title, TITLE_OCCURRENCES, true), (body, 1.0, false)] {
        for token in tokens(text, Stemming::of(lang)) {
            let written = &text[token.span.clone()];
            // What is joined of parts is told by its parts, Chinese by its joined characters.
            if (token.kind == TokenKind::Compound) != written.chars().all(is_han) || !may_tell(&token.folded) {
                continue;
            }
            let place = found.len();
            let counted =
                found.entry(token.stem().to_owned()).or_insert_with(|| Counted::new(token.folded.clone(), place));
            counted.worth += worth;
            // Titles may be all capitals: how a word is written, the text tells better.
            *counted.written.entry((!in_title, written.to_owned())).or_default() += 1;
        }
    }
    let mut found: Vec<Counted> = found.into_values().collect();
    found.sort_by(|a, b| b.worth.total_cmp(&a.worth).then(a.place.cmp(&b.place)));
    found.truncate(WORDS_READ_MAX);
    found.into_iter().map(Counted::word).collect()
}

/// A word while its occurrences are counted.
struct Counted {
    folded: String,
    place: usize,
    worth: f32,
    /// How often it is written how, in the text (`true`) or the title.
    written: HashMap<(bool, String), u32>,
}

impl Counted {
    fn new(folded: String, place: usize) -> Self {
        Self { folded, place, worth: 0.0, written: HashMap::new() }
    }

    fn word(self) -> Word {
        let commonest = self.written.into_iter().max_by(|((a_body, a), a_times), ((b_body, b), b_times)| {
            // The later in the alphabet of two: small letters go before capitals.
            (a_body, a_times, a).cmp(&(b_body, b_times, b))
        });
        Word {
            written: commonest.map(|((_, written), _)| written).unwrap_or_default(),
            stem: stemmed(&self.folded),
            folded: self.folded,
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

/// Takes the words that weigh most by a first estimate: those whose holders are worth being counted.
pub fn worth_counting(words: Vec<Word>, estimate: impl Fn(&Word) -> Option<f32>) -> Vec<Word> {
    let mut weighed: Vec<_> =
        words.into_iter().filter_map(|word| Some(Weighed { weight: word.said * estimate(&word)?, of: word })).collect();
    weighed.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    weighed.into_iter().take(WORDS_COUNTED_MAX).map(|word| word.of).collect()
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
                let of_all = |holders| Articles { all: holders, in_language: 0 };
                let weight = rarity(of_all(holders.max(2)), of_all(articles.all))? * LABEL_WEIGHT;
                let rare = holders <= RARE_ARTICLES.max((articles.all as f32 * RARE_SHARE) as u64);
                Some(Weighed { of: Value { dimension, path, rare }, weight })
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
                parts: vec![(0, Part::Stem { stem: word.stem.clone(), folded: word.folded.clone() })],
                slop: 0,
                whole: None,
                alternatives: Vec::new(),
            })
        };
        Plan::Any(self.words.iter().map(|word| leaf(&word.of)).collect())
    }

    /// The words of a neighbour for people, weightiest first.
    pub fn shared_words(&self, shared: &Shared) -> Vec<String> {
        let held = self.words.iter().enumerate().filter(|(n, _)| shared.words & (1 << n) != 0);
        held.take(WORDS_SHOWN_MAX).map(|(_, word)| word.of.written.clone()).collect()
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
        let is_above = |a: &Value, b: &Value| {
            a.dimension == b.dimension && b.path.strip_prefix(&a.path).is_some_and(|rest| rest.starts_with('/'))
        };
        held.iter().filter(|label| !held.iter().any(|other| is_above(&label.of, &other.of))).copied().collect()
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

    /// How like the article another is; `None` where it shares too little to be shown. `labels_weight` is that of the
    /// shared labels.
    pub fn likeness(&self, shared: &Shared, labels_weight: f32) -> Option<f32> {
        let words = shared.words.count_ones();
        let weight: f32 =
            self.words.iter().enumerate().filter(|(n, _)| shared.words & (1 << n) != 0).map(|(_, w)| w.weight).sum();
        let by_words = words >= SHARED_WORDS_MIN && weight >= SHARED_WEIGHT_MIN * self.words_weight;
        let enough = by_words || {
            let rare = self.labels.iter().enumerate().any(|(n, label)| shared.labels & (1 << n) != 0 && label.of.rare);
            // A word beside a rare label; in another language, where words are not shared, most of the labels.
            rare && (words > 0 || shared.other_language) && labels_weight >= SHARED_LABELS_MIN * self.labels_weight
        };
        let factor = if shared.other_language { OTHER_LANGUAGE_WEIGHT } else { 1.0 };
        enough.then(|| shared.words_weight + labels_weight * factor)
    }
}

/// How much an article says a word that it has so often, in a text of so many times the usual length; from 0 to about 2.
pub fn saying(in_title: u32, in_body: u32, length: f32) -> f32 {
    let times = in_title as f32 * TITLE_OCCURRENCES + in_body as f32;
    let half = NEIGHBOUR_HALF * (1.0 - NEIGHBOUR_LENGTH + NEIGHBOUR_LENGTH * length);
    times * (NEIGHBOUR_HALF + 1.0) / (times + half)
}
