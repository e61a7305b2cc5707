//! From the characters of a query text to tokens: leaves, brackets and operators, each with its place.
//!
//! Looks at no more than the neighbouring characters: whether a bracket has a partner or an operator makes sense is
//! seen to in `sequence`, what a word's own marks (`*`, `~1`) mean in `leaves`. May not fail, and loses no word.

use crate::model::SLOP_WORDS_MAX;
use crate::model::query::{KeywordField, QUOTES, TextField};
use crate::query::diagnostics::{Diagnostics, Span};

/// What stands before the colon in `field:value`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Field<'q> {
    /// `title`, `body`.
    Text(TextField),
    /// `source`, `author`, `lang`, `id`.
    Keyword(KeywordField),
    /// `date`.
    Date,
    /// The name of a dimension.
    Label(&'q str),
}

/// A word or a quotation, as typed. Never empty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'q> {
    /// A run of characters without white space, its `=`, `*` and `~1` still on it.
    Bare(&'q str),
    /// What stands between quotation marks.
    Quoted { text: &'q str, exact: bool, slop: u32 },
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum TokenKind<'q> {
    Leaf {
        field: Option<Field<'q>>,
        value: Value<'q>,
    },
    /// An opening bracket, with the field that is glued to it.
    Open(Option<Field<'q>>),
    Close,
    And,
    Or,
    Same,
    /// `NOT`, or a hyphen glued to what it excludes.
    Not {
        glued: bool,
    },
}

/// A token and where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Token<'q> {
    pub(super) kind: TokenKind<'q>,
    pub(super) span: Span,
}

/// The tokens of a query text.
pub(super) fn tokens<'q>(text: &'q str, dimensions: &[&'q str], diagnostics: &mut Diagnostics) -> Vec<Token<'q>> {
    let mut lexer = Lexer { text, at: 0, dimensions, negation: None, tokens: Vec::new(), diagnostics };
    lexer.run();
    lexer.tokens
}

/// Characters that close a word without being part of it: white space, controls, and the punctuation of scripts
/// that set it without a space. ASCII punctuation is not among them: it stands in numbers, addresses and initials.
fn is_gap(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '،' | '؛' | '؟' | '۔' | '।' | '॥' | '…' | '—' | '―' | '¿' | '¡' | '｡' | '､')
        || matches!(c, '，' | '。' | '、' | '；' | '：' | '？' | '！' | '《' | '》' | '〈' | '〉')
        || matches!(c, '【' | '】' | '〔' | '〕' | '〖' | '〗')
}

/// Zero-width spaces, direction marks and the byte-order mark: pasted along with text, and nothing at the edge of a
/// word. The joiners of Urdu and Persian are not among them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}')
        || c == '\u{FEFF}'
}

/// Characters that no word begins with.
pub(super) fn is_between(c: char) -> bool {
    is_gap(c) || is_invisible(c) || matches!(c, ',' | ';')
}

/// The text without white space and invisible characters at its edges.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// The text without hyphens at its front.
fn without_hyphens(text: &str) -> &str {
    text.trim_start_matches(|c| c == '-' || is_invisible(c))
}

/// Which family of quotation marks the character belongs to.
fn quote_family(c: char) -> Option<&'static str> {
    QUOTES.iter().map(|(_, _, marks)| *marks).find(|marks| marks.contains(c))
}

fn is_open(c: char) -> bool {
    matches!(c, '(' | '（')
}

fn is_close(c: char) -> bool {
    matches!(c, ')' | '）')
}

/// A run of characters that asks for nothing: a dash, a lone `=`.
fn is_noise(run: &str) -> bool {
    run.chars().all(|c| matches!(c, '=' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}'))
}

struct Lexer<'q, 'r> {
    text: &'q str,
    /// Offset of the next character to read.
    at: usize,
    dimensions: &'r [&'q str],
    /// The hyphen just read, and where the operand must begin that it is glued to.
    negation: Option<(Span, usize)>,
    tokens: Vec<Token<'q>>,
    diagnostics: &'r mut Diagnostics,
}

impl<'q> Lexer<'q, '_> {
    fn run(&mut self) {
        while let Some(c) = self.peek() {
            let start = self.at;
            let end = start + c.len_utf8();
            if is_between(c) {
                self.at = end;
            } else if is_open(c) {
                self.at = end;
                self.push_operand(TokenKind::Open(None), start, None);
            } else if is_close(c) {
                self.at = end;
                self.tokens.push(Token { kind: TokenKind::Close, span: Span { start, end } });
            } else if c == '-' {
                self.read_hyphens();
            } else if quote_family(c).is_some() {
                self.read_quoted(start, None, false, None);
            } else {
                self.read_run();
            }
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// Adds a leaf or a bracket that began at `start` and was read to the end, behind the hyphens that exclude it:
    /// one glued to its front, and one behind its field (`title:-word`).
    fn push_operand(&mut self, kind: TokenKind<'q>, start: usize, inner_negation: Option<Span>) {
        let glued = self.negation.take().filter(|(_, operand)| *operand == start).map(|(span, _)| span);
        for span in glued.into_iter().chain(inner_negation) {
            self.tokens.push(Token { kind: TokenKind::Not { glued: true }, span });
        }
        self.tokens.push(Token { kind, span: Span { start, end: self.at } });
    }

    /// One hyphen glued to the front of something excludes it; any other hyphen outside a word is only a dash.
    fn read_hyphens(&mut self) {
        let start = self.at;
        let rest = self.text[start..].trim_start_matches('-');
        self.at = self.text.len() - rest.len();
        let before = self.text[..start].chars().next_back();
        let free = before.is_none_or(|c| is_between(c) || is_open(c));
        if free && self.at - start == 1 {
            let operand = self.text.len() - rest.trim_start_matches(is_invisible).len();
            self.negation = Some((Span { start, end: self.at }, operand));
        }
    }

    /// Where the run that begins at `start` ends; `in_value` where it goes on behind the colon of a field.
    fn run_end(&self, start: usize, in_value: bool) -> usize {
        let run = &self.text[start..];
        let mut colon = in_value;
        let mut before = None;
        for (at, c) in run.char_indices() {
            let after = run[at + c.len_utf8()..].chars().next();
            let parts_names = matches!(c, ',' | ';')
                && !colon
                && before.is_some_and(char::is_alphabetic)
                && after.is_some_and(char::is_alphabetic);
            let field = c == '：' && !colon && self.field(&run[..at]).is_some();
            if (is_gap(c) && !field) || is_open(c) || is_close(c) || quote_family(c).is_some() || parts_names {
                return start + at;
            }
            colon |= c == ':' || field;
            before = Some(c);
        }
        self.text.len()
    }

    /// A run of characters: an operator, a word, or `field:` with its value.
    fn read_run(&mut self) {
        let start = self.at;
        self.at = self.run_end(start, false);
        let run = trimmed(&self.text[start..self.at]);
        let span = Span { start, end: start + run.len() };
        let glued = self.negation.is_some_and(|(_, operand)| operand == start);
        let operator = match run {
            "AND" => Some(TokenKind::And),
            "OR" => Some(TokenKind::Or),
            "NOT" => Some(TokenKind::Not { glued: false }),
            "SAME" => Some(TokenKind::Same),
            _ => None,
        };
        if let Some(kind) = operator.filter(|_| !glued) {
            self.tokens.push(Token { kind, span });
        } else if is_noise(run) {
            if run == "=" && self.peek().is_some_and(|c| quote_family(c).is_some()) {
                self.read_quoted(start, None, true, None);
            }
        } else if let Some((name, value)) = run.split_once([':', '：'])
            && let Some(field) = self.field(name)
        {
            self.read_field(span, name, field, value);
        } else {
            self.report_unknown_field(span, run);
            self.push_operand(TokenKind::Leaf { field: None, value: Value::Bare(run) }, start, None);
        }
    }

    /// The value of a field: what follows the colon in the run, or the quotation or bracket glued to it.
    fn read_field(&mut self, span: Span, name: &'q str, field: Field<'q>, value: &'q str) {
        let Span { start, end } = span;
        let unsigned = without_hyphens(value);
        let mut hyphens = value[..value.len() - unsigned.len()].match_indices('-');
        let negation = hyphens.next().filter(|_| hyphens.next().is_none()).map(|(at, _)| {
            let hyphen = end - value.len() + at;
            Span { start: hyphen, end: hyphen + 1 }
        });
        let next = self.peek();
        match trimmed(unsigned) {
            unsigned @ ("" | "=") if next.is_some_and(|c| quote_family(c).is_some()) => {
                self.read_quoted(start, Some(field), unsigned == "=", negation);
            }
            "" if next.is_some_and(is_open) => {
                self.at += next.map_or(0, char::len_utf8);
                self.push_operand(TokenKind::Open(Some(field)), start, negation);
            }
            // `title: port`: no value, so no field.
            "" => {
                let run = &self.text[start..end];
                let word = if run.contains('：') { name } else { run };
                self.push_operand(TokenKind::Leaf { field: None, value: Value::Bare(word) }, start, None);
            }
            value => {
                let value = Value::Bare(value);
                self.push_operand(TokenKind::Leaf { field: Some(field), value }, start, negation);
            }
        }
    }

    /// A quotation whose first mark is the next character; `start` is where its `=` or its field begins.
    fn read_quoted(&mut self, start: usize, field: Option<Field<'q>>, exact: bool, negation: Option<Span>) {
        let mark = self.at;
        let Some(first) = self.peek() else { return };
        let inside = mark + first.len_utf8();
        let family = quote_family(first);
        let Some(length) = self.text[inside..].find(|c| quote_family(c) == family) else {
            self.read_unclosed(start, field, negation, inside);
            return;
        };
        self.at = inside + length;
        self.at += self.peek().map_or(0, char::len_utf8);
        let text = trimmed(&self.text[inside..inside + length]);
        let slop = self.read_slop();
        if text.is_empty() {
            self.diagnostics.report(Span { start: mark, end: self.at }, "nothing stands between the quotes; left out");
        } else {
            let value = Value::Quoted { text, exact, slop };
            self.push_operand(TokenKind::Leaf { field, value }, start, negation);
        }
    }

    /// The mark is left out and what follows is read as words; the first keeps the field and the hyphen.
    fn read_unclosed(&mut self, start: usize, field: Option<Field<'q>>, negation: Option<Span>, inside: usize) {
        let mark = Span { start: self.at, end: inside };
        self.diagnostics.report(mark, "this quote is never closed; what follows is read as words");
        self.at = inside;
        if field.is_some() {
            let end = self.run_end(inside, true);
            let value = trimmed(without_hyphens(&self.text[inside..end]));
            if !value.is_empty() && !is_noise(value) {
                self.at = end;
                self.push_operand(TokenKind::Leaf { field, value: Value::Bare(value) }, start, negation);
            }
        } else if let Some((_, operand)) = &mut self.negation
            && *operand == start
        {
            *operand = inside;
        }
    }

    /// The `~5` behind a quotation: how many words may stand between; a bare `~` is 1.
    fn read_slop(&mut self) -> u32 {
        if self.peek() != Some('~') {
            return 0;
        }
        let start = self.at;
        let end = self.run_end(start, false);
        let digits = trimmed(&self.text[start + 1..end]).trim_end_matches([',', '.', ';', ':', '!', '?']);
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return 0;
        }
        self.at = end;
        // Only a number that is too large fails to parse.
        let slop = if digits.is_empty() { 1 } else { digits.parse().unwrap_or(u32::MAX) };
        if slop > SLOP_WORDS_MAX {
            let message = format!("at most {SLOP_WORDS_MAX} words may stand between; read as ~{SLOP_WORDS_MAX}");
            self.diagnostics.report(Span { start, end }, message);
        }
        slop.min(SLOP_WORDS_MAX)
    }

    /// The field of that name, whatever its case.
    fn field(&self, name: &str) -> Option<Field<'q>> {
        Some(match name.to_ascii_lowercase().as_str() {
            "title" => Field::Text(TextField::Title),
            "body" => Field::Text(TextField::Body),
            "source" => Field::Keyword(KeywordField::Source),
            "author" => Field::Keyword(KeywordField::Author),
            "lang" => Field::Keyword(KeywordField::Lang),
            "id" => Field::Keyword(KeywordField::Id),
            "date" => Field::Date,
            _ => Field::Label(self.dimensions.iter().copied().find(|dimension| dimension.eq_ignore_ascii_case(name))?),
        })
    }

    /// Letters before a colon look like a field; addresses and times of day do not.
    fn report_unknown_field(&mut self, span: Span, run: &str) {
        let Some((name, value)) = run.split_once(':') else { return };
        let opens = self.peek().is_some_and(|c| is_open(c) || quote_family(c).is_some());
        let like_a_field = !name.is_empty() && name.chars().all(char::is_alphabetic);
        if like_a_field && !value.starts_with("//") && (opens || !value.is_empty()) {
            self.diagnostics.report(span, format!("`{name}` is not a field; read as words"));
        }
    }
}
