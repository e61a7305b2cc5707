//! Lines of a stream of unknown length, with a limit on the line and on the whole.

use std::io::{BufRead, BufReader, ErrorKind, Read};

/// What comes next in a stream.
#[derive(Debug)]
pub(super) enum Line<'b> {
    /// A line without its end.
    Text(&'b [u8]),
    /// A line above the limit; it was passed over.
    TooLong,
    /// More bytes than the stream may have.
    PastLimit,
    /// The stream cannot be read on; an unfinished line before that is lost.
    Broken(std::io::Error),
    /// The end.
    End,
}

/// Reads a stream line by line; holds one line in memory.
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
    line_bytes_max: u64,
    bytes_left: u64,
}

impl<R: Read> Lines<R> {
    /// Both limits in bytes.
    pub(super) fn new(reader: R, line_bytes_max: u64, bytes_max: u64) -> Self {
        Self { reader: BufReader::new(reader), line: Vec::new(), line_bytes_max, bytes_left: bytes_max }
    }

    /// The next line. After `PastLimit`, `Broken` or `End` nothing more comes.
    pub(super) fn next(&mut self) -> Line<'_> {
        self.line.clear();
        let mut too_long = false;
        let mut begun = false;
        loop {
            let buffer = match self.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Line::Broken(error),
            };
            if buffer.is_empty() && !begun {
                return Line::End;
            }
            let end = buffer.iter().position(|&byte| byte == b'\n');
            let used = end.map_or(buffer.len(), |end| end + 1);
            let Some(bytes_left) = self.bytes_left.checked_sub(used as u64) else { return Line::PastLimit };
            self.bytes_left = bytes_left;
            let part = &buffer[..end.unwrap_or(used)];
            too_long |= (self.line.len() + part.len()) as u64 > self.line_bytes_max;
            if !too_long {
                self.line.extend_from_slice(part);
            }
            self.reader.consume(used);
            begun = true;
            if end.is_some() || used == 0 {
                return if too_long { Line::TooLong } else { Line::Text(&self.line) };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str, line_bytes_max: u64, bytes_max: u64) -> Vec<String> {
        let mut lines = Lines::new(text.as_bytes(), line_bytes_max, bytes_max);
        let mut found = Vec::new();
        loop {
            found.push(match lines.next() {
                Line::Text(line) => String::from_utf8_lossy(line).into_owned(),
                Line::TooLong => "too long".to_owned(),
                Line::PastLimit => return [found, vec!["past".to_owned()]].concat(),
                Line::Broken(error) => return vec![error.to_string()],
                Line::End => return found,
            });
        }
    }

    #[test]
    fn lines_come_one_by_one_within_their_limits() {
        assert_eq!(list("a\n\nbc", 9, 99), ["a", "", "bc"]);
        assert_eq!(list("", 9, 99), [""; 0]);
        assert_eq!(list("abc\nde\n", 2, 99), ["too long", "de"]);
        let long = "x".repeat(20_000);
        assert_eq!(list(&format!("a\n{long}\nb"), 10_000, 99_000), ["a", "too long", "b"]);
        assert_eq!(list(&long, 99_000, 10_000), ["past"]);
    }
}
