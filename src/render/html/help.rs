//! The help page: the query language with examples that are links.
//!
//! May not know any subject: examples for dimensions are made of their own values.

use askama::Template;

use crate::render::Dimension;
use crate::render::address::Address;
use crate::render::html::{Form, search_path};

#[derive(Template)]
#[template(path = "help.html")]
pub(super) struct Page {
    form: Form,
    words: Vec<Example>,
    fields: Vec<Example>,
}

struct Example {
    query: String,
    href: String,
    meaning: String,
}

/// What can be written around words, by example.
const WORDS: [(&str, &str); 11] = [
    ("port security", "both words, in any form and any case; if no article has all words, those with most"),
    ("\"security forces\"", "the phrase"),
    ("attack OR protest", "either; OR, AND and NOT are written in capitals"),
    ("port -airport", "the first word without the second; the same as NOT airport"),
    ("(attack OR blast) AND convoy", "brackets group; a word joined by AND is never dropped"),
    ("secur*", "words that begin so"),
    ("kidnaping~1", "words within one change of spelling; ~2 for two"),
    ("\"police convoy\"~5", "the words with up to five others between them"),
    ("police SAME convoy", "both in one sentence"),
    ("=Port", "exactly as typed: capitals, accents and ending"),
    ("=\"Security Forces\"", "the phrase exactly as typed"),
];

/// Fields that every article has, by example.
const FIELDS: [(&str, &str); 6] = [
    ("title:port", "in the title only; body: likewise"),
    ("source:dawn", "publisher"),
    ("author:khan", "author"),
    ("lang:ur", "language, by its code"),
    ("date:2024", "date; as precise as you like: 2024-03, 2024-03-26"),
    ("date:2024-01..2024-06", "a period, both ends included; either may be left out"),
];

impl Page {
    /// The examples, those of the dimensions with their first value.
    pub(super) fn new(dimensions: &[Dimension]) -> Self {
        let given = |(query, meaning): &(&str, &str)| example((*query).to_owned(), (*meaning).to_owned());
        let of_dimension = |dimension: &Dimension| {
            let (path, label) = dimension.values.first_key_value()?;
            let meaning = format!("{}: {label}, with all below it", dimension.label);
            Some(example(format!("{}:\"{path}\"", dimension.name), meaning))
        };
        Self {
            form: Form::default(),
            words: WORDS.iter().map(given).collect(),
            fields: FIELDS.iter().map(given).chain(dimensions.iter().filter_map(of_dimension)).collect(),
        }
    }
}

fn example(query: String, meaning: String) -> Example {
    let href = search_path(&Address::new([("q".to_owned(), query.clone())]));
    Example { query, href, meaning }
}

#[cfg(test)]
mod tests {
    use crate::render::{html, samples};

    #[test]
    fn every_example_is_a_search() {
        let page = html::help_page(&samples::dimensions());
        assert!(page.contains("<a href=\"/?q=attack+OR+protest\"><code>attack OR protest</code></a>"), "{page}");
        assert!(page.contains("theme:&#34;unrest&#34;") && page.contains("Theme: Unrest, with all below it"));
    }
}
