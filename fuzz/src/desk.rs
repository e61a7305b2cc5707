//! A small index in a folder of its own, made of articles of the tests, for what can only be asked of an index.

use std::fs;
use std::sync::atomic::AtomicBool;

use dossier::engine::embedded::indexer::EmbeddedIndexer;
use dossier::engine::{Indexer, Writing};
use dossier::ingest::isolation::Isolation;
use dossier::ingest::pipeline::document::DocumentMaker;
use dossier::ingest::pipeline::{Observer, PIPELINE_FINGERPRINT, Progress, Station, run};
use dossier::taxonomy::Taxonomy;
use tempfile::TempDir;

/// Articles with labels, copies, three scripts, and without a date.
const ARTICLES: &[(&str, &str)] = &[
    ("boats-ur.md", include_str!("../../tests/fixtures/corpus/boats-ur.md")),
    ("ferry-copy-a.md", include_str!("../../tests/fixtures/corpus/ferry-copy-a.md")),
    ("ferry-copy-b.md", include_str!("../../tests/fixtures/corpus/ferry-copy-b.md")),
    ("front-splits.md", include_str!("../../tests/fixtures/corpus/front-splits.md")),
    ("port-fr.md", include_str!("../../tests/fixtures/corpus/port-fr.md")),
    ("port-zh.md", include_str!("../../tests/fixtures/corpus/port-zh.md")),
    ("quay-bombing.md", include_str!("../../tests/fixtures/corpus/quay-bombing.md")),
    ("ransom-terminal.md", include_str!("../../tests/fixtures/corpus/ransom-terminal.md")),
    ("script-title.md", include_str!("../../tests/fixtures/corpus/script-title.md")),
    ("undated-letter.md", include_str!("../../tests/fixtures/corpus/undated-letter.md")),
];

/// Wants no progress and never stops a run.
struct Quiet(AtomicBool);

impl Observer for Quiet {
    fn progress(&self, _: Progress) {}

    fn stop(&self) -> &AtomicBool {
        &self.0
    }
}

/// A folder whose `index` holds an index of the articles; it goes with the value.
pub(crate) fn indexed() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (corpus, index) = (folder.path().join("corpus"), folder.path().join("index"));
    fs::create_dir(&corpus).expect("a folder of our own");
    for (name, text) in ARTICLES {
        fs::write(corpus.join(name), text).expect("a folder of our own");
    }
    let taxonomy = Taxonomy::parse(super::TAXONOMY, "taxonomy.toml").expect("the fixture is sound");
    let mut indexer = EmbeddedIndexer::begin(&index, taxonomy.clone(), PIPELINE_FINGERPRINT, Writing::Changes)
        .expect("a folder of our own");
    let (maker, isolation) = (DocumentMaker::new(taxonomy), Isolation::none());
    let station = Station { maker: &maker, isolation: &isolation };
    let done = run(corpus.as_path(), station, &mut indexer, None, &Quiet(AtomicBool::new(false)));
    let (ledger, report) = done.expect("sound articles");
    assert!(report.quarantined.is_empty(), "{:?}", report.quarantined);
    Box::new(indexer).commit(ledger, &report).expect("a folder of our own");
    folder
}
