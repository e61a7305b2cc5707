//! The nouns that every room shares, and the limits on all of them.
//!
//! Layer 0: names nothing else of ours, reads no file, and knows no engine, no format and no markup.

pub mod batch;
pub mod coverage;
pub mod crosstab;
pub mod date;
pub mod document;
pub mod facet;
pub mod query;
pub mod report;
pub mod results;
pub mod standing;
pub mod task;
pub mod upkeep;

/// Largest article file that is read, in bytes; a larger one goes to quarantine. JSON Lines files are exempt: for
/// them the limit holds for each record. For a page saved as MHTML it holds for the page without its pictures.
pub const FILE_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Largest page saved as MHTML that is read, in bytes; most of it is pictures.
pub const MHTML_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Largest PDF that is read, in bytes; most of it is pictures and fonts.
pub const PDF_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Most pages of a PDF.
pub const PDF_PAGES_MAX: usize = 2000;
/// Most letters that are taken from a PDF; a small file may draw one page of text without end.
pub const PDF_GLYPHS_MAX: usize = 2_000_000;
/// Longest time that a file may take to be read in a process of its own, in seconds; then it is ended.
pub const READING_SECONDS_MAX: u64 = 20;
/// Most memory that such a process may ask for, in bytes of address space.
pub const READING_MEMORY_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Smallest page that is read in a process of its own, in bytes; what a smaller one can cost is bounded well enough.
pub const ISOLATED_PAGE_BYTES_MIN: usize = 512 * 1024;
/// Largest JSON Lines file after unpacking, in bytes (a compressed file may unpack to far more than its size).
pub const RECORDS_FILE_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// Largest taxonomy file that is read, in bytes.
pub const TAXONOMY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most records that are read from one JSON Lines file; a small compressed file may hold far more.
pub const RECORDS_MAX: usize = 2_000_000;
/// Most broken records of one file that are named in quarantine one by one; the rest is counted in one entry.
pub const BROKEN_RECORDS_MAX: usize = 1000;
/// Largest front matter or sidecar, in bytes.
pub const FRONT_MATTER_BYTES_MAX: usize = 256 * 1024;
/// Most values in one front matter, those that aliases repeat included.
pub const FRONT_MATTER_NODES_MAX: usize = 20_000;
/// Deepest nesting of lists and mappings in a front matter.
pub const FRONT_MATTER_DEPTH_MAX: usize = 32;
/// Deepest nesting of elements in an HTML page; a deeper one goes to quarantine (browsers stop at 512).
pub const HTML_DEPTH_MAX: usize = 400;
/// Most elements of a page among which the main text is looked for; of a larger one all visible text is taken.
pub const HTML_ELEMENTS_MAX: usize = 50_000;
/// Most attributes of one HTML element: parsers compare each with all others.
pub const HTML_ATTRIBUTES_MAX: usize = 1000;
/// Most character references (`&amp;`) and loose `&` in one page: parsers take a microsecond and more for each.
pub const HTML_REFERENCES_MAX: usize = 400_000;
/// Most elements that unclosed formatting (`<b>`, `<font>`) may make a parser repeat in one page.
pub const HTML_REPEATED_ELEMENTS_MAX: usize = 500_000;
/// Longest id of a document, in bytes. Ids are terms of the index and parts of addresses.
pub const ID_BYTES_MAX: usize = 200;
/// Longest text that is read as one date, in bytes; nothing longer is searched for one.
pub const DATE_BYTES_MAX: usize = 200;
/// Longest title that is kept, in characters; the rest is cut at a word with an ellipsis.
pub const TITLE_CHARS_MAX: usize = 500;
/// Longest query text, in bytes.
pub const QUERY_BYTES_MAX: usize = 4096;
/// Most words, phrases and other leaves in one query; further ones are dropped with a diagnostic.
pub const QUERY_LEAVES_MAX: usize = 128;
/// Largest file of queries, judgments or a run that is read, in bytes.
pub const JUDGED_FILE_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Most words of a text that is searched as plain words, without operators; the rest is not read.
pub const PLAIN_WORDS_MAX: usize = 1000;
/// Deepest nesting of brackets in a query; deeper ones are left out, and what they hold is read as if they were not.
pub const QUERY_DEPTH_MAX: usize = 32;
/// Most diagnostics of one query; the last one then says how many more there were.
pub const QUERY_DIAGNOSTICS_MAX: usize = 32;
/// Most edits that a fuzzy word allows.
pub const FUZZY_EDITS_MAX: u8 = 2;
/// Largest distance in `"a b"~N`, in words. Kept under the gap that the analyzer leaves between paragraphs.
pub const SLOP_WORDS_MAX: u32 = 50;
/// Most dictionary words that one prefix or fuzzy word may stand for; the commonest are taken.
pub const EXPANSION_TERMS_MAX: usize = 500;
/// Most other names that one name in a query stands for; the first of the taxonomy are taken.
pub const VARIANTS_MAX: usize = 40;
/// Shortest prefix that is expanded, in characters.
pub const PREFIX_CHARS_MIN: usize = 2;
/// Most hits on one page.
pub const PAGE_SIZE_MAX: usize = 100;
/// Hits on one page when nobody says.
pub const PAGE_SIZE_DEFAULT: usize = 10;
/// Entries of a feed when nobody says; it has at most `PAGE_SIZE_MAX`.
pub const FEED_ENTRIES_DEFAULT: usize = 50;
/// Most suggestions of one request.
pub const SUGGESTIONS_MAX: usize = 50;
/// Most words that suggestions continue; nothing is suggested for more.
pub const SUGGESTION_WORDS_MAX: usize = 32;
/// Deepest hit that paging reaches (page times size).
pub const PAGE_DEPTH_MAX: usize = 10_000;
/// Longest half-life of recency, in days.
pub const RECENCY_DAYS_MAX: usize = 36_500;
/// Values that a facet shows at each level when nobody says.
pub const FACET_VALUES_DEFAULT: usize = 20;
/// Most values that a facet shows at each level.
pub const FACET_VALUES_MAX: usize = 1000;
/// Most searches that are made to say what would give a search articles again that found none.
pub const WAYS_OUT_MAX: usize = 24;
/// Rows, and columns, of a cross-tabulation when nobody says.
pub const CROSSTAB_LINES_DEFAULT: usize = 24;
/// Most rows, and most columns, of a cross-tabulation; how much there is beyond them is always said.
pub const CROSSTAB_LINES_MAX: usize = 200;
/// Words from which on a query is taken for a question: nobody expects one article to have all words of a sentence.
pub const QUESTION_WORDS_MIN: usize = 5;
/// Most filter values in one request, all dimensions together.
pub const FILTER_VALUES_MAX: usize = 200;
/// Most copies named with one article; how many there are is always said.
pub const COPIES_MAX: usize = 20;
/// Most snippets of one hit.
pub const SNIPPETS_MAX: usize = 3;
/// Length that a snippet aims at, in characters (half as many for Chinese).
pub const SNIPPET_CHARS: usize = 300;
/// Evidence kept for one label.
pub const EVIDENCE_MAX: usize = 5;
/// Deepest facet path, in segments.
pub const FACET_DEPTH_MAX: usize = 8;
