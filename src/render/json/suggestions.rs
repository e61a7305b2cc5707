//! Suggestions as JSON: for the API, and in the short form that browsers ask for.

use crate::model::results::{Continues, Fragment, NamedNode, SuggestAnswer, Suggestion, SuggestionKind};
use crate::render::address::Address;
use crate::render::html;
use crate::render::json::{LinksWire, links};

/// Suggestions for what is being typed.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Suggestions")]
pub struct SuggestionsWire<'a> {
    /// As typed.
    pub query: &'a str,
    /// Best first.
    pub suggestions: Vec<SuggestionWire<'a>>,
    /// Time that it took, in milliseconds, to a hundredth.
    pub took_ms: f64,
    /// The generation that answered.
    pub generation: &'a str,
}

/// A suggestion.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Suggestion")]
pub struct SuggestionWire<'a> {
    /// What goes into the search box.
    pub text: &'a str,
    /// What it is.
    pub kind: SuggestionKind,
    /// How it continues what was typed.
    #[serde(rename = "match")]
    pub continues: Continues,
    /// Articles under the filters.
    pub count: u64,
    /// What is shown, escaped, the typed part in `<mark>`.
    pub html: String,
    /// The same as runs of text.
    pub fragments: &'a [Fragment],
    /// For a name: dimension, path, label, and the name that was met.
    #[serde(flatten)]
    pub node: Option<&'a NamedNode>,
    /// For a title, the id of its article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a str>,
    /// For a title, where its article is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<LinksWire>,
}

/// Suggestions as the API gives them.
pub fn suggestions(answer: &SuggestAnswer) -> SuggestionsWire<'_> {
    SuggestionsWire {
        query: &answer.text,
        suggestions: answer.suggestions.iter().map(suggestion).collect(),
        took_ms: (answer.took_ms * 100.0).round() / 100.0,
        generation: &answer.generation,
    }
}

fn suggestion(one: &Suggestion) -> SuggestionWire<'_> {
    SuggestionWire {
        text: &one.text,
        kind: one.kind,
        continues: one.continues,
        count: one.count,
        html: html::marked(&one.shown),
        fragments: &one.shown,
        node: one.node.as_ref(),
        id: one.id.as_deref(),
        links: one.id.as_deref().map(|id| links(id, &Address::default())),
    }
}

/// Suggestions in the form that browsers ask for: what was typed, and the texts (OpenSearch Suggestions 1.0).
pub fn for_browsers(answer: &SuggestAnswer) -> (&str, Vec<&str>) {
    (&answer.text, answer.suggestions.iter().map(|one| one.text.as_str()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn suggestions_have_the_form_of_the_contract() {
        let answer = samples::suggestions();
        let expected = concat!(
            r#"{"query":"baluch","suggestions":[{"text":"Baluchistan","kind":"name","match":"start","count":40,"#,
            r#""html":"<mark>Baluch</mark>istan","fragments":[{"text":"Baluch","match":true},"#,
            r#"{"text":"istan","match":false}],"dimension":"region","path":"South/Balochistan","label":"Balochistan","#,
            r#""name":"Baluchistan"},{"text":"Strike & the Baluch docks","kind":"title","match":"inner","count":1,"#,
            r#""html":"Strike &#38; the <mark>Baluch</mark> docks","fragments":[{"text":"Strike & the ","match":false},"#,
            r#"{"text":"Baluch","match":true},{"text":" docks","match":false}],"id":"dock-2","#,
            r#""links":{"self":"/api/v1/articles/dock-2","page":"/articles/dock-2"}}],"#,
            r#""took_ms":0.42,"generation":"9f3c"}"#
        );
        assert_eq!(serde_json::to_string(&suggestions(&answer)).unwrap(), expected);
        let short = serde_json::to_string(&for_browsers(&answer)).unwrap();
        assert_eq!(short, r#"["baluch",["Baluchistan","Strike & the Baluch docks"]]"#);
    }
}
