//! Day and month that may stand in either order, and years of two digits: what else a page says settles them, or
//! nothing does.
//!
//! May not take the likelier order: each answer names what it was settled by.

use std::sync::LazyLock;

use regex::Regex;

use super::evidence::{DateEvidence, from_address};
use super::forms::{days_inside, months_named, open_readings, prepared};
use crate::model::date::PartialDate;

/// Bytes of a text that are searched for what settles a date.
const TEXT_BYTES_MAX: usize = 50_000;
/// Countries where dates of figures have the day first, also in English; and the one where the month stands first.
const DAY_FIRST_COUNTRIES: [&str; 22] = [
    "gb", "uk", "ie", "au", "nz", "in", "pk", "bd", "lk", "np", "ng", "ke", "ug", "gh", "sg", "my", "ae", "sa", "qa",
    "eg", "fr", "de",
];
const MONTH_FIRST_COUNTRY: &str = "us";
/// Languages of countries where dates of figures have the day first.
const DAY_FIRST_LANGUAGES: [&str; 17] =
    ["ur", "hi", "bn", "pa", "ar", "fr", "de", "es", "pt", "it", "nl", "tr", "id", "ru", "pl", "ro", "el"];

/// Two figures and a year with one mark between them.
static FIGURES: LazyLock<Regex> = LazyLock::new(|| {
    let form = |mark: &str| format!(r"([0-9]{{1,2}}){mark}([0-9]{{1,2}}){mark}(?:[0-9]{{4}}|[0-9]{{2}})");
    let forms = ["/", r"\.", "-"].map(form).join("|");
    Regex::new(&format!(r"(?:^|[^0-9/.-])(?:{forms})(?:[^0-9/-]|$)")).expect("constant pattern")
});

/// The day that an open date means, and in words what settles it; `None` where nothing does, or the date is not open.
pub(super) fn settle(written: &str, evidence: &DateEvidence<'_>) -> Option<(PartialDate, String)> {
    let written = prepared(written);
    let mut readings = open_readings(&written);
    if readings.is_empty() {
        return None;
    }
    let text = prepared(&evidence.text[..evidence.text.floor_char_boundary(TEXT_BYTES_MAX)]);
    let days = days_inside(&text);
    if let Some(day) = single(&readings, |reading| days.contains(reading)) {
        return Some((day, "because the text also writes this day out".to_owned()));
    }
    if let Some(year) = century(&readings, &text) {
        readings.retain(|reading| reading.year() == year);
        if let [day] = readings[..] {
            return Some((day, format!("because the text has the year {year}")));
        }
    }
    let only = |holds: &dyn Fn(&PartialDate) -> bool| single(&readings, holds);
    if let Some(address) = evidence.url.and_then(from_address)
        && let Some(day) = only(&|reading| (address.first_day()..=address.last_day()).contains(&reading.first_day()))
    {
        return Some((day, format!("because its address has {address}")));
    }
    let months = evidence.dateline.map(|dateline| months_named(&prepared(dateline))).unwrap_or_default();
    if let [(month, day)] = months[..]
        && let Some(found) = only(&|reading| reading.month() == Some(month) && (day.is_none() || reading.day() == day))
    {
        return Some((found, "because its dateline names that month".to_owned()));
    }
    let (day_first, reason) = order_shown(&written, &text).or_else(|| order_of_locale(evidence.locale?))?;
    let (first, second) = figures(&written)?;
    let (day, month) = if day_first { (first, second) } else { (second, first) };
    only(&|reading| (reading.day(), reading.month()) == (Some(day), Some(month))).map(|found| (found, reason))
}

/// The one reading that holds; `None` for several.
fn single(readings: &[PartialDate], holds: impl Fn(&PartialDate) -> bool) -> Option<PartialDate> {
    let mut held = readings.iter().filter(|reading| holds(reading));
    let first = held.next().copied();
    first.filter(|_| held.next().is_none())
}

/// The year in four digits, where the readings are of two centuries and the text has one of the two years only.
fn century(readings: &[PartialDate], text: &str) -> Option<i16> {
    let mut years: Vec<i16> = readings.iter().map(|reading| reading.year()).collect();
    years.sort_unstable();
    years.dedup();
    if years.len() < 2 {
        return None;
    }
    let has = |year: &i16| {
        let digits = year.to_string();
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        text.match_indices(&digits).any(|(at, _)| {
            !is_digit(text[..at].chars().next_back()) && !is_digit(text[at + digits.len()..].chars().next())
        })
    };
    years.retain(has);
    if let [year] = years[..] { Some(year) } else { None }
}

/// The first two figures of a date.
fn figures(written: &str) -> Option<(i8, i8)> {
    let found = FIGURES.captures(written)?;
    let mut parts = found.iter().skip(1).flatten().filter_map(|part| part.as_str().parse().ok());
    Some((parts.next()?, parts.next()?))
}

/// Whether the day stands first in dates of the same form in the text, where all of them that show it agree.
fn order_shown(written: &str, text: &str) -> Option<(bool, String)> {
    let mark = |date: &str| date.chars().find(|c| matches!(c, '/' | '.' | '-'));
    let own = mark(written);
    let mut shown: Option<(bool, String)> = None;
    let mut from = 0;
    while let Some(found) = FIGURES.captures_at(text, from) {
        let mut parts = found.iter().skip(1).flatten();
        let (Some(first), Some(second)) = (parts.next(), parts.next()) else { break };
        from = second.end();
        let date = found[0].trim_matches(|c: char| !c.is_ascii_digit());
        let numbers = (first.as_str().parse::<i8>().ok()?, second.as_str().parse::<i8>().ok()?);
        let day_first = match numbers {
            (13..=31, 1..=12) => true,
            (1..=12, 13..=31) => false,
            _ => continue,
        };
        if mark(date) != own {
            continue;
        }
        if shown.as_ref().is_some_and(|(before, _)| *before != day_first) {
            return None;
        }
        shown = Some((day_first, format!("because the page also has {date}")));
    }
    shown
}

/// Whether the day stands first where a page says it comes from: `en-GB`, `en_US`, `ur`. English alone does not tell.
fn order_of_locale(locale: &str) -> Option<(bool, String)> {
    let folded = locale.to_ascii_lowercase();
    let mut parts = folded.split(['-', '_']);
    let language = parts.next()?;
    let country = parts.find(|part| part.len() == 2);
    let day_first = match country {
        Some(MONTH_FIRST_COUNTRY) => false,
        Some(country) if DAY_FIRST_COUNTRIES.contains(&country) => true,
        _ if DAY_FIRST_LANGUAGES.contains(&language) => true,
        _ => return None,
    };
    Some((day_first, format!("because the page is of the locale {locale}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_date_is_settled_by_what_else_the_page_says() {
        let nothing = DateEvidence::default();
        for (written, evidence, settled) in [
            (
                "03/04/2024",
                DateEvidence { text: "It opened on 25/12/2023.", ..nothing },
                "2024-04-03 also has 25/12/2023",
            ),
            (
                "03/04/2024",
                DateEvidence { text: "It opened on 12/25/2023.", ..nothing },
                "2024-03-04 also has 12/25/2023",
            ),
            ("03/04/2024", DateEvidence { text: "25/12/2023 and 12/25/2023", ..nothing }, "none"),
            ("03/04/2024", DateEvidence { text: "It opened on 25.12.2023.", ..nothing }, "none"),
            (
                "03/04/2024",
                DateEvidence { text: "On 3 April 2024 it rained.", ..nothing },
                "2024-04-03 writes this day out",
            ),
            ("03/04/2024", DateEvidence { text: "From 3 April 2024 to March 4, 2024", ..nothing }, "none"),
            ("03/04/2024", DateEvidence { url: Some("https://x.org/2024/04/a"), ..nothing }, "2024-04-03 has 2024-04"),
            ("03/04/2024", DateEvidence { url: Some("https://x.org/2024/05/a"), ..nothing }, "none"),
            ("03/04/2024", DateEvidence { dateline: Some("LIMA, March 4 (X) -"), ..nothing }, "2024-03-04 that month"),
            ("03/04/2024", DateEvidence { locale: Some("en-US"), ..nothing }, "2024-03-04 locale en-US"),
            ("03/04/2024", DateEvidence { locale: Some("en_GB"), ..nothing }, "2024-04-03 locale en_GB"),
            ("03/04/2024 10:00", DateEvidence { locale: Some("ur-PK"), ..nothing }, "2024-04-03 locale ur-PK"),
            ("03/04/2024", DateEvidence { locale: Some("en"), ..nothing }, "none"),
            ("03/04/2024", DateEvidence { locale: Some("zh-CN"), ..nothing }, "none"),
            ("03/04/2024", nothing, "none"),
            (
                "26-Mar-24",
                DateEvidence { url: Some("https://x.org/2024/03/26/a"), ..nothing },
                "2024-03-26 has 2024-03-26",
            ),
            (
                "26-Mar-24",
                DateEvidence { text: "Printed on 26 March 2024", ..nothing },
                "2024-03-26 writes this day out",
            ),
            ("26-Mar-24", DateEvidence { locale: Some("en-GB"), ..nothing }, "none"),
            ("03/04/24", DateEvidence { text: "Printed on 3 April 2024", ..nothing }, "2024-04-03 writes this day out"),
            ("11/19/19", DateEvidence { text: "© 1996-2019 A. Paper", ..nothing }, "2019-11-19 the year 2019"),
            ("11/19/19", DateEvidence { text: "Since 1919, until 2019", ..nothing }, "none"),
            ("26 March 2024", DateEvidence { locale: Some("en-US"), ..nothing }, "none"),
            ("yesterday", DateEvidence { locale: Some("en-US"), ..nothing }, "none"),
        ] {
            let found = settle(written, &evidence).map(|(date, reason)| format!("{date} {reason}"));
            let found = found.unwrap_or_else(|| "none".to_owned());
            let (date, words) = settled.split_once(' ').unwrap_or((settled, ""));
            assert!(found.starts_with(date) && found.contains(words), "{written} {evidence:?}: {found}");
        }
    }
}
