//! Dates that are missing or cannot be right: each held against today, the address, the publications and the name.

use crate::ingest::dates::{from_address, is_after, parse_written};
use crate::ingest::formats::Format;
use crate::ingest::formats::sidecar::ENDING;
use crate::ingest::lint::{Article, Finding, Kind};
use crate::model::date::PartialDate;
use crate::model::document::DateSource;
use crate::model::report::NoticeKind;

/// Days by which an article may be dated after its own publication: the other side of the world is a day ahead.
const DAYS_AHEAD_MAX: i32 = 1;

/// The findings on the date of an article.
pub(super) fn findings(article: &Article<'_>, today: Option<PartialDate>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let says_undated = article.raw.extra.get("undated").is_some_and(|value| value == true);
    let Some(date) = article.document.date else {
        let told = article.notices.iter().any(|notice| notice.kind == NoticeKind::Date);
        if !says_undated && !told {
            let message = format!("has no date; {}", how_to_date(&article.raw.place.file));
            findings.push(article.finding(Kind::MissingDate, "date", message));
        }
        return findings;
    };
    if says_undated {
        let message = format!("`undated: true` stands beside the date {date}; keep one of them");
        findings.push(article.finding(Kind::OddDate, "undated", message));
    }
    if today.is_some_and(|today| is_after(date, today)) {
        let message = format!("the date {date} lies in the future; correct it if it is wrong");
        findings.push(article.finding(Kind::FutureDate, "date", message));
    }
    if !article.is_reviewed("date") {
        let odd = [after_address(article, date), after_publications(article, date), beside_name(article, date)];
        findings.extend(odd.into_iter().flatten().map(|what| {
            let message = format!("{what}; correct it, or write `reviewed: [date]` if it is meant");
            article.finding(Kind::OddDate, "date", message)
        }));
    }
    findings.extend(article.document.sources.iter().filter_map(|source| {
        let problem = parse_written(source.published.as_deref()?).err()?;
        Some(article.finding(Kind::OddDate, "sources", format!("`published`: {problem}")))
    }));
    findings
}

/// Where a date, or that there is none, is written for a file.
fn how_to_date(file: &str) -> String {
    match Format::of(file) {
        Some(Format::Markdown) => {
            "write `date: 2024-03-26`, a month or a year, or `undated: true` if there is none".to_owned()
        }
        Some(format) if format.holds_records() => {
            "give the record a `date`, or `\"undated\": true` if there is none".to_owned()
        }
        _ => format!(
            "write `date = \"2024-03-26\"` into a sidecar `{file}{ENDING}`, or `undated = true` if there is none"
        ),
    }
}

fn is_later(date: PartialDate, other: PartialDate) -> bool {
    date.first_day() > other.last_day() + DAYS_AHEAD_MAX
}

/// A date later than the one in the article's address. (An earlier one is the day reported on.)
fn after_address(article: &Article<'_>, date: PartialDate) -> Option<String> {
    if article.document.date_source == Some(DateSource::Address) {
        return None;
    }
    let address = from_address(article.document.url.as_ref()?)?;
    is_later(date, address).then(|| format!("the date {date} lies after the {address} of its `url`"))
}

/// A date later than every publication that the article rests on.
fn after_publications(article: &Article<'_>, date: PartialDate) -> Option<String> {
    let sources = &article.document.sources;
    let published: Option<Vec<PartialDate>> =
        sources.iter().map(|source| parse_written(source.published.as_ref()?).ok()).collect();
    let last = published?.into_iter().max_by_key(|date| date.last_day())?;
    is_later(date, last)
        .then(|| format!("the date {date} lies after {last}, the last of the publications in `sources`"))
}

/// A day in the name of the file or the id that is another one.
fn beside_name(article: &Article<'_>, date: PartialDate) -> Option<String> {
    let document = article.document;
    // The name of a file of records says nothing of the single record.
    let name = if document.place.line.is_some() { &document.id } else { &document.place.file };
    let named = from_address(&format!("/{name}")).filter(|named| named.day().is_some())?;
    let fits = (date.first_day()..=date.last_day()).contains(&named.first_day());
    (!fits).then(|| format!("the date {date} is not the {named} of its name"))
}
