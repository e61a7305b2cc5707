//! Articles by time: drawings whose bars are links into their period, and the same as a table.
//!
//! The drawings are of whole pixels, so that a bar is wide enough for a finger and its text stays readable; what does not
//! fit scrolls in a box of its own.

use crate::model::crosstab::{Axis, AxisValue, Crosstab, Heading, Side};
use crate::model::date::{DateRange, PartialDate};
use crate::model::query::Interval;
use crate::render::address::{Address, narrowing};
use crate::render::html::{Link, search_path};
use crate::render::wording::{articles, day_in_words, grouped};

/// Height of the highest bar, in pixels.
const BAR_HEIGHT: u64 = 96;
/// Room above the bars for the count, and below them for the key, in pixels.
const ROOM: (u64, u64) = (18, 36);
/// Width of a year and of a month, in pixels; 24 are the least that a finger meets.
const WIDTHS: (u64, u64) = (44, 26);
/// Room behind the last bar, for the year below it, in pixels.
const MARGIN: u64 = 12;
/// Space between two bars, in pixels.
const SPACE: u64 = 4;
/// Most empty periods that stand side by side; of a longer stretch only its length is said.
const EMPTY_MAX: i32 = 12;
/// Most bars of one drawing.
const BARS_MAX: usize = 140;

/// Bars over time.
pub(in crate::render::html) struct Chart {
    pub(in crate::render::html) id: &'static str,
    pub(in crate::render::html) title: &'static str,
    pub(in crate::render::html) width: u64,
    pub(in crate::render::html) height: u64,
    /// Where the bars stand.
    pub(in crate::render::html) ground: u64,
    pub(in crate::render::html) bars: Vec<Bar>,
    /// Articles of earlier periods, for which there is no room.
    pub(in crate::render::html) is_cut: bool,
}

/// One period, or a stretch of empty ones.
pub(in crate::render::html) struct Bar {
    /// Empty for a period without articles, which has no link.
    pub(in crate::render::html) href: String,
    /// "March 2024, 3 articles".
    pub(in crate::render::html) name: String,
    pub(in crate::render::html) count: String,
    pub(in crate::render::html) left: u64,
    pub(in crate::render::html) middle: u64,
    pub(in crate::render::html) slot: u64,
    pub(in crate::render::html) width: u64,
    pub(in crate::render::html) top: u64,
    pub(in crate::render::html) height: u64,
    pub(in crate::render::html) key: String,
    /// The year below the first month of it that is shown.
    pub(in crate::render::html) year: String,
}

/// A place on the axis of time.
enum Slot<'a> {
    Counted(PartialDate, &'a Heading),
    Empty(PartialDate),
    Gap(i32),
}

/// A place on the axis of time as a number that grows by one from period to period.
fn place(period: PartialDate) -> i32 {
    match period.month() {
        Some(month) => i32::from(period.year()) * 12 + i32::from(month) - 1,
        None => period.year().into(),
    }
}

/// The periods of a side with the empty ones between them.
fn slots(side: &Side) -> Vec<Slot<'_>> {
    let mut slots = Vec::new();
    let mut last: Option<PartialDate> = None;
    for heading in &side.headings {
        let AxisValue::Period(period) = heading.value else { continue };
        if let Some(before) = last {
            let empty = place(period) - place(before) - 1;
            if empty > EMPTY_MAX {
                slots.push(Slot::Gap(empty));
            } else {
                let between = std::iter::successors(before.following(), |date| date.following());
                slots.extend(between.take_while(|date| *date < period).map(Slot::Empty));
            }
        }
        slots.push(Slot::Counted(period, heading));
        last = Some(period);
    }
    slots
}

/// The width of bars to see a period in, a step closer; `None` for what is no period.
pub(super) fn closer(axis: &Axis, value: &AxisValue) -> Option<&'static str> {
    match (axis, value) {
        (Axis::Period(Interval::Year), AxisValue::Period(_)) => Some("month"),
        (Axis::Period(_), AxisValue::Period(_)) => Some("day"),
        _ => None,
    }
}

/// Where a period leads: to its articles.
fn into_period(search: &Address, axis: &Axis, value: &AxisValue, dates: Option<DateRange>) -> String {
    let narrowed = search.replaced(&narrowing(axis, value, dates));
    search_path(&closer(axis, value).map_or(narrowed.clone(), |width| narrowed.set("interval", width)))
}

/// The drawings by year and by month; none without dates.
pub(in crate::render::html) fn charts(time: &Crosstab, search: &Address, dates: Option<DateRange>) -> Vec<Chart> {
    let years = chart("years", "By year", &time.rows, WIDTHS.0, search, dates);
    let months = chart("months", "By month", &time.columns, WIDTHS.1, search, dates);
    [years, months].into_iter().filter(|chart| !chart.bars.is_empty()).collect()
}

fn chart(
    id: &'static str,
    title: &'static str,
    side: &Side,
    slot: u64,
    search: &Address,
    dates: Option<DateRange>,
) -> Chart {
    let mut slots = slots(side);
    let cut = slots.len().saturating_sub(BARS_MAX);
    slots.drain(..cut);
    let count = |slot: &Slot<'_>| if let Slot::Counted(_, heading) = slot { heading.count } else { 0 };
    let highest = slots.iter().map(count).max().unwrap_or(1).max(1);
    let ground = ROOM.0 + BAR_HEIGHT;
    let mut year = None;
    let bars: Vec<Bar> = (0..)
        .zip(&slots)
        .map(|(n, slot_of)| {
            let height = (count(slot_of) * BAR_HEIGHT).div_ceil(highest);
            let (period, href, name) = match slot_of {
                Slot::Counted(period, heading) => {
                    let name = format!("{}, {}", day_in_words(&period.to_string()), articles(heading.count));
                    (Some(*period), into_period(search, &side.axis, &heading.value, dates), name)
                }
                Slot::Empty(period) => (Some(*period), String::new(), String::new()),
                Slot::Gap(length) => (None, String::new(), format!("{length} without articles")),
            };
            let starts_year = period.is_some_and(|period| year.replace(period.year()) != Some(period.year()));
            let month = period.and_then(PartialDate::month);
            Bar {
                href,
                name,
                count: grouped(count(slot_of)),
                left: n * slot + SPACE / 2,
                middle: n * slot + slot / 2,
                slot,
                width: slot - SPACE,
                top: ground - height,
                height,
                key: match (period, month) {
                    (_, Some(month)) => month.to_string(),
                    (Some(period), None) => period.to_string(),
                    (None, None) => "…".to_owned(),
                },
                year: match (month, year) {
                    (Some(_), Some(year)) if starts_year => year.to_string(),
                    _ => String::new(),
                },
            }
        })
        .collect();
    Chart {
        id,
        title,
        width: bars.len() as u64 * slot + MARGIN,
        height: ground + ROOM.1,
        ground,
        is_cut: cut > 0 || side.left_out > 0,
        bars,
    }
}

/// The undated articles, if any.
pub(in crate::render::html) fn undated(time: &Crosstab, search: &Address) -> Option<Link> {
    let heading = time.rows.headings.iter().find(|heading| heading.value == AxisValue::Undated)?;
    let href = search_path(&search.replaced(&narrowing(&time.rows.axis, &heading.value, None)));
    Some(Link { text: articles(heading.count), href })
}

/// Years by months as a table.
pub(in crate::render::html) struct Calendar {
    /// The latest first.
    pub(in crate::render::html) years: Vec<CalendarYear>,
}

/// A year with its twelve months.
pub(in crate::render::html) struct CalendarYear {
    pub(in crate::render::html) year: String,
    pub(in crate::render::html) whole: Link,
    /// From January on; `None` without articles, or where nobody counted.
    pub(in crate::render::html) months: Vec<Option<Link>>,
}

impl Calendar {
    /// The years of a table of years by months.
    pub(in crate::render::html) fn new(time: &Crosstab, search: &Address, dates: Option<DateRange>) -> Self {
        let link = |axis: &Axis, heading: &Heading| Link {
            text: grouped(heading.count),
            href: into_period(search, axis, &heading.value, dates),
        };
        let month = |year: PartialDate, month: i8| {
            let wanted = PartialDate::new(year.year(), Some(month), None).map(AxisValue::Period);
            let heading = time.columns.headings.iter().find(|heading| Some(&heading.value) == wanted.as_ref())?;
            Some(link(&time.columns.axis, heading))
        };
        let years = time.rows.headings.iter().rev().filter_map(|heading| {
            let AxisValue::Period(year) = heading.value else { return None };
            Some(CalendarYear {
                year: year.to_string(),
                whole: link(&time.rows.axis, heading),
                months: (1..=12).map(|number| month(year, number)).collect(),
            })
        });
        Self { years: years.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn short_stretches_without_articles_are_drawn_and_long_ones_are_told() {
        let charts = charts(&samples::time(), &Address::default(), None);
        let [years, months] = charts.as_slice() else { panic!("two drawings") };
        let keys = |chart: &Chart| chart.bars.iter().map(|bar| bar.key.clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(keys(years), "2023 2024 2025");
        assert_eq!(keys(months), "1 2 3 4 5 6 7 8 9 10 11 12 … 3");
        assert_eq!(months.bars[12].name, "14 without articles");
        assert_eq!((months.bars[0].year.as_str(), months.bars[1].year.as_str()), ("2023", ""));
        assert_eq!((months.bars[13].height, months.bars[13].top), (BAR_HEIGHT, ROOM.0));
        assert_eq!(months.bars[13].name, "March 2025, 8 articles");
        assert_eq!(months.bars[13].href, "/?from=2025-03&to=2025-03&interval=day");
        assert!(months.bars[1].href.is_empty() && months.is_cut);
    }

    #[test]
    fn bars_keep_to_the_dates_that_were_asked_for() {
        let dates = DateRange { from: "2025-03-10".parse().ok(), to: None };
        let charts = charts(&samples::time(), &Address::default(), Some(dates));
        assert_eq!(charts[1].bars[13].href, "/?from=2025-03-10&to=2025-03&interval=day");
    }

    #[test]
    fn the_calendar_has_twelve_months_a_year_and_the_latest_year_first() {
        let calendar = Calendar::new(&samples::time(), &Address::default(), None);
        let years: Vec<_> = calendar.years.iter().map(|year| (year.year.as_str(), year.months.len())).collect();
        assert_eq!(years, [("2025", 12), ("2023", 12)]);
        let months = &calendar.years[0].months;
        assert!(months[2].as_ref().is_some_and(|march| march.text == "8") && months[3].is_none());
        assert_eq!(
            undated(&samples::time(), &Address::default()).map(|link| link.href).as_deref(),
            Some("/?undated=true")
        );
    }
}
