//! The spellings of Devanagari made one: nasals before consonants, candrabindu, glides, the rounded vowel of loans.
//!
//! Works on letters that are decomposed and without nukta. Knows no words: `गयी` is `गई` as every `यी` behind a letter is `ई`.

const VIRAMA: char = '्';
const ANUSVARA: char = 'ं';

/// Whether a character is of the block of Devanagari.
pub fn is_letter(c: char) -> bool {
    matches!(c as u32, 0x0900..=0x097F)
}

/// Adds a letter to a folded text, in the spelling that stands for all.
pub fn push(folded: &mut String, c: char) {
    let c = match c {
        'ँ' => ANUSVARA,
        // डॉक्टर and डाक्टर, ऑपरेशन and आपरेशन.
        'ॉ' => 'ा',
        'ऑ' => 'आ',
        c => c,
    };
    let mut before = folded.chars().rev();
    match (before.next(), before.next()) {
        // हिन्दी and हिंदी, सम्बन्ध and संबंध: a nasal before a consonant of its own class.
        (Some(VIRAMA), Some(nasal)) if nasal_of(c) == Some(nasal) => {
            folded.truncate(folded.len() - VIRAMA.len_utf8() - nasal.len_utf8());
            folded.push(ANUSVARA);
        }
        // गयी and गई, लिये and लिए; not मध्ये, where no vowel stands before the glide.
        (Some('य'), Some(letter)) if matches!(c, 'ी' | 'े') && letter != VIRAMA && is_letter(letter) => {
            folded.pop();
            folded.push(if c == 'ी' { 'ई' } else { 'ए' });
            return;
        }
        _ => {}
    }
    folded.push(c);
}

/// The nasal that may be written as an anusvara before a consonant.
fn nasal_of(consonant: char) -> Option<char> {
    Some(match consonant {
        'क'..='घ' => 'ङ',
        'च'..='झ' => 'ञ',
        'ट'..='ढ' => 'ण',
        'त'..='ध' => 'न',
        'प'..='भ' => 'म',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::text::normalise::fold;

    #[test]
    fn spellings_of_one_word_are_one() {
        for (a, b) in [
            ("हिन्दी", "हिंदी"),
            ("सम्बन्ध", "संबंध"),
            ("पञ्जाब", "पंजाब"),
            ("गङ्गा", "गंगा"),
            ("कण्ठ", "कंठ"),
            ("पाँच", "पांच"),
            ("गयी", "गई"),
            ("रुपये", "रुपए"),
            ("लिये", "लिए"),
            ("डॉक्टर", "डाक्टर"),
            ("ऑपरेशन", "आपरेशन"),
            ("क़ानून", "कानून"),
            ("क\u{93C}ानून", "कानून"),
            ("लड़ाई", "लडाई"),
            ("२०२४", "2024"),
            ("क्\u{200D}ष", "क्ष"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
    }

    #[test]
    fn other_words_stay_apart() {
        for (a, b) in [
            ("उन्नति", "उंनति"),
            ("सम्मान", "संमान"),
            ("मध्ये", "मध्ए"),
            ("येरूशलम", "एरूशलम"),
            ("कल", "काल"),
            ("दिन", "दीन"),
            ("बाल", "बाला"),
        ] {
            assert_ne!(fold(a), fold(b), "{a} {b}");
        }
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "[क-नप-भमयङञणन्ंँीेाॉ़]{0,12}") {
            let once = fold(&text);
            proptest::prop_assert_eq!(fold(&once), once);
        }
    }
}
