//! Words for numbers, orders and reasons that the terminal and the pages share.
//!
//! May not hold markup or colour.

use crate::model::facet::{EvidencePlace, Label, LabelKind, LabelledBy};
use crate::model::query::Sort;
use crate::model::results::Answer;

/// A number with commas between thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 article", "2 articles".
pub(super) fn articles(number: u64) -> String {
    format!("{} article{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// The order of hits in words.
pub(super) fn order(answer: &Answer) -> &'static str {
    match answer.sort {
        Sort::Relevance if answer.text.trim().is_empty() => "newest first",
        Sort::Relevance => "best first",
        Sort::Newest => "newest first",
        Sort::Oldest => "oldest first",
    }
}

/// Why an article has a label: "by the curator", "matched “BLA” in the lead", with "mentioned" for a mere mention.
pub(super) fn reason(label: &Label) -> String {
    let mention = if label.kind == LabelKind::Mention { "mentioned, " } else { "" };
    let mut reason = match label.by {
        LabelledBy::Curator => "by the curator".to_owned(),
        LabelledBy::Classifier if label.evidence.is_empty() => "by the classifier".to_owned(),
        LabelledBy::Classifier => "matched ".to_owned(),
    };
    let found = label.evidence.iter().map(|evidence| {
        let place = match evidence.place {
            EvidencePlace::Title => "title",
            EvidencePlace::Lead => "lead",
            EvidencePlace::Body => "body",
        };
        format!("“{}” in the {place}", evidence.text)
    });
    if label.by == LabelledBy::Classifier {
        reason.push_str(&found.collect::<Vec<_>>().join(", "));
    }
    format!("{mention}{reason}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_parted_by_thousands_and_one_is_singular() {
        assert_eq!([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([1, 2].map(articles), ["1 article", "2 articles"]);
    }
}
