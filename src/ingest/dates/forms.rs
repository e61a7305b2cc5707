//! The forms in which dates are written: figures in every order, month names in four languages, Chinese.
//!
//! Works on folded text (`text::normalise::fold`): small letters, figures 0 to 9. Says what is wrong with a date that
//! has the form of one, but makes no message of it. Times, zones and weekdays are read over: the day counts as it is
//! written, in the writer's own zone.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::model::date::PartialDate;
use crate::text::normalise::fold;

/// A text that has the form of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// The date, or why there is none.
    pub(super) date: Result<PartialDate, Fault>,
    /// Whether it was a period of several days in one month (`25-26 March 2024`), of which `date` is the last.
    pub(super) is_period: bool,
}

/// What is wrong with a text that has the form of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// No such day: its parts as they stand.
    Missing { year: i16, month: Option<i8>, day: Option<i8> },
    /// Day and month may stand in either order.
    Ambiguous { day_first: PartialDate, month_first: PartialDate },
    /// Two digits for the year.
    ShortYear,
    /// Day and month without a year.
    NoYear,
    /// A period that ends before it begins.
    Reversed,
}

/// Names of the months in English (and short), Urdu, Hindi and Arabic.
const MONTH_NAMES: [&str; 12] = [
    "january jan جنوری जनवरी يناير",
    "february feb فروری फरवरी فبراير",
    "march mar مارچ मार्च مارس",
    "april apr اپریل अप्रैल أبريل ابريل",
    "may مئی मई مايو",
    "june jun جون जून يونيو",
    "july jul جولائی जुलाई يوليو",
    "august aug اگست अगस्त أغسطس",
    "september sept sep ستمبر सितंबर सितम्बर سبتمبر",
    "october oct اکتوبر अक्टूबर अक्तूबर أكتوبر",
    "november nov نومبر नवंबर नवम्बर نوفمبر",
    "december dec دسمبر दिसंबर दिसम्बर ديسمبر",
];

/// Names of the days of the week in English (and short), Urdu and Hindi, and the Urdu word for "on".
const WEEKDAYS: &str = "monday mon tuesday tues tue wednesday wed thursday thurs thur thu friday fri saturday sat \
    sunday sun پیر منگل بدھ جمعرات جمعہ ہفتہ اتوار सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार بروز";

/// Folded month names with the number of the month.
static MONTHS: LazyLock<Vec<(String, i8)>> = LazyLock::new(|| {
    let numbered = (1_i8..).zip(MONTH_NAMES);
    numbered.flat_map(|(month, names)| names.split(' ').map(move |name| (fold(name), month))).collect()
});

/// Years have four digits; two are told apart so that they can be refused with the reason.
const YEAR: &str = r"(?P<y>\d{4}|'?\d{2})";
const DASH: &str = r"[-‐‑–—]";

/// The forms without weekday and time, as patterns; the words in capitals are filled in by `compiled`.
/// Groups: `y` year, `m` month in figures, `n` month by name, `d` day, `d0` first day of a period, `a` and `b` day
/// and month in an order to be found out.
const FORMS: [&str; 8] = [
    // 2024-03-26, 2024/03/26, 2024.3.26, 2024-03
    r"(?P<y>\d{4})\s?(?:DASH|[/.])\s?(?P<m>\d{1,2})(?:\s?(?:DASH|[/.])\s?(?P<d>\d{1,2}))?",
    // 20240326
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    // 2024; the letter is what folding leaves of the Urdu sign for a year where it is mistyped
    r"(?P<y>\d{4})ی?",
    // 26.03.2024, 03/26/2024, 26-03-2024
    r"(?P<a>\d{1,2})\s?(?:DASH|[/.])\s?(?P<b>\d{1,2})\s?(?:DASH|[/.])\s?YEAR",
    // 26 March 2024, 26th of March, 2024, 26-MAR-1987, 25-26 March 2024
    concat!(
        r"(?:(?P<d0>\d{1,2})(?:st|nd|rd|th)?\s?(?:DASH|/|&|\sand\s|\sto\s)\s?)?",
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[\s,،.]*DASH?\s?(?P<n>MONTH)\.?(?:[\s,،]*DASH?\s?YEARی?)?",
    ),
    // March 26, 2024, Mar 26 10:00:00 2024, March 25-26, 2024
    concat!(
        r"(?P<n>MONTH)\.?[\s-]?\s?(?:(?P<d0>\d{1,2})(?:st|nd|rd|th)?\s?(?:DASH|&|\sand\s|\sto\s)\s?)?",
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:(?:[\s,،]+TIME)?[\s,،-]+YEARی?)?",
    ),
    // March 2024, 2024 March 26
    r"(?P<n>MONTH)\.?[\s,،-]*(?P<y>\d{4})ی?",
    r"(?P<y>\d{4})[\s,،-]+(?P<n>MONTH)(?:[\s,،-]+(?P<d>\d{1,2}))?",
];

/// 2024年3月26日, 2024年3月, 2024年, 3月26日
const CHINESE_FORM: &str = r"(?:YEAR\s?年)?(?:\s?(?P<m>\d{1,2})\s?月(?:\s?(?P<d>\d{1,2})\s?[日号號])?)?";

/// 10:00, 14:53:09.01, 10.30 pm, 9 a.m., each with a zone.
const TIME: &str = r"(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[.,]\d+)?(?:\s?[ap]\.?m\.?)?|\d{1,2}\s?[ap]\.?m\.?)ZONE";
const ZONE: &str =
    r"(?:\s?(?:[a-z]{1,5}(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}(?::?\d{2})?)){0,2}(?:\s?[(\[][^)\]]*[)\]])?";
/// What may stand behind a date without being part of it.
const TAIL: &str =
    r"(?:[\s,،(]{1,2}WEEKDAY\)?)?(?:\s?[,|@،]?\s?(?:DASH\s|at\s)?TIME|t\d{2}(?:\d{2}){0,2}(?:\.\d+)?ZONE|tTIME)?";
const CHINESE_TAIL: &str = concat!(
    r"(?:\s?\(?(?:星期|周|週|礼拜)[一二三四五六日天]\)?)?",
    r"(?:\s?(?:上午|下午|中午|晚上|凌晨)?\s?\d{1,2}(?:[:时時点點]\d{0,2}){1,2}[分秒]?(?:\d{1,2}秒)?)?",
);

static WHOLE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let in_words = FORMS.iter().map(|form| compiled(&format!(r"^(?:WEEKDAY\.?[\s,،]{{0,2}}){{0,2}}(?:{form})TAIL$")));
    in_words.chain([compiled(&format!("^(?:{CHINESE_FORM}){CHINESE_TAIL}$"))]).collect()
});

/// Whole days with a year in running text, not inside a longer number or a word of an alphabet.
static INSIDE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let forms = [
        r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})",
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:\sof)?[\s,،-]{0,2}(?P<n>MONTH)\.?[\s,،-]{0,2}(?P<y>\d{4})",
        r"(?P<n>MONTH)\.?\s?(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s,،]{1,2}(?P<y>\d{4})",
        r"(?P<y>\d{4})\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?[日号號]",
    ];
    let bounded = |form| compiled(&format!(r"(?:^|[^0-9\p{{L}}]|\p{{Han}})(?P<date>{form})(?:[^0-9]|$)"));
    forms.into_iter().map(bounded).collect()
});

fn compiled(pattern: &str) -> Regex {
    let months: Vec<&str> = MONTHS.iter().map(|(name, _)| name.as_str()).collect();
    let weekdays: Vec<String> = WEEKDAYS.split_ascii_whitespace().map(fold).collect();
    let filled = pattern
        .replace("TAIL", TAIL)
        .replace("TIME", TIME)
        .replace("ZONE", ZONE)
        .replace("YEAR", YEAR)
        .replace("DASH", DASH)
        .replace("MONTH", &format!("(?:{})", months.join("|")))
        .replace("WEEKDAY", &format!("(?:{})", weekdays.join("|")))
        .replace(r"\d", "[0-9]");
    Regex::new(&filled).expect("constant pattern")
}

/// A text as the forms want it: folded, blanks made one space, nothing but the date.
pub(super) fn prepared(text: &str) -> String {
    let folded = fold(text);
    let joined = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.trim_matches(|c| matches!(c, ' ' | '.' | ',' | ';' | '،' | '۔' | '。' | '"')).to_owned()
}

/// Reads a prepared text that is a date and nothing else; `None` for any other.
pub(super) fn read_whole(prepared: &str) -> Option<Reading> {
    WHOLE.iter().find_map(|form| reading(&form.captures(prepared)?))
}

/// The days, written out with month and year, that a prepared text names.
pub(super) fn days_inside(prepared: &str) -> Vec<PartialDate> {
    let mut found = Vec::new();
    for form in INSIDE.iter() {
        let mut from = 0;
        while let Some(captures) = form.captures_at(prepared, from) {
            let Some(place) = captures.name("date") else { break };
            // The character behind a date may be the one before the next.
            from = place.end();
            if let Some(Reading { date: Ok(date), .. }) = reading(&captures) {
                found.push(date);
            }
        }
    }
    found
}

fn reading(captures: &Captures<'_>) -> Option<Reading> {
    let group = |name: &str| captures.name(name).map(|found| found.as_str());
    let number = |name: &str| group(name).and_then(|digits| digits.parse::<i8>().ok());
    let month = number("m").or_else(|| MONTHS.iter().find(|(name, _)| Some(name.as_str()) == group("n")).map(|m| m.1));
    let is_period = group("d0").is_some();
    let fault = |fault| Some(Reading { date: Err(fault), is_period });
    let Some(year) = group("y") else {
        return month.and_then(|_| fault(Fault::NoYear));
    };
    if year.len() < 4 {
        return fault(Fault::ShortYear);
    }
    let year: i16 = year.parse().ok()?;
    if let (Some(first), Some(second)) = (number("a"), number("b")) {
        return Some(Reading { date: in_either_order(year, first, second), is_period });
    }
    let day = number("d");
    let Some(month) = month else {
        let date = PartialDate::new(year, None, None).ok_or(Fault::Missing { year, month: None, day: None });
        return Some(Reading { date, is_period });
    };
    if number("d0").is_some_and(|first| Some(first) >= day) {
        return fault(Fault::Reversed);
    }
    let date = PartialDate::new(year, Some(month), day).ok_or(Fault::Missing { year, month: Some(month), day });
    Some(Reading { date, is_period })
}

fn in_either_order(year: i16, first: i8, second: i8) -> Result<PartialDate, Fault> {
    let day_first = PartialDate::new(year, Some(second), Some(first));
    let month_first = PartialDate::new(year, Some(first), Some(second));
    match (day_first, month_first) {
        (Some(day_first), Some(month_first)) if day_first != month_first => {
            Err(Fault::Ambiguous { day_first, month_first })
        }
        (Some(date), _) | (None, Some(date)) => Ok(date),
        (None, None) if second > 12 => Err(Fault::Missing { year, month: Some(first), day: Some(second) }),
        (None, None) => Err(Fault::Missing { year, month: Some(second), day: Some(first) }),
    }
}
