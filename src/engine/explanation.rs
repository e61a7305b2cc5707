//! Why a hit stands where it stands: its score taken apart, each part in words. Adds nothing and changes nothing.
//!
//! An engine says what each word, phrase or sentence of the query gave (`Scorings` lists them); the rest is known from
//! the close look.

use crate::engine::close_look::{Looked, Named};
use crate::engine::plan::{Leaf, Plan, distinct};
use crate::engine::ranking::repeated;
use crate::model::results::ScorePart;

/// Parts of a score that are smaller are not worth a line.
const POINTS_MIN: f32 = 0.0005;

/// A word, phrase or sentence of the query that scores by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Scoring<'p> {
    /// What scores: a leaf or words of one sentence.
    pub plan: &'p Plan,
    /// How often the query has it, as it counts.
    pub times: f32,
    /// The sides of an `OR` that it is a part of, by their places in `Scorings`: it scores only where they match.
    pub sides: Vec<usize>,
    /// As typed.
    pub term: String,
    /// The leaf, where it is one plain word, whose occurrences are told.
    pub word: Option<&'p Leaf>,
}

/// What of a plan scores by itself, in the order of the query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scorings<'p> {
    /// Words, phrases and sentences.
    pub list: Vec<Scoring<'p>>,
    /// Conjunctions that are sides of an `OR`.
    pub sides: Vec<&'p Plan>,
}

impl<'p> Scorings<'p> {
    /// Those of a plan.
    pub fn of(plan: &'p Plan) -> Self {
        let mut scorings = Self::default();
        scorings.gather(plan, 1.0, &[]);
        scorings
    }

    fn gather(&mut self, plan: &'p Plan, times: f32, sides: &[usize]) {
        let mut add = |term: String, word: Option<&'p Leaf>| {
            self.list.push(Scoring { plan, times, sides: sides.to_vec(), term, word });
        };
        match plan {
            Plan::Leaf(leaf) => add(leaf.term.clone(), (leaf.parts.len() == 1).then_some(leaf)),
            Plan::Same(leaves) => {
                let terms: Vec<&str> = leaves.iter().map(|leaf| leaf.term.as_str()).collect();
                add(terms.join(" SAME "), None);
            }
            Plan::All(clauses) => {
                for (clause, repetitions) in distinct(clauses) {
                    self.gather(&clause.plan, times * repeated(repetitions), sides);
                }
            }
            Plan::Any(all) => {
                for (side, repetitions) in distinct(all) {
                    let mut sides = sides.to_vec();
                    if matches!(side, Plan::All(_)) {
                        sides.push(self.sides.len());
                        self.sides.push(side);
                    }
                    self.gather(side, times * repeated(repetitions), &sides);
                }
            }
            _ => {}
        }
    }
}

/// What one word, phrase or sentence gave to a hit.
#[derive(Debug, Clone, PartialEq)]
pub struct Given<'p> {
    /// As typed.
    pub term: &'p str,
    /// Points.
    pub points: f32,
    /// How often it stands in the title and in the body; 0 and 0 for what is no plain word.
    pub counts: [usize; 2],
}

/// The parts of a hit's score; their points sum up to it. `recent` is the share of the words' score that recency added,
/// `labels` are those that the query names and the hit has.
pub fn parts<'p, H>(
    hit: &Looked<H>,
    recent: f32,
    given: impl IntoIterator<Item = Given<'p>>,
    labels: &[&Named],
) -> Vec<ScorePart> {
    let mut parts = Vec::new();
    let mut add = |what: String, points: f32| {
        if points >= POINTS_MIN {
            parts.push(ScorePart { what, points });
        }
    };
    let recent = hit.words - hit.words / (1.0 + recent);
    let mut rest = hit.words - recent;
    for Given { term, points, counts } in given {
        rest -= points;
        add(stands(term, counts), points);
    }
    add("it has more of the words than others".into(), rest);
    add("neighbours in the query stand together in the article".into(), hit.nearness.pairs);
    add("one passage holds much of the query".into(), hit.nearness.passage);
    add("parts of a joined word stand by themselves".into(), hit.parted);
    add(format!("it shares words with the best articles: {}", hit.shared.join(", ")), hit.feedback);
    // A hit behind the window was not looked at, and its labels gave it nothing.
    for named in labels.iter().filter(|_| hit.labels > 0.0) {
        add(format!("it is tagged {}: {}", named.dimension, named.label), named.points);
    }
    add("it is recent".into(), recent);
    parts
}

/// How a term of the query stands in an article, by its occurrences in the title and in the body; 0 and 0 is a phrase.
fn stands(term: &str, counts: [usize; 2]) -> String {
    let times = |count: usize| match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    };
    match counts {
        [0, 0] => format!("`{term}` is found"),
        [title, 0] => format!("`{term}` stands {} in the title", times(title)),
        [0, body] => format!("`{term}` stands {} in the text", times(body)),
        [title, body] => format!("`{term}` stands {} in the title and {} in the text", times(title), times(body)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::close_look::Scored;
    use crate::model::query::{Clause, Query};

    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    struct Hit(u32);

    impl Scored for Hit {
        fn score(&self) -> f32 {
            self.0 as f32
        }

        fn raise(&mut self, points: f32) {
            self.0 += points as u32;
        }
    }

    fn word(text: &str) -> Query {
        Query::Word { text: text.into(), exact: false }
    }

    fn all(texts: &[&str]) -> Query {
        Query::All(texts.iter().map(|text| Clause { query: word(text), required: false }).collect())
    }

    #[test]
    fn each_word_scores_once_as_often_as_the_query_has_it_and_only_inside_its_side() {
        let phrase = Query::Phrase { text: "old dam".into(), exact: false, slop: 0 };
        let plan = Plan::of(&Query::Any(vec![all(&["port", "port", "gwadar"]), phrase]));
        let scorings = Scorings::of(&plan);
        let told: Vec<(&str, f32, usize)> =
            scorings.list.iter().map(|it| (it.term.as_str(), it.times, it.sides.len())).collect();
        assert_eq!(told, [("port", repeated(2), 1), ("gwadar", 1.0, 1), ("old dam", 1.0, 0)]);
        assert!(matches!(scorings.sides.as_slice(), [Plan::All(_)]));
    }

    #[test]
    fn the_parts_sum_up_to_the_score_and_say_where_a_word_stands() {
        let mut hit = Looked::unseen(Hit(12));
        (hit.feedback, hit.shared) = (2.0, vec!["quay".into()]);
        let given = [("port", 3.0, [1, 2]), ("dam", 1.0, [0, 1]), ("a b", 2.0, [0, 0]), ("tiny", 0.0, [1, 0])];
        let given = given.map(|(term, points, counts)| Given { term, points, counts });
        let named = Named { dimension: "region".into(), path: "a".into(), label: "A".into(), points: 1.0 };
        let parts = parts(&hit, 1.0, given, &[&named]);
        let said: Vec<(&str, f32)> = parts.iter().map(|part| (part.what.as_str(), part.points)).collect();
        assert_eq!(
            said,
            [
                ("`port` stands once in the title and twice in the text", 3.0),
                ("`dam` stands once in the text", 1.0),
                ("`a b` is found", 2.0),
                ("it shares words with the best articles: quay", 2.0),
                ("it is recent", 6.0),
            ]
        );
    }
}
