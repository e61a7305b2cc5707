//! The lines of the main run that are the article's, and those among them that are headings.
//!
//! Judges by shape, place and kind, as the main run does; says nothing of where the article begins and ends, but for
//! the words on its author that may close it.

use std::collections::HashSet;
use std::ops::Range;

use super::boilerplate::{self, Kind};
use super::lines::{Line, Mark};
use super::run::{Page, Run, opens_like_a_title};

/// So many links in a row are a menu, not headings.
const LINKS_IN_ROW: usize = 6;
/// Longest heading, in words.
const HEADING_WORDS_MAX: usize = 14;
/// Shortest line all in capitals, in words, that is a link and no heading.
const SHOUTED_WORDS: usize = 6;
/// Longest name of an author in a line of its own, in words.
const NAME_WORDS_MAX: usize = 4;
/// A line of so many words is not said twice in an article.
const REPEAT_WORDS: usize = 8;
/// An article that repeats itself on purpose: so many of its lines, at least one in so many, are said again, those of
/// so many words counted.
const TEXT_REPEATS: (usize, usize, usize) = (2, 8, REPEAT_WORDS);
/// The same on a page, where menus and buttons are said again too.
const PAGE_REPEATS: (usize, usize, usize) = (12, 4, 1);

/// Words on an author stand among the last lines of an article: so many are looked at.
const AUTHOR_LINES: usize = 6;
/// and they are at most one word in so many.
const AUTHOR_SHARE: usize = 2;
/// A date heads an entry of a chronicle if text stands within so many lines before it.
const DATE_LINES: usize = 4;

/// The lines that are kept, as they come together.
#[derive(Default)]
struct Kept {
    lines: Vec<Line>,
    /// Whether there is running text among them.
    has_prose: bool,
}

impl Kept {
    fn push(&mut self, line: &Line) {
        self.has_prose |= line.is_prose();
        self.lines.push(line.clone());
    }

    /// Drops short lines at the end: what stands over a text with its author and date is the author's name, or that of
    /// a section.
    fn drop_names(&mut self) {
        while self.lines.last().is_some_and(|line| line.is_link_like() && line.words <= NAME_WORDS_MAX) {
            self.lines.pop();
        }
    }
}

impl Page {
    /// The article's lines within a stretch: without boilerplate, menus, repetitions and the title.
    pub(super) fn article(&self, run: &Run, is_title: impl Fn(&Line) -> bool) -> Vec<Line> {
        let counts = self.repetitions();
        let repeats = (!run.in_page || run.of_lists) && self.repeats_on_purpose(run);
        let mut seen = HashSet::new();
        let mut kept = Kept::default();
        let mut under_related = false;
        let mut at = run.lines.start;
        let end = self.author_head(run).unwrap_or(run.lines.end);
        while at < end {
            let line = &self.lines[at];
            let links = self.links_in_row(at..end, &is_title);
            let boilerplate = self.kinds[at].is_some() && !self.is_spared(at, run);
            if self.cells[at] {
                kept.push(line);
            } else if is_title(line) || boilerplate || (run.in_page && is_shouted(line)) {
                under_related |= self.kinds[at] == Some(Kind::Related);
                if matches!(self.kinds[at], Some(Kind::Byline | Kind::Date)) && !kept.has_prose {
                    kept.drop_names();
                    let is_name = self.lines.get(at + 1).is_some_and(|next| next.words <= NAME_WORDS_MAX);
                    at += usize::from(is_name && self.links_in_row(at + 1..end.min(at + 3), &is_title) == 1);
                }
            } else if links > 0 {
                let few = (links < LINKS_IN_ROW || !run.in_page) && !under_related;
                let once = |line: &&Line| {
                    !run.in_page || repeats || counts.get(line.identity()).is_none_or(|&count| count < 2)
                };
                self.lines[at..at + links].iter().filter(once).filter(|_| few).for_each(|line| kept.push(line));
                at += links - 1;
            } else {
                under_related = false;
                if line.words < REPEAT_WORDS || seen.insert(line.identity()) || repeats {
                    kept.push(line);
                }
            }
            at += 1;
        }
        while kept.lines.last().is_some_and(|line| matches!(line.mark, Mark::Heading(_))) {
            kept.lines.pop();
        }
        kept.lines
    }

    /// Whether a line that looks like boilerplate is the article's where it stands: numbers of a table, dates that
    /// head the entries of a chronicle, words on an author in the middle of the text.
    fn is_spared(&self, at: usize, run: &Run) -> bool {
        let is_prose = |at: usize| self.kinds[at].is_none() && self.lines[at].is_prose();
        let behind = || (at + 1..run.lines.end).take(AUTHOR_LINES);
        match self.kinds[at] {
            Some(Kind::Paging) => self.lines[at].key.is_empty() && !run.in_page,
            Some(Kind::Menu) => !run.in_page && self.is_row(at, run),
            // A date with the time of day is that of a page, not of an entry.
            Some(Kind::Date) => {
                !self.lines[at].text.contains(':')
                    && (at.saturating_sub(DATE_LINES).max(run.lines.start)..at).any(is_prose)
                    && behind().take(1).any(is_prose)
            }
            Some(Kind::Author) => behind().filter(|&at| is_prose(at)).count() > AUTHOR_LINES / 2,
            _ => false,
        }
    }

    /// The heading over a few words on the author at the end of an article, if there is one: few beside the article.
    fn author_head(&self, run: &Run) -> Option<usize> {
        let words = |lines: Range<usize>| self.lines[lines].iter().map(|line| line.words).sum::<usize>();
        let behind = run.lines.end.saturating_sub(AUTHOR_LINES).max(run.lines.start)..run.lines.end;
        let head = behind.into_iter().find(|&at| boilerplate::heads_author(&self.lines[at]))?;
        (words(head..run.lines.end) * AUTHOR_SHARE < words(run.lines.start..head)).then_some(head)
    }

    /// Whether much of an article is said again, as in plans and recipes; a quotation that is printed twice is not
    /// much, and on a page neither are the words on a few buttons.
    fn repeats_on_purpose(&self, run: &Run) -> bool {
        let (least, share, words_min) = if run.in_page { PAGE_REPEATS } else { TEXT_REPEATS };
        let mut seen = HashSet::new();
        let lines = self.lines[run.lines.clone()].iter().filter(|line| line.words >= words_min);
        let again = lines.filter(|line| !seen.insert(line.identity())).count();
        again >= least && again * share > run.lines.len()
    }

    /// Whether a line has as many cells, parted by bars, as the line before it or behind it.
    fn is_row(&self, at: usize, run: &Run) -> bool {
        let bars = |at: usize| self.lines[at].text.matches(" | ").count();
        let beside = [at.checked_sub(1), Some(at + 1)];
        bars(at) > 0 && beside.into_iter().flatten().any(|other| run.lines.contains(&other) && bars(other) == bars(at))
    }

    /// How many lines from the first on are links, or could be.
    fn links_in_row(&self, lines: Range<usize>, is_title: impl Fn(&Line) -> bool) -> usize {
        let is_link = |&at: &usize| {
            self.kinds[at].is_none() && !self.cells[at] && self.lines[at].is_link_like() && !is_title(&self.lines[at])
        };
        lines.take_while(is_link).count()
    }
}

/// Makes a heading of every short line that text or a list follows.
pub(super) fn mark_headings(lines: &mut [Line]) {
    let mut text_follows = false;
    for line in lines.iter_mut().rev() {
        // A figure is a cell or the number of a page, but a year may head a part.
        let year = line.text.len() == 4 && line.text.starts_with(['1', '2']);
        let is_heading = text_follows
            && (!line.key.is_empty() || year)
            && line.is_link_like()
            && line.words <= HEADING_WORDS_MAX
            && opens_like_a_title(line);
        if is_heading {
            line.mark = Mark::Heading(2);
        }
        text_follows = line.is_prose() || line.mark != Mark::Plain;
    }
}

/// Whether a line is all in capitals and too long for a heading: a link to another article, set between paragraphs.
fn is_shouted(line: &Line) -> bool {
    let small = line.text.chars().any(char::is_lowercase);
    line.is_link_like() && line.words >= SHOUTED_WORDS && !small && line.text.chars().any(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::super::lines::read;
    use super::*;

    const SENTENCE: &str = "The harbour board voted on Monday to close the old ferry landing after a long debate.";

    fn page(text: &str) -> Page {
        Page::new(read(text))
    }

    #[test]
    fn a_long_row_of_links_inside_the_run_goes() {
        let links = "One link\nAnother link\nA third link\nA fourth link\nA fifth link\nA sixth link";
        let page = page(&format!(
            "Menu\n{SENTENCE} {SENTENCE} {SENTENCE} {SENTENCE}\n{links}\n{SENTENCE} {SENTENCE} {SENTENCE}"
        ));
        let run = Run { lines: 1..page.lines.len(), in_page: true, of_lists: false };
        assert_eq!(page.article(&run, |_| false).len(), 2);
    }

    #[test]
    fn headings_are_short_lines_that_text_follows() {
        let mut lines = read(&format!("Part one\nA closer look\n{SENTENCE}\nsmall letters\n{SENTENCE}\nSigned"));
        mark_headings(&mut lines);
        let marks: Vec<bool> = lines.iter().map(|line| line.mark == Mark::Heading(2)).collect();
        assert_eq!(marks, [true, true, false, false, false, false]);
    }
}
