//! The integration tests, in one binary: each module is one promise, proved from outside.
//!
//! `tests/README.md` says how they are run and where their data comes from.

// A test that cannot go on should panic where it stands, and say loudly what it skips.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod ahead;
mod architecture;
mod article;
mod as_command;
mod bad_input;
mod batch;
mod breakout;
mod broken_files;
mod cluster;
mod cluster_faults;
mod cluster_losses;
mod cluster_tables;
mod cluster_words;
mod cluster_writing;
mod commands;
mod corpus;
mod crosstab;
mod curator;
mod cursor;
mod damage;
mod dates;
mod deadline;
mod docs;
mod duplicates;
mod evaluate;
mod export;
mod extraction;
mod fake_cluster;
mod faults;
mod feed;
#[cfg(target_os = "linux")]
mod full_disk;
mod fuzz_replay;
mod guard;
// What the fuzz targets hold: the same code as in their programs, which need a fuzzing engine.
#[path = "../../fuzz/src/lib.rs"]
#[allow(unreachable_pub)]
mod fuzz_targets;
mod harness;
mod hostile_queries;
mod http;
mod index;
mod inflection;
mod inside;
mod killed;
mod labels;
mod language;
mod languages;
mod live;
mod load;
mod metrics;
mod muc4;
mod openapi;
mod oracle;
mod page_counts;
mod parity;
mod parity_on_cluster;
mod passages;
mod places;
mod ranking;
#[cfg(target_os = "linux")]
mod read_only;
mod rebuilds;
mod reindex;
mod relevance;
mod report;
mod reuters;
mod rollback;
mod scenarios;
mod seeds;
mod similar;
mod stand_in;
mod suggest;
mod taxonomy;
mod transfer;
mod typos;
mod vanished;
mod versions;
mod watching;
mod wire;
mod wreckage;
mod writers;
