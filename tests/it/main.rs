//! The integration tests, in one binary: each module is one promise, proved from outside.
//!
//! `tests/README.md` says how they are run and where their data comes from.

// A test may end by a panic and talk; and nothing outside reads its functions.
#![allow(clippy::unwrap_used, clippy::print_stderr, unreachable_pub)]

mod architecture;
mod docs;
#[allow(dead_code)]
mod harness;
mod http;
mod oracle;
mod scenarios;
