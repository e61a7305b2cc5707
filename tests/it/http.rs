//! The HTTP contract: addresses, parameters, the JSON of answers and errors, the page without a script; and one
//! server on a real socket, from its first line to its end.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use regex::Regex;
use serde_json::{Value, json};

use crate::harness::{Desk, Reply};
use crate::live::Server;

fn desk() -> &'static Desk {
    Desk::fixture()
}

fn search(parameters: &str) -> Value {
    let reply = desk().get(&format!("/api/v1/search?{parameters}"));
    assert_eq!(reply.status, 200, "{parameters}: {}", reply.body);
    reply.json()
}

fn ids(answer: &Value) -> Vec<&str> {
    answer["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap()).collect()
}

fn sorted_ids(answer: &Value) -> Vec<&str> {
    let mut ids = ids(answer);
    ids.sort_unstable();
    ids
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Counts of the values at the top of a facet.
fn counts(facet: &Value) -> BTreeMap<&str, u64> {
    let values = facet["values"].as_array().unwrap().iter();
    values.map(|value| (value["path"].as_str().unwrap(), value["count"].as_u64().unwrap())).collect()
}

/// A page without the one script element that it should have, which names a file of ours.
fn tame(page: &str) -> String {
    let ours = Regex::new(r#"<script type="module" src="/assets/[0-9a-f]+/app\.js"></script>"#).unwrap();
    assert_eq!(ours.find_iter(page).count(), 1, "{page}");
    ours.replace(page, "").into_owned()
}

/// Every route that is built, with the type of its answer.
const ROUTES: [(&str, &str); 14] = [
    ("/", "text/html; charset=utf-8"),
    ("/help", "text/html; charset=utf-8"),
    ("/articles/quay-bombing", "text/html; charset=utf-8"),
    ("/assets/any/style.css", "text/css; charset=utf-8"),
    ("/assets/any/icon.svg", "image/svg+xml"),
    ("/assets/any/app.js", "text/javascript; charset=utf-8"),
    ("/healthz", "text/plain; charset=utf-8"),
    ("/readyz", "text/plain; charset=utf-8"),
    ("/metrics", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
    ("/api/v1/search", "application/json"),
    ("/api/v1/articles/quay-bombing", "application/json"),
    ("/api/v1/facets/region", "application/json"),
    ("/api/v1/facets/source", "application/json"),
    ("/api/v1/status", "application/json"),
];

#[test]
fn every_route_answers_get_and_head_alike_and_no_other_method() {
    for (path, content_type) in ROUTES {
        for method in ["GET", "HEAD"] {
            let reply = desk().request(method, path);
            assert_eq!((reply.status, reply.content_type.as_str()), (200, content_type), "{method} {path}");
        }
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let reply = desk().request(method, path);
            assert_eq!(reply.status, 405, "{method} {path}");
            assert_eq!(reply.headers["allow"], "GET, HEAD", "{method} {path}");
            if path.starts_with("/api/") {
                assert_eq!(reply.content_type, "application/problem+json", "{method} {path}");
                assert_eq!(reply.json()["type"], "/problems/method");
            }
        }
    }
}

#[test]
fn an_address_that_leads_nowhere_is_404_as_data_for_programs_and_as_a_page_for_people() {
    for path in [
        "/nothing",
        "/articles",
        "/articles/",
        "/articles/a/b",
        "/index.html",
        "/assets/",
        "/assets/any/x.js",
        "/%3Cscript%3E",
    ] {
        let reply = desk().get(path);
        assert_eq!((reply.status, reply.content_type.as_str()), (404, "text/html; charset=utf-8"), "{path}");
        assert!(reply.body.contains("href=\"/\"") && !tame(&reply.body).contains("<script"), "{}", reply.body);
    }
    for path in ["/api/", "/api/v1", "/api/v1/nothing", "/api/v1/articles/", "/api/v1/facets/", "/api/v2/search"] {
        let reply = desk().get(path);
        assert_eq!((reply.status, reply.content_type.as_str()), (404, "application/problem+json"), "{path}");
        assert_eq!(reply.json()["status"], 404);
    }
    for (path, kind) in [
        ("/api/v1/articles/nobody", "/problems/article"),
        ("/api/v1/articles/..%2F..%2Fetc", "/problems/article"),
        ("/api/v1/facets/colour", "/problems/dimension"),
    ] {
        let reply = desk().get(path);
        assert_eq!((reply.status, &reply.json()["type"]), (404, &json!(kind)), "{path}");
    }
    let page = desk().get("/articles/nobody");
    assert_eq!((page.status, page.content_type.as_str()), (404, "text/html; charset=utf-8"));
    assert!(page.body.contains("nobody"));
}

#[test]
fn every_answer_carries_the_headers_that_keep_a_browser_at_bay() {
    let errors = ["/nothing", "/api/v1/nothing", "/api/v1/search?page=0", "/?sort=best", "/articles/nobody"];
    for path in ROUTES.iter().map(|(path, _)| *path).chain(errors) {
        let headers = desk().get(path).headers;
        let policy = headers["content-security-policy"].to_str().unwrap();
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe") && policy.contains("script-src 'self'"), "{path}: {policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
    }
}

#[test]
fn an_answer_has_the_keys_of_the_contract() {
    let answer = search("q=bombing&region=Eastport&size=2");
    let expected = ["query", "total", "page", "size", "took_ms", "generation", "hits", "facets", "histogram"];
    assert_eq!(keys(&answer), expected);
    let read =
        ["text", "parsed", "match", "match_used", "missing", "variants", "corrections", "did_you_mean", "diagnostics"];
    assert_eq!(keys(&answer["query"]), read);
    assert_eq!(answer["total"], json!({"value": 3, "relation": "eq", "collapsed": 3}));
    assert_eq!((&answer["page"], &answer["size"]), (&json!(1), &json!(2)));
    assert_eq!(keys(&answer["facets"]), ["region", "actor", "threat", "topic", "lang", "source"]);
    assert_eq!(keys(&answer["facets"]["region"]), ["values", "missing", "other"]);
    let value = &answer["facets"]["region"]["values"][0];
    assert_eq!(keys(value), ["path", "label", "count", "selected", "children"]);
    assert_eq!(keys(&answer["histogram"]), ["interval", "buckets", "undated"]);
    assert_eq!(answer["histogram"]["interval"], "year");
    let hit = &answer["hits"][0];
    assert_eq!(
        keys(hit),
        [
            "id",
            "title",
            "title_html",
            "url",
            "source",
            "author",
            "date",
            "date_source",
            "lang",
            "score",
            "snippets",
            "matched",
            "facets",
            "copies",
            "copies_total",
            "links"
        ]
    );
    assert_eq!(hit["id"], "quay-bombing");
    assert_eq!(hit["title_html"], "<mark>Bombing</mark> at the Old Quay kills three");
    assert_eq!((&hit["date"], &hit["date_source"]), (&json!("2024-03-26"), &json!("front-matter")));
    assert_eq!(hit["source"], json!(["Tidewater Post", "Norland Gazette"]));
    assert_eq!(hit["facets"]["region"], json!(["Norland/Eastport/Old Quay"]));
    assert_eq!((&hit["facets"]["threat"], &hit["url"]), (&json!(["piracy"]), &Value::Null));
    assert_eq!(
        keys(&hit["snippets"][0]),
        ["field", "html", "fragments", "offset", "heading", "paragraph", "paragraphs"]
    );
    assert_eq!(keys(&hit["snippets"][0]["fragments"][0]), ["text", "match"]);
    let matched = hit["matched"].as_array().unwrap();
    assert!(matched.contains(&json!({"term": "bombing", "form": "bomb", "via": "stem"})), "{matched:?}");
    let page = "/articles/quay-bombing?q=bombing";
    assert_eq!(hit["links"], json!({"self": "/api/v1/articles/quay-bombing", "page": page}));
    assert_eq!(desk().get(page).status, 200);
}

#[test]
fn an_article_has_the_keys_of_the_contract() {
    let article = desk().get("/api/v1/articles/quay-bombing").json();
    assert_eq!(
        keys(&article),
        [
            "id",
            "title",
            "body",
            "url",
            "source",
            "sources",
            "author",
            "date",
            "date_source",
            "lang",
            "dateline",
            "file",
            "line",
            "facets",
            "extra",
            "copies",
            "copies_total",
            "links"
        ]
    );
    assert_eq!((&article["author"], &article["file"]), (&json!("J. Sørensen"), &json!("quay-bombing.md")));
    assert!(article["body"].as_str().unwrap().contains("\n\n# What followed\n\n- The ferry was stopped"));
    let label = &article["facets"]["threat"][0];
    assert_eq!(keys(label), ["path", "by", "kind", "weight", "evidence"]);
    assert_eq!((&label["path"], &label["by"]), (&json!("piracy"), &json!("curator")));
    let read = desk().get("/api/v1/articles/labelled-by-text").json();
    let label = &read["facets"]["threat"][0];
    assert_eq!(label["by"], "classifier");
    assert_eq!(keys(&label["evidence"][0]), ["text", "where"]);
    let copies = &desk().get("/api/v1/articles/ferry-copy-b").json()["copies"];
    assert_eq!(copies, &json!([{"id": "ferry-copy-a", "source": ["Tidewater Post"], "date": "2024-07-01"}]));
    let record = desk().get("/api/v1/articles/wire-2").json();
    assert_eq!((&record["file"], &record["line"]), (&json!("wire.jsonl"), &json!(2)));
}

#[test]
fn status_says_what_stands_in_the_index() {
    let status = desk().get("/api/v1/status").json();
    assert_eq!((&status["documents"], &status["undated"]), (&json!(32), &json!(3)));
    assert_eq!(status["generation"], search("")["generation"]);
    assert_eq!(status["quarantined"], json!([]));
    let folder = desk().index().display().to_string();
    assert!(!status.to_string().contains(&folder), "a path of the machine went out: {status}");
}

#[test]
fn a_choice_narrows_every_facet_but_its_own() {
    let all = search("q=bombing&size=0");
    let chosen = search("q=bombing&size=0&source=Norland+Gazette");
    assert_eq!(chosen["total"]["value"], 2);
    assert_eq!(chosen["facets"]["source"]["values"].as_array().unwrap().len(), 4);
    assert_eq!(counts(&chosen["facets"]["source"]), counts(&all["facets"]["source"]));
    assert_eq!((&all["facets"]["region"]["missing"], &chosen["facets"]["region"]["missing"]), (&json!(0), &json!(0)));
    assert_eq!(counts(&all["facets"]["actor"])["Free Norland Front"], 2);
    assert_eq!(counts(&chosen["facets"]["actor"])["Free Norland Front"], 1);
    let selected: Vec<_> = chosen["facets"]["source"]["values"].as_array().unwrap().iter().collect();
    let selected: Vec<_> = selected.iter().filter(|value| value["selected"] == true).map(|v| &v["path"]).collect();
    assert_eq!(selected, [&json!("Norland Gazette")]);
    assert_eq!((&all["hits"], &all["size"]), (&json!([]), &json!(0)));
}

#[test]
fn parameters_narrow_repeat_and_exclude() {
    for (parameters, expected) in [
        ("region=Old+Quay&from=2023&to=2024", &["quay-bombing", "wire-2"][..]),
        ("region=Old+Quay&from=2023&to=2024&undated=true", &["password-list", "quay-bombing", "wire-2"]),
        ("region=Old+Quay&undated", &["password-list"]),
        ("lang=fr&lang=zh&from=2024", &["port-fr", "port-zh"]),
        ("threat=cyber&not.region=Old+Quay&not.source=Sudia+Courier", &["ransom-review", "ransom-terminal"]),
        ("threat=cyber&not.region=_none&to=2024-06", &["labelled-by-text", "ransom-terminal"]),
        ("topic=diplomacy&actor=_none&lang=en", &["sudia-treaty"]),
        ("from=2023-08-31&to=2023-09-15", &["navy-patrols", "sudia-pirates"]),
        // What is empty is as if it were not there: a form sends it.
        ("q=&region=&lang=fr&from=&to=&sort=&match=", &["port-fr", "treaty-fr"]),
        // Of a name that takes one value the last counts.
        ("lang=fr&q=nowhere&q=baie", &["treaty-fr"]),
    ] {
        assert_eq!(sorted_ids(&search(parameters)), expected, "{parameters}");
    }
}

#[test]
fn pages_have_their_limits_and_join() {
    let whole = search("sort=oldest&size=100");
    let mut joined = Vec::new();
    for page in 1..=4 {
        let part = search(&format!("sort=oldest&size=10&page={page}"));
        assert_eq!((&part["page"], &part["total"]["value"]), (&json!(page), &json!(32)));
        joined.extend(ids(&part).into_iter().map(str::to_owned).collect::<Vec<_>>());
    }
    assert_eq!(joined, ids(&whole));
    assert_eq!(search("page=1000&size=10")["hits"], json!([]));
    assert_eq!(search("page=100&size=100")["hits"], json!([]));
    assert_eq!(search("")["size"], 10);
    for parameters in ["page=1001&size=10", "page=101&size=100", "page=0", "size=101", "size=-1", "page=1e3", "size=x"]
    {
        assert_eq!(desk().get(&format!("/api/v1/search?{parameters}")).status, 400, "{parameters}");
    }
}

#[test]
fn facets_are_counted_on_request_and_found_by_any_part_of_a_name() {
    assert_eq!(keys(&search("facets=lang,region")["facets"]), ["lang", "region"]);
    assert_eq!(keys(&search("facets=source&facets=lang")["facets"]), ["source", "lang"]);
    assert_eq!(search("facets=none")["facets"], json!({}));
    let facet = |parameters: &str| desk().get(&format!("/api/v1/facets/{parameters}")).json();
    let region = facet("region");
    assert_eq!(keys(&region), ["dimension", "values", "missing", "other"]);
    assert_eq!(counts(&region), BTreeMap::from([("Norland", 25), ("Sudia", 9)]));
    // Any part of any alias, in any script; with what lies above.
    for part in ["st+HARB", "%E4%B8%9C", "ایسٹ", "stport%20"] {
        let found = facet(&format!("region?facet_query={part}"));
        let top = found["values"].as_array().unwrap();
        let named: Vec<_> = top.iter().flat_map(|v| v["children"].as_array().unwrap()).map(|v| &v["path"]).collect();
        let expected = if part == "stport%20" { "Sudia/Eastport Bay" } else { "Norland/Eastport" };
        assert!(named.contains(&&json!(expected)), "{part}: {found}");
    }
    assert_eq!(facet("actor?facet_query=fnf")["values"][0]["path"], "Free Norland Front");
    assert_eq!(facet("actor?facet_query=zzz")["values"], json!([]));
    // The same filters as a search.
    assert_eq!(counts(&facet("lang?region=Sudia&not.lang=zh")), BTreeMap::from([("en", 7), ("fr", 1)]));
    assert_eq!(counts(&facet("lang?q=treaty")), BTreeMap::from([("en", 1)]));
    assert_eq!(facet("source?facet_size=2")["values"].as_array().unwrap().len(), 2);
}

#[test]
fn a_parameter_that_cannot_be_taken_is_named_with_the_reason_and_a_way_out() {
    for (parameters, parameter, suggestion) in [
        ("regoin=Norland", "regoin", "did you mean `region`?"),
        ("not.colour=red", "not.colour", "the parameters are"),
        ("region=Wesmoor", "region", "did you mean Norland/Westmoor?"),
        ("source=Tidewater", "source", "Tidewater Post"),
        ("from=2023-02-29", "from", "write 2024, 2024-03 or 2024-03-26"),
        ("to=soon", "to", "write 2024, 2024-03 or 2024-03-26"),
        ("from=2024&to=2023", "from", "swap"),
        ("page=1001", "page", "narrow the search"),
        ("sort=best", "sort", "relevance, newest, oldest"),
        ("match=most", "match", "all, any"),
        ("interval=week", "interval", "year, month, day"),
        ("undated=2", "undated", "true or false"),
        ("facets=colour", "facets", "region, actor"),
    ] {
        let reply = desk().get(&format!("/api/v1/search?q=port&{parameters}"));
        assert_eq!((reply.status, reply.content_type.as_str()), (400, "application/problem+json"), "{parameters}");
        let problem = reply.json();
        assert_eq!(keys(&problem), ["type", "title", "status", "detail", "errors", "request_id"], "{parameters}");
        assert_eq!((&problem["type"], &problem["status"]), (&json!("/problems/parameter"), &json!(400)));
        let [error] = problem["errors"].as_array().unwrap().as_slice() else { panic!("{problem}") };
        assert_eq!(error["parameter"], parameter);
        assert!(!error["reason"].as_str().unwrap().is_empty(), "{problem}");
        assert!(error["suggestion"].as_str().unwrap().contains(suggestion), "{problem}");
        // The same request for people: a page with the same words, and the same status.
        let page = desk().get(&format!("/?q=port&{parameters}"));
        assert_eq!((page.status, page.content_type.as_str()), (400, "text/html; charset=utf-8"), "{parameters}");
        assert!(page.body.contains(parameter), "{}", page.body);
        assert_eq!(desk().get(&format!("/api/v1/facets/region?{parameters}")).status, 400, "{parameters}");
    }
    let both = desk().get("/api/v1/search?from=x&to=y&colour=red").json();
    let named: Vec<_> = both["errors"].as_array().unwrap().iter().map(|error| &error["parameter"]).collect();
    assert_eq!(named, ["from", "to", "colour"]);
    let unknown = desk().get("/api/v1/articles/quay-bombing?query=x");
    assert_eq!((unknown.status, &unknown.json()["errors"][0]["parameter"]), (400, &json!("query")));
}

#[test]
fn an_ambiguous_value_gives_its_candidates() {
    let desk = Desk::new();
    let twins = "\n[[region]]\npath = \"Norland/Ford\"\n[[region]]\npath = \"Sudia/Ford\"\n";
    desk.write("taxonomy.toml", format!("{}{twins}", crate::harness::TAXONOMY));
    desk.article("one", "title: One", "A text.");
    desk.indexed();
    let problem = desk.get("/api/v1/search?region=ford").json();
    assert_eq!(problem["errors"][0]["suggestion"], "write one of: Norland/Ford; Sudia/Ford");
}

#[test]
fn no_query_text_within_the_limits_fails() {
    let long = "wörd ".repeat(700);
    let deep = format!("{}a{}", "(".repeat(200), ")".repeat(200));
    for text in [
        "AND",
        "((",
        "\"",
        "NOT",
        "-",
        "a SAME",
        "title:",
        "date:2024-99",
        "region:nowhere",
        "~",
        "*",
        "=",
        "%",
        "\0",
        "a:b:c",
        "\"\"~9",
        "'; DROP TABLE",
        "<b>",
        "\u{202e}abc",
        "🛥",
        "\n\n",
        &long,
        &deep,
    ] {
        let q: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        for path in ["/api/v1/search", "/api/v1/facets/region", "/", "/articles/quay-bombing"] {
            let reply = desk().get(&format!("{path}?q={q}"));
            assert_eq!(reply.status, 200, "{text} at {path}: {}", reply.body);
        }
    }
    // Bytes that are no UTF-8 are read as replacement characters.
    assert_eq!(desk().get("/api/v1/search?q=%FF%FE").status, 200);
    let diagnostics = &search("q=port+OR")["query"]["diagnostics"][0];
    assert_eq!((&diagnostics["start"], &diagnostics["end"]), (&json!(5), &json!(7)));
}

#[test]
fn markup_from_an_article_or_a_query_is_shown_and_never_run() {
    let attack = "%3Cscript%3Ealert(%22x%22)%3C/script%3E";
    let answer = search(&format!("q={attack}"));
    let hit = &answer["hits"][0];
    assert_eq!(hit["id"], "script-title");
    assert_eq!(hit["title"], "How to write <script>alert(\"x\")</script> & other titles");
    let markup = Regex::new("</?mark>").unwrap();
    let html = hit["snippets"].as_array().unwrap().iter().map(|snippet| snippet["html"].as_str().unwrap());
    for html in html.chain([hit["title_html"].as_str().unwrap()]) {
        let plain = markup.replace_all(html, "");
        assert!(!plain.contains(['<', '>', '"']), "{html}");
    }
    for path in [
        format!("/?q={attack}"),
        "/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&from=2024".to_owned(),
        format!("/articles/script-title?q={attack}"),
        format!("/articles/script-title?q=title&back=%22%3E{attack}"),
        format!("/?region={attack}"),
        format!("/?{attack}={attack}"),
        format!("/articles/{attack}"),
        format!("/{attack}"),
    ] {
        let reply = desk().get(&path);
        let body = tame(&reply.body);
        assert!(!body.contains("<script") && !body.contains("<b>"), "{path}: {}", reply.body);
    }
    let page = desk().get("/articles/script-title").body;
    assert!(page.contains("bold &#38; rude, and says 5 &#60; 6"), "{page}");
}

#[test]
fn without_an_index_it_is_alive_but_not_ready() {
    let desk = Desk::new();
    assert_eq!((desk.get("/healthz").status, desk.get("/healthz").body.as_str()), (200, "ok\n"));
    for path in ["/readyz", "/api/v1/search", "/api/v1/status", "/api/v1/articles/a", "/api/v1/facets/region"] {
        let reply = desk.get(path);
        assert_eq!((reply.status, reply.content_type.as_str()), (503, "application/problem+json"), "{path}");
        assert!(reply.headers.contains_key("retry-after"), "{path}");
        assert_eq!(reply.json()["type"], "/problems/starting");
        assert!(!reply.body.contains(desk.index().to_str().unwrap()), "a path of the machine went out: {}", reply.body);
    }
    let page = desk.get("/");
    assert_eq!((page.status, page.content_type.as_str()), (503, "text/html; charset=utf-8"));
    assert_eq!(desk.get("/assets/any/style.css").status, 200);
    // The same server is ready as soon as there is an index.
    desk.article("first", "title: First", "A text.");
    desk.indexed();
    assert_eq!((desk.get("/readyz").status, desk.get("/").status), (200, 200));
}

/// The addresses of links whose tag holds `part`, unescaped.
fn links(page: &Reply, part: &str) -> Vec<String> {
    let tags = Regex::new("<a [^>]*>").unwrap();
    let address = Regex::new("href=\"([^\"]*)\"").unwrap();
    let tags = tags.find_iter(&page.body).map(|tag| tag.as_str()).filter(|tag| tag.contains(part));
    tags.map(|tag| address.captures(tag).unwrap()[1].replace("&#38;", "&").replace("&amp;", "&")).collect()
}

/// The number of articles that a page says it found.
fn found(page: &Reply) -> u64 {
    let count = Regex::new("class=\"count\">([0-9,]+|No) articles?").unwrap();
    let count = count.captures(&page.body).unwrap_or_else(|| panic!("{}", page.body))[1].replace(',', "");
    if count == "No" { 0 } else { count.parse().unwrap() }
}

#[test]
fn the_page_is_a_form_with_every_filter_and_needs_no_script() {
    let page = desk().get("/?q=bombing&not.lang=fr&size=2");
    let body = tame(&page.body);
    assert!(!body.contains("<script") && !page.body.contains("javascript:"), "{}", page.body);
    let handlers = Regex::new(" (on[a-z]+|style)=\"").unwrap();
    assert!(!handlers.is_match(&page.body), "{}", page.body);
    assert!(page.body.contains("<form id=\"search\" class=\"search\" method=\"get\" action=\"/\""));
    assert!(page.body.contains("name=\"q\" value=\"bombing\""));
    // What has no control of its own is kept by the form.
    assert!(page.body.contains("<input type=\"hidden\" name=\"not.lang\" value=\"fr\">"));
    assert!(page.body.contains("<input type=\"hidden\" name=\"size\" value=\"2\">"));
    for control in ["name=\"from\"", "name=\"to\"", "name=\"undated\"", "type=\"submit\""] {
        assert!(page.body.contains(control), "{control}");
    }
    for dimension in ["region", "actor", "threat", "topic", "lang", "source"] {
        let checkbox = format!("<input type=\"checkbox\" form=\"search\" id=\"[^\"]+\" name=\"{dimension}\" value=\"");
        assert!(Regex::new(&checkbox).unwrap().is_match(&page.body), "{dimension}");
    }
    assert_eq!(found(&page), 4);
}

#[test]
fn every_count_beside_a_checkbox_is_what_its_link_leads_to() {
    let page = desk().get("/?q=bombing+OR+treaty&lang=en");
    let value = Regex::new(
        "name=\"([a-z]+)\" value=\"([^\"]*)\"( checked)?>\\s*<label for=\"[^\"]*\"><a href=\"([^\"]*)\" \
         dir=\"auto\">[^<]*</a>\\s*<span class=\"number\">([0-9]+)<",
    )
    .unwrap();
    let mut followed = 0;
    for values in value.captures_iter(&page.body) {
        let (checked, link, count) = (values.get(3).is_some(), values[4].replace("&#38;", "&"), &values[5]);
        let count: u64 = count.parse().unwrap();
        let led = desk().get(&link);
        if checked {
            // The link of a chosen value takes it off again.
            assert!(found(&led) >= found(&page), "{link}");
            assert!(!link.contains("lang=en"), "{link}");
        } else if &values[1] == "lang" {
            // Beside a chosen value of the same dimension both are asked for.
            assert_eq!(found(&led), found(&page) + count, "{link}");
        } else {
            assert_eq!(found(&led), count, "{link}");
        }
        followed += 1;
    }
    assert!(followed >= 15, "{followed} in {}", page.body);
}

#[test]
fn chips_bars_pages_and_orders_are_links_that_do_what_they_say() {
    let page = desk().get("/?q=the&region=Norland&not.lang=fr&from=2020&to=2024&size=5&match=any");
    let total = found(&page);
    assert!(total > 10, "{total}");
    let chips = links(&page, "aria-label=\"Remove filter");
    assert_eq!(chips.len(), 4, "{chips:?}");
    for (chip, gone) in chips.iter().zip(["region=", "not.lang=", "from=", "to="]) {
        assert!(!chip.contains(gone) && found(&desk().get(chip)) >= total, "{chip}");
    }
    // The bars of the histogram hold all dated articles of the search.
    let bars = links(&page, "class=\"bar\"");
    assert!(bars.len() >= 3, "{bars:?}");
    let sum: u64 = bars.iter().map(|bar| found(&desk().get(bar))).sum();
    // A year's link also finds what overlaps it; here every date lies in one year.
    assert_eq!(sum, total, "{bars:?}");
    let next = &links(&page, "rel=\"next\"")[0];
    let second = desk().get(next);
    assert!(second.body.contains("<ol class=\"hits\" start=\"6\">"), "{next}");
    let hits = |page: &Reply| -> Vec<String> {
        let title = Regex::new("<h2[^>]*><a href=\"([^\"]*)\"").unwrap();
        title.captures_iter(&page.body).map(|found| found[1].replace("&#38;", "&")).collect()
    };
    assert_eq!((hits(&page).len(), hits(&second).len()), (5, 5));
    assert!(hits(&page).iter().all(|hit| !hits(&second).contains(hit)));
    let previous = desk().get(&links(&second, "rel=\"prev\"")[0]);
    assert_eq!(hits(&previous), hits(&page));
    let oldest = links(&page, "sort=oldest");
    assert_eq!(found(&desk().get(&oldest[0])), total);
    // A hit leads to its article with the words marked, and from there back to the results.
    let article = desk().get(&hits(&second)[0]);
    assert!(article.body.contains("<mark") && article.body.contains("id=\"hit-1\""), "{}", article.body);
    let back = links(&article, "href=\"/?");
    assert_eq!(hits(&desk().get(&back[0])), hits(&second), "{back:?}");
}

#[test]
fn who_asks_for_all_words_of_a_question_gets_them_on_every_page() {
    let question = "/?q=when+did+the+navy+seize+the+boat+of+the+pirates+near+Eastport+by+night&size=1";
    let lenient = desk().get(question);
    let strict = desk().get(&links(&lenient, "match=all")[0]);
    assert_eq!((found(&lenient), found(&strict)), (5, 2));
    assert_eq!(found(&desk().get(&links(&lenient, "rel=\"next\"")[0])), 5);
    assert_eq!(found(&desk().get(&links(&strict, "rel=\"next\"")[0])), 2);
    assert_eq!(found(&desk().get(&links(&strict, "sort=oldest")[0])), 2);
}

#[test]
fn an_empty_search_and_a_search_for_nothing_are_pages_too() {
    let start = desk().get("/");
    assert_eq!(found(&start), 32);
    assert!(start.body.contains("undated"));
    let nothing = desk().get("/?q=zeppelin&region=Sudia");
    assert_eq!((nothing.status, found(&nothing)), (200, 0));
    let ways = links(&nothing, "href=\"/?q=zeppelin\"");
    assert!(!ways.is_empty(), "{}", nothing.body);
    let fallback = desk().get("/?q=tanker+treaty+navy+blockade").body;
    assert!(fallback.contains("Missing: <strong dir=\"auto\">treaty</strong>"), "{fallback}");
}

/// Asks again and again until the answer is yes.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < end, "{what}: not within 20 seconds");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(unix)]
#[test]
fn a_server_builds_its_index_follows_a_new_one_and_stops_when_told() {
    let desk = Desk::new();
    desk.article("first", "title: First boat\nregion: [Eastport]", "A boat left the harbour.");
    let mut server = Server::start(&desk);
    let before = server.json("/api/v1/search?q=boat");
    assert_eq!(ids(&before), ["first"]);
    let (head, body) = server.ask("HEAD", "/api/v1/search?q=boat");
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("content-type: application/json"), "{head}");
    assert_eq!(body, "");
    assert!(server.ask("GET", "/?q=boat").1.contains("First <mark>boat</mark>"));

    desk.article("second", "title: Second boat\nregion: [Westmoor]", "Another boat came.");
    let generation = desk.indexed()["generation"].clone();
    wait_until("the new generation answers", || server.json("/api/v1/status")["generation"] == generation);
    assert_eq!(sorted_ids(&server.json("/api/v1/search?q=boat")), ["first", "second"]);

    // A client that keeps its connection does not keep the server.
    let mut idle = server.connect();
    write!(idle, "GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).unwrap();
    assert!(idle.read(&mut [0; 64]).unwrap() > 0);
    let pid = server.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let mut ended = None;
    wait_until("the server ends", || {
        ended = server.child.try_wait().unwrap();
        ended.is_some()
    });
    assert_eq!(ended.unwrap().code(), Some(0));
    assert!(TcpStream::connect(&server.address).is_err());
}

#[test]
fn a_taken_port_is_said_before_anything_is_built() {
    let desk = Desk::new();
    desk.article("first", "title: First", "A text.");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = desk.run(&["serve", "--listen", &address]).ended(2);
    assert!(run.err.contains(&address) && run.err.contains("--listen"), "{}", run.err);
    assert_eq!(run.out, "");
    assert!(!desk.index().exists(), "an index was built for nothing");
}
