//! The language of a text, and the code of a language that a curator named.
//!
//! May not guess: what cannot be told is `und`, and a wrong name is no code.
//!
//! First the script is counted, for each paragraph. Where a script serves several languages, their commonest words,
//! endings and letters are weighed (`scoring` by `profiles`); where these know nothing, whatlang's trigrams may name one of
//! the languages that have no profile (`second_voice`). Each paragraph then votes with its letters, so that a
//! quotation in another language does not turn an article.

mod codes;
mod profiles;
mod scoring;
mod scripts;
mod second_voice;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub use codes::canonical;
use scoring::judge;
use scripts::{HAN, KANA, LATIN, SCRIPT_COUNT, SCRIPTS, script_of};
use second_voice::second_voice;

/// What is known of the language of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detected {
    /// ISO 639-1, or `und` when the text does not tell.
    pub code: &'static str,
    /// Unicode's name of the script of most of the text (`Japanese` for kana with Han); `Unknown` without letters.
    pub script: &'static str,
    /// From 0 (`und`) to 1: how far the language leads, times the share of the text that speaks for it.
    pub confidence: f64,
}

/// Letters (weighted, see `Script::sign_weight`) below which no language is given.
const LETTERS_MIN: u32 = 10;
/// Letters from which on a paragraph votes for itself; shorter ones vote together.
const PARAGRAPH_LETTERS_MIN: u32 = 80;
/// Share of kana among Han and kana from which on a text is Japanese; Chinese texts quote single kana.
const KANA_SHARE_MIN: f64 = 0.1;
/// Least share of all letters that the leading language must win.
const VOTE_SHARE_MIN: f64 = 0.34;

/// The language of a text: the one that most of its letters speak for.
pub fn detect(text: &str) -> Detected {
    let mut ballot = Ballot::default();
    for (script, letters, paragraph) in paragraphs(text) {
        ballot.add(script, letters, voice(script, &paragraph));
    }
    ballot.result()
}

/// The code that `detect` gives, found without reading paragraphs that cannot turn the vote.
pub fn detect_code(text: &str) -> &'static str {
    let mut ballot = Ballot::default();
    let mut paragraphs = paragraphs(text);
    let mut open_letters = paragraphs.iter().map(|(_, letters, _)| letters).sum();
    paragraphs.sort_by_key(|(_, letters, _)| std::cmp::Reverse(*letters));
    for (script, letters, paragraph) in paragraphs {
        if let Some(code) = ballot.settled(open_letters) {
            return code;
        }
        ballot.add(script, letters, voice(script, &paragraph));
        open_letters -= letters;
    }
    ballot.result().code
}

/// Confidence from which on the words of a paragraph need no second voice.
const CONFIDENCE_SURE: f64 = 0.5;

/// What a paragraph votes for: the language of its words; where these say little, one that only trigrams know.
fn voice(script: usize, paragraph: &str) -> Option<(&'static str, f64)> {
    let own = judge(script, paragraph);
    own.filter(|(_, confidence)| *confidence >= CONFIDENCE_SURE).or_else(|| second_voice(script, paragraph)).or(own)
}

/// The paragraphs that vote, each with its script and its letters; short ones of a script are one.
fn paragraphs(text: &str) -> Vec<(usize, u32, Cow<'_, str>)> {
    let mut voting = Vec::new();
    let mut short_lines: BTreeMap<usize, (String, u32)> = BTreeMap::new();
    for line in text.lines() {
        let Some((script, letters)) = leading_script(line) else { continue };
        if letters >= PARAGRAPH_LETTERS_MIN {
            voting.push((script, letters, Cow::Borrowed(line)));
        } else {
            let (pool, pool_letters) = short_lines.entry(script).or_default();
            pool.push_str(line);
            pool.push('\n');
            *pool_letters += letters;
        }
    }
    voting.extend(short_lines.into_iter().map(|(script, (pool, letters))| (script, letters, Cow::Owned(pool))));
    voting
}

/// Votes by script and language, with letters and, weighted by them, confidence.
#[derive(Default)]
struct Ballot {
    votes: BTreeMap<(usize, &'static str), (u32, f64)>,
}

impl Ballot {
    fn add(&mut self, script: usize, letters: u32, verdict: Option<(&'static str, f64)>) {
        let (code, confidence) = verdict.unwrap_or(("und", 0.0));
        let vote = self.votes.entry((script, code)).or_default();
        vote.0 += letters;
        vote.1 += confidence * f64::from(letters);
    }

    /// The code that wins whatever the open letters vote for, if there is one.
    fn settled(&self, open_letters: u32) -> Option<&'static str> {
        let all = self.votes.values().map(|vote| vote.0).sum::<u32>() + open_letters;
        let (&leader, &(letters, _)) =
            self.votes.iter().filter(|((_, code), _)| *code != "und").max_by_key(|(_, vote)| vote.0)?;
        let others = self.votes.iter().filter(|(key, _)| **key != leader && key.1 != "und");
        let next = others.map(|(_, vote)| vote.0).max().unwrap_or(0);
        let ahead = letters > next + open_letters && f64::from(letters) >= VOTE_SHARE_MIN * f64::from(all);
        (ahead && all >= LETTERS_MIN).then_some(leader.1)
    }

    fn result(&self) -> Detected {
        let all: u32 = self.votes.values().map(|vote| vote.0).sum();
        let mut by_script = [0_u32; SCRIPT_COUNT];
        for (&(script, _), &(letters, _)) in &self.votes {
            by_script[script] += letters;
        }
        let script = (0..SCRIPT_COUNT).rev().max_by_key(|&at| by_script[at]).filter(|&at| by_script[at] > 0);
        let unknown =
            Detected { code: "und", script: script.map_or("Unknown", |at| SCRIPTS[at].name), confidence: 0.0 };
        let leader = self.votes.iter().filter(|((_, code), _)| *code != "und").max_by_key(|(_, vote)| vote.0);
        let Some((&(script, code), &(letters, confidence))) = leader else { return unknown };
        if all < LETTERS_MIN || f64::from(letters) < VOTE_SHARE_MIN * f64::from(all) {
            return unknown;
        }
        Detected { code, script: SCRIPTS[script].name, confidence: confidence / f64::from(all) }
    }
}

/// The script of most of a line, and its letters (weighted); `None` without letters.
fn leading_script(line: &str) -> Option<(usize, u32)> {
    let mut counts = [0_u32; SCRIPT_COUNT];
    for at in line.chars().filter_map(script_of) {
        counts[at] = counts[at].saturating_add(SCRIPTS[at].sign_weight);
    }
    let (han, kana) = (f64::from(counts[HAN]), f64::from(counts[KANA]));
    let (joined, emptied) = if kana > 0.0 && kana >= KANA_SHARE_MIN * (han + kana) { (KANA, HAN) } else { (HAN, KANA) };
    counts[joined] += std::mem::take(&mut counts[emptied]);
    // Texts in other scripts are full of Latin names and acronyms; the reverse is rare. So Latin counts half.
    let rank = |at: usize| if at == LATIN { counts[at] } else { counts[at].saturating_mul(2) };
    let script = (0..SCRIPT_COUNT).rev().max_by_key(|&at| rank(at))?;
    (counts[script] > 0).then_some((script, counts[script]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "Two engineers were hurt when a bomb went off near the port on Tuesday, police said. The \
        ministry has asked the province to send more guards to the site, and the company will stop work for a week.";
    const FRENCH: &str = "« Nous ne savons pas encore qui a posé la bombe, mais les ouvriers ont peur », a dit un ami.";
    const URDU: &str = "بندرگاہ کے قریب بم پھٹنے سے دو انجینئر زخمی ہوئے ہیں اور پولیس نے علاقے کو گھیرے میں لے لیا ہے۔";

    /// Clear and doubtful ones, long and short.
    const PARAGRAPHS: [&str; 10] = [
        ENGLISH,
        FRENCH,
        URDU,
        "Oper shr 10 cts vs 12 cts; net 1.2 mln vs 1.4 mln; revs 9 mln vs 8 mln; year shr 40 cts vs 51 cts; net 5 mln",
        "Gwadar Karachi Lahore Quetta Peshawar Multan Sukkur Turbat Panjgur Besham Dasu Hub Pasni Ormara Jiwani Chaman",
        "Bandargah ke paas dhamaka hua hai aur do engineer zakhmi ho gaye hain",
        "Perto do porto explodiu uma bomba e dois engenheiros foram feridos, mas a obra no porto continua em abril.",
        "Cerca del puerto exploto una bomba e ingenieros fueron heridos, pero la obra en el puerto continua en abril.",
        "Dock workers met union leaders in Amsterdam over pay.",
        "وأعلنت الوزارة أن الشركة أوقفت العمل في الميناء بعد الانفجار الذي أصيب فيه مهندسان.",
    ];

    #[test]
    fn a_sentence_is_told_from_its_neighbours() {
        for (text, code, script) in [
            (ENGLISH, "en", "Latin"),
            (FRENCH, "fr", "Latin"),
            (URDU, "ur", "Arabic"),
            ("وأعلنت الوزارة أن الشركة أوقفت العمل في الميناء بعد الانفجار الذي أصيب فيه مهندسان.", "ar", "Arabic"),
            ("وزارت کشور اعلام کرد که کار در بندر پس از انفجار برای یک هفته متوقف شده است.", "fa", "Arabic"),
            ("د کورنیو چارو وزارت وویل چې په بندر کې د چاودنې له امله کار درول شوی دی.", "ps", "Arabic"),
            ("بندرگاهه ۾ ڌماڪي کان پوءِ ڪم بند ڪيو ويو آهي ۽ پوليس جاچ شروع ڪئي آهي.", "sd", "Arabic"),
            ("پورتتىكى پارتلاشتىن كېيىن خىزمەت توختىتىلدى ۋە بىر قانچە ئادەم يارىلاندى.", "ug", "Arabic"),
            ("बंदरगाह के पास धमाके में दो इंजीनियर घायल हो गए हैं और जाँच शुरू हुई है।", "hi", "Devanagari"),
            ("बंदराजवळ झालेल्या स्फोटात दोन अभियंते जखमी झाले आहेत आणि तपास सुरू केला आहे.", "mr", "Devanagari"),
            ("बन्दरगाह नजिक भएको विस्फोटमा दुई इन्जिनियर घाइते भएका छन् र अनुसन्धान गरेको छ।", "ne", "Devanagari"),
            ("বন্দরের কাছে বিস্ফোরণে দুই প্রকৌশলী আহত হয়েছেন এবং পুলিশ তদন্ত শুরু করেছে।", "bn", "Bengali"),
            ("港口附近发生爆炸，两名工程师受伤，CPEC项目暂停施工。", "zh", "Han"),
            ("港の近くで爆発があり、技術者二人がけがをした。", "ja", "Japanese"),
            ("항구 근처에서 폭발이 일어나 기술자 두 명이 다쳤다.", "ko", "Hangul"),
            ("Возле порта взорвалась бомба, и два инженера были ранены, но работа продолжается.", "ru", "Cyrillic"),
            ("Біля порту вибухнула бомба, і двоє інженерів були поранені, але робота триває.", "uk", "Cyrillic"),
            ("Liman yakınında bir bomba patladı ve iki mühendis yaralandı, ancak çalışma sürüyor.", "tr", "Latin"),
            ("In der Nähe des Hafens ist eine Bombe explodiert, und zwei Ingenieure wurden verletzt.", "de", "Latin"),
            ("Cerca del puerto estalló una bomba y dos ingenieros fueron heridos, pero la obra sigue.", "es", "Latin"),
            (
                "Perto do porto explodiu uma bomba e dois engenheiros foram feridos, mas a obra não parou.",
                "pt",
                "Latin",
            ),
            ("Vicino al porto è esplosa una bomba e due ingegneri sono stati feriti, ma si lavora.", "it", "Latin"),
            (
                "Bij de haven is een bom ontploft en twee ingenieurs werden gewond, maar het werk gaat door.",
                "nl",
                "Latin",
            ),
            (
                "Sebuah bom meledak di dekat pelabuhan dan dua insinyur terluka, tetapi pekerjaan itu jalan.",
                "id",
                "Latin",
            ),
        ] {
            let detected = detect(text);
            assert_eq!((detected.code, detected.script), (code, script), "{detected:?} {text}");
            assert!(detected.confidence > 0.0 && detected.confidence <= 1.0, "{detected:?}");
        }
    }

    #[test]
    fn what_does_not_tell_is_undetermined() {
        for text in [
            "",
            "2024-03-26, 10:00",
            "CPEC",
            "پاکستان",
            "中国",
            "Gwadar Karachi Lahore Quetta Peshawar",
            "Oper shr 10 cts vs 12 cts; net 1.2 mln vs 1.4 mln; revs 9 mln vs 8 mln",
            "Bandargah ke paas dhamaka hua hai aur do engineer zakhmi ho gaye hain",
        ] {
            let detected = detect(text);
            assert_eq!((detected.code, detected.confidence), ("und", 0.0), "{detected:?} {text}");
        }
    }

    #[test]
    fn a_quotation_does_not_turn_an_article() {
        for quotation in [URDU, FRENCH, "警方说：“目前没有人承认制造了这起爆炸。”"] {
            let article = format!("{ENGLISH}\n\n{quotation}\n\n{ENGLISH}");
            let detected = detect(&article);
            assert_eq!(detected.code, "en", "{quotation}");
            assert!(detected.confidence < 1.0, "part of the text speaks otherwise");
        }
        let names = "گوادر پورٹ (Gwadar Port Authority) نے کمپنی سے بات کی ہے اور کام شروع ہو گیا ہے۔";
        assert_eq!(detect(names).code, "ur");
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_a_language_or_none(text in "\\PC{0,200}") {
            let detected = detect(&text);
            proptest::prop_assert!((0.0..=1.0).contains(&detected.confidence));
            proptest::prop_assert_eq!(detected.confidence == 0.0, detected.code == "und");
            proptest::prop_assert_eq!(detect_code(&text), detected.code);
        }

        #[test]
        fn the_code_alone_is_that_of_the_whole_answer(
            paragraphs in proptest::collection::vec(proptest::sample::select(&PARAGRAPHS), 0..7)
        ) {
            let text = paragraphs.join("\n");
            proptest::prop_assert_eq!(detect_code(&text), detect(&text).code);
        }
    }
    #[test]
    fn names_and_labels_of_a_few_words_are_of_no_language() {
        let mut wrong = Vec::new();
        for text in [
            "Taliban",
            "Hello",
            "Gwadar port",
            "Majeed Brigade",
            "Besham attack",
            "Karachi, Lahore, Quetta",
            "Dasu Hydropower",
            "BLA, BLF, TTP",
            "Zia ul Haq",
            "Jamal Khan Mandokhail",
            "Xi Jinping Li Keqiang",
            "Allama Muhammad Iqbal",
            "Mohsin Naqvi",
            "Photo: AFP",
            "PM visits Beijing",
            "Allama Iqbal",
            "Saindak 1,200 Duddar 340 Gwadar 98",
            "Balochistan",
            "Islamabad",
            "Peshawar",
            "Hello Hello Hello",
            "Majeed Brigade Majeed Brigade",
            "Reuters",
            "Police",
            "Afghanistan",
            "Bomb",
            "Terrorism",
            "Security",
            "Shehbaz Sharif",
            "Asim Munir",
            "Bajwa",
            "Operation",
            "Attaque à Quetta",
            "Article",
        ] {
            let code = detect_code(text);
            if code != "und" && code != "en" && (text, code) != ("Attaque à Quetta", "fr") {
                wrong.push((text, code));
            }
            assert_eq!(detect_code(&format!("{text}\n{text}")), code, "{text}");
        }
        assert_eq!(wrong, []);
    }
}
