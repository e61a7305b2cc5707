//! All that a search finds, written out: in the order of the search, from one generation, article by article.
//!
//! May not leave anything out in silence: whatever hinders it is an error, and what was written until then is no export.
//! Memory holds the ids of all hits and a few articles, never their texts.

pub mod manifest;
pub mod parameters;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::engine::{EngineError, Searcher};
use crate::model::results::{Answer, Ranked};
use crate::render::export::{ExportError, ExportWriter};
use crate::render::public_url::PublicUrl;
use crate::search::export::manifest::Written;
use crate::search::export::parameters::ExportParameters;
use crate::search::parameters::Parameters;
use crate::search::{answer, dimensions, everything_found};

/// Articles that are fetched at a time.
const ARTICLES_AT_ONCE: usize = 32;
/// Bytes that are gathered before they are handed on.
const PIECE_BYTES_MIN: usize = 64 * 1024;

/// An export that is ready to be written: what is found is settled, nothing is read yet.
pub struct Export {
    searcher: Arc<dyn Searcher>,
    parameters: ExportParameters,
    writer: ExportWriter,
    answer: Answer,
    found: Vec<Ranked>,
}

impl Export {
    /// Searches. `public_url` is where readers reach the pages of articles, for citations.
    pub fn new(
        searcher: Arc<dyn Searcher>,
        parameters: ExportParameters,
        public_url: Option<PublicUrl>,
    ) -> Result<Self, EngineError> {
        let counted = Parameters { page: 1, size: 0, facets: Some(Vec::new()), ..parameters.search.clone() };
        let answer = answer(&*searcher, &counted)?;
        let found = everything_found(&*searcher, &parameters.search)?;
        let expected = if parameters.search.collapse { answer.results.collapsed } else { answer.results.total };
        if found.len() as u64 != expected {
            let reason = format!("{expected} articles were counted and {} were found", found.len());
            return Err(EngineError::Failed { action: "list all hits", reason });
        }
        let writer = ExportWriter {
            form: parameters.form,
            dimensions: dimensions(&*searcher),
            public_url,
            accessed: parameters.accessed,
        };
        Ok(Self { searcher, parameters, writer, answer, found })
    }

    /// How many articles it has.
    pub fn articles(&self) -> usize {
        self.found.len()
    }

    /// The generation that it is made from.
    pub fn generation(&self) -> &str {
        self.searcher.generation()
    }

    /// What was asked for.
    pub fn parameters(&self) -> &ExportParameters {
        &self.parameters
    }

    /// Writes it: hands over each piece, and stops when one is not taken. Tells what was handed over, which is the whole
    /// unless it was stopped. The same generation and parameters give the same bytes.
    pub fn write(&self, take: &mut dyn FnMut(Vec<u8>) -> bool) -> Result<Written, EngineError> {
        let mut handed_over = HandedOver { digest: Sha256::new(), bytes: 0, take };
        let mut piece = self.writer.before().map_err(|error| unwritten("the head of the export", &error))?;
        for (batch, ranked) in self.found.chunks(ARTICLES_AT_ONCE).enumerate() {
            let ids: Vec<String> = ranked.iter().map(|ranked| ranked.id.clone()).collect();
            let articles = self.searcher.documents(&ids)?;
            if articles.len() != ids.len() {
                let reason = format!("{} were asked for and {} came", ids.len(), articles.len());
                return Err(EngineError::Failed { action: "read articles", reason });
            }
            for (place, ((document, copies), ranked)) in articles.iter().zip(ranked).enumerate() {
                let place = batch * ARTICLES_AT_ONCE + place;
                let written = self.writer.article(document, copies, ranked.score, place);
                piece.extend(written.map_err(|error| unwritten(&ranked.id, &error))?);
                if piece.len() >= PIECE_BYTES_MIN && !handed_over.add(std::mem::take(&mut piece)) {
                    return Ok(handed_over.end());
                }
            }
        }
        piece.extend(self.writer.after());
        handed_over.add(piece);
        Ok(handed_over.end())
    }
}

/// What was handed over so far.
struct HandedOver<'t> {
    digest: Sha256,
    bytes: u64,
    take: &'t mut dyn FnMut(Vec<u8>) -> bool,
}

impl HandedOver<'_> {
    /// Hands over a piece; gives whether it was taken.
    fn add(&mut self, piece: Vec<u8>) -> bool {
        self.digest.update(&piece);
        self.bytes += piece.len() as u64;
        piece.is_empty() || (self.take)(piece)
    }

    fn end(self) -> Written {
        let sha256 = self.digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Written { bytes: self.bytes, sha256 }
    }
}

fn unwritten(what: &str, error: &ExportError) -> EngineError {
    EngineError::Failed { action: "write an article of an export", reason: format!("{what}: {error}") }
}
