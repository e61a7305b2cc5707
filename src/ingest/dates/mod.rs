//! Dates: read as people and programs write them, and found where nobody wrote one.
//!
//! May not guess and may not look at a clock: an order of day and month that may be either is a problem to be told,
//! a year of two digits too, and neither the file's time nor today's date ever dates an article.
//!
//! `written` reads one date, `forms` knows the forms, `order` settles what a form leaves open, `head` looks for a line
//! that dates a text, `evidence` weighs all that is known of an article.

mod evidence;
mod forms;
mod head;
mod order;
mod written;

use crate::model::date::PartialDate;

pub use evidence::{DateEvidence, Dating, date_article, from_address, from_dateline};
pub use written::{DateProblem, parse_written};

/// Days that a date may lie ahead of today, which is the day in UTC: elsewhere it may be tomorrow already.
const DAYS_AHEAD_MAX: i32 = 1;

/// Whether the whole period of `date` lies after `today` (as the world's clocks may have it): then it is most likely
/// mistyped, and the pipeline says so.
pub fn is_after(date: PartialDate, today: PartialDate) -> bool {
    date.first_day() > today.last_day() + DAYS_AHEAD_MAX
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
            ("2024-03-27", false),
            ("2024-03-28", true),
            ("2024-04", true),
            ("2025", true),
        ] {
            assert_eq!(is_after(date.parse().unwrap(), today), after, "{date}");
        }
    }
}
