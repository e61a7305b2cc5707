//! Plain text as scraped: the whole file is the body, and nothing is taken for a title yet.
//!
//! May not clean: where the article begins and ends in it is found by the cleaning.

use super::{Refusal, bare_article, encoding};
use crate::model::document::{BodyKind, Place, RawArticle};

/// Reads a text file.
pub(super) fn read(path: &str, bytes: &[u8]) -> Result<RawArticle, Refusal> {
    let decoded = encoding::decode(bytes, None)?;
    if decoded.text.trim().is_empty() {
        return Err(Refusal::new(None, "holds no text; write it, or remove the file"));
    }
    let place = Place { file: path.to_owned(), line: None };
    let mut article = bare_article(place, decoded.text, BodyKind::Scraped);
    article.warnings = decoded.warnings;
    Ok(article)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_text_is_the_body() {
        let article = read("a.txt", b"\xEF\xBB\xBFMenu\r\n\r\nThe story.").unwrap();
        assert_eq!((article.body.as_str(), article.body_kind), ("Menu\n\nThe story.", BodyKind::Scraped));
        assert_eq!((article.title, article.id, article.warnings.len()), (None, None, 0));
        assert_eq!(read("a.txt", b" \n \r\n").unwrap_err().reason, "holds no text; write it, or remove the file");
    }
}
