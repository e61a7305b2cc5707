//! Query texts of all kinds: whatever is typed, the answer is an answer, in bounded time.
//!
//! Texts are put together by a seed from words of the corpus and of nowhere, slips, operators, marks, names, scripts and
//! rubbish. A million of them: `DOSSIER_TEST_QUERIES=1000000 cargo test --release --test it hostile_queries:: -- --nocapture`.

use std::time::{Duration, Instant};

use dossier::engine::Engines;
use dossier::engine::embedded::EmbeddedEngines;
use dossier::model::query::{Fuzzy, MatchMode, Sort};
use dossier::query::parser::parse;
use dossier::search::parameters::Parameters;
use dossier::search::{answer, dimensions};

use crate::harness::Desk;
use crate::wreckage::Random;

/// Texts that every run of the tests tries.
const QUERIES: usize = 1500;
/// Longest time that one may take here, in the profile of the tests and on a busy machine. What the worst of them take
/// on a large index is in `docs/benchmarks.md`.
const SECONDS_MAX: Duration = Duration::from_secs(10);

/// What texts are made of.
const PIECES: &[&str] = &[
    "boat",
    "Boats",
    "pirates",
    "boarded",
    "Eastport",
    "East Harbour",
    "ransomware",
    "closed",
    "the",
    "of",
    "who",
    "a",
    "HG",
    "hg",
    "Harbour Guard",
    "bota",
    "ransomwear",
    "Eastprot",
    "priates",
    "zzz",
    "x",
    "17",
    "JF-17",
    "2024-03",
    "ایسٹ پورٹ",
    "گودی",
    "میں",
    "ہڑتال",
    "东港",
    "港口罢工",
    "工人停止工作",
    "ＢＯＡＴ",
    "İstanbul",
    "ß",
    "हिंदी",
    "взрыв",
    "🛥️",
    "e\u{301}",
    "\u{200F}",
    "\u{200B}",
    "\u{0}",
    "\u{FFFD}",
    "\u{10FFFF}",
    "AND",
    "OR",
    "NOT",
    "SAME",
    "-",
    "--",
    "=",
    "*",
    "~",
    "~1",
    "~2",
    "~99",
    "\"",
    "“",
    "”",
    "«",
    "「",
    "(",
    ")",
    "（",
    "((((",
    "))))",
    ":",
    "title:",
    "body:",
    "region:",
    "source:",
    "lang:",
    "id:",
    "date:",
    "date:2024..",
    "author:",
    "nowhere:",
    "_none",
    "bo*",
    "b*",
    "*",
    "**",
    "boat~1",
    "pirates~2",
    "=Boat",
    "\"a boat\"",
    "\"boat at dawn\"~3",
    "=\"A boat\"",
    "boat SAME dawn",
    "/",
    "\\",
    "'",
    "`",
    "<b>",
    "&amp;",
    "%",
    "?",
    ",",
    ";",
    "。",
    "، ",
    "\n",
    "\t",
    "\u{3000}",
];

/// A query text that somebody may type who means no good.
pub(crate) fn text(random: &mut Random) -> String {
    let mut text = String::new();
    // Most are short, a few as long as they may be, and longer.
    let pieces = match random.below(40) {
        0 => 400 + random.below(1200),
        1..=4 => 20 + random.below(60),
        _ => 1 + random.below(9),
    };
    for _ in 0..pieces {
        match random.below(12) {
            0 => text.extend(
                (0..=random.below(6)).map(|_| char::from_u32(random.below(0x11_0000) as u32).unwrap_or('\u{FFFD}')),
            ),
            1 => text.extend((0..=random.below(12)).map(|_| (b' ' + random.below(95) as u8) as char)),
            _ => text.push_str(random.pick::<&str>(PIECES)),
        }
        if random.below(4) > 0 {
            text.push(' ');
        }
    }
    if random.below(50) == 0 {
        let unit =
            *random.pick(&["(", "a* ", "ab~2 ", "\"a b\" ", "NOT ", "x OR ", "东", "b", "-", "zz SAME ", "q1w2e3 "]);
        text = unit.repeat(2000);
    }
    text
}

fn parameters(text: String, random: &mut Random) -> Parameters {
    Parameters {
        text,
        match_mode: *random.pick(&[MatchMode::All, MatchMode::All, MatchMode::Any]),
        lenient: random.below(2) == 0,
        variants: random.below(4) > 0,
        dropped_variants: if random.below(5) == 0 { vec!["东港".into(), "HG".into()] } else { Vec::new() },
        fuzzy: *random.pick(&[
            Fuzzy::Auto,
            Fuzzy::Auto,
            Fuzzy::Auto,
            Fuzzy::Within(0),
            Fuzzy::Within(1),
            Fuzzy::Within(2),
        ]),
        sort: *random.pick(&[Sort::Relevance, Sort::Relevance, Sort::Newest, Sort::Oldest]),
        collapse: random.below(2) == 0,
        page: 1 + random.below(2),
        size: *random.pick(&[0, 1, 3, 10, 100]),
        ..Parameters::default()
    }
}

fn desk() -> Desk {
    let desk = Desk::new();
    let articles = [
        (
            "raid",
            "Raid off Eastport",
            "Pirates boarded a boat at dawn. The crew was not hurt.\n\nA boat waited, JF-17 flew.",
        ),
        (
            "lock",
            "Port locked by ransomware",
            "Ransomware closed the port for a day. East Harbour had no boat. The Harbour Guard came.",
        ),
        ("month", "Quiet month", "In the whole month no boat was seen, said the HG of the coast."),
        ("urdu", "گودی میں ہڑتال", "ایسٹ پورٹ میں مزدوروں نے کام بند کر دیا۔"),
        ("chinese", "港口罢工", "东港工人停止工作。两名工人受伤。"),
        ("hindi", "हिंदी में", "बंदरगाह बंद रहा।"),
        ("russian", "Взрыв в порту", "В порту прогремел взрыв, лодка утонула."),
        ("long", "A long report", "The boat, the crew and the port were seen again. "),
    ];
    for (id, title, body) in articles {
        let body = if id == "long" { body.repeat(400) } else { body.to_owned() };
        desk.article(
            id,
            &format!("title: {title}\ndate: 2024-03-26\nsource: Tide\nregion: []\nactor: []\nthreat: []"),
            &body,
        );
    }
    desk.run(&["index"]).ended(0);
    desk
}

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().map_or(default, |value| value.parse().unwrap())
}

#[test]
fn no_query_text_fails_or_takes_long() {
    let desk = desk();
    let searcher = EmbeddedEngines::new(desk.index()).searcher().unwrap();
    let dimensions = dimensions(&*searcher);
    let names: Vec<&str> = dimensions.iter().map(|dimension| dimension.name.as_str()).collect();
    let (queries, seed) = (number("DOSSIER_TEST_QUERIES", QUERIES), number("DOSSIER_TEST_SEED", 1) as u64);
    let mut random = Random::new(seed);
    let mut slowest = (Duration::ZERO, String::new());
    for n in 0..queries {
        let typed = text(&mut random);
        let parsed = parse(&typed, &names).query;
        let written = parsed.to_string();
        assert_eq!(
            parse(&written, &names).query,
            parsed,
            "query {n} of seed {seed}: {typed:?} is written as {written:?}"
        );
        let parameters = parameters(typed, &mut random);
        let began = Instant::now();
        let answered = answer(&*searcher, &parameters);
        let took = began.elapsed();
        let typed = &parameters.text;
        let answer = answered.unwrap_or_else(|error| panic!("query {n} of seed {seed}: {typed:?}: {error}"));
        assert!(took < SECONDS_MAX, "query {n} of seed {seed} took {took:?}: {typed:?}");
        assert!(answer.results.hits.len() <= parameters.size && answer.results.collapsed <= answer.results.total);
        for hit in &answer.results.hits {
            assert!(hit.score.is_finite(), "query {n} of seed {seed}: {typed:?}");
            let shown = hit.snippets.iter().flat_map(|snippet| &snippet.fragments).chain(&hit.title);
            assert!(shown.clone().all(|fragment| !fragment.text.is_empty()), "query {n} of seed {seed}: {typed:?}");
        }
        serde_json::to_string(&dossier::render::json::search(&answer, &dimensions)).unwrap();
        if took > slowest.0 {
            slowest = (took, typed.chars().take(120).collect());
        }
    }
    eprintln!("{queries} query texts of seed {seed}: none failed; the slowest took {:?}: {:?}", slowest.0, slowest.1);
}
