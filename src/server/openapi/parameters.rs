//! The parameters of the API as OpenAPI describes them: those of the catalogue, and those that the dimensions make.
//!
//! May not say more or less of a value than the reader of parameters takes.

use serde_json::{Map, Value, json};

use crate::model::date::PartialDate;
use crate::model::facet::NONE;
use crate::search::parameters::catalogue::{DEFINITIONS, Definition, Kind, YES_NO_NAMES};
use crate::server::openapi::Live;

/// A reference to a parameter of `components`.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

/// All parameters that several addresses share, by name.
pub(super) fn components(live: &Live) -> Value {
    let shared = DEFINITIONS.iter().map(|definition| (definition.name.to_owned(), component(definition, live)));
    let mut components: Map<String, Value> = shared.collect();
    for dimension in &live.dimensions {
        let (name, label) = (&dimension.name, &dimension.label);
        for (name, what) in [(name.clone(), "Articles with"), (format!("not.{name}"), "Articles without")] {
            let description = format!(
                "{what} a value of the dimension “{label}”: a full path, its last part, another name or a code, in any case; \
                 `{NONE}` is the articles with no value. Several are alternatives. \
                 `/api/v1/facets/{}` lists the values.",
                dimension.name
            );
            let mut parameter = json!({
                "name": name,
                "in": "query",
                "description": description,
                "schema": { "type": "array", "items": { "type": "string" } },
            });
            if let Some(example) = &dimension.example {
                parameter["example"] = json!([example]);
            }
            components.insert(name, parameter);
        }
    }
    components.insert(
        "If-None-Match".into(),
        json!({
            "name": "If-None-Match",
            "in": "header",
            "description": "The `ETag` of the answer that the client has.",
            "schema": { "type": "string" },
        }),
    );
    Value::Object(components)
}

/// A parameter of the catalogue.
pub(super) fn component(definition: &Definition, live: &Live) -> Value {
    let mut schema = schema(definition.kind, live);
    let value = |text: &str| match definition.kind {
        Kind::Number(..) => text.parse::<u64>().map_or_else(|_| json!(text), |number| json!(number)),
        _ => json!(text),
    };
    if let Some(default) = definition.default {
        schema["default"] = value(default);
    }
    let example = if definition.name == "generation" { live.generation.as_str() } else { definition.example };
    let mut example = value(example);
    if definition.repeats {
        schema = json!({ "type": "array", "items": schema });
        example = json!([example]);
    }
    let mut parameter = json!({
        "name": definition.name,
        "in": "query",
        "description": definition.description,
        "schema": schema,
        "example": example,
    });
    if definition.required {
        parameter["required"] = json!(true);
    } else {
        parameter["allowEmptyValue"] = json!(true);
    }
    parameter
}

fn schema(kind: Kind, live: &Live) -> Value {
    let names = live.dimensions.iter().map(|dimension| dimension.name.as_str());
    match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Choice(choices) => json!({ "type": "string", "enum": choices }),
        Kind::Number(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::Date => json!({ "type": "string", "pattern": PartialDate::PATTERN }),
        Kind::Switch => json!({ "type": "string", "enum": YES_NO_NAMES }),
        Kind::Dimensions => json!({ "type": "string", "enum": names.chain(["none"]).collect::<Vec<_>>() }),
        Kind::Dimension(others) => {
            json!({ "type": "string", "enum": names.chain(others.iter().copied()).collect::<Vec<_>>() })
        }
    }
}
