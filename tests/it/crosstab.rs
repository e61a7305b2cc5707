//! Tables of two dimensions and the overview: every number equals what the link behind it finds.

use std::collections::BTreeMap;
use std::sync::Arc;

use dossier::engine::embedded::EmbeddedEngines;
use dossier::engine::{Engines, Searcher};
use dossier::search::parameters::Parameters;
use dossier::search::{answer, facet_names};
use regex::Regex;
use serde_json::Value;

use crate::harness::Desk;

type Pairs = Vec<(String, String)>;

fn searcher(desk: &Desk) -> Arc<dyn Searcher> {
    EmbeddedEngines::new(desk.index()).searcher().unwrap()
}

fn pairs(query: &str) -> Pairs {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// How many articles a search finds, whatever page and size its address names.
fn total(searcher: &dyn Searcher, asked: &[(String, String)]) -> u64 {
    let mut asked: Pairs = asked.iter().filter(|(name, _)| name != "size" && name != "page").cloned().collect();
    asked.extend([("size", "0"), ("facets", "none")].map(|(name, value)| (name.to_owned(), value.to_owned())));
    let parameters = Parameters::read(searcher, &asked).unwrap_or_else(|problems| panic!("{asked:?}: {problems:?}"));
    answer(searcher, &parameters).unwrap().results.total
}

/// The search with the parameters of some lines in the place of its own.
fn narrowed(search: &[(String, String)], lines: &[&Value]) -> Pairs {
    let mut pairs = search.to_vec();
    for (name, value) in lines.iter().flat_map(|line| line["parameters"].as_object().unwrap()) {
        pairs.retain(|(known, _)| known != name);
        pairs.push((name.clone(), value.as_str().unwrap().to_owned()));
    }
    pairs
}

fn lines(side: &Value) -> &[Value] {
    side["values"].as_array().unwrap()
}

/// Follows every number of a table; gives how many were followed.
fn follow(desk: &Desk, searcher: &dyn Searcher, query: &str) -> usize {
    let table = desk.get(&format!("/api/v1/crosstab?{query}")).json();
    let (_, search) = table["links"]["search"].as_str().unwrap().split_once('?').unwrap_or_default();
    let search = pairs(search);
    let mut followed = 0;
    let mut check = |count: &Value, at: &[&Value]| {
        if count != 0 {
            let found = total(searcher, &narrowed(&search, at));
            assert_eq!(*count, found, "{query}: {:?}", at.iter().map(|line| &line["value"]).collect::<Vec<_>>());
            followed += 1;
        }
    };
    check(&table["total"]["value"], &[]);
    let (rows, columns) = (lines(&table["rows"]), lines(&table["columns"]));
    rows.iter().chain(columns).for_each(|line| check(&line["count"], &[line]));
    for (row, cells) in rows.iter().zip(table["cells"].as_array().unwrap()) {
        let cells = cells.as_array().unwrap();
        assert_eq!(cells.len(), columns.len(), "{query}");
        columns.iter().zip(cells).for_each(|(column, count)| check(count, &[row, column]));
    }
    assert_eq!(table["cells"].as_array().unwrap().len(), rows.len(), "{query}");
    followed
}

/// Searches of the shipped corpus, by their parameters.
const SEARCHES: [&str; 10] = [
    "",
    "q=attack",
    "q=attack+baluchistan&match=any",
    "q=who+protects+chinese+engineers+in+gwadar",
    "q=nowhere+convoy+attack+zzzz",
    "region=Pakistan/Balochistan&not.lang=en",
    "region=Pakistan/Balochistan/Gwadar&region=Pakistan/Sindh",
    "actor=_none&actor=Baloch+Liberation+Army&undated=true&from=2022-05-15&to=2025",
    "threat=terrorism&from=2024-02-10",
    "from=2024-03-15&to=2024-04&region=_none&region=Pakistan",
];

#[test]
fn every_cell_row_and_column_counts_what_its_link_finds() {
    let desk = Desk::shipped();
    let searcher = searcher(desk);
    let mut followed = 0;
    for search in SEARCHES {
        for axes in [
            "rows=actor&columns=region",
            "rows=threat&columns=year",
            "rows=region&columns=month",
            "rows=day&columns=threat",
            "rows=source&columns=lang",
        ] {
            followed += follow(desk, &*searcher, &format!("{axes}&{search}"));
        }
    }
    // Everything, at every depth.
    followed += follow(desk, &*searcher, "rows=region&columns=threat&row_size=200&column_size=200");
    followed += follow(desk, &*searcher, "rows=year&columns=response&row_size=200&column_size=200");
    eprintln!("{followed} numbers followed");
    assert!(followed > 6000, "{followed}");
}

#[test]
fn a_table_says_what_it_leaves_out_and_keeps_what_lies_above() {
    let desk = Desk::shipped();
    let whole = desk.get("/api/v1/crosstab?rows=region&columns=year&row_size=200&column_size=200").json();
    let small = desk.get("/api/v1/crosstab?rows=region&columns=year&row_size=4&column_size=3").json();
    let (all, kept) = (lines(&whole["rows"]), lines(&small["rows"]));
    let named = |line: &&Value| line["value"] != "_none";
    let values = all.iter().filter(named).count();
    assert!(values > 40 && whole["rows"]["left_out"] == 0 && whole["rows"]["other"] == 0, "{values}");
    assert_eq!(small["rows"]["left_out"], values - 4);
    for line in kept.iter().filter(named) {
        let path = line["value"].as_str().unwrap();
        let above = path.rsplit_once('/').map(|(above, _)| above);
        assert!(above.is_none_or(|above| kept.iter().any(|line| line["value"] == above)), "{path}");
        assert_eq!(line["depth"], path.matches('/').count(), "{path}");
    }
    // What is left out at the top is summed up.
    let top = |line: &&Value| !line["value"].as_str().unwrap().contains('/') && named(line);
    let tops = |lines: &[Value]| -> u64 { lines.iter().filter(top).map(|line| line["count"].as_u64().unwrap()).sum() };
    assert_eq!(small["rows"]["other"], tops(all) - tops(kept));
    // Of time the latest is kept, in order.
    let years = |table: &Value| -> Vec<String> {
        let dated = lines(&table["columns"]).iter().filter(named);
        dated.map(|line| line["value"].as_str().unwrap().to_owned()).collect()
    };
    let (all, kept) = (years(&whole), years(&small));
    assert!(all.is_sorted() && all.ends_with(&kept) && kept.len() == 3, "{all:?} {kept:?}");
}

#[test]
fn a_table_goes_out_as_lines_that_add_nothing_of_their_own() {
    let desk = Desk::shipped();
    let asked = "rows=actor&columns=region&row_size=9&column_size=5&q=attack";
    let table = desk.get(&format!("/api/v1/crosstab?{asked}")).json();
    let reply = desk.get(table["links"]["csv"].as_str().unwrap());
    assert!(reply.status == 200 && reply.content_type.starts_with("text/csv"), "{}", reply.content_type);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(reply.body.as_bytes());
    let records: Vec<Vec<String>> =
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
    let values =
        |side: &str| lines(&table[side]).iter().map(|line| line["value"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(records[0], [vec!["actor"], values("columns"), vec!["_total"]].concat());
    for ((record, line), cells) in
        records[1..].iter().zip(lines(&table["rows"])).zip(table["cells"].as_array().unwrap())
    {
        assert_eq!(line["value"], record[0]);
        let numbers: Vec<u64> = record[1..].iter().map(|number| number.parse().unwrap()).collect();
        let counted = cells.as_array().unwrap().iter().chain([&line["count"]]);
        assert_eq!(numbers, counted.map(|count| count.as_u64().unwrap()).collect::<Vec<_>>());
    }
    let last = &records[1 + lines(&table["rows"]).len()];
    assert_eq!((last[0].as_str(), last.last().unwrap()), ("_total", &table["total"]["value"].to_string()));
    assert!(
        records
            .iter()
            .any(|record| record[0] == "_other rows" && record.last().unwrap() == &table["rows"]["other"].to_string())
    );
}

#[test]
fn what_makes_no_table_is_refused_with_a_way_out() {
    let desk = Desk::shipped();
    for (address, parameter, suggestion) in [
        ("/api/v1/crosstab?rows=actro", "rows", "did you mean `actor`"),
        ("/api/v1/crosstab?rows=region&columns=region", "columns", "another dimension"),
        ("/api/v1/crosstab?rows=year&columns=month", "columns", "another dimension"),
        ("/api/v1/crosstab?row_size=0", "row_size", ""),
        ("/api/v1/crosstab?column_size=201", "column_size", ""),
        ("/api/v1/crosstab?format=xml", "format", "json, csv"),
        ("/api/v1/crosstab?row=actor", "row", "did you mean `rows`"),
        ("/api/v1/crosstab?split=year", "split", ""),
        ("/api/v1/crosstab?region=nowhere", "region", ""),
    ] {
        let reply = desk.get(address);
        let problem = &reply.json()["errors"][0];
        assert_eq!((reply.status, &problem["parameter"]), (400, &parameter.into()), "{address}: {problem}");
        assert!(problem["suggestion"].as_str().unwrap_or_default().contains(suggestion), "{address}: {problem}");
    }
    for address in ["/overview?format=csv", "/overview?rows=year&split=year", "/overview?rows=actor&columns=actor"] {
        assert_eq!(desk.get(address).status, 400, "{address}");
    }
    // Where one axis is named, the other is not the same.
    let table = desk.get("/api/v1/crosstab?rows=region").json();
    assert_eq!((&table["rows"]["axis"], &table["columns"]["axis"]), (&"region".into(), &"actor".into()));
}

/// The numbers of a page with their links, as far as they count articles.
fn numbers(page: &str) -> Vec<(String, u64)> {
    let named = Regex::new(r#"<a href="([^"]*)" aria-label="[^"]*?([0-9,]+) articles?""#).unwrap();
    let plain = Regex::new(r#"<td><a href="([^"]*)">([0-9,]+)</a>"#).unwrap();
    let found = named.captures_iter(page).chain(plain.captures_iter(page));
    let number = |text: &str| text.replace(',', "").parse().unwrap();
    found.map(|found| (found[1].replace("&#38;", "&").replace("&amp;", "&"), number(&found[2]))).collect()
}

#[test]
fn every_number_of_the_overview_counts_what_its_link_finds() {
    let desk = Desk::shipped();
    let searcher = searcher(desk);
    for (search, least) in [
        ("", 400),
        ("?q=attack&rows=threat&columns=month", 150),
        ("?region=Pakistan/Balochistan&region=Pakistan/Sindh&split=year", 400),
        ("?from=2024-02-10&to=2025-03&undated=true&not.lang=en", 20),
        ("?q=who+protects+chinese+engineers+in+gwadar&rows=source&columns=year", 60),
    ] {
        let reply = desk.get(&format!("/overview{search}"));
        assert_eq!(reply.status, 200, "{search}");
        let numbers: BTreeMap<_, _> = numbers(&reply.body).into_iter().collect();
        assert!(numbers.len() >= least, "{search}: {}", numbers.len());
        for (link, count) in numbers {
            let (path, query) = link.split_once('?').unwrap_or((&link, ""));
            assert_eq!((path, total(&*searcher, &pairs(query))), ("/", count), "{search}: {link}");
        }
    }
}

#[test]
fn the_overview_shows_all_dimensions_and_leads_to_the_search_and_back() {
    let desk = Desk::shipped();
    let search = "?q=attack&amp;region=Pakistan/Balochistan".replace("&amp;", "&#38;");
    let asked = search.replace("&#38;", "&");
    assert!(desk.get(&format!("/{asked}")).body.contains(&format!("href=\"/overview{search}\"")));
    let page = desk.get(&format!("/overview{asked}")).body;
    assert!(page.contains(&format!("href=\"/{search}\">Show the articles")), "back to the search");
    for dimension in facet_names(&*searcher(desk)) {
        assert!(page.contains(&format!("<option value=\"{dimension}\"")), "{dimension} can be chosen");
    }
    assert!(!page.contains("style=") && page.contains("<svg"));
    let nothing = desk.get("/overview?q=zzzz&fuzzy=0&region=_none");
    assert!(nothing.status == 200 && nothing.body.contains("No articles found"), "{}", nothing.body);
}
