//! Sketches: what is kept of a text so that its copies are known without it.
//!
//! A sketch is a MinHash signature of the text's shingles (Broder 1997), of each value the lowest byte only (b-bit
//! minwise hashing: Li, König 2010), with the number of shingles, the figures in the text, its title's hash and its
//! fingerprint. May not keep the text.

use std::collections::HashSet;
use std::sync::LazyLock;

use sketchir::MinHash;

use crate::text::normalise::fold;
use crate::text::words::words;

/// Values of a signature: how much two texts have in common is known to 0.04 (one standard deviation).
pub(super) const VALUES: usize = 128;
/// Size of a sketch, in bytes.
pub const SKETCH_BYTES: usize = 8 + 4 + 4 + 8 + VALUES;
/// Words (Chinese characters) below which the title takes part in the fingerprint: "Five dead." stands under many
/// a headline.
const FINGERPRINT_WORDS_MIN: usize = 20;
/// Words of a shingle. Long ones tell a copy, which lost or gained whole passages, from a text of the same mould with
/// other names and figures in it: those break every long shingle and few short ones.
const SHINGLE_WORDS: usize = 6;
/// Characters of a shingle that begins with a Chinese character: as much as six words say.
const SHINGLE_HAN: usize = 10;
/// Two values that have nothing to do with each other are equal once in so many times.
const CHANCE: f32 = 1.0 / 256.0;

static HASHES: LazyLock<Option<MinHash>> = LazyLock::new(|| MinHash::new(VALUES).ok());

/// The fingerprint of an article, 16 hexadecimal digits, and its sketch, `SKETCH_BYTES` long.
///
/// The fingerprint is the same for texts whose folded words are the same, whatever their white space, case, accents,
/// punctuation and title. A text of fewer than 20 words shares it only with those that have the same title, too.
pub fn sketch(title: &str, body: &str) -> (String, Vec<u8>) {
    let (title, body) = (Line::of(title), Line::of(body));
    let mut hasher = blake3::Hasher::new();
    hasher.update(body.text.as_bytes());
    if body.words() < FINGERPRINT_WORDS_MIN {
        // Parts the title from the body; no word holds a line break.
        hasher.update(b"\n").update(title.text.as_bytes());
    }
    let fingerprint = hasher.finalize();
    let shingles = body.shingles();
    let mut bytes = Vec::with_capacity(SKETCH_BYTES);
    bytes.extend(&fingerprint.as_bytes()[..8]);
    bytes.extend((shingles.len() as u32).to_le_bytes());
    bytes.extend(&blake3::hash(title.text.as_bytes()).as_bytes()[..4]);
    bytes.extend(body.figures().to_le_bytes());
    if let Some(hashes) = HASHES.as_ref().filter(|_| !shingles.is_empty()) {
        bytes.extend(hashes.signature(&shingles).as_slice().iter().map(|value| *value as u8));
    }
    bytes.resize(SKETCH_BYTES, 0);
    (fingerprint.to_hex()[..16].to_owned(), bytes)
}

/// The folded words of a text in one line, a blank behind each.
struct Line {
    text: String,
    /// Where each word begins, and where the line ends.
    starts: Vec<usize>,
}

impl Line {
    fn of(text: &str) -> Self {
        let folded = fold(text);
        let mut line = Self { text: String::with_capacity(folded.len() + 8), starts: vec![0] };
        // Between blanks, so that no rule of word boundaries sees how many there are.
        for word in folded.split_whitespace().flat_map(words) {
            line.text.push_str(word.text);
            line.text.push(' ');
            line.starts.push(line.text.len());
        }
        line
    }

    fn words(&self) -> usize {
        self.starts.len() - 1
    }

    /// Every run of so many words.
    fn shingles(&self) -> HashSet<&str> {
        let shingle = |(n, start): (usize, &usize)| {
            let han = self.text[*start..].chars().next().is_some_and(crate::text::normalise::is_han);
            let end = self.starts.get(n + if han { SHINGLE_HAN } else { SHINGLE_WORDS })?;
            Some(&self.text[*start..*end])
        };
        self.starts.iter().enumerate().filter_map(shingle).collect()
    }

    /// The words that hold a digit: each sets one of 64 bits.
    fn figures(&self) -> u64 {
        let figures = self.text.split(' ').filter(|word| word.bytes().any(|byte| byte.is_ascii_digit()));
        figures.fold(0, |bits, word| bits | 1 << (blake3::hash(word.as_bytes()).as_bytes()[0] % 64))
    }
}

/// A sketch as it is compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sketch<'b> {
    /// The same for texts whose words are the same.
    pub(super) fingerprint: u64,
    /// Different shingles of the text.
    pub(super) shingles: u32,
    /// The same for titles whose words are the same.
    pub(super) title: u32,
    /// The figures in the text.
    pub(super) figures: u64,
    /// The signature.
    pub(super) values: &'b [u8; VALUES],
}

impl<'b> Sketch<'b> {
    /// Reads the bytes that `sketch` wrote; `None` for others.
    pub(super) fn read(bytes: &'b [u8]) -> Option<Self> {
        let (fingerprint, rest) = bytes.split_first_chunk()?;
        let (shingles, rest) = rest.split_first_chunk()?;
        let (title, rest) = rest.split_first_chunk()?;
        let (figures, values) = rest.split_first_chunk()?;
        Some(Self {
            fingerprint: u64::from_le_bytes(*fingerprint),
            shingles: u32::from_le_bytes(*shingles),
            title: u32::from_le_bytes(*title),
            figures: u64::from_le_bytes(*figures),
            values: values.try_into().ok()?,
        })
    }

    /// The estimated share of shingles that both texts have among those that either has (Jaccard), from 0 to 1.
    pub(super) fn similarity(&self, other: &Self) -> f32 {
        let equal = self.values.iter().zip(other.values).filter(|(a, b)| a == b).count();
        let share = equal as f32 / VALUES as f32;
        ((share - CHANCE) / (1.0 - CHANCE)).max(0.0)
    }

    /// The estimated share of the shorter text that stands in the longer one, from 0 to 1, by their similarity.
    pub(super) fn containment(&self, other: &Self, similarity: f32) -> f32 {
        let shorter = self.shingles.min(other.shingles);
        if shorter == 0 {
            return 0.0;
        }
        let of_both = self.shingles as f32 + other.shingles as f32;
        (similarity / (1.0 + similarity) * of_both / shorter as f32).min(1.0)
    }

    /// The share of the figures of the text with fewer that stand in the other, from 0 to 1; a single one says
    /// nothing.
    pub(super) fn common_figures(&self, other: &Self) -> f32 {
        let fewer = self.figures.count_ones().min(other.figures.count_ones());
        if fewer < 2 { 1.0 } else { (self.figures & other.figures).count_ones() as f32 / fewer as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "Police said on Tuesday that two engineers of the company were hurt when a bomb went off near \
        the gate of the port, and that no group had claimed the attack.";

    fn fingerprint(title: &str, body: &str) -> String {
        sketch(title, body).0
    }

    #[test]
    fn a_reprint_has_the_fingerprint_of_its_original() {
        let original = fingerprint("Blast near port", STORY);
        assert_eq!(original.len(), 16);
        for (title, body) in [
            ("Two hurt in blast", STORY.to_owned()),
            ("Blast near port", STORY.to_uppercase()),
            ("", STORY.replace(' ', "\n\n")),
            ("", STORY.replace(", ", " — ").replace("Police", "“Police”")),
            ("", format!("# {STORY}")),
        ] {
            assert_eq!(fingerprint(title, &body), original, "{body}");
        }
        assert_ne!(fingerprint("Blast near port", &STORY.replace("two", "three")), original);
        assert_ne!(fingerprint("Blast near port", &STORY.replace("no group", "nogroup")), original, "words are kept");
    }

    #[test]
    fn a_short_text_needs_the_same_title() {
        assert_ne!(fingerprint("Gwadar", "Five dead."), fingerprint("Besham", "Five dead."));
        assert_eq!(fingerprint("Gwadar", "Five dead."), fingerprint("GWADAR!", "five  dead"));
        assert_ne!(fingerprint("dead", "five"), fingerprint("", "five dead"));
        let chinese = "港口附近发生爆炸，两名工程师受伤，目前没有组织承认制造了爆炸。";
        assert_eq!(fingerprint("一", chinese), fingerprint("二", &chinese.replace('，', " ")));
    }

    #[test]
    fn a_sketch_reads_as_written_and_stays_the_same_from_release_to_release() {
        let (fingerprint, bytes) =
            sketch("Blast near port", &format!("{STORY} The port has 12 gates and 3.5 km of quay."));
        assert_eq!(bytes.len(), SKETCH_BYTES);
        let read = Sketch::read(&bytes).unwrap();
        assert_eq!(format!("{:016x}", u64::from_be_bytes(bytes[..8].try_into().unwrap())), fingerprint);
        assert_eq!((read.shingles, read.figures.count_ones()), (36, 2));
        // An index keeps sketches: where these values change, SCHEMA_VERSION must.
        assert_eq!(read.values[..6], [178, 53, 231, 34, 217, 155]);
        assert_eq!(Sketch::read(&bytes[1..]), None);
        assert_eq!(Sketch::read(&[]), None);
    }

    #[test]
    fn what_is_common_is_estimated_from_the_sketches() {
        let words: Vec<String> = (0..400).map(|n| format!("w{n}")).collect();
        let whole = sketch("", &words.join(" ")).1;
        let whole = Sketch::read(&whole).unwrap();
        for (kept, similarity) in [(400, 1.0), (300, 0.75), (200, 0.5), (100, 0.25)] {
            let part = sketch("", &words[..kept].join(" ")).1;
            let part = Sketch::read(&part).unwrap();
            let estimated = whole.similarity(&part);
            assert!((estimated - similarity).abs() < 0.1, "{estimated} for {similarity}");
            assert!(whole.containment(&part, estimated) > 0.85, "{kept} words of 400 stand in them");
        }
        let other = sketch("", &words.iter().rev().cloned().collect::<Vec<_>>().join(" ")).1;
        assert!(whole.similarity(&Sketch::read(&other).unwrap()) < 0.05, "the order of words counts");
    }

    #[test]
    fn chinese_is_compared_by_characters() {
        let text = "港口附近发生爆炸，两名工程师受伤，目前没有组织承认制造了爆炸。警方表示正在调查此事，并加强了周边的安全措施。";
        let (whole, part) = (sketch("", text).1, sketch("", &text.replace("正在调查此事", "已经展开了调查")).1);
        let (whole, part) = (Sketch::read(&whole).unwrap(), Sketch::read(&part).unwrap());
        let similarity = whole.similarity(&part);
        assert!((0.3..0.8).contains(&similarity), "{similarity}");
    }

    proptest::proptest! {
        #[test]
        fn white_space_does_not_change_a_sketch(title in "\\PC{0,20}", body in "[\\PC ]{0,200}") {
            let made = sketch(&title, &body);
            proptest::prop_assert_eq!(made.0.len(), 16);
            proptest::prop_assert_eq!(sketch(&title, &body.replace(' ', " \n ")), made);
        }
    }
}
