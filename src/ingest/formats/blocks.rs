//! The small Markdown that bodies are written in, put together block by block.
//!
//! Knows paragraphs, headings, list items and table rows, and nothing of the formats that they come from.

use crate::text::normalise::tidy;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// A heading of a level from 1 to 6.
    Heading(u8),
    /// A paragraph; its line breaks stay.
    Paragraph,
    /// A list item, with its number if it has one.
    Item(Option<u64>),
    /// A row of a table.
    Row,
}

/// A text that grows by blocks.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    text: String,
    last: Option<Block>,
}

impl Blocks {
    /// Adds a block, its white space put in order; an empty one is left out.
    pub(super) fn push(&mut self, block: Block, text: &str) {
        let text = tidy(text);
        if text.is_empty() {
            return;
        }
        let close =
            matches!((self.last, block), (Some(Block::Item(_)), Block::Item(_)) | (Some(Block::Row), Block::Row));
        if self.last.is_some() {
            self.text.push_str(if close { "\n" } else { "\n\n" });
        }
        match block {
            Block::Heading(level) => {
                self.text.extend(std::iter::repeat_n('#', usize::from(level.clamp(1, 6))));
                self.text.push(' ');
            }
            Block::Item(None) => self.text.push_str("- "),
            Block::Item(Some(number)) => self.text.push_str(&format!("- {number}. ")),
            Block::Paragraph | Block::Row => {}
        }
        match block {
            Block::Paragraph => self.text.push_str(&text),
            Block::Heading(_) | Block::Item(_) | Block::Row => self.text.push_str(&on_one_line(&text)),
        }
        self.last = Some(block);
    }

    /// The finished text.
    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// A text on one line, its white space made single spaces.
pub(super) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_parted_by_an_empty_line_but_items_and_rows_stay_together() {
        let mut blocks = Blocks::default();
        for (block, text) in [
            (Block::Heading(2), " A\nhead "),
            (Block::Paragraph, "one\n two"),
            (Block::Paragraph, " \u{200B} "),
            (Block::Item(None), "x"),
            (Block::Item(Some(2)), "y\nz"),
            (Block::Row, "a | b"),
            (Block::Row, "c | d"),
            (Block::Heading(9), "deep"),
        ] {
            blocks.push(block, text);
        }
        assert_eq!(blocks.into_text(), "## A head\n\none\ntwo\n\n- x\n- 2. y z\n\na | b\nc | d\n\n###### deep");
    }
}
