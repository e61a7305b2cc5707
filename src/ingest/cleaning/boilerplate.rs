//! What a single line gives away about itself: comment heads, forms, links to other articles, share buttons, notices,
//! credits, bylines, tags, pages, advertisements.
//!
//! Looks at one line and nothing else. A sentence of an article must pass: patterns that sentences may hold ask for
//! more than the words (a colon, no sentence end, the reader addressed, no quotation).

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::lines::{Ending, Line, Mark};
use super::patterns::{DATE_WORDS, FIELDS_BEHIND_DATE, PATTERNS, PatternSource, SHARE_FILLERS, SHARE_NAMES};
use super::phrases::{ABOUT, Extent, PHRASES};
use crate::text::normalise::fold;
use crate::text::words::words;

/// The kind of a line that is not the article's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Head of a comment section, or its reply box: what follows is no article.
    Comments,
    /// A form for corrections or comments: what follows is no article.
    Form,
    /// The head of links to other articles.
    Related,
    /// A link to another article.
    Link,
    /// Share buttons and calls to share.
    Share,
    /// Cookies, newsletters, terms, corrections policy.
    Notice,
    /// Copyright.
    Copyright,
    /// Caption or credit of a picture, or a source line.
    Credit,
    /// Author, time to read.
    Byline,
    /// A date and nothing else.
    Date,
    /// Tags, topics, categories.
    Tags,
    /// A few words on the author.
    Author,
    /// Previous and next, page numbers.
    Paging,
    /// The word advertisement.
    Advertisement,
    /// Menu words and breadcrumbs.
    Menu,
}

impl Kind {
    /// Whether the article is over where such a line stands.
    pub(super) fn ends_article(self) -> bool {
        matches!(self, Self::Comments | Self::Form)
    }

    /// Whether such a line stands on pages only. Datelines, credits and a few words on the author come with bare texts
    /// too.
    pub(super) fn is_furniture(self) -> bool {
        !matches!(self, Self::Byline | Self::Date | Self::Credit | Self::Tags | Self::Author)
    }
}

/// Longest line, in words, that a phrase at its beginning makes a link or a label.
const LEAD_WORDS_MAX: usize = 30;
/// Longest item of a list, in words, that may be boilerplate though it is a sentence.
const ITEM_WORDS: usize = 4;
/// Longest sentence, in words, that a label at its beginning makes boilerplate: `Photo: The pier, seen from the sea.`
const LABELLED_WORDS_MAX: usize = 12;

/// The kind of boilerplate that a line is, if any.
pub(super) fn kind(line: &Line) -> Option<Kind> {
    let found = by_tokens(line).or_else(|| by_phrase(line)).or_else(|| by_pattern(line))?;
    let possible = match line.mark {
        Mark::Plain => true,
        // A marked heading names a section: only those of related links, comments and the like are no part of it.
        Mark::Heading(_) => {
            !matches!(found, Kind::Menu | Kind::Paging | Kind::Byline | Kind::Date | Kind::Credit | Kind::Copyright)
        }
        Mark::Item => line.words <= ITEM_WORDS || line.ending != Ending::Sentence,
    };
    possible.then_some(found)
}

/// Whether a line heads a few words on the author: it says so, or says `About` and a person's name.
pub(super) fn heads_author(line: &Line) -> bool {
    let names = |rest: &str| {
        let names: Vec<&str> = rest.split_whitespace().collect();
        (2..=3).contains(&names.len()) && names.iter().all(|name| name.starts_with(char::is_uppercase))
    };
    let about = ABOUT.iter().any(|about| {
        let head = line.text.char_indices().nth(about.chars().count()).map(|(at, _)| line.text.split_at(at));
        head.is_some_and(|(head, rest)| fold(head) == fold(about) && rest.starts_with(' ') && names(rest))
    });
    line.ending != Ending::Sentence && (about || by_phrase(line) == Some(Kind::Author))
}

/// A phrase in the forms that it is compared in.
struct Phrase {
    kind: Kind,
    extent: Extent,
    key: String,
    folded: String,
}

impl Phrase {
    /// Whether a line is this phrase, or begins with it as far as its extent allows.
    fn fits(&self, line: &Line) -> bool {
        if line.key == self.key {
            return self.extent != Extent::Colon || line.ending == Ending::Colon;
        }
        let begins = line.key.strip_prefix(self.key.as_str()).is_some_and(|rest| rest.starts_with(' '));
        if !begins || self.extent == Extent::Whole || line.words > LEAD_WORDS_MAX {
            return false;
        }
        let head = line.folded.trim_start_matches(|c: char| !c.is_alphanumeric());
        let rest = head.strip_prefix(self.folded.as_str()).unwrap_or_default().trim_start();
        let colon = rest.starts_with([':', '：', '»']);
        let open = line.ending == Ending::Open;
        match self.extent {
            Extent::Whole => false,
            Extent::Label => colon && (open || line.words <= LABELLED_WORDS_MAX),
            Extent::Colon => colon && open,
            Extent::Lead => colon || open || self.kind == Kind::Form,
        }
    }
}

/// Phrases by the first word of their keys, so that a line is compared with few.
static BY_FIRST_WORD: LazyLock<HashMap<String, Vec<Phrase>>> = LazyLock::new(|| {
    let mut table: HashMap<String, Vec<Phrase>> = HashMap::new();
    for &(kind, extent, phrases) in PHRASES {
        for folded in phrases.iter().map(|phrase| fold(phrase)) {
            let key: Vec<&str> = words(&folded).map(|word| word.text).collect();
            if let Some(&first) = key.first() {
                let phrase = Phrase { kind, extent, key: key.join(" "), folded: folded.clone() };
                table.entry(first.to_owned()).or_default().push(phrase);
            }
        }
    }
    table
});

fn by_phrase(line: &Line) -> Option<Kind> {
    let phrase = BY_FIRST_WORD.get(line.key.split(' ').next()?)?.iter().find(|phrase| phrase.fits(line))?;
    let link = phrase.kind == Kind::Related && line.key != phrase.key;
    Some(if link { Kind::Link } else { phrase.kind })
}

/// Lines that are made of nothing but certain words: share buttons, dates, numbers.
fn by_tokens(line: &Line) -> Option<Kind> {
    if line.key.is_empty() {
        if DATE_IN_FIGURES.is_match(&line.folded) {
            return Some(Kind::Date);
        }
        return (line.words <= 4).then_some(Kind::Paging);
    }
    if line.words > 14 {
        return None;
    }
    let mut named = false;
    let is_share = |word: &str| {
        let name = SHARE_NAMES.contains(&word);
        named |= name;
        name || SHARE_FILLERS.contains(&word)
    };
    if line.key.split(' ').all(is_share) && named {
        return Some(Kind::Share);
    }
    let source = FIELD_BEHIND_DATE.find(&line.folded);
    let date = &line.folded[..source.map_or(line.folded.len(), |found| found.start())];
    let is_date_word = |word: &str| word.starts_with(|c: char| c.is_numeric()) || FOLDED_DATE_WORDS.contains(word);
    let has_digit = date.bytes().any(|b| b.is_ascii_digit());
    (has_digit && words(date).all(|word| is_date_word(word.text))).then_some(Kind::Date)
}

/// A day and the time of day in figures alone, as no page is numbered.
static DATE_IN_FIGURES: LazyLock<Regex> = LazyLock::new(|| {
    let day = r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}";
    Regex::new(&format!(r"^\W*(?:{day})(?:[\s,]+[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?)?\W*$"))
        .expect("constant pattern")
});

/// The words of dates as lines are compared with them.
static FOLDED_DATE_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    DATE_WORDS.iter().flat_map(|word| words(&fold(word)).map(|w| w.text.to_owned()).collect::<Vec<_>>()).collect()
});

static FIELD_BEHIND_DATE: LazyLock<Regex> = LazyLock::new(|| Regex::new(FIELDS_BEHIND_DATE).expect("constant pattern"));

/// The patterns in their compiled form, with their sources.
static COMPILED: LazyLock<Vec<(Regex, &PatternSource)>> = LazyLock::new(|| {
    let compile = |source: &PatternSource| Regex::new(&source.alternatives.join("|")).expect("constant pattern");
    PATTERNS.iter().map(|source| (compile(source), source)).collect()
});

fn by_pattern(line: &Line) -> Option<Kind> {
    let quoted = line.text.contains(['"', '“', '«', '「', '”']);
    let is_name = |c: char| c.is_uppercase() || c.is_numeric();
    let after_by = line.folded.strip_prefix("by ").or_else(|| line.folded.strip_prefix("von "));
    if after_by.is_some() && line.ending == Ending::Open && line.words <= 12 {
        let capital = line.text.split_whitespace().skip(1).filter(|word| word.starts_with(is_name)).count();
        if capital * 3 >= line.words.saturating_sub(1) * 2 {
            return Some(Kind::Byline);
        }
    }
    let fits = |(regex, source): &&(Regex, &PatternSource)| {
        line.words <= source.words_max
            && !(source.spares_quotes && quoted)
            && !(source.spares_sentences && line.ending == Ending::Sentence)
            && regex.is_match(&line.folded)
    };
    COMPILED.iter().find(fits).map(|(_, source)| source.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_stand_around_articles_are_known() {
        for (text, expected) in [
            ("Comments", Kind::Comments),
            ("COMMENTS (12)", Kind::Comments),
            ("3 thoughts on “The old pier”", Kind::Comments),
            ("Leave a Reply to Ann", Kind::Comments),
            ("Leave a Reply", Kind::Comments),
            ("اپنا تبصرہ لکھیں", Kind::Comments),
            ("发表评论", Kind::Comments),
            ("Deja un comentario", Kind::Comments),
            ("Laisser un commentaire", Kind::Comments),
            ("Kommentar schreiben", Kind::Comments),
            ("اترك تعليقاً", Kind::Comments),
            ("Оставить комментарий", Kind::Comments),
            ("Please complete the required fields.", Kind::Form),
            ("We ask our readers to let us know when we make an error in a story.", Kind::Notice),
            ("Related articles", Kind::Related),
            ("یہ بھی پڑھیے", Kind::Related),
            ("See also Fares rise again", Kind::Link),
            ("READ MORE: Who owns the shore?", Kind::Link),
            ("Also read | Fares rise again", Kind::Link),
            ("یہ بھی پڑھیں: کرایوں میں اضافہ", Kind::Link),
            ("延伸阅读：票价上涨", Kind::Link),
            ("Читайте также: Цены растут", Kind::Link),
            ("यह भी पढ़ें: किराया बढ़ा", Kind::Link),
            ("Facebook Twitter WhatsApp", Kind::Share),
            ("Share on Facebook", Kind::Share),
            ("This website uses cookies to improve your experience.", Kind::Notice),
            ("Sign up for our newsletter", Kind::Notice),
            ("© 2024 The Paper. All rights reserved.", Kind::Copyright),
            ("جملہ حقوق محفوظ ہیں", Kind::Copyright),
            ("جميع الحقوق محفوظة", Kind::Copyright),
            ("सर्वाधिकार सुरक्षित", Kind::Copyright),
            ("Все права защищены", Kind::Copyright),
            ("Photo: Ann Archer", Kind::Credit),
            ("The pier at dawn on Monday. (Image credit: Ann Archer)", Kind::Credit),
            ("图片来源：港口报", Kind::Credit),
            ("By Ann Archer and Bob Miller", Kind::Byline),
            ("۲۶ مارچ ۲۰۲۴", Kind::Date),
            ("2024/05/14 08:12", Kind::Date),
            ("جمعہ، 3 جنوری، 2025ء", Kind::Date),
            ("शुक्रवार, 3 जनवरी 2025", Kind::Date),
            ("2024年05月14日 星期二 10:23", Kind::Date),
            ("2024年05月14日 10:23 来源:港口网", Kind::Date),
            ("January 3, 2025 10:15 am Source: The Harbour Paper", Kind::Date),
            ("آخری اپ ڈیٹ: 4 جنوری 2025", Kind::Byline),
            ("اپ ڈیٹ: 4 جنوری 2025", Kind::Byline),
            ("شائع شدہ: منگل 14 مئی 2024ء", Kind::Byline),
            ("发布于 2024-05-14", Kind::Byline),
            ("प्रकाशित: 3 जनवरी 2025", Kind::Byline),
            ("4 min read", Kind::Byline),
            ("Updated: March 5, 2024 at 10:15", Kind::Byline),
            ("Tue, 5 March 2024 10:15 GMT", Kind::Date),
            ("Tags: harbour, ferry", Kind::Tags),
            ("The writer is a former harbour master.", Kind::Author),
            ("Follow the harbour desk on Instagram, Facebook and YouTube.", Kind::Notice),
            ("Listen to the harbour news live at 12:45 weekdays.", Kind::Notice),
            ("Need more news? Subscribe to our magazine today.", Kind::Notice),
            ("Get access to all our pages for as little as 5 dollars.", Kind::Notice),
            ("This post may contain affiliate links.", Kind::Notice),
            ("His book “The Pier” is out now. Follow him on Twitter @bob.", Kind::Notice),
            ("Subscribe to the weekly harbour podcast today.", Kind::Notice),
            ("This is not intended as, and shall not be construed as, legal advice.", Kind::Notice),
            ("*These statements have not been evaluated by the board of health.", Kind::Notice),
            ("Image 1 of 23", Kind::Paging),
            ("Page 2 of 5", Kind::Paging),
            ("Next post: A new pier »", Kind::Paging),
            ("ADVERTISEMENT", Kind::Advertisement),
            ("Home > News > Harbour", Kind::Menu),
            ("News | Sport | Weather", Kind::Menu),
        ] {
            let line = Line::new(text, Mark::Plain).unwrap();
            assert_eq!(kind(&line), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_heading_over_words_on_the_author_is_known() {
        let heads = |text: &str| heads_author(&Line::new(text, Mark::Plain).unwrap());
        for text in ["About the author", "About Ann Archer", "Sobre Ana María Pérez", "ÜBER Anna Schütz"] {
            assert!(heads(text), "{text}");
        }
        for text in ["About the pier", "About Harbours", "About Ann Archer nobody spoke.", "Aboutness", "Über", "关于"]
        {
            assert!(!heads(text), "{text}");
        }
    }

    #[test]
    fn lines_of_articles_pass() {
        for text in [
            "Can the port be reached by road, or by sea alone?",
            "The town can be reached by road from Karachi.",
            "The US said the newsletter of the group was printed abroad.",
            "The board of our town is an affiliate of the national league.",
            "We made the mistake to believe the story of the harbour board.",
            "The report may not be published before the vote, the court said.",
            "The reporter was killed on Monday.",
            "Market 2024",
            "Decision 5",
            "They were to follow him on foot.",
            "The board (image of the town that it is) met again.",
            "Reporter: Who will pay for the new pier in the end, and who will pay for the road that leads to it?",
            "Comments by the minister drew anger on Monday.",
            "Responses to terrorism",
            "Background",
            "Related to this is the question of who pays.",
            "See also the report of the harbour board, which came out in May.",
            "The company said cookies would be deleted after a month.",
            "“We will not share your e-mail address,” the company said in its new privacy policy.",
            "By Monday, nobody knew who was to pay for the pier.",
            "May was the month in which the pier was closed.",
            "The photo by the gate was taken in 1990, the board said.",
            "He told the court that the errors were not his.",
            "In 2024 some 3,000 people lived there.",
            "<Harbour Corp> said it has bought <Pier Inc>.",
            "Sources told the paper that the board was split.",
            "Twitter was told to remove the posts.",
            "He did not seek legal advice before he signed.",
            "The drug has not been evaluated by the board of health.",
            "Results vary depending on the town, the board found.",
            "I do not subscribe to the view that the pier is safe.",
            "Like many others he had to sign up for a place in the queue.",
            "Image and reality were far apart, he wrote.",
        ] {
            let line = Line::new(text, Mark::Plain).unwrap();
            assert_eq!(kind(&line), None, "{text}");
        }
    }
}
