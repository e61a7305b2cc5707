//! The calendar: the one place that looks at a clock to learn the day and the time of day. May not be named by what makes documents: their dates come
//! from themselves.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::model::date::PartialDate;

/// Seconds of a day.
const DAY_SECONDS: u64 = 24 * 60 * 60;

/// The time in universal time, to the second (RFC 3339); empty with a clock that is not set. For people; nothing is decided by it.
pub fn now() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let Some(day) = i32::try_from(seconds / DAY_SECONDS).ok().and_then(PartialDate::from_epoch_day) else {
        return String::new();
    };
    let (hours, minutes) = (seconds % DAY_SECONDS / 3600, seconds % 3600 / 60);
    format!("{day}T{hours:02}:{minutes:02}:{:02}Z", seconds % 60)
}

/// Today in universal time; `None` with a clock that is not set.
pub fn today() -> Option<PartialDate> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    PartialDate::from_epoch_day(i32::try_from(seconds / DAY_SECONDS).ok()?)
}

/// A point of time written as RFC 3339, in seconds since 1970; `None` if it is none.
pub fn seconds_of(rfc_3339: &str) -> Option<i64> {
    rfc_3339.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}
