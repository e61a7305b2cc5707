//! How much names found in a text say about it: the weight of a label, and its evidence.
//!
//! Every constant here is general: none knows a name or a dimension.
//!
//! Each sentence that holds a name of a node gives it points, once: the points of its place (a title says what a
//! report is about, a lead nearly so), less in a long body, where more is named in passing, less where the sentence
//! doubts, denies or tells of years long past, and a little more for a long name. Doubt and the past take more from a
//! term ("kidnapping") than from a proper name: "police denied that Besham was attacked" is still about Besham. The
//! weight is `1 - exp(-points)`: it grows with every sentence, ever more slowly, and never passes 1.
//!
//! Points of weak names count half, and without a full name never lift a weight above `WEAK_WEIGHT_MAX`, which is
//! below a tag's. A node that is named itself also gets a part of the points of the nodes below it: eight towns of a
//! country say something of the country. The constants were chosen by measuring on curated articles: in a report of
//! up to 180 words a long name in one sentence of the body is just enough for a tag, a short one is not; in 900 words
//! it takes three.
//!
//! A dimension may say two things of its own. With `one_sentence`, a sentence of the body counts as much as a heading,
//! however long the text, so that one is enough for a tag. With `focus_percent`, branches that the text names less
//! than that share of what it names its leading branch fade: what a text is about outranks what it drops.

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
/// Share of its points that a term keeps in a doubtful sentence, and in one about years long past.
const DOUBT_SHARE: f32 = 0.8;
const PAST_SHARE: f32 = 0.8;
/// The same of a proper name.
const NAME_DOUBT_SHARE: f32 = 0.9;
const NAME_PAST_SHARE: f32 = 0.9;
/// How steeply branches fade that a text is not about: the power of their share.
const FADE_POWER: f32 = 6.0;
/// Length of a body, in words, up to which points are whole; beyond, they fall with the root of the length.
const WHOLE_POINTS_WORDS: f32 = 180.0;
/// Share of its points that a sentence keeps in the longest body.
const LENGTH_SHARE_MIN: f32 = 0.55;
/// Words from which on a name is long: it is said on purpose, and hardly ever means something else.
const LONG_NAME_WORDS_MIN: f32 = 2.0;
/// How many times its points a long name has.
const LONG_NAME_SHARE: f32 = 1.15;

/// What weighing must know of a dimension.
pub(super) struct Scale {
    /// The paths of its nodes by their number.
    pub(super) paths: Vec<String>,
    /// Share of the leading branch's points that a branch needs to keep all of its own; 0 for none.
    pub(super) focus: f32,
    /// Whether a sentence of a long body counts in full.
    pub(super) one_sentence: bool,
}

/// The labels of one dimension, heaviest first, then by path.
pub(super) fn labels(sightings: &[Sighting], reading: &Reading<'_>, scale: &Scale) -> Vec<Label> {
    let mut by_path: BTreeMap<&str, Vec<&Sighting>> = BTreeMap::new();
    for sighting in sightings {
        by_path.entry(&scale.paths[sighting.node]).or_default().push(sighting);
    }
    let mut tallies: BTreeMap<&str, Tally> =
        by_path.iter().map(|(path, sightings)| (*path, Tally::new(sightings, reading, scale.one_sentence))).collect();
    share_with_ancestors(&mut tallies);
    if scale.focus > 0.0 {
        fade_lesser_branches(&mut tallies, scale.focus);
    }
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

/// Fades what lies in branches that a text names less than `focus` times as much as its leading branch.
fn fade_lesser_branches(tallies: &mut BTreeMap<&str, Tally>, focus: f32) {
    let points = branch_points(tallies);
    // A branch of passing mentions alone gets no tag, and so leads nothing.
    let named = tallies.iter().filter(|(_, tally)| !tally.strong.is_empty()).map(|(path, _)| points[top(path)]);
    let leading = named.fold(0.0, f32::max);
    for (path, tally) in tallies {
        let share = points[top(path)] / leading;
        if share < focus {
            tally.fade = (share / focus).powf(FADE_POWER);
        }
    }
}

/// The first segment of a path: its branch.
fn top(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

/// The points of each branch: its best name in each sentence, weak ones for half.
fn branch_points<'p>(tallies: &BTreeMap<&'p str, Tally>) -> BTreeMap<&'p str, f32> {
    let mut branches: BTreeMap<&str, BTreeMap<u32, f32>> = BTreeMap::new();
    for (path, tally) in tallies {
        let side = branches.entry(top(path)).or_default();
        for (sentence, points) in &tally.strong {
            raise(side, *sentence, *points);
        }
        for (sentence, points) in &tally.weak {
            raise(side, *sentence, *points * WEAK_SHARE);
        }
    }
    branches.into_iter().map(|(branch, side)| (branch, side.values().sum())).collect()
}

/// The points that a node has in each sentence.
struct Tally {
    /// By its full names.
    strong: BTreeMap<u32, f32>,
    /// By its weak names.
    weak: BTreeMap<u32, f32>,
    /// By full names of nodes below it.
    below: BTreeMap<u32, f32>,
    /// Share of its points that it keeps, as its branch is among those that the text is about.
    fade: f32,
}

impl Tally {
    fn new(sightings: &[&Sighting], reading: &Reading<'_>, one_sentence: bool) -> Self {
        let (strong, weak, below) = Default::default();
        let mut tally = Self { strong, weak, below, fade: 1.0 };
        for sighting in sightings {
            let side = if sighting.weak { &mut tally.weak } else { &mut tally.strong };
            raise(side, reading.words[sighting.first].sentence, points(sighting, reading, one_sentence));
        }
        tally
    }

    /// The weight, in thousandths.
    fn weight(&self) -> f32 {
        let whole = self.weight_at(1.0);
        // What fades is still named: it becomes a mention at the least.
        let weight = if self.fade < 1.0 { self.weight_at(self.fade).max(whole.min(MENTION_WEIGHT_MIN)) } else { whole };
        (weight * 1000.0).round() / 1000.0
    }

    /// The weight if only a share of all points counts.
    fn weight_at(&self, share: f32) -> f32 {
        let missing = |side: &BTreeMap<u32, f32>| -> f32 {
            side.iter().filter(|(sentence, _)| !self.strong.contains_key(sentence)).map(|(_, points)| points).sum()
        };
        let saturated = |points: f32| 1.0 - (-points * share).exp();
        let own: f32 = self.strong.values().sum();
        let weak = missing(&self.weak) * WEAK_SHARE;
        if own > 0.0 {
            // Names of nodes below add to a node that is itself named, and make no label by themselves.
            saturated(own + missing(&self.below) * BELOW_SHARE + weak)
        } else {
            saturated(weak).min(WEAK_WEIGHT_MAX)
        }
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

fn points(sighting: &Sighting, reading: &Reading<'_>, one_sentence: bool) -> f32 {
    let sentence = reading.sentence_of(sighting.first);
    let whole = match sentence.place {
        EvidencePlace::Title => return TITLE_POINTS,
        EvidencePlace::Lead => LEAD_POINTS,
        EvidencePlace::Body if sentence.heading || one_sentence => HEADING_POINTS,
        EvidencePlace::Body => BODY_POINTS,
    };
    let length = (WHOLE_POINTS_WORDS / reading.body_words.max(1.0)).sqrt().clamp(LENGTH_SHARE_MIN, 1.0);
    let length = if one_sentence { 1.0 } else { length };
    let is_long = reading.length(sighting.first, sighting.last) >= LONG_NAME_WORDS_MIN;
    let long = if is_long { LONG_NAME_SHARE } else { 1.0 };
    let (doubt, past) = if sighting.proper { (NAME_DOUBT_SHARE, NAME_PAST_SHARE) } else { (DOUBT_SHARE, PAST_SHARE) };
    let doubt = if sentence.doubtful { doubt } else { 1.0 };
    let past = if sentence.past { past } else { 1.0 };
    whole * length * doubt * past * long
}

/// The words found, best first: by place, full names before weak ones, then in the order of the text.
fn evidence(mut sightings: Vec<&Sighting>, reading: &Reading<'_>) -> Vec<Evidence> {
    sightings.sort_by_key(|sighting| (reading.sentence_of(sighting.first).place, sighting.weak, sighting.first));
    let best = sightings.into_iter().take(EVIDENCE_MAX);
    best.map(|sighting| {
        let (text, offset) = reading.original(sighting.first, sighting.last);
        let sentence = reading.sentence_of(sighting.first);
        let doubted = sentence.doubtful || sentence.past;
        Evidence { text: text.to_owned(), place: sentence.place, offset, doubted }
    })
    .collect()
}
