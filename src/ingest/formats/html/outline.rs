//! The elements of a page as small Markdown: headings, paragraphs, list items, rows of tables.
//!
//! Knows what elements look like on a page, and nothing of what they say: how far the article reaches was decided
//! before, and the single line is judged by the cleaning.

use super::extent::letters;
use super::page::{Element, Step};
use crate::ingest::formats::blocks::{Block, Blocks};

/// Elements that stand inside a line; all others part blocks.
pub(super) const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "nobr", "picture", "q", "rp", "rt", "ruby", "s", "samp", "small", "source", "span",
    "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];

/// Largest share of letters inside links in a block that is text. Above it a block only leads elsewhere.
const LINK_SHARE_MAX: f64 = 0.9;

/// Fewest letters of a paragraph or item that is put back though it was not chosen.
const LOST_LETTERS_MIN: usize = 25;
/// So many blocks in a row that only lead elsewhere are a list of links, and their heading goes with them.
const LINKS_IN_ROW: usize = 2;

/// What is read of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The article: blocks that only lead elsewhere are left out, and those that were not chosen if they are no text.
    Article,
    /// All that is seen.
    Page,
}

/// The text of a page but for its silent steps.
pub(super) fn outline(steps: &[Step], silent: &[bool], scope: Scope) -> Blocks {
    let mut walk = Walk { tables: tables(steps), ..Walk::default() };
    // How many elements are open within the outermost silent one, itself included.
    let mut within_silent = 0_usize;
    for (step, &is_silent) in steps.iter().zip(silent) {
        match step {
            Step::Open(element) if within_silent > 0 || is_silent => {
                within_silent += 1;
                // A table is counted even where it is not read.
                walk.tables_seen += usize::from(element.name == "table");
            }
            Step::Open(element) => walk.open(element),
            Step::Close(_) if within_silent > 0 => within_silent -= 1,
            Step::Close(name) => walk.close(name),
            Step::Text { text, chosen } if within_silent == 0 => walk.text(text, *chosen || scope == Scope::Page),
            Step::Text { .. } => {}
        }
    }
    walk.end_block();
    let mut found = walk.found;
    if scope == Scope::Article {
        found.retain(|found| found.is_chosen || found.is_text());
        leave_links_out(&mut found);
    }
    let mut blocks = Blocks::default();
    for found in found {
        blocks.push(found.block, &found.draft.text);
    }
    blocks
}

/// Takes out the blocks that only lead elsewhere, with the headings over them; unless they are most of the text: then
/// they are the article.
fn leave_links_out(found: &mut Vec<Found>) {
    let mut leads: Vec<bool> = found.iter().map(Found::leads_elsewhere).collect();
    for at in 0..found.len() {
        let beside = at.checked_sub(1).is_some_and(|before| found[before].is_linked_heading())
            || found.get(at + 1).is_some_and(Found::is_linked_heading);
        leads[at] |= found[at].is_linked_heading() && (beside || found[at].in_item);
    }
    let all: usize = found.iter().map(|found| found.draft.letters).sum();
    let linked: usize =
        found.iter().zip(&leads).filter(|(_, leads)| **leads).map(|(found, _)| found.draft.letters).sum();
    if linked * 2 > all {
        return;
    }
    let mut row = 0;
    for at in (0..found.len()).rev() {
        if leads[at] {
            row += 1;
            continue;
        }
        let announces = found[at].draft.text.trim_end().ends_with([':', '：']);
        let heads = matches!(found[at].block, Block::Heading(_)) && (row >= LINKS_IN_ROW || announces);
        leads[at] = row > 0 && (heads || (announces && found[at].draft.letters < LOST_LETTERS_MIN));
        row = 0;
    }
    let mut leads = leads.into_iter();
    found.retain(|_| !leads.next().unwrap_or(false));
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
            Step::Close(_) | Step::Text { .. } => {}
        }
    }
    holds_data
}

/// A text as it grows.
#[derive(Debug, Default)]
struct Draft {
    text: String,
    /// Letters and digits, and how many of them stand in links.
    letters: usize,
    linked_letters: usize,
}

impl Draft {
    fn add(&mut self, text: &str, letters: usize, linked_letters: usize) {
        self.text.push_str(text);
        self.letters += letters;
        self.linked_letters += linked_letters;
    }
}

/// A block as it was found.
struct Found {
    block: Block,
    draft: Draft,
    /// Whether any of it was chosen; of a block that mostly was not, the rest is left out.
    is_chosen: bool,
    /// Whether a link in it leads to another site.
    leads_away: bool,
    /// Whether it stands in a quotation.
    quoted: bool,
    /// Whether it stands in an item of a list.
    in_item: bool,
}

impl Found {
    /// Whether a block that was not chosen is text nevertheless: a row of a table, a quotation, a sentence.
    fn is_text(&self) -> bool {
        let text = self.draft.text.trim_end_matches(['"', '”', '’', ')', '»', ' ', '\n']);
        let ends = text.ends_with(['.', '!', '?', '…', ':', '。', '！', '？', '：', '۔', '؟', '।']);
        match self.block {
            Block::Row => true,
            Block::Heading(_) => false,
            Block::Paragraph | Block::Item(_) => {
                self.quoted
                    || (ends
                        && self.draft.letters >= LOST_LETTERS_MIN
                        && self.draft.linked_letters * 2 < self.draft.letters)
            }
        }
    }

    /// A heading that is nothing but a link.
    fn is_linked_heading(&self) -> bool {
        matches!(self.block, Block::Heading(_))
            && self.draft.linked_letters as f64 > self.draft.letters as f64 * LINK_SHARE_MAX
    }

    /// A paragraph or item that is nothing but a link: related articles, trails, share buttons. Headings may link to
    /// themselves.
    fn leads_elsewhere(&self) -> bool {
        !self.leads_away
            && matches!(self.block, Block::Paragraph | Block::Item(_))
            && self.draft.linked_letters as f64 > self.draft.letters as f64 * LINK_SHARE_MAX
    }
}

#[derive(Default)]
struct Walk {
    found: Vec<Found>,
    /// The open block: all of it, and what of it was chosen.
    all: Draft,
    chosen: Draft,
    open_links: usize,
    /// Whether a link of the open block leads to another site.
    leads_away: bool,
    open_quotes: usize,
    open_items: usize,
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

    fn open(&mut self, element: &Element) {
        let name = element.name.as_str();
        match name {
            "br" => self.sign("\n"),
            "a" => {
                self.open_links += 1;
                self.leads_away |= element.leads_away;
            }
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
                    self.sign(" | ");
                }
                self.cells += 1;
            }
            name if INLINE.contains(&name) => {}
            _ if self.in_data() && self.cells > 0 => self.sign(" "),
            _ => {
                self.end_block();
                match name {
                    "li" => {
                        self.item = true;
                        self.open_items += 1;
                    }
                    "blockquote" => self.open_quotes += 1,
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
            _ if self.in_data() && self.cells > 0 => self.sign(" "),
            _ => {
                self.end_block();
                match name {
                    "li" => {
                        self.item = false;
                        self.open_items = self.open_items.saturating_sub(1);
                    }
                    "blockquote" => self.open_quotes = self.open_quotes.saturating_sub(1),
                    "pre" => self.preformatted = self.preformatted.saturating_sub(1),
                    "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = None,
                    _ => {}
                }
            }
        }
    }

    fn text(&mut self, text: &str, chosen: bool) {
        // Line breaks of the source are blanks; only `br` breaks a line.
        let raw = self.preformatted > 0;
        let text: String = text.chars().map(|c| if c.is_whitespace() && !raw { ' ' } else { c }).collect();
        let letters = letters(&text);
        let linked = if self.open_links > 0 { letters } else { 0 };
        self.all.add(&text, letters, linked);
        if chosen || letters == 0 {
            self.chosen.add(&text, letters, linked);
        }
    }

    /// Adds what stands between texts.
    fn sign(&mut self, sign: &str) {
        self.all.text.push_str(sign);
        self.chosen.text.push_str(sign);
    }

    fn end_block(&mut self) {
        let (all, chosen) = (std::mem::take(&mut self.all), std::mem::take(&mut self.chosen));
        let leads_away = std::mem::take(&mut self.leads_away);
        if all.text.trim().is_empty() {
            return;
        }
        let block = match (self.heading, self.in_data() && self.cells > 0) {
            (_, true) if all.text.trim_matches([' ', '|', '\n']).is_empty() => return,
            (_, true) => Block::Row,
            (Some(level), false) => Block::Heading(level),
            (None, false) if std::mem::take(&mut self.item) => Block::Item(None),
            (None, false) => Block::Paragraph,
        };
        let (is_chosen, is_row) = (chosen.letters > 0, block == Block::Row);
        // Words lost out of the middle of a sentence are put back; what is the most of a block was not lost.
        let is_whole = chosen.letters * 2 > all.letters;
        let draft = if is_chosen && !is_row && !is_whole { chosen } else { all };
        let (quoted, in_item) = (self.open_quotes > 0, self.open_items > 0);
        self.found.push(Found { block, draft, is_chosen, leads_away, quoted, in_item });
    }
}

#[cfg(test)]
mod tests {
    use super::super::extent::{beside_article, unseen};
    use super::super::page::Page;
    use super::*;

    fn text(html: &str, scope: Scope) -> String {
        let mut steps = Page::parse(html).steps();
        for step in &mut steps {
            if let Step::Text { chosen, .. } = step {
                *chosen = true;
            }
        }
        let silent = if scope == Scope::Article { beside_article(&steps) } else { unseen(&steps) };
        outline(&steps, &silent, scope).into_text()
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
            assert_eq!(text(html, Scope::Article), expected, "{html}");
        }
    }

    #[test]
    fn captions_and_blocks_that_only_lead_elsewhere_are_left_out() {
        let html = "<p>Text with <a href=x>a link</a> in it.</p><p><a href=y>Related: another</a></p>
            <figure><figcaption>who</figcaption></figure>
            <div class='Photo-Caption'>what</div><h2><a href=z>Head</a></h2>
            <ul><li><a href=a>Home</a><li><a href=b>b</a> and more</ul>";
        assert_eq!(text(html, Scope::Article), "Text with a link in it.\n\n## Head\n\n- b and more");
        assert_eq!(text(html, Scope::Page).lines().count(), 12);
        let list = "<p>See:</p><ul><li><a href=a>One</a><li><a href=b>Two</a></ul>";
        assert_eq!(text(list, Scope::Article), "See:\n\n- One\n- Two");
    }

    #[test]
    fn links_to_other_sites_stay_and_lists_of_own_articles_go_with_their_heading() {
        let page = |inner: &str| {
            let link = "<link rel=canonical href=https://www.example.org/a>";
            let lead = "<p>The board met again on Monday, and the pier was closed for good.</p>";
            text(&format!("{link}{lead}{inner}<p>It was late by then.</p>"), Scope::Article)
        };
        for (inner, left) in [
            ("<h4>More:</h4><ul><li><h4><a href=/b>Fares rise again</a></h4></ul>", ""),
            ("<h3><a href=/b>Fares rise</a></h3><h3><a href=/c>A road to the sea</a></h3>", ""),
            ("<h3>Related</h3><p><a href=/b>Fares rise</a></p><p><a href=//www2.example.org/c>A road</a></p>", ""),
            ("<h3><a href=#claim>The claim</a></h3>", "### The claim"),
            ("<p><a href=https://shop.test/x>Get the map for 5</a></p>", "Get the map for 5"),
            ("<p><a href=https://www.facebook.com/x>Follow the board</a></p>", ""),
        ] {
            let text = page(inner);
            let between: Vec<&str> = text.split("\n\n").filter(|block| !block.ends_with('.')).collect();
            assert_eq!(between.join("\n\n"), left, "{inner}");
        }
    }

    #[test]
    fn of_a_visible_page_small_forms_and_hidden_parts_are_left_out() {
        let html = "<nav><p>menu</p></nav><form>search</form><div hidden>no</div><p>yes</p>";
        assert_eq!(text(html, Scope::Page), "yes");
        let framed = format!("<form><p>{}</p></form>", "a whole page in a form ".repeat(60));
        assert!(!text(&framed, Scope::Page).is_empty());
        let long = format!("{html}<p>{}</p>", "and more of the text. ".repeat(5));
        assert!(text(&long, Scope::Article).starts_with("no\n\nyes\n\nand more"), "{}", text(&long, Scope::Article));
    }
}
