//! Measures of one ranking, and their means over queries, as `trec_eval` defines them.
//!
//! A document is relevant if its grade is above 0; one that nobody judged is not. Means are taken over the queries
//! that the caller names: one for which nothing was found, or of which nothing is relevant, counts 0 in each measure,
//! as in ir-measures and in `trec_eval -c`.

use crate::evaluate::judgments::{Grades, Judgments};
use crate::evaluate::runs::Run;
use crate::model::results::Ranked;

/// A measure of a ranking, from 0 to 1; more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Normalised discounted cumulative gain of the first ten: a document's gain is its grade, divided by
    /// log2(rank + 1); the sum is divided by that of the best order of all judged documents (`ndcg_cut_10`).
    Ndcg10,
    /// Average precision: the mean, over all relevant documents, of the precision at the place of each; one that was
    /// not found counts 0 (`map`).
    AveragePrecision,
    /// Share of relevant documents in the first ten places, filled or not (`P_10`).
    Precision10,
    /// One divided by the place of the first relevant document (`recip_rank`).
    ReciprocalRank,
    /// Share of the relevant documents that are among the first hundred (`recall_100`).
    Recall100,
}

/// Places that count for `Ndcg10` and `Precision10`.
const FIRST_PLACES: usize = 10;
/// Places that count for `Recall100`.
const RECALL_PLACES: usize = 100;

impl Measure {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] =
        [Self::Ndcg10, Self::AveragePrecision, Self::Precision10, Self::ReciprocalRank, Self::Recall100];

    /// The name of the mean over queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ndcg10 => "nDCG@10",
            Self::AveragePrecision => "MAP",
            Self::Precision10 => "P@10",
            Self::ReciprocalRank => "MRR",
            Self::Recall100 => "R@100",
        }
    }
}

/// One figure for each measure.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Figures([f64; Measure::ALL.len()]);

impl Figures {
    /// The figure of a measure.
    pub fn get(&self, measure: Measure) -> f64 {
        self.0[measure as usize]
    }

    /// What a ranking is worth by the judgments on its query.
    pub fn of(ranking: &[Ranked], grades: &Grades) -> Self {
        let grade = |ranked: &Ranked| grades.get(&ranked.id).copied().unwrap_or(0).max(0);
        let found: Vec<i64> = ranking.iter().map(grade).collect();
        let mut best: Vec<i64> = grades.values().copied().filter(|grade| *grade > 0).collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        if best.is_empty() {
            return Self::default();
        }
        let relevant = |places: usize| found.iter().take(places).filter(|grade| **grade > 0).count() as f64;
        let mut precisions = 0.0;
        let places = (1..).zip(&found).filter(|(_, grade)| **grade > 0).map(|(place, _)| place);
        let places: Vec<usize> = places.collect();
        for (relevant, place) in (1..).zip(&places) {
            precisions += f64::from(relevant) / *place as f64;
        }
        Self([
            discounted_gain(&found) / discounted_gain(&best),
            precisions / best.len() as f64,
            relevant(FIRST_PLACES) / FIRST_PLACES as f64,
            places.first().map_or(0.0, |place| 1.0 / *place as f64),
            relevant(RECALL_PLACES) / best.len() as f64,
        ])
    }
}

/// Discounted cumulative gain of the first ten (Järvelin and Kekäläinen 2002, as `trec_eval` has it: every place is
/// discounted by log2(rank + 1), the first by 1).
fn discounted_gain(grades: &[i64]) -> f64 {
    let gains = (2..).zip(grades.iter().take(FIRST_PLACES)).map(|(rank, grade)| *grade as f64 / f64::from(rank).log2());
    // `sum` of nothing would be -0.
    gains.fold(0.0, |sum, gain| sum + gain)
}

/// What a run is worth, query by query.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The queries in the order asked for, each with its figures.
    pub topics: Vec<(String, Figures)>,
}

impl Evaluation {
    /// Judges a run on the queries named; one without judgments has the figures of one without relevant documents.
    pub fn of<'a>(run: &Run, judgments: &Judgments, topics: impl IntoIterator<Item = &'a str>) -> Self {
        let none = Grades::new();
        let figures = |topic| Figures::of(run.ranking(topic), judgments.of(topic).unwrap_or(&none));
        Self { topics: topics.into_iter().map(|topic| (topic.to_owned(), figures(topic))).collect() }
    }

    /// A measure, query by query.
    pub fn column(&self, measure: Measure) -> Vec<f64> {
        self.topics.iter().map(|(_, figures)| figures.get(measure)).collect()
    }

    /// The mean of a measure over the queries; 0 of none.
    pub fn mean(&self, measure: Measure) -> f64 {
        let sum = self.column(measure).into_iter().fold(0.0, |sum, figure| sum + figure);
        sum / self.topics.len().max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of a ranking of documents named by one letter, to four digits.
    fn figures(ranking: &str, grades: &[(&str, i64)]) -> [String; 5] {
        let ranking: Vec<Ranked> = ranking.chars().map(|c| Ranked { id: c.into(), score: 0.0 }).collect();
        let grades = grades.iter().map(|(document, grade)| ((*document).to_owned(), *grade)).collect();
        let figures = Figures::of(&ranking, &grades);
        Measure::ALL.map(|measure| format!("{:.4}", figures.get(measure)))
    }

    #[test]
    fn figures_are_those_of_the_definitions() {
        let graded = [("a", 3), ("b", 2), ("c", 1), ("d", 0), ("e", -1)];
        assert_eq!(figures("abc", &graded), ["1.0000", "1.0000", "0.3000", "1.0000", "1.0000"]);
        // (2 + 3/log2(3) + 1/log2(5)) / (3 + 2/log2(3) + 1/2); (1/1 + 2/2 + 3/4) / 3.
        assert_eq!(figures("baxc", &graded), ["0.9079", "0.9167", "0.3000", "1.0000", "1.0000"]);
        // Grades of 0 and less and documents that nobody judged take a place and gain nothing.
        assert_eq!(figures("dexa", &graded), ["0.2713", "0.0833", "0.1000", "0.2500", "0.3333"]);
        assert_eq!(figures("", &graded), ["0.0000"; 5]);
        assert_eq!(figures("dex", &[("d", 0), ("e", -1)]), ["0.0000"; 5]);
    }

    #[test]
    fn places_behind_the_tenth_count_for_average_precision_reciprocal_rank_and_recall_only() {
        assert_eq!(figures("0123456789a", &[("a", 1)]), ["0.0000", "0.0909", "0.0000", "0.0909", "1.0000"]);
    }

    #[test]
    fn a_mean_counts_queries_without_results() {
        let judgments = Judgments::read("j", b"1 0 a 1\n2 0 a 1\n3 0 a 0").unwrap();
        let run = Run::read("r", b"1 Q0 a 1 1 t\n9 Q0 a 1 1 t").unwrap();
        let mean =
            |topics: &[&str]| Evaluation::of(&run, &judgments, topics.iter().copied()).mean(Measure::AveragePrecision);
        assert_eq!(mean(&["1", "2", "3", "9"]), 0.25);
        assert_eq!(mean(&["1"]), 1.0);
        assert_eq!(mean(&[]), 0.0);
    }
}
