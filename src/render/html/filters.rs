//! The filters of the search page: trees of values, dates, and the chips of what is chosen.
//!
//! May not drop a chosen value: what the counts do not name is shown without a count, else the form would lose it.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::model::facet::NONE;
use crate::model::query::FacetChoice;
use crate::model::results::{Answer, FacetCounts, FacetValue};
use crate::render::address::{Address, choice_value};
use crate::render::html::{Link, search_path};
use crate::render::names::Names;
use crate::render::wording::grouped;

/// Dimensions whose values are open to view though nothing in them is chosen.
const OPEN_DIMENSIONS: usize = 2;

/// One dimension with its values.
pub(super) struct Facet {
    pub(super) label: String,
    pub(super) open: bool,
    pub(super) chosen: usize,
    pub(super) values: Vec<Value>,
    /// How many articles stand under values that are not shown.
    pub(super) other: Option<String>,
}

/// One value: a checkbox whose label is a link that does the same at once, and the values below.
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

/// What is needed to make the values of one dimension.
struct Maker<'a> {
    address: &'a Address,
    names: &'a Names<'a>,
    dimension: &'a str,
    prefix: String,
    made: usize,
}

impl Maker<'_> {
    fn tree(&mut self, value: &FacetValue, alone: bool) -> Value {
        let label = self.names.value(self.dimension, &value.path).to_owned();
        let mut made = self.value(&value.path, label, Some(value.count), value.selected);
        let only = value.children.len() == 1;
        made.children = value.children.iter().map(|child| self.tree(child, only)).collect();
        made.open = alone || made.holds_selected();
        made
    }

    fn value(&mut self, path: &str, label: String, count: Option<u64>, selected: bool) -> Value {
        self.made += 1;
        Value {
            id: format!("{}-{}", self.prefix, self.made),
            dimension: self.dimension.to_owned(),
            path: path.to_owned(),
            label,
            count: count.map(grouped),
            selected,
            href: search_path(&self.address.toggle(self.dimension, path)),
            open: false,
            children: Vec::new(),
        }
    }
}

/// The dimensions of an answer in its order.
pub(super) fn facets(answer: &Answer, address: &Address, names: &Names<'_>) -> Vec<Facet> {
    let facets = answer.results.facets.iter().enumerate();
    facets.map(|(n, counts)| facet(n, counts, answer, address, names)).collect()
}

fn facet(number: usize, counts: &FacetCounts, answer: &Answer, address: &Address, names: &Names<'_>) -> Facet {
    let dimension = counts.dimension.as_str();
    let chosen = answer.filters.include.get(dimension).map(Vec::as_slice).unwrap_or_default();
    let mut maker = Maker { address, names, dimension, prefix: format!("f{number}"), made: 0 };
    let alone = counts.values.len() == 1;
    let mut values: Vec<_> = counts.values.iter().map(|value| maker.tree(value, alone)).collect();
    for choice in chosen {
        if let FacetChoice::Path(path) = choice
            && !contains(&counts.values, path)
        {
            let label = names.value(dimension, path).to_owned();
            values.insert(0, maker.value(path, label, None, true));
        }
    }
    if counts.missing > 0 || chosen.contains(&FacetChoice::Missing) {
        let none = names.missing(dimension);
        values.push(maker.value(NONE, none, Some(counts.missing), chosen.contains(&FacetChoice::Missing)));
    }
    Facet {
        label: names.dimension(dimension).to_owned(),
        open: number < OPEN_DIMENSIONS || !chosen.is_empty(),
        chosen: chosen.len(),
        values,
        other: (counts.other > 0).then(|| grouped(counts.other)),
    }
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

/// Every filter that is set, each with a link to the search without it.
pub(super) fn chips(answer: &Answer, address: &Address, names: &Names<'_>) -> Vec<Link> {
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
            let href = search_path(&address.without(&parameter, choice_value(choice)));
            chips.push(Link { text, href });
        }
    }
    let dates = dates(answer);
    let undated = if answer.filters.dates.is_some() { "undated too" } else { "undated only" };
    for (name, text, set) in [
        ("from", format!("from {}", dates.from), !dates.from.is_empty()),
        ("to", format!("to {}", dates.to), !dates.to.is_empty()),
        ("undated", undated.to_owned(), dates.undated),
    ] {
        if set {
            chips.push(Link { text, href: search_path(&without_date(address, name)) });
        }
    }
    chips
}

/// The search without any filter: words, order and form of the page stay.
pub(super) fn cleared(address: &Address) -> Address {
    let stays = |name: &str| matches!(name, "q" | "sort" | "match" | "size");
    Address::new(address.pairs().iter().filter(|(name, _)| stays(name)).cloned())
}

/// Without one bound of the dates. Months and days go with the last bound: they were the view into a period.
fn without_date(address: &Address, name: &str) -> Address {
    let rest = address.set(name, "");
    if rest.get("from").is_none() && rest.get("to").is_none() { rest.set("interval", "") } else { rest }
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
            "region=North/Harbour",
            "region=North",
            "region=_none",
            "not.source=Rumour+Mill",
            "from=2023",
            "undated=true",
        ]) {
            let left: Vec<_> = parameters(&all).into_iter().filter(|parameter| parameter != dropped).collect();
            assert_eq!(parameters(&chip.href), left, "{}", chip.text);
        }
        assert_eq!(cleared(&address).link(), "?q=dock+strike");
    }

    #[test]
    fn the_last_date_takes_the_interval_with_it() {
        let pairs = [("from", "2024"), ("to", "2024"), ("interval", "month")];
        let address = Address::new(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(without_date(&address, "to").link(), "?from=2024&interval=month");
        assert_eq!(without_date(&address.set("from", ""), "to").link(), "");
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
        assert_eq!((values(0), values(2)), (vec!["North", "South", "No region"], vec!["zh", "English", "Urdu"]));
        let north = &facets[0].values[0];
        assert!(north.open && north.children[0].selected && !north.selected);
        assert_eq!(facets[0].other.as_deref(), Some("3"));
        let markup = north.to_string();
        assert!(markup.contains("name=\"region\" value=\"North/Harbour\" checked"), "{markup}");
        assert_eq!(markup.matches("<details").count(), 2, "{markup}");
    }
}
