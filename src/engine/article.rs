//! A whole article with its matches marked, for `show` and the article page on every engine.
//!
//! Knows the small Markdown of a body (paragraphs, `#` headings, `-` items); makes no markup.

use crate::engine::highlight::{Highlighter, fragments};
use crate::engine::plan::Plan;
use crate::model::document::Document;
use crate::model::query::TextField;
use crate::model::results::{Article, Block, BlockKind, Copies};

/// Marks what a plan seeks in an article. Plain words are marked wherever they stand: a reader who comes from a search for
/// several words wants to see each.
pub fn mark(document: Document, copies: Copies, plan: &Plan) -> Article {
    let highlighter = Highlighter::new(plan);
    let title_marks = highlighter.marks(&document.title, &document.lang, TextField::Title);
    let body_marks = highlighter.marks(&document.body, &document.lang, TextField::Body);
    let mut blocks = Vec::new();
    let mut start = 0;
    for line in document.body.split('\n') {
        let (kind, sign) = block_kind(line);
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
