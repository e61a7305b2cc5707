//! Which record of a file belongs to which draft, and by what key the draft knows its record.
//!
//! Lines move and ids are given twice, so a record is known by what it says first, and by its id or its address only
//! where no other record of the file has it. Where it stands in the file is never asked. When in doubt, a record gets a
//! draft of its own: a draft is never written over with another story.

use std::collections::BTreeMap;

use crate::cli::import::originals::Original;
use crate::cli::import::standing::{Drafts, Standing};
use crate::ingest::corpus::CorpusFile;
use crate::ingest::draft::hash_of;
use crate::ingest::pipeline::Observer;
use crate::ingest::pipeline::Station;
use crate::ingest::pipeline::articles::{ReadArticle, WrittenIds, read_files};

/// Hexadecimal digits of a content in the key of a record.
const CONTENT_DIGITS: usize = 12;

/// A record and its draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binding {
    /// By what its draft knows it; no other record of the file has it.
    pub(super) key: String,
    /// Hash of what it says.
    pub(super) hash: String,
    /// The draft that stands already, by its number.
    pub(super) draft: Option<usize>,
    /// Its id, or else its address.
    name: Option<String>,
    /// Whether no other record of the file has this name.
    is_unique: bool,
    title: String,
    date: Option<String>,
}

/// The records of all files with their drafts.
pub(super) struct Bindings {
    /// By the number of the file and the line.
    records: BTreeMap<(usize, u32), Binding>,
}

impl Bindings {
    /// Reads the files of records once through and finds their drafts. Errors only when the observer asks to stop.
    pub(super) fn read(
        originals: &[Original],
        drafts: &mut Drafts,
        station: Station<'_>,
        observer: &dyn Observer,
    ) -> anyhow::Result<Self> {
        let mut bindings = Self { records: BTreeMap::new() };
        for (number, original) in originals.iter().enumerate().filter(|(_, original)| original.file.holds_records()) {
            let (mut lines, mut records) = (Vec::new(), Vec::new());
            let file: &[CorpusFile] = std::slice::from_ref(&original.file);
            read_files(file, station, WrittenIds::Mended, observer, &mut |part| {
                for article in &part.articles {
                    lines.extend(article.raw.place.line);
                    records.push(Binding::of(article));
                }
            })?;
            name_apart(&mut records);
            find_drafts(&mut records, drafts, original);
            bindings.records.extend(lines.into_iter().map(|line| (number, line)).zip(records));
        }
        Ok(bindings)
    }

    /// The record at a line of a file; `None` if it says something else than when the files were read through.
    pub(super) fn get(&self, file: usize, line: u32, article: &ReadArticle) -> Option<&Binding> {
        self.records.get(&(file, line)).filter(|binding| binding.hash == content_of(article))
    }
}

impl Binding {
    fn of(article: &ReadArticle) -> Self {
        let (raw, document) = (&article.raw, &article.document);
        Self {
            key: String::new(),
            hash: content_of(article),
            draft: None,
            name: raw.id.clone().or_else(|| raw.url.clone()),
            is_unique: true,
            title: document.title.clone(),
            date: document.date.map(|date| date.to_string()),
        }
    }
}

/// Hash of what a record says.
fn content_of(article: &ReadArticle) -> String {
    let raw = &article.raw;
    hash_of(&format!("{:?}", (&raw.id, &raw.title, &raw.body, &raw.date, &raw.url, &raw.extra)))
}

/// Gives each record its key: its name, with its content where several have that name or it has none.
fn name_apart(records: &mut [Binding]) {
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for name in records.iter().filter_map(|record| record.name.as_ref()) {
        *named.entry(name.clone()).or_default() += 1;
    }
    let mut same: BTreeMap<String, usize> = BTreeMap::new();
    for record in records {
        record.is_unique = record.name.as_ref().is_some_and(|name| named.get(name) == Some(&1));
        if let (true, Some(name)) = (record.is_unique, &record.name) {
            record.key.clone_from(name);
            continue;
        }
        let name = record.name.as_ref().map(|name| format!("{name} ")).unwrap_or_default();
        let key = format!("{name}#{}", &record.hash[..CONTENT_DIGITS]);
        let count = same.entry(key.clone()).or_default();
        *count += 1;
        record.key = if *count == 1 { key } else { format!("{key}-{count}") };
    }
}

/// The name in the key of a record, if it had one.
fn name_in(key: &str) -> Option<&str> {
    let name = match key.rsplit_once('#') {
        // An address may have a `#` of its own.
        Some((name, content)) if is_content(content) && (name.is_empty() || name.ends_with(' ')) => name.trim_end(),
        _ => key,
    };
    Some(name).filter(|name| !name.is_empty())
}

/// Whether this is what tells records of one name apart: their content, and its number where that is the same too.
fn is_content(text: &str) -> bool {
    let (content, number) = text.split_once('-').unwrap_or((text, ""));
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    content.len() == CONTENT_DIGITS && content.bytes().all(|byte| byte.is_ascii_hexdigit()) && is_number
}

/// Finds the drafts of the records of a file, from the surest ground to the weakest.
fn find_drafts(records: &mut [Binding], drafts: &mut Drafts, original: &Original) {
    let mut candidates = drafts.of(&original.location);
    candidates.retain(|&number| drafts.get(number).origin.record.is_some());
    let mut joining = Joining { records, drafts, candidates };
    // What says the same is the same: first by its key, for one content may stand there twice.
    joining.join(
        Twins::InOrder,
        |record| Some((record.hash.clone(), record.key.clone())),
        |draft| Some((draft.origin.hash.clone(), draft.origin.record.clone()?)),
    );
    joining.join(Twins::InOrder, |record| Some(record.hash.clone()), |draft| Some(draft.origin.hash.clone()));
    joining.join(
        Twins::Left,
        |record| record.name.clone().filter(|_| record.is_unique),
        |draft| draft.origin.record.clone(),
    );
    // A name that was or is given twice is no ground alone, nor is a title: with each other they are.
    joining.join(
        Twins::Left,
        |record| Some((record.name.clone()?, record.title.clone())),
        |draft| Some((name_in(draft.origin.record.as_deref()?)?.to_owned(), draft.title.clone()?)),
    );
    // Without a name, a title on a day is one.
    joining.join(
        Twins::Left,
        |record| Some((record.title.clone(), record.date.clone()?)).filter(|_| record.name.is_none()),
        |draft| {
            let is_unnamed = name_in(draft.origin.record.as_deref()?).is_none();
            Some((draft.title.clone()?, draft.date.clone()?)).filter(|_| is_unnamed)
        },
    );
    let Joining { records, drafts, .. } = joining;
    for record in records.iter_mut().filter(|record| record.draft.is_none()) {
        record.draft = drafts.orphan(&record.hash, Some(&record.key));
        record.draft.into_iter().for_each(|number| drafts.claim(number));
    }
}

/// What is done where several records or drafts agree in what they are joined by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Twins {
    /// The first goes with the first.
    InOrder,
    /// None of them is joined.
    Left,
}

/// The records of a file and the drafts that name that file.
struct Joining<'a> {
    records: &'a mut [Binding],
    drafts: &'a mut Drafts,
    candidates: Vec<usize>,
}

impl Joining<'_> {
    /// Joins records without a draft with drafts without a record that agree; `None` agrees with nothing.
    fn join<T: Ord>(
        &mut self,
        twins: Twins,
        of_record: impl Fn(&Binding) -> Option<T>,
        of_draft: impl Fn(&Standing) -> Option<T>,
    ) {
        let mut agreeing: BTreeMap<T, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (number, record) in self.records.iter().enumerate().filter(|(_, record)| record.draft.is_none()) {
            if let Some(ground) = of_record(record) {
                agreeing.entry(ground).or_default().0.push(number);
            }
        }
        for &number in self.candidates.iter().filter(|&&number| !self.drafts.is_claimed(number)) {
            if let Some(ground) = of_draft(self.drafts.get(number)) {
                agreeing.entry(ground).or_default().1.push(number);
            }
        }
        for (of_records, of_drafts) in agreeing.into_values() {
            if twins == Twins::Left && (of_records.len() > 1 || of_drafts.len() > 1) {
                continue;
            }
            for (record, draft) in of_records.into_iter().zip(of_drafts) {
                self.records[record].draft = Some(draft);
                self.drafts.claim(draft);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, content: &str) -> Binding {
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        let hash = hash_of(content);
        Binding { key: String::new(), hash, draft: None, name, is_unique: true, title: String::new(), date: None }
    }

    #[test]
    fn keys_are_unique_and_give_their_name_back() {
        let mut records = [("x", "a"), ("y", "b"), ("x", "c"), ("", "d"), ("", "d"), ("x", "a")]
            .map(|(name, text)| record(name, text));
        name_apart(&mut records);
        let keys: Vec<&str> = records.iter().map(|record| record.key.as_str()).collect();
        let (a, c, d) = (&hash_of("a")[..12], &hash_of("c")[..12], &hash_of("d")[..12]);
        let expected = [
            format!("x #{a}"),
            "y".to_owned(),
            format!("x #{c}"),
            format!("#{d}"),
            format!("#{d}-2"),
            format!("x #{a}-2"),
        ];
        assert_eq!(keys, expected);
        for record in &records {
            assert_eq!(name_in(&record.key), record.name.as_deref());
        }
        assert_eq!(name_in("https://post.example/#top"), Some("https://post.example/#top"));
    }
}
