//! Frequent words and phrases of a corpus: which word sequences its texts have in common.
//!
//! A phrase is two to five words that stand side by side in one line, parted by a blank or a hyphen; it neither begins nor ends
//! with a function word. May not decide which texts are read.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use crate::engine::analyzer::{folded_form, is_stop_word, units};
use crate::text::words::{Word, words};

/// Most words of a phrase.
const PHRASE_WORDS_MAX: usize = 5;
/// Most characters of a phrase.
const PHRASE_CHARS_MAX: usize = 60;
/// Most phrases that are kept, the commonest first.
const PHRASES_MAX: usize = 30_000;
/// Most single words that are kept.
const WORDS_MAX: usize = 50_000;
/// Texts that must share a phrase, whatever their number.
const PHRASE_TEXTS_MIN: usize = 2;
/// One more text must share a phrase for so many texts that are read.
const TEXTS_FOR_ONE_MORE: usize = 4000;
/// A phrase is left out for a longer one that has at least this share of its texts, in percent: `deep sea` for `deep sea port`.
const LONGER_SHARE_PERCENT: usize = 75;
/// English words that stand beside names in reports and are no part of them: verbs of saying, particles.
const REPORTING: [&str; 15] = [
    "said",
    "says",
    "say",
    "told",
    "added",
    "according",
    "reported",
    "also",
    "new",
    "last",
    "however",
    "including",
    "while",
    "since",
    "per",
];

/// A text with its words, as phrases are sought in it.
#[derive(Debug, Default)]
pub struct Reading {
    text: String,
    words: Vec<ReadWord>,
}

/// A word of a text.
#[derive(Debug, Clone)]
struct ReadWord {
    /// Of its folded form.
    hash: u64,
    span: Range<u32>,
    /// Whether it follows the word before it in one phrase.
    follows: bool,
    /// Whether a phrase may begin with it.
    opens: bool,
    /// Whether a phrase may end with it.
    closes: bool,
    /// Whether it is offered as a word.
    stands_alone: bool,
}

/// A word or a phrase, and the texts that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Common {
    /// As it is mostly written.
    pub text: String,
    /// How many words it has.
    pub words: usize,
    /// The numbers of the texts, in order.
    pub texts: Vec<u32>,
}

impl Reading {
    /// Reads a text.
    pub fn new(text: String) -> Self {
        let mut list = Vec::with_capacity(text.len() / 6);
        let mut rest = words(&text).peekable();
        while let Some(word) = rest.next() {
            if !word.is_han() {
                add(&mut list, &text, word);
                continue;
            }
            // A run of Chinese: its words are the segmenter's.
            let mut end = word.end();
            while let Some(next) = rest.next_if(|next| next.is_han() && next.start == end) {
                end = next.end();
            }
            for unit in units(&text[word.start..end]) {
                let (start, end) = (word.start + unit.span.start, word.start + unit.span.end);
                add(&mut list, &text, Word { text: &text[start..end], start });
            }
        }
        Self { text, words: list }
    }
}

/// Adds a word with what may be made of it.
fn add(list: &mut Vec<ReadWord>, text: &str, word: Word<'_>) {
    let bare = ["'s", "’s", "'S", "’S"].iter().find_map(|ending| word.text.strip_suffix(ending)).unwrap_or(word.text);
    let folded = folded_form(bare);
    let before = list.last().map(|last| (&text[last.span.end as usize..word.start], last));
    let follows = before.is_some_and(|(between, last)| {
        matches!(between, " " | "-" | "\u{2010}" | "\u{2011}") || (between.is_empty() && word.is_han() && last.opens)
    });
    let letters = folded.chars().filter(|c| c.is_alphabetic()).count();
    let plain = !is_stop_word(&folded) && !REPORTING.contains(&folded.as_str());
    let is_acronym = letters > 1 && bare.chars().all(char::is_uppercase);
    let long = letters > 2 || is_acronym || (word.is_han() && letters > 1);
    // A number ends a name where a hyphen joins it (`JF-17`), or a capital goes before (`Phase 2`).
    let counts = letters == 0
        && before.is_some_and(|(between, last)| {
            between != " " || text[last.span.start as usize..].starts_with(char::is_uppercase)
        });
    let mut hasher = DefaultHasher::new();
    folded.hash(&mut hasher);
    list.push(ReadWord {
        hash: hasher.finish(),
        span: word.start as u32..(word.start + bare.len()) as u32,
        follows,
        opens: plain && (long || (letters > 1 && !word.is_han())),
        closes: plain && (long || counts),
        stands_alone: plain && long && letters == folded.chars().count(),
    });
}

/// A place where one or more words stand that may be a phrase: sorted by what they are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Occurrence {
    hash: u64,
    text: u32,
    first: u32,
    words: u8,
}

/// The words and phrases that texts have in common, those of most texts first.
pub fn common(readings: &[Reading]) -> Vec<Common> {
    let mut occurrences = Vec::new();
    for (text, reading) in (0..).zip(readings) {
        occurrences_in(reading, text, &mut occurrences);
    }
    occurrences.sort_unstable();
    let least = PHRASE_TEXTS_MIN + readings.len() / TEXTS_FOR_ONE_MORE;
    let mut list = Vec::new();
    for group in occurrences.chunk_by(|a, b| a.hash == b.hash) {
        let mut texts: Vec<u32> = group.iter().map(|place| place.text).collect();
        texts.dedup();
        let words = usize::from(group[0].words);
        if words == 1 || texts.len() >= least {
            list.push(Common { text: commonest_form(group, readings), words, texts });
        }
    }
    list.sort_unstable_by(|a, b| b.texts.len().cmp(&a.texts.len()).then_with(|| a.text.cmp(&b.text)));
    without_parts(&mut list);
    let (mut phrases, mut singles) = (0, 0);
    list.retain(|common| {
        let (count, most) = if common.words > 1 { (&mut phrases, PHRASES_MAX) } else { (&mut singles, WORDS_MAX) };
        *count += 1;
        *count <= most
    });
    list
}

fn occurrences_in(reading: &Reading, text: u32, occurrences: &mut Vec<Occurrence>) {
    let words = &reading.words;
    for (first, word) in words.iter().enumerate() {
        if word.stands_alone {
            occurrences.push(Occurrence { hash: word.hash, text, first: first as u32, words: 1 });
        }
        if !word.opens {
            continue;
        }
        let mut hash = word.hash;
        for (more, next) in words[first + 1..].iter().take(PHRASE_WORDS_MAX - 1).enumerate() {
            if !next.follows {
                break;
            }
            hash = hash.rotate_left(5).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ next.hash;
            if next.closes {
                occurrences.push(Occurrence { hash, text, first: first as u32, words: more as u8 + 2 });
            }
        }
    }
}

/// The way in which a phrase is written most; of several the first in the order of letters.
fn commonest_form(group: &[Occurrence], readings: &[Reading]) -> String {
    let mut forms: BTreeMap<&str, usize> = BTreeMap::new();
    for place in group {
        let reading = &readings[place.text as usize];
        let last = &reading.words[place.first as usize + usize::from(place.words) - 1];
        let start = reading.words[place.first as usize].span.start as usize;
        *forms.entry(&reading.text[start..last.span.end as usize]).or_default() += 1;
    }
    let most = forms.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)));
    most.map(|(form, _)| form.to_owned()).unwrap_or_default()
}

/// Leaves out phrases that mostly stand in one longer phrase.
fn without_parts(list: &mut Vec<Common>) {
    let mut covered: HashMap<String, usize> = HashMap::new();
    for longer in list.iter().filter(|common| common.words > 2) {
        let spans: Vec<Word<'_>> = words(&longer.text).collect();
        for length in 2..spans.len() {
            for part in spans.windows(length) {
                let part = &longer.text[part[0].start..part[length - 1].end()];
                let most = covered.entry(folded_form(part)).or_default();
                *most = longer.texts.len().max(*most);
            }
        }
    }
    list.retain(|common| {
        let longer = covered.get(&folded_form(&common.text)).copied().unwrap_or(0);
        common.text.chars().count() <= PHRASE_CHARS_MAX
            && (common.words == 1 || longer * 100 < common.texts.len() * LONGER_SHARE_PERCENT)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(texts: &[&str]) -> Vec<(String, Vec<u32>)> {
        let readings: Vec<Reading> = texts.iter().map(|text| Reading::new((*text).to_owned())).collect();
        let list = common(&readings).into_iter().filter(|common| common.words > 1);
        list.map(|common| (common.text, common.texts)).collect()
    }

    fn named(expected: &[(&str, &[u32])]) -> Vec<(String, Vec<u32>)> {
        expected.iter().map(|(text, texts)| ((*text).to_owned(), texts.to_vec())).collect()
    }

    #[test]
    fn phrases_are_sequences_that_texts_share() {
        let texts = [
            "The Majeed Brigade said so. A deep sea port, and the port of Gwadar.",
            "Majeed Brigade: the deep-sea port. No deep sea port again!",
            "Against the majeed brigade\nport of\nGwadar",
        ];
        assert_eq!(phrases(&texts), named(&[("Majeed Brigade", &[0, 1, 2]), ("deep sea port", &[0, 1])]));
        assert_eq!(
            phrases(&["JF-17 flies. Pakistan's army", "A JF-17. Pakistan's army"]),
            named(&[("JF-17", &[0, 1])])
        );
        assert_eq!(phrases(&["Since 2017 said 300", "Since 2017 said 300"]), [], "numbers are no names");
    }

    #[test]
    fn phrases_of_chinese_are_of_its_words() {
        let list = phrases(&["中国公民在巴基斯坦遇袭。", "保护中国公民。"]);
        assert_eq!(list, named(&[("中国公民", &[0, 1])]));
    }

    #[test]
    fn words_are_kept_as_they_are_mostly_written() {
        let readings = ["Copper and copper", "the COPPER of 1987, copper", "tin"].map(|text| Reading::new(text.into()));
        let list: Vec<_> = common(&readings).into_iter().map(|common| (common.text, common.texts)).collect();
        assert_eq!(list, named(&[("copper", &[0, 1]), ("tin", &[2])]));
    }

    proptest::proptest! {
        #[test]
        fn every_phrase_stands_in_its_texts(texts in proptest::collection::vec("([a-cA-C]{2,3}[ .,-]{1,2}|中国|the ){0,12}", 1..8)) {
            let readings: Vec<Reading> = texts.iter().map(|text| Reading::new(text.clone())).collect();
            let plain = |text: &str| words(text).map(|word| folded_form(word.text)).collect::<Vec<_>>().join(" ");
            for phrase in common(&readings) {
                for place in &phrase.texts {
                    let text = format!(" {} ", plain(&texts[*place as usize]));
                    proptest::prop_assert!(text.contains(&format!(" {} ", plain(&phrase.text))), "{:?} in {}", phrase, text);
                }
            }
        }
    }
}
