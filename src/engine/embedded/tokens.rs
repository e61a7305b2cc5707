//! Tokens on their way into tantivy: written one after the other as a text, and read back by a tokenizer of ours.
//!
//! tantivy would carry a `PreTokenizedString` as JSON with a string a token, which took a fifth of the time of
//! indexing. Decides nothing about words: those come from `engine::analyzer`.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// The name under which an index that is written to must know `AnalysedTokenizer`.
pub const ANALYSED: &str = "analysed";

/// The tokens of one field as a text: of each the step from the position before, the length of its form, the form.
#[derive(Debug, Default)]
pub struct TokenText {
    text: String,
    position: u32,
}

impl TokenText {
    /// The text of tokens that come in the order of their positions.
    pub fn of<F: AsRef<str>>(tokens: impl IntoIterator<Item = (u32, F)>) -> String {
        let mut written = Self::default();
        for (position, form) in tokens {
            let form = form.as_ref();
            debug_assert!(position >= written.position, "tokens come in the order of their positions");
            written.number(position.saturating_sub(written.position) as usize);
            written.number(form.len());
            written.text.push_str(form);
            written.position = position;
        }
        written.text
    }

    /// A number in base 64, the lowest digit first; the last one is marked. Every digit is one byte of UTF-8.
    fn number(&mut self, mut number: usize) {
        while number >= 64 {
            self.text.push(char::from((number % 64) as u8));
            number /= 64;
        }
        self.text.push(char::from(number as u8 + 64));
    }
}

/// Reads what `TokenText` wrote.
#[derive(Debug, Clone, Default)]
pub struct AnalysedTokenizer {
    token: Token,
}

impl Tokenizer for AnalysedTokenizer {
    type TokenStream<'a> = AnalysedTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> AnalysedTokens<'a> {
        self.token.reset();
        self.token.position = 0;
        AnalysedTokens { rest: text, token: &mut self.token }
    }
}

/// The tokens of one field; one buffer serves all.
#[derive(Debug)]
pub struct AnalysedTokens<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl AnalysedTokens<'_> {
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for (at, digit) in self.rest.bytes().enumerate() {
            number |= usize::from(digit % 64) << (6 * at);
            if digit >= 64 {
                self.rest = &self.rest[at + 1..];
                return Some(number);
            }
        }
        None
    }
}

impl TokenStream for AnalysedTokens<'_> {
    fn advance(&mut self) -> bool {
        let Some((step, length)) = self.number().zip(self.number()) else { return false };
        let (form, rest) = self.rest.split_at(length);
        self.rest = rest;
        self.token.position += step;
        self.token.text.clear();
        self.token.text.push_str(form);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u32, String)> {
        let mut tokenizer = AnalysedTokenizer::default();
        let mut found = Vec::new();
        for _ in 0..2 {
            found.clear();
            let mut stream = tokenizer.token_stream(text);
            while stream.advance() {
                found.push((stream.token().position as u32, stream.token().text.clone()));
                assert_eq!(stream.token().position_length, 1);
            }
        }
        found
    }

    proptest::proptest! {
        #[test]
        fn tokens_are_read_as_they_were_written(
            steps in proptest::collection::vec((0_u32..100_000, "[\\PC\u{0}-\u{20}]{0,80}"), 0..20)
        ) {
            let mut position = 0;
            let tokens: Vec<(u32, String)> = steps
                .into_iter()
                .map(|(step, form)| {
                    position += step;
                    (position, form)
                })
                .collect();
            let text = TokenText::of(tokens.iter().map(|(position, form)| (*position, form.as_str())));
            proptest::prop_assert_eq!(read(&text), tokens);
        }
    }
}
