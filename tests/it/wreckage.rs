//! Broken files made to order: every format, every kind of damage, the same for the same seed.
//!
//! Also writes the good articles that they lie among. `broken_files` proves what becomes of them; `tests/it/main.rs`
//! lists it apart because it proves nothing itself.

use std::fmt::Write as _;
use std::io::Write as _;

/// A small generator of numbers (SplitMix64), so that a failure can be made again from its seed.
pub(crate) struct Random(u64);

impl Random {
    /// Numbers by a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// One of several.
    pub(crate) fn pick<'p, T>(&mut self, from: &'p [T]) -> &'p T {
        &from[self.below(from.len())]
    }
}

/// A file to be written.
pub(crate) struct Made {
    /// What was done to it, for messages.
    pub(crate) kind: &'static str,
    /// Path in the corpus; the name without its ending is its own.
    pub(crate) path: String,
    /// What stands in it.
    pub(crate) contents: Contents,
    /// Its sidecar, if it has one.
    pub(crate) sidecar: Option<Vec<u8>>,
}

/// What stands at a path.
pub(crate) enum Contents {
    /// A file of these bytes.
    Bytes(Vec<u8>),
    /// A link that leads there.
    Link(String),
}

/// The formats by their endings.
pub(crate) const ENDINGS: [&str; 8] = ["md", "txt", "html", "mhtml", "pdf", "jsonl", "jsonl.gz", "markdown"];

/// The text of an article; `mark` is a word that no other one has.
fn sentences(mark: &str) -> Vec<String> {
    vec![
        format!(
            "Three engineers were hurt on Tuesday when a lorry overturned near {mark}, the police said to reporters."
        ),
        "The road was closed for several hours, and an officer added that two men were held for questioning."
            .to_owned(),
        "Nobody has said so far who is to blame, and the harbour master did not answer when he was asked.".to_owned(),
    ]
}

fn markdown(mark: &str) -> Vec<u8> {
    let text = sentences(mark).join("\n\n");
    format!("---\ntitle: \"Lorry overturned at {mark}\"\ndate: 2024-03-26\nsource: [Dawn]\n---\n{text}\n").into_bytes()
}

fn html(mark: &str) -> Vec<u8> {
    let text: String = sentences(mark).iter().map(|sentence| format!("<p>{sentence}</p>\n")).collect();
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Lorry overturned at {mark}</title></head><body>\
         <nav><a href=/>Home</a></nav><article><h1>Lorry overturned at {mark}</h1>{text}</article></body></html>"
    )
    .into_bytes()
}

fn mhtml(mark: &str) -> Vec<u8> {
    let page = String::from_utf8(html(mark)).unwrap().replace('=', "=3D");
    format!(
        "From: <Saved>\r\nSnapshot-Content-Location: https://news.example/{mark}\r\nSubject: Saved\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/related; type=\"text/html\"; boundary=\"--edge\"\r\n\r\n----edge\r\n\
         Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{page}\r\n----edge\r\n\
         Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n----edge--\r\n"
    )
    .into_bytes()
}

fn records(mark: &str, count: usize) -> Vec<u8> {
    let mut lines = String::new();
    for number in 0..count {
        let record = serde_json::json!({
            "title": format!("Lorry overturned at {mark}"), "date": "2024-03-26",
            "body": format!("{} Report {number}.", sentences(mark).join(" ")),
        });
        writeln!(lines, "{record}").unwrap();
    }
    lines.into_bytes()
}

/// Packs bytes with gzip.
pub(crate) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A PDF of these objects, the first of them the catalogue, with a table of their places.
fn pdf_of(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(file.len());
        writeln!(file, "{} 0 obj", at + 1).unwrap();
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let table = file.len();
    write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    for place in places {
        writeln!(file, "{place:010} 00000 n ").unwrap();
    }
    write!(file, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).unwrap();
    file
}

fn stream(keys: &str, bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("<< {keys} /Length {} >>\nstream\n", bytes.len()).into_bytes();
    object.extend_from_slice(bytes);
    object.extend_from_slice(b"\nendstream");
    object
}

const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> /XObject \
    << /X 6 0 R >> >> /Contents 4 0 R >>";
const FONT: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";

/// The objects of a PDF of one page with these drawing instructions.
fn pdf_objects(content: Vec<u8>) -> Vec<Vec<u8>> {
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        text("<< /Type /Catalog /Pages 2 0 R >>"),
        text("<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
        text(PAGE),
        content,
        text(FONT),
        stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842]", b""),
    ]
}

/// A PDF of one page of text: a title, then lines of print.
pub(crate) fn pdf(mark: &str) -> Vec<u8> {
    let mut content = format!("BT /F1 20 Tf 60 760 Td (Lorry overturned at {mark}) Tj ET\n");
    let text = sentences(mark).join(" ");
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        if lines.last().unwrap().len() + word.len() > 80 {
            lines.push(String::new());
        }
        let line = lines.last_mut().unwrap();
        write!(line, "{}{word}", if line.is_empty() { "" } else { " " }).unwrap();
    }
    for (at, line) in lines.iter().enumerate() {
        writeln!(content, "BT /F1 11 Tf 60 {} Td ({line}) Tj ET", 720 - at * 14).unwrap();
    }
    pdf_of(&pdf_objects(stream("", content.as_bytes())))
}

/// A good file of a format; its text has the word `mark`.
pub(crate) fn good(ending: &str, mark: &str) -> Vec<u8> {
    match ending {
        "txt" => format!("Lorry overturned at {mark}\n\n{}\n", sentences(mark).join("\n\n")).into_bytes(),
        "html" => html(mark),
        "mhtml" => mhtml(mark),
        "pdf" => pdf(mark),
        "jsonl" => records(mark, 3),
        "jsonl.gz" => packed(&records(mark, 3)),
        _ => markdown(mark),
    }
}

/// A way to break a file: its name, and the ending and bytes that come of it.
type Damage = (&'static str, fn(&mut Random, &str) -> (&'static str, Vec<u8>));

fn any(random: &mut Random) -> &'static str {
    ENDINGS[random.below(ENDINGS.len())]
}

fn any_text(random: &mut Random) -> &'static str {
    ["md", "txt", "html", "mhtml", "jsonl"][random.below(5)]
}

const DAMAGES: &[Damage] = &[
    ("cut", |random, mark| {
        let ending = any(random);
        let mut bytes = good(ending, mark);
        bytes.truncate(1 + random.below(bytes.len() - 1));
        (ending, bytes)
    }),
    ("bytes changed", |random, mark| {
        let ending = any(random);
        let mut bytes = good(ending, mark);
        for _ in 0..=random.below(50) {
            let at = random.below(bytes.len());
            bytes[at] = random.below(256) as u8;
        }
        (ending, bytes)
    }),
    ("pdf bytes changed", |random, mark| {
        let mut bytes = pdf(mark);
        for _ in 0..=random.below(12) {
            let at = random.below(bytes.len());
            bytes[at] = *random.pick(b"0123456789/<>[]()R %\n\0\xFF");
        }
        ("pdf", bytes)
    }),
    ("bytes moved", |random, mark| {
        let ending = any(random);
        let mut bytes = good(ending, mark);
        let (from, to) = (random.below(bytes.len()), random.below(bytes.len()));
        let part = bytes[from..(from + random.below(200)).min(bytes.len())].to_vec();
        bytes.splice(to..to, part);
        (ending, bytes)
    }),
    ("random bytes", |random, _| {
        let count = 1 + random.below(5000);
        (any(random), (0..count).map(|_| random.below(256) as u8).collect())
    }),
    ("nul bytes", |random, mark| {
        let ending = any_text(random);
        let mut bytes = good(ending, mark);
        for _ in 0..=random.below(20) {
            let at = random.below(bytes.len());
            bytes.insert(at, 0);
        }
        (ending, bytes)
    }),
    ("utf-16 without mark", |random, mark| {
        let ending = any_text(random);
        let text = String::from_utf8(good(ending, mark)).unwrap();
        let little = random.below(2) == 0;
        let units = text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() });
        let mut bytes: Vec<u8> = units.collect();
        bytes.truncate(bytes.len() - random.below(2));
        (ending, bytes)
    }),
    ("wrong encoding", |random, mark| {
        let ending = any_text(random);
        let mut bytes = good(ending, mark);
        let at = random.below(bytes.len());
        let high: Vec<u8> = (0..random.below(400)).map(|_| 0x80 + random.below(0x80) as u8).collect();
        bytes.splice(at..at, high);
        (ending, bytes)
    }),
    ("another format", |random, mark| {
        let (name, inside) = (any(random), any(random));
        (name, good(inside, mark))
    }),
    ("foreign signature", |random, _| {
        let signature: &[u8] =
            random.pick::<&[u8]>(&[&b"\x89PNG\r\n"[..], b"PK\x03\x04", b"\x1F\x8B\x08", b"GIF89a", b"%PDF-1.7", b"MZ"]);
        (any(random), [signature, &[7; 300]].concat())
    }),
    ("gzip bomb", |random, _| (any(random), packed(&vec![*random.pick(b" 0a\0"); 24 << 20]))),
    ("html nested deep", |random, mark| {
        let tag = *random.pick(&["div", "b", "table><tr><td", "ul><li", "svg", "blockquote", "font", "p><a", "select"]);
        let page = html(mark);
        let nested = format!("<{tag}>").repeat(100_000).into_bytes();
        (*random.pick(&["html", "mhtml", "md"]), [page, nested].concat())
    }),
    ("entities", |random, _| {
        let entity =
            *random.pick(&["&amp;", "&lt;", "&#1601;", "&", "&nbsp;", "&notanentity", "&#x10FFFF;", "<", "</", "&a="]);
        ("html", entity.repeat((600 << 10) / entity.len()).into_bytes())
    }),
    ("markup without end", |random, _| {
        let part = *random.pick(&[
            "<!--",
            "<p ",
            "<a b=\"",
            "<![CDATA[",
            "<p>x",
            "<b><p>",
            "<a href=x>",
            "<script>",
            "<td>",
            "<br>",
        ]);
        ("html", part.repeat((600 << 10) / part.len()).into_bytes())
    }),
    ("markdown without end", |random, _| {
        let part = *random.pick(&[
            "[", "![", "*", "_", "`", "``` ", "> ", "- ", "1. ", "<a", "[a](", "**a ", "|a", "&amp;", "[a]: b\n", "# ",
            "\\", "<!--", "~~", "[^1]", "    ", "\t", "\u{202E}", "e\u{301}", "=\n", "- [ ",
        ]);
        (*random.pick(&["md", "txt"]), part.repeat((200 << 10) / part.len()).into_bytes())
    }),
    ("json nested deep", |random, _| {
        let part = *random.pick(&["[", "{\"a\":", "{\"body\":["]);
        ("jsonl", format!("{{\"title\":\"x\",\"body\":{}", part.repeat(100_000)).into_bytes())
    }),
    ("records of wrong shape", |random, _| {
        let shapes = [
            "3",
            "null",
            "[]",
            "\"x\"",
            "{}",
            "{\"title\":[1],\"body\":2}",
            "{\"body\":{\"a\":1}}",
            "{\"id\":7}",
            "{\"a\":1}",
        ];
        ("jsonl", (0..5).map(|_| format!("{}\n", random.pick(&shapes))).collect::<String>().into_bytes())
    }),
    ("huge line", |random, _| {
        let part = *random.pick(&["word ", "x", "گوادر ", "港", "a.b", "1,", "(", "2024-03-26 "]);
        let bytes = if random.below(4) == 0 { 20 << 20 } else { 600 << 10 };
        (*random.pick(&["txt", "md", "html", "jsonl"]), part.repeat(bytes / part.len()).into_bytes())
    }),
    ("front matter never closed", |random, mark| {
        let text = String::from_utf8(markdown(mark)).unwrap();
        let fence = *random.pick(&["---", "+++"]);
        ("md", text.replace("\n---\n", "\n").replacen("---", fence, 1).into_bytes())
    }),
    ("yaml bomb", |random, _| {
        let mut text = "---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..=random.below(20) + 5 {
            let before = format!("*a{}, ", level - 1).repeat(9);
            writeln!(text, "a{level}: &a{level} [{before}]").unwrap();
        }
        ("md", format!("{text}title: x\n---\nA text.\n").into_bytes())
    }),
    ("yaml nested deep", |random, _| {
        let part = *random.pick(&["[", "{a: ", "- ", "? ", "&a ", "!!x "]);
        ("md", format!("---\ntitle: {}\n---\nA text.\n", part.repeat(30_000)).into_bytes())
    }),
    ("invalid id", |random, mark| {
        let id = *random.pick(&["Not An Id", "..", "a/b", "\"\"", "گوادر", "[1]", "\"a\\u0000\"", "x: y"]);
        let text = String::from_utf8(markdown(mark)).unwrap();
        ("md", text.replacen("---\n", &format!("---\nid: {id}\n"), 1).into_bytes())
    }),
    ("duplicate id", |_, mark| {
        let text = String::from_utf8(markdown(mark)).unwrap();
        ("md", text.replacen("---\n", "---\nid: good-00\n", 1).into_bytes())
    }),
    ("boundary broken", |random, mark| {
        let text = String::from_utf8(mhtml(mark)).unwrap();
        let (from, to) = *random.pick(&[
            ("boundary=\"--edge\"", "boundary=\"\""),
            ("boundary=\"--edge\"", "boundary=\"other\""),
            ("\r\n----edge\r\nContent-Type: text", "\r\nContent-Type: text"),
            ("quoted-printable", "base64"),
            ("quoted-printable", "x-unknown"),
            ("text/html\r\n", "message/rfc822\r\n"),
            ("text/html\r\n", "text/html; charset=utf-7\r\n"),
            ("=3D", "=X"),
            ("\r\n", "\n"),
            ("\r\n\r\n", "\r\n"),
        ]);
        ("mhtml", text.replace(from, to).into_bytes())
    }),
    ("parts nested deep", |random, _| {
        let same = random.below(2) == 0;
        let mut text = String::new();
        for level in 0..10_000 {
            let edge = if same { 0 } else { level };
            write!(text, "Content-Type: multipart/related; boundary=\"e{edge}\"\r\n\r\n--e{edge}\r\n").unwrap();
        }
        ("mhtml", text.into_bytes())
    }),
    ("pdf loops", |random, _| {
        let mut objects = pdf_objects(stream("", b"BT /F1 12 Tf (x) Tj ET /X Do"));
        let (at, object): (usize, &str) = *random.pick(&[
            (1, "<< /Type /Pages /Kids [2 0 R 2 0 R 2 0 R] /Count 3 >>"),
            (1, "<< /Type /Pages /Kids 2 0 R /Count 3 /Parent 2 0 R >>"),
            (0, "<< /Type /Catalog /Pages 1 0 R /Kids [1 0 R] >>"),
            (3, "<< /Length 4 0 R >>\nstream\nBT ET\nendstream"),
            (3, "4 0 R"),
            (2, "3 0 R"),
            (4, "<< /Type /Font /Subtype /Type0 /DescendantFonts [5 0 R] /Encoding 5 0 R /ToUnicode 5 0 R >>"),
            (4, "<< /Type /Font /Subtype /Type3 /FontMatrix [1 0 0 1 0 0] /FirstChar 120 /LastChar 120 /Widths [1] \
                 /CharProcs << /x 4 0 R >> /Encoding << /Differences [120 /x] >> /Resources << /Font << /F1 5 0 R >> >> >>"),
            (5, "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >> /Length 11 >>\n\
                 stream\n/X Do /X Do\nendstream"),
        ]);
        objects[at] = object.as_bytes().to_vec();
        ("pdf", pdf_of(&objects))
    }),
    ("pdf tables loop", |random, mark| {
        let text = String::from_utf8(pdf(mark)).unwrap();
        let at = text.find("xref\n").unwrap();
        let place = *random.pick(&[at, 0, 9, 1 << 30]);
        ("pdf", text.replace("/Root", &format!("/Prev {place} /XRefStm {place} /Root")).into_bytes())
    }),
    ("pdf bomb", |random, _| {
        let part: &[u8] = random.pick::<&[u8]>(&[
            &b"q "[..],
            b"BT /F1 1 Tf (xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx) Tj ET ",
            b"[",
            b"(",
            b"/X Do ",
            b"<<",
            b" ",
        ]);
        let once = deflated(&part.repeat((4 << 20) / part.len()));
        let content = if random.below(2) == 0 {
            stream("/Filter [/FlateDecode /FlateDecode]", &deflated(&once))
        } else {
            stream("/Filter /FlateDecode", &once)
        };
        ("pdf", pdf_of(&pdf_objects(content)))
    }),
    ("pdf nested deep", |random, _| {
        let part = *random.pick(&["[", "<< /A ", "(", "<"]);
        let mut objects = pdf_objects(stream("", b""));
        let at = random.below(objects.len());
        objects[at] = part.repeat(100_000).into_bytes();
        ("pdf", pdf_of(&objects))
    }),
    ("pdf without text", |random, _| {
        let content: &[u8] = random.pick::<&[u8]>(&[
            &b""[..],
            b"0 0 100 100 re f",
            b"BT /F1 12 Tf (12) Tj ET",
            b"BT /F9 12 Tf (\xFF\xFE) Tj",
        ]);
        ("pdf", pdf_of(&pdf_objects(stream("", content))))
    }),
];

/// Broken files by a seed, every kind of damage in turn; `from` numbers them. Links and sidecars are among them.
pub(crate) fn broken(random: &mut Random, from: usize, count: usize) -> Vec<Made> {
    (from..from + count)
        .map(|number| {
            let mark = format!("wreckmark{number}");
            let name = format!("broken-{number:05}");
            match number % (DAMAGES.len() + 2) {
                at if at < DAMAGES.len() => {
                    let (kind, damage) = DAMAGES[at];
                    let (ending, bytes) = damage(random, &mark);
                    let contents = Contents::Bytes(bytes);
                    Made { kind, path: format!("bad/{name}.{ending}"), contents, sidecar: None }
                }
                at if at == DAMAGES.len() => {
                    let sidecar: &[u8] = random.pick::<&[u8]>(&[
                        &b"title = "[..],
                        b"title = 3\n",
                        b"\xFF\xFE",
                        b"a = [[[[[[",
                        b"[[",
                        b"date = 2024-13-45\n",
                        b"lang = \"en\"\n\0",
                    ]);
                    let sidecar = Some(if random.below(5) == 0 { vec![b'['; 100_000] } else { sidecar.to_vec() });
                    let ending = any(random);
                    let contents = Contents::Bytes(good(ending, &mark));
                    Made { kind: "sidecar broken", path: format!("bad/{name}.{ending}"), contents, sidecar }
                }
                _ => {
                    let target = match random.below(5) {
                        0 => format!("{name}.md"),
                        1 => "..".to_owned(),
                        2 => ".".to_owned(),
                        3 => "nowhere.md".to_owned(),
                        _ => "/etc".to_owned(),
                    };
                    Made {
                        kind: "link",
                        path: format!("bad/{name}.md"),
                        contents: Contents::Link(target),
                        sidecar: None,
                    }
                }
            }
        })
        .collect()
}
