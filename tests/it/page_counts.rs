//! Every number on the page is the number of articles behind its link: facet values, what shuts them out, bars of the
//! histogram, the undated, and the ways out of a search that found nothing; over the shipped corpus, in several states.

use std::collections::BTreeMap;

use regex::Regex;

use crate::harness::Desk;

/// Searches that differ in what may go wrong: no filter, words, one choice, two under one heading, a branch and a leaf,
/// exclusions, `_none`, dates, copies apart, names of other scripts.
const STATES: [&str; 12] = [
    "/",
    "/?q=attack",
    "/?q=attack&region=Pakistan",
    "/?q=attack&region=Pakistan/Balochistan&region=Pakistan/Sindh&threat=terrorism",
    "/?q=port+security+convoy&match=any&not.actor=ISPR&collapse=off",
    "/?region=Pakistan/Balochistan/Gwadar&not.region=Pakistan/Balochistan/Gwadar/Pasni",
    "/?threat=_none",
    "/?q=attack&from=2024&to=2024&interval=month",
    "/?from=2024-03&to=2024-03&interval=day",
    "/?from=2019-05-10&to=2025&interval=month",
    "/?q=attack&from=2024-06",
    "/?q=%DA%AF%D9%88%D8%A7%D8%AF%D8%B1&undated=true",
];

fn unescaped(text: &str) -> String {
    let signs = [("&#38;", "&"), ("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">")];
    signs.iter().fold(text.to_owned(), |text, (escaped, sign)| text.replace(escaped, sign))
}

fn number(text: &str) -> u64 {
    text.replace(',', "").parse().unwrap()
}

/// How many articles the list at an address has, asked of the API once for each address.
struct Lists {
    known: BTreeMap<String, u64>,
}

impl Lists {
    fn count(&mut self, href: &str) -> u64 {
        let parameters = href.strip_prefix("/?").unwrap_or(href.trim_start_matches('/'));
        *self.known.entry(parameters.to_owned()).or_insert_with(|| {
            let counts_only = if parameters.contains("size=") { "" } else { "&size=0&facets=none" };
            let reply = Desk::shipped().get(&format!("/api/v1/search?{parameters}{counts_only}"));
            assert_eq!(reply.status, 200, "{parameters}: {}", reply.body);
            reply.json()["total"]["value"].as_u64().unwrap()
        })
    }
}

/// One value of a facet as the page shows it.
struct Shown {
    dimension: String,
    path: String,
    checked: bool,
    href: String,
    count: u64,
    exclude: Option<String>,
}

fn values(page: &str) -> Vec<Shown> {
    let value = Regex::new(concat!(
        r#"(?s)<span class="value">\s*<input type="checkbox" form="search" id="[^"]*" name="([^"]*)" value="([^"]*)"( checked)?>"#,
        r#"\s*<label for="[^"]*"><a href="([^"]*)"[^>]*>[^<]*</a>(?: <span class="number">([\d,]+)<)?.*?</span>"#,
        r#".*?</label>\s*(?:<a class="not" [^>]*href="([^"]*)")?"#
    ))
    .unwrap();
    let shown = value.captures_iter(page).map(|found| Shown {
        dimension: unescaped(&found[1]),
        path: unescaped(&found[2]),
        checked: found.get(3).is_some(),
        href: unescaped(&found[4]),
        count: found.get(5).map_or(0, |count| number(count.as_str())),
        exclude: found.get(6).map(|href| unescaped(href.as_str())),
    });
    shown.collect()
}

/// An address without one parameter.
fn without(href: &str, name: &str) -> String {
    let kept: Vec<_> =
        href.trim_start_matches("/?").split('&').filter(|it| it.split('=').next() != Some(name)).collect();
    kept.join("&")
}

fn encoded(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// Holds every value of a page against the lists behind its links; how many there were.
fn check_values(state: &str, page: &str, total: u64, lists: &mut Lists) -> usize {
    let values = values(page);
    for it in &values {
        let place = format!("{state}: {}={}", it.dimension, it.path);
        // What the number says: articles with this value, whatever else is ticked under its heading.
        let alone = format!("{}&{}={}", without(state, &it.dimension), it.dimension, encoded(&it.path));
        assert_eq!(lists.count(&alone), it.count, "{place}");
        let others = values.iter().filter(|other| other.dimension == it.dimension && other.checked);
        let others: Vec<&str> = others.map(|other| other.path.as_str()).filter(|path| *path != it.path).collect();
        let is_kin =
            |other: &&str| other.starts_with(&format!("{}/", it.path)) || it.path.starts_with(&format!("{other}/"));
        let behind = lists.count(&it.href);
        match (it.checked, others.iter().all(is_kin)) {
            // A first value, or one that takes the place of those above or below it, gives what it says.
            (false, true) => assert_eq!(behind, it.count, "{place}"),
            // A further one adds its articles to those of the others.
            (false, false) => {
                let least = if others.iter().any(is_kin) { it.count } else { it.count.max(total) };
                assert!((least..=it.count + total).contains(&behind), "{place}: {behind}");
            }
            (true, _) => assert!(behind <= total || others.is_empty(), "{place}: {behind}"),
        }
        let Some(exclude) = &it.exclude else { continue };
        let left = lists.count(exclude);
        if others.is_empty() {
            // Shut out, it takes its articles away, and nothing else.
            assert_eq!(left + it.count, total, "{place}: not");
        } else {
            assert!(left <= total || others.iter().any(is_kin), "{place}: not");
        }
    }
    values.len()
}

/// Holds every bar, its line in the table, and the undated against the lists behind them; how many there were.
fn check_histogram(state: &str, page: &str, lists: &mut Lists) -> usize {
    let bar = Regex::new(r#"<a class="bar" href="([^"]*)"><span aria-hidden="true">([\d,]+)</span>"#).unwrap();
    let row =
        Regex::new(r#"<th scope="row"><a href="([^"]*)">[^<]*</a></th><td class="number">([\d,]+)</td>"#).unwrap();
    let undated = Regex::new(r#"<a href="([^"]*)">([\d,]+) undated</a>"#).unwrap();
    let read = |pattern: &Regex| {
        let found = pattern.captures_iter(page).map(|it| (unescaped(&it[1]), number(&it[2])));
        found.collect::<Vec<_>>()
    };
    let bars = read(&bar);
    assert_eq!(bars, read(&row), "{state}: the table says the same as the bars");
    let all = [bars, read(&undated)].concat();
    for (href, count) in &all {
        assert_eq!(lists.count(href), *count, "{state}: {href}");
    }
    all.len()
}

fn total(page: &str) -> u64 {
    let count = Regex::new(r#"<p class="count">(?:No articles found|([\d,]+) article)"#).unwrap();
    count.captures(page).unwrap().get(1).map_or(0, |it| number(it.as_str()))
}

#[test]
fn every_number_beside_a_link_is_the_number_of_articles_behind_it() {
    let mut lists = Lists { known: BTreeMap::new() };
    let (mut facet_values, mut bars) = (0, 0);
    let chips = Regex::new(r#"<a id="chip\.[^"]*" href="([^"]*)""#).unwrap();
    for state in STATES {
        let page = Desk::shipped().get(state).body;
        let total = total(&page);
        assert_eq!(total, lists.count(state), "{state}");
        facet_values += check_values(state, &page, total, &mut lists);
        bars += check_histogram(state, &page, &mut lists);
        for chip in chips.captures_iter(&page) {
            // A chip drops a filter: what shuts out or narrows gives back, what widens (`undated`) may take away.
            let href = unescaped(&chip[1]);
            let widens = state.contains("undated") || state.matches("region=").count() > 1;
            assert!(lists.count(&href) >= total || widens, "{state}: {href}");
        }
    }
    assert!(facet_values > 800 && bars > 40, "{facet_values} values, {bars} bars");
    eprintln!("{facet_values} values and {bars} bars in {} states, {} lists", STATES.len(), lists.known.len());
}

#[test]
fn the_page_of_all_values_counts_as_the_search_page_does() {
    let mut lists = Lists { known: BTreeMap::new() };
    for (state, dimension) in [("/?q=attack", "actor"), ("/?q=attack&region=Pakistan/Sindh", "region"), ("/", "source")]
    {
        let address = format!("/facets/{dimension}{}", state.trim_start_matches('/'));
        let page = Desk::shipped().get(&address).body;
        let total = lists.count(state);
        let shown = check_values(state, &page, total, &mut lists);
        let on_search_page = values(&Desk::shipped().get(state).body);
        let there = on_search_page.iter().filter(|it| it.dimension == dimension).count();
        assert!(shown >= there && there > 0, "{address}: {shown} values, {there} on the search page");
        let joined = if address.contains('?') { '&' } else { '?' };
        let by_name = values(&Desk::shipped().get(&format!("{address}{joined}facet_order=name")).body);
        assert_eq!(by_name.len(), shown, "{address}");
    }
    let found = values(&Desk::shipped().get("/facets/region?facet_query=%DA%AF%D9%88%D8%A7%D8%AF%D8%B1").body);
    let paths: Vec<&str> = found.iter().map(|it| it.path.as_str()).collect();
    assert!(
        paths.contains(&"Pakistan/Balochistan/Gwadar") && !paths.contains(&"China"),
        "by a name in another script: {paths:?}"
    );
    assert_eq!(Desk::shipped().get("/facets/colour").status, 404);
}

#[test]
fn each_way_out_gives_what_it_says_and_there_are_some_for_every_kind_of_search() {
    let mut lists = Lists { known: BTreeMap::new() };
    let way = Regex::new(r#"<li>[^<]*<a href="([^"]*)"[^>]*>([^<]*)</a>[^<]*<span class="number">([\d,]+) articles?<"#)
        .unwrap();
    for (state, expected) in [
        ("/?q=Gwadar&from=1990&to=1991&region=Pakistan", vec!["to 1991", "without any filter"]),
        ("/?q=Gwadar+AND+zzzzqqqq", vec!["Gwadar"]),
        ("/?q=attack&lang=ur&lang=zh&not.region=Pakistan&threat=cyber", vec!["without any filter"]),
        ("/?q=Gwadar+Karachi&match=all&actor=_none&region=_none", vec!["without any filter"]),
    ] {
        let page = Desk::shipped().get(state).body;
        assert_eq!(total(&page), 0, "{state}");
        let ways: Vec<_> =
            way.captures_iter(&page).map(|it| (unescaped(&it[1]), it[2].to_owned(), number(&it[3]))).collect();
        for (href, text, count) in &ways {
            assert_eq!(lists.count(href), *count, "{state}: {text}");
        }
        for text in expected {
            assert!(ways.iter().any(|(_, shown, _)| shown.contains(text)), "{state}: {text} is not in {ways:?}");
        }
    }
    let page = Desk::shipped().get("/?q=Gwadar+AND+zzzzqqqq").body;
    assert!(page.contains("No article has <strong dir=\"auto\">zzzzqqqq</strong>."), "{page}");
}

/// Size of the page with everything that it loads, packed as a browser asks for it.
#[test]
fn the_whole_search_page_weighs_at_most_60_kilobytes_on_the_wire() {
    let packed = |path: &str| Desk::shipped().asked("GET", path, &[("accept-encoding", "gzip")]).bytes.len();
    let page = Desk::shipped().get("/?q=attack").body;
    let loaded = Regex::new(r#"(?:href|src)="(/assets/[^"]*)""#).unwrap();
    let mut files: Vec<String> = loaded.captures_iter(&page).map(|it| it[1].to_owned()).collect();
    let folder = files[0].rsplit_once('/').unwrap().0.to_owned();
    let mut at = 0;
    let named = Regex::new(r#"from "\./([a-z]+\.js)""#).unwrap();
    while at < files.len() {
        let text = Desk::shipped().get(&files[at]).body;
        for name in named.captures_iter(&text) {
            let path = format!("{folder}/{}", &name[1]);
            if !files.contains(&path) {
                files.push(path);
            }
        }
        at += 1;
    }
    let weights: Vec<(String, usize)> = files.iter().map(|path| (path.clone(), packed(path))).collect();
    let whole = packed("/?q=attack") + weights.iter().map(|(_, bytes)| bytes).sum::<usize>();
    eprintln!("the page {} bytes, {weights:?}, together {whole} bytes", packed("/?q=attack"));
    assert!(files.len() > 8 && whole <= 60 * 1024, "{whole} bytes: {weights:?}");
}
