//! A batch: a row a query, with the figures that a search gives; broken lines are told and the rest goes on.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::harness::{Desk, Run};

const NAMES: &[u8] = b"\xEF\xBB\xBF# a list of names\r\ngwadar port\r\n\n\"Majeed Brigade\"\n#\n#CPEC\ngwader attak\n---\n\
    not \xFF text\nzeppelin crew\n=SUM(A1)\n( AND gwadar\nregion:Karachi -airport\n\xE4\xBF\xBE\xE8\xB7\xAF\xE6\x94\xAF\n";

fn names() -> Vec<u8> {
    [NAMES, "a".repeat(5000).as_bytes(), b"\n", "b".repeat(100_000).as_bytes(), b"\nlast"].concat()
}

fn batch(arguments: &[&str], input: &[u8]) -> Run {
    let mut child = Desk::shipped()
        .command(&[&["batch", "-"], arguments].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(&input).unwrap());
    let done = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: done.status.code().unwrap(), out: text(done.stdout), err: text(done.stderr) }
}

/// First and last date of all articles that a query finds, by looking at every one.
fn dates(query: &str) -> (Value, Value) {
    let export = Desk::shipped().run(&["export", "--format", "jsonl", "--collapse", "off", "--", query]).out;
    let dates = export.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["date"].clone());
    let padded = |date: &Value| format!("{}{}", date.as_str().unwrap(), &"0000-01-01"[date.as_str().unwrap().len()..]);
    let dated: BTreeMap<String, Vec<Value>> =
        dates.filter(Value::is_string).fold(BTreeMap::new(), |mut by_day, date| {
            by_day.entry(padded(&date)).or_default().push(date);
            by_day
        });
    // Dates of one first day are the same date or a less precise one: either will do.
    let end = |end: Option<&Vec<Value>>| end.map_or(Value::Null, |dates| json!(dates));
    (end(dated.values().next()), end(dated.values().next_back()))
}

#[test]
fn each_row_has_the_figures_of_a_search() {
    let answer = batch(&["--format", "json"], &names()).ended(3).json();
    let rows = answer["rows"].as_array().unwrap();
    assert_eq!((&answer["queries"], &answer["refused"]), (&json!(rows.len()), &json!(4)));
    assert_eq!(rows.len(), 14);
    let mut compared = 0;
    for row in rows.iter().filter(|row| row["error"].is_null()) {
        let query = row["query"].as_str().unwrap();
        let search = Desk::shipped().run(&["search", "--format", "json", "--size", "0", "--", query]).json();
        assert_eq!(row["total"], search["total"], "{query}");
        for part in ["match_used", "missing", "corrections", "diagnostics"] {
            assert_eq!(row[part], search["query"][part], "{query}: {part}");
        }
        let (first, last) = dates(query);
        for (told, known) in [(&row["first"], first), (&row["last"], last)] {
            let fits = known.as_array().map_or(told.is_null(), |known| known.contains(told));
            assert!(fits, "{query}: {told} is none of {known}");
        }
        for (dimension, top) in row["top"].as_object().unwrap() {
            let values = search["facets"][dimension]["values"].as_array().unwrap();
            assert_eq!(top.is_null(), values.is_empty(), "{query}: {dimension}");
            if let Some(path) = top["path"].as_str() {
                let filter = format!("{dimension}={path}");
                let arguments = ["search", "--format", "json", "--size", "0", "--filter", &filter, "--", query];
                let narrowed = Desk::shipped().run(&arguments).json();
                assert_eq!(top["count"], narrowed["total"]["value"], "{query}: {filter}");
                assert!(path.starts_with(values[0]["path"].as_str().unwrap()), "{query}: {path} is not the commonest");
            }
        }
        compared += 1;
    }
    assert_eq!(compared, 10);
}

#[test]
fn a_broken_line_has_a_row_with_the_reason_and_the_rest_goes_on() {
    let run = batch(&["--format", "json"], &names()).ended(3);
    assert_eq!(run.err, "4 of 14 lines were refused; their rows say why\n");
    let answer = run.json();
    let refused: Vec<(u64, &str)> = answer["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| Some((row["line"].as_u64()?, row["error"].as_str()?)))
        .collect();
    let expected = [
        (8, "there is no word in this query, only signs"),
        (9, "byte 5 of the line is not UTF-8"),
        (15, "the query is 5000 bytes long; it may have 4096"),
        (16, "the line is 100000 bytes long; no query is"),
    ];
    assert_eq!(refused, expected);
    assert_eq!(answer["rows"][13]["query"], "last", "a last line needs no line break");
    // Without broken lines the exit code says so.
    batch(&[], b"gwadar\nzeppelin\n").ended(0);
    let none = batch(&["--format", "csv"], b"\n# nothing\n\n").ended(1);
    assert_eq!((none.out.lines().count(), none.err.contains("no query")), (1, true));
    Desk::shipped().run(&["batch", "no-such-file"]).ended(2);
    let wrong = batch(&["--region", "Atlantis"], b"gwadar\n").ended(2);
    assert!(wrong.err.contains("Atlantis") && wrong.out.is_empty(), "{wrong:?}");
}

#[test]
fn a_table_has_a_row_a_query_and_runs_nothing() {
    let run = batch(&["--format", "csv"], &names()).ended(3);
    let table = run.out.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header[..6], ["line", "query", "articles", "different", "first", "last"]);
    assert_eq!(header[header.len() - 5..], ["match", "missing", "corrections", "notes", "error"]);
    assert!(header.windows(2).any(|pair| pair == ["actor", "actor_articles"]));
    let rows: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let answer = batch(&["--format", "json"], &names()).json();
    assert_eq!(rows.len(), answer["rows"].as_array().unwrap().len());
    for (row, told) in rows.iter().zip(answer["rows"].as_array().unwrap()) {
        assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{row:?}");
        assert_eq!(row[0], told["line"].to_string());
        assert_eq!(row[1].trim_start_matches('\''), told["query"].as_str().unwrap());
        assert_eq!(row[2], told["total"]["value"].as_u64().map(|value| value.to_string()).unwrap_or_default());
        assert_eq!(row[4], told["first"].as_str().unwrap_or_default());
        let actor = header.iter().position(|name| name == "actor").unwrap();
        assert_eq!(row[actor], told["top"]["actor"]["path"].as_str().unwrap_or_default());
        assert_eq!(row[header.len() - 1], told["error"].as_str().unwrap_or_default());
    }
}

#[test]
fn a_file_filters_and_switches_do_what_they_do_in_a_search() {
    let desk = Desk::shipped();
    let file = desk.folder().join("batch-names.txt");
    std::fs::write(&file, "gwadar\nBLA\n").unwrap();
    let file = file.to_str().unwrap();
    for flags in
        [&["--from", "2024"][..], &["--region", "Gwadar", "--lang", "ur"], &["--variants", "off"], &["--fuzzy", "0"]]
    {
        let answer = desk.run(&[&["batch", file, "--format", "json"], flags].concat()).ended(0).json();
        for row in answer["rows"].as_array().unwrap() {
            let query = row["query"].as_str().unwrap();
            let search = desk.run(&[&["search", query, "--format", "json", "--size", "0"], flags].concat()).json();
            assert_eq!(row["total"], search["total"], "{query} {flags:?}");
        }
    }
    let text = desk.run(&["batch", file]).ended(0).out;
    assert!(
        text.starts_with("1: gwadar\n  ") && text.contains(" articles · 20") && text.contains("\n2: BLA\n"),
        "{text}"
    );
}
