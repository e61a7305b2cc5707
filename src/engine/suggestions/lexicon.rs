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
