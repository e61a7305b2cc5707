//! From TOML to dimensions and nodes: the shape of the file, its keys and the types of their values.
//!
//! Does not compare nodes with each other; `check` does. Never stops at the first mistake: what cannot be read is
//! reported and left out.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::TAXONOMY_BYTES_MAX;
use crate::model::facet::leaf;
use crate::taxonomy::check::Findings;
use crate::taxonomy::resolve::NameIndex;
use crate::taxonomy::{Dimension, FORMAT_VERSION, Node, Reach, Rule};

const DIMENSION_KEYS: [&str; 6] = ["name", "label", "closed", "focus_percent", "one_sentence", "variants"];
const NODE_KEYS: [&str; 8] = ["path", "label", "aliases", "signs", "codes", "weak", "match_label", "rule"];
const RULE_KEYS: [&str; 6] = ["name", "case_sensitive", "needs", "needs_in", "not_when", "not_in_document"];
/// Least likeness (Jaro-Winkler) at which a known key is offered for an unknown one.
const KEY_LIKENESS_MIN: f64 = 0.7;

/// Reads the file's text; what is wrong with it goes to `findings`. Gives the name of the corpus, and the dimensions.
pub(super) fn read(text: &str, findings: &mut Findings) -> (Option<String>, Vec<Dimension>) {
    if text.len() > TAXONOMY_BYTES_MAX {
        findings.error(0, format!("the file is larger than {TAXONOMY_BYTES_MAX} bytes"));
        return (None, Vec::new());
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        for error in errors {
            findings.error(error.span().map_or(0, |span| span.start), format!("not valid TOML: {}", error.message()));
        }
        return (None, Vec::new());
    }
    let root = Table { table: document.get_ref(), span: 0..0 };
    match root.table.get("version").map(|value| (value.span(), value.get_ref())) {
        Some((_, DeValue::Integer(number))) if number.as_str() == FORMAT_VERSION.to_string() => {}
        Some((span, _)) => findings.error(span.start, format!("`version` must be {FORMAT_VERSION}")),
        None => findings.error(0, format!("the key `version` is missing: write `version = {FORMAT_VERSION}`")),
    }
    let mut dimensions: Vec<Dimension> =
        root.tables("dimension", findings).iter().filter_map(|table| read_dimension(table, findings)).collect();
    if dimensions.is_empty() && !root.table.contains_key("dimension") {
        findings.error(0, "no dimension is declared: write `[[dimension]]` with a `name`".to_owned());
    }
    for dimension in &mut dimensions {
        dimension.nodes =
            root.tables(&dimension.name, findings).iter().filter_map(|table| read_node(table, findings)).collect();
    }
    let corpus = root.text("corpus", findings);
    let mut known = vec!["version", "corpus", "dimension"];
    known.extend(dimensions.iter().map(|dimension| dimension.name.as_str()));
    root.refuse_other_keys(&known, findings);
    (corpus, dimensions)
}

fn read_dimension(table: &Table<'_>, findings: &mut Findings) -> Option<Dimension> {
    table.refuse_other_keys(&DIMENSION_KEYS, findings);
    let name = table.required_text("name", findings)?;
    findings.note_dimension(&name, table.span.start);
    Some(Dimension {
        label: table.text("label", findings).unwrap_or_else(|| name.clone()),
        name,
        closed: table.flag("closed", findings).unwrap_or(true),
        focus_percent: table.percent("focus_percent", findings).unwrap_or(0),
        one_sentence: table.flag("one_sentence", findings).unwrap_or(false),
        variants: table.flag("variants", findings).unwrap_or(true),
        nodes: Vec::new(),
        index: NameIndex::default(),
    })
}

fn read_node(table: &Table<'_>, findings: &mut Findings) -> Option<Node> {
    table.refuse_other_keys(&NODE_KEYS, findings);
    let path = table.required_text("path", findings)?;
    Some(Node {
        label: table.text("label", findings).unwrap_or_else(|| leaf(&path).to_owned()),
        path,
        aliases: table.texts("aliases", findings),
        signs: table.texts("signs", findings),
        codes: table.texts("codes", findings),
        weak: table.texts("weak", findings),
        match_label: table.flag("match_label", findings).unwrap_or(true),
        rules: table.tables("rule", findings).iter().filter_map(|rule| read_rule(rule, findings)).collect(),
        line: findings.line_of(table.span.start),
    })
}

fn read_rule(table: &Table<'_>, findings: &mut Findings) -> Option<Rule> {
    table.refuse_other_keys(&RULE_KEYS, findings);
    let needs_in = match table.text("needs_in", findings).as_deref() {
        None | Some("sentence") => Reach::Sentence,
        Some("document") => Reach::Document,
        Some(_) => {
            findings.error(table.start_of("needs_in"), "`needs_in` must be \"sentence\" or \"document\"".to_owned());
            Reach::Sentence
        }
    };
    let rule = Rule {
        name: table.required_text("name", findings)?,
        case_sensitive: table.flag("case_sensitive", findings),
        needs: table.texts("needs", findings),
        needs_in,
        not_when: table.texts("not_when", findings),
        not_in_document: table.texts("not_in_document", findings),
        line: findings.line_of(table.span.start),
    };
    let conditions = rule.needs.len() + rule.not_when.len() + rule.not_in_document.len();
    if conditions == 0 && rule.case_sensitive.is_none() {
        findings.error(table.span.start, format!("the rule on \"{}\" says nothing", rule.name));
    }
    Some(rule)
}

/// A table of the file and where it stands.
struct Table<'t> {
    table: &'t DeTable<'t>,
    span: Range<usize>,
}

impl Table<'_> {
    fn value(&self, key: &str) -> Option<&Spanned<DeValue<'_>>> {
        self.table.get(key)
    }

    fn start_of(&self, key: &str) -> usize {
        self.value(key).map_or(self.span.start, |value| value.span().start)
    }

    /// The tables of a key written `[[key]]`.
    fn tables(&self, key: &str, findings: &mut Findings) -> Vec<Table<'_>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let wrong = format!("`{key}` must be written as `[[{key}]]`");
        let DeValue::Array(items) = value.get_ref() else {
            findings.error(value.span().start, wrong);
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(items.len());
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(table) => tables.push(Table { table, span: item.span() }),
                _ => findings.error(item.span().start, wrong.clone()),
            }
        }
        tables
    }

    fn required_text(&self, key: &str, findings: &mut Findings) -> Option<String> {
        if self.value(key).is_none() {
            findings.error(self.span.start, format!("the key `{key}` is missing"));
        }
        self.text(key, findings)
    }

    fn text(&self, key: &str, findings: &mut Findings) -> Option<String> {
        let value = self.value(key)?;
        let read = text_of(value);
        if read.is_none() {
            findings.error(value.span().start, format!("`{key}` must be a text that is not empty"));
        }
        read
    }

    fn flag(&self, key: &str, findings: &mut Findings) -> Option<bool> {
        let value = self.value(key)?;
        let read = value.get_ref().as_bool();
        if read.is_none() {
            findings.error(value.span().start, format!("`{key}` must be true or false"));
        }
        read
    }

    fn percent(&self, key: &str, findings: &mut Findings) -> Option<u8> {
        let value = self.value(key)?;
        let number = value.get_ref().as_integer().and_then(|number| number.as_str().parse().ok());
        let read = number.filter(|percent| *percent <= 100);
        if read.is_none() {
            findings.error(value.span().start, format!("`{key}` must be a whole number from 0 to 100"));
        }
        read
    }

    fn texts(&self, key: &str, findings: &mut Findings) -> Vec<String> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let wrong = format!("`{key}` must be a list of texts that are not empty");
        let DeValue::Array(items) = value.get_ref() else {
            findings.error(value.span().start, wrong);
            return Vec::new();
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items.iter() {
            match text_of(item) {
                Some(text) => texts.push(text),
                None => findings.error(item.span().start, wrong.clone()),
            }
        }
        texts
    }

    fn refuse_other_keys(&self, known: &[&str], findings: &mut Findings) {
        for key in self.table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let name = key.get_ref();
            let nearest = known
                .iter()
                .map(|known| (strsim::jaro_winkler(name, known), known))
                .filter(|(likeness, _)| *likeness >= KEY_LIKENESS_MIN)
                .max_by(|a, b| a.0.total_cmp(&b.0));
            let hint = nearest.map(|(_, known)| format!("; did you mean `{known}`?")).unwrap_or_default();
            findings.error(key.span().start, format!("unknown key `{name}`{hint}"));
        }
    }
}

/// A text without blanks around it; `None` if it is none or is empty.
fn text_of(value: &Spanned<DeValue<'_>>) -> Option<String> {
    let text = value.get_ref().as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::taxonomy::Taxonomy;

    fn problems(text: &str) -> Vec<String> {
        let error = Taxonomy::parse(text, "t.toml").expect_err(text);
        error.problems.iter().map(|problem| format!("{}: {}", problem.place, problem.message)).collect()
    }

    #[test]
    fn every_mistake_is_reported_with_its_line() {
        let text = "version = 2\n\
                    actors = 1\n\
                    [[dimension]]\n\
                    name = \"actor\"\n\
                    close = true\n\
                    focus_percent = 101\n\
                    [[actor]]\n\
                    path = \"Able\"\n\
                    alias = [\"x\"]\n\
                    aliases = [\"Alpha\", 3, \" \"]\n\
                    [[actor.rule]]\n\
                    name = \"Alpha\"\n\
                    needs_in = \"paragraph\"\n\
                    [[actor]]\n\
                    label = \"Nameless\"\n";
        let found = problems(text);
        let expected = [
            "t.toml:1: `version` must be 1",
            "t.toml:2: unknown key `actors`; did you mean `actor`?",
            "t.toml:5: unknown key `close`; did you mean `closed`?",
            "t.toml:6: `focus_percent` must be a whole number from 0 to 100",
            "t.toml:9: unknown key `alias`; did you mean `aliases`?",
            "t.toml:10: `aliases` must be a list of texts that are not empty",
            "t.toml:10: `aliases` must be a list of texts that are not empty",
            "t.toml:11: the rule on \"Alpha\" says nothing",
            "t.toml:13: `needs_in` must be \"sentence\" or \"document\"",
            "t.toml:14: the key `path` is missing",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn broken_toml_is_named_with_its_line() {
        let found = problems("version = 1\n[[dimension]\nname = \n");
        assert!(found[0].starts_with("t.toml:2: not valid TOML"), "{found:?}");
        assert!(problems("version = 1").iter().any(|problem| problem.contains("no dimension is declared")));
        assert!(problems("").len() == 2);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in "(version = 1\n)?(\\[\\[(dimension|a|a\\.rule)\\]\\]\n|(name|path|label) = \"[a-z/*]{0,4}\"\n|\\PC{0,8}\n){0,12}") {
            let _ = Taxonomy::parse(&text, "t.toml");
        }
    }
}
