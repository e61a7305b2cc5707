//! What a typed name stands for: labels in a query and values of filters, resolved by the taxonomy.
//!
//! Layer 2: reads the taxonomy, knows no engine. May not invent a path that neither the taxonomy nor the index has.

use crate::model::facet::NONE;
use crate::model::query::{Clause, Diagnostic, ParsedQuery, Query};
use crate::taxonomy::{Resolution, Taxonomy};
use crate::text::normalise::fold;

/// What a value of a dimension stands for. `known` are the paths that the index holds of it: they decide for open
/// dimensions and for those that the taxonomy does not declare (`lang`, `source`).
pub fn resolve(taxonomy: &Taxonomy, known: &[String], dimension: &str, value: &str) -> Resolution {
    if value == NONE {
        return Resolution::Path(NONE.to_owned());
    }
    let declared = taxonomy.dimension(dimension);
    if declared.is_some_and(|declared| declared.closed) {
        return taxonomy.resolve(dimension, value);
    }
    if let Some(dimension) = declared
        && let Resolution::Path(path) = taxonomy.resolve(&dimension.name, value)
        && dimension.node(&path).is_some()
    {
        return Resolution::Path(path);
    }
    if let Some(path) = known.iter().find(|path| *path == value) {
        return Resolution::Path(path.clone());
    }
    let wanted = fold(value);
    let mut alike: Vec<&String> = known.iter().filter(|path| fold(path) == wanted).collect();
    match alike.len() {
        0 => Resolution::Unknown { near: near(known, &wanted) },
        1 => Resolution::Path(alike.remove(0).clone()),
        _ => Resolution::Ambiguous(alike.into_iter().cloned().collect()),
    }
}

/// Up to three paths that are spelt like a text.
fn near(known: &[String], wanted: &str) -> Vec<String> {
    let mut rated: Vec<(f64, &String)> = known
        .iter()
        .filter(|path| *path != NONE)
        .map(|path| (strsim::jaro_winkler(&fold(path), wanted), path))
        .filter(|(likeness, _)| *likeness > 0.8)
        .collect();
    rated.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    rated.into_iter().take(3).map(|(_, path)| path.clone()).collect()
}

/// Gives every label of a query its full path. A value that stands for nothing, or for several things, is read as a
/// word and reported.
pub fn resolve_labels(
    parsed: ParsedQuery,
    text: &str,
    taxonomy: &Taxonomy,
    known: &dyn Fn(&str) -> Vec<String>,
) -> ParsedQuery {
    let mut diagnostics = parsed.diagnostics;
    let query = walk(parsed.query, text, taxonomy, known, &mut diagnostics);
    ParsedQuery { query, diagnostics }
}

fn walk(
    query: Query,
    text: &str,
    taxonomy: &Taxonomy,
    known: &dyn Fn(&str) -> Vec<String>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Query {
    let mut descend = |query: Query| walk(query, text, taxonomy, known, diagnostics);
    match query {
        Query::Label { dimension, value } => {
            let message = match resolve(taxonomy, &known(&dimension), &dimension, &value) {
                Resolution::Path(path) => return Query::Label { dimension, value: path },
                Resolution::Ambiguous(paths) => {
                    format!("`{value}` may be {}: write one of them; it was read as a word", paths.join(" or "))
                }
                Resolution::Unknown { near } if near.is_empty() => {
                    format!("there is no {dimension} called `{value}`; it was read as a word")
                }
                Resolution::Unknown { near } => {
                    format!(
                        "there is no {dimension} called `{value}` (near: {}); it was read as a word",
                        near.join(", ")
                    )
                }
            };
            let start = text.find(&value).unwrap_or(0);
            let end = if text[start..].starts_with(&value) { start + value.len() } else { text.len() };
            diagnostics.push(Diagnostic { message, start, end });
            Query::Word { text: value, exact: false }
        }
        Query::Not(query) => Query::Not(Box::new(descend(*query))),
        Query::Within(field, query) => Query::Within(field, Box::new(descend(*query))),
        Query::All(clauses) => Query::All(
            clauses
                .into_iter()
                .map(|clause| Clause { query: descend(clause.query), required: clause.required })
                .collect(),
        ),
        Query::Any(sides) => Query::Any(sides.into_iter().map(descend).collect()),
        Query::Same(sides) => Query::Same(sides.into_iter().map(descend).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taxonomy() -> Taxonomy {
        let text = "version = 1\n[[dimension]]\nname = \"region\"\nlabel = \"Region\"\nclosed = true\n\
                    [[region]]\npath = \"Land\"\n[[region]]\npath = \"Land/Port\"\naliases = [\"Harbour\"]\n";
        Taxonomy::parse(text, "test.toml").unwrap()
    }

    #[test]
    fn names_become_paths_and_what_stands_for_nothing_is_said() {
        let taxonomy = taxonomy();
        let known = ["Dawn".to_owned(), "The Nation".to_owned()];
        assert_eq!(resolve(&taxonomy, &[], "region", "harbour"), Resolution::Path("Land/Port".into()));
        assert_eq!(resolve(&taxonomy, &known, "source", "dawn"), Resolution::Path("Dawn".into()));
        let unknown = resolve(&taxonomy, &known, "source", "The Natoin");
        assert_eq!(unknown, Resolution::Unknown { near: vec!["The Nation".into()] });

        let label = |value: &str| Query::Label { dimension: "region".into(), value: value.into() };
        let parsed = ParsedQuery { query: label("nowhere"), diagnostics: Vec::new() };
        let resolved = resolve_labels(parsed, "region:nowhere", &taxonomy, &|_| Vec::new());
        assert_eq!(resolved.query, Query::Word { text: "nowhere".into(), exact: false });
        assert_eq!((resolved.diagnostics[0].start, resolved.diagnostics[0].end), (7, 14));
    }
}
