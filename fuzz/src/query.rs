//! A query text: reading it, resolving it, planning it, and marking a text by it.

use std::sync::LazyLock;

use dossier::engine::highlight::{Highlighter, fragments};
use dossier::engine::plan::Plan;
use dossier::engine::snippets::snippets;
use dossier::model::query::{MatchMode, TextField};
use dossier::model::{QUERY_BYTES_MAX, QUERY_DIAGNOSTICS_MAX, SNIPPETS_MAX};
use dossier::query::expansion::resolve_labels;
use dossier::query::parser::parse;
use dossier::query::plain::plain_words;
use dossier::query::variants::with_variants;
use dossier::taxonomy::Taxonomy;

/// Dimensions that a query may name.
const DIMENSIONS: [&str; 4] = ["region", "actor", "threat", "topic"];
/// A text that many words and names match, in several scripts.
const TEXT: &str = "Pirates boarded a boat off Eastport at dawn; the Harbour Guard came.\n\n# A heading\n\n- one boat\n- \
    two boats, JF-17\n\nایسٹ پورٹ میں ہڑتال۔ گودی بند رہی۔\n\n东港工人停止工作。港口罢工。\n\nВзрыв в порту. Café, naïve, \
    İstanbul, ＢＯＡＴ e\u{301} 2024-03.";

static TAXONOMY: LazyLock<Taxonomy> =
    LazyLock::new(|| Taxonomy::parse(super::TAXONOMY, "taxonomy.toml").expect("the fixture is sound"));

/// Any text is read; the tree is written as it is read, within the limits; remarks name places of the text; marks and
/// passages are parts of what they are cut from.
pub fn hold(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let parsed = parse(&text, &DIMENSIONS);
    assert!(parsed.diagnostics.len() <= QUERY_DIAGNOSTICS_MAX, "{} remarks", parsed.diagnostics.len());
    for remark in &parsed.diagnostics {
        assert!(text.get(remark.start..remark.end).is_some(), "{remark:?} is no place of the text");
        super::hold_message(&remark.message);
    }
    let written = parsed.query.to_string();
    assert!(written.len() <= QUERY_BYTES_MAX, "a query of {} bytes", written.len());
    assert_eq!(parse(&written, &DIMENSIONS).query, parsed.query, "`{written}` is read as it was written");

    let known = |dimension: &str| match dimension {
        "topic" => vec!["ports/strikes".to_owned()],
        _ => Vec::new(),
    };
    let resolved = resolve_labels(parsed, &text, &TAXONOMY, &known);
    for query in [with_variants(resolved.query.clone(), &TAXONOMY, &[]), resolved.query, plain_words(&text)] {
        for mode in [MatchMode::All, MatchMode::Any] {
            hold_marks(&Plan::of(&query).joined(mode));
        }
    }
}

/// Marks stand in the text, in order and apart, and passages of it are what they say.
fn hold_marks(plan: &Plan) {
    let highlighter = Highlighter::new(plan);
    let leaves = highlighter.leaf_count();
    for (lang, field) in [("en", TextField::Body), ("zh", TextField::Title)] {
        let marks = highlighter.marks(TEXT, lang, field);
        let mut end = 0;
        for mark in &marks {
            assert!(end <= mark.span.start && mark.span.start < mark.span.end, "{mark:?} behind {end}");
            assert!(TEXT.get(mark.span.clone()).is_some(), "{mark:?} cuts a character");
            assert!(mark.leaves().end <= leaves, "{mark:?} of {leaves} leaves");
            end = mark.span.end;
        }
        let cut = fragments(TEXT, 0..TEXT.len(), &marks);
        assert_eq!(cut.iter().map(|fragment| fragment.text.as_str()).collect::<String>(), TEXT);
        let weights = vec![1.0; leaves];
        let passages = snippets("Pirates", TEXT, &marks, &weights);
        assert!(passages.len() <= SNIPPETS_MAX, "{} passages", passages.len());
        for passage in passages {
            let said: String = passage.fragments.iter().map(|fragment| fragment.text.as_str()).collect();
            assert!(TEXT[passage.offset..].starts_with(&said), "a passage that stands elsewhere: {said}");
        }
    }
}
