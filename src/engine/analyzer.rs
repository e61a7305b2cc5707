//! The analyzer: how a text becomes tokens, for documents and for queries alike.
//!
//! The one description of tokenising, folding, stemming and stop words, which every engine is configured from.
//! Layer 1; names no engine and no index.
//!
//! A word gives one token per position, in three forms: *stem* (folded, English stemmed), *folded* (for prefixes and
//! typos) and *exact* (as it stands). A run of Chinese gives a token for each character, and at the same positions
//! one for each word that the segmenter finds, so that a name the segmenter does not know is still found, as the
//! phrase of its characters. Words joined by hyphens (`Hidayat-ur-Rehman`, `JF-17`) give their parts and, at the
//! first part's position, the whole written as one, stemmed like any word (`cyber-attacks` is `cyberattack` too). Paragraphs lie `PARAGRAPH_GAP` positions apart, so that no
//! phrase crosses from one to the next.

mod forms;
mod stop_words;

use std::ops::Range;
use std::sync::LazyLock;

use jieba_rs::Jieba;

use crate::engine::analyzer::forms::{clipped, forms, stem, without_genitive};
use crate::text::normalise::fold;
use crate::text::sentences::sentences;
use crate::text::words::{Word, words};

pub use forms::{folded_form, stemmed};
pub use stop_words::is_stop_word;

/// Positions between the last word of a paragraph and the first of the next; larger than any phrase's slop.
pub const PARAGRAPH_GAP: u32 = 100;
/// The term that stands at the position where a sentence begins. No word folds to it.
pub const SENTENCE_MARK: &str = "\u{2}";
/// Changes whenever the same text would give other tokens: an index made with another value must be rebuilt.
pub const ANALYZER_VERSION: u32 = 2;
/// Most words that one hyphenated name is joined of.
const JOINED_WORDS_MAX: usize = 5;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A word, or a Chinese character.
    Word,
    /// Several words or characters as one, beside the tokens of its parts.
    Compound,
}

/// A token with its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Folded form.
    pub folded: String,
    /// Stemmed form where it differs from the folded one.
    pub stemmed: Option<String>,
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Position, from 0; a compound shares that of its first part.
    pub position: u32,
    /// What it is.
    pub kind: TokenKind,
}

impl Token {
    /// The form that plain words are indexed and sought by.
    pub fn stem(&self) -> &str {
        self.stemmed.as_deref().unwrap_or(&self.folded)
    }
}

/// How the words of a text are stemmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stemming {
    /// English words to their stems.
    English,
    /// Not at all.
    Plain,
}

impl Stemming {
    /// The stemming of a document's language. Texts too short to tell their language are mostly English in Latin
    /// script; Latin words of other languages stay whole.
    pub fn of(lang: &str) -> Self {
        if matches!(lang, "en" | "und") { Self::English } else { Self::Plain }
    }
}

/// Loaded at the first Chinese character: the dictionary takes a fifth of a second.
static SEGMENTER: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// The letters and digits that sought forms begin with. Neither folding nor stemming takes a word's first one away.
#[derive(Debug, Clone)]
pub struct Initials([bool; 128]);

impl Initials {
    /// The first letters of forms, be they folded, stemmed or as they stand.
    pub fn of<'f>(forms: impl IntoIterator<Item = &'f str>) -> Self {
        let mut initials = [false; 128];
        for first in forms.into_iter().filter_map(|form| form.bytes().next()).filter(u8::is_ascii) {
            initials[usize::from(first.to_ascii_lowercase())] = true;
        }
        Self(initials)
    }

    /// Whether a word may have one of the forms; of a word of other letters this is not asked.
    fn may_begin(&self, word: &str) -> bool {
        match word.bytes().next() {
            Some(first) if first.is_ascii_alphanumeric() && word.is_ascii() => {
                self.0[usize::from(first.to_ascii_lowercase())]
            }
            _ => true,
        }
    }
}

/// All tokens of a text, in the order of their positions.
pub fn tokens(text: &str, stemming: Stemming) -> Vec<Token> {
    tokens_where(text, stemming, |_| true, text.len() / 5)
}

/// The tokens of a text but for words that have none of the sought forms; the others stand as `tokens` gives them.
pub fn tokens_beginning(text: &str, stemming: Stemming, initials: &Initials) -> Vec<Token> {
    tokens_where(text, stemming, |word| initials.may_begin(word), 0)
}

fn tokens_where(text: &str, stemming: Stemming, sought: impl Fn(&str) -> bool, expected: usize) -> Vec<Token> {
    let mut found = Vec::with_capacity(expected);
    let mut position = 0;
    let mut line_start = 0;
    for line in text.split('\n') {
        let before = position;
        line_tokens(line, line_start, stemming, &sought, &mut position, &mut found);
        if position > before {
            position += PARAGRAPH_GAP;
        }
        line_start += line.len() + 1;
    }
    found
}

/// The positions at which sentences of a text begin, given its tokens.
pub fn sentence_positions(text: &str, tokens: &[Token]) -> Vec<u32> {
    let mut starts = Vec::new();
    let mut words = tokens.iter().filter(|token| token.kind == TokenKind::Word).peekable();
    for sentence in sentences(text) {
        while words.next_if(|token| token.span.start < sentence.start).is_some() {}
        if let Some(first) = words.peek()
            && first.span.start < sentence.end
            && starts.last() != Some(&first.position)
        {
            starts.push(first.position);
        }
    }
    starts
}

fn line_tokens(
    line: &str,
    offset: usize,
    stemming: Stemming,
    sought: &impl Fn(&str) -> bool,
    position: &mut u32,
    found: &mut Vec<Token>,
) {
    let mut rest = words(line).peekable();
    let mut group = Vec::new();
    while let Some(first) = rest.next() {
        group.clear();
        group.push(first);
        if first.is_han() {
            while let Some(next) = rest.next_if(|next| next.is_han() && next.start == group[group.len() - 1].end()) {
                group.push(next);
            }
            han_tokens(line, offset, &group, position, found);
        } else {
            while let Some(next) =
                rest.next_if(|next| !next.is_han() && is_hyphen(&line[group[group.len() - 1].end()..next.start]))
            {
                group.push(next);
            }
            // Only a word of its own can be left out: the parts of a joined one make up its other form.
            if group.len() == 1 && !sought(first.text) {
                *position += 1;
            } else {
                word_tokens(offset, &group, stemming, position, found);
            }
        }
    }
}

fn is_hyphen(between: &str) -> bool {
    matches!(between, "-" | "\u{2010}" | "\u{2011}" | "\u{2013}" | "\u{2212}" | "\u{FE63}" | "\u{FF0D}" | "&")
}

fn word_tokens(offset: usize, group: &[Word], stemming: Stemming, position: &mut u32, found: &mut Vec<Token>) {
    let first = found.len();
    for word in group {
        let surface = without_genitive(word.text);
        let (folded, stemmed) = forms(surface, stemming);
        if folded.is_empty() {
            continue;
        }
        let span = offset + word.start..offset + word.start + surface.len();
        found.push(Token { stemmed, folded, span, position: *position, kind: TokenKind::Word });
        *position += 1;
    }
    let parts = &found[first..];
    if (2..=JOINED_WORDS_MAX).contains(&parts.len()) {
        let joined: String = parts.iter().map(|part| part.folded.as_str()).collect();
        let span = parts[0].span.start..parts[parts.len() - 1].span.end;
        let position = parts[0].position;
        let folded = clipped(joined);
        let stemmed = stem(&folded, stemming);
        let joined = Token { folded, stemmed, span, position, kind: TokenKind::Compound };
        found.insert(first + 1, joined);
    }
}

fn han_tokens(line: &str, offset: usize, group: &[Word], position: &mut u32, found: &mut Vec<Token>) {
    let run_start = group[0].start;
    let run = &line[run_start..group[group.len() - 1].end()];
    let mut compounds = SEGMENTER
        .tokenize(run, jieba_rs::TokenizeMode::Search, true)
        .into_iter()
        .filter(|token| token.end - token.start > 1)
        .map(|token| (token.start, token.word))
        .collect::<Vec<_>>();
    compounds.sort_unstable_by_key(|&(start, word)| (start, word.len()));
    compounds.dedup();
    let mut compounds = compounds.into_iter().peekable();
    for (n, character) in group.iter().enumerate() {
        let span = offset + character.start..offset + character.end();
        found.push(Token {
            folded: fold(character.text),
            stemmed: None,
            span,
            position: *position,
            kind: TokenKind::Word,
        });
        while let Some((_, word)) = compounds.next_if(|&(start, _)| start <= n) {
            let start = offset + character.start;
            let (folded, span) = (fold(word), start..start + word.len());
            found.push(Token { folded, stemmed: None, span, position: *position, kind: TokenKind::Compound });
        }
        *position += 1;
    }
}

/// One thing to seek in a typed word: most words are one, `中国公民` is two, `JF-17` is one of two parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The bytes of the typed text.
    pub span: Range<usize>,
    /// The parts in the order of their positions; more than one for a hyphenated name and for Chinese words.
    pub parts: Vec<Token>,
    /// The parts written as one, which may be indexed as a token of its own.
    pub whole: Option<Token>,
}

impl Unit {
    /// The folded text of the whole unit.
    pub fn folded(&self) -> String {
        match &self.whole {
            Some(whole) => whole.folded.clone(),
            None => self.parts.iter().map(|part| part.folded.as_str()).collect(),
        }
    }
}

/// What a typed word asks for.
pub fn units(text: &str) -> Vec<Unit> {
    let mut units = Vec::new();
    for line in text.split('\n') {
        let offset = line.as_ptr() as usize - text.as_ptr() as usize;
        let mut rest = words(line).peekable();
        while let Some(first) = rest.next() {
            let mut group = vec![first];
            if first.is_han() {
                while let Some(next) = rest.next_if(|next| next.is_han() && next.start == group[group.len() - 1].end())
                {
                    group.push(next);
                }
                units.extend(han_units(line, offset, &group));
            } else {
                while let Some(next) =
                    rest.next_if(|next| !next.is_han() && is_hyphen(&line[group[group.len() - 1].end()..next.start]))
                {
                    group.push(next);
                }
                let mut parts = Vec::new();
                word_tokens(offset, &group, Stemming::English, &mut 0, &mut parts);
                let whole = parts.iter().position(|t| t.kind == TokenKind::Compound).map(|at| parts.remove(at));
                if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
                    units.push(Unit { span: first.span.start..last.span.end, parts, whole });
                }
            }
        }
    }
    units
}

fn han_units(line: &str, offset: usize, group: &[Word]) -> Vec<Unit> {
    let run_start = group[0].start;
    let run = &line[run_start..group[group.len() - 1].end()];
    let mut at = 0;
    SEGMENTER
        .cut(run, true)
        .into_iter()
        .map(|token| {
            let start = offset + run_start + at;
            at += token.word.len();
            let mut parts = Vec::new();
            for (position, (byte, c)) in token.word.char_indices().enumerate() {
                parts.push(Token {
                    folded: fold(c.encode_utf8(&mut [0; 4])),
                    stemmed: None,
                    span: start + byte..start + byte + c.len_utf8(),
                    position: position as u32,
                    kind: TokenKind::Word,
                });
            }
            let span = start..start + token.word.len();
            let whole = (parts.len() > 1).then(|| Token {
                folded: fold(token.word),
                stemmed: None,
                span: span.clone(),
                position: 0,
                kind: TokenKind::Compound,
            });
            Unit { span, parts, whole }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(text: &str) -> Vec<(String, u32)> {
        tokens(text, Stemming::English).into_iter().map(|t| (t.stem().to_owned(), t.position)).collect()
    }

    fn pairs(expected: &[(&str, u32)]) -> Vec<(String, u32)> {
        expected.iter().map(|&(form, position)| (form.to_owned(), position)).collect()
    }

    #[test]
    fn english_is_stemmed_and_names_keep_their_parts_and_their_whole() {
        assert_eq!(forms("Pakistan’s bombings"), pairs(&[("pakistan", 0), ("bomb", 1)]));
        assert_eq!(forms("The JF-17 (U.S.)"), pairs(&[("the", 0), ("jf", 1), ("jf17", 1), ("17", 2), ("us", 3)]));
        assert_eq!(forms("Rs3,325.6 million"), pairs(&[("rs3325.6", 0), ("million", 1)]));
    }

    #[test]
    fn paragraphs_lie_apart_and_sentences_are_marked() {
        let text = "One two. Three\n\nFour";
        let tokens = tokens(text, Stemming::English);
        assert_eq!(tokens.iter().map(|t| t.position).collect::<Vec<_>>(), [0, 1, 2, 103]);
        assert_eq!(sentence_positions(text, &tokens), [0, 2, 103]);
    }

    #[test]
    fn chinese_gives_characters_and_words_at_their_positions() {
        let found = forms("中国公民遇袭");
        for expected in [("中", 0), ("中国", 0), ("公民", 2), ("袭", 5)] {
            assert!(found.contains(&(expected.0.to_owned(), expected.1)), "{expected:?} in {found:?}");
        }
        let asked = units("中国公民");
        assert_eq!(asked.iter().map(Unit::folded).collect::<Vec<_>>(), ["中国", "公民"]);
    }

    #[test]
    fn urdu_letters_are_folded_and_function_words_known() {
        assert_eq!(forms("بلوچستان كي")[1].0, "کی");
        assert!(is_stop_word(&fold("کے")) && is_stop_word("the") && !is_stop_word("china"));
    }

    proptest::proptest! {
        #[test]
        fn tokens_lie_in_the_text_and_in_order(text in "[\\PC\\n]{0,80}") {
            let mut last = 0;
            for token in tokens(&text, Stemming::English) {
                proptest::prop_assert!(text.get(token.span.clone()).is_some_and(|form| !form.is_empty()));
                proptest::prop_assert!(token.position >= last);
                last = token.position;
            }
            for unit in units(&text) {
                proptest::prop_assert!(text.get(unit.span.clone()).is_some());
            }
        }

        #[test]
        fn no_token_with_a_sought_initial_is_left_out_and_none_is_another(
            text in "([a-zA-Z0-9'.,é中ك]{1,8}[ \\n-]){0,20}",
            sought in "[a-z0-9]{0,3}",
        ) {
            let letters: Vec<String> = sought.chars().map(String::from).collect();
            let initials = Initials::of(letters.iter().map(String::as_str));
            let all = tokens(&text, Stemming::English);
            let some = tokens_beginning(&text, Stemming::English, &initials);
            proptest::prop_assert!(some.iter().all(|token| all.contains(token)));
            let is_sought = |token: &&Token| {
                let forms = [token.stem(), &token.folded, &text[token.span.clone()]];
                forms.iter().any(|form| form.to_lowercase().starts_with(|c| sought.contains(c)))
            };
            for token in all.iter().filter(is_sought) {
                proptest::prop_assert!(some.contains(token), "{:?}", token);
            }
        }

        #[test]
        fn stemming_keeps_the_first_letter(word in "[a-z]{3,12}") {
            let stemmed = stem(&word, Stemming::English).unwrap_or_else(|| word.clone());
            proptest::prop_assert_eq!(stemmed.as_bytes()[0], word.as_bytes()[0]);
        }
    }
}
