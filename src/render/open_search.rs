//! The description that makes a browser's own search bar search here (OpenSearch 1.1).
//!
//! All addresses in it are whole ones: a browser keeps the description and knows no page that it belongs to.

use crate::render::html::asset_path;
use crate::render::public_url::PublicUrl;
use crate::render::xml::{document, empty, text};

/// Media type of the description.
pub const CONTENT_TYPE: &str = "application/opensearchdescription+xml";
/// What browsers show in their list: at most 16 characters (OpenSearch 1.1, `ShortName`).
pub const SHORT_NAME: &str = "Dossier";

const NAMESPACE: &str = "http://a9.com/-/spec/opensearch/1.1/";

/// The description of the server at `public`: results as a page, as an Atom feed, and suggestions while typing.
pub fn description(public: &PublicUrl) -> String {
    document(|sink| {
        let root = sink.create_element("OpenSearchDescription").with_attribute(("xmlns", NAMESPACE));
        root.write_inner_content(|sink| {
            text(sink, "ShortName", &[], SHORT_NAME)?;
            text(sink, "Description", &[], "Full-text search in a curated corpus of articles")?;
            text(sink, "InputEncoding", &[], "UTF-8")?;
            text(sink, "OutputEncoding", &[], "UTF-8")?;
            text(
                sink,
                "Image",
                &[("width", "16"), ("height", "16"), ("type", "image/svg+xml")],
                &public.absolute(&asset_path("icon.svg")),
            )?;
            for (kind, rel, path) in [
                ("text/html", "results", "/?q={searchTerms}"),
                ("application/atom+xml", "results", "/feed.atom?q={searchTerms}"),
                ("application/x-suggestions+json", "suggestions", "/suggest.json?q={searchTerms}"),
                (CONTENT_TYPE, "self", "/opensearch.xml"),
            ] {
                empty(sink, "Url", &[("type", kind), ("rel", rel), ("template", &public.absolute(path))])?;
            }
            Ok(())
        })?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_whole_and_the_name_short() {
        let public: PublicUrl = "https://desk.example/dossier/".parse().unwrap();
        let made = description(&public);
        for part in [
            "<ShortName>Dossier</ShortName>",
            "template=\"https://desk.example/dossier/?q={searchTerms}\"",
            "type=\"application/x-suggestions+json\" rel=\"suggestions\" \
             template=\"https://desk.example/dossier/suggest.json?q={searchTerms}\"",
        ] {
            assert!(made.contains(part), "{part} is not in {made}");
        }
        assert_eq!(made.matches("template=\"https://desk.example/dossier/").count(), made.matches("<Url").count());
        assert!(SHORT_NAME.chars().count() <= 16);
    }
}
