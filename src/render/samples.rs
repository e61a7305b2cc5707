//! An answer and an article of our own making that the tests of every form share. Test code only.

use std::collections::BTreeMap;

use crate::model::coverage::Coverage;
use crate::model::crosstab::{Axis, AxisValue, Crosstab, Heading, OverviewAnswer, Side};
use crate::model::date::DateRange;
use crate::model::document::{DateSource, Document, Place, SourceReference};
use crate::model::facet::{Evidence, EvidencePlace, Label, LabelKind, LabelledBy};
use crate::model::query::{Diagnostic, FacetChoice, Filters, Fuzzy, Interval, MatchMode, Sort};
use crate::model::results::{
    Answer, Article, Block, BlockKind, Bucket, Continues, Copies, Copy, FacetCounts, FacetValue, FormCount, Fragment,
    Histogram, Hit, MatchUsed, Matched, NamedNode, OtherForms, ScorePart, SearchResults, Snippet, Stats, SuggestAnswer,
    Suggestion, SuggestionKind, Via,
};
use crate::render::Dimension;
use crate::render::public_url::PublicUrl;

/// Fragments from a text in which matches stand between `[` and `]`.
pub(super) fn fragments(text: &str) -> Vec<Fragment> {
    text.split_inclusive(['[', ']'])
        .map(|run| Fragment { text: run.trim_end_matches(['[', ']']).to_owned(), matched: run.ends_with(']') })
        .filter(|fragment| !fragment.text.is_empty())
        .collect()
}

/// Where people reach the server of the samples.
pub(super) fn public_url() -> PublicUrl {
    "https://desk.example".parse().unwrap()
}

/// Region and theme; region leaves the names of its values to the paths.
pub(super) fn dimensions() -> Vec<Dimension> {
    let values =
        BTreeMap::from([("unrest".to_owned(), "Unrest".to_owned()), ("unrest/strike".to_owned(), "Strike".to_owned())]);
    vec![
        Dimension { name: "region".into(), label: "Region".into(), values: BTreeMap::new() },
        Dimension { name: "theme".into(), label: "Theme".into(), values },
    ]
}

fn label(path: &str, kind: LabelKind, evidence: &[(&str, EvidencePlace)]) -> Label {
    let evidence = evidence.iter().map(|(text, place)| Evidence {
        text: (*text).into(),
        place: *place,
        offset: 0,
        doubted: false,
    });
    let evidence: Vec<_> = evidence.collect();
    let by = if evidence.is_empty() { LabelledBy::Curator } else { LabelledBy::Classifier };
    Label { path: path.into(), by, kind, weight: 1.0, evidence }
}

/// An English document with everything that a document may have.
pub(super) fn document() -> Document {
    Document {
        id: "dock-strike-2024".into(),
        title: "Strike closes the docks".into(),
        body: "The dock strike began at dawn.\n\n# Background\n\n- pay\n- hours".into(),
        url: Some("https://harbour.example/a?b=1&c=2".into()),
        source: vec!["Harbour Post".into(), "Tide".into()],
        sources: vec![SourceReference {
            publisher: Some("Tide".into()),
            url: Some("https://tide.example/x".into()),
            published: Some("2024-03".into()),
        }],
        author: Some("A. Writer".into()),
        date: "2024-03-26".parse().ok(),
        date_source: Some(DateSource::JsonLd),
        lang: "en".into(),
        fingerprint: String::new(),
        sketch: Vec::new(),
        dateline: None,
        place: Place { file: "strikes/dock.md".into(), line: None },
        labels: BTreeMap::from([
            (
                "region".to_owned(),
                vec![
                    label("North/Harbour/East Quay", LabelKind::Tag, &[]),
                    label("South", LabelKind::Mention, &[("the south", EvidencePlace::Body)]),
                ],
            ),
            (
                "theme".to_owned(),
                vec![label(
                    "unrest/strike",
                    LabelKind::Tag,
                    &[("strike", EvidencePlace::Title), ("walk-out", EvidencePlace::Lead)],
                )],
            ),
        ]),
        extra: BTreeMap::from([("confidence".to_owned(), serde_json::json!("confirmed"))]),
    }
}

fn urdu_document() -> Document {
    Document {
        id: "undated-ur".into(),
        title: "گودی میں ہڑتال".into(),
        body: String::new(),
        url: None,
        source: Vec::new(),
        sources: Vec::new(),
        author: None,
        date: None,
        date_source: None,
        lang: "ur".into(),
        fingerprint: String::new(),
        sketch: Vec::new(),
        dateline: None,
        place: Place { file: "records.jsonl".into(), line: Some(7) },
        labels: BTreeMap::new(),
        extra: BTreeMap::new(),
    }
}

fn value(path: &str, label: &str, count: u64, selected: bool, children: Vec<FacetValue>) -> FacetValue {
    FacetValue { path: path.into(), label: label.into(), count, selected, children }
}

fn facets() -> Vec<FacetCounts> {
    let quay = value("North/Harbour/East Quay", "East Quay", 2, false, Vec::new());
    let harbour = value("North/Harbour", "Harbour", 9, true, vec![quay]);
    let counts = |dimension: &str, values, missing, other| FacetCounts {
        dimension: dimension.into(),
        values,
        missing,
        missing_selected: false,
        other,
    };
    vec![
        counts(
            "region",
            vec![value("North", "North", 10, false, vec![harbour]), value("South", "South", 2, false, vec![])],
            1,
            3,
        ),
        counts("theme", vec![value("unrest", "Unrest", 4, false, Vec::new())], 8, 0),
        counts(
            "lang",
            vec![value("en", "English", 11, false, Vec::new()), value("ur", "Urdu", 1, false, Vec::new())],
            0,
            0,
        ),
    ]
}

fn hits() -> Vec<Hit> {
    let mut document = document();
    document.body = String::new();
    let snippet = |text: &str, offset| Snippet {
        field: "body",
        fragments: fragments(text),
        offset,
        heading: (offset > 0).then(|| "Talks".into()),
        paragraph: Some(1 + offset / 90),
        paragraphs: 2,
        first_mark: (offset == 0).then_some(1),
    };
    vec![
        Hit {
            document,
            score: 7.25,
            title: fragments("[Strike] closes the [docks]"),
            snippets: vec![snippet("The [dock strike] began at dawn.", 0), snippet("\"No,\" said the union.", 90)],
            matched: vec![Matched { term: "dock".into(), form: "docks".into(), via: Via::Stem }],
            copies: Copies {
                total: 1,
                list: vec![Copy { id: "dock-2".into(), source: vec!["Tide".into()], date: Some("2024-03-27".into()) }],
                leads: true,
            },
            explanation: Some(vec![
                ScorePart { what: "`dock` stands once in the title and twice in the text".into(), points: 6.5 },
                ScorePart { what: "it is tagged theme: Strike".into(), points: 0.75 },
            ]),
        },
        Hit {
            document: urdu_document(),
            score: 2.0,
            title: fragments("گودی میں [ہڑتال]"),
            snippets: Vec::new(),
            matched: Vec::new(),
            copies: Copies::default(),
            explanation: None,
        },
    ]
}

/// The second page of a search for `dock strike`, in Harbour, without one source, from 2023 on.
pub(super) fn answer() -> Answer {
    let choice = |path: &str| vec![FacetChoice::Path(path.to_owned())];
    Answer {
        text: "dock strike".into(),
        parsed: "dock strike".into(),
        match_mode: MatchMode::All,
        lenient: true,
        diagnostics: vec![Diagnostic { message: "`AND` has nothing before it".into(), start: 0, end: 4 }],
        filters: Filters {
            include: BTreeMap::from([("region".to_owned(), choice("North/Harbour"))]),
            exclude: BTreeMap::from([("source".to_owned(), choice("Rumour Mill"))]),
            dates: Some(DateRange { from: "2023".parse().ok(), to: None }),
            undated: false,
        },
        sort: Sort::Relevance,
        variants: true,
        dropped_variants: Vec::new(),
        fuzzy: Fuzzy::Auto,
        collapse: true,
        recency: None,
        explain: false,
        page: 2,
        size: 10,
        took_ms: 0.8125,
        generation: "g-1".into(),
        results: SearchResults {
            total: 12,
            collapsed: 11,
            hits: hits(),
            match_used: MatchUsed::Most,
            missing: vec!["strike".into()],
            variants: vec![other_form("dock", "Quay & Dock", 4)],
            corrections: vec![other_form("strike", "striker", 1)],
            did_you_mean: Some("dock striker".into()),
            facets: facets(),
            histogram: Some(Histogram {
                interval: Interval::Year,
                buckets: vec![Bucket { key: "2023".into(), count: 3 }, Bucket { key: "2025".into(), count: 8 }],
                undated: 1,
            }),
        },
    }
}

fn heading(value: AxisValue, label: &str, depth: usize, count: u64) -> Heading {
    Heading { value, label: label.into(), depth, count }
}

fn side(axis: Axis, headings: Vec<Heading>) -> Side {
    Side { axis, headings, left_out: 2, other: 3 }
}

fn periods(interval: Interval, counts: &[(&str, u64)]) -> Side {
    let period = |(key, count): &(&str, u64)| Some(heading(AxisValue::Period(key.parse().ok()?), key, 0, *count));
    side(Axis::Period(interval), counts.iter().filter_map(period).collect())
}

/// Regions by year: North with Harbour below it, and articles without a region.
pub(super) fn crosstab() -> Crosstab {
    let path = |path: &str| AxisValue::Path(path.to_owned());
    let rows = vec![
        heading(path("North"), "North", 0, 10),
        heading(path("North/Harbour"), "Harbour", 1, 9),
        heading(AxisValue::Missing, "", 0, 1),
    ];
    Crosstab {
        total: 12,
        rows: side(Axis::Facet("region".into()), rows),
        columns: periods(Interval::Year, &[("2023", 3), ("2025", 8)]),
        cells: vec![vec![3, 7], vec![2, 7], vec![0, 1]],
    }
}

/// Years by months, with a stretch of ten empty months and one of fourteen.
pub(super) fn time() -> Crosstab {
    let mut rows = periods(Interval::Year, &[("2023", 3), ("2025", 8)]);
    rows.headings.push(heading(AxisValue::Undated, "", 0, 1));
    let columns = periods(Interval::Month, &[("2023-01", 2), ("2023-12", 1), ("2025-03", 8)]);
    Crosstab { total: 12, cells: vec![vec![2, 1, 0], vec![0, 0, 8], vec![0, 0, 0]], rows, columns }
}

/// The overview of the answer.
pub(super) fn overview() -> OverviewAnswer {
    OverviewAnswer {
        answer: answer(),
        time: time(),
        table: crosstab(),
        parts: Vec::new(),
        axes: ["region", "theme", "year"].map(str::to_owned).to_vec(),
        sizes: None,
        split: false,
    }
}

/// What the corpus of the answer covers.
pub(super) fn coverage() -> Coverage {
    let stats = Stats {
        generation: "g-1".into(),
        documents: 12,
        segments: 1,
        bytes: 9,
        built_at: "2026-01-02T03:04:05Z".into(),
    };
    let [_, _, languages] = <[FacetCounts; 3]>::try_from(facets()).unwrap_or_default();
    Coverage { stats, sources: FacetCounts::default(), languages, time: time() }
}

fn other_form(term: &str, form: &str, count: u64) -> OtherForms {
    OtherForms { term: term.into(), forms: vec![FormCount { form: form.into(), count }] }
}

/// The English document as an article, with marks.
pub(super) fn article() -> Article {
    let block = |kind, offset, text: &str| Block { kind, offset, fragments: fragments(text) };
    Article {
        document: document(),
        title: fragments("[Strike] closes the docks"),
        blocks: vec![
            block(BlockKind::Paragraph, 0, "The dock [strike] began at dawn."),
            block(BlockKind::Heading(1), 34, "Background"),
            block(BlockKind::Item, 48, "pay"),
            block(BlockKind::Item, 54, "hours"),
        ],
        matches: 2,
        copies: Copies {
            total: 1,
            list: vec![Copy { id: "dock-2".into(), source: vec!["Tide".into()], date: None }],
            leads: false,
        },
    }
}

/// Suggestions for `baluch`: another name of a region, and a title.
pub(super) fn suggestions() -> SuggestAnswer {
    let fragment = |text: &str, matched| Fragment { text: text.into(), matched };
    let name = Suggestion {
        text: "Baluchistan".into(),
        kind: SuggestionKind::Name,
        continues: Continues::Start,
        count: 40,
        shown: vec![fragment("Baluch", true), fragment("istan", false)],
        node: Some(NamedNode {
            dimension: "region".into(),
            path: "South/Balochistan".into(),
            label: "Balochistan".into(),
            name: "Baluchistan".into(),
        }),
        id: None,
    };
    let title = Suggestion {
        text: "Strike & the Baluch docks".into(),
        kind: SuggestionKind::Title,
        continues: Continues::Inner,
        count: 1,
        shown: vec![fragment("Strike & the ", false), fragment("Baluch", true), fragment(" docks", false)],
        node: None,
        id: Some("dock-2".into()),
    };
    SuggestAnswer {
        text: "baluch".into(),
        filters: Filters::default(),
        suggestions: vec![name, title],
        took_ms: 0.4203,
        generation: "9f3c".into(),
    }
}
