//! Writing XML: elements with texts and attributes, escaped, and without the signs that XML cannot hold.
//!
//! Knows no vocabulary; `atom` and `opensearch` do.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

/// A document being written.
pub(super) type Sink = Writer<Vec<u8>>;

/// A whole document: the declaration, then what `body` writes.
///
/// Writing to memory fails nowhere; were it to, the document would be empty rather than half.
pub(super) fn document(body: impl FnOnce(&mut Sink) -> io::Result<()>) -> String {
    let mut sink = Writer::new(Vec::new());
    let written =
        sink.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None))).and_then(|()| body(&mut sink));
    written.map(|()| String::from_utf8(sink.into_inner()).unwrap_or_default()).unwrap_or_default()
}

/// An element with a text and attributes.
pub(super) fn text(sink: &mut Sink, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
    let attributes: Vec<_> = attributes.iter().map(|(name, value)| (*name, allowed(value))).collect();
    let pairs = attributes.iter().map(|(name, value)| (*name, value.as_str()));
    sink.create_element(name).with_attributes(pairs).write_text_content(BytesText::new(&allowed(text)))?;
    Ok(())
}

/// An element without contents.
pub(super) fn empty(sink: &mut Sink, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
    let attributes: Vec<_> = attributes.iter().map(|(name, value)| (*name, allowed(value))).collect();
    sink.create_element(name)
        .with_attributes(attributes.iter().map(|(name, value)| (*name, value.as_str())))
        .write_empty()?;
    Ok(())
}

/// A text without the characters that XML 1.0 has no form for (section 2.2), not even an escaped one.
fn allowed(text: &str) -> String {
    let is_allowed = |c: char| match c {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => other >= ' ',
    };
    text.chars().filter(|c| is_allowed(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_attributes_are_escaped_and_stripped_of_what_xml_cannot_hold() {
        let made = document(|sink| {
            sink.create_element("a").write_inner_content(|sink| {
                text(sink, "b", &[("c", "\"<&>'\u{0}")], "<script>&\u{1b}\u{ffff}گ")?;
                empty(sink, "d", &[("e", "f")])
            })?;
            Ok(())
        });
        let expected = "<?xml version=\"1.0\" encoding=\"utf-8\"?><a>\
            <b c=\"&quot;&lt;&amp;&gt;&apos;\">&lt;script&gt;&amp;گ</b><d e=\"f\"/></a>";
        assert_eq!(made, expected);
    }
}
