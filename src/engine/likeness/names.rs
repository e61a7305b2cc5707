//! The words that two articles share, for people: those that stand side by side in both as one name.
//!
//! Looks at the marked passages of the neighbour only, so that what is named can be seen there.

use std::collections::BTreeMap;

use crate::engine::analyzer::{folded_form, sought_stems};
use crate::engine::likeness::{Profile, Shared};
use crate::model::results::Fragment;

/// Most words and names that are shown with one neighbour.
const NAMES_MAX: usize = 8;

/// Words of a profile, by their places, with the signs before each but the first.
type Name = Vec<(Option<char>, usize)>;

impl Profile {
    /// The words that a neighbour shares, as the article writes them, weightiest first. Words that stand side by side in
    /// the article and in one of the `passages` of the neighbour are one name: `port authority`.
    pub fn shared_words<'f>(&self, shared: &Shared, passages: impl IntoIterator<Item = &'f [Fragment]>) -> Vec<String> {
        let mut names: Vec<Name> = passages.into_iter().flat_map(|passage| self.names(passage)).collect();
        // The longest first; of equals the one with the weightiest word, which has the lowest place.
        names.sort_by_key(|name| {
            (std::cmp::Reverse(name.len()), name.iter().map(|(_, place)| *place).min(), name.clone())
        });
        let mut left: u32 = shared.words;
        let mut told: BTreeMap<usize, String> = BTreeMap::new();
        for name in names {
            let mask = name.iter().fold(0_u32, |mask, (_, place)| mask | 1 << place);
            let first = name.iter().map(|(_, place)| *place).min();
            if mask & left == mask
                && let Some(first) = first
            {
                left &= !mask;
                let written = name.iter().flat_map(|(joint, place)| {
                    joint.iter().map(char::to_string).chain([self.words[*place].of.written.clone()])
                });
                told.insert(first, written.collect());
            }
        }
        let alone = self.words.iter().enumerate().filter(|(n, _)| left & (1 << n) != 0);
        told.extend(alone.map(|(n, word)| (n, word.of.written.clone())));
        told.into_values().take(NAMES_MAX).collect()
    }

    /// The runs of two and more marked words of a passage that stand side by side in the article too.
    fn names(&self, passage: &[Fragment]) -> Vec<Name> {
        let mut names: Vec<Name> = Vec::new();
        let mut name: Name = Vec::new();
        let mut joint = None;
        for fragment in passage {
            let place = if fragment.matched { self.place(&fragment.text) } else { None };
            let goes_on = match (place, name.last(), joint) {
                (Some(place), Some((_, last)), Some(joint)) => {
                    let mut after = self.words[*last].of.followed_by.iter();
                    after.any(|(folded, sign)| *sign == joint && self.place(folded) == Some(place))
                        && name.iter().all(|(_, other)| *other != place)
                }
                _ => false,
            };
            match place {
                Some(place) if goes_on => name.push((joint, place)),
                Some(place) => {
                    names.push(std::mem::replace(&mut name, vec![(None, place)]));
                }
                None => {}
            }
            joint = match fragment.text.as_str() {
                " " if !fragment.matched => Some(' '),
                "-" if !fragment.matched => Some('-'),
                _ => None,
            };
            if place.is_none() && joint.is_none() {
                names.push(std::mem::take(&mut name));
            }
        }
        names.push(name);
        names.retain(|name| name.len() > 1);
        names
    }

    /// The place of a word as it stands in a neighbour.
    fn place(&self, written: &str) -> Option<usize> {
        let folded = folded_form(written);
        let stems = sought_stems(&folded);
        self.words.iter().position(|word| word.of.folded == folded || word.of.stems.iter().any(|s| stems.contains(s)))
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::likeness::{Articles, Profile, Shared, words};
    use crate::model::results::Fragment;

    #[test]
    fn words_side_by_side_in_both_are_one_name() {
        let body = "The port authority of Gwadar met. The Port Authority pays Hidayat-ur-Rehman for fish.";
        let articles = Articles { all: 1000, in_language: 1000 };
        let held = |word| (word, Articles { all: 5, in_language: 5 });
        let profile = Profile::new(words("", body, "en").into_iter().map(held).collect(), Vec::new(), articles);
        let all = Shared { words: (1 << profile.words.len()) - 1, ..Shared::default() };
        let passage: Vec<Fragment> = ["[Port] [authority] of [fish] [Gwadar], [Hidayat]-[ur]-[Rehman], a [port]"]
            .iter()
            .flat_map(|text| text.split_inclusive(['[', ']']))
            .map(|run| Fragment { text: run.trim_end_matches(['[', ']']).to_owned(), matched: run.ends_with(']') })
            .filter(|fragment| !fragment.text.is_empty())
            .collect();
        let names = profile.shared_words(&all, [passage.as_slice()]);
        assert_eq!(names, ["port authority", "Gwadar", "met", "pays", "Hidayat-ur-Rehman", "fish"]);
    }
}
