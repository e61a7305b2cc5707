//! Judging: how well a ranking answers queries whose relevant articles people have named.
//!
//! The forms are TREC's, the figures those of `trec_eval` and ir-measures to the last digit that they print. Knows no
//! engine and touches no disk: it is given the texts of files and rankings, whoever made them.

pub mod comparison;
pub mod judgments;
pub mod measures;
pub mod runs;
