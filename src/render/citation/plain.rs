//! A citation as a journalist would paste it: one line of text.

use crate::render::citation::authors::{Author, authors};
use crate::render::citation::{Citation, one_line};
use crate::render::wording::{day_in_words, publishers_of};

/// The line, without a line break: `A. Writer: “Title.” Harbour Post, 26 March 2024. https://… (accessed 22 November
/// 2026).` Several publishers are joined by semicolons, and of many that
/// the article only rests on the first stand for all; an article without a date is called undated.
pub fn line(cited: &Citation<'_>) -> String {
    let document = cited.document;
    let names: Vec<String> = authors(document.author.as_deref().unwrap_or_default()).iter().map(Author::name).collect();
    let mut line = if names.is_empty() { String::new() } else { format!("{}: ", names.join(", ")) };
    let title = cited.title();
    let stop = if title.ends_with(['.', '?', '!', '…', '۔', '。', '؟', '？', '！']) { "" } else { "." };
    line.push_str(&format!("“{title}{stop}” "));
    let date = document.date.map_or_else(|| "undated".to_owned(), |date| day_in_words(&date.to_string()));
    let (shown, others) = publishers_of(document);
    let mut publishers = shown.iter().map(|name| one_line(name)).collect::<Vec<_>>().join("; ");
    if others > 0 {
        publishers.push_str(&format!(" and {others} other{}", if others == 1 { "" } else { "s" }));
    }
    line.push_str(&if publishers.is_empty() { format!("{date}.") } else { format!("{publishers}, {date}.") });
    if let Some(url) = cited.url() {
        line.push_str(&format!(" {url}"));
    }
    if let Some(page) = cited.record() {
        line.push_str(&format!(", read at {page}"));
    }
    // Without it the line ends with the address: a full stop there would be taken for a part of it.
    if let Some(day) = cited.accessed {
        line.push_str(&format!(" (accessed {}).", day_in_words(&day.to_string())));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::SourceReference;
    use crate::render::samples;

    #[test]
    fn a_line_reads_as_a_journalist_writes_it() {
        let document = samples::document();
        let page = Some("https://desk.example/articles/dock-strike-2024");
        let cited = Citation { document: &document, page, accessed: "2026-11-22".parse().ok() };
        let expected = "A. Writer: “Strike closes the docks.” Harbour Post; Tide, 26 March 2024. \
            https://harbour.example/a?b=1&c=2, read at https://desk.example/articles/dock-strike-2024 \
            (accessed 22 November 2026).";
        assert_eq!(line(&cited), expected);
    }

    #[test]
    fn what_is_not_known_is_left_out_and_the_undated_are_called_so() {
        let mut document = samples::document();
        document.author = None;
        document.url = None;
        for (title, source, date, expected) in [
            ("گودی میں ہڑتال۔", vec![], None, "“گودی میں ہڑتال۔” undated."),
            ("Many", vec!["A", "B", "C", "D", "E"], Some("2024"), "“Many.” A; B; C and 2 others, 2024."),
            ("港口罢工", vec!["港报"], Some("2024"), "“港口罢工.” 港报, 2024."),
            ("Who pays?", vec!["Tide"], Some("2024-03"), "“Who pays?” Tide, March 2024."),
            (" \n ", vec!["Tide"], None, "“dock-strike-2024.” Tide, undated."),
        ] {
            document.title = title.into();
            let publication =
                |name: &&str| SourceReference { publisher: Some((*name).to_owned()), ..Default::default() };
            document.sources = source.iter().map(publication).collect();
            document.source = source.into_iter().map(str::to_owned).collect();
            document.date = date.and_then(|date: &str| date.parse().ok());
            assert_eq!(line(&Citation { document: &document, page: None, accessed: None }), expected);
        }
    }
}
