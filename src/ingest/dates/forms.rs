//! The forms in which dates are written: figures in every order, month names in many languages, Chinese.
//!
//! Works on folded text (`text::normalise::fold`): small letters, figures 0 to 9. Says what is wrong with a date that
//! has the form of one, but makes no message of it. Times, zones and weekdays are read over: the day counts as it is
//! written, in the writer's own zone.

use std::borrow::Cow;
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

/// The days that a date may mean, where its form leaves it open: at most two orders in two centuries.
pub(super) type Readings = [Option<PartialDate>; 4];

/// First year that is believed: newspapers begin in 1605, and the years of the other calendars in use (1445, 1403, 113)
/// lie before.
const YEAR_MIN: i16 = 1600;

/// What is wrong with a text that has the form of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// No such day: its parts as they stand.
    Missing { year: i16, month: Option<i8>, day: Option<i8> },
    /// Day and month may stand in either order.
    Ambiguous { day_first: PartialDate, month_first: PartialDate },
    /// Two digits for the year: the days that may be meant.
    ShortYear(Readings),
    /// A year of another calendar, or a slip: nothing was printed for the day then.
    Calendar(i16),
    /// Day and month without a year.
    NoYear,
    /// A period that ends before it begins.
    Reversed,
}

/// Names of the months in English (and short), Urdu, Hindi, Arabic, and where they differ from these and among each
/// other German, French, Spanish, Italian, Portuguese, Indonesian, Turkish and Russian.
const MONTH_NAMES: [&str; 12] = [
    "january jan جنوری जनवरी يناير januar janvier enero gennaio janeiro januari ocak января",
    "february feb فروری फरवरी فبراير februar février febrero febbraio fevereiro februari şubat февраля",
    "march mar مارچ मार्च مارس märz mars marzo março maret mart марта",
    "april apr اپریل अप्रैल أبريل ابريل avril abril aprile nisan апреля",
    "may مئی मई مايو mai mayo maggio maio mei mayıs мая",
    "june jun جون जून يونيو juni juin junio giugno junho haziran июня",
    "july jul جولائی जुलाई يوليو juli juillet julio luglio julho temmuz июля",
    "august aug اگست अगस्त أغسطس août agosto agustus ağustos августа",
    "september sept sep ستمبر सितंबर सितम्बर سبتمبر septembre septiembre settembre setembro eylül сентября",
    "october oct اکتوبر अक्टूबर अक्तूबर أكتوبر oktober octobre octubre ottobre outubro ekim октября",
    "november nov نومبر नवंबर नवम्बर نوفمبر novembre noviembre novembro kasım ноября",
    "december dec دسمبر दिसंबर दिसम्बर ديسمبر dezember décembre diciembre dicembre dezembro desember aralık декабря",
];

/// Names of the days of the week in English (and short), Urdu, Hindi and some languages more, and the Urdu
/// word for "on".
const WEEKDAYS: &str = "monday mon tuesday tues tue wednesday wed thursday thurs thur thu friday fri saturday sat \
    sunday sun پیر منگل بدھ جمعرات جمعہ ہفتہ اتوار सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार بروز \
    montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche \
    lunes martes miércoles jueves viernes sábado domingo senin selasa rabu kamis jumat sabtu minggu";

/// Folded month names with the number of the month.
static MONTHS: LazyLock<Vec<(String, i8)>> = LazyLock::new(|| {
    let numbered = (1_i8..).zip(MONTH_NAMES);
    let mut names: Vec<(String, i8)> =
        numbered.flat_map(|(month, names)| names.split(' ').map(move |name| (fold(name), month))).collect();
    // Of two names that begin alike the longer is tried first.
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    names
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
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:\s+(?:of|de))?[\s,،.]*DASH?\s?(?P<n>MONTH)\.?",
        r"(?:(?:\s+del?)?[\s,،]*DASH?\s?YEARی?)?",
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
    let folded = chinese_figures(&folded);
    let joined = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.trim_matches(|c| matches!(c, ' ' | '.' | ',' | ';' | '،' | '۔' | '。' | '"')).to_owned()
}

/// Chinese figures before the signs of year, month and day as 0 to 9: `二〇二四年三月二十六日` is `2024年3月26日`.
fn chinese_figures(text: &str) -> Cow<'_, str> {
    CHINESE_FIGURES.replace_all(text, |found: &Captures<'_>| {
        let digit = |c: char| "〇一二三四五六七八九".chars().position(|figure| figure == c).unwrap_or(0);
        let digits = |figures: &str| figures.chars().map(|c| digit(c).to_string()).collect::<String>();
        let (figures, sign) = (found[1].replace('零', "〇").replace('廿', "二十").replace('卅', "三十"), &found[2]);
        let number = match figures.split_once('十') {
            Some((tens, ones)) => {
                let tens = if tens.is_empty() { "1".to_owned() } else { digits(tens) };
                let ones = if ones.is_empty() { "0".to_owned() } else { digits(ones) };
                tens + &ones
            }
            None => digits(&figures),
        };
        format!("{number}{sign}")
    })
}

static CHINESE_FIGURES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("([〇零一二三四五六七八九]{4}|[廿卅一二三]?十?[一二三四五六七八九]?)([年月日号號])")
        .expect("constant pattern")
});

/// Whether a month of another calendar is named: its day and year are no days of ours.
pub(super) fn names_other_calendar(prepared: &str) -> bool {
    OTHER_CALENDARS.is_match(prepared)
}

/// Months of the Islamic and the Iranian year, the signs of the Islamic year, and the Chinese republican one.
static OTHER_CALENDARS: LazyLock<Regex> = LazyLock::new(|| {
    let names = "محرم صفر ربیع جمادی رجب شعبان رمضان شوال ذیقعد ذوالقعد ذوالحج ذی فروردین اردیبهشت خرداد مرداد شهریور مهر \
        آبان آذر بهمن اسفند ہجری هجری muharram safar rabi jumada rajab shaban ramadan ramazan shawwal zilhaj dhul farvardin \
        ordibehesht khordad mordad shahrivar aban azar bahman esfand";
    let names: Vec<String> = names.split_ascii_whitespace().map(fold).collect();
    let signs = r"[0-9]{4}\s?(?:ھ|ه|ہ)(?:\P{L}|$)|民[国國]\s?[0-9]{1,3}|[0-9]{4}\s?(?:a\.?h\.?|h)(?:\P{L}|$)";
    Regex::new(&format!(r"(?:^|\P{{L}})(?:{})|{signs}", names.join("|"))).expect("constant pattern")
});

/// Times and zones, wherever in a line they stand, as far as they cannot be part of a date.
static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    let time = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?\s?(?:[ap]\.?m\b\.?)?|[0-9]{1,2}(?:\.[0-9]{2})?\s?[ap]\.?m\b\.?|\b[0-9]{4}\s(?:gmt|utc)";
    let zone =
        r"\b(?:gmt|utc|bst|cet|cest|hkt|sgt|ist|pkt|jst|a?[ecmp][sd]?t|eat|wat)\b(?:\s?[+-][0-9]{1,2}(?::?[0-9]{2})?)?";
    Regex::new(&format!(r"\((?:{time})\s?(?:{zone})?\)|{time}|{zone}")).expect("constant pattern")
});
/// A year with the time written right behind it: `20194:29 am`.
static YEAR_AND_TIME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b((?:19|20)[0-9]{2})([0-9]{1,2}:[0-9]{2})").expect("constant pattern"));

/// A prepared text without times and zones.
pub(super) fn without_clock(prepared: &str) -> String {
    let parted = YEAR_AND_TIME.replace_all(prepared, "$1 $2");
    if !CLOCK.is_match(&parted) {
        return prepared.to_owned();
    }
    let bare = CLOCK.replace_all(&parted, " ");
    let joined =
        bare.split_whitespace().filter(|part| !matches!(*part, "," | "at" | "um")).collect::<Vec<_>>().join(" ");
    joined.trim_matches([' ', ',', ';', '.', '/', '|', '،', '-', '–', '—', ':']).replace(" ,", ",")
}

/// Reads a prepared text that is a date and nothing else; `None` for any other.
pub(super) fn read_whole(prepared: &str) -> Option<Reading> {
    if names_other_calendar(prepared) {
        return None;
    }
    WHOLE.iter().find_map(|form| reading(&form.captures(prepared)?))
}

/// The days that a date with an open form may mean; none for any other text.
pub(super) fn open_readings(prepared: &str) -> Vec<PartialDate> {
    let reading = read_whole(prepared).or_else(|| read_whole(&without_clock(prepared)));
    match reading.map(|reading| reading.date) {
        Some(Err(Fault::Ambiguous { day_first, month_first })) => vec![day_first, month_first],
        Some(Err(Fault::ShortYear(readings))) => readings.into_iter().flatten().collect(),
        _ => Vec::new(),
    }
}

/// The months, with the day beside them if there is one, that a prepared text names in words: `islamabad, march 5`.
pub(super) fn months_named(prepared: &str) -> Vec<(i8, Option<i8>)> {
    let number = |found: Option<regex::Match<'_>>| found.and_then(|digits| digits.as_str().parse().ok());
    let named = NAMED_MONTH.captures_iter(prepared).filter_map(|found| {
        let month = MONTHS.iter().find(|(name, _)| *name == found["n"])?.1;
        Some((month, number(found.name("after")).or_else(|| number(found.name("before")))))
    });
    named.collect()
}

static NAMED_MONTH: LazyLock<Regex> = LazyLock::new(|| {
    compiled(concat!(
        r"(?:^|[^0-9\p{L}])(?:(?P<before>\d{1,2})(?:st|nd|rd|th)?\s)?(?P<n>MONTH)\b",
        r"(?:\.?\s(?P<after>\d{1,2})(?:st|nd|rd|th)?\b)?"
    ))
});

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
        let short: i16 = year.trim_start_matches('\'').parse().ok()?;
        let orders = match (number("a"), number("b")) {
            (Some(first), Some(second)) => [Some((second, first)), Some((first, second)).filter(|_| first != second)],
            _ => [month.zip(number("d")), None],
        };
        let day =
            |at: usize, century: i16| orders[at].and_then(|(m, d)| PartialDate::new(century + short, Some(m), Some(d)));
        return fault(Fault::ShortYear([day(0, 2000), day(1, 2000), day(0, 1900), day(1, 1900)]));
    }
    let year: i16 = year.parse().ok()?;
    if (1000..YEAR_MIN).contains(&year) {
        return fault(Fault::Calendar(year));
    }
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
