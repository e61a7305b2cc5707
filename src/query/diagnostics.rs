//! The list of what was read otherwise than typed, as it grows while a query text is parsed.
//!
//! Keeps the list short and in the order of the text. May not change what is read.

use crate::model::QUERY_DIAGNOSTICS_MAX;
use crate::model::query::Diagnostic;

/// A stretch of the query text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// Offset of the first byte.
    pub(super) start: usize,
    /// Offset behind the last byte.
    pub(super) end: usize,
}

/// Diagnostics as they come in.
#[derive(Debug, Default)]
pub(super) struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds one. Of neighbours that say the same (`))))`) one is made.
    pub(super) fn report(&mut self, span: Span, message: impl Into<String>) {
        let message = message.into();
        match self.found.last_mut() {
            Some(last) if last.end == span.start && last.message == message => last.end = span.end,
            _ => self.found.push(Diagnostic { message, start: span.start, end: span.end }),
        }
    }

    /// Takes back those that begin at `start` or behind: that part of the text is not read after all.
    pub(super) fn forget_from(&mut self, start: usize) {
        self.found.retain(|diagnostic| diagnostic.start < start);
    }

    /// All of them by their place in the text, at most `QUERY_DIAGNOSTICS_MAX`.
    pub(super) fn into_list(self) -> Vec<Diagnostic> {
        let mut list = self.found;
        list.sort_by_key(|diagnostic| (diagnostic.start, diagnostic.end));
        if list.len() > QUERY_DIAGNOSTICS_MAX {
            let rest = list.split_off(QUERY_DIAGNOSTICS_MAX - 1);
            let (start, end) = rest.iter().fold((usize::MAX, 0), |(s, e), d| (s.min(d.start), e.max(d.end)));
            list.push(Diagnostic { message: format!("{} more remarks like these", rest.len()), start, end });
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_that_say_the_same_are_one_and_a_long_list_is_cut_with_a_count() {
        let mut diagnostics = Diagnostics::default();
        for start in 0..4 {
            diagnostics.report(Span { start, end: start + 1 }, "lost");
        }
        for start in 0..100 {
            diagnostics.report(Span { start: 10 + 2 * start, end: 11 + 2 * start }, "lost");
        }
        let list = diagnostics.into_list();
        assert_eq!((list[0].start, list[0].end), (0, 4));
        assert_eq!(list.len(), QUERY_DIAGNOSTICS_MAX);
        let last = &list[QUERY_DIAGNOSTICS_MAX - 1];
        assert_eq!((last.message.as_str(), last.start, last.end), ("70 more remarks like these", 70, 209));
    }
}
