//! From a query text to the tree that engines search by. The grammar is in `query`.
//!
//! May not fail and may not panic, whatever the text: what makes no sense is read as words and reported with its
//! place. Knows the names of the dimensions only as they are given, and never looks up a value.

use std::iter::Peekable;
use std::vec::IntoIter;

use crate::model::query::{Clause, ParsedQuery, Query};
use crate::model::{QUERY_BYTES_MAX, QUERY_LEAVES_MAX};
use crate::query::combinations::{Combinations, SAME_JOINS, combinations, leaves, product};
use crate::query::diagnostics::{Diagnostics, Span};
use crate::query::leaves::{leaf, within};
use crate::query::lexer::{Field, Token, TokenKind, tokens};
use crate::query::sequence::ordered;

/// Reads a query text; `dimensions` are the names that stand before a colon besides title, body, source, author,
/// lang, id and date. Gives the tree, whose `Display` parses to an equal tree, and in the order of the text what was
/// read otherwise than typed, with offsets in bytes of `text`.
pub fn parse(text: &str, dimensions: &[&str]) -> ParsedQuery {
    let mut length = floor_char_boundary(text, QUERY_BYTES_MAX);
    loop {
        let (query, mut diagnostics, read) = parse_within(&text[..length], dimensions);
        // A tree may take longer to write than the text it was read from (`-a` is `NOT a`); its text keeps the limit
        // too, or it could not be read again.
        let excess = query.to_string().len().saturating_sub(QUERY_BYTES_MAX);
        if excess == 0 {
            if length < text.len() {
                let rest = Span { start: length, end: text.len() };
                let message = format!("a query may be {QUERY_BYTES_MAX} bytes long; the rest is not read");
                diagnostics.report(rest, message);
            }
            return ParsedQuery { query, diagnostics: diagnostics.into_list() };
        }
        length = floor_char_boundary(text, read.min(length).saturating_sub(excess));
    }
}

/// The last place not behind `limit` where the text can be cut.
fn floor_char_boundary(text: &str, limit: usize) -> usize {
    (0..=limit.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

/// The tree of a text within the limit, and the offset behind the last token that was read.
fn parse_within<'q>(text: &'q str, dimensions: &[&'q str]) -> (Query, Diagnostics, usize) {
    let mut diagnostics = Diagnostics::default();
    let tokens = tokens(text, dimensions, &mut diagnostics);
    let tokens = ordered(text, tokens, &mut diagnostics);
    let read = tokens.last().map_or(0, |last| last.span.end);
    let leaves = tokens.iter().filter(|token| matches!(token.kind, TokenKind::Leaf { .. })).count();
    let mut parser = Parser { tokens: tokens.into_iter().peekable(), leaves, diagnostics };
    let query = parser.alternatives(None).unwrap_or(Query::Everything);
    (query, parser.diagnostics, read)
}

/// How an item is joined to the one before it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Join {
    /// Side by side.
    Adjacent,
    /// By `AND`.
    And,
    /// By the `SAME` that stands there.
    Same(Span),
}

/// A leaf or a bracket, with the operators before it.
#[derive(Debug)]
struct Item {
    join: Join,
    /// Whether it is excluded; an even number of negations is none.
    negated: bool,
    /// Whether the last negation is a hyphen, which holds for this item alone; `NOT` holds for a whole `a SAME b`.
    hyphen: bool,
    query: Query,
}

struct Parser<'q> {
    tokens: Peekable<IntoIter<Token<'q>>>,
    /// Leaves of the whole tree, as far as it is known.
    leaves: usize,
    diagnostics: Diagnostics,
}

impl<'q> Parser<'q> {
    /// What stands between brackets, or the whole: runs joined by `OR`. `scope` is the field whose values bare words
    /// are. `None` when there is nothing.
    fn alternatives(&mut self, scope: Option<Field<'q>>) -> Option<Query> {
        let mut sides = Vec::new();
        loop {
            let items = self.items(scope);
            let items = self.join_sentences(items);
            let side = if scope.is_some() { join_values(items) } else { join_clauses(items) };
            push_side(&mut sides, side);
            if self.tokens.next_if(|token| token.kind == TokenKind::Or).is_none() {
                break;
            }
        }
        any_of(sides)
    }

    /// The items up to the next `OR`, closing bracket or the end.
    fn items(&mut self, scope: Option<Field<'q>>) -> Vec<Item> {
        let mut items = Vec::new();
        while let Some(first) = self.tokens.next_if(|t| !matches!(t.kind, TokenKind::Or | TokenKind::Close)) {
            let join = match first.kind {
                TokenKind::And => Join::And,
                TokenKind::Same => Join::Same(first.span),
                _ => Join::Adjacent,
            };
            let mut next = if join == Join::Adjacent { Some(first) } else { self.tokens.next() };
            let (mut negated, mut hyphen) = (false, false);
            while let Some(Token { kind: TokenKind::Not { glued }, .. }) = next {
                negated = !negated;
                hyphen = glued;
                next = self.tokens.next();
            }
            if let Some(query) = next.and_then(|token| self.operand(token, scope)) {
                items.push(Item { join, negated, hyphen, query });
            }
        }
        items
    }

    /// A leaf, or a bracket up to its end.
    fn operand(&mut self, token: Token<'q>, scope: Option<Field<'q>>) -> Option<Query> {
        match token.kind {
            TokenKind::Leaf { field, value } => Some(leaf(field.or(scope), value, token.span, &mut self.diagnostics)),
            TokenKind::Open(field) => {
                let inner = match field {
                    Some(Field::Text(field)) => self.alternatives(None).map(|query| within(field, query)),
                    field => self.alternatives(field.or(scope)),
                };
                self.tokens.next_if(|token| token.kind == TokenKind::Close);
                inner
            }
            _ => None,
        }
    }

    /// Makes one item of those that `SAME` joins; where it cannot, the `SAME` is an `AND`.
    fn join_sentences(&mut self, items: Vec<Item>) -> Vec<Item> {
        let mut joined: Vec<Item> = Vec::with_capacity(items.len());
        let mut items = items.into_iter().peekable();
        while let Some(first) = items.next() {
            let mut chain = vec![first];
            while let Some(item) = items.next_if(|item| matches!(item.join, Join::Same(_))) {
                chain.push(item);
            }
            if chain.len() > 1 {
                match self.sentence(&chain) {
                    Ok(query) => {
                        let Item { join, negated, .. } = chain[0];
                        joined.push(Item { join, negated, hyphen: false, query });
                        continue;
                    }
                    Err(reason) => self.read_same_as_and(&mut chain, reason),
                }
            }
            joined.append(&mut chain);
        }
        joined
    }

    /// `a SAME b`; a bracket of alternatives is multiplied out: `(a OR b) SAME c` is `a SAME c OR b SAME c`. The error
    /// says why that cannot be.
    fn sentence(&mut self, chain: &[Item]) -> Result<Query, &'static str> {
        if chain[1..].iter().any(|item| item.negated) || (chain[0].negated && chain[0].hyphen) {
            return Err(SAME_JOINS);
        }
        let typed: usize = chain.iter().map(|item| leaves(&item.query)).sum();
        let room = QUERY_LEAVES_MAX.saturating_sub(self.leaves) + typed;
        let mut sentences: Combinations = vec![Vec::new()];
        for item in chain {
            sentences = product(&sentences, &combinations(&item.query)?, room)?;
        }
        self.leaves = self.leaves - typed + sentences.iter().map(Vec::len).sum::<usize>();
        any_of(sentences.into_iter().map(Query::Same).collect()).ok_or(SAME_JOINS)
    }

    fn read_same_as_and(&mut self, chain: &mut [Item], reason: &str) {
        for item in chain {
            if let Join::Same(span) = item.join {
                self.diagnostics.report(span, reason);
                item.join = Join::And;
            }
        }
    }
}

/// Items side by side or joined by `AND`, as clauses; `None` for no item, and one item as it is.
fn join_clauses(items: Vec<Item>) -> Option<Query> {
    let mut clauses: Vec<Clause> = Vec::with_capacity(items.len());
    for Item { join, negated, query, .. } in items {
        let required = join == Join::And && !clauses.is_empty();
        if let Some(before) = clauses.last_mut() {
            before.required |= required;
        }
        clauses.push(Clause { query: if negated { negate(query) } else { query }, required });
    }
    match clauses.len() {
        0 | 1 => clauses.pop().map(|clause| clause.query),
        _ => Some(Query::All(clauses)),
    }
}

/// Values of a field side by side: each will do, but what is excluded stays out: `region:(a b -c)`.
fn join_values(items: Vec<Item>) -> Option<Query> {
    let mut groups: Vec<Vec<Item>> = Vec::new();
    for item in items {
        match groups.last_mut() {
            Some(group) if item.join == Join::And => group.push(item),
            _ => groups.push(vec![item]),
        }
    }
    let mut wanted = Vec::new();
    let mut excluded = Vec::new();
    for group in groups {
        if let [Item { negated: true, .. }] = group.as_slice() {
            excluded.extend(join_clauses(group));
        } else {
            push_side(&mut wanted, join_clauses(group));
        }
    }
    let all: Vec<Clause> =
        any_of(wanted).into_iter().chain(excluded).map(|query| Clause { query, required: false }).collect();
    match <[Clause; 1]>::try_from(all) {
        Ok([clause]) => Some(clause.query),
        Err(all) => (!all.is_empty()).then_some(Query::All(all)),
    }
}

fn negate(query: Query) -> Query {
    match query {
        Query::Not(inner) => *inner,
        query => Query::Not(Box::new(query)),
    }
}

/// Adds an alternative; those of an alternative are taken up one by one.
fn push_side(sides: &mut Vec<Query>, side: Option<Query>) {
    match side {
        Some(Query::Any(mut inner)) => sides.append(&mut inner),
        side => sides.extend(side),
    }
}

/// Alternatives as one query; `None` for none, and one as it is.
fn any_of(mut sides: Vec<Query>) -> Option<Query> {
    if sides.len() > 1 { Some(Query::Any(sides)) } else { sides.pop() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, Strategy, any, prop, proptest};

    use super::*;
    use crate::model::query::Diagnostic;
    use crate::model::{QUERY_DEPTH_MAX, QUERY_DIAGNOSTICS_MAX};

    const DIMENSIONS: [&str; 2] = ["region", "actor"];

    fn parsed(text: &str) -> ParsedQuery {
        parse(text, &DIMENSIONS)
    }

    fn count_leaves(query: &Query) -> usize {
        match query {
            Query::Same(sides) | Query::Any(sides) => sides.iter().map(count_leaves).sum(),
            Query::All(clauses) => clauses.iter().map(|clause| count_leaves(&clause.query)).sum(),
            Query::Not(inner) | Query::Within(_, inner) => count_leaves(inner),
            _ => 1,
        }
    }

    /// What holds for every text.
    fn check(text: &str) {
        let ParsedQuery { query, diagnostics } = parsed(text);
        let written = query.to_string();
        assert!(written.len() <= QUERY_BYTES_MAX && count_leaves(&query) <= QUERY_LEAVES_MAX, "{text:?}");
        assert_eq!(parsed(&written).query, query, "{text:?} is written {written:?}");
        assert!(diagnostics.len() <= QUERY_DIAGNOSTICS_MAX);
        for Diagnostic { start, end, .. } in diagnostics {
            assert!(start <= end && text.get(start..end).is_some(), "{text:?} {start} {end}");
        }
    }

    #[test]
    fn clauses_beside_a_written_and_are_required() {
        let flags = |text: &str| match parsed(text).query {
            Query::All(clauses) => clauses.iter().map(|clause| clause.required).collect(),
            _ => Vec::new(),
        };
        assert_eq!(flags("a b"), [false, false]);
        assert_eq!(flags("a AND b c"), [true, true, false]);
        assert_eq!(flags("a b AND NOT c -d"), [false, true, true, false]);
        assert_eq!(flags("a AND"), [false, false]);
    }

    #[test]
    fn a_text_past_a_limit_is_cut_and_says_so() {
        let long = format!("{} end", "é".repeat(QUERY_BYTES_MAX));
        let result = parsed(&long);
        assert_eq!(result.query.to_string().len(), QUERY_BYTES_MAX);
        assert_eq!((result.diagnostics[0].start, result.diagnostics[0].end), (QUERY_BYTES_MAX, long.len()));

        // Within the limit as typed, past it when written: `NOT ` is three bytes longer than a hyphen.
        let growing = format!("-{} ", "word".repeat(7)).repeat(QUERY_LEAVES_MAX);
        assert!(growing.len() < QUERY_BYTES_MAX);
        let result = parsed(&growing);
        assert!((QUERY_BYTES_MAX - 40..=QUERY_BYTES_MAX).contains(&result.query.to_string().len()));
        assert_eq!(result.diagnostics.len(), 1, "{:?}", result.diagnostics);
        check(&growing);
        check(&format!("id:{}", "x".repeat(QUERY_BYTES_MAX)));

        let many = "(a OR b -c) AND ".repeat(QUERY_LEAVES_MAX);
        let result = parsed(&many);
        assert_eq!(count_leaves(&result.query), QUERY_LEAVES_MAX);
        assert_eq!(result.diagnostics.len(), 1, "{:?}", result.diagnostics);

        let deep = |depth: usize| format!("{}a{}", "b (".repeat(depth), ")".repeat(depth));
        assert!(parsed(&deep(QUERY_DEPTH_MAX)).diagnostics.is_empty());
        assert_eq!(parsed(&deep(QUERY_DEPTH_MAX + 1)).diagnostics.len(), 1);
        check(&deep(QUERY_DEPTH_MAX + 1));
    }

    #[test]
    fn brackets_multiplied_out_keep_the_limit() {
        let side = format!("({})", (0..16).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" OR "));
        assert_eq!(count_leaves(&parsed(&format!("{side} SAME x")).query), 32);
        let result = parsed(&format!("{side} SAME {side} y"));
        assert!(result.diagnostics[0].message.contains("multiplied out"), "{:?}", result.diagnostics);
        check(&format!("{side} SAME {side} y"));
        check(&format!("({side} SAME x) ({side} SAME x) ({side} SAME x) ({side} SAME x) {side} SAME x"));
        check(&format!("({side} {side}) SAME ((a OR b) (c OR d) SAME (e OR f))"));
    }

    #[test]
    fn hostile_texts_are_read_in_no_time() {
        for piece in [
            "(",
            ")",
            "()",
            "(a ",
            "-(",
            "NOT ",
            "AND ",
            "\"",
            "“„",
            "「",
            "a\"",
            "-",
            "-a ",
            "a SAME ",
            "title:(",
            "region:(a ",
        ] {
            check(&piece.repeat(10_000 / piece.len()));
        }
        for (open, close) in
            [("(", ")"), ("region:(a -b ", ")"), ("NOT (b ", " c)"), ("title:(a OR ", ")"), ("(a OR ", ") SAME b")]
        {
            for depth in [2, 15, 16, 17, 31, 32, 33, 64, 500] {
                check(&format!("{}x y{}", open.repeat(depth), close.repeat(depth)));
                check(&format!("x AND {}x OR y{} -z", open.repeat(depth), close.repeat(depth)));
            }
        }
    }

    /// Pieces that mean something somewhere, with and without space between them.
    fn soup() -> impl Strategy<Value = String> {
        let pieces = "a b1 Gwadar زمین 中巴 é e\u{301} AND OR NOT SAME ( ( ) ) （ \" \" “ « » 「 」 - - -- = * ~ ~1 ~9 ~0 0 \
            , ; . .. ? : ： ， 。 / ' – title: body: source: lang: id: date: region: actor: Title foo: http:// \
            2024 2024-03 2024-02-30 >= <= 🙂 \u{200F} \u{200C} \u{FEFF} \0";
        let pieces: Vec<&str> = pieces.split(' ').filter(|piece| !piece.is_empty()).chain(["\n"]).collect();
        let piece = (prop::sample::select(pieces), prop::sample::select(vec!["", " "]));
        prop::collection::vec(piece, 0..40)
            .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, gap)| [piece, gap]).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn any_text_is_read_and_its_tree_is_written_as_it_is_read(text in any::<String>()) {
            check(&text);
        }

        #[test]
        fn any_soup_of_marks_is_read_and_its_tree_is_written_as_it_is_read(text in soup()) {
            check(&text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn long_soups_keep_the_limits(texts in prop::collection::vec(soup(), 20..120)) {
            check(&texts.join(" "));
        }
    }
}
