//! How much names found in a text say about it: the weight of a label, and its evidence.
//!
//! Every constant here is general: none knows a name or a dimension.
//!
//! Each sentence that holds a name of a node gives it points, once: the points of its place (a title says what a
//! report is about, a lead nearly so), less in a long body, where more is named in passing, a little less where
//! the sentence doubts, denies or tells of years long past, and a little more for a long name. The weight is
//! `1 - exp(-points)`: it grows with every sentence, ever more slowly, and never passes 1.
//!
//! Points of weak names count half and never lift a weight above `WEAK_WEIGHT_MAX`, which is below a tag's. A node
//! that is named itself also gets a part of the points of the nodes below it: eight towns of a country say something
//! of the country. The constants were chosen by measuring on curated articles: in a report of up to 180 words a long
//! name in one sentence of the body is just enough for a tag, a short one is not; in 900 words it takes three.

use std::collections::BTreeMap;

use crate::ingest::classifier::names::Sighting;
use crate::ingest::classifier::reading::Reading;
use crate::model::EVIDENCE_MAX;
use crate::model::facet::{Evidence, EvidencePlace, Label, LabelKind, LabelledBy, ancestors};

/// Least weight of a tag.
pub const TAG_WEIGHT_MIN: f32 = 0.5;
/// Least weight of a mention; what weighs less is dropped.
pub const MENTION_WEIGHT_MIN: f32 = 0.15;
/// Most that weak names can weigh.
const WEAK_WEIGHT_MAX: f32 = 0.45;
/// Points of a sentence in the title, the lead, a heading, and the rest of the body.
const TITLE_POINTS: f32 = 1.1;
const LEAD_POINTS: f32 = 0.9;
const HEADING_POINTS: f32 = 0.8;
const BODY_POINTS: f32 = 0.65;
/// Share of a strong name's points that a weak one has.
const WEAK_SHARE: f32 = 0.5;
/// Share of the points of nodes below that a node named itself gets.
const BELOW_SHARE: f32 = 0.25;
/// Share of its points that a doubtful sentence keeps, and one about years long past.
const DOUBT_SHARE: f32 = 0.9;
const PAST_SHARE: f32 = 0.9;
/// Length of a body, in words, up to which points are whole; beyond, they fall with the root of the length.
const WHOLE_POINTS_WORDS: f32 = 180.0;
/// Share of its points that a sentence keeps in the longest body.
const LENGTH_SHARE_MIN: f32 = 0.55;
/// Words from which on a name is long: it is said on purpose, and hardly ever means something else.
const LONG_NAME_WORDS_MIN: f32 = 2.0;
/// How many times its points a long name has.
const LONG_NAME_SHARE: f32 = 1.15;

/// The labels of one dimension, heaviest first, then by path.
///
/// `paths` are the dimension's paths by the node's number.
pub(super) fn labels(sightings: &[Sighting], reading: &Reading<'_>, paths: &[String]) -> Vec<Label> {
    let mut by_path: BTreeMap<&str, Vec<&Sighting>> = BTreeMap::new();
    for sighting in sightings {
        by_path.entry(&paths[sighting.node]).or_default().push(sighting);
    }
    let mut tallies: BTreeMap<&str, Tally> =
        by_path.iter().map(|(path, sightings)| (*path, Tally::new(sightings, reading))).collect();
    share_with_ancestors(&mut tallies);
    let mut labels: Vec<Label> = by_path
        .into_iter()
        .filter_map(|(path, sightings)| {
            let weight = tallies[path].weight();
            (weight >= MENTION_WEIGHT_MIN).then(|| Label {
                path: path.to_owned(),
                by: LabelledBy::Classifier,
                kind: if weight >= TAG_WEIGHT_MIN { LabelKind::Tag } else { LabelKind::Mention },
                weight,
                evidence: evidence(sightings, reading),
            })
        })
        .collect();
    labels.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.path.cmp(&b.path)));
    labels
}

/// The points that a node has in each sentence.
#[derive(Default)]
struct Tally {
    /// By its full names.
    strong: BTreeMap<u32, f32>,
    /// By its weak names.
    weak: BTreeMap<u32, f32>,
    /// By full names of nodes below it.
    below: BTreeMap<u32, f32>,
}

impl Tally {
    fn new(sightings: &[&Sighting], reading: &Reading<'_>) -> Self {
        let mut tally = Self::default();
        for sighting in sightings {
            let side = if sighting.weak { &mut tally.weak } else { &mut tally.strong };
            raise(side, reading.words[sighting.first].sentence, points(sighting, reading));
        }
        tally
    }

    /// The weight, in thousandths.
    fn weight(&self) -> f32 {
        let missing = |side: &BTreeMap<u32, f32>| -> f32 {
            side.iter().filter(|(sentence, _)| !self.strong.contains_key(sentence)).map(|(_, points)| points).sum()
        };
        let saturated = |points: f32| 1.0 - (-points).exp();
        let own: f32 = self.strong.values().sum();
        // Names of nodes below add to a node that is itself named, and make no label by themselves.
        let strong = if own > 0.0 { own + missing(&self.below) * BELOW_SHARE } else { 0.0 };
        let weak = missing(&self.weak) * WEAK_SHARE;
        let weight = saturated(strong).max(saturated(strong + weak).min(WEAK_WEIGHT_MAX));
        (weight * 1000.0).round() / 1000.0
    }
}

/// Raises a sentence's points to at least these: a sentence counts once, by the best name in it.
fn raise(side: &mut BTreeMap<u32, f32>, sentence: u32, points: f32) {
    let best = side.entry(sentence).or_default();
    *best = best.max(points);
}

fn share_with_ancestors(tallies: &mut BTreeMap<&str, Tally>) {
    let named: Vec<(&str, BTreeMap<u32, f32>)> =
        tallies.iter().map(|(path, tally)| (*path, tally.strong.clone())).collect();
    for (path, strong) in named {
        for ancestor in ancestors(path).filter(|ancestor| *ancestor != path) {
            let Some(tally) = tallies.get_mut(ancestor) else { continue };
            for (sentence, points) in &strong {
                raise(&mut tally.below, *sentence, *points);
            }
        }
    }
}

fn points(sighting: &Sighting, reading: &Reading<'_>) -> f32 {
    let sentence = reading.sentence_of(sighting.first);
    let whole = match sentence.place {
        EvidencePlace::Title => return TITLE_POINTS,
        EvidencePlace::Lead => LEAD_POINTS,
        EvidencePlace::Body if sentence.heading => HEADING_POINTS,
        EvidencePlace::Body => BODY_POINTS,
    };
    let length = (WHOLE_POINTS_WORDS / reading.body_words.max(1.0)).sqrt().clamp(LENGTH_SHARE_MIN, 1.0);
    let is_long = reading.length(sighting.first, sighting.last) >= LONG_NAME_WORDS_MIN;
    let long = if is_long { LONG_NAME_SHARE } else { 1.0 };
    let doubt = if sentence.doubtful { DOUBT_SHARE } else { 1.0 };
    let past = if sentence.past { PAST_SHARE } else { 1.0 };
    whole * length * doubt * past * long
}

/// The words found, best first: by place, full names before weak ones, then in the order of the text.
fn evidence(mut sightings: Vec<&Sighting>, reading: &Reading<'_>) -> Vec<Evidence> {
    sightings.sort_by_key(|sighting| (reading.sentence_of(sighting.first).place, sighting.weak, sighting.first));
    let best = sightings.into_iter().take(EVIDENCE_MAX);
    best.map(|sighting| {
        let (text, offset) = reading.original(sighting.first, sighting.last);
        Evidence { text: text.to_owned(), place: reading.sentence_of(sighting.first).place, offset }
    })
    .collect()
}
