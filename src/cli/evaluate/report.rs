//! What an evaluation found, as a table for people and as JSON for scripts.

use serde_json::{Map, Value, json};

use crate::evaluate::comparison::{Comparison, compare};
use crate::evaluate::measures::{Evaluation, Figures, Measure};

/// Digits behind the point, as many as `trec_eval` prints.
const DIGITS: usize = 4;

/// One system with its figures.
pub(super) struct Side {
    /// What it is called: a file, or our name.
    pub(super) label: String,
    /// Its figures.
    pub(super) evaluation: Evaluation,
    /// Queries that count for which it found nothing.
    pub(super) empty: usize,
}

/// All that is to be told.
pub(super) struct Report {
    /// What was measured.
    pub(super) measured: Side,
    /// What it is compared with.
    pub(super) compared: Option<Side>,
    /// Queries of the file without judgments: left out.
    pub(super) unjudged: usize,
    /// Judged queries that the file lacks: left out.
    pub(super) unasked: usize,
    /// Queries that count, though nothing is relevant.
    pub(super) without_relevant: usize,
    /// Whether every query is told.
    pub(super) per_query: bool,
}

impl Report {
    /// For people.
    pub(super) fn text(&self) -> String {
        let mut parts = Vec::new();
        if self.per_query {
            parts.push(table(&self.queries()));
        }
        parts.push(table(&self.means()));
        parts.push(self.notes().join("\n"));
        parts.join("\n\n")
    }

    /// A row a query and side.
    fn queries(&self) -> Vec<Vec<String>> {
        let names = Measure::ALL.map(|measure| measure.name().to_owned());
        let mut rows = vec![[vec!["query".to_owned()], self.side_column("run"), names.to_vec()].concat()];
        for (at, (topic, figures)) in self.measured.evaluation.topics.iter().enumerate() {
            let row = |label: &str, figures: &Figures| {
                let figures = Measure::ALL.map(|measure| digits(figures.get(measure)));
                [vec![topic.clone()], self.side_column(label), figures.to_vec()].concat()
            };
            rows.push(row(&self.measured.label, figures));
            rows.extend(self.compared.iter().map(|other| row(&other.label, &other.evaluation.topics[at].1)));
        }
        rows
    }

    /// The column that tells the sides apart, where there are two.
    fn side_column(&self, label: &str) -> Vec<String> {
        self.compared.iter().map(|_| label.to_owned()).collect()
    }

    /// A row a measure.
    fn means(&self) -> Vec<Vec<String>> {
        let mut head = vec!["mean".to_owned(), self.measured.label.clone()];
        if let Some(other) = &self.compared {
            let columns = ["difference", "better", "level", "worse", "p, t test", "p, randomisation"];
            head.push(other.label.clone());
            head.extend(columns.map(str::to_owned));
        }
        let mut rows = vec![head];
        for measure in Measure::ALL {
            let mut row = vec![measure.name().to_owned(), digits(self.measured.evaluation.mean(measure))];
            if let Some((other, found)) = self.comparison(measure) {
                let p = |p: Option<f64>| p.map_or_else(|| "-".to_owned(), digits);
                row.extend([digits(other), format!("{:+.DIGITS$}", found.difference)]);
                row.extend([found.wins, found.ties, found.losses].map(|count| count.to_string()));
                row.extend([p(found.t_test), p(found.randomisation)]);
            }
            rows.push(row);
        }
        rows
    }

    /// The other side's mean, and ours against it.
    fn comparison(&self, measure: Measure) -> Option<(f64, Comparison)> {
        let other = &self.compared.as_ref()?.evaluation;
        Some((other.mean(measure), compare(&self.measured.evaluation.column(measure), &other.column(measure))))
    }

    /// What the means are over, a line each.
    fn notes(&self) -> Vec<String> {
        let mut notes = vec![format!("queries: {}", self.measured.evaluation.topics.len())];
        let mut note = |what: &str, n: usize| {
            if n > 0 {
                notes.push(format!("{what}: {n}"));
            }
        };
        note("without a relevant article, counted as 0", self.without_relevant);
        for side in [Some(&self.measured), self.compared.as_ref()].into_iter().flatten() {
            note(&format!("without a hit of {}, counted as 0", side.label), side.empty);
        }
        note("left out, as nobody judged them", self.unjudged);
        note("judged, but left out, as they are not asked", self.unasked);
        notes
    }

    /// For scripts; figures in full.
    pub(super) fn json(&self) -> Value {
        let mut json = json!({
            "queries": {
                "counted": self.measured.evaluation.topics.len(),
                "without_relevant": self.without_relevant,
                "without_hits": self.measured.empty,
                "unjudged": self.unjudged,
                "unasked": self.unasked,
            },
            "mean": means(&self.measured.evaluation),
        });
        if let Some(other) = &self.compared {
            let tests = Measure::ALL.into_iter().filter_map(|measure| {
                let (_, found) = self.comparison(measure)?;
                let test = json!({
                    "difference": found.difference,
                    "better": found.wins,
                    "level": found.ties,
                    "worse": found.losses,
                    "p_t_test": found.t_test,
                    "p_randomisation": found.randomisation,
                });
                Some((measure.name().to_owned(), test))
            });
            json["compared"] = json!({
                "run": other.label,
                "without_hits": other.empty,
                "mean": means(&other.evaluation),
                "tests": Value::Object(tests.collect()),
            });
        }
        if self.per_query {
            let queries = self.measured.evaluation.topics.iter().enumerate().map(|(at, (topic, own))| {
                let mut query = json!({ "query": topic, "figures": figures(own) });
                if let Some(other) = &self.compared {
                    query["compared"] = figures(&other.evaluation.topics[at].1);
                }
                query
            });
            json["per_query"] = queries.collect();
        }
        json
    }
}

fn digits(figure: f64) -> String {
    format!("{figure:.DIGITS$}")
}

fn means(evaluation: &Evaluation) -> Value {
    named(|measure| evaluation.mean(measure))
}

fn figures(figures: &Figures) -> Value {
    named(|measure| figures.get(measure))
}

fn named(figure: impl Fn(Measure) -> f64) -> Value {
    let figures: Map<String, Value> =
        Measure::ALL.iter().map(|measure| (measure.name().to_owned(), figure(*measure).into())).collect();
    Value::Object(figures)
}

/// Columns under each other: the first to the left, the others to the right.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(at, (cell, width))| match at {
            0 => format!("{cell:width$}"),
            _ => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
