//! Where an article stands among the hits of the search that led to it, and what stands beside it.

/// The place of an article in a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// From 1, counted over all pages.
    pub position: usize,
    /// Its place on its page, from 1.
    pub on_page: usize,
    /// The hit before it; `None` for the first.
    pub previous: Option<Beside>,
    /// The hit after it; `None` for the last.
    pub next: Option<Beside>,
}

/// A hit beside another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The page of the search that it is on, from 1.
    pub page: usize,
}
