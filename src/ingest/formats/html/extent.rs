//! How far an article reaches on its page: the main text as it was chosen, with what was lost in its middle put back,
//! and what only stands beside it taken out.
//!
//! Judges elements by what they are, what their makers call them and how many letters they hold; knows no site, and
//! reads no text.

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
}

/// The steps of a page that are silent: at an element all of it, at a text the text.
pub(super) fn beside_article(steps: &[Step]) -> Vec<bool> {
    let spans = spans(steps);
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
                span.letters > 0 && (is_lost(element) || (links && !is_inline(element)) || !(inside(at) || data))
            }
            Step::Open(element) => {
                let share = spans[at].chosen as f64 / total as f64;
                let by_name = has_name(element, BESIDE_NAMES) || is_popup(element);
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

fn is_popup(element: &Element) -> bool {
    is_inline(element) && has_name(element, POPUP_NAMES)
}

/// Whether an element that was not chosen stays out.
fn is_lost(element: &Element) -> bool {
    element.hidden
        || BESIDE.contains(&element.name.as_str())
        || has_name(element, BESIDE_NAMES)
        || has_name(element, LOST_NAMES)
        || is_popup(element)
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
    spans
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
        let popup = format!("<p>So said Ann<span class=rollover-block>Ann: the pier</span> Archer. {LONG}</p>");
        assert_eq!(article(&popup), format!("So said Ann Archer. {LONG}"));
        assert_eq!(article(&format!("<aside><p>{LONG}</p></aside>")), LONG);
        assert_eq!(article(&format!("<div class=related-wrapper><p>{LONG}</p></div>")), LONG);
    }
}
