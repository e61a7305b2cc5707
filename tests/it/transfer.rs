//! What goes over the wire besides the answer: entity tags and 304, packed bodies, files that a browser keeps.

use std::io::Read;

use regex::Regex;

use crate::harness::Desk;

fn desk() -> Desk {
    let desk = Desk::new();
    for number in 0..30 {
        desk.article(
            &format!("quay-{number}"),
            &format!("title: Quay {number}\ndate: 2024-03-26"),
            "A bomb hit the quay.",
        );
    }
    desk.indexed();
    desk
}

const TAGGED: [&str; 8] = [
    "/?q=quay",
    "/articles/quay-1?q=quay",
    "/help",
    "/api/v1/search?q=quay",
    "/api/v1/articles/quay-1",
    "/api/v1/articles/quay-1/similar",
    "/api/v1/facets/source?q=quay",
    "/api/v1/status",
];

#[test]
fn an_answer_is_not_sent_twice_until_the_generation_changes() {
    let desk = desk();
    let mut tags = Vec::new();
    for path in TAGGED {
        let reply = desk.get(path);
        let tag = reply.headers["etag"].to_str().unwrap().to_owned();
        assert!(reply.status == 200 && tag.starts_with("W/\""), "{path}: {tag}");
        let again = desk.asked("GET", path, &[("if-none-match", &format!("\"other\", {tag}"))]);
        assert_eq!(
            (again.status, again.bytes.len(), &again.headers["etag"]),
            (304, 0, &reply.headers["etag"]),
            "{path}"
        );
        assert_eq!(desk.asked("GET", path, &[("if-none-match", "W/\"other\"")]).status, 200, "{path}");
        tags.push(tag);
    }
    let different: std::collections::BTreeSet<_> = tags.iter().collect();
    assert_eq!(different.len(), TAGGED.len(), "one tag for two addresses");
    desk.article("quay-new", "title: Another quay", "A bomb hit the quay.");
    desk.indexed();
    desk.reopen();
    for (path, tag) in TAGGED.iter().zip(tags) {
        assert_eq!(desk.asked("GET", path, &[("if-none-match", &tag)]).status, 200, "{path}");
    }
    for path in ["/healthz", "/readyz", "/nothing", "/?page=0", "/api/v1/search?page=0"] {
        assert!(!desk.get(path).headers.contains_key("etag"), "{path}");
    }
}

#[test]
fn a_body_is_packed_for_those_who_take_it_and_says_so() {
    let desk = desk();
    let time = Regex::new(r#"[0-9.]+ ms|"took_ms":[0-9.]+"#).unwrap();
    for path in ["/?q=quay", "/api/v1/search?q=quay", "/assets/any/style.css", "/api/v1/search?page=0&colour=x"] {
        let plain = desk.get(path);
        let packed = desk.asked("GET", path, &[("accept-encoding", "br;q=1, gzip")]);
        assert_eq!(packed.headers["vary"], "accept-encoding", "{path}");
        assert!(!plain.headers.contains_key("content-encoding"), "{path}");
        assert_eq!(plain.headers["vary"], "accept-encoding", "{path}");
        if plain.bytes.len() < 1024 {
            assert!(!packed.headers.contains_key("content-encoding"), "{path}");
            continue;
        }
        assert_eq!(packed.headers["content-encoding"], "gzip", "{path}");
        assert!(packed.bytes.len() * 2 < plain.bytes.len(), "{path}");
        let mut text = String::new();
        flate2::read::GzDecoder::new(packed.bytes.as_slice()).read_to_string(&mut text).unwrap();
        // The time taken differs; the rest is the same.
        let untimed = |text: &str| time.replace_all(text, "").into_owned();
        assert_eq!(untimed(&text), untimed(&plain.body), "{path}");
    }
}

#[test]
fn a_page_names_its_files_by_their_version_and_a_browser_keeps_them() {
    let desk = desk();
    let page = desk.get("/").body;
    let named = Regex::new(r#"(?:href|src)="(/assets/[^"]+)""#).unwrap();
    let files: Vec<_> = named.captures_iter(&page).map(|found| found[1].to_owned()).collect();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        let reply = desk.get(&file);
        assert_eq!(reply.status, 200, "{file}");
        assert!(reply.headers["cache-control"].to_str().unwrap().contains("immutable"), "{file}");
        let version = file.split('/').nth(2).unwrap();
        let older = desk.get(&file.replace(version, "0123456789ab"));
        assert_eq!((older.status, older.headers["cache-control"].to_str().unwrap()), (200, "no-cache"), "{file}");
    }
}
