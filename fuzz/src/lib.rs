//! What must hold of any input, one module a fuzz target.
//!
//! Each module has a `hold`, which takes bytes as a fuzzing engine makes them and panics where a promise is broken. The
//! targets hand it new inputs, `tests/it/fuzz_replay.rs` those that are kept in `seeds/`, so this names nothing of the
//! engine. May name only what is public in `dossier`.

pub mod article;
mod desk;
pub mod front_matter;
pub mod html;
pub mod http_parameters;
pub mod jsonl;
pub mod query;
pub mod taxonomy;
pub mod text_cleaning;

/// Takes bytes as a fuzzing engine makes them; panics where a promise is broken.
pub type Hold = fn(&[u8]);

/// Every target by its name, which is that of its folder of seeds.
pub const TARGETS: &[(&str, Hold)] = &[
    ("front_matter", front_matter::hold),
    ("html", html::hold),
    ("http_parameters", http_parameters::hold),
    ("jsonl", jsonl::hold),
    ("query", query::hold),
    ("taxonomy", taxonomy::hold),
    ("text_cleaning", text_cleaning::hold),
];

/// A small taxonomy of nowhere in particular: closed and open dimensions, names in three scripts, rules.
pub const TAXONOMY: &str = include_str!("../../tests/fixtures/taxonomy.toml");

/// Fails unless a message is one that people can be shown: one line that says something.
pub(crate) fn hold_message(message: &str) {
    assert!(!message.trim().is_empty(), "a message says nothing");
    assert!(!message.contains(['\n', '\r']), "a message of several lines: {message:?}");
}
