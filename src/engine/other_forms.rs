//! The other forms that a search found, with the articles of the answer that have each. An engine counts them; they are put
//! in order here.

use crate::engine::plan::Alternative;
use crate::model::results::{FormCount, OtherForms, Via};

/// Other forms of what was typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FormsFound {
    names: Vec<OtherForms>,
    words: Vec<OtherForms>,
}

impl FormsFound {
    /// Notes that so many articles have a form, unless none has. Forms come in the order of the plan.
    pub fn add(&mut self, other: &Alternative, articles: u64) {
        if articles == 0 {
            return;
        }
        let list = if other.via == Via::Variant { &mut self.names } else { &mut self.words };
        let form = FormCount { form: other.form.clone(), count: articles };
        match list.iter_mut().find(|known| known.term == other.term) {
            Some(known) => known.forms.push(form),
            None => list.push(OtherForms { term: other.term.clone(), forms: vec![form] }),
        }
    }

    /// Other names, of each term the commonest first, and the words that misspelt ones were meant to be, the likeliest first.
    pub fn into_lists(mut self) -> (Vec<OtherForms>, Vec<OtherForms>) {
        for other in &mut self.names {
            other.forms.sort_by_key(|form| std::cmp::Reverse(form.count));
        }
        (self.names, self.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::plan::Part;

    #[test]
    fn names_come_by_count_and_corrections_as_they_are_likely() {
        let correction = |form: &str| Alternative::correction("prot", form.into(), Part::any_form(form.into()), 0.5);
        let name = |form: &str| Alternative { via: Via::Variant, ..correction(form) };
        let mut found = FormsFound::default();
        for (other, articles) in
            [(name("a"), 1), (name("b"), 3), (name("c"), 0), (correction("port"), 1), (correction("pro"), 9)]
        {
            found.add(&other, articles);
        }
        let forms = |list: &[OtherForms]| -> Vec<(String, u64)> {
            list.iter().flat_map(|other| &other.forms).map(|form| (form.form.clone(), form.count)).collect()
        };
        let (names, words) = found.into_lists();
        assert_eq!(forms(&names), [("b".to_owned(), 3), ("a".to_owned(), 1)]);
        assert_eq!(forms(&words), [("port".to_owned(), 1), ("pro".to_owned(), 9)]);
        assert_eq!((names.len(), words[0].term.as_str()), (1, "prot"));
    }
}
