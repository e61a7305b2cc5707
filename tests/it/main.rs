//! The integration tests, in one binary: each module is one promise, proved from outside.
//!
//! `tests/README.md` says how they are run and where their data comes from.

// A test that cannot go on should panic where it stands, and say loudly what it skips.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod architecture;
mod bad_input;
mod commands;
mod corpus;
mod docs;
mod harness;
mod http;
mod index;
mod labels;
mod muc4;
mod oracle;
mod relevance;
mod reuters;
mod scenarios;
mod seeds;
mod taxonomy;
