//! What an article's page tells reference managers: `citation_*` meta elements, and a COinS title (Z39.88).
//!
//! Gives names and values; the page escapes them.

use form_urlencoded::Serializer;

use crate::render::citation::Citation;
use crate::render::citation::authors::{Author, authors};

/// The `name` and `content` of each meta element, in their order; an author or publisher each has one of its own.
pub fn meta(cited: &Citation<'_>) -> Vec<(&'static str, String)> {
    let document = cited.document;
    let mut pairs = vec![("citation_title", cited.title())];
    let names = authors(document.author.as_deref().unwrap_or_default());
    pairs.extend(names.iter().map(|author| ("citation_author", inverted(author))));
    pairs.extend(cited.publishers().into_iter().map(|publisher| ("citation_publisher", publisher)));
    // Slashes are what indexers of scholarly pages ask for.
    pairs.extend(document.date.map(|date| ("citation_publication_date", date.to_string().replace('-', "/"))));
    pairs.extend(cited.language().map(|lang| ("citation_language", lang.to_owned())));
    pairs.extend(cited.url().map(|url| ("citation_public_url", url)));
    pairs
}

/// The `title` of a `<span class="Z3988">`: a ContextObject in key and encoded value, Dublin Core. The type is one that
/// Zotero knows.
pub fn coins(cited: &Citation<'_>) -> String {
    let document = cited.document;
    let publishers = cited.publishers();
    let mut pairs = Serializer::new(String::new());
    pairs.append_pair("ctx_ver", "Z39.88-2004");
    pairs.append_pair("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc");
    pairs.append_pair("rft.type", if publishers.is_empty() { "webpage" } else { "newspaperArticle" });
    pairs.append_pair("rft.title", &cited.title());
    for author in authors(document.author.as_deref().unwrap_or_default()) {
        pairs.append_pair("rft.creator", &inverted(&author));
    }
    if !publishers.is_empty() {
        pairs.append_pair("rft.source", &publishers.join("; "));
    }
    if let Some(date) = document.date {
        pairs.append_pair("rft.date", &date.to_string());
    }
    if let Some(url) = cited.url() {
        pairs.append_pair("rft.identifier", &url);
    }
    if let Some(lang) = cited.language() {
        pairs.append_pair("rft.language", lang);
    }
    // Readers of COinS differ on `+`; all of them know `%20`.
    pairs.finish().replace('+', "%20")
}

/// `Family, Given` for a person, else the name as it is.
fn inverted(author: &Author) -> String {
    match author {
        Author::Person { given, family } => format!("{family}, {given}"),
        Author::Literal(name) => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn a_page_says_title_author_publishers_date_language_and_address() {
        let document = samples::document();
        let cited = Citation { document: &document, page: None, accessed: None };
        let expected = [
            ("citation_title", "Strike closes the docks"),
            ("citation_author", "Writer, A."),
            ("citation_publisher", "Harbour Post"),
            ("citation_publisher", "Tide"),
            ("citation_publication_date", "2024/03/26"),
            ("citation_language", "en"),
            ("citation_public_url", "https://harbour.example/a?b=1&c=2"),
        ];
        assert_eq!(meta(&cited), expected.map(|(name, content)| (name, content.to_owned())));
    }

    #[test]
    fn a_context_object_reads_back_pair_by_pair() {
        let mut document = samples::document();
        document.title = "ہڑتال & 100% + \"more\"".into();
        document.date = "2024-03".parse().ok();
        let title = coins(&Citation { document: &document, page: None, accessed: None });
        assert!(!title.contains(['+', ' ', '"']), "{title}");
        let read: Vec<(String, String)> = form_urlencoded::parse(title.as_bytes()).into_owned().collect();
        let expected = [
            ("ctx_ver", "Z39.88-2004"),
            ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
            ("rft.type", "newspaperArticle"),
            ("rft.title", "ہڑتال & 100% + \"more\""),
            ("rft.creator", "Writer, A."),
            ("rft.source", "Harbour Post; Tide"),
            ("rft.date", "2024-03"),
            ("rft.identifier", "https://harbour.example/a?b=1&c=2"),
            ("rft.language", "en"),
        ];
        assert_eq!(read, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }
}
