//! The same search as a line for a shell: `curl` for the API, `dossier search` for the command line.
//!
//! A line may hold text that anybody put into a link, and is pasted into a terminal: it must run nothing but its command.
//! May not check values: an `Address` holds what an answer was made from.

use crate::render::address::Address;
use crate::render::public_url::PublicUrl;

/// Parameters that only the API takes: they say what else is counted, not which articles are found.
const API_ONLY: [&str; 5] = ["facets", "facet_size", "facet_query", "facet_order", "cursor"];
/// Parameters with a flag of the same name that takes their value; `no_variant` is `--no-variant`.
const VALUED: [&str; 17] = [
    "region",
    "actor",
    "threat",
    "lang",
    "source",
    "from",
    "to",
    "sort",
    "match",
    "variants",
    "no_variant",
    "fuzzy",
    "collapse",
    "recency",
    "interval",
    "size",
    "page",
];
/// Parameters with a flag that takes no value.
const SWITCHES: [&str; 2] = ["undated", "explain"];

/// The search of an address as a line of `curl` that asks the API of the server at `public`.
pub fn curl(address: &Address, public: &PublicUrl) -> String {
    let mut line = format!("curl -sSG {}", quoted(&public.absolute("/api/v1/search")));
    for (name, value) in address.pairs() {
        // What stands before the first `=` goes out as it is, so the name may hold none; the value is encoded by curl.
        line.push_str(&format!(" --data-urlencode {}", quoted(&format!("{name}={value}"))));
    }
    line
}

/// The search of an address as a line of `dossier search`.
pub fn dossier(address: &Address) -> String {
    let mut line = String::from("dossier search");
    let text = address.get("q").unwrap_or_default();
    let is_like_a_flag = text.starts_with('-');
    if !text.is_empty() && !is_like_a_flag {
        line.push_str(&format!(" {}", quoted(text)));
    }
    for (name, value) in address.pairs() {
        if let Some(flag) = flag(name, value) {
            line.push_str(&format!(" {flag}"));
        }
    }
    if is_like_a_flag {
        line.push_str(&format!(" -- {}", quoted(text)));
    }
    line
}

/// A parameter as a flag; `None` for the query text and for what the command line has no flag for.
fn flag(name: &str, value: &str) -> Option<String> {
    if name == "q" || API_ONLY.contains(&name) {
        return None;
    }
    if SWITCHES.contains(&name) {
        return Some(format!("--{name}"));
    }
    if VALUED.contains(&name) {
        let name = name.replace('_', "-");
        // Behind a blank it would be taken for a flag.
        let between = if value.starts_with('-') { '=' } else { ' ' };
        return Some(format!("--{name}{between}{}", quoted(value)));
    }
    Some(match name.strip_prefix("not.") {
        Some(dimension) => format!("--not {}", quoted(&format!("{dimension}={value}"))),
        None => format!("--filter {}", quoted(&format!("{name}={value}"))),
    })
}

/// A text as one word of a POSIX shell. Control characters become blanks: a terminal would act on them before the shell
/// reads the line, and to the query language they are blanks as well.
pub fn quoted(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '=' | '+');
    if !text.is_empty() && text.chars().all(is_plain) && !text.starts_with('=') {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(pairs: &[(&str, &str)]) -> Address {
        Address::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn a_search_is_a_line_of_either_command() {
        for (pairs, of_dossier, of_curl) in [
            (&[][..], "dossier search", "curl -sSG http://h/api/v1/search"),
            (
                &[("q", "port"), ("region", "A/B c"), ("not.theme", "x"), ("theme", "y"), ("undated", "true")],
                "dossier search port --region 'A/B c' --filter theme=y --not theme=x --undated",
                "curl -sSG http://h/api/v1/search --data-urlencode q=port --data-urlencode 'region=A/B c' \
                 --data-urlencode theme=y --data-urlencode not.theme=x --data-urlencode undated=true",
            ),
            (
                &[("q", "-karachi it's"), ("source", "-x"), ("no_variant", "BLA"), ("facets", "none")],
                r"dossier search --source=-x --no-variant BLA -- '-karachi it'\''s'",
                "curl -sSG http://h/api/v1/search --data-urlencode 'q=-karachi it'\\''s' --data-urlencode facets=none \
                 --data-urlencode source=-x --data-urlencode no_variant=BLA",
            ),
            (
                &[("q", "a\u{15}\nb $(x) `y`!")],
                "dossier search 'a  b $(x) `y`!'",
                "curl -sSG http://h/api/v1/search --data-urlencode 'q=a  b $(x) `y`!'",
            ),
        ] {
            let (address, public) = (address(pairs), "http://h".parse().unwrap());
            assert_eq!((dossier(&address).as_str(), curl(&address, &public).as_str()), (of_dossier, of_curl));
        }
    }
}
