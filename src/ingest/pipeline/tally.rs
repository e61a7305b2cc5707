//! What the report says of all articles, whether they were read in this run or not: drawn from the ledger.

use crate::ingest::dates::is_after;
use crate::ingest::duplicates::IdTaken;
use crate::model::date::PartialDate;
use crate::model::document::Place;
use crate::model::report::{IngestReport, Ledger, Quarantined, Warning};
use crate::taxonomy::Taxonomy;

/// Adds what the ledger says to a report. `keeper` gives the article that keeps an id.
pub(super) fn draw(
    report: &mut IngestReport,
    ledger: &Ledger,
    keeper: impl Fn(&str) -> Option<Place>,
    taxonomy: &Taxonomy,
    today: Option<PartialDate>,
) {
    let mut missing = vec![0; taxonomy.dimensions().len()];
    for (path, file) in &ledger.files {
        report.totals.quarantined += file.quarantined_all();
        report.quarantined.extend(file.quarantined.iter().cloned());
        let whole = Place { file: path.clone(), line: None };
        let of_file = file.warnings.iter().cloned();
        report.warnings.extend(of_file.map(|message| Warning { place: whole.clone(), message }));
        for record in &file.records {
            let place = || Place { file: path.clone(), line: record.line };
            if record.indexed {
                report.documents += 1;
                report.undated += usize::from(record.date.is_none());
                match report.languages.get_mut(&record.lang) {
                    Some(count) => *count += 1,
                    None => {
                        report.languages.insert(record.lang.clone(), 1);
                    }
                }
                if let Some(source) = record.date_source {
                    *report.date_sources.entry(source.name().to_owned()).or_default() += 1;
                }
                report.unlabelled += usize::from(record.labelled == 0 && !missing.is_empty());
                for (bit, count) in missing.iter_mut().enumerate() {
                    *count += usize::from(record.labelled >> bit & 1 == 0);
                }
                let late = today.zip(record.date).filter(|(today, date)| is_after(*date, *today));
                report.future.extend(late.map(|(_, date)| Warning {
                    place: place(),
                    message: format!("the date {date} lies in the future; correct it if it is wrong"),
                }));
                let messages = record.warnings.iter().cloned();
                report.warnings.extend(messages.map(|message| Warning { place: place(), message }));
            } else if let Some(keeper) = keeper(&record.id) {
                let reason = IdTaken { id: record.id.clone(), keeper }.to_string();
                report.totals.quarantined += 1;
                report.quarantined.push(Quarantined { place: place(), reason });
            }
        }
    }
    let names = taxonomy.dimensions().iter().map(|dimension| dimension.name.clone());
    report.missing_labels = names.zip(missing).collect();
    report.totals.indexed = report.documents;
}
