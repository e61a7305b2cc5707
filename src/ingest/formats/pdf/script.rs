//! The letters of one line, as they stand from left to right, made text as it is read.
//!
//! Knows the two directions of writing in the plain way that lines of print need (a simple form of Unicode's
//! bidirectional rules), and where a gap is a space. Knows nothing of pages.

use super::glyphs::Glyph;

/// Gap between two letters that is a space, in letter sizes.
const SPACE_MIN: f64 = 0.17;
/// Share of a letter's width within which the same letter again is only drawn bolder.
const SHADOW_SHARE: f64 = 0.2;

/// Brackets, opening and closing.
const BRACKETS: &[(char, char)] = &[('(', ')'), ('[', ']'), ('«', '»')];

/// Whether most letters of a line are written from right to left.
pub(super) fn runs_left(glyphs: &[Glyph]) -> bool {
    let letters = || glyphs.iter().flat_map(|glyph| glyph.text.chars());
    letters().filter(|&letter| is_rtl(letter)).count() > letters().filter(|&letter| is_ltr(letter)).count()
}

/// Vowel marks drawn over a letter of their own are put behind it.
fn with_marks(glyphs: &[Glyph]) -> Vec<Glyph> {
    let is_mark = |glyph: &&Glyph| glyph.text.chars().all(is_mark);
    let mut letters: Vec<Glyph> = glyphs.iter().filter(|glyph| !is_mark(glyph)).cloned().collect();
    let middle = |glyph: &Glyph| glyph.x + glyph.width / 2.0;
    for mark in glyphs.iter().filter(is_mark) {
        let near = letters.partition_point(|letter| letter.x <= middle(mark));
        let around = near.saturating_sub(2)..(near + 1).min(letters.len());
        let distance = |at: &usize| (middle(&letters[*at]) - middle(mark)).abs();
        match around.min_by(|a, b| distance(a).total_cmp(&distance(b))) {
            Some(at) => letters[at].text.push_str(&mark.text),
            None => letters.push(mark.clone()),
        }
    }
    letters
}

fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36F}' | '\u{64B}'..='\u{65F}' | '\u{670}')
}

/// The text of letters that are sorted from left to right.
pub(super) fn text(glyphs: &[Glyph]) -> String {
    let glyphs = &with_marks(glyphs);
    let mut pieces: Vec<String> = Vec::new();
    let mut end = f64::NEG_INFINITY;
    let mut before: Option<&Glyph> = None;
    for glyph in glyphs {
        if let Some(before) = before {
            if before.text == glyph.text && glyph.x - before.x < SHADOW_SHARE * glyph.width {
                continue;
            }
            let gap = glyph.x - end;
            let joined = before.text.ends_with(is_wide) && glyph.text.starts_with(is_wide);
            if gap > SPACE_MIN * glyph.size.min(before.size) && !joined {
                pieces.push(" ".to_owned());
            }
        }
        end = end.max(glyph.x + glyph.width);
        pieces.push(glyph.text.clone());
        before = Some(glyph);
    }
    as_read(pieces, runs_left(glyphs))
}

/// Pieces from left to right, put in the order of reading.
fn as_read(mut pieces: Vec<String>, leftwards: bool) -> String {
    if !pieces.iter().any(|piece| piece.contains(is_rtl)) {
        return pieces.concat();
    }
    if leftwards {
        pieces.reverse();
    }
    // Runs against the direction of the line: Latin words and all numbers in an Urdu one, Urdu words in an English one.
    let against = |piece: &str| {
        if leftwards { piece.chars().any(|c| is_ltr(c) || c.is_numeric()) } else { piece.contains(is_rtl) }
    };
    let along = |piece: &str| if leftwards { piece.contains(is_rtl) } else { piece.contains(is_ltr) };
    let mut at = 0;
    while at < pieces.len() {
        if !against(&pieces[at]) {
            at += 1;
            continue;
        }
        let open = (at..pieces.len()).take_while(|&other| !along(&pieces[other]));
        let last = open.filter(|&other| against(&pieces[other])).last().unwrap_or(at);
        pieces[at..=last].reverse();
        at = last + 1;
    }
    // Files tell brackets by their shape or by their meaning; where text runs left, one is the mirror image of the other.
    let told = pieces.concat();
    let mirrored: String = if leftwards { told.chars().map(mirror).collect() } else { told.clone() };
    if unmatched(&mirrored) <= unmatched(&told) { mirrored } else { told }
}

fn mirror(letter: char) -> char {
    BRACKETS
        .iter()
        .find_map(|&(open, close)| match letter {
            letter if letter == open => Some(close),
            letter if letter == close => Some(open),
            _ => None,
        })
        .unwrap_or(letter)
}

/// Brackets that have no partner on their line.
fn unmatched(text: &str) -> usize {
    let mut unmatched = 0;
    for (open, close) in BRACKETS {
        let mut opened = 0;
        for letter in text.chars() {
            if letter == *open {
                opened += 1;
            } else if letter == *close {
                match opened {
                    0 => unmatched += 1,
                    _ => opened -= 1,
                }
            }
        }
        unmatched += opened;
    }
    unmatched
}

/// Whether a letter is of Hebrew, Arabic or a script written like them.
pub(super) fn is_rtl(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{65F}' | '\u{66E}'..='\u{6EF}' | '\u{6FA}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFC}')
}

fn is_ltr(letter: char) -> bool {
    letter.is_alphabetic() && !is_rtl(letter)
}

/// Whether a letter is of a script that puts no spaces between words: Chinese, Japanese, and their punctuation.
pub(super) fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{2E80}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FF60}'
        | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters of ten points each, five wide; `_` is a gap.
    fn line(drawn: &str) -> Vec<Glyph> {
        let places = drawn.chars().enumerate().filter(|(_, letter)| *letter != '_');
        places
            .map(|(at, letter)| Glyph { text: letter.to_string(), x: at as f64 * 5.0, y: 0.0, width: 5.0, size: 10.0 })
            .collect()
    }

    #[test]
    fn lines_are_read_in_the_direction_of_their_letters() {
        for (drawn, read) in [
            ("Blast_in Hub", "Blast in Hub"),
            ("警方_表示", "警方表示"),
            ("2024 رداوگ", "گوادر 2024"),
            ("ںیم (CPEC-2) رداوگ", "گوادر (CPEC-2) میں"),
            ("ںیم )CPEC-2( رداوگ", "گوادر (CPEC-2) میں"),
            ("the word رداوگ here", "the word گوادر here"),
            ("12.5_3", "12.5 3"),
            ("", ""),
        ] {
            assert_eq!(text(&line(drawn)), read, "{drawn}");
        }
    }

    #[test]
    fn a_mark_belongs_to_the_letter_that_it_is_drawn_over() {
        let mut glyphs = line("اب");
        glyphs.insert(1, Glyph { text: "\u{64B}".to_owned(), x: 2.4, y: 0.0, width: 0.0, size: 10.0 });
        assert_eq!(text(&glyphs), "با\u{64B}");
    }

    #[test]
    fn a_letter_drawn_twice_for_boldness_is_one() {
        let mut glyphs = line("ball");
        let mut shadow = glyphs[1].clone();
        shadow.x += 0.3;
        glyphs.insert(2, shadow);
        assert_eq!(text(&glyphs), "ball");
    }
}
