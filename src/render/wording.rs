//! Words for numbers, orders and reasons that the terminal and the pages share.
//!
//! May not hold markup or colour.

use crate::model::EVIDENCE_MAX;
use crate::model::document::Document;
use crate::model::facet::{Evidence, EvidencePlace, Label, LabelKind, LabelledBy};
use crate::model::query::Sort;
use crate::model::results::{Answer, Copies, Copy, Neighbour, SearchResults, Via};
use crate::render::Dimension;
use crate::render::names::Names;

/// A number with commas between thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 article", "2 articles".
pub(super) fn articles(number: u64) -> String {
    format!("{} article{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// How many articles an answer has, and how many different ones where some are copies: "128 articles, 97 different".
pub(super) fn found_articles(results: &SearchResults) -> String {
    if results.collapsed == results.total {
        return articles(results.total);
    }
    format!("{}, {} different", articles(results.total), grouped(results.collapsed))
}

/// What is said of an article's copies: "+4 copies, first: ", "Dawn", ", 14 May 2024". The publisher stands apart because
/// its name may run the other way; it may be empty. The first is that of the whole group, the article itself included;
/// without any date nobody knows which it is.
pub(super) fn copies_parts(copies: &Copies) -> (String, &str, String) {
    let count = format!("+{} {}", grouped(copies.total as u64), if copies.total == 1 { "copy" } else { "copies" });
    match copies.list.first() {
        _ if copies.leads => (format!("{count}, this is the first"), "", String::new()),
        Some(Copy { source, date: Some(date), .. }) => {
            let publisher = source.first().map_or("", String::as_str);
            let comma = if publisher.is_empty() { "" } else { ", " };
            (format!("{count}, first: "), publisher, format!("{comma}{}", day_in_words(date)))
        }
        _ => (count, "", String::new()),
    }
}

/// The same in one line: "+4 copies, first: Dawn, 14 May 2024".
pub(super) fn copies_line(copies: &Copies) -> String {
    let (count, publisher, date) = copies_parts(copies);
    format!("{count}{publisher}{date}")
}

/// A date as it stands in a sentence: "14 May 2024", "May 2024", "2024".
pub(super) fn day_in_words(date: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut parts = date.split('-');
    let year = parts.next().unwrap_or_default();
    let month = parts.next().and_then(|month| MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?));
    match (month, parts.next()) {
        (Some(month), Some(day)) => format!("{} {month} {year}", day.trim_start_matches('0')),
        (Some(month), None) => format!("{month} {year}"),
        _ => date.to_owned(),
    }
}

/// The order of hits in words.
pub(super) fn order(answer: &Answer) -> &'static str {
    match answer.sort {
        Sort::Relevance if answer.text.trim().is_empty() => "newest first",
        Sort::Relevance => "best first",
        Sort::Newest => "newest first",
        Sort::Oldest => "oldest first",
    }
}

/// How a form in a text came to match, in words: "docks", another form of the word.
pub(super) fn via(via: Via) -> &'static str {
    match via {
        Via::Typed => "as typed",
        Via::Stem => "another form of the word",
        Via::Variant => "another name",
        Via::Prefix => "begins so",
        Via::Fuzzy => "spelt almost so",
    }
}

/// An address that may be linked to: http or https, without blanks and control characters.
pub(super) fn web_address(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    (web && !rest.is_empty() && !url.chars().any(|c| c.is_whitespace() || c.is_control())).then_some(url)
}

/// Publishers that are named with a hit; the article page has them all.
const PUBLISHERS_SHOWN: usize = 3;

/// The publishers that are named with a hit, and how many more there are.
pub(super) fn publishers_shown(publishers: &[String]) -> (&[String], usize) {
    let shown = &publishers[..publishers.len().min(PUBLISHERS_SHOWN)];
    (shown, publishers.len() - shown.len())
}

/// Those at the head of an article: cut short only where the list of sources below names every one of them.
pub(super) fn publishers_of(document: &Document) -> (&[String], usize) {
    let listed = |name: &String| document.sources.iter().any(|source| source.publisher.as_ref() == Some(name));
    if document.source.iter().all(listed) { publishers_shown(&document.source) } else { (&document.source, 0) }
}

/// "+ 41 more"; nothing for none.
pub(super) fn more(number: usize) -> String {
    if number > 0 { format!("+ {} more", grouped(number as u64)) } else { String::new() }
}

/// Publishers in a line: "Dawn, Samaa, Gulf Times + 41 more".
pub(super) fn publishers_line((shown, others): (&[String], usize)) -> String {
    format!("{} {}", shown.join(", "), more(others)).trim_end().to_owned()
}

/// What an article shares with the one that it is like: its words, then each dimension with its values; of each at most
/// `most`, the weightiest.
pub(super) fn shared_parts(neighbour: &Neighbour, dimensions: &[Dimension], most: usize) -> Vec<String> {
    let names = Names::new(dimensions, &[]);
    let mut parts = vec![neighbour.words[..neighbour.words.len().min(most)].join(", ")];
    for dimension in dimensions {
        let paths = neighbour.labels.get(&dimension.name).into_iter().flatten().take(most);
        let values: Vec<_> = paths.map(|path| names.value(&dimension.name, path).to_owned()).collect();
        if !values.is_empty() {
            parts.push(format!("{} {}", names.dimension(&dimension.name).to_lowercase(), values.join(", ")));
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Why an article has a label: "by the curator", "matched “BLA” in the title and the lead (2)", with "mentioned" for a
/// mere mention.
pub(super) fn reason(label: &Label) -> String {
    let mention = if label.kind == LabelKind::Mention { "mentioned, " } else { "" };
    match label.by {
        LabelledBy::Curator => format!("{mention}by the curator"),
        LabelledBy::Classifier if label.evidence.is_empty() => format!("{mention}by the classifier"),
        LabelledBy::Classifier => format!("{mention}matched {}", found(&label.evidence)),
    }
}

/// Words and where they stand, each word and each place once: "“Gwadar” in the title, the lead (2) and the body (2)".
/// Words that differ only in case are one, spelt as first found. Evidence is kept up to a limit: where that is
/// reached, the count of the last place is a least count, as in "(2 or more)".
fn found(evidence: &[Evidence]) -> String {
    let mut words: Vec<Found<'_>> = Vec::new();
    for found in evidence {
        let folded = found.text.to_lowercase();
        let at = words.iter().position(|word| word.folded == folded).unwrap_or_else(|| {
            words.push(Found { folded, text: &found.text, places: Vec::new() });
            words.len() - 1
        });
        let places = &mut words[at].places;
        match places.iter_mut().find(|(place, _)| *place == found.place) {
            Some((_, count)) => *count += 1,
            None => places.push((found.place, 1)),
        }
    }
    let cut_short = evidence.last().filter(|_| evidence.len() >= EVIDENCE_MAX).map(|last| last.place);
    words.iter().map(|word| word.line(cut_short)).collect::<Vec<_>>().join("; ")
}

/// A word found, and how often in which places.
struct Found<'a> {
    folded: String,
    text: &'a str,
    places: Vec<(EvidencePlace, usize)>,
}

impl Found<'_> {
    fn line(&self, cut_short: Option<EvidencePlace>) -> String {
        let place = |(place, count): &(EvidencePlace, usize)| match (place_name(*place), count) {
            (name, 1) => name.to_owned(),
            (name, count) if cut_short == Some(*place) => format!("{name} ({count} or more)"),
            (name, count) => format!("{name} ({count})"),
        };
        let places: Vec<_> = self.places.iter().map(place).collect();
        format!("“{}” in {}", self.text, listed(&places))
    }
}

fn place_name(place: EvidencePlace) -> &'static str {
    match place {
        EvidencePlace::Title => "the title",
        EvidencePlace::Lead => "the lead",
        EvidencePlace::Body => "the body",
    }
}

/// "a", "a and b", "a, b and c".
fn listed(parts: &[String]) -> String {
    match parts {
        [front @ .., last] if !front.is_empty() => format!("{} and {last}", front.join(", ")),
        _ => parts.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::SourceReference;

    #[test]
    fn numbers_are_parted_by_thousands_and_one_is_singular() {
        assert_eq!([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([1, 2].map(articles), ["1 article", "2 articles"]);
    }

    #[test]
    fn evidence_names_each_word_and_each_place_once() {
        use EvidencePlace::{Body, Lead, Title};
        let words = |pairs: &[(&str, EvidencePlace)]| {
            let evidence: Vec<_> = pairs
                .iter()
                .map(|(text, place)| Evidence { text: (*text).into(), place: *place, offset: 0, doubted: false })
                .collect();
            found(&evidence)
        };
        for (evidence, expected) in [
            (vec![("quay", Title)], "“quay” in the title"),
            (vec![("quay", Lead), ("quay", Lead)], "“quay” in the lead (2)"),
            (vec![("Quay", Title), ("quay", Lead), ("QUAY", Lead)], "“Quay” in the title and the lead (2)"),
            (
                vec![("quay", Title), ("pier", Lead), ("quay", Lead), ("quay", Body)],
                "“quay” in the title, the lead and the body; “pier” in the lead",
            ),
            (
                vec![("quay", Title), ("quay", Lead), ("quay", Lead), ("quay", Body), ("quay", Body)],
                "“quay” in the title, the lead (2) and the body (2 or more)",
            ),
        ] {
            assert_eq!(words(&evidence), expected);
        }
    }

    #[test]
    fn only_web_addresses_become_links() {
        for url in ["http://a.example", "HTTPS://a.example/b?c=1&d"] {
            assert_eq!(web_address(url), Some(url));
        }
        for url in ["javascript:alert(1)", "data:text/html,x", "//a.example", "https://", "https://a b", "http:a", ""] {
            assert_eq!(web_address(url), None, "{url}");
        }
    }

    #[test]
    fn three_publishers_are_named_and_the_others_counted() {
        let names = |count: usize| (1..=count).map(|n| format!("P{n}")).collect::<Vec<_>>();
        for (count, line) in [(0, ""), (1, "P1"), (3, "P1, P2, P3"), (4, "P1, P2, P3 + 1 more")] {
            assert_eq!(publishers_line(publishers_shown(&names(count))), line);
        }
        assert!(publishers_line(publishers_shown(&names(1_203))).ends_with("P3 + 1,200 more"));
    }

    #[test]
    fn an_article_names_all_its_publishers_unless_its_list_of_sources_does() {
        let mut document = crate::render::samples::document();
        document.source = ["A", "B", "C", "D"].map(str::to_owned).to_vec();
        assert_eq!(publishers_line(publishers_of(&document)), "A, B, C, D");
        let source = |name: &String| SourceReference { publisher: Some(name.clone()), ..SourceReference::default() };
        document.sources = document.source.iter().map(source).collect();
        assert_eq!(publishers_line(publishers_of(&document)), "A, B, C + 1 more");
    }

    #[test]
    fn copies_are_told_with_the_first_of_them_where_it_is_known() {
        let copy = |source: &str, date: &str| Copy {
            id: "a".into(),
            source: Some(source.to_owned()).filter(|source| !source.is_empty()).into_iter().collect(),
            date: Some(date.to_owned()).filter(|date| !date.is_empty()),
        };
        for (total, first, leads, line) in [
            (4, copy("Dawn", "2024-05-04"), false, "+4 copies, first: Dawn, 4 May 2024"),
            (1, copy("", "2024-05"), false, "+1 copy, first: May 2024"),
            (2, copy("Dawn", "2024"), false, "+2 copies, first: Dawn, 2024"),
            (1_200, copy("Dawn", ""), false, "+1,200 copies"),
            (1, copy("Dawn", "2024-05-15"), true, "+1 copy, this is the first"),
        ] {
            assert_eq!(copies_line(&Copies { total, list: vec![first], leads }), line);
        }
    }
}
