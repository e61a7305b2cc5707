//! The body of a draft: a document's small Markdown as Markdown that reads back the same.
//!
//! Marks nothing and drops nothing: what only looks like a mark gets a backslash.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::normalise::fold;

/// Length that all lines of a paragraph but its last have, in characters, where the line ends only come from the width
/// of a page.
const WRAPPED_CHARS: std::ops::RangeInclusive<usize> = 40..=110;

/// What Markdown would read as a character: `&amp;`, `&#39;`.
static ENTITY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^&(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#[xX][0-9A-Fa-f]+);").expect("constant pattern"));
/// What Markdown would read as the number of an item.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^([0-9]{1,9})([.)])(?: |$)").expect("constant pattern"));

/// A body as Markdown. A heading of the first level that repeats the title is left out, since the title stands in the
/// front matter. The line breaks of a paragraph are kept as such, unless it is hard-wrapped.
pub(super) fn markdown(body: &str, title: &str) -> String {
    let mut markdown = String::with_capacity(body.len() + body.len() / 16);
    let mut after_item = false;
    for (at, block) in blocks(body).into_iter().enumerate() {
        if at == 0 && matches!(&block, Block::Heading(1, text) if fold(text) == fold(title)) {
            continue;
        }
        let is_item = matches!(block, Block::Item(_));
        if !markdown.is_empty() {
            markdown.push_str(if after_item && is_item { "\n" } else { "\n\n" });
        }
        after_item = is_item;
        match block {
            Block::Heading(level, text) => {
                markdown.extend(std::iter::repeat_n('#', level));
                markdown.push(' ');
                markdown.push_str(&without_closing_marks(escaped(text, false)));
            }
            Block::Item(text) => markdown.push_str(&format!("- {}", item(text))),
            Block::Paragraph(lines) => {
                let mark = if is_wrapped(&lines) { "\n" } else { "\\\n" };
                let lines: Vec<String> = lines.into_iter().map(|line| escaped(line, true)).collect();
                markdown.push_str(&lines.join(mark));
            }
        }
    }
    markdown
}

enum Block<'t> {
    Heading(usize, &'t str),
    Item(&'t str),
    Paragraph(Vec<&'t str>),
}

fn blocks(body: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    for part in body.split("\n\n") {
        let mut paragraph = Vec::new();
        for line in part.lines().filter(|line| !line.trim().is_empty()) {
            let level = line.bytes().take_while(|&byte| byte == b'#').count();
            let heading = line[level..].strip_prefix(' ').map(str::trim).filter(|text| !text.is_empty());
            let block = match (heading, line.strip_prefix("- ").map(str::trim).filter(|text| !text.is_empty())) {
                (Some(text), _) if (1..=6).contains(&level) => Block::Heading(level, text),
                (_, Some(text)) => Block::Item(text),
                _ => {
                    paragraph.push(line);
                    continue;
                }
            };
            if !paragraph.is_empty() {
                blocks.push(Block::Paragraph(std::mem::take(&mut paragraph)));
            }
            blocks.push(block);
        }
        if !paragraph.is_empty() {
            blocks.push(Block::Paragraph(paragraph));
        }
    }
    blocks
}

/// Whether the lines of a paragraph end where a page was full.
fn is_wrapped(lines: &[&str]) -> bool {
    let (Some(last), true) = (lines.last(), lines.len() > 1) else { return false };
    let fits = |line: &&str| WRAPPED_CHARS.contains(&line.chars().count());
    lines[..lines.len() - 1].iter().all(fits) && last.chars().count() <= *WRAPPED_CHARS.end()
}

/// The text of an item; one that opens with a number is an item of a numbered list.
fn item(text: &str) -> String {
    match text.split_once(". ") {
        Some((number, rest)) if is_plain_number(number) && !rest.trim().is_empty() => {
            format!("{number}. {}", escaped(rest.trim(), true))
        }
        _ => escaped(text, true),
    }
}

fn is_plain_number(text: &str) -> bool {
    (1..=9).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
}

/// A `#` behind a heading would be taken for its end.
fn without_closing_marks(heading: String) -> String {
    let open = heading.trim_end_matches('#');
    if open.len() == heading.len() || !(open.is_empty() || open.ends_with(' ')) {
        return heading;
    }
    format!("{open}\\{}", &heading[open.len()..])
}

/// A line with a backslash before every sign that would be read as a mark; `opens` where it may open a block.
fn escaped(line: &str, opens: bool) -> String {
    let mut text = String::with_capacity(line.len());
    let mut before = None;
    let mut rest = line;
    if let Some(number) = NUMBER.captures(line).filter(|_| opens) {
        text.push_str(&format!("{}\\{}", &number[1], &number[2]));
        rest = &line[number[1].len() + 1..];
        before = Some('.');
    }
    while let Some(c) = rest.chars().next() {
        let behind = &rest[c.len_utf8()..];
        let next = behind.chars().next();
        if (opens && before.is_none() && opens_block(c, rest)) || is_mark(c, before, next, rest) {
            text.push('\\');
        }
        text.push(c);
        before = Some(c);
        rest = behind;
    }
    text
}

/// Whether a sign at the head of a line would make the line something else than text.
fn opens_block(sign: char, line: &str) -> bool {
    let next = line.chars().nth(1);
    match sign {
        '#' => matches!(line.trim_start_matches('#').chars().next(), None | Some(' ')),
        '-' | '+' | ':' => !next.is_some_and(char::is_alphanumeric),
        '>' | '=' | '|' | '*' | '_' | '[' | '<' => true,
        _ => false,
    }
}

/// Whether a sign inside a line would be read as a mark.
fn is_mark(sign: char, before: Option<char>, next: Option<char>, rest: &str) -> bool {
    let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match sign {
        '`' | '~' => true,
        '\\' => next.is_none_or(|next| next.is_ascii_punctuation()),
        '*' => !(blank(before) && blank(next)),
        '_' => !((blank(before) && blank(next)) || (letter(before) && letter(next))),
        '[' => next == Some('^'),
        ']' => next == Some('('),
        '<' => next.is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')),
        '&' => ENTITY.is_match(rest),
        _ => false,
    }
}
