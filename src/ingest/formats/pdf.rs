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

#[cfg(test)]
mod tests {
    use super::*;

    /// A PDF of pages with text at places (from the left and bottom edge, in points) in sizes, and an information.
    fn print(pages: &[Vec<(f64, f64, f64, String)>], information: &str) -> Vec<u8> {
        let kids: String = (0..pages.len()).map(|page| format!("{} 0 R ", 5 + 2 * page)).collect();
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
            format!("<< {information} >>"),
        ];
        for (number, page) in pages.iter().enumerate() {
            let drawn: String =
                page.iter().map(|(x, y, size, text)| format!("BT /F {size} Tf {x} {y} Td ({text}) Tj ET\n")).collect();
            objects.push(format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F 3 0 R >> >> /Contents {} 0 R >>",
                6 + 2 * number
            ));
            objects.push(format!("<< /Length {} >>\nstream\n{drawn}endstream", drawn.len()));
        }
        let mut file = "%PDF-1.4\n".to_owned();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
        for (at, object) in objects.iter().enumerate() {
            table.push_str(&format!("{:010} 00000 n \n", file.len()));
            file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
        }
        let trailer = format!("trailer << /Size {} /Root 1 0 R /Info 4 0 R >>", objects.len() + 1);
        let start = file.len();
        format!("{file}{table}{trailer}\nstartxref\n{start}\n%%EOF\n").into_bytes()
    }

    /// A page of two columns between a running head and a page number.
    fn page(number: usize, left: &[&str], right: &[&str]) -> Vec<(f64, f64, f64, String)> {
        let mut drawn = vec![
            (40.0, 770.0, 8.0, format!("The Port Review, volume {number}")),
            (290.0, 20.0, 8.0, format!("{number}")),
        ];
        // Row by row over both columns, as some programs draw them.
        for row in 0..left.len().max(right.len()) {
            let y = 700.0 - 12.0 * row as f64;
            let columns = [(40.0, left), (320.0, right)];
            drawn.extend(columns.iter().filter_map(|(x, rows)| Some((*x, y, 10.0, (*rows.get(row)?).to_owned()))));
        }
        drawn
    }

    #[test]
    fn two_pages_in_columns_are_one_text_without_heads_and_parted_words() {
        let mut first = page(
            1,
            &[
                "Three engineers were hurt on Tuesday when a lorry",
                "overturned near the port, and the road was closed",
                "for several hours. The harbour master said that an in-",
                "vestigation had begun and would take some weeks to",
                "end.",
            ],
            &[
                "Nobody has said so far who is to blame for what the",
                "police call an accident. Two men were questioned and",
                "then released, an officer told reporters on the scene",
                "of the crash, and added that the driver of the lorry",
                "was still in hospital and could not be asked what he",
            ],
        );
        first.push((40.0, 730.0, 20.0, "Lorry overturned near the port of Eastmoor".to_owned()));
        let second = page(2, &["had seen before the crash.", "The port opens again on Friday."], &[]);
        let bytes = print(
            &[first, second],
            "/Title (Microsoft Word - lorry.doc) /Author (Ayesha Khan) /CreationDate (D:20240326)",
        );
        let article = read("a.pdf", &bytes).unwrap();
        assert_eq!(article.title.as_deref(), Some("Lorry overturned near the port of Eastmoor"));
        assert_eq!((article.author.as_deref(), article.date, article.warnings.len()), (Some("Ayesha Khan"), None, 0));
        let paragraphs: Vec<&str> = article.body.split("\n\n").collect();
        assert!(
            paragraphs[0].ends_with("said that an investigation had begun and would take some weeks to end."),
            "{paragraphs:#?}"
        );
        assert!(paragraphs[1].contains("what he had seen before the crash."), "{paragraphs:#?}");
        assert!(!article.body.contains("Review") && !article.body.ends_with('2'), "{paragraphs:#?}");
    }

    #[test]
    fn what_gives_no_text_is_refused_with_what_to_do() {
        for (bytes, words) in [
            (print(&[vec![]], ""), "has no text layer: run OCR on it first"),
            (print(&[vec![(40.0, 20.0, 8.0, "12".to_owned())]], ""), "has no text layer"),
            (b"%PDF-1.4\n%%EOF".to_vec(), "print it to a new PDF"),
            (b"no PDF at all".to_vec(), "is no PDF"),
        ] {
            let refusal = read("a.pdf", &bytes).unwrap_err();
            assert!(refusal.reason.contains(words), "{}", refusal.reason);
        }
    }

    #[test]
    fn a_title_that_a_person_wrote_wins_and_what_is_printed_large_stays_text() {
        let page = vec![
            (40.0, 730.0, 20.0, "SPECIAL REPORT".to_owned()),
            (40.0, 700.0, 10.0, "Three engineers were hurt on Tuesday when a lorry overturned.".to_owned()),
        ];
        let article =
            read("a.pdf", &print(std::slice::from_ref(&page), "/Title (Lorry overturned near the port)")).unwrap();
        assert_eq!(article.title.as_deref(), Some("Lorry overturned near the port"));
        assert!(article.body.starts_with("## SPECIAL REPORT\n\nThree engineers"), "{}", article.body);
        let article = read("a.pdf", &print(&[page], "/Title (scan0001.pdf)")).unwrap();
        assert_eq!(article.title.as_deref(), Some("SPECIAL REPORT"));
    }
}
