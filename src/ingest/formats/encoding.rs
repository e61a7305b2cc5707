//! Bytes to text: which encoding, and whether what comes out is a text at all.
//!
//! In this order: binary signatures, byte-order mark, UTF-16 without one, valid UTF-8 (it wins over a declaration),
//! UTF-8 with a few broken places, the declaration, a guess by the letters. May not guess in silence: what was not
//! certain is a warning, and what stays garbled is refused.

mod mojibake;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// Largest share of characters that may be undecodable, and largest share that may be control characters.
const GARBLED_SHARE_MAX: f64 = 0.01;
/// Fewest garbled characters that keep a text out, whatever their share: a short text may have one.
const GARBLED_CHARS_MIN: usize = 3;

/// First bytes of files that are no text, and what they are.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a zip archive (or an office document)"),
    (b"\x89PNG", "a PNG image"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"\x7FELF", "a program (ELF)"),
    (b"MZ\x90\x00", "a program (Windows)"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"BZh9", "a bzip2 archive"),
    (b"\xFD7zXZ\x00", "an xz archive"),
    (b"\x28\xB5\x2F\xFD", "a zstd archive"),
    (b"7z\xBC\xAF", "a 7z archive"),
    (b"Rar!\x1A", "a rar archive"),
    (b"\xD0\xCF\x11\xE0", "an old office document"),
    (b"{\\rtf", "a rich text (RTF) document"),
    (b"SQLite format 3\0", "a database (SQLite)"),
];

/// A decoded text, its line ends made `\n`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte-order mark.
    pub text: String,
    /// What was not certain about it.
    pub warnings: Vec<String>,
}

/// Decodes a text. `declared` is the name of the encoding that the text itself gives, where its format has a way to.
///
/// Errors with words for the report when the bytes are no text, or the text stays garbled.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> Result<Decoded, String> {
    if let Some((_, name)) = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        return Err(format!("looks like {name}, not like text; remove it, or save its text"));
    }
    if is_plain_ascii(bytes) {
        return Ok(Decoded { text: String::from_utf8_lossy(bytes).into_owned(), warnings: Vec::new() });
    }
    let mut warnings = Vec::new();
    let text = to_text(bytes, declared, &mut warnings)?;
    let text = mojibake::mend(mojibake::mend_controls(text), &mut warnings);
    let text = with_line_ends(text);
    refuse_garbled(&text, &mut warnings)?;
    Ok(Decoded { text, warnings })
}

/// Printed ASCII with ordinary white space, which is the same in every encoding and needs no look at its letters.
fn is_plain_ascii(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t'))
}

fn to_text(bytes: &[u8], declared: Option<&str>, warnings: &mut Vec<String>) -> Result<String, String> {
    if let Some((encoding, mark_bytes)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode_without_bom_handling(&bytes[mark_bytes..]).0.into_owned());
    }
    if let Some(text) = utf16_without_mark(bytes) {
        warnings.push("read as UTF-16, which it does not declare; better save it as UTF-8".to_owned());
        return Ok(text);
    }
    if bytes.contains(&0) {
        return Err("holds NUL bytes: looks like a binary file, not like text; remove it, or save its text".to_owned());
    }
    let seven_bit = is_seven_bit_japanese(bytes);
    if !seven_bit {
        match std::str::from_utf8(bytes) {
            Ok(text) => return Ok(text.to_owned()),
            Err(_) if is_nearly_utf8(bytes) => return Ok(String::from_utf8_lossy(bytes).into_owned()),
            Err(_) => {}
        }
    }
    if let Some(text) = declared.and_then(|label| as_declared(bytes, label)) {
        return Ok(text);
    }
    let allow_japanese = if seven_bit { Iso2022JpDetection::Allow } else { Iso2022JpDetection::Deny };
    let mut detector = EncodingDetector::new(allow_japanese);
    detector.feed(bytes, true);
    let encoding = whole(detector.guess(None, Utf8Detection::Deny));
    if !seven_bit {
        warnings.push(format!("read as {}, guessed by its letters; better save it as UTF-8", encoding.name()));
    }
    Ok(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

/// The text in its declared encoding, if there is such an encoding and the bytes keep to it.
fn as_declared(bytes: &[u8], label: &str) -> Option<String> {
    let encoding = Encoding::for_label(label.trim().as_bytes())?;
    if encoding == UTF_8 || encoding == UTF_16LE || encoding == UTF_16BE {
        return None;
    }
    let (text, broken) = whole(encoding).decode_without_bom_handling(bytes);
    (!broken && !text.contains(mojibake::is_c1)).then(|| text.into_owned())
}

/// GBK is read as GB18030, which holds all of it.
fn whole(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == GBK { GB18030 } else { encoding }
}

/// ISO-2022-JP is plain ASCII but for its escape sequences, so it would pass as UTF-8.
fn is_seven_bit_japanese(bytes: &[u8]) -> bool {
    bytes.is_ascii() && (bytes.windows(3).any(|window| matches!(window, b"\x1B$B" | b"\x1B$@")))
}

/// Whether broken places are rare beside sound sequences: a cut end, or a byte of another encoding pasted in.
fn is_nearly_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    sound >= broken * 10
}

/// UTF-16 shows itself by zero bytes on one side only: the upper half of spaces, digits and line ends.
fn utf16_without_mark(bytes: &[u8]) -> Option<String> {
    let (mut even, mut odd) = (0_usize, 0_usize);
    for pair in bytes.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    let (encoding, zeros, others) = if odd >= even { (UTF_16LE, odd, even) } else { (UTF_16BE, even, odd) };
    if zeros == 0 || others * 20 > zeros {
        return None;
    }
    // Few zeros: Chinese has few spaces. But pairs of ASCII letters read as Chinese too, and a stray NUL is no proof.
    let printed = bytes.iter().filter(|byte| matches!(byte, b' '..=b'~')).count();
    if zeros * 100 < bytes.len() && printed * 10 > bytes.len() * 9 {
        return None;
    }
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let garbled = broken || text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{0C}'));
    (!garbled).then(|| text.into_owned())
}

fn with_line_ends(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

fn refuse_garbled(text: &str, warnings: &mut Vec<String>) -> Result<(), String> {
    let chars = text.chars().count();
    let lost = text.chars().filter(|&c| c == char::REPLACEMENT_CHARACTER).count();
    let controls = text.chars().filter(|&c| c.is_control() && !matches!(c, '\n' | '\t' | '\u{0C}')).count();
    let too_many = |count: usize| count >= GARBLED_CHARS_MIN && count as f64 > chars as f64 * GARBLED_SHARE_MAX;
    if too_many(lost) {
        return Err(format!("garbled: {lost} of {chars} characters cannot be decoded; save it as UTF-8"));
    }
    if too_many(controls) {
        return Err(format!("garbled or binary: {controls} of {chars} characters are control characters"));
    }
    if lost > 0 {
        warnings.push(format!("{lost} of {chars} characters could not be decoded; save it as UTF-8"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const URDU: &str = "گوادر میں بندرگاہ کے قریب دھماکے کی آواز سنی گئی۔ پولیس نے علاقے کو گھیرے میں لے لیا ہے۔";
    const ARABIC: &str =
        "قال متحدث باسم الشرطة إن الانفجار وقع قرب الميناء صباح اليوم، ولم تعلن أي جهة مسؤوليتها عن الهجوم حتى الآن.";
    const FRENCH: &str =
        "Le port a été fermé après l’explosion ; les blessés, âgés de vingt à trente ans, ont été soignés à l’hôpital.";
    const SIMPLIFIED: &str = "警方表示，港口附近星期二早上发生爆炸，造成三名工程师受伤。目前没有组织声称对此负责。";
    const TRADITIONAL: &str = "警方表示，港口附近星期二早上發生爆炸，造成三名工程師受傷。目前沒有組織聲稱對此負責。";

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    fn encoded(text: &str, label: &str) -> Vec<u8> {
        let (bytes, _, lossy) = Encoding::for_label(label.as_bytes()).unwrap().encode(text);
        assert!(!lossy, "{label} lacks a letter of {text}");
        bytes.into_owned()
    }

    #[test]
    fn utf_8_and_utf_16_are_read_with_and_without_a_mark() {
        for text in [URDU, FRENCH, SIMPLIFIED, "plain"] {
            assert_eq!(decode(text.as_bytes(), None).unwrap(), Decoded { text: text.to_owned(), warnings: vec![] });
            let marked = format!("\u{FEFF}{text}");
            assert_eq!(decode(marked.as_bytes(), Some("big5")).unwrap().text, text);
            for little in [true, false] {
                assert_eq!(decode(&utf16(&marked, little), None).unwrap().text, text);
            }
        }
        for text in [URDU, FRENCH, ARABIC, &format!("{SIMPLIFIED}\n{SIMPLIFIED}\n")] {
            for little in [true, false] {
                assert_eq!(decode(&utf16(text, little), None).unwrap().text, text);
            }
        }
    }

    #[test]
    fn older_encodings_are_known_by_their_letters() {
        for (text, label) in [
            (FRENCH, "windows-1252"),
            (ARABIC, "windows-1256"),
            (SIMPLIFIED, "gb18030"),
            (TRADITIONAL, "big5"),
            ("Взрыв произошёл утром недалеко от порта, сообщили в полиции.", "windows-1251"),
            ("警察によると、港の近くで火曜日の朝に爆発があり、技術者三人がけがをした。", "shift_jis"),
            ("警察によると、港の近くで火曜日の朝に爆発があった。", "iso-2022-jp"),
        ] {
            assert_eq!(decode(&encoded(text, label), None).unwrap().text, text, "{label}");
        }
        // Windows-1256 has all letters of Urdu but the Farsi yeh, which writers replaced by the Arabic one.
        let urdu = URDU.replace('ی', "ي").replace('۔', ".");
        assert_eq!(decode(&encoded(&urdu, "windows-1256"), None).unwrap().text, urdu);
        let warnings = decode(&encoded(ARABIC, "windows-1256"), None).unwrap().warnings;
        assert!(warnings[0].contains("windows-1256"), "{warnings:?}");
    }

    #[test]
    fn a_declaration_is_believed_unless_the_bytes_speak_against_it() {
        let short = encoded("Müller", "windows-1252");
        assert_eq!(
            decode(&short, Some("ISO-8859-1")).unwrap(),
            Decoded { text: "Müller".to_owned(), warnings: vec![] }
        );
        assert_eq!(decode(FRENCH.as_bytes(), Some("windows-1252")).unwrap().text, FRENCH);
        assert_eq!(decode(&encoded(SIMPLIFIED, "gbk"), Some("gb2312")).unwrap().text, SIMPLIFIED);
        assert_eq!(decode(&encoded(ARABIC, "windows-1256"), Some("utf-8")).unwrap().text, ARABIC);
        assert_eq!(decode(&encoded(FRENCH, "windows-1252"), Some("no-such-thing")).unwrap().text, FRENCH);
    }

    #[test]
    fn a_few_broken_places_are_told_and_many_keep_the_text_out() {
        let mut bytes = URDU.repeat(3).into_bytes();
        bytes.insert(0, 0x92);
        let decoded = decode(&bytes, None).unwrap();
        assert!(decoded.text.ends_with(URDU) && decoded.warnings[0].contains("1 of"), "{:?}", decoded.warnings);
        let garbled = "ab\u{FFFD}".repeat(20);
        assert!(decode(garbled.as_bytes(), None).unwrap_err().starts_with("garbled"));
        assert!(decode(&b"a\x01\x02b".repeat(9), None).unwrap_err().contains("control"));
    }

    #[test]
    fn a_binary_file_is_named() {
        for (bytes, name) in [
            (&b"%PDF-1.7 stream"[..], "PDF"),
            (b"PK\x03\x04rest", "zip"),
            (b"\x89PNG\r\n", "PNG"),
            (b"\x7FELF\x02", "ELF"),
            (b"text\0with\0\0zeros and more", "NUL"),
            (b"a text of plain letters with one stray zero in it, which could be read as Chinese\0.", "NUL"),
        ] {
            let reason = decode(bytes, None).unwrap_err();
            assert!(reason.contains(name), "{reason}");
        }
    }

    #[test]
    fn line_ends_are_made_one() {
        assert_eq!(decode(b"a\r\nb\rc\n\r\n", None).unwrap().text, "a\nb\nc\n\n");
    }
}
