//! The wing that writes: from files to documents. Knows nothing of `query` and `search`.

pub mod classifier;
pub mod cleaning;
pub mod corpus;
pub mod dates;
pub mod draft;
pub mod duplicates;
pub mod formats;
pub mod identity;
pub mod isolation;
pub mod language;
pub mod lint;
pub mod pipeline;
