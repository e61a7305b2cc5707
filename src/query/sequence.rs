//! Tokens put in order, so that the parser meets only what makes sense: every bracket has its partner and something
//! in it, every operator has what it joins, and no limit is passed.
//!
//! Drops brackets, turns operators into words, cuts the end off; never adds or moves anything but closing brackets
//! at the cut. All passes are loops: the depth of a hostile text costs no stack.

use crate::model::{QUERY_DEPTH_MAX, QUERY_LEAVES_MAX};
use crate::query::diagnostics::{Diagnostics, Span};
use crate::query::lexer::{Field, Token, TokenKind, Value};

/// The tokens in an order that the parser can read. In what comes out
///
/// * brackets match, hold at least one leaf, and are at most `QUERY_DEPTH_MAX` deep;
/// * `And`, `Or` and `Same` stand behind a leaf or a closing bracket, and before a leaf, an opening bracket or a
///   `Not`; a `Not` stands before one of these three;
/// * there are at most `QUERY_LEAVES_MAX` leaves.
pub(super) fn ordered<'q>(text: &'q str, tokens: Vec<Token<'q>>, diagnostics: &mut Diagnostics) -> Vec<Token<'q>> {
    let tokens = keep_sound_brackets(tokens, diagnostics);
    let tokens = read_lost_operators_as_words(text, tokens, diagnostics);
    cut_behind_last_leaf(tokens, diagnostics)
}

fn is_open(token: &Token<'_>) -> bool {
    matches!(token.kind, TokenKind::Open(_))
}

fn is_bracket(token: &Token<'_>) -> bool {
    is_open(token) || token.kind == TokenKind::Close
}

fn is_leaf(token: &Token<'_>) -> bool {
    matches!(token.kind, TokenKind::Leaf { .. })
}

/// Drops brackets without a partner, with nothing between them, or too deep.
fn keep_sound_brackets<'q>(tokens: Vec<Token<'q>>, diagnostics: &mut Diagnostics) -> Vec<Token<'q>> {
    let partners = partners(&tokens);
    let mut kept: Vec<bool> = tokens.iter().map(|token| !is_bracket(token)).collect();
    // For each bracket that is open: whether values stand in it, and how deep it is.
    let mut open: Vec<(bool, usize)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Token { kind, span } = tokens[at];
        match (kind, partners[at]) {
            (TokenKind::Open(_) | TokenKind::Close, None) => {
                diagnostics.report(span, "this bracket has no partner; left out");
            }
            (TokenKind::Open(field), Some(close)) => {
                let (outer_values, outer_depth) = open.last().copied().unwrap_or_default();
                let (values, depth) = nested(field, outer_values, outer_depth);
                let whole = Span { start: span.start, end: tokens[close].span.end };
                if tokens[at..=close].iter().all(|token| is_bracket(token) || is_glued_not(token)) {
                    diagnostics.report(whole, "nothing stands between the brackets; left out");
                    // A hyphen glued to them must not fall on what comes behind.
                    let hyphens = tokens[..at].iter().rev().take_while(|token| is_glued_not(token)).count();
                    kept[at - hyphens..at].fill(false);
                    at = close;
                } else if depth > QUERY_DEPTH_MAX {
                    // What is deeper still goes with it, and so does what has no partner in between.
                    let message = format!("brackets are nested deeper than {QUERY_DEPTH_MAX}; these are left out");
                    diagnostics.report(whole, message);
                    at = close;
                } else {
                    kept[at] = true;
                    kept[close] = true;
                    open.push((values, depth));
                }
            }
            (TokenKind::Close, Some(_)) => {
                open.pop();
            }
            _ => {}
        }
        at += 1;
    }
    tokens.into_iter().zip(kept).filter_map(|(token, kept)| kept.then_some(token)).collect()
}

/// Whether values stand in a bracket, and its depth. A bracket of values counts twice: what it means may have to be
/// written with one more, `(region:a OR region:b) NOT region:c` for `region:(a b -c)`.
fn nested(field: Option<Field<'_>>, outer_values: bool, outer_depth: usize) -> (bool, usize) {
    let values = match field {
        None => outer_values,
        Some(field) => !matches!(field, Field::Text(_)),
    };
    (values, outer_depth + if values { 2 } else { 1 })
}

fn is_glued_not(token: &Token<'_>) -> bool {
    token.kind == TokenKind::Not { glued: true }
}

/// For each bracket the place of the other one of its pair.
fn partners(tokens: &[Token<'_>]) -> Vec<Option<usize>> {
    let mut partners = vec![None; tokens.len()];
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if is_open(token) {
            open.push(at);
        } else if token.kind == TokenKind::Close
            && let Some(start) = open.pop()
        {
            partners[start] = Some(at);
            partners[at] = Some(start);
        }
    }
    partners
}

/// An operator that joins nothing is a word, and a hyphen that excludes nothing is a dash.
fn read_lost_operators_as_words<'q>(
    text: &'q str,
    tokens: Vec<Token<'q>>,
    diagnostics: &mut Diagnostics,
) -> Vec<Token<'q>> {
    // Whether something that can be joined or excluded begins here; one place more than there are tokens.
    let mut begins = vec![false; tokens.len() + 1];
    for (at, token) in tokens.iter().enumerate().rev() {
        begins[at] = match token.kind {
            TokenKind::Leaf { .. } | TokenKind::Open(_) => true,
            TokenKind::Not { .. } => begins[at + 1],
            _ => false,
        };
    }
    let mut ordered: Vec<Token<'q>> = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.into_iter().enumerate() {
        let sound = match token.kind {
            TokenKind::Leaf { .. } | TokenKind::Open(_) | TokenKind::Close => true,
            TokenKind::Not { .. } => begins[at + 1],
            TokenKind::And | TokenKind::Or | TokenKind::Same => {
                let behind_operand = ordered.last().is_some_and(|last| is_leaf(last) || last.kind == TokenKind::Close);
                behind_operand && begins[at + 1]
            }
        };
        if sound {
            ordered.push(token);
        } else if !is_glued_not(&token) {
            let Span { start, end } = token.span;
            let word = &text[start..end];
            let lack = if word == "NOT" { "exclude" } else { "join" };
            diagnostics.report(token.span, format!("`{word}` has nothing to {lack} here; read as a word"));
            ordered.push(Token { kind: TokenKind::Leaf { field: None, value: Value::Bare(word) }, ..token });
        }
    }
    ordered
}

/// Keeps as many leaves as a query may have, and closes the brackets that are open at the cut.
fn cut_behind_last_leaf<'q>(mut tokens: Vec<Token<'q>>, diagnostics: &mut Diagnostics) -> Vec<Token<'q>> {
    let mut leaves = tokens.iter().enumerate().filter(|(_, token)| is_leaf(token));
    let Some(cut) = leaves.nth(QUERY_LEAVES_MAX).map(|(at, _)| at) else { return tokens };
    let whole = Span { start: tokens[cut].span.start, end: tokens.last().map_or(0, |last| last.span.end) };
    diagnostics.forget_from(whole.start);
    diagnostics.report(whole, format!("more than {QUERY_LEAVES_MAX} words; the rest is not read"));
    tokens.truncate(cut);
    while tokens.last().is_some_and(|last| !is_leaf(last) && last.kind != TokenKind::Close) {
        tokens.pop();
    }
    let opened = tokens.iter().filter(|token| is_open(token)).count();
    let closed = tokens.iter().filter(|token| token.kind == TokenKind::Close).count();
    let end = whole.start;
    let close = Token { kind: TokenKind::Close, span: Span { start: end, end } };
    tokens.extend(std::iter::repeat_n(close, opened - closed));
    tokens
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, prop, proptest};

    use super::*;
    use crate::query::lexer::tokens;

    /// What `ordered` promises.
    fn check(text: &str) {
        let mut diagnostics = Diagnostics::default();
        let tokens = tokens(text, &["region"], &mut diagnostics);
        let tokens = ordered(text, tokens, &mut diagnostics);
        let mut open = 0_usize;
        for (at, token) in tokens.iter().enumerate() {
            let behind_operand = at > 0 && (is_leaf(&tokens[at - 1]) || tokens[at - 1].kind == TokenKind::Close);
            let next = tokens.get(at + 1).map(|next| next.kind);
            let before_operand =
                matches!(next, Some(TokenKind::Leaf { .. } | TokenKind::Open(_) | TokenKind::Not { .. }));
            let sound = match token.kind {
                TokenKind::Leaf { .. } => true,
                TokenKind::Open(_) => {
                    open += 1;
                    before_operand
                }
                TokenKind::Close => {
                    assert!(open > 0, "{text}");
                    open -= 1;
                    behind_operand
                }
                TokenKind::And | TokenKind::Or | TokenKind::Same => behind_operand && before_operand,
                TokenKind::Not { .. } => before_operand,
            };
            assert!(sound && open <= QUERY_DEPTH_MAX, "{text}: {token:?}");
        }
        assert_eq!(open, 0, "{text}");
        assert!(tokens.iter().filter(|token| is_leaf(token)).count() <= QUERY_LEAVES_MAX, "{text}");
    }

    #[test]
    fn a_cut_leaves_no_operator_and_no_bracket_behind() {
        let words = "(a ".repeat(QUERY_DEPTH_MAX) + &"a ".repeat(QUERY_LEAVES_MAX - QUERY_DEPTH_MAX);
        for rest in ["OR b", "NOT b", "AND (NOT (b", "-(-b", "SAME title:(b", ")))) OR ((b"] {
            check(&format!("{words}{rest}{}", ")".repeat(2 * QUERY_DEPTH_MAX)));
        }
    }

    fn soup() -> impl Strategy<Value = Vec<&'static str>> {
        let pieces =
            ["a", "a", "AND", "OR", "NOT", "SAME", "(", "(", ")", ")", "-(", "-a", "title:(", "region:(", "\"\""];
        prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..400)
    }

    proptest! {
        #[test]
        fn what_comes_out_is_in_order(pieces in soup()) {
            check(&pieces.join(" "));
        }
    }
}
