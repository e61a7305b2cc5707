//! Suggestions for what is being typed, each as a text that the query language reads as plain words.

use std::time::Instant;

use crate::engine::{EngineError, Searcher};
use crate::model::SUGGESTIONS_MAX;
use crate::model::query::{Query, SuggestRequest};
use crate::model::results::{SuggestAnswer, Suggestion};
use crate::query::parser::parse;
use crate::search::facet_names;
use crate::search::parameters::Parameters;
use crate::text::words::words;

/// Suggests what continues the text of the parameters, under their filters.
pub fn suggest(searcher: &dyn Searcher, parameters: &Parameters) -> Result<SuggestAnswer, EngineError> {
    let started = Instant::now();
    let request = SuggestRequest {
        text: parameters.text.clone(),
        filters: parameters.filters.clone(),
        size: parameters.size.min(SUGGESTIONS_MAX),
    };
    let dimensions = facet_names(searcher);
    let names: Vec<&str> = dimensions.iter().map(String::as_str).collect();
    let typable = |one: Suggestion| Suggestion { text: as_query_text(&one.text, &names), ..one };
    let suggestions = searcher.suggest(&request)?.into_iter().map(typable).collect();
    Ok(SuggestAnswer {
        text: request.text,
        filters: request.filters,
        suggestions,
        took_ms: started.elapsed().as_secs_f64() * 1000.0,
        generation: searcher.generation().to_owned(),
    })
}

/// A text for the search box that asks for the words of `text` and nothing else: as it is where the query language reads it
/// so, else without its signs, and operators in small letters.
fn as_query_text(text: &str, dimensions: &[&str]) -> String {
    let parsed = parse(text, dimensions);
    if parsed.diagnostics.is_empty() && is_plain(&parsed.query) {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut end = 0;
    for word in words(text) {
        if !plain.is_empty() && word.start > end {
            plain.push(' ');
        }
        end = word.end();
        match word.text {
            "AND" | "OR" | "NOT" | "SAME" => plain.push_str(&word.text.to_lowercase()),
            word => plain.push_str(word),
        }
    }
    plain
}

/// Whether a query is nothing but words.
fn is_plain(query: &Query) -> bool {
    match query {
        Query::Word { exact, .. } => !exact,
        Query::All(clauses) => clauses.iter().all(|clause| !clause.required && is_plain(&clause.query)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_into_the_search_box_asks_for_words_alone() {
        for (text, expected) in [
            ("Port of Gwadar", "Port of Gwadar"),
            ("JF-17 (U.S.)", "JF-17 (U.S.)"),
            ("\"No,\" said the union: -strike", "No said the union strike"),
            ("Terms OR Conditions", "Terms or Conditions"),
            ("region:North", "region North"),
            ("俾路支省", "俾路支省"),
            ("「中国」公民*", "中国 公民"),
        ] {
            assert_eq!(as_query_text(text, &["region"]), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_title_is_read_as_more_than_words(text in "([a-zA-Z]{1,4}|AND|OR|NOT|SAME|region|title|[-\"*~:=()'„« .中]){0,12}") {
            let plain = as_query_text(&text, &["region"]);
            let parsed = parse(&plain, &["region"]);
            proptest::prop_assert!(plain.is_empty() || is_plain(&parsed.query), "{} is {:?}", plain, parsed.query);
        }
    }
}
