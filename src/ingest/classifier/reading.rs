//! A text as the classifier reads it: its words folded into one line, and where each stood.
//!
//! Knows nothing of names and rules. Words of different sentences, and words with a colon, a bracket or the like
//! between them, never stand side by side here, so that no name is found across them ("QUETTA: Police said").

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use crate::model::facet::EvidencePlace;
use crate::text::normalise::{fold_into, is_han};
use crate::text::sentences::sentences;
use crate::text::words::words;

/// The lead: sentences of the body that begin within so many words. About the first paragraph of a news report.
const LEAD_WORDS: f32 = 60.0;
/// How much of a word a Chinese character is, when the length of a text is counted.
const HAN_WORD_SHARE: f32 = 0.5;
/// Fewest capital letters that make a title or a body one "in capitals", rather than an acronym by itself.
const CAPITALS_MIN: usize = 8;
/// In a text in capitals there are at least so many of them to one small letter ("CPEC's").
const CAPITALS_PER_SMALL: usize = 8;
/// A sentence whose latest year lies so many years before the document's, or the latest that it names, tells of the past.
const PAST_YEARS_MIN: u16 = 3;
/// Characters that part what stands on their two sides.
const PARTING: [char; 14] = [':', ';', '(', ')', '[', ']', '{', '}', '|', '—', '•', '؛', '：', '；'];
/// Stands between words that must not be read together. Words themselves hold no line end.
const PART: &str = "\n ";

/// Words, folded, with which a sentence says that something may be, is not, is feared or threatened.
static DOUBT: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let words = "could may might would if unless whether risk risks possible possibly potential potentially fear \
                 fears feared hypothetical scenario not no never neither nor without denied denies deny rejected \
                 cannot cant dont didnt doesnt isnt wasnt arent werent wont wouldnt couldnt hasnt havent \
                 threaten threatens threatened threatening \
                 ممکن شاید خدشہ اگر نہیں";
    words.split_whitespace().collect()
});

/// A word of the text.
#[derive(Debug, Clone)]
pub(super) struct ReadWord {
    /// Where it stands in the folded line.
    pub(super) folded: Range<usize>,
    /// Where it stands in the title or the body, without a genitive ending.
    pub(super) original: Range<usize>,
    /// Number of its sentence.
    pub(super) sentence: u32,
}

/// A sentence of the text.
#[derive(Debug, Clone)]
pub(super) struct ReadSentence {
    /// The part of the document.
    pub(super) place: EvidencePlace,
    /// Whether it stands in a heading of the body.
    pub(super) heading: bool,
    /// Whether it says that something may be, or is not.
    pub(super) doubtful: bool,
    /// Whether it tells of years long past.
    pub(super) past: bool,
    latest_year: Option<u16>,
}

/// A document, read.
pub(super) struct Reading<'t> {
    title: &'t str,
    body: &'t str,
    /// Words folded, one space before and behind each, Chinese characters side by side without.
    pub(super) folded: String,
    /// The words in order, title first.
    pub(super) words: Vec<ReadWord>,
    /// The sentences in order, title first.
    pub(super) sentences: Vec<ReadSentence>,
    /// Length of the body in words.
    pub(super) body_words: f32,
    title_in_capitals: bool,
    body_in_capitals: bool,
}

impl<'t> Reading<'t> {
    pub(super) fn new(title: &'t str, body: &'t str, year: Option<u16>) -> Self {
        let mut reading = Self {
            title,
            body,
            folded: String::with_capacity(title.len() + body.len() + body.len() / 8),
            words: Vec::with_capacity((title.len() + body.len()) / 5),
            sentences: Vec::new(),
            body_words: 0.0,
            title_in_capitals: is_in_capitals(title),
            body_in_capitals: is_in_capitals(body),
        };
        for range in sentences(title) {
            reading.read_sentence(title, range, EvidencePlace::Title, false);
        }
        let mut heading = false;
        let mut end = 0;
        for range in sentences(body) {
            if end == 0 || body[end..range.start].contains('\n') {
                heading = body[range.start..].starts_with('#');
            }
            end = range.end;
            let in_lead = !heading && reading.body_words < LEAD_WORDS;
            let place = if in_lead { EvidencePlace::Lead } else { EvidencePlace::Body };
            reading.read_sentence(body, range, place, heading);
        }
        reading.mark_past(year);
        reading
    }

    fn read_sentence(&mut self, text: &str, range: Range<usize>, place: EvidencePlace, heading: bool) {
        let number = u32::try_from(self.sentences.len()).unwrap_or(u32::MAX);
        let mut sentence = ReadSentence { place, heading, doubtful: false, past: false, latest_year: None };
        let mut length = 0.0;
        let (mut years, mut number_before) = (false, false);
        let Self { folded, words, .. } = self;
        fold_words(&text[range.clone()], folded, |place_folded, place_original, word| {
            // `May` is a month more often than a doubt, and so is what stands behind a number: `30 MAY 89`.
            let is_month =
                word == "may" && (number_before || text[range.start + place_original.start..].starts_with("May"));
            sentence.doubtful |= !is_month && DOUBT.contains(word);
            number_before = word.starts_with(|c: char| c.is_ascii_digit());
            sentence.past |= word == "ago" && years;
            years = matches!(word, "years" | "decades");
            sentence.latest_year = sentence.latest_year.max(year(word));
            length += word_length(word);
            let original = range.start + place_original.start..range.start + place_original.end;
            words.push(ReadWord { folded: place_folded, original, sentence: number });
        });
        if place != EvidencePlace::Title {
            self.body_words += length;
        }
        self.sentences.push(sentence);
    }

    fn mark_past(&mut self, year: Option<u16>) {
        let latest = self.sentences.iter().filter_map(|sentence| sentence.latest_year).max().max(year);
        for sentence in &mut self.sentences {
            sentence.past |= match (sentence.latest_year, latest) {
                (Some(year), Some(latest)) => year + PAST_YEARS_MIN <= latest,
                _ => false,
            };
        }
    }

    /// The sentence that a word stands in.
    pub(super) fn sentence_of(&self, word: usize) -> &ReadSentence {
        &self.sentences[self.words[word].sentence as usize]
    }

    /// The part of the document that a word stands in.
    fn part_of(&self, word: usize) -> &'t str {
        if self.sentence_of(word).place == EvidencePlace::Title { self.title } else { self.body }
    }

    /// Whether the title or the body, whichever the word stands in, is all capitals.
    pub(super) fn is_in_capitals(&self, word: usize) -> bool {
        match self.sentence_of(word).place {
            EvidencePlace::Title => self.title_in_capitals,
            EvidencePlace::Lead | EvidencePlace::Body => self.body_in_capitals,
        }
    }

    /// The text from the first word to the last, as it stands, and its offset in the title or body.
    pub(super) fn original(&self, first: usize, last: usize) -> (&'t str, usize) {
        let range = self.words[first].original.start..self.words[last].original.end;
        (&self.part_of(first)[range.clone()], range.start)
    }

    /// The length, in words, from the first to the last.
    pub(super) fn length(&self, first: usize, last: usize) -> f32 {
        self.words[first..=last].iter().map(|word| word_length(&self.folded[word.folded.clone()])).sum()
    }

    /// The words from the first to the last as they stand.
    pub(super) fn original_words(&self, first: usize, last: usize) -> impl Iterator<Item = &'t str> {
        let part = self.part_of(first);
        self.words[first..=last].iter().map(move |word| &part[word.original.clone()])
    }

    /// The numbers of the first and the last word that a range of the folded line touches.
    pub(super) fn words_at(&self, range: Range<usize>) -> Option<(usize, usize)> {
        let first = self.words.partition_point(|word| word.folded.end <= range.start);
        let behind = self.words.partition_point(|word| word.folded.start < range.end);
        (first < behind).then(|| (first, behind - 1))
    }
}

/// A name folded as texts are, and its words as they stand.
pub(super) fn fold_name(name: &str) -> (String, Vec<&str>) {
    let mut folded = String::new();
    let mut originals = Vec::new();
    fold_words(name, &mut folded, |_, range, _| originals.push(&name[range]));
    (folded, originals)
}

/// Appends the words of one sentence, folded, and tells of each: its place in `folded`, its place in the text, and
/// the folded word. A space stands before and behind each word; Chinese characters that touch have none between.
fn fold_words(text: &str, folded: &mut String, mut each: impl FnMut(Range<usize>, Range<usize>, &str)) {
    if !folded.is_empty() {
        folded.push_str(PART);
    }
    let mut last: Option<(usize, bool)> = None;
    for word in words(text) {
        let is_han = word.is_han();
        let own = if is_han { word.text } else { without_genitive(word.text) };
        let before = folded.len();
        match last {
            Some((end, true)) if is_han && end == word.start => {}
            Some((end, after_han)) => {
                if !folded.ends_with(' ') || after_han {
                    folded.push(' ');
                }
                if text[end..word.start].contains(PARTING) {
                    folded.push_str(PART);
                }
            }
            None if !folded.ends_with(' ') => folded.push(' '),
            None => {}
        }
        let start = folded.len();
        fold_into(own, folded);
        if folded.len() == start {
            // Nothing is left of the word, and so nothing of what was to part it from the last one.
            folded.truncate(before);
            continue;
        }
        each(start..folded.len(), word.start..word.start + own.len(), &folded[start..]);
        if !is_han {
            folded.push(' ');
        }
        last = Some((word.end(), is_han));
    }
}

/// A word without `'s`.
fn without_genitive(word: &str) -> &str {
    let stem = word.strip_suffix(['s', 'S']).and_then(|stem| stem.strip_suffix(['\'', '\u{2019}']));
    stem.filter(|stem| !stem.is_empty()).unwrap_or(word)
}

/// How many words a folded word is: one, or a part for a Chinese character.
fn word_length(word: &str) -> f32 {
    if word.starts_with(is_han) { HAN_WORD_SHARE } else { 1.0 }
}

fn year(word: &str) -> Option<u16> {
    if word.len() != 4 {
        return None;
    }
    word.parse().ok().filter(|year| (1900..=2100).contains(year))
}

fn is_in_capitals(text: &str) -> bool {
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    let small = text.chars().filter(|c| c.is_lowercase()).count();
    capitals >= CAPITALS_MIN && small * CAPITALS_PER_SMALL <= capitals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_one_line_of_folded_words() {
        for (text, expected) in [
            ("Gilgit–Baltistan's road", " gilgit baltistan road "),
            ("QUETTA: Police (here) said", " quetta \n police \n here \n said "),
            ("One here. Two there.", " one here \n two there "),
            ("在CPEC框架下，中国", " 在 cpec 框架下 中国"),
            ("a\n\nb", " a \n b "),
            ("", ""),
        ] {
            assert_eq!(Reading::new("", text, None).folded, expected, "{text}");
        }
        assert_eq!(fold_name("China's Ministry").0, " china ministry ");
    }

    #[test]
    fn sentences_know_their_place_and_mood() {
        let long = "Word ".repeat(70);
        let body = format!("# Head\n\nFire broke out in 2024. {long}.\n\nIt could spread. In 2019 it rained.");
        let reading = Reading::new("A title", &body, None);
        let seen: Vec<_> = reading.sentences.iter().map(|s| (s.place, s.heading, s.doubtful, s.past)).collect();
        assert_eq!(
            seen,
            [
                (EvidencePlace::Title, false, false, false),
                (EvidencePlace::Body, true, false, false),
                (EvidencePlace::Lead, false, false, false),
                (EvidencePlace::Lead, false, false, false),
                (EvidencePlace::Body, false, true, false),
                (EvidencePlace::Body, false, false, true),
            ]
        );
        assert!(!Reading::new("", "They met in May 2024.", None).sentences[0].doubtful);
        for (text, year, past) in [
            ("It burned in 1971.", None, false),
            ("It burned in 1971.", Some(1989), true),
            ("It burned in 1988.", Some(1989), false),
            ("IT BURNED TEN YEARS AGO.", None, true),
            ("It burned two days ago, after years.", None, false),
        ] {
            assert_eq!(Reading::new("", text, year).sentences[0].past, past, "{text}");
        }
        assert!(!Reading::new("", "THEY MET ON 3 MAY.", None).sentences[0].doubtful);
        assert!(Reading::new("", "THEY MAY MEET.", None).sentences[0].doubtful);
        assert!(Reading::new("", "THEY THREATENED TO BURN IT.", None).sentences[0].doubtful);
    }

    #[test]
    fn a_text_in_capitals_is_known_as_one() {
        for (text, expected) in
            [("FC KILLS TWO IN QUETTA", true), ("FC kills two", false), ("FC", false), ("حملہ", false)]
        {
            assert_eq!(is_in_capitals(text), expected, "{text}");
        }
    }
}
