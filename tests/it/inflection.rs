//! Words of other languages, measured on real sentences and articles: which forms lead to which, and whether the same
//! text in another script or spelling gives the same words.
//!
//! `DOSSIER_TEST_PAIRS=ur cargo test --test it inflection:: -- --nocapture` prints pairs of one language to be read by a
//! person. The data is read where it lies, and told of where it is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use dossier::engine::analyzer::{Stemming, sought_stems, tokens};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::harness::shared_data;

/// The texts of one language.
type Texts = BTreeMap<String, Vec<String>>;

fn records(name: &str) -> Option<Vec<Value>> {
    let packed = std::fs::read(shared_data(&format!("languages/{name}.jsonl.gz"))?).unwrap();
    let mut lines = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut lines).unwrap();
    Some(lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// Sentences of 19 languages, the Urdu and Hindi articles and the Chinese headlines; `None` without the data.
fn texts() -> Option<Texts> {
    let mut texts = Texts::new();
    for (name, field) in [("sentences", "text"), ("ur_news", "body"), ("hi_news", "body"), ("zh_headlines", "title")] {
        for record in records(name)? {
            let lang = record["lang"].as_str().unwrap().to_owned();
            texts.entry(lang).or_default().push(record[field].as_str().unwrap().to_owned());
        }
    }
    Some(texts)
}

/// What words are kept by, with the written forms that are kept by it and how often each stands in the texts.
fn kept(lang: &str, texts: &[String]) -> BTreeMap<String, BTreeMap<String, usize>> {
    let mut kept: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for text in texts {
        for token in tokens(text, Stemming::of(lang)) {
            if token.folded.chars().any(char::is_alphabetic) {
                let forms = kept.entry(token.stem().to_owned()).or_default();
                *forms.entry(token.folded.clone()).or_default() += 1;
            }
        }
    }
    kept
}

#[test]
fn words_lead_to_their_other_forms() {
    let Some(texts) = texts() else { return };
    let shown = std::env::var("DOSSIER_TEST_PAIRS").unwrap_or_default();
    eprintln!("{:4} {:>8} {:>8} {:>8} {:>8}", "lang", "forms", "widened", "pairs", "one way");
    // The least share of forms, in percent, that lead to another one which the texts hold.
    for (lang, floor) in [
        ("ar", 20),
        ("de", 15),
        ("en", 10),
        ("es", 15),
        ("fa", 5),
        ("fr", 15),
        ("hi", 10),
        ("it", 15),
        ("pt", 15),
        ("ru", 20),
        ("ur", 10),
    ] {
        let kept = kept(lang, &texts[lang]);
        let forms: BTreeSet<&String> = kept.values().flat_map(BTreeMap::keys).collect();
        let found = |form: &str| -> BTreeSet<&String> {
            let stems = sought_stems(form);
            stems
                .iter()
                .filter_map(|stem| kept.get(stem))
                .flat_map(BTreeMap::keys)
                .filter(|other| *other != form)
                .collect()
        };
        let pairs: Vec<(&String, &String)> =
            forms.iter().flat_map(|form| found(form).into_iter().map(|other| (*form, other))).collect();
        let widened = pairs.iter().map(|(form, _)| form).collect::<BTreeSet<_>>().len();
        let one_way = pairs.iter().filter(|(form, other)| !found(other).contains(form)).count();
        eprintln!("{lang:4} {:>8} {widened:>8} {:>8} {one_way:>8}", forms.len(), pairs.len());
        if shown == lang {
            let step = (pairs.len() / 100).max(1);
            pairs.iter().step_by(step).for_each(|(form, other)| eprintln!("  {form} -> {other}"));
        }
        assert!(widened * 100 >= forms.len() * floor, "{lang}");
    }
}

/// The forms that a text is found by, in their order.
fn stems_of(lang: &str, text: &str) -> Vec<String> {
    tokens(text, Stemming::of(lang)).iter().map(|token| token.stem().to_owned()).collect()
}

#[test]
fn the_same_text_in_another_script_or_spelling_gives_the_same_words() {
    let Some(texts) = texts() else { return };
    type Change = fn(&str) -> String;
    let changes: [(&str, &str, Change, usize); 7] = [
        ("zh", "traditional", |text| hanconv::s2t(text), 970),
        ("zh", "traditional of Taiwan", |text| hanconv::s2tw(text), 970),
        ("zh", "full width", full_width, 1000),
        ("ur", "Arabic keyboard", arabic_keyboard, 1000),
        ("fa", "Arabic keyboard", arabic_keyboard, 1000),
        ("hi", "without nukta, decomposed", |text| text.nfd().filter(|c| *c != '\u{93C}').collect(), 1000),
        ("ru", "without dots, decomposed", |text| text.replace('ё', "е").nfd().collect(), 1000),
    ];
    eprintln!("{:4} {:28} {:>8} {:>8}", "lang", "change", "texts", "same");
    for (lang, name, change, floor) in changes {
        let all = &texts[lang];
        let same = all.iter().filter(|text| stems_of(lang, text) == stems_of(lang, &change(text))).count();
        eprintln!("{lang:4} {name:28} {:>8} {same:>8}", all.len());
        assert!(same * 1000 >= all.len() * floor, "{lang}, {name}: {same} of {}", all.len());
    }
}

fn full_width(text: &str) -> String {
    let wide = |c: char| if c.is_ascii_alphanumeric() { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c };
    text.chars().map(wide).collect()
}

fn arabic_keyboard(text: &str) -> String {
    text.replace('ی', "ي").replace('ک', "ك").replace('ہ', "ه")
}
