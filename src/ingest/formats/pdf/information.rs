//! What a PDF says of itself: title and author of its information, where a person wrote them.
//!
//! Most titles are left there by the program that wrote the file. Its dates say when the file was made and are not read:
//! that is no day of publication.

use std::sync::LazyLock;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use regex::Regex;

use crate::text::normalise::tidy;

/// Longest author that is believed, in characters.
const AUTHOR_CHARS_MAX: usize = 200;

/// Titles that programs leave: names of files and of themselves, and those of new documents.
static NO_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^(?:microsoft\s+(?:word|powerpoint|excel|publisher)\b | powerpoint\s+presentation | untitled | unbenannt |
            (?:document|dokument|doc|slide|book|title|layout|print|page|blank|new)\s*\d*$ | scan | about:blank | \w+://)
          | \.(?:docx?|pdf|indd|qxp|qxd|tex|dvi|x?html?|rtf|odt|pub|xlsx?|pptx?|pages|md|txt|tmp|wpd|p65|cdr|eps|jpe?g|png)$",
    )
    .expect("constant pattern")
});
/// Authors that are names of accounts and machines.
static NO_AUTHOR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^[(\[<]?(?:(?:admin|administrator|user|windows\s+user|microsoft(?:\s+office)?\s+user|microsoft|owner|unknown|
            author|anonymous|unspecified|none|null|n/?a|root|guest|test|default|hp|dell|lenovo|acer|asus|pc|home|office|scanner)\s*\d*
            | desktop-\w+ | user-?\w*\d+ | .*@.* | .*://.* | .*\.\w{2,4})[)\]>]?$",
    )
    .expect("constant pattern")
});

/// A text of the information: UTF-16 or UTF-8 by its mark, else the encoding of PDF, which is nearly Windows-1252.
fn decoded(bytes: &[u8]) -> String {
    let (encoding, mark) = match bytes {
        [0xFE, 0xFF, ..] => (UTF_16BE, 2),
        [0xFF, 0xFE, ..] => (UTF_16LE, 2),
        [0xEF, 0xBB, 0xBF, ..] => (UTF_8, 3),
        // Not allowed by the standard, and common.
        _ if std::str::from_utf8(bytes).is_ok() => (UTF_8, 0),
        _ => (WINDOWS_1252, 0),
    };
    let text = encoding.decode_without_bom_handling(&bytes[mark..]).0;
    tidy(&text.replace(['\n', '\r', '\t'], " "))
}

/// The title, if it is one that a person wrote: of several words (or in a script without spaces), and no file's name.
pub(super) fn title(bytes: &[u8]) -> Option<String> {
    let title = decoded(bytes);
    let letters = title.chars().filter(|letter| letter.is_alphabetic()).count();
    let wide = title.chars().filter(|&letter| super::script::is_wide(letter)).count();
    let several = title.split_whitespace().count() >= 2 || wide >= 4;
    let real = several && letters * 2 > title.chars().count() && !title.contains(['_', '\\', '\u{FFFD}']);
    (real && !NO_TITLE.is_match(&title)).then_some(title)
}

/// The author, if it is a name.
pub(super) fn author(bytes: &[u8]) -> Option<String> {
    let author = decoded(bytes);
    let letters = author.chars().filter(|letter| letter.is_alphabetic()).count();
    let real = letters >= 2 && author.chars().count() <= AUTHOR_CHARS_MAX && !author.contains('\u{FFFD}');
    (real && !NO_AUTHOR.is_match(&author)).then_some(author)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_title_that_a_person_wrote_is_one() {
        for written in [
            "Blast near the port",
            "Annual Report 2024",
            "گوادر میں دھماکہ",
            "瓜达尔港爆炸",
            "A Review of Naval Patrols",
        ] {
            assert_eq!(title(written.as_bytes()).as_deref(), Some(written));
        }
        for left in [
            "",
            "Microsoft Word - report.doc",
            "report_final_v2",
            "Untitled",
            "untitled document",
            "scan 0012",
            "port review.pdf",
            "Document1",
            "Slide 1",
            "Report",
            "12/03/2024",
            "C:\\texts\\a b",
            "PowerPoint Presentation",
            "https://a.example/b c",
        ] {
            assert_eq!(title(left.as_bytes()), None, "{left}");
        }
        let utf16: Vec<u8> =
            [0xFE, 0xFF].into_iter().chain("Zürich port".encode_utf16().flat_map(u16::to_be_bytes)).collect();
        assert_eq!(title(&utf16).as_deref(), Some("Zürich port"));
        assert_eq!(title(b"Caf\xE9 by the port").as_deref(), Some("Café by the port"));
    }

    #[test]
    fn names_of_accounts_and_machines_are_no_authors() {
        for name in ["Ayesha Khan", "A. Khan, B. Lee", "پاکستان ڈیسک", "Reuters"] {
            assert_eq!(author(name.as_bytes()).as_deref(), Some(name));
        }
        for account in [
            "",
            "(anonymous)",
            "(unspecified)",
            "[unknown]",
            "unknown",
            "Admin",
            "user",
            "Windows User",
            "DESKTOP-4F",
            "x@y.example",
            "hp",
            "1",
            "Unknown",
        ] {
            assert_eq!(author(account.as_bytes()), None, "{account}");
        }
    }
}
