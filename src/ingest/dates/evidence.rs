//! Dates where nobody wrote one for the record: in an address, in a dateline, in a line at the head of the text.
//!
//! May not take a date for the day of publication that only happens to stand there: not one in a sentence, not a
//! comment's, not a period, not the number of an article. Where two lines disagree, there is no date.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::forms::{days_inside, prepared, read_whole};
use crate::model::DATE_BYTES_MAX;
use crate::model::date::PartialDate;
use crate::model::document::DateSource;
use crate::text::normalise::fold;

/// What is known of a raw article that may date it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DateEvidence<'a> {
    /// Its address.
    pub url: Option<&'a str>,
    /// The place and agency line that its text opens with.
    pub dateline: Option<&'a str>,
    /// Its text as it came, with the lines around the article that cleaning takes away.
    pub text: &'a str,
}

/// Lines with text that make the head of an article.
const HEAD_LINES: usize = 10;
/// Lines that the head may have where it begins with a menu: as long as no paragraph has been seen. (Of 91 pages saved
/// as text, 2 show their date within 10 lines and 10 so; where the address has one too, it is the same.)
const HEAD_LINES_MAX: usize = 40;
/// Bytes from which on a line is a paragraph and not an item of a menu.
const PARAGRAPH_BYTES_MIN: usize = 120;

/// The date of an article and what it was found in: the address, else the dateline, else the head of the text. A month
/// from an earlier one is made a day by a later one that lies in it. `None` if nothing dates the article.
pub fn find(evidence: &DateEvidence<'_>) -> Option<(PartialDate, DateSource)> {
    let address = evidence.url.and_then(from_address).map(|date| (date, DateSource::Address));
    let later = || {
        let dateline = evidence.dateline.and_then(from_dateline).map(|date| (date, DateSource::Dateline));
        dateline.into_iter().chain(from_head(evidence.text).map(|date| (date, DateSource::Text)))
    };
    match address {
        Some((month, _)) if month.day().is_none() => {
            later().find(|(day, _)| (month.first_day()..=month.last_day()).contains(&day.first_day())).or(address)
        }
        Some(_) => address,
        None => later().next(),
    }
}

/// Years that an address may name: the web's. A number outside them is no year.
const ADDRESS_YEAR: &str = r"(?P<y>19[89][0-9]|20[0-9]{2})";
const DAY: &str = r"(?P<d>0[1-9]|[12][0-9]|3[01])";
const MONTH: &str = r"(?P<m>0[1-9]|1[0-2])";

/// Whole days in the path of an address, the surest form first; then months.
static ADDRESS_FORMS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // /2024/03/26/, /2024/3/26-slug
        format!(r"/{ADDRESS_YEAR}/(?P<m>0?[1-9]|1[0-2])/(?P<d>0?[1-9]|[12][0-9]|3[01])(?:[^0-9a-z]|$)"),
        // /2024/mar/26/
        format!(r"/{ADDRESS_YEAR}/(?P<n>[a-z]{{3}})/(?P<d>0?[1-9]|[12][0-9]|3[01])(?:[^0-9a-z]|$)"),
        // 2024-03-26, /2024-03/26/, 2024_03_26
        format!(r"(?:^|[^0-9]){ADDRESS_YEAR}[-_]{MONTH}[-_/]{DAY}(?:[^0-9]|$)"),
        // /20240326/, -20240326, /t20240326_1, /202403/26/, /2024/0326/
        format!(r"(?:[/_.-]|/[a-z]){ADDRESS_YEAR}/?{MONTH}/?{DAY}(?:[^0-9a-z]|$)"),
        // /2024/03/, /2024-03/
        format!(r"/{ADDRESS_YEAR}[/-]{MONTH}(?:/|$)"),
    ]
    .iter()
    .map(|form| Regex::new(form).expect("constant pattern"))
    .collect()
});

/// The date in the path of an address: a day (`/2024/03/26/`, `-20240326`, `2024-03-26`) or a month (`/2024/03/`).
pub fn from_address(url: &str) -> Option<PartialDate> {
    let url = url.to_ascii_lowercase();
    let behind_scheme = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let path = &behind_scheme[behind_scheme.find('/')?..];
    // What is asked for behind the path (`?from=2024-01-01`) does not date the page.
    let path = path.split(['?', '#']).next().unwrap_or_default();
    ADDRESS_FORMS.iter().find_map(|form| form.captures_iter(path).find_map(|captures| address_date(&captures)))
}

fn address_date(captures: &Captures<'_>) -> Option<PartialDate> {
    let number = |name: &str| captures.name(name).and_then(|digits| digits.as_str().parse::<i16>().ok());
    let named = captures.name("n").map(|name| read_whole(&format!("{} 2000", name.as_str())));
    let month = match named {
        Some(reading) => reading?.date.ok()?.month(),
        None => number("m").and_then(|month| i8::try_from(month).ok()),
    };
    let day = number("d").and_then(|day| i8::try_from(day).ok());
    PartialDate::new(number("y")?, month, day)
}

/// The date of a dateline, if it has day, month and year and no second date: `GWADAR, 20 March 2024 (APP) -`.
pub fn from_dateline(dateline: &str) -> Option<PartialDate> {
    let line: String = dateline.chars().take(DATE_BYTES_MAX).collect();
    only(days_inside(&prepared(&line)).into_iter())
}

/// Labels before the day of publication.
static PUBLISHED: LazyLock<Regex> = LazyLock::new(|| {
    label(&[
        "published",
        "first published",
        "date published",
        "publication date",
        "posted",
        "تاریخ اشاعت",
        "شائع شدہ",
        "اشاعت",
        "प्रकाशित",
        "发布时间",
        "发布日期",
        "发布于",
        "发表时间",
        "發布時間",
        "發佈時間",
    ])
});

/// Labels before the day of the last change.
static UPDATED: LazyLock<Regex> =
    LazyLock::new(|| label(&["updated", "last updated", "last modified", "更新时间", "更新于", "更新時間"]));

/// A label at the head of a line, in the form of `prepared`, and what joins it to a date: `Published on`,
/// `Published in Dawn,`.
fn label(names: &[&str]) -> Regex {
    let names: Vec<String> = names.iter().map(|name| fold(name)).collect();
    Regex::new(&format!(r"^(?:{})(?:\s(?:on|at|in\s[^,]{{1,40}},))?\s?:?\s?", names.join("|")))
        .expect("constant pattern")
}

/// What may follow a labelled date in its line. A date that a sentence goes on after is not a line about the article.
static NEXT_FIELD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\s?(?:[|•·(]|\s[-–—]\s|(?:last\s)?(?:updated|modified)|\sby\s|更新|来源|來源|作者|编辑)")
        .expect("constant pattern")
});

/// The heading above the comments of readers.
static COMMENTS: LazyLock<Regex> = LazyLock::new(|| {
    let headings = r"comments?(?: ?\(?[0-9]+\)?)?|leave a (?:reply|comment).*|网友评论|评论|تبصرے";
    let counts = r"[0-9]+ (?:comments?|responses?|replies|thoughts?)\b.*";
    Regex::new(&fold(&format!("^(?:{headings}|{counts})$"))).expect("constant pattern")
});

/// The date that a line at the head of a text gives: a labelled day of publication, else the one line that is
/// nothing but a date, else a labelled day of change.
fn from_head(text: &str) -> Option<PartialDate> {
    let lines = head_lines(text);
    let labelled = |label: &LazyLock<Regex>| lines.iter().find_map(|line| labelled_day(line, label));
    labelled(&PUBLISHED)
        .or_else(|| only(lines.iter().filter_map(|line| whole_day(line))))
        .or_else(|| labelled(&UPDATED))
}

/// The first lines of a text, prepared; none from the comments on, none below a commentator's name.
fn head_lines(text: &str) -> Vec<String> {
    let mut head = Vec::new();
    let (mut below_name, mut below_paragraph) = (false, false);
    let lines = text.lines().filter(|line| line.chars().any(char::is_alphanumeric));
    for (at, line) in lines.take(HEAD_LINES_MAX).enumerate() {
        if at >= HEAD_LINES && below_paragraph {
            break;
        }
        below_paragraph |= line.len() >= PARAGRAPH_BYTES_MIN;
        let short = if line.len() > DATE_BYTES_MAX { "" } else { line };
        let line = prepared(short).trim_matches(['-', '–', '—', '|', '•', '·', '*', '#', '_', ' ']).to_owned();
        if COMMENTS.is_match(&line) {
            break;
        }
        let names = ["says:", "said:", "wrote:"].iter().any(|end| line.ends_with(end));
        if !std::mem::replace(&mut below_name, names) {
            head.push(line);
        }
    }
    head
}

/// The day that a prepared line is, if it is nothing else; a bare number and a period are none.
fn whole_day(line: &str) -> Option<PartialDate> {
    if line.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let reading = read_whole(line).filter(|reading| !reading.is_period)?;
    reading.date.ok().filter(|date| date.day().is_some())
}

fn labelled_day(line: &str, label: &Regex) -> Option<PartialDate> {
    let rest = &line[label.find(line)?.end()..];
    whole_day(rest).or_else(|| whole_day(rest[..NEXT_FIELD.find(rest)?.start()].trim_end_matches([' ', ','])))
}

/// The date of an iterator that holds one date only, once or more often.
fn only(mut dates: impl Iterator<Item = PartialDate>) -> Option<PartialDate> {
    let first = dates.next()?;
    dates.all(|date| date == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(date: Option<PartialDate>) -> String {
        date.map_or_else(|| "none".to_owned(), |date| date.to_string())
    }

    #[test]
    fn an_address_dates_an_article_by_its_path() {
        for (url, date) in [
            ("https://example.com/2024/03/26/blast-near-port/", "2024-03-26"),
            ("https://example.com/2024/3/6/blast", "2024-03-06"),
            ("https://example.com/world/2024/mar/26/blast", "2024-03-26"),
            ("https://example.com/2024/03/blast-near-port", "2024-03"),
            ("https://example.com/2024/03/", "2024-03"),
            ("https://example.com/blast-20240326", "2024-03-26"),
            ("https://example.com/20240326/blast.html", "2024-03-26"),
            ("https://example.com/zw/202403/t20240326_11271234.shtml", "2024-03-26"),
            ("http://news.example.com/2024-03/26/c_1130000000.htm", "2024-03-26"),
            ("http://world.example.com/n1/2024/0326/c1002-40203040.html", "2024-03-26"),
            ("https://example.com/brief-2024-03-26.html?from=2020-01-01", "2024-03-26"),
            ("example.com/2024/03/26", "2024-03-26"),
            ("https://example.com/2024/02/31/x", "2024-02"),
            ("https://web.example.org/web/20230101000000/https://example.com/2020/05/01/x", "2020-05-01"),
        ] {
            assert_eq!(text_of(from_address(url)), date, "{url}");
        }
        for url in [
            "",
            "https://example.com",
            "https://example.com/news/1823456",
            "https://example.com/news/20191399",
            "https://example.com/news/120240326",
            "https://example.com/story.php?date=2024-03-26",
            "https://2024-03-26.example.com/story",
            "https://example.com/vision-2030/plan",
            "https://example.com/2024/budget",
            "https://example.com/2024/13/",
            "https://example.com/1403/01/07/x",
            "https://example.com/id/20240326x7",
            "https://example.com/#2024-03-26",
        ] {
            assert_eq!(text_of(from_address(url)), "none", "{url}");
        }
    }

    #[test]
    fn a_dateline_dates_an_article_only_in_full() {
        for (dateline, date) in [
            ("GWADAR, 20 March 2024 (APP) -", "2024-03-20"),
            ("ISLAMABAD, March 26, 2024 (Xinhua) --", "2024-03-26"),
            ("کراچی (نمائندہ خصوصی 03 دسمبر2018ء)", "2018-12-03"),
            ("伊斯兰堡2024年3月26日电", "2024-03-26"),
            ("ISLAMABAD, March 26 (Reuters) -", "none"),
            ("ISLAMABAD, March 2024 -", "none"),
            ("BESHAM -", "none"),
            ("GWADAR, 20 March 2024 - 21 March 2024", "none"),
            ("GWADAR, 30 February 2024 -", "none"),
            ("KARACHI 120 March 20245", "none"),
        ] {
            assert_eq!(text_of(from_dateline(dateline)), date, "{dateline}");
        }
    }

    #[test]
    fn a_line_at_the_head_dates_a_text_if_it_is_about_nothing_else() {
        for (text, date) in [
            ("Blast near port\nMarch 26, 2024\nTwo were hurt.", "2024-03-26"),
            ("Blast near port\n\n- 26/03/2024 -\n\nTwo were hurt.", "2024-03-26"),
            ("Blast\nBy A. Writer\nPublished: March 26, 2024\nTwo were hurt.", "2024-03-26"),
            ("Blast\nPosted on 26 March 2024 at 10:30 pm by A. Writer", "2024-03-26"),
            ("Friday, 29 March 2024\nBlast\nPublished March 26, 2024 Updated March 27, 2024 10:01am", "2024-03-26"),
            ("Published in the Daily, March 26th, 2024", "2024-03-26"),
            ("Updated 2 April 2024\nMarch 26, 2024\nText", "2024-03-26"),
            ("Last updated: 2 April 2024\nText", "2024-04-02"),
            ("دھماکہ\nتاریخ اشاعت: ۲۶ مارچ ۲۰۲۴ء\nمتن", "2024-03-26"),
            ("爆炸\n发布时间：2024-03-26 10:00 来源：某报\n正文", "2024-03-26"),
            ("2024年3月26日\n正文", "2024-03-26"),
            ("26 March 2024\nBlast\n26-03-2024", "2024-03-26"),
        ] {
            assert_eq!(text_of(from_head(text)), date, "{text}");
        }
        for text in [
            "",
            "On 26 March 2024 two engineers were hurt.",
            "Published on March 26, 2024, the report says that two were hurt.",
            "Updated on 3 May 2019, the policy asks for more guards.",
            "1 January 2024 - 26 March 2024",
            "25-26 March 2024",
            "March 2024",
            "2024",
            "20240326",
            "03/04/2024",
            "26 March 2024\n27 March 2024",
            "Two were hurt.\nComments\n27 March 2024",
            "Two were hurt.\n3 responses to “Blast”\n27 March 2024",
            "Two were hurt.\nA Reader says:\nMarch 27, 2024 at 10:00 am\nSad news.",
        ] {
            assert_eq!(text_of(from_head(text)), "none", "{text}");
        }
        let menu = "Menu\n".repeat(20);
        let paragraph = format!("{}\n", "Two were hurt. ".repeat(20));
        assert_eq!(text_of(from_head(&format!("{menu}26 March 2024"))), "2024-03-26");
        assert_eq!(text_of(from_head(&format!("{paragraph}{menu}26 March 2024"))), "none");
        assert_eq!(text_of(from_head(&format!("{menu}{menu}26 March 2024"))), "none");
    }

    #[test]
    fn the_address_comes_first_then_the_dateline_then_the_text() {
        let evidence = DateEvidence {
            url: Some("https://example.com/2024/03/26/x"),
            dateline: Some("GWADAR, 20 March 2024 -"),
            text: "21 March 2024\nText",
        };
        let found = |evidence: DateEvidence<'_>| {
            find(&evidence).map_or_else(|| "none".to_owned(), |(date, source)| format!("{date} {}", source.name()))
        };
        assert_eq!(found(evidence), "2024-03-26 address");
        assert_eq!(found(DateEvidence { url: None, ..evidence }), "2024-03-20 dateline");
        assert_eq!(found(DateEvidence { url: None, dateline: None, ..evidence }), "2024-03-21 text");
        assert_eq!(found(DateEvidence { text: "Text", ..DateEvidence::default() }), "none");
        let month = DateEvidence { url: Some("https://example.com/2024/03/x"), ..evidence };
        assert_eq!(found(month), "2024-03-20 dateline", "a day within the month is more exact");
        let other_month = DateEvidence { url: Some("https://example.com/2023/01/x"), ..evidence };
        assert_eq!(found(other_month), "2023-01 address", "a day outside of it is another matter");
    }

    proptest::proptest! {
        #[test]
        fn any_text_dates_or_does_not(text in "\\PC{0,60}", figures in "[0-9/.\\-: \nmarch年月日]{0,40}") {
            for text in [text.as_str(), figures.as_str()] {
                find(&DateEvidence { url: Some(text), dateline: Some(text), text });
                find(&DateEvidence { url: None, dateline: None, text });
                from_address(&format!("https://example.com/{text}"));
            }
        }
    }
}
