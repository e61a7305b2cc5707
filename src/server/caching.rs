//! What a client need not be sent again: entity tags, and bodies made small for the way.
//!
//! An entity tag is weak, because the same answer carries another time taken. It is made of the generation, of the address
//! and of the program, without looking at the answer: a client that has it already costs no search.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::render::html;
use crate::server::reply::{Body, Producer, Reply};

/// Bodies shorter than this, in bytes, are not worth packing: they fit into one packet.
const PACKED_BYTES_MIN: usize = 1024;

/// The entity tag of what stands as long as all of `parts` do: the generation, the address, what the operator set.
pub(super) fn entity_tag(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [env!("CARGO_PKG_VERSION"), html::look_version()].iter().chain(parts) {
        hasher.update(part.as_bytes()).update(&[0]);
    }
    format!("W/\"{}\"", &hasher.finalize().to_hex()[..24])
}

/// Whether a client's `If-None-Match` names the tag (RFC 9110: compared weakly).
pub(super) fn has_it(if_none_match: Option<&str>, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    if_none_match.is_some_and(|list| list.split(',').any(|one| opaque(one) == opaque(tag)))
}

/// Whether a client's `If-None-Match` is `*`: it has some answer, if there is one.
pub(super) fn has_any(if_none_match: Option<&str>) -> bool {
    if_none_match.is_some_and(|list| list.trim() == "*")
}

/// Whether a client takes gzip, by its `Accept-Encoding`.
pub(super) fn takes_gzip(accept_encoding: Option<&str>) -> bool {
    let weight = |one: &str| {
        let (name, parameters) = one.split_once(';').unwrap_or((one, ""));
        let weight = parameters.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok()).unwrap_or(1.0);
        (name.trim().to_ascii_lowercase(), weight)
    };
    let list: Vec<_> = accept_encoding.unwrap_or_default().split(',').map(weight).collect();
    let of = |wanted: &str| list.iter().find(|(name, _)| name == wanted).map(|(_, weight)| *weight > 0.0);
    of("gzip").or_else(|| of("x-gzip")).or_else(|| of("*")).unwrap_or(false)
}

/// Packs the body for a client that takes it, where that is worth it.
pub(super) fn packed(reply: Reply, gzip: bool) -> Reply {
    if !is_text(reply.content_type) {
        return reply;
    }
    let reply = reply.with("vary", "accept-encoding");
    match reply.body {
        Body::Whole(bytes) if gzip && bytes.len() >= PACKED_BYTES_MIN => {
            let body = Body::Whole(gzipped(&bytes));
            Reply { body, ..reply }.with("content-encoding", "gzip")
        }
        Body::Stream(producer, place) if gzip => {
            Reply { body: Body::Stream(gzipping(producer), place), ..reply }.with("content-encoding", "gzip")
        }
        body => Reply { body, ..reply },
    }
}

fn is_text(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default();
    kind.starts_with("text/")
        || ["json", "xml", "javascript", "x-bibtex", "x-research-info-systems"].iter().any(|end| kind.ends_with(end))
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(5));
    // Writing into memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// The same pieces, packed as they come. A stream that breaks off has no end that could be taken for the whole.
fn gzipping(producer: Producer) -> Producer {
    Box::new(move |send| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(5));
        let mut listening = true;
        producer(&mut |piece| {
            let _ = encoder.write_all(&piece);
            let ready = std::mem::take(encoder.get_mut());
            listening = ready.is_empty() || send(ready);
            listening
        })?;
        if listening {
            send(encoder.finish().unwrap_or_default());
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_tag_is_known_again_in_any_of_its_forms_and_changes_with_generation_and_address() {
        let tag = entity_tag(&["g1", "/", "q=a"]);
        for known in [tag.as_str(), tag.trim_start_matches("W/"), &format!("\"x\", {tag}")] {
            assert!(has_it(Some(known), &tag), "{known}");
        }
        for other in [None, Some("\"x\""), Some("")] {
            assert!(!has_it(other, &tag), "{other:?}");
            assert!(!has_any(other), "{other:?}");
        }
        for (generation, path, query) in
            [("g2", "/", "q=a"), ("g1", "/a", "q=a"), ("g1", "/", "q=b"), ("g", "1/", "q=a")]
        {
            assert_ne!(entity_tag(&[generation, path, query]), tag);
        }
    }

    #[test]
    fn gzip_is_taken_where_it_is_named_and_not_refused() {
        for (header, takes) in [
            (Some("gzip, deflate, br"), true),
            (Some("br;q=1.0, gzip;q=0.8, *;q=0.1"), true),
            (Some("*"), true),
            (Some("gzip;q=0, *"), false),
            (Some("identity"), false),
            (Some(""), false),
            (None, false),
        ] {
            assert_eq!(takes_gzip(header), takes, "{header:?}");
        }
    }

    #[test]
    fn a_packed_stream_is_the_same_text_and_a_broken_one_has_no_end() {
        for breaks in [false, true] {
            let producer: Producer = Box::new(move |send| {
                for number in 0..100 {
                    send(format!("line {number}\n").into_bytes());
                }
                let reason = || crate::engine::EngineError::Failed { action: "read", reason: "gone".into() };
                if breaks { Err(reason()) } else { Ok(()) }
            });
            let mut all = Vec::new();
            let outcome = gzipping(producer)(&mut |piece| {
                all.extend(piece);
                true
            });
            let mut text = String::new();
            let read = flate2::read::GzDecoder::new(all.as_slice()).read_to_string(&mut text);
            assert_eq!((outcome.is_err(), read.is_err()), (breaks, breaks));
            assert!(breaks || text.lines().count() == 100);
        }
    }
}
