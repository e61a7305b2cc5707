//! Dates: read as people and programs write them, and found where nobody wrote one.
//!
//! May not guess and may not look at a clock: an order of day and month that may be either is a problem to be told,
//! a year of two digits too, and neither the file's time nor today's date ever dates an article.
//!
//! `written` reads one date, `forms` knows the forms, `evidence` looks for a date in an address, a dateline and the
//! head of a text.

mod evidence;
mod forms;
mod written;

use crate::model::date::PartialDate;

pub use evidence::{DateEvidence, find, from_address, from_dateline};
pub use written::{DateProblem, parse_written};

/// Whether the whole period of `date` lies after `today`: then it is most likely mistyped, and the pipeline says so.
pub fn is_after(date: PartialDate, today: PartialDate) -> bool {
    date.first_day() > today.last_day()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_that_today_lies_in_is_not_after_it() {
        let today: PartialDate = "2024-03-26".parse().unwrap();
        for (date, after) in [
            ("2024-03-25", false),
            ("2024-03-26", false),
            ("2024-03", false),
            ("2024", false),
            ("2024-03-27", true),
            ("2024-04", true),
            ("2025", true),
        ] {
            assert_eq!(is_after(date.parse().unwrap(), today), after, "{date}");
        }
    }
}
