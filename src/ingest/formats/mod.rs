//! Readers.

pub mod html;
pub mod jsonl;
pub mod markdown;
pub mod text;
