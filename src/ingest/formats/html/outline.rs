//! The elements of a page as small Markdown: headings, paragraphs, list items, rows of tables.
//!
//! Knows what elements look like on a page, and nothing of what they say: what belongs to the article was decided
//! before, or is decided by the cleaning.

use super::page::{Element, Step};
use crate::ingest::formats::blocks::{Block, Blocks};

/// Elements of which nothing is read.
const SILENT: &[&str] = &[
    "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "embed", "canvas", "audio", "video",
    "button", "input", "select", "textarea", "datalist", "dialog", "nav", "menu", "head", "map",
];
/// Elements that stand inside a line; all others part blocks.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "nobr", "picture", "q", "rp", "rt", "ruby", "s", "samp", "small", "source", "span",
    "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];

/// Largest share of letters inside links in a block that is text. Above it a block only leads elsewhere.
const LINK_SHARE_MAX: f64 = 0.9;

/// What is read of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// A main text: captions, and blocks that only lead elsewhere, are left out.
    MainText,
    /// A whole page: hidden parts and small forms are left out.
    VisiblePage,
}

/// The text of a tree.
pub(super) fn outline(steps: &[Step], scope: Scope) -> Blocks {
    let mut walk = Walk { tables: tables(steps), ..Walk::default() };
    let mut silent: Vec<&str> = Vec::new();
    for step in steps {
        match step {
            Step::Open(element) => {
                let name = element.name.as_str();
                if !silent.is_empty() || is_silent(element, scope) {
                    silent.push(name);
                } else {
                    walk.open(name);
                }
            }
            Step::Close(name) => {
                if silent.pop().is_none() {
                    walk.close(name);
                }
            }
            Step::Text(text) if silent.is_empty() => walk.text(text),
            Step::Text(_) => {}
        }
    }
    walk.end_block();
    let links_matter = scope == Scope::VisiblePage || walk.is_list_of_links();
    let mut blocks = Blocks::default();
    for found in walk.found {
        if links_matter || !found.leads_elsewhere() {
            blocks.push(found.block, &found.text);
        }
    }
    blocks
}

fn is_silent(element: &Element, scope: Scope) -> bool {
    let name = element.name.as_str();
    SILENT.contains(&name)
        || match scope {
            Scope::MainText => name == "figcaption" || element.beside,
            Scope::VisiblePage => element.hidden || (name == "form" && element.beside),
        }
}

/// Whether each table, in the order of their opening, holds data: rows of short cells. A table whose cell holds more
/// than one block is there for the layout, and its cells are read one after the other.
fn tables(steps: &[Step]) -> Vec<bool> {
    let mut holds_data = Vec::new();
    // Each open table: its number, and the blocks seen in its open cell.
    let mut open: Vec<(usize, usize)> = Vec::new();
    for step in steps {
        match step {
            Step::Open(element) if element.name == "table" => {
                if let Some(&(outer, _)) = open.last() {
                    holds_data[outer] = false;
                }
                open.push((holds_data.len(), 0));
                holds_data.push(true);
            }
            Step::Open(element) => {
                if let Some((table, blocks)) = open.last_mut() {
                    match element.name.as_str() {
                        "td" | "th" => *blocks = 0,
                        "p" | "ul" | "ol" | "dl" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "pre" => {
                            *blocks += 1;
                            holds_data[*table] &= *blocks < 2;
                        }
                        _ => {}
                    }
                }
            }
            Step::Close(name) if name == "table" => {
                open.pop();
            }
            Step::Close(_) | Step::Text(_) => {}
        }
    }
    holds_data
}

/// A block as it was found.
struct Found {
    block: Block,
    text: String,
    /// Letters and digits, and how many of them stand in links.
    letters: usize,
    linked_letters: usize,
}

impl Found {
    /// A paragraph or item that is nothing but a link: related articles, trails, share buttons. Headings may link to
    /// themselves.
    fn leads_elsewhere(&self) -> bool {
        matches!(self.block, Block::Paragraph | Block::Item(_))
            && self.linked_letters as f64 > self.letters as f64 * LINK_SHARE_MAX
    }
}

#[derive(Default)]
struct Walk {
    found: Vec<Found>,
    text: String,
    open_links: usize,
    linked_letters: usize,
    /// The level of the open heading.
    heading: Option<u8>,
    /// Whether the next block opens a list item.
    item: bool,
    preformatted: usize,
    /// Whether each table holds data, in the order of their opening; those seen so far are counted by `tables_seen`.
    tables: Vec<bool>,
    tables_seen: usize,
    /// The open tables: whether they hold data.
    open_tables: Vec<bool>,
    cells: usize,
}

impl Walk {
    fn in_data(&self) -> bool {
        self.open_tables.last().copied().unwrap_or(false)
    }

    fn open(&mut self, name: &str) {
        match name {
            "br" => self.text.push('\n'),
            "a" => self.open_links += 1,
            "table" => {
                self.end_block();
                self.open_tables.push(self.tables.get(self.tables_seen).copied().unwrap_or(false));
                self.tables_seen += 1;
            }
            "tr" if self.in_data() => {
                self.end_block();
                self.cells = 0;
            }
            "td" | "th" if self.in_data() => {
                if self.cells > 0 {
                    self.text.push_str(" | ");
                }
                self.cells += 1;
            }
            name if INLINE.contains(&name) => {}
            _ if self.in_data() && self.cells > 0 => self.text.push(' '),
            _ => {
                self.end_block();
                match name {
                    "li" => self.item = true,
                    "pre" => self.preformatted += 1,
                    "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = name[1..].parse().ok(),
                    _ => {}
                }
            }
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "br" => {}
            "a" => self.open_links = self.open_links.saturating_sub(1),
            "table" => {
                self.end_block();
                self.open_tables.pop();
                self.cells = 0;
            }
            "tr" if self.in_data() => {
                self.end_block();
                self.cells = 0;
            }
            "td" | "th" if self.in_data() => {}
            name if INLINE.contains(&name) => {}
            _ if self.in_data() && self.cells > 0 => self.text.push(' '),
            _ => {
                self.end_block();
                match name {
                    "li" => self.item = false,
                    "pre" => self.preformatted = self.preformatted.saturating_sub(1),
                    "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = None,
                    _ => {}
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.open_links > 0 {
            self.linked_letters += letters(text);
        }
        if self.preformatted > 0 {
            self.text.push_str(text);
        } else {
            // Line breaks of the source are blanks; only `br` breaks a line.
            self.text.extend(text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }));
        }
    }

    fn end_block(&mut self) {
        let text = std::mem::take(&mut self.text);
        let linked_letters = std::mem::take(&mut self.linked_letters);
        if text.trim().is_empty() {
            return;
        }
        let block = match (self.heading, self.in_data() && self.cells > 0) {
            (_, true) if text.trim_matches([' ', '|', '\n']).is_empty() => return,
            (_, true) => Block::Row,
            (Some(level), false) => Block::Heading(level),
            (None, false) if std::mem::take(&mut self.item) => Block::Item(None),
            (None, false) => Block::Paragraph,
        };
        self.found.push(Found { block, letters: letters(&text), text, linked_letters });
    }

    /// Whether most of the text stands in blocks that are links: then those are the article.
    fn is_list_of_links(&self) -> bool {
        let all: usize = self.found.iter().map(|found| found.letters).sum();
        let linked: usize = self.found.iter().filter(|found| found.leads_elsewhere()).map(|found| found.letters).sum();
        linked * 2 > all
    }
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use super::super::page::Page;
    use super::*;

    fn text(html: &str, scope: Scope) -> String {
        outline(&Page::parse(html).steps("body"), scope).into_text()
    }

    #[test]
    fn elements_become_small_markdown() {
        for (html, expected) in [
            (
                "<h2>Head</h2>one <b>two</b>\n three<p>four<br>five</p>six",
                "## Head\n\none two three\n\nfour\nfive\n\nsix",
            ),
            ("<ul><li>a</li><li><p>b</p><p>c</p></li></ul><ol><li>d</ol>", "- a\n- b\n\nc\n\n- d"),
            ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n- b\n- c"),
            ("<table><tr><th>a<th>b<tr><td>1<td><p>2</p></table>x", "a | b\n1 | 2\n\nx"),
            ("<table><tr><td><p>one</p><p>two</p></td><td>three</td></tr></table>", "one\n\ntwo\n\nthree"),
            ("<table><tr><td>o<table><tr><td>i<td>j</table></td></tr></table>", "o\n\ni | j"),
            ("<pre>a\n  b</pre><blockquote>q</blockquote>", "a\nb\n\nq"),
            ("a<script>x</script><style>y</style><svg><text>z</text></svg><button>w</button>b", "ab"),
            ("<dl><dt>t<dd>d</dl>", "t\n\nd"),
        ] {
            assert_eq!(text(html, Scope::MainText), expected, "{html}");
        }
    }

    #[test]
    fn captions_and_blocks_that_only_lead_elsewhere_are_left_out() {
        let html = "<p>Text with <a href=x>a link</a> in it.</p><p><a href=y>Related: another</a></p>
            <figure><figcaption>who</figcaption></figure>
            <div class='Photo-Caption'>what</div><h2><a href=z>Head</a></h2>
            <ul><li><a href=a>Home</a><li><a href=b>b</a> and more</ul>";
        assert_eq!(text(html, Scope::MainText), "Text with a link in it.\n\n## Head\n\n- b and more");
        assert_eq!(text(html, Scope::VisiblePage).lines().count(), 12);
        let list = "<p>See:</p><ul><li><a href=a>One</a><li><a href=b>Two</a></ul>";
        assert_eq!(text(list, Scope::MainText), "See:\n\n- One\n- Two");
    }

    #[test]
    fn of_a_visible_page_small_forms_and_hidden_parts_are_left_out() {
        let html = "<nav><p>menu</p></nav><form>search</form><div hidden>no</div><p>yes</p>";
        assert_eq!(text(html, Scope::VisiblePage), "yes");
        let framed = format!("<form><p>{}</p></form>", "a whole page in a form ".repeat(60));
        assert!(!text(&framed, Scope::VisiblePage).is_empty());
        assert_eq!(text(html, Scope::MainText), "no\n\nyes");
    }
}
