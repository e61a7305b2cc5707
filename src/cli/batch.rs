//! `dossier batch`: one query a line in, one row a query out, each as soon as it is known.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use anyhow::Context;

use crate::cli::args::Common;
use crate::cli::args::batch::{BatchCommand, BatchFormat};
use crate::cli::search::{open, read};
use crate::cli::{DONE, IN_PART, NOTHING, output};
use crate::engine::Searcher;
use crate::model::batch::{BATCH_LINE_BYTES_MAX, BatchRow};
use crate::render::{Dimension, batch};
use crate::search::batch::batch_row;
use crate::search::dimensions;

/// Characters of a refused line that its row shows.
const SHOWN_CHARS_MAX: usize = 200;

pub(super) fn run(common: &Common, command: &BatchCommand) -> anyhow::Result<u8> {
    let searcher = open(common)?;
    let mut pairs = command.filters.pairs()?;
    pairs.extend(command.matching.pairs());
    let parameters = read(&*searcher, &pairs)?;
    let mut lines = input(&command.file)?;
    let mut table = Table::begin(command.format, &*searcher)?;
    let mut number = 0;
    while let Some(line) = next_line(&mut *lines).with_context(|| format!("cannot read {}", command.file.display()))? {
        number += 1;
        match told(&line, number) {
            Told::Nothing => {}
            Told::Query(text) => table.put(&batch_row(&*searcher, &parameters, number, &text)?)?,
            Told::Refused { shown, reason } => {
                table.put(&BatchRow { line: number, query: shown, outcome: Err(reason) })?;
            }
        }
    }
    table.end()
}

fn input(file: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    if file == Path::new("-") {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let opened = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    Ok(Box::new(BufReader::new(opened)))
}

/// A line without its end: its first bytes, and how many it has in all.
struct Line {
    bytes: Vec<u8>,
    length: usize,
}

/// The next line, of which no more than the limit is kept; `None` behind the last.
fn next_line(lines: &mut dyn BufRead) -> std::io::Result<Option<Line>> {
    let mut line = Line { bytes: Vec::new(), length: 0 };
    let mut begun = false;
    loop {
        let buffer = lines.fill_buf()?;
        if buffer.is_empty() {
            return Ok(begun.then_some(line));
        }
        begun = true;
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        line.length += part.len();
        let room = BATCH_LINE_BYTES_MAX.saturating_sub(line.bytes.len());
        line.bytes.extend_from_slice(&part[..part.len().min(room)]);
        let used = part.len() + usize::from(end.is_some());
        lines.consume(used);
        if end.is_some() {
            return Ok(Some(line));
        }
    }
}

/// What a line says.
enum Told {
    Nothing,
    Query(String),
    Refused { shown: String, reason: String },
}

fn told(line: &Line, number: usize) -> Told {
    let refused = |reason: String| {
        let shown: String = String::from_utf8_lossy(&line.bytes).trim().chars().take(SHOWN_CHARS_MAX).collect();
        Told::Refused { shown, reason }
    };
    if line.length > line.bytes.len() {
        return refused(format!("the line is {} bytes long; no query is", line.length));
    }
    let bytes = if number == 1 { line.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line.bytes) } else { &line.bytes };
    match std::str::from_utf8(bytes) {
        Err(error) => refused(format!("byte {} of the line is not UTF-8", error.valid_up_to() + 1)),
        Ok(text) => match text.trim() {
            "" | "#" => Told::Nothing,
            comment if comment.starts_with("# ") || comment.starts_with("#\t") => Told::Nothing,
            text => Told::Query(text.to_owned()),
        },
    }
}

/// The rows as they go out.
struct Table {
    format: BatchFormat,
    dimensions: Vec<Dimension>,
    rows: usize,
    refused: usize,
}

impl Table {
    fn begin(format: BatchFormat, searcher: &dyn Searcher) -> anyhow::Result<Self> {
        let dimensions = dimensions(searcher);
        let head = match format {
            BatchFormat::Text => Vec::new(),
            BatchFormat::Csv => batch::csv_header(&dimensions)?,
            BatchFormat::Json => {
                let generation = serde_json::to_string(searcher.generation())?;
                format!("{{\"generation\":{generation},\"rows\":[").into_bytes()
            }
        };
        send(&head)?;
        Ok(Self { format, dimensions, rows: 0, refused: 0 })
    }

    fn put(&mut self, row: &BatchRow) -> anyhow::Result<()> {
        let line = match self.format {
            BatchFormat::Text => batch::text(row).into_bytes(),
            BatchFormat::Csv => batch::csv_row(row, &self.dimensions)?,
            BatchFormat::Json => format!("{}\n{}", if self.rows > 0 { "," } else { "" }, batch::json(row)).into_bytes(),
        };
        self.rows += 1;
        self.refused += usize::from(row.outcome.is_err());
        send(&line)
    }

    fn end(self) -> anyhow::Result<u8> {
        if self.format == BatchFormat::Json {
            send(format!("\n],\"queries\":{},\"refused\":{}}}\n", self.rows, self.refused).as_bytes())?;
        }
        if self.refused > 0 {
            output::complain(&format!("{} of {} lines were refused; their rows say why", self.refused, self.rows));
            return Ok(IN_PART);
        }
        if self.rows == 0 {
            output::complain("there is no query: every line is blank or a comment");
            return Ok(NOTHING);
        }
        Ok(DONE)
    }
}

fn send(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)?;
    Ok(out.flush()?)
}
