//! The date of an article and where it was found: invented articles of every kind, and real pages.
//!
//! The real pages are not in the repository; they are read from the shared data.

use std::io::Read;
use std::sync::LazyLock;

use dossier::ingest::formats::{Format, SourceFile, read};
use dossier::ingest::pipeline::document::DocumentMaker;
use dossier::model::date::PartialDate;
use dossier::taxonomy::Taxonomy;
use regex::Regex;
use serde_json::Value;

use crate::harness::{Desk, TAXONOMY, shared_data};

/// Days that a page says it was published on, in its JSON-LD or its meta elements, by a plain search of its source.
static SAID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?i)"datePublished"\s*:\s*"(\d{4}-\d{2}-\d{2})|"#,
        r#"published_time["'][^>]*content=["'](\d{4}-\d{2}-\d{2})|"#,
        r#"itemprop=["']datePublished["'][^>]*(?:content|datetime)=["'](\d{4}-\d{2}-\d{2})"#,
    ))
    .unwrap()
});

/// What the whole pipeline makes of one file: the date with its source, or the warnings.
fn dated(maker: &DocumentMaker, path: &str, bytes: &[u8]) -> Result<(String, &'static str), Vec<String>> {
    let format = Format::of(path).unwrap();
    let source =
        SourceFile { path: path.to_owned(), format, bytes: bytes.to_vec(), sidecar: None, hash: String::new() };
    let raw = read(&source).articles.pop().ok_or_else(Vec::new)?;
    let (document, warnings) = maker.make("a", &raw).map_err(|reason| vec![reason])?;
    let date = document.date.zip(document.date_source);
    let warnings = warnings.into_iter().map(|notice| notice.message).collect();
    date.map(|(date, source)| (date.to_string(), source.name())).ok_or(warnings)
}

fn unpacked(path: &std::path::Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn real_pages_are_dated_as_they_say_and_their_text_alone_is_not_dated_wrongly() {
    let Some(folder) = shared_data("extraction/html") else { return };
    let maker = DocumentMaker::new(Taxonomy::parse(TAXONOMY, "taxonomy.toml").unwrap());
    let mut pages: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let (mut by_html, mut by_text) = (Tally::default(), Tally::default());
    for page in &pages {
        let name = page.file_name().unwrap().to_str().unwrap().trim_end_matches(".html.gz").to_owned();
        let html = unpacked(page);
        let source = String::from_utf8_lossy(&html).into_owned();
        let days = SAID.captures_iter(&source).filter_map(|found| found.iter().skip(1).flatten().next());
        // The zero of a time format is how templates say nothing.
        let said: Vec<&str> = days.map(|day| day.as_str()).filter(|day| !day.starts_with('0')).collect();
        let of_html = dated(&maker, "a.html", &html);
        let text = unpacked(&page.with_file_name(format!("../text/{name}.txt.gz")));
        let of_text = dated(&maker, "a.txt", &text);
        // Of a page that says several days (related articles have theirs) the text is held against what we took.
        let taken = of_html.as_ref().map(|(date, _)| vec![date.as_str()]).unwrap_or_default();
        by_html.add(&of_html, &said);
        by_text.add(&of_text, &taken);
    }
    eprintln!(
        "\n| {} pages | dated | the page's own day | a day off | another day | nothing to compare |",
        pages.len()
    );
    eprintln!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for (name, tally) in [("as HTML", &by_html), ("as text alone", &by_text)] {
        let Tally { dated, same, near, other, alone } = tally;
        eprintln!("| {name} | {dated} | {same} | {near} | {other} | {alone} |");
    }
    assert!(by_html.dated >= 86 && by_html.near + by_html.other == 0, "{by_html:?}");
    assert!(by_text.dated >= 66 && by_text.other <= 3, "{by_text:?}");
}

/// Days found, held against days known. A time at night is another day in another zone.
#[derive(Debug, Default)]
struct Tally {
    dated: usize,
    same: usize,
    near: usize,
    other: usize,
    alone: usize,
}

impl Tally {
    fn add(&mut self, found: &Result<(String, &'static str), Vec<String>>, known: &[&str]) {
        let Ok((date, _)) = found else { return };
        self.dated += 1;
        let day = |date: &str| date.parse::<PartialDate>().map(PartialDate::first_day);
        let apart = known.iter().filter_map(|known| Some((day(known).ok()? - day(date).ok()?).abs())).min();
        match apart {
            None => self.alone += 1,
            Some(0) => self.same += 1,
            Some(1) => self.near += 1,
            Some(_) => self.other += 1,
        }
    }
}

/// An invented article with what its date should be.
#[derive(serde::Deserialize)]
struct Case {
    /// Name of its file; without the ending its id.
    file: String,
    /// Its text, in which `{EN}`, `{UR}`, `{ZH}` stand for two paragraphs, with `_HTML` behind for those as elements.
    text: String,
    sidecar: Option<String>,
    /// The date; `null` is undated.
    date: Option<String>,
    /// Where it is found.
    source: Option<String>,
    /// Words of the warning that a curator gets; without them there is none about a date.
    note: Option<String>,
}

impl Case {
    fn id(&self) -> &str {
        self.file.rsplit_once('.').unwrap().0
    }

    fn contents(&self) -> String {
        let elements = |text: &str| format!("<p>{}</p>", text.replace("\n\n", "</p><p>"));
        let mut text = self.text.clone();
        for (name, paragraphs) in [("EN", ENGLISH), ("UR", URDU), ("ZH", CHINESE)] {
            let quoted =
                if self.file.ends_with(".jsonl") { paragraphs.replace('\n', "\\n") } else { paragraphs.into() };
            text = text.replace(&format!("{{{name}}}"), &quoted);
            text = text.replace(&format!("{{{name}_HTML}}"), &elements(paragraphs));
        }
        text
    }
}

const ENGLISH: &str = "The new bridge over the river was opened to traffic after five years of work, and the first buses \
    crossed it in the early morning while people of three villages stood along the road and waved.\n\nEngineers said \
    that the bridge can carry twice the load of the old one, which the flood had damaged so badly that lorries had to \
    take the long way round through the hills.";
const URDU: &str = "پانچ سال کے کام کے بعد دریا پر نیا پل ٹریفک کے لیے کھول دیا گیا اور صبح سویرے پہلی بسیں اس پر سے گزریں جبکہ \
    تین دیہات کے لوگ سڑک کے کنارے کھڑے تھے۔\n\nانجینئروں نے کہا کہ یہ پل پرانے پل سے دگنا وزن اٹھا سکتا ہے جسے سیلاب نے اتنا نقصان \
    پہنچایا تھا کہ ٹرکوں کو پہاڑوں کے لمبے راستے سے جانا پڑتا تھا۔";
const CHINESE: &str = "经过五年施工，河上的新桥正式通车，清晨第一批公共汽车驶过大桥，三个村庄的居民站在路边挥手致意，许多老人说他们等这一天\
    已经等了很久。\n\n工程师表示，新桥的承重能力是旧桥的两倍，旧桥在洪水中严重受损，货车不得不绕行山路，运输时间因此多出将近两个小时。";

#[test]
fn invented_articles_of_every_kind_are_dated_with_their_source_or_told_why_not() {
    let cases: Vec<Case> = include_str!("../fixtures/dates/articles.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(cases.len() >= 60);
    let desk = Desk::new();
    for case in &cases {
        desk.write(&case.file, case.contents());
        if let Some(sidecar) = &case.sidecar {
            desk.write(&format!("{}.meta.toml", case.file), sidecar);
        }
    }
    let report = desk.indexed();
    assert_eq!(report["documents"], cases.len(), "{report}");
    let messages = |file: &str| -> Vec<String> {
        let of_file = |warning: &&Value| warning["file"] == file;
        let warnings = report["warnings"].as_array().unwrap().iter();
        let texts = warnings.filter(of_file).map(|warning| warning["message"].as_str().unwrap());
        texts.map(str::to_owned).collect()
    };
    let mut wrong = Vec::new();
    for case in &cases {
        let article = desk.run(&["show", case.id(), "--format", "json"]).ended(0).json();
        let found = (article["date"].as_str(), article["date_source"].as_str());
        let notes = messages(&case.file);
        let told = match &case.note {
            Some(words) => notes.iter().any(|note| note.contains(words)),
            None => notes.is_empty(),
        };
        if found != (case.date.as_deref(), case.source.as_deref()) || !told {
            wrong.push(format!("{}: {found:?} {notes:?}", case.file));
        }
    }
    eprintln!("{} of {} invented articles are dated as they should be", cases.len() - wrong.len(), cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
