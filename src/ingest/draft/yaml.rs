//! Values and comments of a front matter, written so that no text can break out of its place.
//!
//! Knows YAML's rules for texts and nothing of articles.

use serde_json::Value;

/// Longest comment, in characters.
const COMMENT_CHARS_MAX: usize = 240;

/// Words that some readers of YAML take for a truth value or for nothing.
const NO_TEXTS: [&str; 10] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "none"];

/// A text in quotation marks: a JSON string, which is YAML too, with every sign escaped that ends a line, turns the
/// direction of writing or cannot be seen.
pub(super) fn quoted(text: &str) -> String {
    escaped(&Value::String(text.to_owned()).to_string())
}

/// A text as people would write it: without quotation marks where it is plain words.
pub(super) fn text(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | ' ' | '.' | '_' | '-'))
        && !text.ends_with(' ')
        && !NO_TEXTS.contains(&text.to_ascii_lowercase().as_str());
    if plain { text.to_owned() } else { quoted(text) }
}

/// Any value on one line.
pub(super) fn flow(value: &Value) -> String {
    match value {
        Value::Array(values) => format!("[{}]", values.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| format!("{}: {}", quoted(key), flow(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        value => escaped(&value.to_string()),
    }
}

/// A text that may stand behind a `#`: on one line, without signs that cannot be seen.
pub(super) fn comment(text: &str) -> String {
    let seen: String = text.chars().map(|c| if is_unseen(c) { ' ' } else { c }).collect();
    let line = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(COMMENT_CHARS_MAX) {
        Some((end, _)) => format!("{} ...", line[..end].trim_end()),
        None => line,
    }
}

fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        // Such signs stand inside strings only: JSON's own are ASCII.
        if is_unseen(c) {
            escaped.push_str(&format!("\\u{:04x}", c as u32));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Control characters, line ends of other systems, marks of direction, byte order marks and the like. Joiners are
/// seen: Urdu and Persian spell with them.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'
                | '\u{FFFE}' | '\u{FFFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_stand_bare_and_everything_else_in_quotes() {
        for (value, written) in [
            ("Pakistan/Khyber Pakhtunkhwa", "Pakistan/Khyber Pakhtunkhwa"),
            ("cyber/data-breach", "cyber/data-breach"),
            ("No", "\"No\""),
            ("a: b", "\"a: b\""),
            ("a #b", "\"a #b\""),
            ("- a", "\"- a\""),
            ("2024", "\"2024\""),
            ("گوادر", "\"گوادر\""),
            ("a\nb\u{2028}c\u{202E}d\"e", "\"a\\nb\\u2028c\\u202ed\\\"e\""),
            ("", "\"\""),
        ] {
            assert_eq!(text(value), written);
        }
        let value = serde_json::json!({"a b": [1, "x: y", null, true], "c": {}});
        assert_eq!(flow(&value), "{\"a b\": [1, \"x: y\", null, true], \"c\": {}}");
    }

    #[test]
    fn a_comment_stays_on_its_line() {
        assert_eq!(comment("a\nb\r\n \u{85}c\u{2029}d\u{202E}"), "a b c d");
        assert_eq!(comment(&"x".repeat(300)).len(), COMMENT_CHARS_MAX + 4);
    }
}
