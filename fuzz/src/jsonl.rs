//! A file of records, plain or packed.

use dossier::ingest::formats::jsonl::lines;
use dossier::ingest::formats::{Format, read_bytes};

use super::article::hold_reading;

/// Every line that is not blank is an article or in quarantine, in the order of the file. What begins as gzip does is read
/// as a packed file.
pub fn hold(bytes: &[u8]) {
    let packed = bytes.starts_with(&[0x1F, 0x8B]);
    let (path, format) = if packed { ("a.jsonl.gz", Format::PackedRecords) } else { ("a.jsonl", Format::Records) };
    let reading = read_bytes(format, path, bytes);
    let written = lines(path, format, bytes).count();
    // A file without records is one entry of quarantine.
    let entries = reading.articles.len() + reading.quarantined.len();
    assert!(entries == written.max(1), "{entries} entries of {written} lines");
    let numbers: Vec<_> = reading.articles.iter().map(|article| article.place.line).collect();
    assert!(numbers.is_sorted(), "articles in another order than their lines: {numbers:?}");
    hold_reading(path, &reading);
}
