//! Citations: an article as BibTeX, RIS, CSL-JSON, a line of text, and what its page tells reference managers.
//!
//! Pure functions of a document. May not read a clock or guess a date: the day of access comes from the caller, and an
//! article without a date is cited as undated. May not judge: what a citation says stands in the document.

pub mod authors;
pub mod bibtex;
pub mod csl_json;
pub mod metadata;
pub mod plain;
pub mod ris;

use crate::model::date::PartialDate;
use crate::model::document::{Document, SourceReference};
use crate::render::wording::web_address;

/// An article to be cited.
#[derive(Debug, Clone, Copy)]
pub struct Citation<'a> {
    /// The article.
    pub document: &'a Document,
    /// The address of its page with scheme and host, where readers can reach it; `None` where nobody said.
    pub page: Option<&'a str>,
    /// The day on which it was looked at, where the caller wants that said.
    pub accessed: Option<PartialDate>,
}

/// A form of citation that a program reads or a person pastes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CitationForm {
    /// BibTeX, for LaTeX and reference managers.
    Bibtex,
    /// RIS, for reference managers.
    Ris,
    /// CSL-JSON, for pandoc, Zotero and citeproc.
    CslJson,
    /// A line for people.
    Text,
}

impl CitationForm {
    /// All forms, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Bibtex, Self::Ris, Self::CslJson, Self::Text];

    /// The name in addresses and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bibtex => "bibtex",
            Self::Ris => "ris",
            Self::CslJson => "csl-json",
            Self::Text => "text",
        }
    }

    /// The content type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Bibtex => "application/x-bibtex; charset=utf-8",
            Self::Ris => "application/x-research-info-systems; charset=utf-8",
            Self::CslJson => "application/vnd.citationstyles.csl+json",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    /// The ending of a file's name, without its dot.
    pub fn file_ending(self) -> &'static str {
        match self {
            Self::Bibtex => "bib",
            Self::Ris => "ris",
            Self::CslJson => "json",
            Self::Text => "txt",
        }
    }
}

/// A citation in a form, whole: CSL-JSON is a list of one. Ends with a line break.
pub fn citation(cited: &Citation<'_>, form: CitationForm) -> String {
    match form {
        CitationForm::Bibtex => bibtex::entry(cited),
        CitationForm::Ris => ris::record(cited),
        CitationForm::CslJson => format!("[{}]\n", csl_json::item(cited)),
        CitationForm::Text => plain::line(cited) + "\n",
    }
}

impl<'a> Citation<'a> {
    /// The title on one line; the id of an article without one.
    fn title(&self) -> String {
        let title = one_line(&self.document.title);
        if title.is_empty() { self.document.id.clone() } else { title }
    }

    /// The publishers, each on one line.
    fn publishers(&self) -> Vec<String> {
        self.document.source.iter().map(|name| one_line(name)).filter(|name| !name.is_empty()).collect()
    }

    /// Where the article can be read: the original if it is on the web, else its page.
    fn url(&self) -> Option<String> {
        self.original().or(self.page).map(plain_address)
    }

    /// The article's page, where `url` names something else.
    fn record(&self) -> Option<String> {
        self.original().and(self.page).map(plain_address)
    }

    fn original(&self) -> Option<&'a str> {
        self.document.url.as_deref().map(str::trim).and_then(web_address)
    }

    /// The language code; `None` where nobody knows it.
    fn language(&self) -> Option<&'a str> {
        Some(self.document.lang.as_str()).filter(|lang| !lang.is_empty() && *lang != "und")
    }

    /// What has no field of its own: the publications that the article rests on, where those are more than its own
    /// address, and the page that shows it.
    fn remarks(&self) -> Vec<String> {
        let own = |source: &SourceReference| source.url == self.document.url;
        let sources: Vec<String> = match self.document.sources.as_slice() {
            [only] if own(only) => Vec::new(),
            all => all.iter().map(publication).filter(|words| !words.is_empty()).collect(),
        };
        let sources = (!sources.is_empty()).then(|| format!("Rests on: {}", sources.join("; ")));
        sources.into_iter().chain(self.record().map(|page| format!("Read at {page}"))).collect()
    }
}

/// A publication in words: publisher, day, address, whatever of them is known.
fn publication(source: &SourceReference) -> String {
    let url = source.url.as_deref().map(plain_address);
    let parts = [source.publisher.as_deref().map(one_line), source.published.as_deref().map(one_line), url];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A text without line breaks and control characters, runs of white space made one blank.
fn one_line(text: &str) -> String {
    let shown: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let words = shown.split(' ').map(|word| word.chars().filter(|c| !c.is_control()).collect::<String>());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// An address in which nothing stands that RFC 3986 leaves out and that would end a field or a line: white space,
/// control characters, quotation marks, braces, angle brackets, backslash, caret, backtick and bar are percent-encoded.
fn plain_address(url: &str) -> String {
    let mut plain = String::with_capacity(url.len());
    for c in url.trim().chars() {
        if c.is_whitespace() || c.is_control() || "\"{}<>\\^`|".contains(c) {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| plain.push_str(&format!("%{byte:02X}")));
        } else {
            plain.push(c);
        }
    }
    plain
}

/// The parts of a date: year, and month and day as far as they are known.
fn date_parts(date: PartialDate) -> Vec<i16> {
    [Some(date.year()), date.month().map(i16::from), date.day().map(i16::from)].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_letters_and_loses_its_lines() {
        for (text, line) in [
            ("  a \n\t b\r\nc\u{2028}d\u{85}e ", "a b c d e"),
            ("a\u{0}b\u{7f}", "ab"),
            ("می‌خواهم 港口", "می‌خواهم 港口"),
            ("\u{1} \n", ""),
        ] {
            assert_eq!(one_line(text), line);
        }
    }

    #[test]
    fn an_address_cannot_leave_its_field() {
        assert_eq!(
            plain_address(" https://a.example/b c}{\\\n?d=%20&e_f#g "),
            "https://a.example/b%20c%7D%7B%5C%0A?d=%20&e_f#g"
        );
    }

    #[test]
    fn what_is_no_web_address_is_not_given_as_one() {
        let mut document = crate::render::samples::document();
        for (url, page, cited) in [
            (Some("https://a.example/b"), Some("https://desk.example/articles/x"), Some("https://a.example/b")),
            (
                Some("javascript:alert(1)"),
                Some("https://desk.example/articles/x"),
                Some("https://desk.example/articles/x"),
            ),
            (Some("file:///etc/passwd"), None, None),
            (None, Some("https://desk.example/articles/x"), Some("https://desk.example/articles/x")),
            (None, None, None),
        ] {
            document.url = url.map(str::to_owned);
            let citation = Citation { document: &document, page, accessed: None };
            assert_eq!(citation.url().as_deref(), cited, "{url:?}");
        }
    }
}
