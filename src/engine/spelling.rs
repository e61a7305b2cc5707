//! Misspelt words of a query against one generation: which of its words no article holds, and what they stand for.
//!
//! Asks an engine for the words of its articles (`WordsHeld`), all of them at the first misspelt word. Weighs no
//! correction: that is `engine::speller`'s. A word that an article holds, and a word of the taxonomy's names, is right.

use std::collections::{HashMap, HashSet};

use crate::engine::analyzer::{folded_form, is_stop_word, sought_stems};
use crate::engine::plan::{Alternative, Leaf, Part, Plan};
use crate::engine::speller::{Case, Correction, Vocabulary, Word, corrections};
use crate::model::query::{Fuzzy, TextField};
use crate::taxonomy::Taxonomy;
use crate::text::words::words;

/// Misspelt words of one query that are corrected; a query with more is no question but a list, or noise.
const CORRECTED_WORDS_MAX: usize = 12;
/// How likely a correction must be to be sought.
const CONFIDENCE_MIN: f32 = 0.004;

/// How much of a correction's score its other forms count: the form that was meant goes ahead.
const OTHER_FORM_WEIGHT: f32 = 0.1;
/// What regular forms of a word differ by.
const ENDINGS: [&str; 13] = ["", "s", "es", "e", "d", "ed", "ing", "er", "ers", "y", "ies", "ied", "ly"];
/// How many times the documents of a correction are those of the typed word's other forms, at least, unless it is one
/// of these forms itself.
const KIN_RATIO: u64 = 10;
/// Edits that such a correction may take: further off, a rare word in a regular form is likelier than a slip.
const KIN_EDITS_MAX: usize = 1;

/// What an engine tells of the words of its articles.
pub trait WordsHeld {
    /// Why it cannot tell.
    type Error;

    /// Articles that hold a word of a part, by the title or the body, whichever holds more. Articles with several of the
    /// words may count several times.
    fn documents_with(&self, part: &Part) -> Result<u64, Self::Error>;

    /// How articles mostly write a folded word in their bodies; the word itself if none holds it there.
    fn written(&self, folded: &str) -> Result<String, Self::Error>;

    /// Tells all words of titles and bodies, each way of writing apart, in any order; a word may come in several parts.
    fn tell_words(&self, tell: &mut dyn FnMut(HeldWord<'_>)) -> Result<(), Self::Error>;
}

/// A word as articles write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldWord<'t> {
    /// Its folded form.
    pub folded: &'t str,
    /// How it is written; empty for several words taken as one.
    pub written: &'t str,
    /// Where it stands.
    pub field: TextField,
    /// The articles that have it there.
    pub documents: u32,
}

/// The words that misspelt ones are held against.
pub struct Spelling {
    vocabulary: Vocabulary,
    /// Words of the taxonomy's names, folded.
    names: HashSet<String>,
}

/// How the articles hold a word.
#[derive(Default)]
struct Count {
    title: u32,
    body: u32,
    small: u32,
    name: u32,
}

impl Spelling {
    /// Reads the words of a generation: one pass over them.
    pub fn new<W: WordsHeld>(held: &W, taxonomy: &Taxonomy) -> Result<Self, W::Error> {
        let mut counts: HashMap<String, Count> = HashMap::new();
        held.tell_words(&mut |word| {
            // Words written as one from several are no words of their own.
            if !word.written.is_empty() {
                count(&mut counts, word);
            }
        })?;
        let vocabulary = Vocabulary::new(counts.iter().map(|(text, count)| Word {
            text,
            documents: count.title.max(count.body),
            is_written_small: count.small > count.name,
        }));
        let nodes = taxonomy.dimensions().iter().flat_map(|dimension| &dimension.nodes);
        let names = nodes.flat_map(|node| node.written_names().chain(node.signs.iter().map(String::as_str)));
        let names = names.flat_map(words).map(|word| folded_form(word.text)).collect();
        Ok(Self { vocabulary, names })
    }

    fn corrections(&self, typed: &str, case: Case) -> Vec<Correction> {
        if self.names.contains(typed) {
            return Vec::new();
        }
        let mut found = corrections(&self.vocabulary, typed, case);
        // A name is not taken for a word that says nothing.
        found.retain(|correction| {
            correction.confidence >= CONFIDENCE_MIN && (case == Case::Small || !is_stop_word(&correction.word))
        });
        found
    }
}

fn count(counts: &mut HashMap<String, Count>, word: HeldWord<'_>) {
    let HeldWord { folded, written, field, documents } = word;
    if !counts.contains_key(folded) {
        counts.insert(folded.to_owned(), Count::default());
    }
    let Some(count) = counts.get_mut(folded) else { return };
    match field {
        TextField::Title => count.title += documents,
        TextField::Body => count.body += documents,
    }
    // Titles often have capitals throughout; so do words of capitals only.
    let mut letters = written.chars();
    if field == TextField::Body {
        match letters.next() {
            Some(first) if first.is_uppercase() && letters.next().is_some_and(char::is_lowercase) => {
                count.name += documents;
            }
            Some(first) if !first.is_uppercase() => count.small += documents,
            _ => {}
        }
    }
}

/// Gives the plain words of a plan what they stand for if they are misspelt. `spelling` is asked only when a word is.
pub fn correct<'s, W: WordsHeld>(
    plan: &mut Plan,
    fuzzy: Fuzzy,
    held: &W,
    spelling: impl Fn() -> Result<&'s Spelling, W::Error>,
) -> Result<(), W::Error> {
    if fuzzy == Fuzzy::Within(0) {
        return Ok(());
    }
    let mut words = plan.plain_words();
    let is_sentence = words.len() > 1 && words[1..].iter().all(|leaf| !begins_with_capital(&leaf.term));
    let mut corrected = 0;
    for (place, leaf) in words.iter_mut().enumerate() {
        let Some(folded) = leaf.plain_word().map(str::to_owned) else { continue };
        if let Fuzzy::Within(edits) = fuzzy {
            leaf.alternatives.push(Alternative::within(&leaf.term, folded.clone(), edits));
        }
        let is_held = held.documents_with(&Part::Folded(folded.clone()))? > 0;
        if corrected >= CORRECTED_WORDS_MAX || is_held {
            continue;
        }
        // Another form of the word may be held: `ports` of `port`. Then it is right, unless that form is a misprint too.
        let kin = held.documents_with(&leaf.parts[0].1)?;
        let stem = first_stem(&folded);
        corrected += 1;
        let case = case(leaf, is_sentence && place == 0);
        let edits_max = if let Fuzzy::Within(edits) = fuzzy { edits.into() } else { usize::MAX };
        let corrections = spelling()?.corrections(&folded, case).into_iter();
        let outshines = |correction: &Correction| {
            kin == 0
                || (correction.edits <= KIN_EDITS_MAX && u64::from(correction.documents) >= kin * KIN_RATIO)
                || (first_stem(&correction.word) == stem && !is_inflection(&folded, &correction.word))
        };
        for correction in corrections.filter(|correction| correction.edits <= edits_max && outshines(correction)) {
            let written = held.written(&correction.word)?;
            let form = if case == Case::Small { written.to_lowercase() } else { written };
            let (typed, word, likely) = (leaf.term.clone(), correction.word, correction.confidence);
            leaf.alternatives.push(Alternative::correction(&typed, form.clone(), Part::Folded(word.clone()), likely));
            // With a number of edits no other forms will do: they may lie further off.
            if fuzzy == Fuzzy::Auto {
                let weight = likely * OTHER_FORM_WEIGHT;
                leaf.alternatives.push(Alternative::correction(&typed, form, Part::any_form(word), weight));
            }
        }
    }
    Ok(())
}

/// How a word is typed; `is_first` for the first of several words of which the others are small.
fn case(leaf: &Leaf, is_first: bool) -> Case {
    if !begins_with_capital(&leaf.term) {
        Case::Small
    } else if is_first || leaf.term.chars().all(|c| !c.is_lowercase()) {
        Case::Unclear
    } else {
        Case::Name
    }
}

/// Whether two words of one stem differ by regular endings alone, so that neither is a misprint of the other.
fn is_inflection(left: &str, right: &str) -> bool {
    let shared: usize = left.chars().zip(right.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    [left, right].iter().all(|word| ENDINGS.contains(&&word[shared..]))
}

/// The form that articles most likely keep a word by.
fn first_stem(folded: &str) -> String {
    sought_stems(folded).into_iter().next().unwrap_or_else(|| folded.to_owned())
}

fn begins_with_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::model::query::{Clause, Query};

    /// Words of bodies, each with its articles; every word has one form.
    struct Held(&'static [(&'static str, u32)]);

    impl WordsHeld for Held {
        type Error = Infallible;

        fn documents_with(&self, part: &Part) -> Result<u64, Infallible> {
            let sought = match part {
                Part::Folded(folded) => std::slice::from_ref(folded),
                Part::Stem { stems, .. } => stems.as_slice(),
                _ => &[],
            };
            let held = self.0.iter().filter(|(word, _)| sought.contains(&folded_form(word)));
            Ok(held.map(|(_, documents)| u64::from(*documents)).sum())
        }

        fn written(&self, folded: &str) -> Result<String, Infallible> {
            let written = self.0.iter().find(|(word, _)| folded_form(word) == folded);
            Ok(written.map_or(folded, |(word, _)| word).to_owned())
        }

        fn tell_words(&self, tell: &mut dyn FnMut(HeldWord<'_>)) -> Result<(), Infallible> {
            for (written, documents) in self.0 {
                let folded = &folded_form(written);
                tell(HeldWord { folded, written, field: TextField::Body, documents: *documents });
            }
            // Of several words taken as one no word is made.
            tell(HeldWord { folded: "gwadarr", written: "", field: TextField::Body, documents: 9 });
            Ok(())
        }
    }

    /// The forms that the words of a query are given besides their own, each once.
    fn forms(typed: &str, fuzzy: Fuzzy, taxonomy: &Taxonomy) -> Vec<String> {
        let held = Held(&[("Gwadar", 40), ("port", 90), ("ports", 3), ("attack", 50), ("the", 99)]);
        let spelling = Spelling::new(&held, taxonomy).unwrap();
        let word = |text: &str| Clause { query: Query::Word { text: text.into(), exact: false }, required: false };
        let mut plan = Plan::of(&Query::All(typed.split(' ').map(word).collect()));
        correct(&mut plan, fuzzy, &held, || Ok(&spelling)).unwrap();
        let mut forms: Vec<String> = Vec::new();
        for (_, other) in plan.alternatives() {
            if !forms.contains(&other.form) {
                forms.push(other.form.clone());
            }
        }
        forms
    }

    #[test]
    fn only_words_that_no_article_holds_are_corrected() {
        for (typed, expected) in [
            ("gwadr", &["gwadar"][..]),
            ("Gwadr", &["Gwadar"]),
            ("gwadar port", &[]),
            ("atack", &["attack"]),
            ("xyzzyq", &[]),
        ] {
            assert_eq!(forms(typed, Fuzzy::Auto, &Taxonomy::none()), expected, "{typed}");
        }
        assert_eq!(forms("gwadr", Fuzzy::Within(0), &Taxonomy::none()), [""; 0]);
        let named = "version = 1\n[[dimension]]\nname = \"actor\"\n[[actor]]\npath = \"Gwadr\"\n";
        let named = Taxonomy::parse(named, "t.toml").unwrap();
        assert_eq!(forms("gwadr", Fuzzy::Auto, &named), [""; 0], "a name of the taxonomy is right");
    }
}
