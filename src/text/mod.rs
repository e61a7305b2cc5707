//! Text as such: folding of letters, words, sentences. Layer 0: names nothing else of ours.

pub mod devanagari;
pub mod han;
pub mod normalise;
pub mod sentences;
pub mod words;
