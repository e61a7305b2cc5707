//! Markdown files: front matter and body, the body brought to the small Markdown of the model.
//!
//! May not demand a title: what is required is the pipeline's to say. Without one the first heading stands in, else
//! the first line.

mod plain;

use super::front_matter;
use super::keys;
use super::{Refusal, bare_article, encoding};
use crate::ingest::formats::blocks::{Block, Blocks};
use crate::model::document::{BodyKind, DateSource, Place, RawArticle};
use crate::text::normalise::fold;

/// Reads a Markdown file.
pub(super) fn read(path: &str, bytes: &[u8]) -> Result<RawArticle, Refusal> {
    let decoded = encoding::decode(bytes, None)?;
    let parted = front_matter::part(&decoded.text)?;
    let place = Place { file: path.to_owned(), line: None };
    let mut article = bare_article(place, String::new(), BodyKind::Curated);
    article.warnings = decoded.warnings;
    keys::apply(&mut article, parted.entries, DateSource::FrontMatter)?;
    let mut blocks = plain::blocks(parted.body);
    article.title = match article.title.take() {
        Some(title) => {
            if matches!(blocks.first(), Some((Block::Heading(1), text)) if fold(text) == fold(&title)) {
                blocks.remove(0);
            }
            Some(title)
        }
        None => title_of(&mut blocks),
    };
    let mut body = Blocks::default();
    for (block, text) in blocks {
        body.push(block, &text);
    }
    article.body = body.into_text();
    match (&article.title, article.body.is_empty()) {
        (None, true) => Err(Refusal::new(None, "holds neither a title nor a text; write them, or remove it")),
        (Some(_), true) => {
            article.warnings.push("has a title but no text".to_owned());
            Ok(article)
        }
        (_, false) => Ok(article),
    }
}

/// The first heading of the first level, taken out if the text opens with it; else the first line.
fn title_of(blocks: &mut Vec<(Block, String)>) -> Option<String> {
    match blocks.iter().position(|(block, _)| *block == Block::Heading(1)) {
        Some(0) => Some(blocks.remove(0).1),
        Some(at) => Some(blocks[at].1.clone()),
        None => blocks.first().and_then(|(_, text)| text.lines().next()).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(text: &str) -> RawArticle {
        read("a/b.md", text.as_bytes()).unwrap()
    }

    #[test]
    fn front_matter_and_body_make_an_article() {
        let article =
            article("---\r\ntitle: \"A: b\"\r\ndate: 2024\r\nregion: [X]\r\n---\r\n# a: B\r\n\r\nText\r\nof it.\r\n");
        assert_eq!(article.title.as_deref(), Some("A: b"));
        assert_eq!(article.date, Some(("2024".to_owned(), DateSource::FrontMatter)));
        assert_eq!(article.body, "Text of it.", "a heading that repeats the title is dropped");
        assert_eq!((article.body_kind, article.place.line), (BodyKind::Curated, None));
        assert_eq!(article.extra["region"], serde_json::json!(["X"]));
    }

    #[test]
    fn without_a_title_the_first_heading_or_line_stands_in() {
        for (text, title, body) in [
            ("# Head\n\nText.", "Head", "Text."),
            ("Lead.\n\n# Head\n\nText.", "Head", "Lead.\n\n# Head\n\nText."),
            ("First line\n\nText.", "First line", "First line\n\nText."),
            ("## Second level\n\nText.", "Second level", "## Second level\n\nText."),
            ("---\ndate: 2024\n---\nHead\n====\nText.", "Head", "Text."),
        ] {
            let article = article(text);
            assert_eq!((article.title.as_deref(), article.body.as_str()), (Some(title), body), "{text}");
        }
    }

    #[test]
    fn what_is_empty_or_broken_is_refused() {
        for (text, line, words) in [
            ("\n \n", None, "neither"),
            ("---\ndate: 2024\n---\n", None, "neither"),
            ("---\ntitle: x\ndate: [1]\n---\nText", Some(3), "`date` must be a text"),
            ("---\ntitle: x\n", Some(1), "not closed"),
        ] {
            let refusal = read("a.md", text.as_bytes()).unwrap_err();
            assert_eq!(refusal.line, line, "{text}");
            assert!(refusal.reason.contains(words), "{}", refusal.reason);
        }
        assert_eq!(article("---\ntitle: x\n---\n").warnings, ["has a title but no text"]);
    }
}
