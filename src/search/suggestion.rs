//! Suggestions for what is being typed, each as a text that the query language reads as plain words.

use std::time::Instant;

use crate::engine::{EngineError, Searcher};
use crate::model::SUGGESTIONS_MAX;
use crate::model::query::{Query, SuggestRequest};
use crate::model::results::{NamedNode, SuggestAnswer};
use crate::query::parser::parse;
use crate::search::facet_names;
use crate::search::parameters::Parameters;
use crate::taxonomy::{Resolution, Taxonomy};
use crate::text::words::words;

/// Suggests what continues the text of the parameters, under their filters. A text that ends in `dimension:start` is
/// continued by values of that dimension.
pub fn suggest(searcher: &dyn Searcher, parameters: &Parameters) -> Result<SuggestAnswer, EngineError> {
    let started = Instant::now();
    let dimensions = facet_names(searcher);
    let label = begun_label(&parameters.text, searcher.taxonomy());
    let request = SuggestRequest {
        text: label.as_ref().map_or(parameters.text.as_str(), |label| label.value).to_owned(),
        dimension: label.as_ref().map(|label| label.dimension.to_owned()),
        filters: parameters.filters.clone(),
        size: parameters.size.min(SUGGESTIONS_MAX),
    };
    let names: Vec<&str> = dimensions.iter().map(String::as_str).collect();
    let mut suggestions = searcher.suggest(&request)?;
    for one in &mut suggestions {
        one.text = match (&label, &one.node) {
            (Some(label), Some(node)) => format!("{}{}", label.before, as_label(node, searcher.taxonomy())),
            _ => as_query_text(&one.text, &names),
        };
    }
    Ok(SuggestAnswer {
        text: parameters.text.clone(),
        filters: request.filters,
        suggestions,
        took_ms: started.elapsed().as_secs_f64() * 1000.0,
        generation: searcher.generation().to_owned(),
    })
}

/// A label at the end of a text, whose value is being typed.
struct BegunLabel<'t> {
    /// What stands before it.
    before: &'t str,
    dimension: &'t str,
    /// The start of the value, without a quotation mark.
    value: &'t str,
}

fn begun_label<'t>(text: &'t str, taxonomy: &Taxonomy) -> Option<BegunLabel<'t>> {
    let (head, value) = text.rsplit_once(':')?;
    let before = head.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
    let dimension = head[before.len()..].trim_start_matches('-');
    let start = head.len() - dimension.len();
    let quoted = value.strip_prefix('"');
    // Without a quotation mark a value ends at the first blank.
    let is_open = quoted.map_or(!value.contains(char::is_whitespace), |quoted| !quoted.contains('"'));
    taxonomy.dimension(dimension).filter(|_| is_open)?;
    Some(BegunLabel { before: &text[..start], dimension, value: quoted.unwrap_or(value) })
}

/// A label as the query language reads it: by its name where that names nothing else, else by its path.
fn as_label(node: &NamedNode, taxonomy: &Taxonomy) -> String {
    let NamedNode { dimension, path, name, .. } = node;
    let is_named = !name.contains('"') && taxonomy.resolve(dimension, name) == Resolution::Path(path.clone());
    let value = if is_named { name } else { path };
    let is_one_word = value.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '_' | '-'));
    if is_one_word { format!("{dimension}:{value}") } else { format!("{dimension}:\"{value}\"") }
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
