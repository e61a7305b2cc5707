//! Suggestions: what continues a text that is being typed, among lists of names, phrases and titles.
//!
//! Compares folded words and ranks; counts nothing and names no engine: which entries stand in articles under the
//! filters is asked of whoever calls.

pub mod choice;
pub mod gathering;
pub mod lexicon;
pub mod phrases;
pub mod suggester;
pub mod typed;
