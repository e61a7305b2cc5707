//! The query language: from what a person types to the tree that engines search by.
//!
//! ```text
//! query    = [ run { "OR" run } ]
//! run      = item { [ "AND" ] item }             side by side or AND: the same, but see below
//! item     = { "NOT" | "-" } sentence
//! sentence = operand { "SAME" operand }          all in one sentence of the text
//! operand  = leaf | [ field ":" ] "(" query ")" | field ":" value
//! leaf     = word | "=" word | word "*" | word "~" [ 1 | 2 ] | phrase | "*"
//! phrase   = [ "=" ] '"' text '"' [ "~" words ]
//! field    = "title" | "body" | "source" | "author" | "lang" | "id" | "date" | a dimension
//! value    = leaf (title, body) | word | '"' text '"' | day | day ".." [ day ] | ".." day | ">=" day | "<=" day
//! ```
//!
//! * Operators are upper case. `SAME` binds first, then `NOT`, then `AND` and adjacency, then `OR`. A hyphen excludes
//!   only what it is glued to, so that `-a SAME b` makes no sense.
//! * Clauses joined by a written `AND` are required; clauses side by side are wanted.
//! * Brackets beside `SAME` are multiplied out: `(a OR b) SAME c` is `a SAME c OR b SAME c`, and `(a b) SAME c`
//!   is `a SAME b SAME c`.
//! * Within `region:(a b)` (and `source:`, `date:`, ...) bare words are values, and values side by side are
//!   alternatives; what is excluded there stays out of all of them.
//! * Field and value touch, also around a quotation or a bracket. Names of fields are read in any case.
//! * A hyphen is `NOT` only at the front of something, behind white space or an opening bracket. Curly and angled
//!   quotation marks, those of Chinese, and the wide brackets of Chinese are read like the plain ones; a quotation
//!   ends at the next mark of its own family. Arabic, Chinese and other wide punctuation parts words, and so does a
//!   comma between letters.
//! * What makes no sense (an operator with nothing to join, a bracket without a partner, `Bal*stan`, a date that does
//!   not exist) is read as a word or left out, and reported with its place. An operator that is read as a word is
//!   written small in the tree.
//! * `Display` of the tree is a query text again, and parses to an equal tree.
//!
//! ```
//! use dossier::query::parser::parse;
//!
//! let parsed = parse("-drill “Majeed Brigade” OR gwadar AND (port OR airport)", &[]);
//! assert_eq!(parsed.query.to_string(), "NOT drill \"Majeed Brigade\" OR gwadar AND (port OR airport)");
//! assert!(parsed.diagnostics.is_empty());
//! ```

mod combinations;
mod diagnostics;
pub mod expansion;
mod leaves;
mod lexer;
pub mod parser;
pub mod plain;
mod sequence;
pub mod variants;

#[cfg(test)]
mod tests {
    use crate::query::parser::parse;

    const DIMENSIONS: [&str; 3] = ["region", "actor", "threat"];

    /// Query texts that say what they mean, and how their trees are written.
    const SOUND: &[(&str, &str)] = &[
        ("", "*"),
        (" \t\u{3000}\n", "*"),
        ("*", "*"),
        ("gwadar", "gwadar"),
        ("Gwadar port?", "Gwadar port?"),
        ("Gwadar, Turbat", "Gwadar, Turbat"),
        ("Gwadar,Turbat;Hub 1,000", "Gwadar Turbat Hub 1,000"),
        ("Gwadar , Turbat", "Gwadar Turbat"),
        ("gwadar کراچی،لاہور؟", "gwadar کراچی لاہور"),
        ("中巴经济走廊，瓜达尔港。", "中巴经济走廊 瓜达尔港"),
        ("瓜达尔　港口", "瓜达尔 港口"),
        ("\u{200F}گوادر\u{200F} OR \u{200E}دھماکہ", "گوادر OR دھماکہ"),
        // Phrases.
        ("\"Majeed Brigade\"", "\"Majeed Brigade\""),
        ("“Majeed Brigade” „a“ «b» »c«", "\"Majeed Brigade\" \"a\" \"b\" \"c\""),
        ("「一带一路」 『走廊』", "\"一带一路\" \"走廊\""),
        ("「the \"new\" port」", "«the \"new\" port»"),
        ("\" padded \"next", "\"padded\" next"),
        ("=\"Majeed Brigade\"", "=\"Majeed Brigade\""),
        ("\"port attack\"~5", "\"port attack\"~5"),
        ("=\"port attack\"~5,", "=\"port attack\"~5"),
        ("\"port attack\"~", "\"port attack\"~1"),
        ("\"port attack\"~0", "\"port attack\""),
        ("\"port attack\" ~5", "\"port attack\" ~5"),
        // Words with marks.
        ("=Balochistan", "=Balochistan"),
        ("=AND", "=AND"),
        ("Baloch*", "Baloch*"),
        ("Baloch*, Sindh", "Baloch* Sindh"),
        ("Balo**", "Balo*"),
        ("Gwader~", "Gwader~1"),
        ("Gwader~1 Gwader~2", "Gwader~1 Gwader~2"),
        ("Gwader~0", "Gwader"),
        ("~5 people", "~5 people"),
        // Operators.
        ("a AND b", "a AND b"),
        ("a and b or not c", "a and b or not c"),
        ("a AND b c", "a AND b c"),
        ("a b AND c d", "a b AND c d"),
        ("a OR b c", "a OR b c"),
        ("(a OR b) c", "(a OR b) c"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("a OR b AND NOT c", "a OR b AND NOT c"),
        ("(a b) OR ((c))", "a b OR c"),
        ("a (b c)", "a (b c)"),
        ("a AND(b)", "a AND b"),
        ("（a OR b）c", "(a OR b) c"),
        // Negation.
        ("-drill", "NOT drill"),
        ("port -drill", "port NOT drill"),
        ("port -\"naval drill\" -(a b)", "port NOT \"naval drill\" NOT (a b)"),
        ("NOT (a OR b)", "NOT (a OR b)"),
        ("NOT NOT a", "a"),
        ("NOT -a b", "a b"),
        ("-=Drill -Dril* -*", "NOT =Drill NOT Dril* NOT *"),
        ("JF-17 Sino-Pak", "JF-17 Sino-Pak"),
        ("China - Pakistan – Iran -- drill", "China Pakistan Iran drill"),
        ("--drill", "drill"),
        ("\"Sino\"-Pak", "\"Sino\" Pak"),
        ("-AND", "NOT and"),
        // One sentence.
        ("a SAME b", "a SAME b"),
        ("x a SAME \"b c\" SAME de* AND f~1", "x a SAME \"b c\" SAME de* AND f~1"),
        ("NOT a SAME b", "NOT a SAME b"),
        ("(a OR b) SAME c", "a SAME c OR b SAME c"),
        ("x (a OR b c) SAME d", "x (a SAME d OR b SAME c SAME d)"),
        ("(a SAME b) SAME (c AND d)", "a SAME b SAME c SAME d"),
        // Fields.
        ("title:gwadar BODY:port", "title:gwadar body:port"),
        ("title:\"Majeed Brigade\"~2 body:=\"x y\"", "title:\"Majeed Brigade\"~2 body:=\"x y\""),
        ("title:Baloch* body:=Hub title:Gwader~", "title:Baloch* body:=Hub title:Gwader~1"),
        ("title:(a OR b) -body:(c)", "title:(a OR b) NOT body:c"),
        ("title:(a source:Dawn)", "title:(a source:\"Dawn\")"),
        ("title:*", "*"),
        ("title:-drill", "NOT title:drill"),
        ("-title:-\"a b\"", "title:\"a b\""),
        ("title: gwadar", "title: gwadar"),
        ("title：瓜达尔", "title:瓜达尔"),
        ("标题：瓜达尔", "标题 瓜达尔"),
        ("source:Dawn, lang:ur", "source:\"Dawn\" lang:\"ur\""),
        ("author:\"Abid 'A' Khan\" id:besham-2024.03", "author:\"Abid 'A' Khan\" id:\"besham-2024.03\""),
        ("source:“The News”", "source:\"The News\""),
        ("source:=Dawn", "source:\"Dawn\""),
        ("region:Gwadar REGION:\"Khyber Pakhtunkhwa/Swat\"", "region:\"Gwadar\" region:\"Khyber Pakhtunkhwa/Swat\""),
        ("region:(Gwadar Hub)", "region:\"Gwadar\" OR region:\"Hub\""),
        (
            "x region:(Gwadar, \"Dera Bugti\" -Hub)",
            "x ((region:\"Gwadar\" OR region:\"Dera Bugti\") NOT region:\"Hub\")",
        ),
        ("actor:(BLA AND TTP)", "actor:\"BLA\" AND actor:\"TTP\""),
        ("actor:_none -threat:a/b", "actor:\"_none\" NOT threat:\"a/b\""),
        // Dates.
        ("date:2024", "date:2024"),
        ("date:2024-03-26", "date:2024-03-26"),
        ("date:2024-01..2024-06", "date:2024-01..2024-06"),
        ("date:2024..2024", "date:2024"),
        ("date:2024.. date:..2024-05,", "date:2024.. date:..2024-05"),
        ("date:>=2024 date:<=2024-05", "date:2024.. date:..2024-05"),
        ("date:(2023 2025)", "date:2023 OR date:2025"),
        // Addresses, times and the like are words.
        ("http://example.org/a?b=c", "http://example.org/a?b=c"),
        ("10:30 12:", "10:30 12:"),
    ];

    /// Parts of a query text, each with words of the remark on it.
    type Reported = &'static [(&'static str, &'static str)];

    /// Query texts that hold something that makes no sense: how they are read, and which part is reported why.
    const LENIENT: &[(&str, &str, Reported)] = &[
        ("AND a", "and a", &[("AND", "`AND` has nothing to join here; read as a word")]),
        ("a OR", "a or", &[("OR", "`OR` has nothing to join here; read as a word")]),
        ("a AND AND b", "a and AND b", &[("AND", "`AND` has nothing to join here; read as a word")]),
        ("a NOT", "a not", &[("NOT", "`NOT` has nothing to exclude here; read as a word")]),
        ("(OR) SAME", "or same", &[("OR", "nothing to join"), ("SAME", "nothing to join")]),
        ("(a", "a", &[("(", "this bracket has no partner; left out")]),
        ("a OR b)) c", "a OR b c", &[("))", "this bracket has no partner; left out")]),
        ("a () b", "a b", &[("()", "nothing stands between the brackets; left out")]),
        ("a -title:(()) b", "a b", &[("title:(())", "nothing stands between the brackets")]),
        ("a \"\" b", "a b", &[("\"\"", "nothing stands between the quotes; left out")]),
        ("\"majeed brigade", "majeed brigade", &[("\"", "this quote is never closed; what follows is read as words")]),
        ("title:\"Title：", "title:Title", &[("\"", "this quote is never closed; what follows is read as words")]),
        ("-“naval drill", "NOT naval drill", &[("“", "never closed")]),
        ("title:\"gwadar port", "title:gwadar port", &[("\"", "never closed")]),
        ("title:\"(a OR b)", "a OR b", &[("\"", "never closed")]),
        ("Bal*stan", "Bal*stan", &[("Bal*stan", "`*` stands for letters only at the end of a plain word")]),
        ("*stan", "*stan", &[("*stan", "`*` stands for letters only at the end")]),
        ("b*", "b*", &[("b*", "at least 2 letters must stand before `*`; read as a word")]),
        ("=Balo*", "=Balo", &[("=Balo*", "a word behind `=` takes no `*` and no `~`; read as =Balo")]),
        ("Gwader~7", "Gwader~2", &[("Gwader~7", "at most 2 letters may differ; read as ~2")]),
        ("Gwader~999999999", "Gwader~2", &[("Gwader~999999999", "read as ~2")]),
        ("\"a b\"~99", "\"a b\"~50", &[("~99", "at most 50 words may stand between; read as ~50")]),
        ("foo:bar", "foo:bar", &[("foo:bar", "`foo` is not a field; read as words")]),
        ("foo:\"bar baz\"", "foo: \"bar baz\"", &[("foo:", "`foo` is not a field; read as words")]),
        ("source:Daw*", "source:\"Daw*\"", &[("source:Daw*", "`*` means nothing in the value of this field")]),
        ("date:yesterday", "date:yesterday", &[("date:yesterday", "is not a date of the form")]),
        ("date:2024-02-30", "date:2024-02-30", &[("date:2024-02-30", "does not exist; read as a word")]),
        ("date:\"last year\"", "\"last year\"", &[("date:\"last year\"", "read as a phrase")]),
        ("date:..", "date:..", &[("date:..", "is not a date")]),
        ("date:2025..2024", "date:2024..2025", &[("date:2025..2024", "2025 is after 2024; read the other way round")]),
        ("a SAME -b", "a AND NOT b", &[("SAME", "`SAME` joins words and phrases; read as AND")]),
        ("-a SAME b", "NOT a AND b", &[("SAME", "`SAME` joins words and phrases; read as AND")]),
        ("a SAME title:b", "a AND title:b", &[("SAME", "read as AND")]),
        ("a SAME (b -c)", "a AND (b NOT c)", &[("SAME", "read as AND")]),
    ];

    #[test]
    fn a_sound_query_is_read_as_the_grammar_says_and_without_a_remark() {
        for (text, written) in SOUND {
            let parsed = parse(text, &DIMENSIONS);
            assert_eq!(parsed.query.to_string(), *written, "{text}");
            assert_eq!(parsed.diagnostics, [], "{text}");
            assert_eq!(parse(written, &DIMENSIONS).query, parsed.query, "{text}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_read_leniently_and_reported_with_its_place() {
        for (text, written, reported) in LENIENT {
            let parsed = parse(text, &DIMENSIONS);
            assert_eq!(parsed.query.to_string(), *written, "{text}");
            assert_eq!(parse(written, &DIMENSIONS).query, parsed.query, "{text}");
            let found: Vec<_> =
                parsed.diagnostics.iter().map(|d| (&text[d.start..d.end], d.message.as_str())).collect();
            assert_eq!(found.len(), reported.len(), "{text}: {found:?}");
            for ((place, message), (place_expected, message_expected)) in found.iter().zip(*reported) {
                assert!(place == place_expected && message.contains(message_expected), "{text}: {found:?}");
            }
        }
    }
}
