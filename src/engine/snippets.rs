//! Snippets: the passages of a text that best answer, cut at the bounds of sentences.
//!
//! Chooses by marks alone, whichever engine found the document. Looks only at lines that hold a mark, so a long
//! article costs no more than its marks. Gives fragments; makes no markup.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::engine::highlight::{Mark, fragments};
use crate::model::results::{Fragment, Snippet};
use crate::model::{SNIPPET_CHARS, SNIPPETS_MAX};
use crate::text::normalise::is_han;
use crate::text::sentences::sentences;

/// A run of sentences of one line, and what it holds.
#[derive(Debug, Clone)]
struct Passage {
    range: Range<usize>,
    leaves: BTreeSet<usize>,
    score: f32,
}

/// The best passages of a body, in the order of the text, at most `SNIPPETS_MAX`. `weights` tells how much each
/// leaf says (rare words more). A body without a mark gives its opening.
pub fn snippets(body: &str, marks: &[Mark], weights: &[f32]) -> Vec<Snippet> {
    if marks.is_empty() {
        return opening(body).into_iter().collect();
    }
    let mut passages = passages(body, marks, weights);
    passages.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.range.start.cmp(&b.range.start)));
    let mut chosen: Vec<Passage> = Vec::new();
    let mut shown = BTreeSet::new();
    for passage in passages {
        let apart = chosen.iter().all(|c| passage.range.end <= c.range.start || passage.range.start >= c.range.end);
        // Another passage earns its place by a word not yet shown, or by being nearly as good as the best.
        let worth = chosen.first().is_none_or(|best| {
            passage.leaves.iter().any(|leaf| !shown.contains(leaf)) || passage.score >= 0.4 * best.score
        });
        if apart && worth {
            shown.extend(passage.leaves.iter().copied());
            chosen.push(passage);
            if chosen.len() == SNIPPETS_MAX {
                break;
            }
        }
    }
    if chosen.is_empty() {
        return opening(body).into_iter().collect();
    }
    chosen.sort_by_key(|passage| passage.range.start);
    chosen.into_iter().map(|passage| cut(body, passage.range, marks)).collect()
}

/// Every run of sentences around a mark that fits into a snippet.
fn passages(body: &str, marks: &[Mark], weights: &[f32]) -> Vec<Passage> {
    let mut found: Vec<Passage> = Vec::new();
    let mut at = 0;
    while at < marks.len() {
        let line = line_around(body, marks[at].span.start);
        let in_line = marks[at..].partition_point(|mark| mark.span.start < line.end);
        let here = &marks[at..at + in_line.max(1)];
        let sentences: Vec<Range<usize>> =
            sentences(&body[line.clone()]).into_iter().map(|s| s.start + line.start..s.end + line.start).collect();
        let sentences = joined_by_marks(sentences, here);
        for first in 0..sentences.len() {
            let mut range = sentences[first].clone();
            if within(here, &range).is_empty() {
                continue;
            }
            // Grow forward while it fits; a sentence that is too long alone is cut later, around its marks.
            for next in &sentences[first + 1..] {
                let longer = range.start..next.end;
                if length(&body[longer.clone()]) > SNIPPET_CHARS {
                    break;
                }
                range = longer;
            }
            // Where the rest of the line is short, the sentence before gives the context.
            let mut before = first;
            while before > 0 && length(&body[sentences[before - 1].start..range.end]) <= SNIPPET_CHARS {
                before -= 1;
                range.start = sentences[before].start;
            }
            if length(&body[range.clone()]) > SNIPPET_CHARS {
                range = densest_window(body, range, here, weights);
            }
            let passage = rate(range, here, weights);
            if found.last().is_none_or(|last| last.range != passage.range) {
                found.push(passage);
            }
        }
        at += in_line.max(1);
    }
    found
}

/// Sentences, those made one that a mark reaches across: a phrase is shown whole.
fn joined_by_marks(sentences: Vec<Range<usize>>, marks: &[Mark]) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(sentences.len());
    for sentence in sentences {
        match joined.last_mut() {
            Some(last) if reaches_across(marks, last.end) => last.end = sentence.end,
            _ => joined.push(sentence),
        }
    }
    joined
}

fn reaches_across(marks: &[Mark], at: usize) -> bool {
    let before = marks.partition_point(|mark| mark.span.start < at);
    before > 0 && marks[before - 1].span.end > at
}

fn rate(range: Range<usize>, marks: &[Mark], weights: &[f32]) -> Passage {
    let mut leaves = BTreeSet::new();
    let mut repeats = 0.0;
    for mark in within(marks, &range) {
        for leaf in mark.leaf..mark.leaf + mark.covers {
            if !leaves.insert(leaf) {
                repeats += weights[leaf];
            }
        }
    }
    let distinct: f32 = leaves.iter().map(|&leaf| weights[leaf]).sum();
    // Words that are there at all count in full, their repetition little; a mark that opens a passage is no better.
    Passage { range, leaves, score: distinct + 0.1 * repeats.min(distinct) }
}

/// The marks that lie in a range. Marks are in order and do not overlap, so they are found without looking at each: a
/// text may be one line of megabytes.
fn within<'m>(marks: &'m [Mark], range: &Range<usize>) -> &'m [Mark] {
    let first = marks.partition_point(|mark| mark.span.start < range.start);
    let last = marks.partition_point(|mark| mark.span.end <= range.end);
    &marks[first..last.max(first)]
}

fn line_around(body: &str, at: usize) -> Range<usize> {
    let start = body[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = body[at..].find('\n').map_or(body.len(), |length| at + length);
    start..end
}

/// Length as a reader sees it: a Chinese character is as wide as two letters and says as much as more.
fn length(text: &str) -> usize {
    text.chars().map(|c| if is_han(c) { 2 } else { 1 }).sum()
}

/// The part of an over-long sentence, cut at blanks, that holds most.
fn densest_window(body: &str, sentence: Range<usize>, marks: &[Mark], weights: &[f32]) -> Range<usize> {
    let mut best: Option<(f32, Range<usize>)> = None;
    for mark in within(marks, &sentence) {
        let window = grow(body, &sentence, mark.span.clone());
        let score = rate(window.clone(), marks, weights).score;
        if best.as_ref().is_none_or(|(score_before, _)| score > *score_before) {
            best = Some((score, window));
        }
    }
    best.map_or_else(|| grow(body, &sentence, sentence.start..sentence.start), |(_, window)| window)
}

/// A window of about `SNIPPET_CHARS` around a mark, inside its sentence, on word bounds: a quarter before, the rest behind.
fn grow(body: &str, sentence: &Range<usize>, mark: Range<usize>) -> Range<usize> {
    let room = SNIPPET_CHARS.saturating_sub(length(&body[mark.clone()]));
    let before = reach(body[sentence.start..mark.start].chars().rev(), room / 4);
    let after = reach(body[mark.end..sentence.end].chars(), room - room / 4);
    let (mut start, mut end) = (mark.start - before, mark.end + after);
    if start > sentence.start {
        start += body[start..mark.start].find(char::is_whitespace).unwrap_or(0);
    }
    if end < sentence.end
        && let Some(blank) = body[mark.end..end].rfind(char::is_whitespace)
    {
        end = mark.end + blank;
    }
    // The cut was made before a blank.
    start += body[start..end].len() - body[start..end].trim_start().len();
    start..end
}

/// Bytes of the characters that fit into a width.
fn reach(chars: impl Iterator<Item = char>, width: usize) -> usize {
    let mut used = 0;
    let mut bytes = 0;
    for c in chars {
        used += if is_han(c) { 2 } else { 1 };
        if used > width {
            break;
        }
        bytes += c.len_utf8();
    }
    bytes
}

/// The first sentences of the first paragraph that is no heading.
fn opening(body: &str) -> Option<Snippet> {
    let line = body.split('\n').find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let offset = line.as_ptr() as usize - body.as_ptr() as usize;
    let sentences = sentences(line);
    let mut range = sentences.first()?.clone();
    for next in &sentences[1..] {
        if length(&line[range.start..next.end]) > SNIPPET_CHARS {
            break;
        }
        range.end = next.end;
    }
    let range = range.start + offset..range.end + offset;
    let range =
        if length(&body[range.clone()]) > SNIPPET_CHARS { grow(body, &range, range.start..range.start) } else { range };
    Some(cut(body, range, &[]))
}

/// Makes a snippet of a range: list and heading signs go, cuts inside a sentence show an ellipsis.
fn cut(body: &str, range: Range<usize>, marks: &[Mark]) -> Snippet {
    let line = line_around(body, range.start);
    let text = &body[range.clone()];
    let sign = if range.start == line.start { text.len() - text.trim_start_matches(['#', '-', ' ']).len() } else { 0 };
    // A mark never starts inside a sign, but a text of nothing but signs must not be cut to less than nothing.
    let start = range.start + sign.min(text.len());
    let mut parts = fragments(body, start..range.end, marks);
    let whole_start = start == line.start + sign || ends_sentence(&body[line.start..range.start]);
    let whole_end = range.end == line.end || ends_sentence(&body[..range.end]);
    if !whole_start {
        parts.insert(0, Fragment { text: "… ".into(), matched: false });
    }
    if !whole_end {
        parts.push(Fragment { text: " …".into(), matched: false });
    }
    merge(&mut parts);
    Snippet { field: "body", fragments: parts, offset: start }
}

fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end();
    let text = text.trim_end_matches(['"', '\'', ')', ']', '”', '’', '»', '」', '』', '）']);
    text.is_empty() || text.ends_with(['.', '!', '?', '。', '！', '？', '۔', '؟', '…', ':', ';', '：', '；', '।'])
}

fn merge(parts: &mut Vec<Fragment>) {
    parts.dedup_by(|next, previous| {
        let same = next.matched == previous.matched && !next.matched;
        if same {
            previous.text.push_str(&next.text);
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::highlight::Highlighter;
    use crate::engine::plan::Plan;
    use crate::model::query::{Clause, Query, TextField};

    fn cut_for(words: &str, body: &str) -> Vec<String> {
        let clause = |word: &str| Clause { query: Query::Word { text: word.into(), exact: false }, required: false };
        let query = Query::All(words.split(' ').map(clause).collect());
        let highlighter = Highlighter::new(&Plan::of(&query));
        let marks = highlighter.marks(body, "en", TextField::Body);
        snippets(body, &marks, &vec![1.0; highlighter.leaf_count()])
            .into_iter()
            .map(|snippet| {
                snippet
                    .fragments
                    .into_iter()
                    .map(|f| if f.matched { format!("[{}]", f.text) } else { f.text })
                    .collect()
            })
            .collect()
    }

    #[test]
    fn the_passage_that_holds_most_is_shown_on_sentence_bounds() {
        let filler =
            "Nothing of note stands in this long sentence, which only fills the room between others. ".repeat(4);
        let body =
            format!("The navy met. {filler}\n\n{filler}Then the navy seized a dhow.\n\n## A heading\n\n- A dhow sank");
        let cut = cut_for("navy dhow", &body);
        assert!(cut.iter().any(|s| s.ends_with("Then the [navy] seized a [dhow].")), "{cut:?}");
        assert!(cut.iter().all(|s| !s.contains("- A")), "{cut:?}");
    }

    #[test]
    fn an_overlong_sentence_is_cut_between_words() {
        let body = format!("{} gwadar {}", "alpha beta ".repeat(60).trim(), "gamma delta ".repeat(60).trim());
        let cut = cut_for("gwadar", &body);
        assert!(cut[0].starts_with("… ") && cut[0].ends_with(" …") && cut[0].contains("[gwadar]"), "{cut:?}");
        assert!(cut[0].chars().count() <= SNIPPET_CHARS + 8, "{}", cut[0].chars().count());
    }

    #[test]
    fn a_body_without_a_mark_gives_its_opening() {
        assert_eq!(cut_for("absent", "# Head\n\nFirst one. Second.\n\nThird."), ["First one. Second."]);
        assert!(cut_for("absent", "").is_empty());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_fail(body in "[\\PC\\n .#-]{0,300}", word in "[a-z中گ]{1,3}") {
            for snippet in cut_for(&word, &body) {
                proptest::prop_assert!(!snippet.is_empty() || body.trim().is_empty() || body.contains(['#', '-']));
            }
        }
    }
}
