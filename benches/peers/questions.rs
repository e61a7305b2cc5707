//! The 500 queries on Reuters-21578, as each side is asked them.

use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow};
use serde_json::Value;

use dossier::engine::Searcher;
use dossier::search::parameters::Parameters;

/// The kinds of queries, in the order of the tables.
pub(crate) const KINDS: [&str; 5] = ["term", "multi", "phrase", "filter", "typo"];

/// A query of the list.
pub(crate) struct Question {
    /// One of `KINDS`.
    pub(crate) kind: String,
    /// Its words.
    pub(crate) text: String,
    /// A place that every hit has.
    pub(crate) place: Option<String>,
    /// First and last day of the hits.
    pub(crate) dates: Option<(String, String)>,
}

impl Question {
    /// Reads the list.
    pub(crate) fn list(file: &Path) -> anyhow::Result<Vec<Self>> {
        let list: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
        let text = |entry: &Value, key: &str| entry[key].as_str().map(str::to_owned);
        let question = |entry: &Value| {
            Some(Self {
                kind: text(entry, "kind")?,
                text: text(entry, "q")?,
                place: text(entry, "place"),
                dates: text(entry, "lo").zip(text(entry, "hi")),
            })
        };
        let list = list.as_array().and_then(|list| list.iter().map(question).collect::<Option<Vec<_>>>());
        list.with_context(|| format!("{} is no list of queries", file.display()))
    }

    /// The parameters of the search as it is asked of us.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let text = match self.kind.as_str() {
            "phrase" => format!("\"{}\"", self.text),
            "typo" => format!("{}~1", self.text),
            _ => self.text.clone(),
        };
        let mut pairs = vec![("q", text), ("match", "any".into()), ("interval", "month".into())];
        pairs.extend(self.place.clone().map(|place| ("places", place)));
        if let Some((from, to)) = self.dates.clone() {
            pairs.extend([("from", from), ("to", to)]);
        }
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The same, read.
    pub(crate) fn parameters(&self, searcher: &dyn Searcher) -> anyhow::Result<Parameters> {
        Parameters::read(searcher, &self.pairs()).map_err(|problems| anyhow!("{:?}: {}", self.text, problems[0]))
    }

    /// The same as an address of the API.
    pub(crate) fn address(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(self.pairs()).finish();
        format!("/api/v1/search?{query}")
    }
}
