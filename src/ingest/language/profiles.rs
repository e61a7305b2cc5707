//! What gives languages of one script away: their commonest words, and the letters that not all of them write.
//!
//! The words are articles, prepositions, conjunctions and auxiliaries, written down by hand: they make up a fifth to
//! a half of any running text, and no name or topic brings them in. Holds no weights and no thresholds.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::scripts::SCRIPTS;

/// A language within a script.
#[derive(Debug)]
pub(super) struct Profile {
    /// ISO 639-1, or `und` for a way of writing that must not be taken for one of the others.
    pub(super) code: &'static str,
    /// Its code in ISO 639-3, by which whatlang knows it.
    pub(super) code3: &'static str,
    /// Letters that it writes beside those common to its script.
    pub(super) letters: &'static str,
    /// Its commonest words, in small letters.
    pub(super) words: &'static str,
}

const fn profile(code: &'static str, code3: &'static str, letters: &'static str, words: &'static str) -> Profile {
    Profile { code, code3, letters, words }
}

/// The languages of a script that are told apart; none for scripts of one language.
pub(super) fn profiles(script_name: &str) -> &'static [Profile] {
    match script_name {
        "Latin" => &LATIN_PROFILES,
        "Arabic" => &ARABIC_PROFILES,
        "Cyrillic" => &CYRILLIC_PROFILES,
        "Devanagari" => &DEVANAGARI_PROFILES,
        "Bengali" => &BENGALI_PROFILES,
        "Hebrew" => &HEBREW_PROFILES,
        _ => &[],
    }
}

/// Whether every language of a script writes a letter (so that it tells nothing).
pub(super) fn is_common(script_name: &str, c: char) -> bool {
    match script_name {
        "Latin" => c.is_ascii(),
        "Arabic" => "ابتثجحخدذرزسشصضطظعغفقلمنو".contains(c),
        "Cyrillic" => "абвгджзеклмнопрстуфхцчш".contains(c),
        "Devanagari" => !"ळॲऑॉ".contains(c),
        "Bengali" => !"রৰৱ".contains(c),
        _ => true,
    }
}

/// Words and letters of a script's languages, each with the places (in `profiles`) of the languages that have it.
pub(super) struct Vocabulary {
    /// How many languages there are.
    pub(super) size: usize,
    words: HashMap<&'static str, Vec<usize>>,
    letters: HashMap<char, Vec<usize>>,
}

impl Vocabulary {
    /// The vocabulary of a script; `None` for scripts of one language.
    pub(super) fn of(script_name: &str) -> Option<&'static Self> {
        VOCABULARIES.get(script_name)
    }

    /// The languages that have a word, in small letters, among their commonest.
    pub(super) fn having(&self, word: &str) -> &[usize] {
        self.words.get(word).map_or(&[], Vec::as_slice)
    }

    /// The languages that write a letter that is not common to the script.
    pub(super) fn writing(&self, letter: char) -> &[usize] {
        self.letters.get(&letter).map_or(&[], Vec::as_slice)
    }

    fn new(profiles: &'static [Profile]) -> Self {
        let mut words: HashMap<&'static str, Vec<usize>> = HashMap::new();
        let mut letters: HashMap<char, Vec<usize>> = HashMap::new();
        for (at, profile) in profiles.iter().enumerate() {
            for word in profile.words.split_ascii_whitespace() {
                words.entry(word).or_default().push(at);
            }
            for letter in profile.letters.chars() {
                letters.entry(letter).or_default().push(at);
            }
        }
        Self { size: profiles.len(), words, letters }
    }
}

static VOCABULARIES: LazyLock<HashMap<&'static str, Vocabulary>> = LazyLock::new(|| {
    let several = SCRIPTS.iter().map(|script| (script.name, profiles(script.name))).filter(|(_, all)| !all.is_empty());
    several.map(|(name, all)| (name, Vocabulary::new(all))).collect()
});

/// Malay is not told from Indonesian, nor Bosnian and Serbian in Latin letters from Croatian.
#[rustfmt::skip]
static LATIN_PROFILES: [Profile; 40] = [
    profile("en", "eng", "",
        "the of and to in a is that for was on it with as by at from be are has this his have not an were which \
         he they or but had their its who been said will would also after more than one i you we all can there \
         when out up if what no about into over new other two her she our your my me do so may should under \
         between during against"),
    profile("fr", "fra", "àâæçèéêëîïôœùûüÿ",
        "de la le et les des en un du une est que dans pour qui par sur au pas plus ce l d il avec sont aux ne se \
         je vous nous ou mais on elle été comme cette être son sa ses ces leur leurs a qu s n c j tout fait si \
         ils deux entre aussi après même avait était y dont sans bien peut votre notre très"),
    profile("de", "deu", "äöüß",
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden hat \
         wird ich sie er wir war aus bei nach wie noch nur einer einen einem oder aber am sind haben so um man \
         über kann zum zur dass daß bis wenn vor durch wurde waren ihr du mir mich da dieser diese ja mehr sein \
         seine unter gegen"),
    profile("es", "spa", "áéíñóúü",
        "de la que el en y a los se del las un por con no una su para es al lo como más fue sus le ha me pero o \
         este sin sobre ya entre cuando todo esta ser son dos también hasta hay desde muy nos si mi te esto \
         porque yo tiene sea está donde uno ni"),
    profile("pt", "por", "àáâãçéêíóôõú",
        "de a o que e do da em um para com não uma os no se na por mais as dos como ao das foi à pelo pela são ou \
         é ser tem seu sua mas já nos nas está também só até muito me eu isso entre depois sem mesmo aos seus \
         quem este esta você pode às foram"),
    profile("it", "ita", "àèéìíîòóùú",
        "di e il la che in a per un del non è una della sono le con si da i dei nel alla gli ha l al come anche \
         lo delle più ma questo o dal se ci degli ho su nella ai mi tutti essere dell all d cui tra sul perché \
         hanno era questa io due può suo sua stato"),
    profile("nl", "nld", "áàäéèëïíóöúü",
        "de van het een en in is dat op te zijn met voor niet aan er om als door ook bij naar worden uit werd dit \
         die maar wordt ze je ik nog was deze heeft kan of hij tot over men had hun meer wat we al zich geen zo \
         dan wel haar mijn u moet veel onder na waar"),
    profile("af", "afr", "áäéèêëíîïôóöúûü",
        "die van en het in is n te nie wat dit vir met sy op word hy om aan deur was ook kan daar"),
    profile("da", "dan", "åæøé",
        "og i at det er en til af på de for som med den der ikke et har var fra blev jeg eller kan men om vi han \
         ved så da du sig hun kun efter også være man mere dette meget havde hvor nu over hans"),
    profile("nb", "nob", "åæøéòôó",
        "og i å det er en til av på de for som med den ikke et har var fra ble jeg eller kan etter men om vi han \
         ved så da du seg hun kun også være man mer dette mye hadde hvor nå over hans"),
    profile("sv", "swe", "åäöé",
        "och i att det som en på är av för med till den har de inte om ett var men från jag kan vid så han vi man \
         du sig efter ut eller under också skulle mycket detta när hade här nu över hans ska blev ej"),
    profile("is", "isl", "áðéíóúýþæö", "og í að er á sem til um við en það með var fyrir ekki af hann eru frá því"),
    profile("fi", "fin", "äöåšž",
        "ja on ei se että oli joka myös mutta kun hän ovat sekä niin tai mukaan vuonna kuin ole hänen sen jo vain \
         ne nyt jos sitä tämä ollut kaikki mitä kanssa vielä olla joita jotka en"),
    profile("et", "est", "äõöüšž", "ja on ei et see oli ka mis kui ta aga oma või selle kes nii siis veel"),
    profile("pl", "pol", "ąćęłńóśźż",
        "w i na z się do nie że jest o to od za po jak przez dla był oraz jego a co ale są tym czy już tylko ich \
         tego tak być może które który przy ma jako również ze jej go była pod można"),
    profile("cs", "ces", "áčďéěíňóřšťúůýž",
        "a v se na je že s z o do to i ve jako za by pro k po jsou byl ale od si jak tak které který jeho při \
         nebo co už být podle má této ze u jen její pod než ten také až není jsem"),
    profile("sk", "slk", "áäčďéíĺľňóôŕšťúýž", "a v sa na je že s z o do to i vo ako za by pre k po sú bol ale od"),
    profile("hu", "hun", "áéíóöőúüű",
        "a az és hogy nem is egy volt meg de ez csak már még mint vagy el lehet ki után amely ha azt ezt van ezek \
         ő kell majd sem így minden fel be aki ami magyar között szerint pedig"),
    profile("ro", "ron", "ăâîșțşţ",
        "de și şi în a la cu pe care nu un o din pentru mai este să că sunt au ce ale al se prin dar după fi am \
         ca lui sau dintre fost era cel cea fără ei el iar foarte"),
    profile("hr", "hrv", "čćđšž", "i u je na se da za su od s o a koji iz kao ne što bi će do ili"),
    profile("sl", "slv", "čšž", "in je v na se za da so z ki pa tudi po bi kot ne s iz ali še"),
    profile("sq", "sqi", "çë", "të e në dhe për me një që i nga është u si se ka do nuk më ky"),
    profile("ca", "cat", "àçèéíïòóúü", "de la i el que en a els les un per del una amb no és al es dels com més"),
    profile("gl", "glg", "áéíñóúü", "de a o que e do da en un unha os non se na por máis as dos como ao das foi"),
    profile("eu", "eus", "ñ", "eta da ez bat du ere dira zen izan dute baina hau den egin bere"),
    profile("tr", "tur", "çğıöşüâîûýþð",
        "ve bir bu da de için ile olarak olan çok daha sonra kadar en gibi ne olduğu ise o her göre ki ama var \
         olup ya şekilde tarafından ben sen biz siz değil mi ancak iki hem veya yeni oldu eden ilk diye içinde \
         bütün tüm üzerinde yok yılında yıl ayrıca üzere şey bunu bunun bunlar önce zaman kendi onun onu bizim \
         size bize birlikte diğer iyi son büyük"),
    profile("az", "aze", "çəğıöşü", "və bir bu da ki üçün ilə olan də edir daha sonra ildə kimi çox onun isə"),
    profile("uz", "uzb", "ʻ", "va bilan uchun bu bir ham edi esa deb uning yil lgan qilib bo"),
    profile("tk", "tuk", "äçňöşüýž", "we bu bir bilen üçin hem bolup boýunça edip ýyl diýip onuň"),
    profile("ku", "kmr", "çêîşû", "û li bi ku di de ji jî ev ew bo ye wan her"),
    profile("id", "ind", "",
        "yang dan di ini itu dengan untuk dari dalam pada tidak ke akan oleh juga adalah ada kepada bahwa karena \
         saya kita anda mereka kami dia sudah telah bisa dapat atau seperti lebih saat hanya para tersebut ia \
         sebagai menjadi secara satu tahun bagi lain harus hari masih sebuah akhirnya kemudian ternyata namun \
         memang tak itulah pun jika agar antara serta hingga belum pernah semua sangat sekali yaitu maka setelah"),
    profile("jv", "jav", "èé", "ing lan iku kang saka karo sing ora uga dadi kanggo ana kuwi minangka"),
    profile("tl", "tgl", "ñ", "ang ng sa na mga at ay si ni para hindi nang ito kung isang siya"),
    profile("vi", "vie", "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
        "và của là có trong các một được cho không với những đã người để này từ về khi thì ở nhiều như cũng đến \
         ra phải vào còn trên sẽ nhưng sau năm theo bạn tại làm"),
    profile("sw", "swa", "", "na ya wa kwa ni katika la za cha kuwa hii alisema baada kutoka huo"),
    profile("so", "som", "", "oo iyo ka ku in ay waa uu la soo ee waxaa si aan"),
    profile("lt", "lit", "ąčęėįšųūž", "ir į kad iš su yra ne tai bei kaip o apie jo už prie"),
    profile("lv", "lav", "āčēģīķļņšūž", "un ir no ar par ka uz kas tas arī bet pie lai vai gada"),
    profile("cy", "cym", "âêîôûŵŷ", "y yn a i o r ar ei mae wedi am fod bod gan yr"),
    // Urdu and Hindi in Latin letters are one way of writing; taken for English or Indonesian they would be stemmed
    // as such.
    profile("und", "", "", "ka ki ke ko mein hai hain se ne aur nahi par ye yeh bhi tha thi jo woh kya kar raha gaya"),
];

/// Persian and Urdu are also typed with the Arabic forms of kaf, yeh and heh.
#[rustfmt::skip]
static ARABIC_PROFILES: [Profile; 8] = [
    profile("ar", "ara", "ءآأؤإئةهيىك",
        "في من على إلى أن التي الذي عن هذا مع كان ما لا هذه بين قال و ان الى بعد كما لم ذلك كل أو قد ثم هو هي لها \
         له إن حتى عند منذ فى يا هل وقد كانت غير حيث أي اي لن هناك تم عليه فيها به بها اذا إذا وفي ولا ومن وهو \
         وأن أنا انا خلال قبل"),
    profile("ur", "urd", "ءآأؤئةهيكپچژگکیہھۂۃۀٹڈڑںےۓ",
        "کے کی کا میں ہے سے کو نے پر اور ہیں یہ نہیں کہ بھی اس تھا جو گیا کر ہو تھی تو ایک ان کیا لیے وہ تھے ہی \
         ہوئے گئی گئے رہے رہا ہوئی تک کوئی جب ہم اپنے اپنی آپ لئے ساتھ بعد دیا کہا وہاں اگر جس کچھ پھر"),
    profile("fa", "pes", "ءآأؤئةهيكپچژگکیۀ",
        "و در به از که این را با است برای آن یک شد بر تا کرد های می شده خود هم شود نیز بود اما وی یا ها او هر \
         دارد شما ما نمی اند پس پیش بین دو اگر باشد کند بودند شدند هستند ای دیگر چه همه"),
    profile("ps", "pus", "ءآأؤئةهيىكپچژگکیښځڅډړږڼټېۍګ",
        "د په او چې کې له سره ته دی نه هم یې کړی شوي چی کی دا ده پر خو"),
    profile("sd", "snd", "ءآأئةهيكپچگکھٻڀٿٽٺڄڃڇڏڌڊڍڙڪڳڱڻڦ۾۽",
        "جي ۾ جو کي کان ۽ سان آهي تي جا به نه هن ته آهن ڪيو لاء جون هو"),
    profile("pa", "pnb", "ءآأؤئهيكپچژگکیہھۂۃۀٹڈڑںےݨ", "دے دی دا نوں وچ اے تے نیں سی ہن نال توں اک ایہ ایہہ اوہ کر ہور"),
    profile("ku", "ckb", "ئءپچژگکیهھەۆێڕڵڤۇ", "لە بە و کە بۆ ئەو ئەم هەر لەسەر دەکات کرد بوو لەگەڵ یان بەڵام هەیە"),
    profile("ug", "uig", "ئپچژگكيىەېۇۆۈۋڭھ", "ۋە بۇ بىلەن ئۈچۈن بىر دېگەن ئۇ ئۇلار قىلىش بولۇپ ھەم شۇ كېيىن"),
];

#[rustfmt::skip]
static CYRILLIC_PROFILES: [Profile; 12] = [
    profile("ru", "rus", "иыэёйщъьюя",
        "в и на с не что по о к из для от за он как это был а его также года но у до я мы вы они или при со все \
         же то только если так было быть их ее её бы под может будет этом который которые чтобы после уже вам вас \
         нам нас мне меня тебя ему ей ним чем где здесь там теперь вот ничего никогда себя есть без даже ли ни \
         раз этого эти этой того тем были была"),
    profile("uk", "ukr", "иіїєґйщьюя",
        "в і на з не що та у до за від для як він про й це але року його є а по при із я ми ви вони або був були \
         також чи щоб які який так під їх її після було бути вже тільки"),
    profile("be", "bel", "іыэёўйьюя", "і ў на з не што да у як за для па ад гэта ён быў яго"),
    profile("bg", "bul", "ийщъьюя",
        "на и в за се от да с е не са по че като през това който към до си ще му те или но ни как има при след \
         което които той беше още може във със също така само"),
    profile("sr", "srp", "иђјљњћџ",
        "и у је да на се за су од са о који из као не што би ће али или до према све која које није његов после \
         бити ово он само"),
    profile("mk", "mkd", "иѓјѕљњќџ", "на и во да се од за е со што не ги беше како по го"),
    profile("kk", "kaz", "иыэёйщъьюяәғқңөұүһі", "және мен бұл бойынша үшін да де бір болып деп жылы"),
    profile("ky", "kir", "иыэёйщъьюяңөү", "жана менен бул боюнча үчүн деп бир да жылы болуп"),
    profile("tt", "tat", "иыэёйщъьюяәҗңөүһ", "һәм белән бу да дә өчен бер дип булган"),
    profile("tg", "tgk", "иэёйъюяғӣқӯҳҷ", "ва дар аз ба ки ин бо барои аст буд он ҳам"),
    profile("uz", "uzb", "иэёйъьюяўқғҳ", "ва билан учун бу ҳам бир деб эди эса йил"),
    profile("mn", "khk", "иыэёйщъьюяөү", "нь байна энэ юм болон гэж байгаа бол оны хийсэн"),
];

#[rustfmt::skip]
static DEVANAGARI_PROFILES: [Profile; 3] = [
    profile("hi", "hin", "ऑॉ",
        "के में की है का से को और ने पर हैं कि यह भी नहीं एक इस था लिए तो कर ही गया जो थे वह हो थी रहे रहा कहा \
         उनके अपने साथ बाद किया जा या अब उस उन करने तक हुए वे कुछ जब आप मैं हम ये दिया अगर होता"),
    profile("mr", "mar", "ळॲऑॉ",
        "आहे आणि या ते व हे होते की त्या ही मध्ये साठी आहेत नाही असे म्हणून केली झाली तर होती आला"),
    profile("ne", "npi", "", "छ र को मा ले हो भएको गरेको छन् यो थियो पनि लागि गर्न भने अनुसार त्यो गर्ने गरे रहेको"),
];

#[rustfmt::skip]
static BENGALI_PROFILES: [Profile; 2] = [
    profile("bn", "ben", "র",
        "এবং করে এই থেকে হয় ও না এর করা একটি তার জন্য হয়েছে সঙ্গে কি আমি আপনার তা আমার আর কিন্তু যে হবে যদি তবে \
         সে করতে কথা হয়ে আমাদের কোন এক তিনি বা সাথে কোনো নিয়ে মধ্যে তাদের বলে আপনি"),
    profile("as", "asm", "ৰৱ", "আৰু এই পৰা কৰা হয় বাবে এটা তেওঁ হৈছে"),
];

#[rustfmt::skip]
static HEBREW_PROFILES: [Profile; 2] = [
    profile("he", "heb", "", "של את על לא הוא עם זה כי גם היא או אל לאחר היה כל"),
    profile("yi", "ydd", "", "און די אין איז פון צו מיט דער דאס אז האט נישט פאר דעם"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::language::scripts::script_of;

    #[test]
    fn profiles_are_written_in_their_script_and_say_no_word_twice() {
        for script in &SCRIPTS {
            for profile in profiles(script.name) {
                let place = format!("{} {}", script.name, profile.code);
                let mut words: Vec<&str> = profile.words.split_ascii_whitespace().collect();
                assert!(words.len() >= 8, "{place}");
                for c in words.concat().chars().chain(profile.letters.chars()) {
                    let known = script_of(c).map(|at| SCRIPTS[at].name);
                    assert!(known.is_none_or(|name| name == script.name), "{place}: {c}");
                }
                for c in words.concat().chars().filter(|&c| script_of(c).is_some() && !is_common(script.name, c)) {
                    assert!(profile.letters.contains(c), "{place} uses {c} and does not list it");
                }
                words.sort_unstable();
                let before = words.len();
                words.dedup();
                assert_eq!(words.len(), before, "{place}");
            }
        }
    }
}
