//! The text of an article page: its parts, the marks of a search by their numbers, and anchors at the words that led to labels.
//!
//! May not mark anything itself: what matches and what gave a label away was settled before; here both get a name that a link
//! can lead to.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use crate::model::document::Document;
use crate::model::facet::{Evidence, EvidencePlace};
use crate::model::results::{Article, Block, BlockKind, CELLS_PARTED_BY, Fragment};
use crate::render::html::{Marks, Run};

/// Marks that are linked by their numbers; the others are reached by the keys, or by reading.
const MARK_LINKS_MAX: usize = 200;

/// A part of the text.
pub(super) enum Part<'a> {
    Heading(u8, Marks<'a>),
    Paragraph(Marks<'a>),
    List(Vec<Marks<'a>>),
    /// Rows of cells.
    Table(Vec<Vec<Marks<'a>>>),
}

/// The marks that are written alike, case aside.
pub(super) struct Form<'a> {
    /// As it stands first in the text.
    pub(super) text: &'a str,
    /// The numbers of its marks.
    pub(super) numbers: Vec<usize>,
}

/// The text of an article.
pub(super) struct Text<'a> {
    pub(super) title: Marks<'a>,
    pub(super) parts: Vec<Part<'a>>,
    /// How many marks there are.
    pub(super) marks: usize,
    /// The marks by what is marked, in the order of the text.
    pub(super) forms: Vec<Form<'a>>,
    places: HashMap<Place, String>,
}

/// Where evidence begins: in the title or the body, and at which byte.
type Place = (bool, usize);

fn place(evidence: &Evidence) -> Place {
    (evidence.place == EvidencePlace::Title, evidence.offset)
}

impl<'a> Text<'a> {
    /// Cuts title and body at marks and evidence.
    pub(super) fn new(article: &'a Article) -> Self {
        let mut cutter = Cutter::new(&article.document);
        let title = cutter.cut(&article.title, true, 0);
        let parts = parts(&article.blocks, |block| cutter.cut(&block.fragments, false, block.offset));
        Self { title, parts, marks: cutter.marks, forms: cutter.forms, places: cutter.places }
    }

    /// The link to the words of an evidence; `None` where they are not found.
    pub(super) fn link(&self, evidence: &Evidence) -> Option<String> {
        self.places.get(&place(evidence)).map(|name| format!("#{name}"))
    }

    /// How many of the marks are linked by their numbers.
    pub(super) fn linked(&self) -> usize {
        self.marks.min(MARK_LINKS_MAX)
    }
}

/// Goes through a text once and gives names to what is met.
struct Cutter<'a> {
    wanted: BTreeMap<Place, &'a str>,
    places: HashMap<Place, String>,
    forms: Vec<Form<'a>>,
    folded: HashMap<String, usize>,
    marks: usize,
    anchors: usize,
}

impl<'a> Cutter<'a> {
    fn new(document: &'a Document) -> Self {
        let mut wanted: BTreeMap<Place, &str> = BTreeMap::new();
        for evidence in document.labels.values().flatten().flat_map(|label| &label.evidence) {
            let longest = wanted.entry(place(evidence)).or_default();
            if evidence.text.len() > longest.len() {
                *longest = &evidence.text;
            }
        }
        let (places, forms, folded) = (HashMap::new(), Vec::new(), HashMap::new());
        Self { wanted, places, forms, folded, marks: 0, anchors: 0 }
    }

    /// Fragments that begin at byte `at` of the title or the body.
    fn cut(&mut self, fragments: &'a [Fragment], in_title: bool, mut at: usize) -> Marks<'a> {
        let mut runs = Vec::new();
        for fragment in fragments {
            let span = at..at + fragment.text.len();
            at = span.end;
            if fragment.matched {
                runs.push(self.mark(&fragment.text, in_title, span));
            } else {
                self.anchor(&fragment.text, in_title, span, &mut runs);
            }
        }
        Marks { runs }
    }

    /// A mark with its number. Evidence that begins in it is led to it.
    fn mark(&mut self, text: &'a str, in_title: bool, span: Range<usize>) -> Run<'a> {
        self.marks += 1;
        let name = format!("hit-{}", self.marks);
        for (place, _) in self.wanted.range((in_title, span.start)..(in_title, span.end)) {
            self.places.insert(*place, name.clone());
        }
        if self.marks <= MARK_LINKS_MAX {
            let at = *self.folded.entry(text.to_lowercase()).or_insert_with(|| {
                self.forms.push(Form { text, numbers: Vec::new() });
                self.forms.len() - 1
            });
            self.forms[at].numbers.push(self.marks);
        }
        Run { text, matched: true, name: Some(name) }
    }

    /// A run without a match, cut where evidence stands in it. Evidence that goes on in a mark is named up to there.
    fn anchor(&mut self, text: &'a str, in_title: bool, span: Range<usize>, runs: &mut Vec<Run<'a>>) {
        let mut done = span.start;
        let plain = |text| Run { text, matched: false, name: None };
        for (place, words) in self.wanted.range((in_title, span.start)..(in_title, span.end)) {
            if place.1 < done {
                // It lies inside of the one before, which has a name.
                self.places.insert(*place, format!("why-{}", self.anchors));
                continue;
            }
            let end = (place.1 + words.len()).min(span.end);
            let (before, here) =
                (text.get(done - span.start..place.1 - span.start), text.get(place.1 - span.start..end - span.start));
            let (Some(before), Some(here)) = (before, here.filter(|here| words.starts_with(here))) else { continue };
            if !before.is_empty() {
                runs.push(plain(before));
            }
            self.anchors += 1;
            let name = format!("why-{}", self.anchors);
            self.places.insert(*place, name.clone());
            runs.push(Run { text: here, matched: false, name: Some(name) });
            done = end;
        }
        if let Some(rest) = text.get(done - span.start..).filter(|rest| !rest.is_empty()) {
            runs.push(plain(rest));
        }
    }
}

/// Blocks with the items of a list together. The title is the only `h1`: the highest headings of the text are `h2`
/// whatever their level was, and none is more than one level below the heading before it.
fn parts<'a>(blocks: &'a [Block], mut cut: impl FnMut(&'a Block) -> Marks<'a>) -> Vec<Part<'a>> {
    let mut parts: Vec<Part<'a>> = Vec::new();
    let level = |block: &Block| if let BlockKind::Heading(level) = block.kind { Some(level) } else { None };
    let highest = blocks.iter().filter_map(level).min().unwrap_or(1);
    let mut above = 1;
    for block in blocks {
        let marks = cut(block);
        match (block.kind, parts.last_mut()) {
            (BlockKind::Item, Some(Part::List(items))) => items.push(marks),
            (BlockKind::Item, _) => parts.push(Part::List(vec![marks])),
            (BlockKind::Row, Some(Part::Table(rows))) => rows.push(cells(marks)),
            (BlockKind::Row, _) => parts.push(Part::Table(vec![cells(marks)])),
            (BlockKind::Heading(level), _) => {
                above = (level - highest).saturating_add(2).min(above + 1).min(6);
                parts.push(Part::Heading(above, marks));
            }
            (BlockKind::Paragraph, _) => parts.push(Part::Paragraph(marks)),
        }
    }
    parts
}

/// The cells of a row. What is marked or named is never cut.
fn cells(row: Marks<'_>) -> Vec<Marks<'_>> {
    let mut cells = vec![Vec::new()];
    for run in row.runs {
        if run.matched || run.name.is_some() {
            if let Some(cell) = cells.last_mut() {
                cell.push(run);
            }
            continue;
        }
        for (at, text) in run.text.split(CELLS_PARTED_BY).enumerate() {
            if at > 0 {
                cells.push(Vec::new());
            }
            if let Some(cell) = cells.last_mut() {
                cell.push(Run { text, matched: false, name: None });
            }
        }
    }
    cells.into_iter().map(|runs| Marks { runs }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::facet::{Label, LabelKind, LabelledBy};
    use crate::render::html::finish;
    use crate::render::samples;

    #[test]
    fn headings_start_below_the_title_and_skip_no_level() {
        for (levels, expected) in [
            (vec![1, 2], vec![2, 3]),
            (vec![2, 2, 3, 2], vec![2, 2, 3, 2]),
            (vec![3, 1, 6, 6, 2], vec![2, 2, 3, 4, 3]),
            (vec![1, 2, 3, 4, 5, 6], vec![2, 3, 4, 5, 6, 6]),
        ] {
            let block = |level: &u8| Block { kind: BlockKind::Heading(*level), offset: 0, fragments: Vec::new() };
            let blocks: Vec<_> = levels.iter().map(block).collect();
            let made = parts(&blocks, |_| Marks { runs: Vec::new() });
            let made: Vec<_> = made
                .iter()
                .map(|part| match part {
                    Part::Heading(level, _) => *level,
                    Part::Paragraph(_) | Part::List(_) | Part::Table(_) => 0,
                })
                .collect();
            assert_eq!(made, expected, "{levels:?}");
        }
    }

    /// One paragraph, its marks in brackets, with evidence at places of its text without brackets.
    fn cut(text: &str, evidence: &[(&str, usize)]) -> (String, Vec<Option<String>>) {
        let mut article = samples::article();
        article.title = samples::fragments("No mark");
        article.blocks = vec![Block { kind: BlockKind::Paragraph, offset: 10, fragments: samples::fragments(text) }];
        let found = evidence.iter().map(|(text, offset)| Evidence {
            text: (*text).into(),
            place: EvidencePlace::Body,
            offset: 10 + offset,
            doubted: false,
        });
        let found: Vec<_> = found.collect();
        let label = Label {
            path: "a".into(),
            by: LabelledBy::Classifier,
            kind: LabelKind::Tag,
            weight: 1.0,
            evidence: found.clone(),
        };
        article.document.labels = BTreeMap::from([("d".to_owned(), vec![label])]);
        let text = Text::new(&article);
        let [Part::Paragraph(marks)] = text.parts.as_slice() else { panic!("one paragraph") };
        (finish(marks), found.iter().map(|evidence| text.link(evidence)).collect())
    }

    #[test]
    fn evidence_is_named_where_it_stands_and_led_to_a_mark_where_that_stands_there() {
        let some = |links: &[&str]| links.iter().map(|link| Some((*link).to_owned())).collect::<Vec<_>>();
        let why = |number: usize, text: &str| format!("<span id=\"why-{number}\">{text}</span>");
        let hit = |number: usize, text: &str| format!("<mark id=\"hit-{number}\">{text}</mark>");
        for (text, evidence, markup, links) in [
            ("the port of bay", vec![("port", 4)], format!("the {} of bay", why(1, "port")), some(&["#why-1"])),
            ("the [port] of bay", vec![("port", 4)], format!("the {} of bay", hit(1, "port")), some(&["#hit-1"])),
            (
                "the port",
                vec![("port", 4), ("the", 0)],
                format!("{} {}", why(1, "the"), why(2, "port")),
                some(&["#why-2", "#why-1"]),
            ),
            // One inside of the other, and one that goes on in a mark.
            ("port of bay", vec![("port of bay", 0), ("bay", 8)], why(1, "port of bay"), some(&["#why-1", "#why-1"])),
            (
                "port of [bay]",
                vec![("port of bay", 0)],
                format!("{}{}", why(1, "port of "), hit(1, "bay")),
                some(&["#why-1"]),
            ),
        ] {
            assert_eq!(cut(text, &evidence), (markup, links), "{text}");
        }
    }

    #[test]
    fn evidence_that_is_not_where_it_says_has_no_link() {
        for (text, evidence) in [("the port", ("bay", 4)), ("the port", ("port", 90)), ("گوادر", ("port", 1))] {
            let (markup, links) = cut(text, &[evidence]);
            assert_eq!((markup.as_str(), links), (text, vec![None]));
        }
    }

    #[test]
    fn a_row_has_its_cells_and_marks_stay_whole() {
        let mut article = samples::article();
        let row = |text| Block { kind: BlockKind::Row, offset: 0, fragments: samples::fragments(text) };
        article.blocks = vec![row("Port | [Tons] | "), row("[Bay | East] | 7")];
        let text = Text::new(&article);
        let [Part::Table(rows)] = text.parts.as_slice() else { panic!("one table") };
        let rows: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(finish).collect()).collect();
        assert_eq!(rows[0], ["Port", "<mark id=\"hit-2\">Tons</mark>", ""]);
        assert_eq!(rows[1], ["<mark id=\"hit-3\">Bay | East</mark>", "7"]);
    }

    #[test]
    fn marks_are_gathered_by_what_is_marked() {
        let mut article = samples::article();
        article.title = samples::fragments("[Dock] and [quay]");
        let paragraph = samples::fragments("A [dock], a [Quay], a [DOCK].");
        article.blocks = vec![Block { kind: BlockKind::Paragraph, offset: 0, fragments: paragraph }];
        let text = Text::new(&article);
        let forms: Vec<_> = text.forms.iter().map(|form| (form.text, form.numbers.as_slice())).collect();
        assert_eq!((text.marks, forms), (5, vec![("Dock", [1, 3, 5].as_slice()), ("quay", [2, 4].as_slice())]));
    }
}
