//! What a corpus covers: articles by publisher, language and time, and the stretches of time without any.

use crate::model::crosstab::{AxisValue, Crosstab};
use crate::model::date::PartialDate;
use crate::model::results::{FacetCounts, Stats};

/// What the articles of an index cover.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// What stands in the index.
    pub stats: Stats,
    /// Articles by publisher.
    pub sources: FacetCounts,
    /// Articles by language.
    pub languages: FacetCounts,
    /// Articles by year and by month.
    pub time: Crosstab,
}

/// A stretch of months without an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Gap {
    /// Its first month.
    pub from: PartialDate,
    /// Its last month.
    pub to: PartialDate,
    /// How many months it is long.
    pub months: usize,
}

impl Coverage {
    /// The months that articles are of, in order, with how many: an article that is dated by its year alone counts in
    /// each of its months.
    pub fn months(&self) -> impl Iterator<Item = (PartialDate, u64)> {
        self.time.columns.headings.iter().filter_map(|heading| match heading.value {
            AxisValue::Period(month) => Some((month, heading.count)),
            _ => None,
        })
    }

    /// The stretches without an article between the first month and the last, in order.
    pub fn gaps(&self) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = Vec::new();
        let mut expected = None;
        for (month, _) in self.months() {
            let empty = std::iter::successors(expected, |month: &PartialDate| month.following());
            let empty: Vec<PartialDate> = empty.take_while(|empty| *empty < month).collect();
            if let [from, ..] = empty.as_slice() {
                let to = empty.last().copied().unwrap_or(*from);
                gaps.push(Gap { from: *from, to, months: empty.len() });
            }
            expected = month.following();
        }
        gaps
    }
}
