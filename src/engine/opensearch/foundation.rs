//! What stands beside the articles of a generation, read when it is asked for: what a searcher and the next run begin with.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::engine::EngineError;
use crate::engine::facets::FacetDictionary;
use crate::engine::manifest::{Manifest, Versions};
use crate::engine::opensearch::companions::{Companions, companions_of, json_part, write_companions};
use crate::engine::opensearch::generations::GroupedArticle;
use crate::engine::opensearch::lexicon::Lexicon;
use crate::engine::opensearch::mapping::MAPPING_VERSION;
use crate::engine::opensearch::succession::place;
use crate::engine::opensearch::suggester::gathering::Kept;
use crate::engine::opensearch::transport::{Cluster, Patience, Request, Verb};
use crate::model::report::Ledger;
use crate::taxonomy::Taxonomy;

/// What a generation was made from and with.
const MANIFEST: &str = "manifest";
/// The taxonomy.
const TAXONOMY: &str = "taxonomy";
/// The files and records, for the next run.
const LEDGER: &str = "ledger";
/// The facet values.
const FACETS: &str = "facets";
/// The groups of copies.
const COPIES: &str = "copies";
/// What is kept for suggestions.
const SUGGESTIONS: &str = "suggestions";
/// Every term with the number of its articles.
const LEXICON: &str = "lexicon";

/// A generation whose versions are ours, and what is at hand of it at once.
#[derive(Clone)]
pub struct Foundation {
    /// Its index of articles.
    pub index: String,
    /// Its manifest.
    pub manifest: Manifest,
    /// Its facet values.
    pub facets: FacetDictionary,
    /// Its groups of copies: articles by date, then id.
    pub copies: Vec<Vec<GroupedArticle>>,
    /// Its taxonomy.
    pub taxonomy: Taxonomy,
    cluster: Cluster,
    companions: Companions,
}

/// What is kept beside the articles of a generation.
pub struct Beside<'a> {
    /// The manifest.
    pub manifest: &'a Manifest,
    /// The files and records.
    pub ledger: &'a Ledger,
    /// The facet values.
    pub facets: &'a FacetDictionary,
    /// The groups of copies.
    pub copies: &'a [Vec<GroupedArticle>],
    /// The taxonomy.
    pub taxonomy: &'a Taxonomy,
    /// The bytes of the lexicon.
    pub lexicon: Vec<u8>,
    /// What suggestions need.
    pub suggestions: &'a Kept,
}

impl Beside<'_> {
    /// Writes it beside the articles of `index`, `replicas` times besides the first.
    pub fn write(self, cluster: &Cluster, index: &str, replicas: u32) -> Result<(), EngineError> {
        let parts = vec![
            (TAXONOMY, self.taxonomy.source_text().as_bytes().to_vec()),
            (FACETS, json_part(self.facets)),
            (COPIES, json_part(&self.copies)),
            (LEDGER, json_part(self.ledger)),
            (LEXICON, self.lexicon),
            (SUGGESTIONS, json_part(self.suggestions)),
            (MANIFEST, json_part(self.manifest)),
        ];
        write_companions(cluster, index, replicas, parts)
    }
}

impl Foundation {
    /// Opens the generation whose articles are in `index`, once its versions are known to be ours.
    pub fn open(cluster: &Cluster, index: &str) -> Result<Self, EngineError> {
        let whole = place(cluster, index);
        let damaged = |what: String| EngineError::damaged(&whole, what);
        let companions = Companions::open(cluster, index)?;
        let companions = companions.ok_or_else(|| damaged("what is kept beside it is missing".into()))?;
        let manifest: Value = companions.json(MANIFEST)?;
        if let Some(error) = of_json::<Versions>(&manifest, &damaged)?.refusal(&whole, MAPPING_VERSION) {
            return Err(error);
        }
        let manifest: Manifest = of_json(&manifest, damaged)?;
        let text = companions.text(TAXONOMY)?;
        let taxonomy = if text.is_empty() {
            Taxonomy::none()
        } else {
            Taxonomy::parse(&text, TAXONOMY).map_err(|error| damaged(format!("its taxonomy: {error}")))?
        };
        if taxonomy.fingerprint() != manifest.taxonomy {
            return Err(damaged("its taxonomy was changed".into()));
        }
        let (facets, copies) = (companions.json(FACETS)?, companions.json(COPIES)?);
        Ok(Self { index: index.to_owned(), manifest, facets, copies, taxonomy, cluster: cluster.clone(), companions })
    }

    /// The files and records it was made from.
    pub fn ledger(&self) -> Result<Ledger, EngineError> {
        self.companions.json(LEDGER)
    }

    /// What it keeps for suggestions.
    pub fn suggestions(&self) -> Result<Kept, EngineError> {
        self.companions.json(SUGGESTIONS)
    }

    /// Every term that its articles hold.
    pub fn lexicon(&self) -> Result<Lexicon, EngineError> {
        let damaged = |error: &dyn std::fmt::Display| {
            EngineError::damaged(&place(&self.cluster, &companions_of(&self.index)), format!("{LEXICON}: {error}"))
        };
        Lexicon::read(&self.companions.read(LEXICON)?).map_err(|error| damaged(&error))
    }

    /// Refuses a generation that is not what was written: a part beside it, or the number of its articles.
    pub fn refuse_damage(&self) -> Result<(), EngineError> {
        for name in self.companions.names() {
            self.companions.read(name)?;
        }
        self.refuse_loss()
    }

    /// Refuses a generation that does not hold as many articles as were written.
    pub fn refuse_loss(&self) -> Result<(), EngineError> {
        let (found, written) = (count(&self.cluster, &self.index)?, self.manifest.report.documents as u64);
        if found != Some(written) {
            let found = found.map_or_else(|| "no index".to_owned(), |found| format!("{found} articles"));
            let what = format!("there is {found} where {written} articles were written");
            return Err(EngineError::damaged(&place(&self.cluster, &self.index), what));
        }
        Ok(())
    }
}

fn of_json<T: DeserializeOwned>(value: &Value, damaged: impl Fn(String) -> EngineError) -> Result<T, EngineError> {
    T::deserialize(value).map_err(|error| damaged(format!("{MANIFEST}: {error}")))
}

/// The number of articles in an index, counted in all its shards; `None` where there is no such index.
pub fn count(cluster: &Cluster, index: &str) -> Result<Option<u64>, EngineError> {
    let action = "count the articles";
    let request = Request::new(Verb::Get, format!("{index}/_count"), action).accepting(&[404]);
    let counted: Value = cluster.read(&request.patient(Patience::WRITER))?;
    if counted["error"].is_object() {
        return Ok(None);
    }
    let shards = &counted["_shards"];
    let number = |value: &Value| value.as_u64();
    match (
        number(&counted["count"]),
        number(&shards["failed"]),
        number(&shards["total"]),
        number(&shards["successful"]),
    ) {
        (Some(count), Some(0), Some(total), Some(successful)) if total == successful => Ok(Some(count)),
        _ => Err(cluster.address().failed(action, format!("not all shards of {index} answered"))),
    }
}
