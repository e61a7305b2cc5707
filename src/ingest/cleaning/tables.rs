//! Tables in the visible text of a page: their cells stand in lines of their own, and look like menus and page numbers.
//!
//! Finds the cells; does not put rows together, because a text does not say where they end.

use super::boilerplate::Kind;
use super::lines::{Line, Mark};

/// Longest cell of a table, in words.
const CELL_WORDS_MAX: usize = 6;
/// Fewest cells of a table.
const TABLE_LINES_MIN: usize = 9;
/// Most headings of columns before the first figure.
const TABLE_HEADS_MAX: usize = 8;

/// Which lines are cells of tables: rows of short lines with no sentence among them, a good part of them figures. Cells
/// are no boilerplate; rows of nothing but figures are calendars and pages.
pub(super) fn cells(lines: &[Line], kinds: &mut [Option<Kind>]) -> Vec<bool> {
    let mut cells = vec![false; lines.len()];
    let is_figure = |at: usize| lines[at].key.is_empty();
    let mut start = 0;
    while start < lines.len() {
        let could_be = |at: &usize| {
            let line = &lines[*at];
            line.mark == Mark::Plain
                && line.words <= CELL_WORDS_MAX
                && !line.is_prose()
                && matches!(kinds[*at], None | Some(Kind::Paging | Kind::Date))
        };
        let row = (start..lines.len()).take_while(could_be).count();
        let Some(first) = (start..start + row).find(|&at| is_figure(at)) else {
            start += row.max(1);
            continue;
        };
        // Headings of columns stand before the first figure.
        let table = first.saturating_sub(TABLE_HEADS_MAX).max(start)..start + row;
        let figures = table.clone().filter(|&at| is_figure(at)).count();
        if table.len() >= TABLE_LINES_MIN && figures * 3 >= table.len() && figures * 10 <= table.len() * 9 {
            for at in table {
                cells[at] = true;
                kinds[at] = None;
            }
        }
        start += row.max(1);
    }
    cells
}
