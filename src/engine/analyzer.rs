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

mod arabic;
mod forms;
mod groups;
mod inflections;
mod stems;
mod stop_words;

use std::iter::Peekable;
use std::ops::Range;
use std::sync::LazyLock;

use jieba_rs::Jieba;

use crate::engine::analyzer::forms::{clipped, forms, without_genitive};
use crate::engine::analyzer::groups::{Piece, is_hyphen};
use crate::text::han::simplified;
use crate::text::normalise::fold;
use crate::text::sentences::sentences;
use crate::text::words::{Word, Words, words};

pub use forms::folded_form;
pub use stems::{beginnings, sought as sought_stems};
pub use stop_words::{OtherStopWords, is_stop_word};

/// Positions between the last word of a paragraph and the first of the next; larger than any phrase's slop.
pub const PARAGRAPH_GAP: u32 = 100;
/// The term that stands at the position where a sentence begins. No word folds to it.
pub const SENTENCE_MARK: &str = "\u{2}";
/// Changes whenever the same text would give other tokens: an index made with another value must be rebuilt.
pub const ANALYZER_VERSION: u32 = 3;
/// Most words that one hyphenated name is joined of.
const JOINED_WORDS_MAX: usize = 5;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A word, or a Chinese character.
    Word,
    /// What stands beside a word at its position: several words or characters as one, or a word without the article
    /// or the affixes that are written as one with it.
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

/// How the words of a text are stemmed. Russian words are in all of them, by their script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stemming {
    /// English words to their stems.
    English,
    /// Spanish ones.
    Spanish,
    /// Portuguese ones.
    Portuguese,
    /// Italian ones.
    Italian,
    /// French ones.
    French,
    /// German ones.
    German,
    /// Arabic words without article, plural and pronoun.
    Arabic,
    /// Only what every script asks for.
    Plain,
}

impl Stemming {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::English,
        Self::Spanish,
        Self::Portuguese,
        Self::Italian,
        Self::French,
        Self::German,
        Self::Arabic,
        Self::Plain,
    ];

    /// The stemming of a document's language. Texts too short to tell their language are mostly English in Latin
    /// script; Latin words of languages without a stemmer stay whole.
    pub fn of(lang: &str) -> Self {
        match lang {
            "en" | "und" => Self::English,
            "es" => Self::Spanish,
            "pt" => Self::Portuguese,
            "it" => Self::Italian,
            "fr" => Self::French,
            "de" => Self::German,
            "ar" => Self::Arabic,
            _ => Self::Plain,
        }
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
            // Behind an apostrophe another word may begin (`l'attaque`).
            Some(first) if first.is_ascii_alphanumeric() && word.is_ascii() && !word.contains('\'') => {
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
    let (mut group, mut run) = (Vec::new(), Vec::new());
    while let Some(first) = rest.next() {
        if first.is_han() {
            run_of_han(first, &mut rest, &mut run);
            han_tokens(offset, &run, position, found);
            continue;
        }
        group_of_words(line, first, &mut rest, &mut group);
        // Only a word of its own can be left out: the parts of a joined one make up its other form.
        match group.as_slice() {
            [Piece { word, core: None }] if !sought(word.text) => *position += 1,
            group => word_tokens(offset, group, stemming, position, found),
        }
    }
}

type Rest<'t> = Peekable<Words<'t>>;

/// The characters that follow each other without anything between, from the first one on.
fn run_of_han<'t>(first: Word<'t>, rest: &mut Rest<'t>, run: &mut Vec<Word<'t>>) {
    run.clear();
    run.push(first);
    while let Some(next) = rest.next_if(|next| next.is_han() && next.start == run[run.len() - 1].end()) {
        run.push(next);
    }
}

/// The words that hyphens join, from the first one on.
fn group_of_words<'t>(line: &str, first: Word<'t>, rest: &mut Rest<'t>, group: &mut Vec<Piece<'t>>) {
    group.clear();
    groups::add(group, first);
    let mut end = first.end();
    while let Some(next) = rest.next_if(|next| !next.is_han() && is_hyphen(&line[end..next.start])) {
        groups::add(group, next);
        end = next.end();
    }
}

fn word_tokens(offset: usize, group: &[Piece], stemming: Stemming, position: &mut u32, found: &mut Vec<Token>) {
    let first = found.len();
    let mut count = 0;
    for piece in group {
        let surface = without_genitive(piece.word.text);
        let (folded, stemmed) = forms(surface, stemming);
        if folded.is_empty() {
            continue;
        }
        let span = offset + piece.word.start..offset + piece.word.start + surface.len();
        found.push(Token { stemmed, folded, span, position: *position, kind: TokenKind::Word });
        if let Some(core) = piece.core {
            let surface = without_genitive(core.text);
            let (folded, stemmed) = forms(surface, stemming);
            if !folded.is_empty() {
                let span = offset + core.start..offset + core.start + surface.len();
                found.push(Token { stemmed, folded, span, position: *position, kind: TokenKind::Compound });
            }
        }
        *position += 1;
        count += 1;
    }
    if (2..=JOINED_WORDS_MAX).contains(&count) {
        let mut parts = found[first..].iter().filter(|token| token.kind == TokenKind::Word);
        let joined: String = parts.clone().map(|part| part.folded.as_str()).collect();
        let span = found[first].span.start..parts.next_back().map_or(0, |last| last.span.end);
        let position = found[first].position;
        let folded = clipped(joined);
        let stemmed = stems::stem(&folded, stemming);
        let joined = Token { folded, stemmed, span, position, kind: TokenKind::Compound };
        found.insert(first + 1, joined);
    }
}

/// A run of characters as the segmenter's dictionary has them: one for each, simplified.
fn segmented_text(run: &[Word]) -> String {
    run.iter().filter_map(|character| character.text.chars().next()).map(simplified).collect()
}

fn han_token(offset: usize, run: &[Word], position: u32, kind: TokenKind) -> Token {
    let folded = run.iter().map(|character| fold(character.text)).collect();
    let span = offset + run[0].start..offset + run[run.len() - 1].end();
    Token { folded, stemmed: None, span, position, kind }
}

fn han_tokens(offset: usize, run: &[Word], position: &mut u32, found: &mut Vec<Token>) {
    let text = segmented_text(run);
    let mut compounds: Vec<Range<usize>> = SEGMENTER
        .tokenize(&text, jieba_rs::TokenizeMode::Search, true)
        .into_iter()
        .map(|token| token.start..token.end)
        .filter(|word| word.len() > 1)
        .collect();
    compounds.sort_unstable_by_key(|word| (word.start, word.end));
    compounds.dedup();
    let mut compounds = compounds.into_iter().peekable();
    for n in 0..run.len() {
        found.push(han_token(offset, &run[n..=n], *position, TokenKind::Word));
        while let Some(word) = compounds.next_if(|word| word.start <= n) {
            found.push(han_token(offset, &run[word], *position, TokenKind::Compound));
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
    /// What the unit is found by too: the parts written as one, or one part without its article or affixes.
    pub whole: Option<Token>,
}

impl Unit {
    /// The folded text of the whole unit; without an article or affixes that it is written with.
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
    let (mut group, mut run) = (Vec::new(), Vec::new());
    for line in text.split('\n') {
        let offset = line.as_ptr() as usize - text.as_ptr() as usize;
        let mut rest = words(line).peekable();
        while let Some(first) = rest.next() {
            if first.is_han() {
                run_of_han(first, &mut rest, &mut run);
                han_units(offset, &run, &mut units);
                continue;
            }
            group_of_words(line, first, &mut rest, &mut group);
            let mut parts = Vec::new();
            word_tokens(offset, &group, Stemming::English, &mut 0, &mut parts);
            // The words written as one come before what is inside of one of them.
            let whole = parts.iter().position(|token| token.kind == TokenKind::Compound).map(|at| parts.remove(at));
            parts.retain(|token| token.kind == TokenKind::Word);
            if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
                units.push(Unit { span: first.span.start..last.span.end, parts, whole });
            }
        }
    }
    units
}

fn han_units(offset: usize, run: &[Word], units: &mut Vec<Unit>) {
    let text = segmented_text(run);
    let mut from = 0;
    for token in SEGMENTER.cut(&text, true) {
        let characters = &run[from..from + token.word.chars().count()];
        from += characters.len();
        let part = |n: usize| han_token(offset, &characters[n..=n], n as u32, TokenKind::Word);
        let parts: Vec<Token> = (0..characters.len()).map(part).collect();
        let whole = (parts.len() > 1).then(|| han_token(offset, characters, 0, TokenKind::Compound));
        let span = offset + characters[0].start..offset + characters[characters.len() - 1].end();
        units.push(Unit { span, parts, whole });
    }
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
            for stemming in Stemming::ALL {
                let stemmed = stems::stem(&word, stemming).unwrap_or_else(|| word.clone());
                proptest::prop_assert_eq!(stemmed.as_bytes()[0], word.as_bytes()[0]);
            }
        }
    }
}
