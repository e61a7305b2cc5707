//! A light stemmer for Arabic: article, conjunction, plural and pronouns go, roots stay whole.
//!
//! After the published light stemming of Larkey, Ballesteros and Connell (2007), gentler: `ان` and `ي` stay, because
//! names end so (باكستان, لبنان) and an adjective is no case of its noun; `ات` stays, because it is the plural of both
//! a campaign (حملة) and an explosion (انفجار), and a query knows which. Works on folded words (`text::normalise::fold`), and on words of other languages only what is
//! asked of it.

/// Conjunctions and prepositions that are written as one with the article.
const ARTICLES: [&str; 9] = ["وبال", "وکال", "وال", "بال", "کال", "فال", "ولل", "لل", "ال"];
/// The letters that these and a lone conjunction begin with.
pub(super) const LETTERS_BEFORE: [&str; 6] = ["ا", "و", "ب", "ک", "ف", "ل"];
/// Letters that stay at least behind a plain article, and behind one with a letter before it.
const BEHIND_ARTICLE_MIN: usize = 2;
const BEHIND_JOINED_MIN: usize = 3;
/// Letters that stay at least behind a lone letter, which many words begin with by nature.
const BEHIND_LETTER_MIN: usize = 4;
/// Letters that stay at least before an ending.
const BEFORE_ENDING_MIN: usize = 3;
/// Prepositions of one letter that a query tries before a word; an article keeps them.
const PREPOSITIONS: [char; 2] = ['ل', 'ب'];

/// The stem of a folded word.
pub(super) fn stem(folded: &str) -> String {
    // God's name is not an article with two letters.
    if matches!(folded, "اللہ" | "واللہ" | "باللہ" | "للہ") {
        return "اللہ".to_owned();
    }
    of_feminine(&without_ending(without_article(folded))).to_owned()
}

/// The stems that articles may hold a typed word by, the likeliest first.
pub(super) fn sought(folded: &str) -> Vec<String> {
    let typed = stem(folded);
    let mut stems = vec![typed.clone()];
    let bare = without_ending(without_article(folded));
    // The plural in `ات`, of feminine and of masculine nouns, and back; three letters before it may be another word.
    if let Some(noun) = bare.strip_suffix("ات") {
        stems.push(of_feminine(&format!("{noun}ہ")).to_owned());
        if letters(noun) > BEFORE_ENDING_MIN {
            stems.push(noun.to_owned());
        }
    } else if let Some(noun) = bare.strip_suffix('ہ').filter(|noun| letters(noun) >= BEHIND_ARTICLE_MIN) {
        stems.push(format!("{noun}ات"));
    } else if letters(&bare) > BEFORE_ENDING_MIN && !bare.ends_with(['ی', 'ا', 'و']) {
        stems.push(format!("{bare}ات"));
    }
    if letters(&typed) >= BEFORE_ENDING_MIN {
        stems.extend(PREPOSITIONS.iter().map(|letter| format!("{letter}{typed}")));
    }
    if let Some(rest) = bare.strip_prefix(PREPOSITIONS).filter(|rest| letters(rest) >= BEHIND_LETTER_MIN) {
        stems.push(stem(rest));
    }
    stems
}

fn letters(word: &str) -> usize {
    word.chars().count()
}

fn without_article(word: &str) -> &str {
    for article in ARTICLES {
        let least = if article == "ال" || article == "لل" { BEHIND_ARTICLE_MIN } else { BEHIND_JOINED_MIN };
        if let Some(rest) = word.strip_prefix(article).filter(|rest| letters(rest) >= least) {
            return rest;
        }
    }
    word.strip_prefix('و').filter(|rest| letters(rest) >= BEHIND_LETTER_MIN).unwrap_or(word)
}

/// Pronouns and the plural of persons; the dual of a feminine noun becomes its singular.
fn without_ending(word: &str) -> String {
    let before = |word: &str, ending: &str| {
        word.strip_suffix(ending).filter(|s| letters(s) >= BEFORE_ENDING_MIN).map(str::to_owned)
    };
    let word = ["ہما", "ہا", "ہم"].iter().find_map(|ending| before(word, ending)).unwrap_or_else(|| word.to_owned());
    if let Some(stem) = before(&word, "تین") {
        return format!("{stem}ہ");
    }
    ["ون", "ین"].iter().find_map(|ending| before(&word, ending)).unwrap_or(word)
}

/// The feminine of an adjective in `ي` is that adjective: صينية is صيني, and so is the noun عملية.
fn of_feminine(word: &str) -> &str {
    if word.ends_with("یہ") && letters(word) > BEFORE_ENDING_MIN { &word[..word.len() - "ہ".len()] } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::fold;

    fn stem_of(word: &str) -> String {
        stem(&fold(word))
    }

    #[test]
    fn forms_of_one_word_have_one_stem() {
        for (word, forms) in [
            ("الصين", ["صين", "والصين", "بالصين", "للصين", "كالصين"].as_slice()),
            ("باكستان", &["وباكستان"]),
            ("حملة", &["الحملة", "حملتين"]),
            ("عملية", &["للعملية", "عملي"]),
            ("القوات", &["قوات", "وبالقوات"]),
            ("مسلم", &["المسلمون", "المسلمين", "للمسلمين", "ومسلمون"]),
            ("صيني", &["الصينية", "الصينيين", "صينيون"]),
            ("الله", &["لله", "والله", "بالله"]),
            ("حكومة", &["الحكومة", "وحكومة"]),
            ("فلسطين", &["وفلسطين", "الفلسطين"]),
        ] {
            for form in forms {
                assert_eq!(stem_of(word), stem_of(form), "{word} {form}");
            }
        }
    }

    #[test]
    fn other_words_keep_other_stems() {
        for (a, b) in [
            ("حمل", "حملة"),
            ("لبن", "لبنان"),
            ("طالب", "طالبان"),
            ("مدرس", "مدرسة"),
            ("زير", "وزير"),
            ("الف", "ف"),
            ("ميناء", "مي"),
            ("الله", "له"),
        ] {
            assert_ne!(stem_of(a), stem_of(b), "{a} {b}");
        }
    }

    #[test]
    fn a_query_tries_plural_and_prepositions() {
        let tries = |word: &str, form: &str| sought(&fold(word)).contains(&stem_of(form));
        for (word, form) in [
            ("انفجار", "الانفجارات"),
            ("الانفجارات", "انفجار"),
            ("باكستان", "لباكستان"),
            ("باكستان", "وبباكستان"),
            ("لباكستان", "باكستان"),
            ("حملة", "والحملات"),
            ("الحملات", "حملة"),
            ("عملية", "العمليات"),
            ("عمليات", "العملية"),
            ("قوة", "القوات"),
            ("القوات", "قوة"),
            ("الباحثين", "باحثات"),
        ] {
            assert!(tries(word, form), "{word} {form}");
        }
        for (word, other) in [("حمل", "حملات"), ("حملات", "حمل"), ("مدرس", "مدرسة"), ("مجموع", "مجموعة"), ("لا", "بلا")]
        {
            assert!(!tries(word, other), "{word} {other}");
        }
    }
}
