//! What gives languages of one script away: their commonest words, their affixes, and the letters that not all write.
//!
//! The words are articles, prepositions, conjunctions, auxiliaries and what else any text is made of, written down by
//! hand: no name and no topic brings them in. Endings and beginnings carry languages that put their grammar there.
//! Holds no weights and no thresholds.

mod latin;
mod other_scripts;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use super::scripts::SCRIPTS;
use latin::LATIN_PROFILES;
use other_scripts::{ARABIC_PROFILES, BENGALI_PROFILES, CYRILLIC_PROFILES, DEVANAGARI_PROFILES, HEBREW_PROFILES};

/// A language within a script.
#[derive(Debug)]
pub(super) struct Profile {
    /// ISO 639-1, or `und` for a way of writing that must not be taken for one of the others.
    pub(super) code: &'static str,
    /// Letters that it writes beside those common to its script.
    pub(super) letters: &'static str,
    /// Its commonest words, in small letters.
    pub(super) words: &'static str,
    /// Endings of its words, at most `AFFIX_LETTERS_MAX` letters; with a hyphen behind them beginnings.
    pub(super) affixes: &'static str,
}

const fn profile(code: &'static str, letters: &'static str, words: &'static str, affixes: &'static str) -> Profile {
    Profile { code, letters, words, affixes }
}

/// Letters of the longest ending or beginning.
pub(super) const AFFIX_LETTERS_MAX: usize = 8;

/// The languages of a script that are told apart; none for scripts of one language.
pub(super) fn profiles(script_name: &str) -> &'static [Profile] {
    match script_name {
        "Latin" => &LATIN_PROFILES,
        "Arabic" => &ARABIC_PROFILES,
        "Cyrillic" => &CYRILLIC_PROFILES,
        "Devanagari" => &DEVANAGARI_PROFILES,
        "Bengali" => &BENGALI_PROFILES,
        "Hebrew" => &HEBREW_PROFILES,
        _ => &[],
    }
}

/// Whether every language of a script writes a letter (so that it tells nothing).
pub(super) fn is_common(script_name: &str, c: char) -> bool {
    match script_name {
        "Latin" => c.is_ascii(),
        "Arabic" => "ابتثجحخدذرزسشصضطظعغفقلمنو".contains(c),
        "Cyrillic" => "абвгджзеклмнопрстуфхцчш".contains(c),
        "Devanagari" => !"ळॲऑॉ".contains(c),
        "Bengali" => !"রৰৱ".contains(c),
        _ => true,
    }
}

/// Languages that share most of their commonest words with a neighbour of which there are far more texts: Dutch,
/// Spanish, Portuguese, Czech, Croatian, Turkish, Russian, Urdu, Indonesian.
const RARER: [&str; 19] =
    ["af", "gl", "ca", "eu", "sk", "sl", "az", "uz", "tk", "be", "mk", "ky", "tt", "pa", "jv", "so", "sq", "bg", "sr"];

/// A set of languages of one script: bit `n` stands for place `n` in `profiles`.
pub(super) type Languages = u64;

/// Words, affixes and letters of a script's languages, each with the languages that have it.
pub(super) struct Vocabulary {
    /// How many languages there are.
    pub(super) size: usize,
    /// Those that share most of their commonest words with a neighbour of which there are far more texts.
    pub(super) rarer: Languages,
    words: Map<&'static str>,
    endings: Map<&'static str>,
    beginnings: Map<&'static str>,
    letters: Map<char>,
}

type Map<K> = HashMap<K, Languages, BuildHasherDefault<Fnv>>;

impl Vocabulary {
    /// The vocabulary of a script, by its place; `None` for scripts of one language.
    pub(super) fn of(script: usize) -> Option<&'static Self> {
        VOCABULARIES[script].as_ref()
    }

    /// The languages that have a word, in small letters, among their commonest.
    pub(super) fn having(&self, word: &str) -> Languages {
        self.words.get(word).copied().unwrap_or(0)
    }

    /// The languages that have an ending or a beginning of a word.
    pub(super) fn shaped(&self, word: &str) -> Languages {
        let cuts = || word.char_indices().map(|(at, _)| at).filter(|&at| at > 0);
        let endings = cuts().rev().take(AFFIX_LETTERS_MAX).filter_map(|at| self.endings.get(&word[at..]));
        let ended = endings.fold(0, |all, some| all | some);
        if self.beginnings.is_empty() {
            return ended;
        }
        let beginnings = cuts().take(AFFIX_LETTERS_MAX).filter_map(|at| self.beginnings.get(&word[..at]));
        beginnings.fold(ended, |all, some| all | some)
    }

    /// The languages that write a letter that is not common to the script.
    pub(super) fn writing(&self, letter: char) -> Languages {
        self.letters.get(&letter).copied().unwrap_or(0)
    }

    fn new(profiles: &'static [Profile]) -> Self {
        let mut made = Self {
            size: profiles.len(),
            rarer: 0,
            words: Map::default(),
            endings: Map::default(),
            beginnings: Map::default(),
            letters: Map::default(),
        };
        for (at, profile) in profiles.iter().enumerate() {
            let language: Languages = 1 << at;
            made.rarer |= if RARER.contains(&profile.code) { language } else { 0 };
            for word in profile.words.split_ascii_whitespace() {
                *made.words.entry(word).or_default() |= language;
            }
            for affix in profile.affixes.split_ascii_whitespace() {
                match affix.strip_suffix('-') {
                    Some(beginning) => *made.beginnings.entry(beginning).or_default() |= language,
                    None => *made.endings.entry(affix).or_default() |= language,
                }
            }
            for letter in profile.letters.chars() {
                *made.letters.entry(letter).or_default() |= language;
            }
        }
        made
    }
}

/// The hash of Fowler, Noll and Vo (FNV-1a): short keys that no stranger chooses need no costlier one.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

static VOCABULARIES: LazyLock<Vec<Option<Vocabulary>>> = LazyLock::new(|| {
    let several = SCRIPTS.iter().map(|script| profiles(script.name));
    several.map(|all| (!all.is_empty()).then(|| Vocabulary::new(all))).collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::language::scripts::script_of;

    #[test]
    fn profiles_are_written_in_their_script_and_say_no_word_twice() {
        for script in &SCRIPTS {
            for profile in profiles(script.name) {
                let place = format!("{} {}", script.name, profile.code);
                let words: Vec<&str> = profile.words.split_ascii_whitespace().collect();
                let affixes: Vec<&str> = profile.affixes.split_ascii_whitespace().collect();
                assert!(words.len() >= 8, "{place}");
                assert!(affixes.iter().all(|affix| affix.chars().count() <= AFFIX_LETTERS_MAX), "{place}");
                let written = words.concat() + &affixes.concat();
                for c in written.chars().chain(profile.letters.chars()) {
                    let known = script_of(c).map(|at| SCRIPTS[at].name);
                    assert!(known.is_none_or(|name| name == script.name), "{place}: {c}");
                }
                for c in written.chars().filter(|&c| script_of(c).is_some() && !is_common(script.name, c)) {
                    assert!(profile.letters.contains(c), "{place} uses {c} and does not list it");
                }
                for mut list in [words, affixes] {
                    list.sort_unstable();
                    let before = list.len();
                    list.dedup();
                    assert_eq!(list.len(), before, "{place}");
                }
            }
        }
    }
}
