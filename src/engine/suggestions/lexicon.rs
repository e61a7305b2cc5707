//! A lexicon: a list of texts in the order of their rank, found by the words in them and by starts of words.
//!
//! May not decide which entries are offered: the caller says of each whether it is welcome.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use crate::engine::suggestions::typed::{Typed, folded_words};
use crate::model::results::Continues;

/// Entries that have a word, as a share of all, from which on all entries are looked at in their order instead.
const LISTED_SHARE: usize = 4;

/// An entry that continues what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// How.
    pub continues: Continues,
    /// Which, by rank from 0.
    pub entry: u32,
}

/// Texts with their words.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Distinct words, sorted.
    words: Vec<Box<str>>,
    /// The words of entry `e` are `places[starts[e]..starts[e + 1]]`, in their order.
    starts: Vec<u32>,
    places: Vec<u32>,
    /// The entries that have word `w` are `entries[entry_starts[w]..entry_starts[w + 1]]`, by rank.
    entry_starts: Vec<u32>,
    entries: Vec<u32>,
}

/// The words of the lexicon that a typed word may be: ranges of their numbers, in order.
type Meanings = Vec<Range<u32>>;

impl Lexicon {
    /// A lexicon of texts, best first.
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut numbers: HashMap<Box<str>, u32> = HashMap::new();
        let (mut starts, mut places) = (vec![0], Vec::new());
        for text in texts {
            for word in folded_words(text) {
                let next = numbers.len() as u32;
                places.push(*numbers.entry(word.into_boxed_str()).or_insert(next));
            }
            starts.push(places.len() as u32);
        }
        let mut words: Vec<(Box<str>, u32)> = numbers.into_iter().collect();
        words.sort_unstable();
        let mut sorted = vec![0; words.len()];
        for (place, (_, number)) in (0..).zip(&words) {
            sorted[*number as usize] = place;
        }
        places.iter_mut().for_each(|number| *number = sorted[*number as usize]);
        let words: Vec<Box<str>> = words.into_iter().map(|(word, _)| word).collect();
        let (entry_starts, entries) = listed(words.len(), &starts, &places);
        Self { words, starts, places, entry_starts, entries }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The best welcome entries that continue what was typed, letter for letter; at most `size` of each way to continue, best first.
    pub fn find(&self, typed: &Typed, size: usize, is_welcome: &mut dyn FnMut(u32) -> bool) -> Vec<Match> {
        let last = typed.words.len().saturating_sub(1);
        let meanings = typed.words.iter().enumerate().map(|(place, word)| {
            let range = if place == last { self.beginning_with(word) } else { self.equal_to(word) };
            Vec::from_iter(Some(range).filter(|range| !range.is_empty()))
        });
        self.matching(&meanings.collect::<Vec<_>>(), typed.is_one_run(), size, is_welcome)
    }

    /// As `find`, one typed word being an edit away; without those that need no edit.
    pub fn find_misspelt(&self, typed: &Typed, size: usize, is_welcome: &mut dyn FnMut(u32) -> bool) -> Vec<Match> {
        let last = typed.words.len().saturating_sub(1);
        let mut found = BTreeSet::new();
        for edited in 0..typed.words.len() {
            if !Typed::may_be_misspelt(&typed.words[edited]) {
                continue;
            }
            let meanings = typed.words.iter().enumerate().map(|(place, word)| match (place == edited, place == last) {
                (true, is_last) => self.near(word, is_last),
                (false, true) => vec![self.beginning_with(word)],
                (false, false) => vec![self.equal_to(word)],
            });
            let matches = self.matching(&meanings.collect::<Vec<_>>(), typed.is_one_run(), size, is_welcome);
            found.extend(matches.into_iter().map(|found| (found.continues, found.entry)));
        }
        let found = found.into_iter().map(|(_, entry)| Match { continues: Continues::Typo, entry });
        found.take(size).collect()
    }

    fn equal_to(&self, word: &str) -> Range<u32> {
        match self.words.binary_search_by(|known| (**known).cmp(word)) {
            Ok(at) => at as u32..at as u32 + 1,
            Err(_) => 0..0,
        }
    }

    fn beginning_with(&self, start: &str) -> Range<u32> {
        let from = self.words.partition_point(|word| **word < *start);
        let count = self.words[from..].partition_point(|word| word.starts_with(start));
        from as u32..(from + count) as u32
    }

    /// The words an edit away that keep the first letter; with `open` those that begin with such a word.
    fn near(&self, typed: &str, open: bool) -> Meanings {
        let Some(first) = typed.chars().next() else { return Vec::new() };
        let letters: Vec<char> = typed.chars().collect();
        let range = self.beginning_with(first.encode_utf8(&mut [0; 4]));
        let mut near: Meanings = Vec::new();
        for at in range {
            let word = &self.words[at as usize];
            let exact = if open { word.starts_with(typed) } else { **word == *typed };
            if exact || !is_an_edit_away(&letters, word, open) {
                continue;
            }
            match near.last_mut() {
                Some(last) if last.end == at => last.end += 1,
                _ => near.push(at..at + 1),
            }
        }
        near
    }

    fn words_of(&self, entry: u32) -> &[u32] {
        let entry = entry as usize;
        &self.places[self.starts[entry] as usize..self.starts[entry + 1] as usize]
    }

    /// Welcome entries with a word for each typed one, the best `size` of each way to continue.
    fn matching(
        &self,
        typed: &[Meanings],
        one_run: bool,
        size: usize,
        is_welcome: &mut dyn FnMut(u32) -> bool,
    ) -> Vec<Match> {
        if typed.is_empty() || typed.iter().any(Vec::is_empty) || size == 0 {
            return Vec::new();
        }
        let mut found: [Vec<Match>; 3] = Default::default();
        let mut take = |entry: u32| {
            let continues = match continued(self.words_of(entry), typed, one_run) {
                Some(continues) => continues,
                None => return true,
            };
            let list = &mut found[continues as usize];
            if list.len() < size && is_welcome(entry) {
                list.push(Match { continues, entry });
            }
            // What comes later has a lower rank, and cannot continue better than from the start.
            found[Continues::Start as usize].len() < size
        };
        let listed = |meanings: &Meanings| -> usize {
            let count =
                |range: &Range<u32>| self.entry_starts[range.end as usize] - self.entry_starts[range.start as usize];
            meanings.iter().map(|range| count(range) as usize).sum()
        };
        let rarest = typed.iter().min_by_key(|meanings| listed(meanings));
        match rarest {
            Some(rarest) if listed(rarest) * LISTED_SHARE < self.len() => {
                let ends = |range: &Range<u32>| {
                    self.entry_starts[range.start as usize] as usize..self.entry_starts[range.end as usize] as usize
                };
                let mut entries: Vec<u32> =
                    rarest.iter().flat_map(|range| self.entries[ends(range)].iter().copied()).collect();
                entries.sort_unstable();
                entries.dedup();
                entries.into_iter().all(&mut take);
            }
            _ => {
                (0..self.len() as u32).all(&mut take);
            }
        }
        found.into_iter().flatten().collect()
    }
}

/// For each word the entries that have it, by rank.
fn listed(words: usize, starts: &[u32], places: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut entry_starts = vec![0_u32; words + 1];
    places.iter().for_each(|word| entry_starts[*word as usize + 1] += 1);
    for word in 0..words {
        entry_starts[word + 1] += entry_starts[word];
    }
    let mut next = entry_starts.clone();
    let mut entries = vec![0; places.len()];
    for (entry, ends) in (0..).zip(starts.windows(2)) {
        for word in &places[ends[0] as usize..ends[1] as usize] {
            let place = &mut next[*word as usize];
            entries[*place as usize] = entry;
            *place += 1;
        }
    }
    (entry_starts, entries)
}

fn is_any(word: u32, meanings: &Meanings) -> bool {
    meanings.iter().any(|range| range.contains(&word))
}

/// How an entry continues typed words, if it does.
fn continued(words: &[u32], typed: &[Meanings], one_run: bool) -> Option<Continues> {
    let mut runs = words.windows(typed.len());
    let is_run = |run: &[u32]| run.iter().zip(typed).all(|(word, meanings)| is_any(*word, meanings));
    match runs.position(is_run) {
        Some(0) => return Some(Continues::Start),
        Some(_) => return Some(Continues::Inner),
        None if one_run || typed.len() == 1 || words.len() < typed.len() => return None,
        None => {}
    }
    // Each typed word wants a word of its own: "port po" is not continued by "port".
    let mut taken = [false; 256];
    for meanings in typed {
        let own = words.iter().zip(&mut taken).find(|(word, taken)| !**taken && is_any(**word, meanings));
        *own?.1 = true;
    }
    Some(Continues::Words)
}

/// Whether a word, or with `open` a start of it, is made of the typed letters by one edit: a letter changed, added, left out, or two
/// neighbours swapped; the first letter stays.
pub fn is_an_edit_away(typed: &[char], word: &str, open: bool) -> bool {
    let word = || word.chars();
    let same = word().zip(typed).take_while(|(a, b)| a == *b).count();
    if same == 0 {
        return false;
    }
    let ends = |rest: &mut dyn Iterator<Item = char>, typed: &[char]| {
        typed.iter().all(|letter| rest.next() == Some(*letter)) && (open || rest.next().is_none())
    };
    let behind = &typed[same..];
    if behind.is_empty() {
        // All is typed; a letter may be missing at the end.
        return open || word().count() <= typed.len() + 1;
    }
    ends(&mut word().skip(same), &behind[1..])
        || ends(&mut word().skip(same + 1), behind)
        || ends(&mut word().skip(same + 1), &behind[1..])
        || (behind.len() > 1
            && word().nth(same) == Some(behind[1])
            && word().nth(same + 1) == Some(behind[0])
            && ends(&mut word().skip(same + 2), &behind[2..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 9] = [
        "Gwadar Port",
        "Port of Gwadar",
        "deep-sea port at Gwadar",
        "Jane Austen",
        "俾路支省",
        "بلوچستان",
        "Portugal",
        "porto port",
        "JF-17 Thunder",
    ];

    fn found(typed: &str, misspelt: bool) -> Vec<(&'static str, Continues)> {
        let lexicon = Lexicon::new(TEXTS);
        let typed = Typed::read(typed).unwrap();
        let find = if misspelt { Lexicon::find_misspelt } else { Lexicon::find };
        let list = find(&lexicon, &typed, 10, &mut |_| true);
        list.into_iter().map(|found| (TEXTS[found.entry as usize], found.continues)).collect()
    }

    #[test]
    fn entries_continue_what_was_typed_from_their_start_from_inside_or_with_all_words() {
        use Continues::{Inner, Start, Words};
        for (typed, expected) in [
            ("gwadar po", &[("Gwadar Port", Start), ("Port of Gwadar", Words), ("deep-sea port at Gwadar", Words)][..]),
            (
                "port",
                &[
                    ("Port of Gwadar", Start),
                    ("Portugal", Start),
                    ("porto port", Start),
                    ("Gwadar Port", Inner),
                    ("deep-sea port at Gwadar", Inner),
                ],
            ),
            ("sea PÓ", &[("deep-sea port at Gwadar", Inner)]),
            ("aus", &[("Jane Austen", Inner)]),
            ("路支", &[("俾路支省", Inner)]),
            ("支路", &[]),
            ("بلوچ", &[("بلوچستان", Start)]),
            ("jf 17 t", &[("JF-17 Thunder", Start)]),
            // Each typed word wants a word of its own.
            ("port po", &[("porto port", Words)]),
            ("usten", &[]),
            ("", &[]),
        ] {
            assert_eq!(found(typed, false), expected, "{typed}");
        }
    }

    #[test]
    fn one_word_may_be_an_edit_away_and_keeps_its_first_letter() {
        for (typed, expected) in [
            ("gwdar", &["Gwadar Port", "Port of Gwadar", "deep-sea port at Gwadar"][..]),
            ("gwadra por", &["Gwadar Port", "Port of Gwadar", "deep-sea port at Gwadar"]),
            ("jane ausstn", &[]),
            ("jane austne", &["Jane Austen"]),
            ("kane austen", &[]),
            ("jan", &[]),
        ] {
            let list: Vec<_> = found(typed, true).into_iter().map(|(text, _)| text).collect();
            assert_eq!(list, expected, "{typed}");
        }
    }

    #[test]
    fn a_lexicon_gives_the_best_that_are_welcome() {
        let texts: Vec<String> = (0..1000).map(|n| format!("port number{n}")).collect();
        let lexicon = Lexicon::new(texts.iter().map(String::as_str));
        let typed = Typed::read("p").unwrap();
        let list = lexicon.find(&typed, 3, &mut |entry| entry % 400 == 7);
        assert_eq!(list.iter().map(|found| found.entry).collect::<Vec<_>>(), [7, 407, 807]);
        assert!(Lexicon::new([]).find(&typed, 3, &mut |_| true).is_empty());
    }

    /// Whether one edit makes `a` of `b`, tried out.
    fn is_one_edit(a: &str, b: &str) -> bool {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let without = |text: &[char], at: usize| [&text[..at], &text[at + 1..]].concat();
        let swapped = |at: usize| {
            let mut text = b.clone();
            text.swap(at, at + 1);
            text == a
        };
        (a.len() == b.len() + 1 && (0..a.len()).any(|at| without(&a, at) == b))
            || (b.len() == a.len() + 1 && (0..b.len()).any(|at| without(&b, at) == a))
            || (a.len() == b.len() && a.iter().zip(&b).filter(|(a, b)| a != b).count() == 1)
            || (a.len() == b.len() && (1..b.len()).any(|at| swapped(at - 1)))
    }

    proptest::proptest! {
        #[test]
        fn edits_are_those_that_can_be_tried_out(typed in "[abc]{1,6}", word in "[abc]{1,8}") {
            let letters: Vec<char> = typed.chars().collect();
            let keeps_first = typed.as_bytes()[0] == word.as_bytes()[0];
            if typed != word {
                proptest::prop_assert_eq!(is_an_edit_away(&letters, &word, false), keeps_first && is_one_edit(&typed, &word));
            }
            if !word.starts_with(&typed) {
                let start = (1..=word.len()).any(|end| is_one_edit(&typed, &word[..end]));
                proptest::prop_assert_eq!(is_an_edit_away(&letters, &word, true), keeps_first && start);
            }
        }

        #[test]
        fn what_is_found_has_what_was_typed(
            texts in proptest::collection::vec("[a-c]{1,3}( [a-c]{1,3}){0,3}", 1..30),
            typed in "[a-c]{1,2}( [a-c]{1,2})?",
        ) {
            let lexicon = Lexicon::new(texts.iter().map(String::as_str));
            let read = Typed::read(&typed).unwrap();
            let found: BTreeSet<u32> =
                lexicon.find(&read, 30, &mut |_| true).into_iter().map(|found| found.entry).collect();
            for (entry, text) in (0..).zip(&texts) {
                let runs = format!(" {text}");
                let is_run = runs.contains(&format!(" {typed}"));
                if is_run && text.starts_with(&typed) {
                    proptest::prop_assert!(found.contains(&entry), "{} in {}", typed, text);
                }
                for word in typed.split(' ').filter(|_| found.contains(&entry)) {
                    proptest::prop_assert!(runs.contains(&format!(" {word}")), "{} in {}", typed, text);
                }
            }
        }
    }
}
