//! YAML to entries, with limits on what a block may grow to.
//!
//! The parser's own types would lose how a number was written (`1.10`), so each scalar keeps its place in the text.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_saphyr::{Error, NonFiniteFloatPolicy, Options, Spanned};

use super::as_written;
use crate::ingest::formats::blocks::on_one_line;
use crate::ingest::formats::keys::{self, Entry};
use crate::ingest::formats::{Refusal, line_number};
use crate::model::{FRONT_MATTER_DEPTH_MAX, FRONT_MATTER_NODES_MAX};

/// The entries of a YAML mapping, with lines of the block. An empty block has none.
pub(super) fn entries(block: &str) -> Result<Vec<Entry>, Refusal> {
    let root: Spanned<Node> = serde_saphyr::from_str_with_options(block, options()).map_err(|error| refusal(&error))?;
    let line = line_number_of(&root);
    match root.value {
        Node::Null => Ok(Vec::new()),
        Node::Mapping(pairs) => Ok(pairs
            .into_iter()
            .map(|(key, value)| Entry {
                line: Some(line_number_of(&key)),
                key: key.value.0,
                value: to_json(value, block),
            })
            .collect()),
        Node::List(_) | Node::Text(_) | Node::Plain(_) => {
            let kind = keys::kind(&to_json(root, block));
            Err(Refusal::new(
                line,
                format!("the front matter is {kind}, not a mapping of keys; write `key: value` lines"),
            ))
        }
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
        budget: serde_saphyr::budget! {
            max_nodes: FRONT_MATTER_NODES_MAX,
            max_events: FRONT_MATTER_NODES_MAX * 3,
            max_depth: FRONT_MATTER_DEPTH_MAX,
            max_aliases: 1000,
            max_documents: 1,
        },
    }
}

fn refusal(error: &Error) -> Refusal {
    let error = error.without_snippet();
    let line = error.location().map_or(1, |location| line_number(usize::try_from(location.line()).unwrap_or(1)));
    if let Error::DuplicateMappingKey { key, .. } = error {
        let key = key.as_deref().unwrap_or("a key");
        return Refusal::new(line, format!("`{key}` stands twice in the front matter; keep one of them"));
    }
    let words = on_one_line(&error.to_string());
    let hint = match words.contains("mapping values are not allowed") {
        true => "; put a text that holds a colon in quotation marks",
        false => "; correct this line",
    };
    Refusal::new(line, format!("the front matter is no valid YAML: {words}{hint}"))
}

fn line_number_of<T>(spanned: &Spanned<T>) -> u32 {
    line_number(usize::try_from(spanned.referenced.line()).unwrap_or(usize::MAX))
}

/// A value of YAML. `Plain` is a number or truth value, whose text is looked up in the block.
enum Node {
    Null,
    Text(String),
    Plain(Value),
    List(Vec<Spanned<Node>>),
    Mapping(Vec<(Spanned<Key>, Spanned<Node>)>),
}

/// A key as it is written, also when it looks like a number.
struct Key(String);

fn to_json(node: Spanned<Node>, block: &str) -> Value {
    match node.value {
        Node::Null => Value::Null,
        Node::Text(text) => Value::String(text),
        Node::Plain(value) => {
            let span = node.defined.span();
            let written = span.byte_offset().zip(span.byte_len()).and_then(|(offset, length)| {
                let start = usize::try_from(offset).ok()?;
                block.get(start..start.checked_add(usize::try_from(length).ok()?)?)
            });
            match written {
                Some(written) => as_written(value, written.trim()),
                None => value,
            }
        }
        Node::List(nodes) => nodes.into_iter().map(|node| to_json(node, block)).collect(),
        Node::Mapping(pairs) => pairs
            .into_iter()
            .map(|(key, node)| (key.value.0, to_json(node, block)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Key)
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a list or a mapping")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Node, E> {
        Ok(Node::Plain(truth.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Plain(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Plain(number.into()))
    }

    fn visit_i128<E>(self, number: i128) -> Result<Node, E> {
        Ok(Node::Plain(Value::String(number.to_string())))
    }

    fn visit_u128<E>(self, number: u128) -> Result<Node, E> {
        Ok(Node::Plain(Value::String(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Plain(number.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut mapping: A) -> Result<Node, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = mapping.next_entry()? {
            pairs.push(pair);
        }
        Ok(Node::Mapping(pairs))
    }
}
