//! The date of an article by all that is known of it: what was written for the record, else its address, its dateline,
//! a line at the head of its text.
//!
//! May not guess, and may not pass over in silence what it could not read: every doubt becomes a note.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::forms::{days_inside, months_named, prepared, read_whole};
use super::head::{Head, from_head};
use super::order::settle;
use super::written::{parse_written, problem_of_open};
use crate::model::DATE_BYTES_MAX;
use crate::model::date::PartialDate;
use crate::model::document::DateSource;

/// What is known of a raw article that may date it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DateEvidence<'a> {
    /// The date as somebody wrote it for the record, and where.
    pub written: Option<(&'a str, DateSource)>,
    /// Its address.
    pub url: Option<&'a str>,
    /// The locale that its page names: `en-GB`, `ur_PK`.
    pub locale: Option<&'a str>,
    /// The place and agency line that its text opens with.
    pub dateline: Option<&'a str>,
    /// Its title.
    pub title: Option<&'a str>,
    /// The beginning of its cleaned text.
    pub opening: Option<&'a str>,
    /// Its text as it came, with the lines around the article that cleaning takes away.
    pub text: &'a str,
}

/// The date of an article, and what a curator should know of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dating {
    /// The date and where it was found; `None` is undated.
    pub date: Option<(PartialDate, DateSource)>,
    /// What was settled by evidence or could not be read, and what to write instead.
    pub notes: Vec<String>,
}

/// First year that needs no second look: articles of earlier days are rare, slips are not.
const YEAR_UNDOUBTED_MIN: i16 = 1900;

/// The date of an article: as written for the record, else by its address, its dateline, the head of its text. What a
/// curator wrote and cannot be read leaves the article undated; what a page says of itself and cannot be read is passed
/// over with a note.
pub fn date_article(evidence: &DateEvidence<'_>) -> Dating {
    let mut dating = Dating::default();
    if let Some((written, source)) = evidence.written {
        match parse_written(written) {
            Ok(date) => dating.date = Some((date, source)),
            Err(problem) => match settle(written, evidence) {
                Some((date, reason)) => {
                    dating.date = Some((date, source));
                    dating.notes.push(format!("`{}` was read as {date} {reason}", written.trim()));
                }
                None if matches!(source, DateSource::JsonLd | DateSource::Meta) => {
                    find(evidence, &mut dating);
                    let (_, found) = dating.date.unzip();
                    let instead = found.map_or("the article is undated".to_owned(), |source| {
                        format!("the date was taken from its {} instead", source.name())
                    });
                    dating.notes.push(format!("{problem}; {instead}"));
                }
                None => dating.notes.push(format!("{problem}; the article is undated until then")),
            },
        }
    } else {
        find(evidence, &mut dating);
    }
    if let Some((date, _)) = dating.date
        && date.year() < YEAR_UNDOUBTED_MIN
    {
        dating.notes.push(format!("the date {date} lies before {YEAR_UNDOUBTED_MIN}; correct it if it is wrong"));
    }
    dating
}

/// Looks for a date in the address, the dateline and the head of the text. A month from an earlier one is made a day
/// by a later one that lies in it.
fn find(evidence: &DateEvidence<'_>, dating: &mut Dating) {
    let address = evidence.url.and_then(from_address);
    if let Some(date) = address.filter(|date| date.day().is_some()) {
        dating.date = Some((date, DateSource::Address));
        return;
    }
    let within = |date: &PartialDate| {
        address.is_none_or(|month| (month.first_day()..=month.last_day()).contains(&date.first_day()))
    };
    let dateline = evidence.dateline.and_then(|line| from_dateline(line).or_else(|| day_of_month(line, address?)));
    if let Some(date) = dateline.filter(within) {
        dating.date = Some((date, DateSource::Dateline));
        return;
    }
    match from_head(evidence) {
        Head::Dated(date, reason) if within(&date) => {
            dating.date = Some((date, DateSource::Text));
            dating.notes.extend(reason);
            return;
        }
        Head::Open(written) if address.is_none() => {
            dating.notes.extend(problem_of_open(&written).map(|problem| format!("{problem}; the article is undated")));
        }
        _ => {}
    }
    dating.date = address.map(|month| (month, DateSource::Address));
}

/// The day of a dateline without a year, in the month that the address gives: `ISLAMABAD, March 26 (Agency) -`.
fn day_of_month(dateline: &str, month: PartialDate) -> Option<PartialDate> {
    match months_named(&prepared(dateline))[..] {
        [(named, Some(day))] if month.month() == Some(named) => PartialDate::new(month.year(), Some(named), Some(day)),
        _ => None,
    }
}

/// Years that an address may name: the web's. A number outside them is no year.
const ADDRESS_YEAR: &str = r"(?P<y>19[89][0-9]|20[0-9]{2})";
const DAY: &str = r"(?P<d>0[1-9]|[12][0-9]|3[01])";
const MONTH: &str = r"(?P<m>0[1-9]|1[0-2])";

/// Whole days in the path of an address, the surest form first; then months.
static ADDRESS_FORMS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // /2024/03/26/, /2024/3/26-slug
        format!(r"/{ADDRESS_YEAR}/(?P<m>0?[1-9]|1[0-2])/(?P<d>0?[1-9]|[12][0-9]|3[01])(?:[^0-9a-z]|$)"),
        // /2024/mar/26/
        format!(r"/{ADDRESS_YEAR}/(?P<n>[a-z]{{3}})/(?P<d>0?[1-9]|[12][0-9]|3[01])(?:[^0-9a-z]|$)"),
        // 2024-03-26, /2024-03/26/, 2024_03_26
        format!(r"(?:^|[^0-9]){ADDRESS_YEAR}[-_]{MONTH}[-_/]{DAY}(?:[^0-9]|$)"),
        // /20240326/, -20240326, /t20240326_1, /202403/26/, /2024/0326/
        format!(r"(?:[/_.-]|/[a-z]){ADDRESS_YEAR}/?{MONTH}/?{DAY}(?:[^0-9a-z]|$)"),
        // /2024/03/, /2024-03/
        format!(r"/{ADDRESS_YEAR}[/-]{MONTH}(?:/|$)"),
    ]
    .iter()
    .map(|form| Regex::new(form).expect("constant pattern"))
    .collect()
});

/// The date in the path of an address: a day (`/2024/03/26/`, `-20240326`, `2024-03-26`) or a month (`/2024/03/`).
pub fn from_address(url: &str) -> Option<PartialDate> {
    let url = url.to_ascii_lowercase();
    let behind_scheme = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let path = &behind_scheme[behind_scheme.find('/')?..];
    // What is asked for behind the path (`?from=2024-01-01`) does not date the page.
    let path = path.split(['?', '#']).next().unwrap_or_default();
    ADDRESS_FORMS.iter().find_map(|form| form.captures_iter(path).find_map(|captures| address_date(&captures)))
}

fn address_date(captures: &Captures<'_>) -> Option<PartialDate> {
    let number = |name: &str| captures.name(name).and_then(|digits| digits.as_str().parse::<i16>().ok());
    let named = captures.name("n").map(|name| read_whole(&format!("{} 2000", name.as_str())));
    let month = match named {
        Some(reading) => reading?.date.ok()?.month(),
        None => number("m").and_then(|month| i8::try_from(month).ok()),
    };
    let day = number("d").and_then(|day| i8::try_from(day).ok());
    PartialDate::new(number("y")?, month, day)
}

/// The date of a dateline, if it has day, month and year and no second date: `GWADAR, 20 March 2024 (APP) -`.
pub fn from_dateline(dateline: &str) -> Option<PartialDate> {
    let line: String = dateline.chars().take(DATE_BYTES_MAX).collect();
    only(days_inside(&prepared(&line)).into_iter())
}

/// The date of an iterator that holds one date only, once or more often.
fn only(mut dates: impl Iterator<Item = PartialDate>) -> Option<PartialDate> {
    let first = dates.next()?;
    dates.all(|date| date == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(date: Option<PartialDate>) -> String {
        date.map_or_else(|| "none".to_owned(), |date| date.to_string())
    }

    #[test]
    fn an_address_dates_an_article_by_its_path() {
        for (url, date) in [
            ("https://example.com/2024/03/26/blast-near-port/", "2024-03-26"),
            ("https://example.com/2024/3/6/blast", "2024-03-06"),
            ("https://example.com/world/2024/mar/26/blast", "2024-03-26"),
            ("https://example.com/2024/03/blast-near-port", "2024-03"),
            ("https://example.com/2024/03/", "2024-03"),
            ("https://example.com/blast-20240326", "2024-03-26"),
            ("https://example.com/20240326/blast.html", "2024-03-26"),
            ("https://example.com/zw/202403/t20240326_11271234.shtml", "2024-03-26"),
            ("http://news.example.com/2024-03/26/c_1130000000.htm", "2024-03-26"),
            ("http://world.example.com/n1/2024/0326/c1002-40203040.html", "2024-03-26"),
            ("https://example.com/brief-2024-03-26.html?from=2020-01-01", "2024-03-26"),
            ("example.com/2024/03/26", "2024-03-26"),
            ("https://example.com/2024/02/31/x", "2024-02"),
            ("https://web.example.org/web/20230101000000/https://example.com/2020/05/01/x", "2020-05-01"),
        ] {
            assert_eq!(text_of(from_address(url)), date, "{url}");
        }
        for url in [
            "",
            "https://example.com",
            "https://example.com/news/1823456",
            "https://example.com/news/20191399",
            "https://example.com/news/120240326",
            "https://example.com/story.php?date=2024-03-26",
            "https://2024-03-26.example.com/story",
            "https://example.com/vision-2030/plan",
            "https://example.com/2024/budget",
            "https://example.com/2024/13/",
            "https://example.com/1403/01/07/x",
            "https://example.com/id/20240326x7",
            "https://example.com/#2024-03-26",
        ] {
            assert_eq!(text_of(from_address(url)), "none", "{url}");
        }
    }

    #[test]
    fn a_dateline_dates_an_article_only_in_full() {
        for (dateline, date) in [
            ("GWADAR, 20 March 2024 (APP) -", "2024-03-20"),
            ("ISLAMABAD, March 26, 2024 (Xinhua) --", "2024-03-26"),
            ("کراچی (نمائندہ خصوصی 03 دسمبر2018ء)", "2018-12-03"),
            ("کوئٹہ (۳ جنوری ۲۰۲۵ء)", "2025-01-03"),
            ("لاہور (ا ب نیوز، ۳ جنوری ۲۰۲۵ء)", "2025-01-03"),
            ("伊斯兰堡2024年3月26日电", "2024-03-26"),
            ("ISLAMABAD, March 26 (Reuters) -", "none"),
            ("ISLAMABAD, March 2024 -", "none"),
            ("BESHAM -", "none"),
            ("GWADAR, 20 March 2024 - 21 March 2024", "none"),
            ("GWADAR, 30 February 2024 -", "none"),
            ("KARACHI 120 March 20245", "none"),
        ] {
            assert_eq!(text_of(from_dateline(dateline)), date, "{dateline}");
        }
    }

    #[test]
    fn the_address_comes_first_then_the_dateline_then_the_text() {
        let evidence = DateEvidence {
            url: Some("https://example.com/2024/03/26/x"),
            dateline: Some("GWADAR, 20 March 2024 -"),
            text: "21 March 2024\nText",
            ..DateEvidence::default()
        };
        let found = |evidence: DateEvidence<'_>| {
            let date = date_article(&evidence).date;
            date.map_or_else(|| "none".to_owned(), |(date, source)| format!("{date} {}", source.name()))
        };
        assert_eq!(found(evidence), "2024-03-26 address");
        assert_eq!(found(DateEvidence { url: None, ..evidence }), "2024-03-20 dateline");
        assert_eq!(found(DateEvidence { url: None, dateline: None, ..evidence }), "2024-03-21 text");
        assert_eq!(found(DateEvidence { text: "Text", ..DateEvidence::default() }), "none");
        let month = DateEvidence { url: Some("https://example.com/2024/03/x"), ..evidence };
        assert_eq!(found(month), "2024-03-20 dateline", "a day within the month is more exact");
        let other_month = DateEvidence { url: Some("https://example.com/2023/01/x"), ..evidence };
        assert_eq!(found(other_month), "2023-01 address", "a day outside of it is another matter");
    }

    proptest::proptest! {
        #[test]
        fn any_text_dates_or_does_not(text in "\\PC{0,60}", figures in "[0-9/.\\-: \nmarch年月日]{0,40}") {
            for text in [text.as_str(), figures.as_str()] {
                let written = Some((text, DateSource::Meta));
                let nothing = DateEvidence::default();
                date_article(&DateEvidence { url: Some(text), dateline: Some(text), text, ..nothing });
                date_article(&DateEvidence { written, title: Some(text), opening: Some(text), text, ..nothing });
                from_address(&format!("https://example.com/{text}"));
            }
        }
    }
}
