//! Groups of copies: which articles of a corpus are prints of one text.
//!
//! The same articles give the same groups in whatever order they come, so that an incremental run groups as a full
//! one does. Pairs are found by bands of their signatures (locality-sensitive hashing: Indyk, Motwani 1998) and
//! judged by their whole sketches. The closest pairs are joined first, and only where the group has a middle: a text that
//! all others of the group are copies of. So no chain of small changes leads from one story to another, and a notice
//! that stands under many texts does not join them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::ingest::duplicates::sketch::{Sketch, VALUES};
use crate::model::document::Imprint;

/// Values of a band: signatures that agree in one band are compared. Texts of which 0.3 is common meet with a chance
/// of 0.997, texts with nothing in common once in a thousand pairs.
const BAND_VALUES: usize = 2;
/// In a band with more texts than this each is compared with as many others only.
const BAND_TEXTS_MAX: usize = 32;
/// Texts that a large group remembers as its middle.
const MIDDLES_MAX: usize = 16;

/// Shingles below which a text is brief: notices of one mould differ by no more than a name and a figure.
const BRIEF_SHINGLES: u32 = 30;
/// Shingles below which a text is so brief that it is a copy only under the same title.
const TITLED_SHINGLES: u32 = 15;
/// What two texts must have in common at least, the measures of `Sketch`, to be copies. Chosen on one half of
/// Reuters, see `docs/benchmarks.md`: lower values take in texts of one mould, higher ones lose cut reprints.
const SIMILARITY_MIN: f32 = 0.28;
const CONTAINMENT_MIN: f32 = 0.5;
const FIGURES_MIN: f32 = 0.5;
/// Shingles from which on figures are not asked for: few moulds are so long, and one passage may hold them all.
const LONG_SHINGLES: u32 = 150;
/// The same for brief texts: alike as a whole; cut (or added to); cut, and under the same title.
const SIMILARITY_BRIEF_MIN: f32 = 0.62;
const SIMILARITY_CUT_MIN: f32 = 0.38;
const CONTAINMENT_CUT_MIN: f32 = 0.85;
const CONTAINMENT_TITLED_MIN: f32 = 0.75;
const FIGURES_BRIEF_MIN: f32 = 0.85;

/// The groups of copies among articles: ids in the order of date (the undated last), then id; the groups in the order
/// of their first ids. Articles without copies are in none. A sketch that cannot be read has no copies.
pub fn groups(imprints: &[Imprint]) -> Vec<Vec<String>> {
    let texts = Text::all(imprints);
    let mut found: Vec<Vec<&Imprint>> = joined(&texts)
        .into_iter()
        .map(|group| group.into_iter().flat_map(|text| texts[text as usize].articles.iter().copied()).collect())
        .filter(|group: &Vec<&Imprint>| group.len() > 1)
        .collect();
    for group in &mut found {
        group.sort_by_key(|article| (article.day.is_none(), article.day, &article.id));
    }
    let mut ids: Vec<Vec<String>> =
        found.into_iter().map(|group| group.into_iter().map(|article| article.id.clone()).collect()).collect();
    ids.sort();
    ids
}

/// A text with the articles that have it word for word.
struct Text<'a> {
    sketch: Sketch<'a>,
    articles: Vec<&'a Imprint>,
}

impl<'a> Text<'a> {
    /// All texts, the longest first, then by fingerprint: an order of their own, not that of their coming.
    fn all(imprints: &'a [Imprint]) -> Vec<Self> {
        let mut by_fingerprint: BTreeMap<u64, Self> = BTreeMap::new();
        for imprint in imprints {
            let Some(sketch) = Sketch::read(&imprint.sketch) else { continue };
            let text = by_fingerprint.entry(sketch.fingerprint).or_insert(Self { sketch, articles: Vec::new() });
            text.articles.push(imprint);
            // Of several titles over one text that which sorts first stands for it.
            text.sketch.title = text.sketch.title.min(sketch.title);
        }
        let mut texts: Vec<Self> = by_fingerprint.into_values().collect();
        texts.sort_by_key(|text| Reverse(text.sketch.shingles));
        texts
    }
}

/// The pairs of texts that are copies, the closest first.
fn pairs(texts: &[Text<'_>]) -> Vec<(u32, u32)> {
    let bands: Vec<usize> = (0..VALUES).step_by(BAND_VALUES).collect();
    let mut pairs: Vec<((u32, u32), f32)> = bands.into_par_iter().flat_map_iter(|first| met(texts, first)).collect();
    pairs.par_sort_unstable_by(|(one, a), (other, b)| b.total_cmp(a).then(one.cmp(other)));
    // A pair that met in several bands has the same similarity in each.
    pairs.dedup_by_key(|(pair, _)| *pair);
    pairs.into_iter().map(|(pair, _)| pair).collect()
}

/// The pairs of copies that agree in the band of values that begins at `first`, with their similarity.
fn met(texts: &[Text<'_>], first: usize) -> Vec<((u32, u32), f32)> {
    let band = |text: &Text<'_>| u16::from_le_bytes([text.sketch.values[first], text.sketch.values[first + 1]]);
    let worth = (0..).zip(texts).filter(|(_, text)| text.sketch.shingles > 0);
    let mut keyed: Vec<(u16, u32)> = worth.map(|(place, text)| (band(text), place)).collect();
    keyed.sort_unstable();
    let mut found = Vec::new();
    for bucket in keyed.chunk_by(|a, b| a.0 == b.0) {
        for (n, &(_, one)) in bucket.iter().enumerate() {
            for &(_, other) in bucket[n + 1..].iter().take(BAND_TEXTS_MAX) {
                let similarity = copies(&texts[one as usize].sketch, &texts[other as usize].sketch);
                found.extend(similarity.map(|similarity| ((one, other), similarity)));
            }
        }
    }
    found
}

/// How similar two texts are that are prints of one story; `None` for others.
fn copies(one: &Sketch<'_>, other: &Sketch<'_>) -> Option<f32> {
    let similarity = one.similarity(other);
    if similarity < SIMILARITY_MIN {
        return None;
    }
    let (containment, figures) = (one.containment(other, similarity), one.common_figures(other));
    let shorter = one.shingles.min(other.shingles);
    let titled = one.title == other.title;
    let alike = if shorter < TITLED_SHINGLES {
        titled && containment >= CONTAINMENT_CUT_MIN && figures >= FIGURES_BRIEF_MIN
    } else if shorter < BRIEF_SHINGLES {
        let alike = similarity >= SIMILARITY_BRIEF_MIN
            || (similarity >= SIMILARITY_CUT_MIN && containment >= CONTAINMENT_CUT_MIN)
            || (titled && containment >= CONTAINMENT_TITLED_MIN);
        alike && figures >= FIGURES_BRIEF_MIN
    } else {
        containment >= CONTAINMENT_MIN && (shorter >= LONG_SHINGLES || figures >= FIGURES_MIN)
    };
    alike.then_some(similarity)
}

/// Texts that were joined, and those in their middle.
struct Group {
    texts: Vec<u32>,
    middles: Vec<u32>,
}

/// All texts in their groups, most of them alone.
fn joined(texts: &[Text<'_>]) -> Vec<Vec<u32>> {
    let are_copies =
        |one: u32, other: &u32| copies(&texts[one as usize].sketch, &texts[*other as usize].sketch).is_some();
    let alone = |text: u32| Group { texts: vec![text], middles: vec![text] };
    let mut groups: Vec<Group> = (0..texts.len() as u32).map(alone).collect();
    let mut of_text: Vec<u32> = (0..texts.len() as u32).collect();
    for (one, other) in pairs(texts) {
        let (one, other) = (of_text[one as usize] as usize, of_text[other as usize] as usize);
        if one == other {
            continue;
        }
        let of_both = |(own, others): (&Group, &Group)| {
            let middle = |text: &&u32| others.texts.iter().all(|other| are_copies(**text, other));
            own.middles.iter().filter(middle).copied().collect::<Vec<_>>()
        };
        let (larger, smaller) =
            if groups[one].texts.len() >= groups[other].texts.len() { (one, other) } else { (other, one) };
        let mut middles = of_both((&groups[larger], &groups[smaller]));
        // A large group of texts that are all alike would be read whole for each that joins it.
        if middles.len() < MIDDLES_MAX {
            middles.extend(of_both((&groups[smaller], &groups[larger])));
        }
        if middles.is_empty() {
            continue;
        }
        middles.sort_unstable();
        middles.truncate(MIDDLES_MAX);
        let moved = std::mem::take(&mut groups[smaller].texts);
        moved.iter().for_each(|&text| of_text[text as usize] = larger as u32);
        groups[larger].texts.extend(moved);
        groups[larger].middles = middles;
    }
    groups.into_iter().map(|group| group.texts).filter(|texts| !texts.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::duplicates::sketch::sketch;

    fn imprint(id: &str, date: &str, title: &str, body: &str) -> Imprint {
        let date = date.parse::<crate::model::date::PartialDate>().ok();
        Imprint { id: id.to_owned(), day: date.map(|date| date.first_day()), sketch: sketch(title, body).1 }
    }

    /// A story of so many sentences of ten words each; `seed` makes another one.
    fn story(seed: usize, sentences: usize) -> String {
        let word = |n: usize| format!("word{}x{}", seed, n * 7919 % 997);
        let sentence = |n: usize| (n * 10..n * 10 + 10).map(word).collect::<Vec<_>>().join(" ") + ".";
        (0..sentences).map(sentence).collect::<Vec<_>>().join("\n\n")
    }

    fn ids(groups: &[Vec<String>]) -> Vec<Vec<&str>> {
        groups.iter().map(|group| group.iter().map(String::as_str).collect()).collect()
    }

    #[test]
    fn reprints_are_grouped_by_date_with_the_undated_last() {
        let text = story(1, 12);
        let paragraphs: Vec<&str> = text.split("\n\n").collect();
        let half = paragraphs[..6].join("\n\n");
        let changed = text.replace(paragraphs[4], &story(9, 1));
        let all = [
            imprint("whole", "2024-05-14", "Strike closes docks", &text),
            imprint("undated", "", "Docks closed", &text),
            imprint("cut", "2024-05-15", "Strike closes docks", &half),
            imprint("changed", "2024-05-13", "Harbour shut", &format!("KARACHI, May 13 (AFP) - {changed}")),
            imprint("other", "2024-05-14", "Strike closes docks", &story(2, 12)),
        ];
        assert_eq!(ids(&groups(&all)), [["changed", "whole", "cut", "undated"]]);
    }

    #[test]
    fn notices_of_one_mould_are_no_copies() {
        let dividend = |cents: &str, day: &str| {
            format!("The company said its board declared a quarterly dividend of {cents} cts a share, payable {day}.")
        };
        let all = [
            imprint("a", "", "Acme sets payout", &dividend("25", "April 15")),
            imprint("b", "", "Zenith sets payout", &dividend("30", "April 28")),
            imprint("c", "", "Acme sets payout", &dividend("35", "July 15")),
            imprint("d", "", "", "Five dead."),
            imprint("e", "", "Blast", "Five dead."),
        ];
        assert_eq!(groups(&all), Vec::<Vec<String>>::new());
    }

    #[test]
    fn a_chain_of_changes_does_not_join_its_ends() {
        // Each text shares two thirds with the next, and the ends share nothing.
        let whole = story(3, 60);
        let paragraphs: Vec<&str> = whole.split("\n\n").collect();
        let windows: Vec<Imprint> =
            (0..9).map(|n| imprint(&format!("w{n}"), "", "", &paragraphs[n * 5..n * 5 + 15].join("\n\n"))).collect();
        for group in groups(&windows) {
            assert!(group.len() <= 3, "{group:?}");
        }
    }

    #[test]
    fn unreadable_sketches_and_empty_texts_have_no_copies() {
        let mut broken = imprint("a", "", "", &story(1, 9));
        broken.sketch.pop();
        let all = [broken, imprint("b", "", "", &story(1, 9)), imprint("c", "", "", ""), imprint("d", "", "x", "")];
        assert_eq!(groups(&all), Vec::<Vec<String>>::new());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
        #[test]
        fn the_order_of_coming_does_not_matter(
            mut all in proptest::collection::vec((0_usize..4, 2_usize..12, 0_usize..3), 2..14),
            seed in 0_usize..1000,
        ) {
            all.dedup();
            let mut list: Vec<Imprint> = all
                .iter()
                .enumerate()
                .map(|(n, (story_seed, sentences, day))| {
                    let date = format!("2024-05-1{day}");
                    imprint(&format!("id{n}"), &date, "Title", &story(*story_seed, *sentences))
                })
                .collect();
            let before = groups(&list);
            let middle = seed % list.len();
            list.rotate_left(middle);
            proptest::prop_assert_eq!(&groups(&list), &before);
            list.reverse();
            proptest::prop_assert_eq!(&groups(&list), &before);
        }
    }
}
