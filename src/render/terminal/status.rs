//! The state of an index as lines of a terminal: what it is, what it holds, and what to do next.

use crate::model::report::IngestReport;
use crate::model::results::Stats;
use crate::model::upkeep::{Changes, Upkeep};
use crate::render::terminal::lines::printable;
use crate::render::terminal::{INDENT, LISTED_MAX, push_line, report_lines};
use crate::render::wording::{articles, grouped};

/// What stands in an index, how it stands to corpus and program, and what was kept out of it.
pub fn status(stats: &Stats, report: &IngestReport, upkeep: &Upkeep) -> String {
    let mut out = String::new();
    push_line(&mut out, &format!("{}, {} undated", articles(stats.documents), grouped(report.undated as u64)));
    push_line(&mut out, &format!("generation {}, made {}", stats.generation, stats.built_at));
    let segments = if stats.segments == 1 { "1 segment".to_owned() } else { format!("{} segments", stats.segments) };
    push_line(&mut out, &format!("{} in {segments}, from {} files", size(stats.bytes), grouped(report.files as u64)));
    push_line(&mut out, &printable(&format!("the index takes {} in {}", size(upkeep.disk_bytes), upkeep.folder)));
    push_line(&mut out, &printable(&taxonomy(upkeep)));
    push_line(&mut out, &before(upkeep));
    push_line(&mut out, &printable(&corpus(upkeep)));
    if upkeep.reads_anew {
        push_line(&mut out, "made by another version of this program: the next `dossier index` reads everything anew");
    }
    push_line(&mut out, "");
    push_line(&mut out, &report_lines(report));
    let quarantined = report.quarantined.iter().map(|q| (&q.place, &q.reason)).collect::<Vec<_>>();
    let warned = report.noticed().into_iter().map(|w| (&w.place, &w.message)).collect();
    for (name, next, list) in [
        ("in quarantine", "mend these files or take them out of the corpus, then run `dossier index`", quarantined),
        ("warned of", "`dossier check` says where and what to do", warned),
    ] {
        if list.is_empty() {
            push_line(&mut out, &format!("nothing {name}"));
            continue;
        }
        push_line(&mut out, &format!("{} {name}:", grouped(list.len() as u64)));
        for (place, message) in list.iter().take(LISTED_MAX) {
            push_line(&mut out, &printable(&format!("{INDENT}{place}: {message}")));
        }
        if list.len() > LISTED_MAX {
            let more = list.len() - LISTED_MAX;
            push_line(&mut out, &format!("{INDENT}... and {} more (--format json lists all)", grouped(more as u64)));
        }
        push_line(&mut out, &format!("{INDENT}next: {next}"));
    }
    out
}

fn size(bytes: u64) -> String {
    format!("{} kB", grouped(bytes.div_ceil(1000)))
}

fn taxonomy(upkeep: &Upkeep) -> String {
    if upkeep.dimensions.is_empty() {
        return "made without a taxonomy: articles have the labels that their curators wrote".to_owned();
    }
    format!("labelled by {}", upkeep.dimensions.join(", "))
}

fn before(upkeep: &Upkeep) -> String {
    match &upkeep.previous {
        None => "no generation before it is kept, so there is no going back".to_owned(),
        Some(previous) => format!(
            "before it {}, made {}, {}: `dossier rollback` makes that live again",
            previous.generation,
            previous.built_at,
            articles(previous.documents as u64)
        ),
    }
}

fn corpus(upkeep: &Upkeep) -> String {
    let folder = &upkeep.corpus;
    let Some(changes) = upkeep.changes else {
        return format!("the corpus {folder} cannot be looked at; --corpus names another (searching needs none)");
    };
    if changes.is_none() {
        return format!("the corpus {folder} has not changed since, by the names and the times of its files");
    }
    let Changes { new, written, gone, taxonomy } = changes;
    let counts = [(new, "new"), (written, "written since"), (gone, "gone")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let mut told: Vec<_> = counts.map(|(count, what)| format!("{} {what}", grouped(count as u64))).collect();
    told.extend(taxonomy.then(|| "another taxonomy".to_owned()));
    format!("the corpus {folder} has changed since (files: {}): run `dossier index`", told.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::upkeep::Previous;

    fn upkeep() -> Upkeep {
        Upkeep {
            folder: "index".into(),
            disk_bytes: 2_000_000,
            dimensions: vec!["region".into(), "actor".into()],
            previous: None,
            reads_anew: false,
            corpus: "corpus".into(),
            changes: Some(Changes { new: 0, written: 0, gone: 0, taxonomy: false }),
        }
    }

    fn told(upkeep: &Upkeep) -> String {
        let (generation, built_at) = ("g2".to_owned(), "2026-01-02T03:04:05Z".to_owned());
        let stats = Stats { generation, documents: 3, segments: 1, bytes: 1_500, built_at };
        status(&stats, &IngestReport::default(), upkeep)
    }

    #[test]
    fn a_stranger_reads_what_it_is_and_what_to_do() {
        let text = told(&upkeep());
        for words in [
            "3 articles, 0 undated\ngeneration g2, made 2026-01-02T03:04:05Z\n2 kB in 1 segment, from 0 files\n",
            "the index takes 2,000 kB in index\nlabelled by region, actor\n",
            "there is no going back\n",
            "the corpus corpus has not changed since",
            "nothing in quarantine\nnothing warned of",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert!(!text.contains("another version"), "{text}");
        let previous = Previous { generation: "g1".into(), built_at: "2026-01-01T00:00:00Z".into(), documents: 1 };
        let changes = Some(Changes { new: 1200, written: 0, gone: 2, taxonomy: true });
        let (previous, dimensions) = (Some(previous), Vec::new());
        let text = told(&Upkeep { previous, dimensions, changes, reads_anew: true, ..upkeep() });
        for words in [
            "before it g1, made 2026-01-01T00:00:00Z, 1 article: `dossier rollback`",
            "(files: 1,200 new, 2 gone, another taxonomy): run `dossier index`",
            "made without a taxonomy",
            "another version of this program",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
        let text = told(&Upkeep { changes: None, corpus: "a\u{1b}[31m".into(), ..upkeep() });
        assert!(text.contains("cannot be looked at") && !text.contains('\u{1b}'), "{text}");
    }
}
