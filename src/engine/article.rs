//! A whole article with its matches marked, for `show` and the article page on every engine.
//!
//! Knows the small Markdown of a body (paragraphs, `#` headings, `-` items, rows of tables); makes no markup.

use crate::engine::highlight::{Highlighter, fragments};
use crate::engine::plan::Plan;
use crate::model::document::Document;
use crate::model::query::TextField;
use crate::model::results::{Article, Block, BlockKind, CELLS_PARTED_BY, Copies};

/// Marks what a plan seeks in an article. Plain words are marked wherever they stand: a reader who comes from a search for
/// several words wants to see each.
pub fn mark(document: Document, copies: Copies, plan: &Plan) -> Article {
    let highlighter = Highlighter::new(plan);
    let title_marks = highlighter.marks(&document.title, &document.lang, TextField::Title);
    let body_marks = highlighter.marks(&document.body, &document.lang, TextField::Body);
    let mut blocks = Vec::new();
    let mut start = 0;
    let lines: Vec<&str> = document.body.split('\n').collect();
    for (at, line) in lines.iter().enumerate() {
        let (kind, sign) = if is_row(&lines, at) { (BlockKind::Row, 0) } else { block_kind(line) };
        if line.len() > sign {
            let inside = body_marks.partition_point(|mark| mark.span.start < start)
                ..body_marks.partition_point(|mark| mark.span.start < start + line.len());
            let range = start + sign..start + line.len();
            let offset = range.start;
            blocks.push(Block { kind, offset, fragments: fragments(&document.body, range, &body_marks[inside]) });
        }
        start += line.len() + 1;
    }
    Article {
        title: fragments(&document.title, 0..document.title.len(), &title_marks),
        matches: title_marks.len() + body_marks.len(),
        blocks,
        copies,
        document,
    }
}

/// Whether a line is a row of a table: rows stand together, one a line. A line alone that has the sign is a sentence with a bar.
fn is_row(lines: &[&str], at: usize) -> bool {
    let parted = |at: usize| {
        let line = lines.get(at);
        line.is_some_and(|line| line.contains(CELLS_PARTED_BY) && block_kind(line).0 == BlockKind::Paragraph)
    };
    parted(at) && (parted(at + 1) || at.checked_sub(1).is_some_and(parted))
}

/// What a line is, and how many bytes its sign takes.
pub(super) fn block_kind(line: &str) -> (BlockKind, usize) {
    let hashes = line.len() - line.trim_start_matches('#').len();
    if (1..=6).contains(&hashes) && line[hashes..].starts_with(' ') {
        (BlockKind::Heading(hashes as u8), hashes + 1)
    } else if line.starts_with("- ") {
        (BlockKind::Item, 2)
    } else {
        (BlockKind::Paragraph, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_lines_with_cells_that_stand_together() {
        let lines = ["a | b", "c | d", "", "alone | here", "", "- x | y", "- z | w", "a|b", "c|d"];
        let rows: Vec<_> = (0..lines.len()).filter(|at| is_row(&lines, *at)).collect();
        assert_eq!(rows, [0, 1]);
    }

    #[test]
    fn lines_become_blocks_without_their_signs() {
        for (line, kind, text) in [
            ("## Head", BlockKind::Heading(2), "Head"),
            ("- item", BlockKind::Item, "item"),
            ("#hashtag", BlockKind::Paragraph, "#hashtag"),
            ("plain", BlockKind::Paragraph, "plain"),
        ] {
            let (found, sign) = block_kind(line);
            assert_eq!((found, &line[sign..]), (kind, text));
        }
    }
}
