//! The newest articles of a search as an Atom feed (RFC 4287), for feed readers.
//!
//! An entry keeps its id and its dates as long as its article keeps its own: a reader shows it once, and neither a rebuilt index,
//! a put-right title nor a moved server shows it again. May not read a clock: what is undated stays so.

use std::io;

use crate::model::FEED_ENTRIES_DEFAULT;
use crate::model::date::PartialDate;
use crate::model::document::Document;
use crate::model::query::FacetChoice;
use crate::model::results::{Answer, Hit, MatchUsed};
use crate::render::address::{Address, article_page, choice_value};
use crate::render::html::asset_path;
use crate::render::names::Names;
use crate::render::public_url::PublicUrl;
use crate::render::wording::{copies_line, day_in_words, found_articles, grouped, publishers_shown, web_address};
use crate::render::xml::{Sink, document, empty, text};
use crate::render::{Dimension, plain_text};

/// Media type of a feed.
pub const CONTENT_TYPE: &str = "application/atom+xml";

const NAMESPACE: &str = "http://www.w3.org/2005/Atom";
/// What an entry of an undated article says of its date, as Atom wants one: the start of the era of computers' clocks,
/// which nobody takes for the day of an article. Its summary says in words that it is undated, and it has no `published`.
const UNDATED: &str = "1970-01-01T00:00:00Z";
/// Labels of one dimension that an entry has as categories.
const CATEGORIES_MAX: usize = 20;

/// What a feed shows.
#[derive(Debug, Clone, Copy)]
pub struct Feed<'a> {
    /// The first page of the search, newest first.
    pub answer: &'a Answer,
    /// Dimensions of the taxonomy, in its order.
    pub dimensions: &'a [Dimension],
    /// Where readers reach the server.
    pub public: &'a PublicUrl,
    /// The name of the corpus, which ids are made of together with the articles' own; may be empty.
    pub corpus: &'a str,
}

/// The feed as XML.
///
/// Its entries are the hits of the answer; none where no article has all the words, because what has only some of them is not
/// what somebody asked to be told of.
pub fn feed(feed: &Feed<'_>) -> String {
    let answer = feed.answer;
    let names = Names::new(feed.dimensions, &answer.results.facets);
    let hits = if answer.results.match_used == MatchUsed::Most { &[] } else { answer.results.hits.as_slice() };
    let entries: Vec<_> = hits.iter().map(|hit| Entry::new(hit, feed)).collect();
    let updated = entries.iter().map(|entry| entry.updated.as_str()).max().unwrap_or(UNDATED);
    let search = searched(&Address::of(answer));
    let size = if answer.size == FEED_ENTRIES_DEFAULT { String::new() } else { answer.size.to_string() };
    let own = format!("/feed.atom{}", search.set("size", &size).link());
    document(|sink| {
        let root = sink.create_element("feed").with_attributes([("xmlns", NAMESPACE), ("xml:lang", "en")]);
        root.write_inner_content(|sink| {
            text(sink, "id", &[], &urn(&["feed", feed.corpus, &search.link()]))?;
            text(sink, "title", &[], &title(answer, &names))?;
            text(sink, "subtitle", &[], &subtitle(answer, entries.len()))?;
            text(sink, "updated", &[], updated)?;
            link(sink, "self", CONTENT_TYPE, &feed.public.absolute(&own))?;
            let page = feed.public.absolute(&format!("/{}", search.set("sort", "newest").link()));
            link(sink, "alternate", "text/html", &page)?;
            // Every feed has an author (RFC 4287, 4.1.1); entries that know theirs name their own.
            person(sink, "author", "Dossier")?;
            text(sink, "generator", &[("version", env!("CARGO_PKG_VERSION"))], "Dossier")?;
            text(sink, "icon", &[], &feed.public.absolute(&asset_path("icon.svg")))?;
            entries.iter().try_for_each(|entry| entry.write(sink, &search, &names))
        })?;
        Ok(())
    })
}

/// The feed of a search, without the host.
pub fn feed_path(address: &Address) -> String {
    format!("/feed.atom{}", searched(address).link())
}

/// The parameters that say what a feed has: those of the search without its order, its page and its looks.
fn searched(address: &Address) -> Address {
    let looks = ["sort", "page", "size", "interval", "explain", "recency"];
    Address::new(address.pairs().iter().filter(|(name, _)| !looks.contains(&name.as_str())).cloned())
}

/// "Dossier: dock strike (Region: Harbour, from 2023)".
fn title(answer: &Answer, names: &Names<'_>) -> String {
    let filters = filters(answer, names);
    match (answer.text.trim(), filters.is_empty()) {
        ("", true) => "Dossier: all articles".to_owned(),
        ("", false) => format!("Dossier: {}", filters.join(", ")),
        (words, true) => format!("Dossier: {words}"),
        (words, false) => format!("Dossier: {words} ({})", filters.join(", ")),
    }
}

/// The filters in words.
fn filters(answer: &Answer, names: &Names<'_>) -> Vec<String> {
    let mut words = Vec::new();
    for (not, choices) in [("", &answer.filters.include), ("not ", &answer.filters.exclude)] {
        for (dimension, choice) in choices.iter().flat_map(|(name, values)| values.iter().map(move |it| (name, it))) {
            words.push(match choice {
                FacetChoice::Path(_) => {
                    format!("{not}{}: {}", names.dimension(dimension), names.value(dimension, choice_value(choice)))
                }
                FacetChoice::Missing => format!("{not}{}", names.missing(dimension)),
            });
        }
    }
    let dates = answer.filters.dates;
    words.extend(dates.and_then(|dates| dates.from).map(|from| format!("from {from}")));
    words.extend(dates.and_then(|dates| dates.to).map(|to| format!("to {to}")));
    if answer.filters.undated {
        words.push(if dates.is_some() { "undated too".into() } else { "undated only".into() });
    }
    words
}

/// How much of the search stands in the feed: a cut is never silent.
fn subtitle(answer: &Answer, entries: usize) -> String {
    if answer.results.match_used == MatchUsed::Most {
        return "No article has all the words yet".to_owned();
    }
    let found = found_articles(&answer.results);
    if (entries as u64) < answer.hits_total() {
        return format!("The newest {} of {found}; the undated come last", grouped(entries as u64));
    }
    found
}

/// One article, or one group of copies.
struct Entry<'a> {
    hit: &'a Hit,
    id: String,
    /// The date of the first print; `None` is undated.
    date: Option<PartialDate>,
    updated: String,
    public: &'a PublicUrl,
}

impl<'a> Entry<'a> {
    /// A group of copies is the article that was printed first, whichever copy leads it now: a reprint is no news.
    fn new(hit: &'a Hit, feed: &Feed<'a>) -> Self {
        let own = (hit.document.id.as_str(), hit.document.date);
        let of_group = hit.copies.list.first().filter(|_| feed.answer.collapse);
        let other = of_group.map(|copy| (copy.id.as_str(), copy.date.as_ref().and_then(|date| date.parse().ok())));
        let by_age = |(id, date): &(&'a str, Option<PartialDate>)| (date.map_or(i32::MAX, PartialDate::first_day), *id);
        let (id, date) = [Some(own), other].into_iter().flatten().min_by_key(by_age).unwrap_or(own);
        Self {
            hit,
            id: urn(&["article", feed.corpus, id]),
            date,
            updated: date.map_or_else(|| UNDATED.to_owned(), stamp),
            public: feed.public,
        }
    }

    fn write(&self, sink: &mut Sink, search: &Address, names: &Names<'_>) -> io::Result<()> {
        let document = &self.hit.document;
        let entry = sink.create_element("entry");
        let lang = (document.lang != "und").then_some(("xml:lang", document.lang.as_str()));
        entry.with_attributes(lang).write_inner_content(|sink| {
            text(sink, "id", &[], &self.id)?;
            text(sink, "title", &[], &document.title)?;
            if self.date.is_some() {
                text(sink, "published", &[], &self.updated)?;
            }
            text(sink, "updated", &[], &self.updated)?;
            let page = self.public.absolute(&(article_page(&document.id) + &search.link()));
            link(sink, "alternate", "text/html", &page)?;
            if let Some(original) = document.url.as_deref().and_then(web_address) {
                empty(sink, "link", &[("rel", "via"), ("href", original)])?;
            }
            people(sink, document)?;
            self.categories(sink, names)?;
            text(sink, "summary", &[], &self.summary())
        })?;
        Ok(())
    }

    fn categories(&self, sink: &mut Sink, names: &Names<'_>) -> io::Result<()> {
        for dimension in names.dimensions() {
            let scheme = self.public.absolute(&format!("/api/v1/facets/{}", dimension.name));
            for path in self.hit.document.tags(&dimension.name).take(CATEGORIES_MAX) {
                let label = names.value(&dimension.name, path);
                empty(sink, "category", &[("term", path), ("scheme", &scheme), ("label", label)])?;
            }
        }
        Ok(())
    }

    /// The first passage, and what the dates of the entry do not say.
    fn summary(&self) -> String {
        let mut parts = Vec::new();
        match self.date {
            None => parts.push("Undated.".to_owned()),
            Some(date) if date.day().is_none() => parts.push(format!("{}.", day_in_words(&date.to_string()))),
            Some(_) => {}
        }
        parts.extend(self.hit.snippets.first().map(|snippet| plain_text(&snippet.fragments).trim().to_owned()));
        if self.hit.copies.total > 0 {
            parts.push(format!("({})", copies_line(&self.hit.copies)));
        }
        parts.join(" ")
    }
}

/// Who wrote an article, and who published it: as authors where nobody else is known.
fn people(sink: &mut Sink, document: &Document) -> io::Result<()> {
    let author = document.author.as_deref().filter(|author| !author.trim().is_empty());
    if let Some(author) = author {
        person(sink, "author", author)?;
    }
    let role = if author.is_some() { "contributor" } else { "author" };
    publishers_shown(&document.source).0.iter().try_for_each(|publisher| person(sink, role, publisher))
}

fn person(sink: &mut Sink, role: &str, name: &str) -> io::Result<()> {
    sink.create_element(role).write_inner_content(|sink| text(sink, "name", &[], name))?;
    Ok(())
}

fn link(sink: &mut Sink, rel: &str, kind: &str, href: &str) -> io::Result<()> {
    empty(sink, "link", &[("rel", rel), ("type", kind), ("href", href)])
}

/// The first moment of a period, in universal time.
fn stamp(date: PartialDate) -> String {
    let first = PartialDate::from_epoch_day(date.first_day()).unwrap_or(date);
    format!("{first}T00:00:00Z")
}

/// A name that stays the same wherever it is made: a UUID of version 8 (RFC 9562, 5.8) out of a hash of the parts.
fn urn(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let hash = hasher.finalize();
    let mut hex = hash.to_hex().to_string();
    hex.replace_range(12..13, "8");
    // The variant: its first two bits are 1 and 0.
    hex.replace_range(16..17, ["8", "9", "a", "b"][usize::from(hash.as_bytes()[8] >> 4 & 3)]);
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::results::Copy;
    use crate::render::samples;

    fn made(change: impl FnOnce(&mut Answer)) -> String {
        let mut answer = samples::answer();
        (answer.page, answer.results.match_used) = (1, MatchUsed::All);
        change(&mut answer);
        let public = "https://desk.example/dossier".parse().unwrap();
        feed(&Feed { answer: &answer, dimensions: &samples::dimensions(), public: &public, corpus: "harbours" })
    }

    /// The contents of every element of a name.
    fn all<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        xml.split(open.as_str()).skip(1).filter_map(|rest| rest.split(close.as_str()).next()).collect()
    }

    #[test]
    fn a_feed_has_what_readers_need() {
        let xml = made(|_| {});
        for part in [
            "<title>Dossier: dock strike (Region: Harbour, not Source: Rumour Mill, from 2023)</title>",
            "<subtitle>The newest 2 of 12 articles, 11 different; the undated come last</subtitle>",
            "href=\"https://desk.example/dossier/feed.atom?q=dock+strike&amp;region=North/Harbour&amp;\
             not.source=Rumour+Mill&amp;from=2023&amp;size=10\"",
            "type=\"text/html\" href=\"https://desk.example/dossier/articles/dock-strike-2024?q=dock+strike&amp;",
            "<link rel=\"via\" href=\"https://harbour.example/a?b=1&amp;c=2\"/>",
            "<author><name>A. Writer</name></author><contributor><name>Harbour Post</name></contributor>",
            "<category term=\"unrest/strike\" scheme=\"https://desk.example/dossier/api/v1/facets/theme\" label=\"Strike\"/>",
            "<summary>The dock strike began at dawn. (+1 copy, this is the first)</summary>",
            "<entry xml:lang=\"ur\">",
            "<summary>Undated.</summary>",
        ] {
            assert!(xml.contains(part), "{part} is not in {xml}");
        }
        assert_eq!(all(&xml, "updated"), ["2024-03-26T00:00:00Z", "2024-03-26T00:00:00Z", UNDATED]);
        assert_eq!(all(&xml, "published"), ["2024-03-26T00:00:00Z"]);
        assert!(!xml.contains("South"), "a mere mention is no category");
    }

    #[test]
    fn the_id_of_a_feed_is_that_of_its_search_and_the_id_of_an_entry_that_of_its_article() {
        let ids = |xml: &str| all(xml, "id").into_iter().map(str::to_owned).collect::<Vec<_>>();
        let plain = ids(&made(|_| {}));
        assert_eq!(plain.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
        let looks = ids(&made(|answer| (answer.size, answer.sort) = (50, crate::model::query::Sort::Newest)));
        assert_eq!(plain, looks);
        let edited = ids(&made(|answer| answer.results.hits[0].document.title = "Docks closed".into()));
        assert_eq!(plain, edited);
        let other = ids(&made(|answer| answer.text = "ferry".into()));
        assert!(plain[0] != other[0] && plain[1..] == other[1..]);
        for id in plain {
            let uuid = id.strip_prefix("urn:uuid:").unwrap();
            assert_eq!(uuid.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{id}");
            assert!(uuid.as_bytes()[14] == b'8' && b"89ab".contains(&uuid.as_bytes()[19]), "{id}");
        }
    }

    #[test]
    fn a_reprint_is_the_entry_of_the_first_print() {
        let first = made(|_| {});
        let led_by_a_reprint = made(|answer| {
            let hit = &mut answer.results.hits[0];
            (hit.document.id, hit.document.date) = ("dock-3".into(), "2024-04".parse().ok());
            let copy = Copy { id: "dock-strike-2024".into(), source: Vec::new(), date: Some("2024-03-26".into()) };
            (hit.copies.list, hit.copies.leads) = (vec![copy], false);
        });
        assert_eq!(all(&first, "id"), all(&led_by_a_reprint, "id"));
        assert_eq!(all(&first, "updated"), all(&led_by_a_reprint, "updated"));
        let each_for_itself = made(|answer| {
            answer.collapse = false;
            answer.results.hits[0].copies.list[0].date = Some("2000".into());
        });
        assert_eq!(all(&first, "id")[1..], all(&each_for_itself, "id")[1..]);
    }

    #[test]
    fn a_partial_date_stands_at_its_first_day_and_is_told_in_words() {
        let xml = made(|answer| answer.results.hits[0].document.date = "2024-03".parse().ok());
        assert_eq!(all(&xml, "published"), ["2024-03-01T00:00:00Z"]);
        assert!(xml.contains("<summary>March 2024. The dock strike"), "{xml}");
    }

    #[test]
    fn what_has_only_some_of_the_words_is_no_news() {
        let xml = made(|answer| answer.results.match_used = MatchUsed::Most);
        assert!(!xml.contains("<entry") && xml.contains("<subtitle>No article has all the words yet</subtitle>"));
        assert_eq!(all(&xml, "updated"), [UNDATED]);
    }
}
