//! The filters of the search page: trees of values, dates, and the chips of what is chosen.
//!
//! May not drop a chosen value: what the counts do not name is shown without a count, else the form would lose it.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::model::facet::{NONE, ancestors};
use crate::model::query::FacetChoice;
use crate::model::results::{Answer, FacetCounts, FacetValue};
use crate::render::address::{Address, choice_value, facet_path};
use crate::render::html::search_path;
use crate::render::names::Names;
use crate::render::wording::grouped;

/// Dimensions whose values are open to view though nothing in them is chosen.
const OPEN_DIMENSIONS: usize = 2;

/// Values of a dimension from which on its own page is linked, where they can be looked through.
const VALUES_TO_LOOK_THROUGH: usize = 12;

/// One dimension with its values.
pub(super) struct Facet {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) open: bool,
    pub(super) chosen: usize,
    pub(super) values: Vec<Value>,
    /// The page with all its values, where not all are shown or they are many.
    pub(super) all: Option<String>,
}

/// One value: a checkbox whose label is a link that does the same at once, a link that shuts it out, and the values
/// below.
#[derive(Template)]
#[template(path = "facet_value.html")]
pub(super) struct Value {
    id: String,
    dimension: String,
    path: String,
    label: String,
    count: Option<String>,
    selected: bool,
    href: String,
    /// The search that shuts it out; empty for a value that is chosen.
    exclude: String,
    open: bool,
    children: Vec<Value>,
}

impl HtmlSafe for Value {}

impl Value {
    fn holds_selected(&self) -> bool {
        self.selected || self.children.iter().any(Self::holds_selected)
    }
}

/// The dates of the form, as typed values.
pub(super) struct Dates {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) undated: bool,
}

/// Makes the values of one dimension.
pub(super) struct Maker<'a> {
    /// The search, its first page.
    pub(super) address: &'a Address,
    pub(super) names: &'a Names<'a>,
    pub(super) dimension: &'a str,
    /// What is chosen in it.
    pub(super) chosen: &'a [FacetChoice],
}

impl Maker<'_> {
    /// All values of some counts: those counted, the chosen ones that were not, and those without a value.
    pub(super) fn values(&self, counts: &FacetCounts) -> Vec<Value> {
        let alone = counts.values.len() == 1;
        let mut values: Vec<_> = counts.values.iter().map(|value| self.tree(value, alone)).collect();
        for choice in self.chosen {
            if let FacetChoice::Path(path) = choice
                && !contains(&counts.values, path)
            {
                let label = self.names.value(self.dimension, path).to_owned();
                values.insert(0, self.value(path, label, None, true));
            }
        }
        if counts.missing > 0 || self.chosen.contains(&FacetChoice::Missing) {
            let selected = self.chosen.contains(&FacetChoice::Missing);
            values.push(self.value(NONE, self.names.missing(self.dimension), Some(counts.missing), selected));
        }
        values
    }

    fn tree(&self, value: &FacetValue, alone: bool) -> Value {
        let label = self.names.value(self.dimension, &value.path).to_owned();
        let mut made = self.value(&value.path, label, Some(value.count), value.selected);
        let only = value.children.len() == 1;
        made.children = value.children.iter().map(|child| self.tree(child, only)).collect();
        made.open = alone || made.holds_selected();
        made
    }

    fn value(&self, path: &str, label: String, count: Option<u64>, selected: bool) -> Value {
        let exclude = || search_path(&self.without_kin(path).with(&format!("not.{}", self.dimension), path));
        Value {
            id: element_id(self.dimension, path),
            dimension: self.dimension.to_owned(),
            path: path.to_owned(),
            label,
            count: count.map(grouped),
            selected,
            href: search_path(&if selected {
                self.address.without(self.dimension, path)
            } else {
                self.without_kin(path).with(self.dimension, path)
            }),
            exclude: if selected { String::new() } else { exclude() },
            open: false,
            children: Vec::new(),
        }
    }

    /// The search without the values above and below this one: to choose a part of what is chosen narrows it, to choose
    /// what it is part of widens it, and both together would be the wider one.
    fn without_kin(&self, path: &str) -> Address {
        let mut address = self.address.clone();
        for choice in self.chosen {
            if let FacetChoice::Path(other) = choice
                && is_kin(other, path)
            {
                address = address.without(self.dimension, other);
            }
        }
        address
    }
}

/// Whether one path is the other or lies above it.
fn is_kin(one: &str, other: &str) -> bool {
    ancestors(one).any(|above| above == other) || ancestors(other).any(|above| above == one)
}

/// The name of a value's checkbox in the page, the same whatever else is shown: a script finds it again by it.
fn element_id(dimension: &str, path: &str) -> String {
    format!("{dimension}={}", path.replace(char::is_whitespace, "+"))
}

fn chip_id(parameter: &str, value: &str) -> String {
    format!("chip.{}", element_id(parameter, value))
}

/// The dimensions of an answer in its order.
pub(super) fn facets(answer: &Answer, address: &Address, names: &Names<'_>) -> Vec<Facet> {
    let facets = answer.results.facets.iter().enumerate();
    facets.map(|(n, counts)| facet(n, counts, answer, address, names)).collect()
}

fn facet(number: usize, counts: &FacetCounts, answer: &Answer, address: &Address, names: &Names<'_>) -> Facet {
    let dimension = counts.dimension.as_str();
    let chosen = answer.filters.include.get(dimension).map(Vec::as_slice).unwrap_or_default();
    let values = Maker { address, names, dimension, chosen }.values(counts);
    Facet {
        name: dimension.to_owned(),
        label: names.dimension(dimension).to_owned(),
        open: number < OPEN_DIMENSIONS || !chosen.is_empty(),
        chosen: chosen.len(),
        all: (counts.other > 0 || is_long(&counts.values)).then(|| facet_path(dimension, address)),
        values,
    }
}

/// Whether some level has so many values that people look for one rather than read them.
fn is_long(values: &[FacetValue]) -> bool {
    values.len() >= VALUES_TO_LOOK_THROUGH || values.iter().any(|value| is_long(&value.children))
}

fn contains(values: &[FacetValue], path: &str) -> bool {
    values.iter().any(|value| value.path == path || contains(&value.children, path))
}

/// The dates that are set.
pub(super) fn dates(answer: &Answer) -> Dates {
    let dates = answer.filters.dates.unwrap_or_default();
    let typed = |date: Option<crate::model::date::PartialDate>| date.map(|date| date.to_string()).unwrap_or_default();
    Dates { from: typed(dates.from), to: typed(dates.to), undated: answer.filters.undated }
}

/// A filter that is set, with the search without it.
pub(super) struct Chip {
    /// Name of its element in the page.
    pub(super) id: String,
    pub(super) text: String,
    pub(super) href: String,
    /// Its parameter and value in the address.
    pub(super) parameter: String,
    pub(super) value: String,
}

/// Every filter that is set.
pub(super) fn chips(answer: &Answer, address: &Address, names: &Names<'_>) -> Vec<Chip> {
    let mut chips = Vec::new();
    for (not, choices) in [(false, &answer.filters.include), (true, &answer.filters.exclude)] {
        for (dimension, choice) in choices.iter().flat_map(|(name, values)| values.iter().map(move |it| (name, it))) {
            let parameter = if not { format!("not.{dimension}") } else { dimension.clone() };
            let label = match choice {
                FacetChoice::Path(path) => {
                    format!("{}: {}", names.dimension(dimension), names.value(dimension, path))
                }
                FacetChoice::Missing => names.missing(dimension),
            };
            let text = if not { format!("not {label}") } else { label };
            let value = choice_value(choice).to_owned();
            let href = search_path(&address.without(&parameter, &value));
            chips.push(Chip { id: chip_id(&parameter, &value), text, href, parameter, value });
        }
    }
    let dates = dates(answer);
    let undated = if answer.filters.dates.is_some() { "undated too" } else { "undated only" };
    for (name, text, value) in [
        ("from", format!("from {}", dates.from), dates.from),
        ("to", format!("to {}", dates.to), dates.to),
        ("undated", undated.to_owned(), if dates.undated { "true".to_owned() } else { String::new() }),
    ] {
        if !value.is_empty() {
            let href = search_path(&without_date(address, name));
            chips.push(Chip { id: chip_id(name, ""), text, href, parameter: name.to_owned(), value });
        }
    }
    chips
}

/// The search without any filter: words, order and form of the page stay.
pub(super) fn cleared(address: &Address) -> Address {
    let stays = |name: &str| matches!(name, "q" | "sort" | "match" | "size");
    Address::new(address.pairs().iter().filter(|(name, _)| stays(name)).cloned())
}

/// Without one bound of the dates. With the last bound go months and days, which were the view into a period, and the
/// undated that were asked for besides it: alone they would leave nothing else.
fn without_date(address: &Address, name: &str) -> Address {
    let rest = address.set(name, "");
    if name != "undated" && rest.get("from").is_none() && rest.get("to").is_none() {
        rest.set("interval", "").set("undated", "")
    } else {
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn a_chip_drops_exactly_one_filter() {
        let mut answer = samples::answer();
        let both = [FacetChoice::Path("North".into()), FacetChoice::Missing];
        answer.filters.include.entry("region".into()).or_default().extend(both);
        answer.filters.undated = true;
        let dimensions = samples::dimensions();
        let names = Names::new(&dimensions, &answer.results.facets);
        let address = Address::of(&answer).page(1);
        let chips = chips(&answer, &address, &names);
        let texts: Vec<_> = chips.iter().map(|chip| chip.text.as_str()).collect();
        let expected =
            ["Region: Harbour", "Region: North", "No region", "not Source: Rumour Mill", "from 2023", "undated too"];
        assert_eq!(texts, expected);
        let all = search_path(&address);
        let parameters = |link: &str| link.split(['?', '&']).skip(1).map(str::to_owned).collect::<Vec<_>>();
        for (chip, dropped) in chips.iter().zip([
            ["region=North/Harbour"].as_slice(),
            &["region=North"],
            &["region=_none"],
            &["not.source=Rumour+Mill"],
            // The undated were asked for besides the dates.
            &["from=2023", "undated=true"],
            &["undated=true"],
        ]) {
            let mut left = parameters(&all);
            left.retain(|parameter| !dropped.contains(&parameter.as_str()));
            assert_eq!(parameters(&chip.href), left, "{}", chip.text);
        }
        assert_eq!(cleared(&address).link(), "?q=dock+strike");
    }

    #[test]
    fn to_choose_a_part_of_what_is_chosen_narrows_it_and_a_value_is_shut_out_by_its_link() {
        let answer = samples::answer();
        let dimensions = samples::dimensions();
        let names = Names::new(&dimensions, &answer.results.facets);
        let facets = facets(&answer, &Address::of(&answer).page(1), &names);
        let [north, south, none] = facets[0].values.as_slice() else { panic!("three values") };
        let harbour = &north.children[0];
        let regions = |href: &str| {
            let kept = href.split(['?', '&']).filter(|it| it.contains("region=")).map(str::to_owned);
            kept.collect::<Vec<_>>().join(" ")
        };
        for (value, toggled, excluded) in [
            (north, "region=North", "not.region=North"),
            (harbour, "", ""),
            (&harbour.children[0], "region=North/Harbour/East+Quay", "not.region=North/Harbour/East+Quay"),
            (south, "region=North/Harbour region=South", "region=North/Harbour not.region=South"),
            (none, "region=North/Harbour region=_none", "region=North/Harbour not.region=_none"),
        ] {
            assert_eq!((regions(&value.href), regions(&value.exclude)), (toggled.into(), excluded.into()));
        }
        assert!(south.to_string().contains("aria-label=\"Exclude South\""), "{south}");
        assert!(!harbour.to_string().contains("Exclude Harbour"));
    }

    #[test]
    fn the_last_date_takes_the_interval_with_it() {
        let pairs = [("from", "2024"), ("to", "2024"), ("interval", "month")];
        let address = Address::new(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(without_date(&address, "to").link(), "?from=2024&interval=month");
        let last = address.set("from", "").set("undated", "true");
        assert_eq!(without_date(&last, "to").link(), "");
        assert_eq!(without_date(&last, "undated").link(), "?to=2024&interval=month");
    }

    #[test]
    fn values_keep_the_order_of_the_answer_and_chosen_ones_are_never_lost() {
        let mut answer = samples::answer();
        answer.filters.include.insert("lang".into(), vec![FacetChoice::Path("zh".into())]);
        let dimensions = samples::dimensions();
        let names = Names::new(&dimensions, &answer.results.facets);
        let facets = facets(&answer, &Address::of(&answer), &names);
        let labels: Vec<_> = facets.iter().map(|facet| (facet.label.as_str(), facet.open, facet.chosen)).collect();
        assert_eq!(labels, [("Region", true, 1), ("Theme", true, 0), ("Language", true, 1)]);
        let values = |n: usize| facets[n].values.iter().map(|it: &Value| it.label.as_str()).collect::<Vec<_>>();
        assert_eq!((values(0), values(2)), (vec!["North", "South", "No region"], vec!["Chinese", "English", "Urdu"]));
        let north = &facets[0].values[0];
        assert!(north.open && north.children[0].selected && !north.selected);
        let all = "/facets/region?q=dock+strike&lang=zh&region=North/Harbour&not.source=Rumour+Mill&from=2023";
        assert_eq!((facets[0].all.as_deref(), facets[1].all.as_deref()), (Some(all), None));
        let markup = north.to_string();
        assert!(markup.contains("name=\"region\" value=\"North/Harbour\" checked"), "{markup}");
        assert_eq!(markup.matches("<details").count(), 2, "{markup}");
    }
}
