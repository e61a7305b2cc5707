//! The classifier: which paths of the taxonomy a text deserves, how sure, and by which of its words.
//!
//! May not invent a path that the taxonomy lacks, and may not label without evidence. A curator's labels are the
//! pipeline's to merge. Reads each text once: `reading` folds it, `names` finds names under their rules, `weight`
//! weighs them.

mod names;
mod reading;
mod weight;

use std::collections::BTreeMap;

use crate::ingest::classifier::names::Names;
use crate::ingest::classifier::reading::Reading;
use crate::ingest::classifier::weight::Scale;
use crate::model::facet::Label;
use crate::taxonomy::Taxonomy;

pub use weight::{MENTION_WEIGHT_MIN, TAG_WEIGHT_MIN};

/// Labels texts by the names and rules of one taxonomy. Made once, used for many texts, from several threads.
pub struct Classifier {
    names: Names,
    /// The dimensions' names, and what weighing must know of each.
    dimensions: Vec<(String, Scale)>,
}

impl Classifier {
    /// A classifier for all dimensions of a taxonomy.
    pub fn new(taxonomy: &Taxonomy) -> Self {
        let dimensions = taxonomy.dimensions().iter().map(|dimension| {
            let scale = Scale {
                paths: dimension.nodes.iter().map(|node| node.path.clone()).collect(),
                focus: f32::from(dimension.focus_percent) / 100.0,
                one_sentence: dimension.one_sentence,
            };
            (dimension.name.clone(), scale)
        });
        Self { names: Names::new(taxonomy), dimensions: dimensions.collect() }
    }

    /// The labels of a text by dimension, heaviest first: tags from `TAG_WEIGHT_MIN`, mentions from
    /// `MENTION_WEIGHT_MIN`. A dimension without a label is absent.
    ///
    /// `title` is one line; `body` is cleaned text in small Markdown. Offsets of evidence are bytes of the one or the
    /// other. A path and its ancestor are both given only if each has evidence of its own.
    pub fn classify(&self, title: &str, body: &str) -> BTreeMap<String, Vec<Label>> {
        self.classify_of_year(title, body, None)
    }

    /// The same for an article of a year: what its sentences say of years long before is the past, even if the text
    /// names no later one.
    pub fn classify_of_year(&self, title: &str, body: &str, year: Option<u16>) -> BTreeMap<String, Vec<Label>> {
        if self.names.is_empty() {
            return BTreeMap::new();
        }
        let reading = Reading::new(title, body, year);
        let mut sightings = self.names.find(&reading);
        sightings.sort_by_key(|sighting| sighting.dimension);
        let by_dimension = sightings.chunk_by(|a, b| a.dimension == b.dimension);
        by_dimension
            .filter_map(|sightings| {
                let (name, scale) = &self.dimensions[sightings.first()?.dimension];
                let labels = weight::labels(sightings, &reading, scale);
                (!labels.is_empty()).then(|| (name.clone(), labels))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::EVIDENCE_MAX;
    use crate::model::facet::{EvidencePlace, LabelKind};

    const TEXT: &str = r#"
version = 1
[[dimension]]
name = "place"
[[dimension]]
name = "force"
[[dimension]]
name = "danger"

[[place]]
path = "Landia"
weak = ["Landian"]
[[place]]
path = "Landia/Five Rivers"
aliases = ["五河"]
[[place.rule]]
name = "Five Rivers"
not_in_document = ["Otherland"]
[[place]]
path = "Landia/Five Rivers/Nod"
aliases = ["São Nod"]
[[place.rule]]
name = "Nod"
case_sensitive = true
needs = ["Landia", "Five Rivers", "town*"]
not_when = ["nod of"]
[[place]]
path = "Landia/Old Port"
[[place]]
path = "Landia/Bridge"
[[place]]
path = "Otherland"
[[place]]
path = "Otherland/Bridge"
[[place]]
path = "Otherland/Five Rivers"
[[place.rule]]
name = "Five Rivers"
needs = ["Otherland"]
needs_in = "document"

[[force]]
path = "River Guard"
aliases = ["RG", "رِور گارڈ"]
[[force.rule]]
name = "RG"
needs = ["River Guard", "Landia"]
needs_in = "document"
[[force]]
path = "Road Guard"
aliases = ["RG"]
[[force.rule]]
name = "RG"
needs = ["Road Guard", "Otherland"]
needs_in = "document"
[[force]]
path = "Five Rivers Bank"
[[force]]
path = "Five Rivers Bank/Audit Wing"

[[danger]]
path = "theft"
match_label = false
aliases = ["kidnap*", "bank robber*"]
[[danger]]
path = "attack"
match_label = false
aliases = ["old port attack*", "ambush*", "kidnapping"]
"#;

    fn classifier() -> Classifier {
        Classifier::new(&Taxonomy::parse(TEXT, "t.toml").unwrap())
    }

    /// What is found in a text: `dimension:path` with the first evidence.
    fn found(title: &str, body: &str) -> Vec<String> {
        let labels = classifier().classify(title, body);
        let each = labels.iter().flat_map(|(dimension, labels)| labels.iter().map(move |label| (dimension, label)));
        let shown =
            |(dimension, label): (&String, &Label)| format!("{dimension}:{}={}", label.path, label.evidence[0].text);
        let mut found: Vec<String> = each.map(shown).collect();
        found.sort();
        found
    }

    #[test]
    fn names_are_found_under_their_rules() {
        for (body, expected) in [
            ("Troops reached Landia.", &["place:Landia=Landia"][..]),
            // Whole words only, whatever their case, accents, hyphens and genitives.
            ("Troops reached Landiana.", &[]),
            ("LANDIA’S troops.", &["place:Landia=LANDIA"]),
            ("On the Old-Port road.", &["place:Landia/Old Port=Old-Port"]),
            // A name does not run over a colon, a bracket or the end of a sentence.
            ("It is old. Port workers left.", &[]),
            ("OLD: Port workers left.", &[]),
            // Longest first: the bank hides the place in another dimension, a plain term does not.
            ("The Five Rivers Bank closed.", &["force:Five Rivers Bank=Five Rivers Bank"]),
            ("The old port attack failed.", &["danger:attack=old port attack", "place:Landia/Old Port=old port"]),
            // A star takes any ending of its last word.
            ("Two kidnappers fled.", &["danger:theft=kidnappers"]),
            ("A bank, robbed, closed.", &[]),
            ("A kidnapping failed.", &["danger:attack=kidnapping"]),
            ("Bank robbers fled.", &["danger:theft=Bank robbers"]),
            // Case, neighbour and block of one name.
            ("Nod is a town.", &["place:Landia/Five Rivers/Nod=Nod"]),
            ("They nod in town.", &[]),
            ("Nod slept. It is a town.", &[]),
            ("A Nod of the town.", &[]),
            ("He saw São Nod.", &["place:Landia/Five Rivers/Nod=São Nod"]),
            ("He saw sao nod.", &["place:Landia/Five Rivers/Nod=sao nod"]),
            // A name of two nodes: rules decide; where several remain, nobody has it.
            ("Five Rivers flooded.", &["place:Landia/Five Rivers=Five Rivers"]),
            (
                "Five Rivers flooded, Otherland said.",
                &["place:Otherland/Five Rivers=Five Rivers", "place:Otherland=Otherland"],
            ),
            ("The RG came.", &[]),
            ("The RG came.\n\nLandia thanked it.", &["force:River Guard=RG", "place:Landia=Landia"]),
            ("The rg came. Landia thanked it.", &["place:Landia=Landia"]),
            ("RG came to Landia and Otherland.", &["place:Landia=Landia", "place:Otherland=Otherland"]),
            // A name of two nodes goes to the one whose line the clear names speak for.
            ("The Bridge fell near Old Port.", &["place:Landia/Bridge=Bridge", "place:Landia/Old Port=Old Port"]),
            ("Otherland says the Bridge fell.", &["place:Otherland/Bridge=Bridge", "place:Otherland=Otherland"]),
            ("The Bridge fell.", &[]),
            ("The Bridge of Landia or of Otherland fell.", &["place:Landia=Landia", "place:Otherland=Otherland"]),
            // Other scripts.
            ("洪水淹没五河地区。", &["place:Landia/Five Rivers=五河"]),
            ("洪水淹没五，河地区。", &[]),
            ("آج رور گارڈ آئی۔", &["force:River Guard=رور گارڈ"]),
        ] {
            assert_eq!(found("", body), expected, "{body}");
        }
    }

    #[test]
    fn in_a_text_in_capitals_case_says_nothing_but_other_rules_still_do() {
        assert_eq!(found("NOD IS A TOWN IN THE NORTH", ""), ["place:Landia/Five Rivers/Nod=NOD"]);
        assert_eq!(found("THEY NOD AND ALL GO HOME", ""), [""; 0]);
        assert_eq!(found("THE RG CAME TO LANDIA", "A body."), ["force:River Guard=RG", "place:Landia=LANDIA"]);
    }

    fn weight(title: &str, body: &str) -> f32 {
        classifier().classify(title, body).get("place").map_or(0.0, |labels| labels[0].weight)
    }

    #[test]
    fn weight_falls_from_title_to_lead_to_body_to_weak_name() {
        let filler = "Some other words stand here and fill it up. ".repeat(12);
        let weights = [
            weight("Landia", &filler),
            weight("", &format!("Landia. {filler}")),
            weight("", &format!("{filler}\n\n# Landia\n\n{filler}")),
            weight("", &format!("{filler} Landia.")),
            weight("", &format!("{filler} Landia in 2010. So in 2024.")),
            weight("", &format!("{filler} Landian.")),
        ];
        assert!(weights.is_sorted_by(|a, b| a > b), "{weights:?}");
        assert!(weights[1] >= TAG_WEIGHT_MIN && weights[3] < TAG_WEIGHT_MIN, "{weights:?}");
        let twice = weight("", &format!("{filler} Landia. {filler} Landia."));
        assert!(twice > weights[3], "{twice} {weights:?}");
        let doubted = weight("", &format!("{filler} It could be Landia."));
        assert!(doubted < weights[3], "{doubted} {weights:?}");
    }

    /// What a dimension's own keys make of a text: tags and mentions of `place` with their weights.
    fn under_keys(keys: &str, body: &str) -> Vec<(String, LabelKind, f32)> {
        let text = TEXT.replacen("name = \"place\"", &format!("name = \"place\"\n{keys}"), 1);
        let classifier = Classifier::new(&Taxonomy::parse(&text, "t.toml").unwrap());
        let labels = classifier.classify("", body).remove("place").unwrap_or_default();
        labels.into_iter().map(|label| (label.path, label.kind, label.weight)).collect()
    }

    #[test]
    fn one_sentence_of_a_long_text_is_a_tag_where_the_dimension_says_so() {
        let filler = "Some other words stand here and fill it up. ".repeat(100);
        let body = format!("{filler} Then Landia.");
        assert_eq!(under_keys("", &body)[0].1, LabelKind::Mention);
        assert_eq!(under_keys("one_sentence = true", &body)[0].1, LabelKind::Tag);
    }

    #[test]
    fn branches_that_a_text_is_not_about_fade_where_the_dimension_says_so() {
        let body = "Landia won. Old Port of Landia cheered. Landia sang. Otherland lost.";
        let kinds = |keys: &str| -> Vec<(String, LabelKind)> {
            under_keys(keys, body).into_iter().map(|(path, kind, _)| (path, kind)).collect()
        };
        let (tag, landia) = (LabelKind::Tag, "Landia".to_owned());
        let expected = [(landia.clone(), tag), ("Landia/Old Port".into(), tag), ("Otherland".into(), tag)];
        assert_eq!(kinds(""), expected);
        assert_eq!(kinds("focus_percent = 20"), expected);
        let faded = [expected[0].clone(), expected[1].clone(), ("Otherland".into(), LabelKind::Mention)];
        assert_eq!(kinds("focus_percent = 80"), faded);
        // Passing mentions lead nothing, however many.
        let weak = under_keys("focus_percent = 100", &format!("{} Otherland lost.", "Landian joy. ".repeat(9)));
        assert_eq!((weak[0].0.as_str(), weak[0].1), ("Otherland", tag));
    }

    #[test]
    fn a_weak_name_adds_to_a_full_one() {
        let filler = "Some other words stand here and fill it up. ".repeat(30);
        let weight_of = |body: &str| under_keys("", &format!("{filler}{body}"))[0].2;
        assert!(weight_of("Landia won. Landian joy. Landian songs.") > weight_of("Landia won."));
    }

    #[test]
    fn doubt_takes_more_from_a_term_than_from_a_name_and_evidence_says_so() {
        let filler = "Some other words stand here and fill it up. ".repeat(12);
        let labels = |body: &str| classifier().classify("", &format!("{filler}{body}"));
        let (sure, unsure) = (labels("An ambush in Landia."), labels("There was no ambush in Landia."));
        let kept = |dimension: &str| unsure[dimension][0].weight / sure[dimension][0].weight;
        assert!(kept("danger") < kept("place") && kept("place") < 1.0);
        assert!(unsure["danger"][0].evidence[0].doubted && !sure["danger"][0].evidence[0].doubted);
        let old = classifier().classify_of_year("", "An ambush in 1971.", Some(2024));
        assert!(old["danger"][0].evidence[0].doubted);
    }

    #[test]
    fn weak_names_and_one_name_in_a_long_text_are_mentions() {
        let filler = "Some other words stand here and fill it up. ".repeat(100);
        for (title, body) in [("Landian Landian", "Landian. ".repeat(50)), ("", format!("{filler} Landia. {filler}"))] {
            let labels = classifier().classify(title, &body);
            assert_eq!(labels["place"][0].kind, LabelKind::Mention);
        }
        let often = classifier().classify("", &format!("{filler} {}", "In Landia. ".repeat(9)));
        assert_eq!(often["place"][0].kind, LabelKind::Tag);
    }

    #[test]
    fn names_below_add_to_a_node_that_is_named_itself() {
        let filler = "Some other words stand here and fill it up. ".repeat(30);
        let weight_of = |body: &str| {
            let labels = classifier().classify("", &format!("{filler}{body}")).remove("place").unwrap_or_default();
            labels.into_iter().find(|label| label.path == "Landia").map(|label| label.weight)
        };
        let alone = weight_of("It was Landia.").unwrap();
        let with_towns = weight_of("It was Landia. On to Old Port. Then São Nod.").unwrap();
        assert!(with_towns > alone, "{with_towns} {alone}");
        assert_eq!(weight_of("On to Old Port."), None);
    }

    #[test]
    fn evidence_shows_the_best_places_first() {
        let body = format!("Early Landia. {} {}", "Word word word word. ".repeat(20), "Then Landia. ".repeat(9));
        let labels = classifier().classify("On Landia", &body);
        let evidence = &labels["place"][0].evidence;
        let places: Vec<_> = evidence.iter().map(|evidence| evidence.place).collect();
        assert_eq!(evidence.len(), EVIDENCE_MAX);
        assert_eq!(places[..3], [EvidencePlace::Title, EvidencePlace::Lead, EvidencePlace::Body]);
        assert_eq!((evidence[0].offset, evidence[1].offset), (3, 6));
    }

    #[test]
    fn without_a_taxonomy_nothing_is_labelled() {
        assert!(Classifier::new(&Taxonomy::none()).classify("Landia", "Landia").is_empty());
    }

    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("Landia".to_owned()),
            Just("Five Rivers Bank's".to_owned()),
            Just("NOD town".to_owned()),
            Just("五河".to_owned()),
            Just("رِور گارڈ".to_owned()),
            Just("Sa\u{303}o Nod".to_owned()),
            Just("RG: kidnapped\n# ".to_owned()),
            "\\PC{0,6}",
            "[ .:\\n'’ﷺ½]{1,3}",
        ];
        prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.join(" "))
    }

    proptest! {
        #[test]
        fn evidence_is_what_stands_at_its_offset(title in hostile(), body in hostile()) {
            for labels in classifier().classify(&title, &body).into_values() {
                for label in labels {
                    prop_assert!((MENTION_WEIGHT_MIN..=1.0).contains(&label.weight));
                    prop_assert!(!label.evidence.is_empty() && label.evidence.len() <= EVIDENCE_MAX);
                    for evidence in label.evidence {
                        let text = if evidence.place == EvidencePlace::Title { &title } else { &body };
                        let there = text.get(evidence.offset..evidence.offset + evidence.text.len());
                        prop_assert_eq!(there, Some(evidence.text.as_str()));
                    }
                }
            }
        }
    }
}
