//! The curator of this desk: a taxonomy file in our format, out of the gazetteer, the organisations that readers found
//! in the texts to build from, and what a curator would add by hand (`tests/fixtures/muc4-*.toml`).
//!
//! Looks at no text and at no key of the texts held out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::records::Case;
use crate::harness::{project, shared_data};

/// Fewest texts in which an organisation must be found before it hints at a country.
const HOME_TEXTS_MIN: usize = 2;

/// What the curator adds by hand.
#[derive(Deserialize)]
struct Additions {
    adjectives: BTreeMap<String, Vec<String>>,
    hints: BTreeMap<String, BTreeSet<String>>,
    places: PlaceAdditions,
    organisations: OrganisationAdditions,
}

#[derive(Deserialize)]
struct PlaceAdditions {
    followed: BTreeSet<String>,
    left_out: BTreeSet<String>,
}

#[derive(Deserialize)]
struct OrganisationAdditions {
    of_a_country: Vec<String>,
    general: BTreeSet<String>,
    left_out: BTreeSet<String>,
}

/// One value of the taxonomy in the making.
#[derive(Default)]
struct Entry {
    aliases: BTreeSet<String>,
    weak: BTreeSet<String>,
    /// Whether all its names only count as a passing mention.
    is_weak: bool,
}

/// The text of the taxonomy; `None` without the data.
pub(crate) fn taxonomy(to_build_from: &[Case]) -> Option<String> {
    let read = |name: &str| std::fs::read_to_string(project().join("tests/fixtures").join(name)).unwrap();
    let additions: Additions = toml::from_str(&read("muc4-curator.toml")).unwrap();
    let mut text = "version = 1\n".to_owned();
    let mut regions = places(&additions)?;
    for (country, names) in additions.hints.iter().chain(&homes(to_build_from, &additions.organisations.general)) {
        regions.get_mut(country).unwrap().weak.extend(names.iter().cloned());
    }
    write_dimension(&mut text, "region", "focus_percent = 100\none_sentence = true", &regions);
    write_dimension(&mut text, "actor", "one_sentence = true", &organisations(to_build_from, &additions));
    Some(text + &read("muc4-incidents.toml"))
}

fn write_dimension(text: &mut String, dimension: &str, keys: &str, entries: &BTreeMap<String, Entry>) {
    writeln!(text, "[[dimension]]\nname = \"{dimension}\"\n{keys}").unwrap();
    for (path, entry) in entries {
        let own = path.rsplit_once('/').map_or(path.as_str(), |(_, leaf)| leaf).to_owned();
        let (strong, weak) = if entry.is_weak {
            (BTreeSet::new(), entry.aliases.iter().chain([&own]).chain(&entry.weak).collect())
        } else {
            (entry.aliases.iter().collect::<BTreeSet<_>>(), entry.weak.iter().collect::<BTreeSet<_>>())
        };
        writeln!(text, "[[{dimension}]]\npath = {path:?}\nmatch_label = {}", !entry.is_weak).unwrap();
        writeln!(text, "aliases = {strong:?}\nweak = {weak:?}").unwrap();
    }
    // Sets print in braces, TOML wants brackets.
    *text = text.replace(" = {", " = [").replace("}\n", "]\n");
}

/// The lines of a file of the gazetteer from its `header`th rule of dashes on, without remarks.
fn gazetteer(name: &str) -> Option<String> {
    Some(std::fs::read_to_string(shared_data(&format!("muc4/gazetteer/{name}"))?).unwrap())
}

/// Countries with their places below them.
fn places(additions: &Additions) -> Option<BTreeMap<String, Entry>> {
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    let nations = gazetteer("set-list-foreign-nation.v5")?;
    let (names, synonyms) = nations.split_once("2.0 Synonyms").unwrap();
    let (_, names) = names.split_once("1.0 Set list").unwrap();
    for country in names.lines().skip(1).map(str::trim).filter(|line| !line.is_empty()) {
        entries.entry(country.to_owned()).or_default();
    }
    let countries: BTreeSet<String> = entries.keys().cloned().collect();
    static PLACE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^([A-Z][^:\n]*): ([^()\n]+?) \(").unwrap());
    let areas = gazetteer("containing-areas-part1.v5")?;
    for place in PLACE.captures_iter(areas.rsplit_once("-----\n").unwrap().1) {
        let (country, name) = (place[1].trim(), place[2].trim());
        entries.entry(country.to_owned()).or_default();
        if !countries.contains(name) && !additions.places.left_out.contains(name) {
            entries.entry(format!("{country}/{name}")).or_default();
        }
    }
    let synonyms = synonyms.to_owned() + &gazetteer("places-synonyms.v3")?;
    let left_out = &additions.places.left_out;
    let kept = |names: &(String, String)| !left_out.contains(&names.0) && !left_out.contains(&names.1);
    for (one, other) in synonyms.lines().filter_map(synonym).filter(kept) {
        let owners: BTreeSet<String> = entries.keys().map(|path| top(path).to_owned()).collect();
        for country in owners {
            let under = |name: &str| format!("{country}/{name}");
            let aliases = entries.remove(&under(&one)).map(|entry| entry.aliases);
            if let Some(entry) = entries.get_mut(&under(&other)) {
                entry.aliases.extend(aliases.unwrap_or_default());
                entry.aliases.insert(one.clone());
            } else if let Some(aliases) = aliases {
                let aliases = aliases.into_iter().chain([other.clone()]).collect();
                entries.insert(under(&one), Entry { aliases, ..Entry::default() });
            }
        }
        for (name, alias) in [(&one, &other), (&other, &one)] {
            if let Some(entry) = entries.get_mut(name) {
                entry.aliases.insert(alias.clone());
            }
        }
    }
    for (country, adjectives) in &additions.adjectives {
        let entry = entries.get_mut(country).unwrap();
        entry.weak.extend(adjectives.iter().cloned());
    }
    for (path, entry) in &mut entries {
        let country = top(path);
        entry.is_weak = !additions.places.followed.contains(country);
    }
    Some(entries)
}

/// The first segment of a path.
fn top(path: &str) -> &str {
    path.split('/').next().unwrap()
}

/// `ONE = OTHER` and `ONE -> OTHER`, remarks taken off.
fn synonym(line: &str) -> Option<(String, String)> {
    let line = line.split("<-").next()?;
    let (one, other) = line.split_once(" = ").or_else(|| line.split_once(" -> "))?;
    let plain = |name: &str| (!name.contains(['(', '+'])).then(|| name.trim().to_owned());
    Some((plain(one)?, plain(other)?))
}

/// The names in a name of an answer key: `ARENA [NATIONALIST REPUBLICAN ALLIANCE]` holds two.
pub(crate) fn names_in(name: &str) -> Vec<String> {
    static BRACKETS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[\[(]([^\])]*)[\])]").unwrap());
    let outside = BRACKETS.replace_all(name, " ").into_owned();
    let inside = BRACKETS.captures_iter(name).map(|inner| inner[1].to_owned());
    let tidy = |name: String| {
        let apart = |c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '.');
        let words: Vec<&str> = name.split(apart).filter(|word| !word.is_empty()).collect();
        words.join(" ").trim_start_matches("THE ").to_owned()
    };
    [outside].into_iter().chain(inside).map(tidy).filter(|name| name.len() > 1).collect()
}

/// Names of organisations that are as good as a hint at a country: those that readers found in incidents of one
/// country alone, in several texts.
fn homes(cases: &[Case], general: &BTreeSet<String>) -> BTreeMap<String, BTreeSet<String>> {
    let mut seen: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.key.countries.len() == 1) {
        let country = case.key.countries.first().unwrap();
        let slots = case.key.incidents.iter().flat_map(|incident| &incident.perp_orgs);
        let names: BTreeSet<String> = slots.flatten().flat_map(|name| names_in(name)).collect();
        for name in names.into_iter().filter(|name| !general.contains(name)) {
            seen.entry(name).or_default().push(country);
        }
    }
    let mut homes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, countries) in seen {
        if countries.len() >= HOME_TEXTS_MIN && countries.iter().all(|country| *country == countries[0]) {
            homes.entry(countries[0].to_owned()).or_default().insert(name);
        }
    }
    homes
}

/// Organisations: names that readers took for one are one, unless a general name alone ties them.
fn organisations(cases: &[Case], additions: &Additions) -> BTreeMap<String, Entry> {
    let own = &additions.organisations;
    let mut groups: Vec<BTreeSet<String>> = Vec::new();
    let slots = cases.iter().flat_map(|case| &case.key.incidents).flat_map(|incident| &incident.perp_orgs);
    for slot in slots {
        let names: BTreeSet<String> = slot.iter().flat_map(|name| names_in(name)).collect();
        let names: BTreeSet<String> = names.into_iter().filter(|name| !own.left_out.contains(name)).collect();
        let (general, named): (BTreeSet<_>, BTreeSet<_>) =
            names.into_iter().partition(|name| own.general.contains(name));
        groups.extend(general.into_iter().map(|name| BTreeSet::from([name])));
        if !named.is_empty() {
            groups.push(named);
        }
    }
    for (country, adjectives) in &additions.adjectives {
        for body in &own.of_a_country {
            let group = adjectives.iter().filter(|word| !word.ends_with('S')).map(|word| format!("{word} {body}"));
            groups.push(group.chain([format!("{country} {body}")]).collect());
        }
    }
    let mut joined: Vec<BTreeSet<String>> = Vec::new();
    for mut group in groups {
        while let Some(at) = joined.iter().position(|other| !other.is_disjoint(&group)) {
            group.append(&mut joined.swap_remove(at));
        }
        joined.push(group);
    }
    let mut entries = BTreeMap::new();
    for mut names in joined {
        // The longest name is the clearest to read; a slash would part a path.
        let path = names.iter().max_by_key(|name| name.len()).unwrap().replace('/', "-");
        names.remove(&path);
        entries.insert(path, Entry { aliases: names, ..Entry::default() });
    }
    entries
}
