//! Stop words: function and question words of English, Urdu and Chinese.
//!
//! A list and nothing else; where a stop word counts is the plan's to say.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::text::normalise::fold;

/// Whether a folded word is so common in its language that no document must have it. English, Urdu and Chinese
/// function and question words; never applied inside phrases, to exact words, or when a query has nothing else.
pub fn is_stop_word(folded: &str) -> bool {
    STOP_WORDS.contains(folded)
}

static STOP_WORDS: LazyLock<HashSet<String>> =
    LazyLock::new(|| STOP_WORD_LISTS.iter().flat_map(|list| list.split_whitespace()).map(fold).collect());

const STOP_WORD_LISTS: [&str; 3] = [
    "a about after all also am an and any are as at be because been before being between but by can could did do does \
     doing done during each for from had has have having he her here hers him his how i if in into is it its itself \
     me more most my no nor not of off on once only or other our out over own same she should so some such than that \
     the their them then there these they this those through to too under until up upon us very was we were what \
     when where which while who whom whose why will with would you your many much shall may might must",
    "کا کی کے کو سے میں پر نے ہے ہیں تھا تھی تھے اور یہ وہ اس ان جو کہ بہی ہو ہوا ہوئی ہوی ہوے گیا گئی گیی گے گا گی کیا کب کہاں کون کس کیوں \
     کیسے تک ایک لیے لیی لیے بعد کر کرنے کیے کیی تو جب",
    "的 了 在 是 和 与 及 或 也 都 就 而 被 把 对 从 到 向 为 以 于 由 等 这 那 其 有 我 你 他 她 它 们 吗 呢 吧 啊 什么 谁 哪 哪里 哪些 \
     哪个 何时 为什么 怎么 怎样 如何 多少 几 这个 那个 他们 我们 以及 并",
];
