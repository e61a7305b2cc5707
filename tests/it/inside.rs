//! What an operator sees of a server: names of requests, metrics, the log, health and readiness.

use serde_json::Value;

use crate::harness::Desk;

/// A desk of a test's own, so that what it counts is its own.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.article("quay", "title: Bombing at the quay\ndate: 2024-05-01", "A bombing at the quay of the harbour.");
    desk.article("road", "title: The road\ndate: 2024-06-01", "The road to the harbour is open again.");
    desk.run(&["index"]).ended(0);
    desk
}

#[test]
fn every_answer_has_a_name_that_an_error_tells_and_a_harmless_one_is_kept() {
    let desk = desk();
    for path in ["/", "/api/v1/search", "/healthz", "/metrics", "/robots.txt", "/nothing", "/api/v1/search?page=0"] {
        let given = desk.asked("GET", path, &[("x-request-id", "proxy-17/a.b:c+d==")]);
        assert_eq!(given.headers["x-request-id"], "proxy-17/a.b:c+d==", "{path}");
        let made = [None, Some("two words"), Some("<script>"), Some("x".repeat(65).as_str())].map(|bad| {
            let headers: Vec<_> = bad.iter().map(|bad| ("x-request-id", *bad)).collect();
            let id = desk.asked("GET", path, &headers).headers["x-request-id"].to_str().unwrap().to_owned();
            assert!(id.len() == 36 && Some(id.as_str()) != bad, "{path}: {id}");
            id
        });
        assert!(made.windows(2).all(|pair| pair[0] != pair[1]));
    }
    let (program, person) = (desk.get("/api/v1/search?page=0"), desk.get("/?page=0"));
    let id = |reply: &crate::harness::Reply| reply.headers["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(program.json()["request_id"], Value::from(id(&program)));
    assert!(person.body.contains(&id(&person)), "{}", person.body);
}
