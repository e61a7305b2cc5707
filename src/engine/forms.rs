//! The terms of the field of words: one a token, which says its folded form and how it is written.
//!
//! `gwadar` stands for a word written just so, `gwadar`, U+0001, `Gwadar` for one written otherwise, and `jf17`, U+0001
//! for several words taken as one, which are never sought as they are written. Prefixes and typos look at what lies
//! before the mark, exact words at the whole; a field of its own for exact words would hold every word once more.

use std::borrow::Cow;

use tantivy_fst::Automaton;

use crate::engine::analyzer::{Token, TokenKind, folded_form};

/// Parts the folded form from the written one. No word holds it: it is a control character.
const MARK: char = '\u{1}';

/// The term of a token of `text`.
pub fn form<'t>(token: &'t Token, text: &str) -> Cow<'t, str> {
    match (token.kind, &text[token.span.clone()]) {
        (TokenKind::Word, written) if written == token.folded => Cow::Borrowed(&token.folded),
        (TokenKind::Word, written) => Cow::Owned(format!("{}{MARK}{written}", token.folded)),
        (TokenKind::Compound, _) => Cow::Owned(format!("{}{MARK}", token.folded)),
    }
}

/// The term of a word as it is written.
pub fn exact_form(written: &str) -> String {
    let folded = folded_form(written);
    if folded == written { folded } else { format!("{folded}{MARK}{written}") }
}

/// The folded form in a term.
pub fn folded_of(term: &[u8]) -> &[u8] {
    term.split(|&byte| byte == MARK as u8).next().unwrap_or(term)
}

/// The first bytes behind all terms of a folded form.
pub fn behind_forms(folded: &str) -> String {
    format!("{folded}\u{2}")
}

/// The first bytes behind every word that begins with `prefix`; `None` when no bytes are.
pub fn prefix_end(prefix: &str) -> Option<Vec<u8>> {
    let mut end = prefix.as_bytes().to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return Some(end);
        }
    }
    None
}

/// The written form in a term; empty for several words taken as one.
pub fn written_of(term: &str) -> &str {
    term.split_once(MARK).map_or(term, |(_, written)| written)
}

/// Takes the terms whose folded form another automaton takes.
pub struct FoldedAutomaton<A>(pub A);

/// How far a term is read.
#[derive(Clone)]
pub enum FormState<S> {
    /// Inside the folded form.
    Folded(S),
    /// Behind a form that was taken.
    Taken,
    /// Behind one that was not.
    Refused,
}

impl<A: Automaton> Automaton for FoldedAutomaton<A> {
    type State = FormState<A::State>;

    fn start(&self) -> Self::State {
        FormState::Folded(self.0.start())
    }

    fn is_match(&self, state: &Self::State) -> bool {
        match state {
            FormState::Folded(state) => self.0.is_match(state),
            FormState::Taken => true,
            FormState::Refused => false,
        }
    }

    fn can_match(&self, state: &Self::State) -> bool {
        match state {
            FormState::Folded(state) => self.0.can_match(state),
            FormState::Taken => true,
            FormState::Refused => false,
        }
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        match state {
            FormState::Folded(state) if byte != MARK as u8 => FormState::Folded(self.0.accept(state, byte)),
            FormState::Folded(state) if self.0.is_match(state) => FormState::Taken,
            FormState::Taken => FormState::Taken,
            FormState::Folded(_) | FormState::Refused => FormState::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::analyzer::{Stemming, tokens};

    #[test]
    fn a_term_says_its_folded_form_and_how_it_is_written() {
        let text = "Gwadar’s port, JF-17 and éclair";
        let forms: Vec<String> =
            tokens(text, Stemming::English).iter().map(|token| form(token, text).into_owned()).collect();
        assert_eq!(forms, ["gwadar\u{1}Gwadar", "port", "jf\u{1}JF", "jf17\u{1}", "17", "and", "eclair\u{1}éclair"]);
        assert_eq!(exact_form("Gwadar"), forms[0]);
        assert_eq!(exact_form("port"), "port");
        assert_eq!(folded_of(forms[0].as_bytes()), b"gwadar");
        assert_eq!(folded_of(b"port"), b"port");
    }

    #[test]
    fn an_automaton_looks_at_the_folded_form_alone() {
        let automaton = FoldedAutomaton(tantivy_fst::Regex::new("ab?c").unwrap());
        let takes = |term: &str| {
            let end = term.bytes().fold(automaton.start(), |state, byte| automaton.accept(&state, byte));
            automaton.is_match(&end)
        };
        for (term, taken) in [
            ("abc", true),
            ("ac", true),
            ("ab", false),
            ("abc\u{1}", true),
            ("abc\u{1}ABC", true),
            ("ab\u{1}abc", false),
            ("a\u{1}bc", false),
        ] {
            assert_eq!(takes(term), taken, "{term:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_word_is_found_as_it_is_written(text in "[\\PC ]{0,60}") {
            for token in tokens(&text, Stemming::English).iter().filter(|token| token.kind == TokenKind::Word) {
                proptest::prop_assert_eq!(form(token, &text), exact_form(&text[token.span.clone()]));
            }
        }
    }
}
