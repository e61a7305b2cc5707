//! Pages saved as MHTML: a page with its pictures and styles in one file, packed as a mail message.
//!
//! Takes the page out and hands it to the reader of HTML. May not read a date from the headers: they say when the page
//! was saved, not when it was published. A format of parts (RFC 2557) on the grammar of mail (RFC 5322, RFC 2045).

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders};

use super::{Refusal, encoding, html};
use crate::model::FILE_BYTES_MAX;
use crate::model::document::RawArticle;

/// The address of the saved page, as browsers made of Chromium write it.
const SNAPSHOT_LOCATION: &str = "Snapshot-Content-Location";
/// What to do with a file that gives no page.
const REMEDY: &str = "save the page again, as \"webpage, single file\" or as HTML";

/// Reads a saved page.
pub(super) fn read(path: &str, bytes: &[u8]) -> Result<RawArticle, Refusal> {
    if is_plain_html(bytes) {
        let mut article = html::read(path, bytes)?;
        article
            .warnings
            .push("is a plain HTML page by its contents and was read as one; rename it to .html".to_owned());
        return Ok(article);
    }
    let nothing = || Refusal::new(None, format!("holds no saved page, or only the head of one; {REMEDY}"));
    let message = MessageParser::default().parse(bytes).ok_or_else(nothing)?;
    let page = page_of(&message, bytes).ok_or_else(nothing)?;
    let html = decoded(page, bytes);
    if html.len() as u64 > FILE_BYTES_MAX {
        let reason =
            format!("the page in it is larger than {FILE_BYTES_MAX} bytes; write its text as a Markdown article");
        return Err(Refusal::new(None, reason));
    }
    let mut article = match page.content_type().and_then(|kind| kind.attribute("charset")) {
        // What the message says of a part goes before what the page says of itself.
        Some(charset) => {
            let decoded = encoding::decode(&html, Some(charset))?;
            let mut article = html::read(path, decoded.text.as_bytes())?;
            article.warnings.splice(0..0, decoded.warnings);
            article
        }
        None => html::read(path, &html)?,
    };
    if page.is_encoding_problem {
        article.warnings.push(format!("the packing of its page is damaged, and text may be missing; {REMEDY}"));
    }
    article.url = article.url.or_else(|| address(&message, page));
    article.title = article.title.or_else(|| message.subject().map(str::trim).and_then(title));
    Ok(article)
}

/// Whether a file is no message at all but a page: some programs save one under this ending.
fn is_plain_html(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes.trim_ascii_start().first() == Some(&b'<')
}

/// The part that is the page: the one that the message names as its start, the one at the saved address, or the first.
fn page_of<'m, 'b>(message: &'m Message<'b>, bytes: &[u8]) -> Option<&'m MessagePart<'b>> {
    let is_page = |part: &&MessagePart<'b>| {
        let page = part.is_content_type("text", "html") || part.is_content_type("application", "xhtml+xml");
        page && !packed(part, bytes).trim_ascii().is_empty()
    };
    let pages: Vec<&MessagePart<'b>> = message.parts.iter().filter(is_page).collect();
    let bare = |id: &str| id.trim().trim_start_matches('<').trim_end_matches('>').to_owned();
    let start = message.content_type().and_then(|kind| kind.attribute("start")).map(bare);
    let snapshot = snapshot_location(message);
    let started =
        start.and_then(|start| pages.iter().find(|part| part.content_id().map(bare).as_ref() == Some(&start)));
    let saved = || snapshot.and_then(|place| pages.iter().find(|part| part.content_location() == Some(place)));
    started.or_else(saved).or_else(|| pages.first()).copied()
}

fn snapshot_location<'m>(message: &'m Message<'_>) -> Option<&'m str> {
    message.header_raw(SNAPSHOT_LOCATION).map(str::trim).filter(|place| !place.is_empty())
}

/// The address that the page was saved from, if it is one of the web.
fn address(message: &Message<'_>, page: &MessagePart<'_>) -> Option<String> {
    let places = [page.content_location(), snapshot_location(message), message.parts.first()?.content_location()];
    let web = |place: &&str| place.starts_with("https://") || place.starts_with("http://");
    places.into_iter().flatten().map(str::trim).find(web).map(str::to_owned)
}

/// The subject as a title, unless it is only an address or blank.
fn title(subject: &str) -> Option<String> {
    (!subject.is_empty() && !subject.contains("://")).then(|| subject.to_owned())
}

/// A part as it stands in the file.
fn packed<'f>(part: &MessagePart<'_>, bytes: &'f [u8]) -> &'f [u8] {
    bytes.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default()
}

/// The bytes of a page before they were packed; where the packing is broken, what the mail parser could save.
fn decoded(part: &MessagePart<'_>, bytes: &[u8]) -> Vec<u8> {
    let packed = packed(part, bytes);
    let unpacked = match part.encoding {
        Encoding::None => Some(packed.to_vec()),
        Encoding::QuotedPrintable => quoted_printable_decode(packed),
        Encoding::Base64 => base64_decode(packed),
    };
    unpacked.unwrap_or_else(|| part.contents().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "<html><head><title>Blast near the port</title></head><body><article><p>Three engineers were \
        hurt on Tuesday when a bomb went off near the port, police said, and the road was closed for hours.</p><p>No \
        group has claimed the attack so far, an officer told reporters at the scene, adding that two were held.</p>\
        </article></body></html>";

    fn message(head: &str, parts: &[(&str, &str)]) -> Vec<u8> {
        let mut text = format!("From: <Saved by Blink>\r\nDate: Tue, 26 Mar 2024 10:00:00 -0000\r\n{head}\r\n");
        for (head, body) in parts {
            text.push_str(&format!("\r\n------b\r\n{head}\r\n\r\n{body}\r\n"));
        }
        text.push_str("\r\n------b--\r\n");
        text.into_bytes()
    }

    const HEAD: &str = "Snapshot-Content-Location: https://news.example/b\r\nSubject: =?utf-8?Q?Saved=20page?=\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----b\"\r\n";

    fn quoted(text: &str) -> String {
        text.replace('=', "=3D").replace("police ", "poli=\r\nce ").replace('ü', "=C3=BC")
    }

    #[test]
    fn the_page_is_taken_out_with_its_address_and_the_day_of_saving_is_no_date() {
        let style = ("Content-Type: text/css\r\nContent-Location: cid:css", "p { color: red }");
        let page = (
            "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: https://news.example/b",
            &*quoted(&STORY.replace("hours", "hours in Zürich")),
        );
        let article = read("a.mhtml", &message(HEAD, &[style, page])).unwrap();
        assert_eq!(article.title.as_deref(), Some("Blast near the port"));
        assert_eq!(article.url.as_deref(), Some("https://news.example/b"));
        assert_eq!((article.date, article.warnings), (None, vec![]));
        assert!(article.body.contains("police said") && article.body.contains("in Zürich"), "{}", article.body);
    }

    #[test]
    fn the_root_is_the_named_start_then_the_saved_address_then_the_first() {
        let page = |id: &str, at: &str, word: &str| {
            let head =
                format!("Content-Type: text/html; charset=utf-8\r\nContent-ID: <{id}>\r\nContent-Location: {at}");
            (head, STORY.replace("engineers", word))
        };
        let pages = [page("a", "https://x.example/", "frames"), page("b", "https://news.example/b", "drivers")];
        let pages: Vec<(&str, &str)> = pages.iter().map(|(head, body)| (&**head, &**body)).collect();
        let body = |head: &str| read("a.mht", &message(head, &pages)).unwrap().body;
        assert!(body(HEAD).contains("drivers"));
        assert!(body(&HEAD.replace("type=", "start=\"<a>\"; type=")).contains("frames"));
        assert!(body(&HEAD.replace("Snapshot-Content-Location", "X-Other")).contains("frames"));
    }

    #[test]
    fn base64_and_old_encodings_are_unpacked_and_the_subject_is_the_last_resort() {
        let packed = "PGh0bWw+PGJvZHk+PHA+VGhyZWUgZW5naW5lZXJzIHdlcmUgaHVydCBpbiBa/HJpY2ggb24gVHVlc2RheSwgcG9saWNlIHNh\r\n\
            aWQsIGFuZCB0aGUgcm9hZCB3YXMgY2xvc2VkIGZvciBob3Vycy48L3A+PC9ib2R5PjwvaHRtbD4=";
        let head = "Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64";
        let article = read("a.mht", &message(HEAD, &[(head, packed)])).unwrap();
        assert!(article.body.contains("Three engineers were hurt in Zürich on Tuesday"), "{}", article.body);
        assert_eq!(article.url.as_deref(), Some("https://news.example/b"));
        assert_eq!(article.title.as_deref(), Some("Saved page"));
    }

    #[test]
    fn what_holds_no_page_is_refused_with_a_remedy_and_a_plain_page_is_read() {
        let image = ("Content-Type: image/png\r\nContent-Transfer-Encoding: base64", "iVBORw0KGgo=");
        for bytes in [message(HEAD, &[image]), message(HEAD, &[]), b"Subject: x".to_vec(), b"\0\x01".to_vec()] {
            let refusal = read("a.mht", &bytes).unwrap_err();
            assert!(refusal.reason.contains("save the page again"), "{}", refusal.reason);
        }
        let article = read("a.mht", format!("\n{STORY}").as_bytes()).unwrap();
        assert!(article.warnings[0].contains("rename it"), "{:?}", article.warnings);
    }

    proptest::proptest! {
        #[test]
        fn no_damage_makes_reading_panic(cut in 0_usize..2000, at in 0_usize..2000, byte in proptest::prelude::any::<u8>()) {
            let head = "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable";
            let mut bytes = message(HEAD, &[(head, &quoted(STORY)), (head, "=\r\n=4"), ("Content-Type: a", "b")]);
            bytes.truncate(cut.max(1));
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = read("a.mht", &bytes);
        }
    }
}
