//! The description of the API for programs (OpenAPI 3.1), made from what answers: the table of routes, the catalogue of
//! parameters, and the types that go over the wire.
//!
//! Dimensions, their values and the ids in its examples are those of the live index. May not describe what is not in the
//! tables.

mod parameters;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::model::ID_BYTES_MAX;
use crate::render::html;
use crate::render::public_url::PublicUrl;
use crate::server::openapi::parameters::{component, reference};
use crate::server::operation::{Gives, TAGS};
use crate::server::problem::Problem;
use crate::server::routes::{Audience, Cost, Lasting, ROUTES, Right, Route, Verb};

/// What the examples are taken from.
#[derive(Debug, Clone, Default)]
pub(super) struct Live {
    /// All dimensions that a facet may be asked of.
    pub(super) dimensions: Vec<LiveDimension>,
    /// The id of an article; an empty index has none.
    pub(super) id: Option<String>,
    /// The name of the generation.
    pub(super) generation: String,
}

/// A dimension as it is described.
#[derive(Debug, Clone)]
pub(super) struct LiveDimension {
    /// Its name.
    pub(super) name: String,
    /// What people read for it.
    pub(super) label: String,
    /// A value that articles have.
    pub(super) example: Option<String>,
}

/// The name under which the token is described.
const TOKEN: &str = "token";

/// What is said of the whole.
const DESCRIPTION: &str = "Every search has one address; the pages take the same parameters. A parameter that an address does \
    not take is refused, and the answer names the nearest one that it does. An empty value is as if the parameter were not \
    there. A dimension's parameter may stand several times, which means or; different parameters mean and.\n\n\
    All addresses answer GET, and HEAD alike without a body, but those that start or stop a reindex; every other method is \
    405 with `Allow`. Errors are \
    `application/problem+json` (RFC 9457) with a stable `type`; pages tell them as pages.\n\n\
    Answers carry a weak `ETag` of the generation of the index and the address: sent back in `If-None-Match` it gives 304 \
    until the index changes. Answers are packed with gzip for clients that take it.\n\n\
    Names are changed by adding only: programs should pass over what they do not know.";

/// The description of the server that readers reach at `public`.
pub(super) fn document(public: &PublicUrl, live: &Live) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut generator = settings.with(|it| it.definitions_path = "/components/schemas".into()).into_generator();
    let problem = generator.subschema_for::<Problem>();
    let mut paths = Map::new();
    for route in ROUTES {
        let operation = operation(route, live, &mut generator);
        let here = paths.entry(route.path).or_insert_with(|| json!({}));
        here[route.verb.described()] = operation;
    }
    let mut schemas = generator.take_definitions(true);
    schemas.sort_keys();
    let tags: Vec<Value> =
        TAGS.iter().map(|(name, description)| json!({ "name": name, "description": description })).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Dossier",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Full-text search in a curated corpus of articles",
            "description": DESCRIPTION,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{ "url": public.to_string() }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": parameters::components(live),
            "headers": headers(),
            "responses": responses(&json!(problem)),
            "securitySchemes": {
                TOKEN: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The operator's token, which the server reads from the file that `--token-file` names.",
                },
            },
        },
    })
}

fn operation(route: &Route, live: &Live, generator: &mut SchemaGenerator) -> Value {
    let about = route.operation;
    let mut parameters: Vec<Value> = braces(route.path).map(|name| path_parameter(name, live)).collect();
    parameters.extend(about.takes.own.iter().map(|definition| component(definition, live)));
    parameters.extend(about.takes.names.iter().map(|name| reference(name)));
    if about.takes.filters {
        for dimension in &live.dimensions {
            parameters.extend([reference(&dimension.name), reference(&format!("not.{}", dimension.name))]);
        }
    }
    if route.lasting != Lasting::Unsaid {
        parameters.push(reference("If-None-Match"));
    }
    let mut described = json!({
        "operationId": about.id,
        "tags": [about.tag],
        "summary": about.summary,
        "parameters": parameters,
        "responses": answers(route, generator),
    });
    if route.right == Right::Operator {
        described["security"] = json!([{ TOKEN: [] }]);
    }
    if !about.description.is_empty() {
        described["description"] = json!(about.description);
    }
    described
}

/// The answers of a route, by status.
fn answers(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let about = route.operation;
    let mut answers = Map::new();
    let mut found = json!({ "description": about.summary, "content": content(about.gives, generator) });
    if route.lasting != Lasting::Unsaid {
        found["headers"] = json!({ "ETag": { "$ref": "#/components/headers/ETag" } });
        answers.insert("304".into(), json!({ "$ref": "#/components/responses/NotModified" }));
    }
    for status in about.answers {
        let mut found = found.clone();
        if *status == 202 && route.verb == Verb::Begin {
            found["headers"] = json!({ "Location": { "$ref": "#/components/headers/Location" } });
        }
        answers.insert(status.to_string(), found);
    }
    for status in errors(route) {
        answers.insert(status.to_string(), error(status, route.audience));
    }
    answers.sort_keys();
    Value::Object(answers)
}

fn content(gives: &[Gives], generator: &mut SchemaGenerator) -> Value {
    let form = |gives: &Gives| {
        let schema = match gives.schema {
            Some(schema) => json!(schema(generator)),
            None => json!({ "type": "string" }),
        };
        let name = gives.media_type.split(';').next().unwrap_or_default();
        (name.to_owned(), json!({ "schema": schema }))
    };
    Value::Object(gives.iter().map(form).collect())
}

/// The statuses of errors that a route knows.
fn errors(route: &Route) -> Vec<u16> {
    let about = route.operation;
    let mut statuses = about.errors.to_vec();
    if !about.takes.others {
        statuses.push(400);
    }
    if route.right == Right::Operator {
        statuses.extend([401, 403, 429]);
    }
    if route.path.contains('{') {
        statuses.push(404);
    }
    if route.path != "/healthz" {
        statuses.extend([500, 502, 503]);
    }
    // What any request may meet before its address is looked at.
    statuses.extend([408, 413, 414, 421, 431]);
    if route.cost != Cost::Nothing {
        statuses.push(429);
    }
    statuses
}

/// What each status means, with the name of its component.
const ERRORS: [(u16, &str, &str); 16] = [
    (400, "BadRequest", "A parameter cannot be used. `errors` says which, why, and what to write instead."),
    (401, "Unauthorized", "The operator's token is missing, or it is another one."),
    (
        403,
        "Forbidden",
        "The server was started without a token, so nobody is let in here; or a page of another site asks.",
    ),
    (404, "NotFound", "There is no such article, dimension, file or task."),
    (405, "MethodNotAllowed", "The address does not answer this method. `Allow` names those that it does."),
    (408, "Slow", "The body of the request did not come in time."),
    (
        409,
        "Conflict",
        "Another generation is live than an export asked for; or a reindex runs already, and `Location` says where to follow it; \
         or another process writes to the index.",
    ),
    (410, "Gone", "The index was brought up to date since the cursor was made. Begin anew with `cursor=*`."),
    (413, "BodyTooLong", "The body of the request is too long. Parameters belong into the address."),
    (414, "AddressTooLong", "The address with its parameters is too long."),
    (421, "Misdirected", "The server listens on its own machine alone, and does not answer to the name in `Host`."),
    (429, "TooOften", "Too many requests, or wrong tokens, come from this address. Try again after `Retry-After`."),
    (431, "HeadersTooLong", "The headers are too long."),
    (500, "Failed", "The search failed. The reason is in the server's log."),
    (502, "ClusterFailed", "The cluster that keeps the index failed. The reason is in the server's log."),
    (
        503,
        "Unavailable",
        "There is no index yet, it cannot be reached, or too many requests wait. Try again after `Retry-After`.",
    ),
];

fn error(status: u16, audience: Audience) -> Value {
    let (name, description) =
        ERRORS.iter().find(|(known, ..)| *known == status).map_or(("", ""), |(_, name, words)| (name, words));
    match audience {
        Audience::Programs => json!({ "$ref": format!("#/components/responses/{name}") }),
        Audience::People => {
            json!({ "description": description, "content": { "text/html": { "schema": { "type": "string" } } } })
        }
    }
}

fn responses(problem: &Value) -> Value {
    let mut responses = Map::new();
    for (status, name, description) in ERRORS {
        let mut response = json!({
            "description": description,
            "content": { "application/problem+json": { "schema": problem } },
        });
        match status {
            405 => response["headers"] = json!({ "Allow": { "$ref": "#/components/headers/Allow" } }),
            401 => {
                response["headers"] =
                    json!({ "WWW-Authenticate": { "$ref": "#/components/headers/WWW-Authenticate" } });
            }
            429 | 503 => response["headers"] = json!({ "Retry-After": { "$ref": "#/components/headers/Retry-After" } }),
            _ => {}
        }
        responses.insert(name.into(), response);
    }
    responses.insert(
        "NotModified".into(),
        json!({
            "description": "The client has the answer already.",
            "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
        }),
    );
    Value::Object(responses)
}

fn headers() -> Value {
    let header = |description: &str, schema: Value| json!({ "description": description, "schema": schema });
    json!({
        "ETag": header("Weak, of the generation and the address.", json!({ "type": "string", "pattern": "^W/\"" })),
        "Allow": header("The methods that are allowed.", json!({ "type": "string" })),
        "Location": header("Where it can be followed.", json!({ "type": "string", "pattern": "^/api/v1/tasks/" })),
        "WWW-Authenticate": header("The scheme that lets in.", json!({ "type": "string", "pattern": "^Bearer " })),
        "Retry-After": header("Seconds to wait.", json!({ "type": "integer", "minimum": 1 })),
    })
}

/// The names in the braces of a path.
fn braces(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

fn path_parameter(name: &str, live: &Live) -> Value {
    let names: Vec<&str> = live.dimensions.iter().map(|dimension| dimension.name.as_str()).collect();
    let assets: Vec<&str> = html::ASSETS.iter().map(|asset| asset.name).collect();
    let (description, schema, example) = match name {
        "id" => {
            let schema = json!({ "type": "string", "minLength": 1, "maxLength": ID_BYTES_MAX });
            ("The id of an article.", schema, live.id.clone())
        }
        "dimension" => {
            let schema = json!({ "type": "string", "enum": names });
            ("A dimension of the taxonomy, `lang` or `source`.", schema, names.first().map(|name| (*name).to_owned()))
        }
        "name" => {
            let schema = json!({ "type": "string", "enum": assets });
            ("The name of the file.", schema, assets.first().map(|name| (*name).to_owned()))
        }
        "task" => ("The id of a task.", json!({ "type": "string", "minLength": 1 }), None),
        _ => {
            let schema = json!({ "type": "string", "minLength": 1 });
            ("The version of the files, as the pages name it.", schema, Some(html::look_version().to_owned()))
        }
    };
    let mut parameter =
        json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema });
    if let Some(example) = example {
        parameter["example"] = json!(example);
    }
    parameter
}
