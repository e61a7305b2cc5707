//! From the plan of a query to OpenSearch's queries. May not parse text: words come analysed, labels resolved.
//!
//! Finds what the embedded engine finds and scores as it does (`engine::ranking`): plain words by BM25 in title and body as
//! one text; phrases, exact words and words of one field in the title, times `TITLE_BOOST`, and in the body; prefixes, misspelt
//! words, loose phrases and `SAME` alike for each match, by how rare the matches are. Which terms a prefix or a typo stands for
//! is looked up in the lexicon, so that the cluster is asked for terms and never for patterns.

use serde_json::{Value, json};

use crate::engine::analyzer::sought_stems;
use crate::engine::opensearch::lexicon::{Lexicon, Terms};
use crate::engine::opensearch::mapping::{
    SENTENCE_BEGIN, SENTENCE_END, SENTENCE_WHOLE, facet_field, sentence_field, stem_field, word_field,
};
use crate::engine::opensearch::rows::ready;
use crate::engine::plan::{Alternative, Leaf, Need, Part, Plan, distinct};
use crate::engine::ranking::{rarity, repeated};
use crate::model::date::DateRange;
use crate::model::facet::NONE;
use crate::model::query::{FacetChoice, Filters, KeywordField, TextField};
use crate::text::normalise::{fold, is_han};
use crate::text::words::words;

/// How much a phrase in the title outweighs one in the body: a title is chosen to say what an article is about.
const TITLE_BOOST: f32 = 2.0;
/// A weight that changes no score; 0 would be taken for a query that need not score at all.
const NOTHING: f32 = 1e-9;
/// What is stacked at one position by those who ask: `rows::ready` takes it out of terms.
const STACKED: &str = "\u{4}";

/// Builds queries for one generation.
#[derive(Clone, Copy)]
pub struct QueryBuilder<'a> {
    /// The terms of the generation.
    pub lexicon: &'a Lexicon,
}

/// A word or phrase without the field that it is sought in.
struct Sought<'a> {
    parts: &'a [(u32, Part)],
    whole: Option<&'a Part>,
    slop: u32,
}

impl QueryBuilder<'_> {
    /// The query of a plan.
    pub fn plan(&self, plan: &Plan) -> Value {
        match plan {
            Plan::Everything => json!({"match_all": {}}),
            Plan::Nothing => nothing(),
            Plan::Leaf(leaf) => self.leaf(leaf),
            Plan::Same(leaves) => self.same(leaves),
            Plan::Keyword(field, value) => unscored(keyword(*field, value)),
            Plan::Date(range) => unscored(dates(range)),
            Plan::Label { dimension, path } => unscored(choices(dimension, &[FacetChoice::Path(path.clone())])),
            Plan::Not(plan) => json!({"bool": {"must_not": [self.plan(plan)]}}),
            Plan::All(clauses) => {
                let (mut must, mut must_not) = (Vec::new(), Vec::new());
                for (clause, times) in distinct(clauses) {
                    match &clause.plan {
                        Plan::Not(plan) => must_not.push(self.plan(plan)),
                        plan => must.push(weighed(self.plan(plan), times)),
                    }
                }
                json!({"bool": {"must": must, "must_not": must_not}})
            }
            Plan::Any(sides) => union(distinct(sides).map(|(side, times)| weighed(self.plan(side), times)).collect()),
        }
    }

    /// The query of a conjunction whose soft words need not all match: the others must, these add to the score.
    /// `matching` says which documents are meant.
    pub fn most(&self, plan: &Plan, matching: Value) -> Value {
        let (mut must, mut should, mut must_not) = (Vec::new(), Vec::new(), Vec::new());
        if let Plan::All(clauses) = plan {
            for (clause, times) in distinct(clauses) {
                match (&clause.plan, clause.need) {
                    (Plan::Not(plan), _) => must_not.push(self.plan(plan)),
                    (plan, Need::Soft) => should.push(weighed(self.plan(plan), times)),
                    (plan, _) => must.push(self.plan(plan)),
                }
            }
        }
        json!({"bool": {
            "must": must, "should": should, "must_not": must_not, "filter": [matching], "minimum_should_match": 0,
        }})
    }

    /// The plan without its soft words: what a document of the fallback must match in any case.
    pub fn firm(&self, plan: &Plan) -> Value {
        let Plan::All(clauses) = plan else { return self.plan(plan) };
        let firm = clauses.iter().filter(|clause| clause.need != Need::Soft).cloned().collect::<Vec<_>>();
        if firm.is_empty() { json!({"match_all": {}}) } else { self.plan(&Plan::All(firm)) }
    }

    fn leaf(&self, leaf: &Leaf) -> Value {
        let typed = Sought { parts: &leaf.parts, whole: leaf.whole.as_ref(), slop: leaf.slop };
        let query = self.sought(&typed, leaf.field);
        if leaf.alternatives.is_empty() {
            return query;
        }
        let others: Vec<(&Alternative, f32)> =
            leaf.alternatives.iter().filter_map(|other| Some((other, self.parts_rarity(&other.parts)?))).collect();
        // What is called by several names says no more by the rarest of them. Where nobody writes the name as it was
        // typed, the commonest of the others stands for it; each of its words then counts its share.
        let commonest = others.iter().map(|(other, rarity)| rarity / other.leaves as f32).fold(f32::MAX, f32::min);
        let said = self.parts_rarity(&leaf.parts).unwrap_or(commonest);
        let mut built = vec![query];
        for (other, rarity) in others {
            let share = if rarity > 0.0 { (said / rarity).min(1.0) } else { 1.0 };
            built.push(boosted(self.alternative(other, leaf.field), other.weight * share));
        }
        json!({"dis_max": {"queries": built, "tie_breaker": 0.0}})
    }

    /// The query of another form of a leaf.
    pub fn alternative(&self, other: &Alternative, field: Option<TextField>) -> Value {
        self.sought(&Sought { parts: &other.parts, whole: None, slop: 0 }, field)
    }

    fn sought(&self, sought: &Sought<'_>, field: Option<TextField>) -> Value {
        let mut built = Vec::new();
        if field.is_none() {
            let single = match sought.parts {
                [(_, part)] => Some(part),
                _ => None,
            };
            for part in sought.whole.into_iter().chain(single) {
                built.extend(self.lexicon.stems(part, Terms::Article).iter().map(|stem| scored("article", stem)));
            }
            match single {
                Some(Part::Stem { .. }) => return union(built),
                Some(part @ Part::Folded(folded)) => {
                    let found = [TextField::Title, TextField::Body]
                        .map(|field| (word_field(field), self.lexicon.terms(part, field)))
                        .into_iter()
                        .filter(|(_, terms)| !terms.is_empty())
                        .map(|(field, terms)| any_term(field, &terms));
                    return one_form(found.collect(), folded, "article");
                }
                _ => {}
            }
        }
        if let (None, Some(whole)) = (field, sought.whole)
            && sought.slop == 0
            && !matches!(whole, Part::Stem { folded, .. } if folded.contains(is_han))
        {
            return self.joined(sought, whole);
        }
        let whole = sought.whole.filter(|_| field.is_some());
        for field in fields(field) {
            let query = self.sought_in(&Sought { whole, ..*sought }, field);
            built.push(match field {
                TextField::Title => boosted(query, TITLE_BOOST),
                TextField::Body => query,
            });
        }
        union(built)
    }

    fn sought_in(&self, sought: &Sought<'_>, field: TextField) -> Value {
        let mut built = Vec::new();
        let name = |part: &Part| if matches!(part, Part::Stem { .. }) { stem_field(field) } else { word_field(field) };
        if let Some(whole) = sought.whole {
            built.extend(self.lexicon.terms(whole, field).iter().map(|term| scored(name(whole), term)));
        }
        match sought.parts {
            [(_, part @ (Part::Stem { .. } | Part::Exact(_)))] => {
                built.extend(self.lexicon.terms(part, field).iter().map(|term| scored(name(part), term)));
            }
            [(_, part @ Part::Folded(folded))] => {
                let terms = self.lexicon.terms(part, field);
                let found = (!terms.is_empty()).then(|| any_term(word_field(field), &terms));
                built.push(one_form(found.into_iter().collect(), folded, stem_field(field)));
            }
            [(_, part @ (Part::Prefix(_) | Part::Fuzzy { .. }))] => {
                let terms = self.lexicon.terms(part, field);
                if !terms.is_empty() {
                    built.push(constant(any_term(word_field(field), &terms), self.rarity(part, field, &terms)));
                }
            }
            _ => built.push(self.phrase(sought, field)),
        }
        union(built)
    }

    /// Words joined by hyphens: found side by side or as one word, and scored as the words that they are, so that one that
    /// the text writes apart ranks alike (`ranking::nearness::parted`).
    fn joined(&self, sought: &Sought<'_>, whole: &Part) -> Value {
        let whole = self.lexicon.stems(whole, Terms::Article);
        let mut found = vec![any_term("article", &whole)];
        for field in [TextField::Title, TextField::Body] {
            found.push(self.sought_in(&Sought { whole: None, ..*sought }, field));
        }
        let mut should = Vec::new();
        for (_, part) in sought.parts {
            should.extend(self.lexicon.stems(part, Terms::Article).iter().map(|stem| scored("article", stem)));
        }
        should.extend(whole.iter().map(|term| scored("article", term)));
        json!({"bool": {"filter": [union(found)], "should": should, "minimum_should_match": 0}})
    }

    /// How much the words of a leaf say together, by the body, or by the titles for what stands only there; `None` if
    /// one of them stands nowhere.
    fn parts_rarity(&self, parts: &[(u32, Part)]) -> Option<f32> {
        let said = parts.iter().map(|(_, part)| {
            let of = |field| {
                let terms = self.lexicon.terms(part, field);
                let held = self.lexicon.documents_of_all(Lexicon::terms_of(part, field), &terms) > 0;
                held.then(|| self.rarity(part, field, &terms))
            };
            of(TextField::Body).or_else(|| of(TextField::Title))
        });
        said.sum()
    }

    /// How much a match of any of a part's terms says: BM25's idf of their articles taken together.
    pub fn rarity(&self, part: &Part, field: TextField, terms: &[String]) -> f32 {
        let having = self.lexicon.documents_of_all(Lexicon::terms_of(part, field), terms);
        rarity(self.lexicon.totals().documents, having)
    }

    /// How much a part says by the bodies that hold it.
    pub fn part_rarity(&self, part: &Part) -> f32 {
        self.rarity(part, TextField::Body, &self.lexicon.terms(part, TextField::Body))
    }

    /// How much each leaf of a plan says, for the choice of snippets.
    pub fn leaf_weights(&self, plan: &Plan) -> Vec<f32> {
        let weight = |leaf: &Leaf| leaf.parts.iter().map(|(_, part)| self.part_rarity(part)).sum();
        plan.leaves().into_iter().map(weight).collect()
    }

    /// A phrase of several words: by BM25 where each word has one form and stands as typed, else each match alike.
    fn phrase(&self, sought: &Sought<'_>, field: TextField) -> Value {
        let words: Vec<Vec<String>> = sought.parts.iter().map(|(_, part)| self.lexicon.terms(part, field)).collect();
        let Some(text) = stacked(&words) else { return nothing() };
        let is_stem = sought.parts.iter().all(|(_, part)| matches!(part, Part::Stem { .. }));
        let name = if is_stem { stem_field(field) } else { word_field(field) };
        let query = json!({"match_phrase": {name: {"query": text, "slop": sought.slop, "analyzer": "ready"}}});
        if sought.slop == 0 && words.iter().all(|terms| terms.len() == 1) {
            // A phrase makes a shard tell how long its texts are only where it holds the words; a term always does. What it adds
            // to a score is nothing.
            let term = boosted(scored(name, &words[0][0]), NOTHING);
            return json!({"bool": {"must": [query], "should": [term], "minimum_should_match": 0}});
        }
        let score = sought.parts.iter().zip(&words).map(|((_, part), terms)| self.rarity(part, field, terms)).sum();
        constant(query, score)
    }

    fn same(&self, leaves: &[Leaf]) -> Value {
        let mut built = Vec::new();
        for field in [TextField::Title, TextField::Body] {
            if leaves.iter().any(|leaf| leaf.field.is_some_and(|wanted| wanted != field)) {
                continue;
            }
            let mut score = 0.0;
            let mut sides = Vec::new();
            for leaf in leaves {
                for (_, part) in &leaf.parts {
                    score += self.rarity(part, field, &self.lexicon.terms(part, field));
                }
                let mut side: Vec<Value> = self.stands(&leaf.parts, leaf.slop, field).into_iter().collect();
                if let Some(whole) = &leaf.whole {
                    side.extend(self.stands(&[(0, whole.clone())], 0, field));
                }
                side.extend(leaf.alternatives.iter().filter_map(|other| self.stands(&other.parts, 0, field)));
                sides.push(side);
            }
            if sides.iter().any(Vec::is_empty) {
                continue;
            }
            // Of two equal sides each would want a place of its own; here one place serves for both.
            let mut different: Vec<Value> = Vec::new();
            for side in sides.into_iter().map(|side| json!({"any_of": {"intervals": side}})) {
                if !different.contains(&side) {
                    different.push(side);
                }
            }
            let mark =
                |mark: &str| json!({"match": {"query": mark, "use_field": sentence_field(field), "analyzer": "marks"}});
            let from_to = json!({"all_of": {
                "ordered": true, "intervals": [mark(SENTENCE_BEGIN), mark(SENTENCE_END)],
            }});
            let sentence = json!({"any_of": {"intervals": [from_to, mark(SENTENCE_WHOLE)]}});
            let together = json!({"all_of": {"intervals": different, "filter": {"contained_by": sentence}}});
            built.push(constant(json!({"intervals": {stem_field(field): together}}), score));
        }
        union(built)
    }

    /// Where words stand beside each other, as intervals; `None` where one of them stands nowhere.
    ///
    /// Two words with `slop` are exact: in their order with so many words between, or turned round with two fewer. More
    /// words with slop may stand in any order with so many words between, which is a little more than `proximity` lets them.
    fn stands(&self, parts: &[(u32, Part)], slop: u32, field: TextField) -> Option<Value> {
        let words: Vec<Vec<String>> = parts.iter().map(|(_, part)| self.lexicon.terms(part, field)).collect();
        let is_stem = parts.iter().all(|(_, part)| matches!(part, Part::Stem { .. }));
        let name = if is_stem { stem_field(field) } else { word_field(field) };
        let run = |text: String, gaps: i64, ordered: bool| {
            json!({"match": {
                "query": text, "ordered": ordered, "max_gaps": gaps, "use_field": name, "analyzer": "ready",
            }})
        };
        let slop = i64::from(slop);
        let text = stacked(&words)?;
        Some(match words.as_slice() {
            [_] => run(text, -1, true),
            _ if slop == 0 => run(text, 0, true),
            [first, second] => {
                let mut orders = vec![run(text, slop, true)];
                if slop >= 2 {
                    orders.push(run(stacked(&[second.clone(), first.clone()])?, slop - 2, true));
                }
                json!({"any_of": {"intervals": orders}})
            }
            _ => run(text, slop, false),
        })
    }
}

/// A query together with filters; the dimensions' choices only with `with_choices`. Filters add nothing to a score.
pub fn filtered(query: Value, filters: &Filters, with_choices: bool) -> Value {
    let (mut filter, mut must_not) = (Vec::new(), Vec::new());
    if with_choices {
        filter.extend(filters.include.iter().map(|(dimension, list)| choices(dimension, list)));
    }
    must_not.extend(filters.exclude.iter().map(|(dimension, list)| choices(dimension, list)));
    let undated = || json!({"bool": {"must_not": [dated()]}});
    match (&filters.dates, filters.undated) {
        (None, false) => {}
        (Some(range), false) => filter.push(dates(range)),
        (None, true) => filter.push(undated()),
        (Some(range), true) => filter.push(union(vec![dates(range), undated()])),
    }
    if filter.is_empty() && must_not.is_empty() {
        return query;
    }
    json!({"bool": {"must": [query], "filter": filter, "must_not": must_not}})
}

/// Articles with any of the values of a dimension.
pub fn choices(dimension: &str, choices: &[FacetChoice]) -> Value {
    let paths: Vec<&str> = choices
        .iter()
        .map(|choice| match choice {
            FacetChoice::Path(path) => path.as_str(),
            FacetChoice::Missing => NONE,
        })
        .collect();
    json!({"terms": {facet_field(dimension): paths}})
}

/// Articles whose date overlaps a range.
pub fn dates(range: &DateRange) -> Value {
    let mut built = vec![dated()];
    if let Some(from) = range.from {
        built.push(json!({"range": {"date_last": {"gte": from.first_day()}}}));
    }
    if let Some(to) = range.to {
        built.push(json!({"range": {"date_first": {"lte": to.last_day()}}}));
    }
    json!({"bool": {"filter": built}})
}

fn dated() -> Value {
    json!({"exists": {"field": "date_first"}})
}

fn keyword(field: KeywordField, value: &str) -> Value {
    let term = |field: &str, text: &str| json!({"term": {field: {"value": text}}});
    match field {
        KeywordField::Id => term("id", value),
        KeywordField::Lang => term("lang", &value.to_lowercase()),
        KeywordField::Source => term("source_name", &fold(value)),
        KeywordField::Author => {
            let words: Vec<Value> = words(value).map(|word| term("author", &fold(word.text))).collect();
            if words.is_empty() { nothing() } else { json!({"bool": {"filter": words}}) }
        }
    }
}

/// A word in one form only, found by its written forms and scored, in a field of stems, as the word that it is.
fn one_form(found: Vec<Value>, folded: &str, stem_field: &str) -> Value {
    if found.is_empty() {
        return nothing();
    }
    let stems: Vec<Value> = sought_stems(folded).iter().map(|stem| scored(stem_field, stem)).collect();
    json!({"bool": {"filter": [union(found)], "should": stems, "minimum_should_match": 0}})
}

/// Words of which each has several terms, as a text that the index takes apart again; `None` where one has none.
fn stacked(words: &[Vec<String>]) -> Option<String> {
    if words.iter().any(Vec::is_empty) {
        return None;
    }
    let stack = |terms: &Vec<String>| {
        let ready: Vec<_> = terms.iter().map(|term| ready(term)).collect();
        ready.join(STACKED)
    };
    Some(words.iter().map(stack).collect::<Vec<_>>().join(" "))
}

fn fields(field: Option<TextField>) -> Vec<TextField> {
    field.map_or_else(|| vec![TextField::Title, TextField::Body], |field| vec![field])
}

fn nothing() -> Value {
    json!({"match_none": {}})
}

fn scored(field: &str, term: &str) -> Value {
    json!({"term": {field: {"value": ready(term)}}})
}

fn any_term(field: &str, terms: &[String]) -> Value {
    json!({"terms": {field: terms.iter().map(|term| ready(term)).collect::<Vec<_>>()}})
}

/// A query that the question repeats so many times.
fn weighed(query: Value, times: usize) -> Value {
    if times == 1 { query } else { boosted(query, repeated(times)) }
}

fn boosted(query: Value, boost: f32) -> Value {
    json!({"bool": {"must": [query], "boost": boost}})
}

/// A query that finds the same and gives each match the same score.
pub fn constant(query: Value, score: f32) -> Value {
    json!({"constant_score": {"filter": query, "boost": score}})
}

/// A query that finds the same and adds nothing to a score.
pub fn unscored(query: Value) -> Value {
    constant(query, 0.0)
}

/// What any of the queries finds, the scores added up.
pub fn union(mut queries: Vec<Value>) -> Value {
    match queries.len() {
        0 => nothing(),
        1 => queries.remove(0),
        _ => json!({"bool": {"should": queries, "minimum_should_match": 1}}),
    }
}
