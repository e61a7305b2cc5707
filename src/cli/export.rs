//! `dossier export`: all hits of a search into a file or to standard output, and the manifest of that.
//!
//! A file is written aside and takes its name when it is whole; until then its name says that it is not.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::NamedTempFile;

use crate::cli::args::Common;
use crate::cli::args::export::ExportCommand;
use crate::cli::search::open;
use crate::cli::{DONE, NOTHING, output};
use crate::render::commands::quoted;
use crate::search::export::Export;
use crate::search::export::manifest::Written;
use crate::search::export::parameters::{ExportParameters, Refusal};

/// What follows a file's name in the name of its manifest.
const MANIFEST_ENDING: &str = ".manifest.json";

pub(super) fn run(common: &Common, command: &ExportCommand) -> anyhow::Result<u8> {
    let searcher = open(common)?;
    let parameters = ExportParameters::read(&*searcher, &pairs(command)?).map_err(|refusal| match refusal {
        Refusal::Parameters(found) => crate::cli::search::problems(&found),
        Refusal::Generation { wanted, live } => anyhow::anyhow!("the index is at `{live}` and not at `{wanted}`"),
    })?;
    let export = Export::new(searcher, parameters, command.public_url.clone())?;
    let manifest_file = command.manifest.clone().or_else(|| command.output.as_deref().map(beside));
    match &command.output {
        Some(file) => {
            let mut aside = aside(file)?;
            let written = write(&export, aside.as_file_mut()).with_context(|| unwritten(file))?;
            // The manifest first: an export that stands under its name always has one.
            let manifest = manifest_file.as_deref().map(|place| manifest(&export, &written, place)).transpose()?;
            aside.as_file().sync_all().with_context(|| unwritten(file))?;
            if let (Some(manifest), Some(place)) = (manifest, &manifest_file) {
                put(manifest, place)?;
            }
            put(aside, file)?;
            let articles = export.articles();
            output::write_report(&format!("{articles} articles in {}, {} bytes", file.display(), written.bytes))?;
        }
        None => {
            let written = write(&export, &mut std::io::stdout().lock())?;
            if let Some(place) = &manifest_file {
                put(manifest(&export, &written, place)?, place)?;
            }
        }
    }
    Ok(if export.articles() == 0 { NOTHING } else { DONE })
}

fn pairs(command: &ExportCommand) -> anyhow::Result<Vec<(String, String)>> {
    let mut pairs = command.filters.pairs()?;
    pairs.push(("q".into(), command.query.join(" ")));
    let single = [
        ("sort", &command.sort),
        ("collapse", &command.collapse),
        ("recency", &command.recency),
        ("accessed", &command.accessed),
    ];
    for (name, value) in single {
        pairs.extend(value.iter().map(|value| (name.to_owned(), value.clone())));
    }
    pairs.extend(command.matching.pairs());
    pairs.push(("format".into(), command.format.form().name().into()));
    Ok(pairs)
}

/// Writes all of an export; a piece that cannot be written is the error.
fn write(export: &Export, out: &mut impl Write) -> anyhow::Result<Written> {
    let mut failed = None;
    let written = export.write(&mut |piece| match out.write_all(&piece) {
        Ok(()) => true,
        Err(error) => {
            failed = Some(error);
            false
        }
    })?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    out.flush()?;
    Ok(written)
}

fn manifest(export: &Export, written: &Written, place: &Path) -> anyhow::Result<NamedTempFile> {
    let mut aside = aside(place)?;
    let text = serde_json::to_string_pretty(&export.manifest(written, &typed()))?;
    writeln!(aside.as_file_mut(), "{text}").with_context(|| unwritten(place))?;
    Ok(aside)
}

/// A file beside another, under a name that says what it is should it be left behind.
fn aside(file: &Path) -> anyhow::Result<NamedTempFile> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = file.file_name().with_context(|| format!("{} is no name of a file", file.display()))?;
    let start = format!(".{}.not-whole-", name.to_string_lossy());
    let mut builder = tempfile::Builder::new();
    builder.prefix(&start);
    // Readable as any new file is: the crate's own default is for secrets.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder).with_context(|| unwritten(file))
}

fn put(aside: NamedTempFile, place: &Path) -> anyhow::Result<()> {
    aside.persist(place).map(drop).with_context(|| unwritten(place))
}

fn unwritten(file: &Path) -> String {
    format!("cannot write {}; check the folder, the permissions and the free space", file.display())
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(MANIFEST_ENDING);
    name.into()
}

/// The command as it was typed, in a form that a shell reads back.
fn typed() -> String {
    let words = std::env::args_os().skip(1).map(|word| quoted(&word.to_string_lossy()));
    std::iter::once("dossier".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}
