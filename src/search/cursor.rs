//! Cursors: how a program walks through every hit of a search, page by page, without a limit of depth.
//!
//! A generation does not change and the order is total, so a place in the list is a number of hits. A cursor carries that
//! number, the generation, and a hash of both with the search, which tells a cursor of another search and one that was
//! changed. It keeps nobody out: whoever makes a cursor of his own sees what he could search for anyhow.
//!
//! What it costs: each page finds all hits before it again, as paging does. A million hits in pages of 100 are ten
//! thousand searches; `/api/v1/export` gives the same in one.

use crate::search::parameters::{Parameters, Problem};

/// What begins a walk.
pub const BEGIN: &str = "*";
/// Characters of the hash that a cursor carries: 96 bits.
const HASH_CHARS: usize = 24;

/// Why a cursor leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CursorError {
    /// It is none, was changed, or belongs to another search.
    #[error("this cursor is not one of this search: it was changed, or other parameters were")]
    Foreign,
    /// The index that it was made from is no longer the live one.
    #[error("the index was brought up to date since this cursor was made, so that its place in the list is gone")]
    Gone,
}

impl From<CursorError> for Problem {
    fn from(error: CursorError) -> Self {
        Self {
            parameter: "cursor".into(),
            reason: error.to_string(),
            suggestion: Some(format!("begin anew with `cursor={BEGIN}`")),
        }
    }
}

/// The cursor of the hits after the first `skip` of a search in a generation.
pub fn cursor(generation: &str, parameters: &Parameters, skip: usize) -> String {
    format!("{generation}.{skip}.{}", hash(generation, parameters, skip))
}

/// How many hits a cursor skips.
pub fn skipped(generation: &str, parameters: &Parameters, cursor: &str) -> Result<usize, CursorError> {
    if cursor == BEGIN {
        return Ok(0);
    }
    let mut parts = cursor.rsplitn(3, '.');
    let (Some(given), Some(skip), Some(made_in)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(CursorError::Foreign);
    };
    let skip: usize = skip.parse().map_err(|_| CursorError::Foreign)?;
    if hash(made_in, parameters, skip) != given {
        return Err(CursorError::Foreign);
    }
    if made_in == generation { Ok(skip) } else { Err(CursorError::Gone) }
}

fn hash(generation: &str, parameters: &Parameters, skip: usize) -> String {
    let nothing = Parameters::default();
    // All but what does not change which hits come, or in which order. Written out by `Debug`, which leaves no field out:
    // one that is added later is bound without being named here.
    let search = Parameters {
        page: nothing.page,
        cursor: None,
        skip: Some(skip),
        size: nothing.size,
        facets: nothing.facets,
        facet_size: nothing.facet_size,
        facet_query: nothing.facet_query,
        facets_by_name: nothing.facets_by_name,
        interval: nothing.interval,
        explain: nothing.explain,
        ..parameters.clone()
    };
    let mut hasher = blake3::Hasher::new();
    hasher.update(generation.as_bytes()).update(&[0]).update(format!("{search:?}").as_bytes());
    hasher.finalize().to_hex()[..HASH_CHARS].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::query::Sort;

    #[test]
    fn a_cursor_leads_back_to_its_place_in_its_search_and_nowhere_else() {
        let search = Parameters::of_text("port");
        for skip in [0, 1, 10, 123_456_789] {
            let made = cursor("9f3c", &search, skip);
            assert_eq!(skipped("9f3c", &search, &made), Ok(skip));
            assert_eq!(skipped("77aa", &search, &made), Err(CursorError::Gone));
            // What is counted beside, and how many come at once, may change on the way.
            let counted = Parameters { size: 3, explain: true, facets: Some(Vec::new()), ..search.clone() };
            assert_eq!(skipped("9f3c", &counted, &made), Ok(skip));
            for other in [
                Parameters::of_text("harbour"),
                Parameters { sort: Sort::Newest, ..search.clone() },
                Parameters { collapse: false, ..search.clone() },
                Parameters { lenient: false, ..search.clone() },
                Parameters { recency: Some(9), ..search.clone() },
            ] {
                assert_eq!(skipped("9f3c", &other, &made), Err(CursorError::Foreign));
            }
        }
        assert_eq!(skipped("9f3c", &search, "*"), Ok(0));
    }

    #[test]
    fn a_cursor_that_was_changed_anywhere_is_refused() {
        let search = Parameters::of_text("port");
        let made = cursor("9f3c", &search, 40);
        for at in 0..made.len() {
            for other in ["0", "z", ".", "-"] {
                let mut changed = made.clone();
                changed.replace_range(at..=at, other);
                assert!(
                    changed == made || skipped("9f3c", &search, &changed) == Err(CursorError::Foreign),
                    "{changed}"
                );
            }
            assert_eq!(skipped("9f3c", &search, &made[..at]), Err(CursorError::Foreign));
        }
        for text in ["..", "9f3c.-1.x", "9f3c.99999999999999999999999.x", "💥.1.", "*.*.*"] {
            assert_eq!(skipped("9f3c", &search, text), Err(CursorError::Foreign), "{text}");
        }
    }
}
