//! Years, months and days as places in time: numbers that follow each other, so that a stretch of time is a range of them.

use crate::model::date::PartialDate;
use crate::model::query::Interval;

/// The day that stands for "undated".
pub const UNDATED: i32 = i32::MIN;

/// A period's place in time.
pub fn place_of(interval: Interval, day: i32) -> i32 {
    match (interval, PartialDate::from_epoch_day(day)) {
        (Interval::Day, _) | (_, None) => day,
        (Interval::Year, Some(date)) => date.year().into(),
        (Interval::Month, Some(date)) => i32::from(date.year()) * 12 + i32::from(date.month().unwrap_or(1)) - 1,
    }
}

/// The period at a place in time.
pub fn period_at(interval: Interval, place: i32) -> Option<PartialDate> {
    match interval {
        Interval::Day => PartialDate::from_epoch_day(place),
        Interval::Year => PartialDate::new(i16::try_from(place).ok()?, None, None),
        Interval::Month => {
            let month = i8::try_from(place.rem_euclid(12) + 1).ok();
            PartialDate::new(i16::try_from(place.div_euclid(12)).ok()?, month, None)
        }
    }
}
