//! `dossier import`: a draft for a curator of every article in the files named.
//!
//! Writes drafts and nothing else; what a person wrote stays as it is.

mod folder;
mod originals;
mod report;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::cli::args::{Common, ImportCommand, ReportFormat};
use crate::cli::import::folder::{Folder, Replaced, Standing, resolved};
use crate::cli::import::originals::{Original, Originals};
use crate::cli::import::report::{Imported, Report, State};
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
use crate::model::report::Quarantined;
use crate::taxonomy::Taxonomy;

pub(super) fn run(common: &Common, command: &ImportCommand) -> anyhow::Result<u8> {
    let settings = common.settings(command.taxonomy.as_ref());
    let maker = DocumentMaker::new(taxonomy(&settings)?);
    let folder = Folder::open(&command.to, command.dry_run)?;
    let Originals { files, quarantined, warnings, page_parts, .. } = Originals::gather(&command.paths, &folder)?;
    let observer = TerminalObserver::new();
    let standing = StandingTexts::read(&settings.corpus, &folder, &files, &observer)?;
    let dimensions: Vec<String> =
        maker.taxonomy().dimensions().iter().map(|dimension| dimension.name.clone()).collect();
    let mut import = Import {
        folder,
        dry_run: command.dry_run,
        dimensions,
        standing,
        numbers: Vec::new(),
        report: Report::new(quarantined, warnings, page_parts),
    };
    let read: Vec<CorpusFile> = files.iter().map(|original| original.file.clone()).collect();
    let mut failed = None;
    let isolation = isolation();
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
        ReportFormat::Text => output::write(&report.text())?,
    }
    Ok(if report.quarantined.is_empty() { DONE } else { IN_PART })
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
    /// Numbers of the imported articles among the standing texts.
    numbers: Vec<usize>,
    report: Report,
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
            let origin = origin_of(original, &source, article);
            self.take_article(article, &origin, place)?;
        }
        Ok(())
    }

    fn take_article(&mut self, article: &ReadArticle, origin: &Origin, from: Place) -> anyhow::Result<()> {
        let (path, id) = match self.folder.draft_of(origin) {
            Some(Standing { path, id, .. }) => (path.clone(), id.clone()),
            None => (String::new(), None),
        };
        let is_new = path.is_empty();
        let (path, id) = match id {
            Some(id) => (path, id),
            None => self.named(article, origin, path),
        };
        let dimensions: Vec<&str> = self.dimensions.iter().map(String::as_str).collect();
        let (document, raw, notices) = (&article.document, &article.raw, &article.notices);
        let text = Draft { id: &id, document, raw, notices, dimensions: &dimensions, origin }.write();
        if let Err(reason) = read_back(&path, &text, &document.title) {
            let reason = format!("no draft can be made of it: {reason}");
            self.report.quarantined.push(Quarantined { place: from, reason });
            return Ok(());
        }
        let state = if is_new {
            if !self.dry_run {
                self.folder.write_new(&path, &text)?;
            }
            State::Written
        } else {
            match self.folder.replace(&path, &text, self.dry_run)? {
                Replaced::Same => State::Unchanged,
                Replaced::Written => State::Updated,
                Replaced::Edited => State::Kept,
            }
        };
        let location = self.folder.root().join(&path);
        let shown = self.folder.shown(&path);
        let document = Document { id, ..document.clone() };
        let number = self.standing.note(&document, &location, shown.clone());
        let notes = article.notices.iter().map(|notice| notice.message.clone()).collect();
        self.report.imported.push(Imported::new(state, shown, &from, &document, notes));
        self.numbers.push(number);
        Ok(())
    }

    /// The name and the id of a draft: those of the article, or others where somebody has them. `path` is its name
    /// where it has one already.
    fn named(&mut self, article: &ReadArticle, origin: &Origin, path: String) -> (String, String) {
        let (document, place) = (&article.document, &article.raw.place);
        let plain = stem(document.date, &document.title, &place.file, place.line);
        let key = format!("{}\n{}", origin.path, origin.record.as_deref().unwrap_or_default());
        let apart = stem_apart(&plain, &key);
        let own = article.raw.id.as_ref().map(|_| document.id.clone());
        for stem in [plain, apart.clone(), stem_apart(&apart, &key)] {
            let name = if path.is_empty() { format!("{stem}.md") } else { path.clone() };
            let location = self.folder.root().join(&name);
            let own = own.clone().filter(|id| self.standing.is_free(id, &location));
            let id = own.unwrap_or_else(|| id_of(&stem));
            if self.standing.is_free(&id, &location) && (!path.is_empty() || self.folder.take(&name)) {
                return (name, id);
            }
        }
        // Three names of which two are hashes are never all taken; were they, writing would refuse.
        (format!("{apart}.md"), id_of(&apart))
    }
}

fn origin_of(original: &Original, source: &SourceFile, article: &ReadArticle) -> Origin {
    let raw = &article.raw;
    let record = raw.place.line.map(|line| match &raw.id {
        Some(id) => id.clone(),
        None => format!("line {line}"),
    });
    let hash = match raw.place.line {
        None => hash_of(&source.hash),
        Some(_) => hash_of(&format!("{:?}", (&raw.id, &raw.title, &raw.body, &raw.date, &raw.url, &raw.extra))),
    };
    Origin { path: original.origin.clone(), record, hash }
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
