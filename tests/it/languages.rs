//! Words of many languages are found as their readers expect: through the real search, with the marks that people see.

use serde_json::Value;

use crate::harness::Desk;

/// Articles of our own: id, language, text.
const ARTICLES: &[(&str, &str, &str)] = &[
    ("zh-hans", "zh", "中国工程师的车队在隧道附近遇袭。警方说五人死亡。俾路支语广播作了报道。"),
    ("zh-hant", "zh", "臺灣記者後來沿著公路前往港口，與當地漁民會面。那裡的風很強。"),
    ("zh-mixed", "zh", "机场启用５Ｇ网络，首架C919飞抵新城。中巴CPEC项目负责人阿卜杜勒·萨拉姆出席。"),
    (
        "ur-attack",
        "ur",
        "چوکی پر حملے میں دو اہلکار زخمی ہوئے۔ شہر میں دھماکوں کی آوازیں سنی گئیں۔ کیا چینی انجینئر محفوظ ہیں؟",
    ),
    ("ur-port", "ur", "گوادر\u{200c}پورٹ پر نئی کرینیں آئیں۔ منصوبے پر ۲۔۵ ارب روپے خرچ ہوں گے۔"),
    ("ur-health", "ur", "حمل کے دوران غذا کا خیال رکھنا چاہیے۔"),
    (
        "ar-trade",
        "ar",
        "قال الوزير إن التعاون مع الصين مهم للصينيين ولباكستان. وأضاف أن الحملات ستستمر في المَدِيـنة؛ كما أشار إلى حملها الثقيل.",
    ),
    ("ar-blast", "ar", "وقعت انفجارات قرب الميناء. ووصلت القوات والشرطة بسرعة."),
    ("fa-books", "fa", "کتاب\u{200c}های تازه در تهران چاپ شد. قطار به سوی دریا می\u{200c}رود."),
    ("fa-parted", "fa", "كتاب ها را به مدرسه بردند و نخست وزير سخن گفت."),
    ("hi-news", "hi", "हिन्दी के अख़बारों में हमलों की ख़बरें छपीं। पाँच सैनिकों को डॉक्टर के पास ले गये॥ क्या यह सच है? कुल २०२४ रुपये।"),
    ("ru-news", "ru", "После взрывов в порту Пакистана движение остановили. Ещё один поезд ждёт."),
    (
        "es-news",
        "es",
        "Los ataques contra las embajadas dejaron varios muertos. Los líderes militares hablaron en la ciudad.",
    ),
    ("pt-news", "pt", "Os ataques às embaixadas foram condenados pelos jornais."),
    ("fr-news", "fr", "L'attaque contre l’ambassade a fait deux blessés. Les journaux d'Alger en parlent."),
    ("it-news", "it", "Gli attacchi all'ambasciata sono stati condannati."),
    ("de-news", "de", "Nach den Anschlägen schloss die Stadt den Hafen."),
    ("en-news", "en", "Captain D'Souza saw a pine near the tunnel; her son drew a pin."),
];

fn desk() -> &'static Desk {
    static DESK: std::sync::OnceLock<Desk> = std::sync::OnceLock::new();
    DESK.get_or_init(|| {
        let desk = Desk::new();
        for (id, lang, text) in ARTICLES {
            desk.article(id, &format!("title: \"{id}\"\nlang: {lang}"), text);
        }
        desk.indexed();
        desk
    })
}

/// The marked stretches of a hit, in order; those that touch are one.
fn marked(hit: &Value) -> Vec<String> {
    let mut marked: Vec<String> = Vec::new();
    let snippets = hit["snippets"].as_array().unwrap().iter();
    for snippet in snippets {
        let mut touches = false;
        for fragment in snippet["fragments"].as_array().unwrap() {
            let text = fragment["text"].as_str().unwrap();
            match (fragment["match"] == true, marked.last_mut()) {
                (true, Some(last)) if touches => last.push_str(text),
                (true, _) => marked.push(text.to_owned()),
                (false, _) => {}
            }
            touches = fragment["match"] == true;
        }
    }
    marked
}

fn answer(query: &str) -> Value {
    desk().run(&["search", "--format", "json", "--", query]).json()
}

fn ids(answer: &Value) -> Vec<&str> {
    let mut ids: Vec<_> = answer["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

/// Each query finds one article, by all its words, and marks what it found there.
#[track_caller]
fn finds(cases: &[(&str, &str, &[&str])]) {
    let mut wrong = Vec::new();
    for (query, id, marks) in cases {
        let answer = answer(query);
        let got = (ids(&answer), answer["query"]["match_used"].as_str(), answer["hits"].get(0).map(marked));
        if got != (vec![*id], Some("all"), Some(marks.iter().map(|&mark| mark.to_owned()).collect())) {
            wrong.push((query, got.0.join(" "), got.1.map(str::to_owned), got.2));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[track_caller]
fn misses(queries: &[&str]) {
    for query in queries {
        let answer = desk().run(&["search", "--format", "json", "--fuzzy", "0", "--", query]).json();
        assert!(ids(&answer).is_empty(), "{query} found {:?}", ids(&answer));
    }
}

#[test]
fn chinese_is_found_in_either_script_by_words_and_by_characters() {
    finds(&[
        ("台湾", "zh-hant", &["臺灣"]),
        ("臺灣", "zh-hant", &["臺灣"]),
        ("后来", "zh-hant", &["後來"]),
        ("沿着", "zh-hant", &["沿著"]),
        ("那里", "zh-hant", &["那裡"]),
        ("\"与当地渔民\"", "zh-hant", &["與當地漁民"]),
        ("俾路支語", "zh-hans", &["俾路支语"]),
        ("遇襲", "zh-hans", &["遇袭"]),
        ("\"工程师的车\"", "zh-hans", &["工程师的车"]),
        ("队", "zh-hans", &["队"]),
        ("萨拉姆", "zh-mixed", &["萨拉姆"]),
        ("C919", "zh-mixed", &["C919"]),
        ("Ｃ９１９", "zh-mixed", &["C919"]),
        ("5G网络", "zh-mixed", &["５Ｇ网络"]),
        ("cpec項目", "zh-mixed", &["CPEC项目"]),
        ("=臺灣", "zh-hant", &["臺灣"]),
    ]);
    misses(&["=台灣", "\"网络5G\""]);
}

#[test]
fn urdu_words_are_found_in_their_forms_and_no_others() {
    finds(&[
        ("حملہ lang:ur", "ur-attack", &["حملے"]),
        ("دھماکہ", "ur-attack", &["دھماکوں"]),
        ("دھماکا", "ur-attack", &["دھماکوں"]),
        ("چینیوں", "ur-attack", &["چینی"]),
        ("آواز", "ur-attack", &["آوازیں"]),
        ("\"اہلکاروں زخمی\"", "ur-attack", &["اہلکار زخمی"]),
        ("گوادر", "ur-port", &["گوادر"]),
        ("\"گوادر پورٹ\"", "ur-port", &["گوادر\u{200c}پورٹ"]),
        ("گوادرپورٹ", "ur-port", &["گوادر\u{200c}پورٹ"]),
        ("منصوبہ", "ur-port", &["منصوبے"]),
        ("چوكي", "ur-attack", &["چوکی"]),
        ("کیا حملہ کے بارے lang:ur", "ur-attack", &["حملے"]),
    ]);
    // The oblique plural of two nouns is one word; each of them leads to its own forms alone.
    assert_eq!(ids(&answer("حملوں")), ["ur-attack", "ur-health"]);
    // One word of two languages is found in both.
    assert_eq!(ids(&answer("حملہ")), ["ar-trade", "ur-attack"]);
    assert_eq!(ids(&answer("حمل")), ["ar-trade", "ur-health"], "the Arabic one says حملها");
    misses(&["=حملہ", "چین"]);
}

#[test]
fn arabic_words_are_found_behind_articles_and_prepositions() {
    finds(&[
        ("الصين", "ar-trade", &["الصين"]),
        ("والصين", "ar-trade", &["الصين"]),
        ("بالصين", "ar-trade", &["الصين"]),
        ("صيني", "ar-trade", &["للصينيين"]),
        ("باكستان", "ar-trade", &["ولباكستان"]),
        ("حملة lang:ar", "ar-trade", &["الحملات"]),
        ("مدينة", "ar-trade", &["المَدِيـنة"]),
        ("انفجار", "ar-blast", &["انفجارات"]),
        ("الانفجار", "ar-blast", &["انفجارات"]),
        ("قوة", "ar-blast", &["القوات"]),
        ("\"قوات شرطة\"", "ar-blast", &["القوات والشرطة"]),
        ("إلى الميناء", "ar-blast", &["الميناء"]),
    ]);
    misses(&["=صين"]);
}

#[test]
fn persian_is_found_joined_and_parted() {
    for query in ["کتاب", "کتابها", "کتاب‌ها", "كتاب"] {
        assert_eq!(ids(&answer(query)), ["fa-books", "fa-parted"], "{query}");
    }
    finds(&[
        ("می رود", "fa-books", &["رود"]),
        ("می\u{200c}رود", "fa-books", &["می\u{200c}رود"]),
        ("میرود", "fa-books", &["می\u{200c}رود"]),
        ("نخست\u{200c}وزیر", "fa-parted", &["نخست وزير"]),
        ("دریای", "fa-books", &["دریا"]),
    ]);
}

#[test]
fn hindi_is_found_in_every_spelling_and_form() {
    finds(&[
        ("हिंदी", "hi-news", &["हिन्दी"]),
        ("अखबार", "hi-news", &["अख़बारों"]),
        ("हमला", "hi-news", &["हमलों"]),
        ("हमले", "hi-news", &["हमलों"]),
        ("पांच", "hi-news", &["पाँच"]),
        ("सैनिक", "hi-news", &["सैनिकों"]),
        ("डाक्टर", "hi-news", &["डॉक्टर"]),
        ("\"पांच सैनिक\"", "hi-news", &["पाँच सैनिकों"]),
        ("2024", "hi-news", &["२०२४"]),
        ("रुपए", "hi-news", &["रुपये"]),
    ]);
    misses(&["=हिंदी", "हम"]);
}

#[test]
fn inflected_words_of_european_languages_are_found() {
    finds(&[
        ("взрыв", "ru-news", &["взрывов"]),
        ("Пакистан", "ru-news", &["Пакистана"]),
        ("\"еще один поезд\"", "ru-news", &["Ещё один поезд"]),
        ("embajada", "es-news", &["embajadas"]),
        ("lider militar", "es-news", &["líderes", "militares"]),
        ("ciudades", "es-news", &["ciudad"]),
        ("jornal", "pt-news", &["jornais"]),
        ("attaque", "fr-news", &["attaque"]),
        ("l’attaque", "fr-news", &["L'attaque"]),
        ("ambassades", "fr-news", &["ambassade"]),
        ("Alger", "fr-news", &["Alger"]),
        ("attacco", "it-news", &["attacchi"]),
        ("ambasciate", "it-news", &["ambasciata"]),
        ("Anschlag", "de-news", &["Anschlägen"]),
        ("pine", "en-news", &["pine"]),
        ("Souza", "en-news", &["Souza"]),
        ("DSouza", "en-news", &["D'Souza"]),
        ("=D'Souza", "en-news", &["D'Souza"]),
    ]);
    misses(&["=Souza", "pina", "\"pin near\""]);
}

#[test]
fn a_reason_says_whether_the_form_was_typed() {
    for (query, form, via) in [
        ("دھماکہ", "دھماکوں", "stem"),
        ("حملے", "حملے", "typed"),
        ("台湾", "臺灣", "typed"),
        ("हिंदी", "हिन्दी", "typed"),
        ("हमला", "हमलों", "stem"),
        ("انفجار", "انفجارات", "stem"),
        ("взрыв", "взрывов", "stem"),
        ("attaque", "attaque", "typed"),
    ] {
        let answer = answer(query);
        let matched = &answer["hits"][0]["matched"][0];
        assert_eq!((&matched["form"], &matched["via"]), (&form.into(), &via.into()), "{query}: {matched}");
    }
}

#[test]
fn a_sentence_ends_where_its_script_ends_it() {
    for (query, id) in [
        ("زخمی SAME دھماکہ", None),
        ("آواز SAME دھماکہ", Some("ur-attack")),
        ("محفوظ SAME دھماکہ", None),
        ("منصوبے SAME ارب", Some("ur-port")),
        ("خرچ SAME ارب", Some("ur-port")),
        ("हमला SAME सैनिक", None),
        ("सैनिक SAME डॉक्टर", Some("hi-news")),
        ("सैनिक SAME सच", None),
        ("सच SAME 2024", None),
        ("隧道 SAME 车队", Some("zh-hans")),
        ("隧道 SAME 警方", None),
        ("انفجارات SAME الميناء", Some("ar-blast")),
        ("انفجارات SAME الشرطة", None),
    ] {
        assert_eq!(ids(&answer(query)).first().copied(), id, "{query}");
    }
}
