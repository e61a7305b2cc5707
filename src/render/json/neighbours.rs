//! Similar articles as JSON: hits as a search has them, each with what it shares.

use crate::model::results::{Neighbour, SimilarAnswer};
use crate::render::Dimension;
use crate::render::address::Address;
use crate::render::json::{HitWire, Ordered, TotalWire, hit_wire};

/// The articles that are like one.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Similar")]
pub struct SimilarWire<'a> {
    /// Id of the article.
    pub id: &'a str,
    /// How many are like it.
    pub total: TotalWire,
    /// The first of them, best first.
    pub hits: Vec<NeighbourWire<'a>>,
    /// Time that the engine took, in milliseconds, to a hundredth.
    pub took_ms: f64,
    /// The generation that answered.
    pub generation: &'a str,
}

/// An article that is like another.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Neighbour")]
pub struct NeighbourWire<'a> {
    /// The article as a hit.
    #[serde(flatten)]
    pub hit: HitWire<'a>,
    /// Why it is one.
    pub shared: SharedWire<'a>,
}

/// What two articles have in common.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Shared")]
pub struct SharedWire<'a> {
    /// Words, weightiest first.
    pub words: &'a [String],
    /// Paths by dimension; every dimension is there.
    pub labels: Ordered<'a, &'a [String]>,
}

/// Similar articles on the wire. `dimensions` are those of the taxonomy, in its order.
pub fn similar<'a>(answer: &'a SimilarAnswer, dimensions: &'a [Dimension]) -> SimilarWire<'a> {
    let found = &answer.neighbours;
    SimilarWire {
        id: &answer.id,
        total: TotalWire { value: found.total, relation: "eq", collapsed: found.collapsed },
        hits: found.list.iter().map(|neighbour| wire(neighbour, dimensions)).collect(),
        took_ms: (answer.took_ms * 100.0).round() / 100.0,
        generation: &answer.generation,
    }
}

/// Similar articles, one JSON object a line. Fails only where a number or key has no JSON, which ours all have.
pub fn similar_lines(answer: &SimilarAnswer, dimensions: &[Dimension]) -> Result<String, serde_json::Error> {
    let mut lines = String::new();
    for neighbour in &answer.neighbours.list {
        lines.push_str(&serde_json::to_string(&wire(neighbour, dimensions))?);
        lines.push('\n');
    }
    Ok(lines)
}

/// The ids of similar articles, one a line.
pub fn similar_ids(answer: &SimilarAnswer) -> String {
    answer.neighbours.list.iter().map(|neighbour| format!("{}\n", neighbour.hit.document.id)).collect()
}

fn wire<'a>(neighbour: &'a Neighbour, dimensions: &'a [Dimension]) -> NeighbourWire<'a> {
    let labels = |dimension: &'a Dimension| {
        let shared = neighbour.labels.get(&dimension.name).map(Vec::as_slice).unwrap_or_default();
        (dimension.name.as_str(), shared)
    };
    NeighbourWire {
        hit: hit_wire(&neighbour.hit, &Address::default(), dimensions),
        shared: SharedWire { words: &neighbour.words, labels: Ordered(dimensions.iter().map(labels).collect()) },
    }
}
