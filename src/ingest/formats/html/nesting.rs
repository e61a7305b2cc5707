//! A look at the tags of a page before it is parsed: is it nested or crowded so that a parser would choke on it?
//!
//! HTML parsers take time by depth, compare the attributes of a tag with each other, and repeat unclosed formatting in
//! every paragraph. A few kilobytes can so be made to cost gigabytes. Counts only; the parser has the last word on
//! what a tag means.

use crate::model::{HTML_ATTRIBUTES_MAX, HTML_DEPTH_MAX, HTML_REFERENCES_MAX, HTML_REPEATED_ELEMENTS_MAX};

/// Elements without an end tag, and elements whose end tag is often left out: they are not counted for depth.
const NOT_COUNTED: &[&str] = &[
    "area", "base", "basefont", "bgsound", "body", "br", "col", "colgroup", "dd", "dt", "embed", "frame", "head", "hr",
    "html", "img", "input", "keygen", "li", "link", "meta", "optgroup", "option", "p", "param", "path", "rp", "rt",
    "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "use", "wbr",
];
/// Elements that a parser opens anew in each paragraph while they are not closed.
const FORMATTING: &[&str] = &["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"];
/// Elements whose content holds no tags.
const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

/// Refuses a page that a parser would choke on, with words for the report.
pub(super) fn check(html: &str) -> Result<(), String> {
    if html.bytes().filter(|&byte| byte == b'&').count() > HTML_REFERENCES_MAX {
        return Err(format!(
            "it has more than {HTML_REFERENCES_MAX} character references (`&amp;`); write its text as a Markdown article"
        ));
    }
    let mut open: Vec<String> = Vec::new();
    let mut formatting_open = 0_usize;
    let mut repeated = 0_usize;
    let mut foreign_open = 0_usize;
    let mut rest = html.as_bytes();
    while let Some(at) = rest.iter().position(|&byte| byte == b'<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix(b"!--") {
            rest = behind(comment, b"-->");
            continue;
        }
        let closing = rest.first() == Some(&b'/');
        let name = tag_name(&rest[usize::from(closing)..]);
        if name.is_empty() {
            continue;
        }
        let tag = Tag::of(&rest[usize::from(closing) + name.len()..]);
        if tag.attributes > HTML_ATTRIBUTES_MAX {
            return Err(format!(
                "an element `{name}` has more than {HTML_ATTRIBUTES_MAX} attributes; save the page again, or write its text as a Markdown article"
            ));
        }
        rest = tag.rest;
        if closing {
            if let Some(at) = open.iter().rposition(|other| *other == name) {
                open.remove(at);
                formatting_open -= usize::from(FORMATTING.contains(&&*name));
                foreign_open -= usize::from(is_foreign(&name));
            }
            continue;
        }
        repeated += formatting_open;
        if repeated > HTML_REPEATED_ELEMENTS_MAX {
            return Err("its formatting elements are not closed, and would be repeated without end; save the page again, or write its text \
                 as a Markdown article"
                .to_owned());
        }
        if foreign_open == 0 && RAW.contains(&&*name) {
            rest = behind_raw(rest, &name);
        } else if !(NOT_COUNTED.contains(&&*name) || (foreign_open > 0 && tag.closed)) {
            formatting_open += usize::from(FORMATTING.contains(&&*name));
            foreign_open += usize::from(is_foreign(&name));
            open.push(name);
            // Formatting that is never closed is common and has its own limit.
            if open.len() - formatting_open > HTML_DEPTH_MAX {
                return Err(too_deep());
            }
        }
    }
    Ok(())
}

/// The words for a page that is nested too deep.
pub(super) fn too_deep() -> String {
    format!(
        "its elements are nested more than {HTML_DEPTH_MAX} deep, or left open; write its text as a Markdown article"
    )
}

fn is_foreign(name: &str) -> bool {
    name == "svg" || name == "math"
}

fn tag_name(bytes: &[u8]) -> String {
    if !bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return String::new();
    }
    let end = bytes.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
    // A name of any length is a name, but none of those that count is long.
    let name = &bytes[..end.unwrap_or(bytes.len()).min(40)];
    String::from_utf8_lossy(name).to_ascii_lowercase()
}

/// The text behind a mark, or nothing if it does not come.
fn behind<'b>(bytes: &'b [u8], mark: &[u8]) -> &'b [u8] {
    bytes.windows(mark.len()).position(|window| window == mark).map_or(&[], |at| &bytes[at + mark.len()..])
}

/// The text from the end tag of a raw element on.
fn behind_raw<'b>(mut bytes: &'b [u8], name: &str) -> &'b [u8] {
    while let Some(at) = bytes.windows(2).position(|window| window == b"</") {
        bytes = &bytes[at..];
        if bytes.get(2..2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) {
            return bytes;
        }
        bytes = &bytes[2..];
    }
    &[]
}

/// The rest of a tag behind its name.
struct Tag<'b> {
    attributes: usize,
    closed: bool,
    rest: &'b [u8],
}

impl<'b> Tag<'b> {
    fn of(bytes: &'b [u8]) -> Self {
        let mut attributes = 0;
        let mut before = b' ';
        let mut quote = None;
        for (at, &byte) in bytes.iter().enumerate() {
            match quote {
                Some(open) if byte == open => {
                    quote = None;
                    before = b' ';
                    continue;
                }
                Some(_) => continue,
                None => {}
            }
            match byte {
                b'>' => return Self { attributes, closed: before == b'/', rest: &bytes[at + 1..] },
                b'"' | b'\'' if before == b'=' => quote = Some(byte),
                byte if byte.is_ascii_whitespace() => {
                    if before != b'=' {
                        before = b' ';
                    }
                }
                byte => {
                    attributes += usize::from(matches!(before, b' ' | b'/') && !matches!(byte, b'/' | b'='));
                    before = byte;
                }
            }
        }
        Self { attributes, closed: false, rest: &[] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_pages_pass() {
        for html in [
            "",
            "a < b <3 </",
            "<!doctype html><p>one<p>two<ul><li>a<li>b</ul><br><img src='a>b'><font>x",
            "<script>if (a < b) { '<div><div>' }</SCRIPT ><svg><path/><g/><g/></svg>",
            "<!-- <div> --><div title=\"<div><div>\"></div>",
        ] {
            assert_eq!(check(html), Ok(()), "{html}");
        }
        assert_eq!(check(&"<p>a <b>b</b> <a href=x>c</a>".repeat(20_000)), Ok(()));
        assert_eq!(check(&"<font>x".repeat(500)), Ok(()));
        assert_eq!(check(&format!("<svg>{}</svg>", "<g/>".repeat(2000))), Ok(()));
        assert_eq!(check(&format!("<div {}>", "a=\"b c d\" ".repeat(900))), Ok(()));
    }

    #[test]
    fn pages_that_choke_a_parser_are_refused() {
        for html in [
            "<div>".repeat(HTML_DEPTH_MAX + 1),
            "<div></span>".repeat(HTML_DEPTH_MAX + 1),
            format!("<div>{}", "<script></div></script><div>".repeat(HTML_DEPTH_MAX + 1)),
            format!("{}{}", "<b>".repeat(300), "<p>x".repeat(10_000)),
            format!("<p {}>", "a ".repeat(HTML_ATTRIBUTES_MAX + 1)),
            "&amp;".repeat(HTML_REFERENCES_MAX + 1),
            format!("<p {}>", "a/".repeat(HTML_ATTRIBUTES_MAX + 1)),
            format!("<p {}>", "a='x'".repeat(HTML_ATTRIBUTES_MAX + 1)),
        ] {
            assert!(check(&html).is_err(), "{}", &html[..40]);
        }
    }
}
