//! The integration tests, in one binary: each module is one promise, proved from outside.
//!
//! `tests/README.md` says how they are run and where their data comes from.

mod architecture;
mod docs;
#[allow(dead_code)]
mod harness;
mod reuters;
