//! The oracle: a searcher that reads every article for every question, slow and plain, to hold the engines to.
//!
//! Takes from the project only what is described once for all engines: the articles as the pipeline makes them, the
//! analyzer's tokens, the bounds of sentences, and the plan of a query. Matching, filters, dates, counts, trees, bars
//! and the fallback are its own. It gives no scores, marks, snippets or suggestions: by relevance it gives hits by
//! id.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use dossier::engine::analyzer::{Stemming, Token, TokenKind, tokens};
use dossier::engine::plan::{Alternative, Leaf, Need, Part, Plan};
use dossier::engine::{Baseline, Committed, EngineError, Indexer, Searcher};
use dossier::ingest::isolation::Isolation;
use dossier::ingest::pipeline::document::DocumentMaker;
use dossier::ingest::pipeline::{Observer, Progress, Station, run};
use dossier::model::crosstab::{Axis, AxisRequest, AxisValue, Crosstab, Heading, Side};
use dossier::model::date::{DateRange, PartialDate};
use dossier::model::document::{Document, Imprint};
use dossier::model::facet::NONE;
use dossier::model::query::{
    FacetChoice, FacetRequest, Filters, Fuzzy, Interval, KeywordField, MatchMode, Query, SearchRequest, Sort,
    SuggestRequest, TextField,
};
use dossier::model::report::{IngestReport, Ledger};
use dossier::model::results::{
    Article, Bucket, Copies, Copy, FacetCounts, FacetValue, Fragment, Histogram, Hit, MatchUsed, Neighbours,
    SearchResults, Stats, Suggestion,
};
use dossier::taxonomy::Taxonomy;
use dossier::text::normalise::fold;
use dossier::text::sentences::sentences;
use dossier::text::words::words;

/// A text with its tokens, parted into sentences too.
struct Text {
    text: String,
    tokens: Vec<Token>,
    sentences: Vec<Vec<Token>>,
}

impl Text {
    fn new(text: &str, lang: &str) -> Self {
        let tokens = tokens(text, Stemming::of(lang));
        let within = |token: &Token, span: &Range<usize>| span.start <= token.span.start && token.span.end <= span.end;
        let inside = |span| tokens.iter().filter(|token| within(token, &span)).cloned().collect();
        let sentences = sentences(text).into_iter().map(inside).collect();
        Self { text: text.to_owned(), tokens, sentences }
    }

    fn matches(&self, leaf: &Leaf) -> bool {
        self.has(leaf, &self.tokens)
    }

    fn has(&self, leaf: &Leaf, tokens: &[Token]) -> bool {
        let places = |part: &Part| -> Vec<i64> {
            tokens.iter().filter(|token| self.fits(part, token)).map(|token| token.position.into()).collect()
        };
        let whole = leaf.whole.as_ref().is_some_and(|whole| tokens.iter().any(|token| self.fits(whole, token)));
        let parts: Vec<_> = leaf.parts.iter().map(|(offset, part)| (i64::from(*offset), places(part))).collect();
        let other = |other: &Alternative| {
            let parts: Vec<_> = other.parts.iter().map(|(offset, part)| (i64::from(*offset), places(part))).collect();
            stand_together(&parts, 0, &mut Vec::new())
        };
        whole || stand_together(&parts, leaf.slop.into(), &mut Vec::new()) || leaf.alternatives.iter().any(other)
    }

    fn fits(&self, part: &Part, token: &Token) -> bool {
        match part {
            Part::Stem { stems, .. } => stems.iter().any(|stem| token.stem() == stem),
            Part::Folded(folded) => token.folded == *folded,
            Part::Exact(exact) => token.kind == TokenKind::Word && self.text[token.span.clone()] == **exact,
            Part::Prefix(prefix) => token.folded.starts_with(prefix.as_str()),
            Part::Fuzzy { folded, distance } => edits(folded, &token.folded) <= usize::from(*distance),
        }
    }
}

/// Tries every choice of a place for each word: moved back by their offsets the places lie within `slop`, and no
/// place serves for two words.
fn stand_together(words: &[(i64, Vec<i64>)], slop: i64, chosen: &mut Vec<(i64, i64)>) -> bool {
    let Some((offset, places)) = words.get(chosen.len()) else { return true };
    places.iter().any(|&place| {
        let moved = place - offset;
        let fits = chosen.iter().all(|&(other, other_moved)| other != place && (moved - other_moved).abs() <= slop);
        fits && {
            chosen.push((place, moved));
            let found = stand_together(words, slop, chosen);
            chosen.pop();
            found
        }
    })
}

/// Edits between two words: a letter put in, left out, changed, or swapped with its neighbour.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = changed.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(table[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    table[a.len()][b.len()]
}

/// Whether an article's date overlaps a range. Works on the written form, whose order is that of time: a partial date
/// is filled up to the first or past the last day of its period.
pub(crate) fn overlaps(date: PartialDate, range: &DateRange) -> bool {
    let first = |date: PartialDate| format!("{date}{}", &"0000-01-01"[date.to_string().len()..]);
    let last = |date: PartialDate| format!("{date}{}", &"9999-12-31"[date.to_string().len()..]);
    range.from.is_none_or(|from| last(date) >= first(from)) && range.to.is_none_or(|to| first(date) <= last(to))
}

/// An article with its texts taken apart.
struct Entry {
    document: Document,
    title: Text,
    body: Text,
}

impl Entry {
    /// The values that the article has in a dimension, as they are written on it.
    fn values(&self, dimension: &str) -> Vec<String> {
        match dimension {
            "lang" => vec![self.document.lang.clone()],
            "source" => self.document.source.iter().map(|name| name.replace('/', "\u{2215}")).collect(),
            _ => self.document.tags(dimension).map(str::to_owned).collect(),
        }
    }

    /// The paths that the article counts under: its values and all that lie above them.
    fn paths(&self, dimension: &str) -> BTreeSet<String> {
        let mut paths = BTreeSet::new();
        for value in self.values(dimension) {
            let mut path = String::new();
            for segment in value.split('/') {
                path = if path.is_empty() { segment.to_owned() } else { format!("{path}/{segment}") };
                paths.insert(path.clone());
            }
        }
        paths
    }

    fn has_label(&self, dimension: &str, path: &str) -> bool {
        if path == NONE { self.values(dimension).is_empty() } else { self.paths(dimension).contains(path) }
    }

    fn has_any(&self, dimension: &str, choices: &[FacetChoice]) -> bool {
        choices.iter().any(|choice| match choice {
            FacetChoice::Missing => self.has_label(dimension, NONE),
            FacetChoice::Path(path) => self.has_label(dimension, path),
        })
    }

    fn has_keyword(&self, field: KeywordField, value: &str) -> bool {
        let document = &self.document;
        match field {
            KeywordField::Id => document.id == value,
            KeywordField::Lang => document.lang == value.to_lowercase(),
            KeywordField::Source => document.source.iter().any(|name| fold(name) == fold(value)),
            KeywordField::Author => {
                let name: Vec<String> =
                    words(document.author.as_deref().unwrap_or_default()).map(|word| fold(word.text)).collect();
                let mut asked = words(value).map(|word| fold(word.text)).peekable();
                asked.peek().is_some() && asked.all(|word| name.contains(&word))
            }
        }
    }

    /// Whether a plan finds the article; with `blind`, its words find nothing (those under a negation aside).
    fn matches(&self, plan: &Plan, blind: bool) -> bool {
        match plan {
            Plan::Everything => true,
            Plan::Nothing => false,
            Plan::Leaf(leaf) => {
                !blind
                    && [(TextField::Title, &self.title), (TextField::Body, &self.body)]
                        .iter()
                        .any(|(field, text)| leaf.field.is_none_or(|wanted| wanted == *field) && text.matches(leaf))
            }
            Plan::Same(leaves) => {
                !blind
                    && [(TextField::Title, &self.title), (TextField::Body, &self.body)].iter().any(|(field, text)| {
                        leaves.iter().all(|leaf| leaf.field.is_none_or(|wanted| wanted == *field))
                            && text.sentences.iter().any(|sentence| leaves.iter().all(|leaf| text.has(leaf, sentence)))
                    })
            }
            Plan::Keyword(field, value) => self.has_keyword(*field, value),
            Plan::Date(range) => self.document.date.is_some_and(|date| overlaps(date, range)),
            Plan::Label { dimension, path } => self.has_label(dimension, path),
            Plan::Not(plan) => !self.matches(plan, false),
            Plan::All(clauses) => clauses.iter().all(|clause| self.matches(&clause.plan, blind)),
            Plan::Any(sides) => sides.iter().any(|side| self.matches(side, blind)),
        }
    }

    /// Whether the article passes the dates and what is shut out.
    fn passes(&self, filters: &Filters) -> bool {
        let dated = match (filters.dates, filters.undated, self.document.date) {
            (None, false, _) => true,
            (None, true, date) => date.is_none(),
            (Some(_), undated, None) => undated,
            (Some(range), _, Some(date)) => overlaps(date, &range),
        };
        dated && !filters.exclude.iter().any(|(dimension, choices)| self.has_any(dimension, choices))
    }

    /// The dimensions whose choice the article fails.
    fn failed<'f>(&self, filters: &'f Filters) -> Vec<&'f str> {
        let include = filters.include.iter();
        include
            .filter(|(dimension, choices)| !self.has_any(dimension, choices))
            .map(|(dimension, _)| dimension.as_str())
            .collect()
    }
}

/// The searcher over all articles of a corpus.
pub(crate) struct Oracle {
    /// In the order of their ids.
    entries: Vec<Entry>,
    /// The groups of copies, as the pipeline made them.
    groups: Vec<Vec<String>>,
    taxonomy: Taxonomy,
    report: IngestReport,
}

impl Oracle {
    /// Reads a corpus by the project's own pipeline.
    pub(crate) fn of(corpus: &Path, taxonomy: &str) -> Self {
        let taxonomy = Taxonomy::parse(taxonomy, "taxonomy.toml").unwrap();
        let mut collector = Collector::default();
        let maker = DocumentMaker::new(taxonomy.clone());
        let isolation = Isolation::none();
        let station = Station { maker: &maker, isolation: &isolation };
        let (_, report) = run(corpus, station, &mut collector, None, &Patient(AtomicBool::new(false))).unwrap();
        let Collector { mut documents, groups, .. } = collector;
        documents.sort_by(|a, b| a.id.cmp(&b.id));
        // An index does not give its sketches back with its articles.
        documents.iter_mut().for_each(|document| document.sketch.clear());
        let entries = documents.into_iter().map(|document| Entry {
            title: Text::new(&document.title, &document.lang),
            body: Text::new(&document.body, &document.lang),
            document,
        });
        Self { entries: entries.collect(), groups, taxonomy, report }
    }

    /// All articles, by id.
    pub(crate) fn documents(&self) -> impl Iterator<Item = &Document> {
        self.entries.iter().map(|entry| &entry.document)
    }

    /// Whether an article is found by its words alone, so that there must be a mark in it.
    pub(crate) fn is_found_by_words(&self, id: &str, query: &Query, mode: MatchMode) -> bool {
        let plan = joined(Plan::of(query), mode);
        self.entries.iter().any(|entry| entry.document.id == id && !entry.matches(&plan, true))
    }

    /// Whether an article passes all filters.
    pub(crate) fn passes(&self, id: &str, filters: &Filters) -> bool {
        let entry = self.entries.iter().find(|entry| entry.document.id == id).unwrap();
        entry.passes(filters) && entry.failed(filters).is_empty()
    }

    /// The group of copies that an article is in, the first of its ids; its own id where it has none.
    pub(crate) fn group<'a>(&'a self, id: &'a str) -> &'a str {
        let group = self.groups.iter().find(|group| group.iter().any(|known| known == id));
        group.map_or(id, |group| &group[0])
    }

    fn copies(&self, document: &Document) -> Copies {
        let Some(group) = self.groups.iter().find(|group| group.contains(&document.id)) else {
            return Copies::default();
        };
        let named = |id: &String| {
            let other = self.documents().find(|other| other.id == *id).unwrap();
            Copy { id: id.clone(), source: other.source.clone(), date: other.date.map(|date| date.to_string()) }
        };
        let list: Vec<Copy> = group.iter().filter(|id| **id != document.id).map(named).collect();
        Copies { total: list.len(), list, leads: document.date.is_some() && group[0] == document.id }
    }

    /// The tree of a facet from the articles that count in it.
    fn facet(&self, request: &FacetRequest, counted: &[&Entry], chosen: &[FacetChoice]) -> FacetCounts {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let mut missing = 0;
        for entry in counted {
            let paths = entry.paths(&request.dimension);
            missing += u64::from(paths.is_empty());
            paths.into_iter().for_each(|path| *counts.entry(path).or_default() += 1);
        }
        let mut picked = BTreeSet::new();
        for choice in chosen {
            if let FacetChoice::Path(path) = choice {
                picked.insert(path.clone());
                // A chosen value can only be shown below those above it.
                path.match_indices('/').for_each(|(at, _)| _ = counts.entry(path[..at].to_owned()).or_default());
                counts.entry(path.clone()).or_default();
            }
        }
        let (values, cut) = self.level(None, request, &counts, &picked);
        FacetCounts {
            dimension: request.dimension.clone(),
            values,
            missing,
            missing_selected: chosen.contains(&FacetChoice::Missing),
            other: cut,
        }
    }

    /// The values below a path, and the sum of those that there is no room for.
    fn level(
        &self,
        above: Option<&str>,
        request: &FacetRequest,
        counts: &BTreeMap<String, u64>,
        picked: &BTreeSet<String>,
    ) -> (Vec<FacetValue>, u64) {
        let mut level = Vec::new();
        for (path, &count) in counts {
            if path.rsplit_once('/').map(|(above, _)| above) != above {
                continue;
            }
            let (children, _) = self.level(Some(path), request, counts, picked);
            let mut names = vec![path.as_str()];
            names.extend(self.taxonomy.names(&request.dimension, path));
            let named = request.contains.as_deref().is_none_or(|wanted| {
                let wanted = fold(wanted);
                names.iter().any(|name| fold(name).contains(&wanted))
            });
            if named || !children.is_empty() || picked.contains(path) {
                let label = self.taxonomy.label(&request.dimension, path).to_owned();
                level.push(FacetValue { path: path.clone(), label, count, selected: picked.contains(path), children });
            }
        }
        level.sort_by(|a, b| (std::cmp::Reverse(a.count), &a.path).cmp(&(std::cmp::Reverse(b.count), &b.path)));
        let mut rest = 0;
        let mut place = 0;
        level.retain(|value| {
            place += 1;
            let below = format!("{}/", value.path);
            let kept = place <= request.size || picked.iter().any(|p| *p == value.path || p.starts_with(&below));
            rest += if kept { 0 } else { value.count };
            kept
        });
        (level, rest)
    }

    /// The values and periods that a table may have lines for, whether articles stand in them or not.
    fn lines(&self, axis: &Axis, filters: &Filters) -> Vec<AxisValue> {
        match axis {
            Axis::Facet(dimension) => {
                let chosen = filters.include.get(dimension);
                let is_open = |path: &str| {
                    chosen.is_none_or(|chosen| {
                        chosen.iter().any(|choice| match choice {
                            FacetChoice::Path(above) => path == above || path.starts_with(&format!("{above}/")),
                            FacetChoice::Missing => path == NONE,
                        })
                    })
                };
                let paths = self.values(dimension).into_iter().filter(|path| is_open(path)).map(AxisValue::Path);
                paths.chain(is_open(NONE).then_some(AxisValue::Missing)).collect()
            }
            Axis::Period(interval) => {
                let width = match interval {
                    Interval::Year => "2024".len(),
                    Interval::Month => "2024-03".len(),
                    Interval::Day => "2024-03-26".len(),
                };
                let days = self.entries.iter().filter_map(|entry| entry.document.date);
                let days = days.flat_map(|date| date.first_day()..=date.last_day());
                let periods: BTreeSet<PartialDate> = days
                    .map(|day| PartialDate::from_epoch_day(day).unwrap().to_string()[..width].parse().unwrap())
                    .collect();
                let range = filters.dates.unwrap_or_default();
                let only_undated = filters.dates.is_none() && filters.undated;
                let periods = periods.into_iter().filter(|period| !only_undated && overlaps(*period, &range));
                let undated = (filters.dates.is_none() || filters.undated).then_some(AxisValue::Undated);
                periods.map(AxisValue::Period).chain(undated).collect()
            }
        }
    }

    /// How many articles the search finds with these values in the place of its own choices. Where none of them is among
    /// those of the search itself, what it falls back to does not count.
    fn count_of(&self, request: &SearchRequest, lines: &[(&Axis, &AxisValue)]) -> u64 {
        let mut narrowed = request.clone();
        for (axis, value) in lines {
            narrow(&mut narrowed.filters, axis, value);
        }
        let ids = |request| -> BTreeSet<String> {
            self.search(request).unwrap().hits.into_iter().map(|hit| hit.document.id).collect()
        };
        let (all, found) = (ids(request), ids(&narrowed));
        if all.is_disjoint(&found) {
            return 0;
        }
        assert!(found.is_subset(&all), "a narrower search finds more: {lines:?}");
        found.len() as u64
    }

    /// One side of a table: every line asked for by a search of its own.
    fn side(&self, request: &SearchRequest, asked: &AxisRequest) -> Side {
        let mut counted: Vec<(AxisValue, u64)> = Vec::new();
        for value in self.lines(&asked.axis, &request.filters) {
            let count = self.count_of(request, &[(&asked.axis, &value)]);
            counted.extend((count > 0).then_some((value, count)));
        }
        let is_last = |value: &AxisValue| matches!(value, AxisValue::Missing | AxisValue::Undated);
        let (last, mut kept): (Vec<_>, Vec<_>) = counted.into_iter().partition(|(value, _)| is_last(value));
        let left_out = kept.len().saturating_sub(asked.size);
        let Axis::Facet(dimension) = &asked.axis else {
            let rest: Vec<_> = kept.drain(..left_out).collect();
            let heading = |(value, count): (AxisValue, u64)| {
                let label = match value {
                    AxisValue::Period(period) => period.to_string(),
                    _ => String::new(),
                };
                Heading { value, label, depth: 0, count }
            };
            let headings = kept.into_iter().chain(last).map(heading).collect();
            let other = rest.into_iter().map(|(_, count)| count).sum();
            return Side { axis: asked.axis.clone(), headings, left_out, other };
        };
        let path = |value: &AxisValue| match value {
            AxisValue::Path(path) => path.clone(),
            _ => String::new(),
        };
        let all: Vec<String> = kept.iter().map(|(value, _)| path(value)).collect();
        kept.sort_by_key(|(value, count)| (std::cmp::Reverse(*count), path(value)));
        let rest = kept.split_off(kept.len() - left_out);
        let above = |path: &str| path.rsplit_once('/').map(|(above, _)| above.to_owned());
        let is_top = |path: &str| above(path).is_none_or(|above| !all.contains(&above));
        let other = rest.iter().filter(|(value, _)| is_top(&path(value))).map(|(_, count)| count).sum();
        // Depth first: each value, then those below it.
        let mut headings = Vec::new();
        let mut open: Vec<(usize, String, u64)> = Vec::new();
        let tops = kept.iter().rev().filter(|(value, _)| is_top(&path(value)));
        open.extend(tops.map(|(value, count)| (0, path(value), *count)));
        while let Some((depth, path_here, count)) = open.pop() {
            let below = kept.iter().rev().filter(|(value, _)| above(&path(value)).as_ref() == Some(&path_here));
            open.extend(below.map(|(value, count)| (depth + 1, path(value), *count)));
            let label = self.taxonomy.label(dimension, &path_here).to_owned();
            headings.push(Heading { value: AxisValue::Path(path_here), label, depth, count });
        }
        let none = |(value, count)| Heading { value, label: String::new(), depth: 0, count };
        headings.extend(last.into_iter().map(none));
        Side { axis: asked.axis.clone(), headings, left_out, other }
    }

    /// The plan in force, what it did with the words, and the words that are missing.
    fn prepare(&self, request: &SearchRequest) -> (Found<'_>, MatchUsed, Vec<String>) {
        let plan = spelt(request);
        let mode = request.match_mode;
        let used = if mode == MatchMode::Any { MatchUsed::Any } else { MatchUsed::All };
        let joined = joined(plan.clone(), mode);
        let found: Found<'_> = self.entries.iter().filter(|entry| entry.matches(&joined, false)).collect();
        let passes = |entry: &&&Entry| entry.passes(&request.filters) && entry.failed(&request.filters).is_empty();
        // Where a phrase is sought too, an article may do without any of the words.
        let least = usize::from(!plan.seeks_more_than_words());
        let (soft, firm): (Vec<_>, Vec<_>) = match plan {
            Plan::All(clauses) => clauses.into_iter().partition(|clause| clause.need == Need::Soft),
            _ => Default::default(),
        };
        // A question: nobody expects one article to have all its words, and few with all are not enough.
        let question = request.lenient && soft.len() >= 5;
        let wanted = if question { 10 } else { 1 };
        if used == MatchUsed::Any || soft.is_empty() || found.iter().filter(passes).count() >= wanted {
            return (found, used, Vec::new());
        }
        // As many words as the best article has, or more than half of them, whichever is less; for a question fewer,
        // down to two, until there are ten articles.
        let had =
            |entry: &Entry| -> Vec<bool> { soft.iter().map(|clause| entry.matches(&clause.plan, false)).collect() };
        let number = |entry: &Entry| had(entry).iter().filter(|had| **had).count();
        let open: Found<'_> =
            self.entries.iter().filter(|entry| firm.iter().all(|clause| entry.matches(&clause.plan, false))).collect();
        if !open.iter().any(|entry| passes(&entry)) {
            return (found, used, Vec::new());
        }
        let best = open.iter().filter(passes).map(|entry| number(entry)).max().unwrap_or(0);
        let mut enough = best.min(soft.len() / 2 + 1).max(least);
        let having = |enough: usize| open.iter().filter(passes).filter(|entry| number(entry) >= enough).count();
        while question && enough > 2 && having(enough) < wanted {
            enough -= 1;
        }
        let lacks =
            |n: &usize| best == 0 || open.iter().filter(passes).any(|entry| number(entry) == best && !had(entry)[*n]);
        let term = |n: usize| match &soft[n].plan {
            Plan::Leaf(leaf) => leaf.term.clone(),
            other => panic!("a soft clause is a word: {other:?}"),
        };
        let missing = (0..soft.len()).filter(lacks).map(term).collect();
        (open.into_iter().filter(|entry| number(entry) >= enough).collect(), MatchUsed::Most, missing)
    }
}

type Found<'a> = Vec<&'a Entry>;

/// Puts a value in the place of what the filters choose on an axis.
pub(crate) fn narrow(filters: &mut Filters, axis: &Axis, value: &AxisValue) {
    let mut choose = |choice| _ = filters.include.insert(axis.name().to_owned(), vec![choice]);
    match value {
        AxisValue::Path(path) => choose(FacetChoice::Path(path.clone())),
        AxisValue::Missing => choose(FacetChoice::Missing),
        AxisValue::Undated => (filters.dates, filters.undated) = (None, true),
        AxisValue::Period(period) => {
            let DateRange { from, to } = filters.dates.unwrap_or_default();
            let from = from.filter(|from| from.first_day() >= period.first_day()).unwrap_or(*period);
            let to = to.filter(|to| to.last_day() <= period.last_day()).unwrap_or(*period);
            (filters.dates, filters.undated) = (Some(DateRange { from: Some(from), to: Some(to) }), false);
        }
    }
}

/// Whether a marked piece of a text holds what one of the plan's words and phrases asks for.
pub(crate) fn is_asked_for(plan: &Plan, piece: &str, lang: &str) -> bool {
    let text = Text::new(piece, lang);
    let fits = |part: &Part| text.tokens.iter().any(|token| text.fits(part, token));
    plan.leaves().into_iter().any(|leaf| {
        let mut parts = leaf.parts.iter().map(|(_, part)| part);
        // The words of a phrase that may be moved are marked one by one, others as a whole.
        let all = if leaf.slop > 0 { parts.any(fits) } else { parts.all(fits) };
        all || leaf.whole.as_ref().is_some_and(fits)
    })
}

/// The plan of a request. With `fuzzy=1` and `fuzzy=2` each plain word also stands for all words within so many edits;
/// which corrections `auto` chooses is a matter of weights, and not the oracle's.
fn spelt(request: &SearchRequest) -> Plan {
    let mut plan = Plan::of(&request.query);
    if let Fuzzy::Within(edits @ 1..) = request.fuzzy {
        for leaf in plan.plain_words() {
            let folded = leaf.plain_word().unwrap().to_owned();
            leaf.alternatives.push(Alternative::within(&leaf.term, folded, edits));
        }
    }
    plan
}

/// With `match=any`, the clauses that are not firm become one, of which any side will do.
fn joined(plan: Plan, mode: MatchMode) -> Plan {
    match plan {
        Plan::All(clauses) if mode == MatchMode::Any => {
            let (mut firm, spared): (Vec<_>, Vec<_>) = clauses.into_iter().partition(|c| c.need == Need::Firm);
            let sides: Vec<_> = spared.into_iter().map(|clause| clause.plan).collect();
            if !sides.is_empty() {
                firm.push(dossier::engine::plan::PlanClause { plan: Plan::Any(sides), need: Need::Firm });
            }
            Plan::All(firm)
        }
        plan => plan,
    }
}

fn histogram(found: &[&Entry], interval: Interval, range: &DateRange) -> Histogram {
    let mut buckets: BTreeMap<String, u64> = BTreeMap::new();
    let mut undated = 0;
    for entry in found {
        match entry.document.date {
            // A partial date counts in every period that it may lie in.
            Some(date) => {
                let width = match interval {
                    Interval::Year => "2024".len(),
                    Interval::Month => "2024-03".len(),
                    Interval::Day => "2024-03-26".len(),
                };
                let days = (date.first_day()..=date.last_day()).map(|day| PartialDate::from_epoch_day(day).unwrap());
                let days = days.filter(|day| overlaps(*day, range));
                let periods: BTreeSet<String> = days.map(|day| day.to_string()[..width].to_owned()).collect();
                periods.into_iter().for_each(|period| *buckets.entry(period).or_default() += 1);
            }
            None => undated += 1,
        }
    }
    let buckets = buckets.into_iter().map(|(key, count)| Bucket { key, count }).collect();
    Histogram { interval, buckets, undated }
}

impl Searcher for Oracle {
    fn search(&self, request: &SearchRequest) -> Result<SearchResults, EngineError> {
        let (found, match_used, missing) = self.prepare(request);
        let found: Found<'_> = found.into_iter().filter(|entry| entry.passes(&request.filters)).collect();
        let facets = request.facets.iter().map(|facet| {
            // A dimension's own choice does not narrow its own counts.
            let counted: Found<'_> = found
                .iter()
                .copied()
                .filter(|entry| entry.failed(&request.filters).iter().all(|failed| *failed == facet.dimension))
                .collect();
            let chosen = request.filters.include.get(&facet.dimension).map(Vec::as_slice).unwrap_or_default();
            self.facet(facet, &counted, chosen)
        });
        let facets = facets.collect();
        let mut hits: Found<'_> = found.into_iter().filter(|e| e.failed(&request.filters).is_empty()).collect();
        let histogram =
            request.interval.map(|interval| histogram(&hits, interval, &request.filters.dates.unwrap_or_default()));
        let total = hits.len() as u64;
        let wordless = Plan::of(&request.query).leaves().is_empty();
        let first_day = |entry: &&Entry| {
            entry.document.date.map(|date| format!("{date}{}", &"0000-01-01"[date.to_string().len()..]))
        };
        // The entries come by id, and these sorts are stable.
        match request.sort {
            Sort::Oldest => hits.sort_by_key(|entry| (first_day(entry).is_none(), first_day(entry))),
            Sort::Newest => hits.sort_by_key(|entry| std::cmp::Reverse(first_day(entry))),
            Sort::Relevance if wordless => hits.sort_by_key(|entry| std::cmp::Reverse(first_day(entry))),
            Sort::Relevance => {}
        }
        let mut seen = BTreeSet::new();
        let mut different = hits.clone();
        different.retain(|entry| seen.insert(self.group(&entry.document.id)));
        let collapsed = different.len() as u64;
        let hits = if request.collapse { different } else { hits };
        let page = hits.into_iter().skip(request.offset).take(request.size);
        let hits = page.map(|entry| Hit {
            document: Document { body: String::new(), ..entry.document.clone() },
            score: 0.0,
            title: vec![Fragment { text: entry.document.title.clone(), matched: false }],
            snippets: Vec::new(),
            matched: Vec::new(),
            copies: self.copies(&entry.document),
            explanation: None,
        });
        Ok(SearchResults {
            total,
            collapsed,
            hits: hits.collect(),
            match_used,
            missing,
            variants: Vec::new(),
            corrections: Vec::new(),
            did_you_mean: None,
            facets,
            histogram,
        })
    }

    fn crosstab(
        &self,
        request: &SearchRequest,
        rows: &AxisRequest,
        columns: &AxisRequest,
    ) -> Result<Crosstab, EngineError> {
        let request = SearchRequest {
            facets: Vec::new(),
            interval: None,
            collapse: false,
            size: usize::MAX,
            offset: 0,
            ..request.clone()
        };
        let (rows, columns) = (self.side(&request, rows), self.side(&request, columns));
        let cell = |row: &Heading, column: &Heading| {
            self.count_of(&request, &[(&rows.axis, &row.value), (&columns.axis, &column.value)])
        };
        let cells = rows.headings.iter().map(|row| columns.headings.iter().map(|column| cell(row, column)).collect());
        let cells = cells.collect();
        Ok(Crosstab { total: self.search(&request)?.total, cells, rows, columns })
    }

    fn article(&self, id: &str, _: &Query, _: Fuzzy) -> Result<Option<Article>, EngineError> {
        let found = self.documents().find(|document| document.id == id);
        Ok(found.map(|document| Article {
            title: vec![Fragment { text: document.title.clone(), matched: false }],
            blocks: Vec::new(),
            matches: 0,
            copies: self.copies(document),
            document: document.clone(),
        }))
    }

    // How alike articles are is a score, and the oracle gives none: which of them are neighbours is proved by properties
    // (tests/it/similar.rs), not by a second formula. An id that does not exist is told all the same.
    fn similar(&self, id: &str, _: &Filters, _: usize) -> Result<Option<Neighbours>, EngineError> {
        let found = self.documents().find(|document| document.id == id);
        Ok(found.map(|document| Neighbours { title: document.title.clone(), total: 0, collapsed: 0, list: Vec::new() }))
    }

    fn suggest(&self, _: &SuggestRequest) -> Result<Vec<Suggestion>, EngineError> {
        Ok(Vec::new())
    }

    fn stats(&self) -> Result<Stats, EngineError> {
        Ok(Stats {
            generation: self.generation().to_owned(),
            documents: self.entries.len() as u64,
            segments: 1,
            bytes: 0,
            built_at: "1970-01-01T00:00:00Z".to_owned(),
        })
    }

    fn report(&self) -> &IngestReport {
        &self.report
    }

    fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    fn values(&self, dimension: &str) -> Vec<String> {
        let declared = self.taxonomy.dimension(dimension).into_iter().flat_map(|dimension| &dimension.nodes);
        let mut values: BTreeSet<String> = declared.map(|node| node.path.clone()).collect();
        values.extend(self.entries.iter().flat_map(|entry| entry.paths(dimension)));
        values.into_iter().collect()
    }

    fn generation(&self) -> &str {
        "oracle"
    }
}

/// Keeps the articles of a corpus.
#[derive(Default)]
struct Collector {
    baseline: Baseline,
    documents: Vec<Document>,
    groups: Vec<Vec<String>>,
}

impl Indexer for Collector {
    fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    fn add(&mut self, documents: Vec<Document>) -> Result<(), EngineError> {
        self.documents.extend(documents);
        Ok(())
    }

    fn remove(&mut self, id: &str) -> Result<(), EngineError> {
        panic!("an empty baseline has nothing to remove: {id}")
    }

    fn imprints(&mut self) -> Result<Option<Vec<Imprint>>, EngineError> {
        Ok(Some(self.documents.iter().map(Document::imprint).collect()))
    }

    fn group(&mut self, groups: Vec<Vec<String>>) {
        self.groups = groups;
    }

    fn commit(self: Box<Self>, _: Ledger, _: &IngestReport) -> Result<Committed, EngineError> {
        Ok(Committed { generation: "oracle".to_owned(), changed: true })
    }
}

/// Follows a run and never stops it.
struct Patient(AtomicBool);

impl Observer for Patient {
    fn progress(&self, _: Progress) {}

    fn stop(&self) -> &AtomicBool {
        &self.0
    }
}
