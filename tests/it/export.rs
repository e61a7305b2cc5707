//! Exports: all hits and nothing else, the same bytes by every way, never cut in silence; citations of single articles.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use biblatex::{Bibliography, ChunksExt};
use dossier::engine::EngineError;
use dossier::server::{Guard, Settings, routes};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::harness::{Desk, PUBLIC_URL, Reply};
use crate::stand_in::{Acts, StandIn};

const FORMS: [&str; 5] = ["csv", "jsonl", "bibtex", "ris", "csl-json"];

/// Ninety articles, more than two batches: labels, languages, partial dates, copies, and titles that want to be formulas.
fn desk() -> &'static Desk {
    static DESK: OnceLock<Desk> = OnceLock::new();
    DESK.get_or_init(|| {
        let desk = Desk::new();
        let titles = [
            "=HYPERLINK(\\\"https://evil.example\\\")",
            "+49 calls from the {quay}, 100% \\\\ true",
            "-a \\\"quoted\\\" title, with a comma",
            "@port & _harbour_ #1 $2 ~3 ^4",
            "گودی میں ہڑتال، دوسرا دن",
            "港口罢工",
            "A plain title -- with dashes",
        ];
        let dates = ["date: 2024-03-26", "date: 2023-11", "date: 2022", "undated: true"];
        let places = ["Norland/Eastport/Old Quay", "Norland/Westmoor", "Sudia"];
        for number in 0..90 {
            let title = titles[number % titles.len()];
            let front = format!(
                "title: \"{title} {number}\"\n{}\nsource: [\"=Tide\", \"Post {}\"]\nauthor: \"Ana Writer; -desk\"\n\
                 url: https://harbour.example/{number}?a=1&b=%20_c\nregion: [{}]\nactor: []\nthreat: [piracy]",
                dates[number % dates.len()],
                number % 5,
                places[number % places.len()],
            );
            // Every tenth text stands twice, so that there are copies.
            let text = if number % 10 < 2 { number / 10 } else { number };
            let words: String = (0..60).map(|n| format!("word{} ", text * 100 + n)).collect();
            let boat = if number % 3 == 0 { "A boat at the quay. " } else { "" };
            desk.article(&format!("article-{number:02}"), &front, &format!("{boat}{words}"));
        }
        desk.indexed();
        desk
    })
}

fn encoded(parameters: &[(&str, &str)]) -> String {
    parameters.iter().map(|(name, value)| format!("&{name}={}", value.replace(' ', "+"))).collect()
}

/// The ids that paging through a search gives, page by page.
fn paged(parameters: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for page in 1.. {
        let reply = desk().get(&format!("/api/v1/search?size=7&facets=none&page={page}{parameters}")).json();
        let hits = reply["hits"].as_array().unwrap();
        if hits.is_empty() {
            return ids;
        }
        ids.extend(hits.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()));
    }
    unreachable!("pages end")
}

fn rows(table: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    assert_eq!(table[..3], *b"\xEF\xBB\xBF", "a spreadsheet needs the byte order mark");
    let mut reader = csv::Reader::from_reader(&table[3..]);
    let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = cells(reader.headers().unwrap());
    (header, reader.records().map(|record| cells(&record.unwrap())).collect())
}

/// The records of a RIS file: tag and value of each line.
fn records(text: &str) -> Vec<Vec<(String, String)>> {
    let mut records = vec![Vec::new()];
    for line in text.split_terminator("\r\n") {
        let (tag, value) = line.split_once("  - ").unwrap_or_else(|| panic!("no tag in {line:?}"));
        if tag == "ER" {
            records.push(Vec::new());
        } else {
            records.last_mut().unwrap().push((tag.to_owned(), value.to_owned()));
        }
    }
    assert_eq!(records.pop(), Some(Vec::new()), "the last record has an end");
    records
}

fn value<'r>(record: &'r [(String, String)], tag: &str) -> Option<&'r str> {
    record.iter().find(|(known, _)| known == tag).map(|(_, value)| value.as_str())
}

/// The ids of an export, in its order, read back from its form.
fn ids(form: &str, bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).unwrap();
    match form {
        "csv" => rows(bytes).1.into_iter().map(|row| row[0].clone()).collect(),
        "jsonl" => text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
            .collect(),
        "bibtex" => Bibliography::parse(text).unwrap().iter().map(|entry| entry.key.clone()).collect(),
        "ris" => records(text).iter().map(|record| value(record, "ID").unwrap().to_owned()).collect(),
        _ => {
            let items: Vec<Value> = serde_json::from_str(text).unwrap();
            items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn export(parameters: &str) -> Reply {
    let reply = desk().asked("GET", &format!("/api/v1/export?{parameters}"), &[]);
    assert_eq!(reply.status, 200, "{parameters}: {}", String::from_utf8_lossy(&reply.bytes));
    reply
}

#[test]
fn an_export_is_what_paging_to_the_end_gives_in_every_form() {
    let searches: [&[(&str, &str)]; 9] = [
        &[],
        &[("collapse", "off")],
        &[("q", "boat")],
        &[("q", "boat quay"), ("collapse", "off"), ("sort", "oldest")],
        &[("q", "quay"), ("region", "Norland"), ("not.region", "Westmoor")],
        &[("from", "2023"), ("to", "2024"), ("sort", "newest")],
        &[("from", "2024"), ("undated", "true"), ("source", "Post 1"), ("source", "Post 2")],
        &[("q", "boat OR title"), ("match", "any"), ("recency", "30")],
        &[("q", "zeppelin")],
    ];
    for search in searches {
        let search = encoded(search);
        let expected = paged(&search);
        assert_eq!(expected.is_empty(), search.contains("zeppelin"), "{search}");
        for form in FORMS {
            let reply = export(&format!("format={form}{search}"));
            assert_eq!(ids(form, &reply.bytes), expected, "{form} {search}");
            assert_eq!(reply.headers["dossier-articles"], expected.len().to_string(), "{form} {search}");
            let manifest = desk().get(&format!("/api/v1/export/manifest?format={form}{search}")).json();
            assert_eq!(manifest["sha256"], sha256(&reply.bytes), "{form} {search}");
            assert_eq!(manifest["bytes"], reply.bytes.len(), "{form} {search}");
            assert_eq!(manifest["articles"], expected.len(), "{form} {search}");
            assert_eq!(reply.headers["dossier-generation"], *manifest["generation"].as_str().unwrap());
        }
    }
}

#[test]
fn a_manifest_says_what_was_asked_and_how_to_make_it_again() {
    let search = "q=boat&region=Old+Quay&not.source=Post+1&from=2022&sort=newest&collapse=off&accessed=2026-11-22";
    let manifest = desk().get(&format!("/api/v1/export/manifest?format=ris&{search}")).json();
    assert_eq!((&manifest["program"], &manifest["version"]), (&json!("dossier"), &json!(env!("CARGO_PKG_VERSION"))));
    assert_eq!((&manifest["query"]["text"], &manifest["query"]["parsed"]), (&json!("boat"), &json!("boat")));
    let filters = json!({"from": ["2022"], "not.source": ["Post 1"], "region": ["Norland/Eastport/Old Quay"]});
    assert_eq!(manifest["filters"], filters);
    let parameters = json!({"accessed": ["2026-11-22"], "collapse": ["off"], "sort": ["newest"]});
    assert_eq!(manifest["parameters"], parameters);
    assert_eq!((&manifest["format"], &manifest["collapsed"]), (&json!("ris"), &json!(false)));
    let address = manifest["made_by"].as_str().unwrap().strip_prefix(PUBLIC_URL).unwrap();
    let again = desk().asked("GET", address, &[]);
    assert_eq!(sha256(&again.bytes), manifest["sha256"].as_str().unwrap(), "{address}");
    let link = again.headers["link"].to_str().unwrap();
    let place = link.strip_prefix('<').unwrap().split_once('>').unwrap().0;
    assert_eq!(desk().get(place).json(), manifest, "{link}");
}

#[test]
fn a_table_has_right_columns_and_no_cell_that_a_spreadsheet_would_run() {
    let (header, rows) = rows(&export("format=csv").bytes);
    let expected = "id title date date_source source author lang region actor threat topic url copies score";
    assert_eq!(header.join(" "), expected);
    assert_eq!(rows.len(), paged("").len());
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    for row in &rows {
        assert_eq!(row.len(), header.len());
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        }
        let article = desk().get(&format!("/api/v1/articles/{}", row[0])).json();
        assert_eq!(row[at("title")].trim_start_matches('\''), article["title"].as_str().unwrap());
        assert_eq!(row[at("date")], article["date"].as_str().unwrap_or_default());
        assert_eq!(
            row[at("source")].trim_start_matches('\''),
            format!("=Tide; {}", article["source"][1].as_str().unwrap())
        );
        assert_eq!(row[at("region")], article["facets"]["region"][0]["path"].as_str().unwrap());
        assert_eq!(row[at("url")], article["url"].as_str().unwrap());
    }
    assert!(rows.iter().any(|row| row[at("title")].starts_with("'=HYPERLINK")));
    assert!(rows.iter().any(|row| row[at("copies")].starts_with("article-")), "copies are named");
    // The rows of a search are as tame.
    let searched = desk().run(&["search", "--format", "csv", "--size", "100", "--collapse", "off"]).ended(0).out;
    let mut reader = csv::Reader::from_reader(searched.as_bytes());
    let cells: Vec<_> =
        reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert!(cells.len() > 800 && !cells.iter().any(|cell| cell.starts_with(['=', '+', '-', '@'])));
}

#[test]
fn lines_hold_whole_articles() {
    let reply = export("format=jsonl&collapse=off");
    let lines: Vec<Value> =
        std::str::from_utf8(&reply.bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 90);
    for line in lines {
        let article = desk().get(&format!("/api/v1/articles/{}", line["id"].as_str().unwrap())).json();
        assert_eq!(line, article);
        assert!(line["body"].as_str().unwrap().contains("word"));
    }
}

#[test]
fn the_shipped_corpus_reads_back_from_both_citation_forms() {
    let desk = Desk::shipped();
    let get = |form: &str| desk.get(&format!("/api/v1/export?format={form}&collapse=off")).body;
    let articles: Vec<Value> = get("jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let bibliography = Bibliography::parse(&get("bibtex")).unwrap();
    let ris = records(&get("ris"));
    let items: Vec<Value> = serde_json::from_str(&get("csl-json")).unwrap();
    assert!(articles.len() > 100 && bibliography.len() == articles.len());
    assert_eq!((ris.len(), items.len()), (articles.len(), articles.len()));
    for ((article, record), item) in articles.iter().zip(&ris).zip(&items) {
        let (id, title) = (article["id"].as_str().unwrap(), article["title"].as_str().unwrap());
        let date = article["date"].as_str();
        let entry = bibliography.get(id).unwrap_or_else(|| panic!("{id} is not in the bibliography"));
        assert_eq!((value(record, "ID"), &item["id"]), (Some(id), &json!(id)));
        assert_eq!(entry.title().unwrap().format_verbatim(), title);
        assert_eq!((value(record, "TI"), &item["title"]), (Some(title), &json!(title)));
        assert_eq!(entry.get("date").map(|date| date.format_verbatim()).as_deref(), date, "{id}");
        let slashed = |date: &str| format!("{}{}", date.replace('-', "/"), &"///"[date.matches('-').count()..]);
        assert_eq!(value(record, "DA"), date.map(slashed).as_deref(), "{id}");
        let parts = |date: &str| json!([date.split('-').map(|part| part.parse::<i16>().unwrap()).collect::<Vec<_>>()]);
        assert_eq!(item["issued"]["date-parts"], date.map_or(Value::Null, parts), "{id}");
    }
}

#[test]
fn what_an_export_does_not_take_is_named() {
    let get = |path: &str| desk().get(path);
    for (parameters, named) in [
        ("", "format"),
        ("format=", "format"),
        ("format=word", "format"),
        ("format=csv&page=2", "page"),
        ("format=csv&size=5", "size"),
        ("format=csv&cursor=x", "cursor"),
        ("format=csv&facets=region", "facets"),
        ("format=csv&explain=true", "explain"),
        ("format=csv&sort=upward", "sort"),
        ("format=csv&region=Atlantis", "region"),
        ("format=csv&colour=red", "colour"),
        ("format=bibtex&accessed=today", "accessed"),
    ] {
        for path in ["/api/v1/export", "/api/v1/export/manifest"] {
            let reply = get(&format!("{path}?{parameters}"));
            assert_eq!((reply.status, reply.content_type.as_str()), (400, "application/problem+json"), "{parameters}");
            assert_eq!(reply.json()["errors"][0]["parameter"], named, "{parameters}: {}", reply.body);
        }
    }
    let known = get("/api/v1/export?format=word").json()["errors"][0]["suggestion"].to_string();
    assert!(FORMS.iter().all(|form| known.contains(form)), "{known}");
    let live = get("/api/v1/status").json()["generation"].as_str().unwrap().to_owned();
    assert_eq!(get(&format!("/api/v1/export?format=csv&generation={live}")).status, 200);
    let other = get("/api/v1/export?format=csv&generation=0123456789abcdef");
    assert_eq!((other.status, &other.json()["type"]), (409, &json!("/problems/generation")), "{}", other.body);
    assert!(other.body.contains(&live));
}

#[test]
fn the_command_writes_the_same_bytes_with_their_manifest_beside_them() {
    let desk = desk();
    let folder = desk.folder().join("exports");
    std::fs::create_dir(&folder).unwrap();
    for form in FORMS {
        let file = folder.join(format!("boats.{form}"));
        let arguments = ["export", "boat", "--region", "Norland", "--format", form, "--public-url", PUBLIC_URL];
        let run = desk.run(&[&arguments[..], &["--output", file.to_str().unwrap()]].concat()).ended(0);
        let bytes = std::fs::read(&file).unwrap();
        let said = format!("{} articles in {}, {} bytes\n", ids(form, &bytes).len(), file.display(), bytes.len());
        assert_eq!((run.out, run.err.as_str()), (said, ""));
        assert_eq!(bytes, export(&format!("format={form}&q=boat&region=Norland")).bytes, "{form}");
        let text = std::fs::read_to_string(folder.join(format!("boats.{form}.manifest.json"))).unwrap();
        let manifest: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&manifest["sha256"], &manifest["format"]), (&json!(sha256(&bytes)), &json!(form)));
        assert_eq!(manifest["filters"], json!({"region": ["Norland"]}));
        assert!(manifest["made_by"].as_str().unwrap().starts_with("dossier export boat --region Norland --format"));
        // To standard output, with the manifest where it is wanted.
        let place = folder.join(format!("{form}.json"));
        let run = desk.run(&[&arguments[..], &["--manifest", place.to_str().unwrap()]].concat()).ended(0);
        assert_eq!(run.out.as_bytes(), bytes, "{form}");
        let again: Value = serde_json::from_str(&std::fs::read_to_string(&place).unwrap()).unwrap();
        assert_eq!(again["sha256"], manifest["sha256"], "{form}");
    }
    let listed = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(listed.into_iter().all(|name| !name.contains("not-whole")), "nothing is left beside the files");
    for form in FORMS {
        let none = desk.run(&["export", "zeppelin", "--format", form]).ended(1);
        assert!(ids(form, none.out.as_bytes()).is_empty() && none.err.is_empty(), "{form}: {none:?}");
    }
}

#[test]
fn what_cannot_be_written_whole_is_an_error_and_leaves_no_file() {
    let desk = desk();
    let missing = desk.folder().join("no-such-folder").join("all.csv");
    let run = desk.run(&["export", "--format", "csv", "--output", missing.to_str().unwrap()]).ended(2);
    assert!(run.err.contains("cannot write") && run.err.contains("no-such-folder"), "{}", run.err);
    for arguments in [&["export"][..], &["export", "--format", "word"], &["export", "--format", "csv", "--size", "3"]] {
        desk.run(arguments).ended(2);
    }
    let unknown = desk.run(&["export", "--format", "csv", "--region", "Atlantis"]).ended(2);
    assert!(unknown.err.contains("region: there is no value `Atlantis`"), "{}", unknown.err);

    // An index whose texts are damaged is found out while it is read.
    let broken = Desk::new();
    for number in 0..40 {
        broken.article(&format!("a-{number}"), "title: A title", &format!("Text {number}. ").repeat(200));
    }
    broken.indexed();
    let mut damaged = 0;
    let generation = std::fs::read_to_string(broken.index().join("CURRENT")).unwrap();
    for entry in std::fs::read_dir(broken.index().join(generation.trim()).join("tantivy")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "store") {
            let mut bytes = std::fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[..middle].fill(0xAA);
            std::fs::write(&path, bytes).unwrap();
            damaged += 1;
        }
    }
    assert!(damaged > 0);
    let file = broken.folder().join("all.jsonl");
    let run = broken.run(&["export", "--format", "jsonl", "--output", file.to_str().unwrap()]).ended(2);
    assert!(run.err.starts_with("error: "), "{}", run.err);
    let left: Vec<_> = std::fs::read_dir(broken.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name == "corpus" || name == "index"), "{left:?}");
}

/// How an export ends.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Whole,
    Error,
    Panic,
}

/// What becomes of the second batch of articles.
fn second_batch(end: End) -> Acts {
    Acts {
        documents: Box::new(move |batch, mut articles| {
            if batch == 0 {
                // Long texts, so that a piece goes out before the end.
                articles.iter_mut().for_each(|(document, _)| document.body = "long ".repeat(10_000));
                return Ok(articles);
            }
            match end {
                End::Whole => Ok(articles),
                End::Error => Err(EngineError::lost("second-batch")),
                End::Panic => panic!("the second batch panics"),
            }
        }),
        ..Acts::default()
    }
}

#[test]
fn an_export_that_fails_midway_breaks_off_and_has_no_end() {
    let ends = [End::Whole, End::Error, End::Panic];
    for (end, encoding) in ends.into_iter().flat_map(|end| [(end, "identity"), (end, "gzip")]) {
        let engines = StandIn::new(desk(), second_batch(end));
        let settings = Settings::new(PUBLIC_URL.parse().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        listener.set_nonblocking(true).unwrap();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                warp::serve(routes(Arc::new(engines), Guard::new(2), settings)).incoming(listener).run().await;
            });
        });
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let path = "/api/v1/export?format=jsonl&collapse=off";
        let head = format!("Host: {address}\r\nAccept-Encoding: {encoding}\r\nConnection: close");
        write!(stream, "GET {path} HTTP/1.1\r\n{head}\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        // A connection that is reset is as plain an end as one that is closed.
        let _ = stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer);
        assert!(text.starts_with("HTTP/1.1 200") && text.contains("transfer-encoding: chunked"), "{text:.200}");
        assert_eq!(answer.ends_with(b"\r\n0\r\n\r\n"), end == End::Whole, "{end:?}, {encoding}: how the body ends");
    }
}

#[test]
fn one_article_is_cited_in_every_form() {
    let cite = |parameters: &str| desk().get(&format!("/api/v1/articles/article-03/citation{parameters}"));
    let expected: [(&str, &str, &str, &[&str]); 4] = [
        (
            "bibtex",
            "application/x-bibtex; charset=utf-8",
            "bib",
            &["@online{article-03,", "\\#1 \\$2 \\textasciitilde{}3"],
        ),
        ("ris", "application/x-research-info-systems; charset=utf-8", "ris", &["TY  - NEWS\r\n", "N1  - undated\r\n"]),
        ("csl-json", "application/vnd.citationstyles.csl+json", "json", &["\"id\":\"article-03\""]),
        (
            "text",
            "text/plain; charset=utf-8",
            "txt",
            &["Ana Writer, -desk: “@port & _harbour_ #1 $2 ~3 ^4 3.” =Tide; Post 3, undated."],
        ),
    ];
    for (form, media_type, ending, parts) in expected {
        let reply = cite(&format!("?format={form}&accessed=2026-11-22"));
        assert_eq!((reply.status, reply.content_type.as_str()), (200, media_type), "{form}");
        let named = reply.headers["content-disposition"].to_str().unwrap();
        assert!(named.ends_with(&format!("filename=\"article-03.{ending}\"")), "{named}");
        for part in parts {
            assert!(reply.body.contains(part), "{part} in {}", reply.body);
        }
        assert!(reply.body.contains(&format!("{PUBLIC_URL}/articles/article-03")), "{form}: {}", reply.body);
        assert!(reply.body.contains("2026"), "{form} names the day of access");
        assert!(!cite(&format!("?format={form}")).body.contains("2026"), "{form} names a day that nobody said");
        if form != "text" {
            let arguments =
                ["show", "article-03", "--format", form, "--accessed", "2026-11-22", "--public-url", PUBLIC_URL];
            assert_eq!(desk().run(&arguments).ended(0).out, reply.body, "{form}");
        }
    }
    assert_eq!(cite("").content_type, "text/plain; charset=utf-8");
    let wrong = cite("?format=word");
    assert_eq!((wrong.status, wrong.content_type.as_str()), (400, "application/problem+json"));
    assert_eq!(wrong.json()["errors"][0]["suggestion"], "write bibtex, ris, csl-json, text");
    assert_eq!(cite("?style=apa").status, 400);
    assert_eq!(desk().get("/api/v1/articles/nothing/citation").status, 404);
}

#[test]
fn a_citation_makes_up_no_date() {
    let years: BTreeMap<&str, &str> =
        [("article-00", "2024-03-26"), ("article-01", "2023-11"), ("article-02", "2022"), ("article-03", "")].into();
    for (id, date) in years {
        let text = desk().get(&format!("/api/v1/articles/{id}/citation?format=bibtex")).body;
        let bibliography = Bibliography::parse(&text).unwrap();
        let entry = bibliography.get(id).unwrap();
        let field = |name: &str| entry.get(name).map(|field| field.format_verbatim()).unwrap_or_default();
        assert_eq!((field("date"), field("year")), (date.to_owned(), date.chars().take(4).collect()), "{text}");
    }
}
