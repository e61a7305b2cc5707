//! Tables and explanations on a cluster: the same numbers as in the embedded engine, and points that sum up to the score.

use std::sync::Arc;

use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::opensearch::OpenSearchEngines;
use dossier::engine::opensearch::address::{Address, Credentials};
use dossier::engine::opensearch::mapping::Layout;
use dossier::engine::{Engines, Searcher};
use dossier::model::results::Hit;
use dossier::search::answer;
use dossier::search::crosstab::{TableParameters, axis_names, crosstab};
use dossier::search::parameters::Parameters;

use crate::cluster::{Cluster, Place};
use crate::harness::Desk;

/// The fixture corpus on both engines, the embedded one first.
fn both<'cluster>(cluster: &'cluster Cluster, test: &str) -> (Place<'cluster>, [Arc<dyn Searcher>; 2]) {
    let (desk, place) = (Desk::fixture(), cluster.place(test));
    let run = desk.run(&["index", "--engine", &place.address]);
    assert!(run.code == 0 || run.code == 3, "{run:?}");
    let address = Address::parse(&place.address, Credentials::default()).unwrap();
    let remote = OpenSearchEngines::new(address, Layout::default()).unwrap();
    let searchers = [EmbeddedEngines::new(desk.index()).searcher().unwrap(), remote.searcher().unwrap()];
    (place, searchers)
}

fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

#[test]
fn tables_are_the_same_as_in_the_embedded_engine() {
    let Some(cluster) = Cluster::shared() else { return };
    let (_place, [here, there]) = both(cluster, "tables");
    let names = axis_names(&*here);
    const SEARCHES: [&str; 5] =
        ["", "q=port", "q=port+OR+bridge&undated=true&from=2023&to=2024-06", "q=nowhere", "lang=en"];
    const SIZES: [&str; 3] = ["", "&row_size=3&column_size=2", "&row_size=200&column_size=200"];
    let (mut compared, mut with_cells, mut undated) = (0, 0, 0);
    let pairs_of_axes = names.iter().flat_map(|rows| names.iter().map(move |columns| (rows, columns)));
    for (number, (rows, columns)) in pairs_of_axes.enumerate() {
        // Two of the searches for each pair of axes, each search with each size in the end.
        for number in [2 * number, 2 * number + 1] {
            let (search, sizes) = (SEARCHES[number % SEARCHES.len()], SIZES[number % SIZES.len()]);
            let asked = format!("rows={rows}&columns={columns}{sizes}&{search}");
            // One search cannot ask for both axes.
            let Ok(parameters) = TableParameters::of_table(&*here, &pairs(&asked)) else { continue };
            let expected = crosstab(&*here, &parameters).unwrap().table;
            assert_eq!(crosstab(&*there, &parameters).unwrap().table, expected, "{asked}");
            compared += 1;
            with_cells += usize::from(expected.cells.iter().flatten().any(|count| *count > 0));
            let ends = [&expected.rows, &expected.columns].map(|side| side.headings.last());
            let is_undated = |value: &_| *value == dossier::model::crosstab::AxisValue::Undated;
            undated += usize::from(ends.iter().flatten().any(|heading| is_undated(&heading.value)));
        }
    }
    eprintln!("{compared} tables, {with_cells} with cells, {undated} with the undated");
    assert!(compared > 50 && with_cells > 20 && undated > 4, "{compared} {with_cells} {undated}");
}

#[test]
fn the_points_of_an_explanation_sum_up_to_the_score_and_say_what_the_embedded_engine_says() {
    let Some(cluster) = Cluster::shared() else { return };
    let (_place, [here, there]) = both(cluster, "explained");
    let hits = |searcher: &dyn Searcher, query: &str| -> Vec<Hit> {
        let asked = pairs(&format!("q={query}&explain=true&size=20&facets=none"));
        let parameters = Parameters::read(searcher, &asked).unwrap_or_else(|problems| panic!("{problems:?}"));
        answer(searcher, &parameters).unwrap().results.hits
    };
    // What is said of the words themselves: it does not hang on an order that differs where scores hardly do.
    let of_words = |hit: &Hit| -> Vec<String> {
        let parts = hit.explanation.iter().flatten().map(|part| part.what.clone());
        parts.filter(|what| what.starts_with('`')).collect()
    };
    let mut explained = 0;
    for query in ["port", "port+harbour", "bridge+road+port", "(port+bridge)+OR+road", "port*", "title:port+bridge"] {
        let expected = hits(&*here, query);
        for hit in hits(&*there, query) {
            let parts = hit.explanation.as_ref().unwrap();
            let sum: f32 = parts.iter().map(|part| part.points).sum();
            assert!((sum - hit.score).abs() <= 0.002 * parts.len() as f32, "{query}: {sum} {} {parts:?}", hit.score);
            let same = expected.iter().find(|other| other.document.id == hit.document.id).unwrap();
            assert_eq!(of_words(&hit), of_words(same), "{query}: {}", hit.document.id);
            explained += 1;
        }
    }
    assert!(explained > 12, "{explained}");
}
