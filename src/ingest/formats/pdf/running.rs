//! Running heads, feet and page numbers: what stands at the edge of pages and is no part of their text.
//!
//! A line goes only for a reason: it comes again on other pages at the same height, it is nothing but a page number, or
//! it is the line that a browser prints around a page.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::rows::Line;
use crate::text::normalise::fold;

/// Part of a page's height at its top and at its bottom where such lines stand.
const EDGE_SHARE: f64 = 0.12;
/// Lines at the top and at the bottom of a page that may be such.
const EDGE_LINES: usize = 3;
/// Difference of height of one running head on two pages, in points.
const HEIGHT_TOLERANCE: f64 = 6.0;

/// A page number with the words around it that are usual.
static PAGE_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^\W*(?:(?:page|p\.|pg\.?|صفحہ|第)\s*)?(?:\d{1,4}|[ivxl]{1,6}|[۰-۹]{1,4})\s*(?:页|頁)?
          (?:\s*(?:of|/|\||-|–|از|共)\s*(?:\d{1,4}|[۰-۹]{1,4})\s*(?:页|頁)?)?\W*$",
    )
    .expect("constant pattern")
});
/// The foot that browsers print: the address and the page of the pages.
static PRINTED_FOOT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^((?:https?|file)://\S+)\s*(?:\d{1,4}\s*/\s*\d{1,4})?$").expect("constant pattern"));
/// The head that browsers print: day and time, then the title.
static PRINTED_HEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s+\d{1,2}:\d{2}(?:\s*[AaPp][Mm])?(?:\s|$)")
        .expect("constant pattern")
});

/// What stands around the text of the pages.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Surroundings {
    /// The address that a browser printed below the page.
    pub(super) address: Option<String>,
}

/// Takes away the lines that are no part of the text. `heights` has the height of each page, in points.
pub(super) fn take_away(lines: &mut Vec<Line>, heights: &[f64]) -> Surroundings {
    let edges = edges(lines, heights);
    let mut repeated: BTreeMap<String, Vec<(usize, f64)>> = BTreeMap::new();
    for &at in &edges {
        let line = &lines[at];
        repeated.entry(key(&line.text)).or_default().push((line.page, line.y));
    }
    let mut surroundings = Surroundings::default();
    let mut gone = BTreeSet::new();
    for &at in &edges {
        let line = &lines[at];
        if let Some(foot) = PRINTED_FOOT.captures(line.text.trim()) {
            surroundings.address.get_or_insert_with(|| foot[1].to_owned()).truncate(2000);
        }
        let printed = PRINTED_FOOT.is_match(line.text.trim()) || PRINTED_HEAD.is_match(line.text.trim());
        if printed || PAGE_NUMBER.is_match(line.text.trim()) || returns(line, &repeated, heights.len()) {
            gone.insert(at);
        }
    }
    let mut at = 0;
    lines.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
    surroundings.address = surroundings.address.filter(|address| address.starts_with("http"));
    surroundings
}

/// Whether a line comes again on other pages: on half of them, and at least on two.
fn returns(line: &Line, repeated: &BTreeMap<String, Vec<(usize, f64)>>, pages: usize) -> bool {
    let Some(places) = repeated.get(&key(&line.text)) else { return false };
    let pages_with: BTreeSet<usize> =
        places.iter().filter(|(_, y)| (y - line.y).abs() <= HEIGHT_TOLERANCE).map(|(page, _)| *page).collect();
    // Heads of left and right pages differ, and chapters begin without one: a third of a long text is enough.
    pages_with.len() >= 2 && pages_with.len() * 3 >= pages
}

/// The places of lines near the top and the bottom of their pages.
fn edges(lines: &[Line], heights: &[f64]) -> BTreeSet<usize> {
    let mut by_page: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        by_page.entry(line.page).or_default().push(at);
    }
    let mut edges = BTreeSet::new();
    for (page, mut places) in by_page {
        let height = heights.get(page).copied().unwrap_or_default();
        places.sort_by(|&a, &b| lines[a].y.total_cmp(&lines[b].y));
        let top = places.iter().take(EDGE_LINES).filter(|&&at| lines[at].y < EDGE_SHARE * height);
        let bottom = places.iter().rev().take(EDGE_LINES).filter(|&&at| lines[at].y > (1.0 - EDGE_SHARE) * height);
        edges.extend(top.chain(bottom).copied());
    }
    edges
}

/// What two running heads have in common: their words without the page's number.
fn key(text: &str) -> String {
    fold(text).chars().filter(|letter| !letter.is_numeric() && !letter.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(page: usize, y: f64, text: &str) -> Line {
        Line { text: text.to_owned(), left: 50.0, right: 500.0, y, size: 10.0, leftwards: false, page, column: 0 }
    }

    #[test]
    fn what_returns_at_the_edge_and_page_numbers_go_and_the_rest_stays() {
        let mut lines = Vec::new();
        for page in 0..3 {
            lines.push(line(page, 30.0, &format!("The Port Review {}", page + 1)));
            lines.push(line(page, 60.0, &format!("Text of its own begins page {}", ["one", "two", "three"][page])));
            lines.push(line(page, 400.0, "A line that returns in the middle"));
            lines.push(line(page, 780.0, &format!("- {} -", page + 1)));
        }
        take_away(&mut lines, &[800.0; 3]);
        let left: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(left.len(), 6, "{left:?}");
        assert!(left.iter().all(|text| text.starts_with("Text of") || text.starts_with("A line")));
    }

    #[test]
    fn numbers_of_pages_are_known_in_their_usual_forms() {
        for text in ["3", "- 3 -", "Page 3 of 12", "iv", "3 / 12", "第 3 页", "第3页 共12页", "صفحہ ۳", "p. 7"]
        {
            assert!(PAGE_NUMBER.is_match(text), "{text}");
        }
        for text in ["In 2024", "3 dead", "12 March", "mix of it", "3.5 million", "2024-03-26 10"] {
            assert!(!PAGE_NUMBER.is_match(text), "{text}");
        }
    }

    #[test]
    fn the_lines_that_a_browser_prints_go_and_the_address_is_kept() {
        let mut lines = vec![
            line(0, 20.0, "3/26/24, 5:20 AM Blast near the port - News"),
            line(0, 60.0, "Blast near the port"),
            line(0, 785.0, "https://news.example/blast?id=3 1/1"),
        ];
        let surroundings = take_away(&mut lines, &[800.0]);
        assert_eq!(surroundings.address.as_deref(), Some("https://news.example/blast?id=3"));
        assert_eq!(lines.len(), 1);
        let mut lines = vec![line(0, 785.0, "file:///home/x/page.html 1/1"), line(0, 400.0, "Text.")];
        assert_eq!((take_away(&mut lines, &[800.0]).address, lines.len()), (None, 1));
    }
}
