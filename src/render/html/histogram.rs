//! The histogram of the search page: bars that are links into their period.
//!
//! May not use inline styles: a bar's height is an attribute of a drawing.

use crate::model::date::{DateRange, PartialDate};
use crate::model::query::Interval;
use crate::model::results::{Answer, Bucket};
use crate::render::address::Address;
use crate::render::html::{Choice, Link, search_path};
use crate::render::wording::{articles, grouped};

/// Height of the highest bar, in pixels.
const HEIGHT_PIXELS: u64 = 64;
/// Most bars between which empty periods are filled in; more would not fit a screen.
const FILLED_BARS_MAX: usize = 62;
/// Longest time that is offered by months, and by days, in days: more would be bars without end.
const OFFERED_DAYS_MAX: (i32, i32) = (366 * 16, 366);
/// Letters of keys that fit side by side on a narrow screen, and on a wide one.
const KEY_CHARS_MAX: (usize, usize) = (40, 110);

/// The histogram as it is shown.
pub(super) struct Bars {
    /// `year`, `month` or `day`.
    pub(super) interval: &'static str,
    pub(super) bars: Vec<Bar>,
    /// Class of the style sheet for keys that do not fit side by side: `narrow` on a narrow screen, `upright` on any.
    pub(super) fit: &'static str,
    /// The undated articles, if any.
    pub(super) undated: Option<Link>,
    /// Back to all years, from a period.
    pub(super) all_years: Option<String>,
    /// The widths that a bar may have; none where there is but one to choose.
    pub(super) intervals: Vec<Choice>,
}

/// One period.
pub(super) struct Bar {
    pub(super) key: String,
    /// Empty for a period without articles, which has no link.
    pub(super) href: String,
    /// In pixels, from 0 to `HEIGHT_PIXELS`.
    pub(super) height: u64,
    pub(super) count: String,
    /// "11 articles".
    pub(super) articles: String,
}

/// The histogram of an answer; `None` without dates to show.
pub(super) fn bars(answer: &Answer, address: &Address) -> Option<Bars> {
    let histogram = answer.results.histogram.as_ref()?;
    if histogram.buckets.is_empty() && histogram.undated == 0 {
        return None;
    }
    let range = answer.filters.dates.unwrap_or_default();
    let highest = histogram.buckets.iter().map(|bucket| bucket.count).max().unwrap_or(1).max(1);
    let bars: Vec<Bar> = filled(&histogram.buckets, histogram.interval)
        .into_iter()
        .map(|bucket| Bar {
            href: if bucket.count > 0 {
                period(address, &bucket.key, histogram.interval, &range)
            } else {
                String::new()
            },
            height: (bucket.count * HEIGHT_PIXELS).div_ceil(highest),
            count: grouped(bucket.count),
            articles: articles(bucket.count),
            key: bucket.key,
        })
        .collect();
    let years = address.set("from", "").set("to", "").set("interval", "");
    let intervals = intervals(&histogram.buckets, histogram.interval, address);
    let in_period = histogram.interval != Interval::Year || answer.filters.dates.is_some();
    Some(Bars {
        interval: match histogram.interval {
            Interval::Year => "year",
            Interval::Month => "month",
            Interval::Day => "day",
        },
        fit: match bars.iter().map(|bar| bar.key.len()).sum::<usize>() {
            chars if chars > KEY_CHARS_MAX.1 => "upright",
            chars if chars > KEY_CHARS_MAX.0 => "narrow",
            _ => "",
        },
        bars,
        intervals,
        undated: (histogram.undated > 0).then(|| Link {
            text: format!("{} undated", grouped(histogram.undated)),
            href: search_path(&years.set("undated", "true")),
        }),
        all_years: in_period.then(|| search_path(&years)),
    })
}

/// The widths for the time between the first bar and the last; the present one is always among them.
fn intervals(buckets: &[Bucket], present: Interval, address: &Address) -> Vec<Choice> {
    let date = |bucket: Option<&Bucket>| bucket.and_then(|bucket| bucket.key.parse::<PartialDate>().ok());
    let days = match (date(buckets.first()), date(buckets.last())) {
        (Some(first), Some(last)) => last.last_day() - first.first_day() + 1,
        _ => 0,
    };
    let offered = [
        ("years", "", Interval::Year, i32::MAX),
        ("months", "month", Interval::Month, OFFERED_DAYS_MAX.0),
        ("days", "day", Interval::Day, OFFERED_DAYS_MAX.1),
    ];
    let choices = offered.into_iter().filter(|(.., interval, days_max)| *interval == present || days <= *days_max);
    let choices: Vec<Choice> = choices
        .map(|(text, value, interval, _)| Choice {
            text: text.to_owned(),
            href: search_path(&address.set("interval", value)),
            current: interval == present,
        })
        .collect();
    if choices.len() > 1 { choices } else { Vec::new() }
}

/// The search within one bar's period, and within the range that is asked for already, seen one step closer.
fn period(address: &Address, key: &str, interval: Interval, range: &DateRange) -> String {
    let closer = match interval {
        Interval::Year => "month",
        Interval::Month | Interval::Day => "day",
    };
    // Every key that an engine gives is a period.
    let within = key.parse().map(|key| range.within(key)).unwrap_or_default();
    let end = |end: Option<PartialDate>| end.map_or_else(|| key.to_owned(), |end| end.to_string());
    let address = address.set("from", &end(within.from)).set("to", &end(within.to));
    search_path(&address.set("undated", "").set("interval", closer))
}

/// The bars with the empty periods between them, so that the axis is time; as they are where that would be too many.
fn filled(buckets: &[Bucket], interval: Interval) -> Vec<Bucket> {
    let as_they_are = || buckets.to_vec();
    let mut all = Vec::new();
    for bucket in buckets {
        let Ok(date) = bucket.key.parse::<PartialDate>() else { return as_they_are() };
        while let Some(last) = all.last().and_then(|last: &Bucket| last.key.parse::<PartialDate>().ok()) {
            match next(last, interval) {
                Some(empty) if empty < date => all.push(Bucket { key: empty.to_string(), count: 0 }),
                _ => break,
            }
            if all.len() > FILLED_BARS_MAX {
                return as_they_are();
            }
        }
        all.push(bucket.clone());
    }
    if all.len() > FILLED_BARS_MAX { as_they_are() } else { all }
}

fn next(date: PartialDate, interval: Interval) -> Option<PartialDate> {
    let following = PartialDate::from_epoch_day(date.last_day() + 1)?;
    match interval {
        Interval::Year => PartialDate::new(following.year(), None, None),
        Interval::Month => PartialDate::new(following.year(), following.month(), None),
        Interval::Day => Some(following),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    fn keys(first: &str, last: &str, interval: Interval) -> Vec<String> {
        let buckets = [first, last].map(|key| Bucket { key: key.into(), count: 1 });
        filled(&buckets, interval).into_iter().map(|bucket| bucket.key).collect()
    }

    #[test]
    fn empty_periods_stand_between_bars_unless_they_are_too_many() {
        assert_eq!(keys("2022", "2024", Interval::Year), ["2022", "2023", "2024"]);
        assert_eq!(keys("2023-11", "2024-01", Interval::Month), ["2023-11", "2023-12", "2024-01"]);
        assert_eq!(keys("2024-02-28", "2024-03-01", Interval::Day), ["2024-02-28", "2024-02-29", "2024-03-01"]);
        assert_eq!(keys("1700", "2024", Interval::Year), ["1700", "2024"]);
        assert_eq!(keys("2024", "2024", Interval::Year), ["2024", "2024"]);
    }

    #[test]
    fn days_are_offered_for_a_year_and_months_for_some_years() {
        let offered = |first: &str, last: &str, present| {
            let buckets = [first, last].map(|key| Bucket { key: key.into(), count: 1 });
            let choices = intervals(&buckets, present, &Address::default());
            choices.into_iter().map(|it| (it.text, it.href, it.current)).collect::<Vec<_>>()
        };
        let choice = |text: &str, href: &str, current| (text.to_owned(), href.to_owned(), current);
        let months = choice("months", "/?interval=month", false);
        assert_eq!(offered("2010", "2024", Interval::Year), [choice("years", "/", true), months]);
        assert!(offered("1990", "2024", Interval::Year).is_empty());
        assert_eq!(offered("2024", "2024", Interval::Year).len(), 3);
        let days = choice("days", "/?interval=day", true);
        assert_eq!(offered("2001-01-01", "2024-01-01", Interval::Day), [choice("years", "/", false), days]);
    }

    #[test]
    fn a_bar_leads_into_its_period() {
        let answer = samples::answer();
        let address = Address::of(&answer);
        let bars = bars(&answer, &address).unwrap();
        let shown: Vec<_> = bars.bars.iter().map(|bar| (bar.key.as_str(), bar.height, bar.href.is_empty())).collect();
        assert_eq!(shown, [("2023", 24, false), ("2024", 0, true), ("2025", 64, false)]);
        assert!(bars.bars[2].href.ends_with("&from=2025&to=2025&interval=month"), "{}", bars.bars[2].href);
        for (from, to, expected) in [
            ("2025", "2025", "&from=2025-03&to=2025-03&interval=day"),
            ("2025-03-10", "2025", "&from=2025-03-10&to=2025-03&interval=day"),
            ("2024", "2025-03-20", "&from=2025-03&to=2025-03-20&interval=day"),
        ] {
            let range = DateRange { from: from.parse().ok(), to: to.parse().ok() };
            let href = period(&address, "2025-03", Interval::Month, &range);
            assert!(href.ends_with(expected), "{href}");
        }
        assert_eq!(
            bars.undated.unwrap().href,
            "/?q=dock+strike&region=North/Harbour&not.source=Rumour+Mill&undated=true"
        );
    }
}
