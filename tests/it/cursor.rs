//! Cursors: a program that follows `next` gets every hit of a search once, in its order, and is told when it cannot.

use serde_json::{Value, json};

use crate::harness::Desk;

fn desk() -> &'static Desk {
    Desk::fixture()
}

fn ids(answer: &Value) -> Vec<String> {
    answer["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect()
}

/// The answer to a search with a cursor.
fn walk(desk: &Desk, search: &str, size: usize, cursor: &str) -> Value {
    let reply = desk.get(&format!("/api/v1/search?{search}&facets=none&size={size}&cursor={cursor}"));
    assert_eq!(reply.status, 200, "{search} {cursor}: {}", reply.body);
    reply.json()
}

#[test]
fn following_the_cursor_gives_every_hit_once_in_the_order_of_the_search() {
    for query in
        ["", "q=bombing+OR+port", "q=the&match=any", "q=tanker+treaty+navy+blockade", "q=zeppelin&region=Sudia"]
    {
        for order in ["", "sort=newest", "sort=oldest", "recency=365"] {
            for collapse in ["on", "off"] {
                let search = format!("{query}&{order}&collapse={collapse}");
                let whole = desk().get(&format!("/api/v1/search?{search}&size=100")).json();
                assert!(whole.get("next").is_none(), "{search}");
                for size in [1, 3, 7, 100] {
                    let (mut found, mut cursor) = (Vec::new(), "*".to_owned());
                    loop {
                        let answer = walk(desk(), &search, size, &cursor);
                        assert_eq!(answer["total"], whole["total"], "{search}");
                        found.extend(ids(&answer));
                        assert!(found.len() <= 40, "{search} has no end");
                        match &answer["next"] {
                            Value::Null => break,
                            next => cursor = next.as_str().unwrap().to_owned(),
                        }
                        assert!(!ids(&answer).is_empty(), "{search}: a page without hits before the end");
                    }
                    assert_eq!(found, ids(&whole), "{search} by {size}");
                }
            }
        }
    }
}

#[test]
fn the_size_and_what_is_counted_may_change_on_the_way() {
    let first = walk(desk(), "lang=en", 2, "*");
    let next = first["next"].as_str().unwrap();
    let rest = desk().get(&format!("/api/v1/search?lang=en&size=100&explain=true&interval=month&cursor={next}")).json();
    let whole = desk().get("/api/v1/search?lang=en&size=100").json();
    assert_eq!([ids(&first), ids(&rest)].concat(), ids(&whole));
    assert_eq!(rest["next"], Value::Null);
}

#[test]
fn a_cursor_of_another_search_a_changed_one_and_one_with_a_page_are_refused() {
    let next = walk(desk(), "lang=en", 2, "*")["next"].as_str().unwrap().to_owned();
    let changed = next.replacen(".2.", ".3.", 1);
    assert_ne!(changed, next);
    for query in [
        format!("q=harbour&cursor={next}"),
        format!("q=port&lang=en&cursor={next}"),
        format!("lang=en&sort=oldest&cursor={next}"),
        format!("lang=en&cursor={changed}"),
        format!("lang=en&cursor={next}0"),
        "lang=en&cursor=0".to_owned(),
        format!("lang=en&page=1&cursor={next}"),
        "page=2&cursor=*".to_owned(),
        "size=0&cursor=*".to_owned(),
    ] {
        let reply = desk().get(&format!("/api/v1/search?{query}"));
        assert_eq!(reply.status, 400, "{query}");
        assert_eq!(reply.json()["errors"][0]["parameter"], "cursor", "{query}");
    }
}

#[test]
fn a_cursor_of_an_index_that_is_gone_says_so_and_how_to_go_on() {
    let desk = Desk::new();
    for n in 0..5 {
        desk.article(&format!("a{n}"), &format!("title: Boat {n}"), "A boat.");
    }
    desk.indexed();
    let first = walk(&desk, "q=boat", 2, "*");
    let next = first["next"].as_str().unwrap();
    desk.article("a9", "title: Boat 9", "A boat.");
    desk.indexed();
    desk.reopen();
    let gone = desk.get(&format!("/api/v1/search?q=boat&size=2&cursor={next}"));
    assert_eq!((gone.status, &gone.json()["type"]), (410, &json!("/problems/cursor")));
    assert!(gone.json()["detail"].as_str().unwrap().contains("begin anew"), "{}", gone.body);
    assert_eq!(ids(&walk(&desk, "q=boat", 100, "*")).len(), 6);
}

#[test]
fn a_cursor_goes_deeper_than_pages_do() {
    let desk = Desk::new();
    let lines: Vec<String> = (0..10_050)
        .map(|n| {
            json!({"id": format!("n{n:05}"), "title": format!("Note {n}"), "body": format!("Word{n}.")}).to_string()
        })
        .collect();
    desk.write("notes.jsonl", lines.join("\n"));
    desk.indexed();
    assert_eq!(desk.get("/api/v1/search?page=101&size=100").status, 400);
    let (mut found, mut cursor) = (Vec::new(), "*".to_owned());
    while !cursor.is_empty() {
        let answer = walk(&desk, "", 100, &cursor);
        found.extend(ids(&answer));
        cursor = answer["next"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!(found.len(), 10_050);
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), 10_050);
}
