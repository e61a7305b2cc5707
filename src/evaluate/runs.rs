//! Runs: what a system found for each query, in TREC's form, in the order in which `trec_eval` reads it.
//!
//! That order is: the higher score first, documents of one score by their id, the later in the alphabet first; the
//! ranks in a file mean nothing. Scores are compared as `trec_eval` compares them, in 32 bits. Touches no disk.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use crate::evaluate::judgments::{ReadError, lines};
use crate::model::results::Ranked;

/// What was found for each query, best first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Run {
    rankings: HashMap<String, Vec<Ranked>>,
}

impl Run {
    /// Reads a run: `query Q0 document rank score tag` a line, parted by blanks or tabs.
    pub fn read(file: &str, text: &[u8]) -> Result<Self, ReadError> {
        let mut run = Self::default();
        let mut seen = HashSet::new();
        for line in lines(file, text) {
            let line = line?;
            let columns = line.columns(["query", "Q0", "document", "rank", "score", "tag"])?;
            let [topic, _, document, _, score, _] = columns;
            // Twice rounded, as a C program does that reads a double and keeps a float.
            let score = match score.parse::<f64>() {
                Ok(score) if !score.is_nan() => score as f32,
                _ => return Err(line.wrong(format!("the score `{score}` is no number"))),
            };
            if !seen.insert((topic, document)) {
                return Err(line.wrong(format!("document {document} stands twice among those of query {topic}")));
            }
            let ranked = Ranked { id: document.to_owned(), score };
            run.rankings.entry(topic.to_owned()).or_default().push(ranked);
        }
        for ranking in run.rankings.values_mut() {
            ranking.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| b.id.cmp(&a.id)));
        }
        Ok(run)
    }

    /// Adds what was found for a query, best first, in the order in which it is shown.
    ///
    /// A score that is not less than the one before is set a hair under it, so that whoever reads the written run
    /// keeps this order; zero and less is fine.
    pub fn add(&mut self, topic: &str, mut ranking: Vec<Ranked>) {
        let mut before = f32::INFINITY;
        for ranked in &mut ranking {
            if ranked.score >= before {
                ranked.score = before.next_down();
            }
            before = ranked.score;
        }
        self.rankings.insert(topic.to_owned(), ranking);
    }

    /// What was found for a query, best first.
    pub fn ranking(&self, topic: &str) -> &[Ranked] {
        self.rankings.get(topic).map_or(&[], Vec::as_slice)
    }

    /// The ids of the queries for which something was found, in no order.
    pub fn topics(&self) -> impl Iterator<Item = &str> {
        self.rankings.iter().filter(|(_, found)| !found.is_empty()).map(|(topic, _)| topic.as_str())
    }

    /// The run in TREC's form, queries in the order given. `tag` names the system, in one word.
    pub fn written<'a>(&self, topics: impl IntoIterator<Item = &'a str>, tag: &str) -> String {
        let mut text = String::new();
        for topic in topics {
            for (rank, Ranked { id, score }) in (1..).zip(self.ranking(topic)) {
                // Writing into a string cannot fail.
                let _ = writeln!(text, "{topic} Q0 {id} {rank} {score} {tag}");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents<'a>(run: &'a Run, topic: &str) -> Vec<&'a str> {
        run.ranking(topic).iter().map(|ranked| ranked.id.as_str()).collect()
    }

    #[test]
    fn a_run_is_ordered_by_score_then_by_id_backwards_whatever_its_ranks() {
        let text = "1 Q0 a 1 2.0 t\r\n1 Q0 b 2 2 t\n1\tQ0\tc\t3\t2.5e0\tt\n1 Q0 d 4 -inf t\n\n2 Q0 a 1 0.1 t\n";
        let run = Run::read("r", text.as_bytes()).unwrap();
        assert_eq!(documents(&run, "1"), ["c", "b", "a", "d"]);
        assert_eq!(documents(&run, "3"), Vec::<&str>::new());
        // 2^24 and 2^24 + 1 are one number in 32 bits.
        let run = Run::read("r", b"1 Q0 b 1 16777216 t\n1 Q0 a 2 16777217 t").unwrap();
        assert_eq!(documents(&run, "1"), ["b", "a"]);
    }

    #[test]
    fn a_document_that_stands_twice_and_a_score_that_is_none_are_errors_with_their_place() {
        let wrong = |text: &str| Run::read("r", text.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            wrong("1 Q0 a 1 2 t\n2 Q0 a 1 2 t\n1 Q0 a 9 1 t"),
            "r:3: document a stands twice among those of query 1"
        );
        assert_eq!(wrong("1 Q0 a 1 high t"), "r:1: the score `high` is no number");
        assert_eq!(wrong("1 Q0 a 1 NaN t"), "r:1: the score `NaN` is no number");
        assert_eq!(wrong("\n1 Q0 a 1 2"), "r:2: 5 columns where 6 should stand: query, Q0, document, rank, score, tag");
    }

    #[test]
    fn a_written_run_is_read_back_in_the_order_in_which_it_was_shown() {
        let mut run = Run::default();
        let found = |list: &[(&str, f32)]| -> Vec<Ranked> {
            list.iter().map(|(id, score)| Ranked { id: (*id).into(), score: *score }).collect()
        };
        run.add("7", found(&[("m", 2.5), ("a", 1.25), ("b", 1.25), ("c", 1.25), ("z", 0.0), ("y", 0.0)]));
        run.add("2", found(&[]));
        let text = run.written(["2", "7"], "ours");
        assert!(text.starts_with("7 Q0 m 1 2.5 ours\n7 Q0 a 2 1.25 ours\n7 Q0 b 3 1.2499999 ours\n"), "{text}");
        let read = Run::read("r", text.as_bytes()).unwrap();
        assert_eq!(documents(&read, "7"), ["m", "a", "b", "c", "z", "y"]);
        assert_eq!(read.ranking("7"), run.ranking("7"));
        assert_eq!((read.topics().count(), run.topics().count()), (1, 1));
    }
}
