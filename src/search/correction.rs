//! What somebody probably meant to type: the query text with its misspelt words put right, if that finds more.
//!
//! Asks the engine to count; changes nothing of the answer. Text around the words stays as it was typed.

use crate::engine::{EngineError, Searcher};
use crate::model::query::{Fuzzy, SearchRequest};
use crate::model::results::{MatchUsed, OtherForms, SearchResults};
use crate::search::parameters::Parameters;
use crate::search::request;

/// The query text with the best correction of every misspelt word, if that finds more than the words as typed: all
/// words where those are not in one article, or else more articles.
pub fn did_you_mean(
    searcher: &dyn Searcher,
    parameters: &Parameters,
    results: &SearchResults,
) -> Result<Option<String>, EngineError> {
    let better = corrected(&parameters.text, &results.corrections);
    if better == parameters.text {
        return Ok(None);
    }
    let finds = |text: &str| Ok(found(&searcher.search(&as_typed(searcher, parameters, text))?));
    Ok((finds(&better)? > finds(&parameters.text)?).then_some(better))
}

/// How much is found, for comparing: all words before most of them, then fewer missing words, then more articles.
fn found(results: &SearchResults) -> (bool, std::cmp::Reverse<usize>, u64) {
    let whole = results.total > 0 && results.match_used != MatchUsed::Most;
    (whole, std::cmp::Reverse(results.missing.len()), results.total)
}

/// The request for a text under the same parameters, with its words taken as they are typed, for the count alone.
fn as_typed(searcher: &dyn Searcher, parameters: &Parameters, text: &str) -> SearchRequest {
    let typed = Parameters { text: text.to_owned(), fuzzy: Fuzzy::Within(0), ..parameters.clone() };
    request(searcher, &typed)
}

/// A text with the likeliest form in the place of each misspelt word.
fn corrected(text: &str, corrections: &[OtherForms]) -> String {
    let mut corrected = text.to_owned();
    for OtherForms { term, forms } in corrections {
        if let Some(best) = forms.first() {
            corrected = with_word(&corrected, term, &best.form);
        }
    }
    corrected
}

/// A text with one plain word in the place of another wherever that stands by itself: not where it is sought exactly
/// as typed, as the beginning of words, or as a misspelt word already.
fn with_word(text: &str, typed: &str, meant: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = 0;
    for (start, _) in text.match_indices(typed) {
        let end = start + typed.len();
        let before = text[..start].chars().next_back();
        let after = text[end..].chars().next();
        let stands_alone = |beside: Option<char>| !beside.is_some_and(char::is_alphanumeric);
        if stands_alone(before) && before != Some('=') && stands_alone(after) && !matches!(after, Some('*' | '~')) {
            written.push_str(&text[rest..start]);
            written.push_str(meant);
            rest = end;
        }
    }
    written.push_str(&text[rest..]);
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::results::FormCount;

    #[test]
    fn only_plain_words_are_put_right_and_the_rest_stays_as_typed() {
        let form = FormCount { form: "gwadar".into(), count: 1 };
        let corrections = [OtherForms { term: "gwader".into(), forms: vec![form] }];
        for (typed, better) in [
            ("gwader  port, (deep)", "gwadar  port, (deep)"),
            ("=gwader gwader", "=gwader gwadar"),
            ("gwader* gwader~1 gwaders", "gwader* gwader~1 gwaders"),
            ("title:gwader", "title:gwadar"),
            ("port", "port"),
        ] {
            assert_eq!(corrected(typed, &corrections), better, "{typed}");
        }
    }
}
