//! The line of a text that dates the article: between its title and its first paragraph, or close to them.
//!
//! May not take a date for the day of publication that only happens to stand there: not one in a sentence, not a
//! comment's, not a related article's, not a period. Where two such lines disagree, there is no date.

use std::sync::LazyLock;

use regex::Regex;

use super::evidence::DateEvidence;
use super::forms::{names_other_calendar, open_readings, prepared, read_whole, without_clock};
use super::order::settle;
use crate::model::DATE_BYTES_MAX;
use crate::model::date::PartialDate;
use crate::text::normalise::fold;

/// Lines with text before a title that belong to the article: its section, its date, its author.
const LINES_BEFORE_TITLE: usize = 6;
/// Lines with text before the first paragraph where no title is found there.
const LINES_BEFORE_OPENING: usize = 12;
/// Lines with text behind a short opening that may still be the head.
const LINES_OF_OPENING: usize = 10;
/// Bytes from which on a line is a paragraph and not an item of a menu.
const PARAGRAPH_BYTES_MIN: usize = 120;
/// Lines with text that may be a head where no paragraph is seen.
const LINES_SOUGHT: usize = 40;
/// Lines of the cleaned text among which a paragraph is sought.
const PARAGRAPHS_SOUGHT: usize = 20;
/// Characters of the first paragraph by which it is found again in the text as it came.
const OPENING_CHARS: usize = 30;
/// Most words of a name before a date.
const NAME_WORDS_MAX: usize = 4;
/// Most words of an author's name and office in a line that begins with `by`.
const BYLINE_WORDS_MAX: usize = 12;

/// What the head of a text says about the day of publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Head {
    /// The day, and in words what settled it where its form left it open.
    Dated(PartialDate, Option<String>),
    /// A date as written that may be read in more than one way.
    Open(String),
    /// Nothing, or dates that disagree.
    Undated,
}

/// How a line names its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Published,
    Bare,
    Updated,
}

/// A day that a line gives, as written where its form is open.
struct Dated {
    role: Role,
    day: Result<PartialDate, String>,
}

/// The day that the head of a text gives. Lines between title and first paragraph come first, then those before the
/// title, then lines anywhere before the comments that are labelled as the day of publication.
pub(super) fn from_head(evidence: &DateEvidence<'_>) -> Head {
    let lines: Vec<&str> = lines(evidence.text);
    let opening = opening(&lines, evidence.opening);
    let end =
        lines[opening..].iter().take(LINES_OF_OPENING).take_while(|line| line.len() < PARAGRAPH_BYTES_MIN).count();
    let end = opening + end;
    let title = fold(evidence.title.unwrap_or_default());
    let title = lines[..opening].iter().rposition(|line| is_title(line, &title));
    let start = title.unwrap_or(opening.saturating_sub(LINES_BEFORE_OPENING));
    let before = start.saturating_sub(LINES_BEFORE_TITLE);
    for zone in [start..end, before..start] {
        let found = chosen(&zone_days(&lines[zone]), evidence);
        if found != Head::Undated {
            return found;
        }
    }
    let rest = lines[end..].iter().take_while(|line| line.len() > PARAGRAPH_BYTES_MIN || !is_comments_heading(line));
    let labelled: Vec<Dated> = rest.filter_map(|line| day_of(line)).filter(|day| day.role == Role::Published).collect();
    match labelled.first().map(|first| &first.day) {
        Some(Ok(day)) if labelled.iter().all(|other| other.day.as_ref() == Ok(day)) => Head::Dated(*day, None),
        _ => Head::Undated,
    }
}

/// The lines of a text that hold a letter or a figure.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| line.chars().any(char::is_alphanumeric)).collect()
}

/// The line that the article begins in, found by its first long paragraph that stands in the text as it came, else by
/// its first line; else the first long line, else the end of the first lines.
fn opening(lines: &[&str], body: Option<&str>) -> usize {
    let paragraphs: Vec<&str> = body.unwrap_or_default().lines().map(str::trim).take(PARAGRAPHS_SOUGHT).collect();
    let find = |paragraph: &str| {
        let end = paragraph.char_indices().nth(OPENING_CHARS).map_or(paragraph.len(), |(at, _)| at);
        lines.iter().position(|line| line.contains(&paragraph[..end]))
    };
    let long = paragraphs.iter().filter(|line| line.len() >= PARAGRAPH_BYTES_MIN && !line.starts_with('#'));
    let first = paragraphs.iter().filter(|line| !line.is_empty()).take(1);
    long.take(2).chain(first).find_map(|paragraph| find(paragraph)).unwrap_or_else(|| {
        let long = lines.iter().position(|line| line.len() >= PARAGRAPH_BYTES_MIN);
        long.unwrap_or(lines.len().min(LINES_SOUGHT))
    })
}

fn is_title(line: &str, title: &str) -> bool {
    !title.is_empty() && fold(line).trim_start_matches(['#', ' ']).starts_with(title)
}

fn is_comments_heading(line: &str) -> bool {
    COMMENTS.is_match(&bare(line))
}

/// The days of the lines of one zone; none below a commentator's name.
fn zone_days(lines: &[&str]) -> Vec<Dated> {
    let mut below_name = false;
    let mut days = Vec::new();
    for line in lines {
        let names = ["says:", "said:", "wrote:"].iter().any(|end| line.ends_with(end));
        if is_comments_heading(line) {
            break;
        }
        if !std::mem::replace(&mut below_name, names) {
            days.extend(day_of(line));
        }
    }
    days
}

/// The day that a zone agrees on: one labelled as that of publication, else the only bare one, else that of a change.
fn chosen(days: &[Dated], evidence: &DateEvidence<'_>) -> Head {
    for role in [Role::Published, Role::Bare, Role::Updated] {
        let mut of_role = days.iter().filter(|day| day.role == role).map(|day| &day.day);
        let Some(first) = of_role.next() else { continue };
        if role != Role::Published && of_role.any(|other| other != first) {
            return Head::Undated;
        }
        return match first {
            Ok(day) => Head::Dated(*day, None),
            Err(written) => match settle(written, evidence) {
                Some((day, reason)) => Head::Dated(day, Some(format!("`{written}` was read as {day} {reason}"))),
                None => Head::Open(written.clone()),
            },
        };
    }
    Head::Undated
}

/// Labels before the day of publication.
static PUBLISHED: LazyLock<Regex> = LazyLock::new(|| {
    label(&[
        "published",
        "first published",
        "date published",
        "publication date",
        "publish date",
        "posted",
        "date posted",
        "date",
        "dated",
        "issued",
        "released",
        "تاریخ اشاعت",
        "شائع شدہ",
        "اشاعت",
        "شائع ہوا",
        "تاریخ",
        "प्रकाशित",
        "发布时间",
        "发布日期",
        "发布于",
        "发表时间",
        "发表于",
        "日期",
        "时间",
        "發布時間",
        "發佈時間",
        "發布日期",
        "刊登時間",
        "publiziert",
        "veröffentlicht",
        "publié",
        "publicado",
        "pubblicato",
        "diterbitkan",
        "yayınlanma",
        "опубликовано",
    ])
});

/// Labels before the day of the last change.
static UPDATED: LazyLock<Regex> = LazyLock::new(|| {
    label(&[
        "updated",
        "last updated",
        "last modified",
        "modified",
        "آخری اپ ڈیٹ",
        "اپ ڈیٹ",
        "更新时间",
        "更新于",
        "更新時間",
        "最后更新",
        "aktualisiert",
        "mis à jour",
        "actualizado",
        "aggiornato",
    ])
});

/// A label at the head of a line, in the form of `prepared`, and what joins it to a date: `Published on`,
/// `Published in Dawn,`.
fn label(names: &[&str]) -> Regex {
    let mut names: Vec<String> = names.iter().map(|name| fold(name)).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let joins = r"(?:\s?[:：])?(?:\s(?:on|at|am|le|el|il|in\s[^,]{1,40},)\s)?\s?";
    Regex::new(&format!(r"^(?:{}){joins}", names.join("|"))).expect("constant pattern")
}

/// The head of a line that names an author before a date.
static BYLINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:posted|published|written|reported|created)\s)?(?:by|von|par|por|oleh)\s")
        .expect("constant pattern")
});

/// What may follow a date in its line. A date that a sentence goes on after is not a line about the article.
static NEXT_FIELD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\s?[|•·(\[]|\s(?:[-–—]{1,2}|/)\s|/[0-9]+\scomment|,?\s(?:last\s)?(?:updated|modified)|\sby\s",
        r"|\s(?:share|source|get short|[0-9]+ (?:min|comment|view|share))|更新|来源|來源|作者|编辑|責任|责任",
    ))
    .expect("constant pattern")
});

static ACCORDING_TO: LazyLock<String> = LazyLock::new(|| fold("بمطابق"));

/// The heading above the comments of readers.
static COMMENTS: LazyLock<Regex> = LazyLock::new(|| {
    let headings = r"comments?(?: ?\(?[0-9]+\)?)?|leave a (?:reply|comment).*|网友评论|评论|تبصرے";
    let counts = r"[0-9]+ (?:comments?|responses?|replies|thoughts?)\b.*";
    Regex::new(&fold(&format!("^(?:{headings}|{counts})$"))).expect("constant pattern")
});

/// A line in the form of `prepared`, without the marks around it; empty where it is too long for a date.
fn bare(line: &str) -> String {
    if line.len() > DATE_BYTES_MAX {
        return String::new();
    }
    let line = prepared(line).replace("updated", " updated").replace("  ", " ");
    line.trim_matches(['-', '–', '—', '|', '•', '·', '*', '#', '_', ' ']).to_owned()
}

/// The day that a line gives, if it is a line about the article and about nothing else.
fn day_of(line: &str) -> Option<Dated> {
    // Most lines can be told from afar.
    if !line.chars().any(|c| c.is_numeric() || c == '年') {
        return None;
    }
    let mut bare_line = bare(line);
    // Urdu papers give the day in two calendars, joined by "according to".
    if let Some((first, second)) = bare_line.split_once(&*ACCORDING_TO) {
        bare_line = (if names_other_calendar(first) { second } else { first }).trim().to_owned();
    }
    if bare_line.is_empty() || !bare_line.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    for (label, role) in [(&PUBLISHED, Role::Published), (&UPDATED, Role::Updated)] {
        if let Some(found) = label.find(&bare_line) {
            let rest = bare_line[found.end()..].trim_start_matches([':', '：', ' ', '|']);
            return leading_day(rest).or_else(|| day_behind_byline(rest, true)).map(|day| Dated { role, day });
        }
    }
    let day = leading_day(&bare_line).or_else(|| day_behind_byline(&bare_line, false));
    day.or_else(|| day_behind_name(line, &bare_line)).map(|day| Dated { role: Role::Bare, day })
}

/// The day of a text that begins with one, and goes on with another field of the line at most.
fn leading_day(text: &str) -> Option<Result<PartialDate, String>> {
    if let Some(day) = whole_day(text) {
        return Some(day);
    }
    let (day, rest) = NEXT_FIELD.find_iter(text).find_map(|found| {
        let day = whole_day(text[..found.start()].trim_end_matches([' ', ',']))?;
        let is_dash = found.as_str().trim().chars().all(|c| matches!(c, '-' | '–' | '—' | '/'));
        Some((day, if is_dash { &text[found.end()..] } else { "" }))
    })?;
    // Two days with a dash between them are a period.
    whole_day(rest.trim()).is_none_or(|other| other == day).then_some(day)
}

/// The day that a prepared text is, if it is nothing else; a bare number and a period are none.
fn whole_day(text: &str) -> Option<Result<PartialDate, String>> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let reading = read_whole(text).or_else(|| read_whole(&without_clock(text))).filter(|reading| !reading.is_period)?;
    match reading.date {
        Ok(date) => date.day().map(|_| Ok(date)),
        Err(_) => (!open_readings(text).is_empty()).then(|| Err(without_clock(text))),
    }
}

/// The day behind the author in `by A. Writer, Staff Reporter on 26 March 2024`.
fn day_behind_byline(text: &str, labelled: bool) -> Option<Result<PartialDate, String>> {
    let name = match BYLINE.find(text) {
        Some(byline) => &text[byline.end()..],
        None if labelled && text.starts_with("in ") => text,
        None => return None,
    };
    let starts = name.match_indices(' ').map(|(at, _)| at + 1).take(BYLINE_WORDS_MAX);
    starts.filter(|&at| !name[..at].bytes().any(|byte| byte.is_ascii_digit())).find_map(|at| leading_day(&name[at..]))
}

/// The day behind a name: `A. Writer - 26 March 2024`, `Islamabad | 26 March 2024`, `Staff Reporter 26 March 2024`. A
/// name has capitals, no figures, and is no word that gives a date another meaning.
fn day_behind_name(line: &str, bare_line: &str) -> Option<Result<PartialDate, String>> {
    let names = line.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric));
    let is_name = |word: &&str| {
        let small = word.chars().find(|c| c.is_alphabetic()).is_none_or(char::is_lowercase);
        !small && !word.bytes().any(|byte| byte.is_ascii_digit()) && !OTHER_DAYS.contains(&fold(word).trim_matches(':'))
    };
    let named = names.take(NAME_WORDS_MAX).take_while(is_name).count();
    let behind_names = |at: &usize| {
        let before = &bare_line[..*at];
        let words = before.split(' ').filter(|word| word.chars().any(char::is_alphanumeric)).count();
        (1..=named).contains(&words) && !before.bytes().any(|byte| byte.is_ascii_digit())
    };
    let starts = bare_line.match_indices(' ').map(|(at, _)| at + 1).filter(behind_names);
    let rests = starts.map(|at| bare_line[at..].trim_start_matches(['|', '•', '·', '-', '–', '—', ' ']));
    rests.filter(|rest| !rest.is_empty()).find_map(leading_day)
}

/// Words before a day that is not that of publication.
const OTHER_DAYS: [&str; 22] = [
    "since",
    "until",
    "till",
    "from",
    "before",
    "after",
    "between",
    "air",
    "event",
    "events",
    "deadline",
    "expires",
    "valid",
    "starts",
    "begins",
    "ends",
    "born",
    "died",
    "due",
    "next",
    "copyright",
    "archive",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn date_of(text: &str) -> String {
        match from_head(&DateEvidence { text, ..DateEvidence::default() }) {
            Head::Dated(date, _) => date.to_string(),
            Head::Open(_) | Head::Undated => "none".to_owned(),
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
            ("Blast\nStaff Reporter March 26, 2024", "2024-03-26"),
            ("Blast\nBy A. Writer, MS, RD on March 26, 2024", "2024-03-26"),
            ("Blast\nPublished Wed, Mar 27 20244:29 AM ESTUpdated an hour ago", "2024-03-27"),
            ("Blast\n5:45 AM PST 11/19/2019", "2019-11-19"),
            ("Blast\n26 مارچ 2024ء بمطابق 15 رمضان المبارک 1445ھ", "2024-03-26"),
            ("Blast\n15 رمضان المبارک 1445ھ بمطابق 26 مارچ 2024ء", "2024-03-26"),
        ] {
            assert_eq!(date_of(text), date, "{text}");
        }
        for text in [
            "",
            "On 26 March 2024 two engineers were hurt.",
            "Published on March 26, 2024, the report says that two were hurt.",
            "Updated on 3 May 2019, the policy asks for more guards.",
            "1 January 2024 - 26 March 2024",
            "25-26 March 2024",
            "3 - 9 May 2024",
            "Between 3 and 9 May 2024 the road was closed.",
            "Since March 26, 2024",
            "Flood in the hills - 26 March 2024",
            "15 رمضان المبارک 1445ھ",
            "March 2024",
            "2024",
            "20240326",
            "03/04/2024",
            "26 March 2024\n27 March 2024",
            "Two were hurt.\nComments\n27 March 2024",
            "Two were hurt.\n3 responses to “Blast”\n27 March 2024",
            "Two were hurt.\nA Reader says:\nMarch 27, 2024 at 10:00 am\nSad news.",
        ] {
            assert_eq!(date_of(text), "none", "{text}");
        }
        let menu = "Menu\n".repeat(20);
        let paragraph = format!("{}\n", "Two were hurt. ".repeat(20));
        assert_eq!(date_of(&format!("{menu}26 March 2024")), "2024-03-26");
        assert_eq!(date_of(&format!("{paragraph}{menu}26 March 2024")), "none");
    }
}
