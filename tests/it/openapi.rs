//! The description of the API says what the API does: every address is in it, every example is answered, every parameter is
//! taken where it stands and refused where it does not, and its limits are those of the reader.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::harness::Desk;
use crate::wire::description;

fn desk() -> &'static Desk {
    Desk::fixture()
}

fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| description(desk()))
}

/// All operations: method, path and description.
fn all_operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    document()["paths"].as_object().unwrap().iter().flat_map(|(path, operations)| {
        operations.as_object().unwrap().iter().map(|(method, operation)| (method.as_str(), path.as_str(), operation))
    })
}

/// The operations that everybody may ask, all of them by GET: path and description.
fn operations() -> impl Iterator<Item = (&'static str, &'static Value)> {
    all_operations().filter(|(.., operation)| operation["security"].is_null()).map(|(method, path, operation)| {
        assert_eq!(method, "get", "{path}");
        (path, operation)
    })
}

/// The parameters of an operation, references followed.
fn parameters(operation: &'static Value) -> Vec<&'static Value> {
    let follow = |parameter: &'static Value| match parameter["$ref"].as_str() {
        Some(place) => document().pointer(place.trim_start_matches('#')).unwrap_or_else(|| panic!("{place}")),
        None => parameter,
    };
    operation["parameters"].as_array().unwrap().iter().map(follow).collect()
}

fn of_query(operation: &'static Value) -> Vec<&'static Value> {
    parameters(operation).into_iter().filter(|parameter| parameter["in"] == "query").collect()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A pair as it stands in an address.
fn pair(name: &str, value: &Value) -> String {
    let value = value.as_array().map_or(value, |list| &list[0]);
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("{}={}", encode(name), encode(&text(value)))
}

/// The address of an operation with the examples of its path and of the parameters that it must have.
fn address(path: &str, operation: &'static Value) -> String {
    let mut address = path.to_owned();
    let mut required = Vec::new();
    for parameter in parameters(operation) {
        let name = parameter["name"].as_str().unwrap();
        if parameter["in"] == "path" {
            address = address.replace(&format!("{{{name}}}"), parameter["example"].as_str().unwrap());
        } else if parameter["required"] == true {
            required.push(pair(name, &parameter["example"]));
        }
    }
    format!("{address}?{}", required.join("&"))
}

#[test]
fn the_document_names_its_version_its_server_and_every_operation_apart() {
    assert_eq!(document()["openapi"], "3.1.0");
    assert_eq!(document()["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document()["servers"][0]["url"], crate::harness::PUBLIC_URL);
    let mut ids = BTreeSet::new();
    for (_, path, operation) in all_operations() {
        for key in ["operationId", "summary"] {
            assert!(!operation[key].as_str().unwrap().is_empty(), "{path}");
        }
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{path}");
        assert!(document()["tags"].as_array().unwrap().iter().any(|tag| tag["name"] == operation["tags"][0]), "{path}");
        for parameter in parameters(operation) {
            assert!(!parameter["description"].as_str().unwrap().is_empty(), "{path}: {parameter}");
        }
    }
    // The contract's own list.
    for path in ["/", "/articles/{id}", "/api/v1/search", "/api/v1/export", "/feed.atom", "/healthz", "/opensearch.xml"]
    {
        assert!(operations().any(|(known, _)| known == path), "{path}");
    }
}

#[test]
fn every_schema_that_is_referred_to_is_there_and_every_one_is_used() {
    let whole = document().to_string();
    let reference = regex::Regex::new("\"#(/components/[^\"]+)\"").unwrap();
    let used: BTreeSet<&str> = reference.captures_iter(&whole).map(|found| found.get(1).unwrap().as_str()).collect();
    for place in &used {
        assert!(document().pointer(place).is_some(), "{place}");
    }
    for name in document()["components"]["schemas"].as_object().unwrap().keys() {
        assert!(used.contains(format!("/components/schemas/{name}").as_str()), "{name}");
        assert!(!name.ends_with("Wire"), "{name}");
    }
}

#[test]
fn every_address_answers_its_examples_and_only_get_and_head() {
    for (path, operation) in operations() {
        let address = address(path, operation);
        // What the answer is like is held by the harness.
        let reply = desk().asked("GET", &address, &[]);
        assert_eq!(reply.status, 200, "{address}: {}", String::from_utf8_lossy(&reply.bytes));
        let answers = operation["responses"].as_object().unwrap();
        assert_eq!(reply.headers.contains_key("etag"), answers.contains_key("304"), "{address}");
        if let Some(tag) = reply.headers.get("etag") {
            let again = desk().asked("GET", &address, &[("if-none-match", tag.to_str().unwrap())]);
            assert_eq!((again.status, again.bytes.len()), (304, 0), "{address}");
        }
        let head = desk().asked("HEAD", &address, &[]);
        assert_eq!((head.status, &head.content_type), (200, &reply.content_type), "{address}");
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            let refused = desk().asked(method, &address, &[]);
            assert_eq!(
                (refused.status, &refused.headers["allow"]),
                (405, &"GET, HEAD".parse().unwrap()),
                "{method} {path}"
            );
        }
    }
}

#[test]
fn every_parameter_is_taken_where_it_is_described_and_refused_where_it_is_not() {
    let all: BTreeSet<(&str, String)> = operations()
        .flat_map(|(_, operation)| of_query(operation))
        .map(|parameter| (parameter["name"].as_str().unwrap(), parameter["example"].to_string()))
        .collect();
    for (path, operation) in operations() {
        let described: Vec<&str> = of_query(operation).iter().map(|it| it["name"].as_str().unwrap()).collect();
        let base = address(path, operation);
        for parameter in of_query(operation) {
            let name = parameter["name"].as_str().unwrap();
            let status = desk().asked("GET", &format!("{base}&{}", pair(name, &parameter["example"])), &[]).status;
            assert_eq!(status, 200, "{path} {name}");
            let status = desk().asked("GET", &format!("{base}&{name}="), &[]).status;
            assert_eq!(status, 200, "{path} {name}=");
        }
        for (name, example) in all.iter().filter(|(name, _)| !described.contains(name)) {
            let example: Value = serde_json::from_str(example).unwrap();
            let reply = desk().asked("GET", &format!("{base}&{}", pair(name, &example)), &[]);
            let expected = if path == "/articles/{id}" { 200 } else { 400 };
            assert_eq!(reply.status, expected, "{path} {name}");
        }
    }
}

#[test]
fn the_limits_of_a_parameter_are_those_that_are_described() {
    for (path, operation) in operations().filter(|(path, _)| *path != "/articles/{id}") {
        let base = address(path, operation);
        for parameter in of_query(operation) {
            let name = parameter["name"].as_str().unwrap();
            let schema = if parameter["schema"]["type"] == "array" {
                &parameter["schema"]["items"]
            } else {
                &parameter["schema"]
            };
            let (mut good, mut bad) = (Vec::new(), Vec::new());
            if let Some(choices) = schema["enum"].as_array() {
                good.extend(choices.iter().cloned());
                bad.extend([json!("perhaps"), json!("ALL")]);
            }
            if let (Some(least), Some(most)) = (schema["minimum"].as_u64(), schema["maximum"].as_u64()) {
                good.extend([json!(least), json!(most)]);
                bad.extend([
                    json!(least as i64 - 1),
                    json!(most + 1),
                    json!("1.0"),
                    json!("+1"),
                    json!("١"),
                    json!(""),
                ]);
                bad.retain(|value| value != "");
            }
            if let Some(pattern) = schema["pattern"].as_str() {
                let pattern = regex::Regex::new(pattern).unwrap();
                for value in ["2024", "2024-02", "2024-02-29", "24", "2024-2-9", "2024-13", "2024-01-32", "yesterday"] {
                    if pattern.is_match(value) { good.push(json!(value)) } else { bad.push(json!(value)) }
                }
            }
            // Deep pages are reached by small ones only; two axes of one table cannot be the same.
            let extra = if name == "page" { "&size=1" } else { "" };
            let clashes = matches!(name, "rows" | "columns");
            for (value, expected) in good.iter().map(|it| (it, 200)).chain(bad.iter().map(|it| (it, 400))) {
                let reply = desk().asked("GET", &format!("{base}{extra}&{}", pair(name, value)), &[]);
                let fits = reply.status == expected || clashes && expected == 200 && reply.status == 400;
                assert!(fits, "{path} {name}={value}: {}", reply.status);
            }
        }
    }
}

#[test]
fn a_misspelt_name_is_answered_with_the_nearest_on_every_kind_of_address() {
    for (address, near) in [
        ("/api/v1/search?regoin=x", "did you mean `region`?"),
        ("/api/v1/search?not.regoin=x", "did you mean `not.region`?"),
        ("/?sizee=2", "did you mean `size`?"),
        ("/api/v1/search?curser=*", "did you mean `cursor`?"),
        ("/api/v1/articles/quay-bombing?qq=x", "did you mean `q`?"),
        ("/api/v1/articles/quay-bombing/similar?form=2024", "did you mean `from`?"),
        ("/api/v1/status?verbose=1", "this address takes no parameters"),
        ("/help?x=1", "this address takes no parameters"),
        ("/api/v1/articles/quay-bombing/citation?formt=ris", "format"),
        ("/api/v1/crosstab?row=year", "did you mean `rows`?"),
    ] {
        let reply = desk().get(address);
        assert_eq!(reply.status, 400, "{address}");
        let words = reply.body.replace("&#39;", "'");
        assert!(words.contains(near), "{address}: {words}");
    }
}

#[test]
fn hostile_addresses_are_answered() {
    let long = "x".repeat(8000);
    for (path, operation) in operations() {
        let base = address(path, operation);
        for query in ["%00=%00", "q=%00", "%FF=%FE", "q=%ff%fe&region=%00", "=", "&&&", "%", "q=%zz", "region=%", &long]
        {
            let reply = desk().asked("GET", &format!("{base}&{query}"), &[]);
            assert!(matches!(reply.status, 200 | 400), "{path} {query}: {}", reply.status);
        }
    }
    for path in [
        "/api/v1/articles/%00",
        "/api/v1/articles/%FF",
        "/articles/%2e%2e",
        "/api/v1/facets/%00",
        "/%00",
        "//",
        "/api/v1/search%00",
    ] {
        assert_eq!(desk().asked("GET", path, &[]).status, 404, "{path}");
    }
}
