//! Dossier: full-text search for a curated corpus of articles.
//!
//! The folders, read downward, are the flow of an article and of a question; `docs/ARCHITECTURE.md` is the map,
//! and `tests/it/architecture.rs` holds the layers. This file names the rooms and re-exports nothing: a root
//! full of re-exports is how a house turns into one knot.

pub mod calendar;
pub mod cli;
pub mod engine;
pub mod evaluate;
pub mod ingest;
pub mod model;
pub mod query;
pub mod reindex;
pub mod render;
pub mod search;
pub mod server;
pub mod settings;
pub mod taxonomy;
pub mod text;
