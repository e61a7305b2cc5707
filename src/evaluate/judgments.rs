//! The files of a judged collection: its queries (`id TAB text`) and the judgments on them (TREC's qrels).
//!
//! A line that says nothing certain is an error with its file and line; nothing is passed over in silence but blank
//! lines. Touches no disk.

use std::collections::{BTreeMap, HashMap, HashSet};

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct ReadError {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what should stand there.
    pub what: String,
}

/// A query as it stands in a file of queries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its id.
    pub id: String,
    /// What is asked, in plain words.
    pub text: String,
}

/// The grades of the judged documents of one query, by document. A grade above 0 is relevant, the higher the more.
pub type Grades = HashMap<String, i64>;

/// All judgments of a collection, by the id of the query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgments {
    topics: BTreeMap<String, Grades>,
}

impl Judgments {
    /// Reads qrels: `query iteration document grade` a line, parted by blanks or tabs; the iteration means nothing.
    ///
    /// A judgment that stands twice is fine if both say the same.
    pub fn read(file: &str, text: &[u8]) -> Result<Self, ReadError> {
        let mut judgments = Self::default();
        for line in lines(file, text) {
            let line = line?;
            let [topic, _, document, grade] = line.columns(["query", "iteration", "document", "grade"])?;
            let Ok(grade) = grade.parse::<i64>() else {
                return Err(line.wrong(format!("the grade `{grade}` is no whole number")));
            };
            let grades = judgments.topics.entry(topic.to_owned()).or_default();
            let before = grades.insert(document.to_owned(), grade);
            if let Some(before) = before.filter(|before| *before != grade) {
                return Err(line.wrong(format!(
                    "document {document} of query {topic} is graded {grade} here and {before} in a line before"
                )));
            }
        }
        Ok(judgments)
    }

    /// The ids of the judged queries, in order.
    pub fn topics(&self) -> impl Iterator<Item = &str> {
        self.topics.keys().map(String::as_str)
    }

    /// What was judged of a query; `None` if nothing was.
    pub fn of(&self, topic: &str) -> Option<&Grades> {
        self.topics.get(topic)
    }

    /// Whether anything is relevant to a query.
    pub fn has_relevant(&self, topic: &str) -> bool {
        self.of(topic).is_some_and(|grades| grades.values().any(|grade| *grade > 0))
    }
}

/// Reads queries: `id TAB text` a line. Further tabs are blanks of the text.
pub fn read_topics(file: &str, text: &[u8]) -> Result<Vec<Topic>, ReadError> {
    let mut topics = Vec::new();
    let mut ids = HashSet::new();
    for line in lines(file, text) {
        let line = line?;
        let Some((id, text)) = line.text.split_once('\t') else {
            return Err(line.wrong("there is no tab in this line; write the query's id, a tab, its text".into()));
        };
        let (id, text) = (id.trim(), text.replace('\t', " ").trim().to_owned());
        if id.is_empty() || id.contains(char::is_whitespace) {
            return Err(line.wrong(format!("`{id}` is no id of a query; it is one word")));
        }
        if text.is_empty() {
            return Err(line.wrong(format!("query {id} has no text")));
        }
        if !ids.insert(id.to_owned()) {
            return Err(line.wrong(format!("query {id} stands in a line before, too")));
        }
        topics.push(Topic { id: id.to_owned(), text });
    }
    Ok(topics)
}

/// A line that is not blank, with its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    file: &'a str,
    number: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// The error at this line.
    pub(super) fn wrong(&self, what: String) -> ReadError {
        ReadError { file: self.file.to_owned(), line: self.number, what }
    }

    /// The columns, parted by blanks or tabs; exactly those named.
    pub(super) fn columns<const N: usize>(&self, names: [&str; N]) -> Result<[&'a str; N], ReadError> {
        let columns: Vec<&str> = self.text.split_ascii_whitespace().collect();
        columns.try_into().map_err(|columns: Vec<&str>| {
            let (found, wanted) = (columns.len(), names.join(", "));
            self.wrong(format!("{found} columns where {N} should stand: {wanted}"))
        })
    }
}

/// The lines of a file that are not blank. Takes line ends of every kind and a byte-order mark.
pub(super) fn lines<'a>(file: &'a str, text: &'a [u8]) -> impl Iterator<Item = Result<Line<'a>, ReadError>> {
    let text = text.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(text);
    (1..).zip(text.split(|byte| *byte == b'\n')).filter_map(move |(number, bytes)| {
        match std::str::from_utf8(bytes.strip_suffix(b"\r").unwrap_or(bytes)) {
            Ok(text) if text.trim().is_empty() => None,
            Ok(text) => Some(Ok(Line { file, number, text })),
            Err(_) => {
                let what = "this line is not UTF-8; save the file as UTF-8".to_owned();
                Some(Err(ReadError { file: file.to_owned(), line: number, what }))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read_whatever_their_line_ends_and_blanks() {
        let text = "\u{FEFF}1\twhat is a harbour\r\n\r\n  q-2 \t two\ttabs \n\t\n3\tlast";
        let topics = read_topics("q.tsv", text.as_bytes()).unwrap();
        let read: Vec<_> = topics.iter().map(|topic| (topic.id.as_str(), topic.text.as_str())).collect();
        assert_eq!(read, [("1", "what is a harbour"), ("q-2", "two tabs"), ("3", "last")]);
    }

    #[test]
    fn judgments_are_read_with_negative_grades_and_repetitions_that_agree() {
        let text = "\u{FEFF}1 0 a 2\r\n1\t0\tb\t-1\n\n 1   0  a  2 \n7 Q0 c 0\n";
        let judgments = Judgments::read("q.qrels", text.as_bytes()).unwrap();
        assert_eq!(judgments.topics().collect::<Vec<_>>(), ["1", "7"]);
        assert_eq!(judgments.of("1").unwrap(), &Grades::from([("a".into(), 2), ("b".into(), -1)]));
        assert_eq!(judgments.of("2"), None);
    }

    #[test]
    fn a_line_that_says_nothing_certain_is_an_error_with_its_place() {
        let topics = |text: &[u8]| read_topics("q.tsv", text).unwrap_err().to_string();
        assert_eq!(
            topics(b"1\tone\n2 two"),
            "q.tsv:2: there is no tab in this line; write the query's id, a tab, its text"
        );
        assert_eq!(topics(b"1\tone\n\n1\tother"), "q.tsv:3: query 1 stands in a line before, too");
        assert_eq!(topics(b"1\t \n"), "q.tsv:1: query 1 has no text");
        assert_eq!(topics(b"a b\ttext"), "q.tsv:1: `a b` is no id of a query; it is one word");
        assert_eq!(topics(b"\ttext"), "q.tsv:1: `` is no id of a query; it is one word");
        assert_eq!(topics(b"1\tcaf\xe9"), "q.tsv:1: this line is not UTF-8; save the file as UTF-8");
        let judgments = |text: &str| Judgments::read("j", text.as_bytes()).unwrap_err().to_string();
        assert_eq!(judgments("1 0 a"), "j:1: 3 columns where 4 should stand: query, iteration, document, grade");
        assert_eq!(judgments("1 0 a 1.5"), "j:1: the grade `1.5` is no whole number");
        assert_eq!(judgments("1 0 a 1\n1 0 a 0"), "j:2: document a of query 1 is graded 0 here and 1 in a line before");
    }
}
