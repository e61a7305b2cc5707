//! The parameters of a citation: its form, and the day of access that it names.
//!
//! The day is what the caller says, or none: nobody here looks at a clock, so one article is cited alike every day.

use crate::model::date::PartialDate;
use crate::render::citation::CitationForm;
use crate::search::parameters::{Problem, date, one_of};

/// How an article is to be cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CitationParameters {
    /// The form.
    pub form: CitationForm,
    /// The day of access, if it is to be named.
    pub accessed: Option<PartialDate>,
}

impl CitationParameters {
    /// Reads pairs: `format` (a line of text when nobody says) and `accessed`. Empty values are as if they were not
    /// there; of a name that stands twice the last counts.
    pub fn read(pairs: &[(String, String)]) -> Result<Self, Vec<Problem>> {
        let mut parameters = Self { form: CitationForm::Text, accessed: None };
        let mut problems = Vec::new();
        for (name, value) in pairs {
            let value = value.trim();
            let taken = match name.as_str() {
                "format" | "accessed" if value.is_empty() => Ok(()),
                "format" => form(value).map(|form| parameters.form = form),
                "accessed" => date(name, value).map(|day| parameters.accessed = Some(day)),
                _ => {
                    let problem = Problem::new(name, "there is no such parameter of a citation".into());
                    Err(problem.suggesting("the parameters are format and accessed"))
                }
            };
            problems.extend(taken.err());
        }
        if problems.is_empty() { Ok(parameters) } else { Err(problems) }
    }
}

fn form(value: &str) -> Result<CitationForm, Problem> {
    one_of("format", value, &CitationForm::ALL.map(|form| (form.name(), form)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<CitationParameters, Vec<Problem>> {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        CitationParameters::read(&pairs)
    }

    #[test]
    fn every_form_has_its_name_and_what_is_none_is_told_with_the_names() {
        for form in CitationForm::ALL {
            assert_eq!(read(&[("format", form.name())]).unwrap().form, form);
        }
        assert_eq!(read(&[("format", "")]).unwrap(), CitationParameters { form: CitationForm::Text, accessed: None });
        assert_eq!(read(&[("accessed", "2026-11-22")]).unwrap().accessed, "2026-11-22".parse().ok());
        let problems = read(&[("format", "word"), ("accessed", "today"), ("style", "apa")]).unwrap_err();
        let names: Vec<&str> = problems.iter().map(|problem| problem.parameter.as_str()).collect();
        assert_eq!(names, ["format", "accessed", "style"]);
        assert_eq!(problems[0].suggestion.as_deref(), Some("write bibtex, ris, csl-json, text"));
    }
}
