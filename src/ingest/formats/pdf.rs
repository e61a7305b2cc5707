//! PDFs with a text layer: letters to lines, lines to paragraphs, without what stands at the edges of pages.
//!
//! Reads no pictures (no OCR): a scan without a text layer is refused with what to do. May not take the day on which the
//! file was made for a day of publication. To be read in a process of its own (`ingest::isolation`).

mod glyphs;
mod information;
mod paragraphs;
mod rows;
mod running;
mod script;

use super::{Refusal, bare_article};
use crate::model::document::{BodyKind, Place, RawArticle};
use crate::text::normalise::{fold, resolve_presentation};
use rows::Line;

/// Fewest letters that are a text.
const LETTERS_MIN: usize = 20;
/// Largest share of letters that may stand for nothing known, and from which on a warning is given.
const UNKNOWN_SHARE_MAX: f64 = 0.3;
const UNKNOWN_SHARE_TOLD: f64 = 0.01;
/// What to do with a PDF that gives no text.
const REMEDY: &str = "run OCR on it first, or write its text as a Markdown article";

/// Reads a PDF.
pub(super) fn read(path: &str, bytes: &[u8]) -> Result<RawArticle, Refusal> {
    let contents = glyphs::contents(bytes)?;
    let known: usize = contents.pages.iter().map(|page| page.glyphs.len()).sum();
    let unknown_share = contents.unknown as f64 / (known + contents.unknown).max(1) as f64;
    if contents.unknown >= LETTERS_MIN && unknown_share > UNKNOWN_SHARE_MAX {
        return Err(Refusal::new(None, format!("does not tell what its letters stand for; {REMEDY}")));
    }
    let heights: Vec<f64> = contents.pages.iter().map(|page| page.height).collect();
    let mut lines: Vec<Line> = Vec::new();
    for (number, page) in contents.pages.into_iter().enumerate() {
        lines.extend(rows::lines(page, number));
    }
    for line in &mut lines {
        line.text = resolve_presentation(&line.text);
    }
    let letters = |lines: &[Line]| -> usize {
        lines.iter().map(|line| line.text.chars().filter(|letter| letter.is_alphanumeric()).count()).sum()
    };
    let surroundings = running::take_away(&mut lines, &heights);
    if letters(&lines) < LETTERS_MIN {
        return Err(Refusal::new(None, format!("has no text layer: {REMEDY}")));
    }
    let composed = paragraphs::compose(&lines);
    let place = Place { file: path.to_owned(), line: None };
    let mut article = bare_article(place, composed.body, BodyKind::Extracted);
    let written = contents.title.as_deref().and_then(information::title);
    article.title = match (written, composed.title) {
        // The printed one has its accents and its case, if both are the same.
        (Some(written), Some(printed)) if fold(&written) == fold(&printed) => Some(printed),
        (Some(written), Some(printed)) => {
            // What is printed large and is no title by the file's own word is still text.
            article.body = format!("## {printed}\n\n{}", article.body);
            Some(written)
        }
        (written, printed) => written.or(printed),
    };
    article.author = contents.author.as_deref().and_then(information::author);
    article.url = surroundings.address;
    if unknown_share > UNKNOWN_SHARE_TOLD {
        let percent = (unknown_share * 100.0).ceil();
        let message = format!("{percent} % of its letters could not be read as text; compare it with the PDF");
        article.warnings.push(message);
    }
    Ok(article)
}
