//! The switches of a search that have no place among its filters, each in plain words.
//!
//! May not offer a switch that could change nothing: how words join is asked of two words, copies where there are some.

use crate::model::PAGE_SIZE_DEFAULT;
use crate::model::query::{Fuzzy, MatchMode};
use crate::model::results::{Answer, MatchUsed};
use crate::render::address::Address;
use crate::render::html::{Choice, search_path};
use crate::render::wording::grouped;

/// Half-lives of recency that are offered, in days, with their words.
const RECENCIES: [(u32, &str); 3] = [(30, "by the month"), (365, "by the year"), (1825, "by five years")];
/// Sizes of a page that are offered.
const SIZES: [usize; 3] = [PAGE_SIZE_DEFAULT, 25, 100];

/// One switch.
pub(super) struct Group {
    /// What it is about.
    pub(super) title: &'static str,
    /// Its parameter.
    pub(super) name: &'static str,
    pub(super) choices: Vec<Choice>,
    /// Whether it stands otherwise than where nobody says.
    pub(super) changed: bool,
}

/// A choice before it is a link: words, value of the parameter, whether it holds.
type Offer = (String, String, bool);

/// The switches of an answer; the first choice of each is what holds where nobody says.
pub(super) fn groups(answer: &Answer, address: &Address) -> Vec<Group> {
    let is_asked = !answer.text.trim().is_empty();
    let group = |title, name: &'static str, offers: Vec<Offer>| Group {
        title,
        name,
        changed: address.get(name).is_some() && !offers.first().is_some_and(|(.., holds)| *holds),
        choices: offers
            .into_iter()
            .map(|(text, value, current)| Choice { text, href: search_path(&address.set(name, &value)), current })
            .collect(),
    };
    let mut groups = Vec::new();
    if answer.text.split_whitespace().nth(1).is_some() {
        groups.push(group("Words", "match", words(answer)));
    }
    if is_asked {
        groups.push(group(
            "Other names",
            "variants",
            switch(["searched for too", "not searched for"], "off", answer.variants),
        ));
        groups.push(group("Spelling", "fuzzy", spelling(answer.fuzzy)));
        groups.push(group("Newer articles first", "recency", recency(answer.recency)));
    }
    if answer.results.collapsed != answer.results.total {
        groups.push(group("Copies of one text", "collapse", switch(["one hit", "a hit each"], "off", answer.collapse)));
    }
    if is_asked {
        let explained = switch(["named by its words", "with all points of its score"], "true", !answer.explain);
        groups.push(group("Why a hit is found", "explain", explained));
    }
    groups.push(group("Hits on a page", "size", sizes(answer.size)));
    groups
}

/// Two states, the second of which has a value.
fn switch([first, second]: [&str; 2], value: &str, is_first: bool) -> Vec<Offer> {
    vec![(first.to_owned(), String::new(), is_first), (second.to_owned(), value.to_owned(), !is_first)]
}

fn words(answer: &Answer) -> Vec<Offer> {
    // A question that was answered by articles with most of its words did not ask for all of them.
    let asks_all = !(answer.lenient && answer.results.match_used == MatchUsed::Most);
    let all = answer.match_mode == MatchMode::All && asks_all;
    vec![
        ("all of them".to_owned(), "all".to_owned(), all),
        ("any of them".to_owned(), "any".to_owned(), answer.match_mode == MatchMode::Any),
    ]
}

fn spelling(fuzzy: Fuzzy) -> Vec<Offer> {
    let offer = |text: &str, value: &str, meant| (text.to_owned(), value.to_owned(), fuzzy == meant);
    vec![
        offer("words that no article has are put right", "", Fuzzy::Auto),
        offer("as typed", "0", Fuzzy::Within(0)),
        offer("one letter may differ", "1", Fuzzy::Within(1)),
        offer("two letters may differ", "2", Fuzzy::Within(2)),
    ]
}

fn recency(days: Option<u32>) -> Vec<Offer> {
    let mut offers = vec![("no".to_owned(), String::new(), days.is_none())];
    offers.extend(RECENCIES.map(|(offered, text)| (text.to_owned(), offered.to_string(), days == Some(offered))));
    if let Some(days) = days.filter(|days| RECENCIES.iter().all(|(offered, _)| offered != days)) {
        offers.push((format!("by {} days", grouped(days.into())), days.to_string(), true));
    }
    offers
}

fn sizes(size: usize) -> Vec<Offer> {
    let mut sizes = SIZES.to_vec();
    if !sizes.contains(&size) {
        sizes.push(size);
    }
    let value = |offered: usize| if offered == PAGE_SIZE_DEFAULT { String::new() } else { offered.to_string() };
    sizes.into_iter().map(|offered| (offered.to_string(), value(offered), offered == size)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    /// What a switch is about, the choice that holds, and whether it was changed.
    fn texts(groups: &[Group]) -> Vec<(&str, &str, bool)> {
        let mut lines = Vec::new();
        for group in groups {
            let holding: Vec<_> = group.choices.iter().filter(|choice| choice.current).collect();
            assert_eq!(holding.len(), 1, "{}", group.title);
            lines.push((group.title, holding[0].text.as_str(), group.changed));
        }
        lines
    }

    #[test]
    fn every_switch_has_one_choice_that_holds() {
        let mut answer = samples::answer();
        answer.results.match_used = MatchUsed::All;
        let of = |answer: &Answer| groups(answer, &Address::of(answer).page(1));
        let shown = of(&answer);
        assert_eq!(
            texts(&shown),
            [
                ("Words", "all of them", false),
                ("Other names", "searched for too", false),
                ("Spelling", "words that no article has are put right", false),
                ("Newer articles first", "no", false),
                ("Copies of one text", "one hit", false),
                ("Why a hit is found", "named by its words", false),
                ("Hits on a page", "10", false),
            ]
        );
        (answer.variants, answer.fuzzy, answer.recency, answer.collapse) = (false, Fuzzy::Within(2), Some(90), false);
        (answer.explain, answer.size, answer.match_mode, answer.lenient) = (true, 7, MatchMode::Any, false);
        let shown = of(&answer);
        assert!(shown.iter().all(|group| group.changed));
        let chosen: Vec<_> = texts(&shown).into_iter().map(|(_, holding, _)| holding).collect();
        let expected = [
            "any of them",
            "not searched for",
            "two letters may differ",
            "by 90 days",
            "a hit each",
            "with all points of its score",
            "7",
        ];
        assert_eq!(chosen, expected);
        // The first choice of each leads back to the address without its parameter, but for `match`, which is said.
        for group in &shown[1..] {
            assert!(!group.choices[0].href.contains(&format!("{}=", group.name)), "{}", group.choices[0].href);
        }
        (answer.text, answer.results.collapsed) = (String::new(), answer.results.total);
        let shown = of(&answer);
        assert_eq!(shown.iter().map(|group| group.name).collect::<Vec<_>>(), ["size"]);
    }
}
