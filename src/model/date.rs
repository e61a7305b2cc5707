//! Dates that may be partial: a year, a month or a day, each a period with a first and a last day.
//!
//! May not know today's date: nothing here (or anywhere in ingest) ever dates an article by a clock.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A calendar date as precise as its source: `2024`, `2024-03` or `2024-03-26` (Gregorian, years 1000 to 9999).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

/// Why a text is no date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not of the form `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    #[error("`{0}` is not a date of the form 2024, 2024-03 or 2024-03-26")]
    Form(String),
    /// Right form, but no such day.
    #[error("the date `{0}` does not exist")]
    Missing(String),
}

impl PartialDate {
    /// What a date looks like, as a regular expression; not every text of that form is a day that exists.
    pub const PATTERN: &'static str = "^[1-9][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$";

    /// Makes a date of its parts; `None` when there is no such day or the year is outside 1000 to 9999.
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Option<Self> {
        if !(1000..=9999).contains(&year) || (month.is_none() && day.is_some()) {
            return None;
        }
        Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
        Some(Self { year, month, day })
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12, where the date has one.
    pub fn month(self) -> Option<i8> {
        self.month
    }

    /// The day of the month, where the date has one.
    pub fn day(self) -> Option<i8> {
        self.day
    }

    /// Days from 1970-01-01 to the first day of the period.
    pub fn first_day(self) -> i32 {
        epoch_day(self.first())
    }

    /// Days from 1970-01-01 to the last day of the period.
    pub fn last_day(self) -> i32 {
        let last = match (self.month, self.day) {
            (None, _) => Date::new(self.year, 12, 31).unwrap_or(Date::MAX),
            (Some(_), None) => self.first().last_of_month(),
            (Some(_), Some(_)) => self.first(),
        };
        epoch_day(last)
    }

    /// The day (always whole) that lies `days` after 1970-01-01; `None` outside the years 1000 to 9999.
    pub fn from_epoch_day(days: i32) -> Option<Self> {
        let date = Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
        Self::new(date.year(), Some(date.month()), Some(date.day()))
    }

    /// The year, month or day behind this one.
    pub fn following(self) -> Option<Self> {
        let next = Self::from_epoch_day(self.last_day() + 1)?;
        Self::new(next.year, self.month.and(next.month), self.day.and(next.day))
    }

    fn first(self) -> Date {
        // `new` checked the parts; the fallback can never be reached, and a wrong sort order beats a panic.
        Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).unwrap_or(Date::MIN)
    }
}

fn epoch_day(date: Date) -> i32 {
    date.since(Date::constant(1970, 1, 1)).map_or(0, |span| span.get_days())
}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let form = || DateError::Form(text.to_owned());
        let mut parts = text.split('-');
        let year = part(parts.next(), 4).ok_or_else(form)?;
        let month = match parts.next() {
            None => None,
            some => Some(part(some, 2).ok_or_else(form)?),
        };
        let day = match parts.next() {
            None => None,
            some => Some(part(some, 2).ok_or_else(form)?),
        };
        if parts.next().is_some() {
            return Err(form());
        }
        Self::new(year, month.map(|m| m as i8), day.map(|d| d as i8)).ok_or_else(|| DateError::Missing(text.to_owned()))
    }
}

fn part(text: Option<&str>, digits: usize) -> Option<i16> {
    text.filter(|t| t.len() == digits && t.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl schemars::JsonSchema for PartialDate {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PartialDate".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A year, a month or a day (ISO 8601).",
            "pattern": PartialDate::PATTERN,
            "examples": ["2024", "2024-03", "2024-03-26"],
        })
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A range of days, both ends inclusive, either end open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DateRange {
    /// The earliest day; its period's first day counts.
    pub from: Option<PartialDate>,
    /// The latest day; its period's last day counts.
    pub to: Option<PartialDate>,
}

impl DateRange {
    /// Whether the period of `date` overlaps the range.
    pub fn overlaps(&self, date: PartialDate) -> bool {
        self.from.is_none_or(|from| date.last_day() >= from.first_day())
            && self.to.is_none_or(|to| date.first_day() <= to.last_day())
    }

    /// What the range has in common with a period that it overlaps.
    pub fn within(&self, period: PartialDate) -> Self {
        let from = self.from.filter(|from| from.first_day() > period.first_day());
        let to = self.to.filter(|to| to.last_day() < period.last_day());
        Self { from: Some(from.unwrap_or(period)), to: Some(to.unwrap_or(period)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_as_precise_as_it_is_written_and_knows_its_period() {
        for (text, first, last) in
            [("1970", 0, 364), ("1970-02", 31, 58), ("2024-02", 19754, 19782), ("2024-02-29", 19782, 19782)]
        {
            let date: PartialDate = text.parse().unwrap();
            assert_eq!((date.first_day(), date.last_day()), (first, last), "{text}");
            assert_eq!(date.to_string(), text);
        }
        assert_eq!(PartialDate::from_epoch_day(19782).unwrap().to_string(), "2024-02-29");
        assert_eq!(PartialDate::from_epoch_day(-1).unwrap().to_string(), "1969-12-31");
    }

    #[test]
    fn what_is_no_date_says_why() {
        for text in ["", "24", "2024-3", "2024-03-26-1", "2024/03", "yesterday", "20240326", "-2024"] {
            assert!(matches!(text.parse::<PartialDate>(), Err(DateError::Form(_))), "{text}");
        }
        for text in ["2023-02-29", "2024-13", "2024-00", "0000", "2024-04-31"] {
            assert!(matches!(text.parse::<PartialDate>(), Err(DateError::Missing(_))), "{text}");
        }
    }

    #[test]
    fn a_partial_date_is_in_a_range_where_the_periods_overlap() {
        let range = DateRange { from: "2024-03-15".parse().ok(), to: "2024-04".parse().ok() };
        let inside = |text: &str| range.overlaps(text.parse().unwrap());
        assert!(inside("2024-03") && inside("2024") && inside("2024-04-30") && inside("2024-03-15"));
        assert!(!inside("2024-03-14") && !inside("2024-05") && !inside("2023"));
    }

    #[test]
    fn a_period_is_followed_by_one_of_its_kind() {
        for (period, next) in [("2024", "2025"), ("2024-12", "2025-01"), ("2024-02-29", "2024-03-01")] {
            let period: PartialDate = period.parse().unwrap();
            assert_eq!(period.following().map(|next| next.to_string()).as_deref(), Some(next));
        }
        assert_eq!("9999".parse::<PartialDate>().unwrap().following(), None);
    }

    #[test]
    fn a_range_within_a_period_keeps_the_bounds_that_lie_in_it() {
        let day = |text: &str| text.parse::<PartialDate>().ok();
        for (from, to, period, expected) in [
            ("", "", "2024", ("2024", "2024")),
            ("2024-03-15", "2024-04", "2024-03", ("2024-03-15", "2024-03")),
            ("2024-03-15", "2024-04", "2024", ("2024-03-15", "2024-04")),
            ("2023", "2025", "2024-02", ("2024-02", "2024-02")),
            ("2024-03", "2024-03", "2024-03-01", ("2024-03-01", "2024-03-01")),
        ] {
            let within = DateRange { from: day(from), to: day(to) }.within(day(period).unwrap());
            assert_eq!((within.from, within.to), (day(expected.0), day(expected.1)), "{from} to {to} in {period}");
        }
    }
}
