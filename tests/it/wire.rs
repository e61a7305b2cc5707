//! Whatever a route answers in any test is held against the description of the API: its status and type are described, and its
//! JSON fits the schema and has no key that the schema lacks.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jsonschema::Validator;
use regex::Regex;
use serde_json::{Value, json};

use crate::harness::{Desk, Reply};

/// The description that the routes over a desk give.
pub(crate) fn description(desk: &Desk) -> Value {
    let reply = desk.get("/api/v1/openapi.json");
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

/// An operation of the description.
struct Described {
    method: String,
    path: Regex,
    /// Validators by status, then media type; `None` for what is no JSON.
    answers: BTreeMap<String, BTreeMap<String, Option<Validator>>>,
}

/// Fails the test if the answer is not as described. The description is taken from the first desk that has one: the
/// schemas of all are the same.
pub(crate) fn hold(desk: &Desk, method: &str, path: &str, reply: &Reply) {
    static DESCRIBED: OnceLock<Vec<Described>> = OnceLock::new();
    let path = path.split(['?', '#']).next().unwrap();
    if path == "/api/v1/openapi.json" || reply.status == 304 {
        return;
    }
    if DESCRIBED.get().is_none() && desk.get("/api/v1/openapi.json").status != 200 {
        return;
    }
    let described = DESCRIBED.get_or_init(|| operations(&description(desk)));
    let method = method.to_lowercase();
    let Some(operation) = described.iter().find(|known| known.method == method && known.path.is_match(path)) else {
        assert!(matches!(reply.status, 404 | 405), "{method} {path} answers and is not described");
        return;
    };
    let status = reply.status.to_string();
    let forms = operation.answers.get(&status).unwrap_or_else(|| panic!("{path}: {status} is not described"));
    let media_type = reply.content_type.split(';').next().unwrap();
    let form = forms.get(media_type).unwrap_or_else(|| panic!("{path}: {status} {media_type} is not described"));
    let Some(validator) = form.as_ref().filter(|_| !reply.headers.contains_key("content-encoding")) else { return };
    let body: Value = serde_json::from_slice(&reply.bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
    let errors: Vec<String> =
        validator.iter_errors(&body).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(errors.is_empty(), "{path}: {errors:#?}");
}

fn operations(description: &Value) -> Vec<Described> {
    let mut closed = description["components"].clone();
    close(&mut closed);
    let paths = description["paths"].as_object().unwrap().iter();
    let all = paths.flat_map(|(path, operations)| {
        operations.as_object().unwrap().iter().map(move |(method, operation)| (method, path, operation))
    });
    all.map(|(method, path, operation)| described(method, path, operation, &closed)).collect()
}

fn described(method: &str, path: &str, operation: &Value, components: &Value) -> Described {
    let pattern = Regex::new(r"\\\{[a-z]+\\\}").unwrap().replace_all(&regex::escape(path), "[^/]+").into_owned();
    let answers = operation["responses"].as_object().unwrap().iter().map(|(status, answer)| {
        let answer = match answer["$ref"].as_str() {
            Some(place) => &components["responses"][place.rsplit('/').next().unwrap()],
            None => answer,
        };
        let forms = answer["content"].as_object().into_iter().flatten().map(|(media_type, content)| {
            let is_json = content["schema"] != json!({ "type": "string" });
            let validator = is_json.then(|| validator(&content["schema"], components));
            (media_type.clone(), validator)
        });
        (status.clone(), forms.collect())
    });
    let path = Regex::new(&format!("^{pattern}$")).unwrap();
    Described { method: method.to_owned(), path, answers: answers.collect() }
}

/// A validator of a schema; what it refers to lies in `components`.
fn validator(schema: &Value, components: &Value) -> Validator {
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [schema],
        "components": components,
    });
    jsonschema::validator_for(&whole).unwrap()
}

/// Lets objects have no key but those that are described.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(keys) => {
            keys.values_mut().for_each(close);
            if keys.get("type") == Some(&json!("object")) && keys.contains_key("properties") {
                keys.entry("unevaluatedProperties").or_insert(json!(false));
            }
        }
        Value::Array(list) => list.iter_mut().for_each(close),
        _ => {}
    }
}
