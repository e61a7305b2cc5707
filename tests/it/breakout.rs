//! Nothing that others wrote breaks out of its place: titles, ids, publishers, addresses, front matter, names of files, names and
//! aliases of the taxonomy and queries stay text, in pages, data, tables, feeds, citations, headers and on the terminal.

use std::sync::OnceLock;

use dom_query::Document;
use regex::Regex;
use serde_json::Value;

use crate::harness::{Desk, Reply};
use crate::live::{Server, sent, status};

/// Texts that mean something to somebody who reads them wrongly.
const HOSTILE: [&str; 14] = [
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(2)>",
    "</title></textarea></style><svg onload=alert(3)>",
    "]]></name><evil/><![CDATA[",
    "{{7-7}} ${7-7} {%raw%}",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\u{1b}]0;owned\u{7}\u{1b}[31;1mred\u{1b}[2J",
    "\u{9b}31m\u{90}q\u{9c}",
    "\u{202e}txt.exe\u{2066}\u{200f}",
    "one\r\nSet-Cookie: evil=1\r\n\r\n<html>",
    "}, evil = {x}, \\input{/etc/passwd} % $ # _",
    "end\nER  - \nTY  - JOUR\nTI  - evil",
    "\u{2028}\u{2029}\u{feff}\u{0}nul",
];

/// A text as YAML and TOML both take it, in double quotes.
fn quoted(text: &str) -> String {
    let escaped = |c: char| match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{202e}' | '\u{2066}' | '\u{200f}' => {
            format!("\\u{:04x}", u32::from(c))
        }
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

/// A corpus in which every text that may be chosen freely is hostile.
fn desk() -> &'static Desk {
    static DESK: OnceLock<Desk> = OnceLock::new();
    DESK.get_or_init(|| {
        let desk = Desk::new();
        let tame_enough = HOSTILE.iter().filter(|text| !text.contains(['/', '\n', '\u{0}', '\u{1b}', '\u{9b}', '\u{2028}']));
        let nodes: String = tame_enough
            .enumerate()
            .map(|(n, text)| {
                let name = quoted(&format!("{text} {n}"));
                format!("\n[[actor]]\npath = {name}\naliases = [{}]\n", quoted(&format!("alias {n} {text}")))
            })
            .collect();
        let taxonomy = crate::harness::TAXONOMY.replace("label = \"Actor\"", "label = \"<b onclick=alert(4)>Actor\"");
        desk.write("taxonomy.toml", format!("{taxonomy}{nodes}"));
        for (n, text) in HOSTILE.iter().enumerate() {
            let (value, url) = (quoted(text), ["javascript:alert(5)", "data:text/html,<script>alert(6)</script>"][n % 2]);
            let head = format!(
                "title: {value}\nauthor: {value}\nsource: [{value}]\nurl: {}\nsources:\n  - url: {}\n    title: {value}\n\
                 topic: [{value}]\nregion: [{value}, Eastport]\ndate: 2024-03-0{}\nsummary: {value}\nextra: {{ {value}: {value} }}\n\
                 {value}: {value}",
                quoted(url),
                quoted(&format!("http://evil.example/\" onclick=\"alert(7)\n{n}")),
                n % 9 + 1,
            );
            // Control characters in a text make it no text; in front matter they may stand as escapes.
            let text = &text.replace(char::is_control, " ");
            let body = format!("A boat came, said {text}\n\n# {text}\n\n> {text}\n\n[link](javascript:alert(8)) <b>boat</b> {text}");
            desk.article(&format!("hostile-{n:02}"), &head, &body);
        }
        desk.article("plain", "title: A plain boat\nregion: [Eastport]", "A boat alias 1 and nothing else.");
        #[cfg(unix)]
        desk.write("\u{1b}]0;owned\u{7}\u{202e}broken\u{9b}.md", "---\ntitle: [\n---\n");
        desk.write("<img src=x onerror=alert(9)>.md", "---\ntitle: {\n---\n");
        let report = desk.indexed();
        let quarantined = report["quarantined"].as_array().unwrap();
        assert_eq!(quarantined.len(), 1 + usize::from(cfg!(unix)), "{quarantined:#?}");
        desk
    })
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// All addresses that show what others wrote, some with a hostile query.
fn addresses(prefixes: &[&str]) -> Vec<String> {
    let ids = (0..HOSTILE.len()).map(|n| format!("hostile-{n:02}"));
    let mut all = Vec::new();
    for prefix in prefixes {
        if prefix.contains("{id}") {
            all.extend(ids.clone().map(|id| prefix.replace("{id}", &id)));
            continue;
        }
        all.push((*prefix).to_owned());
        let join = if prefix.contains('?') { '&' } else { '?' };
        all.extend(HOSTILE.iter().map(|text| format!("{prefix}{join}q={}", encoded(&format!("boat {text}")))));
    }
    all
}

/// Fails the test unless a page has no element, attribute or address but such as our templates write.
#[track_caller]
fn is_tame(path: &str, page: &str) {
    let document = Document::from(page);
    for node in document.select("*").nodes() {
        let name = node.node_name().unwrap_or_default().to_string();
        let unknown = ["iframe", "object", "embed", "img", "base", "style", "b", "evil", "textarea"];
        assert!(!unknown.contains(&name.as_str()), "{path}: <{name}>");
        for attribute in node.attrs() {
            let (key, value) = (attribute.name.local.to_string(), attribute.value.to_string());
            assert!(!key.starts_with("on") && key != "style" && key != "srcdoc", "{path}: {name} {key}={value}");
            if ["href", "src", "action", "formaction"].contains(&key.as_str()) {
                let is_own = value.starts_with(['/', '#', '?']) && !value.starts_with("//");
                let is_web = value.starts_with("http://") || value.starts_with("https://");
                assert!(is_own || is_web, "{path}: {name} {key}={value}");
            }
        }
        if name == "script" {
            let source = node.attr("src").unwrap_or_default().to_string();
            assert!(source.starts_with("/assets/") && node.text().trim().is_empty(), "{path}: {source}");
        }
    }
}

#[test]
fn pages_are_made_of_our_elements_alone() {
    let prefixes = [
        "/",
        "/articles/{id}?q=boat",
        "/overview",
        "/coverage",
        "/help",
        "/facets/region",
        "/facets/actor",
        "/facets/topic",
    ];
    for path in addresses(&prefixes) {
        let reply = desk().get(&path);
        let takes_nothing = path.starts_with("/coverage?") || path.starts_with("/help?");
        assert_eq!(reply.status, if takes_nothing { 400 } else { 200 }, "{path}: {}", reply.body);
        is_tame(&path, &reply.body);
    }
    // What is no address is told by its own name.
    for text in HOSTILE {
        for path in
            [format!("/{}", encoded(text)), format!("/articles/{}", encoded(text)), format!("/?{}=1", encoded(text))]
        {
            let reply = desk().get(&path);
            assert!(matches!(reply.status, 400 | 404), "{path}: {}", reply.status);
            is_tame(&path, &reply.body);
        }
    }
}

/// Calls `look` with every text under a key, wherever it stands.
fn texts(value: &Value, look: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(keys) => keys.iter().for_each(|(key, value)| match value {
            Value::String(text) => look(key, text),
            value => texts(value, look),
        }),
        Value::Array(list) => list.iter().for_each(|value| texts(value, look)),
        _ => {}
    }
}

#[test]
fn data_is_data_and_its_markup_holds_marks_alone() {
    let prefixes = [
        "/api/v1/search",
        "/api/v1/articles/{id}?q=boat",
        "/api/v1/articles/{id}/similar",
        "/api/v1/facets/actor",
        "/api/v1/suggest?size=50",
        "/api/v1/crosstab",
        "/api/v1/status",
        "/api/v1/openapi.json",
        "/suggest.json",
    ];
    let mark = Regex::new("</?mark>").unwrap();
    for path in addresses(&prefixes)
        .into_iter()
        .filter(|path| !path.contains("status?") && !path.contains("json?q=") || path.contains("suggest.json"))
    {
        let reply = desk().get(&path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        assert!(reply.content_type.contains("json"), "{path}: {}", reply.content_type);
        texts(&reply.json(), &mut |key, text| {
            if key == "html" || key.ends_with("_html") {
                assert!(!mark.replace_all(text, "").contains(['<', '>', '"']), "{path} {key}: {text}");
            }
        });
    }
}

#[test]
fn a_feed_is_well_formed_whatever_stands_in_it() {
    for path in addresses(&["/feed.atom", "/feed.atom?size=100"]).into_iter().chain(["/opensearch.xml".to_owned()]) {
        let reply = desk().get(&path);
        assert_eq!(reply.status, 200, "{path}");
        let mut reader = quick_xml::Reader::from_str(&reply.body);
        reader.config_mut().check_end_names = true;
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{path}: {error} in {}", reply.body)) {
                quick_xml::events::Event::Start(start) | quick_xml::events::Event::Empty(start) => {
                    let name = String::from_utf8(start.name().as_ref().into()).unwrap();
                    assert!(!["evil", "script", "svg", "img"].contains(&name.as_str()), "{path}: {name}");
                    for attribute in start.attributes() {
                        let value = attribute
                            .unwrap()
                            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                            .unwrap()
                            .into_owned();
                        assert!(!value.starts_with("javascript:") && !value.starts_with("data:"), "{path}: {value}");
                    }
                }
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        let forbidden = |c: &char| c.is_ascii_control() && !"\n\t".contains(*c);
        assert_eq!(reply.body.chars().find(forbidden), None, "{path}");
    }
}

fn export(form: &str) -> Reply {
    let reply = desk().get(&format!("/api/v1/export?format={form}&collapse=off"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply
}

#[test]
fn exports_and_citations_hold_as_many_records_as_articles_and_no_formula() {
    let articles = HOSTILE.len() + 1;
    let csv = export("csv");
    let mut reader = csv::Reader::from_reader(csv.bytes.as_slice());
    let rows: Vec<_> = reader.records().map(|row| row.unwrap()).collect();
    assert_eq!(rows.len(), articles);
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?}");
    }
    let bibtex = export("bibtex").body;
    let read = biblatex::Bibliography::parse(&bibtex).unwrap_or_else(|error| panic!("{error} in {bibtex}"));
    assert_eq!(read.len(), articles);
    assert!(!bibtex.contains("\\input{") && read.iter().all(|entry| !entry.fields.contains_key("evil")), "{bibtex}");
    let ris = export("ris").body;
    let line = Regex::new("^[A-Z][A-Z0-9]  - ").unwrap();
    assert!(ris.lines().all(|text| text.is_empty() || line.is_match(text)), "{ris}");
    assert_eq!(ris.lines().filter(|line| line.starts_with("TY  - ")).count(), articles);
    assert_eq!(ris.lines().filter(|line| line.starts_with("ER  - ")).count(), articles);
    let lines = export("jsonl").body;
    assert_eq!(lines.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count(), articles);
    assert_eq!(export("csl-json").json().as_array().unwrap().len(), articles);
    let table = desk().get("/api/v1/crosstab?rows=topic&columns=actor&format=csv");
    let mut reader = csv::Reader::from_reader(table.bytes.as_slice());
    for cell in reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()) {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?}");
    }
}

#[test]
fn nothing_steers_the_terminal() {
    let desk = desk();
    let ids: Vec<String> = (0..HOSTILE.len()).map(|n| format!("hostile-{n:02}")).collect();
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["search", "boat", "--size", "100"],
        vec!["search", "boat", "--explain"],
        vec!["search", "--size", "100", "--format", "markdown"],
        vec!["facets", "--facet-size", "100"],
        vec!["suggest", "a"],
        vec!["status"],
        vec!["check"],
        vec!["index"],
        vec!["index", "--full"],
        vec!["similar", "hostile-00"],
    ];
    commands.extend(ids.iter().map(|id| vec!["show", id.as_str(), "--highlight", "boat"]));
    commands.extend(ids.iter().map(|id| vec!["show", id.as_str(), "--format", "ris"]));
    for text in HOSTILE.iter().filter(|text| !text.contains('\u{0}')) {
        commands.push(vec!["search", "--", text]);
        commands.push(vec!["search", "boat", "--filter", text]);
        commands.push(vec!["search", "boat", "--region", text]);
        commands.push(vec!["search", "boat", "--sort", text]);
        commands.push(vec!["show", "--", text]);
        commands.push(vec!["suggest", "--", text]);
        commands.push(vec!["facets", "--", text]);
    }
    for command in commands {
        let run = desk.run(&command);
        assert!(!run.err.contains("panicked"), "{command:?}: {}", run.err);
        for (stream, said) in [("output", &run.out.replace("\r\n", "\n")), ("errors", &run.err)] {
            let steers = |c: char| {
                c.is_control() && !"\n\t".contains(c) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            if let Some(at) = said.find(steers) {
                let near: String = said[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
                panic!("{command:?}: {stream}: {:?} after {near:?}", said[at..].chars().next());
            }
        }
    }
}

#[test]
fn no_parameter_gets_out_of_its_header() {
    let server = Server::start(desk());
    let breaks = [
        "%0d%0aSet-Cookie:%20evil=1",
        "%0aSet-Cookie:%20evil=1",
        "%E5%98%8A%E5%98%8DSet-Cookie:%20evil=1",
        "%00",
        "%22;%20x=%22",
    ];
    for text in breaks {
        for path in [
            format!("/api/v1/export?format=csv&q={text}"),
            format!("/api/v1/export?format=csv&topic={text}"),
            format!("/api/v1/articles/{text}/citation"),
            format!("/articles/{text}"),
            format!("/{text}"),
            format!("/assets/{text}/style.css"),
            format!("/?q={text}"),
            format!("/feed.atom?q={text}"),
        ] {
            let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address);
            let answer = sent(&server.address, request.as_bytes());
            let head = answer.split("\r\n\r\n").next().unwrap();
            assert!(matches!(status(&answer), 200 | 400 | 404), "{path}: {head}");
            assert!(!head.to_lowercase().contains("\nset-cookie"), "{path}: {head}");
            for line in head.lines().skip(1) {
                assert!(line.contains(": ") && line.is_ascii(), "{path}: {line}");
            }
        }
    }
    // What a client writes into headers is not given back.
    let request = format!(
        "GET /api/v1/search HTTP/1.1\r\nHost: {}\r\nOrigin: http://x\u{9}y\r\nX-Request-Id: a\u{9}b<script>\r\nIf-None-Match: \"\u{9}\"\r\n\
         Connection: close\r\n\r\n",
        server.address
    );
    let answer = sent(&server.address, request.as_bytes());
    assert!(status(&answer) == 200 && !answer.split("\r\n\r\n").next().unwrap().contains("<script>"), "{answer:.600}");
}

#[test]
fn no_path_leads_to_a_file() {
    let server = Server::start(desk());
    for path in [
        "/../../../../etc/passwd",
        "/assets/x/../../../../../etc/passwd",
        "/assets/x/..%2f..%2f..%2fetc%2fpasswd",
        "/assets/x/%2e%2e%2f%2e%2e%2fCargo.toml",
        "/assets/x/%c0%ae%c0%ae%c0%af",
        "/assets/x/..%5c..%5cwindows",
        "/assets/x/style.css%00.html",
        "/assets/../api/v1/status/../../index/CURRENT",
        "/articles/..%2f..%2fCargo.toml",
        "/articles/%2fetc%2fpasswd",
        "/api/v1/articles/..%2f..%2f..%2fetc%2fpasswd",
        "/api/v1/articles/%2e%2e/citation",
        "/api/v1/facets/..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/%",
        "/%zz",
        "/index/CURRENT",
        "/corpus/taxonomy.toml",
    ] {
        let answer = sent(
            &server.address,
            format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address).as_bytes(),
        );
        assert_eq!(status(&answer), 404, "{path}: {answer}");
        assert!(!answer.contains("root:") && !answer.contains("[package]"), "{path}");
    }
}
