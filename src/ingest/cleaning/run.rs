//! The main run: which stretch of a page's lines is the article.
//!
//! Judges by shape only (length, sentence ends, repetition, distance) and by the kinds that `boilerplate` gives.
//! The thresholds were chosen on one half of a public benchmark of news pages and confirmed on the other.

use std::collections::HashMap;
use std::ops::Range;

use super::boilerplate::{self, Kind};
use super::lines::{Ending, Line, Mark};
use super::tables;

/// What a line of boilerplate costs the stretch that it stands in.
const BOILERPLATE_COST: i64 = 12;
/// What a line costs that often stands between two paragraphs: an advertisement, a link, a date.
const INSET_COST: i64 = 4;
/// What a line of numbers costs: a page number, or a cell of a table.
const NUMBER_COST: i64 = 8;
/// What a short line with an open end costs.
const LINK_COST: i64 = 8;
/// The same in an article of lists,
const LINK_COST_IN_LISTS: i64 = 4;
/// which has so many times the words of its best part.
const WIDER_TIMES: usize = 3;
/// Words that a sentence must have to count for a stretch; every further word is a point.
const SENTENCE_WORDS: i64 = 4;
/// The same for a line that ends openly.
const OPEN_WORDS: i64 = 15;
/// A stretch before a comment section is the article if it has this many points,
const ZONE_POINTS: i64 = 40;
/// or this share of the points of the best stretch of the page.
const ZONE_SHARE: f64 = 0.3;
/// What a table counts for the stretch that it stands in.
const TABLE_POINTS: i64 = 10;

/// So many short lines around a short text do not make it a page yet.
const BARE_LINES: usize = 12;

/// The article's place on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// Its lines.
    pub(super) lines: Range<usize>,
    /// Whether there is a page around it, with menus and links; else the text is the article and nothing more.
    pub(super) in_page: bool,
    /// Whether it is of short lines more than of running text: a plan, a list of recipes.
    pub(super) of_lists: bool,
}

/// A page: its lines, and the kind of each that is boilerplate.
pub(super) struct Page {
    /// The lines in order.
    pub(super) lines: Vec<Line>,
    /// For each line the kind of boilerplate that it is.
    pub(super) kinds: Vec<Option<Kind>>,
    /// For each line whether it is a cell of a table whose cells stand in lines of their own.
    pub(super) cells: Vec<bool>,
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
        let cells = tables::cells(&lines, &mut kinds);
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
                let (points, stretch) = self.best_stretch(start..at, LINK_COST);
                zones.push((points, stretch, start..at));
                start = at + 1;
            }
        }
        let most = zones.iter().map(|&(points, ..)| points).max().unwrap_or(0);
        let enough = ZONE_POINTS.min((most as f64 * ZONE_SHARE) as i64).max(1);
        match zones.into_iter().find(|&(points, ..)| points >= enough) {
            Some((_, stretch, zone)) if self.is_bare(&stretch, &zone) => {
                Run { lines: zone, in_page: false, of_lists: false }
            }
            Some((_, stretch, zone)) => match self.wider(&stretch, zone) {
                Some(wide) => Run { lines: wide, in_page: true, of_lists: true },
                None => Run { lines: stretch, in_page: true, of_lists: false },
            },
            // No running text at all: a list, a table, a headline. Better too much than nothing.
            None => Run { lines: 0..self.lines.len(), in_page: false, of_lists: false },
        }
    }

    /// Whether nothing around a stretch looks like the furniture of a page, so that all of it is the article: its short
    /// last line too.
    fn is_bare(&self, stretch: &Range<usize>, zone: &Range<usize>) -> bool {
        let mut around = (zone.start..stretch.start).chain(stretch.end..zone.end);
        let furniture =
            around.clone().any(|at| !self.lines[at].key.is_empty() && self.kinds[at].is_some_and(Kind::is_furniture));
        !furniture && around.by_ref().count() <= stretch.len().max(BARE_LINES)
    }

    /// A stretch in which short lines cost less, if it holds the other and many times its words: the article of lists
    /// and plans, of which the other is one part.
    fn wider(&self, stretch: &Range<usize>, zone: Range<usize>) -> Option<Range<usize>> {
        let (_, wide) = self.best_stretch(zone, LINK_COST_IN_LISTS);
        let words = |lines: &Range<usize>| self.lines[lines.clone()].iter().map(|line| line.words).sum::<usize>();
        let holds = wide.start <= stretch.start && stretch.end <= wide.end;
        (holds && words(&wide) >= WIDER_TIMES * words(stretch)).then_some(wide)
    }

    fn best_stretch(&self, zone: Range<usize>, link_cost: i64) -> (i64, Range<usize>) {
        let mut best = (0, zone.start..zone.start);
        let (mut points, mut start) = (0, zone.start);
        for at in zone {
            if points <= 0 {
                (points, start) = (0, at);
            }
            points += self.points(at, link_cost);
            if points > best.0 {
                best = (points, start..at + 1);
            }
        }
        best
    }

    fn points(&self, at: usize, link_cost: i64) -> i64 {
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
            (Mark::Plain, Ending::Open) => -link_cost,
        }
    }

    /// Whether an item's list is announced by a line that ends with a colon.
    fn belongs_to_colon(&self, at: usize) -> bool {
        // Bounded, so that a page of nothing but items costs linear time.
        let lead = self.lines[..at].iter().rev().take(20).find(|line| line.mark != Mark::Item);
        lead.is_some_and(|line| line.ending == Ending::Colon)
    }
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
        assert_eq!(found, Run { lines: 8..11, in_page: true, of_lists: false });
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
}
