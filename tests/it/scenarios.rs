//! Every engine gives the same answers: the scenario files of `tests/scenarios`, and questions made at random, asked
//! of the embedded engine, of a cluster, and of the oracle that reads every article.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, OnceLock};

use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::plan::Plan;
use dossier::engine::{Engines, Searcher};
use dossier::model::query::{Fuzzy, Interval, Sort};
use dossier::model::results::{Answer, FacetCounts, FacetValue, Fragment, SearchResults};
use dossier::search::crosstab::{TableParameters, axis_names, crosstab};
use dossier::search::parameters::Parameters;
use dossier::search::{answer, facet_names, read_query};
use dossier::text::words::words;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde::Deserialize;
use serde_json::Value;

use crate::cluster::{Cluster, Place};
use crate::harness::{Desk, TAXONOMY, opensearch, project};
use crate::oracle::{Oracle, is_asked_for};

fn fixture_corpus() -> PathBuf {
    project().join("tests/fixtures/corpus")
}

static ORACLE: LazyLock<Oracle> = LazyLock::new(|| Oracle::of(&fixture_corpus(), TAXONOMY));

/// Cases of a property where a cluster answers, which costs more than a look into a folder; all of them in a long run.
fn cases_on_a_cluster() -> u32 {
    if std::env::var_os("DOSSIER_LONG").is_some() { Config::default().cases } else { Config::default().cases / 8 }
}

/// Makes a desk and has it indexed, in one run or in several, each told by what it is given.
type Make = fn(&dyn Fn(&Desk) -> Value) -> Desk;

/// An index with the desk that its articles lie on, and its place on the cluster if it is kept there.
struct Indexed {
    name: &'static str,
    searcher: Arc<dyn Searcher>,
    _desk: Desk,
    _place: Option<Place<'static>>,
}

impl Indexed {
    /// In a folder.
    fn embedded(name: &'static str, make: Make) -> Self {
        let desk = make(&|desk| desk.indexed());
        Self { name, searcher: EmbeddedEngines::new(desk.index()).searcher().unwrap(), _desk: desk, _place: None }
    }

    /// On a cluster.
    fn remote(name: &'static str, cluster: &'static Cluster, make: Make) -> Self {
        let place = cluster.place("scenarios");
        let desk = make(&|desk| desk.run(&["index", "--format", "json", "--engine", &place.address]).ended(0).json());
        let searcher = opensearch(&place.address).searcher().unwrap();
        Self { name, searcher, _desk: desk, _place: Some(place) }
    }
}

/// The fixture corpus, read in one go.
fn fresh(index: &dyn Fn(&Desk) -> Value) -> Desk {
    let desk = Desk::new();
    articles().iter().for_each(|(name, text)| desk.write(name, text));
    index(&desk);
    desk
}

/// The fixture corpus, grown out of another corpus.
fn grown(index: &dyn Fn(&Desk) -> Value) -> Desk {
    let desk = Desk::new();
    for (n, (name, text)) in articles().iter().enumerate() {
        // At first a third is missing, a third is as it will be, and a third holds something else.
        match n % 3 {
            0 => {}
            1 => desk.write(name, text),
            _ => desk.write(name, text.replace("topic:", "topic: [passing]\nformer:").replace("the ", "passing ")),
        }
    }
    desk.article("passing", "title: Passing bombing\ndate: 2024\nsource: Passing Post\ntopic: [passing/by]", "Gone.");
    index(&desk);
    std::fs::remove_file(desk.corpus().join("passing.md")).unwrap();
    articles().iter().for_each(|(name, text)| desk.write(name, text));
    let report = index(&desk);
    assert!(report["updated"].as_u64() > Some(0) && report["unchanged"].as_u64() > Some(0), "{report}");
    desk
}

/// The files of the fixture corpus, by name.
fn articles() -> Vec<(String, String)> {
    let files = std::fs::read_dir(fixture_corpus()).unwrap().map(|entry| entry.unwrap().path());
    let named = |file: PathBuf| {
        let text = std::fs::read_to_string(&file).unwrap();
        (file.file_name().unwrap().to_str().unwrap().to_owned(), text)
    };
    let mut articles: Vec<_> = files.map(named).collect();
    articles.sort();
    articles
}

/// The fixture corpus in the embedded engine, in both ways.
fn embedded() -> [Indexed; 2] {
    [Indexed::embedded("embedded", fresh), Indexed::embedded("embedded, grown", grown)]
}

/// The fixture corpus on the cluster, in both ways, made once for all tests; `None` where no cluster can be had.
fn remote() -> Option<&'static [Indexed; 2]> {
    static REMOTE: OnceLock<[Indexed; 2]> = OnceLock::new();
    let cluster = Cluster::shared()?;
    let made =
        || [Indexed::remote("the cluster", cluster, fresh), Indexed::remote("the cluster, grown", cluster, grown)];
    Some(REMOTE.get_or_init(made))
}

/// One question of a scenario file and what every engine must answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    name: String,
    /// As in an address.
    request: String,
    /// The ids of all hits; a set unless `ordered`.
    ids: Option<Vec<String>>,
    #[serde(default)]
    ordered: bool,
    /// The best hits, for engines that score.
    #[serde(default)]
    best: Vec<String>,
    /// Articles found; without it as many as `ids`.
    total: Option<u64>,
    /// Of these, of each group of copies one; without it all.
    collapsed: Option<u64>,
    #[serde(rename = "match")]
    match_used: Option<String>,
    missing: Option<Vec<String>>,
    /// How the query was read.
    parsed: Option<String>,
    /// Number of remarks on the query.
    #[serde(default)]
    remarks: usize,
    /// All counts of a dimension, by path; `_none` and `_other` where they are not zero.
    #[serde(default)]
    facets: BTreeMap<String, BTreeMap<String, u64>>,
    /// Bars by key; `undated` where it is not zero.
    histogram: Option<BTreeMap<String, u64>>,
    /// The copies of hits, by id.
    #[serde(default)]
    copies: BTreeMap<String, Vec<String>>,
    problem: Option<ExpectedProblem>,
}

/// A parameter that cannot be taken: its name, and words of the reason and of the way out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedProblem {
    parameter: String,
    reason: String,
    #[serde(default)]
    suggestion: String,
}

#[derive(Debug, Deserialize)]
struct ScenarioFile {
    scenario: Vec<Scenario>,
}

/// Unless a request says otherwise, it asks for all hits at once, each copy for itself.
fn pairs(request: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = form_urlencoded::parse(request.as_bytes()).into_owned().collect();
    for (name, value) in [("size", "100"), ("collapse", "off")] {
        if pairs.iter().all(|(known, _)| known != name) {
            pairs.push((name.to_owned(), value.to_owned()));
        }
    }
    pairs
}

fn ids(results: &SearchResults) -> Vec<String> {
    results.hits.iter().map(|hit| hit.document.id.clone()).collect()
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list
}

/// A tree of counts as a table.
fn table(counts: &FacetCounts) -> BTreeMap<String, u64> {
    fn add(values: &[FacetValue], table: &mut BTreeMap<String, u64>) {
        for value in values {
            assert!(table.insert(value.path.clone(), value.count).is_none(), "{} is there twice", value.path);
            add(&value.children, table);
        }
    }
    let mut table = BTreeMap::new();
    add(&counts.values, &mut table);
    let rest = [("_none", counts.missing), ("_other", counts.other)];
    table.extend(rest.into_iter().filter(|(_, count)| *count > 0).map(|(name, count)| (name.to_owned(), count)));
    table
}

fn check(scenario: &Scenario, engine: &str, searcher: &dyn Searcher, scores: bool) {
    let told = format!("`{}` ({}) on {engine}", scenario.name, scenario.request);
    let parameters = match (Parameters::read(searcher, &pairs(&scenario.request)), &scenario.problem) {
        (Ok(parameters), None) => parameters,
        (Ok(_), Some(problem)) => panic!("{told}: is taken, but should not be: {problem:?}"),
        (Err(problems), None) => panic!("{told}: {problems:?}"),
        (Err(problems), Some(expected)) => {
            let [problem] = problems.as_slice() else { panic!("{told}: {problems:?}") };
            assert_eq!(problem.parameter, expected.parameter, "{told}");
            assert!(problem.reason.contains(&expected.reason), "{told}: {problem:?}");
            let suggestion = problem.suggestion.as_deref().unwrap_or_default();
            assert!(suggestion.contains(&expected.suggestion), "{told}: {problem:?}");
            return;
        }
    };
    let Answer { results, parsed, diagnostics, .. } = answer(searcher, &parameters).unwrap();
    if let Some(expected) = &scenario.ids {
        let found = ids(&results);
        match scenario.ordered {
            true => assert_eq!(found, *expected, "{told}"),
            false => assert_eq!(sorted(found), sorted(expected.clone()), "{told}"),
        }
        assert!(scenario.total.is_some() || results.total == expected.len() as u64, "{told}: {}", results.total);
    }
    if scores {
        assert_eq!(ids(&results)[..scenario.best.len()], scenario.best, "{told}");
    }
    scenario.total.inspect(|total| assert_eq!(results.total, *total, "{told}"));
    scenario.collapsed.inspect(|collapsed| assert_eq!(results.collapsed, *collapsed, "{told}"));
    let used = serde_json::to_value(results.match_used).unwrap();
    scenario.match_used.as_deref().inspect(|expected| assert_eq!(used, **expected, "{told}"));
    assert_eq!(results.missing, scenario.missing.clone().unwrap_or_default(), "{told}");
    scenario.parsed.as_deref().inspect(|expected| assert_eq!(parsed, **expected, "{told}"));
    assert_eq!(diagnostics.len(), scenario.remarks, "{told}: {diagnostics:?}");
    for (dimension, expected) in &scenario.facets {
        let counts = results.facets.iter().find(|counts| counts.dimension == *dimension);
        let counts = counts.unwrap_or_else(|| panic!("{told}: {dimension} is not counted"));
        assert_eq!(table(counts), *expected, "{told}: {dimension}");
    }
    if let Some(expected) = &scenario.histogram {
        let histogram = results.histogram.as_ref().unwrap();
        let mut bars: BTreeMap<_, _> = histogram.buckets.iter().map(|bar| (bar.key.clone(), bar.count)).collect();
        bars.extend((histogram.undated > 0).then(|| ("undated".to_owned(), histogram.undated)));
        assert_eq!(bars, *expected, "{told}");
    }
    for (id, expected) in &scenario.copies {
        let hit = results.hits.iter().find(|hit| hit.document.id == *id).unwrap();
        let copies: Vec<_> = hit.copies.list.iter().map(|copy| &copy.id).collect();
        assert_eq!(copies, expected.iter().collect::<Vec<_>>(), "{told}");
    }
}

#[test]
fn every_engine_answers_the_scenarios_as_they_are_written() {
    let (embedded, remote) = (embedded(), remote());
    let engines: Vec<&Indexed> = embedded.iter().chain(remote.into_iter().flatten()).collect();
    let (mut asked, mut failed) = (0, Vec::new());
    for file in std::fs::read_dir(project().join("tests/scenarios")).unwrap() {
        let file = file.unwrap().path();
        let text = std::fs::read_to_string(&file).unwrap();
        let scenarios: ScenarioFile =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for scenario in &scenarios.scenario {
            let says = scenario.ids.is_some() || scenario.total.is_some() || scenario.problem.is_some();
            assert!(says, "`{}` expects nothing", scenario.name);
            // Each failure prints itself; the others are asked all the same.
            let mut ask = |engine: &str, searcher: &dyn Searcher, scores| {
                let checked = catch_unwind(AssertUnwindSafe(|| check(scenario, engine, searcher, scores)));
                failed.extend(checked.is_err().then(|| format!("`{}` on {engine}", scenario.name)));
            };
            ask("the oracle", &*ORACLE, false);
            for engine in &engines {
                ask(engine.name, &*engine.searcher, true);
            }
            asked += 1;
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(asked >= 60, "{asked} scenarios");
}

/// Words of the fixture corpus, each once.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let texts = ORACLE.documents().flat_map(|document| [document.title.as_str(), document.body.as_str()]);
    let words: BTreeSet<String> = texts.flat_map(words).map(|word| word.text.to_owned()).collect();
    words.into_iter().filter(|word| !matches!(word.as_str(), "AND" | "OR" | "NOT" | "SAME")).collect()
});

/// Sentences of the fixture corpus, each as its words with what stands between them.
static LINES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let texts = ORACLE.documents().flat_map(|document| [document.title.as_str(), document.body.as_str()]);
    texts.flat_map(str::lines).filter(|line| words(line).count() > 1).map(str::to_owned).collect()
});

fn word() -> BoxedStrategy<String> {
    prop_oneof![
        6 => select(&**WORDS),
        // Another form of it, and hyphenated names as one word and in parts.
        1 => (select(&**WORDS), select(&["s", "ing", "ed", "'s", "er"][..])).prop_map(|(word, end)| word + end),
        1 => select(&[
            "KT-9", "KT9", "cyber-attacks", "cyberattack", "cooperation", "co-operation", "re-elected", "reelected",
            "Anwar-ul-Haq", "Anwarulhaq", "Sudia-Norland", "counter-terrorism", "Brannstrom", "LINDQVIST", "the", "of",
            "پوليس", "كشتیاں", "码头爆炸", "渔民", "nowhere",
        ][..])
        .prop_map(str::to_owned),
    ]
    .boxed()
}

/// Some neighbouring words of a line, as they stand.
fn neighbours() -> BoxedStrategy<String> {
    (select(&**LINES), any::<Index>(), 1_usize..9)
        .prop_map(|(line, at, more)| {
            let list: Vec<_> = words(&line).collect();
            let first = at.index(list.len());
            let last = (first + more).min(list.len() - 1);
            line[list[first].start..list[last].end()].replace(['"', '“', '”', '„', '‟', '＂'], " ")
        })
        .boxed()
}

/// Two words of one line.
fn couple() -> BoxedStrategy<(String, String)> {
    (select(&**LINES), any::<Index>(), any::<Index>())
        .prop_map(|(line, a, b)| {
            let list: Vec<_> = words(&line).map(|word| word.text.to_owned()).collect();
            (list[a.index(list.len())].clone(), list[b.index(list.len())].clone())
        })
        .boxed()
}

fn misspelt() -> BoxedStrategy<String> {
    (select(&**WORDS), any::<Index>(), 0..4_u8, 1..=2_u8)
        .prop_map(|(word, at, kind, distance)| {
            let mut letters: Vec<char> = word.chars().collect();
            let at = at.index(letters.len());
            match kind {
                0 if letters.len() > 2 => _ = letters.remove(at),
                1 => letters.insert(at, 'o'),
                2 if at > 0 => letters.swap(at - 1, at),
                _ => letters[at] = 'e',
            }
            format!("{}~{distance}", letters.into_iter().collect::<String>())
        })
        .boxed()
}

fn text_leaf() -> BoxedStrategy<String> {
    let prefix = (select(&**WORDS), 2_usize..5)
        .prop_map(|(word, length)| format!("{}*", word.chars().take(length).collect::<String>()));
    prop_oneof![
        6 => word(),
        3 => neighbours().prop_map(|words| format!("\"{words}\"")),
        1 => (word(), word()).prop_map(|(a, b)| format!("\"{a} {b}\"")),
        2 => (couple(), 1..8_u8).prop_map(|((a, b), slop)| format!("\"{a} {b}\"~{slop}")),
        1 => (neighbours(), 1..4_u8).prop_map(|(words, slop)| format!("\"{words}\"~{slop}")),
        2 => prefix,
        2 => misspelt(),
        1 => select(&**WORDS).prop_map(|word| format!("={word}")),
        1 => neighbours().prop_map(|words| format!("=\"{words}\"")),
    ]
    .boxed()
}

/// Values of every dimension, as filters and as fields of a query.
static VALUES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let values = |name: &String| {
        let listed = ORACLE.values(name).into_iter().chain(["_none".to_owned()]);
        listed.map(|value| (name.clone(), value)).collect::<Vec<_>>()
    };
    facet_names(&*ORACLE).iter().flat_map(values).collect()
});

const DATES: [&str; 14] = [
    "2018",
    "2019-10",
    "2020",
    "2020-09-01",
    "2021-06",
    "2022-12",
    "2023",
    "2023-05-14",
    "2023-08",
    "2023-08-20",
    "2024-03",
    "2024-03-27",
    "2025-02-03",
    "2030",
];

/// A range of days, either end open.
fn dates() -> BoxedStrategy<(Option<&'static str>, Option<&'static str>)> {
    (prop::option::of(select(&DATES[..])), prop::option::of(select(&DATES[..])))
        .prop_map(|(a, b)| if a.is_some() && b.is_some() && a > b { (b, a) } else { (a, b) })
        .boxed()
}

fn leaf() -> BoxedStrategy<String> {
    let same = prop_oneof![
        3 => couple().prop_map(|(a, b)| format!("{a} SAME {b}")),
        1 => (couple(), neighbours()).prop_map(|((a, _), words)| format!("\"{words}\" SAME {a}")),
        1 => (text_leaf(), text_leaf()).prop_map(|(a, b)| format!("{a} SAME {b}")),
        1 => (word(), text_leaf(), text_leaf()).prop_map(|(a, b, c)| format!("title:({a} OR {b}) SAME {c}")),
    ];
    let range = dates().prop_filter_map("an open range", |range| match range {
        (Some(a), Some(b)) => Some(format!("date:{a}..{b}")),
        (Some(a), None) => Some(format!("date:>={a}")),
        (None, Some(b)) => Some(format!("date:..{b}")),
        (None, None) => None,
    });
    let author = select(&["Mira", "holt MIRA", "Sorensen", "Brännström O", "Zoë", "Nobody"][..]);
    prop_oneof![
        12 => text_leaf(),
        3 => same,
        2 => (select(&["title", "body"][..]), text_leaf()).prop_map(|(field, leaf)| format!("{field}:{leaf}")),
        1 => select(&**VALUES).prop_map(|(dimension, value)| format!("{dimension}:\"{value}\"")),
        1 => author.prop_map(|name| format!("author:\"{name}\"")),
        1 => select(&["quay-bombing", "wire-2", "Wire-2", "none"][..]).prop_map(|id| format!("id:{id}")),
        1 => range,
        1 => Just("*".to_owned()),
    ]
    .boxed()
}

/// A query text of any shape.
fn query() -> BoxedStrategy<String> {
    let join = |sides: Vec<String>, operator: &str| sides.join(operator);
    leaf()
        .prop_recursive(3, 12, 4, move |inner| {
            prop_oneof![
                4 => prop::collection::vec(inner.clone(), 2..5).prop_map(move |sides| join(sides, " ")),
                2 => prop::collection::vec(inner.clone(), 2..4).prop_map(move |sides| join(sides, " OR ")),
                2 => prop::collection::vec(inner.clone(), 2..4).prop_map(move |sides| join(sides, " AND ")),
                1 => inner.clone().prop_map(|side| format!("NOT ({side})")),
                1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} -({b})")),
                1 => inner.clone().prop_map(|side| format!("({side})")),
                1 => inner.prop_map(|side| format!("body:({side})")),
            ]
        })
        .boxed()
}

fn filters() -> BoxedStrategy<Vec<(String, String)>> {
    let choice = (select(&**VALUES), prop::bool::weighted(0.25))
        .prop_map(|((name, value), not)| (if not { format!("not.{name}") } else { name }, value));
    let undated = prop::bool::weighted(0.2).prop_map(|undated| undated.then(|| ("undated".into(), "true".into())));
    let dates = prop_oneof![2 => Just((None, None)), 1 => dates()].prop_map(|(from, to)| {
        let from = from.map(|date| ("from".to_owned(), date.to_owned()));
        from.into_iter().chain(to.map(|date| ("to".to_owned(), date.to_owned()))).collect::<Vec<_>>()
    });
    (prop::collection::vec(choice, 0..4), dates, undated)
        .prop_map(|(choices, dates, undated)| choices.into_iter().chain(dates).chain(undated).collect())
        .boxed()
}

/// A whole request: query, filters, and how the answer is to be cut.
fn request() -> BoxedStrategy<Vec<(String, String)>> {
    let question = prop::collection::vec(word(), 5..9).prop_map(|words| words.join(" "));
    let query = prop_oneof![1 => Just(String::new()), 9 => query(), 1 => question, 1 => neighbours()];
    let choices = (
        select(&["", "relevance", "newest", "oldest"][..]),
        select(&["", "all", "any"][..]),
        select(&["year", "month", "day"][..]),
        select(&["1", "2", "20"][..]),
        select(&["", "on", "off"][..]),
    );
    let filters = prop_oneof![Just(Vec::new()), filters()];
    (query, filters, choices)
        .prop_map(|(query, filters, (sort, mode, interval, facet_size, collapse))| {
            let cut = [("q", query.as_str()), ("sort", sort), ("match", mode), ("interval", interval)];
            let cut = cut.into_iter().chain([("facet_size", facet_size), ("collapse", collapse)]);
            cut.map(|(name, value)| (name.to_owned(), value.to_owned())).chain(filters).collect()
        })
        .boxed()
}

/// Asks with words taken as they are typed, unless `cut` says otherwise: corrections are no matter of the oracle's.
fn ask(searcher: &dyn Searcher, request: &[(String, String)], cut: &[(&str, &str)]) -> (Parameters, Answer) {
    let as_typed = [("fuzzy", "0")];
    let cut = if cut.iter().any(|(name, _)| *name == "fuzzy") { cut.to_vec() } else { [cut, &as_typed].concat() };
    let cut = cut.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let pairs: Vec<_> = request.iter().cloned().chain(cut).collect();
    let parameters = Parameters::read(searcher, &pairs).unwrap_or_else(|problems| panic!("{pairs:?}: {problems:?}"));
    let answer = answer(searcher, &parameters).unwrap();
    (parameters, answer)
}

/// Runs a property over requests made at random. What failed is printed as small as it can be made.
fn for_requests(property: impl FnMut(&[(String, String)]) -> Result<(), TestCaseError>) {
    for_some_requests(Config::default().cases, property);
}

/// The same with so many requests.
fn for_some_requests(cases: u32, mut property: impl FnMut(&[(String, String)]) -> Result<(), TestCaseError>) {
    let property = std::cell::RefCell::new(&mut property);
    let config = Config { failure_persistence: None, cases, ..Config::default() };
    let outcome = TestRunner::new(config).run(&request(), |request| (property.borrow_mut())(&request));
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn the_embedded_engine_finds_and_counts_what_the_oracle_does() {
    finds_and_counts_as_the_oracle(&embedded(), Config::default().cases);
}

#[test]
fn the_cluster_finds_and_counts_what_the_oracle_does() {
    let Some(engines) = remote() else { return };
    finds_and_counts_as_the_oracle(engines, cases_on_a_cluster());
}

fn finds_and_counts_as_the_oracle(engines: &[Indexed], cases: u32) {
    for_some_requests(cases, |request| {
        // A third of the requests each.
        let fuzzy = ("fuzzy", ["0", "1", "2"][request.iter().map(|(_, value)| value.len()).sum::<usize>() % 3]);
        let (_, expected) = ask(&*ORACLE, request, &[("size", "100"), fuzzy]);
        let (_, each) = ask(&*ORACLE, request, &[("size", "100"), ("collapse", "off"), fuzzy]);
        // Which of several copies is best is a matter of scores.
        let groups = |results: &SearchResults| -> Vec<String> {
            ids(results).iter().map(|id| ORACLE.group(id).to_owned()).collect()
        };
        for engine in engines {
            let (parameters, found) = ask(&*engine.searcher, request, &[("size", "100"), fuzzy]);
            prop_assert_eq!(&found.parsed, &expected.parsed);
            let (found, expected) = (&found.results, &expected.results);
            prop_assert_eq!(sorted(groups(found)), sorted(groups(expected)), "on {}", engine.name);
            prop_assert_eq!((found.total, found.collapsed), (expected.total, expected.collapsed));
            prop_assert_eq!(found.match_used, expected.match_used);
            prop_assert_eq!(&found.missing, &expected.missing);
            prop_assert_eq!(&found.facets, &expected.facets, "on {}", engine.name);
            prop_assert_eq!(&found.histogram, &expected.histogram);
            let query = read_query(&*engine.searcher, &parameters.text).query;
            if parameters.sort != Sort::Relevance || Plan::of(&query).leaves().is_empty() {
                prop_assert_eq!(ids(found), ids(expected), "on {}", engine.name);
            }
            for hit in &found.hits {
                let same = each.results.hits.iter().find(|other| other.document.id == hit.document.id).unwrap();
                prop_assert_eq!(&hit.document, &same.document);
                prop_assert_eq!(&hit.copies, &same.copies);
            }
        }
        Ok(())
    });
}

#[test]
fn every_cell_of_a_table_counts_what_the_narrowed_search_finds() {
    counts_cells_as_the_oracle(&embedded(), Config::default().cases / 4);
}

#[test]
fn every_cell_of_a_table_of_the_cluster_counts_what_the_narrowed_search_finds() {
    let Some(engines) = remote() else { return };
    counts_cells_as_the_oracle(engines, cases_on_a_cluster() / 2);
}

fn counts_cells_as_the_oracle(engines: &[Indexed], cases: u32) {
    let names = axis_names(&*ORACLE);
    let mut turn = 0;
    for_some_requests(cases, |request| {
        turn += 1;
        let (rows, columns) = (&names[turn % names.len()], &names[turn / 2 % names.len()]);
        let size = ["3", "7"][turn % 2];
        let ours =
            [("rows", rows.as_str()), ("columns", columns), ("row_size", size), ("column_size", size), ("fuzzy", "0")];
        let ours = ours.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let pairs: Vec<_> = request.iter().cloned().chain(ours).collect();
        let Ok(parameters) = TableParameters::of_table(&*ORACLE, &pairs) else {
            let period = |name: &str| ["year", "month", "day"].contains(&name);
            prop_assert!(rows == columns || period(rows) && period(columns), "{:?}", pairs);
            return Ok(());
        };
        let expected = crosstab(&*ORACLE, &parameters).unwrap().table;
        for engine in engines {
            let found = crosstab(&*engine.searcher, &parameters).unwrap().table;
            prop_assert_eq!(&found, &expected, "on {}", engine.name);
        }
        Ok(())
    });
}

#[test]
fn every_hit_satisfies_its_filters_and_every_dated_article_has_a_bar() {
    let [engine, _] = embedded();
    for_requests(|request| {
        let (parameters, Answer { results, .. }) = ask(&*engine.searcher, request, &[("size", "100")]);
        for hit in &results.hits {
            prop_assert!(ORACLE.passes(&hit.document.id, &parameters.filters), "{}", hit.document.id);
        }
        let histogram = results.histogram.unwrap();
        let bars: u64 = histogram.buckets.iter().map(|bar| bar.count).sum();
        // A date lies in one year; known by its year alone, it may lie in any month of it.
        match histogram.interval {
            Interval::Year => prop_assert_eq!(bars + histogram.undated, results.total),
            Interval::Month | Interval::Day => prop_assert!(bars + histogram.undated >= results.total),
        }
        Ok(())
    });
}

#[test]
fn pages_join_without_gap_or_overlap_in_every_order() {
    joins_pages(&embedded(), Config::default().cases);
}

#[test]
fn pages_of_the_cluster_join_without_gap_or_overlap_in_every_order() {
    let Some(engines) = remote() else { return };
    joins_pages(engines, cases_on_a_cluster() / 2);
}

fn joins_pages(engines: &[Indexed; 2], cases: u32) {
    for_some_requests(cases, |request| {
        for sort in ["relevance", "newest", "oldest"] {
            let [whole, again] =
                [0, 1].map(|n| ask(&*engines[n].searcher, request, &[("sort", sort), ("size", "100")]).1.results);
            // The order is that of the articles, not of the way in which they came into the index.
            prop_assert_eq!(ids(&whole), ids(&again), "by {}", sort);
            let mut joined = Vec::new();
            let hits = whole.hits.len() as u64;
            for page in 1..=hits.div_ceil(7) + 1 {
                let page = page.to_string();
                let cut = [("sort", sort), ("size", "7"), ("page", page.as_str()), ("facets", "none")];
                let (_, Answer { results, .. }) = ask(&*engines[0].searcher, request, &cut);
                prop_assert_eq!(results.total, whole.total);
                joined.extend(ids(&results));
            }
            prop_assert_eq!(&joined, &ids(&whole), "by {}", sort);
            prop_assert_eq!(joined.iter().collect::<BTreeSet<_>>().len() as u64, hits);
            prop_assert!(hits == whole.total || hits == whole.collapsed);
        }
        Ok(())
    });
}

fn joined(fragments: &[Fragment]) -> String {
    fragments.iter().map(|fragment| fragment.text.as_str()).collect()
}

#[test]
fn marks_are_what_the_query_asks_for_and_every_hit_found_by_words_has_one() {
    let [engine, _] = embedded();
    marks_what_is_asked_for(&engine, Config::default().cases);
}

#[test]
fn marks_of_the_cluster_are_what_the_query_asks_for() {
    let Some([engine, _]) = remote() else { return };
    marks_what_is_asked_for(engine, cases_on_a_cluster() / 2);
}

fn marks_what_is_asked_for(engine: &Indexed, cases: u32) {
    let bodies: BTreeMap<_, _> = ORACLE.documents().map(|document| (&*document.id, &*document.body)).collect();
    for_some_requests(cases, |request| {
        // Other names are marked as well: what they are is for the tests of names.
        let cut = [("size", "100"), ("variants", "off")];
        let (parameters, Answer { results, .. }) = ask(&*engine.searcher, request, &cut);
        let query = read_query(&*engine.searcher, &parameters.text).query;
        let plan = Plan::of(&query);
        for hit in &results.hits {
            let (id, lang) = (hit.document.id.as_str(), hit.document.lang.as_str());
            prop_assert_eq!(joined(&hit.title), &*hit.document.title);
            let mut fragments: Vec<&Fragment> = hit.title.iter().collect();
            for snippet in &hit.snippets {
                let text = joined(&snippet.fragments);
                let text = text.trim_start_matches("… ").trim_end_matches(" …");
                prop_assert!(bodies[id][snippet.offset..].starts_with(text), "{}: {}", id, text);
                fragments.extend(&snippet.fragments);
            }
            let article = engine.searcher.article(id, &query, Fuzzy::Within(0)).unwrap().unwrap();
            fragments.extend(article.title.iter().chain(article.blocks.iter().flat_map(|block| &block.fragments)));
            for fragment in fragments.into_iter().filter(|fragment| fragment.matched) {
                prop_assert!(is_asked_for(&plan, &fragment.text, lang), "`{}` is marked in {}", fragment.text, id);
            }
            let by_words = ORACLE.is_found_by_words(id, &query, parameters.match_mode);
            prop_assert!(!by_words || !hit.matched.is_empty(), "{} has no reason", id);
            prop_assert!(!by_words || article.matches > 0, "nothing is marked in {}", id);
        }
        Ok(())
    });
}

#[test]
fn the_dates_of_the_oracle_are_those_of_the_calendar() {
    let date = |text: &str| text.parse().unwrap();
    let range = |from: &str, to: &str| dossier::model::date::DateRange {
        from: (!from.is_empty()).then(|| date(from)),
        to: (!to.is_empty()).then(|| date(to)),
    };
    for (day, from, to, inside) in [
        ("2024-02", "2024-02-29", "", true),
        ("2024-02", "2024-03", "", false),
        ("2024", "", "2024-01-01", true),
        ("2024", "", "2023", false),
        ("2023-12-31", "2023", "2023-12", true),
    ] {
        assert_eq!(crate::oracle::overlaps(date(day), &range(from, to)), inside, "{day} in {from}..{to}");
    }
}
