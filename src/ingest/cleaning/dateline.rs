//! The dateline that a wire story opens with: `ISLAMABAD, March 5 (Reuters) -`.
//!
//! Takes one only where it is clear: a place in capitals, or a place with an agency or a date, and a dash or colon.

use std::sync::LazyLock;

use regex::Regex;

use super::lines::{Line, Mark};

/// Shortest dateline, in characters: shorter capitals with a colon are more often a name (`CPEC:`) than a place.
const CHARS_MIN: usize = 5;
/// Fewest words that must follow a dateline.
const WORDS_AFTER: usize = 4;

/// Labels in capitals that are no places.
#[rustfmt::skip]
const LABELS: &[&str] = &[
    "breaking", "breaking news", "update", "updated", "updates", "watch", "video", "note", "notes", "editor",
    "exclusive", "opinion", "analysis", "explainer", "live", "read", "photos", "correction", "alert", "news", "question",
    "answer", "faq", "fact check", "factbox", "summary", "warning", "about", "timeline", "profile", "interview", "review",
    "editorial", "comment", "reporter", "moderator", "speaker",
];

/// Words by which a bracket behind a place names those who wrote: correspondent, reporter, desk, news, agencies.
#[rustfmt::skip]
const NEWSROOM_WORDS: &[&str] = &[
    "نمائندہ", "نمائندگان", "نامہ نگار", "رپورٹ", "بیورو", "ڈیسک", "نیوز", "مانیٹرنگ", "خبر", "ایجنسی", "ایجنسیاں",
    "آن لائن", "اسٹاف", "سٹاف", "وائس آف", "اے پی پی", "اے ایف پی", "این این آئی", "آئی این پی", "پوائنٹ",
];

/// Words that tie what stands before them to the sentence: of, by, to, in, from, on, is.
const URDU_TIES: &[&str] = &["کا", "کی", "کے", "نے", "کو", "میں", "سے", "پر", "ہے", "ہیں", "اور", "تک"];

/// Place, date and agency in the parts that datelines are put together from.
static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
    let capitals = r"\p{Lu}[\p{Lu}.'’-]+(?: \p{Lu}[\p{Lu}.'’-]+){0,3}";
    let name = r"\p{Lu}[\p{L}.'’-]*(?: (?:\p{Lu}|de |del |la |al-)[\p{L}.'’-]*){0,3}";
    let month = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?|\d{1,2}\.? \p{Ll}{3,10}\.?";
    let date = format!(r"(?:{month})(?: \d{{1,2}})?(?:,? \d{{4}})?|\d{{1,2}} (?:{month})(?:,? \d{{4}})?");
    let agency = r"\([\p{L} .&/’-]{2,40}\)";
    // A hyphen may touch the word before it only if that is a bracket: JF-17 is no place.
    let dash = r"(?:\s+-{1,2}\s+|-{2}\s*|\s*[–—]\s*|\s*:\s+)";
    let dash_or_hyphen = r"(?:\s*-{1,2}\s*|\s*[–—]\s*|\s*:\s+)";
    let newsroom_words = NEWSROOM_WORDS.join("|");
    let urdu_day = r"\s*\d{1,2}[\s،]*\p{Arabic}{2,8}[\s،]*\d{4}\s*ء?\s*";
    let newsroom = r"(?:\p{Han}{2,12}[,，]? ?)?";
    let reporter = r"（[^（）]{1,40}）|\([^()]{1,40}\)";
    let patterns = [
        // ISLAMABAD: ... / DUBAI, United Arab Emirates - ... / KARACHI/LAHORE, March 5 (Reuters) - ...
        format!(r"^(?P<a>{capitals}(?:/{capitals})*(?:, {name})?(?:, (?:{date}))?(?: ?{agency})?){dash}"),
        // Islamabad (TIP)- ... / Karachi, Pakistan, March 5 (Xinhua) -- ...
        format!(r"^(?P<b>{name}(?:, {name})?(?:, (?:{date}))? ?{agency}){dash_or_hyphen}"),
        // Karachi, March 5 - ...
        format!(r"^(?P<c>{name}(?:, {name})?, (?:{date})){dash}"),
        // Place and agency in Urdu, Arabic and Persian.
        r"^(?P<d>\p{Arabic}+(?: \p{Arabic}+){0,3} ?\([^()]{2,40}\)) ?(?:[-–—:۔])\s*".to_owned(),
        // The same without a sign behind it, where the bracket names a newsroom or a day: کوئٹہ (نمائندہ خصوصی) ...
        format!(
            r"^(?P<f>\p{{Arabic}}+(?: \p{{Arabic}}+){{0,3}} ?\((?:[^()]*(?:{newsroom_words})[^()]*|{urdu_day})\))[\s،]+"
        ),
        // 新华社北京3月5日电（记者某某）
        format!(r"^(?P<e>{newsroom}(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日[电電讯訊](?:{reporter})?)[：:，,\s]*"),
    ];
    Regex::new(&patterns.join("|")).expect("constant pattern")
});

/// The dateline at the head of a paragraph and the text behind it; `None` where there is none, or it is not clear.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let (dateline, rest) = head(text)?;
    // Two in a row are labels of some other sort.
    head(rest).is_none().then_some((dateline, rest))
}

fn head(text: &str) -> Option<(&str, &str)> {
    let found = DATELINE.captures(text)?;
    let dateline = ["a", "b", "c", "d", "e", "f"].iter().find_map(|name| found.name(name))?.as_str();
    let rest = &text[found.get(0)?.end()..];
    let opens = rest.starts_with(|c: char| (c.is_alphanumeric() && !c.is_lowercase()) || "\"'“‘«「『".contains(c));
    let long = Line::new(rest, Mark::Plain).is_some_and(|line| line.words >= WORDS_AFTER);
    let label = LABELS.contains(&dateline.to_lowercase().as_str()) || dateline.chars().count() < CHARS_MIN;
    // In a text that is all in capitals they say nothing.
    let small = found.name("a").is_none() || rest.chars().any(char::is_lowercase);
    let tied = rest.split_whitespace().next().is_some_and(|word| URDU_TIES.contains(&word));
    (opens && long && small && !label && !tied).then_some((dateline.trim(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_datelines_are_split_off() {
        for (text, dateline) in [
            ("KARACHI: The board met again on Monday.", "KARACHI"),
            ("PORT TOWN, March 5 (Reuters) - The board met again.", "PORT TOWN, March 5 (Reuters)"),
            ("Islamabad (ABC)- The board met again on Monday.", "Islamabad (ABC)"),
            ("DUBAI, United Arab Emirates — The board met again.", "DUBAI, United Arab Emirates"),
            ("LAHORE/KARACHI: The board met again on Monday.", "LAHORE/KARACHI"),
            ("Quetta, March 5, 2024 – The board met again.", "Quetta, March 5, 2024"),
            ("BEIJING, 5 March 2024 (Xinhua) -- The board met again.", "BEIJING, 5 March 2024 (Xinhua)"),
            ("МОСКВА, 5 марта - Совет снова собрался в понедельник.", "МОСКВА, 5 марта"),
            ("کراچی (نمائندہ خصوصی): بورڈ کا اجلاس پیر کے روز ہوا۔", "کراچی (نمائندہ خصوصی)"),
            ("کراچی (۳ جنوری ۲۰۲۵ء) بورڈ کا اجلاس پیر کے روز ہوا۔", "کراچی (۳ جنوری ۲۰۲۵ء)"),
            ("اسلام آباد (خبر نگار) بورڈ کا اجلاس پیر کے روز ہوا۔", "اسلام آباد (خبر نگار)"),
            ("لاہور (ا ب نیوز، ۳ جنوری ۲۰۲۵ء) بورڈ کا اجلاس پیر کے روز ہوا۔", "لاہور (ا ب نیوز، ۳ جنوری ۲۰۲۵ء)"),
            ("新华社北京3月5日电（记者张三）委员会星期一再次开会讨论。", "新华社北京3月5日电（记者张三）"),
        ] {
            let (found, rest) = split(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(found, dateline);
            assert!(text.ends_with(rest) && !rest.starts_with(['-', ':', ' ', '—']), "{rest}");
        }
    }

    #[test]
    fn what_is_no_clear_dateline_stays() {
        for text in [
            "BREAKING NEWS: The board met again on Monday.",
            "Karachi - The board met again on Monday.",
            "Port Town (1-0) - The board won again on Monday.",
            "PUBLIC NOTICE: THE BOARD MET AGAIN ON MONDAY.",
            "NATO: yes.",
            "احمد خان (چیئرمین) بورڈ کے اجلاس میں پیر کے روز آئے۔",
            "پانی پت (۲۱ اپریل ۱۵۲۶ء) کی جنگ کے بعد شہر بدل گیا۔",
            "کراچی (صوبہ سندھ) پاکستان کا سب سے بڑا شہر ہے۔",
            "CPEC: The corridor is ten years old this month.",
            "The board (ABC) met again on Monday.",
            "Q: Who will pay for the pier in the end?",
            "KARACHI: LAHORE: The board met again on Monday.",
            "JF-17 jets were seen over the town on Monday.",
            "COVID-19 cases rose again in the town on Monday.",
            "The board met. KARACHI: It was late by then.",
        ] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
