//! What only those ask who keep an index: how it stands, whether it is what was written, and the way back. Answers no search.

use crate::engine::{EngineError, Engines};
use crate::model::report::Ledger;
use crate::model::upkeep::Previous;

/// How an index stands, besides what its live generation says of itself.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Where it is: a folder, or the address of a cluster with the index's name.
    pub place: String,
    /// Size of all that is kept there of it, in bytes: the live generation, the one before, and what is being made.
    pub bytes: u64,
    /// The generation before the live one; none where there is no going back.
    pub previous: Option<Previous>,
    /// Fingerprint of the pipeline that made the live generation's documents.
    pub pipeline: String,
    /// The files and records that the live generation was made from.
    pub ledger: Ledger,
}

/// Something in an index that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// The file, folder, or index on a cluster.
    pub place: String,
    /// What is wrong with it, for people.
    pub what: String,
}

/// A way back that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack {
    /// The generation that was live.
    pub left: String,
    /// The one that is live now.
    pub live: String,
}

/// An index for whoever keeps it, besides what searchers and writers ask of it.
pub trait Keeper: Engines {
    /// How the index stands now.
    fn standing(&self) -> Result<Standing, EngineError>;

    /// Compares everything of all generations kept with what was written; gives what differs, by places.
    fn verify(&self) -> Result<Vec<Damage>, EngineError>;

    /// Makes the generation before the live one live again, once it is known to be what was written.
    fn roll_back(&self) -> Result<WayBack, EngineError>;
}
