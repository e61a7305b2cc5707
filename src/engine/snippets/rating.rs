//! How well a passage answers, told by its marks and by what it is.
//!
//! Compares passages of one text only: the points mean nothing beside those of another.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;

use crate::engine::highlight::Mark;
use crate::model::results::Via;
use crate::text::words::words;

/// What repeating a word is worth beside having it.
const REPEAT_SHARE: f32 = 0.1;
/// What the words of the best sentence are worth once more: one sentence that says it all goes before two that share it.
const SENTENCE_SHARE: f32 = 0.25;
/// What two words side by side and in the order of the query are worth, as a share of the rarer one's weight.
const NEIGHBOUR_SHARE: f32 = 0.5;
/// What of that remains in another order.
const REVERSED_SHARE: f32 = 0.6;
/// What a heading is worth beside a sentence with the same words.
const HEADING_SHARE: f32 = 0.6;
/// What a line without an end, as of a list or a table, is worth.
const SCRAP_SHARE: f32 = 0.85;
/// What a passage is worth that says what the title has said.
const TITLE_SHARE: f32 = 0.6;
/// Share of the words of the shorter one that two passages have in common if they say the same.
const LIKENESS_MIN: f32 = 0.8;

/// A run of sentences of one line, and what it holds.
#[derive(Debug, Clone)]
pub(super) struct Passage {
    pub(super) range: Range<usize>,
    pub(super) leaves: BTreeSet<usize>,
    pub(super) score: f32,
}

/// How well a passage answers: by the words it has, those that stand in one sentence, side by side and in order, and by
/// what it is.
pub(super) fn rate(
    body: &str,
    range: Range<usize>,
    sentences: &[Range<usize>],
    marks: &[Mark],
    weights: &[f32],
    title: &HashSet<String>,
) -> Passage {
    let (distinct, repeats) = held(within(marks, &range), weights);
    let sum = |held: &BTreeMap<usize, f32>| held.values().sum::<f32>();
    let words = sum(&distinct);
    // Words that are there at all count in full, their repetition little; a mark that opens a passage is no better.
    let mut score = words + REPEAT_SHARE * repeats.min(words);
    let inside = sentences.iter().filter(|it| it.end > range.start && it.start < range.end);
    let of_sentence = |it: &Range<usize>| {
        let it = it.start.max(range.start)..it.end.min(range.end);
        let marks = within(marks, &it);
        sum(&held(marks, weights).0) * SENTENCE_SHARE + nearness(body, marks, weights)
    };
    score += inside.map(of_sentence).fold(0.0, f32::max);
    score *= kind_share(body, &range);
    let says = vocabulary(&body[range.clone()]);
    if !title.is_empty() && says.intersection(title).count() as f32 >= LIKENESS_MIN * says.len() as f32 {
        score *= TITLE_SHARE;
    }
    Passage { range, leaves: distinct.into_keys().collect(), score }
}

/// The leaves that marks are matches of, each with what its best form is worth; and what their repetition adds up to.
pub(super) fn held(marks: &[Mark], weights: &[f32]) -> (BTreeMap<usize, f32>, f32) {
    let mut best: BTreeMap<usize, f32> = BTreeMap::new();
    let mut repeats = 0.0;
    for mark in marks {
        let share = match mark.via {
            Via::Typed => 1.0,
            Via::Stem | Via::Variant => 0.95,
            Via::Prefix => 0.9,
            Via::Fuzzy => 0.8,
        };
        for leaf in mark.leaves() {
            let weight = share * weights[leaf];
            match best.get_mut(&leaf) {
                Some(before) => {
                    repeats += weights[leaf];
                    *before = before.max(weight);
                }
                None => _ = best.insert(leaf, weight),
            }
        }
    }
    (best, repeats)
}

/// What the neighbourhood of different words adds: most where they stand as in the query, nothing where they lie far apart.
pub(super) fn nearness(body: &str, marks: &[Mark], weights: &[f32]) -> f32 {
    let mut pairs: BTreeMap<(usize, usize), f32> = BTreeMap::new();
    for pair in marks.windows(2) {
        let (a, b) = (&pair[0], &pair[1]);
        let (last, next) = (a.leaf + a.covers - 1, b.leaf);
        if a.leaves().contains(&next) {
            continue;
        }
        let between = words(&body[a.span.end..b.span.start]).take(8).count();
        let order = if next == last + 1 { 1.0 } else { REVERSED_SHARE };
        let worth = NEIGHBOUR_SHARE * order * weights[last].min(weights[next]) / (1 + between) as f32;
        let best = pairs.entry((last.min(next), last.max(next))).or_default();
        *best = best.max(worth);
    }
    pairs.values().sum()
}

/// What a passage is worth by what it is: a sentence tells more than a heading or a scrap of a list or a table.
fn kind_share(body: &str, range: &Range<usize>) -> f32 {
    let opens_line = range.start == 0 || body.as_bytes()[range.start - 1] == b'\n';
    let text = &body[range.clone()];
    let closes_line = body[range.end..].is_empty() || body.as_bytes()[range.end] == b'\n';
    if opens_line && text.starts_with('#') {
        HEADING_SHARE
    } else if opens_line && closes_line && !ends_sentence(text) {
        SCRAP_SHARE
    } else {
        1.0
    }
}

/// The marks that lie in a range. Marks are in order and do not overlap, so they are found without looking at each: a
/// text may be one line of megabytes.
pub(super) fn within<'m>(marks: &'m [Mark], range: &Range<usize>) -> &'m [Mark] {
    let first = marks.partition_point(|mark| mark.span.start < range.start);
    let last = marks.partition_point(|mark| mark.span.end <= range.end);
    &marks[first..last.max(first)]
}

/// The words of a text, once each.
pub(super) fn vocabulary(text: &str) -> HashSet<String> {
    words(text).map(|word| word.text.to_lowercase()).collect()
}

/// Whether two passages say the same.
pub(super) fn are_alike(a: &HashSet<String>, b: &HashSet<String>) -> bool {
    let shorter = a.len().min(b.len());
    a.intersection(b).count() as f32 >= LIKENESS_MIN * shorter as f32
}

/// Whether a text ends as a sentence does.
pub(super) fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end();
    let text = text.trim_end_matches(['"', '\'', ')', ']', '”', '’', '»', '」', '』', '）']);
    text.is_empty() || text.ends_with(['.', '!', '?', '。', '！', '？', '۔', '؟', '…', ':', ';', '：', '；', '।'])
}
