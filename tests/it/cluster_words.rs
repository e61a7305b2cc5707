//! Suggestions and similar articles on a cluster are those of the embedded engine, entry for entry: after a full run, and after
//! runs that changed, added and took out articles.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::opensearch::OpenSearchEngines;
use dossier::engine::opensearch::address::{Address, Credentials};
use dossier::engine::opensearch::mapping::Layout;
use dossier::engine::{Engines, Searcher};
use dossier::model::date::DateRange;
use dossier::model::query::{Deadline, Fuzzy, MatchMode, Sort};
use dossier::model::query::{FacetChoice, Filters, Query, SearchRequest, SuggestRequest};
use dossier::model::results::Suggestion;
use proptest::prelude::*;

use crate::cluster::{Cluster, Place};
use crate::harness::Desk;

/// One corpus in both engines.
struct Both {
    embedded: Arc<dyn Searcher>,
    remote: Arc<dyn Searcher>,
}

fn searcher(address: &str) -> Arc<dyn Searcher> {
    let address = Address::parse(address, Credentials::default()).unwrap();
    OpenSearchEngines::new(address, Layout { shards: 3, replicas: 0 }).unwrap().searcher().unwrap()
}

fn both(desk: &Desk, place: &Place<'_>) -> Both {
    desk.run(&["index"]).ended(0);
    desk.run(&["index", "--engine", &place.address]).ended(0);
    Both { embedded: EmbeddedEngines::new(desk.index()).searcher().unwrap(), remote: searcher(&place.address) }
}

/// The shipped corpus in both engines; `None` where no cluster can be had.
fn shipped() -> Option<&'static Both> {
    static SHIPPED: OnceLock<(Both, Place<'static>)> = OnceLock::new();
    let cluster = Cluster::shared()?;
    let made = SHIPPED.get_or_init(|| {
        let place = cluster.place("words");
        (both(Desk::shipped(), &place), place)
    });
    Some(&made.0)
}

/// Sets of filters: none, by value, by a value shut out, by date, without a value, and one that nothing passes.
fn filters() -> Vec<Filters> {
    let of = |dimension: &str, choice| BTreeMap::from([(dimension.to_owned(), vec![choice])]);
    let path = |path: &str| FacetChoice::Path(path.to_owned());
    let dates = |from: &str| Some(DateRange { from: Some(from.parse().unwrap()), to: None });
    vec![
        Filters::default(),
        Filters { include: of("lang", path("en")), ..Filters::default() },
        Filters { exclude: of("lang", path("en")), ..Filters::default() },
        Filters { include: of("region", FacetChoice::Missing), ..Filters::default() },
        Filters { dates: dates("2024"), undated: true, ..Filters::default() },
        Filters { dates: dates("2999"), ..Filters::default() },
    ]
}

/// Suggestions without the ids of titles that several articles bear: any of these will do.
fn compared(mut list: Vec<Suggestion>) -> Vec<Suggestion> {
    for one in list.iter_mut().filter(|one| one.count > 1) {
        one.id = one.id.take().map(|_| String::new());
    }
    list
}

impl Both {
    fn suggested(&self, text: &str, dimension: Option<&str>, filters: &Filters, size: usize) -> Vec<Suggestion> {
        let dimension = dimension.map(str::to_owned);
        let request = SuggestRequest { text: text.to_owned(), dimension, filters: filters.clone(), size };
        let [embedded, remote] =
            [&self.embedded, &self.remote].map(|searcher| compared(searcher.suggest(&request).unwrap()));
        assert_eq!(remote, embedded, "{request:?}");
        embedded
    }

    /// The ids of all articles.
    fn ids(&self) -> Vec<String> {
        let everything = SearchRequest {
            query: Query::Everything,
            filters: Filters::default(),
            sort: Sort::Oldest,
            match_mode: MatchMode::All,
            fuzzy: Fuzzy::Auto,
            lenient: false,
            collapse: false,
            offset: 0,
            size: 1000,
            facets: Vec::new(),
            interval: None,
            snippets: false,
            recency: None,
            explain: false,
            deadline: Deadline::default(),
        };
        self.embedded.rank(&everything).unwrap().into_iter().map(|ranked| ranked.id).collect()
    }

    /// Holds the neighbours of every `step`th article against each other; gives how many there were.
    fn compare_neighbours(&self, step: usize) -> u64 {
        let mut found = 0;
        for id in self.ids().iter().step_by(step) {
            for filters in filters() {
                let [embedded, remote] =
                    [&self.embedded, &self.remote].map(|searcher| searcher.similar(id, &filters, 5).unwrap().unwrap());
                assert_eq!(remote, embedded, "{id} {filters:?}");
                found += embedded.total;
            }
        }
        found
    }
}

#[test]
fn suggestions_are_those_of_the_embedded_engine() {
    let Some(both) = shipped() else { return };
    let dimension = both.embedded.taxonomy().dimensions()[0].name.clone();
    let mut given = 0;
    for filters in filters() {
        for text in ["", "p", "port", "chin", "deep s", "islmabad", "attak", "中", "بل", "of the", "zzzq"] {
            given += both.suggested(text, None, &filters, 8).len();
            given += both.suggested(text, Some(&dimension), &filters, 3).len();
        }
    }
    assert!(given > 100, "only {given} suggestions were compared");
}

#[test]
fn similar_articles_are_those_of_the_embedded_engine() {
    let Some(both) = shipped() else { return };
    assert!(both.compare_neighbours(9) > 50);
    assert_eq!(both.remote.similar("no-such-article", &Filters::default(), 5).unwrap(), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_typed_both_engines_suggest_the_same(
        typed in "([a-zA-Z]{1,3}|gwad|balo|sec|东|中国|گ|[ -~]{0,6}|\\PC{0,4})( [a-z]{1,2})?",
        filter in 0..5_usize,
        size in 1..12_usize,
    ) {
        if let Some(both) = shipped() {
            both.suggested(&typed, None, &filters()[filter], size);
        }
    }
}

#[test]
fn articles_that_come_change_and_go_leave_no_trace_in_suggestions_and_neighbours() {
    let Some(cluster) = Cluster::shared() else { return };
    let place = cluster.place("words");
    let desk = Desk::new();
    let write = |id: &str, body: &str| {
        let head = format!("title: On {id}\ndate: 2024-01-02\nlang: en\nregion: [Norland/Eastport]\nreviewed: true");
        desk.article(id, &head, body);
    };
    let mine = "The copper mine at Old Quay closed after a flood. Miners from Westmoor pumped for nine days.";
    write("mine", mine);
    write("mine-2", "Miners pumped the flood out of the copper mine at Old Quay, and a flood came again.");
    write("mine-3", "A tin mine. Miners at Old Quay fear a flood, and pumps from Westmoor stand ready.");
    write("choir", "Sopranos outnumbered basses by three to one, yet the cantata moved its listeners.");
    both(&desk, &place);
    write("mine-2", "The silver mine opened at Westmoor. Miners danced.");
    write("ferry", "The ferry to Westmoor waits for miners of the silver mine, and for nobody else.");
    write("mine-copy", mine);
    std::fs::remove_file(desk.corpus().join("choir.md")).unwrap();
    let grown = both(&desk, &place);
    let fresh = cluster.place("words");
    desk.run(&["index", "--full", "--engine", &fresh.address]).ended(0);
    let fresh = Both { embedded: Arc::clone(&grown.embedded), remote: searcher(&fresh.address) };
    for both in [&grown, &fresh] {
        let texts = |typed: &str| -> Vec<String> {
            both.suggested(typed, None, &Filters::default(), 10).into_iter().map(|one| one.text).collect()
        };
        assert!(texts("silver m").contains(&"silver mine".to_owned()), "{:?}", texts("silver m"));
        assert_eq!(texts("sopr"), [""; 0]);
        texts("m");
        texts("on");
        assert!(both.compare_neighbours(1) > 0);
    }
}
