//! Phrases that stand around articles, by kind and language. Data only; how they are matched is `boilerplate`'s.
//!
//! Holds no phrase of one site: a phrase belongs here when many sites use it.

use super::boilerplate::Kind;

/// How much of a line a phrase must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it, numbers and signs aside.
    Whole,
    /// All of it, or its beginning with a colon behind.
    Label,
    /// The beginning of a line that is no sentence, with a colon behind.
    Colon,
    /// All of it, or the beginning of a line that is no sentence.
    Lead,
}

/// Every list of phrases. A line is compared in folded form, so case, accents and apostrophes do not matter.
pub(super) const PHRASES: &[(Kind, Extent, &[&str])] = &[
    (Kind::Comments, Extent::Whole, COMMENTS),
    (Kind::Comments, Extent::Lead, COMMENT_BOXES),
    (Kind::Form, Extent::Lead, FORMS),
    (Kind::Related, Extent::Whole, RELATED_HEADS),
    (Kind::Related, Extent::Colon, RELATED_LABELS),
    (Kind::Related, Extent::Lead, RELATED_LEADS),
    (Kind::Link, Extent::Lead, LINK_LEADS),
    (Kind::Share, Extent::Lead, SHARE),
    (Kind::Notice, Extent::Whole, NOTICES),
    (Kind::Notice, Extent::Lead, NOTICE_LEADS),
    (Kind::Credit, Extent::Label, CREDITS),
    (Kind::Credit, Extent::Lead, CREDIT_LEADS),
    (Kind::Byline, Extent::Label, BYLINES),
    (Kind::Tags, Extent::Label, TAGS),
    (Kind::Author, Extent::Lead, AUTHORS),
    (Kind::Paging, Extent::Whole, PAGING),
    (Kind::Paging, Extent::Lead, PAGING_LEADS),
    (Kind::Advertisement, Extent::Whole, ADVERTISEMENTS),
    (Kind::Advertisement, Extent::Lead, ADVERTISEMENT_LEADS),
    (Kind::Menu, Extent::Whole, MENUS),
];

#[rustfmt::skip]
const COMMENTS: &[&str] = &[
    "comment", "comments", "reader comments", "comments section", "no comments yet", "no comments", "reply",
    "cancel reply", "have your say", "tell us what you think", "تبصرے", "تبصرہ", "آپ کی رائے", "اپنی رائے دیں", "评论",
    "网友评论", "全部评论", "热门评论", "最新评论", "条评论", "留言", "評論", "留言板", "則留言", "comentarios", "comentários", "commentaires",
    "vos réactions", "kommentare", "kommentar", "commenti", "komentar", "التعليقات", "تعليقات", "комментарии",
    "टिप्पणियाँ",
];

#[rustfmt::skip]
const COMMENT_BOXES: &[&str] = &[
    "leave a reply", "leave a comment", "leave your comment", "leave a response", "post a comment",
    "post your comment", "post a reply", "add a comment", "add comment", "add your comment", "write a comment",
    "submit a comment", "join the conversation", "join the discussion", "be the first to comment", "view comments",
    "view all comments", "show comments", "load comments", "read comments", "login to comment", "log in to comment",
    "sign in to comment", "please log in to comment", "you must be logged in to post", "comments are closed",
    "تبصرہ کریں", "تبصرہ لکھیں", "اپنا تبصرہ", "جواب دیں", "کمنٹ کریں", "发表评论", "我要评论", "发表回复", "参与评论", "撰写评论",
    "查看评论", "發表評論", "發佈留言", "發表回應", "登录后评论", "deja un comentario", "deja una respuesta", "dejar un comentario",
    "escribe un comentario", "publicar un comentario", "deixe um comentário", "deixe uma resposta",
    "laisser un commentaire", "laissez un commentaire", "ajouter un commentaire", "écrire un commentaire",
    "poster un commentaire", "laisser une réponse", "kommentar schreiben", "schreiben sie einen kommentar",
    "schreibe einen kommentar", "kommentar hinterlassen", "kommentar verfassen", "lascia un commento",
    "tinggalkan balasan", "اترك تعليقا", "أضف تعليق", "اكتب تعليق", "اترك ردا", "оставить комментарий",
    "добавить комментарий", "написать комментарий",
];

#[rustfmt::skip]
const FORMS: &[&str] = &[
    "please complete the required fields", "please fill in the required fields",
    "please fill out the required fields", "fields marked with", "required fields are marked",
    "your email address will not be published", "save my name", "notify me of follow", "notify me of new",
    "submit a correction", "report an error", "report a mistake", "report a typo", "report a correction",
    "suggest a correction", "request a correction", "contact form",
    "tu dirección de correo electrónico no será publicada", "votre adresse e-mail ne sera pas publiée",
    "ihre e-mail-adresse wird nicht veröffentlicht", "deine e-mail-adresse wird nicht veröffentlicht",
    "o seu endereço de e-mail não será publicado", "ваш адрес email не будет опубликован", "您的电子邮箱地址不会被公开",
    "آپ کا ای میل ایڈریس شائع نہیں کیا جائے گا",
];

#[rustfmt::skip]
const RELATED_HEADS: &[&str] = &[
    "related", "related news", "related stories", "related articles", "related posts", "related topics",
    "related content", "related coverage", "related links", "related tags", "more stories", "more news", "more from",
    "more on this", "more on this story", "more on this topic", "recommended", "recommended for you", "most popular",
    "most read", "most viewed", "most shared", "most recent", "popular posts", "popular", "trending", "trending now",
    "trending news", "trending stories",
    "latest", "latest news", "latest stories", "top stories", "top news", "editors picks", "further reading",
    "up next", "read next", "around the web", "from the web", "more from the web", "sponsored links",
    "promoted stories", "noticias relacionadas", "artículos relacionados", "artigos relacionados", "articles liés",
    "mehr zum thema", "متعلقہ خبریں", "相关新闻", "热门推荐", "猜你喜欢",
];

#[rustfmt::skip]
const RELATED_LABELS: &[&str] = &[
    "related", "read", "watch", "listen", "also", "more", "photos", "pictures", "video", "gallery", "in pictures",
    "must read", "don't miss", "more in", "see more", "read more", "now read", "read this",
];

#[rustfmt::skip]
const RELATED_LEADS: &[&str] = &[
    "see also", "also see", "read also", "also read", "watch also", "also watch", "more from", "you may also like",
    "you might also like", "you may like", "you may be interested", "in case you missed it", "don't miss",
    "full coverage", "must read", "what to read next", "یہ بھی پڑھیں", "یہ بھی پڑھئے", "یہ بھی پڑھیے", "مزید پڑھیں",
    "مزید پڑھیے", "مزید خبریں", "یہ بھی دیکھیں", "相关阅读", "延伸阅读", "推荐阅读", "更多阅读", "相关链接", "相关文章", "更多新闻", "相關閱讀",
    "延伸閱讀", "相關新聞", "lea también", "lee también", "lea más", "leer más", "le puede interesar", "te puede interesar",
    "vea también", "lire aussi", "à lire aussi", "voir aussi", "lire la suite", "sur le même sujet", "lesen sie auch",
    "auch interessant", "siehe auch", "das könnte sie auch interessieren", "mehr dazu", "leia também", "leia mais",
    "veja também", "leggi anche", "baca juga", "اقرأ أيضا", "اقرأ المزيد", "شاهد أيضا", "مواضيع ذات صلة",
    "أخبار ذات صلة", "читайте также", "смотрите также", "материалы по теме", "यह भी पढ़ें", "ये भी पढ़ें",
];

#[rustfmt::skip]
const LINK_LEADS: &[&str] = &[
    "read more", "learn more", "read the full story", "to read the full story", "continue reading", "keep reading",
    "click here for", "click here to", "want more",
];

#[rustfmt::skip]
const SHARE: &[&str] = &[
    "share this", "share on", "share via", "sharing is caring", "like this", "tweet this", "email this", "print this",
    "copy link", "save this", "follow us", "find us on", "شیئر کریں", "分享到", "分享至", "compartir en", "partager sur",
    "auf facebook teilen", "شارك", "поделиться", "शेयर करें",
];

#[rustfmt::skip]
const NOTICES: &[&str] = &[
    "subscribe", "subscribe now", "sign up", "sign up now", "newsletter", "newsletters", "accept", "get the app",
    "download the app", "disclaimer", "this slideshow requires javascript", "thank you for subscribing",
];

#[rustfmt::skip]
const NOTICE_LEADS: &[&str] = &[
    "subscribe to", "sign up for", "sign up to", "get our newsletter", "get breaking news", "join our newsletter",
    "join our whatsapp", "join our telegram", "download our app", "support independent", "become a member",
    "enable javascript", "skip to", "newsletter sign",
];

#[rustfmt::skip]
const CREDITS: &[&str] = &[
    "photo", "photos", "photo credit", "photograph", "photographs", "image", "images", "image credit", "image source",
    "picture", "picture credit", "file photo", "cover image", "credit", "credits", "illustration", "graphic",
    "source", "sources", "via", "courtesy", "caption", "foto", "bild", "quelle", "crédit photo", "crédits", "imagen",
    "fuente", "фото", "источник", "图片来源", "来源", "تصویر", "فائل فوٹو", "फोटो",
];

#[rustfmt::skip]
const CREDIT_LEADS: &[&str] = &[
    "image copyright", "image caption", "media caption", "getty images", "photo courtesy", "تصویر کے کاپی رائٹ",
    "تصویر کا کیپشن", "इमेज स्रोत", "इमेज कैप्शन",
];

#[rustfmt::skip]
const BYLINES: &[&str] = &[
    "by", "von", "par", "author", "writer", "written by", "posted by", "reported by", "published", "published on",
    "updated",
    "last updated", "posted", "posted on", "last modified", "date", "reporter", "editor", "edited by", "publicado",
    "publié le", "veröffentlicht", "autor", "автор", "作者", "编辑", "责任编辑", "发布时间",
];

#[rustfmt::skip]
const TAGS: &[&str] = &[
    "tags", "tag", "tagged", "topics", "topic", "keywords", "filed under", "categories", "category", "labels",
    "posted in", "filed in", "etiquetas", "schlagwörter", "mots-clés", "теги", "标签", "关键词", "ٹیگز",
    "الكلمات المفتاحية",
];

#[rustfmt::skip]
const AUTHORS: &[&str] = &[
    "about the author", "about the writer", "about author", "more by this author", "view all posts by",
    "all posts by", "follow the author", "über den autor", "sobre el autor",
];

/// Words before a name in the heading over a few words on the author: `About Ann Archer`.
pub(super) const ABOUT: &[&str] =
    &["about", "sobre", "über", "a propos de", "à propos de", "acerca de", "tentang", "chi è"];

#[rustfmt::skip]
const PAGING: &[&str] = &[
    "previous", "next", "prev", "previous post", "next post", "previous article", "next article", "page", "page of",
    "older posts", "newer posts", "post navigation", "of", "view gallery", "back to gallery", "slide of",
];

#[rustfmt::skip]
const PAGING_LEADS: &[&str] = &[
    "previous post", "next post", "previous article", "next article",
];

#[rustfmt::skip]
const ADVERTISEMENTS: &[&str] = &[
    "advertisement", "advertisements", "advert", "ad", "ads", "sponsored", "sponsored content", "promoted",
    "promoted content", "publicidad", "publicité", "werbung", "anzeige", "реклама", "iklan", "اشتہار", "广告",
    "विज्ञापन",
];

#[rustfmt::skip]
const ADVERTISEMENT_LEADS: &[&str] = &[
    "advertisement continue", "advertisement scroll", "article continues", "story continues", "scroll to continue",
    "continue reading below", "this ad will",
];

#[rustfmt::skip]
const MENUS: &[&str] = &[
    "home", "menu", "search", "log in", "login", "log out", "sign in", "sign out", "register", "my account",
    "about us", "contact", "contact us", "advertise", "advertise with us", "privacy policy", "privacy",
    "terms of use", "terms of service", "terms and conditions", "cookie policy", "sitemap", "faq", "help", "careers",
    "close", "open", "back to top", "show more", "load more", "view more", "see all", "video", "videos", "photos",
    "gallery", "ہوم", "首页", "impressum", "datenschutz", "kontakt", "karriere", "startseite", "agb", "anmelden",
    "accueil", "mentions légales", "nous contacter", "se connecter", "inicio", "contacto", "aviso legal",
    "política de privacidad", "política de privacidade", "iniciar sesión", "contato", "kontak", "beranda", "chi siamo",
    "главная", "контакты", "о нас", "войти", "ہمارے بارے میں", "رابطہ", "ہم سے رابطہ", "صفحہ اول", "关于我们", "联系我们",
    "登录", "注册", "网站地图", "首頁", "聯絡我們", "मुख्य पृष्ठ", "होम", "हमसे संपर्क करें", "الرئيسية", "اتصل بنا", "من نحن",
];
