//! Labels where the curator and the text disagree: the curator's for which nothing in the text speaks, and those that
//! title and lead name and the curator left out.
//!
//! Only dimensions that the curator wrote are held against the text; the others are the classifier's already.

use std::collections::{BTreeMap, BTreeSet};

use crate::ingest::lint::{Article, Finding, Kind};
use crate::model::facet::{EvidencePlace, Label, LabelKind, LabelledBy};
use crate::taxonomy::{Node, Taxonomy};
use crate::text::normalise::{fold, is_han};
use crate::text::words::words;

/// Least weight of a label that is missed. A full name in the title and in the lead weighs 0.86, and 0.6 where it is
/// only a weak name in one of them.
const MISSED_WEIGHT_MIN: f32 = 0.7;
/// Words of evidence that a message quotes.
const QUOTED_MAX: usize = 3;
/// Characters of a word that count for its being the same, and of the shortest word that counts.
const STEM_CHARS_MAX: usize = 5;
const STEM_CHARS_MIN: usize = 4;
/// Share of the letters of a text that a script needs to be one of the text's, in percent.
const SCRIPT_PERCENT_MIN: usize = 20;

/// The findings on the labels of an article.
pub(super) fn findings(article: &Article<'_>, taxonomy: &Taxonomy) -> Vec<Finding> {
    let mut findings = Vec::new();
    let text = Words::new(&format!("{}\n{}", article.document.title, article.document.body));
    for dimension in taxonomy.dimensions() {
        let name = dimension.name.as_str();
        let written = article.raw.extra.get(name).is_some_and(|value| !value.is_null());
        if !written || article.is_reviewed(name) {
            continue;
        }
        let curated: Vec<&str> = article
            .document
            .labels
            .get(name)
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .filter(|label| label.by == LabelledBy::Curator)
            .map(|label| label.path.as_str())
            .collect();
        let found = article.found.get(name).map_or(&[][..], Vec::as_slice);
        for path in &curated {
            let node = dimension.node(path);
            let sought = node.is_some_and(|node| text.may_name(node) && !text.has_word_of(node));
            if sought && !found.iter().any(|label| are_kin(&label.path, path)) {
                let message = format!(
                    "{name} `{path}`: nothing in the title or the text names it; remove it, write what speaks for it, \
                     or write `reviewed: [{name}]` if it is meant"
                );
                findings.push(article.finding(Kind::UnsupportedLabel, name, message));
            }
        }
        for label in found.iter().filter(|label| is_strong(label, dimension.node(&label.path))) {
            if !curated.iter().any(|path| is_at_or_below(path, &label.path) || is_at_or_below(&label.path, path)) {
                let message = format!(
                    "{name} `{}` is not among the labels, though title and lead speak of it ({}); add it, or write \
                     `reviewed: [{name}]` if it is left out on purpose",
                    label.path,
                    quoted(label)
                );
                findings.push(article.finding(Kind::MissingLabel, name, message));
            }
        }
    }
    findings
}

/// Whether a path is another one or lies below it.
fn is_at_or_below(path: &str, other: &str) -> bool {
    path.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether title and lead both speak of it, by its full names and by more than a passing one in one of them.
fn is_strong(label: &Label, node: Option<&Node>) -> bool {
    let is_full = |text: &str| node.is_none_or(|node| !node.weak.iter().any(|weak| is_written(weak, text)));
    let stands_in = |place| label.evidence.iter().any(|evidence| evidence.place == place && is_full(&evidence.text));
    label.kind == LabelKind::Tag
        && label.weight >= MISSED_WEIGHT_MIN
        && stands_in(EvidencePlace::Title)
        && stands_in(EvidencePlace::Lead)
}

/// Whether a text is a name of the taxonomy, which may end in a star.
fn is_written(name: &str, text: &str) -> bool {
    match name.strip_suffix('*') {
        Some(beginning) => fold(text).starts_with(&fold(beginning)),
        None => fold(text) == fold(name),
    }
}

fn quoted(label: &Label) -> String {
    let mut words: Vec<&str> = Vec::new();
    for evidence in &label.evidence {
        if !words.contains(&evidence.text.as_str()) && words.len() < QUOTED_MAX {
            words.push(&evidence.text);
        }
    }
    words.iter().map(|words| format!("\"{words}\"")).collect::<Vec<_>>().join(", ")
}

/// Whether two paths are of one line or neighbours below the first level: `Sea/Indian Ocean` speaks for `Sea` and for
/// `Sea/Indian Ocean/Gulf`, a province of a country not for another one.
fn are_kin(path: &str, other: &str) -> bool {
    let common = path.split('/').zip(other.split('/')).take_while(|(one, two)| one == two).count();
    common >= 2 || is_at_or_below(path, other) || is_at_or_below(other, path)
}

/// What a text is written in and with.
struct Words {
    scripts: Vec<u32>,
    /// Beginnings of its words; of Chinese, pairs of characters.
    stems: BTreeSet<String>,
}

impl Words {
    fn new(text: &str) -> Self {
        Self { scripts: scripts(text), stems: stems(text).collect() }
    }

    /// Whether a node has a name in a script of the text: what it has none for cannot be found there.
    fn may_name(&self, node: &Node) -> bool {
        names(node).any(|name| {
            let letter = name.chars().find(|c| c.is_alphabetic());
            letter.is_some_and(|letter| self.scripts.contains(&script(letter)))
        })
    }

    /// Whether the text has any word of any name of a node: `Afghan` speaks a little for `Government of Afghanistan`.
    fn has_word_of(&self, node: &Node) -> bool {
        names(node).chain([node.path.as_str()]).any(|name| stems(name).any(|stem| self.stems.contains(&stem)))
    }
}

fn names(node: &Node) -> impl Iterator<Item = &str> {
    node.strong_names().chain(node.weak.iter().map(String::as_str))
}

/// The folded words of a text, each cut to its beginning so that other forms of the word are the same; of short words,
/// which are mostly in every text, only acronyms as they stand. Chinese gives each pair of characters.
fn stems(text: &str) -> impl Iterator<Item = String> {
    let words: Vec<&str> = words(text).map(|word| word.text).collect();
    let is_pair = |pair: &&[&str]| pair.iter().all(|word| word.starts_with(is_han));
    let pairs: Vec<String> = words.windows(2).filter(is_pair).map(<[&str]>::concat).collect();
    let stems = words.into_iter().filter_map(|word| {
        let folded = fold(word);
        let is_acronym = word.chars().count() > 1 && word.chars().all(|c| c.is_uppercase() || c.is_numeric());
        match folded.chars().count() >= STEM_CHARS_MIN {
            true => Some(folded.chars().take(STEM_CHARS_MAX).collect()),
            false => is_acronym.then(|| word.to_owned()),
        }
    });
    stems.collect::<Vec<_>>().into_iter().chain(pairs)
}

/// The scripts of a text.
fn scripts(text: &str) -> Vec<u32> {
    let mut letters: BTreeMap<u32, usize> = BTreeMap::new();
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        *letters.entry(script(c)).or_default() += 1;
    }
    let all: usize = letters.values().sum();
    letters.into_iter().filter(|(_, count)| count * 100 >= all * SCRIPT_PERCENT_MIN).map(|(script, _)| script).collect()
}

/// A number for the script of a letter, as exact as is needed here: the page of the code chart that it begins on.
fn script(c: char) -> u32 {
    match c as u32 {
        // Latin with its supplements.
        0..=0x24F | 0x1E00..=0x1EFF => 0,
        0x600..=0x6FF | 0x750..=0x77F | 0xFB50..=0xFDFF | 0xFE70..=0xFEFF => 0x600,
        _ if is_han(c) => 0x4E00,
        code => code & !0xFF,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_name_speaks_for_it_in_any_form_and_script() {
        let taxonomy = Taxonomy::parse(
            "version = 1\n[[dimension]]\nname = \"actor\"\n[[actor]]\npath = \"Government of Sudia\"\naliases = [\"苏迪亚政府\"]\n\
             [[actor]]\npath = \"Quay Watch\"\naliases = [\"QW\"]\n",
            "t.toml",
        )
        .unwrap();
        let nodes = &taxonomy.dimensions()[0].nodes;
        for (text, node, sought, spoken) in [
            ("A Sudian ship sailed.", 0, true, true),
            ("The ship of the governor.", 0, true, true),
            ("A ship sailed away.", 0, true, false),
            ("苏迪亚的船。", 0, true, true),
            ("一艘船离开了。", 0, true, false),
            ("一艘船离开了。", 1, false, false),
            ("The QW came.", 1, true, true),
            ("The qw came.", 1, true, false),
        ] {
            let words = Words::new(text);
            assert_eq!((words.may_name(&nodes[node]), words.has_word_of(&nodes[node])), (sought, spoken), "{text}");
        }
    }

    #[test]
    fn kin_are_of_one_line_or_neighbours_below_the_first_level() {
        assert!(are_kin("Sea", "Sea/South") && are_kin("Sea/North/Bay", "Sea/North") && !are_kin("Sea", "Seaside"));
        assert!(are_kin("Sea/North/Bay", "Sea/North/Cape") && !are_kin("Sea/North", "Sea/South"));
        assert!(is_at_or_below("a/b", "a") && is_at_or_below("a", "a") && !is_at_or_below("ab", "a"));
    }
}
