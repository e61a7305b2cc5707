//! How often and how long something is tried: times only, nothing is sent here.

use std::time::{Duration, Instant};

use crate::model::query::Deadline;

/// Wait before the second try.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// Longest wait between two tries, also where the cluster asks for a longer one.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// How patient a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How long all tries and the waits between them may take together.
    pub time: Duration,
    /// How often it is tried.
    pub tries: u32,
}

impl Patience {
    /// Somebody waits: a search, a look at the state.
    pub const READER: Self = Self { time: Duration::from_secs(30), tries: 4 };
    /// A run that should outlive a node that ends and the choice of another manager.
    pub const WRITER: Self = Self { time: Duration::from_secs(180), tries: 20 };
}

/// How long the next try waits: doubling from the first on, half of it by chance so that many do not come back at once. What the
/// cluster asked for counts where it is longer. `tried` is at least 1, `chance` one of all numbers of 32 bits.
pub(super) fn wait_before(tried: u32, asked: Option<Duration>, chance: u32) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1 << tried.saturating_sub(1).min(10)).min(WAIT_MAX);
    let jittered = doubled / 2 + (doubled / 2).mul_f64(f64::from(chance) / f64::from(u32::MAX));
    jittered.max(asked.unwrap_or_default().min(WAIT_MAX))
}

/// The value of a header `Retry-After` in seconds. One that names a time is read as none: ours and theirs may differ.
pub(super) fn retry_after(value: Option<&str>) -> Option<Duration> {
    value?.trim().parse().ok().map(Duration::from_secs)
}

/// Until when a request may be tried, and whether that is because nobody waits any longer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Until {
    end: Instant,
    deadline: Deadline,
}

impl Until {
    /// From now on, at most as patience and deadline say.
    pub(super) fn new(patience: Patience, deadline: Deadline) -> Self {
        let time = deadline.left().map_or(patience.time, |left| left.min(patience.time));
        Self { end: Instant::now() + time, deadline }
    }

    /// How much time is left.
    pub(super) fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// Whether the asker has gone.
    pub(super) fn nobody_waits(&self) -> bool {
        self.deadline.left().is_some_and(|left| left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_limit_and_keep_to_what_was_asked() {
        let waits: Vec<u128> = (1..9).map(|tried| wait_before(tried, None, u32::MAX).as_millis()).collect();
        assert_eq!(waits, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(wait_before(1, None, 0).as_millis(), 50);
        assert_eq!(wait_before(u32::MAX, None, 0).as_millis(), 2500);
        assert_eq!(wait_before(1, Some(Duration::from_secs(2)), 0).as_secs(), 2);
        assert_eq!(wait_before(1, Some(Duration::from_secs(3600)), 0), WAIT_MAX);
    }

    #[test]
    fn a_wait_that_is_no_number_of_seconds_is_none() {
        assert_eq!(retry_after(Some(" 7 ")), Some(Duration::from_secs(7)));
        for value in [None, Some(""), Some("-1"), Some("Wed, 21 Oct 2015 07:28:00 GMT"), Some("1e99")] {
            assert_eq!(retry_after(value), None, "{value:?}");
        }
    }

    #[test]
    fn the_deadline_ends_it_before_patience_does() {
        let until = Until::new(Patience::READER, Deadline::within(Duration::ZERO));
        assert!(until.left().is_zero() && until.nobody_waits());
        let until = Until::new(Patience { time: Duration::ZERO, tries: 1 }, Deadline::default());
        assert!(until.left().is_zero() && !until.nobody_waits());
    }
}
