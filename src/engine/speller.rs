//! The speller: from a word that a corpus lacks to the words that it holds and that were probably meant.
//!
//! A noisy channel: each candidate is weighed by what the slips cost that lead from it to the typed word
//! (`speller::channel`) and by how many documents hold it. Against all of them stands the thought that the word is
//! right and only unknown, so that a name is not bent into a common word: better no correction than a wrong one.
//! Pure: knows words and figures, no index and no list of misspellings. Whether a corpus lacks a word is not asked here.
//!
//! The weights were fitted on two public lists of misspellings and on random slips, and each list was measured with
//! weights fitted without it (`docs/benchmarks.md`, Typos).

mod channel;
mod distance;
mod slips;
mod sound;
mod vocabulary;

pub use vocabulary::{Vocabulary, Word};

use crate::engine::speller::channel::Channel;
use crate::engine::speller::distance::Pattern;
use crate::engine::speller::sound::{apart, sound};
use crate::text::normalise::is_han;

/// Most corrections of one word.
pub const CORRECTIONS_MAX: usize = 5;
/// Longest word that is corrected, in letters: what is longer is an address or encoded data.
const TYPED_LETTERS_MAX: usize = 40;
/// Letters of the shortest words that are corrected. They have so many neighbours that of two edits only those are
/// taken that put the same letters in another order.
const SHORT_LETTERS: usize = 4;
/// Edits up to which any word is a candidate; beyond, one that sounds like the typed word.
const SILENT_EDITS_MAX: usize = 2;
/// How far the sounds of two words may lie apart where more edits lie between them.
const SOUNDS_APART_MAX: usize = 2;
/// What each step between the sounds of two words costs, in nats, and how many are counted.
const SOUND_COST: f32 = 0.6;
const SOUND_STEPS_MAX: usize = 3;
/// How much the logarithm of a word's documents speaks for it.
const FREQUENCY_WEIGHT: f32 = 0.6;
/// The odds that a word is right though unknown, in nats for each letter: a long word that is unlike all known ones by
/// chance is likelier a word of its own.
const UNKNOWN_NATS_A_LETTER: f32 = 1.2;
/// The same for words of `LONG_LETTERS_MIN` letters and more, in which several slips are common.
const UNKNOWN_NATS_A_LETTER_LONG: f32 = 1.4;
const LONG_LETTERS_MIN: usize = 8;
/// A correction that is less likely than the best by more than this, in nats, is none.
const BEHIND_NATS_MAX: f32 = 7.0;
/// Most documents of a misprint, how many times more its right word has, what the slip costs at most, and how much less
/// likely a misprint is to be meant, in nats.
const MISPRINT_DOCUMENTS_MAX: u32 = 3;
const MISPRINT_RATIO: u32 = 20;
const MISPRINT_COST_MAX: f32 = 2.8;
const MISPRINT_NATS: f32 = 2.0;
/// Cost of having typed with a capital, where a capital may say nothing, what the corpus writes small.
const CAPITAL_COST: f32 = 1.5;

/// How a word was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Small: it may be a name all the same.
    Small,
    /// With a capital where that is a choice: it is a name.
    Name,
    /// With a capital that may say nothing: the first of several words, or a word of capitals only.
    Unclear,
}

/// A correction of a typed word.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// The word that was probably meant, folded.
    pub word: String,
    /// Documents that hold it.
    pub documents: u32,
    /// Letters left out, added, put for others, or swapped with their neighbours.
    pub edits: usize,
    /// How likely it is to be meant, from 0 to 1; what is missing to 1 belongs to the other corrections and to the
    /// thought that the word is right.
    pub confidence: f32,
}

/// A known word near the typed one.
struct Candidate {
    /// In nats: the less, the likelier.
    score: f32,
    word: String,
    documents: u32,
    edits: usize,
}

/// The corrections of a folded word, the likeliest first, `CORRECTIONS_MAX` at most. None for short words, numbers and
/// Chinese.
pub fn corrections(vocabulary: &Vocabulary, typed: &str, case: Case) -> Vec<Correction> {
    let letters: Vec<char> = typed.chars().collect();
    let edits = edits_max(letters.len());
    if edits == 0 || letters.len() > TYPED_LETTERS_MAX || !letters.iter().all(|&c| is_correctable(c)) {
        return Vec::new();
    }
    let mut found = candidates(vocabulary, &letters, edits, case);
    blame_misprints(&mut found);
    let letter = if letters.len() < LONG_LETTERS_MIN { UNKNOWN_NATS_A_LETTER } else { UNKNOWN_NATS_A_LETTER_LONG };
    let unknown = letter * letters.len() as f32;
    found.retain(|candidate| candidate.score <= unknown);
    found.sort_by(|a, b| a.score.total_cmp(&b.score).then_with(|| a.word.cmp(&b.word)));
    let Some(best) = found.first().map(|candidate| candidate.score) else { return Vec::new() };
    let odds = |score: f32| (best - score).exp();
    let all: f32 = found.iter().map(|candidate| odds(candidate.score)).sum::<f32>() + odds(unknown);
    let likely = found.into_iter().take_while(|candidate| candidate.score <= best + BEHIND_NATS_MAX);
    let correction = |Candidate { score, word, documents, edits }| Correction {
        word,
        documents,
        edits,
        confidence: odds(score) / all,
    };
    likely.take(CORRECTIONS_MAX).map(correction).collect()
}

/// Whether a letter stands in words that are corrected: not a digit, a sign or a Chinese character.
fn is_correctable(letter: char) -> bool {
    !is_han(letter) && !letter.is_numeric() && (letter.is_alphabetic() || slips::is_vowel(letter) || is_sign(letter))
}

/// Signs inside the words of scripts that write vowels as marks.
fn is_sign(letter: char) -> bool {
    matches!(letter as u32, 0x0900..=0x0DFF)
}

/// A rare word that lies a cheap slip beside a far commoner candidate is probably a misprint of it.
fn blame_misprints(found: &mut [Candidate]) {
    let common: Vec<(Vec<char>, u32)> = found
        .iter()
        .filter(|candidate| candidate.documents >= MISPRINT_RATIO)
        .map(|candidate| (candidate.word.chars().collect(), candidate.documents))
        .collect();
    for candidate in found.iter_mut().filter(|candidate| candidate.documents <= MISPRINT_DOCUMENTS_MAX) {
        let letters: Vec<char> = candidate.word.chars().collect();
        let channel = Channel::new(&letters);
        let outshone = |(other, documents): &(Vec<char>, u32)| {
            *documents >= MISPRINT_RATIO * candidate.documents && channel.cost(other) <= MISPRINT_COST_MAX
        };
        if common.iter().any(outshone) {
            candidate.score += MISPRINT_NATS;
        }
    }
}

/// Whether two words have the same letters.
fn is_anagram(left: &[char], right: &[char]) -> bool {
    let sorted = |word: &[char]| {
        let mut letters = word.to_vec();
        letters.sort_unstable();
        letters
    };
    left.len() == right.len() && sorted(left) == sorted(right)
}

/// How many edits may lie between a typed word and the one meant: a short word has too many neighbours.
fn edits_max(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=6 => 2,
        7..=8 => 3,
        _ => 4,
    }
}

/// Known words near the typed one.
fn candidates(vocabulary: &Vocabulary, typed: &[char], edits_max: usize, case: Case) -> Vec<Candidate> {
    let channel = Channel::new(typed);
    let pattern = Pattern::new(typed);
    let typed_sound = sound(typed);
    let (mut meant, mut found) = (Vec::new(), Vec::new());
    vocabulary.near(typed, edits_max, |word| {
        meant.clear();
        meant.extend(word.text.chars());
        let edits = pattern.distance(&meant);
        if edits > edits_max || typed.len() == SHORT_LETTERS && edits > 1 && !is_anagram(typed, &meant) {
            return;
        }
        let apart = apart(&typed_sound, &sound(&meant));
        if edits > SILENT_EDITS_MAX && apart > SOUNDS_APART_MAX {
            return;
        }
        let capital = match case {
            Case::Name if word.is_written_small => return,
            Case::Unclear if word.is_written_small => CAPITAL_COST,
            _ => 0.0,
        };
        let slips = channel.cost(&meant) + SOUND_COST * apart.min(SOUND_STEPS_MAX) as f32 + capital;
        let score = slips - FREQUENCY_WEIGHT * (word.documents as f32).ln();
        found.push(Candidate { score, word: word.text.to_owned(), documents: word.documents, edits });
    });
    found
}
