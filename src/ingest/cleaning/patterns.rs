//! Patterns and word lists for lines that stand around articles, by kind. Data only; how they are used is
//! `boilerplate`'s.
//!
//! Each pattern is written for the folded text of a line (small letters, no accents, no apostrophes: `us` is also the
//! country). What running text may hold needs more than one word to be taken for boilerplate.

use super::boilerplate::Kind;

/// Longest caption with its credit, in words.
const CAPTION_WORDS_MAX: usize = 70;
/// Longest notice, in words.
const NOTICE_WORDS_MAX: usize = 120;

/// Alternatives that make a line one of a kind.
pub(super) struct PatternSource {
    /// The kind.
    pub(super) kind: Kind,
    /// Longest line that they hold for, in words.
    pub(super) words_max: usize,
    /// Whether a line with quoted words passes, as somebody's speech.
    pub(super) spares_quotes: bool,
    /// Whether a sentence passes.
    pub(super) spares_sentences: bool,
    /// Regular expressions; one must match.
    pub(super) alternatives: &'static [&'static str],
}

const fn source(kind: Kind, words_max: usize, alternatives: &'static [&'static str]) -> PatternSource {
    PatternSource { kind, words_max, spares_quotes: true, spares_sentences: false, alternatives }
}

/// All patterns, in the order in which they are tried.
pub(super) const PATTERNS: &[PatternSource] = &[
    PatternSource { spares_quotes: false, ..source(Kind::Comments, 60, COMMENT_HEADS) },
    source(Kind::Notice, NOTICE_WORDS_MAX, NOTICES),
    source(Kind::Notice, 60, CORRECTIONS),
    source(Kind::Notice, 30, INVITATIONS),
    PatternSource { spares_quotes: false, ..source(Kind::Notice, NOTICE_WORDS_MAX, OFFERS) },
    source(Kind::Notice, NOTICE_WORDS_MAX, DISCLAIMERS),
    source(Kind::Copyright, 80, COPYRIGHTS),
    PatternSource { spares_quotes: false, ..source(Kind::Credit, CAPTION_WORDS_MAX, CREDITS) },
    source(Kind::Byline, 16, BYLINES),
    source(Kind::Author, 80, AUTHORS),
    PatternSource { spares_sentences: true, ..source(Kind::Link, 20, LINKS) },
    PatternSource { spares_sentences: true, spares_quotes: false, ..source(Kind::Paging, 20, PAGING) },
    PatternSource { spares_sentences: true, ..source(Kind::Menu, 30, MENUS) },
];

const COMMENT_HEADS: &[&str] = &[
    // 3 responses to “TITLE”
    r"^(\d+|one|a) (responses?|thoughts?|comments?|replies|reply) (to|on)\b",
    r"^\d+ (comentarios?|respuestas?|commentaires?|reponses?|reflexions?|commenti) (en|em|a|sur|su)\b",
    r"^\d+ (kommentare?|antworten|gedanken?|комментари\p{L}*|ответ\p{L}*) (zu|auf|к|на)\b",
    r"^(\d+|no|add|view|see|show|post|read)( all)? (responses|thoughts|comments?|replies)( \(\d+\))?$",
    r"^\d+ (comentarios?|commentaires?|kommentare?|комментари\p{L}*)$",
];

const NOTICES: &[&str] = &[
    r"\b(we|our|you|your|(this|the) (web)?site)\b.*\b(cookies?|privacy policy|terms of (use|service)|newsletters?)\b",
    r"\b(cookies?|privacy policy|terms of (use|service)|newsletters?)\b.*\b(we|our|you|your|(this|the) (web)?site)\b",
    r"\b(we|our|you|your)\b.*\b(inbox|unsubscribe|javascript|ad ?blocker|e-?mail (address|updates)|opt-out)\b",
    r"\b(we|our|you|your)\b.*\b(submission guidelines|personal data|affiliate (links?|commissions?|program\w*))\b",
    r"\b(javascript|affiliate (links?|commissions?|program\w*)|personal data)\b.*\b(we|our|you|your)\b",
    r"^(the |this |all |any )?(information|contents?|materials?)\b.*\b(this (web)?site|without (prior|permission))\b",
];

const CORRECTIONS: &[&str] = &[
    // The sentence that introduces a form for corrections: readers are asked, and errors are the matter.
    r"\b(our readers|readership|let us know|contact us|email us)\b.*\b(errors?|mistakes?|inaccurac|correct|clarif)",
    r"\b(errors?|mistakes?|inaccurac\w+|corrections?)\b.*\b(our readers|readership|let us know|contact us|email us)\b",
    r"\b(spotted|found|notice|noticed) (an?|any) (error|mistake|typo|inaccuracy)\b.*\b(us|here|click|editor)\b",
];

const INVITATIONS: &[&str] = &[
    r"^(get|want|receive|join|follow|download|stay up to date)\b.*\b(inbox|newsletters?|our (app|channel|updates))\b",
    r"\b(follow|join|like|find) (us|our \w+|him|her|them|me) on (twitter|facebook|instagram|whatsapp|telegram|google)",
    r"^(have|got) a (news )?tip\b",
    r"^get (the|our|all the) (day|week|latest|top|best|biggest|morning)\S* .*\b(inbox|newsletter|picks|stories|you)\b",
    r"^get \b.*\bdelivered\b.*\byour\b",
    r"^i (agree|consent)\b.*\b(newsletters?|e-?mails?|send me)\b|\bopt-?in box\b",
    r"^(\S+ ){0,6}newsletters?$",
    r"^(follow|like|find|join|watch|listen to) (\S+ ){1,5}on (twitter|facebook|instagram|whatsapp|telegram|youtube)\b",
    r"^(listen to|watch|catch) (\S+ ){1,6}(weekdays|weeknights|back here|every (day|week|sunday|monday))\b",
];

const OFFERS: &[&str] = &[
    r"\bfollow (us|him|her|them|me) (on|at) (twitter|facebook|instagram|@)",
    r"^(need|want|like|love|enjoy)\b[^.!?]*\?.*\b(subscribe|sign up|become a member|donate)\b",
    r"\bsubscribe to (our|(the|his|her) (\S+ ){0,4}(newsletter|podcast|channel|magazine|feed))\b",
    r"^(get|enjoy|unlock) (\w+ )?access to\b.*\b(subscri\w+|as little as|per (month|year|week))\b",
    r"^(this|the) (post|article|page|story) (may )?contains? (affiliate|referral|sponsored)\b",
];

// News tells of advice that was not sought and of drugs that nobody evaluated: the words must be those of a disclaimer.
const DISCLAIMERS: &[&str] = &[
    r"^\W*(\w+ )?(results|earnings) (may |will |can )?vary\b.*\b(individual|guarantee\w*|effort|starting point)",
    r"^\W*(these|this|the) (statements?|products?) (has|have) not been evaluated\b",
    r"\bnot intended to (diagnose|treat|cure)\b",
    r"^(please )?(always )?consult (with )?(your|a) (own )?(physician|doctor|adviser|advisor|lawyer|attorney)\b",
    r"\bfor (informational|information|educational|entertainment) purposes only\b",
    r"\bnot (\w+ ){0,2}(intended|constitute|meant|considered|taken|construed)\b.{0,60}\badvice\b",
];

const COPYRIGHTS: &[&str] = &[
    r"©|\(c\) ?(19|20)\d\d|\bcopyright (\(c\)|\d{4}|by|reserved)|\ball rights reserved|\bregistered trademarks? of\b",
    r"\bmay not be (published|reproduced|republished|copied)\b.*\b(without|rewritten|redistributed|transmitted)\b",
    r"alle rechte vorbehalten|tous droits reserves|todos (los derechos|os direitos) reservados",
    r"все права защищены|جملہ حقوق|حقوق محفوظ|جمیع الحقوق|版权所有|未经授权|不得转载|सर्वाधिकार",
];

const CREDITS: &[&str] = &[
    r"\bap photo\b|\bgetty images?\b|\bshutterstock\b|\bistockphoto",
    r"[(\[](image|photo|picture|file|photograph|foto|illustration)( credit)? ?[:/]",
    r"[/|] ?(afp|reuters|ap|epa|xinhua|getty|bloomberg)( [a-z]+)?[\])]*\.?$",
    r"(^|[(\[] ?)(file photo|photo|image|picture|photograph|foto) (by|courtesy|von|de|par)[: ][^.!?]{2,60}[.)\]]*$",
    r"（(图|资料图)|资料图|摄[）)]?$|\(\s*فائل فوٹو",
];

const BYLINES: &[&str] = &[
    r"^\W*\d+ ?(seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?) (ago|read)?\W*$",
    r"^\W*(time to read|reading time|read time|tempo de leitura|lesezeit)\b",
    r"^(\p{L}+ ){0,3}@\w+$|^\S+@\S+\.\w+$",
    r"^(published|updated|posted|last (modified|updated)|first published)\b.{0,12}\d",
    r"^(publicado|actualizado|publie|mis a jour|veroffentlicht|publiziert|aktualisiert)\b.{0,12}\d",
    r"^(опубликовано|обновлено)\b.{0,12}\d",
    r"^(发布时间|发布于|发布日期|更新时间|發布時間|تاریخ اشاعت|شایع شدہ|اخری اپ ڈیٹ|اپ ڈیٹ|प्रकाशित|अपडेट).{0,20}\d",
];

const AUTHORS: &[&str] = &[
    r"^the (writer|author|columnist)s? (is|are|works|teaches|tweets|can be)\b|^(he|she) tweets\b",
    r"\b(can|may) be (reached|contacted) (at|on|via|by|through) (\S+@|@|twitter|e-?mail|\+?\d)",
    r"^(follow|contact|reach|email) (him|her|them|me|the (writer|author)) (on|at|via|by)\b",
];

// The last are the marks of a site's own programs, left unread: `[button link="x"] Buy [/button]`.
const LINKS: &[&str] = &[r"\bclick(ing)? here\b", r"^\[\w+ [^\]]*=[^\]]*\]"];

const PAGING: &[&str] =
    &[r"^(page|seite|pagina|стр\.?|صفحہ|image|photo|picture|slide) \d+", r"^[«‹←] ?\p{L}[^»]*$", r"^[^«]* [»›→]$"];

const MENUS: &[&str] = &[
    r"^(home|startseite|accueil|inicio|главная|首页|ہوم|beranda)( [>/|→–-]|\s*[»›])",
    // Two separators or more: a breadcrumb, or a row of links.
    r".( [>→] |\s*[»›]\s*).+( [>→] |\s*[»›]\s*).",
    r". [|·] .+ [|·] .",
];

/// Names of the services that share buttons are for.
#[rustfmt::skip]
pub(super) const SHARE_NAMES: &[&str] = &[
    "facebook", "twitter", "whatsapp", "linkedin", "pinterest", "reddit", "tumblr", "telegram", "email", "print",
    "share", "shares", "tweet", "instagram", "youtube", "flipboard", "messenger", "stumbleupon", "weibo", "wechat",
];

/// Words that stand between the names on share buttons.
#[rustfmt::skip]
pub(super) const SHARE_FILLERS: &[&str] = &[
    "e", "mail", "copy", "link", "rss", "pocket", "viber", "google", "plus", "x", "vk", "line", "skype", "mix", "digg",
    "blogger", "xing", "snapchat", "tiktok", "threads", "bluesky", "on", "via", "this", "to", "pin", "it",
];

/// What a line goes on with behind its date: who wrote it.
pub(super) const FIELDS_BEHIND_DATE: &str =
    r"[\s|·•,،（(]*(?:source|quelle|fuente|来源|來源|作者|编辑|編輯|责任编辑|ذریعہ|بشکریہ|स्रोत)\s*[:：]";

/// Words beside numbers in a line that is a date: months and days in many languages, hours and zones, signs of Chinese
/// dates.
#[rustfmt::skip]
pub(super) const DATE_WORDS: &[&str] = &[
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun",
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo",
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
    "decembre", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    "januar", "februar", "marz", "juni", "juli", "oktober", "dezember", "montag", "dienstag", "mittwoch",
    "donnerstag", "freitag", "samstag", "sonntag", "janeiro", "fevereiro", "marco", "maio", "junho", "julho",
    "setembro", "outubro", "novembro", "dezembro",
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
    "декабря",
    "am", "pm", "a", "p", "m", "est", "edt", "et", "pst", "pdt", "pt", "cst", "cdt", "gmt", "utc", "bst", "ist", "pkt",
    "at", "on", "of", "th", "st", "nd", "rd", "de", "um", "uhr", "as", "h", "hrs", "年", "月", "日", "时", "分",
    "号", "號", "時", "星", "期", "周", "週", "一", "二", "三", "四", "五", "六", "天", "上", "下", "午", "晚", "民", "国", "國",
    "جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون", "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر",
    "پیر", "منگل", "بدھ", "جمعرات", "جمعہ", "ہفتہ", "اتوار", "بروز", "بجے", "صبح", "شام", "رات", "دوپہر", "ء",
    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
    "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد",
    "जनवरी", "फरवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "सितम्बर", "अक्टूबर", "अक्तूबर", "नवंबर",
    "नवम्बर", "दिसंबर", "दिसम्बर", "सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार", "रविवार",
    "ocak", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim", "kasım", "aralık",
    "januari", "februari", "maret", "mei", "agustus", "desember", "gennaio", "febbraio", "aprile", "maggio", "giugno",
    "luglio", "settembre", "ottobre", "dicembre",
];
