//! Every parameter that any address takes: its name, what it may be, and what it means.
//!
//! The one definition: requests are read by it, and the description of the API is made from it. Dimensions are not in it:
//! a taxonomy declares them. May not read a request.

use crate::model::query::{Fuzzy, Interval, MatchMode, Sort};
use crate::model::{
    CROSSTAB_LINES_MAX, FACET_VALUES_MAX, FUZZY_EDITS_MAX, PAGE_DEPTH_MAX, PAGE_SIZE_MAX, RECENCY_DAYS_MAX,
};

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number from the first to the last.
    Number(usize, usize),
    /// A year, a month or a day.
    Date,
    /// Yes or no; the name alone is yes.
    Switch,
    /// Names of dimensions, with commas between them, or `none`.
    Dimensions,
    /// The name of one dimension, or one of these words.
    Dimension(&'static [&'static str]),
}

/// A parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition {
    /// Its name.
    pub name: &'static str,
    /// What a value may be.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may stand several times; of one that may not, the last counts.
    pub repeats: bool,
    /// What holds when nobody says; `None` where that is nothing, or is said by the address.
    pub default: Option<&'static str>,
    /// What it means, for people.
    pub description: &'static str,
    /// A value that can be taken whatever the corpus is.
    pub example: &'static str,
}

/// The parameters that an address takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Names of the catalogue.
    pub names: &'static [&'static str],
    /// Those that mean something at this address alone.
    pub own: &'static [Definition],
    /// Whether the dimensions and `not.` with a dimension are among them.
    pub filters: bool,
    /// Whether all others are passed over; else they are refused.
    pub others: bool,
}

/// None at all.
pub const NOTHING: Accepted = Accepted { names: &[], filters: false, others: false, own: &[] };
/// Those of a search.
pub const SEARCH: Accepted = Accepted {
    names: &[
        "q",
        "from",
        "to",
        "undated",
        "sort",
        "page",
        "size",
        "match",
        "variants",
        "no_variant",
        "fuzzy",
        "collapse",
        "facets",
        "facet_size",
        "facet_query",
        "facet_order",
        "interval",
        "recency",
        "explain",
    ],
    filters: true,
    others: false,
    own: &[],
};
/// Those of a search by programs, which may go on by a cursor.
pub const PROGRAM_SEARCH: Accepted = Accepted {
    names: &[
        "q",
        "from",
        "to",
        "undated",
        "sort",
        "page",
        "cursor",
        "size",
        "match",
        "variants",
        "no_variant",
        "fuzzy",
        "collapse",
        "facets",
        "facet_size",
        "facet_query",
        "facet_order",
        "interval",
        "recency",
        "explain",
    ],
    filters: true,
    others: false,
    own: &[],
};
/// Those of similar articles.
pub const SIMILAR: Accepted =
    Accepted { names: &["from", "to", "undated", "size"], filters: true, others: false, own: &[] };
/// Those of an article's page: whatever else the search had that led there, and what no search has, is no error of a page that
/// can be shown.
pub const ARTICLE_PAGE: Accepted = Accepted { names: &["q"], filters: false, others: true, own: &[] };
/// Those of one article as data.
pub const ARTICLE: Accepted = Accepted { names: &["q"], filters: false, others: false, own: &[] };

/// Those of a table of two dimensions.
pub const TABLE: Accepted = Accepted { own: &[ROWS, COLUMNS, ROW_SIZE, COLUMN_SIZE, TABLE_FORMAT], ..SEARCH };
/// Those of the overview of a search.
pub const OVERVIEW: Accepted = Accepted { own: &[ROWS, COLUMNS, ROW_SIZE, COLUMN_SIZE, SPLIT], ..SEARCH };
/// Those of an export of all that a search finds.
pub const EXPORT: Accepted = Accepted {
    names: &["q", "from", "to", "undated", "sort", "match", "variants", "no_variant", "fuzzy", "collapse", "recency"],
    own: &[EXPORT_FORMAT, ACCESSED, GENERATION],
    filters: true,
    others: false,
};
/// Those of a citation.
pub const CITATION: Accepted =
    Accepted { names: &[], own: &[CITATION_FORMAT, ACCESSED], filters: false, others: false };
/// Those of a reindex.
pub const REINDEX: Accepted = Accepted { own: &[FULL], ..NOTHING };
const ALL: [Accepted; 11] =
    [NOTHING, SEARCH, PROGRAM_SEARCH, SIMILAR, ARTICLE_PAGE, ARTICLE, TABLE, OVERVIEW, EXPORT, CITATION, REINDEX];

const FULL: Definition =
    one("full", Kind::Switch, "true", "Reads and analyses everything anew, also what did not change.");

const PERIODS: [&str; 3] = ["year", "month", "day"];
const ROWS: Definition = one(
    "rows",
    Kind::Dimension(&PERIODS),
    "source",
    "What the rows run through: a dimension, `lang`, `source`, or a period. When nobody says: the second dimension.",
);
const COLUMNS: Definition = one(
    "columns",
    Kind::Dimension(&PERIODS),
    "lang",
    "What the columns run through, something else than the rows; of periods there can be one. When nobody says: the first \
     dimension.",
);
const ROW_SIZE: Definition = one("row_size", Kind::Number(1, CROSSTAB_LINES_MAX), "5", "Most rows.");
const COLUMN_SIZE: Definition = one("column_size", Kind::Number(1, CROSSTAB_LINES_MAX), "5", "Most columns.");
const SPLIT: Definition =
    or("none", one("split", Kind::Choice(&["none", "year"]), "year", "One table for all, or one for each year."));
const TABLE_FORMAT: Definition =
    or("json", one("format", Kind::Choice(&["json", "csv"]), "csv", "The form of the table."));
const CITATION_FORMAT: Definition = or(
    "text",
    one("format", Kind::Choice(&["bibtex", "ris", "csl-json", "text"]), "bibtex", "The form of the citation."),
);
const EXPORT_FORMAT: Definition = Definition {
    required: true,
    ..one("format", Kind::Choice(&["csv", "jsonl", "bibtex", "ris", "csl-json"]), "csv", "The form of the export.")
};
const ACCESSED: Definition =
    one("accessed", Kind::Date, "2026-11-22", "The day of access that citations name; without it they name none.");
const GENERATION: Definition = one(
    "generation",
    Kind::Text,
    "",
    "Only from this generation of the index; if another is live, the answer is 409. So an export and its manifest, or \
     several exports, are of one state.",
);

/// Orders by name.
pub const SORTS: [(&str, Sort); 3] =
    [("relevance", Sort::Relevance), ("newest", Sort::Newest), ("oldest", Sort::Oldest)];
/// How words join, by name.
pub const MATCHES: [(&str, MatchMode); 2] = [("all", MatchMode::All), ("any", MatchMode::Any)];
/// How far words may be misspelt, by name.
pub const FUZZY: [(&str, Fuzzy); 4] =
    [("auto", Fuzzy::Auto), ("0", Fuzzy::Within(0)), ("1", Fuzzy::Within(1)), ("2", Fuzzy::Within(FUZZY_EDITS_MAX))];
/// Widths of the histogram's bars, by name.
pub const INTERVALS: [(&str, Interval); 3] =
    [("year", Interval::Year), ("month", Interval::Month), ("day", Interval::Day)];
/// Orders of facet values, by name: whether by their names.
pub const FACET_ORDERS: [(&str, bool); 2] = [("count", false), ("name", true)];
/// On and off.
pub const ON_OFF: [(&str, bool); 2] = [("on", true), ("off", false)];
/// The words of a switch.
pub const YES_NO: [(&str, bool); 8] = [
    ("true", true),
    ("false", false),
    ("1", true),
    ("0", false),
    ("on", true),
    ("off", false),
    ("yes", true),
    ("no", false),
];

const fn names<T, const COUNT: usize>(table: &[(&'static str, T); COUNT]) -> [&'static str; COUNT] {
    let mut names = [""; COUNT];
    let mut at = 0;
    while at < COUNT {
        names[at] = table[at].0;
        at += 1;
    }
    names
}

const SORT_NAMES: [&str; 3] = names(&SORTS);
const MATCH_NAMES: [&str; 2] = names(&MATCHES);
const FUZZY_NAMES: [&str; 4] = names(&FUZZY);
const INTERVAL_NAMES: [&str; 3] = names(&INTERVALS);
const FACET_ORDER_NAMES: [&str; 2] = names(&FACET_ORDERS);
const ON_OFF_NAMES: [&str; 2] = names(&ON_OFF);
/// The words of a switch, as names.
pub const YES_NO_NAMES: [&str; 8] = names(&YES_NO);

const fn one(name: &'static str, kind: Kind, example: &'static str, description: &'static str) -> Definition {
    Definition { name, kind, required: false, repeats: false, default: None, description, example }
}

const fn several(name: &'static str, kind: Kind, example: &'static str, description: &'static str) -> Definition {
    Definition { repeats: true, ..one(name, kind, example, description) }
}

const fn or(default: &'static str, definition: Definition) -> Definition {
    Definition { default: Some(default), ..definition }
}

/// All parameters.
pub const DEFINITIONS: &[Definition] = &[
    one(
        "q",
        Kind::Text,
        "port",
        "The query, in the query language of `/help`: words, \"phrases\", AND OR NOT, -word, prefix*, field:value. \
         Nothing is all articles, newest first. Every text is answered; what was read otherwise than typed is told in \
         `query.diagnostics`. At most 4096 bytes are read.",
    ),
    one("from", Kind::Date, "2024-03", "Articles from this day, month or year on, inclusive."),
    one("to", Kind::Date, "2024", "Articles up to this day, month or year, inclusive."),
    one("undated", Kind::Switch, "true", "With `from` or `to`: the undated too. Without: only the undated."),
    one(
        "sort",
        Kind::Choice(&SORT_NAMES),
        "newest",
        "The order. Equals stand by id, so that the order is total. When nobody says: `relevance`, and without a query \
         `newest`.",
    ),
    or(
        "1",
        one("page", Kind::Number(1, PAGE_DEPTH_MAX), "2", "The page. Paging ends at hit 10,000 (page times size)."),
    ),
    one(
        "cursor",
        Kind::Text,
        "*",
        "In place of `page`, for programs that want every hit: `*` begins, and each answer has in `next` what goes here for \
         the hits that follow, `null` at the end. There is no limit of depth. A cursor belongs to its search (all parameters \
         but `size` and what is counted) and to the generation of the index: of another search it is 400, of a generation \
         that is gone 410; then begin anew with `*`.",
    ),
    one(
        "size",
        Kind::Number(0, PAGE_SIZE_MAX),
        "20",
        "Hits on a page; 0 gives counts only. When nobody says: 10, of a feed 50. Of suggestions at most 50 come.",
    ),
    one(
        "match",
        Kind::Choice(&MATCH_NAMES),
        "any",
        "Whether all words must match, or any. When nobody says: all, but if too few articles have all words of a question, \
         those with most of them too (`query.match_used` says so).",
    ),
    or(
        "on",
        one(
            "variants",
            Kind::Choice(&ON_OFF_NAMES),
            "off",
            "Whether a name also finds the other names of what it names.",
        ),
    ),
    several("no_variant", Kind::Text, "NATO", "A name that is not to stand for another."),
    or(
        "auto",
        one(
            "fuzzy",
            Kind::Choice(&FUZZY_NAMES),
            "1",
            "How far words may be misspelt: `auto` mends words that no article has, a number lets every word differ by so many \
             letters.",
        ),
    ),
    or("on", one("collapse", Kind::Choice(&ON_OFF_NAMES), "off", "Whether the copies of one text are one hit.")),
    several(
        "facets",
        Kind::Dimensions,
        "none",
        "The dimensions to count, in this order; `none` for none. When nobody says: all.",
    ),
    or(
        "20",
        one("facet_size", Kind::Number(1, FACET_VALUES_MAX), "5", "Values of a facet at each level, commonest first."),
    ),
    one("facet_query", Kind::Text, "ar", "Only facet values one of whose names, in any script, holds this text."),
    or(
        "count",
        one(
            "facet_order",
            Kind::Choice(&FACET_ORDER_NAMES),
            "name",
            "Facet values by their counts, or by their names.",
        ),
    ),
    or("year", one("interval", Kind::Choice(&INTERVAL_NAMES), "month", "The width of the histogram's bars.")),
    one(
        "recency",
        Kind::Number(1, RECENCY_DAYS_MAX),
        "90",
        "Newer articles first among equals: half as much for every so many days before the newest article.",
    ),
    one("explain", Kind::Switch, "true", "Says of each hit what its score is made of (`explanation`)."),
];

/// The definition of a name of the catalogue.
pub fn definition(name: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|definition| definition.name == name)
}

/// Whether any address takes a parameter of this name, so that no dimension can be meant by it.
pub fn is_taken(name: &str) -> bool {
    let is_own = |accepted: &Accepted| accepted.own.iter().any(|definition| definition.name == name);
    definition(name).is_some() || ALL.iter().any(is_own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FACET_VALUES_DEFAULT;

    #[test]
    fn every_name_that_an_address_takes_is_defined_once() {
        let names: Vec<_> = DEFINITIONS.iter().map(|definition| definition.name).collect();
        for (at, name) in names.iter().enumerate() {
            assert!(!names[..at].contains(name), "{name} is defined twice");
        }
        for accepted in ALL {
            for name in accepted.names {
                assert!(definition(name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn defaults_are_what_holds_when_nobody_says() {
        assert_eq!(definition("facet_size").unwrap().default, Some(FACET_VALUES_DEFAULT.to_string()).as_deref());
    }
}
