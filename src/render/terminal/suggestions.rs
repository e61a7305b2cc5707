//! Suggestions as lines of a terminal.

use crate::model::results::{SuggestAnswer, Suggestion, SuggestionKind};
use crate::render::Dimension;
use crate::render::names::Names;
use crate::render::terminal::{GLUE, INDENT, Style, joined, push_line};
use crate::render::wording::articles;

/// Suggestions, one a line: what to search for, what it is, and how many articles.
pub fn suggestions(answer: &SuggestAnswer, dimensions: &[Dimension], style: Style) -> String {
    let names = Names::new(dimensions, &[]);
    let mut out = String::new();
    for one in &answer.suggestions {
        let facts = style.dim(&joined(&facts(one, &names))).replace(GLUE, " ");
        for (n, line) in style.wrap(&one.shown, 0).iter().enumerate() {
            push_line(&mut out, &if n == 0 { line.clone() } else { format!("{INDENT}{line}") });
        }
        push_line(&mut out, &format!("{INDENT}{facts}"));
    }
    out
}

fn facts(one: &Suggestion, names: &Names<'_>) -> [String; 3] {
    let what = match (&one.node, one.kind) {
        (Some(node), _) if node.name == node.label => names.dimension(&node.dimension).to_lowercase(),
        (Some(node), _) => format!("{} {}", names.dimension(&node.dimension).to_lowercase(), node.label),
        (None, SuggestionKind::Title) => "title".into(),
        (None, SuggestionKind::Word) => "word".into(),
        (None, _) => "phrase".into(),
    };
    [what, articles(one.count), one.id.clone().unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn suggestions_say_what_they_are() {
        let expected = "\
*Baluch*istan
   region Balochistan · 40 articles
Strike & the *Baluch* docks
   title · 1 article · dock-2
";
        let style = Style { colour: false, width: 60 };
        assert_eq!(suggestions(&samples::suggestions(), &samples::dimensions(), style), expected);
    }
}
