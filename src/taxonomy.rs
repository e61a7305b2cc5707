//! The taxonomy: dimensions, their nodes, names and rules, read from a curator's TOML file.
//!
//! Layer 1. Reads text, not disk; knows nothing of any subject: every name in it comes from the file.
