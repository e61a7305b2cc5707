//! Snippets: the passages of a text that best answer, cut at the bounds of sentences.
//!
//! Chooses by marks alone, whichever engine found the document. Looks only at the surroundings of the places that hold
//! most, so a long article costs no more than its marks. Gives fragments; makes no markup.

mod cuts;
mod place;
mod rating;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;

use crate::engine::highlight::{Mark, fragments};
use crate::engine::snippets::cuts::{end_within, reach, start_within, width};
use crate::engine::snippets::place::place;
use crate::engine::snippets::rating::{Passage, are_alike, ends_sentence, held, nearness, rate, vocabulary, within};
use crate::model::results::{Fragment, Snippet};
use crate::model::{SNIPPET_CHARS, SNIPPETS_MAX};
use crate::text::sentences::sentences;

/// Places of a text whose surroundings are cut into sentences and compared.
const LEADS_MAX: usize = 24;
/// Farthest that the marks of one such place lie apart, in bytes.
const LEAD_BYTES_MAX: usize = 600;
/// How much of a line is looked at before and behind such a place, in bytes: more than any snippet takes.
const AROUND_BYTES: usize = 2000;

/// Share of the best passage's score that another one needs if it brings no new word.
const FURTHER_SHARE: f32 = 0.4;
/// The best passages of a body, in the order of the text, at most `SNIPPETS_MAX`, each with its place. `weights` tells
/// how much each leaf says (rare words more); of what the title says already, passages that say more go first. A body
/// without a mark gives its opening.
pub fn snippets(title: &str, body: &str, marks: &[Mark], weights: &[f32]) -> Vec<Snippet> {
    let chosen = chosen(passages(title, body, marks, weights), body);
    let mut snippets: Vec<Snippet> = if chosen.is_empty() {
        opening(body).into_iter().collect()
    } else {
        chosen.into_iter().map(|passage| cut(body, passage.range, marks)).collect()
    };
    place(body, &mut snippets);
    snippets
}

/// The passages that are shown, in the order of the text.
fn chosen(mut passages: Vec<Passage>, body: &str) -> Vec<Passage> {
    passages.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.range.start.cmp(&b.range.start)));
    let mut chosen: Vec<Passage> = Vec::new();
    let mut said: Vec<HashSet<String>> = Vec::new();
    let mut shown = BTreeSet::new();
    for passage in passages {
        let apart = chosen.iter().all(|c| passage.range.end <= c.range.start || passage.range.start >= c.range.end);
        // Another passage earns its place by a word not yet shown, or by being nearly as good as the best.
        let worth = chosen.first().is_none_or(|best| {
            passage.leaves.iter().any(|leaf| !shown.contains(leaf)) || passage.score >= FURTHER_SHARE * best.score
        });
        if !apart || !worth {
            continue;
        }
        let says = vocabulary(&body[passage.range.clone()]);
        if said.iter().any(|other| are_alike(other, &says)) {
            continue;
        }
        said.push(says);
        shown.extend(passage.leaves.iter().copied());
        chosen.push(passage);
        if chosen.len() == SNIPPETS_MAX {
            break;
        }
    }
    chosen.sort_by_key(|passage| passage.range.start);
    chosen
}

/// The places of a text that hold most, best first: spans from a mark to another, in one line and close.
fn leads(body: &str, marks: &[Mark], weights: &[f32]) -> Vec<Range<usize>> {
    let mut held: BTreeMap<usize, usize> = BTreeMap::new();
    let mut scored: Vec<(f32, Range<usize>)> = Vec::with_capacity(marks.len());
    let mut end = 0;
    for (first, mark) in marks.iter().enumerate() {
        while end < marks.len() {
            let next = &marks[end];
            let close = end <= first
                || next.span.end - mark.span.start <= LEAD_BYTES_MAX
                    && !body.as_bytes()[marks[end - 1].span.end..next.span.start].contains(&b'\n');
            if !close {
                break;
            }
            next.leaves().for_each(|leaf| *held.entry(leaf).or_default() += 1);
            end += 1;
        }
        let score = held.keys().map(|&leaf| weights[leaf]).sum();
        scored.push((score, mark.span.start..marks[end - 1].span.end));
        for leaf in mark.leaves() {
            if let Some(count) = held.get_mut(&leaf) {
                *count -= 1;
                if *count == 0 {
                    held.remove(&leaf);
                }
            }
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.start.cmp(&b.1.start)));
    let mut leads: Vec<Range<usize>> = Vec::new();
    for (_, span) in scored {
        if leads.iter().all(|lead| span.end <= lead.start || span.start >= lead.end) {
            leads.push(span);
            if leads.len() == LEADS_MAX {
                break;
            }
        }
    }
    leads
}

/// Every run of sentences at the best places that has a mark and fits into a snippet.
fn passages(title: &str, body: &str, marks: &[Mark], weights: &[f32]) -> Vec<Passage> {
    let title = vocabulary(title);
    let mut seen = BTreeSet::new();
    let mut found: Vec<Passage> = Vec::new();
    for lead in leads(body, marks, weights) {
        let part = surroundings(body, &lead);
        let here = within(marks, &part);
        let sentences = joined_by_marks(sentences_around(body, &part, &lead), here);
        for (first, sentence) in sentences.iter().enumerate() {
            if within(here, sentence).is_empty() {
                continue;
            }
            let range = grown(body, &sentences, first);
            let range = if width(&body[range.clone()]) > SNIPPET_CHARS {
                densest_window(body, range, here, weights)
            } else {
                range
            };
            if seen.insert((range.start, range.end)) {
                found.push(rate(body, range, &sentences, here, weights, &title));
            }
        }
    }
    found
}

/// The line of a place, or as much of it as matters.
fn surroundings(body: &str, lead: &Range<usize>) -> Range<usize> {
    let start = body.floor_char_boundary(lead.start.saturating_sub(AROUND_BYTES));
    let end = body.ceil_char_boundary((lead.end + AROUND_BYTES).min(body.len()));
    let start = body[start..lead.start].rfind('\n').map_or(start, |at| start + at + 1);
    let end = body[lead.end..end].find('\n').map_or(end, |at| lead.end + at);
    start..end
}

/// The sentences of a part of a line. Of one that the part begins or ends in the midst of, nothing is told but that it is
/// too long for a snippet; it counts only where the place lies in it.
fn sentences_around(body: &str, part: &Range<usize>, lead: &Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> =
        sentences(&body[part.clone()]).into_iter().map(|it| it.start + part.start..it.end + part.start).collect();
    let whole_end = part.end == body.len() || body.as_bytes()[part.end] == b'\n';
    if !whole_end && found.last().is_some_and(|last| last.start >= lead.end) {
        found.pop();
    }
    let whole_start = part.start == 0 || body.as_bytes()[part.start - 1] == b'\n';
    if !whole_start && found.first().is_some_and(|first| first.end <= lead.start) {
        found.remove(0);
    }
    found
}

/// A sentence with its neighbours as far as they fit into a snippet: those behind, then those before.
fn grown(body: &str, sentences: &[Range<usize>], first: usize) -> Range<usize> {
    let mut range = sentences[first].clone();
    for next in &sentences[first + 1..] {
        if width(&body[range.start..next.end]) > SNIPPET_CHARS {
            break;
        }
        range.end = next.end;
    }
    for before in sentences[..first].iter().rev() {
        if width(&body[before.start..range.end]) > SNIPPET_CHARS {
            break;
        }
        range.start = before.start;
    }
    range
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

/// The part of an over-long sentence, cut between words, that holds most.
fn densest_window(body: &str, sentence: Range<usize>, marks: &[Mark], weights: &[f32]) -> Range<usize> {
    let mut best: Option<(f32, Range<usize>)> = None;
    for mark in within(marks, &sentence) {
        let window = window(body, &sentence, mark.span.clone());
        let inside = within(marks, &window);
        let score = held(inside, weights).0.values().sum::<f32>() + nearness(body, inside, weights);
        if best.as_ref().is_none_or(|(score_before, _)| score > *score_before) {
            best = Some((score, window));
        }
    }
    best.map_or_else(|| window(body, &sentence, sentence.start..sentence.start), |(_, window)| window)
}

/// A window of about `SNIPPET_CHARS` around a mark, inside its sentence, on word bounds: a quarter before, the rest behind.
fn window(body: &str, sentence: &Range<usize>, mark: Range<usize>) -> Range<usize> {
    let room = SNIPPET_CHARS.saturating_sub(width(&body[mark.clone()]));
    let mut start = mark.start - reach(body[sentence.start..mark.start].chars().rev(), room / 4);
    let mut end = mark.end + reach(body[mark.end..sentence.end].chars(), room - room / 4);
    if start > sentence.start {
        start = start_within(body, start..mark.start);
    }
    if end < sentence.end {
        end = end_within(body, mark.end..end);
    }
    // The cut was made at a blank.
    let text = &body[start..end];
    start += text.len() - text.trim_start().len();
    start..start + text.trim().len()
}

/// The first sentences of the first paragraph that is no heading.
fn opening(body: &str) -> Option<Snippet> {
    let line = body.split('\n').find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let start = line.as_ptr() as usize - body.as_ptr() as usize;
    let part = surroundings(body, &(start..start));
    let sentences = sentences_around(body, &part, &(start..start));
    sentences.first()?;
    let range = grown(body, &sentences, 0);
    let range = if width(&body[range.clone()]) > SNIPPET_CHARS {
        window(body, &range, range.start..range.start)
    } else {
        range
    };
    Some(cut(body, range, &[]))
}

/// Makes a snippet of a range: list and heading signs go, cuts inside a sentence show an ellipsis.
fn cut(body: &str, range: Range<usize>, marks: &[Mark]) -> Snippet {
    let part = surroundings(body, &range);
    let opens_line = range.start == 0 || body.as_bytes()[range.start - 1] == b'\n';
    let text = &body[range.clone()];
    let sign = if opens_line { text.len() - text.trim_start_matches(['#', '-', ' ']).len() } else { 0 };
    // A mark never starts inside a sign, but a text of nothing but signs must not be cut to less than nothing.
    let start = range.start + sign.min(text.len());
    let mut parts = fragments(body, start..range.end, within(marks, &range));
    let whole_start = opens_line || ends_sentence(&body[part.start..range.start]);
    let whole_end = range.end == part.end || ends_sentence(&body[part.start..range.end]);
    if !whole_start {
        parts.insert(0, Fragment { text: "… ".into(), matched: false });
    }
    if !whole_end {
        parts.push(Fragment { text: " …".into(), matched: false });
    }
    merge(&mut parts);
    let first_mark = marks.partition_point(|mark| mark.span.start < start) + 1;
    let marked = parts.iter().any(|part| part.matched);
    Snippet {
        field: "body",
        fragments: parts,
        offset: start,
        heading: None,
        paragraph: None,
        paragraphs: 0,
        first_mark: marked.then_some(first_mark),
    }
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

    fn highlighter(words: &str) -> Highlighter {
        let clause = |word: &str| Clause { query: Query::Word { text: word.into(), exact: false }, required: false };
        Highlighter::new(&Plan::of(&Query::All(words.split(' ').map(clause).collect())))
    }

    fn cut_for(words: &str, body: &str) -> Vec<String> {
        let highlighter = highlighter(words);
        let marks = highlighter.marks(body, "en", TextField::Body);
        snippets("", body, &marks, &vec![1.0; highlighter.leaf_count()])
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
    fn words_side_by_side_in_one_sentence_go_before_words_that_lie_about() {
        let filler = "Nothing of note stands in this long sentence, which only fills the room. ".repeat(4);
        let apart = "A navy of some kind was said to have been near, and a dhow too. ";
        let body = format!("{apart}{filler}\n\n{filler}The navy dhow sank. {filler}\n\n## Navy dhow\n\n{filler}");
        let highlighter = highlighter("navy dhow");
        let marks = highlighter.marks(&body, "en", TextField::Body);
        let mut found = passages("", &body, &marks, &[1.0, 1.0]);
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        assert!(body[found[0].range.clone()].contains("The navy dhow sank."), "{found:?}");
        assert!(body[found[found.len() - 1].range.clone()].starts_with("## "), "{found:?}");
    }

    #[test]
    fn passages_that_say_the_same_are_shown_once() {
        let filler = "Nothing of note stands in this long sentence, which only fills the room. ".repeat(6);
        let body = format!("The navy seized a dhow at noon.\n\n{filler}\n\nThe navy seized a dhow at noon!");
        assert_eq!(cut_for("navy dhow", &body), ["The [navy] seized a [dhow] at noon."]);
    }

    #[test]
    fn a_passage_knows_its_heading_its_paragraph_and_its_first_mark() {
        let body = "A port.\n\n## Toll\n\n- One item\n- Port again\n\n### Port of call at sea\n\nEnd.";
        let marks = highlighter("port").marks(body, "en", TextField::Body);
        let snippets = snippets("", body, &marks, &[1.0]);
        let places: Vec<_> =
            snippets.iter().map(|it| (it.heading.as_deref(), it.paragraph, it.paragraphs, it.first_mark)).collect();
        assert_eq!(
            places,
            [
                (None, Some(1), 4, Some(1)),
                (Some("Toll"), Some(3), 4, Some(2)),
                (Some("Port of call at sea"), None, 4, Some(3))
            ]
        );
    }

    #[test]
    fn texts_without_sentences_are_cut_at_the_words_of_their_script() {
        let urdu =
            format!("{} گوادر {}", "کشتیاں اور جہاز ".repeat(40).trim(), "بندرگاہ\u{200c}ها پر ".repeat(40).trim());
        let chinese = format!("{}瓜达尔港{}", "中国公民在卡拉奇".repeat(60), "工人罢工".repeat(80));
        let marked = format!("{} gwadar {}", "ma\u{301}laka ".repeat(60).trim(), "se\u{301}lat ".repeat(60).trim());
        let words = ["کشتیاں", "اور", "جہاز", "پر", "بندرگاہ\u{200c}ها", "ma\u{301}laka", "se\u{301}lat"];
        let chinese_words = ["中国", "公民", "在", "卡拉奇", "工人", "罢工"];
        for (query, body, known) in
            [("گوادر", &urdu, &words[..]), ("瓜达尔港", &chinese, &chinese_words), ("gwadar", &marked, &words)]
        {
            let cut = cut_for(query, body).remove(0);
            let inner = cut.strip_prefix("… ").and_then(|cut| cut.strip_suffix(" …")).expect("cut at both ends");
            assert!(known.iter().any(|word| inner.starts_with(word)), "{cut}");
            assert!(known.iter().any(|word| inner.ends_with(word)), "{cut}");
            assert!((SNIPPET_CHARS - 60..=SNIPPET_CHARS + 4).contains(&width(inner)), "{} {cut}", width(inner));
        }
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
