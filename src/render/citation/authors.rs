//! Authors: the names in an author line, and which of them read as those of persons.
//!
//! May not force a name into parts where there is any doubt: what is not plainly a person's name stays as it is written.

use crate::render::citation::one_line;

/// An author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// A person: given names, then the family name.
    Person {
        /// Given names.
        given: String,
        /// Family name, with what belongs before it (`van`, `al`).
        family: String,
    },
    /// A desk, an agency, or a name whose parts are not told by its form.
    Literal(String),
}

impl Author {
    /// The name as people read it.
    pub fn name(&self) -> String {
        match self {
            Self::Person { given, family } => format!("{given} {family}"),
            Self::Literal(name) => name.clone(),
        }
    }
}

/// Most words of a person's name that is taken apart.
const WORDS_MAX: usize = 4;

/// Words that stand in lines of desks and agencies and not in names of persons.
const DESK_WORDS: [&str; 26] = [
    "agencies",
    "agency",
    "board",
    "bureau",
    "correspondent",
    "correspondents",
    "desk",
    "editor",
    "editorial",
    "editors",
    "group",
    "institute",
    "ministry",
    "monitor",
    "monitoring",
    "network",
    "news",
    "newspaper",
    "office",
    "press",
    "report",
    "reporter",
    "reporters",
    "service",
    "staff",
    "team",
];

/// Small words that belong to the family name behind them.
const PARTICLES: [&str; 14] =
    ["al", "bin", "da", "de", "del", "della", "den", "der", "di", "du", "ibn", "la", "van", "von"];

/// The authors that a line names, in its order. Names are parted at `;`, `&` and the word `and`; a comma parts them too
/// where each side has several words, for else it stands between family name and given names.
pub fn authors(line: &str) -> Vec<Author> {
    let line = one_line(line);
    let parts = line.split(';').flat_map(|part| part.split(" and ")).flat_map(|part| part.split(" & "));
    parts.flat_map(by_commas).filter(|name| !name.is_empty()).map(author).collect()
}

fn by_commas(part: &str) -> Vec<&str> {
    let sides: Vec<&str> = part.split(',').map(str::trim).collect();
    let is_list = sides.len() > 1 && sides.iter().all(|side| side.contains(' ') || side.is_empty());
    if is_list { sides } else { vec![part.trim()] }
}

fn author(name: &str) -> Author {
    let person = match name.split_once(',') {
        Some((family, given)) => person(given.trim(), family.trim()),
        None => name.rsplit_once(' ').and_then(|(given, family)| {
            let (given, particles) = without_particles(given);
            person(given, &format!("{particles}{family}"))
        }),
    };
    person.unwrap_or_else(|| Author::Literal(name.to_owned()))
}

/// Given names, and the particles at their end that belong to the family name, each with a blank behind it.
fn without_particles(given: &str) -> (&str, String) {
    let mut rest = given;
    let mut particles = String::new();
    while let Some((before, last)) = rest.rsplit_once(' ').filter(|(_, last)| PARTICLES.contains(last)) {
        particles.insert_str(0, &format!("{last} "));
        rest = before;
    }
    (rest, particles)
}

fn person(given: &str, family: &str) -> Option<Author> {
    let words: Vec<&str> = given.split(' ').chain(family.split(' ')).collect();
    let reads_as_name = |word: &&str| {
        let letters = word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’'));
        let initial = word.chars().next().is_some_and(char::is_uppercase) || PARTICLES.contains(word);
        let acronym = word.chars().count() > 2 && word.chars().all(char::is_uppercase);
        letters && initial && !acronym && !DESK_WORDS.contains(&word.to_lowercase().as_str())
    };
    let fits = (2..=WORDS_MAX).contains(&words.len()) && words.iter().all(reads_as_name);
    fits.then(|| Author::Person { given: given.to_owned(), family: family.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_are_told_from_desks_and_doubt_leaves_a_name_whole() {
        for (line, expected) in [
            ("A. Writer", vec!["Writer|A."]),
            ("Ana Maria O’Neil", vec!["O’Neil|Ana Maria"]),
            ("Ludwig van der Berg", vec!["van der Berg|Ludwig"]),
            ("Writer, Anna", vec!["Writer|Anna"]),
            ("Anna Writer and Ben Reader", vec!["Writer|Anna", "Reader|Ben"]),
            ("Anna Writer, Ben Reader & Cem Editorson", vec!["Writer|Anna", "Reader|Ben", "Editorson|Cem"]),
            ("Anna Writer; Staff Reporter", vec!["Writer|Anna", "Staff Reporter"]),
            ("AFP", vec!["AFP"]),
            ("Harbour News Agency", vec!["Harbour News Agency"]),
            ("the night desk", vec!["the night desk"]),
            ("BBC Urdu", vec!["BBC Urdu"]),
            ("One Two Three Four Five", vec!["One Two Three Four Five"]),
            ("علی خان", vec!["علی خان"]),
            ("王小明", vec!["王小明"]),
            ("Post, Harbour, Weekly", vec!["Post, Harbour, Weekly"]),
            (" ; and ", vec!["and"]),
            ("", vec![]),
        ] {
            let shown = authors(line).into_iter().map(|author| match author {
                Author::Person { given, family } => format!("{family}|{given}"),
                Author::Literal(name) => name,
            });
            assert_eq!(shown.collect::<Vec<_>>(), expected, "{line}");
        }
    }
}
