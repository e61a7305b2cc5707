//! A taxonomy file.

use dossier::ingest::pipeline::document::DocumentMaker;
use dossier::model::document::{BodyKind, Place, RawArticle};
use dossier::taxonomy::{Resolution, Taxonomy};

use super::article::hold_document;

/// Nodes of a dimension whose names are tried: a large file says nothing new and takes time.
const NODES_TRIED: usize = 20;

/// Any text is a taxonomy or a list of problems with their lines; a path stands for itself, a name for its node among
/// others, and labels are found of this taxonomy alone.
pub fn hold(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let taxonomy = match Taxonomy::parse(&text, "t.toml") {
        Ok(taxonomy) => taxonomy,
        Err(error) => {
            assert!(!error.problems.is_empty(), "refused without a reason");
            let lines = text.lines().count().max(1);
            for problem in error.problems {
                super::hold_message(&problem.message);
                let line = problem.place.line.map_or(1, |line| line as usize);
                assert!((1..=lines + 1).contains(&line), "line {line} of {lines}: {}", problem.message);
            }
            return;
        }
    };
    let again = Taxonomy::parse(taxonomy.source_text(), "t.toml").expect("what was read once");
    assert_eq!(again.fingerprint(), taxonomy.fingerprint());
    let mut body = String::new();
    for dimension in taxonomy.dimensions() {
        for node in dimension.nodes.iter().take(NODES_TRIED) {
            let itself = taxonomy.resolve(&dimension.name, &node.path);
            assert_eq!(itself, Resolution::Path(node.path.clone()), "a path stands for itself");
            assert!(!taxonomy.label(&dimension.name, &node.path).trim().is_empty(), "{}: no label", node.path);
            for name in taxonomy.names(&dimension.name, &node.path) {
                body.push_str(name);
                body.push_str(" was seen. ");
                taxonomy.resolve(&dimension.name, name);
                taxonomy.other_names(name);
            }
        }
    }
    let raw = RawArticle {
        place: Place { file: "a.md".to_owned(), line: None },
        id: None,
        title: Some("What was seen".to_owned()),
        body,
        body_kind: BodyKind::Curated,
        surroundings: None,
        date: None,
        url: None,
        source: Vec::new(),
        sources: Vec::new(),
        author: None,
        lang: None,
        extra: std::collections::BTreeMap::new(),
        warnings: Vec::new(),
    };
    let maker = DocumentMaker::new(taxonomy);
    if let Ok((document, _)) = maker.make("a", &raw) {
        hold_document(&document, &maker);
    }
}
