//! The time that a search may take: what is overtaken by it ends with an error and never with a part of the answer.

use std::sync::Arc;
use std::time::Duration;

use dossier::engine::bounded::Bounded;
use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::{EngineError, Engines, Searcher};
use dossier::search::answer;
use dossier::search::parameters::Parameters;
use dossier::server::{Guard, Limits, Settings, routes};
use serde_json::Value;

use crate::harness::{Desk, PUBLIC_URL};

/// One of each kind of work that an engine does.
const TEXTS: [&str; 8] = [
    "",
    "harbour",
    "harbour OR pirates",
    "\"harbour guard\"",
    "\"guard harbour\"~4",
    "pirates SAME harbour",
    "harb*",
    "harbuor~2 pirats",
];

fn searcher() -> Arc<dyn Searcher> {
    EmbeddedEngines::new(Desk::fixture().index()).searcher().unwrap()
}

fn parameters(text: &str) -> Parameters {
    Parameters { text: text.to_owned(), ..Parameters::default() }
}

#[test]
fn a_search_whose_time_is_over_is_given_up_whatever_it_asks() {
    let late = Bounded::new(searcher(), Duration::ZERO);
    std::thread::sleep(Duration::from_millis(1));
    for text in TEXTS {
        let given_up = answer(&late, &parameters(text));
        assert!(matches!(given_up, Err(EngineError::TooSlow)), "{text}: {:?}", given_up.map(|answer| answer.results));
    }
}

#[test]
fn a_search_in_time_is_answered_as_without_a_deadline() {
    let free = searcher();
    let in_time = Bounded::new(Arc::clone(&free), Duration::from_secs(600));
    for text in TEXTS {
        let [one, other] = [&*free, &in_time as &dyn Searcher]
            .map(|searcher| format!("{:?}", answer(searcher, &parameters(text)).unwrap().results));
        assert_eq!(one, other, "{text}");
    }
}

#[test]
fn a_server_says_that_a_search_took_too_long() {
    let limits = Limits { search_time: Duration::ZERO, ..Limits::default() };
    let settings = Settings { limits, ..Settings::new(PUBLIC_URL.parse().unwrap()) };
    let routes = routes(Arc::new(EmbeddedEngines::new(Desk::fixture().index())), Guard::new(1), settings);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ask = |path: &str| runtime.block_on(warp::test::request().path(path).reply(&routes));
    let data = ask("/api/v1/search?q=harbour");
    let problem: Value = serde_json::from_slice(data.body()).unwrap();
    assert_eq!((data.status().as_u16(), &problem["type"]), (503, &"/problems/search-time".into()), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("fewer prefixes"), "{problem}");
    let page = ask("/?q=harbour");
    assert_eq!(page.status().as_u16(), 503);
    assert!(String::from_utf8_lossy(page.body()).contains("took too long"));
    // What searches for nothing has all the time it needs.
    assert_eq!(ask("/help").status().as_u16(), 200);
}
