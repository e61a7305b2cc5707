//! Addresses: the canonical list of URL parameters of a search, and the links made of it.
//!
//! One search has one address, whatever order its parameters came in, so that an address is a cache key and can be
//! cited. May not check values: what a parameter means was settled when the request was read.

use std::collections::BTreeMap;

use form_urlencoded::Serializer;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::PAGE_SIZE_DEFAULT;
use crate::model::crosstab::{Axis, AxisValue, Crosstab};
use crate::model::date::{DateRange, PartialDate};
use crate::model::facet::NONE;
use crate::model::query::{FacetChoice, Fuzzy, Interval, MatchMode, Sort};
use crate::model::results::Answer;

/// What may stand in a path segment as it is: the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Parameters that follow those of the dimensions, in their order.
const LATER: [&str; 19] = [
    "from",
    "to",
    "undated",
    "sort",
    "match",
    "variants",
    "no_variant",
    "fuzzy",
    "collapse",
    "recency",
    "explain",
    "interval",
    "size",
    "page",
    "rows",
    "columns",
    "row_size",
    "column_size",
    "split",
];

/// The parameters of a search in their fixed order: `q`, dimensions by name, `not.` dimensions by name, dates, and
/// the rest. Values of one parameter are in order, none is empty and none stands twice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    pairs: Vec<(String, String)>,
}

impl Address {
    /// Puts parameters in order; empty ones are dropped.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        pairs.sort_by(|a, b| (rank(&a.0), &a.0, &a.1).cmp(&(rank(&b.0), &b.0, &b.1)));
        pairs.dedup();
        Self { pairs }
    }

    /// The address of an answer: its query, filters as full paths, and whatever differs from what holds when
    /// nobody says.
    pub fn of(answer: &Answer) -> Self {
        let mut pairs = vec![("q".to_owned(), answer.text.clone())];
        for (prefix, choices) in [("", &answer.filters.include), ("not.", &answer.filters.exclude)] {
            pairs.extend(choice_pairs(prefix, choices));
        }
        let dates = answer.filters.dates.unwrap_or_default();
        for (name, date) in [("from", dates.from), ("to", dates.to)] {
            pairs.extend(date.map(|date| (name.to_owned(), date.to_string())));
        }
        let mut add = |name: &str, value: &str| pairs.push((name.to_owned(), value.to_owned()));
        if answer.filters.undated {
            add("undated", "true");
        }
        match answer.sort {
            Sort::Relevance => {}
            Sort::Newest => add("sort", "newest"),
            Sort::Oldest => add("sort", "oldest"),
        }
        match answer.match_mode {
            MatchMode::Any => add("match", "any"),
            // Asked for in so many words, it is more than the default: no question is answered by most of its words.
            MatchMode::All if !answer.lenient => add("match", "all"),
            MatchMode::All => {}
        }
        if !answer.variants {
            add("variants", "off");
        }
        answer.dropped_variants.iter().for_each(|name| add("no_variant", name));
        match answer.fuzzy {
            Fuzzy::Auto => {}
            Fuzzy::Within(edits) => add("fuzzy", &edits.to_string()),
        }
        if !answer.collapse {
            add("collapse", "off");
        }
        if let Some(days) = answer.recency {
            add("recency", &days.to_string());
        }
        if answer.explain {
            add("explain", "true");
        }
        match answer.results.histogram.as_ref().map(|histogram| histogram.interval) {
            None | Some(Interval::Year) => {}
            Some(Interval::Month) => add("interval", "month"),
            Some(Interval::Day) => add("interval", "day"),
        }
        if answer.size != PAGE_SIZE_DEFAULT {
            add("size", &answer.size.to_string());
        }
        Self::new(pairs).page(answer.page)
    }

    /// The address of a table: that of its search, the axes, and how many lines of each where somebody said so.
    pub fn of_table(answer: &Answer, table: &Crosstab, sizes: Option<(usize, usize)>) -> Self {
        let address = Self::of(answer).page(1);
        let address = address.set("rows", table.rows.axis.name()).set("columns", table.columns.axis.name());
        let Some((rows, columns)) = sizes else { return address };
        address.set("row_size", &rows.to_string()).set("column_size", &columns.to_string())
    }

    /// What the marks of an article's page follow: the query, and what its words stand for.
    pub fn of_marks(&self) -> Self {
        Self::new(self.others(|name, _| matches!(name, "q" | "variants" | "no_variant" | "fuzzy")))
    }

    /// The parameters in their order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The first value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter has this value.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.pairs.iter().any(|(n, v)| n == name && v == value)
    }

    /// With one value more, from the first page on.
    pub fn with(&self, name: &str, value: &str) -> Self {
        Self::new(self.others(|n, _| n != "page").chain([(name.to_owned(), value.to_owned())]))
    }

    /// With one value less, from the first page on.
    pub fn without(&self, name: &str, value: &str) -> Self {
        Self::new(self.others(|n, v| n != "page" && !(n == name && v == value)))
    }

    /// With the value if it was not there, else without, from the first page on.
    pub fn toggle(&self, name: &str, value: &str) -> Self {
        if self.has(name, value) { self.without(name, value) } else { self.with(name, value) }
    }

    /// With this value only for a parameter (an empty one drops the parameter), from the first page on.
    pub fn set(&self, name: &str, value: &str) -> Self {
        Self::new(self.others(|n, _| n != "page" && n != name).chain([(name.to_owned(), value.to_owned())]))
    }

    /// With each of these in the place of what the parameter was, as `narrowing` gives them.
    pub fn replaced<'a>(&self, changes: impl IntoIterator<Item = &'a (&'a str, String)>) -> Self {
        changes.into_iter().fold(self.clone(), |address, (name, value)| address.set(name, value))
    }

    /// The same search, another page, from 1.
    pub fn page(&self, number: usize) -> Self {
        let number = if number > 1 { number.to_string() } else { String::new() };
        Self::new(self.others(|n, _| n != "page").chain([("page".to_owned(), number)]))
    }

    /// The link: `?a=b&c=d`, nothing at all without parameters. Put behind a path.
    pub fn link(&self) -> String {
        if self.pairs.is_empty() {
            return String::new();
        }
        let encoded = Serializer::for_suffix(String::from("?"), 1).extend_pairs(&self.pairs).finish();
        // A slash needs no escape in a query, and paths of facets are read by people. No other escape contains
        // these three characters: a typed `%2F` became `%252F`.
        encoded.replace("%2F", "/")
    }

    fn others<'a>(&'a self, keep: impl Fn(&str, &str) -> bool + 'a) -> impl Iterator<Item = (String, String)> + 'a {
        self.pairs.iter().filter(move |(name, value)| keep(name, value)).cloned()
    }
}

/// What a search with these dates must be changed by to find the articles of one line of a table: parameters, each with
/// its only value; an empty one drops the parameter.
pub fn narrowing<'a>(axis: &'a Axis, value: &AxisValue, dates: Option<DateRange>) -> Vec<(&'a str, String)> {
    match value {
        AxisValue::Path(path) => vec![(axis.name(), path.clone())],
        AxisValue::Missing => vec![(axis.name(), NONE.to_owned())],
        AxisValue::Period(period) => {
            let DateRange { from, to } = dates.unwrap_or_default().within(*period);
            let bound = |date: Option<PartialDate>| date.map(|date| date.to_string()).unwrap_or_default();
            vec![("from", bound(from)), ("to", bound(to)), ("undated", String::new())]
        }
        AxisValue::Undated => vec![("from", String::new()), ("to", String::new()), ("undated", "true".to_owned())],
    }
}

/// The page of an article, without parameters.
pub fn article_page(id: &str) -> String {
    format!("/articles/{}", utf8_percent_encode(id, SEGMENT))
}

/// The page with all values of a dimension under a search.
pub fn facet_path(dimension: &str, search: &Address) -> String {
    format!("/facets/{}{}", utf8_percent_encode(dimension, SEGMENT), search.page(1).link())
}

/// The JSON of an article.
pub fn article_json(id: &str) -> String {
    format!("/api/v1/articles/{}", utf8_percent_encode(id, SEGMENT))
}

/// An article's citation in a form, with the day of access where one is named.
pub fn article_citation(id: &str, form: &str, accessed: Option<PartialDate>) -> String {
    let accessed = accessed.map(|day| format!("&accessed={day}")).unwrap_or_default();
    format!("{}/citation?format={form}{accessed}", article_json(id))
}

/// A choice as it stands in an address.
pub(super) fn choice_value(choice: &FacetChoice) -> &str {
    match choice {
        FacetChoice::Path(path) => path,
        FacetChoice::Missing => NONE,
    }
}

fn choice_pairs(prefix: &str, choices: &BTreeMap<String, Vec<FacetChoice>>) -> Vec<(String, String)> {
    let pair = |dimension: &str, choice| (format!("{prefix}{dimension}"), choice_value(choice).to_owned());
    choices.iter().flat_map(|(dimension, values)| values.iter().map(move |choice| pair(dimension, choice))).collect()
}

fn rank(name: &str) -> usize {
    match LATER.iter().position(|later| *later == name) {
        Some(at) => 3 + at,
        None if name == "q" => 0,
        None if name.starts_with("not.") => 2,
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    fn address(pairs: &[(&str, &str)]) -> Address {
        Address::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn one_search_has_one_address() {
        let a = [("page", "2"), ("region", "B"), ("region", "A/a b"), ("q", "x&y"), ("to", ""), ("not.theme", "c")];
        let mut b = a;
        b.reverse();
        assert_eq!(address(&a), address(&b));
        assert_eq!(address(&a).link(), "?q=x%26y&region=A/a+b&region=B&not.theme=c&page=2");
        assert_eq!(address(&[("q", "50%2F")]).link(), "?q=50%252F");
        assert_eq!(address(&[("q", "")]).link(), "");
    }

    #[test]
    fn a_change_touches_one_parameter_and_goes_back_to_the_first_page() {
        let start = address(&[("q", "x"), ("region", "A"), ("region", "B"), ("sort", "newest"), ("page", "3")]);
        for (changed, link) in [
            (start.with("lang", "en"), "?q=x&lang=en&region=A&region=B&sort=newest"),
            (start.without("region", "A"), "?q=x&region=B&sort=newest"),
            (start.toggle("region", "B"), "?q=x&region=A&sort=newest"),
            (start.toggle("region", "C"), "?q=x&region=A&region=B&region=C&sort=newest"),
            (start.set("region", "D"), "?q=x&region=D&sort=newest"),
            (start.set("sort", ""), "?q=x&region=A&region=B"),
            (start.page(4), "?q=x&region=A&region=B&sort=newest&page=4"),
            (start.page(1), "?q=x&region=A&region=B&sort=newest"),
        ] {
            assert_eq!(changed.link(), link);
        }
    }

    #[test]
    fn an_answer_has_its_filters_in_its_address_and_no_defaults() {
        let link = Address::of(&samples::answer()).link();
        assert_eq!(link, "?q=dock+strike&region=North/Harbour&not.source=Rumour+Mill&from=2023&page=2");
        assert_eq!(Address::of(&samples::answer()).get("from"), Some("2023"));
    }

    #[test]
    fn marks_follow_the_query_and_what_its_words_stand_for() {
        let search = address(&[
            ("q", "x"),
            ("region", "A"),
            ("fuzzy", "0"),
            ("no_variant", "B"),
            ("page", "2"),
            ("variants", "off"),
        ]);
        assert_eq!(search.of_marks().link(), "?q=x&variants=off&no_variant=B&fuzzy=0");
    }

    #[test]
    fn an_id_cannot_leave_its_place_in_a_path() {
        assert_eq!(article_page("a/../b?c#d"), "/articles/a%2F..%2Fb%3Fc%23d");
        assert_eq!(article_json("dock-2024.a_1"), "/api/v1/articles/dock-2024.a_1");
    }
}
