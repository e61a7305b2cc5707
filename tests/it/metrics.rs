//! The metrics: every line as OpenMetrics has it, counters that move by what was asked, and documents that name them all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use regex::Regex;

use crate::harness::{Desk, project};
use crate::inside::desk;
use crate::live::{Server, sent, status};

/// What no server takes for a request.
const NO_REQUEST: &[u8] = b"nonsense\x01 / HTTP/1.1\r\n\r\n";

/// A family of samples.
#[derive(Debug, Default)]
struct Family {
    kind: String,
    /// Values by name and labels, as they are written.
    samples: BTreeMap<String, f64>,
}

/// Reads OpenMetrics text and fails on whatever a strict reader would not take.
fn parsed(text: &str) -> BTreeMap<String, Family> {
    let text = text.strip_suffix("# EOF\n").unwrap_or_else(|| panic!("no end: {text}"));
    let head = Regex::new(r"^# (HELP|TYPE|UNIT) ([a-z][a-z0-9_]*) (.+)$").unwrap();
    let sample =
        Regex::new(r#"^([a-z][a-z0-9_]*)(\{([a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*)\})? (-?[0-9.e+-]+)$"#).unwrap();
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let (mut at, mut said) = (String::new(), Vec::new());
    for line in text.lines() {
        if let Some(found) = head.captures(line) {
            if found[1] == *"HELP" {
                (at, said) = (found[2].to_owned(), Vec::new());
                assert!(families.insert(at.clone(), Family::default()).is_none(), "{at} stands twice");
            }
            assert!(found[2] == at && !said.contains(&found[1].to_owned()), "{line}");
            let family = families.get_mut(&at).unwrap();
            match &found[1] {
                "TYPE" => family.kind = found[3].to_owned(),
                "UNIT" => assert!(at.ends_with(&format!("_{}", &found[3])), "{line}"),
                _ => {}
            }
            said.push(found[1].to_owned());
            continue;
        }
        let found = sample.captures(line).unwrap_or_else(|| panic!("no sample: `{line}`"));
        let family = families.get_mut(&at).unwrap_or_else(|| panic!("before its family: {line}"));
        let endings: &[&str] = match family.kind.as_str() {
            "counter" => &["_total"],
            "gauge" => &[""],
            "info" => &["_info"],
            "histogram" => &["_bucket", "_sum", "_count"],
            kind => panic!("{at} is of no kind that we use: {kind}"),
        };
        assert!(endings.iter().any(|ending| found[1] == format!("{at}{ending}")), "{line} in {at}");
        let value: f64 = found[5].parse().unwrap();
        let key = format!("{}{}", &found[1], found.get(2).map_or("", |labels| labels.as_str()));
        assert!(family.samples.insert(key, value).is_none(), "twice: {line}");
    }
    families.values().filter(|family| family.kind == "histogram").for_each(classes_add_up);
    families
}

/// The classes of a histogram grow, and the last one is all.
fn classes_add_up(family: &Family) {
    let bucket = Regex::new(r#"^(.*)_bucket\{le="([^"]+)",?(.*)\}$"#).unwrap();
    let mut classes: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for (key, count) in &family.samples {
        if let Some(found) = bucket.captures(key) {
            let bound = found[2].parse().unwrap_or(f64::INFINITY);
            classes.entry(format!("{}_count{{{}}}", &found[1], &found[3])).or_default().push((bound, *count));
        }
    }
    assert!(!classes.is_empty(), "{family:?}");
    for (all, mut classes) in classes {
        classes.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert!(classes.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{all}: {classes:?}");
        let (bound, last) = *classes.last().unwrap();
        assert!(bound.is_infinite() && family.samples[&all] == last, "{all}: {classes:?}");
    }
}

/// All samples by name and labels.
fn samples(text: &str) -> BTreeMap<String, f64> {
    parsed(text).into_values().flat_map(|family| family.samples).collect()
}

fn asked(desk: &Desk) -> BTreeMap<String, f64> {
    let reply = desk.get("/metrics");
    assert_eq!(reply.status, 200);
    assert!(!reply.headers.contains_key("etag") && reply.headers["cache-control"] == "no-cache");
    samples(&reply.body)
}

#[test]
fn counters_move_by_what_was_asked_and_by_nothing_else() {
    let desk = desk();
    let before = asked(&desk);
    for path in ["/api/v1/search?q=quay", "/api/v1/search?q=road", "/api/v1/search?q=nothingness", "/?q=nothingness"] {
        assert_eq!(desk.get(path).status, 200, "{path}");
    }
    desk.request("HEAD", "/api/v1/search?q=quay");
    assert_eq!(desk.get("/api/v1/search?page=0").status, 400);
    assert_eq!(desk.request("BREW", "/api/v1/search").status, 405);
    assert_eq!((desk.get("/nowhere-1").status, desk.get("/nowhere-2").status), (404, 404));
    assert_eq!((desk.get("/healthz").status, desk.get("/readyz").status), (200, 200));
    let tag = desk.get("/help").headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(desk.asked("GET", "/help", &[("if-none-match", &tag)]).status, 304);
    let exported = desk.get("/api/v1/export?format=jsonl").bytes.len() as f64;
    let after = asked(&desk);
    let moved: BTreeMap<&str, f64> = after
        .iter()
        .filter(|(key, _)| key.starts_with("dossier_") && key.contains("_total"))
        .map(|(key, value)| (key.as_str(), value - before.get(key).unwrap_or(&0.0)))
        .filter(|(key, by)| *by != 0.0 && !key.contains("_bytes_total"))
        .collect();
    let requests = |route: &str, method: &str, status: &str| {
        format!("dossier_http_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}}")
    };
    let expected = [
        (requests("/api/v1/search", "GET", "2xx"), 3.0),
        (requests("/api/v1/search", "HEAD", "2xx"), 1.0),
        (requests("/api/v1/search", "GET", "4xx"), 1.0),
        (requests("/", "GET", "2xx"), 1.0),
        (requests("unmatched", "other", "4xx"), 1.0),
        (requests("unmatched", "GET", "4xx"), 2.0),
        (requests("/healthz", "GET", "2xx"), 1.0),
        (requests("/readyz", "GET", "2xx"), 1.0),
        (requests("/help", "GET", "2xx"), 1.0),
        (requests("/help", "GET", "3xx"), 1.0),
        (requests("/api/v1/export", "GET", "2xx"), 1.0),
        // The first look, which is counted when it was given.
        (requests("/metrics", "GET", "2xx"), 1.0),
        ("dossier_searches_total".to_owned(), 5.0),
        ("dossier_searches_without_hits_total".to_owned(), 2.0),
    ];
    assert_eq!(moved, expected.iter().map(|(key, by)| (key.as_str(), *by)).collect());
    assert_eq!(after["dossier_http_response_bytes_total{route=\"/api/v1/export\"}"], exported);
    assert_eq!(after["dossier_http_request_duration_seconds_count{route=\"/api/v1/search\"}"], 5.0);
    assert_eq!(after["dossier_http_requests_in_flight"], 1.0, "the one that asks");
}

#[test]
fn what_is_told_of_the_index_is_what_its_report_says() {
    let desk = Desk::new();
    let without = asked(&desk);
    assert!(!without.keys().any(|key| key.starts_with("dossier_index_documents")), "{without:?}");
    assert_eq!(desk.get("/api/v1/search").status, 503);
    assert_eq!(asked(&desk)["dossier_http_requests_refused_total{reason=\"starting\"}"], 1.0);
    desk.article("dated", "title: Dated\ndate: 2024-06-01", "A text.");
    desk.article("undated", "title: Undated", "Another text.");
    desk.write("cut.md", "---\ntitle: x\n");
    let report = desk.indexed();
    let status = desk.run(&["status", "--format", "json"]).json();
    let now = asked(&desk);
    let generation = report["generation"].as_str().unwrap();
    for (name, value) in [
        (format!("dossier_index_info{{generation=\"{generation}\"}}"), 1.0),
        ("dossier_index_documents".to_owned(), 2.0),
        ("dossier_index_undated".to_owned(), 1.0),
        ("dossier_index_quarantined".to_owned(), 1.0),
        ("dossier_index_warnings".to_owned(), status["warnings"].as_array().unwrap().len() as f64),
        ("dossier_index_segments".to_owned(), status["segments"].as_f64().unwrap()),
        ("dossier_index_size_bytes".to_owned(), status["bytes"].as_f64().unwrap()),
        (format!("dossier_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION")), 1.0),
    ] {
        assert_eq!(now.get(&name), Some(&value), "{name} in {now:?}");
    }
    let built =
        std::time::UNIX_EPOCH + std::time::Duration::from_secs(now["dossier_index_built_timestamp_seconds"] as u64);
    assert!(built.elapsed().unwrap().as_secs() < 600);
}

#[test]
fn no_client_makes_the_number_of_labels_grow() {
    let desk = desk();
    let ask = |from: usize| {
        for n in from..from + 20 {
            for path in
                [format!("/x{n}"), format!("/articles/x{n}"), format!("/api/v1/facets/x{n}"), format!("/?q=x{n}")]
            {
                desk.get(&path);
                desk.request(&format!("BREW{n}"), &path);
            }
        }
        asked(&desk).len()
    };
    // What is told first is not among what it tells.
    asked(&desk);
    let first = ask(0);
    assert_eq!(ask(100), first);
}

#[test]
fn a_server_counts_connections_and_what_became_of_them_and_tells_of_its_process() {
    let desk = desk();
    let server = Server::start(&desk);
    assert_eq!(server.ask("GET", "/api/v1/search?q=quay").0.lines().next(), Some("HTTP/1.1 200 OK"));
    assert_eq!(status(&sent(&server.address, NO_REQUEST)), 400);
    let malformed = "dossier_http_connections_failed_total{reason=\"malformed\"}";
    // The client may have its answer before the connection has come to its end.
    let now = (0..400).find_map(|_| {
        let (head, body) = server.ask("GET", "/metrics");
        assert!(head.contains("content-type: application/openmetrics-text; version=1.0.0; charset=utf-8"), "{head}");
        Some(samples(&body)).filter(|now| now.contains_key(malformed))
    });
    let now = now.expect("a connection that failed");
    assert_eq!(now[malformed], 1.0);
    assert!(now["dossier_http_connections_total"] >= 3.0);
    assert!(now["dossier_http_connections_open"] >= 1.0);
    assert!(now["dossier_index_opened_timestamp_seconds"] >= now["dossier_index_built_timestamp_seconds"]);
    if cfg!(target_os = "linux") {
        assert!(now["process_resident_memory_bytes"] > 1e6 && now["process_virtual_memory_bytes"] > 1e6);
        assert!(now["process_open_fds"] > 3.0 && now["process_max_fds"] >= now["process_open_fds"]);
        assert!(now["process_cpu_seconds_total"] >= 0.0);
        let age = now["dossier_index_opened_timestamp_seconds"] - now["process_start_time_seconds"];
        assert!((-2.0..600.0).contains(&age), "{age}");
    }
}

#[test]
fn every_metric_is_in_the_documents_and_every_metric_of_the_documents_is_exported() {
    // A family is there once it has a sample: what a server cannot refuse, a desk without an index does.
    let empty = Desk::new();
    assert_eq!(empty.get("/api/v1/search").status, 503);
    let desk = desk();
    let server = Server::start(&desk);
    sent(&server.address, NO_REQUEST);
    let exported = |text: &str| -> BTreeSet<String> {
        let full = |(name, family): (String, Family)| match family.kind.as_str() {
            "counter" => format!("{name}_total"),
            "info" => format!("{name}_info"),
            _ => name,
        };
        parsed(text).into_iter().map(full).collect()
    };
    let mut exported_all = exported(&empty.get("/metrics").body);
    let failed = "dossier_http_connections_failed_total".to_owned();
    assert!((0..400).any(|_| {
        exported_all.extend(exported(&server.ask("GET", "/metrics").1));
        exported_all.contains(&failed)
    }));
    let text = fs::read_to_string(project().join("docs/operations.md")).unwrap();
    let section = text.split("\n## ").find(|section| section.starts_with("Metrics\n")).unwrap();
    let name = Regex::new(r"\b(?:dossier|process)_[a-z_]+").unwrap();
    let plain = |name: &str| name.trim_end_matches("_bucket").to_owned();
    let named: BTreeSet<String> = name.find_iter(section).map(|found| plain(found.as_str())).collect();
    if cfg!(target_os = "linux") {
        assert_eq!(named, exported_all);
    } else {
        assert!(named.is_superset(&exported_all));
    }
}
