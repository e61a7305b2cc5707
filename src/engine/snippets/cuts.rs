//! Where a text may be cut that has no end of a sentence near: between words, as the script has them.
//!
//! Blanks come first, then the punctuation of Chinese, then the bounds of words, and of letters with all their marks at
//! the least. Knows no marks.

use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

use crate::engine::analyzer::units;
use crate::text::normalise::is_han;

/// How far a cut is moved to stand at a blank or a stop, in bytes.
const MOVE_BYTES_MAX: usize = 120;
/// Behind these a Chinese text may always be cut.
const STOPS: [char; 10] = ['，', '、', '；', '：', '。', '？', '！', '」', '』', '）'];

/// Width of a text as a reader sees it: letters are one, Chinese, Japanese and Korean characters two, marks nothing.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(width_of).sum() }
}

fn width_of(c: char) -> usize {
    match c as u32 {
        0x0300..=0x036F | 0x0610..=0x061A | 0x064B..=0x065F | 0x06D6..=0x06DC | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0,
        0x3000..=0x30FF | 0xAC00..=0xD7A3 | 0xFF00..=0xFF60 => 2,
        _ if is_han(c) => 2,
        _ => 1,
    }
}

/// Bytes of the characters that fit into a width.
pub(super) fn reach(chars: impl Iterator<Item = char>, width: usize) -> usize {
    let mut used = 0;
    let mut bytes = 0;
    for c in chars {
        used += width_of(c);
        if used > width {
            break;
        }
        bytes += c.len_utf8();
    }
    bytes
}

/// The last place to end at in a stretch of a text; its start, if there is none but that.
pub(super) fn end_within(text: &str, stretch: Range<usize>) -> usize {
    let end = stretch.end;
    if end == text.len() || text[end..].starts_with(char::is_whitespace) {
        return end;
    }
    let near = stretch.start.max(text.floor_char_boundary(end.saturating_sub(MOVE_BYTES_MAX)));
    if let Some(blank) = text[near..end].rfind(char::is_whitespace) {
        return near + blank;
    }
    if let Some((stop, sign)) = text[near..end].rmatch_indices(STOPS).next() {
        return near + stop + sign.len();
    }
    between_words(text, near..end).last().unwrap_or_else(|| whole_letter(text, end, stretch.start))
}

/// The first place to start at in a stretch of a text; its end, if there is none but that.
pub(super) fn start_within(text: &str, stretch: Range<usize>) -> usize {
    let start = stretch.start;
    if start == 0 || text[..start].ends_with(char::is_whitespace) {
        return start;
    }
    let near = stretch.end.min(text.ceil_char_boundary(start + MOVE_BYTES_MAX));
    if let Some(blank) = text[start..near].find(char::is_whitespace) {
        return near.min(start + blank);
    }
    if let Some((stop, sign)) = text[start..near].match_indices(STOPS).next() {
        return start + stop + sign.len();
    }
    between_words(text, start..near).next().unwrap_or_else(|| next_letter(text, start).min(stretch.end))
}

/// The bounds of words in a stretch, in order. A word that runs on beyond the stretch has none in it.
fn between_words(text: &str, stretch: Range<usize>) -> impl Iterator<Item = usize> {
    let from = text.floor_char_boundary(stretch.start.saturating_sub(MOVE_BYTES_MAX));
    let to = text.ceil_char_boundary((stretch.end + MOVE_BYTES_MAX).min(text.len()));
    let inside = move |at: &usize| (stretch.start..=stretch.end).contains(at) && *at > from && *at < to;
    let starts = units(&text[from..to]).into_iter().map(move |unit| unit.span.start + from);
    starts.filter(inside).collect::<Vec<_>>().into_iter()
}

/// The first bound between letters, marks and joiners counted to theirs, at or behind a place.
fn next_letter(text: &str, at: usize) -> usize {
    let part = &text[..text.ceil_char_boundary((at + MOVE_BYTES_MAX).min(text.len()))];
    let mut cursor = GraphemeCursor::new(at, part.len(), true);
    if cursor.is_boundary(part, 0) == Ok(true) {
        return at;
    }
    cursor.next_boundary(part, 0).ok().flatten().unwrap_or(part.len())
}

/// The last such bound at or before a place.
fn whole_letter(text: &str, at: usize, least: usize) -> usize {
    let near = text.floor_char_boundary(at.saturating_sub(MOVE_BYTES_MAX)).max(least);
    let part = &text[near..];
    let mut cursor = GraphemeCursor::new(at - near, part.len(), true);
    if cursor.is_boundary(part, 0) == Ok(true) {
        return at;
    }
    cursor.prev_boundary(part, 0).ok().flatten().map_or(near, |before| near + before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_their_words() {
        for (text, to, cut) in [
            ("alpha beta gamma", 13, "alpha beta"),
            ("中国公民在卡拉奇遇袭", 9, "中国"),
            ("港口工人罢工，货船停运", 24, "港口工人罢工，"),
            ("价格为120万元", 11, "价格为"),
            ("گوادر بندرگاہ", 16, "گوادر"),
        ] {
            let to = text.floor_char_boundary(to);
            assert_eq!(&text[..end_within(text, 0..to)], cut, "{text}");
        }
        // No word ends in the first ten letters, but no letter is parted from its mark.
        let marked = "e\u{301}".repeat(50);
        assert_eq!(end_within(&marked, 0..10), 9);
        assert_eq!(width("مُلتان 港"), 8);
    }

    proptest::proptest! {
        #[test]
        fn a_cut_lies_in_its_stretch(text in "[\\PC ]{0,60}", a in 0..200_usize, b in 0..200_usize) {
            let (a, b) = (text.floor_char_boundary(a.min(b)), text.floor_char_boundary(a.max(b)));
            for cut in [end_within(&text, a..b), start_within(&text, a..b)] {
                proptest::prop_assert!((a..=b).contains(&cut) && text.is_char_boundary(cut));
            }
        }
    }
}
