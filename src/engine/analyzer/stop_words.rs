//! Stop words: function and question words of many languages, by script.
//!
//! Lists and nothing else; where a stop word counts is the plan's to say. A word that means something in another language
//! of its script is in none (Arabic's `على` is the name Ali, Persian's `را` an agency, Hindi's `कर` a tax).

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::text::normalise::fold;

/// Whether a folded word is so common in its language that no document must have it. English words, and those of other
/// scripts than the Latin one; never applied inside phrases, to exact words, or when a query has nothing else.
pub fn is_stop_word(folded: &str) -> bool {
    STOP_WORDS.contains(folded)
}

/// The stop words of the language that a query in Latin letters seems to be in. Its own are `is_stop_word`'s if it is
/// English; a single `la` tells nothing (La Paz), two of one language do.
#[derive(Debug, Clone, Copy, Default)]
pub struct OtherStopWords(Option<&'static HashSet<String>>);

/// Different stop words of a language that a query must hold to be taken for one in it.
const TELLING_WORDS_MIN: usize = 2;

impl OtherStopWords {
    /// Those of the language of a query's folded words.
    pub fn of<'w>(words: impl Iterator<Item = &'w str> + Clone) -> Self {
        let telling =
            |list: &HashSet<String>| words.clone().filter(|word| list.contains(*word)).collect::<HashSet<_>>().len();
        let best = LATIN_STOP_WORDS.iter().max_by_key(|list| telling(list));
        Self(best.filter(|list| telling(list) >= TELLING_WORDS_MIN))
    }

    /// Whether a folded word is one of them.
    pub fn contains(self, folded: &str) -> bool {
        self.0.is_some_and(|list| list.contains(folded))
    }
}

fn folded_words(lists: &[&str]) -> HashSet<String> {
    lists.iter().flat_map(|list| list.split_whitespace()).map(fold).collect()
}

static STOP_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| folded_words(&STOP_WORD_LISTS));
static LATIN_STOP_WORDS: LazyLock<Vec<HashSet<String>>> =
    LazyLock::new(|| LATIN_LISTS.iter().map(|list| folded_words(&[list])).collect());

/// English, Urdu, Arabic, Persian, Chinese, Hindi, Russian.
const STOP_WORD_LISTS: [&str; 7] = [
    "a about after all also am an and any are as at be because been before being between but by can could did do does \
     doing done during each for from had has have having he her here hers him his how i if in into is it its itself \
     me more most my no nor not of off on once only or other our out over own same she should so some such than that \
     the their them then there these they this those through to too under until up upon us very was we were what \
     when where which while who whom whose why will with would you your many much shall may might must",
    "کا کی کے کو سے میں پر نے ہے ہیں تھا تھی تھے تھیں اور یہ وہ اس ان جو کہ بھی ہو ہوا ہوئی ہوئے ہوں گیا گئی گئے گے گا گی کیا کب کہاں کون \
     کس کیوں کیسے تک ایک لیے بعد کر کرنے کیے کی تو جب ہوتا ہوتی ہوتے رہا رہی رہے والا والی والے ساتھ اپنے اپنا اپنی اسے انہیں انہوں جس \
     جن کسی کوئی کچھ پھر اگر لیکن مگر نہیں کتنے کتنی کتنا بارے متعلق",
    "في من إلى عن مع هذا هذه ذلك تلك التي الذي الذين أن إن أو ثم هو هي هم قد كانت ماذا متى أين كيف لماذا هل حتى عند بعد قبل حول لقد لم لن \
     إذا أي أيضا فيه فيها منه منها عنه عنها به بها له لها وفي ومن وهو وهي",
    "از به با در که این آن است بود شد شده می نمی ها های برای تا یا نیز اما هر چه کرد کرده کند کنند شود شوند باشد دارد دارند خود آنها چرا \
     چگونه کجا کی چند درباره هم بودند شدند و",
    "的 了 在 是 和 与 及 或 也 都 就 而 被 把 对 从 到 向 为 以 于 由 等 这 那 其 有 我 你 他 她 它 们 吗 呢 吧 啊 什么 谁 哪 哪里 哪些 \
     哪个 何时 为什么 怎么 怎样 如何 多少 几 这个 那个 他们 我们 以及 并 甚麼 着 关于",
    "का की के को से में पर ने है हैं था थी थे थीं और यह वह ये वे इस उस इन उन इसे उसे जो कि भी हो हुआ हुई हुए गया गई गए क्या कब कहाँ कौन किस \
     किसने क्यों कैसे कितने कितनी तक एक लिए बाद करने किया किए तो जब ही नहीं अपने अपनी अपना कोई कुछ जिस रहा रही रहे होता होती होते \
     साथ द्वारा वाला वाले वाली या अगर लेकिन बारे",
    "и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня еще нет о об из \
     ему когда даже ли если уже или быть был была были него до вас нибудь вам там потом себя ей они тут где есть надо ней для мы \
     тебя их чем чтобы этого этот эта эти это кто какой какая какие почему сколько который которая которые при про",
];

/// Spanish, Portuguese, French, Italian, German: words that are no English ones.
const LATIN_LISTS: [&str; 5] = [
    "el la los las una unos unas de del que y en por más pero sus se su lo le este esta estos estas ese esa \
     muy también hasta donde quien desde nos durante ni fue ser está están qué cómo cuándo cuál cuántos",
    "o os um uma uns umas de da das em na nas nos que e por com mais seu sua se ao aos à às pelo pela foi ser \
     são está não também até onde quem qual quando quantos",
    "le la les une des du de et en dans qui que quoi où au aux avec est été sur ce cette ces il elle ils elles \
     leur leurs ne pas se sa ses comment pourquoi quand quel quelle quels quelles combien",
    "il lo la gli le una di del della dei degli delle che e è al alla ai alle da dal dalla nel nella nei si sono \
     non più anche chi quando perché quale quali quanto",
    "der das dem des ein eine einen einem einer eines und ist im ins zu zum zur von vom mit auf aus bei nach nicht auch \
     sich sind wurde wurden wird er sie es ich wer wo wann wie warum welche welcher für über",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn function_words_of_every_script_are_known_and_names_are_none() {
        for word in ["the", "کے", "كانت", "است", "的", "क्या", "какие", "甚麼"] {
            assert!(is_stop_word(&fold(word)), "{word}");
        }
        for word in ["china", "علی", "على", "را", "کان", "لا", "कर", "мир", "la", "die", "no."] {
            assert!(!is_stop_word(&fold(word)), "{word}");
        }
    }

    #[test]
    fn two_function_words_tell_a_language_and_one_does_not() {
        let is_stop = |query: &str, word: &str| OtherStopWords::of(query.split(' ')).contains(word);
        for (query, word, stop) in [
            ("ataques en la ciudad de lima", "la", true),
            ("ataques en la ciudad de lima", "ciudad", false),
            ("la paz", "la", false),
            ("charles de gaulle", "de", false),
            ("le président de la république", "le", true),
            ("wer war der prasident", "der", true),
            ("port of de la", "of", false),
        ] {
            assert_eq!(is_stop(query, word), stop, "{query}: {word}");
        }
    }
}
