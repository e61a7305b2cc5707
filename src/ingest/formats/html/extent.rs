//! How far an article reaches on its page: the main text as it was chosen, with what was lost in its middle put back,
//! and what only stands beside it taken out.
//!
//! Judges elements by what they are, what their makers call them and how many letters they hold; knows no site, and
//! reads no text.

use super::outline::INLINE;
use super::page::{Element, Step};

/// Elements of which nothing is read.
const SILENT: &[&str] = &[
    "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "embed", "canvas", "audio", "video",
    "button", "input", "select", "textarea", "datalist", "dialog", "nav", "menu", "head", "map",
];
/// Elements that stand beside a text, whatever they are called.
const BESIDE: &[&str] = &["aside", "figcaption", "footer", "form"];
/// Parts of names of what stands beside a text.
#[rustfmt::skip]
const BESIDE_NAMES: &[&str] = &[
    "caption", "breadcrumb", "related", "newsletter", "subscribe", "sharing", "share-", "-share", "social-share",
    "author-bio", "author-box", "authorbox", "author-info", "author-desc", "about-author", "post-author", "bio-box",
    "taboola", "outbrain", "sponsor", "promo-", "-promo", "advert", "read-more", "readmore", "most-popular",
    "recommended", "recirc", "gallery-nav", "photo-credit", "image-credit", "tag-list", "post-tags", "entry-tags",
    "comment-", "comments", "disqus", "signup", "sign-up", "also-like", "see-also", "hidden-print", "sr-only",
    "screen-reader", "visually-hidden", "visuallyhidden", "post-nav", "pagination",
];
/// Parts of names of what shows itself only to a pointer, inside a line.
const POPUP_NAMES: &[&str] = &["popup", "popover", "tooltip", "rollover", "hovercard", "dropdown"];
/// Parts of names of what no browser shows, though it stands inside a line.
const UNSEEN_NAMES: &[&str] = &["hidden-print", "sr-only", "screen-reader", "visually-hidden", "visuallyhidden"];
/// Elements whose lines are running text.
const PARAGRAPHS: &[&str] = &["p", "li", "dd", "td", "blockquote"];
/// Parts of names, besides those, of what is not put back once it was lost.
#[rustfmt::skip]
const LOST_NAMES: &[&str] = &[
    "banner", "byline", "author", "credit", "tags", "widget", "sidebar", "toolbar", "comment", "promo", "footer",
    "menu", "modal", "cookie", "consent", "login", "paywall", "poll", "gallery", "advert", "sponsor", "popular",
    "trending",
];

/// Share of the chosen letters that the smallest element around the article holds.
const AROUND_SHARE: f64 = 0.85;
/// Largest share of the chosen letters that may be taken out with one element: templates put such names on whole
/// articles.
const BESIDE_SHARE_MAX: f64 = 0.25;
/// Largest share of letters in links in an element that is put back.
const LINK_SHARE_MAX: f64 = 0.4;
/// The same for elements that stand beside a text by their nature.
const BESIDE_ELEMENT_SHARE_MAX: f64 = 0.5;
/// Longest form, in letters, that is no more than a form: some frameworks put whole pages in one.
const FORM_LETTERS_MAX: usize = 800;

/// An element with what it holds.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    /// The step behind its last.
    end: usize,
    letters: usize,
    chosen: usize,
    linked: usize,
    /// Whether it stands inside a line of a paragraph that has other words, which were chosen.
    in_line: bool,
    /// Whether it opens right behind a letter, as no word of a sentence does where words are set apart.
    glued: bool,
}

/// The steps of a page that are silent: at an element all of it, at a text the text.
pub(super) fn beside_article(steps: &[Step]) -> Vec<bool> {
    let spans = spans(steps);
    let popups = popups(steps, &spans);
    let total = spans.first().map_or(0, |span| span.chosen);
    let around = around(steps, &spans, (total as f64 * AROUND_SHARE) as usize);
    let is_chosen = |step: &Step| matches!(step, Step::Text { text, chosen: true } if letters(text) > 0);
    let first = steps.iter().position(is_chosen).unwrap_or(0);
    let last = steps.iter().rposition(is_chosen).unwrap_or(0);
    let inside = |at: usize| around.0 <= at && at < around.1 && first < at && at < last;
    let mut silent = vec![false; steps.len()];
    for (at, step) in steps.iter().enumerate() {
        silent[at] = match step {
            Step::Open(element) if SILENT.contains(&element.name.as_str()) => true,
            Step::Open(element) if spans[at].chosen == 0 => {
                let span = spans[at];
                let data = element.name == "table" && around.0 <= at && at < around.1;
                let links = span.linked as f64 > span.letters as f64 * LINK_SHARE_MAX;
                // An element that holds no letters of its own, such as a line break, is left to the walk.
                let lost = is_lost(element, span) || popups[at] || (links && !is_inline(element));
                span.letters > 0 && (lost || !(inside(at) || data))
            }
            Step::Open(element) => {
                let share = spans[at].chosen as f64 / total as f64;
                let by_name = is_beside_by_name(element, spans[at]) || popups[at];
                (share <= BESIDE_SHARE_MAX && by_name)
                    || (share <= BESIDE_ELEMENT_SHARE_MAX && BESIDE.contains(&element.name.as_str()))
            }
            Step::Text { .. } | Step::Close(_) => false,
        };
    }
    silent
}

/// The steps of a page that a reader does not see.
pub(super) fn unseen(steps: &[Step]) -> Vec<bool> {
    let spans = spans(steps);
    let is_silent = |(at, step): (usize, &Step)| match step {
        Step::Open(element) => {
            let form = element.name == "form" && spans[at].letters <= FORM_LETTERS_MAX;
            SILENT.contains(&element.name.as_str()) || element.hidden || form
        }
        Step::Text { .. } | Step::Close(_) => false,
    };
    steps.iter().enumerate().map(is_silent).collect()
}

fn has_name(element: &Element, parts: &[&str]) -> bool {
    parts.iter().any(|part| element.names.contains(part))
}

/// Whether its name says that an element stands beside a text. Words of a sentence stay, whatever they are called.
fn is_beside_by_name(element: &Element, span: Span) -> bool {
    has_name(element, if span.in_line { UNSEEN_NAMES } else { BESIDE_NAMES })
}

/// Whether an element that was not chosen stays out.
fn is_lost(element: &Element, span: Span) -> bool {
    element.hidden
        || BESIDE.contains(&element.name.as_str())
        || is_beside_by_name(element, span)
        || (!span.in_line && has_name(element, LOST_NAMES))
}

/// The elements that show themselves only to a pointer. Their names are often those of the words that they hang on
/// too: words of a sentence stay, and so does what holds words with
/// such an element behind them.
fn popups(steps: &[Step], spans: &[Span]) -> Vec<bool> {
    let mut popups = vec![false; steps.len()];
    // Inner elements are judged before those around them: the first of those behind a step, and the letters from there
    // and from the step to the end.
    let (mut first, mut letters_behind) = (None, 0);
    for (at, step) in steps.iter().enumerate().rev() {
        let element = match step {
            Step::Open(element) => element,
            Step::Text { text, .. } => {
                letters_behind += letters(text);
                continue;
            }
            Step::Close(_) => continue,
        };
        let named = is_inline(element) && has_name(element, POPUP_NAMES);
        let in_words = spans[at].in_line && !spans[at].glued;
        let holds_more = first.is_some_and(|(inner, behind)| inner < spans[at].end && behind < letters_behind);
        popups[at] = element.tooltip || (named && !in_words && !holds_more);
        first = if popups[at] { Some((at, letters_behind)) } else { first };
    }
    popups
}

fn is_inline(element: &Element) -> bool {
    matches!(element.name.as_str(), "a" | "b" | "em" | "i" | "span" | "strong" | "u")
}

/// What each element holds, by the step that opens it.
fn spans(steps: &[Step]) -> Vec<Span> {
    let mut spans = vec![Span::default(); steps.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut links = 0;
    for (at, step) in steps.iter().enumerate() {
        match step {
            Step::Open(element) => {
                links += usize::from(element.name == "a");
                open.push(at);
            }
            Step::Text { text, chosen } => {
                let letters = letters(text);
                if let Some(&parent) = open.last() {
                    spans[parent].letters += letters;
                    spans[parent].chosen += if *chosen { letters } else { 0 };
                    spans[parent].linked += if links > 0 { letters } else { 0 };
                }
            }
            Step::Close(name) => {
                links -= usize::from(name == "a");
                let Some(own) = open.pop() else { continue };
                spans[own].end = at + 1;
                let span = spans[own];
                if let Some(&parent) = open.last() {
                    spans[parent].letters += span.letters;
                    spans[parent].chosen += span.chosen;
                    spans[parent].linked += span.linked;
                }
            }
        }
    }
    mark_lines(steps, &mut spans);
    spans
}

/// Marks the elements that stand inside a line of a paragraph, and those that open right behind a letter.
fn mark_lines(steps: &[Step], spans: &mut [Span]) {
    // Letters chosen in the line so far, and the elements inside it that were closed.
    let (mut line, mut closed) = (0, Vec::new());
    // What is open: its step, whether it is inline, whether its lines are running text; and how much of it was open when
    // the last line ended: that holds more than a line.
    let mut open: Vec<(usize, bool, bool)> = Vec::new();
    let mut broken = 0;
    let mut behind_letter = false;
    for (at, step) in steps.iter().enumerate() {
        let is_inside = match step {
            Step::Text { text, chosen } => {
                line += if *chosen { letters(text) } else { 0 };
                behind_letter = text.chars().last().map_or(behind_letter, |c| c.is_alphabetic() && !is_unparted(c));
                continue;
            }
            Step::Open(element) => {
                let in_line = is_in_line(&element.name);
                spans[at].glued = in_line && behind_letter;
                let of_text = if in_line {
                    open.last().is_some_and(|&(_, _, of_text)| of_text)
                } else {
                    PARAGRAPHS.contains(&element.name.as_str())
                };
                open.push((at, in_line, of_text));
                in_line
            }
            Step::Close(_) => {
                let Some((own, in_line, of_text)) = open.pop() else { continue };
                if in_line && of_text && open.len() >= broken {
                    closed.push(own);
                }
                in_line
            }
        };
        if !is_inside {
            end_line(&mut closed, line, spans);
            (line, behind_letter, broken) = (0, false, open.len());
        }
        broken = broken.min(open.len());
    }
}

/// Marks the elements of a line that has other words besides each.
fn end_line(closed: &mut Vec<usize>, line: usize, spans: &mut [Span]) {
    for at in closed.drain(..) {
        spans[at].in_line = line > spans[at].chosen;
    }
}

/// Whether an element does not end the line that it stands in.
fn is_in_line(name: &str) -> bool {
    INLINE.contains(&name) && !matches!(name, "img" | "picture" | "source")
}

/// Letters of scripts that set no blanks between words.
fn is_unparted(c: char) -> bool {
    matches!(c as u32, 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x9FFF)
}

/// The smallest element that holds so many chosen letters: its first step and the one behind its last.
fn around(steps: &[Step], spans: &[Span], enough: usize) -> (usize, usize) {
    let elements =
        steps.iter().enumerate().filter(|(at, step)| matches!(step, Step::Open(_)) && spans[*at].chosen >= enough);
    let smallest = elements.map(|(at, _)| (at, spans[at].end)).min_by_key(|(start, end)| end - start);
    smallest.unwrap_or((0, steps.len()))
}

/// Letters and digits in a text.
pub(super) fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use super::super::outline::{Scope, outline};
    use super::super::page::Page;
    use super::*;

    /// The article of a page of whose texts those are chosen that hold no `~`.
    fn article(html: &str) -> String {
        let mut steps = Page::parse(html).steps();
        for step in &mut steps {
            if let Step::Text { text, chosen } = step {
                *chosen = !text.contains('~') && !text.trim().is_empty();
            }
        }
        outline(&steps, &beside_article(&steps), Scope::Article).into_text()
    }

    const LONG: &str = "The board met again on Monday, and the old pier was closed for good after a long debate.";

    #[test]
    fn what_was_lost_in_the_middle_of_an_article_is_put_back() {
        for (lost, back) in [
            (
                "<blockquote class=post><p>~It is late</p>~Ann <a href=x>~1 May</a></blockquote>",
                "~It is late\n\n~Ann ~1 May",
            ),
            ("<table><tr><td>~1<td>~Ann<tr><td>~2<td>~Bob</table>", "~1 | ~Ann\n~2 | ~Bob"),
            (
                "<p>~A sentence that was lost on the way, for no good reason.</p>",
                "~A sentence that was lost on the way, for no good reason.",
            ),
            ("<p>~Some words</p>", ""),
            ("<div class=sidebar-2><p>~A sentence that stands in a bar at the side of it.</p></div>", ""),
            ("<p><a href=/x>~A sentence that only leads to another article.</a></p>", ""),
            ("<p hidden>~A sentence that nobody sees, for no good reason.</p>", ""),
        ] {
            let middle = if back.is_empty() { String::new() } else { format!("{back}\n\n") };
            let html = format!("<div><p>{LONG}</p>{lost}<p>{LONG}</p></div>");
            assert_eq!(article(&html), format!("{LONG}\n\n{middle}{LONG}"));
        }
        let after = format!("<div><p>{LONG}</p><p>{LONG}</p></div><p>~A sentence that stands behind the article.</p>");
        assert_eq!(article(&after), format!("{LONG}\n\n{LONG}"));
    }

    #[test]
    fn what_stands_beside_an_article_is_taken_out_unless_it_is_most_of_it() {
        for beside in [
            "<div class='InlineImageCaption'>The pier at dawn.</div>",
            "<aside><p>The pier is 90 years old.</p></aside>",
            "<div id=newsletter-box><p>Our letter, each day.</p></div>",
            "<div class=author-bio>Ann writes on piers.</div>",
        ] {
            assert_eq!(article(&format!("<div><p>{LONG}</p>{beside}<p>{LONG}</p></div>")), format!("{LONG}\n\n{LONG}"));
        }
        for popup in [
            "<span class=rollover-block>Ann: the pier</span>",
            "<span class=tooltip-text role=tooltip> Ann: the pier</span>",
            " <span class=tooltip-text><img src=a><b class=tooltip-name>Ann</b> the pier</span>",
        ] {
            let popup = format!("<p>So said Ann{popup} Archer. {LONG}</p>");
            assert_eq!(article(&popup).replace("  ", " "), format!("So said Ann Archer. {LONG}"));
        }
        assert_eq!(article(&format!("<aside><p>{LONG}</p></aside>")), LONG);
        assert_eq!(article(&format!("<div class=related-wrapper><p>{LONG}</p></div>")), LONG);
    }
    #[test]
    fn words_of_a_sentence_stay_whatever_their_element_is_called() {
        for name in [
            "<span class=rollover-people><a class=rollover-people-link>Ann Archer</a></span>",
            "<a class=tooltip-link>Ann Archer</a>",
            "<span class=tooltip>Ann Archer<span class=tooltip-text><img src=a>Ann: the pier</span></span>",
            "<b class=related-person>Ann Archer</b>",
            "<em class=caption>Ann Archer</em>",
            "<span class=author>~Ann Archer</span>",
        ] {
            let found = article(&format!("<p>{LONG}</p><p>So said {name} of the board. {LONG}</p><p>{LONG}</p>"));
            assert!(found.contains("So said ") && found.contains("Ann Archer of the board."), "{name}: {found}");
            assert!(!found.contains("Ann: the pier"), "{name}: {found}");
        }
        for beside in ["<span class=photo-credit>Bob Miller</span><br>", "<img src=a><em class=caption>Bob</em><br>"] {
            assert_eq!(
                article(&format!("<p>{beside}{LONG}</p><p>{LONG} {LONG}</p>")),
                format!("{LONG}\n\n{LONG} {LONG}")
            );
        }
        let unseen = format!("<p>So said Ann <span class=sr-only>opens anew</span>Archer. {LONG}</p>");
        assert_eq!(article(&unseen), format!("So said Ann Archer. {LONG}"));
    }
}
