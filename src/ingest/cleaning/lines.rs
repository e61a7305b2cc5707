//! The lines of a raw text: marks of headings and lists taken off, hard-wrapped text joined, each line measured.
//!
//! Measures only: what is boilerplate and what is the article, is decided in the rooms beside. Loses no word.

use std::cell::OnceCell;

use crate::text::normalise::{fold, is_han, tidy};
use crate::text::words::words;

/// Narrowest and widest page, in characters, that text is taken to be hard-wrapped to. Below are menus and tables,
/// above nobody wraps.
const WRAP_CHARS: std::ops::RangeInclusive<usize> = 45..=110;
/// Share of line ends that must be those of a full line or of a sentence for a block to be hard-wrapped text.
const WRAP_SHARE: f32 = 0.8;

/// Signs that open an item of a list when a blank follows; the dashes among them only in company (`join_dashes`).
const BULLETS: [char; 17] = ['-', '*', '•', '‣', '▪', '●', '◦', '·', '■', '○', '□', '➢', '►', '✓', '✔', '⁃', '∙'];

/// What a line is by its mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// None: a paragraph, or a heading that is not marked.
    Plain,
    /// `#` to `######`.
    Heading(usize),
    /// An item of a list.
    Item,
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// With the end of a sentence.
    Sentence,
    /// With a colon: something follows that belongs to it.
    Colon,
    /// With neither.
    Open,
}

/// One line, or one paragraph of hard-wrapped text.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// The text without the mark.
    pub(super) text: String,
    /// The mark.
    pub(super) mark: Mark,
    /// Number of words; two Chinese characters count as one.
    pub(super) words: usize,
    /// How it ends.
    pub(super) ending: Ending,
    /// The folded text, for patterns.
    pub(super) folded: String,
    /// The folded words without those that are numbers, one space apart: equal for `3 Comments:` and `COMMENTS (12)`.
    pub(super) key: String,
    identity: OnceCell<String>,
}

impl Line {
    /// Measures a line; `None` when it has neither letter nor digit.
    pub(super) fn new(text: &str, mark: Mark) -> Option<Self> {
        let folded = fold(text);
        let (mut key, mut han, mut others) = (String::with_capacity(folded.len()), 0usize, 0usize);
        for word in words(&folded) {
            if word.is_han() {
                han += 1;
            } else {
                others += 1;
            }
            if !word.text.starts_with(|c: char| c.is_numeric()) {
                key.push_str(if key.is_empty() { "" } else { " " });
                key.push_str(word.text);
            }
        }
        let words = others + han.div_ceil(2);
        let ending = ending(text);
        (words > 0).then(|| Self { text: text.to_owned(), mark, words, ending, folded, key, identity: OnceCell::new() })
    }

    /// The folded letters and digits alone: equal for two lines that differ in signs and spaces only.
    pub(super) fn identity(&self) -> &str {
        self.identity.get_or_init(|| self.folded.chars().filter(|c| c.is_alphanumeric()).collect())
    }

    /// Whether it is a line of running text: a sentence, or so long that it can be nothing else.
    pub(super) fn is_prose(&self) -> bool {
        match self.ending {
            Ending::Sentence => self.words >= 5,
            Ending::Colon => self.words >= 4,
            Ending::Open => self.words >= 20,
        }
    }

    /// Whether it is short and ends openly, as links, menus and headings do.
    pub(super) fn is_link_like(&self) -> bool {
        self.mark == Mark::Plain && self.ending == Ending::Open && !self.is_prose()
    }
}

/// The lines of a text, in order; lines without letter or digit are left out.
pub(super) fn read(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for block in tidy(text).split("\n\n") {
        let block: Vec<&str> = block.split('\n').collect();
        for text in unwrap(&block) {
            let (mark, rest) = split_mark(&text);
            lines.extend(Line::new(rest, mark));
        }
    }
    join_dashes(&mut lines);
    lines
}

/// Makes one small Markdown text of lines: items stand together, everything else is parted by an empty line.
pub(super) fn write<'l>(lines: impl IntoIterator<Item = &'l Line>) -> String {
    let mut text = String::new();
    let mut last = None;
    for line in lines {
        if let Some(last) = last {
            text.push_str(if (last, line.mark) == (Mark::Item, Mark::Item) { "\n" } else { "\n\n" });
        }
        match line.mark {
            Mark::Plain => {}
            Mark::Heading(level) => {
                text.extend(std::iter::repeat_n('#', level));
                text.push(' ');
            }
            Mark::Item => text.push_str("- "),
        }
        text.push_str(&line.text);
        last = Some(line.mark);
    }
    text
}

/// How a text ends, closing quotes and brackets, signs and pictures aside.
pub(super) fn ending(text: &str) -> Ending {
    let ends = |c: char| matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '．' | '۔' | '؟' | '।' | '॥');
    let is_sign = |c: char| !c.is_alphanumeric() && !ends(c) && !matches!(c, ':' | '：' | '%');
    match text.trim_end_matches(is_sign).chars().next_back() {
        Some(c) if ends(c) => Ending::Sentence,
        Some(':' | '：') => Ending::Colon,
        _ => Ending::Open,
    }
}

fn split_mark(line: &str) -> (Mark, &str) {
    let level = line.bytes().take_while(|&b| b == b'#').count();
    if (1..=6).contains(&level)
        && let Some(rest) = line[level..].strip_prefix(' ')
    {
        return (Mark::Heading(level), rest);
    }
    match line.strip_prefix(BULLETS) {
        Some(rest) if rest.starts_with(' ') => (Mark::Item, rest.trim_start()),
        Some(rest) if line.starts_with(['•', '▪', '●', '■', '➢', '►']) => (Mark::Item, rest),
        _ => (Mark::Plain, line),
    }
}

/// Lines that open with a long dash are items where two or more stand together; alone such a dash is a signature.
fn join_dashes(lines: &mut [Line]) {
    let dash = |line: &Line| line.mark == Mark::Plain && line.text.starts_with(['–', '—']);
    let dashes: Vec<bool> = lines.iter().map(dash).collect();
    for at in 0..lines.len() {
        let beside = (at > 0 && dashes[at - 1]) || dashes.get(at + 1) == Some(&true);
        if dashes[at] && beside {
            let rest = lines[at].text.trim_start_matches(['–', '—', ' ']).to_owned();
            if let Some(item) = Line::new(&rest, Mark::Item) {
                lines[at] = item;
            }
        }
    }
}

/// Joins the lines of a block into paragraphs if the block is hard-wrapped: if nearly every line is either so full
/// that the next word had no room in it, or ends a sentence.
fn unwrap(block: &[&str]) -> Vec<String> {
    let lengths: Vec<usize> = block.iter().map(|line| line.chars().count()).collect();
    let width = lengths.iter().copied().max().unwrap_or(0);
    let as_they_are = || block.iter().map(|&line| line.to_owned()).collect();
    if block.len() < 2 || !WRAP_CHARS.contains(&width) {
        return as_they_are();
    }
    let is_full = |at: usize| lengths[at] + 1 + first_word_chars(block[at + 1]) > width;
    let runs_on = |at: usize| {
        is_full(at)
            && ending(block[at]) != Ending::Colon
            && split_mark(block[at + 1]).0 == Mark::Plain
            && !matches!(split_mark(block[at]).0, Mark::Heading(_))
    };
    let ends = block.len() - 1;
    let broken_off = (0..ends).filter(|&at| runs_on(at) && ending(block[at]) == Ending::Open).count();
    let explained = (0..ends).filter(|&at| runs_on(at) || ending(block[at]) == Ending::Sentence).count();
    let goes_on_small = || (0..ends).any(|at| runs_on(at) && block[at + 1].starts_with(char::is_lowercase));
    let few = block.len() < 4 && !goes_on_small();
    if few || broken_off * 2 < ends || (explained as f32) < WRAP_SHARE * ends as f32 {
        return as_they_are();
    }
    let mut paragraphs: Vec<String> = vec![block[0].to_owned()];
    for at in 0..ends {
        match paragraphs.last_mut().filter(|_| runs_on(at)) {
            Some(paragraph) => join(paragraph, block[at + 1]),
            None => paragraphs.push(block[at + 1].to_owned()),
        }
    }
    paragraphs
}

fn join(paragraph: &mut String, line: &str) {
    let spaced = |c: char| !is_han(c) && !matches!(c, '，' | '。' | '、' | '；' | '：' | '“' | '”' | '（' | '）');
    let last = paragraph.chars().next_back();
    let hyphen = paragraph.ends_with('-') && !paragraph.ends_with(" -");
    if !hyphen && (last.is_some_and(spaced) || line.starts_with(spaced)) {
        paragraph.push(' ');
    }
    paragraph.push_str(line);
}

fn first_word_chars(line: &str) -> usize {
    match line.chars().next() {
        Some(c) if is_han(c) => 1,
        _ => line.chars().take_while(|c| !c.is_whitespace()).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        read(text).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn hard_wrapped_text_is_joined_and_other_lines_are_not() {
        let wrapped = "The board voted on Monday to close the landing for\n\
                       good, and to build a new pier further up the river. A\n\
                       member asked why the old one could not be mended at\n\
                       less cost to the town.\n\nIt was not answered.";
        assert_eq!(texts(wrapped).len(), 2, "{:?}", texts(wrapped));
        assert!(
            texts(wrapped)[0].contains("landing for good, and") && texts(wrapped)[0].contains("mended at less cost")
        );
        let menu = "News\nSport\nBusiness and finance from the whole of the region\nWeather";
        assert_eq!(texts(menu).len(), 4);
        let paragraphs = "One short paragraph that ends here.\nAnother paragraph that ends here, too, a little later.";
        assert_eq!(texts(paragraphs).len(), 2);
        let hyphen = "This is a line of text of some width that ends in an anti-\n\
                      ballistic word which goes on in the next one of these\nlines.";
        assert!(texts(hyphen)[0].contains("anti-ballistic word"), "{:?}", texts(hyphen));
    }

    #[test]
    fn marks_are_read_and_written_again() {
        let text = "## Head\n\nText.\n\n- one\n- two\n\nMore text.";
        assert_eq!(write(&read(text)), text);
        for (line, mark, rest) in [
            ("• item", Mark::Item, "item"),
            ("•item", Mark::Item, "item"),
            ("* item", Mark::Item, "item"),
            ("*item", Mark::Plain, "*item"),
            ("#tag", Mark::Plain, "#tag"),
            ("### Head", Mark::Heading(3), "Head"),
            ("– signed", Mark::Plain, "– signed"),
        ] {
            let lines = read(line);
            assert_eq!((lines[0].mark, lines[0].text.as_str()), (mark, rest), "{line}");
        }
        assert!(read("– one\n– two").iter().all(|line| line.mark == Mark::Item), "dashes in company are items");
        assert!(read("-\n***\n…").is_empty(), "a line without letter or digit is no line");
    }

    #[test]
    fn lines_are_measured_in_every_script() {
        for (text, words, end, prose) in [
            ("He asked why.", 3, Ending::Sentence, false),
            ("“Why did nobody ask him?”", 5, Ending::Sentence, true),
            ("Three things are planned:", 4, Ending::Colon, true),
            ("We hope to see you soon! 🙂", 6, Ending::Sentence, true),
            ("News and views", 3, Ending::Open, false),
            ("News and views »", 3, Ending::Open, false),
            ("دو ارکان نے مخالفت کی۔", 5, Ending::Sentence, true),
            ("两名委员反对这一决定。", 5, Ending::Sentence, true),
            ("दो सदस्यों ने इसका विरोध किया।", 6, Ending::Sentence, true),
        ] {
            let line = Line::new(text, Mark::Plain).unwrap();
            assert_eq!((line.words, line.ending, line.is_prose()), (words, end, prose), "{text}");
        }
    }
}
