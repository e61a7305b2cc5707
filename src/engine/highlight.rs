//! Marks: the places of a text that a query matched. One for snippets, `show` and the article page, on every engine.
//!
//! Marks only what truly matches: a phrase whole and where it stands as a phrase, a word of `SAME` only in a sentence
//! that has all sides. Gives byte ranges; makes no markup.

mod stretches;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use crate::engine::analyzer::{
    Initials, PARAGRAPH_GAP, Stemming, Token, TokenKind, beginnings, tokens, tokens_beginning,
};
use crate::engine::highlight::stretches::Sought;
use crate::engine::plan::{Leaf, Part, Plan};
use crate::engine::proximity::occurrences;
use crate::model::query::TextField;
use crate::model::results::{Fragment, Matched, Via};
use crate::text::normalise::fold;
use crate::text::sentences::sentences;

/// A marked place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Number of the first leaf that it is a match of, in the order of `Plan::leaves`.
    pub leaf: usize,
    /// How many leaves, from that one on: another name of what several words name stands for them all.
    pub covers: usize,
    /// Number of the pattern in the highlighter: the typed form of a leaf, or another that will do.
    pub pattern: usize,
    /// How the form there matched.
    pub via: Via,
}

impl Mark {
    /// The leaves that it is a match of.
    pub fn leaves(&self) -> Range<usize> {
        self.leaf..self.leaf + self.covers
    }
}

/// Marks the matches of one plan in any number of texts.
#[derive(Debug)]
pub struct Highlighter {
    patterns: Vec<Pattern>,
    leaf_count: usize,
    /// Leaves that must share a sentence, as ranges of numbers.
    same: Vec<Range<usize>>,
    /// Parts that are compared by stems, by their forms: (pattern, part or `WHOLE`).
    forms: HashMap<String, Vec<(usize, usize)>>,
    /// Parts that are compared by folded forms, likewise.
    folded: HashMap<String, Vec<(usize, usize)>>,
    /// Parts that are compared otherwise.
    variable: Vec<(usize, usize)>,
    /// What the words begin with that may match; `None` where any word may.
    initials: Option<Initials>,
    /// Where matches may lie at all; `None` where they may lie anywhere.
    sought: Option<Sought>,
}

/// A word or phrase to look for.
#[derive(Debug)]
struct Pattern {
    /// The first leaf that it stands for.
    leaf: usize,
    /// How many leaves it stands for.
    covers: usize,
    field: Option<TextField>,
    /// What was typed.
    term: String,
    parts: Vec<(u32, Part)>,
    whole: Option<Part>,
    slop: u32,
    /// How it matches; `None` is told by the form that is found.
    via: Option<Via>,
}

/// Stands for the whole of a pattern in place of a part's number.
const WHOLE: usize = usize::MAX;

impl Highlighter {
    /// Makes a highlighter of a plan.
    pub fn new(plan: &Plan) -> Self {
        let mut highlighter = Self {
            patterns: Vec::new(),
            leaf_count: 0,
            same: Vec::new(),
            forms: HashMap::new(),
            folded: HashMap::new(),
            variable: Vec::new(),
            initials: None,
            sought: None,
        };
        highlighter.take(plan);
        for (number, pattern) in highlighter.patterns.iter().enumerate() {
            let add = |forms: &mut HashMap<String, Vec<(usize, usize)>>, form: &str, part| {
                let places = forms.entry(form.to_owned()).or_default();
                if !places.contains(&(number, part)) {
                    places.push((number, part));
                }
            };
            for (n, (_, part)) in pattern.parts.iter().enumerate() {
                match part {
                    Part::Stem { stems, .. } => stems.iter().for_each(|stem| add(&mut highlighter.forms, stem, n)),
                    Part::Folded(folded) => add(&mut highlighter.folded, folded, n),
                    _ => highlighter.variable.push((number, n)),
                }
            }
            if let Some(Part::Stem { stems, .. }) = &pattern.whole {
                stems.iter().for_each(|stem| add(&mut highlighter.forms, stem, WHOLE));
            }
        }
        highlighter.initials = highlighter.initials();
        highlighter.sought = highlighter.sought();
        highlighter
    }

    fn sought(&self) -> Option<Sought> {
        let mut sought = Sought::new(self.reach() as usize);
        for part in self.patterns.iter().flat_map(|it| it.parts.iter().map(|(_, part)| part).chain(&it.whole)) {
            let seen = match part {
                Part::Stem { stems, .. } => stems.iter().all(|stem| {
                    let (beginning, before) = beginnings(stem);
                    sought.add(beginning, beginning.len() < 2) && before.iter().all(|letter| sought.add(letter, true))
                }),
                Part::Exact(written) => sought.add(&fold(written), false),
                Part::Folded(folded) => sought.add(folded, false),
                Part::Prefix(prefix) => sought.add(prefix, true),
                Part::Fuzzy { folded, distance } => sought.add_typo(folded, *distance),
            };
            if !seen {
                return None;
            }
        }
        Some(sought)
    }

    /// Words that the first and the last word of a phrase may lie apart.
    fn reach(&self) -> u32 {
        let of_pattern = |pattern: &Pattern| {
            let offsets = || pattern.parts.iter().map(|(offset, _)| *offset);
            let apart = offsets().max().zip(offsets().min()).map_or(0, |(last, first)| last - first);
            if pattern.parts.len() < 2 { 0 } else { apart + pattern.slop }
        };
        self.patterns.iter().map(of_pattern).max().unwrap_or(0)
    }

    /// The tokens of a text that may match, spans and positions true to each other within the reach of a phrase.
    fn tokens(&self, text: &str, stemming: Stemming) -> Vec<Token> {
        let of = |text: &str| match &self.initials {
            Some(initials) => tokens_beginning(text, stemming, initials),
            None => tokens(text, stemming),
        };
        let Some(sought) = &self.sought else { return of(text) };
        let mut found: Vec<Token> = Vec::new();
        let apart = self.reach() + PARAGRAPH_GAP;
        for stretch in sought.stretches(text) {
            let first_position = found.last().map_or(0, |last| last.position + apart);
            found.extend(of(&text[stretch.clone()]).into_iter().map(|token| Token {
                span: token.span.start + stretch.start..token.span.end + stretch.start,
                position: token.position + first_position,
                ..token
            }));
        }
        found
    }

    fn initials(&self) -> Option<Initials> {
        let mut forms: Vec<&str> = self.forms.keys().chain(self.folded.keys()).map(String::as_str).collect();
        for &(pattern, part) in &self.variable {
            match &self.patterns[pattern].parts[part].1 {
                Part::Exact(form) | Part::Prefix(form) => forms.push(form),
                // A typo may stand at the beginning.
                Part::Fuzzy { .. } | Part::Stem { .. } | Part::Folded(_) => return None,
            }
        }
        Some(Initials::of(forms))
    }

    fn take(&mut self, plan: &Plan) {
        match plan {
            Plan::Leaf(leaf) => self.take_leaf(leaf),
            Plan::Same(leaves) => {
                let start = self.leaf_count;
                leaves.iter().for_each(|leaf| self.take_leaf(leaf));
                self.same.push(start..self.leaf_count);
            }
            Plan::All(clauses) => clauses.iter().for_each(|clause| self.take(&clause.plan)),
            Plan::Any(sides) => sides.iter().for_each(|side| self.take(side)),
            _ => {}
        }
    }

    fn take_leaf(&mut self, leaf: &Leaf) {
        let number = self.leaf_count;
        self.leaf_count += 1;
        self.patterns.push(Pattern {
            leaf: number,
            covers: 1,
            field: leaf.field,
            term: leaf.term.clone(),
            parts: leaf.parts.clone(),
            whole: leaf.whole.clone(),
            slop: leaf.slop,
            via: None,
        });
        // The first of the leaves that another form stands for marks it for them all.
        self.patterns.extend(leaf.alternatives.iter().filter(|other| other.place == 0).map(|other| Pattern {
            leaf: number,
            covers: other.leaves,
            field: leaf.field,
            term: other.term.clone(),
            parts: other.parts.clone(),
            whole: None,
            slop: 0,
            via: Some(other.via),
        }));
    }

    /// What was typed for a pattern.
    pub fn term(&self, pattern: usize) -> &str {
        &self.patterns[pattern].term
    }

    /// How many leaves there are.
    pub fn leaf_count(&self) -> usize {
        self.leaf_count
    }

    /// The marks in a text, in order, none overlapping (of two that do, the one that starts first or is longer).
    pub fn marks(&self, text: &str, lang: &str, field: TextField) -> Vec<Mark> {
        if self.patterns.is_empty() || text.is_empty() {
            return Vec::new();
        }
        let stemming = Stemming::of(lang);
        let tokens = self.tokens(text, stemming);
        let mut found = self.candidates(text, &tokens, field);
        let sentences = if self.same.is_empty() { Vec::new() } else { sentences(text) };
        let mut marks = Vec::new();
        for (number, pattern) in self.patterns.iter().enumerate() {
            let parts = std::mem::take(&mut found[number]);
            marks.extend(parts.whole.iter().map(|&at| {
                let via = pattern.whole.as_ref().map_or(Via::Typed, |whole| way(whole, &tokens[at]));
                pattern.mark(number, tokens[at].span.clone(), via)
            }));
            if pattern.slop > 0 && self.same.iter().any(|group| group.contains(&pattern.leaf)) {
                // The words of a loose phrase are marked one by one, and all of them must stand in the sentence.
                for parts in parts.by_sentence(&tokens, &sentences) {
                    pattern_marks(pattern, number, &tokens, &parts, &mut marks);
                }
            } else {
                pattern_marks(pattern, number, &tokens, &parts, &mut marks);
            }
        }
        self.keep_same_sentence(&sentences, &mut marks);
        marks.sort_by_key(|mark| (mark.span.start, std::cmp::Reverse(mark.span.end), mark.leaf, mark.pattern));
        let mut end = 0;
        marks.retain(|mark| {
            let keep = mark.span.start >= end;
            if keep {
                end = mark.span.end;
            }
            keep
        });
        marks
    }

    /// For each pattern the tokens that match its parts.
    fn candidates(&self, text: &str, tokens: &[Token], field: TextField) -> Vec<Candidates> {
        let mut found: Vec<_> = self
            .patterns
            .iter()
            .map(|pattern| Candidates { parts: vec![Vec::new(); pattern.parts.len()], whole: vec![] })
            .collect();
        let here = |pattern: usize| self.patterns[pattern].field.is_none_or(|wanted| wanted == field);
        for (at, token) in tokens.iter().enumerate() {
            let by_stem = self.forms.get(token.stem()).into_iter().flatten();
            let by_folded = self.folded.get(&token.folded).into_iter().flatten();
            for &(pattern, part) in by_stem.chain(by_folded).filter(|(pattern, _)| here(*pattern)) {
                match part {
                    WHOLE => found[pattern].whole.push(at),
                    part => found[pattern].parts[part].push(at),
                }
            }
            for &(pattern, part) in &self.variable {
                if here(pattern) && varies(&self.patterns[pattern].parts[part].1, token, text) {
                    found[pattern].parts[part].push(at);
                }
            }
        }
        found
    }

    /// Takes away marks of `SAME` in sentences that lack a side.
    fn keep_same_sentence(&self, sentences: &[Range<usize>], marks: &mut Vec<Mark>) {
        // A phrase that reaches into the next sentence stands in none.
        let sentence_of = |mark: &Mark| {
            let number = sentences.partition_point(|sentence| sentence.end <= mark.span.start);
            sentences.get(number).filter(|sentence| mark.span.end <= sentence.end).map(|_| number)
        };
        for group in &self.same {
            let mut sides: HashMap<usize, Vec<usize>> = HashMap::new();
            for mark in marks.iter().filter(|mark| group.contains(&mark.leaf)) {
                if let Some(sentence) = sentence_of(mark) {
                    sides.entry(sentence).or_default().extend(mark.leaves());
                }
            }
            marks.retain(|mark| {
                let here = sentence_of(mark).and_then(|sentence| sides.get(&sentence));
                !group.contains(&mark.leaf) || here.is_some_and(|found| group.clone().all(|leaf| found.contains(&leaf)))
            });
        }
    }
}

/// Numbers of the tokens that match the parts of a pattern, in order.
#[derive(Default)]
struct Candidates {
    parts: Vec<Vec<usize>>,
    whole: Vec<usize>,
}

impl Candidates {
    /// The parts by the sentences that they stand in.
    fn by_sentence(&self, tokens: &[Token], sentences: &[Range<usize>]) -> Vec<Self> {
        let mut found: BTreeMap<usize, Self> = BTreeMap::new();
        for (part, list) in self.parts.iter().enumerate() {
            for &at in list {
                let span = &tokens[at].span;
                let number = sentences.partition_point(|sentence| sentence.end <= span.start);
                if sentences.get(number).is_some_and(|it| it.start <= span.start && span.end <= it.end) {
                    let none = || Self { parts: vec![Vec::new(); self.parts.len()], whole: Vec::new() };
                    found.entry(number).or_insert_with(none).parts[part].push(at);
                }
            }
        }
        found.into_values().collect()
    }
}

fn varies(part: &Part, token: &Token, text: &str) -> bool {
    match part {
        Part::Exact(exact) => token.kind == TokenKind::Word && &text[token.span.clone()] == exact,
        Part::Prefix(prefix) => token.folded.starts_with(prefix.as_str()),
        Part::Fuzzy { folded, distance } => is_within(folded, &token.folded, *distance),
        Part::Stem { .. } | Part::Folded(_) => false,
    }
}

/// Whether two folded words lie within an edit distance; a swap of neighbours is one edit.
pub fn is_within(a: &str, b: &str, distance: u8) -> bool {
    let distance = usize::from(distance);
    // Each edit makes a word longer or shorter by one letter at most, which takes up to four bytes.
    let letter_bytes = if a.is_ascii() && b.is_ascii() { 1 } else { 4 };
    a.len().abs_diff(b.len()) <= letter_bytes * distance && strsim::osa_distance(a, b) <= distance
}

/// How a token that fits a part does so.
fn way(part: &Part, token: &Token) -> Via {
    match part {
        Part::Stem { folded, .. } if token.folded != *folded => Via::Stem,
        Part::Prefix(prefix) if token.folded != *prefix => Via::Prefix,
        Part::Fuzzy { folded, .. } if token.folded != *folded => Via::Fuzzy,
        _ => Via::Typed,
    }
}

impl Pattern {
    fn mark(&self, number: usize, span: Range<usize>, via: Via) -> Mark {
        Mark { span, leaf: self.leaf, covers: self.covers, pattern: number, via: self.via.unwrap_or(via) }
    }
}

fn pattern_marks(pattern: &Pattern, number: usize, tokens: &[Token], found: &Candidates, marks: &mut Vec<Mark>) {
    let via = |part: usize, at: usize| way(&pattern.parts[part].1, &tokens[at]);
    if pattern.parts.len() == 1 {
        let one = |&at: &usize| pattern.mark(number, tokens[at].span.clone(), via(0, at));
        marks.extend(found.parts[0].iter().map(one));
        return;
    }
    let positions: Vec<Vec<u32>> =
        found.parts.iter().map(|list| list.iter().map(|&at| tokens[at].position).collect()).collect();
    if positions.iter().any(Vec::is_empty) {
        return;
    }
    let offsets: Vec<u32> = pattern.parts.iter().map(|(offset, _)| *offset).collect();
    if pattern.slop > 0 {
        let taking_part = occurrences(&positions, &offsets, pattern.slop, false);
        for (part, list) in found.parts.iter().enumerate() {
            let inside = list.iter().filter(|&&at| taking_part.binary_search(&tokens[at].position).is_ok());
            marks.extend(inside.map(|&at| pattern.mark(number, tokens[at].span.clone(), via(part, at))));
        }
        return;
    }
    // A phrase is marked whole, from its first word to its last.
    let last = pattern.parts.len() - 1;
    let length = offsets[last] - offsets[0];
    for &first in &found.parts[0] {
        let at_offset = |part: usize| {
            let wanted = tokens[first].position + offsets[part] - offsets[0];
            let list = &positions[part];
            list.binary_search(&wanted).ok().map(|place| found.parts[part][place])
        };
        let Some(places) = (0..pattern.parts.len()).map(at_offset).collect::<Option<Vec<_>>>() else { continue };
        debug_assert!(tokens[places[last]].position == tokens[first].position + length);
        let span = tokens[first].span.start..tokens[places[last]].span.end;
        let via = places.iter().enumerate().map(|(part, &at)| via(part, at)).max().unwrap_or(Via::Typed);
        marks.push(pattern.mark(number, span, via));
    }
}

/// Cuts a range of a text into fragments along its marks.
pub fn fragments(text: &str, range: Range<usize>, marks: &[Mark]) -> Vec<Fragment> {
    let mut cut = Vec::new();
    let mut at = range.start;
    for mark in marks.iter().filter(|mark| mark.span.start >= range.start && mark.span.end <= range.end) {
        if mark.span.start > at {
            cut.push(Fragment { text: text[at..mark.span.start].to_owned(), matched: false });
        }
        cut.push(Fragment { text: text[mark.span.clone()].to_owned(), matched: true });
        at = mark.span.end;
    }
    if at < range.end {
        cut.push(Fragment { text: text[at..range.end].to_owned(), matched: false });
    }
    cut
}

/// The reasons of a hit: each term with each form found, once (forms that fold alike are one).
pub fn reasons<'t>(highlighter: &Highlighter, texts: impl IntoIterator<Item = (&'t str, &'t [Mark])>) -> Vec<Matched> {
    let mut seen: HashMap<(usize, String), Matched> = HashMap::new();
    for (text, marks) in texts {
        for mark in marks {
            let form = &text[mark.span.clone()];
            seen.entry((mark.pattern, fold(form))).or_insert_with(|| Matched {
                term: highlighter.term(mark.pattern).to_owned(),
                form: form.to_owned(),
                via: mark.via,
            });
        }
    }
    let mut reasons: Vec<_> = seen.into_iter().map(|((pattern, _), matched)| (pattern, matched)).collect();
    reasons.sort_by(|a, b| (a.0, a.1.via, &a.1.form).cmp(&(b.0, b.1.via, &b.1.form)));
    reasons.into_iter().map(|(_, matched)| matched).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::query::{Clause, Query};

    fn marked(query: Query, text: &str) -> String {
        let highlighter = Highlighter::new(&Plan::of(&query));
        let marks = highlighter.marks(text, "en", TextField::Body);
        fragments(text, 0..text.len(), &marks)
            .into_iter()
            .map(|f| if f.matched { format!("[{}]", f.text) } else { f.text })
            .collect()
    }

    fn word(text: &str) -> Query {
        Query::Word { text: text.into(), exact: false }
    }

    fn phrase(text: &str, slop: u32) -> Query {
        Query::Phrase { text: text.into(), exact: false, slop }
    }

    #[test]
    fn marks_are_what_matched_and_nothing_else() {
        for (query, text, expected) in [
            (word("bombing"), "Bombs, a bombing; bombastic.", "[Bombs], a [bombing]; bombastic."),
            (phrase("red zone", 0), "Red. The red zones, zone red.", "Red. The [red zones], zone red."),
            (phrase("zone red", 2), "The red zone is red or a zone.", "The [red zone] is [red] or a zone."),
            (word("JF-17"), "JF-17, JF 17 and JF17.", "[JF-17], [JF 17] and [JF17]."),
            (word("cyberattack"), "Cyber-attacks, cyberattacks.", "[Cyber-attacks], [cyberattacks]."),
            (word("cyber-attacks"), "A cyberattack, a cyber-attack.", "A [cyberattack], a [cyber-attack]."),
            (Query::Word { text: "Bela".into(), exact: true }, "bela Bela BELA", "bela [Bela] BELA"),
            (Query::Prefix("secur".into()), "Security is secured.", "[Security] is [secured]."),
            (Query::Fuzzy { text: "gwader".into(), distance: 1 }, "Gwadar, gawadr", "[Gwadar], gawadr"),
            (Query::Not(Box::new(word("port"))), "A port.", "A port."),
            (word("公民"), "中国公民遇袭", "中国[公民]遇袭"),
        ] {
            let got = marked(query.clone(), text).replace("][", "").replace("] [", " ");
            assert_eq!(got, expected.replace("] [", " "), "{query:?}");
        }
    }

    #[test]
    fn a_sentence_with_one_side_only_is_not_marked() {
        let query = Query::Same(vec![word("navy"), word("seized")]);
        assert_eq!(marked(query, "The navy sailed. The navy seized it."), "The navy sailed. The [navy] [seized] it.");
    }

    #[test]
    fn a_loose_phrase_of_a_sentence_has_all_its_words_there() {
        let query = Query::Same(vec![phrase("navy dhow", 5), word("seized")]);
        let text = "The navy seized it. A dhow sank. The navy seized a dhow.";
        let marked = marked(query, text);
        assert_eq!(marked, "The navy seized it. A dhow sank. The [navy] [seized] a [dhow].");
    }

    #[test]
    fn a_phrase_that_reaches_into_the_next_sentence_stands_in_none() {
        let query = Query::Same(vec![phrase("sailed the navy", 0), word("seized")]);
        let text = "The ship sailed. The navy seized it.";
        assert_eq!(marked(query, text), text);
    }

    /// Words that the stemmer or the analyzer treats in ways of their own, in several scripts.
    const WORDS: [&str; 55] = [
        "dying",
        "die",
        "skies",
        "sky",
        "lying",
        "news",
        "U.S.",
        "U.S",
        "us",
        "JF-17",
        "JF17",
        "jf",
        "17",
        "e-mail",
        "email",
        "O'Brien",
        "O\u{2019}Brien's",
        "3,325.6",
        "3325.6",
        "10:30",
        "a",
        "b",
        "A&B",
        "end.Next",
        "na\u{ef}ve",
        "\u{dc}bung",
        "ubung",
        "中国公民",
        "公民",
        "中国，公民",
        "گوادر",
        "ءگوادر",
        "می\u{200c}رود",
        "رود",
        "گوادر\u{200c}پورٹ",
        "والصين",
        "لباكستان",
        "باكستان",
        "حملے",
        "حملہ",
        "हिन्दी",
        "हमलों",
        "Пакистане",
        "l'attaque",
        "L\u{2019}attaque",
        "attaques",
        "臺灣",
        "台湾",
        "किताब",
        "m\u{b2}",
        "x/y",
        "ports",
        "port",
        "port\u{2019}",
        "\u{2014}port",
    ];

    fn any_query() -> impl Strategy<Value = Query> {
        let text = || prop::sample::select(&WORDS[..]).prop_map(str::to_owned);
        let texts = prop::collection::vec(text(), 1..4).prop_map(|list| list.join(" "));
        prop_oneof![
            text().prop_map(|text| Query::Word { text, exact: false }),
            text().prop_map(|text| Query::Word { text, exact: true }),
            text().prop_map(Query::Prefix),
            (text(), 1..3_u8).prop_map(|(text, distance)| Query::Fuzzy { text, distance }),
            (texts, any::<bool>(), 0..4_u32).prop_map(|(text, exact, slop)| Query::Phrase { text, exact, slop }),
        ]
    }

    fn any_text() -> impl Strategy<Value = String> {
        let word = prop_oneof![8 => prop::sample::select(&WORDS[..]).prop_map(str::to_owned), 1 => "[a-z]{1,6}", 1 => "\\PC{1,4}"];
        let sign = prop::sample::select(
            &[" ", " ", " ", ". ", "\n", "\n\n", ", ", "", "-", "/", "，", "。", " \u{2014} ", "\u{a0}"][..],
        );
        prop::collection::vec((word, sign), 0..30).prop_map(|list| list.into_iter().map(|(a, b)| a + b).collect())
    }

    proptest! {
        #[test]
        fn nothing_is_overlooked_by_reading_stretches_only(
            queries in prop::collection::vec(any_query(), 1..3),
            text in any_text(),
            lang in prop::sample::select(&["en", "ur", "ar", "fr", "es", "ru"][..]),
        ) {
            let mut highlighter = Highlighter::new(&Plan::of(&Query::Any(queries)));
            let by_stretches = highlighter.marks(&text, lang, TextField::Body);
            highlighter.sought = None;
            highlighter.initials = None;
            prop_assert_eq!(by_stretches, highlighter.marks(&text, lang, TextField::Body));
        }

        #[test]
        fn a_sentence_is_marked_if_it_has_every_side_and_only_then(
            text in prop::collection::vec(prop::collection::vec("navy|dhow|seized|it", 1..7), 1..5),
            slop in 0..4_u32,
        ) {
            let query = Query::Same(vec![phrase("navy dhow", slop), word("seized")]);
            let written: Vec<String> = text.iter().map(|words| format!("So {}.", words.join(" "))).collect();
            let marked = marked(query, &written.join(" "));
            for (words, marked) in text.iter().zip(marked.split_inclusive('.')) {
                let places = |wanted: &str| {
                    let places = words.iter().enumerate().filter(|(_, word)| *word == wanted);
                    places.map(|(at, _)| at as i64).collect::<Vec<_>>()
                };
                let near = |a: &i64| places("dhow").iter().any(|b| (b - 1 - a).unsigned_abs() <= slop.into());
                let has_all = !places("seized").is_empty() && places("navy").iter().any(near);
                prop_assert_eq!(marked.contains('['), has_all, "{}", marked);
            }
        }

        #[test]
        fn stemming_changes_no_second_letter_but_y_and_umlauts(word in "[a-z]{3,10}(ing|ed|ies|s|ly|oes|ais|ción|eux|ungen)?") {
            for stemming in Stemming::ALL {
                let token = tokens(&word, stemming).remove(0);
                let (stem, others) = beginnings(token.stem());
                let second = |form: &str| form.replace('y', "i").chars().nth(1);
                let other = others.iter().any(|other| word.starts_with(other));
                prop_assert!(stem.len() < 2 || second(stem) == second(&word) || other, "{:?}", token);
            }
        }
    }

    #[test]
    fn a_reason_names_the_form_and_the_way() {
        let clause = |text: &str| Clause { query: word(text), required: false };
        let highlighter = Highlighter::new(&Plan::of(&Query::All(vec![clause("guards"), clause("port")])));
        let text = "Guards guard the guarded port.";
        let marks = highlighter.marks(text, "en", TextField::Body);
        let reasons = reasons(&highlighter, [(text, marks.as_slice())]);
        let list: Vec<_> = reasons.iter().map(|r| (r.term.as_str(), r.form.as_str(), r.via)).collect();
        assert_eq!(
            list,
            [
                ("guards", "Guards", Via::Typed),
                ("guards", "guard", Via::Stem),
                ("guards", "guarded", Via::Stem),
                ("port", "port", Via::Typed)
            ]
        );
    }
}
