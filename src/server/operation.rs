//! What each address promises programs and people, in words and types: what it takes, what it gives, which errors it knows.
//!
//! Read by `server::openapi` alone, which makes the API's description of it. May not answer a request.

use schemars::{Schema, SchemaGenerator};

use crate::render::json::crosstab::CrosstabWire;
use crate::render::json::suggestions::SuggestionsWire;
use crate::render::json::task::{TaskWire, TasksWire};
use crate::render::json::{ArticleWire, NamedFacetWire, SearchWire, SimilarWire, StatusWire};
use crate::render::{atom, open_search};
use crate::search::export::manifest::Manifest;
use crate::search::parameters::catalogue::{
    ARTICLE, ARTICLE_PAGE, Accepted, CITATION, EXPORT, NOTHING, OVERVIEW, PROGRAM_SEARCH, REINDEX, SEARCH, SIMILAR,
    TABLE,
};
use crate::server::metrics;
use crate::server::reply::{HTML, JSON, TEXT};

/// An address as it is described.
pub(super) struct Operation {
    /// Its name in programs that are made from the description. Stable.
    pub(super) id: &'static str,
    /// What it belongs to: one of `TAGS`.
    pub(super) tag: &'static str,
    /// What it gives, in a line.
    pub(super) summary: &'static str,
    /// What else is to be known; may be empty.
    pub(super) description: &'static str,
    /// The parameters that it takes.
    pub(super) takes: &'static Accepted,
    /// The statuses of its answer.
    pub(super) answers: &'static [u16],
    /// The forms of its answer.
    pub(super) gives: &'static [Gives],
    /// Statuses of errors that only addresses like this one know.
    pub(super) errors: &'static [u16],
}

/// One form of an answer.
pub(super) struct Gives {
    /// Its media type.
    pub(super) media_type: &'static str,
    /// Its schema; `None` for what is no JSON.
    pub(super) schema: Option<fn(&mut SchemaGenerator) -> Schema>,
}

/// What addresses belong to, each with what it is about.
pub(super) const TAGS: &[(&str, &str)] = &[
    ("search", "Finding articles, counting them, going on from them."),
    ("articles", "One article."),
    ("follow", "Being told of new articles, and searching from the browser's own bar."),
    ("pages", "Pages for people. They take the same parameters."),
    ("operations", "The server and its index."),
];

const fn json(schema: fn(&mut SchemaGenerator) -> Schema) -> Gives {
    Gives { media_type: JSON, schema: Some(schema) }
}

const fn text(media_type: &'static str) -> Gives {
    Gives { media_type, schema: None }
}

const PAGE: &[Gives] = &[text(HTML)];

/// A page for people that takes the parameters of a search.
const SEARCH_PAGE_LIKE: Operation = Operation {
    id: "",
    tag: "pages",
    summary: "",
    description: "",
    takes: &SEARCH,
    answers: &[200],
    gives: PAGE,
    errors: &[],
};
/// Data for programs that takes the parameters of a search.
const SEARCH_LIKE: Operation = Operation { tag: "search", gives: &[], ..SEARCH_PAGE_LIKE };

pub(super) const SEARCH_PAGE: Operation =
    Operation { id: "searchPage", summary: "The search page", ..SEARCH_PAGE_LIKE };
pub(super) const ARTICLE_AS_PAGE: Operation = Operation {
    id: "articlePage",
    summary: "An article's page",
    description: "Marks what `q` finds in it, as the search with these parameters found it. What is none of a search is passed \
                  over.",
    takes: &ARTICLE_PAGE,
    ..SEARCH_PAGE_LIKE
};
pub(super) const FACET_PAGE: Operation =
    Operation { id: "facetPage", summary: "All values of a dimension under a search", ..SEARCH_PAGE_LIKE };
pub(super) const OVERVIEW_PAGE: Operation = Operation {
    id: "overviewPage",
    summary: "A search drawn: articles over time, commonest values, a table of two dimensions",
    takes: &OVERVIEW,
    ..SEARCH_PAGE_LIKE
};
pub(super) const COVERAGE: Operation = Operation {
    id: "coveragePage",
    summary: "What the corpus covers: articles by time, publisher and language, and what the last run saw",
    takes: &NOTHING,
    ..SEARCH_PAGE_LIKE
};
pub(super) const HELP: Operation =
    Operation { id: "helpPage", summary: "How to search", takes: &NOTHING, ..SEARCH_PAGE_LIKE };
pub(super) const ASSET: Operation = Operation {
    id: "asset",
    summary: "A style sheet, script or picture of the pages",
    description: "Kept for a year under the version that the pages name; of another version it is the same file, not kept.",
    takes: &NOTHING,
    gives: &[text("text/css; charset=utf-8"), text("text/javascript; charset=utf-8"), text("image/svg+xml")],
    ..SEARCH_PAGE_LIKE
};
pub(super) const FIND: Operation = Operation {
    id: "search",
    summary: "Search",
    description: "Counts are disjunctive: a dimension's own choices do not narrow its own counts, those of the others do. \
                  They and `total.value` count articles. Zero hits is 200.",
    takes: &PROGRAM_SEARCH,
    gives: &[json(|generator| generator.subschema_for::<SearchWire<'_>>())],
    errors: &[410],
    ..SEARCH_LIKE
};
pub(super) const ARTICLE_AS_DATA: Operation = Operation {
    id: "article",
    tag: "articles",
    summary: "An article with its text, labels and their evidence",
    description: "`q` goes into `links.page`, whose page marks what it finds.",
    takes: &ARTICLE,
    gives: &[json(|generator| generator.subschema_for::<ArticleWire<'_>>())],
    ..SEARCH_LIKE
};
pub(super) const SIMILAR_ARTICLES: Operation = Operation {
    id: "similar",
    tag: "articles",
    summary: "The articles most like one, each with what it shares",
    takes: &SIMILAR,
    gives: &[json(|generator| generator.subschema_for::<SimilarWire<'_>>())],
    ..SEARCH_LIKE
};
pub(super) const CITE: Operation = Operation {
    id: "citation",
    tag: "articles",
    summary: "How to cite an article",
    takes: &CITATION,
    gives: &[
        text(TEXT),
        text("application/x-bibtex; charset=utf-8"),
        text("application/x-research-info-systems; charset=utf-8"),
        Gives { media_type: "application/vnd.citationstyles.csl+json", schema: Some(|_| Schema::default()) },
    ],
    ..SEARCH_LIKE
};
pub(super) const EXPORT_ALL: Operation = Operation {
    id: "export",
    summary: "All that a search finds, streamed",
    description: "From one generation, in the order of the search, never cut in silence: an export that cannot be made to its \
                  end breaks the connection. `Dossier-Articles` says how many articles come, `Link` where the manifest is.",
    takes: &EXPORT,
    gives: &[
        text("text/csv; charset=utf-8; header=present"),
        text("application/x-ndjson"),
        text("application/x-bibtex; charset=utf-8"),
        text("application/x-research-info-systems; charset=utf-8"),
        Gives { media_type: "application/vnd.citationstyles.csl+json", schema: Some(|_| Schema::default()) },
    ],
    errors: &[409],
    ..SEARCH_LIKE
};
pub(super) const EXPORT_MANIFEST: Operation = Operation {
    id: "exportManifest",
    summary: "What an export holds: query, filters, generation, count, length and SHA-256",
    description: "Takes what the export takes, and costs as much.",
    takes: &EXPORT,
    gives: &[json(|generator| generator.subschema_for::<Manifest<'_>>())],
    errors: &[409],
    ..SEARCH_LIKE
};
pub(super) const COUNT_FACET: Operation = Operation {
    id: "facet",
    summary: "The values of a dimension with counts under a search",
    description: "A search's parameters can be handed over as they are: those that only order or page hits change nothing.",
    gives: &[json(|generator| generator.subschema_for::<NamedFacetWire<'_>>())],
    ..SEARCH_LIKE
};
pub(super) const COUNT_TABLE: Operation = Operation {
    id: "crosstab",
    summary: "A table of two dimensions under a search",
    description: "Each cell counts the articles that the search finds with the `parameters` of its row and its column.",
    takes: &TABLE,
    gives: &[json(|generator| generator.subschema_for::<CrosstabWire<'_>>()), text("text/csv; charset=utf-8")],
    ..SEARCH_LIKE
};
pub(super) const SUGGEST: Operation = Operation {
    id: "suggest",
    summary: "Names, phrases and titles that continue what is typed",
    description: "A search's parameters can be handed over as they are: its filters narrow what is suggested.",
    gives: &[json(|generator| generator.subschema_for::<SuggestionsWire<'_>>())],
    ..SEARCH_LIKE
};
pub(super) const STATUS: Operation = Operation {
    id: "status",
    tag: "operations",
    summary: "What stands in the index, and what the run reported that made it",
    takes: &NOTHING,
    gives: &[json(|generator| generator.subschema_for::<StatusWire<'_>>())],
    ..SEARCH_LIKE
};
pub(super) const START_REINDEX: Operation = Operation {
    id: "reindex",
    summary: "Bring the index up to date with the corpus",
    description: "Answers at once: `Location` says where to follow the task. One runs at a time. The generation before answers \
                  until the new one is whole and ready, and stays if the task fails or is cancelled.",
    takes: &REINDEX,
    answers: &[202],
    gives: TASK,
    errors: &[409],
    ..STATUS
};
pub(super) const LIST_TASKS: Operation = Operation {
    id: "tasks",
    summary: "The tasks since the server was started, the newest first",
    gives: &[json(|generator| generator.subschema_for::<TasksWire<'_>>())],
    ..STATUS
};
pub(super) const FOLLOW_TASK: Operation = Operation {
    id: "task",
    summary: "What a task is at, or what it came to",
    description: "Ask again while `state` is `running`, not more often than each second.",
    gives: TASK,
    ..STATUS
};
pub(super) const CANCEL_TASK: Operation = Operation {
    id: "cancelTask",
    summary: "Stop a task",
    answers: &[200, 202],
    description: "202: it stops at its next step, unless it has begun to write. 200: it had ended before. The index is as it was.",
    ..FOLLOW_TASK
};
const TASK: &[Gives] = &[json(|generator| generator.subschema_for::<TaskWire<'_>>())];
pub(super) const DOCUMENT: Operation = Operation {
    id: "openapi",
    tag: "operations",
    summary: "This description",
    takes: &NOTHING,
    gives: &[json(|_| schemars::json_schema!({ "type": "object" }))],
    ..SEARCH_LIKE
};
pub(super) const BROWSERS: Operation = Operation {
    id: "browserSuggestions",
    tag: "follow",
    summary: "Suggestions in the form that browsers ask for: what was typed, and the texts",
    gives: &[Gives {
        media_type: "application/x-suggestions+json",
        // By position; said loosely, because not every reader of 3.1 knows `prefixItems`.
        schema: Some(|_| {
            schemars::json_schema!({
                "type": "array",
                "items": { "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
                "minItems": 2,
                "maxItems": 2,
            })
        }),
    }],
    ..SEARCH_LIKE
};
pub(super) const FEED: Operation = Operation {
    id: "feed",
    tag: "follow",
    summary: "The newest articles of a search as an Atom feed",
    description: "`sort`, `page`, `recency` and what is counted change nothing.",
    gives: &[text(atom::CONTENT_TYPE)],
    ..SEARCH_LIKE
};
pub(super) const OPENSEARCH: Operation = Operation {
    id: "opensearch",
    tag: "follow",
    summary: "The description that makes the browser's own search bar search here",
    takes: &NOTHING,
    gives: &[text(open_search::CONTENT_TYPE)],
    ..SEARCH_LIKE
};
const PLAIN: Operation = Operation { tag: "operations", takes: &NOTHING, gives: &[text(TEXT)], ..SEARCH_LIKE };
pub(super) const ROBOTS: Operation = Operation { id: "robots", summary: "What robots may read", ..PLAIN };
pub(super) const HEALTH: Operation = Operation { id: "health", summary: "Alive as long as it answers at all", ..PLAIN };
pub(super) const READY: Operation =
    Operation { id: "ready", summary: "Ready to search; 503 while there is no index, and once it is to stop", ..PLAIN };
pub(super) const METRICS: Operation = Operation {
    id: "metrics",
    summary: "What the server counts of itself, for Prometheus",
    description: "OpenMetrics text. Tells of the index and of the load, never of what is searched for; a proxy should keep it to \
                  those who watch the server.",
    gives: &[text(metrics::CONTENT_TYPE)],
    ..PLAIN
};
