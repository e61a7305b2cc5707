//! The forms of an export, written article by article: what stands before all, one article, what stands after all.
//!
//! May not hold more than one article, and may not read a clock: the same articles give the same bytes.

use crate::model::date::PartialDate;
use crate::model::document::Document;
use crate::model::results::Copies;
use crate::render::address::article_page;
use crate::render::citation::{Citation, CitationForm, bibtex, csl_json, ris};
use crate::render::public_url::PublicUrl;
use crate::render::{Dimension, csv, json};

/// A form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    /// A row an article, for spreadsheets; without texts.
    Csv,
    /// A JSON object a line, the whole article with its text and its labels: for archives and programs.
    Jsonl,
    /// Citations as BibTeX.
    Bibtex,
    /// Citations as RIS.
    Ris,
    /// Citations as CSL-JSON.
    CslJson,
}

impl ExportForm {
    /// All forms, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Csv, Self::Jsonl, Self::Bibtex, Self::Ris, Self::CslJson];

    /// The name in addresses and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Bibtex => CitationForm::Bibtex.name(),
            Self::Ris => CitationForm::Ris.name(),
            Self::CslJson => CitationForm::CslJson.name(),
        }
    }

    /// The content type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Jsonl => "application/x-ndjson",
            Self::Bibtex => CitationForm::Bibtex.media_type(),
            Self::Ris => CitationForm::Ris.media_type(),
            Self::CslJson => CitationForm::CslJson.media_type(),
        }
    }

    /// The ending of a file's name, without its dot.
    pub fn file_ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Bibtex => CitationForm::Bibtex.file_ending(),
            Self::Ris => CitationForm::Ris.file_ending(),
            Self::CslJson => CitationForm::CslJson.file_ending(),
        }
    }
}

/// How the articles of one export are written.
#[derive(Debug, Clone)]
pub struct ExportWriter {
    /// The form.
    pub form: ExportForm,
    /// The dimensions of the taxonomy, in its order.
    pub dimensions: Vec<Dimension>,
    /// Where readers reach the pages of articles; `None` where nobody said.
    pub public_url: Option<PublicUrl>,
    /// The day of access that citations name, if any.
    pub accessed: Option<PartialDate>,
}

/// Why an article could not be written. None of ours has such a value; a reader of the message knows which article to
/// look at.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A value has no JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A row cannot be made.
    #[error(transparent)]
    Csv(#[from] ::csv::Error),
}

impl ExportWriter {
    /// What stands before all articles.
    pub fn before(&self) -> Result<Vec<u8>, ExportError> {
        Ok(match self.form {
            ExportForm::Csv => csv::export_header(&self.dimensions)?,
            ExportForm::CslJson => b"[".to_vec(),
            ExportForm::Jsonl | ExportForm::Bibtex | ExportForm::Ris => Vec::new(),
        })
    }

    /// One article. `place` counts from 0: what parts it from the one before depends on there being one.
    pub fn article(
        &self,
        document: &Document,
        copies: &Copies,
        score: f32,
        place: usize,
    ) -> Result<Vec<u8>, ExportError> {
        let page = self.public_url.as_ref().map(|public| public.absolute(&article_page(&document.id)));
        let cited = Citation { document, page: page.as_deref(), accessed: self.accessed };
        let blank_line = if place > 0 { "\n" } else { "" };
        Ok(match self.form {
            ExportForm::Csv => csv::export_row(document, copies, score, &self.dimensions)?,
            ExportForm::Jsonl => (json::article_line(document, copies, &self.dimensions)? + "\n").into_bytes(),
            ExportForm::Bibtex => format!("{blank_line}{}", bibtex::entry(&cited)).into_bytes(),
            ExportForm::Ris => ris::record(&cited).into_bytes(),
            ExportForm::CslJson => {
                format!("{}\n{}", if place > 0 { "," } else { "" }, csl_json::item(&cited)).into_bytes()
            }
        })
    }

    /// What stands after all articles.
    pub fn after(&self) -> &'static [u8] {
        match self.form {
            ExportForm::CslJson => b"\n]\n",
            ExportForm::Csv | ExportForm::Jsonl | ExportForm::Bibtex | ExportForm::Ris => b"",
        }
    }
}
