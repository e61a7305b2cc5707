//! Marks: the places of a text that a query matched. One for snippets, `show` and the article page, on every engine.
//!
//! Marks only what truly matches: a phrase whole and where it stands as a phrase, a word of `SAME` only in a sentence
//! that has all sides. Gives byte ranges; makes no markup.

use std::collections::HashMap;
use std::ops::Range;

use crate::engine::analyzer::{Initials, Stemming, Token, TokenKind, tokens, tokens_beginning};
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
    /// Number of the leaf in `Highlighter::terms`.
    pub leaf: usize,
    /// How the form there matched.
    pub via: Via,
}

/// Marks the matches of one plan in any number of texts.
#[derive(Debug)]
pub struct Highlighter {
    leaves: Vec<Leaf>,
    /// Leaves that must share a sentence, as ranges of `leaves`.
    same: Vec<Range<usize>>,
    /// Parts that are compared by whole forms, by their forms: (leaf, part or `WHOLE`).
    forms: HashMap<String, Vec<(usize, usize)>>,
    /// Parts that are compared otherwise.
    variable: Vec<(usize, usize)>,
    /// What the words begin with that may match; `None` where any word may.
    initials: Option<Initials>,
}

/// Stands for the whole of a leaf in place of a part's number.
const WHOLE: usize = usize::MAX;

impl Highlighter {
    /// Makes a highlighter of a plan.
    pub fn new(plan: &Plan) -> Self {
        let mut highlighter =
            Self { leaves: Vec::new(), same: Vec::new(), forms: HashMap::new(), variable: Vec::new(), initials: None };
        highlighter.take(plan);
        for (number, leaf) in highlighter.leaves.iter().enumerate() {
            let mut add = |form: &str, part| {
                let places = highlighter.forms.entry(form.to_owned()).or_default();
                if !places.contains(&(number, part)) {
                    places.push((number, part));
                }
            };
            for (n, (_, part)) in leaf.parts.iter().enumerate() {
                match part {
                    Part::Stem { stems, .. } => stems.iter().for_each(|stem| add(stem, n)),
                    _ => highlighter.variable.push((number, n)),
                }
            }
            if let Some(Part::Stem { stems, .. }) = &leaf.whole {
                stems.iter().for_each(|stem| add(stem, WHOLE));
            }
        }
        highlighter.initials = highlighter.initials();
        highlighter
    }

    fn initials(&self) -> Option<Initials> {
        let mut forms: Vec<&str> = self.forms.keys().map(String::as_str).collect();
        for &(leaf, part) in &self.variable {
            match &self.leaves[leaf].parts[part].1 {
                Part::Exact(form) | Part::Prefix(form) => forms.push(form),
                // A typo may stand at the beginning.
                Part::Fuzzy { .. } | Part::Stem { .. } => return None,
            }
        }
        Some(Initials::of(forms))
    }

    fn take(&mut self, plan: &Plan) {
        match plan {
            Plan::Leaf(leaf) => self.leaves.push(leaf.clone()),
            Plan::Same(leaves) => {
                let start = self.leaves.len();
                self.leaves.extend(leaves.iter().cloned());
                self.same.push(start..self.leaves.len());
            }
            Plan::All(clauses) => clauses.iter().for_each(|clause| self.take(&clause.plan)),
            Plan::Any(sides) => sides.iter().for_each(|side| self.take(side)),
            _ => {}
        }
    }

    /// The leaves' terms as typed, by number.
    pub fn term(&self, leaf: usize) -> &str {
        &self.leaves[leaf].term
    }

    /// How many leaves there are.
    pub fn leaf_count(&self) -> usize {
        self.leaves.len()
    }

    /// The marks in a text, in order, none overlapping (of two that do, the one that starts first or is longer).
    pub fn marks(&self, text: &str, lang: &str, field: TextField) -> Vec<Mark> {
        if self.leaves.is_empty() || text.is_empty() {
            return Vec::new();
        }
        let stemming = Stemming::of(lang);
        let tokens = match &self.initials {
            Some(initials) => tokens_beginning(text, stemming, initials),
            None => tokens(text, stemming),
        };
        let mut found = self.candidates(text, &tokens, field);
        let mut marks = Vec::new();
        for (number, leaf) in self.leaves.iter().enumerate() {
            let parts = std::mem::take(&mut found[number]);
            marks.extend(parts.whole.iter().map(|&at| Mark {
                span: tokens[at].span.clone(),
                leaf: number,
                via: leaf.whole.as_ref().map_or(Via::Typed, |whole| way(whole, &tokens[at])),
            }));
            leaf_marks(leaf, number, &tokens, &parts, &mut marks);
        }
        self.keep_same_sentence(text, &mut marks);
        marks.sort_by_key(|mark| (mark.span.start, std::cmp::Reverse(mark.span.end), mark.leaf));
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

    /// For each leaf the tokens that match its parts.
    fn candidates(&self, text: &str, tokens: &[Token], field: TextField) -> Vec<Candidates> {
        let mut found: Vec<_> = self
            .leaves
            .iter()
            .map(|leaf| Candidates { parts: vec![Vec::new(); leaf.parts.len()], whole: vec![] })
            .collect();
        let here = |leaf: usize| self.leaves[leaf].field.is_none_or(|wanted| wanted == field);
        for (at, token) in tokens.iter().enumerate() {
            for &(leaf, part) in self.forms.get(token.stem()).into_iter().flatten().filter(|(leaf, _)| here(*leaf)) {
                match part {
                    WHOLE => found[leaf].whole.push(at),
                    part => found[leaf].parts[part].push(at),
                }
            }
            for &(leaf, part) in &self.variable {
                if here(leaf) && varies(&self.leaves[leaf].parts[part].1, token, text) {
                    found[leaf].parts[part].push(at);
                }
            }
        }
        found
    }

    /// Takes away marks of `SAME` in sentences that lack a side.
    fn keep_same_sentence(&self, text: &str, marks: &mut Vec<Mark>) {
        if self.same.is_empty() {
            return;
        }
        let sentences = sentences(text);
        // A phrase that reaches into the next sentence stands in none.
        let sentence_of = |mark: &Mark| {
            let number = sentences.partition_point(|sentence| sentence.end <= mark.span.start);
            sentences.get(number).filter(|sentence| mark.span.end <= sentence.end).map(|_| number)
        };
        for group in &self.same {
            let mut sides: HashMap<usize, Vec<usize>> = HashMap::new();
            for mark in marks.iter().filter(|mark| group.contains(&mark.leaf)) {
                if let Some(sentence) = sentence_of(mark) {
                    sides.entry(sentence).or_default().push(mark.leaf);
                }
            }
            marks.retain(|mark| {
                let here = sentence_of(mark).and_then(|sentence| sides.get(&sentence));
                !group.contains(&mark.leaf) || here.is_some_and(|found| group.clone().all(|leaf| found.contains(&leaf)))
            });
        }
    }
}

#[derive(Default)]
struct Candidates {
    parts: Vec<Vec<usize>>,
    whole: Vec<usize>,
}

fn varies(part: &Part, token: &Token, text: &str) -> bool {
    match part {
        Part::Exact(exact) => token.kind == TokenKind::Word && &text[token.span.clone()] == exact,
        Part::Prefix(prefix) => token.folded.starts_with(prefix.as_str()),
        Part::Fuzzy { folded, distance } => is_within(folded, &token.folded, *distance),
        Part::Stem { .. } => false,
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

fn leaf_marks(leaf: &Leaf, number: usize, tokens: &[Token], found: &Candidates, marks: &mut Vec<Mark>) {
    let via = |part: usize, at: usize| way(&leaf.parts[part].1, &tokens[at]);
    if leaf.parts.len() == 1 {
        let one = |&at: &usize| Mark { span: tokens[at].span.clone(), leaf: number, via: via(0, at) };
        marks.extend(found.parts[0].iter().map(one));
        return;
    }
    let positions: Vec<Vec<u32>> =
        found.parts.iter().map(|list| list.iter().map(|&at| tokens[at].position).collect()).collect();
    if positions.iter().any(Vec::is_empty) {
        return;
    }
    let offsets: Vec<u32> = leaf.parts.iter().map(|(offset, _)| *offset).collect();
    if leaf.slop > 0 {
        let taking_part = occurrences(&positions, &offsets, leaf.slop, false);
        for (part, list) in found.parts.iter().enumerate() {
            let inside = list.iter().filter(|&&at| taking_part.binary_search(&tokens[at].position).is_ok());
            marks.extend(inside.map(|&at| Mark { span: tokens[at].span.clone(), leaf: number, via: via(part, at) }));
        }
        return;
    }
    // A phrase is marked whole, from its first word to its last.
    let last = leaf.parts.len() - 1;
    let length = offsets[last] - offsets[0];
    for &first in &found.parts[0] {
        let at_offset = |part: usize| {
            let wanted = tokens[first].position + offsets[part] - offsets[0];
            let list = &positions[part];
            list.binary_search(&wanted).ok().map(|place| found.parts[part][place])
        };
        let Some(places) = (0..leaf.parts.len()).map(at_offset).collect::<Option<Vec<_>>>() else { continue };
        debug_assert!(tokens[places[last]].position == tokens[first].position + length);
        let span = tokens[first].span.start..tokens[places[last]].span.end;
        let via = places.iter().enumerate().map(|(part, &at)| via(part, at)).max().unwrap_or(Via::Typed);
        marks.push(Mark { span, leaf: number, via });
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
            seen.entry((mark.leaf, fold(form))).or_insert_with(|| Matched {
                term: highlighter.term(mark.leaf).to_owned(),
                form: form.to_owned(),
                via: mark.via,
            });
        }
    }
    let mut reasons: Vec<_> = seen.into_iter().map(|((leaf, _), matched)| (leaf, matched)).collect();
    reasons.sort_by(|a, b| (a.0, a.1.via, &a.1.form).cmp(&(b.0, b.1.via, &b.1.form)));
    reasons.into_iter().map(|(_, matched)| matched).collect()
}

#[cfg(test)]
mod tests {
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
    fn a_phrase_that_reaches_into_the_next_sentence_stands_in_none() {
        let query = Query::Same(vec![phrase("sailed the navy", 0), word("seized")]);
        let text = "The ship sailed. The navy seized it.";
        assert_eq!(marked(query, text), text);
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
