//! The search page put together: form, notes, chips, histogram, hits, paging.
//!
//! May not decide what a request means: it reads the answer, and its address.

use askama::Template;

use crate::model::PAGE_DEPTH_MAX;
use crate::model::query::{Diagnostic, Sort};
use crate::model::results::{Answer, FormCount, MatchUsed, OtherForms};
use crate::render::address::Address;
use crate::render::atom::feed_path;
use crate::render::commands;
use crate::render::html::filters::{self, Chip, Dates, Facet};
use crate::render::html::histogram::{self, Bars};
use crate::render::html::hits::{self, HitView};
use crate::render::html::options::{self, Group};
use crate::render::html::ways_out::{self, Ways};
use crate::render::html::{Choice, Form, Link, SearchPage, search_path};
use crate::render::names::Names;
use crate::render::public_url::PublicUrl;
use crate::render::wording::{found_articles, grouped, order};

/// Page numbers shown on either side of the present page.
const PAGES_AROUND: usize = 2;

#[derive(Template)]
#[template(path = "search.html")]
pub(super) struct Page<'a> {
    form: Form,
    title: String,
    /// The one address of this search, and where people reach the server.
    canonical: String,
    public_url: &'a PublicUrl,
    count: String,
    /// The parameters of the overview of the same search.
    overview: String,
    found: bool,
    order: &'static str,
    took: String,
    generation: &'a str,
    missing: Vec<&'a str>,
    variants: Vec<Variants<'a>>,
    put_back: Vec<Link>,
    all_variants: Option<Choice>,
    corrections: Vec<Corrections<'a>>,
    as_typed: String,
    did_you_mean: Option<Link>,
    fallen_back: bool,
    notes: Vec<Note<'a>>,
    sorts: Vec<Choice>,
    options: Vec<Group>,
    /// How many of the options stand otherwise than where nobody says.
    options_changed: usize,
    exports: Vec<Link>,
    json: String,
    commands: [Command; 2],
    chips: Vec<Chip>,
    cleared: String,
    feed: String,
    facets: Vec<Facet>,
    dates: Dates,
    bars: Option<Bars>,
    first: usize,
    hits: Vec<HitView<'a>>,
    paging: Option<Paging>,
    ways: Ways,
}

/// Something in the query text that was read otherwise than it may have been meant.
struct Note<'a> {
    message: &'a str,
    /// The part of the query text concerned.
    excerpt: &'a str,
}

/// The other names that a name stood for.
struct Variants<'a> {
    term: &'a str,
    /// Each with its count, and the search without it.
    forms: Vec<Link>,
}

/// The words that a misspelt one stood for.
struct Corrections<'a> {
    term: &'a str,
    /// Each with its count, and the search for it.
    forms: Vec<Link>,
}

/// A line for a shell.
struct Command {
    title: &'static str,
    /// Name of its element in the page.
    id: &'static str,
    line: String,
}

struct Paging {
    previous: Option<String>,
    next: Option<String>,
    pages: Vec<PageLink>,
}

struct PageLink {
    number: usize,
    href: String,
    current: bool,
    /// Whether page numbers are left out before it.
    gap: bool,
}

impl<'a> Page<'a> {
    /// All that the template shows, settled.
    pub(super) fn new(view: &SearchPage<'a>) -> Self {
        let answer = view.answer;
        let results = &answer.results;
        let names = Names::new(view.dimensions, &results.facets);
        let address = Address::of(answer);
        let first_page = address.page(1);
        let chips = filters::chips(answer, &first_page, &names);
        let cleared = search_path(&filters::cleared(&address));
        let options = options::groups(answer, &first_page);
        let count = if results.total == 0 { "No articles found".to_owned() } else { found_articles(results) };
        Self {
            form: form(answer, &address),
            title: if answer.text.is_empty() { count.clone() } else { format!("{} – {count}", answer.text) },
            canonical: search_path(&address),
            public_url: view.public_url,
            count,
            overview: first_page.link(),
            found: results.total > 0,
            order: order(answer),
            took: format!("{:.1} ms", answer.took_ms),
            generation: &answer.generation,
            missing: results.missing.iter().map(String::as_str).collect(),
            variants: results.variants.iter().map(|other| variants(other, &first_page)).collect(),
            put_back: put_back(answer, &first_page),
            all_variants: all_variants(answer, &first_page),
            corrections: results.corrections.iter().map(|other| corrections(other, &first_page)).collect(),
            as_typed: search_path(&first_page.set("fuzzy", "0")),
            did_you_mean: results
                .did_you_mean
                .as_ref()
                .map(|text| Link { text: text.clone(), href: search_path(&first_page.set("q", text)) }),
            fallen_back: results.match_used == MatchUsed::Most,
            notes: answer.diagnostics.iter().map(|diagnostic| note(diagnostic, &answer.text)).collect(),
            sorts: sorts(answer, &first_page),
            options_changed: options.iter().filter(|group| group.changed).count(),
            options,
            exports: exports(&first_page),
            json: format!("/api/v1/search{}", address.link()),
            commands: in_a_shell(&address, view.public_url),
            ways: view.ways_out.map(|it| ways_out::ways(it, &first_page, &chips, &cleared)).unwrap_or_default(),
            chips,
            cleared,
            feed: feed_path(&address),
            facets: filters::facets(answer, &first_page, &names),
            dates: filters::dates(answer),
            bars: histogram::bars(answer, &first_page),
            first: answer.page.saturating_sub(1) * answer.size + 1,
            hits: hits::hits(answer, view.dimensions, &address, &names),
            paging: paging(answer, &address),
        }
    }
}

/// The form keeps whatever has no control of its own on the page, but the page number.
fn form(answer: &Answer, address: &Address) -> Form {
    let has_control = |name: &str| {
        matches!(name, "q" | "from" | "to" | "undated" | "page")
            || answer.results.facets.iter().any(|facet| facet.dimension == name)
    };
    Form {
        query: answer.text.clone(),
        kept: address.pairs().iter().filter(|(name, _)| !has_control(name)).cloned().collect(),
        autofocus: address.is_empty(),
    }
}

fn counted(form: &FormCount, address: &Address) -> Link {
    Link { text: format!("{} ({})", form.form, grouped(form.count)), href: search_path(address) }
}

fn variants<'a>(other: &'a OtherForms, address: &Address) -> Variants<'a> {
    let without = |form: &FormCount| counted(form, &address.with("no_variant", &form.form));
    Variants { term: &other.term, forms: other.forms.iter().map(without).collect() }
}

/// The names that were taken out, each with the search that has it again.
fn put_back(answer: &Answer, address: &Address) -> Vec<Link> {
    let link = |name: &String| Link { text: name.clone(), href: search_path(&address.without("no_variant", name)) };
    if answer.variants { answer.dropped_variants.iter().map(link).collect() } else { Vec::new() }
}

/// The switch of all other names, where there are any.
fn all_variants(answer: &Answer, address: &Address) -> Option<Choice> {
    let (text, value) = if answer.variants { ("typed names only", "off") } else { ("other names too", "") };
    let wanted = !answer.variants || !answer.results.variants.is_empty();
    wanted.then(|| Choice { text: text.to_owned(), href: search_path(&address.set("variants", value)), current: false })
}

/// A corrected word searched for instead of the typed one.
fn corrections<'a>(other: &'a OtherForms, address: &Address) -> Corrections<'a> {
    let text = address.get("q").unwrap_or_default();
    let instead = |form: &FormCount| counted(form, &address.set("q", &text.replacen(&other.term, &form.form, 1)));
    Corrections { term: &other.term, forms: other.forms.iter().map(instead).collect() }
}

fn note<'a>(diagnostic: &'a Diagnostic, text: &'a str) -> Note<'a> {
    Note { message: &diagnostic.message, excerpt: text.get(diagnostic.start..diagnostic.end).unwrap_or_default() }
}

fn sorts(answer: &Answer, address: &Address) -> Vec<Choice> {
    let choice = |text: &str, value: &str, sort| Choice {
        text: text.to_owned(),
        href: search_path(&address.set("sort", value)),
        current: answer.sort == sort,
    };
    let dated = [choice("newest", "newest", Sort::Newest), choice("oldest", "oldest", Sort::Oldest)];
    // Without words nothing is best: relevance means newest first then, and is not offered.
    let mut sorts = Vec::new();
    if !answer.text.trim().is_empty() {
        sorts.push(choice("best", "", Sort::Relevance));
    }
    sorts.extend(dated);
    if answer.text.trim().is_empty() && answer.sort == Sort::Relevance {
        sorts[0].current = true;
    }
    sorts
}

/// All articles found, in every form that they are exported in.
fn exports(address: &Address) -> Vec<Link> {
    // An export has no pages: it refuses what says how one looks.
    let search = ["size", "interval", "explain"].iter().fold(address.page(1), |rest, name| rest.set(name, ""));
    let link = |(text, format): (&str, &str)| Link {
        text: text.to_owned(),
        href: format!("/api/v1/export{}", search.set("format", format).link()),
    };
    [("CSV", "csv"), ("JSON Lines", "jsonl"), ("BibTeX", "bibtex"), ("RIS", "ris")].map(link).into()
}

/// The same search as a line for a shell.
fn in_a_shell(address: &Address, public: &PublicUrl) -> [Command; 2] {
    [
        Command { title: "With curl", id: "as-curl", line: commands::curl(address, public) },
        Command { title: "In a terminal", id: "as-dossier", line: commands::dossier(address) },
    ]
}

fn paging(answer: &Answer, address: &Address) -> Option<Paging> {
    let size = answer.size.max(1);
    let pages = usize::try_from(answer.hits_total()).unwrap_or(usize::MAX).min(PAGE_DEPTH_MAX).div_ceil(size);
    if pages < 2 {
        return None;
    }
    let link = |number: usize| search_path(&address.page(number));
    let near = answer.page.saturating_sub(PAGES_AROUND)..=answer.page + PAGES_AROUND;
    let mut shown: Vec<PageLink> = Vec::new();
    for number in (1..=pages).filter(|number| *number == 1 || *number == pages || near.contains(number)) {
        let gap = shown.last().is_some_and(|last| last.number + 1 < number);
        shown.push(PageLink { number, href: link(number), current: number == answer.page, gap });
    }
    Some(Paging {
        previous: (answer.page > 1).then(|| link((answer.page - 1).min(pages))),
        next: (answer.page < pages).then(|| link(answer.page + 1)),
        pages: shown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::DateSource;
    use crate::model::results::WaysOut;
    use crate::render::html::search_page;
    use crate::render::samples;

    fn page(answer: &Answer) -> String {
        search_page(&SearchPage {
            answer,
            dimensions: &samples::dimensions(),
            ways_out: None,
            public_url: &samples::public_url(),
        })
    }

    #[test]
    fn a_page_shows_the_answer_and_keeps_its_filters() {
        let page = page(&samples::answer());
        for part in [
            "<p class=\"count\">12 articles, 11 different</p>",
            "value=\"dock strike\"",
            "<input type=\"hidden\" name=\"not.source\" value=\"Rumour Mill\">",
            "<ol class=\"hits\" start=\"11\">",
            "aria-label=\"Remove filter Region: Harbour\"",
            "<time datetime=\"2024-03-26\">2024-03-26</time>",
            "<mark>dock strike</mark>",
            "lang=\"ur\" dir=\"auto\"",
            "undated",
            "No article has all the words",
            "<p class=\"printed\">https://desk.example/articles/dock-strike-2024<br>https://harbour.example/a?b=1&#38;c=2</p>",
            "<p class=\"printed\">https://desk.example/?q=dock+strike&#38;region=North/Harbour",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        let hit = "href=\"/articles/dock-strike-2024?q=dock+strike&#38;region=North/Harbour";
        assert!(page.contains(hit) && !page.contains("autofocus"));
    }

    #[test]
    fn a_hit_names_three_publishers_and_leads_to_the_others() {
        let mut answer = samples::answer();
        answer.results.hits[0].document.source = ["A", "B", "C", "D", "E"].map(str::to_owned).to_vec();
        let page = page(&answer);
        assert!(page.contains(">C</a> <a href=\"/articles/dock-strike-2024?"), "{page}");
        assert!(page.contains("#sources\">+ 2 more<span class=\"hidden\"> sources</span></a>"), "{page}");
        assert!(!page.contains(">D</a>"));
    }

    #[test]
    fn the_title_of_a_hit_lands_on_its_first_mark_and_only_doubtful_dates_say_where_they_are_from() {
        let mut answer = samples::answer();
        assert!(page(&answer).contains("#hit-1\">") && page(&answer).contains("(json ld)"));
        answer.text = String::new();
        answer.results.hits[0].document.date_source = Some(DateSource::FrontMatter);
        assert!(!page(&answer).contains("#hit-1") && !page(&answer).contains("(front matter)"));
    }

    #[test]
    fn an_empty_start_takes_the_cursor_and_an_empty_answer_shows_ways_out() {
        let mut answer = samples::answer();
        answer.results.hits.clear();
        answer.results.total = 0;
        let way = |name: &str, value: &str, count| (name.to_owned(), value.to_owned(), count);
        let found = WaysOut {
            filters: vec![way("region", "North/Harbour", 1), way("not.source", "Rumour Mill", 0)],
            without_filters: Some(1200),
            any_word: None,
            parts: vec![FormCount { form: "dock".into(), count: 2 }, FormCount { form: "strike".into(), count: 0 }],
        };
        let dimensions = samples::dimensions();
        let empty = search_page(&SearchPage {
            answer: &answer,
            dimensions: &dimensions,
            ways_out: Some(&found),
            public_url: &samples::public_url(),
        });
        for part in [
            "href=\"/help\"",
            "without the filter “Region: Harbour”</a> <span class=\"number\">1 article</span>",
            "without any filter</a> <span class=\"number\">1,200 articles</span>",
            ">dock</a> alone <span class=\"number\">2 articles</span>",
            "No article has <strong dir=\"auto\">strike</strong>",
        ] {
            assert!(empty.contains(part), "{part} is not in {empty}");
        }
        assert!(!empty.contains("without the filter “not Source"), "{empty}");
        let mut answer = samples::answer();
        (answer.text, answer.page) = (String::new(), 1);
        answer.filters = crate::model::query::Filters::default();
        let start = page(&answer);
        assert!(start.contains(" autofocus"));
        assert!(!start.contains("aria-label=\"Remove filter"));
    }

    #[test]
    fn page_numbers_show_the_ends_and_the_neighbours() {
        let mut answer = samples::answer();
        (answer.results.collapsed, answer.page) = (1_000_000, 7);
        let paging = paging(&answer, &Address::of(&answer)).unwrap();
        let shown: Vec<_> = paging.pages.iter().map(|page| (page.number, page.gap)).collect();
        assert_eq!(shown, [(1, false), (5, true), (6, false), (7, false), (8, false), (9, false), (1000, true)]);
        (answer.results.collapsed, answer.page) = (10, 1);
        assert!(super::paging(&answer, &Address::of(&answer)).is_none());
    }
}
