//! Counting what was found, missed and wrongly found.

use std::collections::BTreeSet;
use std::ops::AddAssign;

/// What was found of what is true.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) right: usize,
    pub(crate) missed: usize,
    pub(crate) wrong: usize,
}

impl Tally {
    /// Of one article: what is true against what was found.
    pub(crate) fn of<T: Ord>(truth: &BTreeSet<T>, found: &BTreeSet<T>) -> Self {
        let right = truth.intersection(found).count();
        Self { right, missed: truth.len() - right, wrong: found.len() - right }
    }

    /// Share of what was found that is true.
    pub(crate) fn precision(self) -> f64 {
        share(self.right, self.wrong)
    }

    /// Share of what is true that was found.
    pub(crate) fn recall(self) -> f64 {
        share(self.right, self.missed)
    }

    /// Harmonic mean of precision and recall.
    pub(crate) fn f1(self) -> f64 {
        let sum = 2 * self.right + self.missed + self.wrong;
        if sum == 0 { 1.0 } else { 2.0 * self.right as f64 / sum as f64 }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.missed += other.missed;
        self.wrong += other.wrong;
    }
}

fn share(part: usize, rest: usize) -> f64 {
    if part + rest == 0 { 1.0 } else { part as f64 / (part + rest) as f64 }
}
