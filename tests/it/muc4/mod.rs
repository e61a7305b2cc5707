//! Labels on a desk that this program was not built for: newswire texts on Latin America, all in capitals, with answer
//! keys (MUC-4). A taxonomy made of its gazetteer and the organisations of the first 1,300 texts, and our own words for
//! incidents, goes through the real pipeline; what it labels is held against the keys.
//!
//! Texts are read as the wire printed them, dateline first, without a title. A country is found if it is the first
//! segment of a tag. A gold place, the last part of a location, is found if a tag has it as one of its names, whatever
//! lies above it; names that the gazetteer lacks stay in the count, as missed. A tagged place is right if some gold
//! location has it as one of its parts. An organisation is found if one of its names is a name of a tag.

mod curator;
pub(crate) mod measures;
mod records;

use std::collections::{BTreeMap, BTreeSet};

use dossier::model::facet::leaf;
use dossier::taxonomy::Taxonomy;
use measures::Tally;
use records::{BUILT_FROM, Case, cases};
use serde_json::{Value, json};

use crate::harness::Desk;

/// What the program found in one text: paths of tags by dimension.
pub(crate) type Found = BTreeMap<String, BTreeSet<String>>;

/// Indexes the texts with a taxonomy and reads the tags of each.
fn through_the_pipeline(cases: &[Case], taxonomy: &str) -> BTreeMap<String, Found> {
    let desk = Desk::new();
    desk.write("taxonomy.toml", taxonomy);
    let line = |Case { text, .. }: &Case| {
        json!({"id": text.id, "title": "", "date": text.date, "body": text.printed()}).to_string()
    };
    desk.write("muc4.jsonl", cases.iter().map(line).collect::<Vec<_>>().join("\n"));
    let report = desk.indexed();
    assert_eq!(report["documents"], cases.len());
    let mut found = BTreeMap::new();
    for page in 1..=cases.len().div_ceil(100) {
        let reply = desk.get(&format!("/api/v1/search?size=100&page={page}&facets=none&sort=oldest&collapse=off"));
        assert_eq!(reply.status, 200, "{}", reply.body);
        for hit in reply.json()["hits"].as_array().unwrap() {
            let list = |paths: &Value| -> BTreeSet<String> {
                paths.as_array().unwrap().iter().map(|path| path.as_str().unwrap().to_owned()).collect()
            };
            let facets = hit["facets"].as_object().unwrap();
            let tags = facets.iter().map(|(dimension, paths)| (dimension.clone(), list(paths)));
            found.insert(hit["id"].as_str().unwrap().to_owned(), tags.collect());
        }
    }
    assert_eq!(found.len(), cases.len());
    found
}

/// The measures over one set of texts.
#[derive(Debug, Default)]
pub(crate) struct Measures {
    texts: usize,
    country: Tally,
    /// Recall: gold places found. Precision: tagged places that some gold place has as one of its parts.
    place_found: Tally,
    place_right: Tally,
    incident: Tally,
    by_type: BTreeMap<String, Tally>,
    organisation: Tally,
    actor_labels: usize,
}

impl Measures {
    fn actor_labels_per_text(&self) -> f64 {
        self.actor_labels as f64 / self.texts as f64
    }
}

/// A name for comparing: letters and digits, single blanks.
fn plain(name: &str) -> String {
    name.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The parts of a gold location below its country, by place: `A: B (CITY): C (TOWN) - D (TOWN)` has the places
/// `[B, C]` and `[D]`.
fn parts(location: &str) -> Vec<Vec<String>> {
    let without_type = |part: &str| plain(part.split(" (").next().unwrap());
    let Some((_, below)) = location.split_once(": ") else { return Vec::new() };
    below.split(" - ").map(|place| place.split(": ").map(without_type).collect()).collect()
}

/// The truth against what was found, for each text.
pub(crate) fn measure<'c>(
    cases: impl Iterator<Item = &'c Case>,
    found: &BTreeMap<String, Found>,
    taxonomy: &Taxonomy,
) -> Measures {
    let mut measures = Measures::default();
    let nothing = BTreeSet::new();
    for Case { text, key } in cases {
        let tags = |dimension: &str| found[&text.id].get(dimension).unwrap_or(&nothing);
        measures.texts += 1;
        let top = |path: &String| path.split('/').next().unwrap().to_owned();
        measures.country += Tally::of(&key.countries, &tags("region").iter().map(top).collect());

        let locations: Vec<Vec<String>> = key.locations.iter().flat_map(|location| parts(location)).collect();
        let places: Vec<BTreeSet<String>> = tags("region")
            .iter()
            .filter(|path| path.contains('/'))
            .map(|path| taxonomy.names("region", path).into_iter().map(plain).collect())
            .collect();
        let gold: BTreeSet<&String> = locations.iter().filter_map(|parts| parts.last()).collect();
        let all_parts: BTreeSet<&String> = locations.iter().flatten().collect();
        for name in gold {
            let is_found = places.iter().any(|names| names.contains(name));
            measures.place_found += Tally { right: is_found.into(), missed: (!is_found).into(), wrong: 0 };
        }
        for names in &places {
            let is_right = names.iter().any(|name| all_parts.contains(name));
            measures.place_right += Tally { right: is_right.into(), missed: 0, wrong: (!is_right).into() };
        }

        let spoken = |path: &String| leaf(path).replace('-', " ").to_uppercase();
        let types: BTreeSet<String> = tags("incident").iter().map(spoken).collect();
        measures.incident += Tally::of(&key.types, &types);
        for name in key.types.union(&types) {
            let only = |set: &BTreeSet<String>| set.iter().filter(|other| *other == name).cloned().collect();
            *measures.by_type.entry(name.clone()).or_default() += Tally::of(&only(&key.types), &only(&types));
        }

        let actors: BTreeSet<String> =
            tags("actor").iter().flat_map(|path| taxonomy.names("actor", path)).map(plain).collect();
        measures.actor_labels += tags("actor").len();
        let slots: BTreeSet<&Vec<String>> = key.incidents.iter().flat_map(|incident| &incident.perp_orgs).collect();
        for slot in slots {
            let is_found =
                slot.iter().flat_map(|name| curator::names_in(name)).any(|name| actors.contains(&plain(&name)));
            measures.organisation += Tally { right: is_found.into(), missed: (!is_found).into(), wrong: 0 };
        }
    }
    measures
}

/// One line a measure.
fn print(name: &str, measures: &Measures) {
    let row = |what: &str, tally: Tally| {
        eprintln!("  {what:<22} {:.3} {:.3} {:.3}", tally.precision(), tally.recall(), tally.f1());
    };
    eprintln!("{name}: {} texts\n  {:<22} prec. recall F1", measures.texts, "");
    row("country", measures.country);
    eprintln!("  {:<22} {:.3} {:.3}", "place", measures.place_right.precision(), measures.place_found.recall());
    row("incident type", measures.incident);
    for (name, tally) in &measures.by_type {
        row(&format!("  {}", name.to_lowercase()), *tally);
    }
    eprintln!(
        "  {:<22}       {:.3}       ({:.1} actor labels a text)",
        "organisation",
        measures.organisation.recall(),
        measures.actor_labels_per_text()
    );
}

#[test]
fn a_taxonomy_of_another_desk_labels_its_texts() {
    let Some(cases) = cases() else { return };
    let Some(text) = curator::taxonomy(&cases[..BUILT_FROM]) else { return };
    let taxonomy = Taxonomy::parse(&text, "taxonomy.toml").unwrap();
    let found = through_the_pipeline(&cases, &text);
    let of = |name: &str, chosen: &mut dyn Iterator<Item = &Case>| {
        let measures = measure(chosen, &found, &taxonomy);
        print(name, &measures);
        measures
    };
    let relevant = of("relevant", &mut cases.iter().filter(|case| case.key.relevant));
    let all = of("all", &mut cases.iter());
    let relevant_held_out = of("relevant, held out", &mut cases[BUILT_FROM..].iter().filter(|case| case.key.relevant));
    let held_out = of("held out", &mut cases[BUILT_FROM..].iter());
    for (name, reached, floor) in [
        ("country F1, relevant", relevant.country.f1(), 0.95),
        ("place recall, relevant", relevant.place_found.recall(), 0.90),
        ("place precision, relevant", relevant.place_right.precision(), 0.35),
        ("incident type F1, relevant", relevant.incident.f1(), 0.86),
        ("incident type F1, all", all.incident.f1(), 0.72),
        ("organisation recall, held out", held_out.organisation.recall(), 0.76),
        // Held out, a little below what is reached: there the words for incidents were not weighed.
        ("country F1, relevant held out", relevant_held_out.country.f1(), 0.94),
        ("place recall, relevant held out", relevant_held_out.place_found.recall(), 0.89),
        ("incident type F1, relevant held out", relevant_held_out.incident.f1(), 0.83),
        ("incident type F1, held out", held_out.incident.f1(), 0.71),
    ] {
        assert!(reached >= floor, "{name}: {reached:.3} is under {floor}");
    }
    assert!(held_out.actor_labels_per_text() <= 5.0);
}
