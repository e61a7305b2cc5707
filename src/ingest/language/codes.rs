//! Names of languages: what a curator may write for one, and the code that it stands for.
//!
//! The table is ISO 639-1 with the three-letter codes of ISO 639-2 and 639-3 and the names in English and in the
//! language itself. Never guesses: a name that is not in the table has no code.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::normalise::fold;

/// The code of a language as a curator, a page or a record names it: `EN`, `en-US`, `zh_Hans`, `eng`, `English`,
/// `اردو`. ISO 639-1 where the language has such a code, else ISO 639-3 (Balochi is `bal`), as in BCP 47; `und` for
/// what is said to be undetermined; `None` for what names no language.
pub fn canonical(code: &str) -> Option<String> {
    let name = code.split(['(', '（']).next().unwrap_or_default();
    let name = fold(name.trim());
    if let Some(code) = NAMES.get(&name) {
        return Some((*code).to_owned());
    }
    let mut subtags = name.split(['-', '_']);
    let language = subtags.next().filter(|tag| matches!(tag.len(), 2 | 3))?;
    // Script, region and variant: one to eight letters or digits each (RFC 5646, section 2.1).
    let well_formed = |tag: &str| (1..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !subtags.all(well_formed) {
        return None;
    }
    NAMES.get(language).map(|code| (*code).to_owned())
}

/// The code that an ISO 639 code of two or three letters stands for.
pub(super) fn code_of(code: &str) -> Option<&'static str> {
    NAMES.get(code).copied()
}

/// Folded names and codes with the code that each stands for.
static NAMES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for (code, others) in LANGUAGES {
        names.insert(code.to_owned(), code);
        for name in others.split('|') {
            names.insert(fold(name), code);
        }
    }
    names
});

/// Code, and its other codes and names.
const LANGUAGES: [(&str, &str); 200] = [
    ("aa", "aar|Afar"),
    ("ab", "abk|Abkhazian|Abkhaz|Аҧсуа"),
    ("ae", "ave|Avestan"),
    ("af", "afr|Afrikaans"),
    ("ak", "aka|Akan|fat"),
    ("am", "amh|Amharic|አማርኛ"),
    ("an", "arg|Aragonese"),
    ("ar", "ara|arb|Arabic|Modern Standard Arabic|العربية|عربي|عربى"),
    ("as", "asm|Assamese|অসমীয়া"),
    ("av", "ava|Avaric|Avar"),
    ("ay", "aym|Aymara"),
    ("az", "aze|azj|azb|Azerbaijani|Azeri|Azərbaycan dili|Azərbaycanca"),
    ("ba", "bak|Bashkir"),
    ("be", "bel|Belarusian|Belarussian|Беларуская"),
    ("bg", "bul|Bulgarian|Български"),
    ("bh", "bih|Bihari"),
    ("bi", "bis|Bislama"),
    ("bm", "bam|Bambara"),
    ("bn", "ben|Bengali|Bangla|বাংলা"),
    ("bo", "bod|tib|Tibetan|བོད་སྐད"),
    ("br", "bre|Breton"),
    ("bs", "bos|Bosnian|Bosanski"),
    ("ca", "cat|Catalan|Valencian|Català"),
    ("ce", "che|Chechen"),
    ("ch", "cha|Chamorro"),
    ("co", "cos|Corsican"),
    ("cr", "cre|Cree"),
    ("cs", "ces|cze|Czech|Čeština"),
    ("cu", "chu|Church Slavic|Old Church Slavonic"),
    ("cv", "chv|Chuvash"),
    ("cy", "cym|wel|Welsh|Cymraeg"),
    ("da", "dan|Danish|Dansk"),
    ("de", "deu|ger|German|Deutsch"),
    ("dv", "div|Divehi|Dhivehi|Maldivian"),
    ("dz", "dzo|Dzongkha"),
    ("ee", "ewe|Ewe"),
    ("el", "ell|gre|Greek|Modern Greek|Ελληνικά"),
    ("en", "eng|English|انگریزی|英语|英文|अंग्रेज़ी"),
    ("eo", "epo|Esperanto"),
    ("es", "spa|Spanish|Castilian|Español|Castellano"),
    ("et", "est|ekk|Estonian|Eesti"),
    ("eu", "eus|baq|Basque|Euskara"),
    ("fa", "fas|per|pes|prs|Persian|Farsi|Dari|فارسی|دری"),
    ("ff", "ful|Fulah|Fula|Fulani"),
    ("fi", "fin|Finnish|Suomi"),
    ("fj", "fij|Fijian"),
    ("fo", "fao|Faroese"),
    ("fr", "fra|fre|French|Français"),
    ("fy", "fry|Western Frisian|Frisian"),
    ("ga", "gle|Irish|Gaeilge"),
    ("gd", "gla|Scottish Gaelic|Gaelic"),
    ("gl", "glg|Galician|Galego"),
    ("gn", "grn|Guarani"),
    ("gu", "guj|Gujarati|ગુજરાતી"),
    ("gv", "glv|Manx"),
    ("ha", "hau|Hausa"),
    ("he", "heb|iw|Hebrew|עברית"),
    ("hi", "hin|Hindi|हिन्दी|हिंदी"),
    ("ho", "hmo|Hiri Motu"),
    ("hr", "hrv|scr|Croatian|Hrvatski"),
    ("ht", "hat|Haitian|Haitian Creole"),
    ("hu", "hun|Hungarian|Magyar"),
    ("hy", "hye|arm|Armenian|Հայերեն"),
    ("hz", "her|Herero"),
    ("ia", "ina|Interlingua"),
    ("id", "ind|in|Indonesian|Bahasa Indonesia"),
    ("ie", "ile|Interlingue|Occidental"),
    ("ig", "ibo|Igbo"),
    ("ii", "iii|Sichuan Yi|Nuosu"),
    ("ik", "ipk|Inupiaq"),
    ("io", "ido|Ido"),
    ("is", "isl|ice|Icelandic|Íslenska"),
    ("it", "ita|Italian|Italiano"),
    ("iu", "iku|Inuktitut"),
    ("ja", "jpn|Japanese|日本語"),
    ("jv", "jav|jw|Javanese|Basa Jawa"),
    ("ka", "kat|geo|Georgian|ქართული"),
    ("kg", "kon|Kongo"),
    ("ki", "kik|Kikuyu|Gikuyu"),
    ("kj", "kua|Kuanyama"),
    ("kk", "kaz|Kazakh|Қазақ тілі|Қазақша"),
    ("kl", "kal|Kalaallisut|Greenlandic"),
    ("km", "khm|Khmer|Cambodian|ខ្មែរ"),
    ("kn", "kan|Kannada|ಕನ್ನಡ"),
    ("ko", "kor|Korean|한국어"),
    ("kr", "kau|Kanuri"),
    ("ks", "kas|Kashmiri|کٲشُر|کشمیری"),
    ("ku", "kur|kmr|ckb|Kurdish|Sorani|Kurmanji|Kurdî|کوردی"),
    ("kv", "kom|Komi"),
    ("kw", "cor|Cornish"),
    ("ky", "kir|Kyrgyz|Kirghiz|Кыргызча"),
    ("la", "lat|Latin|Latina"),
    ("lb", "ltz|Luxembourgish"),
    ("lg", "lug|Ganda|Luganda"),
    ("li", "lim|Limburgish"),
    ("ln", "lin|Lingala"),
    ("lo", "lao|Lao|ລາວ"),
    ("lt", "lit|Lithuanian|Lietuvių"),
    ("lu", "lub|Luba-Katanga"),
    ("lv", "lav|lvs|Latvian|Latviešu"),
    ("mg", "mlg|Malagasy"),
    ("mh", "mah|Marshallese"),
    ("mi", "mri|mao|Maori"),
    ("mk", "mkd|mac|Macedonian|Македонски"),
    ("ml", "mal|Malayalam|മലയാളം"),
    ("mn", "mon|khk|Mongolian|Монгол"),
    ("mr", "mar|Marathi|मराठी"),
    ("ms", "msa|may|zsm|Malay|Bahasa Melayu"),
    ("mt", "mlt|Maltese"),
    ("my", "mya|bur|Burmese|မြန်မာ"),
    ("na", "nau|Nauru"),
    ("nb", "nob|Norwegian Bokmål|Bokmål"),
    ("nd", "nde|North Ndebele"),
    ("ne", "nep|npi|Nepali|नेपाली"),
    ("ng", "ndo|Ndonga"),
    ("nl", "nld|dut|Dutch|Flemish|Nederlands"),
    ("nn", "nno|Norwegian Nynorsk|Nynorsk"),
    ("no", "nor|Norwegian|Norsk"),
    ("nr", "nbl|South Ndebele"),
    ("nv", "nav|Navajo"),
    ("ny", "nya|Chichewa|Chewa|Nyanja"),
    ("oc", "oci|Occitan"),
    ("oj", "oji|Ojibwa"),
    ("om", "orm|Oromo"),
    ("or", "ori|ory|Oriya|Odia|ଓଡ଼ିଆ"),
    ("os", "oss|Ossetian"),
    ("pa", "pan|pnb|Punjabi|Panjabi|Western Punjabi|ਪੰਜਾਬੀ|پنجابی"),
    ("pi", "pli|Pali"),
    ("pl", "pol|Polish|Polski"),
    ("ps", "pus|pbt|pbu|Pashto|Pushto|Pakhto|پښتو|پشتو"),
    ("pt", "por|Portuguese|Português"),
    ("qu", "que|Quechua"),
    ("rm", "roh|Romansh"),
    ("rn", "run|Rundi|Kirundi"),
    ("ro", "ron|rum|mo|mol|Romanian|Moldavian|Română"),
    ("ru", "rus|Russian|Русский"),
    ("rw", "kin|Kinyarwanda"),
    ("sa", "san|Sanskrit|संस्कृतम्"),
    ("sc", "srd|Sardinian"),
    ("sd", "snd|Sindhi|سنڌي|سندھی"),
    ("se", "sme|Northern Sami"),
    ("sg", "sag|Sango"),
    ("si", "sin|Sinhala|Sinhalese|සිංහල"),
    ("sk", "slk|slo|Slovak|Slovenčina"),
    ("sl", "slv|Slovenian|Slovene|Slovenščina"),
    ("sm", "smo|Samoan"),
    ("sn", "sna|Shona"),
    ("so", "som|Somali|Soomaali"),
    ("sq", "sqi|alb|Albanian|Shqip"),
    ("sr", "srp|scc|sh|Serbian|Serbo-Croatian|Српски|Srpski"),
    ("ss", "ssw|Swati"),
    ("st", "sot|Southern Sotho"),
    ("su", "sun|Sundanese"),
    ("sv", "swe|Swedish|Svenska"),
    ("sw", "swa|swh|Swahili|Kiswahili"),
    ("ta", "tam|Tamil|தமிழ்"),
    ("te", "tel|Telugu|తెలుగు"),
    ("tg", "tgk|Tajik|Тоҷикӣ"),
    ("th", "tha|Thai|ไทย"),
    ("ti", "tir|Tigrinya|ትግርኛ"),
    ("tk", "tuk|Turkmen|Türkmençe"),
    ("tl", "tgl|fil|Tagalog|Filipino"),
    ("tn", "tsn|Tswana"),
    ("to", "ton|Tongan"),
    ("tr", "tur|Turkish|Türkçe"),
    ("ts", "tso|Tsonga"),
    ("tt", "tat|Tatar|Татарча"),
    ("tw", "twi|Twi"),
    ("ty", "tah|Tahitian"),
    ("ug", "uig|Uyghur|Uighur|Uygur|ئۇيغۇرچە"),
    ("uk", "ukr|Ukrainian|Українська"),
    ("ur", "urd|Urdu|اردو|乌尔都语|उर्दू"),
    ("uz", "uzb|uzn|Uzbek|Oʻzbekcha|Ўзбекча"),
    ("ve", "ven|Venda"),
    ("vi", "vie|Vietnamese|Tiếng Việt"),
    ("vo", "vol|Volapük"),
    ("wa", "wln|Walloon"),
    ("wo", "wol|Wolof"),
    ("xh", "xho|Xhosa"),
    ("yi", "yid|ydd|ji|Yiddish|ייִדיש"),
    ("yo", "yor|Yoruba"),
    ("za", "zha|Zhuang"),
    (
        "zh",
        "zho|chi|cmn|yue|Chinese|Mandarin|Mandarin Chinese|Simplified Chinese|Traditional Chinese|Cantonese|中文|汉语\
         |漢語|普通话|چینی",
    ),
    ("zu", "zul|Zulu|isiZulu"),
    // Said to be unknown.
    ("und", "undetermined|unknown"),
    // Spoken in and around Pakistan, without a two-letter code.
    ("bal", "bgn|bgp|bcc|Balochi|Baluchi|بلوچی"),
    ("brh", "Brahui|براہوی"),
    ("skr", "Saraiki|Seraiki|سرائیکی"),
    ("hno", "hnd|Hindko|ہندکو"),
    ("khw", "Khowar|Chitrali|کھوار"),
    ("scl", "Shina|شینا"),
    ("bft", "Balti|بلتی"),
    ("bsk", "Burushaski|بروشسکی"),
    ("wbl", "Wakhi"),
    ("phr", "Pahari|Pahari-Potwari|Pothwari"),
    ("haz", "Hazaragi|ہزارگی"),
    ("gju", "Gujari|Gojri"),
    ("mve", "Marwari"),
    ("bho", "Bhojpuri"),
    ("mai", "Maithili"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_its_codes_and_its_names() {
        for (written, code) in [
            ("EN", "en"),
            (" en-US ", "en"),
            ("en_GB.utf8", ""),
            ("eng", "en"),
            ("English", "en"),
            ("English (UK)", "en"),
            ("urd", "ur"),
            ("ur-PK", "ur"),
            ("اردو", "ur"),
            ("Urdu", "ur"),
            ("zh-Hans", "zh"),
            ("zh_TW", "zh"),
            ("zh-Hant-HK", "zh"),
            ("cmn", "zh"),
            ("Chinese", "zh"),
            ("Chinese (Simplified)", "zh"),
            ("中文", "zh"),
            ("Farsi", "fa"),
            ("prs-AF", "fa"),
            ("iw", "he"),
            ("Uighur", "ug"),
            ("Português", "pt"),
            ("portugues", "pt"),
            ("Balochi", "bal"),
            ("und", "und"),
        ] {
            assert_eq!(canonical(written).unwrap_or_default(), code, "{written}");
        }
        for written in ["", " ", "pk", "cn", "xx", "en,ur", "English, Urdu", "klingon", "e", "-en", "en-", "12", "(en)"]
        {
            assert_eq!(canonical(written), None, "{written}");
        }
    }

    #[test]
    fn no_name_stands_for_two_languages() {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for (code, others) in LANGUAGES {
            for name in others.split('|').chain([code]) {
                let before = seen.insert(fold(name), code);
                assert!(before.is_none_or(|other| other == code), "{name}: {before:?} and {code}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_a_code_of_small_letters_or_none(text in "\\PC{0,20}") {
            if let Some(code) = canonical(&text) {
                proptest::prop_assert!(matches!(code.len(), 2 | 3) && code.bytes().all(|b| b.is_ascii_lowercase()));
                proptest::prop_assert_eq!(canonical(&code), Some(code.clone()));
            }
        }
    }
}
