//! The classifier against curators: the shipped corpus with its labels hidden, and where the two disagree most.

use std::collections::{BTreeMap, BTreeSet};

use dossier::model::facet::ancestors;
use dossier::taxonomy::{Taxonomy, key};
use serde_json::Value;

use crate::harness::{Desk, project};
use crate::muc4::measures::Tally;

/// How many of the worst articles are explained.
const WORST: usize = 10;
/// By dimension: a little under the F1 reached on exact paths, and on paths with their ancestors.
const FLOORS: [(&str, f64, f64); 4] =
    [("region", 0.60, 0.79), ("actor", 0.63, 0.66), ("threat", 0.63, 0.74), ("response", 0.68, 0.68)];

/// Labels of one article: paths by dimension.
type Labels = BTreeMap<String, BTreeSet<String>>;

/// One article: what its curator wrote, and what the program found without it.
struct Compared {
    id: String,
    written: Labels,
    found: Value,
}

impl Compared {
    fn tags(&self, dimension: &str) -> BTreeSet<String> {
        tags(&self.found, dimension)
    }

    fn tally(&self, dimension: &str) -> Tally {
        Tally::of(&self.written[dimension], &self.tags(dimension))
    }
}

fn tags(article: &Value, dimension: &str) -> BTreeSet<String> {
    let labels = article["facets"][dimension].as_array().map_or(&[][..], Vec::as_slice);
    let tags = labels.iter().filter(|label| label["kind"] == "tag");
    tags.map(|label| label["path"].as_str().unwrap().to_owned()).collect()
}

fn with_ancestors(paths: &BTreeSet<String>) -> BTreeSet<String> {
    paths.iter().flat_map(|path| ancestors(path)).map(str::to_owned).collect()
}

/// An article without the lines of its front matter that give labels.
fn without_labels(text: &str, dimensions: &[String]) -> String {
    let mut kept = String::with_capacity(text.len());
    let (mut rules, mut hidden) = (0, false);
    for line in text.lines() {
        rules += usize::from(line == "---");
        if rules == 1 && !line.starts_with([' ', '-', ']']) {
            hidden = line.split_once(':').is_some_and(|(name, _)| dimensions.iter().any(|other| other == name));
        }
        if rules != 1 || !hidden {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// Every article that has labels, with what is found when they are hidden.
fn compared(taxonomy: &Taxonomy) -> Vec<Compared> {
    let corpus = project().join("corpus");
    let dimensions: Vec<String> = taxonomy.dimensions().iter().map(|dimension| dimension.name.clone()).collect();
    let hidden = Desk::new();
    hidden.write("taxonomy.toml", taxonomy.source_text());
    for entry in walkdir::WalkDir::new(corpus.join("articles")) {
        let path = entry.unwrap().into_path();
        if path.extension().is_some_and(|ending| ending == "md") {
            let text = std::fs::read_to_string(&path).unwrap();
            let name = path.strip_prefix(&corpus).unwrap().to_str().unwrap();
            hidden.write(name, without_labels(&text, &dimensions));
        }
    }
    hidden.indexed();
    let mut ids = Vec::new();
    for page in 1.. {
        let run = hidden.run(&["search", "--format", "ids", "--size", "100", "--page", &page.to_string()]);
        let before = ids.len();
        ids.extend(run.out.lines().map(str::to_owned));
        if ids.len() < before + 100 {
            break;
        }
    }
    let each = ids.into_iter().map(|id| {
        let address = format!("/api/v1/articles/{id}");
        let curated = Desk::shipped().get(&address).json();
        let written = dimensions.iter().map(|dimension| (dimension.clone(), curated_tags(&curated, dimension)));
        Compared { written: written.collect(), found: hidden.get(&address).json(), id }
    });
    each.collect()
}

fn curated_tags(article: &Value, dimension: &str) -> BTreeSet<String> {
    let labels = article["facets"][dimension].as_array().map_or(&[][..], Vec::as_slice);
    let written = labels.iter().filter(|label| label["by"] == "curator");
    written.map(|label| label["path"].as_str().unwrap().to_owned()).collect()
}

/// Why a label that the curator wrote was not found.
fn why_missed(article: &Value, dimension: &str, path: &str, taxonomy: &Taxonomy) -> String {
    let labels = article["facets"][dimension].as_array().map_or(&[][..], Vec::as_slice);
    if let Some(label) = labels.iter().find(|label| label["path"] == path) {
        return format!("named too little for a tag (weight {})", label["weight"]);
    }
    let below =
        |label: &&Value| label["kind"] == "tag" && label["path"].as_str().unwrap().starts_with(&format!("{path}/"));
    if let Some(label) = labels.iter().find(below) {
        return format!("only {} is named", label["path"]);
    }
    let text = format!(" {} ", key(&format!("{} {}", article["title"], article["body"])));
    let names = taxonomy.names(dimension, path);
    match names.iter().find(|name| text.contains(&format!(" {} ", key(name)))) {
        Some(name) => format!("\"{name}\" stands there, but a rule or a longer name takes it"),
        None => "no name of it stands in the text".to_owned(),
    }
}

/// Why a label was found that the curator did not write.
fn why_found(article: &Value, dimension: &str, path: &str) -> String {
    let labels = article["facets"][dimension].as_array().unwrap();
    let label = labels.iter().find(|label| label["path"] == path).unwrap();
    let evidence = label["evidence"].as_array().unwrap().iter();
    let places: Vec<String> =
        evidence.map(|e| format!("{} in the {}", e["text"], e["where"].as_str().unwrap())).collect();
    format!("{}, weight {}", places.join(", "), label["weight"])
}

fn explain(article: &Compared, taxonomy: &Taxonomy) {
    eprintln!("{}", article.id);
    for (dimension, written) in &article.written {
        let found = article.tags(dimension);
        for path in written.difference(&found) {
            eprintln!("  {dimension} missed {path}: {}", why_missed(&article.found, dimension, path, taxonomy));
        }
        for path in found.difference(written) {
            eprintln!("  {dimension} extra  {path}: {}", why_found(&article.found, dimension, path));
        }
    }
}

#[test]
fn without_the_curators_labels_the_classifier_finds_most_of_them() {
    let text = std::fs::read_to_string(project().join("corpus/taxonomy.toml")).unwrap();
    let taxonomy = Taxonomy::parse(&text, "taxonomy.toml").unwrap();
    let mut articles = compared(&taxonomy);
    eprintln!("{} articles; precision, recall, F1 of exact paths; of paths with their ancestors", articles.len());
    for dimension in taxonomy.dimensions() {
        let (mut exact, mut wide) = (Tally::default(), Tally::default());
        for article in &articles {
            exact += article.tally(&dimension.name);
            let (written, found) = (&article.written[&dimension.name], article.tags(&dimension.name));
            wide += Tally::of(&with_ancestors(written), &with_ancestors(&found));
        }
        let row = |tally: Tally| format!("{:.3} {:.3} {:.3}", tally.precision(), tally.recall(), tally.f1());
        eprintln!("  {:<10} {}   {}", dimension.name, row(exact), row(wide));
        let (_, floor, wide_floor) = FLOORS.iter().find(|(name, ..)| *name == dimension.name).unwrap();
        assert!(exact.f1() >= *floor && wide.f1() >= *wide_floor, "{}: {exact:?} {wide:?}", dimension.name);
    }
    let total = |article: &Compared| {
        let mut tally = Tally::default();
        article.written.keys().for_each(|dimension| tally += article.tally(dimension));
        tally
    };
    articles.sort_by(|a, b| total(a).f1().total_cmp(&total(b).f1()));
    articles.iter().take(WORST).for_each(|article| explain(article, &taxonomy));
}
