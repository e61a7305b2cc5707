//! Plain words: a text searched without reading any operator in it, as questions of a judged collection are.
//!
//! Every word counts as often as it stands there. May not fail, and reports nothing: a quotation mark, a hyphen or an
//! `OR` in a question somebody wrote for people means what it means in prose.

use crate::model::PLAIN_WORDS_MAX;
use crate::model::query::{Clause, Query};
use crate::query::leaves::word;
use crate::query::lexer::is_between;

/// The words of a text side by side, repetitions kept; the first `PLAIN_WORDS_MAX` of them.
pub fn plain_words(text: &str) -> Query {
    let words = text.split(is_between).filter(|run| run.contains(char::is_alphanumeric));
    let clauses = words.take(PLAIN_WORDS_MAX).map(|run| Clause { query: word(run), required: false });
    Query::All(clauses.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::plan::Plan;

    fn terms(text: &str) -> Vec<String> {
        Plan::of(&plain_words(text)).leaves().into_iter().map(|leaf| leaf.term.clone()).collect()
    }

    #[test]
    fn no_sign_of_the_query_language_is_read() {
        let text = "\"Port strikes\" -title:wage* NOT =harbour~2 (ships OR boats) 港口，罢工";
        let words = ["Port", "strikes", "title", "wage", "harbour", "2", "ships", "boats", "港口", "罢工"];
        assert_eq!(terms(text), words);
    }

    #[test]
    fn a_word_counts_as_often_as_it_stands_there() {
        assert_eq!(terms("port. PORT, the port"), ["port", "PORT", "port"]);
        assert_eq!(terms(" ?! -- "), Vec::<String>::new());
        assert_eq!(terms(&"word ".repeat(PLAIN_WORDS_MAX + 5)).len(), PLAIN_WORDS_MAX);
    }
}
