//! Saved pages: the main text, and what the page says about itself.
//!
//! What is the main text is found by Mozilla's readability rules (`dom_smoothie`), and settled on the page as it was by
//! rules of our own; its elements are written as small Markdown. A page without one is read as all its visible text,
//! and says so. Pages that would choke a parser are refused before they are parsed.

mod extent;
mod linked_data;
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
use extent::{beside_article, unseen};
use metadata::Metadata;
use outline::{Scope, outline};
use page::Page;

/// How far into a page its encoding is looked for, in bytes (browsers stop at 1,024).
const DECLARATION_BYTES_MAX: usize = 4096;

/// Depth that is granted for elements that a parser adds: `html`, `body`, the bodies and rows of tables.
const IMPLIED_DEPTH_MAX: usize = 100;

/// The text in JSON-LD is taken for the article where it is so many times as long as what was found on the page.
const WHOLE_TIMES: usize = 3;
/// What stands between a title and the name of the site.
const SITE_MARKS: &[&str] = &[" - ", " – ", " — ", " :: ", " · ", " » ", "|", "｜", "_", "-"];
/// Words of which any English text is full.
const ENGLISH_WORDS: &[&str] =
    &["the", "of", "and", "to", "a", "in", "is", "for", "that", "on", "with", "as", "was", "it"];
/// Words of a text that are looked at for them.
const ENGLISH_SAMPLE_WORDS: usize = 400;
/// At least one in so many is of those in an English text; about one in four is.
const ENGLISH_SHARE: usize = 12;

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
    // The parser adds elements that nobody wrote, and sees through tricks that hide tags from a count.
    if page.depth() > HTML_DEPTH_MAX + IMPLIED_DEPTH_MAX {
        return Err(Refusal::new(None, nesting::too_deep()));
    }
    let found = metadata::metadata(&page);
    let dated = found.is_dated();
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
    let steps = main_text.map(|main_text| main_text.steps).unwrap_or_default();
    let text = outline(&steps, &beside_article(&steps), Scope::Article).into_text();
    article.body = without_title(&text, article.title.as_deref());
    // Pages whose text a program would fetch hold it whole for search engines, if at all.
    if let Some(whole) =
        found.body.filter(|whole| extent::letters(whole) > WHOLE_TIMES * extent::letters(&article.body))
    {
        let steps = Page::parse(&whole.replace('\n', "<p>")).steps();
        article.body = outline(&steps, &unseen(&steps), Scope::Page).into_text();
    }
    if article.body.is_empty() {
        let steps = Page::parse(&html).steps();
        article.body = outline(&steps, &unseen(&steps), Scope::Page).into_text();
        article.body_kind = BodyKind::Scraped;
        article.warnings.push("no main text was found; all visible text of the page was taken".to_owned());
    }
    if article.body.is_empty() {
        return Err(Refusal::new(None, "the page holds no text; save it again when it is fully loaded, or remove it"));
    }
    if article.body_kind == BodyKind::Extracted && !dated {
        let steps = Page::parse(&html).steps();
        article.surroundings = Some(outline(&steps, &unseen(&steps), Scope::Page).into_text());
    }
    article.date = found.date;
    article.url = found.url;
    article.lang = found.lang.and_then(|lang| believable(lang, &article.body));
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

/// The best title without the name of the site behind it or before it.
fn title(found: &Metadata, main_title: Option<String>) -> Option<String> {
    let title =
        found.headline.clone().or(main_title).or_else(|| found.title.clone()).or_else(|| found.heading.clone())?;
    // A heading that begins the title is the title, and the rest of it names sections and site.
    if let Some(heading) = &found.heading
        && title.strip_prefix(heading.as_str()).is_some_and(|rest| SITE_MARKS.iter().any(|mark| rest.starts_with(mark)))
    {
        return Some(heading.clone());
    }
    let bare = |name: &str| {
        let folded = fold(name);
        let name = [".com", ".org", ".net"].iter().find_map(|end| folded.strip_suffix(end)).unwrap_or(&folded);
        name.chars().filter(|c| c.is_alphanumeric()).collect::<String>()
    };
    let sites: Vec<String> = [&found.publisher, &found.site].into_iter().flatten().map(|name| bare(name)).collect();
    let is_site = |part: &str| !part.trim().is_empty() && sites.contains(&bare(part));
    for mark in SITE_MARKS {
        if let Some((head, tail)) = title.rsplit_once(mark)
            && !head.trim().is_empty()
            && is_site(tail)
        {
            return Some(head.trim().to_owned());
        }
        if let Some((head, tail)) = title.split_once(mark)
            && !tail.trim().is_empty()
            && is_site(head)
        {
            return Some(tail.trim().to_owned());
        }
    }
    Some(title)
}

/// The language that a page declares, unless its text gives it the lie: templates say `en` of every page.
fn believable(lang: String, body: &str) -> Option<String> {
    let english = lang.to_ascii_lowercase().split(['-', '_']).next() == Some("en");
    let words =
        || body.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(ENGLISH_SAMPLE_WORDS);
    let common = words().filter(|word| ENGLISH_WORDS.contains(&word.to_ascii_lowercase().as_str())).count();
    let latin = body.chars().filter(char::is_ascii_alphabetic).count() * 2 > extent::letters(body);
    let few = words().count() < ENGLISH_SHARE;
    (!english || (latin && (few || common * ENGLISH_SHARE >= words().count()))).then_some(lang)
}

#[cfg(test)]
mod tests {
    use encoding_rs::Encoding;

    use super::*;
    use crate::model::document::DateSource;

    const STORY: &str = "<article><h1>Blast near the port</h1><p>Three engineers were hurt on Tuesday when a bomb went \
        off near the port, police said, and the road was closed for several hours.</p><h2>Claim</h2><p>No group has \
        claimed the attack so far, an officer told reporters at the scene, adding that two men were held.</p>\
        <ul><li>Two of the wounded, aged 30 and 41, left the hospital</li></ul></article>";

    fn page(head: &str, body: &str) -> String {
        format!("<!doctype html><html lang=en><head>{head}</head><body><nav>Home</nav>{body}</body></html>")
    }

    fn article(html: &str) -> RawArticle {
        super::read("a.html", html.as_bytes()).unwrap()
    }

    #[test]
    fn the_main_text_of_a_page_is_an_article() {
        let head = "<title>Blast near the port - Coast Daily</title><meta property=og:site_name content='Coast Daily'>\
            <meta name=author content='By A Writer'><meta property=article:published_time content=2024-03-26T09:00Z>\
            <link rel=canonical href=https://example.org/news/1>";
        let article = article(&page(head, STORY));
        assert_eq!(article.title.as_deref(), Some("Blast near the port"));
        assert!(article.body.starts_with("Three engineers"), "the title is not repeated: {}", article.body);
        assert!(article.body.contains("\n\n## Claim\n\nNo group") && article.body.contains("\n\n- Two of"));
        assert_eq!(article.body_kind, BodyKind::Extracted);
        assert_eq!(article.date, Some(("2024-03-26".to_owned(), DateSource::Meta)));
        assert_eq!(
            (article.author.as_deref(), &article.source[..]),
            (Some("A Writer"), &["Coast Daily".to_owned()][..])
        );
        assert_eq!((article.lang.as_deref(), article.url.as_deref()), (Some("en"), Some("https://example.org/news/1")));
    }

    #[test]
    fn a_declared_encoding_is_found_in_all_its_forms() {
        for (declaration, label, text) in [
            ("<meta charset=big5>", "big5", "港口附近星期二早上發生爆炸，三名工程師受傷。"),
            (
                "<meta http-equiv=Content-Type content='text/html; charset=gb2312'>",
                "gbk",
                "港口附近发生爆炸，三人受伤。",
            ),
            ("<META CHARSET = \"windows-1256\">", "windows-1256", "وقع انفجار قرب الميناء صباح اليوم."),
            ("<meta charset='iso-8859-1'>", "windows-1252", "Le port a été fermé après l’explosion."),
        ] {
            let html = page(declaration, &format!("<p>{text}</p>"));
            let bytes = Encoding::for_label(label.as_bytes()).unwrap().encode(&html).0.into_owned();
            let article = super::read("a.html", &bytes).unwrap();
            assert_eq!(article.body, text, "{declaration}");
            assert!(article.warnings.is_empty(), "{:?}", article.warnings);
        }
        assert_eq!(declared_encoding(b"<?xml version='1.0' encoding='Big5'?>").as_deref(), Some("Big5"));
        assert_eq!(declared_encoding(b"<p>charset=big5"), None);
    }

    #[test]
    fn a_page_without_a_main_text_is_read_as_it_shows_and_an_empty_one_is_refused() {
        let hidden = "<template><p>not shown</p></template><script>x</script>";
        assert_eq!(
            super::read("a.html", page("", hidden).as_bytes()).unwrap_err().reason.split(';').next(),
            Some("the page holds no text")
        );
        let many = format!("{STORY}{}", "<i></i>".repeat(crate::model::HTML_ELEMENTS_MAX));
        let article = article(&page("<title>Head</title>", &many));
        assert_eq!((article.body_kind, article.title.as_deref()), (BodyKind::Scraped, Some("Head")));
        assert!(article.body.contains("Three engineers") && !article.body.contains("Home"));
        assert!(article.warnings[0].starts_with("no main text"));
    }

    #[test]
    fn a_page_written_as_xml_is_read() {
        let html = page("<script src='x'/><title/>", STORY);
        let article = article(&format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{html}"));
        assert!(article.body.contains("Three engineers"));
    }

    #[test]
    fn the_name_of_the_site_is_no_part_of_a_title() {
        for (title_given, site, expected) in [
            ("Head | The Site", "TheSite", "Head"),
            ("Head - More - Site", "site", "Head - More"),
            ("Head - Other", "Site", "Head - Other"),
            ("Site", "Site", "Site"),
            ("The Site: Head", "The Site", "The Site: Head"),
            ("Site.com - Head", "Site", "Head"),
            ("港口关闭_滨城新闻网", "滨城新闻网", "港口关闭"),
            ("Co-op | Site", "Site", "Co-op"),
            ("Head | Part | The Site", "site", "Head | Part | The Site"),
        ] {
            let found = Metadata {
                title: Some(title_given.to_owned()),
                publisher: Some(site.to_owned()),
                ..Metadata::default()
            };
            assert_eq!(title(&found, None).as_deref(), Some(expected));
        }
    }

    #[test]
    fn the_text_for_search_engines_stands_in_for_a_page_without_one() {
        let long = "The board met again on Monday, and the pier was closed for good after a long debate. ".repeat(8);
        let whole = format!("{long}\\n\\n<p>It was late by then.</p>");
        let head = format!(
            "<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"articleBody\":\"{whole}\"}}</script>"
        );
        let found = article(&page(&head, "<div id=app><p>Please wait while the page is loaded.</p></div>"));
        assert_eq!(found.body, format!("{}\n\nIt was late by then.", long.trim()));
        assert!(article(&page(&head, &format!("<article><p>{long}</p><p>{long}</p></article>"))).body.len() > 1000);
    }

    #[test]
    fn the_language_of_a_template_is_not_that_of_the_text() {
        let story = |text: &str| article(&page("", &format!("<article><p>{}</p></article>", text.repeat(12)))).lang;
        assert_eq!(story("The board of the town met again on Monday, and it was late. ").as_deref(), Some("en"));
        assert_eq!(story("Der Rat der Stadt trat am Montag erneut zusammen, und es wurde spät. "), None);
        assert_eq!(story("بورڈ کا اجلاس پیر کے روز دوبارہ ہوا اور دیر تک جاری رہا۔ "), None);
        assert_eq!(story("委员会星期一再次开会，一直讨论到深夜。"), None);
    }

    #[test]
    fn a_page_nested_without_end_is_refused_on_a_small_stack() {
        for part in ["<div>", "<table><tr><td>", "<ul><li>", "<b>", "<svg><g>", "<blockquote>"] {
            for times in [300, 3000] {
                let _ = super::read("a.html", format!("{}{STORY}", part.repeat(times)).as_bytes());
            }
            assert!(super::read("a.html", format!("{}{STORY}", part.repeat(3000)).as_bytes()).is_err(), "{part}");
        }
    }
}
