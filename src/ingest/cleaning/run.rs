//! The main run: which stretch of a page's lines is the article, and which of the lines in it are not.
//!
//! Judges by shape only (length, sentence ends, repetition, distance) and by the kinds that `boilerplate` gives.
//! The thresholds were chosen on one half of a public benchmark of news pages and confirmed on the other.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::boilerplate::{self, Kind};
use super::lines::{Ending, Line, Mark};

/// What a line of boilerplate costs the stretch that it stands in.
const BOILERPLATE_COST: i64 = 12;
/// What a line costs that often stands between two paragraphs: an advertisement, a link, a date.
const INSET_COST: i64 = 4;
/// What a line of numbers costs: a page number, or a cell of a table.
const NUMBER_COST: i64 = 8;
/// What a short line with an open end costs.
const LINK_COST: i64 = 8;
/// Words that a sentence must have to count for a stretch; every further word is a point.
const SENTENCE_WORDS: i64 = 4;
/// The same for a line that ends openly.
const OPEN_WORDS: i64 = 15;
/// A stretch before a comment section is the article if it has this many points,
const ZONE_POINTS: i64 = 40;
/// or this share of the points of the best stretch of the page.
const ZONE_SHARE: f64 = 0.3;
/// So many links in a row are a menu, not headings.
const LINKS_IN_ROW: usize = 6;
/// What a table counts for the stretch that it stands in.
const TABLE_POINTS: i64 = 10;
/// Longest cell of a table, in words.
const CELL_WORDS_MAX: usize = 6;
/// Fewest cells of a table.
const TABLE_LINES_MIN: usize = 9;
/// Most headings of columns before the first figure.
const TABLE_HEADS_MAX: usize = 8;
/// Longest heading, in words.
const HEADING_WORDS_MAX: usize = 14;
/// Longest name of an author in a line of its own, in words.
const NAME_WORDS_MAX: usize = 4;
/// Shortest line all in capitals, in words, that is a link and no heading.
const SHOUTED_WORDS: usize = 6;
/// A line of so many words is not said twice in an article.
const REPEAT_WORDS: usize = 8;

/// So many lines are said again in an article that repeats itself on purpose,
const REPEATS_MIN: usize = 2;
/// and at least one of so many.
const REPEATS_SHARE: usize = 8;

/// Words on an author stand among the last lines of an article: so many are looked at.
const AUTHOR_LINES: usize = 6;
/// and they are at most one word in so many.
const AUTHOR_SHARE: usize = 2;
/// A date heads an entry of a chronicle if text stands within so many lines before it.
const DATE_LINES: usize = 4;
/// So many short lines around a short text do not make it a page yet.
const BARE_LINES: usize = 12;
/// or one for so many of its lines, if that is more.
const BARE_SHARE: usize = 3;

/// The article's place on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// Its lines.
    pub(super) lines: Range<usize>,
    /// Whether there is a page around it, with menus and links; else the text is the article and nothing more.
    pub(super) in_page: bool,
}

/// A page: its lines, and the kind of each that is boilerplate.
pub(super) struct Page {
    /// The lines in order.
    pub(super) lines: Vec<Line>,
    /// For each line the kind of boilerplate that it is.
    pub(super) kinds: Vec<Option<Kind>>,
    /// For each line whether it is a cell of a table whose cells stand in lines of their own.
    cells: Vec<bool>,
}

impl Page {
    /// Judges each line by itself.
    pub(super) fn new(lines: Vec<Line>) -> Self {
        let mut kinds: Vec<Option<Kind>> = lines.iter().map(boilerplate::kind).collect();
        for at in 0..kinds.len() {
            let beside = [at.checked_sub(1), Some(at + 1)];
            let among_buttons = beside.into_iter().flatten().any(|at| kinds.get(at) == Some(&Some(Kind::Share)));
            if kinds[at] == Some(Kind::Comments) && among_buttons && lines[at].words == 1 {
                // `Facebook, Comments, Print`: a button, no head.
                kinds[at] = Some(Kind::Share);
            }
        }
        let cells = cells(&lines, &mut kinds);
        Self { lines, kinds, cells }
    }

    /// How often each line stands on the page, by identity.
    pub(super) fn repetitions(&self) -> HashMap<&str, usize> {
        let mut counts = HashMap::new();
        for line in &self.lines {
            *counts.entry(line.identity()).or_insert(0) += 1;
        }
        counts
    }

    /// The stretch of lines that is most likely the article. Empty only if the page has no lines.
    ///
    /// The page is cut where comments begin; in each part the stretch with the most points is sought (maximum
    /// subsequence, as in Pasternack and Roth, "Extracting article text from the web", 2009); the first that is
    /// good enough wins, since comments may be longer than the article.
    pub(super) fn main_run(&self) -> Run {
        let mut zones = Vec::new();
        let mut start = 0;
        for at in 0..=self.lines.len() {
            if at == self.lines.len() || self.kinds[at].is_some_and(Kind::ends_article) {
                let (points, stretch) = self.best_stretch(start..at);
                zones.push((points, stretch, start..at));
                start = at + 1;
            }
        }
        let most = zones.iter().map(|&(points, ..)| points).max().unwrap_or(0);
        let enough = ZONE_POINTS.min((most as f64 * ZONE_SHARE) as i64).max(1);
        match zones.into_iter().find(|&(points, ..)| points >= enough) {
            Some((_, stretch, zone)) if self.is_bare(&stretch, &zone) => Run { lines: zone, in_page: false },
            Some((_, stretch, _)) => Run { lines: stretch, in_page: true },
            // No running text at all: a list, a table, a headline. Better too much than nothing.
            None => Run { lines: 0..self.lines.len(), in_page: false },
        }
    }

    /// Whether nothing around a stretch looks like the furniture of a page, so that all of it is the article: its short
    /// last line too.
    fn is_bare(&self, stretch: &Range<usize>, zone: &Range<usize>) -> bool {
        let mut around = (zone.start..stretch.start).chain(stretch.end..zone.end);
        let furniture =
            around.clone().any(|at| !self.lines[at].key.is_empty() && self.kinds[at].is_some_and(Kind::is_furniture));
        !furniture && around.by_ref().count() <= (stretch.len() / BARE_SHARE).max(BARE_LINES)
    }

    fn best_stretch(&self, zone: Range<usize>) -> (i64, Range<usize>) {
        let mut best = (0, zone.start..zone.start);
        let (mut points, mut start) = (0, zone.start);
        for at in zone {
            if points <= 0 {
                (points, start) = (0, at);
            }
            points += self.points(at);
            if points > best.0 {
                best = (points, start..at + 1);
            }
        }
        best
    }

    fn points(&self, at: usize) -> i64 {
        let line = &self.lines[at];
        if self.cells[at] {
            // A table counts once, where it ends: enough to belong to a text beside it, too little to be an article.
            return if self.cells.get(at + 1) == Some(&true) { 0 } else { TABLE_POINTS };
        }
        if line.key.is_empty() {
            return -NUMBER_COST;
        }
        match self.kinds[at] {
            Some(Kind::Advertisement | Kind::Link | Kind::Date) => return -INSET_COST,
            Some(_) => return -BOILERPLATE_COST,
            None => {}
        }
        let words = line.words as i64;
        match (line.mark, line.ending) {
            (Mark::Heading(_), _) => 1,
            (Mark::Item, Ending::Sentence) => words,
            (Mark::Item, _) => (words - 4).clamp(-2, 10).max(if self.belongs_to_colon(at) { 1 } else { -2 }),
            (Mark::Plain, Ending::Sentence | Ending::Colon) => words - SENTENCE_WORDS,
            (Mark::Plain, Ending::Open) if line.is_prose() => words - OPEN_WORDS,
            (Mark::Plain, Ending::Open) => -LINK_COST,
        }
    }

    /// Whether an item's list is announced by a line that ends with a colon.
    fn belongs_to_colon(&self, at: usize) -> bool {
        // Bounded, so that a page of nothing but items costs linear time.
        let lead = self.lines[..at].iter().rev().take(20).find(|line| line.mark != Mark::Item);
        lead.is_some_and(|line| line.ending == Ending::Colon)
    }

    /// The article's lines within a stretch: without boilerplate, menus, repetitions and the title.
    pub(super) fn article(&self, run: &Run, is_title: impl Fn(&Line) -> bool) -> Vec<Line> {
        let counts = self.repetitions();
        let repeats = !run.in_page && self.repeats_on_purpose(run);
        let mut seen = HashSet::new();
        let mut kept: Vec<Line> = Vec::new();
        let mut under_related = false;
        let mut at = run.lines.start;
        let end = self.author_head(run).unwrap_or(run.lines.end);
        while at < end {
            let line = &self.lines[at];
            if self.cells[at] {
                kept.push(line.clone());
                at += 1;
                continue;
            }
            let links = self.links_in_row(at..end, &is_title);
            let beside = self.kinds[at].is_some() && !self.is_spared(at, run);
            if is_title(line) || beside || (run.in_page && is_shouted(line)) {
                under_related |= self.kinds[at] == Some(Kind::Related);
                if matches!(self.kinds[at], Some(Kind::Byline | Kind::Date)) && !kept.iter().any(Line::is_prose) {
                    // What stands over the text with the author and the date is the author's name, or a section's.
                    kept.retain(|line| !(line.is_link_like() && line.words <= NAME_WORDS_MAX));
                    let name =
                        self.links_in_row(at + 1..end, &is_title) == 1 && self.lines[at + 1].words <= NAME_WORDS_MAX;
                    at += usize::from(name);
                }
            } else if links > 0 {
                let few = (links < LINKS_IN_ROW || !run.in_page) && !under_related;
                let once = |line: &&Line| !run.in_page || counts.get(line.identity()).is_none_or(|&count| count < 2);
                kept.extend(self.lines[at..at + links].iter().filter(once).filter(|_| few).cloned());
                at += links;
                continue;
            } else {
                under_related = false;
                if line.words < REPEAT_WORDS || seen.insert(line.identity()) || repeats {
                    kept.push(line.clone());
                }
            }
            at += 1;
        }
        while kept.last().is_some_and(|line| matches!(line.mark, Mark::Heading(_))) {
            kept.pop();
        }
        kept
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

    /// Whether much of an article is said again, as in plans and recipes; a quotation that is printed twice is not much.
    fn repeats_on_purpose(&self, run: &Run) -> bool {
        let mut seen = HashSet::new();
        let lines = self.lines[run.lines.clone()].iter().filter(|line| line.words >= REPEAT_WORDS);
        let again = lines.filter(|line| !seen.insert(line.identity())).count();
        again >= REPEATS_MIN && again * REPEATS_SHARE > run.lines.len()
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

/// Which lines are cells of tables: rows of short lines with no sentence among them, a good part of them figures. Cells
/// are no boilerplate; rows of nothing but figures are calendars and pages.
fn cells(lines: &[Line], kinds: &mut [Option<Kind>]) -> Vec<bool> {
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

/// Whether a line begins as headings do: with a capital, a number, a letter of a script without capitals, or a quote.
pub(super) fn opens_like_a_title(line: &Line) -> bool {
    let address = line.folded.contains("http") || line.folded.starts_with("www.");
    let begins = |c: char| (c.is_alphanumeric() && !c.is_lowercase()) || "\"'“‘«‹„(<[「『《【¿¡".contains(c);
    !address && line.text.starts_with(begins)
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
    fn the_run_is_the_stretch_of_sentences_and_bridges_a_heading() {
        let menu = "News\nSport\nSearch\nWeather\nTravel\nMoney\nArts\nHealth";
        let found =
            page(&format!("{menu}\n{SENTENCE}\nA heading\n{SENTENCE}\n{menu}\nOne teaser that ends here.")).main_run();
        assert_eq!(found, Run { lines: 8..11, in_page: true });
    }

    #[test]
    fn comments_do_not_win_for_being_longer() {
        let comment = format!("{SENTENCE} {SENTENCE} {SENTENCE}");
        let text =
            format!("Menu\n{SENTENCE}\n{SENTENCE}\n{SENTENCE}\n{SENTENCE}\nComments\n{comment}\n{comment}\n{comment}");
        assert!(page(&text).main_run().lines.end <= 5);
        let text = format!("Leave a comment\n{SENTENCE}\n{SENTENCE}");
        assert_eq!(page(&text).main_run().lines, 1..3, "a comment button above the text is no end");
    }

    #[test]
    fn a_long_row_of_links_inside_the_run_goes() {
        let links = "One link\nAnother link\nA third link\nA fourth link\nA fifth link\nA sixth link";
        let page = page(&format!(
            "Menu\n{SENTENCE} {SENTENCE} {SENTENCE} {SENTENCE}\n{links}\n{SENTENCE} {SENTENCE} {SENTENCE}"
        ));
        let run = Run { lines: 1..page.lines.len(), in_page: true };
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
