//! The kinds of findings: their stable names, and what each means in a line.

/// A kind of finding. The order is that of the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A file or record that cannot be read as an article.
    Quarantined,
    /// An id that another article has.
    DuplicateId,
    /// No date, and nobody says that there is none.
    MissingDate,
    /// A date after today.
    FutureDate,
    /// A date that cannot be right, or cannot be read.
    OddDate,
    /// A label that the taxonomy lacks, or that it has twice.
    UnknownLabel,
    /// A curator's label for which nothing in the text speaks.
    UnsupportedLabel,
    /// A label that title and lead name and that the curator left out.
    MissingLabel,
    /// The same text twice.
    Copy,
    /// Nearly the same text twice.
    NearCopy,
    /// The language written is not the one of the text, or is none.
    Language,
    /// An address that cannot be followed.
    Address,
    /// No source where nearly all articles name one.
    MissingSource,
    /// A key that looks like a misspelt one.
    UnknownKey,
    /// A key with nothing behind it.
    BlankKey,
    /// A sidecar without its file.
    LonelySidecar,
    /// A link that was not followed.
    Link,
    /// A name that two nodes of the taxonomy share, or that can never be found.
    AliasCollision,
    /// A node of the taxonomy that is on no article.
    UnusedNode,
    /// Something else that a reader noticed.
    Warning,
    /// Damage of the index.
    Index,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 21] = [
        Self::Quarantined,
        Self::DuplicateId,
        Self::MissingDate,
        Self::FutureDate,
        Self::OddDate,
        Self::UnknownLabel,
        Self::UnsupportedLabel,
        Self::MissingLabel,
        Self::Copy,
        Self::NearCopy,
        Self::Language,
        Self::Address,
        Self::MissingSource,
        Self::UnknownKey,
        Self::BlankKey,
        Self::LonelySidecar,
        Self::Link,
        Self::AliasCollision,
        Self::UnusedNode,
        Self::Warning,
        Self::Index,
    ];

    /// The stable name, on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quarantined => "quarantined",
            Self::DuplicateId => "duplicate-id",
            Self::MissingDate => "missing-date",
            Self::FutureDate => "future-date",
            Self::OddDate => "odd-date",
            Self::UnknownLabel => "unknown-label",
            Self::UnsupportedLabel => "unsupported-label",
            Self::MissingLabel => "missing-label",
            Self::Copy => "copy",
            Self::NearCopy => "near-copy",
            Self::Language => "language",
            Self::Address => "address",
            Self::MissingSource => "missing-source",
            Self::UnknownKey => "unknown-key",
            Self::BlankKey => "blank-key",
            Self::LonelySidecar => "lonely-sidecar",
            Self::Link => "link",
            Self::AliasCollision => "alias-collision",
            Self::UnusedNode => "unused-node",
            Self::Warning => "warning",
            Self::Index => "index",
        }
    }

    /// What it means, in a line.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Quarantined => "files or records that cannot be read as an article",
            Self::DuplicateId => "ids that another article has",
            Self::MissingDate => "articles without a date",
            Self::FutureDate => "dates after today",
            Self::OddDate => "dates that cannot be right, or cannot be read",
            Self::UnknownLabel => "labels that the taxonomy lacks",
            Self::UnsupportedLabel => "labels for which nothing in the text speaks",
            Self::MissingLabel => "labels that title and lead name and the curator left out",
            Self::Copy => "texts that stand twice",
            Self::NearCopy => "texts that nearly stand twice",
            Self::Language => "languages that do not fit the text",
            Self::Address => "addresses that cannot be followed",
            Self::MissingSource => "articles without source and address",
            Self::UnknownKey => "keys that may be misspelt",
            Self::BlankKey => "keys with nothing behind them",
            Self::LonelySidecar => "sidecars of nothing",
            Self::Link => "links that were not followed",
            Self::AliasCollision => "names in the taxonomy that are never found",
            Self::UnusedNode => "nodes of the taxonomy that are on no article",
            Self::Warning => "other things that the readers noticed",
            Self::Index => "damage of the index",
        }
    }
}
