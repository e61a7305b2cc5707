//! The title of a page: the line that names the article, wherever it stands.
//!
//! May only choose a line of the page, without the name of the site behind it, or the title that a comment head quotes;
//! never writes one.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::boilerplate::Kind;
use super::lines::{Ending, Line, Mark};
use super::run::{Page, opens_like_a_title};
use crate::text::words::words;

/// Longest title, in characters: a longer line is text.
const TITLE_CHARS: usize = 300;
/// Longest title, in words.
const TITLE_WORDS: Range<usize> = 2..24;
/// Longest name of a site behind a title, in words.
const SITE_WORDS: usize = 4;
/// How far a title may stand behind the text, in lines: between the last paragraph and the comments.
const LINES_BEHIND: usize = 4;
/// How far above the text a title may stand, in lines.
const LINES_ABOVE: usize = 60;
/// Points for a line that the author or the date follows.
const BYLINE_POINTS: f32 = 0.6;
/// Points that every line between a title and the text costs.
const DISTANCE_POINTS: f32 = 0.03;
/// Points that a title must have.
const POINTS_MIN: f32 = 0.9;

/// The title that a comment section repeats: `3 responses to “TITLE”`.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"^\d+ \p{L}+ \p{L}{1,5} ["“„«‘'「](.+)["”“»’'」]\s*$|^One \p{L}+ \p{L}{1,5} ["“„«‘'「](.+)["”“»’'」]\s*$"#,
    )
    .expect("constant pattern")
});

/// The title of a page whose article is `run`, if a line can be told to be one.
pub(super) fn find(page: &Page, run: &Range<usize>) -> Option<String> {
    if let Some(quoted) = quoted(page) {
        return Some(quoted);
    }
    let lines = &page.lines;
    let first = lines.first()?;
    let heads_text = |line: &Line| matches!(line.mark, Mark::Heading(_)) || line.identity() == first.identity();
    if page.kinds[0].is_none() && is_title_like(first) && (1..run.start.max(1)).all(|at| heads_text(&lines[at])) {
        return Some(without_site(first));
    }
    best(page, run).map(without_site)
}

/// Whether two lines say the same title, signs and spaces aside.
pub(super) fn says(line: &Line, title: &Line) -> bool {
    let site = |rest: &str| rest.trim_start().starts_with(['|', '–', '—', '-', '»', '·']);
    // The title with the name of the site behind it; a single name with a dash behind heads a section instead.
    let with_site = title.words >= 3
        && line.words <= title.words + SITE_WORDS
        && line.text.strip_prefix(title.text.as_str()).is_some_and(site);
    with_site || line.identity() == title.identity()
}

/// Whether a line could be a title by its looks: short, beginning with a capital, no full stop at the end.
pub(super) fn is_title_like(line: &Line) -> bool {
    let full_stop = line.text.trim_end_matches(['"', '”', '’', ')', '»']).ends_with(['.', '。', '۔', '।']);
    line.mark != Mark::Item
        && TITLE_WORDS.contains(&line.words)
        && line.text.chars().count() <= TITLE_CHARS
        && line.ending != Ending::Colon
        && (!full_stop || line.text.ends_with("..."))
        && opens_like_a_title(line)
}

fn quoted(page: &Page) -> Option<String> {
    let comments = page.lines.iter().zip(&page.kinds).filter(|(_, kind)| kind.is_some_and(|kind| kind.ends_article()));
    comments.filter_map(|(line, _)| QUOTED.captures(&line.text)).find_map(|found| {
        let text = found.get(1).or(found.get(2))?.as_str().trim();
        Line::new(text, Mark::Plain).filter(is_title_like).map(|line| line.text)
    })
}

/// The line with the most points among those above the text; failing these, among those in the text that the page
/// repeats, and those between text and comments.
fn best<'p>(page: &'p Page, run: &Range<usize>) -> Option<&'p Line> {
    let counts = page.repetitions();
    let words = word_counts(page, run);
    let is_text = |at: &usize| page.lines[*at].is_prose() && !is_title_like(&page.lines[*at]);
    let text_start = run.clone().find(is_text).unwrap_or(run.end);
    let comments = (run.end..page.lines.len().min(run.end + LINES_BEHIND))
        .find(|&at| page.kinds[at].is_some_and(|kind| kind.ends_article()));
    let above = (0..text_start).rev().take(LINES_ABOVE);
    let below = (text_start..run.end)
        .filter(|&at| {
            (comments.is_some() && at + 1 == run.end)
                || counts.get(page.lines[at].identity()).is_some_and(|&count| count > 1)
        })
        .chain(run.end..comments.unwrap_or(run.end));
    let points = |at: usize| {
        let line = &page.lines[at];
        let fits = page.kinds[at].is_none() && is_title_like(line);
        let count = counts.get(line.identity()).copied().unwrap_or(1);
        let byline_follows =
            page.kinds.iter().skip(at + 1).take(3).any(|&kind| matches!(kind, Some(Kind::Byline | Kind::Date)));
        let distance = text_start.saturating_sub(at);
        let in_text = run.contains(&at);
        let place = if byline_follows { BYLINE_POINTS } else { 0.0 } - DISTANCE_POINTS * distance as f32;
        fits.then(|| place + points(line, &words, in_text, count))
    };
    let best = |lines: &mut dyn Iterator<Item = usize>| {
        let scored =
            lines.filter_map(|at| points(at).filter(|&points| points >= POINTS_MIN).map(|points| (points, at)));
        scored.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, at)| &page.lines[at])
    };
    best(&mut { above }).or_else(|| best(&mut { below }))
}

/// Points for what a line says: shared words with the text, repetition, a title's length.
fn points(line: &Line, text: &HashMap<String, usize>, in_text: bool, count: usize) -> f32 {
    let own: HashSet<&str> = significant(line).collect();
    let shared = own.iter().filter(|word| text.get(**word).is_some_and(|&lines| lines > usize::from(in_text))).count();
    let share = shared as f32 / (own.len() as f32 + 2.0);
    let repeated = if share >= 0.3 { 0.6 * (count - 1).min(2) as f32 } else { 0.0 };
    let length = if (4..=20).contains(&line.words) { 0.6 } else { 0.0 };
    3.0 * share + repeated + length
}

/// How many lines of the article have each word.
fn word_counts(page: &Page, run: &Range<usize>) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for line in &page.lines[run.clone()] {
        let own: HashSet<&str> = significant(line).collect();
        for word in own {
            *counts.entry(word.to_owned()).or_insert(0) += 1;
        }
    }
    counts
}

/// The words of a line that say what it is about: those of three letters and more, and every Chinese character.
fn significant(line: &Line) -> impl Iterator<Item = &str> {
    words(&line.folded).filter(|word| word.is_han() || word.text.chars().nth(2).is_some()).map(|word| word.text)
}

/// The text of a title line without the name of the site behind a bar.
fn without_site(line: &Line) -> String {
    match line.text.split_once(" | ") {
        Some((title, _)) if Line::new(title, Mark::Plain).is_some_and(|line| is_title_like(&line)) => title.to_owned(),
        _ => line.text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::read;
    use super::*;

    const TEXT: &str = "The harbour board voted on Monday to close the old ferry landing after a long debate.\n\
                        Two members of the board spoke against the closing of the ferry landing.";

    fn title(text: &str) -> Option<String> {
        let page = Page::new(read(text));
        let run = page.main_run();
        find(&page, &run.lines)
    }

    #[test]
    fn the_title_is_the_line_that_shares_the_words_of_the_text() {
        let menu = "Skip to content\nHome\nMenu\nBest of the week\nSearch";
        let page =
            format!("{menu}\nWorld\nFerry landing to close, says harbour board\nAnn Archer\n5 March 2024\n{TEXT}");
        assert_eq!(title(&page).as_deref(), Some("Ferry landing to close, says harbour board"));
    }

    #[test]
    fn the_first_line_of_a_bare_text_is_its_title_if_it_looks_like_one() {
        assert_eq!(title(&format!("A long night\n{TEXT}")).as_deref(), Some("A long night"));
        assert_eq!(title(&format!("A long night | Harbour Paper\n{TEXT}")).as_deref(), Some("A long night"));
        assert_eq!(title(&format!("Who will pay for it?\n{TEXT}")).as_deref(), Some("Who will pay for it?"));
        assert_eq!(title(TEXT), None);
        assert_eq!(title(&format!("It was late.\n{TEXT}")), None);
        assert_eq!(title(&format!("{TEXT}\nThe harbour board")), None, "a last line is no title without comments");
    }

    #[test]
    fn a_comment_head_quotes_the_title() {
        let page = format!("{TEXT}\n\nOne thought on “A long night”\nI agree with all of this.");
        assert_eq!(title(&page).as_deref(), Some("A long night"));
    }

    #[test]
    fn the_name_of_the_site_makes_no_other_title() {
        let line = |text: &str| Line::new(text, Mark::Plain).unwrap();
        assert!(says(&line("A LONG NIGHT!"), &line("A long night")));
        assert!(says(&line("A long night – The Harbour Paper"), &line("A long night")));
        assert!(!says(&line("A long night in the harbour"), &line("A long night")));
        assert!(!says(&line("Gwadar - a history"), &line("Gwadar")));
        assert!(!says(&line("Conclusion: A long night"), &line("A long night")));
    }
}
