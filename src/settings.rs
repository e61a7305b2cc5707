//! What a run is about, once typed: the folders and the taxonomy. Knows no flag and no environment.

use std::path::{Path, PathBuf};

use crate::model::TAXONOMY_BYTES_MAX;

/// The taxonomy that the binary carries, for a corpus that brings none.
const BUILT_IN: &str = include_str!("../corpus/taxonomy.toml");

/// The folders of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The corpus.
    pub corpus: PathBuf,
    /// The index.
    pub index: PathBuf,
    /// The taxonomy as asked for; `None` is the corpus' own, or the built-in one.
    pub taxonomy: Option<PathBuf>,
}

/// A taxonomy's text and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxonomyText {
    /// TOML; empty for no labels at all.
    pub text: String,
    /// Its place, for messages.
    pub name: String,
    /// Whether it is the built-in one, taken because the corpus has none.
    pub built_in: bool,
}

/// Why the taxonomy could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("cannot read the taxonomy {path}: {source}; name another with --taxonomy, or `none` for no labels")]
    Taxonomy {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is too large to be a taxonomy.
    #[error("{path} has more than {TAXONOMY_BYTES_MAX} bytes: that is no taxonomy")]
    TooLarge {
        /// Its path.
        path: PathBuf,
    },
}

impl Settings {
    /// The taxonomy's text: the one asked for (`none` for none), else `taxonomy.toml` of the corpus, else the
    /// built-in one.
    pub fn taxonomy_text(&self) -> Result<TaxonomyText, SettingsError> {
        match &self.taxonomy {
            Some(path) if path.as_os_str() == "none" => {
                Ok(TaxonomyText { text: String::new(), name: "none".into(), built_in: false })
            }
            Some(path) => read(path),
            None => {
                let own = self.corpus.join("taxonomy.toml");
                if own.exists() {
                    return read(&own);
                }
                Ok(TaxonomyText { text: BUILT_IN.to_owned(), name: "built-in taxonomy".into(), built_in: true })
            }
        }
    }
}

fn read(path: &Path) -> Result<TaxonomyText, SettingsError> {
    let failed = |source| SettingsError::Taxonomy { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(failed)?.len() > TAXONOMY_BYTES_MAX as u64 {
        return Err(SettingsError::TooLarge { path: path.to_owned() });
    }
    let text = std::fs::read_to_string(path).map_err(failed)?;
    Ok(TaxonomyText { text, name: path.display().to_string(), built_in: false })
}
