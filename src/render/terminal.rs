//! Answers, articles and counts as a person likes to read them in a terminal.
//!
//! May write no control character that came from a document, and no colour unless told. Dates, paths and ids stand
//! as they are typed back into a query.

mod lines;
mod neighbours;
mod status;
pub mod suggestions;

use anstyle::Style as Ink;
use unicode_segmentation::UnicodeSegmentation;

use crate::model::document::Document;
use crate::model::report::{IngestReport, Totals};
use crate::model::results::{
    Answer, Article, Block, BlockKind, Copies, Copy, FacetCounts, FacetValue, Fragment, Histogram, Hit, MatchUsed,
    OtherForms,
};
use crate::render::Dimension;
use crate::render::names::Names;
use crate::render::wording::{
    copies_line, found_articles, grouped, more, order, publishers_line, publishers_of, publishers_shown, reason,
};
use lines::{printable, wrap};
pub use neighbours::similar;
pub use status::status;

/// Values of a dimension shown under a search.
const FACET_VALUES_SHOWN: usize = 6;
/// Columns that all but titles are set in from the left.
const INDENT: &str = "   ";
/// Narrowest line that is filled; a terminal that says it is narrower gets longer lines than it has.
const COLUMNS_MIN: usize = 30;
/// A space at which no line breaks; it is written as an ordinary one.
const GLUE: char = '\u{A0}';

/// A report without colours, whatever stands in it: its lines stay, and nothing else in it steers the terminal.
pub fn plain(report: &str) -> String {
    report.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// How to write for a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether colour and weight may be used; else matches stand between asterisks.
    pub colour: bool,
    /// Columns of a line.
    pub width: usize,
}

impl Style {
    fn ink(self, ink: Ink, text: &str) -> String {
        let text = printable(text);
        if self.colour && !text.is_empty() { format!("{ink}{text}{ink:#}") } else { text }
    }

    fn bold(self, text: &str) -> String {
        self.ink(Ink::new().bold(), text)
    }

    fn dim(self, text: &str) -> String {
        self.ink(Ink::new().dimmed(), text)
    }

    fn wrap(self, fragments: &[Fragment], indent: usize) -> Vec<String> {
        wrap(fragments, self.width.max(COLUMNS_MIN).saturating_sub(indent), self.colour)
    }

    fn wrap_text(self, text: &str, indent: usize) -> Vec<String> {
        self.wrap(&[Fragment { text: text.to_owned(), matched: false }], indent)
    }
}

/// A page of hits with what was counted. `dimensions` are those of the taxonomy, in its order.
pub fn search(answer: &Answer, dimensions: &[Dimension], style: Style) -> String {
    let names = Names::new(dimensions, &answer.results.facets);
    let mut out = head(answer, style);
    let first = answer.page.saturating_sub(1) * answer.size;
    for (n, hit) in answer.results.hits.iter().enumerate() {
        out.push('\n');
        out.push_str(&self::hit(first + n + 1, hit, dimensions, style));
    }
    let counted = counted(answer, &names, style);
    if !counted.is_empty() {
        out.push('\n');
        out.push_str(&counted);
    }
    out
}

/// An article with its labels and what led to them, marks in its text, and its sources.
pub fn article(article: &Article, dimensions: &[Dimension], style: Style) -> String {
    let document = &article.document;
    let mut out = String::new();
    for line in style.wrap(&article.title, 0) {
        push_line(&mut out, &strong(&line, style));
    }
    let from = document.date_source.map(|source| format!(" ({})", source.name())).unwrap_or_default();
    let facts =
        [date(document) + &from, publishers_line(publishers_of(document)), document.lang.clone(), document.id.clone()];
    for line in style.wrap_text(&joined(&facts), 0) {
        push_line(&mut out, &style.dim(&line));
    }
    for line in [&document.author, &document.url].into_iter().flatten() {
        push_line(&mut out, &style.dim(line));
    }
    for line in copies(&article.copies) {
        push_line(&mut out, &style.dim(&line));
    }
    let labels = labels(document, dimensions, style);
    if !labels.is_empty() {
        out.push('\n');
        out.push_str(&labels);
    }
    out.push_str(&body(&article.blocks, style));
    out.push_str(&sources(document, style));
    out
}

/// Dimensions as trees with their counts.
pub fn facets(facets: &[FacetCounts], dimensions: &[Dimension], style: Style) -> String {
    let names = Names::new(dimensions, facets);
    let mut out = String::new();
    for counts in facets {
        if !out.is_empty() {
            out.push('\n');
        }
        push_line(&mut out, &style.bold(names.dimension(&counts.dimension)));
        for value in &counts.values {
            branch(&mut out, value, 1, style);
        }
        if counts.other > 0 {
            push_line(&mut out, &style.dim(&format!("  under values not shown  {}", grouped(counts.other))));
        }
        if counts.missing > 0 {
            let none = names.missing(&counts.dimension);
            push_line(&mut out, &style.dim(&format!("  {none}  {}", grouped(counts.missing))));
        }
    }
    out
}

/// Problems of one kind that are listed for people; JSON has them all.
pub const LISTED_MAX: usize = 50;

/// What a run of `index` did, in lines for people: what became of everything seen, and what articles lack.
pub fn report_lines(report: &IngestReport) -> String {
    let number = |count: usize| grouped(count as u64);
    let Totals { seen, indexed, quarantined, skipped } = report.totals;
    let mut lines = vec![
        format!(
            "seen {}: {} indexed, {} in quarantine, {} skipped",
            number(seen),
            number(indexed),
            number(quarantined),
            number(skipped)
        ),
        format!(
            "indexed {}: {} added, {} updated, {} unchanged; {} removed",
            number(indexed),
            number(report.added),
            number(report.updated),
            number(report.unchanged),
            number(report.removed)
        ),
    ];
    if report.copies > 0 {
        let (copies, groups) = (number(report.copies), number(report.copy_groups));
        let groups = if report.copy_groups == 1 { String::new() } else { format!(", in {groups} groups") };
        lines.push(format!("{copies} of the articles are copies of each other{groups}"));
    }
    let mut languages: Vec<(&String, &usize)> = report.languages.iter().collect();
    languages.sort_by_key(|(code, count)| (std::cmp::Reverse(**count), *code));
    if !languages.is_empty() {
        let each: Vec<_> = languages.iter().map(|(code, count)| format!("{code} {}", number(**count))).collect();
        lines.push(format!("languages: {}", each.join(", ")));
    }
    let missing: Vec<_> =
        report.missing_labels.iter().map(|(name, count)| format!("{name} {}", number(*count))).collect();
    let by_dimension = if missing.is_empty() { String::new() } else { format!(" (without {})", missing.join(", ")) };
    lines.push(format!("undated {}, unlabelled {}{by_dimension}", number(report.undated), number(report.unlabelled)));
    lines.join("\n")
}

fn head(answer: &Answer, style: Style) -> String {
    let results = &answer.results;
    let pages = answer.hits_total().div_ceil(answer.size.max(1) as u64);
    let page = if pages > 1 || answer.page > 1 { format!("page {} of {pages}", answer.page) } else { String::new() };
    let count = if results.total == 0 { "No article found".to_owned() } else { found_articles(results) };
    let facts = if results.total == 0 { Vec::new() } else { vec![order(answer).to_owned(), page] };
    let rest: Vec<_> = facts.into_iter().chain([format!("{:.1} ms", answer.took_ms)]).collect();
    let mut out = String::new();
    push_line(&mut out, &format!("{} · {}", style.bold(&count), joined(&rest)));
    if results.match_used == MatchUsed::Most {
        let missing = results.missing.join(", ");
        let note = if results.total == 0 {
            format!("No article has any of these words: {missing}")
        } else if missing.is_empty() {
            "Few articles have all the words; those with most of them are shown too.".to_owned()
        } else {
            format!("No article has all the words; showing those with most. Missing: {missing}")
        };
        style.wrap_text(&note, 0).iter().for_each(|line| push_line(&mut out, line));
    }
    for other in &results.variants {
        let note =
            format!("Also searched for {}: {} (--variants off for the typed names alone)", other.term, forms(other));
        style.wrap_text(&note, 0).iter().for_each(|line| push_line(&mut out, line));
    }
    for other in &results.corrections {
        let note = format!(
            "No article has {}; searched for {} (--fuzzy 0 for the typed word alone)",
            other.term,
            forms(other)
        );
        style.wrap_text(&note, 0).iter().for_each(|line| push_line(&mut out, line));
    }
    if let Some(better) = &results.did_you_mean {
        push_line(&mut out, &format!("Did you mean: {better}"));
    }
    for diagnostic in &answer.diagnostics {
        let note = format!("Note: {} (at {})", diagnostic.message, diagnostic.start + 1);
        style.wrap_text(&note, 0).iter().for_each(|line| push_line(&mut out, line));
    }
    out
}

/// Forms with their counts: `Baluchistan (12), بلوچستان (3)`.
fn forms(other: &OtherForms) -> String {
    let shown: Vec<_> =
        other.forms.iter().map(|form| format!("{}{GLUE}({})", form.form, grouped(form.count))).collect();
    shown.join(", ")
}

fn hit(number: usize, hit: &Hit, dimensions: &[Dimension], style: Style) -> String {
    let mut out = String::new();
    let number = format!("{number}. ");
    for (n, line) in style.wrap(&hit.title, number.len()).iter().enumerate() {
        let lead = if n == 0 { &number } else { INDENT };
        push_line(&mut out, &format!("{lead}{}", strong(line, style)));
    }
    let document = &hit.document;
    let place = dimensions.first().and_then(|dimension| document.tags(&dimension.name).next()).map(shortened);
    let facts = [
        date(document),
        publishers_line(publishers_shown(&document.source)),
        place.unwrap_or_default(),
        document.lang.clone(),
        document.id.clone(),
    ];
    for line in style.wrap_text(&joined(&facts), INDENT.len()) {
        push_line(&mut out, &format!("{INDENT}{}", style.dim(&line)));
    }
    for snippet in &hit.snippets {
        for line in style.wrap(&snippet.fragments, INDENT.len()) {
            push_line(&mut out, &format!("{INDENT}{line}"));
        }
    }
    if let Some(parts) = &hit.explanation {
        let parts: Vec<String> = parts.iter().map(|part| format!("{} {:.2}", part.what, part.points)).collect();
        let why = format!("score {:.2}: {}", hit.score, parts.join("; "));
        for line in style.wrap_text(&why, INDENT.len()) {
            push_line(&mut out, &format!("{INDENT}{}", style.dim(&line)));
        }
    }
    if hit.copies.total > 0 {
        for line in style.wrap_text(&copies_line(&hit.copies), INDENT.len()) {
            push_line(&mut out, &format!("{INDENT}{}", style.dim(&line)));
        }
    }
    out
}

/// The counts under a search: one entry a dimension, and the years.
fn counted(answer: &Answer, names: &Names<'_>, style: Style) -> String {
    let results = &answer.results;
    let mut rows: Vec<(String, String)> = Vec::new();
    for counts in &results.facets {
        let mut values = Vec::new();
        flatten(&counts.values, &mut values);
        values.sort_by_key(|value| std::cmp::Reverse(value.count));
        let more = if values.len() > FACET_VALUES_SHOWN { " …" } else { "" };
        let shown = values.iter().take(FACET_VALUES_SHOWN);
        let mut shown: Vec<_> = shown.map(|value| format!("{}{GLUE}{}", value.label, grouped(value.count))).collect();
        if counts.missing > 0 {
            shown.push(format!("none{GLUE}{}", grouped(counts.missing)));
        }
        if !shown.is_empty() {
            rows.push((names.dimension(&counts.dimension).to_owned(), joined(&shown) + more));
        }
    }
    if let Some(histogram) = &results.histogram {
        let years = years(histogram);
        if !years.is_empty() {
            rows.push(("Dates".to_owned(), years));
        }
    }
    table(&rows, style)
}

fn flatten<'a>(values: &'a [FacetValue], into: &mut Vec<&'a FacetValue>) {
    for value in values {
        into.push(value);
        flatten(&value.children, into);
    }
}

/// The bars of a histogram added up by year.
fn years(histogram: &Histogram) -> String {
    let mut years: Vec<(&str, u64)> = Vec::new();
    for bucket in &histogram.buckets {
        let year = bucket.key.get(..4).unwrap_or(&bucket.key);
        match years.last_mut() {
            Some((last, count)) if *last == year => *count += bucket.count,
            _ => years.push((year, bucket.count)),
        }
    }
    let mut parts: Vec<_> = years.iter().map(|(year, count)| format!("{year}{GLUE}{}", grouped(*count))).collect();
    if histogram.undated > 0 {
        parts.push(format!("undated{GLUE}{}", grouped(histogram.undated)));
    }
    joined(&parts)
}

/// Rows with their names in one column and the rest filled beside it.
fn table(rows: &[(String, String)], style: Style) -> String {
    let names = rows.iter().map(|(name, _)| name.graphemes(true).count()).max().unwrap_or_default();
    let mut out = String::new();
    for (name, text) in rows {
        for (n, line) in style.wrap_text(text, names + 2).iter().enumerate() {
            let name = if n == 0 { name.as_str() } else { "" };
            let gap = " ".repeat(names + 2 - name.graphemes(true).count());
            push_line(&mut out, &format!("{}{gap}{line}", style.bold(name)));
        }
    }
    out
}

fn labels(document: &Document, dimensions: &[Dimension], style: Style) -> String {
    let names = Names::new(dimensions, &[]);
    let mut rows = Vec::new();
    for dimension in dimensions {
        let labels = document.labels.get(&dimension.name).into_iter().flatten();
        for (n, label) in labels.enumerate() {
            let name = if n == 0 { names.dimension(&dimension.name).to_owned() } else { String::new() };
            rows.push((name, format!("{} · {}", names.value(&dimension.name, &label.path), reason(label))));
        }
    }
    table(&rows, style)
}

fn body(blocks: &[Block], style: Style) -> String {
    let mut out = String::new();
    let mut last = None;
    for block in blocks {
        if !(last == Some(block.kind) && matches!(block.kind, BlockKind::Item | BlockKind::Row)) {
            out.push('\n');
        }
        last = Some(block.kind);
        let (first, rest) = if block.kind == BlockKind::Item { ("- ", "  ") } else { ("", "") };
        for (n, line) in style.wrap(&block.fragments, first.len()).into_iter().enumerate() {
            let line = if matches!(block.kind, BlockKind::Heading(_)) { strong(&line, style) } else { line };
            push_line(&mut out, &format!("{}{line}", if n == 0 { first } else { rest }));
        }
    }
    out
}

fn sources(document: &Document, style: Style) -> String {
    if document.sources.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", style.bold("Sources"));
    for source in &document.sources {
        let facts = [&source.publisher, &source.published, &source.url].map(|fact| fact.clone().unwrap_or_default());
        // Not filled: a broken address cannot be followed.
        push_line(&mut out, &format!("- {}", printable(&joined(&facts))));
    }
    out
}

fn branch(out: &mut String, value: &FacetValue, depth: usize, style: Style) {
    let mark = if value.selected { "*" } else { "" };
    let indent = "  ".repeat(depth);
    push_line(out, &format!("{indent}{}{mark}  {}", printable(&value.label), style.dim(&grouped(value.count))));
    for child in &value.children {
        branch(out, child, depth + 1, style);
    }
}

/// A line in bold that may hold coloured marks, each of which ends with a reset.
fn strong(line: &str, style: Style) -> String {
    if !style.colour {
        return line.to_owned();
    }
    let bold = Ink::new().bold();
    let resumed = format!("{bold:#}{bold}");
    format!("{bold}{}{bold:#}", line.replace(&format!("{bold:#}"), &resumed))
}

fn date(document: &Document) -> String {
    document.date.map_or_else(|| "undated".to_owned(), |date| date.to_string())
}

/// A path with its middle left out: `Pakistan/…/Besham`.
fn shortened(path: &str) -> String {
    match (path.split_once('/'), path.rsplit_once('/')) {
        (Some((first, _)), Some((front, last))) if front != first => format!("{first}/…/{last}"),
        _ => path.to_owned(),
    }
}

/// The copies of an article: what is said of them, then each with its id.
fn copies(copies: &Copies) -> Vec<String> {
    if copies.total == 0 {
        return Vec::new();
    }
    let one = |copy: &Copy| {
        let facts: Vec<_> = copy.source.iter().cloned().chain(copy.date.clone()).collect();
        let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) };
        format!("{INDENT}{}{facts}", copy.id)
    };
    let mut lines = vec![copies_line(copies)];
    lines.extend(copies.list.iter().map(one));
    let left = copies.total - copies.list.len();
    if left > 0 {
        lines.push(format!("{INDENT}{}", more(left)));
    }
    lines
}

fn joined(parts: &[String]) -> String {
    let parts: Vec<_> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join(&format!("{GLUE}· "))
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(&line.trim_end().replace(GLUE, " "));
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    const PLAIN: Style = Style { colour: false, width: 60 };

    #[test]
    fn a_page_of_hits_reads_well_without_colour() {
        let expected = "\
12 articles, 11 different · best first · page 2 of 2 · 0.8 ms
No article has all the words; showing those with most.
Missing: strike
Also searched for dock: Quay & Dock (4) (--variants off for
the typed names alone)
No article has strike; searched for striker (1) (--fuzzy 0
for the typed word alone)
Did you mean: dock striker
Note: `AND` has nothing before it (at 1)

11. *Strike* closes the *docks*
   2024-03-26 · Harbour Post, Tide · North/…/East Quay ·
   en · dock-strike-2024
   The *dock strike* began at dawn.
   \"No,\" said the union.
   score 7.25: `dock` stands once in the title and twice in
   the text 6.50; it is tagged theme: Strike 0.75
   +1 copy, this is the first

12. گودی میں *ہڑتال*
   undated · ur · undated-ur

Region    North 10 · Harbour 9 · East Quay 2 · South 2 ·
          none 1
Theme     Unrest 4 · none 8
Language  English 11 · Urdu 1
Dates     2023 3 · 2025 8 · undated 1
";
        assert_eq!(search(&samples::answer(), &samples::dimensions(), PLAIN), expected);
    }

    #[test]
    fn an_article_says_why_it_has_its_labels() {
        let expected = "\
*Strike* closes the docks
2024-03-26 (json-ld) · Harbour Post, Tide · en ·
dock-strike-2024
A. Writer
https://harbour.example/a?b=1&c=2
+1 copy
   dock-2 (Tide)

Region  East Quay · by the curator
        South · mentioned, matched “the south” in the body
Theme   Strike · matched “strike” in the title; “walk-out”
        in the lead

The dock *strike* began at dawn.

Background

- pay
- hours

Sources
- Tide · 2024-03 · https://tide.example/x
";
        assert_eq!(article(&samples::article(), &samples::dimensions(), PLAIN), expected);
    }

    #[test]
    fn counts_are_a_tree_and_keep_the_order_of_the_answer() {
        let expected = "Region\n  North  10\n    Harbour*  9\n      East Quay  2\n  South  2\n  \
            under values not shown  3\n  No region  1\n\nTheme\n  Unrest  4\n  No theme  8\n\n\
            Language\n  English  11\n  Urdu  1\n";
        assert_eq!(facets(&samples::answer().results.facets, &samples::dimensions(), PLAIN), expected);
    }

    #[test]
    fn colour_comes_from_us_alone() {
        let mut answer = samples::answer();
        let hit = &mut answer.results.hits[0];
        let hostile = Fragment { text: "a\u{1b}[5mb ".into(), matched: false };
        hit.title = vec![hostile, Fragment { text: "c".into(), matched: true }];
        hit.document.source = vec!["\u{1b}]0;owned\u{7}".into()];
        let text = search(&answer, &samples::dimensions(), Style { colour: true, width: 60 });
        assert!(text.contains("a[5mb \u{1b}[1m\u{1b}[31mc\u{1b}[0m"), "{text:?}");
        assert!(!text.contains("\u{1b}[5m") && !text.contains("\u{1b}]") && !text.contains('\u{7}'));
        answer.results.total = 0;
        answer.results.hits.clear();
        assert!(search(&answer, &[], PLAIN).starts_with("No article found · 0.8 ms\n"));
    }

    #[test]
    fn a_long_path_is_shown_by_its_ends() {
        assert_eq!(["a", "a/b", "a/b/c/d"].map(shortened), ["a", "a/b", "a/…/d"]);
    }
}
