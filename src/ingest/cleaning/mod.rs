//! From a raw text to the article: menus, comments, links, notices, captions and repetitions go; paragraphs, headings
//! and lists stay.
//!
//! Pure, and total: any text gives some answer. Knows no site and no article: every rule is one of shape or of phrases
//! that many sites use. What a curator wrote is never judged.

mod article;
mod boilerplate;
mod dateline;
mod lines;
mod patterns;
mod phrases;
mod run;
mod tables;
mod title;

use lines::{Line, Mark};
use run::{Page, Run};

use crate::model::document::{BodyKind, RawArticle};
use crate::text::normalise::tidy;

/// Most passes over a scraped text. The second mostly finds nothing to do, and its answer is the same as the first's:
/// that is what makes cleaning the cleaned a no-op.
const PASSES_MAX: usize = 8;

/// An article's own words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cleaned {
    /// The title on one line; `None` when the file gives none and no line can be told to be one.
    pub title: Option<String>,
    /// Text in the small Markdown of `model::document`: paragraphs parted by an empty line, `#` headings, `- ` items.
    pub body: String,
    /// The dateline that was taken off the first paragraph, without its dash.
    pub dateline: Option<String>,
}

/// Cleans what a reader took out of a file, as much as its kind asks for.
///
/// A title that the file gives wins over one that is found. For a scraped text the result is a fixed point: cleaning
/// `title`, an empty line and `body` as a scraped text gives the same title and body. Time is linear in the length.
pub fn clean(raw: &RawArticle) -> Cleaned {
    let title = raw.title.as_deref().map(on_one_line).filter(|title| !title.is_empty());
    match raw.body_kind {
        BodyKind::Curated => Cleaned { title, body: tidy(&raw.body), dateline: None },
        BodyKind::Extracted => clean_extracted(title, &raw.body),
        BodyKind::Scraped => clean_scraped(title, &raw.body),
    }
}

fn on_one_line(text: &str) -> String {
    tidy(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn clean_scraped(own_title: Option<String>, body: &str) -> Cleaned {
    let first = scrape(own_title.as_deref(), body);
    let mut dateline = first.dateline.clone();
    let mut passes = vec![first];
    for _ in 1..PASSES_MAX {
        let Some(last) = passes.last() else { break };
        let text = match &last.title {
            Some(title) => format!("{title}\n\n{}", last.body),
            None => last.body.clone(),
        };
        let again = scrape(own_title.as_deref(), &text);
        dateline = dateline.or_else(|| again.dateline.clone());
        let is_again = |before: &Cleaned| (&before.title, &before.body) == (&again.title, &again.body);
        if let Some(from) = passes.iter().position(is_again) {
            // Mostly the last one, which is settled then. A line that comes with one pass and goes with the next goes
            // round for ever: the shortest of the round stands for it, wherever the round was entered.
            let shorter =
                |a: &Cleaned, b: &Cleaned| (a.body.len(), &a.body, &a.title).cmp(&(b.body.len(), &b.body, &b.title));
            let settled = passes.drain(from..).min_by(shorter).unwrap_or(again);
            return Cleaned { dateline, ..settled };
        }
        passes.push(again);
    }
    Cleaned { dateline, ..passes.pop().unwrap_or_default() }
}

/// One pass over a scraped text.
fn scrape(own_title: Option<&str>, text: &str) -> Cleaned {
    let page = Page::new(lines::read(text));
    let run = page.main_run();
    let title = own_title.map(str::to_owned).or_else(|| title::find(&page, &run.lines));
    let title_line = title.as_deref().and_then(|title| Line::new(title, Mark::Plain));
    let is_title = |line: &Line| title_line.as_ref().is_some_and(|title| title::says(line, title));
    let mut article = page.article(&run, is_title);
    article::mark_headings(&mut article);
    let dateline = take_dateline(&mut article);
    Cleaned { title, body: lines::write(&article), dateline }
}

/// Takes the dateline off the first paragraph, if it opens with one. What opens another line too is no dateline but
/// a label, or the name of a speaker.
fn take_dateline(article: &mut [Line]) -> Option<String> {
    let first = article.iter().position(|line| line.mark == Mark::Plain)?;
    let (dateline, rest) = dateline::split(&article[first].text)?;
    if article[first + 1..].iter().any(|line| line.text.starts_with(dateline)) {
        return None;
    }
    let dateline = dateline.to_owned();
    article[first] = Line::new(rest, Mark::Plain)?;
    Some(dateline)
}

/// Main text from an extractor: its extent and structure are trusted, single lines are not.
fn clean_extracted(title: Option<String>, body: &str) -> Cleaned {
    let title_line = title.as_deref().and_then(|title| Line::new(title, Mark::Plain));
    let is_title = |line: &Line| title_line.as_ref().is_some_and(|title| title::says(line, title));
    let page = Page::new(lines::read(body));
    let run = Run { lines: 0..end_of_extracted(&page), in_page: false, of_lists: false };
    let mut article = page.article(&run, is_title);
    let dateline = take_dateline(&mut article);
    Cleaned { title, body: lines::write(&article), dateline }
}

/// Where comments or a form begin behind most of the text; else its length.
fn end_of_extracted(page: &Page) -> usize {
    let all: usize = page.lines.iter().map(|line| line.words).sum();
    let mut before = 0;
    for (at, line) in page.lines.iter().enumerate() {
        if before * 2 > all && page.kinds[at].is_some_and(|kind| kind.ends_article()) {
            return at;
        }
        before += line.words;
    }
    page.lines.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::document::Place;

    fn raw(kind: BodyKind, title: Option<&str>, body: &str) -> RawArticle {
        RawArticle {
            place: Place { file: "a.txt".to_owned(), line: None },
            id: None,
            title: title.map(str::to_owned),
            body: body.to_owned(),
            body_kind: kind,
            surroundings: None,
            date: None,
            url: None,
            source: Vec::new(),
            sources: Vec::new(),
            author: None,
            lang: None,
            extra: Default::default(),
            warnings: Vec::new(),
        }
    }

    fn scraped(body: &str) -> Cleaned {
        let cleaned = clean(&raw(BodyKind::Scraped, None, body));
        let whole = format!("{}\n\n{}", cleaned.title.as_deref().unwrap_or_default(), cleaned.body);
        let again = clean(&raw(BodyKind::Scraped, None, &whole));
        assert_eq!(
            (&again.title, &again.body),
            (&cleaned.title, &cleaned.body),
            "cleaning the cleaned changes nothing"
        );
        cleaned
    }

    const FIRST: &str = "The harbour board voted on Monday to close the old ferry landing after a long and bitter \
                         debate about its safety.";
    const SECOND: &str = "Two of the nine members spoke against the closing, and one of them left the room before the \
                          vote was taken.";

    #[test]
    fn a_page_gives_its_article_without_menus_links_and_comments() {
        let page = format!(
            "Home\nMenu\nNews\nSport\nWeather\nHarbour board closes the ferry landing\nBy Ann Archer\n5 March 2024\n\
             Share on Facebook\n{FIRST}\nAdvertisement\nSee also  Fares rise again on the northern line\n\
             What happens next\n{SECOND}\nRead more: Who owns the shore?\n© 2024 The Harbour Paper\n\
             2 responses to “Harbour board closes the ferry landing”\nGreat post, I really like your style.\n\
             Leave a Reply\nYour email address will not be published."
        );
        let cleaned = scraped(&page);
        assert_eq!(cleaned.title.as_deref(), Some("Harbour board closes the ferry landing"));
        assert_eq!(cleaned.body, format!("{FIRST}\n\n## What happens next\n\n{SECOND}"));
    }

    #[test]
    fn a_title_that_stands_under_the_text_is_found_by_the_comments() {
        for head in ["Comments\n1 comment on “Harbour board closes landing”", "Comments\nLeave a reply"] {
            let page =
                format!("{FIRST}\nWhat happens next\n{SECOND}\nHarbour board closes landing\n\n{head}\n-\nNice!");
            let cleaned = scraped(&page);
            assert_eq!(cleaned.title.as_deref(), Some("Harbour board closes landing"), "{head}");
            assert_eq!(cleaned.body, format!("{FIRST}\n\n## What happens next\n\n{SECOND}"), "{head}");
        }
    }

    #[test]
    fn repetitions_of_the_title_go_and_bullets_stay() {
        let page = format!(
            "The landing and its future\n\nThe landing and its future\n\n{FIRST}\n\nThree things are planned:\n\n  \
             • A new pier\n\n  • A road to it\n\nThe landing and its future\n\n{SECOND}\n\n\
             Please complete the required fields.\nWe ask our readership to tell us of any error in the post.\n\n\
             The landing and its future"
        );
        let cleaned = scraped(&page);
        assert_eq!(cleaned.title.as_deref(), Some("The landing and its future"));
        let body = format!("{FIRST}\n\nThree things are planned:\n\n- A new pier\n- A road to it\n\n{SECOND}");
        assert_eq!(cleaned.body, body);
    }

    #[test]
    fn a_bare_text_loses_nothing() {
        let cleaned =
            scraped(&format!("Closing time\n\nA short look back\n\n{FIRST}\n\n{SECOND}\n\nThe end of the line"));
        assert_eq!(cleaned.title.as_deref(), Some("Closing time"));
        assert_eq!(cleaned.body, format!("## A short look back\n\n{FIRST}\n\n{SECOND}\n\nThe end of the line"));
        assert_eq!(scraped("").body, "");
        assert_eq!(scraped("a\n1\n2").body, "a\n\n1\n\n2", "a table of a bare text keeps its numbers");
    }

    #[test]
    fn pages_in_other_scripts_are_cut_too() {
        let urdu = "بندرگاہ بند کرنے کا فیصلہ\n\
                    بورڈ نے پیر کے روز طویل بحث کے بعد پرانی بندرگاہ کو بند کرنے کا فیصلہ کیا ہے۔\n\
                    یہ بھی پڑھیں: کرایوں میں اضافہ\n\
                    دو ارکان نے اس فیصلے کی مخالفت کی اور اجلاس سے اٹھ کر چلے گئے۔\nتبصرے\nبہت خوب";
        let cleaned = scraped(urdu);
        assert_eq!(cleaned.title.as_deref(), Some("بندرگاہ بند کرنے کا فیصلہ"));
        assert_eq!(cleaned.body.lines().filter(|line| !line.is_empty()).count(), 2, "{}", cleaned.body);
        let chinese = "港口委员会决定关闭旧渡口\n港口委员会星期一经过长时间的辩论之后，决定因安全原因关闭旧渡口。\n相关阅读：北线票价再次上涨\n\
                       九名委员中有两人反对这一决定，其中一人在表决之前离开了会场。\n网友评论\n说得好";
        let cleaned = scraped(chinese);
        assert_eq!(cleaned.title.as_deref(), Some("港口委员会决定关闭旧渡口"));
        assert!(!cleaned.body.contains("票价") && !cleaned.body.contains("说得好"), "{}", cleaned.body);
    }

    #[test]
    fn names_and_dates_over_the_text_go_with_what_stands_between_paragraphs() {
        let long = format!("{FIRST} {SECOND} {FIRST}");
        let page = format!(
            "Home\nMenu\nNews\nSport\nHarbour board closes the ferry landing\nThe pier at dawn, from the hill.\n\
             Ann Archer\n2 days\nBy\nBob Miller\nOne. {long}\nWATCH HOW THE BOARD CAME TO CLOSE IT\nTwo. {long}\n\
             More:\nFares rise again\nA road to the sea\nThree. {long}\nAbout Ann Archer\n\
             She has written on harbours for many years and lives in the town.\nComments"
        );
        assert_eq!(scraped(&page).body, format!("One. {long}\n\nTwo. {long}\n\nThree. {long}"));
    }

    #[test]
    fn a_table_whose_cells_are_lines_stays_where_text_stands_beside_it() {
        let table = "Name\nPoints\nGames\nAnn Archer\n12\n3\nBob Miller Jr.\n7\n2\nCarl Dean\n5\n2";
        let menu = "Home\nMenu\nNews\nSport\nSearch";
        let page = format!("{menu}\nWho leads the league\n{FIRST}\n{table}\n{SECOND}\nLeave a comment\nNice!");
        let cleaned = scraped(&page);
        assert_eq!(cleaned.body, format!("{FIRST}\n\n{}\n\n{SECOND}", table.replace('\n', "\n\n")));
        let days: Vec<String> = (1..=30).map(|day| day.to_string()).collect();
        let page = format!("{menu}\nWho leads the league\n{FIRST}\n{SECOND}\n{}\nLogin", days.join("\n"));
        assert_eq!(scraped(&page).body, format!("{FIRST}\n\n{SECOND}"), "a calendar is no table");
    }

    #[test]
    fn a_plan_of_short_lines_stays_whole() {
        let mut plan = format!("Home\nMenu\nSign in\nHow the harbour is kept\n{FIRST}\n");
        for day in ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] {
            plan.push_str(&format!(
                "What is done on {day}\nBefore dawn\nSweep the landing and the stairs, and look at the ropes of all \
                 boats that came in on the evening of {day}.\nNoon\nRest\nIn the evening\nLight the lamps on the pier, \
                 then write in the book of {day} what was seen on the water.\n"
            ));
        }
        plan.push_str("Comments\nNice!\nContact");
        let cleaned = scraped(&plan);
        let count = |text: &str| cleaned.body.matches(text).count();
        assert_eq!((count("Sweep"), count("Light the lamps")), (7, 7), "{}", cleaned.body);
        assert!(!cleaned.body.contains("Nice") && !cleaned.body.contains("Menu"));
    }

    #[test]
    fn a_dateline_becomes_a_field() {
        let cleaned = scraped(&format!("Ferry landing to close\nPORT TOWN, March 5 (Ostler News) - {FIRST}\n{SECOND}"));
        assert_eq!(cleaned.dateline.as_deref(), Some("PORT TOWN, March 5 (Ostler News)"));
        assert_eq!(cleaned.body, format!("{FIRST}\n\n{SECOND}"));
        let talk = format!("Who pays?\nBOARD MEMBER: {FIRST}\nBOARD MEMBER: {SECOND}");
        assert_eq!(scraped(&talk).dateline, None, "a speaker is no place");
    }

    #[test]
    fn dates_that_head_the_entries_of_a_chronicle_stay() {
        let text = format!("How the landing closed\nMarch 4, 2024\n{FIRST}\nMarch 5, 2024\n{SECOND}");
        assert_eq!(scraped(&text).body, format!("{FIRST}\n\n## March 5, 2024\n\n{SECOND}"));
    }

    #[test]
    fn the_line_with_the_day_over_the_text_goes_in_every_language() {
        let urdu = "بورڈ نے پیر کے روز طویل بحث کے بعد پرانی بندرگاہ کو بند کرنے کا فیصلہ کیا ہے۔";
        let chinese = "港口委员会星期一经过长时间的辩论之后，决定因安全原因关闭旧渡口。九名委员中有两人反对这一决定。";
        for (title, line, text) in [
            ("بندرگاہ بند کرنے کا فیصلہ", "۲۶ مارچ ۲۰۲۴", urdu),
            ("بندرگاہ بند کرنے کا فیصلہ", "3 جنوری 2025ء جمعہ", urdu),
            ("港口委员会决定关闭旧渡口", "2024年05月14日 10:23 来源:港口网", chinese),
            ("Harbour board closes the landing", "January 3, 2025 10:15 am Source: The Paper", FIRST),
        ] {
            let cleaned = scraped(&format!("{title}\n\n{line}\n\n{text}"));
            assert_eq!((cleaned.title.as_deref(), cleaned.body.as_str()), (Some(title), text), "{line}");
        }
    }

    #[test]
    fn what_a_curator_wrote_is_only_tidied() {
        let cleaned = clean(&raw(BodyKind::Curated, Some(" A  title "), "# Head\r\n\r\n\r\nShare this  page \n- one"));
        assert_eq!(cleaned.title.as_deref(), Some("A title"));
        assert_eq!(cleaned.body, "# Head\n\nShare this page\n- one");
    }

    #[test]
    fn an_extracted_text_loses_single_lines_only() {
        let body = format!(
            "Ferry landing to close\n\nPhoto: Ann Archer\n\nPORT TOWN: {FIRST}\n\nRelated articles\n\n\
             Fares rise again\n\n\
             ## Privacy\n\n{SECOND}\n\nThe writer is a former harbour master.\n\nLeave a comment\n\nNice post!"
        );
        let cleaned = clean(&raw(BodyKind::Extracted, Some("Ferry Landing to Close"), &body));
        assert_eq!(cleaned.dateline.as_deref(), Some("PORT TOWN"));
        assert_eq!(cleaned.body, format!("{FIRST}\n\n## Privacy\n\n{SECOND}"));
    }

    #[test]
    fn tables_and_repetitions_of_an_extracted_text_stay() {
        let table = "No | Name | Points\n1 | Ann Archer | 12\n2 | Bob Miller | 7";
        let step = "Mix two cups of flour with one cup of water and wait.";
        let plan = format!("{FIRST}\n\nDay one\n\n{step}\n\nDay two\n\n{step}\n\nDay three\n\n{step}");
        for body in [format!("{FIRST}\n\n{table}\n\n{SECOND}"), plan] {
            let cleaned = clean(&raw(BodyKind::Extracted, None, &body)).body;
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(words(&cleaned), words(&body));
        }
        let quote =
            format!("{FIRST}\n\n{SECOND}\n\n{SECOND}\n\n{step}\n\n{FIRST} So it went on.\n\nIt was late by then.");
        assert_eq!(clean(&raw(BodyKind::Extracted, None, &quote)).body.matches(SECOND).count(), 1);
    }

    /// Lines of every sort that a page may have, and noise.
    fn any_line() -> impl Strategy<Value = String> {
        prop_oneof![
            3 => "[A-Z][a-z]{2,9}( [a-z]{2,9}){6,30}\\.",
            2 => "[A-Z][a-z]{2,9}( [A-Za-z]{2,9}){1,8}",
            1 => "[•*#–-]{1,2} [A-Za-z ]{0,30}[.:]?",
            1 => "[A-Z]{4,9}(, March 5)?( \\(ABC\\))?[:–-] [A-Z][a-z]{2,9}( [a-z]{2,9}){4,9}\\.",
            2 => proptest::sample::select(vec![
                "Comments", "2 responses to “Some Title Here”", "Leave a Reply", "See also  Other things", "Related",
                "1", "5 March 2024", "Share on Facebook", "Home", "Advertisement", "By Ann Archer", "Tags: one, two",
                "Some Title Here", "", "Some Title Here | Site", "The writer is a former teacher.", "© 2024 Paper",
                "Home > News > World", "Photo: AP", "Ann Archer", "THE BOARD SAYS NO TO A NEW PIER", "About Ann Archer",
                "More:", "Updated 5 March 2024, 10:15", "By", "About the author", "12.5", "-3 %", "Points",
                "A | B | C", "1 | 2 | 3", "Some Title Here 🙂", "This is not medical advice.",
            ]).prop_map(str::to_owned),
            1 => "\\PC{0,40}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn cleaning_the_cleaned_changes_nothing(lines in proptest::collection::vec(any_line(), 0..40)) {
            scraped(&lines.join("\n"));
        }

        #[test]
        fn no_text_makes_it_panic(text in "(\\PC|[\\n\\r\\t]){0,300}") {
            for kind in [BodyKind::Curated, BodyKind::Extracted, BodyKind::Scraped] {
                clean(&raw(kind, Some(&text), &text));
            }
        }
    }
}
