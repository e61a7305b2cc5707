//! One date as a curator, a record or a page wrote it, and what to tell the writer when it is none.
//!
//! May not mend a date: what can be read in two ways, or not at all, is a problem with what to write instead.

use super::forms::{Fault, prepared, read_whole, without_clock};
use crate::model::DATE_BYTES_MAX;
use crate::model::date::PartialDate;

/// Characters of a wrong date that a message quotes.
const QUOTED_CHARS_MAX: usize = 60;

/// Why a written date cannot be taken, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateProblem {
    /// Nothing written.
    #[error("the date is empty; write it as 2024-03-26, 2024-03 or 2024, or leave the key out")]
    Empty,
    /// Not the form of a date.
    #[error("`{0}` is not a date that can be read; write it as 2024-03-26, 2024-03 or 2024")]
    Form(String),
    /// The form of a date, but no day of the calendar.
    #[error(
        "the date `{written}` is wrong: {day} does not exist; write a day of the calendar, or only the month or year"
    )]
    Missing {
        /// As written.
        written: String,
        /// The same in ISO 8601.
        day: String,
    },
    /// Day and month could stand in either order.
    #[error("`{written}` may be {day_first} or {month_first}; write the one that is meant in this form")]
    Ambiguous {
        /// As written.
        written: String,
        /// Read with the day first.
        day_first: PartialDate,
        /// Read with the month first.
        month_first: PartialDate,
    },
    /// A year of two digits.
    #[error("`{0}` gives the year in two digits; write all four, as in 2024-03-26")]
    ShortYear(String),
    /// No year at all.
    #[error("`{0}` has no year; write it in full, as in 2024-03-26")]
    NoYear(String),
    /// A year that no date of an article has.
    #[error(
        "`{written}` gives the year {year}, which is another calendar's or a slip; write the Gregorian date, as in \
         2024-03-26"
    )]
    Calendar {
        /// As written.
        written: String,
        /// The year that stands there.
        year: i16,
    },
    /// A period that ends before it begins.
    #[error("the period `{0}` ends before it begins; write it as 2024-03-25/2024-03-26, or only its last day")]
    Reversed(String),
}

/// Reads a written date: ISO 8601 (a time behind it is read over), figures with the year first, other orders where
/// only one makes sense, month names in English, Urdu, Hindi and Arabic, Chinese, RFC 2822. Of a period
/// (`2024-03-25/2024-03-26`, `25-26 March 2024`) it is the last day. The day counts as written, in the writer's zone.
pub fn parse_written(text: &str) -> Result<PartialDate, DateProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DateProblem::Empty);
    }
    // No form is longer, and a whole article in the place of a date need not be searched for one.
    if text.len() > DATE_BYTES_MAX {
        return Err(DateProblem::Form(quoted(text)));
    }
    let date = prepared(text);
    let whole = |text: &str| read_whole(text).map(|reading| reading.date);
    match whole(&date).or_else(|| last_of_period(&date)).or_else(|| whole(&without_clock(&date))) {
        Some(read) => read.map_err(|fault| problem(text, fault)),
        None => Err(DateProblem::Form(quoted(text))),
    }
}

/// What may stand between the first and the last day of a period.
const PERIOD_MARKS: [&str; 9] = ["/", "..", " to ", " until ", " - ", "–", "—", "至", "~"];

/// The last day of a period whose both ends are dates; `None` if the text is no such period.
fn last_of_period(prepared: &str) -> Option<Result<PartialDate, Fault>> {
    PERIOD_MARKS.iter().find_map(|mark| {
        prepared.match_indices(mark).find_map(|(at, _)| {
            let first = read_whole(prepared[..at].trim())?.date;
            let last = read_whole(prepared[at + mark.len()..].trim())?.date;
            Some(match (first, last) {
                (Ok(first), Ok(last)) if first.first_day() > last.last_day() => Err(Fault::Reversed),
                (Err(fault), _) => Err(fault),
                (_, last) => last,
            })
        })
    })
}

/// What to tell the writer of a date that may be read in more than one way; `None` for any other text.
pub(super) fn problem_of_open(text: &str) -> Option<DateProblem> {
    parse_written(text)
        .err()
        .filter(|problem| matches!(problem, DateProblem::Ambiguous { .. } | DateProblem::ShortYear(_)))
}

fn problem(text: &str, fault: Fault) -> DateProblem {
    let written = quoted(text);
    match fault {
        Fault::Missing { year, month, day } => {
            let part = |part: Option<i8>| part.map(|number| format!("-{number:02}")).unwrap_or_default();
            DateProblem::Missing { written, day: format!("{year:04}{}{}", part(month), part(day)) }
        }
        Fault::Ambiguous { day_first, month_first } => DateProblem::Ambiguous { written, day_first, month_first },
        Fault::ShortYear(_) => DateProblem::ShortYear(written),
        Fault::Calendar(year) => DateProblem::Calendar { written, year },
        Fault::NoYear => DateProblem::NoYear(written),
        Fault::Reversed => DateProblem::Reversed(written),
    }
}

fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS_MAX) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_every_form_that_people_and_programs_write() {
        for (written, date) in [
            ("2024", "2024"),
            ("2024-03", "2024-03"),
            ("2024-03-26", "2024-03-26"),
            (" 2024-3-6 ", "2024-03-06"),
            ("2024/03/26", "2024-03-26"),
            ("2024.03.26", "2024-03-26"),
            ("2024/03", "2024-03"),
            ("20240326", "2024-03-26"),
            ("2024-03-26T10:00:00Z", "2024-03-26"),
            ("2024-03-26T23:30:00-05:00", "2024-03-26"),
            ("2024-03-26T10:00:00.123+05:00[Asia/Karachi]", "2024-03-26"),
            ("2024-03-26 10:00", "2024-03-26"),
            ("2024-03-26 10:00:00 UTC", "2024-03-26"),
            ("20240326T100000Z", "2024-03-26"),
            ("26 March 2024", "2024-03-26"),
            ("26th of March, 2024", "2024-03-26"),
            ("1st Sept. 2024", "2024-09-01"),
            ("26March2024", "2024-03-26"),
            ("March 26, 2024", "2024-03-26"),
            ("MARCH 26 2024", "2024-03-26"),
            ("Mar. 26th, 2024", "2024-03-26"),
            ("March 26, 2024 at 3:15 pm", "2024-03-26"),
            ("March 2024", "2024-03"),
            ("March, 2024", "2024-03"),
            ("2024 March 26", "2024-03-26"),
            ("26-MAR-1987 14:53:09.01", "1987-03-26"),
            (" 2-MAR-1987 08:22:36.54", "1987-03-02"),
            ("26.03.2024", "2024-03-26"),
            ("26/03/2024", "2024-03-26"),
            ("03/26/2024", "2024-03-26"),
            ("26-03-2024 10:00", "2024-03-26"),
            ("04/04/2024", "2024-04-04"),
            ("Tue, 26 Mar 2024 10:00:00 +0500", "2024-03-26"),
            ("Tue, 26 Mar 2024 10:00:00 GMT", "2024-03-26"),
            ("Tue Mar 26 10:00:00 2024", "2024-03-26"),
            ("Tue Mar 26 2024 10:00:00 GMT+0500 (Pakistan Standard Time)", "2024-03-26"),
            ("Tuesday, March 26, 2024", "2024-03-26"),
            ("26 March 2024 (Tuesday)", "2024-03-26"),
            ("26 مارچ 2024", "2024-03-26"),
            ("۲۶ مارچ ۲۰۲۴ء", "2024-03-26"),
            ("٢٦ مارچ، ٢٠٢٤", "2024-03-26"),
            ("بروز منگل، 26 مارچ 2024", "2024-03-26"),
            ("03 دسمبر2018ء", "2018-12-03"),
            ("3 مئی 2019", "2019-05-03"),
            ("مارچ 2024", "2024-03"),
            ("26 मार्च 2024", "2024-03-26"),
            ("२६ फ़रवरी २०२४", "2024-02-26"),
            ("26 أغسطس 2024", "2024-08-26"),
            ("2024年3月26日", "2024-03-26"),
            ("2024 年 03 月 26 日", "2024-03-26"),
            ("２０２４年３月２６日", "2024-03-26"),
            ("2024年3月26日 星期二 上午10:00", "2024-03-26"),
            ("2024年3月26日10时05分", "2024-03-26"),
            ("二〇二四年三月二十六日", "2024-03-26"),
            ("二零二四年十月十日", "2024-10-10"),
            ("二〇二四年十二月三十一日", "2024-12-31"),
            ("01:38:07 PM IST Mar 26, 2024", "2024-03-26"),
            ("1:39 am EST, Tuesday, March 26, 2024", "2024-03-26"),
            ("10:00 26/03/2024", "2024-03-26"),
            ("26. März 2024", "2024-03-26"),
            ("26 de marzo de 2024", "2024-03-26"),
            ("26 mars 2024", "2024-03-26"),
            ("26 марта 2024", "2024-03-26"),
            ("Sept 5th, 2023", "2023-09-05"),
            ("2024年3月", "2024-03"),
            ("2024年", "2024"),
            ("2024-03-25/2024-03-26", "2024-03-26"),
            ("2024-02/2024-03", "2024-03"),
            ("2024-03-25 to 2024-03-26", "2024-03-26"),
            ("25 March 2024 – 3 April 2024", "2024-04-03"),
            ("25-26 March 2024", "2024-03-26"),
            ("March 25–26, 2024", "2024-03-26"),
            ("2024年3月25日至2024年3月26日", "2024-03-26"),
            ("2024-02-29", "2024-02-29"),
        ] {
            let read = parse_written(written).map(|date| date.to_string());
            assert_eq!(read.as_deref(), Ok(date), "{written}");
        }
    }

    #[test]
    fn what_cannot_be_taken_says_why_and_what_to_write() {
        for (written, message) in [
            ("", "the date is empty; write it as 2024-03-26, 2024-03 or 2024, or leave the key out"),
            ("yesterday", "`yesterday` is not a date that can be read; write it as 2024-03-26, 2024-03 or 2024"),
            (
                "2023-02-30",
                "the date `2023-02-30` is wrong: 2023-02-30 does not exist; write a day of the calendar, or only the \
                 month or year",
            ),
            ("03/04/2024", "`03/04/2024` may be 2024-04-03 or 2024-03-04; write the one that is meant in this form"),
            ("26-03-24", "`26-03-24` gives the year in two digits; write all four, as in 2024-03-26"),
            ("26 March", "`26 March` has no year; write it in full, as in 2024-03-26"),
            (
                "2024-03-26/2024-03-25",
                "the period `2024-03-26/2024-03-25` ends before it begins; write it as 2024-03-25/2024-03-26, or only \
                 its last day",
            ),
        ] {
            assert_eq!(parse_written(written).unwrap_err().to_string(), message, "{written}");
        }
    }

    #[test]
    fn wrong_dates_are_told_apart() {
        let kind = |written: &str| match parse_written(written).unwrap_err() {
            DateProblem::Missing { day, .. } => day,
            DateProblem::Ambiguous { .. } => "ambiguous".to_owned(),
            DateProblem::ShortYear(_) => "short".to_owned(),
            DateProblem::NoYear(_) => "no year".to_owned(),
            DateProblem::Reversed(_) => "reversed".to_owned(),
            DateProblem::Calendar { year, .. } => format!("calendar {year}"),
            DateProblem::Form(_) | DateProblem::Empty => "form".to_owned(),
        };
        for (written, expected) in [
            ("2024-13-01", "2024-13-01"),
            ("2024-13", "2024-13"),
            ("2024-00-00", "2024-00-00"),
            ("0000-00-00", "0000-00-00"),
            ("30 Feb 2023", "2023-02-30"),
            ("31.04.2024", "2024-04-31"),
            ("02/30/2023", "2023-02-30"),
            ("20240230", "2024-02-30"),
            ("2023年2月29日", "2023-02-29"),
            ("2023-02-30/2023-03-01", "2023-02-30"),
            ("0999", "0999"),
            ("01.02.2024", "ambiguous"),
            ("1/2/2024 10:00", "ambiguous"),
            ("26-MAR-87", "short"),
            ("March 26, '24", "short"),
            ("26/03/24", "short"),
            ("24年3月26日", "short"),
            ("March 26", "no year"),
            ("3月26日", "no year"),
            ("26 مارچ", "no year"),
            ("26-25 March 2024", "reversed"),
            ("26-26 March 2024", "reversed"),
            ("2023-24", "2023-24"),
            ("2023-2024", "form"),
            ("15 رمضان 1445", "form"),
            ("1711447200", "form"),
            ("240326", "form"),
            ("n.d.", "form"),
            ("26/Mar/2024:10:00:00 +0000", "form"),
            ("26 Marchember 2024", "form"),
            ("2024-03-26 and so on, as the paper reported at length", "form"),
            ("12024-03-26", "form"),
            ("-2024", "form"),
            ("年", "form"),
            ("1403/01/07", "calendar 1403"),
            ("15 September 1445", "calendar 1445"),
            ("1445ھ", "form"),
            ("۱۵ رمضان المبارک ۱۴۴۵ھ", "form"),
            ("7 فروردین 1403", "form"),
            ("民国113年3月26日", "form"),
            ("...", "form"),
        ] {
            assert_eq!(kind(written), expected, "{written}");
        }
        assert!(parse_written(&"9".repeat(300)).unwrap_err().to_string().len() < 200, "a message is short");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_date_or_a_problem(text in "\\PC{0,60}", figures in "[0-9/.\\-: TZ年月日]{0,30}") {
            for text in [text, figures] {
                if let Ok(date) = parse_written(&text) {
                    proptest::prop_assert_eq!(parse_written(&date.to_string()), Ok(date));
                }
            }
        }

        #[test]
        fn every_day_is_read_back_in_every_form(days in -130_000_i32..300_000) {
            let date = PartialDate::from_epoch_day(days).unwrap();
            let (year, month, day) = (date.year(), date.month().unwrap(), date.day().unwrap());
            for written in [
                date.to_string(),
                format!("{year}/{month}/{day}"),
                format!("{year:04}{month:02}{day:02}"),
                format!("{year}年{month}月{day}日"),
            ] {
                proptest::prop_assert_eq!(parse_written(&written), Ok(date), "{}", written);
            }
        }
    }
}
