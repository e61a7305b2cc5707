//! `dossier import`: a draft for a curator of every article in the files named.
//!
//! Writes drafts and nothing else; what a person wrote stays as it is.

mod bindings;
mod folder;
mod originals;
mod report;
mod standing;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::cli::args::{Common, ImportCommand, ReportFormat};
use crate::cli::import::bindings::Bindings;
use crate::cli::import::folder::{Folder, Replaced, replace, resolved};
use crate::cli::import::originals::{Original, Originals};
use crate::cli::import::report::{Imported, Report, State};
use crate::cli::import::standing::Drafts;
use crate::cli::index::{TerminalObserver, isolation, taxonomy};
use crate::cli::{DONE, IN_PART, output};
use crate::ingest::corpus::{CorpusFile, scan};
use crate::ingest::draft::{Draft, Origin, hash_of, id_of, stem, stem_apart};
use crate::ingest::duplicates::groups::groups;
use crate::ingest::formats::{self, Format, SourceFile};
use crate::ingest::pipeline::Station;
use crate::ingest::pipeline::articles::{ReadArticle, ReadFile, WrittenIds, read_files};
use crate::ingest::pipeline::document::DocumentMaker;
use crate::model::document::{Document, Imprint, Place};
use crate::model::report::{Notice, Quarantined};
use crate::taxonomy::Taxonomy;

pub(super) fn run(common: &Common, command: &ImportCommand) -> anyhow::Result<u8> {
    let settings = common.settings(command.taxonomy.as_ref());
    let maker = DocumentMaker::new(taxonomy(&settings)?);
    let folder = Folder::open(&command.to)?;
    let Originals { files, quarantined, warnings, page_parts, .. } = Originals::gather(&command.paths, &folder)?;
    let observer = TerminalObserver::new();
    let standing = StandingTexts::read(&settings.corpus, &folder, &files, &observer)?;
    let mut drafts = standing_drafts(&settings.corpus, &folder)?;
    // Labels are not asked for, and to look for them takes most of the time.
    let (unlabelled, isolation) = (DocumentMaker::new(Taxonomy::none()), isolation());
    let reader = Station { maker: &unlabelled, isolation: &isolation };
    let bindings = Bindings::read(&files, &mut drafts, reader, &observer)?;
    let dimensions: Vec<String> =
        maker.taxonomy().dimensions().iter().map(|dimension| dimension.name.clone()).collect();
    let mut import = Import {
        folder,
        dry_run: command.dry_run,
        dimensions,
        standing,
        drafts,
        bindings,
        numbers: Vec::new(),
        report: Report::new(quarantined, warnings, page_parts),
    };
    let read: Vec<CorpusFile> = files.iter().map(|original| original.file.clone()).collect();
    let mut failed = None;
    let station = Station { maker: &maker, isolation: &isolation };
    let done = read_files(&read, station, WrittenIds::Mended, &observer, &mut |file| {
        if failed.is_none() {
            failed = import.take(&files[file.number], file).err();
        }
    });
    observer.bar.finish_and_clear();
    done?;
    failed.map_or(Ok(()), Err)?;
    let Import { mut report, folder, standing, numbers, .. } = import;
    let copies = standing.copies();
    for (imported, number) in report.imported.iter_mut().zip(numbers) {
        imported.notes.extend(copies.get(&number).cloned());
    }
    report.finish(command.dry_run, &folder, &settings.corpus, standing.originals_inside);
    match command.format {
        ReportFormat::Json => output::write_json(&report.json())?,
        ReportFormat::Text => output::write_report(&report.text())?,
    }
    Ok(if report.quarantined.is_empty() { DONE } else { IN_PART })
}

/// The drafts that stand already: a curator may have moved one anywhere in the corpus.
fn standing_drafts(corpus: &Path, folder: &Folder) -> anyhow::Result<Drafts> {
    let (root, corpus_root) = (folder.root(), resolved(corpus)?);
    let mut folders = vec![(root, folder.typed())];
    if root.starts_with(&corpus_root) && root != corpus_root {
        folders.push((corpus_root.as_path(), corpus));
    }
    Drafts::read(root, &folders)
}

/// The articles that stand already, in the corpus and in the folder of the drafts, and those that join them.
#[derive(Default)]
struct StandingTexts {
    texts: Vec<StandingText>,
    /// Who has an id.
    by_id: BTreeMap<String, PathBuf>,
    /// Numbers of the texts by the file that they stand in, and for a record its id.
    by_place: BTreeMap<(PathBuf, String), usize>,
    /// Originals that lie in the corpus and would be indexed beside their drafts.
    originals_inside: usize,
}

struct StandingText {
    id: String,
    location: PathBuf,
    shown: String,
    /// What copies are known by; its id is the text's number.
    imprint: Imprint,
}

impl StandingTexts {
    fn read(
        corpus: &Path,
        folder: &Folder,
        originals: &[Original],
        observer: &TerminalObserver,
    ) -> anyhow::Result<Self> {
        let corpus_root = resolved(corpus)?;
        let mut roots = vec![(corpus_root.clone(), corpus.to_owned())];
        if !folder.root().starts_with(&corpus_root) {
            roots.push((folder.root().to_owned(), PathBuf::from(folder.shown(""))));
        }
        let own: BTreeSet<PathBuf> =
            originals.iter().filter_map(|original| original.file.location().canonicalize().ok()).collect();
        let originals_inside = own.iter().filter(|original| original.starts_with(&corpus_root)).count();
        let mut texts = Self { originals_inside, ..Self::default() };
        // Labels are not asked for, and to look for them takes most of the time.
        let (maker, isolation) = (DocumentMaker::new(Taxonomy::none()), isolation());
        let station = Station { maker: &maker, isolation: &isolation };
        for (root, shown) in roots.into_iter().filter(|(root, _)| root.is_dir()) {
            let files: Vec<CorpusFile> =
                scan(&root)?.files.into_iter().filter(|file| !own.contains(file.location())).collect();
            read_files(&files, station, WrittenIds::Kept, observer, &mut |file| {
                for article in file.articles {
                    let place = Place { file: shown.join(&file.file.path).display().to_string(), ..article.raw.place };
                    texts.note(&article.document, file.file.location(), place.to_string());
                }
            })?;
        }
        Ok(texts)
    }

    /// Whether an article at `location` may have an id.
    fn is_free(&self, id: &str, location: &Path) -> bool {
        self.by_id.get(id).is_none_or(|holder| holder == location)
    }

    /// Notes a text, and gives its number; one that stands there already has one.
    fn note(&mut self, document: &Document, location: &Path, shown: String) -> usize {
        let id = document.id.clone();
        self.by_id.entry(id.clone()).or_insert_with(|| location.to_owned());
        let number = self.texts.len();
        match self.by_place.entry((location.to_owned(), id.clone())) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => {
                place.insert(number);
                let imprint = Imprint { id: number.to_string(), ..document.imprint() };
                self.texts.push(StandingText { id, location: location.to_owned(), shown, imprint });
                number
            }
        }
    }

    /// What is to be said of the copies of texts, by their numbers.
    fn copies(&self) -> BTreeMap<usize, String> {
        let imprints: Vec<Imprint> = self.texts.iter().map(|text| text.imprint.clone()).collect();
        let mut said = BTreeMap::new();
        for group in groups(&imprints) {
            let numbers: Vec<usize> = group.iter().filter_map(|number| number.parse().ok()).collect();
            for &number in &numbers {
                let others =
                    numbers.iter().filter(|&&other| other != number).filter_map(|&other| self.texts.get(other));
                let others = others.filter(|other| other.location != self.texts[number].location);
                let named: Vec<String> = others.map(|other| format!("`{}` ({})", other.id, other.shown)).collect();
                if !named.is_empty() {
                    said.insert(number, format!("has the same text, or nearly, as {}", named.join(", ")));
                }
            }
        }
        said
    }
}

struct Import {
    folder: Folder,
    dry_run: bool,
    dimensions: Vec<String>,
    standing: StandingTexts,
    drafts: Drafts,
    bindings: Bindings,
    /// Numbers of the imported articles among the standing texts.
    numbers: Vec<usize>,
    report: Report,
}

/// Where a draft is written.
struct Target {
    location: PathBuf,
    shown: String,
    id: String,
    /// Its name in the folder of the drafts, if it is new.
    new_name: Option<String>,
}

impl Import {
    fn take(&mut self, original: &Original, file: ReadFile<'_>) -> anyhow::Result<()> {
        let shown = |place: Place| Place { file: original.shown.clone(), line: place.line };
        for Quarantined { place, reason } in file.quarantined {
            self.report.quarantined.push(Quarantined { place: shown(place), reason });
        }
        let Some(source) = file.source else { return Ok(()) };
        for article in &file.articles {
            let place = shown(article.raw.place.clone());
            match self.bound(original, file.number, &source, article) {
                Some((origin, draft)) => self.take_article(article, origin, draft, place)?,
                None => {
                    let reason = "changed while it was read; import it again".to_owned();
                    self.report.quarantined.push(Quarantined { place, reason });
                }
            }
        }
        Ok(())
    }

    /// Where an article comes from, and its draft if one stands already; `None` for a record that was not there when
    /// the records were bound.
    fn bound(
        &mut self,
        original: &Original,
        number: usize,
        source: &SourceFile,
        article: &ReadArticle,
    ) -> Option<(Origin, Option<usize>)> {
        let (record, hash, draft) = match article.raw.place.line {
            Some(line) => {
                let binding = self.bindings.get(number, line, article)?;
                (Some(binding.key.clone()), binding.hash.clone(), binding.draft)
            }
            None => {
                let hash = hash_of(&source.hash);
                let own = self.drafts.of(&original.location);
                let own = own.into_iter().find(|&draft| self.drafts.get(draft).origin.record.is_none());
                let draft = own.or_else(|| self.drafts.orphan(&hash, None));
                draft.into_iter().for_each(|draft| self.drafts.claim(draft));
                (None, hash, draft)
            }
        };
        let standing = draft.map(|draft| self.drafts.get(draft));
        // A path that leads there from where the draft was written first stays as it is.
        let kept = standing.filter(|standing| standing.original == original.location);
        let path = kept.map_or_else(|| original.origin.clone(), |standing| standing.origin.path.clone());
        Some((Origin { path, record, hash }, draft))
    }

    fn take_article(
        &mut self,
        article: &ReadArticle,
        origin: Origin,
        draft: Option<usize>,
        from: Place,
    ) -> anyhow::Result<()> {
        let Target { location, shown, id, new_name } = self.target(article, &origin, draft);
        let dimensions: Vec<&str> = self.dimensions.iter().map(String::as_str).collect();
        let (document, raw) = (&article.document, &article.raw);
        let mut notices = article.notices.clone();
        if raw.id.is_some() && id != document.id && !self.standing.is_free(&document.id, &location) {
            notices.push(Notice::from(format!(
                "the id `{}` is that of another article; this one has `{id}`",
                document.id
            )));
        }
        let text =
            Draft { id: &id, document, raw, notices: &notices, dimensions: &dimensions, origin: &origin }.write();
        if let Err(reason) = read_back(&shown, &text, &document.title) {
            let reason = format!("no draft can be made of it: {reason}");
            self.report.quarantined.push(Quarantined { place: from, reason });
            return Ok(());
        }
        let state = match new_name {
            Some(name) => {
                if !self.dry_run {
                    self.folder.write_new(&name, &text)?;
                }
                State::Written
            }
            None => match replace(&location, &shown, &text, self.dry_run)? {
                Replaced::Same => State::Unchanged,
                Replaced::Written => State::Updated,
                Replaced::Edited => State::Kept,
            },
        };
        let document = Document { id, ..document.clone() };
        let number = self.standing.note(&document, &location, shown.clone());
        let notes = notices.into_iter().map(|notice| notice.message).collect();
        self.report.imported.push(Imported::new(state, shown, &from, &document, notes));
        self.numbers.push(number);
        Ok(())
    }

    /// The draft that stands already, or the place for a new one.
    fn target(&mut self, article: &ReadArticle, origin: &Origin, draft: Option<usize>) -> Target {
        let Some(standing) = draft.map(|draft| self.drafts.get(draft)) else {
            let (name, id) = self.named(article, origin, None);
            let (location, shown) = (self.folder.root().join(&name), self.folder.shown(&name));
            return Target { location, shown, id, new_name: Some(name) };
        };
        let (location, shown) = (standing.location.clone(), standing.shown.clone());
        let id = standing.id.clone();
        let id = id.unwrap_or_else(|| self.named(article, origin, Some(&location)).1);
        Target { location, shown, id, new_name: None }
    }

    /// The name and the id of a draft: those of the article, or others where somebody has them. A draft that stands
    /// already has its name and lacks only an id.
    fn named(&mut self, article: &ReadArticle, origin: &Origin, standing: Option<&Path>) -> (String, String) {
        let (document, place) = (&article.document, &article.raw.place);
        let plain = stem(document.date, &document.title, &place.file, place.line);
        let key = format!("{}\n{}", origin.path, origin.record.as_deref().unwrap_or_default());
        let apart = stem_apart(&plain, &key);
        let own = article.raw.id.as_ref().map(|_| document.id.clone());
        for stem in [plain, apart.clone(), stem_apart(&apart, &key)] {
            let name = format!("{stem}.md");
            let location = standing.map_or_else(|| self.folder.root().join(&name), Path::to_owned);
            let own = own.clone().filter(|id| self.standing.is_free(id, &location));
            let id = own.unwrap_or_else(|| id_of(&stem));
            if self.standing.is_free(&id, &location) && (standing.is_some() || self.folder.take(&name)) {
                return (name, id);
            }
        }
        // Three names of which two are hashes are never all taken; were they, writing would refuse.
        (format!("{apart}.md"), id_of(&apart))
    }
}

/// Whether a draft is an article for our own reader: a curator must never be handed one that is not.
fn read_back(path: &str, text: &str, title: &str) -> Result<(), String> {
    let source = SourceFile {
        path: path.to_owned(),
        format: Format::Markdown,
        bytes: text.as_bytes().to_vec(),
        sidecar: None,
        hash: String::new(),
    };
    let mut reading = formats::read(&source);
    match (reading.quarantined.pop(), reading.articles.pop()) {
        (Some(entry), _) => Err(entry.reason),
        (None, Some(article)) if article.title.as_deref() == Some(title) => Ok(()),
        (None, _) => Err(format!("its title `{title}` does not read back")),
    }
}
