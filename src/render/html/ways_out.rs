//! Ways out of a search that found nothing, each as a link with what it gives.
//!
//! May not count: the numbers came with the answer, and a way that gives nothing is no link.

use crate::model::results::WaysOut;
use crate::render::address::Address;
use crate::render::html::filters::Chip;
use crate::render::html::{Link, search_path};
use crate::render::wording::articles;

/// What can be done where nothing was found.
#[derive(Default)]
pub(super) struct Ways {
    /// The search without one of its filters.
    pub(super) filters: Vec<Way>,
    /// Whether there are filters, and no single one is to blame.
    pub(super) futile: bool,
    /// The search without any filter.
    pub(super) without_filters: Option<Way>,
    /// The search for any of the words.
    pub(super) any_word: Option<Way>,
    /// The search for a part of the query.
    pub(super) parts: Vec<Way>,
    /// Parts that no article has, under these filters.
    pub(super) lacking: Vec<String>,
}

/// A link, and "12 articles".
pub(super) struct Way {
    pub(super) link: Link,
    pub(super) gives: String,
}

fn way(text: &str, address: &str, count: u64) -> Option<Way> {
    let link = Link { text: text.to_owned(), href: address.to_owned() };
    (count > 0).then(|| Way { link, gives: articles(count) })
}

/// The ways out that lead somewhere. `cleared` is the search without filters.
pub(super) fn ways(found: &WaysOut, address: &Address, chips: &[Chip], cleared: &str) -> Ways {
    let of_chip = |chip: &Chip| {
        let counted = found.filters.iter().find(|(name, value, _)| *name == chip.parameter && *value == chip.value);
        counted.and_then(|(.., count)| way(&chip.text, &chip.href, *count))
    };
    let filters: Vec<Way> = chips.iter().filter_map(of_chip).collect();
    let part = |text: &str, count| way(text, &search_path(&address.set("q", text)), count);
    let any = search_path(&address.set("match", "any"));
    Ways {
        futile: filters.is_empty() && chips.len() > 1,
        filters,
        without_filters: found.without_filters.and_then(|count| way("without any filter", cleared, count)),
        any_word: found.any_word.and_then(|count| way("any of the words", &any, count)),
        parts: found.parts.iter().filter_map(|it| part(&it.form, it.count)).collect(),
        lacking: found.parts.iter().filter(|it| it.count == 0).map(|it| it.form.clone()).collect(),
    }
}
