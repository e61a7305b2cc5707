//! Names in a query: words, runs of words and phrases that are a name are given the other names of what they name.
//!
//! Layer 2: reads the taxonomy, knows no engine. Changes nothing else in the tree; what is written with `=` or within
//! `prefix*` and `word~1` stays what it is.

use std::collections::BTreeSet;

use crate::model::VARIANTS_MAX;
use crate::model::query::{Clause, OtherName, Query};
use crate::taxonomy::{Taxonomy, key};
use crate::text::normalise::is_han;

/// Longest Chinese name that is looked for inside a run of characters.
const HAN_NAME_CHARS_MAX: usize = 16;

/// Gives the names of a query their other names, but for those in `dropped` (compared without case and accents).
pub fn with_variants(query: Query, taxonomy: &Taxonomy, dropped: &[String]) -> Query {
    Names { taxonomy, dropped: dropped.iter().map(|name| key(name)).collect() }.walk(query)
}

struct Names<'a> {
    taxonomy: &'a Taxonomy,
    dropped: BTreeSet<String>,
}

impl Names<'_> {
    fn walk(&self, query: Query) -> Query {
        match query {
            Query::Word { exact: false, .. } => {
                let mut clauses = self.word(query, false);
                if clauses.len() == 1 { clauses.remove(0).query } else { Query::All(clauses) }
            }
            Query::Phrase { ref text, exact: false, slop: 0 } => match self.others(text) {
                Some(others) => Query::Name { typed: Box::new(query), others },
                None => query,
            },
            Query::Not(query) => Query::Not(Box::new(self.walk(*query))),
            Query::Within(field, query) => Query::Within(field, Box::new(self.walk(*query))),
            Query::Any(sides) => Query::Any(sides.into_iter().map(|side| self.walk(side)).collect()),
            Query::Same(sides) => Query::Same(sides.into_iter().map(|side| self.side(side)).collect()),
            Query::All(clauses) => Query::All(self.clauses(clauses)),
            other => other,
        }
    }

    /// A side of `SAME` stays one word or phrase.
    fn side(&self, side: Query) -> Query {
        match &side {
            Query::Word { text, exact: false } | Query::Phrase { text, exact: false, slop: 0 } => {
                match self.others(text) {
                    Some(others) => Query::Name { typed: Box::new(side), others },
                    None => side,
                }
            }
            _ => side,
        }
    }

    /// Clauses with the names among them found: of names that overlap the longest from the left.
    fn clauses(&self, clauses: Vec<Clause>) -> Vec<Clause> {
        let mut found = Vec::with_capacity(clauses.len());
        let mut rest = clauses.into_iter().peekable();
        let mut run: Vec<Clause> = Vec::new();
        while let Some(clause) = rest.next() {
            // Words joined by a written `AND` are not said in one breath.
            if is_plain_word(&clause.query) && !clause.required {
                run.push(clause);
                if rest.peek().is_some_and(|next| is_plain_word(&next.query) && !next.required) {
                    continue;
                }
                self.run(std::mem::take(&mut run), &mut found);
            } else if is_plain_word(&clause.query) {
                found.extend(self.word(clause.query, clause.required));
            } else {
                found.push(Clause { query: self.walk(clause.query), required: clause.required });
            }
        }
        found
    }

    fn run(&self, words: Vec<Clause>, found: &mut Vec<Clause>) {
        let texts: Vec<String> = words.iter().map(|clause| text_of(&clause.query).to_owned()).collect();
        let mut words = words.into_iter();
        let mut at = 0;
        while at < texts.len() {
            let longest = self.taxonomy.name_words_max().min(texts.len() - at);
            let name = (2..=longest)
                .rev()
                .find_map(|length| self.others(&texts[at..at + length].join(" ")).map(|others| (length, others)));
            if let Some((length, others)) = name {
                let typed = Box::new(Query::All(words.by_ref().take(length).collect()));
                found.push(Clause { query: Query::Name { typed, others }, required: false });
                at += length;
            } else {
                found.extend(words.next().into_iter().flat_map(|clause| self.word(clause.query, clause.required)));
                at += 1;
            }
        }
    }

    /// A plain word; a run of Chinese is parted where a name stands in it.
    fn word(&self, word: Query, required: bool) -> Vec<Clause> {
        let text = text_of(&word);
        if let Some(others) = self.others(text) {
            return vec![Clause { query: Query::Name { typed: Box::new(word), others }, required }];
        }
        let mut clauses = Vec::new();
        let mut rest = text;
        if text.chars().any(is_han) {
            let mut from = 0;
            while let Some(c) = rest[from..].chars().next() {
                match self.han_name(&rest[from..]) {
                    Some((name, others)) => {
                        clauses.extend(plain(&rest[..from], required));
                        let typed = Box::new(Query::Word { text: name.to_owned(), exact: false });
                        clauses.push(Clause { query: Query::Name { typed, others }, required });
                        rest = &rest[from + name.len()..];
                        from = 0;
                    }
                    None => from += c.len_utf8(),
                }
            }
        }
        if clauses.is_empty() {
            return vec![Clause { query: word, required }];
        }
        clauses.extend(plain(rest, required));
        clauses
    }

    /// The longest Chinese name that a text begins with.
    fn han_name<'t>(&self, text: &'t str) -> Option<(&'t str, Vec<OtherName>)> {
        let ends: Vec<usize> = text
            .char_indices()
            .take_while(|(_, c)| is_han(*c))
            .take(HAN_NAME_CHARS_MAX)
            .map(|(at, c)| at + c.len_utf8())
            .collect();
        ends.into_iter().skip(1).rev().find_map(|end| self.others(&text[..end]).map(|others| (&text[..end], others)))
    }

    /// The other names of a typed text; `None` if it is no name or has no other.
    fn others(&self, typed: &str) -> Option<Vec<OtherName>> {
        let names = self.taxonomy.other_names(typed).into_iter();
        let others: Vec<OtherName> = names
            .filter(|name| !self.dropped.contains(&key(&name.form)))
            .take(VARIANTS_MAX)
            .map(|name| OtherName { form: name.form, case_sensitive: name.case_sensitive })
            .collect();
        (!others.is_empty()).then_some(others)
    }
}

fn is_plain_word(query: &Query) -> bool {
    matches!(query, Query::Word { exact: false, .. })
}

fn text_of(query: &Query) -> &str {
    match query {
        Query::Word { text, .. } => text,
        _ => "",
    }
}

fn plain(text: &str, required: bool) -> Option<Clause> {
    (!text.is_empty()).then(|| Clause { query: Query::Word { text: text.to_owned(), exact: false }, required })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parser::parse;

    fn expanded(text: &str, dropped: &[&str]) -> String {
        let taxonomy = "version = 1\n[[dimension]]\nname = \"region\"\n[[region]]\npath = \"Coast\"\n\
                        aliases = [\"Sea Side Province\", \"海岸省\", \"ساحل\"]\n\
                        [[region]]\npath = \"Sea Side\"\naliases = [\"Strand\"]\n";
        let taxonomy = Taxonomy::parse(taxonomy, "t.toml").unwrap();
        let dropped: Vec<String> = dropped.iter().map(|name| (*name).to_owned()).collect();
        let query = with_variants(parse(text, &["region"]).query, &taxonomy, &dropped);
        written(&query)
    }

    /// The tree with the other names in braces.
    fn written(query: &Query) -> String {
        let list = |sides: &[Query], by: &str| sides.iter().map(written).collect::<Vec<_>>().join(by);
        match query {
            Query::Name { typed, others } => {
                let others: Vec<&str> = others.iter().map(|other| other.form.as_str()).collect();
                format!("{typed}{{{}}}", others.join("|"))
            }
            Query::All(clauses) => clauses.iter().map(|clause| written(&clause.query)).collect::<Vec<_>>().join(" "),
            Query::Any(sides) => list(sides, " OR "),
            Query::Same(sides) => list(sides, " SAME "),
            Query::Not(query) => format!("NOT {}", written(query)),
            Query::Within(_, query) => format!("in:{}", written(query)),
            other => other.to_string(),
        }
    }

    #[test]
    fn names_get_their_other_names_wherever_they_stand() {
        for (text, expected) in [
            ("coast", "coast{Sea Side Province|海岸省|ساحل}"),
            ("port Coast raid", "port Coast{Sea Side Province|海岸省|ساحل} raid"),
            ("sea side province raid", "sea side province{Coast|海岸省|ساحل} raid"),
            ("the sea side raid", "the sea side{Strand} raid"),
            ("\"sea side\" OR -strand", "\"sea side\"{Strand} OR NOT strand{Sea Side}"),
            ("title:(strand raid) x SAME \"sea side\"", "in:strand{Sea Side} raid x SAME \"sea side\"{Strand}"),
            ("袭击海岸省港口", "袭击 海岸省{Coast|Sea Side Province|ساحل} 港口"),
            // Nobody means a name by these.
            ("=coast coast* coast~1 \"sea side\"~3", "=coast coast* coast~1 \"sea side\"~3"),
            ("sea AND side", "sea AND side"),
            ("\"sea side raid\" region:Coast", "\"sea side raid\" region:\"Coast\""),
        ] {
            assert_eq!(expanded(text, &[]).replace(" AND ", " "), expected.replace(" AND ", " "), "{text}");
        }
    }

    #[test]
    fn a_dropped_name_stands_for_nothing() {
        assert_eq!(expanded("coast", &["海岸省", "SEA SIDE province"]), "coast{ساحل}");
        assert_eq!(expanded("strand", &["Sea Side"]), "strand");
    }

    #[test]
    fn the_tree_is_still_written_as_it_was_typed() {
        let taxonomy =
            "version = 1\n[[dimension]]\nname = \"region\"\n[[region]]\npath = \"Sea Side\"\naliases = [\"Strand\"]\n";
        let taxonomy = Taxonomy::parse(taxonomy, "t.toml").unwrap();
        for text in ["port sea side raid", "(strand x) OR -\"sea side\"", "strand SAME raid"] {
            let parsed = parse(text, &[]).query;
            assert_eq!(with_variants(parsed.clone(), &taxonomy, &[]).to_string(), parsed.to_string());
        }
    }
}
