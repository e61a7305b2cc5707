//! The lexicon: every term that the articles of a generation hold, with the number of articles that hold it.
//!
//! A cluster cannot list its terms, nor count them but one by one; so whoever writes a generation counts them, and whoever
//! searches it has them at hand: how rare a word is, which words begin so, which are within some edits. Exact, whatever was
//! replaced or removed since the first article.

use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;
use std::sync::OnceLock;

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy_fst::map::OpBuilder;
use tantivy_fst::{Automaton, IntoStreamer, Map, MapBuilder, Streamer};

use crate::engine::forms::{FoldedAutomaton, behind_forms, exact_form, folded_of, prefix_end, written_of};
use crate::engine::opensearch::rows::Held;
use crate::engine::plan::Part;
use crate::engine::spelling::{HeldWord, WordsHeld};
use crate::model::query::TextField;
use crate::model::{EXPANSION_TERMS_MAX, FUZZY_EDITS_MAX};

/// Terms that are counted before they are packed.
const COUNTED_AT_ONCE: usize = 1_000_000;
/// First bytes of a lexicon, with its version.
const MAGIC: &[u8; 8] = b"lexicon2";
/// The lists of a lexicon, in the order in which they are kept.
const LISTS: [Terms; 5] = [Terms::Title, Terms::Body, Terms::TitleWord, Terms::BodyWord, Terms::Article];

/// The terms of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Terms {
    /// Stems of titles.
    Title,
    /// Stems of bodies.
    Body,
    /// Words of titles, folded and as they are written.
    TitleWord,
    /// Words of bodies.
    BodyWord,
    /// Stems of titles and bodies as one text.
    Article,
}

impl Terms {
    /// The stems of a text.
    pub fn stems(field: TextField) -> Self {
        match field {
            TextField::Title => Self::Title,
            TextField::Body => Self::Body,
        }
    }

    /// The words of a text.
    pub fn words(field: TextField) -> Self {
        match field {
            TextField::Title => Self::TitleWord,
            TextField::Body => Self::BodyWord,
        }
    }

    fn place(self) -> usize {
        match self {
            Self::Title => 0,
            Self::Body => 1,
            Self::TitleWord => 2,
            Self::BodyWord => 3,
            Self::Article => 4,
        }
    }
}

/// What all articles have together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Articles.
    pub documents: u64,
    /// Tokens of titles and bodies as they score together: what the cluster takes the average length from.
    pub article_tokens: u64,
    /// The same, added up from the lengths as an index keeps them with each article: what the embedded engine takes it from.
    pub article_length: u64,
    /// Tokens of bodies.
    pub body_length: u64,
}

/// Why bytes are no lexicon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the list of terms is damaged: {0}")]
pub struct DamagedLexicon(String);

/// The terms of a generation.
pub struct Lexicon {
    lists: [Map<Vec<u8>>; 5],
    totals: Totals,
}

impl Lexicon {
    /// Reads what `Builder::finish` gave.
    pub fn read(bytes: &[u8]) -> Result<Self, DamagedLexicon> {
        let damaged = |what: &str| DamagedLexicon(what.to_owned());
        let mut rest = bytes.strip_prefix(MAGIC).ok_or_else(|| damaged("it begins otherwise"))?;
        let number = |rest: &mut &[u8]| {
            let (bytes, behind) = rest.split_first_chunk::<8>()?;
            *rest = behind;
            Some(u64::from_le_bytes(*bytes))
        };
        let mut numbers = [0; 4];
        for value in &mut numbers {
            *value = number(&mut rest).ok_or_else(|| damaged("it is cut short"))?;
        }
        let [documents, article_tokens, article_length, body_length] = numbers;
        let mut lists = Vec::new();
        for _ in LISTS {
            let length = number(&mut rest).and_then(|length| usize::try_from(length).ok());
            let (list, behind) =
                length.and_then(|length| rest.split_at_checked(length)).ok_or_else(|| damaged("it is cut short"))?;
            lists.push(Map::from_bytes(list.to_vec()).map_err(|error| DamagedLexicon(error.to_string()))?);
            rest = behind;
        }
        let lists = lists.try_into().map_err(|_| damaged("a list is missing"))?;
        Ok(Self { lists, totals: Totals { documents, article_tokens, article_length, body_length } })
    }

    /// What all articles have together.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    fn list(&self, terms: Terms) -> &Map<Vec<u8>> {
        &self.lists[terms.place()]
    }

    /// Articles that hold a term.
    pub fn documents(&self, terms: Terms, term: &str) -> u64 {
        self.list(terms).get(term).unwrap_or(0)
    }

    /// Articles that hold any of the terms, one that holds several counted for each.
    pub fn documents_of_all(&self, terms: Terms, list: &[String]) -> u64 {
        list.iter().map(|term| self.documents(terms, term)).sum()
    }

    /// The stems of a part that are held; the last one in any case, so that a query seeks something.
    pub fn stems(&self, part: &Part, terms: Terms) -> Vec<String> {
        let Part::Stem { stems, .. } = part else { return Vec::new() };
        let mut found = Vec::new();
        for (n, stem) in stems.iter().enumerate() {
            if n + 1 == stems.len() && found.is_empty() || self.documents(terms, stem) > 0 {
                found.push(stem.clone());
            }
        }
        found
    }

    /// The list that a part's terms stand in.
    pub fn terms_of(part: &Part, field: TextField) -> Terms {
        if matches!(part, Part::Stem { .. }) { Terms::stems(field) } else { Terms::words(field) }
    }

    /// The terms that a part stands for in a text: of prefixes and typos the `EXPANSION_TERMS_MAX` commonest folded forms.
    pub fn terms(&self, part: &Part, field: TextField) -> Vec<String> {
        let list = self.list(Terms::words(field));
        match part {
            Part::Stem { .. } => self.stems(part, Terms::stems(field)),
            Part::Exact(exact) => vec![exact_form(exact)],
            Part::Folded(folded) => commonest(list.range().ge(folded).lt(behind_forms(folded)).into_stream()),
            Part::Prefix(prefix) => {
                let range = list.range().ge(prefix);
                let end = prefix_end(prefix);
                commonest(match end {
                    Some(end) => range.lt(end).into_stream(),
                    None => range.into_stream(),
                })
            }
            Part::Fuzzy { folded, distance } => {
                let automaton = FoldedAutomaton(Typos(builder(*distance).build_dfa(folded)));
                commonest(list.search(&automaton).into_stream())
            }
        }
    }

    /// Hands every term of a list to `take`, with its articles, in byte order.
    pub fn each(&self, terms: Terms, mut take: impl FnMut(&str, u64)) {
        let mut stream = self.list(terms).stream();
        while let Some((term, documents)) = stream.next() {
            if let Ok(term) = std::str::from_utf8(term) {
                take(term, documents);
            }
        }
    }
}

impl WordsHeld for Lexicon {
    type Error = Infallible;

    fn documents_with(&self, part: &Part) -> Result<u64, Infallible> {
        let documents = |field| self.documents_of_all(Self::terms_of(part, field), &self.terms(part, field));
        Ok(documents(TextField::Title).max(documents(TextField::Body)))
    }

    fn written(&self, folded: &str) -> Result<String, Infallible> {
        let mut commonest = (0, folded.to_owned());
        for term in self.terms(&Part::Folded(folded.to_owned()), TextField::Body) {
            let documents = self.documents(Terms::BodyWord, &term);
            let written = written_of(&term);
            if documents > commonest.0 && !written.is_empty() {
                commonest = (documents, written.to_owned());
            }
        }
        Ok(commonest.1)
    }

    fn tell_words(&self, tell: &mut dyn FnMut(HeldWord<'_>)) -> Result<(), Infallible> {
        for field in [TextField::Title, TextField::Body] {
            self.each(Terms::words(field), |term, documents| {
                let folded = &term[..folded_of(term.as_bytes()).len()];
                let documents = u32::try_from(documents).unwrap_or(u32::MAX);
                tell(HeldWord { folded, written: written_of(term), field, documents });
            });
        }
        Ok(())
    }
}

/// The terms of the commonest folded forms of a stream.
fn commonest<'s, S>(mut stream: S) -> Vec<String>
where
    S: for<'a> Streamer<'a, Item = (&'a [u8], u64)> + 's,
{
    let mut found: HashMap<Vec<u8>, (u64, BTreeSet<Vec<u8>>)> = HashMap::new();
    while let Some((form, documents)) = stream.next() {
        let (all, forms) = found.entry(folded_of(form).to_vec()).or_default();
        *all += documents;
        forms.insert(form.to_vec());
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_unstable_by(|(a, (a_documents, _)), (b, (b_documents, _))| {
        b_documents.cmp(a_documents).then_with(|| a.cmp(b))
    });
    found.truncate(EXPANSION_TERMS_MAX);
    found.into_iter().flat_map(|(_, (_, forms))| forms).filter_map(|form| String::from_utf8(form).ok()).collect()
}

/// Makes automata for so many edits, a swap of neighbours being one. To make the maker takes longer than to use it.
fn builder(distance: u8) -> &'static LevenshteinAutomatonBuilder {
    static BUILDERS: [OnceLock<LevenshteinAutomatonBuilder>; FUZZY_EDITS_MAX as usize + 1] =
        [const { OnceLock::new() }; FUZZY_EDITS_MAX as usize + 1];
    let distance = distance.min(FUZZY_EDITS_MAX);
    BUILDERS[usize::from(distance)].get_or_init(|| LevenshteinAutomatonBuilder::new(distance, true))
}

/// Takes words within some edits of another.
struct Typos(DFA);

impl Automaton for Typos {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}

/// Counts of terms on their way: the newest in a table, the others packed in lists.
#[derive(Default)]
struct Counts {
    newest: [HashMap<String, u64>; 5],
    counted: usize,
    packed: Vec<[Map<Vec<u8>>; 5]>,
    totals: Totals,
}

impl Counts {
    fn add(&mut self, held: &Held) -> tantivy_fst::Result<()> {
        self.totals.documents += 1;
        self.totals.article_tokens += held.article_tokens;
        self.totals.article_length += held.article_length;
        self.totals.body_length += held.body_length;
        let lists = [&held.title, &held.body, &held.title_word, &held.body_word];
        for (terms, list) in lists.into_iter().enumerate() {
            list.iter().for_each(|term| self.count(terms, term));
        }
        held.title.union(&held.body).for_each(|term| self.count(Terms::Article.place(), term));
        if self.counted >= COUNTED_AT_ONCE { self.pack() } else { Ok(()) }
    }

    fn count(&mut self, list: usize, term: &str) {
        if let Some(count) = self.newest[list].get_mut(term) {
            *count += 1;
            return;
        }
        self.newest[list].insert(term.to_owned(), 1);
        self.counted += 1;
    }

    fn pack(&mut self) -> tantivy_fst::Result<()> {
        let mut packed = Vec::new();
        for list in &mut self.newest {
            let mut terms: Vec<(String, u64)> = std::mem::take(list).into_iter().collect();
            terms.sort_unstable();
            packed.push(Map::from_iter(terms)?);
        }
        self.counted = 0;
        self.packed.extend(<[_; 5]>::try_from(packed));
        Ok(())
    }
}

/// Makes a lexicon: counts the terms of articles that come and go.
#[derive(Default)]
pub struct Builder {
    added: Counts,
    removed: Counts,
}

impl Builder {
    /// Counts the terms of an article that is added.
    pub fn add(&mut self, held: &Held) -> Result<(), DamagedLexicon> {
        self.added.add(held).map_err(|error| DamagedLexicon(error.to_string()))
    }

    /// Counts the terms of an article that is taken out, or in whose place another comes.
    pub fn remove(&mut self, held: &Held) -> Result<(), DamagedLexicon> {
        self.removed.add(held).map_err(|error| DamagedLexicon(error.to_string()))
    }

    /// The bytes of the lexicon of what `base` held, less what was removed, and what was added.
    pub fn finish(mut self, base: Option<&Lexicon>) -> Result<Vec<u8>, DamagedLexicon> {
        self.write(base).map_err(|error| DamagedLexicon(error.to_string()))
    }

    fn write(&mut self, base: Option<&Lexicon>) -> tantivy_fst::Result<Vec<u8>> {
        self.added.pack()?;
        self.removed.pack()?;
        let held = base.map_or(Totals::default(), Lexicon::totals);
        let (added, removed) = (self.added.totals, self.removed.totals);
        let sum = |of: fn(&Totals) -> u64| (of(&held) + of(&added)).saturating_sub(of(&removed));
        let mut bytes = MAGIC.to_vec();
        let totals = [
            sum(|all| all.documents),
            sum(|all| all.article_tokens),
            sum(|all| all.article_length),
            sum(|all| all.body_length),
        ];
        totals.into_iter().for_each(|total| bytes.extend(total.to_le_bytes()));
        for terms in LISTS {
            let place = terms.place();
            let more: Vec<&Map<Vec<u8>>> = base
                .map(|base| &base.lists[place])
                .into_iter()
                .chain(self.added.packed.iter().map(|p| &p[place]))
                .collect();
            let mut all = OpBuilder::new();
            for list in more.iter().copied().chain(self.removed.packed.iter().map(|packed| &packed[place])) {
                all.push(list.stream());
            }
            let mut union = all.union();
            let mut list = MapBuilder::memory();
            while let Some((term, counts)) = union.next() {
                let of = |is_added: bool| {
                    counts
                        .iter()
                        .filter(|count| (count.index < more.len()) == is_added)
                        .map(|count| count.value)
                        .sum::<u64>()
                };
                let documents = of(true).saturating_sub(of(false));
                if documents > 0 {
                    list.insert(term, documents)?;
                }
            }
            let list = list.into_inner()?;
            bytes.extend((list.len() as u64).to_le_bytes());
            bytes.extend(list);
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::opensearch::rows::Row;
    use crate::engine::opensearch::rows::samples::document;

    fn held(title: &str, body: &str) -> Held {
        Row::of(document(title, body), [], None).held
    }

    fn lexicon(articles: &[Held]) -> Lexicon {
        let mut builder = Builder::default();
        articles.iter().for_each(|held| builder.add(held).unwrap());
        Lexicon::read(&builder.finish(None).unwrap()).unwrap()
    }

    #[test]
    fn words_are_found_by_their_beginnings_by_typos_and_as_they_are_written() {
        let all = lexicon(&[held("Gwadar port", "The ports of Gwadar, JF-17"), held("", "gwadar portal")]);
        assert_eq!(all.documents(Terms::Article, "gwadar"), 2);
        assert_eq!(all.documents(Terms::Title, "port"), 1);
        let body = |part: Part| all.terms(&part, TextField::Body);
        assert_eq!(body(Part::Folded("gwadar".into())), ["gwadar", "gwadar\u{1}Gwadar"]);
        assert_eq!(body(Part::Prefix("port".into())), ["portal", "ports"]);
        assert_eq!(body(Part::Fuzzy { folded: "gwdaar".into(), distance: 1 }), ["gwadar", "gwadar\u{1}Gwadar"]);
        assert_eq!(body(Part::Exact("Gwadar".into())), ["gwadar\u{1}Gwadar"]);
        assert_eq!(all.totals().documents, 2);
    }

    #[test]
    fn what_is_replaced_is_counted_as_if_it_had_never_been() {
        let articles = [held("One", "some words"), held("Two", "other words"), held("Three", "words here")];
        let mut builder = Builder::default();
        builder.remove(&articles[1]).unwrap();
        builder.add(&articles[2]).unwrap();
        let changed = builder.finish(Some(&lexicon(&articles[..2]))).unwrap();
        let mut fresh = Builder::default();
        [&articles[0], &articles[2]].into_iter().for_each(|held| fresh.add(held).unwrap());
        assert_eq!(changed, fresh.finish(None).unwrap());
    }

    #[test]
    fn bytes_that_are_no_lexicon_are_refused() {
        let whole = Builder::default().finish(None).unwrap();
        assert!(Lexicon::read(&whole).is_ok());
        for end in 0..whole.len() {
            assert!(Lexicon::read(&whole[..end]).is_err(), "{end}");
        }
    }
}
