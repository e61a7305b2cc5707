//! The questions that two engines are compared by: read from a file, one a line. Knows nothing of what they find.

/// Longest id of a question, in bytes.
const ID_BYTES_MAX: usize = 200;

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its line in the file, from 1.
    pub line: usize,
    /// Its id, where the line has one.
    pub id: Option<String>,
    /// What stands in the line, without the id.
    pub text: String,
    /// The parameters of a search, as in the API.
    pub pairs: Vec<(String, String)>,
}

/// Why a file of questions cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionsError {
    /// A line is no question.
    #[error("line {line}: {reason}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// There is none.
    #[error("there is no question in the file: write a query a line, or `?` and the parameters of the API")]
    Empty,
}

/// Reads questions, each `TEXT` or `ID TAB TEXT`. A text that begins with `?` is the parameters of a search as an address has them
/// (`?q=port&region=Gwadar&sort=newest`), any other is a query. Blank lines and lines that begin with `# ` are passed over.
pub fn questions(bytes: &[u8]) -> Result<Vec<Question>, QuestionsError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut questions = Vec::new();
    for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let wrong = |reason| QuestionsError::Line { line: at + 1, reason };
        let text = std::str::from_utf8(line).map_err(|_| wrong("it is not UTF-8; save the file as UTF-8"))?.trim_end();
        if text.trim().is_empty() || text == "#" || text.starts_with("# ") || text.starts_with("#\t") {
            continue;
        }
        let (id, text) = match text.split_once('\t') {
            Some((id, text)) => (Some(id.trim()), text),
            None => (None, text),
        };
        if id.is_some_and(|id| id.is_empty() || id.len() > ID_BYTES_MAX || id.contains(char::is_whitespace)) {
            return Err(wrong("what stands before the tab is no id of a question; it is one word"));
        }
        let text = text.replace('\t', " ").trim().to_owned();
        if text.is_empty() {
            return Err(wrong("there is an id without a question"));
        }
        let pairs = match text.strip_prefix('?') {
            Some(address) => form_urlencoded::parse(address.as_bytes()).into_owned().collect(),
            None => vec![("q".to_owned(), text.clone())],
        };
        questions.push(Question { line: at + 1, id: id.map(str::to_owned), text, pairs });
    }
    if questions.is_empty() { Err(QuestionsError::Empty) } else { Ok(questions) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_line_is_a_query_or_parameters_and_may_have_an_id() {
        let file = "\u{FEFF}\"gas price\" -oil\r\n\n# a remark\n7\tport strike\n#1 port\nx-1\t?q=a+b&region=N/E&sort=newest\n?lang=en";
        let read = questions(file.as_bytes()).unwrap();
        let told: Vec<_> = read.iter().map(|question| (question.line, question.id.as_deref())).collect();
        assert_eq!(told, [(1, None), (4, Some("7")), (5, None), (6, Some("x-1")), (7, None)]);
        assert_eq!(read[0].pairs, [pair("q", "\"gas price\" -oil")]);
        assert_eq!(read[2].pairs, [pair("q", "#1 port")]);
        assert_eq!(read[3].pairs, [pair("q", "a b"), pair("region", "N/E"), pair("sort", "newest")]);
        assert_eq!(read[4].pairs, [pair("lang", "en")]);
    }

    #[test]
    fn what_is_no_question_is_told_with_its_line() {
        for (file, told) in [
            (&b""[..], "there is no question"),
            (b"# only\n\n", "there is no question"),
            (b"port\ncaf\xe9", "line 2: it is not UTF-8"),
            (b"two words\tport", "line 1: what stands before the tab"),
            (b"\tport", "line 1: what stands before the tab"),
        ] {
            let error = questions(file).unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }
}
