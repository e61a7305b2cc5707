//! From lines to paragraphs: where one ends, which are headings and list items, and words parted at line ends.
//!
//! Judges by the look of the print alone: size, indent, distance, the length of a last line. Knows no language but the
//! marks that end sentences.

use std::collections::HashSet;

use super::rows::Line;
use super::script;
use crate::ingest::formats::blocks::{Block, Blocks};

/// Size of a heading against that of the text.
const HEADING_SHARE: f64 = 1.12;
/// Size of the title against that of the text.
const TITLE_SHARE: f64 = 1.25;
/// Longest heading, in characters.
const HEADING_CHARS_MAX: usize = 250;
/// Distance of lines that parts paragraphs, against the usual one.
const DISTANCE_SHARE: f64 = 1.3;
/// Indent of a first line, in letter sizes.
const INDENT_MIN: f64 = 0.8;
/// Part of a column's width by which a last line is shorter than a full one.
const SHORT_SHARE: f64 = 0.1;
/// Marks that open a list item.
const BULLETS: &[char] = &['•', '▪', '●', '◦', '‣', '■', '·'];
/// Marks at the end of a line that part a word: the plain hyphen, the hyphen proper, the soft one.
const HYPHENS: &[char] = &['-', '\u{2010}', '\u{AD}'];
/// Marks that end a sentence, and closing marks that may follow.
const ENDS: &[char] = &['.', '!', '?', '…', '。', '！', '？', '۔', '؟', ':', '：'];
const CLOSING: &[char] = &['"', '\'', '”', '’', ')', ']', '»', '」', '』', '）'];

/// Lines that belong together.
#[derive(Debug, Clone, PartialEq)]
struct Paragraph {
    text: String,
    size: f64,
    page: usize,
    /// Whether it may go on in the next column: its last line is full, and ends no sentence.
    open: bool,
}

/// A text put together, with the line that looks like its title.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Composed {
    /// The text of the largest line or lines of the first page.
    pub(super) title: Option<String>,
    /// The text in small Markdown, without that title.
    pub(super) body: String,
}

/// Puts lines together.
pub(super) fn compose(lines: &[Line]) -> Composed {
    let words = whole_words(lines);
    let body_size = usual_size(lines);
    let mut paragraphs = paragraphs(lines, body_size, &words);
    let title = title_place(&paragraphs, body_size).map(|at| paragraphs.remove(at).text);
    let mut blocks = Blocks::default();
    for paragraph in paragraphs {
        let text = paragraph.text.trim();
        let item = text.strip_prefix(BULLETS).filter(|rest| rest.starts_with(char::is_whitespace));
        let heading = paragraph.size > HEADING_SHARE * body_size && text.chars().count() <= HEADING_CHARS_MAX;
        match item {
            Some(item) => blocks.push(Block::Item(None), item),
            None if heading => blocks.push(Block::Heading(2), text),
            None => blocks.push(Block::Paragraph, text),
        }
    }
    Composed { title, body: blocks.into_text() }
}

/// The size in which most letters are set.
fn usual_size(lines: &[Line]) -> f64 {
    let mut sizes: Vec<(f64, usize)> = lines.iter().map(|line| (line.size, line.text.chars().count())).collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    middle(&sizes)
}

/// The measure at the middle of all weights; measures are sorted.
fn middle(measures: &[(f64, usize)]) -> f64 {
    let all: usize = measures.iter().map(|(_, weight)| weight).sum();
    let mut seen = 0;
    for (measure, weight) in measures {
        seen += weight;
        if seen * 2 >= all {
            return *measure;
        }
    }
    0.0
}

/// Words that stand whole somewhere in the text, in small letters: they tell how a parted word is spelt.
fn whole_words(lines: &[Line]) -> HashSet<String> {
    let mut parted = false;
    let inner = lines.iter().flat_map(|line| {
        // The halves of parted words are no words.
        let first = usize::from(std::mem::replace(&mut parted, line.text.ends_with(HYPHENS)));
        let mut words: Vec<&str> = line.text.split_whitespace().skip(first).collect();
        if parted {
            words.pop();
        }
        words
    });
    inner.map(bare).collect()
}

/// A word in small letters without the marks around it.
fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Left and right edge of each column, by page and column.
fn edges(lines: &[Line]) -> std::collections::HashMap<(usize, usize), (f64, f64)> {
    let mut edges = std::collections::HashMap::new();
    for line in lines {
        let edge = edges.entry((line.page, line.column)).or_insert((line.left, line.right));
        *edge = (edge.0.min(line.left), edge.1.max(line.right));
    }
    edges
}

/// Distances between neighbouring lines of text in one column, the middle one.
fn usual_distance(lines: &[Line], body_size: f64) -> f64 {
    let mut distances: Vec<(f64, usize)> = lines
        .windows(2)
        .filter(|pair| pair[0].page == pair[1].page && pair[0].column == pair[1].column)
        .filter(|pair| (pair[0].size - body_size).abs() < 0.1 * body_size)
        .map(|pair| (pair[1].y - pair[0].y, 1))
        .filter(|(distance, _)| *distance > 0.0 && *distance < 3.0 * body_size)
        .collect();
    distances.sort_by(|a, b| a.0.total_cmp(&b.0));
    middle(&distances)
}

fn paragraphs(lines: &[Line], body_size: f64, words: &HashSet<String>) -> Vec<Paragraph> {
    let edges = edges(lines);
    let distance = usual_distance(lines, body_size);
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut before: Option<&Line> = None;
    for line in lines {
        let (left, right) = edges.get(&(line.page, line.column)).copied().unwrap_or((line.left, line.right));
        let short = SHORT_SHARE * (right - left);
        let full = if line.leftwards { line.left - left < short } else { right - line.right < short };
        // Headings are set wider than the text, by their size.
        let own_distance = distance.max(body_size) * (line.size / body_size.max(1.0)).max(1.0);
        let large = line.size > HEADING_SHARE * body_size;
        let goes_on = match (before, paragraphs.last()) {
            (Some(before), Some(paragraph)) if continues(before, line, own_distance) => {
                large || goes_on_inside(before, line, paragraph, (left, right))
            }
            _ => false,
        };
        let open = full || !ends_sentence(&line.text);
        match paragraphs.last_mut() {
            Some(paragraph) if goes_on => {
                append(&mut paragraph.text, &line.text, words);
                paragraph.open = open;
            }
            _ => paragraphs.push(Paragraph { text: line.text.clone(), size: line.size, page: line.page, open }),
        }
        before = Some(line);
    }
    paragraphs
}

/// Indent of the first letter of a line, against its column.
fn indent(line: &Line, column: (f64, f64)) -> f64 {
    if line.leftwards { column.1 - line.right } else { line.left - column.0 }
}

/// Whether a line may belong to the paragraph of the line before it, by its size and its distance.
fn continues(before: &Line, line: &Line, distance: f64) -> bool {
    let same_size = (line.size - before.size).abs() <= 0.08 * before.size.max(line.size);
    if !same_size || line.text.starts_with(BULLETS) {
        return false;
    }
    if before.page != line.page || before.column != line.column {
        // Over the end of a column or page goes what is in the middle of a sentence.
        return !ends_sentence(&before.text);
    }
    line.y - before.y <= DISTANCE_SHARE * distance
}

/// Whether a line of text goes on with its paragraph, by indents and by how the line before it ends.
fn goes_on_inside(before: &Line, line: &Line, paragraph: &Paragraph, column: (f64, f64)) -> bool {
    let elsewhere = before.page != line.page || before.column != line.column;
    let indented = indent(line, column) > INDENT_MIN * line.size;
    if !elsewhere && indented && indent(before, column) < INDENT_MIN * line.size {
        // The second line of a hanging indent (a list item) is indented too, and goes on.
        return paragraph.text.starts_with(BULLETS);
    }
    elsewhere || paragraph.open
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end().trim_end_matches(CLOSING).ends_with(ENDS)
}

/// Adds a line to a paragraph: with a space between, unless the script has none or a word was parted.
fn append(text: &mut String, line: &str, words: &HashSet<String>) {
    let line = line.trim();
    if let Some(stem) = text.strip_suffix(HYPHENS) {
        // Programs part words by marks of their own; a plain hyphen may have been written.
        let soft = text.ends_with(['\u{AD}', '\u{2010}']);
        let head = stem.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
        let tail = line.split_whitespace().next().unwrap_or_default();
        let parted = stem.ends_with(char::is_lowercase) && line.starts_with(char::is_lowercase);
        let known = |word: &str| words.contains(&bare(word));
        let hyphened = known(&format!("{head}-{tail}")) && !known(&format!("{head}{tail}"));
        let compound = !soft && known(head) && known(tail) && !known(&format!("{head}{tail}"));
        // A word that has a hyphen already is a compound.
        if parted && !hyphened && !compound && !head.contains('-') || text.ends_with('\u{AD}') {
            text.truncate(stem.len());
            text.push_str(line);
        } else {
            text.push_str(line);
        }
        return;
    }
    let joined = text.ends_with(script::is_wide) && line.starts_with(script::is_wide);
    if !joined && !text.is_empty() {
        text.push(' ');
    }
    text.push_str(line);
}

/// The place of the title: the largest text of the first page, if it is larger than the rest and no essay.
fn title_place(paragraphs: &[Paragraph], body_size: f64) -> Option<usize> {
    let first = paragraphs.first()?.page;
    let candidates = paragraphs.iter().enumerate().filter(|(_, paragraph)| {
        let letters = paragraph.text.chars().filter(|letter| letter.is_alphabetic()).count();
        paragraph.page == first
            && letters >= 3
            && paragraph.text.chars().count() <= HEADING_CHARS_MAX
            && paragraph.size >= TITLE_SHARE * body_size
    });
    // Of equal ones the first.
    candidates.rev().max_by(|a, b| a.1.size.total_cmp(&b.1.size)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of ten points, twelve apart, in a column from 50 to 450.
    fn print(rows: &[(f64, f64, &str)]) -> Vec<Line> {
        let line = |at: usize, (left, right, text): &(f64, f64, &str)| Line {
            text: (*text).to_owned(),
            left: *left,
            right: *right,
            y: 100.0 + at as f64 * 12.0,
            size: 10.0,
            leftwards: false,
            page: 0,
            column: 0,
        };
        rows.iter().enumerate().map(|(at, row)| line(at, row)).collect()
    }

    #[test]
    fn lines_become_paragraphs_by_short_ends_indents_and_distance() {
        let lines = print(&[
            (50.0, 450.0, "The first paragraph runs over"),
            (50.0, 200.0, "two lines."),
            (50.0, 450.0, "The second begins after a short line and"),
            (50.0, 450.0, "ends with a full one."),
            (65.0, 450.0, "The third is known by its"),
            (50.0, 300.0, "indent."),
        ]);
        let body = compose(&lines).body;
        let paragraphs: Vec<&str> = body.split("\n\n").collect();
        assert_eq!(
            paragraphs,
            [
                "The first paragraph runs over two lines.",
                "The second begins after a short line and ends with a full one.",
                "The third is known by its indent.",
            ]
        );
        let mut lines =
            print(&[(50.0, 450.0, "A full line"), (50.0, 450.0, "and one more"), (50.0, 450.0, "far below")]);
        lines[2].y += 12.0;
        assert_eq!(compose(&lines).body, "A full line and one more\n\nfar below");
    }

    #[test]
    fn a_sentence_goes_on_over_a_page_and_a_new_paragraph_does_not() {
        let mut lines = print(&[(50.0, 450.0, "A sentence that"), (50.0, 450.0, "goes on.")]);
        lines[1].page = 1;
        lines[1].y = 60.0;
        assert_eq!(compose(&lines).body, "A sentence that goes on.");
        lines[0].text = "A sentence.".to_owned();
        assert_eq!(compose(&lines).body, "A sentence.\n\ngoes on.");
    }

    #[test]
    fn words_parted_at_line_ends_are_made_whole() {
        for (first, second, read) in [
            ("The explo-", "sion hurt", "The explosion hurt"),
            ("The explo\u{2010}", "sion hurt", "The explosion hurt"),
            ("A Sino-", "Pakistan pact", "A Sino-Pakistan pact"),
            ("Chinese staff backed it, a Chinese-", "backed port", "Chinese staff backed it, a Chinese-backed port"),
            ("a well-known end, well-", "known", "a well-known end, well-known"),
            ("from 2015-", "2019", "from 2015-2019"),
            ("state-of-the-", "art", "state-of-the-art"),
            ("co\u{AD}", "Operation", "coOperation"),
            ("警方表", "示，港口", "警方表示，港口"),
            ("plain", "words", "plain words"),
        ] {
            let lines = print(&[(50.0, 450.0, first), (50.0, 450.0, second)]);
            assert_eq!(compose(&lines).body, read);
        }
    }

    #[test]
    fn the_largest_line_of_the_first_page_is_the_title_and_larger_ones_are_headings() {
        let mut lines = print(&[
            (50.0, 200.0, "THE PORT REVIEW"),
            (50.0, 400.0, "Blast near"),
            (50.0, 300.0, "the port"),
            (50.0, 450.0, "Three engineers were hurt on Tuesday when a bomb went off, police said to"),
            (50.0, 450.0, "reporters."),
            (50.0, 200.0, "Claim"),
            (50.0, 450.0, "No group has claimed it so far, an officer told reporters at the scene."),
            (50.0, 450.0, "• Two were hurt"),
        ]);
        for (at, size) in [(0, 13.0), (1, 20.0), (2, 20.0), (5, 12.0)] {
            lines[at].size = size;
        }
        let composed = compose(&lines);
        assert_eq!(composed.title.as_deref(), Some("Blast near the port"));
        assert!(composed.body.contains("\n\n## Claim\n\n") && composed.body.ends_with("\n\n- Two were hurt"));
    }
}
