//! Chinese characters: the simplified one that stands for each traditional one and its variants.
//!
//! Character by character, whatever stands beside it: what differs only by context (`乾隆`) is made one too. Changes no
//! text that is kept; the pairs are OpenCC's, from the crate `hanconv`.

use std::sync::LazyLock;

use hanconv::RawDictionary;

/// The block of the common ideographs. The few traditional characters outside of it are in no text that people search.
const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FFF;

fn is_common(c: char) -> bool {
    (FIRST..=LAST).contains(&(c as u32))
}

/// Writings of one character that OpenCC keeps apart: those of Hong Kong and Taiwan, and `著`, which stands for `着`
/// in traditional text. Here a reader takes them for one.
const VARIANTS: &[(char, char)] = &[
    ('著', '着'),
    ('妳', '你'),
    ('牠', '它'),
    ('祂', '它'),
    ('衞', '卫'),
    ('敍', '叙'),
    ('粧', '妆'),
    ('枱', '台'),
    ('併', '并'),
    ('祐', '佑'),
    ('擡', '抬'),
    ('痺', '痹'),
    ('簷', '檐'),
    ('藉', '借'),
    ('瞭', '了'),
    ('彷', '仿'),
    ('揹', '背'),
    ('伕', '夫'),
    ('谿', '溪'),
    ('暱', '昵'),
    ('钜', '巨'),
    ('傢', '家'),
];

/// The simplified form of each common ideograph, by its number in the block.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut table: Vec<char> = (FIRST..=LAST).filter_map(char::from_u32).collect();
    for (traditional, simplified) in RawDictionary::TSCharacters.iter() {
        let (mut left, mut right) = (traditional.chars(), simplified.chars());
        if let (Some(from), None, Some(to), None) = (left.next(), left.next(), right.next(), right.next())
            && is_common(from)
            && is_common(to)
        {
            table[(from as u32 - FIRST) as usize] = to;
        }
    }
    // A simplified form may itself be the traditional one of another (`薴`, `苧`, `苎`).
    let once = table.clone();
    for form in &mut table {
        *form = once[(*form as u32 - FIRST) as usize];
    }
    table
});

/// The simplified form of a character: what the segmenter's dictionary is written in.
pub fn simplified(c: char) -> char {
    if is_common(c) { SIMPLIFIED[(c as u32 - FIRST) as usize] } else { c }
}

/// The form in which characters are compared: simplified, and without variants.
pub fn folded(c: char) -> char {
    let c = simplified(c);
    VARIANTS.iter().find(|(variant, _)| *variant == c).map_or(c, |(_, plain)| *plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_and_simplified_characters_are_one() {
        for (traditional, plain) in [
            ("國臺裏裡後發髮麵為爲衛衞說説", "国台里里后发发面为为卫卫说说"),
            ("著峯羣牀綫線強產戶溫啟啓匯滙", "着峰群床线线强产户温启启汇汇"),
            ("乾隆", "干隆"),
            ("中国公民", "中国公民"),
            ("俾路支語", "俾路支语"),
        ] {
            assert_eq!(traditional.chars().map(folded).collect::<String>(), plain);
        }
        assert_eq!(simplified('著'), '著', "the dictionary has 著名");
    }

    #[test]
    fn folding_twice_is_folding_once_for_every_character() {
        for c in (FIRST..=LAST).filter_map(char::from_u32) {
            assert_eq!(folded(folded(c)), folded(c), "{c}");
        }
    }
}
