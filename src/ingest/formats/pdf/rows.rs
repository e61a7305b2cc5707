//! From letters to lines: rows of a page, its columns, and the order in which they are read.
//!
//! The order in which a file draws its letters is not trusted: places decide. May not judge what a line means.

use super::glyphs::{Glyph, Page};
use super::script;

/// How far letters of one row may lie above and below its base line (raised notes), in letter sizes.
const ROW_SHARE: f64 = 0.4;
/// Gap that may be one between columns, in letter sizes.
const GUTTER_MIN: f64 = 0.9;
/// Fewest rows that make a column.
const COLUMN_ROWS_MIN: usize = 4;
/// Fewest letters that a row of a column has on average; cells of tables have less, and are read row by row.
const COLUMN_LETTERS_MIN: usize = 12;
/// Ways to see one band of columns that are tried, the longest first.
const BANDS_TRIED_MAX: usize = 20;
/// Most pieces of a page among which columns are looked for.
const PIECES_MAX: usize = 5000;

/// A line of a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Its text.
    pub(super) text: String,
    /// Left end, in points.
    pub(super) left: f64,
    /// Right end, in points.
    pub(super) right: f64,
    /// Base line, in points from the top edge.
    pub(super) y: f64,
    /// Size of most of its letters, in points.
    pub(super) size: f64,
    /// Whether it is written from right to left.
    pub(super) leftwards: bool,
    /// Page, from 0.
    pub(super) page: usize,
    /// Column on the page, in the order of reading.
    pub(super) column: usize,
}

/// Letters of one row without a wide gap.
#[derive(Debug, Clone)]
struct Piece {
    glyphs: Vec<Glyph>,
    left: f64,
    right: f64,
    y: f64,
    size: f64,
}

/// The lines of a page in the order of reading. `number` counts pages from 0.
pub(super) fn lines(page: Page, number: usize) -> Vec<Line> {
    let pieces = pieces(page.glyphs);
    let mut lines = Vec::new();
    let mut column = 0;
    let mut at = 0;
    while at < pieces.len() {
        let band = if pieces.len() > PIECES_MAX { None } else { band(&pieces, at) };
        let (end, gutters) = band.unwrap_or((at + 1, Vec::new()));
        if gutters.is_empty() {
            // Rows over the full width belong to one column until a band of columns begins.
            let mut end = at + 1;
            while end < pieces.len() && (pieces.len() > PIECES_MAX || self::band(&pieces, end).is_none()) {
                end += 1;
            }
            push_column(&pieces[at..end], number, column, &mut lines);
            at = end;
        } else {
            let mut columns: Vec<Vec<Piece>> = vec![Vec::new(); gutters.len() + 1];
            for piece in &pieces[at..end] {
                columns[gutters.iter().filter(|gutter| **gutter <= piece.left).count()].push(piece.clone());
            }
            let leftwards =
                pieces[at..end].iter().filter(|piece| script::runs_left(&piece.glyphs)).count() * 2 > end - at;
            if leftwards {
                columns.reverse();
            }
            for pieces in columns {
                push_column(&pieces, number, column, &mut lines);
                column += 1;
            }
            at = end;
        }
        column += 1;
    }
    lines
}

/// Letters by rows from the top, each row parted at its wide gaps.
fn pieces(mut glyphs: Vec<Glyph>) -> Vec<Piece> {
    glyphs.retain(|glyph| !glyph.text.trim().is_empty());
    glyphs.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
    let mut rows: Vec<Vec<Glyph>> = Vec::new();
    let mut base = (f64::NEG_INFINITY, 0.0_f64);
    for glyph in glyphs {
        match rows.last_mut() {
            Some(row) if glyph.y - base.0 <= ROW_SHARE * glyph.size.max(base.1) => {
                // The row's base line is that of its largest letter: raised notes come first and are smaller.
                if glyph.size > base.1 {
                    base = (glyph.y, glyph.size);
                }
                row.push(glyph);
            }
            _ => {
                base = (glyph.y, glyph.size);
                rows.push(vec![glyph]);
            }
        }
    }
    let mut pieces = Vec::new();
    for mut row in rows {
        row.sort_by(|a, b| a.x.total_cmp(&b.x));
        let mut piece: Vec<Glyph> = Vec::new();
        let mut end = f64::NEG_INFINITY;
        for glyph in row {
            let before = piece.last().map_or(glyph.size, |before| before.size);
            // A heading beside a line of the next column is nearer than its own letters are wide.
            if !piece.is_empty() && glyph.x - end > GUTTER_MIN * glyph.size.min(before) {
                pieces.push(Piece::of(std::mem::take(&mut piece)));
            }
            end = if piece.is_empty() { glyph.x + glyph.width } else { end.max(glyph.x + glyph.width) };
            piece.push(glyph);
        }
        pieces.push(Piece::of(piece));
    }
    pieces
}

impl Piece {
    fn of(glyphs: Vec<Glyph>) -> Self {
        let left = glyphs.iter().map(|glyph| glyph.x).fold(f64::INFINITY, f64::min);
        let right = glyphs.iter().map(|glyph| glyph.x + glyph.width).fold(f64::NEG_INFINITY, f64::max);
        let size = common(glyphs.iter().map(|glyph| glyph.size));
        let y = common(glyphs.iter().filter(|glyph| glyph.size >= size).map(|glyph| glyph.y));
        Self { left, right, y, size, glyphs }
    }
}

/// The middle one of some measures.
fn common(measures: impl Iterator<Item = f64>) -> f64 {
    let mut measures: Vec<f64> = measures.collect();
    measures.sort_by(f64::total_cmp);
    measures.get(measures.len() / 2).copied().unwrap_or_default()
}

/// The longest run of pieces from `start` on that stand in columns: its end, and the left ends of the columns but the
/// first. `None` if there is none.
fn band(pieces: &[Piece], start: usize) -> Option<(usize, Vec<f64>)> {
    let left = pieces.iter().map(|piece| piece.left).fold(f64::INFINITY, f64::min);
    let right = pieces.iter().map(|piece| piece.right).fold(f64::NEG_INFINITY, f64::max);
    let gutter_min = GUTTER_MIN * common(pieces.iter().map(|piece| piece.size));
    let mut covered: Vec<(f64, f64)> = Vec::new();
    let mut found: Vec<(usize, Vec<f64>)> = Vec::new();
    for (at, piece) in pieces.iter().enumerate().skip(start) {
        cover(&mut covered, (piece.left, piece.right));
        let free = |pair: &[(f64, f64)]| pair[1].0 - pair[0].1 >= gutter_min;
        let full = covered.len() == 1 && covered[0].1 - covered[0].0 > 0.8 * (right - left);
        if full {
            break;
        }
        let gutters: Vec<f64> = covered.windows(2).filter(|pair| free(pair)).map(|pair| pair[1].0).collect();
        match found.last_mut() {
            None if gutters.is_empty() => {}
            Some(_) if gutters.is_empty() => break,
            Some(last) if last.1.len() == gutters.len() => *last = (at + 1, gutters),
            _ => found.push((at + 1, gutters)),
        }
    }
    // A page number below the gutter parts it in two: what stood in columns before it still does.
    let mut tried = found.into_iter().rev().take(BANDS_TRIED_MAX);
    tried.find(|(end, gutters)| (0..=gutters.len()).all(|column| is_column(&pieces[start..*end], gutters, column)))
}

/// Whether enough rows with enough letters stand in a column.
fn is_column(pieces: &[Piece], gutters: &[f64], column: usize) -> bool {
    let own = |piece: &&Piece| gutters.iter().filter(|gutter| **gutter <= piece.left).count() == column;
    let rows = pieces.iter().filter(own).count();
    let letters: usize = pieces.iter().filter(own).map(|piece| letters(&piece.glyphs)).sum();
    rows >= COLUMN_ROWS_MIN && letters >= rows * COLUMN_LETTERS_MIN
}

/// Letters of a piece; one of Chinese counts for two, being a syllable.
fn letters(glyphs: &[Glyph]) -> usize {
    glyphs.iter().map(|glyph| 1 + usize::from(glyph.text.starts_with(script::is_wide))).sum()
}

/// Adds a span to spans that are sorted and apart.
fn cover(covered: &mut Vec<(f64, f64)>, mut span: (f64, f64)) {
    covered.retain(|other| {
        let touches = other.0 <= span.1 && span.0 <= other.1;
        if touches {
            span = (span.0.min(other.0), span.1.max(other.1));
        }
        !touches
    });
    let at = covered.partition_point(|other| other.0 < span.0);
    covered.insert(at, span);
}

/// Pieces of one column as lines: what stands in one row is one line again.
fn push_column(pieces: &[Piece], page: usize, column: usize, lines: &mut Vec<Line>) {
    let mut pieces: Vec<Piece> = pieces.to_vec();
    pieces.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.left.total_cmp(&b.left)));
    let mut rows: Vec<Piece> = Vec::new();
    for piece in pieces {
        match rows.last_mut() {
            Some(row) if piece.y - row.y <= ROW_SHARE * piece.size.max(row.size) => {
                let mut glyphs = std::mem::take(&mut row.glyphs);
                glyphs.extend(piece.glyphs);
                glyphs.sort_by(|a, b| a.x.total_cmp(&b.x));
                *row = Piece::of(glyphs);
            }
            _ => rows.push(piece),
        }
    }
    lines.extend(rows.into_iter().map(|row| Line {
        text: script::text(&row.glyphs),
        left: row.left,
        right: row.right,
        y: row.y,
        size: row.size,
        leftwards: script::runs_left(&row.glyphs),
        page,
        column,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters of ten points, five wide, from a place on.
    fn put(page: &mut Page, x: f64, y: f64, text: &str) {
        for (at, letter) in text.chars().enumerate() {
            let x = x + at as f64 * 5.0;
            page.glyphs.push(Glyph { text: letter.to_string(), x, y, width: 5.0, size: 10.0 });
        }
    }

    fn read(page: Page) -> Vec<String> {
        lines(page, 0).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn columns_are_read_one_after_the_other_below_what_spans_them() {
        let mut page = Page { height: 800.0, ..Page::default() };
        put(&mut page, 50.0, 40.0, "A headline that runs over both of the columns below it");
        for row in 0..6 {
            let y = 80.0 + f64::from(row) * 12.0;
            put(&mut page, 50.0, y, &format!("left row {row} of the text"));
            put(&mut page, 200.0, y + 3.0, &format!("right row {row} of the text"));
        }
        put(&mut page, 50.0, 200.0, "A line that runs over both of the columns above it now");
        let lines = read(page);
        assert_eq!(lines.len(), 14);
        assert!(lines[0].starts_with("A headline") && lines[13].starts_with("A line"), "{lines:?}");
        assert!(lines[1].starts_with("left row 0") && lines[6].starts_with("left row 5"), "{lines:?}");
        assert!(lines[7].starts_with("right row 0") && lines[12].starts_with("right row 5"), "{lines:?}");
    }

    #[test]
    fn tables_are_read_row_by_row_and_raised_notes_stay_in_their_line() {
        let mut page = Page::default();
        for row in 0..6 {
            let y = 80.0 + f64::from(row) * 12.0;
            put(&mut page, 50.0, y, &format!("Year {row}"));
            put(&mut page, 200.0, y, "12 %");
        }
        put(&mut page, 50.0, 300.0, "A claim that has a note.");
        page.glyphs.push(Glyph { text: "7".to_owned(), x: 170.0, y: 296.5, width: 3.0, size: 6.0 });
        let lines = read(page);
        assert_eq!(lines[0], "Year 0 12 %");
        assert_eq!(lines[6], "A claim that has a note.7");
    }
}
