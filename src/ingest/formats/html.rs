//! Saved pages: the main text, and what the page says about itself.
//!
//! What is the main text is found by Mozilla's readability rules (`dom_smoothie`); its elements are written as small
//! Markdown by a walk of our own. A page without one is read as all its visible text, and says so. Pages that would
//! choke a parser are refused before they are parsed.

mod metadata;
mod nesting;
mod outline;
mod page;

use std::sync::LazyLock;

use regex::Regex;
use regex::bytes::Regex as BytesRegex;

use super::{Refusal, bare_article, encoding};
use crate::model::HTML_DEPTH_MAX;
use crate::model::document::{BodyKind, Place, RawArticle};
use crate::text::normalise::fold;
use metadata::Metadata;
use outline::{Scope, outline};
use page::Page;

/// How far into a page its encoding is looked for, in bytes (browsers stop at 1,024).
const DECLARATION_BYTES_MAX: usize = 4096;

/// The encoding that a page declares in a meta element or an XML declaration.
static DECLARATION: LazyLock<BytesRegex> = LazyLock::new(|| {
    BytesRegex::new(r#"(?i-u)<meta[^>]*charset\s*=\s*["']?\s*([\w:.-]+)|<\?xml[^>]*encoding\s*=\s*["']([\w:.-]+)"#)
        .expect("constant pattern")
});
/// Elements that XML may close in themselves and HTML may not.
static SELF_CLOSED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)<(a|div|iframe|p|script|span|style|textarea|title)(\s[^<>]*)?/>").expect("constant pattern")
});

/// Reads a page.
pub(super) fn read(path: &str, bytes: &[u8]) -> Result<RawArticle, Refusal> {
    let decoded = encoding::decode(bytes, declared_encoding(bytes).as_deref())?;
    let html = as_html(decoded.text);
    nesting::check(&html)?;
    let page = Page::parse(&html);
    if page.depth() > HTML_DEPTH_MAX + 100 {
        return Err(Refusal::new(None, nesting::too_deep()));
    }
    let found = metadata::metadata(&page);
    let place = Place { file: path.to_owned(), line: None };
    let mut article = bare_article(place, String::new(), BodyKind::Extracted);
    article.warnings = decoded.warnings;
    let main_text = page.main_text();
    let (main_title, byline) = match &main_text {
        Some(main_text) => (main_text.title.clone(), main_text.byline.clone()),
        None => (None, None),
    };
    article.title = title(&found, main_title);
    article.author = found.author.or_else(|| byline.as_deref().and_then(metadata::author_of_byline));
    let blocks = main_text.map(|main_text| outline(&main_text.steps, Scope::MainText)).unwrap_or_default();
    article.body = without_title(&blocks.into_text(), article.title.as_deref());
    if article.body.is_empty() {
        article.body = outline(&Page::parse(&html).steps("body"), Scope::VisiblePage).into_text();
        article.body_kind = BodyKind::Scraped;
        article.warnings.push("no main text was found; all visible text of the page was taken".to_owned());
    }
    if article.body.is_empty() {
        return Err(Refusal::new(None, "the page holds no text"));
    }
    article.date = found.date;
    article.url = found.url;
    article.lang = found.lang;
    article.source = found.publisher.into_iter().collect();
    Ok(article)
}

fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES_MAX)];
    let found = DECLARATION.captures(head)?;
    let name = found.get(1).or_else(|| found.get(2))?;
    Some(String::from_utf8_lossy(name.as_bytes()).into_owned())
}

/// A page written as XML, made readable for a parser of HTML.
fn as_html(text: String) -> String {
    if text.trim_start().starts_with("<?xml") {
        return SELF_CLOSED.replace_all(&text, "<$1$2></$1>").into_owned();
    }
    text
}

/// A body without the heading that repeats the title at its head.
fn without_title(body: &str, title: Option<&str>) -> String {
    let (first, rest) = body.split_once('\n').unwrap_or((body, ""));
    match title {
        Some(title) if first.starts_with('#') && fold(first.trim_start_matches('#').trim()) == fold(title) => {
            rest.trim_start().to_owned()
        }
        _ => body.to_owned(),
    }
}

/// The best title without the name of the site behind it.
fn title(found: &Metadata, main_title: Option<String>) -> Option<String> {
    let title = found.headline.clone().or(main_title).or_else(|| found.title.clone())?;
    let bare = |name: &str| fold(name).replace(' ', "");
    let site = found.publisher.as_deref().map(bare);
    for mark in [" | ", " - ", " – ", " — ", " :: "] {
        if let Some((head, tail)) = title.rsplit_once(mark)
            && !head.trim().is_empty()
            && site.as_deref() == Some(bare(tail).as_str())
        {
            return Some(head.trim().to_owned());
        }
    }
    Some(title)
}
