//! Markdown as writers write it, brought to plain blocks: paragraphs, headings, list items, table rows.
//!
//! Emphasis and links leave their words, images and HTML tags leave nothing. Goes through the parser's events without
//! recursion, so that nesting cannot exhaust the stack.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::ingest::formats::blocks::Block;
use crate::text::normalise::{is_han, tidy};

/// HTML elements that stand inside a line; all others part paragraphs.
const INLINE_TAGS: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "kbd", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "time", "u", "wbr",
];

/// The blocks of a Markdown text, in order, each with its plain text; none is empty.
pub(super) fn blocks(markdown: &str) -> Vec<(Block, String)> {
    let mut walk = Walk { html: Html::Strip, ..Walk::default() };
    walk.read(markdown);
    walk.blocks
}

/// What is done with HTML: the text inside a block of HTML is Markdown's to read once, not again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Html {
    Strip,
    #[default]
    Drop,
}

#[derive(Default)]
struct Walk {
    html: Html,
    blocks: Vec<(Block, String)>,
    /// The text of the block that is open.
    text: String,
    /// A line break that becomes a space, unless it stands between Chinese characters.
    broken_line: bool,
    /// A line break that the writer marked as one, and that stays.
    hard_break: bool,
    /// What the next block is, if it opens a list item.
    item: Option<Block>,
    /// The next number of each open list, outermost first; `None` for bullets.
    lists: Vec<Option<u64>>,
    cells: Vec<String>,
    html_block: String,
    images: usize,
}

impl Walk {
    fn read(&mut self, markdown: &str) {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_TASKLISTS;
        for event in Parser::new_ext(markdown, options) {
            self.take(event);
        }
        self.close_block(Block::Paragraph);
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.push_text(&text);
            }
            Event::SoftBreak => self.broken_line = true,
            Event::HardBreak => self.hard_break = true,
            Event::Html(html) => self.html_block.push_str(&html),
            Event::InlineHtml(html) if html.starts_with("<br") => self.broken_line = true,
            Event::Rule => self.close_block(Block::Paragraph),
            Event::InlineHtml(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Image { .. } => self.images += 1,
            Tag::List(first) => {
                self.close_block(Block::Paragraph);
                self.lists.push(first);
            }
            Tag::Item => {
                self.close_block(Block::Paragraph);
                let number = self.lists.last_mut().and_then(|list| {
                    let number = *list;
                    *list = number.map(|number| number.saturating_add(1));
                    number
                });
                self.item = Some(Block::Item(number));
            }
            Tag::TableCell
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. } => {}
            _ => self.close_block(Block::Paragraph),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            TagEnd::Heading(level) => self.close_block(Block::Heading(level as u8)),
            TagEnd::List(_) => {
                self.close_block(Block::Paragraph);
                self.lists.pop();
            }
            TagEnd::Item => {
                self.close_block(Block::Paragraph);
                self.item = None;
            }
            TagEnd::TableCell => {
                self.broken_line = false;
                self.hard_break = false;
                let cell = std::mem::take(&mut self.text);
                self.cells.push(tidy(&cell));
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                let cells = std::mem::take(&mut self.cells);
                if cells.iter().any(|cell| !cell.is_empty()) {
                    self.text = cells.join(" | ");
                    self.close_block(Block::Row);
                }
            }
            TagEnd::HtmlBlock => self.close_html(),
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link => {}
            _ => self.close_block(Block::Paragraph),
        }
    }

    fn push_text(&mut self, text: &str) {
        if self.images > 0 {
            return;
        }
        if std::mem::take(&mut self.hard_break) {
            self.broken_line = false;
            self.text.push('\n');
        }
        if std::mem::take(&mut self.broken_line) {
            let between_han =
                self.text.chars().next_back().is_some_and(is_wide) && text.chars().next().is_some_and(is_wide);
            if !between_han {
                self.text.push(' ');
            }
        }
        self.text.push_str(text);
    }

    /// Ends the open block, if it has a text.
    fn close_block(&mut self, block: Block) {
        self.broken_line = false;
        self.hard_break = false;
        let text = tidy(&std::mem::take(&mut self.text));
        if text.is_empty() {
            return;
        }
        let block = match (block, self.item.take()) {
            (Block::Paragraph, Some(item)) => item,
            (block, _) => block,
        };
        self.blocks.push((block, text));
    }

    fn close_html(&mut self) {
        let html = std::mem::take(&mut self.html_block);
        if self.html == Html::Strip {
            let mut inner = Self { html: Html::Drop, ..Self::default() };
            inner.read(&without_tags(&html));
            self.blocks.append(&mut inner.blocks);
        }
    }
}

/// Characters between which a line break is no space.
fn is_wide(c: char) -> bool {
    is_han(c) || matches!(c, '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}')
}

/// The text of a piece of HTML: tags, comments, scripts and styles dropped, blocks parted by an empty line.
fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let tag = &rest[at..];
        if let Some(comment) = tag.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let name: String = tag[1..].trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        if name.is_empty() && !tag.starts_with("<!") && !tag.starts_with("<?") {
            text.push('<');
            rest = &tag[1..];
            continue;
        }
        rest = tag.find('>').map_or("", |end| &tag[end + 1..]);
        if (name == "script" || name == "style") && !tag.starts_with("</") {
            rest = rest.find("</").map_or("", |end| &rest[end..]);
        }
        if !INLINE_TAGS.contains(&name.as_str()) {
            text.push_str("\n\n");
        }
    }
    text.push_str(rest);
    // Indented lines would be read as code.
    text.lines().map(str::trim_start).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::super::blocks::Blocks;
    use super::*;

    fn plain(markdown: &str) -> String {
        let mut body = Blocks::default();
        for (block, text) in blocks(markdown) {
            body.push(block, &text);
        }
        body.into_text()
    }

    #[test]
    fn markdown_becomes_plain_blocks() {
        for (markdown, expected) in [
            ("One *two* **three** `four` ~~five~~\nsix", "One two three four five six"),
            ("six  \nseven\\\neight\n\n## nine\\\nten", "six\nseven\neight\n\n## nine\\\n\nten"),
            ("A [link](https://x.org \"t\") and <https://y.org> &amp; more", "A link and https://y.org & more"),
            ("Before ![alt *text*](i.png) after", "Before after"),
            ("## Head ##\nText", "## Head\n\nText"),
            ("- a\n  - b\n    1. c\n    2. d\n- e", "- a\n- b\n- 1. c\n- 2. d\n- e"),
            ("3. a\n\n4. b\n\n   more", "- 3. a\n- 4. b\n\nmore"),
            ("- [x] done\n- [ ] open", "- done\n- open"),
            ("> quoted\n> text\n>\n> more", "quoted text\n\nmore"),
            ("```rust\nlet x;\nlet y;\n```", "let x;\nlet y;"),
            ("| a | b |\n|---|---|\n| 1 | *2* |\n| | |", "a | b\n1 | 2"),
            ("x\n\n---\n\ny", "x\n\ny"),
            ("Text[^1] on.\n\n[^1]: The note.", "Text on.\n\nThe note."),
            ("a <b>bold</b><br>word <!-- gone --> end", "a bold word end"),
            ("<div class=x>\n  <p>One &amp; <b>two</b></p><p>three</p>\n</div>\n\nfour", "One & two\n\nthree\n\nfour"),
            ("<script>\nvar x = 1 < 2;\n</script>\n\ntext", "text"),
            ("<style>p {}</style>\n\ntext", "text"),
            ("中国\n公民，\n三人", "中国公民，三人"),
            ("JF-17 and a * b _ c", "JF-17 and a * b _ c"),
            ("", ""),
        ] {
            assert_eq!(plain(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn deep_nesting_is_no_matter() {
        for part in ["> ", "- ", "*a ", "[", "![", "<div>", "1. ", "`", "|", "<", "&", "**_"] {
            plain(&part.repeat(3000));
            plain(&format!("{}\n", part.repeat(50)).repeat(50));
        }
    }
}
