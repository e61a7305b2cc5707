//! The page of one dimension: all its values under a search, to look through, tick and exclude.
//!
//! May not leave a value out that is chosen: the form would lose it. What is looked for narrows the list, never the
//! search.

use askama::Template;

use crate::render::address::{Address, facet_path};
use crate::render::html::filters::{Maker, Value};
use crate::render::html::{Choice, FacetPage, Form, search_path};
use crate::render::names::Names;
use crate::render::wording::{articles, grouped};

#[derive(Template)]
#[template(path = "facet.html")]
pub(super) struct Page<'a> {
    form: Form,
    dimension: &'a str,
    label: String,
    contains: &'a str,
    /// The address of this page without what it was asked.
    action: String,
    /// The search as hidden fields of the box that looks for values, with the order of this page.
    hidden: Vec<(String, String)>,
    back: String,
    found: String,
    orders: Vec<Choice>,
    values: Vec<Value>,
    /// Articles under values that are not shown even here.
    other: Option<String>,
}

impl<'a> Page<'a> {
    pub(super) fn new(view: &FacetPage<'a>) -> Self {
        let answer = view.answer;
        let names = Names::new(view.dimensions, &answer.results.facets);
        let address = Address::of(answer).page(1);
        let dimension = answer.results.facets.first().map(|counts| counts.dimension.as_str()).unwrap_or_default();
        let chosen = answer.filters.include.get(dimension).map(Vec::as_slice).unwrap_or_default();
        let maker = Maker { address: &address, names: &names, dimension, chosen };
        let mut counts = answer.results.facets.first().cloned();
        // What is looked for is not what has no value.
        if let Some(counts) = counts.as_mut().filter(|_| !view.contains.is_empty()) {
            counts.missing = 0;
        }
        let values = counts.as_ref().map(|counts| maker.values(counts)).unwrap_or_default();
        let order = |text: &str, name: &str, current| Choice {
            text: text.to_owned(),
            href: facet_path(dimension, &address.set("facet_query", view.contains).set("facet_order", name)),
            current,
        };
        let own_order = if view.by_name { "name" } else { "" };
        Self {
            form: Form {
                query: answer.text.clone(),
                kept: address.pairs().iter().filter(|(name, _)| name != "q" && name != dimension).cloned().collect(),
                autofocus: false,
            },
            dimension,
            label: names.dimension(dimension).to_owned(),
            contains: view.contains,
            action: facet_path(dimension, &Address::default()),
            hidden: address.set("facet_order", own_order).pairs().to_vec(),
            back: search_path(&address),
            found: articles(answer.results.total),
            orders: vec![order("most articles first", "", !view.by_name), order("A to Z", "name", view.by_name)],
            values,
            other: counts.filter(|counts| counts.other > 0).map(|counts| grouped(counts.other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::model::results::Answer;
    use crate::render::html::{FacetPage, facet_page};
    use crate::render::samples;

    fn page(answer: &Answer, contains: &str, by_name: bool) -> String {
        facet_page(&FacetPage { answer, dimensions: &samples::dimensions(), contains, by_name })
    }

    #[test]
    fn all_values_lead_back_to_the_search_and_the_box_keeps_it() {
        let mut answer = samples::answer();
        answer.results.facets.truncate(1);
        let page = page(&answer, "", false);
        for part in [
            "<h1>Region</h1>",
            "href=\"/?q=dock+strike&#38;region=North/Harbour&#38;region=South&#38;not.source=Rumour+Mill&#38;from=2023\"",
            "action=\"/facets/region\"",
            "<input type=\"hidden\" name=\"region\" value=\"North/Harbour\">",
            "name=\"region\" value=\"North/Harbour\" checked",
            "aria-current=\"true\">most articles first",
            "3 more",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        // The form of the head has the dimension's boxes, so it keeps all but them.
        let head = page.split("</header>").next().unwrap();
        assert!(head.contains("name=\"from\" value=\"2023\"") && !head.contains("name=\"region\""), "{head}");
    }

    #[test]
    fn the_order_is_kept_and_a_chosen_value_is_never_lost() {
        let mut answer = samples::answer();
        answer.results.facets = answer.results.facets.split_off(2);
        answer.filters.include.insert("lang".into(), vec![crate::model::query::FacetChoice::Path("zh".into())]);
        let page = page(&answer, "ur", true);
        assert!(page.contains("name=\"lang\" value=\"zh\" checked"));
        assert!(
            page.contains("name=\"facet_query\" value=\"ur\"") && page.contains("name=\"facet_order\" value=\"name\"")
        );
    }
}
